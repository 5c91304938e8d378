"""The vocabulary of the formulas, one meaning in four arithmetics: NumPy, torch, python-flint balls, SymPy.

A kernel answers NaN in the place of a bad case and goes on; the sentence that names the case is `theory.validation`'s.
"""

from __future__ import annotations

import sys
from functools import reduce
from importlib import import_module
from itertools import product as combinations
from types import ModuleType
from typing import Any

import numpy as np

from theory import objects

Array = Any


def is_tensor(x: Any) -> bool:
    """Whether x is a torch tensor, asked without importing torch."""
    return "torch" in sys.modules and isinstance(x, sys.modules["torch"].Tensor)


def is_object(x: Any) -> bool:
    """Whether x holds balls or SymPy expressions."""
    return not is_tensor(x) and np.asarray(x).dtype == object


def _home(x: Any) -> ModuleType:
    return sys.modules["torch"] if is_tensor(x) else objects if is_object(x) else np


def alike(*xs: Any) -> tuple[Array, ...]:
    """The arguments as arrays of one arithmetic: torch if any is a tensor, balls if any is a ball, and so on."""
    tensors = [x for x in xs if is_tensor(x)]
    if tensors:
        torch = sys.modules["torch"]
        dtype = reduce(torch.promote_types, (tensor.dtype for tensor in tensors), torch.float32)
        return tuple(torch.as_tensor(x, dtype=dtype, device=tensors[0].device) for x in xs)
    if any(is_object(x) for x in xs):
        ball = any(objects.is_ball(x) for x in xs if is_object(x))
        return tuple(objects.promote(x, ball) for x in xs)
    # 0.5 has no width of its own: it makes integers float64 and leaves float32 alone
    dtype = np.result_type(*(x if isinstance(x, (int, float)) else _real(np.asarray(x)) for x in xs), 0.5)
    return tuple(np.asarray(x, dtype) for x in xs)


def _real(x: Array) -> Array:
    kind = str(x.dtype)
    if "complex" in kind or (not is_tensor(x) and x.dtype.kind not in "biuf"):
        raise ValueError(f"an argument is of type {kind}; pass real numbers.")
    return x


def as_float(x: Array) -> np.ndarray[Any, Any]:
    """The numbers as float64, balls by their midpoints: for looking at, never for formulas."""
    if is_tensor(x):
        return np.asarray(_real(x).detach().cpu().double())
    return np.asarray(x if is_object(x) else _real(np.asarray(x)), float)


def number(x: Any, like: Array) -> Array:
    """x in the arithmetic of ``like``."""
    if is_tensor(like):
        return sys.modules["torch"].as_tensor(x, dtype=like.dtype, device=like.device)
    return objects.promote(x, objects.is_ball(like)) if is_object(like) else np.asarray(x, np.asarray(like).dtype)


def log_number(x: Any, like: Array) -> Array:
    """log x in the arithmetic of ``like``."""
    return log(number(x, like))


def pi(like: Array) -> Any:
    """The circle constant in the arithmetic of ``like``."""
    return objects.pi(like) if is_object(like) else np.pi


def log_two_pi(like: Array) -> Array:
    """log(2 pi) in the arithmetic of ``like``."""
    return log_number(2 * pi(like), like)


def eye_like(A: Array) -> Array:
    """The identity of A's size."""
    return number(np.eye(A.shape[-1], dtype=int), A)


def zeros_like(x: Array) -> Array:
    """Zeros of x's shape."""
    return number(np.zeros(x.shape, int), x)


def trailing(x: Array, axes: int) -> Array:
    """x (...) with axes of length one behind, to meet vectors (1) or matrices (2)."""
    x = x if is_tensor(x) else np.asarray(x)
    return x[(..., *(None,) * axes)]


def exp(x: Array) -> Array:
    """The exponential."""
    return _home(x).exp(x)


def log(x: Array) -> Array:
    """The natural logarithm."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return _home(x).log(x)


def sqrt(x: Array) -> Array:
    """The square root."""
    with np.errstate(invalid="ignore"):
        return _home(x).sqrt(x)


def tanh(x: Array) -> Array:
    """The hyperbolic tangent."""
    return _home(x).tanh(x)


def normal_cdf(x: Array) -> Array:
    """Phi(x), the distribution function of N(0, 1)."""
    if is_tensor(x):
        return sys.modules["torch"].special.ndtr(x)
    return objects.normal_cdf(x) if is_object(x) else import_module("scipy.special").ndtr(x)


def normal_quantile(x: Array) -> Array:
    """The inverse of Phi, for x in (0, 1)."""
    if is_tensor(x):
        return sys.modules["torch"].special.ndtri(x)
    return objects.normal_quantile(x) if is_object(x) else import_module("scipy.special").ndtri(x)


def sin(x: Array) -> Array:
    """The sine, of radians."""
    return _home(x).sin(x)


def arctan2(y: Array, x: Array) -> Array:
    """The angle of the point (x, y), in radians."""
    return _home(y).arctan2(y, x)


def degrees(x: Array) -> Array:
    """Radians in degrees."""
    return x / pi(x) * 180


def floor(x: Array) -> Array:
    """The largest whole number that is not above x."""
    return _home(x).floor(x)


def gamma_cdf(a: Array, x: Array) -> Array:
    """P(a, x), the distribution function of the gamma law of shape a; torch's own is off by 4e-10 for a above 20."""
    if is_object(x):
        return objects.gamma_cdf(a, x)
    if not is_tensor(x):
        return import_module("scipy.special").gammainc(a, x)
    rough = sys.modules["torch"].special.gammainc(a, x)  # its slope is right
    value = import_module("scipy.special").gammainc(a.detach().cpu().numpy(), x.detach().cpu().numpy())
    return rough + (number(value, rough) - rough.detach())


def maximum(a: Array, b: Array) -> Array:
    """The larger of two, elementwise."""
    return _home(a).maximum(a, b)


def minimum(a: Array, b: Array) -> Array:
    """The smaller of two, elementwise."""
    return _home(a).minimum(a, b)


def concatenate(xs: list[Array], axis: int) -> Array:
    """Arrays joined along an axis."""
    return _home(xs[0]).concatenate(xs, axis)


def stack(xs: list[Array], axis: int) -> Array:
    """Arrays joined along a new axis."""
    return _home(xs[0]).stack(xs, axis)


def broadcast_to(x: Array, shape: tuple[int, ...]) -> Array:
    """x seen with a larger shape."""
    return _home(x).broadcast_to(x, shape)


def smallest(x: Array, axis: int) -> Array:
    """The smallest over an axis."""
    return _home(x).amin(x, axis)


def total(x: Array, axis: int) -> Array:
    """The sum over an axis."""
    return x.sum(axis)


def mean(x: Array, axis: int) -> Array:
    """The mean over an axis."""
    return x.sum(axis) / x.shape[axis]


def logsumexp(x: Array, axis: int) -> Array:
    """log sum exp over an axis, without overflow."""
    if _home(x) is not np:
        return _home(x).logsumexp(x, axis)
    top = np.max(x, axis, keepdims=True)
    top = np.where(np.isfinite(top), top, 0)
    return log(exp(x - top).sum(axis)) + top.squeeze(axis)


def weigh(log_p: Array, f: Array) -> Array:
    """p f, and 0 where p = 0 whatever f is there."""
    return product(exp(log_p), f)


def product(p: Array, f: Array) -> Array:
    """p f of a weight that is no logarithm, and 0 where p = 0."""
    if is_tensor(p):
        return sys.modules["torch"].where(p == 0, p, p * f)
    with np.errstate(invalid="ignore"):
        return np.where(p == 0, p, p * f)


def drawn(x: Array, m: int) -> Array:
    """x (..., K) at each of the K^m draws of m values: (..., K^m, m)."""
    return x[..., np.array(list(combinations(range(x.shape[-1]), repeat=m)))]


def squared_norm(v: Array) -> Array:
    """v'v."""
    return total(v * v, -1)


def trace(A: Array) -> Array:
    """The trace."""
    return total(A.diagonal(0, -2, -1), -1)


def matvec(A: Array, v: Array) -> Array:
    """A v."""
    return (A @ v[..., None])[..., 0]


def outer(u: Array, v: Array) -> Array:
    """u v'."""
    return u[..., :, None] * v[..., None, :]


def cholesky(A: Array) -> Array:
    """Lower triangular L with A = L L'; NaN in the place of a matrix that has none."""
    if is_tensor(A):
        torch = sys.modules["torch"]
        L, info = torch.linalg.cholesky_ex(A)
        return torch.where(trailing(info == 0, 2), L, torch.nan)
    if is_object(A):
        L, d = objects.ldl(A)
        return L * sqrt(d)[..., None, :]
    try:
        return np.linalg.cholesky(A)
    except np.linalg.LinAlgError:  # NumPy gives up the whole batch for one bad case
        with np.errstate(all="ignore"):
            L, d = objects.ldl(A)
            return L * np.sqrt(np.where(d > 0, d, np.nan))[..., None, :]


def _triangular(L: Array, B: Array, upper: bool) -> Array:
    if is_tensor(L):
        return sys.modules["torch"].linalg.solve_triangular(L, B, upper=upper)
    return np.linalg.solve(L, B)


def _move(x: Array, source: int, destination: int) -> Array:
    # torch.vmap knows movedim but not moveaxis
    return x.movedim(source, destination) if is_tensor(x) else np.moveaxis(x, source, destination)


def whiten(L: Array, v: Array) -> Array:
    """L^-1 v; leading axes of v that L lacks become right-hand sides, so that each factor is used once."""
    extra = max(v.ndim + 1 - L.ndim, 0)
    columns = v.reshape(-1, *v.shape[extra:])
    white = _move(_triangular(L, _move(columns, 0, -1), upper=False), -1, 0)
    return white.reshape(v.shape[:extra] + tuple(white.shape[1:]))


def log_det(A: Array) -> Array:
    """log |A| of a positive definite A."""
    if is_object(A):
        return objects.log_det(A)
    return 2 * total(log(cholesky(A).diagonal(0, -2, -1)), -1)


def solve(A: Array, B: Array) -> Array:
    """A^-1 B for positive definite A and a matrix B."""
    if is_object(A):
        return objects.solve(A, B)
    L = cholesky(A)
    return _triangular(L.mT, _triangular(L, B, upper=False), upper=True)


def log_det_and_inverse(A: Array) -> tuple[Array, Array]:
    """log |A| and A^-1, symmetric to the last bit, of a positive definite A: one factor for both."""
    one = eye_like(A)
    if is_object(A):
        return objects.log_det(A), objects.solve(A, one)
    L = cholesky(A)
    half = _triangular(L, one, upper=False)
    return 2 * total(log(L.diagonal(0, -2, -1)), -1), half.mT @ half


def inverse(A: Array) -> Array:
    """A^-1 of a positive definite A."""
    return log_det_and_inverse(A)[1]


def inv_quad(A: Array, v: Array) -> Array:
    """v' A^-1 v for positive definite A."""
    if is_object(A):
        return objects.inv_quad(A, v)
    return squared_norm(whiten(cholesky(A), v))

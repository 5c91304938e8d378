"""The vocabulary on NumPy object arrays: python-flint balls, which enclose, and SymPy expressions, which prove.

Factorisations are L D L' and so need no square root: a rational covariance stays rational.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def is_ball(x: Any) -> bool:
    """Whether an object array holds python-flint balls (rather than SymPy expressions)."""
    return any(type(entry).__module__.startswith("flint") for entry in np.asarray(x, object).flat)


def promote(x: Any, ball: bool) -> Array:
    """Every entry as a ball, or as a SymPy expression, exactly."""
    convert = import_module("flint").arb if ball else import_module("sympy").sympify
    return np.asarray(np.frompyfunc(convert, 1, 1)(np.asarray(x)), object)


def _each(name: str) -> Any:
    def one(entry: Any) -> Any:
        if hasattr(entry, name):
            return getattr(entry, name)()
        return getattr(import_module("sympy"), name)(entry)

    return np.frompyfunc(one, 1, 1)


def _pairwise(ball: str, symbol: str) -> Any:
    def one(a: Any, b: Any) -> Any:
        if is_ball(a):
            return getattr(type(a), ball)(a, b)
        return getattr(import_module("sympy"), symbol)(a, b)

    return np.frompyfunc(one, 2, 1)


def _gamma_law(a: Any, x: Any) -> Any:
    if is_ball(x):
        return x.gamma_lower(a, 1)
    sympy = import_module("sympy")
    return sympy.lowergamma(a, x) / sympy.gamma(a)


broadcast_to, concatenate, stack = np.broadcast_to, np.concatenate, np.stack
exp, log, sqrt, sin, tanh = _each("exp"), _each("log"), _each("sqrt"), _each("sin"), _each("tanh")
_erfc, _erfcinv = _each("erfc"), _each("erfcinv")
maximum, minimum, arctan2 = _pairwise("max", "Max"), _pairwise("min", "Min"), _pairwise("atan2", "atan2")
floor = _each("floor")


def amin(x: Array, axis: int) -> Any:
    """The smallest over an axis; of balls, an enclosure of it."""
    return minimum.reduce(x, axis)


def pi(like: Any) -> Any:
    """The circle constant, enclosed or symbolic."""
    return import_module("flint").arb.pi() if is_ball(like) else import_module("sympy").pi


def logsumexp(x: Array, axis: int) -> Any:
    """log sum exp; a ball's exponent does not overflow, so nothing is shifted."""
    return log(exp(x).sum(axis))


def gamma_cdf(a: Any, x: Any) -> Any:
    """P(a, x), the regularised lower incomplete gamma function."""
    return np.frompyfunc(_gamma_law, 2, 1)(a, x)


def normal_cdf(x: Array) -> Array:
    """erfc(-x / sqrt 2) / 2, the distribution function of N(0, 1)."""
    return _erfc(-x / sqrt(promote(2, is_ball(x)))) / 2


def normal_quantile(x: Array) -> Array:
    """-sqrt 2 erfcinv(2 x), the inverse of `normal_cdf`."""
    return -_erfcinv(2 * x) * sqrt(promote(2, is_ball(x)))


def ldl(A: Array) -> tuple[Array, Array]:
    """Unit lower triangular L and pivots d with A = L diag(d) L'; reads the lower triangle. Any arithmetic."""
    L, d = np.empty_like(A), np.empty_like(A[..., 0])
    k = d.shape[-1]
    L[...] = np.eye(k, dtype=int)
    for j in range(k):
        scaled = L[..., j, :j] * d[..., :j]
        d[..., j] = A[..., j, j] - (L[..., j, :j] * scaled).sum(-1)
        below = slice(j + 1, None)
        L[..., below, j] = (A[..., below, j] - (L[..., below, :j] * scaled[..., None, :]).sum(-1)) / d[..., j, None]
    return L, d


def substitute(L: Array, B: Array) -> Array:
    """X with L X = B, for L unit lower triangular."""
    X = np.empty(np.broadcast_shapes(L.shape[:-2], B.shape[:-2]) + B.shape[-2:], object)
    for i in range(B.shape[-2]):
        X[..., i, :] = B[..., i, :] - (L[..., i, :i, None] * X[..., :i, :]).sum(-2)
    return X


def log_det(A: Array) -> Any:
    """log |A|."""
    return log(ldl(A)[1]).sum(-1)


def solve(A: Array, B: Array) -> Array:
    """A^-1 B."""
    L, d = ldl(A)
    half = substitute(L, B) / d[..., None]
    return substitute(L[..., ::-1, ::-1].mT, half[..., ::-1, :])[..., ::-1, :]


def inv_quad(A: Array, v: Array) -> Any:
    """v' A^-1 v."""
    L, d = ldl(A)
    half = substitute(L, v[..., None])[..., 0]
    return (half * half / d).sum(-1)  # a power of a ball about 0 is not a number

"""A Gaussian as a chain of conditionals, in exact fractions: a separator's own law, then each part given it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from flint import arb, fmpq, fmpq_mat

from verification.estimate import Estimate, Grade

Array = Any


def _q(x: Any) -> Any:
    top, bottom = float(x).as_integer_ratio()
    return fmpq(top, bottom)


def _ball(x: Any) -> Any:
    return arb(x.p) / arb(x.q)


def _take(m: Any, rows: list[int], columns: list[int]) -> Any:
    return fmpq_mat([[m[i, j] for j in columns] for i in rows])


def _precision(H: Array, beta: Any) -> Any:
    k, b = len(H), _q(beta)
    return fmpq_mat([[fmpq(int(i == j)) - _q(H[i, j]) / b for j in range(k)] for i in range(k)])


def _joined(A: Any, separator: list[int], parts: list[list[int]]) -> Any:
    """The precision of the separator's marginal times, for each part, a Gaussian of that part's own precision about its
    conditional mean."""
    k = A.nrows()
    rest = [i for part in parts for i in part]
    slope = _take(A, rest, rest).inv() * _take(A, rest, separator)
    marginal = _take(A, separator, separator) - _take(A, separator, rest) * slope
    K = fmpq_mat(k, k)
    for a, i in enumerate(separator):
        for c, j in enumerate(separator):
            K[i, j] = marginal[a, c]
    for part in parts:
        own = _take(A, part, part)
        residual = fmpq_mat(len(part), k)
        for a, i in enumerate(part):
            residual[a, i] = fmpq(1)
            for c, j in enumerate(separator):
                residual[a, j] = slope[rest.index(i), c]
        K += residual.transpose() * own * residual
    return K


def _cost(A: Any, K: Any, b: Any) -> Any:
    """(beta/2) [tr(A K^-1) - k - log |A K^-1|]."""
    ratio = A * K.inv()
    spread = sum((ratio[i, i] for i in range(A.nrows())), fmpq(-A.nrows()))
    return _ball(b) * (_ball(spread) - _ball(ratio.det()).log()) / 2


def _star(k: int) -> tuple[list[int], list[list[int]]]:
    return [0], [[j] for j in range(1, k)]


def _parted(k: int) -> tuple[list[int], list[list[int]]]:
    return [1], [[0], list(range(2, k))]


def _each(size: int, f: Callable[[int], Any], error: float = 0.0) -> Estimate:
    values = [f(i) for i in range(size)]
    out = np.empty((size, *np.shape(values[0])), dtype=object)
    for i, value in enumerate(values):
        out[i] = value
    if error:
        middle = np.array([float(x.mid()) for x in out.ravel()]).reshape(out.shape)
        return Estimate(middle, np.full(out.shape, error), Grade.BOUNDED, certificate="exact fractions, and room")
    return Estimate(out, np.zeros(out.shape), Grade.CERTIFIED, certificate="exact fractions")


def star(H: Array, beta: Array) -> Estimate:
    """The inverse covariance of a posterior whose dimensions are independent given the first."""

    def one(i: int) -> Array:
        K = _joined(_precision(H[i], beta[i]), *_star(len(H[i])))
        return np.array([[_ball(K[r, c]) for c in range(K.ncols())] for r in range(K.nrows())], dtype=object)

    return _each(len(beta), one)


def _costs(H: Array, beta: Array, parts: Callable[[int], Any], error: float = 0.0) -> Estimate:
    def one(i: int) -> Any:
        A = _precision(H[i], beta[i])
        return _cost(A, _joined(A, *parts(len(H[i]))), _q(beta[i]))

    return _each(len(beta), one, error)


def star_cost(H: Array, beta: Array) -> Estimate:
    """beta times its divergence from the best posterior of all."""
    return _costs(H, beta, _star)


def parted_cost(H: Array, beta: Array) -> Estimate:
    """The same where, given the second dimension, the first is independent of the rest."""
    return _costs(H, beta, _parted)


def star_covariance_cost(H: Array, beta: Array) -> Estimate:
    """Of the others given the first, each alone against all: (beta/2) log of their precisions' product in units of the
    determinant, conditioning on the first taken back."""

    def one(i: int) -> Any:
        A, k = _precision(H[i], beta[i]), len(H[i])
        own = [A[j, j] - A[0, j] * A[0, j] / A[0, 0] for j in range(1, k)]
        product = fmpq(1)
        for x in own:
            product *= x
        return _ball(_q(beta[i])) * _ball(product * A[0, 0] / A.det()).log() / 2

    return _each(len(beta), one)


def searched_star_cost(H: Array, beta: Array) -> Estimate:
    """The first, with room for a search that stops early."""
    return _costs(H, beta, _star, 1e-9)


def precision_gradient(H: Array, beta: Array) -> Estimate:
    """(beta/2) (Sigma A Sigma - Sigma) with Sigma = (I + A)^-1, A = I - H/beta: -(beta/2) Sigma^2."""

    def one(i: int) -> Array:
        A, k = _precision(H[i], beta[i]), len(H[i])
        Sigma = (A + fmpq_mat([[fmpq(int(r == c)) for c in range(k)] for r in range(k)])).inv()
        square = Sigma * Sigma * (-_q(beta[i]) / 2)
        return np.array([[_ball(square[r, c]) for c in range(k)] for r in range(k)], dtype=object)

    return _each(len(beta), one)

"""Estimates from a few sampled columns: every tuple of columns, with its chance, in balls."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
from flint import arb

from verification.estimate import Estimate, Grade

Array = Any


def _balls(x: Any) -> Array:
    return np.frompyfunc(lambda v: v if isinstance(v, arb) else arb(float(v)), 1, 1)(np.asarray(x))


def _terms(J: Array, b: Any) -> list[Any]:
    return [(1 + sum((x * x for x in column), arb(0)) / b).log() for column in J.T]


def _estimate(tuple_: tuple[int, ...], terms: list[Any], p: Array) -> Any:
    return sum((terms[c] / p[c] for c in tuple_), arb(0)) / len(tuple_)


def _tuples(terms: list[Any], p: Array, n: int, f: Callable[[Any], Any]) -> Any:
    """The expectation of a function of the estimate."""
    drawn = [c for c in range(len(terms)) if p[c] != 0]
    whole = arb(0)
    for chosen in product(drawn, repeat=n):
        chance = arb(1)
        for c in chosen:
            chance *= p[c]
        whole += chance * f(_estimate(chosen, terms, p))
    return whole


def _each(size: int, f: Callable[[int], Any]) -> Estimate:
    out = np.empty(size, dtype=object)
    out[:] = [f(i) for i in range(size)]
    return Estimate(out, np.zeros(size), Grade.CERTIFIED, certificate="every tuple, in balls")


def three_columns(J: Array, beta: Array, p: Array) -> Estimate:
    """The estimate from the first column, the second, and the first again."""
    J, b, p = _balls(J), _balls(beta), _balls(p)
    return _each(len(b), lambda i: _estimate((0, 1, 0), _terms(J[i], b[i]), p[i]))


def estimate_mean(J: Array, beta: Array, p: Array, n: Array) -> Estimate:
    """The mean of the estimate from n columns."""
    J, b, p = _balls(J), _balls(beta), _balls(p)
    return _each(len(b), lambda i: _tuples(_terms(J[i], b[i]), p[i], round(float(n[i])), lambda x: x))


def estimate_bias(J: Array, beta: Array, p: Array, n: Array) -> Estimate:
    """Its mean less log |I + J'J/beta|, the latter by elimination."""
    mean = estimate_mean(J, beta, p, n).value
    J, b = _balls(J), _balls(beta)

    def one(i: int) -> Any:
        k = J.shape[-1]
        A = _balls(np.eye(k)) + J[i].T @ J[i] / b[i]
        log_det = arb(0)
        for j in range(k):
            log_det += A[j, j].log()
            A[j + 1 :] = A[j + 1 :] - A[j + 1 :, j, None] * A[j] / A[j, j]
        return mean[i] - log_det

    return _each(len(b), one)


def estimate_variance(J: Array, beta: Array, p: Array, n: Array) -> Estimate:
    """The variance of the estimate from n columns."""
    mean = estimate_mean(J, beta, p, n).value
    J, b, p = _balls(J), _balls(beta), _balls(p)

    def one(i: int) -> Any:
        return _tuples(_terms(J[i], b[i]), p[i], round(float(n[i])), lambda x: (x - mean[i]) * (x - mean[i]))

    return _each(len(b), one)

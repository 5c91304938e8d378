"""Pointwise formulas in mpmath at 60 digits, sums written out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mpmath
import numpy as np

from verification.estimate import Estimate, Grade

Array = np.ndarray[Any, Any]
DIGITS = 60


def _each(size: int, f: Callable[[int], Any]) -> Estimate:
    with mpmath.workdps(DIGITS):
        values = np.array([_floats(f(i)) for i in range(size)])
    return Estimate(values, np.abs(values) * 2.0**-53 + 1e-300, Grade.BOUNDED, certificate="60 digits, rounded once")


def _floats(x: Any) -> Any:
    return [_floats(v) for v in x] if isinstance(x, list) else float(x)


def power_of_mean(log_q: Array, beta: Array) -> Estimate:
    """(1 - beta) log of the mean of q_n."""

    def one(i: int) -> Any:
        q = [mpmath.exp(mpmath.mpf(float(v))) for v in log_q[i]]
        return mpmath.log(mpmath.fsum(q) / len(q)) * (1 - mpmath.mpf(float(beta[i])))

    return _each(len(log_q), one)


def squared_mean(log_q: Array) -> Estimate:
    """2 log of the mean of q_n."""
    return _each(
        len(log_q), lambda i: 2 * mpmath.log(mpmath.fsum(mpmath.exp(float(v)) for v in log_q[i]) / len(log_q[i]))
    )


def _gaussian(z: Array, mu: Array, sigma: Array) -> Any:
    k = len(mu)
    s = mpmath.matrix(np.asarray(sigma, float).tolist())
    v = mpmath.matrix([mpmath.mpf(float(a)) - mpmath.mpf(float(b)) for a, b in zip(z, mu, strict=True)])
    return mpmath.exp(-(v.T * mpmath.inverse(s) * v)[0] / 2) / mpmath.sqrt((2 * mpmath.pi) ** k * mpmath.det(s))


def _terms(z: Array, mu: Array, sigma: Array) -> list[Any]:
    return [_gaussian(z, m, s) for m, s in zip(mu, sigma, strict=True)]


def mixture_log_density(z: Array, mu: Array, Sigma: Array) -> Estimate:
    """log q(z)."""
    return _each(len(z), lambda i: mpmath.log(mpmath.fsum(_terms(z[i], mu[i], Sigma[i])) / mu.shape[1]))


def log_responsibilities(z: Array, mu: Array, Sigma: Array) -> Estimate:
    """log phi*(n; z)."""

    def one(i: int) -> Any:
        terms = _terms(z[i], mu[i], Sigma[i])
        return [mpmath.log(t / mpmath.fsum(terms)) for t in terms]

    return _each(len(z), one)


def responsibility_entropy(log_phi: Array) -> Estimate:
    """-sum phi log phi."""

    def one(i: int) -> Any:
        return -mpmath.fsum(mpmath.exp(float(v)) * mpmath.mpf(float(v)) for v in log_phi[i])

    return _each(len(log_phi), one)


def log_tilt(z: Array, mu: Array, Sigma: Array, beta: Array) -> Estimate:
    """(1 - beta) log q(z) + beta log p(z)."""

    def one(i: int) -> Any:
        b, k = mpmath.mpf(float(beta[i])), z.shape[-1]
        log_p = mpmath.log(_gaussian(z[i], np.zeros(k), np.eye(k)))
        return (1 - b) * mpmath.log(mpmath.fsum(_terms(z[i], mu[i], Sigma[i])) / mu.shape[1]) + b * log_p

    return _each(len(z), one)


def gaussian_log_density(z: Array, mu: Array, Sigma: Array) -> Estimate:
    """log N(z; mu, Sigma)."""
    return _each(len(z), lambda i: mpmath.log(_gaussian(z[i], mu[i], Sigma[i])))


def log_count(mu: Array) -> Estimate:
    """log N."""
    return _each(len(mu), lambda i: mpmath.log(mu.shape[1]))

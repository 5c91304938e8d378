"""Averages over factorised priors by the trapezoid rule on the plane of their normal scores, two step sizes.

A rule of equal steps converges faster than any power for smooth integrands with Gaussian tails; what halving the step
changes bounds the error of the finer one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.special import log_ndtr, ndtr

from verification.estimate import Estimate, Grade

Array = np.ndarray[Any, Any]
REACH, STEP = 9.0, 0.6


def _grid(step: float) -> tuple[Array, Array]:
    line = np.arange(-REACH, REACH + step / 2, step)
    n = np.stack(np.meshgrid(line, line), -1).reshape(-1, 2)
    weight = np.exp(-(n**2).sum(-1) / 2)
    return n, weight / (2 * np.pi) * step**2


def _average(cases: int, f: Callable[[int, Array], Array]) -> Estimate:
    coarse, fine = (np.array([weight @ f(i, n) for i in range(cases)]) for n, weight in (_grid(STEP), _grid(STEP / 2)))
    return Estimate(fine, np.abs(fine - coarse) + 1e-13, Grade.BOUNDED, certificate="trapezoid rule, two steps")


def _log_logistic(n: Array) -> Array:
    """log f(z) = log F(z) + log(1 - F(z)) at the latent of score n."""
    return np.asarray((log_ndtr(n) + log_ndtr(-n)).sum(-1))


def _ratio(U: Array, n: Array) -> Array:
    """log p(z) - log p(r(z))."""
    return _log_logistic(n) - _log_logistic(n @ np.asarray(U, float).T)


def marginal(U: Array, a: Array) -> Estimate:
    """p'(x = 1) = E p(x = 1|r(z)) for p(x = 1|z) = product of F(z_i)^a_i."""
    return _average(len(U), lambda i, n: np.prod(ndtr(n @ np.asarray(U[i], float).T) ** np.asarray(a[i], float), -1))


def marginal_without_volume(U: Array, a: Array) -> Estimate:
    """The integral of p(r^-1(z)) p(x = 1|z) dz of logistic latents, as E [p(r^-1(z)) / p(z)] p(x = 1|z)."""
    return _average(
        len(U),
        lambda i, n: np.prod(ndtr(n) ** np.asarray(a[i], float), -1) * np.exp(-_ratio(np.asarray(U[i]).T, n)),
    )


def mean_log_volume(U: Array) -> Estimate:
    """E log |det J_r(z)| over logistic latents."""
    return _average(len(U), lambda i, n: _ratio(U[i], n))


def mean_volume(U: Array) -> Estimate:
    """E |det J_r(z)| over logistic latents."""
    return _average(len(U), lambda i, n: np.exp(_ratio(U[i], n)))


def told_without_volume(U: Array, a: Array) -> Estimate:
    """The integral of p(r^-1(z)) log p(x = 1|z) dz for p(x = 1|z) = product of F(z_i)^a_i."""
    return _average(
        len(U),
        lambda i, n: log_ndtr(n) @ np.asarray(a[i], float) * np.exp(-_ratio(np.asarray(U[i]).T, n)),
    )


def told(U: Array, a: Array) -> Estimate:
    """E log p(x = 1|r(z))."""
    return _average(len(U), lambda i, n: log_ndtr(n @ np.asarray(U[i], float).T) @ np.asarray(a[i], float))

"""Averages over logistic latents in polar coordinates of their normal scores: Gauss-Laguerre along the radius, equal
angles around."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from scipy.special import erfc

from verification.estimate import Estimate, Grade

Array = np.ndarray[Any, Any]
SIZES = (40, 48), (60, 72)


@cache
def _nodes(radii: int, angles: int) -> tuple[Array, Array]:
    """Half the squared radius of two normal scores is exponential; the angle is uniform."""
    half, weight = np.polynomial.laguerre.laggauss(radii)
    turn = 2 * np.pi * np.arange(angles) / angles
    rho = np.sqrt(2 * half)
    n = np.stack([np.outer(rho, np.cos(turn)), np.outer(rho, np.sin(turn))], -1)
    return n.reshape(-1, 2), np.repeat(weight / angles, angles)


def _average(cases: int, f: Callable[[int, Array], Array]) -> Estimate:
    coarse, fine = (np.array([weight @ f(i, n) for i in range(cases)]) for n, weight in (_nodes(*s) for s in SIZES))
    error = 2 * np.abs(fine - coarse) + 1e-12
    return Estimate(fine, error, Grade.BOUNDED, certificate="Laguerre radii and equal angles, two sizes")


def _density(n: Array) -> Array:
    """Of logistic latents, F (1 - F) each, by their scores."""
    return np.asarray(np.prod(erfc(n / np.sqrt(2)) * erfc(-n / np.sqrt(2)) / 4, -1))


def _ratio(U: Array, n: Array) -> Array:
    return np.asarray(_density(n) / _density(n @ np.asarray(U, float).T))


def mean_log_volume(U: Array) -> Estimate:
    """E log |det J_r(z)|."""
    return _average(len(U), lambda i, n: np.log(_ratio(U[i], n)))


def mean_volume(U: Array) -> Estimate:
    """E |det J_r(z)|."""
    return _average(len(U), lambda i, n: _ratio(U[i], n))


def marginal_without_volume(U: Array, a: Array) -> Estimate:
    """The integral of p(r^-1(z)) p(x = 1|z) dz for p(x = 1|z) = product of F(z_i)^a_i."""

    def told(i: int, n: Array) -> Array:
        ranks = erfc(-n / np.sqrt(2)) / 2
        return np.asarray(np.prod(ranks ** np.asarray(a[i], float), -1) / _ratio(np.asarray(U[i], float).T, n))

    return _average(len(U), told)


def _log_ranks(n: Array, a: Array) -> Array:
    return np.asarray(np.log(erfc(-n / np.sqrt(2)) / 2) @ np.asarray(a, float))


def told_without_volume(U: Array, a: Array) -> Estimate:
    """The integral of p(r^-1(z)) log p(x = 1|z) dz."""
    return _average(len(U), lambda i, n: _log_ranks(n, a[i]) / _ratio(np.asarray(U[i], float).T, n))


def told(U: Array, a: Array) -> Estimate:
    """E log p(x = 1|r(z))."""
    return _average(len(U), lambda i, n: _log_ranks(n @ np.asarray(U[i], float).T, a[i]))

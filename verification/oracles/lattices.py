"""Importance weights of a linear-Gaussian decoder summed over a lattice of z, laid by the integrand's own curvature.

The trapezoid rule is right to e^{-55} for a Gaussian of unit width at either spacing; two spacings, and rounding, bound
the error. Log-densities are evaluated at each point; nothing is simplified first.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from verification.estimate import Estimate, Grade

Array = np.ndarray[Any, Any]
Log = Callable[[Array], Array]
EPS = np.finfo(float).eps
SPACINGS, REACH = (0.5, 0.6), 9.0


def _log_normal(v: Array, covariance: Array) -> Array:
    quadratic = (v * np.linalg.solve(covariance, v.T).T).sum(-1)
    return np.asarray(-(quadratic + np.linalg.slogdet(2 * np.pi * covariance)[1]) / 2)


def _densities(x: Array, W: Array, noise: float, mu: Array, Sigma: Array) -> tuple[Log, Log]:
    """log P(x, z) and log Q(z|x), at points (s, k)."""
    k, D = len(mu), len(x)

    def joint(z: Array) -> Array:
        return _log_normal(x - z @ W.T, noise * np.eye(D)) + _log_normal(z, np.eye(k))

    return joint, lambda z: _log_normal(z - mu, Sigma)


def _curved(f: Log, k: int) -> tuple[Array, Array]:
    """Where a quadratic is largest, and minus its second derivative, from differences, which are exact."""
    e = np.eye(k)
    corners = np.array([[f((e[i] + e[j])[None])[0] for j in range(k)] for i in range(k)])
    along = np.array([f(e[i][None])[0] for i in range(k)])
    against = np.array([f(-e[i][None])[0] for i in range(k)])
    middle = f(np.zeros((1, k)))[0]
    curvature = -(corners - along[:, None] - along[None] + middle)
    return np.linalg.solve(curvature, (along - against) / 2), curvature


def _summed(f: Log, k: int, times: Log) -> tuple[float, float]:
    """The integral of exp f times a function, with its error."""
    centre, curvature = _curved(f, k)
    turn = np.linalg.inv(np.linalg.cholesky((curvature + curvature.T) / 2)).T
    values = []
    for h in SPACINGS:
        line = np.arange(-np.ceil(REACH / h), np.ceil(REACH / h) + 1) * h
        points = np.stack(np.meshgrid(*[line] * k, indexing="ij"), -1).reshape(-1, k)
        z = centre + points @ turn.T
        weight = np.exp(f(z)) * times(z) * h**k * np.abs(np.linalg.det(turn))
        values.append((weight.sum(), np.abs(weight).sum()))
    (fine, size), (coarse, _) = values
    return float(fine), float(abs(fine - coarse) + 1e4 * EPS * size)


def _each(f: Callable[..., tuple[float, float]], *arrays: Array) -> Estimate:
    pairs = np.array([f(*rows) for rows in zip(*(np.asarray(a, float) for a in arrays), strict=True)])
    certificate = "trapezoid rule on two lattices, and rounding"
    return Estimate(pairs[:, 0], pairs[:, 1], Grade.BOUNDED, certificate=certificate)


def gap_rate(x: Array, W: Array, noise: Array, mu: Array, Sigma: Array) -> Estimate:
    """Half of E_Q w^2 / (E_Q w)^2 - 1."""

    def one(x: Array, W: Array, noise: float, mu: Array, Sigma: Array) -> tuple[float, float]:
        joint, encoder = _densities(x, W, noise, mu, Sigma)
        evidence, unsure = _summed(joint, len(mu), lambda z: np.ones(len(z)))
        square, error = _summed(lambda z: 2 * joint(z) - encoder(z), len(mu), lambda z: np.ones(len(z)))
        ratio = square / evidence**2
        return (ratio - 1) / 2, ratio * (error / square + 3 * unsure / evidence)

    return _each(one, x, W, noise, mu, Sigma)


def log_weight_variance(x: Array, W: Array, noise: Array, mu: Array, Sigma: Array) -> Estimate:
    """E_Q of the square of log w less its mean."""

    def one(x: Array, W: Array, noise: float, mu: Array, Sigma: Array) -> tuple[float, float]:
        joint, encoder = _densities(x, W, noise, mu, Sigma)
        mean, unsure = _summed(encoder, len(mu), lambda z: joint(z) - encoder(z))
        square, error = _summed(encoder, len(mu), lambda z: (joint(z) - encoder(z) - mean) ** 2)
        return square, error + unsure**2 + 1e3 * EPS * mean**2

    return _each(one, x, W, noise, mu, Sigma)

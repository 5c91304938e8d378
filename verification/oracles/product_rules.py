"""Estimators of a gradient averaged over Gauss and Hermite's rule in each coordinate of the noise, in floats.

The function is evaluated at every node, its slope by differences of high order along the latents: no derivative is
written down. Two sizes of the rule bound the error.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from verification.estimate import Estimate, Grade

Array = np.ndarray[Any, Any]
Function = Callable[[Array], Array]
NODES, FEW = (30, 42), 6
STEP = 1e-2
LADDER = tuple(zip((-4, -3, -2, -1, 1, 2, 3, 4), (1 / 280, -4 / 105, 1 / 5, -4 / 5, 4 / 5, -1 / 5, 4 / 105, -1 / 280),
                   strict=True))  # fmt: skip


@cache
def _rule(nodes: int, k: int) -> tuple[Array, Array]:
    x, w = np.polynomial.hermite_e.hermegauss(nodes)
    grid = np.stack(np.meshgrid(*[x] * k, indexing="ij"), -1).reshape(-1, k)
    weight = np.prod(np.stack(np.meshgrid(*[w / w.sum()] * k, indexing="ij"), -1).reshape(-1, k), 1)
    return grid, weight


def _slope(f: Function, z: Array, i: int) -> Array:
    e = STEP * np.eye(z.shape[-1])[i]
    return np.asarray(sum(c * f(z + j * e) for j, c in LADDER) / STEP)


Draws = Callable[[Function, Array, Array, Array, int], Array]


def _pathwise(f: Function, mu: Array, sigma: Array, noise: Array, i: int) -> Array:
    return _slope(f, mu + sigma * noise, i)


def _score(f: Function, mu: Array, sigma: Array, noise: Array, i: int) -> Array:
    return f(mu + sigma * noise) * noise[:, i] / sigma[i]


def _pathwise_scale(f: Function, mu: Array, sigma: Array, noise: Array, i: int) -> Array:
    return _slope(f, mu + sigma * noise, i) * noise[:, i]


def _score_scale(f: Function, mu: Array, sigma: Array, noise: Array, i: int) -> Array:
    return f(mu + sigma * noise) * (noise[:, i] ** 2 - 1) / sigma[i]


def _mean(draws: Draws, f: Function, mu: Array, sigma: Array, nodes: int) -> Array:
    noise, weight = _rule(nodes, len(mu))
    return np.array([weight @ draws(f, mu, sigma, noise, i) for i in range(len(mu))])


def _variance(draws: Draws, f: Function, mu: Array, sigma: Array, nodes: int) -> Array:
    noise, weight = _rule(nodes, len(mu))
    told = np.array([draws(f, mu, sigma, noise, i) for i in range(len(mu))])
    return np.asarray(((told - (told @ weight)[:, None]) ** 2) @ weight)


def _each(what: Any, draws: Draws, functions: list[Function], mu: Array, sigma: Array) -> Estimate:
    mu, sigma = np.asarray(mu, float), np.asarray(sigma, float)
    rough, fine = (
        np.array([what(draws, f, m, s, nodes) for f, m, s in zip(functions, mu, sigma, strict=True)]) for nodes in NODES
    )
    error = 4 * abs(fine - rough) + 1e-9 * (1 + abs(fine))
    return Estimate(fine, error, Grade.BOUNDED, certificate="30 and 42 nodes an axis")


def _quadratics(Q: Array, b: Array, c: Array) -> list[Function]:
    def made(Q: Array, b: Array, c: Array) -> Function:
        return lambda z: np.einsum("ni,ij,nj->n", z, Q, z) / 2 + z @ b + c

    return [made(*row) for row in zip(*(np.asarray(a, float) for a in (Q, b, c)), strict=True)]


def _cosines(w: Array, phase: Array) -> list[Function]:
    def made(w: Array, phase: Array) -> Function:
        return lambda z: np.cos(z @ w + phase)

    return [made(*row) for row in zip(*(np.asarray(a, float) for a in (w, phase)), strict=True)]


def _exponentials(b: Array) -> list[Function]:
    def made(b: Array) -> Function:
        return lambda z: np.exp(z @ b)

    return [made(row) for row in np.asarray(b, float)]


def quadratic_pathwise(H: Array, v: Array, c: Array, mu: Array, sigma: Array) -> Estimate:
    """The mean of the slope of f."""
    return _each(_mean, _pathwise, _quadratics(H, v, c), mu, sigma)


def quadratic_score(H: Array, v: Array, c: Array, mu: Array, sigma: Array) -> Estimate:
    """The mean of f times the score."""
    return _each(_mean, _score, _quadratics(H, v, c), mu, sigma)


def quadratic_pathwise_scale(H: Array, v: Array, c: Array, mu: Array, sigma: Array) -> Estimate:
    """The mean of the slope of f times the noise."""
    return _each(_mean, _pathwise_scale, _quadratics(H, v, c), mu, sigma)


def quadratic_score_scale(H: Array, v: Array, c: Array, mu: Array, sigma: Array) -> Estimate:
    """The mean of f times the score of the scale."""
    return _each(_mean, _score_scale, _quadratics(H, v, c), mu, sigma)


def quadratic_pathwise_variance(H: Array, v: Array, c: Array, mu: Array, sigma: Array) -> Estimate:
    """The variance of the slope of f."""
    return _each(_variance, _pathwise, _quadratics(H, v, c), mu, sigma)


def quadratic_score_variance(H: Array, v: Array, c: Array, mu: Array, sigma: Array) -> Estimate:
    """The variance of f times the score."""
    return _each(_variance, _score, _quadratics(H, v, c), mu, sigma)


def cosine_pathwise(u: Array, phase: Array, mu: Array, sigma: Array) -> Estimate:
    """The mean of the slope of the cosine."""
    return _each(_mean, _pathwise, _cosines(u, phase), mu, sigma)


def cosine_pathwise_variance(u: Array, phase: Array, mu: Array, sigma: Array) -> Estimate:
    """The variance of the slope of the cosine."""
    return _each(_variance, _pathwise, _cosines(u, phase), mu, sigma)


def cosine_score_variance(u: Array, phase: Array, mu: Array, sigma: Array) -> Estimate:
    """The variance of the cosine times the score."""
    return _each(_variance, _score, _cosines(u, phase), mu, sigma)


def exponential_pathwise(u: Array, mu: Array, sigma: Array) -> Estimate:
    """The mean of the slope of the exponential."""
    return _each(_mean, _pathwise, _exponentials(u), mu, sigma)


def exponential_pathwise_variance(u: Array, mu: Array, sigma: Array) -> Estimate:
    """The variance of the slope of the exponential."""
    return _each(_variance, _pathwise, _exponentials(u), mu, sigma)


def exponential_score_variance(u: Array, mu: Array, sigma: Array) -> Estimate:
    """The variance of the exponential times the score."""
    return _each(_variance, _score, _exponentials(u), mu, sigma)


# --- Gaussians --------------------------------------------------------------------------------------------------------


def _average(f: Function, k: int) -> float:
    noise, weight = _rule(FEW, k)
    return float(weight @ f(noise))


def _exact(values: list[float]) -> Estimate:
    found = np.array(values)
    return Estimate(found, 1e-10 * (1 + abs(found)), Grade.BOUNDED, certificate="the rule is exact for quadratics")


def isotropic_loss(variances: Array) -> Estimate:
    """The mean log-ratio of N(0, diag s) to N(0, mean(s) I) under the first."""

    def one(s: Array) -> float:
        volume = len(s) * np.log(s.mean()) - np.log(s).sum()
        return _average(lambda e: (volume + (s * e * e).sum(-1) / s.mean() - (e * e).sum(-1)) / 2, len(s))

    return _exact([one(s) for s in np.asarray(variances, float)])


def lost_dependence(Sigma: Array) -> Estimate:
    """The mean log-ratio of N(0, Sigma) to N(0, diag Sigma) under the first."""

    def one(S: Array) -> float:
        d, L = np.diag(S), np.linalg.cholesky(S)
        volume = np.log(d).sum() - np.linalg.slogdet(S)[1]
        return _average(lambda e: (volume + ((e @ L.T) ** 2 / d).sum(-1) - (e * e).sum(-1)) / 2, len(S))

    return _exact([one(S) for S in np.asarray(Sigma, float)])


def standard_divergence(mu: Array) -> Estimate:
    """The mean log-ratio of N(m, I) to N(0, I) under the first, m the mean of the noise that is printed."""

    def one(m: Array) -> float:
        return _average(lambda e: e @ m + m @ m / 2, len(m))

    return _exact([one(m) for m in np.asarray(mu, float)])


def reconstruction_of_half(x: Array, W: Array, noise: Array, mu: Array, Sigma: Array) -> Estimate:
    """The mean of log N(x; W z, noise I) under N(mu, Sigma/2)."""
    found = []
    for row in zip(*(np.asarray(a, float) for a in (x, W, noise, mu, Sigma)), strict=True):
        one, w, s, m, S = row
        L = np.linalg.cholesky(S / 2)

        def told(e: Array, one: Array = one, w: Array = w, s: float = s, m: Array = m, L: Array = L) -> Array:
            left = one - (m + e @ L.T) @ w.T
            return np.asarray(-(len(one) * np.log(2 * np.pi * s) + (left * left).sum(-1) / s) / 2)

        found.append(_average(told, len(m)))
    return _exact(found)


def paid_for_half(mu: Array, Sigma: Array) -> Estimate:
    """The mean log-ratio to N(0, I) under N(mu, Sigma/2), less that under N(mu, Sigma)."""

    def one(m: Array, S: Array, volume: float) -> float:
        L = np.linalg.cholesky(S)
        return _average(lambda e: (((m + e @ L.T) ** 2).sum(-1) - (e * e).sum(-1) - volume) / 2, len(m))

    def less(m: Array, S: Array) -> float:
        return one(m, S / 2, np.linalg.slogdet(S / 2)[1]) - one(m, S, np.linalg.slogdet(S)[1])

    return _exact([less(m, S) for m, S in zip(np.asarray(mu, float), np.asarray(Sigma, float), strict=True)])


def kl_half_way(mu: Array, Sigma: Array) -> Estimate:
    """The mean log-ratio of N(mu/2, (Sigma + I)/2) to N(0, I) under the first."""

    def one(m: Array, S: Array) -> float:
        near = (S + np.eye(len(m))) / 2
        L, volume = np.linalg.cholesky(near), np.linalg.slogdet(near)[1]
        return _average(lambda e: (((m / 2 + e @ L.T) ** 2).sum(-1) - (e * e).sum(-1) - volume) / 2, len(m))

    return _exact([one(m, S) for m, S in zip(np.asarray(mu, float), np.asarray(Sigma, float), strict=True)])

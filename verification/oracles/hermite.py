"""Expectations under each posterior of an aggregate, by Gauss and Hermite's rule along its principal axes."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from verification.estimate import Estimate, Grade

Array = np.ndarray[Any, Any]

NODES = (60, 90)


def _log_mixture(z: Array, mu: Array, Sigma: Array) -> Array:
    left = z[:, None] - mu
    far = np.einsum("sni,nij,snj->sn", left, np.linalg.inv(Sigma), left)
    heights = -(far + np.linalg.slogdet(2 * np.pi * Sigma)[1]) / 2
    return np.asarray(np.logaddexp.reduce(heights, axis=1) - np.log(len(mu)))


@cache
def _rule(nodes: int) -> tuple[Array, Array]:
    return np.polynomial.hermite_e.hermegauss(nodes)


def _points(mu: Array, Sigma: Array, nodes: int) -> tuple[Array, Array]:
    x, w = _rule(nodes)
    k = len(mu)
    unit = np.stack(np.meshgrid(*[x] * k, indexing="ij"), -1).reshape(-1, k)
    weight = np.prod(np.stack(np.meshgrid(*[w] * k, indexing="ij"), -1).reshape(-1, k), 1)
    values, axes = np.linalg.eigh(Sigma)
    return mu + unit @ (axes * np.sqrt(values)).T, weight / weight.sum()


def _entropy(mu: Array, Sigma: Array, nodes: int, axis: int | None = None) -> float:
    """E_q of -log q, or of -log q_j."""
    found = 0.0
    for m, S in zip(mu, Sigma, strict=True):
        z, weight = _points(m, S, nodes)
        if axis is None:
            found -= float(weight @ _log_mixture(z, mu, Sigma))
        else:
            one = slice(axis, axis + 1)
            found -= float(weight @ _log_mixture(z[:, one], mu[:, one], Sigma[:, one, one]))
    return found / len(mu)


def _estimate(mu: Array, Sigma: Array, one: Any) -> Estimate:
    rough, fine = (np.array([one(m, S, nodes) for m, S in zip(mu, Sigma, strict=True)]) for nodes in NODES)
    return Estimate(fine, 4 * abs(fine - rough) + 1e-9, Grade.BOUNDED, certificate="60 and 90 nodes an axis")


def aggregate_entropy(mu: Array, Sigma: Array) -> Estimate:
    """h(q) = mean_n E_{q_n} of -log q."""
    return _estimate(mu, Sigma, _entropy)


def total_correlation(mu: Array, Sigma: Array) -> Estimate:
    """E_q of log q - sum_j log q_j."""
    return _estimate(
        mu, Sigma, lambda m, S, nodes: sum(_entropy(m, S, nodes, j) for j in range(m.shape[1])) - _entropy(m, S, nodes)
    )


def _own(mu: Array, Sigma: Array, nodes: int) -> float:
    """E of log q_n under q_n, averaged over n."""
    rows = [_points(m, S, nodes) for m, S in zip(mu, Sigma, strict=True)]
    heights = [_log_mixture(z, m[None], S[None]) for (z, _), m, S in zip(rows, mu, Sigma, strict=True)]
    return float(np.mean([weight @ height for (_, weight), height in zip(rows, heights, strict=True)]))


def _prior(mu: Array, Sigma: Array, nodes: int) -> float:
    """E of log p under q."""
    rows = [_points(m, S, nodes) for m, S in zip(mu, Sigma, strict=True)]
    return float(np.mean([weight @ (-(z**2).sum(1) / 2 - z.shape[1] * np.log(2 * np.pi) / 2) for z, weight in rows]))


def index_information(mu: Array, Sigma: Array) -> Estimate:
    """mean_n E_{q_n} of log q_n - log q."""
    return _estimate(mu, Sigma, lambda m, S, nodes: _entropy(m, S, nodes) + _own(m, S, nodes))


def aggregate_kl(mu: Array, Sigma: Array) -> Estimate:
    """E_q of log q - log p."""
    return _estimate(mu, Sigma, lambda m, S, nodes: -_entropy(m, S, nodes) - _prior(m, S, nodes))

"""Entropies of a mixture on the line or in the plane, by sums over a grid fine against every posterior."""

from __future__ import annotations

from typing import Any

import numpy as np

from verification.estimate import Estimate, Grade
from verification.oracles import NotApplicable

Array = np.ndarray[Any, Any]


def _density(z: Array, mu: Array, Sigma: Array) -> Array:
    found = np.zeros(z.shape[:-1])
    for m, S in zip(mu, Sigma, strict=True):
        left = z - m
        far = np.einsum("...i,ij,...j->...", left, np.linalg.inv(S), left)
        found += np.exp(-far / 2) / np.sqrt(np.linalg.det(2 * np.pi * S))
    return np.asarray(found / len(mu))


def _minus_log_sum(q: Array, volume: float) -> float:
    q = q[q > 0]
    return float(-(q * np.log(q)).sum() * volume)


def _parts(mu: Array, Sigma: Array, per_sigma: float) -> tuple[float, list[float]]:
    """h(q) and each h(q_j)."""
    k = mu.shape[-1]
    if k > 2:
        raise NotApplicable(f"grids on the line and in the plane; k = {k}")
    wide, narrow = np.sqrt(Sigma.diagonal(0, -2, -1)), np.sqrt(np.linalg.eigvalsh(Sigma).min())
    ends = (mu - 9 * wide).min(0), (mu + 9 * wide).max(0)
    axes = [np.arange(low, high, narrow / per_sigma) for low, high in zip(*ends, strict=True)]
    step = float(narrow / per_sigma)
    z = np.stack(np.meshgrid(*axes, indexing="ij"), -1)
    one = [slice(j, j + 1) for j in range(k)]
    each = [
        _minus_log_sum(_density(axis[:, None], mu[:, j], Sigma[:, j, j]), step)
        for axis, j in zip(axes, one, strict=True)
    ]
    return _minus_log_sum(_density(z, mu, Sigma), step**k), each


def _estimate(mu: Array, Sigma: Array, one: Any) -> Estimate:
    coarse, fine = (
        np.array([one(*_parts(m, S, points)) for m, S in zip(mu, Sigma, strict=True)]) for points in (2.5, 4.0)
    )
    return Estimate(
        fine, abs(fine - coarse) + 1e-10, Grade.BOUNDED, certificate="two grids, sums that converge geometrically"
    )


def aggregate_entropy(mu: Array, Sigma: Array) -> Estimate:
    """h(q) = -int q log q."""
    return _estimate(mu, Sigma, lambda whole, each: whole)


def total_correlation(mu: Array, Sigma: Array) -> Estimate:
    """sum_j h(q_j) - h(q)."""
    return _estimate(mu, Sigma, lambda whole, each: sum(each) - whole)


def index_information(mu: Array, Sigma: Array) -> Estimate:
    """h(q) - mean_n h(q_n)."""
    whole = aggregate_entropy(mu, Sigma)
    own = (np.linalg.slogdet(2 * np.pi * np.e * np.asarray(Sigma, float))[1] / 2).mean(-1)
    return Estimate(whole.value - own, whole.error, whole.grade, certificate=whole.certificate)


def group_entropy(mu: Array, Sigma: Array, member: Array) -> Estimate:
    """H(c|z) = H(c) - h(q) + sum_c (K_c / N) h(q_c)."""
    whole = aggregate_entropy(mu, Sigma)
    values, errors = whole.value * 0, np.array(whole.error)
    for i, rows in enumerate(np.asarray(member, float).swapaxes(1, 2) > 0):
        for row in rows[rows.any(1)]:
            own, share = aggregate_entropy(mu[i : i + 1, row], Sigma[i : i + 1, row]), row.mean()
            values[i] += share * (own.value[0] - np.log(share))
            errors[i] += share * own.error[0]
    return Estimate(values - whole.value, errors, whole.grade, certificate=whole.certificate)


def aggregate_kl(mu: Array, Sigma: Array) -> Estimate:
    """-h(q) - E_q log p."""
    whole = aggregate_entropy(mu, Sigma)
    squares = (np.asarray(mu, float) ** 2).sum(-1) + np.trace(np.asarray(Sigma, float), axis1=-2, axis2=-1)
    cross = (squares.mean(-1) + mu.shape[-1] * np.log(2 * np.pi)) / 2
    return Estimate(cross - whole.value, whole.error, whole.grade, certificate=whole.certificate)

"""Characteristic functions of r by a tensor trapezoid rule, in one and two dimensions."""

from __future__ import annotations

from typing import Any

import numpy as np

from verification.estimate import Estimate, Grade
from verification.oracles import NotApplicable

Array = np.ndarray[Any, Any]
FREQUENCIES = np.array([0.5, 1.0, 1.7, 2.6])


def _grid(mu: Array, Sigma: Array, count: int) -> tuple[Array, float]:
    """Points over every posterior and the prior, ten widths out."""
    width = np.sqrt(np.maximum(np.einsum("nii->ni", Sigma), 1e-300))
    low = np.minimum((mu - 10 * width).min(0), -9.0)
    high = np.maximum((mu + 10 * width).max(0), 9.0)
    axes = [np.linspace(a, b, count) for a, b in zip(low, high, strict=True)]
    points = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, len(axes))
    return points, float(np.prod([(b - a) / (count - 1) for a, b in zip(low, high, strict=True)]))


def _log_density(z: Array, mu: Array, sigma: Array) -> Array:
    left = z - mu
    quadratic = np.einsum("zi,ij,zj->z", left, np.linalg.inv(sigma), left)
    return np.asarray(-(quadratic + np.linalg.slogdet(sigma)[1] + len(mu) * np.log(2 * np.pi)) / 2)


def _values(mu: Array, Sigma: Array, beta: float, count: int) -> Array:
    z, _ = _grid(mu, Sigma, count)
    log_q = np.logaddexp.reduce([_log_density(z, m, s) for m, s in zip(mu, Sigma, strict=True)], axis=0) - np.log(
        len(mu)
    )
    k = mu.shape[-1]
    tilt = (1 - beta) * log_q + beta * _log_density(z, np.zeros(k), np.eye(k))
    weight = np.exp(tilt - tilt.max())
    weight /= weight.sum()
    along = z if k == 1 else np.concatenate([z, z.sum(1, keepdims=True) / np.sqrt(k)], axis=1)
    phase = (along[..., None] * FREQUENCIES).reshape(len(z), -1)
    return np.concatenate([weight @ np.cos(phase), weight @ np.sin(phase)])


def implicit_prior(mu: Array, Sigma: Array, beta: Array) -> Estimate:
    """E cos(w . z) and E sin(w . z) under r along the axes and the diagonal."""
    if mu.shape[-1] > 2:
        raise NotApplicable(f"grids in one and two dimensions only; k = {mu.shape[-1]}")
    count = 4001 if mu.shape[-1] == 1 else 401
    fine = np.array([_values(m, s, b, count) for m, s, b in zip(mu, Sigma, beta, strict=True)])
    coarse = np.array([_values(m, s, b, (count + 1) // 2) for m, s, b in zip(mu, Sigma, beta, strict=True)])
    seen = [_sees(m, s, (count + 1) // 2) for m, s in zip(mu, Sigma, strict=True)]
    error = np.where(np.array(seen)[:, None], np.abs(fine - coarse) + 1e-12, np.inf)
    return Estimate(fine, error, Grade.BOUNDED, certificate="tensor trapezoid rule, two steps")


def _sees(mu: Array, Sigma: Array, count: int) -> bool:
    """Whether no posterior is narrower than a step of the coarser grid: what falls between points, both grids miss."""
    points, _ = _grid(mu, Sigma, count)
    steps = (points.max(0) - points.min(0)) / (count - 1)
    return bool(steps.max() <= np.sqrt(np.linalg.eigvalsh(Sigma).min()))

"""Measured claims about structured beta-VAEs: their objectives over beta, their covariances, their encoders' nats.

All take a run's ``seed`` and ``device`` and return Estimates of grade TRAINED: a value for every model, or for every
block size its mean over training seeds, with a radius that belongs to confidence 1 - alpha over all of them, given the
models. What is supported holds in each of them.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from verification.estimate import Estimate, Grade
from verification.vae.evidence import student_radius
from verification.vae.structured_fixtures import Fit, fits

Array = np.ndarray[Any, Any]

ALPHA = 1e-9
CLOSE, FAR, SHARE, ROUNDING = 0.1, 0.4, 0.5, 1e-9
# A beta at which hardly any dimension has collapsed, and one at which many have: along the directions that vary most,
# 28 by 28 images in [0, 1] have half the variance of digits in [0, 4].
MIDDLE = {"digits": 1.0, "mnist": 0.4, "emnist": 0.4}
LARGE = {"digits": 4.0, "mnist": 2.0, "emnist": 2.0}


def over_seeds(fit: Fit, values: Array, beta: float, block: int, alpha: float = 0.05) -> tuple[float, float]:
    """Mean over the models of one setting, and Student's radius over their seeds: values (M,) or (M, T)."""
    chosen = values[fit.grid.of(beta, block)]
    means = chosen.mean(1) if chosen.ndim == 2 else chosen
    return float(means.mean()), student_radius(means, alpha)


def _fit(seed: int, device: str, data: str, tier: str) -> Fit:
    return fits(tier, seed, device, data)[0]


def _every(contrasts: Array, alpha: float) -> Estimate:
    """Means over images of each row, (models, images), each at an equal share of alpha."""
    share = alpha / len(contrasts)
    radius = np.array([student_radius(row, share) for row in contrasts])
    how = f"Student intervals over {contrasts.shape[1]} images in each of {len(contrasts)} cases, given the models"
    return Estimate(contrasts.mean(1), radius, Grade.TRAINED, certificate=how)


def _given(values: Array, error: Any, what: str) -> Estimate:
    error = np.broadcast_to(np.asarray(error, float), values.shape)
    return Estimate(values, error, Grade.TRAINED, certificate=f"{what}, given the models and the images")


def _at(fit: Fit, beta: float, blocks: tuple[int, ...] | None = None) -> list[int]:
    chosen = blocks or fit.grid.blocks
    return [m for b in chosen for m in fit.grid.of(beta, b)]


def _rise(fit: Fit, values: Array, low: float, high: float) -> Array:
    """Values (M, T) at one beta less those at another, a mean over seeds for each block size: (blocks, T)."""
    return _by_block(fit, values[_at(fit, high)] - values[_at(fit, low)])


def _by_block(fit: Fit, rows: Array) -> Array:
    return np.asarray(rows.reshape(-1, fit.grid.replicates, rows.shape[-1]).mean(1))


def betas(fit: Fit) -> tuple[float, float, float]:
    """The smallest beta, the middle and the large one."""
    return min(fit.grid.betas), MIDDLE[fit.images.name], LARGE[fit.images.name]


def taylor_gap_rises(
    seed: int, device: str = "auto", alpha: float = ALPHA, data: str = "digits", tier: str = "default"
) -> Estimate:
    """(2) less (7) at the large beta less that at the smallest, in nats."""
    fit = _fit(seed, device, data, tier)
    return _every(_rise(fit, fit.local["remainder"], *betas(fit)[::2]), alpha)


def grae_gap_rises(
    seed: int, device: str = "auto", alpha: float = ALPHA, data: str = "digits", tier: str = "default"
) -> Estimate:
    """(7) less (13) at the middle beta less that at the smallest, in nats."""
    fit = _fit(seed, device, data, tier)
    return _every(_rise(fit, fit.local["gap"], *betas(fit)[:2]), alpha)


def _faster(fit: Fit, low: float, high: float) -> Array:
    """How much more (7) less (13) rises from one beta to another than (2) less (7)."""
    return _rise(fit, fit.local["gap"] - fit.local["remainder"], low, high)


def grae_gap_is_faster(
    seed: int, device: str = "auto", alpha: float = ALPHA, data: str = "digits", tier: str = "default"
) -> Estimate:
    """The rise of (7) less (13) from the smallest beta to the large one, less the rise of (2) less (7), in nats."""
    fit = _fit(seed, device, data, tier)
    return _every(_faster(fit, *betas(fit)[::2]), alpha)


def grae_gap_is_faster_at_first(
    seed: int, device: str = "auto", alpha: float = ALPHA, data: str = "digits", tier: str = "default"
) -> Estimate:
    """The same from the smallest beta to the middle one."""
    fit = _fit(seed, device, data, tier)
    return _every(_faster(fit, *betas(fit)[:2]), alpha)


def taylor_gap_is_faster_later(
    seed: int, device: str = "auto", alpha: float = ALPHA, data: str = "digits", tier: str = "default"
) -> Estimate:
    """The opposite from the middle beta to the large one."""
    fit = _fit(seed, device, data, tier)
    return _every(-_faster(fit, *betas(fit)[1:]), alpha)


def objectives_are_close(
    seed: int, device: str = "auto", alpha: float = ALPHA, data: str = "digits", tier: str = "default"
) -> Estimate:
    """A tenth of (2) less the distance of (2) from (13), both ways, in nats: every model."""
    fit = _fit(seed, device, data, tier)
    apart = fit.vae - fit.local["grae"]
    return _every(np.concatenate([CLOSE * fit.vae - apart, CLOSE * fit.vae + apart]), alpha)


def gap_has_the_formula(
    seed: int, device: str = "auto", alpha: float = ALPHA, data: str = "digits", tier: str = "default"
) -> Estimate:
    """1e-9 nats less the largest difference between the corrected formula and (7) less (13), on any image."""
    fit = _fit(seed, device, data, tier)
    off = fit.local["taylor"] - fit.local["grae"] - fit.local["gap"]
    return _given(ROUNDING - abs(off).max(1), 0.0, "float64")


def family_is_most_of_the_gap(
    seed: int, device: str = "auto", alpha: float = ALPHA, data: str = "digits", tier: str = "default"
) -> Estimate:
    """Half of (7) less (13), less what Sigma costs within its own family, in nats: diagonal posteriors, up to
    the middle beta."""
    fit = _fit(seed, device, data, tier)
    chosen = [m for beta in fit.grid.betas if beta <= betas(fit)[1] for m in _at(fit, beta, (1,))]
    return _every(SHARE * fit.local["gap"][chosen] - fit.local["gap_own"][chosen], alpha)


def own_family_is_nearer(
    seed: int, device: str = "auto", alpha: float = ALPHA, data: str = "digits", tier: str = "default"
) -> Estimate:
    """The relative distance of Sigma from (11) less that from its own family's best covariance, on active dimensions:
    every model up to the large beta."""
    fit = _fit(seed, device, data, tier)
    nearer = fit.local["active_distance"] - fit.local["active_distance_own"]
    return _every(nearer[fit.grid.beta <= betas(fit)[2]], alpha)


def covariance_is_far(
    seed: int, device: str = "auto", alpha: float = ALPHA, data: str = "digits", tier: str = "default"
) -> Estimate:
    """The relative distance of Sigma from (11) at the smallest beta, on active dimensions, less two fifths."""
    fit = _fit(seed, device, data, tier)
    return _every(fit.local["active_distance"][_at(fit, betas(fit)[0])] - FAR, alpha)


def blocks_are_seen(
    seed: int, device: str = "auto", alpha: float = ALPHA, data: str = "digits", tier: str = "default"
) -> Estimate:
    """Root mean square cosine between columns of J within a block less that across blocks, at the middle
    beta."""
    fit = _fit(seed, device, data, tier)
    chosen = _at(fit, betas(fit)[1], tuple(b for b in fit.grid.blocks if b > 1))
    return _every(_by_block(fit, (fit.local["inside"] - fit.local["outside"])[chosen]), alpha)


def best_covariance_may_not_exist(
    seed: int, device: str = "auto", alpha: float = ALPHA, data: str = "digits", tier: str = "default"
) -> Estimate:
    """The largest eigenvalue of the whole Hessian (5) on any image, less beta, at the smallest beta: every model."""
    fit = _fit(seed, device, data, tier)
    low = betas(fit)[0]
    return _given(fit.local["top"][_at(fit, low)].max(1) - low, ROUNDING, "eigenvalues in float64")


def mean_costs_most(
    seed: int, device: str = "auto", alpha: float = ALPHA, data: str = "digits", tier: str = "default"
) -> Estimate:
    """What the encoder's mean costs less what its covariance costs within the family, in nats: every model up to the
    large beta."""
    fit = _fit(seed, device, data, tier)
    covariance, mean = fit.split["encoder"] - fit.split["covariance"], fit.split["covariance"] - fit.split["mean"]
    chosen = fit.grid.beta <= betas(fit)[2]
    more, left = (mean - covariance).mean(1)[chosen], fit.split["left"].mean(1)[chosen]
    return _given(more, left, "optima by Newton's method")

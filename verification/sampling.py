"""Sampled evidence: planned sizes, radii that hold at every size, and one linear contrast for each mistake."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from verification.estimate import Estimate, Grade, Sample

Array = np.ndarray[Any, Any]

PILOT = 200
REACH = 2.2


def radius(sample: Sample, alpha: float) -> Array:
    """Radius of the mean at two-sided error alpha: empirical Bernstein (Maurer and Pontil) where the summands are
    bounded,
    the normal approximation where only a finite variance is known."""
    spread = np.sqrt(sample.variance / sample.n)
    if sample.span is not None:
        level = np.log(4 / alpha)
        return np.asarray(spread * np.sqrt(2 * level) + 7 * sample.span * level / (3 * (sample.n - 1)))
    if not sample.moment:
        return np.full(np.shape(sample.mean), np.inf)
    from scipy.special import ndtri

    return np.asarray(spread * -ndtri(alpha / 2))


def as_estimate(sample: Sample, alpha: float) -> Estimate:
    return Estimate(sample.mean, radius(sample, alpha), Grade.SAMPLED, sample.link)


def contrasts(separation: Array, deviation: Array) -> Array:
    """Weights c (mutants, cases): separation over variance, the direction in which each mistake shows most."""
    floor = 1e-12 + 1e-3 * np.max(deviation)
    weights = np.where(np.isfinite(separation), separation, 0) / np.maximum(deviation, floor) ** 2
    scale = np.max(np.abs(weights), axis=1, keepdims=True)
    return np.asarray(weights / np.where(scale > 0, scale, 1))


def contrast_radius(weights: Array, sample: Sample, alpha: float) -> Array:
    """Bernstein radius of each contrast's mean; every deviation raised by its own uncertainty.

    alpha is shared by both sides of every contrast and by every deviation.
    """
    level = np.log((2 * len(weights) + np.shape(sample.mean)[0]) / alpha)
    span = np.zeros_like(sample.mean) if sample.span is None else sample.span * np.ones_like(sample.mean)
    deviation = np.sqrt(sample.variance) + span * np.sqrt(2 * level / (sample.n - 1))
    spread = np.sqrt(2 * level * np.sum((weights * deviation) ** 2, axis=1) / sample.n)
    return np.asarray(spread + np.max(np.abs(weights) * span, axis=1) * level / (3 * sample.n))


def contrast_excess(weights: Array, sample: Sample, value: Array, error: Array, alpha: float) -> Array:
    """How far each contrast of (sample mean - value) lies outside its radius; positive is a violation."""
    with np.errstate(invalid="ignore"):  # what overflows is left to the comparison case by case
        gap = np.abs(np.sum(weights * (sample.mean - value), axis=1)) - np.sum(np.abs(weights) * error, axis=1)
    return np.asarray(gap - contrast_radius(weights, sample, alpha))


def planned_size(pilot: Sample, separations: Sequence[Array], alpha: float, most: int) -> int:
    """Samples for which every mistake's contrast is REACH radii away; never depends on shipped minus truth."""
    if not len(separations):
        return 1000
    apart = np.asarray(separations)
    weights = contrasts(apart, np.sqrt(pilot.variance))
    need = 1000
    shown = np.abs(np.sum(weights * np.where(np.isfinite(apart), apart, 0), axis=1))
    while need < most:
        trial = Sample(need, pilot.mean, pilot.variance, pilot.span, pilot.moment, pilot.link)
        if np.all(shown >= REACH * contrast_radius(weights, trial, alpha)):
            break
        need *= 2
    return min(need, most)

"""A sampler draws from the stated distribution, seen through bounded probes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from verification.estimate import Estimate
from verification.relations import Comparison, answered

Array = np.ndarray[Any, Any]

FREQUENCIES = (0.5, 1.0, 1.7, 2.6)


@dataclass(frozen=True)
class Distribution:
    """E cos(w . z) and E sin(w . z) of the draws against the oracle's, at fixed frequencies.

    Each probe lies in [-1, 1], so Hoeffding's radius holds at every n; ``alpha`` is split over cases and probes.
    """

    draws: int
    name: str = "distribution"
    samples: bool = True

    def expand(self, args: dict[str, Array]) -> dict[str, Array]:
        return args

    def hoeffding(self, probes: int, alpha: float) -> float:
        return float(np.sqrt(2 * np.log(2 * probes / alpha) / self.draws))

    def shape(self, draws: Array) -> tuple[int, int]:
        """Of the probe values of draws (cases, n, k)."""
        return len(draws), probes(draws[:, :1]).shape[-1]

    def compare_draws(self, draws: Array, truth: Estimate, alpha: float) -> Comparison:
        """``draws`` (cases, n, k) against probe values (cases, 2 x directions x frequencies)."""
        seen = probes(draws).mean(axis=1)
        value = np.asarray(truth.value, float)
        reach = self.hoeffding(value.size, alpha) + np.asarray(truth.error, float)
        excess = np.abs(seen - value) - reach
        excess = np.where(np.isnan(excess), np.inf, excess).max(axis=1)
        return Comparison(excess, reach.max(axis=1), usable=answered(truth))

    def compare(self, shipped: Callable[..., Any], truth: Estimate, args: dict[str, Array]) -> Comparison:
        raise TypeError("a sampler is compared through its draws")


def directions(k: int) -> Array:
    """The axes and, beyond one dimension, the diagonal."""
    axes = np.eye(k)
    return axes if k == 1 else np.concatenate([axes, np.full((1, k), k**-0.5)])


def probes(z: Array) -> Array:
    """cos(w . z) and sin(w . z) along the last axis, for points (..., k)."""
    phase = (z @ directions(z.shape[-1]).T)[..., None] * np.asarray(FREQUENCIES)
    flat = phase.reshape(*z.shape[:-1], -1)
    return np.concatenate([np.cos(flat), np.sin(flat)], axis=-1)

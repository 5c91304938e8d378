"""The formula is the point where an objective is stationary and best over the probability simplex."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from verification.estimate import Estimate
from verification.relations import Comparison, answered

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Optimal:
    """The oracle gives, at the shipped point, by how much the objective's gradient along the constraint differs
    from zero,
    and by how much the best of many feasible competitors beats it: both in one Estimate of shape (cases, probes), every
    entry of which must be zero (gradient) or at most zero (competitors; the oracle returns the positive part).
    """

    name: str = "optimal"
    needs_shipped: bool = True

    def expand(self, args: dict[str, Array]) -> dict[str, Array]:
        return args

    def compare(self, shipped: Callable[..., Any], truth: Estimate, args: dict[str, Array]) -> Comparison:
        value, error = np.asarray(truth.value, float), np.asarray(truth.error, float)
        excess = np.abs(value) - error
        flat = np.where(np.isnan(excess), np.inf, excess).reshape(len(value), -1)
        return Comparison(flat.max(axis=1), error.reshape(len(value), -1).max(axis=1), usable=answered(truth))


OPTIMAL = Optimal()

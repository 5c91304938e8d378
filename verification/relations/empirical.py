"""A measured quantity lies above a threshold, shown by its confidence limit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from verification.estimate import Estimate
from verification.relations import Comparison, answered

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Empirical:
    """measured > threshold: supported when the lower confidence limit is above, refuted when the upper one is below."""

    threshold: float = 0.0
    name: str = "empirical"

    def expand(self, args: dict[str, Array]) -> dict[str, Array]:
        return args

    def compare(self, shipped: Callable[..., Any], truth: Estimate, args: dict[str, Array]) -> Comparison:
        value, error = np.atleast_1d(np.asarray(truth.value, float)), np.atleast_1d(np.asarray(truth.error, float))
        above, below = value - error - self.threshold, self.threshold - value - error
        return Comparison(
            excess=below,
            radius=error,
            slack=above,
            usable=answered(Estimate(value, error, truth.grade)),
            shown=above > 0,
            observed={"value": value.tolist(), "error": error.tolist()},
        )


EMPIRICAL = Empirical()

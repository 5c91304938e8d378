"""The formula bounds the truth; how much room it leaves is data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from verification.balls import lower_end, middle
from verification.estimate import Estimate
from verification.relations import Comparison, known, linked, resolution, truth_as_balls, widest

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Bound:
    """sign = 1: formula <= truth, a lower bound of it; sign = -1: formula >= truth."""

    name: str
    sign: int

    def expand(self, args: dict[str, Array]) -> dict[str, Array]:
        return args

    def compare(self, shipped: Callable[..., Any], truth: Estimate, args: dict[str, Array]) -> Comparison:
        right = truth_as_balls(truth)
        value = shipped(**args)
        left = linked(value, truth)
        slack = self.sign * (middle(right) - middle(left)) if truth.link == "identity" else None
        return Comparison(
            excess=widest(lower_end(self.sign * (left - right))),
            radius=resolution(right, left, truth.link),
            slack=slack,
            usable=known(right),
        )


AT_MOST = Bound("at_most", 1)
AT_LEAST = Bound("at_least", -1)

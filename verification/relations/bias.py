"""An estimator's expectation lies on the stated side of its target, shown by exact enumeration or a confidence
limit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from verification.balls import lower_end, middle, radius
from verification.estimate import Estimate
from verification.relations import Comparison, known, linked, truth_as_balls, widest

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Bias:
    """Affirmative: expectation (the truth) minus target (the formula) is strictly below (sign = -1) or above (1) zero.

    No violation is not support: each case must show the sign. No bias at all refutes the claim.
    """

    sign: int
    name: str = "bias"

    def expand(self, args: dict[str, Array]) -> dict[str, Array]:
        return args

    def compare(self, shipped: Callable[..., Any], truth: Estimate, args: dict[str, Array]) -> Comparison:
        right = truth_as_balls(truth)
        bias = self.sign * (right - linked(shipped(**args), truth))
        against = lower_end(-bias)
        return Comparison(
            excess=widest(np.where(against == 0, np.finfo(float).tiny, against)),
            radius=widest(radius(bias)),
            slack=middle(bias) if truth.link == "identity" else None,
            usable=known(right),
            shown=widest(-lower_end(bias)) < 0,
        )


BIASED_LOW, BIASED_HIGH = Bias(-1), Bias(1)

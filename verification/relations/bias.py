"""An estimator's expectation lies on the stated side of its target, shown by exact enumeration or a confidence
limit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from verification.balls import lower_end, middle, radius
from verification.estimate import Estimate
from verification.relations import Comparison, known, truth_as_balls, widest

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Bias:
    """Affirmative: expectation (the truth) minus target (the formula) is strictly below (sign = -1) or above (1) zero.

    No violation is not support: each case must show the sign, so an unbiased estimator refutes the claim.
    """

    sign: int
    name: str = "bias"

    def expand(self, args: dict[str, Array]) -> dict[str, Array]:
        return args

    def compare(self, shipped: Callable[..., Any], truth: Estimate, args: dict[str, Array]) -> Comparison:
        right = truth_as_balls(truth)
        bias = self.sign * (right - shipped(**args))
        shown = lower_end(bias)
        return Comparison(
            excess=widest(np.where(shown > 0, -shown, np.maximum(-shown, np.finfo(float).tiny))),
            radius=widest(radius(bias)),
            slack=middle(bias),
            usable=known(right),
        )


BIASED_LOW, BIASED_HIGH = Bias(-1), Bias(1)

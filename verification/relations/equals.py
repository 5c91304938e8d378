"""The formula equals the truth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from verification.balls import distance_from_zero
from verification.estimate import Estimate
from verification.relations import Comparison, known, linked, resolution, truth_as_balls, widest

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Equals:
    """formula = truth: a violation is a difference whose ball does not contain zero."""

    name: str = "equals"

    def expand(self, args: dict[str, Array]) -> dict[str, Array]:
        return args

    def compare(self, shipped: Callable[..., Any], truth: Estimate, args: dict[str, Array]) -> Comparison:
        right = truth_as_balls(truth)
        left = linked(shipped(**args), truth)
        return Comparison(
            excess=widest(distance_from_zero(left - right)),
            radius=resolution(right, left, truth.link),
            usable=known(right),
        )


EQUALS = Equals()

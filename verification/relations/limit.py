"""A quantity tends to what the formula says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from verification.balls import as_balls, distance_from_zero, is_finite, middle, radius
from verification.estimate import Estimate
from verification.relations import Comparison, truth_as_balls, widest

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Limit:
    """truth(t) -> formula as ``parameter`` runs through t times its value, t along ``path``.

    Affirmative: the distance must fall to ``shrinks`` of what it was at the start of the path; a wrong limit leaves
    a floor.
    """

    parameter: str
    path: tuple[float, ...]
    shrinks: float
    name: str = "limit"

    def expand(self, args: dict[str, Array]) -> dict[str, Array]:
        size = len(next(iter(args.values())))
        wide = {name: np.repeat(value, len(self.path), axis=0) for name, value in args.items()}
        scaled = wide[self.parameter]
        factor = as_balls(np.tile(self.path, size)).reshape((-1,) + (1,) * (scaled.ndim - 1))
        wide[self.parameter] = as_balls(scaled) * factor if scaled.dtype == object else scaled * factor.astype(float)
        return wide

    def compare(self, shipped: Callable[..., Any], truth: Estimate, args: dict[str, Array]) -> Comparison:
        right = truth_as_balls(truth)
        steps = len(self.path)
        distance = (right - shipped(**args)).reshape(len(right) // steps, steps, -1)
        usable = np.asarray(is_finite(distance).reshape(len(distance), -1).all(axis=1))
        start, left = np.abs(middle(distance[:, 0])), np.abs(middle(distance[:, -1]))
        unsure = radius(distance[:, 0]), radius(distance[:, -1])
        reach = self.shrinks * widest(start + unsure[0])
        observed = {"start": float(np.median(widest(start))), "left": float(np.median(widest(left)))}
        return Comparison(
            excess=widest(distance_from_zero(distance[:, -1])) - reach,
            radius=reach,
            usable=usable,
            shown=widest(left + unsure[1]) <= self.shrinks * widest(start - unsure[0]),
            observed=observed,
        )

"""The formula approximates the truth to an observed order, with a given leading coefficient."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from verification.balls import as_balls, distance_from_zero, middle
from verification.estimate import Estimate
from verification.relations import Comparison, truth_as_balls

Array = np.ndarray[Any, Any]

LADDER = (1e-6, 1e-7, 1e-8)


@dataclass(frozen=True)
class Order:
    """formula - truth = O(t^power) as ``parameter`` runs through t times its value, t on a ladder.

    Judged in balls at raised precision, where no rounding floor bends the slope. With ``coefficient`` (an independent
    closed form of the case at t = 1) the ratio error / t^power must tend to it; otherwise only "at least power" is
    asserted.
    The step left to the limit is bounded by twice the last change, since each step shrinks it tenfold.
    """

    parameter: str
    power: float
    coefficient: Callable[..., Any] | None = None
    name: str = "order"

    def expand(self, args: dict[str, Array]) -> dict[str, Array]:
        size = len(next(iter(args.values())))
        rungs = np.tile(np.asarray(LADDER), size)
        wide = {name: np.repeat(value, len(LADDER), axis=0) for name, value in args.items()}
        scaled = wide[self.parameter]
        factor = as_balls(rungs).reshape((-1,) + (1,) * (scaled.ndim - 1))
        wide[self.parameter] = as_balls(scaled) * factor
        return wide

    def compare(self, shipped: Callable[..., Any], truth: Estimate, args: dict[str, Array]) -> Comparison:
        right = truth_as_balls(truth)
        error = (shipped(**args) - right).reshape(-1, len(LADDER))
        usable = np.array([all(e.is_finite() and not e.contains(0) for e in row) for row in error], dtype=bool)
        with np.errstate(divide="ignore", invalid="ignore"):
            logs = np.log(np.abs(middle(error)))
        steps = np.diff(logs, axis=1) / np.diff(np.log(LADDER))
        slope, change = steps[:, -1], np.abs(steps[:, -1] - steps[:, -2]) + 1e-9
        excess, radius = self.power - slope - 2 * change, 2 * change
        observed: dict[str, Any] = {"order": float(np.median(slope)) if len(slope) else np.nan, "needed": self.power}
        if self.coefficient is not None:
            base = {k: v.reshape(-1, len(LADDER), *v.shape[1:])[:, 0] for k, v in args.items()}
            base[self.parameter] = base[self.parameter] / as_balls(LADDER[0])
            names = self.coefficient.__code__.co_varnames[: self.coefficient.__code__.co_argcount]
            limit = self.coefficient(**{name: as_balls(base[name]) for name in names})
            ratio = error / np.array([arb_power(t, self.power) for t in LADDER], dtype=object)
            left = np.abs(ratio[:, -1] - ratio[:, -2])
            gap = distance_from_zero(ratio[:, -1] - limit)
            excess = np.maximum(excess, gap - 2 * middle(left))
            radius = 2 * middle(left)
            observed["coefficient"] = float(np.median(middle(ratio[:, -1])))
        return Comparison(
            excess=np.where(np.isnan(excess), np.inf, excess), radius=radius, usable=usable, observed=observed
        )


def arb_power(t: float, power: float) -> Any:
    return as_balls(t).item() ** as_balls(power).item()

"""The formula approximates the truth to an observed order, with a given leading coefficient."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from verification.arithmetic import call, in_balls
from verification.balls import as_balls, lower_end, middle
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
        logs = np.where(usable[:, None], np.abs(error), as_balls(1.0))
        steps = np.diff(np.log(logs), axis=1) / np.diff(np.log(as_balls(LADDER)))
        slope, change = steps[:, -1], np.abs(steps[:, -1] - steps[:, -2]) + as_balls(1e-9)
        short = as_balls(self.power) - slope - 2 * change
        excess, radius, shown = lower_end(short), 2 * middle(change), lower_end(-short) >= 0
        observed: dict[str, Any] = {"order": float(np.median(middle(slope[usable]))) if usable.any() else np.nan}
        observed["needed"] = self.power
        if self.coefficient is not None:
            base = {k: v.reshape(-1, len(LADDER), *v.shape[1:])[:, 0] for k, v in args.items()}
            base[self.parameter] = base[self.parameter] / as_balls(LADDER[0])
            limit = call(self.coefficient, in_balls(base))
            ratio = error / np.array([arb_power(t, self.power) for t in LADDER], dtype=object)
            left = 2 * np.abs(ratio[:, -1] - ratio[:, -2])
            excess = np.maximum(excess, lower_end(np.abs(ratio[:, -1] - limit) - left))
            radius = middle(left)
            observed["coefficient"] = float(np.median(middle(ratio[:, -1])))
        return Comparison(excess=excess, radius=radius, usable=usable, shown=shown, observed=observed)


def arb_power(t: float, power: float) -> Any:
    return as_balls(t).item() ** as_balls(power).item()

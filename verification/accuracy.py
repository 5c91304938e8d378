"""Rounding, judged apart: the same source in floats and in balls."""

from __future__ import annotations

from typing import Any

import numpy as np

from verification import evidence as ev
from verification.arithmetic import disagreement, has_torch, in_float32, in_float64, in_torch
from verification.balls import middle
from verification.claim import BALL, FLOAT64, TORCH, Claim
from verification.domain import Batch
from verification.evidence import Broken, Context
from verification.oracles import NotApplicable
from verification.testimony import shipped_value

Array = np.ndarray[Any, Any]


def measure_accuracy(claim: Claim, batches: list[Batch], ctx: Context) -> dict[str, float] | None:
    """How far float64, torch and float32 are from the same source in balls; widens nothing.

    Without a ball path it is told how far torch is from float64.
    """
    if BALL not in claim.arithmetics and TORCH not in claim.arithmetics:
        return None
    worst: dict[str, float] = {}
    runs = {FLOAT64: in_float64, TORCH: in_torch, "float32": in_float32}
    if BALL not in claim.arithmetics:
        runs = {TORCH: in_torch}
    formula = claim.shipped
    for batch in batches:
        try:
            args = ev.complete(claim, batch, ctx)
        except (Broken, NotApplicable):
            continue
        if claim.relation.expand(args) is args:
            exact = shipped_value(claim, batch, ctx)
        else:
            exact = ev.ball_values(claim, formula, args, spread=False)
        if isinstance(exact, Exception):
            continue
        exact = exact if BALL in claim.arithmetics else ev.as_balls(middle(exact))
        for name, run in runs.items():
            if name == TORCH and (TORCH not in claim.arithmetics or not has_torch()):
                continue
            if name == "float32" and ctx.tier.name == "fast":
                continue
            try:
                with np.errstate(all="ignore"):
                    gap = disagreement(run(formula, args), exact)
            except Exception:
                gap = np.inf
            worst[name] = max(worst.get(name, 0.0), gap)
    return worst

"""Where a formula stops to hold: finite just inside, its sentence just outside."""

from __future__ import annotations

from typing import Any

import numpy as np

from verification import evidence as ev
from verification.claim import Claim

Array = np.ndarray[Any, Any]


def check_border(claim: Claim) -> str | None:
    """Bisect to the border of validity; just inside the formula is finite, just outside it raises its sentence."""
    border, requires = claim.domain.border, claim.domain.requires
    if border is None or requires is None:
        return None
    case = {name: np.asarray(value, float)[None] for name, value in claim.domain.witnesses[0].items()}

    def moved(x: float) -> dict[str, Array]:
        return {**case, border.argument: np.array([x])}

    inside, outside = border.inside, border.outside
    for _ in range(60):
        middle_ = (inside + outside) / 2
        inside, outside = (middle_, outside) if bool(requires(**moved(middle_))[0]) else (inside, middle_)
    for step in (1e-3, 1e-8):
        away = step * np.sign(border.inside - border.outside)
        where = f"the border {border.argument} = {inside:.9g}"
        try:
            within = ev.call_formula(claim, claim.shipped, moved(inside + away))
        except Exception as error:
            return f"just inside {where} it raises {type(error).__name__}: {error}"
        if not np.isfinite(within).all():
            return f"not finite just inside {where}"
        try:
            beyond = ev.call_formula(claim, claim.shipped, moved(inside - away))
        except border.error:
            continue
        except Exception as error:
            return f"just outside {where} it raises {type(error).__name__} in place of {border.error.__name__}: {error}"
        return f"just outside {where} it returns {beyond} in place of an error"
    return None

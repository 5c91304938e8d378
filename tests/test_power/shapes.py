"""Every shipped formula without leading axes, with two on one argument, for one posterior, at the origin, and wider."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from verification import evidence as ev
from verification.arithmetic import call
from verification.balls import middle
from verification.claim import FLOAT64, Claim
from verification.evidence import Context

Array = np.ndarray[Any, Any]
Args = dict[str, Array]

POSTERIORS = {
    "mu": 2,
    "sigma": 2,
    "Sigma": 3,
    "scale_tril": 3,
    "x": 2,
    "log_lik_at_means": 1,
    "phi": 1,
    "log_phi": 1,
    "log_q": 1,
    "log_lik": 2,
    "member": 2,
}
ORIGIN = ("mu", "z", "log_q")
VECTORS = ("mu", "z", "u", "W", "centre", "h", "v", "J", "p", "step")
CURVATURES = ("H", "E", "bends")  # none along the further dimension
LINES = ("knots", "values")  # one row a dimension
MANY = 1000  # numbers
# Of one posterior none is left out, log N is 0, and where it is nowhere nobody is responsible.
SEVERAL = ("certified.population.", "certified.T3.ratio", "certified.T4.variance.tight")
LAYERED = "kumar_poole.gram"  # networks, layer by layer: their stacks have checks of their own
DRAWN = ("sharper.sampler.", "sharper.interval.")  # another case draws other numbers


def first_cases(claim: Claim, context: Context) -> list[Args]:
    """The first case of each shape, as floats; a thousand posteriors have no other shape than a few."""
    cases = []
    for batch in claim.domain.batches(context.seed, context.tier.draws):
        args = ev.complete(claim, batch, context)
        if any(np.size(v[0]) > MANY for v in args.values()):
            continue
        cases.append({n: middle(v[0]) if v.dtype == object else np.asarray(v[0]) for n, v in args.items()})
    return cases


def value(claim: Claim, args: Args) -> Array:
    return np.asarray(call(claim.shipped, args), float)


def same_without_leading_axes(claim: Claim, case: Args) -> bool:
    batch = value(claim, {name: v[None] for name, v in case.items()})
    return close(value(claim, case), batch[0])


def same_with_leading_axes_on_one(claim: Claim, case: Args) -> bool:
    """An argument whose values are not used may leave its axes behind."""
    alone = value(claim, case)
    for name in case:
        wide = value(claim, {**case, name: np.broadcast_to(case[name], (2, 3, *case[name].shape)).copy()})
        if wide.shape not in ((2, 3, *alone.shape), alone.shape):
            return False
        if not claim.id.startswith(DRAWN) and not close(wide, np.broadcast_to(alone, wide.shape)):
            return False
    return True


def right_for_one_posterior(claim: Claim, case: Args) -> bool:
    """One of N posteriors is an aggregate too: the formula goes through and answers with numbers."""
    if claim.id.startswith(SEVERAL):
        return True
    few = {n: v[:1] if v.ndim >= POSTERIORS.get(n, 9) else v for n, v in case.items()}
    return bool(np.isfinite(value(claim, few)).all())


def finite_at_the_origin(claim: Claim, case: Args) -> bool:
    return bool(np.isfinite(value(claim, {n: np.zeros_like(v) if n in ORIGIN else v for n, v in case.items()})).all())


def finite_in_one_more_dimension(claim: Claim, case: Args) -> bool:
    """The further dimension is the prior's: mean 0, variance 1, not correlated, not seen by decoder or encoder."""
    wide = {}
    for name, v in case.items():
        wide[name] = v
        if name.rstrip("01") in VECTORS and v.ndim:
            wide[name] = np.concatenate([v, np.zeros_like(v[..., :1])], -1)
        elif name == "A":
            wide[name] = np.concatenate([v, np.zeros_like(v[..., :1, :])], -2)
        elif name in CURVATURES:
            wide[name] = np.pad(v, [(0, 0)] * (v.ndim - 2) + [(0, 1), (0, 1)])
        elif name == "fourth":
            wide[name] = np.pad(v, (0, 1))
        elif name == "sigma" and v.ndim:
            wide[name] = np.concatenate([v, np.ones_like(v[..., :1])], -1)
        elif name in LINES:
            wide[name] = np.concatenate([v, v[..., -1:, :]], -2)
        elif name.rstrip("012") in ("Sigma", "S", "scale_tril", "spread") or (
            name == "U" and {"z", "Sigma", "W"} & set(case)
        ):
            wide[name] = np.zeros((*v.shape[:-2], v.shape[-1] + 1, v.shape[-1] + 1))
            wide[name][..., :-1, :-1], wide[name][..., -1, -1] = v, 1
    return bool(np.isfinite(value(claim, wide)).all())


def close(a: Array, b: Array) -> bool:
    return a.shape == b.shape and bool(np.allclose(a, b, rtol=1e-9, atol=1e-11))


PROPERTIES = (
    same_without_leading_axes,
    same_with_leading_axes_on_one,
    right_for_one_posterior,
    finite_at_the_origin,
    finite_in_one_more_dimension,
)


def checks(claim: Claim, context: Context) -> dict[str, Callable[[], bool]]:
    """The properties of one claim's formula, by name; none where it is no formula of arrays."""
    if claim.id.startswith(LAYERED):
        return {}
    if FLOAT64 not in claim.arithmetics or claim.relation.name in ("empirical", "distribution"):
        return {}
    cases = first_cases(claim, context)
    return {f"{claim.id}: {prop.__name__.replace('_', ' ')}": partial(_all, prop, claim, cases) for prop in PROPERTIES}


def _all(prop: Callable[[Claim, Args], bool], claim: Claim, cases: list[Args]) -> bool:
    with np.errstate(all="ignore"):
        return all(prop(claim, case) for case in cases)

"""A change in any closed form, bound or approximation turns the comparison with the committed run red, by name."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from verification.baseline import compare
from verification.claim import Claim
from verification.evidence import TIERS, Context
from verification.report import schema
from verification.run import judged, registry

REFERENCE = Path(__file__).parents[2] / "reports" / "baseline.json"

Formula = Callable[..., Any]


@pytest.fixture(scope="module")
def reference() -> schema.Results:
    return schema.load(REFERENCE)


def compared(reference: schema.Results, *claims: Claim) -> list[str]:
    """What the comparison says when these claims are judged as the committed run judged them."""
    context = Context(
        {**registry(), **{c.id: c for c in claims}}, reference.run.seed, TIERS[reference.run.tier],
        reference.run.false_alarm,
    )  # fmt: skip
    run = {"tier": reference.run.tier, "seed": reference.run.seed}
    return compare(
        schema.of({"schema": 1, "run": run, "claims": [judged(c, context) for c in claims]}), reference, complete=False
    )


def planted(identifier: str, change: Callable[[Any], Any]) -> Claim:
    """The claim with a changed formula; everything else, what is known of it too, is as it was."""
    claim = registry()[identifier]

    @functools.wraps(claim.shipped)
    def changed(*args: Any, **kwargs: Any) -> Any:
        return change(claim.shipped(*args, **kwargs))

    return dataclasses.replace(claim, shipped=changed)


CLOSED_FORMS = [
    ("hoffman.eq11.stable", lambda x: 1.001 * x),
    ("hoffman.sec1.kl", lambda x: x + 1e-6),
    ("zheng.eq21", lambda x: -x),
    ("kumar_poole.eq11", lambda x: x * 1.01),
    ("linear_vae.rate", lambda x: x / 2),
    ("infomax.desiderata.maximum", lambda x: x - 1),
]
BOUNDS_THAT_FAIL = [("hoffman.eq9", lambda x: x + 0.5), ("zheng.eq30.upper", lambda x: x - 1)]
BOUNDS_THAT_STILL_HOLD = [
    ("hoffman.eq9", lambda x: x - 0.1),
    ("zheng.eq31", lambda x: x - 0.05),
    ("zheng.eq39", lambda x: x - 0.05),
    ("infomax.bound.linear", lambda x: x - 0.05),
]
APPROXIMATIONS = [
    ("kumar_poole.eq4.beta", lambda x: 1.01 * x),
    ("kumar_poole.gap.order", lambda x: x + 1e-3),
    ("hoffman.eq12.D.corrected", lambda x: 1.001 * x),
]


def test_what_was_not_changed_is_not_told(reference):
    names = {name for name, _ in CLOSED_FORMS + BOUNDS_THAT_FAIL + BOUNDS_THAT_STILL_HOLD + APPROXIMATIONS}
    assert compared(reference, *(registry()[name] for name in sorted(names))) == []


@pytest.mark.parametrize(("name", "change"), CLOSED_FORMS + APPROXIMATIONS + BOUNDS_THAT_FAIL)
def test_a_change_that_is_wrong_is_told_by_name(reference, name, change):
    told = compared(reference, planted(name, change))
    assert told and all(sentence.startswith(f"{name} ") for sentence in told)


@pytest.mark.parametrize(("name", "change"), BOUNDS_THAT_STILL_HOLD)
def test_a_bound_that_became_looser_is_told_though_it_still_holds(reference, name, change):
    told = compared(reference, planted(name, change))
    assert told and all(sentence.startswith(f"{name} ") for sentence in told)
    assert any("slack" in sentence or "was supported" in sentence for sentence in told)


def test_an_approximation_of_lower_order_is_told_though_nothing_else_is_known_of_it(reference):
    from theory.printed import hoffman

    claim = registry()["hoffman.eq12.D.corrected"]
    printed = functools.wraps(claim.shipped)(lambda mu, Sigma, beta: hoffman.eq_12_D(mu, Sigma, beta))
    told = compared(reference, dataclasses.replace(claim, shipped=printed))
    assert told and told[0].startswith("hoffman.eq12.D.corrected was supported")


def test_other_draws_are_no_change(reference):
    """Noise never fails the comparison: other seeds, other cases, the same formulas."""
    claims = [registry()[name] for name in ("hoffman.eq9", "zheng.eq31", "kumar_poole.eq4.beta", "zheng.eq21")]
    for seed in (1, 2, 3):
        context = Context(registry(), seed, TIERS["default"])
        run = {"tier": "default", "seed": seed}
        found = schema.of({"schema": 1, "run": run, "claims": [judged(c, context) for c in claims]})
        assert compare(found, reference, complete=False) == [], seed


def test_the_committed_run_is_a_whole_one_of_the_default_tier(reference):
    run = reference.run
    assert (run.tier, run.seed, run.data, run.selection) == ("default", 0, "digits", [])
    assert all(claim.as_expected for claim in reference.claims)
    assert np.isfinite(run.seconds)

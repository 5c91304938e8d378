"""A counterexample is a case that violates, as simple as two seconds find, told with those who saw it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from verification.balls import as_balls
from verification.claim import REFUTED
from verification.hunt import counterexample, examine
from verification.run import judged

from . import synthetic as s

HUNTING = replace(s.TIER, hunt=True)


def wrong_above(threshold):
    """Right up to a threshold."""

    def formula(x):
        beyond = (np.asarray(x, float) > threshold).any(-1).astype(float)
        return s.linear(x) + (as_balls(beyond) if x.dtype == object else beyond)

    return formula


def found(*oracles, tier=HUNTING, **changes):
    one = s.claim(*oracles, **{"shipped": wrong_above(0.6), "domain": s.domain(draw=None), "mutants": (), **changes})
    context = s.context(one, tier=tier)
    return judged(one, context), one, context


def test_a_counterexample_violates():
    record, one, context = found()
    assert record["verdict"] == REFUTED
    case = {name: np.asarray(value) for name, value in record["counterexample"]["args"].items()}
    again = examine(one, case, context)
    assert all(answer["violates"] for answer in again["oracles"].values())
    assert again["shipped"] == record["counterexample"]["shipped"]


def test_a_counterexample_is_made_of_simple_numbers():
    witnesses = ({"x": [0.1]}, {"x": [0.8431]}, {"x": [0.3]})
    record, _, _ = found(domain=s.line(witnesses=witnesses))
    assert record["counterexample"]["args"] == {"x": [1.0]}


def test_without_a_hunt_the_case_stays_as_it_was_met():
    record, _, _ = found(domain=s.line(witnesses=({"x": [0.1]}, {"x": [0.8431]})), tier=s.TIER)
    assert record["counterexample"]["args"] == {"x": [0.8431]}


def test_a_counterexample_names_those_who_saw_it():
    record, _, _ = found(s.answering("a"), s.answering("b", error=9.0), s.exact("c"))
    assert record["counterexample"]["by"] == "a.truth"
    assert record["counterexample"]["confirmed_by"] == ["c.truth"]
    gap = np.subtract(record["counterexample"]["shipped"], record["counterexample"]["truth"])
    assert gap == pytest.approx(1) and record["counterexample"]["radius"] == pytest.approx([0.001])


def test_a_formula_that_fails_is_its_own_counterexample():
    def nowhere(x):
        return s.linear(x) + (as_balls(np.nan) if x.dtype == object else np.nan)

    record, _, _ = found(
        s.answering("a", lambda x: np.full(len(x), np.nan)), s.answering("b", error=np.inf), shipped=nowhere
    )
    assert record["verdict"] == REFUTED and record["counterexample"]["by"] == "the formula itself"


def test_sampled_oracles_are_named_where_only_they_refute():
    told = [s.sampling_from(method, s.uniform_about(s.linear), span=1.0) for method in "ab"]
    record, _, _ = found(*told)
    assert record["verdict"] == REFUTED
    assert record["counterexample"]["by"] == "a.truth" and record["counterexample"]["confirmed_by"] == ["b.truth"]


def test_a_hunt_keeps_to_the_domain():
    far = s.line(witnesses=({"x": [0.1]}, {"x": [0.8431]}), requires=lambda x: x[:, 0] < 0.9)
    record, _, _ = found(domain=far)
    assert 0.6 < record["counterexample"]["args"]["x"][0] < 0.9


def test_no_counterexample_is_told_of_what_is_not_refuted():
    verdict = s.heard(s.claim())
    assert counterexample(verdict, s.context(verdict.claim)) is None

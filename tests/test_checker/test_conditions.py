"""Vacuity, the border of validity, accuracy, given quantities, and estimates of exponentials."""

from __future__ import annotations

import numpy as np

from verification.claim import INCONCLUSIVE, REFUTED, SUPPORTED
from verification.domain import Border
from verification.estimate import Estimate, Grade
from verification.mutants import at, negated, shifted
from verification.relations.at_most import AT_LEAST, AT_MOST

from . import synthetic as s

# --- vacuity, border, accuracy ----------------------------------------------------------------------------------------


def test_a_witness_outside_the_condition_makes_it_vacuous():
    verdict = s.heard(s.claim(exercised=lambda x: x[:, 0] > 0))
    assert verdict.verdict == INCONCLUSIVE and "vacuous" in verdict.reason


def test_the_share_of_cases_that_exercise_the_condition_is_told():
    xs = s.line(draw=lambda rng, n: iter([{"x": np.full((3, 1), -7.0)}]))
    verdict = s.heard(s.claim(domain=xs, exercised=lambda x: x[:, 0] > -1))
    assert verdict.verdict == SUPPORTED and verdict.exercised == 0.5


OUTSIDE = s.breaking(ValueError("t must be below 3"))


def bordered(inside=lambda x, t: s.linear(x) + t, outside=OUTSIDE, ends_at=3.0):
    """A sum that exists for t < 3 only."""

    def formula(x, t):
        return outside(x, t) if (np.asarray(t, float) >= ends_at).any() else inside(x, t)

    def oracle(method):
        return s.in_module(method)(lambda x, t: Estimate(s.linear(x) + t, np.full(len(t), 1e-9), Grade.BOUNDED))

    xs = s.line(
        witnesses=tuple({**case, "t": 0.5} for case in s.LINE),
        requires=lambda x, t: t < 3,
        border=Border("t", 0.5, 9.0),
    )
    return s.heard(s.claim(oracle("a"), oracle("b"), shipped=formula, domain=xs))


def test_a_border_that_is_where_it_is_said_passes():
    assert bordered().verdict == SUPPORTED


def test_no_error_beyond_the_border_refutes():
    verdict = bordered(outside=lambda x, t: s.linear(x) + t)
    assert verdict.verdict == REFUTED and "just outside the border t = 3 " in verdict.reason


def test_another_error_beyond_the_border_refutes():
    verdict = bordered(outside=s.breaking(ZeroDivisionError("by nought")))
    assert verdict.verdict == REFUTED and "ZeroDivisionError" in verdict.reason


def test_a_border_that_comes_too_early_refutes():
    for ends_at in (2.9995, 3 - 1e-7):
        assert bordered(ends_at=ends_at).verdict == REFUTED


def test_a_border_that_comes_too_late_refutes():
    for ends_at in (3.0005, 3 + 1e-7):
        assert bordered(ends_at=ends_at).verdict == REFUTED


def test_nan_just_inside_the_border_refutes():
    verdict = bordered(lambda x, t: np.where(np.asarray(t, float) > 2.9995, np.nan, s.linear(x) + t))
    assert verdict.verdict == REFUTED and "not finite just inside" in verdict.reason


def rounded_by(gap, dtype=np.float64):
    """A formula whose float path is off while its ball path is right."""
    return lambda x: s.linear(x) if x.dtype != dtype else s.linear(x) + gap * (1 + np.abs(s.linear(x)))


def test_accuracy_is_a_verdict_of_its_own():
    verdict = s.heard(s.claim(shipped=rounded_by(1.01e-6), accuracy=1e-6))
    assert verdict.verdict == REFUTED and "float64 and balls disagree" in verdict.reason
    assert s.ruling(shipped=rounded_by(0.99e-6), accuracy=1e-6) == SUPPORTED


def test_accuracy_widens_no_radius():
    off = s.exact("a", lambda x: s.linear(x) + 1e-9), s.exact("b", lambda x: s.linear(x) + 1e-9)
    verdict = s.heard(s.claim(*off, accuracy=1.0))
    assert verdict.verdict == REFUTED and "beyond the radius" in verdict.reason


def test_nan_in_floats_alone_is_no_accuracy():
    assert s.ruling(shipped=rounded_by(np.nan), accuracy=1e-6) == REFUTED


def test_an_exception_in_floats_alone_is_no_accuracy():
    assert s.ruling(shipped=lambda x: s.linear(x) if x.dtype == object else s.breaking()(), accuracy=1.0) == REFUTED


# --- given quantities and links ---------------------------------------------------------------------------------------


def completed(total, oracle, **changes):
    """total = sum x is given by an oracle; the formula is 2 total + 1."""
    return s.heard(
        s.claim(
            *oracle,
            shipped=lambda total: 2 * total + 1,
            given={"total": total},
            mutants=(at(total=negated),),
            **changes,
        )
    )


def test_the_radius_of_a_given_quantity_propagates():
    total = s.answering("given", lambda x: x.sum(-1), error=1e-3)
    for gap, verdict in ((1.99e-3, SUPPORTED), (2.01e-3, REFUTED)):
        off = [s.answering(m, s.wrong_by(gap), error=1e-9) for m in "ab"]
        assert completed(total, off, accuracy=1.0).verdict == verdict


def test_a_given_quantity_that_breaks_refutes_nothing():
    for bad in (
        s.answering("given", lambda x: np.full(len(x), np.nan)),
        s.answering("given", lambda x: x.sum(-1), error=np.inf),
        s.in_module("given")(lambda x: s.breaking()()),
        s.answering("given", lambda x: x.sum(-1)[:1]),
    ):
        verdict = completed(bad, s.agreeing())
        assert verdict.verdict == INCONCLUSIVE and "given.truth" in verdict.reason


def exponential(x):
    return np.exp(s.linear(x))


def test_an_estimate_of_the_exponential_is_compared_there():
    for gap, verdict in ((0.99e-3, SUPPORTED), (1.01e-3, REFUTED)):
        off = [s.answering(m, lambda x, gap=gap: exponential(x) + gap, link="exp") for m in "ab"]
        assert s.ruling(*off) == verdict


def test_an_interval_of_the_exponential_may_reach_below_zero():
    wide = [s.answering(m, exponential, error=3.0, link="exp") for m in "ab"]
    verdict = s.heard(s.claim(*wide, mutants=(shifted(9.0),)))
    assert verdict.verdict == SUPPORTED and not s.testimony(verdict, "a").violations
    for relation, jump in ((AT_MOST, 9.0), (AT_LEAST, -9.0)):
        assert s.ruling(*wide, relation=relation, mutants=(shifted(jump),)) == SUPPORTED


def test_a_violation_below_a_negative_lower_end_is_seen():
    below = [s.answering(m, lambda x: np.full(len(x), -5.0), error=4.0, link="exp") for m in "ab"]
    assert s.ruling(*below) == REFUTED

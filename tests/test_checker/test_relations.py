"""Orders, limits, biases and optima: truths that must be accepted, and planted wrong ones that must not."""

from __future__ import annotations

import numpy as np
import pytest

from verification.balls import as_balls
from verification.claim import INCONCLUSIVE, REFUTED, SUPPORTED
from verification.estimate import Estimate, Grade
from verification.mutants import at, half, negated, replaced, scaled, shifted, zero
from verification.relations.bias import BIASED_HIGH, BIASED_LOW
from verification.relations.limit import Limit
from verification.relations.optimal import OPTIMAL
from verification.relations.order import Order

from . import synthetic as s

POSITIVE = s.line(witnesses=({"x": [1.0]}, {"x": [0.5]}, {"x": [3.0]}))


def balls(method, truth, error=0.0):
    """An oracle in balls of a given radius."""

    @s.in_module(method)
    def oracle(x):
        value = truth(as_balls(x)[:, 0])
        return Estimate(value + as_balls(np.zeros(len(x)), np.full(len(x), error)), np.zeros(len(x)), Grade.CERTIFIED)

    return oracle


def of_first(formula):
    return lambda x: formula(x[:, 0])


def judged(relation, shipped, truth, mutants, error=0.0, xs=POSITIVE, **changes):
    pair = balls("a", truth, error), balls("b", truth, error)
    return s.heard(s.claim(*pair, relation=relation, shipped=of_first(shipped), mutants=mutants, domain=xs, **changes))


# --- order: 1 + x approximates exp x to second order, with coefficient x^2 / 2 ----------------------------------------


def tangent(x):
    return 1 + x


def exponential(x):
    return np.exp(x)


SECOND = Order("x", 2)
WITH_COEFFICIENT = Order("x", 2, lambda x: -x[:, 0] * x[:, 0] / 2)
FAR, OVER = (shifted(9.0),), (shifted(-9.0),)
WRONG_LINES = at(x=half), at(x=negated), shifted(0.01)


def test_the_tangent_is_of_second_order():
    verdict = judged(SECOND, tangent, exponential, WRONG_LINES)
    assert verdict.verdict == SUPPORTED
    assert s.testimony(verdict, "a").observed["order"] == pytest.approx(2, abs=1e-6)


def test_the_tangent_is_of_no_higher_order():
    assert judged(Order("x", 3), tangent, exponential, WRONG_LINES).verdict == REFUTED
    assert judged(Order("x", 2.01), tangent, exponential, WRONG_LINES).verdict == REFUTED


def test_a_slope_that_is_off_by_a_thousandth_is_not_of_second_order():
    assert judged(SECOND, lambda x: exponential(x) + x * x * (x / 1000 + 1), exponential, FAR).verdict == SUPPORTED
    assert judged(SECOND, lambda x: exponential(x) + x / 1000, exponential, FAR).verdict == REFUTED


def test_the_leading_coefficient_is_judged():
    assert judged(WITH_COEFFICIENT, tangent, exponential, WRONG_LINES).verdict == SUPPORTED
    for factor in (1.01, 0.99, 2.0, -1.0):
        off = Order("x", 2, lambda x, c=factor: -x[:, 0] * x[:, 0] * c / 2)
        assert judged(off, tangent, exponential, WRONG_LINES).verdict == REFUTED


def test_a_higher_order_does_not_pass_for_the_coefficient():
    third = lambda x: 1 + x + x * x / 2  # noqa: E731
    assert judged(SECOND, third, exponential, FAR).verdict == SUPPORTED
    assert judged(WITH_COEFFICIENT, third, exponential, FAR).verdict == REFUTED


def test_an_oracle_that_cannot_see_the_error_carries_no_order():
    for error in (1e-9, 1e-14):
        verdict = judged(SECOND, tangent, exponential, WRONG_LINES, error=error)
        assert verdict.verdict == INCONCLUSIVE and s.testimony(verdict, "a").dropped


def test_an_oracle_that_barely_sees_the_error_refutes_no_order():
    """The error is at least twice the radius, but its middle grows by a wrong factor from rung to rung."""

    @s.in_module("a")
    def coarse(x):
        value = np.exp(as_balls(x)[:, 0])
        error = value - 1 - as_balls(x)[:, 0]
        slack = np.array([as_balls(0.0, 1.0).item() * e * (0.4 if i % 3 == 2 else 0.1) for i, e in enumerate(error)])
        moved = np.array([e * (0.3 if i % 3 == 2 else 0) for i, e in enumerate(error)], dtype=object)
        return Estimate(value + moved + slack, np.zeros(len(x)), Grade.CERTIFIED)

    one = s.claim(coarse, balls("b", exponential), relation=SECOND, shipped=of_first(tangent), domain=POSITIVE)
    assert s.heard(one).verdict == INCONCLUSIVE


def test_nan_on_the_ladder_refutes():
    gone = lambda x: np.array([v if abs(v) > 0.1 else v * np.nan for v in 1 + 0 * x + x], dtype=object)  # noqa: E731
    lost = lambda x: np.array([1 + v if v > 1e-3 else v * np.nan for v in x], dtype=object)  # noqa: E731
    assert judged(SECOND, gone, exponential, WRONG_LINES).verdict == SUPPORTED
    assert judged(SECOND, lost, exponential, WRONG_LINES).verdict == REFUTED


# --- limit: (1 + t x) / (2 + t x) tends to 1/2 as t falls -------------------------------------------------------------

FALLING = Limit("x", (1.0, 0.1, 0.01, 0.001), shrinks=0.01)


def fraction(x):
    return (1 + x) / (2 + x)


def limit_is(value):
    return lambda x: 0 * x + value


AWAY = shifted(0.1), shifted(-0.1), shifted(0.01)


def test_a_limit_is_seen():
    assert judged(FALLING, limit_is(0.5), fraction, AWAY).verdict == SUPPORTED


def test_a_wrong_limit_is_refuted():
    for wrong in (0.51, 0.49, 0.0, 1.0):
        assert judged(FALLING, limit_is(wrong), fraction, AWAY).verdict == REFUTED


def test_a_distance_that_falls_too_slowly_is_refuted():
    slow = lambda x: 0.5 + np.array([v.sqrt() for v in x], dtype=object)  # noqa: E731
    assert judged(FALLING, limit_is(0.5), slow, ()).verdict == REFUTED


def test_a_limit_is_not_shown_by_an_oracle_that_is_too_coarse():
    verdict = judged(FALLING, limit_is(0.5), fraction, (shifted(0.5),), error=0.05)
    assert verdict.verdict == INCONCLUSIVE and "not shown" in verdict.reason


def test_every_step_of_the_last_case_counts():
    jump = lambda x: np.array([fraction(v) + (1 if 0.0029 < v < 0.0031 else 0) for v in x], dtype=object)  # noqa: E731
    assert judged(FALLING, limit_is(0.5), jump, AWAY).verdict == REFUTED


def test_zero_is_not_a_limit_of_everything():
    assert judged(FALLING, limit_is(0.0), lambda x: x, (shifted(0.1), shifted(-0.1))).verdict == SUPPORTED
    assert judged(FALLING, lambda x: x, lambda x: x, (at(x=zero),)).verdict == INCONCLUSIVE


# --- bias: exact expectations of an estimator -------------------------------------------------------------------------


def test_a_bias_on_the_stated_side_is_supported():
    for relation, gap, fall in ((BIASED_LOW, -0.1, shifted(-1.0)), (BIASED_HIGH, 0.1, shifted(1.0))):
        assert judged(relation, lambda x: x, lambda x, g=gap: x + g, (fall,)).verdict == SUPPORTED


def test_a_bias_on_the_other_side_is_refuted():
    for relation, gap in ((BIASED_LOW, 0.1), (BIASED_HIGH, -0.1)):
        assert judged(relation, lambda x: x, lambda x, g=gap: x + g, ()).verdict == REFUTED


def test_no_bias_at_all_is_no_support():
    for relation in (BIASED_LOW, BIASED_HIGH):
        assert judged(relation, lambda x: x, lambda x: x + 0, ()).verdict == REFUTED


def test_a_bias_in_one_case_less_is_refuted():
    almost = lambda x: np.array([v - (0 if v == 0.5 else 0.1) for v in x], dtype=object)  # noqa: E731
    assert judged(BIASED_LOW, lambda x: x, almost, ()).verdict == REFUTED


def test_the_unbiased_estimator_is_a_mistake_that_falls():
    unbiased = replaced("unbiased", of_first(lambda x: x - 0.1))
    assert judged(BIASED_LOW, lambda x: x, lambda x: x - 0.1, (unbiased,)).verdict == SUPPORTED
    assert judged(BIASED_LOW, lambda x: x, lambda x: x - 0.1, (shifted(0.2),)).verdict == INCONCLUSIVE


def test_a_bias_below_the_radius_is_neither_shown_nor_refuted():
    verdict = judged(BIASED_LOW, lambda x: x, lambda x: x - 0.1, OVER, error=0.11)
    assert verdict.verdict == INCONCLUSIVE and "not shown" in verdict.reason
    assert judged(BIASED_LOW, lambda x: x, lambda x: x - 0.1, OVER, error=0.09).verdict == SUPPORTED


def test_a_bias_is_compared_on_the_scale_of_the_estimate():
    def pair(gap):
        return [
            s.answering(m, lambda x: np.exp(x[:, 0] + gap), error=1e-9, grade=Grade.BOUNDED, link="exp") for m in "ab"
        ]

    for gap, verdict in ((-0.1, SUPPORTED), (0.1, REFUTED)):
        one = s.claim(
            *pair(gap), relation=BIASED_LOW, shipped=of_first(lambda x: x), mutants=(shifted(-1.0),), domain=POSITIVE
        )
        assert s.heard(one).verdict == verdict


# --- optimum: weights in proportion to x maximise sum x log w ---------------------------------------------------------

SHARES = s.line(witnesses=({"x": [1.0, 3.0]}, {"x": [0.5, 0.25]}, {"x": [2.0, 2.0]}))


def proportional(x):
    return x / x.sum(-1)[:, None]


def slopes(x, point):
    w = np.asarray(point, float)
    with np.errstate(all="ignore"):
        gradient = x / w
        value = np.stack([gradient[:, 0] - gradient[:, 1], w.sum(-1) - 1], axis=-1)
    return Estimate(value, np.full(value.shape, 1e-9), Grade.BOUNDED)


def rivals(x, point):
    w = np.asarray(point, float)
    tried = np.linspace(0.01, 0.99, 99)
    with np.errstate(all="ignore"):
        best = np.max([x[:, 0] * np.log(t) + x[:, 1] * np.log(1 - t) for t in tried], axis=0)
        own = (x * np.log(w)).sum(-1)
    value = np.stack([np.maximum(best - own, 0), w.sum(-1) - 1], axis=-1)
    return Estimate(value, np.full(value.shape, 1e-9), Grade.BOUNDED)


def optimum(shipped=proportional, first=slopes, second=rivals, mutants=None):
    wrong = (replaced("equal weights", lambda x: 0 * x + 0.5), scaled(1.5)) if mutants is None else mutants
    xs = s.line(witnesses=({"x": [1.0, 3.0]}, {"x": [0.5, 0.25]}, {"x": [2.0, 2.0]}))
    pair = s.in_module("a")(lambda x, point: first(x, point)), s.in_module("b")(lambda x, point: second(x, point))
    return s.heard(s.claim(*pair, relation=OPTIMAL, shipped=shipped, domain=xs, mutants=wrong))


def test_an_optimum_is_supported():
    assert optimum().verdict == SUPPORTED


def test_a_point_beside_the_optimum_is_refuted():
    beside = lambda x: proportional(x) + as_balls(np.array([[0.01, -0.01]])) if x.dtype == object else proportional(x)  # noqa: E731
    assert optimum(beside, mutants=()).verdict == REFUTED


def test_a_point_that_is_infeasible_is_refuted():
    assert optimum(lambda x: proportional(x) * 1.01, mutants=()).verdict == REFUTED


def test_an_optimum_is_judged_at_the_mistake():
    verdict = optimum(mutants=(replaced("the optimum again", proportional),))
    assert verdict.verdict == INCONCLUSIVE and "survives" in verdict.reason


def nan_at(x, point):
    return Estimate(np.full((len(x), 2), np.nan), np.full((len(x), 2), 1e-9), Grade.CERTIFIED)


def test_an_oracle_of_nan_neither_refutes_an_optimum_nor_counts():
    for pair in ((slopes, nan_at), (nan_at, nan_at)):
        verdict = optimum(first=pair[0], second=pair[1])
        assert verdict.verdict == INCONCLUSIVE and s.testimony(verdict, "b").dropped


def test_nan_at_a_mistake_is_no_catch():
    def elsewhere(x, point):
        told = rivals(x, point)
        off = ~np.isclose(np.asarray(point, float), np.asarray(proportional(x), float)).all(-1)
        return Estimate(np.where(off[:, None], np.nan, told.value), told.error, told.grade)

    assert optimum(second=elsewhere).verdict == INCONCLUSIVE

"""What the judge must say of claims whose truth is known: radii, broken oracles, methods, mistakes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from verification.balls import as_balls
from verification.claim import INCONCLUSIVE, REFUTED, SUPPORTED
from verification.domains import Border
from verification.estimate import Estimate, Grade
from verification.mutants import Mutant, at, negated, replaced, scaled, shifted
from verification.oracles import NotApplicable
from verification.relations.at_most import AT_LEAST, AT_MOST

from . import synthetic as s


def only_one(x):
    return x[:, 0] == -0.5


def last_shape(x):
    return np.full(len(x), x.shape[-1] == 2)


# --- radii ------------------------------------------------------------------------------------------------------------


def test_a_gap_of_0_99_radii_is_forgiven():
    assert s.ruling(*(s.answering(m, s.wrong_by(0.99e-3)) for m in "ab")) == SUPPORTED
    assert s.ruling(*(s.answering(m, s.wrong_by(-0.99e-3)) for m in "ab")) == SUPPORTED


def test_a_gap_of_1_01_radii_refutes():
    assert s.ruling(*(s.answering(m, s.wrong_by(1.01e-3)) for m in "ab")) == REFUTED
    assert s.ruling(*(s.answering(m, s.wrong_by(-1.01e-3)) for m in "ab")) == REFUTED


def test_balls_forgive_nothing():
    tiny = 1e-30
    assert s.ruling(s.exact("a"), s.exact("b")) == SUPPORTED
    assert s.ruling(s.exact("a", lambda x: s.linear(x) + tiny), s.exact("b")) == REFUTED


def test_the_excess_is_what_lies_beyond_the_radius():
    verdict = s.heard(s.claim(*(s.answering(m, s.wrong_by(0.5), error=0.125) for m in "ab")))
    assert s.testimony(verdict, "a").largest == pytest.approx(0.375, rel=1e-8)  # radii of balls keep 30 bits


def test_one_bad_case_of_fifty_is_enough():
    xs = tuple({"x": [v]} for v in np.linspace(-2, 3, 50))
    bad = s.wrong_by(0.01, lambda x: np.arange(len(x)) == 37)
    verdict = s.heard(s.claim(s.answering("a", bad), s.answering("b", bad), domain=s.line(witnesses=xs)))
    assert verdict.verdict == REFUTED and verdict.violation == ("D = 1", 37)
    assert s.testimony(verdict, "a").cases == 50 and len(s.testimony(verdict, "a").violations) == 1


def test_a_violation_in_the_last_batch_alone_refutes():
    bad = s.wrong_by(0.01, last_shape)
    assert s.ruling(s.answering("a", bad), s.answering("b", bad)) == REFUTED


def test_a_violation_among_the_draws_alone_refutes():
    known = [v["x"][0] for v in s.WITNESSES]
    bad = s.wrong_by(0.01, lambda x: ~np.isin(x[:, 0], known))
    assert s.ruling(s.answering("a", bad), s.answering("b", bad)) == REFUTED


def test_a_violation_on_a_witness_alone_refutes():
    bad = s.wrong_by(0.01, only_one)
    assert s.ruling(s.answering("a", bad), s.answering("b", bad)) == REFUTED


def test_the_last_oracle_alone_can_keep_support_away():
    assert s.ruling(s.answering("a"), s.answering("b"), s.answering("c", s.wrong_by(0.01))) == INCONCLUSIVE
    assert s.ruling(s.answering("a"), s.answering("b"), s.exact("c", lambda x: s.linear(x) + 0.01)) == REFUTED


# --- confirmation -----------------------------------------------------------------------------------------------------


def test_one_bounded_method_alone_does_not_refute():
    verdict = s.heard(s.claim(s.answering("a"), s.answering("b", s.wrong_by(0.01))))
    assert verdict.verdict == INCONCLUSIVE and "b.truth alone" in verdict.reason


def test_one_bounded_method_labelled_twice_does_not_refute():
    bad = [s.answering("b", s.wrong_by(0.01), name=name) for name in ("one", "two")]
    assert s.ruling(s.answering("a"), *bad) == INCONCLUSIVE


def test_two_agreeing_bounded_methods_refute():
    verdict = s.heard(s.claim(*(s.answering(m, s.wrong_by(0.01)) for m in "ab")))
    assert verdict.verdict == REFUTED and "a, b" in verdict.reason


def test_one_certified_method_refutes():
    assert s.ruling(s.answering("a"), s.exact("b", lambda x: s.linear(x) + 0.01)) == REFUTED


# --- two methods ------------------------------------------------------------------------------------------------------


def test_one_method_is_not_enough():
    verdict = s.heard(s.claim(s.answering("a")))
    assert verdict.verdict == INCONCLUSIVE and "two methods" in verdict.reason


def test_one_method_labelled_twice_is_not_enough():
    assert s.ruling(s.answering("a", name="one"), s.answering("a", name="two")) == INCONCLUSIVE


def test_an_oracle_that_covers_nothing_is_no_second_method():
    @s.in_module("b")
    def outside(x):
        raise NotApplicable("no shapes at all")

    verdict = s.heard(s.claim(s.answering("a"), outside))
    assert verdict.verdict == INCONCLUSIVE and s.testimony(verdict, "b").dropped is None


def test_a_shape_that_no_oracle_covers_keeps_support_away():
    def line_only(method):
        @s.in_module(method)
        def oracle(x):
            if x.shape[-1] > 1:
                raise NotApplicable("the line only")
            return Estimate(s.linear(x), np.full(len(x), 1e-3), Grade.BOUNDED)

        return oracle

    verdict = s.heard(s.claim(line_only("a"), line_only("b")))
    assert verdict.verdict == INCONCLUSIVE and "D = 2" in verdict.reason
    assert s.ruling(line_only("a"), s.answering("b")) == SUPPORTED


# --- oracles that break -----------------------------------------------------------------------------------------------

GOOD = s.answering("a"), s.answering("b")


def dropped(bad, **changes):
    """With two good oracles and alone beside one: named, inconclusive, never refuting."""
    for good in (GOOD, GOOD[:1]):
        verdict = s.heard(s.claim(*good, bad, **changes))
        assert verdict.verdict == INCONCLUSIVE, verdict.reason
        assert s.testimony(verdict, "bad").dropped and "bad.truth broke" in verdict.reason
        assert "bad" not in {t.method for t in verdict.counted}


def test_an_oracle_that_answers_nan_is_dropped():
    dropped(s.answering("bad", lambda x: np.full(len(x), np.nan)))


def test_an_oracle_that_answers_nan_once_is_dropped():
    dropped(s.answering("bad", lambda x: np.where(only_one(x), np.nan, s.linear(x))))


def test_an_oracle_that_answers_infinity_is_dropped():
    dropped(s.answering("bad", lambda x: np.full(len(x), np.inf)))


def test_an_oracle_of_infinite_radius_is_dropped():
    dropped(s.answering("bad", error=np.inf))


def test_an_oracle_of_nan_radius_is_dropped():
    dropped(s.answering("bad", error=np.nan))


def test_an_oracle_of_negative_radius_is_dropped():
    dropped(s.answering("bad", error=-1e-3))


def test_a_ball_without_end_is_dropped():
    dropped(s.exact("bad", lambda x: s.linear(x) + as_balls(0.0, np.inf)))


def test_an_oracle_that_raises_is_dropped():
    dropped(s.in_module("bad")(lambda x: s.breaking()()))


def test_an_oracle_that_returns_no_estimate_is_dropped():
    dropped(s.in_module("bad")(lambda x: s.linear(x)))


@pytest.mark.parametrize(
    "shape", [lambda v: v[:, None], lambda v: v[:-1], lambda v: v[0], lambda v: v[None], lambda v: np.append(v, v[-1])]
)
def test_an_oracle_of_the_wrong_shape_is_dropped(shape):
    dropped(s.answering("bad", lambda x: shape(s.linear(x) + 1.0)))


def test_a_broken_oracle_that_also_disagrees_does_not_refute():
    dropped(s.exact("bad", lambda x: s.linear(x) + 1 + (as_balls(np.nan) if x.shape[-1] == 2 else 0)))


def test_two_broken_oracles_do_not_refute():
    bad = [s.answering(m, lambda x: np.full(len(x), np.nan)) for m in "ab"]
    assert s.ruling(*bad) == INCONCLUSIVE


def test_a_proof_that_breaks_is_dropped():
    @s.in_module("bad")
    def proof(formula, args):
        raise RecursionError("too deep")

    proof.proves = True
    dropped(proof)


def test_a_proof_counts_and_its_failure_refutes():
    def proof(formula, args):
        x = np.array([[0.5], [-2.0]])
        return bool(np.all(formula(x=x) == 2 * x.sum(-1) + 1))

    proof.proves = True
    assert s.ruling(s.answering("a"), s.in_module("b")(proof)) == SUPPORTED
    verdict = s.heard(
        s.claim(s.answering("a", error=9), s.in_module("b")(proof), shipped=lambda x: 2 * x.sum(-1) + 1.5)
    )
    assert verdict.verdict == REFUTED


# --- a shipped formula that fails -------------------------------------------------------------------------------------


def test_nan_from_the_formula_refutes():
    def nowhere(x):
        return 2 * x.sum(-1) + 1 + (as_balls(np.nan) if x.dtype == object else np.nan)

    assert s.ruling(shipped=nowhere) == REFUTED


def test_nan_from_the_formula_in_one_case_refutes():
    def once(x):
        return np.array([v * np.nan if v == 0 else v for v in s.linear(x)], dtype=object)

    verdict = s.heard(s.claim(shipped=once))
    assert verdict.verdict == REFUTED and "not finite" in verdict.reason and verdict.violation == ("D = 1", 1)


def test_an_exception_from_the_formula_refutes():
    verdict = s.heard(s.claim(shipped=s.breaking(ZeroDivisionError("by nought"))))
    assert verdict.verdict == REFUTED and "by nought" in verdict.reason


def test_an_exception_in_the_last_batch_refutes():
    def raises(x):
        if x.shape[-1] == 2:
            raise KeyError("no plane")
        return s.linear(x)

    assert s.ruling(shipped=raises) == REFUTED


def test_a_formula_of_the_wrong_shape_is_refuted():
    for wrong in (lambda x: s.linear(x)[:1], lambda x: s.linear(x)[0]):
        assert s.ruling(shipped=wrong) == REFUTED


# --- planted mistakes -------------------------------------------------------------------------------------------------


def test_a_mistake_that_survives_is_told():
    same = replaced("the same formula", s.linear)
    verdict = s.heard(s.claim(mutants=(*s.MISTAKES, same)))
    assert verdict.verdict == INCONCLUSIVE and "'the same formula' survives" in verdict.reason


def test_mistakes_must_fall_on_the_witnesses():
    far = Mutant(
        "wrong for x > 2 only", lambda f: lambda x: f(x=x) + as_balls((x.astype(float) > 2).any(-1).astype(float))
    )
    within = s.line(witnesses=s.LINE, draw=lambda rng, n: iter([{"x": 3 + rng.random((n, 1))}]))
    assert s.ruling(mutants=(far,), domain=within) == INCONCLUSIVE
    assert s.ruling(mutants=(far,), domain=replace(within, witnesses=(*s.LINE, {"x": [3.0]}))) == SUPPORTED


@pytest.mark.parametrize(
    "broken",
    [
        s.breaking(),
        lambda x: s.linear(x) + as_balls(np.nan),
        lambda x: s.linear(x) + as_balls(np.inf),
        lambda x: s.linear(x)[:, None],
        lambda x: s.linear(x)[:1],
    ],
)
def test_a_mistake_that_breaks_is_not_caught(broken):
    verdict = s.heard(s.claim(mutants=(*s.MISTAKES, replaced("broken", broken))))
    assert verdict.verdict == INCONCLUSIVE and "'broken' survives" in verdict.reason


def test_a_structural_mistake_must_fall_to_each_counted_oracle():
    blunt = s.answering("b", error=5.0)
    near = Mutant("a little off", lambda f: lambda x: f(x=x) + 1)
    verdict = s.heard(s.claim(s.answering("a"), blunt, mutants=(near,)))
    assert verdict.verdict == INCONCLUSIVE and "only: a" in verdict.reason
    assert [t.method for t in verdict.counted] == ["a"]


def test_a_small_mistake_must_fall_to_one_oracle():
    blunt = s.answering("b", error=1.0)
    assert s.ruling(s.answering("a"), blunt, mutants=(at(x=negated), scaled(1.01))) == SUPPORTED
    assert s.ruling(blunt, s.answering("c", error=1.0), mutants=(at(x=negated), scaled(1.01))) == INCONCLUSIVE


def test_kills_by_different_oracles_do_not_add_up_to_two_methods():
    up = Mutant("up", lambda f: lambda x: f(x=x) + 1)
    down = Mutant("down", lambda f: lambda x: f(x=x) - 1)
    lower, upper = (
        s.answering("a", lambda x: s.linear(x) - 1.5, error=2),
        s.answering("b", lambda x: s.linear(x) + 1.5, error=2),
    )
    assert s.ruling(lower, upper, mutants=(up, down)) == INCONCLUSIVE


# --- inequalities and their companions --------------------------------------------------------------------------------


def test_an_upper_bound_and_a_lower_bound_are_told_apart():
    above, below = s.wrong_by(1.0), s.wrong_by(-1.0)
    jump = (shifted(9.0), shifted(-9.0))
    for relation, good, bad, fall in ((AT_MOST, above, below, jump[:1]), (AT_LEAST, below, above, jump[1:])):
        assert s.ruling(s.answering("a", good), s.answering("b", good), relation=relation, mutants=fall) == SUPPORTED
        assert s.ruling(s.answering("a", bad), s.answering("b", bad), relation=relation, mutants=fall) == REFUTED


def test_bounds_use_the_radius_on_the_right_side():
    for relation, sign, jump in ((AT_MOST, -1, 9.0), (AT_LEAST, 1, -9.0)):
        for gap, verdict in ((0.99e-3, SUPPORTED), (1.01e-3, REFUTED)):
            both = [s.answering(m, s.wrong_by(sign * gap)) for m in "ab"]
            assert s.ruling(*both, relation=relation, mutants=(shifted(jump),)) == verdict


def loose(mutants, **changes):
    above = s.answering("a", s.wrong_by(1.0)), s.answering("b", s.wrong_by(1.0))
    return s.claim(*above, relation=AT_MOST, mutants=mutants, **changes)


def test_a_bound_alone_does_not_catch_a_looser_bound():
    assert s.heard(loose((shifted(-0.5), shifted(9.0)))).verdict == INCONCLUSIVE


def test_the_pair_of_bound_and_companion_catches_it():
    tight = s.claim(*GOOD, id="tight", domain=s.line(), mutants=(shifted(9.0),))
    verdict = s.heard(loose((shifted(-0.5), shifted(9.0)), tight="tight"), tight)
    assert verdict.verdict == SUPPORTED and "result + -0.5" in s.testimony(verdict, "a").kills


def test_a_companion_of_other_methods_lends_nothing():
    tight = s.claim(s.answering("c"), s.answering("d"), id="tight", domain=s.line(), mutants=(shifted(9.0),))
    assert s.heard(loose((shifted(-0.5), shifted(9.0)), tight="tight"), tight).verdict == INCONCLUSIVE


def test_a_companion_that_is_wrong_lends_nothing():
    wrong = [s.answering(m, s.wrong_by(3.0)) for m in "ab"]
    tight = s.claim(*wrong, id="tight", domain=s.line(), mutants=(shifted(9.0),))
    assert s.heard(loose((shifted(-0.5), shifted(9.0)), tight="tight"), tight).verdict == INCONCLUSIVE


def test_a_companion_that_breaks_lends_nothing():
    broken = [s.answering(m, lambda x: np.where(only_one(x), np.nan, s.linear(x))) for m in "ab"]
    tight = s.claim(*broken, id="tight", domain=s.line(), mutants=(shifted(9.0),))
    assert s.heard(loose((shifted(-0.5), shifted(9.0)), tight="tight"), tight).verdict == INCONCLUSIVE


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
        verdict = completed(bad, GOOD)
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

"""What the judge must say where the truth is known: radii, confirmation, methods, mistakes, companions."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from verification.balls import as_balls
from verification.claim import BALL, FLOAT64, INCONCLUSIVE, REFUTED, SUPPORTED
from verification.estimate import Estimate, Grade
from verification.mutants import Mutant, at, negated, replaced, scaled, shifted
from verification.oracles import NotApplicable
from verification.relations.at_most import AT_LEAST, AT_MOST

from . import synthetic as s

# --- radii ------------------------------------------------------------------------------------------------------------


def test_a_gap_of_0_99_radii_is_forgiven():
    assert s.ruling(*(s.answering(m, s.wrong_by(0.99e-3)) for m in "ab")) == SUPPORTED
    assert s.ruling(*(s.answering(m, s.wrong_by(-0.99e-3)) for m in "ab")) == SUPPORTED


def test_a_gap_of_1_01_radii_refutes():
    assert s.ruling(*(s.answering(m, s.wrong_by(1.01e-3)) for m in "ab")) == REFUTED
    assert s.ruling(*(s.answering(m, s.wrong_by(-1.01e-3)) for m in "ab")) == REFUTED


def test_balls_forgive_nothing():
    assert s.ruling(s.exact("a"), s.exact("b")) == SUPPORTED
    assert s.ruling(s.exact("a", lambda x: s.linear(x) * (1 + as_balls(1e-30))), s.exact("b")) == REFUTED


def test_a_float_without_balls_may_be_off_by_its_stated_accuracy_and_no_more():
    for gap, verdict in ((0.9e-9, SUPPORTED), (1.1e-9, REFUTED)):

        def rounded(x, gap=gap):
            return s.linear(x) + gap * np.maximum(1, abs(s.linear(x)))

        pair = s.exact("a"), s.exact("b")
        assert s.ruling(*pair, shipped=rounded, arithmetics=(FLOAT64,), accuracy=1e-9) == verdict
        assert s.ruling(*pair, shipped=rounded, arithmetics=(FLOAT64, BALL), accuracy=1e-9) == REFUTED


def test_the_excess_is_what_lies_beyond_the_radius():
    verdict = s.heard(s.claim(*(s.answering(m, s.wrong_by(0.5), error=0.125) for m in "ab")))
    assert s.testimony(verdict, "a").largest == pytest.approx(0.375, rel=1e-8)  # radii of balls keep 30 bits


def both(x):
    return np.stack([s.linear(x), x.sum(-1)], axis=-1)


def test_a_violation_in_the_last_entry_of_a_vector_refutes():
    def off(gap):
        return [s.answering(m, lambda x: both(x) + np.array([0, gap]) * s.only_one(x)[:, None]) for m in "ab"]

    for gap, verdict in ((0.99e-3, SUPPORTED), (1.01e-3, REFUTED)):
        heard = s.heard(s.claim(*off(gap), shipped=both, mutants=(at(x=negated),)))
        assert heard.verdict == verdict and s.testimony(heard, "a").cases == len(s.WITNESSES) + 2 * s.TIER.draws
        assert len(s.testimony(heard, "a").violations) == (verdict == REFUTED)


def test_a_radius_of_zero_is_a_radius():
    assert (
        s.ruling(
            *(s.answering(m, lambda x: 2.0 * x.sum(-1), error=0) for m in "ab"),
            shipped=lambda x: 2 * x.sum(-1),
            domain=s.line(),
        )
        == SUPPORTED
    )


def test_what_a_bound_leaves_is_told_in_nats():
    for relation, gap, jump in ((AT_MOST, 0.25, 9.0), (AT_LEAST, -0.25, -9.0)):
        loose = [s.answering(m, s.wrong_by(gap)) for m in "ab"]
        verdict = s.heard(s.claim(*loose, relation=relation, mutants=(shifted(jump),)))
        assert np.concatenate(s.testimony(verdict, "a").slacks) == pytest.approx(0.25)


def test_resolution_is_in_nats_on_either_scale():
    told = [s.answering(m, lambda x: np.exp(s.linear(x)), error=1e-3, link="exp") for m in "ab"]
    verdict = s.heard(s.claim(*told, domain=s.line(), mutants=(shifted(9.0),)))
    assert s.testimony(verdict, "a").radii[0] == pytest.approx(1e-3 / np.exp([3.0, 0.0, 5.0]))


def test_one_bad_case_of_fifty_is_enough():
    xs = tuple({"x": [v]} for v in np.linspace(-2, 3, 50))
    bad = s.wrong_by(0.01, lambda x: np.arange(len(x)) == 37)
    verdict = s.heard(s.claim(s.answering("a", bad), s.answering("b", bad), domain=s.line(witnesses=xs)))
    assert verdict.verdict == REFUTED and verdict.violation == ("D = 1", 37)
    assert s.testimony(verdict, "a").cases == 50 and len(s.testimony(verdict, "a").violations) == 1


def test_a_violation_in_the_last_batch_alone_refutes():
    bad = s.wrong_by(0.01, s.last_shape)
    assert s.ruling(s.answering("a", bad), s.answering("b", bad)) == REFUTED


def test_a_violation_among_the_draws_alone_refutes():
    known = [v["x"][0] for v in s.WITNESSES]
    bad = s.wrong_by(0.01, lambda x: ~np.isin(x[:, 0], known))
    assert s.ruling(s.answering("a", bad), s.answering("b", bad)) == REFUTED


def test_a_violation_on_a_witness_alone_refutes():
    bad = s.wrong_by(0.01, s.only_one)
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


def test_a_mistake_that_breaks_is_not_caught():
    for broken in (
        s.breaking(),
        lambda x: s.linear(x) + as_balls(np.nan),
        lambda x: s.linear(x) + as_balls(np.inf),
        lambda x: s.linear(x)[:, None],
        lambda x: s.linear(x)[:1],
    ):
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
    tight = s.claim(*s.agreeing(), id="tight", domain=s.line(), mutants=(shifted(9.0),))
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
    broken = [s.answering(m, lambda x: np.where(s.only_one(x), np.nan, s.linear(x))) for m in "ab"]
    tight = s.claim(*broken, id="tight", domain=s.line(), mutants=(shifted(9.0),))
    assert s.heard(loose((shifted(-0.5), shifted(9.0)), tight="tight"), tight).verdict == INCONCLUSIVE


def test_a_claim_without_a_planted_mistake_is_not_supported():
    verdict = s.heard(s.claim(mutants=()))
    assert verdict.verdict == INCONCLUSIVE
    assert "no mistake is planted" in verdict.reason

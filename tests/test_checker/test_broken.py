"""Oracles that do not answer are dropped and named; a formula that does not answer is refuted."""

from __future__ import annotations

import numpy as np

from verification.balls import as_balls
from verification.claim import INCONCLUSIVE, REFUTED, SUPPORTED

from . import synthetic as s

# --- oracles that break -----------------------------------------------------------------------------------------------


def dropped(bad, **changes):
    """With two good oracles and alone beside one: named, inconclusive, never refuting."""
    for good in (s.agreeing(), s.agreeing()[:1]):
        verdict = s.heard(s.claim(*good, bad, **changes))
        assert verdict.verdict == INCONCLUSIVE, verdict.reason
        assert s.testimony(verdict, "bad").dropped and "bad.truth broke" in verdict.reason
        assert "bad" not in {t.method for t in verdict.counted}


def test_an_oracle_that_answers_nan_is_dropped():
    dropped(s.answering("bad", lambda x: np.full(len(x), np.nan)))


def test_an_oracle_that_answers_nan_once_is_dropped():
    dropped(s.answering("bad", lambda x: np.where(s.only_one(x), np.nan, s.linear(x))))


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


def test_an_oracle_of_the_wrong_shape_is_dropped():
    for shape in [
        lambda v: v[:, None],
        lambda v: v[:-1],
        lambda v: v[0],
        lambda v: v[None],
        lambda v: np.append(v, v[-1]),
    ]:
        dropped(s.answering("bad", lambda x, shape=shape: shape(s.linear(x) + 1.0)))


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

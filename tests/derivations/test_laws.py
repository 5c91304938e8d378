"""No rule on means holds of what is taken for a law and does not add up to one; two laws of one name are refused."""

from __future__ import annotations

import sympy as sp

from theory.derivations import Derivation, Step
from theory.derivations.vocabulary import KL, Law, Mean, PositiveTable, letter
from verification.derive import replay
from verification.derive.replay import BY_RULE, ENCLOSED, UNDECIDED

x, z = letter("x"), letter("z")
q = Law("q", z)


def verdict(*steps: Step) -> str:
    return replay(Derivation("a", "a", "a", steps))[-1].verdict


def test_gibbs_asks_for_laws_on_both_sides() -> None:
    nothing = Step(sp.Integer(0), "Gibbs", ">=")
    assert verdict(Step(KL(q(z), Law("p", z)(z), z), "start"), nothing) == BY_RULE
    assert verdict(Step(KL(q(z), q(z) / 2, z), "start"), nothing) == ENCLOSED


def test_jensen_asks_for_a_law() -> None:
    f = PositiveTable("f", z)
    for law, lawful in ((q(z), True), (q(z) * q(z), False)):
        chain = Step(sp.log(Mean(f, z, law)), "start"), Step(Mean(sp.log(f), z, law), "Jensen", ">=")
        assert (verdict(*chain) == BY_RULE) is lawful


def test_two_laws_of_one_name_are_refused() -> None:
    one = Step(Law("p", x)(x) * Law("p", z)(z), "start")
    assert verdict(one, Step(Law("p", z)(z) * Law("p", x)(x), "algebra")) == UNDECIDED
    both = Law("p", x)(x) * Law("{p}", z)(z)
    assert verdict(Step(both, "start"), Step(both * 1, "algebra")) == "proved"

"""Fixed slots and streams: what is selected, in which order and by how many workers changes no digit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from verification.claim import BALL, FLOAT64, SUPPORTED
from verification.evidence import Context
from verification.judge import judge
from verification.mutants import Mutant, at, double, half, negated, scaled, shifted
from verification.record import record_of
from verification.relations.at_most import AT_MOST
from verification.relations.distribution import Distribution
from verification.run import _judged

from . import synthetic as s

UNIFORM = s.uniform_about(s.linear)
CLOSE = Mutant("close", lambda f: lambda x: f(x=x) + 0.05)


def sampled_pair():
    return s.sampling_from("a", UNIFORM, span=1.0), s.sampling_from("b", UNIFORM)


def claims():
    """Claims that share domains and oracles, one a companion of another, each with mistakes of its own."""
    first, second = sampled_pair()
    shared = s.domain("shared points")
    tight = s.claim(first, second, id="tight", domain=shared, mutants=(at(x=half),))
    bound = s.claim(
        first, second, id="bound", relation=AT_MOST, domain=shared, mutants=(CLOSE, shifted(-0.05)), tight="tight"
    )
    exact = s.claim(id="exact", domain=shared)
    wrong = s.claim(
        first, second, id="wrong", domain=shared, shipped=lambda x: s.linear(x) + 0.5, mutants=(at(x=half),)
    )
    return [tight, bound, exact, wrong]


def records(todo, every, jobs=1, **changes):
    context = s.context(*every, **changes)
    found = {r["id"]: r for r in _judged([[c] for c in todo], context, {}, jobs)}
    return {name: {**record, "seconds": 0} for name, record in found.items()}


def test_the_same_seed_gives_the_same_digits():
    every = claims()
    assert records(every, every) == records(every, every)


def test_another_seed_gives_other_digits():
    every = claims()
    first, second = records(every, every, seed=1), records(every, every, seed=2)
    assert all(first[name]["evidence"] != second[name]["evidence"] for name in ("tight", "bound", "wrong"))
    assert {n: r["verdict"] for n, r in first.items()} == {n: r["verdict"] for n, r in second.items()}


def test_what_else_is_selected_changes_no_digit():
    every = claims()
    together = records(every, every)
    for one in every:
        assert records([one], every) == {one.id: together[one.id]}
    assert records(every[::-1], every) == together


def test_the_number_of_workers_changes_no_digit():
    every = claims()
    assert records(every, every, jobs=2) == records(every, every, jobs=1)


def test_the_slot_is_the_same_for_one_claim_and_for_all():
    every = claims()
    assert s.context(every[0]).slot == s.context(*every).slot == 1e-6 / 1024


# --- cases ------------------------------------------------------------------------------------------------------------


def drawn(domain, seed, draws=5):
    return [b.args["x"][b.witnesses :].tolist() for b in domain.batches(seed, draws)]


def test_cases_depend_on_the_seed_and_the_domains_name():
    assert drawn(s.domain("one"), 1) == drawn(s.domain("one"), 1)
    assert drawn(s.domain("one"), 1) != drawn(s.domain("one"), 2)
    assert drawn(s.domain("one"), 1) != drawn(s.domain("two"), 1)


def test_witnesses_do_not_depend_on_the_seed():
    heads = [[b.head()["x"].tolist() for b in s.domain().batches(seed, 5)] for seed in (1, 2)]
    assert heads[0] == heads[1] == [[[1.0], [-0.5], [2.0]], [[0.5, 0.25], [-2.0, 1.0]]]


def test_every_draw_is_judged():
    verdict = s.heard(s.claim())
    assert s.testimony(verdict, "first").cases == len(s.WITNESSES) + 2 * s.TIER.draws


def test_draws_outside_the_domain_are_left_out():
    xs = s.line(draw=s.draw_line, requires=lambda x: x[:, 0] > -0.6)
    inside = [v for [v] in drawn(xs, 3, 50)[0]]
    assert 10 < len(inside) < 50 and min(inside) > -0.6


def test_draws_of_a_shape_that_are_all_outside_the_domain_leave_the_claim_to_the_others():
    one = s.claim(domain=s.line(draw=s.draw, requires=lambda x: np.full(len(x), x.shape[-1] == 1)))
    assert [batch.size for batch in one.domain.batches(0, 3)] == [len(s.LINE) + 3]
    assert s.heard(one).expected


# --- streams ----------------------------------------------------------------------------------------------------------


def first_numbers(seed=0, name="points on the line", oracle="truth", identity="synthetic.linear"):
    seen = []

    def summands(rng, n, x):
        values = UNIFORM(rng, n, x)
        seen.append(values[0, 0])
        return values

    told = s.in_module("a", oracle)(s.sampling_from("a", summands, span=1.0))
    judge(one := s.claim(told, s.answering("b"), id=identity, domain=s.line(name)), s.context(one, seed=seed))
    return tuple(seen)


def test_samples_depend_on_the_seed_the_oracle_and_the_domain_only():
    same = first_numbers()
    assert first_numbers() == same == first_numbers(identity="another claim")
    others = first_numbers(seed=1), first_numbers(name="other points"), first_numbers(oracle="other")
    assert len({same, *others}) == 4


def test_a_sampler_is_drawn_by_the_seed():
    seen = []

    def shipped(rng, size, x):
        seen.append(rng.random())
        return np.zeros((len(x), size, 1)) + rng.normal(size=(len(x), size, 1))

    one = s.claim(
        s.answering("a", lambda x: np.zeros((len(x), 8)), error=9.0),
        relation=Distribution(draws=10),
        shipped=shipped,
        domain=s.line(),
        arithmetics=(FLOAT64,),
        mutants=(),
    )
    for seed in (1, 1, 2):
        s.heard(one, seed=seed)
    assert len(set(seen)) == 2


# --- answers are remembered under what they depend on -----------------------------------------------------------------


def test_oracles_of_one_name_do_not_share_answers():
    one = s.claim(s.answering("a"), s.answering("b"), id="one")
    two = s.claim(s.answering("a", s.wrong_by(1.0)), s.answering("b", s.wrong_by(1.0)), id="two", domain=one.domain)
    context = s.context(one, two)
    assert judge(one, context).verdict == SUPPORTED
    assert judge(two, context).verdict != SUPPORTED


def test_domains_of_one_name_do_not_share_answers():
    told = s.answering("a"), s.answering("b")
    one = s.claim(*told, id="one", domain=s.line("same name"))
    two = s.claim(*told, id="two", domain=s.line("same name", witnesses=({"x": [3.0]}, {"x": [4.0]}, {"x": [7.0]})))
    context = s.context(one, two)
    assert [judge(c, context).verdict for c in (one, two)] == [SUPPORTED, SUPPORTED]


def test_an_oracle_is_asked_once_for_formula_and_mistakes():
    calls = []

    @s.in_module("a")
    def counting(x):
        calls.append(len(x))
        return s.answering("a")(x)

    one = s.claim(counting, s.answering("b"), mutants=(at(x=negated), at(x=half), scaled(1.01)))
    context: Context = s.context(one)
    judge(one, context)
    judge(replace(one, id="again"), context)
    assert len(calls) == 2  # one for each shape


def test_the_formula_runs_once_in_balls():
    calls = []

    def counting(x):
        calls.append(x.dtype)
        return s.linear(x)

    assert s.ruling(shipped=counting, mutants=(Mutant("other", lambda _: lambda x: s.linear(x) + 1),)) == SUPPORTED
    assert calls.count(np.dtype(object)) == 2  # one for each shape


def test_a_mistake_that_changes_only_the_answer_runs_nothing_again():
    calls = []

    def counting(x):
        calls.append(x.dtype)
        return s.linear(x)

    few = (scaled(2), scaled(-1), shifted(9.0))
    assert s.ruling(shipped=counting, mutants=few) == SUPPORTED
    alone = len(calls)
    calls.clear()
    assert s.ruling(shipped=counting, mutants=(*few, scaled(3), shifted(-9.0))) == SUPPORTED
    assert len(calls) == alone


def test_a_mistake_in_the_arguments_gets_an_answer_of_its_own():
    for arithmetics in ((BALL,), (FLOAT64,)):
        mistakes = (scaled(2), at(x=half), at(x=negated), at(x=double))
        assert s.ruling(mutants=mistakes, arithmetics=arithmetics) == SUPPORTED


def test_a_mistake_is_planted_once_for_a_bound_and_its_companions_witnesses():
    planted = []

    def plant(formula):
        planted.append(formula)
        return lambda x: formula(x=x) - 0.5

    mistakes = Mutant("lower", plant), shifted(9.0)
    above = s.answering("a", s.wrong_by(1.0)), s.answering("b", s.wrong_by(1.0))
    tight = s.claim(*s.agreeing(), id="tight", domain=s.line(), mutants=mistakes)
    bound = s.claim(*above, relation=AT_MOST, domain=s.line(), mutants=mistakes, tight="tight")
    context = s.context(bound, tight)
    assert [judge(one, context).verdict for one in (bound, tight)] == [SUPPORTED, SUPPORTED]
    assert len(planted) == 2  # once in the bound, once in the companion


def test_mistakes_of_one_name_do_not_share_values():
    names = Mutant("one name", lambda f: lambda x: f(x=x) + 1), Mutant("one name", lambda f: lambda x: f(x=x))
    second = s.heard(s.claim(mutants=names[1:]))
    context = s.context(s.claim())
    told = s.claim(mutants=names[:1])
    assert judge(told, context).verdict == SUPPORTED and second.verdict != SUPPORTED
    assert judge(replace(told, mutants=names[1:]), context).verdict != SUPPORTED


def test_a_record_names_what_it_rests_on():
    one = s.claim(s.answering("a"), s.answering("b", error=np.inf))
    record = record_of(s.heard(one), None, 0.0)
    assert record["evidence"]["a.truth"]["counted"] is False or record["verdict"] != "supported"
    assert record["evidence"]["b.truth"]["dropped"] and not record["evidence"]["b.truth"]["counted"]

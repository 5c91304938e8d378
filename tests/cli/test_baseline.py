"""What counts as worse than an earlier run."""

from __future__ import annotations

from typing import Any

import pytest

from verification.baseline import compare, difference, not_compared
from verification.report import schema


def results(tier: str = "default", seed: int = 0, **changes: Any) -> schema.Results:
    claim = {
        "id": "a.b",
        "document": "hoffman",
        "statement": "A holds.",
        "relation": "at_most",
        "expected": "supported",
        "verdict": "supported",
        "reason": "No violation.",
        "grade": "certified",
        "resolution": {"best": 1e-12, "median": 1e-10},
        "tightness": {"min": 0.1, "median": 0.2, "max": 0.4, "cases": 40},
        **changes,
    }
    return schema.of({"schema": 1, "run": {"tier": tier, "seed": seed}, "claims": [claim]})


def test_the_same_run_is_not_worse_than_itself():
    assert compare(results(), results()) == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"verdict": "refuted", "reason": "It fails at mu = 0."}, "was supported and is refuted: It fails at mu = 0."),
        ({"verdict": "inconclusive", "reason": ""}, "was supported and is inconclusive."),
        ({"grade": "bounded"}, "was certified and is bounded."),
        ({"grade": None}, "was certified and is without a grade."),
        ({"resolution": {"best": 1.1e-11, "median": 1e-10}}, "best case"),
        ({"resolution": {"best": 1e-12, "median": 1.1e-9}}, "median case"),
        ({"resolution": {"best": 1e-12, "median": "nan"}}, "median case"),
        ({"resolution": {"best": 1e-12, "median": "inf"}}, "median case"),
        ({"resolution": None}, "none that was measured"),
        ({"tightness": {"min": 0.1, "median": 0.21, "max": 0.4, "cases": 40}}, "median slack of 0.2 nats"),
        ({"tightness": {"min": 0.1, "median": 0.2, "max": 0.5, "cases": 40}}, "max slack of 0.4 nats"),
        ({"tightness": {"min": 0.11, "median": 0.2, "max": 0.4, "cases": 40}}, "min slack of 0.1 nats"),
        ({"tightness": {"min": "nan", "median": 0.2, "max": 0.4, "cases": 40}}, "none that was measured"),
        ({"verdict": "refuted", "expected": "refuted"}, "was supported and is refuted"),
        ({"tightness": None}, "no longer says how tight"),
    ],
)
def test_each_thing_that_got_worse_is_told(changes, said):
    told = " ".join(compare(results(**changes), results()))
    assert told.startswith("a.b ") and said in told


@pytest.mark.parametrize(
    "changes",
    [
        {"grade": "proved"},
        {"resolution": {"best": 9e-12, "median": 9e-10}},
        {"resolution": {"best": 1e-20, "median": 1e-20}},
        {"tightness": {"min": 0.0, "median": 0.1, "max": 0.3, "cases": 40}},
        {"tightness": {"min": 0.1, "median": 0.201, "max": 0.402, "cases": 40}},
    ],
)
def test_what_is_better_or_within_its_interval_is_not_told(changes):
    assert compare(results(**changes), results()) == []


def test_a_claim_that_became_as_expected_is_not_worse():
    assert compare(results(), results(verdict="inconclusive")) == []


def test_an_exact_resolution_may_become_one_of_a_doubles_rounding():
    exact = results(resolution={"best": 0.0, "median": 0.0})
    assert compare(results(resolution={"best": 1e-16, "median": 1e-15}), exact) == []


def test_a_dropped_order_is_told():
    before = results(tightness={"order": 2.0, "needed": 2.0})
    assert compare(results(tightness={"order": 1.999, "needed": 2.0}), before) == []
    assert "order 2" in compare(results(tightness={"order": 1.0, "needed": 1.0}), before)[0]
    assert compare(results(tightness={"order": None}), before)


def test_a_claim_that_vanished_is_told_unless_the_run_selected():
    none = schema.of({"schema": 1, "run": {}, "claims": []})
    assert "was not judged" in compare(none, results())[0]
    assert compare(none, results(), complete=False) == []


def test_a_new_claim_is_not_worse():
    assert compare(results(), schema.of({"schema": 1, "run": {}, "claims": []})) == []


def test_slacks_of_other_draws_are_held_against_the_whole_earlier_range():
    looser = {"tightness": {"min": 0.1, "median": 0.39, "max": 0.9, "cases": 40}}
    assert compare(results(seed=1, **looser), results()) == []
    looser["tightness"]["median"] = 0.41
    assert compare(results(seed=1, **looser), results())


def test_another_tier_is_compared_by_verdicts_alone_and_says_so():
    fast = results(tier="fast", grade="sampled", resolution=None)
    assert compare(fast, results()) == []
    assert "only the verdicts" in not_compared(fast, results())
    assert not_compared(results(), results()) is None
    assert compare(results(tier="fast", verdict="refuted"), results())


def test_a_limit_that_is_approached_less_closely_is_told():
    before = results(tightness={"start": 1.0, "left": 1e-9})
    assert compare(results(tightness={"start": 1.0, "left": 1e-9}), before) == []
    assert "distance to the limit" in compare(results(tightness={"start": 1.0, "left": 1e-6}), before)[0]


def test_a_sampled_slack_is_held_against_its_interval():
    drawn = {"grade": "sampled", "evidence": {"monte_carlo.x": {"method": "m", "grade": "sampled", "radius": 0.05}}}
    looser = {"min": 0.1, "median": 0.25, "max": 0.4, "cases": 40}
    assert compare(results(tightness=looser, **drawn), results(**drawn)) == []
    looser["median"] = 0.35
    assert compare(results(tightness=looser, **drawn), results(**drawn))


@pytest.mark.parametrize(
    ("before", "words"),
    [
        ({"grade": "sampled"}, "was sampled and is certified"),
        ({"verdict": "inconclusive"}, "was inconclusive and is supported"),
        ({"resolution": {"best": 1e-8, "median": 1e-10}}, "best case"),
        ({"tightness": {"min": 0.1, "median": 0.3, "max": 0.4, "cases": 40}}, "median slack of 0.3"),
        ({"tightness": {"order": 1.0}}, ""),
    ],
)
def test_what_is_better_is_told_as_such(before, words):
    after = results(tightness={"order": 2.0}) if "order" in before.get("tightness", {}) else results()
    found = difference(after, results(**before))
    assert found.worse == [] and len(found.better) == 1 and words in found.better[0]


def replayed(*follows: bool, breaks: tuple[int, ...] = ()) -> schema.Results:
    words = {True: "proved", False: "does not follow"}
    steps = [
        {"latex": "a", "rule": "algebra", "verdict": words[one], "breaks": index in breaks}
        for index, one in enumerate(follows)
    ]
    found = {"id": "hoffman.eq11", "sentence": "D.", "steps": steps}
    return schema.of({"schema": 1, "run": {}, "claims": [], "derivations": [found]})


def test_a_derivation_that_breaks_is_worse_and_one_that_is_known_to_is_not():
    assert compare(replayed(True, True), replayed(True, True)) == []
    told = compare(replayed(True, False, False), replayed(True, True, True))
    assert told == ["The derivation hoffman.eq11 follows line by line and now breaks at lines (1), (2)."]
    assert compare(replayed(True, False, breaks=(1,)), replayed(True, False, breaks=(1,))) == []
    mended = difference(replayed(True, True), replayed(True, False))
    assert mended.worse == [] and "now follows line by line" in mended.better[0]


def test_a_derivation_that_is_gone_is_told_unless_none_was_replayed():
    none = schema.of({"schema": 1, "run": {}, "claims": []})
    assert compare(none, replayed(True, True)) == []
    other = replayed(True, True)
    other.derivations[0].id = "hoffman.eq12"
    assert "was not replayed" in compare(other, replayed(True, True))[0]

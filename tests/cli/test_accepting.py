"""``betavae compare`` and ``betavae baseline accept``: how runs differ, and which one later runs are held to."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

LATER = "later/results.json"


@pytest.fixture
def two(betavae, engine):
    """A run, and a later one of the same claims in which one has lost its grade; the first is the baseline."""
    betavae("verify", "--out", "earlier")
    betavae("baseline", "accept", "earlier/results.json", "--yes")
    engine.changes["hoffman.eq11"] = {"grade": "sampled"}
    betavae("verify", "--out", "later")
    return betavae


def held() -> dict:
    return json.loads(Path("reports/baseline.json").read_text())


def test_compare_says_what_is_worse_and_ends_with_7(two):
    code, out, err = two("compare", "earlier/results.json", LATER)
    assert (code, err) == (7, "") and "worse: 1" in out and "hoffman.eq11 was certified and is sampled." in out


def test_compare_the_other_way_round_says_what_is_better_and_ends_with_0(two):
    code, out, _ = two("compare", LATER, "earlier/results.json")
    assert code == 0 and "better: 1" in out and "hoffman.eq11 was sampled and is certified." in out


def test_compare_names_what_is_new_and_what_is_gone(two, engine):
    engine.claims = engine.claims[1:]
    two("verify", "--out", "fewer")
    code, out, _ = two("compare", "earlier/results.json", "fewer/results.json")
    assert code == 7 and "gone: 1\n  hoffman.eq11" in out
    code, out, _ = two("compare", "fewer/results.json", "earlier/results.json")
    assert code == 0 and "new: 1\n  hoffman.eq11" in out


def test_a_selection_is_compared_by_what_it_judged(two):
    two("verify", "(12)", "--out", "part")
    code, out, _ = two("compare", "earlier/results.json", "part/results.json")
    assert code == 0 and "not selected: 1" in out


def test_a_run_and_itself_do_not_differ(two):
    assert two("compare", LATER, LATER) == (0, "No difference.\n", "")


@pytest.mark.parametrize("text", [None, "{", '{"schema": 99, "claims": []}'])
def test_what_cannot_be_compared_is_4_in_one_sentence(two, text):
    if text is not None:
        Path("x.json").write_text(text)
    for verb in (("compare", LATER, "x.json"), ("baseline", "accept", "x.json", "--yes")):
        code, out, err = two(*verb)
        assert (code, out) == (4, "") and "x.json" in err and err.count("\n") == 1


def test_nothing_is_accepted_where_nobody_can_be_asked(two):
    before = held()
    code, out, err = two("baseline", "accept", LATER)
    assert code == 4 and "hoffman.eq11 was certified and is sampled." in out, "the difference is shown first"
    assert "--yes" in err and held() == before


@pytest.mark.parametrize(
    ("answer", "written"), [("y\n", True), ("yes\n", True), ("n\n", False), ("\n", False), ("", False)]
)
def test_a_person_is_asked(two, monkeypatch, answer, written):
    import io

    class Keyboard(io.StringIO):
        def isatty(self):
            return True

    monkeypatch.setattr(sys, "stdin", Keyboard(answer))
    code, out, err = two("baseline", "accept", LATER)
    assert "worse: 1" in out and "[y/N]" in err
    assert (code == 0) == written and (held()["claims"][0]["grade"] == "sampled") == written


def test_what_was_accepted_is_no_longer_worse(two):
    assert two("verify", "--baseline", "reports/baseline.json")[0] == 7
    assert two("baseline", "accept", LATER, "--yes")[0] == 0
    assert two("verify", "--baseline", "reports/baseline.json")[0] == 0


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (["--tier", "fast"], "its tier is fast and the baseline's default"),
        (["--seed", "1"], "its seed is 1"),
        (["--data", "mnist"], "its data is mnist"),
        (["(11)"], "it is a selection of 1 claim."),
    ],
)
def test_a_run_of_another_kind_is_refused_unless_it_is_meant(two, options, why):
    two("verify", *options, "--out", "other")
    before = held()
    code, out, err = two("baseline", "accept", "other/results.json", "--yes")
    assert (code, out) == (4, "") and why in err and "--anyway" in err and held() == before
    assert two("baseline", "accept", "other/results.json", "--yes", "--anyway")[0] == 0


def test_an_accepted_selection_leaves_the_other_claims_as_they_are(two):
    two("verify", "(11)", "--out", "part")
    two("baseline", "accept", "part/results.json", "--yes", "--anyway")
    assert [(one["id"], one["grade"]) for one in held()["claims"]] == [
        ("hoffman.eq11", "sampled"),
        ("hoffman.eq12", "certified"),
    ]
    assert held()["run"]["claims"] == 2 and held()["run"]["selection"] == []


def test_a_baseline_holds_no_drawings_and_no_times(two, engine):
    assert held()["figures"] == [] and {one["seconds"] for one in held()["claims"]} == {0.0}


def test_compare_calls_the_earlier_run_by_its_name(two, engine):
    engine.claims = engine.claims[1:]
    two("verify", "--out", "fewer")
    out = two("compare", "earlier/results.json", "fewer/results.json")[1]
    assert "hoffman.eq11 is in earlier/results.json and was not judged." in out


def test_a_baseline_that_holds_the_same_stays_as_it_is(two):
    code, out, err = two("baseline", "accept", "earlier/results.json", "--yes")
    assert (code, out, err) == (0, "No difference.\nreports/baseline.json stays as it is.\n", "")


def test_one_claim_is_not_counted_in_the_plural(two, engine):
    engine.changes["hoffman.eq11"] = {"verdict": "refuted"}
    two("verify", "(11)", "--out", "part")
    code, out, err = two("baseline", "accept", "part/results.json", "--baseline", "new.json", "--yes", "--anyway")
    assert (code, out) == (0, "new.json now holds 1 claim of part/results.json.\n")
    assert err == "betavae: 1 verdict of it is not the expected one: hoffman.eq11.\n"


def test_the_group_alone_is_its_help(betavae):
    code, out, err = betavae("baseline")
    assert (code, err) == (0, "") and "accept" in out

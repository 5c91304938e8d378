"""``betavae report``: from results.json to files, and one sentence where that cannot be."""

from __future__ import annotations

import json
from pathlib import Path

import pytest


def test_it_writes_everything_from_results_without_judging(betavae, engine):
    betavae("verify")
    engine.asked = {}
    code, out, err = betavae("report", "--out", "there")
    assert (code, err, engine.asked) == (0, "", {}) and "there/index.html" in out
    assert {one.name for one in Path("there").iterdir()} >= {"index.html", "report.md", "junit.xml", "tables"}
    assert (Path("there") / "results.json").read_text() == Path("betavae-report/results.json").read_text()


def test_by_default_it_completes_the_report_that_verify_wrote(betavae):
    betavae("verify")
    assert betavae("report")[0] == 0
    assert (Path("betavae-report") / "tables" / "claims.csv").exists()


@pytest.mark.parametrize(
    "text", [None, "", "{", '{"schema": 1, "run": {}, "cla', '{"schema": 99, "run": {}, "claims": []}', "[1]"]
)
def test_missing_cut_or_foreign_results_are_4_in_one_sentence(betavae, text):
    if text is not None:
        Path("r.json").write_text(text)
    code, out, err = betavae("report", "r.json", "--out", "there")
    assert (code, out) == (4, "") and "r.json" in err and err.count("\n") == 1
    assert not Path("there").exists()


@pytest.mark.parametrize("verb", ["verify", "report", "figure", "show"])
def test_an_empty_name_of_a_folder_is_refused(betavae, verb):
    claim = ["hoffman.eq11"] if verb == "show" else []
    code, out, err = betavae(verb, *claim, "--out", "")
    assert (code, out) == (4, "") and "--out is empty" in err and err.count("\n") == 1
    assert list(Path().iterdir()) == []


def test_a_selection_says_in_the_report_that_it_is_one(betavae):
    betavae("verify", "(11)")
    told = "This is a selection: 1 of 2 claims, those that answer to “(11)”."
    assert told in Path("betavae-report/index.html").read_text()
    assert told in Path("betavae-report/report.md").read_text().replace("\\", "")
    assert json.loads(Path("betavae-report/results.json").read_text())["run"]["available"] == 2
    betavae("verify")
    assert "This is a selection" not in Path("betavae-report/index.html").read_text()

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


def test_it_names_what_it_wrote_and_nothing_else(betavae):
    betavae("verify")
    names = betavae("report", "--out", "there")[1].strip().split(": ")[1].split(", ")
    found = {str(path) for name in names for path in Path().glob(name)}
    assert found == {str(path) for path in Path("there").rglob("*") if path.is_file()}
    assert "there/summary.md" in names and not any("figures" in name for name in names)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[]", "is not of betavae: results are a JSON object, and this is none"),
        ("{}", 'is not of betavae: it lacks "schema" and "claims"'),
        ('{"a": nope, "b": [1, 2, 3]}', "is not JSON: invalid"),
        ('{"schema": 1, "run": {}, "claims": []}', "holds no claim that was judged"),
    ],
)
@pytest.mark.parametrize("verb", [["report"], ["compare", "r.json"], ["baseline", "accept", "--yes"]])
def test_what_holds_no_results_is_said_in_a_sentence(betavae, verb, text, told):
    Path("r.json").write_text(text)
    code, out, err = betavae(*verb, "r.json")
    assert (code, out) == (4, "") and f"betavae: r.json {told}" in err and err.count("\n") == 1


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("no.json", "There is no file no.json; `betavae verify` writes betavae-report/results.json."),
        ("there/results.json", "There is no file there/results.json; `betavae verify --out there` writes it."),
    ],
)
def test_the_advice_where_there_is_no_file_is_true(betavae, name, told):
    assert betavae("report", name) == (4, "", f"betavae: {told}\n")

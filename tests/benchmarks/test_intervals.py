"""The scripts that measure intervals count what they are for, and say so where something fails."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path

import numpy as np
import pytest

FOLDER = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture(scope="module")
def script():
    sys.path.insert(0, str(FOLDER))
    yield importlib.import_module
    sys.path.remove(str(FOLDER))


@pytest.fixture(scope="module")
def coverage(script):
    return script("interval_coverage")


@pytest.fixture(scope="module")
def problem(script):
    return {problem.name: problem for problem in script("small_problems").problems()}


def about(rows, problem):
    return [dict(problem=problem.name, N=2, d=1, information=0.0) | row for row in rows]


def test_there_are_twenty_problems_and_their_values_are_known_far_within_any_width(script):
    problems = script("small_problems").problems()
    assert len({problem.name for problem in problems}) >= 20
    for problem in problems:
        value, error = problem.information()
        assert 0 <= value <= np.log(len(problem.moments[0])) + error and error < 1e-7, problem.name


def test_products_and_turns_keep_what_grids_in_the_plane_see(script, problem):
    from verification.oracles import planes

    for name in ("rare overlap in one of two blocks", "diagonal line of 16"):
        known, found = problem[name].information(), planes.index_information(*(x[None] for x in problem[name].moments))
        assert abs(known[0] - found.value[0]) <= known[1] + found.error[0], name


@pytest.mark.parametrize("broken", ["too high", "of no width", "not a number"])
def test_a_broken_interval_is_counted_and_told(coverage, problem, broken):
    two = problem["two that overlap"]
    value = two.information()[0]

    def method(draws, alpha, rng):
        lower, upper = coverage.without_pilot(draws, alpha, rng)
        return {
            "too high": (np.full_like(lower, value + 1e-6), upper),
            "of no width": ((lower + upper) / 2, (lower + upper) / 2),
            "not a number": (lower * np.nan, upper),
        }[broken]

    rows = about(coverage.measured(two, 12, 50, {"broken": method}), two)
    assert [row["misses"] for row in rows] == [50, 50]
    assert not coverage.summary(rows)[0]["holds"]
    assert (
        "| broken | 50 of 50 | 1 of 1 | 100.00% | 100.00% | 100.00% | two that overlap, S = 12 | no |"
        in coverage.report(rows, "", 0)
    )


def test_certified_intervals_hold_where_the_normal_one_fails(coverage, problem):
    rare = problem["rarer overlap of two"]
    rows = about(coverage.measured(rare, 40, 200, coverage.CERTIFIED | coverage.USUAL), rare)
    told = {line["method"]: line for line in coverage.summary(rows)}
    assert all(told[name]["holds"] and told[name]["misses"] == 0 for name in coverage.CERTIFIED)
    assert all(not told[name]["holds"] and told[name]["failing"] == 1 for name in coverage.USUAL)


def test_pairs_are_left_out_where_passes_do_not_pair(coverage, problem):
    rows = coverage.measured(problem["two that overlap"], 13, 5, dict(pairs=coverage.pairs))
    assert rows == []


def test_limits_of_a_rate_are_exact(coverage):
    lower, upper = coverage.limits_of_rate(dict(misses=0, repetitions=100))
    assert lower == 0 and (1 - upper) ** 100 == pytest.approx(0.01)


def test_a_small_run_writes_what_it_counted(coverage, tmp_path, capsys):
    small = "--sizes 16 32 --repetitions 20 --many 10 --runs 2 --problems 2"
    coverage.main([*small.split(), "--out", str(tmp_path)])
    record = json.loads((tmp_path / "coverage.json").read_text())
    assert {row["repetitions"] for row in record["rows"]} == {20, 10, 2}
    assert all(line["holds"] for line in record["summary"] if line["certified"])
    assert "two of unequal widths" in (tmp_path / "coverage.md").read_text()


def test_the_widths_told_are_those_of_the_certificate(script):
    certified = script("certified")
    label, q = next(certified.made((50,)))
    row = certified.compared(label, q, 2000)
    assert row["lower"] <= row["usual_estimate"] <= row["upper"]
    assert row["share"] == row["width"] / row["usual_width"] and row["width"] >= row["upper"] - row["lower"]
    np.testing.assert_allclose(certified.plain_log_ratios(q, 300), certified.log_ratios(q, 300), rtol=0, atol=1e-9)
    assert certified.seen_error(q) <= 1


def test_a_missed_target_is_told(script):
    certified = script("certified")
    row = dict(digits=True, width=0.01, share=0.4, per_axis=1e-8, usual_width=0.025, floor=0.001)
    assert certified.summary([row])["met"]
    for worse in (dict(width=0.03), dict(share=0.5), dict(per_axis=1e-5)):
        assert not certified.summary([row, row | worse])["met"]


def test_a_run_that_was_cut_short_is_resumed_and_too_wide_settings_have_more_draws(script, tmp_path, monkeypatch):
    normalizer = script("normalizer")
    for name, value in dict(DIMENSIONS=(1,), BETAS=(0.5,), SIGMAS=(0.9,), MANY=2).items():
        monkeypatch.setattr(normalizer, name, value)
    given = ["--counts", "2", "3", "--first", "150", "--size", "2000", "--out", str(tmp_path)]
    normalizer.main(given)
    first = json.loads((tmp_path / "normalizer.json").read_text())["rows"]
    monkeypatch.setattr(normalizer, "SIGMAS", (0.9, 0.05))
    normalizer.main([*given, "--resume"])
    rows = json.loads((tmp_path / "normalizer.json").read_text())["rows"]
    assert rows[:2] == first and len(rows) == 4
    assert [row["size"] for row in rows if row["N"] == 3] == [2000, 2000]
    assert "| 1 | 3 | 0.05 |" in (tmp_path / "normalizer.md").read_text()


def test_log_c_lies_where_it_is_told_and_a_missed_target_is_told(script):
    from verification.oracles import quadrature

    normalizer = script("normalizer")
    row = normalizer.measured(3, 1, 0.5, 0.5, 500)
    mu = np.random.default_rng([0, 3, 1, 50, 50]).normal(scale=np.sqrt(0.75), size=(1, 3, 1))
    known = quadrature.log_normalizer(mu, np.full((1, 3, 1, 1), 0.25), np.array([0.5])).value[0]
    assert row["lower"] <= known <= row["upper"] and row["never_below"]
    assert abs(np.log(row["acceptance"]) - (known - row["log_E"])) < 0.05
    good = row | dict(width=0.01)
    assert normalizer.summary([good])["met"]
    for worse in (dict(width=0.06), dict(acceptance=0.2), dict(never_below=False)):
        assert not normalizer.summary([good, good | worse])["met"]

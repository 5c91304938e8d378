"""Each exit code, with one sentence on stderr that says why."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from verification.verbs import claims


def sentence(text: str) -> bool:
    return text.startswith("betavae: ") and text.count("\n") == 1 and "Traceback" not in text


def test_as_expected_is_0_and_says_nothing_on_stderr(betavae):
    code, out, err = betavae("verify")
    assert (code, err) == (0, "")
    assert out.splitlines()[0].split()[:3] == ["supported", "certified", "hoffman.eq11"]


def test_an_unexpected_verdict_is_1_and_named(betavae, engine):
    engine.changes["hoffman.eq12"] = {"verdict": "refuted"}
    code, _, err = betavae("verify")
    assert code == 1 and "hoffman.eq12" in err and sentence(err)


def test_a_claim_that_was_to_be_refuted_and_is_supported_is_1(betavae, engine):
    engine.changes["hoffman.eq12"] = {"expected": "refuted"}
    assert betavae("verify")[0] == 1


def test_an_expected_refutation_is_0(betavae, engine):
    engine.changes["hoffman.eq12"] = {"expected": "refuted", "verdict": "refuted"}
    assert betavae("verify")[0] == 0


def test_an_interruption_is_2_and_says_that_the_same_command_resumes(betavae, engine):
    def interrupted():
        raise KeyboardInterrupt

    engine.before_judging = interrupted
    code, out, err = betavae("verify")
    assert (code, out) == (2, "") and "after 1 of 2 claims" in err and "resumes" in err and sentence(err)


def test_an_internal_error_is_3_and_its_traceback_is_saved(betavae, engine):
    def broken():
        raise ZeroDivisionError("a bug")

    engine.before_judging = broken
    code, _, err = betavae("verify")
    assert code == 3 and "a bug" in err and sentence(err)
    saved = Path(err.split("traceback in ")[1].rstrip().rstrip(")"))
    assert "ZeroDivisionError" in saved.read_text()
    saved.unlink()


def test_debug_shows_the_traceback(betavae, engine):
    def broken():
        raise ZeroDivisionError("a bug")

    engine.before_judging = broken
    code, _, err = betavae("verify", "--debug")
    assert code == 3 and "Traceback" in err


@pytest.mark.parametrize(
    "arguments",
    [
        ["bogus"],
        ["verify", "--bogus"],
        ["verify", "--tier", "slow"],
        ["verify", "--seed", "-1"],
        ["verify", "--jobs", "0"],
        ["verify", "--false-alarm", "0"],
        ["verify", "--false-alarm", "nan"],
        ["verify", "--data", "cats"],
        ["verify", "hoffman.eq99"],
        ["verify", "--baseline", "missing.json"],
        ["show"],
        ["show", "hoffman.eq11", "--at", "mu"],
        ["show", "hoffman.eq11", "--at", "beta=import"],
        ["show", "hoffman.*", "--at", "beta=0.5"],
    ],
    ids=" ".join,
)
def test_bad_usage_is_4_and_one_sentence(betavae, arguments):
    code, out, err = betavae(*arguments)
    assert (code, out) == (4, "") and sentence(err)
    assert not Path("betavae-report").exists()


def test_the_engines_own_word_on_bad_input_is_4(betavae, engine):
    def refused():
        import sys

        raise sys.modules["verification.run"].BadInput("sigma[3] is not positive definite")

    engine.before_judging = refused
    assert betavae("verify") == (4, "", "betavae: sigma[3] is not positive definite.\n")


def test_a_formula_that_cannot_be_set_is_4_and_loses_no_numbers(betavae, engine):
    engine.changes["hoffman.eq12"] = {"latex": r"\nosuchcommand"}
    code, _, err = betavae("verify")
    assert code == 4 and "nosuchcommand" in err and sentence(err)
    assert Path("betavae-report/results.json").exists()


def test_cuda_where_there_is_none_is_4(betavae, monkeypatch):
    torch = pytest.importorskip("torch")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    code, _, err = betavae("verify", "--device", "cuda")
    assert code == 4 and "CUDA" in err and sentence(err)


def test_cuda_without_torch_names_the_extra(betavae, monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "torch", None)
    code, _, err = betavae("verify", "--device", "cuda")
    assert code == 4 and "betavae-theory[train]" in err and sentence(err)


def test_a_glob_that_matches_nothing_is_5(betavae):
    code, out, err = betavae("verify", "levy.*")
    assert (code, out) == (5, "") and "levy.*" in err and sentence(err)
    assert not Path("betavae-report").exists()


def test_an_inconclusive_claim_is_6_only_under_strict(betavae, engine):
    engine.changes["hoffman.eq12"] = {"verdict": "inconclusive", "reason": "torch is not installed"}
    assert betavae("verify")[0] == 0
    code, _, err = betavae("verify", "--strict")
    assert code == 6 and "inconclusive" in err


def test_what_was_not_run_is_told_where_something_is_inconclusive(betavae, engine):
    engine.not_run = ["torch is not installed"]
    assert betavae("verify")[2] == ""
    engine.changes["hoffman.eq12"] = {"verdict": "inconclusive"}
    assert "torch is not installed" in betavae("verify")[2]


def test_worse_than_the_baseline_is_7(betavae, engine):
    assert betavae("verify", "--out", "before")[0] == 0
    engine.changes["hoffman.eq11"] = {"grade": "sampled"}
    code, _, err = betavae("verify", "--baseline", "before/results.json")
    told, accepting = err.splitlines()
    assert (code, told) == (7, "betavae: hoffman.eq11 was certified and is sampled.")
    assert "betavae baseline accept betavae-report/results.json --baseline before/results.json" in accepting


def test_an_unexpected_verdict_outranks_a_regression(betavae, engine):
    betavae("verify", "--out", "before")
    engine.changes["hoffman.eq11"] = {"verdict": "refuted"}
    assert betavae("verify", "--baseline", "before/results.json")[0] == 1


@pytest.mark.parametrize("text", ["", "{", "[1, 2]", '{"schema": 99, "run": {}, "claims": []}', "\x00\xff"])
def test_a_broken_or_foreign_baseline_is_4_before_any_work(betavae, engine, tmp_path, text):
    (tmp_path / "baseline.json").write_text(text)
    code, out, err = betavae("verify", "--baseline", "baseline.json")
    assert (code, out, engine.asked) == (4, "", {}) and "baseline.json" in err and sentence(err)


def test_an_output_folder_that_is_a_file_is_4_before_any_work(betavae, engine, tmp_path):
    (tmp_path / "taken").write_text("")
    for place in ("taken", "taken/inside"):
        code, _, err = betavae("verify", "--out", place)
        assert (code, engine.asked) == (4, {}) and "taken" in err and sentence(err)


def test_somebody_elses_results_are_not_overwritten(betavae, engine, tmp_path):
    (tmp_path / "theirs").mkdir()
    theirs = tmp_path / "theirs" / "results.json"
    theirs.write_text(json.dumps({"accuracy": 0.99}))
    code, _, err = betavae("verify", "--out", "theirs")
    assert (code, engine.asked) == (4, {}) and "--out" in err and sentence(err)
    assert json.loads(theirs.read_text()) == {"accuracy": 0.99}


def test_somebody_elses_page_is_not_overwritten(betavae, engine, tmp_path):
    (tmp_path / "index.html").write_text("<h1>Home</h1>")
    code, _, err = betavae("verify", "--out", ".")
    assert (code, engine.asked) == (4, {}) and "index.html" in err and sentence(err)


def test_no_arguments_show_the_help(betavae):
    code, out, err = betavae()
    assert (code, err) == (0, "") and "Usage" in out and "verify" in out


def test_ctrl_c_before_a_verb_has_begun_is_2(betavae, engine, monkeypatch):
    def interrupted(patterns):
        raise KeyboardInterrupt

    monkeypatch.setattr(claims, "selected", interrupted)
    assert betavae("list") == (2, "", "betavae: Interrupted.\n")


def test_data_that_nothing_looks_at_is_said(betavae, engine):
    code, _, err = betavae("verify", "--data", "mnist", "--tier", "fast")
    assert code == 0 and sentence(err) and "--data mnist changes nothing" in err
    engine.claims[0].needs = ("vae.sweep",)
    assert betavae("verify", "--data", "mnist", "--tier", "fast")[2] == ""


@pytest.mark.parametrize("option", ["--out", "--baseline", "--junit"])
def test_an_empty_path_is_4_and_named(betavae, option):
    code, out, err = betavae("verify", option, "")
    assert (code, out) == (4, "") and sentence(err) and err.startswith(f"betavae: {option} is empty; ")


def test_a_mistyped_verb_is_asked_about_in_a_sentence(betavae):
    assert betavae("baseline", "acept")[2] == (
        "betavae: No such command 'acept': did you mean 'accept'? `betavae baseline --help` lists what there is.\n"
    )


def test_nothing_worse_than_the_baseline_is_said(betavae):
    betavae("verify", "--out", "before")
    assert betavae("verify", "--baseline", "before/results.json")[2] == "betavae: Nothing is worse than the baseline.\n"

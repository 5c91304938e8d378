"""What the command prints and writes."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from verification import console


def test_every_option_reaches_the_engine(betavae, engine):
    options = "--tier fast --seed 7 --jobs 3 --device cpu --false-alarm 1e-4 --data mnist --out there"
    assert betavae("verify", *options.split())[0] == 0
    assert engine.asked == {
        "tier": "fast",
        "seed": 7,
        "jobs": 3,
        "device": "cpu",
        "false_alarm": 1e-4,
        "data": "mnist",
        "out": Path("there"),
    }


def test_the_report_names_the_command_that_made_it(betavae):
    betavae("verify", "(11)", "--seed", "3")
    saved = json.loads(Path("betavae-report/results.json").read_text())
    assert saved["run"]["command"] == "betavae verify '(11)' --seed 3"
    assert [one["id"] for one in saved["claims"]] == ["hoffman.eq11"]
    assert {"results.json", "report.md", "index.html"} <= {one.name for one in Path("betavae-report").iterdir()}


def test_junit_is_well_formed_xml(betavae):
    assert betavae("verify", "--junit", "made/here/junit.xml")[0] == 0
    root = ElementTree.parse("made/here/junit.xml").getroot()
    assert len(list(root.iter("testcase"))) == 2


def test_piped_output_is_plain_lines(betavae):
    for arguments in (["verify"], ["list"], ["show", "hoffman.eq11"]):
        _, out, err = betavae(*arguments)
        assert err == "" and "\x1b" not in out and all(ord(letter) < 0x2500 for letter in out)


def test_list_as_json_is_one_array_with_each_claims_facts(betavae):
    _, out, _ = betavae("list", "--json")
    first = json.loads(out)[0]
    assert (first["id"], first["equation"], first["oracles"]) == ("hoffman.eq11", "(11)", ["balls.integral"])


def test_coverage_names_the_places_that_no_claim_covers(betavae):
    code, out, _ = betavae("coverage")
    assert code == 0
    assert re.search(r"^hoffman +2 of 13 places +2 claims", out) and "no claim: (1), (2)" in out
    (first, *_) = json.loads(betavae("coverage", "--json")[1])
    assert first["missing"][:2] == ["(1)", "(2)"] and "(11)" not in first["missing"]


def test_show_tells_the_last_verdict(betavae):
    assert "none yet" in betavae("show", "hoffman.eq11")[1]
    betavae("verify")
    assert "supported (certified)" in betavae("show", "hoffman.eq11")[1]


def test_show_refuses_a_broken_results_file(betavae):
    Path("betavae-report").mkdir()
    Path("betavae-report/results.json").write_text("{")
    code, out, err = betavae("show", "hoffman.eq11")
    assert (code, out) == (4, "") and "results.json" in err


def test_show_at_a_case_prints_every_value_with_its_radius(betavae):
    code, out, _ = betavae("show", "hoffman.eq11", "--at", "mu=[0] Sigma=[[0.25]] beta=0.75")
    assert code == 0
    assert [line.split("  ")[-1].strip() for line in out.splitlines()] == [
        "hoffman.eq11",
        "0.75",
        "0.5, radius 1e-20, the formula is outside",
        "no answer: only k = 1",
    ]


class Terminal:
    """A stream that says it is a terminal."""

    def __init__(self, stream):
        self.stream = stream

    def __getattr__(self, name):
        return getattr(self.stream, name)

    def isatty(self):
        return True


def test_on_a_terminal_progress_goes_to_stderr_and_the_report_is_named(betavae, monkeypatch, capsys):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stdout", Terminal(sys.stdout))
    monkeypatch.setattr(sys, "stderr", Terminal(sys.stderr))
    code, out, err = betavae("verify")
    assert code == 0 and "index.html" in out and "left" in err and "left" not in out


def test_on_a_terminal_lists_and_claims_are_laid_out(betavae, monkeypatch):
    betavae("verify")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stdout", Terminal(sys.stdout))
    assert "Statement" in betavae("list")[1]
    assert "hoffman.eq11" in betavae("show", "hoffman.eq11")[1]


def command(*arguments: str, **options) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "verification", *arguments], stderr=subprocess.PIPE, text=True, timeout=60, **options
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_behind_stdout_is_one_sentence():
    with open("/dev/full", "w") as full:
        done = command("--version", stdout=full)
    assert done.returncode == 4 and "the disk is full" in done.stderr and done.stderr.count("\n") == 1


def test_a_full_disk_under_the_report_is_one_sentence(betavae, engine):
    def full():
        import errno

        raise OSError(errno.ENOSPC, "No space left on device", "betavae-report/results.json")

    engine.before_judging = full
    code, out, err = betavae("verify")
    assert (code, out) == (4, "") and "disk is full" in err and err.count("\n") == 1


def test_a_reader_that_left_early_is_no_error():
    done = subprocess.run(
        f"'{sys.executable}' -m verification --help | head -c 1; echo ${{PIPESTATUS[0]}}",
        shell=True,
        executable="/bin/bash",
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stdout.splitlines()[-1].endswith("0") and done.stderr == ""


def test_the_command_line_itself_loads_nothing_heavy():
    heavy = ("numpy", "scipy", "sympy", "torch", "sklearn", "matplotlib", "hypothesis", "flint", "rich")
    code = f"import sys, verification.cli; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "[]", done.stderr


def test_an_ascii_terminal_gets_every_letter(tmp_path):
    with open(tmp_path / "out", "w") as out:
        done = command("--help", stdout=out, env={"PYTHONIOENCODING": "ascii", "PATH": "/usr/bin:/bin"})
    assert done.returncode == 0 and done.stderr == ""


def test_emitting_to_no_stdout_at_all_is_silent(monkeypatch):
    monkeypatch.setattr(sys, "stdout", None)
    console.emit("text")


def test_coverage_of_a_selection_counts_the_places_asked_for(betavae):
    code, out, err = betavae("coverage", "(12)")
    assert (code, err) == (0, "")
    assert out == "hoffman  1 of 1 places asked for  1 claim, 1 printed, 0 expected to be refuted\n"
    assert betavae("coverage", "hoffman.*")[1].startswith("hoffman  2 of 13 places  "), "all of a source is the source"


def test_coverage_of_claims_of_no_source_says_so(betavae, engine):
    for one in engine.claims:
        one.source.document = "own"
    assert betavae("coverage", "hoffman.eq11") == (
        0,
        "",
        "betavae: 1 claim is of none of the sources whose places are counted.\n",
    )
    assert betavae("coverage", "hoffman.*", "--json")[1] == "[]\n"


@pytest.mark.parametrize("columns", ["60", "120"])
def test_a_list_on_a_terminal_cuts_no_id_and_no_bracket(betavae, engine, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", columns)
    monkeypatch.setattr(console, "interactive", lambda stream: True)
    engine.claims[0].id = "kumar_poole.appendix_a.correlated.dependent.density"
    engine.claims[0].sentence = "E_q[log p(z)] is what it is."
    out = betavae("list")[1]
    assert engine.claims[0].id in out and "E_q[log p(z)]" in out
    assert all(len(line.rstrip()) <= int(columns) for line in out.splitlines())

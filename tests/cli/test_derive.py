"""``betavae derive``: ours and the user's own, exit codes, sentences, code, gradients."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from verification import cli

OWN = """
import sympy as sp
from theory.derivations import Derivation, Step
from theory.derivations.vocabulary import KL, Law, Mean, letter

x, z = letter("x"), letter("z")
p, q = Law("p", x, z), Law("q", z)
mine = Derivation(
    "mine.elbo", "An own bound.", source="my notes",
    steps=(
        Step(sp.log(p(x)), "start"),
        Step(sp.log(Mean(p(x, z) / q(z), z, q(z))), "multiply and divide"),
        Step({line}, "Jensen", "{relation}"),
    ),{more}
)
"""


BOUND = "Mean(sp.log(p(x, z) / q(z)), z, q(z))"


def own(tmp_path: Path, line: str = BOUND, relation: str = ">=", more: str = "") -> str:
    path = tmp_path / "my_derivation.py"
    path.write_text(OWN.format(line=line, relation=relation, more=more), encoding="utf-8")
    return str(path)


def test_a_right_derivation_of_ones_own_ends_well(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["derive", own(tmp_path)]) == 0
    said = capsys.readouterr().out
    assert "Every step follows." in said and "by Jensen, the rest proved for 2, 3 letters" in said


@pytest.mark.parametrize(
    ("line", "relation"),
    [
        (BOUND, "<="),
        (BOUND, "="),
        ("Mean(sp.log(p(x, z)) + sp.log(q(z)), z, q(z))", "="),
        ("sp.log(p(x)) + KL(q(z), p(z, given=x), z)", "="),
    ],
)
def test_a_wrong_step_is_named_with_a_counterexample(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], line: str, relation: str
) -> None:
    assert cli.main(["derive", own(tmp_path, line, relation)]) == 1
    said = capsys.readouterr().out
    assert "Line 2 does not follow." in said
    assert "at 2 letters: weight" in said and "before [" in said and "here   [" in said


def test_a_break_that_is_declared_is_expected(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["derive", own(tmp_path, relation="=", more="breaks=(2,),")]) == 0
    assert "Line 2 does not follow, as declared." in capsys.readouterr().out


def test_a_break_that_follows_after_all_is_not_expected(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["derive", own(tmp_path, more="breaks=(2,),")]) == 1
    assert "although it is declared to break" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("x = 1", "holds no Derivation at its top level"),
        ("x = ", "cannot be imported: SyntaxError"),
        (OWN.format(line="sp.log(p(x))", relation="==", more=""), "a step's relation is '=='"),
        (OWN.format(line="nothing", relation="=", more=""), "NameError: name 'nothing' is not defined"),
        (OWN.format(line="sp.log(p(x))", relation="=", more="breaks=(7,),"), "breaks names line 7"),
        (OWN.format(line="'log p(x)'", relation="=", more=""), "write it in SymPy"),
        (OWN.format(line="Mean(p(x, z))", relation="=", more=""), "Mean takes a body, a variable, its law"),
        (OWN.format(line="p(x, z, z)", relation="=", more=""), "p is asked for z twice"),
        (OWN.format(line="sp.log(p(x))", relation="=>", more=""), "between two equations stands => or iff"),
        (OWN.replace('"start"', '"algebra"').format(line="sp.log(p(x))", relation="=", more=""), "begins with 'start'"),
        (OWN.replace('"Jensen"', '"jensen"').format(line="p(x)", relation="=", more=""), "the nearest is 'Jensen'"),
        (OWN.replace("mine.elbo", "levy.elbo").format(line="p(x)", relation="=", more=""), "give yours another id"),
        ("import sys; sys.exit(0)", "ends the process when it is imported"),
    ],
)
def test_a_file_that_cannot_be_used_gets_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str, sentence: str
) -> None:
    path = tmp_path / "broken.py"
    path.write_text(content, encoding="utf-8")
    assert cli.main(["derive", str(path)]) == 4
    said = capsys.readouterr().err
    assert sentence in said and said.count("\n") == 1


def test_a_word_that_has_no_meaning_leaves_the_step_undecided(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["derive", own(tmp_path, "sp.gamma(p(x))", "=")]) == 1
    said = capsys.readouterr().out
    assert "undecided" in said and "gamma is no word of the vocabulary" in said


def test_a_file_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["derive", "nowhere.py"]) == 4
    assert "there is no file nowhere.py" in capsys.readouterr().err


def test_names_that_nothing_answers_to(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["derive", "levy.elbow"]) == 4
    assert "the nearest id is levy.elbo" in capsys.readouterr().err
    assert cli.main(["derive", "nobody.*"]) == 5


def test_without_a_name_they_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["derive"]) == 0
    assert "levy.elbo.corrected" in capsys.readouterr().out


def test_latex_marks_what_does_not_follow(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["derive", own(tmp_path, relation="<="), "--latex"]) == 1
    assert capsys.readouterr().out.count("(does not follow)") == 1


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["levy.bayes", "--latex", "--json"], "--latex and --json do not go together"),
        (["--gradient", "gaussian.kl", "mu0", "--code", "numpy"], "--code and --gradient do not go together"),
        (["levy.bayes", "--gradient", "gaussian.kl", "mu0"], "leave out levy.bayes"),
        (["--latex"], "--latex needs a derivation"),
        (["hoffman.sec41.delta", "--code", "numpy"], "there is none for Largest"),
    ],
)
def test_options_that_say_nothing_together_are_refused(
    capsys: pytest.CaptureFixture[str], asked: list[str], said: str
) -> None:
    assert cli.main(["derive", *asked]) == 4
    assert said in capsys.readouterr().err


def test_latex_and_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["derive", "levy.bayes", "--latex"]) == 0
    assert capsys.readouterr().out.startswith("\\begin{align*}")
    assert cli.main(["derive", "levy.bayes", "--json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)
    assert [step["verdict"] for step in found["steps"]] == ["proved"] * 3


@pytest.mark.parametrize("library", ["numpy", "torch"])
def test_code_is_written_and_checked(capsys: pytest.CaptureFixture[str], library: str) -> None:
    assert cli.main(["derive", "hoffman.eq11", "--code", library]) == 0
    said = capsys.readouterr().out
    assert f"{'np' if library == 'numpy' else 'torch'}.linalg.slogdet(Sigma)[1]" in said
    assert "against balls: within round-off" in said and "theory.implicit_prior.log_component_integral by" in said


def test_laws_on_letters_become_arrays(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["derive", "levy.kl", "--code", "numpy"]) == 0
    said = capsys.readouterr().out
    assert "def levy_kl(p_theta, q_phi):" in said and "against balls: within round-off" in said


def test_gradients_are_proved_and_enclosed(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["derive", "--gradient", "implicit_prior.log_component_integral", "Sigma"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "where M = βΣ + (1 − β)I" in said
    assert "derivative for k = 1, 2, 3, balls agree at k = 4, 5" in said


def test_hessians(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["derive", "--hessian", "gaussian.kl_to_prior", "Sigma"]) == 0
    assert "d^2f[V] = (tr(Σ^(−1)VΣ^(−1)V))/2" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (["implicit_prior.log_component", "Sigma"], "the nearest name is implicit_prior.log_component_integral"),
        (["gaussian.kl", "Sigma"], "it has mu0, Sigma0, mu1, Sigma1"),
    ],
)
def test_formulas_and_arguments_that_are_not_there(
    capsys: pytest.CaptureFixture[str], asked: list[str], sentence: str
) -> None:
    assert cli.main(["derive", "--gradient", *asked]) == 4
    assert sentence in capsys.readouterr().err

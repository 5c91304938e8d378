"""Derivatives in index notation: of every formula, held against the formula; slips in the rules are seen."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from theory.derivations import indexed as rules
from theory.derivations.tracing import NoForm
from verification import cli
from verification.derive import by_index
from verification.derive.field import Undecided
from verification.derive.formulas import all_names, formula
from verification.derive.gradients import derive
from verification.derive.indexed import enclosed, proved, sizes_of
from verification.derive.left_out import LEFT_OUT, NoDerivative
from verification.run import BadInput


def _formulas() -> list[str]:
    found = []
    for name in all_names():
        try:
            formula(name)
        except BadInput:  # a helper that takes no checked arrays
            continue
        found.append(name)
    return found


FORMULAS = _formulas()
WITH_PATTERN = [name for name in FORMULAS if name not in LEFT_OUT]


def test_the_lists_of_what_is_left_out_are_the_sweeps() -> None:
    def has_form(name: str) -> bool:
        f = formula(name)
        try:
            by_index.pattern(f, next(iter(f.axes)), 1)
        except NoForm:
            return False
        return True

    assert {name for name in FORMULAS if not has_form(name)} == {*LEFT_OUT}
    assert len(LEFT_OUT) <= 6 and len(WITH_PATTERN) >= 227


LONG = ("brackets.refitted", "controls.clipped_values", "envelope.log_mass", "mixing.jacobian")  # some seconds each


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.sweep) if name in LONG else name for name in WITH_PATTERN]
)
def test_gradients_of_every_formula_by_every_argument(name: str) -> None:
    f = formula(name)
    for argument in f.axes:
        p = by_index.pattern(f, argument, 1)
        for k, others in ((2, 2), (2, 3)):
            met = enclosed(f, p.forms, p.patterns, p.at, argument, sizes_of(f, k, others))
            assert met is not False, (argument, others)
            if met:
                break
        assert met, f"no point was found where {name} has a value"
        assert all(row.isprintable() and "#" not in row and "?" not in row for row in by_index.told(p))


@pytest.mark.sweep
@pytest.mark.parametrize("name", WITH_PATTERN)
@pytest.mark.parametrize("order", [1, 2])
def test_gradients_and_hessians_are_proved_and_enclosed(name: str, order: int) -> None:
    for argument in formula(name).axes:
        found = derive(name, argument, order)
        assert found.holds, (argument, found.trouble)
        assert found.pattern is not None


PROVED = [
    ("aggregate.log_density", "mu", 2), ("aggregate.log_responsibilities", "Sigma", 1), ("aggregate.moments", "mu", 2),
    ("finite.log_normalizer", "log_q", 2), ("finite.index_information", "log_q", 1), ("amortisation.gap", "log_lik", 2),
    ("implicit_prior.log_normalizer_estimate", "Sigma", 1), ("brackets.gaussian_upper", "mu", 1),
    ("joint.mutual_information", "log_joint", 2), ("observation.bernoulli_logit", "a", 2),
]  # fmt: skip


@pytest.mark.parametrize(("name", "argument", "order"), PROVED)
def test_patterns_are_proved_against_sympys_entries(name: str, argument: str, order: int) -> None:
    f = formula(name)
    p = by_index.pattern(f, argument, order)
    assert proved(f, p.forms, p.patterns, p.at, argument, sizes_of(f, 1, 2))


def _checks(name: str, argument: str, order: int) -> list[Any]:
    """What both methods say: SymPy's entries, and balls."""
    f = formula(name)
    p = by_index.pattern(f, argument, order)
    found: list[Any] = []
    for check, sizes in ((proved, sizes_of(f, 2, 2)), (enclosed, sizes_of(f, 3, 3))):
        try:
            found.append(check(f, p.forms, p.patterns, p.at, argument, sizes))
        except Undecided:
            found.append(None)
    return found


SLIPS = [
    ("_of_word", "return -over(over(", "return over(over(", "gaussian.kl", "Sigma1", 1),
    ("_of_word", "_entry(own, b, a) * inner", "2 * _entry(own, b, a) * inner", "gaussian.entropy", "Sigma", 1),
    ("_of_word", "_entry(own, i, a) * inner", "_entry(own, j, a) * inner", "elbo.posterior_covariance", "W", 1),
    ("_of_word", "Softmax(*e.args, i) * _d", "_d", "finite.log_aggregate", "log_q", 1),
    ("_of_word", "e.args[2]}), name, at) - mean", "e.args[2]}), name, at) + mean", "finite.log_aggregate", "log_q", 2),
    ("_of_word", "return e * (_derivative", "return (_derivative", "finite.log_aggregate", "log_q", 2),
    ("_of_word", "Softmax(*e.args, i) * _d", "_d", "importance.expected_iw_elbo", "log_w", 1),
    ("_of_slot", "Delta(b, d) + ", "Delta(b, d) - ", "gaussian.log_density", "Sigma", 1),
    ("_of_slot", "Delta(b, c)) / 2", "Delta(b, c))", "aggregate.moments", "Sigma", 1),
    ("_of_slot", "zip(own, at, strict=True)", "zip(own, at[::-1], strict=True)", "linear_vae.encoder_gain", "W", 1),
]


@pytest.mark.parametrize(("function", "right", "wrong", "name", "argument", "order"), SLIPS)
def test_slips_in_the_rules_are_seen_by_both_methods(
    monkeypatch: pytest.MonkeyPatch, function: str, right: str, wrong: str, name: str, argument: str, order: int
) -> None:
    assert _checks(name, argument, order) == [True, True]
    source = inspect.getsource(getattr(rules, function))
    assert source.count(right) == 1
    own: dict[str, Any] = dict(vars(rules))
    exec(source.replace(right, wrong), own)
    monkeypatch.setattr(rules, function, own[function])
    rules._derivative.cache_clear()
    try:
        assert _checks(name, argument, order) == [False, False]
    finally:
        rules._derivative.cache_clear()


KINKED = [
    ("existence.tail_curvature", "Sigma", "Least(*e.args, i) * _derivative", "_derivative", (2, 2), True),
    ("controls.interpolant_range", "values", "Least(*e.args, i)", "(1 - Least(*e.args, i))", (2, 3), True),
    ("mixing.mix", "z", "sp.exp(e**2 / 2)", "sp.exp(-(e**2) / 2)", (2, 2), False),
    ("mixing.log_volume", "z", "sp.sqrt(2 * sp.pi) * sp.exp(e", "sp.exp(e", (2, 2), False),
]


@pytest.mark.parametrize(("name", "argument", "right", "wrong", "sizes", "provable"), KINKED)
def test_slips_between_kinks_are_seen(
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    argument: str,
    right: str,
    wrong: str,
    sizes: tuple[int, int],
    provable: bool,
) -> None:
    f = formula(name)

    def seen() -> list[bool | None]:
        p = by_index.pattern(f, argument, 1)
        given = f, p.forms, p.patterns, p.at, argument, sizes_of(f, *sizes)
        return [enclosed(*given), *([proved(*given)] if provable else [])]

    assert all(seen())
    own: dict[str, Any] = dict(vars(rules))
    for function in ("_derivative", "_of_word"):
        source = inspect.getsource(getattr(rules, function)).removeprefix("@cache\n")
        if right in source:
            assert source.count(right) == 1
            exec(source.replace(right, wrong), own)
            monkeypatch.setattr(rules, function, own[function])
    own["_derivative"] = rules._derivative
    getattr(rules._derivative, "cache_clear", int)()
    try:
        assert seen() == [False] * (1 + provable)
    finally:
        monkeypatch.undo()
        rules._derivative.cache_clear()


def test_a_branch_decides_what_is_smaller_at_its_point() -> None:
    f = formula("linear_vae_noise.best_noise")
    p = by_index.pattern(f, "kept", 1)
    given = f, p.forms
    assert proved(*given, p.patterns, p.at, "kept", sizes_of(f, 1, 1))
    assert not proved(*given, [-e for e in p.patterns], p.at, "kept", sizes_of(f, 1, 1))
    assert by_index.holds(p) == "It holds at these sizes by its rules, between its kinks"
    assert "  with k = 3, d = 2" in by_index.told(p)


@pytest.mark.parametrize("slip", [lambda e: 2 * e, lambda e: -e, lambda e: e + 1])
@pytest.mark.parametrize("order", [1, 2])
def test_slips_in_a_pattern_are_seen_by_balls(slip: Any, order: int) -> None:
    f = formula("finite.log_normalizer")
    p = by_index.pattern(f, "log_q", order)
    sizes = sizes_of(f, 1, 3)
    assert enclosed(f, p.forms, p.patterns, p.at, "log_q", sizes)
    assert not enclosed(f, p.forms, [slip(e) for e in p.patterns], p.at, "log_q", sizes)


def test_the_softmax_pattern_is_printed_with_its_weights() -> None:
    first, second, weights = by_index.told(by_index.pattern(formula("finite.log_aggregate"), "log_q", 2))
    assert "δ_(mn)" in second and "φ_(nc)" in second and weights.lstrip().startswith("where φ")
    assert "log ∑_l" in first


@pytest.mark.parametrize("name", ["envelope.sample", "marginals.marginals", "existence.exists"])
def test_what_has_no_derivative_says_why_in_one_sentence(name: str) -> None:
    with pytest.raises(NoDerivative, match=f"{name} has no derivative here: {LEFT_OUT[name]}$"):
        derive(name, next(iter(formula(name).axes)))


def test_the_command_prints_patterns_and_refuses_what_has_none(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["derive", "--gradient", "aggregate.log_density", "mu"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "∂f" in said and "where φ_m" in said and "proved equal to the formula's own derivative for N = 2" in said
    assert cli.main(["derive", "--gradient", "envelope.sample", "mu"]) == 4
    assert "envelope.sample has no derivative here: it draws at random" in capsys.readouterr().err

"""Derivatives in matrix form: proved and enclosed; slips in them are seen by both methods."""

from __future__ import annotations

import contextlib
import inspect
from typing import Any

import pytest
from sympy.matrices.exceptions import ShapeError

from theory.derivations import differentials
from theory.derivations.tracing import matrix_form
from verification.derive import gradients
from verification.derive.formulas import all_names, formula

CASES = [
    ("gaussian.kl", "Sigma1"), ("gaussian.kl", "mu0"), ("gaussian.entropy", "Sigma"), ("gaussian.log_density", "z"),
    ("implicit_prior.log_component_integral", "mu"), ("implicit_prior.log_component_integral", "beta"),
    ("implicit_prior.tilted_mean", "Sigma"), ("elbo.gaussian_reconstruction", "W"), ("deterministic.metric", "Sigma"),
    ("linear_gaussian.nell", "Sigma_x"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "argument"), CASES)
def test_matrix_forms_are_the_formulas_own_derivatives(name: str, argument: str) -> None:
    found = gradients.derive(name, argument)
    assert found.holds and found.proved == (1, 2, 3) and found.enclosed == (4, 5)


@pytest.mark.parametrize(
    ("name", "argument"), [("gaussian.kl", "mu1"), ("implicit_prior.log_component_integral", "mu")]
)
def test_hessians(name: str, argument: str) -> None:
    found = gradients.derive(name, argument, order=2)
    assert found.holds and found.proved == (1, 2, 3)


@pytest.mark.parametrize(("name", "argument"), [("grae.first_order", "J"), ("implicit_prior.log_tilt", "beta")])
def test_what_has_no_matrix_form_is_derived_in_its_indices(name: str, argument: str) -> None:
    found = gradients.derive(name, argument)
    assert found.form is None and found.by_index is not None and found.holds and len(found.proved) >= 2


@pytest.mark.parametrize("slip", [lambda e: 2 * e, lambda e: -e, lambda e: e.args[0], lambda e: e - e.args[-1] / 3])
def test_slips_in_a_matrix_form_are_seen_by_both_methods(slip: Any) -> None:
    f = formula("implicit_prior.log_component_integral")
    form = matrix_form(f.function, f.symbols)
    pattern, read = gradients._pattern(f, form, "Sigma", 1)
    assert gradients._proved(f, form, pattern, read, "Sigma", 1, 2)
    assert not gradients._proved(f, form, slip(pattern), None, "Sigma", 1, 2)
    assert not gradients._enclosed(f, slip(pattern), "Sigma", 1, 4)
    assert not gradients._proved(f, form, pattern, slip(read), "Sigma", 1, 2)


def test_every_shipped_gradient_is_the_matrix_form() -> None:
    """What theory ships as gradients of log D is what is read off log D itself."""
    f = formula("implicit_prior.log_component_integral")
    form = matrix_form(f.function, f.symbols)
    for argument in ("mu", "Sigma"):
        shipped = formula(f"implicit_prior.component_gradient_{argument}")
        _, read = gradients._pattern(f, form, argument, 1)
        pattern, _ = gradients._pattern(shipped, read, argument, 1)
        assert gradients._proved(shipped, read, pattern, None, argument, 1, 2)


def test_formulas_are_found_by_name() -> None:
    assert {"gaussian.kl", "implicit_prior.log_tilt", "grae.first_order"} <= set(all_names())


RULES = [
    ("_of_matrix", "return -e * d(e.arg) * e", "return e * d(e.arg) * e", "gaussian.kl", "Sigma1"),
    ("_of_word", "e * _trace(A.I * d(A))", "2 * e * _trace(A.I * d(A))", "gaussian.entropy", "Sigma"),
    ("_of_word", "(d(A), v, u), (A, d(v), u), ", "(d(A), v, u), ", "gaussian.kl", "mu0"),
    ("_of_matrix", "return d(e.arg).T", "return d(e.arg)", "elbo.gaussian_reconstruction", "W"),
    ("_around", "[*right, *middle, *left]", "[*left, *middle, *right]", "gaussian.kl", "Sigma1"),
    ("_coefficient", "return A * v", "return -A * v", "gaussian.kl", "mu1"),
]


@pytest.mark.parametrize(("function", "right", "wrong", "name", "argument"), RULES)
def test_slips_in_the_rules_of_differentials_are_seen(
    monkeypatch: pytest.MonkeyPatch, function: str, right: str, wrong: str, name: str, argument: str
) -> None:
    f = formula(name)
    form = matrix_form(f.function, f.symbols)
    assert gradients._proved(f, form, *gradients._pattern(f, form, argument, 1), argument, 1, 2)
    source = inspect.getsource(getattr(differentials, function))
    assert source.count(right) == 1
    own: dict[str, Any] = dict(vars(differentials))
    exec(source.replace(right, wrong), own)
    monkeypatch.setattr(differentials, function, own[function])
    with contextlib.suppress(ValueError, IndexError, ShapeError):  # what cannot be multiplied is seen as well
        assert not gradients._proved(f, form, *gradients._pattern(f, form, argument, 1), argument, 1, 2)

"""The field in which zero is told: identities that hold, near misses that do not, and what it refuses."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
import sympy as sp

from theory.derivations.vocabulary import Form, Mean, Normal, PositiveDet, Total, dimension, matrix, vector
from verification.derive.exact import Exact
from verification.derive.field import Undecided
from verification.derive.meaning import Meaning, Reading

x, y, b = (sp.Symbol(name, positive=True) for name in "xyb")
log, exp, half = sp.log, sp.exp, sp.Rational(1, 2)


def is_zero(e: Any, k: int = 2) -> bool:
    return bool(Meaning(Exact(), Reading({}, {"k": k}), {"Sigma": "covariance", "S": "covariance"}).of(e, {}).is_zero())


@pytest.mark.parametrize(
    "e",
    [
        log(x**2 * y / 12) - 2 * log(x) - log(y) + 2 * log(2) + log(3),
        (x**2 + 2 * x * y + y**2) ** b - (x + y) ** (2 * b),
        exp(b * log(x) + y) - x**b * exp(y),
        exp(log(x) / 2) ** 2 - x,
        sp.sqrt(x + y) * sp.sqrt(x + y) - x - y,
        log(x**b + x ** (b + 1)) - b * log(x) - log(1 + x),
        exp((x**2 - y**2) / (x - y)) - exp(x) * exp(y),
    ],
)
def test_zero_is_told(e: Any) -> None:
    assert is_zero(sp.Add(*e.args, evaluate=False))


@pytest.mark.parametrize(
    "e",
    [
        log(x + y) - log(x) - log(y),
        (x + y) ** b - x**b - y**b,
        exp(x) + exp(y) - exp(x + y),
        sp.sqrt(x + y) - sp.sqrt(x) - sp.sqrt(y),
        log(2) - Fraction(6931, 10000),
        sp.pi - Fraction(22, 7),
    ],
)
def test_what_is_not_zero_is_not_taken_for_it(e: Any) -> None:
    assert not is_zero(e)


def test_derivatives_go_through_every_generator() -> None:
    exact = Exact()
    meaning = Meaning(exact, Reading(), {})
    f = (x + y) ** b * exp(x * b) * log(x * y) / sp.sqrt(x)
    for by in (x, y, b):
        slope = exact.field.derivative(meaning.of(f, {}), exact.scalar(by))
        assert (slope - meaning.of(sp.diff(f, by), {})).is_zero()


def test_values_at_zero() -> None:
    exact = Exact()
    meaning = Meaning(exact, Reading(), {})
    at = exact.field.at_zero(meaning.of(log(1 + x * y) + (1 + x) ** b + exp(x), {}), exact.scalar(x))
    assert at.constant() == 2
    with pytest.raises(Undecided):
        exact.field.at_zero(meaning.of(log(x), {}), exact.scalar(x))


k = dimension("k")
z, mu, S, Sigma = vector("z", k), vector("mu", k), matrix("S", k), matrix("Sigma", k)


@pytest.mark.parametrize("size", [1, 2, 3])
def test_gaussian_integrals_and_moments(size: int) -> None:
    assert is_zero(Total(Normal(z, mu, Sigma), z) - 1, size)
    assert is_zero(Mean(Form(S, z - mu), z, Normal(z, mu, Sigma)) - sp.Trace(S * Sigma), size)
    kernel = Total(exp(-half * Form(S.I, z)), z)
    assert is_zero(log(kernel) - half * k * log(2 * sp.pi) - half * log(PositiveDet(S)), size)


def test_what_is_no_gaussian_is_refused() -> None:
    with pytest.raises(Undecided, match="not quadratic"):
        is_zero(Total(exp(-(Form(S, z) ** 2)), z), 1)
    with pytest.raises(Undecided, match="no polynomial"):
        is_zero(Mean(exp(Form(S, z)), z, Normal(z, mu, Sigma)), 1)

"""The second method: lattice sums, Gauss-Hermite sums and duals against what is known of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sympy as sp
from flint import arb, ctx

from theory.derivations.vocabulary import Form, Gradient, Mean, Normal, PositiveDet, Total, dimension, matrix, vector
from verification.derive.dual import Dual
from verification.derive.enclosed import BITS, Enclosed
from verification.derive.field import Undecided
from verification.derive.meaning import Meaning, Reading

k = dimension("k")
z, mu, S, Sigma = vector("z", k), vector("mu", k), matrix("S", k), matrix("Sigma", k)


@pytest.fixture(autouse=True)
def _precision() -> Iterator[None]:
    kept, ctx.prec = ctx.prec, BITS
    yield
    ctx.prec = kept


def at(size: int) -> Meaning:
    return Meaning(Enclosed(0, 0, {}), Reading({}, {"k": size}), {"Sigma": "covariance", "S": "covariance"})


@pytest.mark.parametrize("size", [1, 2])
def test_a_density_adds_up_to_one(size: int) -> None:
    mass = at(size).of(Total(Normal(z, mu, Sigma), z), {})
    assert mass.contains(1) and mass.rad() < 1e-12


def test_a_body_that_is_no_gaussian_is_refused() -> None:
    with pytest.raises(Undecided, match="not quadratic"):
        at(1).of(Total(sp.exp(-(Form(S, z) ** 2)), z), {})


@pytest.mark.parametrize("size", [1, 2, 3])
def test_second_moments(size: int) -> None:
    gap = at(size).of(Mean(Form(S, z - mu), z, Normal(z, mu, Sigma)) - sp.Trace(S * Sigma), {})
    assert gap.contains(0) and gap.rad() < 1e-40


def test_an_expectation_of_no_polynomial_is_refused() -> None:
    with pytest.raises(Undecided, match="no polynomial"):
        at(1).of(Mean(sp.exp(Form(S, z)), z, Normal(z, mu, Sigma)), {})


def test_a_derivative_in_a_derivative() -> None:
    v, meaning = vector("v", k), at(2)
    hessian = Gradient(Form(sp.Identity(k), v, Gradient(Form(S, z), z)), z)
    found, expected = (meaning.of(e, {}) for e in (hessian, 2 * S * v))
    assert all((a[0] - b[0]).contains(0) for a, b in zip(found, expected, strict=True))


def test_log_det_has_the_inverse_as_gradient() -> None:
    meaning = at(3)
    found, expected = (meaning.of(e, {}) for e in (Gradient(sp.log(PositiveDet(S)), S), S.I))
    assert all((a - b).contains(0) for r, s in zip(found, expected, strict=True) for a, b in zip(r, s, strict=True))


def test_duals_of_two_levels_are_not_confused() -> None:
    x = Dual(1, arb(3), arb(1))
    inner = x * Dual(2, arb(5), arb(1))  # d/dy (x y) = x, and its derivative by x is 1
    assert inner.level == 2 and inner.slope.slope.contains(1)
    assert (1 / x).slope.contains(arb(-1) / 9) and (x / x).slope.contains(0)
    assert (2 - x).slope.contains(-1) and x.sqrt().slope.overlaps(1 / (2 * arb(3).sqrt()))

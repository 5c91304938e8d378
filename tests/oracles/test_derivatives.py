"""Three ways to differentiate log D agree: balls, autodiff and SymPy; and SymPy proves what is shipped."""

import flint
import numpy as np
import pytest

from theory import implicit_prior
from theory.printed import hoffman as printed
from verification.oracles import NotApplicable, autodiff, coefficients, differentiation, symbolic

GRADIENTS = [f"{of}_gradient_{by}" for of in ("component", "estimate") for by in ("mu", "Sigma", "beta")]


def case(rng, size, n, k, low=-1.5):
    q, _ = np.linalg.qr(rng.normal(size=(size, n, k, k)))
    sigma = (q * 10 ** rng.uniform(low, 0.5, size=(size, n, 1, k))) @ np.swapaxes(q, -1, -2)
    return rng.normal(size=(size, n, k)), (sigma + np.swapaxes(sigma, -1, -2)) / 2, rng.uniform(0.02, 0.98, size)


def asked(name, args):
    mu, sigma, beta = args
    return (mu, sigma, beta) if name.startswith("estimate") else (mu[:, 0], sigma[:, 0], beta)


def gap(a, b):
    with flint.ctx.workprec(128):
        return np.array([abs(float(x - float(y))) for x, y in zip(a.ravel(), np.ravel(b), strict=True)]).reshape(
            a.shape
        )


@pytest.mark.parametrize("k", [1, 2, 3])
@pytest.mark.parametrize("name", GRADIENTS)
def test_autodiff_is_within_its_bound_of_differences_in_balls(name, k):
    pytest.importorskip("torch")
    for low in (-1.0, -4.0):
        args = asked(name, case(np.random.default_rng(k), 3, 2, k, low))
        exact, found = getattr(differentiation, name)(*args), getattr(autodiff, name)(*args)
        assert exact.value.shape == found.value.shape == found.error.shape
        assert max(float(x.rad()) for x in exact.value.ravel()) < 1e-20
        assert np.all(gap(exact.value, found.value) <= found.error)
        if low == -1.0:
            assert np.all(found.error < 1e-9 * (1 + np.abs(found.value).max()))


def test_the_gradient_of_sigma_is_symmetric_and_counts_an_off_diagonal_once():
    mu, sigma, beta = asked("component", case(np.random.default_rng(5), 1, 1, 2))
    g = differentiation.component_gradient_Sigma(mu, sigma, beta).value[0]
    step = 1e-6 * np.array([[0.3, -0.7], [-0.7, 0.4]])
    up, down = (float(implicit_prior.log_component_integral(mu[0], sigma[0] + s * step, beta[0])) for s in (1, -1))
    traced = sum(float(g[i, j]) * step[j, i] for i in range(2) for j in range(2))
    assert g[0, 1] is g[1, 0] or float(g[0, 1]) == float(g[1, 0])
    assert traced == pytest.approx((up - down) / 2, rel=1e-7)


def test_equal_eigenvalues_are_differentiated_where_their_axes_are_uncoupled():
    args = np.array([[0.5, -1.0]]), 2 * np.eye(2)[None], np.array([0.3])
    shipped = implicit_prior.component_gradient_Sigma(*args)
    assert gap(differentiation.component_gradient_Sigma(*args).value, shipped).max() < 1e-14


@pytest.mark.parametrize("k", [1, 2])
@pytest.mark.parametrize("by", ["mu", "Sigma", "beta"])
def test_sympy_and_differences_enclose_the_same_derivatives(by, k):
    args = asked("component", case(np.random.default_rng(k), 3, 1, k))
    a = getattr(symbolic, f"component_gradient_{by}")(*args).value
    b = getattr(differentiation, f"component_gradient_{by}")(*args).value
    assert a.shape == b.shape
    assert all(x.overlaps(y) for x, y in zip(a.ravel(), b.ravel(), strict=True))


SHIPPED = {
    "prove_log_component_integral": (implicit_prior.log_component_integral, printed.eq_11),
    "prove_component_gradient_mu": (implicit_prior.component_gradient_mu,),
    "prove_component_gradient_beta": (implicit_prior.component_gradient_beta,),
}


def shapes(k):
    return {"mu": np.zeros((1, k)), "Sigma": np.eye(k)[None], "beta": np.array([0.5])}


@pytest.mark.parametrize("k", [1, 2])
@pytest.mark.parametrize("name", SHIPPED)
def test_sympy_proves_the_shipped_source_and_no_mistake_in_it(name, k):
    proof = getattr(symbolic, name)
    assert proof.proves
    assert proof.slow
    for formula in SHIPPED[name]:
        assert proof(formula, shapes(k))
        assert not proof(lambda formula=formula, **a: formula(**a) * 101 / 100, shapes(k))
        assert not proof(lambda formula=formula, **a: formula(**{**a, "beta": 1 - a["beta"]}), shapes(k))
        assert not proof(lambda formula=formula, **a: formula(**{**a, "Sigma": a["Sigma"] @ a["Sigma"]}), shapes(k))


def test_sympy_proves_the_gradient_in_sigma():
    assert symbolic.prove_component_gradient_Sigma(implicit_prior.component_gradient_Sigma, shapes(1))
    with pytest.raises(NotApplicable, match="k = 1 and 2"):
        symbolic.prove_component_gradient_Sigma(implicit_prior.component_gradient_Sigma, shapes(3))


def test_what_is_only_small_at_one_point_is_not_proved():
    """The quick look at one rational point must never pass for a proof."""
    import sympy as sp

    named = symbolic.symbols(1)
    s, b = named["Sigma"][0, 0], named["beta"].item()
    there = {s: sp.Rational(2, 7), b: sp.Rational(2, 11)}
    vanishing = (s - there[s]) * (b - there[b])
    derived = symbolic.derived_log_d(1)
    assert symbolic._small_somewhere(vanishing, named)
    assert not symbolic.prove_equal(lambda **_: derived + vanishing, derived, named)
    assert not symbolic.prove_equal(lambda **_: derived + sp.log(s / there[s]), derived, named)
    assert symbolic.prove_equal(lambda **_: derived + sp.log(s**2 / 3) - 2 * sp.log(s) + sp.log(3), derived, named)


@pytest.mark.parametrize("k", [1, 2])
def test_committed_coefficients_are_those_that_sympy_derives(k):
    import sympy as sp

    rng = np.random.default_rng(k)
    mu, sigma, beta = asked("component", case(rng, 4, 1, k))
    named = symbolic.symbols(k)
    for derive, committed in (
        (symbolic.small_variance_remainder, coefficients.small_variance_log_D),
        (symbolic.small_beta_remainder, coefficients.small_beta_log_D),
    ):
        power, coefficient = derive(k)
        assert power == 1
        for i, value in enumerate(committed(mu, sigma, beta)):
            point = {named["beta"].item(): beta[i]}
            point |= dict(zip(named["mu"], mu[i], strict=True))
            point |= dict(zip(named["Sigma"].ravel(), sigma[i].ravel(), strict=True))
            scale = beta[i] if derive is symbolic.small_beta_remainder else 1
            assert float(sp.N(coefficient.subs(point))) * scale == pytest.approx(-value)

import numpy as np
import pytest
import sympy
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from theory import aggregate, gaussian, information
from theory import implicit_prior as r

P = (np.zeros(2), np.eye(2))


def log_tilt_of_one(case, beta):
    return lambda z: (
        (1 - beta) * gaussian.log_density(z, case.mu[0], case.Sigma[0]) + beta * gaussian.log_density(z, *P)
    )


@pytest.mark.parametrize("beta", [-0.4, 0.0, 0.3, 0.9, 1.0, 1.2])
def test_component_integral_is_its_integral(case, plane, beta):
    truth = plane(log_tilt_of_one(case, beta))
    assert r.log_component_integral(case.mu[0], case.Sigma[0], beta) == pytest.approx(truth, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("beta", [-0.4, 0.3, 1.2])
def test_the_tilted_gaussian_has_the_tilted_moments(case, beta):
    z = np.random.default_rng(0).normal(size=(7, 2))
    mean, covariance = r.tilted_mean(case.mu[0], case.Sigma[0], beta), r.tilted_covariance(case.Sigma[0], beta)
    log_D = r.log_component_integral(case.mu[0], case.Sigma[0], beta)
    np.testing.assert_allclose(
        gaussian.log_density(z, mean, covariance) + log_D, log_tilt_of_one(case, beta)(z), rtol=1e-12
    )


def test_small_variances_and_large_means_keep_their_digits():
    from flint import arb

    mu, Sigma = np.array([1e3, 0.0]), 1e-8 * np.eye(2)
    enclosed = r.log_component_integral(np.array([arb(1000), arb(0)]), np.frompyfunc(arb, 1, 1)(Sigma), arb(0.3))
    assert r.log_component_integral(mu, Sigma, 0.3) == pytest.approx(float(enclosed), rel=1e-13)


def log_C(case, plane, beta):
    return plane(lambda z: r.log_tilt(z, case.mu, case.Sigma, beta))


def test_log_tilt_is_its_definition(case):
    q, p = aggregate.log_density(case.z, case.mu, case.Sigma), gaussian.log_density(case.z, *P)
    assert r.log_tilt(case.z, case.mu, case.Sigma, 0.3) == pytest.approx(0.7 * q + 0.3 * p, rel=1e-13)


@pytest.mark.parametrize("beta", [0.1, 0.5, 0.9])
def test_bounds_hold_and_are_ordered(case, plane, beta):
    truth = log_C(case, plane, beta)
    lower, upper = r.log_normalizer_bounds(case.mu, case.Sigma, beta)
    weaker = [bound(case.mu, case.Sigma, beta) for bound in (r.lower_bound_jensen, r.lower_bound_kl)]
    assert lower == r.lower_bound_power_mean(case.mu, case.Sigma, beta)
    assert upper == min(0, r.log_normalizer_estimate(case.mu, case.Sigma, beta))
    assert weaker[1] < weaker[0] < lower < truth < upper


def test_bounds_are_what_they_say_of_the_components(case):
    D = np.exp(r.log_component_integral(case.mu, case.Sigma, 0.3))
    assert r.log_normalizer_estimate(case.mu, case.Sigma, 0.3) == pytest.approx(np.log(3**-0.7 * D.sum()), rel=1e-12)
    assert r.lower_bound_jensen(case.mu, case.Sigma, 0.3) == pytest.approx(np.log(D.mean()), rel=1e-12)
    truth = 0.7 * np.log((D ** (1 / 0.7)).mean())
    assert r.lower_bound_power_mean(case.mu, case.Sigma, 0.3) == pytest.approx(truth, rel=1e-12)
    truth = -0.3 * information.average_kl(case.mu, case.Sigma)
    assert r.lower_bound_kl(case.mu, case.Sigma, 0.3) == pytest.approx(truth, rel=1e-12)


def test_the_upper_bound_is_attained_by_posteriors_far_apart(case, plane):
    mu, Sigma = np.array([[6.0, 0.0], [-6.0, 1.0], [0.0, 7.0]]), case.Sigma / 50
    truth = plane(lambda z: r.log_tilt(z, mu, Sigma, 0.3))
    assert r.log_normalizer_bounds(mu, Sigma, 0.3)[1] == pytest.approx(truth, rel=1e-9)


def test_the_lower_bound_is_attained_by_equal_posteriors(case):
    mu, Sigma = np.tile(case.mu[0], (5, 1)), np.tile(case.Sigma[0], (5, 1, 1))
    truth = r.log_component_integral(case.mu[0], case.Sigma[0], 0.6)
    assert r.lower_bound_power_mean(mu, Sigma, 0.6) == pytest.approx(truth, rel=1e-12)


def test_jensens_integrand_is_largest_at_the_responsibilities(case):
    log_q = gaussian.log_density(case.z, case.mu, case.Sigma)
    best = r.log_jensen_integrand(log_q, aggregate.log_responsibilities(case.z, case.mu, case.Sigma), 0.3)
    assert best == pytest.approx(0.7 * aggregate.log_density(case.z, case.mu, case.Sigma), rel=1e-12)
    phi = np.array([0.2, 0.3, 0.5])
    truth = np.log(3**-0.7 * (phi**0.3 * np.exp(log_q) ** 0.7).sum())
    assert r.log_jensen_integrand(log_q, np.log(phi), 0.3) == pytest.approx(truth, rel=1e-12)
    assert truth < best


def test_small_variances_approach_their_limit(case):
    gaps = [
        r.log_component_integral(case.mu[0], t * case.Sigma[0], 0.3)
        - r.small_variance_limit(case.mu[0], t * case.Sigma[0], 0.3)
        for t in (1e-4, 1e-6)
    ]
    assert abs(gaps[1]) < 1e-6
    assert gaps[0] / gaps[1] == pytest.approx(100, rel=1e-2)


def test_weights_are_shares_of_the_estimate(case):
    D = np.exp(r.log_component_integral(case.mu, case.Sigma, 0.3))
    np.testing.assert_allclose(r.component_weights(case.mu, case.Sigma, 0.3), D / D.sum(), rtol=1e-12)
    volume = np.linalg.det(case.Sigma) ** 0.15
    np.testing.assert_allclose(r.determinant_weights(case.Sigma, 0.3), volume / volume.mean(), rtol=1e-12)


@pytest.mark.parametrize("name", ["component", "estimate"])
@pytest.mark.parametrize("beta", [-0.2, 0.3, 1.1])
def test_gradients_are_autodiffs(case, name, beta):
    value = r.log_component_integral if name == "component" else r.log_normalizer_estimate
    mu, Sigma = (case.mu[0], case.Sigma[0]) if name == "component" else (case.mu, case.Sigma)
    tensors = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in (mu, Sigma, beta)]
    value(*tensors).backward()
    for argument, tensor in zip(("mu", "Sigma", "beta"), tensors, strict=True):
        truth = tensor.grad.numpy()
        truth = (truth + truth.mT) / 2 if argument == "Sigma" else truth
        shipped = getattr(r, f"{name}_gradient_{argument}")(mu, Sigma, beta)
        np.testing.assert_allclose(shipped, truth, rtol=1e-11, atol=1e-13)


def test_the_implicit_elbo_degenerates_to_its_limit(case):
    eps, beta, mu = 1e-8, 0.3, case.mu
    Sigma = np.tile(eps * case.Sigma[0], (3, 1, 1))
    log_lik = np.array([-1.0, -2.0, -0.5])
    information_, log_normalizer = np.log(3), r.log_normalizer_estimate(mu, Sigma, beta)
    L_beta = log_lik.mean() - beta * information.average_kl(mu, Sigma)
    truth = L_beta - (1 - beta) * information_ - log_normalizer
    assert r.degenerate_elbo(log_lik, mu, beta) == pytest.approx(truth, abs=1e-6)


def test_sympy_proves_the_shipped_integral():
    m, z = sympy.symbols("m z", real=True)
    s = sympy.Symbol("s", positive=True)
    beta = sympy.Rational(1, 3)

    def density(x, mean, variance):
        return sympy.exp(-((x - mean) ** 2) / (2 * variance)) / sympy.sqrt(2 * sympy.pi * variance)

    integral = sympy.integrate(
        sympy.powsimp(sympy.expand(density(z, 0, 1) ** beta * density(z, m, s) ** (1 - beta))), (z, -sympy.oo, sympy.oo)
    )
    shipped = r.log_component_integral(np.array([m]), np.array([[s]]), beta)
    point = {m: sympy.Rational(3, 2), s: sympy.Rational(1, 4)}
    assert float(sympy.log(integral.subs(point)) - shipped.subs(point)) == pytest.approx(0, abs=1e-12)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), N=st.integers(1, 5), k=st.integers(1, 4))
def test_log_normalizer_bounds_never_cross(seed, N, k):
    rng = np.random.default_rng(seed)
    root = rng.normal(size=(16, N, k, k))
    mu, Sigma = 2 * rng.normal(size=(16, N, k)), root @ root.mT + 1e-3 * np.eye(k)
    lower, upper = r.log_normalizer_bounds(mu, Sigma, rng.uniform(0, 0.99, 16))
    assert (lower <= upper + 1e-12 * (1 + abs(lower))).all()

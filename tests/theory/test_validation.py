import re

import numpy as np
import pytest
import torch
from flint import arb

from theory import confidence, elbo, envelope, gaussian
from theory import implicit_prior as r
from theory.validation import ASYMMETRY

I2 = np.eye(2)
MU = np.zeros((3, 2))
BAD = np.stack([I2, I2, np.diag([1.0, -2.1e-4])])


def sentence(call, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        call()


@pytest.mark.parametrize("convert", [np.array, torch.tensor, np.frompyfunc(arb, 1, 1)], ids=["numpy", "torch", "balls"])
def test_a_sigma_that_is_not_positive_definite_is_named(convert):
    sentence(
        lambda: gaussian.entropy(convert(BAD)),
        "Sigma[2] is not positive definite (smallest eigenvalue -2.1e-04); "
        "pass a covariance, or exp(logvar) on the diagonal for log-variances.",
    )


@pytest.mark.parametrize("convert", [np.array, torch.tensor, np.frompyfunc(arb, 1, 1)], ids=["numpy", "torch", "balls"])
def test_a_singular_sigma_is_not_positive_definite(convert):
    with pytest.raises(ValueError, match=r"^Sigma is not positive definite \(smallest eigenvalue 0.0e\+00\)"):
        gaussian.entropy(convert(np.zeros((2, 2))))


def test_a_sigma_that_is_not_symmetric_is_named():
    skew = np.array([[I2, [[1, 0.25], [0, 1]]]])
    sentence(
        lambda: gaussian.entropy(skew),
        "Sigma[0, 1] is not symmetric (entries differ by 2.5e-01); pass (Sigma + Sigma.T) / 2.",
    )


def test_rounding_is_no_asymmetry():
    upper = np.array([[0.0, 1.0], [0.0, 0.0]])
    gaussian.entropy(2 * I2 + 1.999 * ASYMMETRY * upper)
    with pytest.raises(ValueError, match="not symmetric"):
        gaussian.entropy(2 * I2 + 2.001 * ASYMMETRY * upper)
    gaussian.entropy(np.float32([[1, 0.5], [np.nextafter(np.float32(0.5), np.float32(1)), 1]]))
    assert ASYMMETRY == 1e-5


def test_a_number_that_is_none_is_named():
    sentence(lambda: gaussian.kl_to_prior([0.0, np.nan], I2), "mu[1] is nan; every entry must be a finite number.")
    sentence(lambda: gaussian.entropy([[np.inf]]), "Sigma[0, 0] is inf; every entry must be a finite number.")
    sentence(
        lambda: r.log_jensen_integrand([0.0], [np.inf], 0.5), "log_phi[0] is inf; every entry must be a finite number."
    )


def test_shapes_that_do_not_fit_are_told():
    sentence(lambda: gaussian.entropy(1.0), "Sigma has shape (); it must end in the axes (k, k).")
    sentence(lambda: gaussian.kl_to_prior(np.zeros(3), I2), "Sigma has shape (2, 2), where k = 2, but mu has k = 3.")
    sentence(
        lambda: gaussian.kl_to_prior(np.zeros((4, 2)), np.stack(3 * [I2])),
        "the leading axes do not broadcast: mu (4,), Sigma (3,).",
    )


@pytest.mark.parametrize(
    ("function", "beta", "interval"),
    [
        (r.lower_bound_kl, 1.5, "[0, 1]"),
        (r.lower_bound_jensen, -0.5, "[0, 1]"),
        (envelope.log_mass, 1.5, "[0, 1]"),
        (r.lower_bound_power_mean, 1.0, "[0, 1)"),
        (r.log_normalizer_bounds, -0.5, "[0, 1)"),
    ],
)
def test_a_beta_outside_its_interval_is_told(function, beta, interval):
    message = f"beta[1] = {beta:.6g} is outside {interval}, where the formula holds."
    sentence(lambda: function(MU, np.stack(3 * [I2]), np.array([0.5, beta])), message)
    function(MU, np.stack(3 * [I2]), 0.0)


def test_the_closed_ends_belong_to_the_domain():
    for bound in (r.lower_bound_kl, r.lower_bound_jensen):
        assert bound(MU, np.stack(3 * [I2]), [0.0, 1.0]).tolist() == [0, 0]


@pytest.mark.parametrize("convert", [np.array, torch.tensor, np.frompyfunc(arb, 1, 1)], ids=["numpy", "torch", "balls"])
def test_a_beta_whose_integral_diverges_is_told(convert):
    Sigma = np.stack([I2, np.diag([1.0, 0.5])])
    sentence(
        lambda: r.log_component_integral(convert(MU[:2]), convert(Sigma), 2.5),
        "beta = 2.5 is outside the domain of Sigma[1]: beta I + (1 - beta) Sigma^-1 is not positive definite "
        "(times Sigma its smallest eigenvalue is -2.5e-01), so the integral diverges.",
    )


def test_the_border_of_the_domain_is_sharp():
    Sigma = [[0.5]]  # beta + 2 (1 - beta) > 0
    assert np.isfinite(r.log_component_integral([0.0], Sigma, 2 - 1e-9))
    with pytest.raises(ValueError, match="diverges"):
        r.log_component_integral([0.0], Sigma, 2 + 1e-9)
    with pytest.raises(ValueError, match=r"Sigma\[0, 1\]"):
        r.log_normalizer_estimate([[0.0], [0.0]], [[[1.0]], Sigma], [2.5])


@pytest.mark.parametrize("alpha", [0.0, -0.5, 1.0])
def test_an_order_without_a_divergence_is_told(alpha):
    sentence(
        lambda: gaussian.renyi(MU[0], I2, MU[0], I2, alpha),
        f"alpha = {alpha:.6g} is outside (0, 1) and (1, inf), where the formula holds.",
    )


def test_an_infinite_renyi_divergence_is_told():
    sentence(
        lambda: gaussian.renyi(MU[0], I2, MU[0], I2 / 4, 2.0),
        "alpha = 2 is too large for Sigma0: (1 - alpha) Sigma0 + alpha Sigma1 is not positive definite "
        "(smallest eigenvalue -5.0e-01), so the divergence is infinite.",
    )


def test_other_arguments_have_domains_too():
    sentence(lambda: elbo.posterior_covariance(I2, 0.0), "noise = 0 is outside (0, inf), where the formula holds.")
    for alpha in (0.0, 1.0):
        sentence(
            lambda alpha=alpha: confidence.betting_interval([0.5], alpha),
            f"alpha = {alpha:.6g} is outside (0, 1), where the formula holds.",
        )
    for x in (-0.5, 1.5):
        sentence(
            lambda x=x: confidence.betting_interval([0.5, x], 0.1),
            f"x[1] = {x} is outside [0, 1], where the formula holds.",
        )
    confidence.betting_interval([0.0, 1.0], 0.1)
    rng = np.random.default_rng(0)
    sentence(lambda: envelope.sample(rng, MU[:1], I2[None], 0.5, 0), "size = 0 asks for no draws; pass at least 1.")
    assert envelope.sample(rng, MU[:1], I2[None], 0.5, 1)[0].shape == (1, 2)


def test_an_error_leaves_the_checks_on():
    for _ in range(2):
        with pytest.raises(ValueError, match="not positive definite"):
            r.log_component_integral(MU, BAD, 0.5)


def test_symbols_are_taken_at_their_word():
    import sympy

    s, b = sympy.symbols("s b")
    assert r.log_component_integral([0], [[s]], b).has(s, b)
    assert r.lower_bound_kl([[0]], [[[s]]], b).has(b)

import numpy as np
import pytest
from scipy import stats

from theory import elbo, gaussian

W = np.array([[1.0, -0.5], [0.25, 0.75], [0.0, 2.0]])
x = np.array([0.5, -1.0, 0.25])
noise = 0.3


def test_log_evidence_is_the_marginal_density():
    truth = stats.multivariate_normal(np.zeros(3), W @ W.T + noise * np.eye(3)).logpdf(x)
    assert elbo.log_evidence(x, W, noise) == pytest.approx(truth, rel=1e-12)


def test_the_bound_is_attained_at_the_posterior():
    mean, covariance = elbo.posterior_mean(x, W, noise), elbo.posterior_covariance(W, noise)
    bound = elbo.elbo(
        elbo.gaussian_reconstruction(x, W, noise, mean, covariance), gaussian.kl_to_prior(mean, covariance)
    )
    assert bound == pytest.approx(elbo.log_evidence(x, W, noise), rel=1e-12)


def test_the_gap_is_the_divergence_to_the_posterior(case):
    mu, Sigma = case.mu[0], case.Sigma[0]
    bound = elbo.gaussian_reconstruction(x, W, noise, mu, Sigma) - gaussian.kl_to_prior(mu, Sigma)
    gap = gaussian.kl(mu, Sigma, elbo.posterior_mean(x, W, noise), elbo.posterior_covariance(W, noise))
    assert elbo.log_evidence(x, W, noise) - bound == pytest.approx(gap, rel=1e-12)


def test_the_objectives_are_their_definitions():
    assert elbo.elbo(-3.0, 0.5) == -3.5
    assert elbo.beta_elbo(-3.0, 0.5, 0.25) == -3.125
    assert elbo.implicit_elbo(-3.0, 0.5, -1.0, 0.25) == -2.375

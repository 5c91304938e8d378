import numpy as np
import pytest
from scipy import stats

from theory import aggregate, gaussian, information


def test_the_density_is_scipys(case):
    for mu, Sigma in zip(case.mu, case.Sigma, strict=True):
        truth = stats.multivariate_normal(mu, Sigma).logpdf(case.z)
        assert gaussian.log_density(case.z, mu, Sigma) == pytest.approx(truth, rel=1e-13)


def test_the_entropy_is_scipys(case):
    truth = [stats.multivariate_normal(np.zeros(2), Sigma).entropy() for Sigma in case.Sigma]
    np.testing.assert_allclose(gaussian.entropy(case.Sigma), truth, rtol=1e-13)


def log_of_both(case, points):
    return (gaussian.log_density(points, case.mu[i], case.Sigma[i]) for i in (0, 1))


def test_kl_is_its_integral(case, plane):
    def shifted_log_ratio(points):
        p, q = log_of_both(case, points)
        return p + np.log(5000 + p - q)  # positive where the mass is

    truth = np.exp(plane(shifted_log_ratio)) - 5000
    kl = gaussian.kl(case.mu[0], case.Sigma[0], case.mu[1], case.Sigma[1])
    assert kl == pytest.approx(truth, abs=1e-9)


def test_kl_to_prior_is_kl_to_a_standard_gaussian(case):
    truth = gaussian.kl(case.mu, case.Sigma, np.zeros(2), np.eye(2))
    np.testing.assert_allclose(gaussian.kl_to_prior(case.mu, case.Sigma), truth, rtol=1e-13)
    assert information.average_kl(case.mu, case.Sigma) == pytest.approx(truth.mean(), rel=1e-13)


@pytest.mark.parametrize("alpha", [0.3, 0.8, 1.3])
def test_renyi_is_its_integral(case, plane, alpha):
    def tilt(points):
        p, q = log_of_both(case, points)
        return alpha * p + (1 - alpha) * q

    renyi = gaussian.renyi(case.mu[0], case.Sigma[0], case.mu[1], case.Sigma[1], alpha)
    assert renyi == pytest.approx(plane(tilt) / (alpha - 1), rel=1e-9)


def test_the_aggregate_is_the_mean_of_its_posteriors(case):
    parts = np.exp(gaussian.log_density(case.z, case.mu, case.Sigma))
    assert aggregate.log_density(case.z, case.mu, case.Sigma) == pytest.approx(np.log(parts.mean()), rel=1e-13)
    phi = np.exp(aggregate.log_responsibilities(case.z, case.mu, case.Sigma))
    np.testing.assert_allclose(phi, parts / parts.sum(), rtol=1e-13)


def test_many_points_share_each_posteriors_factor(case):
    z = np.random.default_rng(0).normal(size=(5, 4, 2))
    truth = [[aggregate.log_density(point, case.mu, case.Sigma) for point in row] for row in z]
    np.testing.assert_allclose(aggregate.log_density(z, case.mu, case.Sigma), truth, rtol=1e-13)


def test_far_away_the_aggregate_does_not_underflow(case):
    z = np.array([1e4, 0.0])
    truth = gaussian.log_density(z, case.mu, case.Sigma).max() - np.log(3)
    assert aggregate.log_density(z, case.mu, case.Sigma) == pytest.approx(truth, rel=1e-13)


def test_moments_are_those_of_the_mixture(case):
    centre, spread = aggregate.moments(case.mu, case.Sigma)
    second = (case.Sigma + case.mu[:, :, None] * case.mu[:, None, :]).mean(0)
    np.testing.assert_allclose(centre, case.mu.mean(0), rtol=1e-13)
    np.testing.assert_allclose(spread, second - np.outer(centre, centre), rtol=1e-13)


def test_responsibility_entropy_counts_zero_as_nothing():
    log_phi = np.log([0.25, 0.75])
    truth = stats.entropy([0.25, 0.75])
    assert aggregate.responsibility_entropy(log_phi) == pytest.approx(truth, rel=1e-13)
    assert aggregate.responsibility_entropy([*log_phi, -np.inf]) == pytest.approx(truth, rel=1e-13)


def test_information_is_what_the_entropy_leaves():
    assert information.index_information(0.25, 10) == pytest.approx(np.log(10) - 0.25, rel=1e-13)

"""Evaluation under p and r, and log C, against quadrature, identities and the certified interval of theory."""

from __future__ import annotations

import numpy as np
import pytest

from theory import confidence
from verification.vae import evaluation, evidence, fixtures, normalizer, objectives


@pytest.fixture(scope="module")
def ensemble():
    return fixtures.trained("fast")


@pytest.fixture(scope="module")
def evaluated():
    return evaluation.evaluations("fast", 0, "cpu", "digits")


def test_log_c_agrees_with_quadrature_on_the_line():
    rng = np.random.default_rng(2)
    mu, logvar = rng.standard_normal((6, 1)), rng.normal(-2, 0.5, (6, 1))
    x = np.linspace(-12, 12, 200_001)[:, None]
    log_p = -0.5 * (x[:, 0] ** 2 + np.log(2 * np.pi))
    for beta in (0.1, 0.5, 0.9):
        truth = np.log(np.exp((1 - beta) * objectives.log_aggregate(x, mu, logvar) + beta * log_p).sum() * 24 / 200_000)
        found = normalizer.log_c(mu, logvar, beta, rng, 40_000)
        low, high = found.interval(1e-6)
        assert low <= truth <= high
        assert abs(found.value - truth) < 6 * found.standard_error


def test_weights_never_leave_the_unit_interval(ensemble):
    z, w = normalizer.mixture_weights(ensemble.mu[0], ensemble.logvar[0], 0.5, np.random.default_rng(0), 1001)
    assert z.shape == (1001, 6) and w.min() > 0 and w.max() <= 1


def test_the_interval_meets_the_certified_one_of_theory(ensemble):
    for model, beta in ((0, 0.5), (1, 0.75)):
        Sigma = normalizer.covariances(ensemble.logvar[model])
        mu = ensemble.mu[model].astype(float)
        low, high, _ = confidence.log_normalizer_interval(np.random.default_rng(0), mu, Sigma, beta, 1000, 1e-6)
        mine = normalizer.log_c(mu, ensemble.logvar[model], beta, np.random.default_rng(1), 8192).interval(1e-6)
        assert max(float(low), mine[0]) < min(float(high), mine[1])


def test_at_beta_one_r_is_p(evaluated):
    last = evaluated[-1]
    assert last.beta == 1 and last.log_c.value == 0 and last.log_c.interval(1e-6) == (0.0, 0.0)
    assert np.allclose(last.train.elbo_r(1.0, 0.0), last.train.elbo_p())


def test_the_elbo_under_r_is_the_beta_elbo_less_information_less_log_c(evaluated):
    """Line 5 of equation (5), with I estimated by log q_n / q."""
    for e in evaluated:
        t = e.train
        information = -t.entropy.mean() - t.log_q.mean()
        beta_elbo = t.likelihood.mean() - e.beta * t.kl_p.mean()
        right = beta_elbo - (1 - e.beta) * information - e.log_c.value
        assert np.isclose(t.elbo_r(e.beta, e.log_c.value).mean(), right, atol=1e-9)


def test_the_kl_to_r_is_the_average_log_ratio(ensemble, evaluated):
    e, rng = evaluated[0], np.random.default_rng(0)
    mu, logvar = ensemble.mu[0].astype(float), ensemble.logvar[0].astype(float)
    z = mu + np.exp(logvar / 2) * rng.standard_normal(mu.shape)
    log_p = -0.5 * (z**2 + np.log(2 * np.pi)).sum(1)
    log_r = 0.5 * objectives.log_aggregate(z, mu, logvar) + 0.5 * log_p - e.log_c.value
    direct = objectives.log_normal(z, mu, logvar) - log_r
    difference = direct - e.train.kl_r(0.5, e.log_c.value)
    assert abs(difference.mean()) < 6 * difference.std() / len(z) ** 0.5


def test_student_radii_cover_as_often_as_they_say():
    rng = np.random.default_rng(0)
    misses = sum(abs(x.mean()) > evidence.student_radius(x, 0.05) for x in rng.standard_normal((2000, 6)))
    assert 60 <= misses <= 145  # 100 expected, 4.5 standard deviations either way


def test_two_way_radii_cover_seeds_and_points():
    rng = np.random.default_rng(0)
    misses = 0
    for _ in range(400):
        values = rng.standard_normal((6, 1)) + rng.standard_normal((1, 30))
        mean, radius, _ = evidence.two_way([values], 0.1)
        misses += abs(mean) > radius
    assert misses <= 40


def test_the_kernel_is_the_expectation_over_pixels():
    rng = np.random.default_rng(0)
    a, b = rng.random((1, 4)), rng.random((1, 4))
    truth = 0.0
    for x in np.ndindex(2, 2, 2, 2):
        for y in np.ndindex(2, 2, 2, 2):
            p = np.where(x, a[0], 1 - a[0]).prod() * np.where(y, b[0], 1 - b[0]).prod()
            truth += p * np.exp(-8 / 4 * np.sum(np.array(x) != y))
    assert np.isclose(evidence.kernel(a, b)[0, 0], truth)
    y = rng.integers(0, 2, (3, 4)).astype(float)
    nearly = np.clip(y, 1e-12, 1 - 1e-12)  # off the binary branch
    assert np.allclose(evidence.kernel(a, y), evidence.kernel(a, nearly))


def test_the_discrepancy_sees_which_sample_is_the_right_one():
    rng = np.random.default_rng(0)
    good, bad = np.full((300, 20), 0.3), np.full((300, 20), 0.5)
    test = (rng.random((400, 20)) < 0.3).astype(np.uint8)
    constant, summands = evidence.discrepancy_terms(bad, good, test)
    assert constant + summands.mean() > 0.01
    constant, summands = evidence.discrepancy_terms(good, bad, test)
    assert constant + summands.mean() < -0.01


@pytest.mark.parametrize(
    "measure",
    [
        evidence.saturation,
        evidence.generalisation_gap,
        evidence.gap_narrows,
        evidence.training_elbo_falls,
        evidence.estimator_excess,
        evidence.likelihood_rises,
        evidence.samples_closer,
    ],
)
def test_every_measure_gives_an_interval_that_shrinks_with_its_level(measure):
    strict, loose = (measure(0, "cpu", alpha=alpha, tier="fast") for alpha in (1e-9, 0.05))
    assert strict.usable().all() and strict.value.shape == strict.error.shape
    assert np.allclose(strict.value, loose.value, atol=0.05) and (strict.error > loose.error).all()
    assert strict.certificate


def test_the_saturation_gap_lies_between_zero_and_log_n():
    found = evidence.saturation(0, "cpu", tier="fast")
    assert 0 < found.value[0] < np.log(1297)

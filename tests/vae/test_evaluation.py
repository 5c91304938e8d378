"""Evaluation under p and r, and log C, against quadrature, identities and the certified interval of theory."""

from __future__ import annotations

import dataclasses
import os

import numpy as np
import pytest

from theory import confidence, envelope
from verification.experiments import figure_1, figure_2
from verification.vae import data, evaluation, evidence, fixtures, normalizer, objectives, training


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


def test_the_kernel_counts_pixels_that_differ():
    rng = np.random.default_rng(0)
    x, y = rng.integers(0, 2, (5, 20)), rng.integers(0, 2, (7, 20))
    truth = np.exp(-8 / 20 * (x[:, None] != y).sum(-1))
    assert np.allclose(evidence.kernel(x, y), truth)


def test_the_discrepancy_sees_which_sample_is_the_right_one():
    rng = np.random.default_rng(0)
    good, test = (rng.random((400, 20)) < 0.3 for _ in range(2))
    bad = rng.random((400, 20)) < 0.5
    for p, r, sign in ((bad, good, 1), (good, bad, -1)):
        constant, summands = evidence.discrepancy_terms(p, r, test)
        assert sign * (constant + summands.mean()) > 0.01


def test_the_discrepancy_is_unbiased():
    """Both samples and the test images from one distribution: zero on average, where a plug-in estimate is not."""
    rng = np.random.default_rng(0)
    found = []
    for _ in range(400):
        constant, summands = evidence.discrepancy_terms(*((rng.random((n, 6)) < 0.4) for n in (5, 60, 30)))
        found.append(constant + summands.mean())
    assert abs(np.mean(found)) < evidence.student_radius(np.array(found), 1e-4)


def test_both_exact_samplers_of_r_agree(ensemble):
    """Means and second moments of r, by rejection from (1-beta) q + beta p and from the envelope of theory."""
    mu, logvar = ensemble.mu[0].astype(float), ensemble.logvar[0]
    mine = normalizer.sample_r(mu, logvar, 0.5, np.random.default_rng(0), 4000)
    theirs, _ = envelope.sample(np.random.default_rng(1), mu, normalizer.covariances(logvar), 0.5, 4000)
    for moment in (lambda z: z, lambda z: z**2):
        a, b = moment(mine), moment(theirs)
        assert (np.abs(a.mean(0) - b.mean(0)) < 5.5 * np.sqrt((a.var(0) + b.var(0)) / 4000)).all()


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


@pytest.mark.skipif(
    "BETAVAE_TEST_MNIST" not in os.environ,
    reason="set BETAVAE_TEST_MNIST to a folder that holds MNIST's t10k-images and t10k-labels .gz files",
)
def test_mnist_goes_the_whole_way_from_files_to_figures(monkeypatch, tmp_path):
    pytest.importorskip("torch", reason="needs the extra `train`")
    whole = data.mnist(os.environ["BETAVAE_TEST_MNIST"])
    few = dataclasses.replace(whole, train_x=whole.train_x[:400], test_x=whole.test_x[:100])
    config = training.TrainConfig(betas=(0.5, 0.75, 1.0), replicates=2, latent=3, hidden=16, steps=40, batch=50)
    monkeypatch.setattr(fixtures.images, "load", lambda name: few)
    monkeypatch.setattr(fixtures, "MNIST", fixtures.Fixture("vae.mnist.test", config))
    monkeypatch.setenv("BETAVAE_CACHE", str(tmp_path))
    drawn = [*figure_1.run("default", 0, "cpu", "mnist"), *figure_2.run("default", 0, "cpu", "mnist")]
    fixtures.trained.cache_clear()
    evaluation.evaluations.cache_clear()
    assert len(drawn) == 5 and all("mnist" in figure.command and "MNIST" in figure.caption for figure in drawn[:3])
    assert drawn[0].svg.count("data:image/png") == 4

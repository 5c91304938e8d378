"""The ELBO's parts on trained posteriors, their certified intervals, and what mini-batches say, each against another
way of knowing it."""

from __future__ import annotations

import numpy as np
import pytest

from theory.certificate import Interval
from verification.vae import decomposed, decomposition, minibatches, networks
from verification.vae.objectives import aggregate_terms, log_bernoulli, log_normal

WEIGHTED, _, PARTIAL, ALONE = range(len(minibatches.ESTIMATORS))


@pytest.fixture(scope="module")
def parts():
    return decomposition.decomposition("fast", 0, "cpu", "digits")


def decoder(rng, k=3, hidden=5, pixels=7):
    params = networks.initial(1, pixels, hidden, k, 0)
    return {name: rng.standard_normal(array.shape) for name, array in params.items()}


def test_the_last_three_parts_add_up_to_the_kl_term(parts):
    for p in parts:
        both = p.information.estimate + p.total_correlation.estimate + p.dimensionwise
        assert np.isclose(both, p.rate, atol=2 * p.error + 1e-9)
        assert np.isclose(p.kl.estimate, p.total_correlation.estimate + p.dimensionwise, atol=2 * p.error + 1e-9)


def test_the_certified_parts_agree_with_sampling_under_all_posteriors(parts):
    for p in parts:
        for place, interval in enumerate((p.information, p.total_correlation, p.kl)):
            reach = 5 * p.full_data_error[place]
            assert interval.lower - reach < p.full_data[:, place].mean() < interval.upper + reach


def test_the_distortion_agrees_with_plain_sampling(parts):
    ensemble = decomposition.swept("fast", 0, "cpu", "digits")
    rng = np.random.default_rng(3)
    for model, p in enumerate(parts):
        mu, logvar = ensemble.mu[model].astype(float), ensemble.logvar[model]
        z = mu + np.exp(logvar / 2) * rng.standard_normal((8, *mu.shape))
        logits = networks.decode(networks.one(ensemble.params, model), z.reshape(1, -1, mu.shape[1]))[0]
        found = -log_bernoulli(np.tile(ensemble.data.train_x, (8, 1)), logits).mean()
        assert p.distortion.lower < found < p.distortion.upper
        assert abs(found - p.distortion.estimate) < 0.15


def test_images_met_twice_lower_the_entropy():
    x = np.array([[0, 1], [1, 1], [0, 1], [0, 0]])
    share = np.array([0.5, 0.25, 0.25])
    assert np.isclose(decomposition.entropy_of(x), -(share * np.log(share)).sum())


def test_cross_entropy_is_that_of_the_decoder_over_the_images(monkeypatch):
    monkeypatch.setattr(decomposition, "PAIRS", 8)  # two rows at once
    rng = np.random.default_rng(0)
    logits, x = rng.normal(0, 3, (5, 4)), (rng.random((5, 4)) < 0.5).astype(float)
    table = log_bernoulli(x, logits[:, None])
    truth = np.log(np.exp(table).sum(1)) - table.diagonal()
    assert np.allclose(decomposition.cross_entropy(logits, x), truth)


def test_no_loss_is_steeper_than_its_slope_says():
    rng = np.random.default_rng(1)
    params, sigma = decoder(rng), rng.uniform(0.1, 1, (6, 3))
    x, slope = (rng.random((6, 7)) < 0.5).astype(float), decomposition.slopes(params, sigma)
    losses = (
        lambda z: -log_bernoulli(x, networks.decode(params, z[None])[0]),
        lambda z: decomposition.cross_entropy(networks.decode(params, z[None])[0], x),
    )
    for loss in losses:
        for scale in (1e-3, 0.3, 3.0):
            one, step = rng.standard_normal((2, 300, 6, 3))
            step = scale * step
            apart = np.array([abs(loss(sigma * a) - loss(sigma * (a + b))) for a, b in zip(one, step, strict=True)])
            assert (apart <= slope * np.linalg.norm(step, axis=-1) * (1 + 1e-9)).all()


def test_the_mean_of_a_loss_is_missed_no_more_often_than_promised():
    """max(eps, 0) has the mean 1 / sqrt(2 pi) and slope 1."""
    rng, misses = np.random.default_rng(0), 0
    mu, sigma = np.zeros((40, 1)), np.ones((40, 1))
    for _ in range(100):
        found = decomposition.mean_over_noise(
            lambda z: np.maximum(z[:, 0], 0), mu, sigma, np.ones(40), 10, 0.05, rng
        )  # fmt: skip
        misses += not found.lower <= 1 / np.sqrt(2 * np.pi) <= found.upper
    assert misses <= 11  # 5 expected at most, 3 standard deviations


def test_rare_large_losses_stay_inside_the_interval():
    """What is beyond the reach of every draw still counts: 1,000 (|eps| - 4.5)+ has the mean 0.0014."""
    rng = np.random.default_rng(0)
    mu, sigma = np.zeros((50, 1)), np.ones((50, 1))
    found = decomposition.mean_over_noise(
        lambda z: 1000 * np.maximum(abs(z[:, 0]) - 4.5, 0), mu, sigma, np.full(50, 1000.0), 10, 1e-6, rng
    )  # fmt: skip
    assert found.lower <= 0.0014 <= found.upper


def test_parts_survive_the_disk(parts):
    again = decomposition._unpacked(decomposition._packed(list(parts)))
    for one, other in zip(parts, again, strict=True):
        assert one.information == other.information and one.bound == other.bound and one.rate == other.rate
        assert np.array_equal(one.full_data, other.full_data) and one.beta == other.beta


def test_from_the_whole_data_set_partial_stratification_is_equation_24():
    rng = np.random.default_rng(2)
    mu, logvar = rng.standard_normal((12, 2)), rng.normal(-2, 0.5, (12, 2))
    found = minibatches.of_posteriors(mu, logvar, 12, 5, np.random.default_rng(0))
    assert np.allclose(found[PARTIAL], found[ALONE], atol=1e-10)
    assert np.allclose(found[WEIGHTED, 0], found[ALONE, 0] + np.log(12))
    assert np.allclose(found[WEIGHTED, 1], found[ALONE, 1] + np.log(12))  # (d - 1) log N
    assert np.allclose(found[WEIGHTED, 2], found[ALONE, 2] - np.log(12))


def test_one_mini_batch_agrees_with_its_sums_written_out(monkeypatch):
    monkeypatch.setattr(minibatches, "AT_ONCE", 1)
    rng = np.random.default_rng(2)
    mu, logvar, B = rng.standard_normal((9, 2)), rng.normal(-1, 0.5, (9, 2)), 4
    found = minibatches.of_posteriors(mu, logvar, B, 1, np.random.default_rng(5))[ALONE, :, 0]
    again = np.random.default_rng(5)
    n = again.permuted(np.tile(np.arange(9), (1, 1)), axis=1)[0, :B]
    z = mu[n] + np.exp(logvar[n] / 2) * again.standard_normal((1, B, 2))[0]
    log_q = aggregate_terms(z, mu[n], logvar[n])[0]
    each = sum(aggregate_terms(z[:, [j]], mu[n][:, [j]], logvar[n][:, [j]])[0] for j in range(2))
    log_p = log_normal(z, np.zeros(1), np.zeros(1))
    truth = [(log_normal(z, mu[n], logvar[n]) - log_q).mean(), (log_q - each).mean(), (log_q - log_p).mean()]
    assert np.allclose(found, truth)


def test_a_batch_alone_never_finds_more_than_log_b():
    found = minibatches.estimates("fast", 0, "cpu", "digits", 64)
    assert found.shape == (3, 4, 3, 64)
    assert found[:, ALONE, 0].max() <= np.log(64) + 1e-12


@pytest.mark.parametrize("measure", decomposed.MEASURES, ids=lambda m: m.__name__)
def test_every_measure_decides_on_the_committed_models(measure):
    strict, loose = (measure(0, "cpu", alpha=alpha, tier="fast") for alpha in (decomposition.ALPHA, 1e-4))
    assert strict.usable().all() and strict.certificate and (strict.value - strict.error > 0).all()
    assert (loose.error <= strict.error + 1e-9).all()


def test_an_interval_of_a_difference_is_as_wide_as_both():
    middle, radius = decomposed._sum(Interval(1.0, 2.0, 1.4), Interval(0.0, 4.0, 1.0).taken_from(0, 0))
    assert (middle - radius, middle + radius) == (-3.0, 2.0)

"""Monte Carlo covers what quadrature certifies: not too rarely, and not suspiciously often; bounded means bounded."""

import numpy as np
import pytest

from verification.estimate import Sample
from verification.oracles import NotApplicable, monte_carlo, quadrature

RUNS, DRAWS = 600, 500
MU = np.array([[-0.8], [0.3], [1.9]])
SIGMA = np.array([[[0.4]], [[0.05]], [[0.9]]])
PHI = np.array([0.2, 0.7, 0.1])
OF_A_MIXTURE = {
    "log_normalizer": ("beta",),
    "log_normalizer_estimate": ("beta",),
    "indicator_bound": ("beta",),
    "jensen_bound": ("beta", "phi"),
    "index_information": (),
    "conditional_entropy": (),
    "aggregate_kl": (),
    "average_kl": (),
    "information_plus_aggregate_kl": (),
    "expected_implicit_prior": ("beta",),
}


def many(value):
    return np.broadcast_to(value, (RUNS, *np.shape(value)))


def truth(name, sample, **args):
    found = getattr(quadrature, name)(**{k: v[:1] for k, v in args.items()})
    assert found.error[0] < 1e-8
    return np.exp(found.value[0]) if sample.link == "exp" else found.value[0]


def covered_as_often_as_it_should(sample, value):
    """Nominal 5 % misses, in 600 independent runs: 30 expected, sd 5.3; CLT at 500 draws may reach 1.4 times that."""
    misses = int((np.abs(sample.mean - value) > 1.96 * np.sqrt(sample.variance / sample.n)).sum())
    return 12 <= misses <= 62


@pytest.mark.parametrize("name", OF_A_MIXTURE)
def test_intervals_of_a_mixture_cover_on_both_sides(name):
    more = {"beta": many(0.6), "phi": many(PHI)}
    args = {"mu": many(MU), "Sigma": many(SIGMA)} | {key: more[key] for key in OF_A_MIXTURE[name]}
    oracle = getattr(monte_carlo, name)
    sample = oracle(np.random.default_rng(1), DRAWS, **args)
    assert isinstance(sample, Sample)
    assert oracle.sampled
    assert sample.mean.shape == (RUNS,)
    assert (sample.span is None) == bool(sample.moment)
    assert covered_as_often_as_it_should(sample, truth(name, sample, **args))


@pytest.mark.parametrize(
    "name", ["log_component_integral", "kl_to_prior", "normal_entropy", "kl_between", "reconstruction"]
)
def test_intervals_of_one_gaussian_in_three_dimensions_cover_on_both_sides(name):
    rng = np.random.default_rng(2)
    a, b = rng.normal(size=(2, 3, 3))
    a, b = a @ a.T + 0.1 * np.eye(3), b @ b.T + 0.3 * np.eye(3)
    a, b = (a + a.T) / 2, (b + b.T) / 2
    args = {
        "log_component_integral": {"mu": [0.5, -1, 0.2], "Sigma": a, "beta": 0.3},
        "kl_to_prior": {"mu": [0.5, -1, 0.2], "Sigma": a},
        "normal_entropy": {"Sigma": a},
        "kl_between": {"mu0": [0.5, -1, 0.2], "Sigma0": a, "mu1": [0.0, 0, 1], "Sigma1": b},
        "reconstruction": {
            "x": [1.0, -2.0],
            "W": [[1.0, 0, 2], [0, 1.5, 1]],
            "noise": 0.5,
            "mu": [0.5, -1, 0.2],
            "Sigma": a,
        },
    }[name]
    args = {key: many(value) for key, value in args.items()}
    sample = getattr(monte_carlo, name)(rng, DRAWS, **args)
    assert covered_as_often_as_it_should(sample, truth(name, sample, **args))


def test_the_evidence_covers_and_is_bounded_by_the_height_of_its_mode():
    args = {"x": many([0.5, -0.2]), "W": many([[1.0], [0.5]]), "noise": many(0.8)}
    sample = monte_carlo.log_evidence(np.random.default_rng(3), DRAWS, **args)
    assert np.allclose(sample.span, 1 / (2 * np.pi * 0.8))
    assert np.all(sample.mean <= sample.span)
    assert covered_as_often_as_it_should(sample, truth("log_evidence", sample, **args))


@pytest.mark.parametrize("beta", [0.0, 1e-9, 0.5, 0.95, 1.0])
@pytest.mark.parametrize("width", [1e-6, 1e-2, 30.0])
def test_weights_stay_in_the_unit_interval_where_plain_importance_weights_explode(beta, width):
    """Single draws: the mean of one draw is the weight itself."""
    rng = np.random.default_rng(4)
    args = {"mu": many(3 * MU), "Sigma": many(width * SIGMA), "beta": many(beta)}
    for name in ("log_normalizer", "indicator_bound"):
        weight = getattr(monte_carlo, name)(rng, 1, **args)
        assert np.all((weight.mean >= 0) & (weight.mean <= weight.span))
        assert np.all(weight.span == 1)
    estimate = monte_carlo.log_normalizer_estimate(rng, 1, **args)
    assert np.all((estimate.mean >= 0) & (estimate.mean <= estimate.span))


def test_summands_of_the_information_lie_between_zero_and_log_n():
    for name in ("index_information", "conditional_entropy"):
        one = getattr(monte_carlo, name)(np.random.default_rng(5), 1, many(MU), many(SIGMA))
        assert np.all((one.mean >= 0) & (one.mean <= np.log(3)) & (one.span == np.log(3)))


def test_blocks_change_nothing_but_the_memory(monkeypatch):
    rng = np.random.default_rng
    args = {"mu": MU[None], "Sigma": SIGMA[None], "beta": np.array([0.4])}
    whole = monte_carlo.log_normalizer(rng(6), 20_000, **args)
    monkeypatch.setattr(monte_carlo, "NUMBERS_AT_ONCE", 1_000)
    parts = monte_carlo.log_normalizer(rng(6), 20_000, **args)
    assert whole.n == parts.n == 20_000
    spread = np.sqrt(whole.variance / whole.n)
    assert np.abs(whole.mean - parts.mean) < 6 * spread
    assert parts.variance == pytest.approx(whole.variance, rel=0.05)


def test_mean_and_variance_are_those_of_the_draws():
    blocks = iter(np.split(np.random.default_rng(7).normal(size=(2, 100)) + 1e6, [30, 60], axis=1))
    sizes = iter((30, 30, 40))
    mean, variance = monte_carlo._reduce(lambda m: next(blocks), sum(sizes), monte_carlo.NUMBERS_AT_ONCE // 60, 2)
    draws = np.random.default_rng(7).normal(size=(2, 100)) + 1e6
    assert mean == pytest.approx(draws.mean(1), abs=1e-9)
    assert variance == pytest.approx(draws.var(1, ddof=1), rel=1e-6)


def test_what_is_not_covered_is_said():
    rng = np.random.default_rng(8)
    with pytest.raises(NotApplicable, match="0 <= beta <= 1"):
        monte_carlo.log_normalizer(rng, 10, MU[None], SIGMA[None], np.array([1.5]))
    with pytest.raises(NotApplicable, match="2 %"):
        monte_carlo.expected_implicit_prior(rng, 10, 30 + MU[None], SIGMA[None] / 100, np.array([0.5]))

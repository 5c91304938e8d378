import numpy as np
import pytest

from theory import confidence, envelope
from theory import implicit_prior as r


def log_wealth(x, m):
    stakes = 2.0 ** -np.arange(np.ceil(np.log2(len(x)) / 2) + 1)
    return np.log(np.mean([np.prod(1 + stake * (x - m)) for stake in stakes]))


@pytest.mark.parametrize(("n", "alpha"), [(20, 0.05), (100, 1e-3), (300, 0.3)])
def test_the_limits_are_where_the_bets_reach_two_over_alpha(n, alpha):
    x = np.random.default_rng(n).beta(2, 3, n)
    lower, upper = confidence.betting_interval(x, alpha)
    assert log_wealth(x, lower) == pytest.approx(np.log(2 / alpha), rel=1e-9)
    assert log_wealth(1 - x, 1 - upper) == pytest.approx(np.log(2 / alpha), rel=1e-9)
    assert lower < x.mean() < upper


def test_too_few_draws_leave_the_whole_interval():
    assert np.array(confidence.betting_interval([0.5], 1e-3)).tolist() == [0, 1]


def test_a_constant_at_the_end_is_bounded_on_one_side():
    lower, upper = confidence.betting_interval(np.ones(1000), 1e-6)
    assert 0.95 < lower < 1
    assert upper == 1


@pytest.mark.parametrize("n", [5, 40])
def test_it_covers_at_least_as_often_as_it_says(n):
    x = (np.random.default_rng(n).random((500, n)) < 0.1).astype(float)
    lower, upper = confidence.betting_interval(x, 0.2)
    assert ((lower > 0.1) | (upper < 0.1)).mean() <= 0.2


@pytest.mark.parametrize("beta", [0.2, 0.8])
def test_the_interval_holds_log_c(case, plane, beta):
    truth = plane(lambda z: r.log_tilt(z, case.mu, case.Sigma, beta))
    lower, upper, acceptance = confidence.log_normalizer_interval(
        np.random.default_rng(0), case.mu, case.Sigma, beta, 4000, 1e-6
    )
    assert lower < truth < upper < lower + 0.1
    assert envelope.log_mass(case.mu, case.Sigma, beta) + np.log(acceptance) == pytest.approx(truth, abs=0.03)


def test_the_interval_is_the_betting_interval_of_its_weights(case):
    args = (case.mu, case.Sigma, np.float64(0.3))
    found = confidence.log_normalizer_interval(np.random.default_rng(0), *args, 500, 0.05)
    rng, pool, log_E = np.random.default_rng(0), envelope.Pool(*args), envelope.log_mass(*args)
    counts, variance = pool.plan(rng, 500)
    log_mass, w = pool.propose(rng, counts)
    limits = confidence.betting_interval(w, 0.05, confidence.Bets.planned(500, variance, 0.05))
    truth = (*np.minimum(log_mass + np.log(limits), log_E), np.exp(log_mass - log_E) * w.mean())
    np.testing.assert_allclose(found, truth, rtol=1e-12)


def test_no_limit_of_log_c_is_above_what_it_cannot_exceed(case):
    """From a single draw, whose interval is all of [0, 1]."""
    lower, upper, acceptance = confidence.log_normalizer_interval(
        np.random.default_rng(0), case.mu, case.Sigma, np.linspace(0, 1, 21), 1, 1e-6
    )
    np.testing.assert_allclose(upper, envelope.log_mass(case.mu, case.Sigma, np.linspace(0, 1, 21)), rtol=0, atol=1e-12)
    assert (lower == -np.inf).all() and (acceptance <= 1).all()


def test_leading_axes_of_beta_and_alpha(case):
    beta, alpha = np.array([0.2, 0.5, 0.8]), np.array([0.1, 0.01, 1e-6])
    results = confidence.log_normalizer_interval(np.random.default_rng(0), case.mu, case.Sigma, beta, 200, alpha)
    assert [part.shape for part in results] == 3 * [(3,)]

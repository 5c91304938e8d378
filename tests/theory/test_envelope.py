import tracemalloc

import numpy as np
import pytest
from scipy import stats

from theory import envelope, gaussian, mixture
from theory import implicit_prior as r


def aggregates():
    rng = np.random.default_rng(3)
    close = rng.normal(size=(6, 2)) / 2, np.tile(0.6 * np.eye(2), (6, 1, 1))
    apart = 2 * rng.normal(size=(6, 2)), np.tile(0.05 * np.eye(2), (6, 1, 1))
    shifted = rng.normal(size=(6, 2)) / 3 + 2, np.tile(0.3 * np.eye(2), (6, 1, 1))
    return {"close": close, "apart": apart, "shifted": shifted}


@pytest.fixture(params=["close", "apart", "shifted"])
def several(request):
    return aggregates()[request.param]


@pytest.fixture(params=[0.2, 0.7])
def beta(request):
    return np.float64(request.param)


def test_the_envelope_lies_above(several, beta):
    z = 3 * np.random.default_rng(0).normal(size=(2000, 2))
    gap = envelope.Envelope(*several, beta).mixture.log_density(z) - r.log_tilt(z, *several, beta)
    assert gap.min() > -1e-10


def test_its_mass_is_its_integral_and_bounds_log_c(several, beta, plane):
    proposal = envelope.Envelope(*several, beta)
    mass = envelope.log_mass(*several, beta)
    integral = plane(lambda z: proposal.mixture.log_density(z.reshape(-1, 2)).reshape(z.shape[:2]))
    assert mass == pytest.approx(integral, abs=1e-9)
    assert proposal.log_mass == pytest.approx(mass, abs=1e-12)
    log_C = plane(lambda z: r.log_tilt(z, *several, beta))
    assert log_C <= mass + 1e-10
    assert mass <= r.log_normalizer_bounds(*several, beta)[1] + 1e-12


def test_every_candidate_is_an_envelope(several, beta, plane, monkeypatch):
    for only in range(4):
        monkeypatch.setattr(envelope.np, "nanargmin", lambda masses, only=only: only)
        proposal = envelope.Envelope(*several, beta)
        if np.isfinite(proposal.log_mass):
            integral = plane(lambda z: proposal.mixture.log_density(z.reshape(-1, 2)).reshape(z.shape[:2]))  # noqa: B023
            assert proposal.log_mass == pytest.approx(integral, abs=1e-9)
            z = 3 * np.random.default_rng(0).normal(size=(500, 2))
            assert (proposal.mixture.log_density(z) - r.log_tilt(z, *several, beta)).min() > -1e-10


@pytest.mark.parametrize(
    ("N", "clusters"),
    [
        (1, [1, 1]),
        (4, [1, 4]),
        (5, [1, 4, 5]),
        (17, [1, 4, 16, 17]),
        (65, [1, 4, 16, 64, 65]),
        (257, [1, 4, 16, 64, 256, 257]),
        (1100, [1, 4, 16, 64, 256, 1100]),
    ],
)
def test_partitions_are_partitions(N, clusters):
    partitions = envelope.split(np.random.default_rng(0).normal(size=(N, 3)))
    assert [sum(map(len, groups)) for groups in partitions] == clusters
    for groups in partitions:
        assert sorted(np.concatenate([members.ravel() for members in groups])) == list(range(N))


def test_clusters_follow_the_axis_of_largest_spread():
    along, across = np.array([1.0, 1.0, 1.0]), np.array([1.0, -1.0, 0.0])
    mu = np.array([x * along + y * across for x in (-30.0, -10.0, 10.0, 30.0) for y in (-0.1, 0.1)])
    (members,) = envelope.split(mu + np.array([0.0, 1000.0, 0.0]))[1]
    assert sorted(map(sorted, members.tolist())) == [[0, 1], [2, 3], [4, 5], [6, 7]]


def test_rounding_makes_no_weight_exceed_one():
    mu, Sigma = np.array([[0.3, -1.7]]), np.array([[[0.7, 0.2], [0.2, 0.9]]])
    _, w = envelope.Envelope(mu, Sigma, np.float64(0.3)).propose(np.random.default_rng(0), 1000)
    assert w.max() == 1
    assert w.min() > 1 - 1e-12


@pytest.mark.parametrize("second", [0, 1, 5, 10])
def test_draws_of_two_envelopes_have_weights_of_known_mean_and_range(several, beta, plane, second):
    """The mean is taken over the plane: a share of the draws has each density."""
    counts, pool = np.array([10 - second, second]), envelope.Pool(*several, beta)
    log_mass, w = pool.propose(np.random.default_rng(0), 2000 * counts)
    own = r.log_normalizer_estimate(*several, beta)
    assert pool.log_masses == pytest.approx([envelope.Envelope(*several, beta, slice(-1)).log_mass, own], abs=1e-12)
    shares = counts / 10
    assert np.exp(-log_mass) == pytest.approx(np.sum(shares * np.exp(-pool.log_masses)))
    assert w.min() > 0 and w.max() <= 1 and len(w) == 20000
    log_C = plane(lambda z: r.log_tilt(z, *several, beta))
    assert abs(w.mean() - np.exp(log_C - log_mass)) < 5 * w.std() / np.sqrt(len(w)) + 1e-9


def test_the_pilot_finds_the_shares_and_the_variance(several, beta):
    pool, rng = envelope.Pool(*several, beta), np.random.default_rng(0)
    counts, variance = pool.plan(rng, 20000)
    spread = {}
    for second in 2000 * np.arange(11):
        w = pool.propose(rng, np.array([20000 - second, second]))[1]
        spread[second] = np.sqrt(w.var() + 1 / 1002) / w.mean()
        if second == counts[1]:
            assert variance == pytest.approx(w.var() + 1 / 1002, rel=0.2)
    assert counts.sum() == 20000
    assert spread[counts[1]] < 1.03 * min(spread.values())


def test_two_envelopes_may_do_better_than_either():
    rng = np.random.default_rng(0)
    pool = envelope.Pool(rng.normal(size=(50, 8)), np.tile(0.25 * np.eye(8), (50, 1, 1)), np.float64(0.75))
    counts, _ = pool.plan(rng, 10000)
    weights = [pool.propose(rng, np.array(n))[1] for n in (counts, (10000, 0), (0, 10000))]
    both, *alone = [w.std() / w.mean() for w in weights]
    assert 0 < counts[0] < 10000 and both < 0.8 * min(alone)


def test_leading_axes_may_be_on_one_argument_only(case):
    one = envelope.log_mass(case.mu, case.Sigma, 0.3)
    for args in (
        (np.stack([case.mu] * 2)[None], case.Sigma, 0.3),
        (case.mu, np.stack([case.Sigma] * 2)[None], 0.3),
        (case.mu, case.Sigma, [[0.3, 0.3]]),
    ):
        np.testing.assert_allclose(envelope.log_mass(*args), [[one, one]], rtol=1e-13)


def test_draws_have_the_law_of_r(several, beta):
    mu, Sigma = several
    z, acceptance = envelope.sample(np.random.default_rng(1), mu, Sigma, beta, 4000)
    axis = np.linspace(-9, 9, 241)
    grid = np.stack(np.meshgrid(axis, axis, indexing="ij"), -1)
    mass = np.exp(r.log_tilt(grid, mu, Sigma, beta))
    for dimension in (0, 1):
        cdf = np.cumsum(mass.sum(1 - dimension)) / mass.sum()
        draws = z[:, dimension]
        truth = stats.kstest(draws, lambda x: np.interp(x, axis + (axis[1] - axis[0]) / 2, cdf))  # noqa: B023
        assert truth.pvalue > 1e-6
    log_C = np.log(mass.sum() * (axis[1] - axis[0]) ** 2)
    assert acceptance == pytest.approx(np.exp(log_C - envelope.log_mass(mu, Sigma, beta)), abs=0.05)


def test_the_product_of_axes_has_its_law(case):
    z, _ = envelope.sample(np.random.default_rng(2), case.mu[:1], case.Sigma[:1], 0.3, 20000)
    np.testing.assert_allclose(z.mean(0), r.tilted_mean(case.mu[0], case.Sigma[0], 0.3), atol=0.04)
    np.testing.assert_allclose(np.cov(z.T), r.tilted_covariance(case.Sigma[0], 0.3), atol=0.04)


def test_no_more_is_proposed_than_needed():
    """With q = p every proposal is accepted, so one round of the generator is used up."""
    used, replayed = np.random.default_rng(0), np.random.default_rng(0)
    args = (np.zeros((1, 2)), np.eye(2)[None], np.float64(0.5))
    envelope.sample(used, *args, 3)
    envelope.Envelope(*args).propose(replayed, 3)
    replayed.random(3)
    assert used.random() == replayed.random()


def test_leading_axes_are_sampled_one_by_one(case):
    z, acceptance = envelope.sample(np.random.default_rng(0), case.mu, case.Sigma, np.array([[0.2, 0.5]]), 7)
    assert z.shape == (1, 2, 7, 2)
    assert acceptance.shape == (1, 2)
    assert ((acceptance > 0) & (acceptance <= 1)).all()


@pytest.mark.parametrize("beta", [0.0, 1.0])
def test_at_the_ends_r_is_q_or_p(case, beta):
    assert envelope.log_mass(case.mu, case.Sigma, beta) == pytest.approx(0, abs=1e-12)
    assert envelope.sample(np.random.default_rng(0), case.mu, case.Sigma, beta, 100)[1] == 1


def test_a_mixture_in_blocks_is_the_mixture(case, monkeypatch):
    monkeypatch.setattr(mixture, "BLOCK", 20)
    z = np.random.default_rng(0).normal(size=(50, 2))
    log_weights = np.log([0.5, 2.0, 0.25])
    whole = mixture.Mixture(log_weights, case.mu, case.Sigma).log_density(z)
    truth = np.log(np.exp(gaussian.log_density(z[:, None], case.mu, case.Sigma) + log_weights).sum(-1))
    np.testing.assert_allclose(whole, truth, rtol=1e-12)


def test_a_mixture_holds_one_block_at_a_time():
    rng = np.random.default_rng(0)
    many = mixture.Mixture(np.zeros(1000), rng.normal(size=(1000, 2)), np.tile(np.eye(2), (1000, 1, 1)))
    points = rng.normal(size=(20000, 2))
    tracemalloc.start()
    many.log_density(points)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5 * 8 * mixture.BLOCK  # the whole would be 80 blocks


def test_a_mixture_draws_from_each_term_by_its_weight(case):
    mu = case.mu + np.array([[0.0], [100.0], [200.0]])
    draws = mixture.Mixture(np.log([0.5, 2.0, 2.5]), mu, case.Sigma).sample(np.random.default_rng(0), 20000)
    term = np.round(draws.mean(-1) / 100).astype(int)
    np.testing.assert_allclose(np.bincount(term) / 20000, [0.1, 0.4, 0.5], atol=0.02)
    np.testing.assert_allclose(draws[term == 1].mean(0), mu[1], atol=0.06)
    np.testing.assert_allclose(np.cov(draws[term == 1].T), case.Sigma[1], atol=0.06)

"""How posteriors are parted, mixtures cut into blocks, and envelopes drawn from, one alone or two."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from theory import confidence, envelope, mixture

I2 = np.eye(2)


def partitions() -> bool:
    """1, 4, 16, 64, 256 clusters as far as they are fewer than N, then N; each point once."""
    sizes = {
        1: [1, 1],
        4: [1, 4],
        5: [1, 4, 5],
        17: [1, 4, 16, 17],
        65: [1, 4, 16, 64, 65],
        257: [1, 4, 16, 64, 256, 257],
    }
    for N, told in sizes.items():
        split = envelope.split(np.random.default_rng(0).normal(size=(N, 3)))
        if [sum(map(len, groups)) for groups in split] != told:
            return False
        if any(sorted(np.concatenate([m.ravel() for m in groups])) != list(range(N)) for groups in split):
            return False
    return True


def principal_axis() -> bool:
    """Halves are cut across the axis of largest spread, in whatever order the points come."""
    along, across = np.array([1.0, 1.0, 1.0]), np.array([1.0, -1.0, 0.0])
    mu = np.array([x * along + y * across for y in (-0.1, 0.1) for x in (-30.0, -10.0, 10.0, 30.0)])
    (members,) = envelope.split(mu + 1000 * across)[1]
    return sorted(map(sorted, members.tolist())) == [[0, 4], [1, 5], [2, 6], [3, 7]]


def blocks() -> bool:
    """No block is longer than a step, which is one row at least; together they are everything once."""
    for size, step, most in ((5000, 2**9, 2**9), (3, 0, 1)):
        cuts = mixture._blocks(size, step)
        rows = np.concatenate([np.arange(size)[cut] for cut in cuts])
        if max(len(np.arange(size)[cut]) for cut in cuts) != most or rows.tolist() != list(range(size)):
            return False
    return True


def numbers_at_once() -> bool:
    """128 points, and as many terms as make 2^17 numbers; as many draws as have so many numbers in their factors."""
    steps, kept = [], mixture._blocks
    many = mixture.Mixture(np.zeros(3), np.ones((3, 2)), np.stack([I2] * 3))

    def told(size: int, step: int) -> list[slice]:
        steps.append((size, step))
        return kept(size, step)

    mixture._blocks = told
    try:
        many.log_density(np.ones((130, 2)))
        many.sample(np.random.default_rng(0), 5)
    finally:
        mixture._blocks = kept
    return steps == [(130, 128), (3, 2**9), (3, 2**15), (5, 2**15)]


def one_term() -> bool:
    """A mixture of one term is a Gaussian, and draws from it."""
    one = mixture.Mixture(np.zeros(1), np.array([[1.0, 2.0]]), 1e-12 * I2[None])
    return bool(np.allclose(one.sample(np.random.default_rng(0), 3), [1.0, 2.0], atol=1e-4))


def weights_of_one() -> bool:
    """Rounding makes no weight exceed one, and where q = p all proposals are accepted, none twice."""
    mu, Sigma = np.array([[0.3, -1.7]]), np.array([[[0.7, 0.2], [0.2, 0.9]]])
    _, w = envelope.Envelope(mu, Sigma, np.float64(0.3)).propose(np.random.default_rng(0), 1000)
    used, replayed = np.random.default_rng(0), np.random.default_rng(0)
    args = (np.zeros((1, 2)), I2[None], np.float64(0.5))
    z, share = envelope.sample(used, *args, 3)
    envelope.Envelope(*args).propose(replayed, 3)
    replayed.random(3)
    return bool(w.max() == 1 and share == 1 and z.shape == (3, 2) and used.random() == replayed.random())


def pooled() -> bool:
    """The pilot finds the shares that leave little spread, and the spread; rounding makes no weight exceed one."""
    rng = np.random.default_rng(0)
    many = rng.normal(size=(50, 8)), np.tile(0.25 * np.eye(8), (50, 1, 1))
    pool = envelope.Pool(*many, np.float64(0.75))
    (counts, variance), (least, _) = pool.plan(rng, 10000), pool.plan(rng, 1)
    used, replayed = np.random.default_rng(0), np.random.default_rng(0)
    pool.plan(used, 990)
    pool.propose(replayed, np.array([26, 25]))
    spread, masses = [], []
    for n in (counts, np.array([10000, 0]), np.array([0, 10000])):
        log_mass, w = pool.propose(rng, n)
        spread.append(w.std() / w.mean())
        masses.append(float(np.exp(log_mass)))
        if w.max() > 1 or len(w) != 10000:
            return False
        if n is counts and not 0.8 < variance / (w.var() + 1 / 502) < 1.25:
            return False
    shares = counts / 10000
    harmonic = 1 / (shares[0] / masses[1] + shares[1] / masses[2])
    equal = envelope.Pool(np.array([[0.3, -1.7]]), np.array([[[0.7, 0.2], [0.2, 0.9]]]), np.float64(0.3))
    return bool(
        least.sum() == 1
        and counts.sum() == 10000
        and counts[1] in (4000, 5000, 6000)
        and used.random() == replayed.random()
        and spread[0] < 0.8 * min(spread[1:])
        and np.isclose(masses[0], harmonic)
        and np.isclose(equal.plan(rng, 990)[1], 1 / 51)
        and equal.propose(rng, np.array([500, 500]))[1].min() > 1 - 1e-12
        and equal.propose(rng, np.array([500, 500]))[1].max() == 1
    )


def narrow() -> bool:
    """4,000 draws leave less than 0.05 nats between the limits of log C, at an acceptance of nine tenths."""
    mu, Sigma = np.array([[-1.5], [1.5]]), np.array([[[0.2]], [[0.4]]])
    draws = np.random.default_rng(0)
    lower, upper, acceptance = confidence.log_normalizer_interval(draws, mu, Sigma, 0.75, 4000, 1e-6)
    return bool(lower < upper < lower + 0.05 and 0.88 < acceptance < 0.91)


ENVELOPE_CHECKS: tuple[Callable[[], bool], ...] = (
    partitions, principal_axis, blocks, numbers_at_once, one_term, weights_of_one, pooled, narrow,
)  # fmt: skip

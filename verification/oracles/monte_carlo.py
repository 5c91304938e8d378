"""Monte Carlo with summands that are bounded wherever a proposal makes them so.

With g = beta p + (1 - beta) q, weighted AM-GM puts p^beta q^(1-beta) / g in [0, 1] for every q: masses need no closed
form and no luck with heavy tails. Log-densities of Gaussians are quadratic, so that their variance under a Gaussian
mixture is finite; ``moment`` says so where a summand has no bound.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.special import digamma

from verification.estimate import Sample

from . import NotApplicable, sampled

Array = np.ndarray[Any, Any]
Draw = Callable[[int], Array]
QUADRATIC = "finite variance: a quadratic in z under a Gaussian mixture"
WAIT = "finite variance: a quadratic under a Gaussian mixture and a harmonic number of a geometric wait"
NUMBERS_AT_ONCE = 1_000_000


def _reduce(draw: Draw, n: int, cost: int, cases: int) -> tuple[Array, Array]:
    """Mean and variance of n summands drawn in blocks; draw(m) gives (cases, m)."""
    block = max(1, min(n, NUMBERS_AT_ONCE // max(1, cost * cases)))
    count, mean, spread = 0, np.zeros(cases), np.zeros(cases)
    while count < n:
        x = draw(min(block, n - count))
        m, own = x.shape[1], x.mean(1)
        shift = own - mean
        spread += ((x - own[:, None]) ** 2).sum(1) + shift**2 * count * m / (count + m)
        mean, count = mean + shift * m / (count + m), count + m
    return mean, spread / max(1, n - 1)


class _Posteriors:
    """N Gaussians per case, in any dimension, and the prior."""

    def __init__(self, mu: Array, sigma: Array):
        self.mu = np.asarray(mu, float)
        self.cases, self.n, self.k = self.mu.shape
        self.root = np.linalg.cholesky(np.asarray(sigma, float))
        self.whiten = np.linalg.inv(self.root)
        self.log_norm = -np.log(np.diagonal(self.root, axis1=-2, axis2=-1)).sum(-1) - self.k / 2 * np.log(2 * np.pi)
        self.cost = self.n * self.k + 4

    def draw(self, rng: np.random.Generator, m: int) -> tuple[Array, Array]:
        """z (cases, m, k) from q, and which component it came from."""
        index = rng.integers(self.n, size=(self.cases, m))
        return self.draw_from(rng, index), index

    def draw_from(self, rng: np.random.Generator, index: Array) -> Array:
        case = np.arange(self.cases)[:, None]
        noise = rng.standard_normal((*index.shape, self.k))
        if self.n == 1:
            return self.mu[:, :1] + noise @ np.swapaxes(self.root[:, 0], -1, -2)
        return self.mu[case, index] + np.einsum("bmij,bmj->bmi", self.root[case, index], noise)

    def draw_half_prior(self, rng: np.random.Generator, beta: Array, index: Array) -> Array:
        """z from beta p + (1 - beta) q_index."""
        from_p = rng.random(index.shape) < beta[:, None]
        return np.where(from_p[..., None], rng.standard_normal((*index.shape, self.k)), self.draw_from(rng, index))

    def logs(self, z: Array) -> Array:
        """log q_n(z), (cases, m, N)."""
        out = np.empty((*z.shape[:2], self.n))
        for j in range(self.n):
            u = (z - self.mu[:, None, j]) @ np.swapaxes(self.whiten[:, j], -1, -2)
            out[..., j] = self.log_norm[:, None, j] - 0.5 * (u * u).sum(-1)
        return out

    def log_p(self, z: Array) -> Array:
        return -0.5 * (z * z).sum(-1) - self.k / 2 * np.log(2 * np.pi)

    def log_q(self, logs: Array) -> Array:
        top = logs.max(-1)
        return top + np.log(np.exp(np.maximum(logs - top[..., None], -700)).mean(-1))


def _unit(beta: Array) -> Array:
    beta = np.asarray(beta, float)
    if np.any((beta < 0) | (beta > 1)):
        raise NotApplicable("the weight under beta p + (1 - beta) q is bounded for 0 <= beta <= 1 only")
    return beta


def _weight(log_target: Array, log_p: Array, log_q: Array, beta: Array) -> Array:
    """Target over beta p + (1 - beta) q."""
    with np.errstate(divide="ignore"):
        log_g = np.logaddexp(np.log(beta)[:, None] + log_p, np.log1p(-beta)[:, None] + log_q)
    return np.exp(np.clip(log_target - log_g, -700.0, 0.0))


def _log_mass(rng: np.random.Generator, n: int, q: _Posteriors, beta: Array, best: bool) -> Sample:
    def draw(m: int) -> Array:
        z = q.draw_half_prior(rng, beta, rng.integers(q.n, size=(q.cases, m)))
        logs, log_p, b = q.logs(z), q.log_p(z), beta[:, None]
        log_q = q.log_q(logs)
        inner = logs.max(-1) - np.log(q.n) if best else log_q
        return _weight(b * log_p + (1 - b) * inner, log_p, log_q, beta)

    mean, variance = _reduce(draw, n, q.cost, q.cases)
    return Sample(n, mean, variance, span=np.ones(q.cases), link="exp")


@sampled
def log_component_integral(rng: np.random.Generator, n: int, mu: Array, Sigma: Array, beta: Array) -> Sample:
    """D = E of the AM-GM weight under beta p + (1 - beta) N(mu, Sigma)."""
    q = _Posteriors(np.asarray(mu)[:, None], np.asarray(Sigma)[:, None])
    return _log_mass(rng, n, q, _unit(beta), best=False)


@sampled
def log_normalizer(rng: np.random.Generator, n: int, mu: Array, Sigma: Array, beta: Array) -> Sample:
    """C = E of the AM-GM weight under beta p + (1 - beta) q."""
    return _log_mass(rng, n, _Posteriors(mu, Sigma), _unit(beta), best=False)


@sampled
def indicator_bound(rng: np.random.Generator, n: int, mu: Array, Sigma: Array, beta: Array) -> Sample:
    """N^(beta-1) int p^beta max_n q_n^(1-beta); the weight stays below 1 because max q_n <= N q."""
    return _log_mass(rng, n, _Posteriors(mu, Sigma), _unit(beta), best=True)


@sampled
def jensen_bound(rng: np.random.Generator, n: int, mu: Array, Sigma: Array, beta: Array, phi: Array) -> Sample:
    """N^(beta-1) sum_n phi_n^beta D_n for phi (B, N) constant in z: n drawn in proportion to its factor."""
    q, beta, phi = _Posteriors(mu, Sigma), _unit(beta), np.asarray(phi, float)
    factor = phi ** beta[:, None] * float(q.n) ** (beta[:, None] - 1)
    total = factor.sum(1)
    edges = np.cumsum(factor, axis=1) / total[:, None]

    def draw(m: int) -> Array:
        index = (rng.random((q.cases, m, 1)) > edges[:, None, :-1]).sum(-1)
        z = q.draw_half_prior(rng, beta, index)
        log_p = q.log_p(z)
        log_q = np.take_along_axis(q.logs(z), index[..., None], -1)[..., 0]
        b = beta[:, None]
        return total[:, None] * _weight(b * log_p + (1 - b) * log_q, log_p, log_q, beta)

    mean, variance = _reduce(draw, n, q.cost, q.cases)
    return Sample(n, mean, variance, span=total, link="exp")


@sampled
def log_normalizer_estimate(rng: np.random.Generator, n: int, mu: Array, Sigma: Array, beta: Array) -> Sample:
    """N^(beta-1) sum_n D_n, by n uniform: N^beta times a weight in [0, 1]."""
    cases, posteriors, _ = np.shape(mu)
    uniform = jensen_bound(rng, n, mu, Sigma, beta, np.full((cases, posteriors), 1.0 / posteriors))
    scale = float(posteriors) ** np.asarray(beta, float)
    return Sample(n, scale * uniform.mean, scale**2 * uniform.variance, span=scale, link="exp")


def _entropy_of_index(rng: np.random.Generator, n: int, q: _Posteriors) -> tuple[Array, Array]:
    def draw(m: int) -> Array:
        logs = q.logs(q.draw(rng, m)[0])
        top = logs.max(-1, keepdims=True)
        weight = np.exp(np.maximum(logs - top, -700))
        total = weight.sum(-1)
        return np.clip(np.log(total) - (weight * (logs - top)).sum(-1) / total, 0, np.log(q.n))

    return _reduce(draw, n, q.cost, q.cases)


@sampled
def index_information(rng: np.random.Generator, n: int, mu: Array, Sigma: Array) -> Sample:
    """I(z; n) = E_q G(z), G = log N less the entropy of n given z, in [0, log N]."""
    q = _Posteriors(mu, Sigma)
    mean, variance = _entropy_of_index(rng, n, q)
    return Sample(n, np.log(q.n) - mean, variance, span=np.full(q.cases, np.log(q.n)))


@sampled
def conditional_entropy(rng: np.random.Generator, n: int, mu: Array, Sigma: Array) -> Sample:
    """E_q of the entropy of n given z, in [0, log N]."""
    q = _Posteriors(mu, Sigma)
    mean, variance = _entropy_of_index(rng, n, q)
    return Sample(n, mean, variance, span=np.full(q.cases, np.log(q.n)))


def _log_ratio(
    rng: np.random.Generator, n: int, q: _Posteriors, summand: Callable[[Array, Array, Array, Array], Array]
) -> Sample:
    """Mean of summand(log q_own, log q, log p, z) under q."""

    def draw(m: int) -> Array:
        z, index = q.draw(rng, m)
        logs = q.logs(z)
        own = np.take_along_axis(logs, index[..., None], -1)[..., 0]
        return summand(own, q.log_q(logs), q.log_p(z), z)

    mean, variance = _reduce(draw, n, q.cost, q.cases)
    return Sample(n, mean, variance, moment=QUADRATIC)


@sampled
def aggregate_kl(rng: np.random.Generator, n: int, mu: Array, Sigma: Array) -> Sample:
    """KL(q || p) = E_q log(q/p)."""
    return _log_ratio(rng, n, _Posteriors(mu, Sigma), lambda own, q, p, z: q - p)


@sampled
def average_kl(rng: np.random.Generator, n: int, mu: Array, Sigma: Array) -> Sample:
    """mean_n KL(q_n || p) = E log(q_n/p) with n uniform and z from q_n."""
    return _log_ratio(rng, n, _Posteriors(mu, Sigma), lambda own, q, p, z: own - p)


@sampled
def information_plus_aggregate_kl(rng: np.random.Generator, n: int, mu: Array, Sigma: Array) -> Sample:
    """I(z; n) + KL(q || p) = E [G(z) + log(q/p)], z from q: its summand is not that of :func:`average_kl`."""
    q = _Posteriors(mu, Sigma)

    def draw(m: int) -> Array:
        z, _ = q.draw(rng, m)
        logs = q.logs(z)
        log_q = q.log_q(logs)
        phi = np.exp(np.maximum(logs - log_q[..., None], -700)) / q.n
        return (phi * (logs - log_q[..., None])).sum(-1) + log_q - q.log_p(z)

    mean, variance = _reduce(draw, n, q.cost, q.cases)
    return Sample(n, mean, variance, moment=QUADRATIC)


@sampled
def kl_to_prior(rng: np.random.Generator, n: int, mu: Array, Sigma: Array) -> Sample:
    """KL(N(mu, Sigma) || N(0, I))."""
    q = _Posteriors(np.asarray(mu)[:, None], np.asarray(Sigma)[:, None])
    return _log_ratio(rng, n, q, lambda own, q, p, z: own - p)


@sampled
def normal_entropy(rng: np.random.Generator, n: int, Sigma: Array) -> Sample:
    """E -log N(z; 0, Sigma)."""
    Sigma = np.asarray(Sigma)[:, None]
    return _log_ratio(rng, n, _Posteriors(np.zeros(Sigma.shape[:-1]), Sigma), lambda own, q, p, z: -own)


@sampled
def kl_between(rng: np.random.Generator, n: int, mu0: Array, Sigma0: Array, mu1: Array, Sigma1: Array) -> Sample:
    """KL(N(mu0, Sigma0) || N(mu1, Sigma1))."""
    a = _Posteriors(np.asarray(mu0)[:, None], np.asarray(Sigma0)[:, None])
    b = _Posteriors(np.asarray(mu1)[:, None], np.asarray(Sigma1)[:, None])
    return _log_ratio(rng, n, a, lambda own, q, p, z: own - b.logs(z)[..., 0])


@sampled
def expected_implicit_prior(rng: np.random.Generator, n: int, mu: Array, Sigma: Array, beta: Array) -> Sample:
    """mean_n E_{q_n}[log r - log q_n], with an unbiased summand for -log C.

    Rejection accepts with probability C; after a wait of T trials the harmonic number H_{T-1} has mean -log C.
    """
    q, beta = _Posteriors(mu, Sigma), _unit(beta)

    def weight(m: int) -> Array:
        z = q.draw_half_prior(rng, beta, rng.integers(q.n, size=(q.cases, m)))
        log_p, log_q, b = q.log_p(z), q.log_q(q.logs(z)), beta[:, None]
        return _weight(b * log_p + (1 - b) * log_q, log_p, log_q, beta)

    if weight(500).mean(1).min() < 0.02:
        raise NotApplicable("C is below 2 %: the wait for an accepted draw is too long")

    def draw(m: int) -> Array:
        z, index = q.draw(rng, m)
        logs, b = q.logs(z), beta[:, None]
        own = np.take_along_axis(logs, index[..., None], -1)[..., 0]
        wait, waiting = np.zeros((q.cases, m), int), np.ones((q.cases, m), bool)
        while waiting.any():
            wait += waiting
            waiting &= rng.random((q.cases, m)) > weight(m)
        return (1 - b) * q.log_q(logs) + b * q.log_p(z) - own + digamma(wait) + np.euler_gamma

    mean, variance = _reduce(draw, n, q.cost, q.cases)
    return Sample(n, mean, variance, moment=WAIT)


@sampled
def reconstruction(
    rng: np.random.Generator, n: int, x: Array, W: Array, noise: Array, mu: Array, Sigma: Array
) -> Sample:
    """E log N(x; W z, noise I), z from the posterior of x; with an axis of N posteriors, their mean."""
    single = np.ndim(mu) == 2
    q = _Posteriors(np.asarray(mu)[:, None], np.asarray(Sigma)[:, None]) if single else _Posteriors(mu, Sigma)
    x, W, noise = (np.asarray(a, float) for a in (x, W, noise))
    data = x[:, None] if single else x
    log_norm = -0.5 * data.shape[-1] * np.log(2 * np.pi * noise)[:, None]

    def draw(m: int) -> Array:
        z, index = q.draw(rng, m)
        miss = data[np.arange(q.cases)[:, None], index] - z @ np.swapaxes(W, -1, -2)
        return log_norm - (miss * miss).sum(-1) / (2 * noise[:, None])

    mean, variance = _reduce(draw, n, q.cost + data.shape[-1], q.cases)
    return Sample(n, mean, variance, moment=QUADRATIC)


@sampled
def log_evidence(rng: np.random.Generator, n: int, x: Array, W: Array, noise: Array) -> Sample:
    """E_p N(x; W z, noise I), a density that never exceeds its height at its mode."""
    x, W, noise = (np.asarray(a, float) for a in (x, W, noise))
    cases, d, k = W.shape
    height = (2 * np.pi * noise) ** (-d / 2)

    def draw(m: int) -> Array:
        miss = x[:, None] - rng.standard_normal((cases, m, k)) @ np.swapaxes(W, -1, -2)
        return height[:, None] * np.exp(np.maximum(-(miss * miss).sum(-1) / (2 * noise[:, None]), -700))

    mean, variance = _reduce(draw, n, k + d, cases)
    return Sample(n, mean, variance, span=height, link="exp")

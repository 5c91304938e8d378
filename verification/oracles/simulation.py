"""Monte Carlo on finite models and under linear decoders: draws of (n, z), averaged."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from verification.estimate import Estimate, Grade, Sample
from verification.oracles import sampled

Array = np.ndarray[Any, Any]


def _pairs(rng: np.random.Generator, n: int, log_q: Array) -> tuple[Array, Array]:
    """n draws (which posterior, which state) for every case."""
    size, N, K = log_q.shape
    which = rng.integers(N, size=(size, n))
    ends = np.cumsum(np.exp(log_q), axis=-1)[np.arange(size)[:, None], which]
    state = (rng.random((size, n))[..., None] > ends / ends[..., -1:]).sum(-1)
    return which, np.minimum(state, K - 1)


def _floats(*arrays: Array) -> tuple[Array, ...]:
    return tuple(np.asarray(a, float) for a in arrays)


def _reduce(values: Array, table: Array) -> Sample:
    """Summands are entries of a finite table, so their span is known."""
    flat = table.reshape(len(table), -1)
    return Sample(values.shape[1], values.mean(1), values.var(1, ddof=1), flat.max(1) - flat.min(1))


def _finite(rng: np.random.Generator, n: int, log_q: Array, table: Callable[[Array], Array]) -> Sample:
    which, state = _pairs(rng, n, log_q)
    aggregate = np.log(np.exp(log_q).mean(1))
    summand = table(aggregate)
    return _reduce(summand[np.arange(len(log_q))[:, None], which, state], summand)


@sampled
def reconstruction(
    rng: np.random.Generator, n: int, x: Array, W: Array, noise: Array, mu: Array, Sigma: Array
) -> Sample:
    """E_q log p(x|z) for a linear-Gaussian decoder."""
    return beta_elbo(rng, n, x, W, noise, mu, Sigma, np.zeros(len(noise)))


@sampled
def index_information(rng: np.random.Generator, n: int, log_q: Array) -> Sample:
    """E log q_n(z) / q(z)."""
    (log_q,) = _floats(log_q)
    return _finite(rng, n, log_q, lambda q: log_q - q[:, None])


@sampled
def average_kl(rng: np.random.Generator, n: int, log_q: Array, log_p: Array) -> Sample:
    """E log q_n(z) / p(z)."""
    log_q, log_p = _floats(log_q, log_p)
    return _finite(rng, n, log_q, lambda q: log_q - log_p[:, None])


@sampled
def average_kl_to_aggregate(rng: np.random.Generator, n: int, log_q: Array) -> Sample:
    """E log q_n(z) / q(z), the average KL when the prior is q itself."""
    (log_q,) = _floats(log_q)
    return _finite(rng, n, log_q, lambda q: log_q - q[:, None])


@sampled
def conditional_entropy(rng: np.random.Generator, n: int, log_q: Array) -> Sample:
    """E of minus the log of the posterior over n."""
    (log_q,) = _floats(log_q)
    return _finite(rng, n, log_q, lambda q: q[:, None] + np.log(log_q.shape[1]) - log_q)


@sampled
def aggregate_kl(rng: np.random.Generator, n: int, log_q: Array, log_p: Array) -> Sample:
    """E log q(z) / p(z)."""
    log_q, log_p = _floats(log_q, log_p)
    return _finite(rng, n, log_q, lambda q: 0 * log_q + (q - log_p)[:, None])


@sampled
def log_normalizer(rng: np.random.Generator, n: int, log_q: Array, log_p: Array, beta: Array) -> Sample:
    """C = E w under (1 - beta) q + beta p, w = q^(1-beta) p^beta / ((1 - beta) q + beta p) in [0, 1]."""
    log_q, log_p = _floats(log_q, log_p)
    aggregate = np.log(np.exp(log_q).mean(1))
    b = beta[:, None]
    proposal = (1 - b) * np.exp(aggregate) + b * np.exp(log_p)
    weight = np.exp((1 - b) * aggregate + b * log_p) / proposal
    _, state = _pairs(rng, n, np.log(proposal)[:, None])
    values = np.take_along_axis(weight, state, axis=1)
    return Sample(n, values.mean(1), values.var(1, ddof=1), np.ones(len(beta)), link="exp")


def _log_r(log_q: Array, log_p: Array, beta: Array) -> Array:
    b = beta[:, None]
    tilt = (1 - b) * np.log(np.exp(log_q).mean(1)) + b * log_p
    return np.asarray(tilt - np.logaddexp.reduce(tilt, axis=-1, keepdims=True))


@sampled
def implicit_elbo(rng: np.random.Generator, n: int, log_q: Array, log_p: Array, log_lik: Array, beta: Array) -> Sample:
    """E [log p(x_n|z) + log r(z) - log q_n(z)]."""
    log_q, log_p, log_lik = _floats(log_q, log_p, log_lik)
    return _finite(rng, n, log_q, lambda q: log_lik + _log_r(log_q, log_p, beta)[:, None] - log_q)


@sampled
def beta_elbo_finite(
    rng: np.random.Generator, n: int, log_q: Array, log_p: Array, log_lik: Array, beta: Array
) -> Sample:
    """E [log p(x_n|z) - beta log q_n(z)/p(z)]."""
    log_q, log_p, log_lik = _floats(log_q, log_p, log_lik)
    return _finite(rng, n, log_q, lambda q: log_lik - beta[:, None, None] * (log_q - log_p[:, None]))


@sampled
def beta_elbo(
    rng: np.random.Generator, n: int, x: Array, W: Array, noise: Array, mu: Array, Sigma: Array, beta: Array
) -> Sample:
    """E_q [log p(x|z) - beta log q(z|x)/p(z)] for a linear-Gaussian decoder."""
    values = np.empty((len(beta), n))
    for i in range(len(beta)):
        u = rng.normal(size=(n, mu.shape[-1]))
        z = mu[i] + u @ np.linalg.cholesky(Sigma[i]).T
        left = x[i] - z @ W[i].T
        likelihood = -(left**2).sum(1) / (2 * noise[i]) - x.shape[-1] * np.log(2 * np.pi * noise[i]) / 2
        log_q = -((u**2).sum(1) + np.linalg.slogdet(Sigma[i])[1]) / 2
        values[i] = likelihood - beta[i] * (log_q + (z**2).sum(1) / 2)
    return Sample(n, values.mean(1), values.var(1, ddof=1), moment="finite variance: a quadratic of a Gaussian")


@sampled
def log_implicit_prior(rng: np.random.Generator, n: int, log_q: Array, log_p: Array, beta: Array) -> Sample:
    """r(z) as the share of draws of q^(1-beta) p^beta, by rejection under (1 - beta) q + beta p, that fall on z."""
    log_q, log_p = _floats(log_q, log_p)
    aggregate, b = np.log(np.exp(log_q).mean(1)), beta[:, None]
    proposal = (1 - b) * np.exp(aggregate) + b * np.exp(log_p)
    accept = np.exp((1 - b) * aggregate + b * log_p) / proposal
    shares = []
    for i in range(len(beta)):
        drawn = np.empty(0, dtype=int)
        while len(drawn) < n:
            z = rng.choice(len(proposal[i]), size=2 * n, p=proposal[i] / proposal[i].sum())
            drawn = np.concatenate([drawn, z[rng.random(2 * n) < accept[i][z]]])
        shares.append(np.bincount(drawn[:n], minlength=len(proposal[i])) / n)
    share = np.array(shares)
    return Sample(n, share, share * (1 - share) * n / (n - 1), np.ones_like(share), link="exp")


FREQUENCIES = np.array([0.5, 1.0, 1.7, 2.6])
CHAIN_DRAWS = 200_000


def implicit_prior_probes(mu: Array, Sigma: Array, beta: Array) -> Estimate:
    """E cos(w . z) and E sin(w . z) under r, by weights q^(1-beta) p^beta / ((1-beta) q + beta p) in [0, 1];
    Hoeffding radius."""
    rng = np.random.default_rng(20_261)
    rows, errors = [], []
    for m, s, b in zip(mu, Sigma, beta, strict=True):
        k = m.shape[-1]
        which = rng.integers(len(m), size=CHAIN_DRAWS)
        u = rng.normal(size=(CHAIN_DRAWS, k))
        near = m[which] + np.einsum("zij,zj->zi", np.linalg.cholesky(s)[which], u)
        z = np.where(rng.random((CHAIN_DRAWS, 1)) < b, u, near)
        left = z[:, None] - m
        quadratic = np.einsum("zni,nij,znj->zn", left, np.linalg.inv(s), left)
        q = np.exp(-(quadratic + np.linalg.slogdet(s)[1]) / 2).mean(1)
        p = np.exp(-(z**2).sum(1) / 2)
        weight = q ** (1 - b) * p**b / ((1 - b) * q + b * p)
        along = z if k == 1 else np.concatenate([z, z.sum(1, keepdims=True) / np.sqrt(k)], axis=1)
        phase = (along[..., None] * FREQUENCIES).reshape(len(z), -1)
        waves = np.concatenate([np.cos(phase), np.sin(phase)], axis=1)
        mass, slack = weight.mean(), np.sqrt(np.log(2e12) / (2 * CHAIN_DRAWS))
        rows.append(weight @ waves / CHAIN_DRAWS / mass)
        errors.append(np.full(waves.shape[1], 3 * slack / (mass - slack)))
    return Estimate(
        np.array(rows), np.array(errors), Grade.SAMPLED, certificate="bounded weights, Hoeffding at 1e-12 a probe"
    )

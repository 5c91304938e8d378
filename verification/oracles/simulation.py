"""Monte Carlo on finite models and under linear decoders: draws of (n, z), averaged."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from verification.estimate import Sample
from verification.oracles import sampled

Array = np.ndarray[Any, Any]


def _pairs(rng: np.random.Generator, n: int, log_q: Array) -> tuple[Array, Array]:
    """n draws (which posterior, which state) for every case."""
    size, N, K = log_q.shape
    which = rng.integers(N, size=(size, n))
    ends = np.cumsum(np.exp(log_q), axis=-1)[np.arange(size)[:, None], which]
    state = (rng.random((size, n))[..., None] > ends / ends[..., -1:]).sum(-1)
    return which, np.minimum(state, K - 1)


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
def index_information(rng: np.random.Generator, n: int, log_q: Array) -> Sample:
    """E log q_n(z) / q(z)."""
    return _finite(rng, n, log_q, lambda q: log_q - q[:, None])


@sampled
def average_kl(rng: np.random.Generator, n: int, log_q: Array, log_p: Array) -> Sample:
    """E log q_n(z) / p(z)."""
    return _finite(rng, n, log_q, lambda q: log_q - log_p[:, None])


@sampled
def aggregate_kl(rng: np.random.Generator, n: int, log_q: Array, log_p: Array) -> Sample:
    """E log q(z) / p(z)."""
    return _finite(rng, n, log_q, lambda q: 0 * log_q + (q - log_p)[:, None])


@sampled
def log_normalizer(rng: np.random.Generator, n: int, log_q: Array, log_p: Array, beta: Array) -> Sample:
    """C = E w under (1 - beta) q + beta p, w = q^(1-beta) p^beta / ((1 - beta) q + beta p) in [0, 1]."""
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
    return _finite(rng, n, log_q, lambda q: log_lik + _log_r(log_q, log_p, beta)[:, None] - log_q)


@sampled
def beta_elbo_finite(
    rng: np.random.Generator, n: int, log_q: Array, log_p: Array, log_lik: Array, beta: Array
) -> Sample:
    """E [log p(x_n|z) - beta log q_n(z)/p(z)]."""
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

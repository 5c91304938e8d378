"""Monte Carlo over pairs (x, z) of either joint: what the expectations of a VAE mean, drawn and averaged."""

from __future__ import annotations

from typing import Any

import numpy as np

from verification.estimate import Sample
from verification.oracles import sampled

Array = np.ndarray[Any, Any]


def _floats(*arrays: Array) -> tuple[Array, ...]:
    return tuple(np.asarray(a, float) for a in arrays)


def _states(rng: np.random.Generator, n: int, log_p: Array) -> Array:
    """n draws of a state for each case, log_p (cases, K)."""
    ends = np.cumsum(np.exp(log_p), axis=-1)
    found = (rng.random((len(log_p), n))[..., None] > (ends / ends[:, -1:])[:, None]).sum(-1)
    return np.minimum(found, log_p.shape[-1] - 1)


def _pairs(rng: np.random.Generator, n: int, log_data: Array, log_enc: Array, table: Array) -> Sample:
    """The average of an entry of the table over x from the data and z from the encoder."""
    joint = (log_data[:, :, None] + log_enc).reshape(len(log_data), -1)
    flat = table.reshape(len(table), -1)
    seen = np.take_along_axis(flat, _states(rng, n, joint), axis=1)
    met = np.where(np.isfinite(joint), flat, flat[:, :1])
    return Sample(n, seen.mean(1), seen.var(1, ddof=1), np.ptp(met, axis=1))


def _log_aggregate(log_data: Array, log_enc: Array) -> Array:
    return np.asarray(np.log(np.einsum("cm,cmk->ck", np.exp(log_data), np.exp(log_enc))))


def _chosen(condition: Array, table: Array) -> Array:
    """The table where pairs occur, its first entry of each case elsewhere: those pairs are never drawn."""
    return np.where(np.isfinite(condition), table, 0)


@sampled
def i_enc(rng: np.random.Generator, n: int, log_data: Array, log_enc: Array) -> Sample:
    """E log Q(z|x) / P_enc(z)."""
    log_data, log_enc = _floats(log_data, log_enc)
    table = log_enc - _log_aggregate(log_data, log_enc)[:, None]
    return _pairs(rng, n, log_data, log_enc, _chosen(log_enc, table))


@sampled
def div(rng: np.random.Generator, n: int, log_data: Array, log_enc: Array, log_prior: Array) -> Sample:
    """E log Q(z|x) / P_0(z)."""
    log_data, log_enc, log_prior = _floats(log_data, log_enc, log_prior)
    return _pairs(rng, n, log_data, log_enc, _chosen(log_enc, log_enc - log_prior[:, None]))


@sampled
def nell(rng: np.random.Generator, n: int, log_data: Array, log_enc: Array, log_dec: Array) -> Sample:
    """E -log P_theta(x|z)."""
    log_data, log_enc, log_dec = _floats(log_data, log_enc, log_dec)
    return _pairs(rng, n, log_data, log_enc, -log_dec)


@sampled
def objective(
    rng: np.random.Generator, n: int, log_data: Array, log_enc: Array, log_prior: Array, log_dec: Array
) -> Sample:
    """E log Q(z|x) / P_dec(x, z)."""
    log_data, log_enc, log_prior, log_dec = _floats(log_data, log_enc, log_prior, log_dec)
    return _pairs(rng, n, log_data, log_enc, _chosen(log_enc, log_enc - log_prior[:, None] - log_dec))


@sampled
def h_aggregate(rng: np.random.Generator, n: int, log_data: Array, log_enc: Array) -> Sample:
    """E -log of the data's average of Q(z|x'), over x from the data and z from its posterior."""
    log_data, log_enc = _floats(log_data, log_enc)
    return _pairs(rng, n, log_data, log_enc, 0 * log_data[:, :, None] - _log_aggregate(log_data, log_enc)[:, None])


@sampled
def marginal_likelihood(rng: np.random.Generator, n: int, x: Array, W: Array) -> Sample:
    """P_dec(x) as the average of N(x; W z, I) over z from N(0, I): bounded by (2 pi)^(-D/2)."""
    height = (2 * np.pi) ** (-x.shape[-1] / 2)
    z = rng.normal(size=(len(x), n, W.shape[-1]))
    left = x[:, None] - np.einsum("cij,csj->csi", W, z)
    values = height * np.exp(-(left**2).sum(-1) / 2)
    return Sample(n, values.mean(1), values.var(1, ddof=1), np.full(len(x), height), link="exp")


@sampled
def aggregate_log_density(rng: np.random.Generator, n: int, z: Array, A: Array, Sigma: Array, Sigma_x: Array) -> Sample:
    """P_enc(z) as the average of N(z; A x, Sigma) over x from the data: bounded by |2 pi Sigma|^(-1/2)."""
    height = (2 * np.pi) ** (-z.shape[-1] / 2) / np.sqrt(np.linalg.det(Sigma))
    x = np.einsum("cij,csj->csi", np.linalg.cholesky(Sigma_x), rng.normal(size=(len(z), n, Sigma_x.shape[-1])))
    left = z[:, None] - np.einsum("cij,csj->csi", A, x)
    values = height[:, None] * np.exp(-np.einsum("csi,cij,csj->cs", left, np.linalg.inv(Sigma), left) / 2)
    return Sample(n, values.mean(1), values.var(1, ddof=1), height, link="exp")


@sampled
def elbo(rng: np.random.Generator, n: int, log_enc: Array, log_prior: Array, log_dec: Array) -> Sample:
    """E log P_dec(x, z) / Q(z|x) over z from Q(.|x), for each x."""
    log_enc, log_prior, log_dec = _floats(log_enc, log_prior, log_dec)
    cases, M, K = log_enc.shape
    table = _chosen(log_enc, log_prior[:, None] + log_dec - log_enc).reshape(-1, K)
    seen = np.take_along_axis(table, _states(rng, n, log_enc.reshape(-1, K)), axis=1)
    parts = (seen.mean(1), seen.var(1, ddof=1), np.ptp(table, axis=1))
    mean, variance, span = (part.reshape(cases, M) for part in parts)
    return Sample(n, mean, variance, span)

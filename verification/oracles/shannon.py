"""Finite joints by sums and differences of Shannon entropies of float tables (SciPy's), never by a ratio of densities.

The same arguments as the tables of the domains; float64 throughout, with a radius for its rounding.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import entr

from verification.estimate import Estimate, Grade

Array = np.ndarray[Any, Any]

ROUNDING = 2e-13


def _p(log_x: Array) -> Array:
    return np.exp(np.asarray(log_x, float))


def _estimate(value: Array, terms: float = 1.0) -> Estimate:
    value = np.asarray(value, float)
    radius = ROUNDING * (terms + np.abs(value))
    return Estimate(value, radius, Grade.BOUNDED, certificate=f"float64 entropies, {ROUNDING:g} of their size")


def _h(p: Array, axes: int = 1) -> Array:
    return np.asarray(entr(p).sum(tuple(range(-axes, 0))))


def _cross(p: Array, log_q: Array, axes: int = 1) -> Array:
    """Minus the expectation of log q under p, 0 where p = 0."""
    terms = np.where(p == 0, 0, p * np.where(p == 0, 0, np.asarray(log_q, float)))
    return np.asarray(-terms.sum(tuple(range(-axes, 0))))


def _encoder(log_data: Array, log_enc: Array) -> Array:
    return np.asarray(_p(log_data)[:, :, None] * _p(log_enc))


def _information(table: Array) -> Array:
    """H(X) + H(Z) - H(X, Z)."""
    return np.asarray(_h(table.sum(-1)) + _h(table.sum(-2)) - _h(table, 2))


def encoder_joint(log_data: Array, log_enc: Array) -> Estimate:
    """The sum of both logarithms."""
    return _estimate(np.asarray(log_data, float)[:, :, None] + np.asarray(log_enc, float))


def decoder_joint(log_prior: Array, log_dec: Array) -> Estimate:
    """The sum of both logarithms."""
    return _estimate(np.asarray(log_prior, float)[:, None, :] + np.asarray(log_dec, float))


def marginal_likelihood(log_prior: Array, log_dec: Array) -> Estimate:
    """log of decoder times prior as a matrix product."""
    return _estimate(np.log((_p(log_dec) @ _p(log_prior)[..., None])[..., 0]))


def prior(log_prior: Array) -> Estimate:
    """The prior itself."""
    return _estimate(log_prior)


def data(log_data: Array) -> Estimate:
    """The data's distribution itself."""
    return _estimate(log_data)


def aggregate(log_data: Array, log_enc: Array) -> Estimate:
    """log of data times encoder as a matrix product."""
    return _estimate(np.log((_p(log_data)[:, None] @ _p(log_enc))[:, 0]))


def i_enc(log_data: Array, log_enc: Array) -> Estimate:
    """H(X) + H(Z) - H(X, Z) of the encoder's joint."""
    return _estimate(_information(_encoder(log_data, log_enc)))


def i_dec(log_prior: Array, log_dec: Array) -> Estimate:
    """H(X) + H(Z) - H(X, Z) of the decoder's joint."""
    return _estimate(_information(_p(log_prior)[:, None, :] * _p(log_dec)))


def elbo(log_enc: Array, log_prior: Array, log_dec: Array) -> Estimate:
    """H(Q) less the cross-entropies to decoder and prior."""
    q = _p(log_enc)
    return _estimate(_h(q) - _cross(q, log_dec) - _cross(q, np.asarray(log_prior, float)[:, None, :]), 10)


def objective(log_data: Array, log_enc: Array, log_prior: Array, log_dec: Array) -> Estimate:
    """The cross-entropy from the encoder's joint to the decoder's, less H(Z|X)."""
    joint = _encoder(log_data, log_enc)
    decoder = np.asarray(log_prior, float)[:, None, :] + np.asarray(log_dec, float)
    return _estimate(_cross(joint, decoder, 2) - (_h(joint, 2) - _h(_p(log_data))), 10)


def nell(log_data: Array, log_enc: Array, log_dec: Array) -> Estimate:
    """The cross-entropy from the encoder's joint to the decoder."""
    return _estimate(_cross(_encoder(log_data, log_enc), log_dec, 2))


def div(log_data: Array, log_enc: Array, log_prior: Array) -> Estimate:
    """The cross-entropy from the aggregate to the prior, less H(Z|X)."""
    joint = _encoder(log_data, log_enc)
    return _estimate(_cross(joint.sum(-2), log_prior) - (_h(joint, 2) - _h(_p(log_data))), 10)


def aggdiv(log_data: Array, log_enc: Array, log_prior: Array) -> Estimate:
    """The cross-entropy from the aggregate to the prior, less the aggregate's entropy."""
    q = _encoder(log_data, log_enc).sum(-2)
    return _estimate(_cross(q, log_prior) - _h(q), 10)


def h_aggregate(log_data: Array, log_enc: Array) -> Estimate:
    """H(Z)."""
    return _estimate(_h(_encoder(log_data, log_enc).sum(-2)))


def lower_bound(log_data: Array, log_enc: Array, log_dec: Array) -> Estimate:
    """H(X) less the cross-entropy to the decoder."""
    return _estimate(_h(_p(log_data)) - _cross(_encoder(log_data, log_enc), log_dec, 2), 10)


def deaf_bound(log_data: Array, log_dec: Array) -> Estimate:
    """H(X) less the data's cross-entropy to the decoder's first column."""
    p = _p(log_data)
    return _estimate(_h(p) - _cross(p, np.asarray(log_dec, float)[..., 0]), 10)


def i_enc_of_points(log_enc: Array) -> Estimate:
    """H(Z) - H(Z|X) of N equally likely data points."""
    q = _p(log_enc)
    return _estimate(_h(q.mean(1)) - _h(q).mean(1))


def bound_of_points(data: Array, centres: Array, log_enc: Array) -> Estimate:
    """log N less the average squared distance over 2, less (D / 2) log 2 pi."""
    q = _p(log_enc)
    apart = ((np.asarray(data)[:, :, None, :] - np.asarray(centres)[:, None, :, :]) ** 2).sum(-1)
    N, D = data.shape[1:]
    return _estimate(np.log(N) - D * np.log(2 * np.pi) / 2 - (q * apart).sum((1, 2)) / (2 * N), 10)


# --- one joint, or two distributions ----------------------------------------------------------------------------------


def entropy(log_p: Array) -> Estimate:
    """H."""
    return _estimate(_h(_p(log_p)))


def kl(log_a: Array, log_b: Array) -> Estimate:
    """Cross-entropy less entropy."""
    a = _p(log_a)
    return _estimate(_cross(a, log_b) - _h(a), 10)


def posterior(log_joint: Array) -> Estimate:
    """log of the joint with each row divided by its sum."""
    joint = _p(log_joint)
    return _estimate(np.log(joint / joint.sum(-1, keepdims=True)))


def inverted_posterior(log_joint: Array) -> Estimate:
    """log of the joint with each column divided by its sum."""
    joint = _p(log_joint)
    return _estimate(np.log(joint / joint.sum(-2, keepdims=True)))


def mutual_information(log_joint: Array) -> Estimate:
    """H(X) + H(Z) - H(X, Z)."""
    return _estimate(_information(_p(log_joint)))


def conditional_entropy(log_joint: Array) -> Estimate:
    """H(X, Z) - H(Z)."""
    joint = _p(log_joint)
    return _estimate(_h(joint, 2) - _h(joint.sum(-2)))


# --- z = (z1, z2) on a grid -------------------------------------------------------------------------------------------


def grid_divergence(log_aggregate: Array, log_prior: Array) -> Estimate:
    """Cross-entropy to the prior less entropy."""
    q = _p(log_aggregate)
    return _estimate(_cross(q, log_prior, 2) - _h(q, 2), 10)


def total_correlation(log_aggregate: Array) -> Estimate:
    """H(Z_1) + H(Z_2) - H(Z_1, Z_2)."""
    return _estimate(_information(_p(log_aggregate)))


def _alone(q: Array, p: Array) -> Array:
    """Cross-entropies from the margins of q to those of p."""
    return np.asarray(sum(_cross(q.sum(axis), np.log(p.sum(axis))) for axis in (-1, -2)))


def dimension_wise_kl(log_aggregate: Array, log_prior: Array) -> Estimate:
    """Cross-entropies of the margins less their entropies."""
    q, p = _p(log_aggregate), _p(log_prior)
    return _estimate(_alone(q, p) - _h(q.sum(-1)) - _h(q.sum(-2)), 10)


def prior_factorization(log_aggregate: Array, log_prior: Array) -> Estimate:
    """Cross-entropies to the prior's margins less that to the prior."""
    q, p = _p(log_aggregate), _p(log_prior)
    return _estimate(_alone(q, p) - _cross(q, log_prior, 2), 10)


def nothing(log_prior: Array) -> Estimate:
    """Zero for every case."""
    return _estimate(np.zeros(len(log_prior)))

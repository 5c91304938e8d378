"""Formulas that answer with several numbers, or draw some, in parts that claims can judge; draws have a fixed seed."""

from __future__ import annotations

import numpy as np

from theory import aggregate, confidence, envelope
from theory.arrays import Array

SIZE, LEVEL = 1000, 1e-9
RADIUS = 0.102  # Hoeffding's, of a mean of so many draws at that level


def centre(mu: Array, Sigma: Array) -> Array:
    """The mean of the aggregate posterior."""
    return aggregate.moments(mu, Sigma)[0]


def spread(mu: Array, Sigma: Array) -> Array:
    """The covariance of the aggregate posterior."""
    return aggregate.moments(mu, Sigma)[1]


def betting_lower(x: Array, alpha: Array) -> Array:
    """The lower limit of the betting interval."""
    return confidence.betting_interval(x, alpha)[0]


def betting_upper(x: Array, alpha: Array) -> Array:
    """The upper limit of the betting interval."""
    return confidence.betting_interval(x, alpha)[1]


def nominal(alpha: Array) -> Array:
    """How often an interval of error alpha must hold what it is about."""
    return 1 - alpha


def _interval(mu: Array, Sigma: Array, beta: Array) -> tuple[Array, Array, Array]:
    return confidence.log_normalizer_interval(np.random.default_rng(0), mu, Sigma, beta, SIZE, LEVEL)


def interval_lower(mu: Array, Sigma: Array, beta: Array) -> Array:
    """The lower limit for log C."""
    return _interval(mu, Sigma, beta)[0]


def interval_upper(mu: Array, Sigma: Array, beta: Array) -> Array:
    """The upper limit for log C."""
    return _interval(mu, Sigma, beta)[1]


def _log_mass(mu: Array, Sigma: Array, beta: Array, share: Array) -> Array:
    return envelope.log_mass(mu, Sigma, beta) + np.log(share)


def mean_ratio_lower(mu: Array, Sigma: Array, beta: Array) -> Array:
    """log E + log(acceptance), the interval's width lower."""
    lower, upper, acceptance = _interval(mu, Sigma, beta)
    return _log_mass(mu, Sigma, beta, acceptance) - (upper - lower)


def mean_ratio_upper(mu: Array, Sigma: Array, beta: Array) -> Array:
    """log E + log(acceptance), the interval's width higher."""
    lower, upper, acceptance = _interval(mu, Sigma, beta)
    return _log_mass(mu, Sigma, beta, acceptance) + (upper - lower)


def _accepted(mu: Array, Sigma: Array, beta: Array) -> Array:
    return envelope.sample(np.random.default_rng(0), mu, Sigma, beta, SIZE)[1]


def accepted_lower(mu: Array, Sigma: Array, beta: Array) -> Array:
    """log E + log(share of proposals accepted), a radius lower."""
    return _log_mass(mu, Sigma, beta, _accepted(mu, Sigma, beta) - RADIUS)


def accepted_upper(mu: Array, Sigma: Array, beta: Array) -> Array:
    """log E + log(share of proposals accepted), a radius higher."""
    return _log_mass(mu, Sigma, beta, _accepted(mu, Sigma, beta) + RADIUS)


def proposal_log_mass(mu: Array, Sigma: Array, beta: Array) -> Array:
    """The logarithm of the mass of the mixture that is proposed from."""
    proposals, shape = envelope.per_case(envelope.Envelope, mu, Sigma, beta)
    return np.reshape([proposal.log_mass for proposal in proposals], shape)


def proposal_log_density(z: Array, mu: Array, Sigma: Array, beta: Array) -> Array:
    """The logarithm of the mixture that is proposed from, at z."""
    beta = np.broadcast_to(beta, np.broadcast_shapes(z.shape[:-1], beta.shape))
    proposals, shape = envelope.per_case(envelope.Envelope, mu, Sigma, beta)
    points = np.broadcast_to(z, shape + z.shape[-1:]).reshape(-1, 1, z.shape[-1])
    heights = [proposal.mixture.log_density(point) for proposal, point in zip(proposals, points, strict=True)]
    return np.reshape(heights, shape)

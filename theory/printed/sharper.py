"""Statements about log C that the sources do not make, in the form in which the claims judge them."""

from __future__ import annotations

import numpy as np

from theory import envelope, gaussian, implicit_prior
from theory.arrays import Array, eye_like, logsumexp


def renyi_component(mu: Array, Sigma: Array, beta: Array) -> Array:
    """log D = -(1 - beta) D_beta(p || q)."""
    return (beta - 1) * gaussian.renyi(0 * mu, eye_like(Sigma) + 0 * Sigma, mu, Sigma, beta)


def lower(mu: Array, Sigma: Array, beta: Array) -> Array:
    """The lower end of the closed-form bracket of log C."""
    return implicit_prior.log_normalizer_bounds(mu, Sigma, beta)[0]


def upper(mu: Array, Sigma: Array, beta: Array) -> Array:
    """The upper end of the closed-form bracket of log C."""
    return implicit_prior.log_normalizer_bounds(mu, Sigma, beta)[1]


def bracket_width(mu: Array, Sigma: Array, beta: Array) -> Array:
    """log of the sum bound over the power-mean bound: the exact gap between the two."""
    return implicit_prior.log_normalizer_estimate(mu, Sigma, beta) - implicit_prior.lower_bound_power_mean(
        mu, Sigma, beta
    )


def draws(rng: np.random.Generator, size: int, mu: Array, Sigma: Array, beta: Array) -> Array:
    """Exact draws of r, without their acceptance."""
    return envelope.sample(rng, mu, Sigma, beta, size)[0]


def log_mean_weight(log_weight: Array, log_proposal: Array) -> Array:
    """log of the expected importance weight on a finite set: what the log of a sample mean aims at."""
    return logsumexp(log_weight + log_proposal, -1)

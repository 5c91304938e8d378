"""Bounds of I(z; n) and what hangs on it, one number each, in the form in which the claims judge them."""

from __future__ import annotations

from typing import Any

import numpy as np

from theory import brackets
from theory.arrays import Array, as_float, log, mean, sqrt, total
from theory.marginals import marginals


def bhattacharyya(mu: Array, Sigma: Array) -> Array:
    """The lower bound by overlaps."""
    return brackets.pairwise(mu, Sigma).bhattacharyya


def likelihood(mu: Array, Sigma: Array) -> Array:
    """The lower bound by masses of products."""
    return brackets.pairwise(mu, Sigma).likelihood


def kl(mu: Array, Sigma: Array) -> Array:
    """The upper bound by divergences."""
    return brackets.pairwise(mu, Sigma).kl


def _diagonal(mu: Array, Sigma: Array) -> brackets.Pairwise:
    return brackets.pairwise_diagonal(mu, sqrt(Sigma.diagonal(0, -2, -1)))


def bhattacharyya_diagonal(mu: Array, Sigma: Array) -> Array:
    """The lower bound by overlaps, of independent dimensions."""
    return _diagonal(mu, Sigma).bhattacharyya


def likelihood_diagonal(mu: Array, Sigma: Array) -> Array:
    """The lower bound by masses of products, of independent dimensions."""
    return _diagonal(mu, Sigma).likelihood


def kl_diagonal(mu: Array, Sigma: Array) -> Array:
    """The upper bound by divergences, of independent dimensions."""
    return _diagonal(mu, Sigma).kl


def refitted_log_weights(mu: Array, Sigma: Array, log_weights: Array, centre: Array, spread: Array) -> Array:
    """Weights after one step."""
    return brackets.refitted(mu, Sigma, log_weights, centre, spread).log_weights


def refitted_centre(mu: Array, Sigma: Array, log_weights: Array, centre: Array, spread: Array) -> Array:
    """Means after one step."""
    return brackets.refitted(mu, Sigma, log_weights, centre, spread).centre


def refitted_spread(mu: Array, Sigma: Array, log_weights: Array, centre: Array, spread: Array) -> Array:
    """Covariances after one step."""
    return brackets.refitted(mu, Sigma, log_weights, centre, spread).spread


def refitted_upper(mu: Array, Sigma: Array, log_weights: Array, centre: Array, spread: Array) -> Array:
    """The upper bound after one step."""
    return brackets.mixture_upper(mu, Sigma, *brackets.refitted(mu, Sigma, log_weights, centre, spread))


def _bracket(mu: Array, Sigma: Array, end: str) -> Array:
    def one(mu: Array, Sigma: Array) -> Any:
        return getattr(brackets.bracket(mu, cov=Sigma), end)

    return np.vectorize(one, signature="(n,k),(n,k,k)->()")(mu, Sigma)


def bracket_lower(mu: Array, Sigma: Array) -> Array:
    """The lower end of the bracket."""
    return _bracket(mu, Sigma, "lower")


def bracket_upper(mu: Array, Sigma: Array) -> Array:
    """The upper end of the bracket."""
    return _bracket(mu, Sigma, "upper")


def _each_information(mu: Array, Sigma: Array) -> Array:
    return marginals(mu, np.sqrt(as_float(Sigma).diagonal(0, -2, -1))).information


def largest_axis(mu: Array, Sigma: Array) -> Array:
    """max_j I_j."""
    return _each_information(mu, Sigma).max(-1)


def sum_of_axes(mu: Array, Sigma: Array) -> Array:
    """sum_j I_j, of independent dimensions."""
    return _each_information(mu, Sigma).sum(-1)


def sum_of_axes_corrected(mu: Array, Sigma: Array) -> Array:
    """sum_j I_j + mean_n TC(q_n)."""
    own = total(log(as_float(Sigma).diagonal(0, -2, -1)), -1) - np.linalg.slogdet(as_float(Sigma))[1]
    return sum_of_axes(mu, Sigma) + mean(own, -1) / 2

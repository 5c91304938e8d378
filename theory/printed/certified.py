"""What is known of each dimension of the aggregate posterior, in parts that claims can judge."""

from __future__ import annotations

import numpy as np

from theory.arrays import Array
from theory.controls import interpolant_range
from theory.marginals import error_bound, marginals


def entropy(mu: Array, sigma: Array) -> Array:
    """h(q_j)."""
    return marginals(mu, sigma).entropy


def information(mu: Array, sigma: Array) -> Array:
    """I_j, the entropy of dimension j less the mean entropy of its posteriors."""
    return marginals(mu, sigma).information


def divergence(mu: Array, sigma: Array) -> Array:
    """KL(q_j || p_j)."""
    return marginals(mu, sigma).divergence


def knots(mu: Array, sigma: Array) -> Array:
    """Where the gain is given."""
    return marginals(mu, sigma).knots


def gain(mu: Array, sigma: Array) -> Array:
    """G_j at the knots."""
    return marginals(mu, sigma).gain


def entropy_lower(mu: Array, sigma: Array) -> Array:
    """The entropy less its error."""
    found = marginals(mu, sigma)
    return found.entropy - found.error


def entropy_upper(mu: Array, sigma: Array) -> Array:
    """The entropy plus its error."""
    found = marginals(mu, sigma)
    return found.entropy + found.error


def log_error(mu: Array, sigma: Array) -> Array:
    """The logarithm of the error."""
    return np.log(error_bound(mu, sigma))


def least(values: Array) -> Array:
    """The least value of F_j."""
    return interpolant_range(values)[0]


def largest(values: Array) -> Array:
    """The largest value of F_j."""
    return interpolant_range(values)[1]

"""A bound of posteriors of independent dimensions, in the form in which claims judge it."""

from __future__ import annotations

from theory import extremes
from theory.arrays import Array, sqrt


def gaussian_lower_diagonal(mu: Array, Sigma: Array) -> Array:
    """The lower bound by a Gaussian of independent dimensions."""
    return extremes.gaussian_lower_diagonal(mu, sqrt(Sigma.diagonal(0, -2, -1)))

"""Certified intervals in parts that claims can judge; draws have a fixed seed."""

from __future__ import annotations

from typing import Any

import numpy as np

from theory import certificate, confidence, strata
from theory.arrays import Array, zeros_like

SIZE, LEVEL = 600, 1e-9


def planned_lower(x: Array, alpha: Array, variance: Array) -> Array:
    """The lower limit of bets planned from a variance, one case after the other."""
    return _planned(x, alpha, variance, 0)


def planned_upper(x: Array, alpha: Array, variance: Array) -> Array:
    """The upper limit of bets planned from a variance, one case after the other."""
    return _planned(x, alpha, variance, 1)


def _planned(x: Array, alpha: Array, variance: Array, end: int) -> Array:
    def one(x: Array, alpha: Array, variance: Array) -> Array:
        bets = confidence.Bets.planned(x.shape[-1], variance, alpha)
        return confidence.betting_interval(x, alpha, bets)[end]

    return np.vectorize(one, signature="(n),(),()->()")(x, alpha, variance)


def paired_lower(x: Array, alpha: Array) -> Array:
    """The lower limit by the spread within pairs."""
    return confidence.paired_interval(x, alpha)[0]


def paired_upper(x: Array, alpha: Array) -> Array:
    """The upper limit by the spread within pairs."""
    return confidence.paired_interval(x, alpha)[1]


def bernstein_lower(x: Array, alpha: Array) -> Array:
    """The lower limit by the variance of the draws."""
    return confidence.bernstein_interval(x, alpha)[0]


def bernstein_upper(x: Array, alpha: Array) -> Array:
    """The upper limit by the variance of the draws."""
    return confidence.bernstein_interval(x, alpha)[1]


def truncated_lower(log_ratio: Array, alpha: Array) -> Array:
    """The lower limit for I(z; n) of four posteriors, from log-ratios."""
    return certificate.information_from_log_ratios(log_ratio, 4, alpha)[0]


def truncated_upper(log_ratio: Array, alpha: Array) -> Array:
    """The upper limit for I(z; n) of four posteriors, from log-ratios."""
    return certificate.information_from_log_ratios(log_ratio, 4, alpha)[1]


def fair(mean_of: Array, stake: Array) -> Array:
    """A wealth of one."""
    return zeros_like(strata.pass_wealth(mean_of, stake)) + 1


def fair_allotment(mean_of: Array, draws: Array, stake: Array) -> Array:
    """A wealth of one, whatever the draws."""
    return zeros_like(strata.allotted_wealth(mean_of, draws, stake)) + 1


def fair_remainders(mean_of: Array, stake: Array) -> Array:
    """A wealth of one for each size of the remainder."""
    return zeros_like(strata.remainder_wealth(mean_of, stake)) + 1


def _end(mu: Array, Sigma: Array, number: str, end: str, **how: Any) -> Array:
    def one(mu: Array, Sigma: Array) -> float:
        found = certificate.certify(mu, cov=Sigma, size=SIZE, alpha=LEVEL, **how)
        return float(getattr(getattr(found, number), end))

    return np.vectorize(one, signature="(N,k),(N,k,k)->()")(mu, Sigma)


def information_lower(mu: Array, Sigma: Array) -> Array:
    """The lower limit for I(z; n)."""
    return _end(mu, Sigma, "information", "lower")


def information_upper(mu: Array, Sigma: Array) -> Array:
    """The upper limit for I(z; n)."""
    return _end(mu, Sigma, "information", "upper")


def unaided_lower(mu: Array, Sigma: Array) -> Array:
    """The lower limit for I(z; n) without a pilot."""
    return _end(mu, Sigma, "information", "lower", pilot=False)


def unaided_upper(mu: Array, Sigma: Array) -> Array:
    """The upper limit for I(z; n) without a pilot."""
    return _end(mu, Sigma, "information", "upper", pilot=False)


def kl_lower(mu: Array, Sigma: Array) -> Array:
    """The lower limit for KL(q || p)."""
    return _end(mu, Sigma, "kl", "lower")


def kl_upper(mu: Array, Sigma: Array) -> Array:
    """The upper limit for KL(q || p)."""
    return _end(mu, Sigma, "kl", "upper")


def entropy_lower(mu: Array, Sigma: Array) -> Array:
    """The lower limit for h(q)."""
    return _end(mu, Sigma, "entropy", "lower")


def entropy_upper(mu: Array, Sigma: Array) -> Array:
    """The upper limit for h(q)."""
    return _end(mu, Sigma, "entropy", "upper")


def total_correlation_lower(mu: Array, Sigma: Array) -> Array:
    """The lower limit for TC(q)."""
    return _end(mu, Sigma, "total_correlation", "lower")


def total_correlation_upper(mu: Array, Sigma: Array) -> Array:
    """The upper limit for TC(q)."""
    return _end(mu, Sigma, "total_correlation", "upper")

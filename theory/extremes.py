r"""Bounds that close where an aggregate tells nearly nothing, or nearly everything, of the posterior a draw is from.

Where posteriors are nearly one, q is nearly a Gaussian r, and in I = mean_n KL(q_n||r) - KL(q||r) the last term is of
second order. Where they hardly overlap, few pairs leave anything open.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from theory import aggregate
from theory.arrays import (
    Array,
    as_float,
    concatenate,
    exp,
    inv_quad,
    inverse,
    log,
    log_det,
    log_number,
    logsumexp,
    matvec,
    mean,
    total,
)
from theory.validation import _first, _unseen, at, check_posteriors, check_scales, definite, validated

BLOCK = 2**21  # numbers held at once


def narrow(mu: Array, Sigma: Array, times: float = 2) -> Array:
    """Which posteriors' covariances are less than so many times that of the aggregate, (..., N)."""
    return np.asarray(definite(times * aggregate.moments(mu, Sigma)[1][..., None, :, :] - Sigma))


def narrow_scales(mu: Array, sigma: Array, times: float = 2) -> Array:
    """Which posteriors' variances are less than so many times those of the aggregate, (..., N)."""
    return np.asarray((sigma * sigma < times * _variances(mu, sigma * sigma)[..., None, :]).all(-1))


def check_narrow(mu: Array, Sigma: Array) -> None:
    """`narrow` of all; symbols are taken at their word."""
    if not _unseen(Sigma):
        _tell_wide("Sigma", narrow(mu, Sigma))


def check_narrow_scales(mu: Array, sigma: Array) -> None:
    """`narrow_scales` of all; symbols are taken at their word."""
    if not _unseen(sigma):
        _tell_wide("sigma", narrow_scales(mu, sigma))


def check_members(member: Array) -> None:
    """Each posterior is in one group: a 1 in its row, and zeros."""
    values = as_float(member)
    bad = ~(((values == 0) | (values == 1)).all(-1) & (values.sum(-1) == 1))
    if bad.any():
        index = _first(bad)
        raise ValueError(f"{at('member', index)} is not in exactly one group; pass one 1 and zeros in each row.")


def _tell_wide(name: str, good: Array) -> None:
    if not good.all():
        index = _first(~good)
        raise ValueError(
            f"{at(name, index)} is twice as wide as the aggregate or wider, in variance: the square of q over a "
            "Gaussian of its moments has no finite mass; use theory.information.bracket without it."
        )


@validated(check_posteriors, check_narrow, mu="N k", Sigma="N k k")
def gaussian_lower(mu: Array, Sigma: Array) -> Array:
    r"""A lower bound of I(z; n) by the Gaussian r of the mean and the covariance of q, in nats.

    .. math:: I = \frac1N\sum_n\mathrm{KL}(q_n\|r) - \mathrm{KL}(q\|r)
        \ge \tfrac12\log|\bar\Sigma| - \frac1N\sum_n\tfrac12\log|\Sigma_n| - \log\int\frac{q^2}r, \quad
        \int\frac{q^2}r = \frac1{N^2}\sum_{n,m}\int\frac{q_nq_m}r

    By Jensen; with P_n the precisions, d_n = mu_n less the mean, A = P_n + P_m less that of r and
    h = P_n d_n + P_m d_m, the logarithm of a pair's mass is half of log|Sigma_r| - log|Sigma_n| - log|Sigma_m| - log|A|
    + h'A^{-1}h - d_n'P_nd_n - d_m'P_md_m. O(N^2 k^3), in memory of one block. Shapes: mu (..., N, k),
    Sigma (..., N, k, k) -> (...). ValueError: no posteriors, a Sigma that is no covariance or not below twice that of
    q.

    >>> print(round(float(gaussian_lower([[-0.5], [0.5]], [[[1.0]], [[1.0]]])), 6))  # gaussian_upper: 0.111572
    0.111281
    """
    centre, spread = aggregate.moments(mu, Sigma)
    offset, precision, own = mu - centre[..., None, :], inverse(Sigma), inverse(spread)[..., None, None, :, :]
    pull = matvec(precision, offset)
    alone = log_det(Sigma) + total(pull * offset, -1)
    rows = []
    for some in _blocks(mu, mu.shape[-1]):
        both = precision[..., some, None, :, :] + precision[..., None, :, :, :] - own
        far = inv_quad(both, pull[..., some, None, :] + pull[..., None, :, :]) - log_det(both)
        rows.append(logsumexp((far - alone[..., None, :]) / 2, -1) - alone[..., some] / 2)
    return _less_square(log_det(spread), log_det(Sigma), concatenate(rows, -1))


@validated(check_posteriors, check_scales, check_narrow_scales, mu="N d", sigma="N d")
def gaussian_lower_diagonal(mu: Array, sigma: Array) -> Array:
    r"""`gaussian_lower` of posteriors of independent dimensions, by the Gaussian of independent dimensions that has
    the means and the variances of q; O(N^2 d), in nats.

    Shapes: mu (..., N, d), standard deviations sigma (..., N, d) -> (...). ValueError: no posteriors, sigma <= 0, a
    variance not below twice that of q.

    >>> print(round(float(gaussian_lower_diagonal([[-0.5], [0.5]], [[1.0], [1.0]])), 6))
    0.111281
    """
    variance = sigma * sigma
    spread = _variances(mu, variance)
    offset, precision, own = mu - mean(mu, -2)[..., None, :], 1 / variance, 1 / spread[..., None, None, :]
    pull = precision * offset
    alone = total(log(variance) + pull * offset, -1)
    rows = []
    for some in _blocks(mu, 1):
        both = precision[..., some, None, :] + precision[..., None, :, :] - own
        sums = pull[..., some, None, :] + pull[..., None, :, :]
        far = total(sums * sums / both - log(both), -1)
        rows.append(logsumexp((far - alone[..., None, :]) / 2, -1) - alone[..., some] / 2)
    return _less_square(total(log(spread), -1), total(log(variance), -1), concatenate(rows, -1))


def _variances(mu: Array, variance: Array) -> Array:
    """Of the aggregate, each dimension alone."""
    offset = mu - mean(mu, -2)[..., None, :]
    return mean(variance + offset * offset, -2)


def _less_square(whole: Array, volume: Array, log_rows: Array) -> Array:
    """The mean divergence from r, of log-determinants ``whole`` and ``volume``, less log of the mass of q^2 / r."""
    log_square = whole / 2 + logsumexp(log_rows, -1) - 2 * log_number(volume.shape[-1], volume)
    return (whole - mean(volume, -1)) / 2 - log_square


@validated(check_posteriors, check_members, mu="N k", Sigma="N k k", member="N K")
def group_entropy_upper(mu: Array, Sigma: Array, member: Array) -> Array:
    r"""An upper bound of H(c|z), what a draw from q leaves open of the group its posterior is in, in nats.

    .. math:: H(c|z) \le \frac{2\log 2}N\sum_{n<m,\ c_n\ne c_m}\int\!\sqrt{q_nq_m}

    so that I(z; n) = log N - H(n|z, c) - H(c|z) is known but for this where draws tell H(n|z, c). Groups a, b are told
    apart with an entropy of at most 2 log 2 times the integral of sqrt(q_a q_b), as the binary entropy of x is at most
    2 log 2 sqrt(x (1 - x)); those of several add up to more than what is open between all. member[n, c] is 1 where n is
    in group c, else 0. Shapes: mu (..., N, k), Sigma (..., N, k, k), member (..., N, K) -> (...). ValueError: no
    posteriors, a Sigma that is no covariance, a posterior that is not in exactly one group.

    >>> one_each = [[1.0, 0.0], [0.0, 1.0]]
    >>> print(round(float(group_entropy_upper([[0.0], [0.0]], [[[1.0]], [[1.0]]], one_each)), 6))  # the same: log 2
    0.693147
    """
    N, apart = mu.shape[-2], 1 - member @ member.mT
    middle = (Sigma[..., :, None, :, :] + Sigma[..., None, :, :, :]) / 2
    far = inv_quad(middle, mu[..., :, None, :] - mu[..., None, :, :])
    volume = log_det(Sigma)
    log_overlap = (volume[..., :, None] + volume[..., None, :]) / 4 - log_det(middle) / 2 - far / 8
    return log_number(2, mu) * total(total(apart * exp(log_overlap), -1), -1) / N


def _blocks(mu: Array, numbers: int) -> Iterator[slice]:
    """Posteriors whose pairs with all make one block, of so many numbers for each dimension."""
    N, k = mu.shape[-2:]
    steps = max(BLOCK // (N * k * numbers), 1)
    return (slice(i, i + steps) for i in range(0, N, steps))

r"""What I(z; n) lies between, without a draw: pairs of posteriors, a few Gaussians in place of q, each axis alone.

For every density r and, by Jensen, for every mixture of Gaussians s_k,

.. math:: I = \frac1N\sum_n\mathrm{KL}(q_n\|q) \le \frac1N\sum_n\mathrm{KL}(q_n\|r)
    \le -\frac1N\sum_n\log\sum_k w_k e^{-\mathrm{KL}(q_n\|s_k)}.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from theory import aggregate, extremes
from theory.arrays import (
    Array,
    concatenate,
    exp,
    eye_like,
    inv_quad,
    log,
    log_det,
    log_number,
    log_two_pi,
    logsumexp,
    mean,
    solve,
    stack,
    total,
    trace,
    trailing,
)
from theory.marginals import Marginals, marginals
from theory.posteriors import Posteriors
from theory.validation import check_posteriors, check_scales, validated

BLOCK = 2**21  # numbers held at once
MOST = 2**31  # pairs of posteriors: half an hour and more
CLUSTERS = 4, 16
LITTLE = 0.1  # nats
WELL = 1.5  # times as wide as the aggregate, in variance: nearer to twice, differences of precisions lose their digits
STEPS = 10  # of expectation and maximisation
ROUNDING = 1e-10  # of a bound


class Pairwise(NamedTuple):
    """What pairs of posteriors tell of I(z; n): two lower bounds and an upper one, in nats."""

    bhattacharyya: Array
    likelihood: Array
    kl: Array


class Gaussians(NamedTuple):
    """Weighted Gaussians that stand in for q: log_weights (..., K), centre (..., K, k), spread (..., K, k, k)."""

    log_weights: Array
    centre: Array
    spread: Array


class _Ways(NamedTuple):
    """How spreads are worked with: as covariances, or as variances of independent dimensions."""

    axes: int
    log_det: Callable[[Array], Array]
    inv_quad: Callable[[Array, Array], Array]
    ratio: Callable[[Array, Array], Array]  # trace of A^-1 B


_FULL = _Ways(2, log_det, inv_quad, lambda A, B: trace(solve(A, B)))
_DIAGONAL = _Ways(1, lambda v: total(log(v), -1), lambda v, d: total(d * d / v, -1), lambda v, w: total(w / v, -1))


@validated(check_posteriors, mu="N k", Sigma="N k k")
def pairwise(mu: Array, Sigma: Array) -> Pairwise:
    r"""Bounds of I(z; n) by pairs of posteriors, in nats: their overlap, their product's mass, their divergence.

    .. math:: -\frac1N\sum_n\log\frac1N\sum_m\int\!\sqrt{q_nq_m} \le I, \quad
        -\frac1N\sum_n\left[\log\frac1N\sum_m\int\!q_nq_m + h(q_n)\right] \le I
        \le -\frac1N\sum_n\log\frac1N\sum_m e^{-\mathrm{KL}(q_n\|q_m)}

    All in closed form, O(N^2 k^3), in memory of one block. Shapes: mu (..., N, k), Sigma (..., N, k, k) -> (...) each.
    ValueError: no posteriors, a Sigma that is no covariance. Source: Kolchinsky and Tracey (2017), whose bounds of
    h(q) these are, less mean h(q_n).

    >>> [round(float(bound), 6) for bound in pairwise([[-9.0], [9.0]], [[[1.0]], [[1.0]]])]  # log 2 but for the second
    [0.693147, 0.539721, 0.693147]
    """
    return _pairwise(mu, Sigma, _FULL)


@validated(check_posteriors, check_scales, mu="N d", sigma="N d")
def pairwise_diagonal(mu: Array, sigma: Array) -> Pairwise:
    r"""`pairwise` of posteriors of independent dimensions, O(N^2 d); in nats.

    Shapes: mu (..., N, d), standard deviations sigma (..., N, d) -> (...) each. ValueError: no posteriors, sigma <= 0.

    >>> [round(float(bound), 6) for bound in pairwise_diagonal([[-9.0], [9.0]], [[1.0], [1.0]])]
    [0.693147, 0.539721, 0.693147]
    """
    return _pairwise(mu, sigma * sigma, _DIAGONAL)


def _pairwise(mu: Array, spread: Array, ways: _Ways) -> Pairwise:
    N, k = mu.shape[-2:]
    volume, whole = ways.log_det(spread), (slice(None),) * ways.axes
    steps = max(BLOCK // (N * k**ways.axes), 1)
    rows = []
    for some in (slice(i, i + steps) for i in range(0, N, steps)):
        offset = mu[..., some, None, :] - mu[..., None, :, :]
        own, other = spread[(..., some, None, *whole)], spread[(..., None, slice(None), *whole)]
        volumes = volume[..., some, None], volume[..., None, :]
        middle = (own + other) / 2
        far, volume_between = ways.inv_quad(middle, offset), ways.log_det(middle)
        overlap = -far / 8 - volume_between / 2 + (volumes[0] + volumes[1]) / 4
        mass = -(far / 2 + volume_between + k * log_number(2, mu) + k * log_two_pi(mu)) / 2
        divergence = (ways.ratio(other, own) + ways.inv_quad(other, offset) - k + volumes[1] - volumes[0]) / 2
        rows.append(stack([logsumexp(x, -1) for x in (overlap, mass, -divergence)], 0))
    overlap, mass, divergence = log_number(N, mu) - mean(concatenate(rows, -1), -1)
    entropy = (k + k * log_two_pi(mu) + mean(volume, -1)) / 2
    return Pairwise(overlap, mass - entropy, divergence)


@validated(check_posteriors, mu="N k", Sigma="N k k")
def gaussian_upper(mu: Array, Sigma: Array) -> Array:
    r"""An upper bound of I(z; n) by one Gaussian of the mean and the covariance of q, in nats.

    .. math:: I \le \tfrac12\log|\bar\Sigma| - \frac1N\sum_n\tfrac12\log|\Sigma_n|

    Shapes: mu (..., N, k), Sigma (..., N, k, k) -> (...). ValueError: no posteriors, a Sigma that is no covariance.

    >>> print(round(float(gaussian_upper([[-1.0], [1.0]], [[[1.0]], [[1.0]]])), 12))  # log(2) / 2
    0.34657359028
    """
    return (log_det(aggregate.moments(mu, Sigma)[1]) - mean(log_det(Sigma), -1)) / 2


@validated(check_posteriors, mu="N k", Sigma="N k k", log_weights="K", centre="K k", spread="K k k")
def mixture_upper(mu: Array, Sigma: Array, log_weights: Array, centre: Array, spread: Array) -> Array:
    r"""An upper bound of I(z; n) by any weighted Gaussians s_k = N(centre_k, spread_k), weights of sum one; in nats.

    .. math:: I \le -\frac1N\sum_n\log\sum_k w_k e^{-\mathrm{KL}(q_n\|s_k)}

    Shapes: mu (..., N, k), Sigma (..., N, k, k), log_weights (..., K), centre (..., K, k), spread (..., K, k, k)
    -> (...). ValueError: no posteriors, a Sigma or a spread that is no covariance.

    >>> round(float(mixture_upper([[-1.0], [1.0]], [[[1.0]], [[1.0]]], [0.0], [[0.0]], [[[2.0]]])), 12)
    0.34657359028
    """
    return -mean(logsumexp(_log_shares(mu, Sigma, Gaussians(log_weights, centre, spread)), -1), -1)


@validated(check_posteriors, mu="N k", Sigma="N k k", log_weights="K", centre="K k", spread="K k k")
def refitted(mu: Array, Sigma: Array, log_weights: Array, centre: Array, spread: Array) -> Gaussians:
    r"""One step of expectation and maximisation on `mixture_upper`, which it never raises.

    .. math:: r_{nk} \propto w_k e^{-\mathrm{KL}(q_n\|s_k)}, \quad w_k' = \frac1N\sum_n r_{nk}, \quad
        \mu_k' = \frac{\sum_n r_{nk}\mu_n}{\sum_n r_{nk}}, \quad
        \Sigma_k' = \frac{\sum_n r_{nk}\left(\Sigma_n + (\mu_n-\mu_k')(\mu_n-\mu_k')^\top\right)}{\sum_n r_{nk}}

    Shapes: those of `mixture_upper` -> (..., K), (..., K, k), (..., K, k, k). ValueError: as `mixture_upper`.

    >>> fit = refitted([[-1.0], [1.0]], [[[1.0]], [[1.0]]], [0.0], [[3.0]], [[[5.0]]])
    >>> [part.tolist() for part in fit]  # one Gaussian: its moments
    [[0.0], [[0.0]], [[[2.0]]]]
    """
    log_r = _log_shares(mu, Sigma, Gaussians(log_weights, centre, spread))
    log_r = log_r - trailing(logsumexp(log_r, -1), 1)
    sums = logsumexp(log_r, -2)
    share = exp(log_r - sums[..., None, :]).mT
    centre = share @ mu
    within = (share @ _flat(Sigma)).reshape(*centre.shape, mu.shape[-1])
    between = []
    for j in range(centre.shape[-2]):
        offset = mu - centre[..., j : j + 1, :]
        between.append((trailing(share[..., j, :], 1) * offset).mT @ offset)
    return Gaussians(sums - log_number(mu.shape[-2], mu), centre, within + stack(between, -3))


def _log_shares(mu: Array, Sigma: Array, fit: Gaussians) -> Array:
    """log w_k - KL(q_n || s_k), shape (..., N, K)."""
    precision = solve(fit.spread, eye_like(fit.spread))
    squares = []
    for j in range(fit.centre.shape[-2]):
        offset = mu - fit.centre[..., j : j + 1, :]
        squares.append(total(offset * (offset @ precision[..., j, :, :]), -1))
    far = stack(squares, -1) + _flat(Sigma) @ _flat(precision).mT - mu.shape[-1]
    volume = log_det(fit.spread)[..., None, :] - trailing(log_det(Sigma), 1)
    return fit.log_weights[..., None, :] - (far + volume) / 2


def _flat(matrices: Array) -> Array:
    return matrices.reshape(*matrices.shape[:-2], matrices.shape[-1] ** 2)


def _spread_over(posteriors: Posteriors, K: int) -> Gaussians:
    """K of the posteriors, evenly taken, refitted."""
    mu, Sigma, index = posteriors.mu, _covariance(posteriors), np.arange(K) * posteriors.N // K
    fit = Gaussians(np.zeros(K), mu[index], Sigma[index])  # of equal weights: any, as they are made anew
    for _ in range(STEPS):
        fit = refitted(mu, Sigma, *fit)
    return fit


def _covariance(posteriors: Posteriors) -> Array:
    L = posteriors.scale_tril
    if L is None:
        return posteriors.sigma[:, :, None] ** 2 * np.eye(posteriors.d)
    return L @ L.mT


def by_axes(posteriors: Posteriors, dimensions: Marginals) -> tuple[float, float]:
    r"""max_j I_j and sum_j I_j + mean_n TC(q_n), their quadrature's errors taken off and added, within [0, log N]."""
    each, error = dimensions.information, dimensions.error
    most = float((each + error).sum() + posteriors.total_correlation.mean())
    return float(np.maximum((each - error).max(), 0)), min(most, float(np.log(posteriors.N)))


def certain(posteriors: Posteriors, dimensions: Marginals) -> tuple[float, float]:
    """`by_axes` and, where these tell that I is small, one Gaussian in place of q on both sides."""
    least, most = by_axes(posteriors, dimensions)
    if most < LITTLE and posteriors.pairs_are_brief:
        lower, upper = by_one_gaussian(posteriors)
        least, most = max(least, lower - ROUNDING), min(most, upper + ROUNDING)
    return least, most


def by_one_gaussian(posteriors: Posteriors) -> tuple[float, float]:
    """`extremes.gaussian_lower`, or 0 where a posterior is not well narrow enough for it, and `gaussian_upper`."""
    mu, sigma, Sigma = posteriors.mu, posteriors.sigma, _covariance(posteriors)
    upper = float(gaussian_upper(mu, Sigma))
    if posteriors.scale_tril is None:
        narrow, lower = extremes.narrow_scales(mu, sigma, WELL), lambda: extremes.gaussian_lower_diagonal(mu, sigma)
    else:
        narrow, lower = extremes.narrow(mu, Sigma, WELL), lambda: extremes.gaussian_lower(mu, Sigma)
    return float(lower() if narrow.all() else 0), upper


@dataclass(frozen=True)
class Bracket:
    """I(z; n) lies in [lower, upper] for certain; ``bounds`` holds what each bound says by its name. In nats."""

    lower: float
    upper: float
    N: int
    bounds: dict[str, float]

    @property
    def variance(self) -> float:
        r"""The most that a variance of summands in [0, log N] can be whose mean is I: max of x (log N - x)."""
        top = float(np.log(self.N))
        x = float(np.clip(top / 2, self.lower, self.upper))
        return x * (top - x)


def bracket(
    mu: Any,
    *,
    logvar: Any = None,
    std: Any = None,
    cov: Any = None,
    scale_tril: Any = None,
    pairs: bool = True,
) -> Bracket:
    r"""Between what I(z; n) of N Gaussian posteriors lies, without a draw and for certain; in nats.

    .. math:: \max_j I_j \le I \le \sum_j I_j + \frac1N\sum_n\mathrm{TC}(q_n), \quad 0 \le I \le \log N

    and the bounds of `pairwise` and `extremes.gaussian_lower`, O(N^2) (left out where ``pairs`` is false), of
    `gaussian_upper`, and of `mixture_upper` with 4 and 16 Gaussians refitted ten times; the best of each side. Shapes:
    mu (N, d) with one of logvar or std (N, d), cov or scale_tril (N, d, d). ValueError: posteriors that are none; more
    pairs than 2^31.

    >>> found = bracket([[-10.0], [10.0]], std=[[1.0], [1.0]])
    >>> round(found.lower, 6), round(found.upper, 6)  # they never overlap: log 2
    (0.693147, 0.693147)
    """
    posteriors = Posteriors.of(mu, logvar=logvar, std=std, cov=cov, scale_tril=scale_tril)
    N = posteriors.N
    if pairs and N**2 > MOST:
        raise ValueError(
            f"{N} posteriors make {N**2:.1e} pairs (about {N**2 * 1e-6 / 3600:.0f} hours); "
            "pass pairs=False, or sample with theory.certify."
        )
    return of_posteriors(posteriors, marginals(posteriors.mu, posteriors.sigma), pairs)


def of_posteriors(posteriors: Posteriors, dimensions: Marginals, pairs: bool) -> Bracket:
    """`bracket` of posteriors whose `marginals` are known."""
    mu, Sigma, N = posteriors.mu, _covariance(posteriors), posteriors.N
    least, most = by_axes(posteriors, dimensions)
    lower, upper = {"largest axis": least}, {"sum of axes": most, "Gaussian": float(gaussian_upper(mu, Sigma))}
    for K in CLUSTERS:
        upper[f"{K} Gaussians"] = float(mixture_upper(mu, Sigma, *_spread_over(posteriors, min(K, N))))
    if pairs:
        full = posteriors.scale_tril is not None
        by_pairs = pairwise(mu, Sigma) if full else pairwise_diagonal(mu, posteriors.sigma)
        lower |= {"Bhattacharyya": float(by_pairs.bhattacharyya), "likelihood": float(by_pairs.likelihood)}
        lower["square over a Gaussian"] = by_one_gaussian(posteriors)[0]
        upper["KL"] = float(by_pairs.kl)
    below, above = (
        float(np.clip(end, 0, np.log(N))) for end in (max(lower.values()) - ROUNDING, min(upper.values()) + ROUNDING)
    )
    return Bracket(below, above, N, {**lower, **upper})

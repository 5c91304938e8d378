"""Entropy, information and divergence of each dimension of the aggregate posterior, by quadrature with a proved bound.

On a panel of width w only posteriors with sigma_n >= w / WIDTH are near, so q is smooth there, whatever other sigmas
are elsewhere. What is proved of the sum over panels stands in `error_bound`.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from theory.arrays import as_float
from theory.validation import check_posteriors, check_resolved, check_scales, validated

Array = np.ndarray[Any, Any]

NODES = 6  # of Gauss and Legendre, a panel
WIDTH = 3 / 8  # of a panel, in the smallest sigma that is near
REACH = 7.0  # how many sigmas a posterior is followed
KNOTS = 201
BLOCK = 2**21  # numbers held at once
MOST = 2**36  # exponentials a dimension: a quarter of an hour


class Marginals(NamedTuple):
    """What is known of each dimension j: values (..., d) within ``error`` (..., d), and the gain G_j on knots
    (..., d, T)."""

    entropy: Array
    information: Array
    divergence: Array
    error: Array
    knots: Array
    gain: Array


@validated(check_posteriors, check_scales, check_resolved, mu="N d", sigma="N d")
def marginals(mu: Array, sigma: Array) -> Marginals:
    r"""Entropy, information and divergence to the prior of every dimension, each within a proved error; in nats.

    .. math:: h(q_j) = -\int q_j\log q_j, \quad I_j = h(q_j) - \frac1N\sum_n h(q_{nj}), \quad
        \mathrm{KL}(q_j\|p_j) = \frac1N\sum_n\mathrm{KL}(q_{nj}\|p_j) - I_j

    with G_j(z) = sum_n phi_nj(z) log(N phi_nj(z)) on knots that stand as dense as posteriors do: E G_j(z_j) = I_j.
    Shapes: mu (..., N, d), sigma (..., N, d), standard deviations -> (..., d), knots and gain (..., d, 201); float64.
    ValueError: sigma <= 0, or below 1e-9 of what the dimension reaches over, or more exponentials than a quarter of an
    hour makes.

    >>> found = marginals([[0.0], [0.0]], [[1.0], [1.0]])
    >>> bool(abs(found.information[0]) <= found.error[0] < 1e-7)
    True
    """
    error = error_bound(mu, sigma)
    mu, sigma = np.broadcast_arrays(as_float(mu), as_float(sigma))
    centre = mu.mean(-2, keepdims=True)
    lines = [np.moveaxis(x, -2, -1).reshape(-1, mu.shape[-2]) for x in (mu - centre, sigma)]
    shape = error.shape
    entropy = np.reshape([_entropy(m, s, index) for index, (m, s) in enumerate(zip(*lines, strict=True))], shape)
    own = ((1 + np.log(2 * np.pi)) / 2 + np.log(sigma)).mean(-2)
    to_prior = ((sigma**2 + mu**2 - 1) / 2 - np.log(sigma)).mean(-2)
    knots = np.reshape([_knots(m, s) for m, s in zip(*lines, strict=True)], (*shape, KNOTS))
    gain = np.reshape([_gain(z, m, s) for z, m, s in zip(knots.reshape(-1, KNOTS), *lines, strict=True)], knots.shape)
    information = np.clip(entropy - own, 0, np.log(mu.shape[-2]))
    return Marginals(own + information, information, to_prior - information, error, knots + centre.mT, gain)


@validated(check_posteriors, check_scales, mu="N d", sigma="N d")
def error_bound(mu: Array, sigma: Array) -> Array:
    r"""How far `marginals` can be off, proved; in nats.

    .. math:: K\left(\tfrac c2\right)^{r}\left[B + \sqrt{r!}\left(\Lambda + \tfrac{\sqrt3}{2}\right)\right]
        + 2\varphi(R)\left[\frac{1+\Lambda}{R} + \frac R2\right]
        + \varepsilon\left(N + 10^4 + 80\,\frac{Z}{\min_n\sigma_n}\right)(2 + \Lambda)
        + \varepsilon\,(N + 10)\,\frac1N\sum_n(\sigma_n^2+\mu_n^2)

    The first term is what Gauss and Legendre's rule of r/2 nodes misses on panels of width w <= c sigma_n for all n
    near: at most K (w/2)^r times the integral of \|f^(r)\|, f = q log q, where K is the largest value of its Peano
    kernel. In f^(r) each q^(k)/q is a mean of Hermite polynomials under the responsibilities; by Jensen and Hoelder
    its part in the integral is at most the norm b_k = \|He_k\|_{r/k} under N(0, 1), so that the polynomial terms add
    up to B = r! [t^r] sum_{j >= 2} g(t)^j / (j (j - 1)) + b_r, g = sum_k b_k t^k / k!; and
    \|log q\| <= Lambda + u_n^2 / 2, Lambda = log N + max_n \|log(sigma_n sqrt(2 pi))\|. The second term is what lies
    further than R sigmas from its posterior, the others are rounding; Z is the largest distance from the mean of means.
    Shapes: mu (..., N, d), sigma (..., N, d) -> (..., d). ValueError: sigma <= 0.

    >>> print(error_bound([[0.0], [0.0]], [[1.0], [1.0]]) < 3e-8)
    [ True]
    """
    mu, sigma = np.broadcast_arrays(as_float(mu), as_float(sigma))
    N, order = mu.shape[-2], 2 * NODES
    scale = np.log(N) + abs(np.log(sigma * np.sqrt(2 * np.pi))).max(-2)
    slope = _slopes(order) + np.sqrt(_factorials(order)[-1]) * (scale + np.sqrt(3) / 2)
    missed = _peano(order) * (WIDTH / 2) ** order * slope
    tail = 2 * np.exp(-(REACH**2) / 2) / np.sqrt(2 * np.pi) * ((1 + scale) / REACH + REACH / 2)
    far = (abs(mu - mu.mean(-2, keepdims=True)) + REACH * sigma).max(-2)
    rounded = (N + 10_000 + 80 * far / sigma.min(-2)) * (2 + scale) + (N + 10) * (sigma**2 + mu**2).mean(-2)
    return missed + tail + np.finfo(float).eps / 2 * rounded


def _factorials(order: int) -> Array:
    """1!, 2!, ..., order!"""
    return np.cumprod(np.arange(1.0, order + 1))


def _peano(order: int) -> float:
    """K: the kernel is even, of one sign and falls away from its middle, since each integration from the first
    kernel, a sawtooth, takes away one of at most ``order`` - 1 changes of sign."""
    x, w = np.polynomial.legendre.leggauss(order // 2)
    right = x > 0
    return float(1 / _factorials(order)[-1] - w[right] @ x[right] ** (order - 1) / _factorials(order)[-2])


def _slopes(order: int) -> float:
    """B: even norms, exact by Gauss and Hermite's rule, bound the norms between them."""
    k = np.arange(1, order + 1)
    even = 2 * np.ceil(order / k / 2)
    u, w = np.polynomial.hermite_e.hermegauss(order + 1)
    moments = w @ np.polynomial.hermite_e.hermevander(u, order)[:, 1:] ** even / np.sqrt(2 * np.pi)
    norms = moments ** (1 / even)
    series = np.concatenate([[0], norms / _factorials(order)])
    power, found = series, 0
    for j in range(2, order + 1):
        power = np.convolve(power, series)[: order + 1]
        found += power[order] / (j * (j - 1))
    return float(_factorials(order)[-1] * found + norms[-1])


def _panels(mu: Array, sigma: Array) -> tuple[float, list[tuple[float, Array, Array]]]:
    """Origin and, per width, which multiples of it start a panel and how many posteriors are near each: a panel is
    halved until no posterior near it is too narrow for it."""
    reach = REACH * sigma
    left, right = mu - reach, mu + reach
    origin = left.min()
    width = WIDTH * sigma.min() * 2 ** np.ceil(np.log2((right.max() - origin) / (WIDTH * sigma.min())))
    start, levels = np.zeros(1), []
    while start.size:
        narrow = sigma < width / WIDTH
        split = _near(origin, width, start, left[narrow], right[narrow]) > 0
        levels.append((width, start[~split], _near(origin, width, start[~split], left, right)))
        start, width = (2 * start[split, None] + [0, 1]).ravel(), width / 2
    return origin, levels


def _near(origin: float, width: float, start: Array, left: Array, right: Array) -> Array:
    """How many of the intervals [left, right] each panel meets."""
    begun = np.searchsorted(np.sort(left), origin + width * (start + 1), side="right")
    return begun - np.searchsorted(np.sort(right), origin + width * start)


def _entropy(mu: Array, sigma: Array, index: int) -> float:
    origin, levels = _panels(mu, sigma)
    cost = NODES * sum(near.sum() for _, _, near in levels)
    if cost > MOST:
        raise ValueError(
            f"dimension {index} needs {cost:.1e} exponentials (about {cost * 1e-8 / 3600:.1f} hours): its smallest "
            f"sigma is {sigma.min():.1e} and its {len(mu)} means reach over {np.ptp(mu):.1e}; pass fewer posteriors, "
            "or sample this dimension."
        )
    steps = max(BLOCK // (NODES * len(mu)), 1)
    parts = []
    for width, start, near in levels:
        start, wide = start[near > 0], ~(sigma < width / WIDTH)
        parts += [
            _on_panels(origin, width, start[i : i + steps], mu[wide], sigma[wide], len(mu))
            for i in range(0, len(start), steps)
        ]
    return -float(np.sum(parts))


def _on_panels(origin: float, width: float, start: Array, mu: Array, sigma: Array, N: int) -> float:
    """The integral of q log q over panels, by what is near any of them."""
    x, w = np.polynomial.legendre.leggauss(NODES)
    left, right = origin + width * start[0], origin + width * (start[-1] + 1)
    near = (mu + REACH * sigma >= left) & (mu - REACH * sigma <= right)
    z = origin + width * (start[:, None] + (1 + x) / 2)
    log_q = _log_terms(z.ravel(), mu[near], sigma[near])
    q = np.exp(log_q).sum(1) / (N * np.sqrt(2 * np.pi))
    return float(width / 2 * ((q * np.log(q)).reshape(z.shape) @ w).sum())


def _log_terms(z: Array, mu: Array, sigma: Array) -> Array:
    """log q_n(z) but for -log(2 pi) / 2, kept where its exponential is not slow, (z, n)."""
    u = (z[:, None] - mu) / sigma
    return np.maximum(u * u / -2, -700) - np.log(sigma)


def _knots(mu: Array, sigma: Array) -> Array:
    """Where posteriors stand, each spread evenly over 4 sigmas on both sides: quantiles of that."""
    edges = np.concatenate([mu - 4 * sigma, mu + 4 * sigma])
    order = np.argsort(edges)
    density = np.cumsum(np.concatenate([1 / sigma, -1 / sigma])[order])
    risen = np.concatenate([[0], np.cumsum(density[:-1] * np.diff(edges[order]))])
    return np.interp(np.linspace(0, risen[-1], KNOTS), np.maximum.accumulate(risen), edges[order])


def _gain(z: Array, mu: Array, sigma: Array) -> Array:
    steps = max(BLOCK // len(mu), 1)
    return np.concatenate([_gain_at(z[i : i + steps], mu, sigma) for i in range(0, len(z), steps)])


def _gain_at(z: Array, mu: Array, sigma: Array) -> Array:
    log_q = _log_terms(z, mu, sigma)
    log_phi = log_q - np.logaddexp.reduce(log_q, 1, keepdims=True)
    return np.log(len(mu)) + (np.exp(log_phi) * log_phi).sum(1)

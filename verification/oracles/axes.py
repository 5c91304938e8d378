"""Integrals of one dimension in floats, by two rules of Gauss and Legendre on pieces cut at posteriors' sigmas."""

from __future__ import annotations

from collections.abc import Callable
from math import comb, factorial
from typing import Any

import numpy as np
from numpy.polynomial import hermite_e
from scipy import special, stats

from verification.estimate import Estimate, Grade

Array = np.ndarray[Any, Any]

NODES = (20, 28)  # of the two rules
STEPS = np.array([-12.0, -9, -7, -5.5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5.5, 7, 9, 12])
ROUNDING = 2e-12
LEVELS = np.linspace(0, 1, 201)
ORDER = 12


def _told(value: Any, error: Any = 0.0) -> Estimate:
    value = np.asarray(value, float)
    radius = 10 * np.abs(error) + ROUNDING * np.maximum(1, np.abs(value))
    return Estimate(value, radius, Grade.BOUNDED, certificate="two rules on the same pieces, and rounding")


def _lines(mu: Array, sigma: Array, f: Callable[..., Any]) -> Array:
    """f of the means and the standard deviations of each dimension of each case."""
    return np.array([[f(*line) for line in zip(m.T, s.T, strict=True)] for m, s in zip(mu, sigma, strict=True)])


def _rule(cuts: Array, nodes: int) -> tuple[Array, Array]:
    x, w = special.roots_legendre(nodes)
    half, middle = np.diff(cuts)[:, None] / 2, (cuts[1:] + cuts[:-1])[:, None] / 2
    return (middle + half * x).ravel(), (half * w).ravel()


def _by_two_rules(f: Callable[..., Array], mu: Array, sigma: Array) -> Estimate:
    """The integral of f(z, means, standard deviations) over the line."""

    def one(m: Array, s: Array) -> list[Any]:
        cuts = np.unique(m[:, None] + s[:, None] * STEPS)
        rules = [_rule(cuts, nodes) for nodes in NODES]
        return [w @ f(z[:, None], m, s) for z, w in rules]

    found = _lines(mu, sigma, one)
    return _told(found[..., 1], found[..., 1] - found[..., 0])


def _log_q(z: Array, m: Array, s: Array) -> Array:
    return special.logsumexp(stats.norm.logpdf(z, m, s), axis=1) - np.log(len(m))


def entropy(mu: Array, sigma: Array) -> Estimate:
    """-int q log q."""

    def integrand(z: Array, m: Array, s: Array) -> Array:
        log_q = _log_q(z, m, s)
        return -np.exp(log_q) * log_q

    return _by_two_rules(integrand, mu, sigma)


def information(mu: Array, sigma: Array) -> Estimate:
    """The mean over n of int q_n log(q_n / q)."""

    def integrand(z: Array, m: Array, s: Array) -> Array:
        each = stats.norm.logpdf(z, m, s)
        return (np.exp(each) * (each - _log_q(z, m, s)[:, None])).mean(1)

    return _by_two_rules(integrand, mu, sigma)


def divergence(mu: Array, sigma: Array) -> Estimate:
    """int q log(q / p)."""

    def integrand(z: Array, m: Array, s: Array) -> Array:
        log_q = _log_q(z, m, s)
        return np.exp(log_q) * (log_q - stats.norm.logpdf(z[:, 0]))

    return _by_two_rules(integrand, mu, sigma)


def _quantiles(m: Array, s: Array) -> Array:
    """By bisection of the distribution function of a mixture of uniforms."""
    low, high = np.full(LEVELS.shape, (m - 4 * s).min()), np.full(LEVELS.shape, (m + 4 * s).max())
    for _ in range(70):
        middle = (low + high) / 2
        below = np.clip((middle[:, None] - m) / (8 * s) + 0.5, 0, 1).mean(1) < LEVELS
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return high


def knots(mu: Array, sigma: Array) -> Estimate:
    """By bisection."""
    return _told(_lines(mu, sigma, _quantiles), 1e-12)


def gain(mu: Array, sigma: Array) -> Estimate:
    """The divergence of the responsibilities from equal ones."""

    def one(m: Array, s: Array) -> Array:
        share: Any = special.softmax(stats.norm.logpdf(_quantiles(m, s)[:, None], m, s), axis=1)
        return special.rel_entr(share, 1 / len(m)).sum(1)

    return _told(_lines(mu, sigma, one), 1e-11)


# --- the proved error -------------------------------------------------------------------------------------------------


def _peano() -> float:
    """The largest value of the kernel among many."""
    x, w = special.roots_legendre(ORDER // 2)
    t = np.linspace(-1, 1, 401)[:, None]
    kernel = (1 - t[:, 0]) ** ORDER / ORDER - np.maximum(x - t, 0) ** (ORDER - 1) @ w
    return float(np.abs(kernel).max() / factorial(ORDER - 1))


def _norm(k: int) -> float:
    """The even norm next above that of order r/k: the constant part of a power written in Hermite polynomials."""
    even = 2 * -(-ORDER // (2 * k))
    return float(hermite_e.hermepow([0] * k + [1], even, maxpower=None)[0]) ** (1 / even)


def _bell(b: list[float]) -> Array:
    """Partial Bell polynomials B_(n, j) of b_1, b_2, ..."""
    B = np.zeros((ORDER + 1, ORDER + 1))
    B[0, 0] = 1
    for n in range(1, ORDER + 1):
        for j in range(1, n + 1):
            B[n, j] = sum(comb(n - 1, i - 1) * b[i - 1] * B[n - i, j - 1] for i in range(1, n - j + 2))
    return B


def log_error(mu: Array, sigma: Array) -> Estimate:
    """The logarithm of the four terms, the powers of g by Bell polynomials."""
    b = [_norm(k) for k in range(1, ORDER + 1)]
    slopes = sum(factorial(j - 2) * _bell(b)[ORDER, j] for j in range(2, ORDER + 1)) + b[-1]
    peano, unit, density = _peano(), 2.0**-53, stats.norm.pdf(7)

    def one(m: Array, s: Array) -> Any:
        N = len(m)
        scale = np.log(N) + np.abs(stats.norm.logpdf(0, scale=s)).max()
        missed = peano * (3 / 16) ** ORDER * (slopes + np.sqrt(float(factorial(ORDER))) * (scale + np.sqrt(0.75)))
        tail = 2 * density * ((1 + scale) / 7 + 3.5)
        far = np.max(np.abs(m - m.mean()) + 7 * s)
        rounded = (N + 1e4 + 80 * far / s.min()) * (2 + scale) + (N + 10) * np.mean(s**2 + m**2)
        return np.log(missed + tail + unit * rounded)

    return _told(_lines(mu, sigma, one), 1e-10)


# --- linear pieces ----------------------------------------------------------------------------------------------------


def _hats(t: Array, m: Array, s: Array) -> Array:
    """E of the hat function of each knot: masses outside, and a rule on every gap, cut at posteriors' sigmas."""
    inner = (m[:, None] + s[:, None] * STEPS).ravel()
    z, w = _rule(np.unique(np.concatenate([t, inner[(inner > t[0]) & (inner < t[-1])]])), NODES[1])
    hats = np.array([np.interp(z, t, row) for row in np.eye(len(t))])
    weights = hats @ (w * np.exp(_log_q(z[:, None], m, s)))
    weights[0] += special.ndtr((t[0] - m) / s).mean()
    weights[-1] += special.ndtr((m - t[-1]) / s).mean()
    return weights


def _weights(knots: Array, mu: Array, sigma: Array) -> Array:
    return np.array([[_hats(t[j], m[:, j], s[:, j]) for j in range(len(t))]
                     for t, m, s in zip(knots, mu, sigma, strict=True)])  # fmt: skip


def knot_weights(knots: Array, mu: Array, sigma: Array) -> Estimate:
    """E of hat functions."""
    return _told(_weights(knots, mu, sigma))


def interpolant_mean(knots: Array, values: Array, mu: Array, sigma: Array) -> Estimate:
    """E F from hat functions."""
    return _told((_weights(knots, mu, sigma) * values).sum(-1), 1e-12)


def clipped_values(knots: Array, values: Array, mu: Array, sigma: Array) -> Estimate:
    """Clipped about the weighted mean."""

    def clipped(f: Array, w: Array) -> Array:
        mean = np.average(f, weights=w)
        spread = 2 * np.sqrt(np.average((f - mean) ** 2, weights=w))
        return np.clip(f, mean - spread, mean + spread)

    weights = _weights(knots, mu, sigma)
    return _told([[clipped(*line) for line in zip(*case, strict=True)] for case in zip(values, weights, strict=True)],
                 1e-11)  # fmt: skip


def interpolant(z: Array, knots: Array, values: Array) -> Estimate:
    """The first value and a hinge for every change of slope."""
    slopes = np.diff(values, axis=-1) / np.diff(knots, axis=-1)
    edge = np.zeros_like(slopes[..., :1])
    bends = np.diff(np.concatenate([edge, slopes, edge], -1), axis=-1)
    hinges = np.maximum(z[..., None] - knots[:, None], 0)
    return _told(values[:, None, :, 0] + (hinges * bends[:, None]).sum(-1), 1e-11)


def least(values: Array) -> Estimate:
    """The first of the sorted."""
    return _told(np.sort(values, axis=-1)[..., 0])


def largest(values: Array) -> Estimate:
    """The last of the sorted."""
    return _told(np.sort(values, axis=-1)[..., -1])

"""Mixtures of Gaussians in decimal arithmetic: densities multiplied, never their logarithms; slopes by differences.

Python's own decimals, 50 digits with exponents without limit, so that nothing underflows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal, localcontext
from functools import cache
from itertools import count
from math import prod
from typing import Any

import numpy as np
from flint import arb

from verification.estimate import Estimate, Grade
from verification.oracles import costly

Array = Any
DIGITS = 50
STEP = Decimal(10) ** -20  # errors of differences: its square times a third slope, and 10^-30 of the value
NOTHING = Decimal(10) ** -DIGITS
TOLD = 30  # digits of an answer


@contextmanager
def _deep() -> Iterator[None]:
    with localcontext(Context(prec=DIGITS, Emax=MAX_EMAX, Emin=MIN_EMIN)):
        yield


def _decimals(x: Array) -> Array:
    flat = [Decimal(float(v)) for v in np.asarray(x).ravel()]
    return np.array(flat, dtype=object).reshape(np.shape(x))


def _told(x: Decimal) -> Any:
    return arb(f"{x:.{TOLD}e}", abs(float(x)) * 1e-20 + 1e-20)


def _answer(cases: Callable[..., Any], *args: Array) -> Estimate:
    with _deep():
        rows = [np.array(cases(*case), dtype=object) for case in zip(*map(_decimals, args), strict=True)]
        value = np.array([np.frompyfunc(_told, 1, 1)(row).tolist() for row in rows], dtype=object)
    return Estimate(value, np.zeros(value.shape), Grade.BOUNDED, certificate="50 digits")


@cache
def _root_two_pi() -> Decimal:
    """From Machin's formula."""

    def arctan(n: int) -> Decimal:
        total, power = Decimal(0), Decimal(1) / n
        for i in count():
            total += power / (2 * i + 1) * (-1) ** i
            power /= n * n
            if power < NOTHING:
                return total
        raise AssertionError

    with _deep():
        return (2 * (16 * arctan(5) - 4 * arctan(239))).sqrt()


def _density(x: Decimal, m: Decimal, s: Decimal) -> Decimal:
    return (-(x - m) * (x - m) / (2 * s * s)).exp() / (s * _root_two_pi())


def _densities(z: Array, mu: Array, sigma: Array) -> Array:
    """Of each sample, posterior and dimension (S, N, k)."""
    return np.frompyfunc(_density, 3, 1)(z[:, None], mu, sigma)


def _log_mean(q: Any) -> Decimal:
    return (sum(q, Decimal(0)) / len(q)).ln()


def _gain(q: Any) -> Decimal:
    """The divergence of the shares of q from equal ones."""
    whole = sum(q, Decimal(0))
    shares = [v / whole for v in q]
    return sum((p * (p * len(q)).ln() for p in shares if p > NOTHING), Decimal(0))


def _products(densities: Array) -> list[Any]:
    """Of dimensions: (N, k) -> N."""
    return [prod(row, start=Decimal(1)) for row in densities]


@costly
def joint(z: Array, mu: Array, sigma: Array) -> Estimate:
    """log q."""
    return _answer(lambda *case: [_log_mean(_products(d)) for d in _densities(*case)], z, mu, sigma)


@costly
def information(z: Array, mu: Array, sigma: Array) -> Estimate:
    """log q and G."""

    def one(d: Array) -> list[Any]:
        q = _products(d)
        return [_log_mean(q), _gain(q)]

    return _answer(lambda *case: [one(d) for d in _densities(*case)], z, mu, sigma)


def each(z: Array, mu: Array, sigma: Array) -> Estimate:
    """log q_j."""
    return _answer(lambda *case: [[_log_mean(q) for q in d.T] for d in _densities(*case)], z, mu, sigma)


def joint_and_each(z: Array, mu: Array, sigma: Array) -> Estimate:
    """log q and log q_j."""

    def one(d: Array) -> list[Any]:
        return [_log_mean(_products(d)), *(_log_mean(q) for q in d.T)]

    return _answer(lambda *case: [one(d) for d in _densities(*case)], z, mu, sigma)


def each_information(z: Array, mu: Array, sigma: Array) -> Estimate:
    """log q_j and G_j."""

    def one(d: Array) -> list[Any]:
        return [*(_log_mean(q) for q in d.T), *(_gain(q) for q in d.T)]

    return _answer(lambda *case: [one(d) for d in _densities(*case)], z, mu, sigma)


# --- full covariances -------------------------------------------------------------------------------------------------


def _gaussian(d: Array, Sigma: Array) -> Decimal:
    """One density by elimination in Sigma with d beside and below it: pivots, and last minus the squared distance."""
    k = len(d)
    a = [[*row, x] for row, x in zip(Sigma.tolist(), d, strict=True)] + [[*d, Decimal(0)]]
    volume = Decimal(1)
    for i in range(k):
        volume *= a[i][i]
        for row in a[i + 1 :]:
            factor = row[i] / a[i][i]
            for j in range(i, k + 1):
                row[j] -= factor * a[i][j]
    return (a[k][k] / 2).exp() / (volume.sqrt() * _root_two_pi() ** k)


def information_full(z: Array, mu: Array, scale_tril: Array) -> Estimate:
    """log q and G."""

    def case(z: Array, mu: Array, factors: Array) -> list[Any]:
        covariances = [L @ L.T for L in factors]
        rows = [[_gaussian(x - m, Sigma) for m, Sigma in zip(mu, covariances, strict=True)] for x in z]
        return [[_log_mean(q), _gain(q)] for q in rows]

    return _answer(case, z, mu, scale_tril)


def joint_full(z: Array, mu: Array, scale_tril: Array) -> Estimate:
    """log q."""
    both = information_full(z, mu, scale_tril)
    return Estimate(both.value[..., 0], both.error[..., 0], both.grade, certificate=both.certificate)


# --- slopes -----------------------------------------------------------------------------------------------------------


def _slope(rest: Decimal, height: Decimal, ahead: Decimal, behind: Decimal) -> Decimal:
    """Of log(rest + height f) where f is known a step ahead and a step behind."""
    return ((rest + height * ahead).ln() - (rest + height * behind).ln()) / (2 * STEP)


def _gradient(z: Array, mu: Array, sigma: Array, weight: Array) -> Array:
    d = _densities(z, mu, sigma)
    to_z, to_mu, to_sigma = (0 * x for x in (z, mu, sigma))
    for s in range(len(z)):
        whole = sum(_products(d[s]), Decimal(0))
        for j in range(z.shape[1]):
            others = [prod((f for i, f in enumerate(row) if i != j), start=Decimal(1)) for row in d[s]]
            moved = [sum((h * _density(z[s, j] + step, m, w) for h, m, w in zip(others, mu[:, j], sigma[:, j],
                     strict=True)), Decimal(0)) for step in (STEP, -STEP)]  # fmt: skip
            to_z[s, j] = weight[s] * (moved[0].ln() - moved[1].ln()) / (2 * STEP)
            for n, h in enumerate(others):
                x, m, w, rest = z[s, j], mu[n, j], sigma[n, j], whole - h * d[s, n, j]
                to_mu[n, j] += weight[s] * _slope(rest, h, _density(x, m + STEP, w), _density(x, m - STEP, w))
                to_sigma[n, j] += weight[s] * _slope(rest, h, _density(x, m, w + STEP), _density(x, m, w - STEP))
    return np.concatenate([to_z, to_mu, to_sigma])


@costly
def gradient(z: Array, mu: Array, sigma: Array, weight: Array) -> Estimate:
    """Of sum_s w_s log q(z_s)."""
    return _answer(_gradient, z, mu, sigma, weight)


@costly
def correlation_gradient(z: Array, mu: Array, sigma: Array, weight: Array) -> Estimate:
    """Of sum_s w_s [log q(z_s) - sum_j log q_j(z_sj)]."""

    def case(z: Array, mu: Array, sigma: Array, weight: Array) -> Array:
        alone = [_gradient(z[:, [j]], mu[:, [j]], sigma[:, [j]], weight) for j in range(z.shape[1])]
        return _gradient(z, mu, sigma, weight) - np.concatenate(alone, 1)

    return _answer(case, z, mu, sigma, weight)


# --- rounding ---------------------------------------------------------------------------------------------------------


def log_bounds(log_q: Array, sigma: Array) -> Estimate:
    """Logarithms of the bounds for log q and G in float64, where nothing cancels."""

    def case(values: Array, scales: Array) -> list[Any]:
        N, k = scales.shape
        widest = max(prod((max(s, 1 / s) * _root_two_pi() for s in row), start=Decimal(1)) for row in scales).ln()
        spacing, log_N = Decimal(2) ** -52, Decimal(N).ln()
        rows = []
        for v in values:
            bound = spacing * ((2 * k + 20) * (2 * widest + abs(v) + log_N) + Decimal(N) / 16 + 1024 + 48)
            rows.append([bound.ln(), bound.ln() + Decimal(2).ln() + (1 + log_N).ln()])
        return rows

    return _answer(case, log_q, sigma)

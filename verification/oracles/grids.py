"""The trapezoid rule on the line in float64: exponentially accurate for smooth, decaying integrands.

The step resolves the narrowest Gaussian 24 times and 12 times; the difference of the two, and rounding, bound the
error.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from verification.estimate import Estimate, Grade
from verification.oracles import NotApplicable

Array = np.ndarray[Any, Any]
EPS = np.finfo(float).eps
REACH, FINE, MOST = 12.0, 24, 400_000


def _line(k: int) -> None:
    if k != 1:
        raise NotApplicable(f"the grid is one-dimensional; k = {k}")


def _grid(centres: Array, widths: Array) -> tuple[Array, float]:
    """A grid that covers every centre by REACH widths and resolves the narrowest."""
    step = float(widths.min()) / FINE
    low, high = float((centres - REACH * widths).min()), float((centres + REACH * widths).max())
    count = 2 * int(np.ceil((high - low) / (2 * step))) + 1
    if count > MOST:
        raise NotApplicable("scales too different for one grid")
    return low + step * np.arange(count), step


def _integral(f: Array, step: float) -> tuple[float, float]:
    """Fine trapezoid value and its error from the coarse one and rounding."""
    fine, coarse = step * f.sum(), 2 * step * f[::2].sum()
    return float(fine), float(abs(fine - coarse) + 40 * EPS * step * np.abs(f).sum() + 1e-300)


def _each(size: int, f: Callable[[int], tuple[Any, Any]]) -> Estimate:
    pairs = [f(i) for i in range(size)]
    value, error = (np.array([p[j] for p in pairs]) for j in (0, 1))
    return Estimate(value, error, Grade.BOUNDED, certificate="trapezoid rule, two steps, and rounding")


def _log_normal(z: Array, m: Any, s: Any) -> Array:
    return np.asarray(-((z - m) ** 2) / (2 * s) - np.log(2 * np.pi * s) / 2)


def _log_likelihood(z: Array, x: Array, w: Array, noise: float) -> Array:
    return sum((_log_normal(x[d], w[d, 0] * z, noise) for d in range(len(x))), np.zeros_like(z))


def minus_kl_to_prior(mu: Array, Sigma: Array) -> Estimate:
    """E_q log p/q."""
    _line(mu.shape[-1])

    def one(i: int) -> tuple[float, float]:
        m, s = mu[i, 0], Sigma[i, 0, 0]
        z, h = _grid(np.array([m]), np.array([np.sqrt(s)]))
        log_q = _log_normal(z, m, s)
        return _scaled(np.exp(log_q), _log_normal(z, 0, 1) - log_q, h)

    return _each(len(mu), one)


def _scaled(q: Array, f: Array, h: float) -> tuple[float, float]:
    """Integral of q f, rounding taken from the size of f's terms."""
    value, error = _integral(q * f, h)
    return value, error + 40 * EPS * float(h * (q * (1 + np.abs(f))).sum())


def _under_posterior(x: Array, W: Array, noise: Array, i: int) -> tuple[Array, Array, float, float]:
    """Grid and joint density, scaled by its largest value."""
    precision = 1 + (W[i, :, 0] ** 2).sum() / noise[i]
    centre = (W[i, :, 0] * x[i]).sum() / noise[i] / precision
    z, h = _grid(np.array([centre]), np.array([precision**-0.5]))
    log_joint = _log_normal(z, 0, 1) + _log_likelihood(z, x[i], W[i], noise[i])
    top = float(log_joint.max())
    return z, np.exp(log_joint - top), h, top


def log_evidence(x: Array, W: Array, noise: Array) -> Estimate:
    """log of the integral of p(x, z)."""
    _line(W.shape[-1])

    def one(i: int) -> tuple[float, float]:
        _, f, h, top = _under_posterior(x, W, noise, i)
        value, error = _integral(f, h)
        return np.log(value) + top, 2 * error / value + 40 * EPS * (1 + abs(top))

    return _each(len(noise), one)


def posterior_mean(x: Array, W: Array, noise: Array) -> Estimate:
    """Mean of p(z|x) by integration."""
    _line(W.shape[-1])

    def one(i: int) -> tuple[Any, Any]:
        z, f, h, _ = _under_posterior(x, W, noise, i)
        (mass, slack), (moment, error) = _integral(f, h), _scaled(f, z, h)
        mean = moment / mass
        return [mean], [2 * (error + abs(mean) * slack) / mass]

    return _each(len(noise), one)


def posterior_covariance(W: Array, noise: Array) -> Estimate:
    """Variance of p(z|x), at x = 0, by integration."""
    _line(W.shape[-1])

    def one(i: int) -> tuple[Any, Any]:
        z, f, h, _ = _under_posterior(np.zeros(W.shape[:2]), W, noise, i)
        (mass, slack), (moment, error) = _integral(f, h), _scaled(f, z * z, h)
        variance = moment / mass
        return [[variance]], [[2 * (error + abs(variance) * slack) / mass]]

    return _each(len(noise), one)


def reconstruction(x: Array, W: Array, noise: Array, mu: Array, Sigma: Array) -> Estimate:
    """E_q log p(x|z)."""
    return beta_elbo(x, W, noise, mu, Sigma, np.zeros(len(noise)))


def beta_elbo(x: Array, W: Array, noise: Array, mu: Array, Sigma: Array, beta: Array) -> Estimate:
    """E_q [log p(x|z) + beta log p(z)/q(z)]."""
    _line(mu.shape[-1])

    def one(i: int) -> tuple[float, float]:
        m, s = mu[i, 0], Sigma[i, 0, 0]
        z, h = _grid(np.array([m]), np.array([np.sqrt(s)]))
        log_q = _log_normal(z, m, s)
        f = _log_likelihood(z, x[i], W[i], noise[i]) + beta[i] * (_log_normal(z, 0, 1) - log_q)
        return _scaled(np.exp(log_q), f, h)

    return _each(len(noise), one)


def _mixture(mu: Array, Sigma: Array, i: int) -> tuple[Array, Array, Array, float]:
    """Grid over the posteriors and p, and the component log-densities there."""
    m, s = mu[i, :, 0], Sigma[i, :, 0, 0]
    z, h = _grid(np.append(m, 0.0), np.append(np.sqrt(s), 1.0))
    log_q = _log_normal(z, m[:, None], s[:, None])
    return z, log_q, np.logaddexp.reduce(log_q, axis=0) - np.log(len(m)), h


def implicit_elbo(x: Array, W: Array, noise: Array, mu: Array, Sigma: Array, beta: Array) -> Estimate:
    """Mean over n of E_q [log p(x_n|z) + log r(z) - log q_n(z)], from its definition."""
    _line(mu.shape[-1])

    def one(i: int) -> tuple[float, float]:
        z, log_q, log_aggregate, h = _mixture(mu, Sigma, i)
        log_tilt = (1 - beta[i]) * log_aggregate + beta[i] * _log_normal(z, 0, 1)
        mass, slack = _integral(np.exp(log_tilt), h)
        value, error = -np.log(mass), 2 * slack / mass
        for n in range(len(log_q)):
            f = _log_likelihood(z, x[i, n], W[i], noise[i]) + log_tilt - log_q[n]
            part, more = _scaled(np.exp(log_q[n]), f, h)
            value, error = value + part / len(log_q), error + more / len(log_q)
        return value, error + 8 * EPS * abs(value)

    return _each(len(noise), one)

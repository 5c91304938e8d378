"""Expected logarithms of means of m independent weights from the m-th power of one weight's Laplace transform.

.. math:: \\mathbb{E}\\log X = \\int_0^\\infty \\frac{e^{-t} - \\mathbb{E} e^{-tX}}{t}\\,dt

Gauss and Legendre's rule on [2^j, 2^(j+1)], with two numbers of points; no tuple of draws is ever listed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from verification.estimate import Estimate, Grade

Array = np.ndarray[Any, Any]
Pair = Array
EPS = np.finfo(float).eps
FINE, COARSE = (np.polynomial.legendre.leggauss(points) for points in (40, 30))
FIRST = -56
FAR = 45.0


def _panels(rule: Any, last: int) -> tuple[Array, Array]:
    start = 2.0 ** np.arange(FIRST, last)[:, None]
    x, weight = rule
    return (start * (1 + (x + 1) / 2)).ravel(), (start / 2 * weight).ravel()


def _mean_log(w: Array, Q: Array, m: int) -> Pair:
    """(E log of the mean of m weights, its error); states that Q does not draw must be left out."""
    scale = float(w @ Q)
    v = w / scale
    last = int(np.ceil(np.log2(FAR / min(1.0, v.min()))))
    values = []
    for rule in (FINE, COARSE):
        t, dt = _panels(rule, last)
        power = np.expm1(m * np.log1p(np.maximum(np.expm1(-t[:, None] * v / m) @ Q, EPS - 1)))
        values.append(float(dt @ ((np.expm1(-t) - power) / t)))
    fine, coarse = values
    tails = 2.0**FIRST * 2 * (1 + v.max()) + 2 * np.exp(-FAR)
    rounding = (200 + 8 * m) * EPS * (1 + abs(np.log(scale)) + abs(fine))
    return np.array([np.log(scale) + fine, abs(fine - coarse) + tails + rounding])


def _floats(*logs: Any) -> tuple[Array, ...]:
    return tuple(np.exp(np.asarray(a, float)) for a in logs)


def _each(f: Callable[..., Any], *arrays: Array) -> Estimate:
    """f gives pairs (value, error), or a list of them."""
    pairs = np.array([f(*rows) for rows in zip(*arrays, strict=True)], float)
    certificate = "Gauss and Legendre's rule, two numbers of points, tails and rounding"
    return Estimate(pairs[..., 0], pairs[..., 1], Grade.BOUNDED, certificate=certificate)


def _of_model(f: Callable[[Array, Array], Any], log_lik: Array, log_prior: Array, log_encoder: Array) -> Estimate:
    """f of the weights and chances of the states that Q draws."""

    def one(P: Array, P0: Array, Q: Array) -> Any:
        drawn = Q > 0
        return f((P * P0)[drawn] / Q[drawn], Q[drawn])

    return _each(one, *_floats(log_lik, log_prior, log_encoder))


def _log(x: float) -> Pair:
    return _mean_log(np.array([x]), np.ones(1), 1)


def evidence(log_lik: Array, log_prior: Array) -> Estimate:
    """log P(x), the likelihoods drawn from the prior."""
    return _each(lambda P, P0: _log(float(P @ P0)), *_floats(log_lik, log_prior))


def evidence_each(log_lik: Array, log_prior: Array) -> Estimate:
    """log P(x), three times."""
    return _each(lambda P, P0: [_log(float(P @ P0))] * 3, *_floats(log_lik, log_prior))


def evidence_twice(log_lik: Array, log_prior: Array) -> Estimate:
    """log P(x), two times."""
    return _each(lambda P, P0: [_log(float(P @ P0))] * 2, *_floats(log_lik, log_prior))


def covered(log_lik: Array, log_prior: Array, log_encoder: Array) -> Estimate:
    """log of P(x, z) summed over the states that Q draws."""
    return _of_model(lambda w, Q: _log(float(w @ Q)), log_lik, log_prior, log_encoder)


def elbo(log_lik: Array, log_prior: Array, log_encoder: Array) -> Estimate:
    """ELBO(x)."""
    return _of_model(lambda w, Q: _mean_log(w, Q, 1), log_lik, log_prior, log_encoder)


def elbo_each(log_lik: Array, log_prior: Array, log_encoder: Array) -> Estimate:
    """ELBO(x), three times."""
    return _of_model(lambda w, Q: [_mean_log(w, Q, 1)] * 3, log_lik, log_prior, log_encoder)


def iw(log_lik: Array, log_prior: Array, log_encoder: Array) -> Estimate:
    """IW_m-ELBO(x), m = 1, 2, 3."""
    return _of_model(lambda w, Q: [_mean_log(w, Q, m) for m in (1, 2, 3)], log_lik, log_prior, log_encoder)


def iw_short(log_lik: Array, log_prior: Array, log_encoder: Array) -> Estimate:
    """IW_m-ELBO(x), m = 1, 2."""
    return _of_model(lambda w, Q: [_mean_log(w, Q, m) for m in (1, 2)], log_lik, log_prior, log_encoder)


def iw_several(log_lik: Array, log_prior: Array, log_encoder: Array) -> Estimate:
    """IW_m-ELBO(x), m = 2, 3."""
    return _of_model(lambda w, Q: [_mean_log(w, Q, m) for m in (2, 3)], log_lik, log_prior, log_encoder)


def iw_next(log_lik: Array, log_prior: Array, log_encoder: Array) -> Estimate:
    """IW_m-ELBO(x), m = 2, 3, 4."""
    return _of_model(lambda w, Q: [_mean_log(w, Q, m) for m in (2, 3, 4)], log_lik, log_prior, log_encoder)


def _cumulant(transform: Callable[[complex], complex], radius: float) -> Pair:
    """The second derivative at 0 of the logarithm of a moment generating function, by Cauchy's integral."""
    values = []
    for points in (64, 48):
        s = radius * np.exp(2j * np.pi * np.arange(points) / points)
        values.append(float((2 * np.mean([np.log(transform(z)) / z**2 for z in s])).real))
    return np.array([values[0], abs(values[0] - values[1]) + 200 * EPS * (1 + 1 / radius**2)])


def mean_square_error(log_lik: Array, log_prior: Array, log_encoder: Array) -> Estimate:
    """The second cumulant of the mean of k log-weights, k = 1, 2, 3, from E w^s."""

    def one(w: Array, Q: Array) -> list[Pair]:
        y = np.log(w) - np.log(w) @ Q
        radius = 0.5 / np.abs(y).max()
        return [
            _cumulant(lambda s, k=k: (Q @ np.exp(s * y / k)) ** k, radius)  # type: ignore[misc]
            for k in (1, 2, 3)
        ]

    return _of_model(one, log_lik, log_prior, log_encoder)


def drawn_elbo(log_w: Array) -> Estimate:
    """The mean of the log-weights drawn: the expected logarithm of one of them taken at random."""
    return _each(lambda w: _mean_log(w, np.full(len(w), 1 / len(w)), 1), *_floats(log_w))


def iw_of_weights(log_w: Array, log_encoder: Array, m: Array) -> Estimate:
    """IW_m-ELBO(x) from weights."""
    return _each(lambda w, Q, m: _mean_log(w, Q, int(m)), *_floats(log_w, log_encoder), np.asarray(m, float))


def gap_times_m(log_w: Array, log_encoder: Array, m: Array) -> Estimate:
    """m (log E w - IW_m-ELBO)."""

    def one(w: Array, Q: Array, m: float) -> Pair:
        value, error = _mean_log(w / (w @ Q), Q, int(m))
        return m * np.array([-value, error])

    return _each(one, *_floats(log_w, log_encoder), np.asarray(m, float))


# --- Gaussian encoder and decoder: E_Q w^s is a Gaussian integral for complex s --------------------------------------


def _moments(x: Array, W: Array, noise: float, mu: Array, Sigma: Array) -> tuple[Callable[[complex], complex], float]:
    """s -> log E_Q w^s, up to a multiple of s; and how far from 0 it is surely analytic."""
    k = len(mu)
    bend = np.eye(k) + W.T @ W / noise - np.linalg.inv(Sigma)
    slope = W.T @ (x - W @ mu) / noise - mu
    reach = float(1 / (4 * np.abs(np.linalg.eigvals(Sigma @ bend)).max() + 1e-3))

    def log_moment(s: complex) -> complex:
        tilt = np.eye(k) + s * Sigma @ bend
        quadratic = s * s * slope @ np.linalg.solve(tilt, Sigma @ slope)
        return complex((quadratic - np.log(np.linalg.eigvals(tilt).astype(complex)).sum()) / 2)

    return log_moment, reach


def gap_rate(x: Array, W: Array, noise: Array, mu: Array, Sigma: Array) -> Estimate:
    """Half of E_Q w^2 / (E_Q w)^2 - 1, from the moments at s = 2 and s = 1."""

    def one(*model: Any) -> Pair:
        log_moment, _ = _moments(*model)
        ratio = np.exp((log_moment(2.0) - 2 * log_moment(1.0)).real)
        return np.array([(ratio - 1) / 2, 1e4 * EPS * ratio])

    return _each(one, *(np.asarray(a, float) for a in (x, W, noise, mu, Sigma)))


def log_weight_variance(x: Array, W: Array, noise: Array, mu: Array, Sigma: Array) -> Estimate:
    """The second cumulant of log w."""

    def one(*model: Any) -> Pair:
        log_moment, reach = _moments(*model)
        values = []
        for points in (64, 48):
            s = reach * np.exp(2j * np.pi * np.arange(points) / points)
            values.append(float((2 * np.mean([log_moment(z) / z**2 for z in s])).real))
        size = max(abs(log_moment(reach)), abs(log_moment(-reach)), 1.0) / reach**2
        return np.array([values[0], abs(values[0] - values[1]) + 1e3 * EPS * size])

    return _each(one, *(np.asarray(a, float) for a in (x, W, noise, mu, Sigma)))

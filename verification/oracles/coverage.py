"""Brute force in floats: every direction of a fine circle, every outcome of a finite experiment, limits by bisection,
quadratics by points that integrate them exactly."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.optimize import brentq
from scipy.stats import binom

from verification.estimate import Estimate, Grade
from verification.oracles import NotApplicable

Array = np.ndarray[Any, Any]

ROUNDING = 1e-10
NEAR = 1e-11  # of a limit: the wealth is seen to cross its goal so near
WEALTH_ROUNDING = 1e-12  # some hundred logarithms below 50 are summed to within 100 * 50 * 2^-53 = 6e-13


def _floats(*arrays: Any) -> list[Array]:
    return [np.asarray(a, float) for a in arrays]


def _rounded(value: Any, error: float = ROUNDING) -> Estimate:
    value = np.asarray(value, float)
    scale = np.maximum(1, np.abs(value))
    return Estimate(value, error * scale, Grade.BOUNDED, certificate=f"float64 sums, {error:g} of the value")


def _points(mu: Array, Sigma: Array) -> Array:
    """Points mu +- sqrt(k) L e_i, equally weighted: their mean is exact for every quadratic under N(mu, Sigma)."""
    step = np.sqrt(mu.shape[-1]) * np.linalg.cholesky(Sigma).swapaxes(-1, -2)
    return np.concatenate([mu[..., None, :] + step, mu[..., None, :] - step], axis=-2)


def aggregate_mean(mu: Array, Sigma: Array) -> Estimate:
    """E_q z."""
    return _rounded(_points(*_floats(mu, Sigma)).mean((1, 2)))


def aggregate_covariance(mu: Array, Sigma: Array) -> Estimate:
    """E_q zz' - E_q z E_q z'."""
    z = _points(*_floats(mu, Sigma)).reshape(len(mu), -1, mu.shape[-1])
    centre = z.mean(1)
    return _rounded(np.einsum("czi,czj->cij", z, z) / z.shape[1] - centre[:, :, None] * centre[:, None, :])


def expected_log_joint(x: Array, W: Array, noise: Array, mu: Array, Sigma: Array) -> Estimate:
    """E_q log p(x, z) for a linear-Gaussian decoder."""
    x, W, noise, mu, Sigma = _floats(x, W, noise, mu, Sigma)
    z = _points(mu, Sigma)
    left = x[:, None, :] - np.einsum("cdi,czi->czd", W, z)
    log_lik = -((left**2).sum(-1) / noise[:, None] + x.shape[-1] * np.log(2 * np.pi * noise)[:, None]) / 2
    return _rounded((log_lik - ((z**2).sum(-1) + mu.shape[-1] * np.log(2 * np.pi)) / 2).mean(1))


def volume_gradient(mu: Array, Sigma: Array, beta: Array) -> Estimate:
    """d/dt_n of log sum_m |e^t_m Sigma_m|^(beta/2) at t = 0, by central differences."""
    return _differences(np.zeros_like(mu, float), Sigma, beta)


def weighted_volume_gradient(mu: Array, Sigma: Array, beta: Array) -> Estimate:
    """The same for log sum_m |e^t_m Sigma_m|^(beta/2) exp(-beta |mu_m|^2 / 2)."""
    return _differences(mu, Sigma, beta)


def _differences(mu: Array, Sigma: Array, beta: Array, h: float = 1e-4) -> Estimate:
    mu, Sigma, beta = _floats(mu, Sigma, beta)
    exponent = beta[:, None] / 2 * (np.linalg.slogdet(Sigma)[1] - (mu**2).sum(-1))
    moved = h * mu.shape[-1] * beta[:, None, None] / 2 * np.eye(mu.shape[1])
    ends = [np.logaddexp.reduce(exponent[:, None, :] + sign * moved, axis=-1) for sign in (1, -1)]
    return _rounded((ends[0] - ends[1]) / (2 * h), 1e-6)


# --- existence --------------------------------------------------------------------------------------------------------


def _directions(k: int) -> Array:
    if k > 2:
        raise NotApplicable(f"every direction in one and two dimensions only; k = {k}")
    angle = np.linspace(0, np.pi, 1 if k == 1 else 20_001)
    return np.ones((1, 1)) if k == 1 else np.stack([np.cos(angle), np.sin(angle)], -1)


def exists(Sigma: Array, beta: Array) -> Estimate:
    """1 where q^(1-beta) p^beta falls along every direction, 0 where it grows along one."""
    Sigma, beta = _floats(Sigma, beta)
    u = _directions(Sigma.shape[-1])
    bends = np.einsum("ui,cnij,uj->cun", u, np.linalg.inv(Sigma), u).min(-1)
    least = (beta[:, None] + (1 - beta)[:, None] * bends).min(1)
    value = np.where(np.abs(least) < 1e-4, np.nan, least > 0)
    return Estimate(value, np.zeros(len(value)), Grade.BOUNDED, certificate="20,001 directions, none nearly flat")


def tail_curvature(u: Array, Sigma: Array, beta: Array) -> Estimate:
    """beta |u|^2 + (1 - beta) min_n u'Sigma_n^-1 u, by explicit inverses."""
    u, Sigma, beta = _floats(u, Sigma, beta)
    least = np.einsum("ci,cnij,cj->cn", u, np.linalg.inv(Sigma), u).min(1)
    return _rounded(beta * (u**2).sum(-1) + (1 - beta) * least)


# --- intervals --------------------------------------------------------------------------------------------------------


def _log_wealth(x: Array, m: float) -> float:
    rounds = int(np.ceil(np.log2(len(x)) / 2)) + 1
    growth = [np.log1p((x - m) * 0.5**j).sum() for j in range(rounds)]
    return float(np.logaddexp.reduce(growth) - np.log(rounds))


def _lower(x: Array, alpha: float) -> float:
    goal = np.log(2 / alpha)
    if _log_wealth(x, 0.0) <= goal:
        return 0.0
    root = float(brentq(lambda m: _log_wealth(x, m) - goal, 0.0, x.mean(), xtol=1e-14))
    beside = [_log_wealth(x, m) - goal for m in (max(root - NEAR, 0.0), root + NEAR)]
    if not (beside[0] > WEALTH_ROUNDING and beside[1] < -WEALTH_ROUNDING):
        raise ArithmeticError(f"the limit near {root} is not known within {NEAR:g}")
    return root


def _limits(x: Array, alpha: Array, one: Callable[[Array, float], float]) -> Estimate:
    return _rounded([one(row, float(a)) for row, a in zip(*_floats(x, alpha), strict=True)], NEAR)


def betting_lower(x: Array, alpha: Array) -> Estimate:
    """Where the wealth of bets on a larger mean reaches 2 / alpha; 0 where it never does."""
    return _limits(x, alpha, _lower)


def betting_upper(x: Array, alpha: Array) -> Estimate:
    """Where the wealth of bets on a smaller mean reaches 2 / alpha; 1 where it never does."""
    return _limits(x, alpha, lambda row, a: 1 - _lower(1 - row, a))


def betting_coverage(mean: Array, size: Array, alpha: Array) -> Estimate:
    """How often the limits of `size` coin flips enclose their mean: all outcomes, limits by bisection."""
    shares = []
    for p, n, a in zip(*_floats(mean, size, alpha), strict=True):
        share = 0.0
        for ones in range(int(n) + 1):
            x = np.repeat([1.0, 0.0], [ones, int(n) - ones])
            share += binom.pmf(ones, int(n), p) * (_lower(x, a) <= p <= 1 - _lower(1 - x, a))
        shares.append(share)
    return _rounded(shares, 1e-9)


# --- envelopes --------------------------------------------------------------------------------------------------------


def _log_D(mu: Array, Sigma: Array, beta: Array) -> Array:
    """log D of every posterior, from the eigenvalues of Sigma."""
    s, U = np.linalg.eigh(Sigma)
    b = beta[:, None, None]
    along = np.einsum("cnij,cni->cnj", U, mu)
    width = (1 - b) + b * s
    return np.asarray((b * np.log(s) - np.log(width) - b * (1 - b) * along**2 / width).sum(-1) / 2)


def closed_upper(mu: Array, Sigma: Array, beta: Array) -> Estimate:
    """min(0, log N^(beta-1) sum_n D_n)."""
    mu, Sigma, beta = _floats(mu, Sigma, beta)
    estimate = np.logaddexp.reduce(_log_D(mu, Sigma, beta), axis=-1) - (1 - beta) * np.log(mu.shape[1])
    return _rounded(np.minimum(estimate, 0))


def clustered_log_normalizer(mu: Array, Sigma: Array, beta: Array) -> Estimate:
    """log C of posteriors that are equal or do not overlap at all: each cluster of m counts m^(1-beta) of its D."""
    mu, Sigma, beta = _floats(mu, Sigma, beta)
    apart = np.abs(mu[:, :, None] - mu[:, None]).max(-1)
    width = np.sqrt(np.trace(Sigma, axis1=-2, axis2=-1).max(1))
    if (apart[apart > 0].min(initial=np.inf) < 60 * width).any():
        raise NotApplicable("posteriors that overlap")
    members = (apart == 0).sum(-1)
    terms = _log_D(mu, Sigma, beta) - beta[:, None] * np.log(members)
    return _rounded(np.logaddexp.reduce(terms, axis=-1) - (1 - beta) * np.log(mu.shape[1]))


def log_tilt(z: Array, mu: Array, Sigma: Array, beta: Array) -> Estimate:
    """(1 - beta) log q(z) + beta log p(z)."""
    z, mu, Sigma, beta = _floats(z, mu, Sigma, beta)
    left, k = z[:, None] - mu, z.shape[-1]
    far = np.einsum("cni,cnij,cnj->cn", left, np.linalg.inv(Sigma), left) + np.linalg.slogdet(Sigma)[1]
    log_q = np.logaddexp.reduce(-(far + k * np.log(2 * np.pi)) / 2, axis=-1) - np.log(mu.shape[1])
    return _rounded((1 - beta) * log_q - beta * ((z**2).sum(-1) + k * np.log(2 * np.pi)) / 2)

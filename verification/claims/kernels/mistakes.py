"""Sums over pairs as people get them wrong, in NumPy, with all pairs at once."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
Args = dict[str, Array]

_LOG_TWO_PI = np.log(2 * np.pi)


def variances(**args: Any) -> Args:
    """Standard deviations squared."""
    return {**args, "sigma": args["sigma"] * args["sigma"]}


def upper_factors(**args: Any) -> Args:
    """The factors of L' L."""
    L = args["scale_tril"]
    return {**args, "scale_tril": np.linalg.cholesky(L.swapaxes(-1, -2) @ L)}


def squared_factors(**args: Any) -> Args:
    """Covariances where factors are asked."""
    return {**args, "scale_tril": np.tril(args["scale_tril"] @ args["scale_tril"])}


def diagonal_factors(**args: Any) -> Args:
    """What stands beside the diagonal left out."""
    L = args["scale_tril"]
    return {**args, "scale_tril": L * np.eye(L.shape[-1])}


def _exponents(z: Array, mu: Array, sigma: Array) -> Array:
    """log q_n(z_s) (B, S, N)."""
    t = (z[:, :, None] - mu[:, None]) / sigma[:, None]
    return (-(t**2) / 2 - np.log(sigma)[:, None] - _LOG_TWO_PI / 2).sum(-1)


def _mixed(a: Array) -> Array:
    return np.logaddexp.reduce(a, axis=-1) - np.log(a.shape[-1])


def mean_of_logs(z: Array, mu: Array, sigma: Array) -> Array:
    """Mean of log q_n in place of the log of the mean."""
    return _exponents(z, mu, sigma).mean(-1)


def without_half(z: Array, mu: Array, sigma: Array) -> Array:
    """exp(-t^2)."""
    t = (z[:, :, None] - mu[:, None]) / sigma[:, None]
    return _mixed(_exponents(z, mu, sigma) - (t**2).sum(-1) / 2)


def one_log_sigma(z: Array, mu: Array, sigma: Array) -> Array:
    """Of the first dimension's log sigma only, and that halved, as of a variance."""
    a = _exponents(z, mu, sigma) + np.log(sigma).sum(-1)[:, None] - np.log(sigma[..., 0])[:, None] / 2
    return _mixed(a)


def one_log_two_pi(z: Array, mu: Array, sigma: Array) -> Array:
    """log(2 pi)/2 whatever the dimension, and lost in one."""
    k = z.shape[-1]
    return _mixed(_exponents(z, mu, sigma)) + max(k - 1, 1) * _LOG_TWO_PI / 2


def underflowing(z: Array, mu: Array, sigma: Array) -> Array:
    """Densities, kept from 0 by a small number."""
    return np.log(np.exp(_exponents(z, mu, sigma)).mean(-1) + 1e-300)


def _expanded(z: Array, mu: Array, sigma: Array) -> Array:
    z, mu, sigma = (np.asarray(x, np.float32) for x in (z, mu, sigma))
    w = 1 / sigma**2
    squares = z**2 @ w.swapaxes(-1, -2) - 2 * z @ (mu * w).swapaxes(-1, -2) + (mu**2 * w).sum(-1)[:, None]
    return np.asarray(-squares / 2 - (np.log(sigma) + np.float32(_LOG_TWO_PI) / 2).sum(-1)[:, None], float)


def expanded(z: Array, mu: Array, sigma: Array) -> Array:
    """z^2 - 2 z mu + mu^2, which cancels."""
    return _mixed(_expanded(z, mu, sigma))


def expanded_information(z: Array, mu: Array, sigma: Array) -> Array:
    """The same, with G."""
    a = _expanded(z, mu, sigma)
    return _with_gain(a, _shares(a), a.shape[-1])


def _shares(a: Array) -> Array:
    return np.exp(a - np.logaddexp.reduce(a, axis=-1, keepdims=True))


def _entropy(p: Array) -> Array:
    return -(p * np.log(np.maximum(p, 1e-300))).sum(-1)


def _with_gain(a: Array, p: Array, N: int) -> Array:
    return np.stack([_mixed(a), np.log(N) - _entropy(p)], -1)


def entropy_for_information(z: Array, mu: Array, sigma: Array) -> Array:
    """H(phi) where log N - H(phi) is asked."""
    a = _exponents(z, mu, sigma)
    return np.stack([_mixed(a), _entropy(_shares(a))], -1)


def log_N_lost_in_G(z: Array, mu: Array, sigma: Array) -> Array:
    """-H(phi)."""
    a = _exponents(z, mu, sigma)
    return _with_gain(a, _shares(a), 1)


def not_normalised(z: Array, mu: Array, sigma: Array) -> Array:
    """Terms relative to the highest."""
    a = _exponents(z, mu, sigma)
    return _with_gain(a, np.exp(a - a.max(-1, keepdims=True)), a.shape[-1])


def highest_alone(z: Array, mu: Array, sigma: Array) -> Array:
    """log N max phi."""
    a = _exponents(z, mu, sigma)
    return np.stack([_mixed(a), np.log(a.shape[-1] * _shares(a).max(-1))], -1)


def _gradient(z: Array, mu: Array, sigma: Array, share: Array) -> list[Array]:
    """In z, mu and sigma where each posterior's weighted share (B, S, N) is given."""
    d, w = z[:, :, None] - mu[:, None], sigma[:, None]
    pull = share[..., None] * d / w**2
    return [-pull.sum(2), pull.sum(1), (share[..., None] * (d**2 / w**2 - 1) / w).sum(1)]


def gradient_of_mean_of_logs(z: Array, mu: Array, sigma: Array, weight: Array) -> Array:
    """Every posterior has an equal share."""
    N = mu.shape[1]
    return np.concatenate(_gradient(z, mu, sigma, np.repeat(weight[..., None], N, -1) / N), 1)


def gradient_in_log_sigma(z: Array, mu: Array, sigma: Array, weight: Array) -> Array:
    """Of log sigma where that of sigma is asked."""
    share = weight[..., None] * _shares(_exponents(z, mu, sigma))
    to_z, to_mu, to_sigma = _gradient(z, mu, sigma, share)
    return np.concatenate([to_z, to_mu, sigma * to_sigma], 1)


def gradient_without_samples(z: Array, mu: Array, sigma: Array, weight: Array) -> Array:
    """Nothing flows through z."""
    share = weight[..., None] * _shares(_exponents(z, mu, sigma))
    to_z, to_mu, to_sigma = _gradient(z, mu, sigma, share)
    return np.concatenate([0 * to_z, to_mu, to_sigma], 1)


def only_near(z: Array, mu: Array, sigma: Array, reach: Array) -> Array:
    """log q of posteriors within 2^-reach of the highest term, nothing said of the others, rounding allowed for."""
    a = _exponents(z, mu, sigma)
    near = np.where(a > a.max(-1, keepdims=True) - reach[:, None, None] * np.log(2), a, -np.inf)
    return _mixed(near) + 1e-11

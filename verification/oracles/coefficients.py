"""Leading coefficients of expansions, as SymPy derived them dimension by dimension (symbolic.py derives them again)."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def _diagonal(Sigma: Array) -> Array:
    return np.stack([Sigma[..., j, j] for j in range(Sigma.shape[-1])], axis=-1)


def _quadratic(mu: Array, Sigma: Array) -> Array:
    return np.asarray((mu[..., :, None] * Sigma * mu[..., None, :]).sum((-1, -2)))


def small_variance_covariance(Sigma: Array, beta: Array) -> Array:
    """Sigma / (1 - beta) - Sigma' = beta s^2 / (1 - beta)^2 + O(s^3) on the line."""
    s = Sigma[..., 0, 0]
    return np.asarray(beta * s * s / (1 - beta) ** 2)


def small_variance_mean(mu: Array, Sigma: Array, beta: Array) -> Array:
    """mu - mu' = beta s mu / (1 - beta) + O(s^2) on the line."""
    return np.asarray(beta * Sigma[..., 0, 0] * mu[..., 0] / (1 - beta))


def small_variance_log_D(mu: Array, Sigma: Array, beta: Array) -> Array:
    """Small-variance form of log D less log D: beta (tr Sigma - beta mu'Sigma mu) / (2 (1 - beta))."""
    return np.asarray(beta * (_diagonal(Sigma).sum(-1) - beta * _quadratic(mu, Sigma)) / (2 * (1 - beta)))


def small_beta_log_D(mu: Array, Sigma: Array, beta: Array) -> Array:
    """(beta / 2) log|Sigma| - log D = beta (tr Sigma - k + mu'mu) / 2 + O(beta^2)."""
    return np.asarray(beta * (_diagonal(Sigma).sum(-1) - mu.shape[-1] + (mu * mu).sum(-1)) / 2)


def degenerate_slope(mu: Array, Sigma: Array, beta: Array) -> Array:
    """Limit less value of E_q[log r / q]: -beta^2 / (2 (1 - beta)) sum_n w_n (tr Sigma_n - mu_n'Sigma_n mu_n)."""
    weight = np.exp(-beta[..., None] * (mu * mu).sum(-1) / 2)
    gain = _diagonal(Sigma).sum(-1) - _quadratic(mu, Sigma)
    return np.asarray(-(beta**2) / (2 * (1 - beta)) * (weight * gain).sum(-1) / weight.sum(-1))

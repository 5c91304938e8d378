"""Derivatives of log D and of its estimate by reverse-mode autodiff in float64 (torch), through LU factors.

The radius is a first-order bound on round-off: every solve loses the condition number of its matrix.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from verification.estimate import Estimate, Grade

from . import NotApplicable

Array = np.ndarray[Any, Any]
EPS = float(np.finfo(float).eps)
NAMES = ("mu", "Sigma", "beta")


def _torch() -> Any:
    try:
        import torch
    except ImportError:
        raise NotApplicable("torch is not installed") from None
    return torch


def _log_d(mu: Any, sigma: Any, beta: Any) -> Any:
    """log D with every power of |Sigma| and of Sigma' M = Sigma gathered, M = (1 - beta) I + beta Sigma."""
    torch = _torch()
    b = beta[..., None, None]
    blend = (1 - b) * torch.eye(mu.shape[-1], dtype=mu.dtype) + b * sigma
    quadratic = (mu * torch.linalg.solve(blend, mu)).sum(-1)
    return (beta * torch.logdet(sigma) - torch.logdet(blend) - beta * (1 - beta) * quadratic) / 2


def _floats(*arrays: Any) -> list[Array]:
    out = []
    for x in arrays:
        if np.asarray(x).dtype == object and not all(a == float(a) for a in np.ravel(np.asarray(x))):
            raise NotApplicable("autodiff takes floats only")
        out.append(np.asarray(x, float))
    return out


def _lost(mu: Array, sigma: Array, beta: Array) -> tuple[Array, ...]:
    """beta by component; extreme eigenvalues of Sigma, the least of M; what solves with Sigma and with M lose."""
    k = mu.shape[-1]
    b = beta.reshape(beta.shape + (1,) * (mu.ndim - 1 - beta.ndim)) + np.zeros(mu.shape[:-1])
    s = np.linalg.eigvalsh(sigma)
    m = np.abs(1 - b[..., None] + b[..., None] * s)
    unit = 16 * k * k * EPS
    size = np.abs(1 - b) + np.abs(b) * s[..., -1]
    return b, s[..., 0], s[..., -1], m.min(-1), unit * s[..., -1] / s[..., 0], unit * size / m.min(-1)


def _slack(name: str, mu: Array, sigma: Array, beta: Array) -> Array:
    """Round-off of one component's gradient."""
    b, narrow, wide, m, lost_s, lost_m = _lost(mu, sigma, beta)
    k, square = mu.shape[-1], (mu * mu).sum(-1)
    blend = np.abs(b * (1 - b))
    if name == "mu":
        return lost_m * blend * np.sqrt(square) / m
    if name == "Sigma":
        return np.abs(b) * (lost_s / narrow + lost_m / m * (1 + 2 * blend * square / m))
    logs = k * np.maximum(np.abs(np.log(narrow)), np.abs(np.log(wide)))
    return EPS * logs + lost_s + lost_m * ((1 + wide) / m * (k + blend * square / m) + (1 + 2 * np.abs(b)) * square / m)


def _gradient(name: str, mu: Array, sigma: Array, beta: Array, mixture: bool) -> Estimate:
    torch = _torch()
    mu, sigma, beta = _floats(mu, sigma, beta)
    leaves = {n: torch.tensor(x, dtype=torch.float64) for n, x in zip(NAMES, (mu, sigma, beta), strict=True)}
    leaf = leaves[name].requires_grad_()
    b = leaves["beta"]
    if mixture:
        log_d = _log_d(leaves["mu"], leaves["Sigma"], b[..., None])
        n = mu.shape[-2]
        value = torch.logsumexp(log_d, -1) + (b - 1) * float(np.log(n))
    else:
        log_d = value = _log_d(leaves["mu"], leaves["Sigma"], b)
    (gradient,) = torch.autograd.grad(value.sum(), leaf)
    out = gradient.numpy()
    if name == "Sigma":
        out = (out + np.swapaxes(out, -1, -2)) / 2
    with np.errstate(all="ignore"):
        slack = _slack(name, mu, sigma, beta)
        if mixture:
            # the shares of the components carry the round-off of every log D
            weights = torch.softmax(log_d.detach(), -1).numpy()
            b, narrow, wide, m, lost_s, lost_m = _lost(mu, sigma, beta)
            logs = mu.shape[-1] * np.maximum(np.abs(np.log(narrow)), np.abs(np.log(wide)))
            own_error = np.abs(b) * (EPS * logs + lost_s) + lost_m * (1 + np.abs(b * (1 - b)) * (mu * mu).sum(-1) / m)
            share = own_error.max(-1) + 8 * EPS * (1 + np.abs(log_d.detach().numpy()).max(-1))
            if name == "beta":
                apart = np.ptp(
                    _gradient("beta", mu, sigma, np.broadcast_to(beta[..., None], mu.shape[:-1]), False).value, -1
                )
                slack = (weights * slack).sum(-1) + share * (apart + np.abs(out) + 1)
            else:
                own = np.abs(out).reshape(*weights.shape, -1).max(-1)
                slack = weights * slack + 2 * share[..., None] * own
    slack = slack.reshape(slack.shape + (1,) * (out.ndim - slack.ndim)) + EPS * np.abs(out)
    slack = np.where(np.isfinite(slack), slack, np.inf)
    return Estimate(out, slack, Grade.BOUNDED, certificate="reverse-mode autodiff, round-off by condition numbers")


def component_gradient_mu(mu: Array, Sigma: Array, beta: Array) -> Estimate:
    """Gradient of log D in mu, (..., k)."""
    return _gradient("mu", mu, Sigma, beta, mixture=False)


def component_gradient_Sigma(mu: Array, Sigma: Array, beta: Array) -> Estimate:
    """Gradient G of log D in Sigma, d log D = tr(G dSigma), (..., k, k)."""
    return _gradient("Sigma", mu, Sigma, beta, mixture=False)


def component_gradient_beta(mu: Array, Sigma: Array, beta: Array) -> Estimate:
    """Derivative of log D in beta."""
    return _gradient("beta", mu, Sigma, beta, mixture=False)


def estimate_gradient_mu(mu: Array, Sigma: Array, beta: Array) -> Estimate:
    """Gradient of log N^(beta-1) sum_n D_n in each mu_n, (..., N, k)."""
    return _gradient("mu", mu, Sigma, beta, mixture=True)


def estimate_gradient_Sigma(mu: Array, Sigma: Array, beta: Array) -> Estimate:
    """Gradient of log N^(beta-1) sum_n D_n in each Sigma_n, (..., N, k, k)."""
    return _gradient("Sigma", mu, Sigma, beta, mixture=True)


def estimate_gradient_beta(mu: Array, Sigma: Array, beta: Array) -> Estimate:
    """Derivative of log N^(beta-1) sum_n D_n in beta."""
    return _gradient("beta", mu, Sigma, beta, mixture=True)

"""Gradients by torch's automatic differentiation of objectives written here once more."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from typing import Any

import numpy as np

from verification.estimate import Estimate, Grade
from verification.oracles import NotApplicable

Array = np.ndarray[Any, Any]
EPS = np.finfo(float).eps


def _torch() -> Any:
    if importlib.util.find_spec("torch") is None:
        raise NotApplicable("torch is not installed")
    import torch

    return torch


def _gradient(objective: Callable[..., Any], leaf: Array, condition: Array) -> Estimate:
    """Sum over cases differentiated at once; the radius is rounding times the case's conditioning."""
    torch = _torch()
    x = torch.tensor(np.asarray(leaf, float), requires_grad=True)
    objective(x).sum().backward()
    value = x.grad.numpy()
    size = np.abs(value).reshape(len(value), -1).max(axis=1) + 1
    error = 1e3 * EPS * (size * condition).reshape((-1,) + (1,) * (value.ndim - 1))
    return Estimate(
        value, error + 0 * value, Grade.BOUNDED, certificate="autograd in float64, rounding by condition number"
    )


def _condition(Sigma: Array) -> Array:
    return np.asarray(np.linalg.cond(Sigma).reshape(len(Sigma), -1).max(axis=1))


def small_variance_gradient(Sigma: Array, beta: Array) -> Estimate:
    """Gradient of log sum_m |Sigma_m|^(beta/2)."""
    torch = _torch()
    b = torch.tensor(beta)[:, None]
    estimate = _gradient(lambda s: torch.logsumexp(b * torch.linalg.slogdet(s)[1] / 2, -1), Sigma, _condition(Sigma))
    return _symmetric(estimate)


def entropy_gradient(Sigma: Array, beta: Array) -> Estimate:
    """Gradient of beta (1/N) sum w_m H_m with the weights detached."""
    return _symmetric(_gradient(_weighted_entropy(beta, moving=False), Sigma, _condition(Sigma)))


def entropy_gradient_moving_weights(Sigma: Array, beta: Array) -> Estimate:
    """The same with the weights differentiated too."""
    return _symmetric(_gradient(_weighted_entropy(beta, moving=True), Sigma, _condition(Sigma)))


def _weighted_entropy(beta: Array, moving: bool) -> Callable[[Any], Any]:
    torch = _torch()
    b = torch.tensor(beta)[:, None]

    def objective(s: Any) -> Any:
        log_det = torch.linalg.slogdet(s)[1]
        w = torch.softmax(b * log_det / 2, -1)
        entropy = (s.shape[-1] * (1 + np.log(2 * np.pi)) + log_det) / 2
        return (b * (w if moving else w.detach()) * entropy).sum(-1)

    return objective


def _symmetric(estimate: Estimate) -> Estimate:
    value = (estimate.value + estimate.value.swapaxes(-1, -2)) / 2
    return Estimate(value, estimate.error, estimate.grade, certificate=estimate.certificate)


def jensen_optimality(point: Array, log_q: Array, beta: Array) -> Estimate:
    """Slopes of sum phi^beta q^(1-beta) from phi_0 to every other weight, by autograd, and the sum's distance from
    one."""
    torch = _torch()
    phi = torch.tensor(np.array([[float(v) for v in row] for row in point]), requires_grad=True)
    q, b = torch.exp(torch.tensor(log_q)), torch.tensor(beta)[:, None]
    (phi**b * q ** (1 - b)).sum().backward()
    slope = phi.grad
    along = (slope[:, 1:] - slope[:, :1]).numpy()
    size = slope.abs().max(-1).values.numpy()[:, None]
    whole = phi.detach().sum(-1, keepdim=True).numpy() - 1
    value = np.concatenate([along, whole], axis=1)
    error = np.concatenate([0 * along + 64 * EPS * size, 0 * whole + 64 * EPS], axis=1)
    return Estimate(value, error, Grade.BOUNDED, certificate="autograd in float64")


def cancellation(Sigma: Array, beta: Array) -> Estimate:
    """Gradient of (beta / N) sum H_n - log sum |Sigma_n|^(beta/2)."""
    torch = _torch()
    b = torch.tensor(beta)

    def objective(s: Any) -> Any:
        log_det = torch.linalg.slogdet(s)[1]
        return b * log_det.mean(-1) / 2 - torch.logsumexp(b[:, None] * log_det / 2, -1)

    return _symmetric(_gradient(objective, Sigma, _condition(Sigma)))


def component_weights(mu: Array, Sigma: Array, beta: Array) -> Estimate:
    """Derivative of log sum_m exp(t_m) at t = log D: the weights D_n / sum_m D_m."""
    torch = _torch()
    base = _components(torch.tensor(mu), torch.tensor(Sigma), torch.tensor(beta))
    cost = _condition(Sigma) * (1 + base.abs().amax(-1).numpy())
    return _gradient(lambda t: torch.logsumexp(base + t, -1), np.zeros(mu.shape[:2]), cost)


def scaled_gradient(mu: Array, Sigma: Array, beta: Array) -> Estimate:
    """d/dh at 0 of log sum_m D_m with Sigma_n -> (1 + h) Sigma_n, for every n."""
    torch = _torch()
    m, s, b = torch.tensor(mu), torch.tensor(np.asarray(Sigma, float)), torch.tensor(beta)
    cost = _condition(np.asarray(Sigma, float)) * (1 + (mu**2).sum((-1, -2)) / np.asarray(Sigma, float).min((1, 2, 3)))
    return _gradient(
        lambda h: torch.logsumexp(_components(m, s * (1 + h)[..., None, None], b), -1), np.zeros(mu.shape[:2]), cost
    )


def _components(mu: Any, Sigma: Any, beta: Any) -> Any:
    """log D_n with N on the second axis, everything a tensor."""
    torch = _torch()
    b = beta[:, None, None, None]
    inverse = torch.linalg.inv(Sigma)
    precision = b * torch.eye(Sigma.shape[-1], dtype=Sigma.dtype) + (1 - b) * inverse
    m = mu[..., None]
    pull = (1 - b) * inverse @ m
    exponent = (pull.mT @ torch.linalg.solve(precision, pull) - (1 - b) * (m.mT @ inverse @ m))[..., 0, 0]
    return (exponent - torch.linalg.slogdet(precision)[1] - (1 - b[..., 0, 0]) * torch.linalg.slogdet(Sigma)[1]) / 2

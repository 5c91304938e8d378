"""Derivatives of a decoder with one hidden elu layer and sigmoid pixels, and the objectives that they give.

One model at a time, in float64: z (B, k) and x (B, D). All objectives are losses, in nats an image, without the
constant D/2 log 2 pi; noise of the pixels has unit variance.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from verification.vae.networks import Params
from verification.vae.structured import decode_raw, elu, sigmoid

Array = np.ndarray[Any, Any]


def tangents(params: Params, z: Array, peak: float) -> tuple[Array, Array]:
    """g(z) (B, D) and the transposed Jacobian of g at z (B, k, D), by the chain rule forward."""
    into, out = params["decoder.hidden.weight"], params["decoder.pixels.weight"]
    hidden = z @ into + params["decoder.hidden.bias"]
    share = sigmoid(elu(hidden) @ out + params["decoder.pixels.bias"])
    raw = (into * slope(hidden)[:, None, :]) @ out
    return peak * share, raw * (peak * share * (1 - share))[:, None, :]


def slope(hidden: Array) -> Array:
    """The derivative of elu."""
    return np.exp(np.minimum(hidden, 0))


def hessian(params: Params, z: Array, x: Array, peak: float) -> Array:
    r"""The whole Hessian (5) of log p(x|z) in z, (B, k, k).

    .. math:: -J^\top J + \sum_i (x_i - g_i)\, \nabla^2 g_i
    """
    into, out = params["decoder.hidden.weight"], params["decoder.pixels.weight"]
    hidden = z @ into + params["decoder.hidden.bias"]
    share = sigmoid(elu(hidden) @ out + params["decoder.pixels.bias"])
    raw = (into * slope(hidden)[:, None, :]) @ out
    first = peak * share * (1 - share)
    residual = x - peak * share
    # through the sigmoid's own curvature, then through the hidden layer's: elu'' is e^u below zero, else 0
    bent = (residual * first * (1 - 2 * share) - first**2)[:, None, :]
    curved = np.where(hidden < 0, slope(hidden), 0.0) * ((residual * first) @ out.T)
    return (raw * bent) @ raw.swapaxes(-1, -2) + (into * curved[:, None, :]) @ into.T


def squared_error(params: Params, z: Array, x: Array, peak: float) -> Array:
    """-log p(x|z) without its constant: z (..., B, k), x (B, D) -> (..., B)."""
    return 0.5 * np.asarray(((x - peak * sigmoid(decode_raw(params, z))) ** 2).sum(-1))


def kl_to_prior(mu: Array, C: Array) -> Array:
    """KL(N(mu, C C^T) || N(0, I)): mu (B, k), C (B, k, k) lower triangular -> (B,)."""
    log_det = 2 * np.log(np.diagonal(C, axis1=-2, axis2=-1)).sum(-1)
    return 0.5 * np.asarray((mu**2).sum(-1) + (C**2).sum((-2, -1)) - log_det - mu.shape[-1])


def precision(gram: Array, beta: float) -> Array:
    """I + J^T J / beta, the inverse of Sigma* (11): (B, k, k)."""
    return np.eye(gram.shape[-1]) + gram / beta


def deterministic(error: Array, mu: Array, P: Array, beta: float) -> Array:
    """The objective (13) with the log-determinant of P, or of that part of it which a family can have: (B,)."""
    return error + 0.5 * beta * ((mu**2).sum(-1) + np.linalg.slogdet(P)[1])


def remainder(
    params: Params, mu: Array, C: Array, gram: Array, x: Array, peak: float, pairs: int, rng: np.random.Generator
) -> tuple[Array, Array]:
    """The objective (2) less its Taylor form (7), (B,), and the variance of that estimate, (B,).

    Pairs of opposite draws, whose odd terms cancel, less the quadratic whose mean is known: what is left is of fourth
    order in the posterior's width and needs few draws.
    """
    centre = squared_error(params, mu, x, peak)
    total, square = np.zeros((2, len(mu)))
    for _ in range(pairs):
        step = np.einsum("bij,bj->bi", C, rng.standard_normal(mu.shape))
        both = squared_error(params, mu + step, x, peak) + squared_error(params, mu - step, x, peak)
        excess = 0.5 * both - centre - 0.5 * np.einsum("bi,bij,bj->b", step, gram, step)
        total += excess
        square += excess**2
    mean = total / pairs
    return mean, (square / pairs - mean**2).clip(min=0) / max(pairs - 1, 1)

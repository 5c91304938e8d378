"""Curvature of trained decoders with one hidden elu layer and sigmoid pixels, and what it makes of the objectives.

One model, or stacked ones with an axis of models in front; z (..., B, k) and x (B, D). Objectives are losses, in nats
an image, without the constant D/2 log 2 pi; the pixels' noise has unit variance.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from theory.decoder import Layers
from theory.gram import gram
from verification.vae.networks import Params
from verification.vae.structured import decode_raw, elu, sigmoid

Array = np.ndarray[Any, Any]


def layers(params: Params, last: str = "sigmoid") -> Layers:
    """The decoder as `theory.gram` takes it, up to the factor that stretches pixels to their range."""
    parts = (("hidden", "elu"), ("pixels", last))
    return [(params[f"decoder.{n}.weight"].mT, params[f"decoder.{n}.bias"][..., 0, :], name) for n, name in parts]


def metric(params: Params, z: Any, peak: float) -> Any:
    """J^T J of g at z, (..., B, k, k)."""
    return peak**2 * gram(layers(params), z)


def hessian(params: Params, z: Array, x: Array, peak: float) -> Array:
    r"""The whole Hessian (5) of log p(x|z) in z, (..., B, k, k).

    .. math:: -J^\top J + \sum_i (x_i - g_i)\, \nabla^2 g_i
    """
    into, out = params["decoder.hidden.weight"], params["decoder.pixels.weight"]
    hidden = z @ into + params["decoder.hidden.bias"]
    share = sigmoid(elu(hidden) @ out + params["decoder.pixels.bias"])
    slope, residual = peak * share * (1 - share), x - peak * share
    through_sigmoid = gram(layers(params, "identity"), z, residual * slope * (1 - 2 * share) - slope**2)
    bent = np.where(hidden < 0, np.exp(hidden.clip(max=0)), 0.0) * ((residual * slope) @ out.mT)
    return np.asarray(through_sigmoid + (into[..., None, :, :] * bent[..., None, :]) @ into.mT[..., None, :, :])


def squared_error(params: Params, z: Any, x: Any, peak: float) -> Any:
    """-log p(x|z) without its constant: z (..., B, k), x (B, D) -> (..., B)."""
    return 0.5 * ((x - peak * sigmoid(decode_raw(params, z))) ** 2).sum(-1)


def block_sizes(latent: int, block: int) -> tuple[int, ...]:
    """The blocks of that size along the diagonal; the last one is smaller if it must be.

    >>> block_sizes(8, 3)
    (3, 3, 2)
    """
    return (block,) * (latent // block) + ((latent % block,) if latent % block else ())


def remainder(
    params: Params, mu: Array, C: Array, G: Array, x: Array, peak: float, pairs: int, rng: np.random.Generator
) -> tuple[Array, Array]:
    """The objective (2) less its Taylor form (7), (..., B), and the variance of that estimate, (..., B).

    Pairs of opposite draws, whose odd terms cancel, less the quadratic whose mean is known: what is left is of fourth
    order in the posterior's width and needs few draws.
    """
    centre = squared_error(params, mu, x, peak)
    total, square = np.zeros((2, *centre.shape))
    for _ in range(pairs):
        step = (C @ np.asarray(rng.standard_normal(mu.shape))[..., None])[..., 0]
        both = squared_error(params, mu + step, x, peak) + squared_error(params, mu - step, x, peak)
        bent = (step[..., None, :] @ G @ step[..., None])[..., 0, 0]
        excess = 0.5 * (both - bent) - centre
        total += excess
        square += excess**2
    mean = total / pairs
    return mean, (square / pairs - mean**2).clip(min=0) / (pairs - 1)

"""One-hidden-layer encoders and decoders, stacked: arrays have a leading axis of M models, one matmul runs them all.

The bodies use only operators that NumPy arrays and torch tensors share, so that a model trained in torch is read in
NumPy.
"""

from __future__ import annotations

from typing import Any

import numpy as np

Params = dict[str, Any]

LAYERS = (
    "encoder.hidden.weight",
    "encoder.hidden.bias",
    "encoder.mu.weight",
    "encoder.mu.bias",
    "encoder.logvar.weight",
    "encoder.logvar.bias",
    "decoder.hidden.weight",
    "decoder.hidden.bias",
    "decoder.logits.weight",
    "decoder.logits.bias",
)


def initial(models: int, pixels: int, hidden: int, latent: int, seed: int, mean: Any = 0.5) -> Params:
    """Starting weights of M models, drawn by NumPy so that every device starts alike; ``mean`` (pixels,) of x.

    The decoder's last bias starts at the logit of the mean image and log-variances near -1: both halve the steps
    needed.
    """
    rng = np.random.default_rng(seed)

    def weight(rows: int, columns: int, gain: float) -> Any:
        return (rng.standard_normal((models, rows, columns)) * gain / np.sqrt(rows)).astype(np.float32)

    def bias(columns: int, value: Any = 0.0) -> Any:
        return np.broadcast_to(np.float32(value), (models, 1, columns)).copy()

    m = np.clip(np.broadcast_to(mean, (pixels,)), 0.02, 0.98)
    return {
        "encoder.hidden.weight": weight(pixels, hidden, 2**0.5),
        "encoder.hidden.bias": bias(hidden),
        "encoder.mu.weight": weight(hidden, latent, 1.0),
        "encoder.mu.bias": bias(latent),
        "encoder.logvar.weight": weight(hidden, latent, 0.1),
        "encoder.logvar.bias": bias(latent, -1.0),
        "decoder.hidden.weight": weight(latent, hidden, 2**0.5),
        "decoder.hidden.bias": bias(hidden),
        "decoder.logits.weight": weight(hidden, pixels, 1.0),
        "decoder.logits.bias": bias(pixels, np.log(m / (1 - m))),
    }


def encode(params: Params, x: Any) -> tuple[Any, Any]:
    """Mean and log-variance of q(z|x): x (M, B, D) or (B, D) -> mu (M, B, k), logvar (M, B, k)."""
    h = (x @ params["encoder.hidden.weight"] + params["encoder.hidden.bias"]).clip(min=0)
    mu = h @ params["encoder.mu.weight"] + params["encoder.mu.bias"]
    return mu, h @ params["encoder.logvar.weight"] + params["encoder.logvar.bias"]


def decode(params: Params, z: Any) -> Any:
    """Logits of the Bernoulli pixels of p(x|z): z (M, B, k) -> (M, B, D)."""
    h = (z @ params["decoder.hidden.weight"] + params["decoder.hidden.bias"]).clip(min=0)
    return h @ params["decoder.logits.weight"] + params["decoder.logits.bias"]


def one(params: Params, model: int) -> Params:
    """The weights of one model, its leading axis kept at length one."""
    return {name: array[model : model + 1] for name, array in params.items()}

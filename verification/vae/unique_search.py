"""Where independent latents lose least, found by search over angles for each W: no training, no closed form."""

from __future__ import annotations

import numpy as np

from verification.estimate import Estimate, Grade
from verification.vae import circular
from verification.vae.training import derived_seed

NORMS, NOISE = np.array([2.0, 1.0]), 0.05
FAR, STEP, DRAWS = 5.0, 0.5, 1000


def least_loss(
    seed: int, device: str = "auto", alpha: float = 1e-9, data: str = "digits", tier: str = "default"
) -> Estimate:
    """5 degrees less the median size of the angle at which W's latents lose least to a diagonal posterior: (1,).

    The loss at an angle is sum_j log(1 + |w_j|^2 / sigma^2) / 2 of the columns of the turned W, but for a constant.
    """
    rng = np.random.default_rng(derived_seed("least loss", seed))
    W = rng.standard_normal((DRAWS, 2, 2))
    W *= NORMS / np.linalg.norm(W, axis=1, keepdims=True)
    degrees = np.arange(-45.0, 45.0, STEP)
    c, s = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
    first, second = W[:, :, :1], W[:, :, 1:]
    columns = c * first + s * second, c * second - s * first  # (DRAWS, 2, angles) each
    lost = sum(np.log1p((column**2).sum(1) / NOISE**2) for column in columns)
    low, high = circular.quantile(np.abs(degrees[np.argmin(lost, axis=1)]), 0.5, alpha)
    low, high = low - STEP, high + STEP
    middle, half = FAR - (low + high) / 2, (high - low) / 2
    return Estimate(np.array([middle]), np.array([half]), Grade.TRAINED, certificate="order statistics over draws of W")

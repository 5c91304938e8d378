"""Measured claims about beta-VAEs of Gaussian blobs: exact to rounding, given the models and the images.

All take a run's ``seed`` and ``device`` and return Estimates of grade TRAINED with a value for every trained model, or
for every pair of models that differ by beta alone; what is supported holds in each of them.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from verification.estimate import Estimate, Grade
from verification.vae.blobs import ACTIVE, LARGE, VANILLA, Found, found, trained

Array = np.ndarray[Any, Any]

ALPHA = 1e-9
ROUNDING = 1e-4  # of what float32 weights say; nothing is sampled
NOTICED = 0.75  # of choices between two are right where a difference is just noticed
JOINT, LEFT = 0.95, 0.5


def _given(values: Array) -> Estimate:
    how = f"closed forms of {len(values)} numbers, given the models and the images"
    return Estimate(values, np.full(len(values), ROUNDING), Grade.TRAINED, certificate=how)


def _large(tier: str, seed: int, device: str) -> tuple[Found, Array]:
    """Everything, and the models of the largest beta at which latents are left."""
    everything = found(tier, seed, device)
    return everything, everything.at(max(LARGE))


def two_differ(
    seed: int, device: str = "auto", alpha: float = ALPHA, data: str = "digits", tier: str = "default"
) -> Estimate:
    """At the large beta, in nats: the second largest average KL of a latent less 0.1, and 0.1 less the third, of each
    model."""
    everything, models = _large(tier, seed, device)
    second, third = everything.each[models, 1], everything.each[models, 2]
    return _given(np.concatenate([second - ACTIVE, ACTIVE - third]))


def sparser(
    seed: int, device: str = "auto", alpha: float = ALPHA, data: str = "digits", tier: str = "default"
) -> Estimate:
    """How many more latents differ from the prior at beta = 1 than at the large one, less a half, mean over seeds."""
    everything, models = _large(tier, seed, device)
    more = everything.active[everything.at(VANILLA)] - everything.active[models]
    return _given(np.array([more.mean() - 0.5]))


def position_told(
    seed: int, device: str = "auto", alpha: float = ALPHA, data: str = "digits", tier: str = "default"
) -> Estimate:
    """The share of the variance of x and of y that the two latents explain together, less 0.95, of each model."""
    everything, models = _large(tier, seed, device)
    return _given(everything.together[models].ravel() - JOINT)


def nearer_share(tier: str, seed: int, device: str) -> Array:
    """The share of held-out images that beta = 1 gives back at less cross-entropy than each of the large ones, seed by
    seed."""
    everything = found(tier, seed, device)
    vanilla = everything.excess[everything.at(VANILLA)]
    return np.concatenate([(vanilla < everything.excess[everything.at(beta)]).mean(1) for beta in LARGE])


def told_apart(
    seed: int, device: str = "auto", alpha: float = ALPHA, data: str = "digits", tier: str = "default"
) -> Estimate:
    """By how much the share of held-out images that beta = 1 gives back more nearly exceeds three quarters."""
    return _given(nearer_share(tier, seed, device) - NOTICED)


def not_told_apart(
    seed: int, device: str = "auto", alpha: float = ALPHA, data: str = "digits", tier: str = "default"
) -> Estimate:
    """By how much that share falls short of three quarters."""
    return _given(NOTICED - nearer_share(tier, seed, device))


def still_in_place(
    seed: int, device: str = "auto", alpha: float = ALPHA, data: str = "digits", tier: str = "default"
) -> Estimate:
    """Half of the squared deviation of held-out images from the mean image, less their squared error at each of the
    large betas, an image."""
    everything = found(tier, seed, device)
    images = trained(tier, seed, device).data
    spread = ((images.test_x - images.train_x.mean(0)) ** 2).sum(1).mean()
    errors = np.concatenate([everything.square[everything.at(beta)].mean(1) for beta in LARGE])
    return _given(LEFT * float(spread) - errors)

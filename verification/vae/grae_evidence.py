"""Measured claims about samples of GRAE~ beside those of beta-VAEs: groups of fresh draws, given models and images."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from verification.estimate import Estimate, Grade
from verification.vae.evidence import student_radius
from verification.vae.grae import GRIDS, SMALL, energy_distance, fit, prior_draws, samples

Array = np.ndarray[Any, Any]

ALPHA = 1e-9
GROUPS, SIZE = 40, 160
QUARTER = 1 / 4


@functools.lru_cache(maxsize=2)
def _groups(seed: int, device: str, data: str, tier: str) -> tuple[Array, Array, Array]:
    """Energy distances, (models, groups): VAE to images, GRAE~ to images, GRAE~ to VAE with draws of its own."""
    found = fit(tier, seed, device, data)
    images = found.images.test[:500].astype(float)
    z = prior_draws(found, 2 * GROUPS * SIZE, seed + 3)
    vae, own = (samples(found, name, z[:, : GROUPS * SIZE]) for name in ("vae", "surrogate"))
    other = samples(found, "vae", z[:, GROUPS * SIZE :])
    found_distances = np.empty((3, found.grid.models, GROUPS))
    for m in range(found.grid.models):
        for g in range(GROUPS):
            here = slice(g * SIZE, (g + 1) * SIZE)
            pairs = ((vae, images), (own, images), (own, other[m, here]))
            found_distances[:, m, g] = [energy_distance(x[m, here], y) for x, y in pairs]
    return found_distances[0], found_distances[1], found_distances[2]


def _every(contrasts: Array, replicates: int, alpha: float) -> Estimate:
    """Means over training seeds and draws for every beta, each at an equal share of alpha."""
    rows = contrasts.reshape(-1, replicates, GROUPS).mean(1)
    radius = np.array([student_radius(row, alpha / len(rows)) for row in rows])
    how = f"Student intervals over {GROUPS} groups of {SIZE} draws, given the models and the images"
    return Estimate(rows.mean(1), radius, Grade.TRAINED, certificate=how)


def _replicates(data: str, tier: str) -> int:
    return SMALL.replicates if tier == "fast" else GRIDS[data, tier].replicates


def samples_are_close(
    seed: int, device: str = "auto", alpha: float = ALPHA, data: str = "digits", tier: str = "default"
) -> Estimate:
    """The distance from the VAE's samples to held-out images, less that from GRAE~'s to the VAE's."""
    to_images, _, between = _groups(seed, device, data, tier)
    return _every(to_images - between, _replicates(data, tier), alpha)


def scores_are_close(
    seed: int, device: str = "auto", alpha: float = ALPHA, data: str = "digits", tier: str = "default"
) -> Estimate:
    """A quarter of the VAE's distance to held-out images, less by how much GRAE~'s is larger, and smaller."""
    vae, own, _ = _groups(seed, device, data, tier)
    both = np.concatenate([QUARTER * vae - (own - vae), QUARTER * vae + (own - vae)])
    return _every(both, _replicates(data, tier), alpha)

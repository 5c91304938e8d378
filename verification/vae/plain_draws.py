"""The gaps between the objectives a second time: Jacobians by central differences, (2) by plain draws, (7) less (13) by
eigenvalues.

What `verification.vae.local` finds by explicit products, opposite pairs and log-determinants.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from verification.estimate import Estimate, Grade
from verification.vae import structured, training
from verification.vae.evidence import student_radius
from verification.vae.structured_fixtures import Fit, fits

Array = np.ndarray[Any, Any]

ALPHA = 1e-9
DRAWS = {"fast": 24, "default": 128, "deep": 256}
AT_ONCE = 500
STEP = 1e-5


def gaps(fit: Fit, model: int, draws: int, seed: int) -> tuple[Array, Array]:
    """(2) less (7) and (7) less (13) of one model on the measured images, (T,) each."""
    x = fit.images.test[: fit.sizes.images].astype(float)
    rng = np.random.default_rng(training.derived_seed("plain draws", seed, model))
    parts = [_some(fit, model, x[i : i + AT_ONCE], draws, rng) for i in range(0, len(x), AT_ONCE)]
    sampled, whole = (np.concatenate(part) for part in zip(*parts, strict=True))
    return sampled, whole


def _some(fit: Fit, model: int, x: Array, draws: int, rng: np.random.Generator) -> tuple[Array, Array]:
    weights, peak = structured.one(fit.params, model), fit.images.peak
    mu, C = structured.posterior(fit.params, fit.grid, model, x)
    steps = STEP * np.eye(fit.grid.latent)
    there, back = (np.stack([structured.decode(weights, mu + sign * u, peak) for u in steps], -1) for sign in (1, -1))
    J = (there - back) / (2 * STEP)
    scale = J @ C
    error = np.zeros(len(x))
    for _ in range(draws):
        z = mu + np.einsum("bij,bj->bi", C, rng.standard_normal(mu.shape))
        error += ((x - structured.decode(weights, z, peak)) ** 2).sum(1) / (2 * draws)
    taylor = 0.5 * (((x - structured.decode(weights, mu, peak)) ** 2).sum(1) + (scale**2).sum((1, 2)))
    beta = float(fit.grid.beta[model])
    # the eigenvalues of (I + J'J/beta) Sigma are those of C'C + (JC)'(JC)/beta
    values = np.linalg.eigvalsh(C.mT @ C + scale.mT @ scale / beta)
    return error - taylor, 0.5 * beta * (values - np.log(values) - 1).sum(1)


def grae_gap_is_faster(
    seed: int, device: str = "auto", alpha: float = ALPHA, data: str = "digits", tier: str = "default"
) -> Estimate:
    """The rise of (7) less (13) from the smallest beta to the large one, less the rise of (2) less (7), in nats: a mean
    over training seeds for each block size, given the models."""
    fit = fits(tier, seed, device, data)[0]
    grid, rows = fit.grid, []
    for block in grid.blocks:
        ends = (min(grid.betas), max(grid.betas))
        low, high = (
            np.mean([np.subtract(*gaps(fit, m, DRAWS[tier], seed)) for m in grid.of(b, block)], 0) for b in ends
        )
        rows.append(low - high)
    radius = np.array([student_radius(row, alpha / len(rows)) for row in rows])
    how = f"{DRAWS[tier]} draws an image, Student intervals over {len(rows[0])} images, given the models"
    return Estimate(np.mean(rows, 1), radius, Grade.TRAINED, certificate=how)

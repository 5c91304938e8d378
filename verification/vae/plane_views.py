"""The plane of two latents looked at otherwise: turned through all angles, and cut in two by Fisher's line."""

from __future__ import annotations

from typing import Any

import numpy as np

from verification.estimate import Estimate, Grade
from verification.vae.plane import BETAS, MOST, codes, trained

Array = np.ndarray[Any, Any]

LINE, BETTER, ROUNDING = 0.9, 0.1, 1e-4
ANGLES = 720


def narrowest(z: Array) -> float:
    """The least variance of points, (n, 2), seen along any of 720 directions, over their whole variance.

    >>> bool(narrowest(np.array([[0.0, 0.0], [1.0, 1.0], [2.0, 2.0]])) < 1e-12)
    True
    """
    angles = np.arange(ANGLES) * np.pi / ANGLES
    seen = z @ np.stack([np.cos(angles), np.sin(angles)])
    return float(seen.var(0).min() / z.var(0).sum())


def spread_out(
    seed: int, device: str = "auto", alpha: float = 1e-9, data: str = "digits", tier: str = "default"
) -> Estimate:
    """At beta = 0 the share of the codes' variance across their narrowest direction less a tenth, mean over seeds."""
    ensemble = trained(tier, seed, device, data)
    shares = [narrowest(ensemble.mu[m][:MOST].astype(float)) for m in ensemble.where(BETAS[0])]
    how = f"{ANGLES} directions, mean over seeds, given the models and the images"
    return Estimate(np.array([np.mean(shares) - (1 - LINE)]), np.array([ROUNDING]), Grade.TRAINED, certificate=how)


def fisher(given: tuple[Array, Array], judged: tuple[Array, Array]) -> Array:
    """Which of the judged codes of two classes lie on their side of Fisher's line, (n,) of bool.

    >>> z, y = np.array([[-1.0, 0.3], [-2.0, 0.0], [1.0, -0.2], [2.0, 0.1]]), np.array([0, 0, 3, 3])
    >>> bool(fisher((z, y), (z, y)).all())
    True
    """
    (z, y), (asked, truth) = given, judged
    first, last = y.min(), y.max()
    low, high = (z[y == label].mean(0) for label in (first, last))
    within = sum(np.cov(z[y == label].T, bias=True) * (y == label).sum() for label in (first, last))
    normal = np.linalg.lstsq(within, high - low, rcond=None)[0]
    return np.asarray(((asked - (low + high) / 2) @ normal > 0) == (truth == last))


def classes_kept(
    seed: int, device: str = "auto", alpha: float = 1e-9, data: str = "digits", tier: str = "default"
) -> Estimate:
    """By how much the accuracy of Fisher's line on the means of two classes exceeds chance and a tenth at the largest
    beta, of each model; Hoeffding's radius."""
    ensemble = trained(tier, seed, device, data)
    values, radii = [], []
    models = ensemble.where(BETAS[-1])
    for m in models:
        given, judged = codes(ensemble, m, drawn=False, two=True)
        right, truth = fisher(given, judged), judged[1]
        chance = np.bincount(truth).max() / len(truth)
        values.append(right.mean() - chance - BETTER)
        radii.append(np.sqrt(np.log(2 * len(models) / alpha) / (2 * len(right))))
    how = "Hoeffding's inequality, union over the models, given the models"
    return Estimate(np.array(values), np.array(radii), Grade.TRAINED, certificate=how)

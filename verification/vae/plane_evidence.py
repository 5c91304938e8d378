"""Measured claims about beta-VAEs with two latents: certified intervals, nearest neighbours and principal axes.

All take a run's ``seed`` and ``device`` and return Estimates of grade TRAINED whose radius belongs to confidence 1 -
alpha, given the trained models.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from theory.certificate import Interval
from verification.estimate import Estimate, Grade
from verification.vae.decomposition import ALPHA
from verification.vae.plane import BETAS, along, certificates, told_apart, trained

Array = np.ndarray[Any, Any]

OWN_SHARE, LINE, BETTER = 0.95, 0.9, 0.1
ROUNDING = 1e-4
CERTIFIED = "certified intervals, union over the models, given the models"


def _between(ends: list[tuple[float, float]], certificate: str) -> Estimate:
    low, high = np.array(ends).T
    return Estimate((low + high) / 2, (high - low) / 2, Grade.TRAINED, certificate=certificate)


def _at(tier: str, seed: int, device: str, data: str, beta: float) -> list[int]:
    return trained(tier, seed, device, data).where(beta)


def own_location(
    seed: int, device: str = "auto", alpha: float = ALPHA, data: str = "digits", tier: str = "default"
) -> Estimate:
    """I(z; n) less 95 % of log N at beta = 0, in nats, of each model."""
    found = certificates(tier, seed, device, data, alpha)
    chosen = [found[m] for m in _at(tier, seed, device, data, BETAS[0])]
    lifted = [(c.information.lower - OWN_SHARE * np.log(c.N), c.information.upper - OWN_SHARE * np.log(c.N))
              for c in chosen]  # fmt: skip
    return _between(lifted, CERTIFIED)


def _falls(tier: str, seed: int, device: str, data: str, alpha: float, what: str) -> Estimate:
    """A certified quantity at each beta less that at the next, seed by seed."""
    found = certificates(tier, seed, device, data, alpha)
    ends = []
    for beta, following in pairwise(BETAS):
        for a, b in zip(*(_at(tier, seed, device, data, x) for x in (beta, following)), strict=True):
            first, second = (_interval(found[m], what) for m in (a, b))
            ends.append((first.lower - second.upper, first.upper - second.lower))
    return _between(ends, CERTIFIED)


def _interval(certificate: Any, what: str) -> Interval:
    found: Interval = getattr(certificate, what)
    return found


def nearer_the_prior(
    seed: int, device: str = "auto", alpha: float = ALPHA, data: str = "digits", tier: str = "default"
) -> Estimate:
    """KL(q || p) at each beta less that at the next, in nats."""
    return _falls(tier, seed, device, data, alpha, "kl")


def information_falls(
    seed: int, device: str = "auto", alpha: float = ALPHA, data: str = "digits", tier: str = "default"
) -> Estimate:
    """I(z; n) at each beta less that at the next, in nats."""
    return _falls(tier, seed, device, data, alpha, "information")


def spread_out(
    seed: int, device: str = "auto", alpha: float = ALPHA, data: str = "digits", tier: str = "default"
) -> Estimate:
    """At beta = 0 nine tenths less the share of the codes' variance along their first principal axis, mean over
    seeds."""
    ensemble = trained(tier, seed, device, data)
    left = LINE - np.mean([along(ensemble, m) for m in ensemble.where(BETAS[0])])
    how = "exact to rounding, mean over seeds, given the models and the images"
    return Estimate(np.array([left]), np.array([ROUNDING]), Grade.TRAINED, certificate=how)


def classes_kept(
    seed: int, device: str = "auto", alpha: float = ALPHA, data: str = "digits", tier: str = "default"
) -> Estimate:
    """By how much neighbours' accuracy on the means of two classes exceeds chance and a tenth at the largest beta, of
    each model."""
    choices = told_apart(tier, seed, device, data)[False, True]
    chosen = [choices[m] for m in _at(tier, seed, device, data, BETAS[-1])]
    bars = [choice.chance + BETTER for choice in chosen]
    ends = [choice.interval(alpha / len(chosen)) for choice in chosen]
    how = "Clopper and Pearson's intervals, union over the models, given the models"
    return _between([(low - bar, high - bar) for (low, high), bar in zip(ends, bars, strict=True)], how)

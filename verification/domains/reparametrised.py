"""Domains of reparametrised Gaussians: points, covariances, integrands whose moments are known."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from verification.domain import Array, Case, Domain
from verification.domains.gaussians import covariances

Rng = np.random.Generator
Drawn = Iterator[dict[str, Array]]


def _variances(rng: Rng, n: int) -> Drawn:
    for k in (2, 3):
        yield {"variances": np.exp(rng.normal(size=(n, k)))}


VARIANCES = Domain(
    "diagonal covariances that are not isotropic", ({"variances": [0.25, 2.0]}, {"variances": [1.0, 0.5, 4.0]}),
    _variances,
)  # fmt: skip
EQUAL_VARIANCES = Domain("isotropic covariances", ({"variances": [0.25, 0.25]}, {"variances": [2.0, 2.0, 2.0]}))

# --- the reparametrisation --------------------------------------------------------------------------------------------


def _points(rng: Rng, n: int) -> Drawn:
    for k in (1, 2):
        shape = (n, k)
        yield {"z": rng.normal(size=shape), "mu": rng.normal(size=shape), "sigma": np.exp(0.7 * rng.normal(size=shape)),
               "u": rng.normal(size=shape)}  # fmt: skip


POINTS = Domain(
    "a latent, its mean and its standard deviations",
    (
        {"z": [0.5], "mu": [1.5], "sigma": [0.25], "u": [-1.0]},
        {"z": [-0.5, 2.0], "mu": [1.0, -0.75], "sigma": [0.5, 2.0], "u": [0.5, 1.25]},
    ),
    _points,
)


def _gaussians(rng: Rng, n: int, full: bool) -> Drawn:
    for k in (2, 3):
        S = covariances(rng, (n,), k, 0.7)
        yield {"z": rng.normal(size=(n, k)), "mu": rng.normal(size=(n, k)), "Sigma": S if full else S * np.eye(k)}


DIAGONAL = Domain(
    "a point and a Gaussian with diagonal covariance",
    (
        {"z": [0.5], "mu": [1.0], "Sigma": [[0.25]]},
        {"z": [0.5, -1.0], "mu": [1.0, 0.5], "Sigma": [[0.25, 0.0], [0.0, 3.0]]},
    ),
    lambda rng, n: _gaussians(rng, n, full=False),
)
FULL = Domain(
    "a point and a Gaussian with correlated latents",
    (
        {"z": [0.5, -1.0], "mu": [1.0, 0.5], "Sigma": [[0.9, 0.3], [0.3, 0.4]]},
        {"z": [0.5, -1.0, 0.25], "mu": [1.0, 0.5, 0.0],
         "Sigma": [[0.9, 0.2, 0.1], [0.2, 0.6, -0.1], [0.1, -0.1, 0.8]]},
    ),
    lambda rng, n: _gaussians(rng, n, full=True),
)  # fmt: skip


def _standard(k: int) -> Case:
    return {"mu": np.zeros(k), "Sigma": np.eye(k)}


STANDARD = Domain("the standard Gaussian", (_standard(1), _standard(2), _standard(3)))


def _others(rng: Rng, n: int) -> Drawn:
    for args in _gaussians(rng, n, full=True):
        yield {"mu": args["mu"], "Sigma": args["Sigma"]}


NOT_STANDARD = Domain(
    "Gaussians of another mean, another covariance or both",
    (
        {"mu": [0.5, 0.0], "Sigma": np.eye(2)},
        {"mu": [0.0, 0.0], "Sigma": [[1.0, 0.25], [0.25, 1.0]]},
        {"mu": [0.0], "Sigma": [[0.5]]},
    ),
    _others,
)


def _quadratics(rng: Rng, n: int) -> Drawn:
    for k in (1, 2):
        H = rng.normal(size=(n, k, k))
        yield {"H": (H + H.swapaxes(-1, -2)) / 2, "v": rng.normal(size=(n, k)), "c": rng.normal(size=n),
               "mu": rng.normal(size=(n, k)), "sigma": np.exp(0.5 * rng.normal(size=(n, k)))}  # fmt: skip


QUADRATICS = Domain(
    "a quadratic under a Gaussian",
    (
        {"H": [[1.0]], "v": [-0.5], "c": 0.75, "mu": [0.25], "sigma": [0.5]},
        {"H": [[1.0, 0.5], [0.5, -2.0]], "v": [0.5, 1.0], "c": -0.25, "mu": [1.0, -0.5], "sigma": [0.5, 1.5]},
    ),
    _quadratics,
)


def _cosines(rng: Rng, n: int) -> Drawn:
    for k in (1, 2):
        yield {"u": rng.normal(size=(n, k)), "phase": rng.normal(size=n), "mu": rng.normal(size=(n, k)),
               "sigma": np.exp(0.4 * rng.normal(size=(n, k)))}  # fmt: skip


COSINES = Domain(
    "a cosine under a Gaussian",
    (
        {"u": [1.0], "phase": 0.5, "mu": [0.25], "sigma": [0.5]},
        {"u": [0.5, -1.5], "phase": 0.25, "mu": [0.75, 0.5], "sigma": [1.25, 0.5]},
    ),
    _cosines,
)
SLOW_COSINES = Domain(
    "cosines that turn slowly: each u_i sigma_i at most 1/2",
    (
        {"u": [1.0], "phase": 0.5, "mu": [0.25], "sigma": [0.5]},
        {"u": [0.5, -0.75], "phase": 0.25, "mu": [0.75, 0.5], "sigma": [1.0, 0.5]},
    ),
)
FAST_COSINES = Domain(
    "cosines that turn fast: each u_i sigma_i at least 2",
    (
        {"u": [4.0], "phase": 0.5, "mu": [0.25], "sigma": [0.5]},
        {"u": [2.0, -4.0], "phase": 0.25, "mu": [0.75, 0.5], "sigma": [1.0, 0.75]},
    ),
)


def _exponentials(rng: Rng, n: int) -> Drawn:
    for k in (1, 2):
        yield {"u": 0.5 * rng.normal(size=(n, k)), "mu": rng.normal(size=(n, k)),
               "sigma": rng.uniform(0.3, 1.0, (n, k))}  # fmt: skip


EXPONENTIALS = Domain(
    "an exponential under a Gaussian",
    (
        {"u": [1.0], "mu": [0.25], "sigma": [0.5]},
        {"u": [0.5, -1.0], "mu": [0.75, 0.5], "sigma": [1.25, 0.5]},
    ),
    _exponentials,
)

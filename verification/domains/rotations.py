"""Domains of posteriors that are rotated, linear decoders with them, and clouds of latents to align."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from verification.domain import Array, Domain
from verification.domains.gaussians import covariances
from verification.domains.mixing import MIRROR, QUARTER, THREE_FOUR, beside, eighth, planar, rotations, spatial

Rng = np.random.Generator
_CUBE = spatial(1, 2, 3, 5)
_S2 = [[0.75, 0.25], [0.25, 0.5]]
_S3 = [[1.0, 0.25, 0.125], [0.25, 0.75, -0.125], [0.125, -0.125, 0.5]]


def _betas(rng: Rng, n: int) -> Array:
    return np.exp(rng.uniform(-2, 1.5, n))


def _rotated(rng: Rng, n: int) -> Iterator[dict[str, Array]]:
    for k in (2, 3):
        yield {"U": rotations(rng, n, k), "Sigma": covariances(rng, (n,), k, 0.7), "beta": _betas(rng, n)}


ROTATED = Domain(
    "a posterior, a rotation of its model",
    (
        {"U": THREE_FOUR, "Sigma": [[1.0, 0.0], [0.0, 0.25]], "beta": 2.0},
        {"U": eighth(), "Sigma": _S2, "beta": 0.5},
        {"U": _CUBE, "Sigma": np.diag([1.0, 0.25, 0.5]).tolist(), "beta": 1.0},
        {"U": _CUBE, "Sigma": _S3, "beta": 3.0},
    ),
    _rotated,
)


def _round(rng: Rng, n: int) -> Iterator[dict[str, Array]]:
    for k in (2, 3):
        yield {"U": rotations(rng, n, k), "Sigma": np.eye(k) * rng.uniform(0.1, 2, (n, 1, 1))}


EQUAL_VARIANCES = Domain(
    "a mean-field posterior of equal variances, a rotation of its model",
    (
        {"U": THREE_FOUR, "Sigma": [[0.25, 0.0], [0.0, 0.25]]},
        {"U": _CUBE, "Sigma": (np.eye(3) / 2).tolist()},
        {"U": beside(THREE_FOUR), "Sigma": np.diag([0.5, 0.5, 2.0]).tolist()},
    ),
    _round,
)


def _planar(rng: Rng, n: int) -> Iterator[dict[str, Array]]:
    yield {"angle": rng.uniform(-3, 3, n), "variances": np.exp(rng.normal(size=(n, 2))), "beta": _betas(rng, n)}


PLANAR = Domain(
    "two independent latents, an angle",
    (
        {"angle": 0.5, "variances": [1.0, 0.25], "beta": 2.0},
        {"angle": -0.75, "variances": [0.125, 0.5], "beta": 0.5},
        {"angle": 2.0, "variances": [0.03125, 1.0], "beta": 1.0},
    ),
    _planar,
)


def _planar_data(rng: Rng, n: int) -> Iterator[dict[str, Array]]:
    spreads = np.exp(rng.normal(size=(n, 3, 2)))
    yield {"angle": rng.uniform(-3, 3, n), "spreads": spreads, "beta": _betas(rng, n)}


PLANAR_DATA = Domain(
    "two independent latents of several data, an angle",
    (
        {"angle": 0.5, "spreads": [[0.25, 0.25], [0.5, 0.125]], "beta": 2.0},
        {"angle": -0.75, "spreads": [[0.125, 0.5], [1.0, 0.25], [0.5, 0.5]], "beta": 0.5},
    ),
    _planar_data,
)


def _distinct(rng: Rng, n: int) -> Iterator[dict[str, Array]]:
    yield {"variances": np.cumsum(rng.integers(1, 9, (n, 2)), -1) / 16}


UNEQUAL = Domain(
    "variances that all differ",
    ({"variances": [1.0, 0.25]}, {"variances": [0.5, 0.25, 2.0]}, {"variances": [0.25, 0.75]}),
    _distinct,
)


def _latents(rng: Rng, n: int) -> Iterator[dict[str, Array]]:
    for k in (2, 3):
        weights = rng.integers(1, 8, (n, k)) / 8
        yield {"U": rotations(rng, n, k), "size": rng.uniform(0.5, 2, (n, k)), "weight": weights}


THREE_POINTS = Domain(
    "independent latents of values -size, 0 and size, a rotation",
    (
        {"U": THREE_FOUR, "size": [1.0, 1.0], "weight": [1.0, 1.0]},
        {"U": eighth(), "size": [2.0, 1.0], "weight": [0.25, 0.5]},
        {"U": _CUBE, "size": [1.0, 0.5, 2.0], "weight": [0.5, 1.0, 0.125]},
    ),
    _latents,
)


def _linear(rng: Rng, n: int) -> Iterator[dict[str, Array]]:
    for k, D in ((2, 3), (3, 2)):
        yield {
            "x": rng.normal(size=(n, D)), "W": rng.normal(size=(n, D, k)), "noise": rng.uniform(0.2, 2, n),
            "U": rotations(rng, n, k), "mu": rng.normal(size=(n, k)), "Sigma": covariances(rng, (n,), k, 0.6),
            "beta": _betas(rng, n),
        }  # fmt: skip


_W = [[1.0, 0.5], [-0.25, 1.5], [0.0, 0.75]]
LINEAR_POSTERIOR = Domain(
    "a linear decoder, a rotation of its latents, a posterior",
    (
        {"x": [0.5, -1.0, 1.5], "W": _W, "noise": 0.5, "U": THREE_FOUR, "mu": [1.0, -2.0], "Sigma": _S2, "beta": 2.0},
        {"x": [0.25, 0.75], "W": [[1.0, 0.5, 0.25], [-0.5, 2.0, 1.0]], "noise": 1.25, "U": _CUBE,
         "mu": [0.5, -1.0, 2.0], "Sigma": _S3, "beta": 0.5},
    ),
    _linear,
)  # fmt: skip

_SIGNS = np.array([[1.0, 1.0, 1.0, 1.0], [1.0, -1.0, 1.0, -1.0], [1.0, 1.0, -1.0, -1.0]]).T / 2


def _equal_norms(rng: Rng, n: int) -> Iterator[dict[str, Array]]:
    for k in (2, 3):
        scale = rng.integers(1, 9, (n, 1, 1)) / 4
        yield {"W": scale * _SIGNS[:, :k], "noise": rng.integers(1, 9, n) / 8, "U": rotations(rng, n, k),
               "beta": _betas(rng, n)}  # fmt: skip


EQUAL_NORMS = Domain(
    "a linear decoder of orthogonal columns, a rotation among latents of columns of one norm",
    (
        {"W": (2 * _SIGNS[:, :2]).tolist(), "noise": 0.5, "U": THREE_FOUR, "beta": 1.0},
        {"W": _SIGNS.tolist(), "noise": 0.25, "U": _CUBE, "beta": 0.5},
        {"W": (_SIGNS * [1, 1, 2]).tolist(), "noise": 0.25, "U": beside(THREE_FOUR), "beta": 2.0},
    ),
    _equal_norms,
)


def _different_norms(rng: Rng, n: int) -> Iterator[dict[str, Array]]:
    for k in (2, 3):
        norms = np.cumsum(rng.uniform(0.5, 1.5, (n, 1, k)), -1)
        yield {"W": norms * _SIGNS[:, :k], "noise": rng.uniform(0.25, 2, n), "U": rotations(rng, n, k),
               "beta": _betas(rng, n)}  # fmt: skip


DIFFERENT_NORMS = Domain(
    "a linear decoder of orthogonal columns of different norms, a rotation of its latents",
    (
        {"W": (_SIGNS[:, :2] * [2, 1]).tolist(), "noise": 0.5, "U": THREE_FOUR, "beta": 1.0},
        {"W": (_SIGNS * [1, 2, 4]).tolist(), "noise": 0.25, "U": _CUBE, "beta": 0.5},
    ),
    _different_norms,
)


def _clouds(rng: Rng, n: int) -> Iterator[dict[str, Array]]:
    for k in (2, 3):
        Z = rng.normal(size=(n, k, 9))
        turn = np.linalg.qr(rng.normal(size=(n, k, k)))[0]
        yield {"Z": Z, "M": turn @ Z * rng.uniform(0.5, 1, (n, k, 1)) + 0.2 * rng.normal(size=Z.shape)}


CLOUDS = Domain(
    "true and inferred latents",
    (
        {"Z": [[1.0, -0.5, 0.25], [0.5, 2.0, -1.0]], "M": [[0.75, 0.5, 0.0], [-0.25, 1.5, -1.0]]},
        {"Z": [[1.0, -0.5, 0.25], [0.5, 2.0, -1.0]], "M": [[-0.25, 1.5, -1.0], [0.75, -0.5, 0.0]]},
        {"Z": [[1.0, 0.0, 0.25, -1.0], [0.5, 2.0, -1.0, 0.0], [0.0, 0.5, 1.0, 1.0]],
         "M": [[0.5, 0.25, 0.0, -1.0], [0.5, 1.0, -1.0, 0.25], [-0.5, 0.5, 2.0, 1.0]]},
    ),
    _clouds,
)  # fmt: skip


def _planar_maps(rng: Rng, n: int) -> Iterator[dict[str, Array]]:
    yield {"U": np.linalg.qr(rng.normal(size=(n, 2, 2)))[0]}


PLANAR_MAPS = Domain(
    "planar orthogonal matrices",
    ({"U": THREE_FOUR}, {"U": planar(1, 2)}, {"U": QUARTER}, {"U": MIRROR}, {"U": planar(3, 1)},
     {"U": planar(2, 3)[:, ::-1]}),
    _planar_maps,
)  # fmt: skip


def _columns(rng: Rng, n: int) -> Iterator[dict[str, Array]]:
    W = rng.normal(size=(n, 2, 2))
    yield {"columns": W / np.linalg.norm(W, axis=-2, keepdims=True) * np.array([2.0, 1.0])}


COLUMNS = Domain(
    "decoders of two columns",
    (
        {"columns": [[2.0, 0.6], [0.0, 0.8]]},
        {"columns": [[1.0, 1.0], [2.0, -0.25]]},
        {"columns": [[0.5, 1.0], [0.25, 1.0], [0.5, -2.0]]},
        {"columns": [[0.0, 1.0], [2.0, 0.0]]},
    ),
    _columns,
)

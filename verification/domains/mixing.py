"""Domains of points, priors and exact rotations: orthogonal in balls, as no matrix of floats quite is."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from flint import arb

from verification.balls import working_precision
from verification.domain import Array, Case, Domain
from verification.domains.gaussians import covariances

Rng = np.random.Generator


def planar(a: int, b: int) -> Array:
    """The rotation of a Pythagorean triple: cosine (b^2 - a^2) / (a^2 + b^2), sine 2ab / (a^2 + b^2)."""
    with working_precision(600):
        c, s = (arb(int(x)) / int(a * a + b * b) for x in (b * b - a * a, 2 * a * b))
        return np.array([[c, -s], [s, c]], dtype=object)


def spatial(w: int, x: int, y: int, z: int) -> Array:
    """The rotation of an integer quaternion."""
    rows = [
        [w * w + x * x - y * y - z * z, 2 * (x * y - w * z), 2 * (x * z + w * y)],
        [2 * (x * y + w * z), w * w - x * x + y * y - z * z, 2 * (y * z - w * x)],
        [2 * (x * z - w * y), 2 * (y * z + w * x), w * w - x * x - y * y + z * z],
    ]
    with working_precision(600):
        norm = int(w * w + x * x + y * y + z * z)
        return np.array([[arb(int(v)) / norm for v in row] for row in rows], dtype=object)


def eighth() -> Array:
    """The turn by 45 degrees."""
    with working_precision(600):
        c = (arb(1) / 2).sqrt()
        return np.array([[c, -c], [c, c]], dtype=object)


def beside(U: Array) -> Array:
    """A planar map of the first two of three latents."""
    wide = np.full((3, 3), arb(0), dtype=object)
    wide[:2, :2], wide[2, 2] = U, arb(1)
    return wide


MIRROR = [[1.0, 0.0], [0.0, -1.0]]
QUARTER = [[0.0, -1.0], [1.0, 0.0]]
THREE_FOUR = planar(1, 3)  # 4/5 and 3/5
_CUBE = spatial(1, 2, 3, 5)


def rotations(rng: Rng, n: int, k: int) -> Array:
    """Random exact rotations of the plane or of space, every entry other than 0."""
    if k == 2:
        return np.array([planar(*rng.choice(np.arange(1, 12), 2, replace=False)) for _ in range(n)], dtype=object)
    return np.array([spatial(*rng.choice(np.arange(1, 9), 4, replace=False)) for _ in range(n)], dtype=object)


def _points(rng: Rng, n: int) -> Iterator[dict[str, Array]]:
    for k in (2, 3):
        yield {"U": rotations(rng, n, k), "z": 1.3 * rng.normal(size=(n, k))}


def _away(rng: Rng, n: int) -> Iterator[dict[str, Array]]:
    for k in (2, 3):
        yield {"U": rotations(rng, n, k), "z": rng.uniform(0.1, 2.5, (n, k)) * rng.choice([-1, 1], (n, k))}


_POINTS: tuple[Case, ...] = (
    {"U": eighth(), "z": [1.5, 1.5]},
    {"U": THREE_FOUR, "z": [1.0, -2.0]},
    {"U": _CUBE, "z": [0.5, -1.25, 2.0]},
)
POINTS = Domain("a rotation that mixes all latents, a point", _POINTS, _points)
KINKED = Domain(
    "a rotation that mixes all latents, a point off the axes as before as after",
    ({"U": eighth(), "z": [1.5, 0.5]}, _POINTS[1], _POINTS[2]),
    _away,
)
ANY_ROTATION = Domain(
    "any orthogonal map, a point",
    (
        {"U": QUARTER, "z": [1.0, -2.0]},
        {"U": np.eye(2).tolist(), "z": [0.5, 1.0]},
        {"U": beside(THREE_FOUR), "z": [0.5, -1.25, 2.0]},
        _POINTS[2],
    ),
    _points,
)


def _ranks(rng: Rng, n: int) -> Iterator[dict[str, Array]]:
    for k in (2, 3):
        yield {"U": rotations(rng, n, k), "ranks": rng.uniform(0.02, 0.98, (n, k))}


RANKS = Domain(
    "a rotation, a point of the cube",
    ({"U": THREE_FOUR, "ranks": [0.125, 0.75]}, {"U": _CUBE, "ranks": [0.25, 0.875, 0.375]}),
    _ranks,
)


def _correlated(rng: Rng, n: int) -> Iterator[dict[str, Array]]:
    for k in (2, 3):
        sigma = covariances(rng, (n,), k, 0.6)
        yield {"U": rotations(rng, n, k), "z": rng.normal(size=(n, k)), "Sigma": sigma}


_S3 = [[1.0, 0.25, 0.125], [0.25, 0.75, -0.125], [0.125, -0.125, 0.5]]
CORRELATED = Domain(
    "a rotation, a point, a correlated Gaussian prior",
    (
        {"U": THREE_FOUR, "z": [1.0, -2.0], "Sigma": [[2.0, 0.75], [0.75, 0.5]]},
        {"U": eighth(), "z": [0.5, 0.25], "Sigma": [[1.0, -0.5], [-0.5, 2.0]]},
        {"U": _CUBE, "z": [0.5, -1.25, 2.0], "Sigma": _S3},
    ),
    _correlated,
)


def _dependent(rng: Rng, n: int) -> Iterator[dict[str, Array]]:
    yield {"U": rotations(rng, n, 2), "ranks": rng.uniform(0.02, 0.98, (n, 2)), "dependence": rng.uniform(-1, 1, n)}


DEPENDENT = Domain(
    "a rotation, a point of the square, dependent latents",
    (
        {"U": THREE_FOUR, "ranks": [0.125, 0.75], "dependence": 1.0},
        {"U": eighth(), "ranks": [0.25, 0.875], "dependence": -0.75},
        {"U": planar(1, 2), "ranks": [0.5, 0.25], "dependence": 0.5},
    ),
    _dependent,
)


TURNED = Domain(
    "a rotation, a decoder of ranks",
    ({"U": THREE_FOUR, "a": [1.0, 2.0]}, {"U": eighth(), "a": [0.5, 1.5]}, {"U": planar(1, 2), "a": [3.0, 1.0]}),
)


def _decoded(rng: Rng, n: int) -> Iterator[dict[str, Array]]:
    for k in (2, 3):
        yield {"U": rotations(rng, n, k), "latents": 1.3 * rng.normal(size=(n, k)), "a": rng.uniform(0.25, 3, (n, k))}


DECODED = Domain(
    "a rotation, a point, a decoder of ranks",
    (
        {"U": eighth(), "latents": [1.5, 1.5], "a": [1.0, 2.0]},
        {"U": THREE_FOUR, "latents": [1.0, -2.0], "a": [0.5, 1.5]},
        {"U": _CUBE, "latents": [0.5, -1.25, 2.0], "a": [1.0, 2.0, 0.5]},
    ),
    _decoded,
)


def _linear(rng: Rng, n: int) -> Iterator[dict[str, Array]]:
    for k, D in ((2, 3), (3, 2)):
        yield {
            "x": rng.normal(size=(n, D)), "W": rng.normal(size=(n, D, k)), "noise": rng.uniform(0.2, 2, n),
            "U": rotations(rng, n, k), "z": rng.normal(size=(n, k)),
        }  # fmt: skip


_W = [[1.0, 0.5], [-0.25, 1.5], [0.0, 0.75]]
LINEAR = Domain(
    "a linear decoder, a rotation, a datum and a point",
    (
        {"x": [0.5, -1.0, 1.5], "W": _W, "noise": 0.5, "U": THREE_FOUR, "z": [1.0, -2.0]},
        {
            "x": [0.25, 0.75],
            "W": [[1.0, 0.5, 0.25], [-0.5, 2.0, 1.0]],
            "noise": 1.25,
            "U": _CUBE,
            "z": [0.5, -1.0, 2.0],
        },
    ),
    _linear,
)


def _powers(rng: Rng, n: int) -> Iterator[dict[str, Array]]:
    yield {"t": rng.normal(size=n), "a": np.exp(rng.choice([-1, 1], n) * rng.uniform(0.3, 1.2, n))}


POWERS = Domain(
    "latents of distribution function z^a on (0, 1), a score t",
    ({"t": 0.0, "a": 2.0}, {"t": 1.0, "a": 0.5}, {"t": -0.75, "a": 3.0}),
    _powers,
)

"""Domains of what a decoder gives: Jacobians, eigenvalues of Hessians and covariances, outputs beside their data."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from verification.domain import Array, Domain, Draw

Rng = np.random.Generator

# --- Jacobians and eigenvalues ---------------------------------------------------------------------------------------

BLIND = Domain(
    "a Jacobian of rank one",
    (
        {"J": [[1.0, -0.5], [0.5, -0.25]], "beta": 1.0},
        {"J": [[0.0, 2.0], [0.0, 1.0]], "beta": 0.5},
        {"J": [[1.0, 1.0], [0.0, 0.0]], "beta": 2.0},
    ),
)
SEEING = Domain(
    "a Jacobian of full rank",
    (
        {"J": [[1.0, -0.5], [0.5, 1.0]], "beta": 1.0},
        {"J": [[1.0, 2.0], [0.0, 1.0], [1.0, 0.0]], "beta": 0.5},
    ),
)


def _turned(rng: Rng, n: int) -> Iterator[dict[str, Array]]:
    a, s, angle = rng.normal(size=(n, 2)), np.exp(rng.normal(size=(n, 2))), rng.uniform(-2, 2, n)
    yield {"a": np.asarray(a), "s": s, "angle": np.asarray(angle)}


TURNED = Domain(
    "eigenvalues of two symmetric matrices and the angle between their axes, in quarter turns",
    (
        {"a": [-1.0, -2.0], "s": [0.5, 0.25], "angle": 0.5},
        {"a": [-2.0, -0.5], "s": [0.25, 1.0], "angle": 1.0},
        {"a": [1.0, -3.0], "s": [0.5, 2.0], "angle": -0.75},
    ),
    _turned,
)
ALIGNED = Domain(
    "eigenvalues of two symmetric matrices with common axes, in one order",
    (
        {"a": [-1.0, -2.0], "s": [0.5, 0.25], "angle": 0.0},
        {"a": [-2.0, -0.5], "s": [0.25, 1.0], "angle": 0.0},
        {"a": [1.0, -3.0], "s": [2.0, 0.5], "angle": 0.0},
        {"a": [-3.0, -1.0], "s": [2.0, 0.5], "angle": 1.0},
        {"a": [0.5, 2.0], "s": [2.0, 0.25], "angle": -1.0},
    ),
)

# --- observation models -----------------------------------------------------------------------------------------------


def _seen(x: str, binary: bool = False, **rest: str) -> Draw:
    def draw(rng: Rng, n: int) -> Iterator[dict[str, Array]]:
        for D in (1, 3):
            kinds: dict[str, Array] = {"real": rng.normal(size=(n, D)), "grey": rng.uniform(size=(n, D)),
                     "binary": rng.integers(2, size=(n, D)).astype(float), "chance": rng.uniform(0.02, 0.98, (n, D)),
                     "positive": np.exp(rng.uniform(-2, 2, n))}  # fmt: skip
            yield {"x": kinds[x], **{name: kinds[kind] for name, kind in rest.items()}}

    return draw


REALS = Domain(
    "a datum, a mean, a variance",
    (
        {"x": [0.5], "g": [0.25], "noise": 1.0},
        {"x": [0.5, -1.0, 2.0], "g": [0.75, 0.5, -0.25], "noise": 0.5},
        {"x": [3.0, 1.0, 0.0], "g": [-1.0, 1.0, 0.5], "noise": 4.0},
    ),
    _seen("real", g="real", noise="positive"),
)
_GREY = ({"x": [0.5], "g": [0.5]}, {"x": [0.25, 0.75, 0.5], "g": [0.5, 0.125, 0.75]})
_BINARY = ({"x": [1.0], "g": [0.25]}, {"x": [1.0, 0.0, 0.0], "g": [0.875, 0.125, 0.5]})
GREY = Domain("pixels in [0, 1] and probabilities", (*_GREY, *_BINARY), _seen("grey", g="chance"))
BINARY = Domain("pixels 0 and 1 and probabilities", _BINARY, _seen("binary", g="chance"))
ONLY_GREY = Domain(
    "pixels between 0 and 1 and probabilities",
    ({"x": [0.25], "g": [0.5]}, {"x": [0.25, 0.75, 0.5], "g": [0.125, 0.5, 0.875]}),
    _seen("grey", g="chance"),
    requires=lambda x, g: (np.abs(1 - x - g) > 0.05).all(-1),
)
LOGITS = Domain(
    "pixels in [0, 1] and logits",
    ({"x": [1.0], "a": [0.5]}, {"x": [0.25, 0.0, 1.0], "a": [-2.0, 0.5, 3.0]}),
    _seen("grey", a="real"),
)
FITTING = Domain(
    "pixels 0 and 1 and how far each is from its probability",
    ({"x": [1.0], "miss": [0.25]}, {"x": [1.0, 0.0, 0.0], "miss": [0.125, 0.25, 0.375]}),
)

"""Small decoders of two hidden layers at points: every activation, more pixels than hidden units and fewer."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np

from verification.domain import Array, Case, Domain

IDENTITY, RELU, LEAKY_RELU, ELU, TANH, SIGMOID, SOFTPLUS = range(7)
_SHAPES = ((2, 3, 2, 3), (3, 2, 3, 2))  # k, first and second hidden layer, pixels


def _network(rng: np.random.Generator, n: int, shape: tuple[int, ...]) -> dict[str, Array]:
    made: dict[str, Array] = {"z": rng.normal(size=(n, 2, shape[0]))}
    for place, (into, out) in enumerate(pairwise(shape), 1):
        made[f"W{place}"] = rng.normal(size=(n, out, into)) * np.exp(0.5 * rng.normal(size=(n, 1, 1)))
        made[f"b{place}"] = rng.normal(size=(n, out))
    made["beta"] = np.exp(1.5 * rng.normal(size=n))
    made["columns"] = rng.integers(shape[0], size=(n, 2, 3)).astype(float)
    made["Lambda"] = rng.exponential(size=(n, 2, shape[-1]))
    return made


def _drawn(hidden: tuple[int, ...], output: tuple[int, ...]) -> Any:
    def draw(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
        for shape in _SHAPES:
            yield {
                **_network(rng, n, shape),
                "hidden": rng.choice(hidden, size=n).astype(float),
                "output": rng.choice(output, size=n).astype(float),
            }

    return draw


def _witness(seed: int, hidden: int, output: int, shape: tuple[int, ...] = _SHAPES[0]) -> Case:
    """Literal enough: eighths, that no draw of another seed changes."""
    case = {name: np.round(8 * x[0]) / 8 for name, x in _network(np.random.default_rng(seed), 1, shape).items()}
    return {**case, "beta": 0.5 + seed % 3, "hidden": hidden, "output": output}


_SMOOTH = (ELU, TANH, SIGMOID, SOFTPLUS)
_ALL = (RELU, LEAKY_RELU, *_SMOOTH)
NETWORKS = Domain(
    "small decoders with every activation",
    (*(_witness(i + 1, kind, IDENTITY) for i, kind in enumerate(_ALL)), _witness(7, ELU, IDENTITY, _SHAPES[1])),
    _drawn(_ALL, (IDENTITY,)),
)
OUTPUTS = Domain(
    "small decoders whose last layer has an activation",
    (
        _witness(11, ELU, SIGMOID),
        _witness(12, TANH, SOFTPLUS),
        _witness(13, LEAKY_RELU, SIGMOID, _SHAPES[1]),
        _witness(14, IDENTITY, SIGMOID),
    ),
    _drawn(_ALL, (SIGMOID, TANH, SOFTPLUS)),
)
SMOOTH = Domain(
    "small smooth decoders",
    (_witness(21, ELU, IDENTITY), _witness(22, TANH, IDENTITY), _witness(23, SOFTPLUS, IDENTITY, _SHAPES[1])),
    _drawn(_SMOOTH, (IDENTITY,)),
)
FEW = Domain("two small decoders, given as functions", (_witness(31, ELU, IDENTITY), _witness(12, TANH, SOFTPLUS)))

"""Posteriors of independent dimensions, given by means and standard deviations, and piecewise-linear controls."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from verification.domain import Array, Domain


def _posteriors(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    shape = (n, 3, 2)
    yield {"mu": 2 * rng.normal(size=shape), "sigma": np.exp(rng.normal(size=shape))}


_WITNESSES = (
    {"mu": [[-0.75, 1.5], [1.25, 0.5]], "sigma": [[0.5, 1.0], [0.75, 0.25]]},
    {"mu": [[-2.0, 0.0], [0.5, 0.25], [1.0, 0.5]], "sigma": [[0.25, 1.5], [1.0, 0.0625], [2.0, 0.5]]},
)

MARGINALS = Domain(
    "posteriors of independent dimensions, of standard deviations down to 1/1000, as far apart as 1000",
    (
        *_WITNESSES,
        {"mu": [[-2.0, 1000.0], [0.5, 0.0], [1.0, 0.5]], "sigma": [[0.0009765625, 2.5], [1.5, 0.0625], [8.0, 0.5]]},
        {"mu": [[3.0, 1.0]] * 5, "sigma": [[0.5, 2.0]] * 5},
    ),
    _posteriors,
)


def _values(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    yield {"values": 2 * rng.normal(size=(n, 2, 4))}


def _controls(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    (posteriors,), (values,) = _posteriors(rng, n), _values(rng, n)
    yield {**_knots(rng, n), **values, **posteriors}


def _knots(rng: np.random.Generator, n: int) -> dict[str, Array]:
    return {"knots": np.cumsum(0.1 + rng.exponential(size=(n, 2, 4)), -1) - 2}


def _points(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    (values,) = _values(rng, n)
    yield {"z": 3 * rng.normal(size=(n, 5, 2)), **_knots(rng, n), **values}


_KNOTS = [[-1.5, -0.25, 0.5, 4.0], [-2.0, 0.25, 1.0, 1.25]]
_VALUES = [[0.25, 1.5, -0.75, 9.0], [-8.0, 0.5, -0.5, 0.125]]

CONTROLS = Domain(
    "functions linear between four knots a dimension, with posteriors of independent dimensions",
    tuple({"knots": _KNOTS, "values": _VALUES, **posteriors} for posteriors in _WITNESSES),
    _controls,
)


def _reached(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    """Knots from the lowest mean of a dimension to its highest: there posteriors lie, and no spread vanishes."""
    ((posteriors,), (values,)) = _posteriors(rng, n), _values(rng, n)
    low, high = posteriors["mu"].min(1)[..., None], posteriors["mu"].max(1)[..., None]
    steps = np.cumsum(0.1 + rng.exponential(size=(n, 2, 4)), -1)
    share = (steps - steps[..., :1]) / (steps[..., -1:] - steps[..., :1])
    yield {"knots": low + (high - low) * share, **values, **posteriors}


REACHED = Domain(
    "functions linear between four knots a dimension, with posteriors of independent dimensions among the knots",
    CONTROLS.witnesses,
    _reached,
)

INTERPOLATED = Domain(
    "points between, on and outside the knots of functions of one dimension each",
    ({"z": [[-2.0, 0.75], [0.0, 1.0], [1.0, 1.5], [-0.25, -3.0], [0.25, 0.0]], "knots": _KNOTS, "values": _VALUES},),
    _points,
)

VALUES = Domain("values at knots", ({"values": _VALUES}, {"values": [[-1.0, -3.0, 2.5], [0.5, 0.75, 4.0]]}), _values)


def _distances(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    yield {"d": rng.integers(1, 40, size=n).astype(float), "cap": 30 * rng.exponential(size=n)}


DISTANCES = Domain(
    "dimensions up to 40, and where the squared distance is cut",
    (
        {"d": 2.0, "cap": 2.0},
        {"d": 1.0, "cap": 3.5},
        {"d": 3.0, "cap": 0.125},
        {"d": 10.0, "cap": 19.0},
        {"d": 40.0, "cap": 41.0},
    ),
    _distances,
)

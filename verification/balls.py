"""Arrays of balls: the arithmetic in which the judge compares, so that no rounding is ever forgiven."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from flint import arb, ctx

Array = np.ndarray[Any, Any]

_ball = np.frompyfunc(lambda value, error: arb(value, error), 2, 1)
_convert = np.frompyfunc(lambda value: value if isinstance(value, arb) else arb(float(value)), 1, 1)
_finite = np.frompyfunc(lambda x: bool(x.is_finite()), 1, 1)
_excess = np.frompyfunc(lambda d: float(d.abs_lower()) if d.is_finite() else np.inf, 1, 1)
_lower = np.frompyfunc(lambda d: float(d.lower()) if d.is_finite() else np.inf, 1, 1)
_radius = np.frompyfunc(lambda d: float(d.rad()) if d.is_finite() else np.inf, 1, 1)
_middle = np.frompyfunc(lambda d: float(d.mid()) if d.is_finite() else np.nan, 1, 1)


@contextmanager
def working_precision(bits: int) -> Iterator[None]:
    """Ball arithmetic at so many bits inside the block."""
    before, ctx.prec = ctx.prec, bits
    try:
        yield
    finally:
        ctx.prec = before


def as_balls(value: Any, error: Any = None) -> Array:
    """Floats as exact balls, or as balls of a given radius; balls stay as they are."""
    value = np.asarray(value)
    if value.dtype == object:
        return np.asarray(_convert(value), dtype=object)
    if error is None:
        return np.asarray(_convert(value), dtype=object)
    return np.asarray(_ball(value.astype(float), np.asarray(error, float)), dtype=object)


def is_finite(x: Array) -> Array:
    return np.asarray(_finite(x), dtype=bool)


def distance_from_zero(x: Array) -> Array:
    """The least absolute value in each ball (positive: it cannot be 0); infinite where the ball is not finite."""
    return np.asarray(_excess(x), dtype=float)


def lower_end(x: Array) -> Array:
    return np.asarray(_lower(x), dtype=float)


def radius(x: Array) -> Array:
    return np.asarray(_radius(x), dtype=float)


def middle(x: Array) -> Array:
    return np.asarray(_middle(x), dtype=float)


def exponential(x: Array) -> Array:
    return np.exp(x)


def object_inverse(matrix: Array) -> Array:
    """Inverse of a batch of small ball matrices by Gauss-Jordan elimination without pivoting (positive definite
    input)."""
    k = matrix.shape[-1]
    a = np.concatenate([matrix, np.broadcast_to(as_balls(np.eye(k)), matrix.shape)], axis=-1)
    for i in range(k):
        a[..., i, :] = a[..., i, :] / a[..., i, i, None]
        for j in set(range(k)) - {i}:
            a[..., j, :] = a[..., j, :] - a[..., j, i, None] * a[..., i, :]
    return np.asarray(a[..., k:], dtype=object)

"""Private to :mod:`.quadrature`: how inputs come in and answers go out."""

from __future__ import annotations

from typing import Any

import numpy as np

from verification.estimate import Estimate, Grade

from . import NotApplicable
from ._adaptive_line import EPS

Array = np.ndarray[Any, Any]


def estimate(value: Array, error: Array, how: str = "two orders and round-off") -> Estimate:
    finite = np.isfinite(value) & np.isfinite(error)
    return Estimate(np.where(finite, value, np.nan), np.where(finite, error, np.inf), Grade.BOUNDED, certificate=how)


def floats(*arrays: Any) -> tuple[Array, ...]:
    """Float arrays; balls that are no floats are refused rather than rounded."""
    out = []
    for x in arrays:
        y = np.asarray(x, float)
        if np.asarray(x).dtype == object and not all(a == float(a) for a in np.ravel(np.asarray(x))):
            raise NotApplicable("quadrature takes floats only")
        out.append(y)
    return tuple(out)


def lead(beta: Array, like: Array) -> Array:
    """beta (B,) against leading axes (B, ...)."""
    return np.asarray(beta, float).reshape(np.shape(beta) + (1,) * (like.ndim - np.ndim(beta))) + np.zeros(like.shape)


def log_of(total: Array, error: Array) -> tuple[Array, Array]:
    with np.errstate(all="ignore"):
        value = np.log(total)
        slip = np.where(error < total, -np.log1p(-error / total), np.inf)
    return value, slip + EPS * np.abs(value)

"""What a claim may assert of a formula and a truth: one relation a file, one comparison each.

A relation turns cases into the questions an oracle is asked (``expand``), and the answers into a ``Comparison``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from verification.balls import as_balls, is_finite, radius
from verification.estimate import Estimate

Array = np.ndarray[Any, Any]
Args = Mapping[str, Any]


@dataclass(frozen=True)
class Comparison:
    """Per case: ``excess`` > 0 is a violation of that size, ``radius`` the size below which none could be seen.

    ``shown`` is stated by relations whose support must be affirmative: without it, no violation is no support.
    """

    excess: Array
    radius: Array
    slack: Array | None = None
    usable: Array | None = None
    shown: Array | None = None
    observed: Mapping[str, Any] = field(default_factory=dict)


class Relation(Protocol):
    """The shape that every relation has."""

    @property
    def name(self) -> str: ...

    def expand(self, args: dict[str, Array]) -> dict[str, Array]:
        """The questions: by default the cases themselves."""
        ...

    def compare(self, shipped: Callable[..., Any], truth: Estimate, args: dict[str, Array]) -> Comparison:
        """Formula against truth on the expanded cases, in balls."""
        ...


def truth_as_balls(truth: Estimate) -> Array:
    """An estimate as balls of its radius; no ball at all where that is negative or NaN."""
    if np.asarray(truth.value).dtype == object:
        return as_balls(truth.value)
    error = np.asarray(truth.error, float)
    return as_balls(truth.value, np.where(error >= 0, error, np.nan))


def linked(value: Array, truth: Estimate) -> Array:
    """The shipped value on the scale on which the truth was estimated."""
    return np.asarray(np.exp(value), dtype=object) if truth.link == "exp" else value


def widest(x: Array) -> Array:
    """The largest entry of each case."""
    return np.asarray(x, float).reshape(len(x), -1).max(axis=1) if x.ndim > 1 else np.asarray(x, float)


def known(truth: Array) -> Array:
    """Cases whose truth is finite throughout: only they can be compared."""
    finite = is_finite(truth)
    return np.asarray(finite.reshape(len(finite), -1).all(axis=1))


def answered(truth: Estimate) -> Array:
    """Entries of a float estimate that say anything: a finite value and a finite radius that is not negative."""
    value, error = np.asarray(truth.value, float), np.asarray(truth.error, float)
    said = np.isfinite(value) & np.isfinite(error) & (error >= 0)
    return np.asarray(said.reshape(len(said), -1).all(axis=1)) if said.ndim else said


def resolution(truth: Array, value: Array, link: str) -> Array:
    """Radius of the difference, in nats also where the truth was estimated on the exponential scale."""
    spread = radius(truth)
    if link == "exp":
        with np.errstate(divide="ignore", invalid="ignore"):
            spread = spread / np.abs(np.asarray([float(v.mid()) for v in value.ravel()]).reshape(value.shape))
    return widest(spread)

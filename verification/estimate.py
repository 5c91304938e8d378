"""What an oracle says of a quantity: a value, and what is known of its error."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


class Grade(IntEnum):
    """How much is known of an estimate's error, strongest last."""

    TRAINED = 1
    SAMPLED = 2
    BOUNDED = 3
    CERTIFIED = 4
    PROVED = 5


@dataclass(frozen=True)
class Estimate:
    """A value per case with a radius: the truth lies in [value - error, value + error].

    ``value`` and ``error`` share a shape (cases, ...). For a sampled estimate of a log-quantity, ``link="exp"``
    says that
    value and error speak of the exponential of what is claimed, so that no sample mean is ever put through a logarithm.
    """

    value: Array
    error: Array
    grade: Grade
    link: str = "identity"
    certificate: str = ""

    def usable(self) -> Array:
        """Cases where the estimate says anything: finite value, finite non-negative radius."""
        value, error = np.asarray(self.value, float), np.asarray(self.error, float)
        return np.isfinite(value) & np.isfinite(error) & (error >= 0)


@dataclass(frozen=True)
class Sample:
    """Independent summands of a Monte Carlo oracle, reduced: count, mean and variance per case, and what bounds them.

    ``span`` bounds max - min of a summand (per case); without one ``moment`` must say why the variance is finite.
    """

    n: int
    mean: Array
    variance: Array
    span: Array | None = None
    moment: str = ""
    link: str = "identity"

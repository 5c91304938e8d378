"""A ball that moves: a value with its first derivatives in one direction, as the formulas of `theory` take it."""

from __future__ import annotations

from functools import reduce
from operator import mul
from typing import Any

import numpy as np
from flint import arb, arb_series

TERMS = 150  # of the series of the gamma law below 10, to more digits than balls have


class Moving:
    """A power series of balls that NumPy takes for one number (a series has a length, and would be an array)."""

    # theory.objects asks the module's name whether constants are to be balls
    __module__ = "flint.moving"

    def __init__(self, series: Any) -> None:
        self.series = series

    def __neg__(self) -> Moving:
        return Moving(-self.series)

    def __add__(self, other: Any) -> Any:
        if isinstance(other, np.ndarray):
            return NotImplemented
        return Moving(self.series + _inner(other))

    def __mul__(self, other: Any) -> Any:
        if isinstance(other, np.ndarray):
            return NotImplemented
        return Moving(self.series * _inner(other))

    def __sub__(self, other: Any) -> Any:
        if isinstance(other, np.ndarray):
            return NotImplemented
        return Moving(self.series - _inner(other))

    def __rsub__(self, other: Any) -> Any:
        if isinstance(other, np.ndarray):
            return NotImplemented
        return Moving(_inner(other) - self.series)

    def __truediv__(self, other: Any) -> Any:
        if isinstance(other, np.ndarray):
            return NotImplemented
        return Moving(self.series / _inner(other))

    def __rtruediv__(self, other: Any) -> Any:
        if isinstance(other, np.ndarray):
            return NotImplemented
        return Moving(_inner(other) * (1 / self.series))

    def __pow__(self, exponent: Any) -> Any:
        if isinstance(exponent, np.ndarray):
            return NotImplemented
        if isinstance(exponent, int) and exponent > 0:
            return reduce(mul, [self] * exponent)  # a base may be negative
        return Moving((self.series.log() * _inner(exponent)).exp())

    __radd__, __rmul__ = __add__, __mul__

    def log(self) -> Moving:
        return Moving(self.series.log())

    def exp(self) -> Moving:
        return Moving(self.series.exp())

    def sqrt(self) -> Moving:
        return Moving(self.series.sqrt())

    def erfc(self) -> Moving:
        return Moving(self.series.erfc())

    def tanh(self) -> Moving:
        twice = (self.series * 2).exp()
        return Moving((twice - 1) / (twice + 1))

    def sin(self) -> Moving:
        return Moving(self.series.sin())

    def atan2(self, x: Any) -> Moving:
        """Its slope is (x dy - y dx) / (x^2 + y^2), added up from the angle at the start."""
        y, x = self.series, _inner(x)
        slope = (x * y.derivative() - y * x.derivative()) / (x * x + y * y)
        return Moving(slope.integral() + arb.atan2(y[0], x[0]))

    def floor(self) -> Moving:
        found = self.series[0].floor()
        if found.unique_fmpz() is None:
            raise ValueError("on a kink, where there is no derivative")
        return Moving(0 * self.series + found)

    def gamma_lower(self, shape: Moving, regularized: int) -> Moving:
        """P(a, x) = sum_n x^(a+n) e^-x / Gamma(a+n+1), of positive terms."""
        a, x = shape.series, self.series
        term = (a * x.log() - x - (a + 1).lgamma()).exp()
        found = term
        for n in range(1, TERMS):
            term = term * x / (a + n)
            found = found + term
        return Moving(found)

    def lambertw(self) -> Moving:
        return Moving(self.series.lambertw())

    @property
    def real(self) -> Moving:
        return self

    def conjugate(self) -> Moving:
        return self

    def erfcinv(self) -> Moving:
        """By Newton's steps, each of which doubles the coefficients that are right."""
        x = self.series
        y = arb_series([x[0].erfcinv()], prec=x.prec)
        for _ in range(2):
            y = y + (y.erfc() - x) * (y * y).exp() * arb.pi().sqrt() / 2
        return Moving(y)

    def __abs__(self) -> Moving:
        return self if _above(self, 0) else -self

    def __float__(self) -> float:
        return float(self.series[0].mid())

    def __gt__(self, other: Any) -> bool:
        return _above(self, other)

    def __ge__(self, other: Any) -> bool:
        return not _above(other if isinstance(other, Moving) else Moving(_inner(other) + 0 * self.series), self)

    def __le__(self, other: Any) -> bool:
        return not _above(self, other)

    def max(self, other: Any) -> Moving:
        return self if _above(self, other) else Moving(0 * self.series + _inner(other))

    def min(self, other: Any) -> Moving:
        return Moving(0 * self.series + _inner(other)) if _above(self, other) else self


def _above(x: Moving, other: Any) -> bool:
    apart = x.series - _inner(other)
    gap = apart[0]
    if gap.contains(0) and not all(c.is_zero() for c in apart.coeffs()):
        raise ValueError("on a kink, where there is no derivative")
    return bool(gap > 0)


def _inner(x: Any) -> Any:
    return x.series if isinstance(x, Moving) else x

"""Balls that carry a derivative, and such balls in turn: one level for each derivative that is taken."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class Dual:
    """value + slope e with e^2 = 0, where e is that of one level; lower levels are constants to it."""

    __slots__ = ("level", "slope", "value")

    def __init__(self, level: int, value: Any, slope: Any) -> None:
        self.level, self.value, self.slope = level, value, slope

    def _with(self, other: Any, act: Callable[[Dual, Dual], Any]) -> Any:
        theirs = other.level if isinstance(other, Dual) else 0
        top = max(self.level, theirs)
        return act(_lifted(self, top), _lifted(other, top))

    def __neg__(self) -> Dual:
        return Dual(self.level, -self.value, -self.slope)

    def __add__(self, other: Any) -> Any:
        return self._with(other, lambda a, b: Dual(a.level, a.value + b.value, a.slope + b.slope))

    def __sub__(self, other: Any) -> Any:
        return self + -other

    def __rsub__(self, other: Any) -> Any:
        return -self + other

    def __mul__(self, other: Any) -> Any:
        return self._with(
            other, lambda a, b: Dual(a.level, a.value * b.value, a.slope * b.value + a.value * b.slope)
        )  # fmt: skip

    def __truediv__(self, other: Any) -> Any:
        def act(a: Dual, b: Dual) -> Dual:
            ratio = a.value / b.value
            return Dual(a.level, ratio, (a.slope - ratio * b.slope) / b.value)

        return self._with(other, act)

    def __rtruediv__(self, other: Any) -> Any:
        return _lifted(other, self.level) / self

    __radd__, __rmul__ = __add__, __mul__

    def log(self) -> Dual:
        return Dual(self.level, self.value.log(), self.slope / self.value)

    def exp(self) -> Dual:
        value = self.value.exp()
        return Dual(self.level, value, self.slope * value)

    def sqrt(self) -> Dual:
        value = self.value.sqrt()
        return Dual(self.level, value, self.slope / (value + value))


def _lifted(x: Any, level: int) -> Dual:
    return x if isinstance(x, Dual) and x.level == level else Dual(level, x, x * 0)


def ball(x: Any) -> Any:
    """The ball at the bottom."""
    while isinstance(x, Dual):
        x = x.value
    return x

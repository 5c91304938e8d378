"""The branch that a piecewise formula follows at a point: smallest, largest and absolute values, decided there."""

from __future__ import annotations

from typing import Any

import sympy as sp

from verification.derive.enclosed import Enclosed
from verification.derive.meaning import Meaning, Reading


class Branch:
    """Numbers of symbols at one point, by which expressions are told apart."""

    def __init__(self, point: int) -> None:
        self.balls = Enclosed(1, point, {})
        self.entries: dict[tuple[str, tuple[int, ...]], Any] = {}
        self.meaning = Meaning(self.balls, Reading({}, {}), {})

    def bind(self, symbol: Any, entry: tuple[str, tuple[int, ...]], number: Any) -> None:
        """The symbol, which stands for an entry of an argument, has this number."""
        self.meaning.bound[symbol] = self.entries[entry] = number

    def slot(self, name: str, p: tuple[int, ...]) -> Any:
        """The number of an entry, or of its mirror entry."""
        return self.entries[name, p if (name, p) in self.entries else (*p[:-2], p[-1], p[-2])]

    def above(self, a: Any, b: Any) -> bool:
        """Whether a > b. Undecided: it is not seen, and they are not the same."""
        return a != b and self.balls.largest([self.meaning.of(sp.sympify(x), {}) for x in (b, a)]) == 1

    def taken(self, e: Any) -> Any:
        """An expression without Min, Max and Abs: what they are on this branch."""
        if not e.has(sp.Min, sp.Max, sp.Abs):
            return e
        args = [self.taken(x) for x in e.args]
        if isinstance(e, sp.Abs):
            return args[0] if self.above(args[0], 0) else -args[0]
        if not isinstance(e, (sp.Min, sp.Max)):
            return e.func(*args)
        found = args[0]
        for x in args[1:]:
            if self.above(x, found) == isinstance(e, sp.Max):
                found = x
        return found

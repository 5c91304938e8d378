"""Values of expressions in index notation at sizes of the letters, in an arithmetic: of the field, or of balls."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from functools import partial
from typing import Any

import sympy as sp
from flint import acb, arb

from theory.derivations import indexed as words
from theory.derivations.parts import Below, CholeskyEntry, Drawn, Floor, GammaMoment, Part
from theory.derivations.spectral import Polar, Projector, Resolvent, Sylvester, TopEigenvalue
from verification.derive import spectral
from verification.derive.exact import Exact
from verification.derive.field import Undecided

Place = tuple[int, ...]


class Values:
    """Values of expressions in index notation at sizes of the letters, in an arithmetic."""

    def __init__(self, arithmetic: Any, sizes: Mapping[str, int], slot: Callable[[str, Place], Any]) -> None:
        self.arithmetic, self.sizes, self.slot = arithmetic, sizes, slot
        self.decides = self  # what tells which of two is larger: the same at a point, where this is exact
        self.known: dict[Any, Any] = {}
        self.uses: dict[Any, tuple[Any, ...]] = {}

    def of(self, e: Any, at: Mapping[Any, int]) -> Any:
        if e not in self.uses:
            self.uses[e] = tuple(e.atoms(sp.Dummy, words.Bound))
        key = (e, tuple((i, at[i]) for i in self.uses[e] if i in at))
        if key not in self.known:
            self.known[key] = self._of(e, at)
        return self.known[key]

    def size(self, letter: str) -> int:
        if "^" in letter:
            base, power = letter.split("^")
            return self.size(base) ** self.size(power)
        return int(letter) if letter.isdigit() else self.sizes[letter]

    def number(self, x: Any) -> Any:
        return self.arithmetic.number(Fraction(x))

    def _of(self, e: Any, at: Mapping[Any, int]) -> Any:
        a = self.arithmetic
        if e.is_Rational:
            return a.number(Fraction(int(e.p), int(e.q)))
        if e is sp.pi:
            return a.pi()
        if isinstance(e, (words.Slot, words.PositiveSlot)):
            return self.slot(e.args[0].name, tuple(self._index(i, at) for i in e.args[2:]))
        if isinstance(e, words.Size):
            return self.number(self.size(e.args[0].name))
        if isinstance(e, words.Delta):
            i, j = (self._index(x, at) for x in e.args)
            return self.number(int(i == j))
        if e.is_Add or e.is_Mul:
            return self._joined(e, at)
        if e is sp.E:
            return a.exp(self.number(1))
        if isinstance(e, sp.exp):
            return a.exp(self.of(e.args[0], at))
        if isinstance(e, sp.log):
            return a.log(self.of(e.args[0], at))
        if e.is_Pow:
            return self._power(e, at)
        return self._word(e, at)

    def _index(self, i: Any, at: Mapping[Any, int]) -> int:
        if isinstance(i, Drawn):
            letter, draw, place = i.args
            base, last = self.size(letter.name), self.size("m") - 1
            return at[draw] // base ** (last - at[place]) % base
        return int(i) if i.is_Integer else at[i]

    def _joined(self, e: Any, at: Mapping[Any, int]) -> Any:
        values = []
        for x in e.args:
            values.append(self.of(x, at))
            if e.is_Mul and isinstance(x, words.Delta) and self._index(x.args[0], at) != self._index(x.args[1], at):
                return self.number(0)
        return reduced(values, e.is_Add)

    def _power(self, e: Any, at: Mapping[Any, int]) -> Any:
        base = self.of(e.base, at)
        if e.exp.is_Integer:
            found = reduced([base] * abs(int(e.exp)), False)
            return found if e.exp > 0 else self.number(1) / found
        if e.exp == sp.Rational(1, 2) and isinstance(base, arb):
            return base.sqrt()
        return self.arithmetic.power(base, self.of(e.exp, at))

    def _word(self, e: Any, at: Mapping[Any, int]) -> Any:
        a = self.arithmetic
        if isinstance(e, words.Over):
            return reduced(list(self._each(e.args[0], e.args[1], at)), True)
        if isinstance(e, words.LogSumExp):
            return a.log(reduced([a.exp(x) for x in self._each(e.args[0], e.args[1], at)], True))
        if isinstance(e, words.Softmax):
            each = [a.exp(x) for x in self._each(e.args[0], e.args[1], at)]
            return each[self._index(e.args[2], at)] / reduced(each, True)
        if isinstance(e, words.LogDet):
            return a.log(a.det(self._matrix(e, at)))
        if isinstance(e, words.InverseEntry):
            rows = self._inverse(e, at)
            return rows[self._index(e.args[3], at)][self._index(e.args[4], at)]
        if isinstance(e, words.Larger):
            x, y = (self.decides.of(x, at) for x in e.args)
            same = (x - y).is_zero()  # one number twice is no kink
            return self.number(0 if same else int(self.decides.arithmetic.largest([y, x])))
        if isinstance(e, (words.Smallest, words.Least)):
            return self._smallest(e, at)
        if isinstance(e, Part):
            place = (self._index(i, at) for i in e.args[1])
            return self.of(e.args[0].body, dict(zip(e.args[0].bound, place, strict=True)))
        if isinstance(e, words.NormalQuantile):
            return self._balls(e, at, lambda x: -(2 * x).erfcinv() * arb(2).sqrt())
        if isinstance(e, words.NormalCdf):
            return self._balls(e, at, lambda x: (-x / arb(2).sqrt()).erfc() / 2)
        if isinstance(e, (sp.tanh, sp.sin, sp.cos)):
            return self._trigonometric(e, at)
        if isinstance(e, Below):
            i, j = (self._index(x, at) for x in e.args)
            return self.number(int(i > j))
        if isinstance(e, CholeskyEntry):
            return self._cholesky(e, at)[self._index(e.args[3], at)][self._index(e.args[4], at)]
        if type(e) in OF_MATRICES:
            return self._of_matrix(e, at)
        if isinstance(e, Floor):
            return self.number(_whole(self.decides.of(e.args[0], at)))
        if type(e) in IN_BALLS:
            return self._balls(e, at, IN_BALLS[type(e)])
        raise Undecided(f"{type(e).__name__} has no value here")

    def _smallest(self, e: Any, at: Mapping[Any, int]) -> Any:
        body, bound = e.args[:2]
        below = [-x for x in self.decides._each(body, bound, at)]
        place = 0 if len(below) == 1 else self.decides.arithmetic.largest(below)
        if isinstance(e, words.Least):
            return self.number(int(place == self._index(e.args[2], at)))
        return self.of(body, {**at, bound: place})

    def _trigonometric(self, e: Any, at: Mapping[Any, int]) -> Any:
        if isinstance(e, sp.tanh) and isinstance(self.arithmetic, Exact):
            twice = self.arithmetic.exp(self.of(e.args[0], at) * self.number(2))
            return (twice - self.number(1)) / (twice + self.number(1))
        return self._balls(e, at, lambda x: getattr(x, type(e).__name__)())

    def _balls(self, e: Any, at: Mapping[Any, int], function: Callable[..., Any]) -> Any:
        found = [self.of(x, at) for x in e.args]
        if not all(isinstance(x, arb) for x in found):
            raise Undecided(f"{type(e).__name__} is no function of the field")
        return function(*found)

    def _each(self, body: Any, bound: Any, at: Mapping[Any, int]) -> Iterator[Any]:
        for value in range(self.size(bound.letter)):
            yield self.of(body, {**at, bound: value})

    def _matrix(self, e: Any, at: Mapping[Any, int]) -> list[list[Any]]:
        body, a, b = e.args[:3]
        return [
            [self.of(body, {**at, a: i, b: j}) for j in range(self.size(b.letter))] for i in range(self.size(a.letter))
        ]

    def _inverse(self, e: Any, at: Mapping[Any, int]) -> list[list[Any]]:
        return self._once("inverse", self.arithmetic.inverse, e, at)

    def _cholesky(self, e: Any, at: Mapping[Any, int]) -> list[list[Any]]:
        return self._once("cholesky", partial(cholesky, self.arithmetic), e, at)

    def _of_matrix(self, e: Any, at: Mapping[Any, int]) -> Any:
        if isinstance(self.arithmetic, Exact):
            raise Undecided(f"{type(e).__name__} is no function of the field")
        found = self._once(type(e).__name__, OF_MATRICES[type(e)], e, at)
        for i in e.args[3:]:
            found = found[self._index(i, at)]
        return found

    def _once(self, what: str, act: Callable[[Any], Any], e: Any, at: Mapping[Any, int]) -> Any:
        key = (what, e.args[:3], tuple((i, at[i]) for i in e.args[0].atoms(sp.Dummy, words.Bound) if i in at))
        if key not in self.known:
            self.known[key] = act(self._matrix(e, at))
        return self.known[key]


def reduced(values: list[Any], add: bool) -> Any:
    found = values[0]
    for x in values[1:]:
        found = found + x if add else found * x
    return found


def cholesky(arithmetic: Any, A: list[list[Any]]) -> list[list[Any]]:
    """Lower triangular L with A = L L'."""
    k, zero = len(A), arithmetic.number(Fraction(0))
    L = [[zero] * k for _ in range(k)]
    for i in range(k):
        for j in range(i + 1):
            rest = reduced([A[i][j], *(-(L[i][m] * L[j][m]) for m in range(j))], True)
            L[i][j] = rest / L[j][j] if j < i else arithmetic.power(rest, arithmetic.number(Fraction(1, 2)))
    return L


def _whole(x: Any) -> Fraction:
    found = x.floor().unique_fmpz()
    if found is None:
        raise Undecided("on a kink")
    return Fraction(int(found))


def _gamma_moment(a: Any, x: Any, m: Any) -> Any:
    """By the series of e^-t and by parts: b times that of (log t)^m t^(b-1) is x^b (log x)^m less m times the next."""
    found, factorial = arb(0), arb(1)
    for n in range(TERMS):
        b, inner = a + n, arb(0)
        for power in range(int(m.unique_fmpz()) + 1):
            inner = (x.log() ** power - power * inner) / b
        factorial = factorial if n == 0 else -factorial * n
        found += (x.log() * b).exp() * inner / factorial
    return found / a.gamma()


def _polygamma(order: Any, a: Any) -> Any:
    return acb(a).polygamma(acb(order)).real


TERMS = 120  # of e^-t for t below 10, to more digits than balls have
OF_MATRICES: dict[Any, Callable[[list[list[Any]]], Any]] = {
    TopEigenvalue: spectral.top,
    Projector: spectral.projector,
    Resolvent: spectral.resolvent,
    Polar: spectral.polar,
    Sylvester: spectral.sylvester,
}
IN_BALLS: dict[Any, Callable[..., Any]] = {
    GammaMoment: _gamma_moment,
    sp.gamma: lambda a: a.gamma(),
    sp.polygamma: _polygamma,
    sp.atan2: arb.atan2,
    sp.LambertW: arb.lambertw,
}

"""The words in a field in which zero can be told: determinants by minors, Gaussian integrals axis by axis."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from typing import Any

from verification.derive.field import Element, Field, Undecided
from verification.derive.meaning import Body, Matrix


class Exact:
    """Arithmetic of symbols: every weight, scalar and matrix entry is a symbol of its own."""

    def __init__(self) -> None:
        self.field = Field()
        self.axes = 0
        self.chosen: dict[Any, Any] = {}

    def number(self, value: Fraction) -> Element:
        return self.field.number(value)

    def pi(self) -> Element:
        return self.field.symbol("pi")

    def scalar(self, symbol: Any) -> Element:
        return self.field.symbol(str(symbol))

    def weight(self, name: Any) -> Element:
        return self.field.symbol(name)

    free = weight

    def matrix(self, name: str, rows: int, columns: int, kind: str) -> Matrix:
        def entry(i: int, j: int) -> Element:
            if kind == "diagonal" and i != j:
                return self.field.zero
            if kind in ("covariance", "symmetric"):
                i, j = min(i, j), max(i, j)
            return self.field.symbol((name, i, j))

        return [[entry(i, j) for j in range(columns)] for i in range(rows)]

    def log(self, x: Element) -> Element:
        return self.field.log(x)

    def exp(self, x: Element) -> Element:
        return self.field.exp(x)

    def power(self, x: Element, exponent: Element) -> Element:
        return self.field.power(x, exponent)

    def largest(self, values: Sequence[Element]) -> int:
        raise Undecided("symbols have no order")

    def det(self, A: Matrix) -> Element:
        if len(A) == 1:
            return A[0][0]
        found = self.field.zero
        for j, x in enumerate(A[0]):
            minor = self.det([[*row[:j], *row[j + 1 :]] for row in A[1:]])
            found = found + (x * minor if j % 2 == 0 else -(x * minor))
        return found

    def inverse(self, A: Matrix) -> Matrix:
        k, whole = len(A), self.field.one / self.det(A)
        if k == 1:
            return [[whole]]

        def cofactor(i: int, j: int) -> Element:
            minor = self.det([[x for c, x in enumerate(row) if c != j] for r, row in enumerate(A) if r != i])
            return minor * whole if (i + j) % 2 == 0 else -(minor * whole)

        return [[cofactor(j, i) for j in range(k)] for i in range(k)]

    @contextmanager
    def _axes(self, k: int) -> Iterator[list[Element]]:
        """Symbols to integrate over, used again by the next integral that is not inside this one."""
        self.axes += 1
        try:
            yield [self.field.symbol(("axis", self.axes, i)) for i in range(k)]
        finally:
            self.axes -= 1

    def log_integral(self, log_body: Body, k: int) -> Element:
        """(k/2) log 2 pi - log|A| / 2 + b' A^-1 b / 2 + c, where log_body = c + b'z - z'A z / 2 is proved."""
        half, slope = self.number(Fraction(1, 2)), self.field.derivative
        with self._axes(k) as z:
            body = log_body(z)
        first = [slope(body, axis) for axis in z]
        A = [[-slope(f, axis) for axis in z] for f in first]
        b = [_sum([f, *(a * axis for a, axis in zip(row, z, strict=True))]) for f, row in zip(first, A, strict=True)]
        linear = [_sum([s, -f]) * axis * half for s, f, axis in zip(b, first, z, strict=True)]
        c = _sum([body, *linear, *(-(s * axis) for s, axis in zip(b, z, strict=True))])
        if not all(slope(x, axis).is_zero() for x in (c, *b, *(x for row in A for x in row)) for axis in z):
            raise Undecided("the exponent is not quadratic")
        inverse = self.inverse(A)
        form = _sum([b[i] * inverse[i][j] * b[j] for i in range(k) for j in range(k)])
        circle = self.log(self.number(Fraction(2)) * self.pi()) * self.number(Fraction(k))
        return (circle - self.log(self.det(A)) + form) * half + c

    def expectation(self, body: Body, mean: list[Any], covariance: Matrix) -> Element:
        """Of a polynomial, by E z_i f = m_i E f + sum_j S_ij E d_j f."""
        k = len(mean)
        with self._axes(k) as z:
            value = body(z)
        places = [axis.num.degrees().index(1) for axis in z]
        if any(value.den.degrees()[p] for p in places):
            raise Undecided("an expectation of what is no polynomial")
        moments: dict[tuple[int, ...], Element] = {(0,) * k: self.field.one}

        def moment(powers: tuple[int, ...]) -> Element:
            if powers not in moments:
                i = next(i for i, p in enumerate(powers) if p)
                less = tuple(p - (j == i) for j, p in enumerate(powers))
                terms = [mean[i] * moment(less)]
                for j in range(k):
                    if less[j]:
                        fewer = tuple(p - (m == j) for m, p in enumerate(less))
                        terms.append(covariance[i][j] * self.number(Fraction(less[j])) * moment(fewer))
                moments[powers] = _sum(terms)
            return moments[powers]

        for monomial in value.den.to_dict():
            self._free_of(monomial, z)
        groups: dict[tuple[int, ...], dict[Any, Any]] = {}
        for monomial, coefficient in value.num.to_dict().items():
            rest = tuple(0 if i in places else m for i, m in enumerate(monomial))
            self._free_of(rest, z)
            groups.setdefault(tuple(int(monomial[p]) for p in places), {})[rest] = coefficient
        one = self.field.ring.constant(1)
        total = [Element(self.field, self.field.ring.from_dict(g), one) * moment(p) for p, g in groups.items()]
        return _sum(total or [self.field.zero]) / Element(self.field, value.den, one)

    def _free_of(self, monomial: tuple[int, ...], z: list[Element]) -> None:
        for index, power in enumerate(monomial):
            if power and self.field.made[index].kind != "symbol":
                here = Element(self.field, self.field.gens[index], self.field.ring.constant(1))
                if not all(self.field.derivative(here, axis).is_zero() for axis in z):
                    raise Undecided("an expectation of what is no polynomial")

    def gradient(self, body: Callable[[], Any], symbol: Any, shape: tuple[int, int], kind: str) -> Any:
        value, half = body(), self.number(Fraction(1, 2))
        if shape == (0, 0):
            at = self.weight(symbol) if isinstance(symbol, tuple) else self.scalar(symbol)
            return self.field.derivative(value, at)
        entries = self.matrix(symbol.name, *shape, kind)
        found = [[self.field.derivative(value, x) if not x.is_zero() else x for x in row] for row in entries]
        if kind in ("covariance", "symmetric"):
            found = [[x if i == j else x * half for j, x in enumerate(row)] for i, row in enumerate(found)]
        return found


def _sum(terms: list[Element]) -> Element:
    found = terms[0]
    for x in terms[1:]:
        found = found + x
    return found


class Split(Exact):
    """Exponentials with each logarithm in the exponent taken out, by its reduced coefficient: one form for each."""

    def exp(self, x: Any) -> Any:
        field = self.field
        found, degrees = field.one, x.num.degrees()
        for place, what in enumerate(list(field.made)):
            if what.kind == "log" and degrees[place] == 1:
                slope = Element(field, x.num.derivative(place), x.den).reduced()
                here = Element(field, field.gens[place], field.ring.constant(1))
                found, x = found * field.power(_base(field, what.base), slope), x - slope * here
        return found * field.exp(x)


def _base(field: Any, base: Any) -> Any:
    return field.number(base) if isinstance(base, int) else Element(field, base, field.ring.constant(1))

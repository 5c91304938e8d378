"""Rational functions with logarithms, powers and exponentials adjoined: a field in which zero can be told.

Every logarithm is split into those of irreducible polynomials and of primes, every power and exponential into one
generator each; log |f g| = log |f| + log |g| is used throughout, so arguments of logarithms and bases of powers are
taken for positive. An element is zero if its numerator is the zero polynomial of the generators.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import Ordering, fmpz, fmpz_mpoly_ctx

GENERATORS = 112
LARGEST = 400_000  # products of terms in one multiplication
UNIT = 2  # powers are kept in halves


class Undecided(Exception):
    """The field cannot hold the expression, or not in the time given."""


@dataclass(frozen=True)
class Generator:
    """What a generator stands for: a symbol, log f, f^(key/2), sqrt f or exp(key/2)."""

    kind: str
    base: Any = None  # a polynomial or a prime
    key: Any = None  # an element


class Field:
    """Generators made as they are asked for; elements are reduced fractions of polynomials in them."""

    def __init__(self) -> None:
        self.ring = fmpz_mpoly_ctx.get([f"g{i}" for i in range(GENERATORS)], Ordering.degrevlex)
        self.gens = self.ring.gens()
        self.made: list[Generator] = []
        self.names: dict[Any, int] = {}
        self.roots: list[int] = []
        self.deadline = float("inf")
        self.one = Element(self, self.ring.constant(1), self.ring.constant(1))
        self.zero = Element(self, self.ring.constant(0), self.ring.constant(1))

    def renew(self, seconds: float) -> None:
        """So much time from now; what takes longer is undecided."""
        self.deadline = time.monotonic() + seconds

    def number(self, value: int | Fraction) -> Element:
        value = Fraction(value)
        return Element(self, self.ring.constant(value.numerator), self.ring.constant(value.denominator))

    def symbol(self, name: Any) -> Element:
        return self._generator(("symbol", name), Generator("symbol", name))

    def _generator(self, name: Any, what: Generator) -> Element:
        if name not in self.names:
            if len(self.made) == GENERATORS:
                raise Undecided("too many symbols")
            self.names[name] = len(self.made)
            if what.kind == "root":
                self.roots.append(len(self.made))
            self.made.append(what)
        return Element(self, self.gens[self.names[name]], self.ring.constant(1))

    def check(self, work: int) -> None:
        if work > LARGEST or time.monotonic() > self.deadline:
            raise Undecided("too large")

    def parts(self, poly: Any) -> list[tuple[Any, int]]:
        """Irreducible factors (their sign dropped) and primes, with multiplicities."""
        self.check(20 * len(poly))
        number, factors = poly.factor()
        found = [(f if f.leading_coefficient() > 0 else -f, int(power)) for f, power in factors]
        return found + [(int(p), int(power)) for p, power in fmpz(abs(number)).factor()]

    def generator_of(self, factor: Any) -> Generator | None:
        """What stands behind a factor that is one generator alone."""
        if isinstance(factor, int) or factor.total_degree() != 1 or len(factor) != 1:
            return None
        return self.made[factor.degrees().index(1)]

    def log(self, x: Element) -> Element:
        if x.is_zero():
            raise Undecided("log 0")
        found = self.zero
        for poly, sign in ((x.num, 1), (x.den, -1)):
            for factor, power in self.parts(poly):
                found = found + self._log(factor) * self.number(sign * power)
        return found

    def _log(self, factor: Any) -> Element:
        what = self.generator_of(factor)
        half = self.number(Fraction(1, UNIT))
        if what is not None and what.kind == "power":
            return what.key * half * self._log(what.base)
        if what is not None and what.kind == "root":
            return half * self._log(what.base)
        if what is not None and what.kind == "exp":
            return what.key * half
        return self._generator(("log", str(factor)), Generator("log", factor))

    def power(self, x: Element, exponent: Element) -> Element:
        constant = exponent.constant()
        if constant is not None and constant.denominator == 1:
            return x ** int(constant)
        if x.is_zero():
            raise Undecided("a power of 0")
        found = self.one
        for poly, sign in ((x.num, 1), (x.den, -1)):
            for factor, times in self.parts(poly):
                found = found * self._power(factor, exponent * self.number(sign * times))
        return found

    def _power(self, factor: Any, exponent: Element) -> Element:
        what = self.generator_of(factor)
        half = self.number(Fraction(1, UNIT))
        if what is not None and what.kind == "power":
            return self._power(what.base, exponent * what.key * half)
        if what is not None and what.kind == "root":
            return self._power(what.base, exponent * half)
        if what is not None and what.kind == "exp":
            return self.exp(what.key * half * exponent)
        found = self.one
        for coefficient, key in exponent.terms():
            times = _integer(coefficient * UNIT)
            if key.constant() == 1:
                whole, rest = divmod(times, UNIT)
                base = self.ring.constant(factor) if isinstance(factor, int) else factor
                found = found * Element(self, base, self.ring.constant(1)) ** whole
                if rest:
                    found = found * self._generator(("root", str(factor)), Generator("root", factor))
            else:
                name = ("power", str(factor), str(key))
                found = found * self._generator(name, Generator("power", factor, key)) ** times
        return found

    def exp(self, x: Element) -> Element:
        found = self.one
        for coefficient, key in x.terms():
            log = self._log_in(key)
            if log is not None:
                generator, rest = log
                base = self.made[generator].base
                found = found * self._power(base, rest * self.number(coefficient))
            elif not key.is_zero():
                times = _integer(coefficient * UNIT)
                found = found * self._generator(("exp", str(key)), Generator("exp", key=key)) ** times
        return found

    def _log_in(self, key: Element) -> tuple[int, Element] | None:
        degrees = key.num.degrees()
        for index, what in enumerate(self.made):
            if what.kind == "log" and degrees[index] == 1:
                return index, key / Element(self, self.gens[index], self.ring.constant(1))
        return None

    def derivative(self, x: Element, by: Element) -> Element:
        """The derivative by a symbol, through every generator."""
        found = self.zero
        used = [a + b for a, b in zip(x.num.degrees(), x.den.degrees(), strict=True)]
        for index, what in enumerate(self.made):
            if not used[index]:
                continue
            inner = self._slope(index, what, by)
            if not inner.is_zero():
                partial = Element(self, x.num.derivative(index), x.den).reduced()
                if x.den.degrees()[index]:
                    partial = partial - x * Element(self, x.den.derivative(index), x.den).reduced()
                found = found + partial * inner
        return found

    def _slope(self, index: int, what: Generator, by: Element) -> Element:
        here = Element(self, self.gens[index], self.ring.constant(1))
        if what.kind == "symbol":
            return self.one if here.num == by.num else self.zero
        half = self.number(Fraction(1, UNIT))
        if what.kind == "exp":
            return here * half * self.derivative(what.key, by)
        if isinstance(what.base, int):
            base, slope = self.number(what.base), self.zero
        else:
            base = Element(self, what.base, self.ring.constant(1))
            slope = self.derivative(base, by) / base
        if what.kind == "log":
            return slope
        if what.kind == "root":
            return here * half * slope
        return here * half * (what.key * slope + self.derivative(what.key, by) * self._log(what.base))

    def at_zero(self, x: Element, by: Element) -> Element:
        """The value where a symbol is 0, in every generator; Undecided where it has none."""
        values: dict[int, Element] = {}

        def value(index: int) -> Element:
            if index not in values:
                what = self.made[index]
                here = Element(self, self.gens[index], self.ring.constant(1))
                if what.kind == "symbol":
                    values[index] = self.zero if here.num == by.num else here
                else:
                    base = self.number(what.base) if isinstance(what.base, int) else None
                    if base is None and what.base is not None:
                        base = filled(what.base)
                    values[index] = self._made_again(what, base, None if what.key is None else whole(what.key))
            return values[index]

        def filled(poly: Any) -> Element:
            found = self.zero
            for monomial, coefficient in poly.to_dict().items():
                term = self.number(int(coefficient))
                for index, power in enumerate(monomial):
                    if power:
                        term = term * value(index) ** int(power)
                found = found + term
            return found

        def whole(y: Element) -> Element:
            den = filled(y.den)
            if den.is_zero():
                raise Undecided("no value at 0")
            return filled(y.num) / den

        return whole(x)

    def _made_again(self, what: Generator, base: Element | None, key: Element | None) -> Element:
        half = self.number(Fraction(1, UNIT))
        if base is None:
            assert key is not None
            return self.exp(key * half)
        if what.kind == "log":
            return self.log(base)
        return self.power(base, half if key is None else key * half)


def _integer(value: Fraction) -> int:
    if value.denominator != 1:
        raise Undecided(f"a power in {value.denominator * UNIT}ths")
    return value.numerator


class Element:
    """A reduced fraction num / den of polynomials in the generators of a field."""

    __slots__ = ("den", "field", "num")

    def __init__(self, field: Field, num: Any, den: Any) -> None:
        self.field, self.num, self.den = field, num, den

    def reduced(self) -> Element:
        num, den = self.num, self.den
        for root in self.field.roots:
            num, den = self._root(num, root), self._root(den, root)
        if not num:
            return self.field.zero
        self.field.check(len(num) + len(den))
        if not den.is_one():
            common = num.gcd(den)
            if not common.is_one():
                num, den = num / common, den / common
            if den.leading_coefficient() < 0:
                num, den = -num, -den
        return Element(self.field, num, den)

    def _root(self, poly: Any, index: int) -> Any:
        """g^2 replaced by what g is the root of."""
        if poly.degrees()[index] < 2:
            return poly
        base = self.field.made[index].base
        base = self.field.ring.constant(base) if isinstance(base, int) else base
        found = self.field.ring.constant(0)
        for monomial, coefficient in poly.to_dict().items():
            whole, rest = divmod(monomial[index], 2)
            kept = tuple(rest if i == index else m for i, m in enumerate(monomial))
            found += self.field.ring.from_dict({kept: coefficient}) * base**whole
        return found

    def __add__(self, other: Element) -> Element:
        if other.is_zero():
            return self
        if self.den == other.den:
            return Element(self.field, self.num + other.num, self.den).reduced()
        self.field.check(max(len(self.num) * len(other.den), len(other.num) * len(self.den)))
        common = self.den.gcd(other.den)
        left, right = self.den / common, other.den / common
        return Element(self.field, self.num * right + other.num * left, left * other.den).reduced()

    def __neg__(self) -> Element:
        return Element(self.field, -self.num, self.den)

    def __sub__(self, other: Element) -> Element:
        return self + -other

    def __mul__(self, other: Element) -> Element:
        self.field.check(max(len(self.num) * len(other.num), len(self.den) * len(other.den)))
        a, b = self.num.gcd(other.den), other.num.gcd(self.den)
        if self.is_zero() or other.is_zero():
            return self.field.zero
        found = Element(self.field, (self.num / a) * (other.num / b), (self.den / b) * (other.den / a))
        return found.reduced() if self.field.roots else found

    def __truediv__(self, other: Element) -> Element:
        if other.is_zero():
            raise ZeroDivisionError
        sign = 1 if other.num.leading_coefficient() > 0 else -1
        return self * Element(self.field, other.den * sign, other.num * sign)

    def __pow__(self, exponent: int) -> Element:
        if exponent < 0:
            return self.field.one / self**-exponent
        found = self.field.one
        for _ in range(exponent):
            found = found * self
        return found

    def is_zero(self) -> bool:
        return not self.num

    def constant(self) -> Fraction | None:
        """The number that it is, if it is one."""
        if not (self.num.is_constant() and self.den.is_constant()):
            return None
        if self.is_zero():
            return Fraction(0)
        return Fraction(int(self.num.leading_coefficient()), int(self.den.leading_coefficient()))

    def terms(self) -> list[tuple[Fraction, Element]]:
        """Coefficients and monomials, of the whole part and of the rest over the denominator."""
        whole, rest = divmod(self.num, self.den)
        one = self.field.ring.constant(1)
        return [
            *Element(self.field, whole, one)._terms(),
            *Element(self.field, rest, self.den).reduced()._terms(),
        ]

    def _terms(self) -> list[tuple[Fraction, Element]]:
        """Coefficient and monomial over the denominator, the denominator's content in the coefficient."""
        number = int(self.den.content())
        den = self.den / self.field.ring.constant(number)
        found = []
        for monomial, coefficient in self.num.to_dict().items():
            over = Element(self.field, self.field.ring.from_dict({monomial: 1}), den).reduced()
            found.append((Fraction(int(coefficient), number), over))
        return found

    def __str__(self) -> str:
        return f"({self.num})/({self.den})"

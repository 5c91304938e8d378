"""The words in balls, at points of simple rational numbers: elimination, Gauss-Hermite sums, lattice sums, dual balls.

Points are a function of a seed and of names alone, the first ones the simplest.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import cache
from itertools import product
from typing import Any

from flint import arb, arb_mat, fmpq, fmpz_poly

from verification.derive.dual import Dual, ball
from verification.derive.field import Undecided
from verification.derive.meaning import Body, Matrix

BITS = 160
NODES = 6  # exact for polynomials of degree 11
STEP, REACH = Fraction(3, 4), 12  # of the lattice: 25 points an axis, aliasing exp(-2 pi^2 / STEP^2)


class Enclosed:
    """Arithmetic of balls at one point."""

    def __init__(self, seed: int, point: int, domain: Mapping[str, tuple[Any, Any]]) -> None:
        self.seed, self.point, self.domain = seed, point, domain
        self.chosen: dict[Any, Any] = {}
        self.lifted: list[dict[Any, Any]] = []
        self.field = None

    def number(self, value: Fraction) -> Any:
        return arb(fmpq(value.numerator, value.denominator))

    def pi(self) -> Any:
        return arb.pi()

    def _random(self, name: Any) -> random.Random:
        digest = hashlib.sha256(repr((self.seed, self.point, name)).encode()).digest()
        return random.Random(int.from_bytes(digest[:8], "big"))

    def _pick(self, name: Any, low: Fraction, high: Fraction) -> Fraction:
        """Strictly between, on a coarse grid of the interval at first; never 0, at which too much vanishes."""
        if name not in self.chosen:
            parts = (4 if self.point < 3 else 32) + (low < 0 < high)
            self.chosen[name] = low + (high - low) * Fraction(self._random(name).randrange(1, parts), parts)
        return Fraction(self.chosen[name])

    def scalar(self, symbol: Any) -> Any:
        for level in reversed(self.lifted):
            if symbol in level:
                return level[symbol]
        name = str(symbol)
        low, high = self.domain.get(name) or ((0, 3) if symbol.is_positive or symbol.is_nonnegative else (-2, 2))
        return self.number(self._pick(name, Fraction(low), Fraction(high)))

    def weight(self, name: Any) -> Any:
        for level in reversed(self.lifted):
            if name in level:
                return level[name]
        if name not in self.chosen:
            self.chosen[name] = Fraction(self._random(name).randrange(1, 5 if self.point < 3 else 60))
        return self.number(self.chosen[name])

    def free(self, name: Any) -> Any:
        for level in reversed(self.lifted):
            if name in level:
                return level[name]
        return self.number(self._pick(name, Fraction(-2), Fraction(2)))

    def matrix(self, name: str, rows: int, columns: int, kind: str) -> Matrix:
        if kind == "diagonal":
            entries = [[Fraction(0) if i != j else self._side(name, i) for j in range(rows)] for i in range(rows)]
        elif kind == "covariance":
            L = [[self._factor(name, i, j) for j in range(rows)] for i in range(rows)]
            entries = [[sum((x * y for x, y in zip(a, b, strict=True)), Fraction(0)) for b in L] for a in L]
        elif kind == "symmetric":
            entries = [[self._cell(name, max(i, j), min(i, j)) for j in range(columns)] for i in range(rows)]
        else:
            entries = [[self._cell(name, i, j) for j in range(columns)] for i in range(rows)]
        self.chosen.setdefault(name, entries)
        found = [[self.number(x) for x in row] for row in entries]
        for level in self.lifted:
            for key, value in level.items():
                if isinstance(key, tuple) and key[:2] == ("entry", name):
                    found[key[2]][key[3]] = found[key[2]][key[3]] + value
        return found

    def _factor(self, name: str, i: int, j: int) -> Fraction:
        return self._side(name, i) if i == j else self._cell(name, i, j) if j < i else Fraction(0)

    def _side(self, name: str, i: int) -> Fraction:
        return self._pick(("side", name, i), Fraction(0), Fraction(2))

    def _cell(self, name: str, i: int, j: int) -> Fraction:
        return self._pick(("cell", name, i, j), Fraction(-2), Fraction(2))

    def log(self, x: Any) -> Any:
        return x.log()

    def exp(self, x: Any) -> Any:
        return x.exp()

    def power(self, x: Any, exponent: Any) -> Any:
        return (x.log() * exponent).exp()

    def largest(self, values: Sequence[Any]) -> int:
        for i, x in enumerate(values):
            if all(j == i or y < x for j, y in enumerate(values)):
                return i
        raise Undecided("which is the largest is not seen")

    def det(self, A: Matrix) -> Any:
        if all(isinstance(x, arb) for row in A for x in row):
            return arb_mat(A).det()
        found, rest = arb(1), A
        while rest:
            pivot, *below = rest
            found = found * pivot[0]
            rest = [[x - row[0] * y / pivot[0] for x, y in zip(row[1:], pivot[1:], strict=True)] for row in below]
        return found

    def inverse(self, A: Matrix) -> Matrix:
        k = len(A)
        if all(isinstance(x, arb) for row in A for x in row):
            return [list(row) for row in arb_mat(A).inv().tolist()]
        rows = [[*row, *(arb(int(i == j)) for j in range(k))] for i, row in enumerate(A)]
        for i in range(k):
            rows[i] = [x / rows[i][i] for x in rows[i]]
            for j in set(range(k)) - {i}:
                rows[j] = [x - rows[j][i] * y for x, y in zip(rows[j], rows[i], strict=True)]
        return [row[k:] for row in rows]

    def log_integral(self, log_body: Body, k: int) -> Any:
        """log of h^k times the sum over a lattice, with what aliasing and the cut tail can add, for a Gaussian body.

        The lattice's axes are those of the body's own covariance, found from its second differences; there the body is
        exp(-u'Bu / 2) up to a factor, with B within 1 % of I, and Poisson's sum bounds what the lattice misses.
        """
        if k > 2 or (k == 2 and self.point):
            raise Undecided("lattices are summed in one dimension, and at one point in two")
        zero, one = [arb(0)] * k, [[arb(int(i == j)) for j in range(k)] for i in range(k)]
        at_zero = log_body(zero)
        plus = [log_body(row) for row in one]
        minus = [log_body([-x for x in row]) for row in one]
        A = [[at_zero * 2 - plus[i] - minus[i] if i == j else arb(0) for j in range(k)] for i in range(k)]
        if k == 2:
            A[0][1] = A[1][0] = plus[0] + plus[1] - at_zero - log_body([arb(1), arb(1)])
        far = log_body([arb(2)] * k)
        inverse = self.inverse(A)
        slope = [(p - m) / 2 for p, m in zip(plus, minus, strict=True)]
        form = sum((A[i][j] for i in range(k) for j in range(k)), arb(0))
        if not (far - at_zero - 2 * sum(slope, arb(0)) + 2 * form).contains(0):
            raise Undecided("the exponent is not quadratic")
        centre = [sum((inverse[i][j] * slope[j] for j in range(k)), arb(0)).mid() for i in range(k)]
        L = _cholesky(inverse)
        B = arb_mat(L).transpose() * arb_mat(A) * arb_mat(L)
        if not all(abs(B[i, j] - int(i == j)) < 0.01 for i in range(k) for j in range(k)):
            raise Undecided("the exponent is not quadratic")
        h, total, top = self.number(STEP), arb(0), log_body(centre)
        for node in product(range(-REACH, REACH + 1), repeat=k):
            z = [centre[i] + sum((L[i][j] * h * node[j] for j in range(k)), arb(0)) for i in range(k)]
            total += (log_body(z) - top).exp()
        aliasing = 4 * k * (-2 * arb.pi() ** 2 / (h * h * 1.02)).exp()
        tail = 8 * k * (-0.98 * (h * (REACH + 1)) ** 2 / 2).exp()
        missed = arb(0, float((aliasing + tail).upper()))
        return (total * (1 + missed) * h**k * arb_mat(L).det()).log() + top

    def expectation(self, body: Body, mean: list[Any], covariance: Matrix) -> Any:
        """By Gauss-Hermite sums along the columns of the Cholesky factor: exact for polynomials of degree 11.

        What is no polynomial shows in a second sum with more nodes.
        """
        first, second = (self._hermite_sum(body, mean, covariance, n) for n in (NODES, NODES + 1))
        gap = first - second
        if not ball(gap).contains(0):
            raise Undecided("an expectation of what is no polynomial")
        return first

    def _hermite_sum(self, body: Body, mean: list[Any], covariance: Matrix, n: int) -> Any:
        k, L = len(mean), _cholesky(covariance)
        total = arb(0)
        for nodes in product(_hermite(n), repeat=k):
            z = [mean[i] + sum((L[i][j] * nodes[j][0] for j in range(i + 1)), arb(0)) for i in range(k)]
            weight = arb(1)
            for _, w in nodes:
                weight *= w
            total = total + body(z) * weight
        return total

    def gradient(self, body: Callable[[], Any], symbol: Any, shape: tuple[int, int], kind: str) -> Any:
        level = len(self.lifted) + 1
        if shape == (0, 0):
            if isinstance(symbol, tuple):
                body()  # so that the cell has a value
            here = self._cell_of(symbol) if isinstance(symbol, tuple) else self.scalar(symbol)
            return self._slope(body, {symbol: Dual(level, here, arb(1))})
        found = [[arb(0)] * shape[1] for _ in range(shape[0])]
        symmetric = kind in ("covariance", "symmetric")
        for i, j in product(range(shape[0]), range(shape[1])):
            if kind == "diagonal" and i != j:
                continue
            dual = Dual(level, arb(0), arb(1) / 2 if symmetric and i != j else arb(1))
            places = {("entry", symbol.name, i, j): dual}
            if symmetric and i != j:
                places["entry", symbol.name, j, i] = dual
            found[i][j] = self._slope(body, places)
        return found

    def _cell_of(self, name: Any) -> Any:
        for level in reversed(self.lifted):
            if name in level:
                return level[name]
        if name not in self.chosen:
            raise Undecided("a derivative by a cell of a table that is not looked at")
        return self.number(Fraction(self.chosen[name]))

    def _slope(self, body: Callable[[], Any], lifted: dict[Any, Any]) -> Any:
        self.lifted.append(lifted)
        try:
            value = body()
        finally:
            self.lifted.pop()
        return value.slope if isinstance(value, Dual) and value.level == len(self.lifted) + 1 else arb(0)


def _cholesky(A: Matrix) -> Matrix:
    k = len(A)
    L = [[arb(0)] * k for _ in range(k)]
    for i in range(k):
        for j in range(i + 1):
            rest = A[i][j] - sum((L[i][m] * L[j][m] for m in range(j)), arb(0))
            L[i][j] = rest.sqrt() if i == j else rest / L[j][j]
    return L


@cache
def _hermite(n: int) -> tuple[tuple[Any, Any], ...]:
    """Nodes and weights of the standard normal: roots of He_n, n! / (n He_(n-1))^2."""
    polynomials = [fmpz_poly([1]), fmpz_poly([0, 1])]
    for m in range(1, n):
        polynomials.append(fmpz_poly([0, 1]) * polynomials[m] - m * polynomials[m - 1])
    found = []
    for pair in polynomials[n].complex_roots():
        x = pair[0].real  # type: ignore[index]
        value = sum((arb(c) * x**i for i, c in enumerate(polynomials[n - 1].coeffs())), arb(0))
        found.append((x, arb(n).gamma() * n / (n * value) ** 2))
    return tuple(found)

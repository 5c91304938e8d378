"""What the words of derivations mean in a reading: letters with weights, matrices with entries, numbers of a kind.

One walk over an expression serves two arithmetics, which share no more than it: a field in which zero can be told
(`exact`), and balls at a point (`enclosed`). Each brings its own determinants, inverses, integrals and derivatives.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from itertools import product
from typing import Any, Protocol

import sympy as sp

from theory.derivations import indices
from theory.derivations import vocabulary as words
from verification.derive.field import Undecided
from verification.derive.reading import Reading as Reading
from verification.derive.reading import role as role

Scalar = Any
Matrix = list[list[Scalar]]
Body = Callable[[Sequence[Scalar]], Scalar]


class Arithmetic(Protocol):
    """Numbers of a kind, with what cannot be said in + - * / alone."""

    field: Any
    chosen: dict[Any, Any]

    def number(self, value: Fraction) -> Scalar: ...
    def pi(self) -> Scalar: ...
    def scalar(self, symbol: Any) -> Scalar: ...
    def weight(self, name: Any) -> Scalar: ...
    def free(self, name: Any) -> Scalar: ...
    def matrix(self, name: str, rows: int, columns: int, kind: str) -> Matrix: ...
    def log(self, x: Scalar) -> Scalar: ...
    def exp(self, x: Scalar) -> Scalar: ...
    def power(self, x: Scalar, exponent: Scalar) -> Scalar: ...
    def largest(self, values: Sequence[Scalar]) -> int: ...
    def det(self, A: Matrix) -> Scalar: ...
    def inverse(self, A: Matrix) -> Matrix: ...
    def log_integral(self, log_body: Body, k: int) -> Scalar: ...
    def expectation(self, body: Body, mean: list[Scalar], covariance: Matrix) -> Scalar: ...
    def gradient(self, body: Callable[[], Scalar], symbol: Any, shape: tuple[int, int], kind: str) -> Any: ...


class Meaning:
    """Values of expressions in a reading, in an arithmetic."""

    def __init__(self, arithmetic: Arithmetic, reading: Reading, kinds: Mapping[str, str]) -> None:
        self.arithmetic, self.reading, self.kinds = arithmetic, reading, kinds
        self.known: dict[Any, Any] = {}
        self.symbols: dict[Any, tuple[Any, ...]] = {}
        self.methods = self._methods()
        self.laws: dict[Any, Any] = {}
        self.owners: dict[Any, Any] = {}
        self.bound: dict[Any, Any] = {}  # symbols that stand for something for good

    def of(self, e: Any, at: Mapping[Any, Any]) -> Any:
        """A scalar, or a matrix as a list of rows."""
        if e not in self.symbols:
            self.symbols[e] = tuple(e.free_symbols)
        here = tuple((s, at[s]) for s in self.symbols[e] if s in at)
        if any(not isinstance(value, int) for _, value in here):
            return self._of(e, at)
        key = e, here
        if key not in self.known:
            self.known[key] = self._of(e, at)
        return self.known[key]

    def _of(self, e: Any, at: Mapping[Any, Any]) -> Any:
        if isinstance(e, sp.MatrixExpr) or e.is_Matrix:
            return self.matrix(e, at)
        return self.scalar(e, at)

    def size(self, letter: Any) -> int:
        name = role(letter)
        if name not in self.reading.sizes:
            raise Undecided(f"{name} has no values: write letter({name!r})")
        return self.reading.sizes[name]

    def dim(self, n: Any) -> int:
        if n.is_Integer:
            return int(n)
        if isinstance(n, sp.Symbol) and n.name in self.reading.dimensions:
            return self.reading.dimensions[n.name]
        return int(n.subs({s: self.reading.dimensions[s.name] for s in n.free_symbols}))

    def scalar(self, e: Any, at: Mapping[Any, Any]) -> Scalar:
        a = self.arithmetic
        if e.is_Rational:
            return a.number(Fraction(int(e.p), int(e.q)))
        if e is sp.pi:
            return a.pi()
        if e is sp.E:
            return a.exp(a.number(Fraction(1)))
        if e.is_Symbol:
            return self._symbol(e, at)
        if e.is_Add or e.is_Mul:
            values = [self.of(x, at) for x in e.args]
            found = values[0]
            for x in values[1:]:
                found = found + x if e.is_Add else found * x
            return found
        if isinstance(e, sp.exp):
            return a.exp(self.of(e.args[0], at))
        if e.is_Pow:
            return self._power(e, at)
        if isinstance(e, sp.log):
            return self.log(e.args[0], at)
        for kind, method in self.methods.items():
            if isinstance(e, kind):
                return method(e, at)
        raise Undecided(f"{type(e).__name__} is no word of the vocabulary")

    def _symbol(self, e: Any, at: Mapping[Any, Any]) -> Scalar:
        if e in at:
            value = at[e]
            return self.arithmetic.number(Fraction(value)) if isinstance(value, int) else value
        if e in self.bound:
            return self.bound[e]
        if e.is_integer and e.name in self.reading.dimensions:
            return self.arithmetic.number(Fraction(self.reading.dimensions[e.name]))
        return self.arithmetic.scalar(e)

    def _power(self, e: Any, at: Mapping[Any, Any]) -> Scalar:
        base, exponent = e.as_base_exp()
        if exponent.is_Integer:
            n, value = int(exponent), self.of(base, at)
            found = self.arithmetic.number(Fraction(1))
            for _ in range(abs(n)):
                found = found * value
            return found if n >= 0 else self.arithmetic.number(Fraction(1)) / found
        if base is sp.E:
            return self.arithmetic.exp(self.of(exponent, at))
        return self.arithmetic.power(self.of(base, at), self.of(exponent, at))

    def _methods(self) -> dict[Any, Callable[[Any, Mapping[Any, Any]], Scalar]]:
        return {
            words.Density: self._density,
            words.Table: lambda e, at: self.arithmetic.free(self._place(e, at)),
            words.PositiveTable: lambda e, at: self.arithmetic.weight(self._place(e, at)),
            words.Named: lambda e, at: self.of(e.args[1], at),
            words.PositiveNamed: lambda e, at: self.of(e.args[1], at),
            words.Mean: self._mean,
            words.Average: self._total,
            words.Total: self._total,
            words.Count: lambda e, at: self.arithmetic.number(Fraction(self.size(e.args[0]))),
            words.KL: self._divergence,
            words.Entropy: lambda e, at: self._mean(words.Mean(-sp.log(e.args[0]), e.args[1], e.args[0]), at),
            words.Normal: lambda e, at: self.arithmetic.exp(self._log_normal(e, at)),
            indices.Largest: lambda e, at: self._largest(e, at)[0],
            indices.IsLargest: lambda e, at: self.arithmetic.number(Fraction(self._largest(e, at)[1] == at[e.args[1]])),
            indices.Moved: self._moved,
            words.Form: self._form,
            words.Det: lambda e, at: self.arithmetic.det(self.of(e.args[0], at)),
            words.PositiveDet: lambda e, at: self.arithmetic.det(self.of(e.args[0], at)),
            sp.Determinant: lambda e, at: self.arithmetic.det(self.of(e.args[0], at)),
            words.Tr: self._trace,
            sp.Trace: self._trace,
            words.Entry: self._entry,
            words.Gradient: self._gradient,
        }

    # ---- laws on letters ----

    def _density(self, e: Any, at: Mapping[Any, Any]) -> Scalar:
        name, own, letters, given = e.args
        over, fixed, uniform = own
        above, below = [*letters, *given], list(given)
        at_roles = {role(x): at[x] for x in above}
        if set(map(role, fixed)) - set(map(role, below)):
            raise Undecided(f"{name} is a law given {', '.join(map(str, fixed))}")
        law = (str(name), tuple(map(role, over)), tuple(map(role, fixed)), tuple(map(role, uniform)))
        top = self._mass(law, {role(x): at_roles[role(x)] for x in above})
        if set(map(role, below)) == set(law[2]):
            return top
        return top / self._mass(law, {role(x): at_roles[role(x)] for x in below})

    def _mass(self, law: Any, at: dict[str, int]) -> Scalar:
        """The mass of the letters given, the rest summed out."""
        key = (law, tuple(sorted(at.items())))
        if key not in self.laws:
            rest = [x for x in law[1] if x not in at]
            terms = [
                self._cell(law, {**at, **dict(zip(rest, values, strict=True))})
                for values in product(*(range(self.reading.sizes[x]) for x in rest))
            ]
            self.laws[key] = _added(terms)
        return self.laws[key]

    def _cell(self, law: Any, at: dict[str, int]) -> Scalar:
        name, over, fixed, uniform = law
        drawn = [x for x in over if x not in uniform]
        if self.owners.setdefault((name, len(fixed + uniform), len(drawn)), law) != law:
            raise Undecided(f"two laws have the name {name}, and with it their weights: call one {{{name}}}")
        context = tuple(at[x] for x in (*fixed, *uniform))
        weights = {
            values: self.arithmetic.weight((name, context, values))
            for values in product(*(range(self.reading.sizes[x]) for x in drawn))
        }
        share = weights[tuple(at[x] for x in drawn)] / _added(list(weights.values()))
        for x in uniform:
            share = share * self.arithmetic.number(Fraction(1, self.reading.sizes[x]))
        return share

    # ---- means, sums, divergences ----

    def _letters(self, z: Any, at: Mapping[Any, Any], without: Sequence[Any] = ()) -> list[dict[Any, Any]]:
        letters = tuple(z) if isinstance(z, sp.Tuple) else (z,)
        left = [set(range(self.size(x))) - {at[y] for y in without} for x in letters]
        return [{**at, **dict(zip(letters, values, strict=True))} for values in product(*left)]

    def _mean(self, e: Any, at: Mapping[Any, Any]) -> Scalar:
        body, z, law = e.args
        if not isinstance(z, sp.MatrixSymbol):
            return _added([self.of(law, here) * self.of(body, here) for here in self._letters(z, at)])
        if not isinstance(law, words.Normal):
            return self.of(words.Total(law * body, z), at)
        mean, covariance = self.of(law.args[1], at), self.of(law.args[2], at)
        return self.arithmetic.expectation(
            lambda v: self.of(body, {**at, z: list(v)}), [row[0] for row in mean], covariance
        )

    def _total(self, e: Any, at: Mapping[Any, Any]) -> Scalar:
        body, z, *without = e.args
        if isinstance(z, sp.MatrixSymbol):
            return self.arithmetic.exp(self.log(e, at))
        values = [self.of(body, here) for here in self._letters(z, at, without)]
        found = _added(values)
        if isinstance(e, words.Average):
            return found * self.arithmetic.number(Fraction(1, len(values)))
        return found

    def _largest(self, e: Any, at: Mapping[Any, Any]) -> tuple[Scalar, int]:
        values = [self.of(e.args[0], here) for here in self._letters(e.args[1], at)]
        best = self.arithmetic.largest(values)
        return values[best], best

    def _moved(self, e: Any, at: Mapping[Any, Any]) -> Scalar:
        body, z, steps = e.args
        return self.of(body, {**at, z: (at[z] + int(steps)) % self.size(z)})

    def _divergence(self, e: Any, at: Mapping[Any, Any]) -> Scalar:
        q, p, z = e.args
        return self._mean(words.Mean(sp.log(q) - sp.log(p), z, q), at)

    # ---- Gaussians and matrices ----

    def _log_normal(self, e: Any, at: Mapping[Any, Any]) -> Scalar:
        a = self.arithmetic
        z, mu, sigma = (self.of(x, at) for x in e.args)
        k, half = len(sigma), a.number(Fraction(1, 2))
        gap = [[x[0] - y[0]] for x, y in zip(z, mu, strict=True)]
        quadratic = _product(_transposed(gap), _product(a.inverse(sigma), gap))[0][0]
        circle = a.log(a.number(Fraction(2)) * a.pi()) * a.number(Fraction(k))
        return -(circle + a.log(a.det(sigma)) + quadratic) * half

    def log(self, e: Any, at: Mapping[Any, Any]) -> Scalar:
        """The logarithm of a positive expression, taken before its value where that is simpler."""
        a = self.arithmetic
        if e.is_Mul:
            return _added([self.log(x, at) for x in e.args])
        if isinstance(e, sp.exp):
            return self.of(e.args[0], at)
        if e.is_Pow:
            base, exponent = e.as_base_exp()
            return self.log(base, at) * self.of(exponent, at)
        if isinstance(e, words.Normal):
            return self._log_normal(e, at)
        if isinstance(e, (words.Named, words.PositiveNamed)):
            return self.log(e.args[1], at)
        if isinstance(e, words.Total) and isinstance(e.args[1], sp.MatrixSymbol):
            body, z = e.args
            return a.log_integral(lambda v: self.log(body, {**at, z: list(v)}), self.dim(z.shape[0]))
        return a.log(self.of(e, at))

    def _form(self, e: Any, at: Mapping[Any, Any]) -> Scalar:
        A, v, u = (self.of(x, at) for x in e.args)
        return _product(_transposed(u), _product(A, v))[0][0]

    def _trace(self, e: Any, at: Mapping[Any, Any]) -> Scalar:
        A = self.of(e.args[0], at)
        return _added([A[i][i] for i in range(len(A))])

    def _entry(self, e: Any, at: Mapping[Any, Any]) -> Scalar:
        A, indices = self.of(e.args[0], at), [at[i] if i in at else int(i) for i in e.args[1:]]
        return A[indices[0]][indices[1] if len(indices) > 1 else 0]

    def _gradient(self, e: Any, at: Mapping[Any, Any]) -> Any:
        body, x = e.args
        shape = (self.dim(x.shape[0]), self.dim(x.shape[1])) if isinstance(x, sp.MatrixSymbol) else (0, 0)

        def value() -> Scalar:
            self.known.clear()
            self.laws.clear()
            return self.of(body, at)

        if isinstance(x, (words.Table, words.PositiveTable)):
            found = self.arithmetic.gradient(value, self._place(x, at), shape, "any")
        else:
            found = self.arithmetic.gradient(value, x, shape, self.kinds.get(x.name, "any"))
        self.known.clear()
        self.laws.clear()
        return found

    def _place(self, e: Any, at: Mapping[Any, Any]) -> tuple[Any, ...]:
        return (str(e.args[0]), *(at[x] for x in e.args[1:]))

    def matrix(self, e: Any, at: Mapping[Any, Any]) -> Matrix:
        a = self.arithmetic
        if isinstance(e, sp.MatrixSymbol):
            if e in at:
                return [[x] for x in at[e]]
            if e in self.bound:
                return list(self.bound[e])
            rows, columns = self.dim(e.shape[0]), self.dim(e.shape[1])
            return a.matrix(e.name, rows, columns, self.kinds.get(e.name, "any"))
        if isinstance(e, words.NamedMatrix):
            return list(self.of(e.args[1], at))
        if isinstance(e, indices.Column):
            body, j, k = e.args
            values = [self.of(body, {**at, j: i}) for i in range(self.dim(k))]
            zero = a.number(Fraction(0))
            if not isinstance(e, indices.Diagonal):
                return [[value] for value in values]
            return [[value if i == m else zero for m in range(len(values))] for i, value in enumerate(values)]
        if isinstance(e, sp.Identity):
            return self._filled(e, lambda i, j: int(i == j))
        if isinstance(e, sp.ZeroMatrix):
            return self._filled(e, lambda i, j: 0)
        if isinstance(e, sp.Transpose):
            return _transposed(self.of(e.arg, at))
        if isinstance(e, sp.Inverse):
            return a.inverse(self.of(e.arg, at))
        if isinstance(e, sp.MatAdd):
            return _entrywise([self.of(x, at) for x in e.args], lambda x, y: x + y)
        if isinstance(e, sp.HadamardProduct):
            return _entrywise([self.of(x, at) for x in e.args], lambda x, y: x * y)
        if isinstance(e, sp.MatMul):
            scalars = [self.of(x, at) for x in e.args if not x.is_Matrix]
            factors = [self.of(x, at) for x in e.args if x.is_Matrix]
            found = factors[0]
            for x in factors[1:]:
                found = _product(found, x)
            for s in scalars:
                found = [[s * x for x in row] for row in found]
            return found
        if isinstance(e, sp.MatPow) and e.exp.is_Integer and e.exp != 0:
            base = self.of(e.base, at)
            found = base = base if e.exp > 0 else a.inverse(base)
            for _ in range(abs(int(e.exp)) - 1):
                found = _product(found, base)
            return found
        raise Undecided(f"{type(e).__name__} is no word of the vocabulary")

    def _filled(self, e: Any, entry: Callable[[int, int], int]) -> Matrix:
        rows, columns = self.dim(e.shape[0]), self.dim(e.shape[1])
        return [[self.arithmetic.number(Fraction(entry(i, j))) for j in range(columns)] for i in range(rows)]


def _added(terms: list[Scalar]) -> Scalar:
    found = terms[0]
    for x in terms[1:]:
        found = found + x
    return found


def _product(A: Matrix, B: Matrix) -> Matrix:
    return [[_added([row[i] * B[i][j] for i in range(len(B))]) for j in range(len(B[0]))] for row in A]


def _transposed(A: Matrix) -> Matrix:
    return [list(row) for row in zip(*A, strict=True)]


def _entrywise(matrices: list[Matrix], act: Callable[[Scalar, Scalar], Scalar]) -> Matrix:
    found = matrices[0]
    for other in matrices[1:]:
        found = [[act(x, y) for x, y in zip(a, b, strict=True)] for a, b in zip(found, other, strict=True)]
    return found

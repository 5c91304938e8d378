"""The words of derivations once more, in floats and by brute force: what the checker's own reading is held against."""

from __future__ import annotations

from itertools import product
from typing import Any
from zlib import crc32

import numpy as np
import sympy as sp

from theory.derivations import vocabulary as words


class Plain:
    """Values at one random point: every letter has three values, every dimension is 2."""

    SIZE, DIMENSION = 3, 2

    def __init__(self, seed: int, domain: dict[Any, Any]) -> None:
        self.seed, self.domain = seed, domain

    def of(self, e: Any, at: dict[Any, int]) -> Any:
        method = next((m for kind, m in self._methods() if isinstance(e, kind)), None)
        if method is None:
            raise NotImplementedError(type(e).__name__)
        return method(e, at)

    def _methods(self) -> list[tuple[Any, Any]]:
        return [
            (words.Density, self._density),
            ((words.Named, words.PositiveNamed, words.NamedMatrix), lambda e, at: self.of(e.args[1], at)),
            ((words.Table, words.PositiveTable), self._table),
            (words.Mean, self._mean),
            (words.Average, lambda e, at: self._total(e, at) / self._count(e)),
            (words.Total, self._total),
            (words.KL, self._kl),
            (words.Entropy, lambda e, at: -sum(q * np.log(q) for q in self._over(e.args[0], e.args[1], at))),
            (words.Count, lambda e, at: float(self.SIZE)),
            (words.Form, self._form),
            ((words.Det, words.PositiveDet), lambda e, at: np.linalg.det(self.of(e.args[0], at))),
            (words.Tr, lambda e, at: np.trace(self.of(e.args[0], at))),
            (sp.MatrixSymbol, self._matrix),
            (sp.Identity, lambda e, at: np.eye(self.DIMENSION)),
            (sp.ZeroMatrix, lambda e, at: np.zeros((self._size(e.shape[0]), self._size(e.shape[1])))),
            (sp.Inverse, lambda e, at: np.linalg.inv(self.of(e.arg, at))),
            (sp.Transpose, lambda e, at: self.of(e.arg, at).T),
            (sp.MatAdd, lambda e, at: sum(self.of(x, at) for x in e.args)),
            (sp.MatMul, self._matmul),
            (sp.Symbol, self._symbol),
            (sp.Add, lambda e, at: sum(self.of(x, at) for x in e.args)),
            (sp.Mul, lambda e, at: np.prod([self.of(x, at) for x in e.args])),
            (sp.exp, lambda e, at: np.exp(self.of(e.args[0], at))),
            (sp.log, lambda e, at: np.log(self.of(e.args[0], at))),
            (sp.Pow, lambda e, at: self.of(e.base, at) ** self.of(e.exp, at)),
            (sp.Number, lambda e, at: float(e)),
            (type(sp.pi), lambda e, at: np.pi),
        ]  # fmt: skip

    def _size(self, n: Any) -> int:
        return int(n) if n.is_Integer else self.DIMENSION

    def _draw(self, key: Any, make: Any) -> Any:
        """The same numbers for the same name, in whatever order names come."""
        self.rng = np.random.default_rng([self.seed, crc32(repr(key).encode())])
        return make()

    def _density(self, e: Any, at: dict[Any, int]) -> float:
        name, (over, given, uniform), letters, condition = e.args
        axes = [str(x) for x in (*given, *uniform, *(x for x in over if x not in uniform))]
        context = len(given) + len(uniform)

        def make() -> Any:
            table = self.rng.uniform(0.2, 1, [self.SIZE] * len(axes))
            table /= table.sum(axis=tuple(range(context, len(axes))), keepdims=True)
            return table / self.SIZE ** len(uniform)

        table = self._draw((str(name), tuple(axes)), make)

        def mass(fixed: dict[str, int]) -> float:
            rows = (range(self.SIZE) if a not in fixed else [fixed[a]] for a in axes)
            return float(sum(table[cell] for cell in product(*rows)))

        def base(x: Any) -> str:
            return str(x).rstrip("'")

        below = {base(x): at[x] for x in condition}
        above = {**below, **{base(x): at[x] for x in letters}}
        if {str(x) for x in given} == set(below):
            return mass(above)
        return mass(above) / mass(below)

    def _table(self, e: Any, at: dict[Any, int]) -> float:
        low = 0.2 if isinstance(e, words.PositiveTable) else -1
        return self._draw((str(e.args[0]), *(at[x] for x in e.args[1:])), lambda: self.rng.uniform(low, 2))

    def _over(self, body: Any, z: Any, at: dict[Any, int], without: tuple[int, ...] = ()) -> list[Any]:
        letters = tuple(z) if isinstance(z, sp.Tuple) else (z,)
        if not all(isinstance(x, sp.Symbol) for x in letters):
            raise NotImplementedError("an integral")
        left = [value for value in range(self.SIZE) if value not in without]
        return [
            self.of(body, {**at, **dict(zip(letters, values, strict=True))})
            for values in product(left, repeat=len(letters))
        ]

    def _mean(self, e: Any, at: dict[Any, int]) -> Any:
        if len(e.args) != 3:
            raise NotImplementedError("several letters")
        body, z, law = e.args
        return sum(p * f for p, f in zip(self._over(law, z, at), self._over(body, z, at), strict=True))

    def _total(self, e: Any, at: dict[Any, int]) -> Any:
        body, z, *without = e.args
        return sum(self._over(body, z, at, tuple(at[x] for x in without)))

    def _count(self, e: Any) -> float:
        return float(self.SIZE - len(e.args[2:]))

    def _kl(self, e: Any, at: dict[Any, int]) -> Any:
        q, p, z = e.args
        return sum(a * np.log(a / b) for a, b in zip(self._over(q, z, at), self._over(p, z, at), strict=True))

    def _form(self, e: Any, at: dict[Any, int]) -> Any:
        A, v, u = (self.of(x, at) for x in e.args)
        return (u.T @ A @ v)[0, 0]

    def _matrix(self, e: Any, at: dict[Any, int]) -> Any:
        shape = [self._size(n) for n in e.shape]
        kind = self.domain.get(e, "any")

        def make() -> Any:
            A = self.rng.uniform(-1, 1, shape)
            if kind == "covariance":
                return A @ A.T + np.eye(shape[0]) / 2
            return (A + A.T) / 2 if kind == "symmetric" else np.diag(np.diag(A)) + 2 if kind == "diagonal" else A

        return self._draw(e.name, make)

    def _matmul(self, e: Any, at: dict[Any, int]) -> Any:
        found: Any = 1.0
        for x in e.args:
            value = self.of(x, at)
            found = found @ value if np.ndim(found) and np.ndim(value) else found * value
        return found

    def _symbol(self, e: Any, at: dict[Any, int]) -> Any:
        if e in at:
            return at[e]
        if e.is_integer:
            return float(self.DIMENSION)
        low, high = self.domain.get(e, (0.2, 2) if e.is_positive else (-2, 2))
        return self._draw(str(e), lambda: self.rng.uniform(float(low), float(high)))


def value(expression: Any, free: list[Any], seed: int, domain: dict[Any, Any]) -> Any:
    """The expression at a random point, free letters at 0, their copies at 1, 2; beyond brute force: an error."""
    at: dict[Any, int] = {}
    for x in sorted(set(free), key=str):
        at[x] = sum(1 for other in at if str(other).rstrip("'") == str(x).rstrip("'")) % Plain.SIZE
    with np.errstate(all="ignore"):
        return np.asarray(Plain(seed, domain).of(expression, at), float)

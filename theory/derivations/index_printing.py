"""Index notation in LaTeX: indices named by their letters, weights and matrices that repeat by names of their own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sympy as sp

from theory.derivations.indexed import (
    Bound,
    InverseEntry,
    Least,
    LogDet,
    LogSumExp,
    Over,
    Slot,
    Smallest,
    Softmax,
    argument_latex,
    subscript,
)
from theory.derivations.parts import CholeskyEntry
from theory.derivations.spectral import OfMatrix
from theory.derivations.vocabulary import _Printer

POOLS = {"N": "nmlrs", "k": "ijpqrstuv", "K": "cabdefgh", "K^m": "sr", "m": "uvw"}


class Letter(sp.Symbol):
    """An index by its printed name, apart from an argument of the same name."""


class Names:
    """Names of indices, of softmax weights and of matrices, for expressions that are printed together."""

    def __init__(self, free: Sequence[Any], taken: Sequence[str] = ()) -> None:
        self.taken, self.free = set(taken), {}
        self.counts: dict[str, int] = {}
        self.weights: dict[Any, str] = {}
        self.matrices: dict[Any, str] = {}
        self.parts: dict[Any, str] = {}
        self.where: list[str] = []
        for i in free:
            self.free[i] = self._letter(i.name, self.counts.get(_pool(i.name), 0))
            self.counts[_pool(i.name)] = self.counts.get(_pool(i.name), 0) + 1
        self.printer = _Indices(self)

    def _letter(self, letter: str, place: int) -> Any:
        pool = [x for x in POOLS.get(letter, "") if x not in self.taken]
        pool = pool or ["x" if letter.isdigit() else letter.lower()]
        return Letter(pool[place % len(pool)] + "'" * (place // len(pool)))

    def bound(self, b: Any) -> Any:
        """The name of a bound index."""
        return self._letter(b.letter, self.counts.get(_pool(b.letter), 0) + b.level - 1)

    def latex(self, e: Any) -> str:
        """An expression in LaTeX; what it abbreviates is added to `where`."""
        bound = {b: self.bound(b) for b in e.atoms(Bound)}
        return str(self.printer.doprint(e.xreplace({**self.free, **bound})))

    def name(self, own: dict[Any, str], stem: str, body: Any, bound: Sequence[Any]) -> tuple[str, list[Any], bool]:
        """The name of a body, the indices that it has besides its own, and whether it is new."""
        indices = sorted(_free(body) - set(bound), key=str)
        spots = [Letter(f"?{place}") for place in range(len(indices))]
        key = body.xreplace(dict(zip(indices, spots, strict=True))), tuple(bound)
        new = key not in own
        if new:
            own[key] = stem if not own else f"{stem}_{len(own) + 1}"
        return own[key], indices, new


def _pool(letter: str) -> str:
    """Letters whose indices are named together: sizes are."""
    return "0" if letter.isdigit() else letter


def _free(body: Any) -> set[Any]:
    """Indices that nothing inside binds: a bound one never has the name of a free one."""
    bound = {i for word in body.atoms(Over, LogSumExp, Softmax, Smallest, Least) for i in word.args[1:2]}
    bound |= {i for word in body.atoms(LogDet, InverseEntry, CholeskyEntry, OfMatrix) for i in word.args[1:3]}
    return set(body.atoms(Letter) - bound)


class _Indices(_Printer):
    def __init__(self, names: Names) -> None:
        super().__init__()
        self._settings["mul_symbol_latex"] = r" \, "  # names of several letters stand apart
        self.names = names

    def _print_Letter(self, e: Any) -> str:
        return str(e.name)

    def _print_sin(self, e: Any, exp: Any = None) -> str:
        """In letters that the report can set."""
        power = "" if exp is None else f"^{{{exp}}}"
        return rf"\operatorname{{{type(e).__name__}}}{power}\left({self.doprint(e.args[0])}\right)"

    _print_cos = _print_tanh = _print_sin

    def _print_polygamma(self, e: Any) -> str:
        order, x = (self.doprint(y) for y in e.args)
        return rf"\psi_{{{order}}}\left({x}\right)"

    def _print_Mul(self, e: Any) -> str:
        sums = [x for x in sp.Mul.make_args(e) if isinstance(x, Over)]
        if len(sums) < 2:
            return super()._print_Mul(e)
        rest = sp.Mul(*(x for x in sp.Mul.make_args(e) if not isinstance(x, Over)))
        shown = [rf"\left({self.doprint(x)}\right)" for x in sums]
        lead = [] if rest == 1 else ["-"] if rest == -1 else [self.parenthesize(rest, 50)]
        return " ".join(lead + shown)

    def _print_Softmax(self, e: Any) -> str:
        body, bound, at = e.args
        name, indices, new = self.names.name(self.names.weights, r"\varphi", body, (bound,))
        if new:
            shown = rf"\exp\left({self.doprint(body)}\right)"
            left = subscript(name, (bound, *indices), self)
            self.names.where.append(rf"{left} = \frac{{{shown}}}{{\sum_{{{self.doprint(bound)}}} {shown}}}")
        return subscript(name, (at, *indices), self)

    def _print_Part(self, e: Any) -> str:
        whole, at = e.args
        new = whole not in self.names.parts
        if new:
            self.names.parts[whole] = f"h_{len(self.names.parts) + 1}"
            own = [self.names.bound(i) for i in whole.bound]
            body = self.names.latex(whole.body)
            self.names.where.append(rf"{subscript(self.names.parts[whole], own, self)} = {body}")
        return subscript(self.names.parts[whole], at, self)

    def _matrix(self, e: Any) -> str:
        body, a, b = e.args[:3]
        if isinstance(body, Slot) and body.args[-2:] in ((a, b), (b, a)):
            return subscript(argument_latex(body.args[0].name), body.args[2:-2], self)
        name, indices, new = self.names.name(self.names.matrices, "A" if "M" in self.names.taken else "M", body, (a, b))
        shown = subscript(name, indices, self)
        if new:
            left = rf"\left({shown}\right)" if indices else shown
            self.names.where.append(rf"{subscript(left, (a, b), self)} = {self.doprint(body)}")
        return shown

    def _print_LogDet(self, e: Any) -> str:
        return rf"\log \left|{self._matrix(e)}\right|"

    def _print_CholeskyEntry(self, e: Any) -> str:
        i, j = (self.doprint(x) for x in e.args[3:])
        return rf"\operatorname{{chol}}\left({self._matrix(e)}\right)_{{{i} {j}}}"

    def _print_OfMatrix(self, e: Any) -> str:
        shown = rf"{e.symbol}\left({self._matrix(e)}\right)"
        return subscript(shown, e.args[3:], self)

    def _print_InverseEntry(self, e: Any) -> str:
        i, j = (self.doprint(x) for x in e.args[3:])
        matrix = self._matrix(e)
        return rf"\left({{{matrix}}}^{{-1}}\right)_{{{i} {j}}}"

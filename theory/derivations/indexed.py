r"""Formulas over components and letters in index notation, and their derivatives as patterns in the indices.

Every argument is written by its entries, mu_(n i), Sigma_(n i j), log q_(n z), and every derivative by the indices of
the entry that moves:

.. math:: \frac{\partial}{\partial\mu_{mj}} \log\sum_n e^{x_n} = \varphi_m \frac{\partial x_m}{\partial\mu_{mj}},
    \quad \varphi_n = \frac{e^{x_n}}{\sum_l e^{x_l}}, \quad
    \frac{\partial\varphi_n}{\partial x_m} = \varphi_n\delta_{nm} - \varphi_n\varphi_m

They hold for any number of components and any dimension; that they are right is checked where they are used.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import sympy as sp

from theory.derivations.vocabulary import Positive, Sum, Word, latex


def index(letter: str) -> Any:
    """A free index that runs over an axis."""
    return sp.Dummy(letter, integer=True, nonnegative=True)


class Bound(sp.Symbol):
    """An index that a sum binds; its level tells it from those bound inside."""

    def __new__(cls, letter: str, level: int) -> Any:
        made = sp.Symbol.__xnew__(cls, f"{letter}#{level}", integer=True, nonnegative=True)
        made.letter, made.level = letter, level
        return made

    def __getnewargs_ex__(self) -> Any:
        return (self.letter, self.level), {}


class Opaque:
    """A word whose slope SymPy's printers may ask for, to see that it is no constant; `derivative` never does."""

    def _eval_derivative(self, symbol: Any) -> Any:
        return sp.Dummy()


class Ruled:
    """A word that brings its own rule of differentiation."""

    def slope(self, name: str, at: tuple[Any, ...]) -> Any:
        """The derivative by the entry of an argument at indices."""
        raise NotImplementedError

    def depends(self, name: str) -> bool:
        """Whether it has the argument where SymPy does not look."""
        return False


class Size(Opaque, Positive):
    """How many values an index of this letter has."""

    is_integer = True

    def _latex(self, printer: Any) -> str:
        return str(self.args[0])


class Slot(Opaque, Word):
    """The entry of an argument at indices; one that is symmetric has no order of its last two."""

    def __new__(cls, name: Any, kind: Any, *at: Any) -> Any:
        if str(kind) == "symmetric":
            at = (*at[:-2], *sorted(at[-2:], key=sp.default_sort_key))
        return sp.Expr.__new__(cls, *map(_symbol, (name, kind)), *map(sp.sympify, at))

    def _latex(self, printer: Any) -> str:
        return subscript(argument_latex(self.args[0].name), self.args[2:], printer)


def argument_latex(name: str) -> str:
    """An argument's name in LaTeX: log_q is a logarithm, a word is set as text.

    >>> argument_latex("log_q"), argument_latex("Sigma_x"), argument_latex("conditional_entropy")
    ('\\\\log q', '\\\\Sigma_{x}', '\\\\text{conditional entropy}')
    """
    if name.startswith("log_"):
        return rf"\log {argument_latex(name[4:])}"
    found, head = str(latex(sp.Symbol(name))), name.partition("_")[0]
    return rf"\text{{{name.replace('_', ' ')}}}" if len(head) > 2 and "\\" not in found else found


def subscript(name: str, indices: Any, printer: Any) -> str:
    """A name at indices."""
    if not indices:
        return name
    name = f"{{{name}}}" if "_" in name else name
    return rf"{name}_{{{' '.join(str(printer.doprint(i)) for i in indices)}}}"


class PositiveSlot(Opaque, Positive):
    """An argument that is one number."""

    def __new__(cls, name: Any) -> Any:
        return sp.Expr.__new__(cls, _symbol(name))

    def _latex(self, printer: Any) -> str:
        return argument_latex(self.args[0].name)


def _symbol(name: Any) -> Any:
    return sp.Symbol(name) if isinstance(name, str) else name


class Delta(Opaque, Word):
    """1 where two indices agree, 0 elsewhere."""

    def __new__(cls, i: Any, j: Any) -> Any:
        i, j = sorted(map(sp.sympify, (i, j)), key=sp.default_sort_key)
        if i == j:
            return sp.Integer(1)
        return sp.Integer(0) if i.is_Integer and j.is_Integer else sp.Expr.__new__(cls, i, j)

    def _latex(self, printer: Any) -> str:
        return subscript(r"\delta", self.args, printer)

    def _eval_power(self, exponent: Any) -> Any:
        return self if exponent.is_positive else None


class Over(Opaque, Sum):
    """The sum of a body over its bound index."""

    def _eval_is_positive(self) -> Any:
        return None


class LogSumExp(Opaque, Word):
    """log sum exp of a body over its bound index."""

    def _latex(self, printer: Any) -> str:
        body, n = (printer.doprint(x) for x in self.args)
        return rf"\log \sum_{{{n}}} \exp\left({body}\right)"


class Softmax(Opaque, Positive):
    """exp of a body at an index, over the sum of exp of the body: ``Softmax(body, bound, at)``."""


class LogDet(Opaque, Word):
    """log |A|, the entries of A a body in two bound indices."""


class InverseEntry(Opaque, Word):
    """An entry of A^-1, the entries of A a body in two bound indices: ``InverseEntry(body, a, b, i, j)``."""

    def __new__(cls, body: Any, a: Any, b: Any, i: Any, j: Any) -> Any:
        if _symmetric(body, a, b):
            i, j = sorted((i, j), key=sp.default_sort_key)
        return sp.Expr.__new__(cls, body, a, b, i, j)


class NormalCdf(Opaque, Positive):
    """Phi(x)."""

    def _latex(self, printer: Any) -> str:
        return rf"\Phi\left({printer.doprint(self.args[0])}\right)"


class NormalQuantile(Opaque, Word):
    """The inverse of Phi."""

    def _latex(self, printer: Any) -> str:
        return rf"\Phi^{{-1}}\left({printer.doprint(self.args[0])}\right)"


class Smallest(Opaque, Word):
    """The smallest of a body over its bound index."""

    def _latex(self, printer: Any) -> str:
        body, n = (printer.doprint(x) for x in self.args)
        return rf"\min_{{{n}}} \left({body}\right)"


class Least(Opaque, Word):
    """1 at the index where a body is smallest, 0 elsewhere, a constant off the kink: ``Least(body, bound, at)``."""

    def _latex(self, printer: Any) -> str:
        body, n, at = (printer.doprint(x) for x in self.args)
        return rf"\left[{at} = \arg\min_{{{n}}} \left({body}\right)\right]"


class Larger(Opaque, Word):
    """1 where the first is larger than the second, 0 elsewhere: a constant off the kink."""

    def _latex(self, printer: Any) -> str:
        a, b = (printer.doprint(x) for x in self.args)
        return rf"\left[{a} > {b}\right]"


@cache
def _symmetric(body: Any, a: Any, b: Any) -> bool:
    return bool(body.xreplace({a: b, b: a}) == body)


def closed(body: Any, *indices: Any) -> tuple[Any, ...]:
    """The body with free indices bound, and the bound ones: equal bodies come out equal."""
    found: list[Any] = []
    for i in indices:
        bound = [
            b for b in (*body.atoms(Bound), *found) if b.letter == i.name or (b.letter.isdigit() and i.name.isdigit())
        ]
        level = 1 + max((b.level for b in bound), default=0)
        found.append(Bound(i.name, level))
        body = body.xreplace({i: found[-1]})
    return (body, *found)


def _kin(a: str, b: str) -> bool:
    """Letters whose indices are named together: axes of any given size are."""
    return a == b or (a.isdigit() and b.isdigit())


def opened(body: Any, bound: Sequence[Any]) -> tuple[Any, ...]:
    """The body at fresh free indices, and these."""
    fresh = [index(b.letter) for b in bound]
    return (body.xreplace(dict(zip(bound, fresh, strict=True))), *fresh)


def over(body: Any, i: Any) -> Any:
    """The sum over an index: constants stand before it, and a delta picks its term."""
    if i.name.isdigit():
        return sp.Add(*(body.xreplace({i: sp.Integer(n)}) for n in range(int(i.name))))
    found: list[Any] = []
    for term in _terms(body) if _deltas(body) else [body]:
        factors = sp.Mul.make_args(term)
        delta = next((f for f in factors if isinstance(f, Delta) and i in f.args), None)
        if delta is not None:
            (other,) = set(delta.args) - {i}
            found.append(sp.Mul(*(f for f in factors if f is not delta)).xreplace({i: other}))
            continue
        inside = sp.Mul(*(f for f in factors if f.has(i)))
        outside = sp.Mul(*(f for f in factors if not f.has(i)))
        found.append(outside * (Over(*closed(inside, i)) if inside.has(i) else Size(i.name)))
    return sp.Add(*found)


def _deltas(e: Any) -> bool:
    return isinstance(e, Delta) or ((e.is_Add or e.is_Mul) and any(map(_deltas, e.args)))


def _terms(e: Any) -> list[Any]:
    """The terms of a sum, products with deltas in them multiplied out."""
    if e.is_Add:
        return [term for x in e.args for term in _terms(x)]
    if e.is_Mul:
        for place, factor in enumerate(e.args):
            if factor.is_Add and _deltas(factor):
                rest = sp.Mul(*e.args[:place], *e.args[place + 1 :])
                return [term for x in factor.args for term in _terms(x * rest)]
    return [e]


def inverse(body: Any, a: Any, b: Any, i: Any, j: Any) -> Any:
    """(A^-1)_ij of A_ab = body, a and b free indices."""
    body, a, b = closed(body, a, b)
    return InverseEntry(body, a, b, i, j)


@cache
def depends(e: Any, name: str) -> bool:
    return any(s.args[0].name == name for s in e.atoms(Slot, PositiveSlot)) or any(
        word.depends(name) for word in e.atoms(Ruled)
    )


def derivative(e: Any, name: str, at: tuple[Any, ...]) -> Any:
    """The derivative of an expression by the entry of an argument at indices; by both mirror entries at half weight.

    >>> n, m = index("N"), index("N")
    >>> x = Slot("x", "any", n)
    >>> str(derivative(LogSumExp(*closed(x, n)), "x", (m,)) == Softmax(*closed(x, n), m))
    'True'
    """
    return _derivative(e, name, at)


@cache
def _derivative(e: Any, name: str, at: tuple[Any, ...]) -> Any:
    if not depends(e, name):
        return sp.Integer(0)
    if isinstance(e, PositiveSlot):
        return sp.Integer(1)
    if isinstance(e, Slot):
        return _of_slot(e, at)
    if isinstance(e, Ruled):
        return e.slope(name, at)
    if e.is_Add:
        return sp.Add(*(_derivative(x, name, at) for x in e.args))
    if isinstance(e, (Over, LogSumExp, Softmax, LogDet, InverseEntry, Smallest)):
        return _of_word(e, name, at)
    if isinstance(e, NormalCdf):
        x = e.args[0]
        return sp.exp(-(x**2) / 2) / sp.sqrt(2 * sp.pi) * _derivative(x, name, at)
    if isinstance(e, NormalQuantile):
        return sp.sqrt(2 * sp.pi) * sp.exp(e**2 / 2) * _derivative(e.args[0], name, at)
    if isinstance(e, (Larger, Least)):
        return sp.Integer(0)
    if not (e.is_Mul or e.is_Pow or isinstance(e, sp.Function)):
        raise ValueError(f"{type(e).__name__} has no rule of differentiation.")
    parts = [sp.Dummy(positive=x.is_positive or None, real=True) for x in e.args]
    outer, back = e.func(*parts), dict(zip(parts, e.args, strict=True))
    terms = [
        sp.diff(outer, part).xreplace(back) * _derivative(x, name, at) for part, x in back.items() if depends(x, name)
    ]
    return sp.Add(*terms)


def _of_slot(e: Any, at: tuple[Any, ...]) -> Any:
    own = e.args[2:]
    if str(e.args[1]) != "symmetric":
        return sp.Mul(*(Delta(i, j) for i, j in zip(own, at, strict=True)))
    rest = sp.Mul(*(Delta(i, j) for i, j in zip(own[:-2], at[:-2], strict=True)))
    (a, b), (c, d) = own[-2:], at[-2:]
    return rest * (Delta(a, c) * Delta(b, d) + Delta(a, d) * Delta(b, c)) / 2


def _of_word(e: Any, name: str, at: tuple[Any, ...]) -> Any:
    if isinstance(e, Over):
        body, i = opened(e.args[0], e.args[1:])
        return over(_derivative(body, name, at), i)
    if isinstance(e, Smallest):
        body, i = opened(e.args[0], e.args[1:])
        return over(Least(*e.args, i) * _derivative(body, name, at), i)
    if isinstance(e, LogSumExp):
        body, i = opened(e.args[0], e.args[1:])
        return over(Softmax(*e.args, i) * _derivative(body, name, at), i)
    if isinstance(e, Softmax):
        body, i = opened(e.args[0], e.args[1:2])
        mean = over(Softmax(*e.args[:2], i) * _derivative(body, name, at), i)
        return e * (_derivative(e.args[0].xreplace({e.args[1]: e.args[2]}), name, at) - mean)
    body, a, b = opened(e.args[0], e.args[1:3])
    inner = _derivative(body, name, at)
    own = e.args[:3]
    if isinstance(e, LogDet):
        return over(over(_entry(own, b, a) * inner, a), b)
    i, j = e.args[3:]
    return -over(over(_entry(own, i, a) * inner * _entry(own, b, j), a), b)


def _entry(matrix: tuple[Any, ...], i: Any, j: Any) -> Any:
    body, a, b = matrix
    return InverseEntry(body, a, b, i, j)

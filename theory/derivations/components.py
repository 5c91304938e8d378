"""Formulas of `theory` in index notation, read off their own source: the vocabulary of `theory.arrays` on indices.

A formula is run on arrays that know their axes by letter alone, of any size; what looks at values or at sizes (loops
over entries, bisections, compiled kernels) has no such form.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
import sympy as sp

from theory.derivations.indexed import (
    Delta,
    Larger,
    LogDet,
    LogSumExp,
    NormalCdf,
    PositiveSlot,
    Size,
    Slot,
    closed,
    index,
    inverse,
    over,
)
from theory.derivations.tracing import NoForm, retold


class Indexed:
    """An array as the expression of its entry at indices, one an axis; None is an axis of length one."""

    __array_ufunc__ = None

    def __init__(self, entry: Any, places: tuple[Any, ...] = ()) -> None:
        self.entry, self.places = sp.sympify(entry), places

    @property
    def ndim(self) -> int:
        return len(self.places)

    @property
    def shape(self) -> tuple[Any, ...]:
        return tuple(sp.Integer(1) if i is None else _size(i.name) for i in self.places)

    @property
    def mT(self) -> Indexed:
        return Indexed(self.entry, (*self.places[:-2], self.places[-1], self.places[-2]))

    def _at(self, places: tuple[Any, ...]) -> Any:
        """The entry at other indices, of the trailing axes."""
        own = self.places
        pairs = zip(own, places[len(places) - len(own) :] if own else (), strict=True)
        return self.entry.xreplace({i: j for i, j in pairs if i is not None})

    def __getitem__(self, where: Any) -> Indexed:
        where = where if isinstance(where, tuple) else (where,)
        taken = sum(w is not None and w is not Ellipsis for w in where)
        if Ellipsis not in where:
            where = (*where, Ellipsis)
        whole = (slice(None),) * (self.ndim - taken)
        spot = next(p for p, w in enumerate(where) if w is Ellipsis)
        rest, entry = list(self.places), self.entry
        places: list[Any] = []
        for w in (*where[:spot], *whole, *where[spot + 1 :]):
            if w is None:
                places.append(None)
                continue
            own = rest.pop(0)
            one = _single(w, own)
            if one is not None:
                entry = entry if own is None else entry.xreplace({own: sp.Integer(one)})
                if isinstance(w, slice):
                    places.append(None)
            elif w == slice(None):
                places.append(own)
            else:
                raise NoForm("a part of an axis is taken")
        return Indexed(entry, tuple(places))

    def sum(self, axis: int, keepdims: bool = False) -> Indexed:
        entry, i, places = _lifted(self, axis)
        if keepdims:
            places = (*places[: axis % self.ndim], None, *places[axis % self.ndim :])
        return Indexed(entry if i is None else over(entry, i), places)

    def diagonal(self, offset: int = 0, first: int = -2, second: int = -1) -> Indexed:
        if (offset, first, second) != (0, -2, -1):
            raise NoForm("a diagonal beside the main one is taken")
        *rest, i, j = self.places
        return Indexed(self.entry.xreplace({i: j}), (*rest, j))

    def __matmul__(self, other: Any) -> Indexed:
        if self.ndim < 2 or other.ndim < 2:
            raise NoForm("a vector is multiplied by @")
        left, right = self[..., None], other[..., None, :, :]
        product = left * right
        return product.sum(-2)

    def __neg__(self) -> Indexed:
        return Indexed(-self.entry, self.places)

    def __add__(self, other: Any) -> Indexed:
        return _together(lambda a, b: a + b, self, other)

    def __mul__(self, other: Any) -> Indexed:
        return _together(lambda a, b: a * b, self, other)

    def __truediv__(self, other: Any) -> Indexed:
        return _together(lambda a, b: a / b, self, other)

    def __pow__(self, exponent: Any) -> Indexed:
        return _together(lambda a, b: a**b, self, exponent)

    def __sub__(self, other: Any) -> Indexed:
        return self + -indexed(other)

    def __rsub__(self, other: Any) -> Indexed:
        return -self + other

    def __rtruediv__(self, other: Any) -> Indexed:
        return indexed(other) / self

    def __rpow__(self, other: Any) -> Indexed:
        return indexed(other) ** self

    __radd__, __rmul__ = __add__, __mul__

    def __bool__(self) -> bool:
        raise NoForm("a value decides which formula holds")


def _single(where: Any, own: Any) -> int | None:
    """The one index that is taken of an axis: by its number, by [:1], or by [1:] of two."""
    if isinstance(where, (int, np.integer)):
        return int(where) if where >= 0 else None
    if where == slice(None, 1):
        return 0
    return 1 if where == slice(1, None) and own is not None and own.name == "2" else None


def _size(letter: str) -> Any:
    return sp.Integer(letter) if letter.isdigit() else Size(letter)


def indexed(x: Any) -> Indexed:
    """A number as an array without axes."""
    if isinstance(x, Indexed):
        return x
    if isinstance(x, np.ndarray):
        if x.ndim > 1 or x.dtype == object:
            raise NoForm("an array of numbers is made")
        if x.ndim:
            return _stack([indexed(float(y)) for y in x], 0)
        x = x.item()
    if isinstance(x, float):
        return Indexed(sp.pi if x == np.pi else sp.nsimplify(x))
    return Indexed(x)


def _together(act: Callable[..., Any], *xs: Any) -> Indexed:
    """Entry by entry, after axes of length one are stretched."""
    arrays = [indexed(x) for x in xs]
    wide = max(x.ndim for x in arrays)
    places: list[Any] = []
    for axis in range(-wide, 0):
        here = [x.places[axis] for x in arrays if x.ndim >= -axis and x.places[axis] is not None]
        if len({i.name for i in here}) > 1:
            raise NoForm("axes of several letters meet")
        places.append(index(here[0].name) if here else None)
    return Indexed(act(*(x._at(tuple(places)) for x in arrays)), tuple(places))


def _lifted(x: Indexed, axis: int) -> tuple[Any, Any, tuple[Any, ...]]:
    places = list(x.places)
    i = places.pop(axis)
    return x.entry, i, tuple(places)


def _each(function: Any) -> Callable[[Any], Indexed]:
    def word(x: Any) -> Indexed:
        return _together(function, x)

    return word


def _mean(x: Indexed, axis: int) -> Indexed:
    return x.sum(axis) / x.shape[axis]


def _logsumexp(x: Indexed, axis: int) -> Indexed:
    entry, i, places = _lifted(x, axis)
    return Indexed(entry if i is None else LogSumExp(*closed(entry, i)) if entry.has(i) else entry, places)


def _matrix(A: Indexed) -> tuple[Any, Any, Any, tuple[Any, ...]]:
    *rest, a, b = A.places
    return A.entry, a, b, tuple(rest)


def _log_det(A: Indexed) -> Indexed:
    entry, a, b, rest = _matrix(A)
    return Indexed(LogDet(*closed(entry, a, b)), rest)


def _inverse(A: Indexed) -> Indexed:
    entry, a, b, rest = _matrix(A)
    i, j = index(a.name), index(b.name)
    return Indexed(inverse(entry, a, b, i, j), (*rest, i, j))


def _matvec(A: Indexed, v: Indexed) -> Indexed:
    return (A @ v[..., None])[..., 0]


def _stack(xs: list[Any], axis: int) -> Indexed:
    """Arrays along a new axis, of as many values as there are arrays."""
    i = index(str(len(xs)))
    joined = _together(lambda *ys: sp.Add(*(Delta(i, sp.Integer(n)) * y for n, y in enumerate(ys))), *xs)
    places = list(joined.places)
    places.insert(axis if axis >= 0 else len(places) + 1 + axis, i)
    return Indexed(joined.entry, tuple(places))


def _eye(A: Indexed) -> Indexed:
    i, j = index(A.places[-1].name), index(A.places[-1].name)
    return Indexed(Delta(i, j), (i, j))


def _broadcast(x: Indexed, shape: tuple[Any, ...]) -> Indexed:
    letters = [None if s == 1 else s.args[0].name if isinstance(s, Size) else str(s) for s in shape]
    return x + Indexed(0, tuple(None if name is None else index(name) for name in letters))


def _no(x: Any, *_: Any, **__: Any) -> bool:
    return False


WORDS: dict[str, Any] = {
    "log": _each(sp.log),
    "exp": _each(sp.exp),
    "sqrt": _each(sp.sqrt),
    "tanh": _each(sp.tanh),
    "sin": _each(sp.sin),
    "normal_cdf": _each(NormalCdf),
    "maximum": lambda a, b: _together(lambda x, y: y + Larger(x, y) * (x - y), a, b),
    "minimum": lambda a, b: _together(lambda x, y: y + Larger(y, x) * (x - y), a, b),
    "is_tensor": _no,
    "alike": lambda *xs: tuple(map(indexed, xs)),
    "total": lambda x, axis: x.sum(axis),
    "mean": _mean,
    "logsumexp": _logsumexp,
    "weigh": lambda log_p, f: _each(sp.exp)(log_p) * f,
    "product": lambda p, f: p * f,
    "squared_norm": lambda v: (v * v).sum(-1),
    "trace": lambda A: A.diagonal().sum(-1),
    "matvec": _matvec,
    "outer": lambda u, v: u[..., :, None] * v[..., None, :],
    "log_det": _log_det,
    "inverse": _inverse,
    "log_det_and_inverse": lambda A: (_log_det(A), _inverse(A)),
    "solve": lambda A, B: _inverse(A) @ B,
    "inv_quad": lambda A, v: (v * _matvec(_inverse(A), v)).sum(-1),
    "eye_like": _eye,
    "stack": _stack,
    "zeros_like": lambda x: Indexed(0, x.places),
    "trailing": lambda x, axes: indexed(x)[(..., *(None,) * axes)],
    "number": lambda x, like: indexed(x),
    "log_number": lambda x, like: _each(sp.log)(x),
    "log_two_pi": lambda like: indexed(sp.log(2 * sp.pi)),
    "broadcast_to": _broadcast,
}


def arguments(axes: dict[str, str]) -> dict[str, Indexed]:
    """Arrays of symbols with these axes, of any size."""
    found = {}
    for name, own in axes.items():
        letters = [letter.rstrip("'") for letter in own.split()]
        places = tuple(index(letter) for letter in letters)
        found[name] = Indexed(Slot(name, kind(name, own), *places) if places else PositiveSlot(name), places)
    return found


def kind(name: str, own: str) -> str:
    """Whether an argument with these axes is symmetric: covariances and Hessians are, rotations U are not."""
    return "symmetric" if own.endswith(("k k", "D D", "k k'")) and name != "U" else "any"


def index_form(
    formula: Callable[..., Any], axes: dict[str, str], settings: dict[str, Any] | None = None
) -> list[Indexed]:
    """A formula of `theory` in index notation: one array for each that it answers with. NoForm: it has none.

    >>> from theory import finite
    >>> (found,) = index_form(finite.log_aggregate, {"log_q": "N K"})
    >>> [str(size) for size in found.shape]
    ['K']
    """
    try:
        found = retold(formula, WORDS)(**arguments(axes), **(settings or {}))
        return [indexed(x) for x in outputs(found)]
    except NoForm:
        raise
    except Exception as error:
        raise NoForm(f"{error}".split("\n")[0] or type(error).__name__) from error


def outputs(found: Any) -> list[Any]:
    """The arrays that a formula answers with."""
    if is_dataclass(found):
        return [x for part in fields(found) for x in outputs(getattr(found, part.name))]
    if isinstance(found, dict):
        return [x for part in found.values() for x in outputs(part)]
    return [x for part in found for x in outputs(part)] if isinstance(found, (tuple, list)) else [found]

"""Formulas of `theory` in index notation, read off their own source: the vocabulary of `theory.arrays` on indices.

A formula is run on arrays that know their axes by letter alone, of any size; what looks at values or at sizes (loops
over entries, bisections, compiled kernels) has no such form.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import sympy as sp

from theory.derivations.indexed import (
    Delta,
    Larger,
    LogDet,
    LogSumExp,
    NormalCdf,
    NormalQuantile,
    PositiveSlot,
    Size,
    Slot,
    Smallest,
    closed,
    index,
    inverse,
    over,
)
from theory.derivations.selections import Both, Everything, blocks, chosen, fresh, is_whole, joined, renamed, single
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
        return renamed(self.entry, zip(own, places[len(places) - len(own) :] if own else (), strict=True))

    def __iter__(self) -> Iterator[Indexed]:
        first = self.places[0]
        if first is None or not first.name.isdigit():
            raise NoForm("an axis of any size is gone through")
        return iter([self[n] for n in range(int(first.name))])

    def reshape(self, *shape: Any) -> Indexed:
        *rest, last = self.places
        if isinstance(last, Both):
            return Indexed(self.entry, (*rest, last.first, last.second))
        if len(shape) != self.ndim - 1 or shape[-1] != self.shape[-1] ** 2:
            raise NoForm("an array is reshaped")
        return Indexed(self.entry, (*rest[:-1], Both(rest[-1], last)))

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
            one = None if isinstance(own, Both) else single(w, own)
            if one is not None:
                entry = entry if own is None else entry.xreplace({own: sp.Integer(one)})
                if isinstance(w, slice):
                    places.append(None)
            elif is_whole(w):
                places.append(own)
            else:
                entry, own = chosen(entry, w, own)
                places.append(own)
        return Indexed(entry, tuple(places))

    def sum(self, axis: int, keepdims: bool = False) -> Indexed:
        entry, i, places = _lifted(self, axis)
        if keepdims:
            places = (*places[: axis % self.ndim], None, *places[axis % self.ndim :])
        if isinstance(i, Both):
            return Indexed(over(over(entry, i.first), i.second), places)
        return Indexed(entry if i is None else over(entry, i), places)

    def mean(self, axis: int) -> Indexed:
        return self.sum(axis) / self.shape[axis]

    def var(self, axis: int, ddof: int = 0) -> Indexed:
        if axis != -1:
            raise NoForm("a variance is taken over an axis before the last")
        apart = self - self.mean(axis)[..., None]
        return (apart * apart).sum(axis) / (self.shape[axis] - ddof)

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

    def __abs__(self) -> Indexed:
        return _together(lambda x: (2 * Larger(x, sp.Integer(0)) - 1) * x, self)

    def __gt__(self, other: Any) -> Indexed:
        return _together(Larger, self, other)

    def __ge__(self, other: Any) -> Indexed:
        return _together(lambda a, b: 1 - Larger(b, a), self, other)

    def __bool__(self) -> bool:
        raise NoForm("a value decides which formula holds")


def _size(letter: str) -> Any:
    if "*" in letter:
        return _size(letter.split("*")[0]) ** 2
    return sp.Integer(letter) if letter.isdigit() else Size(letter)


def indexed(x: Any) -> Indexed:
    """A number as an array without axes."""
    if isinstance(x, Indexed):
        return x
    if isinstance(x, np.ndarray):
        if x.dtype == object:
            raise NoForm("an array of symbols is made")
        if x.shape == (1,):
            return indexed(x[0])[None]
        if x.ndim:
            return _stack([indexed(y) for y in x], 0)
    if isinstance(x, (np.ndarray, np.generic)):
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
        places.append(fresh(here[0]) if here else None)
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


def _smallest(x: Indexed, axis: int) -> Indexed:
    entry, i, places = _lifted(x, axis)
    return Indexed(entry if i is None else Smallest(*closed(entry, i)), places)


def _concatenate(xs: list[Indexed], axis: int) -> Indexed:
    if axis != -1:
        raise NoForm("arrays are joined along an axis before the last")
    if len(xs) == 1:
        return xs[0]
    rest = _together(lambda *ys: sp.Add(*ys), *(Indexed(0, x.places[:-1]) for x in xs)).places
    entry, i = joined([x._at((*rest, x.places[-1])) for x in xs], [x.places[-1] for x in xs])
    return Indexed(entry, (*rest, i))


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


class _Numpy:
    """What formulas take of NumPy itself."""

    def __getattr__(self, name: str) -> Any:
        return WORDS[name] if name in ("sqrt", "exp", "log", "maximum", "minimum") else getattr(np, name)


def _no(x: Any, *_: Any, **__: Any) -> bool:
    return False


WORDS: dict[str, Any] = {
    "log": _each(sp.log),
    "exp": _each(sp.exp),
    "sqrt": _each(sp.sqrt),
    "tanh": _each(sp.tanh),
    "sin": _each(sp.sin),
    "normal_cdf": _each(NormalCdf),
    "normal_quantile": _each(NormalQuantile),
    "smallest": _smallest,
    "concatenate": _concatenate,
    "np": _Numpy(),
    "BLOCK": Everything(),
    "range": blocks,
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
    "number": lambda x, like: indexed(np.array(x) if isinstance(x, list) else x),
    "log_number": lambda x, like: _each(sp.log)(x),
    "log_two_pi": lambda like: indexed(sp.log(2 * sp.pi)),
    "broadcast_to": _broadcast,
}


def letters_of(own: str, fixed: Mapping[str, int]) -> list[str]:
    """The letters of axes, those of a fixed size by their size."""
    return [str(fixed.get(letter.rstrip("'"), letter.rstrip("'"))) for letter in own.split()]


def arguments(axes: dict[str, str], fixed: Mapping[str, int]) -> dict[str, Indexed]:
    """Arrays of symbols with these axes, of any size but where it is fixed."""
    found = {}
    for name, own in axes.items():
        places = tuple(map(index, letters_of(own, fixed)))
        found[name] = Indexed(Slot(name, kind(name, own), *places) if places else PositiveSlot(name), places)
    return found


def kind(name: str, own: str) -> str:
    """Whether an argument with these axes is symmetric: covariances and Hessians are, rotations U are not."""
    return "symmetric" if own.endswith(("k k", "D D", "k k'")) and name != "U" else "any"


def index_form(
    formula: Callable[..., Any],
    axes: dict[str, str],
    settings: dict[str, Any] | None = None,
    fixed: Mapping[str, int] = MappingProxyType({}),
) -> list[Indexed]:
    """A formula of `theory` in index notation: one array for each that it answers with. NoForm: it has none.

    >>> from theory import finite
    >>> (found,) = index_form(finite.log_aggregate, {"log_q": "N K"})
    >>> [str(size) for size in found.shape]
    ['K']
    """
    try:
        given = {name: retold(thing, WORDS) for name, thing in (settings or {}).items()}
        found = retold(formula, WORDS)(**arguments(axes, fixed), **given)
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

"""Arrays of any size in index notation, with the operators of arrays."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import reduce
from typing import Any

import numpy as np
import sympy as sp

from theory.derivations.indexed import Delta, Larger, Size, Smallest, closed, index, over
from theory.derivations.selections import Both, chosen, fresh, is_whole, renamed, single
from theory.derivations.tracing import NoForm

SHORT = 10**6  # denominators of numbers that are written out


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
        return iter([self[n] for n in range(len(self))])

    def __len__(self) -> int:
        first = self.places[0]
        if first is None or not first.name.isdigit():
            raise NoForm("an axis of any size is gone through")
        return int(first.name)

    def reshape(self, *shape: Any) -> Indexed:
        if shape == ((),):
            return self[0]
        *rest, last = self.places
        if isinstance(last, Both):
            return Indexed(self.entry, (*rest, last.first, last.second))
        if len(shape) != self.ndim - 1 or shape[-1] != self.shape[-1] ** 2:
            raise NoForm("an array is reshaped")
        return Indexed(self.entry, (*rest[:-1], Both(rest[-1], last)))

    def __getitem__(self, where: Any) -> Indexed:
        if isinstance(where, np.ndarray):
            return stacked([stacked([self[int(n)] for n in row], 0) for row in where], 0)
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
        entry, i, places = lifted(self, axis)
        if keepdims:
            places = (*places[: axis % self.ndim], None, *places[axis % self.ndim :])
        if isinstance(i, Both):
            return Indexed(over(over(entry, i.first), i.second), places)
        return Indexed(entry if i is None else over(entry, i), places)

    def mean(self, axis: Any, keepdims: bool = False) -> Indexed:
        if isinstance(axis, tuple):
            return reduce(Indexed.mean, sorted(axis), self)  # from the front on: those behind keep their places
        return self.sum(axis, keepdims) / self.shape[axis]

    def min(self, axis: int) -> Indexed:
        entry, i, places = lifted(self, axis)
        return Indexed(entry if i is None else Smallest(*closed(entry, i)), places)

    def max(self, axis: int) -> Indexed:
        return -(-self).min(axis)

    @property
    def real(self) -> Indexed:
        return self

    def any(self) -> bool:
        """A check of values, which they have passed."""
        return False

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
        return together(lambda a, b: a + b, self, other)

    def __mul__(self, other: Any) -> Indexed:
        return together(lambda a, b: a * b, self, other)

    def __truediv__(self, other: Any) -> Indexed:
        return together(lambda a, b: a / b, self, other)

    def __pow__(self, exponent: Any) -> Indexed:
        return together(lambda a, b: a**b, self, exponent)

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
        return together(lambda x: (2 * Larger(x, sp.Integer(0)) - 1) * x, self)

    def __gt__(self, other: Any) -> Indexed:
        return together(Larger, self, other)

    def __ge__(self, other: Any) -> Indexed:
        return together(lambda a, b: 1 - Larger(b, a), self, other)

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
            return stacked([indexed(y) for y in x], 0)
    if isinstance(x, (np.ndarray, np.generic)):
        x = x.item()
    if isinstance(x, float):
        return Indexed(sp.pi if x == np.pi else _rational(x))
    return Indexed(x)


def _rational(x: float) -> Any:
    """A number as it is written, or to its last bit where it is no short fraction."""
    found = sp.nsimplify(x, rational=True)
    return found if float(found) == x and found.q < SHORT else sp.Rational(x)


def together(act: Callable[..., Any], *xs: Any) -> Indexed:
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


def stacked(xs: list[Any], axis: int) -> Indexed:
    """Arrays along a new axis, of as many values as there are arrays."""
    i = index(str(len(xs)))
    joined = together(lambda *ys: sp.Add(*(Delta(i, sp.Integer(n)) * y for n, y in enumerate(ys))), *xs)
    places = list(joined.places)
    places.insert(axis if axis >= 0 else len(places) + 1 + axis, i)
    return Indexed(joined.entry, tuple(places))


def lifted(x: Indexed, axis: int) -> tuple[Any, Any, tuple[Any, ...]]:
    places = list(x.places)
    i = places.pop(axis)
    return x.entry, i, tuple(places)

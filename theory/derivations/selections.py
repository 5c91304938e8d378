"""Parts of axes in index notation: entries taken of axes of a given size, axes joined, two axes seen as one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import sympy as sp

from theory.derivations.indexed import Delta, index
from theory.derivations.tracing import NoForm


class Everything:
    """A block that holds all: whatever is divided by it, or added to it."""

    def __floordiv__(self, other: Any) -> Everything:
        return self

    __add__ = __radd__ = __floordiv__

    def __lt__(self, other: Any) -> bool:
        return False


def blocks(*limits: Any) -> Iterable[int]:
    """The range, or one block from 0 where it holds everything."""
    return (0,) if isinstance(limits[-1], Everything) else range(*limits)


class Both:
    """Two axes of one letter seen as one."""

    def __init__(self, first: Any, second: Any) -> None:
        self.first, self.second = first, second
        self.name = f"{first.name}*{second.name}"

    def fresh(self) -> Both:
        return Both(index(self.first.name), index(self.second.name))


def fresh(place: Any) -> Any:
    """A new index of the same letter."""
    return place.fresh() if isinstance(place, Both) else index(place.name)


def renamed(entry: Any, pairs: Iterable[tuple[Any, Any]]) -> Any:
    """An entry at other indices."""
    found: dict[Any, Any] = {}
    for i, j in pairs:
        if isinstance(i, Both):
            found |= {i.first: j.first, i.second: j.second}
        elif i is not None:
            found[i] = j
    return entry.xreplace(found)


def is_whole(where: Any) -> bool:
    """Whether a slice takes all of an axis."""
    return isinstance(where, slice) and not where.start and (where.stop is None or isinstance(where.stop, Everything))


def single(where: Any, own: Any) -> int | None:
    """The one index that is taken of an axis: by its number, by [:1], or by a slice of one out of a given size."""
    if isinstance(where, (int, np.integer)):
        return int(where) if where >= 0 else None
    if isinstance(where, slice) and own is not None and own.name.isdigit():
        taken = range(int(own.name))[where]
        return taken[0] if len(taken) == 1 else None
    if isinstance(where, slice) and isinstance(where.start, int) and where.stop == where.start + 1:
        return where.start
    return 0 if where == slice(None, 1) else None


def chosen(entry: Any, where: Any, own: Any) -> tuple[Any, Any]:
    """Several entries of an axis, by a list or by a slice of an axis of a given size: the entry, and its index."""
    if isinstance(where, slice) and own is not None and own.name.isdigit():
        where = range(int(own.name))[where]
    if own is None or not isinstance(where, (list, range)):
        raise NoForm("a part of an axis is taken")
    i = index(str(len(where)))
    return sp.Add(*(Delta(i, sp.Integer(n)) * renamed(entry, [(own, sp.Integer(m))]) for n, m in enumerate(where))), i


def joined(entries: Sequence[Any], axes: Sequence[Any]) -> tuple[Any, Any]:
    """Entries along axes of a given size, one behind the other: the entry, and its index."""
    if any(own is not None and not own.name.isdigit() for own in axes):
        raise NoForm("axes of any size are joined")
    each = [
        entry if own is None else renamed(entry, [(own, sp.Integer(m))])
        for entry, own in zip(entries, axes, strict=True)
        for m in range(1 if own is None else int(own.name))
    ]
    if len(each) == 1:
        return each[0], None
    i = index(str(len(each)))
    return sp.Add(*(Delta(i, sp.Integer(n)) * entry for n, entry in enumerate(each))), i

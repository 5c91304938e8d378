"""Derivatives in index notation, checked: proved against SymPy's entry by entry, enclosed by balls that move.

The formula is run on SymPy symbols at small sizes, differentiated there by SymPy, and each entry is proved equal to
the pattern's in the field where zero can be told. At larger sizes the formula is run on balls that carry their
derivatives in directions of few entries. Where the formula is piecewise, both hold off its kinks.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
import sympy as sp
from flint import arb, arb_series, ctx, fmpq

from theory.derivations import indexed as words
from theory.derivations.components import Indexed, kind, outputs
from theory.derivations.parts import Floor
from verification.derive.branch import Branch
from verification.derive.enclosed import BITS, Enclosed
from verification.derive.exact import Split
from verification.derive.field import Undecided
from verification.derive.formulas import LEAST, Formula
from verification.derive.index_values import Place, Values, reduced
from verification.derive.meaning import Meaning, Reading
from verification.derive.moving import Moving

TRIES = 16  # points at which a formula may have no value
FEW = 3  # entries that move at once
SECONDS = 4.0  # for one proof
LARGEST = 2500  # operations in all that SymPy is asked to differentiate


def sizes_of(f: Formula, k: int, others: int) -> dict[str, int]:
    """k for k, a size of their own for other letters, and digits as they stand."""
    letters = {letter.rstrip("'") for own in f.axes.values() for letter in own.split()}
    others = max(others, LEAST.get(f.name, 0))
    sizes = {x: int(x) if x.isdigit() else k if x == "k" else others for x in sorted(letters)}
    counts = {name: value for name, value in f.settings.items() if isinstance(value, int)}
    return counts | sizes | f.fixed


def places(f: Formula, argument: str, sizes: Mapping[str, int]) -> list[Place]:
    """Entries that move freely: of what is symmetric, one of two mirror entries."""
    shape = _shape(f.axes[argument], sizes)
    mirror = kind(argument, f.axes[argument]) == "symmetric"
    return [p for p in np.ndindex(*shape) if not mirror or p[-2] <= p[-1]]


def _shape(own: str, sizes: Mapping[str, int]) -> tuple[int, ...]:
    return tuple(sizes[letter.rstrip("'")] for letter in own.split())


def _twice(f: Formula, argument: str, p: Place) -> int:
    """An entry off the diagonal of what is symmetric moves with its mirror entry."""
    return 2 if kind(argument, f.axes[argument]) == "symmetric" and p[-2] != p[-1] else 1


def filled(f: Formula, sizes: Mapping[str, int], value: Callable[[str, Place], Any]) -> dict[str, Any]:
    """Arguments as object arrays of these entries."""
    found = {}
    for name, own in f.axes.items():
        array = np.empty(_shape(own, sizes), dtype=object)
        for p in np.ndindex(*array.shape):
            array[p] = value(name, mirrored(f, name, p))
        found[name] = array
    return found


def mirrored(f: Formula, name: str, p: Place) -> Place:
    return (*p[:-2], *sorted(p[-2:])) if kind(name, f.axes[name]) == "symmetric" else p


def _run(f: Formula, given: Mapping[str, Any]) -> list[Any]:
    """The entries of all that a formula answers with, of one case: formulas are made for arrays of cases."""
    found = f.raw(**{name: array[None] for name, array in given.items()})
    return [x for part in outputs(found) for x in np.asarray(part, dtype=object).ravel()]


def entries_of(forms: list[Indexed], sizes: Mapping[str, int]) -> Iterator[tuple[int, dict[Any, int]]]:
    """Which output, and where its indices stand, in the order of the formula's own entries."""
    for number, form in enumerate(forms):
        own = [i for i in form.places if i is not None]
        for p in product(*(range(int(i.name) if i.name.isdigit() else sizes[i.name]) for i in own)):
            yield number, dict(zip(own, p, strict=True))


# ---- proofs against SymPy ----


def proved(
    f: Formula, forms: list[Indexed], patterns: list[Any], at: list[tuple[Any, ...]], argument: str, sizes: Any
) -> bool:
    """Every entry of the pattern is SymPy's derivative of the formula on symbols. Undecided: it cannot be told.

    False is no refutation where exponentials stand in logarithms, whose forms are not unique: balls decide there.
    """
    exact = Split()
    exact.field.renew(SECONDS)
    until = time.monotonic() + SECONDS
    names: dict[Any, Any] = {}

    def slot(name: str, p: Place) -> Any:
        """Covariances are L L', L triangular and of symbols: the root of a determinant is then no root."""
        if not f.axes[name].endswith(("k k", "D D")):
            return exact.field.symbol((name, *mirrored(f, name, p)))
        *n, i, j = mirrored(f, name, p)
        rows = [[exact.field.symbol((name, *n, x, y)) for y in range(i + 1)] for x in (i, j)]
        return reduced([a * b for a, b in zip(*rows, strict=True)], True)

    def symbol(name: str, p: Place) -> Any:
        made = sp.Symbol("_".join([name, *map(str, p)]), real=True, positive=True if not p else None)
        names[name, p] = made
        return made

    given = filled(f, sizes, symbol)
    meaning = Meaning(exact, Reading({}, {}), {})
    meaning.bound.update({made: slot(*key) for key, made in names.items()})
    values = Values(exact, sizes, slot)
    found = [sp.sympify(e) for e in _run(f, given)]
    if _kinked(forms):
        found, values.decides = _on_a_branch(f, found, names, argument, sizes)
    where = list(entries_of(forms, sizes))
    if len(found) != len(where):
        return False
    chosen = _chosen(f, argument, sizes, len(at))
    if sum(e.count_ops() for e in found) * len(chosen) > LARGEST:
        raise Undecided("too large")
    for e, (number, own) in zip(found, where, strict=True):
        if not (meaning.of(e, {}) - values.of(forms[number].entry, own)).is_zero():
            return False
        for moved in chosen:
            if time.monotonic() > until:
                raise Undecided("too large")
            slope, scale = e, 1
            for p in moved:
                slope, scale = sp.diff(slope, names[argument, p]), scale * _twice(f, argument, p)
            got = values.of(patterns[number], {**own, **_placed(at, moved)})
            if not (meaning.of(slope, {}) - got * values.number(scale)).is_zero():
                return False
    return True


def _kinked(forms: list[Indexed]) -> bool:
    return any(form.entry.has(words.Larger, words.Smallest, words.Least, Floor) for form in forms)


def _on_a_branch(
    f: Formula, found: list[Any], names: Mapping[Any, Any], argument: str, sizes: Any
) -> tuple[list[Any], Values]:
    """The formula on a branch that its argument moves, if there is one, and what is larger there."""
    moving, first = {symbol for (name, _), symbol in names.items() if name == argument}, None
    for point in range(TRIES):
        branch = Branch(point)
        for (name, p), symbol in names.items():
            branch.bind(symbol, (name, p), _picked(f, name, p, point, sizes))
        try:
            with ctx.workprec(BITS):
                taken = [branch.taken(e) for e in found]
        except Undecided:
            continue
        here = taken, Values(branch.balls, sizes, branch.slot)
        if any(e.free_symbols & moving for e in taken):
            return here
        first = first or here
    if first is None:
        raise Undecided("every point lies on a kink")
    return first


def _chosen(f: Formula, argument: str, sizes: Any, order: int) -> list[tuple[Place, ...]]:
    every = places(f, argument, sizes)
    return [(p,) for p in every] if order == 1 else [(p, q) for i, p in enumerate(every) for q in every[: i + 1]]


def _placed(at: list[tuple[Any, ...]], moved: tuple[Place, ...]) -> dict[Any, int]:
    return {i: v for indices, p in zip(at, moved, strict=True) for i, v in zip(indices, p, strict=True)}


# ---- balls that move ----


def enclosed(
    f: Formula, forms: list[Indexed], patterns: list[Any], at: list[tuple[Any, ...]], argument: str, sizes: Any
) -> bool | None:
    """The pattern's balls meet those of the formula, run on balls that move in a few of its entries. None: no value."""
    with ctx.workprec(BITS):
        for still in (False, True) if _kinked(forms) else (True,):  # a branch that the argument moves says more
            tries = (_meet(f, forms, patterns, at, argument, sizes, point, still) for point in range(TRIES))
            found = next((met for met in tries if met is not None), None)
            if found is not None:
                return found
        return None


def _meet(
    f: Formula, forms: Any, patterns: Any, at: list[tuple[Any, ...]], argument: str, sizes: Any, point: int, still: bool
) -> bool | None:
    """None: the formula has no value here, or it does not move though it should."""
    base = {}

    def slot(name: str, p: Place) -> Any:
        p = mirrored(f, name, p)
        if (name, p) not in base:
            base[name, p] = _picked(f, name, p, point, sizes)
        return base[name, p]

    every = places(f, argument, sizes)
    rng = random.Random(f"{f.name} {argument} {point}")
    speed = {p: Fraction(rng.randrange(1, 9), 4) for p in rng.sample(every, min(FEW, len(every)))}
    order = len(at)

    def moving(name: str, p: Place) -> Any:
        own = speed.get(p, 0) if name == argument else 0
        return Moving(arb_series([slot(name, p), _ball(own)], prec=order + 1))

    try:
        found = _run(f, filled(f, sizes, moving))
    except (TypeError, ValueError, AttributeError, ArithmeticError, NotImplementedError, LookupError):
        return None
    got = [x.series[order] * order if isinstance(x, Moving) else arb(0) for x in found]
    if not all(x.is_finite() for x in got):
        return None
    moves = still or not all(x.contains(0) for x in got)
    values = Values(Enclosed(1, point, {}), sizes, slot)
    where = list(entries_of(forms, sizes))
    if len(where) != len(got):
        return False
    for a, (number, own) in zip(got, where, strict=True):
        b = arb(0)
        for moved in product(speed, repeat=order):
            scale = reduced([_ball(speed[p]) * _twice(f, argument, p) for p in moved], False)
            try:
                b += values.of(patterns[number], {**own, **_placed(at, moved)}) * scale
            except Undecided:  # on a kink
                return None
        if not ((a - b).contains(0) and b.is_finite()):
            return False
    return True if moves else None


def _ball(x: Any) -> Any:
    x = Fraction(x)
    return arb(fmpq(x.numerator, x.denominator))


def _picked(f: Formula, name: str, p: Place, point: int, sizes: Mapping[str, int]) -> Any:
    """Between 0 and 1; numbers of other ranges at other points; covariances positive, Hessians first negative."""
    rng = random.Random(f"{name} {p} {point}")
    parts = 16 if point < TRIES // 2 else 1009  # at first the simplest, then hardly two of one value
    value = Fraction(rng.randrange(1, parts), parts)
    if not p:
        value = (value, 16 * value, 1 + value)[rng.randrange(3) if point else 0]
    elif kind(name, f.axes[name]) == "symmetric":
        value = 1 + value if p[-2] == p[-1] else (value - Fraction(1, 2)) / max(sizes.values())
        value = -value if f.axes[name].endswith("'") and point < TRIES // 2 else value
    return _ball(value)

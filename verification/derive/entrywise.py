"""Derivatives entry by entry, where a formula has no matrix form: SymPy's, met by balls that carry derivatives."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import sympy as sp
from flint import arb_series, ctx

from verification.derive.enclosed import BITS, Enclosed
from verification.derive.formulas import Formula
from verification.derive.meaning import Meaning, Reading
from verification.derive.moving import Moving

DIMENSIONS = (1, 2, 3)
LARGEST = 4000  # operations of an expression that SymPy is still asked to differentiate
# What evaluating a formula on symbols, or on balls, may raise where it was made for numbers alone.
UNFIT = (TypeError, ValueError, AttributeError, ArithmeticError, NotImplementedError, LookupError)


def confirmed(f: Formula, argument: str, order: int) -> tuple[tuple[int, ...], str]:
    """The dimensions in which the derivatives by the first and last entry meet; in words why not, where none."""
    found: list[int] = []
    kept = ctx.prec
    try:
        ctx.prec = BITS
        for k in DIMENSIONS:
            if not _meet(f, argument, order, k):
                return tuple(found), f"at k = {k} balls do not meet SymPy's derivative"
            found.append(k)
    except (_TooLarge, *UNFIT) as error:
        return tuple(found), "" if found else f"it cannot be run on symbols and balls ({error})"
    finally:
        ctx.prec = kept
    return tuple(found), ""


class _TooLarge(Exception):
    """More operations than SymPy is asked to differentiate."""


def _meet(f: Formula, argument: str, order: int, k: int) -> bool:
    symbols = f.entries(k)
    values = [sp.sympify(e) for e in np.asarray(f.raw(**symbols), dtype=object).ravel()]
    if sum(e.count_ops() for e in values) > LARGEST:
        raise _TooLarge("too large")
    balls = _balls(f, k)
    meaning = Meaning(Enclosed(3, 0, {}), Reading({}, {}), {})
    for name, array in symbols.items():
        meaning.bound.update(zip(array.ravel(), balls[name].ravel(), strict=True))
    for place in {0, symbols[argument].size - 1}:
        x = symbols[argument].ravel()[place]
        expected = [meaning.of(sp.diff(e, x, order), {}) for e in values]
        moved = np.array(balls[argument], dtype=object)
        for index in np.ndindex(*moved.shape):
            if symbols[argument][index] == x:
                start: Any = moved[index]
                moved[index] = Moving(arb_series([start, 1], prec=order + 1))
        got = np.asarray(f.raw(**{**balls, argument: moved}), dtype=object).ravel()
        for theirs, ours in zip(got, expected, strict=True):
            slope = theirs.series[order] * order if isinstance(theirs, Moving) else 0
            if not (ours - slope).contains(0) or not ours.is_finite():
                return False
    return True


def _balls(f: Formula, k: int) -> dict[str, Any]:
    """Positive numbers for every entry, covariances positive definite."""
    numbers, found = Enclosed(3, 0, {}), {}
    for name, array in f.entries(k).items():
        out = np.empty(array.shape, dtype=object)
        if f.kind(name) == "covariance":
            for lead in np.ndindex(*array.shape[:-2]):
                rows = numbers.matrix(f"{name}{lead}", array.shape[-1], array.shape[-1], "covariance")
                out[lead] = np.array(rows, dtype=object)
        else:
            for index in np.ndindex(*array.shape):
                low, high = Fraction(0), Fraction(1 if name in ("beta", "alpha") else 2)
                out[index] = numbers.number(numbers._pick(str(array[index]), low, high))
        found[name] = out
    return found

"""Gradients and Hessians of the closed forms, in matrix form, proved and enclosed against the shipped formula itself.

The formula is run on symbols and differentiated entry by entry; the matrix form, which holds for every k, is proved
equal to that for k = 1, 2, 3; at k = 4 and 5 both are enclosed, the formula on balls that carry their derivatives.
What runs over components or letters is derived in its indices (`by_index`); `left_out` lists what has no derivative,
and why.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import sympy as sp
from flint import arb, arb_series, ctx

from theory.derivations.differentials import differential, gradient
from theory.derivations.tracing import NoForm, matrix_form
from theory.derivations.vocabulary import NamedMatrix, latex
from verification.derive import by_index
from verification.derive.by_index import Pattern, checked, pattern
from verification.derive.enclosed import BITS, Enclosed
from verification.derive.exact import Exact
from verification.derive.field import Undecided
from verification.derive.formulas import Formula, formula
from verification.derive.left_out import LEFT_OUT, NoDerivative
from verification.derive.meaning import Meaning, Reading
from verification.derive.moving import Moving
from verification.report.math import plain
from verification.run import BadInput

PROVED_IN, ENCLOSED_IN = (1, 2, 3), (4, 5)
SECONDS, POINTS = 8.0, 2
OPEN = {"beta": (0, 1), "alpha": (0, 1), "noise": (0, 2)}
SIMPLE = 60  # operations of what SymPy is asked to simplify, which takes it long
# What evaluating a formula on symbols may raise where it was made for numbers alone
UNFIT = (TypeError, ValueError, AttributeError, ArithmeticError, NotImplementedError, LookupError)
LONG = 400  # characters of a derivative that are still printed


@dataclass(frozen=True)
class Derived:
    """A derivative: in matrix form where there is one, entry by entry at k = 1, and how each was checked."""

    formula: str
    argument: str
    order: int
    form: Any  # of the formula
    pattern: Any  # the differential, of the order asked, in the direction V
    gradient: Any
    entrywise: str
    proved: tuple[Any, ...]
    enclosed: tuple[Any, ...]
    trouble: str = ""
    by_index: Pattern | None = None  # where it is in index notation

    @property
    def holds(self) -> bool:
        return not self.trouble


def derive(name: str, argument: str, order: int = 1) -> Derived:
    """The derivative of a formula by an argument, with its checks. BadInput: no such formula, or argument."""
    f = formula(name)
    if argument not in f.axes:
        raise BadInput(f"{f.name} has no array argument {argument}; it has {', '.join(f.axes)}")
    if f.name in LEFT_OUT:
        raise NoDerivative(f"{f.name} has no derivative here: {LEFT_OUT[f.name]}")
    if f.further:
        raise BadInput(f"{f.name} asks for {', '.join(f.further)} as well, which is no array; derive what it calls")
    try:
        form = matrix_form(f.function, f.symbols)
        found, read = _pattern(f, form, argument, order)
    except (NoForm, ValueError):
        return _by_index(f, argument, order)
    shown = _entrywise(f, argument, order)
    proved = []
    for k in PROVED_IN:
        try:
            # a "no" is no refutation: roots and exponents have several forms in the field; balls are asked
            if not _proved(f, form, found, read, argument, order, k):
                break
        except Undecided:
            break
        proved.append(k)
    asked = tuple(k for k in PROVED_IN if k not in proved) + ENCLOSED_IN
    enclosed = tuple(k for k in asked if _enclosed(f, found, argument, order, k))
    trouble = ""
    if enclosed != asked:
        trouble = f"balls do not confirm it at k = {', '.join(str(k) for k in asked if k not in enclosed)}"
    if trouble or not proved:  # at points of its own: the matrix form may have met none where the formula has a value
        other = _by_index(f, argument, order)
        if other.by_index is not None and other.holds and (trouble or other.proved):
            return other
    return Derived(f.name, argument, order, form, found, read, shown, tuple(proved), enclosed, trouble)


def _by_index(f: Formula, argument: str, order: int) -> Derived:
    """The derivative in index notation. NoDerivative: it has none, and why."""
    try:
        found = pattern(f, argument, order)
    except NoForm as error:
        raise NoDerivative(f"{f.name} has no derivative here: {error}") from error
    proved, enclosed, trouble = checked(found)
    return Derived(f.name, argument, order, None, found.patterns, None, "", proved, enclosed, trouble, found)


def _direction(x: Any) -> Any:
    return sp.Integer(1) if isinstance(x, sp.Symbol) else sp.MatrixSymbol("V", *x.shape)


def _pattern(f: Formula, form: Any, argument: str, order: int) -> tuple[Any, Any]:
    x = f.symbols[argument]
    found = form
    for _ in range(order):
        found = differential(found, x, _direction(x))
    read = None
    if order == 1 and isinstance(x, sp.MatrixSymbol) and not isinstance(form, sp.MatrixExpr):
        try:
            read = gradient(form, x, symmetric=f.kind(argument) != "any")
        except ValueError:
            read = None
    return found, read


# ---- proofs at k = 1, 2, 3 ----


def _proved(f: Formula, form: Any, pattern: Any, read: Any, argument: str, order: int, k: int) -> bool:
    """The matrix form is the formula's, and its differential that of the entries in enough directions to tell all."""
    exact = Exact()
    exact.field.renew(SECONDS)
    meaning = Meaning(exact, Reading({}, f.dimensions(k)), f.kinds)
    entries = f.entries(k)
    _bind(meaning, f, entries, k)
    values = [meaning.of(sp.sympify(e), {}) for e in np.asarray(f.raw(**entries), dtype=object).ravel()]
    if not _same(_flat(meaning.of(form, {})), values):
        return False
    x = f.symbols[argument]
    V, places = _direction(x), _places(f, argument, k)
    slopes = [[exact.field.derivative(v, _entry(meaning, f, argument, place, k)) for v in values] for place in places]
    for chosen in _directions(len(places), order):
        expected = [_moved(exact, slopes, chosen, i) for i in range(len(values))]
        if order == 2:
            again = [[exact.field.derivative(e, _entry(meaning, f, argument, p, k)) for e in expected] for p in places]
            expected = [_moved(exact, again, chosen, i) for i in range(len(values))]
        if isinstance(x, sp.MatrixSymbol):
            meaning.bound[V] = _units(exact, [places[c] for c in chosen], f.kind(argument), *_shape(f, x, k))
            meaning.known = {key: v for key, v in meaning.known.items() if not key[0].has(V)}
        if not _same(_flat(meaning.of(pattern, {})), expected):
            return False
        if read is not None and not _same([_paired(meaning.of(read, {}), meaning.bound[V])], expected):
            return False
    return True


def _shape(f: Formula, x: Any, k: int) -> tuple[int, int]:
    rows, columns = (int(n.subs({s: f.dimensions(k)[s.name] for s in n.free_symbols})) for n in x.shape)
    return rows, columns


def _places(f: Formula, argument: str, k: int) -> list[tuple[int, int]]:
    """Entries that move freely: all, or the upper triangle of what is symmetric; one for a number."""
    x = f.symbols[argument]
    if isinstance(x, sp.Symbol):
        return [(0, 0)]
    rows, columns = _shape(f, x, k)
    return [(i, j) for i in range(rows) for j in range(columns) if i <= j or f.kind(argument) == "any"]


def _directions(count: int, order: int) -> list[tuple[int, ...]]:
    """Unit directions; for a quadratic form their sums as well."""
    single: list[tuple[int, ...]] = [(i,) for i in range(count)]
    return single if order == 1 else single + [(i, j) for i in range(count) for j in range(i)]


def _units(exact: Exact, places: list[tuple[int, int]], kind: str, rows: int, columns: int) -> list[list[Any]]:
    moved = {*places, *((j, i) for i, j in places if kind != "any")}
    return [[exact.field.one if (i, j) in moved else exact.field.zero for j in range(columns)] for i in range(rows)]


def _entry(meaning: Meaning, f: Formula, argument: str, place: tuple[int, int], k: int) -> Any:
    value = meaning.of(f.symbols[argument], {})
    return value[place[0]][place[1]] if isinstance(value, list) else value


def _moved(exact: Exact, slopes: list[list[Any]], chosen: tuple[int, ...], i: int) -> Any:
    found = exact.field.zero
    for c in chosen:
        found = found + slopes[c][i]
    return found


def _paired(G: list[list[Any]], V: list[list[Any]]) -> Any:
    found = None
    for g, v in zip(_flat(G), _flat(V), strict=True):
        if not v.is_zero():
            found = g * v if found is None else found + g * v
    return found


def _bind(meaning: Meaning, f: Formula, entries: Mapping[str, Any], k: int) -> None:
    """Entries' symbols mean the entries of the matrices."""
    for name, array in entries.items():
        if array.ndim:
            columns = array.shape[1] if array.ndim == 2 else 1
            rows = meaning.arithmetic.matrix(name, array.shape[0], columns, f.kind(name))
            for index in np.ndindex(*array.shape):
                meaning.bound[array[index]] = rows[index[0]][index[1] if array.ndim == 2 else 0]


def _flat(value: Any) -> list[Any]:
    return [x for row in value for x in row] if isinstance(value, list) else [value]


def _same(left: list[Any], right: list[Any]) -> bool:
    return len(left) == len(right) and all((a - b).is_zero() for a, b in zip(left, right, strict=True))


# ---- balls at k = 4, 5 ----


def _enclosed(f: Formula, pattern: Any, argument: str, order: int, k: int) -> bool:
    """The matrix form's balls meet those of the formula, run on balls that carry their derivatives."""
    with _precision():
        try:
            return all(_meet(f, pattern, argument, order, k, point) for point in range(POINTS))
        except (Undecided, ZeroDivisionError):
            return False


@contextmanager
def _precision() -> Iterator[None]:
    kept, ctx.prec = ctx.prec, BITS
    try:
        yield
    finally:
        ctx.prec = kept


def _meet(f: Formula, pattern: Any, argument: str, order: int, k: int, point: int) -> bool:
    balls = Enclosed(1, point, OPEN)
    meaning = Meaning(balls, Reading({}, f.dimensions(k)), {**f.kinds, "V": f.kind(argument)})
    expected = _flat(meaning.of(pattern, {}))
    given, direction = {}, meaning.of(_direction(f.symbols[argument]), {})
    for name, own in f.axes.items():
        value = meaning.of(f.symbols[name], {})
        value = np.array(value, dtype=object)
        value = value[:, 0] if len(own.split()) == 1 else value
        if name == argument:
            speed = np.array(direction, dtype=object)
            speed = speed[:, 0] if len(own.split()) == 1 else speed
            value = _moving(value, speed, order + 1)
        given[name] = value
    try:
        found = np.asarray(f.raw(**given), dtype=object).ravel()
    except (TypeError, ValueError, AttributeError):
        return False
    scale = 1 if order == 1 else 2
    got = [(x.series[order] if isinstance(x, Moving) else arb(0)) * scale for x in found]
    return len(got) == len(expected) and all(
        (a - b).contains(0) and a.is_finite() for a, b in zip(got, expected, strict=True)
    )


def _moving(value: Any, speed: Any, length: int) -> Any:
    out = np.empty(value.shape, dtype=object)
    for index in np.ndindex(*value.shape):
        out[index] = Moving(arb_series([value[index], speed[index] if speed.shape else arb(1)], prec=length))
    return out


# ---- entry by entry ----


def _entrywise(f: Formula, argument: str, order: int) -> str:
    """SymPy's derivative at k = 1, in LaTeX, if it is short."""
    entries = f.entries(1)
    try:
        value = np.asarray(f.raw(**entries), dtype=object).ravel()
    except UNFIT:
        return ""
    x = entries[argument].ravel()[0]
    if sum(sp.sympify(e).count_ops() for e in value) > SIMPLE:
        return ""
    found = [sp.diff(sp.sympify(e), x, order) for e in value]
    found = [sp.simplify(e) if e.count_ops() < SIMPLE else e for e in found]
    shown = ", ".join(latex(e) for e in found)
    return shown if len(shown) < LONG else ""


def told(name: str, argument: str, order: int = 1) -> tuple[str, bool]:
    """The derivative as plain text, and whether its checks passed."""
    found = derive(name, argument, order)
    what = "gradient" if order == 1 else "Hessian"
    lines = [f"{found.formula}: {what} by {argument}", ""]
    if found.by_index is not None:
        lines += by_index.told(found.by_index)
        lines += ["", f"{by_index.holds(found.by_index)}; {_checks(found)}."]
    else:
        lines += _formulas(found)
        lines += ["", f"The matrix form holds for every k by its rules; {_checks(found)}."]
    if found.entrywise:
        lines.append(f"At k = 1, entry by entry: {plain(found.entrywise)}")
    if found.trouble:
        lines.append(f"NOT CONFIRMED: {found.trouble}.")
    return "\n".join(lines), found.holds


def _formulas(found: Derived) -> list[str]:
    x = found.argument
    d = "d" if found.order == 1 else "d^{2}"
    rows = [("f", found.form)]
    scalar = not any(isinstance(s, sp.MatrixSymbol) and s.name == "V" for s in found.pattern.free_symbols)
    rows.append(
        (rf"\partial_{{{x_latex(x)}}}{'' if found.order == 1 else '^{2}'} f" if scalar else f"{d} f[V]", found.pattern)
    )
    if found.gradient is not None:
        rows.append((rf"\nabla_{{{x_latex(x)}}} f", found.gradient))
    named: dict[Any, Any] = {}
    out = [f"  {plain(left)} = {plain(latex(_abbreviated(e, named)))}" for left, e in rows]
    return out + [f"  where {name.name} = {plain(latex(body))}" for body, name in _bodies(named)]


def x_latex(name: str) -> str:
    """A symbol's name in LaTeX."""
    return latex(sp.Symbol(name))


def _abbreviated(e: Any, named: dict[Any, Any]) -> Any:
    """Sums that are inverted, by a name of their own."""
    for node in sp.preorder_traversal(e):
        if isinstance(node, sp.Inverse) and node.arg.is_MatAdd and node.arg not in named:
            named[node.arg] = NamedMatrix("M" if not named else f"M_{len(named) + 1}", node.arg)
    return e.xreplace(named)


def _bodies(named: dict[Any, Any]) -> list[tuple[Any, Any]]:
    return [(body, word.args[0]) for body, word in named.items()]


def _checks(found: Derived) -> str:
    parts = []
    if found.proved:
        branch = " (on the branch of a point)" if found.by_index is not None and by_index.kinked(found.by_index) else ""
        parts.append(f"proved equal to the formula's own derivative for {_sizes(found.proved)}{branch}")
    if found.enclosed:
        parts.append(f"balls agree at {_sizes(found.enclosed)}")
    return ", ".join(parts) or "not confirmed"


def _sizes(found: tuple[Any, ...]) -> str:
    return "; ".join(found) if isinstance(found[0], str) else f"k = {', '.join(map(str, found))}"

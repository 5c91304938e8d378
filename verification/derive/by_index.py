"""The derivative of a formula over components or letters: its pattern, its checks, and how it is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from theory.derivations.components import Indexed, index_form, kind, letters_of
from theory.derivations.index_printing import Names
from theory.derivations.indexed import Larger, Least, Smallest, argument_latex, derivative, index, subscript
from theory.derivations.parts import CholeskyEntry, Drawn, Floor, GammaMoment
from theory.derivations.spectral import Polar, Projector, Resolvent, Sylvester, TopEigenvalue
from theory.mixing import LOGISTIC
from verification.derive.clusters import LEAST_MASS
from verification.derive.field import Undecided
from verification.derive.formulas import PARTS, Formula
from verification.derive.indexed import enclosed, proved, sizes_of
from verification.derive.left_out import NoDerivative
from verification.report.math import plain

SMALL = ((1, 2), (2, 2), (3, 2))  # k, and the size of every other letter
WITHOUT_K = ((1, 2), (1, 3))
LARGE = ((4, 4),)
LARGEST = 1_000_000  # operations of a Hessian, that balls still meet in minutes
LONGEST = 3000  # characters of one line
UNREAD = 30_000  # of LaTeX, which takes long to set


INSTEAD = {"envelope.log_mass": LEAST_MASS}
OF_MATRICES = {
    CholeskyEntry: "chol(A) is the lower triangular L with A = L L'",
    TopEigenvalue: "λ(A) is the largest eigenvalue of A; where two are largest there may be no derivative",
    Projector: "P(A) = v v' projects on the eigenvector of λ(A)",
    Resolvent: "R(A) is the pseudo-inverse of λ(A) I - A",
    Polar: "O(A) is the orthogonal factor of A = O H, H positive definite",
    Sylvester: "S(A)_(pjcd) is how much C_cd counts in X_pj where X H + H X = C, H = O(A)' A",
}


@dataclass(frozen=True)
class Pattern:
    """A derivative in index notation, one for each array that the formula answers with."""

    formula: Formula
    argument: str
    forms: list[Indexed]
    patterns: list[Any]
    at: list[tuple[Any, ...]]


def pattern(f: Formula, argument: str, order: int) -> Pattern:
    """The derivative by an argument's entry, twice for order 2. NoForm: the formula has no index notation."""
    forms = index_form(f.function, dict(f.axes), f.settings, f.fixed, PARTS.get(f.name, ()), INSTEAD.get(f.name, {}))
    at = [tuple(map(index, letters_of(f.axes[argument], f.fixed))) for _ in range(order)]
    found = []
    for form in forms:
        e = form.entry
        for indices in at:
            e = derivative(e, argument, indices)
        found.append(e)
    if order == 2 and sum(e.count_ops() for e in found) > LARGEST:
        raise NoDerivative(f"the Hessian of {f.name} by {argument} has too many terms to be checked here")
    return Pattern(f, argument, forms, found, at)


def checked(
    p: Pattern, small: tuple[tuple[int, int], ...] = (), large: tuple[tuple[int, int], ...] = LARGE
) -> tuple[tuple[str, ...], tuple[str, ...], str]:
    """Sizes where it is proved, those where balls confirm it, and what speaks against it."""
    small = small or (SMALL if "k" in sizes_of(p.formula, 1, 1) else WITHOUT_K)
    asked = [(sizes_of(p.formula, *pair), True) for pair in small]
    asked += [(sizes_of(p.formula, *pair), False) for pair in large]
    done: list[str] = []
    met: list[str] = []
    hard = False
    for sizes, exact in asked:
        name = shown(sizes)
        if name in met or (exact and name in done):
            continue
        if exact and not hard and _proved(p, sizes):
            done.append(name)
            continue
        hard |= exact  # what is not decided here takes longer where there is more
        agree = enclosed(p.formula, p.forms, p.patterns, p.at, p.argument, sizes)
        if agree is False:
            return tuple(done), tuple(met), f"balls do not confirm it at {name}"
        met += [name] * bool(agree)
    return tuple(done), tuple(met), "" if done or met else "no point was found where the formula has a value"


def _proved(p: Pattern, sizes: Mapping[str, int]) -> bool:
    try:
        return proved(p.formula, p.forms, p.patterns, p.at, p.argument, sizes)
    except (Undecided, NotImplementedError, TypeError, AttributeError, ZeroDivisionError, LookupError):
        return False


def shown(sizes: Mapping[str, int]) -> str:
    """Sizes in words."""
    return ", ".join(f"{letter} = {size}" for letter, size in sizes.items() if not letter.isdigit()) or "numbers"


def told(p: Pattern) -> list[str]:
    """The formula and its derivative as lines of text."""
    lines = []
    for number, (form, e) in enumerate(zip(p.forms, p.patterns, strict=True), 1):
        own = [i for i in form.places if i is not None]
        names = Names([*own, *(i for indices in p.at for i in indices)], tuple(p.formula.axes))
        f = "f" if len(p.forms) == 1 else f"f^{{({number})}}"
        left = subscript(f, [names.free[i] for i in own], names.printer)
        by = [subscript(argument_latex(p.argument), [names.free[i] for i in at], names.printer) for at in p.at]
        below = " ".join(rf"\partial {x}" for x in by)
        top = rf"\partial {left}" if len(p.at) == 1 else rf"\partial^{{2}} {left}"
        rows = [f"{left} = {names.latex(form.entry)}", rf"\frac{{{top}}}{{{below}}} = {names.latex(e)}"]
        lines += [f"  {_short(row)}" for row in rows]
        lines += [f"  where {_short(row)}" for row in names.where]
    return lines + [f"  {note}" for note in _notes(p)]


def kinked(p: Pattern) -> bool:
    """Whether it takes what is larger, or smallest."""
    return any(e.has(Larger, Least, Smallest, Floor) for e in [*p.patterns, *(form.entry for form in p.forms)])


def holds(p: Pattern) -> str:
    """For which sizes, and where, it holds by its rules alone."""
    fixed = p.formula.fixed
    others = {x for own in p.formula.axes.values() for x in own.replace("'", "").split() if not x.isdigit()} - {*fixed}
    sizes = "for all sizes" if not fixed else "for all sizes of the other axes" if others else "at these sizes"
    return f"It holds {sizes} by its rules" + (", between its kinks" if kinked(p) else "")


def _notes(p: Pattern) -> list[str]:
    """What is to be known of the indices, the kinks and the settings."""
    found = []
    if kind(p.argument, p.formula.axes[p.argument]) == "symmetric":
        found.append(f"{p.argument} is symmetric: of two mirror entries that move together, each has half the slope")
    shown = [*p.patterns, *(form.entry for form in p.forms)]
    if any(e.has(Larger) for e in shown):
        found.append("[a > b] is 1 where a > b and 0 where a < b; where both are equal there may be no derivative")
    if any(e.has(Least, Smallest) for e in shown):
        found.append(
            "[i = arg min] is 1 at the smallest and 0 elsewhere; where two are smallest there may be no derivative"
        )
    if any(e.has(Floor) for e in shown):
        found.append("⌊a⌋ is the largest whole number not above a; where a is whole there may be no derivative")
    if any(e.has(GammaMoment) for e in shown):
        found.append("P_m(a, x) is the integral of (log t)^m t^(a - 1) e^-t / Γ(a) from 0 to x, ψ_m polygamma")
    for word, told in OF_MATRICES.items():
        if any(e.has(word) for e in shown):
            found.append(told)
    given = p.formula.settings | p.formula.fixed
    if any(e.has(Drawn) for e in shown):
        given.pop("m")
        found.append("z at two indices is one of the m values of a draw: the first runs over all draws")
    if given:
        found.append(f"with {', '.join(f'{name} = {_told(value)}' for name, value in given.items())}")
    return found


def _told(value: Any) -> str:
    return "the logistic law" if value is LOGISTIC else f"{value}"


def _short(row: str) -> str:
    if len(row) > UNREAD:
        return f"{plain(row.partition(' = ')[0])} = … ({len(row)} characters of LaTeX)"
    text = plain(row)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}… ({len(text)} characters)"

"""Mistakes that people make in a derivation, planted in one line of it at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import sympy as sp

from theory.derivations import Derivation
from theory.derivations import vocabulary as words

BOUND = (words.Mean, words.Total, words.Entropy)


def planted(derivation: Derivation, index: int) -> Iterator[tuple[str, Derivation]]:
    """The derivation with one mistake in one line, named."""
    seen = {derivation.steps[index].expression}
    for name, changed in _changes(derivation.steps[index].expression):
        if changed not in seen:
            seen.add(changed)
            steps = list(derivation.steps)
            steps[index] = replace(steps[index], expression=changed)
            yield name, replace(derivation, steps=tuple(steps))


def _changes(e: Any) -> Iterator[tuple[str, Any]]:
    """One mistake somewhere inside."""
    if isinstance(e, sp.Eq):
        for name, changed in _changes(e.rhs):
            yield name, sp.Eq(e.lhs, changed, evaluate=False)
        return
    yield from _here(e)
    for place, inner in enumerate(e.args):
        if place > 0 and isinstance(e, BOUND) and not isinstance(inner, words.Density):
            continue
        if isinstance(e, (words.Density, words.Table, words.PositiveTable, sp.MatrixSymbol, words.Gradient)):
            continue
        if isinstance(e, (words.Named, words.PositiveNamed, words.NamedMatrix)) and place == 0:
            continue
        for name, changed in _changes(inner):
            args = [*e.args]
            args[place] = changed
            try:
                yield name, e.func(*args)
            except (TypeError, ValueError, AttributeError):
                continue


def _here(e: Any) -> Iterator[tuple[str, Any]]:
    if e.is_Add or (getattr(e, "is_MatAdd", False)):
        for term in e.args:
            rest = [x for x in e.args if x is not term]
            yield f"{term} is lost", e.func(*rest)
            yield f"{term} has the wrong sign", e.func(*rest, -term)
    if e.is_Rational and e not in (0, 1, -1):
        yield f"{e} becomes {e + 1}", e + 1
    if e.is_Pow and e.exp != -1:
        yield f"the power {e.exp} of {e.base} is lost", e.base
    if isinstance(e, sp.log):
        yield "a logarithm is lost", e.args[0]
    if isinstance(e, words.KL):
        q, p, z = e.args
        yield "KL is turned round", words.KL(p, q, z)
        yield "KL has the wrong sign", -e
    if isinstance(e, words.Density) and e.args[3]:
        yield f"{e} loses what is given", words.Density(*e.args[:3], sp.Tuple())
    if isinstance(e, words.Mean):
        yield "a mean has the wrong sign", -e
    if isinstance(e, words.Average):
        yield "a mean becomes a sum", words.Sum(*e.args)
    if isinstance(e, sp.Inverse):
        yield f"{e.arg} is not inverted", e.arg
    if isinstance(e, (words.PositiveDet, words.Tr, words.Form)):
        yield "a factor 2 too much", 2 * e

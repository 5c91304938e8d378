"""The checker's power: a mistake planted in a line is seen at that line, or at the next that leans on it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

import numpy as np
import pytest
import sympy as sp
from derivations_plain import value
from derivations_planting import planted

from theory.derivations import Derivation, all_derivations
from verification.derive.replay import BY_RULE, _Checker

DERIVATIONS = all_derivations()
PLANTED = 2  # a derivation, chosen by its name


def mistakes(derivation: Derivation) -> Iterator[tuple[int, str, Derivation]]:
    """Planted lines whose value differs from the line's own, by brute force in floats, at a random point."""
    lines = [i for i in range(1, len(derivation.steps)) if i not in derivation.breaks]
    every = [(index, name, bad) for index in lines for name, bad in planted(derivation, index)]
    random.Random(derivation.id).shuffle(every)
    return (one for one in every if _differs(derivation, one[2], one[0]))


def _differs(derivation: Derivation, bad: Derivation, index: int) -> bool:
    free = [s for step in derivation.steps for s in step.expression.free_symbols if getattr(s, "is_integer", False)]
    free = [s for s in free if not s.is_positive]
    try:
        right, wrong = (value(d.steps[index].expression, free, 11, dict(d.domain)) for d in (derivation, bad))
    except (NotImplementedError, np.linalg.LinAlgError, ValueError, TypeError, AttributeError):
        return False
    return right.shape == wrong.shape and bool(np.isfinite(wrong).all()) and float(np.max(abs(right - wrong))) > 1e-6


def caught(bad: Derivation, index: int) -> bool:
    """Refuted or not shown; an inequality may stay true, but its rule no longer gives it."""
    checker = _Checker(bad)
    leaning = [
        j for j in range(index, len(bad.steps)) if j not in bad.breaks and (j == index or bad.before(j) == index)
    ]
    for j in leaning:
        one = checker.step(j)
        if not one.follows or (bad.steps[j].relation in ("<=", ">=", "<", ">") and one.verdict != BY_RULE):
            return True
    return False


def certain(derivation: Derivation) -> Iterator[tuple[int, str, Derivation]]:
    """Lines that brute force cannot read, moved by what is never 0: a third, the identity, or a vector by itself."""
    for index in range(1, len(derivation.steps)):
        if index not in derivation.breaks:
            step = derivation.steps[index]
            e = step.expression
            moved = sp.Eq(e.lhs, _moved(e.rhs), evaluate=False) if isinstance(e, sp.Eq) else _moved(e)
            steps = tuple(replace(step, expression=moved) if i == index else s for i, s in enumerate(derivation.steps))
            yield index, "is moved", replace(derivation, steps=steps)


def _moved(e: Any) -> Any:
    if not isinstance(e, sp.MatrixExpr):
        return e + sp.Rational(1, 3)
    return e + (sp.Identity(e.shape[0]) if e.shape[0] == e.shape[1] else e)


@pytest.mark.parametrize("derivation", DERIVATIONS.values(), ids=DERIVATIONS)
def test_planted_mistakes_are_seen(derivation: Derivation) -> None:
    chosen = list(islice(mistakes(derivation), PLANTED)) or list(islice(certain(derivation), PLANTED))
    assert chosen or len(derivation.breaks) == len(derivation.steps) - 1
    assert [f"line {index}: {name}" for index, name, bad in chosen if not caught(bad, index)] == []


def test_a_jensen_that_points_the_wrong_way_is_refuted() -> None:
    elbo = DERIVATIONS["levy.elbo"]
    steps = list(elbo.steps)
    steps[5] = replace(steps[5], relation="<=")
    one: Any = _Checker(replace(elbo, steps=tuple(steps))).step(5)
    assert one.verdict == "does not follow" and one.counterexample is not None


def test_a_rule_that_does_not_give_the_line_proves_nothing() -> None:
    elbo = DERIVATIONS["levy.elbo"]
    steps = list(elbo.steps)
    steps[5] = replace(steps[5], rule="Gibbs")
    assert _Checker(replace(elbo, steps=tuple(steps))).step(5).verdict == "enclosed"

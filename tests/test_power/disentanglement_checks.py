"""Scores of disentanglement beside their claims: what each refuses, in which words, and what it lets pass."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from theory import disentanglement as score
from theory.disentanglement import checks

HALF = [[0.5, 0.0], [0.0, 0.5]]
EVEN = [[0.25, 0.25], [0.25, 0.25]]
ONE = [[0.5, 0.0], [0.5, 0.0]]


def _outside(name: str, value: str, interval: str) -> str:
    return f"{name} = {value} is outside {interval}, where the formula holds."


def _alone(name: str, shape: str) -> str:
    return f"{name} has shape {shape}: nothing is to tell of one factor; pass two at least."


TOLD: tuple[tuple[Callable[..., Any], tuple[Any, ...], str], ...] = (
    (score.accuracy, ([0.5, 0.25],), "ties is not in ascending order; pass np.sort(ties)."),
    (score.accuracy, ([[0.25, 0.5], [0.5, 0.25]],), "ties[1] is not in ascending order; pass np.sort(ties)."),
    (score.accuracy, ([0.5],), _alone("ties", "(1,)")),
    (score.accuracy, ([0.5, 1.25],), _outside("ties[1]", "1.25", "[0, 1]")),
    (score.norm_accuracy, ([[0.5, 0.5, 0.0]], 2), _alone("steps", "(1, 3)")),
    (score.norm_accuracy, ([[0.5, 0.5], [1.5, 0.0]], 2), _outside("steps[1, 0]", "1.5", "[0, 1]")),
    (score.steps, ([[-0.5, 0.5]],), _outside("laws[0, 0]", "-0.5", "[0, 1]")),
    (score.expected_difference, (0.0, 0.0, 1.0, 1.0), _outside("sigma1", "0", "(0, inf)")),
    (score.expected_difference, (0.0, 1.0, 1.0, [2.0, -1.0]), _outside("sigma2[1]", "-1", "(0, inf)")),
    (score.gap, ([[1.0, 2.0, 3.0]],), "scores has shape (1, 3); a gap needs two codes at least."),
    (score.sap, ([[1.0], [0.0]], HALF), "scores has shape (1, 2); a gap needs two codes at least."),
    (score.mig, ([[EVEN, EVEN]],), "scores has shape (1, 2); a gap needs two codes at least."),
    (score.mig, ([[EVEN, ONE], [EVEN, ONE]],), "factor 1 of tables has one value only; leave it out."),
    (score.mig, ([[[HALF, EVEN], [EVEN, EVEN]], [[ONE, EVEN], [ONE, EVEN]]],),
     "factor 0 of tables[1] has one value only; leave it out."),
    (score.mig, ([[HALF, [[2.0, 0.0], [0.0, 1.0]]], [HALF, HALF]],), _outside("tables[0, 1, 0, 0]", "2", "[0, 1]")),
    (score.information, ([[3.0, 1.0]],), _outside("table[0, 0]", "3", "[0, 1]")),
    (score.squared_correlation, ([[1.0], [1.0]], [[0.0], [1.0]]), "column 0 of codes is constant; leave it out."),
    (score.squared_correlation, (HALF, [[[0.0, 2.0], [1.0, 2.0]], [[1.0, 2.0], [0.0, 3.0]]]),
     "column 1 of factors[0] is constant; leave it out."),
    (score.squared_correlation, ([[[0.0], [1.0]], [[1.0], [1.0]]], HALF),
     "column 0 of codes[1] is constant; leave it out."),
    (score.disentanglement, ([[1.0, 0.0], [2.0, 0.0]],),
     "column 1 of importance is 0: nothing tells of that factor; leave it out."),
    (score.disentanglement, ([[[1.0, 1.0], [1.0, 0.0]], [[0.0, 1.0], [0.0, 1.0]]],),
     "column 0 of importance[1] is 0: nothing tells of that factor; leave it out."),
    (score.completeness, ([[1.0, -1.0]],), _outside("importance[0, 1]", "-1", "[0, inf)")),
    (score.normalised_variance, ([[1.0, 2.0]], [1.0, 1.0]),
     "codes has shape (1, 2); a variance needs two inputs at least."),
    (score.normalised_variance, ([[1.0, 2.0], [0.0, 1.0]], [1.0, 0.0]), _outside("scale[1]", "0", "(0, inf)")),
    (score.vote_accuracy, ([[1.0, 0.0]],), "column 1 of votes is 0: nothing tells of that factor; leave it out."),
)  # fmt: skip


def scores_tell() -> bool:
    """What is refused is told as it should be read."""
    for call, arguments, told in TOLD:
        try:
            call(*arguments)
        except ValueError as error:
            if str(error) != told:
                return False
        else:
            return False
    return True


def scores_refuse_no_more() -> bool:
    """Borders that belong to what holds: ties at 0 and 1, equal ones, a code of no importance, columns that vary."""
    fine = (
        float(score.accuracy([0.0, 1.0])) == 1.0,
        float(score.accuracy([0.5, 0.5])) == 0.75,
        float(score.disentanglement([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]])) == 1.0,
        float(score.vote_accuracy([[1.0, 1.0]])) == 0.5,
        np.allclose(score.squared_correlation([[0.0], [1.0], [0.0]], [[2.0], [2.0], [5.0]]), 0.25),
        float(score.mig([[HALF, EVEN], [EVEN, HALF]])) == 1.0,
    )
    return all(fine)


def symbols_are_taken_at_their_word() -> bool:
    """Expressions have no values to look at: the formula comes out, whatever they stand for."""
    import sympy as sp

    a, b = sp.symbols("a b", positive=True)
    checks.check_importance(np.array([[-a, b]]))
    checks.check_ties(np.array([b, a]))
    checks.check_tables(np.array([[[[a], [b]]]]))
    checks.check_varied(np.array([[a], [a]]), np.array([[a], [b]]))
    return True


DISENTANGLEMENT_CHECKS: tuple[Callable[[], bool], ...] = (
    scores_tell, scores_refuse_no_more, symbols_are_taken_at_their_word,
)  # fmt: skip

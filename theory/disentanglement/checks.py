"""What the scores ask of their arguments, each told in one sentence."""

from __future__ import annotations

import numpy as np

from theory.arrays import Array, as_float
from theory.validation import _check_interval, _check_unit, _first, _unseen, at


def _check_factors(name: str, x: Array, K: int) -> None:
    if K < 2:
        raise ValueError(f"{name} has shape {tuple(x.shape)}: nothing is to tell of one factor; pass two at least.")


def check_ties(ties: Array) -> None:
    """Chances in ascending order, of two factors at least."""
    _check_factors("ties", ties, ties.shape[-1])
    _check_unit("ties", ties)
    if _unseen(ties):
        return
    bad = (np.diff(as_float(ties)) < 0).any(-1)
    if bad.any():
        raise ValueError(f"{at('ties', _first(bad))} is not in ascending order; pass np.sort(ties).")


def check_steps(steps: Array) -> None:
    """Chances, of two factors at least."""
    _check_factors("steps", steps, steps.shape[-2])
    _check_unit("steps", steps)


def check_laws(laws: Array) -> None:
    """Chances: 0 <= p <= 1."""
    _check_unit("laws", laws)


def check_spreads(sigma1: Array, sigma2: Array) -> None:
    """Standard deviations: positive."""
    for name, sigma in (("sigma1", sigma1), ("sigma2", sigma2)):
        _check_interval(name, sigma, lambda value: value > 0, "(0, inf)")


def _check_amounts(name: str, x: Array) -> None:
    """No negative entry, and of each factor one that is positive."""
    _check_interval(name, x, lambda value: value >= 0, "[0, inf)")
    if _unseen(x):
        return
    bad = (as_float(x) == 0).all(-2)
    if bad.any():
        *case, column = _first(bad)
        raise ValueError(f"column {column} of {at(name, case)} is 0: nothing tells of that factor; leave it out.")


def check_importance(importance: Array) -> None:
    """Importances: none negative, and of each factor one that is positive."""
    _check_amounts("importance", importance)


def check_votes(votes: Array) -> None:
    """Counts or chances: none negative, and of each factor one that is positive."""
    _check_amounts("votes", votes)


def check_batch(codes: Array, scale: Array) -> None:
    """Two inputs at least, of codes that vary."""
    if codes.shape[-2] < 2:
        raise ValueError(f"codes has shape {tuple(codes.shape)}; a variance needs two inputs at least.")
    _check_interval("scale", scale, lambda value: value > 0, "(0, inf)")


def check_two_codes(scores: Array) -> None:
    """A best and a second best."""
    if scores.shape[-2] < 2:
        raise ValueError(f"scores has shape {tuple(scores.shape)}; a gap needs two codes at least.")


def check_table(table: Array) -> None:
    """Chances: 0 <= p <= 1."""
    _check_unit("table", table)


def check_tables(tables: Array) -> None:
    """Chances, and of each factor two values at least that have one."""
    _check_unit("tables", tables)
    if _unseen(tables):
        return
    bad = ((as_float(tables) > 0).any(-2).sum(-1) < 2).any(-2)
    if bad.any():
        *case, factor = _first(bad)
        raise ValueError(f"factor {factor} of {at('tables', case)} has one value only; leave it out.")


def check_varied(codes: Array, factors: Array) -> None:
    """Columns that take more than one value."""
    for name, x in (("codes", codes), ("factors", factors)):
        if _unseen(x):
            continue
        values = as_float(x)
        bad = (values == values[..., :1, :]).all(-2)
        if bad.any():
            *case, column = _first(bad)
            raise ValueError(f"column {column} of {at(name, case)} is constant; leave it out.")

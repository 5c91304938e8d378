"""Derivatives of small networks by an imaginary step in complex balls: J e = Im g(z + i h e) / h, off by h^2 alone.

Determinants are taken on the side of the pixels, |I + J J' / beta|, by FLINT's own elimination.
"""

from __future__ import annotations

from typing import Any

import flint
import numpy as np
from flint import acb, acb_mat, arb

from verification.estimate import Estimate, Grade

from . import costly

Array = Any
BITS = 900
INNER, OUTER = -150, -250  # what is left out is 2^-300 of a third derivative


def _balls(x: Any) -> Array:
    return np.frompyfunc(lambda v: acb(v) if isinstance(v, arb) else acb(float(v)), 1, 1)(np.asarray(x))


def _unit(kind: int, a: Any) -> Any:
    up = bool(a.real > 0)
    if kind == 0 or (up and kind < 4):
        return a
    if kind == 4:
        return a.sinh() / a.cosh()
    if kind == 5:
        return a.exp() / (1 + a.exp())
    if kind == 6:
        return (1 + a.exp()).log()
    return (acb(0), a / 100, a.exp() - 1)[kind - 1]


def _output(case: dict[str, Array], z: Array) -> Array:
    x = z
    for place, kind in (("1", "hidden"), ("2", "hidden"), ("3", "output")):
        which = round(float(case[kind].real))
        x = np.array([_unit(which, a) for a in case[f"W{place}"] @ x + case[f"b{place}"]], dtype=object)
    return x


def _column(case: dict[str, Array], z: Array, i: int) -> list[Any]:
    step = z.copy()
    step[i] = step[i] + acb(0, arb(2) ** OUTER)
    return [acb(y.imag / arb(2) ** OUTER) for y in _output(case, step)]


def _slanted(case: dict[str, Array], z: Array, i: int) -> list[Any]:
    """The same by central differences, for weights that are themselves complex."""
    h, ends = acb(arb(2) ** INNER), []
    for t in (h, -h):
        step = z.copy()
        step[i] = step[i] + t
        ends.append(_output(case, step))
    return list((ends[0] - ends[1]) / (2 * h))


def _jacobian(case: dict[str, Array], z: Array, column: Any = _column) -> Any:
    columns = [column(case, z, i) for i in range(len(z))]
    return acb_mat([[c[p] for c in columns] for p in range(len(columns[0]))])


def _log_determinant(J: Any, b: Any) -> Any:
    D = J.nrows()
    eye = acb_mat([[int(i == j) for j in range(D)] for i in range(D)])
    return (eye + J * J.transpose() * (1 / b)).det().log()


def _each(arrays: dict[str, Array], f: Any) -> Estimate:
    with flint.ctx.workprec(BITS):
        made = {name: _balls(x) for name, x in arrays.items()}
        cases = [{name: x[i] for name, x in made.items()} for i in range(len(arrays["z"]))]
        value = np.array([f(case) for case in cases], dtype=object)
    return Estimate(value, np.zeros(value.shape), Grade.BOUNDED, certificate="imaginary steps of 2^-250 in balls")


def _squares(J: Any, weights: Any = None) -> list[list[Any]]:
    left = J.transpose()
    if weights is not None:
        left = acb_mat([[left[i, p] * weights[p] for p in range(J.nrows())] for i in range(J.ncols())])
    G = left * J
    return [[G[i, j].real for j in range(J.ncols())] for i in range(J.ncols())]


def gram(**arrays: Array) -> Estimate:
    """J' J at every point."""
    return _each(arrays, lambda case: [_squares(_jacobian(case, z)) for z in case["z"]])


def weighted_gram(**arrays: Array) -> Estimate:
    """J' diag(Lambda) J at every point."""
    return _each(arrays, lambda c: [_squares(_jacobian(c, z), w) for z, w in zip(c["z"], c["Lambda"], strict=True)])


def log_determinant(**arrays: Array) -> Estimate:
    """log |I + J J' / beta| at every point."""
    return _each(arrays, lambda c: [_log_determinant(_jacobian(c, z), c["beta"]).real for z in c["z"]])


def _term(case: dict[str, Array], z: Array, i: int) -> Any:
    J = acb_mat([_column(case, z, i)]).transpose()
    return _log_determinant(J, case["beta"]).real


def columns(**arrays: Array) -> Estimate:
    """One column at a time: log |I + J_i J_i' / beta|, added up."""
    return _each(arrays, lambda c: [sum((_term(c, z, i) for i in range(len(z))), arb(0)) for z in c["z"]])


def sampled_columns(**arrays: Array) -> Estimate:
    """The same over the drawn columns, k times their mean."""

    def of(case: dict[str, Array]) -> list[Any]:
        found = []
        for z, row in zip(case["z"], case["columns"], strict=True):
            terms = [_term(case, z, round(float(c.real))) for c in row]
            found.append(sum(terms, arb(0)) * len(z) / len(terms))
        return found

    return _each(arrays, of)


@costly
def slope_of_mean(**arrays: Array) -> Estimate:
    """The imaginary part of the mean of log |I + J J' / beta| when everything has an imaginary step."""
    moved = ("z", "W1", "b1", "W2", "b2", "W3", "b3")

    def of(case: dict[str, Array]) -> Any:
        h = arb(2) ** OUTER
        there = {**case, **{name: case[name] + acb(0, h) for name in moved}}
        logs = [_log_determinant(_jacobian(there, z, _slanted), case["beta"]).imag for z in there["z"]]
        return sum(logs, arb(0)) / h / len(logs)

    return _each(arrays, of)

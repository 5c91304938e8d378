"""Formulas that are made for floats, run on balls that move or on symbols: with other words for NumPy's and SciPy's."""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType, SimpleNamespace
from typing import Any

import numpy as np
from flint import acb_mat, arb, arb_mat, arb_series

from theory import arrays, objects
from theory.derivations.tracing import retold
from verification.derive.field import Undecided
from verification.derive.moving import Moving

STEPS = 24  # of Newton's to the orthogonal factor, which then is right to more digits than balls have


def on_balls(formula: Callable[..., Any], **arguments: Any) -> Any:
    """The formula at object arrays."""
    ball = any(objects.is_ball(x) for x in arguments.values())
    return retold(formula, _words(ball))(**arguments)


def _words(ball: bool) -> dict[str, Any]:
    def of(name: str) -> Callable[[Any], Any]:
        return lambda x: getattr(objects, name)(objects.promote(x, ball) if not arrays.is_object(x) else x)

    numpy = _Numpy(
        **{name: of(name) for name in ("exp", "log", "sqrt")},
        pi=objects.pi(np.array(arb(0) if ball else None)),
        e=of("exp")(1),
        maximum=objects.maximum,
        minimum=objects.minimum,
        clip=lambda x, low, high: objects.minimum(objects.maximum(x, low), high),
        linalg=SimpleNamespace(eigvalsh=_top_eigenvalue, svd=lambda A: (_polar(A), None, arrays.eye_like(A))),
    )
    own = {name: thing for name, thing in vars(arrays).items() if isinstance(thing, FunctionType)}
    return {**own, "as_float": _same, "np": numpy, "imported": {"lambertw": objects._each("lambertw")}}


class _Numpy(SimpleNamespace):
    """NumPy, but for these."""

    def __getattr__(self, name: str) -> Any:
        return getattr(np, name)


def _same(x: Any) -> Any:
    return x


def largest_eigenvalue(A: list[list[Any]]) -> tuple[Any, list[Any]]:
    """Of a symmetric matrix of balls, and the others: enclosed. Undecided: two are not told apart."""
    try:
        found = sorted((x.real for x in acb_mat(arb_mat(A)).eig()), key=lambda x: float(x.mid()))
    except ValueError as error:
        raise Undecided("eigenvalues are not told apart") from error
    return found[-1], found[:-1]


def _top_eigenvalue(A: Any) -> Any:
    """By Newton's steps on the characteristic polynomial, each of which doubles the coefficients that are right."""
    out = np.empty((*A.shape[:-2], 1), dtype=object)
    for case in np.ndindex(*A.shape[:-2]):
        own = A[case]
        coefficients = _characteristic(own)
        top = largest_eigenvalue([[x.series[0] for x in row] for row in own])[0]
        x = Moving(0 * own[0, 0].series + arb_series([top], prec=own[0, 0].series.prec))
        for _ in range(2):
            value, slope = coefficients[0], 0
            for c in coefficients[1:]:
                value, slope = value * x + c, slope * x + value
            x = x - value / slope
        out[case][0] = x
    return out


def _characteristic(A: Any) -> list[Any]:
    """The coefficients of det(x - A), from the highest power on, after Faddeev and Le Verrier."""
    k = len(A)
    found, M, one = [arb(1)], np.full((k, k), arb(0), dtype=object), np.eye(k, dtype=int)
    for step in range(1, k + 1):
        M = A @ M + found[-1] * one
        found.append(-(A @ M).trace() / step)
    return found


def _polar(A: Any) -> Any:
    """By Newton's steps X (1 + (X'X)^-1) / 2."""
    if not objects.is_ball(A):
        raise Undecided("symbols stand still nowhere")
    one = arrays.eye_like(A)
    for _ in range(STEPS):
        A = A @ (one + arrays.solve(A.mT @ A, one)) / 2
    return A

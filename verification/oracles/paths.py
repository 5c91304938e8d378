"""Derivatives of small networks path by path, in balls: a column of J is the sum over all paths from its latent
dimension to a pixel of the weights and slopes met on the way; determinants are sums over permutations.
"""

from __future__ import annotations

from itertools import permutations, product
from typing import Any

import flint
import numpy as np
from flint import arb

from verification.estimate import Estimate, Grade

from . import costly

Array = Any
BITS, STEP = 600, -100  # central differences are off by 2^-200 times a third derivative


def _balls(x: Any) -> Array:
    return np.frompyfunc(lambda v: v if isinstance(v, arb) else arb(float(v)), 1, 1)(np.asarray(x))


def _sigmoid(a: Any) -> Any:
    return 1 / (1 + (-a).exp())


def _unit(kind: int, a: Any) -> tuple[Any, Any]:
    """Value and slope of identity, relu, leaky relu, elu, tanh, sigmoid, softplus."""
    up = bool(a > 0)
    if kind == 0:
        return a, arb(1)
    if kind == 1:
        return (a, arb(1)) if up else (arb(0), arb(0))
    if kind == 2:
        return (a, arb(1)) if up else (a / 100, arb(1) / 100)
    if kind == 3:
        return (a, arb(1)) if up else (a.exp() - 1, a.exp())
    if kind == 4:
        return a.tanh(), 1 / a.cosh() ** 2
    if kind == 5:
        return _sigmoid(a), _sigmoid(a) * _sigmoid(-a)
    return (1 + a.exp()).log(), _sigmoid(a)


def _layer(kind: int, W: Array, b: Array, x: list[Any]) -> tuple[list[Any], list[Any]]:
    units = [_unit(kind, sum((w * y for w, y in zip(row, x, strict=True)), c)) for row, c in zip(W, b, strict=True)]
    return [value for value, _ in units], [slope for _, slope in units]


def _jacobian(case: dict[str, Array], point: Array) -> list[list[Any]]:
    """Rows of pixels, columns of latent dimensions."""
    hidden, output = round(float(case["hidden"])), round(float(case["output"]))
    x, first = _layer(hidden, case["W1"], case["b1"], list(point))
    x, second = _layer(hidden, case["W2"], case["b2"], x)
    _, last = _layer(output, case["W3"], case["b3"], x)
    k, D = len(point), len(last)
    J = [[arb(0)] * k for _ in range(D)]
    for p, j, m, i in product(range(D), range(len(second)), range(len(first)), range(k)):
        step = case["W3"][p, j] * case["W2"][j, m] * case["W1"][m, i]
        J[p][i] += last[p] * second[j] * first[m] * step
    return J


def _gram(J: list[list[Any]], weights: Array | None = None) -> list[list[Any]]:
    k = range(len(J[0]))
    weight = [1] * len(J) if weights is None else list(weights)
    return [[sum((w * row[i] * row[j] for w, row in zip(weight, J, strict=True)), arb(0)) for j in k] for i in k]


def _determinant(A: list[list[Any]]) -> Any:
    whole, k = arb(0), range(len(A))
    for order in permutations(k):
        turns = sum(order[i] > order[j] for j in k for i in range(j))
        term = arb((-1) ** turns)
        for i in k:
            term *= A[i][order[i]]
        whole += term
    return whole


def _log_determinant(J: list[list[Any]], b: Any) -> Any:
    G = _gram(J)
    return _determinant([[(i == j) + g / b for j, g in enumerate(row)] for i, row in enumerate(G)]).log()


def _cases(arrays: dict[str, Array]) -> list[dict[str, Array]]:
    made = {name: _balls(x) for name, x in arrays.items()}
    return [{name: x[i] for name, x in made.items()} for i in range(len(arrays["z"]))]


def _told(values: Any, grade: Grade = Grade.CERTIFIED, certificate: str = "every path, in balls") -> Estimate:
    value = np.array(values, dtype=object)
    return Estimate(value, np.zeros(value.shape), grade, certificate=certificate)


def gram(**arrays: Array) -> Estimate:
    """J' J at every point."""
    return _told([[_gram(_jacobian(case, point)) for point in case["z"]] for case in _cases(arrays)])


def weighted_gram(**arrays: Array) -> Estimate:
    """J' diag(Lambda) J at every point."""
    cases = _cases(arrays)
    return _told([[_gram(_jacobian(c, z), w) for z, w in zip(c["z"], c["Lambda"], strict=True)] for c in cases])


def log_determinant(**arrays: Array) -> Estimate:
    """log |I + J' J / beta| at every point."""
    return _told([[_log_determinant(_jacobian(c, point), c["beta"]) for point in c["z"]] for c in _cases(arrays)])


def _terms(case: dict[str, Array], point: Array) -> list[Any]:
    J = _jacobian(case, point)
    return [(1 + sum((row[i] ** 2 for row in J), arb(0)) / case["beta"]).log() for i in range(len(point))]


def columns(**arrays: Array) -> Estimate:
    """(14)'s right side at every point."""
    return _told([[sum(_terms(case, point), arb(0)) for point in case["z"]] for case in _cases(arrays)])


def sampled_columns(**arrays: Array) -> Estimate:
    """What the drawn columns say of it."""
    found = []
    for case in _cases(arrays):
        chosen = [[round(float(c)) for c in row] for row in case["columns"]]
        terms = [_terms(case, point) for point in case["z"]]
        found.append(
            [sum((t[c] for c in row), arb(0)) * len(t) / len(row) for t, row in zip(terms, chosen, strict=True)]
        )
    return _told(found)


@costly
def slope_of_mean(**arrays: Array) -> Estimate:
    """How the mean of log |I + J' J / beta| changes along (v, ..., v) in z and in every weight and bias."""
    with flint.ctx.workprec(BITS):
        h = arb(2) ** STEP
        found = []
        for case in _cases(arrays):
            ends = [_mean({**case, **{name: case[name] + t * h for name in MOVED}}) for t in (1, -1)]
            found.append((ends[0] - ends[1]) / (2 * h))
    return _told(found, Grade.BOUNDED, "central differences of 2^-100 in balls")


MOVED = ("z", "W1", "b1", "W2", "b2", "W3", "b3")


def _mean(case: dict[str, Array]) -> Any:
    points = list(case["z"])
    return sum((_log_determinant(_jacobian(case, point), case["beta"]) for point in points), arb(0)) / len(points)

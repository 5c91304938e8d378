"""Independence as rank one: the 2 x 2 minors of a table of exact fractions, by FLINT's own determinants."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
from flint import arb, fmpq, fmpq_mat

from verification.estimate import Estimate, Grade

Array = Any


def _fraction(x: Any) -> Any:
    top, bottom = float(x).as_integer_ratio()
    return fmpq(top, bottom)


def _largest(p: Any) -> Any:
    rows, columns = range(p.nrows()), range(p.ncols())
    minors = [
        fmpq_mat(2, 2, [p[i, k], p[i, l], p[j, k], p[j, l]]).det()
        for i, j in combinations(rows, 2)
        for k, l in combinations(columns, 2)
    ]
    return max(m if m > 0 else -m for m in minors)


def apart(p_a: Array, p_b: Array, p_effect: Array) -> Estimate:
    """The largest minor of P(a, b | seen): 0 exactly if the table has rank one, that is, if a and b are independent."""
    value = np.empty(len(p_a), dtype=object)
    for b in range(len(p_a)):
        first, second = ([_fraction(x) for x in p[b]] for p in (p_a, p_b))
        weights = [p * q * _fraction(x) for p, row in zip(first, p_effect[b], strict=True)
                   for q, x in zip(second, row, strict=True)]  # fmt: skip
        whole = sum(weights, fmpq(0))
        largest = _largest(fmpq_mat(len(first), len(second), [w / whole for w in weights]))
        value[b] = arb(largest.p) / arb(largest.q)
    return Estimate(value, np.zeros(len(p_a)), Grade.CERTIFIED, certificate="exact determinants")


def _largest_root(H: Array) -> Any:
    """The largest eigenvalue by bisection: above it all leading minors of x I - H are positive."""
    k = len(H)
    m = [[_fraction(x) for x in row] for row in H]
    low, high = fmpq(0), sum((abs(x) for row in m for x in row), fmpq(1))
    for _ in range(64):
        middle = (low + high) / 2
        rooms = [
            fmpq_mat([[(middle if i == j else 0) - m[i][j] for j in range(size)] for i in range(size)]).det()
            for size in range(1, k + 1)
        ]
        low, high = (low, middle) if all(room > 0 for room in rooms) else (middle, high)
    return arb(arb(low.p) / arb(low.q) / 2 + arb(high.p) / arb(high.q) / 2, arb((high - low).p) / arb((high - low).q))


def _roots(H: Array) -> Estimate:
    value = np.empty(len(H), dtype=object)
    value[:] = [_largest_root(h) for h in H]
    return Estimate(value, np.zeros(len(H)), Grade.CERTIFIED, certificate="signs of exact determinants")


def smallest_beta(H: Array) -> Estimate:
    """The largest eigenvalue, or 0."""
    return _roots(np.asarray(H, float))


def smallest_beta_diagonal(H: Array) -> Estimate:
    """The largest entry of the diagonal, or 0."""
    H = np.asarray(H, float)
    return _roots(H * np.eye(H.shape[-1]))


def _exact(values: list[Any]) -> Estimate:
    out = np.empty(len(values), dtype=object)
    out[:] = [arb(x.p) / arb(x.q) for x in values]
    return Estimate(out, np.zeros(len(values)), Grade.CERTIFIED, certificate="exact determinants")


def crossing(z: Array) -> Estimate:
    """The minor of the tangents of (z^2 - 1, z^3 - z) at z and at -z."""
    points = [_fraction(x) for x in z]
    return _exact([fmpq_mat(2, 2, [2 * x, 3 * x * x - 1, -2 * x, 3 * x * x - 1]).det() for x in points])


def parallel(z: Array) -> Estimate:
    """The minor of two tangents that are the same."""
    points = [_fraction(x) for x in z]
    return _exact([fmpq_mat(2, 2, [2 * x, 3 * x * x - 1, 2 * x, 3 * x * x - 1]).det() for x in points])

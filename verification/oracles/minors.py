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

"""Scores of codes from their definitions, in balls and plain loops: logarithms of ratios, every rival, every map."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations, product
from typing import Any

import numpy as np
from flint import arb, ctx

from verification.estimate import Estimate, Grade

Array = Any
BITS = 160


def _ball(x: Any) -> Any:
    return x if isinstance(x, arb) else arb(float(x))


def _balls(x: Array) -> Array:
    return np.frompyfunc(_ball, 1, 1)(np.asarray(x))


def _sum(xs: Any) -> Any:
    return sum(xs, arb(0))


def _mean(xs: list[Any]) -> Any:
    return _sum(xs) / len(xs)


def _each(f: Callable[..., Any], *args: Array) -> Estimate:
    with ctx.workprec(BITS):
        rows = [np.array(f(*case), dtype=object) for case in zip(*map(_balls, args), strict=True)]
    value = np.empty((len(rows), *rows[0].shape), dtype=object)
    for b, row in enumerate(rows):
        value[b] = row if row.ndim else row.item()
    return Estimate(value, np.zeros(value.shape), Grade.CERTIFIED, certificate="finite sum in balls")


# --- Higgins' features ------------------------------------------------------------------------------------------------


def _distance(first: Array, second: Array) -> list[Any]:
    return [_mean([abs(a - b) for a, b in zip(x, y, strict=True)]) for x, y in zip(first.T, second.T, strict=True)]


def difference(first: Array, second: Array) -> Estimate:
    """Of each dimension the mean distance."""
    return _each(_distance, first, second)


def difference_permuted(first: Array, second: Array, U: Array) -> Estimate:
    """The distances of the codes as they are, each in the place to which U takes its dimension."""

    def one(first: Array, second: Array, U: Array) -> list[Any]:
        found = _distance(first, second)
        return [found[next(i for i in range(len(U)) if not U[i, j].is_zero())] for j in range(len(U))]

    return _each(one, first, second, U)


# --- gaps -------------------------------------------------------------------------------------------------------------


def _gap(column: list[Any]) -> Any:
    """Over all ordered pairs of codes: what remains when every code but one is at most the lesser of the pair."""
    mids = [float(x.mid()) for x in column]
    for order in permutations(range(len(column)), 2):
        a, b = order
        if mids[a] >= mids[b] and all(mids[b] >= mids[c] for c in range(len(column)) if c not in order):
            return column[a] - column[b]
    raise AssertionError


def gap(scores: Array) -> Estimate:
    """Best less second best, factor by factor."""
    return _each(lambda rows: [_gap(list(column)) for column in rows.T], scores)


def _information(joint: Array) -> Any:
    rows, columns = [_sum(row) for row in joint], [_sum(column) for column in joint.T]
    told = arb(0)
    for i, j in product(range(len(rows)), range(len(columns))):
        if not joint[i, j].is_zero():
            told += joint[i, j] * (joint[i, j] / (rows[i] * columns[j])).log()
    return told


def _entropy(p: list[Any]) -> Any:
    return -_sum(x * x.log() for x in p if not x.is_zero())


def information(table: Array) -> Estimate:
    """The mean log ratio of the joint to the product of its margins."""
    return _each(_information, table)


def mig(tables: Array) -> Estimate:
    """The mean over factors of the gap in information over the factor's entropy."""

    def one(tables: Array) -> Any:
        parts = []
        for j in range(tables.shape[1]):
            of_factor = [_sum(column) for column in tables[0, j].T]
            parts.append(_gap([_information(table) for table in tables[:, j]]) / _entropy(of_factor))
        return _mean(parts)

    return _each(one, tables)


def _correlation(z: Array, v: Array) -> Any:
    """From all pairs of rows: no mean is taken."""
    pairs = [(z[a] - z[b], v[a] - v[b]) for a in range(len(z)) for b in range(a)]
    shared = _sum(x * y for x, y in pairs)
    return shared * shared / (_sum(x * x for x, _ in pairs) * _sum(y * y for _, y in pairs))


def squared_correlation(codes: Array, factors: Array) -> Estimate:
    """The squared correlation of each code with each factor."""
    return _each(lambda z, v: [[_correlation(a, b) for b in v.T] for a in z.T], codes, factors)


def sap(codes: Array, factors: Array) -> Estimate:
    """The mean gap of squared correlations."""
    return _each(lambda z, v: _mean([_gap([_correlation(a, b) for a in z.T]) for b in v.T]), codes, factors)


def sap_turned(U: Array) -> Estimate:
    """SAP of two independent factors at -1 and 1 behind U."""
    corners = np.array(list(product((-1, 1), repeat=2)), dtype=object)

    def one(U: Array) -> Any:
        v = _balls(corners)
        return _mean([_gap([_correlation(a, b) for a in (v @ U).T]) for b in v.T])

    return _each(one, U)


# --- importances and votes --------------------------------------------------------------------------------------------


def _single(row: list[Any]) -> Any:
    """1 less the entropy of the shares, to the base of their number."""
    whole = _sum(row)
    return 1 - _entropy([x / whole for x in row]) / arb(len(row)).log()


def disentanglement(importance: Array) -> Estimate:
    """The codes' shares, weighted."""

    def one(R: Array) -> Any:
        used = [list(row) for row in R if not _sum(row).is_zero()]
        return _sum(_sum(row) * _single(row) for row in used) / _sum(_sum(row) for row in used)

    return _each(one, importance)


def completeness(importance: Array) -> Estimate:
    """The factors' shares, each factor alike."""
    return _each(lambda R: _mean([_single(list(column)) for column in R.T]), importance)


def _variance(z: list[Any]) -> Any:
    """From all pairs."""
    apart = _sum((a - b) * (a - b) for i, a in enumerate(z) for b in z[:i])
    return apart / (len(z) * (len(z) - 1))


def normalised_variance(codes: Array, scale: Array) -> Estimate:
    """Half the mean square distance of two of the inputs, over the square of the scale."""
    return _each(
        lambda z, s: [_variance(list(column)) / (t * t) for column, t in zip(z.T, s, strict=True)], codes, scale
    )


def variance_left(U: Array) -> Estimate:
    """Of all batches of two inputs of bits at -1 and 1 that share a bit, the mean variance of each code."""

    def one(U: Array) -> list[list[Any]]:
        found = []
        for shared in range(2):
            batches = []
            for held, a, b in product((-1, 1), repeat=3):
                v = [[held if j == shared else x for j in range(2)] for x in (a, b)]
                batches.append([[row[0] * U[0, i] + row[1] * U[1, i] for row in v] for i in range(2)])
            found.append([_mean([_variance(batch[i]) for batch in batches]) for i in range(2)])
        return found

    return _each(one, U)


def vote_accuracy(votes: Array) -> Estimate:
    """The best of all maps from codes to factors."""

    def one(V: Array) -> Any:
        k, K = V.shape
        right = [_sum(V[i, j] for i, j in enumerate(named)) for named in product(range(K), repeat=k)]
        return max(right, key=lambda x: float(x.mid())) / _sum(V.ravel())

    return _each(one, votes)

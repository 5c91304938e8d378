"""Scores of codes in floats, by other ways: entropies, sorting, fitted lines, linear programmes."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
from scipy import optimize, stats

from verification.estimate import Estimate, Grade

Array = np.ndarray[Any, Any]


def _told(values: Any, error: float = 1e-11) -> Estimate:
    value = np.asarray(values, float)
    return Estimate(value, error * np.maximum(1, np.abs(value)), Grade.BOUNDED, certificate=f"float64, {error:g}")


def _each(f: Callable[..., Any], *args: Any) -> Estimate:
    return _told([f(*case) for case in zip(*(np.asarray(x, float) for x in args), strict=True)])


def difference(first: Array, second: Array) -> Estimate:
    """The area between the two codes' graphs, pair by pair."""
    return _told(np.maximum(first, second).mean(1) - np.minimum(first, second).mean(1))


def difference_permuted(first: Array, second: Array, U: Array) -> Estimate:
    """The distances times the permutation alone, its signs dropped."""
    found = np.maximum(first, second).mean(1) - np.minimum(first, second).mean(1)
    return _told(np.einsum("bi,bij->bj", found, np.asarray(U, float) ** 2))


def _gap(scores: Array) -> Array:
    """Along the first axis."""
    ordered = np.sort(scores, axis=0)
    return np.asarray(ordered[-1] - ordered[-2])


def gap(scores: Array) -> Estimate:
    """Sorted."""
    return _each(_gap, scores)


def _information(joint: Array) -> float:
    """H(v) - sum P(z) H(v | z)."""
    rows = joint[joint.sum(1) > 0]
    return float(stats.entropy(joint.sum(0)) - rows.sum(1) @ stats.entropy(rows, axis=1))


def information(table: Array) -> Estimate:
    """What the code takes from the factor's entropy."""
    return _each(_information, table)


def mig(tables: Array) -> Estimate:
    """Gaps of 1 - H(v | z) / H(v)."""

    def one(tables: Array) -> float:
        k, K = tables.shape[:2]
        entropies = stats.entropy(tables[0].sum(1), axis=1)
        told = np.array([[_information(tables[i, j]) for j in range(K)] for i in range(k)])
        return float(_gap(told / entropies).mean())

    return _each(one, tables)


def _fitted(z: Array, v: Array) -> Array:
    """R^2 of the least-squares line of each factor on each code."""
    found = np.empty((z.shape[1], v.shape[1]))
    for i, j in product(*map(range, found.shape)):
        design = np.stack([np.ones(len(z)), z[:, i]], 1)
        left = v[:, j] - design @ np.linalg.lstsq(design, v[:, j], rcond=None)[0]
        found[i, j] = 1 - left @ left / ((v[:, j] - v[:, j].mean()) ** 2).sum()
    return found


def squared_correlation(codes: Array, factors: Array) -> Estimate:
    """The share of each factor's variance that a line in each code explains."""
    return _each(_fitted, codes, factors)


def sap(codes: Array, factors: Array) -> Estimate:
    """Mean gap of explained variances."""
    return _each(lambda z, v: _gap(_fitted(z, v)).mean(), codes, factors)


def sap_turned(U: Array) -> Estimate:
    """SAP of two factors at the corners of a square behind U."""
    v = np.array([[1.0, 1], [-1, 1], [1, -1], [-1, -1]])
    return _each(lambda turn: _gap(_fitted(v @ turn, v)).mean(), U)


def _divergence(share: Array) -> float:
    """From the uniform law, over the largest that can be."""
    n = len(share)
    return float(stats.entropy(share, np.full(n, 1 / n)) / np.log(n))


def disentanglement(importance: Array) -> Estimate:
    """Divergences of the codes' shares from even ones."""

    def one(R: Array) -> float:
        used = R[R.sum(1) > 0]
        return float(np.average([_divergence(row) for row in used], weights=used.sum(1)))

    return _each(one, importance)


def completeness(importance: Array) -> Estimate:
    """Divergences of the factors' shares from even ones."""
    return _each(lambda R: np.mean([_divergence(column) for column in R.T]), importance)


def normalised_variance(codes: Array, scale: Array) -> Estimate:
    """The diagonal of the covariance of codes in units of their scales."""
    return _each(lambda z, s: np.diag(np.cov((z / s).T)), codes, scale)


def variance_left(U: Array) -> Estimate:
    """What is left of each code's variance when a line in the shared bit is taken out."""
    v = np.array([[1.0, 1], [-1, 1], [1, -1], [-1, -1]])
    return _each(lambda turn: 1 - _fitted(v, v @ turn), U)


def vote_accuracy(votes: Array) -> Estimate:
    """The best randomised rule, by linear programming: it is no better than a sure one."""

    def one(V: Array) -> float:
        k, K = V.shape
        rows = np.kron(np.eye(k), np.ones((1, K)))
        best = optimize.linprog(-V.ravel(), A_eq=rows, b_eq=np.ones(k), bounds=(0, 1))
        return -float(best.fun or 0) / float(V.sum())

    return _told([one(np.asarray(V, float)) for V in votes], 1e-9)

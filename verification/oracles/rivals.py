"""Optimality of a covariance by trial: rivals near and far, in exact fractions; only logarithms are balls.

A near rival is the point moved a little along one entry and back: where the point is not stationary one of the two
does better. A far one is the point turned and stretched, as far as the family allows.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from flint import arb, fmpq, fmpq_mat

from verification.estimate import Estimate, Grade

Array = Any
STEP = fmpq(1, 2**20)


def _q(x: Any) -> Any:
    top, bottom = float(x).as_integer_ratio()
    return fmpq(top, bottom)


def _floats(point: Array) -> Array:
    return np.array([[float(x.mid()) if isinstance(x, arb) else float(x) for x in row] for row in point])


def _ahead(own: Any, other: Any, H: Array, b: Any) -> Any:
    """Objective at another covariance less that at one's own."""
    change = other - own
    k = range(change.nrows())
    gain = sum((_q(H[i, j]) * change[j, i] for i in k for j in k), fmpq(0)) - b * sum(
        (change[i, i] for i in k), fmpq(0)
    )
    ratio = other.det() / own.det()
    if ratio <= 0:
        return arb(0)
    return arb(gain.p) / arb(gain.q) / 2 + arb(b.p) / arb(b.q) * (arb(ratio.p) / arb(ratio.q)).log() / 2


def _near(own: Any, free: Array) -> list[Any]:
    k = own.nrows()
    found = []
    for i in range(k):
        for j in range(i, k):
            if free[i, j]:
                for sign in (1, -1):
                    moved = fmpq_mat(own)
                    moved[i, j] = moved[i, j] + sign * STEP * own[i, i]
                    moved[j, i] = moved[i, j]
                    found.append(moved)
    return found


def _rivals(own: Any, owner: list[int], rng: np.random.Generator) -> list[Any]:
    k, same = own.nrows(), np.equal.outer(owner, owner)
    found = _near(own, same)
    for _ in range(4):
        turn = fmpq_mat([[_q(x) for x in row] for row in (np.eye(k) + 0.5 * rng.normal(size=(k, k))) * same])
        found.append(turn * own * turn.transpose())
    return found


def _optimality(point: Array, H: Array, beta: Array, family: str) -> Estimate:
    rng = np.random.default_rng(11)
    rows = []
    for i in range(len(beta)):
        floats = _floats(point[i])
        k, b = len(floats), _q(beta[i])
        owner = {"full": [0] * k, "diagonal": list(range(k)), "block": [0, *[1] * (k - 1)]}[family]
        own = fmpq_mat([[_q(x) for x in row] for row in floats])
        outside = float(np.abs(floats[~np.equal.outer(owner, owner)]).max(initial=0.0))
        ahead = [_ahead(own, rival, H[i], b) for rival in _rivals(own, owner, rng)]
        rows.append([outside, *(max(float(x.lower()), 0.0) for x in ahead)])
    values = np.array(rows)
    # the point is read to double precision: what that loses is of second order
    return Estimate(values, np.full(values.shape, 1e-20), Grade.BOUNDED, certificate="rivals in exact fractions")


def covariance_optimality(point: Array, H: Array, beta: Array) -> Estimate:
    """Over covariances."""
    return _optimality(point, H, beta, "full")


def diagonal_optimality(point: Array, H: Array, beta: Array) -> Estimate:
    """Over diagonal covariances."""
    return _optimality(point, H, beta, "diagonal")


def block_optimality(point: Array, H: Array, beta: Array) -> Estimate:
    """Over covariances in two blocks."""
    return _optimality(point, H, beta, "block")


def star_covariance_optimality(point: Array, H: Array, beta: Array) -> Estimate:
    """Over covariances of the first dimension with each of the others, and no others: a convex family, so that near
    rivals and their means with the identity are enough."""
    rows = []
    for i in range(len(beta)):
        floats, b = _floats(point[i]), _q(beta[i])
        first = np.arange(len(floats)) == 0
        free = np.eye(len(first), dtype=bool) | first | first[:, None]
        own = fmpq_mat(
            [[_q((floats[r, c] + floats[c, r]) / 2) for c in range(len(floats))] for r in range(len(floats))]
        )
        near = _near(own, free)
        one = fmpq_mat([[fmpq(int(r == c)) for c in range(len(floats))] for r in range(len(floats))])
        ahead = [_ahead(own, rival, H[i], b) for rival in (*near, *((rival + one) / fmpq(2) for rival in near))]
        rows.append([float(np.abs(floats[~free]).max()), *(max(float(x.lower()), 0.0) for x in ahead)])
    values = np.array(rows)
    return Estimate(values, np.full(values.shape, 1e-20), Grade.BOUNDED, certificate="rivals in exact fractions")


def _inverse_rivals(K: Any, free: Array, rng: np.random.Generator) -> list[Any]:
    """Covariances whose inverses are near that of the point, or far, with the same zeros."""
    k = K.nrows()
    inverses = []
    for i in range(k):
        for j in range(i, k):
            if free[i, j]:
                for sign in (1, -1):
                    moved = fmpq_mat(K)
                    moved[i, j] = moved[i, j] + sign * STEP * K[i, i]
                    moved[j, i] = moved[i, j]
                    inverses.append(moved)
    for _ in range(4):
        noise = rng.uniform(-0.5, 0.5, (k, k)) / k
        turned = np.diag(1 + rng.uniform(size=k)) + (noise + noise.T) * free
        inverses.append(fmpq_mat([[_q(turned[i, j]) * K[i, i] for j in range(k)] for i in range(k)]))
        both = inverses[-1]
        inverses[-1] = fmpq_mat([[(both[i, j] + both[j, i]) / 2 for j in range(k)] for i in range(k)])
    return [K.inv() for K in inverses]


def _precision_optimality(point: Array, H: Array, beta: Array, free: Array) -> Estimate:
    rng = np.random.default_rng(13)
    rows = []
    for i in range(len(beta)):
        floats, b = _floats(point[i]), _q(beta[i])
        outside = float(np.abs(floats[~free]).max(initial=0.0))
        K = fmpq_mat([[_q((floats[r, c] + floats[c, r]) / 2) for c in range(len(floats))] for r in range(len(floats))])
        own = K.inv()
        ahead = [_ahead(own, rival, H[i], b) for rival in _inverse_rivals(K, free, rng)]
        rows.append([outside, *(max(float(x.lower()), 0.0) for x in ahead)])
    values = np.array(rows)
    return Estimate(values, np.full(values.shape, 1e-20), Grade.BOUNDED, certificate="rivals in exact fractions")


def star_optimality(point: Array, H: Array, beta: Array) -> Estimate:
    """Over inverse covariances that couple the first dimension with each of the others, and no others."""
    first = np.arange(H.shape[-1]) == 0
    return _precision_optimality(point, H, beta, np.eye(len(first), dtype=bool) | first | first[:, None])


def parted_optimality(point: Array, H: Array, beta: Array) -> Estimate:
    """Over inverse covariances that do not couple the first dimension with the third and those after it."""
    free = np.ones(H.shape[-2:], bool)
    free[0, 2:] = free[2:, 0] = False
    return _precision_optimality(point, H, beta, free)


def chain_optimality(point: Array, p: Array) -> Estimate:
    """Over inverse covariances along a chain of four, I - H having p at (1, 3) and (2, 4)."""
    away = np.abs(np.subtract.outer(range(4), range(4)))
    coupled = (away == 2) * 1.0
    return _precision_optimality(point, -np.asarray(p, float)[:, None, None] * coupled, np.ones(len(p)), away <= 1)

"""Finite models atom by atom: each code's mass is moved to where the map takes it, and every sum is made from what is
found there."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import flint
import numpy as np
from flint import arb

from verification.estimate import Estimate, Grade

Array = np.ndarray[Any, Any]
Masses = dict[int, Any]
BITS = 200


def _ball(x: Any) -> Any:
    return x if isinstance(x, arb) else arb(float(x))


def _masses(log_x: Array) -> Masses:
    return {z: _ball(v).exp() for z, v in enumerate(log_x)}


def _chances(x: Array) -> Masses:
    return {z: _ball(v) for z, v in enumerate(x)}


def _each(cases: int, f: Callable[[int], Any]) -> Estimate:
    with flint.ctx.workprec(BITS):
        value = np.array([f(i) for i in range(cases)], dtype=object)
    return Estimate(value, np.zeros(value.shape), Grade.CERTIFIED, certificate="atoms moved one by one")


def _goes(P: Array) -> dict[int, int]:
    return {z: int(np.argmax(np.asarray(row, float))) for z, row in enumerate(P)}


def _pushed(q: Masses, to: dict[int, int]) -> Masses:
    moved = {z: arb(0) for z in q}
    for z, mass in q.items():
        moved[to[z]] += mass
    return moved


def _value(q: Masses, log_p: Any, log_lik: Any, beta: Any) -> Any:
    total = arb(0)
    for z, mass in q.items():
        if not mass.is_zero():
            total += mass * (_ball(log_lik[z]) - beta * (mass.log() - _ball(log_p[z])))
    return total


def _largest(values: list[Any]) -> Any:
    best = values[0]
    for value in values[1:]:
        best = best.max(value)
    return best


def _objective(log_data: Array, enc: list[Masses], log_prior: Array, log_dec: Array, beta: Any) -> Any:
    total = arb(0)
    for x, q in enumerate(enc):
        total += _ball(log_data[x]).exp() * _value(q, log_prior, log_dec[x], beta)
    return total


def moved_objective(
    log_data: Array, log_enc: Array, log_prior: Array, log_dec: Array, P: Array, beta: Array
) -> Estimate:
    """L(r#q, p)."""

    def one(i: int) -> Any:
        to = _goes(P[i])
        enc = [_pushed(_masses(row), to) for row in log_enc[i]]
        return _objective(log_data[i], enc, log_prior[i], log_dec[i], _ball(beta[i]))

    return _each(len(beta), one)


def objective(log_data: Array, log_enc: Array, log_prior: Array, log_dec: Array, beta: Array) -> Estimate:
    """L(q, p)."""

    def one(i: int) -> Any:
        return _objective(log_data[i], [_masses(r) for r in log_enc[i]], log_prior[i], log_dec[i], _ball(beta[i]))

    return _each(len(beta), one)


def best_moved(family: Array, log_prior: Array, log_lik: Array, P: Array, beta: Array) -> Estimate:
    """max over q in the family of L(q, p_r) = L(r#q, p)."""

    def one(i: int) -> Any:
        to = _goes(P[i])
        return _largest([_value(_pushed(_chances(q), to), log_prior[i], log_lik[i], _ball(beta[i])) for q in family[i]])

    return _each(len(beta), one)


def loss_of_family(family: Array, log_prior: Array, log_lik: Array, P: Array, beta: Array) -> Estimate:
    """L at its optimum over all q, less the best of the moved family."""
    moved = best_moved(family, log_prior, log_lik, P, beta).value

    def one(i: int) -> Any:
        b = _ball(beta[i])
        weights = [(_ball(p) + _ball(f) / b).exp() for p, f in zip(log_prior[i], log_lik[i], strict=True)]
        whole = sum(weights, arb(0))
        best = {z: w / whole for z, w in enumerate(weights)}
        return _value(best, log_prior[i], log_lik[i], b) - moved[i]

    return _each(len(beta), one)


def best_of_completion(family: Array, log_prior: Array, log_lik: Array, maps: Array, beta: Array) -> Estimate:
    """max over the completion of the family and the decoders p(x|r(z)) of a group."""

    def one(i: int) -> Any:
        everywhere = [_goes(P) for P in maps[i]]
        values = []
        for q, to, fed in product(family[i], everywhere, everywhere):
            told = [log_lik[i][fed[z]] for z in range(len(q))]
            values.append(_value(_pushed(_chances(q), to), log_prior[i], told, _ball(beta[i])))
        return _largest(values)

    return _each(len(beta), one)


def concavity(first: Array, second: Array, log_prior: Array, log_lik: Array, weight: Array, beta: Array) -> Estimate:
    """L(w q_1 + (1 - w) q_2) - w L(q_1) - (1 - w) L(q_2)."""

    def one(i: int) -> Any:
        a, b, w = _chances(first[i]), _chances(second[i]), _ball(weight[i])
        mixed = {z: w * a[z] + (1 - w) * b[z] for z in a}
        L = [_value(q, log_prior[i], log_lik[i], _ball(beta[i])) for q in (mixed, a, b)]
        return L[0] - w * L[1] - (1 - w) * L[2]

    return _each(len(beta), one)


def approaching(log_prior: Array, log_lik: Array, P: Array, tilt: Array, t: Array) -> Estimate:
    """The ELBO under p_r at the posterior moved back by r, plus t times a tilt."""

    def one(i: int) -> Any:
        to, step = _goes(P[i]), _ball(t[i])
        joint = {z: (_ball(p) + _ball(f)).exp() for z, (p, f) in enumerate(zip(log_prior[i], log_lik[i], strict=True))}
        whole = sum(joint.values(), arb(0))
        q = {z: joint[to[z]] / whole + step * _ball(tilt[i][z]) for z in joint}
        told = [log_lik[i][to[z]] for z in q]
        return _value(q, log_prior[i], told, arb(1))

    return _each(len(t), one)


# --- families ---------------------------------------------------------------------------------------------------------


def _grid(codes: int, parts: int) -> list[tuple[int, ...]]:
    return [c for c in product(range(parts + 1), repeat=codes) if sum(c) == parts]


def _sift(maps: Array, parts: Array, keep: Callable[[set[Any], list[Any], list[dict[int, int]]], bool]) -> Estimate:
    """Every nonempty set of posteriors on the grid, with its hypothesis tested member by member and map by map."""

    def one(i: int) -> Any:
        everywhere = [_goes(P) for P in maps[i]]
        grid = _grid(len(everywhere[0]), int(parts[i]))
        images = [[grid.index(_image(q, to)) for to in everywhere] for q in grid]
        count = 0
        for chosen in range(1, 1 << len(grid)):
            members = [j for j in range(len(grid)) if chosen >> j & 1]
            if not any(chosen >> image & 1 for j in members for image in images[j]):
                count += keep({grid[j] for j in members}, grid, everywhere)
        return arb(count)

    return _each(len(maps), one)


def _image(q: tuple[int, ...], to: dict[int, int]) -> tuple[int, ...]:
    moved = [0] * len(q)
    for z, share in enumerate(q):
        moved[to[z]] += share
    return tuple(moved)


def families(maps: Array, parts: Array) -> Estimate:
    """How many families meet: q in Q => r#q not in Q for all r in R."""
    return _sift(maps, parts, lambda members, grid, everywhere: True)


def families_with_prior(maps: Array, parts: Array) -> Estimate:
    """How many of them hold a posterior that every map keeps, as every map keeps the prior."""
    return _sift(
        maps,
        parts,
        lambda members, grid, everywhere: any(all(_image(q, to) == q for to in everywhere) for q in members),
    )


def convex_families(maps: Array, parts: Array) -> Estimate:
    """How many of them have a completion that holds the mean of each member's images, as a convex one does.

    The means lie on the grid where ``parts`` is a multiple of the number of images.
    """

    def convex(members: set[Any], grid: list[Any], everywhere: list[dict[int, int]]) -> bool:
        completion = members | {_image(q, to) for q in members for to in everywhere}
        for q in members:
            images = [q, *(_image(q, to) for to in everywhere)]
            mean = [sum(column) / len(images) for column in zip(*images, strict=True)]
            if not any(all(a == b for a, b in zip(mean, known, strict=True)) for known in completion):
                return False
        return True

    return _sift(maps, parts, convex)


def kept_members(family: Array, maps: Array) -> Estimate:
    """How many pairs of a posterior of the family and a map make a posterior of the family, mass by mass."""

    def one(i: int) -> Any:
        members = [_chances(q) for q in family[i]]
        count = 0
        for P, q in product(maps[i], members):
            moved = _pushed(q, _goes(P))
            count += any(all(moved[z] == known[z] for z in moved) for known in members)
        return arb(count)

    return _each(len(family), one)

"""Finite models by free energies: L(q, p) = beta log Z - beta KL(q || q*) with q* = p(z) p(x|z)^(1/beta) / Z, and
entropies; families as sets of vertices without an edge between them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import combinations
from typing import Any

import flint
import numpy as np
from flint import arb

from verification.estimate import Estimate, Grade

Array = np.ndarray[Any, Any]
Vector = list[Any]
BITS = 200


def _ball(x: Any) -> Any:
    return x if isinstance(x, arb) else arb(float(x))


def _vector(x: Any) -> Vector:
    return [_ball(v) for v in x]


def _each(cases: int, f: Callable[[int], Any]) -> Estimate:
    with flint.ctx.workprec(BITS):
        value = np.array([f(i) for i in range(cases)], dtype=object)
    return Estimate(value, np.zeros(value.shape), Grade.CERTIFIED, certificate="free energies in balls")


def _plogp(values: Vector) -> Any:
    return sum((v * v.log() for v in values if not v.is_zero()), arb(0))


def _free_energy(log_p: Any, log_lik: Any, beta: Any) -> tuple[Any, Vector]:
    """log Z, and log q*."""
    tilt = [p + f / beta for p, f in zip(_vector(log_p), _vector(log_lik), strict=True)]
    log_Z = sum((t.exp() for t in tilt), arb(0)).log()
    return log_Z, [t - log_Z for t in tilt]


def _divergence(q: Vector, log_best: Vector) -> Any:
    return _plogp(q) - sum((v * b for v, b in zip(q, log_best, strict=True)), arb(0))


def _after(values: Vector, P: Array) -> Vector:
    """f(r(z)) for each z."""
    return [values[int(np.flatnonzero(np.asarray(row, float))[0])] for row in P]


def _averaged(log_data: Array, log_enc: Array, log_prior: Array, log_dec: Array, P: Array, beta: Any) -> Any:
    total = arb(0)
    for weight, q, told in zip(log_data, log_enc, log_dec, strict=True):
        log_Z, log_best = _free_energy(log_prior, told, beta)
        away = _divergence([v.exp() for v in _vector(q)], _after(log_best, P))
        total += _ball(weight).exp() * beta * (log_Z - away)
    return total


def moved_objective(
    log_data: Array, log_enc: Array, log_prior: Array, log_dec: Array, P: Array, beta: Array
) -> Estimate:
    """L(r#q, p): KL(r#q || q*) is KL(q || q* o r)."""
    return _each(
        len(beta),
        lambda i: _averaged(log_data[i], log_enc[i], log_prior[i], log_dec[i], P[i], _ball(beta[i])),
    )


def objective(log_data: Array, log_enc: Array, log_prior: Array, log_dec: Array, beta: Array) -> Estimate:
    """L(q, p)."""
    still = np.eye(log_prior.shape[-1])
    return _each(
        len(beta),
        lambda i: _averaged(log_data[i], log_enc[i], log_prior[i], log_dec[i], still, _ball(beta[i])),
    )


def _least(family: Array, log_best: Vector) -> Any:
    gaps = [_divergence(_vector(q), log_best) for q in family]
    least = gaps[0]
    for gap in gaps[1:]:
        least = least.min(gap)
    return least


def best_moved(family: Array, log_prior: Array, log_lik: Array, P: Array, beta: Array) -> Estimate:
    """max over q in the family of L(q, p_r)."""

    def one(i: int) -> Any:
        log_Z, log_best = _free_energy(log_prior[i], log_lik[i], _ball(beta[i]))
        return _ball(beta[i]) * (log_Z - _least(family[i], _after(log_best, P[i])))

    return _each(len(beta), one)


def loss_of_family(family: Array, log_prior: Array, log_lik: Array, P: Array, beta: Array) -> Estimate:
    """beta times the least divergence of the family from the moved q*."""

    def one(i: int) -> Any:
        log_best = _free_energy(log_prior[i], log_lik[i], _ball(beta[i]))[1]
        return _ball(beta[i]) * _least(family[i], _after(log_best, P[i]))

    return _each(len(beta), one)


def best_of_completion(family: Array, log_prior: Array, log_lik: Array, maps: Array, beta: Array) -> Estimate:
    """max over the completion: two maps of a group in a row are one of its maps."""

    def one(i: int) -> Any:
        log_Z, log_best = _free_energy(log_prior[i], log_lik[i], _ball(beta[i]))
        gaps = [_least(family[i], _after(_after(log_best, P), Q)) for P in maps[i] for Q in maps[i]]
        least = gaps[0]
        for gap in gaps[1:]:
            least = least.min(gap)
        return _ball(beta[i]) * (log_Z - least)

    return _each(len(beta), one)


def concavity(first: Array, second: Array, weight: Array, beta: Array) -> Estimate:
    """beta times what the entropy of the mixture exceeds the mixed entropies by: all else is linear."""

    def one(i: int) -> Any:
        a, b, w = _vector(first[i]), _vector(second[i]), _ball(weight[i])
        mixed = [w * x + (1 - w) * y for x, y in zip(a, b, strict=True)]
        return _ball(beta[i]) * (w * _plogp(a) + (1 - w) * _plogp(b) - _plogp(mixed))

    return _each(len(beta), one)


def approaching(log_prior: Array, log_lik: Array, P: Array, tilt: Array, t: Array) -> Estimate:
    """log p(x) less the divergence of a posterior t tilts away from the moved one."""

    def one(i: int) -> Any:
        log_Z, log_best = _free_energy(log_prior[i], log_lik[i], arb(1))
        moved = _after(log_best, P[i])
        q = [b.exp() + _ball(t[i]) * d for b, d in zip(moved, _vector(tilt[i]), strict=True)]
        return log_Z - _divergence(q, moved)

    return _each(len(t), one)


# --- families ---------------------------------------------------------------------------------------------------------


def _vertices(codes: int, parts: int) -> Iterator[tuple[int, ...]]:
    if codes == 1:
        yield (parts,)
        return
    for head in range(parts + 1):
        for tail in _vertices(codes - 1, parts - head):
            yield (head, *tail)


def _edges(maps: Array, parts: int) -> dict[tuple[int, ...], set[tuple[int, ...]]]:
    """The images of each posterior under the maps, counts times the matrix; a posterior may be its own image."""
    codes = maps.shape[-1]
    turns = np.asarray(maps, float).astype(int)
    return {q: {tuple(int(v) for v in np.array(q) @ P) for P in turns} for q in _vertices(codes, parts)}


def _apart(edges: dict[Any, set[Any]], left: list[Any], chosen: list[Any]) -> Iterator[list[Any]]:
    """Every set without an edge inside, grown vertex by vertex."""
    if not left:
        yield chosen
        return
    q, rest = left[0], left[1:]
    yield from _apart(edges, rest, chosen)
    if q not in edges[q] and not any(q in edges[p] or p in edges[q] for p in chosen):
        yield from _apart(edges, rest, [*chosen, q])


def _count(maps: Array, parts: Array, keep: Callable[[list[Any], dict[Any, set[Any]]], bool]) -> Estimate:
    counts = []
    for turns, n in zip(maps, parts, strict=True):
        edges = _edges(turns, int(n))
        counts.append(arb(sum(bool(T) and keep(T, edges) for T in _apart(edges, list(edges), []))))
    value = np.array(counts, dtype=object)
    return Estimate(value, np.zeros(len(counts)), Grade.PROVED, certificate="independent sets of a graph")


def families(maps: Array, parts: Array) -> Estimate:
    """How many nonempty sets of posteriors have no edge inside."""
    return _count(maps, parts, lambda T, edges: True)


def families_with_prior(maps: Array, parts: Array) -> Estimate:
    """How many of them hold a vertex whose only neighbour is itself."""
    return _count(maps, parts, lambda T, edges: any(edges[q] == {q} for q in T))


def convex_families(maps: Array, parts: Array) -> Estimate:
    """How many of them, with all images, hold the mean of any two and of any three members that lies on the grid."""

    def convex(T: list[Any], edges: dict[Any, set[Any]]) -> bool:
        whole = set(T).union(*(edges[q] for q in T))
        for size in (2, 3):
            for some in combinations(whole, size):
                mean = tuple(Fraction(sum(column), size) for column in zip(*some, strict=True))
                if mean in edges and mean not in whole:
                    return False
        return True

    return _count(maps, parts, convex)


def kept_members(family: Array, maps: Array) -> Estimate:
    """Pairs of a posterior and a map whose image has, with its codes as points of the square, independent coordinates
    of chances that the family knows."""
    counts = []
    for members, turns in zip(family, maps, strict=True):
        tables = [np.array([Fraction(float(v)) for v in q]).reshape(2, 2) for q in members]
        margins = {(t[1].sum(), t[:, 1].sum()) for t in tables}
        count = 0
        for P in np.asarray(turns, float).astype(int):
            for t in tables:
                moved = (t.ravel() @ P).reshape(2, 2)
                independent = moved[0, 0] * moved[1, 1] == moved[0, 1] * moved[1, 0]
                count += independent and (moved[1].sum(), moved[:, 1].sum()) in margins
        counts.append(arb(int(count)))
    value = np.array(counts, dtype=object)
    return Estimate(value, np.zeros(len(counts)), Grade.PROVED, certificate="exact fractions")

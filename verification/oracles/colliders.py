"""Coordinates and causes, atom by atom in exact fractions: who is drawn, what is seen, and what that leaves.

``p_a (B, I)``, ``p_b (B, J)``, ``p_effect (B, I, J)`` = P(what is seen | a, b) and the strengths of a noisy or are
floats, taken as the fractions that they are; logarithms of chances are balls of dyadic fractions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from fractions import Fraction
from itertools import product
from typing import Any

import flint
import numpy as np
from flint import arb

from verification.estimate import Estimate, Grade
from verification.oracles import NotApplicable

Array = Any
Atoms = dict[tuple[int, int], Fraction]
BITS, GRID = 192, 2**24


def _ball(x: Any) -> Any:
    return x if isinstance(x, arb) else arb(float(x))


def _fractions(p: Array) -> list[Fraction]:
    return [Fraction(float(x)) for x in p]


def _chances(log_p: Array) -> list[Fraction]:
    found = []
    for x in log_p:
        count = (_ball(x).exp() * GRID).unique_fmpz()
        if count is None:
            raise NotApplicable("a chance that is no multiple of 2^-24")
        found.append(Fraction(int(count), GRID))
    return found


def _number(x: Any) -> Any:
    return arb(x.numerator) / arb(x.denominator) if isinstance(x, Fraction) else x


def _all(cases: int, one: Callable[[int], Any]) -> Estimate:
    with flint.ctx.workprec(BITS):
        found = [np.asarray(one(b), dtype=object) for b in range(cases)]
        value = np.empty((cases, *found[0].shape), dtype=object)
        for b, entries in enumerate(found):
            for i in np.ndindex(*entries.shape):
                value[(b, *i)] = _number(entries[i])
    return Estimate(value, np.zeros(value.shape), Grade.CERTIFIED, certificate="exact fractions, atom by atom")


def _margins(atoms: Atoms) -> tuple[dict[int, Fraction], dict[int, Fraction]]:
    first: dict[int, Fraction] = defaultdict(Fraction)
    second: dict[int, Fraction] = defaultdict(Fraction)
    for (i, j), p in atoms.items():
        first[i] += p
        second[j] += p
    return first, second


def _dependence(atoms: Atoms) -> Any:
    first, second = _margins(atoms)
    total = arb(0)
    for (i, j), p in atoms.items():
        if p:
            ratio = p / (first[i] * second[j])
            total += _number(p) * (arb(ratio.numerator).log() - arb(ratio.denominator).log())
    return total


def _table(atoms: Atoms) -> list[list[Fraction]]:
    rows, columns = (1 + max(index) for index in zip(*atoms, strict=True))
    return [[atoms[i, j] for j in range(columns)] for i in range(rows)]


# ---- a pair of coordinates -------------------------------------------------------------------------------------------


def pair_dependence(log_aggregate: Array) -> Estimate:
    """What the two coordinates of a table tell of each other."""

    def one(b: int) -> Any:
        return _dependence({(i, j): p for i, row in enumerate(log_aggregate[b]) for j, p in enumerate(_chances(row))})

    return _all(len(log_aggregate), one)


def separate_dependence(log_v1: Array, log_v2: Array, log_g1: Array, log_g2: Array) -> Estimate:
    """The same for codes of v1 and of v2 each through a channel of its own."""

    def one(b: int) -> Any:
        v1, v2 = _chances(log_v1[b]), _chances(log_v2[b])
        g1, g2 = ([_chances(row) for row in g[b]] for g in (log_g1, log_g2))
        atoms: Atoms = defaultdict(Fraction)
        for i, j in product(range(len(v1)), range(len(v2))):
            for k, l in product(range(len(g1[0])), range(len(g2[0]))):
                atoms[k, l] += v1[i] * v2[j] * g1[i][k] * g2[j][l]
        return _dependence(atoms)

    return _all(len(log_v1), one)


def unmixed_dependence(log_v1: Array, log_v2: Array) -> Estimate:
    """The same for z = (v1 + 1, 2 v2 + 1) in whole numbers."""

    def one(b: int) -> Any:
        v1, v2 = _chances(log_v1[b]), _chances(log_v2[b])
        return _dependence({(i + 1, 2 * j + 1): p * q for i, p in enumerate(v1) for j, q in enumerate(v2)})

    return _all(len(log_v1), one)


def mixed_dependence(log_v1: Array, log_v2: Array) -> Estimate:
    """The same for z = (v1 + v2, v1 + 2 v2) modulo the number of values."""

    def one(b: int) -> Any:
        v1, v2 = _chances(log_v1[b]), _chances(log_v2[b])
        size = len(v1)
        atoms: Atoms = defaultdict(Fraction)
        for i, j in product(range(size), repeat=2):
            atoms[(i + j) % size, (i + 2 * j) % size] += v1[i] * v2[j]
        return _dependence(atoms)

    return _all(len(log_v1), one)


def _two_codes(log_data1: Array, log_enc1: Array, log_data2: Array, log_enc2: Array, b: int) -> dict[Any, Fraction]:
    atoms: dict[Any, Fraction] = defaultdict(Fraction)
    rows1, rows2 = ([_chances(row) for row in log_enc[b]] for log_enc in (log_enc1, log_enc2))
    for (x1, p1), (x2, p2) in product(enumerate(_chances(log_data1[b])), enumerate(_chances(log_data2[b]))):
        for (z1, q1), (z2, q2) in product(enumerate(rows1[x1]), enumerate(rows2[x2])):
            atoms[(x1, x2), (z1, z2)] += p1 * p2 * q1 * q2
    return atoms


def two_codes_information(log_data1: Array, log_enc1: Array, log_data2: Array, log_enc2: Array) -> Estimate:
    """I(X; Z) for x = (x1, x2) and z = (z1, z2), coded one by one."""
    return _all(len(log_data1), lambda b: _dependence(_two_codes(log_data1, log_enc1, log_data2, log_enc2, b)))


def two_codes_dependence(log_data1: Array, log_enc1: Array, log_data2: Array, log_enc2: Array) -> Estimate:
    """What z1 and z2 tell of each other, x not seen and x seen: two numbers."""

    def one(b: int) -> Any:
        atoms = _two_codes(log_data1, log_enc1, log_data2, log_enc2, b)
        unseen: Atoms = defaultdict(Fraction)
        seen: dict[Any, Atoms] = defaultdict(dict)
        chance: dict[Any, Fraction] = defaultdict(Fraction)
        for (x, z), p in atoms.items():
            unseen[z] += p
            seen[x][z] = p
            chance[x] += p
        given = arb(0)
        for x, p in chance.items():
            given += _number(p) * _dependence({z: q / p for z, q in seen[x].items()})
        return [_dependence(unseen), given]

    return _all(len(log_data1), one)


# ---- two causes of one effect ----------------------------------------------------------------------------------------


def _causes(p_a: Array, p_b: Array, p_effect: Array, b: int) -> Atoms:
    """P(a, b | seen)."""
    seen = [_fractions(row) for row in p_effect[b]]
    atoms = {
        (i, j): p * q * seen[i][j]
        for (i, p), (j, q) in product(enumerate(_fractions(p_a[b])), enumerate(_fractions(p_b[b])))
    }
    whole = sum(atoms.values(), Fraction(0))
    return {pair: p / whole for pair, p in atoms.items()}


def posterior(p_a: Array, p_b: Array, p_effect: Array) -> Estimate:
    """P(a, b | seen)."""
    return _all(len(p_a), lambda b: _table(_causes(p_a, p_b, p_effect, b)))


def belief(p_a: Array, p_b: Array, p_effect: Array) -> Estimate:
    """P(b | seen)."""

    def one(b: int) -> Any:
        second = _margins(_causes(p_a, p_b, p_effect, b))[1]
        return [second[j] for j in sorted(second)]

    return _all(len(p_a), one)


def belief_given_cause(p_a: Array, p_b: Array, p_effect: Array) -> Estimate:
    """P(b | a, seen)."""

    def one(b: int) -> Any:
        atoms = _causes(p_a, p_b, p_effect, b)
        first = _margins(atoms)[0]
        return _table({(i, j): p / first[i] for (i, j), p in atoms.items()})

    return _all(len(p_a), one)


def second_belief(p_a: Array, p_b: Array, p_effect: Array) -> Estimate:
    """P(B = 1 | seen)."""
    return _all(len(p_a), lambda b: _margins(_causes(p_a, p_b, p_effect, b))[1][1])


def both(p_a: Array, p_b: Array, p_effect: Array) -> Estimate:
    """P(A = 1, B = 1 | seen)."""
    return _all(len(p_a), lambda b: _causes(p_a, p_b, p_effect, b)[1, 1])


def log_odds_ratio(p_a: Array, p_b: Array, p_effect: Array) -> Estimate:
    """log of P(a, b | seen) P(0, 0 | seen) / (P(a, 0 | seen) P(0, b | seen))."""

    def one(b: int) -> Any:
        p = _causes(p_a, p_b, p_effect, b)
        ratios = {(i, j): p[i, j] * p[0, 0] / (p[i, 0] * p[0, j]) for i, j in p}
        logs = [[arb(r.numerator).log() - arb(r.denominator).log() for r in row] for row in _table(ratios)]
        return np.array(logs, dtype=object)

    return _all(len(p_a), one)


def apart(p_a: Array, p_b: Array, p_effect: Array) -> Estimate:
    """The largest difference between P(a, b | seen) and P(a | seen) P(b | seen): 0 exactly if they are independent."""

    def one(b: int) -> Any:
        atoms = _causes(p_a, p_b, p_effect, b)
        first, second = _margins(atoms)
        return max(abs(p - first[i] * second[j]) for (i, j), p in atoms.items())

    return _all(len(p_a), one)


def product_of_beliefs(p_a: Array, p_b: Array, p_one: Array, p_two: Array) -> Estimate:
    """P(a | x1) P(b | x2) for two observations, each of one cause."""

    def one(b: int) -> Any:
        parts = []
        for prior, seen in ((p_a, p_one), (p_b, p_two)):
            weights = [p * q for p, q in zip(_fractions(prior[b]), _fractions(seen[b]), strict=True)]
            parts.append([w / sum(weights, Fraction(0)) for w in weights])
        return [[p * q for q in parts[1]] for p in parts[0]]

    return _all(len(p_a), one)


def unconditional(p_a: Array, p_b: Array, p_effects: Array) -> Estimate:
    """P(a) P(b)."""
    return _all(len(p_a), lambda b: [[p * q for q in _fractions(p_b[b])] for p in _fractions(p_a[b])])


def noisy_or(leak: Array, s_a: Array, s_b: Array) -> Estimate:
    """P(C = 1 | a, b), over which of the leak and the causes that are there set it off."""

    def one(b: int) -> Any:
        leaks, a, c = (Fraction(float(x[b])) for x in (leak, s_a, s_b))
        table = [[Fraction(0)] * 2 for _ in range(2)]
        for there in product(range(2), repeat=2):
            chances = (leaks, a * there[0], c * there[1])
            for fired in product(range(2), repeat=3):
                if any(fired):
                    chance = Fraction(1)
                    for p, f in zip(chances, fired, strict=True):
                        chance *= p if f else 1 - p
                    table[there[0]][there[1]] += chance
        return table

    return _all(len(leak), one)


def silent_product(p_a: Array, p_b: Array, leak: Array, s_a: Array, s_b: Array) -> Estimate:
    """P(a | C = 0) P(b | C = 0) under a noisy or, each by summing over the other cause."""

    def one(b: int) -> Any:
        fire = [Fraction(float(x[b])) for x in (leak, s_a, s_b)]
        seen = [[(1 - fire[0]) * (1 - fire[1] * i) * (1 - fire[2] * j) for j in range(2)] for i in range(2)]
        first, second = _margins(_causes(p_a[b : b + 1], p_b[b : b + 1], [seen], 0))
        return [[first[i] * second[j] for j in range(2)] for i in range(2)]

    return _all(len(p_a), one)

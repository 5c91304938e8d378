"""Higgins' task played through: every batch of pairs of factors with its chance, and the best guess of each sight.

``laws`` (B, K, V): the chances of each factor's values 0..V-1, all independent. Rational numbers, no rounding.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np

from verification.estimate import Estimate, Grade

Array = Any
PAIRS = 3
Sight = Callable[[tuple[int, ...], tuple[int, ...]], tuple[int, ...]]


def _cases(laws: Array, of: Callable[[list[list[Fraction]]], Any]) -> Estimate:
    from flint import arb, fmpq

    rows = [of([[Fraction(float(p)) for p in law] for law in case]) for case in np.asarray(laws)]
    balls = [np.frompyfunc(lambda f: arb(fmpq(f.numerator, f.denominator)), 1, 1)(np.array(row)) for row in rows]
    value = np.array(balls, dtype=object)
    return Estimate(value, np.zeros(value.shape), Grade.PROVED, certificate="every batch, in fractions")


def _pairs(laws: list[list[Fraction]], shared: int) -> Iterator[tuple[tuple[int, ...], tuple[int, ...], Fraction]]:
    """Both inputs and their chance, value by value; the shared factor is drawn once."""
    choices = [range(len(law)) for law in laws]
    for first in product(*choices):
        for second in product(*choices):
            if first[shared] != second[shared]:
                continue
            chance = Fraction(1)
            for j, law in enumerate(laws):
                chance *= law[first[j]] * (1 if j == shared else law[second[j]])
            yield first, second, chance


def _batches(laws: list[list[Fraction]], sight: Sight, noise: int = 0) -> dict[tuple[int, ...], list[Fraction]]:
    """The chance of each sum of PAIRS sights with each shared factor."""
    K = len(laws) - noise
    batches: dict[tuple[int, ...], list[Fraction]] = defaultdict(lambda: [Fraction(0)] * K)
    for y in range(K):
        seen: dict[tuple[int, ...], Fraction] = defaultdict(Fraction)
        for first, second, chance in _pairs(laws, y):
            seen[sight(first, second)] += chance
        for batch in product(seen.items(), repeat=PAIRS):
            chance = Fraction(1)
            for _, p in batch:
                chance *= p
            shown = tuple(sum(part) for part in zip(*(s for s, _ in batch), strict=True))
            batches[shown][y] += chance / K
    return batches


def _guessed(laws: list[list[Fraction]], sight: Sight, noise: int = 0) -> Fraction:
    return sum((max(guess) for guess in _batches(laws, sight, noise).values()), Fraction(0))


def _by_rule(laws: list[list[Fraction]]) -> Fraction:
    """The factor whose distance, a hundred times, and whose place add up to least: linear in what is shown."""
    right = Fraction(0)
    for shown, guess in _batches(laws, _coded(lambda v: v)).items():
        weighed = [100 * distance + place for place, distance in enumerate(shown)]
        right += guess[weighed.index(min(weighed))]
    return right


def _coded(code: Callable[[tuple[int, ...]], tuple[int, ...]]) -> Sight:
    def sight(first: tuple[int, ...], second: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(abs(a - b) for a, b in zip(code(first), code(second), strict=True))

    return sight


def _of_code(code: Callable[[tuple[int, ...]], tuple[int, ...]]) -> Callable[[Array], Estimate]:
    return lambda laws: _cases(laws, lambda case: _guessed(case, _coded(code)))


def by_component(laws: Array) -> Estimate:
    """The best accuracy where the codes are the factors."""
    return _of_code(lambda v: v)(laws)


def by_line(laws: Array) -> Estimate:
    """The accuracy of a linear rule where the codes are the factors."""
    return _cases(laws, _by_rule)


def by_norm(laws: Array) -> Estimate:
    """The best accuracy where only the sum of distances is shown."""

    def norm(first: tuple[int, ...], second: tuple[int, ...]) -> tuple[int, ...]:
        return (sum(abs(a - b) for a, b in zip(first, second, strict=True)),)

    return _cases(laws, lambda case: _guessed(case, norm))


def repeated(laws: Array) -> Estimate:
    """The best accuracy where both codes are of the first input."""
    return _cases(laws, lambda case: _guessed(case, lambda a, _: tuple(x - x for x in a)))


def turned(laws: Array) -> Estimate:
    """Two factors behind a rotation by the angle whose tangent is 4/3, in units of a fifth."""
    return _of_code(lambda v: (3 * v[0] - 4 * v[1], 4 * v[0] + 3 * v[1]))(laws)


def half_turned(laws: Array) -> Estimate:
    """Two factors behind a rotation by 45 degrees, in units of half a root of two."""
    return _of_code(lambda v: (v[0] - v[1], v[0] + v[1]))(laws)


def doubled(laws: Array) -> Estimate:
    """Each factor in two codes."""
    return _of_code(lambda v: (*v, *v))(laws)


def lacking(laws: Array) -> Estimate:
    """The last factor in no code."""
    return _of_code(lambda v: v[:-1])(laws)


def mixed(laws: Array) -> Estimate:
    """The first code the sum of all factors, the others each the factor of its place."""
    return _of_code(lambda v: (sum(v), *v[1:]))(laws)


def bent(laws: Array) -> Estimate:
    """Each factor's code the square of it."""
    return _of_code(lambda v: tuple(x * x for x in v))(laws)


def noise(laws: Array) -> Estimate:
    """Of what is drawn last, which is no factor, the only code."""
    return _cases(laws, lambda case: _guessed(case, _coded(lambda v: v[-1:]), noise=1))


def shown_nothing(laws: Array) -> Estimate:
    """Codes that are 0 whatever comes."""
    return _of_code(lambda v: (0,))(laws)


def steps(laws: Array) -> Estimate:
    """The chance of each distance between two draws of a factor."""

    def one(law: list[Fraction]) -> list[Fraction]:
        chances = [Fraction(0)] * len(law)
        for (a, p), (b, q) in product(enumerate(law), repeat=2):
            chances[abs(a - b)] += p * q
        return chances

    return _cases(laws, lambda case: [one(law) for law in case])

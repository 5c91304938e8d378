"""Finite models of which some inputs are seen: every sample one by one, in balls, by definition."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from math import prod
from typing import Any

import flint
import numpy as np
from flint import arb

from verification.estimate import Estimate, Grade

Array = Any
BITS = 160


def _ball(x: Any) -> Any:
    return x if isinstance(x, arb) else arb(float(x))


def _chances(log_x: Array) -> list[Any]:
    return [arb(0) if float(v) == -np.inf else _ball(v).exp() for v in log_x]


def _rows(log_x: Array) -> list[list[Any]]:
    return [_chances(row) for row in log_x]


def _each(cases: int, f: Callable[[int], Any]) -> Estimate:
    with flint.ctx.workprec(BITS):
        rows = [f(i) for i in range(cases)]
    out = np.empty((cases, *np.shape(rows[0])), dtype=object)
    for i, row in enumerate(rows):
        out[i] = row
    return Estimate(out, np.zeros(out.shape), Grade.CERTIFIED, certificate="all samples, in balls")


def _mean(rows: list[list[Any]], chances: list[Any]) -> list[Any]:
    return [sum((c * x for c, x in zip(chances, column, strict=True)), arb(0)) for column in zip(*rows, strict=True)]


def _information(rows: list[list[Any]], chances: list[Any] | None = None) -> Any:
    """sum_n c_n sum_z q_n log(q_n / q)."""
    chances = chances or [arb(1) / len(rows)] * len(rows)
    whole, found = _mean(rows, chances), arb(0)
    for c, row in zip(chances, rows, strict=True):
        for x, q in zip(row, whole, strict=True):
            if not x.is_zero():
                found += c * x * (x / q).log()
    return found


def index_information(log_q: Array) -> Estimate:
    """I(z; n)."""
    return _each(len(log_q), lambda i: _information(_rows(log_q[i])))


def change(log_q: Array) -> Estimate:
    """By how much I(z; n) of all but the last changes as the last replaces the first."""

    def one(i: int) -> Any:
        rows = _rows(log_q[i])
        return abs(_information(rows[1:]) - _information(rows[:-1]))

    return _each(len(log_q), one)


def _expected(log_data: Array, log_enc: Array, size: int, f: Callable[[Any], Any]) -> Any:
    chances, rows, found = _chances(log_data), _rows(log_enc), arb(0)
    for some in product(range(len(rows)), repeat=size):
        weight = arb(1)
        for i in some:
            weight *= chances[i]
        found += weight * f(_information([rows[i] for i in some]))
    return found


def expected_of_two(log_data: Array, log_enc: Array) -> Estimate:
    """E I_2."""
    return _each(len(log_data), lambda i: _expected(log_data[i], log_enc[i], 2, lambda x: x))


def expected_of_three(log_data: Array, log_enc: Array) -> Estimate:
    """E I_3."""
    return _each(len(log_data), lambda i: _expected(log_data[i], log_enc[i], 3, lambda x: x))


def information(log_data: Array, log_enc: Array) -> Estimate:
    """I(x; z)."""
    return _each(len(log_data), lambda i: _information(_rows(log_enc[i]), _chances(log_data[i])))


def _entropy_of_one(N: Any) -> Any:
    return -(arb(1) / N) * (arb(1) / N).log() - (1 - arb(1) / N) * (1 - arb(1) / N).log()


def coverage(log_data: Array, log_enc: Array, size: Array, alpha: Array) -> Estimate:
    """How often the lower limit from two or three inputs is at most I(x; z)."""

    def one(i: int) -> Any:
        N = int(size[i])
        whole = _information(_rows(log_enc[i]), _chances(log_data[i]))
        reach = _entropy_of_one(N) * (N * (1 / _ball(alpha[i])).log() / 2).sqrt()
        return _expected(log_data[i], log_enc[i], N, lambda found: arb(int(bool(found - reach <= whole))))

    return _each(len(log_data), one)


def replacement(N: Array) -> Estimate:
    """H_b(1/N)."""
    return _each(len(N), lambda i: _entropy_of_one(_ball(N[i])))


def information_lower(information: Array, N: Array, alpha: Array) -> Estimate:
    """I_N less its reach."""

    def one(i: int) -> Any:
        n = _ball(N[i])
        return _ball(information[i]) - _entropy_of_one(n) * (-n * _ball(alpha[i]).log() / 2).sqrt()

    return _each(len(N), one)


def at_least(information: Array, N: Array, alpha: Array) -> Estimate:
    """The same, and 0 where it is below."""
    limits = information_lower(information, N, alpha)
    return _each(len(N), lambda i: max(limits.value[i], arb(0), key=float))


def _different(codes: int, N: int) -> Any:
    """Every outcome counted."""
    return arb(sum(len(set(some)) == N for some in product(range(codes), repeat=N))) / codes**N


def all_different(K: Array) -> Estimate:
    """Four inputs show four codes."""
    return _each(len(K), lambda i: _different(int(K[i]), 4))


def different(K: Array, N: Array) -> Estimate:
    """N inputs show N codes."""
    return _each(len(K), lambda i: _different(int(K[i]), int(N[i])))


def different_of_square(N: Array) -> Estimate:
    """N inputs of N^2 codes: factor by factor."""

    def one(i: int) -> Any:
        n, chance = int(N[i]), arb(1)
        for j in range(n):
            chance *= arb(n * n - j) / (n * n)
        return chance

    return _each(len(N), one)


# --- summands ---------------------------------------------------------------------------------------------------------


def _over(log_q: Array, f: Callable[[list[list[Any]], list[Any]], Any]) -> Estimate:
    def one(i: int) -> Any:
        rows = _rows(log_q[i])
        return f(rows, _mean(rows, [arb(1) / len(rows)] * len(rows)))

    return _each(len(log_q), one)


def support_mass(log_q: Array) -> Estimate:
    """q(q_n > 0) for each n."""
    return _over(
        log_q,
        lambda rows, whole: [
            sum((q for x, q in zip(row, whole, strict=True) if not x.is_zero()), arb(0)) for row in rows
        ],
    )


def one(log_q: Array) -> Estimate:
    """What each posterior adds up to."""
    return _over(log_q, lambda rows, whole: [sum(row, arb(0)) for row in rows])


def _moment_of_ratio(power: int) -> Callable[[list[list[Any]], list[Any]], Any]:
    def f(rows: list[list[Any]], whole: list[Any]) -> Any:
        found = arb(0)
        for row in rows:
            for x, q in zip(row, whole, strict=True):
                if not x.is_zero():
                    found += x / len(rows) * prod([(x / q).log()] * power)
        return found

    return f


def ratio_second_moment(log_q: Array) -> Estimate:
    """E L^2."""
    return _over(log_q, _moment_of_ratio(2))


def ratio_variance(log_q: Array) -> Estimate:
    """Var L."""
    return _over(log_q, lambda rows, q: _moment_of_ratio(2)(rows, q) - prod([_moment_of_ratio(1)(rows, q)] * 2))


def _conditional(rows: list[list[Any]], whole: list[Any]) -> list[Any]:
    """E[L | z] for each z."""
    found = []
    for column, q in zip(zip(*rows, strict=True), whole, strict=True):
        parts = [x / (len(rows) * q) * (x / q).log() for x in column if not x.is_zero()]
        found.append(sum(parts, arb(0)))
    return found


def gain(log_q: Array) -> Estimate:
    """E[L | z] for each z."""
    return _over(log_q, _conditional)


def gain_variance(log_q: Array) -> Estimate:
    """Var E[L | z]."""

    def f(rows: list[list[Any]], whole: list[Any]) -> Any:
        G = _conditional(rows, whole)
        first = sum((q * g for q, g in zip(whole, G, strict=True)), arb(0))
        return sum((q * (g - first) * (g - first) for q, g in zip(whole, G, strict=True)), arb(0))

    return _over(log_q, f)


def gain_second_moment(log_q: Array) -> Estimate:
    """E G^2."""

    def f(rows: list[list[Any]], whole: list[Any]) -> Any:
        return sum((q * g * g for q, g in zip(whole, _conditional(rows, whole), strict=True)), arb(0))

    return _over(log_q, f)

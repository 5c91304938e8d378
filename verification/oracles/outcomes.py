"""Stratified coin flips, all outcomes counted in exact rationals: what stakes are worth, how often limits hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import combinations, product
from math import comb, exp, log, log1p, sqrt
from typing import Any

import numpy as np
from flint import arb, fmpq
from scipy.optimize import brentq

from verification.estimate import Estimate, Grade

Array = np.ndarray[Any, Any]
NEAR = 4e-12  # of a root: f is proved to change its sign so near; less than half of what is claimed
ROUNDING = 1e-12  # of f: some hundred terms below 50 are summed to within 100 * 50 * 2^-53 = 6e-13


def _rational(x: Any) -> Any:
    return fmpq(*float(x).as_integer_ratio())


def _outcomes(means: list[Any]) -> Iterator[tuple[Any, tuple[int, ...]]]:
    """Every outcome of one flip from each of these coins, with its chance."""
    for flips in product((0, 1), repeat=len(means)):
        chance = fmpq(1)
        for p, flip in zip(means, flips, strict=True):
            chance *= p if flip else 1 - p
        yield chance, flips


def _expected(means: list[Any], wealth: Callable[[tuple[int, ...]], Any]) -> Any:
    return sum((chance * wealth(flips) for chance, flips in _outcomes(means)), fmpq(0))


def _product(stakes: list[Any], flips: tuple[int, ...], m: Any) -> Any:
    found = fmpq(1)
    for stake, flip in zip(stakes, flips, strict=True):
        found *= 1 + stake * (flip - m)
    return found


def _each(mean_of: Array, stake: Array, one: Callable[[list[Any], Any, Any], Any]) -> Estimate:
    rows = []
    for means, bet in zip(mean_of, stake, strict=True):
        coins = [_rational(p) for p in means]
        rows.append(one(coins, _rational(bet), sum(coins, fmpq(0)) / len(coins)))
    out = np.empty((len(rows), *np.shape(rows[0])), dtype=object)
    for i, row in enumerate(rows):
        out[i] = [arb(v) for v in row] if isinstance(row, list) else arb(row)
    return Estimate(out, np.zeros(out.shape), Grade.CERTIFIED, certificate="all outcomes, in rationals")


def pass_wealth(mean_of: Array, stake: Array) -> Estimate:
    """E prod_n (1 + stake (X_n - m)), one flip of each coin."""
    return _each(mean_of, stake, lambda coins, bet, m: _expected(coins, lambda x: _product([bet] * len(x), x, m)))


def remainder_wealth(mean_of: Array, stake: Array) -> Estimate:
    """The same for r coins chosen at random among those not chosen yet, r = 1..N."""

    def one(coins: list[Any], bet: Any, m: Any) -> list[Any]:
        def chosen(r: int) -> Any:
            found = fmpq(0)
            for some in combinations(coins, r):
                found += _expected(list(some), lambda x: _product([bet] * len(x), x, m))
            return found / comb(len(coins), r)

        return [chosen(r) for r in range(1, len(coins) + 1)]

    return _each(mean_of, stake, one)


def allotted_wealth(mean_of: Array, draws: Array, stake: Array) -> Estimate:
    """The same for several flips of each coin, against the mean of all flips."""
    rows = []
    for means, many, bet in zip(mean_of, draws, stake, strict=True):
        coins = [_rational(p) for p, times in zip(means, many, strict=True) for _ in range(int(times))]
        m, one = sum(coins, fmpq(0)) / len(coins), _rational(bet)
        stakes = [one] * len(coins)
        rows.append(arb(_expected(coins, partial(_product, stakes, m=m))))
    return Estimate(
        np.array(rows, dtype=object), np.zeros(len(rows)), Grade.CERTIFIED, certificate="all outcomes, in rationals"
    )


def pair_wealth(mean_of: Array, stake: Array) -> Estimate:
    """The same for two flips of one coin chosen at random."""

    def one(coins: list[Any], bet: Any, m: Any) -> Any:
        pairs = [_expected([p, p], lambda x: _product([bet, bet], x, m)) for p in coins]
        return sum(pairs, fmpq(0)) / len(pairs)

    return _each(mean_of, stake, one)


def adaptive_wealth(mean_of: Array, stake: Array) -> Estimate:
    """The same for one flip of each coin, betting on the side where that coin is known to lie."""

    def one(coins: list[Any], bet: Any, m: Any) -> Any:
        sides = [abs(bet) if p >= m else -abs(bet) for p in coins]
        return _expected(coins, lambda x: _product(sides, x, m))

    return _each(mean_of, stake, one)


# --- limits -----------------------------------------------------------------------------------------------------------


def _root(f: Callable[[float], float], low: float, high: float) -> float:
    """Where f changes its sign, within NEAR: to both sides of it f is further from 0 than its own rounding."""
    root = float(brentq(f, low, high, xtol=1e-15, rtol=1e-14))
    below, above = f(max(root - NEAR, low)), f(root + NEAR)
    if not (below * above < 0 and min(abs(below), abs(above)) > ROUNDING):
        raise ArithmeticError(f"the root near {root} is not known within {NEAR:g}")
    return root


def _limit(x: list[float], stakes: list[float], shares: list[float], alpha: float) -> float:
    """Where the wealth of bets on a larger mean reaches 2 / alpha; 0 where it never does."""

    def excess(m: float) -> float:
        gains = [log(w) + sum(log1p(s * (v - m)) for v in x) for s, w in zip(stakes, shares, strict=True)]
        top = max(gains)
        return top + log(sum(exp(g - top) for g in gains)) - log(2 / alpha)

    return 0.0 if excess(0.0) <= 0 else _root(excess, 0.0, sum(x) / len(x))


def _planned(x: list[float], alpha: float, variance: float) -> float:
    best = sqrt(2 * log(41 / 16 / alpha) / (len(x) * variance))
    stakes = [min(0.95, best * 2 ** (j / 2)) for j in (-2, -1, 0, 1, 2)]
    return _limit(x, stakes, [0.5 / 41, 4 / 41, 32 / 41, 4 / 41, 0.5 / 41], alpha)


def _bounded(values: Any, error: float = 1e-11) -> Estimate:
    value = np.asarray(values, float)
    return Estimate(value, np.full(value.shape, error), Grade.BOUNDED, certificate=f"floats, {error:g}")


def planned_lower(x: Array, alpha: Array, variance: Array) -> Estimate:
    """The lower limit of five bets planned from a variance."""
    return _bounded([_planned(list(map(float, row)), a, v) for row, a, v in zip(x, alpha, variance, strict=True)])


def planned_upper(x: Array, alpha: Array, variance: Array) -> Estimate:
    """The upper limit of the same."""
    flipped = [[1 - float(v) for v in row] for row in x]
    return _bounded([1 - _planned(row, a, v) for row, a, v in zip(flipped, alpha, variance, strict=True)])


def _spread_limits(pairs: list[tuple[float, float]], alpha: float) -> tuple[float, float]:
    n, level = len(pairs), log(3 / alpha)
    within = sum((a - b) ** 2 for a, b in pairs) / (2 * n)
    v = (sqrt(within + level / (4 * n)) + sqrt(level / n) / 2) ** 2

    def excess(u: float) -> float:
        return 2 * n * v * ((1 + u) * log1p(u) - u) - level

    top = 1.0
    while excess(top) < 0:
        top *= 2
    reach = v * _root(excess, 0.0, top)
    centre = sum(a + b for a, b in pairs) / (2 * n)
    return max(centre - reach, 0.0), min(centre + reach, 1.0)


def paired_lower(x: Array, alpha: Array) -> Estimate:
    """The lower limit by the spread within pairs."""
    return _bounded(
        [
            _spread_limits([(float(first), float(second)) for first, second in row], a)[0]
            for row, a in zip(x, alpha, strict=True)
        ]
    )


def paired_upper(x: Array, alpha: Array) -> Estimate:
    """The upper limit by the spread within pairs."""
    return _bounded(
        [
            _spread_limits([(float(first), float(second)) for first, second in row], a)[1]
            for row, a in zip(x, alpha, strict=True)
        ]
    )


def stratified_coverage(mean_of: Array, alpha: Array) -> Estimate:
    """How often five bets planned from a variance of 1/5 hold the mean: two passes and one flip more, at random."""
    shares = []
    for means, a in zip(mean_of, alpha, strict=True):
        coins, m = [_rational(p) for p in means], float(np.mean(means))
        held: dict[int, bool] = {}
        share = fmpq(0)
        for extra in coins:
            for chance, flips in _outcomes([*coins, *coins, extra]):
                ones = sum(flips)
                if ones not in held:
                    x = [1.0] * ones + [0.0] * (len(flips) - ones)
                    lower, upper = _planned(x, a, 0.2), 1 - _planned([1 - v for v in x], a, 0.2)
                    held[ones] = lower <= m <= upper
                share += chance / len(coins) * held[ones]
        shares.append(float(share))
    return _bounded(shares, 1e-9)


def paired_coverage(mean_of: Array, alpha: Array) -> Estimate:
    """How often the limits by the spread within pairs hold the mean: two pairs of flips of each coin."""
    shares = []
    for means, a in zip(mean_of, alpha, strict=True):
        coins, m = [_rational(p) for p in means], float(np.mean(means))
        held: dict[tuple[int, int], bool] = {}
        share = fmpq(0)
        for chance, flips in _outcomes([p for p in coins for _ in range(4)]):
            pairs = list(zip(flips[::2], flips[1::2], strict=True))
            key = sum(flips), sum(a != b for a, b in pairs)
            if key not in held:
                lower, upper = _spread_limits([(float(a), float(b)) for a, b in pairs], a)
                held[key] = lower <= m <= upper
            share += chance * held[key]
        shares.append(float(share))
    return _bounded(shares, 1e-9)


def _variance_limits(x: list[float], alpha: float) -> tuple[float, float]:
    n, level = len(x), log(4 / alpha)
    centre = sum(x) / n
    spread = sum((v - centre) ** 2 for v in x) / (n - 1)
    reach = sqrt(2 * spread * level / n) + 7 * level / (3 * (n - 1))
    return max(centre - reach, 0.0), min(centre + reach, 1.0)


def bernstein_lower(x: Array, alpha: Array) -> Estimate:
    """The lower limit by the variance of the draws."""
    return _bounded([_variance_limits([float(v) for v in row], a)[0] for row, a in zip(x, alpha, strict=True)])


def bernstein_upper(x: Array, alpha: Array) -> Estimate:
    """The upper limit by the variance of the draws."""
    return _bounded([_variance_limits([float(v) for v in row], a)[1] for row, a in zip(x, alpha, strict=True)])


def _truncated(row: Array, alpha: float, end: int) -> float:
    """The limits for four posteriors: log-ratios cut off at -T, T = log(2 S / log(4 / alpha))."""
    T = log(2 * len(row) / log(4 / alpha))
    reach = log(4) + T
    limit = _variance_limits([(max(float(v), -T) + T) / reach for v in row], alpha)[end]
    return reach * limit - T - (0.0 if end else exp(-1 - T))


def truncated_lower(log_ratio: Array, alpha: Array) -> Estimate:
    """The lower limit for the information, less what the cut can have added."""
    return _bounded([_truncated(row, a, 0) for row, a in zip(log_ratio, alpha, strict=True)])


def truncated_upper(log_ratio: Array, alpha: Array) -> Estimate:
    """The upper limit for the information."""
    return _bounded([_truncated(row, a, 1) for row, a in zip(log_ratio, alpha, strict=True)])

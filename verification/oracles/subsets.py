"""Stakes and limits by moments and roots in many digits: sums over subsets of strata, no outcome looked at."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from itertools import combinations
from operator import mul
from typing import Any

import mpmath
import numpy as np
from flint import arb
from scipy.stats import binom

from verification.estimate import Estimate, Grade

Array = np.ndarray[Any, Any]

DIGITS = 40


def _growth(means: Array, bet: float) -> list[Any]:
    values = [arb(float(p)) for p in means]
    m = sum(values, arb(0)) / len(values)
    return [1 + arb(float(bet)) * (p - m) for p in values]


def _each(mean_of: Array, stake: Array, one: Callable[[list[Any]], Any]) -> Estimate:
    rows = [one(_growth(means, bet)) for means, bet in zip(mean_of, stake, strict=True)]
    out = np.empty((len(rows), *np.shape(rows[0])), dtype=object)
    for i, row in enumerate(rows):
        out[i] = row
    return Estimate(out, np.zeros(out.shape), Grade.CERTIFIED, certificate="moments, in balls")


def _mean(values: list[Any]) -> Any:
    return sum(values, arb(0)) / len(values)


def pass_wealth(mean_of: Array, stake: Array) -> Estimate:
    """Independent factors: the product of their means."""
    return _each(mean_of, stake, lambda a: reduce(mul, a))


def remainder_wealth(mean_of: Array, stake: Array) -> Estimate:
    """The mean over all subsets of r strata of the product over the subset, r = 1..N."""
    return _each(
        mean_of,
        stake,
        lambda a: [_mean([reduce(mul, some) for some in combinations(a, r)]) for r in range(1, len(a) + 1)],
    )


def allotted_wealth(mean_of: Array, draws: Array, stake: Array) -> Estimate:
    """Powers of the means' factors."""
    rows = []
    for means, many, bet in zip(mean_of, draws, stake, strict=True):
        times = [int(n) for n in many]
        m = sum((n * arb(float(p)) for n, p in zip(times, means, strict=True)), arb(0)) / sum(times)
        powers = [(1 + arb(float(bet)) * (arb(float(p)) - m)) ** n for n, p in zip(times, means, strict=True)]
        rows.append(reduce(mul, powers))
    return Estimate(
        np.array(rows, dtype=object), np.zeros(len(rows)), Grade.CERTIFIED, certificate="powers of moments, in balls"
    )


def pair_wealth(mean_of: Array, stake: Array) -> Estimate:
    """The second moment of the factors."""
    return _each(mean_of, stake, lambda a: _mean([v**2 for v in a]))


def adaptive_wealth(mean_of: Array, stake: Array) -> Estimate:
    """Factors 1 + |a_n - 1|."""
    return _each(mean_of, stake, lambda a: reduce(mul, [1 + abs(v - 1) for v in a]))


# --- limits -----------------------------------------------------------------------------------------------------------


def _root(f: Callable[[Any], Any], low: Any, high: Any) -> Any:
    """By bisection, to 2^-60 of the interval."""
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if f(middle) < 0 else (middle, high)
    return low


def _planned(x: Array, alpha: float, variance: float) -> float:
    """The least mean whose wealth is below 2 / alpha."""
    with mpmath.workdps(DIGITS):
        draws, n = [mpmath.mpf(float(v)) for v in x], len(x)
        level = mpmath.log(2 / mpmath.mpf(float(alpha))) + mpmath.log(mpmath.mpf(41) / 32)
        best = mpmath.sqrt(2 * level / (n * mpmath.mpf(float(variance))))
        bets = [
            (min(mpmath.mpf("0.95"), best * mpmath.sqrt(2) ** j), mpmath.mpf(32) / 41 / 8 ** abs(j))
            for j in range(-2, 3)
        ]

        def excess(m: Any) -> Any:
            wealth = sum(w * mpmath.fprod(1 + s * (v - m) for v in draws) for s, w in bets)
            return wealth - 2 / mpmath.mpf(float(alpha))

        return 0.0 if excess(mpmath.mpf(0)) <= 0 else float(_root(excess, mpmath.mpf(0), sum(draws) / n))


def _bounded(values: Any, error: float = 1e-11) -> Estimate:
    value = np.asarray(values, float)
    return Estimate(value, np.full(value.shape, error), Grade.BOUNDED, certificate=f"{DIGITS} digits, then a float")


def planned_lower(x: Array, alpha: Array, variance: Array) -> Estimate:
    """The lower limit of five bets planned from a variance."""
    return _bounded([_planned(row, a, v) for row, a, v in zip(x, alpha, variance, strict=True)])


def planned_upper(x: Array, alpha: Array, variance: Array) -> Estimate:
    """One less the lower limit of one less the draws."""
    return _bounded(
        [1 - _planned(1 - row, a, v) for row, a, v in zip(np.asarray(x, float), alpha, variance, strict=True)]
    )


def _reach(pairs: Array, alpha: float) -> tuple[Any, Any]:
    n = len(pairs)
    level = mpmath.log(3 / mpmath.mpf(float(alpha)))
    within = sum((mpmath.mpf(float(a)) - mpmath.mpf(float(b))) ** 2 for a, b in pairs) / (2 * n)
    v = (mpmath.sqrt(within + level / (4 * n)) + mpmath.sqrt(level / n) / 2) ** 2

    def excess(t: Any) -> Any:  # falls in t, as `_root` asks
        u = t / v
        return level - 2 * n * v * ((1 + u) * mpmath.log(1 + u) - u)

    top = mpmath.mpf(1)
    while excess(top) > 0:
        top *= 2
    return sum(mpmath.mpf(float(a)) + mpmath.mpf(float(b)) for a, b in pairs) / (2 * n), _root(
        excess, mpmath.mpf(0), top
    )


def paired_lower(x: Array, alpha: Array) -> Estimate:
    """The mean less Bennett's reach at the largest spread within pairs."""
    return _paired(x, alpha, lambda centre, reach: max(centre - reach, 0))


def paired_upper(x: Array, alpha: Array) -> Estimate:
    """The mean plus Bennett's reach at the largest spread within pairs."""
    return _paired(x, alpha, lambda centre, reach: min(centre + reach, 1))


def _paired(x: Array, alpha: Array, end: Callable[[Any, Any], Any]) -> Estimate:
    with mpmath.workdps(DIGITS):
        return _bounded([float(end(*_reach(row, a))) for row, a in zip(x, alpha, strict=True)])


def _counts(means: Array, flips: int) -> Array:
    """The law of the number of ones among so many flips of each coin."""
    law = np.ones(1)
    for p in means:
        law = np.convolve(law, binom.pmf(np.arange(flips + 1), flips, float(p)))
    return law


def stratified_coverage(mean_of: Array, alpha: Array) -> Estimate:
    """How often five bets planned from a variance of 1/5 hold the mean: the law of the number of ones, convolved."""
    shares = []
    for means, a in zip(np.asarray(mean_of, float), alpha, strict=True):
        law = np.mean([np.convolve(_counts(means, 2), [1 - p, p]) for p in means], 0)
        size, held = len(law) - 1, []
        for ones in range(len(law)):
            x = np.repeat([1.0, 0.0], [ones, size - ones])
            held.append(_planned(x, a, 0.2) <= means.mean() <= 1 - _planned(1 - x, a, 0.2))
        shares.append(law @ np.array(held, float))
    return _bounded(shares, 1e-9)


def paired_coverage(mean_of: Array, alpha: Array) -> Estimate:
    """How often the limits by the spread within pairs hold the mean: the joint law of ones and of unlike pairs."""
    shares = []
    for means, a in zip(np.asarray(mean_of, float), alpha, strict=True):
        law = {(0, 0): 1.0}
        for p in means:
            for _ in range(2):
                pair = {(0, 0): (1 - p) ** 2, (1, 1): 2 * p * (1 - p), (2, 0): p**2}
                grown: dict[tuple[int, int], float] = {}
                for (ones, unlike), chance in law.items():
                    for (more, odd), weight in pair.items():
                        key = ones + more, unlike + odd
                        grown[key] = grown.get(key, 0.0) + chance * weight
                law = grown
        share = 0.0
        for (ones, unlike), chance in law.items():
            both = (ones - unlike) // 2
            pairs = [(1, 0)] * unlike + [(1, 1)] * both + [(0, 0)] * (2 * len(means) - unlike - both)
            with mpmath.workdps(DIGITS):
                centre, reach = _reach(np.array(pairs, float), a)
                share += chance * float(max(centre - reach, 0) <= means.mean() <= min(centre + reach, 1))
        shares.append(share)
    return _bounded(shares, 1e-9)


def _by_pairs(row: list[Any], alpha: float) -> tuple[Any, Any]:
    """Mean, and Maurer and Pontil's reach, the variance taken over all pairs of draws."""
    n, level = len(row), mpmath.log(4 / mpmath.mpf(float(alpha)))
    squares = n * mpmath.fsum(v * v for v in row) - mpmath.fsum(row) ** 2  # half the sum of squared differences
    reach = mpmath.sqrt(2 * squares * level / (n * n * (n - 1))) + 7 * level / (3 * (n - 1))
    return mpmath.fsum(row) / n, reach


def bernstein_lower(x: Array, alpha: Array) -> Estimate:
    """The mean less the reach, not below 0."""
    return _by_variance(x, alpha, lambda centre, reach: max(centre - reach, 0))


def bernstein_upper(x: Array, alpha: Array) -> Estimate:
    """The mean plus the reach, not above 1."""
    return _by_variance(x, alpha, lambda centre, reach: min(centre + reach, 1))


def _by_variance(x: Array, alpha: Array, end: Callable[[Any, Any], Any]) -> Estimate:
    with mpmath.workdps(DIGITS):
        rows = [[mpmath.mpf(float(v)) for v in row] for row in x]
        return _bounded([float(end(*_by_pairs(row, a))) for row, a in zip(rows, alpha, strict=True)])


def _cut(row: Array, alpha: float) -> tuple[Any, Any, Any]:
    T = mpmath.log(2 * len(row)) - mpmath.log(mpmath.log(4 / mpmath.mpf(float(alpha))))
    B = mpmath.log(4)
    centre, reach = _by_pairs([(max(mpmath.mpf(float(v)), -T) + T) / (B + T) for v in row], alpha)
    return (B + T) * max(centre - reach, 0) - T, (B + T) * min(centre + reach, 1) - T, mpmath.exp(-T) / mpmath.e


def truncated_lower(log_ratio: Array, alpha: Array) -> Estimate:
    """For four posteriors: the lower limit of the mean cut at -T, less e^-(T+1)."""
    with mpmath.workdps(DIGITS):
        return _bounded([float(lower - bias) for lower, _, bias in map(_cut, log_ratio, alpha)])


def truncated_upper(log_ratio: Array, alpha: Array) -> Estimate:
    """For four posteriors: the upper limit of the mean cut at -T."""
    with mpmath.workdps(DIGITS):
        return _bounded([float(upper) for _, upper, _ in map(_cut, log_ratio, alpha)])

r"""What a fixed stake is worth when draws are stratified: never more than one in expectation at the true mean.

Strata 1..N have means mean_n; m is the mean of those, and a_n = 1 + stake (mean_n - m), whose mean is one.
"""

from __future__ import annotations

from functools import reduce
from operator import mul

from theory.arrays import Array, concatenate, exp, log, mean, number, total, trailing, zeros_like
from theory.validation import check_draws, check_stake, validated


def _growth(mean_of: Array, stake: Array) -> Array:
    return 1 + trailing(stake, 1) * (mean_of - trailing(mean(mean_of, -1), 1))


def _product(a: Array) -> Array:
    return reduce(mul, (a[..., n] for n in range(a.shape[-1])))


@validated(check_stake, mean_of="N", stake="")
def pass_wealth(mean_of: Array, stake: Array) -> Array:
    r"""The expected wealth of one pass over all strata, a draw from each.

    .. math:: \mathbb{E}\prod_n(1+\lambda(X_n-m)) = \prod_n a_n \le 1

    Shapes: mean_of (..., N), stake (...) -> (...). ValueError: a stake outside [-1, 1].

    >>> float(pass_wealth([0.0, 1.0], 0.5))  # (3/4)(5/4)
    0.9375
    """
    return _product(_growth(mean_of, stake))


@validated(check_stake, mean_of="N", stake="")
def remainder_wealth(mean_of: Array, stake: Array) -> Array:
    r"""The expected wealth of a draw from each of r distinct strata chosen at random, for r = 1..N.

    .. math:: e_r(a) \Big/ \binom{N}{r} \le 1

    Shapes: mean_of (..., N), stake (...) -> (..., N). ValueError: a stake outside [-1, 1].

    >>> remainder_wealth([0.0, 1.0], 0.5).tolist()
    [1.0, 0.9375]
    """
    a = _growth(mean_of, stake)
    one = zeros_like(a[..., :1]) + 1
    averages = zeros_like(a)  # e_r(a_1..a_n) / binom(n, r), r = 1..n, from n strata to n + 1
    for n in range(a.shape[-1]):
        before = concatenate([one, averages[..., :n]], -1)
        r = number(list(range(1, n + 2)), a)
        taken, left = before * a[..., n : n + 1] * r, averages[..., : n + 1] * (n + 1 - r)
        averages = concatenate([(taken + left) / (n + 1), averages[..., n + 1 :]], -1)
    return averages


@validated(check_stake, check_draws, mean_of="N", draws="N", stake="")
def allotted_wealth(mean_of: Array, draws: Array, stake: Array) -> Array:
    r"""The expected wealth of S_n draws of stratum n, where the mean over all S draws is the mean that is wanted.

    .. math:: \prod_n a_n^{S_n} \le 1, \quad
        a_n = 1 + \lambda\left(\mathrm{mean}_n - \frac1S\sum_m S_m\mathrm{mean}_m\right)

    The weighted mean of the a_n is one, and the geometric mean is not above it. So strata may be given draws as one
    likes, each draw counted by the share of its stratum over the share of its draws. A stratum may be a group of
    strata, drawn in whole passes and a remainder of distinct ones: that is worth no more than as many independent draws
    of the group (`remainder_wealth`). Shapes: mean_of (..., N), draws (..., N), stake (...) -> (...). ValueError: a
    stake outside [-1, 1], a stratum without a draw.

    >>> float(allotted_wealth([0.0, 1.0], [3.0, 1.0], 0.8).round(12))  # 0.8^3 1.6
    0.8192
    """
    offset = mean_of - trailing(total(draws * mean_of, -1) / total(draws, -1), 1)
    return exp(total(draws * log(1 + trailing(stake, 1) * offset), -1))


@validated(check_stake, mean_of="N", stake="")
def pair_wealth(mean_of: Array, stake: Array) -> Array:
    r"""The expected wealth of two draws from one stratum chosen at random: above one, so no remainder may repeat one.

    .. math:: \frac1N\sum_n a_n^2 \ge 1

    Shapes: mean_of (..., N), stake (...) -> (...). ValueError: a stake outside [-1, 1].

    >>> float(pair_wealth([0.0, 1.0], 0.5))
    1.0625
    """
    a = _growth(mean_of, stake)
    return mean(a * a, -1)


@validated(check_stake, mean_of="N", stake="")
def adaptive_wealth(mean_of: Array, stake: Array) -> Array:
    r"""The expected wealth of one pass whose stake is negative where the stratum's mean is known to be low: above one.

    .. math:: \prod_n\left(1+\lambda\,|\mathrm{mean}_n-m|\right) \ge 1

    The stratum that comes next is known before its draw; a stake that answers to what came before can follow it.
    Shapes: mean_of (..., N), stake (...) -> (...). ValueError: a stake outside [-1, 1].

    >>> float(adaptive_wealth([0.0, 1.0], 0.5))
    1.5625
    """
    return _product(1 + abs(_growth(mean_of, stake) - 1))

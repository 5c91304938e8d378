"""Intervals for the mean of bounded draws that hold at every sample size, no asymptotics; and so for log C."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from theory.arrays import Array, as_float, log
from theory.envelope import Pool, per_case
from theory.validation import check_level, check_size, check_unit_beta, check_unit_interval, validated


@dataclass(frozen=True)
class Bets:
    """Stakes in (0, 1], fixed before the draws, and the shares of the capital put on them."""

    stakes: Array
    shares: Array

    @classmethod
    def halving(cls, n: int) -> Bets:
        """1, 1/2, 1/4, ... down to 1 / sqrt(n), equal shares: knows nothing of the draws.

        >>> Bets.halving(16).stakes.tolist()
        [1.0, 0.5, 0.25]
        """
        stakes = 2.0 ** -np.arange(np.ceil(np.log2(n) / 2) + 1)
        return cls(stakes, np.full(len(stakes), 1 / len(stakes)))

    @staticmethod
    def due(alpha: float) -> float:
        r"""The log of what the stake in the middle must earn to refute a mean, its share of the capital counted.

        .. math:: \log\tfrac2\alpha + \log\tfrac{41}{32}

        >>> round(Bets.due(0.05), 6)
        3.936716
        """
        return float(np.log(2 / alpha) + np.log(41 / 32))

    @classmethod
    def planned(cls, n: int, variance: float, alpha: float) -> Bets:
        r"""Five stakes about the one that suits n draws of a variance foreseen, and never more than 0.95.

        .. math:: \lambda_j = 2^{j/2}\sqrt{\frac{2 (\log\frac2\alpha + \log\frac{41}{32})}{n v}}, \quad
            w_j = \tfrac{32}{41}\,8^{-|j|}, \quad |j| \le 2

        A wrong variance costs width, never validity.

        >>> print(Bets.planned(10_000, 0.01, 0.05).stakes.round(4))
        [0.1403 0.1984 0.2806 0.3968 0.5612]
        """
        steps = np.arange(-2, 3)
        best = np.sqrt(2 * cls.due(alpha) / (n * variance))
        return cls(np.minimum(0.95, best * 2 ** (steps / 2)), 32 / 41 / 8.0 ** abs(steps))


def _log_wealth(x: Array, m: Array, bets: Bets) -> Array:
    """log sum_j w_j prod_s (1 + stake_j (x_s - m)): wealth of expectation one if m is the mean, falling in m."""
    gains = [np.log1p(stake * (x - m[..., None])).sum(-1) for stake in bets.stakes]
    return np.logaddexp.reduce([log(share) + gain for share, gain in zip(bets.shares, gains, strict=True)], 0)


def _lower_limit(x: Array, wealth: Array, bets: Bets) -> Array:
    """The least mean that the bets do not refute, rounded down, by bisection."""
    kept = x.mean(-1)
    refuted = np.zeros_like(kept)
    kept = np.where(_log_wealth(x, refuted, bets) < wealth, refuted, kept)  # a limit of 0 needs no bisection
    while ((refuted < (middle := (refuted + kept) / 2)) & (middle < kept)).any():
        too_low = _log_wealth(x, middle, bets) >= wealth
        refuted, kept = np.where(too_low, middle, refuted), np.where(too_low, kept, middle)
    return refuted


@validated(check_level, check_unit_interval, x="n", alpha="")
def betting_interval(x: Array, alpha: Array, bets: Bets | None = None) -> tuple[Array, Array]:
    r"""An interval that holds the mean with probability 1 - alpha, whatever n, for draws in [0, 1].

    .. math:: \left\{m:\ \sum_j w_j\prod_{s=1}^n\left(1 \pm \lambda_j(x_s-m)\right) < \frac2\alpha\right\}

    The draws may be independent of one mean, or stratified: every stratum equally often, and a remainder of distinct
    strata drawn without replacement; m is then the mean of the strata's. At m each wealth has expectation at most one,
    because the stakes are fixed before the draws (a product is at most the power of its mean; Maclaurin's inequality
    for the remainder), and Markov's inequality does the rest. Stakes that answer to earlier draws would not do: in a
    stratum the next mean is not m. Nor would a remainder that repeats a stratum.
    Shapes: x (..., n), alpha (...) -> (...), (...). ValueError: x outside [0, 1], alpha outside (0, 1).

    >>> lower, upper = betting_interval([0.5] * 100, 0.05)
    >>> bool(lower < 0.5 < upper)
    True
    """
    draws = as_float(x)
    wealth = log(2 / as_float(alpha))
    draws = np.broadcast_to(draws, np.broadcast_shapes(draws.shape[:-1], wealth.shape) + draws.shape[-1:])
    bets = bets or Bets.halving(draws.shape[-1])
    return _lower_limit(draws, wealth, bets), 1 - _lower_limit(1 - draws, wealth, bets)


@validated(check_level, check_unit_interval, x="n 2", alpha="")
def paired_interval(x: Array, alpha: Array) -> tuple[Array, Array]:
    r"""An interval for the mean of stratified draws that harvests the stratification, with no stake to choose.

    .. math:: \bar x \pm v\left(h^{-1}\!\left(\frac{\ell}{2nv}\right)\right), \quad
        \sqrt v = \sqrt{\bar Y + \frac{\ell}{4n}} + \frac12\sqrt{\frac{\ell}{n}}, \quad
        Y_i = \tfrac12(x_i - x_i')^2, \quad \ell = \log\tfrac3\alpha, \quad h(u) = (1+u)\log(1+u) - u

    The two draws of a pair come from one stratum, every stratum gives equally many pairs, and x lies in [0, 1]. Y has
    the mean variance within strata as its expectation; v exceeds that with probability 1 - alpha/3, and Bennett's
    inequality spends alpha/3 on each side. Shapes: x (..., n, 2), alpha (...) -> (...), (...).
    ValueError: x outside [0, 1], alpha outside (0, 1).

    >>> lower, upper = paired_interval([[0.4, 0.6]] * 1000, 0.05)
    >>> round(float(lower), 3), round(float(upper), 3)
    (0.488, 0.512)
    """
    from scipy.special import lambertw  # slow to load, and wanted here only

    n = x.shape[-2]
    level = log(3 / alpha)
    spread = ((x[..., 0] - x[..., 1]) ** 2).mean(-1) / 2
    v = (np.sqrt(spread + level / (4 * n)) + np.sqrt(level / n) / 2) ** 2
    grown = np.exp(1 + lambertw((level / (2 * n * v) - 1) / np.e).real)
    centre, reach = x.mean((-1, -2)), v * (grown - 1)
    return np.maximum(centre - reach, 0), np.minimum(centre + reach, 1)


@validated(check_level, check_unit_interval, x="n", alpha="")
def bernstein_interval(x: Array, alpha: Array) -> tuple[Array, Array]:
    r"""An interval for the mean of independent draws in [0, 1], from their variance.

    .. math:: \bar x \pm \left(\sqrt{\frac{2 V\ell}{n}} + \frac{7\ell}{3(n-1)}\right), \quad
        V = \frac{1}{n-1}\sum_s(x_s-\bar x)^2, \quad \ell = \log\tfrac4\alpha

    The draws need not have one law: the mean is that of theirs. Shapes: x (..., n), n >= 2, alpha (...) ->
    (...), (...). ValueError: x outside [0, 1], alpha outside (0, 1).

    >>> lower, upper = bernstein_interval([0.5] * 100, 0.05)
    >>> round(float(lower), 3), round(float(upper), 3)
    (0.397, 0.603)
    """
    n, level = x.shape[-1], log(4 / alpha)
    reach = np.sqrt(2 * x.var(-1, ddof=1) * level / n) + 7 * level / (3 * (n - 1))
    return np.maximum(x.mean(-1) - reach, 0), np.minimum(x.mean(-1) + reach, 1)


@validated(check_unit_beta, check_level, check_size, mu="N k", Sigma="N k k", beta="", alpha="")
def log_normalizer_interval(
    rng: np.random.Generator, mu: Array, Sigma: Array, beta: Array, size: int, alpha: Array
) -> tuple[Array, Array, Array]:
    r"""An interval that holds log C with probability 1 - alpha, from ``size`` draws, and the acceptance; in nats.

    .. math:: \log C = \log\bar E + \log\mathbb{E}\,\frac{x(z)}{\bar E}, \quad
        \frac1x = \sum_j\frac{a_j e_j}{E_j\,q^{1-\beta}p^\beta} \ge \frac1{\bar E} = \sum_j\frac{a_j}{E_j}

    A share a_j of the draws comes from each of two envelopes; a pilot of its own, a twentieth as long, chooses the
    shares and foresees the variance. Whatever it says, the draws that follow are independent and their means average C:
    the wealth of each stake has as its expectation a product of numbers that are one on average, so at most one, and
    `betting_interval` holds. C is at most the mass of the smaller envelope, which caps the limits. The acceptance is
    the share of its proposals that `envelope.sample` would accept, as these draws estimate it. Shapes: mu (..., N, k),
    Sigma (..., N, k, k), beta (...), alpha (...) -> lower (...), upper (...), acceptance (...).
    ValueError: beta outside [0, 1], alpha outside (0, 1).

    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> lower, upper, acceptance = log_normalizer_interval(rng, [[0.0]], [[[1.0]]], 0.5, 1000, 0.05)
    >>> bool(lower < 0 <= upper), round(float(acceptance), 12)  # q = p: log C = 0
    (True, 1.0)
    """

    def compute(mu: Array, Sigma: Array, beta: Array, alpha: Array) -> Array:
        pool = Pool(mu, Sigma, beta)
        counts, variance = pool.plan(rng, size)
        log_mass, w = pool.propose(rng, counts)
        limits = betting_interval(w, alpha, Bets.planned(size, variance, alpha))
        log_E = pool.log_masses.min()
        log_C = np.minimum(log_mass + log(np.array([*limits, w.mean()])), log_E)
        return np.array([*log_C[:2], np.exp(log_C[2] - log_E)])

    cases, shape = per_case(compute, *map(as_float, (mu, Sigma, beta, alpha)))
    lower, upper, acceptance = np.moveaxis(np.reshape(cases, (*shape, 3)), -1, 0)
    return lower, upper, acceptance

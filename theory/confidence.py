"""Intervals that hold at every sample size: for the mean of bounded draws, and so for log C."""

from __future__ import annotations

import numpy as np

from theory.arrays import Array, as_float, log
from theory.envelope import Envelope, per_case
from theory.validation import check_level, check_size, check_unit_beta, check_unit_interval, validated


def _log_wealth(x: Array, m: Array) -> Array:
    """log mean_i prod_s (1 + stake_i (x_s - m)): wealth of expectation one if m is the mean, falling in m."""
    halvings = np.arange(np.ceil(np.log2(x.shape[-1]) / 2) + 1)  # down to a stake of 1 / sqrt(n)
    gains = [np.log1p((x - m[..., None]) / 2**halving).sum(-1) for halving in halvings]
    return np.logaddexp.reduce(gains, 0) - log(len(halvings))


def _lower_limit(x: Array, wealth: Array) -> Array:
    """The least mean that the bets do not refute, rounded down, by bisection."""
    kept = x.mean(-1)
    refuted = np.zeros_like(kept)
    kept = np.where(_log_wealth(x, refuted) < wealth, refuted, kept)  # a limit of 0 is no business of bisection's
    while ((refuted < (middle := (refuted + kept) / 2)) & (middle < kept)).any():
        too_low = _log_wealth(x, middle) >= wealth
        refuted, kept = np.where(too_low, middle, refuted), np.where(too_low, kept, middle)
    return refuted


@validated(check_level, check_unit_interval, x="n", alpha="")
def betting_interval(x: Array, alpha: Array) -> tuple[Array, Array]:
    r"""An interval that holds the mean with probability 1 - alpha, whatever n, for independent draws in [0, 1].

    .. math:: \left\{m:\ \frac1J\sum_{j<J}\prod_{s=1}^n\left(1 \pm 2^{-j}(x_s-m)\right) < \frac2\alpha\right\}

    Each product has expectation one at m = E x, since its stakes are fixed before the draws; Markov's inequality does
    the rest. Shapes: x (..., n), alpha (...) -> (...), (...). ValueError: x outside [0, 1], alpha outside (0, 1).

    >>> lower, upper = betting_interval([0.5] * 100, 0.05)
    >>> bool(lower < 0.5 < upper)
    True
    """
    draws = as_float(x)
    wealth = log(2 / as_float(alpha))
    draws = np.broadcast_to(draws, np.broadcast_shapes(draws.shape[:-1], wealth.shape) + draws.shape[-1:])
    return _lower_limit(draws, wealth), 1 - _lower_limit(1 - draws, wealth)


@validated(check_unit_beta, check_level, check_size, mu="N k", Sigma="N k k", beta="", alpha="")
def log_normalizer_interval(
    rng: np.random.Generator, mu: Array, Sigma: Array, beta: Array, size: int, alpha: Array
) -> tuple[Array, Array, Array]:
    r"""An interval that holds log C with probability 1 - alpha, from ``size`` draws, and the mean acceptance; in nats.

    .. math:: \log C = \log E + \log\mathbb{E}_{z\sim e/E}\,\frac{q(z)^{1-\beta}p(z)^\beta}{e(z)}

    The ratio lies in [0, 1], so `betting_interval` bounds its mean. Shapes: mu (..., N, k), Sigma (..., N, k, k),
    beta (...), alpha (...) -> lower (...), upper (...), acceptance (...).
    ValueError: beta outside [0, 1], alpha outside (0, 1).

    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> lower, upper, acceptance = log_normalizer_interval(rng, [[0.0]], [[[1.0]]], 0.5, 1000, 0.05)
    >>> bool(lower < 0 <= upper), round(float(acceptance), 12)  # q = p: log C = 0
    (True, 1.0)
    """

    def compute(mu: Array, Sigma: Array, beta: Array) -> tuple[Array, Array]:
        envelope = Envelope(mu, Sigma, beta)
        return envelope.log_mass, envelope.propose(rng, size)[1]

    cases, shape = per_case(compute, as_float(mu), as_float(Sigma), as_float(beta))
    masses, ratios = zip(*cases, strict=True)
    log_E, w = np.reshape(masses, shape), np.reshape(ratios, (*shape, size))
    lower, upper = betting_interval(w, as_float(alpha))
    return log_E + log(lower), log_E + log(upper), w.mean(-1)

"""An interval for log q that counts the rounding, from near posteriors only where far ones can be left out."""

from __future__ import annotations

from typing import Any

import numpy as np

from theory.arrays import Array, as_float, log_two_pi, number
from theory.kernels import blocks, ways
from theory.kernels.cases import per_case
from theory.kernels.dense import SLACK, library
from theory.validation import check_posteriors, check_samples, check_scales, validated

LEAF = 128  # posteriors that lie together
SPARE = 32  # bits: all that is left out is below 2^-31 of the whole, 5e-10 nats
MANY = 2**25  # pairs for which leaving some out is worth a try
PROBE, TRIED, FEW = 32, 512, 16  # samples and posteriors that are tried first, these in leaves of few
POWER, ASKING = 8, 3  # dimensions that cost as much as a power of two, and as asking whether a posterior is near
LAYING = 250  # samples that cost as much as laying leaves
PAYS = 0.9  # part of the cost of all above which none are left out


@validated(check_scales, log_q="S", sigma="N k")
def rounding_bound(log_q: Array, sigma: Array) -> tuple[Array, Array]:
    r"""How far rounding can have moved log q and G from their exact values, in nats.

    .. math:: |\Delta\log q| \le u\,[(2k+20)(2H + |\log q| + \log N) + N/16 + 1072],\qquad
        |\Delta G| \le 2(1+\log N)\,|\Delta\log q|

    u is the spacing of numbers at 1, twice the unit of rounding. H is the largest sum over a posterior's dimensions of
    \|log sigma\| + log(2 pi)/2, at least any height h_n. A term h_n - Q_n is off by at most (2 k + 14)(H + Q_n) u/2:
    differences are rounded once, whatever the offset. log-sum-exp passes on the responsibilities' average, and that
    of Q_n = h_n - log q_n is at most H - log q, since sum_n phi_n log q_n = log q + G >= log q. Powers of two are
    right to 20 u, sums in blocks of 16 or more to (1024 + N/16) u, logarithms to 4 u of what they are.
    Far posteriors are off by more and count for less: the average is at most that of the tempered responsibilities,
    which is bounded alike. The matrix form, used for float64 where numba is absent, adds 1e-9.
    Shapes: log_q (..., S), sigma (..., N, k) -> (..., S), (..., S). ValueError: as `joint`.

    >>> import numpy as np
    >>> to_log_q, to_G = rounding_bound([-10.0], np.ones((1000, 10)))
    >>> bool(to_log_q[0] < 1e-12), bool(to_G[0] < 1e-11)
    (True, True)
    """
    home, (N, k) = library(sigma), sigma.shape[-2:]
    H = home.amax((abs(home.log(sigma)) + log_two_pi(sigma) / 2).sum(-1), -1)[..., None]
    log_N = number(np.log(N), sigma)
    units = (2 * k + 20) * (2 * H + abs(log_q) + log_N) + N / 16 + 1072
    bound = home.finfo(sigma.dtype).eps * units + SLACK * ways.matrix(log_q.shape[-1], sigma)
    return bound, 2 * (1 + log_N) * bound


@validated(check_samples, check_posteriors, check_scales, z="S k", mu="N k", sigma="N k")
def joint_interval(z: Array, mu: Array, sigma: Array) -> tuple[Array, Array]:
    r"""An interval that holds log q(z), rounding and all, in nats; fast where posteriors are sharp or in clusters.

    Posteriors that lie together are taken in boxes. A box none of whose terms comes within 2^-32/N of a term already
    there is left out, and its number of posteriors times the highest that its terms can be is added to the upper end:
    for all boxes at most 2^-31, or 5e-10 nats. Where a try on some samples and posteriors shows that little would be
    saved, none is. The arithmetic is float64.

    Shapes: z (..., S, k), mu (..., N, k), sigma (..., N, k) -> (..., S), (..., S). ValueError: as `joint`.

    >>> lower, upper = joint_interval([[0.0]], [[-1.0], [1.0]], [[1.0], [1.0]])
    >>> bool(lower[0] < -1.4189385332046727 < upper[0]), bool(upper[0] - lower[0] < 1e-12)
    (True, True)
    """
    lower, upper = per_case(_interval, (as_float(z), 2), (as_float(mu), 2), (as_float(sigma), 2))
    eps = library(mu).finfo(mu.dtype).eps  # what a number of mu's type is rounded by, twice over
    return number(lower - eps * abs(lower), mu), number(upper + eps * abs(upper), mu)


def _interval(z: Array, mu: Array, sigma: Array) -> tuple[Array, Array]:
    reach = SPARE + float(np.log2(len(mu)))
    if ways.compiled(z, mu) and len(z) * len(mu) > MANY and _pays(z, mu, sigma, reach):
        return near_interval(z, mu, sigma, reach)
    return _around(ways.joint(z, mu, sigma, informed=False)[0], sigma)


def near_interval(z: Array, mu: Array, sigma: Array, reach: float) -> tuple[Array, Array]:
    """An interval for log q, each end (S,), from posteriors in boxes within ``reach`` bits; NumPy's float64."""
    states, left_out, highest, _ = blocks.near(z, _leaves(mu, sigma, LEAF), reach)
    lower, upper = _around(blocks.read(states, len(mu))[0], sigma)
    return lower, upper + 2 * left_out * 2**highest / states[:, 1]


def _around(log_q: Array, sigma: Array) -> tuple[Array, Array]:
    bound = rounding_bound(log_q, sigma)[0]
    return log_q - bound, log_q + bound


def _pays(z: Array, mu: Array, sigma: Array, reach: float) -> bool:
    """Whether near posteriors would cost less than all, by some samples and posteriors.

    What is looked into costs its dimensions, and what is summed a power of two.
    """
    one_in, some, k = -(-len(mu) // TRIED), z[:: -(-len(z) // PROBE)], z.shape[1]
    leaves = _leaves(mu[::one_in], sigma[::one_in], FEW)
    _, left_out, _, visits = blocks.near(some, leaves, reach)
    looked, summed = visits / (len(some) * len(leaves.box)), 1 - left_out.mean() / len(leaves.mu)
    return (looked * (k + ASKING) + summed * POWER) / (k + POWER) + LAYING / len(z) < PAYS


def _leaves(mu: Array, sigma: Array, size: int) -> blocks.Leaves:
    order = together(mu / sigma.mean(0), size)
    return blocks.Leaves.of(mu.take(order, 0), sigma.take(order, 0), size)


def together(x: Array, size: int) -> Any:
    """An order of the points x (M, k) in which each run of ``size`` lies in a box of its own, by halving.

    >>> together(np.array([[3.0], [0.0], [2.0], [1.0]]), 2).reshape(2, 2)
    array([[1, 3],
           [2, 0]])
    """
    runs, waiting = [], [np.arange(len(x))]
    while waiting:
        some = waiting.pop()
        if len(some) <= size:
            runs.append(some)
            continue
        half = -(-len(some) // (2 * size)) * size
        seen = x.take(some[:: -(-len(some) // 32)], 0)
        axis = (seen.max(0) - seen.min(0)).argmax()
        some = some[x[some, axis].argpartition(half)]
        waiting += [some[half:], some[:half]]
    return np.concatenate(runs)

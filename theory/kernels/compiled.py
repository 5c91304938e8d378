"""The sums over all posteriors as loops that numba compiles; without it they run as plain Python.

Posteriors lie in blocks (L, k, B), dimension by dimension, so that inner loops run along B of them; exponents are
base-2 logarithms. float32 and float64 run the same source.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np

from theory.kernels.blocks import LANES

Array = Any

GROUP = 64  # samples that share a block while it is in the cache
MOST = 30  # bits above the reference that a term may count for: sums of them are numbers still
SHORTER = 1e-6  # part of a distance that rounding does not reach
MANY = 2.0**20  # a sum of that size has outgrown its reference
# no NaN: arguments are checked before they come here; infinite values keep their meaning
FAST = {"reassoc", "contract", "arcp", "nsz", "nnan"}

try:
    njit: Any = import_module("numba").njit
except ImportError:
    njit = None


def compile_lazily(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, compiled at its first call and kept on disk where a folder can be written."""
    if njit is None:
        return function
    try:
        return njit(cache=True, nogil=True, error_model="numpy", fastmath=FAST)(function)
    except RuntimeError:
        return njit(nogil=True, error_model="numpy", fastmath=FAST)(function)


@compile_lazily
def split(exponent: float, n: int, kept: Array, weights: Array, bits: Array) -> None:
    """An exponent within what sums of either type can hold: its nearest whole number as bits, the rest in weights."""
    kind = np.finfo(weights.dtype)
    r = min(max(exponent, weights.dtype.type(kind.minexp / 2)), weights.dtype.type(MOST))
    whole = np.rint(r)
    kept[n], weights[n] = r, r - whole
    bits[n] = (int(np.int32(whole)) + kind.maxexp - 1) << kind.nmant


@compile_lazily
def power(x: float, series: Array) -> Any:
    """2^x for abs(x) <= 1/2: the fourth power of the series of 2^(x/4); for float32 its first six terms will do."""
    p = series[5]
    if series.itemsize == 8:
        p += ((series[8] * x + series[7]) * x + series[6]) * x
    p = ((((p * x + series[4]) * x + series[3]) * x + series[2]) * x + series[1]) * x + series[0]
    return p * p * p * p


@compile_lazily
def sums(kept: Array, weights: Array, bits: Array, series: Array) -> tuple[Any, Any]:
    """2 to the power of the exponents that were split, in ``weights``: their sum, and that of weight times exponent."""
    scales = bits.view(weights.dtype)
    mass, moment = weights.dtype.type(0), weights.dtype.type(0)
    for n in range(len(weights)):
        p = power(weights[n], series) * scales[n]
        mass += p
        moment += p * kept[n]
        weights[n] = p
    return mass, moment


@compile_lazily
def powers(terms: Array, reference: float, kept: Array, weights: Array, bits: Array, series: Array) -> tuple[Any, Any]:
    """`sums` of the terms less a reference."""
    for n in range(len(terms)):
        split(terms[n] - reference, n, kept, weights, bits)
    return sums(kept, weights, bits, series)


@compile_lazily
def highest(terms: Array, strands: Array) -> Any:
    """The highest of the terms, by strands that can be vectorised."""
    for lane in range(LANES):
        strands[lane] = terms[lane]
    for n in range(LANES, len(terms), LANES):
        for lane in range(LANES):
            strands[lane] = max(strands[lane], terms[n + lane])
    top = strands[0]
    for lane in range(1, LANES):
        top = max(top, strands[lane])
    return top


@compile_lazily
def add(
    mass: float, moment: float, terms: Array, kept: Array, weights: Array, bits: Array, series: Array, state: Array
) -> None:
    """Adds sums of terms to a state: its reference, the sum of 2^(term - reference), and that times the exponents.

    The reference is a term that came before, good until a sum shows that a much higher one came: it is then the
    reference, and the sums are taken again.
    """
    if mass > MANY:
        raised = max(state[0], highest(terms, weights))
        fall = state[0] - raised
        state[2] = 2**fall * (state[2] + state[1] * fall)
        state[1] = 2**fall * state[1]
        state[0] = raised
        mass, moment = powers(terms, raised, kept, weights, bits, series)
    state[1] += mass
    state[2] += moment


@compile_lazily
def fold(terms: Array, kept: Array, weights: Array, bits: Array, series: Array, state: Array) -> None:
    """Adds terms to a state."""
    mass, moment = powers(terms, state[0], kept, weights, bits, series)
    add(mass, moment, terms, kept, weights, bits, series, state)


@compile_lazily
def exponents(z: Array, mu: Array, w: Array, height: Array, block: int, terms: Array) -> None:
    """Heights less squared distances of z; the first dimension begins the sums, so that nothing is filled before."""
    for n in range(len(terms)):
        t = (z[0] - mu[block, 0, n]) * w[block, 0, n]
        terms[n] = height[block, n] - t * t
    for j in range(1, len(z)):
        x = z[j]
        for n in range(len(terms)):
            t = (x - mu[block, j, n]) * w[block, j, n]
            terms[n] -= t * t


@compile_lazily
def whitened(z: Array, mu: Array, w: Array, lower: Array, white: Array, terms: Array) -> None:
    """Takes the squared distances of z from the terms, by forward substitution with the rows of ``lower``."""
    row = 0
    for i in range(len(z)):
        x, centre, scale, own = z[i], mu[i], w[i], white[i]
        for n in range(len(terms)):
            own[n] = (x - centre[n]) * scale[n]
        for j in range(i):
            factor, other = lower[row], white[j]
            row += 1
            for n in range(len(terms)):
                own[n] -= factor[n] * other[n]
        for n in range(len(terms)):
            terms[n] -= own[n] * own[n]


@compile_lazily
def joint(
    z: Array, mu: Array, w: Array, lower: Array, height: Array, states: Array, bits: Array, series: Array
) -> None:
    """States (S, 4) of log2 q; height (L, B)."""
    terms, kept, weights = np.empty_like(height[0]), np.empty_like(height[0]), np.empty_like(height[0])
    white = np.empty_like(mu[0])
    for start in range(0, len(z), GROUP):
        for block in range(len(mu)):
            for s in range(start, min(start + GROUP, len(z))):
                if lower.shape[1]:
                    terms[:] = height[block]
                    whitened(z[s], mu[block], w[block], lower[block], white, terms)
                else:
                    exponents(z[s], mu, w, height, block, terms)
                fold(terms, kept, weights, bits, series, states[s])


@compile_lazily
def bounds(z: Array, box: Array, bound: Array) -> None:
    """What no term of a block exceeds: its highest height less the distance to its ``box``, a millionth shorter."""
    k = len(z)
    bound[:] = box[3 * k]
    for j in range(k):
        x, low, high, least = z[j], box[j], box[k + j], box[2 * k + j]
        for n in range(len(bound)):
            gap = max(low[n] - x, x - high[n], 0) * least[n]
            bound[n] -= gap * gap * (1 - SHORTER)


@compile_lazily
def near(
    z: Array, mu: Array, w: Array, height: Array, box: Array, reach: float, states: Array, bits: Array, series: Array
) -> tuple[int, int]:
    """`joint` without the blocks whose every term is ``reach`` below one met; how many were looked into, and summed.

    ``box`` (3 k + 1, L) holds of each block the lowest means, highest means and least w by dimension, and the highest
    height. What a block's terms do not exceed is told by its box, and where that is within reach by the highest of
    them. A sample's best block comes first, and terms wait until there are many: sums of few are slow. Last in the
    state is at most what is left out, as a part of the sum: how many terms, times the highest of their bounds.
    Bounds take distances a millionth shorter, and that part is doubled: more than rounding does.
    """
    B, looked, summed = mu.shape[2], 0, 0
    waiting, known = np.empty((GROUP, len(bits)), z.dtype), np.empty((GROUP, len(mu)), z.dtype)
    kept, weights = np.empty(len(bits), z.dtype), np.empty(len(bits), z.dtype)
    best, count, left_out = np.zeros(GROUP, np.int64), np.zeros(GROUP, np.int64), np.zeros(GROUP, np.int64)
    peak, most = np.zeros(GROUP, z.dtype), np.zeros(GROUP, z.dtype)
    for start in range(0, len(z), GROUP):
        some, own = z[start : start + GROUP], states[start : start + GROUP]
        for i in range(len(some)):
            bounds(some[i], box, known[i])
            best[i], count[i], left_out[i], peak[i], most[i] = known[i].argmax(), 0, 0, -np.inf, -np.inf
        for turn in range(-1, len(mu)):
            for i in range(len(some)):
                if turn == best[i]:
                    continue
                block, n = best[i] if turn < 0 else turn, count[i]
                bound, top = known[i, block], peak[i]
                if bound >= peak[i] - reach:
                    looked += 1
                    terms = waiting[i, n : n + B]
                    exponents(some[i], mu, w, height, block, terms)
                    top = highest(terms, weights)
                    bound = (1 - SHORTER) * top + SHORTER * box[-1, block]
                if bound < peak[i] - reach:
                    left_out[i] += B
                    most[i] = max(most[i], bound)
                    continue
                summed += 1
                peak[i] = max(peak[i], top)
                count[i] = n + B
                if count[i] + B > len(bits):
                    fold(waiting[i, : n + B], kept[: n + B], weights[: n + B], bits[: n + B], series, own[i])
                    count[i] = 0
        for i in range(len(some)):
            n = count[i]
            fold(waiting[i, :n], kept[:n], weights[:n], bits[:n], series, own[i])
            own[i, 3] = 2 * left_out[i] * 2 ** (most[i] - own[i, 0]) / own[i, 1]
    return looked, summed


@compile_lazily
def each(z: Array, mu: Array, w: Array, height: Array, states: Array, bits: Array, series: Array) -> None:
    """States (S, k + 1, 4) of log2 q_j for each dimension, with height (L, k, B), and last of log2 q."""
    terms, kept, weights = np.empty_like(mu[0, 0]), np.empty_like(mu[0, 0]), np.empty_like(mu[0, 0])
    whole = np.empty_like(mu[0, 0])
    for start in range(0, len(z), GROUP):
        for block in range(len(mu)):
            for s in range(start, min(start + GROUP, len(z))):
                whole[:] = 0
                for j in range(z.shape[1]):
                    x, centre, scale, own = z[s, j], mu[block, j], w[block, j], height[block, j]
                    reference = states[s, j, 0]
                    for n in range(len(terms)):
                        t = (x - centre[n]) * scale[n]
                        term = own[n] - t * t
                        terms[n] = term
                        whole[n] += term
                        split(term - reference, n, kept, weights, bits)
                    mass, moment = sums(kept, weights, bits, series)
                    add(mass, moment, terms, kept, weights, bits, series, states[s, j])
                fold(whole, kept, weights, bits, series, states[s, -1])


@compile_lazily
def gradient(
    z: Array, mu: Array, w: Array, height: Array, log_mass: Array, weight: Array, of_z: bool, of_posteriors: bool,
    to_z: Array, sums: Array, bits: Array, series: Array,
) -> None:  # fmt: skip
    """Adds sums over samples of responsibilities times weight, alone, times t and times t^2, t = (z - mu) w, to sums.

    ``sums`` (N, 2 k + 1) holds them in that order; to ``to_z`` those times t w, summed over posteriors, are added.
    Here it is samples that lie in blocks, z and to_z (L, k, B), so that what is summed over them stays in registers;
    mu, w (N, k), height (N,). ``log_mass`` (L, B) is log2 of the sum of all terms, taken from terms that are rounded
    as they were there; weight (L, B).
    """
    k, none = z.shape[1], z.dtype.type(0)
    terms, kept, shares = np.empty_like(weight[0]), np.empty_like(weight[0]), np.empty_like(weight[0])
    white, scales = np.empty_like(z[0]), bits.view(z.dtype)
    for block in range(len(z)):
        for n in range(len(mu)):
            for s in range(len(terms)):
                terms[s] = height[n]
            for j in range(k):
                x, own, centre, scale = z[block, j], white[j], mu[n, j], w[n, j]
                for s in range(len(terms)):
                    t = (x[s] - centre) * scale
                    own[s] = t
                    terms[s] -= t * t
            for s in range(len(terms)):
                split(terms[s] - log_mass[block, s], s, kept, shares, bits)
            alone = none
            for s in range(len(terms)):
                shares[s] = power(shares[s], series) * scales[s] * weight[block, s]
                alone += shares[s]
            if of_posteriors:
                sums[n, 0] += alone
                for j in range(k):
                    own, first, second = white[j], none, none
                    for s in range(len(terms)):
                        pull = shares[s] * own[s]
                        first += pull
                        second += pull * own[s]
                    sums[n, 1 + j] += first
                    sums[n, 1 + k + j] += second
            if of_z:
                for j in range(k):
                    own, slope, scale = white[j], to_z[block, j], w[n, j]
                    for s in range(len(terms)):
                        slope[s] += shares[s] * own[s] * scale

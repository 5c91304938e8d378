"""The sums over all posteriors as loops that numba compiles; without it they run as plain Python.

Samples lie in blocks (L, k, B), dimension by dimension, so that inner loops run along B of them, and one posterior
after the other passes; for the dimensions alone it is the posteriors that lie in blocks, since what a power of two
is added to then stays in a register. Exponents are base-2 logarithms. float32 and float64 run the same source.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np

from theory.kernels.blocks import LANES, TALL

Array = Any

GROUP = 64  # samples that share a block while it is in the cache
MOST = 30  # bits above the reference that a term may count for: sums of them are numbers still
HIGH = 28.0  # bits above its sample's reference that a term takes its place from
FALL = 2000.0  # bits by which nothing is left of a sum
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
def lift(terms: Array, state: Array) -> None:
    """Makes terms far above their samples' references the references; what is there already falls."""
    for s in range(len(terms)):
        above = terms[s] - state[0, s]
        if above > HIGH:
            state[0, s] = terms[s]
            above = min(above, FALL)
            part = 2**-above
            for i in (1, 3):
                state[i + 1, s] = part * (state[i + 1, s] - above * state[i, s])
                state[i, s] *= part


@compile_lazily
def whitened(z: Array, mu: Array, w: Array, lower: Array, white: Array, terms: Array) -> None:
    """Takes the squared distances of samples from the terms, by forward substitution with the rows of ``lower``."""
    row = 0
    for i in range(len(z)):
        for s in range(len(terms)):
            white[i, s] = (z[i, s] - mu[i]) * w[i]
        for j in range(i):
            for s in range(len(terms)):
                white[i, s] -= lower[row] * white[j, s]
            row += 1
        for s in range(len(terms)):
            terms[s] -= white[i, s] * white[i, s]


@compile_lazily
def take(
    z: Array, mu: Array, w: Array, lower: Array, height: Array, reach: float, state: Array, bits: Array, series: Array
) -> int:
    """Adds the terms of some posteriors, mu and w (n, k), at samples z (k, B) to their state (6, B).

    Its rows are a reference, which is a term met; the sum of 2^(term - reference), and that times the exponents; the
    same two of these posteriors alone, nothing before and after, so that rounding stays small; and the highest that is
    left out. Posteriors ``reach`` below the references of all samples are left out; the others are counted.
    """
    terms, kept, weights = np.empty_like(z[0]), np.empty_like(z[0]), np.empty_like(z[0])
    reference, mass, moment, scales = state[0], state[3], state[4], bits.view(z.dtype)
    white, high, least, count = np.empty_like(z), z.dtype.type(HIGH), z.dtype.type(-reach), 0
    for n in range(len(mu)):
        for s in range(len(terms)):
            terms[s] = height[n]
        if lower.shape[1]:
            whitened(z, mu[n], w[n], lower[n], white, terms)
        else:
            for j in range(len(z)):
                centre, scale = mu[n, j], w[n, j]
                for s in range(len(terms)):
                    t = (z[j, s] - centre) * scale
                    terms[s] -= t * t
        near, above = 0, 0
        if reach < np.inf:
            for s in range(len(terms)):
                near += terms[s] - reference[s] >= least
            if not near:
                for s in range(len(terms)):
                    state[5, s] = max(state[5, s], terms[s])
                continue
        count += 1
        for s in range(len(terms)):
            above += terms[s] - reference[s] > high
        if above:
            lift(terms, state)
        for s in range(len(terms)):
            split(terms[s] - reference[s], s, kept, weights, bits)
        for s in range(len(terms)):
            p = power(weights[s], series) * scales[s]
            mass[s] += p
            moment[s] += p * kept[s]
    for i in (1, 2):
        state[i] += state[i + 2]
        state[i + 2] = 0
    return count


@compile_lazily
def joint(
    z: Array, mu: Array, w: Array, lower: Array, height: Array, states: Array, bits: Array, series: Array
) -> None:
    """States (L, 6, B) of log2 q at samples in blocks, z (L, k, B); mu, w (N, k), height (N,)."""
    for block in range(len(z)):
        for start in range(0, len(mu), TALL):
            part = slice(start, start + TALL)
            take(z[block], mu[part], w[part], lower[part], height[part], np.inf, states[block], bits, series)


@compile_lazily
def bounds(z: Array, box: Array, bound: Array) -> None:
    """What no term of a leaf exceeds: its highest height less the distance to its ``box``, a millionth shorter."""
    k, part = len(z), z.dtype.type(1 - SHORTER)
    bound[:] = box[3 * k]
    for j in range(k):
        low, high, least = box[j], box[k + j], box[2 * k + j]
        for s in range(len(bound)):
            gap = max(low - z[j, s], z[j, s] - high, 0) * least
            bound[s] -= gap * gap * part


@compile_lazily
def visit(
    chosen: Array, z: Array, mu: Array, w: Array, height: Array, reach: float, states: Array, bits: Array, series: Array
) -> int:
    """`take` for chosen samples of z (k, S), put side by side; their states (7, S) count last what was not left out."""
    wide = -(-len(chosen) // LANES) * LANES
    some, own = np.empty((len(z), wide), z.dtype), np.empty((6, wide), z.dtype)
    for i in range(wide):
        at = chosen[min(i, len(chosen) - 1)]
        for j in range(len(z)):
            some[j, i] = z[j, at]
        for j in range(6):
            own[j, i] = states[j, at]
    lower = np.empty((len(mu), 0), z.dtype)
    count = take(some, mu, w, lower, height, reach, own, bits[:wide], series)
    for i in range(len(chosen)):
        for j in range(6):
            states[j, chosen[i]] = own[j, i]
        states[6, chosen[i]] += count
    return count


@compile_lazily
def near(
    z: Array, mu: Array, w: Array, height: Array, box: Array, size: int, reach: float, states: Array, bits: Array,
    series: Array,
) -> int:  # fmt: skip
    """States (7, S) at z (k, S) without the leaves that lie ``reach`` below a term met; how many were looked into.

    A leaf is a run of ``size`` posteriors. ``box`` (leaves, 3 k + 1) holds of each the lowest means, highest means
    and least w by dimension, and the highest height. A sample's best leaf comes first.
    """
    looked, B, S = 0, len(bits), z.shape[1]
    bound, top, best, chosen = np.empty(S, z.dtype), np.full(S, -np.inf), np.zeros(S, np.int64), np.empty(S, np.int64)
    for leaf in range(len(box)):
        bounds(z, box[leaf], bound)
        for s in range(S):
            if bound[s] > top[s]:
                top[s], best[s] = bound[s], leaf
    for turn in range(2):
        for leaf in range(len(box)):
            count, part = 0, slice(leaf * size, (leaf + 1) * size)
            if turn:
                bounds(z, box[leaf], bound)
            for s in range(S):
                if turn == (best[s] == leaf):
                    continue
                if turn and bound[s] < states[0, s] - reach:
                    states[5, s] = max(states[5, s], bound[s])
                    continue
                chosen[count] = s
                count += 1
            for first in range(0, count, B):
                lot, limit = chosen[first : min(first + B, count)], reach if turn else np.inf
                visit(lot, z, mu[part], w[part], height[part], limit, states, bits, series)
            looked += count
    return looked


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

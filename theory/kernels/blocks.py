"""Samples and posteriors in the layouts of the compiled loops, and what is read from the states that these leave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from theory.kernels.chunks import cuts, spread

Array = np.ndarray[Any, Any]

BLOCK = 1024  # posteriors whose parameters stay in the second cache
LANES = 16  # strands, which divide a block: a maximum in so many can be vectorised
NARROW = 1024  # bytes of a block of samples: so many dimensions of them stay in the first cache
CROWD = 1024  # samples that are asked together which leaves are near
TALL = 512  # posteriors that are added up before they are added to what is there: rounding stays small
PAIRS = 2**15  # for fewer pairs threads cost more than they save


@dataclass(frozen=True)
class Leaves:
    """N posteriors in runs of one size, mu and w (N, k), height (N,); ``box`` (leaves, 3 k + 1) is what holds a run.

    Of each the lowest means, highest means and least w by dimension, and the highest height.
    """

    mu: Array
    w: Array
    height: Array
    size: int
    box: Array

    @classmethod
    def of(cls, mu: Array, sigma: Array, size: int) -> Leaves:
        """Of means and standard deviations (N, k), each ``size`` after the other a leaf."""
        starts, (w, height) = np.arange(0, len(mu), size), constants(mu, sigma)
        ends = np.minimum.reduceat(mu, starts), np.maximum.reduceat(mu, starts), np.minimum.reduceat(w, starts)
        return cls(_own(mu), w, height, size, np.concatenate([*ends, np.maximum.reduceat(height, starts)[:, None]], 1))


def in_blocks(mu: Array, sigma: Array) -> tuple[Array, Array, Array]:
    """Means, `widths` and their heights, each (N, k) as (L, k, B), filled up with what is nowhere near."""
    N, k = mu.shape
    B = min(BLOCK, -(-N // LANES) * LANES)
    w, height = widths(sigma)
    lowest = np.finfo(mu.dtype).min / 4 / k  # k of them add up to a number still
    return _padded(mu, B, 0, mu.dtype), _padded(w, B, 0, mu.dtype), _padded(height, B, lowest, mu.dtype)


def nothing(kind: Any) -> Any:
    """The reference of a state that holds nothing yet, below all terms."""
    return np.finfo(kind).min / 2


def lanes(z: Array) -> Array:
    """Samples z (S, k) in blocks (L, k, B), an even number of them if it can be, filled up with the last sample."""
    S = len(z)
    B = S if S < LANES else -(-_even(S, NARROW // z.itemsize) // LANES) * LANES
    return np.ascontiguousarray(z[np.minimum(np.arange(-(-S // B) * B).reshape(-1, B), S - 1)].swapaxes(1, 2))


def _even(S: int, most: int) -> int:
    """The size of pieces of S, an even number of them, none above ``most``."""
    return -(-S // (2 * -(-S // (2 * most))))


def constants(mu: Array, sigma: Array) -> tuple[Array, Array]:
    """`widths` (N, k) and the sums of their heights (N,), of mu's type."""
    w, peaks = widths(sigma)
    return w.astype(mu.dtype, order="C"), peaks.sum(1).astype(mu.dtype)


def bits(B: int, kind: Any) -> Array:
    """Room for the bits of B numbers of a type."""
    return np.empty(B, f"i{kind.itemsize}")


def series(kind: Any) -> Array:
    """The Taylor coefficients of 2^(x/4), up to the eighth: a relative error of 3e-15."""
    return np.cumprod([1, *(np.log(2) / 4 / np.arange(1, 9))]).astype(kind)


def widths(sigma: Array) -> tuple[Array, Array]:
    """What differences are multiplied by, so that squares are bits, and log2 of the densities' peaks."""
    return np.sqrt(np.log2(np.e) / 2) / sigma, -np.log2(sigma) - np.log2(2 * np.pi) / 2


def _own(x: Array) -> Array:
    """x as the compiled loops take it: what may not be written to is another type, compiled again for many seconds."""
    return np.require(x, requirements=["C", "W"])


def _padded(x: Array, B: int, fill: float, dtype: Any) -> Array:
    """x (N, m) as (L, m, B), filled up."""
    L = -(-len(x) // B)
    full = np.full((L * B, x.shape[1]), fill, dtype)
    full[: len(x)] = x
    return np.ascontiguousarray(full.reshape(L, B, -1).swapaxes(1, 2))


def lower_rows(scale_tril: Array) -> tuple[Array, Array]:
    """Pivots (N, k) and what stands left of them, row by row and divided by the row's pivot (N, k (k - 1)/2)."""
    pivots = scale_tril.diagonal(0, 1, 2)
    rows, columns = np.tril_indices(scale_tril.shape[1], -1)
    return pivots, scale_tril[:, rows, columns] / pivots[:, rows]


def read(states: Array, N: int) -> tuple[Array, Array]:
    """log q and G, in nats."""
    top, log_mass = states[..., 0], np.log2(states[..., 1])
    log_N, nat = np.log(states.dtype.type(N)), states.dtype.type(np.log(2))
    G = log_N + nat * (states[..., 2] / states[..., 1] - log_mass)
    return nat * (top + log_mass) - log_N, np.clip(G, 0, log_N)


def joint(z: Array, mu: Array, sigma: Array, lower: Array | None = None) -> Array:
    """States (S, 3) of log2 q at z (S, k), under posteriors of standard deviations (N, k).

    Or of pivots (N, k), with the rows left of them, ``lower``.
    """
    from theory.kernels import compiled

    samples, (w, height) = lanes(z), constants(mu, sigma)
    L, _, B = samples.shape
    states, rows = np.zeros((L, 6, B), z.dtype), np.zeros((len(mu), 0), z.dtype) if lower is None else lower
    states[:, 0] = nothing(z.dtype)

    def work(some: slice) -> None:
        parts = samples[some], _own(mu), w, _own(rows), height, states[some]
        compiled.joint(*parts, bits(B, z.dtype), series(z.dtype))

    spread(work, L, -(-least(len(mu)) // B))
    return states[:, :3].swapaxes(1, 2).reshape(-1, 3)[: len(z)]


def near(z: Array, leaves: Leaves, reach: float) -> tuple[Array, Array, Array, int]:
    """States (S, 3) as `joint` without leaves ``reach`` bits below; what is left out; how many leaves were looked into.

    How many posteriors are left out, (S,), and the highest that one of them can be above its sample's reference, (S,).
    """
    from theory.kernels import compiled

    states, B = np.zeros((7, len(z)), z.dtype), NARROW // z.itemsize
    states[0] = states[5] = nothing(z.dtype)
    size, visits = _even(len(z), CROWD), list[int]()
    crowds = cuts(len(z), size)

    def work(some: slice) -> None:
        for rows in crowds[some]:
            samples, own = np.ascontiguousarray(z[rows].T), np.ascontiguousarray(states[:, rows])
            parts = leaves.mu, leaves.w, leaves.height, leaves.box, leaves.size, reach, own
            visits.append(compiled.near(samples, *parts, bits(B, z.dtype), series(z.dtype)))
            states[:, rows] = own

    spread(work, len(crowds), -(-least(len(leaves.mu)) // size))
    return states[:3].T, len(leaves.mu) - states[6], states[5] - states[0], sum(visits)


def each(z: Array, mu: Array, sigma: Array) -> Array:
    """States (S, k + 1, 3) of log2 q_j, and last of log2 q, at z (S, k)."""
    from theory.kernels import compiled

    z, posteriors, states = _own(z), in_blocks(mu, sigma), np.zeros((len(z), z.shape[1] + 1, 3), z.dtype)
    states[..., 0] = nothing(z.dtype)

    def work(rows: slice) -> None:
        room = bits(posteriors[0].shape[2], z.dtype), series(z.dtype)
        compiled.each(z[rows], *posteriors, states[rows], *room)

    spread(work, len(z), least(len(mu)))
    return states


def gradient(
    z: Array, mu: Array, sigma: Array, log_q: Array, weight: Array, of_z: bool, of_posteriors: bool
) -> tuple[Array, Array, Array]:
    """The gradient of sum_s weight_s log q(z_s) in z (S, k), mu (N, k) and sigma (N, k), given log q (S,).

    What is not asked, of z or of mu and sigma, is not to be relied on.
    """
    from theory.kernels import compiled

    (S, k), N, kind = z.shape, len(mu), z.dtype
    nat, samples = kind.type(np.log(2)), lanes(z)
    L, _, B = samples.shape
    log_mass, counts = np.zeros((2, L * B), kind)
    log_mass[:S], log_mass[S:], counts[:S] = log_q, log_q[-1], weight
    log_mass, counts = ((log_mass + np.log(kind.type(N))) / nat).reshape(L, B), counts.reshape(L, B)
    own, (w, height), parts = _own(mu), constants(mu, sigma), cuts(N, TALL)
    sums, slopes = np.zeros((N, 2 * k + 1), kind), []

    def work(some: slice) -> None:
        slopes.append(np.zeros_like(samples))
        for part in parts[some]:
            to_z, given = np.zeros_like(samples), (own[part], w[part], height[part], log_mass, counts)
            room = to_z, sums[part], bits(B, kind)
            compiled.gradient(samples, *given, of_z, of_posteriors, *room, series(kind))
            slopes[-1] += to_z

    spread(work, len(parts), least(S * TALL))
    to_z = -2 * nat * sum(slopes)
    to_mu, to_log_sigma = 2 * nat * w * sums[:, 1 : 1 + k], 2 * nat * sums[:, 1 + k :] - sums[:, :1]
    return to_z.swapaxes(1, 2).reshape(-1, k)[:S], to_mu, to_log_sigma / sigma


def least(N: int) -> int:
    """Samples for a thread of its own: for fewer pairs a thread costs more than it saves."""
    return max(-(-PAIRS // N), 1)


def available() -> bool:
    """Whether numba is there to compile the loops."""
    from theory.kernels import compiled

    return compiled.njit is not None

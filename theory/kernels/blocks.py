"""Posteriors in the layout of the compiled loops, and what is read from the states that these leave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from theory.kernels.chunks import cuts, spread

Array = np.ndarray[Any, Any]

BLOCK = 1024  # posteriors whose parameters stay in the second cache
LANES = 16  # strands, which divide a block: a maximum in so many can be vectorised
NARROW = 1024  # bytes of a block of samples: so many dimensions of them stay in the first cache
TALL = 512  # posteriors whose slopes are added up before they are added to what is there: rounding stays small
PAIRS = 2**15  # for fewer pairs threads cost more than they save


@dataclass(frozen=True)
class Blocks:
    """N posteriors, padded to L blocks of B, with the constants of their type; ``height`` (L, B) or (L, k, B)."""

    mu: Array
    w: Array
    lower: Array
    height: Array
    N: int

    @classmethod
    def of(
        cls, mu: Array, sigma: Array, lower: Array | None = None, apart: bool = False, size: int | None = None
    ) -> Blocks:
        """Of means and standard deviations (N, k), or pivots (N, k) with the rows left of them, ``lower``."""
        N, k = mu.shape
        B = min(size or BLOCK, -(-N // LANES) * LANES)
        w, peaks = widths(sigma)
        height = peaks if apart else peaks.sum(1, keepdims=True)
        rows = np.zeros((N, 0)) if lower is None else lower
        lowest = np.finfo(mu.dtype).min / 4  # k of them add up to a number still
        tall = _padded(height, B, lowest / k, mu.dtype)

        def filled(x: Array) -> Array:
            return _padded(x, B, 0, mu.dtype)

        return cls(filled(mu), filled(w), filled(rows), tall if apart else tall[:, 0], N)

    @property
    def B(self) -> int:
        return self.mu.shape[2]

    def states(self, *shape: int) -> Array:
        """States that hold nothing yet."""
        empty = np.zeros((*shape, 4), self.mu.dtype)
        empty[..., 0] = np.finfo(self.mu.dtype).min / 2
        return empty

    @property
    def box(self) -> Array:
        """Of each block the lowest means, highest means and least w, and the highest height (3 k + 1, L)."""
        mu, w = self.mu.copy(), self.w.copy()
        spare = slice(self.N - (len(mu) - 1) * self.B, None)
        mu[-1, :, spare], w[-1, :, spare] = mu[-1, :, :1], w[-1, :, :1]
        return np.concatenate([mu.min(2).T, mu.max(2).T, w.min(2).T, self.height.max(1)[None]])


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


def joint(z: Array, blocks: Blocks) -> Array:
    """States (S, 4) of log2 q at z (S, k)."""
    from theory.kernels import compiled

    z, states = _own(z), blocks.states(len(z))

    def work(rows: slice) -> None:
        parts = z[rows], blocks.mu, blocks.w, blocks.lower, blocks.height, states[rows]
        compiled.joint(*parts, bits(blocks.B, z.dtype), series(z.dtype))

    spread(work, len(z), least(blocks.N))
    return states


def near(z: Array, blocks: Blocks, reach: float) -> tuple[Array, int, int]:
    """States as `joint`, last what is left out of blocks ``reach`` bits below; blocks looked into, and summed."""
    from theory.kernels import compiled

    z, box, states = _own(z), blocks.box, blocks.states(len(z))
    visits: list[tuple[int, int]] = []

    def work(rows: slice) -> None:
        parts = z[rows], blocks.mu, blocks.w, blocks.height, box, reach, states[rows]
        visits.append(compiled.near(*parts, bits(BLOCK, z.dtype), series(z.dtype)))

    spread(work, len(z), least(blocks.N))
    looked, summed = map(sum, zip(*visits, strict=True))
    return states, looked, summed


def each(z: Array, blocks: Blocks) -> Array:
    """States (S, k + 1, 4) of log2 q_j, and last of log2 q, at z (S, k)."""
    from theory.kernels import compiled

    z, states = _own(z), blocks.states(len(z), z.shape[1] + 1)

    def work(rows: slice) -> None:
        parts = z[rows], blocks.mu, blocks.w, blocks.height, states[rows]
        compiled.each(*parts, bits(blocks.B, z.dtype), series(z.dtype))

    spread(work, len(z), least(blocks.N))
    return states


def gradient(
    z: Array, mu: Array, sigma: Array, log_q: Array, weight: Array, of_z: bool, of_posteriors: bool
) -> tuple[Array, Array, Array]:
    """The gradient of sum_s weight_s log q(z_s) in z (S, k), mu (N, k) and sigma (N, k), given log q (S,).

    What is not asked, of z or of mu and sigma, is not to be relied on.
    """
    from theory.kernels import compiled

    (S, k), N, kind = z.shape, len(mu), z.dtype
    nat = kind.type(np.log(2))
    B = min(NARROW // kind.itemsize, -(-S // LANES) * LANES)
    places = np.arange(-(-S // B) * B).reshape(-1, B)
    rows = np.minimum(places, S - 1)
    samples = np.ascontiguousarray(z[rows].swapaxes(1, 2))
    log_mass, counts = ((log_q + np.log(kind.type(N))) / nat)[rows], weight[rows] * (places < S)
    w, peaks = widths(sigma)
    own, w, height, parts = _own(mu), _own(w.astype(kind)), peaks.sum(1).astype(kind), cuts(N, TALL)
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

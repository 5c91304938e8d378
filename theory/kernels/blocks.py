"""Posteriors in the layout of the compiled loops, and what is read from the states that these leave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from theory.kernels.chunks import spread

Array = np.ndarray[Any, Any]

BLOCK = 1024  # posteriors whose parameters stay in the second cache
LANES = 16  # strands, which divide a block: a maximum in so many can be vectorised
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
        volume = np.log2(sigma) + np.log2(2 * np.pi) / 2
        height = -volume if apart else -volume.sum(1, keepdims=True)
        rows = np.zeros((N, 0)) if lower is None else lower
        w = np.sqrt(np.log2(np.e) / 2) / sigma
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
    def bits(self) -> Array:
        """Room for the bits of B numbers."""
        return np.empty(self.B, f"i{self.mu.itemsize}")

    @property
    def series(self) -> Array:
        """The Taylor coefficients of 2^(x/4), up to the eighth: a relative error of 3e-15."""
        return np.cumprod([1, *(np.log(2) / 4 / np.arange(1, 9))]).astype(self.mu.dtype)

    @property
    def box(self) -> Array:
        """Of each block the lowest means, highest means and least w, and the highest height (3 k + 1, L)."""
        mu, w = self.mu.copy(), self.w.copy()
        spare = slice(self.N - (len(mu) - 1) * self.B, None)
        mu[-1, :, spare], w[-1, :, spare] = mu[-1, :, :1], w[-1, :, :1]
        return np.concatenate([mu.min(2).T, mu.max(2).T, w.min(2).T, self.height.max(1)[None]])


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
        compiled.joint(*parts, blocks.bits, blocks.series)

    spread(work, len(z), least(blocks.N))
    return states


def near(z: Array, blocks: Blocks, reach: float, states: Array) -> tuple[Array, int]:
    """Adds to states, last what is left out of blocks ``reach`` bits below; and how many blocks were visited."""
    from theory.kernels import compiled

    z, box = _own(z), blocks.box
    visits: list[int] = []

    def work(rows: slice) -> None:
        parts = z[rows], blocks.mu, blocks.w, blocks.height, box, reach, states[rows]
        visits.append(compiled.near(*parts, blocks.bits, blocks.series))

    spread(work, len(z), least(blocks.N))
    return states, sum(visits)


def each(z: Array, blocks: Blocks) -> Array:
    """States (S, k + 1, 4) of log2 q_j, and last of log2 q, at z (S, k)."""
    from theory.kernels import compiled

    z, states = _own(z), blocks.states(len(z), z.shape[1] + 1)

    def work(rows: slice) -> None:
        parts = z[rows], blocks.mu, blocks.w, blocks.height, states[rows]
        compiled.each(*parts, blocks.bits, blocks.series)

    spread(work, len(z), least(blocks.N))
    return states


def gradient(z: Array, blocks: Blocks, log_q: Array, weight: Array) -> tuple[Array, Array, Array]:
    """The gradient of sum_s weight_s log q(z_s) in z (S, k), mu (N, k) and log sigma (N, k), given log q (S,)."""
    from theory.kernels import compiled

    z, nat = _own(z), z.dtype.type(np.log(2))
    L, k, B = blocks.mu.shape
    log_mass = (log_q + np.log(z.dtype.type(blocks.N))) / nat
    sums, to_z = np.zeros((L, 2 * k + 1, B), z.dtype), []

    def work(rows: slice) -> None:
        to_z.append(np.zeros_like(z))
        parts = blocks.mu[rows], blocks.w[rows], blocks.height[rows], log_mass, _own(weight), to_z[-1], sums[rows]
        compiled.gradient(z, *parts, blocks.bits, blocks.series)

    spread(work, L, least(len(z) * B))
    alone, first, second = sums[:, :1], sums[:, 1 : 1 + k], sums[:, 1 + k :]
    to_mu, to_log_sigma = 2 * nat * blocks.w * first, 2 * nat * second - alone
    return -2 * nat * sum(to_z), *(x.swapaxes(1, 2).reshape(L * B, k)[: blocks.N] for x in (to_mu, to_log_sigma))


def least(N: int) -> int:
    """Samples for a thread of its own: for fewer pairs a thread costs more than it saves."""
    return max(-(-PAIRS // N), 1)


def available() -> bool:
    """Whether numba is there to compile the loops."""
    from theory.kernels import compiled

    return compiled.njit is not None

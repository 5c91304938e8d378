"""Private to :mod:`.quadrature`: batched adaptive Gauss-Lobatto on the line, in float64, with a certificate.

Points are written anchor + offset with the nearest centre as anchor, so that a component of width 1e-8 at 1e3 loses
nothing. The pieces start from cuts at multiples of every width about every centre: no spike can fall between the
nodes. A piece is halved until two orders agree; what they still differ by, and a first-order bound on round-off, is the
certificate.
"""

from __future__ import annotations

import numpy as np

from ._integrands import Array, Integrand

EPS = float(np.finfo(float).eps)
MULTIPLES = np.array([0, 1, 2, 3, 4.5, 6.5, 9, 13, 20, 40])
MULTIPLES = np.concatenate([-MULTIPLES[:0:-1], MULTIPLES])


def lobatto(n: int) -> tuple[Array, Array]:
    """Nodes and weights of n-point Gauss-Lobatto: with both ends, so that no kink hides between an end and a node."""
    last = np.polynomial.legendre.Legendre.basis(n - 1)
    slope, bend = last.deriv(), last.deriv(2)
    x = np.sort(slope.roots().real)
    for _ in range(3):
        x = x - slope(x) / bend(x)
    x = np.concatenate([[-1.0], (x - x[::-1]) / 2, [1.0]])
    return x, 2 / (n * (n - 1) * last(x) ** 2)


LOW, HIGH = lobatto(13), lobatto(21)
NODES_AT_ONCE = 400_000


def first_pieces(
    centres: Array, widths: Array, extra: tuple[Array, Array] | None = None
) -> tuple[Array, Array, Array, Array]:
    """Pieces (case, anchor, low, high) covering 40 widths about every centre; centres and widths (B, A).

    ``extra`` cuts, as base and offset (B, E), are where the integrand has kinks: there two orders may agree by chance.
    """
    order = np.argsort(centres, axis=1)
    a, w = np.take_along_axis(centres, order, 1), np.take_along_axis(widths, order, 1)
    low, high = (a - 40 * w).min(1, keepdims=True), (a + 40 * w).max(1, keepdims=True)
    gap = np.diff(a, axis=1) / 2
    left = np.concatenate([low - a[:, :1], -gap], 1)
    right = np.concatenate([gap, high - a[:, -1:]], 1)
    cuts = (a[:, None, :] - a[:, :, None])[..., None] + w[:, None, :, None] * MULTIPLES
    cuts = cuts.reshape(*a.shape, -1)
    if extra is not None:
        own = (extra[0][:, None] - a[..., None]) + extra[1][:, None]
        cuts = np.concatenate([cuts, np.where(np.isfinite(own), own, 0)], 2)
    cuts = np.concatenate([cuts, left[..., None], right[..., None]], 2)
    cuts = np.sort(np.clip(cuts, left[..., None], right[..., None]), axis=2)
    case, cell, piece = np.nonzero(np.diff(cuts, axis=2) > 0)
    return case, a[case, cell], cuts[case, cell, piece], cuts[case, cell, piece + 1]


def integrate(f: Integrand, pieces: tuple[Array, Array, Array, Array], cases: int, items: int) -> tuple[Array, Array]:
    """Integral and error per case; ``items`` numbers are held for each node. What 60 halvings leave is in the error."""
    total, error, size, count = (np.zeros(cases) for _ in range(4))
    block = max(1, NODES_AT_ONCE // (34 * items))
    case, anchor, low, high = pieces
    for depth in range(60):
        again: list[tuple[Array, ...]] = []
        for start in range(0, len(case), block):
            part = slice(start, start + block)
            c, a, lo, hi = case[part], anchor[part], low[part], high[part]
            value, gap, rounding, mass = _both_orders(f, c, a, lo, hi)
            # a piece below a hundredth of an ulp of the whole mass cannot matter; the mass so far is a lower bound
            scale = np.maximum(np.bincount(c, mass, cases), size)[c]
            middle = (lo + hi) / 2
            halve = (gap > 2e-16 * scale + rounding / 8) & (depth < 59) & (lo < middle) & (middle < hi)
            done = ~halve
            for sink, term in ((total, value), (error, gap + rounding), (size, mass), (count, np.ones_like(value))):
                sink += np.bincount(c[done], term[done], cases)
            if halve.any():
                ends = lo[halve], middle[halve], hi[halve]
                for x, y in ((ends[0], ends[1]), (ends[1], ends[2])):
                    again.append((c[halve], a[halve], x, y))
        if not again:
            break
        case, anchor, low, high = (np.concatenate(x) for x in zip(*again, strict=True))
    return total, error + EPS * count * size


def _both_orders(f: Integrand, case: Array, anchor: Array, low: Array, high: Array) -> tuple[Array, ...]:
    half = (high - low) / 2
    middle = low + half
    values = []
    for nodes, weights in (LOW, HIGH):
        y, dy = f(case, anchor, middle[:, None] + half[:, None] * nodes, half)
        w = half[:, None] * weights
        values.append(((w * y).sum(1), (w * dy).sum(1), (w * np.abs(y)).sum(1)))
    (coarse, _, _), (fine, rounding, mass) = values
    return fine, np.abs(fine - coarse), EPS * (rounding + 20 * mass), mass


class LineMixture:
    """N components and the prior on the line: log-densities at nodes, with round-off bounds in units of EPS."""

    def __init__(self, mu: Array, sigma: Array):
        self.m, self.s = mu[..., 0], np.sqrt(sigma[..., 0, 0])
        self.cases, self.n = self.m.shape
        self.log_n = np.log(self.n)

    def pieces(
        self, centres: Array | None = None, widths: Array | None = None, kinks: bool = False
    ) -> tuple[Array, Array, Array, Array]:
        if centres is None or widths is None:
            return first_pieces(self.m, self.s)
        centres, widths = np.concatenate([self.m, centres], 1), np.concatenate([self.s, widths], 1)
        return first_pieces(centres, widths, self.crossings() if kinks and self.n > 1 else None)

    def crossings(self) -> tuple[Array, Array]:
        """Where two components are equal: the narrower one's mean and an offset from it, NaN where they never are."""
        i, j = np.triu_indices(self.n, 1)
        swap = self.s[:, i] > self.s[:, j]
        m, w = (np.where(swap, x[:, j], x[:, i]) for x in (self.m, self.s))
        other, wide = (np.where(swap, x[:, i], x[:, j]) for x in (self.m, self.s))
        gap = m - other
        with np.errstate(all="ignore"):
            # half the difference of the quadratics is a d^2 + b d + c
            a, b = (1 / wide - 1 / w) * (1 / wide + 1 / w), 2 * gap / wide**2
            c = (gap / wide) ** 2 + 2 * np.log(wide / w)
            far = -(b + np.where(b < 0, -1.0, 1.0) * np.sqrt(b * b - 4 * a * c)) / 2
            offsets = np.concatenate([far / a, c / far], 1)
        return np.concatenate([m, m], 1), offsets

    def logs(self, case: Array, *where: Array) -> tuple[Array, Array]:
        """log q_n (P, n, N) and bound."""
        anchor, offset, half = where
        s = self.s[case][:, None, :]
        u = ((anchor[:, None] - self.m[case])[:, None, :] + offset[..., None]) / s
        value = -0.5 * (u * u) - np.log(s) - 0.5 * np.log(2 * np.pi)
        return value, 6 * u * u + 2 * np.abs(u) * half[:, None, None] / s + 2 * np.abs(np.log(s)) + 4

    def log_p(self, case: Array, *where: Array) -> tuple[Array, Array]:
        anchor, offset, half = where
        z = anchor[:, None] + offset
        return -0.5 * z * z - 0.5 * np.log(2 * np.pi), 6 * z * z + 2 * np.abs(z) * half[:, None] + 4

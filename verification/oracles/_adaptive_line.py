"""Private to :mod:`.quadrature`: batched adaptive Gauss-Legendre on the line, in float64, with a certificate.

Points are written anchor + offset with the nearest centre as anchor, so that a component of width 1e-8 at 1e3 loses nothing.
The pieces start from cuts at multiples of every width about every centre: no spike can fall between the nodes. A piece is
halved until two orders agree; what they still differ by, and a first-order bound on round-off, is the certificate.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
# values and round-off bounds at the nodes of some pieces: (case (P,), anchor (P,), offset (P, n), half (P,)) -> 2 x (P, n)
Integrand = Callable[[Array, Array, Array, Array], tuple[Array, Array]]

EPS = float(np.finfo(float).eps)
MULTIPLES = np.array([0, 1, 2, 3, 4.5, 6.5, 9, 13, 20, 40])
MULTIPLES = np.concatenate([-MULTIPLES[:0:-1], MULTIPLES])
LOW, HIGH = np.polynomial.legendre.leggauss(12), np.polynomial.legendre.leggauss(20)
NODES_AT_ONCE = 400_000


def first_pieces(centres: Array, widths: Array) -> tuple[Array, Array, Array, Array]:
    """Pieces (case, anchor, low, high) covering 40 widths about every centre; centres and widths (B, A)."""
    order = np.argsort(centres, axis=1)
    a, w = np.take_along_axis(centres, order, 1), np.take_along_axis(widths, order, 1)
    low, high = (a - 40 * w).min(1, keepdims=True), (a + 40 * w).max(1, keepdims=True)
    gap = np.diff(a, axis=1) / 2
    left = np.concatenate([low - a[:, :1], -gap], 1)
    right = np.concatenate([gap, high - a[:, -1:]], 1)
    cuts = (a[:, None, :] - a[:, :, None])[..., None] + w[:, None, :, None] * MULTIPLES
    cuts = cuts.reshape(*a.shape, -1)
    cuts = np.concatenate([cuts, left[..., None], right[..., None]], 2)
    cuts = np.sort(np.clip(cuts, left[..., None], right[..., None]), axis=2)
    case, cell, piece = np.nonzero(np.diff(cuts, axis=2) > 0)
    return case, a[case, cell], cuts[case, cell, piece], cuts[case, cell, piece + 1]


def integrate(f: Integrand, pieces: tuple[Array, Array, Array, Array], cases: int, items: int) -> tuple[Array, Array]:
    """Integral and error per case. ``items`` numbers are held for each node. Unresolved after 60 halvings: the error says."""
    total, error, size, count = (np.zeros(cases) for _ in range(4))
    block = max(1, NODES_AT_ONCE // (32 * items))
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


class Mixture:
    """N components and the prior on the line: log-densities at nodes, with round-off bounds in units of EPS."""

    def __init__(self, mu: Array, sigma: Array):
        self.m, self.s = mu[..., 0], np.sqrt(sigma[..., 0, 0])
        self.cases, self.n = self.m.shape
        self.log_n = np.log(self.n)

    def pieces(self, centres: Array | None = None, widths: Array | None = None) -> tuple[Array, Array, Array, Array]:
        if centres is None or widths is None:
            return first_pieces(self.m, self.s)
        return first_pieces(np.concatenate([self.m, centres], 1), np.concatenate([self.s, widths], 1))

    def logs(self, case: Array, anchor: Array, offset: Array, half: Array) -> tuple[Array, Array]:
        """log q_n (P, n, N) and bound."""
        s = self.s[case][:, None, :]
        u = ((anchor[:, None] - self.m[case])[:, None, :] + offset[..., None]) / s
        value = -0.5 * (u * u) - np.log(s) - 0.5 * np.log(2 * np.pi)
        return value, 6 * u * u + 2 * np.abs(u) * half[:, None, None] / s + 2 * np.abs(np.log(s)) + 4

    def log_p(self, case: Array, anchor: Array, offset: Array, half: Array) -> tuple[Array, Array]:
        z = anchor[:, None] + offset
        return -0.5 * z * z - 0.5 * np.log(2 * np.pi), 6 * z * z + 2 * np.abs(z) * half[:, None] + 4

    def log_q(self, logs: Array, bound: Array) -> tuple[Array, Array]:
        top = logs.max(-1, keepdims=True)
        weight = np.exp(np.maximum(logs - top, -740.0))
        total = weight.sum(-1)
        return top[..., 0] + np.log(total) - self.log_n, (weight * bound).sum(-1) / total + self.n + 6


def average_of(q: Mixture, own: float, agg: Array | float, prior: Array | float, constant: float) -> Integrand:
    """Integrand mean_n q_n (own log q_n + agg log q + prior log p + constant), coefficients per case."""
    agg, prior = (np.broadcast_to(np.asarray(x, float), (q.cases,)) for x in (agg, prior))

    def f(case: Array, anchor: Array, offset: Array, half: Array) -> tuple[Array, Array]:
        logs, bound = q.logs(case, anchor, offset, half)
        log_q, bound_q = q.log_q(logs, bound)
        log_p, bound_p = q.log_p(case, anchor, offset, half)
        a, p = agg[case][:, None], prior[case][:, None]
        shared = a * log_q + p * log_p
        value = own * logs + shared[..., None] + constant
        size = abs(own) * np.abs(logs) + (np.abs(a * log_q) + np.abs(p * log_p))[..., None] + abs(constant)
        slip = abs(own) * bound + (np.abs(a) * bound_q + np.abs(p) * bound_p)[..., None] + 3 * size
        weight = np.exp(np.maximum(logs - q.log_n, -740.0))
        return (weight * value).sum(-1), (weight * (slip + np.abs(value) * (bound + 4))).sum(-1)

    return f


def tilt(q: Mixture, beta: Array, shift: Array) -> Integrand:
    """Integrand q^(1 - beta) p^beta exp(-shift)."""

    def f(case: Array, anchor: Array, offset: Array, half: Array) -> tuple[Array, Array]:
        logs, bound = q.logs(case, anchor, offset, half)
        log_q, bound_q = q.log_q(logs, bound)
        log_p, bound_p = q.log_p(case, anchor, offset, half)
        b = beta[case][:, None]
        value = np.exp(np.clip((1 - b) * log_q + b * log_p - shift[case][:, None], -740.0, 700.0))
        slip = np.abs(1 - b) * (bound_q + 3 * np.abs(log_q)) + np.abs(b) * (bound_p + 3 * np.abs(log_p))
        return value, value * (slip + np.abs(shift[case][:, None]) + 4)

    return f


def largest_of_tilts(q: Mixture, beta: Array, shift: Array) -> Integrand:
    """Integrand p^beta max_n q_n^(1 - beta) exp(-shift)."""

    def f(case: Array, anchor: Array, offset: Array, half: Array) -> tuple[Array, Array]:
        logs, bound = q.logs(case, anchor, offset, half)
        log_p, bound_p = q.log_p(case, anchor, offset, half)
        b = beta[case][:, None]
        best = logs.max(-1)
        value = np.exp(np.clip((1 - b) * best + b * log_p - shift[case][:, None], -740.0, 700.0))
        slip = (1 - b) * (bound.max(-1, where=logs >= best[..., None] - 1, initial=0) + 3 * np.abs(best))
        return value, value * (slip + b * (bound_p + 3 * np.abs(log_p)) + np.abs(shift[case][:, None]) + 4)

    return f

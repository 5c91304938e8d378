r"""What is sampled where posteriors hardly overlap: which of its group a posterior is, of groups that overlap little.

.. math:: I(z; n) = \log N - \sum_c\frac{K_c}N\mathbb{E}_{q_c}H_c(z) - H(c|z), \quad 0 \le H(c|z)
    \le \frac{2\log 2}N\sum_{n<m,\ c_n\ne c_m}\int\!\sqrt{q_nq_m}

H_c is the entropy of the responsibilities within a group of K_c posteriors, at most log K_c: a posterior alone needs no
draws. A group is given draws by what its overlaps leave open and by its log K_c, S_c of S in all, each counted
S K_c / (S_c N) times; constant stakes are worth no more for it (`strata.allotted_wealth`).
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from theory.arrays import inv_quad, log_det
from theory.plans import PILOT, ROUNDING, Plan, gain, strata, unaided
from theory.posteriors import Posteriors

Array = np.ndarray[Any, Any]

NEAR = 0.1  # nats below log N, within which groups are worth a try
LINKS = (np.inf, *10.0 ** -np.linspace(1.5, 5, 15))  # overlaps from which two posteriors are of one group
BLOCK = 2**20  # numbers held at once


@dataclass(frozen=True, kw_only=True)
class Grouped(Plan):
    """Draws of H_c, a ``share`` of them from each group; ``unsettled`` is the most that H(c|z) can be."""

    group: Array
    share: Array
    unsettled: float

    @property
    def counts(self) -> Array:
        """K_c, how many posteriors are in each group."""
        return np.bincount(self.group)

    @property
    def allotted(self) -> Array:
        """S_c, how many draws each group of two or more is given: one at least."""
        drawn = self.share > 0
        own = drawn + np.floor(self.share * (self.size - drawn.sum())).astype(int)
        own[self.share.argmax()] += drawn.any() * (self.size - own.sum())
        return own

    @property
    def ends(self) -> tuple[float, float]:
        top = np.log(self.posteriors.N)
        return float(top - (self._weights * np.log(self.counts)).max()), float(top)

    @property
    def width(self) -> float:
        return super().width + self.unsettled

    def samples_for(self, width: float) -> int:
        return super().samples_for(width - self.unsettled) if width > self.unsettled else sys.maxsize

    def draw(self, rng: np.random.Generator) -> Array:
        if not self.share.any():
            return np.full(self.size, np.log(self.posteriors.N))
        order = np.lexsort([rng.random(self.posteriors.N), self.group])
        rank = np.arange(self.posteriors.N) - (np.cumsum(self.counts) - self.counts)[self.group[order]]
        passes, more = np.divmod(self.allotted, self.counts)
        own = self.group[order]
        n = np.repeat(order, passes[own] + (rank < more[own]))
        return self.summands(self.posteriors.sample(rng, n), n)

    def estimate(self, x: Array) -> float:
        return super().estimate(x) - self.unsettled / 2

    def summands(self, z: Array, n: Array) -> Array:
        """log N less H_c(z) as often as it counts, shape (S,)."""
        weight = self._weights[self.group[n]]
        return np.log(self.posteriors.N) - weight * _entropy_within(self.posteriors, self.group, z, n)

    @property
    def _weights(self) -> Array:
        return self.counts / self.posteriors.N * self.size / np.maximum(self.allotted, 1)

    def _unframed(self, lower: Array, upper: Array) -> tuple[Array, Array]:
        below, above = super()._unframed(lower, upper)
        return below - self.unsettled, above


def grouped(posteriors: Posteriors, rng: np.random.Generator, size: int, alpha: float) -> list[Grouped]:
    """Plans with larger groups and larger ones, each with a pilot of its own; none where posteriors overlap much."""
    N = posteriors.N
    if not posteriors.pairs_are_brief:
        return []
    n = strata(rng, N, PILOT)
    if np.log(N) - gain(posteriors, posteriors.sample(rng, n)).mean() > NEAR:
        return []
    first, second, overlap, rest = _pairs(posteriors)
    bare, plans = unaided(posteriors, size, alpha), []
    for group in _groups(N, first, second, overlap):
        apart = group[first] != group[second]
        unsettled = float(2 * np.log(2) / N * (overlap[apart].sum() + rest)) + ROUNDING
        inside = np.bincount(group[first[~apart]], overlap[~apart], group.max() + 1)
        share = _share(np.bincount(group), inside)
        if (share > 0).sum() <= min(size, PILOT):
            plan = Grouped(**vars(bare), group=group, share=share, unsettled=unsettled)
            plans.append(replace(plan, variance=float(replace(plan, size=PILOT).draw(rng).var())))
    return plans


def _groups(N: int, first: Array, second: Array, overlap: Array) -> Iterator[Array]:
    """The group of each posterior, (N,): each alone, then in fewer and fewer groups."""
    last: int | None = None
    for link in LINKS:
        linked = overlap > link
        graph = coo_array((overlap[linked], (first[linked], second[linked])), shape=(N, N))
        many, group = connected_components(graph, directed=False)
        if many != last:
            yield group
        last = many


def _share(counts: Array, inside: Array) -> Array:
    """Half as K_c times the root of its mean overlap, for a small variance; half as K_c log K_c, for a small range."""
    spread, reach = np.sqrt(counts * inside), counts * np.log(counts)
    return (spread / max(spread.sum(), ROUNDING) + reach / max(reach.sum(), ROUNDING)) / 2


def _pairs(posteriors: Posteriors) -> tuple[Array, Array, Array, float]:
    """Pairs n < m whose overlap, the integral of sqrt(q_n q_m), is above the least link, and the others' sum."""
    first, second, overlap, rest = [], [], [], []
    for start, rows in _overlaps(posteriors):
        n, m = np.nonzero(rows > LINKS[-1])
        first.append(n + start)
        second.append(m)
        overlap.append(rows[n, m])
        rest.append(rows.sum() - overlap[-1].sum())
    return np.concatenate(first), np.concatenate(second), np.concatenate(overlap), float(sum(rest))


def _overlaps(posteriors: Posteriors) -> Iterator[tuple[int, Array]]:
    """Rows of the table of overlaps, zero but above its diagonal, with the number of the first."""
    mu, N, L = posteriors.mu, posteriors.N, posteriors.scale_tril
    spread = posteriors.sigma**2 if L is None else L @ L.mT
    steps = max(BLOCK // (N * spread[0].size), 1)
    for start in range(0, N, steps):
        some = slice(start, start + steps)
        middle = (spread[some, None] + spread) / 2
        offset = mu[some, None] - mu
        if L is None:
            far, volume = (offset**2 / middle).sum(-1), np.log(middle).sum(-1)
        else:
            far, volume = inv_quad(middle, offset), log_det(middle)
        log_overlap = (posteriors.log_volume[some, None] + posteriors.log_volume - volume) / 2 - far / 8
        yield start, np.triu(np.exp(log_overlap), start + 1)


def _entropy_within(posteriors: Posteriors, group: Array, z: Array, n: Array) -> Array:
    """The entropy of the responsibilities at z (S, d) among the posteriors of the group of n (S,)."""
    order, counts = np.argsort(group, kind="stable"), np.bincount(group)
    begin = np.cumsum(counts) - counts
    own = group[n]
    ends = np.cumsum(counts[own])  # of each draw's pairs with its group, laid end to end
    cuts = np.searchsorted(ends, np.arange(BLOCK // posteriors.d, ends[-1], BLOCK // posteriors.d))
    found = []
    for some in np.split(np.arange(len(z)), np.unique(cuts)):
        many = counts[own[some]]
        first = np.cumsum(many) - many
        draw = np.repeat(np.arange(len(some)), many)
        m = order[np.arange(len(draw)) - first[draw] + begin[own[some]][draw]]
        height = -posteriors.placed(z[some][draw], m)[:, -1] / 2 - posteriors.log_volume[m]
        height -= np.maximum.reduceat(height, first)[draw]
        weight = np.exp(height)
        mass = np.add.reduceat(weight, first)
        found.append(np.log(mass) - np.add.reduceat(weight * height, first) / mass)
    return np.concatenate(found)

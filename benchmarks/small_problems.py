"""Small problems whose I and log C are known: products of blocks in one or two dimensions, some of them turned.

Both numbers add up over blocks and stay when all is turned, so that they are sums of integrals that adaptive
quadrature knows to 1e-8 or better.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from theory.posteriors import Posteriors
from verification.oracles import quadrature

Array = np.ndarray[Any, Any]
Block = tuple[Array, Array]


@dataclass(frozen=True)
class Problem:
    """All combinations of the blocks' posteriors, (mu (n, k), Sigma (n, k, k)) with k <= 2; then turned, if asked."""

    name: str
    blocks: tuple[Block, ...]
    turned: bool = False

    @property
    def moments(self) -> Block:
        """mu (N, d) and Sigma (N, d, d)."""
        chosen = list(product(*(range(len(mu)) for mu, _ in self.blocks)))
        mu = np.array([np.concatenate([b[0][i] for b, i in zip(self.blocks, n, strict=True)]) for n in chosen])
        d = mu.shape[1]
        Sigma, start = np.zeros((len(mu), d, d)), 0
        for index, (means, covariances) in enumerate(self.blocks):
            part = slice(start, start := start + means.shape[1])
            Sigma[:, part, part] = covariances[[n[index] for n in chosen]]
        if self.turned:
            Q = np.linalg.qr(np.random.default_rng(d).normal(size=(d, d)))[0]
            mu, Sigma = mu @ Q.T, Q @ Sigma @ Q.T
            Sigma = (Sigma + Sigma.mT) / 2
        return mu, Sigma

    @property
    def spread(self) -> dict[str, Any]:
        """The covariances as `certify` takes them: standard deviations where they are diagonal."""
        Sigma = self.moments[1]
        diagonal = Sigma.diagonal(0, 1, 2)
        full = (Sigma != diagonal[:, None] * np.eye(Sigma.shape[1])).any()
        return dict(cov=Sigma) if full else dict(std=np.sqrt(diagonal))

    @property
    def posteriors(self) -> Posteriors:
        return Posteriors.of(self.moments[0], **self.spread)

    def information(self) -> tuple[float, float]:
        """I(z; n), which adds up over independent blocks, and its error."""
        return _added(quadrature.index_information(mu[None], Sigma[None]) for mu, Sigma in self.blocks)

    def log_normalizer(self, beta: float) -> tuple[float, float]:
        """log C, which adds up likewise and does not change when all is turned, and its error."""
        b = np.array([beta])
        return _added(quadrature.log_normalizer(mu[None], Sigma[None], b) for mu, Sigma in self.blocks)


def _added(parts: Iterable[Any]) -> tuple[float, float]:
    pairs = [(float(part.value[0]), float(part.error[0])) for part in parts]
    return sum(value for value, _ in pairs), sum(error for _, error in pairs)


def line(means: Any, sigmas: Any) -> Block:
    mu, sigma = np.broadcast_arrays(np.asarray(means, float), sigmas)
    return mu[:, None], sigma[:, None, None] ** 2


def plane(means: Any, covariances: Any) -> Block:
    mu = np.asarray(means, float)
    return mu, np.broadcast_to(np.asarray(covariances, float), (len(mu), 2, 2)).copy()


def _random_plane(seed: int, N: int, low: float, high: float) -> Block:
    rng = np.random.default_rng(seed)
    A = rng.normal(size=(N, 2, 2))
    axes = np.linalg.qr(A)[0] * rng.uniform(low, high, size=(N, 1, 2))
    return rng.normal(size=(N, 2)), axes @ axes.mT


def problems() -> list[Problem]:
    """Ordinary ones first, then rare overlaps, then nearly degenerate ones."""
    rng = np.random.default_rng(0)
    turns = np.arange(6) * np.pi / 3
    ring = np.stack([np.cos(turns), np.sin(turns)], 1)
    return [
        Problem("two that overlap", (line([-1, 1], 1),)),
        Problem("two of unequal widths", (line([0, 0.5], [1, 0.2]),)),
        Problem("eight at random", (line(rng.normal(size=8), rng.uniform(0.2, 0.9, 8)),)),
        Problem("16 matched to the prior", (line(np.linspace(-1.8, 1.8, 16), 0.3),)),
        Problem("48 of many widths", (line(rng.normal(size=48), 10 ** rng.uniform(-2, 0, 48)),)),
        Problem("two clusters of six", (line([*rng.normal(-2, 0.2, 6), *rng.normal(2, 0.2, 6)], 0.3),)),
        Problem("one that tells, seven that do not", (line([3, *[0] * 7], [0.5, *[1] * 7]),)),
        Problem("a ring in the plane", (plane(2 * ring, 0.3 * np.eye(2)),)),
        Problem("six tilted in the plane", (_random_plane(1, 6, 0.4, 1.0),)),
        Problem("2 x 2 x 2 in three dimensions", (line([-1, 1], 0.7), line([-1, 1], 1), line([-0.5, 0.5], 1))),
        Problem("3 x 4, turned", (line([-1, 0, 1], [0.3, 0.5, 1]), plane(ring[:4], 0.4 * np.eye(2))), True),
        Problem("2 x 2 x 3 x 2, turned", (*(line([-1, 1], s) for s in (0.5, 1, 2)), line([-1, 0, 2], 0.5)), True),
        Problem("rare overlap of two", (line([-2.5, 2.5], 1),)),
        Problem("rarer overlap of two", (line([-4, 4], 1),)),
        Problem("a needle in a haystack", (line([0] * 8, [1e-3, *[1] * 7]),)),
        Problem("a haystack over 15 needles", (line([0, *np.linspace(-2, 2, 15)], [1, *[0.02] * 15]),)),
        Problem("one apart, rarely met", (line([4.5, *[0] * 15], 1),)),
        Problem("diagonal line of 16", (line(1.5 * np.arange(16), 0.25), line([0], 0.25)), True),
        Problem("chain of sharp neighbours", (line(np.arange(24), 0.12),)),
        Problem("rare overlap in one of two blocks", (line([-3, 3], 1), line([-1, 0, 1], 1))),
        Problem("two pairs among eight", (line([0, 4.5, 12, 16, 30, 40, 50, 60], [1, 1, 1, 0.75, 1, 1, 1, 1]),)),
        Problem("all equal", (line([0.5] * 4, 0.8),)),
        Problem("nearly equal", (line([0, 1e-3], 1),)),
        Problem("all apart", (line(np.arange(12) * 100, 1),)),
        Problem("needles of one in a million", (line([0, 1e-6, 3e-6, 1], 1e-6),)),
        Problem("nearly singular", (line([-1, 0, 1, 2], 1), line([0], 1e-4)), True),
        Problem("ten powers of ten", (line(np.zeros(10), 10.0 ** -np.arange(10)),)),
        Problem("one alone", (line([1], 0.5),)),
    ]

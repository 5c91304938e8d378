"""Aggregates whose log C is known to twelve digits in any dimension, and every formula that would stand in for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from theory import envelope, implicit_prior
from theory.printed import hoffman

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Lattice:
    """All products of ``points`` equally spaced means on each of ``axes`` axes, every posterior N(., variance I).

    The aggregate is a product of equal mixtures on the line, so log C is ``axes`` times that of the line.
    """

    points: int
    separation: float
    axes: int = 1
    variance: float | None = None
    spread: float = 1.0

    @property
    def scale(self) -> float:
        """The posteriors' standard deviation: as given, else such that the aggregate has the prior's variance."""
        if self.variance is not None:
            return float(np.sqrt(self.variance))
        return float(1 / np.sqrt(1 + self.separation**2 * (self.points**2 - 1) / 12))

    @property
    def line(self) -> Array:
        """The means along one axis, (points,): ``separation`` standard deviations apart, or spread as given."""
        places = np.arange(self.points) - (self.points - 1) / 2
        if self.variance is None:
            return np.asarray(places * self.separation * self.scale)
        return np.asarray(places * self.spread * np.sqrt(12 / max(self.points**2 - 1, 1)))

    def posteriors(self) -> tuple[Array, Array]:
        """mu (N, k) and Sigma (N, k, k) of all N = points**axes posteriors."""
        grid = np.stack(np.meshgrid(*[self.line] * self.axes, indexing="ij"), -1).reshape(-1, self.axes)
        return grid, np.broadcast_to(self.scale**2 * np.eye(self.axes), (len(grid), self.axes, self.axes)).copy()

    def truth(self, beta: float) -> float:
        """log C in nats, to about 1e-12."""
        return self.axes * _line_integrals(self.line, self.scale, beta)[0]

    def indicator(self, beta: float) -> float:
        """The right side of (9) in nats: N^(beta-1) times the integral of p^beta times the largest q_n^(1-beta)."""
        return self.axes * _line_integrals(self.line, self.scale, beta)[1]


def _line_integrals(mu: Array, sigma: float, beta: float) -> tuple[float, float]:
    """log C and log of (9) for equal Gaussians on the line, by Gauss-Legendre on panels.

    Panels end at the midpoints between means, where (9) has its kinks, and lie close where a component is narrow.
    """
    steps = np.array([0, 0.7, 1.5, 3, 6, 12, 24, 48]) * sigma / np.sqrt(1 - beta)
    near = (mu[:, None] + np.concatenate([-steps, steps])).ravel()
    edges = np.concatenate([near, (mu[1:] + mu[:-1]) / 2, np.linspace(-14, 14, 57)])
    edges = np.unique(np.round(edges[np.abs(edges) <= 14], 13))
    nodes, weights = np.polynomial.legendre.leggauss(12)
    half = np.diff(edges) / 2
    z = ((edges[1:] + edges[:-1]) / 2)[:, None] + half[:, None] * nodes
    z, log_weight = z.ravel(), np.log((half[:, None] * weights).ravel())
    log_q_n = -0.5 * ((z[:, None] - mu) / sigma) ** 2 - np.log(sigma) - 0.5 * np.log(2 * np.pi)
    top = log_q_n.max(1)
    log_sum = top + np.log(np.exp(np.maximum(log_q_n - top[:, None], -700)).sum(1))
    log_p = -0.5 * (z**2 + np.log(2 * np.pi))
    shared = (beta - 1) * np.log(len(mu))
    found = [log_weight + beta * log_p + (1 - beta) * log_q for log_q in (log_sum, top)]
    return tuple(float(f.max() + np.log(np.exp(f - f.max()).sum()) + shared) for f in found)  # type: ignore[return-value]


@dataclass(frozen=True)
class Method:
    """A formula for log C: its name, on which side of log C it must lie, and how to compute it from mu, Sigma, beta."""

    name: str
    side: str
    compute: Callable[[Array, Array, float], Any] | None


METHODS = (
    Method("(12) printed", "either", hoffman.eq_12_C),
    Method("(12) corrected", "either", hoffman.eq_12_C_completed),
    Method("(9) indicator", "below", None),
    Method("(10) estimator", "above", implicit_prior.log_normalizer_estimate),
    Method("power mean", "below", implicit_prior.lower_bound_power_mean),
    Method("Jensen", "below", implicit_prior.lower_bound_jensen),
    Method("KL bound", "below", implicit_prior.lower_bound_kl),
    Method("cluster envelope", "above", envelope.log_mass),
)


CLAIMS = [
    "hoffman.eq9",
    "hoffman.eq12.C",
    "hoffman.eq12.C.corrected",
    "sharper.estimate",
    "sharper.power_mean",
    "sharper.mean",
    "sharper.kl",
    "sharper.envelope",
]


def errors(lattice: Lattice, beta: float) -> tuple[float, Array]:
    """log C, and every method of METHODS minus log C, in nats."""
    mu, Sigma = lattice.posteriors()
    truth = lattice.truth(beta)
    values = [lattice.indicator(beta) if m.compute is None else float(m.compute(mu, Sigma, beta)) for m in METHODS]
    return truth, np.array(values) - truth

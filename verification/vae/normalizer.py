"""log C of a trained aggregate of diagonal posteriors: the printed estimator, a point estimate, a certified
interval."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from theory import implicit_prior
from verification.vae.objectives import log_aggregate

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class LogC:
    """log C in nats: the printed estimator, (10) with (11), and mean and deviation of weights in [0, 1] around C."""

    estimator: float
    mean: float
    deviation: float
    proposals: int

    @property
    def value(self) -> float:
        """The point estimate."""
        return float(np.log(self.mean))

    @property
    def standard_error(self) -> float:
        """The standard error of the point estimate."""
        return self.deviation / self.mean / self.proposals**0.5

    def interval(self, alpha: float) -> tuple[float, float]:
        """Ends between which log C lies with probability at least 1 - alpha at this very number of proposals.

        Empirical Bernstein (Maurer and Pontil): independent summands in [0, 1] need not be identical, so strata only
        help.
        """
        if self.deviation == 0.0 and self.mean == 1.0:
            return 0.0, 0.0
        level = np.log(4 / alpha)
        half = self.deviation * np.sqrt(2 * level / self.proposals) + 7 * level / (3 * (self.proposals - 1))
        low = float(np.log(self.mean - half)) if self.mean > half else -np.inf
        return low, float(np.log(min(self.mean + half, 1.0)))


def covariances(logvar: Array) -> Array:
    """Full covariance matrices of diagonal posteriors: (..., k) -> (..., k, k)."""
    return np.exp(np.asarray(logvar, float))[..., None] * np.eye(logvar.shape[-1])


def mixture_weights(mu: Array, logvar: Array, beta: float, rng: np.random.Generator, size: int) -> tuple[Array, Array]:
    r"""Draws of (1-beta) q + beta p and their weights, whose mean is C and which lie in (0, 1] for every z.

    .. math:: w(z) = \frac{q(z)^{1-\beta} p(z)^\beta}{(1-\beta) q(z) + \beta p(z)}

    Both the components and the choice between p and q are stratified: as many of each as expected, up to one. mu and
    logvar (N, k) -> z (size, k), w (size,).
    """
    mu, logvar = np.asarray(mu, float), np.asarray(logvar, float)
    spots = (np.arange(size) + rng.random(size)) / size
    n = np.minimum((spots / (1 - beta) * len(mu)).astype(int), len(mu) - 1) if beta < 1 else np.zeros(size, int)
    from_q = spots < 1 - beta
    z = rng.standard_normal((size, mu.shape[1]))
    z = np.where(from_q[:, None], mu[n] + np.exp(logvar[n] / 2) * z, z)
    log_q = log_aggregate(z, mu, logvar)
    log_p = -0.5 * (z**2 + np.log(2 * np.pi)).sum(1)
    tilt = (1 - beta) * log_q + beta * log_p
    mix = np.logaddexp(np.log(beta) + log_p, (np.log1p(-beta) + log_q) if beta < 1 else np.full(size, -np.inf))
    return z, np.minimum(np.exp(tilt - mix), 1.0)


def log_c(mu: Array, logvar: Array, beta: float, rng: np.random.Generator, proposals: int = 8192) -> LogC:
    """log C of the aggregate of mu, logvar (N, k) for 0 < beta <= 1; at beta = 1 it is 0 exactly."""
    mu = np.asarray(mu, float)
    estimator = float(implicit_prior.log_normalizer_estimate(mu, covariances(logvar), beta))
    if beta >= 1:
        return LogC(estimator, 1.0, 0.0, proposals)
    _, w = mixture_weights(mu, logvar, beta, rng, proposals)
    return LogC(estimator, float(w.mean()), float(w.std(ddof=1)), proposals)


def sample_r(mu: Array, logvar: Array, beta: float, rng: np.random.Generator, size: int) -> Array:
    """Exact draws of r(z), (size, k), by accepting draws of (1-beta) q + beta p with probability w; a share C is
    accepted."""
    if beta >= 1:
        return rng.standard_normal((size, mu.shape[1]))
    kept: list[Array] = []
    while sum(map(len, kept)) < size:
        z, w = mixture_weights(mu, logvar, beta, rng, size)
        kept.append(z[rng.random(size) < w])
    # proposals come sorted by stratum: shuffle before any are cut off
    return rng.permutation(np.concatenate(kept))[:size]

"""A weighted mixture of Gaussians, evaluated at many points in blocks and sampled; float64."""

from __future__ import annotations

from typing import Any

import numpy as np

from theory.arrays import cholesky, eye_like, log, log_two_pi, logsumexp, matvec, squared_norm

Array = np.ndarray[Any, Any]

BLOCK = 2**19  # numbers held at once: they stay in the cache


class Mixture:
    """sum_t exp(log_weights_t) N(mean_t, covariance_t); the weights need not add up to one.

    Shapes: log_weights (T,), mean (T, k), covariance (T, k, k).

    >>> one = Mixture(np.zeros(1), np.zeros((1, 1)), np.ones((1, 1, 1)))
    >>> print(round(one.log_density(np.zeros((1, 1)))[0], 12))  # -log(2 pi) / 2
    -0.918938533205
    """

    def __init__(self, log_weights: Array, mean: Array, covariance: Array) -> None:
        self.mean, self.factor = mean, cholesky(covariance)
        self.share = np.exp(log_weights - logsumexp(log_weights, 0))
        self._whitener = np.linalg.solve(self.factor, eye_like(covariance))
        self._offset = (self._whitener @ mean[..., None])[..., 0]
        volume = log(self.factor.diagonal(0, -2, -1)).sum(1)
        self._height = log_weights - volume - mean.shape[1] * log_two_pi(mean) / 2

    def log_density(self, z: Array) -> Array:
        """The log of the mixture's density at z (S, k) -> (S,), in memory of one block."""
        return np.concatenate([self._log_density(z[block]) for block in _blocks(len(z), self.mean.size)])

    def _log_density(self, z: Array) -> Array:
        terms, k = self.mean.shape
        white = (z @ self._whitener.reshape(terms * k, k).T).reshape(len(z), terms, k) - self._offset
        return logsumexp(self._height - squared_norm(white) / 2, 1)

    def sample(self, rng: np.random.Generator, size: int) -> Array:
        """Independent draws (size, k) of the mixture, normalised."""
        term = rng.choice(len(self.share), size, p=self.share)
        noise = rng.standard_normal((size, self.mean.shape[1]))
        turned = [matvec(self.factor[term[block]], noise[block]) for block in _blocks(size, self.factor[0].size)]
        return self.mean[term] + np.concatenate(turned)


def _blocks(size: int, each: int) -> list[slice]:
    steps = max(BLOCK // each, 1)
    return [slice(start, start + steps) for start in range(0, size, steps)]

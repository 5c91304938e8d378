"""A weighted mixture of Gaussians, evaluated at many points in blocks and sampled; float64."""

from __future__ import annotations

from typing import Any

import numpy as np

from theory.arrays import cholesky, eye_like, log, log_two_pi, logsumexp, matvec

Array = np.ndarray[Any, Any]

BLOCK = 2**17  # numbers held at once: they stay in the cache
POINTS = 128  # at once


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
        return np.concatenate([self._log_density(z[points].T) for points in _blocks(len(z), POINTS)])

    def _log_density(self, columns: Array) -> Array:
        terms = _blocks(len(self.mean), BLOCK // columns.size)
        return logsumexp(np.stack([self._log_sum(columns, block) for block in terms]), 0)

    def _log_sum(self, columns: Array, terms: slice) -> Array:
        offset = self._offset[terms, :, None]
        white = self._whitener[terms].reshape(-1, len(columns)) @ columns
        white = white.reshape(len(offset), *columns.shape) - offset
        return logsumexp(self._height[terms, None] - (white * white).sum(1) / 2, 0)

    def sample(self, rng: np.random.Generator, size: int) -> Array:
        """Independent draws (size, k) of the mixture, normalised."""
        term = rng.choice(len(self.share), size, p=self.share)
        noise = rng.standard_normal((size, self.mean.shape[1]))
        together = _blocks(size, BLOCK // self.factor[0].size)
        turned = [matvec(self.factor[term[block]], noise[block]) for block in together]
        return self.mean[term] + np.concatenate(turned)


def _blocks(size: int, step: int) -> list[slice]:
    step = max(step, 1)
    return [slice(start, start + step) for start in range(0, size, step)]

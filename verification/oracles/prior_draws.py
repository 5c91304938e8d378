"""Averages over priors by drawing latents, moving each, and averaging what is found there."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import expit, ndtr, ndtri

from verification.estimate import Sample
from verification.oracles import sampled

Array = np.ndarray[Any, Any]


def _move(U: Array, z: Array) -> Array:
    """F^-1(Psi(U Psi^-1(F(z)))), each from the tail in which it lies."""
    n = np.where(z < 0, ndtri(expit(np.minimum(z, 0))), -ndtri(expit(-np.maximum(z, 0)))) @ np.asarray(U, float).T
    low, high = ndtr(np.minimum(n, 0)), ndtr(-np.maximum(n, 0))
    return np.asarray(np.where(n < 0, np.log(low) - np.log1p(-low), np.log1p(-high) - np.log(high)))


@sampled
def marginal(rng: Any, n: int, U: Array, a: Array) -> Sample:
    """p'(x = 1) = E p(x = 1|r(z)) for p(x = 1|z) = product of F(z_i)^a_i: each summand lies in [0, 1]."""

    means = []
    for turn, powers in zip(U, np.asarray(a, float), strict=True):
        means.append(np.prod(expit(_move(turn, rng.logistic(size=(n, 2)))) ** powers, -1))
    values = np.array(means)
    return Sample(n, values.mean(1), values.var(1, ddof=1), span=np.ones(len(U)))


@sampled
def scores_of_latents(rng: Any, n: int, t: Array, a: Array) -> Sample:
    """P(Psi^-1(z) <= t) for z of distribution function z^a."""
    scores = ndtri(rng.random((n, len(t))) ** (1 / np.asarray(a, float)))
    return _share(scores <= np.asarray(t, float))


@sampled
def scores_of_ranks(rng: Any, n: int, t: Array, a: Array) -> Sample:
    """P(Psi^-1(z^a) <= t) for z of distribution function z^a."""
    z = rng.random((n, len(t))) ** (1 / np.asarray(a, float))
    return _share(ndtri(z ** np.asarray(a, float)) <= np.asarray(t, float))


def _share(hits: Array) -> Sample:
    return Sample(len(hits), hits.mean(0), hits.var(0, ddof=1), span=np.ones(hits.shape[1]))

r"""A Gaussian mixture that lies above q^(1-beta) p^beta everywhere: a bound on log C, and exact draws of r.

For clusters K of the N posteriors and a Gaussian f for each, weighted AM-GM and subadditivity of x^(1-beta) give

.. math:: q^{1-\beta}p^\beta \le e = N^{\beta-1}\sum_K\Big[(1-\beta)c_K^{-\beta}\sum_{n\in K} q_n f_K^{-\beta}p^\beta
    + \beta c_K^{1-\beta} f_K^{1-\beta}p^\beta\Big], \qquad c_K = A_K / F_K,

with A_K the mass of sum_n q_n f_K^-beta p^beta and F_K that of f_K^(1-beta) p^beta. One cluster with f = p is the
mixture (1-beta) q + beta p, of mass 1; N clusters with f = q_n are the N components of the printed estimate.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from theory import gaussian, implicit_prior
from theory.aggregate import moments
from theory.arrays import (
    Array,
    as_float,
    broadcast_to,
    concatenate,
    eye_like,
    inv_quad,
    log,
    log_det,
    log_number,
    logsumexp,
    matvec,
    solve,
    squared_norm,
    stack,
    zeros_like,
)
from theory.mixture import Mixture
from theory.validation import check_size, check_unit_beta, validated

Groups = list[np.ndarray[Any, Any]]

CLUSTERS = (4, 16, 64, 256)
SHARES = 11  # of the draws that one of two envelopes may give, from none to all
PILOT = 20  # the draws for each of the pilot's


@dataclass(frozen=True)
class Clusters:
    """Clusters of one size: log-mass, mean, covariance of each q_n f^-beta p^beta (A) and f^(1-beta) p^beta (F)."""

    log_A: Array
    mean_A: Array
    covariance_A: Array
    log_F: Array
    mean_F: Array
    covariance_F: Array


def split(mu: np.ndarray[Any, Any]) -> list[Groups]:
    """Partitions of N points into 1, 4, 16, 64, 256 clusters, as many as are fewer than N, and into N.

    By halving along principal axes. A partition is a list of index arrays (clusters, members), one for each size.
    Shapes: mu (N, k).

    >>> import numpy as np
    >>> [sum(map(len, groups)) for groups in split(np.arange(10.0)[:, None])]
    [1, 4, 10]
    """
    everything = np.arange(len(mu))[None]
    partitions = [[everything]]
    for _ in filter(len(mu).__gt__, CLUSTERS):
        partitions.append(_halve(_halve(partitions[-1], mu), mu))
    return [*partitions, [everything.T]]


def _halve(groups: Groups, mu: np.ndarray[Any, Any]) -> Groups:
    halves: dict[int, Groups] = {}
    for members in groups:
        centred = mu[members] - mu[members].mean(1, keepdims=True)
        axis = np.linalg.eigh(centred.mT @ centred)[1][..., -1:]
        ordered = np.take_along_axis(members, np.argsort((centred @ axis)[..., 0], 1), 1)
        for half in np.split(ordered, [ordered.shape[1] // 2], 1):
            halves.setdefault(half.shape[1], []).append(half)
    return [np.concatenate(same) for same in halves.values()]


def _clusters(mu: Array, Sigma: Array, beta: Array, centre: Array, spread: Array) -> Clusters:
    S, I, offset = spread[..., None, :, :], eye_like(Sigma), mu - centre[..., None, :]
    P = solve(Sigma, I) + beta * (I - solve(S, I))
    pull = beta * (solve(S, offset[..., None])[..., 0] - mu)
    covariance = solve(P, I)
    away = beta * (log_det(S) + inv_quad(S, offset) - squared_norm(mu))
    return Clusters(
        log_A=(away - log_det(Sigma) - log_det(P) + inv_quad(P, pull)) / 2,
        mean_A=mu + matvec(covariance, pull),
        covariance_A=covariance,
        log_F=implicit_prior.log_component_integral(centre, spread, beta),
        mean_F=implicit_prior.tilted_mean(centre, spread, beta),
        covariance_F=implicit_prior.tilted_covariance(spread, beta),
    )


def _smallest(mu: Array, Sigma: Array, beta: Array, among: slice = slice(None)) -> list[Clusters]:
    """The candidate of least mass; one whose f is too narrow has mass NaN and is passed over."""
    under_prior = _clusters(mu[None], Sigma[None], beta, zeros_like(mu[:1]), eye_like(Sigma)[None])
    candidates = [[under_prior]]
    for groups in split(as_float(mu)):
        matched = [(mu[members], Sigma[members]) for members in groups]
        candidates.append([_clusters(*q, beta, *moments(*q)) for q in matched])
    masses = [float(as_float(_log_sum_mass(candidate, beta))) for candidate in candidates[among]]
    return candidates[int(np.nanargmin(masses))]


def _log_sum_mass(candidate: list[Clusters], beta: Array) -> Array:
    masses = [(1 - beta) * logsumexp(same.log_A, 1) + beta * same.log_F for same in candidate]
    return logsumexp(concatenate(masses, 0), 0)


def per_case(compute: Callable[..., Any], mu: Array, Sigma: Array, *rest: Array) -> tuple[list[Any], tuple[int, ...]]:
    """What is computed for each aggregate in turn, for their clusters differ; and the shape of the leading axes."""
    shape = np.broadcast_shapes(mu.shape[:-2], Sigma.shape[:-3], *(x.shape for x in rest))
    mu, Sigma = broadcast_to(mu, shape + mu.shape[-2:]), broadcast_to(Sigma, shape + Sigma.shape[-3:])
    rest = tuple(broadcast_to(x, shape) for x in rest)
    return [compute(mu[case], Sigma[case], *(x[case] for x in rest)) for case in np.ndindex(shape)], shape


@validated(check_unit_beta, mu="N k", Sigma="N k k", beta="")
def log_mass(mu: Array, Sigma: Array, beta: Array) -> Array:
    r"""log E, the closed-form mass of the envelope: an upper bound on log C for 0 <= beta <= 1, in nats.

    .. math:: \log C \le \log E = \log N^{\beta-1}\sum_K A_K^{1-\beta}F_K^\beta \le
        \min\left(0,\ \log N^{\beta-1}\sum_n D_n\right)

    The least over f = p and over 1, 4, 16, 64, 256 and N moment-matched clusters. Shapes: mu (..., N, k),
    Sigma (..., N, k, k), beta (...) -> (...). ValueError: beta outside [0, 1].

    >>> round(float(log_mass([[1.0], [1.0]], [[[1.0]], [[1.0]]], 0.5)), 12)  # one Gaussian: log D, exactly log C
    -0.125
    """

    def compute(mu: Array, Sigma: Array, beta: Array) -> Array:
        return _log_sum_mass(_smallest(mu, Sigma, beta), beta) - (1 - beta) * log_number(len(mu), mu)

    masses, shape = per_case(compute, mu, Sigma, beta)
    return stack(masses, 0).reshape(shape)


class Envelope:
    """The envelope of one aggregate, to propose from; float64."""

    def __init__(self, mu: Array, Sigma: Array, beta: Array, among: slice = slice(None)) -> None:
        self.beta, self.q = beta, Mixture(np.full(len(mu), -log_number(len(mu), mu)), mu, Sigma)
        log_weights: list[Array] = []
        means: list[Array] = []
        covariances: list[Array] = []
        for same in _smallest(mu, Sigma, beta, among):
            log_c = logsumexp(same.log_A, 1) - same.log_F
            log_weights += [
                *(log(1 - beta) - beta * log_c[:, None] + same.log_A),
                log(beta) + (1 - beta) * log_c + same.log_F,
            ]
            means += [*same.mean_A, same.mean_F]
            covariances += [*same.covariance_A, same.covariance_F]
        shared = np.concatenate(log_weights) - (1 - beta) * log_number(len(mu), mu)
        self.mixture = Mixture(shared, np.concatenate(means), np.concatenate(covariances))
        self.log_mass = logsumexp(shared, 0)

    def propose(self, rng: np.random.Generator, size: int) -> tuple[Array, Array]:
        """Draws z (size, k) from the envelope and w = q^(1-beta) p^beta / e there, in [0, 1]; E w = C / E."""
        z = self.mixture.sample(rng, size)
        return z, np.exp(np.minimum(self.log_tilt(z) - self.mixture.log_density(z), 0))

    def log_tilt(self, z: Array) -> Array:
        """log q^(1-beta) p^beta at z (S, k) -> (S,)."""
        log_p = gaussian.log_density(z, zeros_like(z), eye_like(z))
        return (1 - self.beta) * self.q.log_density(z) + self.beta * log_p


class Pool:
    r"""Two envelopes to draw from at once: the least of those with an f for several posteriors, and f = q_n for each.

    Over draws of e_j, x_j = E_j q^(1-beta) p^beta / e_j has mean C and lies in [0, E_j]. If a share a_j of the draws
    comes from each, the mean of their densities, sum_j a_j e_j / E_j, is q^(1-beta) p^beta / x with

    .. math:: x = \Big(\sum_j a_j / x_j\Big)^{-1} \le \bar E = \Big(\sum_j a_j / E_j\Big)^{-1}, \quad
        \mathbb{E}\,x = C.

    Where one envelope is loose the other may be tight: then x varies less than x_1 and x_2.
    """

    def __init__(self, mu: Array, Sigma: Array, beta: Array) -> None:
        few = Envelope(mu, Sigma, beta, slice(-1))
        log_D = implicit_prior.log_component_integral(mu, Sigma, beta) - (1 - beta) * log_number(len(mu), mu)
        tilted = implicit_prior.tilted_mean(mu, Sigma, beta), implicit_prior.tilted_covariance(Sigma, beta)
        self.mixtures, self.log_tilt = (few.mixture, Mixture(log_D, *tilted)), few.log_tilt
        self.log_masses = np.array([few.log_mass, logsumexp(log_D, 0)])

    def plan(self, rng: np.random.Generator, size: int) -> tuple[Array, Array]:
        """How many draws to take from each, and the variance of their weights, as a pilot of its own foresees.

        No variance is foreseen that the pilot is too short to tell from 0.
        """
        pilot = size // PILOT + 2
        half = np.array([pilot - pilot // 2, pilot // 2])
        share = np.linspace(0, 1, SHARES)
        log_x, shares = self._log_x(rng, half, np.arange(2)), np.stack([1 - share, share], 1)
        log_pooled = _log_pooled(log_x, shares[:, None])
        w = np.exp(log_pooled - _log_pooled(self.log_masses, shares)[:, None])
        odds = np.exp(_log_pooled(log_x, half) - log_pooled)
        odds = odds / odds.sum(1, keepdims=True)
        mean = (odds * w).sum(1)
        variance = (odds * (w - mean[:, None]) ** 2).sum(1) + 1 / pilot
        best = np.argmax(mean / np.sqrt(variance))
        second = round(size * share[best])
        return np.array([size - second, second]), variance[best]

    def propose(self, rng: np.random.Generator, counts: Array) -> tuple[Array, Array]:
        """log E-bar, and the weights x / E-bar in [0, 1] of so many draws from each; their mean is C / E-bar."""
        used = np.flatnonzero(counts)
        shares = counts[used] / counts.sum()
        log_mass = _log_pooled(self.log_masses[used], shares)
        return log_mass, np.exp(np.minimum(_log_pooled(self._log_x(rng, counts, used), shares) - log_mass, 0))

    def _log_x(self, rng: np.random.Generator, counts: Array, used: Array) -> Array:
        z = np.concatenate([self.mixtures[j].sample(rng, counts[j]) for j in used])
        log_e = np.stack([self.mixtures[j].log_density(z) for j in used], 1)
        return self.log_masses[used] + self.log_tilt(z)[:, None] - log_e


def _log_pooled(log_x: Array, shares: Array) -> Array:
    """log of the harmonic mean over the last axis."""
    return -logsumexp(log(shares) - log_x, -1)


@validated(check_unit_beta, check_size, mu="N k", Sigma="N k k", beta="")
def sample(rng: np.random.Generator, mu: Array, Sigma: Array, beta: Array, size: int) -> tuple[Array, Array]:
    r"""Exact independent draws of r by rejection from the envelope, and the share of proposals accepted.

    .. math:: z \sim e / E, \quad \text{accepted with probability } q(z)^{1-\beta}p(z)^\beta / e(z)

    Shapes: mu (..., N, k), Sigma (..., N, k, k), beta (...) -> (..., size, k), (...). ValueError: beta outside [0, 1].

    >>> import numpy as np
    >>> z, accepted = sample(np.random.default_rng(0), [[0.0]], [[[1.0]]], 0.5, 3)
    >>> z.shape, float(accepted)  # q = p = r = e
    ((3, 1), 1.0)
    """

    def compute(mu: Array, Sigma: Array, beta: Array) -> tuple[Array, float]:
        envelope, kept, accepted, proposed = Envelope(mu, Sigma, beta), [], 0, 0
        while accepted < size:
            z, w = envelope.propose(rng, size)
            kept.append(z[rng.random(size) < w])
            accepted, proposed = accepted + len(kept[-1]), proposed + size
        return np.concatenate(kept)[:size], accepted / proposed

    cases, shape = per_case(compute, as_float(mu), as_float(Sigma), as_float(beta))
    draws, shares = zip(*cases, strict=True)
    return np.reshape(draws, shape + draws[0].shape), np.reshape(shares, shape)

"""Domains of Gaussians and of aggregates of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from verification.domain import Array, Border, Case, Domain, Draw


def covariances(rng: np.random.Generator, shape: tuple[int, ...], k: int, spread: float = 1.0) -> Array:
    """Random covariances with log-normal eigenvalues around 0.5 and random orientations."""
    rotation, _ = np.linalg.qr(rng.normal(size=(*shape, k, k)))
    scales = np.exp(spread * rng.normal(size=(*shape, k)) - 0.7)
    sigma = (rotation * scales[..., None, :]) @ rotation.swapaxes(-1, -2)
    return np.asarray((sigma + sigma.swapaxes(-1, -2)) / 2)


def covariance(k: int, seed: int, spread: float = 1.0) -> Array:
    """One fixed covariance, for a witness."""
    return covariances(np.random.default_rng(seed), (), k, spread)


def simplex(rng: np.random.Generator, shape: tuple[int, ...], concentration: float = 1.0) -> Array:
    """Random probability vectors along the last axis, none smaller than 1e-12."""
    weights = rng.gamma(concentration, size=shape) + 1e-12
    return np.asarray(weights / weights.sum(-1, keepdims=True))


def beta_inside(rng: np.random.Generator, n: int) -> Array:
    """beta in (0, 1), a tenth of them within 1 % of an end."""
    beta = rng.uniform(0.02, 0.98, size=n)
    beta[: n // 10] = rng.uniform(0.0005, 0.01, size=n // 10)
    return beta


def aggregates(rng: np.random.Generator, n: int, N: int, k: int) -> dict[str, Array]:
    """N posteriors a case: from nearly equal to well separated."""
    separation = np.exp(rng.uniform(np.log(0.02), np.log(4.0), size=(n, 1, 1)))
    return {
        "mu": separation * rng.normal(size=(n, N, k)),
        "Sigma": covariances(rng, (n, N), k, 0.6),
        "beta": beta_inside(rng, n),
    }


def one(mu: Any, Sigma: Any, beta: float) -> Case:
    return {"mu": mu, "Sigma": Sigma, "beta": beta}


def _one_gaussian(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    for k in (1, 2, 3):
        yield {
            "mu": 1.5 * rng.normal(size=(n, k)),
            "Sigma": covariances(rng, (n,), k, 1.2),
            "beta": beta_inside(rng, n),
        }


_S2 = [[0.9, 0.3], [0.3, 0.4]]
_S3 = [[0.9, 0.2, 0.1], [0.2, 0.6, -0.1], [0.1, -0.1, 0.8]]

ONE_GAUSSIAN = Domain(
    "one Gaussian, 0 < beta < 1",
    (
        one([0.0], [[1.0]], 0.5),
        one([1.0], [[0.25]], 0.3),
        one([-2.0], [[3.0]], 0.8),
        one([0.7], [[0.01]], 0.95),
        one([1.0, -0.5], _S2, 0.3),
        one([-0.4, 1.2], covariance(2, 1), 0.7),
        one([0.5, -1.0, 0.8], _S3, 0.4),
    ),
    _one_gaussian,
)


def _any_beta(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    for k in (1, 2):
        beta = np.where(rng.random(n) < 0.5, rng.uniform(-2.0, -0.05, n), rng.uniform(1.05, 3.0, n))
        inside = rng.uniform(0.05, 0.9, size=(n, k))
        negative, above = (1 - beta) / -beta, (beta - 1) / beta
        eigenvalues = np.where(beta[:, None] < 0, inside * negative[:, None], above[:, None] / inside)
        rotation, _ = np.linalg.qr(rng.normal(size=(n, k, k)))
        sigma = (rotation * eigenvalues[:, None, :]) @ rotation.swapaxes(-1, -2)
        yield {"mu": rng.normal(size=(n, k)), "Sigma": (sigma + sigma.swapaxes(-1, -2)) / 2, "beta": beta}


def tilt_exists(mu: Array, Sigma: Array, beta: Array) -> Array:
    """beta I + (1 - beta) Sigma^-1 positive definite: the tilted Gaussian is integrable."""
    s = np.linalg.eigvalsh(Sigma)
    b = np.asarray(beta)[:, None]
    return np.asarray((b + (1 - b) / s > 0).all(-1))


ANY_BETA = Domain(
    "one Gaussian, beta outside [0, 1] where the integral is finite",
    (
        one([0.5], [[1.5]], -0.5),
        one([1.0], [[0.3]], -1.0),
        one([1.0], [[1.0]], 1.5),
        one([-0.8], [[2.0]], 2.0),
        one([0.5, 1.0], [[1.4, 0.2], [0.2, 1.1]], -0.6),
        one([0.5, -0.3], [[1.4, 0.2], [0.2, 1.1]], 1.8),
    ),
    _any_beta,
    requires=tilt_exists,
    border=Border("beta", 0.5, -3.0),
)


def _aggregate(shapes: tuple[tuple[int, int], ...]) -> Draw:
    def draw(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
        for N, k in shapes:
            yield aggregates(rng, n, N, k)

    return draw


_LINE = (
    one([[-0.5], [1.5]], [[[0.25]], [[0.6]]], 0.3),
    one([[-2.0], [0.3], [1.4]], [[[0.1]], [[0.5]], [[0.2]]], 0.6),
    one([[0.6], [0.7], [-0.9]], [[[0.8]], [[0.5]], [[1.6]]], 0.85),
)
_PLANE = (
    one([[-1.0, 0.4], [0.8, 0.9]], [_S2, [[0.3, -0.1], [-0.1, 0.5]]], 0.4),
    one([[0.5, 0.1], [0.6, -0.2]], [[[0.7, 0.2], [0.2, 0.9]], [[0.5, 0.0], [0.0, 1.3]]], 0.75),
)

AGGREGATE = Domain("aggregate of N Gaussians", (*_LINE, *_PLANE), _aggregate(((2, 1), (3, 1), (2, 2))))
AGGREGATE_LINE = Domain("aggregate of N Gaussians on the line", _LINE, _aggregate(((2, 1), (3, 1))))

_EQUAL = np.array([[0.4, -0.8]])
EQUAL_POSTERIORS = Domain(
    "N equal posteriors (where the Jensen and power-mean bounds are attained)",
    (
        one([[0.7], [0.7]], [[[0.3]], [[0.3]]], 0.35),
        one([[-1.0]] * 4, [[[0.6]]] * 4, 0.8),
        one([[0.4, -0.8]] * 2, [_S2] * 2, 0.55),
    ),
)
EQUAL_TO_PRIOR = Domain(
    "every posterior equal to the prior (where collapse bounds are attained)",
    (
        one([[0.0], [0.0]], [[[1.0]]] * 2, 0.35),
        one([[0.0]] * 3, [[[1.0]]] * 3, 0.8),
        one([[0.0, 0.0]] * 2, [np.eye(2).tolist()] * 2, 0.55),
    ),
)
SEPARATED = Domain(
    "posteriors so far apart that they do not overlap (where the sum over components is attained)",
    (
        one([[-1.0], [1.0]], [[[1e-4]], [[2e-4]]], 0.4),
        one([[-2.0], [0.5], [3.0]], [[[1e-4]], [[5e-5]], [[2e-4]]], 0.25),
        one([[-1.0, 0.2], [1.0, -0.7]], [[[2e-4, 5e-5], [5e-5, 1e-4]], [[1e-4, 0.0], [0.0, 3e-4]]], 0.3),
    ),
)


def _with_phi(draw: Draw, concentration: float = 1.5) -> Draw:
    def with_phi(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
        for args in draw(rng, n):
            yield {**args, "phi": simplex(rng, args["mu"].shape[:2], concentration)}

    return with_phi


AGGREGATE_WITH_WEIGHTS = Domain(
    "aggregate on the line with constant weights phi",
    (
        {**_LINE[0], "phi": [0.5, 0.5]},
        {**_LINE[0], "phi": [0.9, 0.1]},
        {**_LINE[1], "phi": [0.2, 0.3, 0.5]},
    ),
    _with_phi(_aggregate(((2, 1), (3, 1)))),
)

SEPARATED_LINE = Domain("posteriors on the line that do not overlap", SEPARATED.witnesses[:2])
SHRINKING = Domain(
    "distinct means on the line, variances running to zero",
    (one([[-0.5], [1.5]], [[[0.25]], [[0.6]]], 0.3), one([[-2.0], [0.3], [1.4]], [[[0.1]], [[0.5]], [[0.2]]], 0.6)),
)


def _two(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    for k in (1, 2):
        yield {
            "mu0": rng.normal(size=(n, k)), "Sigma0": covariances(rng, (n,), k, 0.6),
            "mu1": rng.normal(size=(n, k)), "Sigma1": covariances(rng, (n,), k, 0.6),
            "alpha": rng.uniform(0.05, 0.95, n),
        }  # fmt: skip


TWO_GAUSSIANS = Domain(
    "two Gaussians and an order alpha",
    (
        {"mu0": [0.3], "Sigma0": [[0.5]], "mu1": [-1.0], "Sigma1": [[1.3]], "alpha": 0.4},
        {"mu0": [0.3, 1.0], "Sigma0": _S2, "mu1": [-1.0, 0.4], "Sigma1": [[1.3, -0.2], [-0.2, 0.8]], "alpha": 0.7},
    ),
    _two,
)


def _point_gaussian(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    for k in (1, 3):
        yield {"z": rng.normal(size=(n, k)), "mu": rng.normal(size=(n, k)), "Sigma": covariances(rng, (n,), k, 0.8)}


POINT_GAUSSIAN = Domain(
    "a point z and one Gaussian",
    (
        {"z": [0.4], "mu": [-0.3], "Sigma": [[0.6]]},
        {"z": [0.4, 1.0], "mu": [-0.3, 0.5], "Sigma": _S2},
        {"z": [0.4, 1.0, -0.2], "mu": [-0.3, 0.5, 0.1], "Sigma": _S3},
    ),
    _point_gaussian,
)

EQUAL_WEIGHTS = Domain(
    "equal posteriors on the line with equal weights",
    ({**EQUAL_POSTERIORS.witnesses[0], "phi": [0.5, 0.5]}, {**EQUAL_POSTERIORS.witnesses[1], "phi": [0.25] * 4}),
)


def _line_gaussian(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    yield {"mu": 1 + rng.random((n, 1)), "Sigma": covariances(rng, (n,), 1, 0.6), "beta": rng.uniform(0.05, 0.9, n)}


ONE_GAUSSIAN_LINE = Domain(
    "one Gaussian on the line with mean other than 0",
    (one([1.0], [[0.25]], 0.3), one([-2.0], [[3.0]], 0.8), one([0.7], [[0.5]], 0.5)),
    _line_gaussian,
)


def _order_gaussian(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    for k in (1, 2):
        beta = rng.uniform(0.05, 0.9, n)
        yield {"mu": 0.5 * rng.random((n, k)) + 0.1, "Sigma": covariances(rng, (n,), k, 0.6), "beta": beta}


ORDER_GAUSSIAN = Domain(
    "one Gaussian whose leading coefficient is not 0",
    (one([0.5], [[0.25]], 0.3), one([0.7], [[3.0]], 0.4), one([1.0, -0.5], [[0.9, 0.3], [0.3, 0.4]], 0.3)),
    _order_gaussian,
)


EQUAL_DETERMINANTS = Domain(
    "covariances of equal determinants (dyadic, so that they are equal in floats)",
    (
        {"Sigma": [[[0.5]], [[0.5]]], "mu": [[0.0], [1.0]], "beta": 0.3},
        {"Sigma": [[[2.0, 0.0], [0.0, 0.5]], [[1.0, 0.0], [0.0, 1.0]]], "mu": [[0.0, 1.0], [1.0, 0.5]], "beta": 0.6},
        {"Sigma": [[[1.0, 0.5], [0.5, 1.25]], [[4.0, 0.0], [0.0, 0.25]]], "mu": [[0.0, 1.0], [1.0, 0.5]], "beta": 0.8},
    ),
)

ENVELOPED = Domain("aggregate under an envelope", (*_LINE, *_PLANE), _aggregate(((3, 1),)))
SAMPLED_AGGREGATE = Domain(
    "aggregates whose r is sampled",
    (
        one([[-1.5], [1.5]], [[[0.2]], [[0.4]]], 0.25),
        one([[-1.5, 0.5], [1.0, -1.0], [0.3, 1.2]], [_S2, [[0.3, -0.1], [-0.1, 0.5]], [[0.2, 0.0], [0.0, 0.1]]], 0.6),
    ),
)

_CLOSE = [[-0.5], [0.5]]
FLAT_DECODER = Domain(
    "small equal variances about means close to 0 (a decoder that does not care)",
    (
        one(_CLOSE, [[[1e-3]]] * 2, 0.5),
        one([[-0.75], [0.5]], [[[5e-4]]] * 2, 0.7),
        one([[-0.25], [0.75]], [[[1e-3]]] * 2, 0.3),
    ),
)
SHRINKING_EQUALLY = Domain(
    "distinct means on the line, one variance for all, running to zero",
    (one(_CLOSE, [[[0.5]]] * 2, 0.5), one([[-2.0], [0.3], [1.4]], [[[0.3]]] * 3, 0.6)),
)
SHRINKING_EQUALLY_CLOSE = Domain(
    "distinct means on the line, one variance for all, non-zero slope",
    (one(_CLOSE, [[[1.0]]] * 2, 0.5), one([[-0.75], [0.5]], [[[0.5]]] * 2, 0.7)),
)
DEGENERATE = Domain(
    "means with log-likelihoods at them",
    (
        {"log_lik_at_means": [-1.0, -2.5], "mu": [[0.3], [-1.0]], "beta": 0.4},
        {"log_lik_at_means": [-1.0, -2.5, 0.5], "mu": [[0.3, 1.0], [-1.0, 0.2], [0.6, -0.7]], "beta": 0.7},
    ),
)

"""Domains of whole VAEs: finite tables of both joints, latents on a grid, and the linear-Gaussian model."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from verification.balls import as_balls, working_precision
from verification.domain import Array, Case, Domain, exact_log
from verification.domains.finite import dyadic
from verification.domains.gaussians import covariances

# --- finite tables ----------------------------------------------------------------------------------------------------


def _ratio_log(counts: Any, axis: int) -> Array:
    """Logarithms of counts over their sum along an axis, as balls: probabilities that need not be dyadic."""
    with working_precision(600):
        whole = as_balls(np.asarray(counts, float))
        return np.asarray(np.log(whole / whole.sum(axis=axis, keepdims=True)), dtype=object)


def _whole_log(counts: Any) -> Array:
    shape = np.shape(counts)
    return _ratio_log(np.ravel(counts), -1).reshape(shape)


def tables(data: Any, enc: Any, prior: Any, dec: Any) -> Case:
    """Counts of the data, of the encoder's rows, of the prior and of the decoder's columns."""
    return {
        "log_data": _ratio_log(data, -1),
        "log_enc": _ratio_log(enc, -1),
        "log_prior": _ratio_log(prior, -1),
        "log_dec": _ratio_log(dec, -2),
    }


def _random_tables(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    for M, K in ((2, 3), (3, 2)):
        yield {
            "log_data": exact_log(dyadic(rng, (n, M))),
            "log_enc": exact_log(dyadic(rng, (n, M, K))),
            "log_prior": exact_log(dyadic(rng, (n, K))),
            "log_dec": exact_log(dyadic(rng, (n, K, M)).swapaxes(-1, -2)),
        }


_TABLES = (
    tables([3, 1], [[2, 1, 1], [1, 2, 5]], [4, 2, 2], [[7, 1, 4], [1, 7, 4]]),
    tables([1, 3], [[1, 6, 1], [5, 1, 2]], [1, 6, 1], [[1, 2, 5], [3, 2, 3]]),
    tables([3, 2, 3], [[5, 3], [1, 7], [4, 4]], [3, 13], [[4, 1], [1, 6], [3, 1]]),
)
# Every x has a code of its own; as floats, since no ball says log 0.
_CODES: Case = {
    "log_data": exact_log([0.5, 0.25, 0.25]),
    "log_enc": np.where(np.eye(3) == 1, 0, -np.inf),
    "log_prior": exact_log([0.25, 0.25, 0.5]),
    "log_dec": exact_log([[0.75, 0.125, 0.25], [0.125, 0.75, 0.25], [0.125, 0.125, 0.5]]),
}
VAE = Domain("finite VAE: x in 1..M, z in 1..K", _TABLES, _random_tables)
VAE_WITH_CODES = Domain("finite VAE, also with one code for each x", (*_TABLES, _CODES), _random_tables)


def _inverted(data: Any, enc: Any, prior: Any) -> Case:
    """The decoder is the encoder's own inverse: P_theta(x|z) = P_enc(x|z)."""
    weights, rows = np.asarray(data, float)[:, None], np.asarray(enc, float)
    return tables(data, enc, prior, weights * rows)


# The rows of each encoder add up to one number, so that counts of the joint are products of counts.
INVERTED = Domain(
    "finite VAE whose decoder is the encoder's inverted posterior",
    (
        _inverted([3, 1], [[2, 1, 5], [1, 2, 5]], [4, 2, 2]),
        _inverted([1, 3], [[1, 6, 1], [5, 1, 2]], [1, 6, 1]),
        _inverted([3, 2, 3], [[5, 3], [1, 7], [4, 4]], [3, 13]),
    ),
)


def _matched(data: Any, enc: Any, dec: Any) -> Case:
    """The prior is the aggregated posterior."""
    counts = np.asarray(data, float) @ np.asarray(enc, float)
    return tables(data, enc, counts, dec)


MATCHED = Domain(
    "finite VAE whose prior is the aggregated posterior",
    (
        _matched([3, 1], [[2, 1, 5], [1, 2, 5]], [[7, 1, 4], [1, 7, 4]]),
        _matched([1, 3], [[1, 6, 1], [5, 1, 2]], [[1, 2, 5], [3, 2, 3]]),
        _matched([3, 2, 3], [[5, 3], [1, 7], [4, 4]], [[4, 1], [1, 6], [3, 1]]),
    ),
)


def _deaf(data: Any, enc: Any, prior: Any, column: Any) -> Case:
    """The decoder ignores z."""
    return tables(data, enc, prior, np.repeat(np.asarray(column, float)[:, None], len(prior), axis=1))


DEAF = Domain(
    "finite VAE whose decoder ignores z",
    (
        _deaf([3, 1], [[2, 1, 5], [1, 2, 5]], [4, 2, 2], [1, 7]),
        _deaf([1, 3], [[1, 6, 1], [5, 1, 2]], [1, 6, 1], [5, 3]),
        _deaf([3, 2, 3], [[5, 3], [1, 7], [4, 4]], [3, 13], [1, 4, 3]),
    ),
)

# --- one joint, or two distributions ----------------------------------------------------------------------------------


def _random_joints(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    for M, K in ((2, 3), (3, 2)):
        yield {"log_joint": exact_log(dyadic(rng, (n, M * K)).reshape(n, M, K))}


JOINT = Domain(
    "joint of x in 1..M and z in 1..K",
    (
        {"log_joint": _whole_log([[4, 2, 1], [1, 3, 5]])},
        {"log_joint": _whole_log([[1, 6], [5, 1], [2, 2]])},
        {"log_joint": _whole_log([[1, 2], [4, 2]])},
    ),
    _random_joints,
)


def _random_distributions(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    yield {name: exact_log(dyadic(rng, (n, 3))) for name in ("log_p", "log_a", "log_b")}


DISTRIBUTIONS = Domain(
    "distributions on 1..K, also with a state that never occurs",
    (
        {"log_p": _whole_log([3, 1]), "log_a": _whole_log([2, 5]), "log_b": _whole_log([1, 7])},
        {"log_p": _whole_log([1, 2, 4]), "log_a": _whole_log([5, 1, 2]), "log_b": _whole_log([1, 1, 3])},
        {
            "log_p": np.append(np.log([0.5, 0.25, 0.25]), -np.inf),
            "log_a": np.array([0, -np.inf, -np.inf, -np.inf]),
            "log_b": exact_log([0.5, 0.25, 0.125, 0.125]),
        },
    ),
    _random_distributions,
)

# --- z = (z1, z2) on a grid -------------------------------------------------------------------------------------------


def grid(aggregate: Any, prior: Any) -> Case:
    return {"log_aggregate": _whole_log(aggregate), "log_prior": _whole_log(prior)}


def _random_grids(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    for J, K in ((2, 2), (2, 3)):
        pair = (dyadic(rng, (n, J * K)).reshape(n, J, K) for _ in range(2))
        yield dict(zip(("log_aggregate", "log_prior"), map(exact_log, pair), strict=True))


GRID = Domain(
    "z = (z1, z2) on a grid, priors that do not factorise",
    (
        grid([[4, 2], [1, 1]], [[3, 1], [1, 3]]),
        grid([[1, 5], [1, 1]], [[1, 6], [6, 3]]),
        grid([[2, 1, 3], [1, 7, 2]], [[5, 1, 2], [1, 4, 3]]),
    ),
    _random_grids,
)


def _random_independent(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    for J, K in ((2, 2), (2, 3)):
        aggregate = dyadic(rng, (n, J * K)).reshape(n, J, K)
        prior = dyadic(rng, (n, J))[:, :, None] * dyadic(rng, (n, K))[:, None, :]
        yield {"log_aggregate": exact_log(aggregate), "log_prior": exact_log(prior)}


INDEPENDENT_GRID = Domain(
    "z = (z1, z2) on a grid, independent priors",
    (
        grid([[4, 2], [1, 1]], np.outer([3, 1], [1, 3])),
        grid([[1, 5], [1, 1]], np.outer([1, 6], [6, 3])),
        grid([[2, 1, 3], [1, 7, 2]], np.outer([5, 1], [1, 4, 3])),
    ),
    _random_independent,
)
OWN_GRID = Domain(
    "z = (z1, z2) on a grid, the aggregate equal to a prior that does not factorise",
    tuple(grid(prior, prior) for prior in ([[3, 1], [1, 3]], [[1, 6], [6, 3]], [[5, 1, 2], [1, 4, 3]])),
)

# --- empirical data under densities ---------------------------------------------------------------------------------


def empirical(data: Any, centres: Any, enc: Any) -> Case:
    return {"data": data, "centres": centres, "log_enc": _ratio_log(enc, -1)}


def _random_empirical(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    yield {
        "data": rng.normal(size=(n, 3, 1)),
        "centres": rng.normal(size=(n, 2, 1)),
        "log_enc": exact_log(dyadic(rng, (n, 3, 2))),
    }


EMPIRICAL = Domain(
    "N data points, z in 1..K, decoder N(x; m_z, I)",
    (
        empirical([[-0.125], [0.0], [0.125]], [[0.0]], [[1], [1], [1]]),
        empirical([[-0.25], [0.0], [0.5]], [[0.0], [0.25]], [[3, 1], [1, 1], [1, 7]]),
        empirical([[-2.0], [0.0], [1.5]], [[-1.0], [1.0]], [[7, 1], [1, 1], [1, 3]]),
    ),
    _random_empirical,
)
EMPIRICAL_BALANCED = Domain(
    "data points alike to a decoder N(x; m_z, I), a code that says nothing",
    (
        empirical([[-0.5], [0.5]], [[0.0]], [[1], [1]]),
        empirical([[-1.5], [1.5]], [[0.0], [0.0]], [[1, 3], [1, 3]]),
        empirical([[0.5, 0.5], [0.5, -0.5], [-0.5, 0.5], [-0.5, -0.5]], [[0.0, 0.0], [0.0, 0.0]], [[5, 3]] * 4),
    ),
)

# --- the linear-Gaussian model ----------------------------------------------------------------------------------------

_S2, _P2 = [[0.9, 0.3], [0.3, 0.4]], [[1.5, -0.5], [-0.5, 0.8]]
_X2 = [[2.0, 0.5], [0.5, 1.0]]


def linear(A: Any, Sigma: Any, Sigma_x: Any, W: Any, noise: Any, Sigma0: Any, x: Any, z: Any) -> Case:
    return {"A": A, "Sigma": Sigma, "Sigma_x": Sigma_x, "W": W, "noise": noise, "Sigma0": Sigma0, "x": x, "z": z}


def _random_linear(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    for k, D in ((1, 2), (2, 2)):
        yield {
            "A": rng.normal(size=(n, k, D)),
            "Sigma": covariances(rng, (n,), k, 0.7),
            "Sigma_x": covariances(rng, (n,), D, 0.7),
            "W": rng.normal(size=(n, D, k)),
            "noise": np.exp(rng.uniform(-1.5, 1.0, n)),
            "Sigma0": covariances(rng, (n,), k, 0.7),
            "x": rng.normal(size=(n, D)),
            "z": rng.normal(size=(n, k)),
        }


LINEAR = Domain(
    "linear-Gaussian VAE, any Gaussian prior",
    (
        linear([[0.8]], [[0.3]], [[1.5]], [[0.7]], 0.4, [[2.0]], [0.5], [-0.3]),
        linear([[1.2, -0.4]], [[0.6]], _X2, [[0.9], [0.2]], 0.5, [[0.7]], [0.5, -1.0], [0.8]),
        linear([[0.5, 0.2], [-0.3, 0.8]], _S2, _X2, [[0.8, 0.2], [-0.3, 0.5]], 0.7, _P2, [0.3, 1.1], [0.4, -0.6]),
    ),
    _random_linear,
)


def _inverted_linear(a: float, s: float, v: float, k: int) -> Case:
    """A = a I, Sigma = s I, Sigma_x = v I and the decoder that inverts them; exact in floats for the chosen numbers."""
    eye, spread = np.eye(k), a * a * v + s
    return linear(
        (a * eye).tolist(), (s * eye).tolist(), (v * eye).tolist(), (a * v / spread * eye).tolist(), v * s / spread,
        (2 * eye).tolist(), [0.5] * k, [-0.5] * k,
    )  # fmt: skip


INVERTED_LINEAR = Domain(
    "linear-Gaussian VAE whose decoder is the inverted posterior",
    (_inverted_linear(1.0, 1.0, 1.0, 1), _inverted_linear(0.5, 3.0, 4.0, 2), _inverted_linear(2.0, 4.0, 3.0, 2)),
)
MATCHED_LINEAR = Domain(
    "linear-Gaussian VAE whose prior is the aggregated posterior",
    (
        linear([[1.0]], [[0.5]], [[1.5]], [[0.7]], 0.4, [[2.0]], [0.5], [-0.3]),
        linear([[0.5, 1.0]], [[0.5]], [[2.0, 0.5], [0.5, 1.0]], [[0.9], [0.2]], 0.5, [[2.5]], [0.5, -1.0], [0.8]),
        linear([[1.0, 0.0], [1.0, 1.0]], [[0.5, 0.25], [0.25, 1.0]], [[2.0, 0.5], [0.5, 1.0]],
               [[0.8, 0.2], [-0.3, 0.5]], 0.7, [[2.5, 2.75], [2.75, 5.0]], [0.3, 1.1], [0.4, -0.6]),
    ),
)  # fmt: skip


def _random_independent_linear(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    for args in _random_linear(rng, n):
        yield {**args, "Sigma0": args["Sigma0"] * np.eye(args["Sigma0"].shape[-1])}


INDEPENDENT_LINEAR = Domain(
    "linear-Gaussian VAE, independent priors",
    (
        linear([[1.2, -0.4]], [[0.6]], _X2, [[0.9], [0.2]], 0.5, [[0.7]], [0.5, -1.0], [0.8]),
        linear([[0.5, 0.2], [-0.3, 0.8]], _S2, _X2, [[0.8, 0.2], [-0.3, 0.5]], 0.7, [[1.5, 0.0], [0.0, 0.8]],
               [0.3, 1.1], [0.4, -0.6]),
        linear([[1.0, 0.0], [1.0, 1.0]], _S2, _X2, [[0.8, 0.2], [-0.3, 0.5]], 0.7, [[1.0, 0.0], [0.0, 1.0]],
               [0.3, 1.1], [0.4, -0.6]),
    ),
    _random_independent_linear,
)  # fmt: skip

# --- Gaussian posteriors of N data ------------------------------------------------------------------------------------


def _random_diagonal(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    for N, k in ((2, 1), (3, 2)):
        yield {
            "z": rng.normal(size=(n, k)),
            "mu": rng.normal(size=(n, N, k)),
            "Sigma": np.exp(rng.normal(size=(n, N, k, 1))) * np.eye(k),
        }


DIAGONAL = Domain(
    "N Gaussian posteriors with diagonal covariances",
    (
        {"z": [0.3], "mu": [[1.0], [-0.5]], "Sigma": [[[0.25]], [[2.0]]]},
        {"z": [0.3, -1.2], "mu": [[1.0, 0.5], [-0.5, 0.2]],
         "Sigma": [[[0.25, 0.0], [0.0, 3.0]], [[2.0, 0.0], [0.0, 0.5]]]},
        {"z": [-0.6, 0.1], "mu": [[0.3, -2.0], [1.5, 0.2], [-0.7, 0.4]],
         "Sigma": [[[0.1, 0.0], [0.0, 0.7]], [[1.0, 0.0], [0.0, 0.4]], [[1.5, 0.0], [0.0, 0.2]]]},
    ),
    _random_diagonal,
)  # fmt: skip


def _random_full(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    for N, k in ((2, 2), (3, 3)):
        yield {
            "z": rng.normal(size=(n, k)),
            "mu": rng.normal(size=(n, N, k)),
            "Sigma": covariances(rng, (n, N), k, 0.7),
        }


CORRELATED = Domain(
    "N Gaussian posteriors with full covariances",
    (
        {"z": [0.3, -1.2], "mu": [[1.0, 0.5], [-0.5, 0.2]], "Sigma": [_S2, _P2]},
        {"z": [-0.6, 0.1], "mu": [[0.3, -2.0], [1.5, 0.2], [-0.7, 0.4]], "Sigma": [_P2, _S2, _X2]},
    ),
    _random_full,
)

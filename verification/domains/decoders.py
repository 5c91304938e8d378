"""Domains of a linear-Gaussian decoder with any Gaussian encoder."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from verification.domain import Array, Case, Domain, Draw
from verification.domains.gaussians import _LINE, aggregates, covariances
from verification.domains.proposals import _S2


def _linear(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    for k in (1, 2):
        yield {
            "x": rng.normal(size=(n, 2)),
            "W": rng.normal(size=(n, 2, k)),
            "noise": np.exp(rng.uniform(-1.5, 1.0, n)),
            "mu": rng.normal(size=(n, k)),
            "Sigma": covariances(rng, (n,), k, 0.7),
            "beta": rng.uniform(0.05, 0.95, n),
        }


def _above_one(draw: Draw) -> Draw:
    def raised(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
        for args in draw(rng, n):
            yield {**args, "beta": 1 + 3 * args["beta"]}

    return raised


_DECODED = (
    {"x": [0.5, -1.0], "W": [[0.8], [-0.3]], "noise": 0.5, "mu": [0.4], "Sigma": [[0.6]], "beta": 0.3},
    {"x": [1.5, 0.4], "W": [[0.4], [1.1]], "noise": 0.2, "mu": [-0.2], "Sigma": [[1.3]], "beta": 0.7},
)
_DECODED_PLANE = (
    {"x": [0.5, -1.0], "W": [[0.8, 0.2], [-0.3, 0.5]], "noise": 0.4, "mu": [0.4, -0.6], "Sigma": _S2, "beta": 0.6},
)
LINEAR_DECODER = Domain("linear-Gaussian decoder, any Gaussian encoder", (*_DECODED, *_DECODED_PLANE), _linear)
LINEAR_DECODER_ABOVE_ONE = Domain(
    "linear-Gaussian decoder, any Gaussian encoder, beta > 1",
    tuple({**case, "beta": 1 + case["beta"]} for case in (*_DECODED, *_DECODED_PLANE)),  # type: ignore[operator]
    _above_one(_linear),
)


def _exact_posterior(x: Any, W: Any, noise: float, beta: float) -> Case:
    W_, x_ = np.asarray(W, float), np.asarray(x, float)
    precision = np.eye(W_.shape[1]) + W_.T @ W_ / noise
    return {"x": x, "W": W, "noise": noise, "mu": np.linalg.solve(precision, W_.T @ x_ / noise).tolist(),
            "Sigma": np.linalg.inv(precision).tolist(), "beta": beta}  # fmt: skip


IGNORED_DECODER = Domain(
    "decoder that ignores z, encoder equal to the prior, beta > 1",
    (
        {"x": [0.5, -1.0], "W": [[0.0], [0.0]], "noise": 0.5, "mu": [0.0], "Sigma": [[1.0]], "beta": 1.5},
        {"x": [1.5], "W": [[0.0, 0.0]], "noise": 2.0, "mu": [0.0, 0.0], "Sigma": np.eye(2).tolist(), "beta": 4.0},
    ),
)
EXACT_POSTERIOR = Domain(
    "linear-Gaussian decoder with the exact posterior as encoder (dyadic numbers, so that it is exact in floats)",
    (
        _exact_posterior([0.5, -1.0], [[1.0], [1.0]], 2.0, 0.5),
        _exact_posterior([1.5, 0.25], [[1.0], [0.0]], 1.0, 0.25),
        _exact_posterior([0.5, -1.5], [[1.0, 0.0], [0.0, 1.0]], 1.0, 0.75),
    ),
)


def _linear_aggregate(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    for N in (2, 3):
        yield {
            "x": rng.normal(size=(n, N, 2)),
            "W": rng.normal(size=(n, 2, 1)),
            "noise": np.exp(rng.uniform(-1.5, 1.0, n)),
            **aggregates(rng, n, N, 1),
        }


DECODED_AGGREGATE = Domain(
    "aggregate on the line under a linear-Gaussian decoder",
    (
        {"x": [[0.5, -1.0], [1.0, 0.2]], "W": [[0.8], [-0.3]], "noise": 0.5, **_LINE[0]},
        {"x": [[0.5, -1.0], [1.0, 0.2], [-0.7, 0.1]], "W": [[0.4], [1.1]], "noise": 0.3, **_LINE[1]},
        {"x": [[0.1, 0.4], [0.3, 0.2], [-0.7, 0.9]], "W": [[0.9], [0.2]], "noise": 0.8, **_LINE[2]},
    ),
    _linear_aggregate,
)

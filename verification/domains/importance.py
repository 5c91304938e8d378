"""Domains of one datum and K values of z, seen through importance weights; and of weights drawn."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from verification.domain import Array, Case, Domain, exact_log
from verification.domains.finite import dyadic
from verification.domains.gaussians import covariances


def _case(likelihood: Any, prior: Any, encoder: Any) -> Case:
    return {"log_lik": exact_log(likelihood), "log_prior": exact_log(prior), "log_encoder": exact_log(encoder)}


def _draw(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    yield {
        "log_lik": np.log(rng.uniform(0.05, 0.95, size=(n, 3))),
        "log_prior": exact_log(dyadic(rng, (n, 3))),
        "log_encoder": exact_log(dyadic(rng, (n, 3))),
    }


WEIGHTED = Domain(
    "one datum, z in 1..K, an encoder that leaves out no state",
    (
        _case([0.875, 0.5, 0.125], [0.5, 0.25, 0.25], [0.25, 0.5, 0.25]),
        _case([0.25, 0.9375], [0.75, 0.25], [0.5, 0.5]),
    ),
    _draw,
)
EXACT = Domain(
    "one datum, z in 1..K, the encoder is the exact posterior",
    (
        _case([0.5, 0.75, 0.25], [0.5, 0.25, 0.25], [0.5, 0.375, 0.125]),
        _case([0.25, 0.75], [0.5, 0.5], [0.25, 0.75]),
    ),
)
UNCOVERED = Domain(
    "one datum, z in 1..K, an encoder that leaves out states",
    (
        {"log_lik": np.log([0.5, 0.5]).tolist(), "log_prior": np.log([0.5, 0.5]).tolist(),
         "log_encoder": [0.0, -np.inf]},
        {"log_lik": np.log([0.875, 0.5, 0.125]).tolist(), "log_prior": np.log([0.5, 0.25, 0.25]).tolist(),
         "log_encoder": [np.log(0.5), np.log(0.5), -np.inf]},
    ),
)  # fmt: skip
MANY_DRAWS = Domain(
    "weights of K states and the number of draws",
    (
        {"log_w": exact_log([0.5, 1.5]), "log_encoder": exact_log([0.5, 0.5]), "m": 1.0},
        {"log_w": exact_log([0.75, 0.25, 0.5]), "log_encoder": exact_log([0.25, 0.25, 0.5]), "m": 1.0},
    ),
)


def _weights(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    yield {"log_w": np.log(rng.uniform(0.05, 2.0, size=(n, 4)))}


DRAWN_WEIGHTS = Domain(
    "weights drawn",
    ({"log_w": exact_log([0.25, 1.5]).tolist()}, {"log_w": exact_log([0.75, 0.125, 2.0]).tolist()}),
    _weights,
)


def _linear(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    for k in (1, 2):
        yield {
            "x": rng.normal(size=(n, 2)),
            "W": rng.normal(size=(n, 2, k)),
            "noise": np.exp(rng.uniform(-1.0, 1.0, n)),
            "mu": 0.7 * rng.normal(size=(n, k)),
            "Sigma": 0.6 * np.eye(k) + covariances(rng, (n,), k, 0.7),
        }


WIDE_ENCODER = Domain(
    "linear-Gaussian decoder, an encoder whose covariance doubled exceeds that of the exact posterior",
    (
        {"x": [0.5, -1.0], "W": [[0.8], [-0.3]], "noise": 0.5, "mu": [0.4], "Sigma": [[0.75]]},
        {"x": [0.5, -1.0], "W": [[0.8, 0.2], [-0.3, 0.5]], "noise": 0.4, "mu": [0.4, -0.6],
         "Sigma": [[1.0, 0.25], [0.25, 0.75]]},
    ),
    _linear,
)  # fmt: skip

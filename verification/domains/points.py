"""Domains of one point z: densities q_n(z) there, and weights over n."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from verification.domain import Array, Case, Domain, Draw, exact_log
from verification.domains.gaussians import _LINE, _PLANE, aggregates, beta_inside


def _mixture_terms(spread: float) -> Draw:
    def draw(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
        for N in (2, 4):
            log_q = 1.5 * rng.normal(size=(n, N))
            posterior = log_q - np.logaddexp.reduce(log_q, axis=-1, keepdims=True)
            tilt = posterior + spread * rng.normal(size=(n, N)) * 10.0 ** rng.uniform(-5, 0, size=(n, 1))
            log_phi = tilt - np.logaddexp.reduce(tilt, axis=-1, keepdims=True)
            yield {"log_q": log_q, "log_phi": log_phi, "beta": beta_inside(rng, n)}

    return draw


def point(log_q: Any, phi: Any, beta: float) -> Case:
    return {"log_q": log_q, "log_phi": exact_log(phi), "beta": beta}


MIXTURE_TERMS = Domain(
    "densities q_n(z) at a point with weights phi(n; z), many of them near the optimal ones",
    (
        point([0.3, -1.0], [0.5, 0.5], 0.4),
        point([-2.0, 0.5, 1.0], [0.2, 0.3, 0.5], 0.25),
        point([-0.1, 0.2, 0.4, -3.0], [0.7, 0.1, 0.1, 0.1], 0.8),
    ),
    _mixture_terms(1.0),
)


OPTIMAL_WEIGHTS = Domain(
    "densities q_n(z) at a point with one component only, or equal ones: weights exactly optimal",
    (
        point([0.75], [1.0], 0.4),
        point([0.5, 0.5], [0.5, 0.5], 0.3),
        point([-1.25] * 4, [0.25] * 4, 0.7),
    ),
)


def _terms_only(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    for N in (2, 4):
        yield {"log_q": 1.5 * rng.normal(size=(n, N)), "beta": beta_inside(rng, n)}


MINUS_ONE = Domain(
    "densities q_n(z) at a point, beta = -1",
    ({"log_q": [0.3, -1.0], "beta": -1.0}, {"log_q": [-2.0, 0.5, 1.0], "beta": -1.0}),
)
MIXTURE_TERMS_BELOW_ZERO = Domain(
    "densities q_n(z) at a point with weights phi(n; z), beta < 0",
    (
        point([0.0, 1.0], [0.5, 0.5], -1.0),
        point([-2.0, 0.5, 1.0], [0.2, 0.3, 0.5], -0.5),
        point([-0.1, 0.2, 0.4, -3.0], [0.7, 0.1, 0.1, 0.1], -2.0),
    ),
)
OPTIMAL_WEIGHTS_BELOW_ZERO = Domain(
    "weights exactly optimal, beta < 0",
    tuple({**case, "beta": -case["beta"]} for case in OPTIMAL_WEIGHTS.witnesses),
)
ONE_DENSITY = Domain(
    "one component, or one of several that has all the density",
    (
        {"log_q": [0.75], "beta": 0.4},
        {"log_q": [-1.25], "beta": 0.7},
        {"log_q": [-2000.0, 0.75, -2000.0], "beta": 0.4},
    ),
)

DENSITIES = Domain(
    "densities q_n(z) at a point",
    (
        {"log_q": [0.3, -1.0], "beta": 0.4},
        {"log_q": [-2.0, 0.5, 1.0], "beta": 0.25},
        {"log_q": [-0.1, 0.2, 0.4, -3.0], "beta": 0.8},
    ),
    _terms_only,
)


def _points(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    for N, k in ((2, 1), (3, 2)):
        yield {"z": rng.normal(size=(n, k)), **aggregates(rng, n, N, k)}


AGGREGATE_AT_POINT = Domain(
    "a point z and an aggregate of N Gaussians",
    (
        {"z": [0.3], **_LINE[0]},
        {"z": [-1.1], **_LINE[1]},
        {"z": [0.2, -0.6], **_PLANE[0]},
        {"z": [1.2, 0.5], **_PLANE[1]},
    ),
    _points,
)

"""Domains of stratified draws: the means of the strata, a stake, an error probability; and aggregates to certify."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from verification.domain import Domain
from verification.domains.gaussians import AGGREGATE, AGGREGATE_LINE
from verification.domains.proposals import BOUNDED_DRAWS

Array = np.ndarray[Any, Any]


def _strata(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    for N in (2, 4):
        means = rng.uniform(0, 1, (n, N))
        yield {"mean_of": means, "stake": rng.uniform(-1, 1, n)}


STRATA = Domain(
    "strata of unequal means and a stake",
    (
        {"mean_of": [0.125, 0.75], "stake": 0.75},
        {"mean_of": [0.25, 0.5, 0.875], "stake": -0.5},
        {"mean_of": [0.0, 1.0, 0.625, 0.25], "stake": 1.0},
    ),
    _strata,
)


def _allotted(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    for N in (2, 3):
        stake = rng.uniform(-0.875, 0.875, n)
        yield {"mean_of": rng.uniform(0, 1, (n, N)), "draws": rng.integers(1, 4, (n, N)).astype(float), "stake": stake}


ALLOTTED = Domain(
    "strata of unequal means and numbers of draws, and a stake",
    (
        {"mean_of": [0.125, 0.75], "draws": [3.0, 1.0], "stake": 0.75},
        {"mean_of": [0.25, 0.5, 0.875], "draws": [1.0, 4.0, 2.0], "stake": -0.5},
        {"mean_of": [0.0, 1.0, 0.625, 0.25], "draws": [2.0, 1.0, 1.0, 3.0], "stake": 0.875},
    ),
    _allotted,
)
EQUALLY_ALLOTTED = Domain(
    "strata of one mean and numbers of draws (where a wealth of one is attained)",
    (
        {"mean_of": [0.125] * 2, "draws": [3.0, 1.0], "stake": 0.75},
        {"mean_of": [0.5] * 3, "draws": [1.0, 4.0, 2.0], "stake": -0.5},
    ),
)
EQUAL_STRATA = Domain(
    "strata of one mean (where a wealth of one is attained)",
    (
        {"mean_of": [0.125] * 2, "stake": 0.75},
        {"mean_of": [0.5] * 3, "stake": -0.5},
        {"mean_of": [0.25] * 4, "stake": 1.0},
    ),
)
STRATIFIED_FLIPS = Domain(
    "stratified coin flips",
    (
        {"mean_of": [0.1, 0.6], "alpha": 0.3},
        {"mean_of": [0.05, 0.2, 0.9], "alpha": 0.4},
        {"mean_of": [0.75, 0.5], "alpha": 0.2},
    ),
)


def _pairs(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    yield {"x": rng.beta(0.7, 1.3, size=(n, 30, 2)), "alpha": 10.0 ** rng.uniform(-2, -0.5, n)}


def _near(centre: float, count: int) -> Any:
    steps = 0.02 * np.sin(np.arange(2 * count))
    return (centre + steps).reshape(-1, 2).tolist()


PAIRED_DRAWS = Domain(
    "pairs of draws in [0, 1], a stratum each, and an error probability alpha",
    (
        {"x": _near(0.4, 60), "alpha": 0.3},
        {"x": _near(0.7, 200), "alpha": 0.01},
        {"x": [[0.9, 0.1], [0.2, 0.8]] * 40, "alpha": 0.1},
        {"x": _near(0.97, 30), "alpha": 0.05},
        {"x": _near(0.03, 30), "alpha": 0.05},
    ),
    _pairs,
)


def _planned(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    yield {
        "x": rng.beta(0.7, 1.3, (n, 9)),
        "alpha": 10.0 ** rng.uniform(-1, -0.5, n),
        "variance": rng.uniform(0.02, 0.3, n),
    }


PLANNED_DRAWS = Domain(
    "n draws in [0, 1], an error probability alpha and a variance foreseen",
    tuple({**case, "variance": v} for case, v in zip(BOUNDED_DRAWS.witnesses[1:], (0.05, 0.02, 0.3), strict=True)),
    _planned,
)
MANY_DRAWS = Domain(
    "n draws in [0, 1] and an error probability alpha",
    (
        {"x": (0.5 + 0.05 * np.sin(np.arange(400))).tolist(), "alpha": 0.3},
        {"x": (0.3 + 0.2 * np.cos(np.arange(1000))).tolist(), "alpha": 0.01},
        {"x": ([0.0] * 3 + [1.0]) * 100, "alpha": 0.1},
        {"x": [0.97, 0.98] * 10, "alpha": 0.05},
        {"x": [0.03, 0.02] * 10, "alpha": 0.05},
    ),
)


def _no_beta(domain: Domain, name: str) -> Domain:
    return Domain(name, tuple({"mu": case["mu"], "Sigma": case["Sigma"]} for case in domain.witnesses))


CERTIFIED = _no_beta(AGGREGATE, "aggregates whose information is certified")
CERTIFIED_LINE = _no_beta(AGGREGATE_LINE, "aggregates on the line whose information is certified")
LOG_RATIOS = Domain(
    "log-ratios of S draws, an error probability alpha",
    (
        {"log_ratio": (0.3 + 0.3 * np.sin(np.arange(400))).tolist(), "alpha": 0.3},
        {"log_ratio": ([-9.0, 0.5, 0.25, 0.625] * 100), "alpha": 0.01},
    ),
)

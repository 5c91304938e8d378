"""Aggregates whose information is bracketed: any, of independent dimensions, equal, apart, with Gaussians beside."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from verification.domain import Array, Case, Domain, exact_log
from verification.domains.gaussians import AGGREGATE, EQUAL_POSTERIORS, SEPARATED_LINE
from verification.domains.points import AGGREGATE_AT_POINT


def _without_beta(domain: Domain) -> tuple[Case, ...]:
    return tuple({name: value for name, value in case.items() if name != "beta"} for case in domain.witnesses)


PAIRED = Domain("aggregates that are looked at in pairs", _without_beta(AGGREGATE))
BRACKETED = Domain("a few aggregates that all bounds are asked of", (PAIRED.witnesses[1], PAIRED.witnesses[3]))
EQUAL = Domain("equal posteriors whose information is none", _without_beta(EQUAL_POSTERIORS))
EQUAL_OR_APART = Domain(
    "posteriors that are equal, or so far apart that they do not overlap",
    (*_without_beta(EQUAL_POSTERIORS), *_without_beta(SEPARATED_LINE)),
)
APART = Domain("posteriors so far apart that nothing is left to tell", _without_beta(SEPARATED_LINE))


def _diagonal(mu: Any, std: Any) -> Case:
    return {"mu": mu, "Sigma": np.asarray(std, float)[..., None] ** 2 * np.eye(np.shape(mu)[-1])}


INDEPENDENT = Domain(
    "aggregates of posteriors of independent dimensions",
    (
        _diagonal([[-0.75, 1.5], [1.25, 0.5]], [[0.5, 1.0], [0.75, 0.25]]),
        _diagonal([[-2.0, 0.0], [0.5, 0.25], [1.0, 0.5]], [[0.25, 1.5], [1.0, 0.625], [2.0, 0.5]]),
        _diagonal([[-1.0], [0.5], [0.75], [2.0]], [[0.5], [0.25], [1.0], [0.75]]),
    ),
)
ONE_AXIS = Domain(
    "aggregates of posteriors that differ along one axis only",
    (
        _diagonal([[-0.75, 0.5], [1.25, 0.5]], [[0.5, 1.0], [0.75, 1.0]]),
        _diagonal([[0.25, -2.0], [0.25, 0.5], [0.25, 1.0]], [[0.5, 1.5], [0.5, 1.0], [0.5, 2.0]]),
    ),
)
_TILTED = [[1.0, 0.5], [0.5, 1.0]]


def _fit(case: Case, weights: Any, centre: Any, spread: Any) -> Case:
    return {**case, "log_weights": exact_log(weights), "centre": centre, "spread": spread}


_LINE, _THREE, _, _PLANE, _ = PAIRED.witnesses
APPROXIMATED = Domain(
    "aggregates with weighted Gaussians in their place",
    (
        _fit(_LINE, [0.25, 0.75], [[-0.25], [1.0]], [[[0.5]], [[0.75]]]),
        _fit(_THREE, [0.5, 0.5], [[-1.5], [0.75]], [[[0.25]], [[1.0]]]),
        _fit(_PLANE, [0.75, 0.25], [[-0.5, 0.5], [0.5, 0.5]], [[[1.0, 0.25], [0.25, 0.75]], [[0.5, 0.0], [0.0, 0.5]]]),
    ),
)
ITSELF = Domain(
    "equal posteriors with themselves in their place, twice",
    tuple(
        _fit(case, [0.25, 0.75], np.asarray(case["mu"])[:2], np.asarray(case["Sigma"])[:2]) for case in EQUAL.witnesses
    ),
)


def _of_equal_moments(case: Case) -> Case:
    mu, Sigma = np.asarray(case["mu"]), np.asarray(case["Sigma"])
    offset = mu - mu.mean(0)
    spread = (Sigma + offset[:, :, None] * offset[:, None, :]).mean(0)
    return _fit(case, [1.0], mu.mean(0)[None], spread[None])


MATCHED = Domain(
    "aggregates with one Gaussian of the same moments in their place",
    tuple(map(_of_equal_moments, (
        {"mu": [[-0.5], [1.5]], "Sigma": [[[0.25]], [[0.5]]]},
        {"mu": [[-1.0, 0.5], [0.5, 1.0]], "Sigma": [_TILTED, [[0.5, 0.0], [0.0, 0.25]]]},
    ))),
)  # fmt: skip


def _points(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    assert AGGREGATE_AT_POINT.draw is not None
    for args in AGGREGATE_AT_POINT.draw(rng, n):
        yield {name: value for name, value in args.items() if name != "beta"}


POINTS = Domain("a point and an aggregate", _without_beta(AGGREGATE_AT_POINT), _points)


def _untilted(case: Any) -> Any:
    Sigma = np.asarray(case["Sigma"], float)
    return {**case, "Sigma": Sigma * np.eye(Sigma.shape[-1])}


INDEPENDENT_POINTS = Domain(
    "a point and an aggregate of posteriors with independent dimensions; tilted ones go beyond the bound",
    tuple(map(_untilted, POINTS.witnesses)),
    lambda rng, n: map(_untilted, _points(rng, n)),
)
TILTED_POINTS = Domain(
    "the common mean of equal posteriors whose dimensions are correlated",
    (
        {"z": [0.0, 0.0], "mu": [[0.0, 0.0]], "Sigma": [[[1.0, 0.5], [0.5, 1.0]]]},
        {"z": [-1.0, 0.5], "mu": [[-1.0, 0.5]] * 2, "Sigma": [[[2.0, -1.875], [-1.875, 2.0]]] * 2},
        {"z": [1.0, 0.0, 2.0], "mu": [[1.0, 0.0, 2.0]], "Sigma": [[[1.0, 0.5, 0.0], [0.5, 1.0, 0.5], [0.0, 0.5, 1.0]]]},
    ),
)
FAR_POINTS = Domain(
    "a point at one posterior, the others far from it",
    (
        {"z": [-1.0], "mu": [[-1.0], [1.0]], "Sigma": [[[1e-4]], [[1e-4]]]},
        {"z": [-2.0], "mu": [[-2.0], [0.5], [3.0]], "Sigma": [[[1e-4]]] * 3},
        {"z": [1.0, 1.0], "mu": [[-1.0, -1.0], [1.0, 1.0]], "Sigma": [[[1e-4, 0.0], [0.0, 1e-4]]] * 2},
    ),
)

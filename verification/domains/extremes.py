"""Aggregates that tell nearly nothing of the posterior that a draw is from, or nearly all; and groups of posteriors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from verification.domain import Array, Case, Domain
from verification.domains.brackets import EQUAL

_TILTED = [[0.5, 0.125], [0.125, 0.375]]


def _diagonal(mu: Any, variance: Any) -> Case:
    return {"mu": mu, "Sigma": (np.asarray(variance, float)[..., None] * np.eye(np.shape(mu)[-1])).tolist()}


def _near_one(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    for N, k in ((2, 1), (3, 1), (2, 2)):
        variance = np.exp(0.2 * rng.normal(size=(n, N, k)))
        yield {"mu": 0.4 * rng.normal(size=(n, N, k)), "Sigma": variance[..., None] * np.eye(k)}


NEAR_ONE_INDEPENDENT = Domain(
    "posteriors of independent dimensions, nearly one",
    (
        _diagonal([[-0.25], [0.5]], [[1.0], [0.75]]),
        _diagonal([[-0.5], [0.25], [0.125]], [[0.5], [0.75], [0.625]]),
        _diagonal([[-0.25, 0.5], [0.25, 0.25], [0.5, -0.25]], [[1.0, 0.5], [0.75, 0.625], [0.875, 0.5]]),
    ),
    _near_one,
)
NEAR_ONE = Domain(
    "posteriors that are nearly one",
    (
        *NEAR_ONE_INDEPENDENT.witnesses,
        {"mu": [[-0.25, 0.5], [0.25, 0.25]], "Sigma": [_TILTED, [[0.5, 0.0], [0.0, 0.5]]]},
    ),
    _near_one,
)
ONE_INDEPENDENT = Domain("equal posteriors of independent dimensions", EQUAL.witnesses[:2])


def _grouped(case: Case, group: list[int]) -> Case:
    return {**case, "member": np.eye(max(group) + 1)[group].tolist()}


GROUPS = Domain(
    "posteriors in groups",
    (
        _grouped(_diagonal([[-1.5], [1.0], [1.5]], [[0.25], [0.5], [0.375]]), [0, 1, 1]),
        _grouped(_diagonal([[-2.0], [-1.0], [1.0], [2.5]], [[0.25], [0.5], [0.375], [0.5]]), [0, 1, 1, 2]),
        _grouped({"mu": [[-0.75, 0.5], [1.25, 0.25]], "Sigma": [_TILTED, [[0.5, 0.0], [0.0, 0.25]]]}, [0, 1]),
        _grouped({"mu": [[-0.5, 0.5], [1.5, 0.5], [0.0, -1.0]], "Sigma": [_TILTED] * 3}, [1, 0, 1]),
    ),
)
SETTLED_GROUPS = Domain(
    "two groups of one and the same posterior, one group of all, or groups that do not overlap",
    (
        _grouped(_diagonal([[0.5], [0.5]], [[0.25], [0.25]]), [0, 1]),
        _grouped({"mu": [[0.5, -1.0]] * 2, "Sigma": [_TILTED] * 2}, [1, 0]),
        _grouped(_diagonal([[-1.0], [0.5], [1.0]], [[0.5], [0.25], [0.5]]), [0, 0, 0]),
        _grouped(_diagonal([[-40.0], [40.0], [40.5]], [[0.5], [0.25], [0.5]]), [0, 1, 1]),
    ),
)
CERTIFIED_EXTREMES = Domain(
    "posteriors in the plane that are nearly one, or of which only some overlap, and little",
    (
        {"mu": [[-0.125, 0.25], [0.0, 0.125]], "Sigma": [_TILTED, [[0.5, 0.125], [0.125, 0.5]]]},
        {"mu": [[-6.0, 5.0], [2.0, 1.0], [3.75, -0.75]], "Sigma": [_TILTED, _TILTED, [[0.5, 0.0], [0.0, 0.25]]]},
        _diagonal([[-6.0, 6.0], [-2.0, 1.0], [1.0, 0.5], [4.0, 0.0], [6.0, -6.0]], [[1.0, 0.5]] * 5),
    ),
)

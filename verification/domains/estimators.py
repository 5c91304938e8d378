"""Domains of estimators: matrices of cross-evaluations, and finite models over all of whose batches one can sum."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from verification.domain import Array, Case, Domain, exact_log
from verification.domains.finite import dyadic

# --- a mini-batch of B out of N ---------------------------------------------------------------------------------------


def _matrix(q: Any, N: float) -> Case:
    return {"log_cross": exact_log(q), "N": N}


def _densities(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    return np.log(rng.uniform(0.05, 2.0, size=shape))


_TWO = [[1.5, 0.25], [0.125, 2.0]]
_THREE = [[2.0, 0.25, 0.5], [0.125, 1.5, 1.0], [0.75, 0.0625, 3.0]]


def _random_matrices(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    for B in (2, 4):
        yield {"log_cross": _densities(rng, (n, B, B)), "N": rng.integers(B, 9, size=n).astype(float)}


MATRICES = Domain(
    "densities of B draws under B posteriors out of N",
    (_matrix(_TWO, 4), _matrix(_TWO, 2), _matrix(_THREE, 7), _matrix(_THREE, 3)),
    _random_matrices,
)
WHOLE = Domain("densities of N draws under all N posteriors", (_matrix(_TWO, 2), _matrix(_THREE, 3)))
DRAWS = Domain(
    "densities of S draws under N posteriors",
    (
        {"log_cross": exact_log(_THREE[:2])},
        {"log_cross": exact_log(_THREE)[:, :2]},
    ),
    lambda rng, n: iter([{"log_cross": _densities(rng, (n, 2, 5))}]),
)
WITH_PRIOR = Domain(
    "densities of B draws under B posteriors out of N and under the prior",
    (
        {**_matrix(_TWO, 4), "log_prior": exact_log([0.25, 0.75])},
        {**_matrix(_THREE, 7), "log_prior": exact_log([0.5, 0.125, 1.5])},
    ),
    lambda rng, n: iter(
        [{**args, "log_prior": _densities(rng, args["log_cross"].shape[:-1])} for args in _random_matrices(rng, n)]
    ),
)


def _factorised(*each: Any, N: float) -> Case:
    return {"log_cross_each": exact_log(list(each)), "N": N}


EACH_DIMENSION = Domain(
    "densities of each of d dimensions of B draws under B posteriors out of N",
    (
        _factorised(_TWO, [[0.5, 1.0], [0.75, 0.25]], N=4),
        _factorised(_THREE, [[0.5, 1.0, 1.5], [0.75, 0.25, 2.0], [0.125, 0.5, 1.0]], N=7),
    ),
    lambda rng, n: iter([{"log_cross_each": _densities(rng, (n, 3, 2, 2)), "N": rng.integers(2, 9, size=n) * 1.0}]),
)
ALL_MEMBERS = Domain(
    "log-densities of N draws under all N posteriors, and a size B",
    (
        {"log_cross": [[1.0, -0.5, 2.0], [-1.5, 0.5, 0.25], [0.75, -2.0, 1.0]], "B": 2.0},
        {"log_cross": [[1, -1, 2, 0.5], [-1.5, 0.5, 0.25, -1], [0.75, -2, 1, 3], [0.5, 1.25, -1, 2]], "B": 2.0},
        {"log_cross": [[0.5, -1, 1, 0.5], [-1.5, 2.5, 0.25, 1], [0.75, -2, 1, 0.5], [2.5, 1.25, -1, 1]], "B": 3.0},
    ),
)

# --- all batches of a finite model ------------------------------------------------------------------------------------


def posteriors(q: Any) -> Case:
    return {"log_posteriors": exact_log(np.asarray(q) / 8)}


def _random_posteriors(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    yield {"log_posteriors": exact_log(dyadic(rng, (min(n, 8), 3, 2)))}


POSTERIORS = Domain(
    "finite model: N posteriors over z in 1..K, every mini-batch",
    (
        posteriors([[6, 1, 1], [1, 2, 5], [2, 4, 2]]),
        posteriors([[1, 7], [6, 2], [3, 5], [4, 4]]),
    ),
    _random_posteriors,
)
REPLACED = Domain(
    "finite model: N posteriors over z in 1..K, every mini-batch with replacement",
    (posteriors([[6, 1, 1], [1, 2, 5], [2, 4, 2]]), posteriors([[1, 7], [6, 2], [3, 5]])),
    _random_posteriors,
)
EQUAL = Domain("finite model whose posteriors are equal", (posteriors([[5, 1, 2]] * 3), posteriors([[1, 7]] * 4)))
# No ball says log 0.
DISJOINT = Domain(
    "finite model whose posteriors are points apart",
    tuple({"log_posteriors": np.where(np.eye(N) == 1, 0, -np.inf)} for N in (3, 4)),
)

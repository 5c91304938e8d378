"""Finite models of which some inputs are seen: N posteriors, one of them replaced, whole populations, numbers alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from verification.domain import Array, Case, Domain, exact_log
from verification.domains.finite import dyadic


def _few(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    for N, K in ((3, 3), (4, 2)):
        yield {"log_q": exact_log(dyadic(rng, (min(n, 12), N, K)))}


def _models(*tables: Any) -> tuple[Case, ...]:
    return tuple({"log_q": exact_log(table)} for table in tables)


def _with_zeros(*tables: Any) -> tuple[Case, ...]:
    """As floats: no ball says log 0."""
    with np.errstate(divide="ignore"):
        return tuple({"log_q": np.log(np.asarray(table, float))} for table in tables)


_SPREAD = [[0.75, 0.125, 0.125], [0.125, 0.25, 0.625], [0.25, 0.5, 0.25]]
_SHARP = [[0.96875, 0.015625, 0.015625], [0.015625, 0.96875, 0.015625], [0.015625, 0.015625, 0.96875]]
_FOUR = [[0.5, 0.5], [0.875, 0.125], [0.25, 0.75], [0.0625, 0.9375]]

SOME = Domain("N posteriors over z in 1..K", _models(_SPREAD, _SHARP, _FOUR), _few)
FIRST_IS_MEAN = Domain(
    "N posteriors over z in 1..K, the first the mean of the others",
    _models(
        [[0.4375, 0.1875, 0.375], [0.75, 0.125, 0.125], [0.125, 0.25, 0.625]],
        [[0.375, 0.625], [0.5, 0.5], [0.25, 0.75]],
    ),
)
FIRST_APART = Domain(
    "N posteriors over z in 1..K, the first apart from the others",
    _with_zeros([[1, 0, 0], [0, 0.25, 0.75], [0, 0.5, 0.5]], [[0.5, 0.5, 0, 0], [0, 0, 0.125, 0.875], [0, 0, 1, 0]]),
)
REPLACED = Domain(
    "N posteriors over z in 1..K and one more to replace the first",
    _models(_SPREAD, _SHARP, [[0.96875, 0.03125], [0.96875, 0.03125], [0.03125, 0.96875]]),
    _few,
)
REPLACED_BY_FAR = Domain(
    "N posteriors over z in 1..K, the first their mean, and one apart from all to replace it",
    _with_zeros(
        [[0.25, 0.75, 0], [0.25, 0.75, 0], [0, 0, 1]],
        [[0.5, 0.25, 0.25, 0], [0.75, 0.25, 0, 0], [0.25, 0.25, 0.5, 0], [0, 0, 0, 1]],
    ),
)
PARTLY_ZERO = Domain(
    "N posteriors over z in 1..K, some of them nowhere at times",
    _with_zeros([[0.5, 0.5, 0], [0, 0.25, 0.75], [0.25, 0.5, 0.25]], [[1, 0], [0.5, 0.5], [0, 1], [0.25, 0.75]]),
)
EQUAL_OR_NOWHERE = Domain(
    "N posteriors over z in 1..K, equal wherever they are not 0",
    _with_zeros([[0.5, 0.5, 0], [0.5, 0, 0.5]], [[0.25, 0.75, 0, 0], [0.25, 0, 0.75, 0], [0.25, 0, 0, 0.75]]),
)
ALIKE = Domain("N equal posteriors over z in 1..K", _models([[0.25, 0.75]] * 3, [[0.5, 0.125, 0.375]] * 2))
APART = Domain("N posteriors over z in 1..K that are apart", _with_zeros(np.eye(3), np.eye(4)))


def _population(data: Any, enc: Any) -> Case:
    return {"log_data": exact_log(data), "log_enc": exact_log(enc)}


def _populations(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    size = min(n, 6)
    yield {"log_data": exact_log(dyadic(rng, (size, 3))), "log_enc": exact_log(dyadic(rng, (size, 3, 2)))}


POPULATIONS = Domain(
    "a population of M inputs, each with a posterior over z in 1..K",
    (
        _population([0.75, 0.25], [[0.5, 0.25, 0.25], [0.125, 0.25, 0.625]]),
        _population([0.25, 0.5, 0.25], _SHARP),
    ),
    _populations,
)
DEAF_POPULATIONS = Domain(
    "a population of M inputs with equal posteriors",
    (_population([0.75, 0.25], [[0.5, 0.25, 0.25]] * 2), _population([0.25, 0.5, 0.25], [[0.125, 0.875]] * 3)),
)
_CODED = {"log_data": exact_log([0.953125, 0.046875]), "log_enc": np.where(np.eye(2) == 1, 0, -np.inf)}
_THREE = {"log_data": exact_log([0.5, 0.25, 0.25]), "log_enc": exact_log(_SHARP)}
SEEN = Domain(
    "a population of M inputs, two or three of which are seen, and an error probability alpha",
    (
        {**_CODED, "size": 2.0, "alpha": 0.5},
        {**_CODED, "size": 3.0, "alpha": 0.4},
        {**_THREE, "size": 3.0, "alpha": 0.3},
    ),
)

SIZES = Domain(
    "numbers of inputs", tuple({"N": N} for N in (2.0, 3.0, 10.0, 1797.0)), lambda rng, n: iter(
        [{"N": np.round(np.exp(rng.uniform(np.log(2), np.log(1e5), n)))}]
    )
)  # fmt: skip
INFORMATIONS = Domain(
    "I(z; n) of N inputs and an error probability alpha",
    (
        {"information": 0.5, "N": 2.0, "alpha": 0.25},
        {"information": 5.75, "N": 1797.0, "alpha": 0.05},
        {"information": 7.5, "N": 10000.0, "alpha": 1e-6},
    ),
    lambda rng, n: iter([{"information": rng.uniform(0, 7, n), "N": np.round(np.exp(rng.uniform(1, 9, n))),
                          "alpha": rng.uniform(0.001, 0.9, n)}]),
)  # fmt: skip
ALPHABETS = Domain("numbers of codes", tuple({"K": K} for K in (2.0, 5.0, 12.0)), None)
SHOWN = Domain(
    "numbers of codes, and of inputs", tuple({"K": K, "N": N} for K, N in ((5.0, 3.0), (12.0, 4.0), (7.0, 2.0)))
)
SHOWN_TWICE = Domain("numbers of codes, and two inputs", tuple({"K": K, "N": 2.0} for K in (2.0, 5.0, 40.0)))
SQUARED = Domain("numbers of inputs N, of N^2 codes", tuple({"N": N} for N in (2.0, 3.0, 5.0, 40.0)))

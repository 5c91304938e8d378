"""Domains of evidence lower bounds: N data on K codes, coordinates of x, counts of parameters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from verification.domain import Array, Case, Domain, exact_log
from verification.domains.finite import dyadic

Rng = np.random.Generator
Drawn = Iterator[dict[str, Array]]

# --- N data on K codes ------------------------------------------------------------------------------------------------


def data(lik: Any, prior: Any, enc: Any) -> Case:
    """``lik[i][z]`` = p(x_i|z), ``enc[i][z]`` = q(z_i)."""
    return {"log_lik": exact_log(lik), "log_prior": exact_log(prior), "log_enc": exact_log(enc)}


def _data(rng: Rng, n: int) -> Drawn:
    for N, K in ((2, 3), (3, 2)):
        yield {
            "log_lik": exact_log(rng.integers(1, 256, (n, N, K)) / 256),
            "log_prior": exact_log(dyadic(rng, (n, K))),
            "log_enc": exact_log(dyadic(rng, (n, N, K))),
        }


_TWO = data([[0.75, 0.25, 0.5], [0.125, 0.5, 0.25]], [0.5, 0.25, 0.25], [[0.5, 0.25, 0.25], [0.25, 0.625, 0.125]])
_THREE = data([[0.875, 0.25], [0.125, 0.5], [0.25, 0.75]], [0.25, 0.75], [[0.75, 0.25], [0.25, 0.75], [0.375, 0.625]])
DATA = Domain("N data, each with an auxiliary distribution on K codes", (_TWO, _THREE), _data)


def posteriors(joint: Any, prior: Any) -> Case:
    """q(z_i) = p(z|x_i), from rows p(x_i, z) that sum to a power of two."""
    table = np.asarray(joint, float)
    return data(table / np.asarray(prior), prior, table / table.sum(-1, keepdims=True))


POSTERIORS = Domain(
    "N data whose auxiliary distributions are the true posteriors",
    (
        posteriors([[0.375, 0.125], [0.0625, 0.1875]], [0.5, 0.5]),
        posteriors([[0.25, 0.125, 0.125], [0.03125, 0.0625, 0.03125], [0.0625, 0.03125, 0.15625]], [0.5, 0.25, 0.25]),
    ),
)


def _blind(case: Case, enc: Any) -> Case:
    """As floats, since no ball says log 0."""
    return {**case, "log_enc": np.log(np.maximum(enc, 1e-300)) + np.where(np.asarray(enc) > 0, 0, -np.inf)}


BLIND = Domain(
    "N data whose auxiliary distributions leave out a code that the prior has",
    (
        _blind(_TWO, [[0.5, 0.5, 0.0], [0.25, 0.0, 0.75]]),
        _blind(_THREE, [[1.0, 0.0], [0.25, 0.75], [0.0, 1.0]]),
    ),
)


def _square(prior: Any, dec: Any) -> Case:
    return {"log_prior": exact_log(prior), "log_dec": exact_log(dec)}


SQUARE = Domain(
    "a decoder of as many values of x as of z",
    (
        _square([0.25, 0.75], [[0.75, 0.125], [0.25, 0.875]]),
        _square([0.5, 0.25, 0.25], [[0.5, 0.25, 0.125], [0.25, 0.625, 0.125], [0.25, 0.125, 0.75]]),
    ),
)


def codes(q: Any, p: Any) -> Case:
    return {"log_q": exact_log(q), "log_p": exact_log(p)}


def _codes(rng: Rng, n: int) -> Drawn:
    for N, K in ((2, 3), (4, 2)):
        yield {"log_q": exact_log(dyadic(rng, (n, N, K))), "log_p": exact_log(dyadic(rng, (n, K)))}


CODES = Domain(
    "codes of N data and a prior",
    (
        codes([[0.75, 0.25], [0.25, 0.75]], [0.125, 0.875]),
        codes([[0.5, 0.25, 0.25], [0.125, 0.125, 0.75]], [0.5, 0.375, 0.125]),
    ),
    _codes,
)
CODES_OF_PRIOR = Domain(
    "codes of N data whose average is the prior",
    (
        codes([[0.75, 0.25], [0.25, 0.75]], [0.5, 0.5]),
        codes([[0.5, 0.25, 0.25], [0.125, 0.125, 0.75]], [0.3125, 0.1875, 0.5]),
    ),
)
# The average is nearer to the second code than the prior is, and farther from the first.
CODES_AGAINST_AVERAGE = Domain(
    "codes of N data, one of them nearer to the prior than to the average",
    (
        codes([[0.75, 0.25], [0.25, 0.75]], [0.75, 0.25]),
        codes([[0.5, 0.25, 0.25], [0.125, 0.125, 0.75]], [0.5, 0.25, 0.25]),
    ),
)


def pairs(table: Any, first: Any, second: Any) -> Case:
    return {"log_data": exact_log(table), "log_q1": exact_log(first), "log_q2": exact_log(second)}


def _pairs(rng: Rng, n: int) -> Drawn:
    for (J, L), K in (((2, 2), 2), ((2, 2), 3)):
        yield {
            "log_data": exact_log(dyadic(rng, (n, J * L)).reshape(n, J, L)),
            "log_q1": exact_log(dyadic(rng, (n, J, L, K))),
            "log_q2": exact_log(dyadic(rng, (n, J, L, 2))),
        }


# In the first z_1 tells x_2 alone, z_2 tells x_1 alone.
PAIRS = Domain(
    "x = (x_1, x_2), z_1 and z_2 independent for each x",
    (
        pairs([[0.25, 0.25], [0.25, 0.25]], [[[0.75, 0.25], [0.25, 0.75]], [[0.75, 0.25], [0.25, 0.75]]],
              [[[0.875, 0.125], [0.875, 0.125]], [[0.25, 0.75], [0.25, 0.75]]]),
        pairs([[0.5, 0.125], [0.125, 0.25]],
              [[[0.5, 0.25, 0.25], [0.25, 0.5, 0.25]], [[0.125, 0.25, 0.625], [0.75, 0.125, 0.125]]],
              [[[0.75, 0.25], [0.5, 0.5]], [[0.25, 0.75], [0.125, 0.875]]]),
    ),
    _pairs,
)  # fmt: skip


def _shared(rng: Rng, n: int) -> Drawn:
    for args in _data(rng, n):
        yield {name: args[name] for name in ("log_lik", "log_prior")}


def _only(case: Case) -> Case:
    return {name: case[name] for name in ("log_lik", "log_prior")}


SHARED = Domain("likelihoods of N data at K codes", (_only(_TWO), _only(_THREE)), _shared)
ALIKE = Domain(
    "data that say the same of the codes",
    (
        {"log_lik": exact_log([[0.75, 0.25], [0.375, 0.125]]), "log_prior": exact_log([0.25, 0.75])},
        {"log_lik": exact_log([[0.5, 0.25, 0.75]] * 3), "log_prior": exact_log([0.5, 0.25, 0.25])},
    ),
)

# --- counts -----------------------------------------------------------------------------------------------------------

COUNTS = Domain(
    "N data, d latent dimensions",
    ({"N": 1.0, "d": 1.0}, {"N": 1000.0, "d": 10.0}, {"N": 64.0, "d": 3.0}),
    lambda rng, n: iter([{"N": rng.integers(2, 300, n) * 1.0, "d": rng.integers(1, 30, n) * 1.0}]),
)
ONE_DIMENSION = Domain("N data, one latent dimension", ({"N": 1.0, "d": 1.0}, {"N": 64.0, "d": 1.0}))
NETWORKS = Domain(
    "an encoder of D inputs, one hidden layer and 2d outputs",
    ({"D": 3.0, "width": 5.0, "d": 2.0}, {"D": 64.0, "width": 32.0, "d": 10.0}),
    lambda rng, n: iter([{a: rng.integers(1, 40, n) * 1.0 for a in ("D", "width", "d")}]),
)

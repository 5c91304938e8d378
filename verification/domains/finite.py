"""Domains of models where z takes finitely many values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from verification.domain import Array, Case, Domain, exact_log
from verification.domains.gaussians import _LINE, _PLANE, beta_inside, simplex


def dyadic(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """Random probabilities that are multiples of 2^-12 and sum to one exactly."""
    counts = rng.multinomial(4096 - shape[-1], simplex(rng, shape, 0.7))
    return np.asarray((counts + 1) / 4096)


def _finite(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    for N, K in ((2, 3), (4, 5)):
        yield {
            "log_q": exact_log(dyadic(rng, (n, N, K))),
            "log_p": exact_log(dyadic(rng, (n, K))),
            "log_lik": np.log(rng.uniform(0.02, 0.98, size=(n, N, K))),
            "phi": simplex(rng, (n, N)),
            "beta": beta_inside(rng, n),
        }


def finite_case(q: Any, p: Any, likelihood: Any, phi: Any, beta: float) -> Case:
    return {"log_q": exact_log(q), "log_p": exact_log(p), "log_lik": np.log(likelihood).tolist(),
            "phi": phi, "beta": beta}  # fmt: skip


FINITE = Domain(
    "finite model: z in 1..K",
    (
        finite_case(
            [[0.75, 0.125, 0.125], [0.125, 0.25, 0.625]],
            [0.5, 0.25, 0.25],
            [[0.9, 0.5, 0.1], [0.2, 0.6, 0.7]],
            [0.4, 0.6],
            0.3,
        ),
        finite_case(
            [[0.25, 0.25, 0.5], [0.625, 0.25, 0.125]],
            [0.125, 0.25, 0.625],
            [[0.3, 0.5, 0.1], [0.8, 0.6, 0.2]],
            [0.7, 0.3],
            0.75,
        ),
    ),
    _finite,
)


def _flat(K: int, N: int, level: float, beta: float) -> Case:
    """Every posterior equal to p and a likelihood that does not depend on z: then r = p and every bound is attained."""
    p = np.append(0.5 ** np.arange(1, K), 0.5 ** (K - 1))
    return finite_case([p] * N, p, np.full((N, K), level), np.full(N, 1 / N), beta)


FINITE_FLAT = Domain(
    "finite model whose likelihood ignores z, every posterior equal to p",
    (_flat(3, 2, 0.4, 0.3), _flat(4, 2, 0.25, 0.7)),
)


def _vectors(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    yield {"log_phi": np.log(simplex(rng, (n, 4)))}


RESPONSIBILITY_VECTORS = Domain(
    "posteriors over n at a point",
    (
        {"log_phi": np.log([0.2, 0.8]).tolist()},
        {"log_phi": np.log([0.1, 0.2, 0.3, 0.4]).tolist()},
        {"log_phi": [0.0]},
    ),
    _vectors,
)

TRAINED = Domain("beta-VAEs trained on real digits", ())


def _weights(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    yield {
        "log_weight": np.log(rng.uniform(0.05, 1.0, size=(n, 3))),
        "log_proposal": exact_log(dyadic(rng, (n, 3))),
        "count": np.full(n, 3.0),
    }


IMPORTANCE = Domain(
    "bounded importance weights on a finite set, a few draws",
    (
        {"log_weight": np.log([1.0, 0.2, 0.6]).tolist(), "log_proposal": exact_log([0.5, 0.25, 0.25]), "count": 2.0},
        {"log_weight": np.log([0.1, 0.9, 0.3]).tolist(), "log_proposal": exact_log([0.25, 0.25, 0.5]), "count": 4.0},
    ),
    _weights,
)
RESPONSIBILITIES_AND_BETA = Domain(
    "posteriors over n at a point, and beta",
    (
        {"log_phi": exact_log([0.25, 0.75]), "beta": 0.2},
        {"log_phi": exact_log([0.125, 0.25, 0.125, 0.5]), "beta": 0.3},
        {"log_phi": exact_log([0.5, 0.25, 0.25]), "beta": 0.7},
    ),
    lambda rng, n: iter([{"log_phi": exact_log(dyadic(rng, (n, 4))), "beta": beta_inside(rng, n)}]),
)
ONE_RESPONSIBLE = Domain("one component only, and beta", ({"log_phi": exact_log([1.0]), "beta": 0.3},))
AT_ONE = Domain("beta = 1", tuple({**case, "beta": 1.0} for case in (*_LINE, *_PLANE)))

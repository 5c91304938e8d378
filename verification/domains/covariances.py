"""Hessians of log p(x|z) at the posterior's mean, with covariances: H anywhere below beta I, or beyond."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from verification.domain import Array, Border, Case, Domain, Draw
from verification.domains.gaussians import covariances

_H2 = [[-3.0, 1.0], [1.0, -0.5]]
_S2 = [[0.75, 0.25], [0.25, 0.5]]
_H3 = [[-2.0, 0.5, -1.0], [0.5, -1.0, 0.25], [-1.0, 0.25, 0.125]]
_S3 = [[0.875, 0.25, 0.125], [0.25, 0.625, -0.125], [0.125, -0.125, 0.75]]


def hessians(rng: np.random.Generator, n: int, k: int, beta: Array) -> Array:
    """Symmetric matrices whose largest eigenvalue lies below beta, at times above zero."""
    return beta[:, None, None] * (0.9 * np.eye(k) - 3 * covariances(rng, (n,), k))


def betas(rng: np.random.Generator, n: int) -> Array:
    return np.asarray(np.exp(rng.uniform(np.log(0.05), np.log(4), n)))


def _curved(dimensions: tuple[int, ...]) -> Draw:
    def draw(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
        for k in dimensions:
            beta = betas(rng, n)
            yield {
                "log_lik": -np.exp(rng.normal(size=n)), "H": hessians(rng, n, k, beta), "h": rng.normal(size=(n, k)),
                "Sigma": covariances(rng, (n,), k), "beta": beta,
            }  # fmt: skip

    return draw


def case(log_lik: float, H: Any, h: Any, Sigma: Any, beta: float, **more: Any) -> Case:
    return {"log_lik": log_lik, "H": H, "h": h, "Sigma": Sigma, "beta": beta, **more}


def below(H: Array, beta: Array, **_: Array) -> Array:
    """H < beta I."""
    return np.asarray(np.linalg.eigvalsh(H)[:, -1] < beta)


_LINE = (case(-1.0, [[-2.0]], [0.5], [[0.25]], 0.5), case(-0.5, [[0.25]], [-1.5], [[1.5]], 2.0))
_SPACE = (
    case(-2.0, _H2, [0.5, -1.0], _S2, 0.75),
    case(-1.0, [[-1.0, -0.75], [-0.75, 1.0]], [1.0, 0.25], [[0.5, -0.25], [-0.25, 1.25]], 2.0),
    case(-3.0, _H3, [0.5, -1.0, 0.75], _S3, 1.5),
)
CURVED = Domain("a Hessian and a covariance", (*_LINE, *_SPACE), _curved((1, 2, 3)))
BEST = Domain(
    "a Hessian below beta I and a covariance", (*_LINE[::-1], *_SPACE), _curved((1, 2, 3)), requires=below,
    border=Border("beta", 2.0, 0.1),
)  # fmt: skip
COUPLED = Domain("a Hessian below beta I, in two or three dimensions", _SPACE, _curved((2, 3)), requires=below)


def _lines(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    for args in _curved((1, 2, 3))(rng, n):
        yield {**args, "Sigma2": covariances(rng, (n,), args["h"].shape[-1])}


ENDS = Domain(
    "two covariances",
    (
        case(-1.0, [[-2.0]], [0.5], [[0.25]], 0.5, Sigma2=[[1.0]]),
        case(-2.0, _H2, [0.5, -1.0], _S2, 0.75, Sigma2=[[0.5, -0.25], [-0.25, 1.25]]),
        case(-1.0, [[9.0, 2.0], [2.0, 7.0]], [1.0, 0.5], [[1.0, 0.0], [0.0, 0.5]], 0.5, Sigma2=[[2.0, 0.5], [0.5, 1]]),
    ),
    _lines,
)


def _beyond(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    for k in (1, 2, 3):
        beta = betas(rng, n)
        yield {
            "H": hessians(rng, n, k, beta) + rng.uniform(0, 8, n)[:, None, None] * beta[:, None, None] * np.eye(k),
            "Sigma": covariances(rng, (n,), k), "v": 3 * rng.normal(size=(n, k)), "beta": beta,
        }  # fmt: skip


DIRECTIONS = Domain(
    "a Hessian of any sign, a covariance and a direction",
    (
        {"H": [[1.0]], "Sigma": [[0.5]], "v": [2.0], "beta": 1.0},
        {"H": [[3.0]], "Sigma": [[0.25]], "v": [4.0], "beta": 0.5},
        {"H": _H2, "Sigma": _S2, "v": [1.0, -0.5], "beta": 0.75},
        {"H": [[1.0, 2.0], [2.0, 1.0]], "Sigma": _S2, "v": [4.0, 4.0], "beta": 2.0},
    ),
    _beyond,
)

NO_COVARIANCE = Domain(
    "symmetric matrices of negative eigenvalues, large",
    (
        {"log_lik": 0.0, "H": [[0.0]], "h": [0.0], "S": [[-4.0]], "beta": 1.0},
        {"log_lik": -1.0, "H": [[-0.5]], "h": [1.0], "S": [[-16.0]], "beta": 1.0},
        {"log_lik": -1.0, "H": [[-0.5, 0.25], [0.25, -0.5]], "h": [1.0, 0.5], "S": [[-8.0, 1.0], [1.0, -16.0]],
         "beta": 2.0},
    ),
)  # fmt: skip


def _at_best(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    for k in (1, 2, 3):
        beta = betas(rng, n)
        turn = rng.normal(size=(n, k, k))
        yield {"H": hessians(rng, n, k, beta), "E": (turn + turn.swapaxes(-1, -2)) / 2, "beta": beta}


NEAR_BEST = Domain(
    "a Hessian below beta I and an error of the best covariance",
    (
        {"H": [[-1.0]], "E": [[0.5]], "beta": 1.0},
        {"H": [[-3.0, 1.0], [1.0, -0.5]], "E": [[0.25, -0.5], [-0.5, 0.75]], "beta": 0.75},
    ),
    _at_best,
)

UNCOUPLED = Domain(
    "a Hessian that is diagonal",
    (
        {"H": [[-2.0, 0.0], [0.0, -0.5]], "beta": 0.5},
        {"H": [[-1.0, 0.0, 0.0], [0.0, 0.25, 0.0], [0.0, 0.0, -4.0]], "beta": 1.5},
    ),
)


def _stars(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    beta = betas(rng, n)
    yield {"H": hessians(rng, n, 3, beta), "beta": beta}


STARS = Domain(
    "a Hessian below beta I, in three or four dimensions",
    (
        {"H": [[-1.0, 0.5, 0.5], [0.5, -1.0, 0.5], [0.5, 0.5, -1.0]], "beta": 1.0},
        {"H": [[-2.0, 0.5, -1.0, 0.25], [0.5, -1.0, 0.25, -0.5], [-1.0, 0.25, 0.125, 0.0], [0.25, -0.5, 0.0, -3.0]],
         "beta": 1.5},
    ),
    _stars,
    requires=below,
)  # fmt: skip

FEW_STARS = Domain("two Hessians below beta I", STARS.witnesses, requires=below)


def _chains(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    yield {"p": rng.uniform(0.72, 0.95, n), "sign": rng.choice([-1.0, 1.0], n)}


CHAINS = Domain(
    "four dimensions, coupled crosswise",
    ({"p": 0.75, "sign": 1.0}, {"p": 0.75, "sign": -1.0}, {"p": 0.875, "sign": 1.0}, {"p": 0.875, "sign": -1.0}),
    _chains,
)

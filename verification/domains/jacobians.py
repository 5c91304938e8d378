"""Jacobians of decoders at an encoding, with what the objective needs beside them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from verification.domain import Array, Domain
from verification.domains.covariances import betas
from verification.domains.gaussians import covariances

_J21 = [[1.0], [-0.5]]
_J12 = [[1.0, 1.0]]
_J32 = [[1.0, 0.5], [-0.25, 1.5], [0.5, 0.0]]
_J23 = [[1.0, 0.5, -1.0], [0.25, 2.0, 0.5]]
_S3 = [[0.875, 0.25, 0.125], [0.25, 0.625, -0.125], [0.125, -0.125, 0.75]]
_SHAPES = ((2, 1), (1, 2), (3, 2), (2, 3))


def _jacobians(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    for D, k in _SHAPES:
        beta = betas(rng, n)
        yield {
            "x": rng.normal(size=(n, D)), "g": rng.normal(size=(n, D)), "h": rng.normal(size=(n, k)),
            "J": np.sqrt(beta)[:, None, None] * rng.normal(size=(n, D, k)), "Sigma": covariances(rng, (n,), k),
            "beta": beta,
        }  # fmt: skip


def _case(x: Any, g: Any, h: Any, J: Any, Sigma: Any, beta: float) -> dict[str, Any]:
    return {"x": x, "g": g, "h": h, "J": J, "Sigma": Sigma, "beta": beta}


_ONE = _case([1.0, 0.5], [0.25, -0.5], [0.75], _J21, [[0.5]], 0.5)
_MANY = (
    _case([1.0], [0.5], [0.5, -1.0], _J12, [[0.5, 0.25], [0.25, 0.75]], 1.0),
    _case([1.0, 0.0, -1.0], [0.5, 0.25, 0.0], [0.5, -1.0], _J32, [[0.75, 0.25], [0.25, 0.5]], 0.25),
    _case([1.0, 0.0], [0.5, 0.25], [0.5, -1.0, 0.25], _J23, _S3, 2.0),
)
JACOBIANS = Domain("a Jacobian at an encoding", (_ONE, *_MANY), _jacobians)


def _coupled(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    for args in _jacobians(rng, n):
        if args["J"].shape[-1] > 1:
            yield args


COLUMNS = Domain("a Jacobian of two or three columns", _MANY, _coupled)
ORTHOGONAL = Domain(
    "a Jacobian of orthogonal columns",
    (
        _case([1.0, 0.0], [0.5, 0.5], [0.5, -1.0], [[1.0, -2.0], [0.5, 4.0]], [[0.5, 0.25], [0.25, 0.75]], 0.5),
        _case([1.0, 0.0, 1.0], [0.5, 0.5, 0.0], [0.5, -1.0], [[2.0, 1.0], [-1.0, 2.0], [0.0, 0.5]],
              [[0.5, 0.25], [0.25, 0.75]], 1.5),
        _case([1.0, 0.0], [0.5, 0.5], [0.5, -1.0, 1.0], [[1.0, 0.0, 0.0], [0.0, 0.0, 3.0]], _S3, 1.0),
    ),
)  # fmt: skip
ORTHOGONAL_BLOCKS = Domain(
    "a Jacobian whose first column is orthogonal to the others",
    (
        _case([1.0, 0.0, 0.5], [0.5, 0.5, 0.0], [0.5, -1.0, 1.0], [[2.0, 1.0, -0.5], [-1.0, 2.0, -1.0], [0, 0.5, 3.0]],
              _S3, 0.5),
        _case([1.0, 0.0], [0.5, 0.5], [0.5, -1.0, 1.0], [[1.0, 0.0, 0.0], [0.0, 2.0, 3.0]], _S3, 1.0),
    ),
)  # fmt: skip
NO_SLOPE = Domain(
    "a decoder that is flat",
    (
        _case([1.0], [0.5], [0.5], [[0.0]], [[0.5]], 0.5),
        _case([1.0, 0.0], [0.5, 0.25], [0.5, 1.0], [[0.0, 0.0], [0.0, 0.0]], [[0.5, 0.25], [0.25, 0.75]], 2.0),
    ),
)


def _observed(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    for D, k in _SHAPES:
        beta = betas(rng, n)
        yield {
            "log_lik": -np.exp(rng.normal(size=n)), "h": rng.normal(size=(n, k)),
            "J": np.sqrt(beta)[:, None, None] * rng.normal(size=(n, D, k)), "H_p": -covariances(rng, (n,), D),
            "beta": beta,
        }  # fmt: skip


OBSERVED = Domain(
    "a Jacobian and a log-concave likelihood",
    (
        {"log_lik": -1.0, "h": [0.5], "J": _J21, "H_p": [[-2.0, 0.5], [0.5, -1.0]], "beta": 0.5},
        {"log_lik": -0.5, "h": [0.5, 1.0], "J": _J12, "H_p": [[-4.0]], "beta": 2.0},
        {"log_lik": -2.0, "h": [0.5, -1.0, 0.25], "J": _J23, "H_p": [[-0.5, 0.0], [0.0, -3.0]], "beta": 0.75},
    ),
    _observed,
)


def _pixels(sign: float) -> Any:
    def draw(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
        for D, k in ((2, 2), (3, 2), (2, 3)):
            curvature = -np.exp(rng.normal(size=(n, D)))
            curvature[:, 0] *= sign
            yield {"J": rng.normal(size=(n, D, k)), "curvature": curvature}

    return draw


PIXELS = Domain(
    "independent pixels of log-concave likelihood",
    (
        {"J": [[1.0, 1.0], [1.0, -1.0]], "curvature": [-4.0, -1.0]},
        {"J": _J32, "curvature": [-0.25, -9.0, -1.0]},
        {"J": _J23, "curvature": [-2.25, -16.0]},
    ),
    _pixels(1.0),
)
MIXED_PIXELS = Domain(
    "independent pixels, one of them not log-concave",
    (
        {"J": [[1.0, 1.0], [1.0, 1.0]], "curvature": [1.0, -1.0]},
        {"J": _J23, "curvature": [4.0, -1.0]},
    ),
    _pixels(-1.0),
)


def _sampled(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    for D, k in ((1, 2), (3, 2), (2, 3)):
        beta = betas(rng, n)
        yield {
            "J": np.sqrt(beta)[:, None, None] * rng.normal(size=(n, D, k)), "beta": beta,
            "p": rng.multinomial(61, np.ones(k) / k, n) / 64 + np.array([3 / 64, *[0] * (k - 1)]),
            "n": rng.integers(1, 4, n).astype(float),
        }  # fmt: skip


def _drawn(J: Any, beta: float, p: Any, n: float) -> dict[str, Any]:
    return {"J": J, "beta": beta, "p": p, "n": n}


def _all_drawn(p: Array, **_: Any) -> Array:
    return np.asarray((p > 0).all(-1))


_EVERY = (
    _drawn(_J12, 1.0, [0.5, 0.5], 1.0),
    _drawn(_J32, 0.25, [0.25, 0.75], 2.0),
    _drawn(_J23, 2.0, [0.5, 0.25, 0.25], 3.0),
)
LOTTERY = Domain("columns drawn, each with some chance", _EVERY, _sampled, requires=_all_drawn)
PARTIAL_LOTTERY = Domain(
    "columns of which some are never drawn",
    (
        _drawn([[1.0, 1.0]], 1.0, [1.0, 0.0], 1.0),
        _drawn(_J32, 0.25, [0.0, 1.0], 2.0),
        _drawn(_J23, 2.0, [0.25, 0.0, 0.75], 2.0),
    ),
)


def _inside(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    for D, k in ((1, 2), (3, 2)):
        J, beta = rng.normal(size=(n, D, k)), betas(rng, n)
        largest = np.linalg.svd(J, compute_uv=False)[:, :1, None]
        yield {"J": np.sqrt(beta * rng.uniform(0.3, 0.8, n))[:, None, None] * J / largest, "beta": beta,
               "order": np.ones(n)}  # fmt: skip


INSIDE_RADIUS = Domain(
    "singular values below the root of beta",
    (
        {"J": [[0.75]], "beta": 1.0, "order": 1.0},
        {"J": [[0.5, 0.25], [-0.25, 0.75]], "beta": 0.875, "order": 1.0},
    ),
    _inside,
)
ON_RADIUS = Domain(
    "a singular value that is the root of beta",
    (
        {"J": [[1.0]], "beta": 1.0, "order": 1.0},
        {"J": [[0.5, 0.0], [0.0, 0.25]], "beta": 0.25, "order": 1.0},
    ),
)
BEYOND_RADIUS = Domain(
    "a singular value above the root of beta",
    (
        {"J": [[1.25]], "beta": 1.0, "order": 1.0},
        {"J": [[1.0, 0.5], [0.5, 1.0]], "beta": 1.0, "order": 1.0},
    ),
)


def _rank_one(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    for D, k in ((2, 1), (2, 3)):
        J = rng.normal(size=(n, D, 1)) * rng.normal(size=(n, 1, k))
        size = np.sqrt((J * J).sum((1, 2), keepdims=True))
        yield {"J": 2 * J / size, "beta": rng.uniform(0.3, 2, n)}


RANK_ONE = Domain(
    "a Jacobian of parallel columns",
    ({"J": [[1.0], [0.5]], "beta": 0.5}, {"J": [[1.0, -0.5], [2.0, -1.0]], "beta": 2.0}),
    _rank_one,
)


def _square(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    for k in (2, 3):
        yield {"square": rng.normal(size=(n, k, k)), "H_p": -covariances(rng, (n,), k)}


SQUARE = Domain(
    "as many latent dimensions as observed ones",
    (
        {"square": [[1.0, 2.0], [0.0, 1.0]], "H_p": [[-1.0, 0.0], [0.0, -4.0]]},
        {"square": [[1.0, 0.5], [-0.5, 2.0]], "H_p": [[-2.0, 0.5], [0.5, -1.0]]},
    ),
    _square,
)


def _linear(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    for args in _jacobians(rng, n):
        yield {"x": args["x"], "W": args["J"], "h": args["h"], "Sigma": args["Sigma"], "beta": args["beta"]}


LINEAR = Domain(
    "a posterior under a linear decoder",
    tuple({"x": c["x"], "W": c["J"], "h": c["h"], "Sigma": c["Sigma"], "beta": b}
          for c, b in zip((_ONE, *_MANY), (0.5, 2.0, 0.25, 1.5), strict=True)),
    _linear,
)  # fmt: skip

NODE = Domain("where the nodal cubic meets itself", ({"z": 1.0}, {"z": -1.0}))

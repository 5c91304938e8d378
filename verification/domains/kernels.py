"""Samples and Gaussians in pairs: few and many, near and far, sharp and wide, far from the origin."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from verification.domain import Array, Case, Domain

_BITS = 2.0**-10


def _line(N: int, step: float = 1.0) -> Array:
    """N different dyadic numbers in some disorder, in (-step, step)."""
    return step * ((np.arange(N) * 389 % 1024) - 512) / 512 + step * (np.arange(N) // 1024) / 2**12


def _widths(N: int, k: int) -> Array:
    return 2.0 ** -(np.arange(N * k).reshape(N, k) % 4)


def _drawn(rng: np.random.Generator, n: int) -> dict[str, Array]:
    mu = np.exp(rng.normal(size=(n, 1, 3))) * rng.normal(size=(n, 5, 3)) + rng.normal(size=(n, 1, 3)) * 10
    sigma = np.exp(rng.normal(size=(n, 5, 3)))
    return {"z": mu[:, :4] + 2 * sigma[:, :4] * rng.normal(size=(n, 4, 3)), "mu": mu, "sigma": sigma}


def _pairs(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    yield _drawn(rng, n)


def _weighted(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    yield {**_drawn(rng, n), "weight": rng.normal(size=(n, 4))}


def _in_float32(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    yield {name: x.astype(np.float32).astype(float) for name, x in _drawn(rng, n).items()}


def _case(z: Any, mu: Any, sigma: Any, **more: Any) -> Case:
    return {"z": z, "mu": mu, "sigma": sigma, **more}


_EASY = _case([[0.5, -0.25], [1.5, 2.0]], [[-1.0, 0.5], [1.25, 0.0]], [[0.5, 1.0], [2.0, 0.75]])
_TYPICAL = _case(
    [[0.0, 0.5], [-1.5, 1.0], [3.0, 0.25]],
    [[-2.0, 0.0], [0.5, 0.25], [1.0, 0.5]],
    [[0.25, 1.5], [1.0, 0.0625], [2.0, 0.5]],
)
_FAR = _case(
    [[0.25, 0.0], [500.0, 0.0], [1000.0, -0.5], [-1000.0, 1000.0]], [[0.0, 0.0], [1000.0, 0.0]], [[1.0, 1.0]] * 2
)
_OFFSET = _case(
    [[10000.0, -10000.5], [10000.125, -9999.75], [9999.0, -10000.0]],
    [[10000.0625, -10000.25], [9999.9375, -10000.0], [10001.0, -9999.5], [10000.125, -10000.5]],
    [[0.0625, 0.5], [0.25, 0.125], [1.0, 0.03125], [0.5, 0.25]],
)
_SHARP = _case([[0.5, 1 + _BITS], [-1.0, 2.0]], [[0.5 + _BITS, 1.0], [-1.0, 2.0 - 2 * _BITS]] * 8 + [[0.5, 1.0]],
               [[_BITS, 2 * _BITS], [3 * _BITS, _BITS]] * 8 + [[1.0, 4.0]])  # fmt: skip
_UNEVEN = _case([[29.91, -31.69], [-50.12, 17.3], [0.31, 0.71]], [[29.9, -31.7], [-50.1, 17.3], [0.3, 0.7]],
                [[1e-5, 1e-5]] * 3)  # fmt: skip
_MANY = _case([[1.25]], np.sort(_line(1030))[:, None], _widths(1030, 1))
_LONG = _case(np.stack([_line(65, 2.0), _line(66, 1.0)[1:]], 1), [[-1.0, 0.25], [0.5, -0.5], [1.5, 1.0]],
              [[0.5, 1.0], [0.25, 0.5], [1.0, 0.25]])  # fmt: skip

PAIRS = Domain(
    "samples under posteriors near and 1000 sigmas away, 1/1000 wide, 10000 from the origin, in several blocks",
    (_EASY, _TYPICAL, _FAR, _OFFSET, _SHARP, _UNEVEN, _MANY, _LONG),
    _pairs,
)

_FEW = _case([[0.5, -0.25]], np.stack([np.sort(_line(130)), _line(131)[1:]], 1), _widths(130, 2))

WEIGHTED = Domain(
    "weighted samples under posteriors near and 1000 sigmas away, 10000 from the origin, in several blocks",
    (
        {**_EASY, "weight": [1.0, -0.5]},
        {**_TYPICAL, "weight": [0.25, 0.5, 1.0]},
        {**_FAR, "z": [[0.25, 0.0], [30.0, 0.5], [1000.0, -0.5], [-1000.0, 50.0]], "weight": [1.0, 2.0, -1.0, 0.5]},
        {**_OFFSET, "weight": [1.0, 0.5, 0.0]},
        {**_FEW, "weight": [-1.5]},
        _case(_line(65, 2.0)[:, None], [[-1.0], [0.5]], [[0.5], [0.75]], weight=_line(65, 1.0)),
    ),
    _weighted,
)


def _factors(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    drawn = _drawn(rng, n)
    lower = np.tril(rng.normal(size=(n, 5, 3, 3)), -1)
    yield {"z": drawn["z"], "mu": drawn["mu"], "scale_tril": lower + drawn["sigma"][..., None] * np.eye(3)}


def _tilted(z: Any, mu: Any, scale_tril: Any) -> Case:
    return {"z": z, "mu": mu, "scale_tril": scale_tril}


_L2 = [[[0.5, 0.0], [0.25, 1.0]], [[1.0, 0.0], [-0.75, 0.5]], [[2.0, 0.0], [1.5, 0.125]]]
_L3 = [[[1.0, 0.0, 0.0], [0.5, 0.5, 0.0], [-0.25, 1.0, 2.0]], [[0.25, 0.0, 0.0], [-1.0, 1.0, 0.0], [0.5, 0.75, 0.5]]]

FACTORED = Domain(
    "samples under posteriors given by Cholesky factors, near and 1000 sigmas away, in several blocks",
    (
        _tilted([[0.5, -0.25], [1.5, 2.0]], [[-1.0, 0.5], [1.25, 0.0], [0.0, 0.75]], _L2),
        _tilted([[0.5, -0.25, 1.0], [1.5, 2.0, -0.5]], [[-1.0, 0.5, 0.0], [1.25, 0.0, 0.5]], _L3),
        _tilted([[0.0, 0.0], [500.0, 0.0], [1000.0, 0.5]], [[0.0, 0.0], [1000.0, 0.0], [1000.0, 1.0]], _L2),
        _tilted(_LONG["z"], [[-1.0, 0.25], [0.5, -0.5], [1.5, 1.0]], _L2),
        _tilted([[1.25, 0.5]], np.stack([np.sort(_line(1030)), _line(1031)[1:]], 1), [*(_L2 * 343), *_L2[:1]]),
    ),
    _factors,
)

FLOAT32 = Domain(
    "samples and posteriors whose numbers are float32, 1/256 wide or 32 from the origin",
    (
        _EASY,
        _TYPICAL,
        _case([[32.5, -31.0], [33.0, -32.0]], [[32.5, -31.0078125], [33.0, -32.015625]] * 9,
              [[0.00390625, 0.0078125], [0.015625, 0.0078125]] * 9),
        _case([[0.0, 0.0], [30.0, 0.0]], [[0.0, 0.0], [60.0, 0.0]], [[1.0, 1.0]] * 2),
    ),
    _in_float32,
)  # fmt: skip

WIDE = Domain(
    "samples under posteriors whose means lie within some sigmas of their centre",
    (
        _EASY,
        _case([[0.0, 0.5], [-1.5, 1.0], [3.0, 0.25]], [[-2.0, 0.0], [0.5, 0.25], [1.0, 0.5]],
              [[0.75, 1.5], [1.0, 0.5], [2.0, 0.5]]),
        _MANY,
        _LONG,
    ),
    _pairs,
)  # fmt: skip


def _clustered(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    mu = rng.normal(size=(n, 260, 2)) + 30 * rng.integers(3, size=(n, 260, 1))
    yield {
        "z": mu[:, :2] + rng.normal(size=(n, 2, 2)),
        "mu": mu,
        "sigma": np.exp(0.5 * rng.normal(size=(n, 260, 2))),
        "reach": np.full(n, 8.0),
    }


def _clusters(distance: float, reach: float) -> Case:
    """Three runs of posteriors, so far apart; the last leaf is not full."""
    mu = np.stack([_line(260) + distance * (np.arange(260) % 3), _line(261)[1:]], 1)
    return {"z": [[0.25, 0.5], [distance, 0.0]], "mu": mu, "sigma": _widths(260, 2) / 2 + 0.5, "reach": reach}


CLUSTERS = Domain(
    "posteriors in clusters, near and 1000 apart",
    (_clusters(8.0, 64.0), _clusters(1000.0, 64.0)),
)

LEFT_OUT = Domain(
    "posteriors in clusters, where far ones weigh 2^-8 of the rest and less",
    (_clusters(6.0, 8.0), _clusters(1000.0, 8.0)),
    _clustered,
)


def _bounds(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    yield {"log_q": 10 * rng.normal(size=(n, 4)), "sigma": np.exp(2 * rng.normal(size=(n, 5, 3)))}


BOUNDS = Domain(
    "log-densities and standard deviations of posteriors",
    (
        {"log_q": [-10.0, 2.5, 0.0], "sigma": [[0.5, 2.0], [0.25, 0.125]]},
        {"log_q": [-500000.0, 12.0], "sigma": [[2.0**-10], [1.0], [1.0], [8.0], [1.0]]},
        {"log_q": [-1.0], "sigma": np.ones((1030, 2))},
    ),
    _bounds,
)

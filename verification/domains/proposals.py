"""Domains of what is drawn: envelopes and intervals, and where the implicit prior exists at all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from verification.domain import Case, Domain
from verification.domains.gaussians import AGGREGATE, EQUAL_POSTERIORS, aggregates, covariances, one
from verification.domains.points import AGGREGATE_AT_POINT

Array = np.ndarray[Any, Any]

_S2 = [[0.9, 0.3], [0.3, 0.4]]
_NARROW = [[0.3, -0.1], [-0.1, 0.5]]
_S3 = [[0.9, 0.2, 0.1], [0.2, 0.6, -0.1], [0.1, -0.1, 0.8]]


def clusters(centres: Any, Sigmas: Any, sizes: tuple[int, ...], beta: float) -> Case:
    """Equal posteriors at each centre, in an order that does not give the clusters away."""
    which = np.random.default_rng(0).permutation(np.repeat(np.arange(len(sizes)), sizes))
    return one(np.asarray(centres, float)[which].tolist(), np.asarray(Sigmas, float)[which].tolist(), beta)


_DOTS = [[[1e-4]], [[5e-5]], [[2e-4]], [[3e-4]]]
_SPOTS = [
    [[2e-4, 5e-5], [5e-5, 1e-4]],
    [[1e-4, 0.0], [0.0, 3e-4]],
    [[1e-4, 0.0], [0.0, 1e-4]],
    [[3e-4, 0.0], [0.0, 1e-4]],
]
CLUSTERED = Domain(
    "clusters of equal posteriors that do not overlap (where the envelope is attained)",
    (
        clusters([[-2.0], [-0.5], [1.5], [3.0]], _DOTS, (1, 1, 1, 2), 0.4),
        clusters([[-3.5], [-1.5], [0.5], [2.25]], _DOTS, (2, 3, 2, 3), 0.7),
        clusters([[-3.0, -1.5], [-1.0, -0.25], [1.0, 0.5], [3.0, 1.75]], _SPOTS, (2, 2, 2, 2), 0.3),
    ),
)


def _envelopes(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    for N, k in ((3, 1), (6, 2)):
        yield aggregates(rng, n, N, k)


UNDER_PRIOR = Domain(
    "aggregates under an envelope, one of them bounded best by the prior's own",
    (one([[0.0]] * 4, [[[0.02]], [[0.02]], [[0.02]], [[2.5]]], 0.9), *AGGREGATE.witnesses),
    _envelopes,
)
PROPOSED_AT_POINT = Domain(
    "a point z and an aggregate whose envelope is proposed from",
    tuple(case for case in AGGREGATE_AT_POINT.witnesses if len(case["mu"]) > 1),
    AGGREGATE_AT_POINT.draw,
)
PROPOSED_EXACTLY = Domain(
    "a point z and N equal posteriors (where the envelope is the integrand)",
    tuple({"z": z, **case} for z, case in zip(([0.3], [-1.1], [0.2, -0.6]), EQUAL_POSTERIORS.witnesses, strict=True)),
)
MOMENTS = Domain("N Gaussians", tuple({"mu": c["mu"], "Sigma": c["Sigma"]} for c in AGGREGATE.witnesses), None)


def _draws(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    yield {"x": rng.beta(0.7, 1.3, size=(n, 9)), "alpha": 10.0 ** rng.uniform(-1, -0.5, n)}


BOUNDED_DRAWS = Domain(
    "n draws in [0, 1] and an error probability alpha",
    (
        {"x": [0.5], "alpha": 0.8},
        {"x": [0.9, 0.1, 0.8, 0.3, 0.6, 0.7, 0.2, 1.0, 0.45, 0.55, 0.35, 0.65], "alpha": 0.3},
        {"x": [1.0] * 11 + [0.75], "alpha": 0.01},
        {"x": [0.25] * 3 + [0.5] * 14, "alpha": 0.1},
    ),
    _draws,
)
COIN_FLIPS = Domain(
    "coin flips of known mean",
    (
        {"mean": 0.1, "size": 12.0, "alpha": 0.3},
        {"mean": 0.5, "size": 15.0, "alpha": 0.4},
        {"mean": 0.75, "size": 5.0, "alpha": 0.25},
    ),
)


def _tails(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    for N, k in ((2, 1), (2, 2), (3, 2)):
        yield {"u": rng.normal(size=(n, k)), "Sigma": covariances(rng, (n, N), k, 0.7), "beta": rng.uniform(-1, 2.5, n)}


DIRECTIONS = Domain(
    "a direction u, N covariances and any real beta",
    (
        {"u": [1.5], "Sigma": [[[0.5]], [[0.25]]], "beta": 3.0},
        {"u": [1.5, -2.0], "Sigma": [_S2, _NARROW], "beta": 1.4},
        {"u": [0.4, 1.0], "Sigma": [_S2, _NARROW, [[1.5, 0.2], [0.2, 0.1]]], "beta": -0.4},
        {"u": [0.4, 1.0, -0.5], "Sigma": [_S3, np.eye(3).tolist()], "beta": 0.6},
    ),
    _tails,
)


def decided(Sigma: Array, beta: Array) -> Array:
    """Far from the border; and for beta > 1 in the plane, decided by one posterior, the mean of all, or an axis."""
    k = Sigma.shape[-1]
    angle = np.linspace(0, np.pi, 721)
    u = np.stack([np.cos(angle), np.sin(angle)], -1) if k == 2 else np.ones((1, k))
    b = beta[:, None, None]
    forms = b[..., None] * np.eye(k) + (1 - b)[..., None] * np.linalg.inv(Sigma)
    bend = np.einsum("ui,cnij,uj->cnu", u, forms, u)
    least = np.where((beta > 1)[:, None], bend.max(1), bend.min(1)).min(1)
    proved = (bend.min(-1).max(1) > 0.01) | (bend.mean(1).min(-1) > 0.01)
    axes = np.linalg.eigh(np.concatenate([forms, forms.mean(1, keepdims=True)], 1))[1]
    along = np.einsum("cmia,cnij,cmja->cman", axes, forms, axes).max(-1).min((1, 2))
    return np.asarray((np.abs(least) > 0.01) & ((beta <= 1) | proved | (along < -0.01)))


def _covariances(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    for N, k in ((1, 1), (2, 1), (2, 2), (4, 2)):
        yield {"Sigma": covariances(rng, (4 * n, N), k, 0.7), "beta": rng.uniform(-1, 2.5, 4 * n)}


_CROSSED = [[[4.0, 0.0], [0.0, 0.25]], [[0.25, 0.0], [0.0, 4.0]]]
COVARIANCES = Domain(
    "N covariances and any real beta, where r exists or not whatever the means",
    (
        {"Sigma": [[[0.5]], [[0.25]]], "beta": 1.75},
        {"Sigma": [[[0.5]], [[0.25]]], "beta": 2.25},
        {"Sigma": [[[0.5]], [[4.0]]], "beta": -0.25},
        {"Sigma": [[[0.5]], [[4.0]]], "beta": -0.5},
        {"Sigma": _CROSSED, "beta": 1.5},
        {"Sigma": _CROSSED, "beta": 0.5},
        {"Sigma": _CROSSED, "beta": -0.75},
        {"Sigma": [_S2, _NARROW], "beta": 1.0},
        {"Sigma": [[[1.5, 0.2], [0.2, 2.0]], _NARROW], "beta": 2.25},
        {"Sigma": [[[0.25, 0.0], [0.0, 4.0]], [[0.2, 0.0], [0.0, 0.2]]], "beta": 1.5},
    ),
    _covariances,
    requires=decided,
)

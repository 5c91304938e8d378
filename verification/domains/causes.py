"""Domains of the coordinates of a code, and of two causes of one effect."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from verification.domain import Array, Case, Domain, exact_log
from verification.domains.finite import dyadic

Rng = np.random.Generator


# --- coordinates ------------------------------------------------------------------------------------------------------


def _two(v1: Any, v2: Any) -> Case:
    return {"log_v1": exact_log(v1), "log_v2": exact_log(v2)}


MIXED = Domain(
    "two independent coordinates of K values, not uniform",
    (
        _two([0.5, 0.25, 0.25], [0.125, 0.375, 0.5]),
        _two([0.5, 0.125, 0.125, 0.25], [0.375, 0.125, 0.25, 0.25]),
    ),
    lambda rng, n: iter([{"log_v1": exact_log(dyadic(rng, (n, 3))), "log_v2": exact_log(dyadic(rng, (n, 3)))}]),
)
UNIFORM = Domain("two independent uniform coordinates", (_two([0.25] * 4, [0.25] * 4), _two([0.125] * 8, [0.125] * 8)))


def _separate(rng: Rng, n: int) -> Iterator[dict[str, Array]]:
    for I, J, K, L in ((2, 3, 2, 2), (3, 2, 2, 3)):
        yield {
            "log_v1": exact_log(dyadic(rng, (n, I))),
            "log_v2": exact_log(dyadic(rng, (n, J))),
            "log_g1": exact_log(dyadic(rng, (n, I, K))),
            "log_g2": exact_log(dyadic(rng, (n, J, L))),
        }


SEPARATE_CODES = Domain(
    "two independent coordinates, each coded by itself",
    (
        {**_two([0.25, 0.75], [0.5, 0.5]), "log_g1": exact_log([[0.75, 0.25], [0.125, 0.875]]),
         "log_g2": exact_log([[0.5, 0.5], [0.25, 0.75]])},
        {**_two([0.5, 0.125, 0.375], [0.5, 0.5]), "log_g1": exact_log([[0.5, 0.5], [0.25, 0.75], [0.875, 0.125]]),
         "log_g2": exact_log([[0.5, 0.25, 0.25], [0.25, 0.125, 0.625]])},
    ),
    _separate,
)  # fmt: skip


def _parts(rng: Rng, n: int) -> Iterator[dict[str, Array]]:
    yield {
        "log_data1": exact_log(dyadic(rng, (n, 3))),
        "log_enc1": exact_log(dyadic(rng, (n, 3, 2))),
        "log_data2": exact_log(dyadic(rng, (n, 2))),
        "log_enc2": exact_log(dyadic(rng, (n, 2, 2))),
    }


PARTS = Domain(
    "x = (x1, x2) and z = (z1, z2), coded one by one",
    (
        {"log_data1": exact_log([0.5, 0.5]), "log_enc1": exact_log([[0.75, 0.25], [0.25, 0.75]]),
         "log_data2": exact_log([0.5, 0.5]), "log_enc2": exact_log([[0.75, 0.25], [0.25, 0.75]])},
        {"log_data1": exact_log([0.25, 0.75]), "log_enc1": exact_log([[0.5, 0.25, 0.25], [0.125, 0.125, 0.75]]),
         "log_data2": exact_log([0.5, 0.5]), "log_enc2": exact_log([[0.875, 0.125], [0.5, 0.5]])},
    ),
    _parts,
)  # fmt: skip

PAIRS = Domain(
    "tables of two coordinates",
    (
        {"log_aggregate": exact_log([[0.25, 0.25], [0.125, 0.375]])},
        {"log_aggregate": exact_log([[0.25, 0.125], [0.125, 0.0625], [0.1875, 0.25]])},
    ),
    lambda rng, n: iter([{"log_aggregate": exact_log(dyadic(rng, (n, 6)).reshape(n, 3, 2))}]),
)


# --- causes -----------------------------------------------------------------------------------------------------------


def _or(leak: float, s_a: float, s_b: float) -> Array:
    off_a, off_b = np.array([1, 1 - s_a]), np.array([1, 1 - s_b])
    return 1 - (1 - leak) * off_a[:, None] * off_b


def _collider(p_a: Any, p_b: Any, p_effect: Any) -> Case:
    return {"p_a": p_a, "p_b": p_b, "p_effect": np.asarray(p_effect, float).tolist()}


def _eighths(rng: Rng, shape: tuple[int, ...]) -> Array:
    """Chances strictly between 0 and 1 whose few products floats hold exactly."""
    return rng.integers(1, 256, size=shape) / 256


def _prior(rng: Rng, n: int, size: int) -> Array:
    return np.asarray((rng.multinomial(256 - size, np.full(size, 1 / size), n) + 1) / 256)


def _colliders(rng: Rng, n: int) -> Iterator[dict[str, Array]]:
    for I, J in ((2, 2), (3, 2)):
        yield {"p_a": _prior(rng, n, I), "p_b": _prior(rng, n, J), "p_effect": _eighths(rng, (n, I, J))}


_POST = (
    _collider([0.75, 0.25], [0.5, 0.5], _or(0.125, 0.75, 0.5)),
    _collider([0.5, 0.5], [0.25, 0.75], _or(0.0625, 0.5, 0.5)),
)
_TABLE = _collider([0.5, 0.25, 0.25], [0.375, 0.625], [[0.125, 0.5], [0.75, 0.25], [0.625, 0.875]])
COLLIDERS = Domain("A -> C <- B, what is seen", (*_POST, _TABLE), _colliders)
CERTAIN = Domain(
    "A -> C <- B with an effect that some causes rule out or make sure",
    (_collider([0.5, 0.5], [0.5, 0.5], _or(0.0, 1.0, 1.0)), *_POST, _TABLE),
    _colliders,
)


def _memes(rng: Rng, n: int) -> Iterator[dict[str, Array]]:
    leak, s_a, s_b = (rng.integers(1, 16, n) / 16 for _ in range(3))
    effect = np.array([_or(*strengths) for strengths in zip(leak, s_a, s_b, strict=True)])
    yield {"p_a": _prior(rng, n, 2), "p_b": _prior(rng, n, 2), "p_effect": effect}


MEMES = Domain("a noisy or, its effect seen", (_collider([0.5, 0.5], [0.5, 0.5], _or(0.0, 1.0, 1.0)), *_POST), _memes)


def _together(rng: Rng, n: int) -> Iterator[dict[str, Array]]:
    """Both causes do more together than apart."""
    p = _eighths(rng, (n, 2, 2)) / 2
    p[:, 1, 1], p[:, 0, 0] = 0.5 + p[:, 1, 1], 0.5 + p[:, 0, 0]
    yield {"p_a": _prior(rng, n, 2), "p_b": _prior(rng, n, 2), "p_effect": p}


TOGETHER = Domain(
    "an effect that asks for both causes or for none",
    (
        _collider([0.5, 0.5], [0.5, 0.5], [[0.75, 0.25], [0.25, 0.75]]),
        _collider([0.75, 0.25], [0.5, 0.5], [[0.5, 0.25], [0.125, 0.875]]),
    ),
    _together,
)


def _unseen_product(leak: float, s_a: float, s_b: float) -> Array:
    return 1 - _or(leak, s_a, s_b)


_RANK_ONE = (
    _collider([0.5, 0.5], [0.5, 0.5], [[0.5, 0.5], [0.5, 0.5]]),
    _collider([0.5, 0.5], [0.5, 0.5], _unseen_product(0.0, 0.5, 0.5)),
    _collider([0.75, 0.25], [0.5, 0.5], _unseen_product(0.125, 0.75, 0.5)),
    _collider([0.5, 0.25, 0.25], [0.375, 0.625], np.outer([0.5, 0.25, 1.0], [0.75, 0.5])),
)
ANY_COLLIDER = Domain("A -> C <- B, any effect", (*_RANK_ONE, *_POST, _TABLE), _colliders)
UNCOUPLED = Domain("A -> C <- B, P(c|a,b) = f(a) g(b)", _RANK_ONE)


def _strengths(rng: Rng, n: int) -> Iterator[dict[str, Array]]:
    yield {
        "p_a": _prior(rng, n, 2),
        "p_b": _prior(rng, n, 2),
        **{s: _eighths(rng, (n,)) for s in ("leak", "s_a", "s_b")},
    }


STRENGTHS = Domain(
    "a leak and two causes of a noisy or",
    (
        {"p_a": [0.5, 0.5], "p_b": [0.25, 0.75], "leak": 0.125, "s_a": 0.75, "s_b": 0.5},
        {"p_a": [0.75, 0.25], "p_b": [0.5, 0.5], "leak": 0.0, "s_a": 0.5, "s_b": 0.25},
    ),
    _strengths,
)
SURE = Domain("a noisy or, some of its causes sure", (
    {"leak": 0.0, "s_a": 1.0, "s_b": 1.0}, {"leak": 0.125, "s_a": 0.75, "s_b": 0.5},
    {"leak": 0.25, "s_a": 0.0, "s_b": 0.5}, {"leak": 1.0, "s_a": 0.5, "s_b": 0.5},
))  # fmt: skip


def _seen_apart(rng: Rng, n: int) -> Iterator[dict[str, Array]]:
    for I, J in ((2, 2), (3, 2)):
        yield {"p_a": _prior(rng, n, I), "p_b": _prior(rng, n, J), "p_one": _eighths(rng, (n, I)),
               "p_two": _eighths(rng, (n, J))}  # fmt: skip


SEEN_APART = Domain(
    "x = (x1, x2), each the effect of one cause",
    (
        {"p_a": [0.5, 0.5], "p_b": [0.5, 0.5], "p_one": [0.0, 1.0], "p_two": [0.0, 1.0]},
        {"p_a": [0.75, 0.25], "p_b": [0.5, 0.5], "p_one": [0.25, 0.75], "p_two": [0.5, 0.125]},
        {"p_a": [0.5, 0.25, 0.25], "p_b": [0.5, 0.5], "p_one": [0.25, 0.75, 0.5], "p_two": [0.5, 0.125]},
    ),
    _seen_apart,
)


def _effects(rng: Rng, n: int) -> Iterator[dict[str, Array]]:
    for I, J, C in ((2, 3, 3), (3, 2, 2)):
        table = dyadic(rng, (n, I, J, C))
        yield {"p_a": _prior(rng, n, I), "p_b": _prior(rng, n, J), "p_effects": table}


EFFECTS = Domain(
    "A -> C <- B, all values of the effect",
    (
        {"p_a": [0.75, 0.25], "p_b": [0.5, 0.5],
         "p_effects": [[[0.875, 0.125], [0.5, 0.5]], [[0.25, 0.75], [0.125, 0.875]]]},
        {"p_a": [0.5, 0.25, 0.25], "p_b": [0.375, 0.625],
         "p_effects": [[[0.5, 0.5], [0.25, 0.75]], [[0.25, 0.75], [1.0, 0.0]], [[0.125, 0.875], [0.5, 0.5]]]},
    ),
    _effects,
)  # fmt: skip

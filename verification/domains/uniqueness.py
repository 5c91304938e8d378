"""Domains of finite models whose codes are moved, families of posteriors over two bits, and groups of maps."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from verification.domain import Array, Case, Domain, exact_log
from verification.domains.finite import dyadic

Rng = np.random.Generator


def moves(*to: int) -> Array:
    """The 0-1 matrix of the map z -> to[z]."""
    return np.eye(len(to))[list(to)]


def _moved(prior: Any, enc: Any, dec: Any, to: Any, beta: float) -> Case:
    M = len(enc)
    return {"log_data": exact_log(np.append(0.5 ** np.arange(1, M), 0.5 ** (M - 1))), "log_enc": exact_log(enc),
            "log_prior": exact_log(prior), "log_dec": exact_log(dec), "P": moves(*to), "beta": beta}  # fmt: skip


def _moves(rng: Rng, n: int) -> Iterator[dict[str, Array]]:
    for M, K in ((2, 4),):
        yield {
            "log_data": exact_log(dyadic(rng, (n, M))),
            "log_enc": exact_log(dyadic(rng, (n, M, K))),
            "log_prior": exact_log(np.full((n, K), 1 / K)),
            "log_dec": exact_log(dyadic(rng, (n, K, M)).swapaxes(-1, -2)),
            "P": np.array([moves(*rng.permutation(K)) for _ in range(n)]),
            "beta": np.exp(rng.uniform(-2, 1.5, n)),
        }


MOVED = Domain(
    "a finite model, a map of its codes that keeps the prior",
    (
        _moved([0.5, 0.25, 0.25], [[0.75, 0.125, 0.125], [0.125, 0.25, 0.625]],
               [[0.875, 0.5, 0.125], [0.125, 0.5, 0.875]], (0, 2, 1), 2.0),
        _moved([0.25] * 4, [[0.5, 0.25, 0.125, 0.125], [0.125, 0.125, 0.25, 0.5]],
               [[0.875, 0.5, 0.125, 0.25], [0.125, 0.5, 0.875, 0.75]], (1, 2, 3, 0), 0.5),
    ),
    _moves,
)  # fmt: skip

# --- two bits ---------------------------------------------------------------------------------------------------------

XOR, CYCLE = moves(0, 1, 3, 2), moves(1, 2, 3, 0)
EXCHANGE, FLIP = moves(0, 2, 1, 3), moves(2, 3, 0, 1)


def _bits(margins: Any) -> Array:
    """Independent bits: every pair of the chances given."""
    return np.array([np.outer([1 - a, a], [1 - b, b]).ravel() for a in margins for b in margins])


_FEW, _SOME = _bits([0.25, 0.75]), _bits([0.125, 0.5, 0.875])
_ADDED = [-1.5, -0.25, -2.0, -0.75]  # of the first bit plus of the second


def _family(family: Array, log_lik: Any, P: Array, beta: float) -> Case:
    return {"family": family.tolist(), "log_prior": exact_log([0.25] * 4), "log_lik": log_lik, "P": P, "beta": beta}


def _families(maps: tuple[Array, ...]) -> Any:
    def draw(rng: Rng, n: int) -> Iterator[dict[str, Array]]:
        yield {
            "family": np.broadcast_to(_SOME, (n, *_SOME.shape)).copy(),
            "log_prior": exact_log(np.full((n, 4), 0.25)),
            "log_lik": -rng.uniform(0.2, 3, (n, 4)),
            "P": np.array([maps[i] for i in rng.integers(len(maps), size=n)]),
            "beta": np.exp(rng.uniform(-1, 1, n)),
        }

    return draw


def breaks(family: Array, log_prior: Array, log_lik: Array, P: Array, beta: Array) -> Array:
    """The best q* of the family and of its image is in the family, unique, and r^-1 # q* is not in the family."""
    good = []
    for q, lik, r, b in zip(np.asarray(family, float), np.asarray(log_lik, float), P, beta, strict=True):
        pool = np.unique(np.concatenate([q, q @ r]), axis=0)
        value = (pool * (lik - b * np.log(4 * pool))).sum(-1)
        best, back = pool[np.argmax(value)], pool[np.argmax(value)] @ r.T
        inside, moved = ((abs(q - x).max(-1) < 1e-12).any() for x in (best, back))
        good.append(bool(inside and not moved and np.diff(np.sort(value))[-1] > 1e-3))
    return np.array(good)


ANY_FAMILY = Domain(
    "a family of posteriors, a map of the codes",
    (
        _family(_FEW, _ADDED, XOR, 1.0),
        _family(_FEW, [-1.0, -2.5, -0.5, -0.25], CYCLE, 0.5),
        _family(_SOME, [-0.5, -0.25, -1.5, -3.0], XOR, 2.0),
    ),
    _families((XOR, CYCLE, EXCHANGE)),
)
BROKEN = Domain(
    "independent bits, a map that takes the best posterior out of the family",
    (
        _family(_FEW, _ADDED, XOR, 1.0),
        _family(_SOME, [-2.5, -0.5, -3.0, -1.0], CYCLE, 0.5),
        _family(_SOME, [-0.5, -0.25, -3.5, -3.25], XOR @ EXCHANGE, 1.0),
    ),
    _families((XOR, CYCLE)),
    requires=breaks,
)
KEPT = Domain(
    "independent bits, exchanged or flipped: the signed permutations of the plane",
    (
        _family(_FEW, _ADDED, EXCHANGE, 1.0),
        _family(_FEW, [-2.5, -0.5, -3.0, -1.0], FLIP, 0.5),
        _family(_SOME, [-0.5, -0.25, -3.5, -3.25], FLIP @ EXCHANGE, 2.0),
    ),
    _families((EXCHANGE, FLIP)),
)


def _exact(family: Array, posterior: int, P: Array) -> Case:
    """p(x|z) = half the posterior's mass, so that the posterior is in the family and p(x) = 1/8."""
    told = exact_log(family[posterior] / 2)
    return {"family": family.tolist(), "log_prior": exact_log([0.25] * 4), "log_lik": told, "P": P, "beta": 1.0}


EXACT = Domain(
    "independent bits, the posterior among them, a map that takes it out of the family",
    (_exact(_FEW, 1, XOR), _exact(_SOME, 2, CYCLE), _exact(_SOME, 8, XOR @ EXCHANGE)),
    requires=breaks,
)


def _open(posterior: Any, tilt: Any, *to: int) -> Case:
    return {"log_prior": exact_log([0.25] * 4), "log_lik": exact_log(np.array(posterior) / 2), "P": moves(*to),
            "tilt": tilt, "t": 1.0}  # fmt: skip


OPEN = Domain(
    "posteriors q(0) > q(1) of a family that is not closed, nearer and nearer to the moved posterior",
    (
        _open([0.25, 0.1875, 0.25, 0.3125], [0.125, -0.125, 0.0, 0.0], 0, 2, 1, 3),
        _open([0.25, 0.125, 0.25, 0.375], [0.0625, -0.125, 0.0625, 0.0], 0, 2, 1, 3),
    ),
)


def _group(*generators: Array) -> Array:
    found = [np.eye(4)]
    for m in found:
        for g in generators:
            if not any((m @ g == known).all() for known in found):
                found.append(m @ g)
    return np.array(found)


def _decoders(family: Array, log_lik: Any, beta: float, *generators: Array) -> Case:
    return {"family": family.tolist(), "log_prior": exact_log([0.25] * 4), "log_lik": log_lik,
            "maps": _group(*generators), "beta": beta}  # fmt: skip


COMPLETED = Domain(
    "a family, a group of maps and the decoders that they make of one",
    (
        _decoders(_FEW, _ADDED, 1.0, XOR),
        _decoders(_FEW, [-1.0, -2.5, -0.5, -0.25], 0.5, CYCLE),
        _decoders(_FEW, [-0.5, -0.25, -1.5, -3.0], 2.0, CYCLE, EXCHANGE),
    ),
)

SIGNED = Domain(
    "latents of values -1 and 1, independent and not Gaussian, and all signed permutations of the plane",
    (
        {"family": _FEW, "maps": _group(EXCHANGE, FLIP)},
        {"family": _SOME, "maps": _group(EXCHANGE, FLIP)},
    ),
)

# --- families and hypotheses ------------------------------------------------------------------------------------------


def _sieve(parts: int, free: int, order: int, *to: tuple[int, ...]) -> Case:
    return {"maps": np.array([moves(*t) for t in to]), "parts": parts, "order": order, "free": free}


GROUPS = Domain(
    "every family of posteriors whose chances are multiples of 1 / parts, a set of maps",
    (
        _sieve(2, 1, 2, (1, 0)),
        _sieve(4, 2, 2, (1, 0)),
        _sieve(3, 3, 3, (1, 2, 0), (2, 0, 1)),
        _sieve(3, 1, 6, (1, 2, 0), (2, 0, 1), (1, 0, 2), (0, 2, 1), (2, 1, 0)),
        _sieve(2, 0, 2, (0, 1), (1, 0)),
    ),
)

# --- concavity --------------------------------------------------------------------------------------------------------


def _mixed(first: Any, second: Any, weight: float, beta: float) -> Case:
    K = len(first)
    return {"first": first, "second": second, "log_prior": exact_log(np.full(K, 1 / 4) if K == 4 else [0.5, 0.5]),
            "log_lik": np.linspace(-2, -0.5, K).tolist(), "weight": weight, "beta": beta}  # fmt: skip


def _mixtures(rng: Rng, n: int) -> Iterator[dict[str, Array]]:
    yield {
        "first": dyadic(rng, (n, 4)), "second": dyadic(rng, (n, 4)), "log_prior": exact_log(np.full((n, 4), 0.25)),
        "log_lik": -rng.uniform(0.2, 3, (n, 4)), "weight": rng.uniform(0.1, 0.9, n), "beta": np.exp(rng.normal(size=n)),
    }  # fmt: skip


_NEAR = [0.5 + 2.0**-7, 0.5 - 2.0**-7]
MIXED = Domain(
    "two posteriors and a mixture of them",
    (
        _mixed(_NEAR, _NEAR[::-1], 0.5, 2.0),
        _mixed([0.875, 0.125], [0.25, 0.75], 0.25, 0.5),
        _mixed([0.5, 0.25, 0.125, 0.125], [0.0625, 0.1875, 0.25, 0.5], 0.75, 1.0),
    ),
    _mixtures,
)
SAME = Domain(
    "a posterior mixed with itself",
    (
        _mixed([0.875, 0.125], [0.875, 0.125], 0.25, 0.5),
        _mixed([0.5, 0.25, 0.125, 0.125], [0.5, 0.25, 0.125, 0.125], 0.75, 1.0),
    ),
)

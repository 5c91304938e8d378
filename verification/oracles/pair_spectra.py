"""Higgins' task by transforms: the law of one pair's distances on a lattice, cubed in frequency for three pairs.

``laws`` (B, K, V): the chances of each factor's values 0..V-1. Floats: discrete transforms of laws, whose rounding
stays below 1e-11.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from verification.estimate import Estimate, Grade

Array = np.ndarray[Any, Any]
PAIRS = 3


def _told(values: Any) -> Estimate:
    value = np.asarray(values, float)
    return Estimate(value, np.full(value.shape, 1e-11), Grade.BOUNDED, certificate="float64, 1e-11")


def _points(K: int, V: int) -> Array:
    """All values of all factors: (V^K, K)."""
    return np.stack(np.meshgrid(*[np.arange(V)] * K, indexing="ij"), -1).reshape(-1, K)


def _seen(laws: Array, code: Callable[[Array], Array], norm: bool = False, noise: int = 0) -> Iterator[list[Array]]:
    """Of each case the laws of what is shown while each factor is shared."""
    for case in np.asarray(laws, float):
        K, V = case.shape
        points = _points(K, V)
        chance = np.prod(case[np.arange(K), points], axis=1)
        points, chance = points[chance > 0], chance[chance > 0]
        codes = code(points)
        far = np.abs(codes[:, None] - codes[None])
        far = far.sum(-1, keepdims=True) if norm else far
        size = PAIRS * far.max((0, 1)) + 1
        seen = []
        for y in range(K - noise):
            same = points[:, None, y] == points[None, :, y]
            weight = same * chance[:, None] * chance[None, :] / case[y, points[:, y]][:, None]
            law = np.zeros(size)
            np.add.at(law, tuple(far[weight > 0].T), weight[weight > 0])
            axes = tuple(range(law.ndim))
            seen.append(np.fft.irfftn(np.fft.rfftn(law, axes=axes) ** PAIRS, s=law.shape, axes=axes))
        yield seen


def _best(laws: Array, code: Callable[[Array], Array], norm: bool = False, noise: int = 0) -> Estimate:
    """The mean over factors of the chance that what is shown is likeliest under them."""
    return _told([np.max(seen, axis=0).sum() / len(seen) for seen in _seen(laws, code, norm, noise)])


def by_component(laws: Array) -> Estimate:
    """The best accuracy where the codes are the factors."""
    return _best(laws, lambda v: v)


def by_line(laws: Array) -> Estimate:
    """The accuracy of naming the first factor that shows no distance, in sums over the faces of the lattice."""
    found = []
    for seen in _seen(laws, lambda v: v):
        right, K = 0.0, len(seen)
        for y, law in enumerate(seen):
            face = law[(slice(1, None),) * y + (0,)]  # none before it shows 0
            right += float(face.sum()) / K
        found.append(right)
    return _told(found)


def by_norm(laws: Array) -> Estimate:
    """The best accuracy where only the L1 norm is shown."""
    return _best(laws, lambda v: v, norm=True)


def repeated(laws: Array) -> Estimate:
    """The best accuracy where every distance is that of an input to itself."""
    return _best(laws, lambda v: 0 * v)


def turned(laws: Array) -> Estimate:
    """Two factors through five times a rotation by the angle whose tangent is 4/3."""
    return _best(laws, lambda v: v @ np.array([[3, 4], [-4, 3]]))


def half_turned(laws: Array) -> Estimate:
    """Two factors through a rotation by 45 degrees, scaled to whole numbers."""
    return _best(laws, lambda v: v @ np.array([[1, 1], [-1, 1]]))


def doubled(laws: Array) -> Estimate:
    """Each factor in two codes."""
    return _best(laws, lambda v: np.repeat(v, 2, axis=1))


def lacking(laws: Array) -> Estimate:
    """The last factor in no code."""
    return _best(laws, lambda v: v[:, :-1])


def mixed(laws: Array) -> Estimate:
    """The first code the sum of all factors."""
    return _best(laws, lambda v: np.concatenate([v.sum(1, keepdims=True), v[:, 1:]], axis=1))


def bent(laws: Array) -> Estimate:
    """Each factor's code the square of it."""
    return _best(laws, lambda v: v**2)


def noise(laws: Array) -> Estimate:
    """The last law's draws the only code, which are of no factor."""
    return _best(laws, lambda v: v[:, -1:], noise=1)


def shown_nothing(laws: Array) -> Estimate:
    """Codes that are 0 whatever comes."""
    return _best(laws, lambda v: v[:, :1] * 0)


def steps(laws: Array) -> Estimate:
    """The chance of each distance between two draws of a factor: the autocorrelation, both sides together."""
    law = np.asarray(laws, float)
    V = law.shape[-1]
    power = np.abs(np.fft.fft(law, 2 * V, axis=-1)) ** 2
    both = np.fft.ifft(power, axis=-1).real
    return _told(np.concatenate([both[..., :1], both[..., 1:V] + both[..., :V:-1]], axis=-1))

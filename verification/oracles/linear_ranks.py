"""The linear beta-VAE by enumeration: along eigenvectors of the data every stationary point is one of finitely many.

Each subset of at most k eigenvectors is tried, alone on each is a VAE of one dimension whose terms are written out from
their definitions; the best point is taken. In balls, and in floats where a threshold is bisected.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from itertools import combinations
from typing import Any, NamedTuple

import flint
import numpy as np
from flint import arb

from verification.estimate import Estimate, Grade

Array = np.ndarray[Any, Any]
BITS, HALVINGS, STEP, TINY = 200, 32, arb(2) ** -40, 2.0**-60
TIE = 1e-6  # values of two points part with the square of the distance to the threshold, and floats lose half of it


class Line(NamedTuple):
    """A VAE of one dimension: decoder x = w z, encoder z = v x, posterior variance s."""

    lam: Any
    w: Any
    v: Any
    s: Any


def _ball(x: Any) -> Any:
    return x if isinstance(x, arb) else arb(float(x))


def _log(x: Any) -> Any:
    return x.log() if isinstance(x, arb) else math.log(x)


def _sqrt(x: Any) -> Any:
    return x.sqrt() if isinstance(x, arb) else math.sqrt(x)


def _pi(like: Any) -> Any:
    return arb.pi() if isinstance(like, arb) else math.pi


class Point:
    """A stationary point: which eigenvectors are used, and the noise."""

    def __init__(self, lams: list[Any], used: tuple[int, ...], noise: Any, beta: Any) -> None:
        self.used, self.noise, self.beta = used, noise, beta
        self.lines = []
        for i, lam in enumerate(lams):
            gain = lam - beta * noise if i in used else 0 * lam
            w = _sqrt(gain)
            self.lines.append(Line(lam, w, w / (gain + beta * noise), beta * noise / (gain + beta * noise)))

    @property
    def distortion(self) -> Any:
        volume = len(self.lines) * _log(2 * _pi(self.noise) * self.noise)
        missed = sum((t.lam * (1 - t.w * t.v) ** 2 + t.w**2 * t.s for t in self.lines), 0 * self.noise)
        return (volume + missed / self.noise) / 2

    @property
    def rate(self) -> Any:
        return sum((t.v**2 * t.lam + t.s - 1 - _log(t.s) for t in self.lines), 0 * self.noise) / 2

    @property
    def information(self) -> Any:
        return sum((_log(t.v**2 * t.lam / t.s + 1) for t in self.lines), 0 * self.noise) / 2

    @property
    def value(self) -> Any:
        return -self.distortion - self.beta * self.rate

    @property
    def log_likelihood(self) -> Any:
        spreads = [(t.lam, t.w**2 + self.noise) for t in self.lines]
        return -sum((_log(2 * _pi(m) * m) + lam / m for lam, m in spreads), 0 * self.noise) / 2


def _subsets(D: int, k: int) -> Iterator[tuple[int, ...]]:
    for size in range(k + 1):
        yield from combinations(range(D), size)


def _given(lams: list[Any], k: int, noise: Any, beta: Any) -> Point:
    """The best stationary point at this noise."""
    above = (used for used in _subsets(len(lams), k) if all(lams[i] > beta * noise for i in used))
    return max((Point(lams, used, noise, beta) for used in above), key=lambda point: float(point.value))


def _free(lams: list[Any], k: int, beta: Any) -> Point:
    """The best stationary point over the noise too: for each subset the noise at which the slope is 0, if it fits."""
    points = []
    for used in _subsets(len(lams), k):
        left, falls = sum((lam for i, lam in enumerate(lams) if i not in used), 0 * beta), len(lams) - beta * len(used)
        if left > 0 and falls > 0 and all(lams[i] * falls > beta * left for i in used):
            points.append(Point(lams, used, left / falls, beta))
    return max(points, key=lambda point: float(point.value))


def _each(size: int, one: Callable[[int], Any]) -> Estimate:
    value = np.empty(size, object)
    with flint.ctx.workprec(BITS):
        for i in range(size):
            value[i] = _ball(one(i))
    return Estimate(value, np.zeros(size), Grade.CERTIFIED, certificate="every stationary point, in balls")


def _lams(kept: Array, discarded: Array, i: int) -> list[Any]:
    return [_ball(x) for x in (*kept[i], *discarded[i])]


def _at(kept: Array, discarded: Array, noise: Array, beta: Array, ask: Callable[[Point], Any]) -> Estimate:
    def one(i: int) -> Any:
        return ask(_given(_lams(kept, discarded, i), kept.shape[-1], _ball(noise[i]), _ball(beta[i])))

    return _each(len(kept), one)


def _at_best(kept: Array, discarded: Array, beta: Array, ask: Callable[[Point], Any]) -> Estimate:
    def one(i: int) -> Any:
        return ask(_free(_lams(kept, discarded, i), kept.shape[-1], _ball(beta[i])))

    return _each(len(kept), one)


# --- noise given ------------------------------------------------------------------------------------------------------


def optimum(kept: Array, discarded: Array, noise: Array, beta: Array) -> Estimate:
    """The largest of the values."""
    return _at(kept, discarded, noise, beta, lambda point: point.value)


def distortion(kept: Array, discarded: Array, noise: Array, beta: Array) -> Estimate:
    """-E log p(x|z) at the best point."""
    return _at(kept, discarded, noise, beta, lambda point: point.distortion)


def rate(kept: Array, discarded: Array, noise: Array, beta: Array) -> Estimate:
    """E KL at the best point."""
    return _at(kept, discarded, noise, beta, lambda point: point.rate)


def information(kept: Array, discarded: Array, noise: Array, beta: Array) -> Estimate:
    """I(x; z) at the best point: each code's variance against its noise."""
    return _at(kept, discarded, noise, beta, lambda point: point.information)


def log_likelihood(kept: Array, discarded: Array, noise: Array, beta: Array) -> Estimate:
    """log of the decoder's marginal, averaged over the data, at the best point."""
    return _at(kept, discarded, noise, beta, lambda point: point.log_likelihood)


def largest_likelihood(kept: Array, discarded: Array, noise: Array) -> Estimate:
    """The average log marginal likelihood of the decoder that is best at beta = 1."""
    return _at(kept, discarded, noise, np.ones(len(kept)), lambda point: point.log_likelihood)


def active(kept: Array, discarded: Array, noise: Array, beta: Array) -> Estimate:
    """How many eigenvectors the best point uses."""
    return _at(kept, discarded, noise, beta, lambda point: len(point.used))


def fewest_nats(kept: Array, noise: Array, beta: Array) -> Estimate:
    """The rate of Gaussian data at the best point's squared error: its water level is bisected."""

    def one(i: int) -> Any:
        lams, s = [_ball(x) for x in kept[i]], _ball(noise[i])
        point = _given(lams, len(lams), s, _ball(beta[i]))
        room = sum((t.lam * (1 - t.w * t.v) ** 2 + t.w**2 * t.s for t in point.lines), arb(0))
        low, high = arb(0), sum(lams, arb(0))
        for _ in range(2 * HALVINGS):
            level = (low + high) / 2
            full = sum((min(lam, level, key=float) for lam in lams), arb(0)) < room
            low, high = (level, high) if full else (low, level)
        return sum(((lam / level).log() / 2 for lam in lams if lam > level), arb(0)) + arb(0, 1e-12)

    return _each(len(kept), one)


def gain_of_halving(kept: Array, discarded: Array, noise: Array, beta: Array) -> Estimate:
    """The largest of the values at half the noise, less that at the noise."""

    def one(i: int) -> Any:
        lams, k, s, b = _lams(kept, discarded, i), kept.shape[-1], _ball(noise[i]), _ball(beta[i])
        return _given(lams, k, s / 2, b).value - _given(lams, k, s, b).value

    return _each(len(kept), one)


# --- noise learned ----------------------------------------------------------------------------------------------------


def best_noise(kept: Array, discarded: Array, beta: Array) -> Estimate:
    """The noise of the best point."""
    return _at_best(kept, discarded, beta, lambda point: point.noise)


def learned_optimum(kept: Array, discarded: Array, beta: Array) -> Estimate:
    """The largest of the values."""
    return _at_best(kept, discarded, beta, lambda point: point.value)


def learned_rate(kept: Array, discarded: Array, beta: Array) -> Estimate:
    """E KL at the best point."""
    return _at_best(kept, discarded, beta, lambda point: point.rate)


def learned_active(kept: Array, discarded: Array, beta: Array) -> Estimate:
    """How many eigenvectors the best point uses."""
    return _at_best(kept, discarded, beta, lambda point: len(point.used))


def learned_slope(kept: Array, discarded: Array, beta: Array) -> Estimate:
    """How fast the largest of the values changes with beta: a difference over a tiny step, of which the square is
    lost."""

    def one(i: int) -> Any:
        lams, k, b = _lams(kept, discarded, i), kept.shape[-1], _ball(beta[i])
        high, low = (_free(lams, k, b * (1 + h)).value for h in (STEP, -STEP))
        return (high - low) / (2 * STEP * b) + arb(0, TINY)

    return _each(len(kept), one)


def optimum_slope(kept: Array, discarded: Array, noise: Array, beta: Array) -> Estimate:
    """How fast the largest of the values at this noise changes with beta."""

    def one(i: int) -> Any:
        lams, k, b, s = _lams(kept, discarded, i), kept.shape[-1], _ball(beta[i]), _ball(noise[i])
        high, low = (_given(lams, k, s, b * (1 + h)).value for h in (STEP, -STEP))
        return (high - low) / (2 * STEP * b) + arb(0, TINY)

    return _each(len(kept), one)


def noise_slope(kept: Array, discarded: Array, noise: Array, beta: Array) -> Estimate:
    """How fast the largest of the values changes with the noise."""

    def one(i: int) -> Any:
        lams, k, b, s = _lams(kept, discarded, i), kept.shape[-1], _ball(beta[i]), _ball(noise[i])
        high, low = (_given(lams, k, s * (1 + h), b).value for h in (STEP, -STEP))
        return (high - low) / (2 * STEP * s) + arb(0, TINY)

    return _each(len(kept), one)


def noise_optimality(point: Array, kept: Array, discarded: Array, beta: Array) -> Estimate:
    """Of the largest of the values at a noise: its difference over a tiny step, and by how much the best noise of each
    subset beats it."""
    value = np.empty((len(point), 2), object)
    with flint.ctx.workprec(BITS):
        for i in range(len(point)):
            lams, k, b, s = _lams(kept, discarded, i), kept.shape[-1], _ball(beta[i]), _ball(point[i])
            high, here, low = (_given(lams, k, s * (1 + h), b).value for h in (STEP, 0, -STEP))
            value[i] = (high - low) / (2 * STEP * s), max((_free(lams, k, b).value - here).lower(), arb(0), key=float)
    pairs = np.array([[(float(v.mid()), float(v.rad()) + TINY) for v in row] for row in value])
    return Estimate(pairs[..., 0], pairs[..., 1], Grade.BOUNDED, certificate="every stationary point, in balls")


# --- thresholds -------------------------------------------------------------------------------------------------------


def _bisected(counts: Callable[[float], int], k: int, top: float) -> list[tuple[float, float]]:
    """For j = 1..k the beta at which fewer than j eigenvectors begin to be used."""
    found = []
    for j in range(1, k + 1):
        low, high = 0.0, top
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            low, high = (middle, high) if counts(middle) >= j else (low, middle)
        found.append(((low + high) / 2, high - low + TIE * top))
    return found


def _thresholds(cases: list[list[tuple[float, float]]]) -> Estimate:
    pairs = np.array(cases)
    return Estimate(pairs[..., 0], pairs[..., 1], Grade.BOUNDED, certificate="stationary points bisected in beta")


def thresholds(kept: Array, discarded: Array, noise: Array) -> Estimate:
    """Where the best point at this noise uses fewer eigenvectors."""
    cases, k = [], kept.shape[-1]
    for own, rest, s in zip(kept.astype(float), discarded.astype(float), np.asarray(noise, float), strict=True):
        lams = [*map(float, own), *map(float, rest)]

        def counts(beta: float, lams: list[float] = lams, s: float = float(s)) -> int:
            return len(_given(lams, k, s, beta).used)

        cases.append(_bisected(counts, k, 1.5 * max(lams) / float(s)))
    return _thresholds(cases)


def learned_thresholds(kept: Array, discarded: Array) -> Estimate:
    """Where the best point uses fewer eigenvectors, the noise learned."""
    cases, k = [], kept.shape[-1]
    for own, rest in zip(kept.astype(float), discarded.astype(float), strict=True):
        lams = [*map(float, own), *map(float, rest)]

        def counts(beta: float, lams: list[float] = lams) -> int:
            return len(_free(lams, k, beta).used)

        cases.append(_bisected(counts, k, 1.5 * len(lams)))
    return _thresholds(cases)


def ones(kept: Array) -> Estimate:
    """One for each kept dimension."""
    return Estimate(np.ones(kept.shape), np.zeros(kept.shape), Grade.PROVED)

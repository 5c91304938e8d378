r"""How the information of an aggregate is to be sampled: stratified draws, what is taken off each, what is bet.

Of z ~ q_n, G(z) = sum_n phi_n log(N phi_n) lies in [0, log N] and has the mean I(z; n). Functions of z and n with
means known exactly are taken off it: F_j(z_j), piecewise linear through G_j, min(|u|^2, c) of u = L_n^-1 (z - mu_n),
which is chi-squared whatever n, and f(n) = G(mu_n).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from theory import controls, kernels
from theory.confidence import Bets, betting_interval, paired_interval
from theory.marginals import Marginals
from theory.posteriors import Posteriors

Array = np.ndarray[Any, Any]

PILOT = 2000
MOST = 32  # controls that are tried
ROUNDING = 1e-10  # of a summand


def strata(rng: np.random.Generator, N: int, size: int) -> Array:
    """Which posterior each draw is from: all of them equally often, and a remainder of distinct ones at random.

    >>> sorted(np.bincount(strata(np.random.default_rng(0), 4, 11)).tolist())
    [2, 3, 3, 3]
    """
    whole = np.tile(np.arange(N), size // N)
    return np.concatenate([whole, rng.choice(N, size % N, replace=False)])


def gain(posteriors: Posteriors, z: Array) -> Array:
    """G(z), clipped to [0, log N], where it lies."""
    if posteriors.scale_tril is None:
        found = kernels.joint_information(z, posteriors.mu, posteriors.sigma)[1]
    else:
        found = kernels.joint_information_full(z, posteriors.mu, posteriors.scale_tril)[1]
    return np.clip(found, 0, np.log(posteriors.N))


@dataclass(frozen=True)
class Control:
    """A function of (z, n) less its mean: of one column of `Posteriors.placed` through knots, or of n by a table."""

    name: str
    axis: int | None
    knots: Array
    values: Array

    @property
    def ends(self) -> tuple[float, float]:
        """Between what it lies."""
        return float(self.values.min()), float(self.values.max())

    def __call__(self, z: Array, n: Array) -> Array:
        return self.values[n] if self.axis is None else np.interp(z[:, self.axis], self.knots, self.values)


@dataclass(frozen=True)
class Plan:
    """What is sampled, and the variance that is expected of it; for so many draws at such an error probability."""

    posteriors: Posteriors
    chosen: tuple[Control, ...]
    weights: Array
    variance: float
    size: int
    alpha: float

    @property
    def ends(self) -> tuple[float, float]:
        """Between what every summand lies."""
        ends = [sorted(w * end for end in c.ends) for w, c in zip(self.weights, self.chosen, strict=True)]
        return -sum(high for _, high in ends), np.log(self.posteriors.N) - sum(low for low, _ in ends)

    @property
    def width(self) -> float:
        r"""The width that is foreseen: twice sqrt(2 v l / S) + (2/3) R l / S."""
        low, high = self.ends
        level = Bets.due(self.alpha)
        return float(2 * np.sqrt(2 * self.variance * level / self.size) + 4 / 3 * (high - low) * level / self.size)

    def samples_for(self, width: float) -> int:
        """The least size for which that width is foreseen."""
        low, high = self.ends
        spread, reach, level = 2 * self.variance, 2 / 3 * (high - low), Bets.due(self.alpha)
        root = np.sqrt(spread * level + 2 * reach * level * width) + np.sqrt(spread * level)
        return max(int(np.ceil((root / width) ** 2)), 1)

    def draw(self, rng: np.random.Generator) -> Array:
        """One sample of summands, shape (size,), of mean I(z; n)."""
        n = strata(rng, self.posteriors.N, self.size)
        return self.summands(self.posteriors.sample(rng, n), n)

    def summands(self, z: Array, n: Array) -> Array:
        """G(z) less the controls, shape (S,)."""
        return gain(self.posteriors, z) - _columns(self.chosen, self.posteriors.placed(z, n), n) @ self.weights

    def estimate(self, x: Array) -> float:
        """I(z; n) as one sample of summands puts it."""
        return float(x.mean())

    def interval(self, x: Array) -> tuple[Array, Array]:
        """An interval for I(z; n) from summands (..., size), by bets."""
        low, high = self.ends
        if low == high:
            return self._unframed(*np.zeros((2, *x.shape[:-1])))
        reach = high - low
        bets = Bets.planned(self.size, max(self.variance / reach**2, 1 / self.size**2), self.alpha)
        return self._unframed(*betting_interval(self._framed(x), self.alpha, bets))

    def paired_interval(self, x: Array) -> tuple[Array, Array]:
        """The same from an even number of passes over all posteriors, by the spread within each."""
        passes = self._framed(x).reshape(-1, 2, self.posteriors.N)
        pairs = passes.mT.reshape(*x.shape[:-1], -1, 2)
        return self._unframed(*paired_interval(pairs, self.alpha))

    @property
    def _frame(self) -> tuple[float, float]:
        low, high = self.ends
        return low, high - low or 1.0  # one posterior: nothing is left to tell

    def _framed(self, x: Array) -> Array:
        low, reach = self._frame
        return np.clip((x - low) / reach, 0, 1)

    def _unframed(self, lower: Array, upper: Array) -> tuple[Array, Array]:
        low, reach = self._frame
        return low + reach * lower - ROUNDING, low + reach * upper + ROUNDING


def unaided(posteriors: Posteriors, size: int, alpha: float) -> Plan:
    """No pilot and no controls: G itself, of a variance guessed from its range."""
    return Plan(posteriors, (), np.zeros(0), np.log(posteriors.N) ** 2 / 16, size, alpha)


def candidates(
    posteriors: Posteriors, dimensions: Marginals, rng: np.random.Generator, size: int, alpha: float
) -> list[Plan]:
    """Plans with 0, 1, 2, ... controls, those that move most first, fitted to a pilot of its own."""
    n = strata(rng, posteriors.N, PILOT)
    z = posteriors.sample(rng, n)
    G, known = gain(posteriors, z), _controls(posteriors, dimensions, size)
    columns = _columns(known, posteriors.placed(z, n), n)
    order = np.argsort(-abs(_fit(columns, G)) * columns.std(0))[:MOST]
    plans = []
    for count in range(len(order) + 1):
        first = order[:count]
        weights = _fit(columns[:, first], G)
        variance = float((G - columns[:, first] @ weights).var() * PILOT / (PILOT - count - 1))
        plans.append(Plan(posteriors, tuple(known[i] for i in first), weights, variance, size, alpha))
    return plans


def _controls(posteriors: Posteriors, dimensions: Marginals, size: int) -> list[Control]:
    q = posteriors.mu, posteriors.sigma
    values = controls.clipped_values(dimensions.knots, dimensions.gain, *q)
    values = values - controls.interpolant_mean(dimensions.knots, values, *q)[:, None]
    found = [Control(f"G_{j + 1}", j, *line) for j, line in enumerate(zip(dimensions.knots, values, strict=True))]
    found.append(_distance(posteriors.mu.shape[1]))
    if size >= posteriors.N:  # as many pairs again as the draws take
        at_means = gain(posteriors, posteriors.mu)
        found.append(Control("G(mu_n)", None, np.zeros(0), at_means - at_means.mean()))
    return found


def _distance(d: int) -> Control:
    """The squared distance from the own posterior, cut two standard deviations above its mean."""
    cap = d + np.sqrt(8 * d)
    return Control("|u|^2", d, np.array([0, cap]), np.array([0, cap]) - controls.distance_mean(d, cap))


def _columns(chosen: tuple[Control, ...] | list[Control], z: Array, n: Array) -> Array:
    return np.stack([control(z, n) for control in chosen], 1) if chosen else np.zeros((len(n), 0))


def _fit(columns: Array, G: Array) -> Array:
    centred = columns - columns.mean(0)
    return np.linalg.lstsq(centred, G - G.mean(), rcond=None)[0]

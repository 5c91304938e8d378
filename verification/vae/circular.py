"""Are axes spread evenly? Angles in (-45, 45] degrees are points of a circle of 90: tests, distances with limits."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import kolmogi
from scipy.stats import beta as beta_law

Array = np.ndarray[Any, Any]


def rayleigh(degrees: Array) -> tuple[float, float]:
    """Length of the mean of e^(4 i angle), and the chance of as long a one if all angles are equally likely.

    >>> length, chance = rayleigh(np.array([-30.0, 0.0, 30.0]))
    >>> round(length, 12), round(chance, 6)
    (0.0, 1.0)
    """
    n = len(degrees)
    length = float(np.abs(np.exp(4j * np.deg2rad(degrees)).mean()))
    z = n * length**2
    return length, float(min(1.0, np.exp(np.sqrt(1 + 4 * n + 4 * (n**2 - n * z)) - (1 + 2 * n))))


def kuiper(degrees: Array) -> tuple[float, float]:
    """Kuiper's statistic against the uniform law of the circle of 90 degrees, and its chance (Stephens' form).

    >>> statistic, chance = kuiper(np.full(20, 10.0))
    >>> statistic > 0.9, chance < 1e-6
    (True, True)
    """
    u = np.sort((np.asarray(degrees, float) + 45.0) / 90.0)
    n = len(u)
    statistic = float((np.arange(1, n + 1) / n - u).max() + (u - np.arange(n) / n).max())
    x = (np.sqrt(n) + 0.155 + 0.24 / np.sqrt(n)) * statistic
    j = np.arange(1, 101)
    terms = 2 * (4 * (j * x) ** 2 - 1) * np.exp(-2 * (j * x) ** 2)
    return statistic, float(np.clip(terms.sum(), 0, 1)) if x > 0.4 else 1.0


def distance(values: Array, law: Any) -> float:
    """The greatest distance between the law of a sample and a continuous distribution function.

    >>> float(distance(np.array([0.5]), lambda v: v))
    0.5
    """
    u, n = law(np.sort(values)), len(values)
    return float(max((np.arange(1, n + 1) / n - u).max(), (u - np.arange(n) / n).max()))


def radius(n: int, alpha: float) -> float:
    """How far the law of n independent values can be from that of their sample but with chance alpha (Massart).

    >>> round(radius(200, 2 * np.exp(-4)), 12)
    0.1
    """
    return float(np.sqrt(np.log(2 / alpha) / (2 * n)))


def share(hits: int, n: int, alpha: float) -> tuple[float, float]:
    """Clopper and Pearson's interval for a share of which ``hits`` of n were seen.

    >>> tuple(round(float(end), 6) for end in share(10, 10, 0.05))
    (0.691503, 1.0)
    """
    low = 0.0 if hits == 0 else float(beta_law.ppf(alpha / 2, hits, n - hits + 1))
    high = 1.0 if hits == n else float(beta_law.isf(alpha / 2, hits + 1, n - hits))
    return low, high


def quantile(values: Array, level: float, alpha: float) -> tuple[float, float]:
    """An interval for a quantile that needs no more than independence: order statistics by Massart's inequality."""
    ordered, n = np.sort(values), len(values)
    half = radius(n, alpha)
    low, high = int(np.floor(n * (level - half))) - 1, int(np.ceil(n * (level + half)))
    return (float(ordered[low]) if low >= 0 else -np.inf), (float(ordered[high]) if high < n else np.inf)


def typical(n: int, alpha: float) -> float:
    """The distance that only a share alpha of samples of n exceeds, were the law the true one (Kolmogorov)."""
    return float(kolmogi(alpha)) / n**0.5

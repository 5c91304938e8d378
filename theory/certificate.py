r"""The information of an aggregate posterior, each number with an interval that holds at every sample size.

Only one number needs draws, I(z; n). The others follow from exact sums and quadrature with a proved error:

.. math:: \mathrm{KL}(q\|p) = \overline{\mathrm{KL}} - I, \quad h(q) = I + \overline h, \quad
    \mathrm{TC}(q) = \sum_j I_j - I + \overline{\mathrm{TC}},

where a bar is a mean over n. So all four share one interval and one alpha.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from theory.brackets import certain, of_posteriors
from theory.confidence import bernstein_interval
from theory.groups import grouped
from theory.marginals import Marginals, marginals
from theory.plans import Plan, candidates, unaided
from theory.posteriors import Posteriors
from theory.validation import check_level, check_seed, check_size, validated

Array = np.ndarray[Any, Any]

ABOVE = 1e-6  # nats by which a caller's rounding may exceed log N


@dataclass(frozen=True)
class Interval:
    """Lower and upper limit, and the point estimate between them; in nats."""

    lower: float
    upper: float
    estimate: float

    @property
    def width(self) -> float:
        """upper - lower."""
        return self.upper - self.lower

    def plus(self, by: float) -> Interval:
        """Of the quantity plus ``by``."""
        return Interval(self.lower + by, self.upper + by, self.estimate + by)

    def taken_from(self, whole: float, error: float) -> Interval:
        """Of ``whole``, which is known within ``error``, less the quantity."""
        return Interval(whole - self.upper - error, whole - self.lower + error, whole - self.estimate)

    def __str__(self) -> str:
        estimate, lower, upper = (f"{v:.4f}" for v in np.round([self.estimate, self.lower, self.upper], 4) + 0)
        return f"{estimate} in [{lower}, {upper}]"


@dataclass(frozen=True)
class Certificate:
    """What holds of these N posteriors with probability 1 - alpha over the draws of this seed; in nats.

    A statement about these N inputs. It says nothing of inputs that were not passed.
    """

    information: Interval
    kl: Interval
    entropy: Interval
    total_correlation: Interval
    dimensions: Marginals
    N: int
    size: int
    alpha: float
    seed: int
    controls: tuple[str, ...]

    def __str__(self) -> str:
        rows = {"I(z;n)": self.information, "KL(q||p)": self.kl, "h(q)": self.entropy, "TC(q)": self.total_correlation}
        drawn = f"{self.N} posterior{'s' * (self.N > 1)}, {self.size} draws of seed {self.seed}"
        told = f"{drawn}, error probability {self.alpha:g} for all four"
        return "\n".join([told, *(f"{name:<9} {interval}" for name, interval in rows.items())])


def certify(
    mu: Any,
    *,
    logvar: Any = None,
    std: Any = None,
    cov: Any = None,
    scale_tril: Any = None,
    size: int = 100_000,
    alpha: float = 1e-6,
    seed: int = 0,
    pilot: bool = True,
) -> Certificate:
    r"""I(z;n), KL(q||p), h(q) and TC(q) of N Gaussian posteriors, in intervals that hold together with 1 - alpha.

    .. math:: I = \mathbb{E}_q G, \quad G(z) = \sum_n\phi_n(z)\log(N\phi_n(z)) \in [0, \log N]

    Draws are stratified over n; functions of known mean that move with G are taken off it, chosen and weighted by a
    pilot of 2,000 draws; bets of constant stakes make the interval (`confidence.betting_interval`). Where posteriors
    hardly overlap, only those that do are drawn from (`groups`). Without a pilot, and ``size`` a multiple of 2 N, the
    spread within posteriors makes it (`confidence.paired_interval`). Per dimension entropy, information and divergence
    come by quadrature, with their error; I is kept between what is certain without a draw (`brackets.certain`), for
    which no probability is spent. Shapes: mu (N, d) with one of logvar or std (N, d), cov or scale_tril (N, d, d).
    ValueError: posteriors that are none, alpha outside (0, 1), size < 1.

    >>> found = certify([[-10.0], [10.0]], std=[[1.0], [1.0]], size=1000, alpha=0.05)
    >>> bool(found.information.lower < np.log(2) <= found.information.upper)  # they never overlap
    True
    """
    check_level(np.asarray(alpha))
    check_size(size)
    check_seed(seed)
    posteriors = Posteriors.of(mu, logvar=logvar, std=std, cov=cov, scale_tril=scale_tril)
    rng, dimensions = np.random.default_rng(seed), marginals(posteriors.mu, posteriors.sigma)
    plan = unaided(posteriors, size, alpha)
    if pilot:
        plan = min(_plans(posteriors, dimensions, rng, size, alpha), key=lambda p: p.width)
    x = plan.draw(rng)
    paired = not pilot and size % (2 * posteriors.N) == 0
    lower, upper = plan.paired_interval(x) if paired else plan.interval(x)
    ends = certain(posteriors, dimensions)
    information = Interval(*(float(np.clip(v, *ends)) for v in (lower, upper, plan.estimate(x))))
    parts, error = float(dimensions.information.sum()), float(dimensions.error.sum())
    return Certificate(
        information,
        information.taken_from(float(posteriors.kl_to_prior.mean()), 0),
        information.plus(float(posteriors.entropy.mean())),
        information.taken_from(parts + float(posteriors.total_correlation.mean()), error),
        dimensions,
        posteriors.N,
        size,
        alpha,
        seed,
        tuple(control.name for control in plan.chosen),
    )


def samples_needed(
    mu: Any,
    width: float,
    *,
    logvar: Any = None,
    std: Any = None,
    cov: Any = None,
    scale_tril: Any = None,
    alpha: float = 1e-6,
    seed: int = 0,
    pilot: bool = True,
) -> int:
    r"""How many draws `certify` is foreseen to need for intervals of a given width in nats.

    .. math:: S = \left\lceil x^{-2}\right\rceil, \quad \tfrac w2 = x\sqrt{2 v\ell} + \tfrac23 R\ell x^2

    v and R are the variance and the range of the summands as a pilot finds them, or without a pilot log N and the most
    that the variance can be, the largest x (log N - x) over the deterministic `brackets.bracket` of I; 1 where so much
    is certain without a draw. ValueError: as `certify`; width <= 0.

    >>> samples_needed([[-10.0], [10.0]], 0.01, std=[[1.0], [1.0]])  # they never overlap
    1
    """
    if not width > 0:
        raise ValueError(f"width = {width:g} is not positive; pass the width that is wanted, in nats.")
    check_level(np.asarray(alpha))
    check_seed(seed)
    posteriors = Posteriors.of(mu, logvar=logvar, std=std, cov=cov, scale_tril=scale_tril)
    rng, dimensions = np.random.default_rng(seed), marginals(posteriors.mu, posteriors.sigma)
    least, most = certain(posteriors, dimensions)
    if most - least <= width:
        return 1
    if not pilot:
        variance = of_posteriors(posteriors, dimensions, pairs=False).variance
        return replace(unaided(posteriors, posteriors.N, alpha), variance=variance).samples_for(width)
    return min(plan.samples_for(width) for plan in _plans(posteriors, dimensions, rng, posteriors.N, alpha))


def _plans(
    posteriors: Posteriors, dimensions: Marginals, rng: np.random.Generator, size: int, alpha: float
) -> list[Plan]:
    """With controls, and in groups where posteriors hardly overlap; the draws of one kind leave the other's be."""
    apart = rng.spawn(1)[0]
    return [*candidates(posteriors, dimensions, rng, size, alpha), *grouped(posteriors, apart, size, alpha)]


@validated(check_level, log_ratio="n", alpha="")
def information_from_log_ratios(log_ratio: Any, N: int, alpha: Any) -> tuple[Any, Any]:
    r"""An interval for I(z;n) from log q_n(z)/q(z) alone, for densities that are not Gaussian; in nats.

    .. math:: I \le \mathbb{E}\max(L, -T) \le I + e^{-(T+1)}, \quad T = \log\frac{2S}{\log(4/\alpha)}

    L <= log N, so that the truncated draws are bounded and `confidence.bernstein_interval` holds. Independent draws of
    n and z, stratified or not. Shapes: log_ratio (..., S), alpha (...) -> (...), (...). ValueError: alpha outside
    (0, 1); a ratio above log N.

    >>> lower, upper = information_from_log_ratios([0.0] * 1000, 2, 0.05)
    >>> bool(lower < 0 < upper)
    True
    """
    size, beyond = log_ratio.shape[-1], log_ratio > np.log(N) + ABOVE
    if beyond.any():
        raise ValueError(
            f"log_ratio has {log_ratio[beyond][0]:.6g}, which is above log {N}; pass log q_n(z)/q(z) of the {N} "
            "posteriors, n among them."
        )
    T = np.log(2 * size / np.log(4 / alpha))
    reach = np.log(N) + T
    x = np.clip((log_ratio + T[..., None]) / reach[..., None], 0, 1)
    lower, upper = bernstein_interval(x, alpha)
    return reach * lower - T - np.exp(-T - 1), reach * upper - T

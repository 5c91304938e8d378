"""Numbers of the certified intervals that no claim pins, since any plan would be valid: what was planned, to the digit;
and the sentences of posteriors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from theory import certificate, plans, population
from theory.confidence import Bets, betting_interval
from theory.marginals import marginals
from theory.posteriors import Posteriors
from theory.printed import certificates as parts
from theory.printed import population as ceilings

MU = np.array([[-1.0, 0.5], [0.25, -0.75], [1.5, 1.0]])
STD = np.array([[0.5, 0.8], [0.3, 0.6], [0.7, 0.4]])
SIX = np.array([[-1.74, -1.34], [-1.36, -0.35], [-2.31, -0.19], [-0.96, 0.89], [0.96, 1.39], [0.77, -0.05]])
COV = np.array([[[0.5, 0.2], [0.2, 0.4]], [[0.3, -0.1], [-0.1, 0.2]], [[0.6, 0.0], [0.0, 0.9]]])


def _close(found: Any, known: Any, error: float = 1e-8) -> bool:
    return bool(np.allclose(found, known, rtol=0, atol=error))


def _says(call: Callable[[], Any], sentence: str) -> bool:
    try:
        call()
    except ValueError as error:
        return str(error) == sentence
    return False


def forms_agree() -> bool:
    """The four forms of one spread give the same posteriors."""
    diagonal = [Posteriors.of(MU, std=STD), Posteriors.of(MU, logvar=2 * np.log(STD))]
    full = [Posteriors.of(MU, cov=COV), Posteriors.of(MU, scale_tril=np.linalg.cholesky(COV))]
    same = [_close(getattr(a, name), getattr(b, name)) for a, b in (diagonal, full)
            for name in ("sigma", "entropy", "kl_to_prior", "total_correlation")]  # fmt: skip
    return all(same) and diagonal[1].scale_tril is None and _close(full[0].sigma ** 2, COV.diagonal(0, 1, 2))


def sentences() -> bool:
    """What is wrong with posteriors, and where."""
    zero, inf, nan = STD.copy(), np.zeros((3, 2)), MU.copy()
    zero[1, 0], inf[2, 1], nan[0, 1] = 0, 1500, np.nan
    tilted, flat = np.linalg.cholesky(COV), np.linalg.cholesky(COV)
    tilted[1, 0, 1], flat[2, 1, 1] = 0.1, 0
    tiny = inf.copy()
    tiny[2, 1] = -1500
    once = "pass the spread of the posteriors once, as one of logvar, std, cov, scale_tril."
    lower = "is not lower triangular with a positive diagonal; pass Cholesky factors."
    positive = "std[1, 0] = 0 is not positive; pass standard deviations."
    told = [
        (lambda: Posteriors.of(MU), once),
        (lambda: Posteriors.of(MU, std=STD, cov=COV), once),
        (lambda: Posteriors.of(MU, sigma=STD), once),
        (lambda: Posteriors.of(MU[0], std=STD), "mu has shape (2,); it must be (N, d) with at least one posterior."),
        (lambda: Posteriors.of(MU[:0], std=STD), "mu has shape (0, 2); it must be (N, d) with at least one posterior."),
        (lambda: Posteriors.of(MU, std=COV), "std has shape (3, 2, 2); with mu of shape (3, 2) it must be (3, 2)."),
        (lambda: Posteriors.of(MU, cov=STD), "cov has shape (3, 2); with mu of shape (3, 2) it must be (3, 2, 2)."),
        (lambda: Posteriors.of(nan, std=STD), "mu[0, 1] is nan; every entry must be a finite number."),
        (lambda: Posteriors.of(MU, std=zero), positive),
        (lambda: Posteriors.of(MU, logvar=inf), "logvar[2, 1] = 1500 has no standard deviation in float64."),
        (lambda: Posteriors.of(MU, logvar=tiny), "logvar[2, 1] = -1500 has no standard deviation in float64."),
        (lambda: Posteriors.of(MU, scale_tril=tilted), f"scale_tril[1] {lower}"),
        (lambda: Posteriors.of(MU, scale_tril=flat), f"scale_tril[2] {lower}"),
        (lambda: certificate.samples_needed(MU, 0.0, std=STD),
         "width = 0 is not positive; pass the width that is wanted, in nats."),
    ]  # fmt: skip
    return all(_says(call, sentence) for call, sentence in told)


def _candidates(size: int, posteriors: Posteriors | None = None) -> list[plans.Plan]:
    posteriors = posteriors or Posteriors.of(MU, std=STD)
    rng = np.random.default_rng(5)
    return plans.candidates(posteriors, marginals(posteriors.mu, posteriors.sigma), rng, size, 0.01)


def plans_to_the_digit() -> bool:
    """Controls, their weights, variances, ranges, widths and sizes foreseen."""
    tried = _candidates(200)
    names = [[control.name for control in plan.chosen] for plan in tried]
    found = [[plan.variance, *plan.ends, plan.width, plan.samples_for(0.05)] for plan in tried]
    few, enough = ([control.name for control in _candidates(size)[-1].chosen] for size in (2, 3))
    return names == NAMES and _close(found, PLANS, 1e-6) and sorted(few) == ["G_1", "G_2", "|u|^2"] and len(enough) == 4


def distances() -> bool:
    """The squared distance from the own posterior, and two standard deviations beyond its mean as its cut."""
    n, z = np.array([2, 0, 1]), MU + 0.5
    for spread, covariance in ((dict(std=STD), STD[:, :, None] ** 2 * np.eye(2)), (dict(cov=COV), COV)):
        placed, away = Posteriors.of(MU, **spread).placed(z, n), z - MU[n]
        known = (away[:, None] @ np.linalg.inv(covariance[n]) @ away[..., None])[:, 0, 0]
        if not _close(placed[:, 2], known) or (placed[:, :2] != z).any():
            return False
    cut = [float(plans._distance(d).knots[1]) for d in (2, 8)]
    left = [float(plans._distance(2).values @ weights) for weights in ([1, 0], [-1, 1])]
    return _close(cut, [6, 16]) and _close(left, [-2 * (1 - np.exp(-3)), 6])


def intervals_of_several_samples() -> bool:
    """Rows are judged one by one; both ends make room for rounding."""
    plan, rng = plans.unaided(Posteriors.of(MU, std=STD), 12, 0.5), np.random.default_rng(2)
    rows = np.stack([plan.draw(rng), plan.draw(rng)])
    for interval in (plan.interval, plan.paired_interval):
        together, apart = np.array(interval(rows)), np.array([interval(row) for row in rows]).T
        if not _close(together, apart, 0):
            return False
    bets = Bets.planned(12, 1 / 16, 0.5)
    bare = np.log(3) * np.array(betting_interval(rows / np.log(3), 0.5, bets))
    return _close(np.array(plan.interval(rows)) - bare, [[-plans.ROUNDING], [plans.ROUNDING]], 1e-13)


def designs() -> bool:
    """Every posterior equally often, and distinct ones beyond."""
    rng = np.random.default_rng(1)
    counts = [np.bincount(plans.strata(rng, 5, 13), minlength=5) for _ in range(30)]
    return all(sorted(count) == [2, 2, 3, 3, 3] for count in counts) and len({tuple(c) for c in counts}) > 3


def draws_follow_their_posteriors() -> bool:
    """Means and covariances of what is drawn, diagonal and full."""
    for spread, covariance in ((dict(std=STD), STD[1] ** 2 * np.eye(2)), (dict(cov=COV), COV[1])):
        z = Posteriors.of(MU, **spread).sample(np.random.default_rng(0), np.ones(40_000, int))
        if not (_close(z.mean(0), MU[1], 0.02) and _close(np.cov(z.T), covariance, 0.02)):
            return False
    return True


def certificates_to_the_digit() -> bool:
    """One seed, all numbers: with a pilot, without one and in pairs; one posterior has nothing to tell."""
    runs = [
        certificate.certify(MU, std=STD, size=1000, alpha=0.01),
        certificate.certify(MU, cov=COV, size=1000, alpha=0.01, seed=3),
        certificate.certify(MU, std=STD, size=1000, alpha=0.01, pilot=False),
        certificate.certify(MU, std=STD, size=1002, alpha=0.01, pilot=False),
    ]
    found = [
        [value for one in (run.information, run.kl, run.entropy, run.total_correlation)
         for value in (one.lower, one.upper, one.estimate, one.width)] for run in runs
    ]  # fmt: skip
    alone = certificate.certify(MU[:1], std=STD[:1], size=10, alpha=0.01)
    nothing = [alone.information.lower, alone.information.upper, alone.information.estimate]
    needed = certificate.samples_needed(MU, 0.05, std=STD, alpha=0.01)
    told = str(runs[0]).splitlines()
    return (
        _close(found, RUNS, 1e-6)
        and _close(nothing, 0, 1e-9)
        and needed == NEEDED
        and told[0] == "3 posteriors, 1000 draws of seed 0, error probability 0.01 for all four"
        and told[1].startswith("I(z;n)    ")
    )


def limits_make_room_for_the_error() -> bool:
    """What is known within an error is wider by it at both ends."""
    found = certificate.Interval(0.0, 1.0, 0.5).taken_from(3.0, 0.25)
    return found == certificate.Interval(1.75, 3.25, 2.5)


def defaults() -> bool:
    """100,000 draws at one in a million; claims ask 600 draws at one in a billion."""
    found = certificate.certify(MU[:1], std=STD[:1])
    needed = [certificate.samples_needed(MU, 1e-4, std=STD, **how) for how in ({}, {"alpha": 1e-6})]
    asked = certificate.certify(MU, cov=COV, size=600, alpha=1e-9).information.lower
    claimed = parts.information_lower(MU[None], COV[None])[0]
    return (found.size, found.alpha) == (100_000, 1e-6) and needed[0] == needed[1] and bool(asked == claimed)


def ratios_beyond_rounding() -> bool:
    """A ratio may exceed log N by rounding, which counts nothing, and not by more."""
    top = np.log(2)
    at, above = (
        certificate.information_from_log_ratios([0.0, *[top + by] * 999], 2, 0.05) for by in (0, certificate.ABOVE)
    )
    told = "log_ratio has 0.693148, which is above log 2; pass log q_n(z)/q(z) of the 2 posteriors, n among them."
    return at == above and all(
        _says(lambda ratio=ratio: certificate.information_from_log_ratios([0.0, ratio], 2, 0.05), told)
        for ratio in (top + 1.005e-6, top + 1.2e-6)
    )


def populations() -> bool:
    """What is said of a population, and what is refused."""
    found = certificate.certify(MU, std=STD, size=1000, alpha=0.01)
    inputs = "N = 1 is outside [2, inf), where the formula holds."
    codes = "K = 0.5 is outside [1, inf), where the formula holds."
    return (
        str(population.at_least(found, 0.75)) == AT_LEAST
        and _close(population.at_least(found).alpha, 0.06)
        and _says(lambda: population.replacement(1), inputs)
        and _says(lambda: population.all_different(0.5, 2), codes)
        and population.replacement(2) > 0
        and population.all_different(1, 1) == 1
        and ceilings.reach_ceiling(1) == 1
    )


PINNED: tuple[Callable[[], bool], ...] = (
    forms_agree,
    sentences,
    plans_to_the_digit,
    distances,
    intervals_of_several_samples,
    designs,
    draws_follow_their_posteriors,
    certificates_to_the_digit,
    populations,
    limits_make_room_for_the_error,
    defaults,
    ratios_beyond_rounding,
)
# fmt: off
NAMES = [
    [],
    ['G_1'],
    ['G_1', 'G_2'],
    ['G_1', 'G_2', '|u|^2'],
    ['G_1', 'G_2', '|u|^2', 'G(mu_n)'],
]
PLANS = [
    [0.044786313, 0.0, 1.098612289, 0.140298317, 1096.0],
    [0.031645971, -0.113735586, 1.328025482, 0.13709683, 940.0],
    [0.024200747, -0.325863885, 1.530069647, 0.141894333, 895.0],
    [0.020004582, -0.379106484, 1.656025271, 0.141865548, 851.0],
    [0.019936658, -0.392562244, 1.670848436, 0.142797949, 856.0],
]
RUNS = [
    [0.968051115, 1.000085854, 0.984280703, 0.032034739, 0.487099092, 0.519133831, 0.502904243, 0.032034739,
     2.504576569, 2.536611308, 2.520806157, 0.032034739, 0.28281447, 0.31484929, 0.298619661, 0.03203482],
    [0.876330978, 0.911009122, 0.893724967, 0.034678143, 0.333907524, 0.368585668, 0.351191679, 0.034678143,
     2.806791399, 2.841469542, 2.824185387, 0.034678143, 0.17800625, 0.212684475, 0.195290445, 0.034678225],
    [0.957805639, 1.0030911, 0.981781891, 0.045285462, 0.484093845, 0.529379307, 0.505403054, 0.045285462,
     2.494331093, 2.539616555, 2.518307346, 0.045285462, 0.279809223, 0.325094766, 0.301118473, 0.045285543],
    [0.974298638, 1.03257325, 1.003435944, 0.058274612, 0.454611696, 0.512886307, 0.483749001, 0.058274612,
     2.510824093, 2.569098704, 2.539961398, 0.058274612, 0.250327074, 0.308601767, 0.27946442, 0.058274693],
]
NEEDED = 865
# fmt: on
AT_LEAST = (
    "I(x;z) >= 0.5499 nats, if the 3 inputs were drawn independently and the encoder was not trained on them; "
    "error probability 0.76; no upper bound follows"
)

"""Measured claims about the parts of the ELBO over beta, and about what mini-batches would have said of them.

All take a run's ``seed`` and ``device`` and return Estimates of grade TRAINED whose radius belongs to confidence 1 -
alpha, given the trained models: half of alpha for the certified intervals, half for what is only sampled.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from theory.certificate import Interval
from verification.estimate import Estimate, Grade
from verification.vae.decomposition import ALPHA, Parts, decomposition
from verification.vae.evidence import student_radius
from verification.vae.minibatches import ESTIMATORS, QUANTITIES, estimates

Array = np.ndarray[Any, Any]

B = 64
CERTIFIED = "certified intervals, union over the models, given the models"
SAMPLED = "certified intervals and Student's over {} mini-batches a model, union over the models, given the models"
UPPER_SLACK, SUM_SLACK, WEIGHTED_EXCESS, TC_SHARE, BATCH_SHARE = 0.02, 0.5, 4.0, 0.8, 0.25


def _estimate(found: list[tuple[float, float]], certificate: str) -> Estimate:
    value, error = np.array(found, float).T
    return Estimate(value, error, Grade.TRAINED, certificate=certificate)


def _between(lower: float, upper: float) -> tuple[float, float]:
    return (lower + upper) / 2, (upper - lower) / 2


def _at(beta: float, found: tuple[Parts, ...]) -> list[int]:
    return [i for i, p in enumerate(found) if np.isclose(p.beta, beta)]


def parts_add_up(
    seed: int, device: str = "auto", alpha: float = ALPHA, data: str = "digits", tier: str = "default"
) -> Estimate:
    """Half a nat less what I, TC and the dimension-wise KL, each found on its own, miss Div by: (betas,).

    I is certified, TC sampled under all N posteriors, the KL of each dimension integrated: no part is a remainder.
    """
    found = decomposition(tier, seed, device, data, alpha / 2)
    normal = _normal(alpha / 2 / len(found))
    rows = []
    for p in found:
        middle, half = _between(p.information.lower, p.information.upper)
        gap = middle + float(p.full_data[:, 1].mean()) + p.dimensionwise - p.rate
        radius = half + normal * float(p.full_data_error[1]) + p.error
        rows.append((SUM_SLACK - abs(gap), radius))
    return _estimate(rows, f"{CERTIFIED}; TC by the normal interval over all draws of {len(found[0].full_data)} passes")


def _normal(alpha: float) -> float:
    from scipy.stats import norm

    return float(norm.isf(alpha / 2))


def total_correlation_leads(
    seed: int, device: str = "auto", alpha: float = ALPHA, data: str = "digits", tier: str = "default"
) -> Estimate:
    """TC less four fifths of KL(q || p) at each beta up to 1, in nats: (betas,)."""
    found = [p for p in decomposition(tier, seed, device, data, alpha / 2) if p.beta <= 1]
    return _estimate([_between(*_less_share(p)) for p in found], CERTIFIED)


def _less_share(p: Parts) -> tuple[float, float]:
    """TC - s (TC + rest) grows in TC, and the rest is known."""
    tc, rest = p.total_correlation, TC_SHARE * p.dimensionwise
    return (1 - TC_SHARE) * tc.lower - rest - p.error, (1 - TC_SHARE) * tc.upper - rest + p.error


def below_div(
    seed: int, device: str = "auto", alpha: float = ALPHA, data: str = "digits", tier: str = "default"
) -> Estimate:
    """Div + 0.02 nats less I at each beta: (betas,). Where posteriors collapse both are 0 and nothing finer is seen."""
    found = decomposition(tier, seed, device, data, alpha / 2)
    return _estimate([_between(p.kl.lower + UPPER_SLACK, p.kl.upper + UPPER_SLACK) for p in found], CERTIFIED)


def above_lower_bound(
    seed: int, device: str = "auto", alpha: float = ALPHA, data: str = "digits", tier: str = "default"
) -> Estimate:
    """I less (H_data - distortion) at each beta, in nats: (betas,)."""
    found = decomposition(tier, seed, device, data, alpha / 2)
    lifted = [p.distortion.plus(-p.entropy) for p in found]
    return _estimate([_sum(p.information, d) for p, d in zip(found, lifted, strict=True)], CERTIFIED)


def _sum(a: Interval, b: Interval) -> tuple[float, float]:
    return _between(a.lower + b.lower, a.upper + b.upper)


def lower_bound_is_vacuous(
    seed: int, device: str = "auto", alpha: float = ALPHA, data: str = "digits", tier: str = "default"
) -> Estimate:
    """Distortion less H_data at each beta, in nats: (betas,); positive, the lower bound of I is below 0."""
    found = decomposition(tier, seed, device, data, alpha / 2)
    lifted = [p.distortion.plus(-p.entropy) for p in found]
    return _estimate([_between(d.lower, d.upper) for d in lifted], CERTIFIED)


def above_normalized_bound(
    seed: int, device: str = "auto", alpha: float = ALPHA, data: str = "digits", tier: str = "default"
) -> Estimate:
    """I less (log N - distortion of the decoder normalised over the N images) at each beta, in nats: (betas,)."""
    found = decomposition(tier, seed, device, data, alpha / 2)
    return _estimate([_sum(p.information, p.bound.taken_from(0, 0)) for p in found], CERTIFIED)


def information_falls(
    seed: int, device: str = "auto", alpha: float = ALPHA, data: str = "digits", tier: str = "default"
) -> Estimate:
    """I at a beta less I at the next, while the first is above 0.1 nats: (steps,)."""
    found = [p.information for p in decomposition(tier, seed, device, data, alpha / 2)]
    steps = [(a, b) for a, b in pairwise(found) if a.lower > 0.1]
    return _estimate([_sum(a, b.taken_from(0, 0)) for a, b in steps], CERTIFIED)


def dimensions_fall(
    seed: int, device: str = "auto", alpha: float = ALPHA, data: str = "digits", tier: str = "default"
) -> Estimate:
    """The k-th largest I_j at the smallest beta less that at the largest, in nats: (k,)."""
    found = decomposition(tier, seed, device, data, alpha / 2)
    first, last = (np.sort(p.each) for p in (found[0], found[-1]))
    radius = found[0].error + found[-1].error
    return _estimate([(float(a - b), radius) for a, b in zip(first, last, strict=True)], "quadrature, error proved")


def _missed(p: Parts, batches: Array, estimator: str, quantity: str, alpha: float) -> tuple[float, float]:
    """An estimate's mean over mini-batches less the certified value: middle and radius."""
    values = batches[list(ESTIMATORS).index(estimator), QUANTITIES.index(quantity)]
    certified = {"I": p.information, "TC": p.total_correlation, "KL": p.kl}[quantity]
    middle, half = _between(certified.lower, certified.upper)
    return float(values.mean()) - middle, half + student_radius(values, alpha)


def _misses(
    seed: int, device: str, alpha: float, data: str, tier: str, estimator: str, top: float, bottom: float = 0.0
) -> list[tuple[float, float]]:
    """How far the estimates of I from mini-batches of 64 lie above the certified I, at betas in a range."""
    found, batches = decomposition(tier, seed, device, data, alpha / 2), estimates(tier, seed, device, data, B)
    chosen = [i for i, p in enumerate(found) if bottom <= p.beta <= top]
    share = alpha / 2 / len(chosen)
    return [_missed(found[i], batches[i], estimator, "I", share) for i in chosen]


def _count(tier: str, seed: int, device: str, data: str) -> str:
    return SAMPLED.format(estimates(tier, seed, device, data, B).shape[-1])


def weighted_overstates(
    seed: int, device: str = "auto", alpha: float = ALPHA, data: str = "digits", tier: str = "default"
) -> Estimate:
    """I by mini-batch weighted sampling of 64, less I, less 4 nats, at each beta: (betas,)."""
    rows = _misses(seed, device, alpha, data, tier, "mini-batch weighted", np.inf)
    return _estimate([(v - WEIGHTED_EXCESS, e) for v, e in rows], _count(tier, seed, device, data))


def weighted_kl_is_negative(
    seed: int, device: str = "auto", alpha: float = ALPHA, data: str = "digits", tier: str = "default"
) -> Estimate:
    """Minus KL(q || p) by mini-batch weighted sampling of 64, at beta = 1, in nats."""
    (model,) = _at(1.0, decomposition(tier, seed, device, data, alpha / 2))
    place = list(ESTIMATORS).index("mini-batch weighted"), QUANTITIES.index("KL")
    values = estimates(tier, seed, device, data, B)[model][place]
    return _estimate([(-float(values.mean()), student_radius(values, alpha))], _count(tier, seed, device, data))


def batch_alone_understates(
    seed: int, device: str = "auto", alpha: float = ALPHA, data: str = "digits", tier: str = "default"
) -> Estimate:
    """I less what a mini-batch of 64 alone says of it, at each beta up to 1, in nats: (betas,)."""
    rows = _misses(seed, device, alpha, data, tier, "mini-batch alone", 1.0)
    return _estimate([(-v, e) for v, e in rows], _count(tier, seed, device, data))


def stratified_overstates(
    seed: int, device: str = "auto", alpha: float = ALPHA, data: str = "digits", tier: str = "default"
) -> Estimate:
    """I by partial stratification with mini-batches of 64, less I, at beta = 1, in nats."""
    rows = _misses(seed, device, alpha, data, tier, "partially stratified", 1.0, 1.0)
    return _estimate(rows, _count(tier, seed, device, data))


def stratified_turns_negative(
    seed: int, device: str = "auto", alpha: float = ALPHA, data: str = "digits", tier: str = "default"
) -> Estimate:
    """At beta = 1: the shares of mini-batches of 64 whose partially stratified TC and KL are negative, each less 1/4,
    and the lower limits of TC and KL themselves: (4,)."""
    found = decomposition(tier, seed, device, data, alpha / 2)
    (model,) = _at(1.0, found)
    batches = estimates(tier, seed, device, data, B)[model, list(ESTIMATORS).index("partially stratified")]
    radius = float(np.sqrt(np.log(4 / (alpha / 2)) / (2 * batches.shape[-1])))
    shares = [(float((batches[QUANTITIES.index(q)] < 0).mean()) - BATCH_SHARE, radius) for q in ("TC", "KL")]
    certified = [_between(i.lower, i.upper) for i in (found[model].total_correlation, found[model].kl)]
    how = f"Hoeffding's inequality over {batches.shape[-1]} mini-batches; {CERTIFIED}"
    return _estimate([*shares, *certified], how)


MEASURES = (
    parts_add_up, total_correlation_leads, below_div, above_lower_bound, lower_bound_is_vacuous,
    above_normalized_bound, information_falls, dimensions_fall, weighted_overstates, weighted_kl_is_negative,
    batch_alone_understates, stratified_overstates, stratified_turns_negative,
)  # fmt: skip

"""False alarms counted at a nominal 5 % a batch: 600 batches, 30 expected; at 1e-6 no test could tell.

Radii that are exact in the limit are bounded on both sides. Radii that hold at every sample size are conservative by
design: their alarms are bounded by the nominal rate, and their length by a multiple of the normal one.
"""

from __future__ import annotations

from functools import partial
from statistics import NormalDist

import numpy as np
import pytest
from scipy.special import bdtr, bdtrc

from theory.confidence import betting_interval
from verification import sampling
from verification.claim import SUPPORTED
from verification.estimate import Estimate, Grade, Sample
from verification.evidence import Context
from verification.mutants import at, half, negated
from verification.relations.distribution import FREQUENCIES, Distribution

from . import synthetic as s

ALPHA, BATCHES, CASES = 0.05, 600, 8
MOMENT = "finite variance: by construction"


def at_most_nominal(alarms: int, rate: float = ALPHA, batches: int = BATCHES) -> bool:
    """No more than chance explains once in ten thousand."""
    return bool(bdtrc(alarms - 1, batches, rate) > 1e-4)


def at_least_nominal(alarms: int, rate: float = ALPHA, batches: int = BATCHES) -> bool:
    return bool(bdtr(alarms, batches, rate) > 1e-4)


def uniform(rng, shape):
    return rng.random(shape) - 0.5


def weights(rng, shape):
    """Importance weights in [0, 1] as a bounding proposal makes them, less their mean."""
    return rng.beta(3.0, 1.0, shape) - 0.75


def rare(rng, shape):
    """Mostly 0: a pilot may see nothing at all."""
    return (rng.random(shape) < 0.01) - 0.01


def normal(rng, shape):
    return rng.normal(size=shape)


def log_density(rng, shape):
    """A quadratic of a Gaussian, as log-densities are."""
    return (1 - rng.normal(size=shape) ** 2) / 2


def samples(summand, seed, n, span=None):
    """600 batches of 8 cases whose truth is 0."""
    rng = np.random.default_rng(seed)
    moment = "" if span else MOMENT
    for _ in range(BATCHES):
        x = summand(rng, (CASES, n))
        yield Sample(n, x.mean(1), x.var(1, ddof=1), None if span is None else np.full(CASES, span), moment)


def normal_radius(sample, alpha):
    return -NormalDist().inv_cdf(alpha / 2) * np.sqrt(sample.variance / sample.n)


def alarms_of_cases(summand, seed, n=1000, span=None):
    """Alarms, and the radius as a multiple of the normal one (median)."""
    share, count, lengths = ALPHA / CASES, 0, []
    for sample in samples(summand, seed, n, span):
        radius = sampling.radius(sample, share)
        count += bool((np.abs(sample.mean) > radius).any())
        lengths.append(np.median(radius / np.maximum(normal_radius(sample, share), 1e-300)))
    return count, float(np.median(lengths))


def test_the_normal_radius_alarms_as_often_as_it_says():
    count, length = alarms_of_cases(normal, 1)
    assert at_least_nominal(count) and at_most_nominal(count), count
    assert length == pytest.approx(1, abs=1e-6)


def test_the_normal_radius_alarms_little_more_often_on_log_densities():
    count, _ = alarms_of_cases(log_density, 2)
    assert at_least_nominal(count) and at_most_nominal(count, 1.35 * ALPHA), count


@pytest.mark.parametrize(("summand", "longer"), [(uniform, 1.6), (weights, 1.7), (rare, 2.2)])
def test_bernsteins_radius_alarms_no_more_often_than_it_says(summand, longer):
    count, length = alarms_of_cases(summand, 3, n=10_000, span=1.0)
    assert at_most_nominal(count), count
    assert 1 < length < longer


def alarms_of_contrasts(summand, seed, n, span):
    """Two mistakes a batch; weights from a pilot of its own, as the judge has them."""
    rng, count, lengths = np.random.default_rng(seed), 0, []
    for sample in samples(summand, seed + 1, n, span):
        pilot = summand(rng, (CASES, sampling.PILOT)).std(1, ddof=1)
        contrast = sampling.contrasts(rng.normal(size=(2, CASES)), pilot)
        count += bool((sampling.contrast_excess(contrast, sample, np.zeros(CASES), np.zeros(CASES), ALPHA) > 0).any())
        spread = np.sqrt((contrast**2 * sample.variance).sum(1) / n) * -NormalDist().inv_cdf(ALPHA / 4)
        lengths.append(np.median(sampling.contrast_radius(contrast, sample, ALPHA) / np.maximum(spread, 1e-300)))
    return count, float(np.median(lengths))


@pytest.mark.parametrize(
    ("summand", "span", "longer"), [(uniform, 1.0, 2.0), (weights, 1.0, 2.0), (rare, 1.0, 2.6), (normal, None, 1.6)]
)
def test_contrasts_alarm_no_more_often_than_they_say(summand, span, longer):
    count, length = alarms_of_contrasts(summand, 10, 4000, span)
    assert at_most_nominal(count), count
    assert 1 < length < longer


def test_hoeffdings_probes_alarm_no_more_often_than_they_say():
    """Right samplers of a normal variable against its own characteristic function."""
    relation, rng, count = Distribution(draws=500), np.random.default_rng(20), 0
    size = np.exp(-np.square(FREQUENCIES) / 2)
    truth = Estimate(np.concatenate([size, 0 * size])[None], np.zeros((1, 8)), Grade.CERTIFIED)
    for _ in range(BATCHES):
        count += bool(relation.compare_draws(rng.normal(size=(1, 500, 1)), truth, ALPHA).excess[0] > 0)
    assert at_most_nominal(count), count
    widest = -NormalDist().inv_cdf(ALPHA / 16) * 0.71 / np.sqrt(500)  # deviation of cos at a high frequency
    assert relation.hoeffding(8, ALPHA) < 2 * widest


@pytest.mark.parametrize("draws", [lambda rng, shape: rng.random(shape), lambda rng, shape: rng.beta(3, 1, shape)])
def test_betting_intervals_miss_no_more_often_than_they_say(draws):
    rng = np.random.default_rng(30)
    x = draws(rng, (BATCHES, 300))
    mean = draws(np.random.default_rng(31), 2_000_000).mean()
    lower, upper = betting_interval(x, ALPHA)
    missed = int(((mean < lower) | (mean > upper)).sum())
    assert at_most_nominal(missed), missed
    normal_length = 2 * -NormalDist().inv_cdf(ALPHA / 2) * x.std(1, ddof=1) / np.sqrt(300)
    assert 1 < np.median((upper - lower) / normal_length) < 2


# --- the whole judge -------------------------------------------------------------------------------------------------


def whole(summand, span):
    """600 seeds of one true claim, its slot at 5 %: how many times the sampled oracle saw a violation, and its rate."""
    xs = s.line(witnesses=tuple({"x": [v]} for v in np.linspace(1, 2, CASES)))
    told = s.sampling_from("a", lambda rng, n, x: s.linear(x)[:, None] + summand(rng, (len(x), n)), span=span)
    mistakes = at(x=negated), at(x=half)
    one = s.claim(told, s.exact("b"), domain=xs, mutants=mistakes)
    run = partial(s.heard, one, false_alarm=2 * ALPHA * Context.SLOTS)  # two oracles share the slot
    verdicts = [run(seed=seed) for seed in range(BATCHES)]
    assert {v.verdict for v in verdicts if not s.testimony(v, "a").violations} == {SUPPORTED}
    return sum(bool(s.testimony(v, "a").violations) for v in verdicts), ALPHA * CASES / (CASES + len(mistakes))


def test_the_judge_alarms_as_often_as_its_slot_says():
    count, rate = whole(normal, None)
    assert at_least_nominal(count, rate) and at_most_nominal(count, ALPHA), count


def test_the_judge_alarms_no_more_often_on_bounded_summands():
    count, _ = whole(uniform, 1.0)
    assert at_most_nominal(count), count

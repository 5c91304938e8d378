"""Sampled evidence: alpha to the digit, planned sizes, contrasts, and what may not count."""

from __future__ import annotations

import math
from dataclasses import replace
from statistics import NormalDist

import numpy as np
import pytest

from verification import sampling
from verification.claim import INCONCLUSIVE, REFUTED, SUPPORTED
from verification.estimate import Estimate, Grade, Sample
from verification.mutants import Mutant, at, half, negated, scaled, shifted
from verification.relations.at_most import AT_LEAST, AT_MOST

from . import synthetic as s

MISTAKES = at(x=negated), at(x=half)
WITH_MOMENT = "finite variance: by construction"


def told(method, gap=lambda n, x: 0.0, variance=1.0, truth=s.linear, look_variance=None, **options):
    """Means off by a gap; the variance may differ between pilot and look."""
    options = {"moment": WITH_MOMENT, **options}

    def sample(n, x):
        spread = variance if n == sampling.PILOT or look_variance is None else look_variance(x)
        return Sample(n, truth(x) + gap(n, x), np.broadcast_to(np.asarray(spread, float), len(x)), **options)

    return s.stating(method, sample)


def pair(**options):
    return told("a", **options), told("b", **options)


def claim(*oracles, **changes):
    return s.claim(*oracles, **{"domain": s.line(), "mutants": MISTAKES, **changes})


def second_case(x):
    return x[:, 0] == -0.5


# --- alpha ------------------------------------------------------------------------------------------------------------

# 1e-6 / 1024 slots / 2 oracles / (3 cases + 2 mistakes), two-sided: 6.4705 standard errors.
STANDARD_ERRORS = 6.470535


def test_alpha_is_split_to_the_digit():
    assert -NormalDist().inv_cdf(1e-6 / 1024 / 2 / 5 / 2) == pytest.approx(STANDARD_ERRORS, abs=1e-6)
    for part, verdict in ((0.999, SUPPORTED), (1.001, REFUTED)):
        off = pair(gap=lambda n, x, part=part: part * STANDARD_ERRORS / math.sqrt(n) * second_case(x))
        assert s.heard(claim(*off)).verdict == verdict


def radius(one, method="a", **changes):
    verdict = s.heard(one, **changes)
    return np.concatenate(s.testimony(verdict, method).radii)


def test_alpha_follows_the_budget_asked_for():
    n = 1000
    for budget in (1e-6, 1e-3):
        z = -NormalDist().inv_cdf(budget / 1024 / 2 / 5 / 2)
        assert radius(claim(*pair()), false_alarm=budget) == pytest.approx(z / math.sqrt(n), rel=1e-8)


def test_alpha_is_split_over_oracles_batches_and_values():
    z = -NormalDist().inv_cdf(1e-6 / 1024 / 3 / 5 / 2)
    three = claim(*pair(), told("c"))
    assert radius(three) == pytest.approx(z / math.sqrt(1000), rel=1e-8)
    two_shapes = claim(*pair(), domain=s.domain(draw=None))
    first, second = (-NormalDist().inv_cdf(1e-6 / 1024 / 4 / values / 2) / math.sqrt(1000) for values in (5, 4))
    assert radius(two_shapes) == pytest.approx([first] * 3 + [second] * 2, rel=1e-8)


def test_bernsteins_radius_to_the_digit():
    sample = Sample(1000, np.zeros(1), np.array([0.04]), span=np.ones(1))
    level = math.log(4 / 0.05)
    expected = math.sqrt(2 * 0.04 * level / 1000) + 7 * level / (3 * 999)
    assert expected == pytest.approx(0.0289583, abs=1e-7)
    assert sampling.radius(sample, 0.05) == pytest.approx(expected, rel=1e-12)


def test_the_normal_radius_to_the_digit():
    sample = Sample(400, np.zeros(1), np.array([4.0]), moment=WITH_MOMENT)
    assert sampling.radius(sample, 0.05) == pytest.approx(0.1959964, abs=1e-7)


def test_a_contrasts_radius_to_the_digit():
    """Two mistakes, three cases: seven events share alpha; each deviation raised by span sqrt(2 L / (n - 1))."""
    sample = Sample(1000, np.zeros(3), np.full(3, 0.04), span=np.ones(3))
    weights = np.array([[1.0, 0.0, 0.0], [0.5, 0.5, -1.0]])
    level = math.log(7 / 0.05)
    deviation = 0.2 + math.sqrt(2 * level / 999)
    expected = [math.sqrt(2 * level * w / 1000) * deviation + level / 3000 for w in (1.0, 1.5)]
    assert sampling.contrast_radius(weights, sample, 0.05) == pytest.approx(expected, rel=1e-12)


# --- what may not count -----------------------------------------------------------------------------------------------


def test_summands_without_span_or_moment_say_nothing():
    silent = told("a", moment=""), told("b", moment="")
    verdict = s.heard(claim(*silent))
    assert verdict.verdict == INCONCLUSIVE and all(t.dropped for t in verdict.testimonies)
    off = [told(m, moment="", gap=lambda n, x: 9.0) for m in "ab"]
    assert s.heard(claim(*off)).verdict == INCONCLUSIVE


def bad(sample):
    for good in ((s.answering("a"), s.answering("b")), (s.answering("a"),)):
        verdict = s.heard(claim(*good, s.stating("bad", sample)))
        assert verdict.verdict == INCONCLUSIVE and s.testimony(verdict, "bad").dropped, verdict.reason


def test_means_of_nan_are_dropped():
    bad(lambda n, x: Sample(n, np.where(second_case(x), np.nan, s.linear(x)), np.ones(len(x)), moment=WITH_MOMENT))


def test_variances_of_nan_are_dropped():
    bad(lambda n, x: Sample(n, s.linear(x), np.full(len(x), np.nan), moment=WITH_MOMENT))


def test_an_infinite_span_is_dropped():
    bad(lambda n, x: Sample(n, s.linear(x), np.ones(len(x)), span=np.full(len(x), np.inf)))


def test_means_of_the_wrong_shape_are_dropped():
    for part in (np.s_[:1], np.s_[:, None], np.s_[None], np.s_[0]):
        bad(lambda n, x, part=part: Sample(n, s.linear(x)[part], np.ones(len(x))[part], moment=WITH_MOMENT))


def test_a_sampled_oracle_that_raises_is_dropped():
    bad(lambda n, x: s.breaking()())


def test_a_sampled_oracle_that_returns_an_estimate_is_dropped():
    bad(lambda n, x: Estimate(s.linear(x), np.zeros(len(x)), Grade.CERTIFIED))


def test_one_sampled_method_alone_does_not_refute():
    off = told("b", gap=lambda n, x: 9.0)
    assert s.heard(claim(told("a"), off)).verdict == INCONCLUSIVE
    assert s.heard(claim(s.exact("a"), off)).verdict == INCONCLUSIVE


def test_two_sampled_methods_refute():
    assert s.heard(claim(*pair(gap=lambda n, x: 9.0))).verdict == REFUTED


def test_a_single_sampled_method_does_not_support():
    assert s.heard(claim(told("a"))).verdict == INCONCLUSIVE


# --- contrasts --------------------------------------------------------------------------------------------------------

MANY = s.line("forty points", witnesses=tuple({"x": [v]} for v in np.linspace(0.5, 1.5, 40)))
ONE = (at(x=half),)


def along(part, sign=1.0):
    """Off by a part of what would be seen in one case, the same way in each case or not."""
    return lambda n, x: part * STANDARD_ERRORS / math.sqrt(n) * np.broadcast_to(sign, len(x))


def test_a_contrast_sees_what_no_single_case_shows():
    for sign in (1, -1):
        verdict = s.heard(claim(*pair(gap=along(0.5, sign)), domain=MANY, mutants=ONE))
        assert verdict.verdict == REFUTED
    assert s.heard(claim(*pair(gap=along(0.05)), domain=MANY, mutants=ONE)).verdict == SUPPORTED


def test_a_contrast_looks_in_the_mistakes_direction():
    signs = np.where(np.arange(40) % 2, 1.0, -1.0)
    assert s.heard(claim(*pair(gap=along(0.5, signs)), domain=MANY, mutants=ONE)).verdict == SUPPORTED
    zigzag = Mutant("zigzag", lambda f: lambda x: f(x=x) + signs / 2)
    assert s.heard(claim(*pair(gap=along(0.5, signs)), domain=MANY, mutants=(zigzag,))).verdict == REFUTED


def test_contrasts_are_fixed_before_the_look():
    """Weights come from the pilot: a look that seems precise where nothing is wrong draws no attention there."""
    quiet = np.arange(40) % 2 == 1
    off = pair(gap=along(0.5, np.where(quiet, 0.0, 1.0)), look_variance=lambda x: np.where(quiet, 1e-6, 1.0))
    assert s.heard(claim(*off, domain=MANY, mutants=ONE)).verdict == REFUTED


def test_a_contrast_allows_for_given_radii():
    total = s.answering("given", lambda x: x.sum(-1), error=1e-3)
    options = dict(
        shipped=lambda total: 2 * total + 1,
        given={"total": total},
        mutants=(at(total=half),),
        accuracy=1.0,
        domain=MANY,
    )
    for gap, verdict in ((1.9e-3, SUPPORTED), (2.3e-3, REFUTED)):
        off = pair(gap=lambda n, x, gap=gap: gap, variance=1e-10)
        assert s.heard(s.claim(*off, **options)).verdict == verdict


def test_contrasts_are_for_equalities_only():
    for relation, sign in ((AT_MOST, 1), (AT_LEAST, -1)):
        off = pair(gap=along(0.9, sign))
        assert s.heard(claim(*off, relation=relation, domain=MANY, mutants=(shifted(9.0 * sign),))).verdict == SUPPORTED


# --- planned sizes ----------------------------------------------------------------------------------------------------


def sizes(gap=0.0, mutants=MISTAKES, **options):
    asked = []

    def sample(n, x):
        asked.append(n)
        return Sample(n, s.linear(x) + gap, np.ones(len(x)), moment=WITH_MOMENT)

    s.heard(claim(s.stating("a", sample), s.answering("b"), mutants=mutants, **options))
    return asked


def test_the_size_is_planned_from_the_mistakes():
    near = Mutant("near", lambda f: lambda x: f(x=x) + 0.05)
    pilot, look = sizes(mutants=(near,))
    assert pilot == sampling.PILOT and 16_000 <= look <= 64_000
    assert sizes() == [sampling.PILOT, 1000]
    assert sizes(mutants=(*MISTAKES, s.small(near))) == [sampling.PILOT, 1000]


def test_the_size_never_depends_on_what_is_found():
    near = Mutant("near", lambda f: lambda x: f(x=x) + 0.1)
    assert sizes(0.0, (near,)) == sizes(0.1, (near,)) == sizes(-0.05, (near,))


def test_the_size_stops_at_the_tiers_limit():
    tiny = Mutant("tiny", lambda f: lambda x: f(x=x) + 1e-6)
    assert sizes(mutants=(tiny,))[-1] == s.TIER.samples


def test_planned_samples_catch_the_mistakes_at_every_seed():
    oracle = s.sampling_from("a", s.uniform_about(s.linear), span=1.0), s.sampling_from("b", s.uniform_about(s.linear))
    near = Mutant("near", lambda f: lambda x: f(x=x) + 0.05)
    one = claim(*oracle, domain=s.domain(), mutants=(*MISTAKES, near, s.small(scaled(1.01))))
    verdicts = {s.heard(one, seed=seed).verdict for seed in range(20)}
    assert verdicts == {SUPPORTED}


def test_the_look_is_fresh():
    first = {}

    def summands(rng, n, x):
        values = s.uniform_about(s.linear)(rng, n, x)
        first.setdefault(n, values[0, 0])
        return values

    s.heard(claim(s.sampling_from("a", summands, span=1.0), s.answering("b")))
    assert len(first) == 2 and len(set(first.values())) == 2


# --- the exponential scale --------------------------------------------------------------------------------------------


def exponential(x):
    return np.exp(s.linear(x))


def test_a_sampled_exponential_may_reach_below_zero():
    low = s.line(witnesses=({"x": [-3.0]}, {"x": [-2.0]}, {"x": [1.0]}))
    wide = pair(truth=exponential, link="exp")
    verdict = s.heard(claim(*wide, domain=low, mutants=(at(x=half),)))
    assert verdict.verdict == SUPPORTED
    assert min(s.testimony(verdict, "a").radii[0][:2]) > 1  # in nats: wider than the values at -3 and -2 themselves


def test_a_gap_on_the_exponential_scale_is_judged_there():
    for part, verdict in ((0.99, SUPPORTED), (1.01, REFUTED)):
        off = pair(
            truth=exponential,
            link="exp",
            gap=lambda n, x, part=part: part * STANDARD_ERRORS / math.sqrt(n) * second_case(x),
        )
        assert s.heard(claim(*off)).verdict == verdict


def test_a_mistake_that_overflows_the_exponential_is_harmless():
    huge = Mutant("huge", lambda f: lambda x: f(x=x) * 1000)
    one = claim(*pair(truth=exponential, link="exp"), mutants=(*MISTAKES, huge))
    assert s.heard(one).verdict == SUPPORTED


def test_a_sampled_estimate_with_trailing_axes_is_compared_entry_by_entry():
    def both(x):
        return np.stack([s.linear(x), -s.linear(x)], axis=-1)

    def oracle(method, gap=0.0):
        return s.stating(
            method,
            lambda n, x: Sample(n, both(x) + gap * np.array([0, 1]), np.ones((len(x), 2)), moment=WITH_MOMENT),
        )

    def shipped(x):
        return both(x) if x.dtype != object else np.stack([s.linear(x), -s.linear(x)], axis=-1)

    assert s.heard(claim(oracle("a"), oracle("b"), shipped=shipped)).verdict == SUPPORTED
    assert s.heard(claim(oracle("a", 1.0), oracle("b", 1.0), shipped=shipped)).verdict == REFUTED
    limited = replace(s.TIER, samples=2000)
    assert s.heard(claim(oracle("a", 0.1), oracle("b", 0.1), shipped=shipped), tier=limited).verdict == SUPPORTED

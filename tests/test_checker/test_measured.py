"""Samplers and measurements: truths that must be accepted, and planted wrong ones that must not."""

from __future__ import annotations

import math

import numpy as np
import pytest

from verification.claim import FLOAT64, INCONCLUSIVE, REFUTED, SUPPORTED
from verification.estimate import Estimate, Grade
from verification.mutants import absent, at, double, negated, replaced, reversed_effect, scaled
from verification.relations.distribution import Distribution, directions
from verification.relations.empirical import Empirical

from . import synthetic as s

# --- distribution: normal draws with mean x ---------------------------------------------------------------------------

FREQUENCIES = np.array([0.5, 1.0, 1.7, 2.6])


def normal_draws(rng, size, x):
    return x[:, None] + rng.normal(size=(len(x), size, x.shape[-1]))


def characteristic(x):
    """exp(i w . mu - |w|^2 / 2) along the probes' directions."""
    w = directions(x.shape[-1])[:, None] * FREQUENCIES[:, None]
    w = w.reshape(-1, x.shape[-1])
    size = np.exp(-(w**2).sum(-1) / 2)
    phase = x @ w.T
    return np.concatenate([size * np.cos(phase), size * np.sin(phase)], axis=-1)


def sampler(shipped=normal_draws, told=characteristic, mutants=(at(x=double), at(x=negated)), error=1e-9, **changes):
    xs = s.line(witnesses=({"x": [1.0]}, {"x": [0.5, -1.0]}))
    pair = [s.answering(m, told, error) for m in "ab"]
    one = s.claim(
        *pair, relation=Distribution(draws=20_000), shipped=shipped, domain=xs, mutants=mutants, arithmetics=(FLOAT64,)
    )
    return s.heard(one, **changes)


def test_a_right_sampler_is_supported():
    assert sampler().verdict == SUPPORTED


def test_a_wrong_sampler_is_refuted():
    def shifted_draws(rng, size, x):
        return normal_draws(rng, size, x) + 0.1

    def wider(rng, size, x):
        return x[:, None] + 1.1 * rng.normal(size=(len(x), size, x.shape[-1]))

    def correlated(rng, size, x):
        z = normal_draws(rng, size, x)
        return np.concatenate([z[..., :1], x[:, None, 1:] + z[..., :1] - x[:, None, :1]], -1) if x.shape[-1] == 2 else z

    for wrong in (shifted_draws, wider, correlated):
        assert sampler(wrong).verdict == REFUTED


def test_a_sampler_of_nan_is_refuted():
    def sometimes(rng, size, x):
        z = normal_draws(rng, size, x)
        z[:, 17] = np.nan
        return z

    verdict = sampler(sometimes)
    assert verdict.verdict == REFUTED and "not finite" in verdict.reason


def test_a_sampler_that_raises_is_refuted():
    verdict = sampler(lambda rng, size, x: s.breaking()())
    assert verdict.verdict == REFUTED and "raises" in verdict.reason


def test_a_sampler_of_too_few_draws_is_refuted():
    verdict = sampler(lambda rng, size, x: normal_draws(rng, size - 1, x))
    assert verdict.verdict == REFUTED and "shape" in verdict.reason


def test_a_mistaken_sampler_that_breaks_is_not_caught():
    for broken in (s.breaking(), lambda rng, size, x: normal_draws(rng, size, x) * np.nan):
        verdict = sampler(mutants=(at(x=double), replaced("broken", broken)))
        assert verdict.verdict == INCONCLUSIVE and "survives" in verdict.reason


def test_probes_of_nan_are_dropped():
    verdict = sampler(told=lambda x: np.full((len(x), 8 * (1 if x.shape[-1] == 1 else 3)), np.nan))
    assert verdict.verdict == INCONCLUSIVE and s.testimony(verdict, "a").dropped


def test_probes_of_the_wrong_shape_are_dropped():
    for told in (
        lambda x: characteristic(x)[:, :-1],
        lambda x: characteristic(x)[:, :1],
        lambda x: characteristic(x)[0],
    ):
        verdict = sampler(told=told)
        assert verdict.verdict == INCONCLUSIVE and s.testimony(verdict, "a").dropped


def test_the_radius_of_a_sampler_is_hoeffdings_at_its_share():
    """One oracle, one batch, two cases of 8 probes: the slot is split over 16 values."""
    xs = s.line(witnesses=({"x": [1.0]}, {"x": [-0.5]}))
    pair = [s.answering(m, characteristic, 0.0) for m in "ab"]
    one = s.claim(
        *pair, relation=Distribution(draws=20_000), shipped=normal_draws, domain=xs, mutants=(), arithmetics=(FLOAT64,)
    )
    radius = s.testimony(s.heard(one), "a").radii[0][0]
    assert radius == pytest.approx(math.sqrt(2 * math.log(2 * 16 * 2 * 1024 / 1e-6) / 20_000), rel=1e-12)


# --- empirical --------------------------------------------------------------------------------------------------------


def measured(value, error, threshold=0.0, mutants=(reversed_effect, absent), second=None):
    def told(v, e, name):
        return s.in_module(name)(lambda seed, alpha: Estimate(np.asarray(v), np.asarray(e), Grade.TRAINED))

    oracles = [told(value, error, "a")] + ([told(*second, "b")] if second else [])
    return s.heard(
        s.claim(
            *oracles, relation=Empirical(threshold), shipped=lambda: None, domain=s.line(witnesses=()), mutants=mutants
        )
    )


def test_a_measured_effect_beyond_its_radius_is_supported():
    assert measured(1.0, 0.99).verdict == SUPPORTED
    assert measured(1.0, 1.01).verdict == INCONCLUSIVE


def test_a_measured_effect_on_the_other_side_is_refuted():
    assert measured(-1.0, 0.99).verdict == REFUTED
    assert measured(-1.0, 1.01).verdict == INCONCLUSIVE


def test_the_threshold_is_what_is_exceeded():
    assert measured(1.0, 0.1, threshold=0.89, mutants=()).verdict == SUPPORTED
    assert measured(1.0, 0.1, threshold=0.91, mutants=()).verdict == INCONCLUSIVE
    assert measured(1.0, 0.1, threshold=1.11, mutants=()).verdict == REFUTED


def test_a_mistake_that_survives_a_measurement_is_told():
    assert measured(1.0, 0.5, mutants=(scaled(2.0),)).verdict == INCONCLUSIVE


def test_every_entry_of_a_measurement_must_show_it():
    assert measured([1.0, 1.0], [0.5, 0.5]).verdict == SUPPORTED
    assert measured([1.0, 1.0], [0.5, 1.5]).verdict == INCONCLUSIVE
    assert measured([1.0, -1.0], [0.5, 0.5]).verdict == REFUTED


def test_one_wide_interval_beside_a_narrow_one_refutes_nothing():
    assert measured([1.0, 0.5], [0.1, 10.0]).verdict == INCONCLUSIVE


def test_a_measurement_that_is_no_number_neither_supports_nor_refutes():
    for value, error in ((np.nan, 0.1), (1.0, np.nan), (1.0, np.inf), (1.0, -0.5), (np.inf, 0.1)):
        assert measured(value, error, mutants=()).verdict == INCONCLUSIVE
        assert measured(value, error).verdict == INCONCLUSIVE


def test_a_broken_measurement_beside_a_good_one_keeps_support_away():
    assert measured(1.0, 0.5, second=(1.0, 0.5)).verdict == SUPPORTED
    assert measured(1.0, 0.5, second=(np.nan, 0.5)).verdict == INCONCLUSIVE


def test_a_measurement_gets_its_slot_of_the_budget():
    asked = []

    def told(name):
        @s.in_module(name)
        def oracle(seed, alpha):
            asked.append((seed, alpha))
            return Estimate(np.array(1.0), np.array(0.5), Grade.TRAINED)

        return oracle

    for names in ("a", "ab"):
        oracles = [told(name) for name in names]
        one = s.claim(*oracles, relation=Empirical(), shipped=lambda: None, domain=s.line(witnesses=()))
        s.heard(one, seed=7, false_alarm=1e-3)
    assert asked == [(7, pytest.approx(1e-3 / 1024))] + 2 * [(7, pytest.approx(1e-3 / 2048))]

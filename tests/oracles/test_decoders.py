"""Oracles of small decoders: what they know, and where they say that they do not."""

import numpy as np
import pytest

from verification.arithmetic import call
from verification.balls import as_balls, middle, working_precision
from verification.domains import taylor as domains
from verification.oracles import (
    NotApplicable,
    contours,
    decoder_integrals,
    decoder_symbols,
    half_lines,
    jets,
    rules,
)

KINK = domains.KINKS.batches(0, 0)[0].args
SMOOTH = domains.SMOOTH.batches(0, 0)[0].args


def shrunk(args, factor):
    return {**args, "Sigma": as_balls(args["Sigma"]) * factor}


@pytest.mark.parametrize("oracle", [jets.expected, rules.expected])
def test_a_kink_within_reach_is_refused_where_it_is_not_seen(oracle):
    with pytest.raises(NotApplicable, match="a kink is within reach"):
        call(oracle, KINK)


def test_a_wide_posterior_is_refused_by_the_series():
    with pytest.raises(NotApplicable, match="not seen to converge"):
        call(jets.expected, shrunk(SMOOTH, 4))


def test_integrals_are_of_lines_only():
    plane = domains.SMOOTH.batches(0, 0)[1].args
    with pytest.raises(NotApplicable, match="over a line"):
        call(decoder_integrals.expected, plane)


def test_the_closed_form_is_not_of_tanh():
    with pytest.raises(NotApplicable, match="relu and elu"):
        call(half_lines.expected, SMOOTH)


@pytest.mark.parametrize("factor", [1.0, 1e-4, 1e-8])
def test_integrals_and_error_functions_meet_at_every_scale(factor):
    with working_precision(300):
        args = shrunk(KINK, factor)
        apart = call(decoder_integrals.expected, args).value - call(half_lines.expected, args).value
    assert all(gap.contains(0) and gap.rad() < 1e-20 for gap in apart)


def test_a_spike_between_kinks_is_not_overlooked():
    args = {**KINK, "b": -KINK["mu"] * KINK["A"][:, 0] - 1e-9}
    with working_precision(300):
        narrow = shrunk(args, 1e-18)
        apart = call(decoder_integrals.missed, narrow).value - call(half_lines.missed, narrow).value
    assert all(gap.contains(0) for gap in apart)


@pytest.mark.parametrize("factor", [1e-4, 1e-6, 1e-8])
def test_series_and_rules_meet_for_narrow_posteriors(factor):
    with working_precision(300):
        args = shrunk(SMOOTH, factor)
        apart = call(jets.expected, args).value - call(rules.expected, args).value
    assert all(gap.contains(0) for gap in apart)


def test_rules_are_exact_for_squares():
    found = rules.inner_product(np.array([[-1.0, -2.0]]), np.array([[0.5, 0.25]]), np.array([0.0]))
    assert middle(found.value) == pytest.approx([-1.0])


def test_circles_series_and_symbols_meet():
    args = domains.DECODERS.batches(0, 0)[1].args
    found = [middle(call(oracle.hessian, args).value) for oracle in (contours, jets, decoder_symbols)]
    assert found[0] == pytest.approx(found[1], abs=1e-12)
    assert found[0] == pytest.approx(found[2], abs=1e-12)

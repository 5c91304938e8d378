"""Levy's displays have names; what is wrong as printed is wrong at the smallest cases too, worked out by hand."""

import numpy as np
import pytest

from theory.printed import levy_constraint, levy_elbo, levy_encoder
from verification.claim import REFUTED
from verification.run import registry

CLAIMS = {claim.id: claim for claim in registry().values() if claim.source.document == "levy"}
HALF = np.log([0.5, 0.5])


def test_the_lines_that_call_the_bound_the_likelihood_are_refuted():
    assert {CLAIMS[f"levy.{line}"].expected for line in ("jensen.line2", "plugged_back")} == {REFUTED}


def test_one_coin_is_enough_to_tell_the_bound_from_the_likelihood():
    log_lik, log_enc = np.log([[0.75, 0.25]]), HALF[None]
    assert levy_elbo.log_likelihood(log_lik, HALF) == pytest.approx(np.log(0.5))
    assert levy_elbo.jensen_line_2(log_lik, HALF, log_enc) == pytest.approx(np.log(3) / 2 - np.log(4))


def test_the_printed_noise_of_the_mean_is_the_mean():
    assert levy_encoder.inverse(2.0, 2.0, 1.0) == 2.0
    assert levy_encoder.inverse_corrected(2.0, 2.0, 1.0) == 0.0


def test_one_latent_of_one_datum_has_more_parameters_than_there_are_data():
    assert levy_encoder.parameters(1.0, 1.0) == 2.0


def test_a_negative_beta_turns_the_third_line_round():
    below, above = (levy_constraint.lagrangian_line_3(0.0, 1.0, beta) for beta in (1.0, -1.0))
    assert below < levy_constraint.lagrangian_line_1(0.0, 1.0, 1.0, 1.0)
    assert above > levy_constraint.lagrangian_line_1(0.0, 1.0, 1.0, -1.0)


def test_a_code_that_is_the_prior_tells_something_where_the_others_are_not():
    log_q = np.log([[0.5, 0.5], [0.25, 0.75]])
    assert levy_constraint.divergence(log_q, HALF)[0] == pytest.approx(0)
    assert levy_constraint.divergence_less_surprise(log_q, HALF)[0] > 0.03

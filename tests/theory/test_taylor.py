import re

import numpy as np
import pytest
from scipy import integrate, stats

from theory import observation, taylor

x, g = np.array([1.0, 0.0, 0.25]), np.array([0.75, 0.5, 0.5])


def test_grey_pixels_have_a_curvature_where_the_printed_one_is_infinite():
    assert observation.bernoulli_curvature([0.5], [0.5]).tolist() == [-4.0]


def test_logits_and_probabilities_say_the_same_of_a_datum():
    assert observation.bernoulli_logit(x, np.log(g / (1 - g))) == pytest.approx(observation.bernoulli(x, g))


def test_logits_far_out_stay_finite():
    assert observation.bernoulli_logit([1.0, 0.0], [800.0, -800.0]) == 0
    assert observation.bernoulli_logit_curvature([1.0], [800.0]).tolist() == [0.0]


def test_a_gaussian_of_small_variance_is_its_density():
    truth = stats.norm(g, 1e-3).logpdf(x).sum()
    assert observation.gaussian(x, g, 1e-6) == pytest.approx(truth)


def test_the_second_term_can_make_the_hessian_indefinite():
    J, curvature = np.array([[1.0, 0.0]]), np.array([-1.0])
    H = taylor.hessian(J, curvature, np.array([2.0]), np.array([[[0.0, 0.0], [0.0, 3.0]]]))
    assert np.linalg.eigvalsh(H).tolist() == [-1.0, 6.0]


def test_the_gauss_newton_objective_is_the_objective_of_a_linear_decoder():
    J, Sigma = np.array([[1.0, 2.0], [0.0, -1.0]]), np.array([[0.5, 0.1], [0.1, 0.25]])
    both = (
        taylor.objective(-1.0, -J.T @ J, Sigma, 0.5, 2.0),
        taylor.gauss_newton_objective(-1.0, J, -np.ones(2), Sigma, 0.5, 2.0),
    )
    assert both[0] == pytest.approx(both[1])


def test_the_next_term_of_a_quartic_is_all_there_is():
    fourth = np.full((1, 1, 1, 1), -24.0)
    assert taylor.next_term(fourth, [[0.5]]) == pytest.approx(stats.norm(0, 0.5**0.5).expect(lambda u: -(u**4)))


@pytest.mark.parametrize("distance", [0.0, 0.7, 3.0])
def test_a_kink_costs_what_lies_beyond_it(distance):
    density = stats.norm(-distance, 0.8).pdf
    truth = integrate.quad(lambda y: (1.5 * y - y * y / 4) * density(y), 0, 12)[0]
    assert taylor.kink_error(1.5, -0.5, distance, 0.8) == pytest.approx(truth)


def test_a_kink_out_of_reach_costs_nothing():
    assert abs(taylor.kink_error(1.0, 1.0, 6.0, 1.0)) < 1e-9


@pytest.mark.parametrize(
    ("formula", "arguments", "told"),
    [
        (observation.gaussian, (x, g, 0.0), "noise = 0 is outside (0, inf), where the formula holds."),
        (observation.bernoulli, (x, [0.5, 1.0, 0.5]), "g[1] = 1 is outside (0, 1), where the formula holds."),
        (observation.bernoulli, ([0.5, 2.0, 0.5], g), "x[1] = 2 is outside [0, 1], where the formula holds."),
        (observation.bernoulli_logit, ([-0.1], [0.0]), "x[0] = -0.1 is outside [0, 1], where the formula holds."),
        (taylor.objective, (0.0, [[1.0]], [[1.0]], 0.0, 0.0), "beta = 0 is outside (0, inf), where the formula holds."),
        (taylor.kink_error, (1.0, 1.0, 0.0, 0.0), "sigma = 0 is outside (0, inf), where the formula holds."),
        (
            taylor.objective,
            (0.0, np.zeros((2, 3)), np.eye(2), 0.0, 1.0),
            "H has shape (2, 3), where k = 3, but H has k = 2.",
        ),
    ],
)
def test_bad_arguments_are_told_in_one_sentence(formula, arguments, told):
    with pytest.raises(ValueError, match=re.escape(told)):
        formula(*arguments)

"""What the oracles of the linear beta-VAE stand on: slopes that are slopes, and points that are stationary."""

import numpy as np
import pytest

from verification.oracles import linear_ranks, linear_search, linear_slopes

C = np.array([[3.0, 1.0, 0.0], [1.0, 2.0, 0.5], [0.0, 0.5, 1.0]])


@pytest.mark.parametrize("noise", [0.4, None])
@pytest.mark.parametrize("diagonal", [False, True])
def test_the_gradient_of_the_search_is_that_of_its_objective(noise, diagonal):
    problem = linear_search.Problem(C, 2, 1.7, noise, diagonal)
    theta = 0.5 * np.random.default_rng(0).normal(size=problem.size)
    h = 1e-5
    slopes = [(problem(theta + h * e)[0] - problem(theta - h * e)[0]) / (2 * h) for e in np.eye(problem.size)]
    np.testing.assert_allclose(problem(theta)[1], slopes, atol=1e-8)


def test_newtons_steps_end_where_nothing_moves():
    value, model = linear_search.search(C, 2, 1.5, 0.4)
    again, _ = linear_search.search(C, 2, 1.5, 0.4, diagonal=True)
    assert value == pytest.approx(again, abs=1e-12)
    slopes = linear_search.decoder_optimality(model.W[None], C[None], np.array([0.4]), np.array([1.5]))
    assert np.abs(slopes.value).max() < 1e-9


def test_a_saddle_is_told_from_the_optimum_by_its_rivals_alone():
    lam, Q = np.linalg.eigh(C)
    saddle = Q[:, :2] * np.sqrt(lam[:2] - 0.4)  # the smaller two eigenvectors: stationary, and not the best
    for oracle in (linear_search.decoder_optimality, linear_slopes.decoder_optimality):
        told = oracle(saddle[None], C[None], np.array([0.4]), np.array([1.0]))
        assert np.abs(np.asarray(told.value[0, :6], float)).max() < 1e-8
        assert np.asarray(told.value[0, 6:], float).max() > 0.01


def test_enumeration_leaves_out_subsets_whose_noise_does_not_fit():
    kept, discarded = np.array([[4.0, 1.0]]), np.array([[0.25]])
    counts = [float(linear_ranks.learned_active(kept, discarded, np.array([b])).value[0]) for b in (1.0, 2.0, 3.0)]
    assert counts == [2.0, 1.0, 0.0]

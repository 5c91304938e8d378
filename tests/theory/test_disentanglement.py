"""Scores of disentanglement in closed form: known codes, bad arguments, and the sample's scores beside them."""

from __future__ import annotations

import re

import numpy as np
import pytest
import torch

from theory import disentanglement as score


def turn(degrees):
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.array([[c, -s], [s, c]])


def square(side=8):
    return np.stack(np.meshgrid(*[np.arange(float(side))] * 2), -1).reshape(-1, 2)


@pytest.mark.parametrize(("values", "pairs", "K"), [(2, 1, 2), (2, 4, 3), (8, 2, 4)])
def test_the_ground_truth_scores_all_but_its_ties(values, pairs, K):
    t = values**-pairs
    assert np.isclose(score.accuracy(np.full(K, float(t))), (1 - (1 - t) ** K) / (K * t))


def test_the_ground_truths_score_tends_to_one_with_more_pairs():
    reached = [float(score.accuracy([2.0**-L, 2.0**-L])) for L in (1, 2, 8, 40)]
    assert reached == sorted(reached) and 1 - reached[-1] < 1e-12


def test_factors_that_always_tie_score_one_in_K():
    assert float(score.accuracy([1.0, 1.0, 1.0, 1.0])) == 0.25


def test_the_norm_cannot_tell_factors_of_one_law():
    steps = score.steps(np.full((3, 4), 0.25))
    assert np.isclose(score.norm_accuracy(steps, 5), 1 / 3)


def test_the_norm_tells_factors_of_different_units():
    steps = np.zeros((2, 9))
    steps[0, [0, 1]], steps[1, [0, 8]] = 0.5, 0.5
    assert score.norm_accuracy(steps, 4) > 0.9


def test_drawn_codes_never_show_a_difference_of_zero():
    found = score.expected_difference([0.0, 3.0], [1.0, 0.5], [0.0, 3.0], [1.0, 0.5])
    assert np.allclose(found, [2 / np.sqrt(np.pi), 1 / np.sqrt(np.pi)])


def test_sap_of_a_rotation_is_the_cosine_of_twice_the_angle():
    v = square() - 3.5
    for degrees in (0, 10, 30, 45):
        found = score.sap(v @ turn(degrees), v)
        assert np.isclose(found, abs(np.cos(np.radians(2 * degrees))), atol=1e-12)


def test_mig_and_sap_are_zero_once_every_code_stands_twice_and_dci_halves_completeness_only():
    v = square() - 3.5
    assert np.isclose(score.sap(np.concatenate([v, v], 1), v), 0)
    importance = np.array([[0.5, 0.0], [0.5, 0.0], [0.0, 0.5], [0.0, 0.5]])
    assert np.isclose(score.disentanglement(importance), 1)
    assert np.isclose(score.completeness(importance), 0.5)


def test_two_factors_in_one_code_are_complete_but_not_disentangled():
    importance = np.array([[1.0, 1.0], [0.0, 0.0]])
    assert np.isclose(score.completeness(importance), 1)
    assert np.isclose(score.disentanglement(importance), 0)


def test_what_two_turned_factors_leave_when_one_is_shared():
    v = square() - 3.5
    codes = v @ turn(30)
    held = codes[v[:, 0] == 0.5]
    left = score.normalised_variance(held, codes.std(0)) * (len(held) - 1) / len(held)
    assert np.allclose(left, [0.25, 0.75])


def test_a_gap_is_zero_of_a_best_that_stands_twice():
    assert score.gap([[0.5], [0.5], [0.25]]).tolist() == [0.0]


@pytest.mark.parametrize("kind", [np.float32, torch.float32, torch.float64])
def test_widths_and_tensors_are_kept(kind):
    x = [[0.75, 0.125], [0.25, 0.5]]
    given = torch.tensor(x, dtype=kind) if isinstance(kind, torch.dtype) else np.asarray(x, kind)
    found = score.disentanglement(given)
    assert found.dtype == kind
    assert np.isclose(float(found), float(score.disentanglement(x)), rtol=1e-6)


def test_scores_have_slopes_in_torch():
    importance = torch.tensor([[0.75, 0.125], [0.25, 0.5]], dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(score.disentanglement, importance)
    assert torch.autograd.gradcheck(score.completeness, importance)


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda: score.accuracy([0.5, 0.25]), "ties is not in ascending order; pass np.sort(ties)."),
        (lambda: score.accuracy([0.5]), "ties has shape (1,): nothing is to tell of one factor; pass two at least."),
        (lambda: score.accuracy([0.5, 1.5]), "ties[1] = 1.5 is outside [0, 1], where the formula holds."),
        (
            lambda: score.norm_accuracy([[0.5, 0.5]], 2),
            "steps has shape (1, 2): nothing is to tell of one factor; pass two at least.",
        ),
        (lambda: score.steps([[2.0, 0.5]]), "laws[0, 0] = 2 is outside [0, 1], where the formula holds."),
        (lambda: score.gap([[1.0, 2.0]]), "scores has shape (1, 2); a gap needs two codes at least."),
        (
            lambda: score.squared_correlation([[1.0], [1.0]], [[0.0], [1.0]]),
            "column 0 of codes is constant; leave it out.",
        ),
        (
            lambda: score.sap([[1.0, 0.0], [0.0, 1.0]], [[0.0, 2.0], [1.0, 2.0]]),
            "column 1 of factors is constant; leave it out.",
        ),
        (
            lambda: score.disentanglement([[1.0, 0.0], [1.0, 0.0]]),
            "column 1 of importance is 0: nothing tells of that factor; leave it out.",
        ),
        (
            lambda: score.completeness([[1.0, -1.0]]),
            "importance[0, 1] = -1 is outside [0, inf), where the formula holds.",
        ),
        (
            lambda: score.vote_accuracy([[[1.0, 2.0]], [[1.0, 0.0]]]),
            "column 1 of votes[1] is 0: nothing tells of that factor; leave it out.",
        ),
        (lambda: score.information([[3.0, 1.0]]), "table[0, 0] = 3 is outside [0, 1], where the formula holds."),
        (
            lambda: score.mig(np.full((2, 2, 2, 1), 0.5)),
            "factor 0 of tables has one value only; leave it out.",
        ),
        (lambda: score.mig(np.full((1, 1, 2, 2), 0.25)), "scores has shape (1, 1); a gap needs two codes at least."),
        (
            lambda: score.expected_difference(0.0, 0.0, 1.0, 1.0),
            "sigma1 = 0 is outside (0, inf), where the formula holds.",
        ),
        (lambda: score.difference([[np.nan]], [[0.0]]), "first[0, 0] is nan; every entry must be a finite number."),
    ],
)  # fmt: skip
def test_a_bad_argument_is_told_in_one_sentence(call, told):
    with pytest.raises(ValueError, match=f"^{re.escape(told)}$"):
        call()

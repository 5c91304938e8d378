"""Trained linear VAEs: the same for the same seed, still where they stopped, at the optimum from every start."""

import numpy as np
import pytest

from theory.linear_vae_fit import fit
from verification.oracles import NotApplicable
from verification.vae import linear

C = np.array([[3.0, 1.0, 0.0], [1.0, 2.0, 0.5], [0.0, 0.5, 1.0]])


def _sides(noise):
    collapse = fit(C, 2, 1.0, noise).thresholds
    return np.sort([0.3, *(0.97 * collapse), *(1.03 * collapse)])


@pytest.mark.parametrize("noise", [0.4, None])
def test_every_start_reaches_the_optimum_below_and_above_each_collapse(noise):
    betas = _sides(noise)
    exact = fit(C, 2, betas, noise)
    for seed in range(3):
        found = linear.train(C, 2, betas, None if noise is None else np.full(len(betas), noise), seed)
        np.testing.assert_allclose(found.objective, exact.objective, rtol=0, atol=1e-12)
        assert found.slope.max() < linear.STILL
        ranks = [np.linalg.matrix_rank(W, tol=1e-6) for W in found.W]
        assert ranks == exact.active.astype(int).tolist()


def test_a_diagonal_covariance_makes_columns_orthogonal_and_one_threshold_a_dimension():
    found = linear.train(C, 2, np.array([0.5]), np.array([0.2]), 4)
    gram = found.W[0].T @ found.W[0]
    assert abs(gram[0, 1]) < 1e-8
    exact = fit(C, 2, 0.5, 0.2)
    np.testing.assert_allclose(np.sort(np.diag(gram)), np.sort((exact.W**2).sum(0)), atol=1e-8)


def test_the_same_seed_trains_the_same_models():
    alone = linear.train(C, 1, np.array([0.5]), seed=3)
    again = linear.train(C, 1, np.array([0.5]), seed=3)
    assert (alone.W == again.W).all()


def test_the_loss_is_the_objective_of_the_closed_form():
    import torch

    from theory import linear_vae

    rng = np.random.default_rng(0)
    W, A, log_s = rng.normal(size=(3, 2)), rng.normal(size=(2, 3)), rng.normal(size=2)
    theta = torch.tensor(np.concatenate([W.ravel(), A.ravel(), log_s, [np.log(0.6)]]))
    loss = linear._Loss(torch.tensor(C), 2, learned=True)(theta, 1.7, torch.tensor(0.0, dtype=torch.float64))
    exact = linear_vae.objective(A, np.diag(np.exp(log_s)), C, W, 0.6, 1.7)
    assert -float(loss) == pytest.approx(float(exact), abs=1e-12)


def test_an_oracle_trains_one_covariance_at_a_time():
    with pytest.raises(NotApplicable, match="one covariance"):
        linear.optimum(np.array([[2.0], [3.0]]), np.ones((2, 1)), np.ones(2), np.ones(2))

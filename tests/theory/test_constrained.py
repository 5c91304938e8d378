import numpy as np
import pytest

from theory import constrained, linear_vae

LAM, NOISE = np.array([4.0, 1.5, 0.25]), 0.5
LIK, PRIOR = np.log([[0.9, 0.3, 0.1], [0.2, 0.6, 0.5]]), np.log([0.5, 0.25, 0.25])


@pytest.mark.parametrize("delta", [0.1, 0.75, 2.0, 6.0])
def test_the_multiplier_spends_the_budget(delta):
    beta = constrained.multiplier(LAM, NOISE, delta)
    assert linear_vae.rate(LAM, NOISE, beta) == pytest.approx(delta)


@pytest.mark.parametrize("delta", [0.1, 0.75, 2.0, 6.0])
def test_the_best_reconstruction_is_that_of_the_beta_vae_of_the_multiplier(delta):
    beta = constrained.multiplier(LAM, NOISE, delta)
    assert constrained.optimum(LAM, [0.1], NOISE, delta) == pytest.approx(
        -linear_vae.distortion(LAM, [0.1], NOISE, beta)
    )


def test_the_order_of_the_eigenvalues_does_not_matter():
    assert constrained.multiplier(LAM[::-1], NOISE, 1.0) == pytest.approx(constrained.multiplier(LAM, NOISE, 1.0))


def test_without_a_budget_the_multiplier_is_the_first_threshold():
    assert constrained.multiplier(LAM, NOISE, 0.0) == pytest.approx(linear_vae.thresholds(LAM, NOISE).max())


def test_no_budget_is_enough_for_a_linear_decoder():
    assert constrained.multiplier(LAM, NOISE, 50.0) > 0


def test_a_latent_of_few_values_can_have_more_than_enough():
    assert constrained.spent(LIK, PRIOR, [1e-3, 1e-3]) == pytest.approx(constrained.enough(LIK, PRIOR))
    assert constrained.enough(LIK, PRIOR) == pytest.approx(-PRIOR[:2])


def test_the_best_posterior_at_beta_one_is_the_true_one():
    joint = np.exp(LIK + PRIOR)
    assert np.exp(constrained.log_best_posterior(LIK, PRIOR, [1.0, 1.0])) == pytest.approx(
        joint / joint.sum(-1, keepdims=True)
    )


def test_no_eigenvalue_may_be_zero():
    with pytest.raises(ValueError, match=r"^kept\[1\] = 0 is outside \(0, inf\), where the formula holds\.$"):
        constrained.multiplier([1.0, 0.0], NOISE, 1.0)


def test_a_budget_is_not_negative():
    with pytest.raises(ValueError, match=r"^delta = -1 is outside \[0, inf\), where the formula holds\.$"):
        constrained.multiplier(LAM, NOISE, -1.0)

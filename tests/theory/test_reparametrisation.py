import numpy as np
import pytest

from theory import reparametrisation as r

RNG = np.random.default_rng(5)
NOISE = RNG.normal(size=(400_000, 2))
MU, SIGMA = np.array([0.5, -0.25]), np.array([0.75, 1.25])
Z = MU + SIGMA * NOISE
H, V, C = np.array([[1.0, 0.5], [0.5, -1.0]]), np.array([0.5, 1.0]), 0.75
U, PHASE = np.array([1.0, -1.5]), 0.5


def _variances(f, slope):
    return slope.var(0), (f[:, None] * NOISE / SIGMA).var(0)


def test_variances_of_a_quadratic_are_those_of_draws():
    pathwise, score = _variances(((Z @ H) * Z).sum(-1) / 2 + Z @ V + C, Z @ H + V)
    assert r.quadratic_pathwise_variance(H, SIGMA) == pytest.approx(pathwise, rel=0.02)
    assert r.quadratic_score_variance(H, V, C, MU, SIGMA) == pytest.approx(score, rel=0.04)


def test_variances_of_a_cosine_are_those_of_draws():
    theta = Z @ U + PHASE
    pathwise, score = _variances(np.cos(theta), -np.sin(theta)[:, None] * U)
    assert r.cosine_pathwise_variance(U, PHASE, MU, SIGMA) == pytest.approx(pathwise, rel=0.02)
    assert r.cosine_score_variance(U, PHASE, MU, SIGMA) == pytest.approx(score, rel=0.02)


def test_which_gradient_of_a_cosine_varies_less_turns_at_one_sigma_a_radian():
    slow, fast = (r.cosine_advantage([w], 0.5, [0.0], [4.0])[0] for w in (0.2, 0.3))
    assert slow > 0 > fast


def test_a_constant_costs_the_score_function_alone():
    without, with_it = (r.quadratic_score_variance(H, V, c, MU, SIGMA) for c in (0.0, 10.0))
    assert (with_it > without).all()


def test_the_best_baseline_leaves_it_above_the_pathwise_gradient():
    levels = np.linspace(-10, 10, 2001)
    best = r.quadratic_score_variance(H, V, levels, MU, SIGMA).min(0)
    assert (best > r.quadratic_pathwise_variance(H, SIGMA)).all()


def test_a_standard_deviation_is_positive():
    with pytest.raises(ValueError, match=r"^sigma\[1\] = 0 is outside \(0, inf\), where the formula holds\.$"):
        r.cosine_gradient(U, PHASE, MU, [1.0, 0.0])

"""Maps that keep the prior, rotations of posteriors, angles: bad arguments, edges, and what undoes what."""

import re

import numpy as np
import pytest
import torch
from flint import arb

from theory import mixing, rotations

TURN = np.array([[0.6, -0.8], [0.8, 0.6]])
QUARTER = np.array([[0.0, -1.0], [1.0, 0.0]])
Z = np.array([[1.0, -2.0], [0.25, 0.5]])
SKEW = np.array([[1.0, 0.5], [0.0, 1.0]])
NOT_ORTHOGONAL = "U[1] is not orthogonal (U'U is off the identity by 5.0e-01); pass a rotation or a reflection."


def sentence(call, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        call()


def rotation(degrees):
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.array([[c, -s], [s, c]])


@pytest.mark.parametrize("convert", [np.array, torch.tensor, np.frompyfunc(arb, 1, 1)], ids=["numpy", "torch", "balls"])
def test_a_matrix_that_is_not_orthogonal_is_named(convert):
    pair = convert(np.stack([TURN, SKEW]))
    sentence(lambda: mixing.mix(pair, convert(Z), mixing.LOGISTIC), NOT_ORTHOGONAL)
    sentence(lambda: rotations.rotation_angle(pair), NOT_ORTHOGONAL)


def test_latents_outside_the_prior_are_named():
    sentence(
        lambda: mixing.mix(TURN, [0.5, 1.5], mixing.UNIFORM),
        "z[1] = 1.5 has no normal score: the prior puts 1.5 below it and -0.5 above; pass a point inside its support.",
    )
    sentence(
        lambda: mixing.mix(TURN, [800.0, 1.5], mixing.LOGISTIC),
        "z[0] = 800 has no normal score: the prior puts 1 below it and 0 above; pass a point inside its support.",
    )
    sentence(
        lambda: mixing.mix_dependent(TURN, [0.0, 0.5], 0.5),
        "ranks[0] = 0 is outside (0, 1), where the formula holds.",
    )
    sentence(
        lambda: mixing.log_dependent([0.25, 0.5], -1.25),
        "dependence = -1.25 is outside [-1, 1], where the formula holds.",
    )
    sentence(
        lambda: rotations.planar_gap(0.5, [1.0, -0.5], 1.0),
        "variances[1] = -0.5 is outside (0, inf), where the formula holds.",
    )


def test_clouds_and_columns_without_one_best_angle_are_named():
    flat = np.array([[1.0, 2.0, -1.0], [0.0, 0.0, 0.0]])
    sentence(
        lambda: rotations.procrustes([flat], [flat]),
        "Z[0] has a cross-moment Z M' without an inverse; pass latents that span every axis, k or more of them.",
    )
    sentence(
        lambda: rotations.mean_field_angle([2 * TURN]),
        "columns[0] has orthogonal columns of equal norm, for which no angle is best; pass columns of different norms.",
    )


@pytest.mark.parametrize("prior", [mixing.LOGISTIC, mixing.LAPLACE], ids=["logistic", "laplace"])
def test_the_transposed_turn_takes_the_latents_back(prior):
    there = mixing.mix(TURN, Z, prior)
    assert np.allclose(mixing.mix(TURN.T, there, prior), Z, atol=1e-13)
    assert np.allclose(mixing.log_volume(TURN.T, there, prior), -mixing.log_volume(TURN, Z, prior), atol=1e-13)


@pytest.mark.parametrize("prior", [mixing.LOGISTIC, mixing.LAPLACE], ids=["logistic", "laplace"])
@pytest.mark.parametrize("far", [-300.0, -30.0, 30.0, 300.0])
def test_both_tails_are_taken_back(prior, far):
    z = np.array([far, 0.5])
    assert np.allclose(mixing.mix(TURN.T, mixing.mix(TURN, z, prior), prior), z, rtol=1e-11)


def test_gradients_agree_with_the_jacobian():
    for z in ([1.0, -2.0], [0.0, 0.5]):
        point = torch.tensor(z, dtype=torch.float64)
        for prior in (mixing.LOGISTIC, mixing.LAPLACE):
            found = torch.func.jacrev(lambda v, prior=prior: mixing.mix(torch.tensor(TURN), v, prior))(point)
            assert np.allclose(found, mixing.jacobian(TURN, z, prior), atol=1e-12)


def test_correlated_latents_are_taken_back_too():
    Sigma = np.array([[2.0, 0.75], [0.75, 0.5]])
    assert np.allclose(mixing.mix_gaussian(TURN.T, mixing.mix_gaussian(TURN, Z, Sigma), Sigma), Z)
    ranks = np.array([0.125, 0.75])
    assert np.allclose(mixing.mix_dependent(TURN.T, mixing.mix_dependent(TURN, ranks, 1.0), 1.0), ranks)


def test_latents_without_dependence_are_uniform():
    ranks = np.array([0.125, 0.75])
    assert np.allclose(mixing.mix_dependent(TURN, ranks, 0.0), mixing.mix(TURN, ranks, mixing.UNIFORM))


@pytest.mark.parametrize("degrees", [-90, -44, 0, 30, 45, 46, 90, 135, 181])
def test_an_angle_is_folded_into_its_quarter(degrees):
    folded = 45 - (45 - degrees) % 90
    assert -45 < folded <= 45
    near = float(rotations.rotation_angle(rotation(degrees)))
    assert min(abs(near - folded), abs(abs(near - folded) - 90)) < 1e-12


def test_minus_45_degrees_are_45():
    half = np.array([[1.0, 1.0], [-1.0, 1.0]]) * np.sqrt(0.5)
    assert float(rotations.rotation_angle(half)) == 45.0


def test_signed_permutations_have_no_angle_and_cost_nothing():
    for U in (np.eye(2), QUARTER, -np.eye(2), np.array([[0.0, 1.0], [1.0, 0.0]]), np.diag([1.0, -1.0])):
        assert float(rotations.rotation_angle(U)) == 0.0
        assert float(rotations.mean_field_gap(U, np.diag([0.5, 0.25]), 2.0)) == 0.0


def test_the_angle_of_a_rotated_cloud_is_found():
    cloud = np.random.default_rng(0).normal(size=(2, 50))
    U = rotations.procrustes(rotation(20) @ cloud, cloud)
    assert float(rotations.rotation_angle(U)) == pytest.approx(20)
    assert float(rotations.rotation_angle(U @ np.diag([-1.0, 1.0]))) == pytest.approx(20)
    assert float(rotations.rotation_angle(np.diag([-1.0, 1.0]) @ U)) == pytest.approx(-20)


def test_the_mean_field_angle_makes_columns_orthogonal():
    W = np.array([[2.0, 0.6], [0.0, 0.8]])
    turned = W @ rotation(float(rotations.mean_field_angle(W)))
    assert turned[:, 0] @ turned[:, 1] == pytest.approx(0, abs=1e-12)


def test_columns_of_norms_2_and_1_leave_at_most_half_the_arctangent_of_four_thirds():
    t = np.radians(np.arange(1, 180))
    W = np.stack([np.stack([2 + 0 * t, np.cos(t)], -1), np.stack([0 * t, np.sin(t)], -1)], -2)
    assert abs(rotations.mean_field_angle(W)).max() == pytest.approx(np.degrees(np.arctan(4 / 3)) / 2, abs=0.01)


def test_float32_stays_float32():
    turn, z = TURN.astype(np.float32), Z.astype(np.float32)
    assert mixing.mix(turn, z, mixing.LOGISTIC).dtype == np.float32
    assert rotations.mean_field_gap(turn, np.diag([1.0, 0.25]).astype(np.float32), np.float32(2)).dtype == np.float32


SIGMA = np.array([[2.0, 0.75], [0.75, 0.5]])
FORMULAS = {
    "logistic": (lambda U, z: mixing.mix(U, z, mixing.LOGISTIC), (TURN, Z[0])),
    "laplace": (lambda U, z: mixing.mix(U, z, mixing.LAPLACE), (TURN, Z[0])),
    "uniform": (lambda U, u: mixing.mix(U, u, mixing.UNIFORM), (TURN, np.array([0.125, 0.75]))),
    "jacobian": (lambda U, z: mixing.jacobian(U, z, mixing.LOGISTIC), (TURN, Z[0])),
    "log_volume": (lambda U, z: mixing.log_volume(U, z, mixing.LAPLACE), (TURN, Z[0])),
    "gaussian": (mixing.mix_gaussian, (TURN, Z[0], SIGMA)),
    "dependent": (mixing.mix_dependent, (TURN, np.array([0.125, 0.75]), np.array(0.5))),
    "log_volume_dependent": (mixing.log_volume_dependent, (TURN, np.array([0.125, 0.75]), np.array(0.5))),
    "coupling": (rotations.coupling, (TURN, SIGMA)),
    "mean_field_gap": (rotations.mean_field_gap, (TURN, SIGMA, np.array(2.0))),
    "planar_gap": (rotations.planar_gap, (np.array(0.5), np.array([1.0, 0.25]), np.array(2.0))),
    "fourth_coupling": (rotations.fourth_coupling, (TURN, np.array([2.0, -1.0]))),
}


@pytest.mark.parametrize("name", FORMULAS)
def test_every_arithmetic_says_the_same(name):
    formula, args = FORMULAS[name]
    value = np.asarray(formula(*args))
    for convert, digits in (
        (torch.tensor, 1e-13),
        (np.frompyfunc(arb, 1, 1), 1e-13),
        (lambda x: x.astype(np.float32), 2e-5),
    ):
        other = formula(*(convert(x) for x in args))
        assert np.allclose(np.asarray(other, float), value, rtol=digits, atol=digits)


@pytest.mark.parametrize("name", ["gaussian", "coupling", "mean_field_gap", "planar_gap", "fourth_coupling"])
def test_sympy_runs_what_has_no_scores(name):
    import sympy

    formula, args = FORMULAS[name]
    exact = formula(*(np.frompyfunc(sympy.Float, 1, 1)(x) for x in args))
    assert np.allclose(np.asarray(exact, float), formula(*args), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", FORMULAS)
def test_torch_maps_and_differentiates(name):
    formula, args = FORMULAS[name]
    tensors = [torch.tensor(x) for x in args]
    stacked = torch.vmap(formula)(*(torch.stack([x, x]) for x in tensors))
    assert np.allclose(stacked[1], formula(*args))
    gradient = torch.func.grad(lambda *a: formula(*a).sum(), argnums=tuple(range(len(tensors))))(*tensors)
    assert all(g.isfinite().all() for g in gradient)

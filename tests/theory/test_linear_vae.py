"""The linear beta-VAE solved: what is proved symbolically, what has no optimum, and what bad input is told."""

import re
from itertools import combinations

import numpy as np
import pytest
import sympy as sp
import torch

from theory import linear_gaussian, linear_vae, linear_vae_noise
from theory.linear_vae_fit import fit
from verification.oracles.linear_search import Problem

C = np.array([[3.0, 1.0, 0.0], [1.0, 2.0, 0.5], [0.0, 0.5, 1.0]])
LAM = np.sort(np.linalg.eigvalsh(C))[::-1]
BETAS = np.array([0.3, 1.0, 2.5])


def test_the_gradient_of_the_objective_vanishes_symbolically_at_the_optimum():
    """One latent, two data dimensions: every partial derivative, with all of lambda, noise and beta as symbols."""
    w, v, o, p, s, lam, rest, noise, beta = sp.symbols("w v o p s lambda r n beta", positive=True)
    value = linear_vae.objective([[v, p]], [[s]], [[lam, 0], [0, rest]], [[w], [o]], noise, beta)
    gain = sp.symbols("g", positive=True)  # lambda = gain + beta noise: an active dimension
    active = {w: sp.sqrt(gain), v: sp.sqrt(gain) / (gain + beta * noise), s: beta * noise / (gain + beta * noise)}
    slopes = [sp.diff(value, x).subs({o: 0, p: 0}).subs(active).subs(lam, gain + beta * noise) for x in (w, v, o, p, s)]
    assert [sp.simplify(slope) for slope in slopes] == [0] * 5
    collapsed = [sp.diff(value, x).subs({w: 0, v: 0, o: 0, p: 0, s: 1}) for x in (w, v, o, p, s)]
    assert [sp.simplify(slope) for slope in collapsed] == [0] * 5


def test_a_collapsed_dimension_is_a_saddle_exactly_below_its_threshold():
    w, v, lam, noise, beta = sp.symbols("w v lambda n beta", positive=True)
    value = linear_vae.objective([[v]], [[1]], [[lam]], [[w]], noise, beta)
    curvature = sp.hessian(value, (w, v)).subs({w: 0, v: 0}).det()
    assert sp.simplify(curvature - lam * (beta * noise - lam) / noise**2) == 0


@pytest.mark.parametrize("noise", [0.3, None])
def test_every_stationary_point_but_the_best_is_a_saddle(noise):
    """Subsets of eigenvectors in two latents, the noise too where it is learned: only the best one is a maximum."""
    lam, beta = np.array([4.0, 2.0, 1.0, 0.5]), 0.8
    problem, found = Problem(np.diag(lam), 2, beta, noise, diagonal=True), []
    for used in (used for size in range(3) for used in combinations(range(4), size)):
        s = noise or np.delete(lam, used).sum() / (4 - beta * len(used))
        if any(lam[i] <= beta * s for i in used):
            continue
        W, variances = np.zeros((4, 2)), np.ones(2)
        for j, i in enumerate(used):
            W[i, j], variances[j] = np.sqrt(lam[i] - beta * s), beta * s / lam[i]
        A = (W / (beta * s + (W**2).sum(0))).T
        theta = np.concatenate([W.ravel(), A.ravel(), np.log(variances) / 2, [np.log(s)] * (noise is None)])
        value, gradient = problem(theta)
        h = 1e-5
        H = np.array([(problem(theta + h * e)[1] - problem(theta - h * e)[1]) / (2 * h) for e in np.eye(problem.size)])
        assert abs(gradient).max() < 1e-12
        found.append((value, np.linalg.eigvalsh((H + H.T) / 2)[0]))
    best, *others = sorted(found)
    assert len(others) >= 4
    assert best[1] > 1e-3
    assert max(curvature for _, curvature in others) < -1e-3


def test_the_envelope_theorem_holds_symbolically_with_active_and_collapsed_dimensions():
    a, b, rest, noise, beta = sp.symbols("a b r n beta", positive=True)
    for kept, known in (([a], {a: 2 * beta * noise}), ([b], {b: beta * noise / 2})):
        value = linear_vae.optimum(kept, [rest], noise, beta)
        paid = linear_vae.rate(kept, noise, beta)
        gap = sp.diff(sp.sympify(np.asarray(value).item()), beta) + np.asarray(paid).item()
        assert abs(float(gap.subs(known).subs({noise: 0.7, beta: 1.3, rest: 0.2}).doit())) < 1e-12


def test_autodiff_sees_no_slope_at_a_fit_and_its_value_is_the_optimum():
    found = fit(C, 2, 1.5, 0.4)
    parts = [torch.tensor(x, requires_grad=True) for x in (found.A, found.Sigma, found.W)]
    value = linear_vae.objective(parts[0], parts[1], torch.tensor(C), parts[2], 0.4, 1.5)
    slopes = torch.autograd.grad(value, parts)
    assert max(float(slope.abs().max()) for slope in slopes) < 1e-13
    assert float(value.detach()) == pytest.approx(float(found.objective), abs=1e-13)


def test_a_fit_has_the_prior_as_its_aggregate_and_its_terms_agree_with_its_parameters():
    found = fit(C, 2, BETAS, 0.4)
    spread = linear_gaussian.aggregate_covariance(found.A, found.Sigma, C)
    np.testing.assert_allclose(spread, np.broadcast_to(np.eye(2), (3, 2, 2)), atol=1e-13)
    np.testing.assert_allclose(linear_gaussian.div(found.A, found.Sigma, C, np.eye(2)), found.rate, atol=1e-13)
    np.testing.assert_allclose(linear_gaussian.i_enc(found.A, found.Sigma, C), found.rate, atol=1e-13)
    np.testing.assert_allclose(
        linear_gaussian.nell(found.A, found.Sigma, C, found.W, 0.4), found.distortion, atol=1e-13
    )
    np.testing.assert_allclose(linear_vae.log_likelihood(C, found.W, 0.4), found.log_likelihood, atol=1e-13)
    np.testing.assert_allclose(linear_vae.log_normalizer(found.A, found.Sigma, C, 0.5), 0, atol=1e-13)


def test_at_beta_one_the_optimum_is_the_likelihood_and_it_is_highest_there():
    found = fit(C, 2, np.linspace(0.2, 3, 29))
    best = int(np.argmax(found.log_likelihood))
    assert found.beta[best] == pytest.approx(1.0)
    assert found.log_likelihood[best] == pytest.approx(found.objective[best], abs=1e-12)


def test_the_best_offset_is_the_mean():
    """An offset d away from it adds dd' to the covariance that decoder and encoder see, and lowers the optimum."""
    for d in np.eye(3):
        assert (fit(C + 0.1 * np.outer(d, d), 2, BETAS, 0.4).objective < fit(C, 2, BETAS, 0.4).objective).all()


def test_a_diagonal_covariance_leaves_only_permutations_and_signs():
    W = fit(C, 2, 1.0, 0.1).W
    angles = np.linspace(0, np.pi, 25)
    turned = np.array([W @ [[np.cos(t), -np.sin(t)], [np.sin(t), np.cos(t)]] for t in angles])
    gap = linear_vae.mean_field_gap(turned, 0.1, 1.0)
    free = np.isclose(angles % (np.pi / 2), 0) | np.isclose(angles % (np.pi / 2), np.pi / 2)
    np.testing.assert_allclose(gap[free], 0, atol=1e-12)
    assert gap[~free].min() > 1e-3


def test_each_dimension_collapses_at_its_threshold_and_the_largest_last():
    for noise in (0.4, None):
        collapse = fit(C, 2, 1.0, noise).thresholds
        assert collapse[0] > collapse[1]
        for j, beta in enumerate(collapse):
            near = fit(C, 2, beta * np.array([1 - 1e-9, 1 + 1e-9]), noise)
            assert near.active.tolist() == [j + 1, j]
            assert abs(np.diff(near.objective)).item() < 1e-7


def test_the_last_to_collapse_with_learned_noise_goes_at_its_share_of_the_trace():
    assert fit(C, 2, 1.0).thresholds[0] == pytest.approx(3 * LAM[0] / LAM.sum())


def test_the_objective_has_one_peak_in_the_noise():
    noises = np.geomspace(1e-4, 1e3, 4001)
    for beta in (0.2, 1.0, 1.4, 2.0, 5.0):
        values = linear_vae.optimum(LAM[:2], LAM[2:], noises, beta)
        assert (np.diff(np.sign(np.diff(values))) != 0).sum() == 1
        best = float(linear_vae_noise.best_noise(LAM[:2], LAM[2:], beta))
        assert abs(np.log(noises[values.argmax()] / best)) < 0.01
        assert values.max() <= float(linear_vae_noise.optimum(LAM[:2], LAM[2:], beta)) + 1e-12


def test_with_nothing_discarded_the_objective_grows_without_bound_below_beta_one():
    noises = 2.0 ** -np.arange(3, 40)
    grows = np.diff(linear_vae.optimum(LAM, [], noises, 0.75))
    np.testing.assert_allclose(grows, 3 * (1 - 0.75) / 2 * np.log(2), rtol=1e-9)


def test_with_nothing_discarded_the_objective_is_flat_in_the_noise_at_beta_one_and_peaks_above():
    noises = np.linspace(0.01, LAM[-1], 50)
    np.testing.assert_allclose(np.ptp(linear_vae.optimum(LAM, [], noises, 1.0)), 0, atol=1e-12)
    found = fit(C, 3, 1.25)
    assert 0 < found.active < 3  # what is discarded holds up the noise


def test_singular_data_have_a_best_noise_where_beta_times_their_rank_exceeds_the_dimension():
    flat = np.diag([2.0, 1.0, 0.0, 0.0])
    assert float(fit(flat, 2, 2.5).noise) == pytest.approx(1 / (4 - 2.5))
    assert float(fit(flat, 2, 3.0).noise) == pytest.approx(3 / 4)  # collapsed
    with pytest.raises(ValueError, match="gives no best noise"):
        fit(flat, 2, 1.5)
    assert fit(flat, 2, 1.5, 0.1).active == 2


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((C, 2, 0.0, 0.4), "beta = 0 is outside (0, inf), where the formula holds."),
        ((C, 2, [1.0, -2.0]), "beta[1] = -2 is outside (0, inf), where the formula holds."),
        ((C, 2, 1.0, 0.0), "noise = 0 is outside (0, inf), where the formula holds."),
        ((C, 4, 1.0, 0.4), "k = 4 latent dimensions for D = 3 of data; pass 1 <= k <= D."),
        ((C, 0, 1.0, 0.4), "k = 0 latent dimensions for D = 3 of data; pass 1 <= k <= D."),
        ((C[:2], 1, 1.0, 0.4), "Sigma_x has shape (2, 3); it must end in the axes (D, D)."),
        ((C + np.eye(3)[[1, 0, 2]] @ np.diag([1, 0, 0]), 1, 1.0, 0.4),
         "Sigma_x is not symmetric (entries differ by 1.0e+00)."),
        ((np.diag([1.0, -0.5]), 1, 1.0, 0.4),
         "Sigma_x is not positive semidefinite (smallest eigenvalue -5.0e-01); pass a covariance."),
        ((np.array([C, np.full((3, 3), np.nan)]), 1, 1.0, 0.4),
         "Sigma_x holds what is no finite number; pass the covariance of complete data."),
        ((C, 3, 1.0), "beta = 1 gives no best noise: nothing is discarded and beta times 3 eigenvalues is at most"
         " D = 3; keep fewer dimensions, raise beta or fix the noise."),
    ],
)  # fmt: skip
def test_bad_input_is_told_in_one_sentence(arguments, sentence):
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        fit(*arguments)


@pytest.mark.parametrize(
    ("formula", "arguments", "sentence"),
    [
        (linear_vae.optimum, ([1.0], [2.0], 1.0, 1.0),
         "kept holds 1, less than the largest discarded eigenvalue 2; keep the largest ones."),
        (linear_vae.optimum, ([1.0], [-2.0], 1.0, 1.0),
         "discarded[0] = -2 is outside [0, inf), where the formula holds."),
        (linear_vae.rate, ([-1.0], 1.0, 1.0), "kept[0] = -1 is outside [0, inf), where the formula holds."),
        (linear_vae_noise.best_noise, ([1.0, 2.0], [0.5], 1.0),
         "kept is not in descending order; pass -np.sort(-kept)."),
        (linear_vae_noise.optimum, ([[2.0, 1.0], [1.0, 2.0]], [0.5], 1.0),
         "kept[1] is not in descending order; pass -np.sort(-kept)."),
        (linear_vae_noise.best_noise, ([2.0, 1.0], [], [2.0, 0.5]),
         "beta[1] = 0.5 gives no best noise: nothing is discarded and beta times 2 eigenvalues is at most D = 2; keep"
         " fewer dimensions, raise beta or fix the noise."),
        (linear_vae.log_normalizer, ([[1.0]], [[1.0]], [[3.0]], -0.5),
         "beta = -0.5 is outside the domain of Sigma: beta I + (1 - beta) Sigma^-1 is not positive definite (times"
         " Sigma its smallest eigenvalue is -5.0e-01), so the integral diverges."),
    ],
)  # fmt: skip
def test_formulas_tell_bad_input_in_one_sentence(formula, arguments, sentence):
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        formula(*arguments)

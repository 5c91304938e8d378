import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from theory import deterministic, gaussian, grae, sparse_precision

seeds = st.integers(0, 2**32 - 1)
FAMILIES = (("full", None), ("diagonal", None), ("block", 2), ("block", (1, 3)))


def curved(seed, k=4, n=None):
    rng = np.random.default_rng(seed)
    lead = () if n is None else (n,)
    root = rng.normal(size=(*lead, k, k))
    H = 0.4 * np.eye(k) - root @ root.mT
    Sigma = np.linalg.inv(np.eye(k) + root @ root.mT)
    return H, (Sigma + Sigma.mT) / 2, rng.normal(size=(*lead, k))


@given(seed=seeds, beta=st.floats(0.5, 4))
def test_the_gap_is_what_the_objective_lacks(seed, beta):
    H, Sigma, h = curved(seed)
    for family, blocks in FAMILIES:
        best = deterministic.optimal_value(-1.0, H, h, beta, family, blocks)
        lacking = best - deterministic.objective(-1.0, H, h, Sigma, beta)
        assert deterministic.gap(H, Sigma, beta, family, blocks) == pytest.approx(lacking, rel=1e-9, abs=1e-9)


@given(seed=seeds, beta=st.floats(0.5, 4))
def test_the_gap_is_beta_times_a_divergence(seed, beta):
    H, Sigma, h = curved(seed)
    best = deterministic.optimal_covariance(H, beta, "full")
    assert deterministic.gap(H, Sigma, beta, "full") == pytest.approx(
        beta * gaussian.kl(h, Sigma, h, best), rel=1e-9, abs=1e-9
    )


@given(seed=seeds, beta=st.floats(0.5, 4))
def test_a_wider_family_does_no_worse(seed, beta):
    H, _, h = curved(seed)
    values = [deterministic.optimal_value(0.0, H, h, beta, *family) for family in (*FAMILIES[:1], *FAMILIES[2:3])]
    values.append(deterministic.optimal_value(0.0, H, h, beta, "diagonal"))
    assert values == sorted(values, reverse=True)


@given(seed=seeds, beta=st.floats(0.05, 4))
def test_regularisers_of_narrower_families_are_larger(seed, beta):
    J = np.random.default_rng(seed).normal(size=(5, 4))
    R = [grae.regularizer(J, beta, *family) for family in (("full",), ("block", 2), ("diagonal",))]
    assert R[0] <= R[1] + 1e-12 and R[1] <= R[2] + 1e-12


@given(seed=seeds, beta=st.floats(0.05, 4))
def test_the_first_order_lies_between_its_bounds(seed, beta):
    J = np.random.default_rng(seed).normal(size=(3, 4))
    excess = grae.first_order(J) - beta * grae.regularizer(J, beta, "full") / 2
    low, high = grae.first_order_error_below(J, beta), grae.first_order_error(J, beta)
    assert low - 1e-9 <= excess <= high + 1e-9


def test_estimates_of_many_columns_average_to_the_sum_over_columns():
    rng = np.random.default_rng(0)
    J, p = rng.normal(size=(5, 4)), np.array([0.1, 0.2, 0.3, 0.4])
    found = [grae.column_estimate(J, 0.5, p, tuple(rng.choice(4, 2, p=p))) for _ in range(4000)]
    error = np.sqrt(grae.column_estimate_variance(J, 0.5, p, 2.0) / len(found))
    assert abs(np.mean(found) - grae.regularizer(J, 0.5, "diagonal")) < 5 * error
    assert np.var(found) == pytest.approx(grae.column_estimate_variance(J, 0.5, p, 2.0), rel=0.1)


def test_a_family_may_have_a_best_where_there_is_none_of_all():
    H = [[0.0, 2.0], [2.0, 0.0]]
    assert deterministic.optimal_covariance(H, 1.0, "diagonal").tolist() == [[1.0, 0.0], [0.0, 1.0]]
    with pytest.raises(ValueError, match=r'^H has the eigenvalue 2 in family "full", which beta = 1 does not exceed'):
        deterministic.optimal_covariance(H, 1.0, "full")


def test_the_smallest_beta_is_the_smallest():
    H = curved(3)[0] + 9 * np.eye(4)
    for family in FAMILIES:
        least = deterministic.smallest_beta(H, *family)
        deterministic.optimal_covariance(H, least * (1 + 1e-9), *family)
        with pytest.raises(ValueError, match="any beta above"):
            deterministic.optimal_covariance(H, least * (1 - 1e-9), *family)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_hessian_that_is_not_finite_is_refused(bad):
    with pytest.raises(ValueError, match=r"^H\[1, 0, 0\] is (nan|inf); every entry must be a finite number\.$"):
        deterministic.optimal_covariance([[[-1.0]], [[bad]]], 1.0, "full")


def test_a_block_size_must_divide():
    with pytest.raises(ValueError, match=r"^blocks = 3 does not divide k = 8; pass a divisor"):
        deterministic.optimal_covariance(-np.eye(8), 1.0, "block", 3)


def test_a_jacobian_of_another_latent_dimension_is_refused():
    with pytest.raises(ValueError, match=r"^J has shape \(2, 3\), where k = 3, but h has k = 2\.$"):
        grae.objective(np.zeros(2), np.zeros(2), np.zeros(2), np.zeros((2, 3)), 1.0, "full")


def test_many_points_are_as_each_alone():
    H, Sigma, h = curved(1, n=300)
    many = deterministic.compare(-1.0, H, h, Sigma, 1.5, "block", 2)
    for n in (0, 127, 128, 299):
        one = deterministic.compare(-1.0, H[n], h[n], Sigma[n], 1.5, "block", 2)
        assert all(np.allclose(a[n], b, rtol=1e-12) for a, b in zip(many, one, strict=True))


def test_gradients_pass_through_the_regulariser():
    J = torch.tensor(np.random.default_rng(0).normal(size=(3, 2)), requires_grad=True)
    for family in ("full", "diagonal"):
        assert torch.autograd.gradcheck(lambda J, family=family: grae.regularizer(J, 0.5, family), J)


def test_gradients_pass_through_the_comparison():
    H, Sigma, h = (torch.tensor(x) for x in curved(2, n=3))
    S = Sigma.requires_grad_()
    deterministic.compare(torch.zeros(3), H, h, S, 1.5, "full").gap.sum().backward()
    assert torch.allclose(S.grad, -deterministic.covariance_gradient(H, S.detach(), 1.5))


@given(seed=seeds)
def test_one_zero_of_the_precision_costs_what_its_entry_says(seed):
    H = curved(seed)[0]
    A = np.eye(4) - H / 1.5
    r = A[1, 3] / np.sqrt(A[1, 1] * A[3, 3])
    cost = sparse_precision.separated_cost(H, 1.5, (0, 2), "diagonal")
    assert cost == pytest.approx(-1.5 / 2 * np.log1p(-(r**2)), rel=1e-6, abs=1e-12)


@given(seed=seeds)
def test_the_best_precision_of_a_separator_has_the_zeros_and_the_cost(seed):
    H, _, _ = curved(seed)
    K = sparse_precision.separated_precision(H, 1.5, (2,), "block", (2, 1))
    assert abs(K[[0, 1], 3]).max() < 1e-9 * abs(K).max()
    cost = deterministic.gap(H, np.linalg.inv((K + K.T) / 2), 1.5, "full")
    assert cost == pytest.approx(sparse_precision.separated_cost(H, 1.5, (2,), "block", (2, 1)), rel=1e-6, abs=1e-9)


def test_a_ring_of_four_is_searched_to_a_point_where_slopes_vanish():
    H = curved(5)[0]
    ring = np.isin(abs(np.subtract.outer(range(4), range(4))), (0, 1, 3))
    K = sparse_precision.sparse_precision(H, 1.5, ring)
    assert abs(sparse_precision.stationarity(H, 1.5, K)[ring]).max() < 1e-6
    assert deterministic.gap(H, np.linalg.inv(K), 1.5, "full") < deterministic.family_cost(H, 1.5, "diagonal")

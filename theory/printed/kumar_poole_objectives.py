r"""Kumar and Poole, *On implicit regularization in beta-VAEs*: equations (8) to (14), sections 5 and 7 as printed.

H is the Hessian of log p(x|z) at the posterior's mean h, H_p that of log p(x; g) in g, J the decoder's Jacobian at h.
A name that ends in ``block`` is for covariances in two blocks, the first dimension and the rest.
"""

from __future__ import annotations

import numpy as np

from theory import deterministic, elbo, gaussian, grae, sparse_precision
from theory.arrays import (
    Array,
    concatenate,
    exp,
    eye_like,
    inv_quad,
    inverse,
    log,
    log_det,
    log_two_pi,
    matvec,
    number,
    solve,
    sqrt,
    squared_norm,
    stack,
    total,
    trace,
    trailing,
)


def _in_two(X: Array) -> tuple[int, int]:
    return 1, X.shape[-1] - 1


def eq_8_absolute(log_lik: Array, H: Array, h: Array, S: Array, beta: Array) -> Array:
    """(8) with the absolute value of the determinant, which is there for symmetric matrices that are no covariance."""
    divergence = squared_norm(h) + trace(S) - log_det(S @ S.mT) / 2 - S.shape[-1]
    return log_lik + trace(H @ S) / 2 - beta * divergence / 2


def eq_8_midpoint(log_lik: Array, H: Array, h: Array, Sigma: Array, Sigma2: Array, beta: Array) -> Array:
    """(8) half way between two covariances."""
    return deterministic.objective(log_lik, H, h, (Sigma + Sigma2) / 2, beta)


def eq_8_along(H: Array, Sigma: Array, v: Array, beta: Array) -> Array:
    """What (8) gains from Sigma to Sigma + v v'."""
    quadratic = total(v * matvec(H, v), -1) - beta * squared_norm(v)
    return (quadratic + beta * log(1 + inv_quad(Sigma, v))) / 2


def eq_9(H: Array, beta: Array) -> Array:
    """Sigma = (I - H/beta)^-1."""
    return deterministic.optimal_covariance(H, beta, "full")


def eq_9_diagonal(H: Array, beta: Array) -> Array:
    """Sigma_ii = 1 / (1 - H_ii/beta)."""
    return deterministic.optimal_covariance(H, beta, "diagonal")


def eq_9_block(H: Array, beta: Array) -> Array:
    """The inverses of the blocks of I - H/beta."""
    return deterministic.optimal_covariance(H, beta, "block", _in_two(H))


def eq_10(log_lik: Array, H: Array, h: Array, beta: Array) -> Array:
    """log p(x|h) - (beta/2)|h|^2 - (beta/2) log|I - H/beta|."""
    return deterministic.optimal_value(log_lik, H, h, beta, "full")


def eq_10_diagonal(log_lik: Array, H: Array, h: Array, beta: Array) -> Array:
    """The same with the product of the diagonal of I - H/beta."""
    return deterministic.optimal_value(log_lik, H, h, beta, "diagonal")


def eq_10_block(log_lik: Array, H: Array, h: Array, beta: Array) -> Array:
    """The same with the determinants of two blocks."""
    return deterministic.optimal_value(log_lik, H, h, beta, "block", _in_two(H))


def eq_11(J: Array, H_p: Array, beta: Array) -> Array:
    """Sigma = (I - J'H_p J/beta)^-1."""
    return eq_9(J.mT @ H_p @ J, beta)


def eq_12(log_lik: Array, h: Array, J: Array, H_p: Array, beta: Array) -> Array:
    """log p(x|h) - (beta/2)|h|^2 - (beta/2) log|I - J'H_p J/beta|."""
    return eq_10(log_lik, J.mT @ H_p @ J, h, beta)


def eq_12_sentence(log_lik: Array, h: Array, J: Array, H_p: Array, beta: Array) -> Array:
    """(12) with p(x|h), without a logarithm, as its reconstruction term."""
    return eq_12(exp(log_lik), h, J, H_p, beta)


def eq_12_sentence_less_excess(log_lik: Array, h: Array, J: Array, H_p: Array, beta: Array) -> Array:
    """The same less p - log p."""
    return eq_12_sentence(log_lik, h, J, H_p, beta) - exp(log_lik) + log_lik


def eq_8_compared(log_lik: Array, H: Array, h: Array, Sigma: Array, beta: Array) -> Array:
    """(8), by way of (10) and the gap."""
    return deterministic.compare(log_lik, H, h, Sigma, beta, "full").objective


def smallest_beta(H: Array) -> Array:
    """Above which (9) is a covariance."""
    return deterministic.smallest_beta(H, "full")


def smallest_beta_diagonal(H: Array) -> Array:
    """Above which there is a best diagonal covariance."""
    return deterministic.smallest_beta(H, "diagonal")


# --- sections 5 and 7 -------------------------------------------------------------------------------------------------


def section_5_1_diagonal(H: Array, beta: Array) -> Array:
    """What a diagonal covariance costs."""
    return deterministic.family_cost(H, beta, "diagonal")


def section_5_1_block(H: Array, beta: Array) -> Array:
    """What a covariance in two blocks costs."""
    return deterministic.family_cost(H, beta, "block", _in_two(H))


def section_5_1_gram(J: Array, curvature: Array) -> Array:
    """Inner products of the columns of |H_p|^(1/2) J, elementwise absolute values, H_p diagonal."""
    weighted = trailing(sqrt(sqrt(curvature * curvature)), 1) * J
    return weighted.mT @ weighted


def section_5_1_gram_less_excess(J: Array, curvature: Array) -> Array:
    """The same less twice what pixels of positive curvature contribute."""
    positive = curvature + sqrt(curvature * curvature)
    return section_5_1_gram(J, curvature) - J.mT @ (trailing(positive, 1) * J)


def section_5_1_star(H: Array, beta: Array) -> Array:
    """The best Sigma^-1 where all other dimensions are independent given the first."""
    return sparse_precision.separated_precision(H, beta, (0,), "diagonal")


def section_5_1_star_restricted(H: Array, beta: Array) -> Array:
    """I - H/beta with zeros in their place, which is not the same."""
    A = eye_like(H) - H / trailing(beta, 2)
    first = np.arange(H.shape[-1]) == 0
    return A * number((np.eye(len(first), dtype=bool) | first | first[:, None]).astype(int), A)


def section_5_1_star_restricted_less_excess(H: Array, beta: Array) -> Array:
    """The same less what it is off by, in the first dimension's row and column."""
    A = eye_like(H) - H / trailing(beta, 2)
    within, along = A[..., 1:, 1:], A[..., 1:, :1]
    away = within * number(1 - np.eye(within.shape[-1], dtype=int), within)
    slopes = solve(within, along)
    corner, column = slopes.mT @ away @ slopes, away @ slopes
    none = 0 * within
    excess = concatenate([concatenate([corner, column.mT], -1), concatenate([column, none], -1)], -2)
    return section_5_1_star_restricted(H, beta) - excess


def section_5_1_parted(H: Array, beta: Array) -> Array:
    """The best Sigma^-1 where, given the second dimension, the first is independent of the rest."""
    return sparse_precision.separated_precision(H, beta, (1,), "block", (1, H.shape[-1] - 2))


def section_5_1_star_cost(H: Array, beta: Array) -> Array:
    """What those zeros cost."""
    return sparse_precision.separated_cost(H, beta, (0,), "diagonal")


def section_5_1_parted_cost(H: Array, beta: Array) -> Array:
    """What those zeros cost."""
    return sparse_precision.separated_cost(H, beta, (1,), "block", (1, H.shape[-1] - 2))


def section_5_1_star_covariance(H: Array, beta: Array) -> Array:
    """The best Sigma where no two dimensions but the first and another covary."""
    return sparse_precision.separated_covariance(H, beta, (0,), "diagonal")


def section_5_1_star_covariance_cost(H: Array, beta: Array) -> Array:
    """What those zeros cost."""
    return sparse_precision.separated_covariance_cost(H, beta, (0,), "diagonal")


def section_5_1_slope(H: Array, beta: Array) -> Array:
    """The slope of the objective in the entries of Sigma^-1, where that is 2 I - H/beta."""
    K = 2 * eye_like(H) - H / trailing(beta, 2)
    return trailing(beta, 2) * sparse_precision.stationarity(H, beta, K) / 2


def section_5_1_star_searched(H: Array, beta: Array) -> Array:
    """What those of a star cost, the best found by search; one case after the other."""
    first = np.arange(H.shape[-1]) == 0
    pattern = np.eye(len(first), dtype=bool) | first | first[:, None]
    shape = np.broadcast_shapes(H.shape[:-2], np.shape(beta))
    found = []
    for index in np.ndindex(*shape):
        hessian, b = np.broadcast_to(H, (*shape, *H.shape[-2:]))[index], np.broadcast_to(beta, shape)[index]
        Sigma = np.linalg.inv(sparse_precision.sparse_precision(hessian, b, pattern, 1))
        found.append(deterministic.gap(hessian, Sigma, b, "full"))
    return np.reshape(found, shape)


def section_5_1_chain(p: Array, sign: Array) -> Array:
    """A best Sigma^-1 along a chain of four where H/beta is -p at (1, 3) and (2, 4) and 0 elsewhere, 2 p^2 > 1."""
    c = sign * sqrt(2 * p * p - 1)
    none, wide = c - c, 1 + 2 * c * c
    one = exp(none)
    rows = [[one, -c, none, none], [-c, wide, 2 * p * c, none], [none, 2 * p * c, wide, -c], [none, none, -c, one]]
    return stack([stack(row, -1) for row in rows], -2)


def section_5_2(J: Array, beta: Array) -> Array:
    """beta (Sigma^-1 - I) at the Sigma of (11) for unit-noise Gaussian observations."""
    return deterministic.metric(eq_9(-(J.mT @ J), beta), beta)


def section_5_2_crossing(z: Array) -> Array:
    """The determinant of the tangents at z and at -z of the decoder (z^2 - 1, z^3 - z), whose slope is nowhere zero."""
    return 4 * z * (3 * z * z - 1)


def section_7_precision(H: Array, beta: Array) -> Array:
    """The inverse of the best covariance in two blocks."""
    return inverse(eq_9_block(H, beta))


def _product(J: Array, Sigma: Array, beta: Array) -> Array:
    """I + J'J Sigma/beta, which is not symmetric."""
    return eye_like(Sigma) + J.mT @ J @ Sigma / trailing(beta, 2)


def _log_abs_det(M: Array) -> Array:
    return log_det(M.mT @ M) / 2


def gap(J: Array, Sigma: Array, beta: Array) -> Array:
    """(beta/2) [tr(I + J'J Sigma/beta) - log|(I + J'J Sigma/beta) - d|], as printed: d times the identity."""
    M = _product(J, Sigma, beta)
    d = M.shape[-1]
    return beta * (trace(M) - _log_abs_det(M - d * eye_like(M))) / 2


def gap_at_best(J: Array, beta: Array) -> Array:
    """The printed gap where (11) holds exactly."""
    return gap(J, eq_9(-(J.mT @ J), beta), beta)


def gap_bars(J: Array, Sigma: Array, beta: Array) -> Array:
    """(beta/2) [tr(I + J'J Sigma/beta) - log|I + J'J Sigma/beta| - d]: only the bars moved."""
    M = _product(J, Sigma, beta)
    return beta * (trace(M) - _log_abs_det(M) - M.shape[-1]) / 2


def gap_corrected(J: Array, Sigma: Array, beta: Array) -> Array:
    """(beta/2) [tr((I + J'J/beta) Sigma) - log|(I + J'J/beta) Sigma| - d]."""
    return deterministic.gap(-(J.mT @ J), Sigma, beta, "full")


def gap_corrected_at_best(J: Array, beta: Array) -> Array:
    """The corrected gap where (11) holds exactly."""
    return gap_corrected(J, eq_9(-(J.mT @ J), beta), beta)


def gap_full(H: Array, Sigma: Array, beta: Array) -> Array:
    """The gap to the best of all covariances."""
    return deterministic.gap(H, Sigma, beta, "full")


def gap_diagonal(H: Array, Sigma: Array, beta: Array) -> Array:
    """The gap to the best diagonal covariance."""
    return deterministic.gap(H, Sigma, beta, "diagonal")


def _vae(x: Array, W: Array, h: Array, Sigma: Array, noise: Array) -> Array:
    """The VAE's objective with decoder N(W z, noise I), less the constant of the density."""
    constant = x.shape[-1] * (log_two_pi(x) + log(noise)) / 2
    return elbo.gaussian_reconstruction(x, W, noise, h, Sigma) + constant - gaussian.kl_to_prior(h, Sigma)


def section_7_covariance(x: Array, W: Array, h: Array, Sigma: Array, beta: Array) -> Array:
    """beta times the VAE's objective with decoder covariance I/beta, so that the divergence has weight beta."""
    return beta * _vae(x, W, h, Sigma, 1 / beta)


def section_7_covariance_less_excess(x: Array, W: Array, h: Array, Sigma: Array, beta: Array) -> Array:
    """The same with errors of reconstruction, which it weighs beta^2 as much, weighed once."""
    errors = _vae(x, W, h, Sigma, beta / beta) + gaussian.kl_to_prior(h, Sigma)
    return section_7_covariance(x, W, h, Sigma, beta) + (1 - beta * beta) * errors


def section_7_covariance_corrected(x: Array, W: Array, h: Array, Sigma: Array, beta: Array) -> Array:
    """beta times the VAE's objective with decoder covariance beta I."""
    return beta * _vae(x, W, h, Sigma, beta)


# --- (13), (14) -------------------------------------------------------------------------------------------------------


def eq_13(x: Array, g: Array, h: Array, J: Array, beta: Array) -> Array:
    """|x - g|^2/2 + (beta/2)|h|^2 + (beta/2) log|I + J'J/beta|."""
    return grae.objective(x, g, h, J, beta, "full")


def eq_13_diagonal(x: Array, g: Array, h: Array, J: Array, beta: Array) -> Array:
    """(13) with (14) in place of the log-determinant."""
    return grae.objective(x, g, h, J, beta, "diagonal")


def eq_13_block(x: Array, g: Array, h: Array, J: Array, beta: Array) -> Array:
    """(13) with the determinants of two blocks."""
    return grae.objective(x, g, h, J, beta, "block", _in_two(J))


def eq_14_left(J: Array, beta: Array) -> Array:
    """log|I + J'J/beta|."""
    return grae.regularizer(J, beta, "full")


def eq_14_right(J: Array, beta: Array) -> Array:
    """sum_i log(1 + |J_i|^2/beta)."""
    return grae.regularizer(J, beta, "diagonal")


def eq_14_block(J: Array, beta: Array) -> Array:
    """The same over two blocks."""
    return grae.regularizer(J, beta, "block", _in_two(J))


def eq_14_right_less_deficit(J: Array, beta: Array) -> Array:
    """(14)'s right side less what the best diagonal covariance costs, in units of beta/2."""
    return eq_14_right(J, beta) - 2 * section_5_1_diagonal(-(J.mT @ J), beta) / beta


def three_columns(J: Array, beta: Array, p: Array) -> Array:
    """The estimate from the first column, the second, and the first again."""
    return grae.column_estimate(J, beta, p, (0, 1, 0))


def first_order_of_eq_12(square: Array, H_p: Array) -> Array:
    """|J [-H_p]^(1/2)|_F^2, in the printed order: tr(J (-H_p) J')."""
    return -trace(square @ H_p @ square.mT)


def first_order_of_eq_12_rearranged(square: Array, H_p: Array) -> Array:
    """Half of it, with the factors in their place: less the trace of -H_p (J'J - JJ')."""
    return (first_order_of_eq_12(square, H_p) + trace(H_p @ (square.mT @ square - square @ square.mT))) / 2


def first_order_of_eq_12_corrected(square: Array, H_p: Array) -> Array:
    """|[-H_p]^(1/2) J|_F^2 / 2."""
    return -trace(square.mT @ H_p @ square) / 2

"""Kumar and Poole's equations (2) to (7) and what section 5.1 says of observation models, as printed."""

from __future__ import annotations

from theory import elbo, gaussian, observation, taylor
from theory.arrays import (
    Array,
    exp,
    eye_like,
    matvec,
    maximum,
    outer,
    solve,
    squared_norm,
    total,
    trace,
    trailing,
    zeros_like,
)

# --- (2) to (4) -------------------------------------------------------------------------------------------------------


def eq_2(x: Array, W: Array, noise: Array, mu: Array, Sigma: Array, beta: Array) -> Array:
    """E_q log p(x|z) - beta KL(q(z|x) || p(z)), for p(x|z) = N(x; W z, noise I)."""
    return elbo.gaussian_reconstruction(x, W, noise, mu, Sigma) - beta * gaussian.kl_to_prior(mu, Sigma)


def eq_3(value: Array, J: Array, gradient: Array, curvature: Array, bends: Array, step: Array) -> Array:
    """The expansion at h + step, with the Jacobian and the Hessian of f from those of the decoder."""
    H = taylor.hessian(J, curvature, gradient, bends)
    return taylor.expansion(value, taylor.slope(J, gradient), H, step)


def _mean(points: Array, weight: Array) -> Array:
    return total(trailing(weight, 1) * points, -2)


def eq_3_second_term(slope: Array, points: Array, log_weight: Array) -> Array:
    """E J_f(h) (z - h) over a posterior of a few points, h their mean."""
    weight = exp(log_weight)
    step = points - _mean(points, weight)[..., None, :]
    return total(weight * matvec(step, slope), -1)


def eq_4(value: Array, H: Array, mu: Array, Sigma: Array, beta: Array) -> Array:
    """The objective with f to second order, for a Gaussian posterior and a standard prior."""
    return taylor.objective(value, H, Sigma, gaussian.kl_to_prior(mu, Sigma), beta)


def eq_4_completed(value: Array, H: Array, fourth: Array, mu: Array, Sigma: Array, beta: Array) -> Array:
    """The same with the next term."""
    return eq_4(value, H, mu, Sigma, beta) + taylor.next_term(fourth, Sigma)


def eq_4_at_optimum(value: Array, H: Array, mu: Array, beta: Array) -> Array:
    """The same at the covariance that maximises it."""
    eye = eye_like(H)
    return eq_4(value, H, mu, solve(eye - H / trailing(beta, 2), eye), beta)


def eq_4_any_posterior(value: Array, H: Array, step: Array, log_weight: Array) -> Array:
    """log p(x|h) + tr(H Sigma) / 2, for a posterior of a few points h + step with mean h."""
    Sigma = total(trailing(exp(log_weight), 2) * outer(step, step), -3)
    return value + trace(H @ Sigma) / 2


def eq_4_linear(x: Array, W: Array, noise: Array, mu: Array, Sigma: Array, beta: Array) -> Array:
    """The same for p(x|z) = N(x; W z, noise I)."""
    g = matvec(W, mu)
    H = taylor.gauss_newton(W, observation.gaussian_curvature(x, g, noise))
    return eq_4(observation.gaussian(x, g, noise), H, mu, Sigma, beta)


def concentrated(J: Array) -> Array:
    """No posterior covariance at all, which small beta is to bring about."""
    return zeros_like(J.mT @ J)


def unseen(J: Array) -> Array:
    """The projection on what a Jacobian of rank one does not see."""
    row = J[..., 0, :]
    along = outer(row, row)
    return eye_like(along) - along / trailing(squared_norm(row), 2)


# --- (5) to (7) -------------------------------------------------------------------------------------------------------


def eq_5(J: Array, H_p: Array, gradient: Array, bends: Array) -> Array:
    """J' H_p J and (1 x D) times (D x k x k)."""
    return J.mT @ H_p @ J + taylor.bending(gradient, bends)


def eq_6(J: Array, H_p: Array) -> Array:
    """J' H_p J."""
    return J.mT @ H_p @ J


def eq_6_sigmoid(J: Array, g: Array) -> Array:
    """-J' diag(1 / (g (1 - g))) J, for probabilities g that are sigmoids of piecewise linear logits."""
    return -taylor.gauss_newton(J, 1 / (g * (1 - g)))


def no_ascent(value: Array) -> Array:
    """No curvature upwards: the most that a concave f has."""
    return zeros_like(value)


def eq_7(value: Array, J: Array, H_p: Array, mu: Array, Sigma: Array, beta: Array) -> Array:
    """The objective that is to be maximised over g and h, for one datum."""
    return value - beta * gaussian.kl_to_prior(mu, Sigma) + trace(J.mT @ H_p @ J @ Sigma) / 2


def eq_7_diagonal(value: Array, J: Array, curvature: Array, mu: Array, Sigma: Array, beta: Array) -> Array:
    """The same by the diagonal of H_p."""
    return taylor.gauss_newton_objective(value, J, curvature, Sigma, gaussian.kl_to_prior(mu, Sigma), beta)


def eq_7_completed(
    value: Array,
    J: Array,
    curvature: Array,
    mu: Array,
    Sigma: Array,
    beta: Array,
    turn: Array,
    bend: Array,
    distance: Array,
    sigma: Array,
) -> Array:
    """The same with what is missed beyond the kink of a single unit."""
    missed = taylor.kink_error(turn, bend, distance, sigma)
    return eq_7_diagonal(value, J, curvature, mu, Sigma, beta) + missed


def aligned(a: Array, s: Array) -> Array:
    """The inner product of symmetric matrices of eigenvalues a and s with common eigenvectors, taken in one order."""
    along, across = a[..., 0] * s[..., 0] + a[..., 1] * s[..., 1], a[..., 0] * s[..., 1] + a[..., 1] * s[..., 0]
    return maximum(along, across)


# --- observation models -----------------------------------------------------------------------------------------------


def standard_gaussian_hessian(x: Array) -> Array:
    """H_p = -I, of size D."""
    return zeros_like(outer(x, x)) - eye_like(outer(x, x))


def bernoulli_hessian(x: Array, g: Array) -> Array:
    """H_p of independent pixels, a diagonal matrix."""
    curvature = observation.bernoulli_curvature(x, g)
    return eye_like(outer(x, g)) * trailing(curvature, 1)


def bernoulli_diagonal(x: Array, g: Array) -> Array:
    """-1 / (1 - x_i - g_i)^2."""
    return -1 / ((1 - x - g) * (1 - x - g))


def bernoulli_diagonal_completed(x: Array, g: Array) -> Array:
    """The same with what grey pixels lack."""
    grey = x * (1 - x) * (4 * g + x - 1 - 3 * g * g - 2 * g * x)
    root = g * (1 - g) * (1 - x - g)
    return bernoulli_diagonal(x, g) + grey / (root * root)


def well_fitted(x: Array) -> Array:
    """H_p = -I, which (1 - x_i - g_i)^2 close to 1 makes of it."""
    return zeros_like(x) - 1


def well_fitted_logits(x: Array) -> Array:
    """No curvature at all."""
    return zeros_like(x)

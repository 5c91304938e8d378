"""Levy, *beta-VAE*, sections 2.2 and 2.3: the posteriors, their parameters and the reparametrisation as printed.

Of the mean-field formula x = (x_1, x_2) and z = (z_1, z_2) take finitely many values: ``log_data (..., I, J)``,
``log_q1 (..., I, J, K)`` = log q(z_1|x), ``log_q2`` the same of z_2. Gaussians have ``mu (..., k)`` and
``sigma (..., k)`` or ``Sigma (..., k, k)``; ``z`` is a point.
"""

from __future__ import annotations

from theory import amortisation, gaussian, linear_gaussian, reparametrisation
from theory.arrays import Array, eye_like, log, logsumexp, mean, sqrt, total, weigh, zeros_like

# --- 2.2: mean field --------------------------------------------------------------------------------------------------


def mean_field(log_q1: Array, log_q2: Array) -> Array:
    """log of the product of q(z_j|x), each given all of x."""
    return log_q1[..., None] + log_q2[..., None, :]


def _given(log_data: Array, log_enc: Array, seen: int) -> Array:
    """log q(z_j|x_j): the other coordinate, on axis ``seen``, is averaged over."""
    log_joint = log_data[..., None] + log_enc
    told = logsumexp(log_joint, seen - 1) - logsumexp(log_data, seen)[..., None]
    return told[..., None, :] if seen == -1 else told[..., None, :, :]


def mean_field_printed(log_data: Array, log_q1: Array, log_q2: Array) -> Array:
    """log of the product of q(z_j|x_j), each given its own coordinate of x."""
    first, second = _given(log_data, log_q1, -1), _given(log_data, log_q2, -2)
    return mean_field(first, second)


def mean_field_loss(log_data: Array, log_q1: Array, log_q2: Array) -> Array:
    """The average of KL(q(z|x) || the printed product)."""
    right, printed = mean_field(log_q1, log_q2), mean_field_printed(log_data, log_q1, log_q2)
    each = total(total(weigh(right, right - printed), -1), -1)
    return total(total(weigh(log_data, each), -1), -1)


def isotropic_loss(variances: Array) -> Array:
    """KL(N(0, diag s) || N(0, mean(s) I))."""
    return variances.shape[-1] * (log(mean(variances, -1)) - mean(log(variances), -1)) / 2


# --- 2.2: parameters --------------------------------------------------------------------------------------------------


def parameters(N: Array, d: Array) -> Array:
    """2 x N x d."""
    return amortisation.local_parameters(N, d)


def parameters_less_data(N: Array, d: Array) -> Array:
    """By how much the parameters outnumber the data."""
    return amortisation.local_parameters(N, d) - N


# --- 2.3: the reparametrisation ---------------------------------------------------------------------------------------


def inverse(z: Array, mu: Array, sigma: Array) -> Array:
    """epsilon = (z - mu) * 1/sigma + mu."""
    return (z - mu) * (1 / sigma) + mu


def inverse_less_mean(z: Array, mu: Array, sigma: Array) -> Array:
    """The printed epsilon less what is added to it."""
    return inverse(z, mu, sigma) - mu


def inverse_corrected(z: Array, mu: Array, sigma: Array) -> Array:
    """(z - mu)/sigma."""
    return (z - mu) / sigma


def rearranged(u: Array, mu: Array, sigma: Array) -> Array:
    """z = (epsilon * sigma) + mu, epsilon = u."""
    return (u * sigma) + mu


def inverse_divergence(mu: Array) -> Array:
    """KL of the printed epsilon's law N(mu, I) to the standard normal that it is said to be."""
    return gaussian.kl_to_prior(mu, eye_like(mu))


def sampled_density(z: Array, mu: Array, Sigma: Array) -> Array:
    """The log-density of epsilon * sigma + mu at z, sigma the roots of Sigma's diagonal and epsilon standard normal."""
    sigma = sqrt(Sigma.diagonal(0, -2, -1))
    epsilon = inverse_corrected(z, mu, sigma)
    standard = gaussian.log_density(epsilon, zeros_like(epsilon), eye_like(Sigma))
    return standard - total(log(sigma), -1)


def lost_dependence(Sigma: Array) -> Array:
    """KL(N(mu, Sigma) || N(mu, diag Sigma)): what the sampling step loses of a covariance that is not diagonal."""
    return linear_gaussian.total_correlation(Sigma)


def cosine_pathwise_less_advantage(u: Array, phase: Array, mu: Array, sigma: Array) -> Array:
    """The pathwise variance and by how much it is the lower: the other estimator's variance."""
    pathwise = reparametrisation.cosine_pathwise_variance(u, phase, mu, sigma)
    return pathwise + reparametrisation.cosine_advantage(u, phase, mu, sigma)

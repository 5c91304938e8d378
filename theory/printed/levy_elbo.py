"""Levy, *beta-VAE*, section 2.1: each displayed line of the derivation of the ELBO as printed, and its sentences.

z takes finitely many values: ``log_lik (..., N, K)`` holds log p(x_i|z) of N data, ``log_prior (..., K)``,
``log_enc (..., N, K)`` the auxiliary distribution q(z_i) of each datum, ``log_dec (..., M, K)`` a decoder over all M
values of x, ``log_joint (..., M, K)`` = log p(x, z). Integrals are sums.
"""

from __future__ import annotations

from theory import joint
from theory.arrays import Array, exp, log, logsumexp, total, trailing, weigh


def _joint(log_lik: Array, log_prior: Array) -> Array:
    """log p(x_i, z)."""
    return log_lik + log_prior[..., None, :]


def _under(log_enc: Array, f: Array) -> Array:
    """The expectation of f(z_i) under q, of each datum."""
    return total(weigh(log_enc, f), -1)


def _evidence(log_lik: Array, log_prior: Array) -> Array:
    """log p(x_i)."""
    return joint.marginal_x(_joint(log_lik, log_prior))


def model(log_prior: Array, log_dec: Array) -> Array:
    """log p(x, z), where x given z is drawn from p(x|z)."""
    return joint.decoder_joint(log_prior, log_dec)


def bayes_rule(log_joint: Array) -> Array:
    """log of p(z|x) p(x) / p(z)."""
    told = joint.posterior(log_joint) + trailing(joint.marginal_x(log_joint), 1)
    return told - joint.marginal_z(log_joint)[..., None, :]


def log_likelihood(log_lik: Array, log_prior: Array) -> Array:
    """The sum over the data of log p(x_i)."""
    return total(_evidence(log_lik, log_prior), -1)


def log_likelihood_one_latent(log_lik: Array, log_prior: Array) -> Array:
    """The same and the dependence of data that have one z in common."""
    each = _evidence(log_lik, log_prior)
    shared = total(log_lik - trailing(each, 1), -2)
    return total(each, -1) + logsumexp(log_prior + shared, -1)


def marginal_likelihood(log_lik: Array, log_prior: Array) -> Array:
    """The sum over the data of log sum_z p(x_i|z) p(z)."""
    return total(logsumexp(_joint(log_lik, log_prior), -1), -1)


def marginalised_over_x(log_prior: Array, log_dec: Array) -> Array:
    """log of p(x|z) p(z) summed over all values of x, as the sentence has it."""
    return logsumexp(joint.decoder_joint(log_prior, log_dec), -2)


# --- q introduced, Jensen ---------------------------------------------------------------------------------------------


def introduced_line_1(log_lik: Array, log_prior: Array, log_enc: Array) -> Array:
    """sum_i log sum_z p(x_i|z) p(z) q(z)/q(z)."""
    return total(logsumexp((_joint(log_lik, log_prior) + log_enc) - log_enc, -1), -1)


def introduced_line_2(log_lik: Array, log_prior: Array, log_enc: Array) -> Array:
    """sum_i log sum_z [p(x_i, z)/q(z)] q(z)."""
    return total(logsumexp((_joint(log_lik, log_prior) - log_enc) + log_enc, -1), -1)


def introduced_line_3(log_lik: Array, log_prior: Array, log_enc: Array) -> Array:
    """sum_i log E_q[p(x_i, z)/q(z)]."""
    return total(log(_under(log_enc, exp(_joint(log_lik, log_prior) - log_enc))), -1)


def jensen_line_1(log_lik: Array, log_prior: Array, log_enc: Array) -> Array:
    """sum_i E_q log[p(x_i, z)/q(z)]."""
    return total(_under(log_enc, _joint(log_lik, log_prior) - log_enc), -1)


def jensen_line_2(log_lik: Array, log_prior: Array, log_enc: Array) -> Array:
    """sum_i (E_q log p(x_i, z) - E_q log q(z)), which the line calls the log-likelihood."""
    expected = _under(log_enc, _joint(log_lik, log_prior))
    return total(expected - _under(log_enc, log_enc), -1)


# --- the KL divergence ------------------------------------------------------------------------------------------------


def kl_definition(log_lik: Array, log_prior: Array, log_enc: Array) -> Array:
    """E_q log[q(z)/p(z|x)] of each datum."""
    return _under(log_enc, log_enc - conditional_probability(_joint(log_lik, log_prior)))


def conditional_probability(log_joint: Array) -> Array:
    """log of p(z, x)/p(x)."""
    return log_joint - trailing(logsumexp(log_joint, -1), 1)


def kl_expanded(log_lik: Array, log_prior: Array, log_enc: Array) -> Array:
    """-(E_q log p(z, x) - E_q log q(z)) + log p(x) of each datum."""
    expected = _under(log_enc, _joint(log_lik, log_prior))
    return -(expected - _under(log_enc, log_enc)) + _evidence(log_lik, log_prior)


def plugged_back(log_lik: Array, log_prior: Array, log_enc: Array) -> Array:
    """sum_i (log p(x_i) - KL(q(z_i) || p(z_i|x_i))), which the line calls the log-likelihood."""
    return total(_evidence(log_lik, log_prior) - kl_definition(log_lik, log_prior, log_enc), -1)


def reconstruction(log_lik: Array, log_enc: Array) -> Array:
    """sum_i E_q log p(x_i|z): how faithful the reconstruction is."""
    return total(_under(log_enc, log_lik), -1)


def _to_prior(log_prior: Array, log_enc: Array) -> Array:
    """sum_i KL(q(z_i) || p(z))."""
    return total(_under(log_enc, log_enc - log_prior[..., None, :]), -1)


def first_term(log_lik: Array, log_prior: Array, log_enc: Array) -> Array:
    """sum_i log p(x_i), told by the reconstruction: what q adds to it is taken away again."""
    away = total(kl_definition(log_lik, log_prior, log_enc), -1) - _to_prior(log_prior, log_enc)
    return reconstruction(log_lik, log_enc) + away


def reconstruction_less_kl(log_lik: Array, log_prior: Array, log_enc: Array) -> Array:
    """sum_i (E_q log p(x_i|z) - KL(q(z_i) || p(z))), whose first term is the reconstruction."""
    return reconstruction(log_lik, log_enc) - _to_prior(log_prior, log_enc)

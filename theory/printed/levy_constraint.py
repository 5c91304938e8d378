"""Levy, *beta-VAE*, sections 2.4 and 3.2: the constrained problem, its Lagrangian and what is said of beta.

``reconstruction`` is E_q log p(x|z), ``kl`` is KL(q(z|x) || p(z)), ``delta`` the bound on it, all in nats.
"""

from __future__ import annotations

from theory import constrained, elbo, finite, gaussian, joint, linear_vae
from theory.arrays import (
    Array,
    concatenate,
    exp,
    log,
    log_number,
    log_two_pi,
    logsumexp,
    matvec,
    number,
    squared_norm,
    total,
    trace,
    trailing,
    weigh,
)

# --- the Lagrangian ---------------------------------------------------------------------------------------------------


def lagrangian_line_1(reconstruction: Array, kl: Array, delta: Array, beta: Array) -> Array:
    """E log p(x|z) - beta (KL - delta)."""
    return reconstruction - beta * (kl - delta)


def lagrangian_line_2(reconstruction: Array, kl: Array, delta: Array, beta: Array) -> Array:
    """E log p(x|z) - beta KL + beta delta."""
    return reconstruction - beta * kl + beta * delta


def lagrangian_line_3(reconstruction: Array, kl: Array, beta: Array) -> Array:
    """E log p(x|z) - beta KL, said to be at most the Lagrangian."""
    return elbo.beta_elbo(reconstruction, kl, beta)


def lagrangian_line_3_with_budget(reconstruction: Array, kl: Array, delta: Array, beta: Array) -> Array:
    """The third line and beta delta."""
    return lagrangian_line_3(reconstruction, kl, beta) + beta * delta


def vanilla(log_lik: Array, log_prior: Array, log_enc: Array) -> Array:
    """sum_i of the third line at beta = 1."""
    each = total(weigh(log_enc, log_lik), -1), total(weigh(log_enc, log_enc - log_prior[..., None, :]), -1)
    return total(lagrangian_line_3(*each, number(1, log_lik)), -1)


# --- the constrained problem ------------------------------------------------------------------------------------------


def constrained_objective(kept: Array, discarded: Array, noise: Array, delta: Array) -> Array:
    """The largest E E log p(x|z) for which the average KL is at most delta."""
    return constrained.optimum(kept, discarded, noise, delta)


def missed_below(kept: Array, discarded: Array, noise: Array, delta: Array, delta2: Array) -> Array:
    """What the best of KL delta2 misses of the best of KL delta."""
    best = constrained.optimum(kept, discarded, noise, delta)
    return best - constrained.optimum(kept, discarded, noise, delta2)


def lagrangian_at_other_beta(log_lik: Array, log_prior: Array, beta: Array, beta2: Array) -> Array:
    """The Lagrangian's largest value at another datum's beta2, for the budget of this one's beta."""
    return constrained.dual(log_lik, log_prior, beta2, constrained.spent(log_lik, log_prior, beta))


def lagrangian_at_other_beta_less_excess(log_lik: Array, log_prior: Array, beta: Array, beta2: Array) -> Array:
    """The same less beta2 KL(q* || q_beta2), q* the posterior of this one's beta."""
    best = constrained.log_best_posterior(log_lik, log_prior, beta)
    other = constrained.log_best_posterior(log_lik, log_prior, beta2)
    return lagrangian_at_other_beta(log_lik, log_prior, beta, beta2) - beta2 * joint.kl(best, other)


# --- beta = 0, beta = 1, beta large -----------------------------------------------------------------------------------


def autoencoder(x: Array, W: Array, noise: Array, mu: Array) -> Array:
    """log p(x|z) at z = mu: the error of an auto-encoder that is not variational."""
    error = squared_norm(x - matvec(W, mu))
    return -(x.shape[-1] * (log_two_pi(x) + log(noise)) + error / noise) / 2


def without_kl(x: Array, W: Array, noise: Array, mu: Array, Sigma: Array) -> Array:
    """The third line at beta = 0."""
    return elbo.gaussian_reconstruction(x, W, noise, mu, Sigma)


def paid_for_half(Sigma: Array) -> Array:
    """What half of a covariance adds to the KL to the prior."""
    return Sigma.shape[-1] * log_number(2, Sigma) / 2 - trace(Sigma) / 4


def _log_best(log_prior: Array, log_dec: Array, beta: Array) -> Array:
    """log q(z|x) of each x at one beta."""
    return constrained.log_best_posterior(log_dec, log_prior[..., None, :], trailing(beta, 1))


def best_posteriors(log_prior: Array, log_dec: Array, beta: Array) -> Array:
    """q(z|x) of each x, where the Lagrangian of one beta is stationary."""
    return exp(_log_best(log_prior, log_dec, beta))


def prior_at_last(log_prior: Array) -> Array:
    """log p(z), what is left of every posterior as beta grows."""
    return log_prior


def active_at_double(kept: Array, noise: Array, beta: Array) -> Array:
    """How many dimensions of the linear optimum are left at 2 beta."""
    return linear_vae.active(kept, noise, 2 * beta)


def aggregate_divergence(log_data: Array, log_prior: Array, log_dec: Array, beta: Array) -> Array:
    """KL(q(z) || p(z)), how far the latent space is from the prior, of the best posteriors for beta."""
    log_enc = _log_best(log_prior, log_dec, beta)
    return joint.kl(joint.marginal_z(joint.encoder_joint(log_data, log_enc)), log_prior)


def collapsed_rate(kept: Array, noise: Array, beta: Array) -> Array:
    """The average KL of the linear optimum."""
    return linear_vae.rate(kept, noise, beta)


def reconstruction_map(U: Array, kept: Array, noise: Array, beta: Array) -> Array:
    """W A, which takes x - b to the reconstruction from the posterior's mean, at the linear optimum."""
    W = linear_vae.decoder(U, kept, noise, beta)
    return W @ linear_vae.encoder_gain(W, noise, beta)


# --- 3.2: what the KL tells -------------------------------------------------------------------------------------------


def kl_to_standard(mu: Array, Sigma: Array) -> Array:
    """D_KL of one Gaussian posterior."""
    return gaussian.kl_to_prior(mu, Sigma)


def average_divergence(log_q: Array, log_p: Array) -> Array:
    """The average of KL(q(z|x_i) || p(z))."""
    return finite.average_kl(log_q, log_p)


def divergence(log_q: Array, log_p: Array) -> Array:
    """KL(q(z|x_i) || p(z)) of each datum, said to bound the information that it carries."""
    return joint.kl(log_q, log_p[..., None, :])


def divergence_less_surprise(log_q: Array, log_p: Array) -> Array:
    """The same less E log q(z)/p(z) under each q(z|x_i): what the datum tells against the aggregate."""
    away = finite.log_aggregate(log_q) - log_p
    return divergence(log_q, log_p) - total(weigh(log_q, away[..., None, :]), -1)


def channels_less_overlap(log_data: Array, log_q1: Array, log_q2: Array) -> Array:
    """The sum of I(x; z_j), x = (x_1, x_2), less the total correlation of the aggregate."""
    pairs = log_data[..., None] + log_q1, log_data[..., None] + log_q2
    told = [
        joint.mutual_information(concatenate([pair[..., i, :, :] for i in range(pair.shape[-3])], -2)) for pair in pairs
    ]
    both = logsumexp(logsumexp(pairs[0][..., None] + log_q2[..., None, :], -3), -3)
    return told[0] + told[1] - joint.total_correlation(both)

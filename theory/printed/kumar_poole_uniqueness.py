"""Kumar and Poole on uniqueness: equation (1), section 3.1, theorem 1, equation (15) and appendix A, as printed and in
words.

In finite models ``log_data (..., M)``, ``log_enc (..., M, K)`` = q(z|x), ``log_prior (..., K)`` and ``log_dec
(..., M, K)`` = p(x|z); a map r of the codes is the 0-1 matrix ``P (..., K, K)`` with P[z, r(z)] = 1.
"""

from __future__ import annotations

from math import factorial

import numpy as np

from theory import elbo, gaussian, infomax, joint, mixing, rotations
from theory.arrays import (
    Array,
    as_float,
    exp,
    eye_like,
    log,
    logsumexp,
    matvec,
    mean,
    normal_cdf,
    number,
    smallest,
    total,
    trailing,
    weigh,
    zeros_like,
)

# --- appendix A -------------------------------------------------------------------------------------------------------


def share_of_scores(t: Array) -> Array:
    """P(n <= t) for a standard normal n, which n = Psi^-1 of z, or of u, is said to be."""
    return normal_cdf(t)


def share_of_scores_of_latents(t: Array, a: Array) -> Array:
    """F(Psi(t)): P(Psi^-1(z) <= t) for z of distribution function F(z) = z^a on (0, 1)."""
    return normal_cdf(t) ** a


def logistic_map(U: Array, z: Array) -> Array:
    """r = F^-1 o Psi o U o Psi^-1 o F of logistic latents."""
    return mixing.mix(U, z, mixing.LOGISTIC)


def laplace_map(U: Array, z: Array) -> Array:
    """The same of Laplace latents."""
    return mixing.mix(U, z, mixing.LAPLACE)


def uniform_map(U: Array, ranks: Array) -> Array:
    """The same of uniform latents, Psi o U o Psi^-1."""
    return mixing.mix(U, ranks, mixing.UNIFORM)


def logistic_prior(z: Array) -> Array:
    """log p(z), which the density of r(z) is said to be."""
    return total(mixing.LOGISTIC.log_density(z), -1)


def laplace_prior(z: Array) -> Array:
    """The same of Laplace latents."""
    return total(mixing.LAPLACE.log_density(z), -1)


def logistic_jacobian(U: Array, z: Array) -> Array:
    """J_r(z) of logistic latents."""
    return mixing.jacobian(U, z, mixing.LOGISTIC)


def no_volume(z: Array) -> Array:
    """log |det J_r(z)| = 0."""
    return zeros_like(total(z, -1))


def no_volume_of_ranks(U: Array, ranks: Array) -> Array:
    """log |det J_r(u)| of uniform latents, from their density."""
    return mixing.log_volume(U, ranks, mixing.UNIFORM)


def logistic_volume(U: Array, z: Array) -> Array:
    """log |det J_r(z)| of logistic latents."""
    return mixing.log_volume(U, z, mixing.LOGISTIC)


def laplace_volume(U: Array, z: Array) -> Array:
    """log |det J_r(z)| of Laplace latents."""
    return mixing.log_volume(U, z, mixing.LAPLACE)


def no_volume_on_average(a: Array) -> Array:
    """E log |det J_r(z)| = 0."""
    return zeros_like(total(a, -1))


def nothing_kept(z: Array) -> Array:
    """The number of off-diagonal zeros of J_r(z), by which it is said to mix the latents completely."""
    return no_volume(z)


def kept_apart(U: Array) -> Array:
    """The number of off-diagonal zeros of U."""
    zero = as_float(U) == 0
    return number(zero.sum((-2, -1)) - zero.diagonal(0, -2, -1).sum(-1), U)


def marginal_of_ranks(a: Array) -> Array:
    """p(x = 1) for p(x = 1|z) = product of F_i(z_i)^a_i: product of 1 / (1 + a_i)."""
    return exp(-total(log(1 + a), -1))


def correlated_prior(U: Array, z: Array, Sigma: Array) -> Array:
    """log p(r(z)) of a correlated Gaussian prior."""
    return gaussian.log_density(mixing.mix_gaussian(U, z, Sigma), 0 * z, Sigma)


# --- (1) --------------------------------------------------------------------------------------------------------------


def _log_posterior(x: Array, W: Array, noise: Array, z: Array) -> Array:
    mean, Sigma = elbo.posterior_mean(x, W, noise), elbo.posterior_covariance(W, noise)
    return gaussian.log_density(z, mean, Sigma)


def eq_1_last(x: Array, W: Array, noise: Array, U: Array, z: Array) -> Array:
    """log p(r(z)|x) for r(z) = U z, a linear decoder and the prior N(0, I)."""
    return _log_posterior(x, W, noise, matvec(U, z))


def eq_1_back(x: Array, W: Array, noise: Array, U: Array, z: Array) -> Array:
    """log p'(r^-1(z)|x) for the decoder W U, which is said to be log p(z|x)."""
    return _log_posterior(x, W @ U, noise, matvec(U.mT, z))


def eq_1_last_logistic(U: Array, latents: Array, a: Array) -> Array:
    """log p(r(z)|x = 1) for logistic latents and p(x = 1|z) = product of F(z_i)^a_i."""
    moved = logistic_map(U, latents)
    told = log(1 + a) + a * log(mixing.LOGISTIC.below(moved)) + mixing.LOGISTIC.log_density(moved)
    return total(told, -1)


def eq_1_corrected(U: Array, latents: Array, a: Array) -> Array:
    """The same plus log |det J_r(z)|."""
    return eq_1_last_logistic(U, latents, a) + logistic_volume(U, latents)


def log_evidence(log_prior: Array, log_lik: Array) -> Array:
    """log p(x), the ELBO of a family that holds the posterior."""
    return logsumexp(log_prior + log_lik, -1)


# --- section 3.1 ------------------------------------------------------------------------------------------------------


def prior_turned(U: Array, z: Array) -> Array:
    """log p(U z) of the prior N(0, I)."""
    return gaussian.log_density(matvec(U, z), 0 * z, eye_like(U))


def no_coupling(Sigma: Array) -> Array:
    """No covariances: the rotated posterior is mean-field."""
    return zeros_like(Sigma)


def permutations(variances: Array) -> Array:
    """k!, the orthogonal maps that are said to keep a mean-field posterior of unequal variances mean-field."""
    return number(np.full(variances.shape[:-1], factorial(variances.shape[-1])), variances)


def signed_permutations(variances: Array) -> Array:
    """2^k k!."""
    return 2 ** variances.shape[-1] * permutations(variances)


def planar_gap_of_data(angle: Array, spreads: Array, beta: Array) -> Array:
    """What rotating two independent latents of N data costs: the mean over their variances (..., N, 2)."""
    return mean(rotations.planar_gap(trailing(angle, 1), spreads, trailing(beta, 1)), -1)


def three_point_coupling(U: Array, size: Array, weight: Array) -> Array:
    """Fourth cross-cumulants of U'z for independent z in {-s, 0, s}, P(z != 0) = w, of cumulant s^4 (w - 3 w^2)."""
    square = size * size
    return rotations.fourth_coupling(U, square * square * weight * (1 - 3 * weight))


def pca_precision_coupling(W: Array, noise: Array) -> Array:
    """The off-diagonal entries of W'W / sigma^2, those of the posterior's precision."""
    G = W.mT @ W
    return G * (1 - eye_like(G)) / trailing(noise, 2)


def pca_evidence(x: Array, W: Array, noise: Array, U: Array) -> Array:
    """log p(x) of the decoder W U."""
    return elbo.log_evidence(x, W @ U, noise)


def pca_gap(W: Array, noise: Array, U: Array, beta: Array) -> Array:
    """What independent latents lose under the decoder W U, in the beta-VAE's objective."""
    return rotations.mean_field_gap(U, elbo.posterior_covariance(W, beta * noise), beta)


def pca_no_gap(noise: Array) -> Array:
    """Nothing."""
    return zeros_like(noise)


# --- (15) -------------------------------------------------------------------------------------------------------------


def _objective(log_data: Array, log_enc: Array, log_prior: Array, log_dec: Array, beta: Array) -> Array:
    return -joint.nell(log_data, log_enc, log_dec) - beta * joint.div(log_data, log_enc, log_prior)


def eq_15_line_1(log_data: Array, log_enc: Array, log_prior: Array, log_dec: Array, P: Array, beta: Array) -> Array:
    """E_q log p(x|r(z)) - beta KL(q || p)."""
    return _objective(log_data, log_enc, log_prior, log_dec @ P.mT, beta)


def _log_sum(log_data: Array, log_enc: Array, log_prior: Array, log_dec: Array, beta: Array) -> Array:
    inside = log_dec + trailing(beta, 2) * (log_prior[..., None, :] - log_enc)
    return total(weigh(log_data, total(weigh(log_enc, inside), -1)), -1)


def eq_15_line_2(log_data: Array, log_enc: Array, log_prior: Array, log_dec: Array, P: Array, beta: Array) -> Array:
    """The sum of q log (p(x|r(z)) (p/q)^beta)."""
    return _log_sum(log_data, log_enc, log_prior, log_dec @ P.mT, beta)


def _back(log_mass: Array, P: Array) -> Array:
    """log of f(r^-1(z))."""
    return log(exp(log_mass) @ P)


def eq_15_line_3(log_data: Array, log_enc: Array, log_prior: Array, log_dec: Array, P: Array, beta: Array) -> Array:
    """The sum over z' = r(z) of q(r^-1(z')) log (p(x|z') (p(r^-1(z')) / q(r^-1(z')))^beta): codes have no volume."""
    return _log_sum(log_data, _back(log_enc, P), _back(log_prior[..., None, :], P)[..., 0, :], log_dec, beta)


def eq_15_line_4(log_data: Array, log_enc: Array, log_prior: Array, log_dec: Array, P: Array, beta: Array) -> Array:
    """The same with p(z) for p(r^-1(z))."""
    return _log_sum(log_data, _back(log_enc, P), log_prior, log_dec, beta)


def eq_15_inverse(log_data: Array, log_enc: Array, log_prior: Array, log_dec: Array, P: Array, beta: Array) -> Array:
    """L(q_(r^-1), p_r), which is said to be L(q, p)."""
    return eq_15_line_1(log_data, _back(log_enc, P.mT), log_prior, log_dec, P, beta)


def eq_15_gaussian(x: Array, W: Array, noise: Array, U: Array, mu: Array, Sigma: Array, beta: Array) -> Array:
    """L(q, p_r) of the decoder W U and q = N(mu, Sigma)."""
    told = elbo.gaussian_reconstruction(x, W @ U, noise, mu, Sigma)
    return elbo.beta_elbo(told, gaussian.kl_to_prior(mu, Sigma), beta)


def eq_15_logistic(a: Array) -> Array:
    """L(q, p_r) at q = p of logistic latents for p(x = 1|z) = product of F(z_i)^a_i: -sum of a_i."""
    return -total(a, -1)


# --- theorem 1 --------------------------------------------------------------------------------------------------------


def _values(family: Array, log_prior: Array, log_lik: Array, beta: Array) -> Array:
    """L(q, p) of each q (..., F, K) for one datum, log_lik (..., K) = log p(x|z)."""
    log_q = log(family)
    price = trailing(beta, 2) * (log_q - log_prior[..., None, :])
    return total(weigh(log_q, log_lik[..., None, :] - price), -1)


def best_of_family(family: Array, log_prior: Array, log_lik: Array, beta: Array) -> Array:
    """max over q in the family of L(q, p)."""
    return -smallest(-_values(family, log_prior, log_lik, beta), -1)


def loss_of_family(family: Array, log_prior: Array, log_lik: Array, P: Array, beta: Array) -> Array:
    """beta times the least KL(q || r^-1 # q*) of the family, q* proportional to p(z) p(x|z)^(1/beta)."""
    log_best = infomax.optimal_encoder(log_prior, log_lik[..., None, :], beta)
    log_q = log(family)
    return beta * smallest(total(weigh(log_q, log_q - log_best @ P.mT), -1), -1)


def best_over_decoders(family: Array, log_prior: Array, log_lik: Array, maps: Array, beta: Array) -> Array:
    """max over q in the family and the decoders p(x|r(z)), r in the group."""
    told = total(maps * log_lik[..., None, None, :], -1)
    return -smallest(-best_of_family(family[..., None, :, :], log_prior[..., None, :], told, trailing(beta, 1)), -1)


def families(order: Array, free: Array) -> Array:
    """(1 + |G|)^f - 1: nonempty families that meet the hypothesis, R a group G less 1, with f free orbits."""
    return (1 + order) ** free - 1


def no_family(order: Array) -> Array:
    """None."""
    return zeros_like(order)


def none_kept(family: Array) -> Array:
    """No pair of a q in Q and an r in R with r#q in Q."""
    return number(np.zeros(family.shape[:-2]), family)


def all_kept(family: Array, maps: Array) -> Array:
    """All |Q| |R| pairs."""
    return number(np.full(family.shape[:-2], family.shape[-2] * maps.shape[-3]), family)


def concavity(first: Array, second: Array, weight: Array, beta: Array) -> Array:
    """L at a mixture of two posteriors less the mixture of its values: beta times their divergence from the mixture."""
    w = trailing(weight, 1)
    mixed = w * first + (1 - w) * second
    away = weight * joint.kl(log(first), log(mixed)) + (1 - weight) * joint.kl(log(second), log(mixed))
    return beta * away


def strong_concavity(first: Array, second: Array, weight: Array, beta: Array) -> Array:
    """(beta / 2) w (1 - w) |q_1 - q_2|_1^2, which it is at least."""
    distance = total(abs(first - second), -1)
    return beta / 2 * weight * (1 - weight) * distance * distance

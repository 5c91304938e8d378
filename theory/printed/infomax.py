"""The InfoMax post, *From the InfoMax objective to the beta-VAE*: each displayed formula as printed, and its sentences.

x and z take finitely many values: ``log_data (..., M)`` the data, ``log_enc (..., M, K)`` the representation q(z|x),
``log_prior (..., K)``, ``log_dec (..., M, K)`` the decoder p(x|z). A name ``kl_chain_line_3`` is a line of the display
that it names.
"""

from __future__ import annotations

import numpy as np

from theory import explaining_away, gaussian, infomax, joint, linear_gaussian
from theory.arrays import (
    Array,
    as_float,
    exp,
    logsumexp,
    number,
    outer,
    stack,
    total,
    trailing,
    weigh,
    zeros_like,
)


def _under(log_joint: Array, f: Array) -> Array:
    """The expectation of f(x, z)."""
    return total(total(weigh(log_joint, f), -1), -1)


def _log_aggregate(log_data: Array, log_enc: Array) -> Array:
    return joint.marginal_z(joint.encoder_joint(log_data, log_enc))


def _log_inverted(log_data: Array, log_enc: Array) -> Array:
    return joint.inverted_posterior(joint.encoder_joint(log_data, log_enc))


# --- notation ---------------------------------------------------------------------------------------------------------


def aggregate_posterior(log_data: Array, log_enc: Array) -> Array:
    """q(z), p_D(x) q(z|x) summed over x."""
    return exp(_log_aggregate(log_data, log_enc))


def inverted_posterior(log_data: Array, log_enc: Array) -> Array:
    """q(x|z) = q(z|x) p_D(x) / q(z)."""
    return exp(_log_inverted(log_data, log_enc))


def printed_mass(log_data: Array, log_enc: Array) -> Array:
    """The mass of q(x|z) p_D(x), under which the beta-VAE objective is printed to take its expectation."""
    return total(total(exp(_log_inverted(log_data, log_enc) + trailing(log_data, 1)), -1), -1)


def beta_vae_objective(log_data: Array, log_enc: Array, log_prior: Array, log_dec: Array, beta: Array) -> Array:
    """-E_{q(x|z) p_D(x)} log p(x|z) + beta KL(q(z|x) || p(z)), the weights as printed, the KL averaged over x."""
    weights = _log_inverted(log_data, log_enc) + trailing(log_data, 1)
    return beta * joint.div(log_data, log_enc, log_prior) - _under(weights, log_dec)


def beta_vae_objective_corrected(
    log_data: Array, log_enc: Array, log_prior: Array, log_dec: Array, beta: Array
) -> Array:
    """The same under q(z|x) p_D(x)."""
    return joint.nell(log_data, log_enc, log_dec) + beta * joint.div(log_data, log_enc, log_prior)


def best_encoder(log_prior: Array, log_dec: Array, beta: Array) -> Array:
    """The encoder at which the beta-VAE objective is smallest for a given decoder."""
    return exp(infomax.optimal_encoder(log_prior, log_dec, beta))


def best_divergence(log_data: Array, log_prior: Array, log_dec: Array, beta: Array) -> Array:
    """E KL(q(z|x) || p(z)) of that encoder."""
    return joint.div(log_data, infomax.optimal_encoder(log_prior, log_dec, beta), log_prior)


# --- independence -----------------------------------------------------------------------------------------------------


def mixed_dependence(log_v1: Array, log_v2: Array) -> Array:
    """What z1 = v1 + v2 and z2 = v1 + 2 v2, modulo the number of values, tell of each other."""
    z1, z2 = np.indices((log_v1.shape[-1], log_v2.shape[-1]))
    v1, v2 = (2 * z1 - z2) % log_v1.shape[-1], (z2 - z1) % log_v2.shape[-1]
    return joint.total_correlation(log_v1[..., v1] + log_v2[..., v2])


def separate_dependence(log_v1: Array, log_v2: Array, log_g1: Array, log_g2: Array) -> Array:
    """What z1 and z2 tell of each other where z1 depends on v1 only and z2 on v2 only."""
    first, second = joint.encoder_joint(log_v1, log_g1), joint.encoder_joint(log_v2, log_g2)
    pairs = first[..., :, None, :, None] + second[..., None, :, None, :]
    return joint.total_correlation(logsumexp(logsumexp(pairs, -4), -3))


def independent(p_a: Array) -> Array:
    """No dependence at all."""
    return zeros_like(total(p_a, -1))


def causes(p_a: Array, p_b: Array, p_effects: Array) -> Array:
    """P(a, b) in A -> C <- B, with the effect not seen: summed over c."""
    return total(trailing(outer(p_a, p_b), 1) * p_effects, -1)


def as_if_independent(p_a: Array, p_b: Array, p_effect: Array) -> Array:
    """P(A = 1 | c) P(B = 1 | c)."""
    first = total(explaining_away.posterior(p_a, p_b, p_effect), -1)
    return first[..., 1] * explaining_away.belief(p_a, p_b, p_effect)[..., 1]


def belief_with_other_cause(p_a: Array, p_b: Array, p_effect: Array) -> Array:
    """P(B = 1 | A = 1, c)."""
    return explaining_away.belief_given_cause(p_a, p_b, p_effect)[..., 1, 1]


def silent(p_a: Array, p_b: Array, leak: Array, s_a: Array, s_b: Array) -> Array:
    """P(a, b | C = 0) under a noisy or."""
    return explaining_away.posterior(p_a, p_b, 1 - explaining_away.noisy_or(leak, s_a, s_b))


def seen_apart(p_a: Array, p_b: Array, p_one: Array, p_two: Array) -> Array:
    """P(v1, v2 | x) for X = (X1, X2) where X1 depends on v1 only and X2 on v2 only."""
    return explaining_away.posterior(p_a, p_b, outer(p_one, p_two))


# --- the objective ----------------------------------------------------------------------------------------------------


def infomax_objective(log_data: Array, log_enc: Array, log_prior: Array, lam: Array) -> Array:
    """L(psi) = KL[q(z) || p(z)] - lambda I."""
    kl = joint.aggdiv(log_data, log_enc, log_prior)
    return infomax.objective(kl, joint.i_enc(log_data, log_enc), lam)


def no_objective(lam: Array) -> Array:
    """Zero: what the objective is at q(z|x) = p(z)."""
    return zeros_like(lam)


def _log_code(log_data: Array, code: Array) -> Array:
    own = as_float(code)[..., None] == np.arange(log_data.shape[-1])
    return number(np.where(own, 0, -np.inf), log_data)


def coded_information(log_data: Array, code: Array) -> Array:
    """I(X; Z) of a deterministic code z = code(x)."""
    return joint.i_enc(log_data, _log_code(log_data, code))


def coded_chain(log_data: Array, code: Array, log_prior: Array) -> Array:
    """The last line of the chain for a deterministic code, whose q(z|x) is 0 or 1."""
    return kl_chain_line_5(log_data, _log_code(log_data, code), log_prior)


def kl_chain_line_1(log_data: Array, log_enc: Array, log_prior: Array) -> Array:
    """E_{q(z)} log q(z)/p(z)."""
    q = _log_aggregate(log_data, log_enc)
    return total(weigh(q, q - log_prior), -1)


def kl_chain_line_2(log_data: Array, log_enc: Array, log_prior: Array) -> Array:
    """E_{q(z|x) p_D(x)} log q(z)/p(z)."""
    ratio = _log_aggregate(log_data, log_enc) - log_prior
    return _under(joint.encoder_joint(log_data, log_enc), ratio[..., None, :])


def _posterior_to_prior(log_data: Array, log_enc: Array, log_prior: Array) -> Array:
    return _under(joint.encoder_joint(log_data, log_enc), log_enc - log_prior[..., None, :])


def kl_chain_line_3(log_data: Array, log_enc: Array, log_prior: Array) -> Array:
    """E log q(z)/q(z|x) + E log q(z|x)/p(z)."""
    q = _log_aggregate(log_data, log_enc)[..., None, :]
    first = _under(joint.encoder_joint(log_data, log_enc), q - log_enc)
    return first + _posterior_to_prior(log_data, log_enc, log_prior)


def kl_chain_line_4(log_data: Array, log_enc: Array, log_prior: Array) -> Array:
    """E log q(z) p_D(x) / (q(z|x) p_D(x)) + E log q(z|x)/p(z)."""
    pair = joint.encoder_joint(log_data, log_enc)
    q = _log_aggregate(log_data, log_enc)[..., None, :]
    first = _under(pair, q + trailing(log_data, 1) - pair)
    return first + _posterior_to_prior(log_data, log_enc, log_prior)


def kl_chain_line_5(log_data: Array, log_enc: Array, log_prior: Array) -> Array:
    """-I + E_{p_D} KL[q(z|x) || p(z)]."""
    return joint.div(log_data, log_enc, log_prior) - joint.i_enc(log_data, log_enc)


def linear_chain(A: Array, Sigma: Array, Sigma_x: Array, Sigma0: Array) -> Array:
    """The same for x ~ N(0, Sigma_x) and z|x ~ N(A x, Sigma)."""
    return linear_gaussian.div(A, Sigma, Sigma_x, Sigma0) - linear_gaussian.i_enc(A, Sigma, Sigma_x)


def no_information(log_data1: Array) -> Array:
    """Below the chain: latent factors that are marginally and conditionally independent allow no information."""
    return zeros_like(total(log_data1, -1))


def information_of_parts(log_data1: Array, log_enc1: Array, log_data2: Array, log_enc2: Array) -> Array:
    """I(X1; Z1) + I(X2; Z2)."""
    return joint.i_enc(log_data1, log_enc1) + joint.i_enc(log_data2, log_enc2)


def dependence_of_parts(log_data1: Array, log_enc1: Array, log_data2: Array, log_enc2: Array) -> Array:
    """What z1 and z2 tell of each other, x not seen and x seen: none, twice."""
    first, second = _log_aggregate(log_data1, log_enc1), _log_aggregate(log_data2, log_enc2)
    unseen = joint.total_correlation(trailing(first, 1) + second[..., None, :])
    return stack([unseen, unseen], -1)


def rewritten_line_2(log_data: Array, log_enc: Array, log_prior: Array, lam: Array) -> Array:
    """E_{p_D} KL[q(z|x) || p(z)] - (lambda + 1) I."""
    return joint.div(log_data, log_enc, log_prior) - (lam + 1) * joint.i_enc(log_data, log_enc)


# --- the bound --------------------------------------------------------------------------------------------------------


def information_by_entropies(log_data: Array, log_enc: Array) -> Array:
    """H[X] - H[X|Z]."""
    return joint.entropy(log_data) - joint.conditional_entropy(joint.encoder_joint(log_data, log_enc))


def conditional_entropy(log_data: Array, log_enc: Array) -> Array:
    """-E log q(x|z), the inverted posterior."""
    return joint.nell(log_data, log_enc, _log_inverted(log_data, log_enc))


def entropy_of_x(log_data: Array) -> Array:
    """H[X], in which psi does not occur."""
    return joint.entropy(log_data)


def gap_without_z(log_data: Array, log_enc: Array) -> Array:
    """What the bound on H[X|Z] leaves where the decoder is p_D(x), the best of those that ignore z."""
    deaf = trailing(log_data, 1) + zeros_like(log_enc)
    return joint.nell(log_data, log_enc, deaf) - conditional_entropy(log_data, log_enc)


def information_bound(log_data: Array, log_enc: Array, log_dec: Array) -> Array:
    """H[X] + E log p(x|z), the lower bound of I."""
    return joint.entropy(log_data) - joint.nell(log_data, log_enc, log_dec)


def linear_conditional_entropy(A: Array, Sigma: Array, Sigma_x: Array) -> Array:
    """H[X|Z] of densities, which may be negative: H[X] - I."""
    return gaussian.entropy(Sigma_x) - linear_gaussian.i_enc(A, Sigma, Sigma_x)


def final_bound(log_data: Array, log_enc: Array, log_prior: Array, log_dec: Array, lam: Array) -> Array:
    """-(1 + lambda) E log p(x|z) + E KL[q(z|x) || p(z)]."""
    nell, div = joint.nell(log_data, log_enc, log_dec), joint.div(log_data, log_enc, log_prior)
    return infomax.bound(nell, div, lam)


def final_bound_less_constant(log_data: Array, log_enc: Array, log_prior: Array, log_dec: Array, lam: Array) -> Array:
    """The final bound less (1 + lambda) H[X]: what is left to compare with L(psi) itself."""
    whole = final_bound(log_data, log_enc, log_prior, log_dec, lam)
    return whole - infomax.constant(joint.entropy(log_data), lam)


def final_bound_less_gap(log_data: Array, log_enc: Array, log_prior: Array, log_dec: Array, lam: Array) -> Array:
    """The same less (1 + lambda) E KL(q(x|z) || p(x|z))."""
    decoder_kl = _under(joint.encoder_joint(log_data, log_enc), _log_inverted(log_data, log_enc) - log_dec)
    return final_bound_less_constant(log_data, log_enc, log_prior, log_dec, lam) - infomax.gap(decoder_kl, lam)


def final_bound_below(log_data: Array, log_enc: Array, log_prior: Array, log_dec: Array, lam: Array) -> Array:
    """The right side for lambda < -1, where `infomax.bound` refuses."""
    return (1 + lam) * joint.nell(log_data, log_enc, log_dec) + joint.div(log_data, log_enc, log_prior)


def final_bound_as_beta_vae(log_data: Array, log_enc: Array, log_prior: Array, log_dec: Array, lam: Array) -> Array:
    """1 + lambda times the beta-VAE objective at beta = 1/(1 + lambda)."""
    beta = infomax.beta_of_lambda(lam)
    return beta_vae_objective_corrected(log_data, log_enc, log_prior, log_dec, beta) / beta


def best_encoder_of_bound(log_prior: Array, log_dec: Array, lam: Array) -> Array:
    """The encoder at which the final bound is smallest for a given decoder."""
    return best_encoder(log_prior, log_dec, infomax.beta_of_lambda(lam))


# --- takeaways --------------------------------------------------------------------------------------------------------


def observable_marginal(log_data: Array, log_enc: Array) -> Array:
    """The marginal of x under q(z|x) p_D(x)."""
    return exp(joint.marginal_x(joint.encoder_joint(log_data, log_enc)))


def model_likelihood(log_data: Array, log_prior: Array, log_dec: Array) -> Array:
    """E_{p_D} log p(x) of the model p(z) p(x|z)."""
    return total(weigh(log_data, joint.marginal_x(joint.decoder_joint(log_prior, log_dec))), -1)


def twice_x_mass(log_data: Array, log_dec: Array) -> Array:
    """The mass of p(x) p(x|z), the second of the two joints as printed."""
    return total(total(exp(trailing(log_data, 1) + log_dec), -1), -1)


def model_mass(log_prior: Array, log_dec: Array) -> Array:
    """The mass of p(z) p(x|z)."""
    return total(total(exp(joint.decoder_joint(log_prior, log_dec)), -1), -1)


def latent_marginal(log_prior: Array, log_dec: Array) -> Array:
    """The marginal of z under p(z) p(x|z)."""
    return exp(joint.marginal_z(joint.decoder_joint(log_prior, log_dec)))


def vae_objective_less_entropy(log_data: Array, log_enc: Array, log_prior: Array, log_dec: Array) -> Array:
    """-ELBO - H[X], the ELBO averaged over the data."""
    elbo = total(weigh(log_data, joint.elbo(log_enc, log_prior, log_dec)), -1)
    return -elbo - joint.entropy(log_data)


def seen_from_the_prior(log_data: Array, log_enc: Array, log_prior: Array, log_dec: Array) -> Array:
    """KL(q(z) || p(z)) + E KL(q(x|z) || p(x|z)): the aggregate is to reproduce the prior."""
    decoder_kl = _under(joint.encoder_joint(log_data, log_enc), _log_inverted(log_data, log_enc) - log_dec)
    return joint.aggdiv(log_data, log_enc, log_prior) + decoder_kl


def seen_from_the_data(log_data: Array, log_enc: Array, log_prior: Array, log_dec: Array) -> Array:
    """KL(p_D || p(x)) + E KL(q(z|x) || p(z|x)): the model is to give the data a high likelihood."""
    model = joint.decoder_joint(log_prior, log_dec)
    missed = _under(joint.encoder_joint(log_data, log_enc), log_enc - joint.posterior(model))
    return joint.kl(log_data, joint.marginal_x(model)) + missed


def best_objective(log_data: Array, log_enc: Array, log_prior: Array, beta: Array) -> Array:
    """H[X] - (1 - beta) I + beta KL(q(z) || p(z)): the beta-VAE objective with the best decoder."""
    told = (1 - beta) * joint.i_enc(log_data, log_enc)
    return joint.entropy(log_data) - told + beta * joint.aggdiv(log_data, log_enc, log_prior)

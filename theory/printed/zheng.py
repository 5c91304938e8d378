r"""Zheng, *Variational autoencoder and friends*: equations (1) to (23) and (30) to (35) as printed.

On finite tables every expectation is a finite sum; a name that ends in ``linear`` is the same line for the
linear-Gaussian model.
"""

from __future__ import annotations

from theory import elbo, gaussian, joint, linear_gaussian
from theory.arrays import (
    Array,
    log,
    log_number,
    log_two_pi,
    logsumexp,
    matvec,
    mean,
    squared_norm,
    total,
    trailing,
    weigh,
    zeros_like,
)


def eq_1(z: Array) -> Array:
    """log P_0(z) = log N(z; 0, I)."""
    return -(z.shape[-1] * log_two_pi(z) + squared_norm(z)) / 2


def eq_2(x: Array, z: Array, W: Array) -> Array:
    """log P_theta(x|z) = log N(x; mu(z), I), for mu(z) = W z."""
    return eq_1(x - matvec(W, z))


def eq_5(log_prior: Array, log_dec: Array) -> Array:
    """log P_dec(x): the joint (4) summed over z."""
    return joint.marginal_x(joint.decoder_joint(log_prior, log_dec))


def eq_5_linear(x: Array, W: Array) -> Array:
    """log E_{P_0}[P_theta(x|z)] for (1) and (2) with mu(z) = W z."""
    return elbo.log_evidence(x, W, 1)


def eq_6(log_prior: Array, log_dec: Array) -> Array:
    """log P_dec(z): the joint (4) summed over x."""
    return joint.marginal_z(joint.decoder_joint(log_prior, log_dec))


def eq_7(z: Array, mu: Array, Sigma: Array) -> Array:
    """log Q(z|x_n) = log N(z; mu_n, diag(sigma_n^2)) for each n, sigma_n^2 being the diagonal of Sigma_n."""
    variance = Sigma.diagonal(0, -2, -1)
    apart = z[..., None, :] - mu
    return -total(log_two_pi(mu) + log(variance) + apart * apart / variance, -1) / 2


def eq_10(log_data: Array, log_enc: Array) -> Array:
    """log P_enc(x): the joint (9) summed over z."""
    return joint.marginal_x(joint.encoder_joint(log_data, log_enc))


def eq_11(log_data: Array, log_enc: Array) -> Array:
    """log P_enc(z): the joint (9) summed over x."""
    return joint.marginal_z(joint.encoder_joint(log_data, log_enc))


def eq_11_linear(z: Array, A: Array, Sigma: Array, Sigma_x: Array) -> Array:
    """log E_{P_data}[Q(z|x)]."""
    return gaussian.log_density(z, zeros_like(z), linear_gaussian.aggregate_covariance(A, Sigma, Sigma_x))


def eq_12(log_enc: Array, log_prior: Array, log_dec: Array) -> Array:
    """log P_dec(x) - D(Q(Z|x) || P_dec(Z|x)), for each x."""
    decoder = joint.decoder_joint(log_prior, log_dec)
    return joint.marginal_x(decoder) - joint.kl(log_enc, joint.posterior(decoder))


def eq_12_linear(x: Array, A: Array, Sigma: Array, W: Array, noise: Array) -> Array:
    """log P_dec(x) - D(Q(Z|x) || P_dec(Z|x)) under the prior (1)."""
    centre, spread = elbo.posterior_mean(x, W, noise), elbo.posterior_covariance(W, noise)
    return elbo.log_evidence(x, W, noise) - gaussian.kl(matvec(A, x), Sigma, centre, spread)


def eq_13_linear(x: Array, A: Array, Sigma: Array, W: Array, noise: Array) -> Array:
    """E_Q[log P_dec(x, z) / Q(z|x)] under the prior (1)."""
    mu = matvec(A, x)
    return elbo.gaussian_reconstruction(x, W, noise, mu, Sigma) - gaussian.kl_to_prior(mu, Sigma)


def eq_14(log_data: Array, log_enc: Array, log_prior: Array, log_dec: Array) -> Array:
    """E_{P_data}[-ELBO(x)]."""
    return total(weigh(log_data, -eq_12(log_enc, log_prior, log_dec)), -1)


def eq_15(log_data: Array, log_enc: Array, log_prior: Array, log_dec: Array) -> Array:
    """Nell + Div."""
    return joint.nell(log_data, log_enc, log_dec) + joint.div(log_data, log_enc, log_prior)


def eq_15_linear(A: Array, Sigma: Array, Sigma_x: Array, W: Array, noise: Array, Sigma0: Array) -> Array:
    """Nell + Div."""
    return linear_gaussian.nell(A, Sigma, Sigma_x, W, noise) + linear_gaussian.div(A, Sigma, Sigma_x, Sigma0)


def eq_16(mu: Array, Sigma: Array) -> Array:
    """E_{P_data}[1/2 1'(sigma^2 + mu^2 - 1 - log sigma^2)], sigma_n^2 being the diagonal of Sigma_n."""
    variance = Sigma.diagonal(0, -2, -1)
    return mean(total(variance + mu * mu - 1 - log(variance), -1) / 2, -1)


def eq_16_full(mu: Array, Sigma: Array) -> Array:
    """(16) with what a full covariance adds: the average total correlation of the posteriors."""
    return eq_16(mu, Sigma) + mean(linear_gaussian.total_correlation(Sigma), -1)


def _under_encoder(log_data: Array, log_enc: Array, f: Array) -> Array:
    return total(weigh(log_data, total(weigh(log_enc, f), -1)), -1)


def eq_17(log_data: Array, log_enc: Array, log_prior: Array) -> Array:
    """E E[log Q(z|x) P_enc(z) / (P_0(z) P_enc(z))]."""
    log_z = eq_11(log_data, log_enc)[..., None, :]
    ratio = log_enc + log_z - (log_prior[..., None, :] + log_z)
    return _under_encoder(log_data, log_enc, ratio)


def eq_18(log_data: Array, log_enc: Array, log_prior: Array) -> Array:
    """E E[log Q(z|x) P_data(x) / (P_enc(z) P_data(x))] + E[log P_enc(z) / P_0(z)]."""
    log_z, log_x = eq_11(log_data, log_enc), trailing(log_data, 1)
    ratio = log_enc + log_x - (log_z[..., None, :] + log_x)
    return _under_encoder(log_data, log_enc, ratio) + total(weigh(log_z, log_z - log_prior), -1)


def eq_19(log_data: Array, log_enc: Array, log_prior: Array) -> Array:
    """I_enc(X; Z) + Aggdiv."""
    return joint.i_enc(log_data, log_enc) + joint.aggdiv(log_data, log_enc, log_prior)


def eq_19_linear(A: Array, Sigma: Array, Sigma_x: Array, Sigma0: Array) -> Array:
    """I_enc(X; Z) + Aggdiv."""
    return linear_gaussian.i_enc(A, Sigma, Sigma_x) + linear_gaussian.aggdiv(A, Sigma, Sigma_x, Sigma0)


def _log_margins(log_table: Array) -> Array:
    """log P(z_1) P(z_2) on the grid."""
    return trailing(joint.marginal_x(log_table), 1) + joint.marginal_z(log_table)[..., None, :]


def eq_20(log_aggregate: Array, log_prior: Array) -> Array:
    """E[log P_enc(z) prod P_enc(z_j) prod P_0(z_j) / (P_0(z) prod P_enc(z_j) prod P_0(z_j))]."""
    margins = _log_margins(log_aggregate) + _log_margins(log_prior)
    ratio = log_aggregate + margins - (log_prior + margins)
    return total(total(weigh(log_aggregate, ratio), -1), -1)


def eq_21_independent(log_aggregate: Array, log_prior: Array) -> Array:
    """Below (21): TC + dimension-wise KL, without the term that an independent prior makes disappear."""
    return joint.total_correlation(log_aggregate) + joint.dimension_wise_kl(log_aggregate, log_prior)


def eq_21(log_aggregate: Array, log_prior: Array) -> Array:
    """TC + dimension-wise KL - prior factorization."""
    return eq_21_independent(log_aggregate, log_prior) - joint.prior_factorization(log_aggregate, log_prior)


def eq_21_independent_linear(Sigma: Array, Sigma0: Array) -> Array:
    """Below (21): TC + dimension-wise KL, for P_enc(Z) = N(0, Sigma) and an independent prior."""
    return linear_gaussian.total_correlation(Sigma) + linear_gaussian.dimension_wise_kl(Sigma, Sigma0)


def eq_21_linear(Sigma: Array, Sigma0: Array) -> Array:
    """TC + dimension-wise KL - prior factorization, for P_enc(Z) = N(0, Sigma) and P_0(Z) = N(0, Sigma0)."""
    return eq_21_independent_linear(Sigma, Sigma0) - linear_gaussian.prior_factorization(Sigma, Sigma0)


def eq_22(log_data: Array, log_enc: Array) -> Array:
    """E_{P_enc}[-log P_enc(z)]."""
    return joint.entropy(eq_11(log_data, log_enc))


def eq_22_linear(A: Array, Sigma: Array, Sigma_x: Array) -> Array:
    """E_{P_enc}[-log P_enc(z)]."""
    return gaussian.entropy(linear_gaussian.aggregate_covariance(A, Sigma, Sigma_x))


def eq_23(log_data: Array, log_enc: Array) -> Array:
    """E E[-log E_{x'}[Q(z|x')]]."""
    average = logsumexp(trailing(log_data, 1) + log_enc, -2)
    return _under_encoder(log_data, log_enc, -average[..., None, :])


def eq_31(log_data: Array, log_enc: Array, log_dec: Array) -> Array:
    """I_enc(X; Z) - E_{P_enc}[D(P_enc(X|z) || P_theta(X|z))]."""
    encoder = joint.encoder_joint(log_data, log_enc)
    gap = joint.kl(joint.inverted_posterior(encoder).mT, log_dec.mT)
    return joint.i_enc(log_data, log_enc) - total(weigh(joint.marginal_z(encoder), gap), -1)


def eq_31_linear(A: Array, Sigma: Array, Sigma_x: Array, W: Array, noise: Array) -> Array:
    """I_enc(X; Z) - E_{P_enc}[D(P_enc(X|z) || P_theta(X|z))]."""
    return linear_gaussian.i_enc(A, Sigma, Sigma_x) - linear_gaussian.decoder_gap(A, Sigma, Sigma_x, W, noise)


def eq_32(log_data: Array, log_enc: Array, log_dec: Array) -> Array:
    """E[log P_enc(x|z) / P_enc(x)] - E[log P_enc(x|z) / P_theta(x|z)] under P_enc(X, Z)."""
    inverted = joint.inverted_posterior(joint.encoder_joint(log_data, log_enc))
    told = _under_encoder(log_data, log_enc, inverted - trailing(eq_10(log_data, log_enc), 1))
    return told - _under_encoder(log_data, log_enc, inverted - log_dec)


def eq_33(log_data: Array, log_enc: Array, log_dec: Array) -> Array:
    """H[P_data(X)] + E E[log P_theta(x|z)]."""
    return joint.entropy(log_data) + _under_encoder(log_data, log_enc, log_dec)


def eq_34(log_data: Array, log_enc: Array, log_dec: Array) -> Array:
    """H_data - Nell."""
    return joint.entropy(log_data) - joint.nell(log_data, log_enc, log_dec)


def eq_34_linear(A: Array, Sigma: Array, Sigma_x: Array, W: Array, noise: Array) -> Array:
    """H_data - Nell, with the differential entropy of the data."""
    return gaussian.entropy(Sigma_x) - linear_gaussian.nell(A, Sigma, Sigma_x, W, noise)


def _log_likelihoods(data: Array, centres: Array) -> Array:
    """log N(x_n; m_z, I) for all n and z, the decoder (2)."""
    return eq_1(data[..., :, None, :] - centres[..., None, :, :])


def eq_34_of_points(data: Array, centres: Array, log_enc: Array) -> Array:
    """H_data - Nell for N equally likely data points, H_data = log N, and densities (2) as decoder."""
    N = data.shape[-2]
    uniform = 0 * total(data, -1) - log_number(N, data)
    return log_number(N, data) - joint.nell(uniform, log_enc, _log_likelihoods(data, centres))


def eq_34_normalized(data: Array, centres: Array, log_enc: Array) -> Array:
    """The same with the decoder normalised over the data points, as a distribution of them must be."""
    N = data.shape[-2]
    masses = logsumexp(_log_likelihoods(data, centres), -2)
    weights = logsumexp(log_enc, -2) - log_number(N, data)
    return eq_34_of_points(data, centres, log_enc) - total(weigh(weights, masses), -1)

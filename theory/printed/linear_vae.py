"""What is said of the optimum of the linear-Gaussian beta-VAE, in symbols."""

from __future__ import annotations

from theory import linear_gaussian, linear_vae, linear_vae_fit, linear_vae_noise
from theory.arrays import Array, log, log_number, log_two_pi


def aggregate(U: Array, kept: Array, Sigma_x: Array, noise: Array, beta: Array) -> Array:
    """The covariance of the optimum's aggregated posterior."""
    W = linear_vae.decoder(U, kept, noise, beta)
    A, Sigma = linear_vae.encoder_gain(W, noise, beta), linear_vae.encoder_covariance(W, noise, beta)
    return linear_gaussian.aggregate_covariance(A, Sigma, Sigma_x)


def turned(U: Array, kept: Array, Sigma_x: Array, R: Array, noise: Array, beta: Array) -> Array:
    """The objective at W R, with its best encoder."""
    W = linear_vae.decoder(U, kept, noise, beta) @ R
    A, Sigma = linear_vae.encoder_gain(W, noise, beta), linear_vae.encoder_covariance(W, noise, beta)
    return linear_vae.objective(A, Sigma, Sigma_x, W, noise, beta)


def turned_gap(U: Array, kept: Array, R: Array, noise: Array, beta: Array) -> Array:
    """What a diagonal covariance loses at W R."""
    return linear_vae.mean_field_gap(linear_vae.decoder(U, kept, noise, beta) @ R, noise, beta)


def slope_in_beta(kept: Array, noise: Array, beta: Array) -> Array:
    """Minus the average KL at the optimum."""
    return -linear_vae.rate(kept, noise, beta)


def learned_slope_in_beta(kept: Array, discarded: Array, beta: Array) -> Array:
    """Minus the average KL at the optimum, when the noise is learned."""
    return -linear_vae_noise.rate(kept, discarded, beta)


def fitted(U: Array, Sigma_x: Array, noise: Array, beta: Array) -> Array:
    """The objective at the parameters of a fit."""
    found = linear_vae_fit.fit(Sigma_x, U.shape[-1], beta, noise)
    return linear_vae.objective(found.A, found.Sigma, Sigma_x, found.W, noise, beta)


def fitted_with_noise(U: Array, Sigma_x: Array, beta: Array) -> Array:
    """The objective at the parameters of a fit that learned its noise."""
    found = linear_vae_fit.fit(Sigma_x, U.shape[-1], beta)
    return linear_vae.objective(found.A, found.Sigma, Sigma_x, found.W, found.noise, beta)


def gain_of_halving(kept: Array, beta: Array) -> Array:
    """What half of a small noise adds to the optimum, with nothing discarded."""
    return kept.shape[-1] * (1 - beta) * log_number(2, beta) / 2


def tempered_likelihood(kept: Array, discarded: Array, noise: Array, beta: Array) -> Array:
    """beta times the largest likelihood of a factor model of noise beta sigma^2, and what the noise alone adds."""
    D = kept.shape[-1] + discarded.shape[-1]
    likelihood = linear_vae.log_likelihood_at_optimum(kept, discarded, beta * noise, 1)
    own, tempered = log_two_pi(kept) + log(noise), log_two_pi(kept) + log(beta * noise)
    return beta * likelihood + D * (beta * tempered - own) / 2

"""The linear-Gaussian VAE at points (x, z) whose equally weighted averages are exact for every quadratic.

Log-densities are evaluated point by point in float64 and averaged; nothing is simplified first.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from verification.estimate import Estimate, Grade

Array = np.ndarray[Any, Any]

ROUNDING = 1e-10


def _estimate(value: Array) -> Estimate:
    value = np.asarray(value, float)
    radius = ROUNDING * np.maximum(1, np.abs(value))
    return Estimate(value, radius, Grade.BOUNDED, certificate=f"float64 averages, {ROUNDING:g} of the value")


def _signs(n: int) -> Array:
    """Points +- sqrt(n) e_i (2n, n): mean 0, second moments I."""
    return np.sqrt(n) * np.concatenate([np.eye(n), -np.eye(n)])


def _moved(points: Array, covariance: Array) -> Array:
    """Standard points (s, n) given a covariance (cases, n, n) -> (cases, s, n)."""
    return np.einsum("sj,cij->csi", points, np.linalg.cholesky(np.asarray(covariance, float)))


def _log_normal(v: Array, covariance: Array) -> Array:
    """log N(v; 0, covariance) for v (cases, s, n), covariance (cases, n, n)."""
    covariance = np.asarray(covariance, float)
    white = np.linalg.solve(covariance, v.swapaxes(-1, -2)).swapaxes(-1, -2)
    volume = np.log(np.linalg.eigvalsh(covariance)).sum(-1)[:, None]
    return np.asarray(-((v * white).sum(-1) + volume + v.shape[-1] * np.log(2 * np.pi)) / 2)


def _pairs(A: Array, Sigma: Array, Sigma_x: Array) -> tuple[Array, Array]:
    """Points of the encoder's joint: x (cases, s, D) and z (cases, s, k)."""
    D, k = Sigma_x.shape[-1], Sigma.shape[-1]
    points = _signs(D + k)
    x = _moved(points[:, :D], Sigma_x)
    return x, np.einsum("cij,csj->csi", A, x) + _moved(points[:, D:], Sigma)


def _decoded(W: Array, noise: Array, Sigma0: Array) -> tuple[Array, Array]:
    """Points of the decoder's joint."""
    D, k = W.shape[1:]
    points = _signs(D + k)
    z = _moved(points[:, :k], Sigma0)
    return np.einsum("cij,csj->csi", W, z) + np.sqrt(noise)[:, None, None] * points[:, k:], z


def _moments(u: Array, v: Array) -> Array:
    return np.asarray(np.einsum("csi,csj->cij", u, v) / u.shape[1])


def _unit(noise: Array, D: int) -> Array:
    return np.asarray(noise, float)[:, None, None] * np.eye(D)


def _encoding(x: Array, z: Array, A: Array, Sigma: Array) -> Array:
    return _log_normal(z - np.einsum("cij,csj->csi", A, x), Sigma)


def _decoding(x: Array, z: Array, W: Array, noise: Array) -> Array:
    return _log_normal(x - np.einsum("cij,csj->csi", W, z), _unit(noise, x.shape[-1]))


# --- densities --------------------------------------------------------------------------------------------------------


def prior_log_density(z: Array) -> Estimate:
    """log N(z; 0, I), coordinate by coordinate."""
    return _estimate(-(z**2 / 2 + np.log(2 * np.pi) / 2).sum(-1))


def decoder_log_density(x: Array, z: Array, W: Array) -> Estimate:
    """log N(x; W z, I), coordinate by coordinate."""
    return _estimate(-((x - np.einsum("cij,cj->ci", W, z)) ** 2 / 2 + np.log(2 * np.pi) / 2).sum(-1))


def posterior_log_densities(z: Array, mu: Array, Sigma: Array) -> Estimate:
    """log N(z; mu_n, diag) for each n, coordinate by coordinate."""
    s = np.diagonal(Sigma, 0, -2, -1)
    return _estimate(-((z[:, None] - mu) ** 2 / (2 * s) + np.log(2 * np.pi * s) / 2).sum(-1))


def aggregate_covariance(A: Array, Sigma: Array, Sigma_x: Array) -> Estimate:
    """E zz' over the points of the encoder's joint."""
    _, z = _pairs(A, Sigma, Sigma_x)
    return _estimate(_moments(z, z))


def marginal_covariance(W: Array, noise: Array, Sigma0: Array) -> Estimate:
    """E xx' over the points of the decoder's joint."""
    x, _ = _decoded(W, noise, Sigma0)
    return _estimate(_moments(x, x))


def inverted_gain(A: Array, Sigma: Array, Sigma_x: Array) -> Estimate:
    """Least squares of x on z over the points."""
    x, z = _pairs(A, Sigma, Sigma_x)
    return _estimate(np.array([np.linalg.lstsq(b, a, rcond=None)[0].T for a, b in zip(x, z, strict=True)]))


def inverted_covariance(A: Array, Sigma: Array, Sigma_x: Array) -> Estimate:
    """The residuals' second moments after least squares of x on z."""
    x, z = _pairs(A, Sigma, Sigma_x)
    left = x - np.einsum("cij,csj->csi", inverted_gain(A, Sigma, Sigma_x).value, z)
    return _estimate(_moments(left, left))


def marginal_likelihood(x: Array, W: Array) -> Estimate:
    """log P_dec(x) by Bayes at z = 0: log P(x, 0) less the log of the posterior there."""
    D, k = W.shape[1:]
    precision = np.eye(k) + W.swapaxes(-1, -2) @ W
    centre = np.linalg.solve(precision, np.einsum("cdk,cd->ck", W, x)[..., None])[..., 0]
    joint = -((x**2).sum(-1) + (D + k) * np.log(2 * np.pi)) / 2
    return _estimate(joint - _log_normal(centre[:, None], np.linalg.inv(precision))[:, 0])


def aggregate_log_density(z: Array, A: Array, Sigma: Array, Sigma_x: Array) -> Estimate:
    """log of the encoder's marginal at z, with the points' second moments."""
    return _estimate(_log_normal(z[:, None], aggregate_covariance(A, Sigma, Sigma_x).value)[:, 0])


# --- the objective ----------------------------------------------------------------------------------------------------


def i_enc(A: Array, Sigma: Array, Sigma_x: Array) -> Estimate:
    """The average of log Q(z|x) - log P_enc(z)."""
    x, z = _pairs(A, Sigma, Sigma_x)
    return _estimate((_encoding(x, z, A, Sigma) - _log_normal(z, _moments(z, z))).mean(1))


def i_dec(W: Array, noise: Array, Sigma0: Array) -> Estimate:
    """The average of log P_theta(x|z) - log P_dec(x)."""
    x, z = _decoded(W, noise, Sigma0)
    return _estimate((_decoding(x, z, W, noise) - _log_normal(x, _moments(x, x))).mean(1))


def elbo(x: Array, A: Array, Sigma: Array, W: Array, noise: Array) -> Estimate:
    """The average of log P_theta(x|z) + log P_0(z) - log Q(z|x) over points of N(Ax, Sigma)."""
    k = Sigma.shape[-1]
    apart = _moved(_signs(k), Sigma)
    z = np.einsum("cij,cj->ci", A, x)[:, None] + apart
    prior = _log_normal(z, np.broadcast_to(np.eye(k), Sigma.shape))
    return _estimate((_decoding(x[:, None], z, W, noise) + prior - _log_normal(apart, Sigma)).mean(1))


def nell(A: Array, Sigma: Array, Sigma_x: Array, W: Array, noise: Array) -> Estimate:
    """The average of -log P_theta(x|z)."""
    x, z = _pairs(A, Sigma, Sigma_x)
    return _estimate(-_decoding(x, z, W, noise).mean(1))


def div(A: Array, Sigma: Array, Sigma_x: Array, Sigma0: Array) -> Estimate:
    """The average of log Q(z|x) - log P_0(z)."""
    x, z = _pairs(A, Sigma, Sigma_x)
    return _estimate((_encoding(x, z, A, Sigma) - _log_normal(z, Sigma0)).mean(1))


def objective(A: Array, Sigma: Array, Sigma_x: Array, W: Array, noise: Array, Sigma0: Array) -> Estimate:
    """The average of log Q(z|x) - log P_dec(x, z)."""
    x, z = _pairs(A, Sigma, Sigma_x)
    joint = _decoding(x, z, W, noise) + _log_normal(z, Sigma0)
    return _estimate((_encoding(x, z, A, Sigma) - joint).mean(1))


def aggdiv(A: Array, Sigma: Array, Sigma_x: Array, Sigma0: Array) -> Estimate:
    """The average of log P_enc(z) - log P_0(z)."""
    _, z = _pairs(A, Sigma, Sigma_x)
    return _estimate((_log_normal(z, _moments(z, z)) - _log_normal(z, Sigma0)).mean(1))


def h_aggregate(A: Array, Sigma: Array, Sigma_x: Array) -> Estimate:
    """The average of -log P_enc(z)."""
    _, z = _pairs(A, Sigma, Sigma_x)
    return _estimate(-_log_normal(z, _moments(z, z)).mean(1))


def lower_bound(A: Array, Sigma: Array, Sigma_x: Array, W: Array, noise: Array) -> Estimate:
    """The average of log P_theta(x|z) - log P_data(x)."""
    x, z = _pairs(A, Sigma, Sigma_x)
    return _estimate((_decoding(x, z, W, noise) - _log_normal(x, Sigma_x)).mean(1))


def decoder_gap(A: Array, Sigma: Array, Sigma_x: Array, W: Array, noise: Array) -> Estimate:
    """The average of log P_enc(x|z) - log P_theta(x|z), by Bayes."""
    x, z = _pairs(A, Sigma, Sigma_x)
    inverted = _encoding(x, z, A, Sigma) + _log_normal(x, Sigma_x) - _log_normal(z, _moments(z, z))
    return _estimate((inverted - _decoding(x, z, W, noise)).mean(1))


# --- coordinates ------------------------------------------------------------------------------------------------------


def _alone(z: Array, Sigma: Array) -> Array:
    """log of the product of N(0, Sigma)'s margins."""
    s = np.diagonal(Sigma, 0, -2, -1)[:, None]
    return np.asarray(-(z**2 / (2 * s) + np.log(2 * np.pi * s) / 2).sum(-1))


def _spread(Sigma: Array) -> Array:
    return _moved(_signs(Sigma.shape[-1]), Sigma)


def divergence(Sigma: Array, Sigma0: Array) -> Estimate:
    """The average of log N(z; 0, Sigma) - log N(z; 0, Sigma0)."""
    z = _spread(Sigma)
    return _estimate((_log_normal(z, Sigma) - _log_normal(z, Sigma0)).mean(1))


def total_correlation(Sigma: Array) -> Estimate:
    """The average of log N(z; 0, Sigma) less that of its margins."""
    z = _spread(Sigma)
    return _estimate((_log_normal(z, Sigma) - _alone(z, Sigma)).mean(1))


def dimension_wise_kl(Sigma: Array, Sigma0: Array) -> Estimate:
    """The average of the margins' logs, own less prior's."""
    z = _spread(Sigma)
    return _estimate((_alone(z, Sigma) - _alone(z, Sigma0)).mean(1))


def prior_factorization(Sigma: Array, Sigma0: Array) -> Estimate:
    """The average of log N(z; 0, Sigma0) less that of its margins."""
    z = _spread(Sigma)
    return _estimate((_log_normal(z, Sigma0) - _alone(z, Sigma0)).mean(1))


def nothing(Sigma0: Array) -> Estimate:
    """Zero for every case."""
    return _estimate(np.zeros(len(Sigma0)))


def average_kl(mu: Array, Sigma: Array) -> Estimate:
    """mean_n of the average of log N(z; mu_n, Sigma_n) - log N(z; 0, I)."""
    each = []
    for n in range(mu.shape[1]):
        apart = _spread(Sigma[:, n])
        prior = _log_normal(mu[:, None, n] + apart, np.broadcast_to(np.eye(mu.shape[-1]), Sigma[:, n].shape))
        each.append((_log_normal(apart, Sigma[:, n]) - prior).mean(1))
    return _estimate(np.mean(each, axis=0))


def average_kl_of_diagonals(mu: Array, Sigma: Array) -> Estimate:
    """The average KL of the products of the posteriors' margins."""
    return average_kl(mu, Sigma * np.eye(mu.shape[-1]))


# --- the beta-VAE -----------------------------------------------------------------------------------------------------


def beta_objective(A: Array, Sigma: Array, Sigma_x: Array, W: Array, noise: Array, beta: Array) -> Estimate:
    """The average of log P_theta(x|z) - beta (log Q(z|x) - log P_0(z))."""
    x, z = _pairs(A, Sigma, Sigma_x)
    prior = _log_normal(z, np.broadcast_to(np.eye(Sigma.shape[-1]), Sigma.shape))
    paid = _encoding(x, z, A, Sigma) - prior
    return _estimate((_decoding(x, z, W, noise) - np.asarray(beta, float)[:, None] * paid).mean(1))


def average_log_likelihood(Sigma_x: Array, W: Array, noise: Array) -> Estimate:
    """The average over points of the data of the decoder's marginal, whose covariance is that of its own points."""
    x = _spread(Sigma_x)
    prior = np.broadcast_to(np.eye(W.shape[-1]), (len(W), W.shape[-1], W.shape[-1]))
    return _estimate(_log_normal(x, marginal_covariance(W, noise, prior).value).mean(1))


def mean_field_gap(W: Array, noise: Array, beta: Array) -> Estimate:
    """The objective at the two covariances, for codes of no mean."""
    D, k = W.shape[1:]
    level = np.asarray(noise * beta, float)[:, None, None]
    precision = np.eye(k) + W.swapaxes(-1, -2) @ W / level
    alone = np.eye(k) / np.diagonal(precision, 0, -2, -1)[:, None]
    blind, data = np.zeros((len(W), k, D)), np.broadcast_to(np.eye(D), (len(W), D, D))
    values = [beta_objective(blind, S, data, W, noise, beta).value for S in (np.linalg.inv(precision), alone)]
    return _estimate(values[0] - values[1])


def identity(U: Array) -> Estimate:
    """The covariance of the prior, by its own points."""
    k = U.shape[-1]
    z = np.broadcast_to(_signs(k), (len(U), 2 * k, k))
    return _estimate(_moments(z, z))


def no_gap(U: Array) -> Estimate:
    """Zero for every case."""
    return _estimate(np.zeros(len(U)))


def unturned(U: Array, kept: Array, Sigma_x: Array, noise: Array, beta: Array) -> Estimate:
    """The objective on the axes, the encoder by least squares on points of the joint of tempered decoder and prior."""
    level = np.asarray(noise * beta, float)
    W = U * np.sqrt(np.maximum(kept - level[:, None], 0))[:, None]
    k = kept.shape[-1]
    x, z = _decoded(W, level, np.broadcast_to(np.eye(k), (len(U), k, k)))
    A = np.array([np.linalg.lstsq(a, b, rcond=None)[0].T for a, b in zip(x, z, strict=True)])
    left = z - np.einsum("cij,csj->csi", A, x)
    return _estimate(beta_objective(A, _moments(left, left), Sigma_x, W, noise, beta).value)

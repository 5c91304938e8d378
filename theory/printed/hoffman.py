r"""Hoffman, Riquelme and Johnson, *The beta-VAE's Implicit Prior*: each equation as printed.

A name ``eq_5_line_1`` is the first line of display (5); ``sec_3_sentence`` a sentence of section 3 in symbols.
Quantities with
a linear-Gaussian decoder p(x|z) = N(Wz, noise I) make (1), (2) and (5) computable; finite models make (3) to (5)
exact sums.
"""

from __future__ import annotations

from theory import aggregate, elbo, finite, gaussian, implicit_prior, information
from theory.arrays import (
    Array,
    exp,
    eye_like,
    inv_quad,
    log,
    log_det,
    log_number,
    logsumexp,
    maximum,
    mean,
    solve,
    squared_norm,
    total,
    trace,
    trailing,
)


def kl_penalty(mu: Array, Sigma: Array) -> Array:
    """Section 1: the KL-divergence penalty is E_q[log p(z)/q(z|x)]."""
    return -(trace(Sigma) + squared_norm(mu) - mu.shape[-1] - log_det(Sigma)) / 2


def eq_1(x: Array, W: Array, noise: Array, mu: Array, Sigma: Array) -> Array:
    """L = E_q[log p(x|z)] - KL(q(z|x) || p(z))."""
    return elbo.elbo(elbo.gaussian_reconstruction(x, W, noise, mu, Sigma), gaussian.kl_to_prior(mu, Sigma))


def eq_1_gap(x: Array, W: Array, noise: Array, mu: Array, Sigma: Array) -> Array:
    """log p(x) = L + KL(q(z|x) || p(z|x))."""
    covariance = elbo.posterior_covariance(W, noise)
    gap = gaussian.kl(mu, Sigma, elbo.posterior_mean(x, W, noise), covariance)
    return eq_1(x, W, noise, mu, Sigma) + gap


def eq_2(x: Array, W: Array, noise: Array, mu: Array, Sigma: Array, beta: Array) -> Array:
    """One summand of L_beta: E_q[log p(x_n|z)] - beta KL(q(z|x_n) || p(z))."""
    reconstruction = elbo.gaussian_reconstruction(x, W, noise, mu, Sigma)
    return elbo.beta_elbo(reconstruction, gaussian.kl_to_prior(mu, Sigma), beta)


def eq_2_excess(x: Array, W: Array, noise: Array, mu: Array, Sigma: Array, beta: Array) -> Array:
    """Section 2: no bound for beta < 1; at the exact posterior L_beta exceeds log p(x) by (1 - beta) KL(q || p)."""
    return eq_2(x, W, noise, mu, Sigma, beta) - (1 - beta) * gaussian.kl_to_prior(mu, Sigma)


def eq_3(log_q: Array, log_p: Array) -> Array:
    """I(z; n) + KL(q(z) || p(z))."""
    return finite.index_information(log_q) + finite.aggregate_kl(log_q, log_p)


def information_ceiling(mu: Array) -> Array:
    """Section 2: the mutual information saturates at its maximum value, log N."""
    return 0 * total(total(mu, -1), -1) + log_number(mu.shape[-2], mu)


def information_left(conditional_entropy: Array, mu: Array) -> Array:
    """Section 4: I = log N - E_q[H(phi*)], so saturation means zero entropy."""
    return information.index_information(conditional_entropy, mu.shape[-2])


def _implicit_kl(log_q: Array, log_p: Array, beta: Array) -> Array:
    return finite.average_kl(log_q, finite.log_implicit_prior(log_q, log_p, beta))


def _reconstruction(log_q: Array, log_lik: Array) -> Array:
    return mean(total(exp(log_q) * log_lik, -1), -1)


def eq_5_line_1(log_q: Array, log_p: Array, log_lik: Array, beta: Array) -> Array:
    """E_q[log p(x_n|z)] - E_q[log r(z)/q(z|x_n)], with the sign as printed."""
    return _reconstruction(log_q, log_lik) + _implicit_kl(log_q, log_p, beta)


def eq_5_line_1_less_twice_kl(log_q: Array, log_p: Array, log_lik: Array, beta: Array) -> Array:
    """The printed first line less 2 KL(q(z|x_n) || r): the ELBO under r."""
    return eq_5_line_1(log_q, log_p, log_lik, beta) - 2 * _implicit_kl(log_q, log_p, beta)


def eq_5_line_2(log_q: Array, log_p: Array, log_lik: Array, beta: Array) -> Array:
    """E_q[log p(x_n|z)] - I + E_q[log q^(1-beta) p^beta / q] - log C."""
    log_C = finite.log_normalizer(log_q, log_p, beta)
    log_tilt = finite.log_implicit_prior(log_q, log_p, beta) + trailing(log_C, 1)
    log_aggregate = logsumexp(log_q, -2) - log_number(log_q.shape[-2], log_q)
    ratio = total(exp(log_aggregate) * (log_tilt - log_aggregate), -1)
    return _reconstruction(log_q, log_lik) - finite.index_information(log_q) + ratio - log_C


def eq_5_line_3(log_q: Array, log_p: Array, log_lik: Array, beta: Array) -> Array:
    """E_q[log p(x_n|z)] - I + E_q[log p^beta / q^beta] - log C."""
    log_aggregate = logsumexp(log_q, -2) - log_number(log_q.shape[-2], log_q)
    ratio = beta * total(exp(log_aggregate) * (log_p - log_aggregate), -1)
    log_C = finite.log_normalizer(log_q, log_p, beta)
    return _reconstruction(log_q, log_lik) - finite.index_information(log_q) + ratio - log_C


def eq_5_line_4(log_q: Array, log_p: Array, log_lik: Array, beta: Array) -> Array:
    """E_q[log p(x_n|z)] - I - beta KL(q(z) || p(z)) - log C."""
    log_C = finite.log_normalizer(log_q, log_p, beta)
    kl = finite.aggregate_kl(log_q, log_p)
    return _reconstruction(log_q, log_lik) - finite.index_information(log_q) - beta * kl - log_C


def _finite_beta_elbo(log_q: Array, log_p: Array, log_lik: Array, beta: Array) -> Array:
    return elbo.beta_elbo(_reconstruction(log_q, log_lik), finite.average_kl(log_q, log_p), beta)


def eq_5_line_5(log_q: Array, log_p: Array, log_lik: Array, beta: Array) -> Array:
    """L_beta - (1 - beta) I - log C."""
    log_C = finite.log_normalizer(log_q, log_p, beta)
    L_beta = _finite_beta_elbo(log_q, log_p, log_lik, beta)
    return elbo.implicit_elbo(L_beta, finite.index_information(log_q), log_C, beta)


def eq_5_decoded(
    x: Array, W: Array, noise: Array, mu: Array, Sigma: Array, beta: Array, information: Array, log_C: Array
) -> Array:
    """The last line of (5) for Gaussian posteriors and a linear decoder, from I and log C."""
    one = eq_2(x, W[..., None, :, :], trailing(noise, 1), mu, Sigma, trailing(beta, 1))
    return elbo.implicit_elbo(mean(one, -1), information, log_C, beta)


def sec_3_sentence(log_q: Array, log_p: Array, log_lik: Array, beta: Array) -> Array:
    """Below (5): L_beta is the ELBO under r plus a term that down-weights I, minus log C."""
    return sec_3_corrected(log_q, log_p, log_lik, beta) - 2 * finite.log_normalizer(log_q, log_p, beta)


def sec_3_corrected(log_q: Array, log_p: Array, log_lik: Array, beta: Array) -> Array:
    """L_beta is the ELBO under r, plus (1 - beta) I, plus log C."""
    implicit = _reconstruction(log_q, log_lik) - _implicit_kl(log_q, log_p, beta)
    log_C = finite.log_normalizer(log_q, log_p, beta)
    return implicit + (1 - beta) * finite.index_information(log_q) + log_C


def sec_3_completed(log_q: Array, log_p: Array, log_lik: Array, beta: Array) -> Array:
    """The printed sentence plus 2 log C."""
    return sec_3_sentence(log_q, log_p, log_lik, beta) + 2 * finite.log_normalizer(log_q, log_p, beta)


def sec_1_one_difference(log_q: Array, log_p: Array, log_lik: Array, beta: Array) -> Array:
    """Section 1: the one main difference from the ELBO under r is the missing normaliser."""
    return sec_3_corrected(log_q, log_p, log_lik, beta) - (1 - beta) * finite.index_information(log_q)


def sec_1_two_differences(log_q: Array, log_p: Array, log_lik: Array, beta: Array) -> Array:
    """The sentence of section 1 with the term that it leaves out."""
    return sec_1_one_difference(log_q, log_p, log_lik, beta) + (1 - beta) * finite.index_information(log_q)


def eq_7_constant_weights(mu: Array, Sigma: Array, beta: Array, phi: Array) -> Array:
    """log of the last line of (7) for weights phi(n) that do not depend on z."""
    b = trailing(beta, 1)
    terms = b * log(phi) + implicit_prior.log_component_integral(mu, Sigma, b)
    return logsumexp(terms, -1) - (1 - beta) * log_number(mu.shape[-2], mu)


def eq_7_less_variance(log_q: Array) -> Array:
    """At beta = -1 the right side of (7) with equal weights is the square of the mean plus the variance, not at
    most the square."""
    q = exp(log_q)
    N = log_q.shape[-1]
    beta = 0 * total(log_q, -1) - 1
    right = exp(implicit_prior.log_jensen_integrand(log_q, 0 * log_q - log_number(N, log_q), beta))
    deviation = q - trailing(mean(q, -1), 1)
    return log(right - mean(deviation * deviation, -1))


def eq_8(z: Array, mu: Array, Sigma: Array, beta: Array) -> Array:
    """log of the integrand of (8) at z."""
    log_q = gaussian.log_density(z[..., None, :], mu, Sigma)
    log_phi = aggregate.log_responsibilities(z, mu, Sigma)
    log_p = gaussian.log_density(z, 0 * z, eye_like(Sigma[..., 0, :, :]))
    return beta * log_p + implicit_prior.log_jensen_integrand(log_q, log_phi, beta)


def optimal_weights(log_q: Array) -> Array:
    """Below (7): the bound is tightest when phi*(n; z) is proportional to N(z; mu_n, Sigma_n)."""
    return exp(log_q - trailing(logsumexp(log_q, -1), 1))


def eq_10(mu: Array, Sigma: Array, beta: Array) -> Array:
    """log of the last line of (10)."""
    return implicit_prior.log_normalizer_estimate(mu, Sigma, beta)


def eq_10_less_overlap(mu: Array, Sigma: Array, beta: Array) -> Array:
    """The estimate less beta log N, its largest possible excess over log C."""
    return eq_10(mu, Sigma, beta) - beta * log_number(mu.shape[-2], mu)


def eq_11(mu: Array, Sigma: Array, beta: Array) -> Array:
    """log D from the printed Sigma' and mu'."""
    b = trailing(beta, 2)
    eye = eye_like(Sigma)
    tilted = solve(b * eye + (1 - b) * solve(Sigma, eye), eye)
    centre = eq_11_mean(mu, Sigma, beta)
    exponent = inv_quad(tilted, centre) - (1 - beta) * inv_quad(Sigma, mu)
    return (log_det(tilted) - (1 - beta) * log_det(Sigma) + exponent) / 2


def eq_11_mean(mu: Array, Sigma: Array, beta: Array) -> Array:
    """The second printed form of mu'."""
    b = trailing(beta, 2)
    return solve(b / (1 - b) * Sigma + eye_like(Sigma), mu[..., None])[..., 0]


def eq_11_covariance(Sigma: Array, beta: Array) -> Array:
    """Sigma' = (beta I + (1 - beta) Sigma^-1)^-1."""
    b = trailing(beta, 2)
    eye = eye_like(Sigma)
    return solve(b * eye + (1 - b) * solve(Sigma, eye), eye)


def eq_12_covariance(Sigma: Array, beta: Array) -> Array:
    """Sigma' ~ Sigma / (1 - beta)."""
    return Sigma / (1 - trailing(beta, 2))


def eq_12_mean(mu: Array, Sigma: Array) -> Array:
    """mu' ~ mu."""
    return mu + 0 * Sigma[..., 0]


def eq_12_D(mu: Array, Sigma: Array, beta: Array) -> Array:
    """log D ~ (beta / 2) log|Sigma|."""
    return beta * log_det(Sigma) / 2


def eq_12_D_completed(mu: Array, Sigma: Array, beta: Array) -> Array:
    """The printed log D with the two factors that it leaves out."""
    return eq_12_D(mu, Sigma, beta) - (mu.shape[-1] * log(1 - beta) + beta * squared_norm(mu)) / 2


def eq_12_C(mu: Array, Sigma: Array, beta: Array) -> Array:
    """log C ~ log N^(beta-1) sum_n |Sigma_n|^(beta/2)."""
    return logsumexp(trailing(beta, 1) * log_det(Sigma) / 2, -1) - (1 - beta) * log_number(mu.shape[-2], mu)


def eq_12_C_completed(mu: Array, Sigma: Array, beta: Array) -> Array:
    """The printed log C with the factors that it leaves out, weighted as they must be."""
    log_weights = log(eq_13_w(Sigma, beta))
    missing = logsumexp(log_weights - trailing(beta, 1) * squared_norm(mu) / 2, -1)
    return eq_12_C(mu, Sigma, beta) + missing - mu.shape[-1] * log(1 - beta) / 2


def eq_13_w(Sigma: Array, beta: Array) -> Array:
    """w_n = |Sigma_n|^(beta/2) / sum_m |Sigma_m|^(beta/2)."""
    log_volume = trailing(beta, 1) * log_det(Sigma) / 2
    return exp(log_volume - trailing(logsumexp(log_volume, -1), 1))


def eq_13_w_times_N(Sigma: Array, beta: Array) -> Array:
    """The printed w_n times N: weights of mean one."""
    return Sigma.shape[-3] * eq_13_w(Sigma, beta)


def eq_13_left(Sigma: Array, beta: Array) -> Array:
    """(beta/2) |Sigma_n|^(beta/2) / sum_m |Sigma_m|^(beta/2) Sigma_n^-1."""
    return trailing(trailing(beta, 1) / 2 * eq_13_w(Sigma, beta), 2) * solve(Sigma, eye_like(Sigma))


def eq_13_middle(Sigma: Array, beta: Array) -> Array:
    """w_n (1/N) (beta/2) Sigma_n^-1 with the printed w_n."""
    return eq_13_left(Sigma, beta) / Sigma.shape[-3]


def eq_13_middle_times_N(Sigma: Array, beta: Array) -> Array:
    """The printed middle of (13), N times."""
    return Sigma.shape[-3] * eq_13_middle(Sigma, beta)


def eq_13_right(Sigma: Array, beta: Array) -> Array:
    """Gradient of beta (1/N) sum_m -w_m E_q[log q(z|x_m)], the weights of mean one held fixed."""
    w = implicit_prior.determinant_weights(Sigma, beta)
    return trailing(trailing(beta, 1) * w / (2 * Sigma.shape[-3]), 2) * solve(Sigma, eye_like(Sigma))


def eq_13_scaled(Sigma: Array, beta: Array) -> Array:
    """Sigma_n times (13), traced: by how much log C moves with the logarithm of Sigma_n's size."""
    return trailing(beta, 1) * Sigma.shape[-1] / 2 * eq_13_w(Sigma, beta)


def eq_13_scaled_completed(mu: Array, Sigma: Array, beta: Array) -> Array:
    """The same with the weights that hold as Sigma shrinks: |Sigma_n|^(beta/2) exp(-beta |mu_n|^2 / 2), normalised."""
    log_weight = log(eq_13_w(Sigma, beta)) - trailing(beta, 1) * squared_norm(mu) / 2
    return trailing(beta, 1) * mu.shape[-1] / 2 * exp(log_weight - trailing(logsumexp(log_weight, -1), 1))


def sec_41_cancellation(Sigma: Array, beta: Array) -> Array:
    """Gradient of beta times the mean entropy less the gradient of log C by (12)."""
    entropy_gradient = trailing(beta, 3) / (2 * Sigma.shape[-3]) * solve(Sigma, eye_like(Sigma))
    return entropy_gradient - eq_13_left(Sigma, beta)


def sec_41_joint(x: Array, W: Array, noise: Array, mu: Array, Sigma: Array) -> Array:
    """E_q[log p(x, z)]."""
    log_prior = gaussian.log_density(mu, 0 * mu, eye_like(Sigma)) - trace(Sigma) / 2
    return elbo.gaussian_reconstruction(x, W, noise, mu, Sigma) + log_prior


def sec_41_degenerate(mu: Array, beta: Array) -> Array:
    """What is left of E_q[log r(z)/q(z|x_n)] when all variances vanish."""
    return implicit_prior.degenerate_elbo(0 * mu[..., 0], mu, beta)


def sec_41_separated(mu: Array, Sigma: Array, beta: Array) -> Array:
    """Mean of E_q[log r(z)/q(z|x_n)] for posteriors that do not overlap."""
    N = mu.shape[-2]
    information = (1 - beta) * log_number(N, mu)
    return -beta * information_average(mu, Sigma) - information - eq_10(mu, Sigma, beta)


def information_average(mu: Array, Sigma: Array) -> Array:
    """The average KL to the prior."""
    return mean(gaussian.kl_to_prior(mu, Sigma), -1)


def eq_9(log_q: Array, beta: Array) -> Array:
    """log of N^(beta-1) max_n q_n(z)^(1-beta)."""
    largest = log_q[..., 0]
    for n in range(1, log_q.shape[-1]):
        largest = maximum(largest, log_q[..., n])
    return (1 - beta) * (largest - log_number(log_q.shape[-1], log_q))


def nothing_left(mu: Array) -> Array:
    """Zero: what remains of a gap that closes."""
    return 0 * mu[..., 0, 0]


def eq_13_right_moving(Sigma: Array, beta: Array) -> Array:
    """The right side of (13) with the weights differentiated too: H_n against its weighted mean comes in."""
    w = implicit_prior.determinant_weights(Sigma, beta)
    N, H = Sigma.shape[-3], gaussian.entropy(Sigma)
    b = trailing(beta, 1)
    pull = b * b * w * (H - trailing(mean(w * H, -1), 1)) / (2 * N)
    return eq_13_right(Sigma, beta) + trailing(pull, 2) * solve(Sigma, eye_like(Sigma))


def sec_41_mean_log(Sigma: Array, beta: Array) -> Array:
    """beta times the mean of log|Sigma_n| / 2: the part of the mean entropy that the variances move."""
    return mean(trailing(beta, 1) * log_det(Sigma) / 2, -1)


def sec_41_zero(Sigma: Array) -> Array:
    """No gradient at all."""
    return 0 * Sigma


def eq_10_overlap(log_phi: Array, beta: Array) -> Array:
    """log of sum_n phi*(n; z)^(1-beta): by how much the estimate's integrand exceeds that of C at z."""
    return logsumexp((1 - trailing(beta, 1)) * log_phi, -1)


def eq_10_less_log_N(mu: Array, Sigma: Array, beta: Array) -> Array:
    """The estimate less log N."""
    return eq_10(mu, Sigma, beta) - log_number(mu.shape[-2], mu)

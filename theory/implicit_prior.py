"""The implicit prior r(z) = q(z)^(1-beta) p(z)^beta / C: its terms, its normaliser, and bounds on it."""

from __future__ import annotations

from theory import aggregate, gaussian, information
from theory.arrays import (
    Array,
    exp,
    eye_like,
    inv_quad,
    log,
    log_det,
    log_number,
    logsumexp,
    matvec,
    minimum,
    outer,
    solve,
    squared_norm,
    total,
    trace,
    trailing,
    zeros_like,
)
from theory.existence import exists as exists
from theory.existence import tail_curvature as tail_curvature
from theory.validation import (
    check_beta_below_one,
    check_each_integrable,
    check_integrable,
    check_unit_beta,
    validated,
)


def _blend(Sigma: Array, beta: Array) -> Array:
    b = trailing(beta, 2)
    return (1 - b) * eye_like(Sigma) + b * Sigma


def _solve_vector(A: Array, v: Array) -> Array:
    return solve(A, v[..., None])[..., 0]


@validated(check_integrable, mu="k", Sigma="k k", beta="")
def log_component_integral(mu: Array, Sigma: Array, beta: Array) -> Array:
    r"""log D(mu, Sigma), the log-mass of N(0, I)^beta N(mu, Sigma)^(1-beta), in nats.

    .. math:: \log D(\mu,\Sigma) = \tfrac\beta2\log|\Sigma| - \tfrac12\log|M|
        - \tfrac{\beta(1-\beta)}2\,\mu^\top M^{-1}\mu, \quad M = (1-\beta) I + \beta\Sigma

    This form has no Sigma^-1 in it and so keeps its digits for small variances. It holds for every real beta with
    beta I + (1-beta) Sigma^-1 positive definite. Shapes: mu (..., k), Sigma (..., k, k), beta (...) -> (...).
    ValueError: other beta, a Sigma that is no covariance. Source: Hoffman et al., eq (11).

    >>> float(log_component_integral([0.0, 0.0], [[1.0, 0.0], [0.0, 1.0]], 0.3))
    0.0
    """
    M = _blend(Sigma, beta)
    return (beta * log_det(Sigma) - log_det(M) - beta * (1 - beta) * inv_quad(M, mu)) / 2


@validated(check_integrable, Sigma="k k", beta="")
def tilted_covariance(Sigma: Array, beta: Array) -> Array:
    r"""Sigma', the covariance of the Gaussian proportional to N(0, I)^beta N(mu, Sigma)^(1-beta).

    .. math:: \Sigma' = (\beta I + (1-\beta)\Sigma^{-1})^{-1} = ((1-\beta) I + \beta\Sigma)^{-1}\Sigma

    Shapes: Sigma (..., k, k), beta (...) -> (..., k, k). ValueError: beta outside the domain of
    `log_component_integral`. Source: Hoffman et al., eq (11).

    >>> float(tilted_covariance([[3.0]], 0.5)[0, 0])  # 3 / (1/2 + 3/2)
    1.5
    """
    return solve(_blend(Sigma, beta), Sigma)


@validated(check_integrable, mu="k", Sigma="k k", beta="")
def tilted_mean(mu: Array, Sigma: Array, beta: Array) -> Array:
    r"""mu', the mean of the Gaussian proportional to N(0, I)^beta N(mu, Sigma)^(1-beta).

    .. math:: \mu' = (1-\beta)\Sigma'\Sigma^{-1}\mu = (1-\beta)\,((1-\beta) I + \beta\Sigma)^{-1}\mu

    Shapes: mu (..., k), Sigma (..., k, k), beta (...) -> (..., k). ValueError: beta outside the domain of
    `log_component_integral`. Source: Hoffman et al., eq (11).

    >>> float(tilted_mean([4.0], [[3.0]], 0.5)[0])  # 4 / (1 + 3)
    1.0
    """
    return trailing(1 - beta, 1) * _solve_vector(_blend(Sigma, beta), mu)


@validated(z="k", mu="N k", Sigma="N k k", beta="")
def log_tilt(z: Array, mu: Array, Sigma: Array, beta: Array) -> Array:
    r"""log q(z)^(1-beta) p(z)^beta, the implicit prior before it is normalised, in nats.

    .. math:: \log C + \log r(z) = (1-\beta)\log q(z) + \beta\log p(z)

    Shapes: z (..., k), mu (..., N, k), Sigma (..., N, k, k), beta (...) -> (...). Source: Hoffman et al., eq (4).

    >>> round(float(log_tilt([0.0], [[0.0]], [[[1.0]]], 0.3)), 12)  # q = p: -log(2 pi) / 2
    -0.918938533205
    """
    log_p = gaussian.log_density(z, zeros_like(z), eye_like(Sigma))
    return (1 - beta) * aggregate.log_density(z, mu, Sigma) + beta * log_p


@validated(log_q="N", log_phi="N", beta="")
def log_jensen_integrand(log_q: Array, log_phi: Array, beta: Array) -> Array:
    r"""The logarithm of the integrand of the variational bound on C, at one z, in nats.

    .. math:: \log\left(N^{\beta-1} p(z)^\beta \sum_n \phi(n;z)^\beta q_n(z)^{1-\beta}\right) - \beta\log p(z)

    At most (1-beta) log q(z) for 0 <= beta <= 1, and equal to it at phi = phi*.
    Shapes: log_q = log q_n(z) (..., N), log_phi (..., N), beta (...) -> (...). Source: Hoffman et al., eq (7).

    >>> import numpy as np
    >>> round(float(log_jensen_integrand([0.0, 0.0], [-np.log(2), -np.log(2)], 0.5)), 12) == 0.0  # q = 1 = the bound
    True
    """
    N, b = log_q.shape[-1], trailing(beta, 1)
    return logsumexp(b * log_phi + (1 - b) * log_q, -1) - (1 - beta) * log_number(N, log_q)


@validated(check_each_integrable, mu="N k", Sigma="N k k", beta="")
def log_normalizer_estimate(mu: Array, Sigma: Array, beta: Array) -> Array:
    r"""The estimate log N^(beta-1) sum_n D_n of log C, an upper bound on it for 0 <= beta <= 1, in nats.

    .. math:: \log C \le (\beta-1)\log N + \log\sum_n D(\mu_n,\Sigma_n)

    By subadditivity of x^(1-beta). Shapes: mu (..., N, k), Sigma (..., N, k, k), beta (...) -> (...). ValueError: beta
    outside the domain of `log_component_integral` for some n. Source: Hoffman et al., eq (10).

    >>> round(float(log_normalizer_estimate([[0.0], [0.0]], [[[1.0]], [[1.0]]], 0.75)), 12)  # .75 log 2
    0.51986038542
    """
    N = mu.shape[-2]
    return logsumexp(log_component_integral(mu, Sigma, trailing(beta, 1)), -1) - (1 - beta) * log_number(N, mu)


@validated(check_beta_below_one, mu="N k", Sigma="N k k", beta="")
def lower_bound_power_mean(mu: Array, Sigma: Array, beta: Array) -> Array:
    r"""The reverse-Minkowski lower bound on log C, for 0 <= beta < 1, in nats.

    .. math:: \log C \ge (1-\beta)\log\frac1N\sum_n D(\mu_n,\Sigma_n)^{1/(1-\beta)}

    C^(1/(1-beta)) is the L^(1-beta) functional of q p^(beta/(1-beta)), which is superadditive. Attained when all
    q_n agree. Shapes: mu (..., N, k), Sigma (..., N, k, k), beta (...) -> (...). ValueError: beta outside [0, 1).

    >>> round(float(lower_bound_power_mean([[1.0], [1.0]], [[[1.0]], [[1.0]]], 0.5)), 12)  # log D = -beta(1-beta)/2
    -0.125
    """
    N, b = mu.shape[-2], trailing(beta, 1)
    log_D = log_component_integral(mu, Sigma, b)
    return (1 - beta) * (logsumexp(log_D / (1 - b), -1) - log_number(N, mu))


@validated(check_unit_beta, mu="N k", Sigma="N k k", beta="")
def lower_bound_jensen(mu: Array, Sigma: Array, beta: Array) -> Array:
    r"""The lower bound log mean_n D_n on log C, by concavity of x^(1-beta), for 0 <= beta <= 1, in nats.

    .. math:: \log C \ge \log\frac1N\sum_n D(\mu_n,\Sigma_n)

    Never above `lower_bound_power_mean`. Shapes: mu (..., N, k), Sigma (..., N, k, k), beta (...) -> (...).
    ValueError: beta outside [0, 1]. Source: Hoffman et al., eq (7) with phi = 1/N.

    >>> round(float(lower_bound_jensen([[1.0], [-1.0]], [[[1.0]], [[1.0]]], 0.5)), 12)
    -0.125
    """
    N = mu.shape[-2]
    return logsumexp(log_component_integral(mu, Sigma, trailing(beta, 1)), -1) - log_number(N, mu)


@validated(check_unit_beta, mu="N k", Sigma="N k k", beta="")
def lower_bound_kl(mu: Array, Sigma: Array, beta: Array) -> Array:
    r"""The lower bound -beta mean_n KL_n on log C, by Jensen under q, for 0 <= beta <= 1, in nats.

    .. math:: \log C \ge -\beta\,\mathrm{KL}(q(z)\|p(z)) \ge -\frac\beta N\sum_n \mathrm{KL}(q_n\|p)

    Never above `lower_bound_jensen`. Shapes: mu (..., N, k), Sigma (..., N, k, k), beta (...) -> (...).
    ValueError: beta outside [0, 1].

    >>> float(lower_bound_kl([[1.0], [-1.0]], [[[1.0]], [[1.0]]], 0.5))
    -0.25
    """
    return -beta * information.average_kl(mu, Sigma)


@validated(check_beta_below_one, mu="N k", Sigma="N k k", beta="")
def log_normalizer_bounds(mu: Array, Sigma: Array, beta: Array) -> tuple[Array, Array]:
    r"""Lower and upper closed-form bounds on log C for 0 <= beta < 1, in nats.

    .. math:: (1-\beta)\log\frac1N\sum_n D_n^{1/(1-\beta)} \le \log C
        \le \min\left(0,\ \log N^{\beta-1}\sum_n D_n\right)

    The lower one is the largest of the three lower bounds here, by the power-mean and Jensen's inequalities; the
    upper 0 is Hoelder's. Shapes: mu (..., N, k), Sigma (..., N, k, k), beta (...) -> ((...), (...)).
    ValueError: beta outside [0, 1).

    >>> lower, upper = log_normalizer_bounds([[1.0]], [[[1.0]]], 0.5)  # N = 1: they meet
    >>> round(float(lower), 12), round(float(upper), 12)
    (-0.125, -0.125)
    """
    estimate = log_normalizer_estimate(mu, Sigma, beta)
    return lower_bound_power_mean(mu, Sigma, beta), minimum(estimate, zeros_like(estimate))


@validated(check_beta_below_one, mu="k", Sigma="k k", beta="")
def small_variance_limit(mu: Array, Sigma: Array, beta: Array) -> Array:
    r"""What log D approaches as Sigma shrinks, for 0 <= beta < 1, in nats.

    .. math:: \log D(\mu,\Sigma) \approx \tfrac\beta2\log|\Sigma| - \tfrac k2\log(1-\beta) - \tfrac\beta2\,\mu^\top\mu

    The printed form lacks the last two terms. Shapes: mu (..., k), Sigma (..., k, k), beta (...) -> (...).
    ValueError: beta outside [0, 1). Source: Hoffman et al., eq (12), corrected.

    >>> round(float(small_variance_limit([0.0, 0.0], [[1.0, 0.0], [0.0, 1.0]], 0.5)), 12)  # log 2
    0.69314718056
    """
    k = mu.shape[-1]
    return (beta * log_det(Sigma) - k * log(1 - beta) - beta * squared_norm(mu)) / 2


@validated(check_each_integrable, mu="N k", Sigma="N k k", beta="")
def component_weights(mu: Array, Sigma: Array, beta: Array) -> Array:
    r"""The share of each posterior in the estimate of C, the exact weights of its gradients.

    .. math:: w_n = \frac{D(\mu_n,\Sigma_n)}{\sum_m D(\mu_m,\Sigma_m)}

    Shapes: mu (..., N, k), Sigma (..., N, k, k), beta (...) -> (..., N). ValueError: beta outside the domain of
    `log_component_integral` for some n. Source: Hoffman et al., eq (13), exact.

    >>> component_weights([[1.0], [-1.0]], [[[1.0]], [[1.0]]], 0.5).tolist()
    [0.5, 0.5]
    """
    log_D = log_component_integral(mu, Sigma, trailing(beta, 1))
    return exp(log_D - trailing(logsumexp(log_D, -1), 1))


@validated(Sigma="N k k", beta="")
def determinant_weights(Sigma: Array, beta: Array) -> Array:
    r"""The weights w_n of the small-variance gradient, which average to one.

    .. math:: w_n = \frac{|\Sigma_n|^{\beta/2}}{\frac1N\sum_m|\Sigma_m|^{\beta/2}}

    The printed w_n lacks the factor N, which the text's "w_n = 1" needs. Shapes: Sigma (..., N, k, k), beta (...) ->
    (..., N). Source: Hoffman et al., eq (13), corrected.

    >>> determinant_weights([[[2.0]], [[2.0]]], 0.5).round(12).tolist()
    [1.0, 1.0]
    """
    log_volume = trailing(beta, 1) * log_det(Sigma) / 2
    N = Sigma.shape[-3]
    return N * exp(log_volume - trailing(logsumexp(log_volume, -1), 1))


@validated(check_integrable, mu="k", Sigma="k k", beta="")
def component_gradient_mu(mu: Array, Sigma: Array, beta: Array) -> Array:
    r"""The gradient of log D with respect to mu.

    .. math:: \nabla_\mu \log D = -\beta(1-\beta) M^{-1}\mu, \quad M = (1-\beta) I + \beta\Sigma

    Shapes: mu (..., k), Sigma (..., k, k), beta (...) -> (..., k). ValueError: beta outside the domain of
    `log_component_integral`. Source: differentiates Hoffman et al., eq (11).

    >>> component_gradient_mu([4.0], [[1.0]], 0.5).tolist()
    [-1.0]
    """
    return -trailing(beta * (1 - beta), 1) * _solve_vector(_blend(Sigma, beta), mu)


@validated(check_integrable, mu="k", Sigma="k k", beta="")
def component_gradient_Sigma(mu: Array, Sigma: Array, beta: Array) -> Array:
    r"""The gradient G of log D with respect to Sigma: d log D = tr(G dSigma) for symmetric dSigma.

    .. math:: \nabla_\Sigma\log D = \tfrac\beta2\left(\Sigma^{-1} - M^{-1} + \beta(1-\beta) M^{-1}\mu\mu^\top M^{-1}
        \right), \quad M = (1-\beta) I + \beta\Sigma

    Shapes: mu (..., k), Sigma (..., k, k), beta (...) -> (..., k, k). ValueError: beta outside the domain of
    `log_component_integral`. Source: differentiates Hoffman et al., eq (11).

    >>> component_gradient_Sigma([4.0], [[1.0]], 0.5).tolist()
    [[1.0]]
    """
    b, I, M = trailing(beta, 2), eye_like(Sigma), _blend(Sigma, beta)
    v = _solve_vector(M, mu)
    return b / 2 * (solve(Sigma, I) - solve(M, I) + b * (1 - b) * outer(v, v))


@validated(check_integrable, mu="k", Sigma="k k", beta="")
def component_gradient_beta(mu: Array, Sigma: Array, beta: Array) -> Array:
    r"""The derivative of log D with respect to beta.

    .. math:: \partial_\beta\log D = \tfrac12\left(\log|\Sigma| - \operatorname{tr}M^{-1}(\Sigma-I)
        - (1-2\beta)\,\mu^\top M^{-1}\mu + \beta(1-\beta)\,\mu^\top M^{-1}(\Sigma-I)M^{-1}\mu\right)

    Shapes: mu (..., k), Sigma (..., k, k), beta (...) -> (...). ValueError: beta outside the domain of
    `log_component_integral`. Source: differentiates Hoffman et al., eq (11).

    >>> float(component_gradient_beta([2.0], [[1.0]], 0.0))  # -KL(q || p) at beta = 0
    -2.0
    """
    M, dM = _blend(Sigma, beta), Sigma - eye_like(Sigma)
    v = _solve_vector(M, mu)
    quadratic = (1 - 2 * beta) * total(mu * v, -1) - beta * (1 - beta) * total(v * matvec(dM, v), -1)
    return (log_det(Sigma) - trace(solve(M, dM)) - quadratic) / 2


@validated(check_each_integrable, mu="N k", Sigma="N k k", beta="")
def estimate_gradient_mu(mu: Array, Sigma: Array, beta: Array) -> Array:
    r"""The gradient of `log_normalizer_estimate` with respect to each mu_n.

    .. math:: \nabla_{\mu_n} \log\sum_m D_m = w_n\,\nabla_\mu\log D(\mu_n,\Sigma_n)

    Shapes: mu (..., N, k), Sigma (..., N, k, k), beta (...) -> (..., N, k). Source: Hoffman et al., eq (13), exact.

    >>> estimate_gradient_mu([[4.0], [-4.0]], [[[1.0]], [[1.0]]], 0.5).tolist()
    [[-0.5], [0.5]]
    """
    return trailing(component_weights(mu, Sigma, beta), 1) * component_gradient_mu(mu, Sigma, trailing(beta, 1))


@validated(check_each_integrable, mu="N k", Sigma="N k k", beta="")
def estimate_gradient_Sigma(mu: Array, Sigma: Array, beta: Array) -> Array:
    r"""The gradient of `log_normalizer_estimate` with respect to each Sigma_n, as in `component_gradient_Sigma`.

    .. math:: \nabla_{\Sigma_n} \log\sum_m D_m = w_n\,\nabla_\Sigma\log D(\mu_n,\Sigma_n)

    Shapes: mu (..., N, k), Sigma (..., N, k, k), beta (...) -> (..., N, k, k). Source: Hoffman et al., eq (13), exact.

    >>> estimate_gradient_Sigma([[4.0], [-4.0]], [[[1.0]], [[1.0]]], 0.5).tolist()
    [[[0.5]], [[0.5]]]
    """
    return trailing(component_weights(mu, Sigma, beta), 2) * component_gradient_Sigma(mu, Sigma, trailing(beta, 1))


@validated(check_each_integrable, mu="N k", Sigma="N k k", beta="")
def estimate_gradient_beta(mu: Array, Sigma: Array, beta: Array) -> Array:
    r"""The derivative of `log_normalizer_estimate` with respect to beta.

    .. math:: \partial_\beta \log N^{\beta-1}\sum_m D_m = \log N + \sum_n w_n\,\partial_\beta\log D(\mu_n,\Sigma_n)

    Shapes: mu (..., N, k), Sigma (..., N, k, k), beta (...) -> (...). Source: differentiates Hoffman et al., eq (10).

    >>> round(float(estimate_gradient_beta([[0.0], [0.0]], [[[1.0]], [[1.0]]], 0.5)), 12)  # log 2
    0.69314718056
    """
    N = mu.shape[-2]
    weights = component_weights(mu, Sigma, beta)
    return total(weights * component_gradient_beta(mu, Sigma, trailing(beta, 1)), -1) + log_number(N, mu)


@validated(check_beta_below_one, log_lik_at_means="N", mu="N k", beta="")
def degenerate_elbo(log_lik_at_means: Array, mu: Array, beta: Array) -> Array:
    r"""Where the implicit ELBO goes as all variances shrink to zero with equal determinants, in nats per datum.

    .. math:: \frac1N\sum_n\log p(x_n|\mu_n) + \tfrac k2\left(\beta+\log(1-\beta)\right)
        - \frac\beta{2N}\sum_n\mu_n^\top\mu_n - \log\sum_n e^{-\frac\beta2\mu_n^\top\mu_n}

    The limit is finite: for distinct means the entropy term of L_beta and log C cancel, so nothing but the likelihood
    rewards a variance. Shapes: log_lik_at_means = log p(x_n | mu_n) (..., N), mu (..., N, k), beta (...) -> (...).
    ValueError: beta outside [0, 1). Source: Hoffman et al., section 4.1, made exact.

    >>> round(float(degenerate_elbo([0.0, 0.0], [[1.0], [-1.0]], 0.0)), 12)  # -log 2: r is q, one half at each
    -0.69314718056
    """
    N, k = mu.shape[-2:]
    energy = trailing(beta, 1) * squared_norm(mu) / 2
    return total(log_lik_at_means - energy, -1) / N + k * (beta + log(1 - beta)) / 2 - logsumexp(-energy, -1)

"""One Gaussian, or two: densities, entropy, divergences."""

from __future__ import annotations

from theory.arrays import Array, inv_quad, log_det, log_two_pi, solve, squared_norm, trace, trailing
from theory.validation import check_finite_order, check_order, validated


@validated(z="k", mu="k", Sigma="k k")
def log_density(z: Array, mu: Array, Sigma: Array) -> Array:
    r"""log N(z; mu, Sigma), the log-density of a Gaussian, in nats.

    .. math:: \log N(z;\mu,\Sigma) = -\tfrac12\left(k \log 2\pi + \log|\Sigma| + (z-\mu)^\top\Sigma^{-1}(z-\mu)\right)

    Shapes: z (..., k), mu (..., k), Sigma (..., k, k) -> (...). ValueError: a Sigma that is no covariance.
    Source: Hoffman et al., eq (6).

    >>> round(float(log_density([0.0, 0.0], [0.0, 0.0], [[1.0, 0.0], [0.0, 1.0]])), 12)  # -log 2 pi
    -1.837877066409
    """
    k = mu.shape[-1]
    return -(k * log_two_pi(mu) + log_det(Sigma) + inv_quad(Sigma, z - mu)) / 2


@validated(Sigma="k k")
def entropy(Sigma: Array) -> Array:
    r"""h(N(mu, Sigma)), the differential entropy of a Gaussian, in nats.

    .. math:: h = \tfrac12\left(k + k\log 2\pi + \log|\Sigma|\right)

    Shapes: Sigma (..., k, k) -> (...). ValueError: a Sigma that is no covariance. Source: Hoffman et al., section 4.1.

    >>> round(float(entropy([[1.0]])), 12)  # log(2 pi e) / 2
    1.418938533205
    """
    k = Sigma.shape[-1]
    return (k + k * log_two_pi(Sigma) + log_det(Sigma)) / 2


@validated(mu="k", Sigma="k k")
def kl_to_prior(mu: Array, Sigma: Array) -> Array:
    r"""KL(N(mu, Sigma) || N(0, I)), in nats.

    .. math:: \mathrm{KL} = \tfrac12\left(\operatorname{tr}\Sigma + \mu^\top\mu - k - \log|\Sigma|\right)

    Shapes: mu (..., k), Sigma (..., k, k) -> (...). ValueError: a Sigma that is no covariance.
    Source: Hoffman et al., eq (1).

    >>> float(kl_to_prior([1.0, 1.0], [[1.0, 0.0], [0.0, 1.0]]))
    1.0
    """
    k = mu.shape[-1]
    return (trace(Sigma) + squared_norm(mu) - k - log_det(Sigma)) / 2


@validated(mu0="k", Sigma0="k k", mu1="k", Sigma1="k k")
def kl(mu0: Array, Sigma0: Array, mu1: Array, Sigma1: Array) -> Array:
    r"""KL(N(mu0, Sigma0) || N(mu1, Sigma1)), in nats.

    .. math:: \tfrac12\left(\operatorname{tr}\Sigma_1^{-1}\Sigma_0 + (\mu_1-\mu_0)^\top\Sigma_1^{-1}(\mu_1-\mu_0) - k
        + \log|\Sigma_1| - \log|\Sigma_0|\right)

    Shapes: means (..., k), covariances (..., k, k) -> (...). ValueError: a Sigma that is no covariance.
    Source: Hoffman et al., eq (1).

    >>> float(kl([1.0], [[1.0]], [0.0], [[1.0]]))
    0.5
    """
    k = mu0.shape[-1]
    spread = trace(solve(Sigma1, Sigma0)) - k + log_det(Sigma1) - log_det(Sigma0)
    return (spread + inv_quad(Sigma1, mu1 - mu0)) / 2


@validated(check_order, check_finite_order, mu0="k", Sigma0="k k", mu1="k", Sigma1="k k", alpha="")
def renyi(mu0: Array, Sigma0: Array, mu1: Array, Sigma1: Array, alpha: Array) -> Array:
    r"""D_alpha(N(mu0, Sigma0) || N(mu1, Sigma1)), the Renyi divergence of order alpha, in nats.

    .. math:: D_\alpha(p\|q) = \frac{1}{\alpha-1}\log\int p^\alpha q^{1-\alpha}
        = \frac{\alpha}{2}\,d^\top\Sigma_\alpha^{-1}d
        + \frac{1}{2(1-\alpha)}\log\frac{|\Sigma_\alpha|}{|\Sigma_0|^{1-\alpha}|\Sigma_1|^\alpha},
        \quad \Sigma_\alpha = (1-\alpha)\Sigma_0 + \alpha\Sigma_1,\ d = \mu_1 - \mu_0

    Shapes: means (..., k), covariances (..., k, k), alpha (...) -> (...). ValueError: alpha <= 0 or 1 (order 1 is
    `kl`), or Sigma_alpha not positive definite (the divergence is infinite). Source: Hoffman et al., eq (4), whose
    log C is -(1 - beta) D_beta(p || q).

    >>> float(renyi([1.0], [[1.0]], [0.0], [[1.0]], 0.25))  # alpha |mu|^2 / 2
    0.125
    """
    a = trailing(alpha, 2)
    mixed = (1 - a) * Sigma0 + a * Sigma1
    volumes = log_det(mixed) - (1 - alpha) * log_det(Sigma0) - alpha * log_det(Sigma1)
    return (alpha * inv_quad(mixed, mu1 - mu0) + volumes / (1 - alpha)) / 2

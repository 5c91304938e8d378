"""Evidence lower bounds, and the linear-Gaussian decoder on which all of them are closed forms."""

from __future__ import annotations

from theory import gaussian
from theory.arrays import Array, eye_like, log, log_two_pi, matvec, solve, squared_norm, trace, trailing, zeros_like
from theory.validation import check_noise, validated


@validated(check_noise, x="D", W="D k", noise="", mu="k", Sigma="k k")
def gaussian_reconstruction(x: Array, W: Array, noise: Array, mu: Array, Sigma: Array) -> Array:
    r"""E log p(x|z) under z ~ N(mu, Sigma), for the decoder p(x|z) = N(x; W z, noise I), in nats.

    .. math:: -\frac12\left(D\log 2\pi\sigma^2 + \frac{|x - W\mu|^2 + \operatorname{tr} W\Sigma W^\top}{\sigma^2}\right)

    Shapes: x (..., D), W (..., D, k), noise = sigma^2 (...), mu (..., k), Sigma (..., k, k) -> (...).
    ValueError: noise <= 0, a Sigma that is no covariance. Source: Hoffman et al., eq (1).

    >>> round(float(gaussian_reconstruction([1.0], [[1.0]], 1.0, [1.0], [[1.0]])), 12)  # -log(2 pi e) / 2
    -1.418938533205
    """
    D = x.shape[-1]
    residual = squared_norm(x - matvec(W, mu)) + trace(W @ Sigma @ W.mT)
    return -(D * (log_two_pi(x) + log(noise)) + residual / noise) / 2


@validated(check_noise, x="D", W="D k", noise="")
def log_evidence(x: Array, W: Array, noise: Array) -> Array:
    r"""log p(x) for z ~ N(0, I) and p(x|z) = N(x; W z, noise I), in nats.

    .. math:: \log p(x) = \log N(x; 0, W W^\top + \sigma^2 I)

    Shapes: x (..., D), W (..., D, k), noise = sigma^2 (...) -> (...). ValueError: noise <= 0.
    Source: Hoffman et al., eq (1).

    >>> round(float(log_evidence([0.0], [[0.0]], 1.0)), 12)  # -log(2 pi) / 2
    -0.918938533205
    """
    C = W @ W.mT
    return gaussian.log_density(x, zeros_like(x), C + trailing(noise, 2) * eye_like(C))


def _gram(W: Array, noise: Array) -> Array:
    G = W.mT @ W
    return G + trailing(noise, 2) * eye_like(G)


@validated(check_noise, x="D", W="D k", noise="")
def posterior_mean(x: Array, W: Array, noise: Array) -> Array:
    r"""The mean of p(z|x) for the linear-Gaussian decoder.

    .. math:: \mathbb{E}[z|x] = (W^\top W + \sigma^2 I)^{-1} W^\top x

    Shapes: x (..., D), W (..., D, k), noise = sigma^2 (...) -> (..., k). ValueError: noise <= 0.
    Source: Hoffman et al., eq (1), where the bound is attained.

    >>> posterior_mean([2.0], [[1.0]], 1.0).tolist()
    [1.0]
    """
    return solve(_gram(W, noise), matvec(W.mT, x)[..., None])[..., 0]


@validated(check_noise, W="D k", noise="")
def posterior_covariance(W: Array, noise: Array) -> Array:
    r"""The covariance of p(z|x) for the linear-Gaussian decoder.

    .. math:: \operatorname{Cov}[z|x] = \sigma^2 (W^\top W + \sigma^2 I)^{-1}

    Shapes: W (..., D, k), noise = sigma^2 (...) -> (..., k, k). ValueError: noise <= 0.
    Source: Hoffman et al., eq (1), where the bound is attained.

    >>> posterior_covariance([[1.0]], 1.0).tolist()
    [[0.5]]
    """
    G = _gram(W, noise)
    return trailing(noise, 2) * solve(G, eye_like(G))


@validated(reconstruction="", kl="")
def elbo(reconstruction: Array, kl: Array) -> Array:
    r"""L, the evidence lower bound, in nats; of one datum or of averages alike.

    .. math:: \mathcal L = \mathbb{E}_q\log p(x|z) - \mathrm{KL}(q(z|x)\|p(z))

    Shapes: (...), (...) -> (...). Source: Hoffman et al., eq (1).

    >>> float(elbo(-3.0, 1.0))
    -4.0
    """
    return reconstruction - kl


@validated(reconstruction="", kl="", beta="")
def beta_elbo(reconstruction: Array, kl: Array, beta: Array) -> Array:
    r"""L_beta, the objective of a beta-VAE, in nats; of one datum or of averages alike.

    .. math:: \mathcal L_\beta = \mathbb{E}_q\log p(x|z) - \beta\,\mathrm{KL}(q(z|x)\|p(z))

    Shapes: (...), (...), (...) -> (...). Source: Hoffman et al., eq (2).

    >>> float(beta_elbo(-3.0, 1.0, 0.5))
    -3.5
    """
    return reconstruction - beta * kl


@validated(L_beta="", information="", log_C="", beta="")
def implicit_elbo(L_beta: Array, information: Array, log_C: Array, beta: Array) -> Array:
    r"""The evidence lower bound under the implicit prior r, in nats per datum.

    .. math:: \frac1N\sum_n\mathbb{E}_q\log p(x_n|z) - \frac1N\sum_n\mathrm{KL}(q_n\|r)
        = \mathcal L_\beta - (1-\beta) I(z;n) - \log C

    Shapes: (...) each -> (...). Source: Hoffman et al., eq (5), last line.

    >>> float(implicit_elbo(-3.0, 1.0, -0.25, 0.5))
    -3.25
    """
    return L_beta - (1 - beta) * information - log_C

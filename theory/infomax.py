"""The InfoMax objective and the beta-VAE objective that bounds it, for any model."""

from __future__ import annotations

from theory.arrays import Array, logsumexp, trailing
from theory.validation import check_lam, check_positive_beta, validated


@validated(check_lam, aggregate_kl="", information="", lam="")
def objective(aggregate_kl: Array, information: Array, lam: Array) -> Array:
    r"""L(psi), the InfoMax objective, to be made small, in nats.

    .. math:: \mathcal L(\psi) = \mathrm{KL}(q(z)\|p(z)) - \lambda\,I(X;Z)

    Shapes: (...) each -> (...). ValueError: lambda <= -1. Source: the InfoMax note, its objective.

    >>> float(objective(1.0, 0.5, 3.0))
    -0.5
    """
    return aggregate_kl - lam * information


@validated(check_lam, nell="", average_kl="", lam="")
def bound(nell: Array, average_kl: Array, lam: Array) -> Array:
    r"""What bounds L(psi) + (1 + lambda) H[X] from above with any decoder, in nats.

    .. math:: -(1+\lambda)\,\mathbb{E}\log p_\theta(x|z) + \mathbb{E}_{p_D}\mathrm{KL}(q(z|x)\|p(z))
        = (1+\lambda)\left(\mathrm{Nell} + \tfrac{1}{1+\lambda}\mathrm{Div}\right)

    Shapes: nell = -E log p(x|z) (...), average_kl (...), lam (...) -> (...). ValueError: lambda <= -1, where the
    inequality turns round. Source: the InfoMax note, its final bound.

    >>> float(bound(2.0, 0.5, 3.0))
    8.5
    """
    return (1 + lam) * nell + average_kl


@validated(check_lam, entropy="", lam="")
def constant(entropy: Array, lam: Array) -> Array:
    r"""The constant that the final bound leaves open, in nats; of a density it may be negative.

    .. math:: (1+\lambda)\,H[X]

    Shapes: entropy = H[X] (...), lam (...) -> (...). ValueError: lambda <= -1. Source: the InfoMax note, its final
    bound.

    >>> float(constant(0.5, 3.0))
    2.0
    """
    return (1 + lam) * entropy


@validated(check_lam, decoder_kl="", lam="")
def gap(decoder_kl: Array, lam: Array) -> Array:
    r"""By how much the final bound exceeds what it bounds, in nats: 0 at the inverted posterior only.

    .. math:: (1+\lambda)\,\mathbb{E}_{q(z)}\mathrm{KL}(q(x|z)\|p_\theta(x|z))

    Shapes: decoder_kl = E KL (...), lam (...) -> (...). ValueError: lambda <= -1. Source: the InfoMax note, its bound
    on H[X|Z].

    >>> float(gap(0.25, 3.0))
    1.0
    """
    return (1 + lam) * decoder_kl


@validated(check_lam, lam="")
def beta_of_lambda(lam: Array) -> Array:
    r"""The beta whose objective has the same minima as the final bound.

    .. math:: \beta = \frac{1}{1+\lambda}

    Below 1 for lambda > 0; above 1 for -1 < lambda < 0, where information is penalised. Shapes: lam (...) -> (...).
    ValueError: lambda <= -1. Source: the InfoMax note, below its final bound.

    >>> float(beta_of_lambda(3.0))
    0.25
    """
    return 1 / (1 + lam)


@validated(check_positive_beta, beta="")
def lambda_of_beta(beta: Array) -> Array:
    r"""The weight of the information that a beta-VAE's beta amounts to: negative for beta > 1.

    .. math:: \lambda = \frac{1}{\beta} - 1

    Shapes: beta (...) -> (...). ValueError: beta <= 0. Source: the InfoMax note, below its final bound.

    >>> float(lambda_of_beta(4.0))
    -0.75
    """
    return 1 / beta - 1


@validated(check_positive_beta, log_prior="K", log_dec="M K", beta="")
def optimal_encoder(log_prior: Array, log_dec: Array, beta: Array) -> Array:
    r"""log q(z|x) of the encoder that minimises the beta-VAE objective for a given decoder, in nats.

    .. math:: q(z|x) \propto p(z)\,p(x|z)^{1/\beta}

    Shapes: log_prior (..., K), log_dec (..., M, K), beta (...) -> (..., M, K). ValueError: beta <= 0.
    Source: the InfoMax note, its beta-VAE objective.

    >>> import numpy as np
    >>> print(np.exp(optimal_encoder(np.log([0.5, 0.5]), np.log([[0.25, 0.75]]), 0.5)).round(12).tolist())  # 1 : 9
    [[0.1, 0.9]]
    """
    tilt = log_prior[..., None, :] + log_dec / trailing(beta, 2)
    return tilt - trailing(logsumexp(tilt, -1), 1)

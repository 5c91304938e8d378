"""The two joints of a VAE over finitely many x and z, the encoder's and the decoder's, and what each tells."""

from __future__ import annotations

from theory.arrays import Array, logsumexp, total, trailing, weigh
from theory.validation import validated


def _sum(log_p: Array, f: Array) -> Array:
    """sum_{x,z} p f."""
    return total(total(weigh(log_p, f), -1), -1)


# --- one distribution, or two -----------------------------------------------------------------------------------------


@validated(log_p="K")
def entropy(log_p: Array) -> Array:
    r"""H[P], in nats; P = 0 counts nothing.

    .. math:: H[P] = -\sum_z P(z)\log P(z)

    Shapes: log_p (..., K) -> (...). Source: Zheng, eqs (22) and (33).

    >>> import numpy as np
    >>> print(round(entropy(np.log([0.25, 0.25, 0.5])), 12))  # (3/2) log 2
    1.03972077084
    """
    return -total(weigh(log_p, log_p), -1)


@validated(log_a="K", log_b="K")
def kl(log_a: Array, log_b: Array) -> Array:
    r"""D(A || B), in nats; A = 0 counts nothing, and A > 0 = B makes it infinite.

    .. math:: D(A\|B) = \sum_z A(z)\log\frac{A(z)}{B(z)}

    Shapes: log_a (..., K), log_b (..., K) -> (...). Source: Zheng, eq (19).

    >>> import numpy as np
    >>> print(round(kl([0.0, -np.inf], np.log([0.5, 0.5])), 12))  # log 2
    0.69314718056
    """
    return total(weigh(log_a, log_a - log_b), -1)


# --- one joint --------------------------------------------------------------------------------------------------------


@validated(log_data="M", log_enc="M K")
def encoder_joint(log_data: Array, log_enc: Array) -> Array:
    r"""log P_enc(x, z), the joint of the data and the encoder, in nats.

    .. math:: P_{enc}(x,z) = Q_\phi(z|x)\,P_{data}(x)

    Shapes: log_data (..., M), log_enc (..., M, K) -> (..., M, K). Source: Zheng, eq (9).

    >>> import numpy as np
    >>> print(np.exp(encoder_joint(np.log([0.5, 0.5]), np.log([[0.5, 0.5], [0.25, 0.75]]))).round(12).tolist())
    [[0.25, 0.25], [0.125, 0.375]]
    """
    return trailing(log_data, 1) + log_enc


@validated(log_prior="K", log_dec="M K")
def decoder_joint(log_prior: Array, log_dec: Array) -> Array:
    r"""log P_dec(x, z), the joint of the prior and the decoder, in nats.

    .. math:: P_{dec}(x,z) = P_\theta(x|z)\,P_0(z)

    Shapes: log_prior (..., K), log_dec (..., M, K), normalised over x for each z -> (..., M, K).
    Source: Zheng, eq (4).

    >>> import numpy as np
    >>> print(np.exp(decoder_joint(np.log([0.5, 0.5]), np.log([[0.5, 0.25], [0.5, 0.75]]))).round(12).tolist())
    [[0.25, 0.125], [0.25, 0.375]]
    """
    return log_prior[..., None, :] + log_dec


@validated(log_joint="M K")
def marginal_x(log_joint: Array) -> Array:
    r"""log P(x), in nats: of the decoder's joint the marginal likelihood, of the encoder's the data.

    .. math:: P(x) = \sum_z P(x,z)

    Shapes: log_joint (..., M, K) -> (..., M). Source: Zheng, eqs (5) and (10).

    >>> import numpy as np
    >>> print(np.exp(marginal_x(np.log([[0.25, 0.125], [0.25, 0.375]]))).round(12).tolist())
    [0.375, 0.625]
    """
    return logsumexp(log_joint, -1)


@validated(log_joint="M K")
def marginal_z(log_joint: Array) -> Array:
    r"""log P(z), in nats: of the decoder's joint the prior, of the encoder's the aggregated posterior.

    .. math:: P(z) = \sum_x P(x,z)

    Shapes: log_joint (..., M, K) -> (..., K). Source: Zheng, eqs (6) and (11).

    >>> import numpy as np
    >>> print(np.exp(marginal_z(np.log([[0.25, 0.25], [0.125, 0.375]]))).round(12).tolist())
    [0.375, 0.625]
    """
    return logsumexp(log_joint, -2)


@validated(log_joint="M K")
def posterior(log_joint: Array) -> Array:
    r"""log P(z|x), in nats: of the decoder's joint the true posterior; NaN where P(x) = 0.

    .. math:: P(z|x) = P(x,z) / P(x)

    Shapes: log_joint (..., M, K) -> (..., M, K). Source: Zheng, eq (12).

    >>> import numpy as np
    >>> print(np.exp(posterior(np.log([[0.25, 0.25], [0.125, 0.375]]))).round(12).tolist())
    [[0.5, 0.5], [0.25, 0.75]]
    """
    return log_joint - trailing(marginal_x(log_joint), 1)


@validated(log_joint="M K")
def inverted_posterior(log_joint: Array) -> Array:
    r"""log P(x|z), in nats: of the encoder's joint the decoder that Nell asks for; NaN where P(z) = 0.

    .. math:: P(x|z) = P(x,z) / P(z)

    Shapes: log_joint (..., M, K) -> (..., M, K). Source: Zheng, eq (31).

    >>> import numpy as np
    >>> print(np.exp(inverted_posterior(np.log([[0.25, 0.125], [0.25, 0.375]]))).round(12).tolist())
    [[0.5, 0.25], [0.5, 0.75]]
    """
    return log_joint - marginal_z(log_joint)[..., None, :]


@validated(log_joint="M K")
def mutual_information(log_joint: Array) -> Array:
    r"""I(X; Z), in nats.

    .. math:: I(X;Z) = \sum_{x,z} P(x,z)\log\frac{P(x,z)}{P(x)\,P(z)}

    Shapes: log_joint (..., M, K) -> (...). Source: Zheng, eqs (3) and (8).

    >>> import numpy as np
    >>> print(round(mutual_information([[-np.log(2), -np.inf], [-np.inf, -np.log(2)]]), 12))  # log 2
    0.69314718056
    """
    return _sum(log_joint, inverted_posterior(log_joint) - trailing(marginal_x(log_joint), 1))


@validated(log_joint="M K")
def conditional_entropy(log_joint: Array) -> Array:
    r"""H[X|Z], what z leaves open about x, in nats.

    .. math:: H[X|Z] = -\sum_{x,z} P(x,z)\log P(x|z)

    Shapes: log_joint (..., M, K) -> (...). Source: Zheng, eq (32).

    >>> import numpy as np
    >>> print(round(conditional_entropy(np.log([[0.25, 0.25], [0.25, 0.25]])), 12))  # log 2
    0.69314718056
    """
    return -_sum(log_joint, inverted_posterior(log_joint))


# --- the terms of the objective ---------------------------------------------------------------------------------------


@validated(log_enc="M K", log_prior="K", log_dec="M K")
def elbo(log_enc: Array, log_prior: Array, log_dec: Array) -> Array:
    r"""ELBO(x) of each x, in nats.

    .. math:: \mathrm{ELBO}(x) = \sum_z Q_\phi(z|x)\log\frac{P_{dec}(x,z)}{Q_\phi(z|x)}

    Shapes: log_enc (..., M, K), log_prior (..., K), log_dec (..., M, K) -> (..., M). Source: Zheng, eq (13).

    >>> import numpy as np
    >>> print(elbo(np.log([[0.5, 0.5]]), np.log([0.5, 0.5]), np.log([[0.25, 0.25]])).round(12).tolist())  # log(1/4)
    [-1.38629436112]
    """
    return total(weigh(log_enc, decoder_joint(log_prior, log_dec) - log_enc), -1)


@validated(log_data="M", log_enc="M K", log_dec="M K")
def nell(log_data: Array, log_enc: Array, log_dec: Array) -> Array:
    r"""Nell, the negative expected log-likelihood, in nats.

    .. math:: \mathrm{Nell} = -\sum_x P_{data}(x)\sum_z Q_\phi(z|x)\log P_\theta(x|z)

    Shapes: log_data (..., M), log_enc (..., M, K), log_dec (..., M, K) -> (...). Source: Zheng, eq (15).

    >>> import numpy as np
    >>> half = np.log([[0.5, 0.5], [0.5, 0.5]])
    >>> print(round(nell(half[0], half, half), 12))  # log 2
    0.69314718056
    """
    return -_sum(encoder_joint(log_data, log_enc), log_dec)


@validated(log_data="M", log_enc="M K", log_prior="K")
def div(log_data: Array, log_enc: Array, log_prior: Array) -> Array:
    r"""Div, the average divergence from posterior to prior, in nats.

    .. math:: \mathrm{Div} = \sum_x P_{data}(x)\,D(Q_\phi(Z|x)\|P_0(Z))

    Shapes: log_data (..., M), log_enc (..., M, K), log_prior (..., K) -> (...). Source: Zheng, eq (15).

    >>> import numpy as np
    >>> half = np.log([0.5, 0.5])
    >>> print(round(div(half, [[0.0, -np.inf], [-np.inf, 0.0]], half), 12))  # log 2
    0.69314718056
    """
    return total(weigh(log_data, kl(log_enc, log_prior[..., None, :])), -1)


@validated(log_data="M", log_enc="M K", log_prior="K")
def aggdiv(log_data: Array, log_enc: Array, log_prior: Array) -> Array:
    r"""Aggdiv, the divergence from the aggregated posterior to the prior, in nats.

    .. math:: \mathrm{Aggdiv} = D(P_{enc}(Z)\|P_0(Z))

    Shapes: log_data (..., M), log_enc (..., M, K), log_prior (..., K) -> (...). Source: Zheng, eq (19).

    >>> import numpy as np
    >>> half = np.log([0.5, 0.5])
    >>> print(round(aggdiv(half, np.log([[0.5, 0.5], [0.5, 0.5]]), np.log([0.25, 0.75])), 12))  # log(4/3) / 2
    0.143841036226
    """
    return kl(marginal_z(encoder_joint(log_data, log_enc)), log_prior)


@validated(log_data="M", log_enc="M K")
def i_enc(log_data: Array, log_enc: Array) -> Array:
    r"""I_enc(X; Z), the representative mutual information, in nats.

    .. math:: I_{enc}(X;Z) = D(P_{enc}(X,Z)\|P_{enc}(X)P_{enc}(Z))

    Shapes: log_data (..., M), log_enc (..., M, K) -> (...). Source: Zheng, eq (8).

    >>> import numpy as np
    >>> print(round(i_enc(np.log([0.5, 0.5]), [[0.0, -np.inf], [-np.inf, 0.0]]), 12))  # log 2
    0.69314718056
    """
    return mutual_information(encoder_joint(log_data, log_enc))


@validated(log_prior="K", log_dec="M K")
def i_dec(log_prior: Array, log_dec: Array) -> Array:
    r"""I_dec(X; Z), the generative mutual information, in nats.

    .. math:: I_{dec}(X;Z) = D(P_{dec}(X,Z)\|P_{dec}(X)P_{dec}(Z))

    Shapes: log_prior (..., K), log_dec (..., M, K) -> (...). Source: Zheng, eq (3).

    >>> import numpy as np
    >>> print(round(i_dec(np.log([0.5, 0.5]), [[0.0, -np.inf], [-np.inf, 0.0]]), 12))  # log 2
    0.69314718056
    """
    return mutual_information(decoder_joint(log_prior, log_dec))


# --- z = (z1, z2) on a grid -------------------------------------------------------------------------------------------


@validated(log_aggregate="J K")
def total_correlation(log_aggregate: Array) -> Array:
    r"""TC, what the coordinates of z tell of each other, in nats; z = (z1, z2) on a grid.

    .. math:: \mathrm{TC} = D(P_{enc}(Z)\|P_{enc}(Z_1)\,P_{enc}(Z_2))

    Shapes: log_aggregate (..., J, K) -> (...). Source: Zheng, eq (21).

    >>> import numpy as np
    >>> print(round(total_correlation([[-np.log(2), -np.inf], [-np.inf, -np.log(2)]]), 12))  # log 2
    0.69314718056
    """
    return mutual_information(log_aggregate)


@validated(log_aggregate="J K", log_prior="J K")
def dimension_wise_kl(log_aggregate: Array, log_prior: Array) -> Array:
    r"""The sum over coordinates of D(P_enc(Z_j) || P_0(Z_j)), in nats; z = (z1, z2) on a grid.

    .. math:: \sum_j D(P_{enc}(Z_j)\|P_0(Z_j))

    Shapes: log_aggregate (..., J, K), log_prior (..., J, K) -> (...). Source: Zheng, eq (21).

    >>> import numpy as np
    >>> flat = np.log(np.full((2, 2), 0.25))
    >>> print(round(dimension_wise_kl([[0.0, -np.inf], [-np.inf, -np.inf]], flat), 12))  # 2 log 2
    1.38629436112
    """
    first = kl(marginal_x(log_aggregate), marginal_x(log_prior))
    return first + kl(marginal_z(log_aggregate), marginal_z(log_prior))


@validated(log_aggregate="J K", log_prior="J K")
def prior_factorization(log_aggregate: Array, log_prior: Array) -> Array:
    r"""What the aggregate sees of the prior's dependence, in nats; z = (z1, z2) on a grid; 0 for an independent prior.

    .. math:: \mathbb{E}_{P_{enc}}\log\frac{P_0(z)}{P_0(z_1)\,P_0(z_2)}

    Shapes: log_aggregate (..., J, K), log_prior (..., J, K) -> (...). Source: Zheng, eq (21).

    >>> import numpy as np
    >>> q, p = np.log([[0.5, 0.25], [0.125, 0.125]]), np.log([[0.375, 0.125], [0.125, 0.375]])
    >>> print(round(prior_factorization(q, p), 12))  # (5/8) log(3/2) + (3/8) log(1/2)
    -0.006514500142
    """
    return _sum(log_aggregate, inverted_posterior(log_prior) - trailing(marginal_x(log_prior), 1))

r"""The linear-Gaussian VAE, on which every term is a closed form.

x ~ N(0, Sigma_x), encoder z|x ~ N(A x, Sigma); prior z ~ N(0, Sigma0), decoder x|z ~ N(W z, noise I).
"""

from __future__ import annotations

from theory.arrays import Array, eye_like, log, log_det, log_two_pi, solve, total, trace, trailing
from theory.validation import check_noise, validated


@validated(A="k D", Sigma="k k", Sigma_x="D D")
def aggregate_covariance(A: Array, Sigma: Array, Sigma_x: Array) -> Array:
    r"""The covariance of the aggregated posterior.

    .. math:: P_{enc}(z) = N(z; 0, A\Sigma_xA^\top + \Sigma)

    Shapes: A (..., k, D), Sigma (..., k, k), Sigma_x (..., D, D) -> (..., k, k). ValueError: a Sigma that is no
    covariance. Source: Zheng, eq (11).

    >>> aggregate_covariance([[2.0]], [[1.0]], [[0.5]]).tolist()
    [[3.0]]
    """
    return A @ Sigma_x @ A.mT + Sigma


@validated(check_noise, W="D k", noise="", Sigma0="k k")
def marginal_covariance(W: Array, noise: Array, Sigma0: Array) -> Array:
    r"""The covariance of the decoder's marginal over x.

    .. math:: P_{dec}(x) = N(x; 0, W\Sigma_0W^\top + \sigma^2 I)

    Shapes: W (..., D, k), noise = sigma^2 (...), Sigma0 (..., k, k) -> (..., D, D). ValueError: noise <= 0, a Sigma0
    that is no covariance. Source: Zheng, eq (5).

    >>> marginal_covariance([[2.0]], 1.0, [[0.5]]).tolist()
    [[3.0]]
    """
    spread = W @ Sigma0 @ W.mT
    return spread + trailing(noise, 2) * eye_like(spread)


@validated(A="k D", Sigma="k k", Sigma_x="D D")
def i_enc(A: Array, Sigma: Array, Sigma_x: Array) -> Array:
    r"""I_enc(X; Z), the representative mutual information, in nats.

    .. math:: I_{enc} = \tfrac12\log\frac{|A\Sigma_xA^\top + \Sigma|}{|\Sigma|}

    Shapes: A (..., k, D), Sigma (..., k, k), Sigma_x (..., D, D) -> (...). ValueError: a Sigma that is no covariance.
    Source: Zheng, eq (8).

    >>> print(round(float(i_enc([[1.0]], [[1.0]], [[3.0]])), 12))  # log 2
    0.69314718056
    """
    return (log_det(aggregate_covariance(A, Sigma, Sigma_x)) - log_det(Sigma)) / 2


@validated(check_noise, W="D k", noise="", Sigma0="k k")
def i_dec(W: Array, noise: Array, Sigma0: Array) -> Array:
    r"""I_dec(X; Z), the generative mutual information, in nats.

    .. math:: I_{dec} = \tfrac12\left(\log|W\Sigma_0W^\top + \sigma^2I| - D\log\sigma^2\right)

    Shapes: W (..., D, k), noise = sigma^2 (...), Sigma0 (..., k, k) -> (...). ValueError: noise <= 0, a Sigma0 that
    is no covariance. Source: Zheng, eq (3).

    >>> print(round(float(i_dec([[1.0]], 1.0, [[3.0]])), 12))  # log 2
    0.69314718056
    """
    D = W.shape[-2]
    return (log_det(marginal_covariance(W, noise, Sigma0)) - D * log(noise)) / 2


@validated(check_noise, A="k D", Sigma="k k", Sigma_x="D D", W="D k", noise="")
def nell(A: Array, Sigma: Array, Sigma_x: Array, W: Array, noise: Array) -> Array:
    r"""Nell, the negative expected log-likelihood, in nats.

    .. math:: \tfrac12\left(D\log2\pi\sigma^2 + \frac{\operatorname{tr}(I-WA)\Sigma_x(I-WA)^\top
        + \operatorname{tr}W\Sigma W^\top}{\sigma^2}\right)

    Shapes: A (..., k, D), Sigma (..., k, k), Sigma_x (..., D, D), W (..., D, k), noise = sigma^2 (...) -> (...).
    ValueError: noise <= 0, a Sigma that is no covariance. Source: Zheng, eq (15).

    >>> print(round(float(nell([[1.0]], [[1.0]], [[1.0]], [[1.0]], 1.0)), 12))  # log(2 pi e) / 2
    1.418938533205
    """
    D = W.shape[-2]
    missed = eye_like(Sigma_x) - W @ A
    residual = trace(missed @ Sigma_x @ missed.mT) + trace(W @ Sigma @ W.mT)
    return (D * (log_two_pi(W) + log(noise)) + residual / noise) / 2


def _cross(Sigma: Array, Sigma0: Array) -> Array:
    """Twice the cross-entropy from N(0, Sigma) to N(0, Sigma0), less k log 2 pi e."""
    return trace(solve(Sigma0, Sigma)) - Sigma.shape[-1] + log_det(Sigma0)


@validated(A="k D", Sigma="k k", Sigma_x="D D", Sigma0="k k")
def div(A: Array, Sigma: Array, Sigma_x: Array, Sigma0: Array) -> Array:
    r"""Div, the average divergence from posterior to prior, in nats.

    .. math:: \tfrac12\left(\operatorname{tr}\Sigma_0^{-1}(A\Sigma_xA^\top+\Sigma) - k + \log|\Sigma_0|
        - \log|\Sigma|\right)

    Shapes: A (..., k, D), Sigma (..., k, k), Sigma_x (..., D, D), Sigma0 (..., k, k) -> (...). ValueError: a Sigma
    that is no covariance. Source: Zheng, eq (15).

    >>> float(div([[1.0]], [[1.0]], [[3.0]], [[1.0]]))
    1.5
    """
    return (_cross(aggregate_covariance(A, Sigma, Sigma_x), Sigma0) - log_det(Sigma)) / 2


@validated(A="k D", Sigma="k k", Sigma_x="D D", Sigma0="k k")
def aggdiv(A: Array, Sigma: Array, Sigma_x: Array, Sigma0: Array) -> Array:
    r"""Aggdiv, the divergence from the aggregated posterior to the prior, in nats.

    .. math:: D(N(0, A\Sigma_xA^\top+\Sigma)\,\|\,N(0,\Sigma_0))

    Shapes: A (..., k, D), Sigma (..., k, k), Sigma_x (..., D, D), Sigma0 (..., k, k) -> (...). ValueError: a Sigma
    that is no covariance. Source: Zheng, eq (19).

    >>> print(round(float(aggdiv([[1.0]], [[1.0]], [[3.0]], [[1.0]])), 12))  # (3 - log 4) / 2
    0.80685281944
    """
    spread = aggregate_covariance(A, Sigma, Sigma_x)
    return (_cross(spread, Sigma0) - log_det(spread)) / 2


@validated(A="k D", Sigma="k k", Sigma_x="D D")
def inverted_gain(A: Array, Sigma: Array, Sigma_x: Array) -> Array:
    r"""The slope of the inverted posterior's mean: E[x|z] = G z under the encoder's joint.

    .. math:: G = \Sigma_xA^\top(A\Sigma_xA^\top+\Sigma)^{-1}

    Shapes: A (..., k, D), Sigma (..., k, k), Sigma_x (..., D, D) -> (..., D, k). ValueError: a Sigma that is no
    covariance. Source: Zheng, eq (31), where the bound is attained.

    >>> inverted_gain([[1.0]], [[1.0]], [[3.0]]).tolist()
    [[0.75]]
    """
    return solve(aggregate_covariance(A, Sigma, Sigma_x), A @ Sigma_x).mT


@validated(A="k D", Sigma="k k", Sigma_x="D D")
def inverted_covariance(A: Array, Sigma: Array, Sigma_x: Array) -> Array:
    r"""The covariance of the inverted posterior: Cov[x|z] under the encoder's joint.

    .. math:: \Sigma_x - \Sigma_xA^\top(A\Sigma_xA^\top+\Sigma)^{-1}A\Sigma_x

    Shapes: A (..., k, D), Sigma (..., k, k), Sigma_x (..., D, D) -> (..., D, D). ValueError: a Sigma that is no
    covariance. Source: Zheng, eq (31), where the bound is attained.

    >>> inverted_covariance([[1.0]], [[1.0]], [[3.0]]).tolist()
    [[0.75]]
    """
    return Sigma_x - inverted_gain(A, Sigma, Sigma_x) @ A @ Sigma_x


@validated(check_noise, A="k D", Sigma="k k", Sigma_x="D D", W="D k", noise="")
def decoder_gap(A: Array, Sigma: Array, Sigma_x: Array, W: Array, noise: Array) -> Array:
    r"""What the decoder lacks of the inverted posterior, the slack of the lower bound on I_enc, in nats.

    .. math:: \mathbb{E}_{z\sim P_{enc}}D(P_{enc}(X|z)\|P_\theta(X|z))

    Shapes: A (..., k, D), Sigma (..., k, k), Sigma_x (..., D, D), W (..., D, k), noise = sigma^2 (...) -> (...).
    ValueError: noise <= 0, a Sigma that is no covariance. Source: Zheng, eq (31).

    >>> print(round(float(decoder_gap([[1.0]], [[1.0]], [[1.0]], [[0.0]], 0.5)), 12))  # the slope 1/2 is missed
    0.5
    """
    left = inverted_covariance(A, Sigma, Sigma_x)
    apart = inverted_gain(A, Sigma, Sigma_x) - W
    moved = trace(apart @ aggregate_covariance(A, Sigma, Sigma_x) @ apart.mT)
    D = W.shape[-2]
    return ((trace(left) + moved) / noise - D + D * log(noise) - log_det(left)) / 2


# --- z taken apart by its coordinates ---------------------------------------------------------------------------------


@validated(Sigma="k k")
def total_correlation(Sigma: Array) -> Array:
    r"""TC of N(0, Sigma), what its coordinates tell of each other, in nats.

    .. math:: \mathrm{TC} = \tfrac12\left(\sum_j\log\Sigma_{jj} - \log|\Sigma|\right)

    Shapes: Sigma (..., k, k) -> (...). ValueError: a Sigma that is no covariance. Source: Zheng, eq (21).

    >>> print(round(float(total_correlation([[2.0, 1.0], [1.0, 2.0]])), 12))  # log(4/3) / 2
    0.143841036226
    """
    return (total(log(Sigma.diagonal(0, -2, -1)), -1) - log_det(Sigma)) / 2


@validated(Sigma="k k", Sigma0="k k")
def dimension_wise_kl(Sigma: Array, Sigma0: Array) -> Array:
    r"""The divergences of N(0, Sigma)'s coordinates to those of N(0, Sigma0), added up, in nats.

    .. math:: \sum_j D(P_{enc}(Z_j)\|P_0(Z_j)) = \tfrac12\sum_j(r_j - 1 - \log r_j),
        \quad r_j = \Sigma_{jj}/\Sigma_{0,jj}

    Shapes: Sigma (..., k, k), Sigma0 (..., k, k) -> (...). ValueError: a Sigma that is no covariance.
    Source: Zheng, eq (21).

    >>> print(round(float(dimension_wise_kl([[4.0]], [[1.0]])), 12))  # (3 - log 4) / 2
    0.80685281944
    """
    r = Sigma.diagonal(0, -2, -1) / Sigma0.diagonal(0, -2, -1)
    return total(r - 1 - log(r), -1) / 2


@validated(Sigma="k k", Sigma0="k k")
def prior_factorization(Sigma: Array, Sigma0: Array) -> Array:
    r"""What N(0, Sigma) sees of the dependence of the prior N(0, Sigma0), in nats; 0 for a diagonal Sigma0.

    .. math:: \mathbb{E}\log\frac{P_0(z)}{\prod_jP_0(z_j)} = \tfrac12\left(\sum_j\left(\log\Sigma_{0,jj}
        + \frac{\Sigma_{jj}}{\Sigma_{0,jj}}\right) - \operatorname{tr}\Sigma_0^{-1}\Sigma - \log|\Sigma_0|\right)

    Shapes: Sigma (..., k, k), Sigma0 (..., k, k) -> (...). ValueError: a Sigma that is no covariance.
    Source: Zheng, eq (21).

    >>> same = [[2.0, 1.0], [1.0, 2.0]]
    >>> print(round(float(prior_factorization(same, same)), 12))  # its total correlation, log(4/3) / 2
    0.143841036226
    """
    d0 = Sigma0.diagonal(0, -2, -1)
    alone = total(log(d0) + Sigma.diagonal(0, -2, -1) / d0, -1)
    return (alone - trace(solve(Sigma0, Sigma)) - log_det(Sigma0)) / 2

"""Importance weighting: evidence bounds from weights w(z) = P(x|z) P_0(z) / Q(z|x), drawn, summed over all states, or
with everything Gaussian."""

from __future__ import annotations

from theory import elbo, gaussian
from theory.arrays import (
    Array,
    as_float,
    drawn,
    exp,
    eye_like,
    log_number,
    logsumexp,
    matvec,
    mean,
    number,
    solve,
    total,
    trace,
    trailing,
    weigh,
)
from theory.validation import check_noise, definite, validated


@validated(log_w="m")
def elbo_hat(log_w: Array) -> Array:
    r"""MC_m-ELBO, the mean of m log-weights, in nats: unbiased for the ELBO.

    .. math:: \frac1m\sum_{j=1}^m \log w(z^{(j)}),\quad w(z) = P(x|z)\,P_0(z)/Q(z|x)

    Shapes: log_w (..., m) -> (...). Source: Zheng, eq (40).

    >>> float(elbo_hat([-1.0, -2.0]))
    -1.5
    """
    return mean(log_w, -1)


@validated(log_w="m")
def iw_elbo_hat(log_w: Array) -> Array:
    r"""MC_1-IW_m-ELBO, the logarithm of the mean of m weights, in nats: unbiased for the IW_m-ELBO.

    .. math:: \log\frac1m\sum_{i=1}^m w(z^{(i)})

    Shapes: log_w (..., m) -> (...). Source: Zheng, eq (40).

    >>> import numpy as np
    >>> print(round(float(iw_elbo_hat(np.log([0.25, 0.75]))), 12))  # log(1/2)
    -0.69314718056
    """
    return logsumexp(log_w, -1) - log_number(log_w.shape[-1], log_w)


@validated(log_w="k m")
def mc_iw_elbo_hat(log_w: Array) -> Array:
    r"""MC_k-IW_m-ELBO, the mean over k of `iw_elbo_hat`, in nats: unbiased for the IW_m-ELBO.

    .. math:: \frac1k\sum_{j=1}^k\log\frac1m\sum_{i=1}^m w(z^{(j,i)})

    Shapes: log_w (..., k, m) -> (...). Source: Zheng, eq (40).

    >>> import numpy as np
    >>> print(round(float(mc_iw_elbo_hat(np.log([[0.25, 0.75], [1.0, 1.0]]))), 12))  # log(1/2) / 2
    -0.34657359028
    """
    return mean(iw_elbo_hat(log_w), -1)


def check_rounds(m: int) -> None:
    """At least one draw inside the logarithm."""
    if m < 1:
        raise ValueError(f"m = {m} averages over no weights; pass at least 1.")


@validated(check_rounds, log_w="K", log_encoder="K")
def expected_iw_elbo(log_w: Array, log_encoder: Array, m: int) -> Array:
    r"""The IW_m-ELBO where z takes K values, summed over all K^m draws, in nats.

    .. math:: \mathbb{E}_{z^{(1)},\dots,z^{(m)}\sim Q}\left[\log\frac1m\sum_{i=1}^m w(z^{(i)})\right]

    Shapes: log_w, log_encoder (..., K) -> (...). ValueError: m < 1. Source: Zheng, eq (40).

    >>> import numpy as np
    >>> print(round(float(expected_iw_elbo(np.log([0.5, 2.0]), np.log([0.5, 0.5]), 2)), 12))  # log(5/4) / 2
    0.111571775657
    """
    return total(weigh(total(drawn(log_encoder, m), -1), iw_elbo_hat(drawn(log_w, m))), -1)


@validated(log_w="K", log_encoder="K")
def log_evidence(log_w: Array, log_encoder: Array) -> Array:
    r"""log E_Q w(z) where z takes K values, in nats: log P(x) where Q covers all that the model allows, less elsewhere.

    .. math:: \log \sum_z Q(z|x)\,w(z)

    Shapes: log_w, log_encoder (..., K) -> (...). Source: Zheng, eq (37).

    >>> import numpy as np
    >>> print(round(float(log_evidence(np.log([0.5, 2.0]), np.log([0.5, 0.5]))), 12))  # log(5/4)
    0.223143551314
    """
    return logsumexp(log_w + log_encoder, -1)


@validated(log_w="K", log_encoder="K")
def gap_rate(log_w: Array, log_encoder: Array) -> Array:
    r"""What m (log P(x) - IW_m-ELBO) tends to as m grows, where z takes K values, in nats.

    .. math:: \frac12\operatorname{Var}_Q\frac{w(z)}{P(x)}

    Shapes: log_w, log_encoder (..., K) -> (...). Source: Zheng, closing diagram, its last arrow.

    >>> import numpy as np
    >>> print(round(float(gap_rate(np.log([0.5, 1.5]), np.log([0.5, 0.5]))), 12))
    0.125
    """
    deviation = exp(log_w - trailing(log_evidence(log_w, log_encoder), 1)) - 1
    return total(weigh(log_encoder, deviation * deviation), -1) / 2


def check_finite_variance(W: Array, noise: Array, Sigma: Array) -> None:
    """2 Sigma exceeds the exact posterior's covariance: exactly then the weights have a finite variance."""
    exact = elbo.posterior_covariance(W, noise)
    if not definite(2 * Sigma - exact).all():
        raise ValueError(
            "the importance weights have infinite variance: 2 Sigma less the exact posterior's covariance "
            f"{as_float(exact).round(6).tolist()} is not positive definite; widen Sigma."
        )


@validated(check_noise, check_finite_variance, x="D", W="D k", noise="", mu="k", Sigma="k k")
def gaussian_gap_rate(x: Array, W: Array, noise: Array, mu: Array, Sigma: Array) -> Array:
    r"""What m (log P(x) - IW_m-ELBO) tends to for Q = N(mu, Sigma) and P(x|z) = N(x; W z, noise I), in nats.

    .. math:: \frac12\operatorname{Var}_Q\frac{w(z)}{P(x)} = \frac12\left(e^{D_2(P(z|x)\|Q)} - 1\right)

    Shapes: x (..., D), W (..., D, k), noise (...), mu (..., k), Sigma (..., k, k) -> (...). ValueError: noise <= 0,
    a Sigma that is no covariance or so small that the weights' variance is infinite. Source: Zheng, closing diagram.

    >>> round(float(gaussian_gap_rate([0.0], [[0.0]], 1.0, [0.5], [[1.0]])), 12)  # (e^(1/4) - 1) / 2
    0.142012708344
    """
    exact = elbo.posterior_mean(x, W, noise), elbo.posterior_covariance(W, noise)
    return (exp(gaussian.renyi(*exact, mu, Sigma, number(2, noise))) - 1) / 2


@validated(check_noise, x="D", W="D k", noise="", mu="k", Sigma="k k")
def log_weight_variance(x: Array, W: Array, noise: Array, mu: Array, Sigma: Array) -> Array:
    r"""Var log w(z) for Q = N(mu, Sigma) and P(x|z) = N(x; W z, noise I), in nats squared; always finite.

    .. math:: \operatorname{Var}_Q\log w = \tfrac12\operatorname{tr}(I - \Lambda\Sigma)^2
        + (m-\mu)^\top\Lambda\Sigma\Lambda(m-\mu),\quad P(z|x) = N(z; m, \Lambda^{-1})

    The mean square error of the MC_k-ELBO is this over k. Shapes: x (..., D), W (..., D, k), noise (...), mu (..., k),
    Sigma (..., k, k) -> (...). ValueError: noise <= 0, a Sigma that is no covariance. Source: Zheng, closing diagram.

    >>> round(float(log_weight_variance([0.0], [[0.0]], 1.0, [0.5], [[1.0]])), 12)
    0.25
    """
    precision = solve(elbo.posterior_covariance(W, noise), eye_like(Sigma))
    tilt = eye_like(Sigma) - precision @ Sigma
    slope = matvec(precision, elbo.posterior_mean(x, W, noise) - mu)
    return trace(tilt @ tilt) / 2 + total(slope * matvec(Sigma, slope), -1)

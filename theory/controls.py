"""Control variates: piecewise-linear functions of one dimension each, whose means under the aggregate are known."""

from __future__ import annotations

from theory.arrays import (
    Array,
    concatenate,
    exp,
    gamma_cdf,
    log_two_pi,
    maximum,
    minimum,
    normal_cdf,
    smallest,
    sqrt,
    total,
    zeros_like,
)
from theory.validation import check_distance, check_knots, check_posteriors, check_scales, validated

BLOCK = 2**16  # numbers held at once: they stay in the cache


@validated(check_knots, z="S d", knots="d T", values="d T")
def interpolant(z: Array, knots: Array, values: Array) -> Array:
    r"""F_j(z_j): linear between the knots of dimension j, constant outside them.

    .. math:: F_j(z) = F_j(t_0) + \sum_k\left(F_j(t_{k+1}) - F_j(t_k)\right)
        \min\left(\max\left(\frac{z-t_k}{t_{k+1}-t_k},\ 0\right),\ 1\right)

    Shapes: z (..., S, d), knots (..., d, T), values (..., d, T) -> (..., S, d). ValueError: knots that do not increase.

    >>> print(interpolant([[-9.0], [0.25], [9.0]], [[0.0, 1.0]], [[2.0, 4.0]]).ravel())
    [2.  2.5 4. ]
    """
    along, nothing = z.mT, zeros_like(z.mT)
    found = nothing + values[..., :1]
    for k in range(knots.shape[-1] - 1):
        start, end = knots[..., k : k + 1], knots[..., k + 1 : k + 2]
        share = minimum(maximum((along - start) / (end - start), nothing), nothing + 1)
        found = found + (values[..., k + 1 : k + 2] - values[..., k : k + 1]) * share
    return found.mT


@validated(check_knots, check_posteriors, check_scales, knots="d T", mu="N d", sigma="N d")
def knot_weights(knots: Array, mu: Array, sigma: Array) -> Array:
    r"""How much the value at each knot counts in E F_j: the mean of the hat function that is one there.

    .. math:: w_k = g_{k-1} - g_k, \quad g_k = \frac{H(t_k) - H(t_{k+1})}{t_{k+1}-t_k}, \quad
        H(t) = \mathbb{E}(z_j-t)^+ = \frac1N\sum_n\sigma_{nj}\left[\varphi(u_n) + u_n\Phi(u_n)\right],
        \quad u_n = \frac{\mu_{nj}-t}{\sigma_{nj}}

    with g = 1 before the first knot and 0 behind the last. Shapes: knots (..., d, T), mu (..., N, d), standard
    deviations sigma (..., N, d) -> (..., d, T). ValueError: knots that do not increase, sigma <= 0.

    >>> print(knot_weights([[-1.0, 1.0]], [[0.0]], [[2.0]]).round(12))  # by symmetry
    [[0.5 0.5]]
    """
    N = mu.shape[-2]
    steps = max(BLOCK // (knots.shape[-1] * knots.shape[-2]), 1)
    centre, width = mu.mT[..., None, :], sigma.mT[..., None, :]
    blocks = (slice(i, i + steps) for i in range(0, N, steps))
    above = sum(_hinge(centre[..., block] - knots[..., None], width[..., block]) for block in blocks) / N
    share = (above[..., :-1] - above[..., 1:]) / (knots[..., 1:] - knots[..., :-1])
    edge = zeros_like(share[..., :1])
    return concatenate([1 + edge, share], -1) - concatenate([share, edge], -1)


def _hinge(offset: Array, width: Array) -> Array:
    u = offset / width
    return total(width * (exp(-(u * u + log_two_pi(u)) / 2) + u * normal_cdf(u)), -1)


@validated(check_knots, check_posteriors, check_scales, knots="d T", values="d T", mu="N d", sigma="N d")
def interpolant_mean(knots: Array, values: Array, mu: Array, sigma: Array) -> Array:
    r"""E F_j(z_j) under the aggregate posterior, exactly, for F_j linear between knots and constant outside them.

    .. math:: \mathbb{E}F_j = \sum_k w_k F_j(t_k) = F_j(t_0) + \sum_k a_k\,\mathbb{E}(z_j-t_k)^+

    where w are `knot_weights` and a_k is the change of slope at knot k. Shapes: knots (..., d, T), values (..., d, T),
    mu (..., N, d), standard deviations sigma (..., N, d) -> (..., d). ValueError: knots that do not increase,
    sigma <= 0.

    >>> print(interpolant_mean([[-1.0, 1.0]], [[2.0, 4.0]], [[0.0], [0.0]], [[1.0], [2.0]]).round(12))  # by symmetry
    [3.]
    """
    return total(knot_weights(knots, mu, sigma) * values, -1)


@validated(check_knots, check_posteriors, check_scales, knots="d T", values="d T", mu="N d", sigma="N d")
def clipped_values(knots: Array, values: Array, mu: Array, sigma: Array) -> Array:
    r"""Values at knots, kept within two spreads of E F_j: a shorter range for hardly less of what F_j explains.

    .. math:: \min(\max(F_j(t_k),\ \mathbb{E}F_j - 2 s_j),\ \mathbb{E}F_j + 2 s_j),
        \quad s_j^2 = \sum_k w_k \left(F_j(t_k) - \mathbb{E}F_j\right)^2

    where w are `knot_weights`: s_j is not below the standard deviation of F_j, and near it for dense knots. Shapes:
    knots (..., d, T), values (..., d, T), mu (..., N, d), standard deviations sigma (..., N, d) -> (..., d, T).
    ValueError: knots that do not increase, sigma <= 0.

    >>> print(clipped_values([[-1.0, 0.0, 1.0]], [[0.0, 0.0, 8.0]], [[-9.0]], [[1.0]]).round(6))  # never near z = 1
    [[0. 0. 0.]]
    """
    weights = knot_weights(knots, mu, sigma)
    centre = total(weights * values, -1)[..., None]
    offset = values - centre
    variance = total(weights * offset * offset, -1)[..., None]
    spread = 2 * sqrt(maximum(variance, zeros_like(variance)))  # rounding may leave a weight below zero
    return centre + minimum(maximum(offset, 0 * offset - spread), 0 * offset + spread)


@validated(values="d T")
def interpolant_range(values: Array) -> tuple[Array, Array]:
    r"""The least and the largest value of F_j, which are values at knots.

    Shapes: values (..., d, T) -> (..., d), (..., d).

    >>> print(*interpolant_range([[2.0, 4.0, 3.0]]))
    [2.] [4.]
    """
    return smallest(values, -1), -smallest(-values, -1)


@validated(check_distance, d="", cap="")
def distance_mean(d: Array, cap: Array) -> Array:
    r"""The mean of min(|u|^2, c) for u = L_n^{-1}(z - mu_n), z ~ q_n, which is the same for all n.

    .. math:: \mathbb{E}\min(\chi^2_d, c) = d\,F_{d+2}(c) + c\,(1 - F_d(c)), \quad F_d(c) = P(d/2, c/2)

    F_d is the distribution function of chi-squared with d degrees of freedom, P the regularised incomplete gamma
    function. Shapes: d (...), cap (...) -> (...). ValueError: d <= 0 or cap <= 0.

    >>> import numpy as np
    >>> float(distance_mean(2, 2.0).round(12)) == float((2 - 2 * np.exp(-1)).round(12))
    True
    """
    return d * gamma_cdf(d / 2 + 1, cap / 2) + cap * (1 - gamma_cdf(d / 2, cap / 2))

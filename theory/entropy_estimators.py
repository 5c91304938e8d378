"""Estimates of the aggregate posterior's log-density from some of its N posteriors, and what is formed of them.

Draws z^(s) from posteriors are evaluated against posteriors: ``log_cross`` (..., S, N) holds log Q(z^(s)|x^(n)), of any
densities. In a mini-batch it is square, and the diagonal holds each draw's own posterior. The entropy from all N
posteriors is unbiased; from a mini-batch it is too low, or too high where the batch is weighted to stand for the rest.
"""

from __future__ import annotations

import numpy as np

from theory.arrays import Array, as_float, exp, eye_like, log, log_number, logsumexp, mean, number, total, trailing
from theory.validation import validated


def check_data_set(log_cross: Array, N: Array) -> None:
    """A mini-batch has two members or more, and the data set has no fewer."""
    B, sizes = log_cross.shape[-1], as_float(N)
    if B == 1:
        raise ValueError("log_cross is of one posterior; a mini-batch estimate needs two or more.")
    if (sizes < B).any():
        raise ValueError(f"N = {sizes.min():g} is smaller than the mini-batch of {B}; pass the size of the data set.")


def check_batch(log_cross: Array, B: Array) -> None:
    """A mini-batch of two or more out of three or more."""
    N, sizes = log_cross.shape[-1], as_float(B)
    if N < 3:
        raise ValueError(f"log_cross is of {N} posteriors; the others of each must be two or more to have a variance.")
    if ((sizes < 2) | (sizes > N)).any():
        raise ValueError(
            f"B = {sizes.min():g} to {sizes.max():g}; a mini-batch of {N} posteriors has 2 to {N} members."
        )


@validated(log_cross="S N")
def full_data(log_cross: Array) -> Array:
    r"""log q(z^(s)) from every posterior given, in nats: exact with the whole data set, the plain mini-batch's without.

    .. math:: \log \hat q(z^{(s)}) = \log \frac1N\sum_n Q(z^{(s)}|x^{(n)})

    Shapes: log_cross (..., S, N) -> (..., S). Source: Zheng, eqs (24) and (26).

    >>> import numpy as np
    >>> print(full_data(np.log([[0.25, 0.75], [0.5, 1.5]])).round(12))  # log(1/2), log 1
    [-0.69314718  0.        ]
    """
    return logsumexp(log_cross, -1) - log_number(log_cross.shape[-1], log_cross)


@validated(check_data_set, log_cross="B B", N="")
def partially_stratified(log_cross: Array, N: Array) -> Array:
    r"""log q(z^(b)) from a mini-batch, each draw's own posterior weighted 1/N and the others (N-1)/N, in nats.

    .. math:: \log \hat q(z^{(b)}) = \log\left(\frac1N Q(z^{(b)}|x^{(b)})
        + \frac{N-1}{N}\frac{1}{B-1}\sum_{b'\neq b} Q(z^{(b)}|x^{(b')})\right)

    Shapes: log_cross (..., B, B) with own posteriors on the diagonal, N the size of the data set (...) -> (..., B).
    ValueError: B = 1, N < B. Source: Zheng, eq (29), after Esmaeili et al. (2019).

    >>> import numpy as np
    >>> print(np.exp(partially_stratified(np.log([[1.0, 0.25], [0.5, 2.0]]), 4)).round(12))  # 1/4 + 3/16, 2/4 + 3/8
    [0.4375 0.875 ]
    """
    own, n = eye_like(log_cross), trailing(N, 2)
    others = log(n - 1) - log_number(log_cross.shape[-1] - 1, log_cross)
    return logsumexp(log_cross + (1 - own) * others, -1) - log(trailing(N, 1))


@validated(check_data_set, log_cross="B B", N="")
def weighted(log_cross: Array, N: Array) -> Array:
    r"""log q(z^(b)) by mini-batch weighted sampling, in nats: the mini-batch's mean, divided by N once more.

    .. math:: \log \hat q(z^{(b)}) = \log \frac{1}{NB}\sum_{b'} Q(z^{(b)}|x^{(b')})

    Shapes: log_cross (..., B, B), N the size of the data set (...) -> (..., B). ValueError: B = 1, N < B.
    Source: Chen et al. (2018), as used beside Zheng's eq (29).

    >>> import numpy as np
    >>> print(np.exp(weighted(np.log([[1.0, 0.25], [0.5, 2.0]]), 4)).round(12))
    [0.15625 0.3125 ]
    """
    return full_data(log_cross) - log(trailing(N, 1))


def _stratified(log_cross: Array, N: Array, own: Array, chosen: Array) -> Array:
    """1/N on the posteriors marked as own, (N-M)/(NM) on the chosen ones, 1/M on the rest, M = B - 1."""
    n, M = trailing(N, 2), number(log_cross.shape[-1] - 1, log_cross)
    first, second = number(own, log_cross), number(chosen, log_cross)
    return logsumexp(log_cross - first * log(n / M) + second * log((n - M) / n) - log(M), -1)


@validated(check_data_set, log_cross="B B", N="")
def stratified(log_cross: Array, N: Array) -> Array:
    r"""log q(z^(b)) by mini-batch stratified sampling, in nats; the special weight is the next posterior's.

    .. math:: \log \hat q(z^{(b)}) = \log\left(\frac1N Q(z^{(b)}|x^{(b)}) + \frac{N-M}{NM} Q(z^{(b)}|x^{(b+1)})
        + \frac1M\sum_{b'\neq b,\,b+1} Q(z^{(b)}|x^{(b')})\right),\quad M = B - 1

    Shapes: log_cross (..., B, B) with own posteriors on the diagonal, N the size of the data set (...) -> (..., B).
    ValueError: B = 1, N < B. Source: Chen et al. (2018), as used beside Zheng's eq (29).

    >>> import numpy as np
    >>> print(np.exp(stratified(np.log([[1.0, 0.25, 0.5]] * 3), 4)).round(12))  # 1/4 + 1/16 + 1/4, ...
    [0.5625 0.6875 0.5   ]
    """
    own = np.eye(log_cross.shape[-1], dtype=int)
    return _stratified(log_cross, N, own, np.roll(own, 1, -1))


@validated(check_data_set, log_cross="B B", N="")
def stratified_by_column(log_cross: Array, N: Array) -> Array:
    r"""`stratified` with its weights where code in circulation puts them, for reproducing what was published.

    The flattened weights are filled with a stride of B where B + 1 was meant: 1/N stands in the first column and
    (N-M)/(NM) in the second, in row B - 1 in both, whichever posterior the draw came from.

    Shapes: log_cross (..., B, B), N the size of the data set (...) -> (..., B). ValueError: B = 1, N < B.

    >>> import numpy as np
    >>> print(np.exp(stratified_by_column(np.log([[1.0, 0.25, 0.5]] * 3), 8)).round(12))  # 1/8 + 3/32 + 1/4, ...
    [0.46875 0.71875 0.46875]
    """
    B = log_cross.shape[-1]
    own, chosen = np.zeros((2, B, B), int)
    own[:, 0] = chosen[:, 1] = 1
    own[B - 2, 0], chosen[B - 2, 0] = 0, 1
    return _stratified(log_cross, N, own, chosen)


@validated(log_density="S")
def entropy(log_density: Array) -> Array:
    r"""The estimate of the aggregate's entropy from log-densities of draws, in nats.

    .. math:: \hat H = -\frac1S\sum_s \log\hat q(z^{(s)})

    Shapes: log_density (..., S) -> (...). Source: Zheng, eq (25).

    >>> float(entropy([-1.0, -2.0]))
    1.5
    """
    return -mean(log_density, -1)


@validated(log_own="S", log_density="S")
def index_information(log_own: Array, log_density: Array) -> Array:
    r"""The estimate of I(z; n) from draws' log-densities under their own posterior and under the aggregate, in nats.

    .. math:: \hat I = \frac1S\sum_s \log\frac{Q(z^{(s)}|x^{(s)})}{\hat q(z^{(s)})}

    Shapes: log_own (..., S), log_density (..., S) -> (...). Source: Zheng, eq (18).

    >>> float(index_information([0.0, -1.0], [-1.0, -1.0]))
    0.5
    """
    return mean(log_own - log_density, -1)


@validated(log_density="S", log_density_each="S d")
def total_correlation(log_density: Array, log_density_each: Array) -> Array:
    r"""The estimate of the total correlation from joint and one-dimensional log-densities of draws, in nats.

    .. math:: \widehat{TC} = \frac1S\sum_s \log\frac{\hat q(z^{(s)})}{\prod_j \hat q(z_j^{(s)})}

    Shapes: log_density (..., S), log_density_each (..., S, d) -> (...). Source: Zheng, eq (21).

    >>> float(total_correlation([-1.0, -2.0], [[-1.0, -1.0], [-1.0, -2.0]]))
    1.0
    """
    return mean(log_density - total(log_density_each, -1), -1)


@validated(log_density="S", log_prior="S")
def kl_to_prior(log_density: Array, log_prior: Array) -> Array:
    r"""The estimate of KL(q || p), of the aggregate or of one of its dimensions, from log-densities of draws, in nats.

    .. math:: \widehat{KL} = \frac1S\sum_s \log\frac{\hat q(z^{(s)})}{P_0(z^{(s)})}

    Shapes: log_density (..., S), log_prior (..., S) -> (...). Source: Zheng, eqs (18) and (21).

    >>> float(kl_to_prior([-1.0, -2.0], [-2.0, -2.0]))
    0.5
    """
    return mean(log_density - log_prior, -1)


@validated(check_batch, log_cross="N N", B="")
def partially_stratified_bias(log_cross: Array, B: Array) -> Array:
    r"""By how much the entropy from `partially_stratified` is too large with batches of B, to second order, in nats.

    .. math:: \frac{(N-1)^2}{2N^2}\left(\frac{1}{B-1}-\frac{1}{N-1}\right)\frac1N\sum_n\frac{s_n^2}{\hat q(z^{(n)})^2}

    with s_n^2 the variance (divided by N - 2) of Q(z^(n)|x^(n')) over n' other than n, from one draw of each of N >= 3
    posteriors: it falls like 1/(B - 1), and to zero at B = N.

    Shapes: log_cross (..., N, N), B (...) -> (...). ValueError: N < 3, B outside [2, N]. Source: Zheng, (28) and (29).

    >>> import numpy as np
    >>> print(round(float(partially_stratified_bias(np.log([[2.0, 1, 3], [1, 2, 3], [1, 3, 2]]), 2)), 12))
    0.055555555556
    """
    N = log_cross.shape[-1]
    others = 1 - eye_like(log_cross)
    ratio = others * exp(log_cross - trailing(full_data(log_cross), 1))
    deviation = others * (ratio - trailing(total(ratio, -1), 1) / (N - 1))
    variance = total(deviation * deviation, -1) / (N - 2)
    share = number(N - 1, log_cross) / N
    return mean(variance, -1) * share * share * (1 / (B - 1) - 1 / number(N - 1, log_cross)) / 2

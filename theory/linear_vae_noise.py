r"""The linear-Gaussian beta-VAE whose noise is learned too.

With everything else at its best, the slope of the objective in the noise s has the sign of

.. math:: F(s) = \sum_{i\le k}\min(\lambda_i, \beta s) + \sum_{i>k}\lambda_i - Ds

which is concave and at least 0 at s = 0, so that it is zero at one s > 0 and changes its sign there from plus to
minus: the objective has one peak, and no local optimum besides. F is the least of the lines R_j - s (D - beta j), R_j
the sum of all eigenvalues but the j largest, hence the peak is where the first of them falls to zero. At j active
dimensions it is R_j / (D - beta j), and D > beta j holds there by itself. Only where R_k = 0, when nothing is left for
the noise, F may have no zero: with r positive eigenvalues the objective has no upper bound for beta r < D (the noise
shrinks to 0), is constant on an interval of noises for beta r = D, and has its peak for beta r > D.
"""

from __future__ import annotations

from theory import linear_vae
from theory.arrays import Array, log, log_two_pi, minimum, number, smallest, stack, total, trailing
from theory.eigenvalues import check_learned_noise, check_split
from theory.validation import check_noise, check_positive_beta, validated


@validated(check_noise, check_positive_beta, check_split, kept="k", discarded="d", noise="", beta="")
def slope(kept: Array, discarded: Array, noise: Array, beta: Array) -> Array:
    r"""How fast `linear_vae.optimum` changes with the noise, in nats for its unit.

    .. math:: \frac{F(\sigma^2)}{2\sigma^4}, \quad
        F(s) = \sum_{i\le k}\min(\lambda_i, \beta s) + \sum_{i>k}\lambda_i - Ds

    Shapes: kept (..., k), discarded (..., d) with d = D - k, noise = sigma^2 (...), beta (...) -> (...). ValueError:
    noise <= 0, beta <= 0, a negative eigenvalue, a kept one that is smaller than a discarded one. Source:
    differentiates `linear_vae.optimum`.

    >>> float(slope([4.0], [1.0], 1.0, 2.0))  # (2 + 1 - 2) / 2
    0.5
    """
    D = kept.shape[-1] + discarded.shape[-1]
    level = trailing(beta * noise, 1)
    missed = total(minimum(kept, level), -1) + total(discarded, -1)
    return (missed - D * noise) / (2 * noise * noise)


@validated(check_positive_beta, check_learned_noise, kept="k", discarded="d", beta="")
def best_noise(kept: Array, discarded: Array, beta: Array) -> Array:
    r"""The best noise sigma^2.

    .. math:: \sigma^2 = \min_{j\le k,\ \beta j<D} \frac{\sum_{i>j}\lambda_i}{D - \beta j}

    The minimising j is the number of active dimensions. Shapes: kept (..., k) in descending order, discarded (..., d)
    with d = D - k, beta (...) -> (...). ValueError: beta <= 0, a negative eigenvalue, eigenvalues out of order,
    no best noise. Source: maximises Kumar & Poole, eq (2), over the noise too.

    >>> float(best_noise([4.0], [1.0, 0.5], 1.0))  # beta = 1: the mean of what is discarded
    0.75
    >>> float(best_noise([4.0], [1.5, 0.5], 2.5))  # collapsed: the mean of all
    2.0
    """
    k, d = kept.shape[-1], discarded.shape[-1]
    D = k + d
    left = total(discarded, -1)
    # Lines that do not fall have a precision of 0 or less, and never are the largest.
    lines = [(D - beta * j) / (left + total(kept[..., j:], -1)) for j in range(min(k + 1, D))]
    return -1 / smallest(stack([-line for line in lines], -1), -1)


@validated(check_split, kept="k", discarded="d")
def thresholds(kept: Array, discarded: Array) -> Array:
    r"""The beta at which each dimension collapses onto the prior, when the noise is learned.

    .. math:: \beta_j = \frac{D\lambda_j}{\sum_{i\le k}\min(\lambda_i, \lambda_j) + \sum_{i>k}\lambda_i} \ge 1

    The first eigenvalue goes last, at D times its share of the trace. Shapes: kept (..., k), discarded (..., d) with
    d = D - k -> (..., k). ValueError: a negative eigenvalue, a kept one that is smaller than a discarded one.
    Source: the zeros of the columns of `linear_vae.decoder` at `best_noise`.

    >>> thresholds([4.0], [1.0, 0.5]).tolist()  # 3 x 4 / 5.5
    [2.1818181818181817]
    """
    D = kept.shape[-1] + discarded.shape[-1]
    lesser = minimum(kept[..., None, :], kept[..., None])
    return D * kept / (total(lesser, -1) + trailing(total(discarded, -1), 1))


@validated(check_positive_beta, check_learned_noise, kept="k", discarded="d", beta="")
def active(kept: Array, discarded: Array, beta: Array) -> Array:
    r"""How many dimensions have not collapsed, when the noise is learned.

    .. math:: \#\{j \le k: \beta < \beta_j\}

    Shapes: kept (..., k) in descending order, discarded (..., d) with d = D - k, beta (...) -> (...). ValueError: that
    of `best_noise`. Source: the rank of `linear_vae.decoder` at `best_noise`.

    >>> float(active([4.0, 2.0], [1.0, 0.5], 1.25))
    2.0
    """
    return number(total(thresholds(kept, discarded) > trailing(beta, 1), -1), kept)


@validated(check_positive_beta, check_learned_noise, kept="k", discarded="d", beta="")
def rate(kept: Array, discarded: Array, beta: Array) -> Array:
    r"""The average KL(q(z|x) || p) at the optimum, when the noise is learned, in nats.

    .. math:: \tfrac12\sum_{i\le k}\log\max\left(\frac{\lambda_i}{\beta\sigma^2}, 1\right)

    Minus this is the slope of the optimum in beta, though the noise moves. Shapes: kept (..., k) in descending order,
    discarded (..., d) with d = D - k, beta (...) -> (...). ValueError: that of `best_noise`. Source:
    `linear_vae.rate` at `best_noise`.

    >>> print(round(float(rate([4.0], [0.5, 0.5], 1.0)), 12))  # log(8) / 2
    1.03972077084
    """
    return linear_vae.rate(kept, best_noise(kept, discarded, beta), beta)


@validated(check_positive_beta, check_learned_noise, kept="k", discarded="d", beta="")
def optimum(kept: Array, discarded: Array, beta: Array) -> Array:
    r"""The largest value of the objective over the noise too, in nats.

    .. math:: -\tfrac D2\log2\pi e\sigma^2
        - \frac\beta2\sum_{i\le k}\log\max\left(\frac{\lambda_i}{\beta\sigma^2}, 1\right)

    Shapes: kept (..., k) in descending order, discarded (..., d) with d = D - k, beta (...) -> (...). ValueError: that
    of `best_noise`. Source: Kumar & Poole, eq (2), maximised.

    >>> print(round(float(optimum([4.0], [1.0], 1.0)), 12))  # -log(2 pi e) - log 2
    -3.531024246969
    """
    D = kept.shape[-1] + discarded.shape[-1]
    noise = best_noise(kept, discarded, beta)
    return -D * (log_two_pi(kept) + 1 + log(noise)) / 2 - beta * linear_vae.rate(kept, noise, beta)

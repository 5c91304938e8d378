r"""The Gaussian regularised autoencoder: unit-noise Gaussian observations, the covariance at its best.

J is the decoder's Jacobian at the encoding h. The determinant of I + J'J/beta belongs to full covariances, the product
of its diagonal to diagonal ones and the product of its blocks to blocks (`theory.families`): three objectives, each
the best that its own family of posteriors can do, in ascending order.
"""

from __future__ import annotations

from theory.arrays import Array, eye_like, log, log_det, number, squared_norm, total, trailing
from theory.families import Blocks, check_drawn, restricted
from theory.validation import check_positive_beta, validated


def _gram(J: Array, beta: Array, family: str, blocks: Blocks = None) -> Array:
    """I + J'J/beta, as the family sees it."""
    own = restricted(J.mT @ J, family, blocks)
    return eye_like(own) + own / trailing(beta, 2)


def _columns(J: Array, beta: Array) -> Array:
    """log(1 + |J_c|^2 / beta) for each column c."""
    return log(1 + total(J * J, -2) / trailing(beta, 1))


@validated(check_positive_beta, J="D k", beta="")
def regularizer(J: Array, beta: Array, family: str, blocks: Blocks = None) -> Array:
    r"""The decoder's regulariser: the log-determinant of (13), or its bound by blocks or columns.

    .. math:: \log\left|I + \tfrac1\beta J^\top J\right| \le \sum_b\log\left|I + \tfrac1\beta J_b^\top J_b\right|
        \le \sum_i\log\left(1 + \tfrac1\beta|J_i|^2\right)

    Equal for "block" exactly where columns of different blocks are orthogonal (Fischer), for "diagonal" where all
    columns are (Hadamard). Shapes: J (..., D, k), beta (...) -> (...). ValueError: beta <= 0, a family or blocks that
    do not fit. Source: Kumar and Poole, eqs (13) and (14).

    >>> print(round(float(regularizer([[1.0, 1.0]], 1.0, "full")), 12))  # log 3
    1.098612288668
    >>> print(round(float(regularizer([[1.0, 1.0]], 1.0, "diagonal")), 12))  # log 4
    1.38629436112
    """
    return log_det(_gram(J, beta, family, blocks))


@validated(check_positive_beta, x="D", g="D", h="k", J="D k", beta="")
def objective(x: Array, g: Array, h: Array, J: Array, beta: Array, family: str, blocks: Blocks = None) -> Array:
    r"""The loss of the regularised autoencoder, to be made small.

    .. math:: \tfrac12|x-g|^2 + \tfrac\beta2|h|^2 + \tfrac\beta2 R, \quad R \text{ the `regularizer` of the family}

    With (D/2) log 2 pi more it is minus the best expanded beta-VAE objective over that family of posteriors.
    Shapes: x (..., D), g = g(h) (..., D), h (..., k), J (..., D, k), beta (...) -> (...). ValueError: as
    `regularizer`. Source: Kumar and Poole, eq (13).

    >>> print(round(float(objective([1.0], [0.0], [1.0, 1.0], [[1.0, 1.0]], 1.0, "full")), 12))  # 3/2 + log(3)/2
    2.049306144334
    """
    R = regularizer(J, beta, family, blocks)
    return (squared_norm(x - g) + beta * (squared_norm(h) + R)) / 2


@validated(check_positive_beta, check_drawn, J="D k", beta="", p="k")
def column_estimate(J: Array, beta: Array, p: Array, columns: tuple[int, ...]) -> Array:
    r"""Hadamard's sum from a few columns, drawn with chances p.

    .. math:: \frac1n\sum_{i=1}^n\frac{1}{p_{c_i}}\log\left(1 + \tfrac1\beta|J_{c_i}|^2\right)

    Shapes: J (..., D, k), beta (...), p (..., k), columns: n indices -> (...). ValueError: beta <= 0, a p that is no
    distribution. Source: Kumar and Poole, section 5.3.

    >>> print(round(float(column_estimate([[1.0, 1.0]], 1.0, [0.5, 0.5], (0,))), 12))  # 2 log 2
    1.38629436112
    """
    drawn = list(columns)
    return total(_columns(J, beta)[..., drawn] / p[..., drawn], -1) / len(drawn)


def _seen(p: Array) -> tuple[Array, Array]:
    """1 for columns that may be drawn and 0 for others; p, and 1 for others."""
    can = number((p != 0) * 1, p)
    return can, p + 1 - can


@validated(check_positive_beta, check_drawn, J="D k", beta="", p="k")
def column_estimate_bias(J: Array, beta: Array, p: Array) -> Array:
    r"""The mean of `column_estimate` less the log-determinant that it stands for, whatever n.

    .. math:: \sum_{c: p_c > 0}\log\left(1 + \tfrac1\beta|J_c|^2\right) - \log\left|I + \tfrac1\beta J^\top J\right|

    Hadamard's deficit, at least 0, where every column may be drawn; of either sign where some may not. Shapes:
    J (..., D, k), beta (...), p (..., k) -> (...). ValueError: as `column_estimate`.
    Source: Kumar and Poole, section 5.3.

    >>> print(round(float(column_estimate_bias([[1.0, 1.0]], 1.0, [0.5, 0.5])), 12))  # log(4/3)
    0.287682072452
    """
    can, _ = _seen(p)
    return total(can * _columns(J, beta), -1) - log_det(_gram(J, beta, "full"))


@validated(check_positive_beta, check_drawn, J="D k", beta="", p="k", n="")
def column_estimate_variance(J: Array, beta: Array, p: Array, n: Array) -> Array:
    r"""The variance of `column_estimate` with n columns drawn independently; 0 where p is in proportion to the terms.

    .. math:: \frac1n\left(\sum_{c: p_c>0}\frac{a_c^2}{p_c} - \Big(\sum_{c: p_c>0}a_c\Big)^2\right),
        \quad a_c = \log\left(1 + \tfrac1\beta|J_c|^2\right)

    Shapes: J (..., D, k), beta (...), p (..., k), n (...) -> (...). ValueError: as `column_estimate`.
    Source: Kumar and Poole, section 5.3.

    >>> print(round(float(column_estimate_variance([[1.0, 0.0]], 1.0, [0.5, 0.5], 1.0)), 12))  # (log 2)^2
    0.480453013918
    """
    can, chance = _seen(p)
    a = can * _columns(J, beta)
    mean = total(a, -1)
    return (total(a * a / chance, -1) - mean * mean) / n


@validated(J="D k")
def first_order(J: Array) -> Array:
    r"""The decoder's term of (13), half beta times its log-determinant, to first order: beta cancels.

    .. math:: \tfrac\beta2\log\left|I + \tfrac1\beta J^\top J\right| \approx \tfrac12\|J\|_F^2

    Never below it; above it by at most ``first_order_error``. Shapes: J (..., D, k) -> (...).
    Source: Kumar and Poole, section 5.3.

    >>> float(first_order([[1.0, 2.0]]))
    2.5
    """
    return total(total(J * J, -1), -1) / 2


@validated(check_positive_beta, J="D k", beta="")
def first_order_error(J: Array, beta: Array) -> Array:
    r"""An upper bound on what `first_order` has too much, in nats; its leading term as beta grows.

    .. math:: \tfrac12\|J\|_F^2 - \tfrac\beta2\log\left|I + \tfrac1\beta J^\top J\right|
        \le \tfrac{1}{4\beta}\|J^\top J\|_F^2

    Shapes: J (..., D, k), beta (...) -> (...). ValueError: beta <= 0. Source: Kumar and Poole, section 5.3, bounded.

    >>> float(first_order_error([[1.0, 2.0]], 0.5))  # 25 / 2
    12.5
    """
    gram = J.mT @ J
    return total(total(gram * gram, -1), -1) / (4 * beta)


@validated(check_positive_beta, J="D k", beta="")
def first_order_error_below(J: Array, beta: Array) -> Array:
    r"""A lower bound on what `first_order` has too much, in nats.

    .. math:: \frac{3\|J^\top J\|_F^2}{4\left(3\beta + 2\|J\|_F^2\right)}

    Shapes: J (..., D, k), beta (...) -> (...). ValueError: beta <= 0. Source: Kumar and Poole, section 5.3, bounded.

    >>> float(first_order_error_below([[1.0, 2.0]], 2.0))  # 75 / 64
    1.171875
    """
    gram = J.mT @ J
    return 3 * total(total(gram * gram, -1), -1) / (4 * (3 * beta + 4 * first_order(J)))

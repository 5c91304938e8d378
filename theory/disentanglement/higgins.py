r"""The score of Higgins et al.: which factor did L pairs of inputs share, told from the mean distance of their codes?

Of a code that is the factors themselves, z_diff of the shared factor is 0; of another only where all L pairs agree in
it by chance. So what the best classifier reaches is a matter of these ties alone.
"""

from __future__ import annotations

from functools import reduce

from theory.arrays import (
    Array,
    broadcast_to,
    concatenate,
    exp,
    log_two_pi,
    mean,
    normal_cdf,
    smallest,
    sqrt,
    total,
    zeros_like,
)
from theory.disentanglement.checks import check_laws, check_spreads, check_steps, check_ties
from theory.validation import validated


@validated(first="L k", second="L k")
def difference(first: Array, second: Array) -> Array:
    r"""z_diff, what the classifier is shown: the mean distance of L pairs of codes in each dimension.

    .. math:: z_{\mathrm{diff}} = \frac1L\sum_{l=1}^L |z_{1,l} - z_{2,l}|, \quad |\cdot|\ \text{by component}

    Shapes: first (..., L, k), second (..., L, k) -> (..., k). Source: Higgins et al. (2017), section 3.

    >>> difference([[0.0, 1.0], [0.0, 3.0]], [[0.0, 2.0], [0.0, 1.0]]).tolist()  # the first dimension was held
    [0.0, 1.5]
    """
    return mean(abs(first - second), -2)


@validated(check_spreads, mu1="", sigma1="", mu2="", sigma2="")
def expected_difference(mu1: Array, sigma1: Array, mu2: Array, sigma2: Array) -> Array:
    r"""E|z_1 - z_2| of codes that are drawn, z ~ q(z|x), where the original takes their means.

    .. math:: s\sqrt{\tfrac2\pi}\,e^{-m^2/2s^2} + m\left(1 - 2\Phi(-\tfrac ms)\right), \quad
        m = \mu_1-\mu_2,\ s^2 = \sigma_1^2+\sigma_2^2

    Never 0: a dimension at the prior tells 2 / sqrt(pi) whatever is shared. Shapes: all (...) -> (...). ValueError: a
    standard deviation that is not positive.

    >>> print(round(float(expected_difference(0.0, 1.0, 0.0, 1.0)), 12))  # 2 / sqrt(pi)
    1.128379167096
    """
    m, s = mu1 - mu2, sqrt(sigma1 * sigma1 + sigma2 * sigma2)
    bell = 2 * s * exp(-log_two_pi(m) / 2 - m * m / (2 * s * s))
    return bell + m * (1 - 2 * normal_cdf(-m / s))


@validated(check_ties, ties="K")
def accuracy(ties: Array) -> Array:
    r"""What the best classifier reaches on the score's task where the codes are the factors themselves.

    .. math:: \frac1K\sum_{i=1}^K\prod_{j<i}(1-t_j), \quad t_1 \le \ldots \le t_K

    t_j is the chance that all L pairs agree in factor j while another is shared: m^-L for m equally likely values. Less
    than 1 for K > 1, so "100 %" is a limit; 1/K where everything ties. A linear classifier does as well.
    Shapes: ties (..., K) -> (...). ValueError: a chance outside [0, 1], ties that do not ascend, one factor only.

    >>> float(accuracy([0.25, 0.25]))  # two bits, L = 2: one in eight goes wrong
    0.875
    """
    K = ties.shape[-1]
    reached: Array = 1
    for i in range(K - 2, -1, -1):
        reached = 1 + (1 - ties[..., i]) * reached
    return reached / K


@validated(check_laws, laws="K V")
def steps(laws: Array) -> Array:
    r"""P(|v_1 - v_2| = t) of two independent draws of each factor, on the values 0..V-1.

    .. math:: P(0) = \sum_a p_a^2, \quad P(t) = 2\sum_a p_a\,p_{a+t}

    Shapes: laws (..., K, V), each factor's chances -> (..., K, V). ValueError: a chance outside [0, 1].

    >>> steps([[0.5, 0.25, 0.25]]).tolist()
    [[0.375, 0.375, 0.25]]
    """
    V = laws.shape[-1]
    apart = [total(laws[..., : V - t] * laws[..., t:], -1)[..., None] for t in range(V)]
    return concatenate([apart[0], *(2 * p for p in apart[1:])], -1)


def _convolved(a: Array, b: Array) -> Array:
    """The law of a sum: of laws on 0..n-1 and 0..m-1, that on 0..n+m-2."""
    table = a[..., :, None] * b[..., None, :]
    n, m = table.shape[-2:]
    nothing = broadcast_to(zeros_like(table[..., :1]), (*table.shape[:-1], n))
    flat = concatenate([table, nothing], -1).reshape(*table.shape[:-2], -1)[..., :-n]
    return total(flat.reshape(*table.shape[:-2], n, n + m - 1), -2)


@validated(check_steps, steps="K T")
def norm_accuracy(steps: Array, L: int) -> Array:
    r"""What the best classifier reaches where z_diff is one number, the mean L1 norm, of codes that are the factors.

    .. math:: \frac1K\sum_t\max_y P\left(\textstyle\sum_{l\le L}\sum_{j\ne y}|v_{1,l,j}-v_{2,l,j}| = t\right)

    1/K where the factors have one law. Shapes: steps (..., K, T), the chances of |v_1 - v_2| = 0..T-1 of each factor;
    L a positive integer -> (...). ValueError: a chance outside [0, 1], one factor only.

    >>> float(norm_accuracy([[0.5, 0.5], [0.5, 0.5]], 4)), float(norm_accuracy([[0.5, 0.5, 0], [0.5, 0, 0.5]], 1))
    (0.5, 0.75)
    """
    K, laws = steps.shape[-2], []
    for y in range(K):
        others = [steps[..., j, :] for j in range(K) for _ in range(L) if j != y]
        laws.append(reduce(_convolved, others)[..., None])
    return -total(smallest(-concatenate(laws, -1), -1), -1) / K

"""Scores by gaps: a factor's best code less its second best, in information (MIG) or in linear prediction (SAP)."""

from __future__ import annotations

from theory.arrays import Array, maximum, mean, minimum, total
from theory.disentanglement.checks import check_table, check_tables, check_two_codes, check_varied
from theory.disentanglement.dci import entropy
from theory.validation import validated


@validated(check_two_codes, scores="k K")
def gap(scores: Array) -> Array:
    r"""By how much each factor's best code outdoes the second best.

    .. math:: S_{(1)j} - S_{(2)j}

    Shapes: scores (..., k, K) -> (..., K). ValueError: fewer than two codes.

    >>> gap([[3.0, 0.0], [1.0, 5.0], [2.0, 5.0]]).tolist()
    [1.0, 0.0]
    """
    first = maximum(scores[..., 0, :], scores[..., 1, :])
    second = minimum(scores[..., 0, :], scores[..., 1, :])
    for i in range(2, scores.shape[-2]):
        row = scores[..., i, :]
        first, second = maximum(first, row), maximum(second, minimum(first, row))
    return first - second


@validated(check_table, table="S V")
def information(table: Array) -> Array:
    r"""I(z; v) of a code and a factor with a finite law, in nats.

    .. math:: I(z;v) = \sum_{z,v} P(z,v)\log\frac{P(z,v)}{P(z)P(v)}

    Shapes: table = P(z, v) (..., S, V) -> (...). ValueError: a chance outside [0, 1]: counts are to be divided by
    their sum. Source: Chen et al. (2018), section 4.

    >>> print(round(float(information([[0.5, 0.0], [0.0, 0.5]])), 12))  # log 2
    0.69314718056
    """
    alone = entropy(total(table, -1)) + entropy(total(table, -2))
    return alone - entropy(table.reshape(*table.shape[:-2], -1))


@validated(check_tables, tables="k K S V")
def mig(tables: Array) -> Array:
    r"""The mutual information gap, between 0 and 1.

    .. math:: \frac1K\sum_{j=1}^K\frac1{H(v_j)}\left(I(z_{(1)};v_j) - I(z_{(2)};v_j)\right)

    Shapes: tables (..., k, K, S, V), P(z_i, v_j) of every code with every factor -> (...). ValueError: a chance outside
    [0, 1], fewer than two codes, a factor of one value. Source: Chen et al. (2018), section 4.

    >>> own, other = [[0.5, 0.0], [0.0, 0.5]], [[0.25, 0.25], [0.25, 0.25]]
    >>> print(round(float(mig([[own, other], [other, own]])), 12))
    1.0
    """
    told = information(tables)
    check_two_codes(told)
    return mean(gap(told) / entropy(mean(total(tables, -2), -3)), -1)


@validated(check_varied, codes="N k", factors="N K")
def squared_correlation(codes: Array, factors: Array) -> Array:
    r"""R^2 of the line that predicts a factor from one code: the score matrix of SAP.

    .. math:: S_{ij} = \frac{\mathrm{Cov}(z_i,v_j)^2}{\mathrm{Var}(z_i)\,\mathrm{Var}(v_j)}

    Shapes: codes (..., N, k), factors (..., N, K) -> (..., k, K). ValueError: a column that is constant.
    Source: Kumar, Sattigeri & Balakrishnan (2018), section 3.

    >>> squared_correlation([[1.0], [-1.0], [1.0], [-1.0]], [[3.0, 1.0], [1.0, 1.0], [3.0, 0.0], [1.0, 0.0]]).tolist()
    [[1.0, 0.0]]
    """
    z, v = (x - mean(x, -2)[..., None, :] for x in (codes, factors))
    shared = z.mT @ v
    return shared * shared / (total(z * z, -2)[..., :, None] * total(v * v, -2)[..., None, :])


@validated(check_varied, codes="N k", factors="N K")
def sap(codes: Array, factors: Array) -> Array:
    r"""The separated attribute predictability of continuous factors, between 0 and 1.

    .. math:: \frac1K\sum_{j=1}^K S_{(1)j} - S_{(2)j}

    Shapes: codes (..., N, k), factors (..., N, K) -> (...). ValueError: fewer than two codes, a column that is
    constant. Source: Kumar, Sattigeri & Balakrishnan (2018), section 3.

    >>> float(sap([[1.0, 1.0], [-1.0, 1.0], [1.0, -1.0], [-1.0, -1.0]], [[1.0], [-1.0], [1.0], [-1.0]]))
    1.0
    """
    scores = squared_correlation(codes, factors)
    check_two_codes(scores)
    return mean(gap(scores), -1)

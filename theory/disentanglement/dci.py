"""DCI of Eastwood and Williams: how the importances of codes for factors spread, over factors and over codes."""

from __future__ import annotations

from theory.arrays import Array, log, log_number, mean, product, total
from theory.disentanglement.checks import check_importance
from theory.validation import validated


def entropy(p: Array) -> Array:
    """-sum p log p over the last axis, in nats; p = 0 counts nothing."""
    return -total(product(p, log(p)), -1)


def _evenness(share: Array) -> Array:
    """Entropy of the last axis, 1 where all are alike."""
    return entropy(share) / log_number(share.shape[-1], share)


@validated(check_importance, importance="k K")
def disentanglement(importance: Array) -> Array:
    r"""How far each code serves one factor alone, codes weighted by how much they serve; between 0 and 1.

    .. math:: D = \sum_i \rho_i\left(1 - H_K(P_i)\right), \quad P_{ij} = \frac{R_{ij}}{\sum_j R_{ij}},
        \quad \rho_i = \frac{\sum_j R_{ij}}{\sum_{ij} R_{ij}}

    H_K is the entropy to base K. Shapes: importance = R (..., k, K), none negative -> (...). A code of no importance
    has no weight. ValueError: a negative importance, a factor without any. Source: Eastwood & Williams (2018).

    >>> float(disentanglement([[1.0, 0.0], [0.0, 3.0]])), float(disentanglement([[1.0, 1.0], [2.0, 2.0]]))
    (1.0, 0.0)
    """
    served = total(importance, -1)
    spread = _evenness(importance / served[..., None])
    used = product(served, 1 - spread)
    return total(used, -1) / total(served, -1)


@validated(check_importance, importance="k K")
def completeness(importance: Array) -> Array:
    r"""How far each factor is served by one code alone, mean over factors; between 0 and 1.

    .. math:: C = \frac1K\sum_j\left(1 - H_k(\tilde P_j)\right), \quad
        \tilde P_{ij} = \frac{R_{ij}}{\sum_i R_{ij}}

    H_k is the entropy to base k. Shapes: importance = R (..., k, K), none negative -> (...). ValueError: a negative
    importance, a factor without any. Source: Eastwood & Williams (2018).

    >>> float(completeness([[1.0, 0.0], [0.0, 3.0]])), float(completeness([[1.0, 1.0], [1.0, 1.0]]))
    (1.0, 0.0)
    """
    return 1 - mean(_evenness((importance / total(importance, -2)[..., None, :]).mT), -1)

"""FactorVAE's score: the code that varies least while a factor is shared votes, and each code gets one factor."""

from __future__ import annotations

from theory.arrays import Array, mean, smallest, total
from theory.disentanglement.checks import check_batch, check_votes
from theory.validation import validated


@validated(check_batch, codes="L k", scale="k")
def normalised_variance(codes: Array, scale: Array) -> Array:
    r"""How much each code varies while a factor is shared, beside how much it varies at all: the least one votes.

    .. math:: \frac1{s_i^2}\,\frac1{L-1}\sum_{l=1}^L (z_{l,i} - \bar z_i)^2

    Its mean is the variance that is left once the factor is known, over all variance. Shapes: codes (..., L, k) of L
    inputs that share a factor, scale = s (..., k) the codes' standard deviations over all inputs -> (..., k).
    ValueError: fewer than two inputs, a scale that is not positive. Source: Kim & Mnih (2018), section 4.

    >>> normalised_variance([[1.0, 0.0], [1.0, 2.0]], [1.0, 2.0]).tolist()
    [0.0, 0.5]
    """
    L, away = codes.shape[-2], codes - mean(codes, -2)[..., None, :]
    return total(away * away, -2) / ((L - 1) * scale * scale)


@validated(check_votes, votes="k K")
def vote_accuracy(votes: Array) -> Array:
    r"""How often the majority of a code's votes is right.

    .. math:: \frac{\sum_i\max_j V_{ij}}{\sum_{ij} V_{ij}}

    The best of all K^k ways to give each code one factor. Shapes: votes = V (..., k, K), how often code i had the
    least normalised variance while factor j was shared -> (...). ValueError: a negative count, a factor without votes.
    Source: Kim & Mnih (2018), section 4.

    >>> float(vote_accuracy([[9.0, 2.0], [1.0, 8.0]]))
    0.85
    """
    return -total(smallest(-votes, -1), -1) / total(votes.reshape(*votes.shape[:-2], -1), -1)

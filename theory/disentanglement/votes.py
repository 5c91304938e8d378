"""FactorVAE's score: the code that varies least while a factor is shared votes, and each code gets one factor."""

from __future__ import annotations

from theory.arrays import Array, smallest, total
from theory.disentanglement.checks import check_votes
from theory.validation import validated


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

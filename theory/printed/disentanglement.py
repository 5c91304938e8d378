"""What is said of disentanglement scores, by Levy (section 2.4.1) and of constructed codes: of PAIRS pairs a batch."""

from __future__ import annotations

from theory import disentanglement as score
from theory.arrays import Array, exp, total, zeros_like

PAIRS = 3


def section_2_4_1_ground_truth(laws: Array) -> Array:
    """100 %, the first row of Figure 6."""
    return exp(zeros_like(by_component(laws)))


def section_2_4_1_chance(laws: Array) -> Array:
    """One in K."""
    K = laws.shape[-2]
    return section_2_4_1_ground_truth(laws) / K


def chance_without_last(laws: Array) -> Array:
    """One in as many as there are but for the last, which is noise."""
    return section_2_4_1_chance(laws[..., :-1, :])


def section_2_4_1_norm(laws: Array) -> Array:
    """(c) as printed: z_diff is the norm |z_1 - z_2|_1, one number."""
    return score.norm_accuracy(score.steps(laws), PAIRS)


def by_component(laws: Array) -> Array:
    """(c) with |z_1 - z_2| taken component by component, the factors in ascending order of their ties."""
    tie = score.steps(laws)[..., 0]
    return score.accuracy(tie**PAIRS)


def sign_permuted(first: Array, second: Array, U: Array) -> Array:
    """z_diff of codes put through a signed permutation."""
    return score.difference(first @ U, second @ U)


def bits_told(tables: Array) -> Array:
    """1."""
    return exp(no_gap(tables))


def no_gap(tables: Array) -> Array:
    """0."""
    return zeros_like(score.mig(tables))


def sap_of_turned(U: Array) -> Array:
    r"""|cos 2 theta| = |cos^2 theta - sin^2 theta| of two factors of one variance behind a rotation."""
    return abs(U[..., 0, 0] * U[..., 0, 0] - U[..., 1, 0] * U[..., 1, 0])


def sap_rescaled(codes: Array, factors: Array, units: Array) -> Array:
    """SAP of codes each of which has a unit of its own, units a diagonal matrix."""
    return score.sap(codes @ units, factors)


def sap_one(codes: Array, factors: Array) -> Array:
    """1."""
    return exp(sap_none(codes, factors))


def sap_none(codes: Array, factors: Array) -> Array:
    """0."""
    return zeros_like(score.sap(codes, factors))


def importance_one(importance: Array) -> Array:
    """1."""
    return exp(zeros_like(score.disentanglement(importance)))


def votes_one(votes: Array) -> Array:
    """1."""
    return exp(zeros_like(score.vote_accuracy(votes)))


def commonest(votes: Array) -> Array:
    """The largest share of a factor in all votes: what one code that votes for all would score."""
    return score.vote_accuracy(total(votes, -2)[..., None, :])


def variance_left(U: Array) -> Array:
    """Of codes v U of two factors of unit variance: in row y what is left of each code's once factor y is known."""
    return 1 - U * U

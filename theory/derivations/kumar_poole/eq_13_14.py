"""Equations (13) and (14): the deterministic loss of Gaussian observations, and its bound by columns."""

from __future__ import annotations

import sympy as sp

from theory.derivations.derivation import Derivation, Step
from theory.derivations.kumar_poole.symbols import D, I, U, beta, d, h, half, log, x
from theory.derivations.vocabulary import (
    Entry,
    Form,
    Law,
    Mean,
    NamedMatrix,
    Normal,
    PositiveDet,
    Sum,
    Tr,
    letter,
    matrix,
    vector,
)

J, g, I_D = matrix("J", D, d), vector("g", D), sp.Identity(D)
i = letter("i")
gram = NamedMatrix("G", J.T * J)
A = NamedMatrix("A", I + gram / beta)
likelihood = log(Normal(x, g, I_D))
pi_term = D * half * log(2 * sp.pi)
data = half * Form(I_D, x - g) + half * beta * Form(I, h)
column = log(1 + Entry(gram, i, i) / beta)
by_columns = Sum(column, i)
volume = log(PositiveDet(I + gram / beta))
SIZES, DIMENSIONS = {i: (1, 2, 2)}, {d: (1, 2, 2), D: (2, 1, 2)}

eq13 = Derivation(
    "kumar_poole.eq13",
    "The loss for standard Gaussian observations: minus (12), less the density's constant.",
    source="Kumar and Poole, eq (13)",
    dimensions=DIMENSIONS,
    steps=(
        Step(
            -(likelihood - half * beta * Form(I, h) - half * beta * log(PositiveDet(I - J.T * (-I_D) * J / beta)))
            - pi_term,
            "start",
            note="equation (12) with H_p = -I",
            printed=False,
        ),
        Step(half * Form(I_D, x - g) + half * beta * Form(I, h) + half * beta * volume, "substitution"),
    ),
    shipped="grae.objective",
    arguments={"x": x, "g": g, "h": h, "J": J, "beta": beta, "family": "full"},
    claims=("kumar_poole.eq13", "kumar_poole.gaussian"),
)

diagonal_A = NamedMatrix("A_F", sp.HadamardProduct(A, I))
best = NamedMatrix(r"{\Sigma^*}", diagonal_A.I)

eq13_mean_field = Derivation(
    "kumar_poole.eq13.mean_field",
    "Over diagonal covariances the best loss has the sum over columns in the place of the determinant.",
    source="Kumar and Poole, section 5.3",
    sizes=SIZES,
    dimensions=DIMENSIONS,
    steps=(
        Step(
            -(likelihood - half * Tr(gram * best)
              - half * beta * (Form(I, h) + Tr(best) - log(PositiveDet(best)) - d)) - pi_term,
            "start",
            printed=False,
            note="minus (8) at the best diagonal covariance",
        ),
        Step(data + half * beta * (Tr(A * best) - log(PositiveDet(best)) - d), "trace", printed=False),
        Step(data - half * beta * log(PositiveDet(best)), "trace", printed=False),
        Step(data + half * beta * by_columns, "matrix algebra", printed=False),
    ),
    result=data + half * beta * log(PositiveDet(diagonal_A)),
    shipped="grae.objective",
    arguments={"x": x, "g": g, "h": h, "J": J, "beta": beta, "family": "diagonal"},
    claims=("kumar_poole.eq13.mean_field",),
)  # fmt: skip

eq14 = Derivation(
    "kumar_poole.eq14",
    "The log-determinant is at most the sum over columns.",
    source="Kumar and Poole, eq (14)",
    sizes=SIZES,
    dimensions=DIMENSIONS,
    steps=(
        Step(volume, "start"),
        Step(Sum(log(Entry(A, i, i)), i), "Hadamard", "<=", printed=False),
        Step(by_columns, "algebra"),
    ),
    claims=("kumar_poole.eq14",),
)

lengths = matrix("L", d)
orthogonal = NamedMatrix("G", (U * lengths).T * U * lengths)

eq14_equality = Derivation(
    "kumar_poole.eq14.equality",
    "Where the columns of J = U L are orthogonal the bound is attained.",
    source="Kumar and Poole, eq (14)",
    domain={lengths: "diagonal"},
    sizes={i: (1, 2)},
    dimensions={d: (1, 2)},
    steps=(
        Step(log(PositiveDet(I + orthogonal / beta)), "start"),
        Step(log(PositiveDet(I + lengths * lengths / beta)), "matrix algebra", printed=False, note="U'U = I"),
        Step(Sum(log(1 + Entry(orthogonal, i, i) / beta), i), "algebra"),
    ),
    claims=("kumar_poole.eq14.equality",),
)

tight = Derivation(
    "kumar_poole.eq14.tight_for_mean_field",
    "The sentence that the bound is tight for mean-field posteriors, of any decoder.",
    source="Kumar and Poole, section 5.3",
    sizes=SIZES,
    dimensions=DIMENSIONS,
    steps=(
        Step(volume, "start"),
        Step(by_columns, "Hadamard"),
    ),
    breaks=(1,),
    instead="kumar_poole.eq13.mean_field",
    claims=("kumar_poole.eq14.tight_for_mean_field",),
)

c, c_2 = i, letter("i'")
chance = Law("p_c", c)


def drawn(at: object) -> sp.Expr:
    """What one drawn column says of the sum."""
    return log(1 + Entry(gram, at, at) / beta) / chance(at)


two = half * (drawn(c) + drawn(c_2))

sampling = Derivation(
    "kumar_poole.sampling.mean",
    "The mean of what two drawn columns say is the sum over columns, which bounds the log-determinant.",
    source="Kumar and Poole, section 5.3",
    sizes=SIZES,
    dimensions=DIMENSIONS,
    steps=(
        Step(Mean(Mean(two, c_2, chance(c_2)), c, chance(c)), "start", note="k = 2"),
        Step(
            half * Mean(drawn(c), c, chance(c)) + half * Mean(drawn(c_2), c_2, chance(c_2)), "linearity", printed=False
        ),
        Step(Mean(drawn(c), c, chance(c)), "algebra", printed=False),
        Step(by_columns, "definition", printed=False, note="chances cancel, where none is 0"),
        Step(volume, "Hadamard", ">="),
    ),
    claims=("kumar_poole.sampling.mean", "kumar_poole.sampling.bias"),
)

variance = Derivation(
    "kumar_poole.sampling.variance",
    "The variance of what two drawn columns say.",
    source="Kumar and Poole, section 5.3",
    sizes=SIZES,
    dimensions=DIMENSIONS,
    steps=(
        Step(Mean(Mean((two - by_columns) ** 2, c_2, chance(c_2)), c, chance(c)), "start", printed=False),
        Step(half * Mean((drawn(c) - by_columns) ** 2, c, chance(c)), "linearity", printed=False),
        Step(half * (Mean(drawn(c) ** 2, c, chance(c)) - by_columns**2), "linearity", printed=False),
        Step(half * (Sum(column**2 / chance(i), i) - by_columns**2), "definition", printed=False),
    ),
    claims=("kumar_poole.sampling.variance",),
)

root = matrix("{[-H_p]^{1/2}}", D)
weighed = NamedMatrix("G", (root * J).T * root * J)

eq14_weighed = Derivation(
    "kumar_poole.eq14.weighed",
    "The same bound for the regularizer of (12), where H_p is minus a square.",
    source="Kumar and Poole, section 5.3",
    domain={root: "diagonal"},
    sizes=SIZES,
    dimensions=DIMENSIONS,
    steps=(
        Step(log(PositiveDet(I - J.T * (-root * root) * J / beta)), "start", printed=False),
        Step(log(PositiveDet(I + weighed / beta)), "matrix algebra", printed=False),
        Step(Sum(log(1 + Entry(weighed, i, i) / beta), i), "Hadamard", "<=", printed=False),
    ),
    claims=("kumar_poole.eq14",),
)

"""Section 5.3: the Taylor series of log(1 + x) put into the regularizers of (13) and (12); and what it leaves out."""

from __future__ import annotations

import sympy as sp

from theory.derivations.derivation import Derivation, Step
from theory.derivations.kumar_poole.symbols import D, I, beta, d, half, log
from theory.derivations.vocabulary import NamedMatrix, PositiveDet, Tr, matrix

t = sp.Symbol("t", positive=True)
K, bare = matrix("K", D, d), matrix("J", D, d)
J = NamedMatrix("J_g", t * K)
DIMENSIONS = {d: (1, 2, 2), D: (2, 1, 2)}

first_order = Derivation(
    "kumar_poole.taylor.first_order",
    "The regularizer of (13) for small Jacobians t K: beta cancels.",
    source="Kumar and Poole, section 5.3",
    domain={t: (0, 1)},
    dimensions=DIMENSIONS,
    steps=(
        Step(half * beta * log(PositiveDet(I + J.T * J / beta)), "start"),
        Step(half * beta * Tr(J.T * J / beta), "first order", "~", small=t, order=4, printed=False),
        Step(half * Tr(J.T * J), "trace"),
    ),
    result=half * Tr(bare.T * bare),
    shipped="grae.first_order",
    arguments={"J": bare},
    claims=("kumar_poole.taylor.first_order", "kumar_poole.taylor.error.above.order"),
)

root = matrix("{[-H_p]^{1/2}}", D)
weighed = half * beta * log(PositiveDet(I + J.T * root * root * J / beta))
square = matrix("K", d)
square_J, square_root = NamedMatrix("J_g", t * square), matrix("{[-H_p]^{1/2}}", d)

eq12_small = Derivation(
    "kumar_poole.taylor.eq12",
    "The regularizer of (12) for small Jacobians t K, as printed, with as many outputs as latents.",
    source="Kumar and Poole, section 5.3",
    domain={t: (0, 1), square_root: "diagonal"},
    dimensions={d: (1, 2)},
    steps=(
        Step(
            half * beta * log(PositiveDet(I + square_J.T * square_root * square_root * square_J / beta)),
            "start",
        ),
        Step(Tr((square_J * square_root).T * square_J * square_root), "first order", "~", small=t, order=4),
    ),
    breaks=(1,),
    instead="kumar_poole.taylor.eq12.corrected",
    claims=("kumar_poole.taylor.eq12",),
)

eq12_small_corrected = Derivation(
    "kumar_poole.taylor.eq12.corrected",
    "The regularizer of (12) for small Jacobians t K: half the squared norm of [-H_p]^(1/2) J.",
    source="Kumar and Poole, section 5.3",
    domain={t: (0, 1), root: "diagonal"},
    dimensions=DIMENSIONS,
    steps=(
        Step(weighed, "start"),
        Step(half * Tr((root * J).T * root * J), "first order", "~", small=t, order=4, printed=False),
    ),
    claims=("kumar_poole.taylor.eq12.corrected",),
)

error = Derivation(
    "kumar_poole.taylor.error.above",
    "What the first order has too much is at most |J'J|^2 / (4 beta).",
    source="Kumar and Poole, section 5.3",
    dimensions=DIMENSIONS,
    steps=(
        Step(
            half * Tr(bare.T * bare) - half * beta * log(PositiveDet(I + bare.T * bare / beta)), "start", printed=False
        ),
        Step(
            Tr(bare.T * bare * bare.T * bare) / (4 * beta),
            "second-order Taylor",
            "<=",
            printed=False,
            note="x - log(1 + x) is at most x^2 / 2",
        ),
    ),
    claims=("kumar_poole.taylor.error.above",),
)

outputs, latents = matrix("J", D, d), matrix("J", d)
best = NamedMatrix(r"{\Sigma^*}", (I + outputs.T * outputs / beta).I)
full_rank = NamedMatrix(r"{\Sigma^*}", (I + latents.T * latents / beta).I)
none = sp.ZeroMatrix(d, d)

concentrated = Derivation(
    "kumar_poole.eq4.concentrated",
    "For small beta the best posterior is said to be concentrated: here with fewer outputs than latents.",
    source="Kumar and Poole, section 4",
    domain={beta: (0, 1)},
    dimensions={d: (2,), D: (1,)},
    steps=(
        Step(best, "start", note="equation (11) at H_p = -I", printed=False),
        Step(none, "limit", "~", small=beta),
    ),
    breaks=(1,),
    instead="kumar_poole.eq4.concentrated.corrected",
    claims=("kumar_poole.eq4.concentrated",),
)

concentrated_corrected = Derivation(
    "kumar_poole.eq4.concentrated.corrected",
    "For small beta the best posterior is concentrated where the Jacobian, here positive definite, has full rank.",
    source="Kumar and Poole, section 4",
    domain={beta: (0, 1), latents: "covariance"},
    dimensions={d: (1, 2)},
    steps=(
        Step(full_rank, "start", note="equation (11) at H_p = -I", printed=False),
        Step(beta * (beta * I + latents.T * latents).I, "matrix algebra", printed=False),
        Step(none, "limit", "~", small=beta),
    ),
    claims=("kumar_poole.eq4.concentrated.corrected",),
)

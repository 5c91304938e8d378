"""Section 7 and appendix F: the gap between two objectives, and what a weight beta does to the decoder."""

from __future__ import annotations

import sympy as sp

from theory.derivations.derivation import Derivation, Step
from theory.derivations.kumar_poole.symbols import D, H, I, Sigma, beta, d, expanded, h, half, log, value, x, z, zero
from theory.derivations.vocabulary import (
    KL,
    Det,
    Entry,
    Form,
    Mean,
    NamedMatrix,
    Normal,
    PositiveDet,
    Sum,
    Tr,
    letter,
    matrix,
)

J = matrix("J_g", D, d)
DIMENSIONS = {d: (1, 2, 2), D: (2, 1, 2)}
domain = {Sigma: "covariance"}
# There a best covariance exists: beta is above the eigenvalues of H.
EXISTS = {beta: (9, 12), H: "symmetric"}
A, A_H = NamedMatrix("A", I + J.T * J / beta), NamedMatrix("A", I - H / beta)
product = I + J.T * J * Sigma / beta
difference = value - half * beta * Form(I, h) - half * beta * log(PositiveDet(A)) - expanded(-(J.T * J), Sigma)
start = Step(difference, "start", printed=False, note="(12) less (8), with H_p = -I")


def corrected(precision: object, covariance: object) -> sp.Expr:
    """(beta/2) [tr(A Sigma) - log |A Sigma| - d]."""
    return half * beta * (Tr(precision * covariance) - log(PositiveDet(precision * covariance)) - d)  # type: ignore[operator]


def as_printed(covariance: str) -> str:
    """The printed gap, where d stands for d I; SymPy would collect the multiples of I."""
    inner = rf"I + \frac{{1}}{{\beta}} J_g^{{\top}} J_g {covariance}"
    trace, bars = rf"\operatorname{{tr}}\left({inner}\right)", rf"\left|\left({inner}\right) - d\right|"
    return rf"\frac{{\beta}}{{2}} \left[{trace} - \log {bars}\right]"


gap_printed = Derivation(
    "kumar_poole.gap.printed",
    "The gap as printed in section 7 and in appendix F, d inside the determinant.",
    source="Kumar and Poole, section 7",
    domain=domain,
    dimensions=DIMENSIONS,
    steps=(
        start,
        Step(half * beta * (Tr(product) - log(Det(product - d * I))), "algebra", latex=as_printed(r"\Sigma")),
    ),
    breaks=(1,),
    instead="kumar_poole.gap.corrected",
    claims=("kumar_poole.gap.printed",),
)

gap_bars = Derivation(
    "kumar_poole.gap.bars",
    "The printed gap with d outside of the determinant.",
    source="Kumar and Poole, appendix F",
    domain=domain,
    dimensions=DIMENSIONS,
    steps=(
        start,
        Step(half * beta * (Tr(product) - log(Det(product)) - d), "algebra"),
    ),
    breaks=(1,),
    instead="kumar_poole.gap.corrected",
    claims=("kumar_poole.gap.bars",),
)

best = NamedMatrix(r"{\Sigma^*}", A.I)

gap_corrected = Derivation(
    "kumar_poole.gap.corrected",
    "The gap, with Sigma outside of the first parenthesis: beta times the divergence from the best posterior.",
    source="Kumar and Poole, section 7",
    domain=domain,
    dimensions=DIMENSIONS,
    steps=(
        start,
        Step(
            half * beta * (Tr(Sigma) + Tr(J.T * J * Sigma) / beta - log(PositiveDet(Sigma)) - d)
            - half * beta * log(PositiveDet(A)),
            "algebra",
            printed=False,
        ),
        Step(corrected(A, Sigma), "matrix algebra", printed=False),
        Step(beta * KL(Normal(z, h, Sigma), Normal(z, h, best), z), "Gaussian moments", printed=False),
        Step(sp.Integer(0), "Gibbs", ">=", printed=False),
    ),
    claims=("kumar_poole.gap.corrected",),
)

vanishes_printed = Derivation(
    "kumar_poole.gap.printed.vanishes",
    "The printed gap is said to vanish where (11) holds.",
    source="Kumar and Poole, section 7",
    dimensions=DIMENSIONS,
    steps=(
        Step(
            half * beta
            * (Tr(I + J.T * J * best / beta) - log(Det(I + J.T * J * best / beta - d * I))),
            "start",
            latex=as_printed(r"\Sigma^*"), printed=False),
        Step(sp.Integer(0), "substitution"),
    ),
    breaks=(1,),
    instead="kumar_poole.gap.vanishes",
    claims=("kumar_poole.gap.printed.vanishes",),
)  # fmt: skip

vanishes = Derivation(
    "kumar_poole.gap.vanishes",
    "The corrected gap vanishes where (11) holds.",
    source="Kumar and Poole, section 7",
    dimensions=DIMENSIONS,
    steps=(
        Step(corrected(A, best), "start", printed=False),
        Step(half * beta * (Tr(I) - log(PositiveDet(I)) - d), "matrix algebra", printed=False),
        Step(sp.Integer(0), "algebra", printed=False),
    ),
    claims=("kumar_poole.gap.vanishes",),
)

gap_hessian = Derivation(
    "kumar_poole.gap.hessian",
    "The gap for any Hessian.",
    source="Kumar and Poole, section 7",
    domain=domain | EXISTS,
    steps=(
        Step(
            value - half * beta * Form(I, h) - half * beta * log(PositiveDet(A_H)) - expanded(H, Sigma),
            "start",
            printed=False,
            note="(10) less (8)",
        ),
        Step(corrected(A_H, Sigma), "matrix algebra", printed=False),
    ),
    shipped="deterministic.gap",
    arguments={"H": H, "Sigma": Sigma, "beta": beta, "family": "full"},
    claims=("kumar_poole.gap.hessian",),
)

t, E = sp.Symbol("t", positive=True), matrix("E", d)

gap_order = Derivation(
    "kumar_poole.gap.order",
    "What a small error t E of the best covariance costs.",
    source="Kumar and Poole, section 7",
    domain=EXISTS | {E: "symmetric", t: (0, 1)},
    dimensions={d: (1, 2)},
    steps=(
        Step(corrected(A_H, A_H.I + t * E), "start", printed=False),
        Step(
            half * beta * (t * Tr(A_H * E) - log(PositiveDet(I + t * A_H * E))),
            "matrix algebra",
            printed=False,
        ),
        Step(beta * t * t / 4 * Tr(A_H * E * A_H * E), "second-order Taylor", "~", small=t, order=3, printed=False),
    ),
    result=beta / 4 * Tr(A_H * E * A_H * E),
    shipped="deterministic.gap_curvature",
    arguments={"H": H, "E": E, "beta": beta},
    claims=("kumar_poole.gap.order",),
)

i = letter("i")
diagonal_A = NamedMatrix("A_F", sp.HadamardProduct(A_H, I))
diagonal_best = NamedMatrix(r"{\Sigma^*_F}", diagonal_A.I)

family_cost = Derivation(
    "kumar_poole.structure.diagonal",
    "What diagonal covariances cost, each family at its best: Hadamard's deficit of I - H / beta.",
    source="Kumar and Poole, section 5.1",
    domain=EXISTS,
    sizes={i: (1, 2, 3)},
    steps=(
        Step(
            value - half * beta * Form(I, h) - half * beta * log(PositiveDet(A_H)) - expanded(H, diagonal_best),
            "start",
            printed=False,
        ),
        Step(half * beta * (log(PositiveDet(diagonal_A)) - log(PositiveDet(A_H))), "trace", printed=False),
        Step(half * beta * (Sum(log(Entry(A_H, i, i)), i) - log(PositiveDet(A_H))), "algebra", printed=False),
        Step(sp.Integer(0), "Hadamard", ">=", printed=False),
    ),
    result=half * beta * (log(PositiveDet(diagonal_A)) - log(PositiveDet(A_H))),
    shipped="deterministic.family_cost",
    arguments={"H": H, "beta": beta, "family": "diagonal"},
    claims=("kumar_poole.structure.diagonal", "kumar_poole.structure.diagonal.positive"),
)

W, I_D = matrix("W", D, d), sp.Identity(D)
q, prior = Normal(z, h, Sigma), Normal(z, zero, I)


def weighted(noise: object) -> sp.Expr:
    """beta times the VAE's objective with an isotropic decoder of that variance."""
    return beta * (Mean(log(Normal(x, W * z, noise * I_D)), z, q) - KL(q, prior, z))  # type: ignore[operator]


objective = Mean(log(Normal(x, W * z, I_D)), z, q) - beta * KL(q, prior, z)

decoder_printed = Derivation(
    "kumar_poole.decoder_covariance.printed",
    "A weight beta is said to amount to a decoder covariance of I / beta; of a linear decoder, but for a constant.",
    source="Kumar and Poole, section 7",
    domain=domain,
    dimensions=DIMENSIONS,
    steps=(
        Step(objective, "start"),
        Step(weighted(1 / beta) + half * D * (beta * log(2 * sp.pi / beta) - log(2 * sp.pi)), "assertion"),
    ),
    breaks=(1,),
    instead="kumar_poole.decoder_covariance.corrected",
    claims=("kumar_poole.decoder_covariance.printed",),
)

decoder_corrected = Derivation(
    "kumar_poole.decoder_covariance.corrected",
    "A weight beta amounts to a decoder covariance of beta I: of a linear decoder, but for a constant.",
    source="Kumar and Poole, section 7",
    domain=domain,
    dimensions=DIMENSIONS,
    steps=(
        Step(objective, "start"),
        Step(
            -half * Mean(Form(I_D, x - W * z), z, q) - half * D * log(2 * sp.pi) - beta * KL(q, prior, z),
            "definition",
            printed=False,
        ),
        Step(
            beta * (-Mean(Form(I_D, x - W * z), z, q) / (2 * beta) - KL(q, prior, z)) - half * D * log(2 * sp.pi),
            "algebra",
            printed=False,
        ),
        Step(weighted(beta) + half * D * (beta * log(2 * sp.pi * beta) - log(2 * sp.pi)), "definition", printed=False),
    ),
    claims=("kumar_poole.decoder_covariance.corrected",),
)

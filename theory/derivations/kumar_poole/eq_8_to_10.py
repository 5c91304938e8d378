"""Equations (8) to (10): the objective of Gaussian posteriors, its best covariance, and the objective there."""

from __future__ import annotations

import sympy as sp

from theory.derivations.derivation import Derivation, Step
from theory.derivations.kumar_poole.symbols import H, I, Sigma, beta, d, expanded, h, half, log, value, z, zero
from theory.derivations.vocabulary import (
    KL,
    Form,
    Gradient,
    NamedMatrix,
    Normal,
    PositiveDet,
    Tr,
    matrix,
)

domain = {Sigma: "covariance", H: "symmetric"}
# There a best covariance exists: beta is above the eigenvalues of H.
EXISTS = {beta: (9, 12), H: "symmetric"}
A = NamedMatrix("A", I - H / beta)
best = NamedMatrix(r"{\Sigma^*}", A.I)
eq10_value = value - half * beta * Form(I, h) - half * beta * log(PositiveDet(A))

eq8 = Derivation(
    "kumar_poole.eq8",
    "The objective for a standard Gaussian prior and a Gaussian posterior.",
    source="Kumar and Poole, eq (8)",
    domain=domain,
    steps=(
        Step(
            value + half * Tr(H * Sigma) - beta * KL(Normal(z, h, Sigma), Normal(z, zero, I), z),
            "start",
            note="equation (4)",
        ),
        Step(expanded(H, Sigma), "Gaussian moments"),
    ),
    shipped="deterministic.objective",
    arguments={"log_lik": value, "H": H, "h": h, "Sigma": Sigma, "beta": beta},
    claims=("kumar_poole.eq8",),
)

Sigma_0, Sigma_1 = matrix("Sigma_0", d), matrix("Sigma_1", d)

eq8_concave = Derivation(
    "kumar_poole.eq8.concave",
    "The objective is concave in Sigma: half way between two covariances it is at least the mean of both.",
    source="Kumar and Poole, eq (8)",
    domain={Sigma_0: "covariance", Sigma_1: "covariance", H: "symmetric"},
    steps=(
        Step(
            expanded(H, (Sigma_0 + Sigma_1) / 2) - half * (expanded(H, Sigma_0) + expanded(H, Sigma_1)),
            "start",
            printed=False,
        ),
        Step(
            half * beta * (log(PositiveDet((Sigma_0 + Sigma_1) / 2)) - half * log(PositiveDet(Sigma_0))
                           - half * log(PositiveDet(Sigma_1))),
            "linearity",
            printed=False,
        ),
        Step(sp.Integer(0), "Jensen", ">=", note="log |Sigma| is concave"),
    ),
    claims=("kumar_poole.eq8.concave",),
)  # fmt: skip

slope = half * H - half * beta * (I - Sigma.I)

eq9_gradient = Derivation(
    "kumar_poole.eq9.gradient",
    "The gradient of the objective in Sigma.",
    source="Kumar and Poole, eq (9)",
    domain=domain,
    steps=(
        Step(Gradient(expanded(H, Sigma), Sigma), "start", printed=False),
        Step(slope, "matrix differentiation"),
    ),
    shipped="deterministic.covariance_gradient",
    arguments={"H": H, "Sigma": Sigma, "beta": beta},
    claims=("kumar_poole.eq9.gradient",),
)

eq9 = Derivation(
    "kumar_poole.eq9",
    "The best covariance, where the gradient vanishes.",
    source="Kumar and Poole, eq (9)",
    domain=domain | EXISTS,
    steps=(
        Step(sp.Eq(slope, sp.ZeroMatrix(d, d)), "start"),
        Step(sp.Eq(Sigma, (I - H / beta).I), "solving", "=>"),
    ),
    result=(I - H / beta).I,
    shipped="deterministic.optimal_covariance",
    arguments={"H": H, "beta": beta, "family": "full"},
    claims=("kumar_poole.eq9",),
)

eq10 = Derivation(
    "kumar_poole.eq10",
    "The objective at the best covariance.",
    source="Kumar and Poole, eq (10)",
    domain=EXISTS,
    steps=(
        Step(expanded(H, best), "start", printed=False),
        Step(
            value - half * beta * Form(I, h) - half * beta * (Tr((I - H / beta) * best) - log(PositiveDet(best)) - d),
            "trace",
            printed=False,
        ),
        Step(value - half * beta * Form(I, h) + half * beta * log(PositiveDet(best)), "trace", printed=False),
        Step(eq10_value, "matrix algebra"),
    ),
    shipped="deterministic.optimal_value",
    arguments={"log_lik": value, "H": H, "h": h, "beta": beta, "family": "full"},
    claims=("kumar_poole.eq10",),
)

maximum = Derivation(
    "kumar_poole.eq9.maximum",
    "No covariance does better: the objective is (10) less beta times a divergence.",
    source="Kumar and Poole, eq (9)",
    domain=domain | EXISTS,
    dimensions={d: (1, 2)},
    steps=(
        Step(expanded(H, Sigma), "start"),
        Step(
            eq10_value - half * beta * (Tr(A * Sigma) - log(PositiveDet(A)) - log(PositiveDet(Sigma)) - d),
            "add and subtract",
            printed=False,
        ),
        Step(eq10_value - beta * KL(Normal(z, h, Sigma), Normal(z, h, best), z), "Gaussian moments", printed=False),
        Step(eq10_value, "Gibbs", "<=", printed=False),
    ),
    claims=("kumar_poole.eq9.maximum", "kumar_poole.gap.corrected"),
)

diagonal, diagonal_H = matrix("Sigma", d), NamedMatrix("H_F", sp.HadamardProduct(H, I))

diagonal_slope = half * diagonal_H - half * beta * (I - diagonal.I)

eq9_diagonal_gradient = Derivation(
    "kumar_poole.eq9.diagonal.gradient",
    "The gradient of the objective in a diagonal covariance.",
    source="Kumar and Poole, section 5.1",
    domain={diagonal: "diagonal", H: "symmetric"},
    steps=(
        Step(Gradient(expanded(H, diagonal), diagonal), "start", printed=False),
        Step(diagonal_slope, "matrix differentiation", printed=False),
    ),
    claims=("kumar_poole.eq9.diagonal",),
)

eq9_diagonal = Derivation(
    "kumar_poole.eq9.diagonal",
    "The best diagonal covariance inverts the diagonal of I - H / beta.",
    source="Kumar and Poole, section 5.1",
    domain={diagonal: "diagonal"} | EXISTS,
    steps=(
        Step(sp.Eq(diagonal_slope, sp.ZeroMatrix(d, d)), "start", printed=False),
        Step(sp.Eq(diagonal, (I - diagonal_H / beta).I), "solving", "=>", printed=False),
    ),
    result=(I - diagonal_H / beta).I,
    shipped="deterministic.optimal_covariance",
    arguments={"H": H, "beta": beta, "family": "diagonal"},
    claims=("kumar_poole.eq9.diagonal",),
)

size, curvature, place = sp.Symbol("s", positive=True), sp.Symbol("H", real=True), sp.Symbol("h", real=True)

absolute = Derivation(
    "kumar_poole.eq8.absolute_determinant",
    "With |Sigma| the absolute value of the determinant, (10) is said to bound (8) at Sigma = -s too, d = 1.",
    source="Kumar and Poole, eq (8)",
    domain={curvature: (-2, 0)},
    steps=(
        Step(value - half * size * curvature - half * beta * (place**2 - size - log(size) - 1), "start"),
        Step(value - half * beta * place**2 - half * beta * log(1 - curvature / beta), "assertion", "<="),
    ),
    breaks=(1,),
    instead="kumar_poole.eq9.maximum",
    claims=("kumar_poole.eq8.absolute_determinant",),
)

"""Equations (11) and (12): the best covariance and the objective there, by the decoder's Jacobian."""

from __future__ import annotations

import sympy as sp

from theory.derivations.derivation import Derivation, Step
from theory.derivations.kumar_poole.symbols import D, I, Sigma, beta, d, expanded, h, half, log, value, x
from theory.derivations.vocabulary import (
    Form,
    Gradient,
    NamedMatrix,
    Normal,
    PositiveDet,
    PositiveNamed,
    Tr,
    matrix,
    vector,
)

J, H_p = matrix("J_g", D, d), matrix("H_{p_x}", D)
gauss_newton = J.T * H_p * J
domain = {Sigma: "covariance", H_p: "symmetric"}
DIMENSIONS = {d: (1, 2, 2), D: (2, 1, 2)}
best = NamedMatrix(r"{\Sigma^*}", (I - gauss_newton / beta).I)
eq12_value = value - half * beta * Form(I, h) - half * beta * log(PositiveDet(I - gauss_newton / beta))

slope = half * gauss_newton - half * beta * (I - Sigma.I)

eq11_gradient = Derivation(
    "kumar_poole.eq11.gradient",
    "The gradient of the objective (7) in Sigma.",
    source="Kumar and Poole, eq (11)",
    domain=domain,
    dimensions=DIMENSIONS,
    steps=(
        Step(Gradient(expanded(gauss_newton, Sigma), Sigma), "start", printed=False),
        Step(slope, "matrix differentiation", printed=False),
    ),
    claims=("kumar_poole.eq11",),
)

eq11 = Derivation(
    "kumar_poole.eq11",
    "The best covariance for the objective (7).",
    source="Kumar and Poole, eq (11)",
    domain=domain,
    dimensions=DIMENSIONS,
    steps=(
        Step(sp.Eq(slope, sp.ZeroMatrix(d, d)), "start", printed=False),
        Step(sp.Eq(Sigma, (I - gauss_newton / beta).I), "solving", "=>"),
    ),
    claims=("kumar_poole.eq11",),
)

eq12 = Derivation(
    "kumar_poole.eq12",
    "The objective (7) at its best covariance.",
    source="Kumar and Poole, eq (12)",
    domain=domain,
    dimensions=DIMENSIONS,
    steps=(
        Step(expanded(gauss_newton, best), "start", printed=False),
        Step(
            value - half * beta * Form(I, h)
            - half * beta * (Tr((I - gauss_newton / beta) * best) - log(PositiveDet(best)) - d),
            "trace",
            printed=False,
        ),
        Step(eq12_value, "matrix algebra"),
    ),
    claims=("kumar_poole.eq12",),
)  # fmt: skip

g = vector("g", D)
likelihood = PositiveNamed(r"{p(x \mid h)}", Normal(x, g, sp.Identity(D)))
regularizers = -half * beta * Form(I, h) - half * beta * log(PositiveDet(I - gauss_newton / beta))

sentence = Derivation(
    "kumar_poole.eq12.sentence",
    "The sentence below (12) calls p(x|h) its reconstruction term, which is log p(x|h).",
    source="Kumar and Poole, eq (12)",
    domain=domain,
    dimensions=DIMENSIONS,
    steps=(
        Step(log(likelihood) + regularizers, "start"),
        Step(likelihood + regularizers, "assertion"),
    ),
    breaks=(1,),
    instead="kumar_poole.eq12",
    claims=("kumar_poole.eq12.sentence",),
)

eq5_2 = Derivation(
    "kumar_poole.metric",
    "For standard Gaussian observations the best covariance gives the pullback metric back.",
    source="Kumar and Poole, section 5.2",
    domain=domain,
    dimensions=DIMENSIONS,
    steps=(
        Step(
            beta * (NamedMatrix("Sigma", (I + J.T * J / beta).I).I - I),
            "start",
            note="beta (Sigma^-1 - I) with (11) at H_p = -I",
        ),
        Step(J.T * J, "matrix algebra"),
    ),
    claims=("kumar_poole.metric",),
)

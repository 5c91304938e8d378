"""Equation (15), in the proof of theorem 1: the objective of a moved model is that of moved posteriors."""

from __future__ import annotations

import sympy as sp

from theory.derivations.derivation import Derivation, Step
from theory.derivations.kumar_poole.symbols import D, I, U, beta, d, log, noise, x, z, zero
from theory.derivations.vocabulary import KL, Law, Mean, Normal, PositiveNamed, keep, letter, matrix, vector

W, S, m = matrix("W", D, d), matrix("S", d), vector("m", d)
moved = vector("z'", d)
I_D = sp.Identity(D)
q = Normal(z, m, S)
q_moved, q_r = Normal(moved, U * m, U * S * U.T), Normal(z, U * m, U * S * U.T)

eq15 = Derivation(
    "kumar_poole.eq15",
    "L(q, p_r) = L(r # q, p), for Gaussian posteriors, a linear decoder and r a rotation U of N(0, I).",
    source="Kumar and Poole, eq (15)",
    domain={S: "covariance"},
    dimensions={d: (1, 2), D: (2, 1)},
    steps=(
        Step(Mean(log(Normal(x, W * U * z, noise * I_D)), z, q) - beta * KL(q, Normal(z, zero, I), z), "start"),
        Step(
            Mean(log(Normal(x, W * U * z, noise * I_D) * (Normal(z, zero, I) / q) ** beta), z, q),
            "log of a product",
        ),
        Step(
            Mean(
                log(
                    Normal(x, W * moved, noise * I_D)
                    * (Normal(U.T * moved, zero, I) / Normal(U.T * moved, m, S)) ** beta
                ),
                moved,
                q_moved,
            ),
            "change of variables",
            note="z' = U z, |det U| = 1",
        ),
        Step(
            Mean(log(Normal(x, W * z, noise * I_D) * (Normal(z, zero, I) / Normal(U.T * z, m, S)) ** beta), z, q_r),
            "substitution",
            note="p(U' z) = p(z)",
        ),
        Step(
            Mean(log(Normal(x, W * z, noise * I_D)), z, q_r) - beta * KL(q_r, Normal(z, zero, I), z),
            "definition",
        ),
    ),
    claims=("kumar_poole.eq15.gaussian",),
)

# A value of a letter is a place: z' stands for r(z), where a map that keeps the prior has p(z) = p(z') |det J_r(z)|.
point, image, datum = letter("z"), letter("z'"), letter("x")
p, law = Law("p", point, datum), Law("q", point, given=datum)(point, given=datum)
jacobian = PositiveNamed(r"{|\det J_r(z)|}", p(point) / p(image))
pushed = PositiveNamed(r"{q_r(z' \mid x)}", law / jacobian)
likelihood = p(datum, given=image)
in_place = Step(
    keep(log(likelihood * (p(point) / law) ** beta), law, 1 / jacobian),
    "start",
    note="the second line's integrand at z = r^-1(z'), with the volume element dz / dz'",
)

volume = Derivation(
    "kumar_poole.eq15.volume",
    "The third line as printed, of densities: r^-1 is put in, the volume element is left out.",
    source="Kumar and Poole, eq (15)",
    steps=(
        in_place,
        Step(log(likelihood * (p(point) / law) ** beta) * law, "change of variables"),
    ),
    breaks=(1,),
    instead="kumar_poole.eq15.density",
    claims=("kumar_poole.eq15.volume",),
)

density = Derivation(
    "kumar_poole.eq15.density",
    "Of densities the integrand is that of the pushed-forward posterior, with its own volume element.",
    source="Kumar and Poole, eq (15)",
    steps=(
        in_place,
        Step(log(likelihood * (p(image) * jacobian / law) ** beta) * pushed, "change of variables", printed=False),
        Step(log(likelihood * (p(image) / pushed) ** beta) * pushed, "definition"),
    ),
    claims=("kumar_poole.eq15.density",),
)

"""Equation (15), in the proof of theorem 1: the objective of a moved model is that of moved posteriors."""

from __future__ import annotations

import sympy as sp

from theory.derivations.derivation import Derivation, Step
from theory.derivations.kumar_poole.symbols import D, I, U, beta, d, log, noise, x, z, zero
from theory.derivations.vocabulary import (
    KL,
    Law,
    Mean,
    NamedMatrix,
    Normal,
    PositiveNamed,
    keep,
    letter,
    matrix,
    vector,
)

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

posterior_covariance = NamedMatrix(r"\Sigma^*", (I + W.T * W / noise).I)
posterior_mean = NamedMatrix("m^*", posterior_covariance * W.T * x / noise)
evidence = log(Normal(x, sp.ZeroMatrix(D, 1), W * W.T + noise * I_D))

theorem = Derivation(
    "kumar_poole.theorem_1",
    "What the proof of theorem 1 leans on, at beta = 1: in the rotated model q' reaches log p(x) only if r # q' = q*.",
    source="Kumar and Poole, appendix B",
    domain={S: "covariance"},
    dimensions={d: (1, 2), D: (2, 1)},
    steps=(
        Step(Mean(log(Normal(x, W * U * z, noise * I_D)), z, q) - KL(q, Normal(z, zero, I), z), "start"),
        Step(
            Mean(log(Normal(x, W * z, noise * I_D)), z, q_r) - KL(q_r, Normal(z, zero, I), z),
            "substitution",
            note="equation (15)",
        ),
        Step(
            evidence - KL(q_r, Normal(z, posterior_mean, posterior_covariance), z),
            "Bayes",
            printed=False,
            note="q* is the posterior",
        ),
        Step(evidence, "Gibbs", "<=", note="0 only where both are the same law"),
    ),
    claims=("kumar_poole.theorem_1.corrected", "kumar_poole.eq15.inverse"),
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
    printed=False,
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
        Step(log(likelihood * (p(image) / pushed) ** beta) * pushed, "definition", printed=False),
    ),
    claims=("kumar_poole.eq15.density",),
)

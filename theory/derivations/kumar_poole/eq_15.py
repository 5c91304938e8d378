"""Equation (15), in the proof of theorem 1: the objective of a moved model is that of moved posteriors."""

from __future__ import annotations

import sympy as sp

from theory.derivations.derivation import Derivation, Step
from theory.derivations.indices import Moved
from theory.derivations.kumar_poole.symbols import D, I, U, beta, d, log, noise, x, z, zero
from theory.derivations.vocabulary import (
    KL,
    Law,
    Mean,
    Normal,
    PositiveNamed,
    Total,
    keep,
    letter,
    matrix,
    vector,
)

# Codes: every z is equally likely, r moves the values round, any posteriors and any likelihoods.
code, seen = letter("z"), letter("x")
flat, own = Law("p", code, seen, uniform=code), Law("q", code, given=seen)(code, given=seen)
fit, prior = flat(seen, given=code), flat(code)
moved_back = PositiveNamed("q_r", Moved(own, code, -1))

eq15 = Derivation(
    "kumar_poole.eq15",
    "L(q, p_r) = L(r # q, p), of codes that are equally likely and a map r of them.",
    source="Kumar and Poole, eq (15)",
    steps=(
        Step(Mean(log(Moved(fit, code, 1)), code, own) - beta * KL(own, prior, code), "start"),
        Step(Total(log(Moved(fit, code, 1) * (prior / own) ** beta) * own, code), "log of a product"),
        Step(
            Total(log(fit * (Moved(prior, code, -1) / Moved(own, code, -1)) ** beta) * Moved(own, code, -1), code),
            "change of variables",
            note="z' = r(z)",
        ),
        Step(
            Total(log(fit * (prior / Moved(own, code, -1)) ** beta) * Moved(own, code, -1), code),
            "substitution",
            note="p(r^-1(z)) = p(z)",
        ),
        Step(Mean(log(fit), code, moved_back) - beta * KL(moved_back, prior, code), "definition"),
    ),
    claims=(
        "kumar_poole.eq15",
        "kumar_poole.eq15.line_2",
        "kumar_poole.eq15.line_3",
        "kumar_poole.eq15.line_4",
        "kumar_poole.eq15.inverse",
    ),
)

tempered = fit ** (1 / beta) * prior
Z = PositiveNamed("Z", Total(tempered, code))
best = PositiveNamed("q^*", tempered / Z)

theorem = Derivation(
    "kumar_poole.theorem_1",
    "What the proof of theorem 1 leans on: in the moved model q' does as well as q* only if r # q' is q*.",
    source="Kumar and Poole, appendix B",
    sizes={seen: (2, 2), code: (2, 3)},
    steps=(
        Step(Mean(log(Moved(fit, code, 1)), code, own) - beta * KL(own, prior, code), "start", note="L(q', p_r)"),
        Step(
            Mean(log(fit), code, moved_back) - beta * KL(moved_back, prior, code),
            "substitution",
            note="equation (15): L(r # q', p)",
        ),
        Step(beta * log(Z) - beta * KL(moved_back, best, code), "multiply and divide", printed=False),
        Step(beta * log(Z), "Gibbs", "<=", note="L(q*, p); both are the same only at q*"),
    ),
    claims=("kumar_poole.theorem_1.corrected",),
)

W, S, m = matrix("W", D, d), matrix("S", d), vector("m", d)
moved = vector("z'", d)
I_D = sp.Identity(D)
q = Normal(z, m, S)
q_moved, q_r = Normal(moved, U * m, U * S * U.T), Normal(z, U * m, U * S * U.T)

eq15_gaussian = Derivation(
    "kumar_poole.eq15.gaussian",
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

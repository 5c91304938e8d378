"""Equation (1): the posterior of a model whose latents are moved by a map r that keeps the prior."""

from __future__ import annotations

import sympy as sp

from theory.derivations.derivation import Derivation, Step
from theory.derivations.kumar_poole.symbols import D, I, U, d, noise, x, z, zero
from theory.derivations.vocabulary import Law, Normal, PositiveNamed, letter, matrix

# Values of a letter: z' stands for r(z), any pair of values for any one-to-one map.
point, moved, datum = letter("z"), letter("z'"), letter("x")
flat = Law("p", point, datum, uniform=point)
general = Law("p", point, datum)

eq1 = Derivation(
    "kumar_poole.eq1",
    "p'(z|x) = p(r(z)|x) where every z is equally likely: there a one-to-one map keeps volume and the prior's density.",
    source="Kumar and Poole, eq (1)",
    steps=(
        Step(flat(datum, given=moved) * flat(point) / flat(datum), "start", note="z' = r(z)"),
        Step(flat(datum, given=moved) * flat(moved) / flat(datum), "substitution", note="p(z) = p(r(z))"),
        Step(flat(moved, given=datum), "Bayes"),
    ),
    claims=("kumar_poole.eq1", "kumar_poole.eq1.back"),
)

W = matrix("W", D, d)
I_D, zero_D = sp.Identity(D), sp.ZeroMatrix(D, 1)
evidence = Normal(x, zero_D, W * W.T + noise * I_D)
precision = I + W.T * W / noise

eq1_rotation = Derivation(
    "kumar_poole.eq1.rotation",
    "p'(z|x) = p(r(z)|x) for a linear decoder under a rotation of N(0, I).",
    source="Kumar and Poole, eq (1)",
    dimensions={d: (1, 2), D: (2, 1)},
    steps=(
        Step(Normal(x, W * U * z, noise * I_D) * Normal(z, zero, I) / evidence, "start"),
        Step(Normal(x, W * U * z, noise * I_D) * Normal(U * z, zero, I) / evidence, "substitution"),
        Step(Normal(U * z, precision.I * W.T * x / noise, precision.I), "Bayes"),
    ),
    claims=("kumar_poole.eq1",),
)

jacobian = PositiveNamed(r"{|\det J_r(z)|}", general(point) / general(moved))
assumed = (Step(general(datum, given=moved) * general(point) / general(datum), "start", note="z' = r(z)"),)

eq1_any_prior = Derivation(
    "kumar_poole.eq1.any_prior",
    "As printed for any map that keeps the prior: densities at z and r(z) are said to be equal.",
    source="Kumar and Poole, eq (1)",
    steps=(
        *assumed,
        Step(general(datum, given=moved) * general(moved) / general(datum), "substitution", note="p(z) = p(r(z))"),
        Step(general(moved, given=datum), "Bayes"),
    ),
    breaks=(1,),
    instead="kumar_poole.eq1.any_prior.corrected",
    claims=("kumar_poole.eq1.any_prior", "kumar_poole.appendix_a.determinant"),
)

eq1_any_prior_corrected = Derivation(
    "kumar_poole.eq1.any_prior.corrected",
    "A map that keeps the prior has p(z) = p(r(z)) |det J_r(z)|, and so has the posterior.",
    source="Kumar and Poole, eq (1)",
    steps=(
        *assumed,
        Step(
            general(datum, given=moved) * general(moved) * jacobian / general(datum),
            "change of variables",
            printed=False,
        ),
        Step(general(moved, given=datum) * jacobian, "Bayes", printed=False),
    ),
    claims=("kumar_poole.eq1.any_prior.pinned",),
)

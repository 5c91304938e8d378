"""Appendix A: maps that keep the prior, and their determinants; appendix C: the rotation between sets of latents."""

from __future__ import annotations

import sympy as sp

from theory.derivations.derivation import Derivation, Step
from theory.derivations.indices import Moved
from theory.derivations.kumar_poole.symbols import D, I, U, V, d, noise, x, z, zero
from theory.derivations.vocabulary import (
    Det,
    Law,
    NamedMatrix,
    Normal,
    PositiveDet,
    PositiveNamed,
    Total,
    Tr,
    keep,
    letter,
    matrix,
    vector,
)

# The map is z -> n = Psi^-1(F(z)) -> U n -> r(z), dimension by dimension but for U: diagonals hold p_i(z_i).
scores = vector("n", d)
at_z, at_image = matrix("p(z)", d), matrix("p(r(z))", d)
p_z = PositiveNamed(r"{\prod_i p_i(z_i)}", PositiveDet(at_z))
p_image = PositiveNamed(r"{\prod_i p_i(r(z)_i)}", PositiveDet(at_image))
normal, normal_turned = Normal(scores, zero, I), Normal(U * scores, zero, I)
chain_rule = Step(
    p_z / normal * Det(U) * normal_turned / p_image,
    "start",
    printed=False,
    note="det J_r(z) by the chain rule: dn_i/dz_i = p_i(z_i)/phi(n_i), and the inverse of it at r(z)",
)
domain = {at_z: "diagonal", at_image: "diagonal"}
DIMENSIONS = {d: (1, 2)}

# On one axis a map that keeps the prior is the identity: there p(z) and p(r(z)) are one.
MIXING = {d: (2, 3)}

determinant = Derivation(
    "kumar_poole.appendix_a.determinant",
    "The determinant of the map that keeps a factorised prior, as printed.",
    source="Kumar and Poole, appendix A",
    domain=domain,
    dimensions=MIXING,
    steps=(chain_rule, Step(sp.Integer(1), "assertion")),
    breaks=(1,),
    instead="kumar_poole.appendix_a.determinant.corrected",
    claims=("kumar_poole.appendix_a.determinant",),
)

determinant_corrected = Derivation(
    "kumar_poole.appendix_a.determinant.corrected",
    "The determinant of the map that keeps a factorised prior is p(z) / p(r(z)).",
    source="Kumar and Poole, appendix A",
    domain=domain,
    dimensions=MIXING,
    steps=(
        chain_rule,
        Step(p_z / normal * normal_turned / p_image, "matrix algebra", printed=False, note="det U = 1"),
        Step(p_z / p_image, "matrix algebra", printed=False, note="|U n| = |n|"),
    ),
    claims=("kumar_poole.appendix_a.determinant.pinned", "kumar_poole.appendix_a.prior"),
)

# Values of a letter are places: z' stands for r(z), where p(z) = p(r(z)) |det J_r(z)|.
place, image, datum = letter("z"), letter("z'"), letter("x")
p = Law("p", place, datum)
jacobian = PositiveNamed(r"{|\det J_r(z)|}", p(place) / p(image))
per_volume = Step(
    keep(p(place), p(datum, given=image), 1 / jacobian),
    "start",
    note="the integrand of p(z) p(x|r(z)) dz at z = r^-1(z'), with the volume element dz / dz'",
)

substituted = Derivation(
    "kumar_poole.appendix_a.marginal.substituted",
    "The new marginal as printed: the substitution leaves the volume element out, and the next step makes up for it.",
    source="Kumar and Poole, appendix A",
    steps=(
        per_volume,
        Step(p(place) * p(datum, given=image), "change of variables"),
        Step(p(image) * p(datum, given=image), "substitution"),
    ),
    breaks=(1, 2),
    instead="kumar_poole.appendix_a.marginal.corrected",
    claims=("kumar_poole.appendix_a.marginal.substituted",),
)

marginal_corrected = Derivation(
    "kumar_poole.appendix_a.marginal.corrected",
    "The new marginal's integrand is the old one's, where the map keeps the prior.",
    source="Kumar and Poole, appendix A",
    steps=(
        per_volume,
        Step(p(image) * p(datum, given=image), "change of variables", printed=False),
        Step(p(image, datum), "chain rule", printed=False),
    ),
    claims=("kumar_poole.appendix_a.marginal",),
)

flat = Law("p", place, datum, uniform=place)
fit, prior = flat(datum, given=place), flat(place)

marginal = Derivation(
    "kumar_poole.appendix_a.marginal",
    "The marginal density stays, of codes that are equally likely.",
    source="Kumar and Poole, appendix A",
    steps=(
        Step(Total(prior * Moved(fit, place, 1), place), "start"),
        Step(Total(Moved(prior, place, -1) * fit, place), "change of variables", note="z' = r(z)"),
        Step(Total(prior * fit, place), "substitution", note="p(r^-1(z')) = p(z')"),
        Step(flat(datum), "marginalise"),
    ),
    claims=("kumar_poole.appendix_a.marginal",),
)

W, moved = matrix("W", D, d), vector("z'", d)
I_D = sp.Identity(D)

marginal_gaussian = Derivation(
    "kumar_poole.appendix_a.marginal.gaussian",
    "The marginal density stays, for a linear decoder and a rotation of N(0, I).",
    source="Kumar and Poole, appendix A",
    dimensions={d: (1, 2), D: (2, 1)},
    steps=(
        Step(Total(Normal(z, zero, I) * Normal(x, W * U * z, noise * I_D), z), "start"),
        Step(
            Total(Normal(U.T * moved, zero, I) * Normal(x, W * moved, noise * I_D), moved),
            "change of variables",
            note="z' = U z",
        ),
        Step(Total(Normal(moved, zero, I) * Normal(x, W * moved, noise * I_D), moved), "substitution"),
        Step(Normal(x, sp.ZeroMatrix(D, 1), W * W.T + noise * I_D), "marginalise"),
    ),
    claims=("kumar_poole.appendix_a.marginal",),
)

L = matrix("L", d)
covariance = NamedMatrix(r"\Sigma_0", L * L.T)
turned = NamedMatrix("r(z)", L * U * L.I * z)

correlated = Derivation(
    "kumar_poole.appendix_a.correlated.gaussian.prior",
    "The construction for a correlated Gaussian prior N(0, L L'): r(z) = L U L^-1 z keeps its density.",
    source="Kumar and Poole, appendix A",
    dimensions=DIMENSIONS,
    steps=(
        Step(Normal(turned, zero, covariance), "start", printed=False),
        Step(Normal(U * L.I * z, zero, I) / Det(L * L.T) ** sp.Rational(1, 2), "change of variables", printed=False),
        Step(Normal(L.I * z, zero, I) / Det(L * L.T) ** sp.Rational(1, 2), "matrix algebra", printed=False),
        Step(Normal(z, zero, covariance), "change of variables", printed=False),
    ),
    claims=("kumar_poole.appendix_a.correlated.gaussian.prior", "kumar_poole.appendix_a.correlated.gaussian"),
)

correlated_volume = Derivation(
    "kumar_poole.appendix_a.correlated.gaussian.determinant",
    "The map of a Gaussian prior keeps volume: of Gaussian priors the printed determinant is right.",
    source="Kumar and Poole, appendix A",
    dimensions=DIMENSIONS,
    steps=(
        Step(Det(L * U * L.I), "start", printed=False),
        Step(Det(U), "matrix algebra", printed=False),
        Step(sp.Integer(1), "matrix algebra", printed=False),
    ),
    claims=("kumar_poole.eq1",),
)

# Appendix C: M is any, and Z is such that Z M' has the singular value decomposition U S V'.
M, S, O = matrix("M", d), matrix("S", d), NamedMatrix(r"{U V^{\top}}", U * V.T)
turn = matrix("T_O", d)
other = NamedMatrix("O", (I - turn + turn.T) * (I + turn - turn.T).I)
Z = NamedMatrix("Z", U * S * V.T * (M.T).I)

procrustes = Derivation(
    "kumar_poole.appendix_c.procrustes",
    "With Z M' = U S V', no rotation O makes |Z - O M|_F smaller than U V' does.",
    source="Kumar and Poole, appendix C",
    domain={S: "diagonal"},
    dimensions=DIMENSIONS,
    steps=(
        Step(Tr((Z - other * M) * (Z - other * M).T), "start"),
        Step(Tr(Z * Z.T) + Tr(M * M.T) - 2 * Tr(other.T * Z * M.T), "trace", printed=False, note="O'O = I"),
        Step(Tr(Z * Z.T) + Tr(M * M.T) - 2 * Tr(V.T * other.T * U * S), "trace", printed=False),
        Step(
            Tr(Z * Z.T) + Tr(M * M.T) - 2 * Tr(S),
            "Cauchy-Schwarz",
            ">=",
            printed=False,
            note="no entry of a rotation exceeds 1, and S has none below 0",
        ),
        Step(Tr((Z - O * M) * (Z - O * M).T), "trace"),
    ),
    claims=("kumar_poole.appendix_c.procrustes",),
)

"""Levy, section 2.2: the mean-field assumption, the isotropic Gaussian, and how many parameters there are."""

from __future__ import annotations

import sympy as sp

from theory.derivations.derivation import Derivation, Step
from theory.derivations.vocabulary import (
    KL,
    Law,
    Mean,
    Normal,
    PositiveDet,
    PositiveNamed,
    Total,
    Tr,
    dimension,
    letter,
    matrix,
    plus,
    vector,
)

x1, x2, z1, z2 = letter("x_1"), letter("x_2"), letter("z_1"), letter("z_2")
data = Law("p", x1, x2)
q1, q2 = Law("q_1", z1, given=(x1, x2)), Law("q_2", z2, given=(x1, x2))
own_1 = Mean(q1(z1, given=(x1, x2)), x2, data(x2, given=x1))
own_2 = Mean(q2(z2, given=(x1, x2)), x1, data(x1, given=x2))
product = q1(z1, given=(x1, x2)) * q2(z2, given=(x1, x2))
few = {x1: (2,), x2: (2,), z1: (2, 3), z2: (2, 3)}

mean_field = Derivation(
    "levy.mean_field",
    "The mean-field formula as printed: each latent given its own coordinate of x.",
    source="Levy, section 2.2: mean field",
    sizes=few,
    steps=(
        Step(product, "start", printed=False, note="q(z|x) of latents that are independent given x"),
        Step(own_1 * own_2, "assertion", note="x is printed with the index of z"),
    ),
    breaks=(1,),
    instead="levy.mean_field.corrected",
    claims=("levy.mean_field",),
)

mean_field_corrected = Derivation(
    "levy.mean_field.corrected",
    "Latents that are independent given x have the product of their laws given all of x.",
    source="Levy, section 2.2: mean field",
    sizes=few,
    steps=(
        Step(product, "start", printed=False, note="q(z|x) of latents that are independent given x"),
        Step(Total(product, z2) * Total(product, z1), "normalisation", printed=False, note="q(z_1|x) q(z_2|x)"),
    ),
    claims=("levy.mean_field.corrected",),
)

pair = PositiveNamed(r"q_{\phi}(\vec{z} \mid \vec{x})", product)
printed_pair = PositiveNamed(r"\prod_j q_{\phi}(z_j \mid x_j)", own_1 * own_2)
over = (data(x1, x2), q1(z1, given=(x1, x2)), q2(z2, given=(x1, x2)))

mean_field_lost = Derivation(
    "levy.mean_field.pinned",
    "The printed product loses what each latent tells of the other coordinate of x.",
    source="Levy, section 2.2: mean field",
    sizes={x1: (2,), x2: (2,), z1: (2,), z2: (2,)},
    steps=(
        Step(Mean(KL(pair, printed_pair, (z1, z2)), (x1, x2), over[0]), "start", printed=False),
        Step(
            plus(
                Mean(Mean(sp.log(over[1] / own_1), z1, over[1]), (x1, x2), over[0]),
                Mean(Mean(sp.log(over[2] / own_2), z2, over[2]), (x1, x2), over[0]),
            ),
            "log of a product",
            printed=False,
        ),
    ),
    claims=("levy.mean_field.pinned",),
)

half = sp.Rational(1, 2)
k, v = dimension("k"), sp.Symbol("v", positive=True)
z, S = vector("z", k), matrix("Sigma", k)
I, zero = sp.Identity(k), sp.ZeroMatrix(k, 1)
mean_variance = Tr(S) / k

isotropic = Derivation(
    "levy.isotropic",
    "A diagonal covariance called isotropic: what is lost to the isotropic one of equal total variance.",
    source="Levy, section 2.2: isotropic Gaussian",
    domain={S: "diagonal"},
    dimensions={k: (1, 2)},
    steps=(
        Step(KL(Normal(z, zero, S), Normal(z, zero, (Tr(S) / k) * I), z), "start", printed=False),
        Step(
            half * plus(k * sp.log(mean_variance), -sp.log(PositiveDet(S))), "Gaussian moments", printed=False,
            note="how far the mean of the variances exceeds their geometric mean",
        ),
        Step(sp.Integer(0), "assertion", note="isotropic Gaussian (diagonal covariance)"),
    ),
    breaks=(2,),
    instead="levy.isotropic.equal",
    claims=("levy.isotropic", "levy.isotropic.pinned"),
)  # fmt: skip

isotropic_equal = Derivation(
    "levy.isotropic.equal",
    "Equal variances on the diagonal are isotropic.",
    source="Levy, section 2.2: isotropic Gaussian",
    dimensions={k: (1, 2)},
    steps=(
        Step(KL(Normal(z, zero, v * I), Normal(z, zero, (Tr(v * I) / k) * I), z), "start", printed=False),
        Step(sp.Integer(0), "trace", printed=False),
    ),
    claims=("levy.isotropic.equal",),
)

N, d = sp.Symbol("N", positive=True), sp.Symbol("d", positive=True)

parameters = Derivation(
    "levy.parameters.fewer",
    "More data than parameters, as printed, where each datum has a mean and a variance for each latent.",
    source="Levy, section 2.2: 2Nd parameters",
    domain={N: (1, 100), d: (1, 10)},
    steps=(
        Step(2 * N * d, "start", note="p, the number of parameters"),
        Step(N, "assertion", "<=", note="printed N >> p"),
    ),
    breaks=(1,),
    instead="levy.parameters.more",
    claims=("levy.parameters.fewer",),
)

parameters_more = Derivation(
    "levy.parameters.more",
    "There are more parameters than data, by N (2d - 1).",
    source="Levy, section 2.2: 2Nd parameters",
    domain={N: (1, 100), d: (1, 10)},
    steps=(
        Step(2 * N * d, "start"),
        Step(plus(N, N * (2 * d - 1)), "algebra", printed=False),
        Step(N, "dropping", ">=", printed=False),
    ),
    claims=("levy.parameters", "levy.parameters.fewer.pinned", "levy.parameters.more"),
)

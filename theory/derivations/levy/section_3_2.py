"""Levy, section 3.2: what the KL divergence to the prior says of the information, and where it is zero."""

from __future__ import annotations

import sympy as sp

from theory.derivations.derivation import Derivation, Step
from theory.derivations.levy.section_2_4 import p, q_z, x, z
from theory.derivations.vocabulary import (
    KL,
    Form,
    Law,
    Mean,
    Normal,
    PositiveDet,
    PositiveNamed,
    Tr,
    dimension,
    matrix,
    plus,
    vector,
)

log = sp.log
half = sp.Rational(1, 2)
D = Law(r"\mathcal{D}", x)
aggregate = PositiveNamed(r"q_{\phi}(z)", Mean(q_z, x, D(x)))
away = KL(aggregate, p(z), z)

information = Derivation(
    "levy.information",
    "On average the KL is at least the information in the code.",
    source="Levy, section 3.2: bound on the information",
    steps=(
        Step(Mean(KL(q_z, p(z), z), x, D(x)), "start"),
        Step(
            plus(Mean(Mean(log(q_z / aggregate), z, q_z), x, D(x)), Mean(Mean(log(aggregate / p(z)), z, q_z), x, D(x))),
            "multiply and divide",
            printed=False,
        ),
        Step(plus(Mean(KL(q_z, aggregate, z), x, D(x)), away), "marginalise", printed=False),
        Step(Mean(KL(q_z, aggregate, z), x, D(x)), "Gibbs", ">=", note="the information"),
    ),
    claims=("levy.information",),
)

per_point = Derivation(
    "levy.information.per_point",
    "The KL of one x taken for a bound of what that x tells.",
    source="Levy, section 3.2: bound on the information",
    steps=(
        Step(KL(q_z, p(z), z), "start"),
        Step(
            plus(KL(q_z, aggregate, z), Mean(log(aggregate / p(z)), z, q_z)), "multiply and divide", printed=False,
            note="the second term has either sign",
        ),
        Step(KL(q_z, aggregate, z), "assertion", ">=", printed=False),
    ),
    breaks=(2,),
    instead="levy.information",
    claims=("levy.information.per_point", "levy.information.per_point.pinned"),
)  # fmt: skip

k = dimension("k")
v, mu, Sigma = vector("z", k), vector("mu", k), matrix("Sigma", k)
I, zero = sp.Identity(k), sp.ZeroMatrix(k, 1)
prior = Normal(v, zero, I)
closed = half * (Tr(Sigma) + Form(I, mu) - k - log(PositiveDet(Sigma)))

kl_gaussian = Derivation(
    "levy.kl.gaussian",
    "The KL divergence of a Gaussian posterior to the prior N(0, I).",
    source="Levy, section 3.2: KL is zero only if",
    domain={Sigma: "covariance"},
    dimensions={k: (1, 2)},
    steps=(
        Step(KL(Normal(v, mu, Sigma), prior, v), "start"),
        Step(
            half * Mean(Form(I, v) - Form(Sigma.I, v - mu), v, Normal(v, mu, Sigma)) - half * log(PositiveDet(Sigma)),
            "definition",
            printed=False,
        ),
        Step(closed, "Gaussian moments", printed=False),
    ),
    shipped="gaussian.kl_to_prior",
    arguments={"mu": mu, "Sigma": Sigma},
    claims=("levy.kl.zero",),
)

zero_at = Derivation(
    "levy.kl.zero",
    "It is 0 for mean 0 and covariance I.",
    source="Levy, section 3.2: KL is zero only if",
    steps=(
        Step(KL(prior, prior, v), "start"),
        Step(half * (Tr(I) + Form(I, zero) - k - log(PositiveDet(I))), "substitution", printed=False),
        Step(sp.Integer(0), "matrix algebra"),
    ),
    claims=("levy.kl.zero",),
)

only = Derivation(
    "levy.kl.only",
    "It is 0 only there: the mean costs |mu|^2/2, and what the covariance costs is a divergence of its own.",
    source="Levy, section 3.2: KL is zero only if",
    domain={Sigma: "covariance"},
    dimensions={k: (1, 2)},
    steps=(
        Step(KL(Normal(v, mu, Sigma), prior, v), "start"),
        Step(plus(half * Form(I, mu), KL(Normal(v, zero, Sigma), prior, v)), "Gaussian moments", printed=False),
        Step(half * Form(I, mu), "Gibbs", ">=", printed=False),
    ),
    claims=("levy.kl.only",),
)

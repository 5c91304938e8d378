"""Levy, section 2.3: the reparametrisation, its inverse, and gradients through it."""

from __future__ import annotations

import sympy as sp

from theory.derivations.derivation import Derivation, Step
from theory.derivations.indices import Diagonal
from theory.derivations.vocabulary import (
    KL,
    Entry,
    Form,
    Gradient,
    Mean,
    Normal,
    PositiveDet,
    Sum,
    Total,
    dimension,
    letter,
    matrix,
    vector,
)

epsilon, zeta, mu = (sp.Symbol(name, real=True) for name in ("epsilon", "z", "mu"))
sigma = sp.Symbol("sigma", positive=True)

reparametrisation = Derivation(
    "levy.reparametrisation",
    "The standardised variable as printed, with + mu at its end, and its inverse as printed.",
    source="Levy, section 2.3",
    steps=(
        Step(sp.Eq(epsilon, (zeta - mu) / sigma + mu), "start"),
        Step(sp.Eq(zeta, epsilon * sigma + mu), "solving", "=>"),
    ),
    breaks=(1,),
    instead="levy.reparametrisation.corrected",
    claims=("levy.reparametrisation.inverse", "levy.reparametrisation.inverse.pinned"),
)

reparametrisation_corrected = Derivation(
    "levy.reparametrisation.corrected",
    "The standardised variable and its inverse.",
    source="Levy, section 2.3",
    steps=(
        Step(sp.Eq(epsilon, (zeta - mu) / sigma), "start"),
        Step(sp.Eq(zeta, epsilon * sigma + mu), "solving", "=>"),
    ),
    claims=("levy.reparametrisation.inverse.corrected", "levy.reparametrisation.rearranged"),
)

half = sp.Rational(1, 2)
k, j = dimension("k"), letter("j")
z, m, e, u = vector("z", k), vector("mu", k), vector("epsilon", k), vector("u", k)
S, Sigma, A, b = matrix("S", k), matrix("Sigma", k), matrix("A", k), vector("b", k)
I, zero = sp.Identity(k), sp.ZeroMatrix(k, 1)
few = {j: (1, 2)}

law = Derivation(
    "levy.reparametrisation.law",
    "The printed epsilon has mean mu: it is away from the standard normal that it is said to be.",
    source="Levy, section 2.3: reparametrisation",
    dimensions={k: (1, 2)},
    steps=(
        Step(KL(Normal(e, m, I), Normal(e, zero, I), e), "start", printed=False),
        Step(Mean(half * Form(I, e) - half * Form(I, e - m), e, Normal(e, m, I)), "definition", printed=False),
        Step(half * Form(I, m), "Gaussian moments", printed=False),
        Step(sp.Integer(0), "assertion", note="epsilon is said to be standard normal"),
    ),
    breaks=(3,),
    instead="levy.reparametrisation.distribution",
    claims=("levy.reparametrisation.law",),
)

distribution = Derivation(
    "levy.reparametrisation.distribution",
    "epsilon * sigma + mu of a standard normal epsilon is N(mu, Sigma), for a diagonal Sigma = S S.",
    source="Levy, section 2.3: rearranged",
    domain={S: "diagonal"},
    steps=(
        Step(Normal(S.I * (z - m), zero, I) / PositiveDet(S), "start", printed=False, note="the density of z"),
        Step(Normal(z, m, S * S), "change of variables"),
    ),
    claims=("levy.reparametrisation.distribution",),
)

diagonal = Diagonal(Entry(Sigma, j, j), j, k)

full = Derivation(
    "levy.reparametrisation.full",
    "The same with the roots of the diagonal of any covariance.",
    source="Levy, section 2.3: rearranged",
    domain={Sigma: "covariance"},
    sizes=few,
    dimensions={k: (1, 2)},
    steps=(
        Step(Normal(z, m, diagonal), "start", note="the law of epsilon * sigma + mu, sigma the roots of diag(Sigma)"),
        Step(Normal(z, m, Sigma), "assertion", note="the step is said to be equivalent to sampling N(mu, Sigma)"),
    ),
    breaks=(1,),
    instead="levy.reparametrisation.distribution",
    claims=("levy.reparametrisation.full",),
)


def f(at: sp.Expr) -> sp.Expr:
    """A quadratic."""
    return half * Form(A, at) + Form(I, at, b)


pathwise = Derivation(
    "levy.gradient.pathwise",
    "The gradient of an expectation of a quadratic f, along u: the mean slope of f at mu + sigma epsilon.",
    source="Levy, section 2.3: gradient",
    domain={S: "diagonal", A: "symmetric"},
    dimensions={k: (1, 2)},
    steps=(
        Step(Form(I, Gradient(Mean(f(z), z, Normal(z, m, S * S)), m), u), "start"),
        Step(Form(I, Gradient(Mean(f(m + S * e), e, Normal(e, zero, I)), m), u), "reparametrisation"),
        Step(Mean(Form(I, A * (m + S * e) + b, u), e, Normal(e, zero, I)), "differentiation", printed=False),
        Step(Form(I, A * m + b, u), "Gaussian moments", printed=False),
    ),
    claims=("levy.gradient.pathwise",),
)

score = Derivation(
    "levy.gradient.score",
    "The same gradient without the reparametrisation: the mean of f times the score.",
    source="Levy, section 2.3: gradient",
    domain={S: "diagonal", A: "symmetric"},
    dimensions={k: (1, 2)},
    steps=(
        Step(Mean(f(z) * Form(S.I, S.I * (z - m), u), z, Normal(z, m, S * S)), "start", printed=False),
        Step(Form(I, A * m + b, u), "Gaussian moments", printed=False),
        Step(Form(I, Gradient(Mean(f(z), z, Normal(z, m, S * S)), m), u), "differentiation", printed=False),
    ),
    claims=("levy.gradient.score",),
)

full_loss = Derivation(
    "levy.reparametrisation.full.pinned",
    "What the roots of the diagonal lose of a covariance.",
    source="Levy, section 2.3: rearranged",
    domain={Sigma: "covariance"},
    sizes=few,
    dimensions={k: (1, 2)},
    steps=(
        Step(KL(Normal(z, m, Sigma), Normal(z, m, diagonal), z), "start", printed=False),
        Step(
            half * (Sum(sp.log(Entry(Sigma, j, j)), j) - sp.log(PositiveDet(Sigma))), "Gaussian moments", printed=False
        ),
    ),
    claims=("levy.reparametrisation.full.pinned",),
)

grown = sp.exp(Form(I, m, b) + half * Form(S * S, b))

exponential_mean = Derivation(
    "levy.gradient.exponential.mean",
    "The expectation of exp(b'z) under N(mu, S S).",
    source="Levy, section 2.3: gradient",
    domain={S: "diagonal"},
    dimensions={k: (1, 2)},
    steps=(
        Step(Total(sp.exp(Form(I, z, b)) * Normal(z, m, S * S), z), "start", printed=False),
        Step(grown, "Gaussian integral", printed=False),
    ),
    claims=("levy.gradient.exponential",),
)

exponential = Derivation(
    "levy.gradient.exponential",
    "The gradient of that expectation, along u.",
    source="Levy, section 2.3: gradient",
    domain={S: "diagonal"},
    dimensions={k: (1, 2)},
    steps=(
        Step(Form(I, Gradient(grown, m), u), "start", printed=False),
        Step(Form(I, b, u) * grown, "differentiation", printed=False),
    ),
    claims=("levy.gradient.exponential",),
)

pathwise_variance = Derivation(
    "levy.variance.quadratic.pathwise",
    "The variance of the pathwise gradient of a quadratic, along u.",
    source="Levy, section 2.3: gradient",
    domain={S: "diagonal", A: "symmetric"},
    dimensions={k: (1, 2)},
    steps=(
        Step(
            Mean((Form(I, A * (m + S * e) + b, u) - Form(I, A * m + b, u)) ** 2, e, Normal(e, zero, I)), "start",
            printed=False,
        ),
        Step(Form(A * S * S * A, u), "Gaussian moments", printed=False),
    ),
    claims=("levy.variance.quadratic.pathwise",),
)  # fmt: skip

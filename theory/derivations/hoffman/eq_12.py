"""Equation (12): D and C for small covariances, with the factors that are lost."""

from __future__ import annotations

import sympy as sp

from theory.derivations.derivation import Derivation, Step
from theory.derivations.hoffman.eq_11 import I, beta, half, k, mu
from theory.derivations.vocabulary import (
    Count,
    Form,
    NamedMatrix,
    PositiveDet,
    PositiveNamed,
    PositiveTable,
    Sum,
    Table,
    Tr,
    letter,
    matrix,
)

log = sp.log
t = sp.Symbol("t", positive=True)
S = matrix("S", k)
Sigma = NamedMatrix("Sigma", t * S)
below = {beta: (0, 1), S: "covariance"}

precision = beta * I + (1 - beta) * Sigma.I
Sigma_prime = NamedMatrix("Sigma'", precision.I)
mu_prime = NamedMatrix("mu'", (1 - beta) * precision.I * Sigma.I * mu)
M = NamedMatrix("M", (1 - beta) * I + beta * Sigma)
log_D = half * (beta * log(PositiveDet(Sigma)) - log(PositiveDet(M)) - beta * (1 - beta) * Form(M.I, mu))

eq12_covariance = Derivation(
    "hoffman.eq12.covariance",
    "Sigma' for small covariances t S.",
    source="Hoffman et al., eq (12)",
    domain=below,
    dimensions={k: (1, 2)},
    steps=(
        Step(Sigma_prime, "start"),
        Step(M.I * Sigma, "matrix algebra", printed=False),
        Step(Sigma / (1 - beta), "first order", "~", small=t, order=2),
    ),
    claims=("hoffman.eq12.covariance",),
)

eq12_mean = Derivation(
    "hoffman.eq12.mean",
    "mu' for small covariances t S.",
    source="Hoffman et al., eq (12)",
    domain=below,
    dimensions={k: (1, 2)},
    steps=(
        Step(mu_prime, "start"),
        Step((1 - beta) * M.I * mu, "matrix algebra", printed=False),
        Step(mu, "first order", "~", small=t),
    ),
    claims=("hoffman.eq12.mean",),
)

eq12_D = Derivation(
    "hoffman.eq12.D",
    "D for small covariances t S, as printed, in logarithms.",
    source="Hoffman et al., eq (12)",
    domain=below,
    dimensions={k: (1, 2)},
    steps=(
        Step(log_D, "start", note="log D(mu, Sigma) by equation (11)", printed=False),
        Step(half * beta * log(PositiveDet(Sigma)), "first order", "~", small=t),
    ),
    breaks=(1,),
    instead="hoffman.eq12.D.corrected",
    claims=("hoffman.eq12.D",),
)

bare = matrix("Sigma", k)
eq12_D_corrected = Derivation(
    "hoffman.eq12.D.corrected",
    "D for small covariances t S, with the factors (1 - beta)^(-k/2) and exp(-beta |mu|^2 / 2).",
    source="Hoffman et al., eq (12)",
    domain=below | {bare: "covariance"},
    dimensions={k: (1, 2)},
    steps=(
        Step(log_D, "start", note="log D(mu, Sigma) by equation (11)", printed=False),
        Step(
            half * (beta * log(PositiveDet(Sigma)) - k * log(1 - beta) - beta * Form(I, mu)),
            "first order",
            "~",
            printed=False,
            small=t,
        ),
    ),
    result=half * (beta * log(PositiveDet(bare)) - k * log(1 - beta) - beta * Form(I, mu)),
    shipped="implicit_prior.small_variance_limit",
    arguments={"mu": mu, "Sigma": bare, "beta": beta},
    claims=("hoffman.eq12.D.corrected", "hoffman.eq12.D.shipped"),
)

n = letter("n")
mean, spread = Table("mu", n), PositiveTable("S", n)
variance = PositiveNamed("sigma_n^2", t * spread)
blend = 1 - beta + beta * variance
D_n = variance ** (beta / 2) * blend**-half * sp.exp(-beta * (1 - beta) * mean**2 / (2 * blend))
estimate = log(Count(n) ** (beta - 1) * Sum(D_n, n))

eq12_C = Derivation(
    "hoffman.eq12.C",
    "C for small variances, as printed: one latent dimension, variances t S_n.",
    source="Hoffman et al., eq (12)",
    domain={beta: (0, 1)},
    sizes={n: (2,)},
    steps=(
        Step(estimate, "start", note="log C by equations (10) and (11)", printed=False),
        Step(log(Count(n) ** (beta - 1) * Sum(variance ** (beta / 2), n)), "first order", "~", small=t),
    ),
    breaks=(1,),
    instead="hoffman.eq12.C.corrected",
    claims=("hoffman.eq12.C",),
)

eq12_C_corrected = Derivation(
    "hoffman.eq12.C.corrected",
    "C for small variances, with the lost factors: one latent dimension, variances t S_n.",
    source="Hoffman et al., eq (12)",
    domain={beta: (0, 1)},
    sizes={n: (2,)},
    steps=(
        Step(estimate, "start", note="log C by equations (10) and (11)", printed=False),
        Step(
            log(
                Count(n) ** (beta - 1)
                * (1 - beta) ** -half
                * Sum(variance ** (beta / 2) * sp.exp(-beta * mean**2 / 2), n)
            ),
            "first order",
            "~",
            printed=False,
            small=t,
        ),
    ),
    claims=("hoffman.eq12.C.corrected",),
)

small_beta = Derivation(
    "hoffman.eq12.D.beta",
    "For small beta, at any Sigma, the printed logarithm of D is off by (beta/2)(k - tr Sigma - mu'mu).",
    source="Hoffman et al., eq (12)",
    domain={bare: "covariance", beta: (0, 1)},
    dimensions={k: (1, 2)},
    steps=(
        Step(
            half
            * (
                beta * log(PositiveDet(bare))
                - log(PositiveDet((1 - beta) * I + beta * bare))
                - beta * (1 - beta) * Form(((1 - beta) * I + beta * bare).I, mu)
            ),
            "start",
            printed=False,
            note="log D(mu, Sigma) by equation (11)",
        ),
        Step(
            half * beta * log(PositiveDet(bare)) + half * beta * (k - Tr(bare) - Form(I, mu)),
            "first order",
            "~",
            printed=False,
            small=beta,
            order=2,
        ),
    ),
    claims=("hoffman.eq12.D.beta",),
)

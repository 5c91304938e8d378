"""Hoffman, Riquelme and Johnson, The beta-VAE's Implicit Prior: its derivations."""

from __future__ import annotations

import sympy as sp

from theory.derivations.derivation import Derivation, Step
from theory.derivations.vocabulary import (
    Form,
    Gradient,
    NamedMatrix,
    Normal,
    PositiveDet,
    Total,
    Tr,
    dimension,
    matrix,
    vector,
)

half = sp.Rational(1, 2)
k = dimension("k")
z, mu, Sigma = vector("z", k), vector("mu", k), matrix("Sigma", k)
beta = sp.Symbol("beta", positive=True)
I, zero = sp.Identity(k), sp.ZeroMatrix(k, 1)

precision = beta * I + (1 - beta) * Sigma.I
Sigma_prime = NamedMatrix("Sigma'", precision.I)
mu_prime = NamedMatrix("mu'", (1 - beta) * precision.I * Sigma.I * mu)
M = NamedMatrix("M", (1 - beta) * I + beta * Sigma)
height = (2 * sp.pi) ** (-k * half) * PositiveDet(Sigma) ** (-(1 - beta) * half)
constant = -(1 - beta) * half * Form(Sigma.I, mu) + half * Form(Sigma_prime.I, mu_prime)

eq11 = Derivation(
    "hoffman.eq11",
    "The mass of N(0, I)^beta N(mu, Sigma)^(1-beta), by completing the square.",
    source="Hoffman et al., eq (11)",
    domain={beta: (0, 1), Sigma: "covariance"},
    steps=(
        Step(Total(Normal(z, zero, I) ** beta * Normal(z, mu, Sigma) ** (1 - beta), z), "start"),
        Step(
            height * Total(sp.exp(-beta * half * Form(I, z) - (1 - beta) * half * Form(Sigma.I, z - mu)), z),
            "definition",
            printed=False,
        ),
        Step(
            height * Total(sp.exp(-half * Form(precision, z) + (1 - beta) * Form(Sigma.I, mu, z)
                                  - (1 - beta) * half * Form(Sigma.I, mu)), z),
            "algebra",
            printed=False,
        ),
        Step(
            height * sp.exp(constant) * Total(sp.exp(-half * Form(Sigma_prime.I, z - mu_prime)), z),
            "completing the square",
            printed=False,
        ),
        Step(
            PositiveDet(Sigma_prime) ** half / PositiveDet(Sigma) ** ((1 - beta) * half)
            * sp.exp(constant),
            "Gaussian integral",
        ),
        Step(
            PositiveDet(Sigma) ** (beta * half) * PositiveDet(M) ** (-half)
            * sp.exp(-beta * (1 - beta) * half * Form(M.I, mu)),
            "matrix algebra",
            printed=False,
        ),
    ),
    result=half * (beta * sp.log(PositiveDet(Sigma)) - sp.log(PositiveDet(M)) - beta * (1 - beta) * Form(M.I, mu)),
    shipped="implicit_prior.log_component_integral",
    arguments={"mu": mu, "Sigma": Sigma, "beta": beta},
    claims=("hoffman.eq11", "hoffman.eq11.stable"),
)  # fmt: skip

eq11_covariance = Derivation(
    "hoffman.eq11.covariance",
    "Sigma' without an inverse of Sigma.",
    source="Hoffman et al., eq (11)",
    domain={beta: (0, 1), Sigma: "covariance"},
    steps=(
        Step(precision.I, "start"),
        Step(M.I * Sigma, "matrix algebra", printed=False),
    ),
    shipped="implicit_prior.tilted_covariance",
    arguments={"Sigma": Sigma, "beta": beta},
    claims=("hoffman.eq11.covariance", "hoffman.eq11.covariance.printed"),
)

eq11_mean = Derivation(
    "hoffman.eq11.mean",
    "The two printed forms of mu'.",
    source="Hoffman et al., eq (11)",
    domain={beta: (0, 1), Sigma: "covariance"},
    steps=(
        Step((1 - beta) * Sigma_prime * Sigma.I * mu, "start"),
        Step((beta / (1 - beta) * Sigma + I).I * mu, "matrix algebra"),
        Step((1 - beta) * M.I * mu, "algebra", printed=False),
    ),
    shipped="implicit_prior.tilted_mean",
    arguments={"mu": mu, "Sigma": Sigma, "beta": beta},
    claims=("hoffman.eq11.mean", "hoffman.eq11.mean.second"),
)

log_D = half * (beta * sp.log(PositiveDet(Sigma)) - sp.log(PositiveDet(M)) - beta * (1 - beta) * Form(M.I, mu))
moment = Sigma - I

eq11_gradient_mu = Derivation(
    "hoffman.eq11.gradient.mu",
    "The gradient of log D in mu.",
    source="Hoffman et al., eq (11)",
    domain={beta: (0, 1), Sigma: "covariance"},
    steps=(
        Step(Gradient(log_D, mu), "start", printed=False),
        Step(-beta * (1 - beta) * M.I * mu, "matrix differentiation", printed=False),
    ),
    shipped="implicit_prior.component_gradient_mu",
    arguments={"mu": mu, "Sigma": Sigma, "beta": beta},
    claims=("hoffman.eq11.gradient.mu",),
)

eq11_gradient_Sigma = Derivation(
    "hoffman.eq11.gradient.Sigma",
    "The gradient of log D in Sigma.",
    source="Hoffman et al., eq (11)",
    domain={beta: (0, 1), Sigma: "covariance"},
    dimensions={k: (1, 2)},
    steps=(
        Step(Gradient(log_D, Sigma), "start", printed=False),
        Step(
            half * beta * (Sigma.I - M.I + beta * (1 - beta) * M.I * mu * mu.T * M.I),
            "matrix differentiation",
            printed=False,
        ),
    ),
    shipped="implicit_prior.component_gradient_Sigma",
    arguments={"mu": mu, "Sigma": Sigma, "beta": beta},
    claims=("hoffman.eq11.gradient.Sigma",),
)

eq11_gradient_beta = Derivation(
    "hoffman.eq11.gradient.beta",
    "The derivative of log D by beta.",
    source="Hoffman et al., eq (11)",
    domain={beta: (0, 1), Sigma: "covariance"},
    dimensions={k: (1, 2)},
    steps=(
        Step(Gradient(log_D, beta), "start", printed=False),
        Step(
            half * (sp.log(PositiveDet(Sigma)) - Tr(M.I * moment) - (1 - 2 * beta) * Form(M.I, mu)
                    + beta * (1 - beta) * Form(M.I * moment * M.I, mu)),
            "matrix differentiation",
            printed=False,
        ),
    ),
    shipped="implicit_prior.component_gradient_beta",
    arguments={"mu": mu, "Sigma": Sigma, "beta": beta},
    claims=("hoffman.eq11.gradient.beta",),
)  # fmt: skip

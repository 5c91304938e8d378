"""Hoffman, Riquelme and Johnson, The beta-VAE's Implicit Prior: its derivations."""

from __future__ import annotations

import sympy as sp

from theory.derivations.derivation import Derivation, Step
from theory.derivations.vocabulary import Form, NamedMatrix, Normal, PositiveDet, Total, dimension, matrix, vector

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

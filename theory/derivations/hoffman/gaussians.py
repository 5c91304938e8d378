"""Closed forms of Gaussians that the paper takes for granted: their divergences and their entropy."""

from __future__ import annotations

import sympy as sp

from theory.derivations.derivation import Derivation, Step
from theory.derivations.hoffman.eq_11 import I, Sigma, half, k, mu, z, zero
from theory.derivations.vocabulary import KL, Form, Mean, Normal, PositiveDet, Tr, matrix, vector

log = sp.log
q = Normal(z, mu, Sigma)
volume = log(PositiveDet(Sigma))

kl = Derivation(
    "hoffman.sec1.kl",
    "The divergence of a Gaussian from the prior N(0, I).",
    source="Hoffman et al., section 1",
    domain={Sigma: "covariance"},
    steps=(
        Step(KL(q, Normal(z, zero, I), z), "start"),
        Step(Mean(half * Form(I, z) - half * Form(Sigma.I, z - mu) - half * volume, z, q), "definition", printed=False),
        Step(half * (Tr(Sigma) + Form(I, mu)) - half * Tr(Sigma.I * Sigma) - half * volume, "Gaussian moments",
             printed=False),
        Step(half * (Tr(Sigma) + Form(I, mu) - k - volume), "trace", printed=False),
    ),
    shipped="gaussian.kl_to_prior",
    arguments={"mu": mu, "Sigma": Sigma},
    claims=("hoffman.sec1.kl",),
)  # fmt: skip

mu_1, Sigma_1 = vector("mu_1", k), matrix("Sigma_1", k)
other = Normal(z, mu_1, Sigma_1)

kl_two = Derivation(
    "hoffman.sec1.kl.two",
    "The divergence between two Gaussians.",
    source="Hoffman et al., section 1",
    domain={Sigma: "covariance", Sigma_1: "covariance"},
    dimensions={k: (1, 2)},
    steps=(
        Step(KL(q, other, z), "start"),
        Step(
            half * (Mean(Form(Sigma_1.I, z - mu_1) - Form(Sigma.I, z - mu), z, q)
                    + log(PositiveDet(Sigma_1)) - volume),
            "definition",
            printed=False,
        ),
        Step(
            half * (Tr(Sigma_1.I * Sigma) + Form(Sigma_1.I, mu - mu_1) - k + log(PositiveDet(Sigma_1)) - volume),
            "Gaussian moments",
            printed=False,
        ),
    ),
    shipped="gaussian.kl",
    arguments={"mu0": mu, "Sigma0": Sigma, "mu1": mu_1, "Sigma1": Sigma_1},
    claims=("hoffman.sec1.kl.two",),
)  # fmt: skip

entropy = Derivation(
    "hoffman.sec1.entropy",
    "The entropy of a Gaussian.",
    source="Hoffman et al., section 4.1",
    domain={Sigma: "covariance"},
    steps=(
        Step(-Mean(log(q), z, q), "start"),
        Step(half * (Mean(Form(Sigma.I, z - mu), z, q) + volume + k * log(2 * sp.pi)), "definition", printed=False),
        Step(half * (k + volume + k * log(2 * sp.pi)), "Gaussian moments", printed=False),
    ),
    shipped="gaussian.entropy",
    arguments={"Sigma": Sigma},
    claims=("hoffman.sec1.entropy",),
)

"""Zheng's quantities for Gaussians: a linear decoder and a linear encoder, the case in which all have closed forms."""

from __future__ import annotations

import sympy as sp

from theory.derivations.derivation import Derivation, Step
from theory.derivations.indices import Diagonal
from theory.derivations.vocabulary import (
    KL,
    Entry,
    Form,
    Mean,
    NamedMatrix,
    Normal,
    PositiveDet,
    Sum,
    Total,
    Tr,
    dimension,
    letter,
    matrix,
    plus,
    vector,
)

log = sp.log
half = sp.Rational(1, 2)
D, k, j = dimension("D"), dimension("k"), letter("j")
x, z, mu = vector("x", D), vector("z", k), vector("mu", k)
W, A = matrix("W", D, k), matrix("A", k, D)
Sigma, Sigma_0, Sigma_x = matrix("Sigma", k), matrix("Sigma_0", k), matrix("Sigma_x", D)
noise = sp.Symbol("sigma", positive=True)
at_x, at_z, I_D = sp.ZeroMatrix(D, 1), sp.ZeroMatrix(k, 1), sp.Identity(D)
covariances = {Sigma: "covariance", Sigma_0: "covariance", Sigma_x: "covariance"}
few, fewer = {k: (1, 2), D: (2, 1)}, {k: (1, 2), D: (1, 1)}

marginal = W * Sigma_0 * W.T + noise * I_D
aggregated = A * Sigma_x * A.T + Sigma
C = NamedMatrix("C", aggregated)
prior, data = Normal(z, at_z, Sigma_0), Normal(x, at_x, Sigma_x)
decoder, encoder = Normal(x, W * z, noise * I_D), Normal(z, A * x, Sigma)
aggregate = Normal(z, at_z, C)

eq5_covariance = Derivation(
    "zheng.eq5.covariance",
    "The marginal likelihood of a linear decoder of noise sigma (which stands for sigma^2).",
    source="Zheng, eq (5) with (1) and (2)",
    domain=covariances,
    dimensions=few,
    steps=(
        Step(Total(decoder * prior, z), "start"),
        Step(Normal(x, at_x, marginal), "Gaussian integral", printed=False),
    ),
    result=marginal,
    shipped="linear_gaussian.marginal_covariance",
    arguments={"W": W, "noise": noise, "Sigma0": Sigma_0},
    claims=("zheng.eq5.linear", "zheng.eq5.covariance"),
)

eq11_covariance = Derivation(
    "zheng.eq11.covariance",
    "The aggregated posterior of a linear encoder.",
    source="Zheng, eq (11) with (7)",
    domain=covariances,
    dimensions=few,
    steps=(
        Step(Total(encoder * data, x), "start"),
        Step(Normal(z, at_z, aggregated), "Gaussian integral", printed=False),
    ),
    result=aggregated,
    shipped="linear_gaussian.aggregate_covariance",
    arguments={"A": A, "Sigma": Sigma, "Sigma_x": Sigma_x},
    claims=("zheng.eq11.linear", "zheng.eq11.covariance"),
)

eq8_linear = Derivation(
    "zheng.eq8.linear",
    "The representative mutual information of a linear encoder.",
    source="Zheng, eq (8) with (7)",
    domain=covariances,
    dimensions=fewer,
    steps=(
        Step(Mean(KL(encoder, aggregate, z), x, data), "start"),
        Step(half * (log(PositiveDet(aggregated)) - log(PositiveDet(Sigma))), "Gaussian moments", printed=False),
    ),
    shipped="linear_gaussian.i_enc",
    arguments={"A": A, "Sigma": Sigma, "Sigma_x": Sigma_x},
    claims=("zheng.eq8.linear",),
)

S = matrix("S", k)
eq22_gaussian = Derivation(
    "zheng.eq22.gaussian",
    "The entropy of a Gaussian aggregate of covariance S.",
    source="Zheng, eq (22) with (7)",
    domain={S: "covariance"},
    dimensions={k: (1, 2)},
    steps=(
        Step(Mean(-log(Normal(z, at_z, S)), z, Normal(z, at_z, S)), "start"),
        Step(
            half * (k * log(2 * sp.pi) + log(PositiveDet(S)) + Mean(Form(S.I, z), z, Normal(z, at_z, S))),
            "log of a product",
            printed=False,
        ),
        Step(half * (k + k * log(2 * sp.pi) + log(PositiveDet(S))), "Gaussian moments", printed=False),
    ),
    shipped="gaussian.entropy",
    arguments={"Sigma": S},
    claims=("zheng.eq22.gaussian",),
)

information = half * (log(PositiveDet(C)) - log(PositiveDet(Sigma)))
to_prior = half * (Tr(Sigma_0.I * C) - k + log(PositiveDet(Sigma_0)) - log(PositiveDet(C)))

eq19_aggdiv_gaussian = Derivation(
    "zheng.eq19.aggdiv.gaussian",
    "Aggdiv of a linear encoder.",
    source="Zheng, eq (19) with (1) and (7)",
    domain=covariances,
    dimensions=few,
    steps=(
        Step(KL(aggregate, prior, z), "start"),
        Step(to_prior, "Gaussian moments", printed=False),
    ),
    shipped="linear_gaussian.aggdiv",
    arguments={"A": A, "Sigma": Sigma, "Sigma_x": Sigma_x, "Sigma0": Sigma_0},
    claims=("zheng.eq19.aggdiv.gaussian",),
)

eq19_gaussian = Derivation(
    "zheng.eq19.gaussian",
    "Div of a linear encoder, as the information and Aggdiv.",
    source="Zheng, eqs (17)-(19) with (1) and (7)",
    domain=covariances,
    dimensions=fewer,
    steps=(
        Step(Mean(KL(encoder, prior, z), x, data), "start"),
        Step(
            half * (Tr(Sigma_0.I * aggregated) - k + log(PositiveDet(Sigma_0)) - log(PositiveDet(Sigma))),
            "Gaussian moments",
            printed=False,
        ),
        Step(plus(information, to_prior), "add and subtract"),
    ),
    result=half * (Tr(Sigma_0.I * aggregated) - k + log(PositiveDet(Sigma_0)) - log(PositiveDet(Sigma))),
    shipped="linear_gaussian.div",
    arguments={"A": A, "Sigma": Sigma, "Sigma_x": Sigma_x, "Sigma0": Sigma_0},
    claims=("zheng.eq15.div.linear", "zheng.eq19.gaussian", "infomax.chain.linear"),
)

gain = Sigma_x * A.T * aggregated.I
G = NamedMatrix("G", gain)
inverted = Sigma_x - gain * A * Sigma_x

eq31_covariance = Derivation(
    "zheng.eq31.covariance",
    "The inverted posterior of a linear encoder.",
    source="Zheng, eq (31) with (7)",
    domain=covariances,
    dimensions=few,
    steps=(
        Step(encoder * data / aggregate, "start", note="P_enc(x|z)"),
        Step(Normal(x, G * z, inverted), "completing the square", printed=False),
    ),
    result=inverted,
    shipped="linear_gaussian.inverted_covariance",
    arguments={"A": A, "Sigma": Sigma, "Sigma_x": Sigma_x},
    claims=("zheng.eq31.gain", "zheng.eq31.covariance"),
)

own_variances = Sum(log(Entry(S, j, j)), j)

eq21_total_correlation_gaussian = Derivation(
    "zheng.eq21.total_correlation.gaussian",
    "The total correlation of a Gaussian of covariance S.",
    source="Zheng, eq (21) with (7)",
    domain={S: "covariance"},
    sizes={j: (1, 2)},
    dimensions={k: (1, 2)},
    steps=(
        Step(KL(Normal(z, at_z, S), Normal(z, at_z, Diagonal(Entry(S, j, j), j, k)), z), "start"),
        Step(half * plus(own_variances, -log(PositiveDet(S))), "Gaussian moments", printed=False),
    ),
    claims=("zheng.eq21.total_correlation.gaussian",),
)

eq16_full = Derivation(
    "zheng.eq16.full",
    "For a full covariance S the divergence is (16) at its diagonal, and the posterior's total correlation.",
    source="Zheng, eq (16)",
    domain={S: "covariance"},
    sizes={j: (1, 2)},
    dimensions={k: (1, 2)},
    steps=(
        Step(KL(Normal(z, mu, S), Normal(z, at_z, sp.Identity(k)), z), "start"),
        Step(half * (Tr(S) + Form(sp.Identity(k), mu) - k - log(PositiveDet(S))), "Gaussian moments", printed=False),
        Step(
            plus(
                half * Sum(Entry(S, j, j) + Entry(mu, j) ** 2 - 1 - log(Entry(S, j, j)), j),
                half * plus(own_variances, -log(PositiveDet(S))),
            ),
            "add and subtract",
            printed=False,
        ),
    ),
    claims=("zheng.eq16.full", "zheng.eq16.margins"),
)

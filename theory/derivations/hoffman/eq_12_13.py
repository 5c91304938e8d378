"""Equations (12) and (13): D and C for small covariances, with the factors that are lost, and the gradient of log C."""

from __future__ import annotations

import sympy as sp

from theory.derivations.derivation import Derivation, Step
from theory.derivations.hoffman.eq_11 import I, beta, half, k, mu
from theory.derivations.vocabulary import (
    Average,
    Count,
    Form,
    Gradient,
    Mean,
    Named,
    NamedMatrix,
    Normal,
    PositiveDet,
    PositiveNamed,
    PositiveTable,
    Sum,
    Table,
    Tr,
    letter,
    matrix,
    vector,
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

# Two data stand for N: the first covariance moves, the second stands for all others.
first, second, mu_1, mu_2, z = (
    matrix("Sigma_1", k),
    matrix("Sigma_2", k),
    vector("mu_1", k),
    vector("mu_2", k),
    vector("z", k),
)
both = {beta: (0, 1), first: "covariance", second: "covariance"}
volume, other = PositiveDet(first) ** (beta / 2), PositiveDet(second) ** (beta / 2)
log_C = Named(r"\log C", (beta - 1) * log(2) + log(volume + other))
printed_w, w_2 = (Named(name, v / (volume + other)) for name, v in (("w_1", volume), ("w_2", other)))
mean_one = Named("w_1", 2 * volume / (volume + other))
held = sp.Symbol("w_1", positive=True)
negative_entropy = [Mean(log(Normal(z, m, s)), z, Normal(z, m, s)) for m, s in ((mu_1, first), (mu_2, second))]
gradient = half * beta * volume / (volume + other) * first.I
DIMENSIONS = {k: (1, 2)}

eq13 = Derivation(
    "hoffman.eq13",
    "The gradient of log C by (12), for two data: its middle has 1/N twice, and its right side moves the weights.",
    source="Hoffman et al., eq (13)",
    domain=both,
    dimensions=DIMENSIONS,
    steps=(
        Step(Gradient(log_C, first), "start"),
        Step(gradient, "matrix differentiation"),
        Step(printed_w * half * half * beta * first.I, "definition", note="1/N = 1/2"),
        Step(
            Gradient(beta * half * (-printed_w * negative_entropy[0] - w_2 * negative_entropy[1]), first),
            "matrix differentiation",
        ),
    ),
    breaks=(2, 3),
    instead="hoffman.eq13.corrected",
    claims=("hoffman.eq13", "hoffman.eq13.middle", "hoffman.eq13.moving"),
)

eq13_corrected = Derivation(
    "hoffman.eq13.corrected",
    "The gradient of log C by (12), for two data, with weights whose mean is one.",
    source="Hoffman et al., eq (13)",
    domain=both,
    dimensions=DIMENSIONS,
    steps=(
        Step(Gradient(log_C, first), "start"),
        Step(gradient, "matrix differentiation"),
        Step(mean_one * half * half * beta * first.I, "definition", printed=False, note="1/N = 1/2"),
    ),
    claims=("hoffman.eq13", "hoffman.eq13.w.corrected"),
)

N = sp.Symbol("N", positive=True)
eq13_right = Derivation(
    "hoffman.eq13.right",
    "With its weights held fixed, the gradient is that of beta times a weighted average of entropies.",
    source="Hoffman et al., eq (13)",
    domain=both,
    dimensions=DIMENSIONS,
    steps=(
        Step(held / N * half * beta * first.I, "start"),
        Step(
            Gradient(beta * held / N * half * (log(PositiveDet(first)) + k * log(2 * sp.pi) + k), first),
            "matrix differentiation",
            printed=False,
        ),
        Step(
            Gradient(-beta * held / N * negative_entropy[0], first),
            "Gaussian moments",
            note="the terms of the other data do not depend on Sigma_n",
        ),
    ),
    claims=("hoffman.eq13.right", "hoffman.sec1.entropy"),
)

fixed = sp.Symbol("R", positive=True)
gradients = Derivation(
    "hoffman.sec41.gradients",
    "The gradient of the entropies in L_beta less that of log C by (12).",
    source="Hoffman et al., section 4.1",
    domain={beta: (0, 1), first: "covariance"},
    dimensions=DIMENSIONS,
    steps=(
        Step(
            Gradient(
                -beta / N * negative_entropy[0] - log(volume + (N - 1) * fixed),
                first,
            ),
            "start",
            note="the mean of the other N - 1 determinants, to the power beta / 2, is R",
            printed=False,
        ),
        Step(
            half * beta / N * first.I - half * beta * volume / (volume + (N - 1) * fixed) * first.I,
            "matrix differentiation",
            printed=False,
        ),
    ),
    claims=("hoffman.sec41.gradients",),
)

all_equal = Named(r"\sum_m |\Sigma_m|^{\beta/2}", N * volume)
equal_determinants = Derivation(
    "hoffman.sec41.cancels",
    "With equal determinants the gradients of -log C by (12) and of the entropy in L_beta cancel.",
    source="Hoffman et al., section 4.1",
    domain={first: "covariance", beta: (0, 1)},
    dimensions=DIMENSIONS,
    steps=(
        Step(
            half * beta / N * first.I
            - half * beta * volume / Named(r"\sum_m |\Sigma_m|^{\beta/2}", N * volume) * first.I,
            "start",
            note="the gradient of the entropies' mean, times beta, less that of log C",
            printed=False,
        ),
        Step(sp.ZeroMatrix(k, k), "algebra", note="w_n = 1"),
    ),
    claims=("hoffman.sec41.cancels",),
)

volumes = PositiveTable("v", n)
same = sp.Symbol("v", positive=True)

equal_weights = Derivation(
    "hoffman.eq13.w",
    "The printed weights at equal determinants to the power beta / 2, v: said to be 1.",
    source="Hoffman et al., section 4.1",
    steps=(
        Step(same / Sum(same, n), "start", note="w_n as printed"),
        Step(sp.Integer(1), "algebra"),
    ),
    sizes={n: (2, 3)},
    breaks=(1,),
    instead="hoffman.eq13.w.corrected",
    claims=("hoffman.eq13.w",),
)

equal_weights_corrected = Derivation(
    "hoffman.eq13.w.corrected",
    "Weights of mean one are 1 at equal determinants to the power beta / 2, v.",
    source="Hoffman et al., section 4.1",
    steps=(
        Step(same / Average(same, n), "start", printed=False),
        Step(sp.Integer(1), "algebra"),
    ),
    sizes={n: (2, 3)},
    claims=("hoffman.eq13.w.corrected",),
)

pushed = Derivation(
    "hoffman.sec41.equality",
    "beta times the mean entropy less log C by (12) is largest at equal determinants v_n.",
    source="Hoffman et al., section 4.1",
    domain={beta: (0, 1)},
    steps=(
        Step(
            half * beta * Average(log(volumes), n) - log(Count(n) ** (beta - 1) * Sum(volumes ** (beta / 2), n)),
            "start",
            note="the entropies but for their constants",
        ),
        Step(
            Average(log(volumes ** (beta / 2)), n) - log(Average(volumes ** (beta / 2), n)) - beta * log(Count(n)),
            "log of a product",
            printed=False,
        ),
        Step(-beta * log(Count(n)), "Jensen", "<=", printed=False, note="attained at equal determinants"),
    ),
    claims=("hoffman.sec41.equality", "hoffman.sec41.equality.tight"),
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
        Step(half * beta * log(PositiveDet(bare)), "dropping", "~", small=beta),
    ),
    claims=("hoffman.eq12.D.beta",),
)

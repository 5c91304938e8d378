"""Equation (13) and section 4.1: the gradient of log C by (12), its weights, and what it pushes towards."""

from __future__ import annotations

import sympy as sp

from theory.derivations.derivation import Derivation, Step
from theory.derivations.hoffman.eq_11 import beta, half, k
from theory.derivations.hoffman.eq_12 import n, t
from theory.derivations.vocabulary import (
    Average,
    Count,
    Gradient,
    Mean,
    Named,
    Normal,
    PositiveDet,
    PositiveTable,
    Sum,
    matrix,
    vector,
)

log = sp.log
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

# One latent dimension, two data: the variances are t s_1 and t s_2.
s_1, s_2 = sp.Symbol("s_1", positive=True), sp.Symbol("s_2", positive=True)
m_1, m_2 = sp.Symbol("m_1", real=True), sp.Symbol("m_2", real=True)


def mass(center: sp.Expr, size: sp.Expr) -> sp.Expr:
    """D by equation (11)."""
    mix = 1 - beta + beta * t * size
    return (t * size) ** (beta / 2) * mix**-half * sp.exp(-beta * (1 - beta) * center**2 / (2 * mix))


def share(one: sp.Expr, two: sp.Expr) -> sp.Expr:
    """The slope of log C in s_1, by weights in proportion to these."""
    return half * beta * one / (one + two) / s_1


exact_slope = Step(Gradient(log(mass(m_1, s_1) + mass(m_2, s_2)), s_1), "start", printed=False, note="by (10) and (11)")
bare_1, bare_2 = s_1 ** (beta / 2), s_2 ** (beta / 2)

true_gradient = Derivation(
    "hoffman.eq13.true",
    "(13) as the gradient of the estimate of log C for small variances t s_1 and t s_2: its weights lack the means.",
    source="Hoffman et al., eq (13)",
    domain={beta: (0, 1)},
    steps=(exact_slope, Step(share(bare_1, bare_2), "first order", "~", small=t)),
    breaks=(1,),
    instead="hoffman.eq13.true.corrected",
    claims=("hoffman.eq13.true",),
)

true_gradient_corrected = Derivation(
    "hoffman.eq13.true.corrected",
    "With weights in proportion to |Sigma_n|^(beta/2) exp(-beta |mu_n|^2 / 2) it is, for variances t s_1 and t s_2.",
    source="Hoffman et al., eq (13)",
    domain={beta: (0, 1)},
    steps=(
        exact_slope,
        Step(
            share(bare_1 * sp.exp(-half * beta * m_1**2), bare_2 * sp.exp(-half * beta * m_2**2)),
            "first order",
            "~",
            printed=False,
            small=t,
        ),
    ),
    claims=("hoffman.eq13.true.corrected",),
)

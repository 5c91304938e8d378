"""Zheng (12)-(15): the evidence lower bound of one datum, and the objective of all."""

from __future__ import annotations

import sympy as sp

from theory.derivations.derivation import Derivation, Step
from theory.derivations.vocabulary import KL, Mean, plus
from theory.derivations.zheng.symbols import (
    P_0,
    P_dec,
    P_theta,
    Q,
    evidence,
    over_data,
    over_encoder,
    true_posterior,
    x,
    z,
)

log = sp.log
elbo = plus(log(evidence), -KL(Q(z, given=x), true_posterior, z))
elbo_as_mean = Mean(log(P_dec(z) / Q(z, given=x)), z, Q(z, given=x))
nell = over_encoder(-log(P_theta(x, given=z)))

eq13 = Derivation(
    "zheng.eq13",
    "The evidence lower bound, from the divergence to the true posterior to one expectation.",
    source="Zheng, eqs (12) and (13)",
    steps=(
        Step(elbo, "start"),
        Step(log(evidence) - Mean(log(Q(z, given=x) / true_posterior), z, Q(z, given=x)), "definition", printed=False),
        Step(
            log(evidence) + Mean(log(P_dec(z) / (Q(z, given=x) * evidence)), z, Q(z, given=x)), "Bayes", printed=False
        ),
        Step(log(evidence) + elbo_as_mean - Mean(log(evidence), z, Q(z, given=x)), "log of a product", printed=False),
        Step(elbo_as_mean, "normalisation"),
    ),
    claims=("zheng.eq12", "zheng.eq13"),
)

eq15 = Derivation(
    "zheng.eq15",
    "The objective is the negative expected log-likelihood and the divergence from the prior.",
    source="Zheng, eqs (14) and (15)",
    steps=(
        Step(over_data(-elbo), "start"),
        Step(over_data(-elbo_as_mean), "substitution", printed=False, note="(13)"),
        Step(
            over_encoder(-log(P_theta(x, given=z)) + log(Q(z, given=x) / P_0(z))), "log of a product", printed=False
        ),
        Step(nell + over_encoder(log(Q(z, given=x) / P_0(z))), "linearity", printed=False),
        Step(plus(nell, over_data(KL(Q(z, given=x), P_0(z), z))), "definition"),
    ),
    claims=("zheng.eq14", "zheng.eq15"),
)  # fmt: skip

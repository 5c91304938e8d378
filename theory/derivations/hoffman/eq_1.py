"""Equation (1) and the sentences about it: the evidence lower bound, its penalty, and what beta < 1 does to it."""

from __future__ import annotations

import sympy as sp

from theory.derivations.derivation import Derivation, Step
from theory.derivations.hoffman.symbols import beta, log
from theory.derivations.indices import Largest
from theory.derivations.vocabulary import KL, Law, Mean, Total, keep, letter

x, z = letter("x"), letter("z")
p, q = Law("p", x, z), Law("q", z, given=x)
posterior = q(z, given=x)
elbo = Mean(log(p(x, given=z)), z, posterior) - KL(posterior, p(z), z)

eq1 = Derivation(
    "hoffman.eq1",
    "The evidence lower bound.",
    source="Hoffman et al., eq (1)",
    steps=(
        Step(log(p(x)), "start"),
        Step(log(Total(p(x, z), z)), "marginalise"),
        Step(log(Total(keep(p(x, z), 1 / posterior, posterior), z)), "multiply and divide", printed=False),
        Step(log(Mean(p(x, z) / posterior, z, posterior)), "definition", printed=False),
        Step(Mean(log(p(x, z) / posterior), z, posterior), "Jensen", ">=", printed=False),
        Step(Mean(log(p(x, given=z) * p(z) / posterior), z, posterior), "chain rule", printed=False),
        Step(elbo, "log of a product"),
    ),
    claims=("hoffman.eq1",),
)

eq1_gap = Derivation(
    "hoffman.eq1.gap",
    "What the bound lacks is the KL divergence to the posterior.",
    source="Hoffman et al., eq (1)",
    steps=(
        Step(elbo, "start"),
        Step(Mean(log(p(x, given=z) * p(z) / posterior), z, posterior), "log of a product", printed=False),
        Step(Mean(log(p(z, given=x) * p(x) / posterior), z, posterior), "Bayes", printed=False),
        Step(log(p(x)) - KL(posterior, p(z, given=x), z), "linearity", printed=False),
        Step(log(p(x)), "Gibbs", "<="),
    ),
    claims=("hoffman.eq1.gap", "hoffman.eq1.tight"),
)

penalty = Derivation(
    "hoffman.sec1.penalty",
    "The KL-divergence penalty as written out in the introduction.",
    source="Hoffman et al., section 1",
    steps=(
        Step(KL(posterior, p(z), z), "start"),
        Step(Mean(log(p(z) / posterior), z, posterior), "definition"),
    ),
    breaks=(1,),
    instead="hoffman.sec1.penalty.corrected",
    claims=("hoffman.sec1.penalty",),
)

penalty_corrected = Derivation(
    "hoffman.sec1.penalty.corrected",
    "The KL-divergence penalty is minus what is written out.",
    source="Hoffman et al., section 1",
    steps=(
        Step(KL(posterior, p(z), z), "start"),
        Step(Mean(log(posterior / p(z)), z, posterior), "definition", printed=False),
        Step(-Mean(log(p(z) / posterior), z, posterior), "linearity", printed=False),
    ),
    claims=("hoffman.sec1.penalty.pinned",),
)

no_bound = Derivation(
    "hoffman.sec2.no_bound",
    "For beta < 1 the objective is no bound: at the exact posterior it exceeds log p(x).",
    source="Hoffman et al., section 2",
    domain={beta: (0, 1)},
    steps=(
        Step(
            Mean(log(p(x, given=z)), z, p(z, given=x)) - beta * KL(p(z, given=x), p(z), z),
            "start",
            note="equation (2) at q(z|x) = p(z|x)",
            printed=False,
        ),
        Step(
            Mean(log(p(z, given=x) * p(x) / p(z)), z, p(z, given=x)) - beta * KL(p(z, given=x), p(z), z),
            "Bayes",
            printed=False,
        ),
        Step(log(p(x)) + (1 - beta) * KL(p(z, given=x), p(z), z), "linearity", printed=False),
        Step(log(p(x)), "Gibbs", ">=", printed=False),
    ),
    claims=("hoffman.sec2.no_bound",),
)

more = sp.Symbol("beta", positive=True)

bound_above_one = Derivation(
    "hoffman.sec2.bound_above_one",
    "For beta above 1 the objective is still a lower bound.",
    source="Hoffman et al., section 2",
    domain={more: (1, 3)},
    steps=(
        Step(Mean(log(p(x, given=z)), z, posterior) - more * KL(posterior, p(z), z), "start"),
        Step(elbo - (more - 1) * KL(posterior, p(z), z), "add and subtract", printed=False),
        Step(elbo, "Gibbs", "<=", printed=False),
        Step(log(p(x)) - KL(posterior, p(z, given=x), z), "substitution", printed=False),
        Step(log(p(x)), "Gibbs", "<=", printed=False),
    ),
    claims=("hoffman.sec2.bound_above_one",),
)

delta = Derivation(
    "hoffman.sec41.delta",
    "No q has a larger E_q[log p(x, z)] than the point mass at the mode.",
    source="Hoffman et al., section 4.1",
    steps=(
        Step(Mean(log(p(x, z)), z, posterior), "start"),
        Step(Mean(log(Largest(p(x, z), z)), z, posterior), "monotonicity", "<=", printed=False),
        Step(log(Largest(p(x, z), z)), "normalisation"),
    ),
    claims=("hoffman.sec41.delta",),
)

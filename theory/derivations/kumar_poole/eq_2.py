"""Equation (2): the objective, which is the evidence lower bound at beta = 1, and how it depends on q."""

from __future__ import annotations

import sympy as sp

from theory.derivations.derivation import Derivation, Step
from theory.derivations.kumar_poole.symbols import beta, log
from theory.derivations.vocabulary import KL, Law, Mean, PositiveNamed, Total, letter

z, x = letter("z"), letter("x")
p, q = Law("p", x, z), Law("q", z, given=x)(z, given=x)
likelihood, prior = p(x, given=z), p(z)
objective = Mean(log(likelihood), z, q) - beta * KL(q, prior, z)

elbo = Derivation(
    "kumar_poole.eq2.elbo",
    "At beta = 1 the objective bounds log p(x), by the divergence from the posterior.",
    source="Kumar and Poole, eq (2)",
    steps=(
        Step(Mean(log(likelihood), z, q) - KL(q, prior, z), "start", note="equation (2) at beta = 1"),
        Step(Mean(log(likelihood * prior / q), z, q), "log of a product", printed=False),
        Step(Mean(log(p(z, given=x) * p(x) / q), z, q), "Bayes", printed=False),
        Step(log(p(x)) - KL(q, p(z, given=x), z), "linearity", printed=False),
        Step(log(p(x)), "Gibbs", "<=", printed=False),
    ),
    claims=("kumar_poole.eq2.elbo", "kumar_poole.eq2.elbo.attained"),
)

tempered = likelihood ** (1 / beta) * prior
Z = PositiveNamed("Z", Total(tempered, z))
best = PositiveNamed(r"{q^*(z \mid x)}", tempered / Z)

loss = Derivation(
    "kumar_poole.theorem_1.loss",
    "The objective is its best value less beta times the divergence from the best posterior.",
    source="Kumar and Poole, theorem 1",
    domain={beta: (0, 3)},
    sizes={x: (2, 2), z: (2, 3)},
    steps=(
        Step(objective, "start"),
        Step(-beta * Mean(log(q / tempered), z, q), "linearity", printed=False),
        Step(beta * log(Z) - beta * KL(q, best, z), "multiply and divide", printed=False),
        Step(beta * log(Z), "Gibbs", "<=", printed=False, note="attained at q* alone"),
    ),
    claims=("kumar_poole.theorem_1.loss",),
)

t = sp.Symbol("t", positive=True)
q_0, q_1 = Law("q_0", z)(z), Law("q_1", z)(z)
middle = PositiveNamed("q_t", (1 - t) * q_0 + t * q_1)


def at(law: object) -> object:
    """The objective at a posterior, as a sum over z."""
    return Total(law * (log(likelihood) - beta * log(law / prior)), z)  # type: ignore[operator]


concave = Derivation(
    "kumar_poole.corollary_1.concave",
    "Between two posteriors the objective lies above its chord, by beta times a Jensen-Shannon divergence.",
    source="Kumar and Poole, corollary 1",
    domain={t: (0, 1)},
    sizes={x: (2, 2), z: (2, 3)},
    steps=(
        Step(at(middle) - (1 - t) * at(q_0) - t * at(q_1), "start", printed=False),  # type: ignore[operator]
        Step(
            beta * ((1 - t) * Total(q_0 * log(q_0 / middle), z) + t * Total(q_1 * log(q_1 / middle), z)),
            "linearity",
            printed=False,
        ),
        Step(beta * ((1 - t) * KL(q_0, middle, z) + t * KL(q_1, middle, z)), "definition", printed=False),
        Step(beta * (1 - t) * KL(q_0, middle, z), "dropping", ">=", printed=False),
        Step(sp.Integer(0), "Gibbs", ">="),
    ),
    claims=("kumar_poole.corollary_1.concave",),
)

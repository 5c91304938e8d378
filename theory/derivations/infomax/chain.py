"""The InfoMax post: the divergence of the aggregate, the objective rewritten, and what follows of independence."""

from __future__ import annotations

import sympy as sp

from theory.derivations.derivation import Derivation, Step
from theory.derivations.infomax.symbols import (
    aggregate,
    information,
    lam,
    log,
    over_joint,
    p,
    p_D,
    q_zx,
    to_prior,
    x,
    z,
)
from theory.derivations.vocabulary import KL, Law, Mean, PositiveNamed, keep, letter, plus

to_aggregate = KL(aggregate, p(z), z)

chain = Derivation(
    "infomax.chain",
    "The aggregate's divergence from the prior is the posteriors' less the information.",
    source="InfoMax, KL chain, lines 1-5",
    steps=(
        Step(to_aggregate, "start"),
        Step(Mean(log(aggregate / p(z)), z, aggregate), "definition"),
        Step(over_joint(log(aggregate / p(z))), "marginalise"),
        Step(plus(over_joint(log(aggregate / q_zx)), over_joint(log(q_zx / p(z)))), "multiply and divide"),
        Step(
            plus(over_joint(log(keep(aggregate, p_D(x), 1 / q_zx, 1 / p_D(x)))), over_joint(log(q_zx / p(z)))),
            "multiply and divide",
        ),
        Step(plus(-information, to_prior), "definition"),
    ),
    claims=tuple(f"infomax.chain.{line}" for line in range(1, 6)),
)

rewritten = Derivation(
    "infomax.rewritten",
    "The InfoMax objective by the posteriors' divergence from the prior.",
    source="InfoMax, InfoMax rewritten, lines 1 and 2",
    steps=(
        Step(plus(to_aggregate, -lam * information), "start"),
        Step(plus(to_prior, -information, -lam * information), "substitution", printed=False),
        Step(plus(to_prior, keep(-1, lam + 1, information)), "algebra"),
    ),
    claims=("infomax.objective", "infomax.rewritten.1", "infomax.rewritten.2"),
)

bounded = Derivation(
    "infomax.not_both.corrected",
    "The information is at most the posteriors' divergence from the prior: none is left where they are the prior.",
    source="InfoMax, below the KL chain",
    steps=(
        Step(information, "start", printed=False),
        Step(plus(information, to_aggregate), "Gibbs", "<=", printed=False),
        Step(to_prior, "substitution", printed=False),
    ),
    claims=("infomax.not_both.corrected",),
)

x1, x2, z1, z2 = letter("x_1"), letter("x_2"), letter("z_1"), letter("z_2")
parts = (x1, x2, z1, z2)
p1, p2 = Law("p_1", x1, z1), Law("p_2", x2, z2)
both = PositiveNamed("p(x, z)", p1(x1, z1) * p2(x2, z2))


def own(law: Law, datum: sp.Expr, code: sp.Expr) -> sp.Expr:
    """The information of one coordinate."""
    pair = law(datum, code)
    return Mean(log(pair / (law(datum) * law(code))), (datum, code), pair)


not_both = Derivation(
    "infomax.not_both",
    "The sentence below the chain, of the coordinates of z: two data coded each on its own are independent with x seen"
    " and unseen, and yet are informed.",
    source="InfoMax, below the KL chain",
    sizes={x1: (2,), x2: (2,), z1: (2,), z2: (2,)},
    steps=(
        Step(Mean(log(both / (p1(x1) * p2(x2) * p1(z1) * p2(z2))), parts, both), "start", printed=False),
        Step(plus(own(p1, x1, z1), own(p2, x2, z2)), "log of a product", printed=False),
        Step(sp.Integer(0), "assertion", note="said of coordinates that are independent either way"),
    ),
    breaks=(2,),
    instead="infomax.not_both.corrected",
    claims=("infomax.not_both", "infomax.not_both.pinned"),
)

told_nothing = Mean(p(z), x, p_D(x))

ignorant = Derivation(
    "infomax.desiderata.ignorant",
    "A code that ignores the data, q(z|x) = p(z), reproduces the prior and tells nothing: the objective is 0.",
    source="InfoMax, desiderata",
    steps=(
        Step(
            plus(
                KL(told_nothing, p(z), z),
                keep(-1, lam, Mean(Mean(log(p(z) / told_nothing), z, p(z)), x, p_D(x))),
            ),
            "start",
            printed=False,
        ),
        Step(sp.Integer(0), "normalisation", printed=False),
    ),
    claims=("infomax.desiderata.ignorant",),
)

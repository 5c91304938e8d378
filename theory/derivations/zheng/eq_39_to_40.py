"""Zheng (39), (40), the diagram below them and the closing remark: bounds by one weight and by the mean of several."""

from __future__ import annotations

import sympy as sp

from theory.derivations.derivation import Derivation, Step
from theory.derivations.vocabulary import KL, Mean, PositiveNamed, Table, keep, letter, plus
from theory.derivations.zheng.eq_12_to_15 import elbo, elbo_as_mean
from theory.derivations.zheng.eq_36_to_38 import draws, mean_weight, over, weight
from theory.derivations.zheng.symbols import P_0, P_dec, P_theta, Q, evidence, x, z

log = sp.log
z1, z2 = draws[1:]
z3 = letter("z'''")
one = Mean(log(weight(z)), z, Q(z, given=x))
iw_2, iw_3 = over(draws[:2], log(plus(weight(z) / 2, weight(z1) / 2))), over(draws, log(mean_weight))
small = {z: (2,), x: (2,)}

eq39 = Derivation(
    "zheng.eq39",
    "The evidence lower bound, by Jensen's inequality from (37).",
    source="Zheng, eqs (39) and (40), first line",
    steps=(
        Step(log(evidence), "start"),
        Step(log(Mean(weight(z), z, Q(z, given=x))), "substitution", printed=False, note="(37)"),
        Step(one, "Jensen", ">="),
        Step(elbo_as_mean, "definition", printed=False, note="(13)"),
        Step(elbo, "substitution", printed=False, note="(12)"),
    ),
    claims=("zheng.eq39",),
)

eq40 = Derivation(
    "zheng.eq40",
    "The bound by the mean of three importance weights, by Jensen's inequality from (38).",
    source="Zheng, eqs (39) and (40), second line",
    sizes=small,
    steps=(
        Step(log(evidence), "start"),
        Step(log(over(draws, mean_weight)), "substitution", printed=False, note="(38)"),
        Step(iw_3, "Jensen", ">="),
    ),
    claims=("zheng.eq40", "zheng.eq40.iw"),
)

eq40_mc = Derivation(
    "zheng.eq40.mc",
    "Three draws expect the evidence lower bound, as every number of draws does.",
    source="Zheng, eq (40), first line",
    sizes=small,
    steps=(
        Step(
            over(draws, plus(*(log(weight(at)) / 3 for at in draws))),
            "start",
            printed=False,
            note="in expectation over its draws",
        ),
        Step(one, "linearity"),
    ),
    claims=("zheng.eq40.mc",),
)

eq40_mc_iw = Derivation(
    "zheng.eq40.mc_iw",
    "Two times two draws expect the bound by the mean of two weights.",
    source="Zheng, eq (40), second line",
    sizes=small,
    steps=(
        Step(
            over((*draws, z3), plus(log((weight(z) + weight(z1)) / 2) / 2, log((weight(z2) + weight(z3)) / 2) / 2)),
            "start", printed=False, note="in expectation over its draws",
        ),
        Step(iw_2, "linearity"),
    ),
    claims=("zheng.eq40.mc_iw",),
)  # fmt: skip

diagram_iw_1 = Derivation(
    "zheng.diagram.iw_1",
    "The bound by the mean of one weight is the evidence lower bound.",
    source="Zheng, diagram below eq (40)",
    steps=(
        Step(over(draws[:1], log(weight(z))), "start"),
        Step(elbo_as_mean, "definition"),
    ),
    claims=("zheng.diagram.iw_1",),
)

diagram_order = Derivation(
    "zheng.diagram.order",
    "The bound by three weights is at least the evidence lower bound: the logarithm of a mean and the mean logarithm.",
    source="Zheng, diagram below eq (40)",
    sizes=small,
    steps=(
        Step(iw_3, "start"),
        Step(over(draws, plus(*(log(weight(at)) / 3 for at in draws))), "Jensen", ">=", printed=False),
        Step(one, "linearity"),
    ),
    claims=("zheng.diagram.order",),
)

halves = [
    PositiveNamed(rf"\bar{{w}}_{{{i}}}", (weight(at) + weight(other)) / 2)
    for i, (at, other) in enumerate(((z, z1), (z, z2), (z1, z2)), 1)
]

diagram_monotone = Derivation(
    "zheng.diagram.monotone",
    "The bound does not fall from two weights to three: three weights are the mean of three pairs' means.",
    source="Zheng, diagram below eq (40)",
    sizes=small,
    steps=(
        Step(iw_3, "start"),
        Step(over(draws, log(plus(*(half / 3 for half in halves)))), "algebra", printed=False),
        Step(over(draws, plus(*(log(half) / 3 for half in halves))), "Jensen", ">=", printed=False),
        Step(iw_2, "linearity", printed=False),
    ),
    claims=("zheng.diagram.monotone",),
)

log_weight = log(weight(z))
spread = Mean((log_weight - one) ** 2, z, Q(z, given=x))

diagram_k = Derivation(
    "zheng.diagram.k",
    "Two draws miss the evidence lower bound by half the variance of one, on average of squares.",
    source="Zheng, diagram below eq (40)",
    sizes=small,
    steps=(
        Step(over(draws[:2], ((log_weight + log(weight(z1))) / 2 - one) ** 2), "start", printed=False),
        Step(spread / 2, "linearity", printed=False, note="what one draw has on top of its mean adds up to nothing"),
    ),
    claims=("zheng.diagram.k",),
)

t = sp.Symbol("t", positive=True)
u, u1 = ((Table("f", at) - Mean(Table("f", z2), z2, Q(z2, given=x))) for at in (z, z1))

diagram_rate = Derivation(
    "zheng.diagram.rate",
    "For weights near their mean, 1 + t u with E u = 0, the bound by two misses the evidence by a quarter of their"
    " relative variance.",
    source="Zheng, diagram below eq (40)",
    sizes=small,
    steps=(
        Step(over(draws[:2], log(1 + t * (u + u1) / 2)), "start", printed=False),
        Step(
            over(draws[:2], t * (u + u1) / 2 - t**2 * (u + u1) ** 2 / 8), "second-order Taylor", "~", printed=False,
            small=t, order=3,
        ),
        Step(-(t**2) / 4 * Mean(u**2, z, Q(z, given=x)), "linearity", printed=False),
    ),
    claims=("zheng.diagram.rate",),
)  # fmt: skip

diagram_column = Derivation(
    "zheng.diagram.column",
    "The column's first arrow as set: the mean of three weights in one logarithm for three logarithms.",
    source="Zheng, diagram below eq (40)",
    sizes=small,
    steps=(
        Step(iw_3, "start", printed=False, note="what MC_1-IW_m-ELBO(x) expects"),
        Step(
            over(draws, plus(*(log(weight(at)) / 3 for at in draws))), "assertion", printed=False,
            note="what MC_k-IW_1-ELBO(x), below it, expects",
        ),
    ),
    breaks=(1,),
    instead="zheng.diagram.order",
    claims=("zheng.diagram.column",),
)  # fmt: skip

likelihoods = plus(*(P_theta(x, given=at) / 3 for at in draws))
divergence = KL(Q(z, given=x), P_0(z), z)

remark_div = Derivation(
    "zheng.remark.div",
    "The divergence taken out of the logarithm although likelihoods are averaged inside it.",
    source="Zheng, closing remark",
    sizes=small,
    steps=(
        Step(iw_3, "start"),
        Step(
            plus(over(draws, log(likelihoods)), -divergence), "assertion", printed=False, note="the remark warns of it"
        ),
    ),
    breaks=(1,),
    instead="zheng.remark.repaired",
    claims=("zheng.remark.div",),
)

remark_repaired = Derivation(
    "zheng.remark.repaired",
    "What stands in the divergence's place: minus the logarithm of R averaged with the likelihoods as weights.",
    source="Zheng, closing remark",
    sizes=small,
    steps=(
        Step(iw_3, "start"),
        Step(
            plus(over(draws, log(likelihoods)), over(draws, log(mean_weight / likelihoods))), "log of a product",
            printed=False,
        ),
    ),
    claims=("zheng.remark.repaired",),
)  # fmt: skip

remark_once = Derivation(
    "zheng.remark.once",
    "With one weight the divergence comes out of the logarithm.",
    source="Zheng, closing remark",
    steps=(
        Step(one, "start"),
        Step(
            plus(Mean(log(P_theta(x, given=z)), z, Q(z, given=x)),
                 -Mean(log(Q(z, given=x) / P_0(z)), z, Q(z, given=x))),
            "log of a product", printed=False,
        ),
        Step(plus(Mean(log(P_theta(x, given=z)), z, Q(z, given=x)), -divergence), "definition", printed=False),
    ),
    claims=("zheng.remark.once",),
)  # fmt: skip


# ---- at the exact posterior ------------------------------------------------------------------------------------------

exact = [PositiveNamed(rf"P_{{\mathrm{{dec}}}}({at} \mid x)", P_dec(at) / evidence) for at in draws]
exact_weights = [P_theta(x, given=at) * P_0(at) / posterior for at, posterior in zip(draws, exact, strict=True)]
exact_law = PositiveNamed(r"P_{\mathrm{dec}}(Z \mid x)", exact[0] * exact[1] * exact[2])

eq39_tight = Derivation(
    "zheng.eq39.tight",
    "The evidence lower bound is attained where the encoder is the exact posterior.",
    source="Zheng, eq (40), first line",
    sizes=small,
    steps=(
        Step(Mean(log(exact_weights[0]), z, exact[0]), "start", printed=False),
        Step(Mean(log(evidence), z, exact[0]), "Bayes", printed=False),
        Step(log(evidence), "normalisation", printed=False),
    ),
    claims=("zheng.eq39.tight",),
)

eq40_tight = Derivation(
    "zheng.eq40.tight",
    "So is the bound by the mean of three weights: there every weight is the evidence.",
    source="Zheng, eq (40), second line",
    sizes=small,
    steps=(
        Step(Mean(log(plus(*(w / 3 for w in exact_weights))), draws, exact_law), "start", printed=False),
        Step(Mean(log(evidence), draws, exact_law), "Bayes", printed=False),
        Step(log(evidence), "normalisation", printed=False),
    ),
    claims=("zheng.eq40.tight", "zheng.diagram.order.tight", "zheng.diagram.monotone.tight"),
)

remark_bound = Derivation(
    "zheng.remark.bound",
    "With the divergence taken out, what is left taken for a lower bound: at the exact posterior it is none.",
    source="Zheng, closing remark",
    sizes=small,
    steps=(
        Step(log(evidence), "start", printed=False),
        Step(
            plus(Mean(log(likelihoods), draws, exact_law), keep(-1, KL(exact[0], P_0(z), z))), "assertion", ">=",
            printed=False, note="the remark warns of it",
        ),
    ),
    breaks=(1,),
    instead="zheng.remark.repaired",
    claims=("zheng.remark.bound",),
)  # fmt: skip

"""Zheng (30)-(35): the information of the encoder between two bounds."""

from __future__ import annotations

import sympy as sp

from theory.derivations.derivation import Derivation, Step
from theory.derivations.vocabulary import KL, Average, Count, Law, Mean, Named, PositiveTable, letter, plus
from theory.derivations.zheng.eq_12_to_15 import nell
from theory.derivations.zheng.eq_17_to_19 import I_enc
from theory.derivations.zheng.symbols import (
    Aggdiv,
    Div,
    P_data,
    P_enc,
    P_theta,
    Q,
    aggregate,
    inverted,
    over_data,
    over_encoder,
    x,
    z,
)

log = sp.log
gap = Mean(KL(inverted, P_theta(x, given=z), x), z, aggregate)
H_data = Named(r"H_{\mathrm{data}}", over_data(-log(P_data(x))))
Nell = Named(r"\mathrm{Nell}", nell)


def over_pairs(body: sp.Expr) -> sp.Expr:
    """E over (x, z) ~ P_enc(X, Z)."""
    return Mean(body, (x, z), P_enc(z))


eq34 = Derivation(
    "zheng.eq34",
    "The lower bound of the information: what the data's entropy exceeds the expected negative log-likelihood by.",
    source="Zheng, eqs (30)-(34)",
    steps=(
        Step(I_enc, "start"),
        Step(plus(I_enc, -gap), "Gibbs", ">="),
        Step(
            plus(over_pairs(log(inverted / P_data(x))), -over_pairs(log(inverted / P_theta(x, given=z)))),
            "definition",
        ),
        Step(
            plus(over_encoder(-log(P_data(x))), over_encoder(log(P_theta(x, given=z)))),
            "log of a product",
            printed=False,
        ),
        Step(
            plus(Named(r"H\left[P_{\mathrm{data}}(X)\right]", over_data(-log(P_data(x)))),
                 over_encoder(log(P_theta(x, given=z)))),
            "normalisation",
        ),
        Step(plus(H_data, -Nell), "definition"),
    ),
    claims=("zheng.eq30.lower", "zheng.eq31", "zheng.eq32", "zheng.eq33", "zheng.eq34"),
)  # fmt: skip

eq35 = Derivation(
    "zheng.eq35",
    "The upper bound of the information: the divergence of the posteriors from the prior.",
    source="Zheng, eqs (30) and (35)",
    steps=(
        Step(I_enc, "start"),
        Step(plus(I_enc, Aggdiv), "Gibbs", "<="),
        Step(Div, "substitution", note="(19)"),
    ),
    claims=("zheng.eq30.upper", "zheng.eq35"),
)

own_bound = plus(H_data, over_encoder(log(inverted)))

eq31_tight = Derivation(
    "zheng.eq31.tight",
    "The lower bound is attained where the decoder is the encoder's inverted posterior.",
    source="Zheng, eq (31)",
    steps=(
        Step(own_bound, "start", printed=False, note="H_data - Nell of that decoder"),
        Step(over_encoder(log(inverted / P_data(x))), "log of a product", printed=False),
        Step(I_enc, "Bayes", printed=False),
    ),
    claims=("zheng.eq31.tight", "zheng.eq30.lower.tight"),
)

eq35_tight = Derivation(
    "zheng.eq35.tight",
    "The upper bound is attained where the prior is the aggregated posterior.",
    source="Zheng, eqs (30) and (35)",
    steps=(
        Step(over_data(KL(Q(z, given=x), aggregate, z)), "start", printed=False, note="Div of that prior"),
        Step(I_enc, "multiply and divide", printed=False),
    ),
    claims=("zheng.eq35.tight", "zheng.eq30.upper.tight"),
)

u = Law("u", x)

eq34_deaf = Derivation(
    "zheng.eq34.deaf",
    "A decoder that ignores z makes the lower bound minus a divergence, which says nothing of the information.",
    source="Zheng, eq (34)",
    steps=(
        Step(plus(H_data, over_encoder(log(u(x)))), "start", printed=False),
        Step(-KL(P_data(x), u(x), x), "definition", printed=False),
        Step(sp.Integer(0), "Gibbs", "<=", printed=False),
    ),
    claims=("zheng.eq34.deaf",),
)

n, m = letter("n"), letter("n'")
q = Law("Q_phi", n, z, uniform=n)
density = PositiveTable("P_theta", n, z)
density_sum = Count(n) * Average(PositiveTable("P_theta", m, z), m)


def over_points(body: sp.Expr) -> sp.Expr:
    """E over the N data and z ~ Q(z|x_n)."""
    return Average(Mean(body, z, q(z, given=n)), n)


information = over_points(log(q(n, given=z) * Count(n)))
points_bound = plus(log(Count(n)), over_points(log(density)))
normalized_gap = Mean(KL(q(n, given=z), density / density_sum, n), z, q(z))

empirical = Derivation(
    "zheng.eq30.empirical",
    "The lower bound for N data points whose decoder is a density: its values on the points may add up to more than"
    " one, and what is dropped is no divergence.",
    source="Zheng, eq (30) with P_data empirical and the decoder (2)",
    steps=(
        Step(information, "start"),
        Step(plus(information, -over_points(log(q(n, given=z) / density))), "Gibbs", ">=", printed=False),
        Step(points_bound, "log of a product", printed=False),
    ),
    breaks=(1,),
    instead="zheng.eq30.empirical.normalized",
    claims=("zheng.eq30.empirical",),
)

empirical_normalized = Derivation(
    "zheng.eq30.empirical.normalized",
    "The lower bound for N data points, with the decoder normalised over them.",
    source="Zheng, eq (30) with P_data empirical and the decoder (2)",
    steps=(
        Step(information, "start"),
        Step(plus(information, -normalized_gap), "Gibbs", ">=", printed=False),
        Step(
            plus(information, -over_points(log(q(n, given=z) * density_sum / density))), "definition", printed=False
        ),
        Step(
            plus(log(Count(n)), over_points(log(density)), -over_points(log(density_sum))),
            "log of a product",
            printed=False,
        ),
    ),
    claims=("zheng.eq30.empirical.normalized", "zheng.eq30.empirical.pinned"),
)  # fmt: skip

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
    P_theta,
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

eq34 = Derivation(
    "zheng.eq34",
    "The lower bound of the information: what the data's entropy exceeds the expected negative log-likelihood by.",
    source="Zheng, eqs (31)-(34)",
    steps=(
        Step(I_enc, "start"),
        Step(plus(I_enc, -gap), "Gibbs", ">="),
        Step(
            plus(over_encoder(log(inverted / P_data(x))), -over_encoder(log(inverted / P_theta(x, given=z)))),
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
    source="Zheng, eq (35)",
    steps=(
        Step(I_enc, "start"),
        Step(plus(I_enc, Aggdiv), "Gibbs", "<="),
        Step(Div, "substitution", note="(19)"),
    ),
    claims=("zheng.eq30.upper", "zheng.eq35"),
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
    claims=("zheng.eq30.empirical.normalized",),
)  # fmt: skip

"""Zheng (20), (21): the aggregate's divergence in total correlation, margins and the prior's own dependence."""

from __future__ import annotations

from typing import Any

import sympy as sp

from theory.derivations.derivation import Derivation, Step
from theory.derivations.vocabulary import KL, Law, Mean, Named, PositiveNamed, keep, letter, plus

log = sp.log
z1, z2, z3 = letter("z_1"), letter("z_2"), letter("z_3")
Z = (z1, z2, z3)
P_0, P_enc = Law("P_0", *Z), Law(r"P_{\mathrm{enc}}", *Z)


def over_Z(body: Any) -> Any:
    """E over z ~ P_enc(Z)."""
    return Mean(body, Z, PositiveNamed(r"P_{\mathrm{enc}}(Z)", P_enc(*Z)))


def margins(law: Any, name: str) -> Any:
    """The product of a law's singleton margins."""
    return PositiveNamed(rf"\prod_j {name}(z_j)", law(z1) * law(z2) * law(z3))


enc, prior = PositiveNamed(r"P_{\mathrm{enc}}(z)", P_enc(*Z)), PositiveNamed("P_{0}(z)", P_0(*Z))
enc_margins, prior_margins = margins(P_enc, r"P_{\mathrm{enc}}"), margins(P_0, "P_{0}")
total_correlation = KL(enc, enc_margins, Z)
dimension_wise = Named(
    r"\sum_j \mathrm{KL}(P_{\mathrm{enc}}(z_j) \,\|\, P_{0}(z_j))",
    KL(P_enc(z1), P_0(z1), z1) + KL(P_enc(z2), P_0(z2), z2) + KL(P_enc(z3), P_0(z3), z3),
)
prior_factorization = over_Z(log(prior / prior_margins))
expanded = over_Z(log(keep(enc, enc_margins, prior_margins, 1 / prior, 1 / enc_margins, 1 / prior_margins)))
independent = PositiveNamed("P_{0}(z)", P_0(z1) * P_0(z2) * P_0(z3))

eq21 = Derivation(
    "zheng.eq21",
    "The aggregate's divergence is total correlation and dimension-wise divergence less the prior factorization.",
    source="Zheng, eqs (20) and (21)",
    sizes={z1: (2,), z2: (2,), z3: (2,)},
    steps=(
        Step(KL(enc, prior, Z), "start", latex=r"\mathrm{Aggdiv}"),
        Step(over_Z(log(enc / prior)), "definition", printed=False),
        Step(expanded, "multiply and divide"),
        Step(
            plus(over_Z(log(enc / enc_margins)), over_Z(log(enc_margins / prior_margins)), -prior_factorization),
            "log of a product",
            printed=False,
        ),
        Step(plus(total_correlation, dimension_wise, -prior_factorization), "marginalise"),
    ),
    claims=("zheng.eq20", "zheng.eq21"),
)

eq21_disappears = Derivation(
    "zheng.eq21.disappears",
    "The prior factorization of an independent prior is nothing.",
    source="Zheng, below eq (21)",
    sizes={z1: (2,), z2: (2,), z3: (2,)},
    steps=(
        Step(over_Z(log(independent / prior_margins)), "start"),
        Step(over_Z(log(keep(prior_margins, 1 / prior_margins))), "definition", printed=False),
        Step(sp.Integer(0), "algebra"),
    ),
    claims=("zheng.eq21.disappears", "zheng.eq21.independent"),
)

eq21_bound = Derivation(
    "zheng.eq21.bound",
    "The last term read as one of known sign, as under an independent prior: it has either.",
    source="Zheng, below eq (21)",
    sizes={z1: (2,), z2: (2,), z3: (2,)},
    steps=(
        Step(plus(total_correlation, dimension_wise, -prior_factorization), "start"),
        Step(plus(total_correlation, dimension_wise), "dropping", "<=", printed=False),
    ),
    breaks=(1,),
    instead="zheng.eq21",
    claims=("zheng.eq21.bound",),
)

eq21_own_prior = Derivation(
    "zheng.eq21.own_prior",
    "Where the aggregate is the prior the prior factorization is the total correlation of both.",
    source="Zheng, eq (21)",
    sizes={z1: (2,), z2: (2,), z3: (2,)},
    steps=(
        Step(Mean(log(prior / prior_margins), Z, prior), "start", printed=False),
        Step(KL(prior, prior_margins, Z), "definition", printed=False),
    ),
    claims=("zheng.eq21.own_prior",),
)

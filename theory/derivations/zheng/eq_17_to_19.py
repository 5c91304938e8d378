"""Zheng (17)-(19): what the posteriors are away from the prior, in information and in the aggregate's divergence."""

from __future__ import annotations

import sympy as sp

from theory.derivations.derivation import Derivation, Step
from theory.derivations.vocabulary import KL, Mean, Named, keep, plus
from theory.derivations.zheng.symbols import (
    P_0,
    Div,
    P_data,
    P_enc,
    Q,
    aggregate,
    over_encoder,
    x,
    z,
)

log = sp.log
I_enc = Named(r"I_{\mathrm{enc}}(X; Z)", over_encoder(log(P_enc(z) / (P_data(x) * aggregate))))
over_P_0 = Mean(log(aggregate / P_0(z)), z, aggregate)

eq19 = Derivation(
    "zheng.eq19",
    "The divergence of the posteriors from the prior is the information and the aggregate's divergence.",
    source="Zheng, eqs (17)-(19)",
    steps=(
        Step(Div, "start"),
        Step(over_encoder(log(Q(z, given=x) / P_0(z))), "definition", printed=False),
        Step(
            over_encoder(log(keep(Q(z, given=x), aggregate, 1 / P_0(z), 1 / aggregate))), "multiply and divide"
        ),
        Step(
            plus(over_encoder(log(Q(z, given=x) / aggregate)), over_encoder(log(aggregate / P_0(z)))),
            "log of a product",
            printed=False,
        ),
        Step(
            plus(over_encoder(log(keep(Q(z, given=x), P_data(x), 1 / aggregate, 1 / P_data(x)))), over_P_0),
            "marginalise",
        ),
        Step(plus(I_enc, KL(aggregate, P_0(z), z)), "definition"),
    ),
    claims=("zheng.eq17", "zheng.eq18", "zheng.eq19"),
)  # fmt: skip

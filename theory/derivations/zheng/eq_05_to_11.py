"""Zheng (5), (6), (10), (11): the margins of the decoder's and of the encoder's joint law."""

from __future__ import annotations

from theory.derivations.derivation import Derivation, Step
from theory.derivations.vocabulary import Mean, Total
from theory.derivations.zheng.symbols import P_0, P_data, P_dec, P_enc, P_theta, Q, x, z

eq5 = Derivation(
    "zheng.eq5",
    "The marginal likelihood is the prior's expectation of the likelihood.",
    source="Zheng, eq (5)",
    steps=(
        Step(Total(P_dec(z), z), "start"),
        Step(Total(P_theta(x, given=z) * P_0(z), z), "definition", printed=False),
        Step(Mean(P_theta(x, given=z), z, P_0(z)), "definition"),
    ),
    claims=("zheng.eq5",),
)

eq6 = Derivation(
    "zheng.eq6",
    "Summed over x the decoder's joint law is the prior.",
    source="Zheng, eq (6)",
    steps=(
        Step(Total(P_dec(z), x), "start"),
        Step(P_0(z) * Total(P_theta(x, given=z), x), "linearity", printed=False),
        Step(P_0(z), "normalisation"),
    ),
    claims=("zheng.eq6",),
)

eq10 = Derivation(
    "zheng.eq10",
    "Integrated over z the encoder's joint law is the data's.",
    source="Zheng, eq (10)",
    steps=(
        Step(Total(P_enc(z), z), "start"),
        Step(P_data(x) * Total(Q(z, given=x), z), "linearity", printed=False),
        Step(P_data(x), "normalisation"),
    ),
    claims=("zheng.eq10",),
)

eq11 = Derivation(
    "zheng.eq11",
    "The aggregated posterior is the data's expectation of the encoder.",
    source="Zheng, eq (11)",
    steps=(
        Step(Total(P_enc(z), x), "start"),
        Step(Total(Q(z, given=x) * P_data(x), x), "definition", printed=False),
        Step(Mean(Q(z, given=x), x, P_data(x)), "definition"),
    ),
    claims=("zheng.eq11",),
)

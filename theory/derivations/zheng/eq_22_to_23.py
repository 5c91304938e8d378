"""Zheng (22), (23): the entropy of the aggregated posterior, by the data's posteriors."""

from __future__ import annotations

import sympy as sp

from theory.derivations.derivation import Derivation, Step
from theory.derivations.vocabulary import Mean, letter
from theory.derivations.zheng.symbols import P_data, Q, aggregate, over_data, over_encoder, x, z

log = sp.log
other = letter("x'")
over_other = Mean(Q(z, given=other), other, P_data(other))

eq23 = Derivation(
    "zheng.eq23",
    "The aggregate's entropy, with one expectation over the data outside the logarithm and one inside.",
    source="Zheng, eqs (22) and (23)",
    steps=(
        Step(Mean(-log(aggregate), z, aggregate), "start"),
        Step(over_data(Mean(-log(aggregate), z, Q(z, given=x))), "marginalise", printed=False),
        Step(over_encoder(-log(over_other)), "definition"),
    ),
    claims=("zheng.eq22", "zheng.eq23"),
)

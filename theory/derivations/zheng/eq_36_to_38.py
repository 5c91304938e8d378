"""Zheng (36)-(38): the marginal likelihood as an expectation under the encoder, of one weight or of several."""

from __future__ import annotations

from typing import Any

import sympy as sp

from theory.derivations.derivation import Derivation, Step
from theory.derivations.vocabulary import Law, Mean, PositiveNamed, PositiveTable, Total, keep, letter, plus
from theory.derivations.zheng.symbols import P_0, P_theta, Q, x, z

draws = (z, letter("z'"), letter("z''"))


def R(at: Any) -> Any:
    """(37): prior over encoder."""
    return PositiveNamed(f"R(x, {at})", P_0(at) / Q(at, given=x))


def weight(at: Any) -> Any:
    """P(x|z) R(x, z)."""
    return P_theta(x, given=at) * R(at)


def over(latents: tuple[Any, ...], body: Any) -> Any:
    """E over independent draws of the encoder."""
    law: Any = 1
    for at in latents:
        law = law * Q(at, given=x)
    return Mean(body, latents, PositiveNamed(r"Q_{\phi}(Z \mid x)", law))


mean_weight = plus(*(weight(at) / 3 for at in draws))

eq38 = Derivation(
    "zheng.eq38",
    "The marginal likelihood under the encoder, from one importance weight to the mean of three.",
    source="Zheng, eqs (36)-(38)",
    steps=(
        Step(Mean(P_theta(x, given=z), z, P_0(z)), "start"),
        Step(Total(P_theta(x, given=z) * P_0(z), z), "definition", printed=False),
        Step(
            Total(keep(P_theta(x, given=z), P_0(z), 1 / Q(z, given=x), Q(z, given=x)), z), "multiply and divide",
            printed=False,
        ),
        Step(Mean(weight(z), z, Q(z, given=x)), "definition", note="for an encoder that is nowhere 0"),
        Step(over(draws, mean_weight), "linearity"),
    ),
    claims=("zheng.eq36", "zheng.eq37.corrected", "zheng.eq38"),
)  # fmt: skip

joint = sp.Symbol(r"P_{\mathrm{dec}}")
w, drawn = letter("w"), Law("Q_phi", z)
P = PositiveTable(joint, z), PositiveTable(joint, w)

eq37_left_out = Derivation(
    "zheng.eq37",
    "The substitution of any encoder, with z for the states that it draws and w for those that it never draws.",
    source="Zheng, eq (37)",
    sizes={z: (1, 2), w: (1, 2)},
    steps=(
        Step(plus(Total(P[0], z), Total(P[1], w)), "start"),
        Step(Mean(P[0] / drawn(z), z, drawn(z)), "multiply and divide"),
        Step(Total(P[0], z), "definition", printed=False, note="what is never drawn is lost"),
    ),
    breaks=(1,),
    instead="zheng.eq38",
    claims=("zheng.eq37", "zheng.eq37.pinned"),
)

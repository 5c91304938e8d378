"""What the letters of Hoffman et al. stand for: data x_n, latents z, the mixture q(z), the implicit prior r(z)."""

from __future__ import annotations

from typing import Any

import sympy as sp

from theory.derivations.vocabulary import KL, Average, Law, Mean, Named, PositiveNamed, Total, letter

x, z = letter("x_n"), letter("z")
beta = sp.Symbol("beta", positive=True)
p, q = Law("p", x, z), Law("q", x, z, uniform=x)
log = sp.log

C = PositiveNamed("C", Total(q(z) ** (1 - beta) * p(z) ** beta, z))
r = PositiveNamed("r(z)", q(z) ** (1 - beta) * p(z) ** beta / C)
information = Named(r"\mathcal{I}(z; n)", Average(KL(q(z, given=x), q(z), z), x))


def mean_over_posteriors(body: Any) -> Any:
    """The expectation under q(z|x_n), averaged over the data."""
    return Average(Mean(body, z, q(z, given=x)), x)


fit = mean_over_posteriors(log(p(x, given=z)))
average_KL = Average(KL(q(z, given=x), p(z), z), x)
L_beta = Named(r"\mathcal{L}_{\beta}", fit - beta * average_KL)

"""The InfoMax post: the laws that its derivation speaks of."""

from __future__ import annotations

from typing import Any

import sympy as sp

from theory.derivations.vocabulary import KL, Law, Mean, Named, PositiveNamed, letter

log = sp.log
x, z = letter("x"), letter("z")
lam, beta = sp.Symbol("lambda", real=True), sp.Symbol("beta", positive=True)
p_D, q = Law(r"p_{\mathcal{D}}", x), Law("q_psi", z, given=x)
p, p_theta = Law("p", z), Law("p_theta", x, given=z)
q_zx = q(z, given=x)
aggregate = PositiveNamed(r"q_{\psi}(z)", Mean(q_zx, x, p_D(x)))
inverted = PositiveNamed(r"q_{\psi}(x \mid z)", q_zx * p_D(x) / aggregate)


def over_data(body: Any) -> Any:
    """E over x ~ p_D."""
    return Mean(body, x, p_D(x))


def over_joint(body: Any) -> Any:
    """E over (x, z) ~ q(z|x) p_D(x)."""
    return Mean(body, (x, z), PositiveNamed(r"q_{\psi}(z \mid x) p_{\mathcal{D}}(x)", q_zx * p_D(x)))


information = Named(r"\mathbb{I}[X, Z]", over_joint(log(q_zx * p_D(x) / (aggregate * p_D(x)))))
entropy = Named(r"\mathbb{H}[X]", over_data(-log(p_D(x))))
conditional_entropy = Named(r"\mathbb{H}[X \mid Z]", over_joint(-log(inverted)))
to_prior = over_data(KL(q_zx, p(z), z))
away = Mean(KL(inverted, p_theta(x, given=z), x), z, aggregate)

DEFINITIONS = (
    ("aggregate posterior", "a definition: the marginal of q(z|x) p_D(x)"),
    ("inverted posterior", "a definition: the conditional of q(z|x) p_D(x)"),
    ("InfoMax objective", "a definition: the aggregate's divergence from the prior less lambda times the information"),
)

"""Zheng (16): the divergence of diagonal Gaussian posteriors from a standard Gaussian prior."""

from __future__ import annotations

import sympy as sp

from theory.derivations.derivation import Derivation, Step
from theory.derivations.indices import Column, Diagonal
from theory.derivations.vocabulary import (
    KL,
    Form,
    Law,
    Mean,
    NamedMatrix,
    Normal,
    PositiveDet,
    PositiveTable,
    Sum,
    Table,
    dimension,
    letter,
    vector,
)

half = sp.Rational(1, 2)
k = dimension("k")
x, j, z = letter("x"), letter("j"), vector("z", k)
I, zero = sp.Identity(k), sp.ZeroMatrix(k, 1)
P_data = Law(r"P_{\mathrm{data}}", x)
mu_j, variance_j = Table(sp.Symbol("mu_phi_j"), x, j), PositiveTable(sp.Symbol("sigma_phi_j"), x, j)
mu = NamedMatrix(r"{\mu_\phi(x)}", Column(mu_j, j, k))
Sigma = NamedMatrix(r"{\operatorname{diag}(\sigma_\phi^2(x))}", Diagonal(variance_j, j, k))
posterior, prior = Normal(z, mu, Sigma), Normal(z, zero, I)
over_x = P_data(x)
forms = half * (Form(I, z) - Form(Sigma.I, z - mu) - sp.log(PositiveDet(Sigma)))

eq16 = Derivation(
    "zheng.eq16",
    "The divergence of diagonal Gaussian posteriors from the prior N(0, I).",
    source="Zheng, eq (16)",
    sizes={j: (1, 2), x: (2, 2)},
    dimensions={k: (1, 2)},
    steps=(
        Step(Mean(KL(posterior, prior, z), x, over_x), "start", latex=r"\mathrm{Div}"),
        Step(Mean(Mean(forms, z, posterior), x, over_x), "definition", printed=False),
        Step(
            Mean(Sum(half * (variance_j + mu_j**2) - half - half * sp.log(variance_j), j), x, over_x),
            "Gaussian moments",
            latex=r"\mathbb{E}_{x \sim P_{\mathrm{data}}}\left[\frac{1}{2} \mathbf{1}^{\top}"
            r"\left(\sigma_\phi^2(x) + \mu_\phi^2(x) - \mathbf{1} - \log \sigma_\phi^2(x)\right)\right]",
        ),
    ),
    claims=("zheng.eq16",),
)  # fmt: skip

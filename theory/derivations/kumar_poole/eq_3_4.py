"""Equations (3) and (4): the expansion of the log-likelihood about the posterior's mean, and the objective with it."""

from __future__ import annotations

import sympy as sp

from theory.derivations.derivation import Derivation, Step
from theory.derivations.kumar_poole.symbols import H, I, Sigma, beta, d, h, half, log, value, z
from theory.derivations.vocabulary import Form, Gradient, Mean, NamedMatrix, Normal, Tr, matrix, vector

t = sp.Symbol("t", positive=True)
step, w = vector("v", d), vector("w", d)
pixel = sp.Symbol("x", real=True)


def f(at: object) -> sp.Expr:
    """log p(x|z) of a Bernoulli pixel with the logit w'z."""
    return pixel * Form(I, at, w) - log(1 + sp.exp(Form(I, at, w)))


sigmoid = sp.exp(Form(I, h, w)) / (1 + sp.exp(Form(I, h, w)))
Hessian = NamedMatrix("{H_{f_x}(h)}", -sigmoid * (1 - sigmoid) * w * w.T)

eq3 = Derivation(
    "kumar_poole.eq3",
    "The second-order expansion of log p(x|z) at z = h + t v, of a Bernoulli pixel with the logit w'z.",
    source="Kumar and Poole, eq (3)",
    domain={t: (0, 1)},
    steps=(
        Step(f(h + t * step), "start"),
        Step(
            f(h) + Form(I, t * step, Gradient(f(h), h)) + half * Form(Hessian, t * step),
            "second-order Taylor",
            "~",
            small=t,
            order=3,
        ),
    ),
    claims=("kumar_poole.eq3",),
)

J = vector("J_{f_x}", d)
posterior = Normal(z, h, Sigma)

second_term = Derivation(
    "kumar_poole.eq3.second_term",
    "The expectation of the second term is zero.",
    source="Kumar and Poole, eq (3)",
    domain={Sigma: "covariance"},
    steps=(
        Step(Mean(Form(I, z - h, J), z, posterior), "start"),
        Step(Form(I, h - h, J), "linearity", printed=False, note="the mean of z is h"),
        Step(sp.Integer(0), "algebra"),
    ),
    claims=("kumar_poole.eq3.second_term",),
)

S, a, b = matrix("S", d), vector("a", d), vector("b", d)
kl = sp.Symbol("KL", nonnegative=True)
narrow = Normal(z, h, t * t * S)
gap = z - h
expansion = value + Form(I, gap, J) + half * Form(H, gap)
further = Form(I, gap, a) ** 3 + Form(I, gap, b) ** 4

eq4 = Derivation(
    "kumar_poole.eq4",
    "The objective with the expansion, for a Gaussian posterior of covariance Sigma = t^2 S.",
    source="Kumar and Poole, eq (4)",
    domain={t: (0, 1), S: "covariance", H: "symmetric", Sigma: "covariance"},
    dimensions={d: (1, 2)},
    steps=(
        Step(
            Mean(expansion + further, z, narrow) - beta * kl,
            "start",
            note="log p(x|z) goes on with a third order along a and a fourth along b",
            printed=False,
        ),
        Step(Mean(expansion, z, narrow) - beta * kl, "second-order Taylor", "~", small=t, order=4, printed=False),
        Step(
            value + Mean(Form(I, gap, J), z, narrow) + half * Mean(Form(H, gap), z, narrow) - beta * kl,
            "linearity",
            printed=False,
        ),
        Step(value + half * Mean(Form(H, gap), z, narrow) - beta * kl, "substitution", printed=False),
        Step(value + half * Tr(H * (t * t * S)) - beta * kl, "Gaussian moments"),
    ),
    result=value + half * Tr(H * Sigma) - beta * kl,
    shipped="taylor.objective",
    arguments={"value": value, "H": H, "Sigma": Sigma, "kl": kl, "beta": beta},
    claims=("kumar_poole.eq4", "kumar_poole.eq4.linear"),
)

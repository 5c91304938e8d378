"""Section 5.1: second derivatives of the pixels' log-probabilities, and the columns that they weigh."""

from __future__ import annotations

from typing import Any

import sympy as sp

from theory.derivations.derivation import Derivation, Step
from theory.derivations.indices import Diagonal
from theory.derivations.kumar_poole.symbols import D, d, log, x
from theory.derivations.vocabulary import Entry, Form, Gradient, Named, Normal, Sum, Table, letter, matrix, vector

g_all, v, I_D = vector("g", D), vector("v", D), sp.Identity(D)

standard_gaussian = Derivation(
    "kumar_poole.sec5_1.standard_gaussian",
    "For standard Gaussian observations H_p is minus the identity, here in a direction v that stands for all.",
    source="Kumar and Poole, section 5.1",
    steps=(
        Step(Gradient(Form(I_D, v, Gradient(log(Normal(x, g_all, I_D)), g_all)), g_all), "start"),
        Step(Gradient(Form(I_D, v, x - g_all), g_all), "differentiation", printed=False),
        Step(-v, "differentiation"),
    ),
    claims=("kumar_poole.sec5_1.standard_gaussian", "kumar_poole.gaussian.curvature"),
)

i = letter("i")
rates = [Table(name, i) for name in "abc"]


def cubic(g: Any) -> Any:
    """The log-probability of one pixel: any polynomial of third degree."""
    return rates[0] * g + rates[1] * g**2 / 2 + rates[2] * g**3 / 6


independent = Derivation(
    "kumar_poole.sec5_1.diagonal",
    "For pixels that are independent given g the matrix H_p is diagonal, in a direction v that stands for all.",
    source="Kumar and Poole, section 4",
    sizes={i: (1, 2, 3)},
    steps=(
        Step(Gradient(Form(I_D, v, Gradient(Sum(cubic(Entry(g_all, i)), i), g_all)), g_all), "start", printed=False),
        Step(Diagonal(rates[1] + rates[2] * Entry(g_all, i), i, D) * v, "differentiation"),
    ),
    claims=("kumar_poole.sec5_1.diagonal",),
)

pixel, g, a = sp.Symbol("x_i", positive=True), sp.Symbol("g_i", positive=True), sp.Symbol("a_i", real=True)
domain = {pixel: (0, 1), g: (0, 1)}


def bernoulli(of: Any) -> Any:
    """log p(x_i; g_i)."""
    return of * log(g) + (1 - of) * log(1 - g)


def curvature(of: Any, printed: bool = False) -> tuple[Step, ...]:
    """Twice the derivative."""
    return (
        Step(Gradient(Gradient(bernoulli(of), g), g), "start", printed=False),
        Step(Gradient(of / g - (1 - of) / (1 - g), g), "differentiation", printed=False),
        Step(-of / g**2 - (1 - of) / (1 - g) ** 2, "differentiation", printed=printed),
    )


def one_form(of: Any) -> Any:
    """The printed diagonal element of H_p."""
    return -1 / (1 - of - g) ** 2


zero, one = sp.Integer(0), sp.Integer(1)

bernoulli_0 = Derivation(
    "kumar_poole.sec5_1.bernoulli.zero",
    "The second derivative of a Bernoulli pixel that is 0: the printed form there.",
    source="Kumar and Poole, section 5.1",
    domain=domain,
    steps=curvature(zero, printed=True),
    claims=("kumar_poole.sec5_1.bernoulli",),
)

bernoulli_1 = Derivation(
    "kumar_poole.sec5_1.bernoulli.one",
    "The second derivative of a Bernoulli pixel that is 1: the printed form there.",
    source="Kumar and Poole, section 5.1",
    domain=domain,
    steps=curvature(one, printed=True),
    claims=("kumar_poole.sec5_1.bernoulli",),
)

grey = Derivation(
    "kumar_poole.sec5_1.bernoulli.grey",
    "The printed second derivative at a grey pixel.",
    source="Kumar and Poole, section 5.1",
    domain=domain,
    steps=(*curvature(pixel), Step(one_form(pixel), "algebra")),
    breaks=(3,),
    instead="kumar_poole.sec5_1.bernoulli.grey.corrected",
    claims=("kumar_poole.sec5_1.bernoulli.grey",),
)

grey_corrected = Derivation(
    "kumar_poole.sec5_1.bernoulli.grey.corrected",
    "The second derivative of a Bernoulli pixel of any grey.",
    source="Kumar and Poole, section 5.1",
    domain=domain,
    steps=curvature(pixel),
    claims=("kumar_poole.sec5_1.bernoulli.grey.corrected", "kumar_poole.bernoulli.gradient"),
)

sigmoid = Named(r"\sigma(a_i)", sp.exp(a) / (1 + sp.exp(a)))
by_logit = pixel * a - log(1 + sp.exp(a))

logit = Derivation(
    "kumar_poole.bernoulli.logit.curvature",
    "The second derivative of a Bernoulli pixel by its logit.",
    source="Kumar and Poole, section 5.1",
    domain=domain,
    steps=(
        Step(Gradient(Gradient(by_logit, a), a), "start", printed=False),
        Step(Gradient(pixel - sigmoid, a), "differentiation", printed=False),
        Step(-sigmoid * (1 - sigmoid), "differentiation", printed=False),
    ),
    claims=("kumar_poole.bernoulli.logit.curvature", "kumar_poole.bernoulli.logit.gradient"),
)

residual = pixel / sigmoid - (1 - pixel) / (1 - sigmoid)
slope = sigmoid * (1 - sigmoid)
H_p = -pixel / sigmoid**2 - (1 - pixel) / (1 - sigmoid) ** 2
through_logit = (
    Step(Gradient(Gradient(by_logit, a), a), "start", note="a is linear in z, g = sigma(a)"),
    Step(Gradient(residual * slope, a), "differentiation", note="the gradient in g times the slope of g"),
)

sigmoid_printed = Derivation(
    "kumar_poole.eq6.sigmoid",
    "Equation (6) with g the probability sigma(a) of a Bernoulli pixel, the second term left out.",
    source="Kumar and Poole, eq (6)",
    domain=domain,
    steps=(*through_logit, Step(slope * H_p * slope, "differentiation")),
    breaks=(2,),
    instead="kumar_poole.eq6.sigmoid.corrected",
    claims=("kumar_poole.eq6.sigmoid",),
)

sigmoid_corrected = Derivation(
    "kumar_poole.eq6.sigmoid.corrected",
    "With g the probability, the bend of the sigmoid makes the Fisher information of the two terms.",
    source="Kumar and Poole, eq (6)",
    domain=domain,
    steps=(
        *through_logit,
        Step(slope * H_p * slope + residual * slope * (1 - 2 * sigmoid), "differentiation"),
        Step(-slope / (sigmoid * (1 - sigmoid)) * slope, "algebra", printed=False),
    ),
    claims=("kumar_poole.eq6.sigmoid.pinned",),
)

t = sp.Symbol("t", positive=True)
fitted = Derivation(
    "kumar_poole.sec5_1.fitted",
    "A pixel that is 1 and is fitted with the probability 1 - t has a second derivative near -1.",
    source="Kumar and Poole, section 5.1",
    domain={t: (0, 1)},
    steps=(
        Step(-1 / (1 - 1 - (1 - t)) ** 2, "start"),
        Step(sp.Integer(-1), "limit", "~", small=t),
    ),
    claims=("kumar_poole.sec5_1.fitted",),
)

J, root = matrix("J", D, d), matrix("{|H_p|^{1/2}}", D)
columns = Derivation(
    "kumar_poole.structure.columns",
    "Where H_p is minus a square, inner products of the columns of |H_p|^(1/2) J are the entries of -J'H_p J.",
    source="Kumar and Poole, section 5.1",
    domain={root: "diagonal"},
    dimensions={d: (1, 2, 2), D: (2, 1, 2)},
    steps=(
        Step((root * J).T * root * J, "start"),
        Step(J.T * root * root * J, "matrix algebra", note="H_p = -|H_p|"),
    ),
    claims=("kumar_poole.structure.columns",),
)

any_sign = Derivation(
    "kumar_poole.structure.columns.any_sign",
    "The same for an H_p of the other sign, as a pixel of convex log-probability has.",
    source="Kumar and Poole, section 5.1",
    domain={root: "diagonal"},
    dimensions={d: (1, 2, 2), D: (2, 1, 2)},
    steps=(
        Step((root * J).T * root * J, "start"),
        Step(-(J.T * (root * root) * J), "matrix algebra", note="H_p = |H_p|"),
    ),
    breaks=(1,),
    instead="kumar_poole.structure.columns",
    claims=("kumar_poole.structure.columns.any_sign",),
)

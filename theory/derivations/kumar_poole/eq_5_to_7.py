"""Equations (5) to (7): the Hessian of the log-likelihood by the decoder's Jacobian, and the objective with it."""

from __future__ import annotations

from typing import Any

import sympy as sp

from theory.derivations.derivation import Derivation, Step
from theory.derivations.indices import Column, Diagonal
from theory.derivations.kumar_poole.symbols import D, I, Sigma, beta, d, half, value, z
from theory.derivations.vocabulary import Entry, Form, Gradient, NamedMatrix, Sum, Table, Tr, letter, matrix, vector

i = letter("i")
W, u, v = matrix("W", D, d), vector("u", d), vector("v", d)
a, b, c, e = (Table(name, i) for name in "abce")
small = sp.Symbol("epsilon", positive=True)
SIZES, DIMENSIONS = {i: (2, 1, 3)}, {d: (1, 2, 2), D: (2, 1, 3)}


def output(bend: Any) -> Any:
    """g_i(z) = (W z)_i + c_i (u'z)^2 / 2, with a bend c_i."""
    return Entry(W * z, i) + bend * Form(I, z, u) ** 2 / 2


def log_likelihood(g: Any) -> Any:
    """Pixels whose log-probabilities are any polynomials of third degree in g_i."""
    return a * g + b * g**2 / 2 + e * g**3 / 6


def parts(bend: Any) -> tuple[Any, Any, Any, Any]:
    """The Jacobian of g, the gradient and the Hessian of log p in g, and the last term of (5)."""
    g = output(bend)
    J = NamedMatrix("{J_g(z)}", W + Column(bend * Form(I, z, u), i, D) * u.T)
    slope = a + b * g + e * g**2 / 2
    gradient = NamedMatrix(r"{(\nabla_g \log p)}", Column(slope, i, D))
    H_p = NamedMatrix("H_{p_x}", Diagonal(b + e * g, i, D))
    return J, gradient, H_p, NamedMatrix(r"{(\nabla_g \log p) \nabla_z^2 g}", Sum(slope * bend, i) * u * u.T)


def lines(bend: Any) -> tuple[Step, Step]:
    """The Hessian, in a direction v that stands for all, by derivatives of derivatives."""
    J, gradient, _, _ = parts(bend)
    f = Sum(log_likelihood(output(bend)), i)
    return (
        Step(Gradient(Form(I, v, Gradient(f, z)), z), "start", note="H_f(z) v, for any v"),
        Step(Gradient(Form(J, v, gradient), z), "differentiation", note="the chain rule"),
    )


J, gradient, H_p, bending = parts(c)

eq5 = Derivation(
    "kumar_poole.eq5",
    "The Hessian of log p(x|z), of a decoder that bends along one direction and pixels of any third degree.",
    source="Kumar and Poole, eq (5)",
    sizes=SIZES,
    dimensions=DIMENSIONS,
    steps=(
        *lines(c),
        Step((J.T * H_p * J + bending) * v, "differentiation"),
    ),
    claims=("kumar_poole.eq5", "kumar_poole.eq5.gradient"),
)

J_flat, _, H_p_flat, _ = parts(sp.Integer(0))

eq6 = Derivation(
    "kumar_poole.eq6",
    "Where the decoder is linear the first term is the Hessian.",
    source="Kumar and Poole, eq (6)",
    sizes=SIZES,
    dimensions=DIMENSIONS,
    steps=(
        *lines(sp.Integer(0)),
        Step(J_flat.T * H_p_flat * J_flat * v, "differentiation"),
    ),
    claims=("kumar_poole.eq6",),
)

eq6_smooth = Derivation(
    "kumar_poole.eq6.smooth",
    "The second term neglected, of a decoder that bends.",
    source="Kumar and Poole, eq (6)",
    sizes=SIZES,
    dimensions=DIMENSIONS,
    steps=(
        *lines(c),
        Step(J.T * H_p * J * v, "first order"),
    ),
    breaks=(2,),
    instead="kumar_poole.eq6.neglected",
    claims=("kumar_poole.eq6.smooth", "kumar_poole.eq6.smooth.pinned"),
)

J_small, _, H_p_small, bending_small = parts(small * c)

eq6_neglected = Derivation(
    "kumar_poole.eq6.neglected",
    "The second term is of first order in the bends, which are epsilon c_i.",
    source="Kumar and Poole, eq (6)",
    domain={small: (0, 1)},
    sizes=SIZES,
    dimensions=DIMENSIONS,
    steps=(
        Step((J_small.T * H_p_small * J_small + bending_small) * v, "start"),
        Step(J_small.T * H_p_small * J_small * v, "first order", "~", small=small),
    ),
    claims=("kumar_poole.eq6.smooth.pinned",),
)

curvature = Table("lambda", i)
Jacobian = matrix("J_g", D, d)
Hessian = NamedMatrix("{H_{f_x}(h)}", Jacobian.T * Diagonal(curvature, i, D) * Jacobian)
kl = sp.Symbol("KL", nonnegative=True)

eq7 = Derivation(
    "kumar_poole.eq7",
    "The objective with the Hessian of (6).",
    source="Kumar and Poole, eq (7)",
    domain={Sigma: "covariance"},
    sizes=SIZES,
    dimensions=DIMENSIONS,
    steps=(
        Step(value + half * Tr(Hessian * Sigma) - beta * kl, "start", note="equation (4)"),
        Step(
            value - beta * kl + half * Tr(Jacobian.T * Diagonal(curvature, i, D) * Jacobian * Sigma),
            "substitution",
        ),
        Step(
            value - beta * kl + half * Sum(curvature * Entry(Jacobian * Sigma * Jacobian.T, i, i), i),
            "trace",
            printed=False,
        ),
    ),
    claims=("kumar_poole.eq7", "kumar_poole.eq7.diagonal"),
)

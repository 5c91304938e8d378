"""What the letters of Kumar and Poole stand for, and rotations that need no condition on their entries."""

from __future__ import annotations

from typing import Any

import sympy as sp

from theory.derivations.vocabulary import Form, NamedMatrix, PositiveDet, Tr, dimension, matrix, vector

half = sp.Rational(1, 2)
log = sp.log
d, D = dimension("d"), dimension("D")
I = sp.Identity(d)
zero = sp.ZeroMatrix(d, 1)
beta = sp.Symbol("beta", positive=True)
noise = sp.Symbol("sigma^2", positive=True)
z, x = vector("z", d), vector("x", D)


def rotation(name: str, turn: str) -> Any:
    """(I - S)(I + S)^-1 of a skew S = T - T': every rotation but those by half a turn, by free entries (Cayley)."""
    T = matrix(turn, d)
    return NamedMatrix(name, (I - T + T.T) * (I + T - T.T).I)


U, V = rotation("U", "T"), rotation("V", "T_V")

# The objective at a datum: f_x = log p(x|h), the Hessian H of log p(x|z) at the mean h, the covariance Sigma.
h, H, Sigma = vector("h", d), matrix("H", d), matrix("Sigma", d)
value = sp.Symbol("f_x", real=True)


def expanded(Hessian: Any, covariance: Any) -> Any:
    """The objective (8)."""
    divergence = Form(I, h) + Tr(covariance) - log(PositiveDet(covariance)) - d
    return value + half * Tr(Hessian * covariance) - half * beta * divergence

"""Hessians of log p(x|z) of small decoders by SymPy: the expression written out, differentiated, evaluated."""

from __future__ import annotations

from typing import Any

import numpy as np
from flint import arb

from verification.estimate import Estimate, Grade

from . import slow

Array = Any
DIGITS = 50
RELU, ELU, TANH = 0, 1, 2


def _rational(x: Any) -> Any:
    import sympy

    return sympy.Rational(*float(x).as_integer_ratio())


def _rationals(x: Array) -> Any:
    import sympy

    x = np.asarray(x)
    return sympy.Matrix(x.shape[0], x.shape[1] if x.ndim == 2 else 1, [_rational(v) for v in x.ravel()])


def _hidden(kind: int, y: Any, here: Any) -> Any:
    import sympy

    if kind == TANH:
        return sympy.tanh(y)
    if y.subs(here) > 0:
        return y
    return sympy.exp(y) - 1 if kind == ELU else sympy.Integer(0)


def _one(x: Array, A: Array, b: Array, V: Array, c: Array, noise: Any, kind: int, model: int, mu: Array) -> list[Any]:
    import sympy

    z = sympy.Matrix(sympy.symbols(f"z:{len(mu)}"))
    here = dict(zip(z, _rationals(mu), strict=True))
    inputs = _rationals(A) * z + _rationals(b)
    g = _rationals(V) * inputs.applyfunc(lambda y: _hidden(kind, y, here)) + _rationals(c)
    f = sympy.Integer(0)
    for target, v in zip(_rationals(x), g, strict=True):
        if model == 0:
            f -= (target - v) ** 2 / (2 * _rational(noise))
        else:
            p = 1 / (1 + sympy.exp(-v))
            f += target * sympy.log(p) + (1 - target) * sympy.log(1 - p)
    H = sympy.hessian(f, list(z))
    return [[arb(str(H[i, j].evalf(DIGITS, subs=here))) for j in range(len(z))] for i in range(len(z))]


@slow
def hessian(
    x: Array, A: Array, b: Array, V: Array, c: Array, noise: Array, activation: Array, model: Array, mu: Array
) -> Estimate:
    """The Hessian of f, to 40 digits of the 50 asked for."""
    rows = zip(x, A, b, V, c, noise, activation, model, mu, strict=True)
    value = np.array([_one(*case[:6], int(case[6]), int(case[7]), case[8]) for case in rows], dtype=object)
    slip = np.asarray(arb(0, 10.0**-40), dtype=object)
    return Estimate(value * (1 + slip) + slip, np.zeros(value.shape), Grade.BOUNDED, certificate="50 digits")

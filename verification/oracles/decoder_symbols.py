"""Hessians of log p(x|z) of small decoders by SymPy: written out in symbols, differentiated, evaluated."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from flint import arb

from verification.estimate import Estimate, Grade

from . import slow

Array = Any
DIGITS = 50
RELU, ELU, TANH = 0, 1, 2


@cache
def _derived(D: int, units: int, k: int, kind: int, model: int, sides: tuple[bool, ...]) -> Callable[..., Any]:
    """The Hessian in z as a function of x, A, b, V, c, the noise and z, for units on these sides of their kinks."""
    import sympy

    x, A, b = sympy.symbols(f"x:{D}"), sympy.symbols(f"A:{units}:{k}"), sympy.symbols(f"b:{units}")
    V, c, z = sympy.symbols(f"V:{D}:{units}"), sympy.symbols(f"c:{D}"), sympy.symbols(f"z:{k}")
    noise = sympy.Symbol("noise")
    hidden = []
    for j, above in enumerate(sides):
        y = sum((A[j * k + i] * z[i] for i in range(k)), b[j])
        below = sympy.exp(y) - 1 if kind == ELU else sympy.Integer(0)
        hidden.append(sympy.tanh(y) if kind == TANH else y if above else below)
    f = sympy.Integer(0)
    for i in range(D):
        g = sum((V[i * units + j] * hidden[j] for j in range(units)), c[i])
        f += x[i] * g - sympy.log(1 + sympy.exp(g)) if model else -((x[i] - g) ** 2) / (2 * noise)
    return sympy.lambdify([x, A, b, V, c, noise, z], sympy.hessian(f, z).tolist(), "mpmath", cse=True)  # type: ignore[no-any-return]


def _one(
    x: Array, A: Array, b: Array, V: Array, c: Array, noise: Any, activation: Any, model: Any, mu: Array
) -> list[Any]:
    import mpmath

    kind = int(activation)
    sides = tuple(bool(y > 0) for y in A @ mu + b)
    f = _derived(len(x), len(b), len(mu), kind, min(int(model), 1), sides)
    with mpmath.workdps(DIGITS):
        given = [[mpmath.mpf(float(v)) for v in part.ravel()] for part in (x, A, b, V, c)]
        at = [mpmath.mpf(float(v)) for v in mu]
        return [[arb(mpmath.nstr(v, DIGITS)) for v in row] for row in f(*given, mpmath.mpf(float(noise)), at)]


@slow
def hessian(
    x: Array, A: Array, b: Array, V: Array, c: Array, noise: Array, activation: Array, model: Array, mu: Array
) -> Estimate:
    """The Hessian of f, to 40 digits of the 50 asked for."""
    rows = [_one(*case) for case in zip(x, A, b, V, c, noise, activation, model, mu, strict=True)]
    value = np.array(rows, dtype=object)
    slip = np.asarray(arb(0, 10.0**-40), dtype=object)
    return Estimate(value * (1 + slip) + slip, np.zeros(value.shape), Grade.BOUNDED, certificate="50 digits")

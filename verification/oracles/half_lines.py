"""Expectations under Gaussian noise of relu and elu decoders in closed form: error functions between the kinks.

On a line of latents (one latent, or one hidden unit) an output is a sum of terms a u^n exp(c u) between kinks, and so
is its square; each integrates to moments of a normal cut off on both sides.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import flint
import numpy as np
from flint import arb

from verification.estimate import Estimate, Grade

from . import NotApplicable

Array = Any
Terms = list[tuple[Any, int, Any]]  # a, n, c
RELU, ELU, TANH = 0, 1, 2
ENDS = arb("-inf"), arb("inf")


def _ball(x: Any) -> Any:
    return x if isinstance(x, arb) else arb(float(x))


_balls = np.frompyfunc(_ball, 1, 1)


def _mass(low: Any, high: Any) -> Any:
    root = arb(2).sqrt()
    if low.is_finite() and low > 0:
        low, high = -high, -low
    upper = arb(2) if not high.is_finite() else (-high / root).erfc()
    lower = arb(0) if not low.is_finite() else (-low / root).erfc()
    return (upper - lower) / 2


def _height(u: Any, n: int) -> Any:
    """u^n times the standard normal density."""
    return u**n * (-u * u / 2).exp() / (2 * arb.pi()).sqrt() if u.is_finite() else arb(0)


def _term(n: int, c: Any, low: Any, high: Any) -> Any:
    """The integral of u^n exp(c u) times the standard normal density, n <= 2."""
    low, high = (end - c if end.is_finite() else end for end in (low, high))
    whole = _mass(low, high)
    first = _height(low, 0) - _height(high, 0)
    second = whole + _height(low, 1) - _height(high, 1)
    moments = (whole, first + c * whole, second + 2 * c * first + c * c * whole)
    return moments[n] * (c * c / 2).exp()


def _output(case: Any, i: int, sides: list[bool]) -> Terms:
    """x less the output."""
    x, V, c, p, r, kind = case
    terms: Terms = [(x[i] - c[i], 0, arb(0))]
    for w, a, d, above in zip(V[i], p, r, sides, strict=True):
        if above:
            terms += [(-w * a, 0, arb(0)), (-w * d, 1, arb(0))]
        elif kind == ELU:
            terms += [(-w * a.exp(), 0, d), (w, 0, arb(0))]
    return terms


def _mean_square(case: Any, i: int, sides: list[bool], low: Any, high: Any) -> Any:
    terms = _output(case, i, sides)
    return sum((a * b * _term(m + n, c + d, low, high) for a, m, c in terms for b, n, d in terms), arb(0))


def _case(x: Array, A: Array, b: Array, V: Array, c: Array, kind: Any, model: Any, mu: Array, S: Array) -> Any:
    kind = int(float(kind))
    if kind == TANH or float(model) != 0:
        raise NotApplicable("closed forms are of relu and elu under Gaussian noise")
    p = list(A @ mu + b)
    if len(mu) == 1:
        return x, V, c, p, list(A[:, 0] * S[0, 0].sqrt()), kind
    if len(A) == 1:
        return x, V, c, p, [(A[0] @ S @ A[0]).sqrt()], kind
    raise NotApplicable("the closed form is of one latent, or of one hidden unit")


def _kinks(case: Any) -> list[Any]:
    *_, p, r, _ = case
    return sorted((arb((-a / d).mid()) for a, d in zip(p, r, strict=True)), key=float)


def _sides(case: Any, low: Any, high: Any) -> list[bool]:
    *_, p, r, _ = case
    inner = high - 1 if not low.is_finite() else low + 1 if not high.is_finite() else (low + high) / 2
    return [bool(a + d * inner > 0) for a, d in zip(p, r, strict=True)]


def _told(rows: list[Any]) -> Estimate:
    value = np.array(rows, dtype=object)
    return Estimate(value, np.zeros(value.shape), Grade.CERTIFIED, certificate="error functions between kinks")


def expected(
    x: Array, A: Array, b: Array, V: Array, c: Array, noise: Array, activation: Array, model: Array, mu: Array,
    Sigma: Array, beta: Array,
) -> Estimate:  # fmt: skip
    """E f less beta KL."""
    rows = []
    for x_, A_, b_, V_, c_, s2, kind, which, m, S, weight in zip(
        *map(_balls, (x, A, b, V, c, noise, activation, model, mu, Sigma, beta)), strict=True
    ):
        case = _case(x_, A_, b_, V_, c_, kind, which, m, S)
        ends = [ENDS[0], *_kinks(case), ENDS[1]]
        square = arb(0)
        for low, high in pairwise(ends):
            sides = _sides(case, low, high)
            square += sum((_mean_square(case, i, sides, low, high) for i in range(len(x_))), arb(0))
        determinant = S[0, 0] if len(m) == 1 else S[0, 0] * S[1, 1] - S[0, 1] ** 2
        kl = (sum((S[i, i] + m[i] ** 2 - 1 for i in range(len(m))), arb(0)) - determinant.log()) / 2
        rows.append(-square / (2 * s2) - len(x_) * (2 * arb.pi() * s2).log() / 2 - weight * kl)
    return _told(rows)


def missed(
    x: Array, A: Array, b: Array, V: Array, c: Array, noise: Array, activation: Array, model: Array, mu: Array,
    Sigma: Array,
) -> Estimate:  # fmt: skip
    """E of f less its continuation from the side on which the mean lies; a mean on the kink counts as below."""
    rows = []
    for x_, A_, b_, V_, c_, s2, kind, which, m, S in zip(
        *map(_balls, (x, A, b, V, c, noise, activation, model, mu, Sigma)), strict=True
    ):
        case = _case(x_, A_, b_, V_, c_, kind, which, m, S)
        own = [bool(a > 0) for a in case[3]]
        square = arb(0)
        for low, high in pairwise([ENDS[0], *_kinks(case), ENDS[1]]):
            sides = _sides(case, low, high)
            if sides != own:
                for i in range(len(x_)):
                    square += _mean_square(case, i, sides, low, high) - _mean_square(case, i, own, low, high)
        rows.append(-square / (2 * s2))
    return _told(rows)


def gained(turn: Array, bend: Array, distance: Array, sigma: Array) -> Estimate:
    """E of turn y + bend y^2 / 2 where y > 0, for y ~ N(-distance, sigma^2)."""
    rows = []
    for a, b, d, s in zip(*map(_balls, (turn, bend, distance, sigma)), strict=True):
        zero, one, two = (_term(n, arb(0), d / s, ENDS[1]) for n in range(3))
        rows.append(a * (s * one - d * zero) + b * (s * s * two - 2 * d * s * one + d * d * zero) / 2)
    return _told(rows)


def gained_curvature(turn: Array, bend: Array, distance: Array, sigma: Array) -> Estimate:
    """The second derivative of `gained` in the mean, by second differences at two steps."""
    rows = []
    with flint.ctx.workprec(400):
        fine, coarse = (_second(turn, bend, distance, sigma, arb(2) ** n) for n in (-51, -50))
        for a, b in zip(fine, coarse, strict=True):
            left = arb((a - b).abs_upper())
            rows.append(a + (-left).union(left))
    return Estimate(np.array(rows, dtype=object), np.zeros(len(rows)), Grade.BOUNDED, certificate="second differences")


def _second(turn: Array, bend: Array, distance: Array, sigma: Array, h: Any) -> Array:
    at = [gained(turn, bend, _balls(distance) + n * h, sigma).value for n in (-1, 0, 1)]
    return (at[0] - 2 * at[1] + at[2]) / h**2


def turned(turn: Array, sigma: Array) -> Array:
    """The Taylor objective less the truth at a kink, in units of the posterior's scale: what half of a normal sees."""
    return -turn * sigma / (2 * arb.pi()).sqrt()


def bent(bend: Array, sigma: Array) -> Array:
    """The same where f does not turn, in units of the scale's square."""
    return -bend * sigma * sigma / 4

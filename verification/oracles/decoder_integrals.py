"""Expectations of log p(x|z) of small decoders on a line of latents: flint's rule between kinks, tails bounded.

A single latent, or a single hidden unit, leaves one standard normal u, on which every unit's input is p + r u. Between
kinks all is analytic. Beyond REACH the integrand is at most a square, as activations grow no faster than their inputs.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import flint
import numpy as np
from flint import acb, arb

from verification.estimate import Estimate, Grade

from . import NotApplicable, costly

Array = Any
RELU, ELU, TANH = 0, 1, 2
BITS = 150
SMALL = arb(2) ** -125


def _ball(x: Any) -> Any:
    return x if isinstance(x, arb) else arb(float(x))


_balls = np.frompyfunc(_ball, 1, 1)


def _inputs(A: Array, b: Array, mu: Array, Sigma: Array) -> tuple[list[Any], list[Any]]:
    """p and r of each unit."""
    centres = list(A @ mu + b)
    if len(mu) == 1:
        return centres, list(A[:, 0] * Sigma[0, 0].sqrt())
    if len(A) == 1:
        return centres, [(A[0] @ Sigma @ A[0]).sqrt()]
    raise NotApplicable("the integral is over a line: one latent, or one hidden unit")


def _activation(kind: int, y: Any, above: bool) -> Any:
    if kind == TANH:
        return y.tanh()
    return y if above else y.exp() - 1 if kind == ELU else acb(0)


def _log_likelihood(case: Any, y: list[Any], sides: list[bool], analytic: bool) -> Any:
    x, V, c, noise, kind, model = case
    hidden = [_activation(kind, v, side) for v, side in zip(y, sides, strict=True)]
    out = acb(0)
    for target, weights, shift in zip(x, V, c, strict=True):
        g = sum((w * h for w, h in zip(weights, hidden, strict=True)), acb(shift))
        if model == 0:
            out -= (target - g) * (target - g) / (2 * noise) + (2 * arb.pi() * noise).log() / 2
        else:
            out += target * g - (1 + g.exp()).log(analytic=analytic)
    return out


def _density(u: Any) -> Any:
    return (-u * u / 2).exp() / (2 * arb.pi()).sqrt()


def _tail(case: Any, p: list[Any], r: list[Any], reach: Any) -> Any:
    """A bound of E |f| beyond reach: |f| <= K (1 + |u|)^2 there."""
    x, V, c, noise, _, model = case
    grown = sum((abs(a) + abs(b) + 1 for a, b in zip(p, r, strict=True)), arb(1))
    bound = arb(0)
    for target, weights, shift in zip(x, V, c, strict=True):
        g = (sum((abs(w) for w in weights), arb(0)) + 1) * grown + abs(shift) + abs(target)
        bound += g * g / (2 * noise) + abs((2 * arb.pi() * noise).log()) if model == 0 else 2 * g + 1
    return 16 * bound * reach * (-reach * reach / 2).exp()


def _integral(f: Callable[[Any, list[bool], bool], Any], p: list[Any], r: list[Any], kinked: bool, reach: Any) -> Any:
    kinks = [-a / b for a, b in zip(p, r, strict=True)] if kinked else []
    kinks = sorted((arb(k.mid()) for k in kinks if abs(k) < reach), key=float)
    total = arb(0)
    bits, flint.ctx.prec = flint.ctx.prec, BITS
    for low, high in pairwise([-reach, *kinks, reach]):
        middle = (low + high) / 2
        sides = [bool(a + b * middle > 0) for a, b in zip(p, r, strict=True)]

        def integrand(u: Any, analytic: bool, sides: list[bool] = sides) -> Any:
            return f(u, sides, analytic) * _density(u)

        total += acb.integral(integrand, low, high, rel_tol=SMALL, abs_tol=SMALL).real
    flint.ctx.prec = bits
    return total


def _kl(mu: Array, S: Array) -> Any:
    k = len(mu)
    determinant = S[0, 0] if k == 1 else S[0, 0] * S[1, 1] - S[0, 1] * S[1, 0]
    return (sum(S[i, i] + mu[i] * mu[i] - 1 for i in range(k)) - determinant.log()) / 2


def _reach() -> Any:
    return (2 * arb(2).log() * 130).sqrt()


def _told(rows: list[Any]) -> Estimate:
    value = np.array(rows, dtype=object)
    return Estimate(value, np.zeros(value.shape), Grade.CERTIFIED, certificate="integrals between kinks, tails bounded")


@costly
def expected(
    x: Array, A: Array, b: Array, V: Array, c: Array, noise: Array, activation: Array, model: Array, mu: Array,
    Sigma: Array, beta: Array,
) -> Estimate:  # fmt: skip
    """E f less beta KL."""
    rows = []
    for x_, A_, b_, V_, c_, s2, kind, which, m, S, weight in zip(
        *map(_balls, (x, A, b, V, c, noise, activation, model, mu, Sigma, beta)), strict=True
    ):
        case = x_, V_, c_, s2, int(float(kind)), int(float(which))
        p, r = _inputs(A_, b_, m, S)

        def f(u: Any, sides: list[bool], analytic: bool, case: Any = case, p: Any = p, r: Any = r) -> Any:
            return _log_likelihood(case, [a + d * u for a, d in zip(p, r, strict=True)], sides, analytic)

        tail = _tail(case, p, r, _reach())
        inside = _integral(f, p, r, case[4] != TANH, _reach())
        rows.append(inside + (-tail).union(tail) - weight * _kl(m, S))
    return _told(rows)


@costly
def missed(
    x: Array, A: Array, b: Array, V: Array, c: Array, noise: Array, activation: Array, model: Array, mu: Array,
    Sigma: Array,
) -> Estimate:  # fmt: skip
    """E of f less its continuation from the side on which the mean lies; a mean on the kink counts as below."""
    rows = []
    for x_, A_, b_, V_, c_, s2, kind, which, m, S in zip(
        *map(_balls, (x, A, b, V, c, noise, activation, model, mu, Sigma)), strict=True
    ):
        case = x_, V_, c_, s2, int(float(kind)), int(float(which))
        p, r = _inputs(A_, b_, m, S)
        own = [bool(a > 0) for a in p]

        def f(u: Any, sides: list[bool], analytic: bool, case: Any = case, p: Any = p, r: Any = r,
              own: list[bool] = own) -> Any:  # fmt: skip
            y = [a + d * u for a, d in zip(p, r, strict=True)]
            return _log_likelihood(case, y, sides, analytic) - _log_likelihood(case, y, own, analytic)

        tail = 2 * _tail(case, p, r, _reach())
        rows.append(_integral(f, p, r, True, _reach()) + (-tail).union(tail))
    return _told(rows)


def gained_curvature(turn: Array, bend: Array, distance: Array, sigma: Array) -> Estimate:
    """The second derivative of E of turn y + bend y^2 / 2 where y > 0, for y ~ N(-distance, sigma^2), in its mean."""
    rows = []
    for a, b, d, s in zip(*map(_balls, (turn, bend, distance, sigma)), strict=True):

        def integrand(u: Any, _: bool, a: Any = a, b: Any = b, d: Any = d, s: Any = s) -> Any:
            y = s * u - d
            return (a * y + b * y * y / 2) * (u * u - 1) / (s * s) * _density(u)

        reach = _reach() + arb(d.upper()) / s
        tail = 4 * (abs(a) + abs(b)) * (1 + s) ** 2 * (1 + 1 / s) ** 2 * reach**3 * (-reach * reach / 2).exp()
        inside = acb.integral(integrand, d / s, reach, rel_tol=SMALL, abs_tol=SMALL).real
        rows.append(inside + (-tail).union(tail))
    return _told(rows)

"""Expectations of log p(x|z) of small decoders by Gauss and Hermite's rule in balls, for narrow Gaussian posteriors.

Two rules on the roots of the Hermite polynomials of degree 5 and 7, along the columns of the Cholesky factor; four
times what they differ by is the radius. Kinks are to be 30 deviations away: what lies beyond is below exp(-450).
"""

from __future__ import annotations

from functools import cache
from itertools import product
from typing import Any

import flint
import numpy as np
from flint import arb, fmpz_poly

from verification.estimate import Estimate, Grade

from . import NotApplicable

Array = Any
BITS = 400
NODES = (5, 7)
RELU, ELU, TANH = 0, 1, 2


def _ball(x: Any) -> Any:
    return x if isinstance(x, arb) else arb(float(x))


_balls = np.frompyfunc(_ball, 1, 1)


@cache
def _rule(n: int) -> list[tuple[Any, Any]]:
    """Roots of He_n and the weights n! / (n He_(n-1))^2."""
    before, now = fmpz_poly([1]), fmpz_poly([0, 1])
    for i in range(1, n):
        before, now = now, fmpz_poly([0, 1]) * now - i * before
    with flint.ctx.workprec(BITS):
        found: list[Any] = list(now.complex_roots())
        roots = [pair[0].real for pair in found]
        return [(z, arb(n + 1).gamma() / (n * before(z)) ** 2) for z in roots]


def _f(case: Any, z: Array) -> Any:
    x, A, b, V, c, noise, kind, model = case
    y = A @ z + b
    if kind == TANH:
        hidden = np.array([v.tanh() for v in y], dtype=object)
    else:
        hidden = np.array([v if v > 0 else v.expm1() if kind == ELU else arb(0) for v in y], dtype=object)
    g = V @ hidden + c
    if model == 0:
        return (
            -sum(((s - v) ** 2 for s, v in zip(x, g, strict=True)), arb(0)) / (2 * noise)
            - len(x) * (2 * arb.pi() * noise).log() / 2
        )
    return sum((s * v - v.exp().log1p() for s, v in zip(x, g, strict=True)), arb(0))


def _factor(S: Array) -> Array:
    if len(S) == 1:
        return np.array([[S[0, 0].sqrt()]], dtype=object)
    first = S[0, 0].sqrt()
    below = S[0, 1] / first
    return np.array([[first, arb(0)], [below, (S[1, 1] - below * below).sqrt()]], dtype=object)


def _mean(case: Any, mu: Array, L: Array, n: int) -> Any:
    _, A, b, *_, kind, _ = case
    if kind != TANH and any(not abs(v) > 30 * (r @ r).sqrt() for v, r in zip(A @ mu + b, A @ L, strict=True)):
        raise NotApplicable("a kink is within reach")
    total = arb(0)
    for nodes in product(_rule(n), repeat=len(mu)):
        z = mu + L @ np.array([node for node, _ in nodes], dtype=object)
        weight = arb(1)
        for _, w in nodes:
            weight *= w
        total += weight * _f(case, z)
    return total


def expected(
    x: Array, A: Array, b: Array, V: Array, c: Array, noise: Array, activation: Array, model: Array, mu: Array,
    Sigma: Array, beta: Array,
) -> Estimate:  # fmt: skip
    """E f less beta KL."""
    rows = []
    with flint.ctx.workprec(BITS):
        for x_, A_, b_, V_, c_, s2, kind, which, m, S, weight in zip(
            *map(_balls, (x, A, b, V, c, noise, activation, model, mu, Sigma, beta)), strict=True
        ):
            case = x_, A_, b_, V_, c_, s2, int(float(kind)), int(float(which))
            L = _factor(S)
            coarse, fine = (_mean(case, m, L, n) for n in NODES)
            left = arb((4 * (fine - coarse)).abs_upper())
            log_det = 2 * sum((L[i, i].log() for i in range(len(m))), arb(0))
            kl = (sum((S[i, i] + m[i] ** 2 - 1 for i in range(len(m))), arb(0)) - log_det) / 2
            rows.append(fine + (-left).union(left) - weight * kl)
    value = np.array(rows, dtype=object)
    return Estimate(value, np.zeros(value.shape), Grade.BOUNDED, certificate="rules of 5 and 7 nodes an axis")


def at_optimum(
    x: Array, A: Array, b: Array, V: Array, c: Array, noise: Array, activation: Array, model: Array, mu: Array,
    H: Array, beta: Array,
) -> Estimate:  # fmt: skip
    """`expected` at the covariance (I - H / beta)^-1, solved for by flint."""
    k = mu.shape[-1]
    Sigma = np.empty((len(mu), k, k), dtype=object)
    with flint.ctx.workprec(BITS):
        for i, (h, weight) in enumerate(zip(_balls(H), _balls(beta), strict=True)):
            eye = flint.arb_mat([[int(m == n) for n in range(k)] for m in range(k)])
            inverse = (eye - flint.arb_mat(h.tolist()) / weight).inv()
            for m, n in np.ndindex(k, k):
                Sigma[i, m, n] = (inverse[m, n] + inverse[n, m]) / 2
    return expected(x, A, b, V, c, noise, activation, model, mu, Sigma, beta)


def linear(x: Array, W: Array, noise: Array, mu: Array, Sigma: Array, beta: Array) -> Estimate:
    """E log N(x; W z, noise I) less beta KL, for which five nodes are more than enough: W as units always on."""
    zeros, ones = np.zeros(len(x)), np.zeros(x.shape)
    far = np.asarray(W) @ np.asarray(mu)[..., None]
    shift = 60 * (1 + np.abs(far[..., 0]) + np.sqrt(np.abs(W @ Sigma @ W.swapaxes(-1, -2)).max((-1, -2)))[:, None])
    out = np.broadcast_to(np.eye(x.shape[-1]), (*x.shape, x.shape[-1]))
    return expected(x, W, shift, out, ones - shift, noise, zeros, zeros, mu, Sigma, beta)


def best_covariance(J: Array, beta: Array) -> Estimate:
    """(I + J'J / beta)^-1 by flint's inverse."""
    k = J.shape[-1]
    value = np.empty((len(J), k, k), dtype=object)
    for i, (rows, weight) in enumerate(zip(_balls(J), _balls(beta), strict=True)):
        gram = rows.T @ rows / weight
        inverse = flint.arb_mat([[gram[m, n] + int(m == n) for n in range(k)] for m in range(k)]).inv()
        for m, n in np.ndindex(k, k):
            value[i, m, n] = inverse[m, n]
    return Estimate(value, np.zeros(value.shape), Grade.CERTIFIED, certificate="an inverse in balls")


def inner_product(a: Array, s: Array, angle: Array) -> Estimate:
    """E u'H u under N(0, Sigma): H of eigenvalues a, turned by so many quarters from Sigma's axes."""
    rows = []
    for slopes, spreads, turn in zip(*map(_balls, (a, s, angle)), strict=True):
        total, cos, sin = arb(0), (turn / 2).cos_pi(), (turn / 2).sin_pi()
        for (u, w), (v, r) in product(_rule(NODES[0]), repeat=2):
            x, y = u * spreads[0].sqrt(), v * spreads[1].sqrt()
            along, across = x * cos + y * sin, y * cos - x * sin
            total += w * r * (slopes[0] * along * along + slopes[1] * across * across)
        rows.append(total)
    value = np.array(rows, dtype=object)
    return Estimate(value, np.zeros(value.shape), Grade.BOUNDED, certificate="five nodes, exact for squares")

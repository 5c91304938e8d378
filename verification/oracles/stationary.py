"""Optimality of a decoder or an encoder by the rules of differentiation: partial derivatives in balls, at a point.

``point (B, M, K)`` holds chances, whose sums are asked for too; where it is stationary on the simplex all partial
derivatives of a row are alike.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flint
import numpy as np
from flint import arb

from verification.estimate import Estimate, Grade

Array = Any
BITS = 192


def _ball(x: Any) -> Any:
    return x if isinstance(x, arb) else arb(float(x))


def _row(chances: list[Any], slopes: list[Any]) -> list[tuple[float, float]]:
    """The sum less one, and every partial derivative less the first."""
    balls = (sum(chances, arb(-1)), *(slope - slopes[0] for slope in slopes[1:]))
    return [(float(ball.mid()), float(ball.rad()) + 2.0**-60) for ball in balls]


def _points(cases: int, one: Callable[[int], list[tuple[float, float]]]) -> Estimate:
    with flint.ctx.workprec(BITS):
        values = np.array([one(b) for b in range(cases)], float)
    return Estimate(values[..., 0], values[..., 1], Grade.CERTIFIED, certificate="partial derivatives in balls")


def decoder_optimality(point: Array, log_data: Array, log_enc: Array) -> Estimate:
    """Of -E log p(x|z) over decoders: its derivative is -q(x, z) / p(x|z)."""

    def one(b: int) -> list[tuple[float, float]]:
        entries = []
        for z in range(np.shape(log_enc)[-1]):
            chances = [_ball(row[z]) for row in point[b]]
            joint = [(_ball(p) + _ball(row[z])).exp() for p, row in zip(log_data[b], log_enc[b], strict=True)]
            entries += _row(chances, [-w / p for w, p in zip(joint, chances, strict=True)])
        return entries

    return _points(len(log_data), one)


def _encoders(point: Array, log_prior: Array, log_dec: Array, weight: Callable[[int], Any]) -> Estimate:
    """The derivative of KL(q || p) - weight E log p(x|z) is log q - log p - weight log p(x|z) + 1."""

    def one(b: int) -> list[tuple[float, float]]:
        entries = []
        for q, fits in zip(point[b], log_dec[b], strict=True):
            chances = [_ball(x) for x in q]
            terms = zip(chances, log_prior[b], fits, strict=True)
            entries += _row(chances, [x.log() - _ball(p) - weight(b) * _ball(d) for x, p, d in terms])
        return entries

    return _points(len(log_prior), one)


def encoder_optimality(point: Array, log_prior: Array, log_dec: Array, beta: Array) -> Estimate:
    """Of the beta-VAE objective over encoders."""
    return _encoders(point, log_prior, log_dec, lambda b: 1 / _ball(beta[b]))


def bound_optimality(point: Array, log_prior: Array, log_dec: Array, lam: Array) -> Estimate:
    """Of the final bound over encoders."""
    return _encoders(point, log_prior, log_dec, lambda b: 1 + _ball(lam[b]))

"""The mean distance of two Gaussian draws as an integral, enclosed: twice, over each side of their meeting point."""

from __future__ import annotations

from typing import Any

import numpy as np
from flint import acb, arb, ctx

from verification.estimate import Estimate, Grade

Array = Any
BITS = 100
REACH = 20  # standard deviations: beyond, less than 10^-80 is left


def expected_difference(mu1: Array, sigma1: Array, mu2: Array, sigma2: Array) -> Estimate:
    """The integral of |d| under the density of d = z1 - z2, |d| a polynomial on each side of 0."""

    def one(mu1: Any, sigma1: Any, mu2: Any, sigma2: Any) -> Any:
        m, s = _ball(mu1) - _ball(mu2), (_ball(sigma1) ** 2 + _ball(sigma2) ** 2).sqrt()
        scale = 1 / (s * (2 * arb.pi()).sqrt())

        def inner(d: Any, _: Any) -> Any:
            return d * (-((d - acb(m)) ** 2) / (2 * acb(s) ** 2)).exp()

        low, high = acb((m - REACH * s).mid()), acb((m + REACH * s).mid())
        cut = acb(max(min(arb(0), high.real, key=float), low.real, key=float))
        right, left = acb.integral(inner, cut, high), acb.integral(inner, low, cut)
        return arb((scale * (right - left).real).mid(), (scale * (right - left).real).rad() + arb("1e-70"))

    before = ctx.prec
    ctx.prec = BITS
    try:
        value = np.empty(len(mu1), dtype=object)
        value[:] = [one(*case) for case in zip(mu1, sigma1, mu2, sigma2, strict=True)]
    finally:
        ctx.prec = before
    return Estimate(value, np.zeros(len(mu1)), Grade.CERTIFIED, certificate="contour integral in balls")


def _ball(x: Any) -> Any:
    return x if isinstance(x, arb) else arb(float(x))

"""Moments on the line by flint's rigorous integration, at whatever precision the caller works."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flint
import numpy as np
from flint import acb, arb

from verification.estimate import Estimate, Grade
from verification.oracles import NotApplicable, costly

Array = np.ndarray[Any, Any]


def _ball(x: Any) -> Any:
    return x if isinstance(x, arb) else arb(float(x))


def _moments(m: Any, s: Any, b: Any) -> tuple[Any, Any, Any]:
    """Integrals of u^j exp(-b (m + root u)^2 / 2 - (1 - b) u^2 / 2), j = 0, 1, 2, where z = m + root u; tails enclosed.

    The exponent is -a (u - c)^2 / 2 + const with a = b s + 1 - b: only where to cut is taken from that.
    """
    root = s.sqrt()
    a = b * s + 1 - b
    centre = arb((-b * m * root / a).mid())
    reach = arb((arb(2 * flint.ctx.prec) / a).sqrt().mid())
    start = m + root * centre
    shift = (b * start * start + (1 - b) * centre * centre) / 2

    def integrand(j: int) -> Callable[[Any, bool], Any]:
        return lambda u, _: u**j * (shift - (b * (m + root * u) * (m + root * u) + (1 - b) * u * u) / 2).exp()

    goal = arb(2) ** (-flint.ctx.prec + 20)
    low, high = acb(centre - reach), acb(centre + reach)
    inner = [acb.integral(integrand(j), low, high, rel_tol=goal, abs_tol=goal).real for j in range(3)]
    # beyond the reach the exponent falls at least like -a (u - centre)^2 / 4, and |u|^j is below (1 + |centre| + t)^2
    tail = 8 * (1 + abs(centre) + reach) ** 2 * (-a * reach**2 / 4).exp() * (1 + reach) / (a * reach)
    return tuple(x + arb(0, float(tail.upper()) if tail > 1e-300 else 1e-300) for x in inner)  # type: ignore[return-value]


def _line(k: int) -> None:
    if k != 1:
        raise NotApplicable(f"enclosed on the line only; k = {k}")


def _estimate(values: list[Any], shape: tuple[int, ...]) -> Estimate:
    out = np.empty(len(values), dtype=object)
    out[:] = values
    return Estimate(out.reshape(shape), np.zeros(shape), Grade.CERTIFIED, certificate="enclosed moments")


@costly
def tilted_mean(mu: Array, Sigma: Array, beta: Array) -> Estimate:
    """Mean of the normalised N(0, 1)^beta N(mu, s)^(1-beta)."""
    _line(mu.shape[-1])

    def one(i: int) -> Any:
        m, s = _ball(mu[i, 0]), _ball(Sigma[i, 0, 0])
        mass, first, _ = _moments(m, s, _ball(beta[i]))
        return m + s.sqrt() * first / mass

    return _estimate([one(i) for i in range(len(beta))], (len(beta), 1))


@costly
def tilted_covariance(Sigma: Array, beta: Array) -> Estimate:
    """Variance of the normalised N(0, 1)^beta N(0, s)^(1-beta)."""
    _line(Sigma.shape[-1])

    def one(i: int) -> Any:
        s = _ball(Sigma[i, 0, 0])
        mass, first, second = _moments(arb(0), s, _ball(beta[i]))
        mean = first / mass
        return s * (second / mass - mean * mean)

    return _estimate([one(i) for i in range(len(beta))], (len(beta), 1, 1))


def log_joint_at_mode(x: Array, W: Array, noise: Array) -> Estimate:
    """max_z log p(x, z): the bracket of log p(x, z) over the line, refined where it may be largest."""
    _line(W.shape[-1])

    def one(i: int) -> Any:
        w, v, sigma2 = [_ball(a) for a in W[i][:, 0]], [_ball(a) for a in x[i]], _ball(noise[i])

        def log_joint(z: Any) -> Any:
            residual = sum(((a - b * z) * (a - b * z) for a, b in zip(v, w, strict=True)), arb(0))
            constant = len(v) * (2 * arb.pi() * sigma2).log() + (2 * arb.pi()).log()
            return -(constant + residual / sigma2 + z * z) / 2

        # the slope falls at a rate of at least 1, so bisection on its sign closes in on the maximum, and a slope whose
        # sign is open says how far that can be
        low, high = arb(-64), arb(64)
        for _ in range(flint.ctx.prec + 8):
            z = arb(((low + high) / 2).mid())
            slope = sum(((a - b * z) * b for a, b in zip(v, w, strict=True)), arb(0)) / sigma2 - z
            if slope > 0:
                low = z
            elif slope < 0:
                high = z
            else:
                reach = slope.abs_upper()
                low, high = z - reach, z + reach
                break
        return log_joint(low.union(high))

    return _estimate([one(i) for i in range(len(noise))], (len(noise),))

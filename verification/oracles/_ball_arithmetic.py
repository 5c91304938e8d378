"""Private to :mod:`.balls`: rotation to the eigenbasis and rigorous integrals over the line, in ball arithmetic."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

import flint
import numpy as np
from flint import acb, arb

from verification.estimate import Estimate, Grade

from . import NotApplicable

Array = Any
Ball = Any
_bits = 128


@contextmanager
def precision(bits: int) -> Iterator[None]:
    """Working precision of every ball oracle called inside (default 128 bits)."""
    global _bits
    before, _bits = _bits, bits
    try:
        with flint.ctx.workprec(bits):
            yield
    finally:
        _bits = before


def working_precision() -> Any:
    """The context under which an oracle computes: what :func:`precision` asked for, or flint's own if that is more."""
    return flint.ctx.workprec(max(_bits, flint.ctx.prec))


def ball(x: Any) -> Ball:
    """An exact ball from a float, or the ball itself."""
    return x if isinstance(x, arb) else arb(float(x))


def over(
    lead: tuple[int, ...], f: Callable[[tuple[int, ...]], Any], how: str = "integral and tails enclosed"
) -> Estimate:
    """One enclosure for each index of the leading axes, at the working precision."""
    value = np.empty(lead, dtype=object)
    with working_precision():
        for index in np.ndindex(*lead):
            value[index] = f(index)
    return Estimate(value=value, error=np.zeros(lead), grade=Grade.CERTIFIED, certificate=how)


def at(x: Array, index: tuple[int, ...]) -> Any:
    """Entry of an array whose axes are the first of ``index``."""
    x = np.asarray(x)
    return x[index[: x.ndim]]


def log_normal(z: Any, m: Any, s: Any) -> Any:
    """log N(z; m, s) on the line."""
    return -(2 * arb.pi() * s).log() / 2 - (z - m) * (z - m) / (2 * s)


def zero_to(x: Ball) -> Ball:
    """The ball [0, upper end of x]."""
    return arb(0).union(arb(x.upper()))


def plus_minus(x: Ball) -> Ball:
    """The ball [-|x|, |x|]."""
    bound = arb(x.abs_upper())
    return (-bound).union(bound)


def diagonalise(mu: Sequence[Any], sigma: Any) -> tuple[list[Ball], list[Ball], Ball]:
    """(centre, variance) along orthonormal axes, and delta: diag(variance) is within a factor 1 +- delta of Q' Sigma Q.

    Cyclic Jacobi. Every rotation has an exact tangent, so it is orthogonal without error and multiple eigenvalues do no
    harm; what is left off the diagonal is bounded in the Loewner order.
    """
    k = len(mu)
    c = [ball(x) for x in mu]
    a = [[ball(sigma[i][j]) for j in range(k)] for i in range(k)]
    for i in range(k):
        for j in range(i):
            if not a[i][j].overlaps(a[j][i]):
                raise NotApplicable("Sigma is not exactly symmetric")
    goal = arb(2) ** (16 - flint.ctx.prec)
    for _sweep in range(60):
        done = True
        for i in range(k):
            for j in range(i + 1, k):
                if a[i][j].is_zero() or bool(abs(a[i][j]) < goal * min(a[i][i].mid(), a[j][j].mid())):
                    continue
                done = False
                _rotate(a, c, i, j)
        if done:
            break
    delta = arb(0)
    smallest = a[0][0]
    for i in range(k):
        smallest = smallest.min(a[i][i])
    if not smallest > 0:
        raise NotApplicable("Sigma is not positive definite, or not resolved at this precision")
    for i in range(k):
        row = sum((abs(a[i][j]) for j in range(k) if j != i), arb(0))
        delta = delta.max(row / smallest)
    if not delta < arb(2) ** -20:
        raise NotApplicable("the eigenbasis of Sigma is not resolved at this precision")
    return c, [a[i][i] for i in range(k)], arb(delta.upper())


def _rotate(a: list[list[Ball]], c: list[Ball], i: int, j: int) -> None:
    theta = (a[j][j] - a[i][i]).mid() / (2 * a[i][j].mid()) if not a[i][j].mid().is_zero() else None
    if theta is None:
        return
    t = arb((1 / (abs(theta) + (1 + theta * theta).sqrt())).mid())
    if theta < 0:
        t = -t
    cos = (1 + t * t).rsqrt()
    sin = t * cos
    for m in range(len(c)):
        x, y = a[m][i], a[m][j]
        a[m][i], a[m][j] = cos * x - sin * y, sin * x + cos * y
    for m in range(len(c)):
        x, y = a[i][m], a[j][m]
        a[i][m], a[j][m] = cos * x - sin * y, sin * x + cos * y
    c[i], c[j] = cos * c[i] - sin * c[j], sin * c[i] + cos * c[j]


def integral(f: Callable[[Any, bool], Any], points: Sequence[Ball], scale: Ball | None = None) -> Ball:
    """Enclosure of the integral of f over [points[0], points[-1]], piece by piece; tolerance relative to ``scale``."""
    bits = flint.ctx.prec // 2 + 8
    tolerance = arb(2) ** -bits
    goal = tolerance if scale is None else tolerance * scale
    total = arb(0)
    for a, b in pairwise(points):
        if b > a:
            total += acb.integral(f, a, b, rel_tol=tolerance, abs_tol=goal, eval_limit=200_000).real
    return total


def split(centres: Sequence[Ball], widths: Sequence[Ball], reach: float) -> list[Ball]:
    """Exact points centre + m width for a few m, sorted: where a piecewise integral should be cut."""
    points = [
        arb((c + m * w).mid())
        for c, w in zip(centres, widths, strict=True)
        for m in (-reach, -reach / 4, 0, reach / 4, reach)
    ]
    points.sort(key=InOrder)
    return [p for i, p in enumerate(points) if i == 0 or p > points[i - 1]]


class InOrder:
    """Order of exact balls."""

    def __init__(self, x: Ball):
        self.x = x

    def __lt__(self, other: InOrder) -> bool:
        return bool(self.x < other.x)


def reach() -> float:
    """Standard deviations after which a Gaussian tail is below the tolerance."""
    return float(np.ceil(np.sqrt(2 * np.log(2) * (flint.ctx.prec // 2 + 16))))


def upper_tail(j: int, r: Ball) -> Ball:
    """Integral of u^j N(u; 0, 1) over u > r."""
    if j == 0:
        return (r / arb(2).sqrt()).erfc() / 2
    density = (-r * r / 2).exp() / (2 * arb.pi()).sqrt()
    if j == 1:
        return density
    return r ** (j - 1) * density + (j - 1) * upper_tail(j - 2, r)


def log_integral_of_tilt(g: Callable[[Any], Any], slope: Callable[[Ball], Ball], centre: Ball, width: Ball) -> Ball:
    """log of the integral over the line of exp(g) for concave quadratic g, by quadrature around ``centre``.

    Concavity gives the tails: beyond b the integral is at most exp(g(b)) / |g'(b)|.
    """
    top = g(acb(centre)).real
    r = reach()
    a, b = arb((centre - r * width).mid()), arb((centre + r * width).mid())
    body = integral(lambda z, _: (g(z) - top).exp(), [a, centre, b], width)
    left, right = slope(a), slope(b)
    if not (left > 0 and right < 0):
        raise NotApplicable("the integrand is not concave enough to enclose its tails at this precision")
    tails = (g(acb(a)).real - top).exp() / left - (g(acb(b)).real - top).exp() / right
    return top + (body + zero_to(tails)).log()

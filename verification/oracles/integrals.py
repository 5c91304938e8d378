"""Integrals of one dimension in balls: flint's adaptive rule inside, tails enclosed; linear pieces by erf."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import pairwise
from math import ceil
from typing import Any

import numpy as np
from flint import acb, arb, arb_series, ctx, fmpz_poly

from verification.estimate import Estimate, Grade
from verification.oracles import costly

Array = np.ndarray[Any, Any]

REACH = 14  # sigmas to both sides that are integrated; beyond, -x log x <= 2 sqrt(x) / e
TOLERANCE = arb(2) ** -44

ORDER, WIDTH, FOLLOWED, KNOTS = 12, arb(3) / 8, arb(7), 201  # of the rule whose error is proved


def _ball(x: Any) -> Any:
    return x if isinstance(x, arb) else arb(float(x))


_balls = np.frompyfunc(_ball, 1, 1)


def _each(x: Array, f: Callable[..., Any], axes: int = 1) -> Estimate:
    """f at each index of the leading axes: cases, and then dimensions."""
    lead = (len(x), x.shape[-1] if axes == 2 else 1)
    rows = [f(i, j) for i, j in np.ndindex(*lead)]
    value = np.empty((len(rows), *np.shape(rows[0])), dtype=object)
    for i, row in enumerate(rows):
        value[i] = row
    value = value.reshape(*lead, *value.shape[1:])
    value = value if axes == 2 else value[:, 0]
    return Estimate(value, np.zeros(value.shape), Grade.CERTIFIED, certificate="integrals and tails enclosed")


def _lines(mu: Array, sigma: Array, f: Callable[[list[Any], list[Any]], Any]) -> Estimate:
    return _each(mu, lambda i, j: f(list(_balls(mu[i, :, j])), list(_balls(sigma[i, :, j]))), 2)


def _mean(xs: Any) -> Any:
    xs = list(xs)
    return sum(xs, arb(0)) / len(xs)


def _entropy(mu: list[Any], sigma: list[Any]) -> Any:
    return _integrated(tuple(map(float, mu)), tuple(map(float, sigma)), ctx.prec)


@cache
def _integrated(means: tuple[float, ...], deviations: tuple[float, ...], _: int) -> Any:
    mu, sigma = _balls(means), _balls(deviations)
    root = (2 * arb.pi()).sqrt()
    scales = [1 / (len(mu) * s * root) for s in sigma]

    def integrand(z: Any, analytic: bool) -> Any:
        q = acb(0)
        for m, s, scale in zip(mu, sigma, scales, strict=True):
            u = (z - m) / s
            q += (-u * u / 2).exp() * scale
        return -q * q.log(analytic=analytic)

    cuts = sorted({float(m + k * s) for m, s in zip(mu, sigma, strict=True) for k in (-REACH, -4, 0, 4, REACH)})
    inside = sum(
        (acb.integral(integrand, a, b, rel_tol=TOLERANCE, abs_tol=TOLERANCE).real for a, b in pairwise(cuts)), arb(0)
    )
    outside = arb(0)
    for s in sigma:
        outside += (2 * arb.pi() * s * s) ** arb(-0.25) * s * arb.pi().sqrt() * arb(REACH / 2).erfc()
    return inside + arb(0).union(outside * 4 / arb(1).exp())


def _own(sigma: list[Any]) -> Any:
    return _mean((2 * arb.pi() * s * s).log() / 2 + arb(1) / 2 for s in sigma)


@costly
def entropy(mu: Array, sigma: Array) -> Estimate:
    """-int q log q."""
    return _lines(mu, sigma, _entropy)


@costly
def information(mu: Array, sigma: Array) -> Estimate:
    """The entropy less the posteriors' own."""
    return _lines(mu, sigma, lambda m, s: _entropy(m, s) - _own(s))


@costly
def divergence(mu: Array, sigma: Array) -> Estimate:
    """-h(q) - E log p."""

    def one(m: list[Any], s: list[Any]) -> Any:
        second = _mean(a * a + b * b for a, b in zip(m, s, strict=True))
        return (second + (2 * arb.pi()).log()) / 2 - _entropy(m, s)

    return _lines(mu, sigma, one)


def _quantiles(mu: list[Any], sigma: list[Any]) -> list[Any]:
    """Of a mixture of uniforms over four sigmas on both sides."""
    edges = sorted((m + k * s for m, s in zip(mu, sigma, strict=True) for k in (-4, 4)), key=float)
    mass = [
        _mean(max(min((z - m) / (8 * s) + arb(1) / 2, arb(1)), arb(0)) for m, s in zip(mu, sigma, strict=True))
        for z in edges
    ]
    found = []
    for k in range(KNOTS):
        level = arb(k) / (KNOTS - 1)
        i = max((i for i in range(len(edges) - 1) if float(mass[i]) <= k / (KNOTS - 1)), default=0)
        while float(mass[i]) == float(mass[i + 1]):
            i -= 1
        found.append(edges[i] + (level - mass[i]) * (edges[i + 1] - edges[i]) / (mass[i + 1] - mass[i]))
    return found


def knots(mu: Array, sigma: Array) -> Estimate:
    """Quantiles by inversion of each linear piece."""
    return _lines(mu, sigma, _quantiles)


def gain(mu: Array, sigma: Array) -> Estimate:
    """log N less the entropy of the responsibilities at each quantile."""

    def one(mu: list[Any], sigma: list[Any]) -> list[Any]:
        values = []
        for z in _quantiles(mu, sigma):
            logs = [-(z - m) * (z - m) / (2 * s * s) - s.log() for m, s in zip(mu, sigma, strict=True)]
            top = max(logs, key=float)
            whole = top + sum(((x - top).exp() for x in logs), arb(0)).log()
            values.append(arb(len(logs)).log() + sum(((x - whole).exp() * (x - whole) for x in logs), arb(0)))
        return values

    return _lines(mu, sigma, one)


# --- the proved error -------------------------------------------------------------------------------------------------


def _peano() -> Any:
    """(r-1)! K(0) is the integral of x^(r-1) over (0, 1) less the rule's sum there."""
    summed = arb(0)
    for k in range(ORDER // 4):
        x, w = arb.legendre_p_root(ORDER // 2, k, weight=True)
        summed += w * x ** (ORDER - 1)
    return (arb(1) / ORDER - summed) / _factorial(ORDER - 1)


def _hermite(k: int) -> Any:
    before, now = fmpz_poly([0]), fmpz_poly([1])
    for i in range(k):
        before, now = now, fmpz_poly([0, 1]) * now - i * before
    return now


def _moment(p: Any) -> Any:
    """E p(u) under N(0, 1), by double factorials."""
    value, double_factorial = arb(0), arb(1)
    for power in range(0, p.degree() + 1, 2):
        value += int(p[power]) * double_factorial
        double_factorial *= power + 1
    return value


def _factorial(n: int) -> Any:
    return arb(n + 1).gamma()


def _slopes() -> Any:
    """g + (1 - g) log(1 - g) is the sum over j."""
    norms = []
    for k in range(1, ORDER + 1):
        even = 2 * ceil(ORDER / k / 2)
        norms.append(_moment(_hermite(k) ** even) ** (arb(1) / even))
    length, ctx.cap = ctx.cap, ORDER + 1
    try:
        g = arb_series([arb(0), *(b / _factorial(k) for k, b in enumerate(norms, 1))])
        coefficient = (g + (1 - g) * (1 - g).log())[ORDER]
    finally:
        ctx.cap = length
    return _factorial(ORDER) * coefficient + norms[-1]


def log_error(mu: Array, sigma: Array) -> Estimate:
    """The logarithm of the four terms."""
    peano, slopes, unit = _peano(), _slopes(), arb(2) ** -53

    def one(m: list[Any], s: list[Any]) -> Any:
        N, centre = len(m), _mean(m)
        scale = arb(N).log() + max((abs((x * x * 2 * arb.pi()).log() / 2) for x in s), key=float)
        missed = peano * (WIDTH / 2) ** ORDER * (slopes + _factorial(ORDER).sqrt() * (scale + arb(3).sqrt() / 2))
        density = (-FOLLOWED * FOLLOWED / 2).exp() / (2 * arb.pi()).sqrt()
        tail = 2 * density * ((1 + scale) / FOLLOWED + FOLLOWED / 2)
        far = max((abs(a - centre) + FOLLOWED * b for a, b in zip(m, s, strict=True)), key=float)
        rounded = (N + 10000 + 80 * far / min(s, key=float)) * (2 + scale)
        rounded += (N + 10) * _mean(a * a + b * b for a, b in zip(m, s, strict=True))
        return (missed + tail + unit * rounded).log()

    return _lines(mu, sigma, one)


# --- linear pieces ----------------------------------------------------------------------------------------------------


def _piece(m: Any, s: Any, a: Any, b: Any) -> tuple[Any, Any]:
    """The mass of N(m, s^2) on (a, b), and its first moment about m."""
    u, v = (a - m) / s, (b - m) / s
    root = arb(2).sqrt()
    mass = ((v / root).erf() - (u / root).erf()) / 2
    first = s * ((-u * u / 2).exp() - (-v * v / 2).exp()) / (2 * arb.pi()).sqrt()
    return mass, first


def _hats(t: Any, mu: Any, sigma: Any) -> list[Any]:
    N = len(mu)
    weights = [arb(0) for _ in t]
    for m, s in zip(mu, sigma, strict=True):
        weights[0] += (1 + ((t[0] - m) / s / arb(2).sqrt()).erf()) / (2 * N)
        weights[-1] += (1 - ((t[-1] - m) / s / arb(2).sqrt()).erf()) / (2 * N)
        for k, (a, b) in enumerate(pairwise(t)):
            mass, first = _piece(m, s, a, b)
            rising = (first + (m - a) * mass) / (b - a)
            weights[k] += (mass - rising) / N
            weights[k + 1] += rising / N
    return weights


def _weights(knots: Array, mu: Array, sigma: Array, i: int, j: int) -> Array:
    return np.array(_hats(_balls(knots[i, j]), _balls(mu[i, :, j]), _balls(sigma[i, :, j])), dtype=object)


def knot_weights(knots: Array, mu: Array, sigma: Array) -> Estimate:
    """E of hat functions, gap by gap."""
    return _each(mu, lambda i, j: _weights(knots, mu, sigma, i, j), 2)


def interpolant_mean(knots: Array, values: Array, mu: Array, sigma: Array) -> Estimate:
    """E F from hat functions."""
    return _each(mu, lambda i, j: _weights(knots, mu, sigma, i, j) @ _balls(values[i, j]), 2)


def clipped_values(knots: Array, values: Array, mu: Array, sigma: Array) -> Estimate:
    """Values against both limits, the variance by two moments."""

    def one(i: int, j: int) -> list[Any]:
        w, f = _weights(knots, mu, sigma, i, j), _balls(values[i, j])
        mean = w @ f
        spread = 2 * (w @ (f * f) - mean * mean).sqrt()
        return [max(min(x, mean + spread), mean - spread) for x in f]

    return _each(mu, one, 2)


def interpolant(z: Array, knots: Array, values: Array) -> Estimate:
    """On the gap that holds z, by weights of its ends."""

    def at(x: Any, t: Any, f: Any) -> Any:
        for a, b, left, right in zip(t, t[1:], f, f[1:], strict=False):
            if a <= x <= b:
                return (left * (b - x) + right * (x - a)) / (b - a)
        return f[0] if x < t[0] else f[-1]

    def one(i: int, _: int) -> Any:
        x, t, f = _balls(z[i]), _balls(knots[i]), _balls(values[i])
        return [[at(row[j], t[j], f[j]) for j in range(len(t))] for row in x]

    return _each(z, one)


def least(values: Array) -> Estimate:
    """By comparison of neighbours."""
    return _each(values, lambda i, _: [min(row, key=float) for row in _balls(values[i])])


def largest(values: Array) -> Estimate:
    """By comparison of neighbours."""
    return _each(values, lambda i, _: [max(row, key=float) for row in _balls(values[i])])


def distance_mean(d: Array, cap: Array) -> Estimate:
    """The mean of min(r^2, c) by the density of the radius r."""
    return _each(d, lambda i, _: _cut_distance(int(d[i]), _ball(cap[i])))


def _cut_distance(d: int, cap: Any) -> Any:
    def below(r: Any, _: bool) -> Any:
        return (cap - r * r) * r ** (d - 1) * (-r * r / 2).exp()

    mass = arb(2) ** (arb(d) / 2 - 1) * (arb(d) / 2).gamma()
    return cap - acb.integral(below, 0, cap.sqrt()).real / mass

"""Private to :mod:`.balls`: integrals over a mixture on the line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flint
import numpy as np
from flint import acb, arb

from verification.estimate import Estimate

from . import NotApplicable
from ._ball_arithmetic import (
    InOrder,
    at,
    ball,
    integral,
    log_normal,
    over,
    plus_minus,
    reach,
    split,
    upper_tail,
    zero_to,
)
from ._ball_gaussians import reconstruction

Array = Any


class _Mixture:
    """q = mean of N(m_n, s_n) on the line, with log q analytic where the flag says so."""

    def __init__(self, mu: Array, sigma: Array):
        if mu.shape[-1] != 1:
            raise NotApplicable("ball integrals of mixtures are for k = 1")
        self.m = [ball(x) for x in mu[:, 0]]
        self.s = [ball(x) for x in sigma[:, 0, 0]]
        self.n = len(self.m)
        self.root = [s.sqrt() for s in self.s]
        self.log_norm = [-(2 * arb.pi() * s).log() / 2 for s in self.s]
        self.steep = [-1 / (2 * s) for s in self.s]
        self.log_norm_p = -(2 * arb.pi()).log() / 2
        self.pairs: dict[int, list[tuple[Any, Any, Any] | None]] = {}

    def log_components(self, z: Any) -> list[Any]:
        out = []
        for m, c, h in zip(self.m, self.log_norm, self.steep, strict=True):
            d = z - m
            out.append(d * d * h + c)
        return out

    def against(self, r: int) -> list[tuple[Any, Any, Any] | None]:
        """log q_n - log q_r as a d^2 + b d + c in d = z - m_r: narrow for twins and near ones, however far off z is.

        None where the variances are so different that the plain difference is narrower.
        """
        if r not in self.pairs:
            rows: list[tuple[Any, Any, Any] | None] = []
            for m, s, c in zip(self.m, self.s, self.log_norm, strict=True):
                gap = self.m[r] - m
                if (s - self.s[r]).is_zero():
                    rows.append((arb(0), -gap / s, -gap * gap / (2 * s)))
                elif abs(s - self.s[r]) < self.s[r] / 4:
                    rows.append(((1 / self.s[r] - 1 / s) / 2, -gap / s, c - self.log_norm[r] - gap * gap / (2 * s)))
                else:
                    rows.append(None)
            self.pairs[r] = rows
        return self.pairs[r]

    def at(self, z: Any, analytic: bool) -> _AtPoint:
        heights = self.log_components(z.real.mid())
        return _AtPoint(self, z, max(range(self.n), key=lambda n: float(heights[n])), analytic)

    def log_p(self, z: Any) -> Any:
        return z * z / -2 + self.log_norm_p

    def points(self) -> list[Any]:
        return split([*self.m, arb(0)], [*self.root, arb(1)], reach())

    def tail_moments(self, points: list[Any]) -> list[tuple[Any, Any, Any]]:
        """For each component, the integral of |u|^j N(u; 0, 1) outside the points, j = 0, 1, 2, u standardised."""
        low, high = points[0], points[-1]
        out = []
        for m, r in zip(self.m, self.root, strict=True):
            up, down = (high - m) / r, (m - low) / r
            out.append(tuple(upper_tail(j, up) + upper_tail(j, down) for j in range(3)))
        return out

    def tail_mass(self, points: list[Any]) -> Any:
        return sum((t[0] for t in self.tail_moments(points)), arb(0)) / self.n

    def kl_tail(self, points: list[Any]) -> Any:
        """Bound on mean_n of the integral of q_n |log q_n/p| outside the points."""
        total = arb(0)
        for (t0, t1, t2), m, s, r in zip(self.tail_moments(points), self.m, self.s, self.root, strict=True):
            total += (abs(s.log()) / 2 + m * m / 2) * t0 + abs(m) * r * t1 + (1 + s) / 2 * t2
        return total / self.n


class _AtPoint:
    """The components at a point or box, taken relative to the largest: wide boxes then still stay clear of zero."""

    def __init__(self, q: _Mixture, z: Any, largest: int, analytic: bool):
        d = z - q.m[largest]
        self.n = q.n
        self.top = d * d * q.steep[largest] + q.log_norm[largest]
        self.gaps = []
        for near, m, h, c in zip(q.against(largest), q.m, q.steep, q.log_norm, strict=True):
            if near is None:
                u = z - m
                self.gaps.append(u * u * h + c - self.top)
            else:
                self.gaps.append((near[0] * d + near[1]) * d + near[2])
        self.shares = [gap.exp() for gap in self.gaps]
        self.log_mean = (sum(self.shares, acb(0)) / q.n).log(analytic)
        self.log_q = self.top + self.log_mean

    def log_ratios(self) -> list[Any]:
        """log q_n - log q."""
        return [gap - self.log_mean for gap in self.gaps]

    def logs(self) -> list[Any]:
        """log q_n."""
        return [gap + self.top for gap in self.gaps]

    def mean(self, values: list[Any]) -> Any:
        """mean_n q_n value_n."""
        total = acb(0)
        for share, value in zip(self.shares, values, strict=True):
            total += share * value
        return total * self.top.exp() / self.n


def _mixtures(mu: Array, Sigma: Array, f: Callable[[_Mixture, tuple[int, ...]], Any]) -> Estimate:
    mu, Sigma = np.asarray(mu), np.asarray(Sigma)
    return over(mu.shape[:-2], lambda i: f(_Mixture(mu[i], Sigma[i]), i))


class _Tilt:
    """q^(1 - beta) p^beta for real beta: where its mass sits and what bounds it outside."""

    def __init__(self, q: _Mixture, beta: Any):
        self.q, self.beta = q, beta
        curvature = [beta + (1 - beta) / s for s in q.s]
        inside = [c > 0 for c in curvature]
        # above 1 one component bounds the rest from above (q >= q_n / N); below, all are needed
        self.bounding = [j for j, yes in enumerate(inside) if yes]
        some_open = any(not (c > 0 or c < 0) for c in curvature)
        self.diverges = not self.bounding if beta > 1 else any(c < 0 for c in curvature)
        self.unknown = some_open or not (beta > 1 or beta <= 1)
        if self.diverges or self.unknown:
            return
        self.centres = [arb(((1 - beta) * q.m[j] / q.s[j] / curvature[j]).mid()) for j in self.bounding]
        self.widths = [curvature[j].rsqrt() for j in self.bounding]
        heights = [self.log_density(acb(c), False).real for c in self.centres]
        best = max(range(len(heights)), key=lambda j: float(heights[j].mid()))
        self.top, self.width = arb(heights[best].mid()), self.widths[best]

    def log_density(self, z: Any, analytic: bool) -> Any:
        q = self.q
        return q.at(z, analytic).log_q * (1 - self.beta) + q.log_p(z) * self.beta

    def points_and_tails(self) -> tuple[list[Any], Any]:
        """Cuts so wide that what is left outside, bounded by log-concave terms, is below the tolerance."""
        goal = self.width * arb(2) ** (-flint.ctx.prec // 2 - 8)
        far = reach()
        for _ in range(12):
            points = split(self.centres, self.widths, far)
            tails = self.tails(points)
            if tails < goal:
                break
            far *= 1.5
        return points, tails

    def tails(self, points: list[Any]) -> Any:
        """(sum y)^a <= sum y^a for 0 <= a <= 1; convexity for a > 1; one term for a < 0."""
        terms, n = [], arb(self.q.n)
        for j in self.bounding:
            total, m, s = arb(0), self.q.m[j], self.q.s[j]
            for z, sign in ((points[0], 1), (points[-1], -1)):
                slope = sign * (-self.beta * z - (1 - self.beta) * (z - m) / s)
                height = self.beta * log_normal(z, 0, arb(1)) + (1 - self.beta) * log_normal(z, m, s) - self.top
                total += height.exp() / slope if slope > 0 else arb.pos_inf()
            terms.append(total)
        if self.beta > 1:
            return min(terms, key=float) * n ** (self.beta - 1)
        return sum(terms, arb(0)) * (n ** (self.beta - 1) if self.beta >= 0 else n ** (-self.beta))


def log_normalizer(mu: Array, Sigma: Array, beta: Array) -> Estimate:
    """log C, the log of the integral of q^(1 - beta) p^beta, for every real beta, k = 1; +inf where it diverges."""
    return _mixtures(mu, Sigma, lambda q, i: _log_normalizer(q, ball(at(beta, i))))


def _log_normalizer(q: _Mixture, beta: Any) -> Any:
    tilt = _Tilt(q, beta)
    if tilt.diverges:
        return arb.pos_inf()
    if tilt.unknown:
        return arb.nan()
    points, tails = tilt.points_and_tails()
    body = integral(lambda z, a: (tilt.log_density(z, a) - tilt.top).exp(), points, tilt.width)
    return tilt.top + (body + zero_to(tails)).log()


def indicator_bound(mu: Array, Sigma: Array, beta: Array) -> Estimate:
    """log of N^(beta-1) times the integral of p^beta max_n q_n^(1-beta), 0 <= beta <= 1, k = 1."""
    return _mixtures(mu, Sigma, lambda q, i: _indicator_bound(q, ball(at(beta, i))))


def _indicator_bound(q: _Mixture, beta: Any) -> Any:
    if not (beta >= 0 and beta <= 1):
        raise NotApplicable("the indicator bound is enclosed for 0 <= beta <= 1 only")
    tilt = _Tilt(q, beta)
    points, tails = tilt.points_and_tails()

    def density(j: int) -> Callable[[Any, bool], Any]:
        m, c, h = q.m[j], q.log_norm[j], q.steep[j]
        return lambda z, _: (((z - m) * (z - m) * h + c) * (1 - beta) + q.log_p(z) * beta - tilt.top).exp()

    total, start = arb(0), points[0]
    for low, high in [*_crossings(q, points[0], points[-1]), (points[-1], points[-1])]:
        if high < start:
            continue
        if low > start:
            winner = density(_largest(q, arb(((start + low) / 2).mid())))
            total += integral(winner, [start, *(p for p in points if p > start and p < low), low], tilt.width)
        across = low.union(high)
        total += zero_to((high - low) * max((density(j)(acb(across), False).real for j in range(q.n)), key=_upper))
        start = high
    return tilt.top + (total + zero_to(tails)).log() + (beta - 1) * arb(q.n).log()


def _upper(x: Any) -> float:
    return float(x.upper())


def _largest(q: _Mixture, z: Any) -> int:
    """The largest component at z; it stays so up to the next crossing."""
    logs = [x.real for x in q.log_components(acb(z))]
    best = max(range(q.n), key=lambda j: float(logs[j].mid()))
    for j in range(q.n):
        same = (q.m[j] - q.m[best]).is_zero() and (q.s[j] - q.s[best]).is_zero()
        if not same and not logs[j] <= logs[best]:
            raise NotApplicable("two components are not told apart at this precision")
    return best


def _crossings(q: _Mixture, low: Any, high: Any) -> list[tuple[Any, Any]]:
    """Intervals that contain every point in [low, high] where two different components are equal, in order."""
    found = []
    for i in range(q.n):
        for j in range(i):
            if (q.s[i] - q.s[j]).is_zero():
                if not (q.m[i] - q.m[j]).is_zero():
                    found.append((q.m[i] + q.m[j]) / 2)
                continue
            a = q.steep[i] - q.steep[j]
            b = -2 * (q.steep[i] * q.m[i] - q.steep[j] * q.m[j])
            c = q.steep[i] * q.m[i] ** 2 - q.steep[j] * q.m[j] ** 2 + q.log_norm[i] - q.log_norm[j]
            discriminant = b * b - 4 * a * c
            if discriminant < 0:
                continue
            root = discriminant.nonnegative_part().sqrt()
            found.extend(((-b - root) / (2 * a), (-b + root) / (2 * a)))
    inside = []
    for root in found:
        if not root.is_finite():
            raise NotApplicable("the crossings are not resolved at this precision")
        ends = arb(root.lower()), arb(root.upper())
        if ends[1] > low and ends[0] < high:
            inside.append((ends[0].max(low), ends[1].min(high)))
    inside.sort(key=lambda ends: InOrder(ends[0]))
    merged: list[tuple[Any, Any]] = []
    for ends in inside:
        if merged and not ends[0] > merged[-1][1]:
            ends = (merged[-1][0].min(ends[0]), merged.pop()[1].max(ends[1]))
        merged.append(ends)
    return merged


def _information(q: _Mixture, _: Any = None) -> Any:
    points = q.points()

    def f(z: Any, analytic: bool) -> Any:
        here = q.at(z, analytic)
        return here.mean(here.log_ratios())

    return integral(f, points) + zero_to(arb(q.n).log() * q.tail_mass(points))


def index_information(mu: Array, Sigma: Array) -> Estimate:
    """I(z; n) = mean_n KL(q_n || q), k = 1; 0 <= its integrand <= q log N bounds the tails."""
    return _mixtures(mu, Sigma, _information)


def conditional_entropy(mu: Array, Sigma: Array) -> Estimate:
    """E_q of the entropy of the posterior over n given z, k = 1."""

    def one(q: _Mixture, _: Any) -> Any:
        points, log_n = q.points(), arb(q.n).log()

        def f(z: Any, analytic: bool) -> Any:
            here = q.at(z, analytic)
            return -here.mean([ratio - log_n for ratio in here.log_ratios()])

        return integral(f, points) + zero_to(log_n * q.tail_mass(points))

    return _mixtures(mu, Sigma, one)


def aggregate_kl(mu: Array, Sigma: Array) -> Estimate:
    """KL(q || p), k = 1; in the tails -p <= q log(q/p) <= mean_n q_n log(q_n/p)."""

    def one(q: _Mixture, _: Any) -> Any:
        points = q.points()

        def f(z: Any, analytic: bool) -> Any:
            log_q = q.at(z, analytic).log_q
            return log_q.exp() * (log_q - q.log_p(z))

        tails = zero_to(q.kl_tail(points)) - zero_to(upper_tail(0, points[-1]) + upper_tail(0, -points[0]))
        return integral(f, points) + tails

    return _mixtures(mu, Sigma, one)


def information_plus_aggregate_kl(mu: Array, Sigma: Array) -> Estimate:
    """I(z; n) + KL(q || p) as one integral, k = 1: mean_n q_n [log(q_n/q) + log(q/p)]."""

    def one(q: _Mixture, _: Any) -> Any:
        points = q.points()

        def f(z: Any, analytic: bool) -> Any:
            here = q.at(z, analytic)
            return here.mean(here.log_ratios()) + here.log_q.exp() * (here.log_q - q.log_p(z))

        return integral(f, points) + plus_minus(q.kl_tail(points))

    return _mixtures(mu, Sigma, one)


def expected_implicit_prior(mu: Array, Sigma: Array, beta: Array) -> Estimate:
    """mean_n E_{q_n}[log r(z) - log q_n(z)] with r = q^(1 - beta) p^beta / C, k = 1."""

    def one(q: _Mixture, i: Any) -> Any:
        points, b = q.points(), ball(at(beta, i))
        if not (b >= 0 and b <= 1):
            raise NotApplicable("the expectation of log r is enclosed for 0 <= beta <= 1 only")

        def f(z: Any, analytic: bool) -> Any:
            here = q.at(z, analytic)
            log_r = here.log_q * (1 - b) + q.log_p(z) * b
            return here.mean([log_r - x for x in here.logs()])

        tails = (1 - b) * arb(q.n).log() * q.tail_mass(points) + b * q.kl_tail(points)
        return integral(f, points) + plus_minus(tails) - _log_normalizer(q, b)

    return _mixtures(mu, Sigma, one)


def indicator_gap(mu: Array, Sigma: Array, beta: Array) -> Estimate:
    """log C less the log of the indicator bound, 0 <= beta <= 1, k = 1."""

    def one(q: _Mixture, i: Any) -> Any:
        b = ball(at(beta, i))
        return _log_normalizer(q, b) - _indicator_bound(q, b)

    return _mixtures(mu, Sigma, one)


def implicit_elbo(x: Array, W: Array, noise: Array, mu: Array, Sigma: Array, beta: Array) -> Estimate:
    """mean_n E_{q_n}[log p(x_n|z) + log r(z) - log q_n(z)], linear-Gaussian decoder, k = 1."""
    fit, rest = reconstruction(x, W, noise, mu, Sigma), expected_implicit_prior(mu, Sigma, beta)
    return over(rest.value.shape, lambda i: fit.value[i] + rest.value[i])

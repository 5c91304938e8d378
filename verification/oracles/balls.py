"""Rigorous enclosures by ball arithmetic: integrals over the line with their tails, naive formulas at a point.

Values are object arrays of ``arb`` (the radius lies in the ball, ``error`` is zero). Inputs are floats, taken as exact, or
balls. Work at :func:`precision` bits; a ball that comes out NaN says that nothing was enclosed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from flint import acb, arb

from verification.estimate import Estimate, Grade

from . import NotApplicable
from ._ball_arithmetic import (
    ball,
    diagonalise,
    integral,
    log_integral_of_tilt,
    plus_minus,
    precision,
    reach,
    split,
    upper_tail,
    working_precision,
    zero_to,
)

__all__ = ["precision"]

Array = Any


def _estimate(value: Array, how: str) -> Estimate:
    return Estimate(value=value, error=np.zeros(value.shape), grade=Grade.CERTIFIED, certificate=how)


def _over(
    lead: tuple[int, ...], f: Callable[[tuple[int, ...]], Any], how: str = "enclosed integral and tails"
) -> Estimate:
    value = np.empty(lead, dtype=object)
    with working_precision():
        for index in np.ndindex(*lead):
            value[index] = f(index)
    return _estimate(value, how)


def _at(x: Array, index: tuple[int, ...]) -> Any:
    """Entry of an array whose leading axes are the first of ``index``."""
    x = np.asarray(x)
    return x[index[: x.ndim]]


# ---- one Gaussian: any k through the eigenbasis, in which N(0, I) looks the same ----------------------------------------


def _log_tilted_mass_1d(c: Any, s: Any, power: Any, beta: Any) -> Any:
    """log of the integral of N(u; 0, 1)^beta N(u; c, s)^(1 - beta), with the exponent of the second scaled by ``power``."""
    steep = power * (1 - beta) / s
    curvature = beta + steep
    if curvature < 0:
        return arb.pos_inf()
    if not curvature > 0:
        return arb.nan()
    centre, width = arb((steep * c / curvature).mid()), arb(curvature.rsqrt().mid())
    half_beta, half_steep = acb(-beta / 2), acb(-steep / 2)
    log_mass = log_integral_of_tilt(
        lambda u: half_beta * (u * u) + half_steep * ((u - c) * (u - c)),
        lambda u: -beta * u - steep * (u - c),
        centre,
        width,
    )
    return log_mass - beta * (2 * arb.pi()).log() / 2 - (1 - beta) * (2 * arb.pi() * s).log() / 2


def _log_component_integral(mu: Array, sigma: Array, beta: Any) -> Any:
    c, s, delta = diagonalise(mu, sigma)
    power = 1 if delta.is_zero() else 1 / (1 + plus_minus(delta))
    total = sum((_log_tilted_mass_1d(ci, si, power, beta) for ci, si in zip(c, s, strict=True)), arb(0))
    return total + plus_minus((1 - beta) * _log_det_slack(len(c), delta) / 2)


def _log_det_slack(k: int, delta: Any) -> Any:
    return -k * (1 - delta).log()


def log_component_integral(mu: Array, Sigma: Array, beta: Array) -> Estimate:
    """log of the integral of N(z; 0, I)^beta N(z; mu, Sigma)^(1 - beta), any k; +inf where it diverges."""
    mu, Sigma = np.asarray(mu), np.asarray(Sigma)
    return _over(mu.shape[:-1], lambda i: _log_component_integral(mu[i], Sigma[i], ball(_at(beta, i))))


def _gaussian_mean_1d(c: Any, s: Any, f: Callable[[Any], Any], size: tuple[Any, Any, Any]) -> Any:
    """E f(c + sqrt(s) u) for u ~ N(0, 1), f polynomial with |f| <= size[0] + size[1] |u| + size[2] u^2."""
    r = arb(reach())
    root = s.sqrt()
    density = acb((2 * arb.pi()).rsqrt())
    body = integral(lambda u, _: (u * u / -2).exp() * density * f(c + root * u), [-r, arb(0), r])
    return body + 2 * plus_minus(sum((size[j] * upper_tail(j, r) for j in range(3)), arb(0)))


def _log_normal(z: Any, m: Any, s: Any) -> Any:
    return -(2 * arb.pi() * s).log() / 2 - (z - m) * (z - m) / (2 * s)


def _kl_to_prior(mu: Array, sigma: Array) -> Any:
    c, s, delta = diagonalise(mu, sigma)
    total = arb(0)
    for ci, si in zip(c, s, strict=True):
        size = (abs(si.log()) + ci * ci, 2 * abs(ci) * si.sqrt(), 1 + si)
        total += _gaussian_mean_1d(
            ci, si, lambda z, m=ci, v=si: _log_normal(z, m, v) - _log_normal(z, arb(0), arb(1)), size
        )
    return total + plus_minus(_log_det_slack(len(c), delta) / 2)


def kl_to_prior(mu: Array, Sigma: Array) -> Estimate:
    """KL(N(mu, Sigma) || N(0, I)), any k."""
    mu, Sigma = np.asarray(mu), np.asarray(Sigma)
    return _over(mu.shape[:-1], lambda i: _kl_to_prior(mu[i], Sigma[i]))


def average_kl(mu: Array, Sigma: Array) -> Estimate:
    """mean_n KL(q_n || p), any k."""
    mu, Sigma = np.asarray(mu), np.asarray(Sigma)
    n = mu.shape[-2]
    return _over(
        mu.shape[:-2], lambda i: sum((_kl_to_prior(mu[(*i, j)], Sigma[(*i, j)]) for j in range(n)), arb(0)) / n
    )


def normal_entropy(Sigma: Array) -> Estimate:
    """Entropy of N(0, Sigma) in nats, any k."""
    Sigma = np.asarray(Sigma)

    def entropy(i: tuple[int, ...]) -> Any:
        _, s, delta = diagonalise([0.0] * Sigma.shape[-1], Sigma[i])
        zero, total = arb(0), arb(0)
        for si in s:
            size = (2 + abs(si.log()), arb(0), arb(1))
            total -= _gaussian_mean_1d(zero, si, lambda z, v=si: _log_normal(z, zero, v), size)
        return total + plus_minus(_log_det_slack(len(s), delta) / 2)

    return _over(Sigma.shape[:-2], entropy)


def _whiten(mu0: Array, sigma0: Array, mu1: Array, sigma1: Array) -> tuple[list[Any], list[list[Any]]]:
    """The first Gaussian in coordinates where the second is N(0, I)."""
    k = len(mu0)
    low = [[arb(0)] * k for _ in range(k)]
    for i in range(k):
        for j in range(i + 1):
            rest = ball(sigma1[i][j]) - sum((low[i][m] * low[j][m] for m in range(j)), arb(0))
            low[i][j] = rest.sqrt() if i == j else rest / low[j][j]

    def solve(v: list[Any]) -> list[Any]:
        out: list[Any] = []
        for i in range(k):
            out.append((v[i] - sum((low[i][m] * out[m] for m in range(i)), arb(0))) / low[i][i])
        return out

    mean = solve([ball(mu0[i]) - ball(mu1[i]) for i in range(k)])
    half = [solve([ball(sigma0[i][j]) for i in range(k)]) for j in range(k)]
    return mean, [solve([half[j][i] for j in range(k)]) for i in range(k)]


def kl_between(mu0: Array, Sigma0: Array, mu1: Array, Sigma1: Array) -> Estimate:
    """KL(N(mu0, Sigma0) || N(mu1, Sigma1)), any k."""
    a, A, b, B = (np.asarray(x) for x in (mu0, Sigma0, mu1, Sigma1))
    return _over(a.shape[:-1], lambda i: _kl_to_prior(*_whiten(a[i], A[i], b[i], B[i])))


def renyi(mu0: Array, Sigma0: Array, mu1: Array, Sigma1: Array, alpha: Array) -> Estimate:
    """Renyi divergence of order alpha of N(mu0, Sigma0) from N(mu1, Sigma1), any k; +inf where it diverges."""
    a, A, b, B = (np.asarray(x) for x in (mu0, Sigma0, mu1, Sigma1))

    def one(i: tuple[int, ...]) -> Any:
        order = ball(_at(alpha, i))
        if order == 1:
            return _kl_to_prior(*_whiten(a[i], A[i], b[i], B[i]))
        return _log_component_integral(*_whiten(a[i], A[i], b[i], B[i]), 1 - order) / (order - 1)

    return _over(a.shape[:-1], one)


# ---- a mixture on the line ----------------------------------------------------------------------------------------------


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

    def log_components(self, z: Any) -> list[Any]:
        out = []
        for m, c, h in zip(self.m, self.log_norm, self.steep, strict=True):
            d = z - m
            out.append(d * d * h + c)
        return out

    def log_q(self, logs: list[Any], analytic: bool) -> Any:
        """log mean exp, divided by the largest first: a wide ball then still stays clear of zero."""
        top = max(logs, key=lambda x: float(x.real.mid()))
        total = acb(0)
        for x in logs:
            total += acb(1) if x is top else (x - top).exp()
        return top + (total / self.n).log(analytic)

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

    def mean_over_components(self, logs: list[Any], values: list[Any]) -> Any:
        total = acb(0)
        for x, v in zip(logs, values, strict=True):
            total += x.exp() * v
        return total / self.n


def _mixtures(mu: Array, Sigma: Array, f: Callable[[_Mixture, tuple[int, ...]], Any]) -> Estimate:
    mu, Sigma = np.asarray(mu), np.asarray(Sigma)
    return _over(mu.shape[:-2], lambda i: f(_Mixture(mu[i], Sigma[i]), i))


def log_normalizer(mu: Array, Sigma: Array, beta: Array) -> Estimate:
    """log C, the log of the integral of q^(1 - beta) p^beta, for 0 <= beta <= 1 and k = 1."""
    return _mixtures(mu, Sigma, lambda q, i: _log_normalizer(q, ball(_at(beta, i))))


def _log_normalizer(q: _Mixture, beta: Any) -> Any:
    if not (beta >= 0 and beta <= 1):
        raise NotApplicable("the tails of q^(1 - beta) p^beta are enclosed for 0 <= beta <= 1 only")
    tops, widths = [], []
    for m, s in zip(q.m, q.s, strict=True):
        curvature = beta + (1 - beta) / s
        tops.append(arb(((1 - beta) * m / s / curvature).mid()))
        widths.append(curvature.rsqrt())

    def log_f(z: Any, analytic: bool) -> Any:
        return q.log_q(q.log_components(z), analytic) * (1 - beta) + q.log_p(z) * beta

    heights = [log_f(acb(c), False).real for c in tops]
    best = max(range(q.n), key=lambda j: float(heights[j].mid()))
    top = arb(heights[best].mid())
    # far from every component the mass may be small against e^top only beyond a wider reach
    points = split(tops, widths, reach() + float(np.sqrt(2 * np.log(q.n))))
    body = integral(lambda z, a: (log_f(z, a) - top).exp(), points, widths[best])
    return top + (body + zero_to(_tilt_tails(q, beta, points, top))).log()


def _tilt_tails(q: _Mixture, beta: Any, points: list[Any], top: Any) -> Any:
    """Bound outside the points: (sum y)^(1-beta) <= sum y^(1-beta), and each term is log-concave."""
    total = arb(0)
    for m, s in zip(q.m, q.s, strict=True):
        for z, sign in ((points[0], 1), (points[-1], -1)):
            slope = sign * (-beta * z - (1 - beta) * (z - m) / s)
            height = beta * _log_normal(z, arb(0), arb(1)) + (1 - beta) * _log_normal(z, m, s) - top
            if not slope > 0:
                raise NotApplicable("the tails are not resolved at this precision")
            total += height.exp() / slope
    return total * arb(q.n) ** (beta - 1)


def _information(q: _Mixture, _: Any = None) -> Any:
    points = q.points()

    def f(z: Any, analytic: bool) -> Any:
        logs = q.log_components(z)
        log_q = q.log_q(logs, analytic)
        return q.mean_over_components(logs, [x - log_q for x in logs])

    return integral(f, points) + zero_to(arb(q.n).log() * q.tail_mass(points))


def index_information(mu: Array, Sigma: Array) -> Estimate:
    """I(z; n) = mean_n KL(q_n || q), k = 1; 0 <= its integrand <= q log N bounds the tails."""
    return _mixtures(mu, Sigma, _information)


def conditional_entropy(mu: Array, Sigma: Array) -> Estimate:
    """E_q of the entropy of the posterior over n given z, k = 1."""

    def one(q: _Mixture, _: Any) -> Any:
        points, log_n = q.points(), arb(q.n).log()

        def f(z: Any, analytic: bool) -> Any:
            logs = q.log_components(z)
            log_q = q.log_q(logs, analytic)
            return -q.mean_over_components(logs, [x - log_n - log_q for x in logs])

        return integral(f, points) + zero_to(log_n * q.tail_mass(points))

    return _mixtures(mu, Sigma, one)


def aggregate_kl(mu: Array, Sigma: Array) -> Estimate:
    """KL(q || p), k = 1; in the tails -p <= q log(q/p) <= mean_n q_n log(q_n/p)."""

    def one(q: _Mixture, _: Any) -> Any:
        points = q.points()

        def f(z: Any, analytic: bool) -> Any:
            log_q = q.log_q(q.log_components(z), analytic)
            return log_q.exp() * (log_q - q.log_p(z))

        tails = zero_to(q.kl_tail(points)) - zero_to(upper_tail(0, points[-1]) + upper_tail(0, -points[0]))
        return integral(f, points) + tails

    return _mixtures(mu, Sigma, one)


def information_plus_aggregate_kl(mu: Array, Sigma: Array) -> Estimate:
    """I(z; n) + KL(q || p) as one integral, k = 1: mean_n q_n [log(q_n/q) + log(q/p)]."""

    def one(q: _Mixture, _: Any) -> Any:
        points = q.points()

        def f(z: Any, analytic: bool) -> Any:
            logs = q.log_components(z)
            log_q = q.log_q(logs, analytic)
            return q.mean_over_components(logs, [x - log_q for x in logs]) + log_q.exp() * (log_q - q.log_p(z))

        return integral(f, points) + plus_minus(q.kl_tail(points))

    return _mixtures(mu, Sigma, one)


def expected_implicit_prior(mu: Array, Sigma: Array, beta: Array) -> Estimate:
    """mean_n E_{q_n}[log r(z) - log q_n(z)] with r = q^(1 - beta) p^beta / C, k = 1."""

    def one(q: _Mixture, i: Any) -> Any:
        points, b = q.points(), ball(_at(beta, i))

        def f(z: Any, analytic: bool) -> Any:
            logs = q.log_components(z)
            log_r = q.log_q(logs, analytic) * (1 - b) + q.log_p(z) * b
            return q.mean_over_components(logs, [log_r - x for x in logs])

        tails = (1 - b) * arb(q.n).log() * q.tail_mass(points) + b * q.kl_tail(points)
        return integral(f, points) + plus_minus(tails) - _log_normalizer(q, b)

    return _mixtures(mu, Sigma, one)

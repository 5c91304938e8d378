"""Private to :mod:`.balls`: one Gaussian in any k, through the eigenbasis, in which N(0, I) looks the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from flint import acb, arb

from verification.estimate import Estimate

from . import NotApplicable
from ._ball_arithmetic import (
    at,
    ball,
    diagonalise,
    integral,
    log_integral_of_tilt,
    log_normal,
    over,
    plus_minus,
    reach,
    upper_tail,
)

Array = Any


def _log_tilted_mass_1d(c: Any, s: Any, power: Any, beta: Any) -> Any:
    """log of the integral of N(u; 0, 1)^beta N(u; c, s)^(1 - beta), the second's exponent times ``power``."""
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
    return over(mu.shape[:-1], lambda i: _log_component_integral(mu[i], Sigma[i], ball(at(beta, i))))


def _gaussian_mean_1d(c: Any, s: Any, f: Callable[[Any], Any], size: tuple[Any, Any, Any]) -> Any:
    """E f(c + sqrt(s) u) for u ~ N(0, 1), f polynomial with |f| <= size[0] + size[1] |u| + size[2] u^2."""
    r = arb(reach())
    root = s.sqrt()
    density = acb((2 * arb.pi()).rsqrt())
    body = integral(lambda u, _: (u * u / -2).exp() * density * f(c + root * u), [-r, arb(0), r])
    return body + 2 * plus_minus(sum((size[j] * upper_tail(j, r) for j in range(3)), arb(0)))


def _log_density(m: Any, s: Any) -> Callable[[Any], Any]:
    return lambda z: log_normal(z, m, s)


def _log_ratio_to_prior(m: Any, s: Any) -> Callable[[Any], Any]:
    return lambda z: log_normal(z, m, s) - log_normal(z, arb(0), arb(1))


def _kl_to_prior(mu: Array, sigma: Array) -> Any:
    c, s, delta = diagonalise(mu, sigma)
    total = arb(0)
    for ci, si in zip(c, s, strict=True):
        size = (abs(si.log()) + ci * ci, 2 * abs(ci) * si.sqrt(), 1 + si)
        total += _gaussian_mean_1d(ci, si, _log_ratio_to_prior(ci, si), size)
    return total + plus_minus(_log_det_slack(len(c), delta) / 2)


def kl_to_prior(mu: Array, Sigma: Array) -> Estimate:
    """KL(N(mu, Sigma) || N(0, I)), any k."""
    mu, Sigma = np.asarray(mu), np.asarray(Sigma)
    return over(mu.shape[:-1], lambda i: _kl_to_prior(mu[i], Sigma[i]))


def average_kl(mu: Array, Sigma: Array) -> Estimate:
    """mean_n KL(q_n || p), any k."""
    mu, Sigma = np.asarray(mu), np.asarray(Sigma)
    n = mu.shape[-2]
    return over(mu.shape[:-2], lambda i: sum((_kl_to_prior(mu[(*i, j)], Sigma[(*i, j)]) for j in range(n)), arb(0)) / n)


def normal_entropy(Sigma: Array) -> Estimate:
    """Entropy of N(0, Sigma) in nats, any k."""
    Sigma = np.asarray(Sigma)

    def entropy(i: tuple[int, ...]) -> Any:
        _, s, delta = diagonalise([0.0] * Sigma.shape[-1], Sigma[i])
        zero, total = arb(0), arb(0)
        for si in s:
            size = (2 + abs(si.log()), arb(0), arb(1))
            total -= _gaussian_mean_1d(zero, si, _log_density(zero, si), size)
        return total + plus_minus(_log_det_slack(len(s), delta) / 2)

    return over(Sigma.shape[:-2], entropy)


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
    return over(a.shape[:-1], lambda i: _kl_to_prior(*_whiten(a[i], A[i], b[i], B[i])))


def renyi(mu0: Array, Sigma0: Array, mu1: Array, Sigma1: Array, alpha: Array) -> Estimate:
    """Renyi divergence of order alpha of N(mu0, Sigma0) from N(mu1, Sigma1), any k; +inf where it diverges."""
    a, A, b, B = (np.asarray(x) for x in (mu0, Sigma0, mu1, Sigma1))

    def one(i: tuple[int, ...]) -> Any:
        order = ball(at(alpha, i))
        if order == 1:
            return _kl_to_prior(*_whiten(a[i], A[i], b[i], B[i]))
        return _log_component_integral(*_whiten(a[i], A[i], b[i], B[i]), 1 - order) / (order - 1)

    return over(a.shape[:-1], one)


def _log_sum(mu: Array, Sigma: Array, beta: Any, factors: list[Any]) -> Any:
    """log of N^(beta-1) sum_n factor_n D_n."""
    logs = [_log_component_integral(m, s, beta) for m, s in zip(mu, Sigma, strict=True)]
    top = max(logs, key=float)
    total = sum((f * (x - top).exp() for f, x in zip(factors, logs, strict=True)), arb(0))
    return top + total.log() + (beta - 1) * arb(len(logs)).log()


def log_normalizer_estimate(mu: Array, Sigma: Array, beta: Array) -> Estimate:
    """log of N^(beta-1) sum_n D_n, any k."""
    mu, Sigma = np.asarray(mu), np.asarray(Sigma)
    ones = [arb(1)] * mu.shape[-2]
    return over(mu.shape[:-2], lambda i: _log_sum(mu[i], Sigma[i], ball(at(beta, i)), ones))


def jensen_bound(mu: Array, Sigma: Array, beta: Array, phi: Array) -> Estimate:
    """log of N^(beta-1) sum_n phi_n^beta D_n for phi (..., N) constant in z, any k."""
    mu, Sigma, phi = np.asarray(mu), np.asarray(Sigma), np.asarray(phi)

    def one(i: tuple[int, ...]) -> Any:
        b = ball(at(beta, i))
        return _log_sum(mu[i], Sigma[i], b, [power(ball(x), b) for x in phi[i]])

    return over(mu.shape[:-2], one)


def power(base: Any, exponent: Any) -> Any:
    """base^exponent with 0^0 = 1."""
    if base.is_zero():
        return arb(1) if exponent.is_zero() else arb(0)
    return (exponent * base.log()).exp()


def gaussian_reconstruction(x: Array, W: Array, noise: Array, mu: Array, Sigma: Array) -> Estimate:
    """E log N(x; W z, noise I), z ~ N(mu, Sigma): one integral for each coordinate of W z, any k."""
    x, W, mu, Sigma = (np.asarray(a) for a in (x, W, mu, Sigma))
    k, axes = mu.shape[-1], mu.ndim - 1

    def one(i: tuple[int, ...]) -> Any:
        w, v, total = W[i[: W.ndim - 2]], ball(at(noise, i)), arb(0)
        for d, target in enumerate(x[i]):
            row = [ball(w[d, j]) for j in range(k)]
            m = sum((row[j] * ball(mu[(*i, j)]) for j in range(k)), arb(0))
            s = sum((row[j] * row[l] * ball(Sigma[(*i, j, l)]) for j in range(k) for l in range(k)), arb(0))
            t = ball(target)
            size = ((2 * arb.pi() * v).log() ** 2 + (t - m) ** 2 / v, 2 * abs(t - m) * s.sqrt() / v, s / v)
            total += _gaussian_mean_1d(m, s, _log_density(t, v), size)
        return total

    return over(mu.shape[:axes], one)


def reconstruction(x: Array, W: Array, noise: Array, mu: Array, Sigma: Array) -> Estimate:
    """:func:`gaussian_reconstruction`, averaged over an axis of N posteriors where there is one."""
    each = gaussian_reconstruction(x, W, noise, mu, Sigma)
    if np.ndim(mu) == 2:
        return each
    n = each.value.shape[-1]
    return over(each.value.shape[:-1], lambda i: sum(each.value[i], arb(0)) / n)


def _joint(x: Array, w: Array, noise: Any) -> tuple[Callable[[Any], Any], Callable[[Any], Any], Any, Any]:
    """log p(x, z) on the line, its slope, and about where its mode is and how wide."""
    targets, rows = [ball(t) for t in x], [ball(r) for r in w[:, 0]]
    curvature = 1 + sum((r * r for r in rows), arb(0)) / noise
    centre = sum((r * t for r, t in zip(rows, targets, strict=True)), arb(0)) / noise / curvature

    def g(z: Any) -> Any:
        return sum((log_normal(t, r * z, noise) for t, r in zip(targets, rows, strict=True)), log_normal(z, 0, arb(1)))

    def slope(z: Any) -> Any:
        return sum((r * (t - r * z) / noise for t, r in zip(targets, rows, strict=True)), -z)

    return g, slope, arb(centre.mid()), arb(curvature.rsqrt().mid())


def _on_a_line(W: Array) -> None:
    if np.shape(W)[-1] != 1:
        raise NotApplicable("ball integrals over the latent are for k = 1")


def log_evidence(x: Array, W: Array, noise: Array) -> Estimate:
    """log of the integral of N(z; 0, 1) N(x; W z, noise I), k = 1."""
    x, W = np.asarray(x), np.asarray(W)
    _on_a_line(W)
    return over(x.shape[:-1], lambda i: log_integral_of_tilt(*_joint(x[i], W[i[: W.ndim - 2]], ball(at(noise, i)))))


def _moment(j: int, c: Any, width: Any, g: Callable[[Any], Any], top: Any) -> Callable[[Any, bool], Any]:
    return lambda z, _: ((z - c) / width) ** j * (g(z) - top).exp()


def _posterior_moments(x: Array, w: Array, noise: Any) -> tuple[Any, Any]:
    """Mean and variance of p(z|x) on the line."""
    g, slope, c, width = _joint(x, w, noise)
    top, r = g(acb(c)).real, reach()
    a, b = arb((c - r * width).mid()), arb((c + r * width).mid())
    moments = []
    for j in range(3):
        body = integral(_moment(j, c, width, g, top), [a, c, b], width)
        for end, rate in ((a, slope(a)), (b, -slope(b))):
            if not rate > 0:
                raise NotApplicable("the tails are not resolved at this precision")
            far, step = abs(end - c) / width, 1 / (rate * width)
            size = (arb(1), far + step, far * far + 2 * far * step + 2 * step * step)[j]
            body += plus_minus((g(acb(end)).real - top).exp() / rate * size)
        moments.append(body)
    first, second = moments[1] / moments[0], moments[2] / moments[0]
    return c + width * first, width * width * (second - first * first)


def posterior_mean(x: Array, W: Array, noise: Array) -> Estimate:
    """E[z | x] by integrals, k = 1; (..., 1)."""
    x, W = np.asarray(x), np.asarray(W)
    _on_a_line(W)
    one = over(x.shape[:-1], lambda i: _posterior_moments(x[i], W[i[: W.ndim - 2]], ball(at(noise, i)))[0])
    return Estimate(one.value[..., None], one.error[..., None], one.grade, certificate=one.certificate)


def posterior_covariance(W: Array, noise: Array) -> Estimate:
    """Var[z | x] by integrals at x = 0 (it is the same at every x), k = 1; (..., 1, 1)."""
    W = np.asarray(W)
    _on_a_line(W)
    x = np.zeros(W.shape[-2])
    one = over(W.shape[:-2], lambda i: _posterior_moments(x, W[i], ball(at(noise, i)))[1])
    return Estimate(one.value[..., None, None], one.error[..., None, None], one.grade, certificate=one.certificate)

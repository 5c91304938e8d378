"""Float64 quadrature with a certificate: mixtures on the line adaptively, one Gaussian along its eigenvectors in any k.

Errors are bounds of first order: the two orders' difference, round-off of every logarithm and sum, and what an inexact
eigenbasis moves. Where that is not small compared with the value, the error says so; it is infinite where nothing is known.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from verification.estimate import Estimate, Grade

from . import NotApplicable
from ._adaptive_line import EPS, Integrand, Mixture, average_of, integrate, largest_of_tilts, tilt

Array = np.ndarray[Any, Any]

# composite Gauss-Legendre over 12 standard deviations either way, two orders
_EDGES = np.linspace(-12, 12, 17)


def _composite(order: int) -> tuple[Array, Array]:
    x, w = np.polynomial.legendre.leggauss(order)
    half = np.diff(_EDGES) / 2
    return (_EDGES[:-1, None] + half[:, None] * (x + 1)).ravel(), (half[:, None] * w).ravel()


_COARSE, _FINE = _composite(12), _composite(20)


def _estimate(value: Array, error: Array, how: str = "two orders and round-off") -> Estimate:
    finite = np.isfinite(value) & np.isfinite(error)
    return Estimate(np.where(finite, value, np.nan), np.where(finite, error, np.inf), Grade.BOUNDED, certificate=how)


def _floats(*arrays: Any) -> tuple[Array, ...]:
    return tuple(np.asarray(x, float) for x in arrays)


def _lead(beta: Array, like: Array) -> Array:
    """beta (B,) against leading axes (B, ...)."""
    return np.asarray(beta, float).reshape(np.shape(beta) + (1,) * (like.ndim - np.ndim(beta))) + np.zeros(like.shape)


def _log_of(total: Array, error: Array) -> tuple[Array, Array]:
    with np.errstate(all="ignore"):
        value = np.log(total)
        slip = np.where(error < total, -np.log1p(-error / total), np.inf)
    return value, slip + EPS * np.abs(value)


# ---- one Gaussian -------------------------------------------------------------------------------------------------------


def _eigenbasis(mu: Array, sigma: Array) -> tuple[Array, Array, Array, Array]:
    """Centre and variance along the axes, and how far round-off may have moved each variance and the centre's norm."""
    k = mu.shape[-1]
    if np.any(sigma != np.swapaxes(sigma, -1, -2)):
        raise NotApplicable("Sigma is not exactly symmetric")
    off = np.abs(sigma - sigma * np.eye(k)).max((-1, -2), initial=0) > 0
    s, axes = np.linalg.eigh(sigma)
    diagonal = np.diagonal(sigma, axis1=-2, axis2=-1)
    c = np.where(off[..., None], np.einsum("...ji,...j->...i", axes, mu), mu)
    s = np.where(off[..., None], s, diagonal)
    move_s = np.where(off, 8 * k * EPS * np.abs(s).max(-1), 0.0)[..., None] + np.zeros_like(s)
    move_c = np.where(off, 8 * k * EPS * np.linalg.norm(mu, axis=-1), 0.0)
    lost = (s <= 0) | (move_s > 0.01 * s)
    return c, np.where(s > 0, s, np.nan), np.where(lost, np.inf, move_s), move_c


def _tilted_axes(c: Array, s: Array, beta: Array) -> tuple[Array, Array, Array]:
    """log of the integral of N(u;0,1)^beta N(u;c,s)^(1-beta), its error, and E (u-c)^2 under the tilt, along each axis."""
    b = beta[..., None]
    with np.errstate(all="ignore"):
        curvature = b + (1 - b) / s
        width = 1 / np.sqrt(curvature)
        start = -b * c / curvature
        out = []
        for nodes, weights in (_COARSE, _FINE):
            d = start[..., None] + width[..., None] * nodes
            z = c[..., None] + d
            x, y = b[..., None] * z * z / 2, (1 - b[..., None]) * d * d / s[..., None] / 2
            g = -x - y
            top = g.max(-1, keepdims=True)
            f = np.exp(g - top) * weights
            slip = 10 * (np.abs(x) + np.abs(y)) + np.abs(top) + 25
            out.append((f.sum(-1), top[..., 0], EPS * (slip * f).sum(-1), (f * d * d).sum(-1)))
        (coarse, top_coarse, _, _), (fine, top, rounding, second) = out
        coarse = coarse * np.exp(top_coarse - top)
        value, error = _log_of(fine, np.abs(fine - coarse) + rounding)
        norm = 0.5 * b * np.log(2 * np.pi) + 0.5 * (1 - b) * np.log(2 * np.pi * s)
        size = np.abs(top) + np.abs(value) + np.abs(np.log(width)) + 2 * np.abs(norm) + 4
        return top + value + np.log(width) - norm, error + 4 * EPS * size, second / fine


def _log_d(c: Array, s: Array, move_s: Array, move_c: Array, beta: Array) -> tuple[Array, Array]:
    value, error, second = _tilted_axes(c, s, beta)
    with np.errstate(all="ignore"):
        steep = np.abs(1 - beta)
        pull = np.sqrt((second / s**2).sum(-1))
        slope = steep[..., None] / 2 * (second / s**2 + 1 / s)
        # an off-diagonal move of size m counts as much as a diagonal one on every pair of axes: the nuclear norm
        moved = 2 * (slope.sum(-1) * move_s.max(-1)) + 2 * steep * pull * move_c
        individually = 2 * (slope * move_s).sum(-1) + 2 * steep * pull * move_c
        moved = np.where(np.ptp(move_s, axis=-1) == 0, moved, individually)
        total = value.sum(-1)
        return total, error.sum(-1) + moved + EPS * c.shape[-1] * np.abs(value).sum(-1)


def log_component_integral(mu: Array, Sigma: Array, beta: Array) -> Estimate:
    """log of the integral of N(z; 0, I)^beta N(z; mu, Sigma)^(1 - beta), any k."""
    mu, Sigma = _floats(mu, Sigma)
    return _estimate(*_log_d(*_eigenbasis(mu, Sigma), _lead(beta, mu[..., 0])))


def _average(polynomial: Any) -> tuple[Array, Array]:
    """E polynomial(u), u ~ N(0, 1); polynomial returns value and bound in EPS."""
    out = []
    for nodes, weights in (_COARSE, _FINE):
        w = weights * np.exp(-nodes * nodes / 2) / np.sqrt(2 * np.pi)
        value, slip = polynomial(nodes)
        out.append(((w * value).sum(-1), EPS * (w * (slip + (25 + 3 * nodes * nodes) * np.abs(value))).sum(-1)))
    (coarse, _), (fine, rounding) = out
    return fine, np.abs(fine - coarse) + rounding


def _kl_along(c: Array, s: Array, move_s: Array, move_c: Array) -> tuple[Array, Array]:
    def log_ratio(u: Array) -> tuple[Array, Array]:
        z = c[..., None] + np.sqrt(s)[..., None] * u
        log_s = np.log(s)[..., None]
        return -log_s / 2 - u * u / 2 + z * z / 2, np.abs(log_s) + 2 * u * u + 8 * z * z + 8 * c[..., None] ** 2

    with np.errstate(all="ignore"):
        value, error = _average(log_ratio)
        moved = ((1 + 1 / s) * move_s).sum(-1) + 2 * np.linalg.norm(c, axis=-1) * move_c
        return value.sum(-1), error.sum(-1) + moved + EPS * c.shape[-1] * np.abs(value).sum(-1)


def kl_to_prior(mu: Array, Sigma: Array) -> Estimate:
    """KL(N(mu, Sigma) || N(0, I)), any k."""
    return _estimate(*_kl_along(*_eigenbasis(*_floats(mu, Sigma))))


def average_kl(mu: Array, Sigma: Array) -> Estimate:
    """mean_n KL(q_n || p), any k."""
    value, error = _kl_along(*_eigenbasis(*_floats(mu, Sigma)))
    n = value.shape[-1]
    return _estimate(value.mean(-1), error.mean(-1) + n * EPS * np.abs(value).mean(-1))


def normal_entropy(Sigma: Array) -> Estimate:
    """Entropy of N(0, Sigma), any k."""
    (Sigma,) = _floats(Sigma)
    _, s, move_s, _ = _eigenbasis(np.zeros(Sigma.shape[:-1]), Sigma)
    log_s = np.log(2 * np.pi * s)[..., None]
    value, error = _average(lambda u: (log_s / 2 + u * u / 2, np.abs(log_s) + 2 * u * u))
    with np.errstate(all="ignore"):
        moved = (move_s / s).sum(-1)
    return _estimate(value.sum(-1), error.sum(-1) + moved + EPS * s.shape[-1] * np.abs(value).sum(-1))


def _relative(mu0: Array, sigma0: Array, mu1: Array, sigma1: Array) -> tuple[Array, Array, Array, Array]:
    """The first Gaussian in the eigenbasis of coordinates where the second is N(0, I)."""
    k = mu0.shape[-1]
    scale = 1 / np.sqrt(np.diagonal(sigma1, axis1=-2, axis2=-1))
    correlation = sigma1 * scale[..., :, None] * scale[..., None, :]
    whiten = np.linalg.inv(np.linalg.cholesky(correlation)) * scale[..., None, :]
    mean = np.einsum("...ij,...j->...i", whiten, mu0 - mu1)
    m = whiten @ sigma0 @ np.swapaxes(whiten, -1, -2)
    slip = 32 * k * k * EPS * np.linalg.cond(correlation)
    eye = np.eye(k)
    diagonal = ((sigma0 == sigma0 * eye) & (sigma1 == sigma1 * eye)).all((-1, -2))
    m = np.where(diagonal[..., None, None], m * eye, (m + np.swapaxes(m, -1, -2)) / 2)
    c, s, move_s, move_c = _eigenbasis(mean, m)
    widest = np.where(diagonal[..., None], s, s.max(-1, keepdims=True))
    grown = np.linalg.norm(np.abs(whiten) @ np.abs(mu0 - mu1)[..., None], axis=(-1, -2))
    move_s = move_s + slip[..., None] * widest
    return c, s, np.where(move_s > 0.01 * s, np.inf, move_s), move_c + slip * grown


def kl_between(mu0: Array, Sigma0: Array, mu1: Array, Sigma1: Array) -> Estimate:
    """KL(N(mu0, Sigma0) || N(mu1, Sigma1)), any k."""
    return _estimate(*_kl_along(*_relative(*_floats(mu0, Sigma0, mu1, Sigma1))))


def renyi(mu0: Array, Sigma0: Array, mu1: Array, Sigma1: Array, alpha: Array) -> Estimate:
    """Renyi divergence of order alpha != 1 of N(mu0, Sigma0) from N(mu1, Sigma1), any k."""
    mu0, Sigma0, mu1, Sigma1 = _floats(mu0, Sigma0, mu1, Sigma1)
    order = _lead(alpha, mu0[..., 0])
    axes = _relative(mu0, Sigma0, mu1, Sigma1)
    mass, error = _log_d(*axes, 1 - order)
    limit, limit_error = _kl_along(*axes)
    with np.errstate(all="ignore"):
        value, error = mass / (order - 1), error / np.abs(order - 1) + 2 * EPS * np.abs(mass / (order - 1))
        # 1 - alpha rounds; the mass is log-convex in beta with slope at most the larger of both one-sided divergences
        error = error + np.where(order == 1, 0, EPS * np.abs(value) / np.abs(order - 1) * np.abs(order))
    at_one = order == 1
    return _estimate(np.where(at_one, limit, value), np.where(at_one, limit_error, error))


# ---- a mixture on the line ----------------------------------------------------------------------------------------------


def _mixture(mu: Array, sigma: Array) -> Mixture:
    mu, sigma = _floats(mu, sigma)
    if mu.shape[-1] != 1:
        raise NotApplicable("quadrature of mixtures on the line is for k = 1")
    return Mixture(mu, sigma)


def _integral(q: Mixture, f: Integrand, *cuts: Array) -> tuple[Array, Array]:
    with np.errstate(all="ignore"):
        return integrate(f, q.pieces(*cuts), q.cases, q.n)


def index_information(mu: Array, Sigma: Array) -> Estimate:
    """I(z; n) = mean_n KL(q_n || q)."""
    q = _mixture(mu, Sigma)
    return _estimate(*_integral(q, average_of(q, 1, -1, 0, 0)))


def conditional_entropy(mu: Array, Sigma: Array) -> Estimate:
    """E_q of the entropy of the posterior over n given z."""
    q = _mixture(mu, Sigma)
    return _estimate(*_integral(q, average_of(q, -1, 1, 0, q.log_n)))


def aggregate_kl(mu: Array, Sigma: Array) -> Estimate:
    """KL(q || p)."""
    q = _mixture(mu, Sigma)
    return _estimate(*_integral(q, average_of(q, 0, 1, -1, 0)))


def information_plus_aggregate_kl(mu: Array, Sigma: Array) -> Estimate:
    """I(z; n) + KL(q || p), as two integrals."""
    q = _mixture(mu, Sigma)
    (i, di), (kl, dkl) = _integral(q, average_of(q, 1, -1, 0, 0)), _integral(q, average_of(q, 0, 1, -1, 0))
    return _estimate(i + kl, di + dkl + EPS * np.abs(i + kl))


def _tilted_cuts(q: Mixture, beta: Array) -> tuple[Array, Array, Array]:
    """Where each component's own tilt sits and how wide it is (used to place cuts only), and the log-height there."""
    b = beta[:, None]
    s = q.s**2
    curvature = b + (1 - b) / s
    if not np.all(curvature > 0):
        raise NotApplicable("q^(1 - beta) p^beta is not integrable component by component")
    centre = q.m - b * q.m / curvature
    case = np.arange(q.cases)
    heights = []
    for j in range(q.n):
        at = (case, q.m[:, j], (centre - q.m)[:, j : j + 1], np.zeros(q.cases))
        log_q, _ = q.log_q(*q.logs(*at))
        heights.append(((1 - b) * log_q + b * q.log_p(*at)[0])[:, 0])
    return centre, 1 / np.sqrt(curvature), np.max(heights, axis=0)


def log_normalizer(mu: Array, Sigma: Array, beta: Array) -> Estimate:
    """log C, the log of the integral of q^(1 - beta) p^beta."""
    q, beta = _mixture(mu, Sigma), np.asarray(beta, float)
    centre, width, shift = _tilted_cuts(q, beta)
    value, error = _log_of(*_integral(q, tilt(q, beta, shift), centre, width))
    return _estimate(value + shift, error + EPS * np.abs(value + shift))


def indicator_bound(mu: Array, Sigma: Array, beta: Array) -> Estimate:
    """log of N^(beta-1) times the integral of p^beta max_n q_n^(1-beta)."""
    q, beta = _mixture(mu, Sigma), np.asarray(beta, float)
    centre, width, shift = _tilted_cuts(q, beta)
    value, error = _log_of(*_integral(q, largest_of_tilts(q, beta, shift), centre, width))
    total = value + shift + (beta - 1) * q.log_n
    return _estimate(total, error + 4 * EPS * (np.abs(value) + np.abs(shift) + q.log_n))


def jensen_bound(mu: Array, Sigma: Array, beta: Array, phi: Array) -> Estimate:
    """log of N^(beta-1) sum_n phi_n^beta times the integral of p^beta q_n^(1-beta), phi (B, N) constant in z, any k."""
    mu, Sigma, phi, beta = _floats(mu, Sigma, phi, beta)
    log_d, error = _log_d(*_eigenbasis(mu, Sigma), _lead(beta, mu[..., 0]))
    with np.errstate(divide="ignore"):
        log_phi = np.where(beta[:, None] == 0, 0.0, beta[:, None] * np.log(phi))
    terms = log_d + log_phi
    top = terms.max(-1, keepdims=True)
    n = mu.shape[-2]
    value = top[:, 0] + np.log(np.exp(terms - top).sum(-1)) + (beta - 1) * np.log(n)
    size = (
        np.where(terms > top - 50, np.abs(terms) + np.abs(log_d) + np.abs(log_phi), 0).max(-1) + np.abs(value) + n + 8
    )
    return _estimate(value, np.where(terms > top - 50, error, 0).max(-1) + 4 * EPS * size)


def expected_implicit_prior(mu: Array, Sigma: Array, beta: Array) -> Estimate:
    """mean_n E_{q_n}[log r(z) - log q_n(z)] with r = q^(1 - beta) p^beta / C."""
    q, beta = _mixture(mu, Sigma), np.asarray(beta, float)
    value, error = _integral(q, average_of(q, -1, 1 - beta, beta, 0))
    log_c = log_normalizer(mu, Sigma, beta)
    return _estimate(value - log_c.value, error + log_c.error + EPS * np.abs(value - log_c.value))

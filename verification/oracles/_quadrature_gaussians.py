"""Private to :mod:`.quadrature`: one Gaussian along its eigenvectors, any k."""

from __future__ import annotations

from typing import Any

import numpy as np

from verification.estimate import Estimate

from . import NotApplicable
from ._adaptive_line import EPS
from ._quadrature_answers import Array, estimate, floats, lead, log_of

# composite Gauss-Legendre over 12 standard deviations either way, two orders
_EDGES = np.linspace(-12, 12, 17)


def _composite(order: int) -> tuple[Array, Array]:
    x, w = np.polynomial.legendre.leggauss(order)
    half = np.diff(_EDGES) / 2
    return (_EDGES[:-1, None] + half[:, None] * (x + 1)).ravel(), (half[:, None] * w).ravel()


_COARSE, _FINE = _composite(12), _composite(20)


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
    """Along each axis: log of the integral of N(u;0,1)^beta N(u;c,s)^(1-beta), its error, E (u-c)^2 under the tilt."""
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
        value, error = log_of(fine, np.abs(fine - coarse) + rounding)
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
    mu, Sigma = floats(mu, Sigma)
    return estimate(*_log_d(*_eigenbasis(mu, Sigma), lead(beta, mu[..., 0])))


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
    return estimate(*_kl_along(*_eigenbasis(*floats(mu, Sigma))))


def average_kl(mu: Array, Sigma: Array) -> Estimate:
    """mean_n KL(q_n || p), any k."""
    value, error = _kl_along(*_eigenbasis(*floats(mu, Sigma)))
    n = value.shape[-1]
    return estimate(value.mean(-1), error.mean(-1) + n * EPS * np.abs(value).mean(-1))


def normal_entropy(Sigma: Array) -> Estimate:
    """Entropy of N(0, Sigma), any k."""
    (Sigma,) = floats(Sigma)
    _, s, move_s, _ = _eigenbasis(np.zeros(Sigma.shape[:-1]), Sigma)
    log_s = np.log(2 * np.pi * s)[..., None]
    value, error = _average(lambda u: (log_s / 2 + u * u / 2, np.abs(log_s) + 2 * u * u))
    with np.errstate(all="ignore"):
        moved = (move_s / s).sum(-1)
    return estimate(value.sum(-1), error.sum(-1) + moved + EPS * s.shape[-1] * np.abs(value).sum(-1))


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
    return estimate(*_kl_along(*_relative(*floats(mu0, Sigma0, mu1, Sigma1))))


def renyi(mu0: Array, Sigma0: Array, mu1: Array, Sigma1: Array, alpha: Array) -> Estimate:
    """Renyi divergence of order alpha != 1 of N(mu0, Sigma0) from N(mu1, Sigma1), any k."""
    mu0, Sigma0, mu1, Sigma1 = floats(mu0, Sigma0, mu1, Sigma1)
    order = lead(alpha, mu0[..., 0])
    axes = _relative(mu0, Sigma0, mu1, Sigma1)
    mass, error = _log_d(*axes, 1 - order)
    limit, limit_error = _kl_along(*axes)
    with np.errstate(all="ignore"):
        value, error = mass / (order - 1), error / np.abs(order - 1) + 2 * EPS * np.abs(mass / (order - 1))
        # 1 - alpha rounds; the mass is log-convex in beta with slope at most the larger of both one-sided divergences
        error = error + np.where(order == 1, 0, EPS * np.abs(value) / np.abs(order - 1) * np.abs(order))
    at_one = order == 1
    return estimate(np.where(at_one, limit, value), np.where(at_one, limit_error, error))


def jensen_bound(mu: Array, Sigma: Array, beta: Array, phi: Array) -> Estimate:
    """log of N^(beta-1) sum_n phi_n^beta times the integral of p^beta q_n^(1-beta), phi (B, N) constant in z, any k."""
    mu, Sigma, phi, beta = floats(mu, Sigma, phi, beta)
    log_d, error = _log_d(*_eigenbasis(mu, Sigma), lead(beta, mu[..., 0]))
    with np.errstate(divide="ignore"):
        log_phi = np.where(beta[:, None] == 0, 0.0, beta[:, None] * np.log(phi))
    terms = log_d + log_phi
    top = terms.max(-1, keepdims=True)
    n = mu.shape[-2]
    value = top[:, 0] + np.log(np.exp(terms - top).sum(-1)) + (beta - 1) * np.log(n)
    size = (
        np.where(terms > top - 50, np.abs(terms) + np.abs(log_d) + np.abs(log_phi), 0).max(-1) + np.abs(value) + n + 8
    )
    return estimate(value, np.where(terms > top - 50, error, 0).max(-1) + 4 * EPS * size)


def log_normalizer_estimate(mu: Array, Sigma: Array, beta: Array) -> Estimate:
    """log of N^(beta-1) sum_n D_n, any k."""
    n = np.shape(mu)[-2]
    (b,) = floats(beta)
    uniform = jensen_bound(mu, Sigma, b, np.full(np.shape(mu)[:-1], 1.0 / n))
    value = uniform.value + b * np.log(n)
    return estimate(value, uniform.error + 4 * EPS * (np.abs(uniform.value) + np.abs(b) * np.log(n) + np.abs(b)))


def gaussian_reconstruction(x: Array, W: Array, noise: Array, mu: Array, Sigma: Array) -> Estimate:
    """E log N(x; W z, noise I), z ~ N(mu, Sigma): one integral for each coordinate of W z, any k."""
    x, W, noise, mu, Sigma = floats(x, W, noise, mu, Sigma)
    k, v = mu.shape[-1], lead(noise, x)
    W = W.reshape(W.shape[:1] + (1,) * (mu.ndim - 2) + W.shape[1:])
    m = np.einsum("...dj,...j->...d", W, mu)
    move_m = 2 * k * EPS * np.einsum("...dj,...j->...d", np.abs(W), np.abs(mu))
    s = np.maximum(np.einsum("...di,...ij,...dj->...d", W, Sigma, W), 0)
    move_s = 4 * k * k * EPS * np.einsum("...di,...ij,...dj->...d", np.abs(W), np.abs(Sigma), np.abs(W))
    root, log_v = np.sqrt(s)[..., None], np.log(2 * np.pi * v)[..., None]
    miss, over = (m - x)[..., None], v[..., None]

    def log_density(u: Array) -> tuple[Array, Array]:
        y = miss + root * u
        size = np.abs(log_v) + 4 * np.abs(y) * (np.abs(y) + 2 * np.abs(root * u) + np.abs(x[..., None])) / over
        return -log_v / 2 - y * y / (2 * over), size

    value, error = _average(log_density)
    moved = (np.abs(miss[..., 0]) * move_m + move_s) / v
    d = x.shape[-1]
    return estimate(value.sum(-1), error.sum(-1) + moved.sum(-1) + d * EPS * np.abs(value).sum(-1))


def reconstruction(x: Array, W: Array, noise: Array, mu: Array, Sigma: Array) -> Estimate:
    """:func:`gaussian_reconstruction`, averaged over an axis of N posteriors where there is one."""
    each = gaussian_reconstruction(x, W, noise, mu, Sigma)
    if np.ndim(mu) == 2:
        return each
    n = each.value.shape[-1]
    return estimate(each.value.mean(-1), each.error.mean(-1) + n * EPS * np.abs(each.value).mean(-1))


def log_evidence(x: Array, W: Array, noise: Array) -> Estimate:
    """log of the integral of N(z; 0, I) N(x; W z, noise I): one integral for each singular vector of W, any k."""
    x, W, noise = floats(x, W, noise)
    if np.any(noise <= 0):
        raise NotApplicable("the noise must be positive")
    d, k = W.shape[-2:]
    left, s, _ = np.linalg.svd(W, full_matrices=True)
    rank = min(d, k)
    y, v = np.einsum("...ji,...j->...i", left, x), noise[..., None]
    s = np.concatenate([s, np.zeros((*s.shape[:-1], d - rank))], -1)
    curvature = 1 + s * s / v
    centre, width = s * y / v / curvature, 1 / np.sqrt(curvature)
    out = []
    for nodes, weights in (_COARSE, _FINE):
        z = centre[..., None] + width[..., None] * nodes
        miss = y[..., None] - s[..., None] * z
        a, b = z * z / 2, miss * miss / (2 * v[..., None])
        top = (-a - b).max(-1, keepdims=True)
        f = np.exp(-a - b - top) * weights
        slip = (
            10 * a
            + 4 * np.abs(miss) * (np.abs(miss) + 3 * np.abs(s[..., None] * z) + np.abs(y[..., None])) / v[..., None]
        )
        out.append((f.sum(-1), top[..., 0], EPS * ((slip + np.abs(top) + 25) * f).sum(-1), f, z, miss))
    (coarse, top_coarse, _, _, _, _), (fine, top, rounding, f, z, miss) = out
    value, error = log_of(fine, np.abs(fine - coarse * np.exp(top_coarse - top)) + rounding)
    norm = np.log(width) - np.log(2 * np.pi) - np.log(v) / 2
    total = (value + top + norm).sum(-1)
    # what the singular vectors may be off by, through the gradient of the log-evidence in W and in x
    far_miss = np.sqrt(((f * miss * miss).sum(-1) / fine).sum(-1))
    far_z = np.sqrt(((f * z * z).sum(-1) / fine).sum(-1))
    slack = 16 * (d + k) * EPS * (s[..., 0] * far_z + np.linalg.norm(x, axis=-1)) * far_miss / noise
    size = (np.abs(value) + np.abs(top) + np.abs(norm) + 4).sum(-1)
    return estimate(total, error.sum(-1) + slack + 4 * d * EPS * size)

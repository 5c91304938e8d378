"""Private to :mod:`.quadrature`: a mixture on the line or in the plane."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from verification.estimate import Estimate

from . import NotApplicable, _adaptive_line, _adaptive_plane
from ._adaptive_line import EPS, LineMixture
from ._adaptive_plane import PlaneMixture
from ._integrands import Integrand, average_of, largest_of_tilts, log_q_of, tilt
from ._quadrature_answers import Array, estimate, floats, log_of
from ._quadrature_gaussians import reconstruction

Mixture = LineMixture | PlaneMixture


def _mixture(mu: Array, sigma: Array) -> Mixture:
    mu, sigma = floats(mu, sigma)
    if mu.shape[-1] == 1:
        return LineMixture(mu, sigma)
    if mu.shape[-1] == 2:
        return PlaneMixture(mu, sigma)
    raise NotApplicable("quadrature of mixtures is for k = 1 and 2")


def _integral(q: Mixture, f: Integrand) -> tuple[Array, Array]:
    with np.errstate(all="ignore"):
        if isinstance(q, PlaneMixture):
            return _adaptive_plane.integrate(f, q.m, q.sigma, q.n)
        return _adaptive_line.integrate(f, q.pieces(), q.cases, q.n)


def _log_mass(q: Mixture, beta: Array, kind: Callable[..., Integrand]) -> tuple[Array, Array]:
    """log of the integral of a tilt, cut (and only cut) by where each component's own tilt sits and how wide it is."""
    with np.errstate(all="ignore"):
        shift, mass = _plane_mass(q, beta, kind) if isinstance(q, PlaneMixture) else _line_mass(q, beta, kind)
    value, error = log_of(*mass)
    return value + shift, error + EPS * (np.abs(value) + np.abs(shift))


def _line_mass(q: LineMixture, beta: Array, kind: Callable[..., Integrand]) -> tuple[Array, tuple[Array, Array]]:
    b, s = beta[:, None], q.s**2
    if not np.all(b + (1 - b) / s > 0):
        raise NotApplicable("q^(1 - beta) p^beta is not integrable component by component")
    tilted = s / (b * s + 1 - b)
    away = -b * tilted * q.m
    nodes = [(q.m[:, j], away[:, j : j + 1], np.zeros(q.cases)) for j in range(q.n)]
    shift = _height(q, beta, nodes)
    pieces = q.pieces(q.m + away, np.sqrt(tilted), kinks=kind is largest_of_tilts)
    return shift, _adaptive_line.integrate(kind(q, beta, shift), pieces, q.cases, q.n)


def _plane_mass(q: PlaneMixture, beta: Array, kind: Callable[..., Integrand]) -> tuple[Array, tuple[Array, Array]]:
    if np.any((beta < 0) | (beta > 1)):
        raise NotApplicable("in the plane, quadrature of q^(1 - beta) p^beta is for 0 <= beta <= 1")
    b = beta[:, None, None, None]
    blend = b * q.sigma + (1 - b) * np.eye(2)
    tilted = np.linalg.solve(blend, q.sigma)
    centre = ((1 - b) * np.linalg.solve(blend, q.m[..., None]))[..., 0]
    nodes = [(centre[:, j : j + 1], np.zeros((q.cases, 2))) for j in range(q.n)]
    shift = _height(q, beta, nodes)
    # boxes on a crease converge by halving alone
    tolerance = 1e-7 if kind is largest_of_tilts else 1e-9
    return shift, _adaptive_plane.integrate(kind(q, beta, shift), centre, tilted, q.n, tolerance)


def _height(q: Mixture, beta: Array, nodes: Sequence[tuple[Array, ...]]) -> Array:
    """Largest log-density of the tilt at a few points, one a case: the scale of its integral."""
    case = np.arange(q.cases)
    heights = []
    for where in nodes:
        log_q, _ = log_q_of(*q.logs(case, *where))
        heights.append((1 - beta) * log_q[:, 0] + beta * q.log_p(case, *where)[0][:, 0])
    return np.max(heights, axis=0)


def index_information(mu: Array, Sigma: Array) -> Estimate:
    """I(z; n) = mean_n KL(q_n || q)."""
    q = _mixture(mu, Sigma)
    return estimate(*_integral(q, average_of(q, 1, -1, 0, 0)))


def conditional_entropy(mu: Array, Sigma: Array) -> Estimate:
    """E_q of the entropy of the posterior over n given z."""
    q = _mixture(mu, Sigma)
    return estimate(*_integral(q, average_of(q, -1, 1, 0, q.log_n)))


def aggregate_kl(mu: Array, Sigma: Array) -> Estimate:
    """KL(q || p)."""
    q = _mixture(mu, Sigma)
    return estimate(*_integral(q, average_of(q, 0, 1, -1, 0)))


def aggregate_entropy(mu: Array, Sigma: Array) -> Estimate:
    """h(q) = -E_q log q."""
    return estimate(*_entropy(_mixture(mu, Sigma)))


def _entropy(q: Mixture) -> tuple[Array, Array]:
    return _integral(q, average_of(q, 0, -1, 0, 0))


def group_entropy(mu: Array, Sigma: Array, member: Array) -> Estimate:
    """H(c|z): what is open of all posteriors less what is open within the groups."""
    values, errors = _integral(_mixture(mu, Sigma), average_of(_mixture(mu, Sigma), -1, 1, 0, np.log(mu.shape[1])))
    for i, rows in enumerate(np.asarray(member, float).swapaxes(1, 2) > 0):
        for row in rows[rows.sum(1) > 1]:
            own = conditional_entropy(mu[i : i + 1, row], Sigma[i : i + 1, row])
            values[i] -= row.mean() * own.value[0]
            errors[i] += row.mean() * own.error[0] + EPS * abs(values[i])
    return estimate(values, errors)


def total_correlation(mu: Array, Sigma: Array) -> Estimate:
    """sum_j h(q_j) - h(q), an integral each."""
    mu, Sigma = floats(mu, Sigma)
    each = [_mixture(mu[..., j : j + 1], Sigma[..., j : j + 1, j : j + 1]) for j in range(mu.shape[-1])]
    values, errors = zip(*map(_entropy, [_mixture(mu, Sigma), *each]), strict=True)
    return estimate(sum(values[1:]) - values[0], sum(errors) + EPS * sum(map(np.abs, values)) * len(values))


def information_plus_aggregate_kl(mu: Array, Sigma: Array) -> Estimate:
    """I(z; n) + KL(q || p), as two integrals."""
    q = _mixture(mu, Sigma)
    (i, di), (kl, dkl) = _integral(q, average_of(q, 1, -1, 0, 0)), _integral(q, average_of(q, 0, 1, -1, 0))
    return estimate(i + kl, di + dkl + EPS * np.abs(i + kl))


def log_normalizer(mu: Array, Sigma: Array, beta: Array) -> Estimate:
    """log C, the log of the integral of q^(1 - beta) p^beta."""
    return estimate(*_log_mass(_mixture(mu, Sigma), floats(beta)[0], tilt))


def indicator_bound(mu: Array, Sigma: Array, beta: Array) -> Estimate:
    """log of N^(beta-1) times the integral of p^beta max_n q_n^(1-beta), 0 <= beta <= 1."""
    q, (beta,) = _mixture(mu, Sigma), floats(beta)
    if np.any((beta < 0) | (beta > 1)):
        raise NotApplicable("the indicator bound is for 0 <= beta <= 1")
    value, error = _log_mass(q, beta, largest_of_tilts)
    total = value + (beta - 1) * q.log_n
    return estimate(total, error + 4 * EPS * (np.abs(value) + q.log_n))


def expected_implicit_prior(mu: Array, Sigma: Array, beta: Array) -> Estimate:
    """mean_n E_{q_n}[log r(z) - log q_n(z)] with r = q^(1 - beta) p^beta / C."""
    q, (beta,) = _mixture(mu, Sigma), floats(beta)
    value, error = _integral(q, average_of(q, -1, 1 - beta, beta, 0))
    log_c = log_normalizer(mu, Sigma, beta)
    return estimate(value - log_c.value, error + log_c.error + EPS * np.abs(value - log_c.value))


def indicator_gap(mu: Array, Sigma: Array, beta: Array) -> Estimate:
    """log C less the log of the indicator bound, 0 <= beta <= 1."""
    whole, part = log_normalizer(mu, Sigma, beta), indicator_bound(mu, Sigma, beta)
    value = whole.value - part.value
    return estimate(value, whole.error + part.error + EPS * np.abs(value))


def implicit_elbo(x: Array, W: Array, noise: Array, mu: Array, Sigma: Array, beta: Array) -> Estimate:
    """mean_n E_{q_n}[log p(x_n|z) + log r(z) - log q_n(z)], linear-Gaussian decoder."""
    fit, rest = reconstruction(x, W, noise, mu, Sigma), expected_implicit_prior(mu, Sigma, beta)
    value = fit.value + rest.value
    return estimate(value, fit.error + rest.error + EPS * np.abs(value))

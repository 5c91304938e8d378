"""Pointwise formulas in mpmath at 60 digits, sums written out."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import mpmath
import numpy as np
from flint import arb

from verification.estimate import Estimate, Grade
from verification.oracles import NotApplicable

Array = np.ndarray[Any, Any]
DIGITS = 60


def _each(size: int, f: Callable[[int], Any]) -> Estimate:
    with mpmath.workdps(DIGITS):
        values = np.array([_floats(f(i)) for i in range(size)])
    return Estimate(values, np.abs(values) * 2.0**-53 + 1e-300, Grade.BOUNDED, certificate="60 digits, rounded once")


def _floats(x: Any) -> Any:
    return [_floats(v) for v in x] if isinstance(x, list) else float(x)


def _deep(x: Any) -> Any:
    """A ball's midpoint, to all its digits."""
    return mpmath.mpf(x.mid().str(150, radius=False)) if isinstance(x, arb) else mpmath.mpf(float(x))


def power_of_mean(log_q: Array, beta: Array) -> Estimate:
    """(1 - beta) log of the mean of q_n."""

    def one(i: int) -> Any:
        q = [mpmath.exp(_deep(v)) for v in log_q[i]]
        return mpmath.log(mpmath.fsum(q) / len(q)) * (1 - _deep(beta[i]))

    return _each(len(log_q), one)


def _gaussian(z: Array, mu: Array, sigma: Array) -> Any:
    k = len(mu)
    s = mpmath.matrix(np.asarray(sigma, float).tolist())
    v = mpmath.matrix([mpmath.mpf(float(a)) - mpmath.mpf(float(b)) for a, b in zip(z, mu, strict=True)])
    return mpmath.exp(-(v.T * mpmath.inverse(s) * v)[0] / 2) / mpmath.sqrt((2 * mpmath.pi) ** k * mpmath.det(s))


def _terms(z: Array, mu: Array, sigma: Array) -> list[Any]:
    return [_gaussian(z, m, s) for m, s in zip(mu, sigma, strict=True)]


def mixture_log_density(z: Array, mu: Array, Sigma: Array) -> Estimate:
    """log q(z)."""
    return _each(len(z), lambda i: mpmath.log(mpmath.fsum(_terms(z[i], mu[i], Sigma[i])) / mu.shape[1]))


def log_responsibilities(z: Array, mu: Array, Sigma: Array) -> Estimate:
    """log phi*(n; z)."""

    def one(i: int) -> Any:
        terms = _terms(z[i], mu[i], Sigma[i])
        return [mpmath.log(t / mpmath.fsum(terms)) for t in terms]

    return _each(len(z), one)


def responsibility_entropy(log_phi: Array) -> Estimate:
    """-sum phi log phi."""

    def one(i: int) -> Any:
        return -mpmath.fsum(mpmath.exp(_deep(v)) * _deep(v) for v in log_phi[i])

    return _each(len(log_phi), one)


def log_tilt(z: Array, mu: Array, Sigma: Array, beta: Array) -> Estimate:
    """(1 - beta) log q(z) + beta log p(z)."""

    def one(i: int) -> Any:
        b, k = _deep(beta[i]), z.shape[-1]
        log_p = mpmath.log(_gaussian(z[i], np.zeros(k), np.eye(k)))
        return (1 - b) * mpmath.log(mpmath.fsum(_terms(z[i], mu[i], Sigma[i])) / mu.shape[1]) + b * log_p

    return _each(len(z), one)


def gaussian_log_density(z: Array, mu: Array, Sigma: Array) -> Estimate:
    """log N(z; mu, Sigma)."""
    return _each(len(z), lambda i: mpmath.log(_gaussian(z[i], mu[i], Sigma[i])))


# --- finite models --------------------------------------------------------------------------------------------------


def _numbers(x: Array) -> list[Any]:
    return [_deep(v) for v in x]


def _aggregate(log_q: Array) -> list[Any]:
    return [mpmath.fsum(mpmath.exp(v) for v in _numbers(column)) / len(log_q) for column in np.asarray(log_q).T]


def _log_r(log_q: Array, log_p: Array, beta: Any) -> list[Any]:
    b = _deep(beta)
    tilt = [q ** (1 - b) * mpmath.exp(lp) ** b for q, lp in zip(_aggregate(log_q), _numbers(log_p), strict=True)]
    return [mpmath.log(t / mpmath.fsum(tilt)) for t in tilt]


def log_implicit_prior(log_q: Array, log_p: Array, beta: Array) -> Estimate:
    """log r(z) for every z."""
    return _each(len(beta), lambda i: _log_r(log_q[i], log_p[i], beta[i]))


def implicit_prior_from_odds(log_q: Array, log_p: Array, beta: Array) -> Estimate:
    """log r(z) from ratios: 1 / r(z) is the sum over z' of (q(z')/q(z))^(1-beta) (p(z')/p(z))^beta."""

    def one(i: int) -> Any:
        q, p, b = _aggregate(log_q[i]), [mpmath.exp(v) for v in _numbers(log_p[i])], _deep(beta[i])
        pairs = list(zip(q, p, strict=True))
        return [-mpmath.log(mpmath.fsum((a / c) ** (1 - b) * (d / e) ** b for a, d in pairs)) for c, e in pairs]

    return _each(len(beta), one)


def average_kl_to_aggregate(log_q: Array) -> Estimate:
    """Mean over n of sum_z q_n(z) log(q_n(z) / q(z))."""

    def one(i: int) -> Any:
        q = _aggregate(log_q[i])
        terms = [mpmath.exp(v) * (v - mpmath.log(a)) for row in log_q[i] for v, a in zip(_numbers(row), q, strict=True)]
        return mpmath.fsum(terms) / len(log_q[i])

    return _each(len(log_q), one)


def log_evidence_under_r(log_q: Array, log_p: Array, log_lik: Array, beta: Array) -> Estimate:
    """Mean over n of the log of sum_z r(z) p(x_n|z)."""

    def one(i: int) -> Any:
        r = [mpmath.exp(v) for v in _log_r(log_q[i], log_p[i], beta[i])]
        marginals = [
            mpmath.fsum(a * mpmath.exp(b) for a, b in zip(r, _numbers(row), strict=True)) for row in log_lik[i]
        ]
        return mpmath.fsum(mpmath.log(m) for m in marginals) / len(marginals)

    return _each(len(beta), one)


def beta_elbo(log_q: Array, log_p: Array, log_lik: Array, beta: Array) -> Estimate:
    """Mean over n of sum_z q_n(z) [log p(x_n|z) - beta log q_n(z)/p(z)]."""

    def one(i: int) -> Any:
        b, lp, terms = _deep(beta[i]), _numbers(log_p[i]), []
        for row, lik in zip(log_q[i], log_lik[i], strict=True):
            numbers = zip(_numbers(row), _numbers(lik), lp, strict=True)
            terms += [mpmath.exp(lq) * (ll - b * (lq - v)) for lq, ll, v in numbers]
        return mpmath.fsum(terms) / len(log_q[i])

    return _each(len(beta), one)


# --- determinants and weights ---------------------------------------------------------------------------------------


def _volumes(sigma: Array, beta: Any) -> list[Any]:
    half = _deep(beta) / 2
    return [mpmath.det(mpmath.matrix(np.asarray(s, float).tolist())) ** half for s in sigma]


def mean_one_weights(Sigma: Array, beta: Array) -> Estimate:
    """|Sigma_n|^(beta/2) over its mean."""

    def one(i: int) -> Any:
        volumes = _volumes(Sigma[i], beta[i])
        return [len(volumes) * v / mpmath.fsum(volumes) for v in volumes]

    return _each(len(beta), one)


def log_mean_volume(Sigma: Array, beta: Array) -> Estimate:
    """log of the mean of |Sigma_n|^(beta/2)."""

    def one(i: int) -> Any:
        return mpmath.log(mpmath.fsum(_volumes(Sigma[i], beta[i])) / len(Sigma[i]))

    return _each(len(beta), one)


def degenerate_elbo(log_lik_at_means: Array, mu: Array, beta: Array) -> Estimate:
    """Mean of log p(x_n|mu_n) + log w_n + (k/2) (beta + log(1 - beta))."""

    def one(i: int) -> Any:
        b = _deep(beta[i])
        weights = [mpmath.exp(-b * mpmath.fsum(v**2 for v in _numbers(m)) / 2) for m in mu[i]]
        logs = [mpmath.log(w / mpmath.fsum(weights)) for w in weights]
        lik = mpmath.fsum(_numbers(log_lik_at_means[i])) / len(weights)
        return lik + mpmath.fsum(logs) / len(logs) + mu.shape[-1] * (b + mpmath.log(1 - b)) / 2

    return _each(len(beta), one)


def separated_implicit(mu: Array, Sigma: Array, beta: Array) -> Estimate:
    """Mean of E_q[log r - log q_n] without overlap, on the line: entropy of q_n, energy of p, and the weights D_n,
    at 160 digits."""
    if mu.shape[-1] != 1:
        raise NotApplicable("on the line only")
    values = np.empty(len(beta), dtype=object)
    with mpmath.workdps(160):
        for i in range(len(beta)):
            b, N = _deep(beta[i]), mu.shape[1]
            m, s = [_deep(v) for v in mu[i, :, 0]], [_deep(v) for v in Sigma[i, :, 0, 0]]
            curvature = [b + (1 - b) / v for v in s]
            D = [
                v ** ((b - 1) / 2) / mpmath.sqrt(c) * mpmath.exp(-b * (1 - b) * a * a / (2 * v * c))
                for a, v, c in zip(m, s, curvature, strict=True)
            ]
            log_total = mpmath.log(mpmath.fsum(D))
            entropy = [(mpmath.log(2 * mpmath.pi * v) + 1) / 2 for v in s]
            energy = [-(mpmath.log(2 * mpmath.pi) + v + a * a) / 2 for a, v in zip(m, s, strict=True)]
            value = mpmath.fsum(b * h + b * e for h, e in zip(entropy, energy, strict=True)) / N - log_total
            values[i] = arb(mpmath.nstr(value, 150)) + arb(0, 1e-130)
    return Estimate(values, np.zeros(len(beta)), Grade.BOUNDED, certificate="160 digits")


def _log_mass(mu: Array, sigma: Array, beta: Any) -> Any:
    """log D from the joint exponent: half its minimum's height, half the log-determinant of its curvature."""
    k, b = len(mu), _deep(beta)
    inverse = mpmath.inverse(mpmath.matrix(np.asarray(sigma, float).tolist()))
    m = mpmath.matrix(_numbers(mu))
    curvature = b * mpmath.eye(k) + (1 - b) * inverse
    least = (1 - b) * (m.T * inverse * m)[0] - (1 - b) ** 2 * (m.T * inverse * mpmath.inverse(curvature) * inverse * m)[
        0
    ]
    return -(least + mpmath.log(mpmath.det(curvature)) - (1 - b) * mpmath.log(mpmath.det(inverse))) / 2


def bracket_width(mu: Array, Sigma: Array, beta: Array) -> Estimate:
    """beta log N plus log mean of the D_n less (1 - beta) log of the mean of D_n^(1/(1-beta))."""

    def one(i: int) -> Any:
        b, N = _deep(beta[i]), mu.shape[1]
        logs = [_log_mass(m, s, beta[i]) for m, s in zip(mu[i], Sigma[i], strict=True)]
        mean = mpmath.log(mpmath.fsum(mpmath.exp(v) for v in logs) / N)
        return b * mpmath.log(N) + mean - (1 - b) * mpmath.log(mpmath.fsum(mpmath.exp(v / (1 - b)) for v in logs) / N)

    return _each(len(beta), one)


def overlap_at_larger_beta(log_phi: Array, beta: Array) -> Estimate:
    """log of sum_n phi_n^(1-b) at b = (1 + beta) / 2."""

    def one(i: int) -> Any:
        b = (1 + _deep(beta[i])) / 2
        return mpmath.log(mpmath.fsum(mpmath.exp(_deep(v)) ** (1 - b) for v in log_phi[i]))

    return _each(len(beta), one)


def importance_mean_log(log_weight: Array, log_proposal: Array, count: Array) -> Estimate:
    """E log of the mean of ``count`` weights, over all ordered tuples of states."""

    def one(i: int) -> Any:
        w, g = ([mpmath.exp(_deep(v)) for v in row[i]] for row in (log_weight, log_proposal))
        n, terms = int(count[i]), []
        for draw in product(range(len(g)), repeat=n):
            terms.append(mpmath.fprod(g[z] for z in draw) * mpmath.log(mpmath.fsum(w[z] for z in draw) / n))
        return mpmath.fsum(terms)

    return _each(len(count), one)


def distance_mean(d: Array, cap: Array) -> Estimate:
    """The mean of min(X, c), X chi-squared, by incomplete gamma functions: the part below c, and c for the rest."""

    def one(i: int) -> Any:
        half, cut = _deep(d[i]) / 2, _deep(cap[i]) / 2
        below = mpmath.gammainc(half + 1, 0, cut) / mpmath.gamma(half)
        return 2 * (below + cut * mpmath.gammainc(half, cut, mpmath.inf, regularized=True))

    return _each(len(d), one)

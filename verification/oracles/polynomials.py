"""Polynomials in balls: determinants by cofactors, roots isolated by flint, second moments over all pairs."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations, pairwise
from typing import Any

import numpy as np
from flint import arb, fmpq, fmpq_poly

from verification.estimate import Estimate, Grade
from verification.oracles import NotApplicable

Array = np.ndarray[Any, Any]

ROUNDING = 1e-10


def _ball(x: Any) -> Any:
    return x if isinstance(x, arb) else arb(float(x))


_balls = np.frompyfunc(_ball, 1, 1)


def _each(size: int, f: Callable[[int], Any], error: float = 0.0) -> Estimate:
    """Balls, or floats with a radius for what is shipped in floats only."""
    rows = [f(i) for i in range(size)]
    out = np.empty((size, *np.shape(rows[0])), dtype=object)
    for i, row in enumerate(rows):
        out[i] = row
    if error:
        value = out.astype(float)
        radius = error * np.maximum(1, np.abs(value))
        return Estimate(value, radius, Grade.BOUNDED, certificate=f"balls, and {error:g} of the value for floats")
    return Estimate(out, np.zeros(out.shape), Grade.CERTIFIED, certificate="balls, by cofactors")


def _minor(A: Array, i: int, j: int) -> Array:
    return np.delete(np.delete(A, i, 0), j, 1)


def _det(A: Array) -> Any:
    """By cofactors of the first row."""
    if len(A) == 1:
        return A[0, 0]
    return sum(((-1) ** j * A[0, j] * _det(_minor(A, 0, j)) for j in range(len(A))), arb(0))


def _bend(A: Array, u: Array) -> Any:
    """u'A^-1 u for symmetric A: cofactors over the determinant."""
    k = len(A)
    if k == 1:
        return u[0] * u[0] / A[0, 0]
    pairs = [(-1) ** (i + j) * u[i] * u[j] * _det(_minor(A, i, j)) for i in range(k) for j in range(k)]
    return sum(pairs, arb(0)) / _det(A)


def _log_D(mu: Array, sigma: Array, b: Any) -> Any:
    M = b * sigma + _balls(np.eye(len(mu))) * (1 - b)
    return (b * _det(sigma).log() - _det(M).log() - b * (1 - b) * _bend(M, mu)) / 2


def _log_sum(logs: list[Any]) -> Any:
    return sum((x.exp() for x in logs), arb(0)).log()


def aggregate_mean(mu: Array, Sigma: Array) -> Estimate:
    """E_q z."""
    return _each(len(mu), lambda i: _balls(mu[i]).sum(0) / arb(len(mu[i])))


def aggregate_covariance(mu: Array, Sigma: Array) -> Estimate:
    """Mean covariance and, over all pairs of posteriors, (mu_n - mu_m)(mu_n - mu_m)' / N^2."""

    def one(i: int) -> Any:
        m, N = _balls(mu[i]), len(mu[i])
        apart = [np.multiply.outer(a - b, a - b) for a, b in combinations(m, 2)]
        return _balls(Sigma[i]).sum(0) / arb(N) + sum(apart, _balls(np.zeros(Sigma.shape[2:]))) / arb(N * N)

    return _each(len(mu), one)


def expected_log_joint(x: Array, W: Array, noise: Array, mu: Array, Sigma: Array) -> Estimate:
    """log p(x, mu) less half the trace of (W'W / noise + I) Sigma."""

    def one(i: int) -> Any:
        w, m, v = _balls(W[i]), _balls(mu[i]), _ball(noise[i])
        left = _balls(x[i]) - w @ m
        at_mean = -((left @ left) / v + (2 * arb.pi() * v).log() * len(left)) / 2
        at_mean -= (m @ m + (2 * arb.pi()).log() * len(m)) / 2
        bend = w.T @ w / v + _balls(np.eye(len(m)))
        return at_mean - (bend * _balls(Sigma[i])).sum() / 2

    return _each(len(noise), one)


def volume_gradient(mu: Array, Sigma: Array, beta: Array) -> Estimate:
    """(beta k / 2) |Sigma_n|^(beta/2) / sum_m |Sigma_m|^(beta/2)."""
    return _shares(np.zeros(mu.shape), Sigma, beta)


def weighted_volume_gradient(mu: Array, Sigma: Array, beta: Array) -> Estimate:
    """The same with every term times exp(-beta |mu_m|^2 / 2)."""
    return _shares(mu, Sigma, beta)


def _shares(mu: Array, Sigma: Array, beta: Array) -> Estimate:
    def one(i: int) -> Any:
        b, m = _ball(beta[i]), _balls(mu[i])
        terms = [_det(_balls(s)) ** (b / 2) * (-b * (c @ c) / 2).exp() for s, c in zip(Sigma[i], m, strict=True)]
        return b * mu.shape[-1] / 2 * np.array(terms, dtype=object) / sum(terms, arb(0))

    return _each(len(beta), one)


# --- existence --------------------------------------------------------------------------------------------------------


def tail_curvature(u: Array, Sigma: Array, beta: Array) -> Estimate:
    """beta |u|^2 + (1 - beta) min_n u'Sigma_n^-1 u."""

    def one(i: int) -> Any:
        v, b = _balls(u[i]), _ball(beta[i])
        least = _bend(_balls(Sigma[i, 0]), v)
        for sigma in Sigma[i, 1:]:
            least = least.min(_bend(_balls(sigma), v))
        return b * (v @ v) + (1 - b) * least

    return _each(len(beta), one)


def exists(Sigma: Array, beta: Array) -> Estimate:
    """1 where r exists: the signs of the quadratics beta + (1 - beta) u'Sigma_n^-1 u between all their roots."""
    if Sigma.shape[-1] > 2:
        raise NotApplicable(f"quadratics in the slope of a direction: k = {Sigma.shape[-1]} is above 2")

    def one(i: int) -> Any:
        b = _rational(beta[i])
        forms = [_form(sigma, b) for sigma in Sigma[i]]
        if Sigma.shape[-1] == 1:
            signs = [[form[0] > 0 for form in forms]]
        else:
            roots = sorted(float(x.real.mid()) for f in forms for x, _ in f.complex_roots() if x.imag.contains(0))
            between = [(a + b) / 2 for a, b in pairwise(roots)]
            ends = [roots[0] - 1, roots[-1] + 1] if roots else [0.0]
            signs = [[f(_rational(s)) > 0 for f in forms] for s in (*between, *ends)]
        return float(all(any(row) if beta[i] > 1 else all(row) for row in signs))

    values = np.array([one(i) for i in range(len(beta))])
    return Estimate(values, np.zeros(len(beta)), Grade.CERTIFIED, certificate="roots of rational quadratics")


def _rational(x: Any) -> Any:
    return fmpq(*float(x).as_integer_ratio())


def _form(sigma: Array, b: Any) -> Any:
    """det Sigma (beta |u|^2 + (1 - beta) u'Sigma^-1 u) as a polynomial in s, for u = (1, s)."""
    s = [[_rational(v) for v in row] for row in sigma]
    if len(s) == 1:
        return fmpq_poly([b * s[0][0] + (1 - b)])
    det = s[0][0] * s[1][1] - s[0][1] * s[1][0]
    c = 1 - b
    return fmpq_poly([b * det + c * s[1][1], -c * (s[0][1] + s[1][0]), b * det + c * s[0][0]])


# --- intervals --------------------------------------------------------------------------------------------------------


def _wealth(x: list[Any]) -> Any:
    """The mean over j of prod_s (1 + 2^-j (x_s - m)), a polynomial in m with rational coefficients."""
    rounds = 1
    while 4 ** (rounds - 1) < len(x):
        rounds += 1
    terms = fmpq_poly([0])
    for j in range(rounds):
        product, stake = fmpq_poly([1]), fmpq(1, 2**j)
        for value in x:
            product *= fmpq_poly([1 + stake * value, -stake])
        terms += product
    return terms / rounds


def _lower(x: list[Any], alpha: Any) -> Any:
    excess = _wealth(x) - 2 / _rational(alpha)
    if excess(fmpq(0)) <= 0:
        return arb(0)
    inside = [r.real for r, _ in excess.complex_roots() if r.imag.contains(0) and 0 < float(r.real.mid()) < 1]
    return min(inside, key=lambda r: float(r.mid()))


def betting_lower(x: Array, alpha: Array) -> Estimate:
    """The least root of wealth = 2 / alpha in (0, 1); 0 where there is none."""
    return _each(len(alpha), lambda i: _lower([_rational(v) for v in x[i]], alpha[i]), 1e-11)


def betting_upper(x: Array, alpha: Array) -> Estimate:
    """One less the lower limit of one less the draws."""
    return _each(len(alpha), lambda i: 1 - _lower([1 - _rational(v) for v in x[i]], alpha[i]), 1e-11)


def betting_coverage(mean: Array, size: Array, alpha: Array) -> Estimate:
    """The chance that neither wealth, at the true mean of `size` coin flips, is as large as 2 / alpha: exactly."""

    def one(i: int) -> Any:
        p, n, bar = _rational(mean[i]), int(size[i]), 2 / _rational(alpha[i])
        share, ways = fmpq(0), 1
        for ones in range(n + 1):
            flips = [fmpq(1)] * ones + [fmpq(0)] * (n - ones)
            turned = [1 - v for v in flips]
            if _wealth(flips)(p) < bar and _wealth(turned)(1 - p) < bar:
                share += ways * p**ones * (1 - p) ** (n - ones)
            ways = ways * (n - ones) // (ones + 1)
        return arb(share)

    return _each(len(alpha), one)


# --- envelopes --------------------------------------------------------------------------------------------------------


def closed_upper(mu: Array, Sigma: Array, beta: Array) -> Estimate:
    """min(0, log N^(beta-1) sum_n D_n)."""

    def one(i: int) -> Any:
        b = _ball(beta[i])
        logs = [_log_D(_balls(m), _balls(s), b) for m, s in zip(mu[i], Sigma[i], strict=True)]
        return (_log_sum(logs) - (1 - b) * arb(len(logs)).log()).min(arb(0))

    return _each(len(beta), one)


def _clustered(mu: Array, Sigma: Array, beta: Any) -> Any:
    b, N = _ball(beta), len(mu)
    clusters: dict[bytes, list[int]] = {}
    for n in range(N):
        clusters.setdefault(np.asarray(mu[n], float).tobytes(), []).append(n)
    centres = [np.asarray(mu[c[0]], float) for c in clusters.values()]
    width = max(float(np.sqrt(np.trace(np.asarray(s, float)))) for s in Sigma)
    if any(np.abs(a - c).max() < 60 * width for a, c in combinations(centres, 2)):
        raise NotApplicable("posteriors that overlap")
    logs = [
        _log_D(_balls(mu[c[0]]), _balls(Sigma[c[0]]), b) + (1 - b) * (arb(len(c)) / N).log() for c in clusters.values()
    ]
    return _log_sum(logs)


def clustered_log_normalizer(mu: Array, Sigma: Array, beta: Array) -> Estimate:
    """log C of posteriors that are equal or do not overlap: clusters of weight m/N, each one Gaussian."""
    return _each(len(beta), lambda i: _clustered(mu[i], Sigma[i], beta[i]), ROUNDING)


def log_tilt(z: Array, mu: Array, Sigma: Array, beta: Array) -> Estimate:
    """(1 - beta) log q(z) + beta log p(z)."""

    def one(i: int) -> Any:
        b, v, norm = _ball(beta[i]), _balls(z[i]), (2 * arb.pi()).log() * z.shape[-1]
        logs = []
        for m, s in zip(_balls(mu[i]), _balls(Sigma[i]), strict=True):
            logs.append(-(_bend(s, v - m) + _det(s).log() + norm) / 2)
        return (1 - b) * (_log_sum(logs) - arb(len(logs)).log()) - b * (v @ v + norm) / 2

    return _each(len(z), one, ROUNDING)

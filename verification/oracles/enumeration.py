"""Finite models summed state by state in ball arithmetic: every quantity from its definition, in plain loops.

``log_q (B, N, K)``, ``log_p (B, K)``, ``log_lik (B, N, K)`` = log p(x_n|z), ``phi (B, N, K)``; floats are taken as
exact, balls as they are, nothing is renormalised (logarithms of probabilities rounded to floats sum to 1 within 1e-16
only: pass balls where an identity needs the exact sum).
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations_with_replacement
from math import factorial
from typing import Any

import flint
import numpy as np
from flint import arb

from verification.estimate import Estimate, Grade

Array = Any
BITS = 160


def _ball(x: Any) -> Any:
    return x if isinstance(x, arb) else arb(float(x))


def _vector(x: Array) -> list[Any]:
    return [_ball(value) for value in x]


def _probabilities(log_x: Array) -> list[Any]:
    return [_ball(value).exp() for value in log_x]


def _matrix(log_x: Array) -> list[list[Any]]:
    return [_probabilities(row) for row in log_x]


def _per_case(cases: int, f: Callable[[int], Any]) -> Estimate:
    value = np.empty(cases, dtype=object)
    with flint.ctx.workprec(BITS):
        for b in range(cases):
            value[b] = f(b)
    return Estimate(value, np.zeros(cases), Grade.CERTIFIED, certificate="finite sum in balls")


def _aggregate(q: list[list[Any]]) -> list[Any]:
    n = len(q)
    return [sum((row[z] for row in q), arb(0)) / n for z in range(len(q[0]))]


def _divergence(a: list[Any], b: list[Any]) -> Any:
    total = arb(0)
    for x, y in zip(a, b, strict=True):
        if not x.is_zero():
            total += x * (x / y).log()
    return total


def _mean(values: list[Any]) -> Any:
    return sum(values, arb(0)) / len(values)


def _power(base: Any, exponent: Any) -> Any:
    """base^exponent with 0^0 = 1."""
    if base.is_zero():
        return arb(1) if exponent.is_zero() else arb(0)
    return (exponent * base.log()).exp()


def average_kl(log_q: Array, log_p: Array) -> Estimate:
    """mean_n sum_z q_n log(q_n/p)."""

    def one(b: int) -> Any:
        p = _probabilities(log_p[b])
        return _mean([_divergence(row, p) for row in _matrix(log_q[b])])

    return _per_case(len(log_q), one)


def index_information(log_q: Array) -> Estimate:
    """I(z; n) = sum over pairs (n, z) of the joint times log of joint over product of marginals."""

    def one(b: int) -> Any:
        q = _matrix(log_q[b])
        n, mean = len(q), _aggregate(q)
        total = arb(0)
        for row in q:
            for z, x in enumerate(row):
                if not x.is_zero():
                    total += x / n * ((x / n) / (mean[z] / n)).log()
        return total

    return _per_case(len(log_q), one)


def aggregate_kl(log_q: Array, log_p: Array) -> Estimate:
    """KL(q || p) of the aggregate."""
    return _per_case(len(log_q), lambda b: _divergence(_aggregate(_matrix(log_q[b])), _probabilities(log_p[b])))


def conditional_entropy(log_q: Array) -> Estimate:
    """sum_z q(z) times the entropy of n given z."""

    def one(b: int) -> Any:
        q = _matrix(log_q[b])
        n, mean = len(q), _aggregate(q)
        total = arb(0)
        for z, m in enumerate(mean):
            for row in q:
                if not row[z].is_zero():
                    posterior = row[z] / (n * m)
                    total -= m * posterior * posterior.log()
        return total

    return _per_case(len(log_q), one)


def _tilted(log_q: Array, log_p: Array, beta: Any) -> list[Any]:
    """q^(1 - beta) p^beta, state by state."""
    mean, p, power = _aggregate(_matrix(log_q)), _probabilities(log_p), _ball(beta)
    return [_power(m, 1 - power) * _power(y, power) for m, y in zip(mean, p, strict=True)]


def log_normalizer(log_q: Array, log_p: Array, beta: Array) -> Estimate:
    """log C = log sum_z q^(1 - beta) p^beta."""
    return _per_case(len(log_q), lambda b: sum(_tilted(log_q[b], log_p[b], beta[b]), arb(0)).log())


def jensen_bound(log_q: Array, log_p: Array, phi: Array, beta: Array) -> Estimate:
    """log of N^(beta-1) sum_z p^beta sum_n phi_n(z)^beta q_n^(1-beta)."""

    def one(b: int) -> Any:
        q, p, power = _matrix(log_q[b]), _probabilities(log_p[b]), _ball(beta[b])
        total = arb(0)
        for n, row in enumerate(q):
            for z, x in enumerate(row):
                total += _power(p[z], power) * _power(_ball(phi[b][n][z]), power) * _power(x, 1 - power)
        return (total * _power(arb(len(q)), power - 1)).log()

    return _per_case(len(log_q), one)


def indicator_bound(log_q: Array, log_p: Array, beta: Array) -> Estimate:
    """log of N^(beta-1) sum_z p^beta max_n q_n^(1-beta)."""

    def one(b: int) -> Any:
        q, p, power = _matrix(log_q[b]), _probabilities(log_p[b]), _ball(beta[b])
        total = arb(0)
        for z, y in enumerate(p):
            best = _power(q[0][z], 1 - power)
            for row in q[1:]:
                best = best.max(_power(row[z], 1 - power))
            total += _power(y, power) * best
        return (total * _power(arb(len(q)), power - 1)).log()

    return _per_case(len(log_q), one)


def _expected(q: list[Any], values: list[Any]) -> Any:
    total = arb(0)
    for x, v in zip(q, values, strict=True):
        if not x.is_zero():
            total += x * v
    return total


def elbo(log_q: Array, log_p: Array, log_lik: Array) -> Estimate:
    """mean_n sum_z q_n [log p(x_n|z) + log p(z) - log q_n(z)]."""

    def one(b: int) -> Any:
        p = _vector(log_p[b])
        terms = []
        for own, lik in zip(log_q[b], log_lik[b], strict=True):
            own, lik = _vector(own), _vector(lik)
            values = [a + c - d for a, c, d in zip(lik, p, own, strict=True)]
            terms.append(_expected(_probabilities(own), values))
        return _mean(terms)

    return _per_case(len(log_q), one)


def beta_elbo(log_q: Array, log_p: Array, log_lik: Array, beta: Array) -> Estimate:
    """mean_n sum_z q_n log p(x_n|z) - beta sum_z q_n log(q_n/p)."""

    def one(b: int) -> Any:
        p, weight = _probabilities(log_p[b]), _ball(beta[b])
        terms = []
        for own, lik in zip(_matrix(log_q[b]), log_lik[b], strict=True):
            terms.append(_expected(own, _vector(lik)) - weight * _divergence(own, p))
        return _mean(terms)

    return _per_case(len(log_q), one)


def implicit_elbo(log_q: Array, log_p: Array, log_lik: Array, beta: Array) -> Estimate:
    """mean_n sum_z q_n [log p(x_n|z) + log r(z) - log q_n(z)] with r = q^(1 - beta) p^beta / C."""

    def one(b: int) -> Any:
        tilted = _tilted(log_q[b], log_p[b], beta[b])
        mass = sum(tilted, arb(0))
        log_r = [(t / mass).log() for t in tilted]
        terms = []
        for own, lik in zip(log_q[b], log_lik[b], strict=True):
            own, lik = _vector(own), _vector(lik)
            values = [a + c - d for a, c, d in zip(lik, log_r, own, strict=True)]
            terms.append(_expected(_probabilities(own), values))
        return _mean(terms)

    return _per_case(len(log_q), one)


def expected_implicit_prior(log_q: Array, log_p: Array, beta: Array) -> Estimate:
    """mean_n sum_z q_n [log r(z) - log q_n(z)]: the implicit ELBO of a likelihood that is 1 everywhere."""
    return implicit_elbo(log_q, log_p, np.zeros(np.shape(log_q)), beta)


def log_evidence(log_p: Array, log_lik: Array) -> Estimate:
    """mean_n log sum_z p(z) p(x_n|z)."""

    def one(b: int) -> Any:
        p = _probabilities(log_p[b])
        return _mean(
            [sum((x * y for x, y in zip(p, _probabilities(row), strict=True)), arb(0)).log() for row in log_lik[b]]
        )

    return _per_case(len(log_p), one)


def log_evidence_under_r(log_q: Array, log_p: Array, log_lik: Array, beta: Array) -> Estimate:
    """mean_n log sum_z r(z) p(x_n|z)."""

    def one(b: int) -> Any:
        tilted = _tilted(log_q[b], log_p[b], beta[b])
        mass = sum(tilted, arb(0))
        values = []
        for row in log_lik[b]:
            lik = _probabilities(row)
            values.append((sum((t * y for t, y in zip(tilted, lik, strict=True)), arb(0)) / mass).log())
        return _mean(values)

    return _per_case(len(log_q), one)


def importance_mean_log(log_weight: Array, log_proposal: Array, count: Array) -> Estimate:
    """E log of the mean of ``count`` weights w(z_i), z_i independent from the proposal: over all unordered tuples.

    ``log_weight``, ``log_proposal`` (B, K); ``count`` (B,) whole numbers.
    """

    def one(b: int) -> Any:
        w, g, n = _probabilities(log_weight[b]), _probabilities(log_proposal[b]), int(count[b])
        states = [z for z in range(len(g)) if not g[z].is_zero()]
        total = arb(0)
        for draw in combinations_with_replacement(states, n):
            chance = arb(factorial(n))
            for z in set(draw):
                times = draw.count(z)
                chance *= g[z] ** times / factorial(times)
            total += chance * (sum((w[z] for z in draw), arb(0)) / n).log()
        return total

    return _per_case(len(log_weight), one)


def importance_mean_log_bias(log_weight: Array, log_proposal: Array, count: Array) -> Estimate:
    """E log of the mean of ``count`` weights less the log of their expectation: never positive, by Jensen."""
    mean_log = importance_mean_log(log_weight, log_proposal, count).value

    def one(b: int) -> Any:
        w, g = _probabilities(log_weight[b]), _probabilities(log_proposal[b])
        return mean_log[b] - _expected(g, w).log()

    return _per_case(len(log_weight), one)

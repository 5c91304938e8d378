"""Private to :mod:`.balls`: formulas at a point, any k, by naive exponentials and cofactor expansions."""

from __future__ import annotations

from typing import Any

import numpy as np
from flint import arb

from verification.estimate import Estimate

from ._ball_arithmetic import at, ball, over
from ._ball_gaussians import power

Array = Any


def _minor(a: list[list[Any]], i: int, j: int) -> list[list[Any]]:
    return [[x for m, x in enumerate(row) if m != j] for l, row in enumerate(a) if l != i]


def _determinant(a: list[list[Any]]) -> Any:
    if not a:
        return arb(1)
    return sum(((-1) ** j * a[0][j] * _determinant(_minor(a, 0, j)) for j in range(len(a))), arb(0))


def _log_gaussian(z: Array, mu: Array, sigma: Array) -> Any:
    k = len(z)
    a = [[ball(sigma[i][j]) for j in range(k)] for i in range(k)]
    d = [ball(z[i]) - ball(mu[i]) for i in range(k)]
    det = _determinant(a)
    quadratic = arb(0)
    for i in range(k):
        for j in range(k):
            quadratic += (-1) ** (i + j) * d[i] * d[j] * _determinant(_minor(a, i, j))
    return -((2 * arb.pi()) ** k * det).log() / 2 - quadratic / (2 * det)


def log_density(z: Array, mu: Array, Sigma: Array) -> Estimate:
    """log N(z; mu, Sigma)."""
    z, mu, Sigma = (np.asarray(a) for a in (z, mu, Sigma))
    lead = np.broadcast_shapes(z.shape[:-1], mu.shape[:-1])
    z, mu, Sigma = np.broadcast_to(z, (*lead, z.shape[-1])), *_spread(lead, mu, Sigma)
    return over(lead, lambda i: _log_gaussian(z[i], mu[i], Sigma[i]), "cofactors in balls")


def _spread(lead: tuple[int, ...], mu: Array, sigma: Array) -> tuple[Array, Array]:
    k = mu.shape[-1]
    return np.broadcast_to(mu, (*lead, k)), np.broadcast_to(sigma, (*lead, k, k))


def _densities(z: Array, mu: Array, sigma: Array) -> list[Any]:
    return [_log_gaussian(z, m, s).exp() for m, s in zip(mu, sigma, strict=True)]


def mixture_log_density(z: Array, mu: Array, Sigma: Array) -> Estimate:
    """log q(z) = log mean_n N(z; mu_n, Sigma_n)."""
    z, mu, Sigma = (np.asarray(a) for a in (z, mu, Sigma))
    n = mu.shape[-2]
    return over(
        mu.shape[:-2], lambda i: (sum(_densities(z[i], mu[i], Sigma[i]), arb(0)) / n).log(), "cofactors in balls"
    )


def log_tilt(z: Array, mu: Array, Sigma: Array, beta: Array) -> Estimate:
    """log of q(z)^(1 - beta) p(z)^beta."""
    z, mu, Sigma = (np.asarray(a) for a in (z, mu, Sigma))
    k, n = z.shape[-1], mu.shape[-2]

    def one(i: tuple[int, ...]) -> Any:
        b = ball(at(beta, i))
        q = sum(_densities(z[i], mu[i], Sigma[i]), arb(0)) / n
        p = (2 * arb.pi()) ** (-arb(k) / 2) * (-sum((ball(x) ** 2 for x in z[i]), arb(0)) / 2).exp()
        return (q ** (1 - b) * p**b).log()

    return over(mu.shape[:-2], one, "cofactors in balls")


def responsibilities(z: Array, mu: Array, Sigma: Array) -> Estimate:
    """phi*(n; z) = N(z; mu_n, Sigma_n) / sum_m N(z; mu_m, Sigma_m), (..., N)."""
    z, mu, Sigma = (np.asarray(a) for a in (z, mu, Sigma))

    def one(i: tuple[int, ...]) -> Any:
        q = _densities(z[i[:-1]], mu[i[:-1]], Sigma[i[:-1]])
        return q[i[-1]] / sum(q, arb(0))

    return over(mu.shape[:-1], one, "cofactors in balls")


def log_responsibilities(z: Array, mu: Array, Sigma: Array) -> Estimate:
    """log phi*(n; z), (..., N)."""
    phi = responsibilities(z, mu, Sigma).value
    return over(phi.shape, lambda i: phi[i].log(), "cofactors in balls")


def responsibility_entropy(log_phi: Array) -> Estimate:
    """-sum_n phi log phi, from log phi (..., N)."""
    log_phi = np.asarray(log_phi)

    def one(i: tuple[int, ...]) -> Any:
        values = [ball(x).exp() for x in log_phi[i]]
        return -sum((x * x.log() for x in values if not x.is_zero()), arb(0))

    return over(log_phi.shape[:-1], one, "finite sum in balls")


def power_of_mean(log_q: Array, beta: Array) -> Estimate:
    """log of (mean_n q_n)^(1 - beta), from log q_n (..., N)."""
    log_q = np.asarray(log_q)

    def one(i: tuple[int, ...]) -> Any:
        mean = sum((ball(x).exp() for x in log_q[i]), arb(0)) / log_q.shape[-1]
        return (mean ** (1 - ball(at(beta, i)))).log()

    return over(log_q.shape[:-1], one, "finite sum in balls")


def log_jensen_integrand(log_q: Array, log_phi: Array, beta: Array) -> Estimate:
    """log of N^(beta-1) sum_n phi_n^beta q_n^(1-beta), from log q_n and log phi_n (..., N)."""
    log_q, log_phi = np.asarray(log_q), np.asarray(log_phi)

    def one(i: tuple[int, ...]) -> Any:
        b, total = ball(at(beta, i)), arb(0)
        for x, y in zip(log_q[i], log_phi[i], strict=True):
            total += power(ball(y).exp(), b) * power(ball(x).exp(), 1 - b)
        return (arb(log_q.shape[-1]) ** (b - 1) * total).log()

    return over(log_q.shape[:-1], one, "finite sum in balls")

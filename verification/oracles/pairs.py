"""Sums over all pairs of samples and Gaussians in balls: logarithms of terms; slopes by power series."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from flint import arb, arb_mat, arb_series, ctx

from verification.estimate import Estimate, Grade

Array = np.ndarray[Any, Any]

_balls = np.frompyfunc(lambda x: x if isinstance(x, arb) else arb(float(x)), 1, 1)


def _answer(rows: list[Any]) -> Estimate:
    value = np.array(rows, dtype=object)
    return Estimate(value, np.zeros(value.shape), Grade.CERTIFIED, certificate="balls throughout")


def _half_log_two_pi() -> Any:
    return (2 * arb.pi()).log() / 2


def _terms(z: Array, mu: Array, sigma: Array) -> Array:
    """log N(z; mu_n, sigma_n^2) of each posterior and dimension (N, k)."""
    t = (z - mu) / sigma
    return np.asarray(-(t * t) / 2 - np.log(sigma) - _half_log_two_pi(), dtype=object)


def _sums(logs: Any) -> list[Any]:
    """log q and G."""
    top = max(logs, key=float)
    shares = [(x - top).exp() for x in logs]
    mass, log_N = sum(shares, arb(0)), arb(len(shares)).log()
    own = sum((p * (x - top) for p, x in zip(shares, logs, strict=True)), arb(0)) / mass - mass.log()
    return [top + mass.log() - log_N, own + log_N]


def _each(z: Array, mu: Array, sigma: Array, f: Callable[[Array], Any]) -> Estimate:
    Z, M, scales = _balls(z), _balls(mu), _balls(sigma)
    return _answer([[f(_terms(point, M[i], scales[i])) for point in Z[i]] for i in range(len(Z))])


def information(z: Array, mu: Array, sigma: Array) -> Estimate:
    """log q and G."""
    return _each(z, mu, sigma, lambda terms: _sums(terms.sum(1)))


def joint(z: Array, mu: Array, sigma: Array) -> Estimate:
    """log q."""
    return _each(z, mu, sigma, lambda terms: _sums(terms.sum(1))[0])


def each(z: Array, mu: Array, sigma: Array) -> Estimate:
    """log q_j."""
    return _each(z, mu, sigma, lambda terms: [_sums(column)[0] for column in terms.T])


def joint_and_each(z: Array, mu: Array, sigma: Array) -> Estimate:
    """log q and log q_j."""
    return _each(z, mu, sigma, lambda terms: [_sums(column)[0] for column in (terms.sum(1), *terms.T)])


def each_information(z: Array, mu: Array, sigma: Array) -> Estimate:
    """log q_j and G_j."""

    def one(terms: Array) -> list[Any]:
        log_q, G = zip(*(_sums(column) for column in terms.T), strict=True)
        return [*log_q, *G]

    return _each(z, mu, sigma, one)


# --- full covariances -------------------------------------------------------------------------------------------------


def information_full(z: Array, mu: Array, scale_tril: Array) -> Estimate:
    """log q and G, by the inverse of each L L' and its determinant."""
    Z, M, factors = _balls(z), _balls(mu), _balls(scale_tril)
    rows = []
    for i in range(len(Z)):
        made = []
        for L in factors[i]:
            Sigma = arb_mat((L @ L.T).tolist())
            made.append((np.array(Sigma.inv().tolist(), dtype=object), Sigma.det().log() / 2))
        rows.append([_sums([_full(x - m, *one) for m, one in zip(M[i], made, strict=True)]) for x in Z[i]])
    return _answer(rows)


def _full(d: Array, inverse: Array, half_log_det: Any) -> Any:
    return -(d @ inverse @ d) / 2 - half_log_det - len(d) * _half_log_two_pi()


def joint_full(z: Array, mu: Array, scale_tril: Array) -> Estimate:
    """log q."""
    both = information_full(z, mu, scale_tril)
    return _answer(both.value[..., 0].tolist())


# --- slopes -----------------------------------------------------------------------------------------------------------


def _slopes(z: Array, mu: Array, sigma: Array, weight: Array) -> Array:
    """Of sum_s w_s log q(z_s) in each entry of z, mu and sigma, one below the other."""
    to_z, to_mu, to_sigma = (np.full(x.shape, arb(0), dtype=object) for x in (z, mu, sigma))
    length, ctx.cap = ctx.cap, 2
    try:
        for s, n, j in np.ndindex(len(z), *mu.shape):
            moving: Any = (z[s, j], mu[n, j], sigma[n, j])
            for i, (slope, at) in enumerate(((to_z, (s, j)), (to_mu, (n, j)), (to_sigma, (n, j)))):
                x, m, w = (arb_series([v, arb(own == i)]) for own, v in enumerate(moving))
                t = (x - m) / w
                slope[at] += weight[s, n] * (-(t * t) / 2 - w.log())[1]
    finally:
        ctx.cap = length
    return np.concatenate([to_z, to_mu, to_sigma])


def _shares(logs: Array, weight: Array) -> Array:
    """Responsibilities times weight (S, N) from (S, N)."""
    rows = [[(x - max(row, key=float)).exp() for x in row] for row in logs]
    return np.array(
        [[w * p / sum(row, arb(0)) for p in row] for w, row in zip(weight, rows, strict=True)], dtype=object
    )


def gradient(z: Array, mu: Array, sigma: Array, weight: Array) -> Estimate:
    """Of sum_s w_s log q(z_s)."""
    return _answer([_gradient(*case).tolist() for case in zip(*map(_balls, (z, mu, sigma, weight)), strict=True)])


def _gradient(z: Array, mu: Array, sigma: Array, weight: Array) -> Array:
    logs = np.array([_terms(point, mu, sigma).sum(1) for point in z], dtype=object)
    return _slopes(z, mu, sigma, _shares(logs, weight))


def correlation_gradient(z: Array, mu: Array, sigma: Array, weight: Array) -> Estimate:
    """Of sum_s w_s [log q(z_s) - sum_j log q_j(z_sj)]."""

    def one(z: Array, mu: Array, sigma: Array, weight: Array) -> Any:
        alone = [_gradient(z[:, [j]], mu[:, [j]], sigma[:, [j]], weight) for j in range(z.shape[1])]
        return (_gradient(z, mu, sigma, weight) - np.concatenate(alone, 1)).tolist()

    return _answer([one(*case) for case in zip(*map(_balls, (z, mu, sigma, weight)), strict=True)])


# --- rounding ---------------------------------------------------------------------------------------------------------


def log_bounds(log_q: Array, sigma: Array) -> Estimate:
    """Logarithms of the bounds for log q and G in float64, where nothing cancels."""

    def one(values: Array, scales: Array) -> list[Any]:
        N, k = scales.shape
        height = max((sum((abs(s.log()) for s in row), arb(0)) for row in scales), key=float) + k * _half_log_two_pi()
        rows = []
        for v in values:
            units = 2 * (k + 10) * (2 * height + abs(v) + arb(N).log()) + arb(N) / 16 + 1072
            rows.append([(units / 2**52).log(), (units / 2**51 * (1 + arb(N).log())).log()])
        return rows

    return _answer([one(v, s) for v, s in zip(_balls(log_q), _balls(sigma), strict=True)])

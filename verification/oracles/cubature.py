"""Gaussian expectations of quadratics at 2k points along the columns of a Cholesky factor, exact, in balls.

log q, log p and the expansion of log p(x|z) are all quadratic in z, so that the beta-VAE's objective is an average over
the points, by definition; best covariances come from Gauss and Jordan's elimination.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from flint import arb

from verification.estimate import Estimate, Grade

Array = Any
Blocks = list[list[int]]


def _balls(x: Any) -> Array:
    return np.frompyfunc(lambda v: v if isinstance(v, arb) else arb(float(v)), 1, 1)(np.asarray(x))


def _factor(s: Array) -> Array:
    """Lower triangular L with s = L L'."""
    k = len(s)
    L = np.full((k, k), arb(0), dtype=object)
    for i in range(k):
        for j in range(i + 1):
            rest = s[i, j] - sum((L[i, m] * L[j, m] for m in range(j)), arb(0))
            L[i, j] = rest.sqrt() if i == j else rest / L[j, j]
    return L


def _forward(L: Array, v: Array) -> Array:
    out: list[Any] = []
    for i in range(len(v)):
        out.append((v[i] - sum((L[i, j] * out[j] for j in range(i)), arb(0))) / L[i, i])
    return np.array(out, dtype=object)


def _half_log_det(L: Array) -> Any:
    return sum((L[i, i].log() for i in range(len(L))), arb(0))


def _inverse(s: Array) -> Array:
    k = len(s)
    a = np.concatenate([s, _balls(np.eye(k))], axis=1)
    for i in range(k):
        a[i] = a[i] / a[i, i]
        for j in set(range(k)) - {i}:
            a[j] = a[j] - a[j, i] * a[i]
    return a[:, k:]


def _points(L: Array) -> list[Array]:
    """Deviations from the mean, equally weighted."""
    root = arb(len(L)).sqrt()
    return [sign * root * L[:, i] for i in range(len(L)) for sign in (1, -1)]


def _average(f: Callable[[Array], Any], L: Array) -> Any:
    points = _points(L)
    return sum((f(z) for z in points), arb(0)) / len(points)


def _dot(u: Array, v: Array) -> Any:
    return sum((a * b for a, b in zip(u, v, strict=True)), arb(0))


def _quadratic(H: Array, v: Array) -> Any:
    return _dot(v, H @ v)


def _log_q(L: Array, deviation: Array) -> Any:
    """Without -k log(2 pi) / 2."""
    white = _forward(L, deviation)
    return -_half_log_det(L) - _dot(white, white) / 2


def _objective(log_lik: Any, H: Array, h: Array, sigma: Array, beta: Any) -> Any:
    L = _factor(sigma)

    def summand(deviation: Array) -> Any:
        z = h + deviation
        log_ratio = _log_q(L, deviation) + _dot(z, z) / 2
        return log_lik + _quadratic(H, deviation) / 2 - beta * log_ratio

    return _average(summand, L)


def _each(size: int, f: Callable[[int], Any]) -> Estimate:
    values = [f(i) for i in range(size)]
    out = np.empty((size, *np.shape(values[0])), dtype=object)
    for i, value in enumerate(values):
        out[i] = value
    return Estimate(out, np.zeros(out.shape), Grade.CERTIFIED, certificate="points exact for quadratics, in balls")


def objective(log_lik: Array, H: Array, h: Array, Sigma: Array, beta: Array) -> Estimate:
    """E_q of the expansion less beta KL(q || p), point by point."""
    args = tuple(map(_balls, (log_lik, H, h, Sigma, beta)))
    return _each(len(beta), lambda i: _objective(*(x[i] for x in args)))


def mean_of_ends(log_lik: Array, H: Array, h: Array, Sigma: Array, Sigma2: Array, beta: Array) -> Estimate:
    """The objective at the two ends of a line, averaged."""
    first, second = (objective(log_lik, H, h, s, beta).value for s in (Sigma, Sigma2))
    return _each(len(beta), lambda i: (first[i] + second[i]) / 2)


def along(H: Array, Sigma: Array, v: Array, beta: Array) -> Estimate:
    """The objective at Sigma + v v' less that at Sigma."""
    H, s, u, b = map(_balls, (H, Sigma, v, beta))

    def one(i: int) -> Any:
        nothing, zero = 0 * u[i], arb(0)
        moved = s[i] + u[i][:, None] * u[i]
        return _objective(zero, H[i], nothing, moved, b[i]) - _objective(zero, H[i], nothing, s[i], b[i])

    return _each(len(beta), one)


# --- at its best ------------------------------------------------------------------------------------------------------


def _families(k: int) -> dict[str, Blocks]:
    one = [[i] for i in range(k)]
    return {"full": [list(range(k))], "diagonal": one, "block": [[0], list(range(1, k))]}


def _best(H: Array, beta: Any, family: str) -> Array:
    """Each block of I - H/beta inverted by itself."""
    k = len(H)
    out = _balls(np.zeros((k, k)))
    for rows in _families(k)[family]:
        where = np.ix_(rows, rows)
        out[where] = _inverse(_balls(np.eye(len(rows))) - H[where] / beta)
    return out


def _values(log_lik: Array, H: Array, h: Array, beta: Array, family: str) -> Estimate:
    args = tuple(map(_balls, (log_lik, H, h, beta)))

    def one(i: int) -> Any:
        lik, hessian, mean, b = (x[i] for x in args)
        return _objective(lik, hessian, mean, _best(hessian, b, family), b)

    return _each(len(beta), one)


def value(log_lik: Array, H: Array, h: Array, beta: Array) -> Estimate:
    """The objective at the best covariance."""
    return _values(log_lik, H, h, beta, "full")


def value_diagonal(log_lik: Array, H: Array, h: Array, beta: Array) -> Estimate:
    """The objective at the best diagonal covariance."""
    return _values(log_lik, H, h, beta, "diagonal")


def value_block(log_lik: Array, H: Array, h: Array, beta: Array) -> Estimate:
    """The objective at the best covariance in two blocks."""
    return _values(log_lik, H, h, beta, "block")


def _divergence(sigma: Array, precision: Array) -> Any:
    """KL(N(0, sigma) || N(0, precision^-1)), point by point."""
    L = _factor(sigma)
    volume = _half_log_det(_factor(precision))
    return _average(lambda z: _log_q(L, z) - volume + _quadratic(precision, z) / 2, L)


def gap(H: Array, Sigma: Array, beta: Array) -> Estimate:
    """beta KL(N(h, Sigma) || N(h, Sigma*))."""
    H, s, b = map(_balls, (H, Sigma, beta))
    one = _balls(np.eye(H.shape[-1]))
    return _each(len(beta), lambda i: b[i] * _divergence(s[i], one - H[i] / b[i]))


def gap_near_best(H: Array, E: Array, beta: Array) -> Estimate:
    """The gap of Sigma* + E."""
    H, e, b = map(_balls, (H, E, beta))
    moved = [_best(H[i], b[i], "full") + e[i] for i in range(len(b))]
    return gap(H, np.array(moved, dtype=object), b)


def gap_diagonal(H: Array, Sigma: Array, beta: Array) -> Estimate:
    """The objective at the best diagonal covariance less that at Sigma."""
    H, s, b = map(_balls, (H, Sigma, beta))

    def one(i: int) -> Any:
        zero, nothing = arb(0), _balls(np.zeros(len(H[i])))
        best = _objective(zero, H[i], nothing, _best(H[i], b[i], "diagonal"), b[i])
        return best - _objective(zero, H[i], nothing, s[i], b[i])

    return _each(len(beta), one)


def _costs(H: Array, beta: Array, family: str) -> Estimate:
    H, b = _balls(H), _balls(beta)
    one = _balls(np.eye(H.shape[-1]))
    return _each(len(beta), lambda i: b[i] * _divergence(_best(H[i], b[i], family), one - H[i] / b[i]))


def precision_block(H: Array, beta: Array) -> Estimate:
    """The inverse of the best covariance in two blocks."""
    H, b = _balls(H), _balls(beta)
    return _each(len(b), lambda i: _inverse(_best(H[i], b[i], "block")))


def cost_diagonal(H: Array, beta: Array) -> Estimate:
    """beta times the divergence from the best diagonal posterior to the best of all."""
    return _costs(H, beta, "diagonal")


def cost_block(H: Array, beta: Array) -> Estimate:
    """beta times the divergence from the best posterior in two blocks to the best of all."""
    return _costs(H, beta, "block")


# --- decoders ---------------------------------------------------------------------------------------------------------


def covariance_observed(J: Array, H_p: Array, beta: Array) -> Estimate:
    """The best covariance at the Hessian J'H_p J."""
    J, H, b = map(_balls, (J, H_p, beta))
    return _each(len(b), lambda i: _best(J[i].T @ (H[i] @ J[i]), b[i], "full"))


def value_observed(log_lik: Array, h: Array, J: Array, H_p: Array, beta: Array) -> Estimate:
    """The objective at the best covariance at the Hessian J'H_p J."""
    J, H = _balls(J), _balls(H_p)
    return value(log_lik, np.array([j.T @ (m @ j) for j, m in zip(J, H, strict=True)], dtype=object), h, beta)


def decoded_gap(J: Array, Sigma: Array, beta: Array) -> Estimate:
    """beta KL(N(h, Sigma) || N(h, Sigma*)) at the Hessian -J'J."""
    return gap(np.array([-(j.T @ j) for j in _balls(J)], dtype=object), Sigma, beta)


def gram(J: Array) -> Estimate:
    """Inner products of columns."""
    J = _balls(J)
    return _each(len(J), lambda i: np.array([[_dot(u, v) for v in J[i].T] for u in J[i].T], dtype=object))


def pixel_gram(J: Array, curvature: Array) -> Estimate:
    """Minus the second derivative along pairs of columns, pixel by pixel."""
    J, c = _balls(J), _balls(curvature)
    return _each(len(J), lambda i: np.array([[-_dot(u * c[i], v) for v in J[i].T] for u in J[i].T], dtype=object))


def first_order_observed(square: Array, H_p: Array) -> Estimate:
    """Minus half the second derivatives along the columns, added up."""
    J, H = _balls(square), _balls(H_p)
    return _each(len(square), lambda i: -sum((_quadratic(H[i], u) for u in J[i].T), arb(0)) / 2)


def reconstruction_less_divergence(x: Array, W: Array, h: Array, Sigma: Array, beta: Array) -> Estimate:
    """E_q[-|x - W z|^2 / 2] less beta KL(q || p), point by point."""
    x, W, h, s, b = map(_balls, (x, W, h, Sigma, beta))

    def one(i: int) -> Any:
        L = _factor(s[i])

        def summand(deviation: Array) -> Any:
            z = h[i] + deviation
            left = x[i] - W[i] @ z
            return -_dot(left, left) / 2 - b[i] * (_log_q(L, deviation) + _dot(z, z) / 2)

        return _average(summand, L)

    return _each(len(b), one)


def nothing(beta: Array) -> Estimate:
    """Zero: the divergence of a posterior from itself."""
    one = _balls(np.eye(1))
    return _each(len(beta), lambda i: _divergence(one, one))


def first_order_excess(J: Array, beta: Array) -> Estimate:
    """Half the lengths of rows, squared, less (beta/2) log |I + JJ'/beta|."""
    J, b = _balls(J), _balls(beta)

    def one(i: int) -> Any:
        rows = J[i] @ J[i].T
        volume = _half_log_det(_factor(_balls(np.eye(len(rows))) + rows / b[i]))
        return sum((rows[d, d] for d in range(len(rows))), arb(0)) / 2 - b[i] * volume

    return _each(len(b), one)

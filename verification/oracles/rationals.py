"""Exact fractions: inverses and determinants of rational matrices by FLINT, taken literally; only logarithms are balls.

Every float is a fraction. A family of covariances is a list of blocks, each inverted by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from flint import arb, fmpq, fmpq_mat

from verification.estimate import Estimate, Grade

Array = Any
Blocks = list[range]


def _q(x: Any) -> Any:
    top, bottom = float(x).as_integer_ratio()
    return fmpq(top, bottom)


def _matrix(x: Array) -> Any:
    return fmpq_mat([[_q(v) for v in row] for row in np.asarray(x, float)])


def _eye(k: int) -> Any:
    return fmpq_mat([[fmpq(int(i == j)) for j in range(k)] for i in range(k)])


def _ball(x: Any) -> Any:
    return arb(x.p) / arb(x.q)


def _log(x: Any) -> Any:
    return _ball(x).log()


def _sum(terms: Any) -> Any:
    return sum(terms, fmpq(0))


def _trace(m: Any) -> Any:
    return _sum(m[i, i] for i in range(m.nrows()))


def _square(v: Array) -> Any:
    return _sum(_q(x) ** 2 for x in v)


def _part(m: Any, rows: range) -> Any:
    return fmpq_mat([[m[i, j] for j in rows] for i in rows])


def _full(k: int) -> Blocks:
    return [range(k)]


def _diagonal(k: int) -> Blocks:
    return [range(i, i + 1) for i in range(k)]


def _block(k: int) -> Blocks:
    """The first dimension, and the rest."""
    return [range(1), range(1, k)]


def _each(size: int, f: Callable[[int], Any]) -> Estimate:
    values = [f(i) for i in range(size)]
    out = np.empty((size, *np.shape(values[0])), dtype=object)
    for i, value in enumerate(values):
        out[i] = value
    return Estimate(out, np.zeros(out.shape), Grade.CERTIFIED, certificate="exact fractions")


def _precision(H: Array, beta: Any) -> Any:
    return _eye(len(H)) - _matrix(H) / _q(beta)


def _decoded(J: Array, beta: Any) -> Any:
    j = _matrix(J)
    return _eye(j.ncols()) + j.transpose() * j / _q(beta)


def _table(m: Any) -> Array:
    k = m.nrows()
    return np.array([[_ball(m[i, j]) for j in range(k)] for i in range(k)], dtype=object)


def _log_det(A: Any, blocks: Blocks) -> Any:
    return sum((_log(_part(A, rows).det()) for rows in blocks), arb(0))


# --- the expanded objective -------------------------------------------------------------------------------------------


def _objective(log_lik: Any, H: Array, h: Array, sigma: Array, beta: Any, absolute: bool = False) -> Any:
    b, s = _q(beta), _matrix(sigma)
    det = s.det()
    rational = _q(log_lik) + _trace(_matrix(H) * s) / 2 - b * (_square(h) + _trace(s) - len(h)) / 2
    return _ball(rational) + _ball(b) * _log(-det if absolute and det < 0 else det) / 2


def objective(log_lik: Array, H: Array, h: Array, Sigma: Array, beta: Array) -> Estimate:
    """(8) with the determinant taken literally."""
    return _each(len(beta), lambda i: _objective(log_lik[i], H[i], h[i], Sigma[i], beta[i]))


def objective_of_any_sign(log_lik: Array, H: Array, h: Array, S: Array, beta: Array) -> Estimate:
    """(8) with the absolute value of the determinant, at a symmetric matrix that is no covariance."""
    return _each(len(beta), lambda i: _objective(log_lik[i], H[i], h[i], S[i], beta[i], absolute=True))


def mean_of_ends(log_lik: Array, H: Array, h: Array, Sigma: Array, Sigma2: Array, beta: Array) -> Estimate:
    """(8) at the two ends of a line, averaged."""

    def one(i: int) -> Any:
        first, second = (_objective(log_lik[i], H[i], h[i], s[i], beta[i]) for s in (Sigma, Sigma2))
        return (first + second) / 2

    return _each(len(beta), one)


def along(H: Array, Sigma: Array, v: Array, beta: Array) -> Estimate:
    """(8) at Sigma + v v' less (8) at Sigma."""

    def one(i: int) -> Any:
        nothing = np.zeros(len(v[i]))
        b, turned = _q(beta[i]), fmpq_mat([[_q(x) * _q(y) for y in v[i]] for x in v[i]])
        s = _matrix(Sigma[i])
        moved = s + turned
        less = _objective(0, H[i], nothing, Sigma[i], beta[i])
        rational = _trace(_matrix(H[i]) * moved) / 2 - b * (_trace(moved) - len(nothing)) / 2
        return _ball(rational) + _ball(b) * _log(moved.det()) / 2 - less

    return _each(len(beta), one)


def gradient(H: Array, Sigma: Array, beta: Array) -> Estimate:
    """H/2 - (beta/2)(I - Sigma^-1)."""
    return _each(
        len(beta),
        lambda i: _table((_matrix(H[i]) - _q(beta[i]) * (_eye(len(H[i])) - _matrix(Sigma[i]).inv())) / fmpq(2)),
    )


def _value(log_lik: Any, A: Any, h: Array, beta: Any, blocks: Blocks) -> Any:
    b = _q(beta)
    return _ball(_q(log_lik) - b * _square(h) / 2) - _ball(b) * _log_det(A, blocks) / 2


def _values(log_lik: Array, H: Array, h: Array, beta: Array, family: Callable[[int], Blocks]) -> Estimate:
    return _each(len(beta), lambda i: _value(log_lik[i], _precision(H[i], beta[i]), h[i], beta[i], family(len(h[i]))))


def value(log_lik: Array, H: Array, h: Array, beta: Array) -> Estimate:
    """(10)."""
    return _values(log_lik, H, h, beta, _full)


def value_diagonal(log_lik: Array, H: Array, h: Array, beta: Array) -> Estimate:
    """(10) over diagonal covariances."""
    return _values(log_lik, H, h, beta, _diagonal)


def value_block(log_lik: Array, H: Array, h: Array, beta: Array) -> Estimate:
    """(10) over covariances in two blocks."""
    return _values(log_lik, H, h, beta, _block)


def _inverse(A: Any, blocks: Blocks) -> Array:
    k = A.nrows()
    out = np.full((k, k), arb(0), dtype=object)
    for rows in blocks:
        out[np.ix_(rows, rows)] = _table(_part(A, rows).inv())
    return out


def _gaps(H: Array, sigma: Array, beta: Array, family: Callable[[int], Blocks]) -> Estimate:
    def one(i: int) -> Any:
        nothing = np.zeros(len(H[i]))
        best = _value(0, _precision(H[i], beta[i]), nothing, beta[i], family(len(nothing)))
        return best - _objective(0, H[i], nothing, sigma[i], beta[i])

    return _each(len(beta), one)


def gap(H: Array, Sigma: Array, beta: Array) -> Estimate:
    """(10) less (8)."""
    return _gaps(H, Sigma, beta, _full)


def gap_diagonal(H: Array, Sigma: Array, beta: Array) -> Estimate:
    """(10) over diagonal covariances less (8)."""
    return _gaps(H, Sigma, beta, _diagonal)


def _costs(H: Array, beta: Array, family: Callable[[int], Blocks]) -> Estimate:
    def one(i: int) -> Any:
        A, nothing = _precision(H[i], beta[i]), np.zeros(len(H[i]))
        return _value(0, A, nothing, beta[i], _full(len(nothing))) - _value(
            0, A, nothing, beta[i], family(len(nothing))
        )

    return _each(len(beta), one)


def precision_block(H: Array, beta: Array) -> Estimate:
    """I - H/beta with zeros between two blocks."""

    def one(i: int) -> Array:
        A = _table(_precision(H[i], beta[i]))
        A[0, 1:] = A[1:, 0] = arb(0)
        return A

    return _each(len(beta), one)


def cost_diagonal(H: Array, beta: Array) -> Estimate:
    """What the best diagonal covariance has less than the best of all."""
    return _costs(H, beta, _diagonal)


def cost_block(H: Array, beta: Array) -> Estimate:
    """What the best covariance in two blocks has less than the best of all."""
    return _costs(H, beta, _block)


def _observed(J: Array, H_p: Array, beta: Any) -> Any:
    j = _matrix(J)
    return _eye(j.ncols()) - j.transpose() * _matrix(H_p) * j / _q(beta)


def covariance_observed(J: Array, H_p: Array, beta: Array) -> Estimate:
    """(I - J'H_p J/beta)^-1."""
    return _each(len(beta), lambda i: _inverse(_observed(J[i], H_p[i], beta[i]), _full(J.shape[-1])))


def value_observed(log_lik: Array, h: Array, J: Array, H_p: Array, beta: Array) -> Estimate:
    """(12)."""
    return _each(
        len(beta),
        lambda i: _value(log_lik[i], _observed(J[i], H_p[i], beta[i]), h[i], beta[i], _full(J.shape[-1])),
    )


def _regularizers(J: Array, beta: Array, family: Callable[[int], Blocks]) -> Estimate:
    return _each(len(beta), lambda i: _log_det(_decoded(J[i], beta[i]), family(J.shape[-1])))


def regularizer(J: Array, beta: Array) -> Estimate:
    """log |I + J'J/beta|."""
    return _regularizers(J, beta, _full)


def hadamard(J: Array, beta: Array) -> Estimate:
    """Log of the product of the diagonal of I + J'J/beta."""
    return _regularizers(J, beta, _diagonal)


def fischer(J: Array, beta: Array) -> Estimate:
    """Log of the product of two blocks' determinants."""
    return _regularizers(J, beta, _block)


def _losses(x: Array, g: Array, h: Array, J: Array, beta: Array, family: Callable[[int], Blocks]) -> Estimate:
    """Minus the best expanded objective with log p(x|h) = -|x - g|^2 / 2 and H = -J'J."""

    def one(i: int) -> Any:
        apart = sum(((_q(a) - _q(b)) ** 2 for a, b in zip(x[i], g[i], strict=True)), fmpq(0))
        A = _decoded(J[i], beta[i])
        return _ball(apart / 2) - _value(0, A, h[i], beta[i], family(len(h[i])))

    return _each(len(beta), one)


def loss(x: Array, g: Array, h: Array, J: Array, beta: Array) -> Estimate:
    """The best over covariances."""
    return _losses(x, g, h, J, beta, _full)


def loss_diagonal(x: Array, g: Array, h: Array, J: Array, beta: Array) -> Estimate:
    """The best over diagonal covariances."""
    return _losses(x, g, h, J, beta, _diagonal)


def loss_block(x: Array, g: Array, h: Array, J: Array, beta: Array) -> Estimate:
    """The best over covariances in two blocks."""
    return _losses(x, g, h, J, beta, _block)


def decoded_gap(J: Array, Sigma: Array, beta: Array) -> Estimate:
    """(10) less (8) under unit-noise Gaussian observations, H = -J'J."""

    def one(i: int) -> Any:
        b, s, A = _q(beta[i]), _matrix(Sigma[i]), _decoded(J[i], beta[i])
        spread = _trace(A * s) - s.nrows()
        return _ball(b) * (_ball(spread) - _log(A.det()) - _log(s.det())) / 2

    return _each(len(beta), one)


def _with_excess(J: Array, Sigma: Array, beta: Array, inside: int) -> Estimate:
    """The gap, and (beta/2) times: tr(I - Sigma), log |A Sigma| less that of I + J'J Sigma/beta, d moved inside."""
    right = decoded_gap(J, Sigma, beta).value

    def one(i: int) -> Any:
        b, s, A = _q(beta[i]), _matrix(Sigma[i]), _decoded(J[i], beta[i])
        k = s.nrows()
        other = (A * s - s + _eye(k) * (1 - inside * k)).det()
        extra = _ball(fmpq(k + inside * k) - _trace(s)) + _log((A * s).det()) - _log(-other if other < 0 else other)
        return right[i] + _ball(b) * extra / 2

    return _each(len(beta), one)


def printed_gap(J: Array, Sigma: Array, beta: Array) -> Estimate:
    """With d taken from the diagonal inside the determinant."""
    return _with_excess(J, Sigma, beta, 1)


def printed_gap_bars(J: Array, Sigma: Array, beta: Array) -> Estimate:
    """With d outside of it."""
    return _with_excess(J, Sigma, beta, 0)


def gram(J: Array) -> Estimate:
    """J'J."""
    return _each(len(J), lambda i: _table(_matrix(J[i]).transpose() * _matrix(J[i])))


def pixel_gram(J: Array, curvature: Array) -> Estimate:
    """-J'HJ for the diagonal H of given curvatures."""

    def one(i: int) -> Any:
        j = _matrix(J[i])
        return _table(j.transpose() * _matrix(np.diag(-np.asarray(curvature[i], float))) * j)

    return _each(len(J), one)


def first_order(J: Array) -> Estimate:
    """tr(J'J)/2."""
    return _each(len(J), lambda i: _ball(_trace(_matrix(J[i]).transpose() * _matrix(J[i])) / 2))


def first_order_excess(J: Array, beta: Array) -> Estimate:
    """tr(J'J)/2 less (beta/2) log |I + J'J/beta|."""

    def one(i: int) -> Any:
        j = _matrix(J[i])
        return (_ball(_trace(j.transpose() * j)) - _ball(_q(beta[i])) * _log(_decoded(J[i], beta[i]).det())) / 2

    return _each(len(beta), one)


def first_order_observed(square: Array, H_p: Array) -> Estimate:
    """-tr(J'H_p J)/2."""

    def one(i: int) -> Any:
        j = _matrix(square[i])
        return _ball(-_trace(j.transpose() * _matrix(H_p[i]) * j) / 2)

    return _each(len(square), one)


def partial_sum(J: Array, beta: Array, order: Array) -> Estimate:
    """Traces of powers of J'J/beta."""

    def one(i: int) -> Any:
        x = _decoded(J[i], beta[i]) - _eye(J.shape[-1])
        power, whole = _eye(J.shape[-1]), arb(0)
        for m in range(1, round(float(order[i])) + 1):
            power = power * x
            whole -= (-1) ** m * _ball(_trace(power)) / m
        return whole

    return _each(len(beta), one)


def reconstruction_less_divergence(x: Array, W: Array, h: Array, Sigma: Array, beta: Array) -> Estimate:
    """E_q[-|x - W z|^2 / 2] less beta KL(q || p), by traces."""

    def one(i: int) -> Any:
        w, s = _matrix(W[i]), _matrix(Sigma[i])
        centre = [a - _sum(w[r, c] * _q(h[i][c]) for c in range(w.ncols())) for r, a in enumerate(map(_q, x[i]))]
        missed = _sum(a * a for a in centre) + _trace(w * s * w.transpose())
        spread = _square(h[i]) + _trace(s) - len(h[i])
        b = _q(beta[i])
        return _ball(-(missed + b * spread) / 2) + _ball(b) * _log(s.det()) / 2

    return _each(len(beta), one)


def nothing(beta: Array) -> Estimate:
    """Zero: what a covariance at its best costs against itself."""
    return _each(len(beta), lambda i: _log(_q(beta[i]) / _q(beta[i])))

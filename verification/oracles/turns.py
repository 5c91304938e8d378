"""Rotated models by explicit matrices of balls: products, inverses, determinants, and conditioning of joint Gaussians;
planar maps and signed permutations one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import permutations, product
from typing import Any

import flint
import numpy as np
from flint import arb, arb_mat

from verification.estimate import Estimate, Grade

Array = np.ndarray[Any, Any]
BITS = 200


def _ball(x: Any) -> Any:
    return x if isinstance(x, arb) else arb(float(x))


def _matrix(x: Any) -> Any:
    return arb_mat([[_ball(v) for v in row] for row in x])


def _column(x: Any) -> Any:
    return arb_mat([[_ball(v)] for v in x])


def _eye(k: int) -> Any:
    return arb_mat([[arb(int(i == j)) for j in range(k)] for i in range(k)])


def _rows(m: Any) -> list[list[Any]]:
    return [[m[i, j] for j in range(m.ncols())] for i in range(m.nrows())]


def _trace(m: Any) -> Any:
    return sum((m[i, i] for i in range(m.nrows())), arb(0))


def _each(cases: int, f: Callable[[int], Any]) -> Estimate:
    with flint.ctx.workprec(BITS):
        value = np.array([f(i) for i in range(cases)], dtype=object)
    return Estimate(value, np.zeros(value.shape), Grade.CERTIFIED, certificate="explicit matrices in balls")


def _log_density(v: Any, S: Any) -> Any:
    quadratic = (v.transpose() * S.inv() * v)[0, 0]
    return -(v.nrows() * (2 * arb.pi()).log() + S.det().log() + quadratic) / 2


# --- (1): the posterior by conditioning the joint Gaussian of x and z -------------------------------------------------


def _condition(x: Any, W: Any, noise: Any) -> tuple[Any, Any]:
    gain = W.transpose() * (W * W.transpose() + noise * _eye(W.nrows())).inv()
    return gain * x, _eye(W.ncols()) - gain * W


def _posterior(x: Array, W: Any, noise: Any, z: Any) -> Any:
    mean, S = _condition(_column(x), W, _ball(noise))
    return _log_density(_column(z) - mean, S)


def new_posterior(x: Array, W: Array, noise: Array, U: Array, z: Array) -> Estimate:
    """log p'(z|x) of the model whose decoder is fed U z."""
    return _each(len(x), lambda i: _posterior(x[i], _matrix(W[i]) * _matrix(U[i]), noise[i], z[i]))


def old_posterior(x: Array, W: Array, noise: Array, z: Array) -> Estimate:
    """log p(z|x)."""
    return _each(len(x), lambda i: _posterior(x[i], _matrix(W[i]), noise[i], z[i]))


def prior_density(z: Array) -> Estimate:
    """log N(z; 0, I)."""
    return _each(len(z), lambda i: _log_density(_column(z[i]), _eye(len(z[i]))))


# --- section 3.1 ------------------------------------------------------------------------------------------------------


def _turned(U: Array, Sigma: Any) -> Any:
    turn = _matrix(U)
    return turn.transpose() * Sigma * turn


def _off_diagonal(m: Any) -> list[list[Any]]:
    return [[arb(0) if i == j else v for j, v in enumerate(row)] for i, row in enumerate(_rows(m))]


def coupling(U: Array, Sigma: Array) -> Estimate:
    """U'Sigma U without its diagonal."""
    return _each(len(U), lambda i: _off_diagonal(_turned(U[i], _matrix(Sigma[i]))))


def _gap(S: Any, beta: Any) -> Any:
    """beta KL(N(0, D) || N(0, S)) where the diagonal of S^-1 - D^-1 is 0."""
    precision = S.inv()
    k = S.nrows()
    D = arb_mat([[1 / precision[i, i] if i == j else arb(0) for j in range(k)] for i in range(k)])
    return beta * (_trace(precision * D) - k + S.det().log() - D.det().log()) / 2


def mean_field_gap(U: Array, Sigma: Array, beta: Array) -> Estimate:
    """beta KL of the best independent Gaussian from the rotated posterior."""
    return _each(len(U), lambda i: _gap(_turned(U[i], _matrix(Sigma[i])), _ball(beta[i])))


def _planar(angle: Any, variances: Array, beta: Any) -> Any:
    c, s = _ball(angle).cos(), _ball(angle).sin()
    S = _matrix(np.diag(np.asarray(variances, float)))
    return _gap(_turned(np.array([[c, -s], [s, c]], dtype=object), S), _ball(beta))


def planar_gap(angle: Array, variances: Array, beta: Array) -> Estimate:
    """The same for the rotation by an angle."""
    return _each(len(angle), lambda i: _planar(angle[i], variances[i], beta[i]))


def mean_planar_gap(angle: Array, spreads: Array, beta: Array) -> Estimate:
    """Its mean over data."""
    return _each(
        len(angle),
        lambda i: sum((_planar(angle[i], s, beta[i]) for s in spreads[i]), arb(0)) / len(spreads[i]),
    )


def fourth_coupling(U: Array, size: Array, weight: Array) -> Estimate:
    """cum(y_i, y_i, y_j, y_j) of y = U'z from the moments of all points of z, by their definition."""

    def one(i: int) -> Any:
        turn = _matrix(U[i]).transpose()
        k = len(size[i])
        second = [[arb(0)] * k for _ in range(k)]
        fourth = [[arb(0)] * k for _ in range(k)]
        for signs in product((-1, 0, 1), repeat=k):
            chance = arb(1)
            for s, w in zip(signs, weight[i], strict=True):
                chance *= _ball(w) / 2 if s else 1 - _ball(w)
            y = turn * _column([s * _ball(v) for s, v in zip(signs, size[i], strict=True)])
            for a in range(k):
                for b in range(k):
                    second[a][b] += chance * y[a, 0] * y[b, 0]
                    fourth[a][b] += chance * y[a, 0] * y[a, 0] * y[b, 0] * y[b, 0]
        return [
            [fourth[a][b] - second[a][a] * second[b][b] - 2 * second[a][b] * second[a][b] for b in range(k)]
            for a in range(k)
        ]

    return _each(len(U), one)


def _signed_permutations(k: int) -> Iterator[list[list[int]]]:
    for order in permutations(range(k)):
        for signs in product((1, -1), repeat=k):
            yield [[signs[i] if order[i] == j else 0 for j in range(k)] for i in range(k)]


def allowed(variances: Array) -> Estimate:
    """How many signed permutations, and turns of them by arctan(3/4) in a plane, keep diag(variances) diagonal."""

    def one(i: int) -> Any:
        k, count = len(variances[i]), 0
        S = _matrix(np.diag(np.asarray(variances[i], float)))
        planes = [(a, b) for a in range(k) for b in range(a + 1, k)]
        for plane in [None, *planes]:
            turn = [[arb(int(a == b)) for b in range(k)] for a in range(k)]
            if plane:
                a, b = plane
                turn[a][a] = turn[b][b] = arb(4) / 5
                turn[a][b], turn[b][a] = -arb(3) / 5, arb(3) / 5
            for P in _signed_permutations(k):
                m = (_matrix(turn) * _matrix(P)).transpose() * S * (_matrix(turn) * _matrix(P))
                count += all(m[a, b].contains(0) for a, b in planes)
        return arb(count)

    return _each(len(variances), one)


# --- probabilistic PCA ------------------------------------------------------------------------------------------------


def precision_coupling(W: Array, noise: Array) -> Estimate:
    """The off-diagonal entries of the inverse of the posterior covariance."""
    return _each(
        len(W), lambda i: _off_diagonal(_condition(_column([0] * len(W[i])), _matrix(W[i]), _ball(noise[i]))[1].inv())
    )


def log_evidence(x: Array, W: Array, noise: Array) -> Estimate:
    """log N(x; 0, W W' + noise I)."""

    def one(i: int) -> Any:
        w = _matrix(W[i])
        return _log_density(_column(x[i]), w * w.transpose() + _ball(noise[i]) * _eye(w.nrows()))

    return _each(len(x), one)


def decoder_gap(W: Array, noise: Array, U: Array, beta: Array) -> Estimate:
    """beta KL of the best independent Gaussian from the best posterior of a linear decoder fed U z."""

    def one(i: int) -> Any:
        tempered = _condition(_column([0] * len(W[i])), _matrix(W[i]), _ball(beta[i]) * _ball(noise[i]))[1]
        return _gap(_turned(U[i], tempered), _ball(beta[i]))

    return _each(len(W), one)


# --- (15) on Gaussians ------------------------------------------------------------------------------------------------


def moved_objective(x: Array, W: Array, noise: Array, U: Array, mu: Array, Sigma: Array, beta: Array) -> Estimate:
    """L(r#q, p): the mean U mu and the covariance U Sigma U' under the decoder W."""

    def one(i: int) -> Any:
        turn, w, v = _matrix(U[i]), _matrix(W[i]), _ball(noise[i])
        m, S = turn * _column(mu[i]), turn * _matrix(Sigma[i]) * turn.transpose()
        left = _column(x[i]) - w * m
        told = (left.transpose() * left)[0, 0] + _trace(w * S * w.transpose())
        reconstruction = -(len(x[i]) * (2 * arb.pi() * v).log() + told / v) / 2
        kl = (_trace(S) + (m.transpose() * m)[0, 0] - S.nrows() - S.det().log()) / 2
        return reconstruction - _ball(beta[i]) * kl

    return _each(len(x), one)


# --- angles -----------------------------------------------------------------------------------------------------------


def procrustes(Z: Array, M: Array) -> Estimate:
    """The orthogonal factor of Z M', by averaging a matrix with its transposed inverse until nothing moves."""

    def one(i: int) -> Any:
        X = _matrix(Z[i]) * _matrix(M[i]).transpose()
        for _ in range(30):
            X = _middles((X + X.inv().transpose()) / 2)
        return [[v + arb(0, 1e-40) for v in row] for row in _rows(X)]

    return _each(len(Z), one)


def _middles(m: Any) -> Any:
    return arb_mat([[v.mid() for v in row] for row in _rows(m)])


def rotation_angle(U: Array) -> Estimate:
    """Of the eight matrices that differ by a signed permutation of columns, the rotation whose angle is in range."""

    def one(i: int) -> Any:
        for P in _signed_permutations(2):
            turn = _matrix(U[i]) * _matrix(P)
            # of numbers that are rounded the columns have two angles: U's first column tells
            along = (turn[1, 0], turn[0, 0]) if P[0][0] else (-turn[0, 1], turn[1, 1])
            degrees = arb.atan2(*along) * 180 / arb.pi()
            if turn.det() > 0 and degrees <= 45 and degrees > -45:
                return degrees
        raise ArithmeticError("no angle in range")

    return _each(len(U), one)


def mean_field_angle(columns: Array) -> Estimate:
    """The direction of the longer axis of W'W, from its larger eigenvalue."""

    def one(i: int) -> Any:
        W = _matrix(columns[i])
        G = W.transpose() * W
        half, spread = (G[0, 0] + G[1, 1]) / 2, (G[0, 0] - G[1, 1]) / 2
        largest = half + (spread * spread + G[0, 1] * G[0, 1]).sqrt()
        first = (G[0, 1], largest - G[0, 0])
        second = (largest - G[1, 1], G[0, 1])
        along = first if abs(first[0]) > abs(second[0]) else second
        degrees = arb.atan2(along[1], along[0]) * 180 / arb.pi()
        for turns in range(-3, 4):
            folded = degrees + 90 * turns
            if folded <= 45 and folded > -45:
                return folded
        raise ArithmeticError("no angle in range")

    return _each(len(columns), one)

"""What is known of a cloud from its projections: moments by polarisation, best scales and turns by search along
directions, integrals of quadratics from a few points moved one by one."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import combinations, product
from typing import Any

import flint
import numpy as np
from flint import arb

from verification.estimate import Estimate, Grade

Array = np.ndarray[Any, Any]
Vector = list[Any]
BITS = 200
GOLDEN = (np.sqrt(5) - 1) / 2


def _ball(x: Any) -> Any:
    return x if isinstance(x, arb) else arb(float(x))


def _vector(x: Any) -> Vector:
    return [_ball(v) for v in x]


def _rows(x: Any) -> list[Vector]:
    return [_vector(row) for row in x]


def _columns(x: Any) -> list[Vector]:
    return [list(column) for column in zip(*_rows(x), strict=True)]


def _dot(a: Vector, b: Vector) -> Any:
    return sum((x * y for x, y in zip(a, b, strict=True)), arb(0))


def _plus(a: Vector, b: Vector, sign: Any = 1) -> Vector:
    return [x + sign * y for x, y in zip(a, b, strict=True)]


def _each(cases: int, f: Callable[[int], Any]) -> Estimate:
    with flint.ctx.workprec(BITS):
        value = np.array([f(i) for i in range(cases)], dtype=object)
    return Estimate(value, np.zeros(value.shape), Grade.CERTIFIED, certificate="projections in balls")


def _factor(S: list[Vector]) -> list[Vector]:
    """Lower triangular, entry by entry."""
    k = len(S)
    L = [[arb(0)] * k for _ in range(k)]
    for i in range(k):
        for j in range(i + 1):
            left = S[i][j] - _dot(L[i][:j], L[j][:j])
            L[i][j] = left.sqrt() if i == j else left / L[j][j]
    return L


def _whitened(L: list[Vector], v: Vector) -> Vector:
    found: Vector = []
    for i, x in enumerate(v):
        found.append((x - _dot(L[i][:i], found)) / L[i][i])
    return found


def _log_volume(L: list[Vector]) -> Any:
    return sum((L[i][i].log() for i in range(len(L))), arb(0))


def _log_density(v: Vector, L: list[Vector]) -> Any:
    white = _whitened(L, v)
    return -(_dot(white, white) + len(v) * (2 * arb.pi()).log()) / 2 - _log_volume(L)


# --- (1): Bayes' rule at a point --------------------------------------------------------------------------------------


def _joint_less_evidence(x: Array, W: list[Vector], noise: Any, fed: Vector, z: Vector) -> Any:
    """log p(x|fed) + log p(z) - log p(x)."""
    D = len(x)
    left = _plus(_vector(x), [_dot(row, fed) for row in W], -1)
    told = -(D * (2 * arb.pi() * noise).log() + _dot(left, left) / noise) / 2
    prior = -(_dot(z, z) + len(z) * (2 * arb.pi()).log()) / 2
    seen = [[_dot(W[i], W[j]) + noise * (i == j) for j in range(D)] for i in range(D)]
    return told + prior - _log_density(_vector(x), _factor(seen))


def new_posterior(x: Array, W: Array, noise: Array, U: Array, z: Array) -> Estimate:
    """log p(x|U z) p(z) / p(x)."""

    def one(i: int) -> Any:
        point = _vector(z[i])
        return _joint_less_evidence(x[i], _rows(W[i]), _ball(noise[i]), [_dot(u, point) for u in _rows(U[i])], point)

    return _each(len(x), one)


def old_posterior(x: Array, W: Array, noise: Array, z: Array) -> Estimate:
    """log p(x|z) p(z) / p(x)."""
    return _each(
        len(x), lambda i: _joint_less_evidence(x[i], _rows(W[i]), _ball(noise[i]), _vector(z[i]), _vector(z[i]))
    )


def prior_density(z: Array) -> Estimate:
    """log N(z; 0, I), one latent after the other."""
    return _each(len(z), lambda i: sum((-(v * v + (2 * arb.pi()).log()) / 2 for v in _vector(z[i])), arb(0)))


# --- section 3.1 ------------------------------------------------------------------------------------------------------


def _variance(S: list[Vector], along: Vector) -> Any:
    return _dot(along, [_dot(row, along) for row in S])


def coupling(U: Array, Sigma: Array) -> Estimate:
    """A quarter of the variance of y_i + y_j less that of y_i - y_j."""

    def one(i: int) -> Any:
        S, axes = _rows(Sigma[i]), _columns(U[i])
        return [
            [arb(0) if a is b else (_variance(S, _plus(a, b)) - _variance(S, _plus(a, b, -1))) / 4 for b in axes]
            for a in axes
        ]

    return _each(len(U), one)


def _least(weight: Any) -> Any:
    """min over d > 0 of (weight d - log d - 1) / 2: found by golden section, its error bounded by the slope there.

    In t = log d the function is convex, with second derivative weight d / 2 near the minimum.
    """
    w = float(weight.mid())
    low, high = -np.log(w) - 3.0, -np.log(w) + 2.0
    for _ in range(70):
        a, b = high - GOLDEN * (high - low), low + GOLDEN * (high - low)
        low, high = (low, b) if w * np.exp(a) - a < w * np.exp(b) - b else (a, high)
    d = arb((low + high) / 2).exp()
    slope = (weight * d - 1) / 2
    value = (weight * d - d.log() - 1) / 2
    return value - slope * slope * arb(1, 1)


def _gap(L: list[Vector], axes: list[Vector], beta: Any) -> Any:
    """The precision along each axis from whitened axes; each scale is best on its own."""
    total = _log_volume(L)
    for axis in axes:
        white = _whitened(L, axis)
        total += _least(_dot(white, white))
    return beta * total


def mean_field_gap(U: Array, Sigma: Array, beta: Array) -> Estimate:
    """The least beta KL(N(0, D) || N(0, U'Sigma U)), each variance searched for."""
    return _each(len(U), lambda i: _gap(_factor(_rows(Sigma[i])), _columns(U[i]), _ball(beta[i])))


def _planar(angle: Any, variances: Array, beta: Any) -> Any:
    c, s = _ball(angle).cos(), _ball(angle).sin()
    L = [[_ball(v).sqrt() if a == b else arb(0) for b in range(2)] for a, v in enumerate(variances)]
    return _gap(L, [[c, s], [-s, c]], _ball(beta))


def planar_gap(angle: Array, variances: Array, beta: Array) -> Estimate:
    """The same for the rotation by an angle."""
    return _each(len(angle), lambda i: _planar(angle[i], variances[i], beta[i]))


def mean_planar_gap(angle: Array, spreads: Array, beta: Array) -> Estimate:
    """Its mean over data."""
    return _each(
        len(angle),
        lambda i: sum((_planar(angle[i], s, beta[i]) for s in spreads[i]), arb(0)) / len(spreads[i]),
    )


def _fourth(size: Vector, weight: Vector, along: Vector) -> Any:
    """The fourth cumulant of a projection of independent three-point latents: E y^4 - 3 (E y^2)^2."""
    second = fourth = arb(0)
    for signs in product((-1, 0, 1), repeat=len(size)):
        chance, y = arb(1), arb(0)
        for s, v, w, u in zip(signs, size, weight, along, strict=True):
            chance *= w / 2 if s else 1 - w
            y += s * v * u
        second += chance * y * y
        fourth += chance * y * y * y * y
    return fourth - 3 * second * second


def fourth_coupling(U: Array, size: Array, weight: Array) -> Estimate:
    """A twelfth of the fourth cumulants of y_i + y_j and y_i - y_j, less twice those of y_i and y_j."""

    def one(i: int) -> Any:
        law, axes = (_vector(size[i]), _vector(weight[i])), _columns(U[i])
        own = [_fourth(*law, a) for a in axes]
        return [
            [
                own[j]
                if j == m
                else (_fourth(*law, _plus(a, b)) + _fourth(*law, _plus(a, b, -1)) - 2 * own[j] - 2 * own[m]) / 12
                for m, b in enumerate(axes)
            ]
            for j, a in enumerate(axes)
        ]

    return _each(len(U), one)


def allowed(variances: Array) -> Estimate:
    """How many matrices of entries -1, 0 and 1 are orthogonal and keep diag(variances) diagonal: column by column."""
    counts = []
    for row in np.asarray(variances, float):
        k = len(row)
        columns = [c for c in product((-1, 0, 1), repeat=k) if sum(map(abs, c)) == 1]
        count = 0
        for chosen in product(columns, repeat=k):
            pairs = list(combinations(chosen, 2))
            crossed = [sum(a * s * b for a, s, b in zip(u, row, v, strict=True)) for u, v in pairs]
            orthogonal = [sum(a * b for a, b in zip(u, v, strict=True)) for u, v in pairs]
            count += not any(crossed) and not any(orthogonal)
        counts.append(arb(count))
    value = np.array(counts, dtype=object)
    return Estimate(value, np.zeros(len(counts)), Grade.PROVED, certificate="all integer matrices")


# --- probabilistic PCA ------------------------------------------------------------------------------------------------


def precision_coupling(W: Array, noise: Array) -> Estimate:
    """Mixed second differences of -log p(x|z) p(z) along two axes: exact for a quadratic."""

    def one(i: int) -> Any:
        w, v = _rows(W[i]), _ball(noise[i])
        k = len(w[0])

        def energy(z: Vector) -> Any:
            fed = [_dot(row, z) for row in w]
            return (_dot(fed, fed) / v + _dot(z, z)) / 2

        axes = [[arb(int(a == b)) for b in range(k)] for a in range(k)]
        return [[arb(0) if a is b else (energy(_plus(a, b)) - energy(_plus(a, b, -1))) / 2 for b in axes] for a in axes]

    return _each(len(W), one)


def log_evidence(x: Array, W: Array, noise: Array) -> Estimate:
    """log p(x|z) p(z) / p(z|x) at z = 0, the posterior's mean and precision from the normal equations."""

    def one(i: int) -> Any:
        v, datum = _ball(noise[i]), _vector(x[i])
        columns = _columns(W[i])
        k, D = len(columns), len(datum)
        precision = [[_dot(a, b) / v + (p == q) for q, b in enumerate(columns)] for p, a in enumerate(columns)]
        L = _factor(precision)
        white = _whitened(L, [_dot(a, datum) / v for a in columns])
        told = -(D * (2 * arb.pi() * v).log() + _dot(datum, datum) / v + k * (2 * arb.pi()).log()) / 2
        return told + (_dot(white, white) + k * (2 * arb.pi()).log()) / 2 - _log_volume(L)

    return _each(len(x), one)


def decoder_gap(W: Array, noise: Array, U: Array, beta: Array) -> Estimate:
    """(beta / 2) (sum over axes of log (1 + |W u|^2 / tau) - log |I + W'W / tau|) with tau = beta noise."""

    def one(i: int) -> Any:
        w, axes, b = _rows(W[i]), _columns(U[i]), _ball(beta[i])
        tau = b * _ball(noise[i])
        fed = [[_dot(row, axis) for row in w] for axis in axes]
        precision = [[_dot(a, c) / tau + (p == q) for q, c in enumerate(fed)] for p, a in enumerate(fed)]
        whole = sum((precision[j][j].log() for j in range(len(axes))), arb(0))
        return b * (whole / 2 - _log_volume(_factor(precision)))

    return _each(len(W), one)


# --- (15) on Gaussians ------------------------------------------------------------------------------------------------


def moved_objective(x: Array, W: Array, noise: Array, U: Array, mu: Array, Sigma: Array, beta: Array) -> Estimate:
    """L(r#q, p): 2 k points of q, at which quadratics have their means, moved by U; q's density does not change."""

    def one(i: int) -> Any:
        w, turn, v, m, b = _rows(W[i]), _rows(U[i]), _ball(noise[i]), _vector(mu[i]), _ball(beta[i])
        L = _factor(_rows(Sigma[i]))
        k, total = len(m), arb(0)
        for j, sign in product(range(k), (1, -1)):
            z = _plus(m, [row[j] for row in L], sign * arb(k).sqrt())
            moved = [_dot(row, z) for row in turn]
            left = _plus(_vector(x[i]), [_dot(row, moved) for row in w], -1)
            told = -(len(left) * (2 * arb.pi() * v).log() + _dot(left, left) / v) / 2
            prior = -(_dot(moved, moved) + k * (2 * arb.pi()).log()) / 2
            total += told - b * (_log_density(_plus(z, m, -1), L) - prior)
        return total / (2 * k)

    return _each(len(x), one)


# --- angles -----------------------------------------------------------------------------------------------------------


def _turned_to(C: Array) -> Array:
    """The rotation O with the largest tr O'C, plane after plane."""
    k = len(C)
    O = np.eye(k)
    for _ in range(400):
        for a, b in combinations(range(k), 2):
            G = O.T @ C
            angle = np.arctan2(G[b, a] - G[a, b], G[a, a] + G[b, b])
            c, s = np.cos(angle), np.sin(angle)
            turn = np.eye(k)
            turn[a, a] = turn[b, b] = c
            turn[a, b], turn[b, a] = -s, s
            O = O @ turn
    return O


def procrustes(Z: Array, M: Array) -> Estimate:
    """The best rotation, or the best times a reflection, by turns of one plane after the other."""
    found = []
    for z, m in zip(np.asarray(Z, float), np.asarray(M, float), strict=True):
        C = z @ m.T
        mirror = np.diag([*[1.0] * (len(C) - 1), -1.0])
        options = _turned_to(C), _turned_to(C @ mirror) @ mirror
        found.append(max(options, key=lambda O: float(np.trace(O.T @ C))))
    value = np.array(found)
    return Estimate(value, np.full(value.shape, 1e-9), Grade.BOUNDED, certificate="plane turns, to a standstill")


def _searched(loss: Callable[[float], float]) -> float:
    """The minimum over (-45, 45] degrees of a function of period 90: on a grid, then by golden section."""
    grid = np.arange(-44.0, 46.0, 1.0)
    centre = grid[int(np.argmin([loss(t) for t in grid]))]
    low, high = centre - 1.0, centre + 1.0
    for _ in range(60):
        a, b = high - GOLDEN * (high - low), low + GOLDEN * (high - low)
        low, high = (low, b) if loss(a) < loss(b) else (a, high)
    return float(45 - (45 - (low + high) / 2) % 90)


def _rotation(degrees: float) -> Array:
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.array([[c, -s], [s, c]])


def _angles(matrices: Array, loss: Callable[[Array, float], float]) -> Estimate:
    value = np.array([_searched(partial(loss, m)) for m in np.asarray(matrices, float)])
    return Estimate(value, np.full(len(value), 1e-5), Grade.BOUNDED, certificate="golden section on a smooth period")


def _far_from_permuted(m: Array, degrees: float) -> float:
    return -float(((_rotation(degrees).T @ m) ** 4).sum())


def _independent_cost(W: Array, degrees: float) -> float:
    return float(np.log1p(((W @ _rotation(degrees)) ** 2).sum(0)).sum())


def rotation_angle(U: Array) -> Estimate:
    """The angle at which R(theta)'U is nearest to a signed permutation: its entries' fourth powers sum to 2."""
    return _angles(U, _far_from_permuted)


def mean_field_angle(columns: Array) -> Estimate:
    """The angle at which independent latents of the linear decoder cost least: sum of log(1 + |W u_i|^2), searched."""
    return _angles(columns, _independent_cost)

"""Maps between distributions by their definition: every distribution function inverted by Newton's method at 260 bits,
every derivative a central difference of step 1e-25.

The error of such a difference is of the order of 1e-50; an answer's radius is 1e-35, far above it and above what is
left of each root, whose last step is below 1e-40.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flint
import numpy as np
from flint import arb, arb_mat

from verification.estimate import Estimate, Grade

Array = np.ndarray[Any, Any]
Vector = list[Any]
Law = tuple[Callable[[Any], Any], Callable[[Any], Any]]
BITS, STEP, RADIUS = 260, "1e-25", "1e-35"


def _ball(x: Any) -> Any:
    return x if isinstance(x, arb) else arb(float(x))


def _matrix(U: Array) -> list[Vector]:
    return [[_ball(v) for v in row] for row in U]


def _each(cases: int, f: Callable[[int], Any]) -> Estimate:
    with flint.ctx.workprec(BITS):
        values = [np.array(f(i), dtype=object) + arb(0, RADIUS) for i in range(cases)]
        stacked = np.array(values, dtype=object)
    return Estimate(stacked, np.zeros(stacked.shape), Grade.BOUNDED, certificate="roots and differences at 260 bits")


def _root(f: Callable[[Any], Any], slope: Callable[[Any], Any], target: Any, start: float, low: Any, high: Any) -> Any:
    """Where an increasing f meets the target: Newton's steps, halved towards an end that they would leave."""
    x = arb(start)
    for _ in range(200):
        step = (f(x) - target) / slope(x)
        near = (x - step).mid()
        near = near if near > low and near < high else ((x + (high if step < 0 else low)) / 2).mid()
        if abs(near - x) < arb("1e-40"):
            return near
        x = near
    raise ArithmeticError("no root")


def _normal(x: Any) -> Any:
    return (-x / arb(2).sqrt()).erfc() / 2


def _normal_density(x: Any) -> Any:
    return (-x * x / 2).exp() / (2 * arb.pi()).sqrt()


_FAR = arb(60)


def _score(u: Any) -> Any:
    return _root(_normal, _normal_density, u, 0.0, -_FAR, _FAR)


def _logistic(x: Any) -> Any:
    return 1 / (1 + (-x).exp())


def _logistic_density(x: Any) -> Any:
    return _logistic(x) * _logistic(-x)


def _laplace(x: Any) -> Any:
    return x.exp() / 2 if x < 0 else 1 - (-x).exp() / 2


def _laplace_density(x: Any) -> Any:
    return (-abs(x)).exp() / 2


LOGISTIC: Law = (_logistic, _logistic_density)
LAPLACE: Law = (_laplace, _laplace_density)
UNIFORM: Law = (lambda x: x, lambda x: arb(1))


def _turn(U: list[Vector], n: Vector) -> Vector:
    return [sum((u * v for u, v in zip(row, n, strict=True)), arb(0)) for row in U]


def _back(law: Law, u: Any) -> Any:
    if law is UNIFORM:
        return u
    return _root(*law, u, 0.0, -_FAR, _FAR)


def _mix(U: list[Vector], z: Vector, law: Law) -> Vector:
    return [_back(law, _normal(n)) for n in _turn(U, [_score(law[0](x)) for x in z])]


def _conditional(u: Any, v: Any, theta: Any) -> Any:
    """The density of the second latent given the first, 1 + theta (1 - 2u)(1 - 2t), integrated over t from 0 to v."""
    return v + theta * (1 - 2 * u) * (v - v * v)


def _mix_dependent(U: list[Vector], z: Vector, theta: Any) -> Vector:
    start, given = (_normal(n) for n in _turn(U, [_score(z[0]), _score(_conditional(z[0], z[1], theta))]))

    def slope(t: Any) -> Any:
        return 1 + theta * (1 - 2 * start) * (1 - 2 * t)

    return [start, _root(lambda t: _conditional(start, t, theta), slope, given, 0.5, arb(0), arb(1))]


def _given_earlier(Sigma: list[Vector], i: int) -> tuple[Vector, Any]:
    """Of z_i given z_1 .. z_(i-1): the weights of its mean, and its standard deviation."""
    if i == 0:
        return [], Sigma[0][0].sqrt()
    block, row = arb_mat([line[:i] for line in Sigma[:i]]), arb_mat([Sigma[i][:i]])
    weights = row * block.inv()
    return [weights[0, j] for j in range(i)], (Sigma[i][i] - (weights * row.transpose())[0, 0]).sqrt()


def _mix_gaussian(U: list[Vector], z: Vector, Sigma: list[Vector]) -> Vector:
    scores: Vector = []
    for i, x in enumerate(z):
        weights, deviation = _given_earlier(Sigma, i)
        scores.append((x - sum((w * y for w, y in zip(weights, z, strict=False)), arb(0))) / deviation)
    mixed: Vector = []
    for i, n in enumerate(_turn(U, scores)):
        weights, deviation = _given_earlier(Sigma, i)
        mixed.append(deviation * n + sum((w * y for w, y in zip(weights, mixed, strict=True)), arb(0)))
    return mixed


def _jacobian(f: Callable[[Vector], Vector], z: Vector) -> list[Vector]:
    h, columns = arb(STEP), []
    for j in range(len(z)):
        ahead, behind = (f([x + s * h if i == j else x for i, x in enumerate(z)]) for s in (1, -1))
        columns.append([(a - b) / (2 * h) for a, b in zip(ahead, behind, strict=True)])
    return [list(row) for row in zip(*columns, strict=True)]


def _log_volume(f: Callable[[Vector], Vector], z: Vector) -> Any:
    return abs(arb_mat(_jacobian(f, z)).det()).log()


def _maps(U: Array, z: Array, law: Law) -> Estimate:
    return _each(len(U), lambda i: _mix(_matrix(U[i]), [_ball(x) for x in z[i]], law))


def mix_logistic(U: Array, z: Array) -> Estimate:
    """F^-1(Psi(U Psi^-1(F(z)))) of logistic latents."""
    return _maps(U, z, LOGISTIC)


def mix_laplace(U: Array, z: Array) -> Estimate:
    """The same of Laplace latents."""
    return _maps(U, z, LAPLACE)


def mix_uniform(U: Array, ranks: Array) -> Estimate:
    """The same of uniform latents."""
    return _maps(U, ranks, UNIFORM)


def mix_gaussian(U: Array, z: Array, Sigma: Array) -> Estimate:
    """Scores by conditional means and variances, turned, and back one latent after the other."""
    return _each(len(U), lambda i: _mix_gaussian(_matrix(U[i]), [_ball(x) for x in z[i]], _matrix(Sigma[i])))


def mix_dependent(U: Array, ranks: Array, dependence: Array) -> Estimate:
    """The conditional distribution function and its root."""
    return _each(len(U), lambda i: _mix_dependent(_matrix(U[i]), [_ball(x) for x in ranks[i]], _ball(dependence[i])))


def _slopes(U: Array, z: Array, law: Law) -> Estimate:
    return _each(len(U), lambda i: _jacobian(lambda v: _mix(_matrix(U[i]), v, law), [_ball(x) for x in z[i]]))


def jacobian_logistic(U: Array, z: Array) -> Estimate:
    """Every partial derivative of the map of logistic latents."""
    return _slopes(U, z, LOGISTIC)


def _volumes(U: Array, z: Array, law: Law) -> Estimate:
    return _each(len(U), lambda i: _log_volume(lambda v: _mix(_matrix(U[i]), v, law), [_ball(x) for x in z[i]]))


def log_volume_logistic(U: Array, z: Array) -> Estimate:
    """log |det J_r| of the map of logistic latents."""
    return _volumes(U, z, LOGISTIC)


def log_volume_laplace(U: Array, z: Array) -> Estimate:
    """log |det J_r| of the map of Laplace latents."""
    return _volumes(U, z, LAPLACE)


def log_volume_uniform(U: Array, ranks: Array) -> Estimate:
    """log |det J_r| of the map of uniform latents."""
    return _volumes(U, ranks, UNIFORM)


def log_volume_dependent(U: Array, ranks: Array, dependence: Array) -> Estimate:
    """log |det J_r| of the map of dependent latents."""

    def one(i: int) -> Any:
        rows, theta = _matrix(U[i]), _ball(dependence[i])
        return _log_volume(lambda v: _mix_dependent(rows, v, theta), [_ball(x) for x in ranks[i]])

    return _each(len(U), one)


def _transposed(rows: list[Vector]) -> list[Vector]:
    return [list(column) for column in zip(*rows, strict=True)]


def _pushed(U: Array, z: Array, law: Law) -> Estimate:
    def one(i: int) -> Any:
        rows, point = _transposed(_matrix(U[i])), [_ball(x) for x in z[i]]
        source = _mix(rows, point, law)
        density = sum((law[1](x).log() for x in source), arb(0))
        return density + _log_volume(lambda v: _mix(rows, v, law), point)

    return _each(len(U), one)


def pushed_logistic(U: Array, z: Array) -> Estimate:
    """log of the density of r(z) for logistic z: that of the point which r takes there, times its volume's change."""
    return _pushed(U, z, LOGISTIC)


def pushed_laplace(U: Array, z: Array) -> Estimate:
    """The same for Laplace z."""
    return _pushed(U, z, LAPLACE)


def pushed_dependent(U: Array, ranks: Array, dependence: Array) -> Estimate:
    """The same for dependent latents."""

    def one(i: int) -> Any:
        rows, point, theta = _transposed(_matrix(U[i])), [_ball(x) for x in ranks[i]], _ball(dependence[i])
        source = _mix_dependent(rows, point, theta)
        density = (1 + theta * (1 - 2 * source[0]) * (1 - 2 * source[1])).log()
        return density + _log_volume(lambda v: _mix_dependent(rows, v, theta), point)

    return _each(len(U), one)


def new_posterior(U: Array, latents: Array, a: Array) -> Estimate:
    """log p'(z|x = 1) = log p(z) p(x|r(z)) / p(x) of logistic latents for p(x = 1|z) = product of F(z_i)^a_i."""

    def one(i: int) -> Any:
        point, powers = [_ball(x) for x in latents[i]], [_ball(x) for x in a[i]]
        told = sum((p * _logistic(x).log() for p, x in zip(powers, _mix(_matrix(U[i]), point, LOGISTIC), strict=True)),
                   arb(0))  # fmt: skip
        evidence = sum((-(1 + p).log() for p in powers), arb(0))
        return told + sum((_logistic_density(x).log() for x in point), arb(0)) - evidence

    return _each(len(U), one)


def scores_of_latents(t: Array, a: Array) -> Estimate:
    """P(Psi^-1(z) <= t) for z of distribution function z^a: the distribution function at the root of Psi^-1(z) = t."""
    return _each(len(t), lambda i: _normal(_ball(t[i])) ** _ball(a[i]))


def scores_of_ranks(t: Array, a: Array) -> Estimate:
    """P(Psi^-1(z^a) <= t) for z of distribution function z^a, at the root of Psi^-1(z^a) = t."""

    def one(i: int) -> Any:
        power = _ball(a[i])
        z = _root(lambda x: x**power, lambda x: power * x ** (power - 1), _normal(_ball(t[i])), 0.5, arb(0), arb(1))
        return z**power

    return _each(len(t), one)


def zero_slopes(U: Array, z: Array) -> Estimate:
    """How many r_i of logistic latents stay as they are, to 1e-35, when a z_j, j != i, moves by 1/2 and by 1."""

    def one(i: int) -> Any:
        rows, point = _matrix(U[i]), [_ball(x) for x in z[i]]
        here, still = _mix(rows, point, LOGISTIC), 0
        for j in range(len(point)):
            moved = [_mix(rows, [x + s * (k == j) for k, x in enumerate(point)], LOGISTIC) for s in (arb(0.5), 1)]
            still += sum(
                all(abs(there[k] - here[k]) < arb(RADIUS) for there in moved) for k in range(len(point)) if k != j
            )
        return arb(still)

    with flint.ctx.workprec(BITS):
        counts = np.array([one(i) for i in range(len(U))], dtype=object)
    return Estimate(counts, np.zeros(len(U)), Grade.BOUNDED, certificate="latents moved one by one")


def gaussian_log_density(z: Array, Sigma: Array) -> Estimate:
    """log N(z; 0, Sigma), one latent after the other given the earlier ones."""

    def one(i: int) -> Any:
        point, S, total = [_ball(x) for x in z[i]], _matrix(Sigma[i]), arb(0)
        for j, x in enumerate(point):
            weights, deviation = _given_earlier(S, j)
            score = (x - sum((w * y for w, y in zip(weights, point, strict=False)), arb(0))) / deviation
            total += _normal_density(score).log() - deviation.log()
        return total

    return _each(len(z), one)


def log_dependent(ranks: Array, dependence: Array) -> Estimate:
    """log of the slope of the conditional distribution function, by a central difference."""

    def one(i: int) -> Any:
        u, v, theta, h = _ball(ranks[i][0]), _ball(ranks[i][1]), _ball(dependence[i]), arb(STEP)
        return ((_conditional(u, v + h, theta) - _conditional(u, v - h, theta)) / (2 * h)).log()

    return _each(len(ranks), one)

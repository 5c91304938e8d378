"""Numbers that carry their gradient along: maps and derivatives in one pass of ball arithmetic, by FLINT's own inverse
error function.

A dual is a ball and the balls of its partial derivatives; each operation applies the chain rule once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import flint
import numpy as np
from flint import arb, arb_mat

from verification.estimate import Estimate, Grade

Array = np.ndarray[Any, Any]
BITS = 200


def _ball(x: Any) -> Any:
    return x if isinstance(x, arb) else arb(float(x))


@dataclass
class Dual:
    """A value and its gradient."""

    value: Any
    slope: list[Any]

    def through(self, value: Any, derivative: Any) -> Dual:
        return Dual(value, [derivative * s for s in self.slope])

    def __add__(self, other: Any) -> Dual:
        if isinstance(other, Dual):
            return Dual(self.value + other.value, [a + b for a, b in zip(self.slope, other.slope, strict=True)])
        return Dual(self.value + other, self.slope)

    def __mul__(self, other: Any) -> Dual:
        if isinstance(other, Dual):
            slope = [a * other.value + b * self.value for a, b in zip(self.slope, other.slope, strict=True)]
            return Dual(self.value * other.value, slope)
        return self.through(self.value * other, other)

    __radd__, __rmul__ = __add__, __mul__

    def __neg__(self) -> Dual:
        return self * -1

    def __sub__(self, other: Any) -> Dual:
        return self + -other

    def __rsub__(self, other: Any) -> Dual:
        return -self + other

    def inverse(self) -> Dual:
        return self.through(1 / self.value, -1 / (self.value * self.value))

    def exp(self) -> Dual:
        return self.through(self.value.exp(), self.value.exp())

    def log(self) -> Dual:
        return self.through(self.value.log(), 1 / self.value)

    def sqrt(self) -> Dual:
        return self.through(self.value.sqrt(), 1 / (2 * self.value.sqrt()))

    def normal(self) -> Dual:
        """Psi."""
        x = self.value
        return self.through((1 + (x / arb(2).sqrt()).erf()) / 2, (-x * x / 2).exp() / (2 * arb.pi()).sqrt())

    def score(self) -> Dual:
        """Psi^-1."""
        x = (2 * self.value - 1).erfinv() * arb(2).sqrt()
        return self.through(x, (x * x / 2).exp() * (2 * arb.pi()).sqrt())


Duals = list[Dual]


def _at(z: Array) -> Duals:
    size = len(z)
    return [Dual(_ball(x), [arb(int(i == j)) for j in range(size)]) for i, x in enumerate(z)]


def _each(cases: int, f: Callable[[int], Any]) -> Estimate:
    with flint.ctx.workprec(BITS):
        value = np.array([f(i) for i in range(cases)], dtype=object)
    return Estimate(value, np.zeros(value.shape), Grade.CERTIFIED, certificate="chain rule in balls")


def _sum(values: Any) -> Any:
    total = arb(0)
    for value in values:
        total = value + total
    return total


def _turn(U: Array, n: Duals) -> Duals:
    return [_sum(v * _ball(u) for u, v in zip(row, n, strict=True)) for row in U]


def _logistic(x: Dual) -> Dual:
    return ((-x).exp() + 1).inverse()


def _logit(u: Dual) -> Dual:
    return u.log() - (1 - u).log()


def _laplace(x: Dual) -> Dual:
    return x.exp() * arb(0.5) if x.value < 0 else 1 - (-x).exp() * arb(0.5)


def _laplace_back(u: Dual) -> Dual:
    return (u * 2).log() if u.value < 0.5 else -((1 - u) * 2).log()


def _logistic_map(U: Array, z: Duals) -> Duals:
    return [_logit(n.normal()) for n in _turn(U, [_logistic(x).score() for x in z])]


def _laplace_map(U: Array, z: Duals) -> Duals:
    return [_laplace_back(n.normal()) for n in _turn(U, [_laplace(x).score() for x in z])]


def _uniform_map(U: Array, z: Duals) -> Duals:
    return [n.normal() for n in _turn(U, [x.score() for x in z])]


def _dependent_map(U: Array, z: Duals, theta: Any) -> Duals:
    """The conditional distribution function is a parabola: its root, of the two the one inside (0, 1)."""
    a = (1 - 2 * z[0]) * theta
    start, w = (n.normal() for n in _turn(U, [z[0].score(), (z[1] + a * z[1] * (1 - z[1])).score()]))
    a = (1 - 2 * start) * theta
    return [start, (1 + a - ((1 + a) * (1 + a) - a * w * 4).sqrt()) * (a * 2).inverse()]


def _gaussian_map(U: Array, z: Duals, Sigma: Array) -> Duals:
    """A triangular root found entry by entry, then substituted forwards."""
    k = len(z)
    L = [[arb(0)] * k for _ in range(k)]
    for i in range(k):
        for j in range(i + 1):
            left = _ball(Sigma[i][j]) - _sum(L[i][m] * L[j][m] for m in range(j))
            L[i][j] = left.sqrt() if i == j else left / L[j][j]
    scores: Duals = []
    for i in range(k):
        scores.append((z[i] - _sum(scores[j] * L[i][j] for j in range(i))) * (1 / L[i][i]))
    mixed = _turn(U, scores)
    return [_sum(mixed[j] * L[i][j] for j in range(i + 1)) for i in range(k)]


def _values(duals: Duals) -> list[Any]:
    return [d.value for d in duals]


def _slopes(duals: Duals) -> list[list[Any]]:
    return [d.slope for d in duals]


def _log_volume(duals: Duals) -> Any:
    return abs(arb_mat(_slopes(duals)).det()).log()


def mix_logistic(U: Array, z: Array) -> Estimate:
    """The map of logistic latents."""
    return _each(len(U), lambda i: _values(_logistic_map(U[i], _at(z[i]))))


def mix_laplace(U: Array, z: Array) -> Estimate:
    """The map of Laplace latents."""
    return _each(len(U), lambda i: _values(_laplace_map(U[i], _at(z[i]))))


def mix_uniform(U: Array, ranks: Array) -> Estimate:
    """The map of uniform latents."""
    return _each(len(U), lambda i: _values(_uniform_map(U[i], _at(ranks[i]))))


def mix_gaussian(U: Array, z: Array, Sigma: Array) -> Estimate:
    """The map of correlated Gaussian latents."""
    return _each(len(U), lambda i: _values(_gaussian_map(U[i], _at(z[i]), Sigma[i])))


def mix_dependent(U: Array, ranks: Array, dependence: Array) -> Estimate:
    """The map of dependent latents of uniform margins."""
    return _each(len(U), lambda i: _values(_dependent_map(U[i], _at(ranks[i]), _ball(dependence[i]))))


def jacobian_logistic(U: Array, z: Array) -> Estimate:
    """The gradients of the map of logistic latents."""
    return _each(len(U), lambda i: _slopes(_logistic_map(U[i], _at(z[i]))))


def zero_slopes(U: Array, z: Array) -> Estimate:
    """How many off-diagonal derivatives of the map of logistic latents are 0, and no ball about it."""

    def one(i: int) -> Any:
        slopes = _slopes(_logistic_map(U[i], _at(z[i])))
        return arb(sum(s.is_zero() for j, row in enumerate(slopes) for m, s in enumerate(row) if j != m))

    return _each(len(U), one)


def log_volume_logistic(U: Array, z: Array) -> Estimate:
    """log |det J_r| of the map of logistic latents."""
    return _each(len(U), lambda i: _log_volume(_logistic_map(U[i], _at(z[i]))))


def log_volume_laplace(U: Array, z: Array) -> Estimate:
    """log |det J_r| of the map of Laplace latents."""
    return _each(len(U), lambda i: _log_volume(_laplace_map(U[i], _at(z[i]))))


def log_volume_uniform(U: Array, ranks: Array) -> Estimate:
    """log |det J_r| of the map of uniform latents."""
    return _each(len(U), lambda i: _log_volume(_uniform_map(U[i], _at(ranks[i]))))


def log_volume_dependent(U: Array, ranks: Array, dependence: Array) -> Estimate:
    """log |det J_r| of the map of dependent latents."""
    return _each(len(U), lambda i: _log_volume(_dependent_map(U[i], _at(ranks[i]), _ball(dependence[i]))))


def _log_logistic(z: Duals) -> Any:
    return _sum(x.value - 2 * (1 + x.value.exp()).log() for x in z)


def pushed_logistic(U: Array, z: Array) -> Estimate:
    """log of the density of r(z) for logistic z."""

    def one(i: int) -> Any:
        source = _logistic_map(U[i].T, _at(z[i]))
        return _log_logistic(source) + _log_volume(source)

    return _each(len(U), one)


def pushed_laplace(U: Array, z: Array) -> Estimate:
    """log of the density of r(z) for Laplace z."""

    def one(i: int) -> Any:
        source = _laplace_map(U[i].T, _at(z[i]))
        return _sum(-abs(x.value) - arb(2).log() for x in source) + _log_volume(source)

    return _each(len(U), one)


def pushed_dependent(U: Array, ranks: Array, dependence: Array) -> Estimate:
    """log of the density of r(u) for dependent u."""

    def one(i: int) -> Any:
        theta = _ball(dependence[i])
        source = _dependent_map(U[i].T, _at(ranks[i]), theta)
        u, v = _values(source)
        return (1 + theta * (1 - 2 * u) * (1 - 2 * v)).log() + _log_volume(source)

    return _each(len(U), one)


def new_posterior(U: Array, latents: Array, a: Array) -> Estimate:
    """log p'(z|x = 1): the posterior of logistic latents under p(x = 1|z) = product of F(z_i)^a_i, at r(z), times the
    volume's change."""

    def one(i: int) -> Any:
        moved = _logistic_map(U[i], _at(latents[i]))
        powers = [_ball(x) for x in a[i]]
        told = _sum((1 + p).log() + p * _logistic(x).value.log() for p, x in zip(powers, moved, strict=True))
        return told + _log_logistic(moved) + _log_volume(moved)

    return _each(len(U), one)


def gaussian_log_density(z: Array, Sigma: Array) -> Estimate:
    """log N(z; 0, Sigma)."""

    def one(i: int) -> Any:
        S = arb_mat([[_ball(v) for v in row] for row in Sigma[i]])
        column = arb_mat([[_ball(v)] for v in z[i]])
        quadratic = (column.transpose() * S.inv() * column)[0, 0]
        return -(S.det().log() + len(z[i]) * (2 * arb.pi()).log() + quadratic) / 2

    return _each(len(z), one)


def log_dependent(ranks: Array, dependence: Array) -> Estimate:
    """log of the mixed derivative of the copula u v (1 + theta (1 - u)(1 - v)): its slope along u, twice over."""

    def one(i: int) -> Any:
        theta, (u, v) = _ball(dependence[i]), _at(ranks[i])
        along_u = v + theta * v * (1 - v) * (1 - 2 * u.value)
        return along_u.slope[1].log()

    return _each(len(ranks), one)

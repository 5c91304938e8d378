"""Derivatives of log D and of its estimate by central differences in balls, at 192 bits.

log D is integrated afresh: along the eigenvectors that flint encloses, by the trapezoid rule, whose error for a
Gaussian is bounded by Poisson's formula. Steps h and 2h: what the two quotients differ by is three times the leading
Taylor remainder of the finer one, and is taken as the radius.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import flint
import numpy as np
from flint import acb_mat, arb, arb_mat

from verification.estimate import Estimate, Grade

from . import NotApplicable, costly

Array = Any
BITS = 192
NODES = 48
SPACING = 0.36  # 2 exp(-2 pi^2 / .36^2) < 2^-218; 48 nodes reach 17 widths, exp(-17^2 / 2) < 2^-208


def _ball(x: Any) -> Any:
    return x if isinstance(x, arb) else arb(float(x))


def _matrix(sigma: Array) -> list[list[Any]]:
    return [[_ball(x) for x in row] for row in np.asarray(sigma)]


def _blocks(s: list[list[Any]]) -> list[list[int]]:
    """Axes that the covariance couples, apart from those that it does not."""
    rest, blocks = set(range(len(s))), []
    while rest:
        block, seen = [], [rest.pop()]
        while seen:
            i = seen.pop()
            block.append(i)
            coupled = {j for j in rest if not (s[i][j].is_zero() and s[j][i].is_zero())}
            rest -= coupled
            seen.extend(coupled)
        blocks.append(sorted(block))
    return blocks


def _axes(mu: list[Any], s: list[list[Any]]) -> list[tuple[Any, Any]]:
    """(squared centre, variance) along every eigenvector."""
    found = []
    for block in _blocks(s):
        if len(block) == 1:
            found.append((mu[block[0]] ** 2, s[block[0]][block[0]]))
            continue
        matrix = acb_mat(arb_mat([[s[i][j] for j in block] for i in block]))
        try:
            values, vectors = matrix.eig(right=True)
        except ValueError:
            raise NotApplicable("equal eigenvalues of a coupled block of Sigma are not separated") from None
        for j, value in enumerate(values):
            column = [vectors[i, j] for i in range(len(block))]
            along = sum((v * mu[i] for v, i in zip(column, block, strict=True)), 0 * column[0])
            found.append(((along * along / sum((v * v for v in column), 0 * column[0])).real, value.real))
    return found


def _log_mass(squared: Any, s: Any, beta: Any) -> Any:
    """log of the integral of N(u; 0, 1)^beta N(u; c, s)^(1 - beta), by the trapezoid rule."""
    steep = (1 - beta) / s
    curvature = beta + steep
    if not curvature > 0:
        raise NotApplicable("the integral diverges, or is not seen to converge")
    c = arb(0) if squared.is_zero() else squared.nonnegative_part().sqrt()
    centre, width = arb((steep * c / curvature).mid()), arb(curvature.rsqrt().mid())
    step = arb(SPACING)
    total = arb(0)
    top = -(beta * centre**2 + steep * (centre - c) ** 2) / 2
    for j in range(-NODES, NODES + 1):
        u = centre + width * step * j
        total += (-(beta * u * u + steep * (u - c) * (u - c)) / 2 - top).exp()
    a = curvature * width**2
    # aliasing is 2 sum_m exp(-2 pi^2 m^2 / (a h^2)) of the whole; the tail sums to a few times its first term
    slip = 3 * (-2 * arb.pi() ** 2 / (a * step**2)).exp() + 8 * (-a * (step * NODES) ** 2 * arb(0.49)).exp()
    slip = arb(slip.abs_upper())
    total *= width * step * (1 + (-slip).union(slip))
    return top + total.log() - beta * (2 * arb.pi()).log() / 2 - (1 - beta) * (2 * arb.pi() * s).log() / 2


def _log_d(mu: list[Any], s: list[list[Any]], beta: Any) -> Any:
    return sum((_log_mass(c, v, beta) for c, v in _axes(mu, s)), arb(0))


def _quotient(f: Callable[[Any], Any], h: Any) -> Any:
    """f'(0) with a radius for what the differences leave."""
    fine = (f(h) - f(-h)) / (2 * h)
    coarse = (f(2 * h) - f(-2 * h)) / (4 * h)
    left = arb((fine - coarse).abs_upper())
    return fine + (-left).union(left)


def _step(s: list[list[Any]]) -> Any:
    narrow = np.linalg.eigvalsh(np.array([[float(x) for x in row] for row in s]))[0]
    if not narrow > 0:
        raise NotApplicable("Sigma is not positive definite in float64")
    return arb(float(2.0 ** np.floor(np.log2(narrow)))) * arb(2) ** -60


def _along_mu(mu: list[Any], s: list[list[Any]], b: Any, i: int) -> Any:
    def f(h: Any) -> Any:
        return _log_d([m + h if j == i else m for j, m in enumerate(mu)], s, b)

    return _quotient(f, arb(2) ** -60)


def _along_sigma(mu: list[Any], s: list[list[Any]], b: Any, i: int, j: int) -> Any:
    """Derivative along the symmetric unit (E_ij + E_ji) / 2."""

    def f(h: Any) -> Any:
        moved = [list(row) for row in s]
        moved[i][j] += h / 2
        moved[j][i] += h / 2
        return _log_d(mu, moved, b)

    return _quotient(f, _step(s))


def _along_beta(mu: list[Any], s: list[list[Any]], b: Any) -> Any:
    return _quotient(lambda h: _log_d(mu, s, b + h), arb(2) ** -60)


def _over(lead: tuple[int, ...], trail: tuple[int, ...], f: Callable[[tuple[int, ...]], Array]) -> Estimate:
    value = np.empty((*lead, *trail), dtype=object)
    with flint.ctx.workprec(max(BITS, flint.ctx.prec)):
        for index in np.ndindex(*lead):
            value[index] = f(index)
    return Estimate(
        value, np.zeros(value.shape), Grade.BOUNDED, certificate="central differences at two steps, in balls"
    )


def _at(x: Array, index: tuple[int, ...]) -> Any:
    x = np.asarray(x)
    return _ball(x[index[: x.ndim]])


def _objects(rows: Any) -> Array:
    return np.array(rows, dtype=object)


def component_gradient_mu(mu: Array, Sigma: Array, beta: Array) -> Estimate:
    """Gradient of log D in mu, (..., k)."""
    mu, Sigma = np.asarray(mu), np.asarray(Sigma)
    k = mu.shape[-1]

    def one(n: tuple[int, ...]) -> Array:
        m, s, b = [_ball(x) for x in mu[n]], _matrix(Sigma[n]), _at(beta, n)
        return _objects([_along_mu(m, s, b, i) for i in range(k)])

    return _over(mu.shape[:-1], (k,), one)


@costly
def component_gradient_Sigma(mu: Array, Sigma: Array, beta: Array) -> Estimate:
    """Gradient G of log D in Sigma, d log D = tr(G dSigma), (..., k, k)."""
    mu, Sigma = np.asarray(mu), np.asarray(Sigma)
    k = mu.shape[-1]

    def one(n: tuple[int, ...]) -> Array:
        m, s, b = [_ball(x) for x in mu[n]], _matrix(Sigma[n]), _at(beta, n)
        out = np.empty((k, k), dtype=object)
        for i, j in product(range(k), repeat=2):
            out[i, j] = out[j, i] if j < i else _along_sigma(m, s, b, i, j)
        return out

    return _over(mu.shape[:-1], (k, k), one)


def component_gradient_beta(mu: Array, Sigma: Array, beta: Array) -> Estimate:
    """Derivative of log D in beta."""
    mu, Sigma = np.asarray(mu), np.asarray(Sigma)
    return _over(mu.shape[:-1], (), lambda n: _along_beta([_ball(x) for x in mu[n]], _matrix(Sigma[n]), _at(beta, n)))


def _shares(mu: Array, Sigma: Array, beta: Any) -> list[Any]:
    """Share of each component in sum_n D_n: the chain rule through the logarithm of the sum."""
    logs = [_log_d([_ball(x) for x in m], _matrix(s), beta) for m, s in zip(mu, Sigma, strict=True)]
    top = max(logs, key=float)
    masses = [(x - top).exp() for x in logs]
    return [x / sum(masses, arb(0)) for x in masses]


def _shared(gradient: Estimate, mu: Array, Sigma: Array, beta: Array) -> Estimate:
    """Gradient of the estimate of log C from those of the components."""
    mu, Sigma = np.asarray(mu), np.asarray(Sigma)

    def one(n: tuple[int, ...]) -> Array:
        weights = _objects(_shares(mu[n], Sigma[n], _at(beta, n)))
        value = gradient.value[n]
        return weights.reshape(weights.shape + (1,) * (value.ndim - 1)) * value

    return _over(mu.shape[:-2], gradient.value.shape[mu.ndim - 2 :], one)


@costly
def estimate_gradient_mu(mu: Array, Sigma: Array, beta: Array) -> Estimate:
    """Gradient of log N^(beta-1) sum_n D_n in each mu_n, (..., N, k)."""
    return _shared(component_gradient_mu(mu, Sigma, beta), mu, Sigma, beta)


@costly
def estimate_gradient_Sigma(mu: Array, Sigma: Array, beta: Array) -> Estimate:
    """Gradient of log N^(beta-1) sum_n D_n in each Sigma_n, (..., N, k, k)."""
    return _shared(component_gradient_Sigma(mu, Sigma, beta), mu, Sigma, beta)


def estimate_gradient_beta(mu: Array, Sigma: Array, beta: Array) -> Estimate:
    """Derivative of log N^(beta-1) sum_n D_n in beta, of the whole expression at once."""
    mu, Sigma = np.asarray(mu), np.asarray(Sigma)

    def one(n: tuple[int, ...]) -> Any:
        members = [([_ball(x) for x in m], _matrix(s)) for m, s in zip(mu[n], Sigma[n], strict=True)]

        def f(h: Any) -> Any:
            b = _at(beta, n) + h
            logs = [_log_d(m, s, b) for m, s in members]
            top = max(logs, key=float)
            return top + sum(((x - top).exp() for x in logs), arb(0)).log() + (b - 1) * arb(len(logs)).log()

        return _quotient(f, arb(2) ** -60)

    return _over(mu.shape[:-2], (), one)

"""Estimators of a gradient by algebra, in complex balls: sums of c e^alpha exp(l' e) in the noise e ~ N(0, I).

Such sums are closed under products, derivatives and multiplication by e; the moments of e^n exp(l e) follow from the
two before by integration by parts, m_{n+1} = l m_n + n m_{n-1}.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flint
import numpy as np
from flint import acb, arb

from verification.estimate import Estimate, Grade

Array = np.ndarray[Any, Any]
Term = tuple[Any, tuple[int, ...], tuple[Any, ...]]
Sum = list[Term]
BITS = 200


def _ball(x: Any) -> Any:
    return x if isinstance(x, arb) else arb(float(x))


def _vector(x: Any) -> list[Any]:
    return [_ball(v) for v in x]


def _raised(alpha: tuple[int, ...], i: int, by: int) -> tuple[int, ...]:
    return tuple(a + by * (j == i) for j, a in enumerate(alpha))


def _product(f: Sum, g: Sum) -> Sum:
    return [
        (c * d, tuple(a + b for a, b in zip(alpha, beta, strict=True)), tuple(x + y for x, y in zip(l, m, strict=True)))
        for c, alpha, l in f for d, beta, m in g
    ]  # fmt: skip


def _times(f: Sum, factor: Any) -> Sum:
    return [(c * factor, alpha, l) for c, alpha, l in f]


def _noisy(f: Sum, i: int) -> Sum:
    """f times e_i."""
    return [(c, _raised(alpha, i, 1), l) for c, alpha, l in f]


def _slope(f: Sum, i: int) -> Sum:
    """The derivative of f in e_i."""
    falls = [(c * alpha[i], _raised(alpha, i, -1), l) for c, alpha, l in f if alpha[i]]
    return falls + [(c * l[i], alpha, l) for c, alpha, l in f]


def _moment(n: int, l: Any) -> Any:
    before, now = acb(0), acb(1)
    for j in range(n):
        before, now = now, l * now + j * before
    return now * (l * l / 2).exp()


def _mean(f: Sum) -> Any:
    found = acb(0)
    for c, alpha, l in f:
        value = acb(c)
        for n, x in zip(alpha, l, strict=True):
            value *= _moment(n, x)
        found += value
    return found.real


def _variance(f: Sum) -> Any:
    mean = _mean(f)
    return _mean(_product(f, f)) - mean * mean


# --- the two estimators -----------------------------------------------------------------------------------------------


def _pathwise(f: Sum, s: Any, i: int) -> Sum:
    return _times(_slope(f, i), 1 / s)


def _score(f: Sum, s: Any, i: int) -> Sum:
    return _times(_noisy(f, i), 1 / s)


def _pathwise_scale(f: Sum, s: Any, i: int) -> Sum:
    return _noisy(_pathwise(f, s, i), i)


def _score_scale(f: Sum, s: Any, i: int) -> Sum:
    return _times(_noisy(_noisy(f, i), i) + _times(f, -1), 1 / s)


Made = Callable[..., Sum]
Estimator = Callable[[Sum, Any, int], Sum]


def _each(what: Callable[[Sum], Any], estimator: Estimator, made: Made, sigma: Array, *arrays: Array) -> Estimate:
    found = []
    with flint.ctx.workprec(BITS):
        for s, *row in zip(sigma, *arrays, strict=True):
            f, scales = made(_vector(s), *row), _vector(s)
            found.append([what(estimator(f, scales[i], i)) for i in range(len(scales))])
    value = np.array(found, dtype=object)
    return Estimate(value, np.zeros(value.shape), Grade.CERTIFIED, certificate="moments of exponentials, in balls")


def _unit(k: int, *axes: int) -> tuple[int, ...]:
    return tuple(axes.count(j) for j in range(k))


def _none(k: int) -> tuple[Any, ...]:
    return (acb(0),) * k


def _quadratic(s: list[Any], mu: Any, Q: Any, b: Any, c: Any) -> Sum:
    """In the noise: z = mu + s e put in and multiplied out."""
    k, m = len(s), _vector(mu)
    z = [[(m[i], _unit(k), _none(k)), (s[i], _unit(k, i), _none(k))] for i in range(k)]
    out: Sum = [(_ball(c), _unit(k), _none(k))]
    for i in range(k):
        out = out + _times(z[i], _ball(b[i]))
        for j in range(k):
            out = out + _times(_product(z[i], z[j]), _ball(Q[i][j]) / 2)
    gathered: dict[tuple[int, ...], Any] = {}
    for factor, alpha, _ in out:
        gathered[alpha] = gathered.get(alpha, arb(0)) + factor
    return [(factor, alpha, _none(k)) for alpha, factor in gathered.items()]


def _exponential(s: list[Any], mu: Any, b: Any) -> Sum:
    m, rate = _vector(mu), _vector(b)
    height = sum((x * y for x, y in zip(m, rate, strict=True)), arb(0)).exp()
    return [(height, _unit(len(s)), tuple(acb(x * y) for x, y in zip(rate, s, strict=True)))]


def _cosine(s: list[Any], mu: Any, w: Any, phase: Any) -> Sum:
    """Half of each of two exponentials."""
    k, turn = len(s), _vector(w)
    theta = sum((x * y for x, y in zip(_vector(mu), turn, strict=True)), _ball(phase))
    rates = [x * y for x, y in zip(turn, s, strict=True)]
    return [
        (acb(0, sign * theta).exp() / 2, _unit(k), tuple(acb(0, sign * r) for r in rates)) for sign in (1, -1)
    ]  # fmt: skip


def quadratic_pathwise(H: Array, v: Array, c: Array, mu: Array, sigma: Array) -> Estimate:
    """The mean of the slope of f."""
    return _each(_mean, _pathwise, _quadratic, sigma, mu, H, v, c)


def quadratic_score(H: Array, v: Array, c: Array, mu: Array, sigma: Array) -> Estimate:
    """The mean of f times the score."""
    return _each(_mean, _score, _quadratic, sigma, mu, H, v, c)


def quadratic_pathwise_scale(H: Array, v: Array, c: Array, mu: Array, sigma: Array) -> Estimate:
    """The mean of the slope of f times the noise."""
    return _each(_mean, _pathwise_scale, _quadratic, sigma, mu, H, v, c)


def quadratic_score_scale(H: Array, v: Array, c: Array, mu: Array, sigma: Array) -> Estimate:
    """The mean of f times the score of the scale."""
    return _each(_mean, _score_scale, _quadratic, sigma, mu, H, v, c)


def quadratic_pathwise_variance(H: Array, v: Array, c: Array, mu: Array, sigma: Array) -> Estimate:
    """The variance of the slope of f."""
    return _each(_variance, _pathwise, _quadratic, sigma, mu, H, v, c)


def quadratic_score_variance(H: Array, v: Array, c: Array, mu: Array, sigma: Array) -> Estimate:
    """The variance of f times the score."""
    return _each(_variance, _score, _quadratic, sigma, mu, H, v, c)


def cosine_score(u: Array, phase: Array, mu: Array, sigma: Array) -> Estimate:
    """The mean of the cosine times the score."""
    return _each(_mean, _score, _cosine, sigma, mu, u, phase)


def cosine_pathwise_variance(u: Array, phase: Array, mu: Array, sigma: Array) -> Estimate:
    """The variance of the slope of the cosine."""
    return _each(_variance, _pathwise, _cosine, sigma, mu, u, phase)


def cosine_score_variance(u: Array, phase: Array, mu: Array, sigma: Array) -> Estimate:
    """The variance of the cosine times the score."""
    return _each(_variance, _score, _cosine, sigma, mu, u, phase)


def exponential_score(u: Array, mu: Array, sigma: Array) -> Estimate:
    """The mean of the exponential times the score."""
    return _each(_mean, _score, _exponential, sigma, mu, u)


def exponential_pathwise_variance(u: Array, mu: Array, sigma: Array) -> Estimate:
    """The variance of the slope of the exponential."""
    return _each(_variance, _pathwise, _exponential, sigma, mu, u)


def exponential_score_variance(u: Array, mu: Array, sigma: Array) -> Estimate:
    """The variance of the exponential times the score."""
    return _each(_variance, _score, _exponential, sigma, mu, u)


# --- Gaussians --------------------------------------------------------------------------------------------------------


def _found(values: list[Any]) -> Estimate:
    value = np.array(values, dtype=object)
    return Estimate(value, np.zeros(value.shape), Grade.CERTIFIED, certificate="moments of polynomials")


def _square(k: int, coefficients: list[Any], shift: Any) -> Any:
    """E (shift + sum_i a_i e_i)^2."""
    line: Sum = [(shift, _unit(k), _none(k)), *((a, _unit(k, i), _none(k)) for i, a in enumerate(coefficients))]
    return _mean(_product(line, line))


def isotropic_loss(variances: Array) -> Estimate:
    """Half of the mean of squares under N(0, diag s), in units of mean(s) less of s, and the volumes."""
    found = []
    with flint.ctx.workprec(BITS):
        for row in variances:
            s = _vector(row)
            k, m = len(s), sum(s, arb(0)) / len(s)
            far = sum((_square(1, [x.sqrt()], arb(0)) * (1 / m - 1 / x) for x in s), arb(0))
            found.append((far + k * m.log() - sum((x.log() for x in s), arb(0))) / 2)
    return _found(found)


def _factor(S: list[list[Any]]) -> list[list[Any]]:
    """L with L L' = S, row by row."""
    L: list[list[Any]] = []
    for i, row in enumerate(S):
        line: list[Any] = []
        for j in range(i + 1):
            known = row[j] - sum((line[n] * (L[j] if j < i else line)[n] for n in range(j)), arb(0))
            line.append(known.sqrt() if i == j else known / L[j][j])
        L.append(line)
    return L


def lost_dependence(Sigma: Array) -> Estimate:
    """Half of the mean of squares in units of diag Sigma less of Sigma, and the volumes."""
    found = []
    with flint.ctx.workprec(BITS):
        for matrix in Sigma:
            S = [_vector(row) for row in matrix]
            k, L = len(S), _factor(S)
            far = sum((_square(i + 1, L[i], arb(0)) / S[i][i] for i in range(k)), arb(0)) - k
            volume = sum((S[i][i].log() - 2 * L[i][i].log() for i in range(k)), arb(0))
            found.append((far + volume) / 2)
    return _found(found)


def standard_divergence(mu: Array) -> Estimate:
    """Half of E |m + e|^2 - |e|^2."""
    found = []
    with flint.ctx.workprec(BITS):
        for row in mu:
            found.append(
                sum((_square(1, [arb(1)], m) - _square(1, [arb(1)], arb(0)) for m in _vector(row)), arb(0)) / 2
            )
    return _found(found)


def reconstruction_of_half(x: Array, W: Array, noise: Array, mu: Array, Sigma: Array) -> Estimate:
    """E log N(x; W z, noise I) under N(mu, Sigma/2), coordinate by coordinate of x."""
    found = []
    with flint.ctx.workprec(BITS):
        for one, w, s, m, S in zip(x, W, noise, mu, Sigma, strict=True):
            L, k, v = _factor([[v / 2 for v in _vector(row)] for row in S]), len(m), _ball(s)
            missed = arb(0)
            for target, line in zip(_vector(one), w, strict=True):
                a = _vector(line)
                left = target - sum((p * q for p, q in zip(a, _vector(m), strict=True)), arb(0))
                spread = [-sum((a[i] * L[i][j] for i in range(j, k)), arb(0)) for j in range(k)]
                missed += _square(k, spread, left)
            found.append(-(len(one) * (2 * arb.pi() * v).log() + missed / v) / 2)
    return _found(found)


def _kl(mean: list[Any], S: list[list[Any]]) -> Any:
    """Half of the mean of squares under N(mean, S) less of its own, and the volume."""
    L, k = _factor(S), len(S)
    far = sum((_square(i + 1, L[i], m) for i, m in enumerate(mean)), arb(0))
    return (far - k) / 2 - sum((L[i][i].log() for i in range(k)), arb(0))


def paid_for_half(mu: Array, Sigma: Array) -> Estimate:
    """KL(N(mu, Sigma/2) || N(0, I)) - KL(N(mu, Sigma) || N(0, I))."""
    found = []
    with flint.ctx.workprec(BITS):
        for row, matrix in zip(mu, Sigma, strict=True):
            m, S = _vector(row), [_vector(line) for line in matrix]
            found.append(_kl(m, [[v / 2 for v in line] for line in S]) - _kl(m, S))
    return _found(found)


def kl_half_way(mu: Array, Sigma: Array) -> Estimate:
    """KL(N(mu/2, (Sigma + I)/2) || N(0, I))."""
    found = []
    with flint.ctx.workprec(BITS):
        for row, matrix in zip(mu, Sigma, strict=True):
            S = [[(v + (i == j)) / 2 for j, v in enumerate(_vector(line))] for i, line in enumerate(matrix)]
            found.append(_kl([m / 2 for m in _vector(row)], S))
    return _found(found)

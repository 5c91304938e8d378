"""Budgets of nats shared out, in balls: every set of dimensions that may get some, posteriors tilted by bisection.

A dimension that gets r nats keeps exp(-2 r) of its squared error: of a Gaussian no code does better. In a set the
errors that are left are equal, or moving a nat would help. Slopes are forward differences of the best value.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from typing import Any

import flint
import numpy as np
from flint import arb

from verification.estimate import Estimate, Grade

Array = np.ndarray[Any, Any]
Vector = list[Any]
BITS, STEP, HALVINGS = 300, arb(2) ** -60, 90


def _ball(x: Any) -> Any:
    return x if isinstance(x, arb) else arb(float(x))


def _vector(x: Any) -> Vector:
    return [_ball(v) for v in x]


def _sum(xs: Any) -> Any:
    return sum(xs, arb(0))


def _each(f: Callable[..., Any], *arrays: Any) -> Estimate:
    with flint.ctx.workprec(BITS):
        value = np.array([f(*rows) for rows in zip(*arrays, strict=True)], dtype=object)
    return Estimate(value, np.zeros(value.shape), Grade.CERTIFIED, certificate="every set of dimensions, in balls")


# --- the linear-Gaussian model ----------------------------------------------------------------------------------------


def _left(lams: Vector, delta: Any) -> Any:
    """The least sum of squared errors."""
    found = []
    for size in range(1, len(lams) + 1):
        for used in combinations(lams, size):
            level = ((_sum(lam.log() for lam in used) - 2 * delta) / size).exp()
            if all(level <= lam or abs(level - lam) < STEP for lam in used):
                found.append(_sum(lams) - _sum(lam - level for lam in used))
    return min(found, key=lambda x: float(x.mid()))


def _value(kept: Any, discarded: Any, noise: Any, delta: Any) -> Any:
    lams, rest, s = _vector(kept), _vector(discarded), _ball(noise)
    D = len(lams) + len(rest)
    return -(D * (2 * arb.pi() * s).log() + (_left(lams, _ball(delta)) + _sum(rest)) / s) / 2


def optimum(kept: Array, discarded: Array, noise: Array, delta: Array) -> Estimate:
    """The best average of E log p(x|z)."""
    return _each(_value, kept, discarded, noise, delta)


def optimum_at_double(kept: Array, discarded: Array, noise: Array, delta: Array) -> Estimate:
    """The same for twice the budget."""
    return optimum(kept, discarded, noise, 2 * delta)


def missed_below(kept: Array, discarded: Array, noise: Array, delta: Array, delta2: Array) -> Estimate:
    """What more nats would have brought."""
    return _each(
        lambda k, d, s, more, less: _value(k, d, s, more) - _value(k, d, s, less),
        kept, discarded, noise, delta, delta2,
    )  # fmt: skip


def slope(kept: Array, noise: Array, delta: Array) -> Estimate:
    """How fast the best value rises with the budget."""

    def one(k: Any, s: Any, delta: Any) -> Any:
        here, near, far = (_value(k, (), s, _ball(delta) + j * STEP) for j in range(3))
        return (4 * near - far - 3 * here) / (2 * STEP) + arb(0, 2.0**-80)

    return _each(one, kept, noise, delta)


def slope_at_double(kept: Array, noise: Array, delta: Array) -> Estimate:
    """The slope at twice the budget."""
    return slope(kept, noise, 2 * delta)


def shrunk_projection(U: Array, kept: Array, noise: Array, beta: Array) -> Estimate:
    """Onto the principal axes, each component times the share of its variance that is reconstructed."""

    def one(U: Any, kept: Any, noise: Any, beta: Any) -> Any:
        level = _ball(noise) * _ball(beta)
        shares = [max(1 - level / lam, arb(0), key=float) for lam in _vector(kept)]
        axes = [_vector(row) for row in U]
        return [[_sum(u * s * v for u, s, v in zip(a, shares, b, strict=True)) for b in axes] for a in axes]

    return _each(one, U, kept, noise, beta)


# --- z of K values ----------------------------------------------------------------------------------------------------


def _tilted(prior: Vector, lik: Vector, power: Any) -> Vector:
    """p(z) p(x|z)^power, normalised; the largest likelihood is divided out."""
    top = max(lik, key=lambda x: float(x.mid()))
    weights = [p.exp() * (power * (f - top)).exp() for p, f in zip(prior, lik, strict=True)]
    mass = _sum(weights)
    return [w / mass for w in weights]


def _told(q: Vector, prior: Vector) -> Any:
    return _sum(a * (a.log() - p) for a, p in zip(q, prior, strict=True) if not a.is_zero())


def _reached(q: Vector, lik: Vector) -> Any:
    return _sum(a * f for a, f in zip(q, lik, strict=True))


def _best(prior: Vector, lik: Vector, delta: Any) -> Any:
    """E log p(x|z) of the tilted posterior that spends the budget; of the best codes alone where it is never spent."""
    low, high = arb(0), arb(2) ** 12
    q = _tilted(prior, lik, high)
    if _told(q, prior) <= delta:
        return _reached(q, lik) + arb(0, 2.0**-40)
    for _ in range(HALVINGS):
        half = arb(((low + high) / 2).mid())
        low, high = (half, high) if _told(_tilted(prior, lik, half), prior) < delta else (low, half)
    ends = [_reached(_tilted(prior, lik, power), lik) for power in (low, high)]
    return ends[0].union(ends[1]) + arb(0, 2.0**-60)


def _each_datum(f: Callable[[Vector, Vector, Any], Any], log_lik: Array, log_prior: Array, x: Array) -> Estimate:
    return _each(lambda lik, prior, x: f(_vector(prior), _vector(lik), _ball(x)), log_lik, log_prior, x)


def best(log_lik: Array, log_prior: Array, delta: Array) -> Estimate:
    """The largest E_q log p(x|z) for which KL(q || p) is at most delta."""
    return _each_datum(_best, log_lik, log_prior, delta)


def best_at(log_lik: Array, log_prior: Array, beta: Array) -> Estimate:
    """E log p(x|z) of the posterior tilted to the power 1/beta: the best of its budget."""
    return _each_datum(lambda p, f, b: _reached(_tilted(p, f, 1 / b), f), log_lik, log_prior, beta)


def spent(log_lik: Array, log_prior: Array, beta: Array) -> Estimate:
    """KL to the prior of the posterior tilted to the power 1/beta."""
    return _each_datum(lambda p, f, b: _told(_tilted(p, f, 1 / b), p), log_lik, log_prior, beta)


def log_posterior(log_lik: Array, log_prior: Array, beta: Array) -> Estimate:
    """Logarithms of the tilted posterior."""
    return _each_datum(lambda p, f, b: [q.log() for q in _tilted(p, f, 1 / b)], log_lik, log_prior, beta)


def spending_slope(log_lik: Array, log_prior: Array, beta: Array) -> Estimate:
    """How KL to the prior changes with beta, by differences."""

    def one(p: Vector, f: Vector, b: Any) -> Any:
        up, down = (_told(_tilted(p, f, 1 / (b + h)), p) for h in (STEP, -STEP))
        return (up - down) / (2 * STEP) + arb(0, 2.0**-80)

    return _each_datum(one, log_lik, log_prior, beta)


def aggregate(log_data: Array, log_prior: Array, log_dec: Array, beta: Array) -> Estimate:
    """KL to the prior of the average of the data's tilted posteriors."""

    def one(data: Any, prior: Any, dec: Any, beta: Any) -> Any:
        p, power = _vector(prior), 1 / _ball(beta)
        codes = [_tilted(p, _vector(row), power) for row in dec]
        chances = [x.exp() for x in _vector(data)]
        return _told([_sum(c * q[z] for c, q in zip(chances, codes, strict=True)) for z in range(len(p))], p)

    return _each(one, log_data, log_prior, log_dec, beta)


def aggregate_at_double(log_data: Array, log_prior: Array, log_dec: Array, beta: Array) -> Estimate:
    """The same at twice beta."""
    return aggregate(log_data, log_prior, log_dec, 2 * beta)


def one_for_all(log_lik: Array, log_prior: Array) -> Estimate:
    """What N data lose by one posterior, tilted by the average of their log-likelihoods."""

    def one(lik: Any, prior: Any) -> Any:
        p, rows, N = _vector(prior), [_vector(row) for row in lik], len(lik)
        average = [_sum(column) / N for column in zip(*rows, strict=True)]
        q = _tilted(p, average, arb(1))
        bound = _sum(_reached(q, row) for row in rows) / N - _told(q, p)
        evidence = _sum(_sum((a + f).exp() for a, f in zip(p, row, strict=True)).log() for row in rows) / N
        return evidence - bound

    return _each(one, log_lik, log_prior)

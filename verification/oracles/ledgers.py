"""N data on K codes in exact fractions, each datum on a line of its own; only logarithms of fractions are balls.

Logarithms of dyadic chances come as balls and are turned back into the one fraction over 2^24 that they can mean.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import flint
import numpy as np
from flint import arb

from verification.estimate import Estimate, Grade
from verification.oracles import NotApplicable

Array = np.ndarray[Any, Any]
Line = list[Fraction]
BITS, GRID = 192, 2**24


def _chance(log_p: Any) -> Fraction:
    count = ((log_p if isinstance(log_p, arb) else arb(float(log_p))).exp() * GRID).unique_fmpz()
    if count is None:
        raise NotApplicable("a chance that is no multiple of 2^-24")
    return Fraction(int(count), GRID)


def _line(log_p: Any) -> Line:
    return [_chance(x) for x in log_p]


def _ball(x: Fraction) -> Any:
    return arb(x.numerator) / arb(x.denominator)


def _log(x: Fraction) -> Any:
    return arb(x.numerator).log() - arb(x.denominator).log()


def _whole(xs: Any) -> Fraction:
    return sum(xs, Fraction(0))


def _sum(xs: Any) -> Any:
    return sum(xs, arb(0))


def _each(f: Callable[..., Any], *arrays: Any) -> Estimate:
    with flint.ctx.workprec(BITS):
        value = np.array([f(*rows) for rows in zip(*arrays, strict=True)], dtype=object)
    return Estimate(value, np.zeros(value.shape), Grade.CERTIFIED, certificate="exact fractions, logarithms in balls")


def _mean_log(chances: Line, values: Line) -> Any:
    """E log of values; what has no chance is not looked at."""
    return _sum(_ball(q) * _log(v) for q, v in zip(chances, values, strict=True) if q)


def _divergence(q: Line, p: Line) -> Any:
    return _sum(_ball(a) * _log(a / b) for a, b in zip(q, p, strict=True) if a)


# --- the evidence and its bound ---------------------------------------------------------------------------------------


def _joints(log_lik: Any, log_prior: Any) -> list[Line]:
    """p(x_i, z) of each datum."""
    prior = _line(log_prior)
    return [[lik * p for lik, p in zip(_line(row), prior, strict=True)] for row in log_lik]


def evidence(log_lik: Array, log_prior: Array) -> Estimate:
    """sum_i log p(x_i)."""
    return _each(lambda lik, prior: _sum(_log(_whole(row)) for row in _joints(lik, prior)), log_lik, log_prior)


def one_latent(log_lik: Array, log_prior: Array) -> Estimate:
    """log p(x_1, ..., x_N) where one z is drawn for all."""

    def one(lik: Any, prior: Any) -> Any:
        found = Fraction(0)
        for p, column in zip(_line(prior), zip(*map(_line, lik), strict=True), strict=True):
            for value in column:
                p *= value
            found += p
        return _log(found)

    return _each(one, log_lik, log_prior)


def covered(log_lik: Array, log_prior: Array, log_enc: Array) -> Estimate:
    """sum_i log p(x_i, z is one that q draws)."""

    def one(lik: Any, prior: Any, enc: Any) -> Any:
        rows = zip(_joints(lik, prior), np.asarray(enc, float) > -np.inf, strict=True)
        return _sum(_log(_whole(p for p, drawn in zip(row, codes, strict=True) if drawn)) for row, codes in rows)

    return _each(one, log_lik, log_prior, log_enc)


def elbo(log_lik: Array, log_prior: Array, log_enc: Array) -> Estimate:
    """sum_i E_q log p(x_i, z)/q(z): less the divergence of q from what is no distribution."""

    def one(lik: Any, prior: Any, enc: Any) -> Any:
        rows = zip(_joints(lik, prior), map(_line, enc), strict=True)
        return -_sum(_divergence(q, joint) for joint, q in rows)

    return _each(one, log_lik, log_prior, log_enc)


def reconstruction(log_lik: Array, log_enc: Array) -> Estimate:
    """sum_i E_q log p(x_i|z)."""

    def one(lik: Any, enc: Any) -> Any:
        return _sum(_mean_log(_line(q), _line(row)) for row, q in zip(lik, enc, strict=True))

    return _each(one, log_lik, log_enc)


def divergences(log_lik: Array, log_prior: Array, log_enc: Array) -> Estimate:
    """KL(q(z_i) || p(z|x_i)) of each datum."""

    def one(lik: Any, prior: Any, enc: Any) -> Any:
        rows = zip(_joints(lik, prior), map(_line, enc), strict=True)
        return [_divergence(q, [p / _whole(joint) for p in joint]) for joint, q in rows]

    return _each(one, log_lik, log_prior, log_enc)


def no_divergences(log_lik: Array) -> Estimate:
    """The least that a divergence can be."""
    return _each(lambda lik: [arb(0)] * len(lik), log_lik)


# --- pairs of coordinates ---------------------------------------------------------------------------------------------


def mean_field(log_data: Array, log_q1: Array, log_q2: Array) -> Estimate:
    """log q(z_1, z_2|x) of z_1 and z_2 independent for each x: the joint of x and z over the chance of x."""

    def one(data: Any, first: Any, second: Any) -> Any:
        return [
            [_table(p, _line(a), _line(b)) for p, a, b in zip(_line(row), firsts, seconds, strict=True)]
            for row, firsts, seconds in zip(data, first, second, strict=True)
        ]

    def _table(p: Fraction, a: Line, b: Line) -> Any:
        return [[_log(p * u * v / p) for v in b] for u in a]

    return _each(one, log_data, log_q1, log_q2)


def _told_beyond(data: list[Line], codes: list[list[Line]]) -> Any:
    """I(z; the second coordinate of x | the first)."""
    found = arb(0)
    for row, lines in zip(data, codes, strict=True):
        mass = _whole(row)
        average = [_whole(p * q[k] for p, q in zip(row, lines, strict=True)) / mass for k in range(len(lines[0]))]
        found += _sum(_ball(p) * _divergence(q, average) for p, q in zip(row, lines, strict=True))
    return found


def other_coordinate(log_data: Array, log_q1: Array, log_q2: Array) -> Estimate:
    """I(z_1; x_2|x_1) + I(z_2; x_1|x_2)."""

    def one(data: Any, first: Any, second: Any) -> Any:
        table = [_line(row) for row in data]
        codes = [[_line(q) for q in row] for row in first]
        turned = [[_line(q) for q in column] for column in zip(*second, strict=True)]
        return _told_beyond(table, codes) + _told_beyond([list(c) for c in zip(*table, strict=True)], turned)

    return _each(one, log_data, log_q1, log_q2)


def information_of_pairs(log_data: Array, log_q1: Array, log_q2: Array) -> Estimate:
    """I(x; z) of z = (z_1, z_2): the mean divergence of what each x says from the average."""

    def one(data: Any, first: Any, second: Any) -> Any:
        chances, codes = [], []
        for row, firsts, seconds in zip(data, first, second, strict=True):
            for p, a, b in zip(row, firsts, seconds, strict=True):
                chances.append(_chance(p))
                codes.append([u * v for u in _line(a) for v in _line(b)])
        average = [_whole(p * q for p, q in zip(chances, column, strict=True)) for column in zip(*codes, strict=True)]
        return _sum(_ball(p) * _divergence(q, average) for p, q in zip(chances, codes, strict=True))

    return _each(one, log_data, log_q1, log_q2)


# --- data one by one --------------------------------------------------------------------------------------------------


def _points(log_q: Any) -> tuple[list[Line], Line]:
    lines = [_line(q) for q in log_q]
    return lines, [_whole(column) / len(lines) for column in zip(*lines, strict=True)]


def told(log_q: Array) -> Estimate:
    """KL(q(z|x_i) || q(z)) of each datum."""

    def one(log_q: Any) -> Any:
        lines, average = _points(log_q)
        return [_divergence(q, average) for q in lines]

    return _each(one, log_q)


def told_on_average(log_q: Array) -> Estimate:
    """I(x; z) of data that are equally likely."""

    def one(log_q: Any) -> Any:
        lines, average = _points(log_q)
        return _sum(_divergence(q, average) for q in lines) / len(lines)

    return _each(one, log_q)


# --- counts, and what undoes a line -----------------------------------------------------------------------------------


def _numbers(f: Callable[..., Fraction], *arrays: Array) -> Estimate:
    return _each(lambda *values: _ball(f(*(Fraction(float(v)) for v in values))), *arrays)


def parameters(N: Array, d: Array) -> Estimate:
    """Of N lines, each with d means and d variances."""
    return _numbers(lambda N, d: _whole(Fraction(1) for _ in range(int(N)) for _ in ("mean", "variance")) * d, N, d)


def data(N: Array) -> Estimate:
    """How many data there are."""
    return _numbers(lambda N: N, N)


def data_twice(N: Array) -> Estimate:
    """One mean and one variance each."""
    return _numbers(lambda N: N + N, N)


def parameters_less_data(N: Array, d: Array) -> Estimate:
    """For each datum, what it has of parameters beyond one."""
    return _numbers(lambda N, d: _whole(d + (d - 1) for _ in range(int(N))), N, d)


def encoder_parameters(D: Array, width: Array, d: Array) -> Estimate:
    """Unit by unit: one weight an input, and a bias."""

    def one(D: Fraction, width: Fraction, d: Fraction) -> Fraction:
        return _whole(D + 1 for _ in range(int(width))) + _whole(width + 1 for _ in range(2 * int(d)))

    return _numbers(one, D, width, d)


def lagrangian(reconstruction: Array, kl: Array, delta: Array, beta: Array) -> Estimate:
    """The objective, and a price for each nat that is left over or missing."""
    return _numbers(lambda r, k, d, b: r + b * d - b * k, reconstruction, kl, delta, beta)


def undone(z: Array, mu: Array, sigma: Array) -> Estimate:
    """The epsilon that epsilon * sigma + mu takes to z."""

    def one(z: Any, mu: Any, sigma: Any) -> Any:
        rows = zip(z, mu, sigma, strict=True)
        return [_ball((Fraction(float(a)) - Fraction(float(m))) / Fraction(float(s))) for a, m, s in rows]

    return _each(one, z, mu, sigma)


def rearranged(u: Array, mu: Array, sigma: Array) -> Estimate:
    """The z that is u standard deviations from its mean."""

    def one(e: Any, mu: Any, sigma: Any) -> Any:
        rows = zip(e, mu, sigma, strict=True)
        return [_ball(Fraction(float(s)) * Fraction(float(a)) + Fraction(float(m))) for a, m, s in rows]

    return _each(one, u, mu, sigma)


def no_loss(variances: Array) -> Estimate:
    """Nothing."""
    return _each(lambda _: arb(0), variances)


def no_loss_of_data(log_lik: Array) -> Estimate:
    """Nothing."""
    return _each(lambda _: arb(0), log_lik)

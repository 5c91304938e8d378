"""Small decoders and observation models by Cauchy's formula: means over circles in the complex plane, at 400 bits.

N points on a circle of radius r give the coefficient of degree n up to that of degree n + N times r^N, which is far
below the last digit told. Activations with a kink are continued from the side on which the centre lies.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from typing import Any

import flint
import numpy as np
from flint import acb, arb

from verification.estimate import Estimate, Grade

Array = Any
BITS = 400
POINTS = 12
LOG_RADIUS = -20  # to the base 2
RELU, ELU, TANH = 0, 1, 2


def _ball(x: Any) -> Any:
    return x if isinstance(x, arb) else arb(float(x))


_balls = np.frompyfunc(_ball, 1, 1)


@cache
def _circle() -> list[Any]:
    with flint.ctx.workprec(BITS):
        return [acb(2 * arb(n) / POINTS).exp_pi_i() for n in range(POINTS)]


def _coefficient(f: Callable[[Any], Any], degree: int) -> Any:
    """Of t^degree in f(t)."""
    r = arb(2) ** LOG_RADIUS
    total = acb(0)
    for n, w in enumerate(_circle()):
        total += f(r * w) * _circle()[-n * degree % POINTS]
    value = (total / POINTS / r**degree).real
    left = (1 + arb(value.abs_upper())) * arb(2) ** (LOG_RADIUS * POINTS + 60)
    return value + (-left).union(left)


def _activation(kind: int, y: Any) -> Any:
    if kind == TANH:
        return (y.exp() - (-y).exp()) / (y.exp() + (-y).exp())
    if y.real > 0:
        return y
    return y.exp() - 1 if kind == ELU else acb(0)


def _likelihood(model: int, x: Any, g: Any, noise: Any) -> Any:
    """p(x; g) of one output."""
    if model == 0:
        return (-(x - g) * (x - g) / (2 * noise)).exp() / (2 * arb.pi() * noise).sqrt()
    p = 1 / (1 + (-g).exp()) if model == 1 else g
    return p**x * (1 - p) ** (1 - x)


def _f(case: Any) -> Callable[[Any], Any]:
    """log p(x | mu + t d) as a function of d and t."""
    x, A, b, V, c, noise, activation, model, mu = case

    def along(d: Any) -> Callable[[Any], Any]:
        def f(t: Any) -> Any:
            y = [sum((a * (m + t * e) for a, m, e in zip(row, mu, d, strict=True)), acb(s))
                 for row, s in zip(A, b, strict=True)]  # fmt: skip
            hidden = [_activation(int(float(activation)), v) for v in y]
            out = acb(0)
            for target, weights, shift in zip(x, V, c, strict=True):
                g = sum((w * h for w, h in zip(weights, hidden, strict=True)), acb(shift))
                out += _likelihood(min(int(float(model)), 1), target, g, noise).log()
            return out

        return f

    return along


def _each(f: Callable[..., Any], shape: tuple[int, ...], *arrays: Array) -> Estimate:
    rows = list(zip(*(_balls(a) for a in arrays), strict=True))
    value = np.empty((len(rows), *shape), dtype=object)
    with flint.ctx.workprec(BITS):
        for i, row in enumerate(rows):
            value[i] = f(*row)
    return Estimate(value, np.zeros(value.shape), Grade.BOUNDED, certificate="means over a circle of 12 points")


def slope(
    x: Array, A: Array, b: Array, V: Array, c: Array, noise: Array, activation: Array, model: Array, mu: Array
) -> Estimate:
    """The gradient of f."""
    k = mu.shape[-1]

    def one(*case: Any) -> list[Any]:
        f = _f(case)
        return [_coefficient(f(row), 1) for row in np.eye(k, dtype=int).tolist()]

    return _each(one, (k,), x, A, b, V, c, noise, activation, model, mu)


def hessian(
    x: Array, A: Array, b: Array, V: Array, c: Array, noise: Array, activation: Array, model: Array, mu: Array
) -> Estimate:
    """The Hessian of f, by polarisation of second derivatives along lines."""
    k = mu.shape[-1]
    units = np.eye(k, dtype=int)

    def one(*case: Any) -> Any:
        f = _f(case)
        own = [2 * _coefficient(f(row.tolist()), 2) for row in units]
        out = np.diag(np.array(own, dtype=object)) + arb(0)
        for i in range(k):
            for j in range(i):
                out[i, j] = out[j, i] = _coefficient(f((units[i] + units[j]).tolist()), 2) - (own[i] + own[j]) / 2
        return out

    return _each(one, (k, k), x, A, b, V, c, noise, activation, model, mu)


def curvature(
    x: Array, A: Array, b: Array, V: Array, c: Array, noise: Array, activation: Array, model: Array, mu: Array,
    step: Array,
) -> Estimate:  # fmt: skip
    """The second derivative of f along a step."""

    def one(*case: Any) -> Any:
        *rest, d = case
        return 2 * _coefficient(_f(rest)(d), 2)

    return _each(one, (), x, A, b, V, c, noise, activation, model, mu, step)


def stepped(
    x: Array, A: Array, b: Array, V: Array, c: Array, noise: Array, activation: Array, model: Array, mu: Array,
    step: Array,
) -> Estimate:  # fmt: skip
    """f(mu + step) as the mean of f over a circle about it."""

    def one(*case: Any) -> Any:
        *rest, m, u = case
        return _coefficient(_f((*rest, m + u))([1] * len(m)), 0)

    return _each(one, (), x, A, b, V, c, noise, activation, model, mu, step)


def scattered(
    x: Array, A: Array, b: Array, V: Array, c: Array, noise: Array, activation: Array, model: Array, mu: Array,
    step: Array, log_weight: Array,
) -> Estimate:  # fmt: skip
    """E f for a posterior of a few points mu + step, as the mean of means over circles about them."""

    def one(*case: Any) -> Any:
        *rest, m, steps, logs = case
        each = [_coefficient(_f((*rest, m + u))([1] * len(m)), 0) for u in steps]
        return sum((w.exp() * v for w, v in zip(logs, each, strict=True)), arb(0))

    return _each(one, (), x, A, b, V, c, noise, activation, model, mu, step, log_weight)


def linear_term(slope: Array, points: Array, log_weight: Array) -> Estimate:
    """E of slope'(z - E z): the first derivative of its moment-generating function, less that of E z alone."""

    def one(slope: Array, points: Array, logs: Array) -> Any:
        heights = points @ slope
        mean = sum((w.exp() * v for w, v in zip(logs, heights, strict=True)), arb(0))
        return _coefficient(
            lambda t: sum((w.exp() * (t * (v - mean)).exp() for w, v in zip(logs, heights, strict=True)), acb(0)), 1
        )

    return _each(one, (), slope, points, log_weight)


def taylor_objective(
    x: Array, A: Array, b: Array, V: Array, c: Array, noise: Array, activation: Array, model: Array, mu: Array,
    Sigma: Array, beta: Array,
) -> Estimate:  # fmt: skip
    """f and half its second derivative along the columns of a factor of Sigma, less beta KL."""

    def one(*case: Any) -> Any:
        *rest, S, weight = case
        m, f = rest[-1], _f(rest)
        first = S[0, 0].sqrt()
        columns = [[first, *(S[0, j] / first for j in range(1, len(m)))]]
        if len(m) == 2:
            columns.append([arb(0), (S[1, 1] - columns[0][1] ** 2).sqrt()])
        value = _coefficient(f([1] * len(m)), 0)
        value += sum((_coefficient(f(column), 2) for column in columns), arb(0))
        log_det = 2 * sum((column[i].log() for i, column in enumerate(columns)), arb(0))
        kl = (sum((S[i, i] + m[i] ** 2 - 1 for i in range(len(m))), arb(0)) - log_det) / 2
        return value - weight * kl

    return _each(one, (), x, A, b, V, c, noise, activation, model, mu, Sigma, beta)


def _outputs(case: Any, d: Any) -> Callable[[Any], list[Any]]:
    _, A, b, V, c, _, activation, _, mu = case

    def g(t: Any) -> list[Any]:
        y = [sum((a * (m + t * e) for a, m, e in zip(row, mu, d, strict=True)), acb(s))
             for row, s in zip(A, b, strict=True)]  # fmt: skip
        hidden = [_activation(int(float(activation)), v) for v in y]
        return [sum((w * h for w, h in zip(weights, hidden, strict=True)), acb(s))
                for weights, s in zip(V, c, strict=True)]  # fmt: skip

    return g


def fitted_first_term(
    x: Array, A: Array, b: Array, V: Array, c: Array, noise: Array, activation: Array, model: Array, mu: Array
) -> Estimate:
    """-J' diag((x - g)^2) J, J that of the logits and g their sigmoids."""
    k = mu.shape[-1]

    def one(*case: Any) -> Any:
        J = _jacobian(case)
        g = [_coefficient(partial(_entry, _outputs(case, [0] * k), i), 0) for i in range(len(case[0]))]
        missed = np.array([s - 1 / (1 + (-v).exp()) for s, v in zip(case[0], g, strict=True)], dtype=object)
        return -(J * missed) @ (J * missed).T

    return _each(one, (k, k), x, A, b, V, c, noise, activation, model, mu)


def _jacobian(case: Any) -> Array:
    """Of the outputs, a row for each latent."""
    columns = []
    for row in np.eye(len(case[-1]), dtype=int).tolist():
        g = _outputs(case, row)
        columns.append([_coefficient(partial(_entry, g, i), 1) for i in range(len(case[0]))])
    return np.array(columns, dtype=object)


def _entry(g: Callable[[Any], list[Any]], i: int, t: Any) -> Any:
    return g(t)[i]


def bending(
    x: Array, A: Array, b: Array, V: Array, c: Array, noise: Array, activation: Array, model: Array, mu: Array
) -> Estimate:
    """The Hessian of Gaussian f less J'J / -noise, J by circles too."""
    k = mu.shape[-1]
    whole = hessian(x, A, b, V, c, noise, activation, model, mu)

    def one(H: Any, *case: Any) -> Any:
        J = _jacobian(case)
        return H + J @ J.T / case[5]

    return _each(one, (k, k), whole.value, x, A, b, V, c, noise, activation, model, mu)


# --- observation models -----------------------------------------------------------------------------------------------


def _observed(model: int, degree: int, x: Array, g: Array, noise: Any) -> Any:
    if degree == 0:
        mass = acb(1)
        for target, v in zip(x, g, strict=True):
            mass *= _likelihood(model, target, acb(v), noise)
        return mass.log().real

    def one(target: Any, v: Any) -> Any:
        return degree * _coefficient(lambda t: _likelihood(model, target, v + t, noise).log(), degree)

    return [one(target, v) for target, v in zip(x, g, strict=True)]


def gaussian(x: Array, g: Array, noise: Array) -> Estimate:
    """log of the product of the outputs' densities."""
    return _each(lambda x, g, s: _observed(0, 0, x, g, s), (), x, g, noise)


def gaussian_gradient(x: Array, g: Array, noise: Array) -> Estimate:
    """First derivatives in each output."""
    return _each(lambda x, g, s: _observed(0, 1, x, g, s), x.shape[1:], x, g, noise)


def gaussian_curvature(x: Array, g: Array, noise: Array) -> Estimate:
    """Second derivatives in each output."""
    return _each(lambda x, g, s: _observed(0, 2, x, g, s), x.shape[1:], x, g, noise)


def bernoulli(x: Array, g: Array) -> Estimate:
    """log of the product of the outputs' chances."""
    return _each(lambda x, g: _observed(2, 0, x, g, None), (), x, g)


def bernoulli_gradient(x: Array, g: Array) -> Estimate:
    """First derivatives in each probability."""
    return _each(lambda x, g: _observed(2, 1, x, g, None), x.shape[1:], x, g)


def bernoulli_curvature(x: Array, g: Array) -> Estimate:
    """Second derivatives in each probability."""
    return _each(lambda x, g: _observed(2, 2, x, g, None), x.shape[1:], x, g)


def bernoulli_logit(x: Array, a: Array) -> Estimate:
    """log of the product of the outputs' chances, by logits."""
    return _each(lambda x, g: _observed(1, 0, x, g, None), (), x, a)


def bernoulli_logit_gradient(x: Array, a: Array) -> Estimate:
    """First derivatives in each logit."""
    return _each(lambda x, g: _observed(1, 1, x, g, None), x.shape[1:], x, a)


def bernoulli_logit_curvature(x: Array, a: Array) -> Estimate:
    """Second derivatives in each logit."""
    return _each(lambda x, g: _observed(1, 2, x, g, None), x.shape[1:], x, a)


def _full(model: int, x: Array, g: Array) -> Any:
    """Every second derivative of log p of all outputs, by polarisation."""
    units = np.eye(len(x), dtype=int)

    def along(d: Array) -> Any:
        def f(t: Any) -> Any:
            return sum((_likelihood(model, s, v + t * int(e), arb(1)).log() for s, v, e in zip(x, g, d, strict=True)),
                       acb(0))  # fmt: skip

        return _coefficient(f, 2)

    own = [2 * along(d) for d in units]
    out = np.diag(np.array(own, dtype=object)) + arb(0)
    for i in range(len(x)):
        for j in range(i):
            out[i, j] = out[j, i] = along(units[i] + units[j]) - (own[i] + own[j]) / 2
    return out


def standard_gaussian_hessian(x: Array) -> Estimate:
    """Of N(x; g, I) at g = 0."""
    D = x.shape[-1]
    return _each(lambda x: _full(0, x, 0 * x), (D, D), x)


def bernoulli_hessian(x: Array, g: Array) -> Estimate:
    """Of all probabilities."""
    D = x.shape[-1]
    return _each(lambda x, g: _full(2, x, g), (D, D), x, g)


def fitted_curvature(x: Array, miss: Array) -> Estimate:
    """Second derivatives in the probabilities where these miss x by so much."""
    return _each(lambda x, m: _observed(2, 2, x, x + (1 - 2 * x) * m, None), x.shape[1:], x, miss)


def fitted_logit_curvature(x: Array, miss: Array) -> Estimate:
    """Second derivatives in the logits there."""

    def one(x: Array, m: Array) -> Any:
        g = x + (1 - 2 * x) * m
        return _observed(1, 2, x, [(v / (1 - v)).log() for v in g], None)

    return _each(one, x.shape[1:], x, miss)

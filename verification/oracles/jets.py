"""Small decoders by truncated power series in balls: derivatives are coefficients, expectations are moments.

A series in the steps u = z - mu is a dictionary from exponents to balls, up to degree DEGREE. Under N(0, Sigma) its
monomials have Stein's moments; what is left out is bounded as a geometric series goes on. No kink may be in reach.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from typing import Any

import flint
import numpy as np
from flint import arb, arb_series

from verification.estimate import Estimate, Grade

from . import NotApplicable

Array = Any
Series = dict[tuple[int, ...], Any]
DEGREE = 8
BITS = 400
RELU, ELU, TANH = 0, 1, 2


def _ball(x: Any) -> Any:
    return x if isinstance(x, arb) else arb(float(x))


_balls = np.frompyfunc(_ball, 1, 1)


def _product(p: Series, q: Series) -> Series:
    out: Series = {}
    for i, a in p.items():
        for j, b in q.items():
            if sum(i) + sum(j) <= DEGREE:
                key = tuple(m + n for m, n in zip(i, j, strict=True))
                out[key] = out[key] + a * b if key in out else a * b
    return out


def _plus(p: Series, q: Series, weight: Any = 1) -> Series:
    return {i: p.get(i, arb(0)) + weight * q.get(i, arb(0)) for i in {*p, *q}}


def _composed(f: Callable[[Any], Any], p: Series, origin: tuple[int, ...]) -> Series:
    """f(p) by Horner's rule in p less its constant; f takes a univariate series."""
    length, flint.ctx.cap = flint.ctx.cap, DEGREE + 1
    try:
        series = f(arb_series([p[origin], arb(1)]))
        coefficients = [series[n] for n in range(DEGREE + 1)]
    finally:
        flint.ctx.cap = length
    step = {i: a for i, a in p.items() if i != origin}
    out: Series = {origin: coefficients[-1]}
    for c in coefficients[-2::-1]:
        out = _plus(_product(out, step), {origin: c})
    return out


def _activation(kind: int, y: Any) -> Any:
    if kind == TANH:
        return 1 - 2 / ((2 * y).exp() + 1)
    if y[0] > 0:
        return y
    return y.exp() - 1 if kind == ELU else 0 * y


def _units(k: int) -> tuple[tuple[int, ...], list[tuple[int, ...]]]:
    return (0,) * k, [tuple(int(i == j) for j in range(k)) for i in range(k)]


def _outputs(case: Any) -> list[Series]:
    """g about mu."""
    _, A, b, V, c, _, activation, _, mu = case
    kind = int(float(activation))
    origin, axes = _units(len(mu))
    hidden = []
    for row, start in zip(A, A @ mu + b, strict=True):
        line = {origin: start, **dict(zip(axes, row, strict=True))}
        hidden.append(_composed(lambda y: _activation(kind, y), line, origin))
    outputs = []
    for weights, shift in zip(V, c, strict=True):
        g: Series = {origin: shift}
        for w, h in zip(weights, hidden, strict=True):
            g = _plus(g, h, w)
        outputs.append(g)
    return outputs


def _jet(case: Any) -> Series:
    """f about mu."""
    x, *_, noise, _, model, mu = case
    origin, _ = _units(len(mu))
    out: Series = {}
    for target, g in zip(x, _outputs(case), strict=True):
        if model == 0:
            left = _plus(g, {origin: target}, -1)
            out = _plus(out, _product(left, left), -1 / (2 * noise))
            out = _plus(out, {origin: -(2 * arb.pi() * noise).log() / 2})
        else:
            out = _plus(out, g, target)
            out = _plus(out, _composed(lambda y: (1 + y.exp()).log(), g, origin), -1)
    return out


def _jets(*arrays: Array) -> list[Series]:
    return [_remembered(tuple((v.shape, tuple(map(float, v.ravel()))) for v in map(np.asarray, case)))
            for case in zip(*arrays, strict=True)]  # fmt: skip


@cache
def _remembered(case: Any) -> Series:
    with flint.ctx.workprec(BITS):
        return _jet([_balls(np.reshape(flat, shape)) for shape, flat in case])


def _told(values: list[Any], shape: tuple[int, ...] = ()) -> Estimate:
    value = np.empty((len(values), *shape), dtype=object)
    for i, v in enumerate(values):
        value[i] = v
    return Estimate(value, np.zeros(value.shape), Grade.BOUNDED, certificate="power series in balls")


def slope(
    x: Array, A: Array, b: Array, V: Array, c: Array, noise: Array, activation: Array, model: Array, mu: Array
) -> Estimate:
    """The gradient of f: coefficients of first degree."""
    _, axes = _units(mu.shape[-1])
    jets = _jets(x, A, b, V, c, noise, activation, model, mu)
    return _told([[jet[i] for i in axes] for jet in jets], (len(axes),))


def hessian(
    x: Array, A: Array, b: Array, V: Array, c: Array, noise: Array, activation: Array, model: Array, mu: Array
) -> Estimate:
    """The Hessian of f: coefficients of second degree, those of squares twice."""
    _, axes = _units(mu.shape[-1])
    k = len(axes)
    values = []
    for jet in _jets(x, A, b, V, c, noise, activation, model, mu):
        pair = [[tuple(map(sum, zip(axes[i], axes[j], strict=True))) for j in range(k)] for i in range(k)]
        values.append([[jet.get(pair[i][j], arb(0)) * (2 if i == j else 1) for j in range(k)] for i in range(k)])
    return _told(values, (k, k))


def _monomial(index: tuple[int, ...], at: Any) -> Any:
    out = arb(1)
    for n, v in zip(index, at, strict=True):
        out *= v**n
    return out


def _by_degree(jet: Series, weigh: Callable[[tuple[int, ...]], Any]) -> list[Any]:
    return [sum((a * weigh(i) for i, a in jet.items() if sum(i) == n), arb(0)) for n in range(DEGREE + 1)]


def _with_rest(terms: list[Any]) -> Any:
    """The sum; what is left out falls on as the last two terms fell."""
    before, last = (arb(term.abs_upper()) for term in terms[-2:])
    if last > before / 100:
        raise NotApplicable("the series is not seen to converge")
    left = 0 * last if last == 0 else 4 * last * last / before
    return sum(terms, arb(0)) + (-left).union(left)


def stepped(
    x: Array, A: Array, b: Array, V: Array, c: Array, noise: Array, activation: Array, model: Array, mu: Array,
    step: Array,
) -> Estimate:  # fmt: skip
    """f(mu + step)."""
    jets = _jets(x, A, b, V, c, noise, activation, model, mu)
    rows = zip(jets, _balls(step), strict=True)
    return _told([_with_rest(_by_degree(jet, partial(_monomial, at=u))) for jet, u in rows])


def curvature(
    x: Array, A: Array, b: Array, V: Array, c: Array, noise: Array, activation: Array, model: Array, mu: Array,
    step: Array,
) -> Estimate:  # fmt: skip
    """The second derivative of f along a step: twice the terms of second degree."""
    jets = _jets(x, A, b, V, c, noise, activation, model, mu)
    rows = zip(jets, _balls(step), strict=True)
    return _told([2 * _by_degree(jet, partial(_monomial, at=u))[2] for jet, u in rows])


def step_error(
    x: Array, A: Array, b: Array, V: Array, c: Array, noise: Array, activation: Array, model: Array, mu: Array,
    step: Array,
) -> Array:  # fmt: skip
    """The expansion less f, at the leading order: minus the terms of third degree."""
    jets = _jets(x, A, b, V, c, noise, activation, model, mu)
    rows = zip(jets, _balls(step), strict=True)
    return np.array([-_by_degree(jet, partial(_monomial, at=u))[3] for jet, u in rows], dtype=object)


def _moment(index: tuple[int, ...], S: Array) -> Any:
    """E u^index under N(0, S), by Stein's identity in the first coordinate that occurs."""
    if sum(index) == 0:
        return arb(1)
    i = next(j for j, n in enumerate(index) if n)
    rest = tuple(n - (j == i) for j, n in enumerate(index))
    out = arb(0)
    for j, n in enumerate(rest):
        if n:
            out += n * S[i, j] * _moment(tuple(m - (l == j) for l, m in enumerate(rest)), S)
    return out


def _kl(mu: Array, S: Array) -> Any:
    k = len(mu)
    determinant = S[0, 0] if k == 1 else S[0, 0] * S[1, 1] - S[0, 1] * S[1, 0]
    return (sum(S[i, i] + mu[i] * mu[i] - 1 for i in range(k)) - determinant.log()) / 2


def expected(
    x: Array, A: Array, b: Array, V: Array, c: Array, noise: Array, activation: Array, model: Array, mu: Array,
    Sigma: Array, beta: Array,
) -> Estimate:  # fmt: skip
    """E f less beta KL for a narrow Gaussian posterior."""
    jets = _jets(x, A, b, V, c, noise, activation, model, mu)
    _off_kinks(A, b, activation, mu, Sigma)
    values = []
    for jet, m, S, weight in zip(jets, _balls(mu), _balls(Sigma), _balls(beta), strict=True):
        values.append(_with_rest(_by_degree(jet, partial(_even, S=S))[::2]) - weight * _kl(m, S))
    return _told(values)


def _off_kinks(A: Array, b: Array, activation: Array, mu: Array, Sigma: Array) -> None:
    """30 deviations: what lies beyond is below exp(-450)."""
    for rows, shift, kind, m, S in zip(A, b, activation, mu, _balls(Sigma), strict=True):
        for w, s in zip(_balls(rows), _balls(shift), strict=True):
            if kind != TANH and not abs(w @ _balls(m) + s) > 30 * (w @ S @ w).sqrt():
                raise NotApplicable("a kink is within reach")


def _even(index: tuple[int, ...], S: Array) -> Any:
    return _moment(index, S) if sum(index) % 2 == 0 else arb(0)


def missing(
    x: Array, A: Array, b: Array, V: Array, c: Array, noise: Array, activation: Array, model: Array, mu: Array,
    Sigma: Array,
) -> Array:  # fmt: skip
    """The Taylor objective less E f, at the leading order: minus the expected terms of fourth degree."""
    jets = _jets(x, A, b, V, c, noise, activation, model, mu)
    rows = zip(jets, _balls(Sigma), strict=True)
    return np.array([-_by_degree(jet, partial(_even, S=S))[4] for jet, S in rows], dtype=object)


def _narrowest(H: Array, beta: Array) -> Array:
    """(I - H / beta)^-1 by cofactors."""
    values = []
    for h, weight in zip(_balls(H), _balls(beta), strict=True):
        m = -h / weight
        for i in range(len(m)):
            m[i, i] += 1
        if len(m) == 1:
            values.append(1 / m)
        else:
            adjugate = np.array([[m[1, 1], -m[0, 1]], [-m[1, 0], m[0, 0]]], dtype=object)
            values.append(adjugate / (m[0, 0] * m[1, 1] - m[0, 1] * m[1, 0]))
    return np.array(values, dtype=object)


def at_optimum(
    x: Array, A: Array, b: Array, V: Array, c: Array, noise: Array, activation: Array, model: Array, mu: Array,
    H: Array, beta: Array,
) -> Estimate:  # fmt: skip
    """`expected` at the covariance (I - H / beta)^-1."""
    with flint.ctx.workprec(BITS):
        return expected(x, A, b, V, c, noise, activation, model, mu, _narrowest(H, beta), beta)


def missing_at_optimum(
    x: Array, A: Array, b: Array, V: Array, c: Array, noise: Array, activation: Array, model: Array, mu: Array,
    H: Array, beta: Array,
) -> Array:  # fmt: skip
    """`missing` at -beta H^-1, which the best covariance tends to."""
    huge = arb(2) ** 300
    near = _narrowest(_balls(H) * huge, beta) * huge
    return missing(x, A, b, V, c, noise, activation, model, mu, near)


def scattered(
    x: Array, A: Array, b: Array, V: Array, c: Array, noise: Array, activation: Array, model: Array, mu: Array,
    step: Array, log_weight: Array,
) -> Estimate:  # fmt: skip
    """E f for a posterior of a few points mu + step."""
    jets = _jets(x, A, b, V, c, noise, activation, model, mu)
    values = []
    for jet, steps, logs in zip(jets, _balls(step), _balls(log_weight), strict=True):
        each = [_by_degree(jet, partial(_monomial, at=u)) for u in steps]
        mixed = [sum((w.exp() * t[n] for w, t in zip(logs, each, strict=True)), arb(0)) for n in range(DEGREE + 1)]
        values.append(_with_rest(mixed))
    return _told(values)


def scatter_error(
    x: Array, A: Array, b: Array, V: Array, c: Array, noise: Array, activation: Array, model: Array, mu: Array,
    step: Array, log_weight: Array,
) -> Array:  # fmt: skip
    """The Taylor value less E f, at the leading order: minus the expected terms of third degree."""
    jets = _jets(x, A, b, V, c, noise, activation, model, mu)
    values = []
    for jet, steps, logs in zip(jets, _balls(step), _balls(log_weight), strict=True):
        third = [_by_degree(jet, partial(_monomial, at=u))[3] for u in steps]
        values.append(-sum((w.exp() * t for w, t in zip(logs, third, strict=True)), arb(0)))
    return np.array(values, dtype=object)


def taylor_objective(
    x: Array, A: Array, b: Array, V: Array, c: Array, noise: Array, activation: Array, model: Array, mu: Array,
    Sigma: Array, beta: Array,
) -> Estimate:  # fmt: skip
    """Expected terms of up to second degree, less beta KL."""
    jets = _jets(x, A, b, V, c, noise, activation, model, mu)
    values = []
    for jet, m, S, weight in zip(jets, _balls(mu), _balls(Sigma), _balls(beta), strict=True):
        terms = _by_degree(jet, partial(_even, S=S))
        values.append(terms[0] + terms[2] - weight * _kl(m, S))
    return _told(values)


def bending(
    x: Array, A: Array, b: Array, V: Array, c: Array, noise: Array, activation: Array, model: Array, mu: Array
) -> Estimate:
    """The Hessian of Gaussian f less J'J / -noise."""
    whole = hessian(x, A, b, V, c, noise, activation, model, mu)
    _, axes = _units(mu.shape[-1])
    with flint.ctx.workprec(BITS):
        for i, case in enumerate(zip(*map(_balls, (x, A, b, V, c, noise, activation, model, mu)), strict=True)):
            J = np.array([[g[axis] for axis in axes] for g in _outputs(case)], dtype=object)
            whole.value[i] = whole.value[i] + J.T @ J / case[5]
    return whole


def fitted_first_term(
    x: Array, A: Array, b: Array, V: Array, c: Array, noise: Array, activation: Array, model: Array, mu: Array
) -> Estimate:
    """-J' diag((x - g)^2) J, J that of the logits and g their sigmoids."""
    origin, axes = _units(mu.shape[-1])
    values = []
    for case in zip(*map(_balls, (x, A, b, V, c, noise, activation, model, mu)), strict=True):
        total = np.zeros((len(axes), len(axes)), dtype=object)
        for target, g in zip(case[0], _outputs(case), strict=True):
            row = np.array([g[axis] for axis in axes], dtype=object)
            missed = target - 1 / (1 + (-g[origin]).exp())
            total = total - missed * missed * row[:, None] * row
        values.append(total)
    return _told(values, (len(axes), len(axes)))


def best_covariance(J: Array, beta: Array) -> Estimate:
    """(I + J'J / beta)^-1 by cofactors."""
    H = np.array([-(rows.T @ rows) for rows in _balls(J)], dtype=object)
    return _told(list(_narrowest(H, beta)), H.shape[1:])


def inner_product(a: Array, s: Array, angle: Array) -> Estimate:
    """tr(H Sigma), H turned by so many quarters from Sigma's axes."""
    rows = []
    for slopes, spreads, turn in zip(*map(_balls, (a, s, angle)), strict=True):
        cos, sin = (turn / 2).cos_pi(), (turn / 2).sin_pi()
        R = np.array([[cos, sin], [-sin, cos]], dtype=object)
        rows.append(np.trace(R.T * slopes @ R * spreads))
    return _told(rows)

"""Observation models by univariate power series in balls: each output's log p about g, output by output."""

from __future__ import annotations

from typing import Any

import flint
import numpy as np
from flint import arb, arb_series

from verification.estimate import Estimate, Grade

Array = Any


def _ball(x: Any) -> Any:
    return x if isinstance(x, arb) else arb(float(x))


_balls = np.frompyfunc(_ball, 1, 1)


def _series(model: int, x: Any, g: Any, noise: Any) -> Any:
    """log p(x; g) of one output."""
    if model == 0:
        return -(x - g) * (x - g) / (2 * noise) - (2 * arb.pi() * noise).log() / 2
    return x * g - (1 + g.exp()).log() if model == 1 else x * g.log() + (1 - x) * (1 - g).log()


def _observed(model: int, degree: int, x: Array, g: Array, noise: Any) -> Any:
    length, flint.ctx.cap = flint.ctx.cap, 3
    try:
        terms = [_series(model, s, arb_series([v, 1]), noise)[degree] for s, v in zip(x, g, strict=True)]
    finally:
        flint.ctx.cap = length
    return sum(terms, arb(0)) if degree == 0 else [degree * term for term in terms]


def _each(model: int, degree: int, *arrays: Array) -> Estimate:
    shape = arrays[0].shape[1:] if degree else ()
    rows = []
    for x, g, *rest in zip(*map(_balls, arrays), strict=True):
        rows.append(_observed(model, degree, x, g, rest[0] if rest else None))
    value = np.empty((len(rows), *shape), dtype=object)
    for i, row in enumerate(rows):
        value[i] = row
    return Estimate(value, np.zeros(value.shape), Grade.BOUNDED, certificate="power series in balls")


def gaussian(x: Array, g: Array, noise: Array) -> Estimate:
    """log p of all outputs."""
    return _each(0, 0, x, g, noise)


def gaussian_gradient(x: Array, g: Array, noise: Array) -> Estimate:
    """First coefficients."""
    return _each(0, 1, x, g, noise)


def gaussian_curvature(x: Array, g: Array, noise: Array) -> Estimate:
    """Second coefficients, twice."""
    return _each(0, 2, x, g, noise)


def bernoulli(x: Array, g: Array) -> Estimate:
    """log p of all outputs."""
    return _each(2, 0, x, g)


def bernoulli_gradient(x: Array, g: Array) -> Estimate:
    """First coefficients."""
    return _each(2, 1, x, g)


def bernoulli_curvature(x: Array, g: Array) -> Estimate:
    """Second coefficients, twice."""
    return _each(2, 2, x, g)


def bernoulli_logit(x: Array, a: Array) -> Estimate:
    """log p of all outputs."""
    return _each(1, 0, x, a)


def bernoulli_logit_gradient(x: Array, a: Array) -> Estimate:
    """First coefficients."""
    return _each(1, 1, x, a)


def bernoulli_logit_curvature(x: Array, a: Array) -> Estimate:
    """Second coefficients, twice."""
    return _each(1, 2, x, a)


def _diagonal(estimate: Estimate) -> Estimate:
    """Outputs apart are sums of series apart, whose products have no coefficient."""
    rows = estimate.value
    value = rows[..., None] * np.eye(rows.shape[-1], dtype=int) + arb(0)
    return Estimate(value, np.zeros(value.shape), estimate.grade, certificate=estimate.certificate)


def standard_gaussian_hessian(x: Array) -> Estimate:
    """Of N(x; g, I) at g = x / 2."""
    return _diagonal(gaussian_curvature(x, np.asarray(x) / 2, np.ones(len(x))))


def bernoulli_hessian(x: Array, g: Array) -> Estimate:
    """Of all probabilities."""
    return _diagonal(bernoulli_curvature(x, g))


def fitted_curvature(x: Array, miss: Array) -> Estimate:
    """Second derivatives in the probabilities where these miss x by so much."""
    return bernoulli_curvature(x, _balls(x) + (1 - 2 * _balls(x)) * _balls(miss))


def fitted_logit_curvature(x: Array, miss: Array) -> Estimate:
    """Second derivatives in the logits there."""
    g = _balls(x) + (1 - 2 * _balls(x)) * _balls(miss)
    return bernoulli_logit_curvature(x, np.log(g / (1 - g)))


def linear_term(slope: Array, points: Array, log_weight: Array) -> Estimate:
    """E of slope'(z - E z): the first coefficient of the cumulants' series, less E z along the slope."""
    rows = []
    length, flint.ctx.cap = flint.ctx.cap, 2
    try:
        for s, z, logs in zip(*map(_balls, (slope, points, log_weight)), strict=True):
            along = [arb_series([w, v]).exp() for w, v in zip(logs, z @ s, strict=True)]
            mean = sum((w.exp() * v for w, v in zip(logs, z @ s, strict=True)), arb(0))
            rows.append(sum(along[1:], along[0]).log()[1] - mean)
    finally:
        flint.ctx.cap = length
    value = np.array(rows, dtype=object)
    return Estimate(value, np.zeros(value.shape), Grade.BOUNDED, certificate="power series in balls")

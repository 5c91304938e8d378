"""The constrained problem by its dual, in floats: the multiplier is searched on ever finer grids, as is every decoder.

Of the linear model each dimension's decoder variance m >= tau minimises lambda/m + log m, nothing is put in its place.
A minimum is known to the square of what its place is known to; the radii say 1e-6 of a place and 1e-11 of a value.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.special import log_softmax, logsumexp, rel_entr, softmax

from verification.estimate import Estimate, Grade

Array = np.ndarray[Any, Any]
POINTS = np.linspace(0, 1, 17)
ROUNDS, VALUE, PLACE, STEP = 14, 1e-11, 2e-6, 2e-3


def _floats(*arrays: Any) -> list[Array]:
    return [np.asarray(a, float) for a in arrays]


def _estimate(value: Array, error: float = VALUE) -> Estimate:
    return Estimate(value, error * (1 + abs(value)), Grade.BOUNDED, certificate="nested grids in float64")


def _least(f: Callable[[Array], Array], low: Array, high: Array) -> tuple[Array, Array]:
    """Where convex functions of one variable each are least, and the least; f takes a further axis of points."""
    a, b = low + 0.0, high + 0.0
    for _ in range(ROUNDS):
        grid = a[..., None] + (b - a)[..., None] * POINTS
        best = f(grid).argmin(-1)[..., None]
        a, b = (np.take_along_axis(grid, np.clip(best + j, 0, len(POINTS) - 1), -1)[..., 0] for j in (-1, 1))
    place = (a + b) / 2
    return place, f(place[..., None])[..., 0]


# --- the linear-Gaussian model ----------------------------------------------------------------------------------------


def _penalised(kept: Array, noise: Array, log_beta: Array) -> Array:
    """The least of missed/(2 noise) + beta KL over decoders, dimension by dimension, at points (B, G)."""
    start = (log_beta + np.log(noise)[:, None])[..., None] + np.zeros(kept.shape[-1])
    lams = kept[:, None, :]

    def cost(log_m: Array) -> Array:
        return np.asarray(lams[..., None] * np.exp(-log_m) + log_m)

    _, least = _least(cost, start, np.maximum(start, np.log(lams)) + 2)
    return np.asarray(np.exp(log_beta) / 2 * (least - start).sum(-1))


def _solved(kept: Array, noise: Array, delta: Array) -> tuple[Array, Array]:
    """The multiplier, and the least of missed/(2 noise) at the budget."""

    def lost(log_beta: Array) -> Array:
        return -_penalised(kept, noise, log_beta) + np.exp(log_beta) * delta[:, None]

    top = np.log(kept.max(-1) / noise)
    place, least = _least(lost, top - 2 * delta - 2, top + 1)
    return np.exp(place), -least


def _value(kept: Array, discarded: Array, noise: Array, delta: Array) -> Array:
    missed = _solved(kept, noise, delta)[1] + discarded.sum(-1) / (2 * noise)
    return np.asarray(-(kept.shape[-1] + discarded.shape[-1]) * np.log(2 * np.pi * noise) / 2 - missed)


def optimum(kept: Array, discarded: Array, noise: Array, delta: Array) -> Estimate:
    """The best average of E log p(x|z)."""
    return _estimate(_value(*_floats(kept, discarded, noise, delta)))


def optimum_at_double(kept: Array, discarded: Array, noise: Array, delta: Array) -> Estimate:
    """The same for twice the budget."""
    return optimum(kept, discarded, noise, 2 * delta)


def missed_below(kept: Array, discarded: Array, noise: Array, delta: Array, delta2: Array) -> Estimate:
    """The best of the larger budget less that of the smaller."""
    k, d, s, more, less = _floats(kept, discarded, noise, delta, delta2)
    return _estimate(_value(k, d, s, more) - _value(k, d, s, less))


def slope(kept: Array, noise: Array, delta: Array) -> Estimate:
    """The multiplier that was found."""
    return _estimate(_solved(*_floats(kept, noise, delta))[0], PLACE)


def slope_at_double(kept: Array, noise: Array, delta: Array) -> Estimate:
    """The multiplier of twice the budget."""
    return slope(kept, noise, 2 * delta)


def shrunk_projection(U: Array, kept: Array, noise: Array, beta: Array) -> Estimate:
    """On each principal axis the regression of x on its code, the decoder's variance m found by search."""
    axes, lams, s, b = _floats(U, kept, noise, beta)
    start = np.log(s * b)[:, None] + np.zeros(lams.shape)
    place, _ = _least(lambda t: lams[..., None] * np.exp(-t) + t, start, np.maximum(start, np.log(lams)) + 2)
    shares = -np.expm1(start - place)
    return _estimate((axes * shares[:, None]) @ axes.swapaxes(-1, -2), PLACE)


# --- z of K values ----------------------------------------------------------------------------------------------------


def _free(f: Array, p: Array, beta: Array) -> Array:
    """beta log E_p exp(f/beta)."""
    return np.asarray(beta * logsumexp(p + f / beta[..., None], axis=-1))


def _budget(f: Array, p: Array, beta: Array) -> Array:
    """What is spent at beta: minus the slope of the free energy, by differences of high order."""
    h = STEP * beta
    ladder = (-1 / 60, 3 / 20, -3 / 4, 0, 3 / 4, -3 / 20, 1 / 60)
    slopes = sum(c * _free(f, p, beta + (j - 3) * h) for j, c in enumerate(ladder) if c)
    return np.asarray(-slopes / h)


def best(log_lik: Array, log_prior: Array, delta: Array) -> Estimate:
    """The least over beta of the Lagrangian's largest value."""
    f, p, d = _floats(log_lik, log_prior, delta)
    low = np.full(d.shape, -16.0)
    wide = f[:, None], p[:, None]
    _, least = _least(lambda t: _free(*wide, np.exp(t)) + np.exp(t) * d[:, None], low, low + 32)
    return _estimate(least, 2e-6 if (d > 0.5).any() else 1e-9)


def best_at(log_lik: Array, log_prior: Array, beta: Array) -> Estimate:
    """The same at the budget that belongs to beta."""
    f, p, b = _floats(log_lik, log_prior, beta)
    return _estimate(_free(f, p, b) + b * _budget(f, p, b), 1e-9)


def spent(log_lik: Array, log_prior: Array, beta: Array) -> Estimate:
    """KL of a softmax to the prior, by relative entropies."""
    f, p, b = _floats(log_lik, log_prior, beta)
    return _estimate(rel_entr(softmax(p + f / b[:, None], axis=-1), np.exp(p)).sum(-1))


def log_posterior(log_lik: Array, log_prior: Array, beta: Array) -> Estimate:
    """Logarithms of a softmax."""
    f, p, b = _floats(log_lik, log_prior, beta)
    return _estimate(log_softmax(p + f / b[:, None], axis=-1))


def spending_slope(log_lik: Array, log_prior: Array, beta: Array) -> Estimate:
    """Minus the curvature of the free energy, by differences of high order."""
    f, p, b = _floats(log_lik, log_prior, beta)
    h = 10 * STEP * b
    ladder = (1 / 90, -3 / 20, 3 / 2, -49 / 18, 3 / 2, -3 / 20, 1 / 90)
    return _estimate(-sum(c * _free(f, p, b + (j - 3) * h) for j, c in enumerate(ladder)) / (h * h), 1e-6)


def aggregate(log_data: Array, log_prior: Array, log_dec: Array, beta: Array) -> Estimate:
    """KL of averaged softmaxes to the prior."""
    data, p, f, b = _floats(log_data, log_prior, log_dec, beta)
    q = softmax(p[:, None] + f / b[:, None, None], axis=-1)
    return _estimate(rel_entr((np.exp(data)[..., None] * q).sum(1), np.exp(p)).sum(-1))


def aggregate_at_double(log_data: Array, log_prior: Array, log_dec: Array, beta: Array) -> Estimate:
    """The same at twice beta."""
    return aggregate(log_data, log_prior, log_dec, 2 * beta)


def one_for_all(log_lik: Array, log_prior: Array) -> Estimate:
    """What N data lose by one posterior, its logits found by Newton's method on the average bound."""
    f, p = _floats(log_lik, log_prior)
    logits = np.zeros(p.shape)
    for _ in range(40):
        q = softmax(logits, axis=-1)
        pull = f.mean(1) + p - np.log(q)
        logits = logits + pull - (q * pull).sum(-1, keepdims=True)
    q = softmax(logits, axis=-1)
    bound = (q * (f.mean(1) + p - np.log(q))).sum(-1)
    return _estimate(logsumexp(f + p[:, None], axis=-1).mean(-1) - bound)

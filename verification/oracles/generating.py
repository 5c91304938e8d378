"""Expected logarithms through generating functions: no draw and no mini-batch is ever listed.

.. math:: \\mathbb{E}\\log X = \\int_{-\\infty}^\\infty \\left(e^{-e^u} - \\mathbb{E} e^{-X e^u}\\right) du

Under independent draws the inner expectation is a power; over mini-batches without replacement it is an elementary
symmetric polynomial. The integrand is analytic in a strip of half-width pi/2, so the trapezoid rule with steps of 0.2
is right to e^{-49}; two steps bound the error, the left tail is of second order because X is scaled to mean one.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations
from math import comb, perm
from typing import Any

import flint
import numpy as np
from flint import arb

from verification.estimate import Estimate, Grade

Array = np.ndarray[Any, Any]
Transform = Callable[[Array], Array]
EPS = np.finfo(float).eps
LEFT, STEP = -20.0, 0.1
ROUNDED = 60 * EPS


def _floats(*arrays: Any) -> tuple[Array, ...]:
    return tuple(np.asarray(a, float) for a in arrays)


def _each(size: int, f: Callable[[int], Any]) -> Estimate:
    """f gives pairs (value, error), or a list of them."""
    pairs = np.array([f(i) for i in range(size)], float)
    return Estimate(
        pairs[..., 0], pairs[..., 1], Grade.BOUNDED, certificate="trapezoid rule for E log, two steps, and rounding"
    )


def _mean_log(transform: Transform, mean: float, least: float) -> Array:
    """(E log X, error) from t -> E exp(-X t), E X and a lower bound of X."""
    points = 2 * int(np.ceil((np.log(45 * mean / least) - LEFT) / (2 * STEP))) + 1
    t = np.exp(LEFT + STEP * np.arange(points))
    first, second = np.exp(-t), transform(t / mean)
    fine, coarse = STEP * (first - second).sum(), 2 * STEP * (first - second)[::2].sum()
    rounding = ROUNDED * STEP * (first + second).sum()
    tail = np.exp(2 * LEFT) * (1 + mean / least) ** 2
    return np.array([np.log(mean) + fine, abs(fine - coarse) + rounding + tail])


def _log(x: float) -> Array:
    return _mean_log(lambda t: np.exp(-x * t), x, x)


def _symmetric(a: Array, k: int) -> Array:
    """The elementary symmetric polynomial of degree k along the last axis."""
    e = [np.ones(a.shape[:-1]), *(np.zeros(a.shape[:-1]) for _ in range(k))]
    for j in range(a.shape[-1]):
        for degree in range(k, 0, -1):
            e[degree] = e[degree] + a[..., j] * e[degree - 1]
    return np.asarray(e[k])


def _assigned(values: Array, weights: list[float], t: Array) -> Array:
    """E exp(-t sum_i w_i v_i) when the v_i are drawn from ``values`` without replacement."""
    rest = max(set(weights), key=weights.count)
    special, k = [w for w in weights if w != rest], weights.count(rest)
    total = np.zeros_like(t)
    for chosen in permutations(range(len(values)), len(special)):
        left = np.delete(values, list(chosen))
        shift = sum((w * values[c] for w, c in zip(special, chosen, strict=True)), 0.0)
        total += np.exp(-shift * t) * _symmetric(np.exp(-rest * left * t[:, None]), k) / comb(len(left), k)
    return np.asarray(total / perm(len(values), len(special)))


def _weights(kind: str, N: int, B: int) -> list[list[float]]:
    """Rows of weights, equally likely, own posterior first."""
    M = B - 1
    if kind == "plain":
        return [[1 / B] * B]
    if kind == "weighted":
        return [[1 / (N * B)] * B]
    if kind == "partial":
        return [[1 / N] + [(N - 1) / (N * M)] * M]
    chosen = (N - M) / (N * M)
    if kind == "stratified":
        return [[1 / N, chosen] + [1 / M] * (M - 1)]
    rows = []
    for b in range(B):
        row = [1 / N, chosen] + [1 / M] * (B - 2)
        if b == M - 1:
            row[0] = chosen
        rows.append([row[b], *row[:b], *row[b + 1 :]])
    return rows


def _row(q: Array, b: int, weights: list[float], replaced: bool) -> Array:
    """(E log density, error) at a point where the posteriors have densities q, own b."""
    others = q if replaced else np.delete(q, b)
    mean = weights[0] * q[b] + sum(weights[1:]) * others.mean()
    least = weights[0] * q[b] + sum(weights[1:]) * others.min()

    def transform(t: Array) -> Array:
        if replaced:
            rest = np.exp(-weights[1] * others * t[:, None]).mean(-1) ** len(weights[1:])
        else:
            rest = _assigned(others, weights[1:], t)
        return np.asarray(np.exp(-weights[0] * q[b] * t) * rest)

    return _mean_log(transform, mean, least)


def _expected(log_posteriors: Array, kind: str, replaced: bool = False, whole: int = 1) -> Estimate:
    (log_posteriors,) = _floats(log_posteriors)

    def one(i: int) -> list[Array]:
        q = np.exp(log_posteriors[i])
        N, K = q.shape
        answers = []
        for B in range(2, N + whole):
            rows, pair = _weights(kind, N, B), np.zeros(2)
            for weights in rows:
                for b in range(N):
                    for z in range(K):
                        if q[b, z] > 0:
                            value, error = _row(q[:, z], b, weights, replaced)
                            pair += q[b, z] * np.array([-value, error]) / (N * len(rows))
            answers.append(pair)
        return answers

    return _each(len(log_posteriors), one)


def batch_expected(log_posteriors: Array) -> Estimate:
    """E of the mini-batch version of (24), B = 2 .. N."""
    return _expected(log_posteriors, "plain")


def batch_expected_short(log_posteriors: Array) -> Estimate:
    """The same for B = 2 .. N - 1."""
    return _expected(log_posteriors, "plain", whole=0)


def population_expected(log_posteriors: Array) -> Estimate:
    """E (24) over data sets of B data drawn with replacement."""
    return _expected(log_posteriors, "plain", replaced=True)


def full_data_expected(log_posteriors: Array) -> Estimate:
    """E (24) with the whole data set: the last of its mini-batch versions."""
    every = batch_expected(log_posteriors)
    return Estimate(every.value[:, -1], every.error[:, -1], every.grade, certificate=every.certificate)


def exact_density_expected(log_posteriors: Array) -> Estimate:
    """E (25), the same for each B from 2 to N."""
    every = full_data_expected(log_posteriors)
    copies = np.ones(log_posteriors.shape[1] - 1)
    return Estimate(
        every.value[:, None] * copies, every.error[:, None] * copies, every.grade, certificate=every.certificate
    )


def eq_29_expected(log_posteriors: Array) -> Estimate:
    """E (29), B = 2 .. N."""
    return _expected(log_posteriors, "partial")


def eq_29_expected_short(log_posteriors: Array) -> Estimate:
    """E (29), B = 2 .. N - 1."""
    return _expected(log_posteriors, "partial", whole=0)


def eq_29_replaced_expected(log_posteriors: Array) -> Estimate:
    """E (29), batches with replacement."""
    return _expected(log_posteriors, "partial", replaced=True)


def weighted_expected(log_posteriors: Array) -> Estimate:
    """E of the weighted entropy, B = 2 .. N."""
    return _expected(log_posteriors, "weighted")


def stratified_expected(log_posteriors: Array) -> Estimate:
    """E of the stratified entropy, B = 2 .. N."""
    return _expected(log_posteriors, "stratified")


def stratified_by_column_expected(log_posteriors: Array) -> Estimate:
    """E of the entropy with weights by column, B = 2 .. N."""
    return _expected(log_posteriors, "column")


# --- one batch given: the weights' rows, each logarithm by its integral ---


def _of_matrix(log_cross: Array, N: Array, kind: str) -> Estimate:
    log_cross, N = _floats(log_cross, N)

    def one(i: int) -> Array:
        q, B, pair = np.exp(log_cross[i]), log_cross.shape[-1], np.zeros(2)
        for b in range(B):
            rows = _weights(kind, int(N[i]), B)
            weights = rows[b % len(rows)]
            around = [(b + step) % B for step in range(1, B)]
            others = sorted(around) if kind == "column" else around
            x = sum(w * q[b, c] for w, c in zip(weights, [b, *others], strict=True))
            value, error = _log(x)
            pair += np.array([-value, error]) / B
        return pair

    return _each(len(log_cross), one)


def eq_24(log_cross: Array) -> Estimate:
    """(24) of a matrix."""
    return _of_matrix(log_cross, np.ones(len(log_cross)), "plain")


def eq_29(log_cross: Array, N: Array) -> Estimate:
    """(29) of a matrix."""
    return _of_matrix(log_cross, N, "partial")


def weighted(log_cross: Array, N: Array) -> Estimate:
    """Minus the mean of log (1/(NB)) sum q."""
    return _of_matrix(log_cross, N, "weighted")


def stratified(log_cross: Array, N: Array) -> Estimate:
    """The stratified entropy of a matrix."""
    return _of_matrix(log_cross, N, "stratified")


def stratified_by_column(log_cross: Array, N: Array) -> Estimate:
    """The same with weights by column."""
    return _of_matrix(log_cross, N, "column")


def _plus(estimate: Estimate, extra: Array) -> Estimate:
    error = estimate.error + ROUNDED * (1 + np.abs(extra))
    return Estimate(estimate.value + extra, error, estimate.grade, certificate=estimate.certificate)


def information_weighted(log_cross: Array, N: Array) -> Estimate:
    """The weighted entropy and the mean of the diagonal."""
    diagonal = np.asarray(log_cross, float).diagonal(0, -2, -1).mean(-1)
    return _plus(weighted(log_cross, N), diagonal)


def kl_weighted(log_cross: Array, log_prior: Array, N: Array) -> Estimate:
    """Minus the weighted entropy less the mean log-prior."""
    entropy = weighted(log_cross, N)
    negative = Estimate(-entropy.value, entropy.error, entropy.grade, certificate=entropy.certificate)
    return _plus(negative, -np.asarray(log_prior, float).mean(-1))


def total_correlation_weighted(log_cross_each: Array, N: Array) -> Estimate:
    """The dimensions' weighted entropies less the joint's."""
    (each,) = _floats(log_cross_each)
    joint = weighted(each.sum(1), N)
    value, error = -joint.value, joint.error
    for j in range(each.shape[1]):
        one = weighted(each[:, j], N)
        value, error = value + one.value, error + one.error
    return Estimate(value, error + ROUNDED * (1 + np.abs(value)), joint.grade, certificate=joint.certificate)


def log_full(log_cross: Array) -> Estimate:
    """log of each row's mean."""
    (log_cross,) = _floats(log_cross)
    return _each(len(log_cross), lambda i: [_log(row.mean()) for row in np.exp(log_cross[i])])


def _linear(value: Array) -> Estimate:
    return Estimate(value, ROUNDED * np.abs(value), Grade.BOUNDED, certificate="chances of being drawn, and rounding")


def row_mean(log_cross: Array) -> Estimate:
    """Each row's mean."""
    (log_cross,) = _floats(log_cross)
    return _linear(np.exp(log_cross).mean(-1))


def eq_28_right(log_cross: Array) -> Estimate:
    """Each other member's chance of being in the batch, times its share there."""
    q = np.exp(np.asarray(log_cross, float))
    N = q.shape[-1]
    shares = [comb(N - 2, k - 1) / comb(N - 1, k) / k for k in range(1, N)]
    return _linear(np.mean(shares) * (q.sum(-1) - q.diagonal(0, -2, -1)))


def eq_28_right_replaced(log_cross: Array) -> Estimate:
    """With replacement every member, own one too, is drawn with chance 1/N."""
    return row_mean(log_cross)


def eq_29_relative_variance(log_cross: Array, B: Array) -> Estimate:
    """From the chances that one other member, and that two of them, are in the batch."""
    log_cross, B = _floats(log_cross, B)

    def one(i: int) -> list[float]:
        q, k = np.exp(log_cross[i]), B[i] - 1
        N = q.shape[-1]
        alone, together = k / (N - 1), k * (k - 1) / ((N - 1) * (N - 2))
        answer = size = 0.0
        for n in range(N):
            others = np.delete(q[n], n) * (N - 1) / (N * k)
            covariance = (alone - together) * np.eye(N - 1) + together - alone**2
            answer += others @ covariance @ others / q[n].mean() ** 2
            size += others @ np.abs(covariance) @ others / q[n].mean() ** 2
        return [answer / (2 * N), ROUNDED * (1 + size)]

    return _each(len(log_cross), one)


# --- deep: in balls, for what vanishes to high order ---


def _mean_log_deep(values: Callable[[Any], Any], mean: Any, least: float) -> Any:
    """E log X in balls, X close to its mean; steps of 1/8 are right to e^{-79}."""
    left, step = -40, 8
    right = int(np.ceil(step * np.log(90 * float(mean.mid()) / least)))
    total = arb(0)
    for j in range(left * step, right + 1):
        t = (arb(j) / step).exp()
        total += (-t).exp() - values(t / mean)
    return mean.log() + total / step + arb(0, 1e-33)


def eq_29_bias_given_draws(log_cross: Array, B: Array) -> Estimate:
    """(29) averaged over batches of B that hold the draw, less (24), each at the draws given."""
    values = []
    with flint.ctx.workprec(max(160, flint.ctx.prec)):
        for i in range(len(log_cross)):
            N, k, total = len(log_cross[i]), int(float(B[i])) - 1, arb(0)
            for n in range(N):
                q = [v.exp() if isinstance(v, arb) else arb(float(v)).exp() for v in log_cross[i][n]]
                own, others = q[n] / N, [v * (N - 1) / (N * k) for c, v in enumerate(q) if c != n]
                mean = sum(q, arb(0)) / N

                def transform(t: Any, own: Any = own, others: Any = others, k: int = k) -> Any:
                    e = [arb(1)] + [arb(0)] * k
                    for v in others:
                        a = (-v * t).exp()
                        for degree in range(k, 0, -1):
                            e[degree] += a * e[degree - 1]
                    return (-own * t).exp() * e[k] / comb(len(others), k)

                total -= _mean_log_deep(transform, mean, float(min(v.mid() for v in q))) - mean.log()
            values.append(total / N)
    return Estimate(
        np.array(values, dtype=object), np.zeros(len(values)), Grade.BOUNDED, certificate="trapezoid rule in balls"
    )

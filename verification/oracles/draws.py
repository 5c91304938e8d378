"""Estimators on finite models averaged over every sample and every mini-batch, in ball arithmetic and plain loops.

Nothing is taken together that an experiment would draw apart: an expectation is a sum over batches, over the members'
samples all at once, and over nothing else. ``log_posteriors (B, N, K)``, ``log_cross (B, b, b)``; of one datum
``log_lik``, ``log_prior``, ``log_encoder (B, K)``. Floats are taken as exact, balls as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations, permutations, product
from math import comb
from typing import Any

import flint
import numpy as np
from flint import arb

from verification.estimate import Estimate, Grade

Array = Any
Rows = list[list[Any]]
Mean = Callable[[int, list[Any], int], Any]
BITS = 160


def _ball(x: Any) -> Any:
    return x if isinstance(x, arb) else arb(float(x))


def _each(cases: int, f: Callable[[int], Any]) -> Estimate:
    with flint.ctx.workprec(max(BITS, flint.ctx.prec)):
        rows = [f(i) for i in range(cases)]
    value = np.array(rows, dtype=object)
    return Estimate(value, np.zeros(value.shape), Grade.CERTIFIED, certificate="every draw and batch, in balls")


def _exp(log_x: Array) -> Rows:
    return [[_ball(v).exp() for v in row] for row in log_x]


def _sum(values: Any) -> Any:
    total = arb(0)
    for value in values:
        total += value
    return total


# --- what an estimator makes of one draw: its place in the batch, its densities, the size of the data set ---


def _plain(b: int, q: list[Any], N: int) -> Any:
    return _sum(q) / len(q)


def _weighted(b: int, q: list[Any], N: int) -> Any:
    return _sum(q) / (N * len(q))


def _partially_stratified(b: int, q: list[Any], N: int) -> Any:
    others = _sum(v for c, v in enumerate(q) if c != b)
    return q[b] / N + arb(N - 1) / N * others / (len(q) - 1)


def _stratified(b: int, q: list[Any], N: int) -> Any:
    size, M = len(q), len(q) - 1
    total = q[b] / N
    for step in range(1, size):
        total += q[(b + step) % size] * (arb(N - M) / (N * M) if step == 1 else arb(1) / M)
    return total


def _stratified_by_column(b: int, q: list[Any], N: int) -> Any:
    M = len(q) - 1
    weights = [arb(1) / M] * len(q)
    weights[0], weights[1] = arb(1) / N, arb(N - M) / (N * M)
    if b == M - 1:
        weights[0] = weights[1]
    return _sum(w * v for w, v in zip(weights, q, strict=True))


def _entropy(rows: Rows, density: Mean, N: int) -> Any:
    return -_sum(density(b, row, N).log() for b, row in enumerate(rows)) / len(rows)


# --- one batch given ---


def _of_matrix(log_cross: Array, N: Any, density: Mean) -> Estimate:
    return _each(len(log_cross), lambda i: _entropy(_exp(log_cross[i]), density, int(float(N[i]))))


def eq_24(log_cross: Array) -> Estimate:
    """-(1/B) sum_b log (1/B) sum_b' q."""
    return _of_matrix(log_cross, np.ones(len(log_cross)), _plain)


def eq_29(log_cross: Array, N: Array) -> Estimate:
    """-(1/B) sum_b log (q_own/N + (N-1)/N mean of others)."""
    return _of_matrix(log_cross, N, _partially_stratified)


def weighted(log_cross: Array, N: Array) -> Estimate:
    """-(1/B) sum_b log (1/(NB)) sum_b' q."""
    return _of_matrix(log_cross, N, _weighted)


def stratified(log_cross: Array, N: Array) -> Estimate:
    """-(1/B) sum_b log of the stratified weights' sum."""
    return _of_matrix(log_cross, N, _stratified)


def stratified_by_column(log_cross: Array, N: Array) -> Estimate:
    """The same with weights by column."""
    return _of_matrix(log_cross, N, _stratified_by_column)


def information_weighted(log_cross: Array, N: Array) -> Estimate:
    """(1/B) sum_b log q_own over weighted density."""

    def one(i: int) -> Any:
        q, n = _exp(log_cross[i]), int(float(N[i]))
        return _sum((row[b] / _weighted(b, row, n)).log() for b, row in enumerate(q)) / len(q)

    return _each(len(log_cross), one)


def total_correlation_weighted(log_cross_each: Array, N: Array) -> Estimate:
    """(1/B) sum_b log of the joint weighted density over the product of the dimensions'."""

    def one(i: int) -> Any:
        each, n = [_exp(m) for m in log_cross_each[i]], int(float(N[i]))
        size, answer = len(each[0]), arb(0)
        for b in range(size):
            joint = []
            for c in range(size):
                product_ = arb(1)
                for q in each:
                    product_ *= q[b][c]
                joint.append(product_)
            ratio = _weighted(b, joint, n)
            for q in each:
                ratio /= _weighted(b, q[b], n)
            answer += ratio.log()
        return answer / size

    return _each(len(log_cross_each), one)


def kl_weighted(log_cross: Array, log_prior: Array, N: Array) -> Estimate:
    """(1/B) sum_b log of the weighted density over the prior's."""

    def one(i: int) -> Any:
        q, n = _exp(log_cross[i]), int(float(N[i]))
        return _sum((_weighted(b, row, n) / _ball(log_prior[i][b]).exp()).log() for b, row in enumerate(q)) / len(q)

    return _each(len(log_cross), one)


def log_full(log_cross: Array) -> Estimate:
    """log of each row's mean."""
    return _each(len(log_cross), lambda i: [_plain(0, row, 0).log() for row in _exp(log_cross[i])])


def row_mean(log_cross: Array) -> Estimate:
    """Each row's mean."""
    return _each(len(log_cross), lambda i: [_plain(0, row, 0) for row in _exp(log_cross[i])])


def _others_over_batches(row: list[Any], b: int, replaced: bool) -> Any:
    """The mean over batches of every size of the batch's mean over its other members."""
    rest = [c for c in range(len(row)) if c != b]
    means = []
    for size in range(1, len(row)):
        batches = list(product(range(len(row)), repeat=size) if replaced else combinations(rest, size))
        means.append(_sum(_sum(row[c] for c in batch) / size for batch in batches) / len(batches))
    return _sum(means) / len(means)


def eq_28_right(log_cross: Array) -> Estimate:
    """E of the mini-batch's mean over b' other than b, batches without replacement."""
    return _each(
        len(log_cross), lambda i: [_others_over_batches(row, b, False) for b, row in enumerate(_exp(log_cross[i]))]
    )


def eq_28_right_replaced(log_cross: Array) -> Estimate:
    """The same with replacement."""
    return _each(
        len(log_cross), lambda i: [_others_over_batches(row, b, True) for b, row in enumerate(_exp(log_cross[i]))]
    )


def eq_29_bias_given_draws(log_cross: Array, B: Array) -> Estimate:
    """(29) averaged over batches of B that hold the draw, less (24), each at the draws given."""

    def one(i: int) -> Any:
        q, size = _exp(log_cross[i]), int(float(B[i]))
        answer, N = arb(0), len(q)
        for n, row in enumerate(q):
            rest = [c for c in range(N) if c != n]
            for batch in combinations(rest, size - 1):
                density = _partially_stratified(0, [row[n], *(row[c] for c in batch)], N)
                answer += (_plain(0, row, N) / density).log() / comb(N - 1, size - 1)
        return answer / N

    return _each(len(log_cross), one)


def eq_29_relative_variance(log_cross: Array, B: Array) -> Estimate:
    """Half the variance, over batches of B that hold the draw, of (29)'s density over (26)'s, averaged over draws."""

    def one(i: int) -> Any:
        q, size = _exp(log_cross[i]), int(float(B[i]))
        answer, N = arb(0), len(q)
        for n, row in enumerate(q):
            batches = list(combinations([c for c in range(N) if c != n], size - 1))
            ratios = [
                _partially_stratified(0, [row[n], *(row[c] for c in batch)], N) / _plain(0, row, N) for batch in batches
            ]
            answer += _sum((ratio - 1) ** 2 for ratio in ratios) / len(batches)
        return answer / (2 * N)

    return _each(len(log_cross), one)


# --- every batch, every sample ---


def _expectation(posteriors: Rows, members: tuple[int, ...], density: Mean) -> Any:
    """The estimate averaged over the samples of a batch's members, one of each, drawn together."""
    K, N, answer = len(posteriors[0]), len(posteriors), arb(0)
    for sample in product(range(K), repeat=len(members)):
        chance, rows = arb(1), []
        for n, z in zip(members, sample, strict=True):
            chance *= posteriors[n][z]
            rows.append([posteriors[c][z] for c in members])
        if not chance.is_zero():
            answer += chance * _entropy(rows, density, N)
    return answer


def _over_batches(
    log_posteriors: Array, density: Mean, batches: Callable[[int, int], Iterator[tuple[int, ...]]], whole: int = 1
) -> Estimate:
    def one(i: int) -> Any:
        q = _exp(log_posteriors[i])
        answers = []
        for size in range(2, len(q) + whole):
            values = [_expectation(q, members, density) for members in batches(len(q), size)]
            answers.append(_sum(values) / len(values))
        return answers

    return _each(len(log_posteriors), one)


def _without(N: int, B: int) -> Iterator[tuple[int, ...]]:
    return combinations(range(N), B)


def _ordered(N: int, B: int) -> Iterator[tuple[int, ...]]:
    return permutations(range(N), B)


def _with(N: int, B: int) -> Iterator[tuple[int, ...]]:
    return product(range(N), repeat=B)


def full_data_expected(log_posteriors: Array) -> Estimate:
    """E (24) with the whole data set."""

    def one(i: int) -> Any:
        q = _exp(log_posteriors[i])
        return _expectation(q, tuple(range(len(q))), _plain)

    return _each(len(log_posteriors), one)


def exact_density_expected(log_posteriors: Array) -> Estimate:
    """E (25) with the aggregate's own density, for each B from 2 to N."""

    def one(i: int) -> Any:
        q = _exp(log_posteriors[i])
        aggregate = [_sum(row[z] for row in q) / len(q) for z in range(len(q[0]))]
        answers = []
        for size in range(2, len(q) + 1):
            values = []
            for members in _without(len(q), size):
                for sample in product(range(len(aggregate)), repeat=size):
                    chance = arb(1)
                    for n, z in zip(members, sample, strict=True):
                        chance *= q[n][z]
                    values.append(-chance * _sum(aggregate[z].log() for z in sample) / size)
            answers.append(_sum(values) / comb(len(q), size))
        return answers

    return _each(len(log_posteriors), one)


def batch_expected(log_posteriors: Array) -> Estimate:
    """E of the mini-batch version of (24), B = 2 .. N."""
    return _over_batches(log_posteriors, _plain, _without)


def batch_expected_short(log_posteriors: Array) -> Estimate:
    """The same for B = 2 .. N - 1."""
    return _over_batches(log_posteriors, _plain, _without, whole=0)


def population_expected(log_posteriors: Array) -> Estimate:
    """E (24) over data sets of B data drawn with replacement."""
    return _over_batches(log_posteriors, _plain, _with)


def eq_29_expected(log_posteriors: Array) -> Estimate:
    """E (29), B = 2 .. N."""
    return _over_batches(log_posteriors, _partially_stratified, _without)


def eq_29_expected_short(log_posteriors: Array) -> Estimate:
    """E (29), B = 2 .. N - 1."""
    return _over_batches(log_posteriors, _partially_stratified, _without, whole=0)


def eq_29_replaced_expected(log_posteriors: Array) -> Estimate:
    """E (29), batches with replacement."""
    return _over_batches(log_posteriors, _partially_stratified, _with)


def weighted_expected(log_posteriors: Array) -> Estimate:
    """E of the weighted entropy, B = 2 .. N."""
    return _over_batches(log_posteriors, _weighted, _without)


def stratified_expected(log_posteriors: Array) -> Estimate:
    """E of the stratified entropy, B = 2 .. N, batches in every order."""
    return _over_batches(log_posteriors, _stratified, _ordered)


def stratified_by_column_expected(log_posteriors: Array) -> Estimate:
    """E of the entropy with weights by column, B = 2 .. N, batches in every order."""
    return _over_batches(log_posteriors, _stratified_by_column, _ordered)

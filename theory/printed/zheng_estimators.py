"""Zheng, *Variational autoencoder and friends*: (24) to (29), and the estimators in use beside them.

Each formula as printed, of the matrix of cross-evaluations; and what it amounts to in expectation over draws and
mini-batches, summed over all of them where z takes K values: ``log_posteriors`` (..., N, K).
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations, permutations, product
from typing import Any

import numpy as np

from theory import entropy_estimators as estimate
from theory import finite
from theory.arrays import Array, broadcast_to, exp, eye_like, log_number, mean, stack, total, weigh

Density = Callable[[Array, int], Array]
Batches = Callable[..., Any]


def own(log_cross: Array) -> Array:
    """The log-density of each draw under the posterior that it came from."""
    return log_cross.diagonal(0, -2, -1)


# --- (24) to (29), of a matrix of cross-evaluations ---


def eq_24(log_cross: Array) -> Array:
    """The estimate from the full data set; of a mini-batch's matrix, its mini-batch version."""
    return estimate.entropy(estimate.full_data(log_cross))


def eq_26(log_cross: Array) -> Array:
    """log P_enc(z^(b)) from the full data set."""
    return estimate.full_data(log_cross)


def eq_27(log_cross: Array) -> Array:
    """(1/N) Q(z|x^(b)) + (1/N) sum over n' other than b of Q(z|x^(n'))."""
    N, q = log_cross.shape[-1], exp(log_cross)
    return exp(own(log_cross)) / N + total((1 - eye_like(q)) * q, -1) / N


def eq_28_left(log_cross: Array) -> Array:
    """The mean of Q(z^(b)|x^(n')) over n' other than b."""
    return total((1 - eye_like(log_cross)) * exp(log_cross), -1) / (log_cross.shape[-1] - 1)


def eq_29(log_cross: Array, N: Array) -> Array:
    """The partially stratified estimate."""
    return estimate.entropy(estimate.partially_stratified(log_cross, N))


def entropy_weighted(log_cross: Array, N: Array) -> Array:
    """The entropy by mini-batch weighted sampling."""
    return estimate.entropy(estimate.weighted(log_cross, N))


def entropy_stratified(log_cross: Array, N: Array) -> Array:
    """The entropy by mini-batch stratified sampling."""
    return estimate.entropy(estimate.stratified(log_cross, N))


def entropy_stratified_by_column(log_cross: Array, N: Array) -> Array:
    """The entropy by mini-batch stratified sampling with its weights by column."""
    return estimate.entropy(estimate.stratified_by_column(log_cross, N))


def information_weighted(log_cross: Array, N: Array) -> Array:
    """I(z; n) by mini-batch weighted sampling."""
    return estimate.index_information(own(log_cross), estimate.weighted(log_cross, N))


def total_correlation_weighted(log_cross_each: Array, N: Array) -> Array:
    """TC by mini-batch weighted sampling, of posteriors that factorise: log_cross_each (..., d, B, B)."""
    each = stack([estimate.weighted(log_cross_each[..., j, :, :], N) for j in range(log_cross_each.shape[-3])], -1)
    return estimate.total_correlation(estimate.weighted(total(log_cross_each, -3), N), each)


def kl_weighted(log_cross: Array, log_prior: Array, N: Array) -> Array:
    """KL(q || p) by mini-batch weighted sampling."""
    return estimate.kl_to_prior(estimate.weighted(log_cross, N), log_prior)


def predicted_bias(log_cross: Array, B: Array) -> Array:
    """(29) in expectation over mini-batches less (24), to second order."""
    return estimate.partially_stratified_bias(log_cross, B)


# --- their expectations, over all draws and all mini-batches of a finite model ---


def _expected(log_posteriors: Array, B: int, density: Density, batches: Batches) -> Array:
    """The expected entropy estimate: each member's draw may stand alone, since the estimate is a mean over members."""
    N = log_posteriors.shape[-2]
    members = np.array(list(batches(range(N), B)))
    log_q = log_posteriors[..., members, :].mT
    log_cross = broadcast_to(log_q[..., None, :], (*log_q.shape, B))
    return -mean(mean(total(weigh(log_q, density(log_cross, N)), -2), -1), -1)


def _sizes(log_posteriors: Array, density: Density, batches: Batches = combinations) -> Array:
    """One expectation for each size of mini-batch, from two to all."""
    N = log_posteriors.shape[-2]
    return stack([_expected(log_posteriors, B, density, batches) for B in range(2, N + 1)], -1)


def _with_replacement(data: range, B: int) -> Any:
    return product(data, repeat=B)


def _of_batch(log_cross: Array, N: int) -> Array:
    return estimate.full_data(log_cross)


def eq_24_expected(log_posteriors: Array) -> Array:
    """(24) with the whole data set."""
    return _expected(log_posteriors, log_posteriors.shape[-2], _of_batch, combinations)


def eq_24_batch_expected(log_posteriors: Array) -> Array:
    """The mini-batch version of (24), for each B from 2 to N, batches without replacement."""
    return _sizes(log_posteriors, _of_batch)


def eq_24_population_expected(log_posteriors: Array) -> Array:
    """(24) with a data set of B data drawn independently from N equally likely ones, for each B from 2 to N."""
    return _sizes(log_posteriors, _of_batch, _with_replacement)


def eq_29_expected(log_posteriors: Array) -> Array:
    """(29), for each B from 2 to N, batches without replacement."""
    return _sizes(log_posteriors, estimate.partially_stratified)


def eq_29_replaced_expected(log_posteriors: Array) -> Array:
    """(29), for each B from 2 to N, batches with replacement."""
    return _sizes(log_posteriors, estimate.partially_stratified, _with_replacement)


def weighted_expected(log_posteriors: Array) -> Array:
    """The entropy by mini-batch weighted sampling, for each B from 2 to N."""
    return _sizes(log_posteriors, estimate.weighted)


def stratified_expected(log_posteriors: Array) -> Array:
    """The entropy by mini-batch stratified sampling, for each B from 2 to N."""
    return _sizes(log_posteriors, estimate.stratified, permutations)


def stratified_by_column_expected(log_posteriors: Array) -> Array:
    """The entropy by mini-batch stratified sampling with its weights by column, for each B from 2 to N."""
    return _sizes(log_posteriors, estimate.stratified_by_column, permutations)


def aggregate_entropy(log_posteriors: Array) -> Array:
    """H_agg = the mean entropy of the posteriors plus I(z; n)."""
    noise = -mean(total(weigh(log_posteriors, log_posteriors), -1), -1)
    return noise + finite.index_information(log_posteriors)


def _at_each_size(log_posteriors: Array, value: Callable[[int], Array], whole: int) -> Array:
    return stack([value(B) for B in range(2, log_posteriors.shape[-2] + whole)], -1)


def entropy_each(log_posteriors: Array) -> Array:
    """H_agg, once for each B from 2 to N - 1."""
    H = aggregate_entropy(log_posteriors)
    return _at_each_size(log_posteriors, lambda B: H, 0)


def entropy_each_and_whole(log_posteriors: Array) -> Array:
    """H_agg, once for each B from 2 to N."""
    H = aggregate_entropy(log_posteriors)
    return _at_each_size(log_posteriors, lambda B: H, 1)


def batch_floor(log_posteriors: Array) -> Array:
    """H_agg - log(N / B)."""
    H = aggregate_entropy(log_posteriors) - log_number(log_posteriors.shape[-2], log_posteriors)
    return _at_each_size(log_posteriors, lambda B: H + log_number(B, H), 1)


def weighted_floor(log_posteriors: Array) -> Array:
    """H_agg + log B."""
    H = aggregate_entropy(log_posteriors)
    return _at_each_size(log_posteriors, lambda B: H + log_number(B, H), 1)


def weighted_ceiling(log_posteriors: Array) -> Array:
    """H_agg + log N."""
    H = aggregate_entropy(log_posteriors) + log_number(log_posteriors.shape[-2], log_posteriors)
    return _at_each_size(log_posteriors, lambda B: H, 1)


def batch_information(log_posteriors: Array) -> Array:
    """The mean entropy of the posteriors plus the mean of I(z; n) over mini-batches, for each B from 2 to N."""
    return _at_each_size(log_posteriors, lambda B: _of_members(log_posteriors, B, combinations), 1)


def weighted_batch_information(log_posteriors: Array) -> Array:
    """The same plus log N."""
    values = batch_information(log_posteriors)
    return values + log_number(log_posteriors.shape[-2], values)


def population_information(log_posteriors: Array) -> Array:
    """The mean entropy plus the mean of I(z; n) over data sets of B data drawn with replacement."""
    return _at_each_size(log_posteriors, lambda B: _of_members(log_posteriors, B, _with_replacement), 1)


def _of_members(log_posteriors: Array, B: int, batches: Batches) -> Array:
    members = np.array(list(batches(range(log_posteriors.shape[-2]), B)))
    return mean(aggregate_entropy(log_posteriors[..., members, :]), -1)

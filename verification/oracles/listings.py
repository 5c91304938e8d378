"""All data and all codes at once, in floats: every tuple (z_1, ..., z_N) with its chance, every pair, every parameter.

Chances are rounded once, sums have some hundred terms; the radius is some thousand roundings of the largest term.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from itertools import pairwise, product
from typing import Any

import numpy as np
from scipy.special import entr, xlogy

from verification.estimate import Estimate, Grade

Array = np.ndarray[Any, Any]
EPS = np.finfo(float).eps
ROUNDINGS, HALVINGS = 2000, 80


def _estimate(value: Any) -> Estimate:
    value = np.asarray(value, float)
    return Estimate(value, ROUNDINGS * EPS * (1 + abs(value)), Grade.BOUNDED, certificate="float64, counted roundings")


def _each(f: Callable[..., Any], *arrays: Any) -> Estimate:
    return _estimate([f(*rows) for rows in zip(*(np.asarray(a, float) for a in arrays), strict=True)])


def _together(rows: Any) -> Array:
    """The outer product of N vectors: the chances of all tuples."""
    return np.asarray(reduce(np.multiply.outer, list(rows)))


# --- all tuples of codes ----------------------------------------------------------------------------------------------


def _joint(lik: Array, prior: Array) -> Array:
    """p(x_1, ..., x_N, z_1, ..., z_N), every datum with a z of its own."""
    return _together(np.exp(lik + prior))


def evidence(log_lik: Array, log_prior: Array) -> Estimate:
    """log p(x_1, ..., x_N)."""
    return _each(lambda lik, prior: np.log(_joint(lik, prior).sum()), log_lik, log_prior)


def one_latent(log_lik: Array, log_prior: Array) -> Estimate:
    """Of tuples of likelihoods, those in which all z agree."""

    def one(lik: Array, prior: Array) -> Any:
        told = _together(np.exp(lik))
        return np.log(sum(np.exp(p) * told[(z,) * len(lik)] for z, p in enumerate(prior)))

    return _each(one, log_lik, log_prior)


def covered(log_lik: Array, log_prior: Array, log_enc: Array) -> Estimate:
    """The log of what tuples have together that q draws."""

    def one(lik: Array, prior: Array, enc: Array) -> Any:
        return np.log(_joint(lik, prior)[_together(np.exp(enc)) > 0].sum())

    return _each(one, log_lik, log_prior, log_enc)


def elbo(log_lik: Array, log_prior: Array, log_enc: Array) -> Estimate:
    """E_q of log p(x_1, ..., z_N) and the entropy of q, over all tuples."""

    def one(lik: Array, prior: Array, enc: Array) -> Any:
        q = _together(np.exp(enc))
        return xlogy(q, _joint(lik, prior)).sum() + entr(q).sum()

    return _each(one, log_lik, log_prior, log_enc)


def reconstruction(log_lik: Array, log_enc: Array) -> Estimate:
    """E_q of log p(x_1, ..., x_N|z_1, ..., z_N)."""
    return _each(
        lambda lik, enc: xlogy(_together(np.exp(enc)), _together(np.exp(lik))).sum(), log_lik, log_enc
    )  # fmt: skip


def divergences(log_lik: Array, log_prior: Array, log_enc: Array) -> Estimate:
    """Cross entropy less entropy for each datum; its posterior is a margin of the tuples'."""

    def one(lik: Array, prior: Array, enc: Array) -> Any:
        joint = _joint(lik, prior)
        joint /= joint.sum()
        N = len(lik)
        margins = [joint.sum(tuple(j for j in range(N) if j != i)) for i in range(N)]
        return [-xlogy(np.exp(q), m).sum() - entr(np.exp(q)).sum() for q, m in zip(enc, margins, strict=True)]

    return _each(one, log_lik, log_prior, log_enc)


def no_divergences(log_lik: Array) -> Estimate:
    """0 for each datum."""
    return _estimate(np.zeros(np.shape(log_lik)[:2]))


# --- pairs of coordinates ---------------------------------------------------------------------------------------------


def _pairs(data: Array, first: Array, second: Array) -> Array:
    """The chances of (x_1, x_2, z_1, z_2)."""
    return np.asarray(np.exp(data)[..., None, None] * np.exp(first)[..., :, None] * np.exp(second)[..., None, :])


def mean_field(log_data: Array, log_q1: Array, log_q2: Array) -> Estimate:
    """log q(z|x), off the table of all chances."""

    def one(data: Array, first: Array, second: Array) -> Any:
        table = _pairs(data, first, second)
        return np.log(table) - np.log(table.sum((-2, -1), keepdims=True))

    return _each(one, log_data, log_q1, log_q2)


def other_coordinate(log_data: Array, log_q1: Array, log_q2: Array) -> Estimate:
    """I(z_1; x_2|x_1) + I(z_2; x_1|x_2), by entropies of margins."""

    def one(data: Array, first: Array, second: Array) -> Any:
        table = _pairs(data, first, second)

        def h(*gone: int) -> Any:
            return entr(table.sum(gone)).sum()

        left = h(1, 3) - h(1, 2, 3) - h(3) + h(2, 3)
        return left + h(0, 2) - h(0, 2, 3) - h(2) + h(2, 3)

    return _each(one, log_data, log_q1, log_q2)


def information_of_pairs(log_data: Array, log_q1: Array, log_q2: Array) -> Estimate:
    """H(x) + H(z) - H(x, z) of the table of all chances."""

    def one(data: Array, first: Array, second: Array) -> Any:
        table = _pairs(data, first, second)
        return entr(table.sum((2, 3))).sum() + entr(table.sum((0, 1))).sum() - entr(table).sum()

    return _each(one, log_data, log_q1, log_q2)


# --- data one by one --------------------------------------------------------------------------------------------------


def told(log_q: Array) -> Estimate:
    """Cross entropy to the average less entropy, of each datum."""

    def one(log_q: Array) -> Any:
        q = np.exp(log_q)
        return -xlogy(q, q.mean(0)).sum(-1) - entr(q).sum(-1)

    return _each(one, log_q)


def told_on_average(log_q: Array) -> Estimate:
    """The entropy of the average less the average entropy."""

    def one(log_q: Array) -> Any:
        q = np.exp(log_q)
        return entr(q.mean(0)).sum() - entr(q).sum(-1).mean()

    return _each(one, log_q)


# --- counts, and what undoes a line -----------------------------------------------------------------------------------


def parameters(N: Array, d: Array) -> Estimate:
    """The size of an array of all of them."""
    return _each(lambda N, d: np.zeros((int(N), 2, int(d))).size, N, d)


def data(N: Array) -> Estimate:
    """The length of their list."""
    return _each(lambda N: len(range(int(N))), N)


def data_twice(N: Array) -> Estimate:
    """The length of two lists of them."""
    return _each(lambda N: len([*range(int(N)), *range(int(N))]), N)


def parameters_less_data(N: Array, d: Array) -> Estimate:
    """The sizes of two arrays."""
    return _each(lambda N, d: np.zeros((int(N), 2, int(d))).size - np.zeros(int(N)).size, N, d)


def encoder_parameters(D: Array, width: Array, d: Array) -> Estimate:
    """Every edge of the network, the biases' among them."""

    def one(D: float, width: float, d: float) -> int:
        layers = (int(D), int(width), 2 * int(d))
        return sum(len(list(product(range(a + 1), range(b)))) for a, b in pairwise(layers))

    return _each(one, D, width, d)


def lagrangian(reconstruction: Array, kl: Array, delta: Array, beta: Array) -> Estimate:
    """The inner product of terms and prices."""
    rows = [np.asarray(a, float) for a in (reconstruction, kl, delta, beta)]
    ones = np.ones_like(rows[3])
    return _estimate(np.einsum("tb,tb->b", np.stack(rows[:3]), np.stack([ones, -rows[3], rows[3]])))


def undone(z: Array, mu: Array, sigma: Array) -> Estimate:
    """The epsilon that epsilon * sigma + mu takes to z, by bisection."""
    z, mu, sigma = (np.asarray(a, float) for a in (z, mu, sigma))
    low, high = np.full(z.shape, -(2.0**12)), np.full(z.shape, 2.0**12)
    for _ in range(HALVINGS):
        half = (low + high) / 2
        below = half * sigma + mu < z
        low, high = np.where(below, half, low), np.where(below, high, half)
    return _estimate((low + high) / 2)


def rearranged(u: Array, mu: Array, sigma: Array) -> Estimate:
    """The z whose distance from the mean is u in units of sigma, by bisection."""
    e, mu, sigma = (np.asarray(a, float) for a in (u, mu, sigma))
    low, high = np.full(e.shape, -(2.0**12)), np.full(e.shape, 2.0**12)
    for _ in range(HALVINGS):
        half = (low + high) / 2
        below = (half - mu) / sigma < e
        low, high = np.where(below, half, low), np.where(below, high, half)
    return _estimate((low + high) / 2)


def no_loss(variances: Array) -> Estimate:
    """0."""
    return _estimate(np.zeros(len(variances)))


def no_loss_of_data(log_lik: Array) -> Estimate:
    """0."""
    return _estimate(np.zeros(len(log_lik)))

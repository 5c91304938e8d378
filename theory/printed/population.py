"""What some inputs tell of all, in the form in which the claims judge it: finite models, summed over all samples."""

from __future__ import annotations

from itertools import product
from types import SimpleNamespace
from typing import Any

import numpy as np

from theory import finite, population
from theory.arrays import Array, as_float, exp, number, total, zeros_like


def at_least(information: Array, N: Array, alpha: Array) -> Array:
    """The lower limit told of a certificate whose own lower limit is the information given."""

    def one(information: float, N: float, alpha: float) -> float:
        certificate: Any = SimpleNamespace(information=SimpleNamespace(lower=information), N=N, alpha=alpha)
        return population.at_least(certificate, alpha).lower

    return np.vectorize(one)(information, N, alpha)


def left_out(log_q: Array) -> Array:
    """(1 - 1/N) I', the first of N posteriors left out."""
    N = log_q.shape[-2]
    return finite.index_information(log_q[..., 1:, :]) * (N - 1) / N


def left_out_and_whether(log_q: Array) -> Array:
    """(1 - 1/N) I' + H_b(1/N)."""
    return left_out(log_q) + population.replacement(number(log_q.shape[-2], log_q))


def reach(log_q: Array) -> Array:
    """H_b(1/N) of the N posteriors that stand before the last one, which replaces the first."""
    return population.replacement(number(log_q.shape[-2] - 1, log_q)) + zeros_like(log_q[..., 0, 0])


def reach_ceiling(N: Array) -> Array:
    """(1 + log N) / N."""
    return (1 + np.log(as_float(N))) / as_float(N)


def _expected(log_data: Array, log_enc: Array, size: int) -> Array:
    def weighted(some: tuple[int, ...]) -> Array:
        index = list(some)
        return exp(total(log_data[..., index], -1)) * finite.index_information(log_enc[..., index, :])

    return sum(map(weighted, product(range(log_data.shape[-1]), repeat=size)))


def expected_of_two(log_data: Array, log_enc: Array) -> Array:
    """E I_2 over all pairs of inputs."""
    return _expected(log_data, log_enc, 2)


def expected_of_three(log_data: Array, log_enc: Array) -> Array:
    """E I_3 over all triples of inputs."""
    return _expected(log_data, log_enc, 3)


def all_different(K: Array) -> Array:
    """The probability that four inputs show four codes."""
    return population.all_different(K, 4)


def few_collisions(K: Array, N: Array) -> Array:
    """1 - N (N - 1) / (2 K)."""
    return 1 - N * (N - 1) / (2 * K)


def half(N: Array) -> Array:
    """One half."""
    return N / (2 * N)

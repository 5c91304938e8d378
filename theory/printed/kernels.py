"""The fast sums one way at a time, in parts that claims can judge."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np

from theory import kernels
from theory.arrays import Array, concatenate, is_tensor, log, stack
from theory.kernels import dense, pruned, ways
from theory.kernels.cases import per_case


def compiled(formula: Callable[..., Array]) -> Callable[..., Array]:
    """The formula with its sums made by compiled loops, which are plain Python where numba is absent."""
    return _made("compiled", formula)


def by_blocks(formula: Callable[..., Array]) -> Callable[..., Array]:
    """The formula with its sums made by whole blocks."""
    return _made("dense", formula)


def _made(way: str, formula: Callable[..., Array]) -> Callable[..., Array]:
    @wraps(formula)
    def made(*args: Any, **kwargs: Any) -> Array:
        with ways.using(way):
            return formula(*args, **kwargs)

    return made


def information(z: Array, mu: Array, sigma: Array) -> Array:
    """log q and G (..., S, 2)."""
    return stack(list(kernels.joint_information(z, mu, sigma)), -1)


def information_full(z: Array, mu: Array, scale_tril: Array) -> Array:
    """log q and G (..., S, 2)."""
    return stack(list(kernels.joint_information_full(z, mu, scale_tril)), -1)


def each_information(z: Array, mu: Array, sigma: Array) -> Array:
    """log q_j and G_j, one after the other (..., S, 2 k)."""
    return concatenate(list(kernels.each_information(z, mu, sigma)), -1)


def joint_and_each(z: Array, mu: Array, sigma: Array) -> Array:
    """log q and then log q_j (..., S, 1 + k)."""
    log_q, log_q_j = kernels.joint_and_each(z, mu, sigma)
    return concatenate([log_q[..., None], log_q_j], -1)


def gradient(z: Array, mu: Array, sigma: Array, weight: Array) -> Array:
    """In z, mu and sigma, one below the other (..., S + 2 N, k)."""
    return concatenate(list(kernels.joint_gradient(z, mu, sigma, weight)), -2)


def correlation_gradient(z: Array, mu: Array, sigma: Array, weight: Array) -> Array:
    """Of log q less all log q_j, in the order of `gradient`; of tensors by autograd."""
    if is_tensor(z):
        leaves = [x.clone().requires_grad_() for x in (z, mu, sigma)]
        log_q, log_q_j = kernels.joint_and_each(*leaves)
        (weight * (log_q - log_q_j.sum(-1))).sum().backward()
        return concatenate([x.grad for x in leaves], -2)
    alone = [gradient(z[..., [j]], mu[..., [j]], sigma[..., [j]], weight) for j in range(z.shape[-1])]
    return gradient(z, mu, sigma, weight) - concatenate(alone, -1)


def in_float32(z: Array, mu: Array, sigma: Array) -> Array:
    """log q and G (..., S, 2) of arguments rounded to float32."""
    return information(*(np.asarray(x, np.float32) for x in (z, mu, sigma)))


def product(z: Array, mu: Array, sigma: Array) -> Array:
    """log q and G (..., S, 2), the exponents as one matrix product."""

    def compute(z: Array, mu: Array, sigma: Array) -> tuple[Array, ...]:
        return dense.aggregate(dense.product(z, mu, sigma), z, len(mu))

    return stack(list(per_case(compute, (z, 2), (mu, 2), (sigma, 2))), -1)


def lower(z: Array, mu: Array, sigma: Array) -> Array:
    """The lower end for log q."""
    return kernels.joint_interval(z, mu, sigma)[0]


def upper(z: Array, mu: Array, sigma: Array) -> Array:
    """The upper end for log q."""
    return kernels.joint_interval(z, mu, sigma)[1]


def near_lower(z: Array, mu: Array, sigma: Array, reach: Array) -> Array:
    """The lower end from near posteriors only."""
    return _near(z, mu, sigma, reach)[0]


def near_upper(z: Array, mu: Array, sigma: Array, reach: Array) -> Array:
    """The upper end from near posteriors only."""
    return _near(z, mu, sigma, reach)[1]


def _near(z: Array, mu: Array, sigma: Array, reach: Array) -> tuple[Array, ...]:
    def compute(z: Array, mu: Array, sigma: Array, reach: Array) -> tuple[Array, Array]:
        return pruned.near_interval(z, mu, sigma, float(reach))

    return per_case(compute, (z, 2), (mu, 2), (sigma, 2), (reach, 0))


def lower_in_float32(z: Array, mu: Array, sigma: Array) -> Array:
    """The lower end as a float32."""
    return lower(*(np.asarray(x, np.float32) for x in (z, mu, sigma)))


def upper_in_float32(z: Array, mu: Array, sigma: Array) -> Array:
    """The upper end as a float32."""
    return upper(*(np.asarray(x, np.float32) for x in (z, mu, sigma)))


def log_bounds(log_q: Array, sigma: Array) -> Array:
    """The logarithms of how far rounding can have moved log q and G (..., S, 2)."""
    return log(stack(list(kernels.rounding_bound(log_q, sigma)), -1))

"""Which way the sums are made, compiled or dense, for one case without leading axes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import numpy as np

from theory.arrays import Array, is_tensor, number
from theory.kernels import blocks, dense
from theory.kernels.dense import FEW

_chosen: ContextVar[str] = ContextVar("which way", default="")


@contextmanager
def using(way: str) -> Iterator[None]:
    """Within the block all sums are made one way: "compiled" (plain Python where numba is absent) or "dense".

    >>> import theory.kernels
    >>> with using("dense"):
    ...     print(theory.kernels.joint([[0.0]], [[-1.0], [1.0]], [[1.0], [1.0]]).round(6))
    [-1.418939]
    """
    if way not in ("compiled", "dense"):
        raise ValueError(f'way = "{way}" is unknown; pass "compiled" or "dense".')
    token = _chosen.set(way)
    try:
        yield
    finally:
        _chosen.reset(token)


def compiled(z: Any, mu: Array) -> bool:
    """Whether the compiled loops are to be used: where they can be, and for more than a few pairs."""
    if is_tensor(mu) and mu.device.type != "cpu":
        return False
    return _chosen.get() == "compiled" or (not _chosen.get() and len(z) * mu.shape[-2] > FEW and blocks.available())


def matrix(S: int, sigma: Array) -> bool:
    """Whether S samples may go through the matrix form, which cancels."""
    return sigma.itemsize == 8 and S * sigma.shape[-2] > FEW and not compiled(range(S), sigma)


def _plain(*xs: Array) -> list[np.ndarray[Any, Any]]:
    return [x.detach().numpy() if is_tensor(x) else x for x in xs]


def _like(like: Array, *xs: Any) -> tuple[Array, ...]:
    return tuple(number(x, like) for x in xs)


def joint(z: Array, mu: Array, sigma: Array, informed: bool = True) -> tuple[Array, Array]:
    """log q and G, each (S,); G is not to be relied on where it is not asked."""
    if not compiled(z, mu):
        return dense.aggregate(dense.diagonal(z, mu, sigma), z, len(mu), informed)
    Z, M, scales = _plain(z, mu, sigma)
    log_q, G = blocks.read(blocks.joint(Z, M, scales), len(mu))
    return _like(mu, log_q, G)


def full(z: Array, mu: Array, scale_tril: Array, informed: bool = True) -> tuple[Array, Array]:
    """log q and G, each (S,), for posteriors with Cholesky factors."""
    if not compiled(z, mu):
        return dense.aggregate(dense.full(z, mu, scale_tril), z, len(mu), informed)
    Z, M, factors = _plain(z, mu, scale_tril)
    log_q, G = blocks.read(blocks.joint(Z, M, *blocks.lower_rows(factors)), len(mu))
    return _like(mu, log_q, G)


def each(z: Array, mu: Array, sigma: Array, informed: bool = True) -> tuple[Array, Array, Array]:
    """log q_j and G_j, each (S, k), and log q (S,)."""
    if not compiled(z, mu):
        return dense.each(z, mu, sigma, informed)
    Z, M, scales = _plain(z, mu, sigma)
    log_q, G = blocks.read(blocks.each(Z, M, scales), len(mu))
    log_q_j, G_j, whole = _like(mu, log_q[:, :-1], G[:, :-1], log_q[:, -1])
    return log_q_j, G_j, whole


def gradient(
    z: Array, mu: Array, sigma: Array, log_q: Array, weight: Array, of_z: bool = True, of_posteriors: bool = True
) -> tuple[Array, Array, Array]:
    """The gradient of sum_s weight_s log q(z_s) in z (S, k), mu (N, k) and sigma (N, k), given log q (S,).

    What is not asked, of z or of mu and sigma, is not to be relied on.
    """
    if not compiled(z, mu):
        to_z, to_mu, to_log_sigma = dense.gradient(z, mu, sigma, log_q, weight)
        return to_z, to_mu, to_log_sigma / sigma
    Z, M, scales, level, counts = _plain(z, mu, sigma, log_q, weight)
    to_z, to_mu, to_sigma = _like(mu, *blocks.gradient(Z, M, scales, level, counts, of_z, of_posteriors))
    return to_z, to_mu, to_sigma

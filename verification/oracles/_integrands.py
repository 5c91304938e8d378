"""Private to :mod:`.quadrature`: integrands with first-order round-off bounds, on the line and in the plane."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import numpy as np

Array = np.ndarray[Any, Any]
# values and round-off bounds (in EPS) at the nodes of some pieces: (case (P,), where the nodes are...) -> 2 x (P, n)
Integrand = Callable[..., tuple[Array, Array]]


class Mixture(Protocol):
    """Log-densities at nodes, with round-off bounds in units of the machine epsilon."""

    cases: int
    n: int
    log_n: float

    def logs(self, case: Array, *where: Array) -> tuple[Array, Array]: ...

    def log_p(self, case: Array, *where: Array) -> tuple[Array, Array]: ...


def log_q_of(logs: Array, bound: Array) -> tuple[Array, Array]:
    """log mean exp over the components, and its bound."""
    n = logs.shape[-1]
    top = logs.max(-1, keepdims=True)
    weight = np.exp(np.maximum(logs - top, -740.0))
    total = weight.sum(-1)
    return top[..., 0] + np.log(total) - np.log(n), (weight * bound).sum(-1) / total + n + 6


def average_of(q: Mixture, own: float, agg: Array | float, prior: Array | float, constant: float) -> Integrand:
    """Integrand mean_n q_n (own log q_n + agg log q + prior log p + constant), coefficients per case."""
    agg, prior = (np.broadcast_to(np.asarray(x, float), (q.cases,)) for x in (agg, prior))

    def f(case: Array, *where: Array) -> tuple[Array, Array]:
        logs, bound = q.logs(case, *where)
        log_q, bound_q = log_q_of(logs, bound)
        log_p, bound_p = q.log_p(case, *where)
        a, p = agg[case][:, None], prior[case][:, None]
        shared = a * log_q + p * log_p
        value = own * logs + shared[..., None] + constant
        size = abs(own) * np.abs(logs) + (np.abs(a * log_q) + np.abs(p * log_p))[..., None] + abs(constant)
        slip = abs(own) * bound + (np.abs(a) * bound_q + np.abs(p) * bound_p)[..., None] + 3 * size
        weight = np.exp(np.maximum(logs - q.log_n, -740.0))
        return (weight * value).sum(-1), (weight * (slip + np.abs(value) * (bound + 4))).sum(-1)

    return f


def tilt(q: Mixture, beta: Array, shift: Array) -> Integrand:
    """Integrand q^(1 - beta) p^beta exp(-shift)."""

    def f(case: Array, *where: Array) -> tuple[Array, Array]:
        logs, bound = q.logs(case, *where)
        log_q, bound_q = log_q_of(logs, bound)
        log_p, bound_p = q.log_p(case, *where)
        b = beta[case][:, None]
        value = np.exp(np.clip((1 - b) * log_q + b * log_p - shift[case][:, None], -740.0, 700.0))
        slip = np.abs(1 - b) * (bound_q + 3 * np.abs(log_q)) + np.abs(b) * (bound_p + 3 * np.abs(log_p))
        return value, value * (slip + np.abs(shift[case][:, None]) + 4)

    return f


def largest_of_tilts(q: Mixture, beta: Array, shift: Array) -> Integrand:
    """Integrand p^beta max_n q_n^(1 - beta) exp(-shift)."""

    def f(case: Array, *where: Array) -> tuple[Array, Array]:
        logs, bound = q.logs(case, *where)
        log_p, bound_p = q.log_p(case, *where)
        b = beta[case][:, None]
        best = logs.max(-1)
        value = np.exp(np.clip((1 - b) * best + b * log_p - shift[case][:, None], -740.0, 700.0))
        slip = (1 - b) * (bound.max(-1, where=logs >= best[..., None] - 1, initial=0) + 3 * np.abs(best))
        return value, value * (slip + b * (bound_p + 3 * np.abs(log_p)) + np.abs(shift[case][:, None]) + 4)

    return f

"""All tuples of m independent draws of a finite model, gathered by how often each state is drawn, in balls.

``log_lik``, ``log_prior``, ``log_encoder`` (B, K) of one datum; nothing is simplified first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import factorial, prod
from typing import Any

import flint
import numpy as np
from flint import arb

from verification.estimate import Estimate, Grade

Array = np.ndarray[Any, Any]
Counts = tuple[int, ...]
BITS = 200
SIZES, SEVERAL = (1, 2, 3), (2, 3)


def _numbers(logs: Any) -> list[Any]:
    return [v.exp() if isinstance(v, arb) else arb(float(v)).exp() for v in logs]


def _each(f: Callable[..., Any], *arrays: Any) -> Estimate:
    with flint.ctx.workprec(BITS):
        value = np.array([f(*rows) for rows in zip(*arrays, strict=True)], dtype=object)
    return Estimate(value, np.zeros(value.shape), Grade.CERTIFIED, certificate="all tuples of draws, in balls")


def _counts(K: int, m: int) -> Iterator[Counts]:
    if K == 1:
        yield (m,)
        return
    for first in range(m + 1):
        for rest in _counts(K - 1, m - first):
            yield (first, *rest)


def _expected(Q: list[Any], m: int, value: Callable[[Counts], Any]) -> Any:
    """E value(how often each state is drawn), over states that Q draws at all."""
    found = arb(0)
    for counts in _counts(len(Q), m):
        if any(n and q.is_zero() for n, q in zip(counts, Q, strict=True)):
            continue
        chance = arb(factorial(m) // prod(map(factorial, counts)))
        for n, q in zip(counts, Q, strict=True):
            chance *= q**n
        found += chance * value(counts)
    return found


def _average(counts: Counts, values: list[Any]) -> Any:
    return sum((n * v for n, v in zip(counts, values, strict=True) if n), arb(0)) / sum(counts)


def _weights(log_lik: Any, log_prior: Any, log_encoder: Any) -> tuple[list[Any], list[Any]]:
    """P(x, z) / Q(z|x) and Q(z|x)."""
    P, P0, Q = map(_numbers, (log_lik, log_prior, log_encoder))
    return [p * p0 / q if not q.is_zero() else arb(0) for p, p0, q in zip(P, P0, Q, strict=True)], Q


def _iw(w: list[Any], Q: list[Any], m: int) -> Any:
    return _expected(Q, m, lambda counts: _average(counts, w).log())


def _evidence(log_lik: Any, log_prior: Any) -> Any:
    return sum((p * p0 for p, p0 in zip(_numbers(log_lik), _numbers(log_prior), strict=True)), arb(0)).log()


def evidence(log_lik: Array, log_prior: Array) -> Estimate:
    """log P(x)."""
    return _each(_evidence, log_lik, log_prior)


def evidence_each(log_lik: Array, log_prior: Array) -> Estimate:
    """log P(x), three times."""
    return _each(lambda *logs: [_evidence(*logs)] * 3, log_lik, log_prior)


def evidence_twice(log_lik: Array, log_prior: Array) -> Estimate:
    """log P(x), two times."""
    return _each(lambda *logs: [_evidence(*logs)] * 2, log_lik, log_prior)


def covered(log_lik: Array, log_prior: Array, log_encoder: Array) -> Estimate:
    """log of P(x, z) summed over the states that Q draws."""

    def one(*logs: Any) -> Any:
        P, P0, Q = map(_numbers, logs)
        return sum((p * p0 for p, p0, q in zip(P, P0, Q, strict=True) if not q.is_zero()), arb(0)).log()

    return _each(one, log_lik, log_prior, log_encoder)


def _bounds(sizes: tuple[int, ...], *logs: Array) -> Estimate:
    def one(*rows: Any) -> Any:
        w, Q = _weights(*rows)
        return [_iw(w, Q, m) for m in sizes]

    return _each(one, *logs)


def elbo(log_lik: Array, log_prior: Array, log_encoder: Array) -> Estimate:
    """ELBO(x), one draw at a time."""

    def one(*rows: Any) -> Any:
        w, Q = _weights(*rows)
        return sum((q * v.log() for v, q in zip(w, Q, strict=True)), arb(0))

    return _each(one, log_lik, log_prior, log_encoder)


def elbo_each(log_lik: Array, log_prior: Array, log_encoder: Array) -> Estimate:
    """E of the mean of k log-weights, k = 1, 2, 3."""

    def one(*rows: Any) -> Any:
        w, Q = _weights(*rows)
        logs = [v.log() for v in w]
        return [_expected(Q, k, lambda counts: _average(counts, logs)) for k in SIZES]

    return _each(one, log_lik, log_prior, log_encoder)


def iw(log_lik: Array, log_prior: Array, log_encoder: Array) -> Estimate:
    """IW_m-ELBO(x), m = 1, 2, 3."""
    return _bounds(SIZES, log_lik, log_prior, log_encoder)


def iw_1(log_lik: Array, log_prior: Array, log_encoder: Array) -> Estimate:
    """IW_1-ELBO(x)."""
    return _each(lambda *rows: _iw(*_weights(*rows), 1), log_lik, log_prior, log_encoder)


def iw_short(log_lik: Array, log_prior: Array, log_encoder: Array) -> Estimate:
    """IW_m-ELBO(x), m = 1, 2."""
    return _bounds((1, 2), log_lik, log_prior, log_encoder)


def iw_several(log_lik: Array, log_prior: Array, log_encoder: Array) -> Estimate:
    """IW_m-ELBO(x), m = 2, 3."""
    return _bounds(SEVERAL, log_lik, log_prior, log_encoder)


def iw_next(log_lik: Array, log_prior: Array, log_encoder: Array) -> Estimate:
    """IW_m-ELBO(x), m = 2, 3, 4."""
    return _bounds((2, 3, 4), log_lik, log_prior, log_encoder)


def mean_square_error(log_lik: Array, log_prior: Array, log_encoder: Array) -> Estimate:
    """E of the square of the mean of k log-weights less ELBO(x), k = 1, 2, 3."""

    def one(*rows: Any) -> Any:
        w, Q = _weights(*rows)
        logs = [v.log() for v in w]
        centre = sum((q * v for v, q in zip(logs, Q, strict=True)), arb(0))
        return [_expected(Q, k, lambda counts: (_average(counts, logs) - centre) ** 2) for k in SIZES]

    return _each(one, log_lik, log_prior, log_encoder)


def drawn_elbo(log_w: Array) -> Estimate:
    """The mean of the log-weights drawn: the logarithm of their geometric mean."""
    return _each(lambda row: prod(_numbers(row), start=arb(1)).log() / len(row), log_w)


def iw_of_weights(log_w: Array, log_encoder: Array, m: Array) -> Estimate:
    """IW_m-ELBO(x) from weights."""
    return _each(lambda w, Q, m: _iw(_numbers(w), _numbers(Q), int(float(m))), log_w, log_encoder, m)


def gap_times_m(log_w: Array, log_encoder: Array, m: Array) -> Estimate:
    """m (log E w - IW_m-ELBO)."""

    def one(log_w: Any, log_Q: Any, m: Any) -> Any:
        w, Q, size = _numbers(log_w), _numbers(log_Q), int(float(m))
        mean = sum((q * v for v, q in zip(w, Q, strict=True)), arb(0))
        return size * (mean.log() - _iw(w, Q, size))

    return _each(one, log_w, log_encoder, m)

"""The sums over all posteriors in blocks, on NumPy and on torch alike, on whatever device the tensors lie."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from theory.arrays import Array, exp, is_tensor, log, log_number, log_two_pi, maximum, number

Exponents = Callable[[slice, slice], Array]

SAMPLES, POSTERIORS = 128, 1024  # a block's exponents and what is made of them stay in the cache
LOWEST = {2: -86.0, 4: -86.0, 8: -700.0}  # below, exp underflows: many times slower, and nothing to a sum


def library(x: Array) -> Any:
    """torch or NumPy, whichever x is of."""
    return sys.modules["torch"] if is_tensor(x) else np


def aggregate(exponents: Exponents, S: int, N: int, like: Array) -> tuple[Array, Array]:
    """log q (S,) and G (S,) where ``exponents`` gives log q_n(z_s) of samples by posteriors, block by block."""
    pairs = [_aggregate((exponents(rows, columns) for columns in cuts(N, POSTERIORS)), N, like)
             for rows in cuts(S, SAMPLES)]  # fmt: skip
    log_q, G = (library(like).concatenate(parts, 0) for parts in zip(*pairs, strict=True))
    return log_q, G


def _aggregate(blocks: Iterator[Array], N: int, like: Array) -> tuple[Array, Array]:
    home, lowest = library(like), LOWEST[like.itemsize]
    top, mass, moment = None, 0, 0
    for a in blocks:
        highest = home.amax(a, 1)
        above = highest if top is None else maximum(top, highest)
        if top is not None:
            fall = home.clip(top - above, lowest, None)
            kept = exp(fall)
            moment = kept * (moment + mass * fall)
            mass = kept * mass
        top = above
        a -= top[:, None]
        r = home.clip(a, lowest, None)
        p = exp(r)
        mass = mass + p.sum(1)
        moment = moment + home.einsum("sn,sn->s", p, r)
    log_N, log_mass = log_number(N, like), log(mass)
    return top + log_mass - log_N, home.clip(log_N + moment / mass - log_mass, 0 * log_N, log_N)


def diagonal(z: Array, mu: Array, sigma: Array) -> Exponents:
    """log N(z_s; mu_n, diag sigma_n^2), by differences: no cancellation, whatever the offset or the width."""
    w = number(np.sqrt(0.5), mu) / sigma
    height = -log(sigma).sum(1) - sigma.shape[1] * log_two_pi(mu) / 2

    def exponents(rows: slice, columns: slice) -> Array:
        a = height[None, columns] + 0 * z[rows, :1]
        for j in range(z.shape[1]):
            t = z[rows, j, None] - mu[None, columns, j]
            t *= w[None, columns, j]
            t *= t
            a -= t
        return a

    return exponents


def full(z: Array, mu: Array, scale_tril: Array) -> Exponents:
    """log N(z_s; mu_n, L_n L_n'), by forward substitution on differences."""
    d = z.shape[1]
    pivots = scale_tril.diagonal(0, 1, 2)
    height = -log(pivots).sum(1) - d * log_two_pi(mu) / 2

    def exponents(rows: slice, columns: slice) -> Array:
        a = height[None, columns] + 0 * z[rows, :1]
        white: list[Array] = []
        for i in range(d):
            t = z[rows, i, None] - mu[None, columns, i]
            for j in range(i):
                t -= scale_tril[None, columns, i, j] * white[j]
            t /= pivots[None, columns, i]
            white.append(t)
            a -= t * t / 2
        return a

    return exponents


def cuts(size: int, step: int) -> list[slice]:
    """Slices of at most ``step`` that make up ``size``."""
    return [slice(start, min(start + step, size)) for start in range(0, size, step)]

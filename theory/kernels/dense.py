"""The sums over all posteriors by whole blocks, on NumPy and on torch alike, on whatever device the tensors lie."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from theory.arrays import Array, exp, is_tensor, log, log_number, log_two_pi, number
from theory.kernels.chunks import cuts

Exponents = Callable[[slice, slice], Array]

NEAR, FAR = (64, 512), (512, 1024)  # samples by posteriors that stay in a core's cache, and that fill a device
LOWEST = {4: -86.0, 8: -700.0}  # below, exp underflows: many times slower, and nothing to a sum
FEW = 2**14  # pairs for which neither numba's import nor the matrix form is worth it
SLACK = 1e-9  # nats that the matrix form may be off


def library(x: Array) -> Any:
    """torch or NumPy, whichever x is of."""
    return sys.modules["torch"] if is_tensor(x) else np


def _grid(x: Array) -> tuple[int, int]:
    return FAR if is_tensor(x) and x.device.type != "cpu" else NEAR


def aggregate(exponents: Exponents, S: int, N: int, like: Array) -> tuple[Array, Array]:
    """log q (S,) and G (S,) where ``exponents`` gives log q_n(z_s) of samples by posteriors, block by block."""
    rows, columns = _grid(like)
    pairs = [_aggregate((exponents(r, c) for c in cuts(N, columns)), N, like) for r in cuts(S, rows)]
    log_q, G = (library(like).concatenate(parts, 0) for parts in zip(*pairs, strict=True))
    return log_q, G


def _aggregate(blocks: Iterator[Array], N: int, like: Array) -> tuple[Array, Array]:
    home, lowest = library(like), LOWEST[like.itemsize]
    a = next(blocks)
    top = home.amax(a, 1)
    mass, moment = 0 * top, 0 * top
    while a is not None:
        above = home.maximum(top, home.amax(a, 1))
        fall = home.clip(top - above, lowest, None)
        a -= above[:, None]
        r = home.clip(a, lowest, None)
        p = exp(r)
        moment = exp(fall) * (moment + mass * fall) + home.einsum("sn,sn->s", p, r)
        mass = exp(fall) * mass + p.sum(1)
        top, a = above, next(blocks, None)
    log_N, log_mass = log_number(N, like), log(mass)
    return top + log_mass - log_N, home.clip(log_N + moment / mass - log_mass, 0 * log_N, log_N)


def diagonal(z: Array, mu: Array, sigma: Array) -> Exponents:
    """log N(z_s; mu_n, diag sigma_n^2): as one matrix product where that is as good, else by differences."""
    centre = (library(mu).amax(mu, 0) + library(mu).amin(mu, 0)) / 2
    reach = library(mu).amax(abs(z - centre), 0) + library(mu).amax(abs(mu - centre), 0)
    spread = ((reach / library(mu).amin(sigma, 0)) ** 2).sum()
    error = (2 * mu.shape[1] + 20) * library(mu).finfo(mu.dtype).eps * float(spread)
    cheap = len(z) * len(mu) > FEW and error < SLACK
    return (product if cheap else differences)(z - centre, mu - centre, sigma)


def _heights(mu: Array, sigma: Array) -> Array:
    return -log(sigma).sum(1) - sigma.shape[1] * log_two_pi(mu) / 2


def product(z: Array, mu: Array, sigma: Array) -> Exponents:
    """The exponents' terms in z^2, z and 1, each times its coefficient: fast, and cancels for sharp posteriors."""
    home, w = library(mu), 1 / (sigma * sigma)
    level = _heights(mu, sigma) - (mu * mu * w).sum(1) / 2
    coefficients = home.concatenate([-w / 2, mu * w, level[:, None]], 1)
    powers = home.concatenate([z * z, z, 1 + 0 * z[:, :1]], 1)
    return lambda rows, columns: powers[rows] @ coefficients[columns].mT


def differences(z: Array, mu: Array, sigma: Array) -> Exponents:
    """The exponents by differences: no cancellation, whatever the offset or the width."""
    w = number(np.sqrt(0.5), mu) / sigma
    height = _heights(mu, sigma)

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
    pivots = scale_tril.diagonal(0, 1, 2)
    height = _heights(mu, pivots)

    def exponents(rows: slice, columns: slice) -> Array:
        a = height[None, columns] + 0 * z[rows, :1]
        white: list[Array] = []
        for i in range(z.shape[1]):
            t = z[rows, i, None] - mu[None, columns, i]
            for j in range(i):
                t -= scale_tril[None, columns, i, j] * white[j]
            t /= pivots[None, columns, i]
            white.append(t)
            a -= t * t / 2
        return a

    return exponents


def gradient(z: Array, mu: Array, sigma: Array, log_q: Array, weight: Array) -> tuple[Array, Array, Array]:
    """The gradient of sum_s weight_s log q(z_s) in z (S, k), mu (N, k) and log sigma (N, k), given log q (S,)."""
    home, (tall, wide) = library(mu), _grid(mu)
    exponents, level = differences(z, mu, sigma), log_q + log_number(len(mu), mu)
    to_z, to_mu, to_log_sigma = 0 * z, 0 * mu, 0 * mu
    for rows in cuts(len(z), tall):
        for columns in cuts(len(mu), wide):
            a = exponents(rows, columns) - level[rows, None]
            share = exp(home.clip(a, LOWEST[mu.itemsize] / 2, None)) * weight[rows, None]
            to_log_sigma[columns] -= share.sum(0)[:, None]
            for j in range(mu.shape[1]):
                t = (z[rows, j, None] - mu[None, columns, j]) / sigma[None, columns, j]
                pull = share * t
                to_log_sigma[columns, j] += home.einsum("sn,sn->n", pull, t)
                pull /= sigma[None, columns, j]
                to_mu[columns, j] += pull.sum(0)
                to_z[rows, j] -= pull.sum(1)
    return to_z, to_mu, to_log_sigma

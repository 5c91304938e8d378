"""The sums over all posteriors by whole blocks, on NumPy and on torch alike, on whatever device the tensors lie."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from theory.arrays import Array, exp, is_tensor, log, log_number, log_two_pi, number
from theory.kernels.chunks import cuts

Exponents = Callable[[slice, slice], Array]

# samples by posteriors: what stays in a core's cache, in both cores', and what fills a device
NUMPY, TORCH, DEVICE = (64, 512), (128, 1024), (512, 1024)
FEW = 2**14  # pairs for which neither numba's import nor the matrix form is worth it
SLACK = 1e-9  # nats that the matrix form may be off


def library(x: Array) -> Any:
    """torch or NumPy, whichever x is of."""
    return sys.modules["torch"] if is_tensor(x) else np


def _columns(*xs: Array) -> list[Array]:
    """Each of (N, k) as (k, N), one after the other in memory."""
    return [x.T.contiguous() if is_tensor(x) else np.ascontiguousarray(x.T) for x in xs]


def _grid(x: Array) -> tuple[int, int]:
    if not is_tensor(x):
        return NUMPY
    return TORCH if x.device.type == "cpu" else DEVICE


def _lowest(x: Array) -> float:
    """Hardly above where exp underflows, which is many times slower, and nothing to a sum."""
    return float(np.log(library(x).finfo(x.dtype).tiny)) + 1


class Running:
    """For each of some samples the highest exponent so far, the sum of exponentials below it, and its moment."""

    def __init__(self, samples: Array, informed: bool) -> None:
        self.home, self.informed, self.lowest = library(samples), informed, _lowest(samples)
        self.top = 0 * samples + float(self.home.finfo(samples.dtype).min) / 2
        self.mass, self.moment = 0 * samples, 0 * samples

    def add(self, a: Array) -> None:
        """Takes in exponents (samples, posteriors), and overwrites them."""
        above = self.home.maximum(self.top, self.home.amax(a, 1))
        fall = self.home.clip(self.top - above, self.lowest, None)
        a -= above[:, None]
        self.home.clip(a, self.lowest, None, out=a)
        self.top = above
        if self.informed:
            p = exp(a)
            self.moment = exp(fall) * (self.moment + self.mass * fall) + self.home.einsum("sn,sn->s", p, a)
        else:
            p = self.home.exp(a, out=a)
        self.mass = exp(fall) * self.mass + p.sum(1)

    def read(self, N: int) -> tuple[Array, Array]:
        """log q and G; G is a number only where it was asked."""
        log_N, log_mass = log_number(N, self.top), log(self.mass)
        G = log_N + self.moment / self.mass - log_mass
        return self.top + log_mass - log_N, self.home.clip(G, 0 * log_N, log_N)


def aggregate(exponents: Exponents, z: Array, N: int, informed: bool = True) -> tuple[Array, Array]:
    """log q (S,) and G (S,) where ``exponents`` gives log q_n(z_s) of samples by posteriors, block by block."""
    tall, wide = _grid(z)
    pairs = []
    for rows in cuts(len(z), tall):
        state = Running(z[rows, 0], informed)
        for columns in cuts(N, wide):
            state.add(exponents(rows, columns))
        pairs.append(state.read(N))
    log_q, G = (library(z).concatenate(parts, 0) for parts in zip(*pairs, strict=True))
    return log_q, G


def each(z: Array, mu: Array, sigma: Array, informed: bool = True) -> tuple[Array, Array, Array]:
    """log q_j and G_j, each (S, k), and log q (S,), from the same differences."""
    home, (tall, wide) = library(mu), _grid(mu)
    centre, w, height = _columns(mu, number(np.sqrt(0.5), mu) / sigma, -log(sigma) - log_two_pi(mu) / 2)
    answers = []
    for rows in cuts(len(z), tall):
        states = [Running(z[rows, 0], informed) for _ in range(mu.shape[1] + 1)]
        for columns in cuts(len(mu), wide):
            whole = 0
            for j, state in enumerate(states[:-1]):
                t = z[rows, j, None] - centre[j, columns]
                t *= w[j, columns]
                t *= t
                a = home.subtract(height[j, columns], t, out=t)
                whole = whole + a
                state.add(a)
            states[-1].add(whole)
        answers.append(
            [home.stack(parts, -1) for parts in zip(*(state.read(len(mu)) for state in states), strict=True)]
        )
    log_q, G = (home.concatenate(parts, 0) for parts in zip(*answers, strict=True))
    return log_q[:, :-1], G[:, :-1], log_q[:, -1]


def diagonal(z: Array, mu: Array, sigma: Array) -> Exponents:
    """log N(z_s; mu_n, diag sigma_n^2): as one matrix product where that is as good, else by differences."""
    centre = (library(mu).amax(mu, 0) + library(mu).amin(mu, 0)) / 2
    reach = library(mu).amax(abs(z - centre), 0) + library(mu).amax(abs(mu - centre), 0)
    spread = ((reach / library(mu).amin(sigma, 0)) ** 2).sum()
    error = (2 * mu.shape[1] + 20) * library(mu).finfo(mu.dtype).eps * float(spread)
    cheap = len(z) * len(mu) > FEW and error < SLACK
    return product(z - centre, mu - centre, sigma) if cheap else differences(z, mu, sigma)


def _heights(mu: Array, sigma: Array) -> Array:
    return -log(sigma).sum(1) - sigma.shape[1] * log_two_pi(mu) / 2


def product(z: Array, mu: Array, sigma: Array) -> Exponents:
    """The exponents' terms in z^2, z and 1, each times its coefficient: fast, and cancels for sharp posteriors."""
    home, w = library(mu), 1 / (sigma * sigma)
    level = _heights(mu, sigma) - (mu * mu * w).sum(1) / 2
    coefficients = home.concatenate([-w / 2, mu * w, level[:, None]], 1)
    powers = home.concatenate([z * z, z, home.ones_like(z[:, :1])], 1)
    return lambda rows, columns: powers[rows] @ coefficients[columns].mT


def differences(z: Array, mu: Array, sigma: Array) -> Exponents:
    """The exponents by differences: rounded once, whatever the offset or the width, so z and mu come as they are."""
    centre, w = _columns(mu, number(np.sqrt(0.5), mu) / sigma)
    height = _heights(mu, sigma)

    def exponents(rows: slice, columns: slice) -> Array:
        a = height[None, columns] + 0 * z[rows, :1]
        for j in range(z.shape[1]):
            t = z[rows, j, None] - centre[j, columns]
            t *= w[j, columns]
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
            share = exp(home.clip(a, _lowest(mu) / 2, None)) * weight[rows, None]
            to_log_sigma[columns] -= share.sum(0)[:, None]
            for j in range(mu.shape[1]):
                t = (z[rows, j, None] - mu[None, columns, j]) / sigma[None, columns, j]
                pull = share * t
                to_log_sigma[columns, j] += home.einsum("sn,sn->n", pull, t)
                pull /= sigma[None, columns, j]
                to_mu[columns, j] += pull.sum(0)
                to_z[rows, j] -= pull.sum(1)
    return to_z, to_mu, to_log_sigma

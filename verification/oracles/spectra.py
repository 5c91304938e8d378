"""Eigenvalues and singular values in float64 (LAPACK), with Weyl's bound on what rounding moved them by."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from verification.estimate import Estimate, Grade

Array = np.ndarray[Any, Any]
EPS = float(np.finfo(float).eps)


def _answer(value: Array, error: Array) -> Estimate:
    return Estimate(value, error + 1e-300, Grade.BOUNDED, certificate="eigenvalues in float64, Weyl's bound")


def _largest(H: Array) -> Estimate:
    values = np.linalg.eigvalsh(H)
    error = 16 * H.shape[-1] ** 2 * EPS * np.abs(values).max(-1)
    return _answer(np.maximum(values[..., -1], 0), error)


def smallest_beta(H: Array) -> Estimate:
    """The largest eigenvalue, or 0."""
    return _largest(np.asarray(H, float))


def smallest_beta_diagonal(H: Array) -> Estimate:
    """The largest entry of the diagonal, or 0."""
    H = np.asarray(H, float)
    return _largest(H * np.eye(H.shape[-1]))


def objective_of_any_sign(log_lik: Array, H: Array, h: Array, S: Array, beta: Array) -> Estimate:
    """(8) with the absolute value of the determinant, from the eigenvalues of a symmetric matrix of any sign."""
    values = np.linalg.eigvalsh(S)
    logs = np.log(np.abs(values)).sum(-1)
    terms = [log_lik, (H * S).sum((-2, -1)) / 2, -beta * (h * h).sum(-1) / 2, -beta * values.sum(-1) / 2,
             beta * logs / 2, beta * h.shape[-1] / 2]  # fmt: skip
    lost = 64 * h.shape[-1] ** 2 * EPS * (1 + np.abs(values).max(-1) / np.abs(values).min(-1))
    return _answer(np.asarray(sum(terms)), lost * (1 + np.asarray(sum(map(np.abs, terms)))))


def _squares(J: Array, beta: Array) -> tuple[Array, Array]:
    """Squared singular values over beta, and what each may be off by."""
    J = np.asarray(J, float)
    s = np.linalg.svd(J, compute_uv=False)
    off = 16 * max(J.shape[-2:]) ** 2 * EPS * s[..., :1]
    b = np.asarray(beta, float)[:, None]
    return s * s / b, (2 * s + off) * off / b + EPS * s * s / b


def _sum(f: Callable[[Array], Array], x: Array, off: Array, steepness: Array) -> Estimate:
    """A sum over singular values of a function whose slope is at most ``steepness``."""
    values = f(x)
    return _answer(values.sum(-1), (off * steepness).sum(-1) + 16 * x.shape[-1] * EPS * np.abs(values).sum(-1))


def regularizer(J: Array, beta: Array) -> Estimate:
    """log |I + J'J/beta|, one singular value after the other."""
    x, off = _squares(J, beta)
    return _sum(np.log1p, x, off, np.ones(x.shape))


def hadamard(J: Array, beta: Array) -> Estimate:
    """The same of each column alone: its only singular value is its length."""
    J = np.asarray(J, float)
    parts = [regularizer(J[..., c : c + 1], beta) for c in range(J.shape[-1])]
    return _answer(sum(p.value for p in parts), sum(p.error for p in parts))  # type: ignore[arg-type]


def fischer(J: Array, beta: Array) -> Estimate:
    """The same of the first column, and of the rest."""
    J = np.asarray(J, float)
    first, rest = regularizer(J[..., :1], beta), regularizer(J[..., 1:], beta)
    return _answer(first.value + rest.value, first.error + rest.error)


def _loss(x: Array, g: Array, h: Array, beta: Array, R: Estimate) -> Estimate:
    x, g, h, beta = (np.asarray(v, float) for v in (x, g, h, beta))
    apart, far = ((x - g) ** 2).sum(-1), (h**2).sum(-1)
    size = np.abs(apart) + beta * (np.abs(far) + np.abs(R.value))
    return _answer((apart + beta * (far + R.value)) / 2, beta * R.error / 2 + 64 * x.shape[-1] * EPS * size)


def loss(x: Array, g: Array, h: Array, J: Array, beta: Array) -> Estimate:
    """(13)."""
    return _loss(x, g, h, beta, regularizer(J, beta))


def loss_diagonal(x: Array, g: Array, h: Array, J: Array, beta: Array) -> Estimate:
    """(13) with (14) in place of the log-determinant."""
    return _loss(x, g, h, beta, hadamard(J, beta))


def loss_block(x: Array, g: Array, h: Array, J: Array, beta: Array) -> Estimate:
    """(13) with the log-determinants of two blocks."""
    return _loss(x, g, h, beta, fischer(J, beta))


def first_order(J: Array) -> Estimate:
    """Half the sum of squared singular values."""
    x, off = _squares(J, np.ones(len(J)))
    return _sum(lambda v: v / 2, x, off, np.full(x.shape, 0.5))


def first_order_excess(J: Array, beta: Array) -> Estimate:
    """(beta/2) sum of x - log(1 + x)."""
    x, off = _squares(J, beta)
    R = _sum(lambda v: v - np.log1p(v), x, off, x)
    b = np.asarray(beta, float)
    return _answer(b * R.value / 2, b * (R.error + 4 * EPS * x.sum(-1)) / 2)


def printed_gap_at_best(J: Array, beta: Array) -> Estimate:
    """(beta/2) sum of m - log |m - d|, m = 1 + x/(1 + x), over all d directions."""
    k = J.shape[-1]
    x, off = _squares(J, beta)
    extra = [(0, 0), (0, k - x.shape[-1])]
    x, off = np.pad(x, extra), np.pad(off, extra)
    m = 1 + x / (1 + x)
    steep = 1 + 1 / np.abs(m - k)
    found = _sum(lambda _: m - np.log(np.abs(m - k)), x, off + 8 * EPS, steep)
    return _answer(beta * found.value / 2, beta * found.error)


def partial_sum(J: Array, beta: Array, order: Array) -> Estimate:
    """The Taylor series of log(1 + x) up to a power, summed over singular values."""
    x, off = _squares(J, beta)
    values, errors = [], []
    for one, moved, n in zip(x, off, np.asarray(order, float), strict=True):
        powers = np.arange(1, round(n) + 1)
        terms = -((-one[:, None]) ** powers) / powers
        values.append(terms.sum())
        slope = (one[:, None] + moved[:, None]) ** (powers - 1)
        errors.append((moved * slope.sum(-1)).sum() + 64 * len(powers) * EPS * np.abs(terms).sum())
    return _answer(np.array(values), np.array(errors))


def _lengths(J: Array, beta: Array) -> tuple[Array, Array]:
    """log(1 + |J_c|^2/beta) for each column, and what rounding does."""
    parts = [regularizer(np.asarray(J, float)[..., c : c + 1], beta) for c in range(J.shape[-1])]
    return np.stack([p.value for p in parts], -1), np.stack([p.error for p in parts], -1)


def three_columns(J: Array, beta: Array, p: Array) -> Estimate:
    """The estimate from the first column, the second, and the first again."""
    a, off = _lengths(J, beta)
    share = np.zeros(np.shape(p))
    share[:, 0] = 2 / 3
    share[:, 1] = 1 / 3
    weight = share / p
    return _answer((weight * a).sum(-1), (weight * (off + 16 * EPS * a)).sum(-1))


def _powers(J: Array, beta: Array, p: Array, power: int) -> tuple[Array, Array]:
    """The moment of an estimate from one column."""
    a, off = _lengths(J, beta)
    chance = np.asarray(p, float)
    can = chance > 0
    weight = np.where(can, np.where(can, chance, 1) ** (1 - power), 0)
    return (weight * a**power).sum(-1), (weight * (power * (a + off) ** (power - 1) * off + 32 * EPS * a**power)).sum(
        -1
    )


def estimate_mean(J: Array, beta: Array, p: Array) -> Estimate:
    """The mean of an estimate from one column, as from any number of them."""
    return _answer(*_powers(J, beta, p, 1))


def estimate_bias(J: Array, beta: Array, p: Array) -> Estimate:
    """That mean less log |I + J'J/beta|."""
    mean, left = estimate_mean(J, beta, p), regularizer(J, beta)
    return _answer(mean.value - left.value, mean.error + left.error)


def estimate_variance(J: Array, beta: Array, p: Array, n: Array) -> Estimate:
    """The variance of an estimate from one column, over n."""
    (mean, mean_off), (second, off) = _powers(J, beta, p, 1), _powers(J, beta, p, 2)
    error = off + (2 * mean + mean_off) * mean_off + 8 * EPS * (second + mean * mean)
    return _answer((second - mean * mean) / n, error / n)


def _part_cost(H: Array, beta: Array, rest: list[int], first: int) -> Estimate:
    """Of I - H/beta over ``rest``: -(beta/2) log of the determinant in units of its two diagonal blocks'."""
    A = np.eye(H.shape[-1]) - np.asarray(H, float) / np.asarray(beta, float)[:, None, None]
    A = A[:, rest][:, :, rest]
    logs, lost = [], np.zeros(len(beta))
    for block in (A, A[:, :first, :first], A[:, first:, first:]):
        values = np.linalg.eigvalsh(block)
        logs.append(np.log(values).sum(-1))
        lost += 64 * len(rest) ** 2 * EPS * (1 + np.abs(values).max(-1) / values.min(-1)) + EPS * np.abs(logs[-1])
    return _answer(beta * (logs[1] + logs[2] - logs[0]) / 2, beta * lost)


def star_cost(H: Array, beta: Array) -> Estimate:
    """Of a posterior whose dimensions are independent given the first: one after the other is cut off."""
    k = H.shape[-1]
    parts = [_part_cost(H, beta, list(range(j, k)), 1) for j in range(1, k - 1)]
    return _answer(sum(p.value for p in parts), sum(p.error for p in parts))  # type: ignore[arg-type]


def parted_cost(H: Array, beta: Array) -> Estimate:
    """Of a posterior whose first dimension is independent of the third and those after it, given the second."""
    return _part_cost(H, beta, [0, *range(2, H.shape[-1])], 1)


def star_covariance_cost(H: Array, beta: Array) -> Estimate:
    """Of covariances of the first dimension with each of the others, and no others: pairs of the first and another, by
    eigenvalues, against all at once."""
    A = np.eye(H.shape[-1]) - np.asarray(H, float) / np.asarray(beta, float)[:, None, None]
    k = H.shape[-1]
    blocks = [(1, A[:, [0, j]][:, :, [0, j]]) for j in range(1, k)] + [(-1, A), (2 - k, A[:, :1, :1])]
    value, lost = np.zeros(len(beta)), np.zeros(len(beta))
    for times, block in blocks:
        values = np.linalg.eigvalsh(block)
        logs = np.log(values).sum(-1)
        value += times * logs
        lost += abs(times) * (64 * k * k * EPS * (1 + np.abs(values).max(-1) / values.min(-1)) + EPS * np.abs(logs))
    return _answer(beta * value / 2, beta * lost)


def searched_star_cost(H: Array, beta: Array) -> Estimate:
    """The first, with room for a search that stops early."""
    found = star_cost(H, beta)
    return _answer(found.value, found.error + 1e-9)

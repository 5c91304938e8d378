"""Pairs of Gaussians and mixtures of a few in balls: determinants and inverses of flint's own matrices, plain sums."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from flint import arb, arb_mat

from verification.estimate import Estimate, Grade

Array = np.ndarray[Any, Any]


def _ball(x: Any) -> Any:
    return x if isinstance(x, arb) else arb(float(x))


def _balls(x: Array) -> list[Any]:
    return [_ball(v) for v in np.asarray(x)]


def _matrix(x: Array) -> Any:
    return arb_mat([[_ball(v) for v in row] for row in np.asarray(x)])


def _column(x: Array) -> Any:
    return arb_mat([[_ball(v)] for v in np.asarray(x)])


def _each(cases: int, f: Callable[[int], Any]) -> Estimate:
    rows = [f(i) for i in range(cases)]
    out = np.empty((cases, *np.shape(rows[0])), dtype=object)
    for i, row in enumerate(rows):
        out[i] = row
    return Estimate(out, np.zeros(out.shape), Grade.CERTIFIED, certificate="closed forms in balls")


def _mean(values: Any) -> Any:
    values = list(values)
    return sum(values, arb(0)) / len(values)


def _quadratic(A: Any, v: Any) -> Any:
    return (v.transpose() * A * v)[0, 0]


def _trace(A: Any) -> Any:
    return sum((A[i, i] for i in range(A.nrows())), arb(0))


Gaussian = tuple[Any, Any]


def _gaussians(mu: Array, Sigma: Array) -> list[Gaussian]:
    return [(_column(m), _matrix(S)) for m, S in zip(mu, Sigma, strict=True)]


def _overlap(a: Gaussian, b: Gaussian) -> Any:
    """int sqrt(a b)."""
    middle = (a[1] + b[1]) * (arb(1) / 2)
    far = _quadratic(middle.inv(), a[0] - b[0])
    return ((a[1].det() * b[1].det()).sqrt() / middle.det()).sqrt() * (-far / 8).exp()


def _product(a: Gaussian, b: Gaussian) -> Any:
    """int a b."""
    both = a[1] + b[1]
    return (-_quadratic(both.inv(), a[0] - b[0]) / 2).exp() / (both * (2 * arb.pi())).det().sqrt()


def _divergence(a: Gaussian, b: Gaussian) -> Any:
    inverse = b[1].inv()
    far = _quadratic(inverse, b[0] - a[0]) + _trace(inverse * a[1]) - a[1].nrows()
    return (far + (b[1].det() / a[1].det()).log()) / 2


def _entropy(a: Gaussian) -> Any:
    return (a[1] * (2 * arb.pi() * arb(1).exp())).det().log() / 2


def _over_pairs(mu: Array, Sigma: Array, pair: Callable[[Gaussian, Gaussian], Any]) -> Estimate:
    """-mean_n log mean_m of pair(n, m)."""

    def one(i: int) -> Any:
        q = _gaussians(mu[i], Sigma[i])
        return -_mean(_mean(pair(a, b) for b in q).log() for a in q)

    return _each(len(mu), one)


def bhattacharyya(mu: Array, Sigma: Array) -> Estimate:
    """By overlaps."""
    return _over_pairs(mu, Sigma, _overlap)


def likelihood(mu: Array, Sigma: Array) -> Estimate:
    """By masses of products."""
    return _over_pairs(mu, Sigma, lambda a, b: _product(a, b) * _entropy(a).exp())


def kl(mu: Array, Sigma: Array) -> Estimate:
    """By divergences."""
    return _over_pairs(mu, Sigma, lambda a, b: (-_divergence(a, b)).exp())


def gaussian(mu: Array, Sigma: Array) -> Estimate:
    """h of the Gaussian of equal moments less the mean entropy, as a mean divergence from that Gaussian."""

    def one(i: int) -> Any:
        q = _gaussians(mu[i], Sigma[i])
        centre = sum((m for m, _ in q), q[0][0] * 0) * (arb(1) / len(q))
        second = sum((S + m * m.transpose() for m, S in q), q[0][1] * 0) * (arb(1) / len(q))
        whole = centre, second - centre * centre.transpose()
        return _mean(_divergence(a, whole) for a in q)

    return _each(len(mu), one)


def _mass_over(a: Gaussian, b: Gaussian, r: Gaussian) -> Any:
    """int a b / r: what the integrand is where it is largest, times the volume under a bell of its curvature."""
    precisions = [x[1].inv() for x in (a, b, r)]
    curvature = precisions[0] + precisions[1] - precisions[2]
    top = curvature.inv() * (precisions[0] * a[0] + precisions[1] * b[0] - precisions[2] * r[0])
    height = _log_density(top, a) + _log_density(top, b) - _log_density(top, r)
    return height.exp() * (curvature.inv() * (2 * arb.pi())).det().sqrt()


def _less_square(mu: Array, Sigma: Array, independent: bool) -> Estimate:
    def one(i: int) -> Any:
        q = _gaussians(mu[i], Sigma[i])
        centre = sum((m for m, _ in q), q[0][0] * 0) * (arb(1) / len(q))
        second = sum((S + m * m.transpose() for m, S in q), q[0][1] * 0) * (arb(1) / len(q))
        spread, k = second - centre * centre.transpose(), mu.shape[-1]
        if independent:
            spread = arb_mat([[spread[j, m] if j == m else arb(0) for m in range(k)] for j in range(k)])
        r = centre, spread
        square = _mean(_mass_over(a, b, r) for a in q for b in q)
        return _mean(_divergence(a, r) for a in q) - square.log()

    return _each(len(mu), one)


def gaussian_lower(mu: Array, Sigma: Array) -> Estimate:
    """The mean divergence from the Gaussian of equal moments less log of the mass of q^2 over it."""
    return _less_square(mu, Sigma, independent=False)


def gaussian_lower_diagonal(mu: Array, Sigma: Array) -> Estimate:
    """The same of the Gaussian of independent dimensions."""
    return _less_square(mu, Sigma, independent=True)


def group_entropy_upper(mu: Array, Sigma: Array, member: Array) -> Estimate:
    """log 2 / N times the overlaps of ordered pairs that share no group."""

    def one(i: int) -> Any:
        q, group = _gaussians(mu[i], Sigma[i]), [[bool(v > 0.5) for v in row] for row in member[i]]
        pairs = [(a, b) for a, g in zip(q, group, strict=True) for b, h in zip(q, group, strict=True) if g != h]
        return arb(2).log() * sum((_overlap(a, b) for a, b in pairs), arb(0)) / len(q)

    return _each(len(mu), one)


def _shares(mu: Array, Sigma: Array, log_weights: Array, centre: Array, spread: Array) -> list[list[Any]]:
    """w_k exp(-KL(q_n || s_k)), n by k."""
    fit, weights = _gaussians(centre, spread), [w.exp() for w in _balls(log_weights)]
    return [[w * (-_divergence(a, s)).exp() for w, s in zip(weights, fit, strict=True)] for a in _gaussians(mu, Sigma)]


def mixture_upper(mu: Array, Sigma: Array, log_weights: Array, centre: Array, spread: Array) -> Estimate:
    """-mean_n log sum_k w_k exp(-KL(q_n || s_k))."""

    def one(i: int) -> Any:
        rows = _shares(mu[i], Sigma[i], log_weights[i], centre[i], spread[i])
        return -_mean(sum(row, arb(0)).log() for row in rows)

    return _each(len(mu), one)


def _step(mu: Array, Sigma: Array, log_weights: Array, centre: Array, spread: Array) -> tuple[Array, Array, Array]:
    rows = [[x / sum(row, arb(0)) for x in row] for row in _shares(mu, Sigma, log_weights, centre, spread)]
    weights, centres, spreads = [], [], []
    for column in zip(*rows, strict=True):
        whole = sum(column, arb(0))
        share = np.array([x / whole for x in column], dtype=object)
        m = share @ np.array([_balls(row) for row in mu], dtype=object)
        second = sum(r * (S + np.outer(a, a)) for r, a, S in zip(share, mu, Sigma, strict=True))
        weights.append((whole / len(rows)).log())
        centres.append(m)
        spreads.append(second - np.outer(m, m))
    return np.array(weights, dtype=object), np.array(centres, dtype=object), np.array(spreads, dtype=object)


def _stepped(part: int, mu: Array, Sigma: Array, *fit: Array) -> Estimate:
    as_balls = np.frompyfunc(_ball, 1, 1)
    return _each(len(mu), lambda i: _step(as_balls(mu[i]), as_balls(Sigma[i]), *(x[i] for x in fit))[part])


def refitted_log_weights(mu: Array, Sigma: Array, log_weights: Array, centre: Array, spread: Array) -> Estimate:
    """Mean responsibilities."""
    return _stepped(0, mu, Sigma, log_weights, centre, spread)


def refitted_centre(mu: Array, Sigma: Array, log_weights: Array, centre: Array, spread: Array) -> Estimate:
    """Weighted means."""
    return _stepped(1, mu, Sigma, log_weights, centre, spread)


def refitted_spread(mu: Array, Sigma: Array, log_weights: Array, centre: Array, spread: Array) -> Estimate:
    """Weighted second moments less the means' squares."""
    return _stepped(2, mu, Sigma, log_weights, centre, spread)


def information_less_volume(mu: Array, Sigma: Array) -> Estimate:
    """Of posteriors that are equal or apart: log of how many differ, less k (1 - log 2) / 2."""

    def one(i: int) -> Any:
        different = {tuple(map(float, np.ravel(m))) for m in mu[i]}
        return arb(len(different)).log() - mu.shape[-1] * (1 - arb(2).log()) / 2

    return _each(len(mu), one)


# --- at a point -------------------------------------------------------------------------------------------------------


def _log_density(z: Any, a: Gaussian) -> Any:
    return -(_quadratic(a[1].inv(), z - a[0]) + (a[1] * (2 * arb.pi())).det().log()) / 2


def largest_log_ratio(z: Array, mu: Array, Sigma: Array) -> Estimate:
    """max_n log q_n(z) / q(z)."""

    def one(i: int) -> Any:
        heights = [_log_density(_column(z[i]), a) for a in _gaussians(mu[i], Sigma[i])]
        whole = _mean(h.exp() for h in heights).log()
        return max(heights, key=float) - whole

    return _each(len(mu), one)


def log_dependence(z: Array, mu: Array, Sigma: Array) -> Estimate:
    """log q(z) / prod_j q_j(z_j)."""

    def one(i: int) -> Any:
        k = mu.shape[-1]

        def height(axes: list[int]) -> Any:
            q = _gaussians(mu[i][:, axes], Sigma[i][:, axes][:, :, axes])
            return _mean(_log_density(_column(z[i][axes]), a).exp() for a in q).log()

        return height(list(range(k))) - sum((height([j]) for j in range(k)), arb(0))

    return _each(len(mu), one)

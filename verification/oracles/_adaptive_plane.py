"""Private to :mod:`.quadrature`: batched adaptive tensor Gauss-Lobatto in the plane, in float64, with a certificate.

A box is quartered until it is small against every component that it can see, so that no spike falls between the nodes,
and until two orders agree. A case that needs more boxes than its share comes back with the error that is left, infinite
where a component was not resolved.
"""

from __future__ import annotations

import numpy as np

from ._adaptive_line import EPS, lobatto
from ._integrands import Array, Integrand

BOXES = 2_000
REACH = 10.0
NODES_AT_ONCE = 300_000
LOW, HIGH = lobatto(8), lobatto(11)


class PlaneMixture:
    """N components and the prior in the plane: log-densities at nodes, with round-off bounds in units of EPS."""

    def __init__(self, mu: Array, sigma: Array):
        self.m, self.sigma = mu, sigma
        self.cases, self.n = mu.shape[:2]
        self.log_n = float(np.log(self.n))
        a, b, d = np.sqrt(sigma[..., 0, 0]), sigma[..., 0, 1], sigma[..., 1, 1]
        low = b / a
        c = np.sqrt(np.maximum(d - low * low, 0))
        zero = np.zeros_like(a)
        self.whiten = np.stack([np.stack([1 / a, zero], -1), np.stack([-low / (a * c), 1 / c], -1)], -2)
        self.log_norm = -np.log(a * c) - np.log(2 * np.pi)
        self.stretch = np.abs(self.whiten).sum(-1)
        # what Cholesky's round-off does to the whitened vector, by the condition of the correlation matrix
        self.slip = 4 / np.maximum(1 - np.abs(b) / (a * np.sqrt(d)), EPS)

    def logs(self, case: Array, *where: Array) -> tuple[Array, Array]:
        """log q_n (P, n, N) and bound."""
        z, half = where
        d = z[:, :, None, :] - self.m[case][:, None]
        w = self.whiten[case][:, None]
        u0 = w[..., 0, 0] * d[..., 0]
        u1 = w[..., 1, 0] * d[..., 0] + w[..., 1, 1] * d[..., 1]
        square = u0 * u0 + u1 * u1
        norm = self.log_norm[case][:, None, :]
        moved = (np.abs(z).sum(-1) + half.sum(-1)[:, None])[..., None] + 3 * np.abs(d).sum(-1)
        stretch = self.stretch[case][:, None]
        bound = (np.abs(u0) * stretch[..., 0] + np.abs(u1) * stretch[..., 1]) * moved
        return norm - square / 2, 2 * bound + (square + 2) * self.slip[case][:, None] + 2 * np.abs(norm) + 6

    def log_p(self, case: Array, *where: Array) -> tuple[Array, Array]:
        z, half = where
        square = (z * z).sum(-1)
        return -square / 2 - np.log(2 * np.pi), 6 * square + 2 * np.abs(z).sum(-1) * half.sum(-1)[:, None] + 6


def integrate(
    f: Integrand, centres: Array, covariances: Array, items: int, tolerance: float = 1e-9
) -> tuple[Array, Array]:
    """Integral and error per case over a box that reaches 10 widths about every centre.

    centres (B, A, 2), covariances (B, A, 2, 2) of everything that must be resolved; tolerance of a box, of the whole.
    """
    cases = len(centres)
    far = REACH * np.sqrt(np.diagonal(covariances, axis1=-2, axis2=-1))
    low, high = (centres - far).min(1), (centres + far).max(1)
    precisions, narrowest = np.linalg.inv(covariances), np.linalg.eigvalsh(covariances)[..., 0]
    case, middle, half = np.arange(cases), (low + high) / 2, (high - low) / 2
    total, error, size, count = (np.zeros(cases) for _ in range(4))
    while len(case):
        count += np.bincount(case, minlength=cases)
        spent = (count > BOXES)[case]
        coarse = _unresolved(middle, half, centres[case], precisions[case], narrowest[case])
        error[case[coarse & spent]] = np.inf
        again = [_quarter(case, middle, half, coarse & ~spent)]
        seen = ~coarse
        case, middle, half, spent = case[seen], middle[seen], half[seen], spent[seen]
        block = max(1, NODES_AT_ONCE // (185 * items))
        for start in range(0, len(case), block):
            part = slice(start, start + block)
            c = case[part]
            value, gap, rounding, mass = _both_orders(f, c, middle[part], half[part])
            scale = np.maximum(np.bincount(c, mass, cases), size)[c]
            split = (gap > tolerance * scale + rounding / 8) & ~spent[part]
            for sink, term in ((total, value), (error, 2 * gap + rounding), (size, mass)):
                sink += np.bincount(c[~split], term[~split], cases)
            again.append(_quarter(c, middle[part], half[part], split))
        case, middle, half = (np.concatenate(x) for x in zip(*again, strict=True))
    # what lies outside the box: exp(-10^2 / 2) of the mass, by the sub-additivity of the tilt
    return total, error + (EPS * count + 1e-20) * size


def _unresolved(middle: Array, half: Array, centres: Array, precisions: Array, narrowest: Array) -> Array:
    """Boxes more than 3 narrow widths from middle to corner, of a component that may be seen from within."""
    d = middle[:, None] - centres
    distance = np.sqrt(np.maximum(np.einsum("pai,paij,paj->pa", d, precisions, d), 0))
    across = np.sqrt((half * half).sum(-1)[:, None] / narrowest)
    return ((across > 3) & (distance - across < REACH)).any(-1)


def _quarter(case: Array, middle: Array, half: Array, these: Array) -> tuple[Array, Array, Array]:
    corners = np.array([[-1, -1], [-1, 1], [1, -1], [1, 1]]) / 2
    case, middle, half = case[these], middle[these], half[these]
    split = middle[:, None] + half[:, None] * corners
    return np.repeat(case, 4), split.reshape(-1, 2), np.repeat(half / 2, 4, axis=0)


def _both_orders(f: Integrand, case: Array, middle: Array, half: Array) -> tuple[Array, ...]:
    values = []
    area = half.prod(-1)[:, None]
    for x, w in (LOW, HIGH):
        grid = np.stack(np.meshgrid(x, x, indexing="ij"), -1).reshape(-1, 2)
        y, dy = f(case, middle[:, None] + half[:, None] * grid, half)
        weight = area * np.outer(w, w).ravel()
        values.append(((weight * y).sum(1), (weight * dy).sum(1), (weight * np.abs(y)).sum(1)))
    (coarse, _, _), (fine, rounding, mass) = values
    return fine, np.abs(fine - coarse), EPS * (rounding + 60 * mass), mass

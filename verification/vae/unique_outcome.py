"""What a run came to: its ELBO, the angle of its latents against the true ones, and the axes it should have had."""

from __future__ import annotations

from typing import Any

import numpy as np

from theory import rotations
from verification.vae.unique import FINE, NOISE, Panel, Runs, World, nu, rule, turn

Array = np.ndarray[Any, Any]

FLAT = 1e-6  # means whose second axis is shorter, as a share of the first, lie on a line
HUGE = 1e4  # no parameter comes near it but on its way to infinity
GRID = 180  # angles of a right angle at which costs are looked up
SLOPES = {
    "identity": lambda u: np.ones_like(u),
    "tanh": lambda u: 1 - np.tanh(u) ** 2,
    "sigmoid": lambda u: 0.25 * (1 - np.tanh(u / 2) ** 2),
    "elu": lambda u: np.exp(np.minimum(u, 0)),
}


def elbo(runs: Runs, x: Array, nodes: int = FINE) -> Array:
    """The mean ELBO of the data in nats, (R,), by a rule of ``nodes`` for each output, in float64."""
    t, w = rule(2 if runs.panel.activation == "identity" else nodes)  # two are exact for squares
    found = []
    mu, Sigma = runs.means(x), runs.covariances()
    for r in range(len(x)):
        A, b, wide = runs.A[r].astype(float), runs.b[r].astype(float), x[r].astype(float)
        s = np.sqrt(np.einsum("jk,nkl,jl->jn", A, Sigma[r], A))
        m = A @ mu[r]
        miss = nu(runs.panel.activation, m[..., None] + s[..., None] * t) - (wide - b[:, None])[..., None]
        recon = (miss**2 @ w).sum(0).mean() / (2 * NOISE**2) + np.log(2 * np.pi * NOISE**2)
        spread = np.trace(Sigma[r], axis1=-2, axis2=-1) - np.linalg.slogdet(Sigma[r])[1] - 2
        found.append(-recon - 0.5 * ((mu[r] ** 2).sum(0).mean() + spread.mean()))
    return np.array(found)


def angles(z: Array, mu: Array) -> Array:
    """The Procrustes angle of the means against the true latents, in (-45, 45] degrees: z and mu (R, 2, N) -> (R,).

    Not a number where the means lie on a line.
    """
    U, spread, Vt = np.linalg.svd(z.astype(float) @ mu.mT)
    return np.where(spread[:, 1] > FLAT * spread[:, 0], rotations.rotation_angle(U @ Vt), np.nan)


def fold(degrees: Array) -> Array:
    """Angles of axes, which a quarter turn leaves as they are, in (-45, 45].

    >>> fold(np.array([-45.0, 50.0, 180.0]))
    array([ 45., -40.,   0.])
    """
    return 45.0 - (45.0 - np.asarray(degrees, float)) % 90.0


def costs(precision: Array) -> Array:
    """Nats that a diagonal q loses, the latents turned by each of GRID angles in [0, 90): precisions (n, 2, 2) ->
    (GRID,).

    The mean over n of log of Hadamard's ratio, half of log(prod_j (R' P R)_jj / det P).
    """
    phi = np.deg2rad(90.0 * np.arange(GRID) / GRID)
    P = precision
    middle, apart, off = (P[:, 0, 0] + P[:, 1, 1]) / 2, (P[:, 0, 0] - P[:, 1, 1]) / 2, P[:, 0, 1]
    swing = apart[:, None] * np.cos(2 * phi) + off[:, None] * np.sin(2 * phi)
    det = P[:, 0, 0] * P[:, 1, 1] - off**2
    return 0.5 * np.log((middle[:, None] ** 2 - swing**2) / det[:, None]).mean(0)


def best_turn(cost: Array) -> float:
    """The angle of least cost in degrees, by a parabola through the lowest three of the grid."""
    k = int(np.argmin(cost))
    left, low, right = cost[k - 1], cost[k], cost[(k + 1) % GRID]
    bend = left - 2 * low + right
    return float(90.0 / GRID * (k + (0.5 * (left - right) / bend if bend > 0 else 0.0)))


def own_axes(runs: Runs, z: Array, x: Array) -> tuple[Array, Array]:
    """Of full-covariance runs: the angle that their latents have once turned to where a diagonal q loses least, and

    the cost of every further turn above that: (R,) in degrees, (R, GRID) in nats.
    """
    precision = np.linalg.inv(runs.covariances())
    found, curves = [], []
    for P in precision:
        cost = costs(P)
        best = best_turn(cost)
        found.append(best)
        curves.append(np.roll(cost, -int(np.argmin(cost))) - cost.min())
    turned = np.asarray(turn(np.deg2rad(np.array(found)))).mT @ runs.means(x)
    return angles(z, turned), np.array(curves)


def true_axes(panel: Panel, world: World) -> Array:
    """Where the axes of mean-field latents should lie against the true ones, from W alone, in degrees: (R,).

    By the precision of z given x where the noise is small, P(z) = I + W' diag(nu'(Wz))^2 W / sigma^2: its mean over the
    data where one Sigma serves all, each datum's own where each has its own.
    """
    found = []
    for W, z in zip(world.W, world.z, strict=True):
        d = SLOPES[panel.activation](W @ z.astype(float)) ** 2
        P = np.eye(2) + np.einsum("ja,jn,jb->nab", W, d, W) / NOISE**2
        found.append(best_turn(costs(P.mean(0, keepdims=True) if panel.amortised else P)))
    return fold(np.array(found))


def table(n: int, trials: range, world: World, found: Runs, settled: Runs) -> Array:
    """One row a run: n, trial, ELBO and angle as the printed schedule leaves them and once settled, the axes that the

    posterior itself asks for and the nats that half a right angle from them costs (of full covariances), those
    predicted from W, and W. What diverged is not a number.
    """
    panel, R = found.panel, len(world.W)
    columns = [np.full(R, float(n)), np.array(trials, float)]
    for runs in (found, settled):
        columns += [*_where_finite(runs, world)]
    axes, turned = np.full(R, np.nan), np.full(R, np.nan)
    good = _finite(settled)
    if not panel.mean_field and good.any():
        axes[good], curves = own_axes(_some(settled, good), world.z[good], world.x[good])
        turned[good] = curves[:, GRID // 2]
    columns += [axes, turned, true_axes(panel, world), *world.W.reshape(R, 4).T]
    return np.stack(columns, axis=1)


def _where_finite(runs: Runs, world: World) -> tuple[Array, Array]:
    value, angle = np.full(len(world.W), np.nan), np.full(len(world.W), np.nan)
    good = _finite(runs)
    if good.any():
        some = _some(runs, good)
        value[good], angle[good] = elbo(some, world.x[good]), angles(world.z[good], some.means(world.x[good]))
    return value, angle


def _finite(runs: Runs) -> Array:
    parts = [a for a in (runs.A, runs.b, runs.L, runs.mu, runs.C, runs.d) if a is not None]
    return np.all([(np.abs(a.reshape(len(a), -1)) < HUGE).all(1) for a in parts], axis=0)


def _some(runs: Runs, chosen: Array) -> Runs:
    mu, C, d = (None if a is None else a[chosen] for a in (runs.mu, runs.C, runs.d))
    return Runs(runs.panel, runs.A[chosen], runs.b[chosen], runs.L[chosen], mu, C, d)

"""Trained models of a grid on held-out images: their objectives, their gaps, their covariances beside the best."""

from __future__ import annotations

from typing import Any

import numpy as np

from theory import deterministic
from verification.vae import curvature, structured
from verification.vae.networks import Params
from verification.vae.structured import Grid
from verification.vae.training import derived_seed

Array = np.ndarray[Any, Any]
Arrays = dict[str, Array]

# A dimension that costs less is at the prior in all but name, and there every covariance agrees with every other.
ACTIVE = 0.1
SHOWN = 3
AT_ONCE = 500

PER_IMAGE = (
    "taylor", "own", "grae", "gap", "gap_own", "remainder", "remainder_variance", "distance", "distance_own",
    "active_distance", "active_distance_own", "top", "inside", "outside",
)  # fmt: skip
NAMES = (*PER_IMAGE, "rate", "learned", "implied")


def measure(params: Params, grid: Grid, x: Array, peak: float, pairs: int, seed: int) -> Arrays:
    """Every quantity of every model on images x (T, D).

    Each (M, T): the losses ``taylor`` (7), ``grae`` (13) and ``own``, (13) with the log-determinant that the model's
    family has; ``gap`` and ``gap_own``, what Sigma costs against the best one of all and of its family, by the
    formula; ``remainder``, the loss (2) less (7), and its variance over draws; relative Frobenius distances of Sigma
    from both best ones, on all dimensions and on the active ones; ``top``, the largest eigenvalue of the whole
    Hessian (5); ``inside`` and ``outside``, the root mean square of the cosines between columns of J of one block, and
    of two, among active dimensions. Then ``rate`` (M, k), the mean KL of each dimension, and for the first images
    ``learned`` = Sigma^-1 and ``implied`` = I + J^T J / beta, (M, SHOWN, k, k).
    """
    rows = [_one(params, grid, m, x.astype(float), peak, pairs, seed) for m in range(grid.models)]
    return {name: np.array([row[name] for row in rows]) for name in NAMES}


def family(block: int, latent: int) -> tuple[str, tuple[int, ...] | None]:
    """The name of a family of covariances and its blocks, as `theory.deterministic` takes them."""
    return ("diagonal", None) if block == 1 else ("block", curvature.block_sizes(latent, block))


def _one(params: Params, grid: Grid, model: int, x: Array, peak: float, pairs: int, seed: int) -> Arrays:
    weights = structured.one(params, model)
    mu, C = structured.posterior(params, grid, model, x)
    variances = (C**2).sum(-1)
    rate = 0.5 * (mu**2 + variances - 1 - np.log(variances)).mean(0)
    rng = np.random.default_rng(derived_seed("remainder", seed, model))
    beta, block, active = float(grid.beta[model]), int(grid.block[model]), np.flatnonzero(rate > ACTIVE)
    pieces = []
    for here in (slice(i, i + AT_ONCE) for i in range(0, len(x), AT_ONCE)):
        G = curvature.metric(weights, mu[here], peak)
        top = np.linalg.eigvalsh(curvature.hessian(weights, mu[here], x[here], peak))[:, -1]
        error = curvature.squared_error(weights, mu[here], x[here], peak)
        excess = curvature.remainder(weights, mu[here], C[here], G, x[here], peak, pairs, rng)
        sampled = dict(zip(("remainder", "remainder_variance"), excess, strict=True))
        pieces.append(_compared(error, mu[here], C[here], G, beta, block, active) | sampled | {"top": top})
    found = {name: np.concatenate([piece[name] for piece in pieces]) for name in PER_IMAGE}
    shown = curvature.metric(weights, mu[:SHOWN], peak)
    learned, implied = np.linalg.inv(C[:SHOWN] @ C[:SHOWN].mT), np.eye(grid.latent) + shown / beta
    return found | {"rate": rate, "learned": learned, "implied": implied}


def _compared(error: Array, mu: Array, C: Array, G: Array, beta: float, block: int, active: Array) -> Arrays:
    """The objectives, what Sigma costs, and how far it is from the best ones."""
    H, Sigma, kind = -G, C @ C.mT, family(block, mu.shape[1])
    best, own = deterministic.optimal_covariance(H, beta, "full"), deterministic.optimal_covariance(H, beta, *kind)
    inside, outside = _cosines(G, structured.same_block(mu.shape[1], block), active)
    return {
        "taylor": -deterministic.objective(-error, H, mu, Sigma, beta),
        "own": -deterministic.optimal_value(-error, H, mu, beta, *kind),
        "grae": -deterministic.optimal_value(-error, H, mu, beta, "full"),
        "gap": deterministic.gap(H, Sigma, beta, "full"),
        "gap_own": deterministic.gap(H, Sigma, beta, *kind),
        "distance": _relative(Sigma, best),
        "distance_own": _relative(Sigma, own),
        "active_distance": _relative(_part(Sigma, active), _part(best, active)),
        "active_distance_own": _relative(_part(Sigma, active), _part(own, active)),
        "inside": inside,
        "outside": outside,
    }


def _part(X: Array, active: Array) -> Array:
    return X[:, active[:, None], active]


def _relative(X: Array, of: Array) -> Array:
    """|X - of| / |of| in Frobenius' norm, (B,); not a number for matrices without entries."""
    size = np.linalg.norm(of, axis=(-2, -1))
    return np.linalg.norm(X - of, axis=(-2, -1)) / np.where(size > 0, size, np.nan)


def _cosines(G: Array, same: Array, active: Array) -> tuple[Array, Array]:
    """Root mean square of G_ij / sqrt(G_ii G_jj) over active pairs within a block, and over those across: (B,) each."""
    part, together = _part(G, active), same[active[:, None], active]
    length = np.sqrt(np.diagonal(part, axis1=1, axis2=2))
    squares = (part / (length[:, :, None] * length[:, None, :])) ** 2
    apart = ~np.eye(len(active), dtype=bool)
    return _root_mean(squares[:, together & apart]), _root_mean(squares[:, ~together])


def _root_mean(squares: Array) -> Array:
    return np.sqrt(squares.mean(1)) if squares.shape[1] else np.full(len(squares), np.nan)

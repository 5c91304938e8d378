"""Where the nats go: what an encoder's covariance, its mean and its family cost on each image, against the optimum.

All models at once, in float64. The losses are the deterministic ones of `theory.deterministic`, half the squared error
in the place of -log p(x|h).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from verification.vae import curvature, structured, training
from verification.vae.networks import Params
from verification.vae.progress import report
from verification.vae.structured import Grid

Array = np.ndarray[Any, Any]
Arrays = dict[str, Array]

NAMES = (
    "encoder", "covariance", "mean", "family", "left", "family_left", "moved", "remainder", "remainder_variance",
    "optimum_remainder", "optimum_remainder_variance", "sampled",
)  # fmt: skip
ITERATIONS = 30
STEPS, PAIRS, RATE = 80, 4, 0.02


def split(params: Params, grid: Grid, x: Array, peak: float, pairs: int, seed: int) -> Arrays:
    """Losses of every model on images x (B, D), each (M, B), in nats.

    ``encoder``: (7) at the encoder's mean and covariance; ``covariance``: at its mean with the family's best
    covariance; ``mean``: with the best mean, each mean with its own best covariance; ``family``: the same with full
    covariances, the optimum of (13). ``left`` and ``family_left`` are Newton's estimates of how far the last two are
    from a minimum; ``moved`` is how far the mean went. ``remainder`` and ``optimum_remainder``, with variances over
    draws: what the sampled objective (2) has more than (7) at the encoder and at the best mean. ``sampled``: (2) where
    ``follow`` ends, by draws that it has not seen.
    """
    wide = {name: array.astype(float) for name, array in params.items()}
    posteriors = [structured.posterior(params, grid, m, x) for m in range(grid.models)]
    mu, C = (np.array(part) for part in zip(*posteriors, strict=True))
    beta = grid.beta[:, None]
    same = np.array([structured.same_block(grid.latent, b) for b in grid.block], float)
    G = curvature.metric(wide, mu, peak)
    encoder = taylor(wide, grid, x, peak, mu, C, G)
    optimum, covariance, mean, left = descend(wide, grid, x, peak, mu, same)
    _, _, family, family_left = descend(wide, grid, x, peak, optimum, np.ones_like(same))
    at_best = curvature.metric(wide, optimum, peak)
    P = (np.eye(grid.latent) + at_best / beta[..., None, None]) * same[:, None]
    best = np.linalg.cholesky(np.linalg.inv(P))

    def excess(mu: Array, C: Array, G: Array) -> tuple[Array, Array]:
        # the same draws each time: what posteriors differ by is then less noisy than either
        rng = np.random.default_rng(training.derived_seed("amortisation", seed))
        return curvature.remainder(wide, mu, C, G, x, peak, pairs, rng)

    first, second = excess(mu, C, G), excess(optimum, best, at_best)
    moved = np.linalg.norm(optimum - mu, axis=-1)
    mu, C = follow(wide, grid, x, peak, optimum, best, same, seed)
    G = curvature.metric(wide, mu, peak)
    sampled = taylor(wide, grid, x, peak, mu, C, G) + excess(mu, C, G)[0]
    found = (encoder, covariance, mean, family, left, family_left, moved, *first, *second, sampled)
    return dict(zip(NAMES, found, strict=True))


def taylor(params: Params, grid: Grid, x: Array, peak: float, mu: Array, C: Array, G: Array) -> Array:
    """The loss (7) of every model at means mu (M, B, k), factors C and metrics G (M, B, k, k): (M, B)."""
    beta = grid.beta[:, None]
    spread = (C**2).sum((-2, -1)) + ((G @ C) * C).sum((-2, -1)) / beta
    log_det = 2 * np.log(np.diagonal(C, axis1=-2, axis2=-1)).sum(-1)
    divergence = (mu**2).sum(-1) + spread - log_det - grid.latent
    return np.asarray(curvature.squared_error(params, mu, x, peak) + 0.5 * beta * divergence)


def descend(
    params: Params, grid: Grid, x: Array, peak: float, start: Array, same: Array
) -> tuple[Array, Array, Array, Array]:
    """The mean that makes the objective (13) least, its log-determinant restricted to ``same`` (M, k, k): the minimum
    that Newton's method reaches from ``start`` (M, B, k). Gives the mean (M, B, k), the loss at the start, the loss
    at the end, and half of Newton's decrement there, (M, B) each.

    Newton's steps with the Hessian G + beta I, halved until they lower the loss. By the envelope theorem the gradient
    of the log-determinant is that of tr(G Sigma*) / 2 with Sigma* held.
    """
    torch = training._torch()
    weights = {name: torch.from_numpy(array) for name, array in params.items()}
    pixels = torch.from_numpy(x.astype(float)).expand(len(start), *x.shape)
    beta = torch.from_numpy(grid.beta)[:, None]
    held = torch.from_numpy(same)[:, None]
    one = torch.eye(grid.latent, dtype=torch.float64)

    def at(mean: Any) -> tuple[Any, Any, Any]:
        h = mean.clone().requires_grad_()
        error = curvature.squared_error(weights, h, pixels, peak)
        G = curvature.metric(weights, h, peak)
        P = one + G.detach() / beta[..., None, None]
        factor = torch.linalg.cholesky(P * held)
        Sigma = torch.cholesky_inverse(factor)
        loss = error + 0.5 * beta * (h * h).sum(-1)
        (gradient,) = torch.autograd.grad(loss.sum() + 0.5 * (G * Sigma).sum(), h)
        value = loss.detach() + beta * factor.diagonal(0, -2, -1).log().sum(-1)
        step = torch.linalg.solve(P, gradient[..., None])[..., 0] / beta[..., None]
        return value, step, 0.5 * (step * gradient).sum(-1)

    mean = torch.from_numpy(start)
    value, step, left = at(mean)
    first, length = value, torch.ones_like(value)
    for _ in range(ITERATIONS):
        trial = mean - length[..., None] * step
        found = at(trial)
        better = found[0] < value
        mean = torch.where(better[..., None], trial, mean)
        step = torch.where(better[..., None], found[1], step)
        value, left = (torch.where(better, new, old) for new, old in ((found[0], value), (found[2], left)))
        length = torch.where(better, (2 * length).clamp(max=1), length / 4)
        if float(left.max()) < 1e-7:
            break
    return mean.numpy(), first.numpy(), value.numpy(), left.numpy()


def follow(
    params: Params, grid: Grid, x: Array, peak: float, mean: Array, C: Array, same: Array, seed: int
) -> tuple[Array, Array]:
    """Means (M, B, k) and factors (M, B, k, k) within ``same`` (M, k, k) that Adam finds under the sampled objective
    (2) from those given, by opposite draws that are new at every step; lengths are in units of the first deviations.
    """
    torch = training._torch()
    weights = {name: torch.from_numpy(array).float() for name, array in params.items()}
    pixels, beta = torch.from_numpy(x).float(), torch.from_numpy(grid.beta).float()[:, None]
    held = torch.from_numpy(np.tril(same, -1)).float()[:, None]
    start, factor = torch.from_numpy(mean).float(), torch.from_numpy(C).float()
    width = factor.square().sum(-1).sqrt()
    moved, below, log_diagonal = torch.zeros_like(start), torch.zeros_like(factor), torch.zeros_like(start)
    free = [part.requires_grad_() for part in (moved, below, log_diagonal)]
    optimiser = torch.optim.Adam(free, lr=RATE)
    draw = torch.Generator().manual_seed(training.derived_seed("follow", seed))

    def now() -> tuple[Any, Any]:
        diagonal = torch.diag_embed(factor.diagonal(0, -2, -1) * log_diagonal.exp())
        return start + width * moved, held * (factor + width[..., None] * below) + diagonal

    for step in range(STEPS):
        if step % 100 == 0:
            report(step, STEPS, "following the objective at each image")
        mu, L = now()
        noise = torch.randn(*mu.shape, PAIRS, generator=draw)
        shift = (L @ noise).movedim(-1, 1)
        z = torch.cat([mu[:, None] + shift, mu[:, None] - shift], 1)
        images = pixels.repeat(2 * PAIRS, 1)
        error = curvature.squared_error(weights, z.flatten(1, 2), images, peak).unflatten(1, (2 * PAIRS, -1)).mean(1)
        log_det = 2 * L.diagonal(0, -2, -1).log().sum(-1)
        loss = error + 0.5 * beta * (mu.square().sum(-1) + L.square().sum((-2, -1)) - log_det)
        optimiser.param_groups[0]["lr"] = RATE * (1 - step / STEPS)
        optimiser.zero_grad(set_to_none=True)
        loss.sum().backward()
        optimiser.step()
    mu, L = (part.detach().double().numpy() for part in now())
    return mu, L

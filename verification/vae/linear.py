"""Linear VAEs trained in float64, all betas as one batch: what descent finds that is told nothing of the optimum.

Only the second moments of the data enter the objective, so that each step sees all of them. Newton's method, curvatures
taken without their signs: a saddle, where a dimension lies collapsed that should not, repels it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from verification.estimate import Estimate, Grade
from verification.oracles import NotApplicable, slow
from verification.vae.progress import report

Array = np.ndarray[Any, Any]
FLATTEST = 1e-7  # of the largest curvature
HALVINGS, STARTS = 30, 2
STILL = 1e-9


@dataclass(frozen=True)
class LinearModels:
    """Trained models, the leading axis over betas: decoder, encoder, posterior variances, noise and objective.

    ``slope`` is the largest entry of each model's gradient where training stopped, ``steps`` how many were taken.
    """

    beta: Array
    W: Array
    A: Array
    variances: Array
    noise: Array
    objective: Array
    slope: Array
    steps: int


class _Loss:
    """Minus the objective of one model as a function of all its parameters: W, A, log variances[, log noise]."""

    def __init__(self, C: Any, k: int, learned: bool) -> None:
        self.C, self.k, self.D, self.learned = C, k, len(C), learned
        self.size = 2 * k * self.D + k + learned

    def parts(self, theta: Any, log_noise: Any) -> tuple[Any, Any, Any, Any]:
        n, k = self.k * self.D, self.k
        W, A = theta[..., :n].reshape(-1, self.D, k), theta[..., n : 2 * n].reshape(-1, k, self.D)
        return W, A, theta[..., 2 * n : 2 * n + k].reshape(-1, k), theta[..., -1] if self.learned else log_noise

    def __call__(self, theta: Any, beta: Any, log_noise: Any) -> Any:
        """-E log p(x|z) + beta E KL, with independent posterior dimensions."""
        import torch

        W, A, log_s, log_noise = self.parts(theta, log_noise)
        left, s = torch.eye(self.D, dtype=self.C.dtype) - W @ A, log_s.exp()
        missed = ((left @ self.C) * left).sum((-2, -1)) + ((W * W).sum(-2) * s).sum(-1)
        paid = ((A @ self.C) * A).sum((-2, -1)) + (s - 1 - log_s).sum(-1)
        volume = self.D * (float(np.log(2 * np.pi)) + log_noise)
        return (volume + missed / log_noise.exp() + beta * paid).reshape(theta.shape[:-1]) / 2


@contextmanager
def _one_thread() -> Iterator[None]:
    """Matrices this small gain nothing from more, and wait long for them on a busy machine."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _derivatives(loss: _Loss, theta: Any, beta: Any, level: Any) -> tuple[Any, Any, Any]:
    """Every model's loss, gradient and Hessian; models do not share parameters, so that one sum serves all."""
    import torch

    theta = theta.detach().requires_grad_()
    values = loss(theta, beta, level)
    (g,) = torch.autograd.grad(values.sum(), theta, create_graph=True)
    rows = [torch.autograd.grad(g[:, i].sum(), theta, retain_graph=True)[0] for i in range(loss.size)]
    H = torch.stack(rows, 1)
    return values.detach(), g.detach(), (H + H.mT) / 2


@_one_thread()
def train(
    Sigma_x: Array, k: int, betas: Array, noise: Array | None = None, seed: int = 0, steps: int = 200
) -> LinearModels:
    """Linear VAEs with diagonal covariances for data of covariance Sigma_x (D, D), one a beta (M,), from random starts;
    ``noise`` (M,) is learned where not given. Stops when no entry of a gradient exceeds 1e-9.
    """
    import torch

    rng, D, M = np.random.default_rng([seed, 77]), len(Sigma_x), len(betas)
    loss = _Loss(torch.tensor(Sigma_x, dtype=torch.float64), k, noise is None)
    beta = torch.tensor(betas, dtype=torch.float64)
    mean = float(np.trace(Sigma_x)) / D
    level = torch.tensor(np.full(M, np.log(mean)) if noise is None else np.log(noise), dtype=torch.float64)
    theta = torch.tensor(0.3 * rng.normal(size=(M, loss.size)))
    theta[:, : k * D] *= mean**0.5
    theta[:, k * D : 2 * k * D] /= mean**0.5
    if noise is None:
        theta[:, -1] += level
    taken = 0
    here, g, H = _derivatives(loss, theta, beta, level)
    while taken < steps and float(g.abs().max()) > STILL:
        report(float((g.abs().amax(-1) <= STILL).sum()), M, f"training {M} linear models")
        lengths, axes = torch.linalg.eigh(H)
        lengths = lengths.abs().clamp(min=FLATTEST * float(lengths.abs().max()))
        step = -(axes @ ((axes.mT @ g[..., None]) / lengths[..., None]))[..., 0]
        falls, reach = (g * step).sum(-1), torch.ones(M, dtype=torch.float64)
        for _ in range(HALVINGS):
            there = loss(theta + reach[:, None] * step, beta, level)
            short = ~(there <= here + 1e-4 * reach * falls + 1e-14 * here.abs())
            if not short.any():
                break
            reach = torch.where(short, reach / 2, reach)
        theta = theta + reach[:, None] * step
        here, g, H = _derivatives(loss, theta, beta, level)
        taken += 1
    W, A, log_s, log_noise = loss.parts(theta, level)
    parts = dict(W=W, A=A, variances=log_s.exp(), noise=log_noise.exp(), objective=-here, slope=g.abs().amax(-1))
    found = {name: np.asarray(part.numpy()) for name, part in parts.items()}
    return LinearModels(beta=np.asarray(betas, float), **found, steps=taken)


# --- as oracles -------------------------------------------------------------------------------------------------------

REACHED = 1e-9


def _with_spectrum(kept: Array, discarded: Array) -> Array:
    """A covariance with these eigenvalues, turned."""
    lam = np.concatenate([np.asarray(kept, float), np.asarray(discarded, float)])
    Q = np.linalg.qr(np.random.default_rng(5).normal(size=(len(lam), len(lam))))[0]
    return np.asarray((Q * lam) @ Q.T)


def _reached(kept: Array, discarded: Array, beta: Array, noise: Array | None) -> Estimate:
    """One batch of models for the betas of one covariance, and the worst of several starts' distance as well."""
    if np.ptp(kept, 0).max() or np.ptp(discarded, 0).max():
        raise NotApplicable("one covariance for all betas")
    C, betas = _with_spectrum(kept[0], discarded[0]), np.asarray(beta, float)
    runs = [train(C, kept.shape[-1], betas, noise, seed=seed) for seed in range(STARTS)]
    ends = np.array([run.objective for run in runs])
    slopes = np.max([run.slope for run in runs], axis=0)
    radius = REACHED + np.ptp(ends, axis=0) + slopes
    return Estimate(ends[0], radius, Grade.TRAINED, certificate=f"{STARTS} trainings, within {REACHED:g} nats")


@slow
def optimum(kept: Array, discarded: Array, noise: Array, beta: Array) -> Estimate:
    """The objective of trained models at this noise."""
    return _reached(kept, discarded, beta, np.asarray(noise, float))


@slow
def learned_optimum(kept: Array, discarded: Array, beta: Array) -> Estimate:
    """The objective of trained models that learned their noise."""
    return _reached(kept, discarded, beta, None)

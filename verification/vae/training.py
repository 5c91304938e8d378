"""Training of all models of an ensemble at once: stacked weights, batched products, one optimiser."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np

from verification.vae import networks
from verification.vae.networks import Params
from verification.vae.objectives import kl_to_standard_normal
from verification.vae.progress import report

Array = np.ndarray[Any, Any]


class DeviceError(ValueError):
    """The device asked for is not there."""


@dataclass(frozen=True)
class TrainConfig:
    """What an ensemble is: every beta with every replicate, one network shape, one schedule."""

    betas: tuple[float, ...] = (0.5, 0.6, 0.75, 0.85, 0.95, 1.0)
    replicates: int = 12
    latent: int = 8
    hidden: int = 48
    steps: int = 1800
    batch: int = 64
    rate: float = 4e-3

    @property
    def models(self) -> int:
        """Models are ordered beta by beta, replicates running fastest."""
        return len(self.betas) * self.replicates


def choose_device(device: str) -> str:
    """``cpu`` or ``cuda`` for what was asked: ``auto`` takes the GPU where torch sees one.

    >>> choose_device("cpu")
    'cpu'
    """
    if device not in ("auto", "cpu", "cuda"):
        raise DeviceError(f"No device is called {device!r}; choose auto, cpu or cuda.")
    if device == "cpu":
        return "cpu"
    present = _torch().cuda.is_available()
    if device == "cuda" and not present:
        raise DeviceError("No CUDA device is visible to torch; run with --device cpu or --device auto.")
    return "cuda" if present else "cpu"


def _torch() -> Any:
    try:
        import torch
    except ModuleNotFoundError:
        raise ModuleNotFoundError(
            "Training needs torch; install it with pip install 'betavae-theory[train]'."
        ) from None
    return torch


def derived_seed(*parts: object) -> int:
    """A seed below 2**63 from any names and numbers, the same on every machine.

    >>> derived_seed("a", 1) == derived_seed("a", 1) != derived_seed("a", 2)
    True
    """
    return int.from_bytes(hashlib.sha256(repr(parts).encode()).digest()[:8], "big") >> 1


def train(config: TrainConfig, x: Array, seed: int, device: str = "cpu") -> Params:
    """Weights of ``config.models`` beta-VAEs fitted to binary images x (N, D): float32 arrays with a leading model
    axis.

    Batches and noise are drawn on the CPU from ``seed`` and shared across betas within a replicate: models of one
    replicate differ by beta alone, so that their differences are free of the noise they share. Raises DeviceError
    without the device.
    """
    torch = _torch()
    where = torch.device(choose_device(device))
    betas, replicates = len(config.betas), config.replicates
    images = torch.from_numpy(np.ascontiguousarray(x)).to(where, torch.float32)
    start = networks.initial(replicates, x.shape[1], config.hidden, config.latent, seed, x.mean(0))
    params = {n: torch.from_numpy(np.tile(a, (betas, 1, 1))).to(where).requires_grad_() for n, a in start.items()}
    beta = torch.tensor(config.betas, device=where).repeat_interleave(replicates)[:, None]
    draw = torch.Generator().manual_seed(derived_seed("training", seed))
    batch = min(config.batch, len(x))
    optimiser = torch.optim.Adam(params.values(), lr=config.rate, betas=(0.9, 0.99), fused=True)
    order, used = torch.empty(0), len(x)
    for step in range(config.steps):
        if step % 100 == 0:
            report(step, config.steps, f"training {config.models} models")
        if used + batch > len(x):
            order, used = torch.rand(replicates, len(x), generator=draw).argsort(1), 0
        index = order[:, used : used + batch].to(where)
        used += batch
        noise = torch.randn(replicates, batch, config.latent, generator=draw).to(where)
        pixels = images[index].repeat(betas, 1, 1)
        mu, logvar = networks.encode(params, pixels)
        logits = networks.decode(params, mu + (0.5 * logvar).exp() * noise.repeat(betas, 1, 1))
        penalty = (beta * kl_to_standard_normal(mu, logvar)).sum() / batch
        # -d log p(x|z) / d logits = sigmoid(logits) - x: handing it over skips the slow forward value nobody reads
        slope = (torch.sigmoid(logits.detach()) - pixels) / batch
        optimiser.param_groups[0]["lr"] = config.rate * _schedule(step / config.steps)
        optimiser.zero_grad(set_to_none=True)
        torch.autograd.backward([logits, penalty], [slope, torch.ones_like(penalty)])
        optimiser.step()
    return {name: tensor.detach().cpu().numpy() for name, tensor in params.items()}


def posteriors(params: Params, x: Array, block: int = 2048) -> tuple[Array, Array]:
    """Means and log-variances of q(z|x) of every model for images x (N, D): two float32 arrays (M, N, k)."""
    parts = [networks.encode(params, x[i : i + block].astype(np.float32)) for i in range(0, len(x), block)]
    return np.concatenate([mu for mu, _ in parts], axis=1), np.concatenate([v for _, v in parts], axis=1)


def _schedule(done: float) -> float:
    """Full rate for the first half, then a cosine down to a hundredth."""
    return 1.0 if done < 0.5 else 0.01 + 0.99 * 0.5 * (1 + float(np.cos(np.pi * (2 * done - 1))))

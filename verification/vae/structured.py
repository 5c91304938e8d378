"""Beta-VAEs with unit Gaussian noise whose posteriors have a diagonal or block-diagonal covariance, stacked.

One batch trains every beta with every block size and every replicate. The encoder gives the mean and the Cholesky
factor C of each posterior, C C^T = Sigma; what C may hold is a mask of each model. Bodies use only operators that NumPy
arrays and torch tensors share.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from verification.vae import training
from verification.vae.intensities import Images
from verification.vae.networks import Params
from verification.vae.progress import report

Array = np.ndarray[Any, Any]

LAYERS = (
    "encoder.hidden.weight", "encoder.hidden.bias", "encoder.mu.weight", "encoder.mu.bias", "encoder.factor.weight",
    "encoder.factor.bias", "decoder.hidden.weight", "decoder.hidden.bias", "decoder.pixels.weight",
    "decoder.pixels.bias",
)  # fmt: skip


@dataclass(frozen=True)
class Grid:
    """What is trained as one batch: every beta with every block size and every replicate, replicates running fastest,
    then block sizes."""

    betas: tuple[float, ...] = (0.01, 0.05, 0.2, 0.5, 1.0, 2.0, 4.0)
    blocks: tuple[int, ...] = (1, 2, 3)
    replicates: int = 5
    latent: int = 12
    hidden: int = 48
    steps: int = 1500
    batch: int = 64
    rate: float = 4e-3

    @property
    def settings(self) -> int:
        """Pairs of a beta and a block size."""
        return len(self.betas) * len(self.blocks)

    @property
    def models(self) -> int:
        """All models."""
        return self.settings * self.replicates

    @property
    def beta(self) -> Array:
        """The beta of each model, (M,)."""
        return np.repeat(np.asarray(self.betas, float), len(self.blocks) * self.replicates)

    @property
    def block(self) -> Array:
        """The block size of each model, (M,)."""
        return np.tile(np.repeat(self.blocks, self.replicates), len(self.betas))

    @property
    def reach(self) -> int:
        """How far from its diagonal a factor of the largest block holds anything."""
        return max(self.blocks) - 1

    def of(self, beta: float, block: int) -> list[int]:
        """The models of one beta and one block size, by replicate."""
        return [int(m) for m in np.flatnonzero(np.isclose(self.beta, beta) & (self.block == block))]


def same_block(latent: int, block: int) -> Array:
    """Which entries a block-diagonal matrix may hold, (k, k) of bool; the last block is smaller if it must be.

    >>> same_block(3, 2).astype(int)
    array([[1, 1, 0],
           [1, 1, 0],
           [0, 0, 1]])
    """
    place = np.arange(latent) // block
    return place[:, None] == place


def lower_mask(grid: Grid) -> Array:
    """1 where the factor of each model holds entry (i, i - j), j = 1..reach, else 0: (M, 1, reach * k), float32."""
    i = np.arange(grid.latent)
    held = [[(i >= j) & (i // b == (i - j) // b) for j in range(1, grid.reach + 1)] for b in grid.block]
    return np.array(held, np.float32).reshape(grid.models, 1, grid.reach * grid.latent)


def initial(grid: Grid, images: Images, seed: int) -> Params:
    """Starting weights, one set a replicate, drawn by NumPy so that every device and every setting starts alike."""
    rng = np.random.default_rng(seed)
    pixels, k = images.train.shape[1], grid.latent

    def weight(rows: int, columns: int, gain: float) -> Array:
        return (rng.standard_normal((grid.replicates, rows, columns)) * gain / np.sqrt(rows)).astype(np.float32)

    def bias(columns: int, value: Any = 0.0) -> Array:
        return np.broadcast_to(np.float32(value), (grid.replicates, 1, columns)).copy()

    mean = np.clip(images.train.mean(0) / images.peak, 0.02, 0.98)
    factor = np.concatenate([np.full(k, -1.0), np.zeros(grid.reach * k)])
    return {
        "encoder.hidden.weight": weight(pixels, grid.hidden, 1.0 / images.peak),
        "encoder.hidden.bias": bias(grid.hidden),
        "encoder.mu.weight": weight(grid.hidden, k, 1.0),
        "encoder.mu.bias": bias(k),
        "encoder.factor.weight": weight(grid.hidden, len(factor), 0.1),
        "encoder.factor.bias": bias(len(factor), factor),
        "decoder.hidden.weight": weight(k, grid.hidden, 1.0),
        "decoder.hidden.bias": bias(grid.hidden),
        "decoder.pixels.weight": weight(grid.hidden, pixels, 1.0),
        "decoder.pixels.bias": bias(pixels, np.log(mean / (1 - mean))),
    }


def elu(u: Any) -> Any:
    """u above zero and e^u - 1 below."""
    if isinstance(u, np.ndarray):
        return u.clip(min=0) + np.expm1(u.clip(max=0))
    return training._torch().nn.functional.elu(u)


def sigmoid(a: Any) -> Any:
    """1 / (1 + e^-a), for a beyond -60 as at -60."""
    return 1 / (1 + _exp(-a.clip(min=-60)))


def _exp(a: Any) -> Any:
    return a.exp() if hasattr(a, "exp") else np.exp(a)


def affine(x: Any, weight: Any, bias: Any) -> Any:
    """x weight + bias, x (M, B, in) -> (M, B, out)."""
    if isinstance(x, np.ndarray):
        return x @ weight + bias
    return training._torch().baddbmm(bias, x, weight)


def encode(params: Params, x: Any) -> tuple[Any, Any]:
    """Mean h(x) and the raw factor: x (M, B, D) -> (M, B, k) and (M, B, (1 + reach) k).

    The first k numbers are the logarithms of C's diagonal, the others its entries (i, i - 1), then (i, i - 2), ...,
    before the mask.
    """
    hidden = elu(affine(x, params["encoder.hidden.weight"], params["encoder.hidden.bias"]))
    mu = affine(hidden, params["encoder.mu.weight"], params["encoder.mu.bias"])
    return mu, affine(hidden, params["encoder.factor.weight"], params["encoder.factor.bias"])


def decode_raw(params: Params, z: Any) -> Any:
    """What the last sigmoid is given: z (M, B, k) -> (M, B, D)."""
    hidden = elu(affine(z, params["decoder.hidden.weight"], params["decoder.hidden.bias"]))
    return affine(hidden, params["decoder.pixels.weight"], params["decoder.pixels.bias"])


def decode(params: Params, z: Any, peak: float) -> Any:
    """g(z), the pixels' means in [0, peak]: z (M, B, k) -> (M, B, D)."""
    return peak * sigmoid(decode_raw(params, z))


def train(grid: Grid, images: Images, seed: int, device: str = "cpu") -> Params:
    """Weights of every model of the grid by one sample of the posterior a step, as float32 arrays with a leading axis
    of models.

    Batches and noise are shared by all settings of a replicate: models of one replicate differ by beta and block size
    alone. Raises DeviceError without the device.
    """
    torch = training._torch()
    where = torch.device(training.choose_device(device))
    x = torch.from_numpy(images.train).to(where)
    start = initial(grid, images, seed)
    params = {
        n: torch.from_numpy(np.tile(a, (grid.settings, 1, 1))).to(where).requires_grad_() for n, a in start.items()
    }
    beta = torch.from_numpy(grid.beta.astype(np.float32)).to(where)[:, None]
    mask = torch.from_numpy(lower_mask(grid)).to(where)
    draw = torch.Generator().manual_seed(training.derived_seed("structured", seed))
    batch, N, k = min(grid.batch, len(x)), len(x), grid.latent
    scale = images.peak / batch
    optimiser = torch.optim.Adam(params.values(), lr=grid.rate, betas=(0.9, 0.99), fused=True)
    order, used = torch.empty(0), N
    for step in range(grid.steps):
        if step % 100 == 0:
            report(step, grid.steps, f"training {grid.models} models")
        if used + batch > N:
            order, used = torch.rand(grid.replicates, N, generator=draw).argsort(1), 0
        pixels = x[order[:, used : used + batch].to(where)].repeat(grid.settings, 1, 1)
        used += batch
        noise = torch.randn(grid.replicates, batch, k, generator=draw).to(where)
        mu, raw = encode(params, pixels)
        log_diagonal, lower = raw[..., :k], raw[..., k:] * mask
        diagonal = log_diagonal.exp()
        z = mu + diagonal * noise.repeat(grid.settings, 1, 1)
        for j in range(1, grid.reach + 1):
            z = z + lower[..., (j - 1) * k : j * k] * noise.roll(j, -1).repeat(grid.settings, 1, 1)
        squares = (mu * mu + diagonal * diagonal - 1 - 2 * log_diagonal).sum(-1) + (lower * lower).sum(-1)
        penalty = (beta * squares).sum() / (2 * batch)
        raw_pixels = decode_raw(params, z)
        # the slope of |x - g|^2 / 2 is handed over: its value is read by nobody
        share = torch.sigmoid(raw_pixels.detach())
        slope = torch.ops.aten.sigmoid_backward(scale * (images.peak * share - pixels), share)
        optimiser.param_groups[0]["lr"] = grid.rate * training._schedule(step / grid.steps)
        optimiser.zero_grad(set_to_none=True)
        torch.autograd.backward([raw_pixels, penalty], [slope, torch.ones_like(penalty)])
        optimiser.step()
    return {name: tensor.detach().cpu().numpy() for name, tensor in params.items()}


def one(params: Params, model: int) -> Params:
    """The weights of one model in float64, without the axis of models."""
    return {name: array[model].astype(float) for name, array in params.items()}


def posterior(params: Params, grid: Grid, model: int, x: Array) -> tuple[Array, Array]:
    """Mean (B, k) and Cholesky factor C (B, k, k) of one model's posteriors for images x (B, D), float64."""
    mu, raw = encode(one(params, model), x.astype(float))
    k, i = grid.latent, np.arange(grid.latent)
    C = np.zeros((len(x), k, k))
    C[:, i, i] = np.exp(raw[:, :k])
    lower = raw[:, k:] * lower_mask(grid)[model].astype(float)
    for j in range(1, grid.reach + 1):
        C[:, i[j:], i[j:] - j] = lower[:, (j - 1) * k : j * k][:, j:]
    return mu, C

"""GRAE, its stochastic surrogate GRAE~ and mean-field beta-VAEs on the same images, networks and minibatches, stacked.

GRAE is an autoencoder with the full log-determinant of (13), the regulariser of full covariances; GRAE~ has (14)'s sum
over columns, one drawn at random for each image and step, the regulariser of the mean-field beta-VAE beside it.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from theory import gram
from verification.vae import intensities, store, structured, training
from verification.vae.fixtures import WEIGHTS
from verification.vae.intensities import Images
from verification.vae.networks import Params
from verification.vae.progress import report
from verification.vae.store import FixtureError, cache_folder, kept
from verification.vae.structured import Grid

Array = np.ndarray[Any, Any]

OBJECTIVES = ("vae", "grae", "surrogate")
DECODER = tuple(name for name in structured.LAYERS if name.startswith("decoder"))
GRIDS = {
    ("digits", "default"): Grid((0.05, 0.2, 0.5, 2.0), (1,), 3, latent=8, hidden=32, steps=450, rate=8e-3),
    ("digits", "deep"): Grid(
        (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 4.0), (1,), 8, latent=12, hidden=128, steps=8000
    ),
    ("mnist", "default"): Grid((0.01, 0.1, 1.0), (1,), 2, latent=8, hidden=128, steps=1000, rate=3e-3),
    ("mnist", "deep"): Grid(
        (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0), (1,), 5, latent=12, hidden=256, steps=20_000, batch=128, rate=1e-3
    ),
}
GRIDS |= {("emnist", tier): GRIDS["mnist", tier] for tier in ("default", "deep")}
SMALL = Grid((0.1, 0.5, 2.0), (1,), 2, latent=6, hidden=16, steps=1000, rate=1e-2)
MNIST_IMAGES = (10_000, 2_000)
COMMITTED = WEIGHTS / "vae.grae.small.npz"


@dataclass(frozen=True)
class Fit:
    """Decoders of every objective, (M, ...) arrays in the grid's order, and the images that they were fitted to."""

    grid: Grid
    images: Images
    decoders: dict[str, Params]


def train(grid: Grid, images: Images, seed: int, surrogate: bool, device: str = "cpu") -> Params:
    """Weights of a GRAE for every beta and replicate of the grid; the encoder's factor is left as it began.

    Minibatches are those of the beta-VAEs that `structured.train` fits with the same seed. Raises DeviceError without
    the device.
    """
    torch = training._torch()
    where = torch.device(training.choose_device(device))
    x = torch.from_numpy(images.train).to(where)
    start = structured.initial(grid, images, seed)
    params = {n: torch.from_numpy(np.tile(a, (grid.settings, 1, 1))).to(where) for n, a in start.items()}
    moved = [p.requires_grad_() for name, p in params.items() if "factor" not in name]
    beta = torch.from_numpy(grid.beta.astype(np.float32)).to(where)[:, None]
    draw = torch.Generator().manual_seed(training.derived_seed("structured", seed))
    batch, N, k = min(grid.batch, len(x)), len(x), grid.latent
    optimiser = torch.optim.Adam(moved, lr=grid.rate, betas=(0.9, 0.99), fused=True)
    order, used = torch.empty(0), N
    for step in range(grid.steps):
        if used + batch > N:
            order, used = torch.rand(grid.replicates, N, generator=draw).argsort(1), 0
        pixels = x[order[:, used : used + batch].to(where)].repeat(grid.settings, 1, 1)
        used += batch
        noise = torch.randn(grid.replicates, batch, k, generator=draw).to(where)
        h, _ = structured.encode(params, pixels)
        # images.peak times a sigmoid: J'J / beta is that of the sigmoid with beta / peak^2
        layers, scaled = _layers(params), beta / images.peak**2
        if surrogate:
            column = noise.argmax(-1, keepdim=True).repeat(grid.settings, 1, 1)
            penalty = gram.sampled_column_bound(layers, h, scaled, column)
        else:
            penalty = gram.gram_log_determinant(layers, h, scaled)
        misfit = (pixels - structured.decode(params, h, images.peak)).square().sum(-1)
        loss = 0.5 * (misfit + beta * (h.square().sum(-1) + penalty)).sum() / batch
        optimiser.param_groups[0]["lr"] = grid.rate * training._schedule(step / grid.steps)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        if step % 100 == 0:
            report(step, grid.steps, "GRAE~" if surrogate else "GRAE")
    return {name: tensor.detach().cpu().numpy() for name, tensor in params.items()}


def _layers(params: Params) -> list[tuple[Any, Any, str]]:
    hidden, pixels = (
        (params[f"decoder.{n}.weight"].mT, params[f"decoder.{n}.bias"][:, 0]) for n in ("hidden", "pixels")
    )
    return [(*hidden, "elu"), (*pixels, "sigmoid")]


def decoders(grid: Grid, images: Images, seed: int, device: str) -> dict[str, Array]:
    """The decoder's weights of every objective, by ``objective.layer``."""
    made = {"vae": structured.train(grid, images, seed, device)}
    made["grae"] = train(grid, images, seed, False, device)
    made["surrogate"] = train(grid, images, seed, True, device)
    return {f"{objective}.{name}": made[objective][name] for objective in OBJECTIVES for name in DECODER}


@functools.lru_cache(maxsize=4)
def fit(tier: str, seed: int, device: str = "cpu", data: str = "digits") -> Fit:
    """What a tier works with: committed weights in ``fast``, else trained once and kept."""
    if tier == "fast":
        return committed()
    grid, images = GRIDS[data, tier], intensities.load(data)
    if data != "digits" and tier != "deep":
        images = images.first(*MNIST_IMAGES)
    device = training.choose_device(device)
    sources = [Path(module.__file__ or "").read_bytes() for module in (structured, training, gram)]
    parts = [
        grid,
        images.hash,
        seed,
        device,
        importlib.metadata.version("torch"),
        Path(__file__).read_bytes(),
        *sources,
    ]
    key = hashlib.sha256(repr(parts).encode()).hexdigest()[:32]
    path = cache_folder() / f"vae.grae.{data}-{key}.npz"
    made = functools.partial(decoders, grid, images, training.derived_seed("grae", data, seed), device)
    return _read(grid, images, kept(path, _names(), made))


def committed() -> Fit:
    """The small models whose weights travel with the package."""
    arrays = store.read(COMMITTED, _names())
    if arrays is None:
        raise FixtureError(f"The weights {COMMITTED} are missing or broken; install the package again.")
    wide = {name: array.astype(np.float32) for name, array in arrays.items()}
    return _read(SMALL, intensities.load("digits"), wide)


def write_committed() -> None:
    """Train the small models again and write their decoders in half precision."""
    made = decoders(SMALL, intensities.load("digits"), training.derived_seed("grae", "small"), "cpu")
    store.write(COMMITTED, {name: array.astype(np.float16) for name, array in made.items()})


def _names() -> set[str]:
    return {f"{objective}.{name}" for objective in OBJECTIVES for name in DECODER}


def _read(grid: Grid, images: Images, arrays: dict[str, Array]) -> Fit:
    return Fit(grid, images, {o: {name: arrays[f"{o}.{name}"] for name in DECODER} for o in OBJECTIVES})


def samples(found: Fit, objective: str, z: Array) -> Array:
    """Decoded means of prior draws: z (M, S, k) -> (M, S, D)."""
    made = structured.decode(found.decoders[objective], z.astype(np.float32), found.images.peak)
    return np.asarray(made, float)


def prior_draws(found: Fit, size: int, seed: int) -> Array:
    """Draws of the prior, (M, size, k): the same for every beta and objective of a replicate."""
    rng = np.random.default_rng(training.derived_seed("grae draws", seed))
    one = rng.standard_normal((found.grid.replicates, size, found.grid.latent))
    return np.tile(one, (found.grid.settings, 1, 1))


def energy_distance(x: Array, y: Array) -> float:
    r"""Energy distance of two samples, (n, D) and (m, D), without bias: 0 in the mean where the laws are the same.

    .. math:: 2\,E\|X - Y\| - E\|X - X'\| - E\|Y - Y'\|

    >>> energy_distance(np.array([[0.0], [0.0]]), np.array([[3.0], [3.0]]))
    6.0
    """
    n, m = len(x), len(y)
    return float(2 * _distances(x, y) / (n * m) - _distances(x, x) / (n * (n - 1)) - _distances(y, y) / (m * (m - 1)))


def _distances(x: Array, y: Array) -> float:
    squares = (x * x).sum(1)[:, None] + (y * y).sum(1) - 2 * x @ y.T
    if x is y:
        np.fill_diagonal(squares, 0)
    return float(np.sqrt(np.maximum(squares, 0)).sum())


def distances(found: Fit, seed: int) -> dict[str, Array]:
    """Energy distances, (settings, replicates): of each objective to held-out images, of both autoencoders to the VAE.

    ``between``: of VAEs of one beta that differ by their seed, (settings, replicates): each with the next.
    """
    size = min(len(found.images.test), 1000)
    z = prior_draws(found, 2 * size, seed)
    first = {o: samples(found, o, z[:, :size]) for o in OBJECTIVES}
    second = samples(found, "vae", z[:, size:])
    held_out = found.images.test[:size].astype(float)
    shape = (found.grid.settings, found.grid.replicates)
    models = range(found.grid.models)
    made = {o: np.array([energy_distance(first[o][m], held_out) for m in models]).reshape(shape) for o in OBJECTIVES}
    for o in OBJECTIVES[1:]:
        made[f"{o} to vae"] = np.array([energy_distance(first[o][m], second[m]) for m in models]).reshape(shape)
    r = found.grid.replicates
    other = [m - m % r + (m + 1) % r for m in models]
    made["between"] = np.array(
        [energy_distance(first["vae"][m], second[n]) for m, n in zip(models, other, strict=True)]
    )
    made["between"] = made["between"].reshape(shape)
    return made

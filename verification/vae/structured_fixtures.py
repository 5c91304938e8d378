"""The grids of structured beta-VAEs a tier works with, trained once and kept, and what was measured of each."""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
import inspect
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from theory import decoder, deterministic, families, gram
from verification.vae import amortisation, curvature, intensities, local, store, structured, training
from verification.vae.fixtures import WEIGHTS
from verification.vae.intensities import Images
from verification.vae.networks import Params
from verification.vae.store import FixtureError, cache_folder, kept
from verification.vae.structured import Grid
from verification.vae.training import choose_device, derived_seed

Array = np.ndarray[Any, Any]
Arrays = dict[str, Array]

# What trained weights and what measurements depend on.
TRAINING = (structured, intensities, training)
MEASURING = (local, curvature, amortisation, deterministic, families, gram, decoder)
SMALL_SEED = 0


@dataclass(frozen=True)
class Sizes:
    """Held-out images that are measured, pairs of draws for each, and images whose optimum is sought."""

    images: int
    pairs: int
    sought: int


@dataclass(frozen=True)
class Fit:
    """A trained grid: its weights with a leading axis of models, and what was measured of it on held-out images."""

    grid: Grid
    images: Images
    sizes: Sizes
    params: Params
    local: Arrays
    split: Arrays

    @property
    def active(self) -> Array:
        """How many dimensions of each model cost more than 0.1 nats on average, (M,)."""
        return np.asarray((self.local["rate"] > local.ACTIVE).sum(1))

    @property
    def vae(self) -> Array:
        """The loss (2) of each model and image, (M, T)."""
        return np.asarray(self.local["taylor"] + self.local["remainder"])


SMALL = Grid(betas=(0.1, 1.0, 4.0), replicates=2, latent=6, hidden=16, steps=8000)
PAPER_BETAS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0, 1.5, 2.0, 3.0, 4.0)
BETAS = (0.01, 0.1, 0.4, 1.0, 2.0, 4.0)
# The first grid of a tier is the one whose objectives are followed over beta.
GRIDS = {
    ("digits", "default"): (
        Grid(betas=BETAS, replicates=4, steps=1000),
        Grid(betas=(0.2, 1.0), blocks=(2, 3), replicates=2, latent=8, steps=1000),
    ),
    ("digits", "deep"): tuple(
        Grid(betas=PAPER_BETAS, replicates=10, latent=k, hidden=128, steps=20_000) for k in (12, 8, 16, 20)
    ),
    ("mnist", "default"): (
        Grid(betas=BETAS, replicates=2, hidden=64, steps=1000, rate=3e-3),
    ),
    ("mnist", "deep"): tuple(
        Grid(betas=PAPER_BETAS, replicates=3, latent=k, hidden=256, steps=20_000, batch=128, rate=1e-3)
        for k in (12, 8, 16, 20)
    ),
}  # fmt: skip
GRIDS |= {("emnist", tier): GRIDS["mnist", tier] for tier in ("default", "deep")}
SIZES = {"fast": Sizes(500, 4, 8), "default": Sizes(500, 8, 16), "deep": Sizes(5000, 32, 200)}


def _digest(modules: tuple[ModuleType, ...]) -> str:
    return hashlib.sha256("".join(map(inspect.getsource, modules)).encode()).hexdigest()


def key(grid: Grid, images: Images, seed: int, device: str) -> str:
    """SHA-256 of all that trained weights depend on."""
    try:
        torch = importlib.metadata.version("torch")
    except importlib.metadata.PackageNotFoundError:
        torch = "absent"
    parts = (json.dumps(asdict(grid)), images.hash, seed, torch, device, _digest(TRAINING))
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def get(grid: Grid, images: Images, sizes: Sizes, seed: int, device: str = "cpu", cache: Path | None = None) -> Fit:
    """The trained grid and its measurements, from the cache if they are there, else made now."""
    device, folder = choose_device(device), cache or cache_folder()
    drawn = derived_seed("structured", grid.latent, seed)
    trained, name = key(grid, images, seed, device), f"structured.{images.name}.{grid.latent}"
    params = kept(
        folder / f"{name}-{trained[:32]}.npz",
        structured.LAYERS,
        lambda: structured.train(grid, images, drawn, device),
    )
    again = repr((trained, asdict(sizes), _digest(MEASURING)))
    path = folder / f"{name}.measured-{hashlib.sha256(again.encode()).hexdigest()[:32]}.npz"
    names = [*local.NAMES, *(f"split.{part}" for part in amortisation.NAMES)]
    return _fit(grid, images, sizes, params, kept(path, names, lambda: _measured(grid, images, sizes, params, drawn)))


def _measured(grid: Grid, images: Images, sizes: Sizes, params: Params, seed: int) -> Arrays:
    shown = images.test[: sizes.images]
    found = local.measure(params, grid, shown, images.peak, sizes.pairs, seed)
    parts = amortisation.split(params, grid, shown[: sizes.sought], images.peak, 4 * sizes.pairs, seed)
    return found | {f"split.{name}": array for name, array in parts.items()}


def _fit(grid: Grid, images: Images, sizes: Sizes, params: Params, arrays: Arrays) -> Fit:
    parts = {name: arrays[f"split.{name}"] for name in amortisation.NAMES}
    return Fit(grid, images, sizes, params, {name: arrays[name] for name in local.NAMES}, parts)


def committed() -> Fit:
    """The small grid whose weights travel with the package, measured now."""
    path = WEIGHTS / "vae.structured.small.npz"
    params = store.read(path, structured.LAYERS)
    if params is None:
        raise FixtureError(f"The weights {path} are missing or broken; install the package again.")
    wide = {name: array.astype(np.float32) for name, array in params.items()}
    images, sizes = intensities.load("digits"), SIZES["fast"]
    return _fit(SMALL, images, sizes, wide, _measured(SMALL, images, sizes, wide, SMALL_SEED))


def write_committed(folder: Path = WEIGHTS) -> Path:
    """Train the small grid again and write its weights in half precision."""
    seed = derived_seed("structured", SMALL.latent, SMALL_SEED)
    params = structured.train(SMALL, intensities.load("digits"), seed)
    path = folder / "vae.structured.small.npz"
    store.write(path, {name: array.astype(np.float16) for name, array in params.items()})
    return path


@functools.lru_cache(maxsize=8)
def fits(tier: str = "default", seed: int = 0, device: str = "auto", data: str = "digits") -> tuple[Fit, ...]:
    """Every grid of a tier: the committed one in ``fast``, trained ones in ``default`` and ``deep``."""
    if tier == "fast" and data == "digits":
        return (committed(),)
    if (data, tier) not in GRIDS:
        raise FixtureError(
            f"No models of {data!r} belong to the tier {tier!r}; choose default or deep, or fast for digits."
        )
    images, sizes = intensities.load(data), SIZES[tier]
    return tuple(get(grid, images, sizes, seed, device) for grid in GRIDS[data, tier])

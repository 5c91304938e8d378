"""Trained ensembles by name: built once, kept on disk, loaded ever after; the fast tier loads committed weights."""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
import inspect
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from verification.vae import data as images
from verification.vae import networks, objectives, store, training
from verification.vae.data import Dataset
from verification.vae.networks import Params
from verification.vae.store import FixtureError, cache_folder, kept
from verification.vae.training import TrainConfig, choose_device, derived_seed, posteriors, train

Array = np.ndarray[Any, Any]
Make = Callable[[TrainConfig, Dataset, int, str], Params]

WEIGHTS = Path(__file__).with_name("weights")


@dataclass(frozen=True)
class Trained:
    """An ensemble and its posteriors: params with a leading model axis M, mu and logvar (M, N, k) on both splits.

    ``key`` is that of the fixture, empty for committed weights.
    """

    name: str
    config: TrainConfig
    seed: int
    params: Params
    mu: Array
    logvar: Array
    test_mu: Array
    test_logvar: Array
    data: Dataset
    key: str = ""

    @property
    def betas(self) -> Array:
        """The beta of each model, (M,)."""
        return np.repeat(np.asarray(self.config.betas), self.config.replicates)

    def where(self, beta: float) -> list[int]:
        """The models trained at that beta."""
        return [int(m) for m in np.flatnonzero(np.isclose(self.betas, beta))]


def _trained_params(config: TrainConfig, data: Dataset, seed: int, device: str) -> Params:
    return train(config, data.train_x, seed, device)


@dataclass(frozen=True)
class Fixture:
    """A name, what to train, and how; its seed comes from the run's seed and this name, never from a claim."""

    name: str
    config: TrainConfig
    make: Make = _trained_params

    def of(self, data: str) -> Fixture:
        """The same models on other images, under a name of their own."""
        return replace(self, name=self.name.replace("mnist", data))

    def key(self, data: Dataset, seed: int, device: str) -> str:
        """SHA-256 of all that the result depends on: configuration, source, data, seed, torch, kind of device."""
        try:
            torch = importlib.metadata.version("torch")
        except importlib.metadata.PackageNotFoundError:
            torch = "absent"
        source = [inspect.getsource(part) for part in (self.make, training, networks, objectives)]
        parts = [self.name, json.dumps(asdict(self.config), sort_keys=True), *source, data.hash, seed, torch, device]
        return hashlib.sha256(repr(parts).encode()).hexdigest()

    def get(self, data: Dataset, seed: int, device: str = "cpu", cache: Path | None = None) -> Trained:
        """The trained ensemble, from the cache if it is there, else trained now under a lock and renamed into place."""
        device = choose_device(device)
        key = self.key(data, seed, device)
        path = (cache or cache_folder()) / f"{self.name}-{key[:32]}.npz"
        make = functools.partial(self.make, self.config, data, derived_seed(self.name, seed), device)
        return _with_posteriors(self, kept(path, networks.LAYERS, make), data, seed, key)


def _with_posteriors(fixture: Fixture, params: Params, data: Dataset, seed: int, key: str = "") -> Trained:
    mu, logvar = posteriors(params, data.train_x)
    test_mu, test_logvar = posteriors(params, data.test_x)
    return Trained(fixture.name, fixture.config, seed, params, mu, logvar, test_mu, test_logvar, data, key)


DIGITS = Fixture("vae.digits", TrainConfig())
DIGITS_DEEP = Fixture("vae.digits.deep", TrainConfig(replicates=16, hidden=128, steps=6000))
DIGITS_SMALL = Fixture(
    "vae.digits.small", TrainConfig(betas=(0.5, 0.75, 1.0), replicates=1, latent=6, hidden=32, steps=6000)
)
MNIST = Fixture(
    "vae.mnist",
    TrainConfig(betas=(0.5, 0.75, 0.9, 1.0), replicates=4, latent=10, hidden=128, steps=2000, batch=128, rate=3e-3),
)
MNIST_DEEP = Fixture(
    "vae.mnist.deep", TrainConfig(replicates=8, latent=10, hidden=512, steps=20000, batch=128, rate=1e-3)
)
# The aggregate costs train times train images: all 60,000 are for the deep tier.
MNIST_IMAGES = (10_000, 2_000)
ALL = {fixture.name: fixture for fixture in (DIGITS, DIGITS_DEEP, DIGITS_SMALL, MNIST, MNIST_DEEP)}


def committed(data: Dataset | None = None) -> Trained:
    """The small digits ensemble whose weights travel with the package: one model a beta, nothing trained."""
    return committed_of(DIGITS_SMALL, data or images.digits())


def committed_of(fixture: Fixture, data: Dataset) -> Trained:
    """An ensemble whose weights travel with the package, with its posteriors on the images it was trained on."""
    path = WEIGHTS / f"{fixture.name}.npz"
    params = store.read(path, networks.LAYERS)
    if params is None:
        raise FixtureError(f"The weights {path} are missing or broken; install the package again.")
    wide = {name: array.astype(np.float32) for name, array in params.items()}
    return _with_posteriors(fixture, wide, data, 0)


def write_committed(folder: Path = WEIGHTS, fixture: Fixture = DIGITS_SMALL, data: Dataset | None = None) -> Path:
    """Train a small ensemble again and write its weights in half precision: half the size at 1e-3 of relative
    error."""
    params = fixture.make(fixture.config, data or images.digits(), derived_seed(fixture.name, 0), "cpu")
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{fixture.name}.npz"
    store.write(path, {name: array.astype(np.float16) for name, array in params.items()})
    return path


@functools.lru_cache(maxsize=4)
def trained(tier: str = "default", seed: int = 0, device: str = "auto", data: str = "digits") -> Trained:
    """The ensemble a tier works with: committed weights in ``fast``, trained ones in ``default`` and ``deep``."""
    if tier not in ("fast", "default", "deep"):
        raise FixtureError(f"No tier is called {tier!r}; choose fast, default or deep.")
    if tier == "fast":
        if data != "digits":
            raise FixtureError(
                f"The fast tier trains nothing and has weights of digits only; use --tier default for {data}."
            )
        return committed()
    chosen = images.load(data)
    if data == "digits":
        return (DIGITS, DIGITS_DEEP)[tier == "deep"].get(chosen, seed, device)
    if tier != "deep":
        chosen = chosen.first(*MNIST_IMAGES)
    return (MNIST, MNIST_DEEP)[tier == "deep"].of(data).get(chosen, seed, device)

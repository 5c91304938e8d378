"""Codes of the shapes by every way that runs here, and their scores, kept on disk once they are made."""

from __future__ import annotations

import hashlib
import importlib.metadata
import inspect
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from theory.disentanglement import dci, gaps, votes
from theory.disentanglement import higgins as features
from verification.vae import disentangled, networks, shapes, store
from verification.vae.disentangled import NAMES, higgins, scores
from verification.vae.fixtures import Fixture, Trained
from verification.vae.progress import report
from verification.vae.store import FixtureError, cache_folder, kept
from verification.vae.training import TrainConfig, choose_device, derived_seed

Array = np.ndarray[Any, Any]

COMMITTED = Path(__file__).with_name("weights") / "disentanglement.npz"
WHOLE = ("scores", "active", "turned", "drawn")
DRAWN = ("VAE", "beta-VAE")
ROWS = ("ground truth", "raw pixels", "PCA", "ICA", "VAE, untrained", "VAE", "beta-VAE")
BETA = 4.0
LATENT = 8
ANGLES = (0, 5, 10, 15, 20, 25, 30, 35, 40, 42, 44, 45)  # degrees by which two factors are turned
TURNED = 5  # replicates of each
SHAPES_VAE = Fixture(
    "vae.shapes",
    TrainConfig(betas=(1.0, BETA), replicates=5, latent=LATENT, hidden=128, steps=4000, batch=64, rate=2e-3),
)
SHAPES_VAE_DEEP = Fixture(
    "vae.shapes.deep",
    TrainConfig(betas=(1.0, BETA), replicates=10, latent=LATENT, hidden=256, steps=10000, batch=128, rate=1e-3),
)


@dataclass(frozen=True)
class Results:
    """Scores (rows, replicates, scores) as ROWS and NAMES say, how many dimensions each network uses (2, R), the
    scores of two factors turned by ANGLES (angles, TURNED, scores), and Higgins' score of codes that are drawn, of
    DRAWN (2, R)."""

    scores: Array
    active: Array
    turned: Array
    drawn: Array

    @property
    def replicates(self) -> int:
        """How many times each row was scored."""
        return int(self.scores.shape[1])


def fixture(size: str) -> Fixture:
    """The networks that a size trains."""
    return SHAPES_VAE_DEEP if size == "deep" else SHAPES_VAE


def results(size: str = "default", seed: int = 0, device: str = "auto") -> Results:
    """Every row's scores. ``fast`` reads what is committed; others train and score what is not kept yet."""
    if size == "fast":
        found = store.read(COMMITTED, WHOLE)
        if found is None:
            raise FixtureError(f"The scores {COMMITTED} are missing or broken; install the package again.")
        return Results(**found)
    data, chosen, where = shapes.grid().dataset, fixture(size), choose_device(device)
    trained = chosen.get(data, seed, where)
    arrays = kept(_path(trained.key, seed), WHOLE, lambda: _made(trained, seed))
    return Results(**arrays)


def _path(key: str, seed: int) -> Path:
    versions = [importlib.metadata.version(name) for name in ("numpy", "scikit-learn")]
    source = [
        inspect.getsource(part)
        for part in (disentangled, shapes, dci, gaps, votes, features, _codes, _made, _turned, _drawn)
    ]
    digest = hashlib.sha256(repr((key, seed, versions, source)).encode()).hexdigest()
    return cache_folder() / f"disentanglement-{digest[:32]}.npz"


def _codes(row: str, trained: Trained, replicate: int, seed: int) -> Array:
    """Codes (N, k) of all images: means where a network encodes."""
    grid = shapes.grid()
    images = grid.images.astype(float)
    if row == "ground truth":
        return grid.factors.astype(float)
    if row == "raw pixels":
        return images
    if row == "PCA":
        centred = images - images.mean(0)
        return np.asarray(centred @ np.linalg.eigh(centred.T @ centred)[1][:, : -LATENT - 1 : -1])
    if row == "ICA":
        from sklearn.decomposition import FastICA

        ica = FastICA(LATENT, whiten="unit-variance", max_iter=1000, tol=1e-3, random_state=seed)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # where it stops is where it is scored
            return np.asarray(ica.fit_transform(images))
    if row == "VAE, untrained":
        config = trained.config
        start = networks.initial(
            1, images.shape[1], config.hidden, config.latent, derived_seed("untrained", seed), images.mean(0)
        )  # fmt: skip
        return np.asarray(networks.encode(start, grid.images)[0][0], float)
    beta = 1.0 if row == "VAE" else BETA
    return np.asarray(trained.mu[trained.where(beta)[replicate]], float)


def _made(trained: Trained, seed: int) -> dict[str, Array]:
    replicates = trained.config.replicates
    factors = shapes.grid().factors
    found = np.empty((len(ROWS), replicates, len(NAMES)))
    for i, row in enumerate(ROWS):
        for r in range(replicates):
            report(i * replicates + r, len(ROWS) * replicates, f"scoring {row}")
            drawn = derived_seed("scores", seed, r) % 2**32
            found[i, r] = tuple(scores(_codes(row, trained, r, drawn), factors, seed=drawn).as_dict().values())
    return {"scores": found, "active": _active(trained), "turned": _turned(seed), "drawn": _drawn(trained, seed)}


def _drawn(trained: Trained, seed: int) -> Array:
    found = np.empty((len(DRAWN), trained.config.replicates))
    for i, beta in enumerate((1.0, BETA)):
        for r, model in enumerate(trained.where(beta)):
            std = np.exp(trained.logvar[model].astype(float) / 2)
            drawn = derived_seed("scores", seed, r) % 2**32
            found[i, r] = higgins(trained.mu[model], shapes.grid().factors, std, seed=drawn)[0]
    return found


def _turned(seed: int) -> Array:
    factors = np.stack(np.meshgrid(*[np.arange(16.0)] * 2), -1).reshape(-1, 2) - 7.5
    found = np.empty((len(ANGLES), TURNED, len(NAMES)))
    for i, degrees in enumerate(ANGLES):
        c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
        codes = np.round(factors @ np.array([[c, s], [-s, c]]), 9)  # no ties told apart by rounding
        for r in range(TURNED):
            drawn = derived_seed("turned", seed, r) % 2**32
            found[i, r] = tuple(scores(codes, factors, batches=300, seed=drawn).as_dict().values())
    return found


def _active(trained: Trained) -> Array:
    """Dimensions whose mean KL to the prior is above a hundredth of a nat: (2, replicates)."""
    mu, logvar = trained.mu.astype(float), trained.logvar.astype(float)
    kl = 0.5 * (mu * mu + np.exp(logvar) - 1 - logvar).mean(1)
    return np.asarray((kl > 0.01).sum(1).reshape(2, -1))


def write_committed(path: Path = COMMITTED, make: Callable[..., Results] = results) -> Path:
    """Make the default size at seed 0 and write its scores as the fast tier reads them."""
    made = make("default", 0, "cpu")
    store.write(path, {name: getattr(made, name) for name in WHOLE})
    return path

"""Section 4 of Levy: beta-VAEs with two latents on four classes of images, and what their plane shows over beta."""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from theory.certificate import Certificate, certify
from verification.vae import data as images
from verification.vae import fixtures, networks
from verification.vae.data import Dataset
from verification.vae.decomposition import ALPHA
from verification.vae.fixtures import Fixture, FixtureError, Trained
from verification.vae.progress import report
from verification.vae.training import TrainConfig, derived_seed

Array = np.ndarray[Any, Any]

BETAS = (0.0, 1.0, 5.0)
CLASSES, EPOCHS, BATCH = 4, 15, 256
LETTERS = 4 * 4800  # images of A to D in EMNIST's letters: the digits, few as they are, get as many steps as those
NEIGHBOURS = 5
MOST = 5000  # posteriors of an aggregate, and images that are told apart
REACH = 4.0
DRAWS = {"fast": 4_000, "default": 20_000, "deep": 200_000}  # of a certificate

DIGITS = TrainConfig(
    BETAS, replicates=4, latent=2, hidden=64, steps=EPOCHS * (LETTERS // BATCH), batch=BATCH, rate=1e-3
)
LARGER = replace(DIGITS, replicates=2, hidden=128)
SMALL = Fixture("vae.plane.small", replace(DIGITS, replicates=1, hidden=32))


@dataclass(frozen=True)
class Choice:
    """How many images were put into their class, of how many, and what always naming the most frequent would reach."""

    right: int
    of: int
    chance: float

    @property
    def share(self) -> float:
        """The accuracy."""
        return self.right / self.of

    def interval(self, alpha: float) -> tuple[float, float]:
        """Clopper and Pearson's interval, which holds at this size.

        >>> Choice(8, 8, 0.5).interval(0.05)[1]
        1.0
        """
        from scipy.stats import beta

        k, n = self.right, self.of
        low = float(beta.isf(1 - alpha / 2, k, n - k + 1)) if k else 0.0
        return low, float(beta.isf(alpha / 2, k + 1, n - k)) if k < n else 1.0


def names(data: str) -> tuple[str, ...]:
    """What the classes are called.

    >>> names("emnist"), names("digits")
    (('A', 'B', 'C', 'D'), ('0', '1', '2', '3'))
    """
    return tuple("ABCD" if data == "emnist" else "0123")


@functools.lru_cache(maxsize=4)
def subset(name: str) -> Dataset:
    """The first four classes of a data set, labelled 0 to 3: the letters A to D, or the digits 0 to 3."""
    whole = images.load(name)
    first = 1 if name == "emnist" else 0
    train, test = (np.isin(y, np.arange(first, first + CLASSES)) for y in (whole.train_y, whole.test_y))
    called = names(name)
    return Dataset(
        f"{name}.four", whole.shape, whole.train_x[train], whole.test_x[test], whole.train_y[train] - first,
        whole.test_y[test] - first, whole.binarise, f"{whole.note}, {called[0]} to {called[-1]}",
    )  # fmt: skip


@functools.lru_cache(maxsize=4)
def trained(tier: str, seed: int, device: str = "auto", data: str = "digits") -> Trained:
    """The models a tier works with: committed ones in ``fast``, else trained once and kept."""
    if tier == "fast" and data == "digits":
        return fixtures.committed_of(SMALL, subset("digits"))
    if tier not in ("default", "deep"):
        raise FixtureError(f"No models of {data!r} belong to the tier {tier!r}; choose default or deep.")
    chosen, config = subset(data), DIGITS
    if data != "digits":
        config = replace(LARGER, steps=EPOCHS * max(len(chosen.train_x) // BATCH, 1))
    if tier == "deep":
        config = replace(config, replicates=10, hidden=2 * config.hidden)
    return Fixture(f"vae.plane.{data}", config).get(chosen, seed, device)


@functools.lru_cache(maxsize=4)
def certificates(
    tier: str, seed: int, device: str = "auto", data: str = "digits", alpha: float = ALPHA
) -> tuple[Certificate, ...]:
    """I(z; n) and KL(q || p) of every model's posteriors of at most 5,000 training images, together with 1 - alpha."""
    ensemble = trained(tier, seed, device, data)
    found = []
    for m, (mu, logvar) in enumerate(zip(ensemble.mu, ensemble.logvar, strict=True)):
        report(m, len(ensemble.mu), "certifying I(z; n)")
        own = derived_seed("plane", ensemble.name, seed, m)
        own_alpha = alpha / len(ensemble.mu)
        found.append(certify(_wide(mu), logvar=_wide(logvar), size=DRAWS[tier], alpha=own_alpha, seed=own % 2**32))
    return tuple(found)


def _wide(array: Array) -> Array:
    return array[:MOST].astype(float)


def moments(mu: Array, logvar: Array) -> tuple[Array, Array, Array]:
    """Of the aggregate of N diagonal posteriors, (N, k) each: its mean (k,), the variances along its principal axes,
    largest first, and those of the posteriors' means alone.

    >>> mean, whole, means = moments(np.array([[-1.0, 0.0], [1.0, 0.0]]), np.zeros((2, 2)))
    >>> print(mean, whole, means)
    [0. 0.] [2. 1.] [1. 0.]
    """
    spread = np.cov(mu.T, bias=True)
    whole = spread + np.diag(np.exp(logvar).mean(0))
    return mu.mean(0), np.linalg.eigvalsh(whole)[::-1], np.linalg.eigvalsh(spread)[::-1]


def along(ensemble: Trained, model: int) -> float:
    """The share of the variance of a model's codes that lies along their first principal axis."""
    variances = moments(_wide(ensemble.mu[model]), _wide(ensemble.logvar[model]))[2]
    return float(variances[0] / variances.sum())


def codes(ensemble: Trained, model: int, drawn: bool, two: bool) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    """Codes and classes that a classifier is given, and those it is judged on: (n, 2), (n,) twice.

    Means of posteriors or one draw of each; of all classes, or of the first and the last alone. The first third is
    given; images held out come last.
    """
    mu = np.concatenate([ensemble.mu[model], ensemble.test_mu[model]])[-MOST:].astype(float)
    logvar = np.concatenate([ensemble.logvar[model], ensemble.test_logvar[model]])[-MOST:].astype(float)
    y = np.concatenate([ensemble.data.train_y, ensemble.data.test_y])[-MOST:]
    if drawn:
        rng = np.random.default_rng(derived_seed("plane draws", ensemble.name, ensemble.seed, model))
        mu = mu + np.exp(logvar / 2) * rng.standard_normal(mu.shape)
    chosen = np.isin(y, (0, CLASSES - 1)) if two else np.full(len(y), True)
    z, y = mu[chosen], y[chosen]
    cut = len(y) // 3
    return (z[:cut], y[:cut]), (z[cut:], y[cut:])


def neighbours(given: tuple[Array, Array], judged: tuple[Array, Array]) -> Choice:
    """What the five nearest neighbours say, by their majority: the lowest class of those that tie."""
    from scipy.spatial import cKDTree

    (z, y), (asked, truth) = given, judged
    near = y[cKDTree(z).query(asked, NEIGHBOURS)[1]]
    votes = (near[:, :, None] == np.arange(CLASSES)).sum(1)
    return Choice(int((votes.argmax(1) == truth).sum()), len(truth), float(np.bincount(truth).max() / len(truth)))


@functools.lru_cache(maxsize=4)
def told_apart(
    tier: str, seed: int, device: str = "auto", data: str = "digits"
) -> dict[tuple[bool, bool], tuple[Choice, ...]]:
    """What neighbours say of each model's codes, by (drawn, two)."""
    ensemble = trained(tier, seed, device, data)
    models = range(ensemble.config.models)
    kinds = [(drawn, two) for drawn in (False, True) for two in (True, False)]
    return {kind: tuple(neighbours(*codes(ensemble, m, *kind)) for m in models) for kind in kinds}


def grid(ensemble: Trained, model: int, steps: int) -> Array:
    """Images decoded at every place of a grid over (-4, 4)^2, the second latent upwards, white between them."""
    line = np.linspace(-REACH, REACH, steps)
    z = np.stack(np.meshgrid(line, line[::-1]), -1).reshape(1, -1, 2).astype(np.float32)
    logits = networks.decode(networks.one(ensemble.params, model), z)[0].astype(float)
    height, width = ensemble.data.shape
    tiles = np.pad((1 / (1 + np.exp(-logits))).reshape(-1, height, width), ((0, 0), (1, 1), (1, 1)))
    rows = tiles.reshape(steps, steps, height + 2, width + 2).transpose(0, 2, 1, 3)
    return np.asarray(rows.reshape(steps * (height + 2), -1))

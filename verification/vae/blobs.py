"""Gaussian blobs at every place of a grid, rendered by their formula, and beta-VAEs of six latents trained on them."""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from verification.vae import fixtures, networks
from verification.vae.data import Dataset
from verification.vae.fixtures import Fixture, FixtureError, Trained
from verification.vae.training import TrainConfig

Array = np.ndarray[Any, Any]

SIDE, WIDTH, MARGIN = 16, 1.5, 2.0  # pixels
PLACES = 24  # of the training blobs along each axis; those held out stand between them
VANILLA, PRINTED = 1.0, 150.0
LARGE = (4.0, 8.0)  # few enough latents are left, and all that are needed
BETAS = (VANILLA, 2.0, *LARGE, 10.0, 12.0, PRINTED)
ACTIVE = 0.1  # nats of KL to the prior, on average over images, from which a latent differs noticeably from it

SETTING = TrainConfig(BETAS, replicates=4, latent=6, hidden=64, steps=2500, rate=2e-2)
BLOBS = Fixture("vae.blobs", SETTING)
BLOBS_DEEP = Fixture("vae.blobs.deep", replace(SETTING, replicates=6, hidden=128, steps=8000, rate=1e-2))
BLOBS_SMALL = Fixture(
    "vae.blobs.small", replace(SETTING, betas=(VANILLA, *LARGE), replicates=2, hidden=24, steps=8000, rate=1e-2)
)


@dataclass(frozen=True)
class Found:
    """What models of blobs do, M of them with k latents each in the order of their KL, the largest first.

    ``each`` (M, k): KL to the prior averaged over the training images, nats; ``order`` (M, k): which latent that is;
    ``tells`` (M, k, 2): the share of the variance of a blob's x and y that a cubic in the latent's mean explains;
    ``together`` (M, 2): the share that a cubic in the means of the first two latents explains;
    ``excess`` (M, T): cross-entropy of each held-out image and its reconstruction above the image's own entropy, nats;
    ``square`` (M, T): the sum over pixels of the squared error.
    """

    beta: Array
    order: Array
    each: Array
    tells: Array
    together: Array
    excess: Array
    square: Array

    @property
    def active(self) -> Array:
        """How many latents differ noticeably from the prior, (M,)."""
        return np.asarray((self.each > ACTIVE).sum(1))

    def at(self, beta: float) -> Array:
        """The models of that beta, by replicate."""
        return np.flatnonzero(np.isclose(self.beta, beta))


def render(x: Any, y: Any) -> Array:
    r"""Images of blobs at (x, y), in pixels: (n,), (n,) -> (n, SIDE * SIDE) in [0, 1], rows from top to bottom.

    .. math:: \exp\left(-\frac{(i-y)^2+(j-x)^2}{2w^2}\right)

    >>> image = render([3.0], [5.0]).reshape(SIDE, SIDE)
    >>> float(image[5, 3]), bool(abs(image[5, 6] - np.exp(-2)) < 1e-7)
    (1.0, True)
    """
    pixel = np.arange(SIDE)
    across, down = (np.exp(-((pixel - np.asarray(c, float)[:, None]) ** 2) / (2 * WIDTH**2)) for c in (x, y))
    return (down[:, :, None] * across[:, None, :]).reshape(len(across), -1).astype(np.float32)


def places(held_out: bool = False) -> Array:
    """Where the blobs stand, (n, 2): on the grid, or half-way between its lines."""
    line = np.linspace(MARGIN, SIDE - 1 - MARGIN, PLACES)
    line = (line[1:] + line[:-1]) / 2 if held_out else line
    return np.stack(np.meshgrid(line, line), -1).reshape(-1, 2)


@functools.cache
def data() -> Dataset:
    """One image for each place: intensities in [0, 1], not binarised."""
    train, test = (render(*places(held_out).T) for held_out in (False, True))
    y, test_y = (np.zeros(len(part), np.uint8) for part in (train, test))
    return Dataset("blobs", (SIDE, SIDE), train, test, y, test_y, "no", f"{len(train)} Gaussian blobs, {SIDE}x{SIDE}")


@functools.lru_cache(maxsize=4)
def trained(tier: str, seed: int, device: str = "auto") -> Trained:
    """The models a tier works with: committed ones in ``fast``, else trained once and kept."""
    if tier == "fast":
        return fixtures.committed_of(BLOBS_SMALL, data())
    if tier not in ("default", "deep"):
        raise FixtureError(f"No tier is called {tier!r}; choose fast, default or deep.")
    return (BLOBS_DEEP if tier == "deep" else BLOBS).get(data(), seed, device)


@functools.lru_cache(maxsize=4)
def found(tier: str, seed: int, device: str = "auto") -> Found:
    """What the models of a tier do."""
    return measure(trained(tier, seed, device))


def measure(ensemble: Trained) -> Found:
    """Exact given the models, to float32's rounding: no noise is drawn, reconstructions are of posterior means."""
    mu, logvar = ensemble.mu.astype(float), ensemble.logvar.astype(float)
    each = 0.5 * (mu**2 + np.exp(logvar) - 1 - logvar).mean(1)
    order = np.argsort(-each, axis=1)
    at = places()
    tells = np.array([[[explained(mu[m, :, j], c) for c in at.T] for j in order[m]] for m in range(len(mu))])
    together = np.array([[explained(mu[m][:, order[m, :2]], c) for c in at.T] for m in range(len(mu))])
    x = ensemble.data.test_x.astype(float)
    shown = reconstructions(ensemble)
    return Found(
        ensemble.betas,
        order,
        np.take_along_axis(each, order, 1),
        tells,
        together,
        cross_entropy(x, shown) - cross_entropy(x, x),
        ((shown - x) ** 2).sum(-1),
    )


def explained(code: Array, coordinate: Array) -> float:
    """The share of a coordinate's variance, (n,), that a cubic in one or two codes explains, (n,) or (n, 2); a code

    that is still tells nothing.

    >>> t = np.linspace(-1, 1, 9)
    >>> round(explained(2 * t, t**3), 9), explained(0 * t, t), round(explained(np.stack([t, t**2], -1), t**5), 9)
    (1.0, 0.0, 1.0)
    """
    codes = code.reshape(len(code), -1)
    codes = codes[:, np.ptp(codes, axis=0) > 1e-9]
    codes = (codes - codes.mean(0)) / codes.std(0)
    powers = [np.ones(len(code))]
    for column in codes.T:
        powers = [p * column**e for e in range(4) for p in powers]
    terms = np.stack(powers, -1)
    left = coordinate - terms @ np.linalg.lstsq(terms, coordinate, rcond=None)[0]
    return float(1 - left.var() / coordinate.var())


def pixels(ensemble: Trained, z: Array) -> Array:
    """Means of the pixels that each model decodes: z (M, n, k) -> (M, n, D)."""
    logits = networks.decode(ensemble.params, z.astype(np.float32)).astype(float)
    return np.asarray(1 / (1 + np.exp(-logits)))


def reconstructions(ensemble: Trained) -> Array:
    """The held-out images as each model gives them back from their posterior means, (M, T, D)."""
    return pixels(ensemble, ensemble.test_mu)


def cross_entropy(x: Array, mean: Array) -> Array:
    r"""What intensities x cost in nats where ``mean`` is expected, as Bernoulli variables: (..., D) -> (...).

    .. math:: -\sum_d x_d\log m_d + (1-x_d)\log(1-m_d)

    >>> print(cross_entropy(np.array([0.0, 1.0]), np.array([0.5, 0.5])).round(6))
    1.386294
    """
    m = np.clip(mean, 1e-12, 1 - 1e-12)
    return np.asarray(-(x * np.log(m) + (1 - x) * np.log1p(-m)).sum(-1))


def traversal(ensemble: Trained, model: int, latent: int, at: Array) -> Array:
    """Images decoded while one latent of a model goes through ``at`` and the others stay 0: (len(at), D)."""
    z = np.zeros((ensemble.config.models, len(at), ensemble.config.latent))
    z[:, :, latent] = at
    return np.asarray(pixels(ensemble, z)[model])

"""The parts of the ELBO of beta-VAEs over beta, each in a certified interval: distortion, I(z; n), TC and the rest.

What is said of one sweep over beta holds of all its models together with probability 1 - alpha over the draws.
"""

from __future__ import annotations

import functools
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

import theory
from theory import kernels
from theory.certificate import Interval, certify
from theory.confidence import Bets, bernstein_interval, betting_interval
from verification.vae import data as images
from verification.vae import networks
from verification.vae.fixtures import MNIST_IMAGES, Fixture, Trained, trained
from verification.vae.objectives import log_bernoulli
from verification.vae.store import cache_folder, kept
from verification.vae.training import TrainConfig, derived_seed

Array = np.ndarray[Any, Any]

# What a claim may spend of a run's false alarms; half goes to the certified intervals, half to what is only sampled.
ALPHA = 1e-6 / 1024
BETAS = (0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
SWEEP = Fixture("vae.digits.sweep", TrainConfig(betas=BETAS, replicates=1))
SWEEP_DEEP = Fixture("vae.digits.sweep.deep", TrainConfig(betas=BETAS, replicates=1, hidden=128, steps=6000))
SWEEP_MNIST = Fixture(
    "vae.mnist.sweep",
    TrainConfig(betas=BETAS, replicates=1, latent=10, hidden=128, steps=2000, batch=128, rate=3e-3),
)
REACH = 7.0  # how many standard normal lengths of noise are followed before what is further is only bounded
CAP = 30.0  # nats above the loss at the mean that count towards a lower limit
PAIRS = 2**22  # numbers held at once


@dataclass(frozen=True)
class Sizes:
    """Draws of the certificate, and passes over all posteriors: for the distortion, the normalised one, and (24)."""

    certificate: int = 100_000
    distortion: int = 128
    normalized: int = 24
    full_data: int = 12

    def of(self, N: int) -> Sizes:
        """The same draws for more than 2,000 posteriors in fewer passes, whose cost grows with N or with its square.

        >>> Sizes().of(8000)
        Sizes(certificate=100000, distortion=32, normalized=2, full_data=1)
        """
        share = min(1.0, 2000 / N)
        passes = (self.distortion * share, self.normalized * share**2, self.full_data * share**2)
        return Sizes(self.certificate, *(max(round(p), 1) for p in passes))


SIZES = {"fast": Sizes(4_000, 12, 1, 1), "default": Sizes(), "deep": Sizes(1_000_000, 512, 64, 64)}


@dataclass(frozen=True)
class Parts:
    """One model's parts, in nats an image; what is an Interval is certified, the rest is exact to rounding.

    ``rate`` is Div, ``entropy`` that of the images as a distribution; ``bound`` is log N less the distortion of the
    decoder normalised over the N images; ``full_data`` (passes, 3) holds I, TC and KL as (24) would have them,
    ``full_data_error`` (3,) the standard error of their means.
    """

    beta: float
    information: Interval
    distortion: Interval
    bound: Interval
    rate: float
    entropy: float
    each: Array
    each_kl: Array
    error: float
    full_data: Array
    full_data_error: Array

    @property
    def kl(self) -> Interval:
        """KL(q || p), Aggdiv."""
        return self.information.taken_from(self.rate, 0)

    @property
    def dimensionwise(self) -> float:
        """The sum of KL(q_j || p_j)."""
        return float(self.each_kl.sum())

    @property
    def total_correlation(self) -> Interval:
        """TC(q)."""
        return self.information.taken_from(float(self.each.sum()), self.error)

    @property
    def negative_elbo(self) -> Interval:
        """Distortion and rate."""
        return self.distortion.plus(self.rate)


@functools.lru_cache(maxsize=4)
def swept(tier: str, seed: int, device: str, data: str) -> Trained:
    """One model a beta: the committed ones in ``fast``, a sweep from 0.1 to 8 otherwise, trained if it is not yet."""
    if tier == "fast":
        return trained(tier, seed, device, data)
    if data != "digits":
        return SWEEP_MNIST.of(data).get(images.load(data).first(*MNIST_IMAGES), seed, device)
    return (SWEEP_DEEP if tier == "deep" else SWEEP).get(images.load(data), seed, device)


@functools.lru_cache(maxsize=4)
def decomposition(tier: str, seed: int, device: str, data: str, alpha: float = ALPHA / 2) -> tuple[Parts, ...]:
    """The parts of every model of the sweep, ascending in beta; kept on disk where the models are."""
    ensemble = swept(tier, seed, device, data)
    sizes = SIZES[tier].of(ensemble.mu.shape[1])
    share = alpha / (3 * ensemble.config.models)

    def made() -> dict[str, Array]:
        return _packed([parts(ensemble, model, sizes, share) for model in range(ensemble.config.models)])

    if not ensemble.key:
        return _unpacked(made())
    key = hashlib.sha256(repr([ensemble.key, sizes, alpha, source_hash(Path(__file__))]).encode()).hexdigest()
    return _unpacked(kept(cache_folder() / f"{ensemble.name}.decomposition-{key[:32]}.npz", PACKED, made))


@functools.cache
def source_hash(*own: Path) -> str:
    """Hash of ``theory`` and of further files: what a number kept on disk depends on beside its settings."""
    digest = hashlib.sha256()
    for path in sorted([*Path(theory.__file__).parent.rglob("*.py"), *own]):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def parts(ensemble: Trained, model: int, sizes: Sizes, alpha: float) -> Parts:
    """The parts of one model, each of its three intervals at error probability ``alpha``."""
    mu, logvar = ensemble.mu[model].astype(float), ensemble.logvar[model].astype(float)
    seed = derived_seed("decomposition", ensemble.name, ensemble.seed, model)
    rng, sigma, x = np.random.default_rng(seed), np.exp(logvar / 2), ensemble.data.train_x.astype(float)
    direct = np.array([full_data(mu, sigma, rng) for _ in range(sizes.full_data)])
    found = certify(mu, logvar=logvar, size=sizes.certificate, alpha=alpha, seed=seed)
    params = {name: array.astype(float) for name, array in networks.one(ensemble.params, model).items()}
    slope = slopes(params, sigma)

    def loss(z: Array) -> Array:
        return -log_bernoulli(x, networks.decode(params, z[None])[0])

    def missed(z: Array) -> Array:
        return cross_entropy(networks.decode(params, z[None])[0], x)

    distortion = mean_over_noise(loss, mu, sigma, slope, sizes.distortion, alpha, rng)
    normalized = mean_over_noise(missed, mu, sigma, slope, sizes.normalized, alpha, rng)
    return Parts(
        float(ensemble.betas[model]),
        found.information,
        distortion,
        normalized.taken_from(float(np.log(len(x))), 0),
        found.kl.estimate + found.information.estimate,
        entropy_of(ensemble.data.train_x),
        found.dimensions.information,
        found.dimensions.divergence,
        float(found.dimensions.error.sum()),
        direct.mean(-1),
        direct.std((0, 2)) / (direct.shape[0] * direct.shape[2]) ** 0.5,
    )


def entropy_of(x: Array) -> float:
    """The entropy of N images as a distribution of masses: log N less what images met more than once cost.

    >>> round(entropy_of(np.array([[0], [1], [1], [0]])), 6)
    0.693147
    """
    counts = np.unique(x, axis=0, return_counts=True)[1]
    return float(np.log(len(x)) - (counts * np.log(counts)).sum() / len(x))


def cross_entropy(logits: Array, x: Array) -> Array:
    r"""-log of the decoder's mass on image n among all N images, for logits (N, D) decoded from a draw of each.

    .. math:: -\log\frac{p(x_n|z_n)}{\sum_m p(x_m|z_n)}, \quad \log p(x|z) = a\cdot x - \sum_d\log(1+e^{a_d})

    >>> print(cross_entropy(np.zeros((4, 3)), np.eye(4, 3)).round(6))  # log 4: nothing is told
    [1.386294 1.386294 1.386294 1.386294]
    """
    rows = max(PAIRS // len(x), 1)
    out = []
    for start in range(0, len(x), rows):
        score = logits[start : start + rows] @ x.T
        top = score.max(1, keepdims=True)
        own = score[np.arange(len(score)), start + np.arange(len(score))]
        out.append(np.log(np.exp(np.maximum(score - top, -700)).sum(1)) + top[:, 0] - own)
    return np.concatenate(out)


def slopes(params: networks.Params, sigma: Array) -> Array:
    r"""How steep, at most, a loss is in the noise of each posterior if it is at most 1 in each logit: (N,).

    .. math:: \|c\|\,\|S^{-1} W' C^{-1}\|\,\|\mathrm{diag}(\sigma_n)\,W S\|

    Spectral norms of the decoder's two layers. Rectifiers pull differences together and commute with the positive
    scales S of the hidden units, and any positive scales c of the pixels do: both balance the layers.
    """
    first, second = params["decoder.hidden.weight"][0], params["decoder.logits.weight"][0]
    into = np.linalg.norm(sigma.mean(0)[:, None] * first, axis=0)
    hidden = np.sqrt((np.linalg.norm(second, axis=1) + 1e-9) / (into + 1e-9))
    pixels = np.sqrt(np.linalg.norm(second, axis=0) + 1e-9)
    outer = np.linalg.norm(pixels) * np.linalg.norm(second / hidden[:, None] / pixels, 2)
    return np.asarray(outer * np.linalg.norm(sigma[:, :, None] * (first * hidden), 2, axis=(1, 2)))


def mean_over_noise(
    loss: Any, mu: Array, sigma: Array, slope: Array, passes: int, alpha: float, rng: np.random.Generator
) -> Interval:
    r"""The mean of a loss >= 0 over all posteriors and their noise, in a certified interval.

    What a draw differs by from the loss at its mean mu_n lies within slope_n |eps|. For the upper limit it is clipped
    at |eps| = t, and what that can cost is added,

    .. math:: \mathbb{E}\,L(|\epsilon|-t)^+ \le L\,\mathbb{E}|\epsilon|1_{|\epsilon|>t}
        = L\sqrt2\,\frac{\Gamma(\frac{k+1}2)}{\Gamma(\frac k2)}\,Q\left(\tfrac{k+1}2,\tfrac{t^2}2\right);

    for the lower limit sooner, since clipping from above only lowers a mean. ``loss`` maps z (N, k), one draw of each
    posterior, to (N,). Two passes of their own plan the bets.
    """
    from scipy.special import gammaincc, gammaln

    k, at_means = mu.shape[1], loss(mu)

    def drawn(count: int) -> Array:
        noise = (rng.standard_normal(mu.shape) for _ in range(count))
        return np.array([loss(mu + sigma * eps) - at_means for eps in noise])

    steep, centre, low = float(slope.max()), float(at_means.mean()), -float(at_means.max())
    lost = steep * 2**0.5 * float(np.exp(gammaln((k + 1) / 2) - gammaln(k / 2)) * gammaincc((k + 1) / 2, REACH**2 / 2))
    variance, summands = float(drawn(2).var()), drawn(passes).ravel()

    # each of the two spends half of alpha on the end that is taken from it
    lower = centre + low + (CAP - low) * bernstein_interval(np.clip((summands - low) / (CAP - low), 0, 1), alpha)[0]
    frame = max(REACH * steep, CAP) - low
    bets = Bets.planned(summands.size, max(variance / frame**2, 1 / summands.size**2), alpha)
    upper = centre + low + frame * betting_interval(np.clip((summands - low) / frame, 0, 1), alpha, bets)[1]
    return Interval(max(float(lower), 0.0), float(upper) + lost, centre + float(summands.mean()))


def full_data(mu: Array, sigma: Array, rng: np.random.Generator) -> Array:
    """What one draw of each posterior says of I, TC and KL under all N, equation (24) in (18) and (21): (3, N)."""
    noise = rng.standard_normal(mu.shape)
    log_q, log_each = kernels.joint_and_each(mu + sigma * noise, mu, sigma)
    own = -0.5 * (noise**2 + np.log(2 * np.pi)).sum(1) - np.log(sigma).sum(1)
    log_p = -0.5 * ((mu + sigma * noise) ** 2 + np.log(2 * np.pi)).sum(1)
    return np.array([own - log_q, log_q - log_each.sum(1), log_q - log_p])


SCALARS = ("beta", "rate", "entropy", "error")
INTERVALS = ("information", "distortion", "bound")
ARRAYS = ("each", "each_kl", "full_data", "full_data_error")
PACKED = (*SCALARS, *INTERVALS, *ARRAYS)


def _packed(found: list[Parts]) -> dict[str, Array]:
    arrays = {name: np.array([getattr(p, name) for p in found]) for name in (*SCALARS, *ARRAYS)}
    for name in INTERVALS:
        arrays[name] = np.array([[i.lower, i.upper, i.estimate] for i in (getattr(p, name) for p in found)])
    return arrays


def _unpacked(arrays: dict[str, Array]) -> tuple[Parts, ...]:
    def one(row: int) -> Parts:
        scalars = {name: float(arrays[name][row]) for name in SCALARS}
        ends = {name: Interval(*map(float, arrays[name][row])) for name in INTERVALS}
        return Parts(**scalars, **ends, **{name: arrays[name][row] for name in ARRAYS})  # type: ignore[arg-type]

    return tuple(one(row) for row in range(len(arrays["beta"])))

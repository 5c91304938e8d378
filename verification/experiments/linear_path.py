"""The linear beta-VAE over beta: exact curves, the collapses marked, and trained models on them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from theory import linear_gaussian, linear_vae, linear_vae_fit
from theory.linear_vae_fit import LinearVAE
from verification.experiments import Figure, command
from verification.experiments.svg import INK, MUTED, NO, OK, UP, Chart, number, text
from verification.vae import intensities, linear

Array = np.ndarray[Any, Any]
SIDE, LATENT = 4, 3
REACH = 1.35  # how far the curves go, in the largest threshold for the noise given
BESIDE = 0.06  # relative: how near to a threshold a model is trained, below and above it
CLAIMS = (
    "linear_vae.rate", "linear_vae.information", "linear_vae.aggregate", "linear_vae.log_likelihood.optimum",
    "linear_vae.thresholds", "linear_vae.trained", "linear_vae.noise.thresholds", "linear_vae.noise.rate",
    "linear_vae.noise.trained",
)  # fmt: skip


@dataclass(frozen=True)
class Path:
    """One way to treat the noise: exact optima over a fine grid of beta, and models trained at a few."""

    learned: bool
    exact: LinearVAE
    at_trained: LinearVAE
    trained: linear.LinearModels | None

    @property
    def thresholds(self) -> Array:
        return np.asarray(self.exact.thresholds[0] if self.exact.thresholds.ndim > 1 else self.exact.thresholds)


@dataclass(frozen=True)
class Terms:
    """What a trained model's parameters say, in nats: average KL, I(x; z), TC and KL of the aggregate, likelihood."""

    rate: Array
    information: Array
    total_correlation: Array
    divergence: Array
    log_likelihood: Array


def covariance(data: str) -> tuple[Array, str]:
    """The covariance of images averaged over squares until they have 4 x 4 pixels, and what they were."""
    images = intensities.load(data)
    height, width = images.shape
    squares = images.train.reshape(-1, SIDE, height // SIDE, SIDE, width // SIDE).mean((2, 4), dtype=float)
    return np.cov(squares.reshape(len(squares), -1).T, bias=True), images.note


def terms(models: linear.LinearModels, Sigma_x: Array) -> Terms:
    """Of trained parameters, by the closed forms for any parameters."""
    Sigma, prior = models.variances[..., None] * np.eye(LATENT), np.eye(LATENT)
    spread = linear_gaussian.aggregate_covariance(models.A, Sigma, Sigma_x)
    return Terms(
        linear_gaussian.div(models.A, Sigma, Sigma_x, prior),
        linear_gaussian.i_enc(models.A, Sigma, Sigma_x),
        linear_gaussian.total_correlation(spread),
        linear_gaussian.aggdiv(models.A, Sigma, Sigma_x, prior),
        linear_vae.log_likelihood(Sigma_x, models.W, models.noise),
    )


@lru_cache(maxsize=4)
def paths(tier: str, seed: int, data: str) -> tuple[Path, Path]:
    """Noise given, that which is best at beta = 1, and noise learned; the fast tier trains nothing."""
    Sigma_x, _ = covariance(data)
    given = float(linear_vae_fit.fit(Sigma_x, LATENT, 1.0).noise)
    found = []
    for noise in (given, None):
        thresholds = np.atleast_2d(linear_vae_fit.fit(Sigma_x, LATENT, 1.0, noise).thresholds)[0]
        sides = [beta * factor for beta in thresholds for factor in (1 - BESIDE, 1 + BESIDE)]
        betas = np.sort([0.25, 0.6, 1.0, *sides, 1.2 * thresholds[0]])
        fine = np.unique(np.concatenate([np.geomspace(0.2, REACH * thresholds[0], 160), thresholds, [1.0]]))
        levels = None if noise is None else np.full(len(betas), noise)
        models = None if tier == "fast" else linear.train(Sigma_x, LATENT, betas, levels, seed)
        exact, near = (linear_vae_fit.fit(Sigma_x, LATENT, b, noise) for b in (fine, betas))
        found.append(Path(noise is None, exact, near, models))
    return found[0], found[1]


def run(tier: str, seed: int, device: str, data: str = "digits") -> list[Figure]:
    """Two figures: what the codes tell over beta, and what the decoder's likelihood pays for it."""
    again = command(tier, seed, data)
    return [_codes(paths(tier, seed, data), data, again), _likelihoods(paths(tier, seed, data), data, again)]


def _apart(path: Path) -> float:
    """How far the trained objectives are from the exact ones, in nats."""
    assert path.trained is not None
    return float(np.abs(path.trained.objective - path.at_trained.objective).max())


def _trained_words(found: tuple[Path, ...]) -> str:
    if found[0].trained is None:
        return "Exact curves alone: this tier trains nothing"
    farthest = max(_apart(path) for path in found)
    models = sum(len(path.at_trained.beta) for path in found)
    return (
        f"Discs: {models} trained models, float64, from random starts; their objectives are within "
        f"{number(max(farthest, 1e-15), 1)} nats of the exact optima"
    )


def _series(values: Array) -> str:
    return ", ".join(number(float(v), 3) for v in values)


def _codes(found: tuple[Path, Path], data: str, again: str) -> Figure:
    given, learned = found
    note = covariance(data)[1]
    title = (
        f"The dimensions of a linear β-VAE collapse one by one, at β = {_series(given.thresholds[::-1])}, and when its "
        f"noise is learned at {_series(learned.thresholds[::-1])}"
    )
    caption = (
        f"Average KL of the best linear β-VAE of {LATENT} latents, which is also I(x; z) for Gaussian data: {note}, "
        f"averaged to {SIDE} × {SIDE} pixels. The aggregated posterior is the prior at every β, so that KL(q(z)‖p) and "
        "TC are 0. The noise given is that which is best at β = 1; learned, it grows with β and hastens the collapses, "
        "none of which can come before β = 1. "
        f"{_trained_words(found)}."
    )
    top = 1.08 * float(max(path.exact.rate.max() for path in found))
    chart = Chart(
        "linear-path", (0.0, REACH * float(given.thresholds[0])), (-0.05 * top, top), "β", "nats",
        size=(440.0, 330.0),
    )  # fmt: skip
    for path, colour, dash, words in ((given, INK, "", "noise given"), (learned, UP, "8 3", "noise learned")):
        _mark(chart, path, colour, -0.05 * top, top)
        chart.line(path.exact.beta, path.exact.rate, colour, 2.0, dash, f"I = KL,\n{words}")
        if path.trained is not None:
            seen = terms(path.trained, covariance(data)[0])
            chart.points(path.trained.beta, seen.information, colour)
            chart.points(path.trained.beta, seen.total_correlation, NO, hollow=True)
    chart.line(given.exact.beta, 0 * given.exact.rate, NO, 1.2, "2 3", "TC, KL(q‖p)")
    alt = f"{_told(given, 'noise given')}; {_told(learned, 'noise learned')}"
    columns, rows = _table(found, data)
    return Figure("linear_path", title, caption, f"In nats. {alt}.", chart.svg(title, alt), columns, rows, again,
                  list(CLAIMS))  # fmt: skip


def _mark(chart: Chart, path: Path, colour: str, low: float, high: float) -> None:
    """The thresholds, each with the number of dimensions that are active beyond it."""
    height = chart.y.stop + (26 if path.learned else 10)
    chart.over.append(text(chart.x(float(path.thresholds[-1])) - 4, height, str(LATENT), colour, 10.5, "end"))
    for j, beta in enumerate(path.thresholds):
        chart.line([beta, beta], [low, high], colour, 0.8, "2 3")
        words = str(j) if j else "0 active"
        chart.over.append(text(chart.x(float(beta)) + 3, height, words, colour, 10.5))


def _told(path: Path, words: str) -> str:
    near = path.at_trained
    parts = zip(near.beta, near.rate, near.active, strict=True)
    return f"{words}: " + ", ".join(f"β {b:.3g} I {r:.3f} active {int(j)}" for b, r, j in parts)


def _table(found: tuple[Path, Path], data: str) -> tuple[list[str], list[list[Any]]]:
    columns = [
        "noise", "beta", "sigma^2", "active", "KL = I exact", "log-likelihood exact", "optimum exact", "KL trained",
        "I trained", "TC trained", "KL(q||p) trained", "log-likelihood trained", "optimum - trained",
    ]  # fmt: skip
    rows = []
    for path in found:
        near = path.at_trained
        noise = np.broadcast_to(near.noise, near.beta.shape)
        exact = np.stack([near.beta, noise, near.active, near.rate, near.log_likelihood, near.objective], -1)
        reached: list[list[Any]] = [[""] * 6] * len(exact)
        if path.trained is not None:
            seen = terms(path.trained, covariance(data)[0])
            short = near.objective - path.trained.objective
            each = (seen.rate, seen.information, seen.total_correlation, seen.divergence, seen.log_likelihood)
            reached = [[*(round(float(v), 6) + 0.0 for v in row[:-1]), f"{row[-1]:.1e}"]
                       for row in np.stack([*each, short], -1)]  # fmt: skip
        name = "learned" if path.learned else "given"
        rows += [
            [name, *(round(float(v), 6) for v in row), *r] for row, r in zip(exact, reached, strict=True)
        ]  # fmt: skip
    return columns, rows


def _likelihoods(found: tuple[Path, Path], data: str, again: str) -> Figure:
    given, learned = found
    lost = [float(path.exact.log_likelihood.max() - path.exact.log_likelihood[-1]) for path in found]
    best = [float(path.exact.beta[int(np.argmax(path.exact.log_likelihood))]) for path in found]
    title = (
        f"The decoder's log-likelihood is highest at β = {number(best[0])} with given and at β = {number(best[1])} "
        f"with learned noise; full collapse costs {lost[0]:.2f} and {lost[1]:.2f} nats"
    )
    caption = (
        "Average log marginal likelihood of the decoder, and the objective, of the best linear β-VAE of the figure "
        "before. At β = 1 the objective is the likelihood, since the posterior is exact; below it exceeds it, above it "
        f"falls short. {_trained_words(found)}."
    )
    shown = [path.exact.log_likelihood for path in found]
    low, high = min(v.min() for v in shown), max(v.max() for v in shown)
    room = 0.15 * (high - low)
    chart = Chart(
        "linear-likelihood", (0.0, REACH * float(given.thresholds[0])), (float(low - room), float(high + room)), "β",
        "nats per datum", size=(440.0, 330.0),
    )  # fmt: skip
    for path, colour, dash, words in ((given, INK, "", "noise given"), (learned, UP, "8 3", "noise learned")):
        chart.line(path.exact.beta, path.exact.log_likelihood, colour, 2.0, dash, f"log p(x),\n{words}")
        chart.line(path.exact.beta, path.exact.objective, OK, 1.1, dash, f"objective,\n{words}")
        if path.trained is not None:
            seen = terms(path.trained, covariance(data)[0])
            chart.points(path.trained.beta, seen.log_likelihood, colour)
            chart.points(path.trained.beta, path.trained.objective, OK, hollow=True)
    chart.line([1.0, 1.0], [low - room, high + room], MUTED, 0.8, "2 3")
    alt = "; ".join(
        f"noise {'learned' if path.learned else 'given'}: "
        + ", ".join(
            f"β {b:.3g} log-likelihood {v:.3f}"
            for b, v in zip(path.at_trained.beta, path.at_trained.log_likelihood, strict=True)
        )
        for path in found
    )
    columns, rows = _table(found, data)
    keep = [0, 1, 5, 6, 11, 12]
    return Figure(
        "linear_likelihood", title, caption, f"In nats. {alt}.", chart.svg(title, alt), [columns[i] for i in keep],
        [[row[i] for i in keep] for row in rows], again, list(CLAIMS),
    )  # fmt: skip

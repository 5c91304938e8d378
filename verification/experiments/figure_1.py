"""Figure 1: images decoded from p(z), from r(z) drawn exactly, and from the posterior nearest to each draw of r."""

from __future__ import annotations

from typing import Any

import numpy as np

from theory import envelope
from verification.estimate import Estimate
from verification.experiments import Figure, command
from verification.experiments.svg import MUTED, document, number, picture, png, text, within
from verification.vae.evidence import likelihood_rises, pixel_means, samples_closer
from verification.vae.fixtures import Trained, trained
from verification.vae.normalizer import covariances
from verification.vae.objectives import log_normal
from verification.vae.training import derived_seed

Array = np.ndarray[Any, Any]

BETA = 0.75
SHOWN = 10
COUNTED = 400
LEVEL = 0.05
WIDTH = 440.0


def run(tier: str, seed: int, device: str, data: str = "digits") -> list[Figure]:
    """Four rows of images from one model at beta = 0.75, and what statistics over all its twins say of them."""
    ensemble = trained(tier, seed, device, data)
    model = ensemble.where(BETA)[0]
    rng = np.random.default_rng(derived_seed("figure 1", ensemble.name, seed))
    from_p = rng.standard_normal((COUNTED, ensemble.mu.shape[2]))
    Sigma = covariances(ensemble.logvar[model])
    from_r, share = envelope.sample(rng, ensemble.mu[model].astype(float), Sigma, float(ensemble.betas[model]), COUNTED)
    accepted = float(share)
    nearest, certain = nearest_posterior(ensemble, model, from_r)
    mu, logvar = ensemble.mu[model][nearest].astype(float), ensemble.logvar[model][nearest].astype(float)
    again = mu + np.exp(logvar / 2) * rng.standard_normal(mu.shape)
    images = [pixel_means(ensemble, model, z) for z in (from_p, from_r, again)]
    train = ensemble.data.train_x[nearest].astype(float)
    rises = likelihood_rises(seed, device, LEVEL, data, tier)
    closer = samples_closer(seed, device, LEVEL, data, tier)
    wrong = [float(np.abs((image > 0.5) - train).sum(1).mean()) for image in images[1:]]
    return [_figure(ensemble, images, train, rises, closer, accepted, wrong, certain, command(tier, seed, data))]


def nearest_posterior(ensemble: Trained, model: int, z: Array) -> tuple[Array, Array]:
    """For each z (n, k) the training index whose posterior gives it most likelihood, and that index's
    responsibility."""
    mu, logvar = ensemble.mu[model].astype(float), ensemble.logvar[model].astype(float)
    log_q = np.array([log_normal(one, mu, logvar) for one in z])
    top = log_q.max(1, keepdims=True)
    return log_q.argmax(1), 1 / np.exp(log_q - top).sum(1)


def _title(rises: Estimate) -> str:
    value, error = float(rises.value[0]), float(rises.error[0])
    if abs(value) <= error:
        found = within(value, error)
        return f"At β = {BETA:g} no difference is resolved between r and p as priors of held-out images: {found} nats"
    which = ("r", "p") if value > 0 else ("p", "r")
    return (
        f"At β = {BETA:g} held-out images are {within(abs(value), error)} nats each more likely with z drawn from "
        f"{which[0]} than from {which[1]}"
    )


def _figure(
    ensemble: Trained,
    images: list[Array],
    train: Array,
    rises: Estimate,
    closer: Estimate,
    accepted: float,
    wrong: list[float],
    certain: Array,
    again: str,
) -> Figure:
    title = _title(rises)
    rows = [
        ("z ~ p(z)", images[0]),
        ("z ~ r(z), exact", images[1]),
        ("z ~ q(z|xₙ), n most likely for the z above", images[2]),
    ]
    rows.append(("the training images xₙ themselves", train))
    side = WIDTH / SHOWN
    body, y = [], 16.0
    for name, row in rows:
        body.append(text(0, y, name, MUTED, 12))
        body.append(picture(0, y + 6, WIDTH, side, png(_strip(row[:SHOWN], ensemble.data.shape))))
        y += side + 30
    value, error = float(closer.value[0]), float(closer.error[0])
    verdict = "nothing resolved" if abs(value) <= error else ("r nearer" if value > 0 else "p nearer")
    pixels = ensemble.data.train_x.shape[1]
    caption = (
        f"Pixel probabilities p(x|z) of one model; {ensemble.data.note}. r is sampled exactly by rejection, "
        f"{accepted:.0%} of proposals accepted. Over {COUNTED} draws of r the decoded image differs from xₙ in "
        f"{number(wrong[0], 2)} of "
        f"{pixels} pixels, a reconstruction from q(z|xₙ) in {number(wrong[1], 2)}, and the most likely n has "
        f"responsibility "
        f"{number(float(np.median(certain)), 2)} (median): r {_memorises(certain)}. Squared mean discrepancy to "
        f"held-out images, "
        f"p's less r's: {within(value, error)} ×10⁻³ ({verdict}). Intervals at 95 %: {rises.certificate}."
    )
    alt = (
        f"Held-out log-likelihood under r less that under p {within(float(rises.value[0]), float(rises.error[0]))} "
        f"nats; mean "
        f"discrepancy {within(value, error)} ×10⁻³; acceptance {accepted:.3f}; pixels off {wrong[0]:.2f} and "
        f"{wrong[1]:.2f}."
    )
    table: list[list[Any]] = [
        ["held-out log p(x), r less p (nats)", round(float(rises.value[0]), 4), round(float(rises.error[0]), 4)],
        ["squared mean discrepancy, p less r (10⁻³)", round(value, 4), round(error, 4)],
        ["share of proposals accepted", round(accepted, 4), None],
        ["pixels in which an image of r differs from xₙ", round(wrong[0], 3), None],
        ["pixels in which a reconstruction differs from xₙ", round(wrong[1], 3), None],
        ["median responsibility of the nearest posterior", round(float(np.median(certain)), 4), None],
    ]
    svg = document("fig1", (WIDTH, y - 24), "".join(body), title, alt)
    columns = ["quantity", "value", "± (95 %)"]
    return Figure("fig1", title, caption, alt, svg, columns, table, again, ["hoffman.fig1.r_better"])


def _memorises(certain: Array) -> str:
    if float(np.median(certain)) < 0.95:
        return "does not simply repeat training images"
    return "stays close to single training images"


def _strip(images: Array, shape: tuple[int, int]) -> Array:
    """Images side by side with a white column between: (n, D) -> (height, n * (width + 1))."""
    tiles = [np.pad(image.reshape(shape), ((0, 0), (0, 1))) for image in images]
    return np.concatenate(tiles, axis=1)

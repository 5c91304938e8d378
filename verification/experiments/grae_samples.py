"""Samples of beta-VAEs, of GRAE and of its stochastic surrogate over beta, and how far their laws lie apart."""

from __future__ import annotations

from typing import Any

import numpy as np

from verification.experiments import Figure, command
from verification.experiments.precision import interval, rounded
from verification.experiments.svg import INK, MUTED, NO, OK, Chart, document, number, picture, png, text
from verification.vae.evidence import student_radius
from verification.vae.grae import OBJECTIVES, Fit, distances, fit, prior_draws, samples

Array = np.ndarray[Any, Any]

NAMES = {"vae": "β-VAE", "grae": "GRAE", "surrogate": "GRAE~"}
COLOURS = {"vae": INK, "grae": NO, "surrogate": OK}
TILES = 4
CLAIMS = ["kumar_poole.appendix_g.samples", "kumar_poole.appendix_g.scores"]
WHY = (
    "The energy distance 2E‖X − Y‖ − E‖X − X′‖ − E‖Y − Y′‖ between images as vectors is 0 for equal laws alone; its "
    "estimate has no bias at any sample size and needs neither a bandwidth nor a network trained on other images, as "
    "FID does."
)


def run(tier: str, seed: int, device: str, data: str = "digits") -> list[Figure]:
    """Samples side by side over beta; energy distances over beta with intervals over seeds."""
    found, again = fit(tier, seed, device, data), command(tier, seed, data)
    made = distances(found, seed)
    return [_samples(found, made, seed, again), _distances(found, made, again)]


def _setting(found: Fit) -> str:
    g = found.grid
    return (
        f"{found.images.note}, unit noise, k = {g.latent}, one hidden elu layer of "
        f"{g.hidden}, sigmoid output, {g.steps:,} steps, {g.replicates} seeds a β"
    )


def over_seeds(values: Array) -> list[tuple[float, float]]:
    """Mean and Student's 95 % radius of every row, (settings, replicates)."""
    return [(float(row.mean()), student_radius(row, 0.05)) for row in values]


def _samples(found: Fit, made: dict[str, Array], seed: int, again: str) -> Figure:
    betas, replicates = found.grid.betas, found.grid.replicates
    z = prior_draws(found, TILES**2, seed + 1)
    side, gap, left, top = 84.0, 8.0, 58.0, 24.0
    parts = []
    for column, beta in enumerate(betas):
        x = left + column * (side + gap)
        parts.append(text(x + side / 2, top - 9, f"β = {beta:g}", INK, 11.5, "middle"))
    for row, objective in enumerate(OBJECTIVES):
        y = top + row * (side + gap)
        parts.append(text(2, y + side / 2, NAMES[objective], COLOURS[objective], 11.5))
        drawn = samples(found, objective, z)
        for column in range(len(betas)):
            tile = _tile(drawn[column * replicates] / found.images.peak, found.images.shape)
            parts.append(picture(left + column * (side + gap), y, side, side, png(tile)))
    closest = [(float(made[f"{o} to vae"][i].mean()), o, b) for i, b in enumerate(betas) for o in OBJECTIVES[1:]]
    far, near = max(closest), min(closest)
    title = (
        f"Samples from N(0, I): {NAMES[near[1]]} is nearest to the β-VAE at β = {near[2]:g} (energy distance "
        f"{number(near[0], 2)}), {NAMES[far[1]]} farthest at β = {far[2]:g} ({number(far[0], 2)})"
    )
    caption = (
        f"Decoded means of the same {TILES**2} draws of the prior in every panel, first seed. GRAE has (13)'s full "
        f"log-determinant, GRAE~ one random column of (14) an image and step; mean-field β-VAE. {_setting(found)}."
    )
    columns = ["objective", "beta", "mean intensity", "standard deviation over samples"]
    rows: list[list[Any]] = []
    many = prior_draws(found, 200, seed + 2)
    for objective in OBJECTIVES:
        drawn = samples(found, objective, many).reshape(len(betas), -1, many.shape[1], found.images.train.shape[1])
        for i, beta in enumerate(betas):
            spread = drawn[i].std(1).mean()
            rows.append([NAMES[objective], beta, rounded(float(drawn[i].mean())), rounded(float(spread))])
    alt = "; ".join(f"{r[0]}, β {r[1]:g}: mean intensity {r[2]}, standard deviation {r[3]}" for r in rows)
    size = (left + len(betas) * (side + gap), top + len(OBJECTIVES) * (side + gap))
    svg = document("grae-samples", size, "".join(parts), title, alt)
    return Figure("grae_samples.images", title, caption, alt, svg, columns, rows, again, CLAIMS[:1])


def _tile(images: Array, shape: tuple[int, int]) -> Array:
    height, width = shape
    grid = images.reshape(TILES, TILES, height, width).transpose(0, 2, 1, 3)
    return grid.reshape(TILES * height, TILES * width)


def _distances(found: Fit, made: dict[str, Array], again: str) -> Figure:
    betas = found.grid.betas
    curves = {name: over_seeds(values) for name, values in made.items()}
    apart = {o: over_seeds(made[o] - made["vae"]) for o in OBJECTIVES[1:]}
    which, i = max(((o, i) for o in apart for i in range(len(betas))), key=lambda pair: abs(apart[pair[0]][pair[1]][0]))
    mean, radius = apart[which][i]
    side = "farther from" if mean > 0 else "nearer to"
    by = f"{interval(abs(mean), radius, 3)} of {number(curves['vae'][i][0], 2)}"
    title = (
        f"At β = {betas[i]:g} samples of {NAMES[which]} are {side} held-out images than those of the β-VAE by {by}; at "
        f"any other β the two differ by less"
    )
    if radius > abs(mean):
        title = (
            f"Where samples of {NAMES[which]} and of the β-VAE differ most in their distance to held-out images, at "
            f"β = {betas[i]:g}, seeds do not tell by which sign: {by}"
        )
    seeds = float(made["between"].mean())
    caption = (
        f"{WHY} Against {min(len(found.images.test), 1000):,} held-out images, as many samples; bars are 95 % Student "
        f"intervals over seeds, the title's of differences within a seed. Dashed: from each autoencoder's samples to "
        f"those of the β-VAE with its seed; β-VAEs that differ by their seed alone are {number(seeds, 2)} apart on "
        f"average. {_setting(found)}."
    )
    top = 1.15 * max(v + min(r, v) for curve in curves.values() for v, r in curve)
    chart = Chart(
        "grae-distance", (min(betas), max(betas)), (0.0, top), "β", "energy distance", log_x=True, size=(460.0, 310.0)
    )
    for o in OBJECTIVES:
        curve = np.array(curves[o])
        chart.line(betas, curve[:, 0], COLOURS[o], 1.9, "", f"{NAMES[o]}\nto images")
        chart.bars(betas, np.maximum(curve[:, 0] - curve[:, 1], 0), curve[:, 0] + curve[:, 1], COLOURS[o])
    for o in OBJECTIVES[1:]:
        chart.line(betas, np.array(curves[f"{o} to vae"])[:, 0], COLOURS[o], 1.4, "5 3", f"{NAMES[o]}\nto β-VAE")
    chart.line(betas, np.array(curves["between"])[:, 0], MUTED, 1.2, "2 3", "between\nseeds")
    columns = ["beta"]
    for name in curves:
        columns += [_word(name), f"{_word(name)} ±"]
    rows = [
        [beta, *(rounded(v) for curve in curves.values() for v in curve[i])] for i, beta in enumerate(betas)
    ]  # fmt: skip
    alt = "; ".join(
        f"β {b:g}: " + ", ".join(f"{_word(name)} {number(curves[name][i][0], 3)}" for name in curves)
        for i, b in enumerate(betas)
    )
    svg = chart.svg(title, alt)
    return Figure(
        "grae_samples.distance", title, caption, f"Energy distances. {alt}.", svg, columns, rows, again, CLAIMS
    )


def _word(name: str) -> str:
    if name == "between":
        return "β-VAEs of different seeds"
    objective, _, to = name.partition(" to ")
    return f"{NAMES[objective]} to {NAMES[to] if to else 'images'}"

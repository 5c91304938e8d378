"""The objectives (2), (7), (13) and each family's own over beta on held-out images, and the gaps between them."""

from __future__ import annotations

from typing import Any

import numpy as np

from verification.experiments import Figure, command
from verification.experiments.precision import DASHES, beside, dimensions, interval, rounded, setting, under
from verification.experiments.svg import INK, MUTED, NO, OK, UP, Chart, number
from verification.vae.evidence import student_radius
from verification.vae.structured_evidence import over_seeds
from verification.vae.structured_fixtures import Fit, fits

Array = np.ndarray[Any, Any]

NAMES = ("vae", "taylor", "own", "grae")


def run(tier: str, seed: int, device: str, data: str = "digits") -> list[Figure]:
    """The four losses over beta, then what lies between them."""
    fit, again = fits(tier, seed, device, data)[0], command(tier, seed, data)
    return [_losses(fit, again), _gaps(fit, again)]


def _values(fit: Fit, name: str) -> Array:
    return fit.vae if name == "vae" else fit.local[name]


def _curve(fit: Fit, values: Array, block: int) -> Array:
    """Means and Student radii over seeds at every beta, (betas, 2)."""
    return np.array([over_seeds(fit, values, beta, block) for beta in fit.grid.betas])


def draw_radius(fit: Fit, beta: float, block: int) -> float:
    """How far sampling alone may have moved the mean of (2) at a setting: three standard errors, in nats."""
    chosen = fit.local["remainder_variance"][fit.grid.of(beta, block)]
    return float(3 * np.sqrt(chosen.sum()) / chosen.size)


def _losses(fit: Fit, again: str) -> Figure:
    grid, blocks = fit.grid, fit.grid.blocks
    rows: list[list[Any]] = []
    for b in blocks:
        for beta in grid.betas:
            numbers = [v for name in NAMES for v in over_seeds(fit, _values(fit, name), beta, b)]
            row = [grid.latent, b, beta, dimensions(fit, beta, b), *map(rounded, numbers)]
            rows.append([*row, rounded(draw_radius(fit, beta, b))])
    apart = [(r[4] - r[10]) / r[4] for r in rows]
    worst = int(np.argmax(np.abs(apart)))
    title = (
        f"From β = {grid.betas[0]:g} to {grid.betas[-1]:g} GRAE (13) is within {100 * max(map(abs, apart)):.1f} % of "
        f"the β-VAE's loss (2), most at β = {rows[worst][2]:g}, b = {rows[worst][1]}"
    )
    caption = (
        f"Losses in nats an image without D/2 log 2π, mean over {fit.sizes.images} held-out images; bars are 95 % "
        f"Student intervals over seeds. (2) by {2 * fit.sizes.pairs} draws an image in opposite pairs, less a "
        f"quadratic whose mean is known: within {number(max(r[-1] for r in rows), 2)} nats of its mean over draws "
        f"(three standard errors). “Own” is (13) with the log-determinant that the posterior's family can have. "
        f"{setting(fit)}."
    )
    top = max(r[4] for r in rows)
    chart = Chart(
        "objectives-losses", (grid.betas[0], grid.betas[-1]), (0.0, 1.06 * top), "β", "nats per image", log_x=True,
        size=(440.0, 310.0), margin=(30.0, 104.0, 62.0, 46.0),
    )  # fmt: skip
    looks = (
        ("vae", NO, "β-VAE (2)"),
        ("taylor", UP, "Taylor (7)"),
        ("own", MUTED, "own family"),
        ("grae", OK, "GRAE (13)"),
    )
    for b in blocks:
        for name, colour, words in looks:
            curve = _curve(fit, _values(fit, name), b)
            chart.line(grid.betas, curve[:, 0], colour, 1.7, DASHES[b], words if b == blocks[0] else "")
            chart.bars(grid.betas, curve[:, 0] - curve[:, 1], curve[:, 0] + curve[:, 1], colour)
    under(chart, fit)
    alt = "; ".join(
        f"b {r[1]}, β {r[2]:g}: (2) {r[4]:.2f}, (7) {r[6]:.2f}, own {r[8]:.2f}, (13) {r[10]:.2f}" for r in rows
    )
    columns = ["k", "b", "beta", "active dimensions"]
    for word in ("(2)", "(7)", "own", "(13)"):
        columns += [word, f"{word} ±"]
    columns.append("(2), three standard errors of draws")
    svg = chart.svg(title, alt)
    claims = ["kumar_poole.section_7.close"]
    return Figure("objectives.losses", title, caption, alt, svg, columns, rows, again, claims)


def _gaps(fit: Fit, again: str) -> Figure:
    grid, blocks = fit.grid, fit.grid.blocks
    measured = {
        "(2) − (7)": fit.local["remainder"],
        "(7) − (13)": fit.local["taylor"] - fit.local["grae"],
        "formula": fit.local["gap"],
        "(7) − own": fit.local["taylor"] - fit.local["own"],
    }
    rows = []
    for b in blocks:
        for beta in grid.betas:
            numbers = [v for values in measured.values() for v in over_seeds(fit, values, beta, b)]
            rows.append([grid.latent, b, beta, dimensions(fit, beta, b), *map(rounded, numbers)])
    sampled, whole, _, own = (_curve(fit, values, blocks[0]) for values in measured.values())
    peak, last = int(np.argmax(whole[:, 0])), len(grid.betas) - 1
    falls = _fall(fit, measured["(7) − (13)"], peak, last)
    title = (
        f"From Taylor (7) to GRAE (13) it is {interval(*whole[peak])} nats at β = {grid.betas[peak]:g}"
        f"{f' and {interval(*whole[last])} at β = {grid.betas[last]:g}' if peak != last else ''}; from (2) to (7), "
        f"{interval(*sampled[peak])}{f' and {interval(*sampled[last])}' if peak != last else ''} (b = {blocks[0]})"
    )
    off = max(float(abs(measured["(7) − (13)"] - measured["formula"]).max()), 1e-16)
    caption = (
        f"Differences of held-out losses, paired by image; bars are 95 % Student intervals over seeds. Rings: the gap "
        f"formula, with its brackets put right: β/2 [tr((I + JᵀJ/β)Σ) − log|(I + JᵀJ/β)Σ| − k]; it meets the measured "
        f"gap within {number(off, 2)} nats on every image. Like with like, a posterior costs only (7) − own against "
        f"the best of its own family: {interval(*own[peak])} nats of those {interval(*whole[peak])}.{falls} (2) − (7) "
        f"is below 0 at {_below(sampled)}. {setting(fit)}."
    )
    every = np.concatenate([_curve(fit, values, b) for values in measured.values() for b in blocks])
    low, high = float((every[:, 0] - every[:, 1]).min()), float((every[:, 0] + every[:, 1]).max())
    chart = Chart(
        "objectives-gaps", (grid.betas[0], grid.betas[-1]), (low - 0.02, 1.06 * high), "β", "nats per image",
        log_x=True, size=(440.0, 320.0), margin=(30.0, 104.0, 62.0, 46.0),
    )  # fmt: skip
    looks = {"(2) − (7)": NO, "(7) − (13)": OK, "(7) − own": MUTED}
    for b in blocks:
        for name, colour in looks.items():
            curve, at = _curve(fit, measured[name], b), beside(fit, b)
            chart.line(at, curve[:, 0], colour, 1.8, DASHES[b], name if b == blocks[0] else "")
            chart.bars(at, curve[:, 0] - curve[:, 1], curve[:, 0] + curve[:, 1], colour)
        chart.points(beside(fit, b), _curve(fit, measured["formula"], b)[:, 0], INK, hollow=True)
    under(chart, fit)
    alt = "; ".join(
        f"b {r[1]}, β {r[2]:g}: (2) − (7) {r[4]:.3f}, (7) − (13) {r[6]:.3f}, (7) − own {r[10]:.3f}" for r in rows
    )
    columns = ["k", "b", "beta", "active dimensions"]
    for name in measured:
        columns += [name, f"{name} ±"]
    names = (
        "section_7.faster", "section_7.faster.first", "section_7.faster.later", "section_7.family",
        "appendix_f.taylor", "appendix_f.grae", "appendix_f.formula",
    )  # fmt: skip
    svg = chart.svg(title, alt)
    return Figure(
        "objectives.gaps", title, caption, alt, svg, columns, rows, again, [f"kumar_poole.{n}" for n in names]
    )


def _fall(fit: Fit, values: Array, peak: int, last: int) -> str:
    """How far the gap falls after its peak, by seed and averaged over block sizes; nothing where it does not."""
    if peak == last:
        return ""
    grid = fit.grid
    at = [[m for b in grid.blocks for m in grid.of(grid.betas[i], b)] for i in (peak, last)]
    fall = (values[at[0]] - values[at[1]]).mean(1).reshape(len(grid.blocks), grid.replicates).mean(0)
    found = interval(float(fall.mean()), student_radius(fall, 0.05))
    span = f"From β = {grid.betas[peak]:g} to {grid.betas[last]:g}"
    return f" {span}, where dimensions collapse, (7) − (13) falls by {found}."


def _below(curve: Array) -> str:
    count = int((curve[:, 0] + curve[:, 1] < 0).sum())
    return f"{count or 'no'} of {len(curve)} β for certain"

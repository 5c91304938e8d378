"""Where the nats go: what the encoder's mean, its covariance and its family cost on each image, over beta."""

from __future__ import annotations

from typing import Any

import numpy as np

from verification.experiments import Figure, command
from verification.experiments.decomposition import ADDED, _box
from verification.experiments.precision import dimensions, interval, rounded, setting
from verification.experiments.svg import GROUND, INK, MUTED, NO, OK, SHADE, UP, Chart, Places, number, text
from verification.vae.structured_evidence import over_seeds
from verification.vae.structured_fixtures import Fit, fits

Array = np.ndarray[Any, Any]

# From the axis upwards: the first is what a better encoder could win within the family by its covariance alone.
STACK = (("covariance", OK, OK), ("mean", ADDED, NO), ("family", SHADE, UP))
WORDS = {"covariance": "covariance,\nin its family", "mean": "mean", "family": "family"}


def run(tier: str, seed: int, device: str, data: str = "digits") -> list[Figure]:
    """One figure: the parts stacked for every beta and block size, and what of them sampling bears out."""
    return [_figure(fits(tier, seed, device, data)[0], command(tier, seed, data))]


def parts(fit: Fit) -> dict[str, Array]:
    """Nats of every model and image, (M, B): what each step from the encoder to the optimum of (13) wins, their sum,
    and under the sampled objective (2) what the first two win, and what the best posterior that was found wins."""
    found = fit.split
    vae = found["encoder"] + found["remainder"]
    return {
        "covariance": found["encoder"] - found["covariance"],
        "mean": found["covariance"] - found["mean"],
        "family": found["mean"] - found["family"],
        "all": found["encoder"] - found["family"],
        "sampled": vae - found["mean"] - found["optimum_remainder"],
        "best": vae - found["sampled"],
    }


def _figure(fit: Fit, again: str) -> Figure:
    grid, found = fit.grid, parts(fit)
    rows: list[list[Any]] = []
    for b in grid.blocks:
        for beta in grid.betas:
            numbers = [v for values in found.values() for v in over_seeds(fit, values, beta, b)]
            left = float(fit.split["left"][grid.of(beta, b)].mean())
            rows.append([grid.latent, b, beta, dimensions(fit, beta, b), *map(rounded, numbers), rounded(left)])
    low, high, b = grid.betas[0], grid.betas[-1], grid.blocks[0]
    of = {name: (over_seeds(fit, found[name], low, b), over_seeds(fit, found[name], high, b)) for name in found}
    promised = [of["covariance"][i][0] + of["mean"][i][0] for i in (0, 1)]
    title = (
        f"At β = {low:g} the encoder's mean costs {interval(*of['mean'][0])} nats, its covariance "
        f"{interval(*of['covariance'][0], 3)} (b = {b}); at β = {high:g} the best mean and covariance under (7) "
        f"promise {number(promised[1], 2)} nats and win {interval(*of['sampled'][1])} under (2)"
    )
    worst = float(fit.split["left"].mean(1).max())
    caption = (
        f"Held-out nats, mean over {fit.sizes.sought} images, that (7) loses at the encoder against the best "
        f"covariance of its family at its mean; against the best mean with its own best covariance; against the same "
        f"with full covariances, the optimum of (13). Bars from left to right: b = {', '.join(map(str, grid.blocks))}; "
        f"whiskers on the whole are 95 % Student intervals over seeds, below it the active dimensions. Rings: what the "
        f"first two win under the objective (2), by sampling: of {number(promised[0], 2)} nats promised at β = "
        f"{low:g}, {interval(*of['sampled'][0])}; of {number(promised[1], 2)} at β = {high:g}, "
        f"{interval(*of['sampled'][1])}. Discs: what the best posterior wins that gradient steps on (2) from there "
        f"found in the family, {interval(*of['best'][1])} at β = {high:g}. Optima are local: by Newton's method from "
        f"the encoder's mean, on average within {number(max(worst, 1e-9), 1)} nats. {setting(fit)}."
    )
    alt = "; ".join(
        f"b {r[1]}, β {r[2]:g}: covariance {r[4]:.3f}, mean {r[6]:.3f}, family {r[8]:.3f}, sampled gain {r[12]:.3f}, "
        f"by the best {r[14]:.3f}, {r[3]} active"
        for r in rows
    )
    columns = ["k", "b", "beta", "active dimensions"]
    for name in (*(name for name, _, _ in STACK), "all", "gain under (2)", "best gain under (2)"):
        columns += [name, f"{name} ±"]
    columns.append("left by Newton")
    svg = _chart(fit, found).svg(title, alt)
    claims = ["kumar_poole.section_7.mean"]
    return Figure("nats", title, caption, alt, svg, columns, rows, again, claims)


def _chart(fit: Fit, found: dict[str, Array]) -> Chart:
    grid = fit.grid
    settings = [(place, i, beta, b) for place, beta in enumerate(grid.betas) for i, b in enumerate(grid.blocks)]
    ends = [over_seeds(fit, found[name], beta, b) for name in ("all", "best") for _, _, beta, b in settings]
    low, high = min(0.0, *(v - r for v, r in ends)), max(v + r for v, r in ends)
    low, high = max(low, -0.5 * high), min(high, 1.5 * max(v for v, _ in ends))
    chart = Places(
        "nats", (-0.5, len(grid.betas) - 0.5), (low, 1.04 * high), "β", "nats per image", size=(440.0, 330.0),
        margin=(30.0, 112.0, 56.0, 38.0),
    )  # fmt: skip
    step = 0.8 / len(grid.blocks)
    for place, i, beta, b in settings:
        middle, base = place + (i - (len(grid.blocks) - 1) / 2) * step, 0.0
        left, right = chart.x(middle - 0.42 * step), chart.x(middle + 0.42 * step)
        for name, fill, edge in STACK:
            height = max(over_seeds(fit, found[name], beta, b)[0], 0.0)
            top, bottom = chart.y(base + height), chart.y(base)
            if bottom - top > 0.3:
                chart.over.append(_box(left, top, right - left, bottom - top, fill, edge))
            base += height
        for name, colour in (("all", MUTED), ("best", INK)):
            value, radius = over_seeds(fit, found[name], beta, b)
            chart.bars([middle], [value - radius], [value + radius], colour)
        chart.points([middle], [over_seeds(fit, found["sampled"], beta, b)[0]], INK, hollow=True)
        chart.points([middle], [over_seeds(fit, found["best"], beta, b)[0]], INK)
    for place, beta in enumerate(grid.betas):
        chart.name(place, f"{beta:g}")
        active = fit.active[np.isclose(grid.beta, beta)]
        words = f"{active.min()}" if active.min() == active.max() else f"{active.min()}–{active.max()}"
        chart.under.append(text(chart.x(place), chart.y.start + 48, words, MUTED, 10.5, "middle"))
    chart.under.append(text(chart.x.stop + 8, chart.y.start + 48, "active", MUTED, 10.5))
    _legend(chart)
    return chart


def _legend(chart: Chart) -> None:
    top = chart.y.stop + 10
    for name, fill, edge in reversed(STACK):
        chart.over.append(_box(chart.x.stop + 8, top - 9, 11, 11, fill, edge))
        for word in WORDS[name].split("\n"):
            chart.over.append(text(chart.x.stop + 24, top, word, INK, 11))
            top += 13
        top += 6
    for fill, words in ((GROUND, ("gain under (2)", "of the first two")), (INK, ("best gain", "under (2)"))):
        style = f"fill:{fill};stroke:{INK};stroke-width:1.3"
        chart.over.append(f'<circle cx="{chart.x.stop + 13.5:.1f}" cy="{top - 4:.1f}" r="2.6" style="{style}"/>')
        for word in words:
            chart.over.append(text(chart.x.stop + 24, top, word, INK, 11))
            top += 13
        top += 6

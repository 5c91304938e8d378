"""Uniqueness (Figures 1, 5 and 6 of Kumar and Poole): angles of latents against the ELBO, and where they should lie."""

from __future__ import annotations

from typing import Any

import numpy as np

from verification.experiments import Figure
from verification.experiments.svg import INK, MUTED, NO, OK, Chart, document, text
from verification.vae import unique
from verification.vae.unique import Panel
from verification.vae.unique_results import panels, results

Array = np.ndarray[Any, Any]
Found = dict[Panel, dict[str, Array]]

WIDTH, HEIGHT = 250.0, 150.0
MARGIN = (26.0, 10.0, 38.0, 34.0)
FLOOR = 1e-5


def run(tier: str, seed: int, device: str, data: str = "digits") -> list[Figure]:
    """Both scatter plots of the source, what the axes are, and how many iterations it takes."""
    found = results(tier, seed, device)
    size = "deep" if tier == "deep" else "default"
    again = f"betavae figure uniqueness --size {size} --seed {seed}"
    return [_scatter(found, amortised, again) for amortised in (True, False)]


def gaps(found: Found, panel: Panel) -> tuple[Array, Array]:
    """Nats below the best ELBO found of the same data, by the printed schedule and once settled: two of (runs,)."""
    other = Panel(panel.activation, unique.FAMILIES[panel.mean_field], panel.amortised, panel.columns)
    best = np.fmax(found[panel]["best"], found[other]["best"])
    best = np.fmax(best, np.fmax(found[panel]["elbo"], found[other]["elbo"]))
    return best - found[panel]["elbo"], best - found[panel]["best"]


def _scatter(found: Found, amortised: bool, again: str) -> Figure:
    which = "amortised" if amortised else "unamortised"
    body, rows = [], []
    for i, activation in enumerate(unique.ACTIVATIONS):
        for j, family in enumerate(unique.FAMILIES):
            panel = Panel(activation, family, amortised)
            chart = _panel(found, panel, f"uniqueness-{which}-{activation}-{j}", i == len(unique.ACTIVATIONS) - 1)
            body.append(f'<g transform="translate({j * WIDTH:.0f} {16 + i * (HEIGHT + 14):.0f})">{chart}</g>')
            body.append(text(j * WIDTH + MARGIN[3], 12 + i * (HEIGHT + 14), f"{activation}, {family}", INK, 11.5))
            rows += _rows(found, panel)
    size = (2 * WIDTH, 20 + 4 * (HEIGHT + 14))
    title = f"{len(rows)}"
    columns = ["nu", "q", "n", "runs", "median nats below the best", "median |angle|"]
    svg = document(f"uniqueness-{which}", size, "".join(body), title, title)
    return Figure(f"uniqueness.{which}", title, "", title, svg, columns, rows, again, [])


def _panel(found: Found, panel: Panel, identifier: str, last: bool) -> str:
    printed, settled = gaps(found, panel)
    chart = Chart(
        identifier, (30.0, FLOOR), (-45.0, 45.0), "nats below the best ELBO" if last else "", "", log_x=True,
        size=(WIDTH, HEIGHT), margin=MARGIN,
    )  # fmt: skip
    chart.points(np.clip(printed, FLOOR, 30), found[panel]["angle"], MUTED, 1.6, hollow=True)
    chart.points(np.clip(settled, FLOOR, 30), found[panel]["settled"], OK if panel.mean_field else NO, 1.6)
    return "".join([*chart.under, *chart.over])


def _rows(found: Found, panel: Panel) -> list[list[Any]]:
    table, (printed, _) = found[panel], gaps(found, panel)
    rows: list[list[Any]] = []
    for n in np.unique(table["n"]):
        here = table["n"] == n
        middle = float(np.nanmedian(printed[here]))
        angle = float(np.nanmedian(np.abs(table["angle"][here])))
        rows.append([panel.activation, panel.family, int(n), int(here.sum()), round(middle, 5), round(angle, 2)])
    return rows

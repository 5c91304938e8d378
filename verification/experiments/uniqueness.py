"""Uniqueness (Figures 1, 5 and 6 of Kumar and Poole): angles of latents against the ELBO, and where they should lie."""

from __future__ import annotations

from typing import Any

import numpy as np

from verification.experiments import Figure
from verification.experiments.svg import INK, MUTED, NO, OK, Chart, document, number, text
from verification.vae import circular, unique
from verification.vae.unique import Panel
from verification.vae.unique_outcome import fold
from verification.vae.unique_results import grid, results

Array = np.ndarray[Any, Any]
Found = dict[Panel, dict[str, Array]]

WIDTH, HEIGHT = 250.0, 132.0
MARGIN = (14.0, 12.0, 20.0, 34.0)
FLOOR, CEILING = 1e-6, 50.0  # nats
CLAIMS = [f"kumar_poole.unique.{name}" for name in ("truth", "axes", "full", "law")]


def run(tier: str, seed: int, device: str, data: str = "digits") -> list[Figure]:
    """Both scatter plots of the source, then what the axes are, how the angles are spread, and how long it takes."""
    from verification.experiments import uniqueness_laws

    found = results(tier, seed, device)
    size = "deep" if tier == "deep" else "default"
    again = f"betavae figure uniqueness --size {size} --seed {seed}"
    return [
        _scatter(found, True, size, again),
        _scatter(found, False, size, again),
        *uniqueness_laws.figures(found, again),
    ]


def pair(found: Found, panel: Panel) -> tuple[dict[str, Array], dict[str, Array]]:
    """The runs of a panel with mean-field and with full covariances: the same data and start, row by row."""
    both = [Panel(panel.activation, family, panel.amortised, panel.columns) for family in unique.FAMILIES]
    return found[both[0]], found[both[1]]


def gaps(found: Found, panel: Panel) -> tuple[Array, Array]:
    """Nats below the best ELBO found of a run's data, by the printed schedule and once settled: two of (runs,)."""
    of_family = pair(found, panel)[0 if panel.mean_field else 1]
    ends = [table[c] for table in pair(found, panel) for c in ("elbo", "best")]
    best = np.fmax.reduce(ends)
    return best - of_family["elbo"], best - of_family["best"]


def words(panel: Panel) -> str:
    """The panel's activation as the paper's reader knows it.

    >>> words(Panel("identity"))
    'identity (pPCA)'
    """
    return "identity (pPCA)" if panel.activation == "identity" else panel.activation


def _scatter(found: Found, amortised: bool, size: str, again: str) -> Figure:
    which = "amortised" if amortised else "unamortised"
    identifier = f"uniqueness-{which}"
    body, rows, step = [], [], HEIGHT + 18
    for i, activation in enumerate(unique.ACTIVATIONS):
        for j, family in enumerate(unique.FAMILIES):
            panel = Panel(activation, family, amortised)
            chart = _points(found, panel, f"{identifier}-{activation}-{j}")
            body.append(f'<g transform="translate({j * WIDTH:.0f} {18 + i * step:.0f})">{chart}</g>')
            name = f"{words(panel)}: {'diagonal Σ' if panel.mean_field else 'full Σ'}"
            body.append(text(j * WIDTH + MARGIN[3], 26 + i * step, name, INK, 11.5, weight=600))
            rows.append(_row(found, panel))
    height = 18 + 4 * step + 30
    body.append(text(4, 12, "angle to the true latents, degrees", MUTED, 11.5))
    body.append(text(WIDTH, height - 22, "nats below the best ELBO of the same data", MUTED, 11.5, "middle"))
    body.append(_key(height - 5))
    size_note = _sizes(Panel("identity", amortised=amortised), Panel("tanh", amortised=amortised), size)
    title = _title(found, amortised)
    caption = (
        f"{'Figures 1 and 5' if amortised else 'Figure 6'} again: angle in (−45°, 45°] between true latents and "
        f"posterior means ({which}) against the ELBO; W as printed, its columns of norms 2 and 1 at any angle. Rings: "
        f"as the printed schedule leaves them; discs: the same runs continued until they settle. {size_note} Decoder "
        f"noise 0.05, which the source does not state; descended is 0.05² times the ELBO, as of the ELBO itself the "
        f"printed rate 0.1 diverges. Last columns: Kuiper's and Rayleigh's chance of angles as uneven as those "
        f"settled, were all equally likely."
    )
    columns = [
        "nu", "q", "runs", "diverged", "median nats below best, as printed", "settled", "median |angle|, as printed",
        "settled |angle|", "Kuiper", "Rayleigh",
    ]  # fmt: skip
    alt = "; ".join(f"{row[0]}, {row[1]}: settled median |angle| {row[7]}°, Kuiper {row[8]}" for row in rows)
    svg = document(identifier, (2 * WIDTH, height), "".join(body), title, alt)
    return Figure(f"uniqueness.{which}", title, caption, f"{alt}.", svg, columns, rows, again, CLAIMS)


def _sizes(identity: Panel, other: Panel, size: str) -> str:
    first, rest = grid(identity, size), grid(other, size)
    ns = ", ".join(f"{n:,}" for n, _ in rest.trials)
    said = f"{rest.runs} runs a panel, n = {ns}, {rest.samples:,} samples each"
    return f"{said}." if first == rest else f"{said}; {first.runs} runs of {first.samples:,} for the identity."


def _title(found: Found, amortised: bool) -> str:
    mean_field, full = pair(found, Panel("identity", amortised=amortised))
    settled = np.abs(mean_field["settled"])
    chance = circular.kuiper(_there(full["settled"]))[1]
    return (
        f"With W as printed the settled mean-field latents of pPCA are {np.nanmedian(settled):.1f}° from the true ones "
        f"in the median, {np.nanmax(settled):.0f}° at most; with full Σ no angle is preferred (p = {number(chance, 2)})"
    )


def _there(values: Array) -> Array:
    return values[np.isfinite(values)]


def _points(found: Found, panel: Panel, identifier: str) -> str:
    table, (printed, settled) = pair(found, panel)[0 if panel.mean_field else 1], gaps(found, panel)
    chart = Chart(
        identifier, (FLOOR, CEILING), (-45.0, 45.0), "", "", log_x=True, size=(WIDTH, HEIGHT), margin=MARGIN,
    )  # fmt: skip
    chosen = _few(len(printed))
    chart.points(np.clip(printed, FLOOR, CEILING)[chosen], table["angle"][chosen], MUTED, 1.8, hollow=True)
    colour = OK if panel.mean_field else NO
    chart.points(np.clip(settled, FLOOR, CEILING)[chosen], table["settled"][chosen], colour, 1.8)
    return "".join([*chart.under, *chart.over])


def _few(count: int, most: int = 140) -> Array:
    """Every so many of the runs: a picture needs no more of them."""
    return np.arange(0, count, max(1, -(-count // most)))


def _key(y: float) -> str:
    def disc(x: float, colour: str, hollow: bool) -> str:
        fill = "none" if hollow else colour
        return f'<circle cx="{x}" cy="{y - 4:.1f}" r="2.6" style="fill:{fill};stroke:{colour};stroke-width:1.3"/>'

    return "".join([
        disc(38, MUTED, True), text(45, y, "as printed", MUTED, 11),
        disc(118, OK, False), text(125, y, "settled, diagonal Σ", MUTED, 11),
        disc(248, NO, False), text(255, y, "settled, full Σ", MUTED, 11),
    ])  # fmt: skip


def _row(found: Found, panel: Panel) -> list[Any]:
    table, (printed, settled) = pair(found, panel)[0 if panel.mean_field else 1], gaps(found, panel)
    angles = _there(table["settled"])
    return [
        panel.activation, panel.family, len(printed), int((~np.isfinite(table["best"])).sum()),
        float(f"{np.nanmedian(printed):.3g}"), float(f"{max(np.nanmedian(settled), 0):.3g}"),
        round(float(np.nanmedian(np.abs(fold(table["angle"])))), 2), round(float(np.median(np.abs(angles))), 2),
        float(f"{circular.kuiper(angles)[1]:.2g}"), float(f"{circular.rayleigh(angles)[1]:.2g}"),
    ]  # fmt: skip

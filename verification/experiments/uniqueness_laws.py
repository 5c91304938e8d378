"""Where mean-field latents come to lie, how that is spread over runs, and after how many iterations: against theory."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from verification.experiments import Figure
from verification.experiments.svg import INK, MUTED, NO, OK, UP, Chart, document, number, text
from verification.experiments.uniqueness import Found, gaps, pair, words
from verification.vae import circular, unique
from verification.vae.unique import Panel
from verification.vae.unique_outcome import fold
from verification.vae.unique_predicted import FARTHEST, cost, farthest_at, law, least_cost, slow_path

Array = np.ndarray[Any, Any]

SIDE = 235.0
MARGIN = (30.0, 12.0, 40.0, 38.0)
SHAPED = {True: "amortised", False: "unamortised"}
CONVERGED = 3.0  # degrees


def figures(found: Found, again: str) -> list[Figure]:
    """Axes, law, cost and iterations."""
    return [_axes(found, again), _law(found, again), _cost(found, again), _iterations(found, again)]


def panels_of(found: Found, activation: str) -> list[Panel]:
    """The mean-field panels of an activation that were made."""
    return [p for p in found if p.mean_field and p.activation == activation]


def misses(found: Found, panel: Panel) -> tuple[Array, Array]:
    """Settled mean-field angles less those of the axes that the same data's full Sigma has, where both are there,

    in degrees; and the angles themselves, predicted first: (runs,), (2, runs).
    """
    mean_field, full = pair(found, panel)
    there = np.isfinite(mean_field["settled"]) & np.isfinite(full["axes"])
    seen, asked = mean_field["settled"][there], full["axes"][there]
    return fold(seen - asked), np.stack([asked, seen])


# --- axes -------------------------------------------------------------------------------------------------------------


def _axes(found: Found, again: str) -> Figure:
    body, rows = [], []
    for i, activation in enumerate(unique.ACTIVATIONS):
        chart = Chart(
            f"uniqueness-axes-{activation}", (-45.0, 45.0), (-45.0, 45.0), "eigenvectors of the full Σ, degrees",
            "", size=(SIDE, SIDE), margin=MARGIN,
        )  # fmt: skip
        chart.line([-45, 45], [-45, 45], MUTED, 1.0, "4 3")
        for panel in panels_of(found, activation):
            off, (asked, seen) = misses(found, panel)
            keep = slice(None, None, max(1, len(asked) // 100))
            colour = {True: OK, False: NO}[panel.amortised]
            chart.points(asked[keep], seen[keep], colour, 2.0, hollow=panel.columns == "orthogonal")
            rows.append(_axes_row(found, panel, off, seen))
        x, y = (i % 2) * (SIDE + 8), 16 + (i // 2) * (SIDE + 4)
        body.append(f'<g transform="translate({x:.0f} {y:.0f})">{"".join([*chart.under, *chart.over])}</g>')
        body.append(text(x + MARGIN[3], y + 22, words(Panel(activation)), INK, 11.5, weight=600))
    size = (2 * SIDE + 8, 16 + 2 * (SIDE + 4) + 20)
    body.append(text(4, 12, "settled mean-field latents, degrees from the true ones", MUTED, 11.5))
    body.append(text(4, size[1] - 6, "blue amortised, red unamortised; rings: orthogonal columns", MUTED, 11.5))
    by = {(row[0], row[1], row[2]): row for row in rows}
    pca, bent = by["identity", "amortised", "printed"], by["tanh", "amortised", "orthogonal"]
    title = (
        f"Settled mean-field latents lie at the eigenvectors of the posterior covariance, not at the truth: "
        f"{pca[5]:.0%} of pPCA's within {CONVERGED:g}°; for tanh even orthogonal columns leave them {bent[4]:.0f}° off"
    )
    caption = (
        "Each point is one data set: the angle of mean-field latents against that of the axes on which a full Σ, "
        "trained from the same start, loses least when made diagonal (its eigenvectors where it is one for all data). "
        "Where nu bends and every datum has its own Σ, no axes suit them all: the decoder itself comes out another, "
        "and the points leave the line. Intervals at 95 %: Clopper and Pearson."
    )
    columns = [
        "nu", "q", "columns", "runs", "median |angle| to the truth", f"share within {CONVERGED:g}° of the axes",
        "low", "high", "median |angle| to the axes", "median |angle| to those predicted from W",
        "median nats that diagonal Σ loses",
    ]  # fmt: skip
    alt = "; ".join(f"{r[0]}, {r[1]}, {r[2]}: {r[5]:.0%} within {CONVERGED:g}° of the axes" for r in rows)
    claims = [f"kumar_poole.unique.{name}" for name in ("axes", "orthogonal", "bent")]
    svg = document("uniqueness-axes", size, "".join(body), title, alt)
    return Figure("uniqueness.axes", title, caption, f"{alt}.", svg, columns, rows, again, claims)


def _axes_row(found: Found, panel: Panel, off: Array, seen: Array) -> list[Any]:
    mean_field, _ = pair(found, panel)
    near = np.abs(off) < CONVERGED
    low, high = circular.share(int(near.sum()), len(near), 0.05)
    predicted = np.abs(fold(mean_field["settled"] - mean_field["predicted"]))
    lost = np.nanmedian(gaps(found, panel)[1])
    return [
        panel.activation, SHAPED[panel.amortised], panel.columns, len(near), round(float(np.median(np.abs(seen))), 2),
        round(float(near.mean()), 4), round(low, 4), round(high, 4), round(float(np.median(np.abs(off))), 3),
        round(float(np.nanmedian(predicted)), 2), float(f"{max(lost, 0.0):.3g}"),
    ]  # fmt: skip


# --- law --------------------------------------------------------------------------------------------------------------


def _law(found: Found, again: str) -> Figure:
    mean_field, full = pair(found, Panel("identity"))
    straight, _ = pair(found, Panel("identity", columns="orthogonal"))
    samples = {
        "W as printed": np.abs(mean_field["settled"]),
        "orthogonal columns": np.abs(straight["settled"]),
        "full Σ, W as printed": np.abs(full["settled"][np.isfinite(full["settled"])]),
    }
    t = np.linspace(0, 45, 181)
    left = Chart(
        "uniqueness-law-left", (0.0, 45.0), (0.0, 1.0), "|angle| to the true latents, degrees", "share of runs",
        size=(SIDE, SIDE), margin=MARGIN,
    )  # fmt: skip
    left.line(t, law(t), INK, 1.2, "5 3")
    left.line(t, t / 45, MUTED, 1.2, "2 3")
    for (_, values), colour in zip(samples.items(), (OK, UP, NO), strict=True):
        ordered = np.sort(values)
        left.line(np.repeat(ordered, 2), np.repeat(np.arange(len(ordered) + 1), 2)[1:-1] / len(ordered), colour, 1.8)
    left.note(44, 0.42, "full Σ", NO, "end")
    left.note(44, 0.86, "as printed", OK, "end")
    left.note(3.5, 0.9, "orthogonal", UP)
    elbo, angle = mean_field["best"], np.abs(mean_field["settled"])
    right = Chart(
        "uniqueness-law-right", (float(np.floor(elbo.min())), float(np.ceil(elbo.max()))), (0.0, 45.0),
        "ELBO, nats", "|angle|, degrees", size=(SIDE, SIDE), margin=MARGIN,
    )  # fmt: skip
    right.line([elbo.min(), elbo.max()], [FARTHEST, FARTHEST], MUTED, 1.0, "4 3")
    right.points(elbo[::3], angle[::3], OK, 1.8)
    right.note(float(elbo.max()), FARTHEST + 2, "½ arctan 4/3", MUTED, "end")
    distances = {n: circular.distance(v, law if n == "W as printed" else _flat) for n, v in samples.items()}
    top = angle[elbo >= np.quantile(elbo, 0.9)]
    title = (
        f"With W as printed the angles of pPCA follow 2/π arcsin(¾ tan 2t), up to {FARTHEST:.1f}°, and a higher ELBO "
        f"means a greater one: {np.median(top):.1f}° in the median of the highest tenth"
    )
    caption = (
        f"{len(angle)} settled mean-field runs. W's columns, of norms 2 and 1, point anywhere; W R(θ) has orthogonal "
        f"columns at θ = ½ arctan(4/3 cos ω), ω their angle. The nearer they are to one line, the less the data are "
        f"spread: the ELBO rises over runs as the latents turn away. Dashed: the law; dotted: all angles alike. "
        f"Distances are Kolmogorov's, to the law, or to even angles; chance alone exceeds "
        f"{circular.typical(len(angle), 0.05):.3f} in 5 % of samples."
    )
    rows = [
        [name, len(v), *(round(float(q), 2) for q in np.quantile(v, (0.25, 0.5, 0.75, 1.0))), round(distances[name], 4)]
        for name, v in samples.items()
    ]
    columns = ["latents", "runs", "quartile", "median", "third quartile", "most", "distance"]
    alt = "; ".join(f"{r[0]}: median {r[3]}°, most {r[5]}°" for r in rows)
    body = _side_by_side(left, right)
    claims = [f"kumar_poole.unique.{name}" for name in ("law", "farther", "full", "orthogonal")]
    svg = document("uniqueness-law", (2 * SIDE + 8, SIDE + 4), body, title, alt)
    return Figure("uniqueness.law", title, caption, f"{alt}.", svg, columns, rows, again, claims)


def _flat(size: Array) -> Array:
    return size / 45


def _side_by_side(left: Chart, right: Chart) -> str:
    drawn = ["".join([*chart.under, *chart.over]) for chart in (left, right)]
    clips = "".join(_clip(chart) for chart in (left, right))
    return f'<defs>{clips}</defs><g>{drawn[0]}</g><g transform="translate({SIDE + 8:.0f} 0)">{drawn[1]}</g>'


def _clip(chart: Chart) -> str:
    width, height = chart.x.stop - chart.x.start + 8, chart.y.start - chart.y.stop + 8
    return (
        f'<clipPath id="{chart.id}-clip"><rect x="{chart.x.start - 4:.1f}" y="{chart.y.stop - 4:.1f}" '
        f'width="{width:.1f}" height="{height:.1f}"/></clipPath>'
    )


# --- iterations -------------------------------------------------------------------------------------------------------


def _iterations(found: Found, again: str) -> Figure:
    panel = Panel("identity", columns="orthogonal")
    mean_field, _ = pair(found, panel)
    ns = np.unique(mean_field["n"])
    path, above = slow_path(np.linspace(0.75, 44.25, 30), ns, True)
    rows, seen = [], []
    for i, n in enumerate(ns):
        here = mean_field["n"] == n
        off = np.abs(mean_field["angle"][here])
        gap = float(np.median(gaps(found, panel)[0][here]))
        near = int((off < CONVERGED).sum())
        low, high = circular.share(near, len(off), 0.05)
        seen.append((np.median(off), np.quantile(off, 0.9)))
        rows.append([
            int(n), len(off), *(round(float(v), 2) for v in (*seen[-1], np.median(np.abs(path[:, i])))),
            round(near / len(off), 3), round(low, 3), round(high, 3), float(f"{gap:.3g}"),
            float(f"{np.median(above[:, i]):.3g}"),
        ])  # fmt: skip
    chart = Chart(
        "uniqueness-iterations", (float(ns[0]), float(ns[-1])), (0.0, 45.0), "n, iterations at each rate",
        "|angle|, degrees", log_x=True,
    )  # fmt: skip
    middle, tenth = np.array(seen).T
    chart.line(ns, np.quantile(np.abs(path), 0.9, axis=0), UP, 1.6, "6 3", "nine tenths,\npredicted")
    chart.line(ns, np.median(np.abs(path), 0), OK, 1.6, "", "median,\npredicted")
    chart.points(ns, middle, OK, 2.6)
    chart.points(ns, tenth, UP, 2.6)
    done = [row[0] for row in rows if row[6] > 0.5]
    enough = f"from n = {done[0]:,} on more than half of the runs are" if done else "at no n are half of the runs"
    last = next(row for row in rows if row[0] == 20_000)
    title = (
        f"The printed schedule ends before the angles do: at n = 20,000 the median is {last[2]}° "
        f"(predicted {last[4]}°); {enough} within {CONVERGED:g}°"
    )
    caption = (
        "pPCA, diagonal Σ, W with orthogonal columns, so that all should end at 0°. Points: median and nine tenths of "
        "the runs; curves, without a fitted number: A C = I at once, then the flow of the rest on A, whose rates are "
        "of order 0.05². n above 20,000 is not in print. A decoder noise of 1 would turn faster, but leaves next to "
        "nothing of one latent: the smaller eigenvalue of W Wᵀ is at most 1. Shares with Clopper and Pearson's "
        "intervals at 95 %."
    )
    columns = [
        "n", "runs", "median |angle|", "nine tenths", "median predicted", f"share within {CONVERGED:g}°", "low", "high",
        "median nats below best", "predicted nats",
    ]  # fmt: skip
    alt = "; ".join(f"n {r[0]:,}: median {r[2]}°, predicted {r[4]}°" for r in rows)
    claims = [f"kumar_poole.unique.{name}" for name in ("unfinished", "path", "parameters")]
    svg = chart.svg(title, alt)
    return Figure("uniqueness.iterations", title, caption, f"{alt}.", svg, columns, rows, again, claims)


# --- cost -------------------------------------------------------------------------------------------------------------


def _cost(found: Found, again: str) -> Figure:
    panel = Panel("identity", columns="orthogonal")
    mean_field, full = pair(found, panel)
    printed, settled = gaps(found, panel)
    # of the sample's own axes: against the true ones the sample alone is off by about a degree
    off, still = (np.abs(fold(mean_field[column] - full["axes"])) for column in ("angle", "settled"))
    chart = Chart("uniqueness-cost", (0.0, 45.0), (1e-6, 2.0), "|angle| to the axes, degrees", "nats", log_y=True)
    t = np.linspace(0.25, 45, 60)
    chart.line(t, cost(t), MUTED, 1.3, "5 3", "the best model,\nturned as it is")
    chart.line(t, least_cost(t), INK, 1.8, "", "no model\nis cheaper")
    chart.points(off[::2], np.maximum(printed, 1e-6)[::2], MUTED, 1.8, hollow=True)
    chart.points(still[::2], np.maximum(settled, 1e-6)[::2], OK, 1.8)
    ends = [float(f(np.array([45.0]))[0]) for f in (least_cost, cost)]
    edges = np.array([0.0, 1e-4, 1e-3, 1e-2, 3e-2, ends[0], np.inf])
    rows: list[list[Any]] = []
    both, angle = np.concatenate([printed, settled]), np.concatenate([off, still])
    for low, high in pairwise(edges):
        here = angle[(both >= low) & (both < high)]
        if len(here) > 1:
            ends_of_median = circular.quantile(here, 0.5, 0.05)
            rows.append([
                float(f"{high:.3g}") if np.isfinite(high) else "any", len(here), round(float(np.median(here)), 2),
                *(round(e, 2) if np.isfinite(e) else None for e in ends_of_median), round(float(here.max()), 2),
                round(float(farthest_at(np.array([high]))[0]), 2),
            ])  # fmt: skip
    beyond = float((off > farthest_at(printed) + 1).mean())
    title = (
        f"As the ELBO nears its best the latents near the axes: within {rows[0][0]:g} nats of it all are within "
        f"{rows[0][5]:.1f}°; an angle of 45° costs {number(ends[0])} nats at least, half of the Hadamard gap"
    )
    caption = (
        f"pPCA, diagonal Σ, W with orthogonal columns: nats below the best ELBO of the same data against the angle to "
        f"the eigenvectors of its full Σ; rings as printed, discs settled. Dashed: the Hadamard gap "
        f"½ log(1 + ρ sin² 2θ), {number(ends[1])} nats at 45°, of the best model turned as it is. Decoders deform to "
        f"save about half of that: the solid curve is the least over all with latents at that angle. {beyond:.1%} of "
        f"the printed runs are more than 1° beyond what it allows. Medians with intervals at 95 % by Massart's "
        f"inequality."
    )
    columns = ["nats below the best, at most", "states", "median |angle|", "low", "high", "most", "greatest possible"]
    alt = "; ".join(f"up to {r[0]} nats: median {r[2]}°, most {r[5]}°, possible {r[6]}°" for r in rows)
    claims = [f"kumar_poole.unique.{name}" for name in ("nears", "orthogonal")]
    svg = chart.svg(title, alt)
    return Figure("uniqueness.cost", title, caption, f"{alt}.", svg, columns, rows, again, claims)

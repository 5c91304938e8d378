"""Gaussian blobs (Figure 5 of Levy): what six latents do over beta, which carry position, and what blobs come out."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np

from verification.experiments import Figure
from verification.experiments.svg import INK, MUTED, NO, OK, Chart, Places, document, number, picture, png, text, within
from verification.vae import blobs
from verification.vae.blobs import ACTIVE, LARGE, PRINTED, SIDE, VANILLA, Found
from verification.vae.evidence import student_radius
from verification.vae.fixtures import Trained

Array = np.ndarray[Any, Any]

LEVEL = 0.05
SHOWN, REACH = 6, 2.0  # tiles in a row, and how far a traversal goes to either side
TILE, GAP, LABELS = 20.0, 2.0, 34.0
SPARSE = [f"levy.figure5.{name}" for name in ("sparse", "sparser", "position")]
PRICE = [f"levy.figure5.reconstructions{name}" for name in ("", ".worse", ".blurred")]
NORMALISATION = (
    f"The source gives neither the size of its images nor whether its loss is a sum over pixels; here it is, in nats "
    f"an image. A sum over four times as many pixels of the same scene is four times as large, so that "
    f"β = {PRINTED:g} on 64 × 64 pixels would be β = {PRINTED / (64 / SIDE) ** 2:.1f} here"
)


def run(tier: str, seed: int, device: str, data: str = "digits") -> list[Figure]:
    """Reconstructions and traversals at two betas; KL by latent over beta; the price in reconstruction over beta."""
    ensemble, found = blobs.trained(tier, seed, device), blobs.found(tier, seed, device)
    again = f"betavae figure blobs --size {'deep' if tier == 'deep' else 'default'} --seed {seed}"
    return [_traversals(ensemble, found, again), _latents(ensemble, found, again), _price(ensemble, found, again)]


def over_seeds(values: Array) -> tuple[float, float]:
    """Mean over the seeds, (R,), and the radius of Student's 95 % interval."""
    return float(values.mean()), student_radius(values, LEVEL)


def span(counts: Array) -> str:
    """How many, from the fewest to the most.

    >>> span(np.array([4, 5, 4])), span(np.array([2, 2]))
    ('4 to 5', '2')
    """
    low, high = int(counts.min()), int(counts.max())
    return f"{low}" if low == high else f"{low} to {high}"


def _listed(values: Collection[float]) -> str:
    """Numbers in a row.

    >>> _listed([1.0, 4.0, 8.0]), _listed([2.5])
    ('1, 4 and 8', '2.5')
    """
    *before, last = (f"{v:g}" for v in values)
    return f"{', '.join(before)} and {last}" if before else last


def _setting(ensemble: Trained) -> str:
    c = ensemble.config
    return (
        f"{ensemble.data.note}, {c.latent} latents, one hidden layer of {c.hidden}, Bernoulli pixels, {c.steps:,} "
        f"steps, {c.replicates} seeds a β"
    )


def _traversals(ensemble: Trained, found: Found, again: str) -> Figure:
    shown = [int(found.at(beta)[0]) for beta in (VANILLA, *LARGE)]
    width, start = LABELS + SHOWN * TILE + 8, 44.0
    body = [text(0, 24, "nats of KL", MUTED, 10.5)]
    for row, name in enumerate(("blobs", "given", "back")):
        body.append(text(0, 49 + (TILE + GAP) * min(row, 1) + 11 * (row == 2), name, INK, 11))
    for column, model in enumerate(shown):
        panel = _panel(ensemble, found, model)
        body.append(f'<g transform="translate({start + column * width:.0f} 0)">{panel}</g>')
    heights = 34 + (2 + ensemble.config.latent) * (TILE + GAP) + 8
    largest = max(LARGE)
    models = found.at(largest)
    alone, both = found.tells[models][:, :2].max(2), found.together[models]
    title = (
        f"At β = {largest:g}, {span(found.active[models])} of {ensemble.config.latent} latents differ from the prior "
        f"by more than {ACTIVE:g} nats; the first two together explain {both.min():.1%} of the variance of the blob's "
        f"coordinates, each alone {alone.min():.0%} to {alone.max():.0%} of one. At β = {VANILLA:g}, "
        f"{span(found.active[found.at(VANILLA)])} differ"
    )
    caption = (
        f"Figure 5 again, first seed. Rows from the top: held-out blobs; their reconstructions from the posterior's "
        f"mean; then one latent after the other going from −{REACH:g} to {REACH:g} while the others are 0, the one of "
        f"highest KL at the bottom, with its KL averaged over images. {_setting(ensemble)}. {NORMALISATION}. Table: R² "
        f"is the share of the variance of a coordinate of the blob that a cubic in a latent's mean explains, of the "
        f"coordinate that it tells best; joint R², of the worse coordinate, has the first two latents together; least "
        f"and largest over seeds."
    )
    columns = ["beta", "rank", "KL (nats)", "±", "R² least", "R² largest", "joint R² least", "joint R² largest"]
    rows: list[list[Any]] = []
    for beta in np.unique(found.beta):
        here = found.at(beta)
        joint = found.together[here].min(1)
        for rank in range(ensemble.config.latent):
            best = found.tells[here, rank].max(1)
            ends = [best.min(), best.max(), *((joint.min(), joint.max()) if rank == 0 else ())]
            values = [round(float(v), 4) + 0.0 for v in (*over_seeds(found.each[here, rank]), *ends)]
            rows.append([float(beta), rank + 1, *values, *[None] * (6 - len(values))])
    alt = "; ".join(
        f"β {found.beta[m]:g}: KL from the bottom " + ", ".join(f"{kl:.2f}" for kl in found.each[m]) for m in shown
    )
    svg = document("blobs-traversals", (start + len(shown) * width - 8, heights), "".join(body), title, alt)
    return Figure("blobs.traversals", title, caption, f"In nats. {alt}.", svg, columns, rows, again, SPARSE)


def _panel(ensemble: Trained, found: Found, model: int) -> str:
    side = blobs.PLACES - 1
    # along the diagonal and back along the other: both coordinates are seen to vary
    steps = np.linspace(0, side - 1, SHOWN).round().astype(int)
    chosen = np.where(np.arange(SHOWN) % 2, steps * side + (side - 1 - steps), steps * side + steps)
    given = ensemble.data.test_x[chosen]
    back = blobs.reconstructions(ensemble)[model, chosen]
    strips = [("", INK, given), ("", INK, back)]
    at = np.linspace(-REACH, REACH, SHOWN)
    for rank in reversed(range(ensemble.config.latent)):
        kl = float(found.each[model, rank])
        moved = blobs.traversal(ensemble, model, int(found.order[model, rank]), at)
        strips.append((f"{kl:.2f}", OK if kl > ACTIVE else MUTED, moved))
    parts = [text(LABELS, 24, f"β = {found.beta[model]:g}", INK, 11.5, weight=600)]
    top = 34.0
    for name, colour, images in strips:
        parts.append(text(LABELS - 6, top + TILE / 2 + 4, name, colour, 11, "end"))
        parts.append(picture(LABELS, top, SHOWN * TILE, TILE, png(_strip(images))))
        top += TILE + GAP
    return "".join(parts)


def _strip(images: Array) -> Array:
    """Images side by side, a column of gray between them."""
    tiles = images.reshape(len(images), SIDE, SIDE)
    return np.concatenate([np.pad(t[:, :-1], ((0, 0), (0, 1)), constant_values=0.35) for t in tiles], axis=1)


def _by_beta(found: Found, values: Array) -> list[tuple[float, float]]:
    """Mean and radius over seeds for each beta in its order: values (M,)."""
    return [over_seeds(values[found.at(beta)]) for beta in np.unique(found.beta)]


def _latents(ensemble: Trained, found: Found, again: str) -> Figure:
    betas, k = np.unique(found.beta), ensemble.config.latent
    curves = [_by_beta(found, found.each[:, rank]) for rank in range(k)]
    counts = [found.active[found.at(beta)] for beta in betas]
    two, none = ([float(b) for b, c in zip(betas, counts, strict=True) if (c == count).all()] for count in (2, 0))
    where = f"At β = {_listed(two)}" if two else "At no β"
    title = (
        f"{where} exactly two of {k} latents differ from the prior by "
        f"more than {ACTIVE:g} nats in every seed; at β = {betas[0]:g} it is {span(counts[0])}"
        + (f", and at β = {_listed(none)} none does" if none else "")
    )
    caption = (
        f"KL(q(zⱼ|x)‖p) averaged over images, latents in its order, mean over seeds; bars on top: 95 % Student "
        f"intervals over {ensemble.config.replicates} seeds; above each group, how many exceed {ACTIVE:g} nats (dashed)"
        f". {_setting(ensemble)}. {NORMALISATION}."
    )
    top = 1.08 * max(ACTIVE, *(v + min(r, v) for curve in curves for v, r in curve))
    chart = Places(
        "blobs-latents", (-0.5, len(betas) - 0.5), (0.0, top), "β",
        "KL to the prior by latent, nats; how many differ from it", size=(460.0, 290.0),
        margin=(40.0, 12.0, 40.0, 38.0),
    )  # fmt: skip
    wide = 0.84 / k
    for place, beta in enumerate(betas):
        for rank, curve in enumerate(curves):
            mean, radius = curve[place]
            x = place - 0.42 + rank * wide
            colour = OK if mean > ACTIVE else MUTED
            left, right, base, height = chart.x(x), chart.x(x + 0.85 * wide), chart.y(0), chart.y(mean)
            chart.over.append(
                f'<path d="M{left:.1f} {base:.1f}V{height:.1f}H{right:.1f}V{base:.1f}Z" style="fill:{colour}"/>'
            )
            middle = (left + right) / 2
            ends = chart.y(max(mean - radius, 0)), chart.y(min(mean + radius, top))
            chart.over.append(f'<path d="M{middle:.1f} {ends[0]:.1f}V{ends[1]:.1f}" style="stroke:{INK}"/>')
        chart.name(place, f"{beta:g}")
        high = min(max(v + r for v, r in (curve[place] for curve in curves)), top)
        chart.over.append(
            text(chart.x(place), chart.y(max(high, ACTIVE)) - 6, span(counts[place]), OK, 11.5, "middle", 600)
        )
    chart.line([-0.5, len(betas) - 0.5], [ACTIVE, ACTIVE], NO, 1.0, "4 3")
    columns = ["beta", "latents that differ"]
    for rank in range(k):
        columns += [f"KL of latent {rank + 1}", "±"]
    rows = [
        [float(beta), span(counts[i]), *(round(v, 4) + 0.0 for curve in curves for v in curve[i])]
        for i, beta in enumerate(betas)
    ]
    alt = "; ".join(
        f"β {beta:g}: " + ", ".join(f"{curve[i][0]:.2f}" for curve in curves) for i, beta in enumerate(betas)
    )
    svg = chart.svg(title, alt)
    return Figure("blobs.latents", title, caption, f"Nats, largest first. {alt}.", svg, columns, rows, again, SPARSE)


def _price(ensemble: Trained, found: Found, again: str) -> Figure:
    betas = np.unique(found.beta)
    excess, square = found.excess.mean(1), found.square.mean(1)
    curve, squares = np.array(_by_beta(found, excess)), np.array(_by_beta(found, square))
    places = [int(np.argmin(np.abs(betas - b))) for b in (VANILLA, *LARGE)]
    apart = [over_seeds(excess[found.at(beta)] - excess[found.at(VANILLA)]) for beta in LARGE]
    told = all(value > radius for value, radius in apart)
    title = (
        f"At β = {_listed(LARGE)} reconstructions {'can' if told else 'cannot always'} be told from those at "
        f"β = {VANILLA:g}: they miss held-out blobs by {' and '.join(within(*pair) for pair in apart)} nats more "
        f"than its {number(curve[places[0], 0], 2)}"
    )
    still = found.active == 0
    collapsed = f", and {number(float(square[still].mean()), 2)} where none differs" if still.any() else ""
    caption = (
        f"Cross-entropy of {ensemble.data.test_x.shape[0]} held-out blobs, between the places of the others, and their "
        f"reconstructions from posterior means, above the blobs' own entropy; bars: 95 % Student intervals over seeds "
        f"(the title's is of differences within a seed). Numbers: latents that differ from the prior. The squared "
        f"error is {', '.join(number(squares[i, 0], 2) for i in places)} an image at β = {_listed((VANILLA, *LARGE))}"
        f"{collapsed}. {_setting(ensemble)}. "
        f"{NORMALISATION}."
    )
    low = 0.5 * float(np.maximum(curve[:, 0] - curve[:, 1], 0.3 * curve[:, 0]).min())
    chart = Chart(
        "blobs-price", (0.7 * betas[0], 1.2 * betas[-1]), (low, 3 * float(curve[:, 0].max())), "β",
        "nats an image above its entropy", log_x=True, log_y=True, size=(460.0, 300.0), margin=(30.0, 20.0, 40.0, 46.0),
    )  # fmt: skip
    chart.line(betas, curve[:, 0], OK, 1.8)
    chart.bars(betas, np.maximum(curve[:, 0] - curve[:, 1], low / 2), curve[:, 0] + curve[:, 1], OK)
    chart.points(betas, curve[:, 0], OK, 2.8)
    for beta, value in zip(betas, curve[:, 0], strict=True):
        count = span(found.active[found.at(float(beta))])
        chart.over.append(text(chart.x(beta) + 6, chart.y(value) + 14, count, INK, 11, weight=600))
    columns = [
        "beta", "latents that differ", "excess cross-entropy (nats)", "±", "squared error an image", "±",
        "brightest pixel given back", "KL (nats)",
    ]  # fmt: skip
    brightest = blobs.reconstructions(ensemble).max(2).mean(1)
    rows = [
        [
            float(beta), span(found.active[chosen]), *(round(float(v), 4) for v in (*curve[i], *squares[i])),
            round(float(brightest[chosen].mean()), 3), round(float(found.each[chosen].sum(1).mean()), 3) + 0.0,
        ]
        for i, beta in enumerate(betas)
        for chosen in [found.at(float(beta))]
    ]  # fmt: skip
    alt = "; ".join(f"β {row[0]:g}: {row[2]} nats, {row[1]} latents" for row in rows)
    svg = chart.svg(title, alt)
    return Figure("blobs.reconstructions", title, caption, f"{alt}.", svg, columns, rows, again, PRICE)

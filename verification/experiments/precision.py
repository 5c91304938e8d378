"""Posterior precision beside what the decoder's Jacobian makes of it, the distance of the two, and where it exists."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import numpy as np

from verification.experiments import Figure, command
from verification.experiments.svg import GROUND, INK, MUTED, NO, OK, RULE, Chart, document, number, text
from verification.vae.curvature import block_sizes
from verification.vae.structured_evidence import over_seeds
from verification.vae.structured_fixtures import Fit, fits

Array = np.ndarray[Any, Any]

DASHES = {1: "", 2: "6 3", 3: "2 3"}
LEVELS = 10
IMAGES = 2


def run(tier: str, seed: int, device: str, data: str = "digits") -> list[Figure]:
    """Heat maps side by side; how far Sigma is from both best covariances; the share of images where (9) exists."""
    found, again = fits(tier, seed, device, data), command(tier, seed, data)
    return [_maps(found, again), _distance(found, again), _exists(found, again)]


def setting(fit: Fit) -> str:
    """What the models of a grid are, in words."""
    grid = fit.grid
    return (
        f"{fit.images.note}, unit noise, k = {grid.latent}, {grid.replicates} seeds a setting, one hidden elu layer of "
        f"{grid.hidden}, {grid.steps:,} steps"
    )


def interval(mean: float, radius: float, places: int = 2) -> str:
    """Mean and Student radius over seeds.

    >>> interval(-0.5, 0.125)
    '−0.50 ± 0.12'
    """
    return f"{mean + 0.0:.{places}f} ± {radius:.{places}f}".replace("-", "−")


def rounded(value: float) -> float | None:
    """Four decimals for a table, nothing for what is not a number."""
    return round(value, 4) + 0.0 if np.isfinite(value) else None


def dimensions(fit: Fit, beta: float, block: int) -> str:
    """The active dimensions of the models of a setting, from the fewest to the most."""
    active = fit.active[fit.grid.of(beta, block)]
    return f"{active.min()}" if active.min() == active.max() else f"{active.min()}–{active.max()}"


def _maps(found: tuple[Fit, ...], again: str) -> Figure:
    shown = [(fit, m) for fit in found for m in _chosen(fit, 2 if len(found) < 3 else 1)]
    rows, near = [], []
    for fit, m in shown:
        learned, implied = fit.local["learned"][m], fit.local["implied"][m]
        for i, (A, B) in enumerate(zip(learned, implied, strict=True)):
            apart = float(np.linalg.norm(A - B) / np.linalg.norm(B))
            own = np.where(A != 0, B, 0)
            near.append((apart, float(np.linalg.norm(A - own) / np.linalg.norm(own))))
            grid = fit.grid
            row = [grid.latent, int(grid.block[m]), float(grid.beta[m]), int(fit.active[m]), i + 1]
            rows.append([*row, round(near[-1][0], 4), round(near[-1][1], 4)])
    whole, own = np.array(near).T
    title = (
        f"The learned precision is {number(np.median(whole), 2)} away from I + JᵀJ/β, relative to it (median of "
        f"{len(near)} matrices), but {number(np.median(own), 2)} from its part that the posterior's blocks can hold"
    )
    sizes = sorted({fit.grid.latent for fit in found})
    caption = (
        f"For each of {IMAGES} held-out images, Σ⁻¹ on the left and I + JᵀJ/β on the right; blue above zero, orange "
        f"below, the shade as the square root of the size, one scale for both. Outlined: the blocks. {_note(found)}, "
        f"latent sizes {' and '.join(map(str, sizes))}; first seed of each setting. Where a block size does not divide "
        f"k the last block is smaller. Distances are of Frobenius' norm."
    )
    alt = "; ".join(
        f"k {r[0]}, b {r[1]}, β {r[2]:g}, image {r[4]}: {number(r[5], 2)}, own {number(r[6], 2)}" for r in rows
    )
    columns = ["k", "b", "beta", "active dimensions", "image", "distance from I + JᵀJ/β", "distance from its blocks"]
    claims = ["kumar_poole.appendix_e.blocks", "kumar_poole.appendix_e.own"]
    return Figure("precision.maps", title, caption, alt, _map_svg(shown, title, alt), columns, rows, again, claims)


def _note(found: tuple[Fit, ...]) -> str:
    return f"{found[0].images.note}, unit noise"


def _chosen(fit: Fit, count: int) -> list[int]:
    """First seeds of block posteriors, at the last so many betas up to 1."""
    betas = [b for b in fit.grid.betas if b <= 1][-count:]
    return [fit.grid.of(beta, block)[0] for block in fit.grid.blocks if block > 1 for beta in betas]


def _map_svg(shown: list[tuple[Fit, int]], title: str, alt: str) -> str:
    side, gap, top, left = 86.0, 8.0, 40.0, 58.0
    parts = []
    for column in range(2 * IMAGES):
        x = left + column * (side + gap) + (column // 2) * gap
        parts.append(text(x + side / 2, top - 8, ("Σ⁻¹", "I + JᵀJ/β")[column % 2], MUTED, 11.5, "middle"))
        if column % 2 == 0:
            parts.append(text(x + side + gap / 2, top - 24, f"image {column // 2 + 1}", INK, 11.5, "middle"))
    for row, (fit, m) in enumerate(shown):
        y = top + row * (side + gap)
        lines = (
            f"β = {fit.grid.beta[m]:g}",
            f"b = {fit.grid.block[m]}",
            f"k = {fit.grid.latent}",
            f"{fit.active[m]} active",
        )
        parts.extend(text(2, y + 22 + 15 * i, line, INK if i < 3 else MUTED, 11.5) for i, line in enumerate(lines))
        for image in range(IMAGES):
            pair = [fit.local[name][m, image] for name in ("learned", "implied")]
            scale = max(float(abs(A).max()) for A in pair)
            for half, A in enumerate(pair):
                x = left + (2 * image + half) * (side + gap) + image * gap
                parts.append(_matrix(A / scale, x, y, side, int(fit.grid.block[m])))
    size = (left + 2 * IMAGES * side + (2 * IMAGES - 1) * gap + (IMAGES - 1) * gap + 2, top + len(shown) * (side + gap))
    return document("precision-maps", size, "".join(parts), title, alt)


def _matrix(A: Array, x: float, y: float, side: float, block: int) -> str:
    """Entries in [-1, 1] as cells, one path for each shade and sign."""
    k = len(A)
    cell = side / k
    level = np.rint(np.sign(A) * np.sqrt(abs(A)) * LEVELS).astype(int)
    out = [
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{side:.1f}" height="{side:.1f}" style="fill:{GROUND};stroke:{RULE}"/>'
    ]
    for shade in np.unique(level[level != 0]):
        cells = "".join(
            f"M{x + j * cell:.1f} {y + i * cell:.1f}h{cell:.2f}v{cell:.2f}h-{cell:.2f}z"
            for i, j in np.argwhere(level == shade)
        )
        style = f"fill:{OK if shade > 0 else NO};opacity:{abs(shade) / LEVELS:.1f}"
        out.append(f'<path d="{cells}" style="{style}"/>')
    edges = np.concatenate([[0], np.cumsum(block_sizes(k, block))]) * cell
    outline = "".join(f"M{x + a:.1f} {y + a:.1f}h{b - a:.1f}v{b - a:.1f}h-{b - a:.1f}z" for a, b in pairwise(edges))
    out.append(f'<path d="{outline}" style="fill:none;stroke:{MUTED};stroke-width:.6"/>')
    return "".join(out)


def _distance(found: tuple[Fit, ...], again: str) -> Figure:
    fit = found[0]
    betas, blocks = fit.grid.betas, fit.grid.blocks
    names = ("active_distance", "active_distance_own", "distance", "distance_own", "gap", "gap_own")
    rows = []
    for each in found:
        for b in each.grid.blocks:
            for beta in each.grid.betas:
                numbers = [v for name in names for v in over_seeds(each, each.local[name], beta, b)]
                rows.append([each.grid.latent, b, beta, dimensions(each, beta, b), *map(rounded, numbers)])
    whole, own = (_curve(fit, name, blocks[0]) for name in names[:2])
    low, high = min(betas), max(betas)
    title = (
        f"With diagonal posteriors the learned Σ is {interval(*whole[0])} away from (11) at β = {low:g} and "
        f"{interval(*whole[-1])} at β = {high:g}; from its own family's best, {interval(*own[0])} and "
        f"{interval(*own[-1])}"
    )
    cost = over_seeds(fit, fit.local["gap"], low, blocks[0]), over_seeds(fit, fit.local["gap_own"], low, blocks[0])
    caption = (
        f"Relative distance ‖Σ − Σ*‖/‖Σ*‖ of Frobenius' norm, on active dimensions alone (KL above 0.1 nats: a "
        f"collapsed one agrees with anything), mean over {fit.sizes.images} held-out images; bars are 95 % Student "
        f"intervals over seeds. {setting(fit)}. Few nats hang on it where β is small: at β = {low:g} and b = "
        f"{blocks[0]}, {interval(*cost[0], 3)} against (11) and {interval(*cost[1], 3)} within the family. Distances "
        f"on all dimensions are in the table."
    )
    chart = Chart(
        "precision-distance", (low, high), (0.0, 1.15 * max(v + r for v, r in whole)), "β", "‖Σ − Σ*‖ / ‖Σ*‖",
        log_x=True, size=(440.0, 310.0), margin=(30.0, 118.0, 62.0, 46.0),
    )  # fmt: skip
    for block in blocks:
        for name, colour, words in ((names[0], NO, "from (11)"), (names[1], OK, "from its own\nfamily's best")):
            curve = np.array(_curve(fit, name, block))
            label = f"{words}" if block == blocks[0] else ""
            at = beside(fit, block)
            chart.line(at, curve[:, 0], colour, 1.9, DASHES[block], label)
            chart.bars(at, curve[:, 0] - curve[:, 1], curve[:, 0] + curve[:, 1], colour)
    under(chart, fit)
    alt = "; ".join(
        f"b {r[1]}, β {r[2]:g}: {r[4]} from (11), {r[6]} from its own family's best, {r[3]} active"
        for r in rows
        if r[0] == fit.grid.latent
    )
    columns = ["k", "b", "beta", "active dimensions"]
    for word in (
        "active, from (11)",
        "active, from own",
        "all, from (11)",
        "all, from own",
        "nats against (11)",
        "nats against own",
    ):
        columns += [word, f"{word} ±"]
    claims = [f"kumar_poole.appendix_e.{name}" for name in ("far", "own")]
    svg = chart.svg(title, alt)
    return Figure("precision.distance", title, caption, alt, svg, columns, rows, again, claims)


def _curve(fit: Fit, name: str, block: int) -> list[tuple[float, float]]:
    return [over_seeds(fit, fit.local[name], beta, block) for beta in fit.grid.betas]


def beside(fit: Fit, block: int) -> Array:
    """The betas, those of each block size moved a little so that bars stand side by side."""
    place = fit.grid.blocks.index(block) - (len(fit.grid.blocks) - 1) / 2
    return np.asarray(fit.grid.betas) * 1.06**place


def under(chart: Chart, fit: Fit) -> None:
    """Below the axis: active dimensions at each beta, and which dash is which block size."""
    bottom = chart.y.start + 47
    chart.under.append(text(4, bottom, "active", MUTED, 10.5))
    for beta in fit.grid.betas:
        active = fit.active[np.isclose(fit.grid.beta, beta)]
        words = f"{active.min()}" if active.min() == active.max() else f"{active.min()}–{active.max()}"
        chart.under.append(text(chart.x(beta), bottom, words, MUTED, 10.5, "middle"))
    key(chart, fit.grid.blocks, chart.x.start)


def key(chart: Chart, blocks: tuple[int, ...], x: float) -> None:
    """Which dash is which block size, on the line of the axis' name."""
    y = chart.y.start + 60
    for b in blocks:
        style = f"fill:none;stroke:{MUTED};stroke-width:1.9" + (f";stroke-dasharray:{DASHES[b]}" if DASHES[b] else "")
        chart.under.append(f'<path d="M{x:.1f} {y - 4:.1f}h26" style="{style}"/>')
        chart.under.append(text(x + 31, y, f"b = {b}", MUTED, 10.5))
        x += 76


def _exists(found: tuple[Fit, ...], again: str) -> Figure:
    fit = found[0]
    grid = fit.grid
    rows: list[list[Any]] = []
    curves: dict[int, Array] = {}
    for each in found:
        holds = each.local["top"] < each.grid.beta[:, None]
        for b in each.grid.blocks:
            curve = np.array([over_seeds(each, holds, beta, b) for beta in each.grid.betas])
            curves.setdefault(b, curve)
            for beta, (share, radius) in zip(each.grid.betas, curve, strict=True):
                worst = float(each.local["top"][each.grid.of(beta, b)].max())
                row = [each.grid.latent, b, beta, dimensions(each, beta, b)]
                rows.append([*row, rounded(share), rounded(radius), rounded(worst)])
    first, last = (np.array([curves[b][i] for b in grid.blocks]) for i in (0, -1))
    title = (
        f"At β = {grid.betas[0]:g} the best covariance (9) under the whole Hessian exists at "
        f"{_percent(first[:, 0])} of held-out images; at β = {grid.betas[-1]:g}, at {_percent(last[:, 0])}"
    )
    caption = (
        f"Share of {fit.sizes.images} held-out images at which every eigenvalue of the Hessian (5) of log p(x|z) at "
        f"the encoder's mean is below β, so that (8) has a largest value over full covariances; (11) leaves the second "
        f"term of (5) out and exists everywhere. Bars: 95 % Student intervals over seeds. {setting(fit)}."
    )
    low = min(v - r for curve in curves.values() for v, r in curve)
    chart = Chart(
        "precision-exists", (grid.betas[0], grid.betas[-1]), (max(0.0, min(low, 0.75)), 1.02), "β", "share of images",
        log_x=True, size=(440.0, 290.0), margin=(30.0, 60.0, 62.0, 46.0),
    )  # fmt: skip
    for b in grid.blocks:
        curve = curves[b]
        at = beside(fit, b)
        chart.line(at, curve[:, 0], INK, 1.9, DASHES[b])
        chart.bars(at, curve[:, 0] - curve[:, 1], curve[:, 0] + curve[:, 1], INK)
    under(chart, fit)
    alt = "; ".join(f"k {r[0]}, b {r[1]}, β {r[2]:g}: {r[4]:.3f}" for r in rows)
    columns = ["k", "b", "beta", "active dimensions", "share", "share ±", "largest eigenvalue seen"]
    claims = ["kumar_poole.appendix_e.exists"]
    svg = chart.svg(title, alt)
    return Figure("precision.exists", title, caption, alt, svg, columns, rows, again, claims)


def _percent(shares: Array) -> str:
    low, high = (number(math.floor(1e4 * v) / 100, 4 if v < 1 else 3) for v in (shares.min(), shares.max()))
    return f"{low} %" if low == high else f"{low} to {high} %"

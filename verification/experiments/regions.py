"""Maps of where each formula for log C is within 1 % and within 10 % of it, over beta and the separation of the
posteriors."""

from __future__ import annotations

from typing import Any

import numpy as np

from verification.experiments import Figure
from verification.experiments.lattice import CLAIMS, METHODS, Lattice, errors
from verification.experiments.svg import INK, MUTED, OK, RULE, SHADE, Axis, document, text
from verification.vae.progress import report

Array = np.ndarray[Any, Any]

SIZE = (440.0, 330.0)
PANEL, GAP, LEFT, TOP = 88.0, 13.0, 34.0, 40.0
BETAS, SEPARATIONS = (0.02, 0.98), (0.25, 32.0)


def regions(cells: int, again: str) -> Figure:
    """One small map a formula: filled where within 1 % of log C, tinted where within 10 %."""
    betas, separations = np.linspace(*BETAS, cells), np.geomspace(*SEPARATIONS, cells)
    relative = np.empty((len(METHODS), cells, cells))
    for i, separation in enumerate(separations):
        report(i, cells, "mapping separation and β")
        for j, beta in enumerate(betas):
            truth, off = errors(Lattice(16, float(separation)), float(beta))
            relative[:, i, j] = np.abs(off) / abs(truth)
    one, ten = (relative <= 0.01).mean((1, 2)), (relative <= 0.1).mean((1, 2))
    body = [text(0, 12, "separation ↑ (0.25 to 32 posterior standard deviations), β → (0.02 to 0.98)", MUTED, 11.5)]
    for n, method in enumerate(METHODS):
        x = LEFT + (n % 4) * (PANEL + GAP)
        y = TOP + (n // 4) * (PANEL + 58)
        body += _panel(x, y, relative[n], method.name, f"1 %: {one[n]:.0%} of map", n % 4 == 0)
    body.append(_key(SIZE[1] - 10))
    best = int(np.argmax(one))
    never = [m.name for m, share in zip(METHODS, one, strict=True) if share == 0]
    title = (
        f"{METHODS[best].name} is within 1 % of log C on {one[best]:.0%} of the map of β and separation"
        + (f"; {', '.join(never)}: nowhere" if never else "")
        + f"; within 10 %, {METHODS[int(np.argmax(ten))].name} on {ten.max():.0%}"
    )
    caption = (
        f"N = 16 equal posteriors on the line, aggregate matched to the prior's variance; {cells} × {cells} "
        f"settings. Filled: "
        "|formula − log C| at most 1 % of |log C|; tinted: at most 10 %."
    )
    alt = "; ".join(
        f"{m.name}: {a:.1%} within 1 %, {b:.1%} within 10 %" for m, a, b in zip(METHODS, one, ten, strict=True)
    )
    columns = ["formula", "share within 1 %", "share within 10 %", "smallest separation within 1 % at β nearest 0.5"]
    middle = int(np.argmin(np.abs(betas - 0.5)))
    rows: list[list[Any]] = []
    for n, method in enumerate(METHODS):
        good = separations[relative[n, :, middle] <= 0.01]
        rows.append(
            [method.name, round(one[n], 4), round(ten[n], 4), round(float(good.min()), 3) if len(good) else "none"]
        )
    svg = document("tightness-regions", SIZE, "".join(body), title, alt)
    return Figure("tightness.regions", title, caption, alt + ".", svg, columns, rows, again, CLAIMS, "atlas")


def _panel(x: float, y: float, relative: Array, name: str, share: str, scale: bool) -> list[str]:
    cells = len(relative)
    side = PANEL / cells
    out = [text(x, y - 5, name, INK, 11, weight=600)]
    for limit, colour in ((0.1, SHADE), (0.01, OK)):
        path = "".join(
            f"M{x + start * side:.1f} {y + PANEL - (i + 1) * side:.1f}h{(stop - start) * side:.1f}v{side:.1f}"
            f"h{(start - stop) * side:.1f}z"
            for i, row in enumerate(relative <= limit)
            for start, stop in _runs(row)
        )
        if path:
            out.append(f'<path d="{path}" style="fill:{colour};stroke:{colour};stroke-width:.4"/>')
    out.append(
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{PANEL}" height="{PANEL}" '
        f'style="fill:none;stroke:{MUTED};stroke-width:.8"/>'
    )
    height = Axis(*SEPARATIONS, y + PANEL, y, log=True)
    for value in (1, 8):
        level = height(value)
        out.append(f'<path d="M{x:.1f} {level:.1f}h{PANEL}" style="stroke:{RULE};stroke-width:.5"/>')
        if scale:
            out.append(text(x - 4, level + 4, str(value), MUTED, 10.5, "end"))
    for share_of_width in (0.0, 0.5, 1.0):
        where = x + PANEL * share_of_width
        out.append(text(where, y + PANEL + 13, f"{share_of_width:g}", MUTED, 10.5, "middle"))
    out.append(text(x, y + PANEL + 26, share, MUTED, 10.5))
    return out


def _runs(row: Array) -> list[tuple[int, int]]:
    """Starts and ends of the runs of True.

    >>> _runs(np.array([True, True, False, True]))
    [(0, 2), (3, 4)]
    """
    edges = np.flatnonzero(np.diff(np.concatenate([[0], row.astype(int), [0]])))
    return [(int(a), int(b)) for a, b in edges.reshape(-1, 2)]


def _key(y: float) -> str:
    out = ""
    for x, colour, words in ((LEFT, OK, "within 1 % of log C"), (LEFT + 150, SHADE, "within 10 %")):
        box = f'style="fill:{colour};stroke:{MUTED};stroke-width:.5"'
        out += f'<rect x="{x}" y="{y - 9}" width="11" height="11" {box}/>' + text(x + 16, y, words, MUTED, 11)
    return out

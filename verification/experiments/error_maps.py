"""Small maps of two parameters: filled where an approximation is within 1 %, tinted where within 10 %."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from verification.experiments import Figure
from verification.experiments.svg import MUTED, OK, SHADE, Axis, document, number, text

Array = np.ndarray[Any, Any]

PANEL, GAP, LEFT, TOP, ACROSS = 118.0, 22.0, 40.0, 44.0, 3


@dataclass(frozen=True)
class Map:
    """Relative errors, a row for each y and a column for each x."""

    name: str
    error: Array
    xs: Array
    ys: Array
    claims: tuple[str, ...]

    @property
    def shares(self) -> tuple[float, float]:
        """How much of the map is within 1 % and within 10 %."""
        return float((self.error <= 0.01).mean()), float((self.error <= 0.1).mean())


def maps(
    identifier: str,
    panels: Sequence[Map],
    x_label: str,
    y_label: str,
    setting: str,
    again: str,
    log_x: bool,
    log_y: bool,
) -> Figure:
    """The figure of several approximations over the same two parameters."""
    lines = -(-len(panels) // ACROSS)
    size = (LEFT + ACROSS * (PANEL + GAP), TOP + lines * (PANEL + 52) + 22)
    body = [text(0, 12, f"{y_label} ↑, {x_label} →", MUTED, 11.5)]
    for index, panel in enumerate(panels):
        x = LEFT + (index % ACROSS) * (PANEL + GAP)
        y = TOP + (index // ACROSS) * (PANEL + 52)
        body += _panel(panel, x, y, log_x, log_y, index % ACROSS == 0)
    body.append(_key(size[1] - 8))
    shares = [panel.shares for panel in panels]
    best = int(np.argmax([one for one, _ in shares]))
    never = [panel.name for panel, (one, _) in zip(panels, shares, strict=True) if one == 0]
    title = f"{panels[best].name} is within 1 % on {shares[best][0]:.0%} of the map"
    title += f"; {', '.join(never)}: nowhere" if never else ""
    others = [
        f"{p.name} {one:.0%}" for p, (one, _) in zip(panels, shares, strict=True) if one > 0 and p is not panels[best]
    ]
    title += f"; {', '.join(others)}" if others else ""
    alt = "; ".join(
        f"{p.name}: {one:.1%} within 1 %, {ten:.1%} within 10 %" for p, (one, ten) in zip(panels, shares, strict=True)
    )
    columns = ["approximation", "share within 1 %", "share within 10 %", "largest error on the map"]
    rows: list[list[Any]] = [
        [p.name, round(one, 4), round(ten, 4), float(f"{np.nanmax(p.error):.4g}")]
        for p, (one, ten) in zip(panels, shares, strict=True)
    ]
    drawn = document(identifier.replace(".", "-"), size, "".join(body), title, alt)
    claims = list(dict.fromkeys(claim for panel in panels for claim in panel.claims))
    caption = f"{setting} Filled: within 1 %; tinted: within 10 %."
    return Figure(identifier, title, caption, alt + ".", drawn, columns, rows, again, claims, "atlas")


def _panel(panel: Map, x: float, y: float, log_x: bool, log_y: bool, scale: bool) -> list[str]:
    high, wide = panel.error.shape
    step, rise = PANEL / wide, PANEL / high
    out = [text(x, y - 6, panel.name, size=11, weight=600)]
    for limit, colour in ((0.1, SHADE), (0.01, OK)):
        path = "".join(
            f"M{x + start * step:.1f} {y + PANEL - (i + 1) * rise:.1f}h{(stop - start) * step:.1f}v{rise:.1f}"
            f"h{(start - stop) * step:.1f}z"
            for i, row in enumerate(panel.error <= limit)
            for start, stop in runs(row)
        )
        if path:
            out.append(f'<path d="{path}" style="fill:{colour};stroke:{colour};stroke-width:.4"/>')
    out.append(
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{PANEL}" height="{PANEL}" '
        f'style="fill:none;stroke:{MUTED};stroke-width:.8"/>'
    )
    across = Axis(float(panel.xs[0]), float(panel.xs[-1]), x, x + PANEL, log_x)
    upwards = Axis(float(panel.ys[0]), float(panel.ys[-1]), y + PANEL, y, log_y)
    for value, words in _few(across):
        out.append(text(across(value), y + PANEL + 13, words, MUTED, 10.5, "middle"))
    if scale:
        out += [text(x - 4, upwards(value) + 4, words, MUTED, 10.5, "end") for value, words in _few(upwards)]
    one, _ = panel.shares
    return [*out, text(x, y + PANEL + 27, f"1 %: {one:.0%} of map", MUTED, 10.5)]


def _few(axis: Axis) -> list[tuple[float, str]]:
    """At most three of an axis's ticks, or its ends where it has none."""
    ticks = axis.ticks()
    if len(ticks) < 2:
        return [(end, number(end, 2)) for end in (axis.low, axis.high)]
    return ticks if len(ticks) <= 3 else [ticks[0], ticks[len(ticks) // 2], ticks[-1]]


def runs(row: Array) -> list[tuple[int, int]]:
    """Starts and ends of the runs of True.

    >>> runs(np.array([True, True, False, True]))
    [(0, 2), (3, 4)]
    """
    edges = np.flatnonzero(np.diff(np.concatenate([[0], row.astype(int), [0]])))
    return [(int(a), int(b)) for a, b in edges.reshape(-1, 2)]


def _key(y: float) -> str:
    out = ""
    for x, colour, words in ((LEFT, OK, "within 1 %"), (LEFT + 120, SHADE, "within 10 %")):
        box = f'style="fill:{colour};stroke:{MUTED};stroke-width:.5"'
        out += f'<rect x="{x}" y="{y - 9}" width="11" height="11" {box}/>' + text(x + 16, y, words, MUTED, 11)
    return out

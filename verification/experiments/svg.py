"""Charts as inline SVG: text stays text, colours follow the page, curves are labelled where they end."""

from __future__ import annotations

import base64
import math
import struct
import zlib
from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

import numpy as np

Array = np.ndarray[Any, Any]

INK = "var(--ink,#1b1f24)"
MUTED = "var(--muted,#6b7480)"
RULE = "var(--rule,#c9ced4)"
OK = "var(--supported,var(--ok,#0b5394))"
NO = "var(--refuted,var(--no,#a63603))"
UP = "var(--upper,var(--up,#8a4b00))"
SHADE = "var(--good,var(--shade,#dbe7f3))"
GROUND = "var(--ground,var(--bg,#ffffff))"

FONT = "font-family:system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif"
LINE = 13.0
SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def number(value: float, digits: int = 3) -> str:
    """A number to so many digits, without a trailing exponent's clutter and with a true minus sign.

    >>> number(-0.123456), number(20000.0), number(float("inf"))
    ('−0.123', '20,000', '∞')
    """
    if math.isnan(value):
        return "not a number"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    if value == 0:
        return "0"
    power = math.floor(math.log10(abs(value)))
    if -4 <= power < 6:
        text = f"{value:,.{max(digits - 1 - power, 0)}f}"
    else:
        text = f"{value / 10.0**power:.{digits - 1}f}×10{str(power).translate(SUPERSCRIPT)}"
    return text.replace("-", "−")


def within(value: float, error: float) -> str:
    """Value ± error, digits stopping at the error; the interval where the error exceeds half the value.

    >>> within(1.23456, 0.02), within(0.01, 0.02)
    ('1.235 ± 0.020', 'between −0.010 and 0.030')
    """
    if not (math.isfinite(error) and error > 0):
        return number(value)
    places = max(0, 1 - math.floor(math.log10(error)))
    if error > abs(value) / 2:
        return f"between {value - error:.{places}f} and {value + error:.{places}f}".replace("-", "−")
    return f"{value:.{places}f} ± {error:.{places}f}".replace("-", "−")


class Axis:
    """A linear or logarithmic map from numbers to pixels."""

    def __init__(self, low: float, high: float, start: float, stop: float, log: bool = False) -> None:
        self.low, self.high, self.start, self.stop, self.log = low, high, start, stop, log

    def __call__(self, value: float) -> float:
        low, high = self.low, self.high
        if self.log:
            value, low, high = math.log10(max(value, 1e-300)), math.log10(low), math.log10(high)
        return self.start + (value - low) / (high - low) * (self.stop - self.start)

    def ticks(self) -> list[tuple[float, str]]:
        """Positions and words of the ticks: decades, or steps of 1, 2 or 5."""
        if self.log:
            first, last = math.ceil(math.log10(self.low) - 1e-9), math.floor(math.log10(self.high) + 1e-9)
            if last - first >= 2:
                stride = max(1, (last - first) // 5)
                return [
                    (10.0**p, "1" if p == 0 else f"10{str(p).translate(SUPERSCRIPT)}")
                    for p in range(first, last + 1, stride)
                ]
            choice = [m * 10.0**p for p in range(first - 1, last + 1) for m in (1, 2, 5)]
            return [(v, number(v, 1)) for v in choice if self.low * 0.999 <= v <= self.high * 1.001]
        raw = (self.high - self.low) / 5
        power = 10.0 ** math.floor(math.log10(raw))
        step: float = next(power * m for m in (1, 2, 5, 10) if power * m >= raw * 0.999)
        places = max(0, -math.floor(math.log10(step) + 1e-9))
        first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
        return [(i * step, f"{i * step + 0.0:.{places}f}".replace("-", "−")) for i in range(first, last + 1)]


class Chart:
    """One panel with axes, to which curves, bars and labels are added; ``svg`` closes it."""

    def __init__(
        self,
        identifier: str,
        x: tuple[float, float],
        y: tuple[float, float],
        x_label: str,
        y_label: str,
        log_x: bool = False,
        log_y: bool = False,
        size: tuple[float, float] = (440.0, 290.0),
        margin: tuple[float, float, float, float] = (30.0, 122.0, 40.0, 46.0),
    ) -> None:
        self.id, self.size = identifier, size
        top, right, bottom, left = margin
        self.x = Axis(*x, left, size[0] - right, log_x)
        self.y = Axis(*y, size[1] - bottom, top, log_y)
        self.under: list[str] = []
        self.over: list[str] = []
        self.ends: list[tuple[float, float, str, str]] = []
        self._frame(x_label, y_label)

    def _frame(self, x_label: str, y_label: str) -> None:
        left, right, bottom, top = self.x.start, self.x.stop, self.y.start, self.y.stop
        for value, word in self.y.ticks():
            y = self.y(value)
            self.under.append(f'<path d="M{left:.1f} {y:.1f}H{right:.1f}" style="stroke:{RULE};stroke-width:.7"/>')
            self.under.append(text(left - 6, y + 4, word, MUTED, 11, "end"))
        for value, word in self.x.ticks():
            x = self.x(value)
            self.under.append(f'<path d="M{x:.1f} {bottom:.1f}v4" style="stroke:{MUTED}"/>')
            self.under.append(text(x, bottom + 16, word, MUTED, 11, "middle"))
        self.under.append(f'<path d="M{left:.1f} {bottom:.1f}H{right:.1f}" style="stroke:{MUTED}"/>')
        self.under.append(text((left + right) / 2, bottom + 33, x_label, MUTED, 11.5, "middle"))
        self.under.append(text(4, top - 14, y_label, MUTED, 11.5))

    def _path(self, xs: Sequence[float] | Array, ys: Sequence[float] | Array) -> str:
        out, pen = [], "M"
        for a, b in zip(xs, ys, strict=True):
            if not (math.isfinite(a) and math.isfinite(b)):
                pen = "M"
                continue
            # far outside the panel a pixel coordinate is only ever clipped: keep it short
            out.append(f"{pen}{self.x(a):.1f} {min(max(self.y(b), -500.0), 1500.0):.1f}")
            pen = "L"
        return "".join(out)

    def line(
        self,
        xs: Any,
        ys: Any,
        colour: str = INK,
        width: float = 1.8,
        dash: str = "",
        label: str = "",
        bold: bool = False,
    ) -> None:
        """A curve, clipped to the panel, with its name where it ends."""
        dashes = f";stroke-dasharray:{dash}" if dash else ""
        style = f"fill:none;stroke:{colour};stroke-width:{width};stroke-linejoin:round{dashes}"
        self.over.append(f'<path clip-path="url(#{self.id}-clip)" d="{self._path(xs, ys)}" style="{style}"/>')
        last = [(a, b) for a, b in zip(xs, ys, strict=True) if math.isfinite(a) and math.isfinite(b)]
        if label and last:
            seen = self._inside(last[-1][1])
            height = min(max(self.y(last[-1][1]), self.y.stop), self.y.start)
            # a curve that left the panel is named at the edge, with an arrow the way it went
            where = self.x(last[-1][0]) if seen else self.x.stop
            self.ends.append((where, height, label if seen else label + self._arrow(last[-1][1]), colour))

    def _inside(self, value: float) -> bool:
        slack = 1e-9 * abs(self.y.high - self.y.low)
        return self.y.low - slack <= value <= self.y.high + slack

    def _arrow(self, value: float) -> str:
        return " ↑" if value > self.y.high else " ↓"

    def band(self, xs: Any, low: Any, high: Any, colour: str = SHADE, opacity: float = 1.0) -> None:
        """The region between two curves."""
        there, back = self._path(xs, high), self._path(list(xs)[::-1], list(low)[::-1])
        style = f"fill:{colour};stroke:none;opacity:{opacity}"
        self.under.append(
            f'<path clip-path="url(#{self.id}-clip)" d="{there}{back.replace("M", "L", 1)}Z" style="{style}"/>'
        )

    def bars(self, xs: Any, low: Any, high: Any, colour: str = INK) -> None:
        """Uncertainty bars from low to high."""
        for a, b, c in zip(xs, low, high, strict=True):
            x, y0, y1 = self.x(a), self.y(b), self.y(c)
            path = f"M{x:.1f} {y0:.1f}V{y1:.1f}M{x - 3:.1f} {y0:.1f}h6M{x - 3:.1f} {y1:.1f}h6"
            self.over.append(
                f'<path clip-path="url(#{self.id}-clip)" d="{path}" '
                f'style="fill:none;stroke:{colour};stroke-width:1.3"/>'
            )

    def points(self, xs: Any, ys: Any, colour: str = INK, radius: float = 2.6, hollow: bool = False) -> None:
        """Discs, or rings where hollow."""
        fill = GROUND if hollow else colour
        for a, b in zip(xs, ys, strict=True):
            if math.isfinite(b) and self._inside(b):
                style = f"fill:{fill};stroke:{colour};stroke-width:1.3"
                self.over.append(f'<circle cx="{self.x(a):.1f}" cy="{self.y(b):.1f}" r="{radius}" style="{style}"/>')

    def note(self, x: float, y: float, words: str, colour: str = INK, anchor: str = "start") -> None:
        """Words at a place in the panel."""
        self.over.append(text(self.x(x), self.y(y), words, colour, 11.5, anchor))

    def rule(self, y: float, colour: str = INK, width: float = 2.4) -> None:
        """A level across the panel."""
        self.over.append(
            f'<path d="M{self.x.start} {self.y(y):.1f}H{self.x.stop}" style="stroke:{colour};stroke-width:{width}"/>'
        )

    def svg(self, title: str, description: str) -> str:
        """The finished drawing."""
        clip = (
            f'<clipPath id="{self.id}-clip"><rect x="{self.x.start - 4:.1f}" y="{self.y.stop - 4:.1f}" '
            f'width="{self.x.stop - self.x.start + 8:.1f}" height="{self.y.start - self.y.stop + 8:.1f}"/></clipPath>'
        )
        body = "".join([f"<defs>{clip}</defs>", *self.under, *self.over, *self._end_labels()])
        return document(self.id, self.size, body, title, description)

    def _end_labels(self) -> list[str]:
        ends = sorted(self.ends, key=lambda end: end[1])
        lines = [label.split("\n") for _, _, label, _ in ends]
        places: list[float] = []
        for (_, y, _, _), words in zip(ends, lines, strict=True):
            above = places[-1] + LINE * len(lines[len(places) - 1]) if places else -1e9
            places.append(max(y - LINE * (len(words) - 1) / 2, above))
        # what slid past the bottom pushes everything up again
        floor = self.size[1] - 4
        for i in range(len(places) - 1, -1, -1):
            places[i] = min(places[i], floor - LINE * (len(lines[i]) - 1))
            floor = places[i] - LINE
        out = []
        for (x, y, _, colour), words, place in zip(ends, lines, places, strict=True):
            edge, middle = self.x.stop, place + LINE * (len(words) - 1) / 2
            out.append(
                f'<path d="M{x + 3:.1f} {y:.1f}L{edge + 5:.1f} {y:.1f}L{edge + 10:.1f} {middle:.1f}" '
                f'style="fill:none;stroke:{colour};stroke-width:.7;opacity:.7"/>'
            )
            out.extend(text(edge + 13, place + 4 + LINE * i, word, colour, 11.5) for i, word in enumerate(words))
        return out


class Places(Chart):
    """A chart whose horizontal axis is a row of places with names in place of numbers."""

    def _frame(self, x_label: str, y_label: str) -> None:
        left, right = self.x.start, self.x.stop
        for value, word in self.y.ticks():
            y = self.y(value)
            self.under.append(f'<path d="M{left:.1f} {y:.1f}H{right:.1f}" style="stroke:{RULE};stroke-width:.7"/>')
            self.under.append(text(left - 6, y + 4, word, MUTED, 11, "end"))
        self.under.append(text((left + right) / 2, self.y.start + 33, x_label, MUTED, 11.5, "middle"))
        self.under.append(text(4, self.y.stop - 14, y_label, MUTED, 11.5))

    def name(self, place: int, words: str) -> None:
        """The name of a place, under it."""
        self.under.append(text(self.x(place), self.y.start + 16, words, MUTED, 11, "middle"))


def text(
    x: float, y: float, words: str, colour: str = INK, size: float = 11.5, anchor: str = "start", weight: int = 400
) -> str:
    """One line of text, as text."""
    style = f"fill:{colour};font-size:{size}px;font-weight:{weight}"
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" style="{style}">{escape(words)}</text>'


def document(identifier: str, size: tuple[float, float], body: str, title: str, description: str) -> str:
    """An SVG that fills its column up to its natural width, with a title and a description for those who do not see
    it."""
    width, height = size
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" role="img" '
        f'aria-labelledby="{identifier}-title {identifier}-desc" '
        f'style="width:100%;max-width:{width:.0f}px;height:auto;display:block;color:{INK};{FONT}">'
        f'<title id="{identifier}-title">{escape(title)}</title>'
        f'<desc id="{identifier}-desc">{escape(description)}</desc>'
        f"{body}</svg>"
    )


def png(gray: Array) -> str:
    """Gray levels in [0, 1], (height, width), 0 white and 1 black, as a data URI.

    >>> png(np.zeros((2, 3)))[:22]
    'data:image/png;base64,'
    """
    pixels = (255 - np.rint(np.clip(gray, 0, 1) * 255)).astype(np.uint8)
    height, width = pixels.shape
    rows = np.concatenate([np.zeros((height, 1), np.uint8), pixels], axis=1).tobytes()

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    raw = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")
    return "data:image/png;base64," + base64.b64encode(raw).decode("ascii")


def picture(x: float, y: float, width: float, height: float, uri: str) -> str:
    """A raster image whose pixels stay square and sharp."""
    return (
        f'<image x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" href="{uri}" '
        f'preserveAspectRatio="none" style="image-rendering:pixelated"/>'
    )

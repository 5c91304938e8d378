"""Drawings as PDF pages: the SVG that the experiments write, drawn again by matplotlib, whose fonts have every sign."""

from __future__ import annotations

import base64
import io
import re
import xml.etree.ElementTree as ET
from typing import Any

from verification.report.figures import standalone
from verification.report.schema import Figure, ResultsError

MISSING = "PDF files need matplotlib: pip install 'betavae-theory[pdf]'"
POINTS = 0.75  # of a pixel
_TOKEN = re.compile(r"[MmLlHhVvCcQqZz]|-?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_ANCHORS = {"start": "left", "middle": "center", "end": "right"}
Style = dict[str, str]


def possible() -> bool:
    """Whether drawings can be turned into PDF here."""
    from importlib.util import find_spec

    return find_spec("matplotlib") is not None


def pdf(figure: Figure) -> bytes:
    """The drawing as a one-page PDF of its own size, text as text; ResultsError where it is not an SVG."""
    from matplotlib import rc_context
    from matplotlib.backends.backend_pdf import FigureCanvasPdf
    from matplotlib.figure import Figure as Page

    root = ET.fromstring(standalone(figure))
    box = [float(x) for x in root.get("viewBox", "").replace(",", " ").split()]
    if len(box) != 4 or not (box[2] > 0 and box[3] > 0):
        raise ResultsError(f"The figure {figure.id} has no size and becomes no PDF.")
    with rc_context({"pdf.fonttype": 42, "font.family": "DejaVu Sans", "lines.scale_dashes": False}):
        page = Page(figsize=(box[2] * POINTS / 72, box[3] * POINTS / 72))
        axes = page.add_axes((0, 0, 1, 1))
        axes.set(xlim=(box[0], box[0] + box[2]), ylim=(box[1] + box[3], box[1]))
        axes.axis("off")
        _Drawing(axes, root).draw(root, (0.0, 0.0), {})
        out = io.BytesIO()
        facts = {"Title": figure.title, "Subject": figure.alt or figure.caption, "CreationDate": None}
        FigureCanvasPdf(page).print_pdf(out, metadata=facts)
    return out.getvalue()


class _Drawing:
    """Puts SVG elements on matplotlib axes whose units are the drawing's pixels."""

    def __init__(self, axes: Any, root: ET.Element) -> None:
        self.axes, self.order = axes, 0
        self.clips = {node.get("id", ""): node[0] for node in root.iter() if _tag(node) == "clipPath" and len(node)}

    def draw(self, node: ET.Element, offset: tuple[float, float], inherited: Style) -> None:
        style = {**inherited, **_style(node)}
        moved = re.match(r"translate\(\s*([-\d.]+)[\s,]+([-\d.]+)\s*\)", node.get("transform", ""))
        if moved:
            offset = offset[0] + float(moved[1]), offset[1] + float(moved[2])
        drawer = getattr(self, f"_{_tag(node)}", None)
        if drawer is not None:
            self.order += 1
            for artist in drawer(node, offset, style):
                artist.set_zorder(self.order)
                self._clip(artist, style.get("clip-path", ""), offset)
        for child in node:
            if _tag(child) not in ("defs", "clipPath", "title", "desc", "style", "metadata"):
                self.draw(child, offset, {k: v for k, v in style.items() if k not in ("opacity",)})

    def _clip(self, artist: Any, wanted: str, offset: tuple[float, float]) -> None:
        found = re.match(r"url\(#([^)]*)\)", wanted)
        rect = self.clips.get(found[1]) if found else None
        if rect is not None and _tag(rect) == "rect":
            from matplotlib.patches import Rectangle

            x, y, w, h = (_number(rect, name) for name in ("x", "y", "width", "height"))
            frame = Rectangle((x + offset[0], y + offset[1]), w, h, transform=self.axes.transData)
            artist.set_clip_path(frame)

    def _patch(self, patch: Any, style: Style) -> list[Any]:
        fill, stroke = style.get("fill", "#000000"), style.get("stroke", "none")
        opacity = float(style.get("opacity", 1))
        patch.set_facecolor(_colour(fill, opacity * float(style.get("fill-opacity", 1))))
        patch.set_edgecolor(_colour(stroke, opacity * float(style.get("stroke-opacity", 1))))
        width = float(style.get("stroke-width", "1").removesuffix("px")) * POINTS if stroke != "none" else 0.0
        patch.set_linewidth(width)
        dashes = [float(x) * POINTS for x in re.findall(r"[\d.]+", style.get("stroke-dasharray", ""))]
        if dashes and width:
            patch.set_linestyle((0, dashes if len(dashes) % 2 == 0 else 2 * dashes))
        patch.set_joinstyle(style.get("stroke-linejoin", "miter"))
        self.axes.add_patch(patch)
        return [patch]

    def _path(self, node: ET.Element, offset: tuple[float, float], style: Style) -> list[Any]:
        from matplotlib.patches import PathPatch
        from matplotlib.path import Path

        corners, codes = _outline(node.get("d", ""), offset)
        return self._patch(PathPatch(Path(corners, codes)), style) if corners else []

    def _polyline(self, node: ET.Element, offset: tuple[float, float], style: Style) -> list[Any]:
        points = node.get("points", "").replace(",", " ")
        close = "Z" if _tag(node) == "polygon" else ""
        return self._path(ET.Element("path", d=f"M{points}{close}"), offset, style)

    _polygon = _polyline

    def _line(self, node: ET.Element, offset: tuple[float, float], style: Style) -> list[Any]:
        x1, y1, x2, y2 = (_number(node, name) for name in ("x1", "y1", "x2", "y2"))
        return self._path(ET.Element("path", d=f"M{x1} {y1}L{x2} {y2}"), offset, style)

    def _rect(self, node: ET.Element, offset: tuple[float, float], style: Style) -> list[Any]:
        from matplotlib.patches import Rectangle

        x, y, w, h = (_number(node, name) for name in ("x", "y", "width", "height"))
        return self._patch(Rectangle((x + offset[0], y + offset[1]), w, h), style)

    def _circle(self, node: ET.Element, offset: tuple[float, float], style: Style) -> list[Any]:
        from matplotlib.patches import Circle

        x, y, r = (_number(node, name) for name in ("cx", "cy", "r"))
        return self._patch(Circle((x + offset[0], y + offset[1]), r), style)

    def _text(self, node: ET.Element, offset: tuple[float, float], style: Style) -> list[Any]:
        words = "".join(node.itertext())
        if not words.strip():
            return []
        size = float(style.get("font-size", "12").removesuffix("px")) * POINTS
        text = self.axes.text(
            _number(node, "x") + offset[0],
            _number(node, "y") + offset[1],
            words.replace("$", r"\$"),
            # DejaVu runs wider than the fonts that drawings are laid out for.
            fontsize=0.89 * size,
            color=_colour(style.get("fill", "#000000"), 1.0),
            ha=_ANCHORS[style.get("text-anchor", "start")],
            va="baseline",
            fontweight="bold" if style.get("font-weight", "400") >= "600" else "normal",
        )
        return [text]

    def _image(self, node: ET.Element, offset: tuple[float, float], style: Style) -> list[Any]:
        from matplotlib.image import imread

        found = re.match(r"data:image/(png);base64,(.*)", node.get("href", ""), re.DOTALL)
        if found is None:
            return []
        x, y, w, h = (_number(node, name) for name in ("x", "y", "width", "height"))
        left, top = x + offset[0], y + offset[1]
        limits = self.axes.get_xlim(), self.axes.get_ylim()
        pixels = imread(io.BytesIO(base64.b64decode(found[2])), format=found[1])
        shown = self.axes.imshow(
            pixels, extent=(left, left + w, top + h, top), cmap="gray", vmin=0, vmax=1, aspect="auto",
            interpolation="nearest",
        )  # fmt: skip
        self.axes.set(xlim=limits[0], ylim=limits[1])
        return [shown]


def _tag(node: ET.Element) -> str:
    return node.tag.rpartition("}")[2]


def _number(node: ET.Element, name: str) -> float:
    found = re.match(r"-?[\d.]+(?:[eE][-+]?\d+)?", node.get(name, "0"))
    return float(found.group()) if found else 0.0


def _style(node: ET.Element) -> Style:
    """Presentation attributes, and the declarations that outrank them."""
    kept = {k: v for k, v in node.attrib.items() if k not in ("style", "d", "transform", "id", "x", "y")}
    for part in node.get("style", "").split(";"):
        name, _, value = part.partition(":")
        if value:
            kept[name.strip()] = value.strip()
    return kept


def _colour(name: str, opacity: float) -> Any:
    from matplotlib.colors import is_color_like, to_rgba

    return to_rgba(name, opacity) if name != "none" and is_color_like(name) else (0.0, 0.0, 0.0, 0.0)


def _outline(d: str, offset: tuple[float, float]) -> tuple[list[tuple[float, float]], list[int]]:
    """Corners and codes of matplotlib for the commands of a path.

    >>> _outline("M0 0h2v1z", (0.0, 0.0))
    ([(0.0, 0.0), (2.0, 0.0), (2.0, 1.0), (0.0, 0.0)], [1, 2, 2, 79])
    """
    tokens = _TOKEN.findall(d)
    corners: list[tuple[float, float]] = []
    codes: list[int] = []
    x, y, start, command, place = 0.0, 0.0, (0.0, 0.0), "", 0
    takes = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "Q": 4, "Z": 0}
    while place < len(tokens):
        if tokens[place].isalpha():
            command, place = tokens[place], place + 1
        if command.upper() not in takes:
            break
        count = takes[command.upper()]
        given = [float(t) for t in tokens[place : place + count]]
        if len(given) < count:
            break
        place += count
        base = (x, y) if command.islower() else (0.0, 0.0)
        kind = command.upper()
        if kind == "Z":
            corners.append((start[0] + offset[0], start[1] + offset[1]))
            codes.append(79)
            (x, y), command = start, ""
            continue
        if kind == "H":
            points = [(base[0] + given[0], y)]
        elif kind == "V":
            points = [(x, base[1] + given[0])]
        else:
            points = [(base[0] + a, base[1] + b) for a, b in zip(given[::2], given[1::2], strict=True)]
        x, y = points[-1]
        corners += [(a + offset[0], b + offset[1]) for a, b in points]
        codes += {"M": [1], "C": [4] * 3, "Q": [3] * 2}.get(kind, [2])
        if kind == "M":
            # Further pairs after a move are lines.
            start, command = (x, y), "l" if command == "m" else "L"
    return corners, codes

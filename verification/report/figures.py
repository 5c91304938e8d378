"""Inline SVG made safe and adaptable: nothing active, nothing fetched, unique ids, colours that follow the page."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

from markupsafe import Markup

from verification.report import wording
from verification.report.schema import Figure, ResultsError

SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"

# The colours that figures are drawn in on paper, and the page's variables that replace them, so that one drawing serves
# light, dark and print.
PALETTE = {
    "ink": "#1b1f24",
    "ground": "#ffffff",
    "muted": "#565e68",
    "rule": "#d5d9de",
    "lower": "#0b5394",
    "printed": "#a63603",
    "upper": "#8a4b00",
    "good": "#dbe7f3",
    "added": "#fde3d3",
    "supported": "#0b5394",
    "refuted": "#a63603",
}
_VARIABLES = {
    "#1b1f24": "ink",
    "#000000": "ink",
    "#000": "ink",
    "black": "ink",
    "#ffffff": "ground",
    "#fff": "ground",
    "white": "ground",
    "#565e68": "muted",
    "#808080": "muted",
    "#d5d9de": "rule",
    "#b0b0b0": "rule",
    "#cccccc": "rule",
    "#0b5394": "supported",
    "#1f77b4": "supported",
    "#a63603": "refuted",
    "#d62728": "refuted",
    "#8a4b00": "upper",
    "#ff7f0e": "upper",
    "#dbe7f3": "good",
    "#fde3d3": "added",
}
_ELEMENTS = frozenset(
    re.findall(
        r"\w+",
        """
        svg g path line polyline polygon rect circle ellipse text tspan textPath title desc defs use symbol marker
        clipPath mask pattern linearGradient radialGradient stop image style
        """,
    )
)
_PAINTED = ("fill", "stroke", "stop-color", "color")
# What an element takes from the group around it as if it had it itself.
_INHERITED = frozenset(
    re.findall(
        r"[\w-]+",
        """
        fill stroke stroke-width stroke-linejoin stroke-linecap stroke-dasharray fill-opacity stroke-opacity
        font-family font-size font-weight font-style text-anchor
        """,
    )
)
_PLAIN = {"opacity:1", "opacity:1.0", "font-weight:400"}
# Beyond this natural width a drawing scrolls inside its own region on a phone, because its text would be too small.
_WIDE = 460.0


def inline(figure: Figure) -> Markup:
    """The figure's SVG for the page, with its numbers as title and description; ResultsError where it is not an SVG."""
    if not figure.svg.strip():
        return Markup("")
    root = _parse(figure)
    prefix = "svg-" + anchor(figure.id) + "-"
    _clean(root, prefix)
    _gather(root)
    width = _size(root)
    for name in ("width", "height", "preserveAspectRatio", "version", "class", "style", "id"):
        root.attrib.pop(name, None)
    for child in [c for c in root if c.tag in ("title", "desc")]:
        root.remove(child)
    title, desc = ET.Element("title", id=f"{prefix}title"), ET.Element("desc", id=f"{prefix}desc")
    title.text, desc.text = figure.title, figure.alt or figure.caption
    root[:0] = [title, desc]
    labels = {"aria-labelledby": f"{prefix}title", "aria-describedby": f"{prefix}desc"}
    root.attrib.update(role="img", style=f"max-width:{width:.0f}px", **labels)
    root.set("class", "plot wide" if width > _WIDE else "plot")
    return Markup(wording.clean(ET.tostring(root, encoding="unicode")))


def standalone(figure: Figure) -> str:
    """The figure's SVG as a file of its own: its colours are those on paper, because no page is there to lend them."""
    root = _parse(figure)
    prefix = anchor(figure.id) + "-"
    width = _size(root)
    _clean(root, prefix)
    for name in ("class", "style", "id"):
        root.attrib.pop(name, None)
    for child in [c for c in root if c.tag in ("title", "desc")]:
        root.remove(child)
    title, desc = ET.Element("title"), ET.Element("desc")
    title.text, desc.text = figure.title, figure.alt or figure.caption
    root[:0] = [title, desc]
    height = float((root.get("viewBox") or f"0 0 {width} {width}").replace(",", " ").split()[3])
    root.attrib.update(xmlns=SVG, width=f"{width:g}", height=f"{height:g}", role="img")
    root.set("font-family", "system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif")
    text, seen = wording.clean(ET.tostring(root, encoding="unicode")), ""
    while text != seen:
        text, seen = re.sub(r"var\(--([\w-]+)(?:,([^()]*))?\)", _on_paper, text), text
    return text


def _on_paper(match: re.Match[str]) -> str:
    return PALETTE.get(match[1]) or (match[2] or "").strip() or PALETTE["ink"]


def is_wide(figure: Figure) -> bool:
    """Whether the drawing needs a scroll region of its own on a phone."""
    return bool(figure.svg.strip()) and _size(_parse(figure)) > _WIDE


def anchor(identifier: str) -> str:
    """An id for a fragment: the same for the same name, different for different names.

    >>> anchor("hoffman.eq12.D"), anchor('a "b"')
    ('hoffman.eq12.D', 'a~20~~22~b~22~')
    """
    return re.sub(r"[^A-Za-z0-9._-]", lambda match: f"~{ord(match.group()):x}~", identifier)


def _parse(figure: Figure) -> ET.Element:
    text = re.sub(r"<!DOCTYPE[^>\[]*(\[[^\]]*\])?[^>]*>", "", figure.svg, flags=re.IGNORECASE)
    if "<!ENTITY" in text:
        raise ResultsError(f"The figure {figure.id} declares entities of its own and is not shown.")
    try:
        root = ET.fromstring(text.strip())
    except ET.ParseError as error:
        raise ResultsError(f"The figure {figure.id} is not a well-formed SVG: {error}.") from None
    if root.tag.rpartition("}")[2] != "svg":
        raise ResultsError(f"The figure {figure.id} is not an SVG.")
    return root


def _size(root: ET.Element) -> float:
    box = root.get("viewBox", "").replace(",", " ").split()
    width = float(box[2]) if len(box) == 4 else 0.0
    match = re.match(r"([\d.]+)\s*(pt|px|in|mm|cm)?$", root.get("width", ""))
    if match:
        scale = {"pt": 4 / 3, "in": 96, "mm": 96 / 25.4, "cm": 96 / 2.54}.get(match[2] or "px", 1.0)
        if not box:
            height = re.match(r"[\d.]+", root.get("height", ""))
            root.set("viewBox", f"0 0 {match[1]} {height.group() if height else match[1]}")
        return float(match[1]) * scale
    return width or 400.0


def _clean(node: ET.Element, prefix: str) -> None:
    node.tag = node.tag.rpartition("}")[2] if isinstance(node.tag, str) else "metadata"
    if node.tag == "style":
        node.text = _styles(node.text or "", prefix)
    for name, text in list(node.attrib.items()):
        local = name.rpartition("}")[2]
        del node.attrib[name]
        if (name.startswith("{") and not name.startswith(f"{{{XLINK}}}")) or local.lower().startswith("on"):
            continue
        kept = _attribute(node.tag, local, text, prefix)
        if kept is not None:
            node.set(local, kept)
    for child in list(node):
        if not isinstance(child.tag, str) or child.tag.rpartition("}")[2] not in _ELEMENTS:
            node.remove(child)
            continue
        _clean(child, prefix)


def _gather(node: ET.Element) -> None:
    """Neighbours of one style share a group that carries it: a cloud of points says its colour once."""
    kept: list[ET.Element] = []
    for child in list(node):
        _gather(child)
        style = child.get("style", "")
        names = {part.partition(":")[0] for part in style.split(";") if part}
        if style and names <= _INHERITED and child.tag in ("path", "circle", "rect", "text", "line"):
            if kept and kept[-1].get("data-shared") == style:
                group = kept[-1]
            else:
                group = ET.Element("g", {"data-shared": style})
                kept.append(group)
            group.append(child)
        else:
            kept.append(child)
    node[:] = []
    for child in kept:
        style = child.attrib.pop("data-shared", "")
        if style and len(child) == 1:
            node.append(child[0])
            continue
        if style:
            child.set("style", style)
            for member in child:
                del member.attrib["style"]
        node.append(child)


def _attribute(tag: str, name: str, text: str, prefix: str) -> str | None:
    if name == "href":
        if text.startswith("#"):
            return "#" + prefix + anchor(text[1:])
        raster = re.match(r"data:image/(png|jpeg|webp);base64,", text)
        return text if tag == "image" and raster else None
    if name in ("id",):
        return prefix + anchor(text)
    if name in ("aria-labelledby", "aria-describedby"):
        return None
    text = _local_urls(text, prefix)
    if name == "style":
        return ";".join(part for part in map(_declaration, text.split(";")) if part and part not in _PLAIN)
    if name == "text-anchor" and text == "start":
        return None
    if name in _PAINTED:
        return _paint(text)
    return text


def _declaration(text: str) -> str:
    name, colon, rest = text.partition(":")
    if not colon:
        return ""
    return f"{name.strip()}:{_paint(rest.strip()) if name.strip() in _PAINTED else rest.strip()}"


def _paint(text: str) -> str:
    variable = _VARIABLES.get(text.strip().lower())
    if variable is None and (named := re.match(r"var\(--([\w-]+),", text.strip())):
        variable = named[1] if named[1] in PALETTE else None
    return f"var(--{variable})" if variable else text


def _local_urls(text: str, prefix: str) -> str:
    """url(#x) keeps pointing inside the drawing; any other url is a request to the outside and goes."""

    def local(match: re.Match[str]) -> str:
        target = match[1].strip("\"' ")
        return f"url(#{prefix}{anchor(target[1:])})" if target.startswith("#") else "none"

    return re.sub(r"url\(([^)]*)\)", local, text)


def _styles(css: str, prefix: str) -> str:
    """A style sheet inside an inline SVG speaks to the whole page: each rule is confined to its own drawing."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    rules = []
    for selectors, body in re.findall(r"([^{}@;]+)\{([^{}]*)\}", css):
        confined = ", ".join(_confined(part.strip(), prefix) for part in selectors.split(",") if part.strip())
        declarations = ";".join(filter(None, map(_declaration, _local_urls(body, prefix).split(";"))))
        rules.append(f"{confined}{{{declarations}}}")
    return "".join(rules)


def _confined(selector: str, prefix: str) -> str:
    own = re.sub(r"#([\w.-]+)", lambda match: "#" + re.sub(r"([.~])", r"\\\1", prefix + match[1]), selector)
    return f'svg[aria-labelledby="{prefix}title"] {own}'

"""Verdict marks and grade bars: shape, sign and word first, colour last."""

from __future__ import annotations

import math
import re
from urllib.parse import quote

from markupsafe import Markup, escape

from verification.report.schema import Claim, Tightness
from verification.report.wording import GRADES, power, value, verdict

SIGNS = {"supported": "[+]", "refuted": "[x]", "inconclusive": "[?]", "unexpected": "[!]", "none": "[ ]"}
GLYPHS = {"supported": "✓", "refuted": "✗", "inconclusive": "?", "unexpected": "!", "none": "–"}

_LINE = 'fill="none" stroke-linecap="round" stroke-linejoin="round" stroke'
# ``ink`` and ``ground`` stand for the mark's own colour and for what it is drawn on.
_SHAPES = {
    "supported": '<circle cx="8" cy="8" r="7.2" fill="ink"/>'
    f'<path {_LINE}="ground" stroke-width="1.9" d="M4.6 8.3l2.4 2.4 4.4-5"/>',
    "refuted": '<path fill="ink" d="M8 .4 15.6 8 8 15.6.4 8z"/>'
    f'<path {_LINE}="ground" stroke-width="1.9" d="M5.6 5.6l4.8 4.8M10.4 5.6l-4.8 4.8"/>',
    "inconclusive": '<rect fill="none" stroke="ink" stroke-width="1.5" stroke-dasharray="2.6 2" x="1.2" y="1.2" '
    'width="13.6" height="13.6"/>'
    f'<path {_LINE}="ink" stroke-width="1.7" d="M5.7 6.1c0-3.1 4.7-3 4.7-.2 0 1.9-2.3 1.7-2.3 3.7M8 12v.3"/>',
    "unexpected": '<path fill="ink" d="M8 .8 15.8 15H.2z"/>'
    f'<path {_LINE}="ground" stroke-width="1.9" d="M8 5.6v4.6M8 12.4v.3"/>',
    "none": f'<path {_LINE}="ink" stroke-width="1.7" d="M4 8h8"/>',
}
# Ink of each verdict, ink of the bars, ground: as in the page's style sheet.
_LIGHT = {"supported": "#0b5394", "refuted": "#a63603", "muted": "#565e68", "ink": "#1b1f24", "ground": "#fff"}
_DARK = {"supported": "#86bdf5", "refuted": "#ffa070", "muted": "#a9b1ba", "ink": "#e8eaed", "ground": "#14171a"}
_INKS = {"unexpected": "refuted", "inconclusive": "muted", "none": "muted"}
# Ten to the minus this is where the log strips end; smaller radii are drawn at the end.
DEEPEST = 24.0


def icon(kind: str) -> Markup:
    """The mark alone; the word beside it (or hidden text) says the same."""
    return Markup(f'<i class="mark {kind}"></i>')


def style() -> str:
    """The marks as style sheet: drawn once for light and paper, once for the dark, however often they are used."""
    return f"{_rules(_LIGHT)}@media screen and (prefers-color-scheme:dark){{{_rules(_DARK)}}}"


def _rules(colours: dict[str, str]) -> str:
    places = {"supported": ",.matrix td.ok::before", "refuted": ",.matrix td.no::before"}
    drawn = {f".mark.{kind}{places.get(kind, '')}": _mark(kind, colours) for kind in _SHAPES}
    drawn |= {f".grade.{name}::before": _bars(name, colours) for name in GRADES}
    return "".join(f'{place}{{background-image:url("{_uri(svg)}")}}' for place, svg in drawn.items())


def _mark(kind: str, colours: dict[str, str]) -> str:
    own = colours[_INKS.get(kind, kind)]
    shape = _SHAPES[kind].replace('"ink"', f'"{own}"').replace('"ground"', f'"{colours["ground"]}"')
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">{shape}</svg>'


def _uri(svg: str) -> str:
    return "data:image/svg+xml," + quote(svg, safe="/:= ,'").replace("%22", "'")


def in_place(page: str) -> str:
    """The page with each mark drawn where it is used: for a place that has no style sheet of its own."""

    def mark(match: re.Match[str]) -> str:
        shape = _SHAPES[match[1]].replace('"ink"', '"currentColor"').replace('"ground"', '"Canvas"')
        return f'<svg class="mark" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">{shape}</svg>'

    def grade(match: re.Match[str]) -> str:
        bars = _bars(match[1], {"ink": "currentColor", "muted": "currentColor"})
        return f"{match[0]}{bars.replace('<svg', '<svg aria-hidden=true width=25 height=13', 1)}"

    drawn = re.sub(r'<i class="mark (\w+)"></i>', mark, page)
    return re.sub(rf'<span class="grade ({"|".join(GRADES)})">', grade, drawn)


def badge(claim: Claim) -> Markup:
    """Mark and word of a verdict; an unexpected one says so in a mark of its own."""
    words = escape(verdict(claim))
    mark = Markup(f'<span class="verdict {claim.verdict}">{icon(claim.verdict)}{words}</span>')
    if claim.as_expected or claim.verdict == "inconclusive":
        return mark
    return mark + Markup(
        f' <span class="verdict unexpected">{icon("unexpected")}expected {escape(claim.expected)}</span>'
    )


def tag(kind: str, words: str) -> Markup:
    """A mark with other words than a claim's own."""
    return Markup(f'<span class="verdict {kind}">{icon(kind)}{escape(words)}</span>')


def grade(name: str | None) -> Markup:
    """Five ascending bars, as many filled as the grade is strong, and its word."""
    if not name:
        return Markup('<span class="grade none">no grade</span>')
    return Markup(f'<span class="grade {name}">{escape(name)}</span>')


def _bars(name: str, colours: dict[str, str]) -> str:
    filled = 5 - GRADES.index(name)
    on, off = "".join(map(_bar, range(filled))), "".join(map(_bar, range(filled, 5)))
    drawn = f'<path fill="{colours["ink"]}" d="{on}"/>'
    drawn += f'<path fill="none" stroke="{colours["muted"]}" stroke-width=".9" d="{off}"/>' if off else ""
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 25 13">{drawn}</svg>'


def _bar(place: int) -> str:
    return f"M{0.5 + 5 * place} 12.5v-{2 + 2.2 * place:.3g}h3.4v{2 + 2.2 * place:.3g}z"


def grade_text(name: str | None) -> str:
    """The five bars for a terminal."""
    if not name:
        return "no grade"
    filled = 5 - GRADES.index(name)
    return "▮" * filled + "▯" * (5 - filled) + f" {name}"


def _place(number: object) -> float | None:
    x = value(number)
    if x is None or math.isnan(x) or x < 0:
        return None
    if x == 0:
        return 100.0
    if math.isinf(x):
        return 0.0
    return min(max(-math.log10(x), 0.0), DEEPEST) / DEEPEST * 100


def sharpness_strip(claim: Claim) -> Markup:
    """A bar from 1 towards 10^-24 that is as long as the error that would be caught is small."""
    best = _place(claim.resolution.best) if claim.resolution else None
    return Markup("") if best is None else _strip("strip", to=best)


def _strip(name: str, **places: float) -> Markup:
    """An axis from 0 to 100 %: a bar up to ``to``, a disc ``at``, a stroke where something is ``off``."""
    said = ";".join(f"--{role}:{place:.3g}%" for role, place in places.items())
    return Markup(f'<i class="{name}" style="{said}"></i>')


def radius_strip(radius: object, violation: object, clean: bool) -> Markup:
    """A bar as long as an oracle's radius is small, and a thick stroke where its largest violation lies."""
    reach, x, where = _place(radius), value(violation), _place(violation)
    places = {"to": reach} if reach else {}
    if not clean and x and where is not None:
        places["off"] = where
    return _strip("strip wide", **places) if places else Markup("")


def slack_strip(tightness: Tightness | None) -> Markup:
    """A bound's slack from least to greatest, a dot at the median; an order's slope beside the one it needs."""
    if tightness is None:
        return Markup("")
    if tightness.order is not None:
        return _slope(value(tightness.order), value(tightness.needed))
    least, middle, most = (_size(value(x)) for x in (tightness.min, tightness.median, tightness.max))
    if least is None or middle is None or most is None or (value(tightness.min) or 0.0) < -1e-9:
        return Markup("")
    return _strip("strip wide from", **{"from": least, "to": most, "at": middle})


def _size(x: float | None) -> float | None:
    """The place of a slack between 10^-16 and 10^4; what is smaller stands at the left."""
    if x is None or math.isnan(x):
        return None
    return 0.0 if x <= 1e-16 else min(math.log10(x) + 16, 20.0) * 5


def _slope(order: float | None, needed: float | None) -> Markup:
    """log error over log size: the observed slope drawn, the needed one dashed."""
    if order is None or not math.isfinite(order) or order <= 0:
        return Markup("")
    wanted = needed if needed is not None and math.isfinite(needed) and needed > 0 else order
    scale = 34 / max(order, wanted)
    drawn = f'<path class="needed" d="M2 38 36 {38 - scale * wanted:.3g}"/>'
    drawn += f'<path class="slope" d="M2 38 36 {38 - scale * order:.3g}V38z"/>'
    return Markup(f'<svg class="order" viewBox="0 0 40 40" aria-hidden="true">{drawn}</svg>')


def strip_scale() -> str:
    """What the strips' ends mean, in words."""
    return f"from 1 at the left to {power(10**-DEEPEST)} at the right"

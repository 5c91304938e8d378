"""Verdict marks and grade bars: shape, sign and word first, colour last."""

from __future__ import annotations

import math

from markupsafe import Markup, escape

from verification.report.schema import Claim
from verification.report.wording import GRADES, power, value, verdict

SIGNS = {"supported": "[+]", "refuted": "[x]", "inconclusive": "[?]", "unexpected": "[!]", "none": "[ ]"}
GLYPHS = {"supported": "✓", "refuted": "✗", "inconclusive": "?", "unexpected": "!", "none": "–"}

_SHAPES = {
    "supported": '<circle cx="8" cy="8" r="7.2" class="fill"/><path class="sign" d="M4.6 8.3l2.4 2.4 4.4-5"/>',
    "refuted": '<path class="fill" d="M8 .4 15.6 8 8 15.6.4 8z"/>'
    '<path class="sign" d="M5.6 5.6l4.8 4.8M10.4 5.6l-4.8 4.8"/>',
    "inconclusive": '<rect class="dash" x="1.2" y="1.2" width="13.6" height="13.6"/>'
    '<path class="stroke" d="M5.7 6.1c0-3.1 4.7-3 4.7-.2 0 1.9-2.3 1.7-2.3 3.7M8 12v.3"/>',
    "unexpected": '<path class="fill" d="M8 .8 15.8 15H.2z"/><path class="sign" d="M8 5.6v4.6M8 12.4v.3"/>',
    "none": '<path class="stroke" d="M4 8h8"/>',
}
# Ten to the minus this is where the log strips end; smaller radii are drawn at the end.
DEEPEST = 24.0


def icon(kind: str) -> Markup:
    """The mark alone; the word beside it (or hidden text) says the same."""
    return Markup(
        f'<svg class="mark" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">{_SHAPES[kind]}</svg>'
    )


def badge(claim: Claim) -> Markup:
    """Mark and word of a verdict; an unexpected one says so in a mark of its own."""
    words = escape(verdict(claim))
    mark = Markup(f'<span class="verdict {claim.verdict}">{icon(claim.verdict)}<span>{words}</span></span>')
    if claim.as_expected or claim.verdict == "inconclusive":
        return mark
    return mark + Markup(
        f' <span class="verdict unexpected">{icon("unexpected")}<span>expected {escape(claim.expected)}</span></span>'
    )


def tag(kind: str, words: str) -> Markup:
    """A mark with other words than a claim's own."""
    return Markup(f'<span class="verdict {kind}">{icon(kind)}<span>{escape(words)}</span></span>')


def grade(name: str | None) -> Markup:
    """Five ascending bars, as many filled as the grade is strong, and its word."""
    if not name:
        return Markup('<span class="grade none">no grade</span>')
    filled = 5 - GRADES.index(name)
    on, off = "".join(map(_bar, range(filled))), "".join(map(_bar, range(filled, 5)))
    drawn = f'<path class="on" d="{on}"/>' + (f'<path class="off" d="{off}"/>' if off else "")
    box = 'viewBox="0 0 25 13" width="25" height="13" aria-hidden="true"'
    return Markup(f'<span class="grade"><svg {box}>{drawn}</svg>{escape(name)}</span>')


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
    """One axis from 1 down to 10^-24: a tick for each oracle's radius, a dot for the error that would be caught."""
    ticks = [p for oracle in claim.evidence.values() if not oracle.dropped and (p := _place(oracle.radius)) is not None]
    best = _place(claim.resolution.best) if claim.resolution else None
    if not ticks and best is None:
        return Markup("")
    drawn = '<line class="axis" x1="0" y1="7" x2="100%" y2="7"/>'
    drawn += "".join(f'<line class="tick" x1="{p:.1f}%" x2="{p:.1f}%" y1="3" y2="11"/>' for p in ticks)
    if best is not None:
        drawn += f'<circle class="dot" cx="{best:.1f}%" cy="7" r="3.6"/>'
    return Markup(f'<svg class="strip" height="14" aria-hidden="true">{drawn}</svg>')


def radius_strip(radius: object, violation: object, clean: bool) -> Markup:
    """A bar as long as an oracle's radius is small, and a diamond where its largest violation lies."""
    place = _place(radius)
    drawn = '<line class="axis" x1="0" y1="7" x2="100%" y2="7"/>'
    if place is not None:
        drawn += f'<line class="reach" x1="0" x2="{place:.1f}%" y1="7" y2="7"/>'
        drawn += f'<line class="tick" x1="{place:.1f}%" x2="{place:.1f}%" y1="2" y2="12"/>'
    x = value(violation)
    where = _place(violation)
    if not clean and x and where is not None:
        drawn += f'<svg x="{where:.1f}%" y="7" overflow="visible"><path class="off-by" d="M0-5 5 0 0 5-5 0z"/></svg>'
    return Markup(f'<svg class="strip wide" height="14" aria-hidden="true">{drawn}</svg>')


def strip_scale() -> str:
    """What the strips' ends mean, in words."""
    return f"from 1 at the left to {power(10**-DEEPEST)} at the right"

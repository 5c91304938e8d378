"""index.html: the whole report in one file, no script, nothing fetched."""

from __future__ import annotations

import base64
import shlex
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from verification.left_out import left_out
from verification.report import chains, examples, figures, marks, math, schema, view, wording
from verification.report.schema import Results

USUAL = "no violation; every planted mistake refuted"
LADDER = "10⁻⁶, 10⁻⁷ and 10⁻⁸"
TEMPLATES = Path(__file__).parent / "templates"


def render(results: Results | Mapping[str, Any]) -> str:
    """The report as a page; raises ResultsError for a broken figure and MathError for a formula it cannot set."""
    found = schema.of(results)
    formulas = [(claim.id, claim.latex) for claim in found.claims]
    formulas += [(replay.id, line.latex) for replay in found.derivations for line in replay.steps]
    for name, latex in formulas:
        try:
            math.check(latex)
        except math.MathError as error:
            raise math.MathError(f"{name}: {error}") from None
    page = _environment().get_template("index.html.j2")
    parts = {"css": Markup(_style()), "sections": _sections(found), "provenance": _provenance(found)}
    return page.render(**_context(found), **parts)


def fragment(results: Results | Mapping[str, Any]) -> str:
    """The finding and the overview for a notebook: no id, no rule that reaches outside, the notebook's own ink."""
    found = schema.of(results)
    style = (TEMPLATES / "fragment.css").read_text(encoding="utf-8")
    page = _environment().get_template("fragment.html.j2").render(**_context(found), css=Markup(style))
    return marks.in_place(page)


def _context(found: Results) -> dict[str, Any]:
    seen = view.of(found)
    return {
        "results": found,
        "view": seen,
        "drawn": seen.drawn(),
        "chains": chains.of(found),
        "finding": wording.finding(found),
        "summary": wording.summary(found),
    }


def _sections(found: Results) -> list[tuple[str, str]]:
    seen = view.of(found)
    wanted = [
        ("counts", "Overview", found.claims),
        ("unexpected", "Not as expected", seen.unexpected),
        ("refuted", "Refuted", seen.refuted),
        ("inconclusive", "Inconclusive", seen.inconclusive),
        ("new", "New", seen.corrections or seen.beyond),
        ("coverage", "Coverage", seen.sources),
        ("overview", "Evidence", seen.sources),
        ("experiments", "Experiments", seen.figures("experiments")),
        ("atlas", "Atlas", seen.figures("atlas")),
        *((f"claims-{figures.anchor(s.document)}", wording.short(s.document), s.claims) for s in seen.sources),
        ("derivations", "Derivations", found.derivations),
        ("reading", "How to read it", True),
        ("provenance", "Provenance", True),
    ]
    return [(target, words) for target, words, present in wanted if present]


def _provenance(found: Results) -> list[tuple[str, str]]:
    run = found.run
    rows = [
        ("Seed", str(run.seed)),
        ("Tier", run.tier),
        ("Data", run.data),
        ("Started", run.started),
        ("Took", wording.seconds(run.seconds)),
        ("Device", run.device),
        ("Platform", run.platform),
        ("Commit", run.commit),
        ("False alarms", f"at most {wording.power(run.false_alarm)} for the whole run"),
        ("Versions", ", ".join(f"{name} {version}" for name, version in run.versions.items())),
    ]
    return [(name, text) for name, text in rows if text]


def _equation_target(source: view.Source, equation: view.Equation) -> str:
    if equation.own:
        return f"eq-{figures.anchor(source.document)}-{figures.anchor(equation.label)}"
    return f"claim-{figures.anchor(equation.claims[0].id)}"


def _datum(thing: Any) -> str:
    """A table's entry: numbers at five digits, the rest as it is."""
    number = wording.value(thing) if isinstance(thing, (int, float)) else None
    if number is None or isinstance(thing, bool):
        return "–" if thing is None else wording.argument(thing)
    if isinstance(thing, int) or (number.is_integer() and abs(number) < 1e6):
        return f"{int(number):,}".replace("-", "−") if number == number else "NaN"
    return wording.power(number, 5) if not 1e-4 <= abs(number) < 1e6 else f"{number:.5g}".replace("-", "−")


def _cleaned(thing: Any) -> Any:
    return wording.clean(thing) if type(thing) is str else thing


@cache
def _style() -> str:
    font = base64.b64encode((TEMPLATES / "math.woff").read_bytes()).decode()
    face = f'@font-face{{font-family:report-math;src:url("data:font/woff;base64,{font}") format("woff")}}'
    return face + marks.style() + (TEMPLATES / "report.css").read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_cleaned,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.tests["violating"] = view.violates
    environment.globals.update(
        accuracy_sentence=wording.accuracy_sentence,
        anchor=figures.anchor,
        apart=examples.apart,
        brief=examples.brief,
        case=examples.case,
        badge=marks.badge,
        cells=view.cells,
        chain=chains.told,
        chain_holds=chains.holds,
        count=wording.count,
        datum=_datum,
        display=math.display,
        everyone=view.everyone,
        equation=wording.equation,
        equation_target=_equation_target,
        full=wording.full,
        grade_mark=marks.grade,
        grades=wording.GRADES,
        icon=marks.icon,
        inline=figures.inline,
        is_wide=figures.is_wide,
        ladder=LADDER,
        left_out=left_out,
        open_rows=view.OPEN_ROWS,
        power=wording.power,
        radius_strip=marks.radius_strip,
        told_apart=examples.told_apart,
        why=examples.why,
        relations=wording.RELATIONS,
        resolution_sentence=wording.resolution_sentence,
        seconds=wording.seconds,
        sharpness=wording.sharpness,
        sharpness_note=wording.sharpness_note,
        sharpness_strip=marks.sharpness_strip,
        shell=shlex.quote,
        slack_strip=marks.slack_strip,
        short=wording.short,
        tex=math.source,
        strictly_equal=examples.strictly,
        strip_scale=marks.strip_scale(),
        subdomains=wording.subdomains,
        tag=marks.tag,
        usual=USUAL,
        tightness_sentence=wording.tightness_sentence,
        verdict=wording.verdict,
        violates=view.violates,
        word=math.inline,
    )
    return environment

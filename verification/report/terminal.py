"""The verdicts in 80 columns: signs and words before colour, nothing highlighted that was not meant."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from verification.report import examples, math, schema, view, wording
from verification.report.marks import GLYPHS, SIGNS, grade_text
from verification.report.schema import Claim, Results

STYLES = {
    "supported": "blue",
    "refuted": "bold yellow",
    "inconclusive": "bold",
    "unexpected": "bold reverse",
    "none": "dim",
}
WIDTH = 80
WIDE, MIDDLING = 76, 56
PASTED = 66  # letters of a command that stay on one line beside what it belongs to


def table(results: Results | Mapping[str, Any]) -> RenderableType:
    """The finding and every verdict, grouped by document; fits 80 columns."""
    found = schema.of(results)
    seen = view.of(found)
    parts: list[RenderableType] = [_words(wording.finding(found), "bold"), _words(wording.summary(found)), Text()]
    for source in seen.sources:
        if source.claims:
            parts += [_words(f"{wording.short(source.document)}: {source.tally}", "bold"), _Rows(source.claims)]
            if source.placed:
                parts.append(_coverage(source))
            parts.append(Text())
    for claim in seen.refuted:
        parts += [*_finding(found, claim), Text()]
    for claim in seen.inconclusive:
        parts.append(_words(f"{SIGNS['inconclusive']} {claim.id}: {claim.reason or 'no reason was recorded'}"))
    parts.append(_words(f"seed {found.run.seed}, {found.run.tier} tier, {wording.seconds(found.run.seconds)}", "dim"))
    return _Narrow(Group(*parts))


def claim_panel(claim: Claim | Mapping[str, Any]) -> RenderableType:
    """One claim with its evidence, planted mistakes and counterexample."""
    found = claim if isinstance(claim, Claim) else msgspec.convert(schema.plain(claim), Claim)
    facts = Table.grid(padding=(0, 2))
    facts.add_column(style="dim", no_wrap=True)
    facts.add_column(overflow="fold")
    for name, words in _facts(found):
        facts.add_row(Text(name), words)
    parts: list[RenderableType] = [_words(found.statement, "bold"), Text(), facts]
    if found.evidence:
        parts += [Text(), _evidence(found)]
    if found.mutants:
        parts += [Text(), _mutants(found)]
    return _Narrow(Panel(Group(*parts), title=_words(found.id), title_align="left", highlight=False))


class _Narrow:
    """At most 80 columns wide, with rich's highlighter off: it would paint every number and the word False."""

    def __init__(self, inner: RenderableType) -> None:
        self.inner = inner

    def __rich_console__(self, console: Any, options: Any) -> Any:
        yield from console.render(self.inner, options.update(width=min(WIDTH, options.max_width), highlight=False))


def _words(text: str, style: str = "") -> Text:
    return Text(wording.clean(text), style=style)


def _sign(claim: Claim) -> Text:
    kind = claim.verdict if claim.as_expected or claim.verdict == "inconclusive" else "unexpected"
    return Text(SIGNS[kind], style=STYLES[kind])


class _Rows:
    """A line for each claim; where the terminal is narrow, first the word beside the sign goes, then the numbers."""

    def __init__(self, claims: tuple[Claim, ...]) -> None:
        self.claims = claims

    def __rich_console__(self, console: Any, options: Any) -> Any:
        width = min(WIDTH, options.max_width)
        yield from console.render(_rows(self.claims, width), options.update(width=width))


def _rows(claims: tuple[Claim, ...], width: int) -> Table:
    wide, middling = width >= WIDE, width >= MIDDLING
    rows = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, width=width, header_style="dim", highlight=False)
    rows.add_column("", width=3, no_wrap=True)
    rows.add_column("Claim", ratio=1, overflow="fold")
    if wide:
        rows.add_column("Verdict", width=12, no_wrap=True)
    rows.add_column("Grade", width=15 if wide else 9, no_wrap=True)
    if middling:
        rows.add_column("Caught at", width=11, justify="right", no_wrap=True)
        rows.add_column("Mut.", width=5, justify="right", no_wrap=True)
    for claim in claims:
        kind = claim.verdict if claim.as_expected or claim.verdict == "inconclusive" else "unexpected"
        word = claim.verdict.upper() if claim.verdict == "refuted" else claim.verdict
        caught = f"{sum(map(bool, claim.mutants.values()))}/{len(claim.mutants)}" if claim.mutants else "-"
        sharp = wording.sharpness(claim, ascii_only=True).replace("nats", "nat").replace("rel.", "rel")
        grade = grade_text(claim.grade) if wide else claim.grade or "no grade"
        rows.add_row(
            _sign(claim),
            _words(claim.id),
            *([Text(word, style=STYLES[kind])] if wide else []),
            Text(grade),
            *([_words(sharp), Text(caught)] if middling else []),
        )
    return rows


def _coverage(source: view.Source) -> Text:
    line = Text("covered: ", style="dim")
    for equation in source.equations:
        line.append(f"{wording.clean(equation.label)} {GLYPHS[equation.state]}  ", style=STYLES[equation.state])
    return line


def _finding(found: Results, claim: Claim) -> list[RenderableType]:
    rows = Table.grid(padding=(0, 2))
    rows.add_column(style="dim", no_wrap=True)
    rows.add_column(overflow="fold")
    if claim.latex:
        rows.add_row("printed", _formula(claim.latex))
    corrected = found.claim(claim.corrected)
    if corrected is not None and corrected.latex:
        same = corrected.latex == claim.latex
        rows.add_row("corrected", _words(corrected.statement) if same else _formula(corrected.latex))
    if claim.counterexample is not None:
        rows.add_row("for example", _example(claim))
        rows.add_row("", _words(_command(claim.counterexample.command), "dim"))
    title = f"{SIGNS['refuted']} {claim.id}: {wording.verdict(claim).lower()}. {examples.why(claim)}"
    return [_words(title, STYLES["refuted"]), Padding(rows, (0, 0, 0, 4))]


def _formula(latex: str) -> Text:
    try:
        return _words(math.plain(latex))
    except math.MathError:
        return _words(latex)


def _example(claim: Claim) -> Text:
    example = claim.counterexample
    if example is None:
        return Text()
    return _words(f"{examples.case(example.args)}: {examples.apart(claim)}")


def _command(command: str) -> str:
    """A command that would be broken over lines cannot be pasted: where to find it whole."""
    return command if len(command) <= PASTED else "the command that shows it stands in report.md"


def _facts(claim: Claim) -> list[tuple[str, Text]]:
    verdict = Text.assemble(_sign(claim), " ", wording.verdict(claim))
    if not claim.as_expected:
        verdict.append(f" ({claim.expected} was expected)")
    rows = [
        ("verdict", verdict),
        ("why", _words(examples.reason(claim))),
        ("grade", _words(f"{grade_text(claim.grade)}  {wording.subdomains(claim)}".strip())),
        ("source", _words(f"{wording.full(claim.document)} {claim.equation}".strip())),
        ("relation", _words(wording.RELATIONS.get(claim.relation, claim.relation))),
        ("formula", _formula(claim.latex) if claim.latex else Text()),
        ("domain", _words(claim.domain)),
        ("resolution", _words(wording.resolution_sentence(claim.resolution)) if claim.resolution else Text()),
        ("tightness", _words(wording.tightness_sentence(claim.tightness))),
        (
            "accuracy",
            _words(", ".join(f"{n} {wording.power(x, ascii_only=True)}" for n, x in (claim.accuracy or {}).items())),
        ),
        ("example", _example(claim)),
        ("", _words(_command(claim.counterexample.command)) if claim.counterexample else Text()),
        ("corrected", _words(claim.corrected or "")),
        ("pinned", _words(claim.pinned or "")),
        ("tight", _words(claim.tight or "")),
        ("note", _words(claim.note)),
    ]
    return [(name, words) for name, words in rows if words.plain]


def _evidence(claim: Claim) -> Group:
    rows = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, header_style="dim", highlight=False, expand=True)
    rows.add_column("Oracle", ratio=1, overflow="fold")
    rows.add_column("Grade", width=9)
    for name in ("Cases", "Radius", "Off by", "Mut."):
        rows.add_column(name, justify="right", no_wrap=True)
    for name, oracle in claim.evidence.items():
        off = wording.power(oracle.largest_violation, ascii_only=True) if view.violates(oracle) else "-"
        label = _words(name)
        if oracle.dropped:
            label.append(f"\ndropped: {wording.clean(oracle.dropped)}", style="dim")
        caught = f"{len(oracle.mutants)}/{len(claim.mutants)}" if claim.mutants else "-"
        rows.add_row(label, oracle.grade, f"{oracle.cases}", wording.power(oracle.radius, ascii_only=True), off, caught)
    return Group(Rule("evidence", align="left", style="dim"), rows)


def _mutants(claim: Claim) -> Group:
    rows = Table.grid(padding=(0, 2), expand=True)
    rows.add_column(ratio=1, overflow="fold")
    rows.add_column(ratio=2, overflow="fold")
    for name, by in claim.mutants.items():
        rows.add_row(_words(name), _words(", ".join(by)) if by else Text("survives: no oracle saw it", style="bold"))
    return Group(Rule("planted mistakes, and what refuted each", align="left", style="dim"), rows)

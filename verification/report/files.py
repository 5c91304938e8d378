"""The whole report as a folder: page, Markdown, JUnit, every table as CSV, every figure as SVG, CSV and PDF."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from verification.report import figures, markdown, pdf, schema, view, wording, write_all
from verification.report.schema import Claim, Figure, Replay, Results


def write(results: Results | Mapping[str, Any], folder: str | os.PathLike[str]) -> list[Path]:
    """Writes all that a report consists of, each file whole or not at all; returns the paths.

    PDF files are left out where matplotlib is absent (``pdf.possible``). Raises ResultsError, a sentence.
    """
    found, place = schema.of(results), Path(folder)
    paths = write_all(found, place)
    # The drawings lie beside it now.
    schema.write(place / "report.md", markdown.render(found, "figures" if found.figures else ""))
    paths.append(place / "summary.md")
    schema.write(paths[-1], markdown.summary(found))
    for name, text in tables(found).items():
        paths.append(place / "tables" / f"{name}.csv")
        schema.write(paths[-1], text)
    for figure in found.figures:
        for suffix, content in _drawing(figure):
            paths.append(place / "figures" / f"{figures.anchor(figure.id)}.{suffix}")
            schema.write(paths[-1], content)
    return paths


def _drawing(figure: Figure) -> Iterator[tuple[str, str | bytes]]:
    if figure.columns:
        yield "csv", sheet([figure.columns, *figure.rows])
    if figure.svg.strip():
        yield "svg", figures.standalone(figure)
        if pdf.possible():
            yield "pdf", pdf.pdf(figure)


def sheet(rows: Iterable[Sequence[Any]]) -> str:
    """Rows as CSV; text that a spreadsheet would take for a formula is kept text.

    >>> sheet([["a", "=b"], [1.5, None]])
    "a,'=b\\n1.5,\\n"
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerows([[_entry(value) for value in row] for row in rows])
    return out.getvalue()


def _entry(value: Any) -> Any:
    if not isinstance(value, str):
        return "" if value is None else value
    text = wording.clean(value)
    return f"'{text}" if text[:1] in ("=", "@", "+", "\t", "\r") else text


def tables(results: Results) -> dict[str, str]:
    """Every table of the report as CSV: claims, what each oracle said, mistakes planted, places covered."""
    claims = results.claims
    named = {
        "claims": [_CLAIM, *map(_claim, claims)],
        "evidence": [_EVIDENCE, *(row for claim in claims for row in _evidence(claim))],
        "mistakes": [("claim", "mistake", "refuted by"), *(row for claim in claims for row in _mistakes(claim))],
        "counterexamples": [_EXAMPLE, *(row for claim in claims for row in _examples(claim))],
        "derivations": [_CHAIN, *(row for replay in results.derivations for row in _chain(replay))],
        "coverage": [("source", "place", "state", "claims"), *_places(results)],
    }
    return {name: sheet(rows) for name, rows in named.items()}


_CLAIM = (
    "claim", "source", "place", "statement", "relation", "printed", "expected", "verdict", "grade", "resolution, best",
    "resolution, median", "unit", "slack, least", "slack, median", "slack, greatest", "order", "order needed",
    "mistakes", "mistakes refuted", "corrected by", "reason", "seconds",
)  # fmt: skip
_EVIDENCE = (
    "claim", "oracle", "method", "grade", "cases", "violations", "largest violation", "radius, median",
    "mistakes refuted", "counted", "dropped",
)  # fmt: skip
_EXAMPLE = ("claim", "argument", "value", "formula", "truth", "radius", "command")


_CHAIN = ("derivation", "line", "relation", "formula", "rule", "from line", "printed", "verdict", "how", "note")


def _chain(replay: Replay) -> Iterator[tuple[Any, ...]]:
    for index, line in enumerate(replay.steps):
        yield (
            replay.id, index, line.relation, line.latex, line.rule, line.since, line.printed, line.verdict, line.how,
            line.note,
        )  # fmt: skip


def _claim(claim: Claim) -> tuple[Any, ...]:
    r, t = claim.resolution or schema.Resolution(unit=""), claim.tightness or schema.Tightness(unit="")
    caught = sum(map(bool, claim.mutants.values()))
    return (
        claim.id, claim.document, claim.equation, claim.statement, claim.relation, claim.printed, claim.expected,
        claim.verdict, claim.grade, r.best, r.median, r.unit, t.min, t.median, t.max, t.order, t.needed,
        len(claim.mutants), caught, claim.corrected, claim.reason, claim.seconds,
    )  # fmt: skip


def _evidence(claim: Claim) -> Iterator[tuple[Any, ...]]:
    for name, said in claim.evidence.items():
        yield (
            claim.id, name, said.method, said.grade, said.cases, said.violations, said.largest_violation, said.radius,
            len(said.mutants), said.counted, said.dropped,
        )  # fmt: skip


def _mistakes(claim: Claim) -> Iterator[tuple[Any, ...]]:
    for name, by in claim.mutants.items():
        yield claim.id, name, "; ".join(by)


def _examples(claim: Claim) -> Iterator[tuple[Any, ...]]:
    example = claim.counterexample
    if example is None:
        return
    for name, value in example.args.items():
        answers = (wording.argument(x) for x in (example.shipped, example.truth, example.radius))
        yield claim.id, name, wording.argument(value), *answers, example.command


def _places(results: Results) -> Iterator[tuple[Any, ...]]:
    for source in view.of(results).sources:
        for place in source.equations:
            yield source.document, place.label, place.state, "; ".join(claim.id for claim in place.claims)

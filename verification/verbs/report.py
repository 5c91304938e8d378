"""The verb ``report``: everything that a run's results can be read as, without judging anything again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from verification import console
from verification.console import Code
from verification.verbs.options import REPORT, Debug, Out, named, ours_or_empty


def report(
    results: Annotated[
        Path, typer.Argument(metavar="RESULTS", help="A results.json that verify wrote.", parser=named("RESULTS"))
    ] = REPORT / "results.json",
    out: Out = REPORT,
    debug: Debug = False,
) -> int:
    """Write the report of a run again: page, Markdown, JUnit, tables as CSV, figures as SVG and PDF."""
    from verification.report import files, pdf, schema

    found = schema.load(results)
    ours_or_empty(out)
    console.writable_folder(out)
    paths = files.write(found, out)
    if found.figures and not pdf.possible():
        console.note(f"{pdf.MISSING}; the SVG files are there.")
    console.emit(f"{len(paths)} files: {out / 'index.html'}, report.md, junit.xml, tables/*.csv, figures/*")
    return Code.AS_EXPECTED

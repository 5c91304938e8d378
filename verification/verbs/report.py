"""The verb ``report``: everything that a run's results can be read as, without judging anything again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from verification import console
from verification.console import Code
from verification.verbs.options import REPORT, Debug, Out, judged, named, ours_or_empty


def report(
    results: Annotated[
        Path, typer.Argument(metavar="RESULTS", help="A results.json that verify wrote.", parser=named("RESULTS"))
    ] = REPORT / "results.json",
    out: Out = REPORT,
    debug: Debug = False,
) -> int:
    """Write the report of a run again: page, Markdown, JUnit, tables as CSV, figures as SVG and PDF."""
    from verification.report import files, pdf

    found = judged(results)
    ours_or_empty(out)
    console.writable_folder(out)
    paths = files.write(found, out)
    if found.figures and not pdf.possible():
        console.note(f"{pdf.MISSING}; the SVG files are there.")
    console.emit(_written(paths, out))
    return Code.AS_EXPECTED


def _written(paths: Sequence[Path], out: Path) -> str:
    """The files by name, those in folders by kind."""
    kinds = dict.fromkeys(str(path if path.parent == out else path.parent / f"*{path.suffix}") for path in paths)
    return f"{len(set(paths))} files: {', '.join(kinds)}"

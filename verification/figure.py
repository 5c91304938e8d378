"""One command for each experiment: its figures as SVG and CSV files, written whole or not at all."""

from __future__ import annotations

import csv
import importlib
import io
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from verification.console import Code, Refusal, cause, emit, progress, writable_folder
from verification.experiments import EXPERIMENTS, WITHOUT_DATA, Figure
from verification.vae.progress import watching

PARTS = 1000  # of the progress bar


def listing() -> str:
    """A line for each experiment: its name and what it shows."""
    width = max(map(len, EXPERIMENTS))
    return "\n".join(f"{name:<{width}}  {_sentence(name)}" for name in EXPERIMENTS)


def _sentence(name: str) -> str:
    return " ".join((_module(name).__doc__ or "").split("\n\n")[0].split())


def _module(name: str) -> Any:
    return importlib.import_module(f"verification.experiments.{name}")


def draw(name: str, *, size: str, seed: int, device: str, data: str, out: Path, jobs: int) -> Code:
    """Writes the figures of an experiment to ``out`` and prints them; what is trained is kept, so that a command that

    was interrupted goes on where it stopped.
    """
    if name not in EXPERIMENTS:
        raise Refusal(f"No experiment is called {name!r}; choose one of {', '.join(EXPERIMENTS)}.")
    if data != "digits" and name in WITHOUT_DATA:
        raise Refusal(f"The experiment {name} looks at no data set; leave --data {data} out.")
    writable_folder(out)
    module = _module(name)
    with progress(PARTS) as shown:

        def heard(done: float, total: float, what: str) -> None:
            if shown is not None:
                shown(min(PARTS, int(PARTS * done / total)), PARTS, what)

        try:
            with watching(heard, jobs):
                figures: list[Figure] = module.run(size, seed, device, data)
        except KeyboardInterrupt:
            raise Refusal(
                f"Interrupted; what is finished is kept, and `betavae figure {name}` goes on there.", Code.INTERRUPTED
            ) from None
        except ModuleNotFoundError as error:
            raise Refusal(f"{str(error).rstrip('.')}.") from None
    paths = save(figures, out)
    emit("\n\n\n".join(lines(figure) for figure in figures))
    emit("\nWritten: " + ", ".join(map(str, paths)))
    return Code.AS_EXPECTED


def table(figure: Figure) -> str:
    """The numbers of a figure as CSV."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(figure.columns)
    writer.writerows(figure.rows)
    return out.getvalue()


def aligned(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """A table in plain text, numbers to the right.

    >>> print(aligned(["a", "b"], [["x", 1.5], ["long", 10]]))
    a       b
    x     1.5
    long   10
    """
    cells = [list(columns), *([("" if v is None else str(v)) for v in row] for row in rows)]
    widths = [max(len(row[i]) for row in cells) for i in range(len(columns))]
    right = [all(v is None or isinstance(v, (int, float)) for v in column) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(v.rjust(w) if r else v.ljust(w) for v, w, r in zip(row, widths, right, strict=True)) for row in cells
    ]
    return "\n".join(line.rstrip() for line in lines)


def save(figures: Sequence[Figure], out: Path) -> list[Path]:
    """Each figure as ID.svg and ID.csv under ``out``; the paths."""
    paths = []
    for figure in figures:
        for suffix, content in ((".svg", figure.svg), (".csv", table(figure))):
            paths.append(out / f"{figure.id}{suffix}")
            _write(paths[-1], content)
    return paths


def _write(path: Path, content: str) -> None:
    """Beside its place first, then renamed: a reader sees the whole file or none."""
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".part")
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
                file.write(content)
            os.chmod(temporary, 0o644)
            os.replace(temporary, path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise Refusal(f"{path} cannot be written: {cause(error)}; choose another folder with --out.") from None


def lines(figure: Figure) -> str:
    """Title, caption and table of a figure."""
    return "\n\n".join(part for part in (figure.title, figure.caption, aligned(figure.columns, figure.rows)) if part)

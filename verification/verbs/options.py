"""What the verbs of ``betavae`` share: options, the selection of claims, checks before any work."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from verification.console import Code, Refusal

if TYPE_CHECKING:
    from verification.claim import Claim
    from verification.report.schema import Results

REPORT = Path("betavae-report")

arguments: list[str] = []  # as the user typed them

Debug = Annotated[bool, typer.Option("--debug", help="Show the traceback of an internal error.")]
Selection = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="SELECT",
        show_default=False,
        help="Ids, globs, document names, equation numbers such as '(11)', or the path of your own my_claims.py; "
        "everything if left out.",
    ),
]


def folder(name: str | Path) -> Path:
    """A folder that was named; nothing is no name, though Path would take it for the current folder."""
    if not str(name).strip():
        raise Refusal("--out is empty; name a folder, or . for the current one.")
    return Path(name)


def named(what: str) -> Callable[[str | Path], Path]:
    """Reads the path of a file, and refuses one that is empty by the name of its option."""

    def path(name: str | Path) -> Path:
        if not str(name).strip():
            raise Refusal(f"{what} is empty; name a file.")
        return Path(name)

    return path


Out = Annotated[Path, typer.Option(metavar="DIR", help="The folder of the report.", parser=folder)]
Seed = Annotated[int, typer.Option(min=0, help="The same seed gives the same report.")]
Jobs = Annotated[int | None, typer.Option(min=1, show_default="all cores", help="Workers side by side.")]
Device = Annotated[Literal["auto", "cpu", "cuda"], typer.Option(help="Where models are trained.")]
Data = Annotated[
    Literal["digits", "mnist", "emnist"], typer.Option(help="The images that models are trained on; emnist: letters.")
]


def selected(patterns: Sequence[str] | None) -> list[Claim]:
    from verification.run import SelectionError, select

    patterns = list(patterns or [])
    try:
        claims = list(select(patterns))
    except SelectionError:
        # A name that nothing answers to is a mistake; a glob may well match nothing.
        if not all(set(pattern) & set("*?[") for pattern in patterns):
            raise
        claims = []
    if not claims:
        asked = f"by {shlex.join(patterns)}" if patterns else "because there are no claims"
        raise Refusal(f"Nothing is selected {asked}; `betavae list` lists the claims.", Code.NOTHING_SELECTED)
    return claims


def available() -> int:
    """How many claims there are to choose from."""
    from verification.run import select

    return len(select([]))


def cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def check_device(device: str) -> None:
    from verification.run import resolve_device

    try:
        resolve_device(device)
    except ImportError:
        raise Refusal(f"--device {device} needs torch; install betavae-theory[train], or use --device cpu.") from None


def judged(path: Path) -> Results:
    """The results in a file, of one claim at least."""
    from verification.report import schema

    found = schema.load(path)
    if not found.claims:
        raise Refusal(f"{path} holds no claim that was judged; name the results.json of another run.")
    return found


def ours_or_empty(out: Path) -> None:
    """Refuses to write over somebody else's results.json or index.html."""
    from verification.report import schema

    results, page = out / "results.json", out / "index.html"
    if results.exists():
        try:
            schema.load(results)
        except schema.ResultsError as error:
            raise Refusal(f"{str(error).rstrip('.')}; remove it or choose another folder with --out.") from None
    elif page.exists():
        raise Refusal(f"{page} is not a report of betavae; remove it or choose another folder with --out.")


def lines(facts: dict[str, Any]) -> str:
    """Facts as aligned lines, an item of a list a line."""
    width = max(map(len, facts), default=0)
    lines = []
    for name, value in facts.items():
        items = value if isinstance(value, list) else [value]
        lines += [f"{name if index == 0 else '':<{width}}  {item}" for index, item in enumerate(items)]
    return "\n".join(lines)

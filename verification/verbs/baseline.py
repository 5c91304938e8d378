"""The verbs ``compare`` and ``baseline accept``: how two runs differ, and making the later one the one to hold to."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from verification import console
from verification.console import Code, Refusal
from verification.verbs.options import REPORT, Debug, judged, named

if TYPE_CHECKING:
    from verification.baseline import Difference

BASELINE = Path("reports") / "baseline.json"
FEW = 5  # names in a sentence
MANY = 12  # sentences of a kind that are shown; the rest are counted

baseline = typer.Typer(help="The results that later runs are held against.", invoke_without_command=True)


@baseline.callback()
def _baseline(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        console.emit(context.get_help())


def compare(
    before: Annotated[
        Path,
        typer.Argument(metavar="A.json", help="The earlier results.json.", show_default=False, parser=named("A.json")),
    ],
    after: Annotated[
        Path, typer.Argument(metavar="B.json", help="The later one.", show_default=False, parser=named("B.json"))
    ],
    every: Annotated[bool, typer.Option("--all", help="Every sentence, however many.")] = False,
    debug: Debug = False,
) -> int:
    """Say what is worse, better, new and gone in B; exit code 7 where something is worse."""
    from verification.baseline import difference, not_compared

    was, now = judged(before), judged(after)
    left_out = not_compared(now, was)
    if left_out is not None:
        console.note(left_out.replace("The baseline", f"{before}").replace("this run", f"{after}"))
    found = difference(now, was, called=str(before))
    partial = bool(now.run.selection)
    console.emit(_words(found, every=every, gone="not selected" if partial else "gone"))
    return Code.REGRESSION if found.worse or (found.gone and not partial) else Code.AS_EXPECTED


@baseline.command()
def accept(
    results: Annotated[
        Path, typer.Argument(metavar="RESULTS", help="A results.json that verify wrote.", parser=named("RESULTS"))
    ] = REPORT / "results.json",
    file: Annotated[
        Path,
        typer.Option("--baseline", metavar="FILE", help="What it replaces.", parser=named("--baseline")),
    ] = BASELINE,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    anyway: Annotated[
        bool, typer.Option("--anyway", help="Also a run of another tier, seed or data, or a selection.")
    ] = False,
    every: Annotated[bool, typer.Option("--all", help="Show every difference, however many.")] = False,
    debug: Debug = False,
) -> int:
    """Show how a run differs from the baseline, and let it take the baseline's place.

    A selection replaces the claims that it judged and leaves the others as they are.
    """
    from verification.baseline import accepted, difference, unlike
    from verification.report import schema

    now = judged(results)
    was = schema.load(file) if file.exists() else None
    if was is not None:
        if not anyway and (why := unlike(now, was)):
            reasons = "; ".join(why)
            raise Refusal(f"{results} cannot take the place of {file}: {reasons}. Add --anyway if that is meant.")
        found = difference(now, was)
        if now.run.selection:
            found.gone.clear()
        console.emit(_words(found, every=every, gone="gone"))
        if not found:
            console.emit(f"{file} stays as it is.")
            return Code.AS_EXPECTED
    elif now.run.selection and not anyway:
        raise Refusal(f"{results} is a selection and there is no {file} yet. Add --anyway if that is meant.")
    unexpected = [claim.id for claim in now.claims if not claim.as_expected]
    if unexpected:
        some = ", ".join(unexpected[:FEW]) + (", …" if len(unexpected) > FEW else "")
        what = (
            "1 verdict of it is not the expected one"
            if len(unexpected) == 1
            else (f"{len(unexpected)} verdicts of it are not the expected ones")
        )
        console.note(f"{what}: {some}.")
    if not yes and not _agreed(file):
        return Code.INTERRUPTED
    schema.dump(accepted(now, was), file)
    claims = "1 claim" if len(now.claims) == 1 else f"{len(now.claims)} claims"
    console.emit(f"{file} now holds {claims} of {results}.")
    return Code.AS_EXPECTED


def _agreed(file: Path) -> bool:
    if sys.stdin is None or not sys.stdin.isatty():
        raise Refusal(f"Nothing was accepted: nobody is there to ask; add --yes to write {file}.")
    sys.stderr.write(f"Write {file}? [y/N] ")
    sys.stderr.flush()
    if sys.stdin.readline().strip().lower() in ("y", "yes"):
        return True
    console.note("Nothing was accepted.")
    return False


def _words(found: Difference, *, every: bool, gone: str) -> str:
    parts = []
    for name, sentences in (("worse", found.worse), ("better", found.better), ("new", found.new), (gone, found.gone)):
        if not sentences:
            continue
        shown = sentences if every or len(sentences) <= MANY else sentences[:MANY]
        more = [f"  and {len(sentences) - len(shown)} more; --all shows them"] if len(shown) < len(sentences) else []
        parts.append("\n".join([f"{name}: {len(sentences)}", *(f"  {sentence}" for sentence in shown), *more]))
    return "\n".join(parts) or "No difference."


def how_to_accept(results: Path, file: Path) -> str:
    """The sentence below a regression."""
    import shlex

    command = shlex.join(["betavae", "baseline", "accept", str(results), "--baseline", str(file)])
    return f"If that is meant: {command} shows the difference and makes this run the baseline."

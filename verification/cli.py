"""The command ``betavae``: verify, list, coverage, show, figure. Each verb imports what it needs when it runs."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from verification import console
from verification.console import Code, Refusal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from verification.claim import Claim
    from verification.report.schema import Results

REPORT = Path("betavae-report")

app = typer.Typer(
    name="betavae",
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Says of each printed equation of beta-VAE theory whether it holds, on what evidence, and how tightly.",
    epilog="Exit codes: 0 as expected, 1 a verdict is not, 2 interrupted, 3 internal error, 4 usage or bad input, "
    "5 nothing selected, 6 inconclusive under --strict, 7 worse than the baseline.",
)

REASONS = 3  # that fit a sentence; more of them stand in the report
_arguments: list[str] = []


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import PackageNotFoundError, version

        try:
            console.emit(f"betavae {version('betavae-theory')}")
        except PackageNotFoundError:
            console.emit("betavae, not installed")
        raise typer.Exit


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
Out = Annotated[Path, typer.Option(metavar="DIR", help="The folder of the report.")]
Seed = Annotated[int, typer.Option(min=0, help="The same seed gives the same report.")]
Jobs = Annotated[int | None, typer.Option(min=1, show_default="all cores", help="Workers side by side.")]
Device = Annotated[Literal["auto", "cpu", "cuda"], typer.Option(help="Where models are trained.")]
Data = Annotated[Literal["digits", "mnist"], typer.Option(help="The images that models are trained on.")]


@app.callback(invoke_without_command=True)
def _betavae(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and stop.")
    ] = False,
) -> None:
    if context.invoked_subcommand is None:
        console.emit(context.get_help())


@app.command()
def verify(
    select: Selection = None,
    tier: Annotated[
        Literal["fast", "default", "deep"],
        typer.Option(help="fast: half a minute, trains nothing; default: minutes; deep: as long as it takes."),
    ] = "default",
    seed: Seed = 0,
    jobs: Jobs = None,
    device: Device = "auto",
    false_alarm: Annotated[float, typer.Option(help="Chance of any false alarm in the whole run.")] = 1e-6,
    strict: Annotated[bool, typer.Option("--strict", help="An inconclusive claim ends with exit code 6.")] = False,
    out: Out = REPORT,
    baseline: Annotated[
        Path | None, typer.Option(metavar="FILE", help="An earlier results.json; what is worse ends with exit code 7.")
    ] = None,
    junit: Annotated[Path | None, typer.Option(metavar="FILE", help="Write a JUnit XML file as well.")] = None,
    data: Data = "digits",
    debug: Debug = False,
) -> int:
    """Judge claims and write a report."""
    if not 0 < false_alarm < 1:
        raise Refusal(f"--false-alarm is a probability between 0 and 1, not {false_alarm:g}.")
    from verification.report import schema, write_all
    from verification.run import forget, run

    before = schema.load(baseline) if baseline is not None else None
    claims = _selected(select)
    _check_device(device)
    _ours_or_empty(out)
    console.writable_folder(out)
    if junit is not None:
        console.writable_folder(junit.parent)

    finished = (0, len(claims))
    with console.progress(len(claims)) as shown:

        def progress(done: int, total: int, claim: str) -> None:
            nonlocal finished
            finished = done, total
            if shown is not None:
                shown(done, total, claim)

        try:
            found = run(
                claims, tier=tier, seed=seed, jobs=jobs or _cores(), device=device, false_alarm=false_alarm, out=out,
                data=data, progress=progress,
            )  # fmt: skip
        except KeyboardInterrupt:
            done, total = finished
            raise Refusal(
                f"Interrupted after {done} of {total} claims; the same command resumes there.", Code.INTERRUPTED
            ) from None
    found["run"]["command"] = shlex.join(["betavae", *_arguments])
    results = schema.of(found)
    write_all(results, out)
    forget(out)
    if junit is not None:
        from verification.report.junit import render

        schema.write(junit, render(results))
    _print_results(results, out)
    return _judged(results, before, strict=strict, complete=not select)


@app.command("list")
def list_claims(
    select: Selection = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON array, for programs.")] = False,
    debug: Debug = False,
) -> int:
    """List claims."""
    claims = _selected(select)
    if as_json:
        import json

        console.emit(json.dumps([_described(claim) for claim in claims], indent=1, ensure_ascii=False))
    elif console.interactive(sys.stdout):
        from rich.table import Table

        table = Table("Claim", "Where", "Statement", box=None, pad_edge=False, header_style="bold")
        for claim in claims:
            table.add_row(claim.id, f"{claim.source.document} {claim.source.equation}".strip(), claim.sentence)
        console.emit(table)
    else:
        width = max(len(claim.id) for claim in claims)
        for claim in claims:
            console.emit(f"{claim.id:<{width}}  {claim.source.document} {claim.source.equation}  {claim.sentence}")
    return Code.AS_EXPECTED


@app.command()
def coverage(
    select: Selection = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON array, for programs.")] = False,
    debug: Debug = False,
) -> int:
    """Count the places of each source that printed claims cover."""
    from verification.coverage import rows

    found = [row for row in rows(_selected(select)) if row.claims or not select]
    if as_json:
        import json
        from dataclasses import asdict

        console.emit(json.dumps([asdict(row) for row in found], indent=1, ensure_ascii=False))
        return Code.AS_EXPECTED
    for row in found:
        places = f"{row.covered} of {len(row.places)} places"
        claims = f"{row.claims} claims, {row.printed} of them printed, {row.refuted} expected to be refuted"
        console.emit(f"{row.document:<8}  {places:<15}  {claims}")
        if row.missing:
            console.emit(f"{'':<8}  no claim: {', '.join(row.missing)}")
    return Code.AS_EXPECTED


@app.command()
def show(
    claim: Annotated[str, typer.Argument(help="An id, or whatever verify selects by.")],
    at: Annotated[
        str | None,
        typer.Option(metavar="CASE", help='Evaluate at one case: --at "mu=[0] Sigma=[[0.25]] beta=0.5".'),
    ] = None,
    out: Out = REPORT,
    debug: Debug = False,
) -> int:
    """Show a claim: statement, source, domain, oracles, mutants, last verdict; or its values at one case."""
    claims = _selected([claim])
    if at is not None:
        from verification.cases import answer, fitting, parse_case
        from verification.run import examine

        if len(claims) > 1:
            raise Refusal(f"--at needs one claim and {claim!r} selects {len(claims)}; name one by its id.")
        try:
            found = examine(claims[0], fitting(claims[0], parse_case(at)))
        except ValueError as error:
            raise Refusal(f"--at: {str(error).rstrip('.')}.") from None
        answers = {oracle: answer(said) for oracle, said in found["oracles"].items()}
        console.emit(_lines({"claim": claims[0].id, "formula": found["shipped"], **answers}))
        return Code.AS_EXPECTED
    from verification.report import schema

    saved = out / "results.json"
    last = schema.load(saved) if saved.exists() else None
    for index, one in enumerate(claims):
        if index:
            console.emit("")
        _print_claim(one, last)
    return Code.AS_EXPECTED


@app.command()
def figure(
    name: Annotated[str | None, typer.Argument(show_default=False, help="An experiment; none: a list.")] = None,
    size: Annotated[Literal["default", "deep"], typer.Option(help="deep: all that is printed.")] = "default",
    seed: Seed = 0,
    jobs: Jobs = None,
    device: Device = "auto",
    data: Data = "digits",
    out: Annotated[Path, typer.Option(metavar="DIR", help="The folder of the drawings.")] = Path("betavae-figures"),
    debug: Debug = False,
) -> int:
    """Draw the figures of an experiment, with their tables."""
    from verification.figure import draw, listing

    if name is None:
        console.emit(listing())
        return Code.AS_EXPECTED
    _check_device(device)
    return draw(name, size=size, seed=seed, device=device, data=data, out=out, jobs=jobs or _cores())


def main(arguments: Sequence[str] | None = None) -> int:
    """The command's exit code for these arguments (default: the process's own)."""
    _arguments[:] = sys.argv[1:] if arguments is None else arguments
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")

    def command() -> int:
        try:
            code = app(list(_arguments), prog_name="betavae", standalone_mode=False)
        except SystemExit:
            # Typer's only way to end the process here: the reader of its help text left early.
            return Code.AS_EXPECTED
        if code == 130:
            # Typer's code for a Ctrl-C that came before a verb had begun its work.
            raise KeyboardInterrupt
        return code or Code.AS_EXPECTED

    return int(console.guarded(command, debug="--debug" in _arguments))


def _selected(patterns: Sequence[str] | None) -> list[Claim]:
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


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _check_device(device: str) -> None:
    from verification.run import resolve_device

    try:
        resolve_device(device)
    except ImportError:
        raise Refusal(f"--device {device} needs torch; install betavae-theory[train], or use --device cpu.") from None


def _ours_or_empty(out: Path) -> None:
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


def _judged(results: Results, before: Results | None, *, strict: bool, complete: bool) -> Code:
    """The exit code of a finished run, with a sentence on stderr for each reason."""
    unexpected = [c for c in results.claims if not c.as_expected and c.verdict != "inconclusive"]
    inconclusive = [c for c in results.claims if c.verdict == "inconclusive"]
    worse: list[str] = []
    if before is not None:
        from verification.baseline import compare, not_compared

        left_out = not_compared(results, before)
        if left_out is not None:
            console.note(left_out)
        worse = compare(results, before, complete=complete)
        for sentence in worse:
            console.note(sentence)
    for some, what in ((unexpected, "not as expected"), (inconclusive, "inconclusive")):
        if some:
            told = (f"{c.id} ({c.reason.rstrip('.')})" if len(some) <= REASONS else c.id for c in some)
            console.note(f"{len(some)} of {len(results.claims)} verdicts {what}: {', '.join(told)}.")
    for sentence in results.run.not_run if inconclusive else ():
        console.note(sentence)
    if unexpected:
        return Code.UNEXPECTED
    if worse:
        return Code.REGRESSION
    return Code.INCONCLUSIVE if inconclusive and strict else Code.AS_EXPECTED


def _print_results(results: Results, out: Path) -> None:
    if console.interactive(sys.stdout):
        from verification.report import terminal

        console.emit(terminal.table(results))
        console.emit(f"Report: {out / 'index.html'}")
        return
    width = max(len(claim.id) for claim in results.claims)
    for claim in results.claims:
        console.emit(f"{claim.verdict:<12}  {claim.grade or '-':<9}  {claim.id:<{width}}  {claim.statement}")


def _print_claim(claim: Claim, last: Results | None) -> None:
    judged = last.claim(claim.id) if last is not None else None
    if judged is not None and console.interactive(sys.stdout):
        from verification.report import terminal

        console.emit(terminal.claim_panel(judged))
        return
    facts = _described(claim)
    facts["last verdict"] = (
        "none yet; `betavae verify` judges it"
        if judged is None
        else f"{judged.verdict} ({judged.grade or 'no grade'}): {judged.reason}"
    )
    console.emit(_lines({name: value for name, value in facts.items() if value not in (None, "", [])}))


def _described(claim: Claim) -> dict[str, Any]:
    return {
        "id": claim.id,
        "statement": claim.sentence,
        "document": claim.source.document,
        "equation": claim.source.equation,
        "latex": claim.latex,
        "relation": claim.relation.name,
        "expected": claim.expected,
        "domain": claim.domain.name,
        "oracles": list(claim.oracles),
        "mutants": [mutant.name for mutant in claim.mutants],
        "pinned": claim.pinned,
        "tight": claim.tight,
        "corrected": claim.corrected,
        "needs": list(claim.needs),
    }


def _lines(facts: dict[str, Any]) -> str:
    """Facts as aligned lines, an item of a list a line."""
    width = max(map(len, facts), default=0)
    lines = []
    for name, value in facts.items():
        items = value if isinstance(value, list) else [value]
        lines += [f"{name if index == 0 else '':<{width}}  {item}" for index, item in enumerate(items)]
    return "\n".join(lines)

"""The verb ``verify``: judge claims and write a report."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from verification import console
from verification.console import Code, Refusal
from verification.verbs.baseline import how_to_accept
from verification.verbs.options import (
    REPORT,
    Data,
    Debug,
    Device,
    Jobs,
    Out,
    Seed,
    Selection,
    arguments,
    available,
    check_device,
    cores,
    named,
    ours_or_empty,
    selected,
)

if TYPE_CHECKING:
    from verification.claim import Claim
    from verification.report.schema import Results

REASONS = 3  # that fit a sentence; more of them stand in the report


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
        Path | None,
        typer.Option(
            metavar="FILE",
            help="An earlier results.json; what is worse ends with exit code 7.",
            parser=named("--baseline"),
        ),
    ] = None,
    junit: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write a JUnit XML file as well.", parser=named("--junit")),
    ] = None,
    data: Data = "digits",
    debug: Debug = False,
) -> int:
    """Judge claims and write a report."""
    if not 0 < false_alarm < 1:
        raise Refusal(f"--false-alarm is a probability between 0 and 1, not {false_alarm:g}.")
    from verification.report import schema, write_all
    from verification.run import forget, run

    before = schema.load(baseline) if baseline is not None else None
    claims = selected(select)
    check_device(device)
    ours_or_empty(out)
    console.writable_folder(out)
    if junit is not None:
        console.writable_folder(junit.parent)

    if data != "digits" and not _looks_at_data(claims, tier):
        console.note(f"--data {data} changes nothing: none of what is selected looks at a data set.")

    finished = (0, len(claims))
    with console.progress(len(claims)) as shown:

        def progress(done: int, total: int, claim: str) -> None:
            nonlocal finished
            finished = done, total
            if shown is not None:
                shown(done, total, claim)

        try:
            found = run(
                claims, tier=tier, seed=seed, jobs=jobs or cores(), device=device, false_alarm=false_alarm, out=out,
                data=data, progress=progress,
            )  # fmt: skip
        except KeyboardInterrupt:
            done, total = finished
            noun = "claim" if total == 1 else "claims"
            raise Refusal(
                f"Interrupted after {done} of {total} {noun}; the same command resumes there.", Code.INTERRUPTED
            ) from None
    found["run"]["command"] = shlex.join(["betavae", *arguments])
    if select:
        found["run"] |= {"selection": list(select), "available": available()}
    results = schema.of(found)
    write_all(results, out)
    forget(out)
    if junit is not None:
        from verification.report.junit import render

        schema.write(junit, render(results))
    _print_results(results, out)
    code = _judged(results, before, strict=strict, complete=not select)
    if code == Code.REGRESSION and baseline is not None:
        console.note(how_to_accept(out / "results.json", baseline))
    return code


def _looks_at_data(claims: list[Claim], tier: str) -> bool:
    """Whether a claim, or an experiment that is drawn with it, rests on images of the data set that was named."""
    from fnmatch import fnmatchcase

    from verification.experiments import BEARING, EXPERIMENTS, ON_DATA, WITHOUT_DATA

    if any(ON_DATA.intersection(claim.needs) for claim in claims):
        return True
    if tier == "fast":
        return False
    drawn = set(EXPERIMENTS) - WITHOUT_DATA
    return any(fnmatchcase(claim.id, pattern) for claim in claims for name in drawn for pattern in BEARING[name])


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
        if not worse:
            console.note("Nothing is worse than the baseline.")
    for some, what in ((unexpected, "not as expected"), (inconclusive, "inconclusive")):
        if some:
            told = (f"{c.id} ({c.reason.rstrip('.')})" if len(some) <= REASONS else c.id for c in some)
            verdicts = "verdict" if len(results.claims) == 1 else "verdicts"
            console.note(f"{len(some)} of {len(results.claims)} {verdicts} {what}: {', '.join(told)}.")
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
        run = results.run
        part = f" ({len(results.claims)} of {run.available} claims)" if run.available else ""
        console.emit(f"Report: {out / 'index.html'}{part}")
        return
    width = max(len(claim.id) for claim in results.claims)
    for claim in results.claims:
        console.emit(f"{claim.verdict:<12}  {claim.grade or '-':<9}  {claim.id:<{width}}  {claim.statement}")

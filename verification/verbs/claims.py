"""The verbs ``list``, ``coverage`` and ``show``: what claims there are, and one of them closely."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from verification import console
from verification.console import Code, Refusal
from verification.verbs.options import REPORT, Debug, Out, Selection, lines, selected

if TYPE_CHECKING:
    from verification.claim import Claim
    from verification.coverage import Row
    from verification.report.schema import Results

STATEMENT = 48  # columns that place and statement need beside an id


def list_claims(
    select: Selection = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON array, for programs.")] = False,
    debug: Debug = False,
) -> int:
    """List claims."""
    claims = selected(select)
    if as_json:
        import json

        console.emit(json.dumps([_described(claim) for claim in claims], indent=1, ensure_ascii=False))
    elif console.interactive(sys.stdout):
        _print_table(claims)
    else:
        width = max(len(claim.id) for claim in claims)
        for claim in claims:
            console.emit(f"{claim.id:<{width}}  {claim.source.document} {claim.source.equation}  {claim.sentence}")
    return Code.AS_EXPECTED


def _print_table(claims: list[Claim]) -> None:
    """On a narrow terminal the statement stands below its id: an id that is cut cannot be typed again."""
    import shutil

    width = max(len(claim.id) for claim in claims)
    places = [f"{claim.source.document} {claim.source.equation}".strip() for claim in claims]
    if shutil.get_terminal_size().columns < width + STATEMENT:
        for claim, place in zip(claims, places, strict=True):
            console.emit(claim.id)
            _indented(f"{place}: {claim.sentence}", "  ")
        return
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("Claim", no_wrap=True, min_width=width)
    table.add_column("Where", max_width=20)
    table.add_column("Statement", ratio=1)
    for claim, place in zip(claims, places, strict=True):
        # As text: in a string rich takes what stands in brackets for its own markup and drops it.
        table.add_row(Text(claim.id), Text(place), Text(claim.sentence))
    console.emit(table)


def coverage(
    select: Selection = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON array, for programs.")] = False,
    remarks: Annotated[bool, typer.Option("--left-out", help="The remarks that no claim takes up, and why.")] = False,
    debug: Debug = False,
) -> int:
    """Count the places of each source that printed claims cover."""
    from verification.coverage import narrowed, rows
    from verification.left_out import left_out

    claims = selected(select)
    found = [row for row in rows(claims) if row.claims or not select]
    whole = _whole(claims) if select else {row.document for row in found}
    found = [row if row.document in whole else narrowed(row, claims) for row in found]
    if as_json:
        import json
        from dataclasses import asdict

        told = [{**asdict(row), "left_out": [one._asdict() for one in left_out(row.document)]} for row in found]
        console.emit(json.dumps(told, indent=1, ensure_ascii=False))
    else:
        _print_rows(found, whole, remarks=remarks)
    others = len(claims) - sum(row.claims for row in found)
    if select and others:
        what = "1 claim is" if others == 1 else f"{others} claims are"
        console.note(f"{what} of none of the sources whose places are counted.")
    return Code.AS_EXPECTED


def _whole(claims: list[Claim]) -> set[str]:
    """The documents of which every claim is among these."""
    from verification.run import select

    chosen = {claim.id for claim in claims}
    return {claim.source.document for claim in claims} - {c.source.document for c in select([]) if c.id not in chosen}


def _print_rows(rows: list[Row], whole: set[str], *, remarks: bool) -> None:
    from verification.left_out import left_out

    width = max((len(row.document) for row in rows), default=0)
    for row in rows:
        entire = row.document in whole
        places = f"{row.covered} of {len(row.places)} places" + ("" if entire else " asked for")
        claims = "1 claim" if row.claims == 1 else f"{row.claims} claims"
        console.emit(
            f"{row.document:<{width}}  {places:<15}  {claims}, {row.printed} printed, "
            f"{row.refuted} expected to be refuted"
        )
        indent = " " * (width + 2)
        if row.missing:
            what = "no claim" if entire else "no printed claim among these"
            _indented(f"{what}: {', '.join(row.missing)}", indent)
        for one in left_out(row.document) if remarks else ():
            _indented(f"left out, {one.place}: {one.what} ({one.why})", indent)


def _indented(line: str, indent: str) -> None:
    """A line behind its indent, on a terminal broken between words."""
    if console.interactive(sys.stdout):
        import shutil
        import textwrap

        columns = max(shutil.get_terminal_size().columns, len(indent) + 20)
        line = textwrap.fill(line, columns - len(indent), break_on_hyphens=False)
    console.emit("\n".join(f"{indent}{part}" for part in line.splitlines()))


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
    claims = selected([claim])
    if at is not None:
        from verification.cases import answer, beyond, fitting, parse_case
        from verification.run import examine

        if len(claims) > 1:
            raise Refusal(f"--at needs one claim and {claim!r} selects {len(claims)}; name one by its id.")
        try:
            case = fitting(claims[0], parse_case(at))
            found = examine(claims[0], case)
        except ValueError as error:
            raise Refusal(f"--at: {str(error).rstrip('.')}.") from None
        answers = {oracle: answer(said) for oracle, said in found["oracles"].items()}
        facts = {"claim": claims[0].id, "formula": found["shipped"], **answers}
        if (outside := beyond(claims[0], case)) is not None:
            facts["note"] = outside
        console.emit(lines(facts))
        return Code.AS_EXPECTED
    from verification.report import schema

    saved = out / "results.json"
    last = schema.load(saved) if saved.exists() else None
    for index, one in enumerate(claims):
        if index:
            console.emit("")
        _print_claim(one, last)
    return Code.AS_EXPECTED


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
    console.emit(lines({name: value for name, value in facts.items() if value not in (None, "", [])}))


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

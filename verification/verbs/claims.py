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
    from verification.report.schema import Results


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


def coverage(
    select: Selection = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON array, for programs.")] = False,
    remarks: Annotated[bool, typer.Option("--left-out", help="The remarks that no claim takes up, and why.")] = False,
    debug: Debug = False,
) -> int:
    """Count the places of each source that printed claims cover."""
    from verification.coverage import rows
    from verification.left_out import left_out

    found = [row for row in rows(selected(select)) if row.claims or not select]
    if as_json:
        import json
        from dataclasses import asdict

        told = [{**asdict(row), "left_out": [one._asdict() for one in left_out(row.document)]} for row in found]
        console.emit(json.dumps(told, indent=1, ensure_ascii=False))
        return Code.AS_EXPECTED
    width = max(len(row.document) for row in found) if found else 0
    for row in found:
        places = f"{row.covered} of {len(row.places)} places"
        claims = f"{row.claims} claims, {row.printed} of them printed, {row.refuted} expected to be refuted"
        console.emit(f"{row.document:<{width}}  {places:<15}  {claims}")
        if row.missing:
            console.emit(f"{'':<{width}}  no claim: {', '.join(row.missing)}")
        for one in left_out(row.document) if remarks else ():
            console.emit(f"{'':<{width}}  left out, {one.place}: {one.what} ({one.why})")
    return Code.AS_EXPECTED


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

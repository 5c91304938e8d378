"""The verb ``derive``: replay derivations, ours or the user's own; derive gradients; print code."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

import typer

from verification import console
from verification.console import Code, Refusal
from verification.verbs.options import Debug


def derive(
    select: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="DERIVATION",
            show_default=False,
            help="Ids, globs, documents, or the path of your own my_derivation.py; none: a list.",
        ),
    ] = None,
    latex: Annotated[bool, typer.Option("--latex", help="Print the chain as LaTeX.")] = False,
    code: Annotated[
        Literal["numpy", "torch"] | None, typer.Option(help="Print a function made from the final expression.")
    ] = None,
    gradient: Annotated[
        tuple[str, str] | None,
        typer.Option(metavar="FORMULA ARGUMENT", help="Derive the gradient of a formula by an argument."),
    ] = None,
    hessian: Annotated[
        tuple[str, str] | None,
        typer.Option(metavar="FORMULA ARGUMENT", help="Derive the Hessian of a formula by an argument."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON array, for programs.")] = False,
    debug: Debug = False,
) -> int:
    """Replay a derivation step by step, ours or your own; derive gradients; print code."""
    from verification.derive import select as choice
    from verification.derive.replay import as_declared, replay
    from verification.derive.text import as_dict, as_latex, told

    asked = {"--latex": latex, "--code": code, "--json": as_json, "--gradient": gradient, "--hessian": hessian}
    given = [name for name, value in asked.items() if value]
    if len(given) > 1 and given != ["--gradient", "--hessian"]:
        raise Refusal(f"{given[0]} and {given[1]} do not go together; give one of them.")
    if gradient is not None or hessian is not None:
        if select:
            raise Refusal(f"{given[0]} takes a formula and an argument, and no derivation; leave out {select[0]}.")
        return _derivatives(gradient, hessian)
    if not select and not as_json:
        if given:
            raise Refusal(f"{given[0]} needs a derivation; `betavae derive` lists them.")
        console.emit(_listing(choice.select()))
        return Code.AS_EXPECTED
    chosen = choice.select(select or ())
    if not chosen:
        raise Refusal(
            f"Nothing is selected by {' '.join(select or ())}; `betavae derive` lists the derivations.",
            Code.NOTHING_SELECTED,
        )
    found = [(d, replay(d)) for d in chosen]
    follows = all(as_declared(d, steps) for d, steps in found)
    if code is not None:
        return _written(found, code, follows)
    if as_json:
        import json

        console.emit(json.dumps([as_dict(d, steps) for d, steps in found], indent=1, ensure_ascii=False))
    elif latex:
        console.emit("\n\n".join(as_latex(d, steps) for d, steps in found))
    else:
        console.emit("\n\n\n".join(told(d, steps) for d, steps in found))
    return Code.AS_EXPECTED if follows else Code.UNEXPECTED


def _written(found: Sequence[tuple[Any, Any]], code: str, follows: bool) -> int:
    """Functions of all that can be written so; what cannot is told, and refused where it is all there is."""
    from verification.derive.lettered import written
    from verification.derive.replay import as_declared
    from verification.user_file import BadInput

    functions = []
    for derivation, steps in found:
        try:
            functions.append(written(derivation, code))
        except BadInput as error:
            if len(found) == 1:
                raise
            console.note(f"{str(error)[0].upper()}{str(error)[1:]}.")
        if not as_declared(derivation, steps):
            console.note(f"{derivation.id} does not hold: not every line of it follows.")
    console.emit("\n\n\n".join(text for text, _ in functions))
    return Code.AS_EXPECTED if follows and all(good for _, good in functions) else Code.UNEXPECTED


def _derivatives(gradient: tuple[str, str] | None, hessian: tuple[str, str] | None) -> int:
    from verification.derive.gradients import told

    told_of = [told(*asked, order=order) for asked, order in ((gradient, 1), (hessian, 2)) if asked is not None]
    console.emit("\n\n\n".join(text for text, _ in told_of))
    return Code.AS_EXPECTED if all(good for _, good in told_of) else Code.UNEXPECTED


def _listing(derivations: Sequence[Any]) -> str:
    rows = [(d.id, d.source, d.sentence) for d in derivations]
    wide, source = (max(len(row[i]) for row in rows) for i in (0, 1))
    return "\n".join(f"{name:<{wide}}  {place:<{source}}  {sentence}" for name, place, sentence in rows)

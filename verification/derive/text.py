"""A replayed derivation as plain text, as LaTeX and as a dictionary for reports."""

from __future__ import annotations

import textwrap
from typing import Any

from theory.derivations import Derivation, all_derivations
from theory.derivations.vocabulary import latex, where
from verification.derive.replay import BY_RULE, FALSE, PROVED, Checked, Counterexample, as_declared, replay
from verification.report.math import plain

SIGNS = {"=": "=", "<=": r"\le", ">=": r"\ge", "<": "<", ">": ">", "~": r"\approx", "=>": r"\Rightarrow"}
SIGNS["iff"] = r"\Leftrightarrow"
WIDTH = 100


def as_dict(derivation: Derivation, found: tuple[Checked, ...] | None = None) -> dict[str, Any]:
    """A derivation and what its replay found, in plain data.

    Keys: id, sentence, source, claims, instead, as_declared, where (name and body, LaTeX), steps. A step: latex,
    relation (a LaTeX sign), since (the line it follows from), rule, printed, note, breaks (declared not to follow),
    verdict, how, counterexample (reading, point, before, after) or None.
    """
    found = replay(derivation) if found is None else found
    return {
        "id": derivation.id,
        "sentence": derivation.sentence,
        "source": derivation.source,
        "claims": list(derivation.claims),
        "instead": derivation.instead,
        "as_declared": as_declared(derivation, found),
        "where": [{"name": name, "body": body} for name, body in names(derivation)],
        "steps": [_step(derivation, index, one) for index, one in enumerate(found)],
    }


def replayed(derivation_id: str) -> dict[str, Any]:
    """The dictionary of a shipped derivation, by its id: what a worker process is asked for."""
    return as_dict(all_derivations()[derivation_id])


def names(derivation: Derivation) -> list[tuple[str, str]]:
    """What the names in a derivation stand for, in LaTeX, in the order in which they come."""
    found = {name: body for step in derivation.steps for name, body in where(step.expression).items()}
    return [(latex(name), latex(body)) for name, body in found.items()]


def line(derivation: Derivation, index: int) -> str:
    """A line's expression in LaTeX."""
    step = derivation.steps[index]
    return step.latex or latex(step.expression)


def _step(derivation: Derivation, index: int, one: Checked) -> dict[str, Any]:
    step, example = one.step, one.counterexample
    return {
        "latex": line(derivation, index),
        "relation": SIGNS[step.relation] if index else "",
        "since": derivation.before(index) if index else None,
        "rule": step.rule,
        "printed": step.printed,
        "note": step.note,
        "breaks": index in derivation.breaks,
        "verdict": one.verdict,
        "how": one.how,
        "counterexample": None if example is None else {
            "reading": example.reading,
            "point": dict(example.point),
            "before": example.before,
            "after": example.after,
        },
    }  # fmt: skip


def told(derivation: Derivation, found: tuple[Checked, ...]) -> str:
    """The derivation step by step: each line, its rule, and whether it follows."""
    out = [f"{derivation.id}  {derivation.sentence}", derivation.source, ""]
    for index, one in enumerate(found):
        step = one.step
        sign = plain(SIGNS[step.relation]) if index else " "
        out += _wrapped(f"{index:>2}  {sign} ", plain(line(derivation, index)))
        if index:
            out += _wrapped("      ", _reason(derivation, index, one))
            if one.counterexample is not None:
                out += _example(one.counterexample)
    bodies = names(derivation)
    if bodies:
        out.append("")
    for name, body in bodies:
        out += _wrapped("where " if (name, body) == bodies[0] else "      ", f"{plain(name)} = {plain(body)}")
    return "\n".join([*out, "", _verdict(derivation, found)])


def _reason(derivation: Derivation, index: int, one: Checked) -> str:
    step, since = one.step, derivation.before(index)
    words = [step.rule]
    if since != index - 1:
        words.append(f"from line {since}")
    if not step.printed:
        words.append("not printed")
    if step.relation == "~":
        words.append(f"up to O({step.small}^{step.order})")
    mark = {FALSE: "DOES NOT FOLLOW", PROVED: one.how, BY_RULE: one.how}.get(one.verdict, f"{one.verdict}, {one.how}")
    note = f"; {step.note}" if step.note else ""
    return f"{', '.join(words)}: {mark}{note}"


def _example(example: Counterexample) -> list[str]:
    at = ", ".join(f"{name} = {value}" for name, value in example.point.items())
    return [
        *_wrapped("      at ", f"{example.reading}: {at}"),
        *_wrapped("      before ", example.before),
        *_wrapped("      here   ", example.after),
    ]


def _verdict(derivation: Derivation, found: tuple[Checked, ...]) -> str:
    broken = [index for index, one in enumerate(found) if not one.follows]
    if not broken:
        surprise = " although it is declared to break" if derivation.breaks else ""
        return f"Every step follows{surprise}."
    lines = f"line {broken[0]}" if len(broken) == 1 else f"lines {', '.join(map(str, broken))}"
    said = "is not shown to follow" if any(found[i].verdict != FALSE for i in broken) else "does not follow"
    if len(broken) > 1:
        said = said.replace("is not", "are not").replace("does not", "do not")
    declared = ", as declared" if as_declared(derivation, found) else ""
    instead = f"; {derivation.instead} mends it" if derivation.instead else ""
    return f"{lines[0].upper()}{lines[1:]} {said}{declared}{instead}."


def _wrapped(lead: str, words: str) -> list[str]:
    return textwrap.wrap(
        words, WIDTH, initial_indent=lead, subsequent_indent=" " * max(len(lead), 8), break_long_words=False,
        break_on_hyphens=False,
    )  # fmt: skip


def as_latex(derivation: Derivation, found: tuple[Checked, ...]) -> str:
    """The chain as an align* environment; lines that do not follow are marked."""
    rows = []
    for index, one in enumerate(found):
        sign = SIGNS[one.step.relation] if index else ""
        mark = "" if one.follows else rf" \quad \text{{({one.verdict})}}"
        rows.append(f"  {sign} & {line(derivation, index)}{mark}".rstrip())
    return "\\begin{align*}\n" + " \\\\\n".join(rows) + "\n\\end{align*}"

"""Where each derivation stands in the report, and what its replay found, in words."""

from __future__ import annotations

from dataclasses import dataclass

from verification.report import wording
from verification.report.schema import Replay, Results


@dataclass(frozen=True)
class Chains:
    """Derivations by claim and by source; each is shown in full once, under the first claim that it leads to."""

    led_to: dict[str, list[Replay]]
    shown_at: dict[str, str | None]
    by_source: list[tuple[str, list[Replay]]]
    finding: str


def of(results: Results) -> Chains:
    """The derivations of a run, placed."""
    led_to: dict[str, list[Replay]] = {claim.id: [] for claim in results.claims}
    shown_at: dict[str, str | None] = {}
    by_source: dict[str, list[Replay]] = {}
    for replay in results.derivations:
        present = [name for name in replay.claims if name in led_to]
        shown_at[replay.id] = present[0] if present else None
        for name in present:
            led_to[name].append(replay)
        by_source.setdefault(replay.document, []).append(replay)
    order = [*wording.DOCUMENTS, *by_source]
    placed = [(document, by_source[document]) for document in dict.fromkeys(order) if document in by_source]
    return Chains(led_to, shown_at, placed, finding(results.derivations))


def holds(replay: Replay) -> bool:
    """Whether every line follows."""
    return all(line.follows for line in replay.steps)


def told(replay: Replay) -> str:
    """What the replay found.

    >>> from verification.report.schema import Line
    >>> lines = [Line(latex="a", rule="start"), Line(latex="b", rule="algebra", verdict="does not follow", breaks=True)]
    >>> told(Replay(id="a.b", sentence="", steps=lines)), told(Replay(id="a.b", sentence="", steps=lines[:1]))
    ('as printed it breaks at line (1)', 'every line follows')
    """
    wrong = [index for index, line in enumerate(replay.steps) if not line.follows]
    if not wrong:
        return "every line follows"
    printed = all(replay.steps[index].breaks for index in wrong)
    where = wording.listed(f"({index})" for index in wrong)
    return f"{'as printed ' if printed else ''}it breaks at {'line' if len(wrong) == 1 else 'lines'} {where}"


def finding(replays: list[Replay]) -> str:
    """The derivations in a sentence."""
    whole = sum(map(holds, replays))
    broken = len(replays) - whole
    lines = sum(len(replay.steps) - 1 for replay in replays)
    words = f"{whole} of {wording.count(len(replays), 'derivation')} with {wording.count(lines, 'step')} in all "
    words += "follow line by line" if whole != 1 else "follows line by line"
    return words + (f"; {broken} {'breaks' if broken == 1 else 'break'} as printed." if broken else ".")

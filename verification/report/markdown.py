"""report.md: the findings as text that a repository host renders and a diff shows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from verification.left_out import left_out
from verification.report import chains, examples, figures, math, schema, view, wording
from verification.report.marks import GLYPHS, SIGNS
from verification.report.schema import Claim, Figure, Replay, Results

MANY = 20  # claims that a summary names


def summary(results: Results | Mapping[str, Any]) -> str:
    """What fits a pull request: finding, claims by source and grade, what is not as expected and what is open."""
    found = schema.of(results)
    seen = view.of(found)
    parts = [f"# {_text(wording.finding(found))}", _text(wording.summary(found)), _counts(seen)]
    if found.derivations:
        parts.append(_text(chains.finding(found.derivations)))
    if seen.unexpected:
        parts += ["## Not as expected", *map(_unexpected, seen.unexpected[:MANY]), _more(len(seen.unexpected))]
    if seen.inconclusive:
        parts += ["## Inconclusive", *map(_open, seen.inconclusive[:MANY]), _more(len(seen.inconclusive))]
    parts.append(_fence(found.run.command or f"betavae verify --seed {found.run.seed}", "sh"))
    return "\n\n".join(part for part in parts if part) + "\n"


def _more(number: int) -> str:
    return f"and {number - MANY} more, in report.md" if number > MANY else ""


def _counts(seen: view.View) -> str:
    heads = ("source", "claims", *wording.GRADES, "refuted as printed", "refuted, not printed", "open")
    rows = [f"| {' | '.join(heads)} |", "|---" + "|---:" * (len(heads) - 1) + "|"]
    for source in seen.sources:
        numbers = (str(number or "–") for number in (len(source.claims), *source.counts))
        rows.append(f"| {_text(wording.short(source.document))} | {' | '.join(numbers)} |")
    return "\n".join(rows)


def _open(claim: Claim) -> str:
    return f"- {_code(claim.id)}: {_text(claim.statement)} {_text(claim.reason)}"


def render(results: Results | Mapping[str, Any], drawings: str = "") -> str:
    """The report as Markdown: finding, what is refuted or open, coverage, claims, figures' numbers, provenance.

    ``drawings`` is the folder of the figures' SVG files, seen from where the text will lie; without it none is shown.
    """
    found = schema.of(results)
    seen = view.of(found)
    parts = [f"# {_text(wording.finding(found))}", _text(wording.summary(found)), _counts(seen)]
    if seen.unexpected:
        parts += ["## Not as expected", *(_unexpected(claim) for claim in seen.unexpected)]
    if seen.refuted:
        parts += ["## Refuted", *(block for claim in seen.refuted for block in _refuted(found, claim))]
    if seen.inconclusive:
        parts += [
            "## Inconclusive",
            "\n".join(map(_open, seen.inconclusive)),
        ]
    parts += ["## Coverage", *(_coverage(source) for source in seen.sources if source.placed)]
    parts += ["## Claims"]
    for source in seen.sources:
        for group in source.groups:
            parts += [f"### {_text(wording.short(source.document))}: {group.title.lower()}", _table(group.claims)]
    if found.derivations:
        parts += ["## Derivations", _text(chains.finding(found.derivations)), "\n".join(map(_chain, found.derivations))]
    if found.figures:
        parts += ["## Figures", *(block for figure in found.figures for block in _figure(figure, drawings))]
    parts += ["## Provenance", *_provenance(found)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _unexpected(claim: Claim) -> str:
    return f"- {_code(claim.id)} is {claim.verdict}, {claim.expected} was expected: {_text(claim.reason)}"


def _refuted(found: Results, claim: Claim) -> Iterable[str]:
    yield f"### {_text(wording.short(claim.document))}, {_text(wording.equation(claim))}: {_text(claim.statement)}"
    yield f"{SIGNS['refuted']} **{wording.verdict(claim)}** ({_code(claim.id)}). {_text(examples.why(claim))}"
    if claim.latex:
        yield f"As printed:\n\n{_math(claim.latex)}"
    corrected = found.claim(claim.corrected)
    if corrected is not None:
        yield f"Corrected ({_code(corrected.id)}, {corrected.verdict}): {_text(corrected.statement)}"
        if corrected.latex:
            yield _math(corrected.latex)
    pinned = found.claim(claim.pinned)
    if pinned is not None and pinned is not corrected:
        yield f"How it is wrong ({_code(pinned.id)}, {pinned.verdict}): {_text(pinned.statement)}"
    example = claim.counterexample
    if example is not None:
        at = examples.case(example.args)
        yield f"Counterexample: at {_text(at)} {_text(examples.apart(claim))}."
        if example.command:
            yield _fence(example.command, "sh")


def _coverage(source: view.Source) -> str:
    places = ", ".join(f"{_text(eq.label)} {GLYPHS[eq.state]}" for eq in source.equations)
    told = f"**{_text(wording.short(source.document))}** ({source.tally}): {places}"
    aside = "\n".join(f"- {_text(f'{one.place}: {one.what}, because {one.why}.')}" for one in left_out(source.document))
    return f"{told}\n\nLeft out deliberately:\n\n{aside}" if aside else told


def _table(claims: Sequence[Claim]) -> str:
    head = "| claim | where | statement | verdict | grade | caught if off by | mistakes caught |\n" + "|---" * 7 + "|"
    rows = []
    for claim in claims:
        sign = SIGNS[claim.verdict] if claim.as_expected or claim.verdict == "inconclusive" else SIGNS["unexpected"]
        caught = f"{sum(map(bool, claim.mutants.values()))} of {len(claim.mutants)}" if claim.mutants else "–"
        entries = (
            _code(claim.id),
            _text(claim.equation),
            _text(claim.statement),
            f"{_text(sign)} {wording.verdict(claim).lower()}",
            claim.grade or "–",
            wording.sharpness(claim),
            caught,
        )
        rows.append("| " + " | ".join(entries) + " |")
    return "\n".join([head, *rows])


def _chain(replay: Replay) -> str:
    lines = wording.count(len(replay.steps), "line")
    return f"- {_code(replay.id)}, {lines}: {chains.told(replay)}. {_text(replay.sentence)}"


def _figure(figure: Figure, drawings: str) -> Iterable[str]:
    yield f"### {_text(figure.title)}"
    if drawings and figure.svg.strip():
        # Between angle brackets a path may hold what ends an address otherwise.
        yield f"![{_text(figure.alt or figure.title)}](<{drawings}/{figures.anchor(figure.id)}.svg>)"
    yield _text(figure.caption)
    if figure.rows and figure.columns:
        head = "| " + " | ".join(map(_text, figure.columns)) + " |\n|" + "---|" * len(figure.columns)
        rows = ("| " + " | ".join(_text(_datum(entry)) for entry in row) + " |" for row in figure.rows)
        yield "\n".join([head, *rows])
    if figure.command:
        yield _fence(figure.command, "sh")


def _provenance(found: Results) -> Iterable[str]:
    run = found.run
    yield _fence(run.command or f"betavae verify --seed {run.seed}", "sh")
    versions = ", ".join(f"{name} {version}" for name, version in run.versions.items())
    facts = {
        "seed": run.seed,
        "tier": run.tier,
        "data": run.data,
        "platform": run.platform,
        "device": run.device,
        "commit": run.commit,
        "started": run.started,
        "took": wording.seconds(run.seconds),
        "versions": versions,
    }
    yield "\n".join(f"- {name}: {_text(str(fact))}" for name, fact in facts.items() if fact != "")
    if run.not_run:
        yield "Not run:\n\n" + "\n".join(f"- {_text(line)}" for line in run.not_run)


def _datum(entry: Any) -> str:
    if entry is None:
        return "–"
    if isinstance(entry, float):
        return wording.power(entry, 5)
    return wording.argument(entry)


def _text(words: str) -> str:
    """Text that Markdown and the HTML inside it leave as it is, on one line."""
    flat = re.sub(r"\s+", " ", wording.clean(words)).strip()
    escaped = re.sub(r"([\\`*_\[\]|$~#])", r"\\\1", flat)
    return escaped.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _code(words: str) -> str:
    flat = re.sub(r"\s+", " ", wording.clean(words)).replace("|", "¦")
    ticks = "`" * (max((len(run) for run in re.findall("`+", flat)), default=0) + 1)
    pad = " " if "`" in flat else ""
    return f"{ticks}{pad}{flat}{pad}{ticks}"


def _fence(words: str, language: str) -> str:
    clean = wording.clean(words)
    ticks = "`" * max(3, max((len(run) for run in re.findall("`+", clean)), default=0) + 1)
    return f"{ticks}{language}\n{clean}\n{ticks}"


def _math(latex: str) -> str:
    math.check(latex)
    return _fence(latex, "math")

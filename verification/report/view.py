"""What the report shows and in what order: one reading of the results for page, Markdown and terminal."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from verification.coverage import missing, places
from verification.report import wording
from verification.report.schema import Claim, Evidence, Figure, Results

# So many supported rows of a group stay open; more are folded, because findings come first.
OPEN_ROWS = 6
# Where a claim stands that no source prints.
ELSEWHERE = "not in the source"
# Documents that are no source: what stands there is the package's own.
BEYOND = ("own", "sharper")
COMPANIONS = "How it is wrong, and where bounds are attained"


@dataclass(frozen=True)
class Cell:
    """One grade's evidence for one claim, over all oracles of that grade."""

    grade: str
    state: str
    cases: int
    radius: float | None
    violation: float | None
    names: tuple[str, ...]
    sets_grade: bool


@dataclass(frozen=True)
class Group:
    """Claims of one source and kind."""

    title: str
    claims: tuple[Claim, ...]

    @property
    def supported(self) -> tuple[Claim, ...]:
        """Claims that hold, as expected: what may be folded."""
        return tuple(claim for claim in self.claims if claim.verdict == "supported" and claim.as_expected)

    @property
    def open(self) -> tuple[Claim, ...]:
        """Claims that a reader must see: refuted, inconclusive or unexpected."""
        return tuple(claim for claim in self.claims if claim not in self.supported)

    @property
    def grades(self) -> str:
        """How strong the supported claims' evidence is, in counts."""
        counts = ((g, sum(claim.grade == g for claim in self.supported)) for g in wording.GRADES)
        return ", ".join(f"{number} {grade}" for grade, number in counts if number)


@dataclass(frozen=True)
class Source:
    """One document: its claims by kind, its equations, and its claims in reading order."""

    document: str
    groups: tuple[Group, ...]
    equations: tuple[Equation, ...]
    claims: tuple[Claim, ...]

    @property
    def placed(self) -> bool:
        """Whether anything of it is printed at a place that a strip can show."""
        return any(equation.label != ELSEWHERE for equation in self.equations)

    @property
    def tally(self) -> str:
        """Counts by verdict, in words."""
        return tally(self.claims)

    @property
    def places(self) -> int:
        """How many places it displays; 0 where it is no source, whose places could be counted."""
        return len(places(self.document))

    @property
    def covered(self) -> int:
        """At how many of these a printed claim was judged, as ``betavae coverage`` counts them."""
        return self.places - len(missing(self.document, (claim.equation for claim in self.claims if claim.printed)))

    @property
    def refuted(self) -> tuple[Claim, ...]:
        """Its refuted claims, those that a source prints first."""
        found = (claim for claim in self.claims if claim.verdict == "refuted")
        return tuple(sorted(found, key=lambda claim: not claim.printed))

    @property
    def refuted_tally(self) -> str:
        """How many of them are printed and how many are not."""
        printed, others = self.counts[-3], self.counts[-2]
        parts = [f"{printed} refuted as printed"] * bool(printed) + [f"{others} that no source prints"] * bool(others)
        return ", ".join(parts)

    @property
    def counts(self) -> tuple[int, ...]:
        """Claims supported at each grade, strongest first; refuted as printed, refuted that nobody printed, open."""
        held = [claim for claim in self.claims if claim.verdict == "supported"]
        gone = [claim for claim in self.claims if claim.verdict == "refuted"]
        return (
            *(sum(claim.grade == grade for claim in held) for grade in wording.GRADES),
            sum(claim.printed for claim in gone),
            sum(not claim.printed for claim in gone),
            sum(claim.verdict == "inconclusive" for claim in self.claims),
        )


@dataclass(frozen=True)
class Equation:
    """One numbered equation or section of a source and the claims that cover it."""

    label: str
    claims: tuple[Claim, ...]
    own: tuple[Claim, ...]
    numbered: bool

    @property
    def state(self) -> str:
        """The verdict that a reader should see first among the claims here."""
        verdicts = {claim.verdict for claim in self.claims}
        if any(not claim.as_expected and claim.verdict != "inconclusive" for claim in self.claims):
            return "unexpected"
        return next((v for v in ("refuted", "inconclusive", "supported") if v in verdicts), "none")

    @property
    def words(self) -> str:
        """The same for those who hear it."""
        return tally(self.claims) if self.claims else "no claim"

    @property
    def title(self) -> str:
        """The heading above the claims."""
        return f"Equation {self.label}" if self.numbered else self.label[:1].upper() + self.label[1:]

    @property
    def mark(self) -> str:
        """What fits into a cell of the strip."""
        return self.label.strip("()") if self.numbered else self.label


@dataclass
class View:
    """The whole report, ordered."""

    results: Results
    sources: list[Source] = field(default_factory=list)

    @property
    def refuted(self) -> list[Claim]:
        """Refuted claims that are not merely a correction's or a pin's own."""
        return [claim for claim in self.results.claims if claim.verdict == "refuted"]

    @property
    def inconclusive(self) -> list[Claim]:
        """Claims that nothing may be concluded of."""
        return [claim for claim in self.results.claims if claim.verdict == "inconclusive"]

    @property
    def unexpected(self) -> list[Claim]:
        """Claims whose verdict is another than their author expected, and not open."""
        return [c for c in self.results.claims if not c.as_expected and c.verdict != "inconclusive"]

    @property
    def corrections(self) -> list[tuple[Claim, Claim]]:
        """What is refuted as printed with the corrected form that holds."""
        pairs = ((claim, self.results.claim(claim.corrected)) for claim in self.results.claims)
        return [(old, new) for old, new in pairs if new is not None and new.verdict == "supported" and old.printed]

    @property
    def beyond(self) -> list[Claim]:
        """Claims of no source, as those of the package itself, that hold and lead nobody else's."""
        roles = _roles(self.results)
        return [
            claim
            for claim in self.results.claims
            if claim.document in BEYOND and claim.verdict == "supported" and claim.id not in roles
        ]

    def drawn(self) -> dict[str, list[Figure]]:
        """The figures that bear on each claim."""
        found: dict[str, list[Figure]] = {claim.id: [] for claim in self.results.claims}
        for figure in self.results.figures:
            for name in figure.claims:
                if name in found:
                    found[name].append(figure)
        return found

    def galleries(self, section: str) -> list[tuple[str, list[Figure]]]:
        """The figures of a section by the source whose claims they bear on, in the order of the sources."""
        documents = {claim.id: claim.document for claim in self.results.claims}
        groups: dict[str, list[Figure]] = {source.document: [] for source in self.sources}
        for figure in self.figures(section):
            home = next((documents[name] for name in figure.claims if name in documents), "")
            groups.setdefault(home or figure.source, []).append(figure)
        return [(document, found) for document, found in groups.items() if found]

    def figures(self, section: str) -> list[Figure]:
        """The figures of a section; those of an unknown section go with the experiments."""
        atlas = section == "atlas"
        return [figure for figure in self.results.figures if (figure.section == "atlas") == atlas]

    def linked(self, claim: Claim) -> list[tuple[str, Claim]]:
        """Claims that this one leans on or is mended by, with the word for it."""
        both = claim.corrected is not None and claim.corrected == claim.pinned
        kinds = (
            ("Corrected, and how it is wrong" if both else "Corrected", claim.corrected),
            ("How it is wrong", None if both else claim.pinned),
            ("Where it is attained", claim.tight),
        )
        return [(words, found) for words, name in kinds if (found := self.results.claim(name)) is not None]

    def corrects(self, claim: Claim) -> list[tuple[str, Claim]]:
        """Claims that name this one as their correction, pin or tight companion."""
        found = []
        for other in self.results.claims:
            if other.corrected == claim.id:
                found.append(("Corrects", other))
            elif other.pinned == claim.id:
                found.append(("Says how it is wrong:", other))
            if other.tight == claim.id:
                found.append(("Attained by", other))
        return found


def of(results: Results) -> View:
    """Sources in the order of the house's list, claims in the order of their source's equations."""
    view = View(results)
    order = [*wording.DOCUMENTS, *(claim.document for claim in results.claims), *results.coverage]
    present = {claim.document for claim in results.claims} | set(results.coverage)
    roles = _roles(results)
    for document in dict.fromkeys(order):
        if document not in present:
            continue
        claims = tuple(
            sorted((c for c in results.claims if c.document == document), key=lambda c: _order(document, c.equation))
        )
        groups = tuple(
            Group(title, tuple(found))
            for title in (
                "As printed",
                "Corrected",
                "Further results",
                COMPANIONS,
            )
            if (found := [claim for claim in claims if _kind(claim, roles) == title])
        )
        view.sources.append(Source(document, groups, _equations(results, document, claims), claims))
    return view


def tally(claims: Iterable[Claim]) -> str:
    """Counts by verdict.

    >>> tally([])
    'no claim'
    """
    found = list(claims)
    counts = [(v, sum(claim.verdict == v for claim in found)) for v in ("supported", "refuted", "inconclusive")]
    return ", ".join(f"{number} {verdict}" for verdict, number in counts if number) or "no claim"


def everyone(claim: Claim) -> list[str]:
    """The planted mistakes that every counted oracle refuted."""
    counted = {name for name, said in claim.evidence.items() if said.counted and not said.dropped}
    return [name for name, by in claim.mutants.items() if by and counted <= set(by)]


def cells(claim: Claim) -> list[Cell | None]:
    """One cell a grade, strongest first; None where no oracle of that grade looked."""
    return [
        _cell(claim, grade, [(n, e) for n, e in claim.evidence.items() if e.grade == grade]) for grade in wording.GRADES
    ]


def violates(oracle: Evidence) -> bool:
    """Whether an oracle saw more than its radius allows: a largest violation is the excess beyond it."""
    excess = wording.value(oracle.largest_violation)
    return not oracle.dropped and excess is not None and (excess > 0 or excess != excess)


def _cell(claim: Claim, grade: str, oracles: list[tuple[str, Evidence]]) -> Cell | None:
    if not oracles:
        return None
    used = [oracle for _, oracle in oracles if not oracle.dropped]
    state = "dropped" if not used else "refuted" if any(violates(oracle) for oracle in used) else "supported"
    radii = [r for oracle in used if (r := wording.value(oracle.radius)) is not None]
    excess = [x for oracle in used if (x := wording.value(oracle.largest_violation)) is not None]
    return Cell(
        grade,
        state,
        sum(oracle.cases for oracle in used),
        min(radii, default=None),
        max(excess, default=None),
        tuple(name for name, _ in oracles),
        claim.grade == grade,
    )


def _roles(results: Results) -> dict[str, str]:
    roles: dict[str, str] = {}
    for claim in results.claims:
        for name, role in ((claim.tight, "companion"), (claim.pinned, "companion"), (claim.corrected, "corrected")):
            if name:
                roles[name] = role
    return roles


def _kind(claim: Claim, roles: dict[str, str]) -> str:
    if claim.printed:
        return "As printed"
    role = roles.get(claim.id)
    if role == "corrected":
        return "Corrected"
    return COMPANIONS if role == "companion" else "Further results"


def _place(equation: str) -> tuple[int, tuple[int, ...], str]:
    """Numbered equations by number, then sections by number, then the rest by name."""
    numbers = tuple(int(n) for n in re.findall(r"\d+", equation))
    if equation.strip().startswith("("):
        return (0, numbers, equation)
    return (1 if numbers else 2, numbers, equation)


def _order(document: str, equation: str) -> tuple[int, tuple[int, ...], str]:
    """Named places as the source has them, everything else behind."""
    named = places(document)
    return (-1, (named.index(equation),), "") if equation in named else _place(equation)


def _equations(results: Results, document: str, claims: tuple[Claim, ...]) -> tuple[Equation, ...]:
    by_id = {claim.id: claim for claim in results.claims}
    listed = results.coverage.get(document, {})
    labels = dict.fromkeys([*places(document), *listed])
    labels.update(dict.fromkeys(claim.equation or ELSEWHERE for claim in claims))
    found = []
    for label in sorted(labels, key=lambda place: _order(document, place)):
        own = [claim for claim in claims if (claim.equation or ELSEWHERE) == label]
        named = [by_id[name] for name in listed.get(label, ()) if name in by_id]
        covering = {claim.id: claim for claim in [*named, *own]}
        found.append(Equation(label, tuple(covering.values()), tuple(own), bool(re.fullmatch(r"\(\d+[a-z]?\)", label))))
    return tuple(found)

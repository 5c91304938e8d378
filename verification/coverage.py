"""Which places of the sources the claims cover: every numbered equation and every displayed formula."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from verification.claim import Claim

# What a source displays, by number or, where it numbers nothing, by name in the order of its text: a place that no
# claim covers is shown as absent, not left out.
NUMBERED = {"hoffman": 13, "kumar_poole": 15, "zheng": 40}
NAMED = {
    "infomax": (
        "aggregate posterior",
        "inverted posterior",
        "conditional independence",
        "beta-VAE objective",
        "explaining away",
        "desiderata",
        "InfoMax objective",
        *(f"KL chain, line {line}" for line in range(1, 6)),
        "below the KL chain",
        "InfoMax rewritten, line 1",
        "InfoMax rewritten, line 2",
        "I = H - H(X|Z)",
        "bound on H[X|Z]",
        "final bound",
        "beta = 1/(1+lambda)",
        "takeaways",
    ),
    "kumar_poole": (
        "section 3.1",
        "section 3.1: pPCA",
        "section 3.2",
        "theorem 1",
        "corollary 1",
        "section 5.1",
        "section 5.2",
        "section 5.3: column sampling",
        "section 5.3: Taylor of log(1+x)",
        "section 7: decoder covariance",
        "section 7: gap",
        "appendix A: factorised priors",
        "appendix A: correlated priors",
        "appendix C",
        "appendix D",
        "appendix E",
        "appendix F: gap",
        "appendix G",
    ),
    "levy": (
        "section 2.1: model",
        "section 2.1: Bayes' rule",
        "section 2.1: log-likelihood",
        "section 2.1: marginal likelihood",
        *(f"section 2.1: q introduced, line {line}" for line in range(1, 4)),
        "section 2.1: Jensen, line 1",
        "section 2.1: Jensen, line 2",
        "section 2.1: definition of KL",
        "section 2.1: conditional probability",
        "section 2.1: KL expanded",
        "section 2.1: plugged back",
        "section 2.2: mean field",
        "section 2.2: isotropic Gaussian",
        "section 2.2: 2Nd parameters",
        "section 2.2: amortisation",
        "section 2.3: reparametrisation",
        "section 2.3: rearranged",
        "section 2.3: gradient",
        "section 2.4: objective",
        "section 2.4: constraint",
        *(f"section 2.4: Lagrangian, line {line}" for line in range(1, 4)),
        "section 2.4: beta = 1",
        "section 2.4: beta = 0",
        "section 2.4: beta increases",
        "section 2.4.1: disentanglement metric",
        "section 3.2: bound on the information",
        "section 3.2: KL is zero only if",
        "section 3.2: figure 5",
        "section 4: figure 7",
    ),
}


@dataclass(frozen=True)
class Row:
    """One document: its places, those that no printed claim covers, and how many claims there are of each kind."""

    document: str
    places: tuple[str, ...]
    missing: tuple[str, ...]
    claims: int
    printed: int
    refuted: int

    @property
    def covered(self) -> int:
        """How many places a printed claim covers."""
        return len(self.places) - len(self.missing)


def by_place(claims: Iterable[Claim]) -> dict[str, dict[str, list[str]]]:
    """Document -> place in it -> ids."""
    table: dict[str, dict[str, list[str]]] = {}
    for claim in claims:
        table.setdefault(claim.source.document, {}).setdefault(claim.source.equation, []).append(claim.id)
    return table


def places(document: str) -> tuple[str, ...]:
    """The places that a document displays.

    >>> places("zheng")[-1]
    '(40)'
    """
    return (*(f"({n})" for n in range(1, NUMBERED.get(document, 0) + 1)), *NAMED.get(document, ()))


def missing(document: str, printed: Iterable[str]) -> tuple[str, ...]:
    """The places of a document that are not among those of printed claims.

    >>> missing("hoffman", ["(1)", "(2)", "section 9"])[0]
    '(3)'
    """
    seen = set(printed)
    return tuple(place for place in places(document) if place not in seen)


def narrowed(row: Row, claims: Iterable[Claim]) -> Row:
    """A row of the places only at which these claims stand: what a selection of some of a document asks for."""
    seen = {claim.source.equation for claim in claims if claim.source.document == row.document}
    return replace(
        row,
        places=tuple(place for place in row.places if place in seen),
        missing=tuple(place for place in row.missing if place in seen),
    )


def rows(claims: Iterable[Claim]) -> list[Row]:
    """A row for each document that displays formulas, whether claims are of it or not."""
    told = list(claims)
    found = []
    for document in dict.fromkeys([*NUMBERED, *NAMED]):
        own = [claim for claim in told if claim.source.document == document]
        printed = [claim for claim in own if claim.printed]
        found.append(
            Row(
                document,
                places(document),
                missing(document, (claim.source.equation for claim in printed)),
                len(own),
                len(printed),
                sum(claim.expected == "refuted" for claim in printed),
            )
        )
    return found

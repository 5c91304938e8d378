"""A claim is a frozen literal: what is asserted, where it is printed, on which domain, how it is checked, what must
be noticed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from verification.domain import Domain
    from verification.mutants import Mutant
    from verification.relations import Relation

SUPPORTED, REFUTED, INCONCLUSIVE = "supported", "refuted", "inconclusive"

FLOAT64, TORCH, BALL = "float64", "torch", "ball"


@dataclass(frozen=True)
class Source:
    """A document and a place in it, e.g. ``HOFFMAN.at("(11)")``."""

    document: str
    equation: str = ""

    def at(self, equation: str) -> Source:
        return Source(self.document, equation)


HOFFMAN, INFOMAX, KUMAR_POOLE, LEVY, ZHENG = map(Source, ("hoffman", "infomax", "kumar_poole", "levy", "zheng"))
DEPENDENCIES, OWN = Source("dependencies"), Source("own")


@dataclass(frozen=True, eq=False)
class Claim:
    """One assertion with everything needed to judge it.

    ``shipped`` is called with the arguments of a case that its signature names; ``given`` are further arguments,
    estimated by an
    oracle. ``oracles`` answer with the truth; ``mutants`` are mistakes that must be refuted on the domain's witnesses.
    A claim expected REFUTED names in ``pinned`` the claim that says exactly how it is wrong, and in ``corrected``
    what is true.
    An inequality names in ``tight`` the equality on the set where it is attained.
    """

    id: str
    sentence: str
    source: Source
    relation: Relation
    shipped: Callable[..., Any]
    oracles: Mapping[str, Callable[..., Any]]
    domain: Domain
    mutants: tuple[Mutant, ...] = ()
    latex: str = ""
    expected: str = SUPPORTED
    printed: bool = True
    corrected: str | None = None
    pinned: str | None = None
    tight: str | None = None
    unit: str = "nats"
    accuracy: float = 1e-11
    arithmetics: tuple[str, ...] = (FLOAT64, TORCH, BALL)
    given: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    exercised: Callable[..., Any] | None = None
    note: str = ""

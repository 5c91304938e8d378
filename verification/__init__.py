"""Checks of the theory: claims, oracles, judge, report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from verification.claim import Claim

__all__ = ["Report", "check", "verify"]


class Report(Mapping[str, Any]):
    """The results of a run by claim id; prints as a table and shows itself in a notebook."""

    def __init__(self, results: dict[str, Any]) -> None:
        self.results = results
        self._claims = {claim["id"]: claim for claim in results["claims"]}

    def __getitem__(self, claim_id: str) -> Any:
        return self._claims[claim_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._claims)

    def __len__(self) -> int:
        return len(self._claims)

    @property
    def as_expected(self) -> bool:
        """Whether every verdict is the expected one."""
        return all(claim["verdict"] == claim["expected"] for claim in self._claims.values())

    def save(self, folder: str | Path) -> list[Path]:
        """Write results.json, index.html, report.md and junit.xml."""
        from verification.report import write_all

        return write_all(self.results, Path(folder))

    def __repr__(self) -> str:
        return "\n".join(f"{c['verdict']:<14}{c['grade']:<11}{c['id']}" for c in self._claims.values())

    def _repr_html_(self) -> str:
        from verification.report import html

        return html.fragment(self.results)


def verify(*select: str, tier: str = "default", seed: int = 0, jobs: int | None = None, **options: Any) -> Report:
    """Judge the claims that answer to ``select`` (ids, globs, documents, equation numbers, paths; none: all).

    Options: device, false_alarm, out, data, as on the command line. ValueError: nothing answers to a name.

    >>> verify("hoffman.eq11.mean", tier="fast", jobs=1)["hoffman.eq11.mean"]["verdict"]
    'supported'
    """
    from verification.run import forget, run
    from verification.run import select as choose

    report = Report(run(choose(select), tier=tier, seed=seed, jobs=jobs, figures=not select, **options))
    if options.get("out") is not None:
        report.save(options["out"])
        forget(Path(options["out"]))
    return report


def check(claim: Claim, *, tier: str = "default", seed: int = 0) -> dict[str, Any]:
    """Judge one claim, of the package or one's own, and return its record: verdict, reason, evidence, counterexample.

    >>> from verification.run import select
    >>> check(select(["hoffman.eq12.D"])[0], tier="fast")["verdict"]
    'refuted'
    """
    from verification.evidence import TIERS, Context
    from verification.run import judged, registry

    return judged(claim, Context({**registry(), claim.id: claim}, seed, TIERS[tier]))

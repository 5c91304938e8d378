"""A verdict as results.json keeps it."""

from __future__ import annotations

from typing import Any

import numpy as np

from verification.claim import Claim
from verification.hunt import plain
from verification.judge import Verdict
from verification.testimony import Testimony


def record_of(verdict: Verdict, example: dict[str, Any] | None, seconds: float) -> dict[str, Any]:
    """A verdict as the claim's entry in results.json."""
    claim = verdict.claim
    counted = verdict.counted if verdict.verdict == "supported" else [t for t in verdict.testimonies if t.heard]
    best = max(counted, key=lambda t: t.grade, default=None)
    return {
        "id": claim.id,
        "document": claim.source.document,
        "equation": claim.source.equation,
        "statement": claim.sentence,
        "latex": claim.latex,
        "relation": claim.relation.name,
        "domain": claim.domain.name,
        "expected": claim.expected,
        "verdict": verdict.verdict,
        "reason": verdict.reason,
        "grade": best.grade.name.lower() if best else "",
        "printed": claim.printed,
        "subdomains": _subdomains(counted),
        "resolution": _resolution(claim, counted),
        "evidence": {t.oracle: _evidence(t, t in counted) for t in verdict.testimonies},
        "accuracy": {**verdict.accuracy, "bound": claim.accuracy} if verdict.accuracy else None,
        "mutants": {m.name: [t.oracle for t in verdict.testimonies if m.name in t.kills] for m in claim.mutants},
        "counterexample": example,
        "tightness": _tightness(counted),
        "exercised": verdict.exercised,
        "corrected": claim.corrected,
        "pinned": claim.pinned,
        "tight": claim.tight,
        "note": claim.note,
        "seconds": round(seconds, 4),
    }


def _subdomains(counted: list[Testimony]) -> dict[str, str]:
    grades: dict[str, Any] = {}
    for t in counted:
        for label in t.subdomains:
            grades[label] = max(grades.get(label, t.grade), t.grade)
    return {label: grade.name.lower() for label, grade in sorted(grades.items())}


def _resolution(claim: Claim, counted: list[Testimony]) -> dict[str, Any] | None:
    radii = [np.concatenate(t.radii) for t in counted if t.radii and t.method != "symbolic"]
    radii = [r for r in radii if r.size]
    if not radii:
        return None
    sharpest = min(radii, key=lambda r: float(np.median(r)))
    return {"best": float(min(r.min() for r in radii)), "median": float(np.median(sharpest)), "unit": claim.unit}


def _evidence(t: Testimony, counted: bool) -> dict[str, Any]:
    radii = np.concatenate(t.radii) if t.radii else np.zeros(0)
    return {
        "method": t.method,
        "grade": t.grade.name.lower(),
        "cases": t.cases,
        "violations": len(t.violations),
        "largest_violation": max(t.largest, 0.0)
        if np.isfinite(t.largest)
        else (None if t.cases == 0 else t.largest if t.largest > 0 else 0.0),
        "radius": float(np.median(radii)) if radii.size else None,
        "mutants": sorted(t.kills),
        "subdomains": sorted(set(t.subdomains)),
        "outside": t.outside,
        "dropped": t.dropped,
        "counted": counted,
    }


def _tightness(counted: list[Testimony]) -> dict[str, Any] | None:
    observed = next((t.observed for t in counted if t.observed), None)
    if observed:
        return {name: plain(value) for name, value in observed.items()}
    slacks = [np.concatenate(t.slacks) for t in counted if t.slacks]
    if not slacks:
        return None
    slack = max(slacks, key=len)
    return {
        "min": float(slack.min()),
        "median": float(np.median(slack)),
        "max": float(slack.max()),
        "unit": "nats",
        "cases": len(slack),
    }

"""What differs between two runs: verdicts, grades, resolutions, bounds, orders and derivations, each in a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import nan

import msgspec

from verification.report.schema import Claim, Evidence, Number, Replay, Results

GRADES = ("trained", "sampled", "bounded", "certified", "proved")
RESOLUTION_FACTOR = 10.0
# No formula in doubles is off by less than their rounding, so how far below it an error would be seen does not matter.
FINEST_RESOLUTION = 2.0**-52
# Reruns on another machine move a slack's last digits; a bound that became one per cent looser is another bound.
SLACK_SHARE = 0.01
SLACK_ROUNDING = 1e-12
ORDER_DROP = 0.01

Told = Iterator[tuple[bool, str]]  # whether it is worse, and the sentence


@dataclass
class Difference:
    """Sentences on what is worse, better, new and gone in a later run."""

    worse: list[str] = field(default_factory=list)
    better: list[str] = field(default_factory=list)
    new: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.worse or self.better or self.new or self.gone)


def difference(results: Results, baseline: Results, called: str = "the baseline") -> Difference:
    """All that differs in ``results`` from ``baseline``, which the sentences call so.

    Grades, resolutions and slacks are compared between runs of one tier only: a faster tier asks fewer oracles.
    """
    found = Difference()
    same_tier = results.run.tier == baseline.run.tier
    same_draws = same_tier and results.run.seed == baseline.run.seed and results.run.data == baseline.run.data
    judged = {claim.id: claim for claim in results.claims}
    for before in baseline.claims:
        now = judged.pop(before.id, None)
        if now is None:
            found.gone.append(f"{before.id} is in {called} and was not judged.")
            continue
        told = [*_verdict(now, before)]
        if same_tier and now.verdict == before.verdict:
            told += [*_evidence(now, before), *_tightness(now, before, same_draws)]
        for worse, sentence in told:
            (found.worse if worse else found.better).append(sentence)
    found.new = [f"{claim.id} is new: {claim.verdict}." for claim in judged.values()]
    _replays(results, baseline, found, called)
    return found


def compare(results: Results, baseline: Results, *, complete: bool = True) -> list[str]:
    """Sentences that say what is worse in ``results`` than in ``baseline``; an empty list where nothing is.

    What the baseline has and the results lack counts only when the run was ``complete`` (nothing was selected).
    """
    found = difference(results, baseline)
    return [*found.worse, *(found.gone if complete else ())]


def not_compared(results: Results, baseline: Results) -> str | None:
    """What a comparison of these two runs leaves out, or None."""
    if results.run.tier != baseline.run.tier:
        return (
            f"The baseline is of the {baseline.run.tier} tier and this run of the {results.run.tier} tier: "
            "only the verdicts are compared."
        )
    return None


def unlike(results: Results, baseline: Results) -> list[str]:
    """Why a run may not simply take a baseline's place, in words."""
    was, now = baseline.run, results.run
    facts = (("tier", was.tier, now.tier), ("seed", was.seed, now.seed), ("data", was.data, now.data))
    found = [f"its {name} is {is_} and the baseline's {before}" for name, before, is_ in facts if is_ != before]
    if now.selection:
        claims = "1 claim" if len(results.claims) == 1 else f"{len(results.claims)} claims"
        found.append(f"it is a selection of {claims}")
    if now.not_run:
        found.append("parts of it were not run")
    return found


def accepted(results: Results, baseline: Results | None) -> Results:
    """The next baseline: the results without drawings; of a selection, only its own claims replace the earlier ones."""
    kept = [msgspec.structs.replace(claim, seconds=0.0) for claim in results.claims]
    replays, coverage = list(results.derivations), dict(results.coverage)
    if baseline is not None and results.run.selection:
        fresh = {claim.id: claim for claim in kept}
        kept = [fresh.pop(claim.id, claim) for claim in baseline.claims] + list(fresh.values())
        again = {replay.id: replay for replay in replays}
        replays = [again.pop(old.id, old) for old in baseline.derivations] + list(again.values())
        coverage = {**coverage, **baseline.coverage}
        run = msgspec.structs.replace(baseline.run, claims=len(kept))
    else:
        run = results.run
    return msgspec.structs.replace(results, run=run, claims=kept, derivations=replays, coverage=coverage, figures=[])


def _verdict(now: Claim, before: Claim) -> Told:
    if now.verdict == before.verdict:
        return
    because = f": {now.reason.rstrip('.')}" if now.reason else ""
    # Another verdict is better only where the earlier one was open, or not what its author expected.
    better = now.as_expected and (before.verdict == "inconclusive" or not before.as_expected)
    yield not better, f"{now.id} was {before.verdict} and is {now.verdict}{because}."


def _evidence(now: Claim, before: Claim) -> Told:
    then, here = _rank(before), _rank(now)
    if here != then:
        yield here < then, f"{now.id} was {before.grade or 'without a grade'} and is {now.grade or 'without a grade'}."
    if before.resolution is None:
        return
    for case in ("best", "median"):
        was = _number(getattr(before.resolution, case))
        is_ = _number(getattr(now.resolution, case)) if now.resolution is not None else nan
        words = (
            f"{now.id} would have caught an error of {was:.2g} ({before.resolution.unit}, {case} case) "
            f"and now catches {_told(is_)}."
        )
        if was == was and not is_ <= RESOLUTION_FACTOR * max(was, FINEST_RESOLUTION):
            yield True, words
        elif max(was, FINEST_RESOLUTION) > RESOLUTION_FACTOR * max(is_, FINEST_RESOLUTION):
            yield False, words


def _rank(claim: Claim) -> int:
    return GRADES.index(claim.grade) if claim.grade else -1


def _tightness(now: Claim, before: Claim, same_draws: bool) -> Told:
    """Slacks of the same draws are compared number by number; of other draws, the median with the earlier range."""
    then, here = before.tightness, now.tightness
    if then is None:
        return
    if here is None:
        yield True, f"{now.id} no longer says how tight it is."
        return
    order, order_now = _number(then.order), _number(here.order)
    if order == order and not abs(order_now - order) <= ORDER_DROP:
        words = f"{now.id} converged with order {order:.3g} and now with {_told(order_now)}."
        yield not order_now > order, words
    noise = _noise(before) + _noise(now)
    same_cases = same_draws and here.cases == then.cases
    compared = ("min", "median", "max", "left") if same_cases else ("median", "left")
    for name in compared:
        was, is_ = _number(getattr(then, name)), _number(getattr(here, name))
        limit = was if same_cases or name == "left" else _number(then.max)
        if limit != limit:
            continue
        what = "distance to the limit" if name == "left" else f"{name} slack"
        words = f"{now.id} had a {what} of {was:.4g} {then.unit} and now has {_told(is_)}."
        if not is_ <= limit + SLACK_SHARE * abs(limit) + SLACK_ROUNDING + noise:
            yield True, words
        elif same_cases and is_ < limit - SLACK_SHARE * abs(limit) - SLACK_ROUNDING - noise:
            yield False, words


def _noise(claim: Claim) -> float:
    """How far a slack may be off: nothing where it was enclosed, the radius of what measured it where it was drawn."""
    heard = [said for said in claim.evidence.values() if said.counted and not said.dropped]
    if not heard or any(GRADES.index(said.grade) >= GRADES.index("bounded") for said in heard):
        return 0.0
    return max(map(_radius, heard))


def _radius(said: Evidence) -> float:
    radius = _number(said.radius)
    return radius if radius == radius else 0.0


def _replays(results: Results, baseline: Results, found: Difference, called: str) -> None:
    """Derivations: one whose lines no longer follow as they did is worse."""
    now = {replay.id: replay for replay in results.derivations}
    for before in baseline.derivations:
        after = now.pop(before.id, None)
        if after is None:
            if results.derivations:
                found.gone.append(f"The derivation {before.id} is in {called} and was not replayed.")
            continue
        was, is_ = _unfounded(before), _unfounded(after)
        if is_ != was:
            words = f"The derivation {before.id} {_lines(was)} and now {_lines(is_)}."
            (found.worse if is_ - was else found.better).append(words)
    found.new += [f"The derivation {name} is new." for name in now]


def _unfounded(replay: Replay) -> frozenset[int]:
    """Lines that do not follow, though they were not known not to."""
    return frozenset(index for index, step in enumerate(replay.steps) if not step.follows and not step.breaks)


def _lines(which: frozenset[int]) -> str:
    if not which:
        return "follows line by line"
    named = ", ".join(f"({index})" for index in sorted(which))
    return f"breaks at line {named}" if len(which) == 1 else f"breaks at lines {named}"


def _number(value: Number) -> float:
    return nan if value is None else float(value)


def _told(value: float) -> str:
    return "none that was measured" if value != value else f"{value:.4g}"

"""What got worse since an earlier run: verdicts, grades, resolutions, bounds and orders, each told in a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from math import nan

from verification.report.schema import Claim, Number, Results

GRADES = ("trained", "sampled", "bounded", "certified", "proved")
RESOLUTION_FACTOR = 10.0
# No formula in doubles is off by less than their rounding, so how far below it an error would be seen does not matter.
FINEST_RESOLUTION = 2.0**-52
# Reruns on another machine move a slack's last digits; a bound that became one per cent looser is another bound.
SLACK_SHARE = 0.01
SLACK_ROUNDING = 1e-12
ORDER_DROP = 0.01


def compare(results: Results, baseline: Results, *, complete: bool = True) -> list[str]:
    """Sentences that say what is worse in ``results`` than in ``baseline``; an empty list where nothing is.

    A claim that the baseline has and the results lack counts only when the run was ``complete`` (nothing was selected).
    Grades, resolutions and slacks are compared between runs of one tier only: a faster tier asks fewer oracles.
    """
    same_tier = results.run.tier == baseline.run.tier
    same_draws = same_tier and results.run.seed == baseline.run.seed
    worse: list[str] = []
    for before in baseline.claims:
        now = results.claim(before.id)
        if now is None:
            if complete:
                worse.append(f"{before.id} is in the baseline and was not judged.")
            continue
        worse.extend(_verdict(now, before))
        if same_tier and now.verdict == before.verdict:
            worse.extend(_evidence(now, before))
            worse.extend(_tightness(now, before, same_draws))
    return worse


def not_compared(results: Results, baseline: Results) -> str | None:
    """What a comparison of these two runs leaves out, or None."""
    if results.run.tier != baseline.run.tier:
        return (
            f"The baseline is of the {baseline.run.tier} tier and this run of the {results.run.tier} tier: "
            "only the verdicts are compared."
        )
    return None


def _verdict(now: Claim, before: Claim) -> Iterator[str]:
    if now.verdict != before.verdict and not (now.verdict == now.expected != before.verdict):
        because = f": {now.reason.rstrip('.')}" if now.reason else ""
        yield f"{now.id} was {before.verdict} and is {now.verdict}{because}."


def _evidence(now: Claim, before: Claim) -> Iterator[str]:
    if before.grade is not None and (now.grade is None or GRADES.index(now.grade) < GRADES.index(before.grade)):
        yield f"{now.id} was {before.grade} and is {now.grade or 'without a grade'}."
    if before.resolution is None:
        return
    for case in ("best", "median"):
        then = _number(getattr(before.resolution, case))
        here = _number(getattr(now.resolution, case)) if now.resolution is not None else nan
        if then == then and not here <= RESOLUTION_FACTOR * max(then, FINEST_RESOLUTION):
            yield (
                f"{now.id} would have caught an error of {then:.2g} ({before.resolution.unit}, {case} case) "
                f"and now catches {_told(here)}."
            )


def _tightness(now: Claim, before: Claim, same_draws: bool) -> Iterator[str]:
    """Slacks of the same draws are compared number by number; of other draws, the median with the earlier range."""
    then, here = before.tightness, now.tightness
    if then is None:
        return
    if here is None:
        yield f"{now.id} no longer says how tight it is."
        return
    order = _number(then.order)
    if order == order and not _number(here.order) >= order - ORDER_DROP:
        yield f"{now.id} converged with order {order:.3g} and now with {_told(_number(here.order))}."
    if same_draws and here.cases == then.cases:
        limits = {name: _looser(_number(getattr(then, name))) for name in ("median", "max")}
    else:
        limits = {"median": _looser(_number(then.max))}
    for name, limit in limits.items():
        slack = _number(getattr(here, name))
        if limit == limit and not slack <= limit:
            yield (
                f"{now.id} had a {name} slack of {_number(getattr(then, name)):.4g} {then.unit} "
                f"and now has {_told(slack)}."
            )


def _looser(slack: float) -> float:
    return slack + SLACK_SHARE * abs(slack) + SLACK_ROUNDING


def _number(value: Number) -> float:
    return nan if value is None else float(value)


def _told(value: float) -> str:
    return "none that was measured" if value != value else f"{value:.4g}"

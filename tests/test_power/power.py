"""Do the fast tier's checks notice a slip? Each that runs the slip is asked, cheapest first, oracles' answers kept."""

from __future__ import annotations

import signal
import sys
import time
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache, partial
from typing import Any

import numpy as np
from power_sentences import CHECKS
from power_shapes import checks as shape_checks
from power_sites import ROOT, Site, interpreted, planted

from verification.claim import REFUTED, SUPPORTED, Claim
from verification.evidence import TIERS, Context
from verification.judge import judge
from verification.run import registry

SECONDS = 6.0
Lines = dict[str, set[int]]


class Endless(BaseException):
    """A slip that does not come to an end; no handler of exceptions may swallow it."""


@dataclass
class Check:
    """Something that must hold: whether it does, what of `theory` it runs, and what it costs."""

    name: str
    holds: Callable[[], bool]
    lines: Lines = field(default_factory=dict)
    seconds: float = 0.0

    def runs(self, site: Site) -> bool:
        """Whether a line of the slip is run; of a constant, any of its module; of what import makes, always."""
        lines = self.lines.get(site.module, set())
        return bool(lines & set(site.lines)) or (site.at_import and (bool(site.owner) or bool(lines)))


@dataclass
class Suite:
    """All checks, warm: first the bare formulas against deterministic oracles, then whole verdicts."""

    context: Context
    quick: list[Check]
    whole: list[Check]
    failing: list[str]

    def catcher(self, site: Site) -> str | None:
        """The first check that the slip turns red, or None: it survives."""
        with warnings.catch_warnings(), np.errstate(all="ignore"), interpreted(), planted(site):
            warnings.simplefilter("ignore")
            for check in (*self.quick, *self.whole):
                if check.runs(site) and not _holds(check):
                    break
            else:
                check = None
        _keep_answers(self.context)
        return check and check.name


@cache
def suite() -> Suite:
    """Every claim that trains nothing, and every sentence, asked once so that oracles need not answer again."""
    with interpreted():
        return _suite()


def _suite() -> Suite:
    context = Context(registry(), tier=TIERS["fast"])
    claims = [claim for claim in registry().values() if not claim.needs]
    failing = [claim.id for claim in claims if not judge(claim, context).expected]
    claims = [claim for claim in claims if claim.id not in failing]
    checks = {
        **CHECKS,
        **{name: holds for claim in claims for name, holds in shape_checks(claim, context).items()},
        **{f"{c.id}, bare": partial(_bare, c, context) for c in claims if c.expected == SUPPORTED},
    }
    quick = [Check(name, holds) for name, holds in checks.items()]
    whole = [Check(claim.id, partial(_whole, claim, context)) for claim in claims]
    for check in (*quick, *whole):
        _keep_answers(context)
        started = time.process_time()
        with _tracing(check.lines):
            if not _holds(check):
                failing.append(check.name)
        check.seconds = time.process_time() - started
    _keep_answers(context)
    quick, whole = (sorted((c for c in some if c.name not in failing), key=_cost) for some in (quick, whole))
    return Suite(context, quick, whole, failing)


def _cost(check: Check) -> float:
    return check.seconds


def _keep_answers(context: Context) -> None:
    """Of all that a run remembers only what oracles said: the formula's own values must be made again."""
    for key in [key for key in context.answers if not (callable(key[0]) or key[0] == "plan")]:
        del context.answers[key]


def _holds(check: Check) -> bool:
    try:
        with _at_most(SECONDS):
            return check.holds()
    except (Exception, Endless):
        return False


def _whole(claim: Claim, context: Context) -> bool:
    return judge(claim, context).expected


def _bare(claim: Claim, context: Context) -> bool:
    """The claim without its planted mistakes: a violation here is one in the whole verdict too."""
    exact = {name: oracle for name, oracle in claim.oracles.items() if not getattr(oracle, "sampled", False)}
    verdict = judge(replace(claim, oracles=exact, mutants=(), tight=None), context)
    return verdict.verdict != REFUTED and verdict.violation is None


@contextmanager
def _at_most(seconds: float) -> Iterator[None]:
    """Seconds of this process's own time, so that a busy machine changes nothing."""

    def stop(*_: Any) -> None:
        raise Endless

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


@contextmanager
def _tracing(lines: Lines) -> Iterator[None]:
    """Which lines of `theory` run."""
    seen: dict[str, set[int]] = defaultdict(set)

    def inside(frame: Any, event: str, _: Any) -> Any:
        seen[frame.f_code.co_filename].add(frame.f_lineno)
        return inside

    def trace(frame: Any, event: str, _: Any) -> Any:
        return inside(frame, event, None) if frame.f_code.co_filename.startswith(str(ROOT)) else None

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        yield
    finally:
        sys.settrace(before)
    for file, numbers in seen.items():
        lines[file.removeprefix(f"{ROOT}/").removesuffix(".py").removesuffix("/__init__").replace("/", ".")] = numbers

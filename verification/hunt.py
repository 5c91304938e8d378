"""Counterexamples: found on the batches, shrunk to simple numbers with Hypothesis, confirmed, with the command that
shows them."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from verification import evidence as ev
from verification.balls import middle, radius
from verification.claim import Claim
from verification.domain import Batch, as_numbers, shape_label
from verification.evidence import Broken, Context
from verification.judge import Verdict
from verification.oracles import NotApplicable
from verification.relations import truth_as_balls
from verification.testimony import value_of, violated

Array = np.ndarray[Any, Any]
Case = dict[str, Array]

SECONDS = 2.0


class FormulaRaises(ValueError):
    """The shipped formula has no value at a case: it raises."""


def counterexample(verdict: Verdict, ctx: Context) -> dict[str, Any] | None:
    """The smallest violating case that two seconds find, as plain numbers."""
    if verdict.violation is None or getattr(verdict.claim.relation, "samples", False):
        return None
    claim = verdict.claim
    label, row = verdict.violation
    batch = next(b for b in claim.domain.batches(ctx.seed, ctx.tier.draws) if b.label == label)
    case = {name: value[row, ...] for name, value in batch.args.items()}
    judges = [o for o in claim.oracles.values() if not getattr(o, "sampled", False) and not getattr(o, "proves", False)]
    exact = next((o for o in judges if _refutes(claim, o, case, ctx)), None)
    if exact is not None and ctx.tier.hunt:
        case = shrink(case, lambda c: _valid(claim, c) and _refutes(claim, exact, c, ctx))
    record = describe(claim, case, exact, [o for o in judges if o is not exact], ctx)
    if exact is None and (seen_by := [t.oracle for t in verdict.testimonies if t.heard and t.violations]):
        record["by"], *record["confirmed_by"] = seen_by
    return record


def shrink(case: Case, violates: Callable[[Case], bool], seconds: float = SECONDS) -> Case:
    """Fewer posteriors and dimensions, then rounder numbers, as long as the case still violates."""
    from hypothesis import HealthCheck, Phase, find, settings
    from hypothesis import strategies as st
    from hypothesis.errors import NoSuchExample

    stop = time.monotonic() + seconds
    best = case
    for smaller in _smaller(case):
        if time.monotonic() < stop and violates(smaller):
            best = smaller
            break
    names = sorted(best)
    choices = {
        name: [rounded(best[name], step) for step in (1.0, 0.5, 0.25, 0.1, 0.01)] + [best[name]] for name in names
    }
    strategy = st.tuples(*(st.sampled_from(range(len(choices[name]))) for name in names))

    known: dict[tuple[int, ...], bool] = {}

    def wrong(picks: tuple[int, ...]) -> bool:
        if picks not in known:  # asked again after the time is up, the answer must be the same
            chosen = {name: choices[name][i] for name, i in zip(names, picks, strict=True)}
            known[picks] = time.monotonic() < stop and violates(chosen)
        return known[picks]

    quiet = settings(derandomize=True, database=None, max_examples=300, deadline=None,
    suppress_health_check=list(HealthCheck),
                     phases=(Phase.generate, Phase.shrink))  # fmt: skip
    try:
        picks = find(strategy, wrong, settings=quiet)
    except NoSuchExample:
        return best
    return {name: choices[name][i] for name, i in zip(names, picks, strict=True)}


def rounded(value: Array, step: float) -> Array:
    """To multiples of step; balls stay, since they stand for numbers that floats cannot say."""
    return value if value.dtype == object else np.asarray(np.round(value / step) * step + 0.0)


def _smaller(case: Case) -> list[Case]:
    """Sub-cases with fewer posteriors, then fewer dimensions."""
    if "mu" not in case or set(case) - {"mu", "Sigma", "beta"}:
        return []
    mu, Sigma = case["mu"], case["Sigma"]
    options = []
    for k in range(1, mu.shape[-1] + 1):
        if mu.ndim == 1:
            options.append({**case, "mu": mu[:k], "Sigma": Sigma[:k, :k]})
        else:
            options += [{**case, "mu": mu[:N, :k], "Sigma": Sigma[:N, :k, :k]} for N in range(1, len(mu) + 1)]
    return options[:-1]


def _valid(claim: Claim, case: Case) -> bool:
    if "Sigma" in case and np.linalg.eigvalsh(case["Sigma"]).min() <= 0:
        return False
    beta = float(case.get("beta", np.array(0.5)))
    if claim.domain.requires is None and not (0 < beta < 1 or "beta > 1" in claim.domain.name):
        return False
    batch = {name: value[None] for name, value in case.items()}
    return claim.domain.requires is None or bool(np.all(claim.domain.requires(**batch)))


def _single(case: Case) -> Batch:
    args = {name: as_numbers(value)[None] for name, value in case.items()}
    return Batch(shape_label(args), args, 1)


def _fresh(ctx: Context) -> Context:
    return Context(ctx.claims, ctx.seed, ctx.tier, ctx.false_alarm, ctx.device, ctx.data)


def _refutes(claim: Claim, oracle: Callable[..., Any], case: Case, ctx: Context) -> bool:
    batch, fresh = _single(case), _fresh(ctx)
    try:
        args = ev.complete(claim, batch, fresh)
        shipped = value_of(claim, claim.shipped, args)
        if getattr(claim.relation, "needs_shipped", False):
            truth = ev.ask_at(claim, oracle, batch, shipped, args)
        else:
            truth = ev.ask(claim, oracle, batch, fresh)
        return bool(violated(ev.compare(claim, shipped, truth, ev.questions(claim, args))).any())
    except (Broken, NotApplicable, ValueError):
        return False


def examine(claim: Claim, case: Case, ctx: Context) -> dict[str, Any]:
    """The shipped value and every deterministic oracle's answer at one case."""
    batch, fresh = _single(case), _fresh(ctx)
    args = ev.complete(claim, batch, fresh)
    try:
        shipped = ev.ball_values(claim, claim.shipped, args)
    except Exception as error:
        raise FormulaRaises(f"the formula of {claim.id} raises {type(error).__name__} there: {error}") from error
    answers: dict[str, dict[str, Any]] = {}
    for oracle in claim.oracles.values():
        if getattr(oracle, "sampled", False) or getattr(oracle, "proves", False):
            continue
        try:
            if getattr(claim.relation, "needs_shipped", False):
                estimate = ev.ask_at(claim, oracle, batch, shipped, args)
            else:
                estimate = ev.ask(claim, oracle, batch, fresh)
        except (Broken, NotApplicable) as reason:
            answers[ev.oracle_name(oracle)] = {"not answered": str(reason)}
            continue
        truth = truth_as_balls(estimate)
        answers[ev.oracle_name(oracle)] = {
            "value": plain(middle(truth)),
            "radius": plain(radius(truth)),
            "decides": bool(np.isfinite(middle(truth)).all() and np.isfinite(radius(truth)).all()),
            "violates": bool(violated(ev.compare(claim, shipped, estimate, ev.questions(claim, args))).any()),
        }
    return {
        "claim": claim.id,
        "at": {k: plain(v) for k, v in case.items()},
        "shipped": plain(middle(shipped)),
        "oracles": answers,
    }


def describe(
    claim: Claim, case: Case, exact: Callable[..., Any] | None, others: list[Callable[..., Any]], ctx: Context
) -> dict[str, Any]:
    """The counterexample as data for the report."""
    at = " ".join(f"{name}={str(plain(value)).replace(' ', '')}" for name, value in case.items())
    record: dict[str, Any] = {"args": {name: plain(value) for name, value in case.items()}}
    record["command"] = f"betavae show {address(claim)} --at '{at}'"
    record["by"] = ev.oracle_name(exact) if exact else "the formula itself"
    record["confirmed_by"] = [ev.oracle_name(o) for o in others if _refutes(claim, o, case, ctx)]
    if exact is None:
        return record
    try:
        seen = examine(claim, case, ctx)
    except FormulaRaises:
        record["by"] = "the formula itself"
    else:
        record["shipped"] = seen["shipped"]
        record["truth"] = seen["oracles"][record["by"]].get("value")
        record["radius"] = seen["oracles"][record["by"]].get("radius")
    return record


def address(claim: Claim) -> str:
    """How the command line finds the claim: by id, or by file and id where it does not ship with the package."""
    home = claim.shipped.__module__
    module = sys.modules.get(home)
    packaged = claim.source.document != "own" or home.startswith(("theory.", "verification."))
    if packaged or module is None or not getattr(module, "__file__", None):
        return claim.id
    path = Path(str(module.__file__))
    shown = path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
    return f"'{shown}::{claim.id}'"


def plain(value: Any) -> Any:
    """Arrays as nested lists of floats, numbers as themselves."""
    array = np.asarray(value, float)
    return array.tolist()

"""Evidence to verdict. No tolerance stands here: every radius comes from an oracle."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from verification import evidence as ev
from verification.accuracy import measure_accuracy
from verification.arithmetic import has_torch
from verification.balls import middle
from verification.border import check_border
from verification.claim import BALL, FLOAT64, INCONCLUSIVE, REFUTED, SUPPORTED, TORCH, Claim
from verification.domain import Batch
from verification.estimate import Estimate, Grade
from verification.evidence import Broken, Context
from verification.oracles import NotApplicable
from verification.relations import truth_as_balls
from verification.testimony import Testimony, Values, add_companion, caught, counts, record, shipped_value, testify

Array = np.ndarray[Any, Any]


@dataclass
class Verdict:
    """The judgement of one claim, with all that it rests on."""

    claim: Claim
    verdict: str
    reason: str
    testimonies: list[Testimony]
    accuracy: dict[str, float] | None = None
    violation: tuple[str, int] | None = None
    exercised: float | None = None

    @property
    def expected(self) -> bool:
        return self.verdict == self.claim.expected

    @property
    def counted(self) -> list[Testimony]:
        return [t for t in self.testimonies if counts(t, self.claim)]


def judge(claim: Claim, ctx: Context) -> Verdict:
    """Ask every oracle on every case, plant every mistake on the witnesses, and decide."""
    from verification.arithmetic import call

    if claim.relation.name == "empirical":
        return _judge_measured(claim, ctx, call)
    batches = claim.domain.batches(ctx.seed, ctx.tier.draws)
    testimonies = testify(claim, batches, ctx)
    if claim.tight is not None:
        add_companion(claim, testimonies, ctx)
    if broken := _shipped_fails(claim, batches, ctx):
        label, row, reason = broken
        return Verdict(claim, REFUTED, reason, testimonies, violation=(label, row))
    accuracy = measure_accuracy(claim, batches, ctx)
    share, vacuous = _exercised(claim, batches)
    verdict, reason, where = decide(claim, testimonies, accuracy)
    accuracy = accuracy if BALL in claim.arithmetics else None
    if verdict == SUPPORTED and vacuous:
        verdict, reason = INCONCLUSIVE, "vacuous: a witness does not exercise the claim's condition"
    if verdict == SUPPORTED and (bare := _uncovered(claim, batches, testimonies)):
        verdict, reason = INCONCLUSIVE, f"no counted oracle answers on {bare}"
    if verdict == SUPPORTED and (trouble := check_border(claim)):
        verdict, reason = REFUTED, trouble
    return Verdict(claim, verdict, reason, testimonies, accuracy, where, share)


def _how_far(claim: Claim, excess: float) -> str:
    if excess > np.finfo(float).tiny:
        return f"off by at least {excess:.3g} beyond the radius"
    side = {1: "less", -1: "greater"}.get(getattr(claim.relation, "sign", 0), "apart")
    return f"not strictly {side}: both are equal"


def decide(
    claim: Claim, testimonies: list[Testimony], accuracy: dict[str, float] | None
) -> tuple[str, str, tuple[str, int] | None]:
    """The rule, from testimonies alone."""
    against = [t for t in testimonies if t.heard and t.violations]
    dropped = [t for t in testimonies if t.dropped is not None]
    if against:
        strongest = max(against, key=lambda t: t.grade)
        label, _, excess = max(strongest.violations, key=lambda v: v[2])
        simplest = min(strongest.violations)[:2]
        methods = {t.method for t in against}
        if len(methods) > 1 or strongest.grade >= Grade.CERTIFIED:
            by = ", ".join(sorted(methods))
            return REFUTED, f"{_how_far(claim, excess)} ({label}; {by})", simplest
        return INCONCLUSIVE, f"a violation seen by {strongest.oracle} alone is not confirmed", simplest
    if accuracy is not None:
        for name in (FLOAT64, TORCH):
            if accuracy.get(name, 0.0) > claim.accuracy:
                other = "balls" if BALL in claim.arithmetics else FLOAT64
                reason = f"{name} and {other} disagree by {accuracy[name]:.3g} (bound {claim.accuracy:.3g})"
                return REFUTED, reason, None
    if dropped:
        broken = "; ".join(f"{t.oracle} broke ({t.dropped})" for t in dropped)
        return INCONCLUSIVE, broken, None
    for t in testimonies:
        if t.heard and t.unshown:
            return INCONCLUSIVE, f"not shown by {t.oracle} on {'; '.join(t.unshown)}, nor refuted", None
    if not claim.mutants:
        return INCONCLUSIVE, "no mistake is planted, so nothing shows that one would be noticed", None
    for mutant in claim.mutants:
        if not any(mutant.name in t.kills for t in testimonies if t.heard):
            return INCONCLUSIVE, f"the planted mistake '{mutant.name}' survives", None
    methods = {t.method for t in testimonies if counts(t, claim)}
    if len(methods) < 2:
        only = ", ".join(sorted(methods)) or "none"
        return INCONCLUSIVE, f"two methods are needed that refute every structural mistake; only: {only}", None
    return SUPPORTED, "no violation; every planted mistake refuted", None


def _shipped_fails(claim: Claim, batches: list[Batch], ctx: Context) -> tuple[str, int, str] | None:
    """A formula that raises, or is not finite on a valid case, is refuted by itself."""
    for batch in batches:
        if getattr(claim.relation, "samples", False):
            if trouble := Values(claim, batch, (), ctx).draws()[1]:
                return batch.label, 0, f"the shipped sampler {trouble} ({batch.label})"
            continue
        try:
            args = ev.complete(claim, batch, ctx)
        except (Broken, NotApplicable):
            continue
        value = shipped_value(claim, batch, ctx)
        if isinstance(value, Exception):
            return (
                batch.label,
                0,
                f"the shipped formula raises {type(value).__name__} on {batch.label}: {value}{_cure(claim)}",
            )
        cases = len(next(iter(ev.questions(claim, args).values())))
        if value.shape[:1] != (cases,):
            return batch.label, 0, f"the shipped formula returns shape {value.shape} for {cases} cases on {batch.label}"
        bad = ~np.isfinite(middle(value)).reshape(batch.size, -1).all(axis=1)
        if bad.any():
            return batch.label, int(np.argmax(bad)), f"the shipped formula is not finite on {batch.label}"
    return None


def _cure(claim: Claim) -> str:
    """Most formulas that raise are written for NumPy's floats alone."""
    if BALL not in claim.arithmetics or claim.shipped.__module__.startswith("theory."):
        return ""
    return "; write it with the vocabulary of theory.arrays, or claim arithmetics=(FLOAT64,) alone"


def _uncovered(claim: Claim, batches: list[Batch], testimonies: list[Testimony]) -> str:
    """Shapes on which nothing was heard."""
    covered = {label for t in testimonies if counts(t, claim) for label in t.subdomains}
    return "; ".join(batch.label for batch in batches if batch.label not in covered)


def _exercised(claim: Claim, batches: list[Batch]) -> tuple[float | None, bool]:
    if claim.exercised is None:
        return None, False
    from verification.arithmetic import call

    masks = [np.asarray(call(claim.exercised, batch.args), bool) for batch in batches]
    vacuous = not all(mask[: batch.witnesses].all() for mask, batch in zip(masks, batches, strict=True))
    return float(np.concatenate(masks).mean()), vacuous


def _judge_measured(claim: Claim, ctx: Context, call: Callable[..., Any]) -> Verdict:
    """An empirical claim: every oracle is a measurement; planted mistakes change the measurement."""
    testimonies = []
    for oracle in claim.oracles.values():
        testimony = Testimony(ev.oracle_name(oracle), ev.method(oracle))
        testimonies.append(testimony)
        if not has_torch() and claim.needs:
            testimony.dropped = "torch is not installed: pip install 'betavae-theory[train]'"
            continue
        try:
            options = {
                "seed": ctx.seed,
                "device": ctx.device,
                "alpha": ctx.slot / len(claim.oracles),
                "data": ctx.data,
                "tier": ctx.tier.name,
            }
            truth: Estimate = call(oracle, options)
        except Exception as error:
            testimony.dropped = f"{type(error).__name__}: {error}"
            continue
        comparison = claim.relation.compare(claim.shipped, truth, {})
        batch = Batch("trained", {"_": np.zeros(len(comparison.excess))}, 0)
        record(testimony, comparison, batch, truth.grade)
        for mutant in claim.mutants:
            wrong = mutant.plant(lambda estimate: estimate)(estimate=truth_as_balls(truth))
            planted = Estimate(middle(np.atleast_1d(wrong)), np.atleast_1d(truth.error), truth.grade)
            if caught(claim.relation.compare(claim.shipped, planted, {})):
                testimony.kills.add(mutant.name)
    heard = [t for t in testimonies if t.heard]
    if len(heard) < len(testimonies):
        return Verdict(claim, INCONCLUSIVE, "; ".join(str(t.dropped) for t in testimonies if t.dropped), testimonies)
    if any(t.violations for t in heard):
        return Verdict(claim, REFUTED, "the confidence limit lies on the other side", testimonies)
    if any(t.unshown for t in heard):
        return Verdict(claim, INCONCLUSIVE, "the confidence interval does not decide", testimonies)
    if alive := [m.name for m in claim.mutants if not all(m.name in t.kills for t in heard)]:
        return Verdict(claim, INCONCLUSIVE, f"the planted mistake '{alive[0]}' survives", testimonies)
    return Verdict(claim, SUPPORTED, "the confidence limit lies on the claimed side", testimonies)

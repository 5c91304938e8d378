"""Evidence to verdict. No tolerance stands here: every radius comes from an oracle."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from verification import evidence as ev
from verification import sampling
from verification.arithmetic import disagreement, has_torch, in_float32, in_float64, in_torch
from verification.balls import middle
from verification.claim import BALL, FLOAT64, INCONCLUSIVE, REFUTED, SUPPORTED, TORCH, Claim
from verification.domain import Batch
from verification.estimate import Estimate, Grade
from verification.evidence import Broken, Context
from verification.mutants import Mutant
from verification.oracles import NotApplicable
from verification.relations import Comparison, truth_as_balls

Array = np.ndarray[Any, Any]


@dataclass
class Testimony:
    """What one oracle said of the claim over all batches."""

    oracle: str
    method: str
    grade: Grade = Grade.PROVED
    cases: int = 0
    violations: list[tuple[str, int, float]] = field(default_factory=list)
    largest: float = -np.inf
    radii: list[Array] = field(default_factory=list)
    slacks: list[Array] = field(default_factory=list)
    observed: dict[str, Any] = field(default_factory=dict)
    kills: set[str] = field(default_factory=set)
    unshown: list[str] = field(default_factory=list)
    subdomains: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    dropped: str | None = None

    @property
    def heard(self) -> bool:
        return self.cases > 0 and self.dropped is None


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
        _add_companion(claim, testimonies, ctx)
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
            return REFUTED, f"off by at least {excess:.3g} beyond the radius ({label}; {by})", simplest
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
    for mutant in claim.mutants:
        if not any(mutant.name in t.kills for t in testimonies if t.heard):
            return INCONCLUSIVE, f"the planted mistake '{mutant.name}' survives", None
    methods = {t.method for t in testimonies if counts(t, claim)}
    if len(methods) < 2:
        only = ", ".join(sorted(methods)) or "none"
        return INCONCLUSIVE, f"two methods are needed that refute every structural mistake; only: {only}", None
    return SUPPORTED, "no violation; every planted mistake refuted", None


def counts(testimony: Testimony, claim: Claim) -> bool:
    """An oracle counts when it was heard and refutes every structural mistake on its own."""
    return testimony.heard and all(m.small or m.name in testimony.kills for m in claim.mutants)


def testify(
    claim: Claim, batches: list[Batch], ctx: Context, mutants: tuple[Mutant, ...] | None = None
) -> list[Testimony]:
    """Every oracle on every batch."""
    mutants = claim.mutants if mutants is None else mutants
    testimonies = []
    values = [_Values(claim, batch, mutants, ctx) for batch in batches]
    asked = {n: o for n, o in claim.oracles.items() if ctx.tier.slow or not getattr(o, "slow", False)}
    parts = len(asked) * len(values)
    for oracle in asked.values():
        testimony = Testimony(ev.oracle_name(oracle), ev.method(oracle))
        for value in values:
            try:
                if getattr(oracle, "proves", False):
                    _hear_proof(testimony, oracle, value)
                elif getattr(claim.relation, "samples", False):
                    _hear_draws(testimony, oracle, value, ctx, parts)
                elif getattr(oracle, "sampled", False):
                    _hear_sample(testimony, oracle, value, ctx, parts)
                else:
                    _hear(testimony, oracle, value, ctx)
            except NotApplicable as reason:
                testimony.outside.append(f"{value.batch.label}: {reason}")
            except Broken as reason:
                testimony.dropped = str(reason)
        testimonies.append(testimony)
    return testimonies


class _Values:
    """The formula and its planted mistakes on one batch, each computed once, in balls."""

    def __init__(self, claim: Claim, batch: Batch, mutants: tuple[Mutant, ...], ctx: Context) -> None:
        self.claim, self.batch, self.mutants, self.ctx = claim, batch, mutants, ctx
        self.shown: dict[str, Any] = {}

    @property
    def args(self) -> dict[str, Array]:
        return self._once("args", lambda: ev.complete(self.claim, self.batch, self.ctx))

    @property
    def asked(self) -> dict[str, Array]:
        return self._once("asked", lambda: ev.questions(self.claim, self.args))

    @property
    def rungs(self) -> int:
        return len(next(iter(self.asked.values()))) // self.batch.size

    @property
    def witness_rows(self) -> slice:
        return slice(0, self.batch.witnesses * self.rungs)

    def shipped(self) -> Array:
        value = _shipped(self.claim, self.batch, self.ctx)
        return _nowhere(self.claim, self.args) if isinstance(value, Exception) else value

    def draws(self) -> tuple[Array, str]:
        rng = self.ctx.rng("sampler", self.claim.domain.name, self.batch.label)
        return self._once("draws", lambda: _draws(self.claim, self.claim.shipped, rng, self.batch.args))

    def planted(self, mutant: Mutant) -> Array | None:
        """A mistake's values on the witnesses; None when it breaks there instead of being wrong."""

        def value() -> Array | None:
            try:
                out = ev.ball_values(
                    self.claim, mutant.plant(self.claim.shipped), ev.take(self.args, slice(0, self.batch.witnesses))
                )
            except Exception:
                return None
            right = self.shipped()[self.witness_rows].shape
            return out if out.shape == right and np.all(np.isfinite(middle(out))) else None

        if not self.batch.witnesses:
            return None
        # witnesses do not depend on the seed, but what is given may have been asked together with draws
        seed = self.ctx.seed if self.claim.given else None
        return self.ctx.remember(("planted", self.claim, self.batch.label, mutant, seed), value)

    def _once(self, name: str, make: Callable[[], Any]) -> Any:
        if name not in self.shown:
            self.shown[name] = make()
        return self.shown[name]


def _value(claim: Claim, formula: Callable[..., Any], args: dict[str, Array]) -> Array:
    """The shipped values; a formula that raises on a valid case yields NaN, which refutes it."""
    try:
        return ev.ball_values(claim, formula, args)
    except Exception:
        return _nowhere(claim, args)


def _nowhere(claim: Claim, args: dict[str, Array]) -> Array:
    size = len(next(iter(ev.questions(claim, args).values())))
    return np.full(size, ev.as_balls(np.nan).item(), dtype=object)


def _shipped(claim: Claim, batch: Batch, ctx: Context) -> Array | Exception:
    """The formula's values on a batch, worked out once: balls are the dearest of all that is done with it."""

    def value() -> Array | Exception:
        try:
            return ev.ball_values(claim, claim.shipped, args)
        except Exception as error:
            return error

    args = ev.complete(claim, batch, ctx)
    seed = ctx.seed if claim.given or batch.size > batch.witnesses else None
    return ctx.remember(("shipped", claim, batch.label, batch.size, seed), value)


def _hear(testimony: Testimony, oracle: Callable[..., Any], value: _Values, ctx: Context) -> None:
    claim, batch, shipped, asked, rows = value.claim, value.batch, value.shipped(), value.asked, value.witness_rows
    if ctx.tier.name == "fast" and getattr(oracle, "costly", False):
        if not batch.witnesses:
            raise NotApplicable("asked on witnesses only in the fast tier")
        batch, shipped, asked = batch.only_witnesses(), shipped[rows], ev.take(asked, rows)
    at_point = getattr(claim.relation, "needs_shipped", False)
    truth = ev.ask_at(claim, oracle, batch, shipped, asked) if at_point else ev.ask(claim, oracle, batch, ctx)
    if not at_point:
        ev.check_shape(truth.value, shipped.shape)
    _record(testimony, ev.compare(claim, shipped, truth, asked), batch, truth.grade)
    if not batch.witnesses:
        return
    args = ev.take(asked, rows)
    for mutant in value.mutants:
        planted = value.planted(mutant)
        if planted is None:
            continue
        head = ev.ask_at(claim, oracle, batch, planted, args) if at_point else ev.cut(truth, rows)
        if _caught(ev.compare(claim, planted, head, args)):
            testimony.kills.add(mutant.name)


def _hear_sample(testimony: Testimony, oracle: Callable[..., Any], value: _Values, ctx: Context, parts: int) -> None:
    claim, batch = value.claim, value.batch
    alpha = ctx.slot / parts
    pilot = ev.draw(claim, oracle, batch, sampling.PILOT, "pilot", ctx)
    shipped = value.shipped()
    ev.check_shape(pilot.mean, shipped.shape)
    base = ev.link_scale(shipped, pilot.link)
    apart = []
    for mutant in value.mutants:
        planted = value.planted(mutant)
        if planted is not None and planted.ndim == 1:
            step = np.zeros(batch.size)
            step[: batch.witnesses] = ev.link_scale(planted, pilot.link) - base[: batch.witnesses]
            apart.append((mutant, step))
    wanted = [s for m, s in apart if not m.small and np.any(s != 0)]
    plan = ("plan", claim, oracle, batch.label, ctx.seed, ctx.tier.name, value.mutants)
    n = ctx.remember(
        plan,
        lambda: (
            sampling.planned_size(pilot, wanted, alpha, ctx.tier.samples) if pilot.mean.ndim == 1 else ctx.tier.samples
        ),
    )
    sample = ev.draw(claim, oracle, batch, n, "look", ctx)
    steps = np.asarray([s for _, s in apart])
    weights = sampling.contrasts(steps, np.sqrt(pilot.variance)) if apart else steps
    _record(testimony, ev.sampled_excess(claim, shipped, sample, weights, alpha, value.args), batch, Grade.SAMPLED)
    for mutant in value.mutants:
        planted = value.planted(mutant)
        if planted is None:
            continue
        mistaken = shipped.copy()
        mistaken[: batch.witnesses] = planted
        if _violated(ev.sampled_excess(claim, mistaken, sample, weights, alpha, value.args))[: batch.witnesses].any():
            testimony.kills.add(mutant.name)


def _hear_draws(testimony: Testimony, oracle: Callable[..., Any], value: _Values, ctx: Context, parts: int) -> None:
    claim, batch = value.claim, value.batch
    relation: Any = claim.relation
    alpha = ctx.slot / parts
    truth = ev.ask(claim, oracle, batch, ctx)
    seen, trouble = value.draws()
    if trouble:
        return
    ev.check_shape(truth.value, relation.shape(seen))
    _record(testimony, relation.compare_draws(seen, truth, alpha), batch, truth.grade)
    for mutant in value.mutants if batch.witnesses else ():
        # power must not depend on the seed, so a mistake is always drawn with the same one

        def mistaken(mutant: Mutant = mutant) -> tuple[Array, str]:
            return _draws(claim, mutant.plant(claim.shipped), np.random.default_rng(0), batch.head())

        wrong, broken = ctx.remember(("draws", claim, batch.label, mutant.name), mistaken)
        head = ev.cut(truth, slice(0, batch.witnesses))
        if not broken and _violated(relation.compare_draws(wrong, head, alpha)).any():
            testimony.kills.add(mutant.name)


def _draws(
    claim: Claim, formula: Callable[..., Any], rng: np.random.Generator, args: dict[str, Array]
) -> tuple[Array, str]:
    """What a sampler draws, or in words why that is no sample."""
    relation: Any = claim.relation
    cases = len(next(iter(args.values())))
    try:
        drawn = np.asarray(ev.call_formula(claim, formula, {**args, "rng": rng, "size": relation.draws}), float)
    except Exception as error:
        return np.empty(0), f"raises {type(error).__name__}: {error}"
    if drawn.ndim != 3 or drawn.shape[:2] != (cases, relation.draws):
        return drawn, f"draws shape {drawn.shape} for {cases} cases of {relation.draws} draws"
    return drawn, "" if np.isfinite(drawn).all() else "draws what is not finite"


def _hear_proof(testimony: Testimony, oracle: Callable[..., Any], value: _Values) -> None:
    """A proof speaks of the formula itself, once for a shape."""
    try:
        holds = oracle(value.claim.shipped, value.batch.args)
    except NotApplicable:
        raise
    except Exception as error:
        raise Broken(f"{type(error).__name__}: {error}") from error
    excess = np.array([0.0 if holds else np.inf])
    _record(testimony, Comparison(excess, np.zeros(1)), Batch(value.batch.label, {"_": np.zeros(1)}, 0), Grade.PROVED)
    for mutant in value.mutants:
        try:
            wrong = not oracle(mutant.plant(value.claim.shipped), value.batch.args)
        except Exception:
            continue
        if wrong:
            testimony.kills.add(mutant.name)


def _caught(comparison: Comparison) -> bool:
    """A mistake falls to a violation, and to support that must be shown and is not."""
    usable = np.ones(len(comparison.excess), bool) if comparison.usable is None else comparison.usable
    missing = np.zeros(len(usable), bool) if comparison.shown is None else ~comparison.shown & usable
    return bool(_violated(comparison).any() or missing.any())


def _violated(comparison: Comparison) -> Array:
    usable = np.ones(len(comparison.excess), bool) if comparison.usable is None else comparison.usable
    return np.asarray((comparison.excess > 0) & usable)


def _record(testimony: Testimony, comparison: Comparison, batch: Batch, grade: Grade) -> None:
    usable = np.ones(len(comparison.excess), bool) if comparison.usable is None else comparison.usable
    if not usable.all():
        testimony.dropped = f"no finite answer on {int((~usable).sum())} of {len(usable)} cases ({batch.label})"
    if not np.isfinite(comparison.radius[usable]).all():
        testimony.dropped = f"infinite radius ({batch.label})"
    bad = _violated(comparison)
    testimony.violations += [(batch.label, int(i), float(comparison.excess[i])) for i in np.flatnonzero(bad)]
    if comparison.shown is not None and not comparison.shown[usable].all():
        testimony.unshown.append(batch.label)
    testimony.cases += int(usable.sum())
    testimony.grade = min(testimony.grade, grade)
    testimony.largest = max(testimony.largest, float(np.max(comparison.excess[usable], initial=-np.inf)))
    testimony.radii.append(np.asarray(comparison.radius, float)[usable])
    if comparison.slack is not None:
        testimony.slacks.append(np.asarray(comparison.slack, float)[usable].ravel())
    testimony.observed.update(comparison.observed)
    if usable.any():
        testimony.subdomains.append(batch.label)


def _add_companion(claim: Claim, testimonies: list[Testimony], ctx: Context) -> None:
    """Mistakes in a bound must fall to the pair: the bound, and the equality where it is attained."""
    companion = ctx.claims[claim.tight or ""]
    batches = companion.domain.batches(ctx.seed, 0)
    for other in testify(companion, batches, ctx, claim.mutants):
        for testimony in testimonies:
            if testimony.method == other.method and other.heard and not other.violations:
                testimony.kills |= other.kills


def _shipped_fails(claim: Claim, batches: list[Batch], ctx: Context) -> tuple[str, int, str] | None:
    """A formula that raises, or is not finite on a valid case, is refuted by itself."""
    for batch in batches:
        if getattr(claim.relation, "samples", False):
            if trouble := _Values(claim, batch, (), ctx).draws()[1]:
                return batch.label, 0, f"the shipped sampler {trouble} ({batch.label})"
            continue
        try:
            args = ev.complete(claim, batch, ctx)
        except (Broken, NotApplicable):
            continue
        value = _shipped(claim, batch, ctx)
        if isinstance(value, Exception):
            return batch.label, 0, f"the shipped formula raises {type(value).__name__} on {batch.label}: {value}"
        cases = len(next(iter(ev.questions(claim, args).values())))
        if value.shape[:1] != (cases,):
            return batch.label, 0, f"the shipped formula returns shape {value.shape} for {cases} cases on {batch.label}"
        bad = ~np.isfinite(middle(value)).reshape(batch.size, -1).all(axis=1)
        if bad.any():
            return batch.label, int(np.argmax(bad)), f"the shipped formula is not finite on {batch.label}"
    return None


def measure_accuracy(claim: Claim, batches: list[Batch], ctx: Context) -> dict[str, float] | None:
    """How far float64, torch and float32 are from the same source in balls; widens nothing.

    Without a ball path it is told how far torch is from float64.
    """
    if BALL not in claim.arithmetics and TORCH not in claim.arithmetics:
        return None
    worst: dict[str, float] = {}
    runs = {FLOAT64: in_float64, TORCH: in_torch, "float32": in_float32}
    if BALL not in claim.arithmetics:
        runs = {TORCH: in_torch}
    formula = claim.shipped
    for batch in batches:
        try:
            args = ev.complete(claim, batch, ctx)
        except (Broken, NotApplicable):
            continue
        asked_as_it_is = claim.relation.expand(args) is args
        exact = _shipped(claim, batch, ctx) if asked_as_it_is else ev.ball_values(claim, formula, args, spread=False)
        if isinstance(exact, Exception):
            continue
        exact = exact if BALL in claim.arithmetics else ev.as_balls(middle(exact))
        for name, run in runs.items():
            if name == TORCH and (TORCH not in claim.arithmetics or not has_torch()):
                continue
            if name == "float32" and ctx.tier.name == "fast":
                continue
            try:
                with np.errstate(all="ignore"):
                    gap = disagreement(run(formula, args), exact)
            except Exception:
                gap = np.inf
            worst[name] = max(worst.get(name, 0.0), gap)
    return worst


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


def check_border(claim: Claim) -> str | None:
    """Bisect to the border of validity; just inside the formula is finite, just outside it raises its sentence."""
    border, requires = claim.domain.border, claim.domain.requires
    if border is None or requires is None:
        return None
    case = {name: np.asarray(value, float)[None] for name, value in claim.domain.witnesses[0].items()}

    def moved(x: float) -> dict[str, Array]:
        return {**case, border.argument: np.array([x])}

    inside, outside = border.inside, border.outside
    for _ in range(60):
        middle_ = (inside + outside) / 2
        inside, outside = (middle_, outside) if bool(requires(**moved(middle_))[0]) else (inside, middle_)
    for step in (1e-3, 1e-8):
        away = step * np.sign(border.inside - border.outside)
        where = f"the border {border.argument} = {inside:.9g}"
        try:
            within = ev.call_formula(claim, claim.shipped, moved(inside + away))
        except Exception as error:
            return f"just inside {where} it raises {type(error).__name__}: {error}"
        if not np.isfinite(within).all():
            return f"not finite just inside {where}"
        try:
            beyond = ev.call_formula(claim, claim.shipped, moved(inside - away))
        except border.error:
            continue
        except Exception as error:
            return f"just outside {where} it raises {type(error).__name__} in place of {border.error.__name__}: {error}"
        return f"just outside {where} it returns {beyond} in place of an error"
    return None


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
        _record(testimony, comparison, batch, truth.grade)
        for mutant in claim.mutants:
            wrong = mutant.plant(lambda estimate: estimate)(estimate=truth_as_balls(truth))
            planted = Estimate(middle(np.atleast_1d(wrong)), np.atleast_1d(truth.error), truth.grade)
            if _caught(claim.relation.compare(claim.shipped, planted, {})):
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

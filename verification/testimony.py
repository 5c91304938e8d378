"""What an oracle says of a claim: its answers held against the formula and against planted mistakes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

import numpy as np

from verification import evidence as ev
from verification import sampling
from verification.arithmetic import in_balls
from verification.balls import middle
from verification.claim import BALL, Claim
from verification.domain import Batch
from verification.estimate import Grade
from verification.evidence import Broken, Context
from verification.mutants import Mutant
from verification.oracles import NotApplicable
from verification.relations import Comparison

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


def counts(testimony: Testimony, claim: Claim) -> bool:
    """An oracle counts when it was heard and refutes every structural mistake on its own."""
    return testimony.heard and all(m.small or m.name in testimony.kills for m in claim.mutants)


def testify(
    claim: Claim, batches: list[Batch], ctx: Context, mutants: tuple[Mutant, ...] | None = None
) -> list[Testimony]:
    """Every oracle on every batch."""
    mutants = claim.mutants if mutants is None else mutants
    testimonies = []
    values = [Values(claim, batch, mutants, ctx) for batch in batches]
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


class Values:
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

    @property
    def on_witnesses(self) -> dict[str, Array]:
        def made() -> dict[str, Array]:
            args = ev.take(self.args, slice(0, self.batch.witnesses))
            as_asked = self.claim.relation.expand(args) is args
            return in_balls(args) if BALL in self.claim.arithmetics and as_asked else args

        return self._once("on witnesses", made)

    @property
    def formula(self) -> Callable[..., Any]:
        """The formula with a memory: most mistakes change only its answer, and ask what was asked before."""
        return self._once("formula", lambda: remembering(self.claim.shipped))

    def shipped(self) -> Array:
        value = shipped_value(self.claim, self.batch, self.ctx)
        return _nowhere(self.claim, self.args) if isinstance(value, Exception) else value

    def draws(self) -> tuple[Array, str]:
        rng = self.ctx.rng("sampler", self.claim.domain.name, self.batch.label)
        return self._once("draws", lambda: _draws(self.claim, self.claim.shipped, rng, self.batch.args))

    def planted(self, mutant: Mutant) -> Array | None:
        """A mistake's values on the witnesses; None when it breaks there instead of being wrong."""

        def value() -> Array | None:
            try:
                out = ev.ball_values(self.claim, mutant.plant(self.formula), self.on_witnesses)
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


def remembering(formula: Callable[..., Any]) -> Callable[..., Any]:
    """The formula, not run again for the same numbers; they are kept, so that none takes another's place."""
    answers: dict[Any, tuple[Any, Any]] = {}

    def name(x: Any) -> Any:
        x = np.asarray(x)
        return x.shape, tuple(map(id, x.flat)) if x.dtype == object else (x.dtype.str, x.tobytes())

    @wraps(formula)
    def again(*unnamed: Any, **args: Any) -> Any:
        key = (*map(name, unnamed), *((k, name(x)) for k, x in args.items()))
        if key not in answers:
            answers[key] = (unnamed, args), formula(*unnamed, **args)
        return answers[key][1]

    return again


def value_of(claim: Claim, formula: Callable[..., Any], args: dict[str, Array]) -> Array:
    """The shipped values; a formula that raises on a valid case yields NaN, which refutes it."""
    try:
        return ev.ball_values(claim, formula, args)
    except Exception:
        return _nowhere(claim, args)


def _nowhere(claim: Claim, args: dict[str, Array]) -> Array:
    size = len(next(iter(ev.questions(claim, args).values())))
    return np.full(size, ev.as_balls(np.nan).item(), dtype=object)


def shipped_value(claim: Claim, batch: Batch, ctx: Context) -> Array | Exception:
    """The formula's values on a batch, worked out once: balls are the dearest of all that is done with it."""

    def value() -> Array | Exception:
        try:
            return ev.ball_values(claim, claim.shipped, args)
        except Exception as error:
            return error

    args = ev.complete(claim, batch, ctx)
    seed = ctx.seed if claim.given or batch.size > batch.witnesses else None
    return ctx.remember(("shipped", claim, batch.label, batch.size, seed), value)


def _hear(testimony: Testimony, oracle: Callable[..., Any], value: Values, ctx: Context) -> None:
    claim, batch, shipped, asked, rows = value.claim, value.batch, value.shipped(), value.asked, value.witness_rows
    if ctx.tier.name == "fast" and getattr(oracle, "costly", False):
        if not batch.witnesses:
            raise NotApplicable("asked on witnesses only in the fast tier")
        batch, shipped, asked = batch.only_witnesses(), shipped[rows], ev.take(asked, rows)
    at_point = getattr(claim.relation, "needs_shipped", False)
    truth = ev.ask_at(claim, oracle, batch, shipped, asked) if at_point else ev.ask(claim, oracle, batch, ctx)
    if not at_point:
        ev.check_shape(truth.value, shipped.shape)
    record(testimony, ev.compare(claim, shipped, truth, asked), batch, truth.grade)
    if not batch.witnesses:
        return
    args = ev.take(asked, rows)
    for mutant in value.mutants:
        planted = value.planted(mutant)
        if planted is None:
            continue
        head = ev.ask_at(claim, oracle, batch, planted, args) if at_point else ev.cut(truth, rows)
        if caught(ev.compare(claim, planted, head, args)):
            testimony.kills.add(mutant.name)


def _hear_sample(testimony: Testimony, oracle: Callable[..., Any], value: Values, ctx: Context, parts: int) -> None:
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
    record(testimony, ev.sampled_excess(claim, shipped, sample, weights, alpha, value.args), batch, Grade.SAMPLED)
    for mutant in value.mutants:
        planted = value.planted(mutant)
        if planted is None:
            continue
        mistaken = shipped.copy()
        mistaken[: batch.witnesses] = planted
        if violated(ev.sampled_excess(claim, mistaken, sample, weights, alpha, value.args))[: batch.witnesses].any():
            testimony.kills.add(mutant.name)


def _hear_draws(testimony: Testimony, oracle: Callable[..., Any], value: Values, ctx: Context, parts: int) -> None:
    claim, batch = value.claim, value.batch
    relation: Any = claim.relation
    alpha = ctx.slot / parts
    truth = ev.ask(claim, oracle, batch, ctx)
    seen, trouble = value.draws()
    if trouble:
        return
    ev.check_shape(truth.value, relation.shape(seen))
    record(testimony, relation.compare_draws(seen, truth, alpha), batch, truth.grade)
    for mutant in value.mutants if batch.witnesses else ():
        # power must not depend on the seed, so a mistake is always drawn with the same one

        def mistaken(mutant: Mutant = mutant) -> tuple[Array, str]:
            return _draws(claim, mutant.plant(claim.shipped), np.random.default_rng(0), batch.head())

        wrong, broken = ctx.remember(("draws", claim, batch.label, mutant.name), mistaken)
        head = ev.cut(truth, slice(0, batch.witnesses))
        if not broken and violated(relation.compare_draws(wrong, head, alpha)).any():
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


def _hear_proof(testimony: Testimony, oracle: Callable[..., Any], value: Values) -> None:
    """A proof speaks of the formula itself, once for a shape."""
    try:
        holds = oracle(value.claim.shipped, value.batch.args)
    except NotApplicable:
        raise
    except Exception as error:
        raise Broken(f"{type(error).__name__}: {error}") from error
    excess = np.array([0.0 if holds else np.inf])
    record(testimony, Comparison(excess, np.zeros(1)), Batch(value.batch.label, {"_": np.zeros(1)}, 0), Grade.PROVED)
    for mutant in value.mutants:
        try:
            wrong = not oracle(mutant.plant(value.claim.shipped), value.batch.args)
        except Exception:
            continue
        if wrong:
            testimony.kills.add(mutant.name)


def caught(comparison: Comparison) -> bool:
    """A mistake falls to a violation, and to support that must be shown and is not."""
    usable = np.ones(len(comparison.excess), bool) if comparison.usable is None else comparison.usable
    missing = np.zeros(len(usable), bool) if comparison.shown is None else ~comparison.shown & usable
    return bool(violated(comparison).any() or missing.any())


def violated(comparison: Comparison) -> Array:
    usable = np.ones(len(comparison.excess), bool) if comparison.usable is None else comparison.usable
    return np.asarray((comparison.excess > 0) & usable)


def record(testimony: Testimony, comparison: Comparison, batch: Batch, grade: Grade) -> None:
    usable = np.ones(len(comparison.excess), bool) if comparison.usable is None else comparison.usable
    if not usable.all():
        testimony.dropped = f"no finite answer on {int((~usable).sum())} of {len(usable)} cases ({batch.label})"
    if not np.isfinite(comparison.radius[usable]).all():
        testimony.dropped = f"infinite radius ({batch.label})"
    bad = violated(comparison)
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


def add_companion(claim: Claim, testimonies: list[Testimony], ctx: Context) -> None:
    """Mistakes in a bound must fall to the pair: the bound, and the equality where it is attained."""
    companion = ctx.claims[claim.tight or ""]
    batches = companion.domain.batches(ctx.seed, 0)
    for other in testify(companion, batches, ctx, claim.mutants):
        for testimony in testimonies:
            if testimony.method == other.method and other.heard and not other.violations:
                testimony.kills |= other.kills

"""What each oracle has to say of a claim: asked once, reused for the formula and for every planted mistake."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from verification import sampling
from verification.arithmetic import call, in_balls, in_float64, parameters
from verification.balls import as_balls, is_finite, middle, radius, working_precision
from verification.claim import BALL, Claim
from verification.domain import Batch
from verification.estimate import Estimate, Sample
from verification.oracles import NotApplicable
from verification.relations import Comparison, truth_as_balls

Array = np.ndarray[Any, Any]

BITS, LADDER_BITS = 128, 300


@dataclass(frozen=True)
class Tier:
    """How much work a run may do: draws a shape, samples at most, and whether costly oracles are asked."""

    name: str
    draws: int
    samples: int
    slow: bool
    hunt: bool


TIERS = {
    "fast": Tier("fast", 4, 64_000, slow=False, hunt=False),
    "default": Tier("default", 16, 256_000, slow=True, hunt=True),
    "deep": Tier("deep", 128, 1_000_000, slow=True, hunt=True),
}


@dataclass
class Context:
    """One run: its seed, tier and budget, the other claims by id, and what oracles already answered."""

    claims: Mapping[str, Claim]
    seed: int = 0
    tier: Tier = TIERS["default"]
    false_alarm: float = 1e-6
    device: str = "cpu"
    data: str = "digits"
    answers: dict[Any, Any] = field(default_factory=dict)

    SLOTS = 1024

    @property
    def slot(self) -> float:
        """A claim's fixed share of the budget: the same whatever else is run."""
        return self.false_alarm / self.SLOTS

    def remember(self, key: Any, make: Callable[[], Any]) -> Any:
        if key not in self.answers:
            self.answers[key] = make()
        return self.answers[key]

    def rng(self, *names: str) -> np.random.Generator:
        """A stream that depends on the seed and on names only."""
        return np.random.default_rng([self.seed, *(zlib.crc32(name.encode()) for name in names)])


class Broken(Exception):
    """An oracle that failed to answer: it is dropped and named, and never refutes."""


def method(oracle: Callable[..., Any]) -> str:
    """How an estimate is made: the module of the oracle, not a label."""
    return oracle.__module__.rsplit(".", 1)[-1]


def oracle_name(oracle: Callable[..., Any]) -> str:
    return f"{method(oracle)}.{oracle.__name__}"


def bits(claim: Claim) -> int:
    return LADDER_BITS if claim.relation.name in ("order", "limit") else BITS


def questions(claim: Claim, args: dict[str, Array]) -> dict[str, Array]:
    with working_precision(bits(claim)):
        return claim.relation.expand(args)


def ask(claim: Claim, oracle: Callable[..., Any], batch: Batch, ctx: Context) -> Estimate:
    """A deterministic oracle's answer on a batch."""

    def answer() -> Estimate | Exception:
        try:
            with working_precision(bits(claim)):
                estimate = call(oracle, questions(claim, batch.args))
        except NotApplicable as reason:
            return reason
        except Exception as error:
            return Broken(f"{type(error).__name__}: {error}")
        return estimate if isinstance(estimate, Estimate) else Broken("no Estimate returned")

    seed = ctx.seed if batch.size > batch.witnesses else None
    key = (oracle, claim.domain, batch.label, batch.size, seed, repr(claim.relation))
    return _answered(ctx.remember(key, answer))


def ask_at(claim: Claim, oracle: Callable[..., Any], batch: Batch, point: Array, args: dict[str, Array]) -> Estimate:
    """An oracle that judges a point shipped by the claim."""
    try:
        estimate = call(oracle, {**args, "point": point})
    except NotApplicable:
        raise
    except Exception as error:
        raise Broken(f"{type(error).__name__}: {error}") from error
    if not isinstance(estimate, Estimate):
        raise Broken("no Estimate returned")
    check_shape(estimate.value, (len(point), *np.shape(estimate.value)[1:]))
    return estimate


def draw(claim: Claim, oracle: Callable[..., Any], batch: Batch, n: int, stream: str, ctx: Context) -> Sample:
    """A sampled oracle's summands on a batch; the stream does not depend on the claim."""

    def answer() -> Sample | Exception:
        rng = ctx.rng(oracle_name(oracle), claim.domain.name, batch.label, stream)
        try:
            sample = call(oracle, {"rng": rng, "n": n, **batch.args}, ("rng", "n", *(parameters(oracle) or ())[2:]))
        except NotApplicable as reason:
            return reason
        except Exception as error:
            return Broken(f"{type(error).__name__}: {error}")
        if not isinstance(sample, Sample):
            return Broken("no Sample returned")
        if np.shape(sample.mean)[:1] != (batch.size,) or np.shape(sample.variance) != np.shape(sample.mean):
            return Broken(f"means of shape {np.shape(sample.mean)} for {batch.size} cases")
        return sample

    key = (oracle, claim.domain, batch.label, batch.size, ctx.seed, ctx.tier.name, n, stream)
    return _answered(ctx.remember(key, answer))


def _answered(answer: Any) -> Any:
    if isinstance(answer, Exception):
        raise answer
    return answer


def complete(claim: Claim, batch: Batch, ctx: Context) -> dict[str, Array]:
    """A batch's arguments with the given quantities, as balls of their oracles' radii."""
    given = {}
    for name, oracle in claim.given.items():
        try:
            given[name] = truth_as_balls(ask(claim, oracle, batch, ctx))
            check_shape(given[name], (batch.size, *given[name].shape[1:]))
        except Broken as reason:
            raise Broken(f"{name} by {oracle_name(oracle)}: {reason}") from reason
        if not is_finite(given[name]).all():
            raise Broken(f"{name} by {oracle_name(oracle)}: no finite answer on {batch.label}")
    return {**batch.args, **given}


def check_shape(value: Any, shape: tuple[int, ...]) -> None:
    """Broadcasting would compare one case with another."""
    if np.shape(value) != shape:
        raise Broken(f"an answer of shape {np.shape(value)} where {shape} is asked")


def ball_values(claim: Claim, formula: Callable[..., Any], args: dict[str, Array], spread: bool = True) -> Array:
    """The formula on the relation's questions, in balls; a float without a ball path is one of its stated accuracy."""
    with working_precision(bits(claim)):
        asked = claim.relation.expand(args) if spread else args
        if BALL in claim.arithmetics:
            return np.asarray(call_formula(claim, formula, in_balls(asked)), dtype=object)
        value = np.asarray(in_float64(_named(claim, formula), asked), float)
        return as_balls(value, claim.accuracy * np.maximum(1, np.abs(value)))


def call_formula(claim: Claim, formula: Callable[..., Any], args: Mapping[str, Any]) -> Any:
    """A formula or a mutant of it: mutants take whatever the shipped one names."""
    names = parameters(claim.shipped)
    return formula(**(args if names is None else {name: args[name] for name in names if name in args}))


def _named(claim: Claim, formula: Callable[..., Any]) -> Callable[..., Any]:
    return lambda **args: call_formula(claim, formula, args)


def take(args: dict[str, Array], rows: slice) -> dict[str, Array]:
    return {name: value[rows] for name, value in args.items()}


def cut(estimate: Estimate, rows: slice) -> Estimate:
    return Estimate(estimate.value[rows], estimate.error[rows], estimate.grade, estimate.link, estimate.certificate)


def compare(claim: Claim, value: Array, truth: Estimate, args: dict[str, Array]) -> Comparison:
    """The relation on values already computed: the formula is not run again for each oracle."""
    with working_precision(bits(claim)):
        return claim.relation.compare(lambda **_: value, truth, args)


def sampled_excess(
    claim: Claim, value: Array, sample: Sample, weights: Array, alpha: float, args: dict[str, Array]
) -> Comparison:
    """Largest violation over cases, and for equalities over one contrast a mistake; alpha is shared by all of them.

    The weights must come from elsewhere than the sample: a contrast chosen by the look has no radius.
    """
    share = alpha / (np.size(sample.mean) + len(weights))
    comparison = compare(claim, value, sampling.as_estimate(sample, share), args)
    if claim.relation.name != "equals" or not len(weights) or np.ndim(sample.mean) != 1:
        return comparison
    with working_precision(bits(claim)):
        linked = np.exp(value) if sample.link == "exp" else value
    gap = sampling.contrast_excess(weights, sample, middle(linked), radius(linked), share * len(weights))
    worst = np.full(len(comparison.excess), float(np.max(gap)))
    return Comparison(np.maximum(comparison.excess, np.where(worst > 0, worst, -np.inf)), comparison.radius,
                      comparison.slack, comparison.usable)  # fmt: skip


def link_scale(value: Array, link: str) -> Array:
    with np.errstate(over="ignore"):
        return np.exp(middle(value)) if link == "exp" else middle(value)

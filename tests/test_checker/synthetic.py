"""Tiny claims with known truth: what the judge must say of them is known before it is asked.

The formula is 2 (x_1 + ... + x_D) + 1; an oracle's method is its module, so each oracle here is given one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from verification.balls import as_balls
from verification.claim import BALL, FLOAT64, OWN, Claim
from verification.domain import Domain
from verification.estimate import Estimate, Grade, Sample
from verification.evidence import Context, Tier
from verification.judge import Verdict, judge
from verification.mutants import Mutant, at, half, negated, scaled
from verification.oracles import sampled
from verification.relations.equals import EQUALS
from verification.testimony import Testimony

Array = np.ndarray[Any, Any]
Oracle = Callable[..., Any]

TIER = Tier("synthetic", 6, 64_000, slow=False, hunt=False)
WITNESSES = ({"x": [1.0]}, {"x": [-0.5]}, {"x": [2.0]}, {"x": [0.5, 0.25]}, {"x": [-2.0, 1.0]})
LINE = WITNESSES[:3]
MISTAKES = (at(x=negated), at(x=half), scaled(1.01))


def linear(x: Any) -> Any:
    """The formula that most of these claims ship."""
    return 2 * x.sum(-1) + 1


def draw(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    for size in (1, 2):
        yield {"x": rng.normal(size=(n, size))}


def draw_line(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    yield {"x": rng.normal(size=(n, 1))}


def in_module(method: str, name: str = "truth") -> Callable[[Oracle], Oracle]:
    """Puts a function into a module of that name, which is what makes it a method of its own."""

    def put(oracle: Oracle) -> Oracle:
        oracle.__module__, oracle.__name__, oracle.__qualname__ = f"synthetic.{method}", name, name
        return oracle

    return put


def answering(
    method: str,
    truth: Callable[[Array], Any] = linear,
    error: Any = 1e-3,
    grade: Grade = Grade.BOUNDED,
    link: str = "identity",
    name: str = "truth",
) -> Oracle:
    """An oracle with a radius."""

    @in_module(method, name)
    def oracle(x: Array) -> Estimate:
        value = np.asarray(truth(x))
        return Estimate(value, np.broadcast_to(np.asarray(error, float), value.shape), grade, link)

    return oracle


def exact(method: str = "balls", truth: Callable[[Array], Any] = linear) -> Oracle:
    """An oracle whose answer is a ball."""

    @in_module(method)
    def oracle(x: Array) -> Estimate:
        return Estimate(as_balls(truth(as_balls(x))), np.zeros(len(x)), Grade.CERTIFIED)

    return oracle


def stating(method: str, sample: Callable[[int, Array], Sample], name: str = "truth") -> Oracle:
    """A sampled oracle that says what it is told to: radii are tested without luck."""

    @sampled
    @in_module(method, name)
    def oracle(rng: np.random.Generator, n: int, x: Array) -> Sample:
        return sample(n, x)

    return oracle


def sampling_from(
    method: str, summands: Callable[[np.random.Generator, int, Array], Array], span: float | None = None, **options: Any
) -> Oracle:
    """A sampled oracle that really draws; summands have shape (cases, n)."""

    @sampled
    @in_module(method)
    def oracle(rng: np.random.Generator, n: int, x: Array) -> Sample:
        values = summands(rng, n, x)
        spread = None if span is None else np.full(len(x), float(span))
        moment = "" if span is not None else "finite variance: by construction"
        return Sample(n, values.mean(1), values.var(1, ddof=1), spread, moment, **options)

    return oracle


def uniform_about(truth: Callable[[Array], Any], width: float = 1.0) -> Callable[..., Array]:
    """Summands truth + width (U - 1/2)."""
    return lambda rng, n, x: np.asarray(truth(x))[:, None] + width * (rng.random((len(x), n)) - 0.5)


def domain(name: str = "points", **changes: Any) -> Domain:
    return Domain(**{"name": name, "witnesses": WITNESSES, "draw": draw, **changes})


def line(name: str = "points on the line", **changes: Any) -> Domain:
    return Domain(**{"name": name, "witnesses": LINE, "draw": None, **changes})


def claim(*oracles: Oracle, **changes: Any) -> Claim:
    """Two agreeing oracles unless others are given."""
    told = oracles or (answering("first"), answering("second"))
    settings: dict[str, Any] = {
        "id": "synthetic.linear",
        "sentence": "The value is 2 sum x + 1.",
        "source": OWN,
        "relation": EQUALS,
        "shipped": linear,
        "oracles": {f"oracle {i}": oracle for i, oracle in enumerate(told)},
        "domain": domain(),
        "mutants": MISTAKES,
        "arithmetics": (FLOAT64, BALL),
        **changes,
    }
    return Claim(**settings)


def context(*claims: Claim, **changes: Any) -> Context:
    return Context(**{"claims": {c.id: c for c in claims}, "tier": TIER, **changes})


def heard(one: Claim, *others: Claim, **changes: Any) -> Verdict:
    return judge(one, context(one, *others, **changes))


def ruling(*oracles: Oracle, **changes: Any) -> str:
    return heard(claim(*oracles, **changes)).verdict


def testimony(verdict: Verdict, method: str) -> Testimony:
    return next(t for t in verdict.testimonies if t.method == method)


def wrong_by(gap: float, where: Callable[[Array], Any] = lambda x: np.ones(len(x), bool)) -> Callable[[Array], Array]:
    """The truth, moved by a gap in some cases."""
    return lambda x: np.asarray(linear(x)) + gap * np.asarray(where(x))


def only_one(x: Array) -> Array:
    return np.asarray(x[:, 0] == -0.5)


def last_shape(x: Array) -> Array:
    return np.full(len(x), x.shape[-1] == 2)


def agreeing() -> tuple[Oracle, Oracle]:
    return answering("a"), answering("b")


def breaking(error: Exception | None = None) -> Callable[..., Any]:
    def formula(*_: Any, **__: Any) -> Any:
        raise error or RuntimeError("no answer")

    return formula


def small(mutant: Mutant) -> Mutant:
    return replace(mutant, small=True)

"""Replays a derivation: of each line, whether it follows from the line before, and by which method that was seen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import sympy as sp
from flint import arb, ctx

from theory.derivations import vocabulary as words
from theory.derivations.derivation import Derivation, Step
from verification.derive.enclosed import BITS, Enclosed
from verification.derive.exact import Exact
from verification.derive.field import Undecided
from verification.derive.meaning import Arithmetic, Meaning, Reading, role
from verification.derive.rules import AT_LEAST, AT_MOST, LETTERS, laws, rewritten

POINTS = 5  # a reading
SECONDS = 4.0  # an attempt at a proof
TIGHT = 1e-25  # what balls must leave open at most where symbols could not be made equal
LADDER = (10, 16, 22, 28)  # t = 2^-m
GROWTH = 8  # a missing order makes 2^18 over the ladder, a bounded ratio little
PROVED, BY_RULE, ENCLOSED, FALSE, UNDECIDED = "proved", "proved by its rule", "enclosed", "does not follow", "undecided"
# What a user's own expression may raise in the middle of its values: the step is undecided, and says why.
BROKEN = (Undecided, ArithmeticError, LookupError, TypeError, AttributeError, ValueError)
VALUELESS = "it has no value at a point of the domain"
DIRECTIONS = {">=": AT_LEAST, ">": AT_LEAST, "<=": AT_MOST, "<": AT_MOST}


@dataclass(frozen=True)
class Counterexample:
    """Simple numbers at which a line does not follow: what they are, and both sides in balls."""

    reading: str
    point: dict[str, str]
    before: str
    after: str


@dataclass(frozen=True)
class Checked:
    """A step with what was found of it; ``how`` says in words what was proved, and in which readings."""

    step: Step
    verdict: str
    how: str = ""
    counterexample: Counterexample | None = None

    @property
    def follows(self) -> bool:
        return self.verdict in (PROVED, BY_RULE, ENCLOSED)


@dataclass(frozen=True)
class _Seen:
    """What balls told: points looked at, the widest gap left open, a counterexample."""

    points: int = 0
    width: float = 0.0
    counterexample: Counterexample | None = None


def replay(derivation: Derivation) -> tuple[Checked, ...]:
    """Every step with its verdict; the first is where the chain begins."""
    checker = _Checker(derivation)
    found = [Checked(derivation.steps[0], PROVED, "the chain begins here")]
    for index in range(1, len(derivation.steps)):
        found.append(checker.step(index))
    return tuple(found)


def as_declared(derivation: Derivation, found: tuple[Checked, ...]) -> bool:
    """Whether every step follows but those that the derivation says do not."""
    return all(
        one.follows if index not in derivation.breaks else one.verdict == FALSE for index, one in enumerate(found)
    )


class _Checker:
    """Values of lines are made once for each reading and point, and serve every step."""

    def __init__(self, derivation: Derivation) -> None:
        self.derivation = derivation
        self.kinds = {s.name: kind for s, kind in derivation.domain.items() if isinstance(kind, str)}
        self.intervals = {str(s): reach for s, reach in derivation.domain.items() if not isinstance(reach, str)}
        self.readings = list(_readings(derivation))
        self.exact: dict[int, Meaning] = {}
        self.balls: dict[tuple[int, int], Meaning] = {}
        free = {s for step in derivation.steps for s in step.expression.free_symbols if isinstance(s, sp.Symbol)}
        self.free = sorted(free, key=str)
        self.troubles: list[str] = []
        self.differs = False

    def step(self, index: int) -> Checked:
        step = self.derivation.steps[index]
        self.troubles, self.differs = [], False
        try:
            before, after = _sides(self.derivation.steps[self.derivation.before(index)].expression, step)
        except BROKEN as error:
            return Checked(step, UNDECIDED, _said(error))
        proof, seen = self._proof(before, after, step), self._look(before, after, step)
        if seen.counterexample is not None:
            if proof:
                return Checked(step, UNDECIDED, f"{proof}, and yet balls disagree", seen.counterexample)
            return Checked(step, FALSE, "both sides enclosed", seen.counterexample)
        told = f"balls at {seen.points} points" if seen.points else "no balls"
        if seen.width:
            told += f", gaps up to {seen.width:.0e}"
        if proof and seen.points:
            return Checked(step, BY_RULE if step.relation in DIRECTIONS else PROVED, f"{proof}; {told}")
        if self.differs and step.relation not in DIRECTIONS and seen.width > TIGHT:
            return Checked(step, UNDECIDED, f"the formulas differ, by no more than balls leave open; {told}")
        if not seen.points or VALUELESS in self.troubles:
            return Checked(step, UNDECIDED, "; ".join(dict.fromkeys([told, *self.troubles])))
        return Checked(step, ENCLOSED, told)

    # ---- proofs ----

    def _proof(self, before: Any, after: Any, step: Step) -> str:
        if step.relation == "~":
            return self._everywhere(lambda r: self._small(before, after, step, r))
        if step.relation not in DIRECTIONS:
            return self._everywhere(lambda r: self._equal(before, after, r))
        for start, end, direction in ((before, after, 1), (after, before, -1)):
            if not self._lawful(start):
                continue
            for new, sign in rewritten(start, step.rule, {**self.derivation.domain, LETTERS: tuple(self.free)}):
                if sign * direction == DIRECTIONS[step.relation]:
                    proof = self._everywhere(lambda r, new=new, end=end: self._equal(new, end, r))
                    if proof:
                        return proof.replace("proved", f"by {step.rule}, the rest proved")
        if step.relation in (">=", "<="):
            return self._everywhere(lambda r: self._equal(before, after, r)).replace("proved", "proved equal")
        return ""

    def _lawful(self, e: Any) -> bool:
        """Whether all that is taken for a law adds up to one, without which no rule on means holds."""
        try:
            return all(
                self._equal(words.Total(law, z), sp.Integer(1), i)
                for law, z in laws(e)
                for i in range(len(self.readings))
            )
        except BROKEN:
            return False

    def _everywhere(self, holds: Any) -> str:
        """The readings in which it was proved, in words; nothing where it was not in the first."""
        proved = []
        for index, reading in enumerate(self.readings):
            try:
                if not holds(index):
                    self.differs = True
                    return ""
            except BROKEN as error:
                self.troubles.append(_said(error))
                self.exact.pop(index, None)
                break
            proved.append(reading)
        return f"proved for {_listed(proved)}" if proved else ""

    def _symbols(self, index: int) -> Meaning:
        if index not in self.exact:
            self.exact[index] = Meaning(Exact(), self.readings[index], self.kinds)
        self.exact[index].arithmetic.field.renew(SECONDS)
        return self.exact[index]

    def _equal(self, before: Any, after: Any, index: int) -> bool:
        meaning, at = self._symbols(index), self._at(self.readings[index])
        if _by_logs(before) and _by_logs(after):
            return bool((meaning.log(before, at) - meaning.log(after, at)).is_zero())
        return all(d.is_zero() for d in _differences(meaning.of(before, at), meaning.of(after, at)))

    def _small(self, before: Any, after: Any, step: Step, index: int) -> bool:
        meaning, at = self._symbols(index), self._at(self.readings[index])
        field, t = meaning.arithmetic.field, meaning.arithmetic.scalar(step.small)
        for d in _differences(meaning.of(before, at), meaning.of(after, at)):
            for _ in range(step.order):
                if not field.at_zero(d, t).is_zero():
                    return False
                d = field.derivative(d, t)
        return True

    # ---- balls ----

    def _look(self, before: Any, after: Any, step: Step) -> _Seen:
        kept, ctx.prec = ctx.prec, BITS
        points, width = 0, 0.0
        try:
            for index in range(len(self.readings)):
                for point in range(POINTS):
                    try:
                        gap = self._at_point(before, after, step, index, point)
                    except ZeroDivisionError as error:  # at this point; there may be others
                        self.troubles.append(_said(error))
                        continue
                    except BROKEN as error:
                        self.troubles.append(_said(error))
                        break
                    if isinstance(gap, Counterexample):
                        return _Seen(points, width, gap)
                    if gap is None:
                        self.troubles.append(VALUELESS)
                    else:
                        points, width = points + 1, max(width, gap)
        finally:
            ctx.prec = kept
        return _Seen(points, width)

    def _point(self, index: int, point: int, fixed: Mapping[str, Fraction] | None = None) -> Meaning:
        balls = Enclosed(0, point, self.intervals)
        balls.chosen.update(fixed or {})
        return Meaning(balls, self.readings[index], self.kinds)

    def _at_point(self, before: Any, after: Any, step: Step, index: int, point: int) -> Any:
        """The gap left open at a point, a counterexample, or None where balls say nothing."""
        if step.relation == "~":
            return self._on_ladder(before, after, step, index, point)
        at = self._at(self.readings[index])
        meaning = self.balls.setdefault((index, point), self._point(index, point))
        gaps = _differences(meaning.of(before, at), meaning.of(after, at))
        if not all(d.is_finite() for d in gaps):
            return None
        sign = DIRECTIONS.get(step.relation, 0)
        if any(_wrong(d, sign, strict=step.relation in "<>") for d in gaps):
            return self._counterexample(before, after, index, self._point(index, point))
        return max(0.0 if sign and d * sign > 0 else float(d.rad()) for d in gaps)

    def _on_ladder(self, before: Any, after: Any, step: Step, index: int, point: int) -> Any:
        """|difference| / t^order along t = 2^-m: it may not grow as t shrinks."""
        at, ratios = self._at(self.readings[index]), []
        for m in LADDER:
            meaning = self._point(index, point, {str(step.small): Fraction(1, 2**m)})
            gaps = _differences(meaning.of(before, at), meaning.of(after, at))
            ratios.append([abs(d) * arb(2) ** (m * step.order) for d in gaps])
        for first, *_, last in zip(*ratios, strict=True):
            if last > GROWTH * first and last > arb(2) ** -20:
                last_one = self._point(index, point, {str(step.small): Fraction(1, 2 ** LADDER[-1])})
                return self._counterexample(before, after, index, last_one)
        return max(float(r.rad()) for r in ratios[-1])

    def _counterexample(self, before: Any, after: Any, index: int, meaning: Meaning) -> Counterexample:
        at = self._at(self.readings[index])
        left, right = _ball(meaning.of(before, at)), _ball(meaning.of(after, at))
        return Counterexample(str(self.readings[index]), _told(meaning.arithmetic), left, right)

    def _at(self, reading: Reading) -> dict[Any, int]:
        """Free letters stand at one value each: the weights are general, so that it stands for all."""
        found: dict[Any, int] = {}
        for letter in self.free:
            if role(letter) in reading.sizes:
                same = sum(1 for other in found if role(other) == role(letter))
                found[letter] = same % reading.sizes[role(letter)]
        return found


def _said(error: BaseException) -> str:
    return str(error) if isinstance(error, Undecided) else f"{type(error).__name__}: {error}"


def _wrong(difference: Any, sign: int, strict: bool) -> bool:
    """Whether a ball says that before - after is not 0, or not of the sign asked."""
    if not sign:
        return not difference.contains(0)
    return bool(difference * sign < 0) or (strict and bool(difference * sign <= 0))


def _readings(derivation: Derivation) -> Iterator[Reading]:
    letters: set[str] = set()
    dims: set[str] = set()
    for step in derivation.steps:
        for node in sp.preorder_traversal(step.expression):
            if isinstance(node, sp.MatrixSymbol):
                dims |= {s.name for n in node.shape for s in n.free_symbols}
            elif isinstance(node, words.Density):
                letters |= {role(x) for x in (*node.args[1][0], *node.args[1][1], *node.args[2], *node.args[3])}
            elif isinstance(node, (words.Table, words.PositiveTable)):
                letters |= {role(x) for x in node.args[1:]}
            elif isinstance(node, (words.Total, words.Mean)) and node.args[1].is_Symbol:
                letters.add(role(node.args[1]))
            elif isinstance(node, words.Count):
                letters.add(role(node.args[0]))
    sizes = dict.fromkeys(letters, (2, 3)) | {role(s): tuple(v) for s, v in derivation.sizes.items()}
    dimensions = dict.fromkeys(dims, (1, 2, 3)) | {s.name: tuple(v) for s, v in derivation.dimensions.items()}
    longest = max([1, *map(len, sizes.values()), *map(len, dimensions.values())])
    for i in range(longest):
        yield Reading(
            {name: v[min(i, len(v) - 1)] for name, v in sorted(sizes.items())},
            {name: v[min(i, len(v) - 1)] for name, v in sorted(dimensions.items())},
        )


def _by_logs(e: Any) -> bool:
    """Whether the logarithm is the simpler thing to compare: a product with powers, or an integral over a vector."""
    if isinstance(e, (words.Named, words.PositiveNamed)):
        return _by_logs(e.args[1])
    positive = bool(e.is_positive) if not isinstance(e, sp.MatrixExpr) else False
    return positive and (e.is_Mul or e.is_Pow or isinstance(e, (sp.exp, words.Normal, words.Total)))


def _sides(before: Any, step: Step) -> tuple[Any, Any]:
    """What must agree: two lines; or, of an equation, its sides with the solution put in, or times a factor."""
    after = step.expression
    if step.relation not in ("=>", "iff"):
        if isinstance(before, sp.Eq) or isinstance(after, sp.Eq):
            raise Undecided("between equations stands => or iff")
        return before, after
    if not (isinstance(before, sp.Eq) and isinstance(after, sp.Eq)):
        raise Undecided("=> and iff stand between equations")
    unknown, value = after.args
    if isinstance(unknown, (sp.Symbol, sp.MatrixSymbol)) and not value.has(unknown) and before.has(unknown):
        return before.lhs.xreplace({unknown: value}), before.rhs.xreplace({unknown: value})
    return (before.lhs - before.rhs) * step.factor, after.lhs - after.rhs


def _listed(readings: list[Reading]) -> str:
    """k = 1, 2, 3; 2, 3 letters; or scalars: what all of them are, in few words."""
    parts = []
    for name in readings[0].dimensions:
        parts.append(f"{name} = {', '.join(dict.fromkeys(str(r.dimensions[name]) for r in readings))}")
    if readings[0].sizes:
        counts = dict.fromkeys(" and ".join(map(str, sorted(set(r.sizes.values())))) for r in readings)
        parts.append(f"{', '.join(counts)} letters")
    return "; ".join(parts) or "all numbers"


def _differences(left: Any, right: Any) -> list[Any]:
    if isinstance(left, list) and isinstance(right, list):
        if len(left) != len(right) or len(left[0]) != len(right[0]):
            raise Undecided("the shapes differ")
        return [x - y for a, b in zip(left, right, strict=True) for x, y in zip(a, b, strict=True)]
    if isinstance(left, list) or isinstance(right, list):
        raise Undecided("one side is a matrix and the other is a number")
    return [left - right]


def _told(balls: Arithmetic) -> dict[str, str]:
    """The numbers of a point, by name."""
    return {_name(key): _number(value) for key, value in balls.chosen.items() if not _is_part(key)}


def _is_part(key: Any) -> bool:
    return isinstance(key, tuple) and key[0] in ("side", "cell")


def _name(key: Any) -> str:
    if not isinstance(key, tuple):
        return str(key)
    name, *rest = key
    if len(rest) == 2 and isinstance(rest[0], tuple):
        context, values = rest
        inner = ",".join(map(str, values)) + ("|" + ",".join(map(str, context)) if context else "")
        return f"weight {name}({inner})"
    return f"{name}({','.join(map(str, rest))})"


def _number(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join("[" + ", ".join(map(str, row)) + "]" for row in value) + "]"
    return str(value)


def _ball(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join("[" + ", ".join(_ball(x) for x in row) + "]" for row in value) + "]"
    return str(value.str(12)) if isinstance(value, arb) else str(value)

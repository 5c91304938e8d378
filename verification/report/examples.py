"""Counterexamples for reading, and why they refute: six digits a number, the head of a long list."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from verification.report.schema import Claim
from verification.report.wording import interval, power, value

DIGITS = 6
# A list of so many entries is shown whole, as long as all that is nested in its case is not more than MANY numbers.
WHOLE, HEAD, MANY = 6, 3, 24


def brief(thing: Any, digits: int = DIGITS, whole: int = WHOLE) -> str:
    """A number, or nested lists of them, with few digits and the rest of long lists counted.

    >>> brief([0.1234567891, 2.0, 1e-30]), brief(list(range(15)))
    ('[0.123457, 2, 1e-30]', '[0, 1, 2, …, 12 more]')
    """
    if isinstance(thing, (list, tuple)):
        if size(thing) > MANY:
            whole = HEAD
        shown = [brief(inner, digits, whole) for inner in (thing if len(thing) <= whole else thing[:HEAD])]
        more = [f"…, {len(thing) - len(shown)} more"] if len(shown) < len(thing) else []
        return "[" + ", ".join(shown + more) + "]"
    if isinstance(thing, float):
        if math.isfinite(thing) and thing.is_integer() and abs(thing) < 10.0**digits:
            return str(int(thing))
        return f"{thing:.{digits}g}".replace("e-0", "e-").replace("e+0", "e+")
    return str(thing)


def case(args: Mapping[str, Any]) -> str:
    """The arguments of a case in a line.

    >>> case({"beta": 0.5, "mu": [0.0, 1.0]})
    'beta = 0.5, mu = [0, 1]'
    """
    return ", ".join(f"{name} = {brief(value)}" for name, value in args.items())


def size(thing: Any) -> int:
    """How many numbers nested lists hold.

    >>> size([[1, 2], [3]])
    3
    """
    return sum(map(size, thing)) if isinstance(thing, (list, tuple)) else 1


def pair(one: Any, other: Any) -> tuple[str, str]:
    """Two values with as many digits as tell them apart, six at least.

    >>> pair(0.25, 0.5), pair(1.00000001, 1.0)
    (('0.25', '0.5'), ('1.00000001', '1'))
    """
    for digits in (DIGITS, 9, 12, 17):
        told = brief(one, digits), brief(other, digits)
        if told[0] != told[1]:
            break
    return told


def reason(claim: Claim) -> str:
    """Why the verdict is what it is; a strict inequality met by equality is not said to be off by the least double."""
    told = re.sub(r"off by at least 2\.23e-308 beyond the radius", "not strictly apart: both are equal", claim.reason)
    if claim.relation == "order":
        return re.sub(r"off by at least (\S+) beyond", r"order or coefficient off by at least \1 beyond", told)
    return told


def why(claim: Claim) -> str:
    """The reason as a sentence of its own, unless it begins with a name."""
    told = reason(claim)
    return told[:1].upper() + told[1:] if re.match(r"[a-z]+(?![\w.])", told) else told


def strictly(claim: Claim) -> str:
    """What two equal sides were to be, where that is all that refutes a claim: less, greater or apart."""
    found = re.match(r"not strictly (\w+): both are equal", reason(claim))
    return found[1] if found else ""


def apart(claim: Claim) -> str:
    """What the formula and the truth are at the counterexample.

    >>> from verification.report.schema import Claim, Counterexample
    >>> facts = dict(id="a", document="d", statement="", relation="bias", expected="refuted", verdict="refuted")
    >>> apart(Claim(**facts, counterexample=Counterexample(shipped=0.0, truth=0.5, radius=0.0)))
    'the formula gives 0, the truth is 0.5'
    >>> equal = Counterexample(shipped=[0.0], truth=[0.0], radius=[0.0])
    >>> apart(Claim(**facts, reason="not strictly less: both are equal (k = 1; balls)", counterexample=equal))
    'the formula is not strictly less than the truth: both are [0]'
    """
    example = claim.counterexample
    if example is None:
        return ""
    given, truth = told_apart(claim)
    side = strictly(claim)
    if side:
        than = "from" if side == "apart" else "than"
        return f"the formula is not strictly {side} {than} the truth: both are {given}"
    return f"the formula gives {given}, the truth is {truth}"


def told_apart(claim: Claim) -> tuple[str, str]:
    """The formula's value and the truth at the counterexample, the truth as an interval where that is wide."""
    example = claim.counterexample
    if example is None:
        return "", ""
    given, truth = pair(_plain(example.shipped), _plain(example.truth))
    x, r = value(example.truth), value(example.radius)
    wide = x is not None and r is not None and r > 1e-6 * abs(x)
    return given, interval(x, r) if wide else truth


def _plain(number: Any) -> Any:
    """Words that stand for NaN and infinity as the page has them."""
    return power(number) if isinstance(number, str) and value(number) is not None else number

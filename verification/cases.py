"""A case that a user typed: read as it is printed, and checked before any formula or oracle sees it."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any

from verification.console import Refusal

if TYPE_CHECKING:
    from verification.claim import Claim

# What each argument's axes are called, by its name without digits and its number of axes.
AXES = {
    ("mu", 1): "k",
    ("mu", 2): "N k",
    ("Sigma", 2): "k k",
    ("Sigma", 3): "N k k",
    ("W", 2): "D k",
    ("noise", 0): "",
    ("beta", 0): "",
    ("alpha", 0): "",
}


def parse_case(text: str) -> dict[str, Any]:
    """The arguments of a case, written as ``name=value`` with Python numbers and lists; Refusal where it is not so.

    >>> parse_case("mu=[0] Sigma=[[0.25]], beta=0.5")
    {'mu': [0], 'Sigma': [[0.25]], 'beta': 0.5}
    """
    names = list(re.finditer(r"([A-Za-z_]\w*)\s*=", text))
    if not names or text[: names[0].start()].strip(" ,;"):
        raise Refusal(f'--at {text!r} is not a case; write it as "mu=[0] Sigma=[[0.25]] beta=0.5".')
    case: dict[str, Any] = {}
    for name, following in zip(names, [*names[1:], None], strict=True):
        if name[1] in case:
            raise Refusal(f"--at names {name[1]} twice.")
        case[name[1]] = _number_or_list(name[1], text[name.end() : following.start() if following else None])
    return case


def _number_or_list(name: str, text: str) -> Any:
    value = text.strip(" ,;\n\t")
    try:
        # Counterexamples print these three bare, and Python has no literals for them.
        plain = re.sub(r"\b(nan|inf)\b", lambda word: {"nan": "None", "inf": "1e999"}[word[0]], value)
        return _with_nan(ast.literal_eval(plain))
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        raise Refusal(f"--at: {name}={value!r} is not a number or a list of numbers.") from None


def _with_nan(value: Any) -> Any:
    if value is None:
        return float("nan")
    if isinstance(value, (list, tuple)):
        return [_with_nan(inner) for inner in value]
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError
    return value


def fitting(claim: Claim, case: dict[str, Any]) -> dict[str, Any]:
    """The case as arrays of the shapes that the claim takes; Refusal where shapes or values cannot be."""
    import numpy as np

    from theory.validation import check_covariance, check_numbers, check_shapes

    example = claim.domain.witnesses[0] if claim.domain.witnesses else {}
    arrays: dict[str, Any] = {}
    for name, value in case.items():
        try:
            array = np.asarray(value, float)
        except ValueError:
            raise Refusal(f"--at: the rows of {name} differ in length.") from None
        axes = np.ndim(example.get(name, array))
        if array.ndim != axes and array.size == 1:
            array = array.reshape((1,) * axes)
        if array.ndim != axes:
            shown = np.asarray(example[name], float).tolist()
            raise Refusal(f"--at: {name} has {array.ndim} axes and {claim.id} takes {axes}, as in {shown}.")
        arrays[name] = array
    known = {name: AXES[kind] for name, array in arrays.items() if (kind := (name.rstrip("01"), array.ndim)) in AXES}
    try:
        check_shapes({name: arrays[name] for name in known}, known)
        for name, array in arrays.items():
            check_numbers(name, array)
            if known.get(name, "").endswith("k k"):
                check_covariance(name, array)
    except ValueError as error:
        raise Refusal(f"--at: {error}") from None
    requires = claim.domain.requires
    if requires is not None and set(arrays) == set(example):
        inside = requires(**{name: array[None] for name, array in arrays.items()})
        if not np.all(inside):
            raise Refusal(f"--at: the case is outside the claim's domain ({claim.domain.name}).")
    return arrays


def beyond(claim: Claim, case: dict[str, Any]) -> str | None:
    """A sentence where a case lies where none of the claim's own cases does, though nothing forbids it; else None."""
    import numpy as np

    from verification.balls import middle

    seen: dict[str, Any] = {}
    for batch in claim.domain.batches(0, 16):
        for name, values in batch.args.items():
            seen.setdefault(name, []).append(middle(values) if values.dtype == object else values)
    for name, value in case.items():
        if name not in seen:
            continue
        if np.ndim(value) == 0:
            reach = np.concatenate([np.ravel(values) for values in seen[name]])
            if not reach.min() <= value <= reach.max():
                return (
                    f"{name} = {float(value):g} lies outside what {claim.id} was judged on "
                    f"({claim.domain.name}: {name} from {reach.min():g} to {reach.max():g})."
                )
        elif name.startswith("log_") and all(_laws(values) for values in seen[name]) and not _laws(value):
            total = np.exp(np.logaddexp.reduce(value, axis=-1)).ravel()
            worst = total[np.argmax(np.abs(total - 1))]
            return (
                f"{name} is no law: exp({name}) sums to {worst:.6g}, and to 1 in all cases that {claim.id} was "
                f"judged on ({claim.domain.name})."
            )
    return None


def _laws(values: Any) -> bool:
    """Whether every last axis holds the logarithms of a law."""
    import numpy as np

    return bool(np.all(np.abs(np.logaddexp.reduce(np.asarray(values, float), axis=-1)) < 1e-6))


def answer(said: dict[str, Any]) -> str:
    """What an oracle says of the formula at a case."""
    if "value" not in said:
        return f"no answer: {said.get('not answered', 'not covered')}"
    if not said["decides"]:
        return f"no answer: {said['value']}, radius {said['radius']}"
    return f"{said['value']}, radius {said['radius']}, the formula {'is outside' if said['violates'] else 'agrees'}"

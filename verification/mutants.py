"""Mistakes that people make, as combinators on a formula's arguments and result, each named by what it does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from verification.balls import object_inverse

Formula = Callable[..., Any]


@dataclass(frozen=True)
class Mutant:
    """A planted mistake: ``plant(shipped)`` is the mistaken formula. A ``small`` one need fall to a single oracle
    only."""

    name: str
    plant: Callable[[Formula], Formula]
    small: bool = False


def one_minus(x: Any) -> Any:
    return 1 - x


def square(x: Any) -> Any:
    """Standard deviations read as variances: every entry of a diagonal scale squared, matrix product for a full one."""
    return x @ x


def inverse(x: Any) -> Any:
    return object_inverse(x) if x.dtype == object else np.linalg.inv(x)


def half(x: Any) -> Any:
    return x / 2


def double(x: Any) -> Any:
    return 2 * x


def zero(x: Any) -> Any:
    return 0 * x


def negated(x: Any) -> Any:
    return -x


def transposed(x: Any) -> Any:
    return x.swapaxes(-1, -2)


def first_only(x: Any) -> Any:
    """One posterior in place of all."""
    return 0 * x + x[:, :1]


def identity_matrix(x: Any) -> Any:
    return 0 * x + np.eye(x.shape[-1])


def columns_reversed(x: Any) -> Any:
    return x[..., ::-1]


def first_column(x: Any) -> Any:
    """One column in place of all."""
    return x[..., :1]


def last_zero(x: Any) -> Any:
    """The last entry 0: one dimension left out."""
    return x * (np.arange(x.shape[-1]) < x.shape[-1] - 1).astype(int)


def all_first(x: Any) -> Any:
    """The first entry in the place of each."""
    return 0 * x + x[..., :1]


def exchange(x: Any) -> Any:
    """The matrix that exchanges first and last."""
    return 0 * x + np.eye(x.shape[-1])[::-1]


SHOWN: dict[Any, str] = {
    one_minus: "1 - {}", square: "{}^2", inverse: "{}^-1", half: "{}/2", double: "2 {}", zero: "0", negated: "-{}",
    transposed: "{}'", first_only: "{} of the first only", identity_matrix: "I",
    first_column: "the first column of {}", columns_reversed: "{} in reverse order",
    last_zero: "{} without the last",
    all_first: "the first of {} in each place", exchange: "a permutation",
}  # fmt: skip


def at(**changes: Callable[[Any], Any]) -> Mutant:
    """The formula at changed arguments: ``at(beta=one_minus)``."""

    def plant(formula: Formula) -> Formula:
        return lambda **args: formula(**{k: changes[k](v) if k in changes else v for k, v in args.items()})

    return Mutant(", ".join(f"{name} -> {SHOWN[f].format(name)}" for name, f in changes.items()), plant)


def swapped(first: str, second: str) -> Mutant:
    """Two arguments in each other's place."""

    def plant(formula: Formula) -> Formula:
        return lambda **args: formula(**{**args, first: args[second], second: args[first]})

    return Mutant(f"{first} and {second} swapped", plant)


def scaled(factor: float) -> Mutant:
    """The result times a factor; one within 5 % of 1 counts as a small mistake."""
    return Mutant(f"result x {factor:g}", lambda f: lambda **a: f(**a) * factor, small=abs(factor - 1) < 0.05)


def plus(name: str, extra: Callable[..., Any]) -> Mutant:
    """The result plus a term computed from the arguments: a lost or an added term."""

    def plant(formula: Formula) -> Formula:
        return lambda **args: formula(**args) + extra(**args)

    return Mutant(name, plant)


def shifted(by: float) -> Mutant:
    """The result plus a constant number of nats; one below 0.05 counts as a small mistake."""
    return Mutant(f"result + {by:g}", lambda f: lambda **a: f(**a) + by, small=abs(by) < 0.05)


def replaced(name: str, other: Formula) -> Mutant:
    """Another formula in place of the shipped one."""
    return Mutant(name, lambda _: other)


def _log_N(mu: Any, **_: Any) -> float:
    return float(np.log(mu.shape[1]))


def _log_N_of_Sigma(Sigma: Any, **_: Any) -> float:
    return float(np.log(Sigma.shape[1]))


plus_log_N = plus("log N added", _log_N)
plus_log_N_of_Sigma = plus("log N added", _log_N_of_Sigma)

reversed_effect = Mutant("effect reversed", lambda f: lambda **a: -f(**a))
absent = Mutant("no effect", lambda f: lambda **a: 0 * f(**a))

"""The formulas of `theory`, by name: with the axes of their arguments, and arguments made of symbols."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property, partial
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import sympy as sp

import theory
from theory import mixing
from theory.derivations.components import kind
from theory.derivations.differentials import Square
from theory.derivations.tracing import NoForm
from theory.derivations.vocabulary import dimension
from theory.validation import _inside
from verification.derive.on_balls import on_balls
from verification.run import BadInput

N = 2  # components, where a formula has some
# What a formula asks for besides arrays, where a derivative is looked at
SETTINGS = {"N": 3, "m": 2, "family": "full"}
# Several ways to ask for the same, and what is gone through one by one: some of a size that is said
SETTINGS_OF: dict[str, dict[str, Any]] = {
    "importance.expected_iw_elbo": {"m": 3},
    "mixing": {"prior": mixing.LOGISTIC},
    "sparse_precision": {"separator": (1,), "family": "diagonal"},
    "grae.column_estimate": {"columns": (0, 1)},
}
FIXED: dict[str, dict[str, int]] = {
    "brackets.mixture_upper": {"K": 2},
    "brackets.refitted": {"K": 2},
    "controls.knot_weights": {"T": 3},
    "controls.interpolant": {"T": 3},
    "controls.interpolant_mean": {"T": 3},
    "controls.clipped_values": {"T": 2},
    "envelope.log_mass": {"N": 2},
    "linear_vae_noise.best_noise": {"k": 3, "d": 2},
    "linear_vae_noise.rate": {"k": 3, "d": 2},
    "linear_vae_noise.optimum": {"k": 3, "d": 2},
    **{f"sparse_precision.separated_{of}": {"k": 3} for of in ("precision", "cost", "covariance", "covariance_cost")},
    "entropy_estimators.stratified": {"B": 3},
    "entropy_estimators.stratified_by_column": {"B": 3},
    "strata.adaptive_wealth": {"N": 3},
    "strata.pass_wealth": {"N": 3},
    "strata.remainder_wealth": {"N": 3},
}
# Inner functions whose answer stays one in derivatives, which would be too long with all that it is made of
PARTS: dict[str, tuple[str, ...]] = {"brackets.refitted": ("_log_shares",)}
# Of the letters but k: with less it is cut off at 0 and 1, and has no inverse
LEAST = {"confidence.bernstein_interval": 12, "rotations.procrustes": 3}
SIZES: dict[str, Callable[[int], int]] = {"k": lambda k: k, "D": lambda k: k + 1}


# Closed forms that take floats alone: with other words for what they have of NumPy and SciPy they run on balls
FOR_FLOATS = (
    "certificate.information_from_log_ratios",
    "confidence.paired_interval",
    "deterministic.smallest_beta",
    "marginals.error_bound",
    "rotations.procrustes",
)


@dataclass(frozen=True)
class Formula:
    """A public function of `theory` with the axes of its arguments."""

    name: str
    function: Callable[..., Any]
    axes: Mapping[str, str]

    def kind(self, argument: str) -> str:
        own = self.axes[argument]
        return "covariance" if own.endswith(("k k", "D D")) else kind(argument, own)

    @property
    def kinds(self) -> dict[str, str]:
        return {name: self.kind(name) for name in self.axes}

    def raw(self, **arguments: Any) -> Any:
        """The formula without its checks, which look at values."""
        token = _inside.set(True)
        try:
            run = partial(on_balls, self.function) if self.name in FOR_FLOATS else inspect.unwrap(self.function)
            return run(**arguments, **self.settings)
        finally:
            _inside.reset(token)

    @cached_property
    def settings(self) -> dict[str, Any]:
        """What it asks for besides arrays and has no default for."""
        asked = inspect.signature(self.function).parameters.values()
        given = SETTINGS | _by_start(SETTINGS_OF, self.name)
        return {
            p.name: given[p.name] for p in asked if p.name not in self.axes and p.default is p.empty and p.name in given
        }

    @cached_property
    def fixed(self) -> dict[str, int]:
        """Axes whose size it goes through one by one, and the size at which it is looked at."""
        own = {letter.rstrip("'") for axes in self.axes.values() for letter in axes.split()}
        return {letter: size for letter, size in FIXED.get(self.name, {}).items() if letter in own}

    @cached_property
    def symbols(self) -> dict[str, Any]:
        """Arguments of symbolic size. NoForm: they have axes over components or letters."""
        found = {}
        for name, own in self.axes.items():
            sizes = [dimension(letter.rstrip("'")) for letter in own.split()]
            if len(sizes) > 2 or {s.name for s in sizes} - set(SIZES):
                raise NoForm(f"{name} has the axes {own}")
            square = len(set(sizes)) < len(sizes)
            symbol = Square if square and self.kind(name) == "any" else sp.MatrixSymbol
            found[name] = symbol(name, *sizes, *[1] * (2 - len(sizes))) if sizes else _scalar(name)
        return found

    def dimensions(self, k: int) -> dict[str, int]:
        """The size of every axis in dimension k: one more output than latents, two components."""
        return {name: size(k) for name, size in SIZES.items()}

    def entries(self, k: int) -> dict[str, Any]:
        """Arguments as object arrays of symbols, in dimension k."""
        found = {}
        for name, own in self.axes.items():
            shape = tuple(self.dimensions(k).get(letter.rstrip("'"), N) for letter in own.split())
            array = np.empty(shape, dtype=object)
            for index in np.ndindex(*shape):
                place = index
                if self.kind(name) != "any":
                    place = (*index[:-2], *sorted(index[-2:]))
                array[index] = sp.Symbol("_".join([name, *map(str, place)]), real=True) if shape else _scalar(name)
            found[name] = array
        return found

    @property
    def further(self) -> list[str]:
        """Arguments that are no arrays and have no default."""
        given = inspect.signature(self.function).parameters.values()
        own = {*self.axes, *self.settings}
        return [p.name for p in given if p.name not in own and p.default is p.empty]


def _by_start(table: dict[str, dict[str, Any]], name: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for start, own in table.items():
        found |= own if name.startswith(start) else {}
    return found


def _scalar(name: str) -> Any:
    return sp.Symbol(name, positive=True)


def formula(name: str) -> Formula:
    """A formula by its dotted name, ``implicit_prior.log_component_integral``. BadInput: there is none."""
    place, _, last = name.removeprefix("theory.").rpartition(".")
    try:
        found = getattr(import_module(f"theory.{place}"), last) if place else None
    except (ImportError, AttributeError):
        found = None
    if not inspect.isfunction(found) or "axes" not in found.__code__.co_freevars:
        same = [known for known in all_names() if last and known.endswith(f".{last}")]
        close = same or get_close_matches(name, all_names(), 1)
        near = f"; the nearest name is {close[0]}" if close else "; a name is written as gaussian.kl_to_prior"
        raise BadInput(f"theory has no formula called '{name}'{near}")
    closure = dict(zip(found.__code__.co_freevars, found.__closure__ or (), strict=True))
    return Formula(name.removeprefix("theory."), found, dict(closure["axes"].cell_contents))


def all_names() -> list[str]:
    """Dotted names of the formulas in the modules of `theory` itself."""
    found = []
    for path in sorted(Path(theory.__file__).parent.glob("*.py")):
        module = import_module(f"theory.{path.stem}") if path.stem != "__init__" else theory
        for name, thing in vars(module).items():
            if inspect.isfunction(thing) and thing.__module__ == module.__name__ and not name.startswith("_"):
                found.append(f"{path.stem}.{name}")
    return found

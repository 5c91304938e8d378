"""One formula in several arithmetics: balls for the judge; float64, torch and float32 for what users run."""

from __future__ import annotations

import importlib.util
import inspect
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import numpy as np

from verification.balls import as_balls, middle, radius

Array = np.ndarray[Any, Any]


@cache
def has_torch() -> bool:
    return importlib.util.find_spec("torch") is not None


@cache
def parameters(formula: Callable[..., Any]) -> tuple[str, ...] | None:
    """Names that the formula takes; None when it takes any."""
    names = []
    for parameter in inspect.signature(formula).parameters.values():
        if parameter.kind is parameter.VAR_KEYWORD:
            return None
        names.append(parameter.name)
    return tuple(names)


def call(formula: Callable[..., Any], args: Mapping[str, Any], names: tuple[str, ...] | None = None) -> Any:
    """The formula at the arguments that it names."""
    names = parameters(formula) if names is None else names
    return formula(**(args if names is None else {name: args[name] for name in names if name in args}))


def in_balls(args: Mapping[str, Array]) -> dict[str, Array]:
    return {name: as_balls(value) for name, value in args.items()}


def _mids(args: Mapping[str, Array]) -> dict[str, Array]:
    return {name: middle(value) if value.dtype == object else value for name, value in args.items()}


def in_float64(formula: Callable[..., Any], args: Mapping[str, Array]) -> Array:
    return np.asarray(call(formula, _mids(args)), float)


def in_float32(formula: Callable[..., Any], args: Mapping[str, Array]) -> Array:
    return np.asarray(call(formula, {k: v.astype(np.float32) for k, v in _mids(args).items()}), float)


def in_torch(formula: Callable[..., Any], args: Mapping[str, Array]) -> Array:
    import torch

    return np.asarray(call(formula, {k: torch.as_tensor(v) for k, v in _mids(args).items()}).numpy(), float)


def disagreement(value: Array, exact: Array) -> float:
    """Largest |value - ball| / (1 + |ball|) beyond the ball's own radius; infinite when one side is NaN alone."""
    mid = middle(exact)
    with np.errstate(invalid="ignore"):
        gap = np.maximum(np.abs(value - mid) - radius(exact), 0) / (1 + np.abs(mid))
    gap = np.where((value == mid) | (np.isnan(value) & np.isnan(mid)), 0, gap)
    return float(np.max(np.where(np.isnan(gap), np.inf, gap), initial=0))

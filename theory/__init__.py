"""Closed forms of the beta-VAE's theory, on NumPy, torch, python-flint balls and SymPy alike.

>>> import theory
>>> float(theory.gaussian.kl_to_prior([1.0, 1.0], [[1.0, 0.0], [0.0, 1.0]]))
1.0
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

__all__ = [
    "aggregate",
    "arrays",
    "confidence",
    "elbo",
    "envelope",
    "existence",
    "explaining_away",
    "finite",
    "gaussian",
    "implicit_prior",
    "infomax",
    "information",
    "joint",
    "linear_gaussian",
    "mixture",
    "objects",
    "printed",
    "validation",
]


def __getattr__(name: str) -> ModuleType:
    if name in __all__:
        return import_module(f"theory.{name}")
    raise AttributeError(f"module 'theory' has no attribute '{name}'")


def __dir__() -> list[str]:
    return __all__

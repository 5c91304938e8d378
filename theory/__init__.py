"""Closed forms of the beta-VAE's theory, on NumPy, torch, python-flint balls and SymPy alike.

>>> import theory
>>> float(theory.gaussian.kl_to_prior([1.0, 1.0], [[1.0, 0.0], [0.0, 1.0]]))
1.0
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__all__ = [
    "aggregate",
    "arrays",
    "bracket",
    "brackets",
    "certificate",
    "certify",
    "confidence",
    "controls",
    "decoder",
    "deterministic",
    "disentanglement",
    "elbo",
    "entropy_estimators",
    "envelope",
    "existence",
    "explaining_away",
    "families",
    "finite",
    "gaussian",
    "grae",
    "gram",
    "implicit_prior",
    "importance",
    "infomax",
    "information",
    "joint",
    "kernels",
    "linear_gaussian",
    "linear_vae",
    "linear_vae_fit",
    "linear_vae_noise",
    "marginals",
    "mixing",
    "mixture",
    "objects",
    "observation",
    "plans",
    "population",
    "posteriors",
    "printed",
    "rotations",
    "samples_needed",
    "sparse_precision",
    "strata",
    "taylor",
    "validation",
]
HOMES = {"bracket": "brackets", "certify": "certificate", "samples_needed": "certificate"}  # of functions


def __getattr__(name: str) -> Any:
    if name in HOMES:
        return getattr(import_module(f"theory.{HOMES[name]}"), name)
    if name in __all__:
        return import_module(f"theory.{name}")
    raise AttributeError(f"module 'theory' has no attribute '{name}'")


def __dir__() -> list[str]:
    return __all__

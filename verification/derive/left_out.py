"""Formulas that have no derivative here, each with the reason; a test holds the lists against a sweep over them all."""

from __future__ import annotations

from verification.run import BadInput


class NoDerivative(BadInput):
    """A formula that has none, in one sentence."""


_BOUND = "it is a bisection over numbers, whose answer follows no formula"
_COMPILED = "it is computed from float64 numbers by compiled or numerical routines"
_DRAWS = "it draws at random"
_YES_NO = "it answers yes or no"

LEFT_OUT: dict[str, str] = {
    "certificate.information_from_log_ratios": _COMPILED,
    "confidence.betting_interval": _BOUND,
    "confidence.paired_interval": _COMPILED,
    "confidence.log_normalizer_interval": _DRAWS,
    "deterministic.smallest_beta": _COMPILED,
    "envelope.log_mass": _COMPILED,
    "envelope.sample": _DRAWS,
    "existence.exists": _YES_NO,
    "marginals.marginals": _COMPILED,
    "marginals.error_bound": _COMPILED,
    "rotations.procrustes": _COMPILED,
    "sparse_precision.sparse_precision": _COMPILED,
}

"""Formulas that have no derivative here, each with the reason: a test holds the list against a sweep over them all."""

from __future__ import annotations

from verification.run import BadInput


class NoDerivative(BadInput):
    """A formula that has none, in one sentence."""


LEFT_OUT: dict[str, str] = {}

"""Traps in the libraries that the oracles stand on, checked at the start of every run."""

from __future__ import annotations

from functools import cache

from verification.arithmetic import has_torch
from verification.oracles import self_checks


@cache
def failing(everything: bool) -> dict[str, str]:
    """Oracle module -> what its dependency gets wrong here; empty when every guard holds.

    Without ``everything`` the traps of SymPy and torch are left out: for runs that ask no oracle of theirs.
    """
    checks = self_checks.run(symbols=everything, tensors=everything and has_torch())
    return {check.guards: check.sentence for check in checks if not check.ok}

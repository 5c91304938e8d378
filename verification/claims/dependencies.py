"""Traps in the libraries that the oracles stand on, checked at the start of every run."""

from __future__ import annotations

from functools import cache

from verification.oracles import self_checks


@cache
def failing() -> dict[str, str]:
    """Oracle module -> what its dependency gets wrong here. Empty when every guard holds."""
    return {check.guards: check.sentence for check in self_checks.run() if not check.ok}

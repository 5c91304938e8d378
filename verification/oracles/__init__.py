"""Independent ways to know a number: each module is one method, each function an oracle on named arrays.

An oracle takes arrays with one leading batch axis and returns one :class:`~verification.estimate.Estimate` of shape
``(B,)``. Oracles import nothing of ``theory`` and share no function between modules beyond NumPy, SciPy and
python-flint.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

Oracle = TypeVar("Oracle", bound=Callable[..., Any])


class NotApplicable(Exception):
    """The oracle does not cover these shapes or values; the message is the one reason."""


def sampled(oracle: Oracle) -> Oracle:
    """Mark ``f(rng, n, **arrays) -> Sample``."""
    oracle.sampled = True  # type: ignore[attr-defined]
    return oracle


def slow(oracle: Oracle) -> Oracle:
    """Mark an oracle that the fast tier leaves out: over 30 ms a case, or it imports SymPy."""
    oracle.slow = True  # type: ignore[attr-defined]
    return oracle


def costly(oracle: Oracle) -> Oracle:
    """Mark an oracle of some 10 to 30 ms a case: the fast tier asks it on witnesses only."""
    oracle.costly = True  # type: ignore[attr-defined]
    return oracle

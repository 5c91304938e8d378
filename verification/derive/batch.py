"""All derivations replayed, in workers; and which derivations lead to which claim: what a report asks for.

``replay_all(jobs=2)`` gives the dictionaries of `verification.derive.as_dict`, in the order of the package;
``by_claim()`` maps a claim's id to the ids of its derivations. A derivation takes a second or less, all of them about
half a minute of one core.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

from theory.derivations import all_derivations
from verification.derive.text import replayed

Progress = Callable[[int, int, str], None]


def by_claim() -> dict[str, tuple[str, ...]]:
    """Ids of derivations by the claim they lead to.

    >>> by_claim()["hoffman.eq11"][0]
    'hoffman.eq11'
    """
    found: dict[str, list[str]] = defaultdict(list)
    for derivation in all_derivations().values():
        for claim in derivation.claims:
            found[claim].append(derivation.id)
    return {claim: tuple(ids) for claim, ids in found.items()}


def replay_all(
    ids: Sequence[str] | None = None, *, jobs: int | None = None, progress: Progress | None = None
) -> list[dict[str, Any]]:
    """The replays of the shipped derivations named, all of them for None, one worker a core by default."""
    wanted = list(all_derivations() if ids is None else ids)
    jobs = min(jobs or os.cpu_count() or 1, len(wanted))
    if jobs <= 1:
        return [_told(replayed(one), place, wanted, progress) for place, one in enumerate(wanted)]
    with ProcessPoolExecutor(jobs, mp_context=get_context("fork")) as pool:
        found = pool.map(replayed, wanted)
        return [_told(one, place, wanted, progress) for place, one in enumerate(found)]


def _told(found: dict[str, Any], place: int, wanted: list[str], progress: Progress | None) -> dict[str, Any]:
    if progress is not None:
        progress(place + 1, len(wanted), wanted[place])
    return found

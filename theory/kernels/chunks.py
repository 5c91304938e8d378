"""How work is cut into pieces and shared among threads."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import parent_process


def cuts(size: int, step: int) -> list[slice]:
    """Slices of at most ``step`` that make up ``size``."""
    return [slice(start, min(start + step, size)) for start in range(0, size, step)]


def threads() -> int:
    """One for each core that this process may use, no more than OMP_NUM_THREADS; one in a worker process."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    told = os.environ.get("OMP_NUM_THREADS", "")
    return 1 if parent_process() else min(cores, int(told)) if told.isdigit() else cores


def spread(work: Callable[[slice], None], size: int, least: int) -> None:
    """``work`` on slices of ``size``, each of at least ``least`` where there are several, by threads that end with it.

    No thread outlives the call, so that a process may fork at any other time.
    """
    count = min(threads(), size // least)
    if count < 2:
        work(slice(0, size))
        return
    with ThreadPoolExecutor(count) as pool:
        list(pool.map(work, cuts(size, -(-size // count))))

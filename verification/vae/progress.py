"""How far long work has come, told to whoever listens, and how many workers it may use."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from theory.kernels.chunks import threads

Listener = Callable[[float, float, str], None]

_listeners: list[Listener] = []
_workers: list[int] = []


@contextmanager
def watching(listener: Listener, workers: int | None = None) -> Iterator[None]:
    """Within the block ``listener`` hears (done, total, what) of all work, which may use so many workers.

    >>> with watching(lambda done, total, what: print(what, done / total)):
    ...     report(1, 2, "half")
    half 0.5
    """
    _listeners.append(listener)
    if workers is not None:
        _workers.append(workers)
    try:
        yield
    finally:
        _listeners.pop()
        if workers is not None:
            _workers.pop()


def report(done: float, total: float, what: str) -> None:
    """Tell the listener, if any, how much of the whole is done; any thread may."""
    for listener in _listeners[-1:]:
        listener(done, total, what)


def workers() -> int:
    """How many threads or processes may work side by side: what the listener allows, else what this process may."""
    return _workers[-1] if _workers else threads()

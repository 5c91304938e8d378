"""The runs of all panels: which are made at which size, one stack at a time, kept on disk as they come."""

from __future__ import annotations

import hashlib
import importlib.metadata
import inspect
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Event
from typing import Any

import numpy as np

from verification.vae import progress, store, unique, unique_compiled, unique_dense, unique_outcome
from verification.vae.store import FixtureError, cache_folder, kept
from verification.vae.training import choose_device
from verification.vae.unique import Panel, Runs, descend, onwards, schedule, world

Array = np.ndarray[Any, Any]

COMMITTED = Path(__file__).with_name("weights") / "unique.npz"
PRINTED_N = (100, 500, 1000, 2000, 3000, 4000, 5000, 6000, 7000, 8000, 9000, 10000, 20000)
STACK = 20  # runs of one stack on the CPU: what an interruption costs is less than one of them
COLUMNS = ("n", "trial", "elbo", "angle", "best", "settled", "axes", "turned", "predicted", "W00", "W01", "W10", "W11")


@dataclass(frozen=True)
class Grid:
    """Which n, how many trials of each, and how many samples."""

    trials: tuple[tuple[int, int], ...]
    samples: int = unique.SAMPLES

    @property
    def runs(self) -> int:
        """How many runs a panel has."""
        return sum(count for _, count in self.trials)


FULL = Grid(tuple((n, 100 if n >= 10_000 else 20) for n in PRINTED_N))
LONGER = Grid((*FULL.trials, (50_000, 20), (100_000, 20)))
AMORTISED = Grid(((100, 8), (1000, 8), (5000, 8)), 1000)
UNAMORTISED = Grid(((100, 6), (1000, 6)), 1000)
ORTHOGONAL_TOO = {"default": (True,), "deep": (True, False)}


def grid(panel: Panel, size: str) -> Grid:
    """What a size makes of a panel: all that is printed where it is deep, and more where it costs nothing."""
    if _costless(panel):
        return LONGER
    if size == "deep":
        return FULL
    return AMORTISED if panel.amortised else UNAMORTISED


def panels(size: str) -> list[Panel]:
    """The panels of a size: as printed all; with orthogonal columns those of amortised runs, of all where deep."""
    return [
        Panel(activation, family, amortised, columns)
        for columns in unique.COLUMNS
        for amortised in (True, False)
        if columns == "printed" or amortised in ORTHOGONAL_TOO[size]
        for activation in unique.ACTIVATIONS
        for family in unique.FAMILIES
    ]


@dataclass(frozen=True)
class Stack:
    """Runs of one panel and one n that are trained as one batch."""

    panel: Panel
    n: int
    trials: range
    samples: int
    seed: int
    device: str

    @property
    def schedule(self) -> list[tuple[int, float, float]]:
        """All steps of it: the printed ones and those that follow."""
        return [*schedule(self.n), *onwards(self.panel)]

    @property
    def cost(self) -> float:
        """Run-steps, a sample of an unamortised run counting five times."""
        steps = sum(s for s, _, _ in self.schedule)
        weight = 0.01 if _costless(self.panel) else self.samples / 1000
        return steps * len(self.trials) * weight * (1 if self.panel.amortised else 5)

    @property
    def path(self) -> Path:
        """Where its outcome is kept: a name made of all that it depends on."""
        try:
            versions = [importlib.metadata.version(name) for name in ("torch", "numpy")]
        except importlib.metadata.PackageNotFoundError:
            versions = ["absent"]
        source = [inspect.getsource(part) for part in (unique, unique_compiled, unique_dense, unique_outcome)]
        parts = [asdict(self.panel), self.n, self.trials, self.samples, self.seed, self.device, versions, source]
        return cache_folder() / f"unique-{hashlib.sha256(repr(parts).encode()).hexdigest()[:32]}.npz"

    def make(self, report: Callable[[int], None] | None = None) -> dict[str, Array]:
        """Train it now: a table (runs, COLUMNS)."""
        data = world(self.panel, self.n, self.trials, self.seed, self.samples)
        begun = Runs.begin(self.panel, self.n, self.trials, self.seed, self.samples)
        found = descend(begun, data.x, schedule(self.n), self.device, report)
        settled = descend(found, data.x, onwards(self.panel), self.device, report)
        return {"runs": unique_outcome.table(self.n, self.trials, data, found, settled)}


def place(panel: Panel, size: str, device: str) -> str:
    """Where a panel is trained: the loops for the CPU are the faster for all but the largest stacks.

    >>> place(Panel(), "default", "cpu")
    'cpu'
    """
    return choose_device(device) if size == "deep" and not _costless(panel) else "cpu"


def _costless(panel: Panel) -> bool:
    """Steps on moments of the data alone."""
    return panel.amortised and panel.activation == "identity"


def stacks(panel: Panel, size: str, seed: int, device: str) -> list[Stack]:
    """What a panel is made of: on a GPU one stack for each n."""
    where = place(panel, size, device)
    chosen, found = grid(panel, size), []
    for n, count in chosen.trials:
        step = count if where == "cuda" or _costless(panel) else STACK
        for first in range(0, count, step):
            found.append(Stack(panel, n, range(first, min(first + step, count)), chosen.samples, seed, where))
    return found


def travelling(size: str, seed: int) -> bool:
    """Whether runs that travel with the package serve: in the fast tier, and where numba is absent the same runs."""
    if size == "fast":
        return True
    if unique_compiled.available():
        return False
    if size == "deep" or seed != 0:
        raise FixtureError("These runs need numba; install it with pip install 'betavae-theory[fast]'.")
    return True


def results(
    size: str = "default", seed: int = 0, device: str = "auto", wanted: tuple[Panel, ...] | None = None
) -> dict[Panel, dict[str, Array]]:
    """The outcome of every run of every panel: COLUMNS by name, each (runs,). ``fast`` reads what is committed."""
    if travelling(size, seed):
        return _committed(wanted)
    chosen = list(wanted) if wanted is not None else panels(size)
    todo = [stack for panel in chosen for stack in stacks(panel, size, seed, device)]
    tables: dict[Stack, Array] = {}
    for stack in list(todo):
        there = store.read(stack.path, ("runs",))
        if there is not None:
            tables[stack] = there["runs"]
    _make(sorted((s for s in todo if s not in tables), key=lambda s: -s.cost), tables)
    return {
        panel: dict(zip(COLUMNS, np.concatenate([tables[s] for s in todo if s.panel == panel]).T, strict=True))
        for panel in chosen
    }


class Stopped(Exception):
    """Somebody asked a stack to stop."""


def _make(todo: list[Stack], tables: dict[Stack, Array]) -> None:
    """Fill in what is not there yet, as many stacks side by side as there are workers, dearest first."""
    if not todo:
        return
    stop, total = Event(), sum(s.cost for s in todo)
    taken = dict.fromkeys(todo, 0.0)

    def made(stack: Stack) -> Array:
        unit = stack.cost / max(1, len(stack.trials) * sum(s for s, _, _ in stack.schedule))

        def heard(steps: int) -> None:
            if stop.is_set():
                raise Stopped
            taken[stack] = min(taken[stack] + steps * unit, stack.cost)
            progress.report(sum(taken.values()), total, _words(stack))

        table = kept(stack.path, ("runs",), lambda: stack.make(heard))["runs"]
        taken[stack] = stack.cost
        progress.report(sum(taken.values()), total, _words(stack))
        return table

    pool = ThreadPoolExecutor(progress.workers())
    try:
        waiting = {pool.submit(made, stack): stack for stack in todo}
        for future in as_completed(waiting):
            tables[waiting[future]] = future.result()
    except BaseException:
        stop.set()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _words(stack: Stack) -> str:
    panel = stack.panel
    return f"{panel.activation}, {panel.family}, {'' if panel.amortised else 'un'}amortised, n = {stack.n}"


def _committed(wanted: tuple[Panel, ...] | None) -> dict[Panel, dict[str, Array]]:
    chosen = list(wanted) if wanted is not None else panels("default")
    found = store.read(COMMITTED, [_name(panel) for panel in panels("default")])
    if found is None:
        raise FixtureError(f"The runs {COMMITTED} are missing or broken; install the package again.")
    return {p: dict(zip(COLUMNS, found[_name(p)].astype(float).T, strict=True)) for p in chosen}


def _name(panel: Panel) -> str:
    return "-".join((panel.activation, panel.family, "amortised" if panel.amortised else "unamortised", panel.columns))


def write_committed(path: Path = COMMITTED) -> Path:
    """Make the default size at seed 0 and write its outcome as the fast tier reads it."""
    made = results("default", 0, "cpu")
    store.write(path, {_name(p): np.stack([t[c] for c in COLUMNS], 1).astype(np.float32) for p, t in made.items()})
    return path

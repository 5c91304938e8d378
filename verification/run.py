"""Select claims, judge them in parallel, keep what is finished, and put everything into one dictionary of results."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
import re
import signal
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from difflib import get_close_matches
from fnmatch import fnmatchcase
from functools import cache
from itertools import chain
from multiprocessing import active_children, get_context
from pathlib import Path
from typing import Any

import numpy as np

from verification.arithmetic import has_torch
from verification.claim import Claim
from verification.coverage import by_place
from verification.evidence import TIERS, Context
from verification.hunt import counterexample
from verification.hunt import examine as examine_case
from verification.judge import Verdict, judge
from verification.provenance import provenance
from verification.record import record_of
from verification.user_file import BadInput, definitions

SCHEMA = 1
UNFINISHED = "unfinished.jsonl"
Progress = Callable[[int, int, str], None]


class SelectionError(BadInput):
    """No claim answers to a name."""


@cache
def registry() -> dict[str, Claim]:
    """All claims that ship with the package or that an installed package offers under the entry point
    betavae.claims."""
    from verification.claims import all_claims

    claims = list(all_claims())
    for entry in importlib.metadata.entry_points(group="betavae.claims"):
        claims += _claims_in(entry.load())
    return _by_id(claims)


def _by_id(claims: Iterable[Claim]) -> dict[str, Claim]:
    found: dict[str, Claim] = {}
    for claim in claims:
        if found.setdefault(claim.id, claim) is not claim:
            raise BadInput(f"two claims have the id {claim.id}; rename one of them")
    return found


def _claims_in(module: Any) -> list[Claim]:
    return [value for value in vars(module).values() if isinstance(value, Claim)]


def load_file(path: Path) -> list[Claim]:
    """A user's own claims: every Claim at the top level of a Python file."""
    return definitions(path, Claim)


def select(patterns: Sequence[str] = ()) -> list[Claim]:
    """Claims by id, glob, document, equation number or path of a file (``file.py::id``); all of them for no pattern."""
    if not patterns:
        return list(registry().values())
    chosen: dict[str, Claim] = {}
    for pattern in patterns:
        path, _, claim_id = pattern.partition("::")
        if path.endswith(".py"):
            found = [c for c in load_file(Path(path)) if not claim_id or fnmatchcase(c.id, claim_id)]
            if taken := {c.id for c in found} & _shipped_ids():
                raise BadInput(f"{path}: a claim of the package is called {min(taken)}; give yours another id")
        else:
            found = [c for c in registry().values() if answers_to(c, pattern)]
        if not found:
            raise SelectionError(f"no claim answers to '{pattern}'; {_near(pattern)}")
        chosen.update(_by_id(found))
    return list(chosen.values())


@cache
def _shipped_ids() -> frozenset[str]:
    from verification.claims import all_claims

    return frozenset(c.id for c in all_claims())


def _near(pattern: str) -> str:
    names = [*registry(), *(c.source.document for c in registry().values())]
    close = get_close_matches(pattern, dict.fromkeys(names), 1)
    return f"the nearest name is {close[0]}" if close else "`betavae list` shows all of them"


def answers_to(claim: Claim, pattern: str) -> bool:
    equation = re.sub(r"[()\s]|eq", "", claim.source.equation)
    return (
        fnmatchcase(claim.id, pattern)
        or claim.source.document == pattern
        or (
            pattern.strip("()").isdigit()
            and re.match(r"\d+", equation) is not None
            and re.findall(r"\d+", equation)[0] == pattern.strip("()")
        )
    )


def run(
    claims: Sequence[Claim],
    *,
    tier: str = "default",
    seed: int = 0,
    jobs: int | None = None,
    device: str = "auto",
    false_alarm: float = 1e-6,
    out: Path | None = None,
    data: str = "digits",
    progress: Progress | None = None,
    figures: bool = True,
) -> dict[str, Any]:
    """Judge the claims and return the dictionary of results.json. Finished claims are kept in ``out`` and not
    judged again."""
    from verification.claims.dependencies import failing

    started = time.perf_counter()
    device = resolve_device(device)
    context = Context({**registry(), **_by_id(claims)}, seed, TIERS[tier], false_alarm, device, data)
    broken = failing(TIERS[tier].slow)
    store = _Store(out, f"{tier} {seed} {device} {false_alarm} {data} {code_hash()}")
    records = {c.id: store.records[c.id] for c in claims if c.id in store.records}
    todo = _groups([c for c in claims if c.id not in records])
    try:
        for done, record in enumerate(_judged(todo, context, broken, jobs), 1 + len(records)):
            records[record["id"]] = record
            store.keep(record)
            if progress:
                progress(done, len(claims), record["id"])
        drawn = draw_figures(claims, tier, seed, device, data) if figures and tier != "fast" else []
        derived = replays(claims, jobs) if tier != "fast" else []
    finally:
        store.close()
    ordered = [records[c.id] for c in claims]
    return {
        "schema": SCHEMA,
        "run": {
            **provenance(tier, seed, device, false_alarm, time.perf_counter() - started, claims),
            "data": data,
        },
        "claims": ordered,
        "figures": drawn,
        "derivations": derived,
        "coverage": by_place(claims),
    }


def _judged(
    todo: list[list[Claim]], context: Context, broken: dict[str, str], jobs: int | None
) -> Iterable[dict[str, Any]]:
    jobs = min(jobs or os.cpu_count() or 1, len(todo))
    if jobs <= 1:
        for claim in chain.from_iterable(todo):
            yield judged(claim, context, broken)
        return
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    global _context, _broken, _todo
    _context, _broken, _todo = context, broken, {c.id: c for c in chain.from_iterable(todo)}
    pool = ProcessPoolExecutor(jobs, mp_context=get_context("fork"), initializer=_in_worker)
    others = set(active_children())
    try:
        for future in as_completed([pool.submit(_judged_in_worker, [claim.id for claim in some]) for some in todo]):
            yield from future.result()
    except BaseException:
        # A worker in the middle of a claim would keep the interrupted command waiting for it.
        for worker in set(active_children()) - others:
            worker.kill()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


_context: Context
_broken: dict[str, str]
_todo: dict[str, Claim]


def _in_worker() -> None:
    """One thread each; Ctrl-C, which a terminal sends to every process, is the parent's to answer."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(1)


def _judged_in_worker(claim_ids: list[str]) -> list[dict[str, Any]]:
    return [judged(_todo[claim_id], _context, _broken) for claim_id in claim_ids]


def judged(claim: Claim, context: Context, broken: dict[str, str] | None = None) -> dict[str, Any]:
    """One claim's record; a dependency that failed its self-check stops the claims that lean on it."""
    started = time.perf_counter()
    for method, trouble in (broken or {}).items():
        if any(o.__module__.endswith(f".{method}") for o in claim.oracles.values()):
            verdict = Verdict(claim, "inconclusive", f"{method} failed its self-check: {trouble}", [])
            break
    else:
        verdict = judge(claim, context)
    example = counterexample(verdict, context) if verdict.verdict == "refuted" else None
    return record_of(verdict, example, time.perf_counter() - started)


def draw_figures(claims: Sequence[Claim], tier: str, seed: int, device: str, data: str) -> list[dict[str, Any]]:
    """The experiments of the documents that are judged whole, and the figures that bear on a selected claim."""
    if not has_torch():
        return []
    from dataclasses import asdict

    from verification.experiments import BEARING, EXPERIMENTS, all_figures

    chosen, drawn = {c.id for c in claims}, []
    whole = _whole(chosen)
    for name, document in EXPERIMENTS.items():
        asked = any(fnmatchcase(claim, pattern) for claim in chosen for pattern in BEARING.get(name, ()))
        if document in whole or asked:
            found = [asdict(figure) for figure in all_figures(tier, seed, device, data, names=(name,))]
            drawn += [{**f, "source": document} for f in found if document in whole or chosen & set(f["claims"])]
    return drawn


def _whole(chosen: set[str]) -> set[str]:
    """The documents of which every claim was chosen."""
    present = {c.source.document for c in registry().values()}
    return present - {c.source.document for c in registry().values() if c.id not in chosen}


def replays(claims: Sequence[Claim], jobs: int | None) -> list[dict[str, Any]]:
    """The derivations of the documents that are judged whole, and those that lead to a selected claim, replayed."""
    from theory.derivations import all_derivations
    from verification.derive.text import replayed

    chosen = {c.id for c in claims}
    whole = _whole(chosen)
    names = [
        name
        for name, derivation in all_derivations().items()
        if name.partition(".")[0] in whole or chosen & set(derivation.claims)
    ]
    jobs = min(jobs or os.cpu_count() or 1, len(names))
    if jobs <= 1:
        return [replayed(name) for name in names]
    with ProcessPoolExecutor(jobs, mp_context=get_context("fork"), initializer=_in_worker) as pool:
        return list(pool.map(replayed, names))


def resolve_device(device: str) -> str:
    """auto -> cuda where there is one; cuda where there is none is the user's mistake."""
    if device == "cpu" or (device == "auto" and not has_torch()):
        return "cpu"
    import torch

    present = torch.cuda.is_available()
    if device == "cuda" and not present:
        raise BadInput("--device cuda: no CUDA device is available here; use --device cpu or --device auto")
    return "cuda" if present else "cpu"


def examine(claim: Claim, at: dict[str, Any]) -> dict[str, Any]:
    """The formula and its oracles at one case, for `betavae show CLAIM --at`."""
    from verification.arithmetic import parameters

    case = {name: np.asarray(value, float) for name, value in at.items()}
    wanted = set(claim.domain.witnesses[0]) if claim.domain.witnesses else set(parameters(claim.shipped) or ())
    if set(case) != wanted:
        asked = f"takes {', '.join(sorted(wanted))}" if wanted else "measures trained models and takes no case"
        raise BadInput(f"{claim.id} {asked}; --at gave {', '.join(sorted(case)) or 'nothing'}")
    with np.errstate(all="ignore"):
        return examine_case(claim, case, Context(registry(), tier=TIERS["default"]))


def _groups(claims: Sequence[Claim]) -> list[list[Claim]]:
    """Claims on one fixture go together, since they share what is measured on it; then the dear ones first."""
    trained: dict[tuple[str, ...], list[Claim]] = {}
    for claim in claims:
        if claim.needs:
            trained.setdefault(claim.needs, []).append(claim)
    return [*trained.values(), *([c] for c in sorted(claims, key=_cost, reverse=True) if not c.needs)]


def _cost(claim: Claim) -> float:
    return 40.0 * any(getattr(o, "slow", False) for o in claim.oracles.values()) + len(claim.mutants)


@cache
def code_hash() -> str:
    """Hash of all source of both packages: kept results are for this code only."""
    digest = hashlib.sha256()
    root = Path(__file__).parents[1]
    for path in sorted([*(root / "theory").rglob("*.py"), *(root / "verification").rglob("*.py")]):
        digest.update(path.read_bytes())
    return digest.hexdigest()


class _Store:
    """Finished claims of an interrupted run, one JSON line each, valid for the same code and options only."""

    def __init__(self, folder: Path | None, key: str) -> None:
        self.path = None if folder is None else folder / UNFINISHED
        self.records: dict[str, Any] = {}
        self.file = None
        if self.path is None:
            return
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            lines = self.path.read_text(encoding="utf-8").splitlines() if self.path.exists() else []
            if lines and lines[0] == json.dumps(key):
                self.records = {r["id"]: r for r in map(_json_line, lines[1:]) if r}
                self.file = self.path.open("a", encoding="utf-8")
            else:
                self.file = self.path.open("w", encoding="utf-8")
                self.file.write(json.dumps(key) + "\n")
                self.file.flush()
        except OSError as error:
            raise BadInput(
                f"cannot write to {self.path.parent}: {error.strerror}; choose another folder with --out"
            ) from error

    def keep(self, record: dict[str, Any]) -> None:
        if self.file is not None:
            self.file.write(json.dumps(record) + "\n")
            self.file.flush()

    def close(self) -> None:
        if self.file is not None:
            self.file.close()


def forget(folder: Path) -> None:
    """Drop what an interrupted run would resume from: to be called once the results are written."""
    (folder / UNFINISHED).unlink(missing_ok=True)


def _json_line(line: str) -> Any:
    try:
        return json.loads(line)
    except json.JSONDecodeError:
        return None

"""A small engine in place of the real one, so that these tests are of the command line alone."""

from __future__ import annotations

import sys
from collections.abc import Callable
from fnmatch import fnmatch
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from verification import cli
from verification.user_file import BadInput


class SelectionError(BadInput):
    pass


def claim(identifier: str, equation: str = "(11)") -> SimpleNamespace:
    return SimpleNamespace(
        id=identifier,
        sentence=f"The sentence of {identifier}.",
        latex="a = b",
        source=SimpleNamespace(document="hoffman", equation=equation),
        relation=SimpleNamespace(name="equals"),
        domain=SimpleNamespace(name="sets", witnesses=(), requires=None, batches=lambda seed, draws: []),
        oracles={"balls.integral": None},
        mutants=(SimpleNamespace(name="beta -> one_minus(beta)"),),
        expected="supported",
        tight=None,
        pinned=None,
        corrected=None,
        needs=(),
        printed=True,
    )


def judged(identifier: str, **changes: Any) -> dict[str, Any]:
    return {
        "id": identifier,
        "document": "hoffman",
        "equation": "(11)",
        "statement": f"The sentence of {identifier}.",
        "relation": "equals",
        "expected": "supported",
        "verdict": "supported",
        "reason": "No violation.",
        "grade": "certified",
        "resolution": {"best": 1e-15, "median": 1e-13, "unit": "relative"},
        **changes,
    }


class Engine:
    """What the fake engine holds; tests change it."""

    def __init__(self) -> None:
        self.claims = [claim("hoffman.eq11"), claim("hoffman.eq12", "(12)")]
        self.changes: dict[str, dict[str, Any]] = {}
        self.not_run: list[str] = []
        self.asked: dict[str, Any] = {}
        self.before_judging: Callable[[], None] = lambda: None

    def select(self, patterns: list[str]) -> list[SimpleNamespace]:
        if not patterns:
            return self.claims
        found = [one for one in self.claims if any(fnmatch(one.id, p) or p == one.source.equation for p in patterns)]
        if not found:
            raise SelectionError(f"There is no claim {patterns[0]!r}.")
        return found

    def resolve_device(self, device: str) -> str:
        if device == "cuda":
            import torch

            if not torch.cuda.is_available():
                raise BadInput("no CUDA device is available here")
        return "cpu"

    def run(self, claims: list[SimpleNamespace], *, progress: Any, **asked: Any) -> dict[str, Any]:
        self.asked = asked
        for done, one in enumerate(claims):
            progress(done, len(claims), one.id)
            if done == 1:
                self.before_judging()
        run = {name: asked[name] for name in ("tier", "seed", "data")} | {"not_run": self.not_run}
        return {
            "schema": 1,
            "run": run,
            "claims": [judged(one.id, **self.changes.get(one.id, {})) for one in claims],
        }

    def examine(self, one: SimpleNamespace, at: dict[str, Any]) -> dict[str, Any]:
        answers = {
            "balls.integral": {"value": 0.5, "radius": 1e-20, "decides": True, "violates": True},
            "quadrature.integral": {"not answered": "only k = 1"},
        }
        return {"claim": one.id, "at": at, "shipped": at["beta"], "oracles": answers}


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Engine:
    fake = Engine()
    module = ModuleType("verification.run")
    module.__dict__.update(
        select=fake.select,
        run=fake.run,
        examine=fake.examine,
        resolve_device=fake.resolve_device,
        SelectionError=SelectionError,
        BadInput=BadInput,
    )
    module.forget = lambda folder: None
    monkeypatch.setitem(sys.modules, "verification.run", module)
    return fake


@pytest.fixture
def betavae(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    """Runs the command in an empty folder: exit code, stdout, stderr."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> tuple[int, str, str]:
        code = cli.main(arguments)
        said = capsys.readouterr()
        return code, said.out, said.err

    return run

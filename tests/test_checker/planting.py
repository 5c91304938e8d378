"""Planting a fault: the source of one function changed in memory, put back afterwards."""

from __future__ import annotations
import __future__

import inspect
import textwrap
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import reduce
from importlib import import_module
from types import FunctionType
from typing import Any


@dataclass(frozen=True)
class Edit:
    """``old`` becomes ``new`` in the source of ``target``, "module:name" in the engine; a constant becomes ``new``."""

    target: str
    old: str
    new: Any

    def place(self) -> tuple[Any, str]:
        module, _, path = self.target.partition(":")
        *outer, name = path.split(".")
        return reduce(getattr, outer, import_module(f"verification.{module}")), name


@dataclass(frozen=True)
class Fault:
    """A mistake in the engine, and the meta-test that must turn red."""

    sentence: str
    edits: tuple[Edit, ...]
    caught_by: Callable[[], None]


def function_at(owner: Any, name: str) -> tuple[FunctionType, Callable[[], None]]:
    """The plain function under properties and caches, and how to forget what it remembers."""
    found = inspect.getattr_static(owner, name)
    if isinstance(found, property):
        found = found.fget
    forget = getattr(found, "cache_clear", lambda: None)
    return inspect.unwrap(found), forget


def changed(function: FunctionType, edits: list[Edit]) -> FunctionType:
    lines = textwrap.dedent(inspect.getsource(function)).splitlines(keepends=True)
    source = "".join(lines[next(i for i, line in enumerate(lines) if line.startswith("def ")) :])
    for edit in edits:
        assert source.count(edit.old) == 1, f"{edit.target} has {source.count(edit.old)} times: {edit.old}"
        source = source.replace(edit.old, edit.new)
    names: dict[str, Any] = {}
    code = compile(source, f"<{function.__qualname__}, changed>", "exec", __future__.annotations.compiler_flag)
    exec(code, function.__globals__, names)
    return names[function.__name__]


@contextmanager
def edited(edits: list[Edit]) -> Iterator[None]:
    owner, name = edits[0].place()
    if not edits[0].old:
        before = getattr(owner, name)
        setattr(owner, name, edits[0].new)
        try:
            yield
        finally:
            setattr(owner, name, before)
        return
    function, forget = function_at(owner, name)
    code = function.__code__
    # every name under which the function was imported shares its code
    function.__code__ = changed(function, edits).__code__
    forget()
    try:
        yield
    finally:
        function.__code__ = code
        forget()


@contextmanager
def planted(fault: Fault) -> Iterator[None]:
    with ExitStack() as stack:
        for target in dict.fromkeys(edit.target for edit in fault.edits):
            stack.enter_context(edited([edit for edit in fault.edits if edit.target == target]))
        yield

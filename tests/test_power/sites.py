"""Every place in `theory` where a small slip can stand, and a way to make that slip in the running program."""

from __future__ import annotations

import ast
import gc
import importlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from inspect import unwrap
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

import numpy as np

import theory

ROOT = Path(theory.__file__).parent

OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.Pow: ast.Mult,
    ast.FloorDiv: ast.Mult, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
}  # fmt: skip
COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
}  # fmt: skip

MAKERS = ("_each", "_pairwise")  # called once, at import: what they made must be made again


@dataclass(frozen=True)
class Site:
    """One slip: the function that owns it (empty at module level), the lines of its statement, and how it reads."""

    module: str
    owner: str
    lines: range
    before: str
    after: str
    repeat: int
    index: int

    @property
    def key(self) -> str:
        place = f"{self.module}.{self.owner}" if self.owner else self.module
        again = f" #{self.repeat}" if self.repeat > 1 else ""
        return f"{place}: {self.before} -> {self.after}{again}"

    @property
    def at_import(self) -> bool:
        """Whether the slip shows in what the module makes when it is imported."""
        return not self.owner or self.owner in MAKERS


@dataclass(frozen=True)
class _Place:
    node: Any
    shown: ast.AST
    owner: str
    lines: range


def modules() -> list[ModuleType]:
    """Every module of the package, loaded; what is planted in derivations is planted by their own tests."""
    files = (path for path in ROOT.rglob("*.py") if "derivations" not in path.parts)
    names = sorted(path.relative_to(ROOT.parent).with_suffix("").as_posix() for path in files)
    return [importlib.import_module(name.removesuffix("/__init__").replace("/", ".")) for name in names]


def all_sites() -> list[Site]:
    """All slips in all modules, in the order of the source."""
    return [site for module in modules() for site in sites_in(module)]


@contextmanager
def interpreted() -> Iterator[None]:
    """The compiled loops as the Python that they are made of: slips, traces and profiles do not reach machine code."""
    module = importlib.import_module("theory.kernels.compiled")
    kept = dict(vars(module))
    vars(module).update({name: getattr(thing, "py_func", thing) for name, thing in kept.items()}, njit=None)
    try:
        yield
    finally:
        vars(module).update(kept)


def sites_in(module: ModuleType) -> list[Site]:
    counted: Counter[tuple[str, str, str]] = Counter()
    found = []
    for index, place in enumerate(_places(_tree(module))):
        before = ast.unparse(place.shown)
        undo = _slip(place.node)
        after = ast.unparse(place.shown)
        undo()
        label = (place.owner, before, after)
        counted[label] += 1
        short = module.__name__.removeprefix("theory.")
        found.append(Site(short, place.owner, place.lines, before, after, counted[label], index))
    return found


def _tree(module: ModuleType) -> ast.Module:
    return ast.parse(_source(str(module.__file__)))


@cache
def _source(file: str) -> str:
    return Path(file).read_text(encoding="utf-8")


def _places(tree: ast.Module) -> list[_Place]:
    """Nodes that can slip; sentences of errors, docstrings and annotations are no formulas."""
    places: list[_Place] = []

    def visit(node: ast.AST, owner: tuple[str, ...], statement: Any, around: list[ast.AST]) -> None:
        if isinstance(node, ast.JoinedStr):
            return
        if isinstance(node, ast.stmt):
            statement, around = node, []
        if _can_slip(node):
            lines = range(statement.lineno, max(node.end_lineno or 0, _header_end(statement)) + 1)  # type: ignore[attr-defined]
            places.append(_Place(node, next(iter(around[-1:]), node), ".".join(owner), lines))
        shown = isinstance(node, ast.expr) and not isinstance(node, ast.UnaryOp | ast.Slice | ast.Tuple)
        for name, value in ast.iter_fields(node):
            if name in ("annotation", "returns"):
                continue
            inner = name == "body" and isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Lambda)
            below = (*owner, getattr(node, "name", "lambda")) if inner else owner
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST):
                    visit(child, below, statement, [*around, node] if shown else around)

    visit(tree, (), tree, [])
    return places


def _header_end(statement: Any) -> int:
    body = getattr(statement, "body", None)
    return body[0].lineno - 1 if body else statement.end_lineno


def _can_slip(node: ast.AST) -> bool:
    if isinstance(node, ast.BinOp):
        return type(node.op) in OPERATORS
    if isinstance(node, ast.UnaryOp):
        return isinstance(node.op, ast.USub)
    if isinstance(node, ast.Compare):
        return type(node.ops[0]) in COMPARISONS
    return isinstance(node, ast.Constant) and type(node.value) in (int, float)


def _slip(node: Any) -> Callable[[], None]:
    """Change the node in place; the answer undoes it."""
    kept = dict(vars(node))
    if isinstance(node, ast.BinOp):
        node.op = OPERATORS[type(node.op)]()
    elif isinstance(node, ast.Compare):
        node.ops = [COMPARISONS.get(type(op), type(op))() for op in node.ops]
    elif isinstance(node, ast.UnaryOp):
        node.op = ast.UAdd()
    else:
        node.value = node.value + 1 if isinstance(node.value, int) else node.value * 1.01
    return lambda: vars(node).update(kept)


@contextmanager
def planted(site: Site) -> Iterator[None]:
    """The slip in every live function that the source defines, and in every module that holds a constant of it."""
    module = importlib.import_module(f"theory.{site.module}")
    undo: list[Callable[[], None]] = []
    try:
        if site.owner:
            _swap_code(_code(module), _code(module, site.index), undo)
        if site.at_import:
            _swap_values(module, _code(module, site.index), undo)
        yield
    finally:
        for restore in reversed(undo):
            restore()


@cache
def _code(module: ModuleType, index: int | None = None) -> CodeType:
    tree = _tree(module)
    if index is not None:
        _slip(_places(tree)[index].node)
    return compile(tree, str(module.__file__), "exec", dont_inherit=True)


def _swap_code(old: CodeType, new: CodeType, undo: list[Callable[[], None]]) -> None:
    """Code objects are compared by value, so that wrapped functions, methods and closures are all found."""
    swapped = 0
    for was, now in zip(_codes(old), _codes(new), strict=True):
        for function in _live_functions().get(was, ()) if was != now else ():
            undo.append(lambda function=function, was=was: setattr(function, "__code__", was))  # type: ignore[misc]
            function.__code__ = now
            swapped += 1
    if not swapped:
        raise RuntimeError("no live function has the code of the source: it was changed after it was imported")


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _codes(constant)


@cache
def _live_functions() -> dict[CodeType, list[FunctionType]]:
    modules()
    living: dict[CodeType, list[FunctionType]] = {}
    for thing in gc.get_objects():
        if type(thing) is FunctionType and str(thing.__module__).startswith("theory"):
            living.setdefault(thing.__code__, []).append(thing)
    return living


def _swap_values(module: ModuleType, new: CodeType, undo: list[Callable[[], None]]) -> None:
    """Constants and default arguments: what the changed source makes of them, wherever they were imported to."""
    names = dict(vars(module))
    exec(new, names)
    for name, value in names.items():
        live = vars(module).get(name)
        if isinstance(live, FunctionType):
            _swap_defaults(unwrap(live), unwrap(value), undo)
        elif isinstance(live, np.ufunc) or (isinstance(live, int | float | tuple) and repr(live) != repr(value)):
            for holder in (m for m in modules() if vars(m).get(name) is live):
                undo.append(lambda holder=holder, name=name, live=live: setattr(holder, name, live))  # type: ignore[misc]
                setattr(holder, name, value)


def _swap_defaults(live: Any, changed: Any, undo: list[Callable[[], None]]) -> None:
    for attribute in ("__defaults__", "__kwdefaults__"):
        kept = getattr(live, attribute)
        if repr(kept) != repr(getattr(changed, attribute)):
            undo.append(lambda attribute=attribute, kept=kept: setattr(live, attribute, kept))  # type: ignore[misc]
            setattr(live, attribute, getattr(changed, attribute))

"""The matrix form of a closed form, read off its own source: the vocabulary of `theory.arrays` on symbols of any size.

A formula is run with its words replaced: log_det(A) becomes log|A|, inv_quad(A, v) becomes v'A^-1 v, and so on. What
sums over components or letters has no form here; `components` writes it in indices.
"""

from __future__ import annotations

import builtins
import inspect
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from functools import partial
from types import CodeType, FunctionType, ModuleType, SimpleNamespace
from typing import Any

import sympy as sp

from theory.derivations.vocabulary import Form, PositiveDet, Tr

OVERRIDDEN = {"BLOCK", "np", "range"}  # names outside of `theory.arrays` that words may replace


class NoForm(ValueError):
    """The formula uses what has no matrix form here."""


class Traced:
    """A scalar (0 axes), column vector (1) or matrix (2) of symbolic size, with the operators of arrays."""

    def __init__(self, expression: Any, axes: int) -> None:
        self.expression, self.axes = sp.sympify(expression), axes

    @property
    def shape(self) -> tuple[Any, ...]:
        return tuple(self.expression.shape)[: self.axes] if self.axes else ()

    @property
    def mT(self) -> Traced:
        return Traced(self.expression.T, 2)

    def __getitem__(self, index: Any) -> Traced:
        if self.axes == 1 and index == (..., None):
            return Traced(self.expression, 2)
        if self.axes == 2 and index == (..., 0) and self.expression.shape[1] == 1:
            return Traced(self.expression, 1)
        raise NoForm("entries are taken")

    def __neg__(self) -> Traced:
        return Traced(-self.expression, self.axes)

    def __add__(self, other: Any) -> Traced:
        other = traced(other)
        if self.axes != other.axes:
            raise NoForm("a number is added to every entry")
        return Traced(self.expression + other.expression, self.axes)

    def __mul__(self, other: Any) -> Any:
        other = traced(other)
        if self.axes == other.axes == 1:
            return Products(self.expression, other.expression)
        if self.axes and other.axes:
            raise NoForm("matrices are multiplied entry by entry")
        return Traced(self.expression * other.expression, max(self.axes, other.axes))

    def __matmul__(self, other: Any) -> Traced:
        return Traced(self.expression * other.expression, 2)

    def __truediv__(self, other: Any) -> Traced:
        other = traced(other)
        if other.axes:
            raise NoForm("entries are divided by entries")
        return Traced(self.expression / other.expression, self.axes)

    def __pow__(self, exponent: Any) -> Traced:
        if self.axes:
            raise NoForm("entries are raised to a power")
        return Traced(self.expression ** traced(exponent).expression, 0)

    def __sub__(self, other: Any) -> Traced:
        return self + -traced(other)

    def __rsub__(self, other: Any) -> Traced:
        return traced(other) + -self

    def __rtruediv__(self, other: Any) -> Any:
        return traced(other) / self

    __radd__, __rmul__ = __add__, __mul__


class Products:
    """u_i v_i, before they are added up."""

    def __init__(self, u: Any, v: Any) -> None:
        self.u, self.v = u, v


def traced(x: Any) -> Traced:
    """A number as a traced scalar."""
    if isinstance(x, Products):
        raise NoForm("entries are multiplied by entries")
    return x if isinstance(x, Traced) else Traced(sp.nsimplify(x) if isinstance(x, float) else x, 0)


def _scalar(function: Any) -> Callable[[Any], Traced]:
    def word(x: Any) -> Traced:
        if traced(x).axes:
            raise NoForm("a function is taken of every entry")
        return Traced(function(traced(x).expression), 0)

    return word


def _total(x: Any, axis: int) -> Traced:
    if isinstance(x, Products) and axis == -1:
        return Traced(Form(sp.Identity(x.u.shape[0]), x.v, x.u), 0)
    raise NoForm("there are sums over components or letters")


def _squared_norm(v: Traced) -> Traced:
    return Traced(Form(sp.Identity(v.shape[0]), v.expression), 0)


def _quadratic(A: Traced, v: Traced) -> Traced:
    return Traced(Form(A.expression.I, v.expression), 0)


def _log_det(A: Traced) -> Traced:
    return Traced(sp.log(PositiveDet(A.expression)), 0)


def _inverse(A: Traced) -> Traced:
    return Traced(A.expression.I, 2)


WORDS: dict[str, Any] = {
    "log": _scalar(sp.log),
    "exp": _scalar(sp.exp),
    "sqrt": _scalar(sp.sqrt),
    "log_det": _log_det,
    "inv_quad": _quadratic,
    "inverse": _inverse,
    "log_det_and_inverse": lambda A: (_log_det(A), _inverse(A)),
    "solve": lambda A, B: Traced(A.expression.I * B.expression, 2),
    "trace": lambda A: Traced(Tr(A.expression), 0),
    "squared_norm": _squared_norm,
    "matvec": lambda A, v: Traced(A.expression * v.expression, 1),
    "outer": lambda u, v: Traced(u.expression * v.expression.T, 2),
    "eye_like": lambda A: Traced(sp.Identity(A.shape[0]), 2),
    "zeros_like": lambda v: Traced(sp.ZeroMatrix(*v.expression.shape), v.axes) if v.axes else traced(0),
    "trailing": lambda x, axes: traced(x),
    "number": lambda x, like: traced(x),
    "log_number": lambda x, like: traced(sp.log(traced(x).expression)),
    "log_two_pi": lambda like: traced(sp.log(2 * sp.pi)),
    "total": _total,
}


def retold(thing: Any, words: dict[str, Any]) -> Any:
    """The same function, or module, in other words than those of `theory.arrays`."""
    if isinstance(thing, ModuleType) and thing.__name__.startswith("theory"):
        return _Module(thing, words)
    if type(thing).__module__.startswith("theory") and not isinstance(thing, type):
        return _parts_retold(thing, words)
    if not isinstance(thing, FunctionType) or not thing.__module__.startswith("theory"):
        return thing
    if thing.__module__ == "theory.arrays":
        return words.get(thing.__name__, _unknown(thing.__name__))

    plain = inspect.unwrap(thing)
    if plain.__name__ in words.get("instead", {}):
        return words["instead"][plain.__name__]

    def call(*args: Any, **kwargs: Any) -> Any:
        if args and not kwargs and all(isinstance(x, int) for x in args):
            return plain(*args)
        used = plain.__globals__
        looked_up = _names(plain.__code__)
        names = {name: retold(used[name], words) for name in looked_up if name in used}
        names |= {name: words[name] for name in looked_up & OVERRIDDEN if name in words}
        own = FunctionType(
            plain.__code__,
            {"__builtins__": {**vars(builtins), "__import__": partial(_import, words)}, **names},
            plain.__name__,
            plain.__defaults__,
            plain.__closure__,
        )
        own.__kwdefaults__ = plain.__kwdefaults__
        kept = words.get("parts", {}).get(plain.__name__, _same)
        return kept(own(*args, **kwargs))

    return call


def _import(words: dict[str, Any], name: str, *how: Any) -> Any:
    """A module, or the words for what is imported of it where it is used."""
    known, asked = words.get("imported", {}), how[2] if len(how) > 2 else ()
    if asked and known.keys() >= {*asked}:
        return SimpleNamespace(**known)
    return builtins.__import__(name, *how)


def _same(x: Any) -> Any:
    return x


def _parts_retold(thing: Any, words: dict[str, Any]) -> Any:
    """A record of functions, each in other words; anything else as it is."""
    if isinstance(thing, tuple) and hasattr(thing, "_fields"):
        return type(thing)(*(retold(x, words) for x in thing))
    if is_dataclass(thing) and not isinstance(thing, type):
        return replace(thing, **{part.name: retold(getattr(thing, part.name), words) for part in fields(thing)})
    return thing


def _names(code: CodeType) -> set[str]:
    """Names that a function looks up, and functions inside it."""
    inside = (const for const in code.co_consts if isinstance(const, CodeType))
    return set(code.co_names).union(*map(_names, inside))


class _Module:
    def __init__(self, module: ModuleType, words: dict[str, Any]) -> None:
        self.module, self.words = module, words

    def __getattr__(self, name: str) -> Any:
        return retold(getattr(self.module, name), self.words)


def _unknown(name: str) -> Callable[..., Any]:
    def word(*args: Any, **kwargs: Any) -> Any:
        raise NoForm(f"{name} has no matrix form")

    return word


def matrix_form(formula: Callable[..., Any], arguments: dict[str, Any]) -> Any:
    r"""A formula of `theory` as one expression in symbols: scalars, column vectors and matrices of symbolic size.

    ValueError: it has none.

    >>> from theory import gaussian
    >>> from theory.derivations.vocabulary import dimension, latex, matrix
    >>> latex(matrix_form(gaussian.entropy, {"Sigma": matrix("Sigma", dimension("k"))}))
    '\\frac{k}{2} + \\frac{\\log{\\left(\\left|\\Sigma\\right| \\right)}}{2} + ...'
    """
    given = {name: Traced(x, _axes(x)) for name, x in arguments.items()}
    try:
        found = retold(formula, WORDS)(**given)
    except NoForm:
        raise
    except (TypeError, AttributeError, IndexError, ValueError) as error:
        raise NoForm(str(error)) from error
    if not isinstance(found, Traced):
        raise NoForm("the formula answers with several arrays")
    return found.expression


def _axes(x: Any) -> int:
    return 0 if not isinstance(x, sp.MatrixExpr) else 1 if x.shape[1] == 1 else 2

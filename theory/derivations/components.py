"""Formulas of `theory` in index notation, read off their own source: the vocabulary of `theory.arrays` on indices.

A formula is run on arrays that know their axes by letter alone, of any size; what looks at values or at sizes (loops
over entries, bisections, compiled kernels) has no such form.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from types import MappingProxyType, SimpleNamespace
from typing import Any

import numpy as np
import sympy as sp

from theory.derivations.index_arrays import Indexed, indexed, lifted, stacked, together
from theory.derivations.indexed import (
    Delta,
    Larger,
    LogDet,
    LogSumExp,
    NormalCdf,
    NormalQuantile,
    PositiveSlot,
    Size,
    Slot,
    closed,
    index,
    inverse,
)
from theory.derivations.parts import CholeskyEntry, Drawn, Floor, GammaMoment, part
from theory.derivations.selections import Everything, blocks, joined, renamed
from theory.derivations.spectral import Polar, TopEigenvalue
from theory.derivations.tracing import NoForm, retold


def _each(function: Any) -> Callable[[Any], Indexed]:
    def word(x: Any) -> Indexed:
        return together(function, x)

    return word


def _mean(x: Indexed, axis: int) -> Indexed:
    return x.sum(axis) / x.shape[axis]


def _logsumexp(x: Indexed, axis: int) -> Indexed:
    entry, i, places = lifted(x, axis)
    return Indexed(entry if i is None else LogSumExp(*closed(entry, i)) if entry.has(i) else entry, places)


def _concatenate(xs: list[Indexed], axis: int) -> Indexed:
    if axis not in (-1, xs[0].ndim - 1):
        raise NoForm("arrays are joined along an axis before the last")
    if len(xs) == 1:
        return xs[0]
    rest = together(lambda *ys: sp.Add(*ys), *(Indexed(0, x.places[:-1]) for x in xs)).places
    entry, i = joined([x._at((*rest, x.places[-1])) for x in xs], [x.places[-1] for x in xs])
    return Indexed(entry, (*rest, i))


def _matrix(A: Indexed) -> tuple[Any, Any, Any, tuple[Any, ...]]:
    *rest, a, b = A.places
    return A.entry, a, b, tuple(rest)


def _log_det(A: Indexed) -> Indexed:
    entry, a, b, rest = _matrix(A)
    return Indexed(LogDet(*closed(entry, a, b)), rest)


def _inverse(A: Indexed) -> Indexed:
    entry, a, b, rest = _matrix(A)
    i, j = index(a.name), index(b.name)
    return Indexed(inverse(entry, a, b, i, j), (*rest, i, j))


def _cholesky(A: Indexed) -> Indexed:
    entry, a, b, rest = _matrix(A)
    i, j = index(a.name), index(b.name)
    return Indexed(CholeskyEntry(*closed(entry, a, b), i, j), (*rest, i, j))


def _drawn(x: Indexed, m: int) -> Indexed:
    *rest, k = x.places
    draw, place = index(f"{k.name}^m"), index("m")
    return Indexed(renamed(x.entry, [(k, Drawn(k.name, draw, place))]), (*rest, draw, place))


def _matvec(A: Indexed, v: Indexed) -> Indexed:
    return (A @ v[..., None])[..., 0]


def _eye(A: Indexed) -> Indexed:
    i, j = index(A.places[-1].name), index(A.places[-1].name)
    return Indexed(Delta(i, j), (i, j))


def _broadcast(x: Indexed, shape: tuple[Any, ...]) -> Indexed:
    letters = [None if s == 1 else s.args[0].name if isinstance(s, Size) else str(s) for s in shape]
    return x + Indexed(0, tuple(None if name is None else index(name) for name in letters))


class _Spectrum:
    """The eigenvalues of a symmetric matrix, of which only the last has a word."""

    def __init__(self, A: Indexed) -> None:
        self.A = A

    def __getitem__(self, where: Any) -> Indexed:
        if where != (..., -1):
            raise NoForm("eigenvalues are taken that are not the largest")
        entry, a, b, rest = _matrix(self.A)
        return Indexed(TopEigenvalue(*closed(entry, a, b)), rest)


def _svd(A: Indexed) -> tuple[Indexed, None, Indexed]:
    """Singular vectors, of which only the product U V' is one: that stands for U, and the identity for V'."""
    entry, a, b, rest = _matrix(A)
    i, j = index(a.name), index(b.name)
    return Indexed(Polar(*closed(entry, a, b), i, j), (*rest, i, j)), None, _eye(A)


class _Numpy:
    """What formulas take of NumPy itself."""

    pi, e = Indexed(sp.pi), Indexed(sp.E)
    linalg = SimpleNamespace(eigvalsh=_Spectrum, svd=_svd)

    @staticmethod
    def clip(x: Indexed, low: Any, high: Any) -> Indexed:
        return WORDS["minimum"](WORDS["maximum"](x, low), high)

    @staticmethod
    def broadcast_arrays(*xs: Indexed) -> tuple[Indexed, ...]:
        return xs

    def __getattr__(self, name: str) -> Any:
        return WORDS[name] if name in ("sqrt", "exp", "log", "maximum", "minimum") else getattr(np, name)


def _no(x: Any, *_: Any, **__: Any) -> bool:
    return False


WORDS: dict[str, Any] = {
    "log": _each(sp.log),
    "exp": _each(sp.exp),
    "sqrt": _each(sp.sqrt),
    "tanh": _each(sp.tanh),
    "sin": _each(sp.sin),
    "floor": _each(Floor),
    "arctan2": lambda y, x: together(sp.atan2, y, x),
    "degrees": _each(lambda x: 180 * x / sp.pi),
    "gamma_cdf": lambda a, x: together(lambda a, x: GammaMoment(a, x, 0), a, x),
    "normal_cdf": _each(NormalCdf),
    "normal_quantile": _each(NormalQuantile),
    "smallest": lambda x, axis: x.min(axis),
    "concatenate": _concatenate,
    "np": _Numpy(),
    "as_float": indexed,
    "imported": {"lambertw": _each(sp.LambertW)},
    "BLOCK": Everything(),
    "range": blocks,
    "maximum": lambda a, b: together(lambda x, y: y + Larger(x, y) * (x - y), a, b),
    "minimum": lambda a, b: together(lambda x, y: y + Larger(y, x) * (x - y), a, b),
    "is_tensor": _no,
    "alike": lambda *xs: tuple(map(indexed, xs)),
    "total": lambda x, axis: x.sum(axis),
    "mean": _mean,
    "logsumexp": _logsumexp,
    "weigh": lambda log_p, f: _each(sp.exp)(log_p) * f,
    "product": lambda p, f: p * f,
    "squared_norm": lambda v: (v * v).sum(-1),
    "trace": lambda A: A.diagonal().sum(-1),
    "matvec": _matvec,
    "outer": lambda u, v: u[..., :, None] * v[..., None, :],
    "log_det": _log_det,
    "cholesky": _cholesky,
    "drawn": _drawn,
    "inverse": _inverse,
    "log_det_and_inverse": lambda A: (_log_det(A), _inverse(A)),
    "solve": lambda A, B: _inverse(A) @ B,
    "inv_quad": lambda A, v: (v * _matvec(_inverse(A), v)).sum(-1),
    "eye_like": _eye,
    "stack": stacked,
    "zeros_like": lambda x: Indexed(0, x.places),
    "trailing": lambda x, axes: indexed(x)[(..., *(None,) * axes)],
    "number": lambda x, like: indexed(np.array(x) if isinstance(x, list) else x),
    "log_number": lambda x, like: _each(sp.log)(x),
    "log_two_pi": lambda like: indexed(sp.log(2 * sp.pi)),
    "broadcast_to": _broadcast,
}


def kept(x: Any) -> Any:
    """Each array that a function answers with as one part of what is made of it."""
    if is_dataclass(x) and not isinstance(x, type):
        return replace(x, **{field.name: kept(getattr(x, field.name)) for field in fields(x)})
    if isinstance(x, tuple):
        return tuple(map(kept, x))
    at = tuple(i for i in x.places if i is not None)
    return Indexed(part(x.entry, at, at), x.places)


def letters_of(own: str, fixed: Mapping[str, int]) -> list[str]:
    """The letters of axes, those of a fixed size by their size."""
    return [str(fixed.get(letter.rstrip("'"), letter.rstrip("'"))) for letter in own.split()]


def arguments(axes: dict[str, str], fixed: Mapping[str, int]) -> dict[str, Indexed]:
    """Arrays of symbols with these axes, of any size but where it is fixed."""
    found = {}
    for name, own in axes.items():
        places = tuple(map(index, letters_of(own, fixed)))
        found[name] = Indexed(Slot(name, kind(name, own), *places) if places else PositiveSlot(name), places)
    return found


def kind(name: str, own: str) -> str:
    """Whether an argument with these axes is symmetric: covariances and Hessians are, rotations U are not."""
    return "symmetric" if own.endswith(("k k", "D D", "k k'")) and name != "U" else "any"


def index_form(
    formula: Callable[..., Any],
    axes: dict[str, str],
    settings: dict[str, Any] | None = None,
    fixed: Mapping[str, int] = MappingProxyType({}),
    parts: Sequence[str] = (),
    instead: Mapping[str, Callable[..., Any]] = MappingProxyType({}),
) -> list[Indexed]:
    """A formula of `theory` in index notation: one array for each that it answers with. NoForm: it has none.

    What the functions named by ``parts`` answer with is kept as one; ``instead`` of those that look at values, others.

    >>> from theory import finite
    >>> (found,) = index_form(finite.log_aggregate, {"log_q": "N K"})
    >>> [str(size) for size in found.shape]
    ['K']
    """
    try:
        words = {**WORDS, "parts": dict.fromkeys(parts, kept), "instead": instead}
        given = {name: retold(thing, words) for name, thing in (settings or {}).items()}
        found = retold(formula, words)(**arguments(axes, fixed), **given)
        return [indexed(x) for x in outputs(found)]
    except NoForm:
        raise
    except Exception as error:
        raise NoForm(f"{error}".split("\n")[0] or type(error).__name__) from error


def outputs(found: Any) -> list[Any]:
    """The arrays that a formula answers with."""
    if is_dataclass(found):
        return [x for part in fields(found) for x in outputs(getattr(found, part.name))]
    if isinstance(found, dict):
        return [x for part in found.values() for x in outputs(part)]
    return [x for part in found for x in outputs(part)] if isinstance(found, (tuple, list)) else [found]

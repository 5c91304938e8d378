"""A NumPy or torch function made from the final expression of a derivation, run beside the shipped one.

SymPy's printers write it; they lack determinants, traces and quadratic forms of the vocabulary, which are added here.
Both functions must come within the round-off that balls of 52 bits allow of the expression's own enclosure.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from itertools import pairwise
from keyword import iskeyword
from typing import Any

import numpy as np
import sympy as sp
from flint import arb, ctx
from sympy.printing.numpy import NumPyPrinter
from sympy.printing.pycode import AbstractPythonCodePrinter
from sympy.printing.pytorch import TorchPrinter

from theory.derivations import Derivation
from theory.derivations.vocabulary import Det, Named, NamedMatrix, PositiveDet, PositiveNamed
from verification.derive.enclosed import BITS, Enclosed
from verification.derive.meaning import Meaning, Reading
from verification.run import BadInput

DIMENSIONS = (1, 2, 3, 4)
SINGLE = 52  # one bit coarser than float64, whose library functions err by up to an ulp
PRIME = "_prime"


class _Words(AbstractPythonCodePrinter):
    """What SymPy's printers of arrays lack: forms, determinants, traces, names; vectors have one axis."""

    prefix = ""

    def _print_Symbol(self, e: Any) -> str:
        return _name(e)

    def _print_MatrixSymbol(self, e: Any) -> str:
        return _name(e)

    def _print_Named(self, e: Any) -> str:
        return _name(e.args[0])

    _print_PositiveNamed = _print_NamedMatrix = _print_Named

    def _print_Form(self, e: Any) -> str:
        A, v, u = e.args
        left, right = self._factor(u), self._factor(v)
        if isinstance(A, sp.Identity):
            return f"({left} @ {right})"
        if isinstance(A, sp.Inverse):
            return f"({left} @ {self.prefix}.linalg.solve({self._print(A.arg)}, {self._print(v)}))"
        return f"({left} @ {self._factor(A)} @ {right})"

    def _factor(self, e: Any) -> str:
        written = str(self._print(e))
        return f"({written})" if e.is_MatAdd or e.is_MatMul else written

    def _print_log(self, e: Any) -> str:
        inner = e.args[0]
        if isinstance(inner, (Det, PositiveDet)):
            return f"{self.prefix}.linalg.slogdet({self._print(inner.args[0])})[1]"
        return f"np.log({self._print(inner)})" if _is_number(inner) else f"{self.prefix}.log({self._print(inner)})"

    def _print_Det(self, e: Any) -> str:
        return f"{self.prefix}.linalg.det({self._print(e.args[0])})"

    _print_PositiveDet = _print_Det

    def _print_Tr(self, e: Any) -> str:
        return f"{self.prefix}.trace({self._print(e.args[0])})"

    def _print_Pi(self, e: Any) -> str:
        return "np.pi"

    def _print_Pow(self, e: Any, **_: Any) -> str:
        base, exponent = e.as_base_exp()
        return f"({self._print(base)}) ** ({self._print(exponent)})"

    def _print_Rational(self, e: Any) -> str:
        return f"({e.p} / {e.q})"

    def _print_Identity(self, e: Any) -> str:
        return f"{self.prefix}.eye({self._print(e.args[0])}{', dtype=dtype' if self.prefix == 'torch' else ''})"

    def _print_Inverse(self, e: Any) -> str:
        return f"{self.prefix}.linalg.inv({self._print(e.arg)})"

    def _print_Transpose(self, e: Any) -> str:
        return str(self._print(e.arg)) if e.arg.shape[1] == 1 else f"{self._factor(e.arg)}.T"

    def _print_MatAdd(self, e: Any) -> str:
        return " + ".join(str(self._print(x)) for x in e.args)

    def _print_MatMul(self, e: Any) -> str:
        scale, inner = e.as_coeff_matrices()
        return _chain(self, inner, "" if scale == 1 else f"({self._print(scale)}) * ")


def _chain(printer: Any, factors: list[Any], scale: str) -> str:
    """A product of matrices and vectors of one axis; u v' is an outer product."""
    for place, (left, right) in enumerate(pairwise(factors)):
        if left.shape[1] == 1 and right.shape[0] == 1:
            u = _chain(printer, factors[: place + 1], "")
            v = _chain(printer, [f.T for f in reversed(factors[place + 1 :])], "")
            return f"{scale}{printer.prefix}.outer({u}, {v})"
    return scale + ("(" if len(factors) > 1 else "") + " @ ".join(printer._factor(f) for f in factors) + (
        ")" if len(factors) > 1 else ""
    )  # fmt: skip


class _Numpy(_Words, NumPyPrinter):
    prefix = "np"
    _module = "np"

    def __init__(self) -> None:
        super().__init__({"fully_qualified_modules": True})

    def _print_exp(self, e: Any) -> str:
        return f"np.exp({self._print(e.args[0])})"


class _Torch(_Words, TorchPrinter):
    prefix = "torch"


def _is_number(e: Any) -> bool:
    return not e.free_symbols or all(s.is_integer for s in e.free_symbols)


def _name(e: Any) -> str:
    return identifier(str(e.name))


def identifier(name: str) -> str:
    """A symbol's name as one of Python: without LaTeX, primes spelt out."""
    base = re.sub(r"\\(?:mathrm|mathcal|mathbf|vec|hat|tilde|bar)\b", "", name).replace("'", PRIME)
    base = re.sub(r"\W+", "_", base).strip("_") or "f"
    return f"_{base}" if base[0].isdigit() else f"{base}_" if iskeyword(base) else base


def source(derivation: Derivation, library: str) -> str:
    """The function's source. BadInput: the final expression is no formula of numbers, vectors and matrices."""
    e = final(derivation)
    printer = _Numpy() if library == "numpy" else _Torch()
    arguments = _arguments(derivation, e)
    matrices = [s for s in arguments if isinstance(s, sp.MatrixSymbol)]
    lines = [f"import {'numpy as np' if library == 'numpy' else 'torch'}", ""]
    lines += ["", f"def {derivation.id.replace('.', '_')}({', '.join(map(_name, arguments))}):"]
    same = f" Returns what theory.{derivation.shipped} does." if derivation.shipped else ""
    lines += [f'    """{derivation.sentence}{same}"""']
    for size in sorted({n for s in matrices for n in s.shape if n.is_Symbol}, key=str):
        holder = next(s for s in matrices if size in s.shape)
        lines.append(f"    {size} = {_name(holder)}.shape[{list(holder.shape).index(size)}]")
    if library == "torch" and matrices:
        lines.append(f"    dtype = {_name(matrices[0])}.dtype")
    try:
        for name, body in _names(e):
            lines.append(f"    {_name(name)} = {printer.doprint(body)}")
        lines.append(f"    return {printer.doprint(e)}")
    except (AttributeError, TypeError, ValueError, NotImplementedError) as error:
        raise unwritten(derivation, library, error) from error
    text = "\n".join(lines)
    if library == "torch" and "np." in text:
        text = f"import numpy as np\n{text}"
    if "Not supported" in text or any(f"{word}(" in text for word in UNWRITTEN):
        raise BadInput(f"{derivation.id} ends in laws on letters, for which no {library} code is written")
    return text


def unwritten(derivation: Derivation, library: str, error: Exception) -> BadInput:
    """One sentence in place of a printer's complaint, with the word that it stopped at."""
    word = re.search(r"derivations\.\w+\.(\w+)", str(error))
    why = f"there is none for {word[1]}" if word else "a word in its last line has none"
    return BadInput(f"{derivation.id} cannot be written as {library} code: {why}")


UNWRITTEN = ("Density", "Mean", "Total", "Sum", "Average", "KL", "Entropy", "Normal", "Table", "Gradient", "Count")


def final(derivation: Derivation) -> Any:
    """The expression that the derivation ends in."""
    if derivation.result is not None:
        return derivation.result
    last = derivation.steps[-1].expression
    return last.rhs if isinstance(last, sp.Eq) else last


def _arguments(derivation: Derivation, e: Any) -> list[Any]:
    if derivation.arguments:
        return [s for s in derivation.arguments.values() if not isinstance(s, str)]
    sizes = {n for s in e.free_symbols if isinstance(s, sp.MatrixSymbol) for n in s.shape}
    return sorted((s for s in e.free_symbols if s not in sizes and s.name != ""), key=lambda s: str(s.name))


def _names(e: Any) -> list[tuple[Any, Any]]:
    """Names with their bodies, inner ones first."""
    kinds = (Named, PositiveNamed, NamedMatrix)
    return list(dict.fromkeys((n.args[0], n.args[1]) for n in sp.postorder_traversal(e) if isinstance(n, kinds)))


@dataclass(frozen=True)
class Compared:
    """How far the written and the shipped function are from the enclosure, in ulps, and whether that is round-off."""

    k: int
    written: float
    shipped: float
    good: bool


def compare(derivation: Derivation, library: str) -> list[Compared]:
    """Both functions at one seeded point in each dimension, against balls."""
    place, _, name = derivation.shipped.rpartition(".")
    shipped = getattr(import_module(f"theory.{place}"), name) if place else None
    scope: dict[str, Any] = {}
    exec(source(derivation, library), scope)
    written = scope[derivation.id.replace(".", "_")]
    return [_compared(derivation, library, written, shipped, k) for k in DIMENSIONS]


def _compared(derivation: Derivation, library: str, written: Any, shipped: Any, k: int) -> Compared:
    e = final(derivation)
    given = _point(derivation, e, k)
    truth, allowed = _enclosed(derivation, e, given, k)
    if not np.isfinite(allowed).all():
        raise BadInput(f"{derivation.id} ends in what has no value at the point looked at in dimension {k}")
    arguments = [_array(given[s], s, library) for s in _arguments(derivation, e)]
    found = [np.asarray(written(*arguments), float)]
    if shipped is not None:
        named = {
            name: s if isinstance(s, str) else _array(given[s], s, library) for name, s in derivation.arguments.items()
        }
        found.append(np.asarray(shipped(**named), float))
    gaps = [abs(x.ravel() - truth) for x in found]
    ulps = [float(np.max(gap / np.spacing(np.maximum(abs(truth), np.finfo(float).tiny)))) for gap in gaps]
    good = all(bool((gap <= allowed).all()) for gap in gaps)
    return Compared(k, ulps[0], ulps[-1], good)


def _point(derivation: Derivation, e: Any, k: int) -> dict[Any, Any]:
    """Floats, which are the exact arguments from here on."""
    kinds, intervals = _domain(derivation)
    balls = Enclosed(2, k, intervals)
    meaning = Meaning(balls, Reading({}, dict.fromkeys(_sizes(e), k)), kinds)
    return {
        s: np.array(_floats(meaning.of(s, {}))) if isinstance(s, sp.MatrixSymbol) else _floats(meaning.of(s, {}))
        for s in _arguments(derivation, e)
    }


def _domain(derivation: Derivation) -> tuple[dict[str, str], dict[str, Any]]:
    kinds = {s.name: kind for s, kind in derivation.domain.items() if isinstance(kind, str)}
    return kinds, {str(s): reach for s, reach in derivation.domain.items() if not isinstance(reach, str)}


def _sizes(e: Any) -> set[str]:
    return {s.name for m in e.atoms(sp.MatrixSymbol) for n in m.shape for s in n.free_symbols}


def _floats(value: Any) -> Any:
    return [[float(x.mid()) for x in row] for row in value] if isinstance(value, list) else float(value.mid())


def _enclosed(derivation: Derivation, e: Any, given: Mapping[Any, Any], k: int) -> tuple[Any, Any]:
    """The expression's midpoint, and the round-off that balls of few bits allow."""
    kinds, intervals = _domain(derivation)
    values = []
    kept = ctx.prec
    try:
        for bits in (BITS, SINGLE):
            ctx.prec = bits
            meaning = Meaning(Enclosed(2, k, intervals), Reading({}, dict.fromkeys(_sizes(e), k)), kinds)
            for s, x in given.items():
                meaning.bound[s] = [[arb(y) for y in row] for row in x] if isinstance(x, np.ndarray) else arb(x)
            found = meaning.of(e, {})
            values.append([x for row in found for x in row] if isinstance(found, list) else [found])
    finally:
        ctx.prec = kept
    truth = np.array([float(x.mid()) for x in values[0]])
    return truth, np.array([float(x.rad()) for x in values[1]]) + np.spacing(abs(truth))


def _array(x: Any, symbol: Any, library: str) -> Any:
    if isinstance(x, np.ndarray) and symbol.shape[1] == 1:
        x = x[:, 0]
    return import_module("torch").as_tensor(x, dtype=import_module("torch").float64) if library == "torch" else x


def checked_source(derivation: Derivation, library: str) -> tuple[str, bool]:
    """The source with a comment on how it was checked, and whether it agrees."""
    text, found = source(derivation, library), compare(derivation, library)
    beside = f"theory.{derivation.shipped}" if derivation.shipped else "nothing shipped"
    ulps = ", ".join(f"{c.written:.1f}" for c in found)
    theirs = ", ".join(f"{c.shipped:.1f}" for c in found)
    good = all(c.good for c in found)
    said = "within round-off" if good else "NOT within round-off"
    note = f"Checked at k = {', '.join(str(c.k) for c in found)} against balls: {said}; off by {ulps} ulp"
    if derivation.shipped:
        note += f", {beside} by {theirs}"
    comment = "\n".join(textwrap.wrap(f"{note}.", 110, initial_indent="# ", subsequent_indent="# "))
    return f"{text}\n\n\n{comment}", good

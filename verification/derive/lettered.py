"""Code for formulas over letters: a law is an array with an axis a letter, and sums are over axes.

Every array in the body has all letters' axes, of length one where it does not depend on the letter, so that NumPy's and
torch's broadcasting does what the formula says. A conditional law ``Law("q", z, given=x)`` is an array q[x, z]; so is a
mixture, ``Law("q", n, z, uniform=n)``, q[n, z]; a joint law ``Law("p", x, z)`` is p[x, z].
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import sympy as sp
from flint import arb, ctx

from theory.derivations import Derivation
from theory.derivations import vocabulary as words
from verification.derive import code
from verification.derive.code import SINGLE, _Numpy, _Torch, final, identifier
from verification.derive.enclosed import BITS, Enclosed
from verification.derive.meaning import Meaning, Reading, role
from verification.run import BadInput

SIZES = (2, 3, 4)  # of the first letter; the next ones have one value more each
KINDS = (words.Density, words.Table, words.PositiveTable)
SPOKEN = (*KINDS, words.Mean, words.Total, words.KL, words.Entropy, words.Count)


def is_lettered(e: Any) -> bool:
    """Whether letters are in an expression."""
    return bool(e.has(*SPOKEN))


class _Letters:
    """The arrays of an expression: their names, axes, and the letters that all share."""

    def __init__(self, derivation: Derivation) -> None:
        self.derivation, self.e = derivation, final(derivation)
        nodes = list(sp.preorder_traversal(self.e))
        if any(isinstance(z, sp.MatrixSymbol) for n in nodes for z in _binds(n)):
            raise BadInput(f"{derivation.id} ends in an integral over a vector, for which no code is written")
        arrays = dict.fromkeys(_array(n) for n in nodes if isinstance(n, KINDS))
        self.names: dict[Any, str] = {}
        for array in arrays:
            self.names[array] = _identifier(array[0], {*self.names.values(), *KEPT})
        self.free = sorted(_free(self.e), key=str)
        everywhere = {x for n in nodes for x in (*_shown(n), *_binds(n))}
        self.letters = sorted({*everywhere, *self.free}, key=str)
        numbers = {s for s in self.e.free_symbols if isinstance(s, sp.Symbol) and not s.is_integer}
        titles = {n.args[0] for n in nodes if isinstance(n, (*KINDS, *NAMED))}
        self.numbers = sorted(numbers - titles, key=str)

    @property
    def arguments(self) -> list[str]:
        return [*self.names.values(), *(_identifier(str(s), set()) for s in self.numbers)]


NAMED = (words.Named, words.PositiveNamed)
SUMMED = (words.KL, words.Entropy)
KEPT = {"np", "torch", "result"}


def _identifier(name: str, taken: set[str]) -> str:
    """A name of Python made of a symbol's, unlike those that are taken."""
    base = identifier(name)
    return next(n for n in (base, *(f"{base}_{i}" for i in range(2, 99))) if n not in taken)


def _array(node: Any) -> tuple[str, tuple[str, ...], bool]:
    """Name, axes, and whether the first axis is an index of equal shares."""
    if not isinstance(node, words.Density):
        return str(node.args[0]), tuple(role(x) for x in node.args[1:]), False
    name, (over, given, uniform), _, _ = node.args
    rest = [x for x in over if x not in uniform]
    return str(name), tuple(role(x) for x in (*given, *uniform, *rest)), bool(uniform)


def _shown(node: Any) -> tuple[Any, ...]:
    """The letters at which an array stands."""
    if isinstance(node, words.Density):
        return (*node.args[2], *node.args[3])
    return tuple(node.args[1:]) if isinstance(node, (words.Table, words.PositiveTable)) else ()


def _binds(node: Any) -> tuple[Any, ...]:
    """The letters that a word sums over."""
    place = 1 if isinstance(node, (words.Mean, words.Total)) else -1 if isinstance(node, SUMMED) else None
    if place is None:
        return ()
    return tuple(node.args[place]) if isinstance(node.args[place], sp.Tuple) else (node.args[place],)


def _free(e: Any) -> set[Any]:
    """The letters that an expression is a function of."""
    if isinstance(e, KINDS):
        return set(_shown(e))
    if isinstance(e, words.Count):
        return set()
    inner = e.args[1:] if isinstance(e, NAMED) else e.args
    return {x for a in inner if isinstance(a, sp.Basic) for x in _free(a)} - set(_binds(e))


class _Writing:
    """What printers of arrays need to write laws and sums; mixed into SymPy's."""

    letters: _Letters
    keep = "keepdims=True"

    def _place(self, text: str, shown: list[Any]) -> str:
        """An array whose axes stand for the letters ``shown``, seen with the axes of all letters."""
        order = sorted(range(len(shown)), key=lambda i: self.letters.letters.index(shown[i]))
        if order != list(range(len(order))):
            text = f"{text}.{'permute' if self.keep == 'keepdim=True' else 'transpose'}({', '.join(map(str, order))})"
        index = [":" if x in shown else "None" for x in self.letters.letters]
        return text if all(i == ":" for i in index) else f"{text}[{', '.join(index)}]"

    def _print_Density(self, e: Any) -> str:
        above, below = _shown(e), tuple(e.args[3])
        top = self._mass(e, above)
        if {role(x) for x in below} == {role(x) for x in e.args[1][1]}:
            return top
        return f"({top} / {self._mass(e, below)})"

    def _mass(self, e: Any, letters: tuple[Any, ...]) -> str:
        array = _array(e)
        name, axes = self.letters.names[array], array[1]
        shown = {role(x): x for x in letters}
        gone = tuple(i for i, a in enumerate(axes) if a not in shown)
        text = f"({name} / {name}.shape[0])" if array[2] else name
        text = f"{text}.sum({gone})" if gone else text
        return self._place(text, [shown[a] for a in axes if a in shown])

    def _print_Table(self, e: Any) -> str:
        return self._place(self.letters.names[_array(e)], list(_shown(e)))

    _print_PositiveTable = _print_Table

    def _sum(self, text: str, letters: tuple[Any, ...]) -> str:
        axes = tuple(self.letters.letters.index(x) for x in letters)
        return f"({text}).sum({axes[0] if len(axes) == 1 else axes}, {self.keep})"

    def _size(self, letter: Any) -> str:
        array, name = next((a, n) for a, n in self.letters.names.items() if role(letter) in a[1])
        return f"{name}.shape[{array[1].index(role(letter))}]"

    def _print_Mean(self, e: Any) -> str:
        body, _, law = e.args
        return self._sum(f"{self._print(law)} * ({self._print(body)})", _binds(e))  # type: ignore[attr-defined]

    def _print_Total(self, e: Any) -> str:
        if type(e) not in (words.Total, words.Sum, words.Average) or len(e.args) != 2:
            raise NotImplementedError(type(e).__name__)
        text = f"({self._print(e.args[0])})"  # type: ignore[attr-defined]
        met = tuple(x for x in _binds(e) if x in _free(e.args[0]))
        missed = [x for x in _binds(e) if x not in met]
        text = self._sum(text, met) if met else text
        if isinstance(e, words.Average):
            return f"({' / '.join([text, *(self._size(x) for x in met)])})"
        return f"({' * '.join([*(self._size(x) for x in missed), text])})"

    _print_Sum = _print_Average = _print_Total

    def _print_KL(self, e: Any) -> str:
        q, p, z = e.args
        return self._print_Mean(words.Mean(sp.log(q) - sp.log(p), z, q))

    def _print_Entropy(self, e: Any) -> str:
        q, n = e.args
        return self._print_Mean(words.Mean(-sp.log(q), n, q))

    def _print_Count(self, e: Any) -> str:
        return self._size(e.args[0])

    def _print_Named(self, e: Any) -> str:
        return f"({self._print(e.args[1])})"  # type: ignore[attr-defined]

    _print_PositiveNamed = _print_Named

    def _print_log(self, e: Any) -> str:
        inner = self._print(e.args[0])  # type: ignore[attr-defined]
        plain = isinstance(e.args[0], words.Count) or not e.args[0].free_symbols
        return f"{'np' if plain else self.prefix}.log({inner})"  # type: ignore[attr-defined]


class _NumpyLetters(_Writing, _Numpy):
    pass


class _TorchLetters(_Writing, _Torch):
    keep = "keepdim=True"


def source(derivation: Derivation, library: str) -> str:
    """The function's source: arrays of laws and numbers in, an array over the free letters out."""
    letters = _Letters(derivation)
    printer = _NumpyLetters() if library == "numpy" else _TorchLetters()
    printer.letters = letters
    try:
        body = printer.doprint(letters.e)
    except (NotImplementedError, AttributeError, TypeError, ValueError, StopIteration, RuntimeError) as error:
        raise code.unwritten(derivation, library, error) from error
    shapes = [f"{name}[{', '.join(array[1])}]" for array, name in letters.names.items()]
    gone = tuple(i for i, x in enumerate(letters.letters) if x not in letters.free)
    lines = ["import numpy as np"] + (["import torch"] if library == "torch" else [])
    lines += ["", "", f"def {derivation.id.replace('.', '_')}({', '.join(letters.arguments)}):"]
    lines += [f'    r"""{derivation.sentence} Arrays: {", ".join(shapes)}."""', f"    result = {body}"]
    lines.append(f"    return result.sum({gone})" if gone else "    return result")
    return "\n".join(lines)


class _Given(Meaning):
    """A meaning whose laws are arrays of floats, taken as they are."""

    arrays: dict[Any, Any]

    def _cell(self, law: Any, at: dict[str, int]) -> Any:
        name, over, fixed, uniform = law
        axes = (*fixed, *uniform, *(x for x in over if x not in uniform))
        share = arb(float(self.arrays[name, axes, bool(uniform)][tuple(at[x] for x in axes)]))
        for x in uniform:
            share = share / self.reading.sizes[x]
        return share


def compare(derivation: Derivation, library: str) -> list[tuple[int, float, bool]]:
    """The written function against balls, with 2, 3 and 4 values of the first letter: size, ulps, within round-off."""
    scope: dict[str, Any] = {}
    exec(source(derivation, library), scope)
    written = scope[derivation.id.replace(".", "_")]
    return [_compared(derivation, library, written, size) for size in SIZES]


def _compared(derivation: Derivation, library: str, written: Any, size: int) -> tuple[int, float, bool]:
    letters = _Letters(derivation)
    roles = sorted({role(x) for x in letters.letters} | {a for array in letters.names for a in array[1]})
    sizes = {name: size + place for place, name in enumerate(roles)}
    arrays = {array: _drawn(letters, array, sizes) for array in letters.names}
    intervals = {str(s): reach for s, reach in derivation.domain.items() if not isinstance(reach, str)}
    numbers = {s: float(Enclosed(2, size, intervals).scalar(s).mid()) for s in letters.numbers}
    truth, allowed = _truth(letters, sizes, arrays, numbers)
    if not np.isfinite(allowed).all():
        raise BadInput(f"{derivation.id} ends in what has no value at the points looked at")
    given: list[Any] = [*arrays.values(), *numbers.values()]
    if library == "torch":
        import torch

        given = [torch.as_tensor(x, dtype=torch.float64) for x in given]
    found = np.asarray(written(*given), float)
    if found.size != truth.size:
        raise BadInput(f"{derivation.id} does not keep the letters it is a function of, and has no code")
    gap = abs(found.ravel() - truth)
    ulps = float(np.max(gap / np.spacing(np.maximum(abs(truth), np.finfo(float).tiny))))
    return size, ulps, bool((gap <= allowed).all())


def _drawn(letters: _Letters, array: Any, sizes: dict[str, int]) -> Any:
    """A table of floats: of a law, with shares that add up to one; positive where it is free."""
    shape = [sizes[a] for a in array[1]]
    numbers = Enclosed(2, 1, {})
    picked = [float(numbers._pick((array[0], i), Fraction(0), Fraction(2))) for i in np.ndindex(*shape)]
    table = np.array(picked).reshape(shape)
    node = next(n for n in sp.preorder_traversal(letters.e) if isinstance(n, KINDS) and _array(n) == array)
    if not isinstance(node, words.Density):
        return table
    fixed = len(node.args[1][1]) + len(node.args[1][2])
    return table / table.sum(tuple(range(fixed, len(shape))), keepdims=True)


def _truth(letters: _Letters, sizes: dict[str, int], arrays: Any, numbers: dict[Any, float]) -> tuple[Any, Any]:
    """Midpoints of the enclosures at every value of the free letters, and the round-off that few bits allow."""
    values, kept = [], ctx.prec
    try:
        for bits in (BITS, SINGLE):
            ctx.prec = bits
            balls = Enclosed(2, 0, {})
            for (name, axes, _), table in arrays.items():
                for i in np.ndindex(*(sizes[a] for a in axes)):
                    balls.chosen[(name, *i)] = Fraction(float(table[i]))
            meaning = _Given(balls, Reading(sizes, {}), {})
            meaning.arrays = arrays
            meaning.bound = {s: arb(x) for s, x in numbers.items()}
            shape = [sizes[role(x)] for x in letters.free]
            at = [dict(zip(letters.free, i, strict=True)) for i in np.ndindex(*shape)]
            values.append([meaning.of(letters.e, here) for here in at])
    finally:
        ctx.prec = kept
    truth = np.array([float(x.mid()) for x in values[0]])
    return truth, np.array([float(x.rad()) for x in values[1]]) + np.spacing(abs(truth))


def checked_source(derivation: Derivation, library: str) -> tuple[str, bool]:
    """The source with a comment on how it was checked, and whether it agrees."""
    found = compare(derivation, library)
    good = all(one[2] for one in found)
    said = "within round-off" if good else "NOT within round-off"
    ulps = ", ".join(f"{one[1]:.1f}" for one in found)
    sizes = ", ".join(str(one[0]) for one in found)
    note = f"# Checked with {sizes} values of a letter against balls: {said}; off by {ulps} ulp."
    return f"{source(derivation, library)}\n\n\n{note}", good


def written(derivation: Derivation, library: str) -> tuple[str, bool]:
    """Code for any derivation, with how it was checked and whether it agrees. BadInput: there is none."""
    try:
        if is_lettered(final(derivation)):
            return checked_source(derivation, library)
        return code.checked_source(derivation, library)
    except (LookupError, ArithmeticError, TypeError, AttributeError, SyntaxError) as error:
        raise code.unwritten(derivation, library, error) from error

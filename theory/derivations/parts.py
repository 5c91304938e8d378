r"""Words in index notation that bring their own rule of differentiation.

.. math:: dL = L\,\Phi(L^{-1}\,dA\,L^{-\top}), \quad A = LL^\top,\ \Phi \text{ the lower triangle, half the diagonal};
    \qquad \partial_x\int_0^x\frac{(\log t)^m t^{a-1}e^{-t}}{\Gamma(a)}dt
    = \frac{(\log x)^m x^{a-1}e^{-x}}{\Gamma(a)}
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from theory.derivations.indexed import Delta, Opaque, Ruled, _derivative, _entry, closed, depends, index, opened, over
from theory.derivations.vocabulary import Word


class Body(sp.Symbol):
    """What a part stands for, an entry in bound indices: a name to SymPy, which does not look inside."""

    def __new__(cls, body: Any, bound: tuple[Any, ...]) -> Any:
        if (body, bound) not in BODIES:
            made = sp.Symbol.__xnew__(cls, f"body#{len(BODIES)}", commutative=True)
            made.body, made.bound = body, bound
            BODIES[body, bound] = made
        return BODIES[body, bound]

    def __getnewargs_ex__(self) -> Any:
        return (self.body, self.bound), {}


BODIES: dict[Any, Body] = {}


class Part(Opaque, Ruled, Word):
    """A body at indices, kept as one so that what is made of it stays short: ``Part(body, at)``.

    Its derivative is a part as well, of the same indices and those of the entry that moves.
    """

    def slope(self, name: str, at: tuple[Any, ...]) -> Any:
        whole, own = self.args
        inner, *free = opened(whole.body, whole.bound)
        moved = tuple(index(i.name) for i in at)
        found = _derivative(inner, name, moved)
        return found if found == 0 else part(found, (*free, *moved), (*own, *at))

    def depends(self, name: str) -> bool:
        return depends(self.args[0].body, name)


def part(entry: Any, indices: tuple[Any, ...], at: tuple[Any, ...]) -> Any:
    """An entry at indices as a part, seen at others.

    >>> from theory.derivations.indexed import Slot, derivative
    >>> n, m = index("N"), index("N")
    >>> half = part(Slot("x", "any", n) ** 2, (n,), (n,))
    >>> str(derivative(half, "y", (m,))), derivative(half, "x", (m,)).args[1] == sp.Tuple(n, m)
    ('0', True)
    """
    body, *bound = closed(entry, *indices)
    return Part(Body(body, tuple(bound)), sp.Tuple(*at))


class Below(Opaque, Word):
    """1 where the first index is larger than the second, 0 elsewhere."""

    def _latex(self, printer: Any) -> str:
        i, j = (printer.doprint(x) for x in self.args)
        return rf"\left[{i} > {j}\right]"


class CholeskyEntry(Opaque, Ruled, Word):
    """An entry of L, A = L L', the entries of A a body in two bound indices: ``CholeskyEntry(body, a, b, i, j)``."""

    def slope(self, name: str, at: tuple[Any, ...]) -> Any:
        own, (i, j) = self.args[:3], self.args[3:]
        body, a, b = opened(own[0], own[1:])
        inner, c, p = _derivative(body, name, at), index(a.name), index(a.name)

        def whitened(row: Any, column: Any) -> Any:
            """An entry of L^-1 = L' A^-1."""
            return over(CholeskyEntry(*own, c, row) * _entry(own, c, column), c)

        moved = over(over(whitened(p, a) * inner * whitened(j, b), a), b)
        return over(CholeskyEntry(*own, i, p) * (Below(p, j) + Delta(p, j) / 2) * moved, p)


class Drawn(Opaque, Word):
    """The value of a letter at a place of a draw, out of all draws of m values: ``Drawn("K", draw, place)``."""

    def __new__(cls, letter: Any, draw: Any, place: Any) -> Any:
        return sp.Expr.__new__(cls, sp.Symbol(str(letter)), draw, place)

    def _latex(self, printer: Any) -> str:
        draw, place = (printer.doprint(x) for x in self.args[1:])
        return f"z_{{{draw} {place}}}"


class Floor(Opaque, Ruled, Word):
    """The largest whole number that is not above x: a constant off the kink."""

    def slope(self, name: str, at: tuple[Any, ...]) -> Any:
        return sp.Integer(0)

    def _latex(self, printer: Any) -> str:
        return rf"\lfloor {printer.doprint(self.args[0])} \rfloor"


class GammaMoment(Opaque, Ruled, Word):
    """The integral of (log t)^m t^(a-1) e^-t / Gamma(a) from 0 to x: a gamma law's distribution function at m = 0."""

    def slope(self, name: str, at: tuple[Any, ...]) -> Any:
        a, x, m = self.args
        by_shape = GammaMoment(a, x, m + 1) - sp.polygamma(0, a) * self
        by_end = sp.log(x) ** m * sp.exp((a - 1) * sp.log(x) - x) / sp.gamma(a)
        return by_shape * _derivative(a, name, at) + by_end * _derivative(x, name, at)

    def _latex(self, printer: Any) -> str:
        a, x, m = (printer.doprint(y) for y in self.args)
        return rf"P_{{{m}}}\left({a}, {x}\right)"

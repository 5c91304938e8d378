r"""Words in index notation for what a matrix has in one piece: its largest eigenvalue, its orthogonal factor.

.. math:: d\lambda = \operatorname{tr}(P\,dA), \quad dP = P\,dA\,R + R\,dA\,P; \qquad
    dO = O\,S(O^\top dA - dA^\top O), \quad S(C)\,H + H\,S(C) = C,\ H = O^\top A

P projects on the eigenvector, R = (lambda - A)^+; both hold where lambda is simple, and where A has an inverse.
"""

from __future__ import annotations

from typing import Any

from theory.derivations.indexed import Opaque, Ruled, _derivative, index, opened, over
from theory.derivations.vocabulary import Word


def _moved(own: tuple[Any, ...], name: str, at: tuple[Any, ...], i: Any, j: Any) -> Any:
    """The derivative of the entry of A at indices."""
    body, a, b = own
    return _derivative(body.xreplace({a: i, b: j}), name, at)


def _each(term: Any, *indices: Any) -> Any:
    for i in indices:
        term = over(term, i)
    return term


class OfMatrix(Opaque, Word):
    """``Word(body, a, b, ...)``: a body in two bound indices is the matrix, further ones are where its entry stands."""

    symbol = ""


class TopEigenvalue(Ruled, OfMatrix):
    """The largest eigenvalue of a symmetric A."""

    symbol = r"\lambda"

    def slope(self, name: str, at: tuple[Any, ...]) -> Any:
        own = self.args[:3]
        inner, a, b = opened(own[0], own[1:])
        return _each(Projector(*own, b, a) * _derivative(inner, name, at), a, b)


class Projector(Ruled, OfMatrix):
    """An entry of P = v v', v the eigenvector of the largest eigenvalue, of length one."""

    symbol = "P"

    def slope(self, name: str, at: tuple[Any, ...]) -> Any:
        own, (i, j) = self.args[:3], self.args[3:]
        inner, a, b = opened(own[0], own[1:])
        inner = _derivative(inner, name, at)
        both = Projector(*own, i, a) * Resolvent(*own, b, j) + Resolvent(*own, i, a) * Projector(*own, b, j)
        return _each(both * inner, a, b)


class Resolvent(OfMatrix):
    """An entry of R = (lambda - A)^+, which vanishes on the eigenvector; it has no rule of its own here."""

    symbol = "R"


class Polar(Ruled, OfMatrix):
    """An entry of O, the orthogonal factor of A = O H with H positive definite."""

    symbol = "O"

    def slope(self, name: str, at: tuple[Any, ...]) -> Any:
        own, (i, j) = self.args[:3], self.args[3:]
        p, c, d, q = (index(own[1].letter) for _ in range(4))
        skew = Polar(*own, q, c) * _moved(own, name, at, q, d) - Polar(*own, q, d) * _moved(own, name, at, q, c)
        return _each(Polar(*own, i, p) * Sylvester(*own, p, j, c, d) * skew, q, c, d, p)


class Sylvester(Ruled, OfMatrix):
    """How much C_cd counts in X_pj, X the solution of X H + H X = C: ``Sylvester(body, a, b, p, j, c, d)``."""

    symbol = "S"

    def slope(self, name: str, at: tuple[Any, ...]) -> Any:
        own, (p, j, c, d) = self.args[:3], self.args[3:]
        u, v, w = (index(own[1].letter) for _ in range(3))
        left = Sylvester(*own, w, v, c, d) * self._stretched(name, at, u, w)
        right = Sylvester(*own, u, w, c, d) * self._stretched(name, at, w, v)
        return -_each(Sylvester(*own, p, j, u, v) * (left + right), u, v, w)

    def _stretched(self, name: str, at: tuple[Any, ...], u: Any, w: Any) -> Any:
        """dH, by dH H + H dH = dA'A + A'dA."""
        own = self.args[:3]
        body, a, b = own
        g, h, q = (index(a.letter) for _ in range(3))

        def square(g: Any, h: Any) -> Any:
            return _moved(own, name, at, q, g) * body.xreplace({a: q, b: h})

        return _each(Sylvester(*own, u, w, g, h) * (square(g, h) + square(h, g)), q, g, h)

"""Words over an index: sums over all its values but some, vectors and diagonal matrices by their entries."""

from __future__ import annotations

from typing import Any

import sympy as sp

from theory.derivations.vocabulary import Average, Positive, Sum, Word


class Others(Sum):
    """The sum of ``body`` over the values of a letter but those of others: ``Others(f, b', b)`` is over b' != b."""

    def _latex(self, printer: Any) -> str:
        body, n, *without = (printer.doprint(x) for x in self.args)
        inner = rf"\left({body}\right)" if self.args[0].is_Add else body
        return rf"\sum_{{{n} \neq {', '.join(without)}}} {inner}"


class AverageOthers(Average):
    """The average of ``body`` over the values of a letter but those of others."""

    def _latex(self, printer: Any) -> str:
        return rf"\frac{{1}}{{N - {len(self.args) - 2}}} " + Others._latex(self, printer)


class Column(sp.MatrixExpr):
    """The vector of ``body`` at the values of a letter, ``Column(Table("mu", x, j), j, k)``: k of them."""

    def __new__(cls, body: Any, j: Any, k: Any) -> Any:
        return sp.Basic.__new__(cls, body, j, k)

    shape = property(lambda self: (self.args[2], sp.Integer(1)))

    def _latex(self, printer: Any) -> str:
        return rf"\left({printer.doprint(self.args[0])}\right)_{{{printer.doprint(self.args[1])}}}"


class Diagonal(Column):
    """The diagonal matrix of ``body`` at the values of a letter."""

    shape = property(lambda self: (self.args[2], self.args[2]))

    def _latex(self, printer: Any) -> str:
        return rf"\operatorname{{diag}}\left({printer.doprint(self.args[0])}\right)"


class Largest(Positive):
    """The largest value of a positive ``body`` over a letter, ``Largest(q(z, given=n), n)``."""

    def _latex(self, printer: Any) -> str:
        body, n = (printer.doprint(x) for x in self.args)
        return rf"\max_{{{n}}} {body}"


class IsLargest(Word):
    """1 where the value at hand of the letter is the one that makes ``body`` largest, 0 elsewhere."""

    def _latex(self, printer: Any) -> str:
        body, n = (printer.doprint(x) for x in self.args)
        return rf"\left[{n} = \arg\max_{{{n}}} {body}\right]"


class Moved(Positive):
    """A positive ``body`` at r(z) in the place of z, where r takes each value of a letter so many steps round.

    ``Moved(p(x, given=z), z, 1)`` is p(x|r(z)), and ``Moved(q(z), z, -1)`` is q(r^-1(z)).
    """

    def _latex(self, printer: Any) -> str:
        body, z, steps = self.args
        name = rf"{'r' if steps > 0 else 'r^{-1}'}({printer.doprint(z)})"
        return str(printer.doprint(body.xreplace({z: sp.Symbol("{" + name + "}", integer=True)})))

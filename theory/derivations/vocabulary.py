"""The words of derivations: laws, expectations, divergences and Gaussians, as SymPy expressions.

They stand unevaluated; what each means in a reading (letters with weights, matrices with entries) is told to the
checker in one place, `verification.derive.meaning`.
"""

from __future__ import annotations

from typing import Any

import sympy as sp
from sympy.printing.latex import LatexPrinter
from sympy.printing.precedence import PRECEDENCE


def _word(x: Any) -> Any:
    """A name is a symbol, whatever SymPy has under it."""
    return sp.Symbol(x) if isinstance(x, str) else sp.sympify(x)


class Word(sp.Expr):
    """A real scalar with arguments that SymPy leaves alone."""

    is_commutative = True
    is_extended_real = True
    is_real = True
    is_number = False
    takes: tuple[str, ...] = ()

    def __new__(cls, *args: Any) -> Any:
        takes = vars(cls).get("takes", ())
        if takes and len(args) != len(takes):
            raise TypeError(f"{cls.__name__} takes {', '.join(takes)} and was given {len(args)} of them")
        return sp.Expr.__new__(cls, *map(_word, args))

    def _eval_derivative(self, symbol: Any) -> Any:
        raise NotImplementedError("write Gradient(f, x): derivatives of words are taken by the checker")

    def _sympystr(self, printer: Any) -> str:
        return latex(self)


class Positive(Word):
    """A positive scalar."""

    is_positive = True
    is_extended_positive = True
    is_nonnegative = True
    is_extended_nonnegative = True
    is_zero = False
    is_nonzero = True
    is_extended_nonzero = True


def letter(name: str) -> Any:
    """A variable with finitely many values: a latent, a datum or an index. ``letter("z")``, ``letter("x_n")``."""
    return sp.Symbol(name, integer=True, nonnegative=True)


def dimension(name: str = "k") -> Any:
    """A symbolic dimension of vectors and matrices."""
    return sp.Symbol(name, integer=True, positive=True)


def vector(name: str, k: Any) -> Any:
    """A column vector."""
    return sp.MatrixSymbol(name, k, 1)


def matrix(name: str, rows: Any, columns: Any = None) -> Any:
    """A matrix, square where one size is given."""
    return sp.MatrixSymbol(name, rows, rows if columns is None else columns)


class Law:
    """A probability law on letters: a joint one, ``Law("p", x, z)``, or a conditional one, ``Law("q", z, given=x)``.

    Called with letters it is a density: ``p(z)``, ``p(x, z)``, ``p(z, given=x)``. All marginals and conditionals follow
    from the table, so that the product rule and Bayes' rule are theorems, not assumptions. Letters in ``uniform`` are
    equally likely under a joint law: ``Law("q", n, z, uniform=n)`` has q(n) = 1/N and q(z) = (1/N) sum_n q(z|n).
    """

    def __init__(self, name: str, *over: Any, given: Any = (), uniform: Any = ()) -> None:
        self.name, self.over = sp.Symbol(name), sp.Tuple(*over)
        self.given, self.uniform = _letters(given), _letters(uniform)

    def __call__(self, *letters: Any, given: Any = ()) -> Any:
        own, all_of = sp.Tuple(self.over, self.given, self.uniform), [*letters, *_letters(given)]
        if twice := [x for x in all_of if all_of.count(x) > 1]:
            raise ValueError(
                f"{self.name} is asked for {twice[0]} twice; a second copy of a letter is named {twice[0]}'"
            )
        return Density(self.name, own, sp.Tuple(*letters), _letters(given))


def _each(z: Any) -> Any:
    return z if isinstance(z, sp.Tuple) else (z,)


def _letters(given: Any) -> Any:
    return sp.Tuple(*given) if isinstance(given, (tuple, list, sp.Tuple)) else sp.Tuple(given)


class Density(Positive):
    """A law at letters, given others: made by calling a `Law`."""

    def _latex(self, printer: Any) -> str:
        name, _, letters, given = self.args
        inner = ", ".join(printer.doprint(x) for x in letters)
        bar = r" \mid " + ", ".join(printer.doprint(x) for x in given) if given else ""
        return rf"{printer.doprint(name)}({inner}{bar})"


class Table(Word):
    """A free real function of letters, ``Table("f", x, z)``: any values at all."""

    def _latex(self, printer: Any) -> str:
        return rf"{printer.doprint(self.args[0])}({', '.join(printer.doprint(x) for x in self.args[1:])})"


class PositiveTable(Positive):
    """A free positive function of letters, which need not add up to one."""

    _latex = Table._latex


class Named(Word):
    """A name for an expression, ``Named("C", body)``: printed as the name, it means the body."""

    def __new__(cls, name: Any, body: Any) -> Any:
        return sp.Expr.__new__(cls, _symbol(name), sp.sympify(body))

    def _latex(self, printer: Any) -> str:
        name = str(printer.doprint(self.args[0]))
        return f"{{{name}}}" if "^" in name else name


class PositiveNamed(Positive):
    """A name for a positive expression."""

    def __new__(cls, name: Any, body: Any) -> Any:
        return sp.Expr.__new__(cls, _symbol(name), sp.sympify(body))

    _latex = Named._latex


def _symbol(name: Any) -> Any:
    return sp.Symbol(name) if isinstance(name, str) else name


class NamedMatrix(sp.MatrixExpr):
    """A name for a matrix expression, ``NamedMatrix("Sigma'", (beta * I + Sigma.I).I)``, of the same shape."""

    def __new__(cls, name: Any, body: Any) -> Any:
        return sp.Basic.__new__(cls, _symbol(name), body)

    @property
    def shape(self) -> Any:
        return self.args[1].shape

    def _entry(self, i: Any, j: Any, **_: Any) -> Any:
        return self.args[1][i, j]

    _latex = Named._latex


def keep(*factors: Any) -> Any:
    """A product whose factors do not cancel: ``keep(p(x, z), q(z) ** -1, q(z))`` for multiply and divide."""
    return sp.Mul(*factors, evaluate=False)


def plus(*terms: Any) -> Any:
    """A sum whose terms stand in the order given and do not cancel."""
    return sp.Add(*terms, evaluate=False)


def where(expression: Any) -> dict[Any, Any]:
    """What the names in an expression stand for."""
    kinds = (Named, PositiveNamed, NamedMatrix)
    return {node.args[0]: node.args[1] for node in sp.preorder_traversal(expression) if isinstance(node, kinds)}


class Mean(Word):
    """The expectation of ``body`` over ``z`` under a density or a `Normal`: ``Mean(log(p(x, z)), z, q(z))``."""

    takes = ("a body", "a variable", "its law")

    def _latex(self, printer: Any) -> str:
        body, z, law = self.args
        drawn = ", ".join(printer.doprint(x) for x in _each(z))
        named = isinstance(law, Density) and not law.args[3]
        under = rf"{drawn} \sim {printer.doprint(law.args[0] if named else law)}"
        return rf"\mathbb{{E}}_{{{under}}}\left[{printer.doprint(body)}\right]"

    def _eval_is_positive(self) -> Any:
        return self.args[0].is_positive


class Total(Word):
    """The integral of ``body`` over a latent: a sum over the values of a letter, an integral over a vector."""

    takes = ("a body", "a variable")

    precedence = PRECEDENCE["Mul"]

    def _latex(self, printer: Any) -> str:
        body, z = self.args
        inner = printer.doprint(body)
        inner = rf"\left({inner}\right)" if body.is_Add else inner
        return rf"\int {inner}" + "".join(rf"\,d{printer.doprint(x)}" for x in _each(z))

    def _eval_is_positive(self) -> Any:
        return self.args[0].is_positive


class Sum(Total):
    """The sum of ``body`` over the values of a letter, printed with a sum sign."""

    def _latex(self, printer: Any) -> str:
        body, n = self.args
        inner = printer.doprint(body)
        inner = rf"\left({inner}\right)" if body.is_Add else inner
        return rf"\sum_{{{', '.join(printer.doprint(x) for x in _each(n))}}} {inner}"


class Average(Total):
    """The average of ``body`` over the values of a letter."""

    def _latex(self, printer: Any) -> str:
        body, n = self.args
        inner = printer.doprint(body)
        inner = rf"\left({inner}\right)" if body.is_Add else inner
        return rf"\frac{{1}}{{N}} \sum_{{{printer.doprint(n)}}} {inner}"


class Count(Positive):
    """N, the number of values of a letter."""

    def _latex(self, printer: Any) -> str:
        return "N"


class KL(Word):
    """KL(q || p) over z of two densities, or of two `Normal`: ``KL(q(z), p(z), z)``."""

    takes = ("a law", "another", "their variable")

    is_nonnegative = True
    is_extended_nonnegative = True

    def _latex(self, printer: Any) -> str:
        q, p, _ = (printer.doprint(x) for x in self.args)
        return rf"\mathrm{{KL}}\left({q} \,\|\, {p}\right)"


class Entropy(Word):
    """The entropy of a law of one index, -sum_n q log q, which is never negative: ``Entropy(q(n, given=z), n)``."""

    is_nonnegative = True
    is_extended_nonnegative = True

    def _latex(self, printer: Any) -> str:
        return rf"H\left({printer.doprint(self.args[0])}\right)"


class Normal(Positive):
    """The density N(z; mu, Sigma) of a Gaussian vector."""

    def _latex(self, printer: Any) -> str:
        z, mu, sigma = (printer.doprint(x) for x in self.args)
        mu = "0" if isinstance(self.args[1], sp.ZeroMatrix) else mu
        sigma = "I" if isinstance(self.args[2], sp.Identity) else sigma
        return rf"\mathcal{{N}}({z}; {mu}, {sigma})"


def _factor(printer: Any, x: Any) -> str:
    """A matrix, in brackets unless it is one symbol."""
    inner = str(printer.doprint(x))
    return rf"\left({inner}\right)" if x.is_MatAdd or x.is_MatMul or isinstance(x, Gradient) else inner


class Form(Word):
    """The scalar u' A v; ``Form(A, v)`` is the quadratic v' A v. Matrix expressions all three."""

    precedence = PRECEDENCE["Mul"]

    def __new__(cls, A: Any, v: Any, u: Any = None) -> Any:
        return sp.Expr.__new__(cls, A, v, v if u is None else u)

    def _latex(self, printer: Any) -> str:
        A, v, u = self.args
        middle = "" if isinstance(A, sp.Identity) else _factor(printer, A) if A.is_MatAdd else printer.doprint(A)
        return rf"{_factor(printer, u)}^{{\top}} {middle} {_factor(printer, v)}"


class Det(Word):
    """The determinant |A|."""

    def _latex(self, printer: Any) -> str:
        return rf"\left|{printer.doprint(self.args[0])}\right|"


class PositiveDet(Positive):
    """The determinant |A| of a positive definite matrix."""

    _latex = Det._latex


class Tr(Word):
    """The trace of A."""

    def _latex(self, printer: Any) -> str:
        return rf"\operatorname{{tr}}\left({printer.doprint(self.args[0])}\right)"


class Entry(Word):
    """The entry of a matrix or vector at letters that stand for its indices, ``Entry(Sigma, i, i)``."""

    def _latex(self, printer: Any) -> str:
        indices = " ".join(printer.doprint(x) for x in self.args[1:])
        return rf"{_factor(printer, self.args[0])}_{{{indices}}}"


class Gradient(Word):
    """The derivative of a scalar by a scalar symbol, a vector or a symmetric matrix (d f = tr G dX), of that shape."""

    def _latex(self, printer: Any) -> str:
        body, x = self.args
        inner = printer.doprint(body)
        inner = rf"\left({inner}\right)" if body.is_Add or body.is_Mul or isinstance(body, Form) else inner
        return rf"\nabla_{{{printer.doprint(x)}}} {inner}"


class _Printer(LatexPrinter):
    def __init__(self) -> None:
        super().__init__({"mat_symbol_style": "plain", "order": "none", "fold_short_frac": False})

    def _print_Symbol(self, e: Any, style: str = "plain") -> str:
        if "\\" in e.name:
            return str(e.name)
        base, bracket, inside = e.name.partition("(")
        letters = base.rstrip("'")
        name = str(super()._print_Symbol(sp.Symbol(letters))) if letters else ""
        return name + "'" * (len(base) - len(letters)) + bracket + inside

    def _print_MatrixSymbol(self, e: Any) -> str:
        name = self._print_Symbol(e)
        return f"{{{name}}}" if "^" in name else name

    def _print_ExpBase(self, e: Any, exp: Any = None) -> str:
        inner = rf"\exp\left({self.doprint(e.args[0])}\right)"
        return inner if exp is None else rf"{inner}^{{{exp}}}"

    def _print_Inverse(self, e: Any) -> str:
        inner = self.doprint(e.arg)
        single = isinstance(e.arg, (sp.MatrixSymbol, NamedMatrix))
        return rf"{inner}^{{-1}}" if single else rf"\left({inner}\right)^{{-1}}"

    def _print_Mul(self, e: Any) -> str:
        factors = sp.Mul.make_args(e)  # of 1/x too, which the printer sends here
        last = [x for x in factors if isinstance(x, Total)]
        if not last or len(factors) == 1:
            return str(super()._print_Mul(e))
        rest = [x for x in factors if not isinstance(x, Total)]
        front = sp.Mul(*rest)
        written = (
            rf"\left({self.doprint(front)}\right)" if front.is_Add else "-" if front == -1 else self.doprint(front)
        )
        first = [written] if rest else []
        return " ".join(first + [self.doprint(x) for x in last])

    def _print_Transpose(self, e: Any) -> str:
        inner = self.doprint(e.arg)
        return rf"\left({inner}\right)^{{\top}}" if e.arg.is_MatAdd or e.arg.is_MatMul else rf"{inner}^{{\top}}"

    def _print_Identity(self, e: Any) -> str:
        return "I"

    def _print_ZeroMatrix(self, e: Any) -> str:
        return "0"

    def _print_MatAdd(self, e: Any) -> str:
        first, *rest = (self.doprint(x) for x in e.args)
        return first + "".join(f" - {t[1:].lstrip()}" if t.startswith("-") else f" + {t}" for t in rest)

    def _print_Determinant(self, e: Any) -> str:
        return rf"\left|{self.doprint(e.arg)}\right|"

    def _print_Trace(self, e: Any) -> str:
        return rf"\operatorname{{tr}}\left({self.doprint(e.arg)}\right)"

    def _print_HadamardProduct(self, e: Any) -> str:
        return r" \odot ".join(self.parenthesize(x, 60) for x in e.args)


def latex(expression: Any) -> str:
    """An expression as LaTeX.

    >>> z = letter("z")
    >>> latex(sp.log(Law("q", z)(z)))
    '\\\\log{\\\\left(q(z) \\\\right)}'
    """
    return str(_Printer().doprint(expression))

"""Differentials in matrix form: d f [V], linear in the direction V, by the rules of matrix differentiation.

.. math:: d\\log|A| = \\operatorname{tr} A^{-1} dA, \\quad dA^{-1} = -A^{-1}\\, dA\\, A^{-1}

They hold in any dimension; that they are right is checked where they are used, in dimensions 1 to 5.
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from theory.derivations.vocabulary import Det, Form, NamedMatrix, PositiveDet, Tr


def differential(e: Any, x: Any, direction: Any) -> Any:
    """d e [direction] where x moves; a scalar or a matrix expression, as e is.

    ValueError: e holds a word that has no rule.

    >>> from theory.derivations.vocabulary import dimension, latex, matrix
    >>> k = dimension()
    >>> A, V = matrix("A", k), matrix("V", k)
    >>> latex(differential(sp.log(PositiveDet(A)), A, V))
    '\\\\operatorname{tr}\\\\left(A^{-1} V\\\\right)'
    """
    return _plain(_differential(e, x, direction))


def _plain(e: Any) -> Any:
    """Without transposes of what is its own transpose."""
    return e.replace(
        lambda n: isinstance(n, sp.Transpose) and symmetric_matrix(n.arg), lambda n: n.arg, simultaneous=False
    )


def _differential(e: Any, x: Any, direction: Any) -> Any:
    if not e.has(x):
        return sp.ZeroMatrix(*e.shape) if getattr(e, "is_Matrix", False) else sp.Integer(0)
    if isinstance(e, sp.MatrixExpr):
        return _of_matrix(e, x, direction)
    words = {w: sp.Dummy(positive=w.is_positive or None) for w in _words(e)}
    outer = e.xreplace(words)
    back = {dummy: word for word, dummy in words.items()}
    terms = [sp.diff(outer, dummy).xreplace(back) * _of_word(word, x, direction) for word, dummy in words.items()]
    if isinstance(x, sp.Symbol):
        terms.append(sp.diff(outer, x).xreplace(back) * direction)
    return sp.Add(*terms)


def _words(e: Any) -> list[Any]:
    """The outermost words with matrices inside."""
    if isinstance(e, (Det, PositiveDet, Tr, Form)):
        return [e]
    if e.is_Symbol or e.is_Number or e is sp.pi:
        return []
    if not (e.is_Add or e.is_Mul or e.is_Pow or isinstance(e, sp.Function)):
        raise ValueError(f"{type(e).__name__} has no rule of differentiation.")
    return list(dict.fromkeys(w for inner in e.args for w in _words(inner)))


def _of_word(e: Any, x: Any, direction: Any) -> Any:
    def d(inner: Any) -> Any:
        return differential(inner, x, direction)

    if isinstance(e, (Det, PositiveDet)):
        A = e.args[0]
        return e * _trace(A.I * d(A))
    if isinstance(e, Tr):
        return _trace(d(e.args[0]))
    A, v, u = e.args
    parts = [(d(A), v, u), (A, d(v), u), (A, v, d(u))]
    return sp.Add(*(_form(*part) for part in parts))


def _trace(A: Any) -> Any:
    """tr A, its sums and scalars outside."""
    return sp.Add(*(scale * Tr(inner) for scale, inner in _terms(A)))


def _form(A: Any, v: Any, u: Any) -> Any:
    """u'A v, the sums of A and all scalars outside."""
    if isinstance(v, sp.ZeroMatrix) or isinstance(u, sp.ZeroMatrix):
        return sp.Integer(0)
    (b, q), (c, r) = _scaled(v), _scaled(u)
    return sp.Add(*(a * b * c * Form(P, q, r) for a, P in _terms(A)))


def _scaled(v: Any) -> tuple[Any, Any]:
    if not v.is_MatMul:
        return sp.Integer(1), v
    scale, inner = v.as_coeff_matrices()
    return scale, sp.MatMul(*inner).doit(deep=False)


def _terms(A: Any) -> list[tuple[Any, Any]]:
    if isinstance(A, sp.ZeroMatrix):
        return []
    if A.is_MatAdd:
        return [term for inner in A.args for term in _terms(inner)]
    if A.is_MatMul:
        scale, inner = A.as_coeff_matrices()
        for place, factor in enumerate(inner):
            if factor.is_MatAdd:
                return [
                    (scale * s, rest)
                    for part in factor.args
                    for s, rest in _terms(sp.MatMul(*inner[:place], part, *inner[place + 1 :]).doit(deep=False))
                ]
        return [(scale, sp.MatMul(*inner).doit(deep=False))]
    return [(sp.Integer(1), A)]


def _of_matrix(e: Any, x: Any, direction: Any) -> Any:
    def d(inner: Any) -> Any:
        return differential(inner, x, direction)

    if e == x:
        return direction
    if isinstance(e, NamedMatrix):
        return d(e.args[1])
    if isinstance(e, sp.Transpose):
        return d(e.arg).T
    if isinstance(e, sp.Inverse):
        return -e * d(e.arg) * e
    if isinstance(e, sp.MatPow) and e.exp.is_Integer and e.exp != 0:
        factor = e.base if e.exp > 0 else sp.Inverse(e.base)
        return d(sp.MatMul(*[factor] * abs(int(e.exp)), evaluate=False))
    if e.is_MatAdd:
        return sp.MatAdd(*(d(inner) for inner in e.args)).doit(deep=False)
    if e.is_MatMul:
        terms = []
        for place, factor in enumerate(e.args):
            if factor.has(x):
                rest = [*e.args[:place], d(factor), *e.args[place + 1 :]]
                terms.append(_product(rest))
        return sp.MatAdd(*terms).doit(deep=False)
    raise ValueError(f"{type(e).__name__} has no rule of differentiation.")


def _product(factors: list[Any]) -> Any:
    scalars = [f for f in factors if not getattr(f, "is_Matrix", False)]
    matrices = [f for f in factors if getattr(f, "is_Matrix", False)]
    found = matrices[0]
    for f in matrices[1:]:
        found = found * f
    return sp.Mul(*scalars) * found


def gradient(e: Any, x: Any, symmetric: bool) -> Any:
    """G with d e = tr G'V, read off the differential; symmetric for a symmetric x.

    ValueError: the differential has a term that is not read so.

    >>> from theory.derivations.vocabulary import dimension, latex, matrix
    >>> A = matrix("A", dimension())
    >>> latex(gradient(sp.log(PositiveDet(A)), A, symmetric=True))
    'A^{-1}'
    """
    V = sp.MatrixSymbol("V", *x.shape)
    found = []
    for term in sp.Add.make_args(sp.expand(differential(e, x, V))):
        word = next((w for w in sp.Mul.make_args(term) if w.has(V)), None)
        if word is None or (term / word).has(V) or not isinstance(word, (Form, Tr)):
            raise ValueError(f"the differential {term} is not read as a gradient.")
        found.append(sp.factor(term / word) * _coefficient(word, V, symmetric))
    return _plain(sp.MatAdd(*found).doit(deep=False)) if found else sp.ZeroMatrix(*x.shape)


def _coefficient(word: Any, V: Any, symmetric: bool) -> Any:
    if isinstance(word, Form):
        A, v, u = word.args
        if v == V:
            return A * u if symmetric_matrix(A) else A.T * u
        if u == V:
            return A * v
        return _around(_factors(A), V, symmetric, v, u)
    return _around(_factors(word.args[0]), V, symmetric)


def _around(factors: list[Any], V: Any, symmetric: bool, v: Any = None, u: Any = None) -> Any:
    """The gradient of tr(P V Q), or of u'P V Q v: (Q P)' or (Q v u' P)', made symmetric where V is."""
    if V not in factors:
        raise ValueError("the direction stands inside a factor.")
    place = factors.index(V)
    left, right = factors[:place], factors[place + 1 :]
    middle = [v, u.T] if v is not None else []
    cycle = [*right, *middle, *left]
    if not cycle:
        return sp.Identity(V.shape[0])
    G = _product(cycle)
    if len(cycle) == 1 and symmetric_matrix(cycle[0]):
        return G
    if cycle[::-1] == [f.T if not symmetric_matrix(f) else f for f in cycle]:
        return G
    return (G + G.T) / 2 if symmetric else G.T


class Square(sp.MatrixSymbol):
    """A square matrix that need not be symmetric."""


def symmetric_matrix(A: Any) -> bool:
    """Whether a matrix in these formulas is its own transpose: sums, inverses and multiples of square symbols."""
    if isinstance(A, NamedMatrix):
        return symmetric_matrix(A.args[1])
    if isinstance(A, sp.Inverse):
        return symmetric_matrix(A.arg)
    if A.is_MatAdd:
        return all(symmetric_matrix(a) for a in A.args)
    if A.is_MatMul:
        _, inner = A.as_coeff_matrices()
        return len(inner) == 1 and symmetric_matrix(inner[0])
    return isinstance(A, (sp.MatrixSymbol, sp.Identity)) and A.shape[0] == A.shape[1] and not isinstance(A, Square)


def _factors(A: Any) -> list[Any]:
    return list(A.args) if A.is_MatMul else [A]

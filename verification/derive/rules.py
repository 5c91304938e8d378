"""Inequalities that follow by their rule: what an expression turns into where the rule is applied once inside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import sympy as sp

from theory.derivations import vocabulary as words

AT_LEAST, AT_MOST = 1, -1
LETTERS = "letters"  # that may index a matrix: a word of the domain
BINDING = (words.Mean, words.Total)
BOUND_BY_LAWS = (words.Mean, words.KL)
Local = Callable[[Any, Mapping[Any, Any]], Iterator[tuple[Any, int]]]


def laws(e: Any) -> Iterator[tuple[Any, Any]]:
    """What means and divergences in ``e`` take for laws, and of which letters, where that has to be seen."""
    for node in sp.preorder_traversal(e):
        if isinstance(node, BOUND_BY_LAWS):
            z = node.args[-1] if isinstance(node, words.KL) else node.args[1]
            letters = tuple(z) if isinstance(z, sp.Tuple) else (z,)
            for law in node.args[:2] if isinstance(node, words.KL) else node.args[2:]:
                made = isinstance(law, words.Density) and tuple(law.args[2]) == letters
                if not made and not (isinstance(law, words.Normal) and law.args[0] == z):
                    yield law, z


def rewritten(e: Any, rule: str, domain: Mapping[Any, Any]) -> Iterator[tuple[Any, int]]:
    """Expressions that ``e`` is at least (+1) or at most (-1), by one use of the rule somewhere inside."""
    local = LOCAL.get(rule)
    if local is None:
        return
    yield from local(e, domain)
    for index, inner in enumerate(e.args):
        sign = _monotone(e, index, domain)
        if sign:
            for new, direction in rewritten(inner, rule, domain):
                args = [*e.args]
                args[index] = new
                yield e.func(*args), direction * sign


def _monotone(e: Any, index: int, domain: Mapping[Any, Any]) -> int:
    """Whether ``e`` rises (+1) or falls (-1) with one of its arguments, 0 where neither is known."""
    if e.is_Add or isinstance(e, (sp.log, sp.exp)):
        return 1
    if e.is_Mul:
        rest = sp.Mul(*(x for i, x in enumerate(e.args) if i != index))
        return sign_of(rest, domain)
    if isinstance(e, (words.Mean, words.Total)):
        return int(index == 0)
    if isinstance(e, (words.Named, words.PositiveNamed)):
        return int(index == 1)
    if e.is_Pow and index == 0 and e.args[0].is_positive:
        return sign_of(e.args[1], domain)
    return 0


def sign_of(e: Any, domain: Mapping[Any, Any]) -> int:
    """+1 for what is never negative on the domain, -1 for what is never positive, 0 where that is not seen."""
    if e.is_nonnegative:
        return 1
    if e.is_nonpositive:
        return -1
    if e.is_Mul:
        found = 1
        for x in e.args:
            found *= sign_of(x, domain)
        return found
    if isinstance(e, words.Mean | words.Total):
        return sign_of(e.args[0], domain)
    if isinstance(e, sp.log) and isinstance(e.args[0], words.Density):
        # a letter with equal shares is an index: its probability is at most 1, as no density of a latent is
        _, own, letters, _ = e.args[0].args
        return -1 if set(letters) <= set(own[2]) else 0
    low, high = within(e, domain)
    return 1 if low >= 0 else -1 if high <= 0 else 0


def within(e: Any, domain: Mapping[Any, Any]) -> tuple[Any, Any]:
    """Between which numbers a formula of bounded scalars lies."""
    if e.is_Rational:
        return e, e
    if e in domain and isinstance(domain[e], tuple):
        return sp.sympify(domain[e][0]), sp.sympify(domain[e][1])
    if e.is_Add:
        parts = [within(x, domain) for x in e.args]
        return sp.Add(*(low for low, _ in parts)), sp.Add(*(high for _, high in parts))
    if e.is_Mul and e.args[0].is_Rational:
        ends = [e.args[0] * x for x in within(sp.Mul(*e.args[1:]), domain)]
        return min(ends), max(ends)
    return -sp.oo, sp.oo


def _means(e: Any) -> Iterator[tuple[Any, Callable[[Any], Any]]]:
    """The body of an expectation, however it is written, and the same expectation of another body."""
    if e.is_Mul:
        for index, factor in enumerate(e.args):
            rest = sp.Mul(*(x for i, x in enumerate(e.args) if i != index))
            for body, again in _means(factor):
                bound = factor.args[1].free_symbols if isinstance(factor, BINDING) else set()
                if rest.is_positive and not rest.free_symbols & bound:
                    yield rest * body, again
    if isinstance(e, words.Mean):
        yield e.args[0], lambda body: words.Mean(body, *e.args[1:])
    elif isinstance(e, words.Average):
        yield e.args[0], lambda body: e.func(body, *e.args[1:])
    elif isinstance(e, words.Total):
        body, z = e.args
        for law in sp.Mul.make_args(body):
            if (isinstance(law, words.Density) and tuple(law.args[2]) == (z,)) or (
                isinstance(law, words.Normal) and law.args[0] == z
            ):
                yield body / law, lambda inner, law=law: e.func(law * inner, z)  # type: ignore[misc]


def _shares(e: Any) -> list[tuple[Any, Any]]:
    """The terms of an average that is written out, a/3 + 2 b/3, with their shares; none of what is no average."""
    found = [term.as_coeff_Mul() for term in e.args] if e.is_Add else []
    fair = all(share.is_positive and x.is_positive for share, x in found) and sum(share for share, _ in found) == 1
    return found if fair else []


def _jensen(e: Any, domain: Mapping[Any, Any]) -> Iterator[tuple[Any, int]]:
    if isinstance(e, sp.log):
        for body, again in _means(e.args[0]):
            if body.is_positive:
                yield again(sp.log(body)), AT_LEAST
        if shares := _shares(e.args[0]):
            yield sp.Add(*(share * sp.log(x) for share, x in shares)), AT_LEAST
    if isinstance(e, sp.exp):
        for body, again in _means(e.args[0]):
            yield again(sp.exp(body)), AT_MOST
    if e.is_Pow:
        base, exponent = e.as_base_exp()
        for body, again in _means(base):
            if body.is_positive:
                low, beyond = sign_of(exponent, domain), sign_of(1 - exponent, domain)
                if low and beyond:
                    yield again(body**exponent), AT_LEAST if low * beyond > 0 else AT_MOST


def _gibbs(e: Any, domain: Mapping[Any, Any]) -> Iterator[tuple[Any, int]]:
    if isinstance(e, words.KL):
        yield sp.Integer(0), AT_LEAST


def _dropping(e: Any, domain: Mapping[Any, Any]) -> Iterator[tuple[Any, int]]:
    if e.is_Add or e.is_Mul:
        for term in sp.Add.make_args(e):
            if sign := sign_of(term, domain):
                yield e - term, sign


def _subadditive(e: Any, domain: Mapping[Any, Any]) -> Iterator[tuple[Any, int]]:
    if e.is_Pow:
        base, exponent = e.as_base_exp()
        if type(base) in (words.Total, words.Sum) and not isinstance(base.args[1], sp.MatrixSymbol):
            body, z = base.args
            if body.is_positive and sign_of(exponent, domain) > 0 and sign_of(1 - exponent, domain) > 0:
                yield type(base)(body**exponent, z), AT_MOST


def _hadamard(e: Any, domain: Mapping[Any, Any]) -> Iterator[tuple[Any, int]]:
    if isinstance(e, sp.log) and isinstance(e.args[0], words.PositiveDet):
        A = e.args[0].args[0]
        for i in domain.get(LETTERS, ()):
            yield words.Sum(sp.log(words.Entry(A, i, i)), i), AT_MOST


LOCAL: dict[str, Local] = {
    "Hadamard": _hadamard,
    "Jensen": _jensen,
    "Gibbs": _gibbs,
    "dropping": _dropping,
    "subadditivity": _subadditive,
}

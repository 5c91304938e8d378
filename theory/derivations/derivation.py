"""A derivation as data: its steps, the rule that leads to each, and what the symbols stand for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

import sympy as sp

RULES: dict[str, str] = {
    "start": "where the chain begins",
    "definition": "a symbol is replaced by what it stands for",
    "substitution": "an earlier result is put in, or a variable changed",
    "algebra": "sums, products and powers are rearranged",
    "Bayes": "a conditional law is the joint law over the marginal",
    "chain rule": "a joint law is a marginal times a conditional",
    "marginalise": "a variable is summed or integrated out, or brought in so",
    "conditional independence": "a variable that the given ones screen off is dropped",
    "multiply and divide": "a positive factor stands above and below",
    "add and subtract": "a term is added and taken away",
    "log of a product": "the logarithm of a product is the sum of the logarithms",
    "linearity": "sums and constants pass through an expectation",
    "normalisation": "a law adds up to one",
    "Fubini": "sums and integrals change places",
    "tower rule": "an expectation of a conditional expectation is the expectation",
    "Jensen": "the logarithm, or a power between 0 and 1, of a mean is at least the mean of it",
    "Gibbs": "a KL divergence is never negative",
    "dropping": "a term of known sign is left out",
    "monotonicity": "an increasing function keeps an inequality",
    "Cauchy-Schwarz": "the square of an inner product is at most the product of the squared norms",
    "Hoeffding": "a bounded variable's moment generating function is at most a Gaussian's",
    "data processing": "what is computed from a variable tells no more than the variable",
    "subadditivity": "a power between 0 and 1 of a sum is at most the sum of the powers",
    "Hadamard": "the determinant of a covariance is at most the product of its diagonal",
    "completing the square": "a quadratic exponent is written about its own mean",
    "Gaussian integral": "the integral of exp of a negative definite quadratic form",
    "Gaussian moments": "expectations of polynomials under a Gaussian",
    "change of variables": "the volume element takes the Jacobian's determinant",
    "reparametrisation": "z = mu + sigma epsilon carries the randomness outside the parameters",
    "matrix algebra": "products, transposes and inverses of matrices are rearranged",
    "determinant lemma": "|A + U V'| = |A| |I + V' A^-1 U|",
    "Woodbury": "(A + U V')^-1 by the smaller matrix I + V' A^-1 U",
    "trace": "the trace is linear and does not mind cyclic order",
    "matrix differentiation": "d log|A| = tr A^-1 dA and d A^-1 = -A^-1 dA A^-1",
    "differentiation": "the derivative is taken",
    "integration": "the integral is taken",
    "Lagrange": "a stationary point under a constraint, with a multiplier",
    "KKT": "a stationary point under an inequality, with its slack",
    "stationarity": "the derivative vanishes there",
    "solving": "an equation is solved for an unknown",
    "second-order Taylor": "a function is its value, slope and half its curvature, to second order",
    "first order": "terms of higher order in a small parameter are left out",
    "limit": "a parameter goes to its limit",
    "combinatorics": "equal terms are counted",
    "assertion": "the source gives no reason",
}
RELATIONS = ("=", "<=", ">=", "<", ">", "~", "=>", "iff")


@dataclass(frozen=True)
class Step:
    """One line: an expression, and the rule by which it follows from the line before it.

    ``relation`` reads between the line before and this one. ``~`` means equal but for terms of order ``order`` in
    ``small``; ``=>`` and ``iff`` stand between equations (``sympy.Eq``). ``since`` counts back to another line than the
    one before (2: the line before that; or the index of a line, as ``("line", 0)``). ``printed`` is False for a line
    that the source leaves to the reader. ``latex`` replaces what the printer would make of the expression.
    """

    expression: Any
    rule: str
    relation: str = "="
    printed: bool = True
    note: str = ""
    since: int | tuple[str, int] = 1
    small: Any = None
    order: int = 1
    latex: str = ""
    factor: Any = 1

    def __post_init__(self) -> None:
        if not isinstance(self.expression, sp.Basic):
            raise ValueError(
                f"a step's expression is {self.expression!r}, of type {type(self.expression).__name__}; write it in "
                "SymPy, with the words of theory.derivations.vocabulary (a number as sympy.Integer(3))."
            )
        if self.rule not in RULES:
            near = get_close_matches(self.rule, RULES, 1)
            told = f"the nearest is {near[0]!r}" if near else f"choose one of {', '.join(RULES)}"
            raise ValueError(f"a step's rule is {self.rule!r}; {told}.")
        if self.relation not in RELATIONS:
            raise ValueError(f"a step's relation is {self.relation!r}; choose one of {' '.join(RELATIONS)}.")
        if self.relation == "~" and self.small is None:
            raise ValueError("a step with the relation ~ names its small parameter: small=t, order=2.")


@dataclass(frozen=True)
class Derivation:
    """A chain of steps with the meaning of its symbols.

    ``domain`` maps free scalars to the open interval they are drawn from, ``(0, 1)``; matrices to ``"covariance"``,
    ``"symmetric"``, ``"diagonal"`` or ``"any"`` (the default). ``sizes`` are the numbers of letters, ``dimensions`` the
    values of each symbolic dimension, in which every step is decided. ``breaks`` are the indices of printed lines that
    do not follow from the line before; ``instead`` is the id of the derivation that mends them.

    ``shipped`` names the function of `theory` that the last line is (``implicit_prior.log_component_integral``),
    ``arguments`` maps its arguments to symbols, ``result`` is the expression where that is not the last line's.
    ``claims`` are the ids of the claims that the derivation leads to.
    """

    id: str
    sentence: str
    source: str
    steps: tuple[Step, ...]
    domain: Mapping[Any, Any] = field(default_factory=dict)
    sizes: Mapping[Any, tuple[int, ...]] = field(default_factory=dict)
    dimensions: Mapping[Any, tuple[int, ...]] = field(default_factory=dict)
    breaks: tuple[int, ...] = ()
    instead: str = ""
    shipped: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict)
    result: Any = None
    claims: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not (isinstance(self.id, str) and self.id):
            raise ValueError(f"a derivation's id is {self.id!r}; give it a name, such as 'my.elbo'.")
        if not (isinstance(self.steps, (tuple, list)) and all(isinstance(step, Step) for step in self.steps)):
            raise ValueError(f"{self.id}: steps is not a tuple of Step; write steps=(Step(...), Step(...)).")
        if self.steps and self.steps[0].rule != "start":
            raise ValueError(f"{self.id}: the first step's rule is {self.steps[0].rule!r}; it begins with 'start'.")
        if len(self.steps) < 2:
            raise ValueError(f"{self.id}: a derivation has at least two steps.")
        for index in range(1, len(self.steps)):
            ends = (self.steps[i].expression for i in (index, self.before(index)))
            relation = self.steps[index].relation
            if all(isinstance(e, sp.Eq) for e in ends) != (relation in ("=>", "iff")):
                raise ValueError(
                    f"{self.id}: line {index} has the relation {relation!r}; between two equations stands => or iff, "
                    "between other expressions =, <=, >=, <, > or ~."
                )
        for index in self.breaks:
            if not 0 < index < len(self.steps):
                raise ValueError(f"{self.id}: breaks names line {index}; its lines go from 1 to {len(self.steps) - 1}.")

    def before(self, index: int) -> int:
        """The line that line ``index`` follows from."""
        since = self.steps[index].since
        line = since[1] if isinstance(since, tuple) else index - since
        if not 0 <= line < index:
            raise ValueError(f"{self.id}: line {index} cannot follow from line {line}.")
        return line

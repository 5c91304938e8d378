r"""Derivations as data: every step an expression, the rule that leads to it, and a relation to the line before.

How to write one (the modules of `hoffman` and `levy` are examples; a file of your own is read by
``betavae derive my_derivation.py``):

- Name the symbols. ``z, x = letter("z"), letter("x_i")`` are variables with finitely many values (latents, data,
  indices); ``beta = sympy.Symbol("beta", positive=True)`` is a number; ``k = dimension("k")``, ``mu = vector("mu", k)``
  and ``Sigma = matrix("Sigma", k)`` are for Gaussians. A name that ends in ' is a second copy of its letter (z').
- Laws on letters: ``p = Law("p", x, z)`` is a joint law, and ``p(x)``, ``p(z, given=x)`` follow from it;
  ``q = Law("q", z, given=x)`` is a conditional one; ``q = Law("q", n, z, uniform=n)`` is a mixture with q(n) = 1/N.
  ``Table("f", x, z)`` and ``PositiveTable("phi", n, z)`` are free functions.
- Words: ``Mean(f, z, q(z))``, ``Total(f, z)`` (an integral), ``Sum(f, n)``, ``Average(f, n)``, ``Count(n)`` (N),
  ``KL(q(z), p(z), z)``, ``Entropy(q(n), n)`` of an index; ``Normal(z, mu, Sigma)``, ``Form(A, v)`` (v'Av),
  ``Form(A, v, u)`` (u'Av), ``PositiveDet(A)``, ``Det(A)``, ``Tr(A)``, ``Entry(A, i, j)``, ``Gradient(f, x)`` by a
  number, a vector, a symmetric matrix or a cell of a table (``PositiveTable("phi", n)``). Mean, Total and KL
  take several letters too, ``Mean(f, (z_1, z_2), q(z_1, z_2))``; Mean and Total a vector: a Mean under a `Normal` of a
  polynomial in z, a Total of a Gaussian in z. Scalars are SymPy's: log, exp, + - * / **; matrices too: ``A * B``,
  ``A.I``, ``A.T``, ``sympy.Identity(k)``, ``sympy.ZeroMatrix(k, 1)``, HadamardProduct.
- In `indices`: ``Others(f, b', b)`` and ``AverageOthers(f, b', b)`` run over the values b' != b; ``Column(f, j, k)``
  and ``Diagonal(f, j, k)`` are the vector and the diagonal matrix of a table's values at j, ``f = Table("mu", x, j)``.
- SymPy cancels and sorts by itself: ``keep(a, 1/q, q)`` is a product left as it stands, ``plus(a, b)`` a sum; `Named`,
  `PositiveNamed` and `NamedMatrix` print a name for an expression; ``Step(..., latex=...)`` overrides what is printed.
- Steps: ``Step(expression, "Jensen", ">=")``; the rule is a name in `RULES`, the relation one of `RELATIONS`, read from
  the line before to this one. The first step's rule is "start". ``since=("line", 0)`` follows from another line, as
  where a source writes "l = ..." again. ``Step(e, "first order", "~", small=t, order=2)``: equal up to O(t^2).
  Equations are ``sympy.Eq``; ``=>`` to ``Eq(unknown, value)`` puts the value into the equation before; to any other
  equation it multiplies the one before by ``factor=``.
  A line that the source does not print has ``printed=False``.
- ``domain={beta: (0, 1), Sigma: "covariance"}``: open intervals of numbers (else (0, 3) if positive, (-2, 2) if not),
  kinds of matrices ("covariance", "symmetric", "diagonal", "any"). ``sizes={z: (2, 3)}``, ``dimensions={k: (1, 2, 3)}``
  are the defaults of where steps are decided; a letter that indexes a matrix has the size of the dimension.
- A source's line that does not follow stays, its index in ``breaks``, and ``instead`` names the derivation that mends
  it.
- ``shipped="implicit_prior.log_component_integral"``, ``arguments={"mu": mu, ...}``, ``result=`` (default: the last
  line's expression) let ``--code`` compare a generated function with ours. ``claims=("hoffman.eq11",)`` links claims.

How steps are decided: in every reading (2 and 3 letters with general weights; k = 1, 2, 3 with general entries) both
sides become elements of a field of rational functions with logarithms, powers and exponentials of irreducible
polynomials adjoined, where zero can be told; and, by other methods, balls at points of simple rationals. An inequality
is proved by its rule where the rule (`Jensen`, `Gibbs`, `dropping`, `subadditivity`), applied once inside the line
before, gives this line. What balls refute does not follow, whatever is said. Replay yours while you write:

    from verification.derive import replay
    for step in replay(derivation): print(step.verdict, step.how, step.counterexample)
"""

from __future__ import annotations

from importlib import import_module

from theory.derivations.derivation import RELATIONS as RELATIONS
from theory.derivations.derivation import RULES as RULES
from theory.derivations.derivation import Derivation as Derivation
from theory.derivations.derivation import Step as Step

# One module a source; a new one is named here.
SOURCES = ("hoffman", "kumar_poole", "zheng", "infomax", "levy")


def in_module(module: object) -> list[Derivation]:
    """Every Derivation at the top level of a module, in its order."""
    return [value for value in vars(module).values() if isinstance(value, Derivation)]


def all_derivations() -> dict[str, Derivation]:
    """Every derivation of the package by its id. ValueError: two have one id.

    >>> "hoffman.eq11" in all_derivations()
    True
    """
    found: dict[str, Derivation] = {}
    for source in SOURCES:
        for derivation in in_module(import_module(f"theory.derivations.{source}")):
            if found.setdefault(derivation.id, derivation) is not derivation:
                raise ValueError(f"two derivations have the id {derivation.id}; rename one of them.")
    return found

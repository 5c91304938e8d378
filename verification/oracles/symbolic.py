"""Derivations by SymPy for k = 1 and 2: the shipped formula itself, run on symbols, is proved equal to them.

D is derived by integrating exp(-A u^2 / 2 + B u) over one axis after the other. Equality is proved by derivatives: those
of the difference in mu and in the entries of Sigma are rational functions that cancel to 0 (taken entry by entry: SymPy
differentiates log(Determinant(S)) by a matrix symbol to 0), and at mu = 0, Sigma = I the difference vanishes for every
beta; the domain is connected. A proof is an oracle with ``proves``: it takes the formula and the arguments of a batch,
for their shapes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, TypeVar

import numpy as np

from verification.estimate import Estimate, Grade

from . import NotApplicable, slow

Array = Any
Formula = Callable[..., Any]
Proof = TypeVar("Proof", bound=Callable[..., Any])
BITS = 192


def proves(proof: Proof) -> Proof:
    """Mark ``proof(formula, args) -> bool``."""
    proof.proves = True  # type: ignore[attr-defined]
    return proof


@cache
def symbols(k: int) -> dict[str, Array]:
    """mu (k,), a symmetric Sigma (k, k) and beta as symbols, in object arrays."""
    import sympy as sp

    if k > 2:
        raise NotApplicable("symbolic derivations are made for k = 1 and 2")
    sigma = np.empty((k, k), dtype=object)
    for i in range(k):
        sigma[i, i] = sp.Symbol(f"s{i}", positive=True)
        for j in range(i):
            sigma[i, j] = sigma[j, i] = sp.Symbol("c", real=True)
    mu = np.array([sp.Symbol(f"m{i}", real=True) for i in range(k)], dtype=object)
    return {"mu": mu, "Sigma": sigma, "beta": np.array(sp.Symbol("beta", positive=True), dtype=object)}


@cache
def gaussian_integral() -> tuple[Any, Any, Any]:
    """A, B and the log of the integral of exp(-A u^2 / 2 + B u) over the line, A > 0."""
    import sympy as sp

    u, a, b = sp.Symbol("u", real=True), sp.Symbol("A", positive=True), sp.Symbol("B", real=True)
    mass = sp.integrate(sp.exp(-a * u**2 / 2 + b * u), (u, -sp.oo, sp.oo))
    return a, b, sp.expand_log(sp.log(sp.simplify(mass)), force=True)


@cache
def derived_log_d(k: int) -> Any:
    """log D as a SymPy expression of :func:`symbols`, by integrating one axis after the other."""
    import sympy as sp

    named = symbols(k)
    mu, sigma, beta = sp.Matrix(named["mu"]), sp.Matrix(named["Sigma"]), named["beta"].item()
    z = sp.Matrix([sp.Symbol(f"z{i}", real=True) for i in range(k)])
    precision = sigma.inv()
    square = ((z - mu).T * precision * (z - mu))[0, 0]
    exponent = sp.expand(-beta * (z.T * z)[0, 0] / 2 - (1 - beta) * square / 2)
    total = -sp.Rational(k, 2) * sp.log(2 * sp.pi) - (1 - beta) * sp.log(sigma.det()) / 2
    a, b, log_mass = gaussian_integral()
    for axis in z:
        curvature, slope = -2 * exponent.coeff(axis, 2), exponent.coeff(axis, 1)
        rest = sp.expand(exponent - exponent.coeff(axis, 2) * axis**2 - slope * axis)
        quadratic = sp.expand(log_mass - log_mass.subs(b, 0))
        total += log_mass.subs(b, 0).subs(a, sp.together(curvature))
        exponent = sp.expand(rest + quadratic.subs({a: curvature, b: slope}, simultaneous=True))
    return total + sp.together(exponent)


def prove_equal(shipped: Formula, derived: Any, named: Mapping[str, Array], at: Mapping[Any, Any]) -> bool:
    """Whether a formula run on symbols equals a SymPy expression on the connected domain that contains the point ``at``.

    The difference must be a sum of logarithms of rational functions with coefficients in beta, and rational functions.
    ``at`` gives every symbol but beta.
    """
    import sympy as sp

    value = np.asarray(shipped(**named), dtype=object)
    expected = np.asarray(derived, dtype=object)
    if value.size != expected.size:
        return False
    for a, b in zip(value.ravel(), expected.ravel(), strict=True):
        difference = a - b
        if not _small_somewhere(difference, named):
            return False
        if any(sp.cancel(sp.together(sp.diff(difference, x))) != 0 for x in at):
            return False
        if sp.simplify(sp.expand_log(difference.subs(at), force=True)) != 0:
            return False
    return True


def _small_somewhere(difference: Any, named: Mapping[str, Array]) -> bool:
    """A quick look at one point: what is far from 0 there needs no algebra."""
    import sympy as sp

    point: dict[Any, Any] = {}
    for name, entries in named.items():
        for j, x in enumerate(np.asarray(entries, dtype=object).ravel()):
            point.setdefault(x, sp.Rational(2 + 3 * j, 7 if name == "Sigma" else 11))
    if "Sigma" in named and np.shape(named["Sigma"])[-1] == 2:
        point[named["Sigma"][0, 1]] = sp.Rational(1, 9)
    return bool(abs(sp.N(difference.subs(point), 40)) < 1e-25)


def _standard(k: int) -> dict[Any, Any]:
    """mu = 0, Sigma = I."""
    named = symbols(k)
    point = dict.fromkeys(named["mu"], 0)
    for i in range(k):
        for j in range(k):
            point[named["Sigma"][i, j]] = int(i == j)
    return point


def _taken(formula: Formula, named: Mapping[str, Array], args: Mapping[str, Any]) -> dict[str, Array]:
    """Symbols for the arguments of a batch that the formula can name."""
    return {name: value for name, value in named.items() if name in args}


def _prove(formula: Formula, args: Mapping[str, Any], derived: Callable[[int], Any]) -> bool:
    k = np.shape(args["Sigma"])[-1]
    named = symbols(k)
    return prove_equal(formula, derived(k), _taken(formula, named, args), _standard(k))


@proves
@slow
def prove_log_component_integral(formula: Formula, args: Mapping[str, Any]) -> bool:
    """Whether the formula is log D, for every mu, Sigma and beta with D finite, k = 1 or 2."""
    return _prove(formula, args, derived_log_d)


@cache
def derived_gradient(k: int, name: str) -> Any:
    """Derivative of the derived log D, entry by entry; in Sigma along the symmetric units (E_ij + E_ji) / 2."""
    import sympy as sp

    log_d, named = derived_log_d(k), symbols(k)
    if name == "beta":
        return np.array(sp.diff(log_d, named["beta"].item()), dtype=object)
    out = np.array([sp.diff(log_d, x) for x in named[name].ravel()], dtype=object).reshape(named[name].shape)
    if name == "Sigma":
        for i in range(k):
            for j in range(k):
                out[i, j] = out[i, j] if i == j else out[i, j] / 2
    return out


@proves
@slow
def prove_component_gradient_mu(formula: Formula, args: Mapping[str, Any]) -> bool:
    """Whether the formula is the gradient of log D in mu, k = 1 or 2."""
    return _prove(formula, args, lambda k: derived_gradient(k, "mu"))


@proves
@slow
def prove_component_gradient_Sigma(formula: Formula, args: Mapping[str, Any]) -> bool:
    """Whether the formula is the gradient of log D in Sigma, k = 1 or 2."""
    return _prove(formula, args, lambda k: derived_gradient(k, "Sigma"))


@proves
@slow
def prove_component_gradient_beta(formula: Formula, args: Mapping[str, Any]) -> bool:
    """Whether the formula is the derivative of log D in beta, k = 1 or 2."""
    return _prove(formula, args, lambda k: derived_gradient(k, "beta"))


# ---- leading coefficients of expansions ---------------------------------------------------------------------------------


def leading_term(expression: Any, variable: Any) -> tuple[int, Any]:
    """Exponent and coefficient of the first term of the expansion of an expression at variable = 0."""
    import sympy as sp

    for power in range(5):
        coefficient = sp.simplify(sp.limit(sp.diff(expression, variable, power), variable, 0) / sp.factorial(power))
        if coefficient != 0:
            return power, coefficient
    raise ValueError("the expression vanishes to fourth order")


@cache
def small_variance_remainder(k: int) -> tuple[int, Any]:
    """log D at Sigma = t S less (beta/2) log|t S| - (k/2) log(1 - beta) - (beta/2) mu'mu, as t shrinks."""
    import sympy as sp

    named, t = symbols(k), sp.Symbol("t", positive=True)
    mu, sigma, beta = named["mu"], sp.Matrix(named["Sigma"]), named["beta"].item()
    form = -sp.Rational(k, 2) * sp.log(1 - beta) - beta * sum(m**2 for m in mu) / 2
    scaled = _without_determinant(k).subs({x: t * x for x in named["Sigma"].ravel()}, simultaneous=True)
    del sigma
    return leading_term(scaled - form, t)


@cache
def _without_determinant(k: int) -> Any:
    """log D - (beta/2) log|Sigma|, regular at Sigma = 0; the identity is proved before it is used."""
    import sympy as sp

    named = symbols(k)
    mu, sigma, beta = sp.Matrix(named["mu"]), sp.Matrix(named["Sigma"]), named["beta"].item()
    blend = (1 - beta) * sp.eye(k) + beta * sigma
    regular = -sp.log(blend.det()) / 2 - beta * (1 - beta) * (mu.T * blend.inv() * mu)[0, 0] / 2
    whole = regular + beta * sp.log(sigma.det()) / 2
    if not prove_equal(lambda **_: whole, derived_log_d(k), named, _standard(k)):
        raise ArithmeticError("the regular form of log D is not the derived one")
    return regular


@cache
def small_beta_remainder(k: int) -> tuple[int, Any]:
    """log D less (beta/2) log|Sigma|, as beta shrinks."""
    return leading_term(_without_determinant(k), symbols(k)["beta"].item())


# ---- evaluated in balls at the arguments of a batch ----------------------------------------------------------------------


@cache
def _compiled(k: int, name: str) -> Callable[..., Any]:
    import sympy as sp
    from flint import arb

    named = symbols(k)
    expression = derived_log_d(k) if name == "value" else derived_gradient(k, name)
    entries = np.asarray(expression, dtype=object)
    flat = [*named["mu"], *named["Sigma"][np.tril_indices(k)], named["beta"].item()]
    own = {"log": lambda x: x.log(), "sqrt": lambda x: x.sqrt(), "pi": arb.pi}
    exact = [sp.sympify(e).subs(sp.pi, sp.Symbol("circle")) for e in entries.ravel()]
    f = sp.lambdify([*flat, sp.Symbol("circle")], exact, modules=[own], cse=True)

    def evaluate(*values: Any) -> Array:
        out = np.empty(len(exact), dtype=object)
        out[:] = [arb(0) + x for x in f(*values, arb.pi())]
        return out.reshape(entries.shape)

    return evaluate


def _evaluate(name: str, mu: Array, sigma: Array, beta: Array) -> Estimate:
    import flint
    from flint import arb

    def exact(x: Any) -> Any:
        return x if isinstance(x, arb) else arb(float(x))

    mu, sigma, beta = np.asarray(mu), np.asarray(sigma), np.asarray(beta)
    k, lead = mu.shape[-1], mu.shape[:-1]
    formula = _compiled(k, name)
    value = np.empty(lead, dtype=object)
    with flint.ctx.workprec(max(BITS, flint.ctx.prec)):
        for i in np.ndindex(*lead):
            entries = [*mu[i], *sigma[i][np.tril_indices(k)], beta[i[: beta.ndim]]]
            value[i] = formula(*(exact(x) for x in entries))
    trail = {"value": (), "mu": (k,), "Sigma": (k, k), "beta": ()}[name]
    out = np.array([np.asarray(x, dtype=object) for x in value.ravel()], dtype=object).reshape(*lead, *trail)
    return Estimate(out, np.zeros(out.shape), Grade.CERTIFIED, certificate="SymPy derivation, evaluated in balls")


@slow
def log_component_integral(mu: Array, Sigma: Array, beta: Array) -> Estimate:
    """log D by SymPy's integration, k = 1 and 2."""
    return _evaluate("value", mu, Sigma, beta)


@slow
def component_gradient_mu(mu: Array, Sigma: Array, beta: Array) -> Estimate:
    """Gradient of log D in mu, k = 1 and 2."""
    return _evaluate("mu", mu, Sigma, beta)


@slow
def component_gradient_Sigma(mu: Array, Sigma: Array, beta: Array) -> Estimate:
    """Gradient of log D in Sigma, k = 1 and 2."""
    return _evaluate("Sigma", mu, Sigma, beta)


@slow
def component_gradient_beta(mu: Array, Sigma: Array, beta: Array) -> Estimate:
    """Derivative of log D in beta, k = 1 and 2."""
    return _evaluate("beta", mu, Sigma, beta)

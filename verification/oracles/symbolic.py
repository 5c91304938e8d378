"""Derivations by SymPy for k = 1 and 2: the shipped formula itself, run on symbols, is proved equal to them.

D is derived by integrating exp(-A u^2 / 2 + B u) over one axis after the other, and differentiated entry by entry (by
a matrix symbol, SymPy differentiates log(Determinant(S)) to 0). A difference is proved 0 in the field of rational
functions, with its logarithms split into those of irreducible polynomials. A proof is an oracle with ``proves``: it
takes the formula and the arguments of a batch, for their shapes.
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
def quadratic_integral(k: int) -> tuple[Any, Any, Any]:
    """A (k, k), B (k,) and the log of the integral of exp(-z'A z / 2 + B'z), one axis after the other."""
    import sympy as sp

    a_sym = sp.Matrix(k, k, lambda i, j: sp.Symbol(f"A{min(i, j)}{max(i, j)}", real=True))
    b_sym = sp.Matrix(k, 1, lambda i, _: sp.Symbol(f"B{i}", real=True))
    z = sp.Matrix(k, 1, lambda i, _: sp.Symbol(f"z{i}", real=True))
    a, b, log_mass = gaussian_integral()
    exponent, total = sp.expand(-(z.T * a_sym * z)[0, 0] / 2 + (b_sym.T * z)[0, 0]), sp.Integer(0)
    for axis in z:
        curvature, slope = -2 * exponent.coeff(axis, 2), exponent.coeff(axis, 1)
        rest = exponent - exponent.coeff(axis, 2) * axis**2 - slope * axis
        at_zero = log_mass.subs(b, 0)
        total += at_zero.subs(a, sp.together(curvature))
        exponent = sp.expand(rest + (log_mass - at_zero).subs({a: curvature, b: slope}, simultaneous=True))
    return a_sym, b_sym, total + sp.together(exponent)


@cache
def derived_log_d(k: int) -> Any:
    """log D as a SymPy expression of :func:`symbols`."""
    import sympy as sp

    named = symbols(k)
    mu, sigma, beta = sp.Matrix(named["mu"]), sp.Matrix(named["Sigma"]), named["beta"].item()
    precision = sigma.inv()
    a_sym, b_sym, log_mass = quadratic_integral(k)
    a, b = beta * sp.eye(k) + (1 - beta) * precision, (1 - beta) * precision * mu
    values = {a_sym[i, j]: sp.together(a[i, j]) for i in range(k) for j in range(i, k)}
    values |= {b_sym[i]: sp.together(b[i]) for i in range(k)}
    height = -sp.Rational(k, 2) * sp.log(2 * sp.pi) - (1 - beta) * sp.log(sigma.det()) / 2
    return height - (1 - beta) * (mu.T * precision * mu)[0, 0] / 2 + log_mass.subs(values, simultaneous=True)


def prove_equal(shipped: Formula, derived: Any, named: Mapping[str, Array]) -> bool:
    """Whether a formula run on symbols equals a SymPy expression, both made of rational functions and their logarithms.

    Logarithms are of what is positive on the domain, so that log |f g| = log |f| + log |g| may split them.
    """
    value = np.asarray(shipped(**named), dtype=object)
    expected = np.asarray(derived, dtype=object)
    if value.size != expected.size:
        return False
    differences = [a - b for a, b in zip(value.ravel(), expected.ravel(), strict=True)]
    return all(_small_somewhere(d, named) for d in differences) and all(_vanishes(d) for d in differences)


def _vanishes(expression: Any) -> bool:
    """Whether rational functions times logarithms of rational functions add up to 0.

    With every logarithm split into those of irreducible polynomials and of primes, each coefficient must vanish in the
    field of rational functions.
    """
    import sympy as sp

    names: dict[Any, Any] = {}

    def split(log: Any) -> Any:
        total = sp.Integer(0)
        for part, sign in zip(sp.fraction(sp.together(log.args[0])), (1, -1), strict=True):
            number, factors = sp.factor_list(part)
            primes = [*sp.factorint(sp.numer(abs(number))).items()]
            primes += [(prime, -power) for prime, power in sp.factorint(sp.denom(abs(number))).items()]
            for base, power in [*factors, *primes]:
                # |f| = |-f|: one name for both
                key = next((known for known in names if sp.expand(known + base) == 0 or known == base), base)
                total += sign * power * names.setdefault(key, sp.Dummy("log"))
        return total

    linear = expression.replace(lambda e: isinstance(e, sp.log), split)
    parts = [sp.diff(linear, name) for name in names.values()]
    parts.append(linear.subs(dict.fromkeys(names.values(), 0)))
    return all(_is_zero(part) for part in parts)


def _is_zero(rational: Any) -> bool:
    import sympy as sp

    if rational == 0:
        return True
    variables = sorted(rational.free_symbols, key=str)
    if not variables:
        return bool(sp.simplify(rational) == 0)
    return bool(sp.QQ.frac_field(*variables).from_sympy(rational) == 0)


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


def _prove(formula: Formula, args: Mapping[str, Any], derived: Callable[[int], Any]) -> bool:
    k = np.shape(args["Sigma"])[-1]
    named = symbols(k)
    return prove_equal(formula, derived(k), {n: x for n, x in named.items() if n in args})


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


# ---- leading coefficients of expansions ----


def leading_term(expression: Any, variable: Any) -> tuple[int, Any]:
    """Exponent and coefficient of the first term of the Taylor series of an expression at variable = 0."""
    import sympy as sp

    for power in range(5):
        coefficient = sp.diff(expression, variable, power).subs(variable, 0) / sp.factorial(power)
        if not _vanishes(coefficient):
            return power, sp.simplify(coefficient)
    raise ValueError("the expression vanishes to fourth order")


@cache
def small_variance_remainder(k: int) -> tuple[int, Any]:
    """log D at Sigma = t S less (beta/2) log|t S| - (k/2) log(1 - beta) - (beta/2) mu'mu, as t shrinks."""
    import sympy as sp

    named, t = symbols(k), sp.Symbol("t", positive=True)
    mu, beta = named["mu"], named["beta"].item()
    form = -sp.Rational(k, 2) * sp.log(1 - beta) - beta * sum(m**2 for m in mu) / 2
    scaled = _without_determinant(k).subs({x: t * x for x in named["Sigma"].ravel()}, simultaneous=True)
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
    if not prove_equal(lambda **_: whole, derived_log_d(k), named):
        raise ArithmeticError("the regular form of log D is not the derived one")
    return regular


@cache
def small_beta_remainder(k: int) -> tuple[int, Any]:
    """log D less (beta/2) log|Sigma|, as beta shrinks."""
    return leading_term(_without_determinant(k), symbols(k)["beta"].item())


# ---- evaluated in balls at the arguments of a batch ----


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
    trail = {"value": (), "mu": (k,), "Sigma": (k, k), "beta": ()}[name]
    out = np.empty((*lead, *trail), dtype=object)
    with flint.ctx.workprec(max(BITS, flint.ctx.prec)):
        for i in np.ndindex(*lead):
            entries = [*mu[i], *sigma[i][np.tril_indices(k)], beta[i[: beta.ndim]]]
            found = formula(*(exact(x) for x in entries))
            out[i] = found if trail else found.item()
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


# ---- the expanded objective in the posterior's covariance ----


@cache
def _hessian(k: int) -> Array:
    import sympy as sp

    return np.array(
        [[sp.Symbol(f"H{min(i, j)}{max(i, j)}", real=True) for j in range(k)] for i in range(k)], dtype=object
    )


@cache
def _covariance_gradient(k: int) -> Array:
    """Half the derivative by an entry off the diagonal, which moves two entries."""
    import sympy as sp

    named = symbols(k)
    sigma, hessian, beta = sp.Matrix(named["Sigma"]), sp.Matrix(_hessian(k)), named["beta"].item()
    objective = (hessian * sigma).trace() / 2 - beta * (sigma.trace() - sp.log(sigma.det())) / 2
    return np.array(
        [[sp.diff(objective, sigma[i, j]) / (1 if i == j else 2) for j in range(k)] for i in range(k)], dtype=object
    )


@proves
@slow
def prove_covariance_gradient(formula: Formula, args: Mapping[str, Any]) -> bool:
    """Whether the formula is the gradient of the expanded objective in Sigma, entry by entry, k = 1 or 2."""
    k = np.shape(args["Sigma"])[-1]
    named = {"H": _hessian(k), **{n: x for n, x in symbols(k).items() if n in args}}
    return prove_equal(formula, _covariance_gradient(k), named)

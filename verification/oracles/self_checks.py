"""Traps in the libraries that the oracles stand on: each is shown, and the way round it is checked.

A check is ``ok`` when the guarded way gives the right answer; whether the trap itself still snaps is told in its
sentence.
"""

from __future__ import annotations

import math
import warnings
from functools import cache
from importlib.util import find_spec
from typing import Any, NamedTuple

import flint
import numpy as np
from flint import acb, arb

SPIKE = 3e-6  # standard deviation of a unit mass at 0.3: too narrow for samplers of the line to see
CENTRE = 0.3


class Check(NamedTuple):
    """One library, one trap: the oracle module that leans on it, and whether its guard holds here."""

    name: str
    guards: str
    ok: bool
    sentence: str


def _spike(z: Any) -> Any:
    return np.exp(-(((z - CENTRE) / SPIKE) ** 2) / 2) / (SPIKE * np.sqrt(2 * np.pi))


def _blind(value: float) -> str:
    return "misses the mass and says 0" if abs(value) < 1e-3 else f"gives {value:.6g}"


def matrix_derivatives() -> Check:
    """SymPy drops the derivative of log det with respect to a matrix symbol; entry by entry it is right."""
    import sympy as sp

    symbol = sp.MatrixSymbol("S", 2, 2)
    trapped = sp.log(sp.Determinant(symbol)).diff(symbol)
    a, b, c = sp.symbols("a b c", positive=True)
    entries = sp.Matrix([[a, c], [c, b]])
    guarded = [sp.log(entries.det()).diff(x) for x in (a, b, c)]
    inverse = entries.inv()
    right = [inverse[0, 0], inverse[1, 1], 2 * inverse[0, 1]]
    ok = all(sp.simplify(x - y) == 0 for x, y in zip(guarded, right, strict=True))
    told = "0" if trapped == 0 or getattr(trapped, "is_ZeroMatrix", False) else str(trapped)
    return Check(
        "sympy: derivative of log det",
        "symbolic",
        ok,
        f"SymPy {sp.__version__} differentiates log(Determinant(S)) by a matrix symbol to {told}; entry by entry it is "
        + ("right." if ok else "wrong."),
    )


def scipy_spike() -> Check:
    """scipy.integrate.quad against the split quadrature."""
    from scipy.integrate import quad

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        trapped, claimed = quad(_spike, -np.inf, np.inf)
    guarded = _split_mass()
    ok = abs(guarded - 1) < 1e-12
    return Check(
        "scipy: quad on a spike",
        "quadrature",
        ok,
        f"scipy.integrate.quad {_blind(trapped)} +- {claimed:.1e} on a unit spike; pieces cut around it "
        + ("give 1." if ok else f"give {guarded:.6g}."),
    )


def cubature_spike() -> Check:
    """scipy.integrate.cubature against the split quadrature."""
    from scipy.integrate import cubature

    def spike(points: Any) -> Any:
        return _spike(points[:, 0])

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = cubature(spike, [-np.inf], [np.inf])
    guarded = _split_mass()
    ok = abs(guarded - 1) < 1e-12
    return Check(
        "scipy: cubature on a spike",
        "quadrature",
        ok,
        f"scipy.integrate.cubature {_blind(float(found.estimate))} +- {float(found.error):.1e} on a unit spike; "
        "pieces cut around it " + ("give 1." if ok else f"give {guarded:.6g}."),
    )


def _split_mass() -> float:
    x, w = np.polynomial.legendre.leggauss(40)
    edges = CENTRE + SPIKE * np.array([-12.0, -6.0, 0.0, 6.0, 12.0])
    half = np.diff(edges)[:, None] / 2
    return float((half * w * _spike(edges[:-1, None] + half * (x + 1))).sum())


def mpmath_spike() -> Check:
    """mpmath.quad against python-flint's rigorous integral."""
    import mpmath

    def spike(z: Any) -> Any:
        return mpmath.exp(-(((z - CENTRE) / SPIKE) ** 2) / 2)

    trapped = float(mpmath.quad(spike, [-mpmath.inf, mpmath.inf]))
    guarded = _ball_spike()
    ok = bool(guarded.contains(1)) and float(guarded.rad()) < 1e-20
    return Check(
        "mpmath: quad on a spike",
        "balls",
        ok,
        f"mpmath.quad {_blind(trapped / (SPIKE * math.sqrt(2 * math.pi)))} on a unit spike; acb.integral "
        + ("encloses 1." if ok else f"gives {guarded}."),
    )


def _ball_spike() -> Any:
    with flint.ctx.workprec(128):
        s, m = arb(SPIKE), arb(CENTRE)
        height = 1 / (s * (2 * arb.pi()).sqrt())
        far = 20 * s
        return acb.integral(lambda z, _: (-(((z - m) / s) ** 2) / 2).exp() * height, -8, 8).real + (
            arb(0).union(2 * height * far * (-arb(200)).exp())
        )


def branch_cuts() -> Check:
    """A power with a cut needs the analytic flag: without it acb.integral may enclose the wrong number."""
    with flint.ctx.workprec(64):
        right = arb(14) / 3
        trapped = acb.integral(lambda z, _: z.sqrt(), 1, 4).real
        guarded = acb.integral(lambda z, analytic: z.sqrt(analytic=analytic), 1, 4).real
    ok = bool(guarded.overlaps(right)) and float(guarded.rad()) < 1e-12
    told = "contains" if trapped.overlaps(right) else "misses"
    return Check(
        "flint: branch cuts",
        "balls",
        ok,
        f"acb.integral of a square root without its analytic flag {told} the truth; with it the enclosure is "
        + ("right." if ok else "wrong."),
    )


def ball_exactness() -> Check:
    """A float becomes a ball without rounding, whatever the working precision."""
    with flint.ctx.workprec(24):
        kept = arb(0.1)
    ok = bool(kept.is_exact()) and float(kept) == 0.1
    return Check(
        "flint: floats are exact",
        "enumeration",
        ok,
        "arb(float) keeps every bit of a float" + (" even at 24 bits." if ok else " no longer."),
    )


def ball_dispatch() -> Check:
    """NumPy's functions on object arrays call the methods of arb, and enclose."""
    values = np.array([arb(2), arb(3)], dtype=object)
    with flint.ctx.workprec(128):
        ok = all(
            f(values)[0].overlaps(getattr(arb(2), f.__name__)()) and float(f(values)[0].rad()) < 1e-30
            for f in (np.log, np.exp, np.sqrt)
        )
        ok = ok and (values @ values).contains(13)
    return Check(
        "numpy: dispatch to balls",
        "matrices",
        bool(ok),
        "np.log, np.exp, np.sqrt and @ on object arrays of balls "
        + ("enclose as arb's own methods do." if ok else "no longer call arb's methods."),
    )


def ball_order() -> Check:
    """Overlapping balls compare False both ways: 'not (a > b)' does not say a <= b."""
    a, b = arb(1, 0.5), arb(1.2, 0.5)
    ok = not (a < b) and not (a > b) and bool(a.overlaps(b))
    return Check(
        "flint: order of overlapping balls",
        "balls",
        ok,
        "Overlapping balls are neither < nor >" + ("." if ok else " any more: comparisons have changed meaning."),
    )


def eigenvectors() -> Check:
    """LAPACK's small eigenvalues carry the round-off of the largest; the certificate must know."""
    q = np.array([[0.8, -0.6], [0.6, 0.8]])
    sigma = (q * [1.0, 1e-12]) @ q.T
    sigma = (sigma + sigma.T) / 2
    found = float(np.linalg.eigvalsh(sigma)[0])
    with flint.ctx.workprec(256):
        s = [[arb(float(x)) for x in row] for row in sigma]
        half, det = (s[0][0] + s[1][1]) / 2, s[0][0] * s[1][1] - s[0][1] * s[1][0]
        true = half - (half * half - det).sqrt()
        off = abs(float(true - arb(found)))
    ok = bool(off <= 8 * 2 * np.finfo(float).eps)
    return Check(
        "lapack: small eigenvalues",
        "quadrature",
        ok,
        f"An eigenvalue 1e-12 beside 1 comes out off by {off:.1e}, "
        + (
            "within 16 ulp of the largest, as the certificate assumes."
            if ok
            else "beyond what the certificate assumes."
        ),
    )


def normal_draws() -> Check:
    """The generator's normals have the moments and tails that coverage needs."""
    z = np.random.default_rng(20240901).standard_normal(400_000)
    tail = float((np.abs(z) > 3).mean())
    ok = bool(abs(z.mean()) < 0.01 and abs(z.var() - 1) < 0.015 and abs(tail - 0.0026998) < 0.0005)
    return Check(
        "numpy: normal draws",
        "monte_carlo",
        ok,
        f"400,000 normal draws have mean {z.mean():.1e}, variance {z.var():.4f} and {tail:.2%} beyond 3"
        + ("." if ok else ": not standard normal."),
    )


def underflow() -> Check:
    """exp of a far argument underflows to 0 without a word; subtracting the largest first keeps the logarithm."""
    logs = np.array([-800.0, -801.0])
    with np.errstate(all="ignore"):
        trapped = float(np.log(np.exp(logs).sum()))
    guarded = -800.0 + float(np.log(np.exp(np.maximum(logs + 800.0, -700)).sum()))
    ok = abs(guarded + 800 - math.log1p(math.exp(-1))) < 1e-12
    return Check(
        "numpy: underflow of exp",
        "monte_carlo",
        ok,
        f"The naive log-sum-exp of -800, -801 is {trapped}; with the largest taken out it is "
        + (f"{guarded:.6f}." if ok else "wrong."),
    )


def torch_gradients() -> Check:
    """logdet and its gradient in float64, and the default of float32 that an oracle must not fall into."""
    import torch

    sigma = torch.tensor([[2.0, 0.5], [0.5, 1.0]], dtype=torch.float64, requires_grad=True)
    (gradient,) = torch.autograd.grad(torch.logdet(sigma), sigma)
    gap = float((gradient - torch.linalg.inv(sigma.detach())).abs().max())
    ok = gap < 1e-14
    default = str(torch.tensor([0.5]).dtype).removeprefix("torch.")
    return Check(
        "torch: gradient of log det",
        "autodiff",
        ok,
        f"torch makes Python floats {default}; in float64 the gradient of log det "
        + ("is the inverse." if ok else f"is off by {gap:.1e}."),
    )


LIGHT = (
    scipy_spike, cubature_spike, mpmath_spike, branch_cuts, ball_exactness, ball_dispatch, ball_order, eigenvectors,
    normal_draws, underflow,
)  # fmt: skip


GUARDED = {
    "matrix_derivatives": "symbolic",
    "torch_gradients": "autodiff",
    "scipy_spike": "quadrature",
    "cubature_spike": "quadrature",
    "mpmath_spike": "balls",
}


@cache
def run(symbols: bool = True, tensors: bool = True) -> tuple[Check, ...]:
    """Every check; one that raises has failed. SymPy (0.3 s) and torch (1 s) can be left out of a run without them."""
    chosen = [*LIGHT, *([matrix_derivatives] if symbols else []), *([torch_gradients] if tensors and _torch() else [])]
    found = []
    for check in chosen:
        try:
            found.append(check())
        except Exception as error:
            guards = GUARDED.get(check.__name__, "balls")
            found.append(Check(check.__name__, guards, False, f"{check.__name__} failed: {error}"))
    return tuple(found)


def _torch() -> bool:
    return find_spec("torch") is not None

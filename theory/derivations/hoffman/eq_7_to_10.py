"""Equations (7) to (10): bounds of C by weights phi(n; z), the best weights, the likeliest component, the estimate."""

from __future__ import annotations

import sympy as sp

from theory.derivations.derivation import Derivation, Step
from theory.derivations.hoffman.symbols import C, beta, p, q, r, x, z
from theory.derivations.indices import IsLargest, Largest
from theory.derivations.vocabulary import (
    Average,
    Count,
    Law,
    Mean,
    PositiveNamed,
    Sum,
    Total,
    keep,
    letter,
)

own = q(z, given=x)
phi = Law("phi", x, given=z)(x, given=z)
other = letter("x_n'")
of_all = Sum(q(z, given=other), other)
best = PositiveNamed(r"{\phi^*(n; z)}", own / of_all)
front = Count(x) ** (beta - 1)
BELOW_ONE, BELOW_ZERO = {beta: (0, 1)}, {beta: (-2, 0)}
# The bounds hold point by point, so that finitely many z stand for the integral.
SIZES = {x: (2, 3), z: (2, 2)}

to_jensen = (
    Step(C, "start"),
    Step(Total(p(z) ** beta * Average(own, x) ** (1 - beta), z), "definition"),
    Step(Total(p(z) ** beta * Average(keep(phi, 1 / phi, own), x) ** (1 - beta), z), "multiply and divide"),
    Step(front * Total(p(z) ** beta * Mean(own / phi, x, phi) ** (1 - beta), z), "algebra", printed=False),
)
mean_of_powers = Step(
    front * Total(p(z) ** beta * Mean((own / phi) ** (1 - beta), x, phi), z), "Jensen", ">=", printed=False
)
bound = Step(front * Total(p(z) ** beta * Sum(phi**beta * own ** (1 - beta), x), z), "algebra")
at_best = front * Total(p(z) ** beta * Sum(best**beta * own ** (1 - beta), x), z)
likeliest = front * Total(p(z) ** beta * Largest(own, x) ** (1 - beta), z)
estimate = front * Sum(Total(p(z) ** beta * own ** (1 - beta), z), x)

eq7 = Derivation(
    "hoffman.eq7",
    "Any weights phi(n; z) bound C from below.",
    source="Hoffman et al., eq (7)",
    domain=BELOW_ONE,
    sizes=SIZES,
    steps=(*to_jensen, mean_of_powers, bound),
    claims=("hoffman.eq7", "hoffman.eq7.C", "hoffman.eq7.constant"),
)

negative = sp.Symbol("beta", real=True)


def with_negative_beta(step: Step, relation: str) -> Step:
    """The step where beta may be below 0."""
    return Step(
        step.expression.xreplace({beta: negative}),
        step.rule,
        relation,
        printed=step.printed and relation == step.relation,
    )


eq7_any_beta = Derivation(
    "hoffman.eq7.any_beta",
    "The bound as argued for every beta below 1: for negative beta x^(1-beta) is convex.",
    source="Hoffman et al., eq (7)",
    domain={negative: (-2, 0)},
    sizes=SIZES,
    steps=tuple(with_negative_beta(s, s.relation) for s in (*to_jensen, mean_of_powers, bound)),
    breaks=(4,),
    instead="hoffman.eq7.reversed",
    claims=("hoffman.eq7.concavity",),
)

eq7_reversed = Derivation(
    "hoffman.eq7.reversed",
    "For negative beta any weights bound C from above.",
    source="Hoffman et al., eq (7)",
    domain={negative: (-2, 0)},
    sizes=SIZES,
    steps=(
        *(with_negative_beta(s, s.relation) for s in to_jensen),
        with_negative_beta(mean_of_powers, "<="),
        with_negative_beta(bound, "="),
    ),
    claims=("hoffman.eq7.reversed",),
)

weight, density, others, multiplier = (sp.Symbol(name, positive=True) for name in ("phi", "q_n", "R", "lambda"))

optimal = Derivation(
    "hoffman.eq8.optimal",
    "The best weights are proportional to the components: where the Lagrangian is stationary in phi(n; z).",
    source="Hoffman et al., eqs (7) and (8)",
    domain=BELOW_ONE,
    steps=(
        Step(
            sp.Eq(beta * weight ** (beta - 1) * density ** (1 - beta) - multiplier, 0),
            "start",
            note="the derivative of sum_n phi^beta q_n^(1-beta) - lambda (sum_n phi - 1) by phi(n; z)",
            printed=False,
        ),
        Step(
            sp.Eq(weight, (beta / multiplier) ** (1 / (1 - beta)) * density),
            "solving",
            "=>",
            note="the factor of q_n is the same for all n",
        ),
    ),
    claims=("hoffman.eq8.optimal",),
)

eq8 = Derivation(
    "hoffman.eq8",
    "At the best weights the bound is C.",
    source="Hoffman et al., eq (8)",
    domain=BELOW_ONE,
    sizes=SIZES,
    steps=(
        Step(at_best, "start"),
        Step(front * Total(p(z) ** beta * Sum(own * of_all ** (-beta), x), z), "definition", printed=False),
        Step(front * Total(p(z) ** beta * Sum(own, x) ** (1 - beta), z), "linearity", printed=False),
        Step(Total(p(z) ** beta * Average(own, x) ** (1 - beta), z), "algebra", printed=False),
        Step(C, "definition"),
    ),
    claims=("hoffman.eq8", "hoffman.eq7.tight"),
)

eq9 = Derivation(
    "hoffman.eq9",
    "The likeliest component alone bounds C from below.",
    source="Hoffman et al., eq (9)",
    domain=BELOW_ONE,
    sizes=SIZES,
    steps=(
        Step(C, "start"),
        Step(at_best, "substitution", note="equation (8)"),
        Step(likeliest, "dropping", ">=", note="an indicator in the place of the best weights"),
    ),
    claims=("hoffman.eq9",),
)

eq10 = Derivation(
    "hoffman.eq10",
    "The likeliest component's bound, cell by cell, and what it is at most when each cell grows to all z.",
    source="Hoffman et al., eq (10)",
    domain=BELOW_ONE,
    sizes=SIZES,
    steps=(
        Step(C, "start"),
        Step(likeliest, "substitution", ">=", note="equation (9)"),
        Step(
            front * Sum(Total(IsLargest(own, x) * p(z) ** beta * own ** (1 - beta), z), x),
            "Fubini",
            note="the integral over the cell of n",
        ),
        Step(estimate, "dropping", "<="),
    ),
    claims=("hoffman.eq10.cells",),
)

eq10_estimate = Derivation(
    "hoffman.eq10.estimate",
    "The estimate is an upper bound of C itself.",
    source="Hoffman et al., eq (10)",
    domain=BELOW_ONE,
    sizes=SIZES,
    steps=(
        Step(C, "start"),
        Step(front * Total(p(z) ** beta * Sum(own, x) ** (1 - beta), z), "algebra", printed=False),
        Step(front * Total(p(z) ** beta * Sum(own ** (1 - beta), x), z), "subadditivity", "<=", printed=False),
        Step(estimate, "Fubini", printed=False),
    ),
    claims=("sharper.estimate",),
)

eq10_overlap = Derivation(
    "hoffman.eq10.overlap",
    "The estimate exceeds C by a factor of N^beta at most.",
    source="Hoffman et al., eq (10)",
    domain=BELOW_ONE,
    sizes=SIZES,
    steps=(
        Step(estimate, "start"),
        Step(Count(x) ** beta * Total(p(z) ** beta * Average(own ** (1 - beta), x), z), "Fubini", printed=False),
        Step(Count(x) ** beta * Total(p(z) ** beta * Average(own, x) ** (1 - beta), z), "Jensen", "<=", printed=False),
        Step(Count(x) ** beta * C, "definition", printed=False),
    ),
    claims=("hoffman.eq10.overlap",),
)

posterior = Derivation(
    "hoffman.eq8.posterior",
    "The best weights are the posterior over n.",
    source="Hoffman et al., eq (8)",
    sizes=SIZES,
    steps=(
        Step(best, "start"),
        Step(own / (Count(x) * q(z)), "definition", printed=False),
        Step(q(x, given=z), "Bayes"),
    ),
    claims=("hoffman.sec4.responsibilities",),
)

normalised = Derivation(
    "hoffman.eq4",
    "The implicit prior is a distribution.",
    source="Hoffman et al., eq (4)",
    domain=BELOW_ONE,
    sizes=SIZES,
    steps=(
        Step(Total(r, z), "start", printed=False),
        Step(Total(q(z) ** (1 - beta) * p(z) ** beta, z) / C, "linearity", printed=False),
        Step(sp.Integer(1), "normalisation", printed=False),
    ),
    claims=("hoffman.eq4", "hoffman.eq4.C"),
)

"""Levy, beta-VAE: the derivations of the evidence lower bound, of its KL form and of the reparametrisation."""

from __future__ import annotations

import sympy as sp

from theory.derivations.derivation import Derivation, Step
from theory.derivations.vocabulary import KL, Law, Mean, Sum, Total, keep, letter

x, z = letter("x_i"), letter("z")
p, q = Law("p_theta", x, z), Law("q_phi", z)
log = sp.log

evidence = Sum(log(p(x)), x)
bound = Sum(Mean(log(p(x, z) / q(z)), z, q(z)), x)
split_bound = Sum(Mean(log(p(x, z)), z, q(z)) - Mean(log(q(z)), z, q(z)), x)
gap_form = Sum(log(p(x)) - KL(q(z), p(z, given=x), z), x)
to_expectation = (
    Step(evidence, "start"),
    Step(Sum(log(Total(p(x, given=z) * p(z), z)), x), "marginalise"),
    Step(Sum(log(Total(keep(p(x, given=z), p(z), q(z), 1 / q(z)), z)), x), "multiply and divide"),
    Step(Sum(log(Total(keep(p(x, z), 1 / q(z), q(z)), z)), x), "chain rule"),
    Step(Sum(log(Mean(p(x, z) / q(z), z, q(z))), x), "definition"),
    Step(bound, "Jensen", ">="),
)

bayes = Derivation(
    "levy.bayes",
    "Bayes' rule, from the two ways to write a joint law.",
    source="Levy, section 2.1",
    steps=(
        Step(p(x, given=z), "start"),
        Step(p(x, z) / p(z), "definition", printed=False),
        Step(p(z, given=x) * p(x) / p(z), "chain rule"),
    ),
    claims=("levy.bayes",),
)

elbo = Derivation(
    "levy.elbo",
    "The evidence lower bound as printed: after Jensen's inequality the log-likelihood is said to equal it.",
    source="Levy, section 2.1",
    steps=(
        *to_expectation,
        Step(split_bound, "log of a product", since=("line", 0), note="printed as l = ..., where l is at least this"),
        Step(gap_form, "substitution", since=("line", 0), note="printed as l = ..., where l is at least this"),
    ),
    breaks=(6, 7),
    instead="levy.elbo.corrected",
)

elbo_corrected = Derivation(
    "levy.elbo.corrected",
    "The log-likelihood is at least the evidence lower bound, and more by the KL to the posterior.",
    source="Levy, section 2.1",
    steps=(
        *to_expectation,
        Step(split_bound, "log of a product"),
        Step(gap_form, "substitution"),
        Step(evidence, "Gibbs", "<=", printed=False, note="the gap is the KL divergence, which is never negative"),
    ),
)

kl = Derivation(
    "levy.kl",
    "The KL divergence to the posterior, by the definition of conditional probability.",
    source="Levy, section 2.1",
    steps=(
        Step(KL(q(z), p(z, given=x), z), "start"),
        Step(Mean(log(q(z) / p(z, given=x)), z, q(z)), "definition"),
        Step(Mean(log(q(z) * p(x) / p(x, z)), z, q(z)), "definition", printed=False),
        Step(-(Mean(log(p(x, z)), z, q(z)) - Mean(log(q(z)), z, q(z))) + log(p(x)), "linearity"),
    ),
)

epsilon, zeta, mu = (sp.Symbol(name, real=True) for name in ("epsilon", "z", "mu"))
sigma = sp.Symbol("sigma", positive=True)

reparametrisation = Derivation(
    "levy.reparametrisation",
    "The standardised variable as printed, with + mu at its end, and its inverse as printed.",
    source="Levy, section 2.3",
    steps=(
        Step(sp.Eq(epsilon, (zeta - mu) / sigma + mu), "assertion"),
        Step(sp.Eq(zeta, epsilon * sigma + mu), "solving", "=>"),
    ),
    breaks=(1,),
    instead="levy.reparametrisation.corrected",
)

reparametrisation_corrected = Derivation(
    "levy.reparametrisation.corrected",
    "The standardised variable and its inverse.",
    source="Levy, section 2.3",
    steps=(
        Step(sp.Eq(epsilon, (zeta - mu) / sigma), "definition"),
        Step(sp.Eq(zeta, epsilon * sigma + mu), "solving", "=>"),
    ),
)

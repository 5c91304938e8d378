"""Levy, section 2.1: Bayes' rule, the evidence lower bound and its form by a KL divergence."""

from __future__ import annotations

import sympy as sp

from theory.derivations.derivation import Derivation, Step
from theory.derivations.vocabulary import KL, Law, Mean, PositiveTable, Sum, Total, keep, letter, plus

x, z, w = letter("x_i"), letter("z"), letter("w")
p, q = Law("p_theta", x, z), Law("q_phi", z)
log = sp.log

evidence = Sum(log(p(x)), x)
bound = Sum(Mean(log(p(x, z) / q(z)), z, q(z)), x)
split_bound = Sum(plus(Mean(log(p(x, z)), z, q(z)), -Mean(log(q(z)), z, q(z))), x)
gap_form = Sum(plus(log(p(x)), -KL(q(z), p(z, given=x), z)), x)
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
    claims=("levy.jensen.line2", "levy.plugged_back"),
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
    claims=(
        "levy.log_likelihood",
        "levy.marginal_likelihood",
        *(f"levy.introduced.line{line}" for line in (1, 2, 3)),
        "levy.jensen.line1",
        "levy.jensen.line2.pinned",
        "levy.plugged_back.pinned",
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
        Step(plus(keep(-1, plus(Mean(log(p(x, z)), z, q(z)), -Mean(log(q(z)), z, q(z)))), log(p(x))), "linearity"),
    ),
    claims=("levy.kl.definition", "levy.conditional_probability", "levy.kl.expanded"),
)

attained = Derivation(
    "levy.jensen.line1.tight",
    "The bound is attained where q is the true posterior.",
    source="Levy, section 2.1: Jensen, line 1",
    steps=(
        Step(Mean(log(p(x, z) / p(z, given=x)), z, p(z, given=x)), "start", printed=False),
        Step(Mean(log(p(x)), z, p(z, given=x)), "Bayes", printed=False),
        Step(log(p(x)), "normalisation", printed=False),
    ),
    claims=("levy.jensen.line1.tight", "levy.plugged_back.second_term.tight"),
)

shared = Law("p_theta", z)
each = Law("p", x, given=z)
x_1, x_2 = letter("x_i'"), letter("x_i''")
one_latent = letter("z'")
together = each(x_1, given=z) * each(x_2, given=z) * shared(z)

one_latent_for_all = Derivation(
    "levy.log_likelihood.one_latent",
    "The log-likelihood of two data that have one z in common taken for a sum.",
    source="Levy, section 2.1: log-likelihood",
    steps=(
        Step(log(Total(together, z)), "start", printed=False),
        Step(
            plus(log(Total(each(x_1, given=z) * shared(z), z)), log(Total(each(x_2, given=z) * shared(z), z))),
            "log of a product",
        ),
    ),
    breaks=(1,),
    instead="levy.log_likelihood",
    claims=("levy.log_likelihood.one_latent",),
)

own_latents = Derivation(
    "levy.log_likelihood",
    "The log-likelihood of two data, each with a z of its own, is a sum.",
    source="Levy, section 2.1: log-likelihood",
    steps=(
        Step(
            log(Total(
                each(x_1, given=z) * shared(z) * each(x_2, given=one_latent) * shared(one_latent), (z, one_latent)
            )),
            "start",
            printed=False,
        ),
        Step(
            log(Total(each(x_1, given=z) * shared(z), z) * Total(each(x_2, given=z) * shared(z), z)), "Fubini",
            printed=False,
        ),
        Step(
            plus(log(Total(each(x_1, given=z) * shared(z), z)), log(Total(each(x_2, given=z) * shared(z), z))),
            "log of a product",
        ),
    ),
    claims=("levy.log_likelihood",),
)  # fmt: skip

over_x = Derivation(
    "levy.marginal_likelihood.over_x",
    "The integral said to come about by marginalising over all values of x.",
    source="Levy, section 2.1: marginal likelihood",
    steps=(
        Step(Sum(p(x, given=z) * p(z), x), "start", note="marginalised over x, as the sentence has it"),
        Step(p(z), "normalisation", printed=False),
        Step(p(x), "assertion"),
    ),
    breaks=(2,),
    instead="levy.marginal_likelihood",
    claims=("levy.marginal_likelihood.over_x", "levy.marginal_likelihood.over_x.pinned"),
)

over_z = Derivation(
    "levy.marginal_likelihood",
    "The likelihood comes about by marginalising over z.",
    source="Levy, section 2.1: marginal likelihood",
    steps=(
        Step(p(x), "start"),
        Step(Total(p(x, z), z), "marginalise", printed=False),
        Step(Total(p(x, given=z) * p(z), z), "chain rule"),
    ),
    claims=("levy.marginal_likelihood",),
)

drawn, never = PositiveTable("p_theta", z), PositiveTable("p_theta", w)

support = Derivation(
    "levy.introduced.support",
    "Any auxiliary distribution introduced, with z for the codes that it draws and w for those that it never draws.",
    source="Levy, section 2.1: q introduced, line 3",
    sizes={z: (1, 2), w: (1, 2)},
    steps=(
        Step(log(plus(Total(drawn, z), Total(never, w))), "start"),
        Step(log(Mean(drawn / q(z), z, q(z))), "multiply and divide", note="the expectation sees what q draws"),
    ),
    breaks=(1,),
    instead="levy.elbo.corrected",
    claims=("levy.introduced.support", "levy.introduced.support.pinned"),
)

reconstruction = Mean(log(p(x, given=z)), z, q(z))

reconstruction_form = Derivation(
    "levy.elbo.reconstruction",
    "The evidence lower bound of one datum is the reconstruction less the divergence to the prior.",
    source="Levy, section 2.1: plugged back",
    steps=(
        Step(plus(log(p(x)), -KL(q(z), p(z, given=x), z)), "start"),
        Step(plus(Mean(log(p(x, z)), z, q(z)), -Mean(log(q(z)), z, q(z))), "substitution", printed=False),
        Step(plus(reconstruction, -Mean(log(q(z) / p(z)), z, q(z))), "chain rule", printed=False),
        Step(plus(reconstruction, -KL(q(z), p(z), z)), "definition", printed=False),
    ),
    claims=("levy.elbo.reconstruction",),
)

first_term = Derivation(
    "levy.plugged_back.first_term",
    "The first term of the last line, log p(x), taken for the reconstruction.",
    source="Levy, section 2.1: plugged back",
    steps=(
        Step(log(p(x)), "start"),
        Step(
            plus(reconstruction, -KL(q(z), p(z), z), KL(q(z), p(z, given=x), z)), "substitution", printed=False,
            note="the bound and its gap",
        ),
        Step(reconstruction, "assertion", note="said to be largest where the reconstruction is faithful"),
    ),
    breaks=(2,),
    instead="levy.elbo.reconstruction",
    claims=("levy.plugged_back.first_term", "levy.plugged_back.first_term.pinned"),
)  # fmt: skip

second_term = Derivation(
    "levy.plugged_back.second_term",
    "The second term is never negative.",
    source="Levy, section 2.1: plugged back",
    steps=(
        Step(KL(q(z), p(z, given=x), z), "start"),
        Step(sp.Integer(0), "Gibbs", ">=", printed=False),
    ),
    claims=("levy.plugged_back.second_term",),
)

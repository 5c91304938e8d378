"""Equation (3): the average KL divergence, by the information in the mixture; and what section 2 says of both parts."""

from __future__ import annotations

from theory.derivations.derivation import Derivation, Step
from theory.derivations.hoffman.symbols import average_KL, information, log, mean_over_posteriors, p, q, x, z
from theory.derivations.vocabulary import KL, Average, Count, Mean, Total, keep

own, mixture = q(z, given=x), q(z)

eq3 = Derivation(
    "hoffman.eq3",
    "The average KL divergence is the mutual information plus the divergence of the mixture.",
    source="Hoffman et al., eq (3)",
    steps=(
        Step(average_KL, "start"),
        Step(mean_over_posteriors(log(own / p(z))), "definition", printed=False),
        Step(
            mean_over_posteriors(log(keep(own, 1 / mixture, mixture, 1 / p(z)))), "multiply and divide", printed=False
        ),
        Step(
            mean_over_posteriors(log(own / mixture)) + mean_over_posteriors(log(mixture / p(z))),
            "log of a product",
            printed=False,
        ),
        Step(information + mean_over_posteriors(log(mixture / p(z))), "definition", printed=False),
        Step(information + Total(Average(own, x) * log(mixture / p(z)), z), "Fubini", printed=False),
        Step(information + Mean(log(mixture / p(z)), z, mixture), "definition", printed=False),
        Step(information + KL(mixture, p(z), z), "definition"),
    ),
    claims=("hoffman.eq3", "hoffman.eq3.finite"),
)

saturation = Derivation(
    "hoffman.sec2.log_N",
    "The mutual information is log N less what is left unknown of n, and at most log N.",
    source="Hoffman et al., section 2",
    steps=(
        Step(information, "start"),
        Step(mean_over_posteriors(log(own / mixture)), "definition", printed=False),
        Step(mean_over_posteriors(log(Count(x) * q(x, given=z))), "Bayes", printed=False),
        Step(log(Count(x)) + mean_over_posteriors(log(q(x, given=z))), "log of a product", printed=False),
        Step(log(Count(x)), "dropping", "<=", note="the logarithm of a probability is never positive"),
    ),
    claims=("hoffman.sec2.information", "hoffman.sec2.log_N"),
)

own_prior = Derivation(
    "hoffman.sec2.own_prior",
    "With the mixture for a prior, the average KL divergence is the mutual information.",
    source="Hoffman et al., section 2",
    steps=(
        Step(Average(KL(own, mixture, z), x), "start", printed=False),
        Step(
            information + KL(mixture, mixture, z), "substitution", note="equation (3) with p(z) = q(z)", printed=False
        ),
        Step(information, "Gibbs", "=", note="the divergence of a law from itself is 0"),
    ),
    claims=("hoffman.sec2.own_prior",),
)

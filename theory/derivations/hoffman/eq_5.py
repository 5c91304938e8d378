"""Equation (5): the evidence lower bound under the implicit prior, and the sentence that sums it up."""

from __future__ import annotations

from theory.derivations.derivation import Derivation, Step
from theory.derivations.hoffman.symbols import (
    C,
    L_beta,
    average_KL,
    beta,
    fit,
    information,
    log,
    mean_over_posteriors,
    p,
    q,
    r,
    x,
    z,
)
from theory.derivations.vocabulary import KL, Average, Mean, Named, PositiveNamed, Total

own = q(z, given=x)
evidence = Average(log(PositiveNamed("{p(x_n)}", Total(p(x, given=z) * r, z))), x)
elbo = Named("ELBO", fit + mean_over_posteriors(log(r / own)))
tilted = Mean(log(q(z) ** (1 - beta) * p(z) ** beta / q(z)), z, q(z))
shorter = Mean(log(p(z) ** beta / q(z) ** beta), z, q(z))
last = L_beta - (1 - beta) * information - log(C)
from_line_2 = (
    Step(fit - information + shorter - log(C), "algebra"),
    Step(fit - information - beta * KL(q(z), p(z), z) - log(C), "definition"),
)
to_last = (
    Step(
        fit - beta * (information + KL(q(z), p(z), z)) - (1 - beta) * information - log(C),
        "add and subtract",
        printed=False,
    ),
    Step(fit - beta * average_KL - (1 - beta) * information - log(C), "substitution", printed=False, note="by (3)"),
    Step(last, "definition"),
)
DOMAIN = {beta: (0, 1)}
# One letter stands for n and for x_n: the likelihoods p(x_n|z) are general but for a constant.
SIZES = {x: (2, 3), z: (2, 2)}

eq5 = Derivation(
    "hoffman.eq5",
    "The bound under the implicit prior as printed: its first line has the divergence with the wrong sign.",
    source="Hoffman et al., eq (5)",
    domain=DOMAIN,
    sizes=SIZES,
    steps=(
        Step(evidence, "start"),
        Step(fit - mean_over_posteriors(log(r / own)), "Jensen", ">="),
        Step(fit - information + tilted - log(C), "substitution"),
        *from_line_2,
        *to_last,
    ),
    breaks=(1, 2),
    instead="hoffman.eq5.corrected",
    claims=("hoffman.eq5.line1",),
)

eq5_corrected = Derivation(
    "hoffman.eq5.corrected",
    "The evidence lower bound under the implicit prior is L_beta - (1 - beta) I(z; n) - log C.",
    source="Hoffman et al., eq (5)",
    domain=DOMAIN,
    sizes=SIZES,
    steps=(
        Step(evidence, "start"),
        Step(Average(log(Mean(p(x, given=z) * r / own, z, own)), x), "multiply and divide", printed=False),
        Step(mean_over_posteriors(log(p(x, given=z) * r / own)), "Jensen", ">=", printed=False),
        Step(fit + mean_over_posteriors(log(r / own)), "log of a product", printed=False),
        Step(
            fit + mean_over_posteriors(log(q(z) ** (1 - beta) * p(z) ** beta / own)) - log(C),
            "definition",
            printed=False,
        ),
        Step(
            fit - mean_over_posteriors(log(own / q(z)))
            + mean_over_posteriors(log(q(z) ** (1 - beta) * p(z) ** beta / q(z))) - log(C),
            "multiply and divide",
            printed=False,
        ),
        Step(fit - information + tilted - log(C), "tower rule"),
        *from_line_2,
        *to_last,
    ),
    claims=("hoffman.eq5", "hoffman.eq5.bound", "hoffman.eq5.line2", "hoffman.eq5.line3", "hoffman.eq5.line4"),
)  # fmt: skip

sentence = Derivation(
    "hoffman.sec3.sentence",
    "What section 3 says that L_beta is: the bound under r, a down-weighted information, minus log C.",
    source="Hoffman et al., section 3",
    domain=DOMAIN,
    sizes=SIZES,
    steps=(
        Step(L_beta, "start"),
        Step(elbo + (1 - beta) * information - log(C), "substitution"),
    ),
    breaks=(1,),
    instead="hoffman.sec3.corrected",
    claims=("hoffman.sec3.sentence",),
)

one_difference = Derivation(
    "hoffman.sec1.one_difference",
    "What section 1 says: L_beta is the bound under r but for the log-normalizer.",
    source="Hoffman et al., section 1",
    domain=DOMAIN,
    sizes=SIZES,
    steps=(
        Step(L_beta, "start"),
        Step(elbo + log(C), "substitution"),
    ),
    breaks=(1,),
    instead="hoffman.sec3.corrected",
    claims=("hoffman.sec1.one_difference",),
)

sentence_corrected = Derivation(
    "hoffman.sec3.corrected",
    "L_beta is the bound under r, plus (1 - beta) I(z; n), plus log C.",
    source="Hoffman et al., section 3",
    domain=DOMAIN,
    sizes=SIZES,
    steps=(
        Step(L_beta, "start"),
        Step(
            elbo + (1 - beta) * information + log(C),
            "substitution",
            printed=False,
            note="(5) solved for L_beta",
        ),
    ),
    claims=("hoffman.sec3.corrected", "hoffman.sec1.two_differences"),
)

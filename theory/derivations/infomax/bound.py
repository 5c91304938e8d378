"""The InfoMax post: the information by entropies, the variational bound, and the objective that it leads to."""

from __future__ import annotations

import sympy as sp

from theory.derivations.derivation import Derivation, Step
from theory.derivations.infomax.chain import to_aggregate
from theory.derivations.infomax.notation import objective
from theory.derivations.infomax.symbols import (
    aggregate,
    away,
    beta,
    conditional_entropy,
    entropy,
    information,
    inverted,
    lam,
    log,
    over_data,
    over_joint,
    p_D,
    p_theta,
    q_zx,
    to_prior,
    x,
    z,
)
from theory.derivations.vocabulary import KL, Entropy, Mean, Named, keep, plus

fit = over_joint(log(p_theta(x, given=z)))
L = Named(r"\mathcal{L}(\psi)", plus(to_aggregate, -lam * information))
constant = (1 + lam) * entropy
final_bound = plus(keep(-1, 1 + lam, fit), to_prior)
weights = {lam: (-1, 3)}

split = Derivation(
    "infomax.information",
    "The information is the entropy of the data less what is left of it once the code is known.",
    source="InfoMax, I = H - H(X|Z)",
    steps=(
        Step(information, "start"),
        Step(over_joint(log(inverted / p_D(x))), "Bayes", printed=False),
        Step(plus(entropy, -conditional_entropy), "log of a product"),
    ),
    claims=("infomax.information", "infomax.conditional_entropy", "infomax.entropy"),
)

most = Derivation(
    "infomax.desiderata.maximum",
    "No code tells more than the entropy of the data.",
    source="InfoMax, desiderata",
    steps=(
        Step(plus(entropy, -Mean(Entropy(inverted, x), z, aggregate)), "start", printed=False),
        Step(entropy, "dropping", "<=", printed=False),
    ),
    claims=("infomax.desiderata.maximum",),
)

bound = Derivation(
    "infomax.bound",
    "Every decoder's expected negative log-likelihood is at least the conditional entropy.",
    source="InfoMax, bound on H[X|Z]",
    steps=(
        Step(conditional_entropy, "start"),
        Step(-over_joint(log(inverted)), "definition"),
        Step(plus(-over_joint(log(inverted)), away), "Gibbs", "<=", printed=False),
        Step(
            plus(-over_joint(log(inverted)), over_joint(log(inverted / p_theta(x, given=z)))), "definition",
            printed=False,
        ),
        Step(-fit, "log of a product", note="for every theta, so for the infimum"),
    ),
    claims=("infomax.bound",),
)  # fmt: skip

information_bound = Derivation(
    "infomax.information_bound",
    "The entropy of the data and the expected log-likelihood are together a lower bound of the information.",
    source="InfoMax, final bound",
    steps=(
        Step(information, "start", printed=False),
        Step(plus(entropy, -conditional_entropy), "substitution", printed=False, note="I = H - H(X|Z)"),
        Step(plus(entropy, -conditional_entropy, -away), "Gibbs", ">=", printed=False),
        Step(plus(entropy, fit), "log of a product", printed=False),
    ),
    claims=("infomax.information_bound",),
)

final = Derivation(
    "infomax.final",
    "The InfoMax objective and (1 + lambda) H[X] are at most the final bound, for lambda > -1.",
    source="InfoMax, final bound",
    domain=weights,
    steps=(
        Step(plus(L, constant), "start"),
        Step(plus(to_prior, keep(-1, 1 + lam, information), constant), "substitution", printed=False, note="rewritten"),
        Step(plus(to_prior, (1 + lam) * conditional_entropy), "substitution", printed=False, note="I = H - H(X|Z)"),
        Step(plus(to_prior, (1 + lam) * plus(conditional_entropy, away)), "Gibbs", "<=", printed=False),
        Step(final_bound, "log of a product"),
    ),
    claims=("infomax.final",),
)

turned_round = Derivation(
    "infomax.final.turned_round",
    "For lambda < -1 the inequality holds the other way round.",
    source="InfoMax, final bound",
    domain={lam: (-3, -1)},
    steps=(
        Step(plus(L, constant), "start", printed=False),
        Step(plus(to_prior, (1 + lam) * conditional_entropy), "substitution", printed=False),
        Step(plus(to_prior, (1 + lam) * plus(conditional_entropy, away)), "Gibbs", ">=", printed=False),
        Step(final_bound, "log of a product", printed=False),
    ),
    claims=("infomax.final.turned_round",),
)

best_fit = over_joint(log(inverted))

attained = Derivation(
    "infomax.final.tight",
    "The final bound is attained where the decoder is the inverted posterior, whatever lambda is.",
    source="InfoMax, final bound",
    domain={lam: (-3, 3)},
    steps=(
        Step(plus(keep(-1, 1 + lam, best_fit), to_prior), "start", printed=False),
        Step(plus((1 + lam) * plus(entropy, -information), to_prior), "substitution", printed=False),
        Step(plus(L, constant), "substitution", printed=False, note="the KL chain"),
    ),
    claims=("infomax.final.tight", "infomax.final.turned_round.tight", "infomax.bound.tight"),
)

information_attained = Derivation(
    "infomax.information_bound.tight",
    "So is the lower bound of the information.",
    source="InfoMax, final bound",
    steps=(
        Step(plus(entropy, best_fit), "start", printed=False),
        Step(information, "substitution", printed=False),
    ),
    claims=("infomax.information_bound.tight",),
)

equivalent = Derivation(
    "infomax.equivalent",
    "The final bound taken for equivalent to the InfoMax objective.",
    source="InfoMax, final bound",
    domain=weights,
    steps=(
        Step(final_bound, "start"),
        Step(plus(L, constant), "assertion", note="up to a constant, (1 + lambda) H[X]"),
    ),
    breaks=(1,),
    instead="infomax.equivalent.pinned",
    claims=("infomax.equivalent",),
)

equivalent_pinned = Derivation(
    "infomax.equivalent.pinned",
    "The final bound exceeds the objective and its constant by (1 + lambda) times the decoder's divergence.",
    source="InfoMax, final bound",
    domain=weights,
    steps=(
        Step(final_bound, "start"),
        Step(plus(to_prior, (1 + lam) * plus(conditional_entropy, away)), "log of a product", printed=False),
        Step(
            plus(to_prior, (1 + lam) * entropy, keep(-1, 1 + lam, information), (1 + lam) * away), "substitution",
            printed=False,
        ),
        Step(plus(L, constant, (1 + lam) * away), "substitution", printed=False),
    ),
    claims=("infomax.equivalent.pinned",),
)  # fmt: skip

proportional = Derivation(
    "infomax.beta.proportional",
    "The final bound is 1 + lambda times the beta-VAE objective at beta = 1/(1 + lambda).",
    source="InfoMax, beta = 1/(1+lambda)",
    domain=weights,
    steps=(
        Step(final_bound, "start"),
        Step((1 + lam) * plus(-fit, to_prior / (1 + lam)), "algebra", printed=False),
        Step((1 + lam) * objective.xreplace({beta: 1 / (1 + lam)}), "definition"),
    ),
    claims=("infomax.beta.proportional",),
)

beta_solved = Derivation(
    "infomax.beta",
    "The beta at which the beta-VAE objective weighs its terms as the final bound does.",
    source="InfoMax, beta = 1/(1+lambda)",
    domain=weights,
    steps=(
        Step(sp.Eq((1 + lam) * beta, 1), "start", printed=False),
        Step(sp.Eq(beta, 1 / (1 + lam)), "solving", "=>"),
    ),
    shipped="infomax.beta_of_lambda",
    arguments={"lam": lam},
    claims=("infomax.beta",),
)

solved = Derivation(
    "infomax.lambda",
    "The weight of the information that a beta stands for.",
    source="InfoMax, beta = 1/(1+lambda)",
    domain={**weights, beta: (0, 1)},
    steps=(
        Step(sp.Eq(beta, 1 / (1 + lam)), "start"),
        Step(sp.Eq(lam, 1 / beta - 1), "solving", "=>", printed=False),
    ),
    shipped="infomax.lambda_of_beta",
    arguments={"beta": beta},
    claims=("infomax.lambda",),
)

weight = Derivation(
    "infomax.weight",
    "With the best decoder the beta-VAE objective is the data's entropy less 1 - beta times the information, and beta"
    " times the aggregate's divergence.",
    source="InfoMax, takeaways",
    steps=(
        Step(plus(conditional_entropy, beta * to_prior), "start", printed=False, note="the decoder is q(x|z)"),
        Step(
            plus(entropy, -information, beta * plus(to_aggregate, information)), "substitution", printed=False,
            note="I = H - H(X|Z) and the KL chain",
        ),
        Step(plus(entropy, keep(-1, 1 - beta, information), beta * to_aggregate), "algebra", printed=False),
    ),
    claims=("infomax.weight",),
)  # fmt: skip

told = over_joint(log(keep(q_zx, 1 / aggregate)))
maximise = Derivation(
    "infomax.maximise",
    "The information said to be maximised for every beta, in codes that reproduce the prior.",
    source="InfoMax, takeaways",
    domain={beta: (0, 3)},
    steps=(
        Step(plus(entropy, keep(-1, 1 - beta, told)), "start", printed=False),
        Step(entropy, "assertion", "<=", note="a code that tells something is better than one that tells nothing"),
    ),
    breaks=(1,),
    instead="infomax.maximise.corrected",
    claims=("infomax.maximise", "infomax.maximise.pinned"),
)

maximise_corrected = Derivation(
    "infomax.maximise.corrected",
    "For beta < 1 the information is maximised.",
    source="InfoMax, takeaways",
    domain={beta: (0, 1)},
    steps=(
        Step(plus(entropy, keep(-1, 1 - beta, told)), "start", printed=False),
        Step(plus(entropy, keep(-1, 1 - beta, over_data(KL(q_zx, aggregate, z)))), "definition", printed=False),
        Step(entropy, "Gibbs", "<=", printed=False),
    ),
    claims=("infomax.maximise.corrected",),
)

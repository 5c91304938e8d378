"""The variational bound on H[X|Z], the final bound, and beta = 1/(1 + lambda)."""

from theory import infomax, joint
from theory.printed import infomax as printed
from verification.claim import INFOMAX, REFUTED, Claim
from verification.domains.infomax import (
    BETAS,
    INVERTED,
    INVERTED_TURNED_ROUND,
    LAMBDAS,
    NEGATIVE,
    PLAIN,
    POSITIVE,
    TURNED_ROUND,
    WORLDS,
)
from verification.domains.joint import INVERTED_LINEAR, LINEAR
from verification.mutants import at, double, half, negated, one_minus, scaled, shifted, swapped, zero
from verification.oracles import entropies, gradients, linear_models, linear_points, stationary, worlds
from verification.relations.at_most import AT_LEAST, AT_MOST
from verification.relations.bias import BIASED_HIGH, BIASED_LOW
from verification.relations.equals import EQUALS
from verification.relations.limit import Limit
from verification.relations.optimal import OPTIMAL

_ENCODED = (at(log_data=half), at(log_enc=half), scaled(1 / 2), shifted(0.7), scaled(1.01))
_LEFT = dict(worlds=worlds.conditional_entropy, entropies=entropies.conditional_entropy)

information = Claim(
    "infomax.information",
    "I(X; Z) = H[X] - H[X|Z].",
    INFOMAX.at("I = H - H(X|Z)"),
    EQUALS,
    printed.information_by_entropies,
    dict(worlds=worlds.information, entropies=entropies.information),
    WORLDS,
    _ENCODED,
    latex=r"\mathbb{I}[X,Z] = \mathbb{H}[X] - \mathbb{H}[X|Z]",
)
entropy = Claim(
    "infomax.entropy",
    "H[X] under q(z|x) p_D(x) is that of the data, whatever psi.",
    INFOMAX.at("I = H - H(X|Z)"),
    EQUALS,
    printed.entropy_of_x,
    dict(worlds=worlds.entropy, entropies=entropies.entropy),
    WORLDS,
    (at(log_data=half), at(log_data=double), scaled(1 / 2), shifted(0.7), scaled(1.01)),
)
conditional_entropy = Claim(
    "infomax.conditional_entropy",
    "H[X|Z] is minus the mean of log q(x|z), the inverted posterior.",
    INFOMAX.at("bound on H[X|Z]"),
    EQUALS,
    printed.conditional_entropy,
    _LEFT,
    WORLDS,
    _ENCODED,
    latex=r"\mathbb{H}[X|Z] = -\mathbb{E}_{q_\psi(z|x)\,p_D(x)} \log q_\psi(x|z)",
)
bound = Claim(
    "infomax.bound",
    "-E log p(x|z) of any decoder is at least H[X|Z].",
    INFOMAX.at("bound on H[X|Z]"),
    AT_LEAST,
    joint.nell,
    _LEFT,
    WORLDS,
    (at(log_dec=half), swapped("log_enc", "log_dec"), shifted(0.7), shifted(-0.7), shifted(0.01)),
    latex=r"\mathbb{H}[X|Z] \leq \inf_\theta -\mathbb{E}_{q_\psi(z|x)\,p_D(x)} \log p_\theta(x|z)",
    tight="infomax.bound.tight",
)
bound_tight = Claim(
    "infomax.bound.tight",
    "The infimum is H[X|Z] where the decoder may be the inverted posterior.",
    INFOMAX.at("bound on H[X|Z]"),
    EQUALS,
    joint.nell,
    _LEFT,
    INVERTED,
    (at(log_dec=half), at(log_enc=half), shifted(0.7), shifted(-0.7), shifted(0.01)),
    printed=False,
)
bound_linear = Claim(
    "infomax.bound.linear",
    "The same of densities, whose entropies may be negative: linear-Gaussian code and decoder.",
    INFOMAX.at("bound on H[X|Z]"),
    AT_MOST,
    printed.linear_conditional_entropy,
    dict(linear_models=linear_models.nell, linear_points=linear_points.nell),
    LINEAR,
    (at(Sigma_x=double), at(A=zero), shifted(0.7), shifted(-0.7), shifted(0.01)),
    tight="infomax.bound.linear.tight",
    printed=False,
)
bound_linear_tight = Claim(
    "infomax.bound.linear.tight",
    "It is attained at the inverted posterior.",
    INFOMAX.at("bound on H[X|Z]"),
    EQUALS,
    printed.linear_conditional_entropy,
    dict(linear_models=linear_models.nell, linear_points=linear_points.nell),
    INVERTED_LINEAR,
    (at(Sigma_x=double), at(A=zero), shifted(0.7), shifted(-0.7), shifted(0.01)),
    printed=False,
)
optimal_decoder = Claim(
    "infomax.bound.optimum",
    "The decoder at which the bound is least is the inverted posterior.",
    INFOMAX.at("bound on H[X|Z]"),
    OPTIMAL,
    printed.inverted_posterior,
    dict(gradients=gradients.decoder_optimality, stationary=stationary.decoder_optimality),
    WORLDS,
    (at(log_data=half), at(log_enc=half), at(log_data=zero), scaled(1 / 2), scaled(1.01)),
    latex=r"p_\theta(x|z) = q_\psi(x|z)",
    unit="probability",
)
family = Claim(
    "infomax.bound.family",
    "Over a family that lacks the inverted posterior the infimum stays above: by I(X; Z) for decoders that ignore z.",
    INFOMAX.at("bound on H[X|Z]"),
    EQUALS,
    printed.gap_without_z,
    dict(worlds=worlds.information, entropies=entropies.information),
    WORLDS,
    _ENCODED,
    latex=r"\inf_{p(x)} -\mathbb{E} \log p(x) = \mathbb{H}[X] = \mathbb{H}[X|Z] + \mathbb{I}[X,Z]",
    printed=False,
)
lower_bound = Claim(
    "infomax.information_bound",
    "H[X] + E log p(x|z) is a lower bound of I(X; Z).",
    INFOMAX.at("final bound"),
    AT_MOST,
    printed.information_bound,
    dict(worlds=worlds.information, entropies=entropies.information),
    WORLDS,
    (at(log_dec=half), at(log_dec=zero), shifted(0.7), shifted(-0.7), shifted(0.01)),
    tight="infomax.information_bound.tight",
)
lower_bound_tight = Claim(
    "infomax.information_bound.tight",
    "It is attained at the inverted posterior.",
    INFOMAX.at("final bound"),
    EQUALS,
    printed.information_bound,
    dict(worlds=worlds.information, entropies=entropies.information),
    INVERTED,
    (at(log_dec=half), at(log_dec=zero), shifted(0.7), shifted(-0.7), shifted(0.01)),
    printed=False,
)

# --- the final bound --------------------------------------------------------------------------------------------------

_WHOLE = dict(worlds=worlds.objective_and_constant, entropies=entropies.objective_and_constant)
_FINAL = (at(lam=one_minus), at(log_dec=half), at(log_prior=zero), shifted(-0.7), shifted(0.01))

final = Claim(
    "infomax.final",
    "L(psi) + const is at most the final bound, for every decoder and lambda > -1; const is (1 + lambda) H[X].",
    INFOMAX.at("final bound"),
    AT_LEAST,
    printed.final_bound,
    _WHOLE,
    WORLDS,
    _FINAL,
    latex=r"\mathcal{L}(\psi) + (1 + \lambda)\,\mathbb{H}[X] \leq -(1 + \lambda)\,\mathbb{E}\log p_\theta(x|z)"
    r" + \mathbb{E}_{p_D}\mathrm{KL}[q_\psi(z|x)\,\|\,p(z)]",
    tight="infomax.final.tight",
)
final_tight = Claim(
    "infomax.final.tight",
    "At the inverted posterior it is attained: no larger constant would do.",
    INFOMAX.at("final bound"),
    EQUALS,
    printed.final_bound,
    _WHOLE,
    INVERTED,
    _FINAL,
    printed=False,
)
equivalent = Claim(
    "infomax.equivalent",
    "The loss of this derivation is equivalent to the InfoMax objective: literally, the bound is L(psi) + const.",
    INFOMAX.at("final bound"),
    EQUALS,
    printed.final_bound_less_constant,
    dict(worlds=worlds.objective, entropies=entropies.objective),
    WORLDS,
    expected=REFUTED,
    pinned="infomax.equivalent.pinned",
    corrected="infomax.final.tight",
    note="Only the least over all decoders is; a decoder that ignores z leaves (1 + lambda) I(X; Z), so that the best "
    "code of the bound is the prior.",
)
equivalent_pinned = Claim(
    "infomax.equivalent.pinned",
    "The final bound exceeds L(psi) + (1 + lambda) H[X] by (1 + lambda) E KL(q(x|z) || p(x|z)).",
    INFOMAX.at("final bound"),
    EQUALS,
    printed.final_bound_less_gap,
    dict(worlds=worlds.objective, entropies=entropies.objective),
    WORLDS,
    (at(lam=half), at(log_data=half), at(log_prior=zero), shifted(0.7), scaled(1.01)),
    latex=r"\mathcal{L}(\psi) = \text{bound} - (1 + \lambda)\left(\mathbb{H}[X]"
    r" + \mathbb{E}_{q(z)}\mathrm{KL}(q(x|z)\,\|\,p_\theta(x|z))\right)",
    printed=False,
)
turned_round = Claim(
    "infomax.final.turned_round",
    "For lambda < -1 the inequality holds the other way round.",
    INFOMAX.at("final bound"),
    AT_MOST,
    printed.final_bound_below,
    _WHOLE,
    TURNED_ROUND,
    (at(lam=one_minus), at(log_dec=half), at(log_prior=zero), shifted(0.7), shifted(0.01)),
    tight="infomax.final.turned_round.tight",
    printed=False,
    note="beta = 1/(1 + lambda) is negative there, and a smallest final bound is a largest beta-VAE objective.",
)
turned_round_tight = Claim(
    "infomax.final.turned_round.tight",
    "It is attained at the inverted posterior.",
    INFOMAX.at("final bound"),
    EQUALS,
    printed.final_bound_below,
    _WHOLE,
    INVERTED_TURNED_ROUND,
    (at(lam=one_minus), at(log_dec=half), at(log_prior=zero), shifted(0.7), shifted(0.01)),
    printed=False,
)

# --- lambda and beta --------------------------------------------------------------------------------------------------

beta = Claim(
    "infomax.beta",
    "The beta-VAE objective and the final bound weigh their terms alike at beta = 1/(1 + lambda).",
    INFOMAX.at("beta = 1/(1+lambda)"),
    EQUALS,
    infomax.beta_of_lambda,
    dict(worlds=worlds.weight_ratio, entropies=entropies.weight_ratio),
    LAMBDAS,
    (at(lam=half), at(lam=zero), scaled(1 / 2), shifted(0.7), scaled(1.01)),
    latex=r"\beta = \frac{1}{1 + \lambda}",
    unit="weight",
)
lam = Claim(
    "infomax.lambda",
    "lambda = 1/beta - 1.",
    INFOMAX.at("beta = 1/(1+lambda)"),
    EQUALS,
    infomax.lambda_of_beta,
    dict(worlds=worlds.weight_excess, entropies=entropies.weight_excess),
    BETAS,
    (at(beta=half), scaled(1 / 2), scaled(-1), shifted(1.0), shifted(0.01)),
    latex=r"\lambda = \frac{1}{\beta} - 1",
    printed=False,
    unit="weight",
)
proportional = Claim(
    "infomax.beta.proportional",
    "The final bound is 1 + lambda times the beta-VAE objective at beta = 1/(1 + lambda): for lambda > -1 both have "
    "the same minima.",
    INFOMAX.at("beta = 1/(1+lambda)"),
    EQUALS,
    printed.final_bound_as_beta_vae,
    dict(worlds=worlds.bound, entropies=entropies.bound),
    WORLDS,
    (at(lam=half), at(log_dec=half), at(log_prior=zero), shifted(0.7), scaled(1.01)),
    latex=r"-(1+\lambda)\,\mathbb{E}\log p_\theta + \mathbb{E}\,\mathrm{KL}"
    r" = (1+\lambda)\left(-\mathbb{E}\log p_\theta + \beta\,\mathbb{E}\,\mathrm{KL}\right)",
)
same_encoder = Claim(
    "infomax.beta.same_encoder",
    "For a given decoder the encoder that is best for the beta-VAE at beta = 1/(1 + lambda) is best for the bound.",
    INFOMAX.at("beta = 1/(1+lambda)"),
    OPTIMAL,
    printed.best_encoder_of_bound,
    dict(gradients=gradients.bound_optimality, stationary=stationary.bound_optimality),
    WORLDS,
    (at(lam=half), at(log_dec=half), at(log_prior=zero), scaled(1 / 2), scaled(1.01)),
    latex=r"q(z|x) \propto p(z)\,p(x|z)^{1 + \lambda}",
    printed=False,
    unit="probability",
)
below_one = Claim(
    "infomax.beta.below_one",
    "lambda > 0 means beta < 1.",
    INFOMAX.at("beta = 1/(1+lambda)"),
    BIASED_HIGH,
    infomax.beta_of_lambda,
    dict(worlds=worlds.one, entropies=entropies.one),
    POSITIVE,
    (at(lam=zero), shifted(1.0), shifted(0.5), scaled(9)),
    latex=r"\lambda > 0 \Rightarrow 0 < \beta < 1",
    note="lambda > 0 is assumed here for the first time. The post's motivation is beta > 1, which is lambda < 0.",
    unit="weight",
)
above_one = Claim(
    "infomax.beta.above_one",
    "-1 < lambda < 0, where the information is penalised, means beta > 1.",
    INFOMAX.at("beta = 1/(1+lambda)"),
    BIASED_LOW,
    infomax.beta_of_lambda,
    dict(worlds=worlds.one, entropies=entropies.one),
    NEGATIVE,
    (at(lam=zero), at(lam=negated), shifted(-7.5), scaled(1 / 9)),
    latex=r"-1 < \lambda < 0 \Rightarrow \beta > 1",
    printed=False,
    unit="weight",
)
plain = Claim(
    "infomax.beta.plain",
    "lambda = 0, the aggregate's KL alone, is a plain VAE.",
    INFOMAX.at("beta = 1/(1+lambda)"),
    EQUALS,
    infomax.beta_of_lambda,
    dict(worlds=worlds.one, entropies=entropies.one),
    PLAIN,
    (shifted(1.0), shifted(-1.0), scaled(1 / 2), shifted(0.01)),
    latex=r"\lambda = 0 \Rightarrow \beta = 1",
    printed=False,
    unit="weight",
)
vanishing = Claim(
    "infomax.beta.vanishing",
    "As lambda grows, the information being all that counts, beta tends to 0.",
    INFOMAX.at("beta = 1/(1+lambda)"),
    Limit("lam", (1.0, 10.0, 1e3, 1e5), shrinks=1e-3),
    printed.no_objective,
    dict(worlds=worlds.weight_ratio, entropies=entropies.weight_ratio),
    POSITIVE,
    (shifted(0.5), shifted(-0.5), shifted(0.1), shifted(0.01)),
    latex=r"\lambda \to \infty \Rightarrow \beta \to 0",
    printed=False,
    unit="weight",
)

"""Section 2.4: the constrained problem, its Lagrangian, beta as the multiplier, and what is said of beta."""

from theory import constrained
from theory.printed import levy_constraint as printed
from verification.claim import LEVY, REFUTED, Claim
from verification.domains.budgets import (
    AT_MULTIPLIER,
    BUDGETS,
    COLLAPSED,
    DATA_WITH_BUDGETS,
    DECODED,
    ENCODED,
    LAGRANGIANS,
    NEGATIVE_MULTIPLIERS,
    NOTHING_ADDED,
    OTHER_MULTIPLIER,
    STEADY,
    TIED,
    TWO_BUDGETS,
    WELL_SPECIFIED,
)
from verification.domains.linear_vae import GIVEN_NOISE
from verification.domains.lower_bounds import DATA
from verification.mutants import absent, at, double, half, reversed_effect, scaled, shifted, swapped, zero
from verification.oracles import (
    allocations,
    dual_search,
    exponential_moments,
    gradients,
    ledgers,
    linear_ranks,
    linear_search,
    listings,
    matrices,
    product_rules,
    quadrature,
    stationary,
)
from verification.relations.at_most import AT_LEAST, AT_MOST
from verification.relations.bias import BIASED_HIGH, BIASED_LOW
from verification.relations.equals import EQUALS
from verification.relations.limit import Limit
from verification.relations.optimal import OPTIMAL

_OBJECTIVE, _CONSTRAINT = LEVY.at("section 2.4: objective"), LEVY.at("section 2.4: constraint")
_LINE_1, _LINE_2 = LEVY.at("section 2.4: Lagrangian, line 1"), LEVY.at("section 2.4: Lagrangian, line 2")
_LINE_3 = LEVY.at("section 2.4: Lagrangian, line 3")
_ZERO, _ONE = LEVY.at("section 2.4: beta = 0"), LEVY.at("section 2.4: beta = 1")
_INCREASES = LEVY.at("section 2.4: beta increases")
_ANY = (scaled(1 / 2), scaled(2), shifted(0.7), scaled(1.01))
_BUDGET = (at(kept=half), at(kept=double), at(noise=double), at(noise=half), *_ANY)

# --- objective and constraint -----------------------------------------------------------------------------------------

optimum = Claim(
    "levy.constrained.optimum", "The largest average of E log p(x|z) for an average KL of at most delta.", _OBJECTIVE,
    EQUALS, printed.constrained_objective, dict(allocations=allocations.optimum, dual_search=dual_search.optimum),
    BUDGETS, (at(delta=half), at(delta=double), at(discarded=zero), *_BUDGET),
    latex=r"\max_{\theta, \phi} \mathbb{E}_{\vec{x} \sim \mathcal{D}}[\mathbb{E}_{\vec{z} \sim q_\phi}"
    r"[\log p_\theta(\vec{x}|\vec{z})]]",
    note="Of the linear-Gaussian model with a given noise. What the text calls the posterior log-probability p(x|z),"
    " and in section 2.2 a conditional posterior, is the decoder's likelihood.",
)  # fmt: skip
strict = Claim(
    "levy.constraint.strict", "A KL below the bound, say half of it, can be the best that KL < 2 delta allows.",
    _CONSTRAINT, EQUALS, printed.constrained_objective,
    dict(allocations=allocations.optimum_at_double, dual_search=dual_search.optimum_at_double), TWO_BUDGETS,
    latex=r"D_{KL}(q_\phi(\vec{z}|\vec{x})||p(\vec{z})) < \delta", expected=REFUTED,
    pinned="levy.constraint.strict.pinned", corrected="levy.constrained.optimum",
    note="Whatever is reached with less than delta, a little more reaches more: the supremum is not attained, and the"
    " argmax of the display before does not exist. With KL <= delta it does.",
)  # fmt: skip
strict_pinned = Claim(
    "levy.constraint.strict.pinned", "What a KL of delta/2 misses of the best of KL <= delta.", _CONSTRAINT, EQUALS,
    printed.missed_below, dict(allocations=allocations.missed_below, dual_search=dual_search.missed_below),
    TWO_BUDGETS, (at(delta2=zero), swapped("delta", "delta2"), *_BUDGET), printed=False,
    latex=r"\max_{KL \leq \delta} - \max_{KL \leq \delta_2}",
)  # fmt: skip

# --- the multiplier ---------------------------------------------------------------------------------------------------

multiplier = Claim(
    "levy.multiplier", "beta is the slope of the optimal value in delta.", _LINE_1, EQUALS, constrained.multiplier,
    dict(allocations=allocations.slope, dual_search=dual_search.slope), BUDGETS,
    (at(delta=half), at(delta=double), *_BUDGET), unit="beta", printed=False,
    latex=r"\beta(\delta) = \frac{d}{d\delta}\max_{KL \leq \delta}\mathbb{E}\log p(x|z)",
    note="Positive for every delta: no budget is so large that a linear decoder would not use it.",
)  # fmt: skip
falling = Claim(
    "levy.multiplier.falls", "The larger the budget the smaller beta: a tight constraint is a large beta.", _LINE_1,
    BIASED_LOW, constrained.multiplier,
    dict(allocations=allocations.slope_at_double, dual_search=dual_search.slope_at_double), BUDGETS,
    (scaled(1 / 64), absent, reversed_effect, shifted(-20.0)),
    unit="beta", printed=False, latex=r"\beta(2\delta) < \beta(\delta)",
)  # fmt: skip
_TILT = (at(beta=half), at(beta=double), at(log_lik=half), at(log_prior=half))

weak_duality = Claim(
    "levy.dual", "Whatever the multiplier, the largest Lagrangian is at least the best reconstruction that the"
    " constraint allows.", _LINE_1, AT_LEAST, constrained.dual,
    dict(allocations=allocations.best, dual_search=dual_search.best), DATA_WITH_BUDGETS,
    (at(delta=zero), at(log_lik=double), shifted(-0.7), shifted(-2.0), scaled(2)), printed=False,
    latex=r"\max_q \mathcal{F}(\beta) \geq \max_{KL \leq \delta}\mathbb{E}_q\log p(x|z)", tight="levy.dual.tight",
    note="For the constraint of each x, as it is displayed.",
)  # fmt: skip
strong_duality = Claim(
    "levy.dual.tight", "At the datum's own multiplier they are equal.", _LINE_1, EQUALS, constrained.dual,
    dict(allocations=allocations.best_at, dual_search=dual_search.best_at), AT_MULTIPLIER,
    (at(delta=zero), at(delta=double), at(beta=double), at(log_lik=half), *_ANY), printed=False,
)  # fmt: skip
posterior = Claim(
    "levy.multiplier.posterior", "The best posterior of a datum is the prior tilted by the likelihood to the power"
    " 1/beta.", _LINE_1, EQUALS, constrained.log_best_posterior,
    dict(allocations=allocations.log_posterior, dual_search=dual_search.log_posterior), DATA_WITH_BUDGETS,
    (*_TILT, shifted(0.7), scaled(1.01)), printed=False, latex=r"q_\beta(z|x) \propto p(z)\,p(x|z)^{1/\beta}",
)  # fmt: skip
stationary_posterior = Claim(
    "levy.multiplier.stationary", "There the Lagrangian is stationary, and at no other posterior larger.", _LINE_1,
    OPTIMAL, printed.best_posteriors,
    dict(gradients=gradients.encoder_optimality, stationary=stationary.encoder_optimality), ENCODED,
    (at(beta=half), at(log_dec=half), at(log_prior=zero), scaled(1 / 2), scaled(1.01)), printed=False,
    latex=r"\nabla_q \mathcal{F} = 0", unit="probability",
)  # fmt: skip
one_beta = Claim(
    "levy.multiplier.one", "One multiplier solves the problem of all data when each has the same budget.", _LINE_1,
    EQUALS, printed.lagrangian_at_other_beta, dict(allocations=allocations.best_at, dual_search=dual_search.best_at),
    OTHER_MULTIPLIER,
    latex=r"D_{KL}(q_\phi(\vec{z}|\vec{x})||p(\vec{z})) \leq \delta \text{ for each } \vec{x}",
    expected=REFUTED, pinned="levy.multiplier.one.pinned", corrected="levy.dual.tight",
    note="The constraint as displayed is one for each x, so that each x has a beta of its own: of two equally likely"
    " codes beta is in proportion to what x tells of them. One beta for all belongs to a bound on the average KL.",
)  # fmt: skip
one_beta_pinned = Claim(
    "levy.multiplier.one.pinned", "Another datum's beta is off by beta KL(q* || q_beta).", _LINE_1, EQUALS,
    printed.lagrangian_at_other_beta_less_excess,
    dict(allocations=allocations.best_at, dual_search=dual_search.best_at), OTHER_MULTIPLIER,
    (at(log_lik=half), at(log_lik=double), at(beta=double), *_ANY), printed=False,
)  # fmt: skip
slack = Claim(
    "levy.slack", "A budget beyond minus log the prior's mass of the best codes is not used up: beta = 0.", _LINE_1,
    Limit("beta", (1.0, 0.1, 0.01), 1e-3), constrained.enough,
    dict(allocations=allocations.spent, dual_search=dual_search.spent), TIED,
    (at(log_lik=zero), at(log_prior=half), shifted(0.7), scaled(1 / 2), scaled(2)), printed=False,
    latex=r"\lim_{\beta \to 0} D_{KL}(q_\beta||p) = -\log\sum_{z \in \arg\max p(x|z)} p(z)",
    note="Complementary slackness, of a latent that takes finitely many values.",
)  # fmt: skip
spent = Claim(
    "levy.spent", "The budget that belongs to beta.", _LINE_1, EQUALS, constrained.spent,
    dict(allocations=allocations.spent, dual_search=dual_search.spent), DATA_WITH_BUDGETS, (*_TILT, *_ANY),
    printed=False, latex=r"\delta(\beta) = D_{KL}(q_\beta||p)",
)  # fmt: skip

# --- the Lagrangian's lines -------------------------------------------------------------------------------------------

_LAGRANGE = (at(beta=half), at(delta=double), at(kl=half), at(reconstruction=half), *_ANY)
_VALUE = dict(ledgers=ledgers.lagrangian, listings=listings.lagrangian)

line_1 = Claim(
    "levy.lagrangian.line1", "The Lagrangian.", _LINE_1, EQUALS, printed.lagrangian_line_1, _VALUE, LAGRANGIANS,
    _LAGRANGE, latex=r"\mathbb{E}_q[\log p(\vec{x}|\vec{z})] - \beta(D_{KL}(q(\vec{z}|\vec{x})||p(\vec{z})) - \delta)",
    note="F is written with an argument z, over which the expectation is taken.",
)  # fmt: skip
line_2 = Claim(
    "levy.lagrangian.line2", "The second line.", _LINE_2, EQUALS, printed.lagrangian_line_2, _VALUE, LAGRANGIANS,
    _LAGRANGE,
    latex=r"\mathbb{E}_q[\log p(\vec{x}|\vec{z})] - \beta D_{KL}(q(\vec{z}|\vec{x})||p(\vec{z})) + \beta\delta",
)  # fmt: skip
_DROPPED = (at(beta=zero), scaled(-1), shifted(1.5), shifted(3.0), at(kl=zero))

line_3 = Claim(
    "levy.lagrangian.line3", "The third line is at most the Lagrangian, for multipliers that are not negative.",
    _LINE_3, AT_MOST, printed.lagrangian_line_3, _VALUE, LAGRANGIANS, _DROPPED, tight="levy.lagrangian.line3.tight",
    latex=r"\mathcal{F} \geq \mathbb{E}_q[\log p(\vec{x}|\vec{z})] - \beta D_{KL}(q(\vec{z}|\vec{x})||p(\vec{z}))",
    note="What is dropped, beta delta, does not depend on theta and phi: the maximisers are the same.",
)  # fmt: skip
line_3_tight = Claim(
    "levy.lagrangian.line3.tight", "It is the Lagrangian for beta = 0 or delta = 0.", _LINE_3, EQUALS,
    printed.lagrangian_line_3, _VALUE, NOTHING_ADDED, _DROPPED, printed=False,
)  # fmt: skip
any_real = Claim(
    "levy.lagrangian.line3.real", "The same for any real beta, as section 1 has it.", _LINE_3, AT_MOST,
    printed.lagrangian_line_3, _VALUE, NEGATIVE_MULTIPLIERS, latex=r"\beta \in \mathbb{R}", expected=REFUTED,
    pinned="levy.lagrangian.line3.real.pinned", corrected="levy.lagrangian.line3",
    note="The KKT conditions ask for beta >= 0; below 0 the objective pays for divergence without end.",
)  # fmt: skip
any_real_pinned = Claim(
    "levy.lagrangian.line3.real.pinned", "The third line and beta delta are the Lagrangian.", _LINE_3, EQUALS,
    printed.lagrangian_line_3_with_budget, _VALUE, NEGATIVE_MULTIPLIERS, _LAGRANGE, printed=False,
)  # fmt: skip
vanilla = Claim(
    "levy.beta_one", "At beta = 1 the third line is the vanilla VAE's bound.", _ONE, EQUALS, printed.vanilla,
    dict(ledgers=ledgers.elbo, listings=listings.elbo), DATA,
    (at(log_lik=half), at(log_prior=zero), at(log_enc=half), *_ANY), latex=r"\beta = 1",
    note="Of the third line, not of the Lagrangian, which has delta besides.",
)  # fmt: skip

# --- beta = 0 ---------------------------------------------------------------------------------------------------------

autoencoder = Claim(
    "levy.beta_zero.autoencoder", "As the posterior narrows, what is left at beta = 0 is an auto-encoder's error.",
    _ZERO, Limit("Sigma", (1.0, 1e-2, 1e-4), 1e-3), printed.autoencoder,
    dict(matrices=matrices.reconstruction, quadrature=quadrature.reconstruction), DECODED,
    (at(mu=zero), at(noise=double), at(x=zero), shifted(0.7), scaled(1 / 2)), latex=r"\beta = 0",
)  # fmt: skip
no_best = Claim(
    "levy.beta_zero.no_best", "At beta = 0 half of a covariance is always better: no covariance is best.", _ZERO,
    BIASED_HIGH, printed.without_kl,
    dict(product_rules=product_rules.reconstruction_of_half,
         exponential_moments=exponential_moments.reconstruction_of_half), DECODED,
    (shifted(5.0), shifted(9.0), reversed_effect, at(noise=double, W=zero), at(x=zero, W=zero)), printed=False,
    latex=r"\mathbb{E}_{N(\mu, \Sigma/2)}\log p(x|z) > \mathbb{E}_{N(\mu, \Sigma)}\log p(x|z)",
    note="While the divergence grows without end: the argmax of beta = 0 is a posterior that is no density.",
)  # fmt: skip

divergence = Claim(
    "levy.beta_zero.divergence", "Each further half of a covariance is paid with towards (k/2) log 2 nats of KL: there"
    " is no end of it.", _ZERO, EQUALS, printed.paid_for_half,
    dict(product_rules=product_rules.paid_for_half, exponential_moments=exponential_moments.paid_for_half), DECODED,
    (at(Sigma=double), at(Sigma=half), reversed_effect, *_ANY), printed=False,
    latex=r"D_{KL}(N(\mu, \Sigma/2)||p) - D_{KL}(N(\mu, \Sigma)||p) = \frac{k}{2}\log 2"
    r" - \frac{1}{4}\operatorname{tr}\Sigma",
)  # fmt: skip

# --- beta increases ---------------------------------------------------------------------------------------------------

narrower = Claim(
    "levy.beta.narrower", "As beta increases each posterior spends less: its KL falls.", _INCREASES, EQUALS,
    constrained.spending_slope,
    dict(allocations=allocations.spending_slope, dual_search=dual_search.spending_slope), DATA_WITH_BUDGETS,
    (*_TILT, scaled(-1), *_ANY), unit="nats a unit",
    latex=r"\frac{d}{d\beta}D_{KL}(q_\beta||p) = -\frac{\operatorname{Var}_{q_\beta}\log p(x|z)}{\beta^3}",
)  # fmt: skip
at_last = Claim(
    "levy.beta.prior", "As beta goes to infinity each posterior goes to the prior.", _INCREASES,
    Limit("beta", (1.0, 1e2, 1e4), 1e-2), printed.prior_at_last,
    dict(allocations=allocations.log_posterior, dual_search=dual_search.log_posterior), DATA_WITH_BUDGETS,
    (at(log_prior=double), at(log_prior=zero), shifted(0.7), scaled(2)), printed=False,
    latex=r"\lim_{\beta \to \infty} q_\beta(z|x) = p(z)",
)  # fmt: skip
sparser = Claim(
    "levy.beta.sparser", "At twice beta no more dimensions of the linear model are active.", _INCREASES, AT_MOST,
    printed.active_at_double, dict(linear_ranks=linear_ranks.active, linear_search=linear_search.active), GIVEN_NOISE,
    (shifted(2.0), shifted(3.0), scaled(-1), scaled(8)), unit="dimensions",
    tight="levy.beta.sparser.tight", latex=r"\#\{i: \lambda_i > 2\beta\sigma^2\}",
)  # fmt: skip
sparser_tight = Claim(
    "levy.beta.sparser.tight", "Between two collapses they are as many.", _INCREASES, EQUALS, printed.active_at_double,
    dict(linear_ranks=linear_ranks.active, linear_search=linear_search.active), STEADY,
    (shifted(2.0), shifted(3.0), scaled(-1), scaled(8), shifted(-1.0)), unit="dimensions",
    printed=False,
)  # fmt: skip
closer = Claim(
    "levy.beta.aggregate", "As beta increases the latent space resembles the prior more.", _INCREASES, BIASED_LOW,
    printed.aggregate_divergence,
    dict(allocations=allocations.aggregate_at_double, dual_search=dual_search.aggregate_at_double), WELL_SPECIFIED,
    latex=r"D_{KL}(q_{2\beta}(z)||p(z)) < D_{KL}(q_\beta(z)||p(z))", expected=REFUTED,
    pinned="levy.beta.aggregate.pinned", corrected="levy.beta.narrower",
    note="Each posterior does; their aggregate need not: where the decoder generates the data it is the prior at"
    " beta = 1, and at beta = 2 it is not. Of the linear model, decoder learned, it is the prior at every beta.",
)  # fmt: skip
closer_pinned = Claim(
    "levy.beta.aggregate.pinned", "Of data that the decoder generates the aggregate is the prior at beta = 1.",
    _INCREASES, EQUALS, printed.aggregate_divergence,
    dict(allocations=allocations.aggregate, dual_search=dual_search.aggregate), WELL_SPECIFIED,
    (at(beta=double), at(beta=half), at(log_dec=half), shifted(0.7), shifted(0.01)), printed=False,
)  # fmt: skip
collapse = Claim(
    "levy.beta.collapse", "At a finite beta nothing is left: from the largest eigenvalue over the noise on, each"
    " posterior is the prior.", _INCREASES, EQUALS, printed.collapsed_rate,
    dict(linear_ranks=linear_ranks.rate, linear_search=linear_search.rate), COLLAPSED,
    (at(beta=half), at(noise=half), at(kept=double), shifted(0.7), shifted(0.01)), printed=False,
    latex=r"\beta \geq \lambda_1/\sigma^2",
)  # fmt: skip

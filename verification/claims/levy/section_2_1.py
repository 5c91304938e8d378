"""Section 2.1: the derivation of the ELBO, line by line."""

from theory.printed import levy_elbo as printed
from verification.claim import FLOAT64, LEVY, REFUTED, TORCH, Claim
from verification.domains.joint import JOINT, VAE
from verification.domains.lower_bounds import BLIND, DATA, POSTERIORS, SHARED, SQUARE
from verification.mutants import at, double, half, scaled, shifted, zero
from verification.oracles import ledgers, listings, shannon, tables
from verification.relations.at_most import AT_LEAST, AT_MOST
from verification.relations.equals import EQUALS

_ANY = (scaled(1 / 2), scaled(2), shifted(0.7), scaled(1.01))
_JOINT = (at(log_joint=half), at(log_joint=double), *_ANY)
_EVIDENCE = (at(log_lik=half), at(log_prior=half), at(log_prior=zero), *_ANY)
_AUXILIARY = (at(log_lik=half), at(log_prior=zero), at(log_enc=half), *_ANY)
_LOG_LIKELIHOOD = dict(ledgers=ledgers.evidence, listings=listings.evidence)
_ELBO = dict(ledgers=ledgers.elbo, listings=listings.elbo)
_DIVERGENCES = dict(ledgers=ledgers.divergences, listings=listings.divergences)
_RECONSTRUCTION = dict(ledgers=ledgers.reconstruction, listings=listings.reconstruction)
_MARGINAL = dict(tables=tables.marginal_likelihood, shannon=shannon.marginal_likelihood)
_OF_Z = dict(tables=tables.prior, shannon=shannon.prior)

model = Claim(
    "levy.model", "A point z of p(z), then x of p(x|z): pairs of p(z) p(x|z).", LEVY.at("section 2.1: model"), EQUALS,
    printed.model, dict(tables=tables.decoder_joint, shannon=shannon.decoder_joint), VAE,
    (at(log_prior=half), at(log_dec=half), *_ANY), latex=r"\vec{x}|\vec{z} \sim p(\vec{x}|\vec{z})",
    note="Section 1 has a VAE replace the decoder by a stochastic sampling function; it is the encoder's output that"
    " is sampled, as its own next line says.",
)  # fmt: skip
bayes = Claim(
    "levy.bayes", "Bayes' rule.", LEVY.at("section 2.1: Bayes' rule"), EQUALS, printed.bayes_rule,
    dict(tables=tables.inverted_posterior, shannon=shannon.inverted_posterior), JOINT, _JOINT,
    latex=r"p_\theta(\vec{x}|\vec{z}) = \frac{p_\theta(\vec{z}|\vec{x})p_\theta(\vec{x})}{p_\theta(\vec{z})}",
)  # fmt: skip
log_likelihood = Claim(
    "levy.log_likelihood", "The log-probability of the data is the sum of log p(x_i).",
    LEVY.at("section 2.1: log-likelihood"), EQUALS, printed.log_likelihood, _LOG_LIKELIHOOD, SHARED, _EVIDENCE,
    latex=r"\ell = \sum_{i=1}^N \log p_\theta(\vec{x}_i)",
    note="Of data drawn independently, each with a z of its own: the condition is not said.",
)  # fmt: skip
dependent = Claim(
    "levy.log_likelihood.one_latent", "The same of data that have one z in common.",
    LEVY.at("section 2.1: log-likelihood"), EQUALS, printed.log_likelihood,
    dict(ledgers=ledgers.one_latent, listings=listings.one_latent), SHARED,
    latex=r"\log p_\theta(\vec{x}_1, \ldots, \vec{x}_N) = \sum_{i=1}^N \log p_\theta(\vec{x}_i)", expected=REFUTED,
    printed=False, pinned="levy.log_likelihood.one_latent.pinned", corrected="levy.log_likelihood",
)  # fmt: skip
dependent_pinned = Claim(
    "levy.log_likelihood.one_latent.pinned", "What the sum lacks of data that have one z in common.",
    LEVY.at("section 2.1: log-likelihood"), EQUALS, printed.log_likelihood_one_latent,
    dict(ledgers=ledgers.one_latent, listings=listings.one_latent), SHARED, _EVIDENCE, printed=False,
    latex=r"\log \sum_z p(z) \prod_i \frac{p(x_i|z)}{p(x_i)}",
)  # fmt: skip
marginal_likelihood = Claim(
    "levy.marginal_likelihood", "The log-likelihood by integrals over z.",
    LEVY.at("section 2.1: marginal likelihood"), EQUALS, printed.marginal_likelihood, _LOG_LIKELIHOOD, SHARED,
    _EVIDENCE, latex=r"\ell = \sum_{i=1}^N \log \int p_\theta(\vec{x}_i|\vec{z})p_\theta(\vec{z})d\vec{z}",
)  # fmt: skip
over_x = Claim(
    "levy.marginal_likelihood.over_x", "It comes about by marginalizing over all values of x.",
    LEVY.at("section 2.1: marginal likelihood"), EQUALS, printed.marginalised_over_x, _MARGINAL, SQUARE,
    expected=REFUTED, pinned="levy.marginal_likelihood.over_x.pinned", corrected="levy.marginal_likelihood",
    note="Over all values of z, as the integral has it.",
)  # fmt: skip
over_x_pinned = Claim(
    "levy.marginal_likelihood.over_x.pinned", "Marginalizing over all values of x leaves p(z).",
    LEVY.at("section 2.1: marginal likelihood"), EQUALS, printed.marginalised_over_x, _OF_Z, SQUARE,
    (at(log_prior=half), at(log_dec=half), *_ANY), latex=r"\int p(x|z)p(z)dx = p(z)", printed=False,
)  # fmt: skip

# --- q introduced -----------------------------------------------------------------------------------------------------

introduced_1 = Claim(
    "levy.introduced.line1", "An auxiliary distribution is introduced.",
    LEVY.at("section 2.1: q introduced, line 1"), EQUALS, printed.introduced_line_1, _LOG_LIKELIHOOD, DATA, _EVIDENCE,
    latex=r"\sum_{i=1}^N \log \int p(\vec{x}_i|\vec{z}_i)p(\vec{z}_i)\frac{q(\vec{z}_i)}{q(\vec{z}_i)}d\vec{z}_i",
    note="q is written q(z_i); section 2.2 makes it q(z|x_i), another one for each datum, as it is taken here.",
)  # fmt: skip
introduced_2 = Claim(
    "levy.introduced.line2", "The second line.", LEVY.at("section 2.1: q introduced, line 2"), EQUALS,
    printed.introduced_line_2, _LOG_LIKELIHOOD, DATA, _EVIDENCE,
    latex=r"\sum_{i=1}^N \log \int \frac{p(\vec{x}_i, \vec{z}_i)}{q(\vec{z}_i)} q(\vec{z}_i)d\vec{z}_i",
)  # fmt: skip
introduced_3 = Claim(
    "levy.introduced.line3", "The third line, its expectation under q.",
    LEVY.at("section 2.1: q introduced, line 3"), EQUALS, printed.introduced_line_3, _LOG_LIKELIHOOD, DATA, _EVIDENCE,
    latex=r"\sum_{i=1}^N \log \mathbb{E}\left[\frac{p(\vec{x}_i, \vec{z}_i)}{q(\vec{z}_i)}\right]",
    note="The expectation lacks its distribution; q must not be 0 where p(x, z) is positive.",
)  # fmt: skip
support = Claim(
    "levy.introduced.support", "The same for any auxiliary distribution.",
    LEVY.at("section 2.1: q introduced, line 3"), EQUALS, printed.introduced_line_3, _LOG_LIKELIHOOD, BLIND,
    expected=REFUTED, pinned="levy.introduced.support.pinned", corrected="levy.introduced.line3",
    latex=r"\ell = \sum_{i=1}^N \log \mathbb{E}_q\left[\frac{p(\vec{x}_i, \vec{z}_i)}{q(\vec{z}_i)}\right]",
    arithmetics=(FLOAT64, TORCH), note="Where q(z) = 0 < p(x, z) the fraction q/q of the first line is no 1.",
)  # fmt: skip
support_pinned = Claim(
    "levy.introduced.support.pinned", "The expectation sees the codes alone that q draws.",
    LEVY.at("section 2.1: q introduced, line 3"), EQUALS, printed.introduced_line_3,
    dict(ledgers=ledgers.covered, listings=listings.covered), BLIND,
    (at(log_lik=half), at(log_prior=half), *_ANY), arithmetics=(FLOAT64, TORCH), printed=False,
    latex=r"\mathbb{E}_q\left[\frac{p(x, z)}{q(z)}\right] = p(x, q(z) > 0)",
)  # fmt: skip

# --- Jensen -----------------------------------------------------------------------------------------------------------

_BELOW = (at(log_enc=half), scaled(1 / 2), scaled(-1), shifted(1.5), shifted(0.7), shifted(0.01))

jensen = Claim(
    "levy.jensen.line1", "The evidence lower bound, by Jensen's inequality.",
    LEVY.at("section 2.1: Jensen, line 1"), AT_MOST, printed.jensen_line_1, _LOG_LIKELIHOOD, DATA, _BELOW,
    latex=r"\ell \geq \sum_{i=1}^N \mathbb{E}_{\vec{z} \sim q} \log"
    r" \left[\frac{p(\vec{x}_i, \vec{z}_i)}{q(\vec{z}_i)}\right]",
    tight="levy.jensen.line1.tight",
)  # fmt: skip
jensen_tight = Claim(
    "levy.jensen.line1.tight", "It is attained at the true posteriors.", LEVY.at("section 2.1: Jensen, line 1"),
    EQUALS, printed.jensen_line_1, _LOG_LIKELIHOOD, POSTERIORS, _BELOW, printed=False,
)  # fmt: skip
jensen_2 = Claim(
    "levy.jensen.line2", "The line after the inequality: an equality again, of the log-likelihood.",
    LEVY.at("section 2.1: Jensen, line 2"), EQUALS, printed.jensen_line_2, _LOG_LIKELIHOOD, DATA, expected=REFUTED,
    latex=r"\ell = \sum_{i=1}^N (\mathbb{E}_q[\log p(\vec{x}_i, \vec{z}_i)] - \mathbb{E}_q[\log q(\vec{z})])",
    pinned="levy.jensen.line2.pinned", corrected="levy.jensen.line1",
    note="The sign of the inequality is lost; equality holds where each q is the true posterior.",
)  # fmt: skip
jensen_2_pinned = Claim(
    "levy.jensen.line2.pinned", "The second line is the bound of the first.", LEVY.at("section 2.1: Jensen, line 2"),
    EQUALS, printed.jensen_line_2, _ELBO, DATA, _AUXILIARY, printed=False,
)  # fmt: skip

# --- the KL divergence ------------------------------------------------------------------------------------------------

_KL_MISTAKES = (at(log_lik=half), at(log_prior=zero), at(log_enc=half), *_ANY)
_KL = r"D_{KL}(q(\vec{z}) || p(\vec{z}|\vec{x}))"

kl_definition = Claim(
    "levy.kl.definition", "The definition of the KL divergence of q to the true posterior.",
    LEVY.at("section 2.1: definition of KL"), EQUALS, printed.kl_definition, _DIVERGENCES, DATA, _KL_MISTAKES,
    latex=_KL + r" = \mathbb{E}_q\left[\log \frac{q(\vec{z})}{p(\vec{z}|\vec{x})}\right]",
)  # fmt: skip
conditional = Claim(
    "levy.conditional_probability", "The definition of conditional probability.",
    LEVY.at("section 2.1: conditional probability"), EQUALS, printed.conditional_probability,
    dict(tables=tables.posterior, shannon=shannon.posterior), JOINT, _JOINT,
    latex=r"p_\theta(\vec{z}|\vec{x}) = \frac{p_\theta(\vec{z}, \vec{x})}{p_\theta(\vec{x})}",
)  # fmt: skip
kl_expanded = Claim(
    "levy.kl.expanded", "The KL divergence by the joint and the evidence.", LEVY.at("section 2.1: KL expanded"),
    EQUALS, printed.kl_expanded, _DIVERGENCES, DATA, _KL_MISTAKES,
    latex=_KL + r" = -(\mathbb{E}_q[\log p(\vec{z}, \vec{x})] - \mathbb{E}_q[\log q(\vec{z})]) + \log p(\vec{x})",
)  # fmt: skip
plugged_back = Claim(
    "levy.plugged_back", "The log-likelihood is that less the divergences.", LEVY.at("section 2.1: plugged back"),
    EQUALS, printed.plugged_back, _LOG_LIKELIHOOD, DATA, expected=REFUTED,
    latex=r"\ell = \sum_{i=1}^N (\log p(\vec{x}_i) - D_{KL}(q(\vec{z}_i) || p(\vec{z}_i|\vec{x}_i)))",
    pinned="levy.plugged_back.pinned", corrected="levy.plugged_back.pinned",
    note="The right side is the ELBO: with the first display, the sum of log p(x_i), it would make every divergence 0.",
)  # fmt: skip
plugged_back_pinned = Claim(
    "levy.plugged_back.pinned", "The right side is the evidence lower bound.", LEVY.at("section 2.1: plugged back"),
    EQUALS, printed.plugged_back, _ELBO, DATA, _AUXILIARY, printed=False,
)  # fmt: skip
first_term = Claim(
    "levy.plugged_back.first_term", "The first term, the sum of log p(x_i), says how faithful the reconstruction is.",
    LEVY.at("section 2.1: plugged back"), EQUALS, printed.marginal_likelihood, _RECONSTRUCTION, DATA,
    latex=r"\sum_i \log p(\vec{x}_i) = \sum_i \mathbb{E}_q \log p(\vec{x}_i|\vec{z})", expected=REFUTED,
    pinned="levy.plugged_back.first_term.pinned", corrected="levy.elbo.reconstruction",
    note="It does not depend on q, nor on any reconstruction; the first term of the ELBO's other form does.",
)  # fmt: skip
first_term_pinned = Claim(
    "levy.plugged_back.first_term.pinned", "The first term is the reconstruction less what q spends on the prior, and"
    " its divergence to the true posterior.", LEVY.at("section 2.1: plugged back"), EQUALS, printed.first_term,
    _LOG_LIKELIHOOD, DATA, _EVIDENCE, printed=False,
    latex=r"\log p(x) = \mathbb{E}_q \log p(x|z) - D_{KL}(q || p(z)) + D_{KL}(q || p(z|x))",
)  # fmt: skip
reconstruction = Claim(
    "levy.elbo.reconstruction", "The ELBO is the reconstruction less the divergence to the prior.",
    LEVY.at("section 2.1: plugged back"), EQUALS, printed.reconstruction_less_kl, _ELBO, DATA, _AUXILIARY,
    latex=r"\sum_{i=1}^N (\mathbb{E}_q \log p(\vec{x}_i|\vec{z}) - D_{KL}(q(\vec{z}_i) || p(\vec{z})))", printed=False,
)  # fmt: skip
second_term = Claim(
    "levy.plugged_back.second_term", "The second term is never negative.", LEVY.at("section 2.1: plugged back"),
    AT_LEAST, printed.kl_definition, dict(ledgers=ledgers.no_divergences, listings=listings.no_divergences), DATA,
    (scaled(-1), shifted(-1.0), shifted(-3.0), at(log_enc=double)),
    latex=_KL + r" \geq 0", tight="levy.plugged_back.second_term.tight",
)  # fmt: skip
second_term_tight = Claim(
    "levy.plugged_back.second_term.tight", "It is least, 0, where q is the true posterior.",
    LEVY.at("section 2.1: plugged back"), EQUALS, printed.kl_definition,
    dict(ledgers=ledgers.no_divergences, listings=listings.no_divergences), POSTERIORS,
    (at(log_lik=half), at(log_prior=zero), at(log_enc=double), shifted(0.7), shifted(0.01)), printed=False,
)  # fmt: skip

"""Equations (4) and (5) and the sentences around them: the implicit prior."""

from collections.abc import Callable
from typing import Any

from theory import finite
from theory.printed import hoffman as printed
from verification.claim import HOFFMAN, REFUTED, Claim
from verification.domains.decoders import (
    DECODED_AGGREGATE,
)
from verification.domains.finite import FINITE, FINITE_FLAT
from verification.mutants import (
    at,
    double,
    first_only,
    half,
    negated,
    one_minus,
    scaled,
    shifted,
    zero,
)
from verification.oracles import (
    balls,
    enumeration,
    grids,
    multiprecision,
    quadrature,
    simulation,
)
from verification.relations.at_most import AT_MOST
from verification.relations.equals import EQUALS

# --- (4), (5) and the sentences around them -------------------------------------------------------------------------

normaliser = Claim(
    "hoffman.eq4.C",
    "C is the sum of q^(1-beta) p^beta, on a finite set.",
    HOFFMAN.at("(4)"),
    EQUALS,
    finite.log_normalizer,
    dict(enumeration=enumeration.log_normalizer, simulation=simulation.log_normalizer),
    FINITE,
    (at(beta=one_minus), at(log_p=zero), at(log_q=double), shifted(0.7), scaled(1.01)),
    latex=r"C = \int_z q(z)^{1-\beta} p(z)^\beta\,dz",
)
implicit_prior_point = Claim(
    "hoffman.eq4",
    "r(z) = q^(1-beta) p^beta / C is a distribution, on a finite set.",
    HOFFMAN.at("(4)"),
    EQUALS,
    finite.log_implicit_prior,
    dict(multiprecision=multiprecision.implicit_prior_from_odds, simulation=simulation.log_implicit_prior),
    FINITE,
    (at(beta=one_minus), at(log_p=zero), at(log_q=double), shifted(0.7), scaled(1.01)),
    latex=r"\log r(z) = (1-\beta)\log q(z) + \beta\log p(z) - \log C",
)

_FINITE_ELBO: dict[str, Callable[..., Any]] = dict(
    enumeration=enumeration.implicit_elbo, simulation=simulation.implicit_elbo
)
_FINITE_MISTAKES = (
    at(beta=one_minus), at(log_lik=zero), at(log_p=zero), at(log_q=double), shifted(0.7), shifted(0.01),
)  # fmt: skip

line_1 = Claim(
    "hoffman.eq5.line1",
    "E_q[log p(x_n|z)] - E_q[log r(z) / q(z|x_n)] is a lower bound of log p(x_n) under the prior r.",
    HOFFMAN.at("(5)"),
    AT_MOST,
    printed.eq_5_line_1,
    dict(enumeration=enumeration.log_evidence_under_r, multiprecision=multiprecision.log_evidence_under_r),
    FINITE,
    latex=r"\frac{1}{N}\sum_n \log p(x_n) \geq \frac{1}{N}\sum_n \mathbb{E}_q[\log p(x_n|z)]"
    r" - \mathbb{E}_q\left[\log \frac{r(z)}{q(z|x_n)}\right]",
    expected=REFUTED,
    pinned="hoffman.eq5.line1.pinned",
    corrected="hoffman.eq5.bound",
    note="The second sign must be a plus; the lines that follow are those of the corrected first line.",
)
line_1_pinned = Claim(
    "hoffman.eq5.line1.pinned",
    "The printed first line of (5) is the ELBO under r plus twice KL(q(z|x_n) || r).",
    HOFFMAN.at("(5)"),
    EQUALS,
    printed.eq_5_line_1_less_twice_kl,
    _FINITE_ELBO,
    FINITE,
    _FINITE_MISTAKES,
    printed=False,
)
bound = Claim(
    "hoffman.eq5.bound",
    "The last line of (5) is a lower bound of the mean log p(x_n) under the prior r.",
    HOFFMAN.at("(5)"),
    AT_MOST,
    printed.eq_5_line_5,
    dict(enumeration=enumeration.log_evidence_under_r, multiprecision=multiprecision.log_evidence_under_r),
    FINITE,
    (at(log_p=zero), at(log_lik=half), shifted(2.0), at(log_lik=zero), shifted(0.01)),
    latex=r"\frac{1}{N}\sum_n \log p_r(x_n) \geq \frac{1}{N}\sum_n \mathbb{E}_q[\log p(x_n|z)]"
    r" + \mathbb{E}_q\left[\log \frac{r(z)}{q(z|x_n)}\right]",
    tight="hoffman.eq5.bound.tight",
    printed=False,
    note="p_r(x) is the marginal under r: with the original prior the right side bounds nothing.",
)
bound_tight = Claim(
    "hoffman.eq5.bound.tight",
    "The ELBO under r equals log p(x_n) where every q(z|x_n) is the posterior under r.",
    HOFFMAN.at("(5)"),
    EQUALS,
    printed.eq_5_line_5,
    dict(enumeration=enumeration.log_evidence_under_r, multiprecision=multiprecision.log_evidence_under_r),
    FINITE_FLAT,
    (at(log_p=zero), at(log_lik=half), shifted(2.0), at(log_lik=zero), shifted(0.01)),
    printed=False,
)
line_2 = Claim(
    "hoffman.eq5.line2", "The second line of (5) is the ELBO under r.", HOFFMAN.at("(5)"), EQUALS,
    printed.eq_5_line_2, _FINITE_ELBO, FINITE, _FINITE_MISTAKES,
    latex=r"\frac{1}{N}\sum_n \mathbb{E}_q[\log p(x_n|z)] - \mathcal{I}(z;n)"
    r" + \mathbb{E}_q\left[\log\frac{q(z)^{1-\beta}p(z)^\beta}{q(z)}\right] - \log C",
)  # fmt: skip
line_3 = Claim(
    "hoffman.eq5.line3", "The third line of (5) is the ELBO under r.", HOFFMAN.at("(5)"), EQUALS,
    printed.eq_5_line_3, _FINITE_ELBO, FINITE, _FINITE_MISTAKES,
    latex=r"\frac{1}{N}\sum_n \mathbb{E}_q[\log p(x_n|z)] - \mathcal{I}(z;n)"
    r" + \mathbb{E}_q\left[\log\frac{p(z)^\beta}{q(z)^\beta}\right] - \log C",
)  # fmt: skip
line_4 = Claim(
    "hoffman.eq5.line4", "The fourth line of (5) is the ELBO under r.", HOFFMAN.at("(5)"), EQUALS,
    printed.eq_5_line_4, _FINITE_ELBO, FINITE, _FINITE_MISTAKES,
    latex=r"\frac{1}{N}\sum_n \mathbb{E}_q[\log p(x_n|z)] - \mathcal{I}(z;n) -"
    r" \beta\,\mathrm{KL}(q(z)\,\|\,p(z)) - \log C",
)  # fmt: skip
line_5 = Claim(
    "hoffman.eq5", "The ELBO under r is L_beta - (1 - beta) I(z; n) - log C: any posteriors on a finite set.",
    HOFFMAN.at("(5)"), EQUALS, printed.eq_5_line_5, _FINITE_ELBO, FINITE, _FINITE_MISTAKES,
    latex=r"\mathcal{L}_\beta - (1-\beta)\,\mathcal{I}(z;n) - \log C",
)  # fmt: skip
decoded = Claim(
    "hoffman.eq5.gaussian",
    "The ELBO under r is L_beta - (1 - beta) I(z; n) - log C: Gaussian posteriors, linear decoder.",
    HOFFMAN.at("(5)"),
    EQUALS,
    printed.eq_5_decoded,
    dict(grids=grids.implicit_elbo, quadrature=quadrature.implicit_elbo),
    DECODED_AGGREGATE,
    (at(information=zero), at(log_C=negated), at(log_C=zero), at(mu=first_only), shifted(1.0), scaled(1.01)),
    given=dict(information=balls.index_information, log_C=balls.log_normalizer),
    latex=r"\mathcal{L}_\beta - (1-\beta)\,\mathcal{I}(z;n) - \log C",
)
minus_log_C = Claim(
    "hoffman.sec3.sentence",
    "L_beta is the ELBO under r, plus a term that down-weights I(z; n), minus log C.",
    HOFFMAN.at("section 3"),
    EQUALS,
    printed.sec_3_sentence,
    dict(enumeration=enumeration.beta_elbo, multiprecision=multiprecision.beta_elbo),
    FINITE,
    latex=r"\mathcal{L}_\beta = \mathcal{L}_r + (1-\beta)\,\mathcal{I}(z;n) - \log C",
    expected=REFUTED,
    pinned="hoffman.sec3.corrected",
    corrected="hoffman.sec3.corrected",
    note="(5) solved for L_beta has plus log C: the sentence reads (5) in the wrong direction.",
)
plus_log_C = Claim(
    "hoffman.sec3.corrected",
    "L_beta is the ELBO under r, plus (1 - beta) I(z; n), plus log C; the sentence is off by 2 log C.",
    HOFFMAN.at("section 3"),
    EQUALS,
    printed.sec_3_completed,
    dict(
        enumeration=enumeration.beta_elbo,
        simulation=simulation.beta_elbo_finite,
        multiprecision=multiprecision.beta_elbo,
    ),
    FINITE,
    (at(beta=one_minus), at(log_lik=zero), at(log_p=zero), shifted(0.7), shifted(0.01)),
    latex=r"\mathcal{L}_\beta = \mathcal{L}_r + (1-\beta)\,\mathcal{I}(z;n) + \log C",
    printed=False,
)
one_difference = Claim(
    "hoffman.sec1.one_difference",
    "The one difference of L_beta from the ELBO under r is the ignored log C.",
    HOFFMAN.at("section 1"),
    EQUALS,
    printed.sec_1_one_difference,
    dict(enumeration=enumeration.beta_elbo, multiprecision=multiprecision.beta_elbo),
    FINITE,
    latex=r"\mathcal{L}_\beta = \mathcal{L}_r + \log C",
    expected=REFUTED,
    pinned="hoffman.sec1.two_differences",
    corrected="hoffman.sec1.two_differences",
    note="The text says 'one main difference'; (1 - beta) I(z; n) is the other. It is constant only where I"
    " is saturated.",
)
two_differences = Claim(
    "hoffman.sec1.two_differences",
    "L_beta differs from the ELBO under r by log C and by (1 - beta) I(z; n).",
    HOFFMAN.at("section 1"),
    EQUALS,
    printed.sec_1_two_differences,
    dict(
        enumeration=enumeration.beta_elbo,
        simulation=simulation.beta_elbo_finite,
        multiprecision=multiprecision.beta_elbo,
    ),
    FINITE,
    (at(beta=one_minus), at(log_lik=zero), at(log_p=zero), shifted(0.7), shifted(0.01)),
    printed=False,
)

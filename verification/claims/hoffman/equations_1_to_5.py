"""Equations (1) to (5) and the sentences around them."""

from collections.abc import Callable
from typing import Any

from theory import aggregate, elbo, finite, gaussian, information
from theory.printed import hoffman as printed
from verification.claim import HOFFMAN, REFUTED, Claim
from verification.domains.decoders import (
    DECODED_AGGREGATE,
    EXACT_POSTERIOR,
    IGNORED_DECODER,
    LINEAR_DECODER,
    LINEAR_DECODER_ABOVE_ONE,
)
from verification.domains.finite import FINITE, FINITE_FLAT, RESPONSIBILITY_VECTORS
from verification.domains.gaussians import (
    AGGREGATE,
    AGGREGATE_LINE,
    ONE_GAUSSIAN,
    POINT_GAUSSIAN,
    SEPARATED_LINE,
    SHRINKING,
    TWO_GAUSSIANS,
)
from verification.domains.points import AGGREGATE_AT_POINT
from verification.mutants import (
    at,
    double,
    first_only,
    half,
    identity_matrix,
    inverse,
    negated,
    one_minus,
    plus_log_N,
    scaled,
    shifted,
    square,
    swapped,
    zero,
)
from verification.oracles import (
    balls,
    enumeration,
    grids,
    matrices,
    monte_carlo,
    multiprecision,
    quadrature,
    simulation,
)
from verification.relations.at_most import AT_LEAST, AT_MOST
from verification.relations.equals import EQUALS
from verification.relations.limit import Limit

# --- section 1 ------------------------------------------------------------------------------------------------------

penalty = Claim(
    "hoffman.sec1.penalty",
    "The KL-divergence penalty is E_q[log p(z) / q(z|x)].",
    HOFFMAN.at("section 1"),
    EQUALS,
    printed.kl_penalty,
    dict(balls=balls.kl_to_prior, quadrature=quadrature.kl_to_prior, matrices=matrices.kl_to_prior),
    ONE_GAUSSIAN,
    latex=r"\mathrm{KL}(q(z|x)\,\|\,p(z)) = \mathbb{E}_q\left[\log \frac{p(z)}{q(z|x)}\right]",
    expected=REFUTED,
    pinned="hoffman.sec1.penalty.pinned",
    corrected="hoffman.sec1.kl",
    note="The sign is lost: the expectation is minus the divergence. In (1) and (2) the penalty enters rightly.",
)
penalty_pinned = Claim(
    "hoffman.sec1.penalty.pinned",
    "E_q[log p(z) / q(z|x)] is minus the KL divergence.",
    HOFFMAN.at("section 1"),
    EQUALS,
    printed.kl_penalty,
    dict(grids=grids.minus_kl_to_prior, matrices=matrices.minus_kl_to_prior),
    ONE_GAUSSIAN,
    (at(mu=zero), at(Sigma=inverse), at(Sigma=square), scaled(-1), scaled(1.01)),
    latex=r"\mathbb{E}_q\left[\log \frac{p(z)}{q(z|x)}\right] = -\mathrm{KL}(q(z|x)\,\|\,p(z))",
    printed=False,
)
kl_to_prior = Claim(
    "hoffman.sec1.kl",
    "KL(N(mu, Sigma) || N(0, I)) has a closed form.",
    HOFFMAN.at("section 1"),
    EQUALS,
    gaussian.kl_to_prior,
    dict(balls=balls.kl_to_prior, quadrature=quadrature.kl_to_prior, matrices=matrices.kl_to_prior),
    ONE_GAUSSIAN,
    (at(mu=zero), at(Sigma=inverse), at(Sigma=square), scaled(1 / 2), scaled(1.01)),
    latex=r"\mathrm{KL} = \frac{1}{2}\left(\mathrm{tr}\,\Sigma + \mu^\top\mu - k - \log|\Sigma|\right)",
    printed=False,
)
kl = Claim(
    "hoffman.sec1.kl.two",
    "KL between two Gaussians has a closed form.",
    HOFFMAN.at("section 1"),
    EQUALS,
    gaussian.kl,
    dict(balls=balls.kl_between, quadrature=quadrature.kl_between),
    TWO_GAUSSIANS,
    (swapped("Sigma0", "Sigma1"), at(mu0=zero), at(Sigma1=inverse), scaled(1 / 2), scaled(1.01)),
    latex=r"\mathrm{KL}(N_0\,\|\,N_1)",
    printed=False,
)
entropy = Claim(
    "hoffman.sec1.entropy",
    "The entropy of a Gaussian has a closed form.",
    HOFFMAN.at("section 4.1"),
    EQUALS,
    gaussian.entropy,
    dict(balls=balls.normal_entropy, quadrature=quadrature.normal_entropy),
    ONE_GAUSSIAN,
    (at(Sigma=inverse), at(Sigma=square), scaled(1 / 2), scaled(1.01)),
    latex=r"H = \frac{k}{2}\log(2\pi e) + \frac{1}{2}\log|\Sigma|",
    printed=False,
)
density = Claim(
    "hoffman.sec2.density",
    "The density of a Gaussian.",
    HOFFMAN.at("(6)"),
    EQUALS,
    gaussian.log_density,
    dict(multiprecision=multiprecision.gaussian_log_density, matrices=matrices.gaussian_log_density),
    POINT_GAUSSIAN,
    (at(mu=zero), at(Sigma=inverse), at(z=negated), scaled(1 / 2), scaled(1.01)),
    latex=r"\log \mathcal{N}(z; \mu, \Sigma)",
    printed=False,
)

# --- (1) ------------------------------------------------------------------------------------------------------------

reconstruction = Claim(
    "hoffman.eq1.reconstruction",
    "E_q[log p(x|z)] of a linear-Gaussian decoder has a closed form.",
    HOFFMAN.at("(1)"),
    EQUALS,
    elbo.gaussian_reconstruction,
    dict(balls=balls.gaussian_reconstruction, simulation=simulation.reconstruction, matrices=matrices.reconstruction),
    LINEAR_DECODER,
    (at(Sigma=double), at(mu=zero), at(noise=half), at(x=negated), scaled(1.01)),
    printed=False,
)
evidence = Claim(
    "hoffman.eq1.evidence",
    "log p(x) of a linear-Gaussian decoder is the integral of p(x, z) over z.",
    HOFFMAN.at("(1)"),
    EQUALS,
    elbo.log_evidence,
    dict(balls=balls.log_evidence, matrices=matrices.log_evidence),
    LINEAR_DECODER,
    (at(W=zero), at(noise=double), at(x=zero), scaled(1 / 2), scaled(1.01)),
    latex=r"\log p(x) = \log \int_z p(x, z)\,dz",
)
posterior_mean = Claim(
    "hoffman.eq1.posterior_mean",
    "The posterior of a linear-Gaussian decoder has the mean (W'W + noise I)^-1 W'x.",
    HOFFMAN.at("(1)"),
    EQUALS,
    elbo.posterior_mean,
    dict(grids=grids.posterior_mean, matrices=matrices.posterior_mean),
    LINEAR_DECODER,
    (at(W=double), at(noise=double), at(x=negated), scaled(1 / 2), scaled(1.01)),
    printed=False,
)
posterior_covariance = Claim(
    "hoffman.eq1.posterior_covariance",
    "The posterior of a linear-Gaussian decoder has the covariance (I + W'W / noise)^-1.",
    HOFFMAN.at("(1)"),
    EQUALS,
    elbo.posterior_covariance,
    dict(grids=grids.posterior_covariance, matrices=matrices.posterior_covariance),
    LINEAR_DECODER,
    (at(W=double), at(noise=double), scaled(1 / 2), at(W=zero), scaled(1.01)),
    printed=False,
)
eq1 = Claim(
    "hoffman.eq1",
    "The ELBO is a lower bound of log p(x).",
    HOFFMAN.at("(1)"),
    AT_MOST,
    printed.eq_1,
    dict(balls=balls.log_evidence, matrices=matrices.log_evidence),
    LINEAR_DECODER,
    (at(Sigma=identity_matrix), at(mu=zero), at(noise=double), shifted(0.5), scaled(0.99)),
    latex=r"\log p(x) = \log \int_z p(x, z)\,dz \geq \mathbb{E}_q[\log p(x|z)] - \mathrm{KL}(q(z|x)\,\|\,p(z))",
    tight="hoffman.eq1.tight",
)
eq1_tight = Claim(
    "hoffman.eq1.tight",
    "The ELBO equals log p(x) at the exact posterior.",
    HOFFMAN.at("(1)"),
    EQUALS,
    printed.eq_1,
    dict(balls=balls.log_evidence, matrices=matrices.log_evidence),
    EXACT_POSTERIOR,
    (at(Sigma=identity_matrix), at(mu=zero), at(noise=double), shifted(0.5), scaled(1.01)),
    printed=False,
)
eq1_gap = Claim(
    "hoffman.eq1.gap",
    "The gap of the ELBO is KL(q(z|x) || p(z|x)).",
    HOFFMAN.at("(1)"),
    EQUALS,
    printed.eq_1_gap,
    dict(balls=balls.log_evidence, matrices=matrices.log_evidence),
    LINEAR_DECODER,
    (at(noise=double), at(W=zero), at(x=half), shifted(0.5), scaled(1.01)),
    latex=r"\log p(x) = \mathcal{L} + \mathrm{KL}(q(z|x)\,\|\,p(z|x))",
    printed=False,
)

# --- (2), (3) and section 2 -----------------------------------------------------------------------------------------

eq2 = Claim(
    "hoffman.eq2",
    "L_beta weighs the KL term of each datum by beta.",
    HOFFMAN.at("(2)"),
    EQUALS,
    printed.eq_2,
    dict(grids=grids.beta_elbo, simulation=simulation.beta_elbo),
    LINEAR_DECODER,
    (at(beta=one_minus), at(Sigma=inverse), at(mu=zero), shifted(1.0), scaled(1.01)),
    latex=r"\mathcal{L}_\beta = \frac{1}{N}\sum_n \mathbb{E}_q[\log p(x_n|z)] - \beta\,\mathrm{KL}(q(z|x_n)\,\|\,p(z))",
    note="The printed sum must be read over both terms; the index n of the second would be free otherwise.",
)
eq2_no_bound = Claim(
    "hoffman.sec2.no_bound",
    "For beta < 1, L_beta is no bound of log p(x): at the exact posterior it exceeds it by (1 - beta) KL(q || p).",
    HOFFMAN.at("section 2"),
    EQUALS,
    printed.eq_2_excess,
    dict(balls=balls.log_evidence, matrices=matrices.log_evidence),
    EXACT_POSTERIOR,
    (at(mu=zero), at(Sigma=identity_matrix), at(noise=double), shifted(0.5), scaled(1.01)),
    latex=r"\mathcal{L}_\beta = \log p(x) + (1 - \beta)\,\mathrm{KL}(q\,\|\,p) \quad\text{at}\quad q = p(z|x)",
    note="The sentence is true for beta < 1 only; see hoffman.sec2.bound_above_one.",
)
eq2_bound = Claim(
    "hoffman.sec2.bound_above_one",
    "For beta > 1, L_beta is still a lower bound of log p(x).",
    HOFFMAN.at("section 2"),
    AT_MOST,
    printed.eq_2,
    dict(balls=balls.log_evidence, matrices=matrices.log_evidence),
    LINEAR_DECODER_ABOVE_ONE,
    (at(noise=double), at(x=zero), shifted(-1.0), shifted(1.0), scaled(0.99)),
    latex=r"\mathcal{L}_\beta \leq \log p(x) \quad\text{for}\quad \beta \geq 1",
    tight="hoffman.sec2.bound_above_one.tight",
    printed=False,
    note="Read for every beta other than 1, the sentence 'can no longer be interpreted as a bound' is false here.",
)
eq2_bound_tight = Claim(
    "hoffman.sec2.bound_above_one.tight",
    "For beta > 1, L_beta equals log p(x) where the decoder ignores z and q is the prior.",
    HOFFMAN.at("section 2"),
    EQUALS,
    printed.eq_2,
    dict(balls=balls.log_evidence, matrices=matrices.log_evidence),
    IGNORED_DECODER,
    (at(noise=double), at(x=zero), at(Sigma=half), shifted(1.0), scaled(1.01)),
    printed=False,
)
eq3 = Claim(
    "hoffman.eq3",
    "The average KL is I(z; n) + KL(q(z) || p(z)): Gaussian posteriors.",
    HOFFMAN.at("(3)"),
    EQUALS,
    information.average_kl,
    dict(balls=balls.information_plus_aggregate_kl, quadrature=quadrature.information_plus_aggregate_kl),
    AGGREGATE,
    (at(mu=first_only), at(Sigma=inverse), at(mu=zero), scaled(1 / 2), scaled(1.01)),
    latex=r"\frac{1}{N}\sum_n \mathrm{KL}(q(z|x_n)\,\|\,p(z)) = \mathcal{I}(z; n) + \mathrm{KL}(q(z)\,\|\,p(z))",
)
eq3_finite = Claim(
    "hoffman.eq3.finite",
    "The average KL is I(z; n) + KL(q(z) || p(z)): any posteriors on a finite set.",
    HOFFMAN.at("(3)"),
    EQUALS,
    printed.eq_3,
    dict(enumeration=enumeration.average_kl, simulation=simulation.average_kl),
    FINITE,
    (at(log_p=zero), at(log_q=double), shifted(0.7), scaled(1 / 2), scaled(1.01)),
    latex=r"\frac{1}{N}\sum_n \mathrm{KL}(q(z|x_n)\,\|\,p(z)) = \mathcal{I}(z; n) + \mathrm{KL}(q(z)\,\|\,p(z))",
)
finite_average = Claim(
    "hoffman.eq3.average_kl",
    "The average KL on a finite set is the mean over n of sum_z q_n log(q_n / p).",
    HOFFMAN.at("(3)"),
    EQUALS,
    finite.average_kl,
    dict(enumeration=enumeration.average_kl, simulation=simulation.average_kl),
    FINITE,
    (at(log_p=zero), at(log_q=half), shifted(0.7), scaled(1 / 2), scaled(1.01)),
    printed=False,
)
finite_information = Claim(
    "hoffman.eq3.information",
    "I(z; n) on a finite set is the mean over n of sum_z q_n log(q_n / q).",
    HOFFMAN.at("(3)"),
    EQUALS,
    finite.index_information,
    dict(enumeration=enumeration.index_information, simulation=simulation.index_information),
    FINITE,
    (at(log_q=half), scaled(-1), shifted(0.7), scaled(1 / 2), scaled(1.01)),
    printed=False,
)
finite_aggregate = Claim(
    "hoffman.eq3.aggregate_kl",
    "KL(q(z) || p(z)) on a finite set.",
    HOFFMAN.at("(3)"),
    EQUALS,
    finite.aggregate_kl,
    dict(enumeration=enumeration.aggregate_kl, simulation=simulation.aggregate_kl),
    FINITE,
    (at(log_p=zero), at(log_q=double), shifted(0.7), scaled(-1), scaled(1.01)),
    printed=False,
)
aggregate_density = Claim(
    "hoffman.eq3.aggregate",
    "q(z) is the mean of the N posteriors.",
    HOFFMAN.at("(3)"),
    EQUALS,
    aggregate.log_density,
    dict(multiprecision=multiprecision.mixture_log_density, matrices=matrices.mixture_log_density),
    AGGREGATE_AT_POINT,
    (at(mu=first_only), at(Sigma=inverse), at(mu=negated), shifted(0.7), scaled(1.01)),
    latex=r"q(z) = \frac{1}{N}\sum_n q(z|x_n)",
)
information_left = Claim(
    "hoffman.sec2.information",
    "I(z; n) is log N less the expected entropy of the posterior over n.",
    HOFFMAN.at("section 4"),
    EQUALS,
    printed.information_left,
    dict(quadrature=quadrature.index_information, monte_carlo=monte_carlo.index_information),
    AGGREGATE_LINE,
    (plus_log_N, at(conditional_entropy=zero), at(conditional_entropy=negated), scaled(1 / 2), scaled(1.01)),
    latex=r"\mathcal{I}(z; n) = \log N - \mathbb{E}_{q(z)}[H(\phi^*(\cdot; z))]",
    given=dict(conditional_entropy=balls.conditional_entropy),
    printed=False,
)
responsibilities = Claim(
    "hoffman.sec4.responsibilities",
    "phi*(n; z) is the posterior over which q(z|x_n) generated z.",
    HOFFMAN.at("(8)"),
    EQUALS,
    aggregate.log_responsibilities,
    dict(multiprecision=multiprecision.log_responsibilities, matrices=matrices.log_responsibilities),
    AGGREGATE_AT_POINT,
    (at(mu=zero), at(Sigma=inverse), at(mu=negated), shifted(0.7), scaled(1.01)),
)
responsibility_entropy = Claim(
    "hoffman.sec4.entropy",
    "The entropy of phi*.",
    HOFFMAN.at("section 4"),
    EQUALS,
    aggregate.responsibility_entropy,
    dict(multiprecision=multiprecision.responsibility_entropy, balls=balls.responsibility_entropy),
    RESPONSIBILITY_VECTORS,
    (scaled(-1), scaled(1 / 2), shifted(0.7), at(log_phi=double), scaled(1.01)),
    printed=False,
)
finite_entropy = Claim(
    "hoffman.sec4.conditional_entropy",
    "E_q[H(phi*)] on a finite set.",
    HOFFMAN.at("section 4"),
    EQUALS,
    finite.conditional_entropy,
    dict(enumeration=enumeration.conditional_entropy, simulation=simulation.conditional_entropy),
    FINITE,
    (at(log_q=half), at(log_q=double), shifted(0.7), scaled(1 / 2), scaled(1.01)),
    printed=False,
)
at_most_log_N = Claim(
    "hoffman.sec2.log_N",
    "The mutual information I(z; n) is at most log N.",
    HOFFMAN.at("section 2"),
    AT_LEAST,
    printed.information_ceiling,
    dict(balls=balls.index_information, quadrature=quadrature.index_information),
    AGGREGATE_LINE,
    (scaled(1 / 2), shifted(-0.5), shifted(0.5), scaled(2), scaled(1.01)),
    latex=r"\mathcal{I}(z; n) \leq \log N",
    tight="hoffman.sec2.log_N.tight",
)
at_most_log_N_tight = Claim(
    "hoffman.sec2.log_N.tight",
    "I(z; n) equals log N where the posteriors do not overlap.",
    HOFFMAN.at("section 2"),
    EQUALS,
    printed.information_ceiling,
    dict(balls=balls.index_information, quadrature=quadrature.index_information),
    SEPARATED_LINE,
    (scaled(1 / 2), shifted(-0.5), shifted(0.5), scaled(2), scaled(1.01)),
    printed=False,
)
saturation = Claim(
    "hoffman.sec2.saturation",
    "I(z; n) saturates at log N as the posteriors shrink.",
    HOFFMAN.at("section 2"),
    Limit("Sigma", (1.0, 0.1, 0.01, 0.001), shrinks=1e-3),
    printed.information_ceiling,
    dict(balls=balls.index_information, quadrature=quadrature.index_information),
    SHRINKING,
    (scaled(1 / 2), shifted(-0.5), shifted(0.5), scaled(1.01)),
    latex=r"\mathcal{I}(z; n) \to \log N \quad (\Sigma_n \to 0)",
)
own_prior = Claim(
    "hoffman.sec2.own_prior",
    "Replacing p(z) by q(z) sets KL(q(z) || p(z)) to 0: the average KL is then I(z; n).",
    HOFFMAN.at("section 2"),
    EQUALS,
    finite.index_information,
    dict(multiprecision=multiprecision.average_kl_to_aggregate, simulation=simulation.average_kl_to_aggregate),
    FINITE,
    (at(log_q=half), scaled(-1), shifted(0.7), scaled(1 / 2), scaled(1.01)),
    latex=r"p(z) = q(z) \;\Rightarrow\; \mathrm{KL}(q(z)\,\|\,p(z)) = 0",
)

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

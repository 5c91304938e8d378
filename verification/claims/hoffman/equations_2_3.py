"""Equations (2) and (3) and the sentences around them: what the average KL is made of."""

from theory import aggregate, finite, information
from theory.printed import hoffman as printed
from verification.claim import HOFFMAN, Claim
from verification.domains.decoders import (
    EXACT_POSTERIOR,
    IGNORED_DECODER,
    LINEAR_DECODER,
    LINEAR_DECODER_ABOVE_ONE,
)
from verification.domains.finite import FINITE, RESPONSIBILITY_VECTORS
from verification.domains.gaussians import (
    AGGREGATE,
    AGGREGATE_LINE,
    SEPARATED_LINE,
    SHRINKING,
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

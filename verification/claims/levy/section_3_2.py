"""Sections 3.2 and 3.3: the KL as a bound on the information, where it is 0, and a VAE that is linear."""

from theory.printed import levy_constraint as printed
from verification.claim import LEVY, REFUTED, Claim
from verification.domains.linear_vae import EIGENVECTORS
from verification.domains.lower_bounds import CODES, CODES_AGAINST_AVERAGE, CODES_OF_PRIOR, PAIRS
from verification.domains.reparametrised import NOT_STANDARD, STANDARD
from verification.mutants import (
    absent,
    at,
    columns_reversed,
    double,
    half,
    identity_matrix,
    reversed_effect,
    scaled,
    shifted,
    zero,
)
from verification.oracles import (
    allocations,
    balls,
    dual_search,
    exponential_moments,
    ledgers,
    listings,
    product_rules,
    quadrature,
)
from verification.relations.at_most import AT_LEAST
from verification.relations.bias import BIASED_LOW
from verification.relations.equals import EQUALS

_BOUND, _ONLY = LEVY.at("section 3.2: bound on the information"), LEVY.at("section 3.2: KL is zero only if")
_AVERAGE = dict(ledgers=ledgers.told_on_average, listings=listings.told_on_average)
_EACH = dict(ledgers=ledgers.told, listings=listings.told)
_LESS = (scaled(1 / 4), scaled(-1), shifted(-0.7), shifted(-1.5), absent)

information = Claim(
    "levy.information", "On average the KL is at least the information in the code.", _BOUND, AT_LEAST,
    printed.average_divergence, _AVERAGE, CODES, _LESS, tight="levy.information.tight",
    latex=r"\mathbb{E}_x D_{KL}(q_\phi(z|x)||p(z)) \geq I(x; z)",
)  # fmt: skip
information_tight = Claim(
    "levy.information.tight", "It is the information where the prior is the aggregate.", _BOUND, EQUALS,
    printed.average_divergence, _AVERAGE, CODES_OF_PRIOR, (at(log_q=half), at(log_p=half), *_LESS, scaled(1.01)),
    printed=False,
)  # fmt: skip
per_point = Claim(
    "levy.information.per_point", "The KL of one x bounds what that x tells against the aggregate.", _BOUND, AT_LEAST,
    printed.divergence, _EACH, CODES_AGAINST_AVERAGE, expected=REFUTED, pinned="levy.information.per_point.pinned",
    latex=r"D_{KL}(q_\phi(\vec{z}|\vec{x}_i)||p(\vec{z})) \geq D_{KL}(q_\phi(\vec{z}|\vec{x}_i)||q_\phi(\vec{z}))",
    corrected="levy.information", note="The text has no average. A code nearer to the prior than to the aggregate"
    " tells more than its KL: it may even be the prior, and tell something.",
)  # fmt: skip
per_point_pinned = Claim(
    "levy.information.per_point.pinned", "They differ by E_q log q(z)/p(z), of either sign.", _BOUND, EQUALS,
    printed.divergence_less_surprise, _EACH, CODES,
    (at(log_q=half), at(log_q=double), scaled(1 / 2), shifted(0.7), scaled(1.01)), printed=False,
)  # fmt: skip
channels = Claim(
    "levy.information.channels", "The noisy channels z_j transmit together what each transmits, less what they have in"
    " common.", _BOUND, EQUALS, printed.channels_less_overlap,
    dict(ledgers=ledgers.information_of_pairs, listings=listings.information_of_pairs), PAIRS,
    (at(log_data=half), at(log_q1=half), at(log_q2=half), scaled(1 / 2), scaled(2), shifted(0.7), scaled(1.01)),
    latex=r"I(x; z) = \sum_j I(x; z_j) - TC(z)", printed=False,
    note="That q(z|x) and p(z) factorise does not make the channels add up: the aggregate need not factorise.",
)  # fmt: skip
standard = Claim(
    "levy.kl.zero", "The KL is 0 for mean 0 and covariance I.", _ONLY, EQUALS, printed.kl_to_standard,
    dict(balls=balls.kl_to_prior, quadrature=quadrature.kl_to_prior), STANDARD,
    (at(Sigma=double), at(Sigma=half), shifted(0.7), shifted(0.01)),
    latex=r"\vec{\mu}_i = 0, \Sigma_i = I",
)  # fmt: skip
nowhere_else = Claim(
    "levy.kl.only", "Only there: half way to it every other Gaussian has a lower KL.", _ONLY, BIASED_LOW,
    printed.kl_to_standard,
    dict(product_rules=product_rules.kl_half_way, exponential_moments=exponential_moments.kl_half_way), NOT_STANDARD,
    (at(mu=zero, Sigma=identity_matrix), scaled(1 / 8), shifted(-2.0), absent, reversed_effect),
    latex=r"D_{KL} = 0 \Rightarrow \vec{\mu}_i = 0, \Sigma_i = I",
)  # fmt: skip

# --- 3.3 --------------------------------------------------------------------------------------------------------------

linear = Claim(
    "levy.linear", "A beta-VAE with linear decoder and encoder reconstructs as PCA does, each component shrunk by"
    " 1 - beta sigma^2 / lambda_i.", LEVY.at("section 3.3"), EQUALS, printed.reconstruction_map,
    dict(allocations=allocations.shrunk_projection, dual_search=dual_search.shrunk_projection), EIGENVECTORS,
    (at(beta=half), at(noise=double), at(kept=double), at(U=columns_reversed), scaled(1 / 2), scaled(2), scaled(1.01)),
    latex=r"W A = \sum_i \max\left(1 - \frac{\beta\sigma^2}{\lambda_i}, 0\right) u_i u_i^\top", printed=False,
    unit="share",
    note="Sections 1 and 3.3 call all types of VAE non-linear and set them apart from PCA; this one is not.",
)  # fmt: skip

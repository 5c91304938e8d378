"""Section 2.2: the mean-field assumption, the parameters of N posteriors, and what amortisation spares and loses."""

from theory import amortisation
from theory.printed import levy_encoder as printed
from verification.claim import LEVY, REFUTED, Claim
from verification.domains.lower_bounds import ALIKE, COUNTS, NETWORKS, ONE_DIMENSION, PAIRS, SHARED
from verification.domains.reparametrised import EQUAL_VARIANCES, VARIANCES
from verification.mutants import at, double, half, reversed_effect, scaled, shifted, swapped, zero
from verification.oracles import allocations, dual_search, exponential_moments, ledgers, listings, product_rules
from verification.relations.at_most import AT_LEAST
from verification.relations.bias import BIASED_HIGH
from verification.relations.equals import EQUALS

_FIELD, _ISOTROPIC = LEVY.at("section 2.2: mean field"), LEVY.at("section 2.2: isotropic Gaussian")
_COUNT, _AMORTISED = LEVY.at("section 2.2: 2Nd parameters"), LEVY.at("section 2.2: amortisation")
_ANY = (scaled(1 / 2), scaled(2), shifted(0.7), scaled(1.01))
_PRODUCT = dict(ledgers=ledgers.mean_field, listings=listings.mean_field)

mean_field = Claim(
    "levy.mean_field", "Latents that are independent given x have the product of q(z_j|x_j).", _FIELD, EQUALS,
    printed.mean_field_printed, _PRODUCT, PAIRS, expected=REFUTED,
    latex=r"q_\phi(\vec{z}|\vec{x}) = \prod_{j=1}^d q_\phi(z_j|\vec{x}_j)", pinned="levy.mean_field.pinned",
    corrected="levy.mean_field.corrected",
    note="x has no component for each latent, its dimension is another one; where it has one, a latent may depend on"
    " all of x and be independent of the others given x.",
)  # fmt: skip
mean_field_pinned = Claim(
    "levy.mean_field.pinned", "The printed product loses what each latent tells of the other components of x.", _FIELD,
    EQUALS, printed.mean_field_loss, dict(ledgers=ledgers.other_coordinate, listings=listings.other_coordinate), PAIRS,
    (at(log_data=half), at(log_q1=half), at(log_q2=half), *_ANY), printed=False,
    latex=r"\mathbb{E}\,D_{KL}(q(z|x) || \prod_j q(z_j|x_j)) = \sum_j I(z_j; x|x_j)",
)  # fmt: skip
mean_field_corrected = Claim(
    "levy.mean_field.corrected", "Latents that are independent given x have the product of q(z_j|x).", _FIELD, EQUALS,
    printed.mean_field, _PRODUCT, PAIRS, (at(log_q1=half), at(log_q2=half), at(log_q2=double), *_ANY),
    latex=r"q_\phi(\vec{z}|\vec{x}) = \prod_{j=1}^d q_\phi(z_j|\vec{x})", printed=False,
)  # fmt: skip

# --- isotropic, diagonal ----------------------------------------------------------------------------------------------

_KL = dict(product_rules=product_rules.isotropic_loss, exponential_moments=exponential_moments.isotropic_loss)

isotropic = Claim(
    "levy.isotropic", "A Gaussian with diagonal covariance is isotropic: nothing is lost to the isotropic one of its"
    " mean variance.", _ISOTROPIC, EQUALS, printed.isotropic_loss,
    dict(ledgers=ledgers.no_loss, listings=listings.no_loss), VARIANCES, latex=r"\Sigma \text{ diagonal}",
    expected=REFUTED, pinned="levy.isotropic.pinned", corrected="levy.isotropic.equal",
    note="Isotropic is s I, equal variances; the diagonal of section 2.3's sigma has one for each latent. Section 1"
    " says the same.",
)  # fmt: skip
isotropic_pinned = Claim(
    "levy.isotropic.pinned", "A diagonal covariance is away from the nearest isotropic one by the means of its"
    " variances.", _ISOTROPIC, EQUALS, printed.isotropic_loss, _KL, VARIANCES,
    (reversed_effect, *_ANY),
    latex=r"\min_s D_{KL}(N(\mu, \Sigma) || N(\mu, sI)) = \frac{k}{2}\log\frac{\bar s}{(\prod_j s_j)^{1/k}}",
    printed=False,
)  # fmt: skip
isotropic_equal = Claim(
    "levy.isotropic.equal", "Equal variances on the diagonal are isotropic.", _ISOTROPIC, EQUALS,
    printed.isotropic_loss, _KL, EQUAL_VARIANCES, (shifted(0.7), shifted(-0.7), shifted(0.1), shifted(0.01)),
    printed=False,
)  # fmt: skip

# --- parameters -------------------------------------------------------------------------------------------------------

parameters = Claim(
    "levy.parameters", "A mean and a variance for each dimension of each latent variable.", _COUNT, EQUALS,
    printed.parameters, dict(ledgers=ledgers.parameters, listings=listings.parameters), COUNTS,
    (at(N=half), at(d=half), at(d=double), *_ANY), latex=r"2 \times N \times d", unit="parameters",
    note="Of q(z|x) for each x; the sentence before writes q(x|z).",
)  # fmt: skip
fewer = Claim(
    "levy.parameters.fewer", "In other words there are more data than parameters.", _COUNT, BIASED_HIGH,
    printed.parameters, dict(ledgers=ledgers.data, listings=listings.data), COUNTS, latex=r"N \gg p",
    expected=REFUTED, pinned="levy.parameters.fewer.pinned", corrected="levy.parameters.more", unit="parameters",
    note="2Nd > N whatever d: it is p that is larger than N, which is what then raises the variance.",
)  # fmt: skip
fewer_pinned = Claim(
    "levy.parameters.fewer.pinned", "The parameters outnumber the data by N(2d - 1).", _COUNT, EQUALS,
    printed.parameters_less_data,
    dict(ledgers=ledgers.parameters_less_data, listings=listings.parameters_less_data), COUNTS,
    (at(N=half), at(d=half), at(d=double), *_ANY), latex=r"p - N = N(2d - 1)", unit="parameters", printed=False,
)  # fmt: skip
more = Claim(
    "levy.parameters.more", "There are more parameters than data.", _COUNT, AT_LEAST, printed.parameters,
    dict(ledgers=ledgers.data_twice, listings=listings.data_twice), COUNTS,
    (at(d=zero), at(N=half), scaled(1 / 4), scaled(-1), shifted(-1.0)), latex=r"p \geq 2N", unit="parameters",
    printed=False, tight="levy.parameters.more.tight",
)  # fmt: skip
more_tight = Claim(
    "levy.parameters.more.tight", "Of one latent dimension they are twice as many.", _COUNT, EQUALS,
    printed.parameters, dict(ledgers=ledgers.data_twice, listings=listings.data_twice), ONE_DIMENSION,
    (at(d=zero), at(N=half), at(d=double), *_ANY), unit="parameters", printed=False,
)  # fmt: skip
encoder = Claim(
    "levy.amortised.parameters", "An encoder has as many weights whatever the number of data.", _AMORTISED, EQUALS,
    amortisation.encoder_parameters,
    dict(ledgers=ledgers.encoder_parameters, listings=listings.encoder_parameters), NETWORKS,
    (swapped("D", "d"), at(width=half), at(d=double), at(D=half), *_ANY), latex=r"(D + 1)w + (w + 1)2d",
    unit="parameters",
)  # fmt: skip

# --- amortisation -----------------------------------------------------------------------------------------------------

_ONE = dict(allocations=allocations.one_for_all, dual_search=dual_search.one_for_all)

shared = Claim(
    "levy.amortised.shared", "What N data lose by one posterior for all.", _AMORTISED, EQUALS, amortisation.gap, _ONE,
    SHARED, (at(log_lik=half), at(log_lik=double), at(log_prior=half), *_ANY), printed=False,
    latex=r"\frac{1}{N}\sum_i \log p(x_i) - \log\sum_z \exp\frac{1}{N}\sum_i \log p(x_i, z)",
    note="The amortisation gap of an encoder that does not tell the data apart: its best answer is the normalised"
    " geometric mean of the p(x_i, z).",
)  # fmt: skip
shared_loss = Claim(
    "levy.amortised.loss", "Shared weights lose something against estimating each posterior directly.", _AMORTISED,
    AT_LEAST, amortisation.gap, dict(ledgers=ledgers.no_loss_of_data, listings=listings.no_loss_of_data), SHARED,
    (scaled(-1), shifted(-0.7), shifted(-1.5), shifted(-3.0)), tight="levy.amortised.loss.tight", printed=False,
    latex=r"\max_{q_1, \ldots, q_N} \mathcal{L} \geq \max_\phi \mathcal{L}",
)  # fmt: skip
shared_loss_tight = Claim(
    "levy.amortised.loss.tight", "Nothing is lost where the true posteriors are equal.", _AMORTISED, EQUALS,
    amortisation.gap, dict(ledgers=ledgers.no_loss_of_data, listings=listings.no_loss_of_data), ALIKE,
    (shifted(0.7), shifted(-0.7), shifted(0.1), shifted(0.01)), printed=False,
)  # fmt: skip

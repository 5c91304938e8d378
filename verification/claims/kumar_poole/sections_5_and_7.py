"""Sections 5.1, 5.2 and 7, appendix F: what a family costs, the metric, the gap, the decoder's covariance."""

from theory import deterministic
from theory.printed import kumar_poole_objectives as printed
from verification.claim import KUMAR_POOLE, REFUTED, Claim
from verification.domains.covariances import BEST, COUPLED, NEAR_BEST, UNCOUPLED
from verification.domains.jacobians import JACOBIANS, LINEAR, MIXED_PIXELS, NODE, PIXELS
from verification.mutants import at, double, half, inverse, scaled, shifted, zero
from verification.oracles import cubature, matrices, minors, rationals, slopes, spectra
from verification.relations.bias import BIASED_LOW
from verification.relations.equals import EQUALS
from verification.relations.order import Order

_STRUCTURE = KUMAR_POOLE.at("section 5.1")
_METRIC = KUMAR_POOLE.at("section 5.2")
_GAP = KUMAR_POOLE.at("section 7: gap")
_DECODER = KUMAR_POOLE.at("section 7: decoder covariance")
_COSTS = (at(H=half), at(beta=double), shifted(0.1), scaled(1 / 2), scaled(-1), scaled(1.01))

cost_diagonal = Claim(
    "kumar_poole.structure.diagonal",
    "A diagonal covariance costs Hadamard's deficit of I - H/beta: what drives H towards a diagonal matrix.",
    _STRUCTURE, EQUALS, printed.section_5_1_diagonal,
    dict(rationals=rationals.cost_diagonal, cubature=cubature.cost_diagonal), COUPLED, _COSTS,
    latex=r"\frac\beta2\left(\sum_i\log A_{ii} - \log|A|\right), \quad A = I - \frac1\beta H", printed=False,
)  # fmt: skip
cost_block = Claim(
    "kumar_poole.structure.block",
    "A block-diagonal covariance costs Fischer's deficit of I - H/beta.",
    _STRUCTURE, EQUALS, printed.section_5_1_block,
    dict(rationals=rationals.cost_block, cubature=cubature.cost_block), COUPLED, _COSTS, printed=False,
)  # fmt: skip
cost_positive = Claim(
    "kumar_poole.structure.diagonal.positive",
    "Wherever H has entries off its diagonal, a diagonal covariance costs something.",
    _STRUCTURE, BIASED_LOW, printed.section_5_1_diagonal,
    dict(rationals=rationals.nothing, cubature=cubature.nothing), COUPLED,
    (scaled(-1), scaled(0), shifted(-0.7), shifted(-1)), printed=False,
)  # fmt: skip
cost_none = Claim(
    "kumar_poole.structure.diagonal.zero",
    "Where H is diagonal a diagonal covariance costs nothing.",
    _STRUCTURE, EQUALS, printed.section_5_1_diagonal,
    dict(rationals=rationals.nothing, cubature=cubature.nothing), UNCOUPLED,
    (shifted(0.1), shifted(-0.1), shifted(1), shifted(0.01)), printed=False,
)  # fmt: skip
columns = Claim(
    "kumar_poole.structure.columns",
    "For independent pixels of log-concave likelihood, inner products of the columns of |H_p|^(1/2) J are entries of"
    " -J'H_p J: one is diagonal where the columns of the other are orthogonal.",
    _STRUCTURE, EQUALS, printed.section_5_1_gram,
    dict(rationals=rationals.pixel_gram, cubature=cubature.pixel_gram), PIXELS,
    (at(J=double), at(curvature=double), scaled(1 / 2), scaled(-1), scaled(1.01)),
    latex=r"\left(|H_p|_{\mathrm{abs}}^{1/2}J\right)^\top|H_p|_{\mathrm{abs}}^{1/2}J = -J^\top H_p J",
)  # fmt: skip
columns_any = Claim(
    "kumar_poole.structure.columns.any_sign",
    "The same for every diagonal H_p.",
    _STRUCTURE, EQUALS, printed.section_5_1_gram,
    dict(rationals=rationals.pixel_gram, cubature=cubature.pixel_gram), MIXED_PIXELS,
    expected=REFUTED, pinned="kumar_poole.structure.columns.pin", corrected="kumar_poole.structure.columns",
    note="Diagonal is asked for, not negative: with H_p = diag(1, -1) and all of J one, J'H_p J = 0 is diagonal and the"
    " columns are parallel.",
)  # fmt: skip
columns_pin = Claim(
    "kumar_poole.structure.columns.pin",
    "They differ by twice what pixels of positive curvature contribute.",
    _STRUCTURE, EQUALS, printed.section_5_1_gram_less_excess,
    dict(rationals=rationals.pixel_gram, cubature=cubature.pixel_gram), MIXED_PIXELS,
    (at(J=double), at(curvature=double), scaled(1 / 2), scaled(-1), scaled(1.01)), printed=False,
)  # fmt: skip
precision_block = Claim(
    "kumar_poole.structure.precision",
    "A covariance that is block-diagonal has a precision that is too: at its best, the blocks of I - H/beta.",
    _STRUCTURE, EQUALS, printed.section_7_precision,
    dict(rationals=rationals.precision_block, cubature=cubature.precision_block), COUPLED,
    (at(H=half), at(beta=double), scaled(1 / 2), scaled(-1), scaled(1.01)), note="Said in section 7.",
)  # fmt: skip
metric = Claim(
    "kumar_poole.metric",
    "Under unit-noise Gaussian observations the best covariance gives the pullback metric back.",
    _METRIC, EQUALS, printed.section_5_2, dict(rationals=rationals.gram, cubature=cubature.gram), JACOBIANS,
    (at(J=double), scaled(-1), scaled(1 / 2), scaled(1.01)),
    latex=r"G = J_g^\top J_g = \beta\left(\Sigma^{-1} - I\right)",
    note="Positive definite where J has full column rank, and so never for more latent than observed dimensions; only"
    " at the best full covariance: a diagonal one at its best gives the diagonal of J'J.",
)  # fmt: skip
embedded = Claim(
    "kumar_poole.metric.embedded",
    "The image of a decoder whose Jacobian has full rank everywhere is an embedded manifold: where it meets itself its"
    " tangents agree.",
    _METRIC, EQUALS, printed.section_5_2_crossing, dict(minors=minors.parallel, slopes=slopes.parallel), NODE,
    expected=REFUTED, pinned="kumar_poole.metric.embedded.pin", corrected="kumar_poole.metric",
    note="Full rank makes an immersion. g(z) = (z^2 - 1, z^3 - z) has a slope that is nowhere 0, and crosses itself at"
    " z = 1 and z = -1. The metric that it pulls back is one all the same.",
)  # fmt: skip
embedded_pin = Claim(
    "kumar_poole.metric.embedded.pin",
    "At z = 1 and z = -1 the curve (z^2 - 1, z^3 - z) has one point and two tangents.",
    _METRIC, EQUALS, printed.section_5_2_crossing, dict(minors=minors.crossing, slopes=slopes.crossing), NODE,
    (at(z=double), at(z=half), scaled(-1), scaled(1.01), shifted(0.1)), printed=False,
)  # fmt: skip
_GAPS = dict(rationals=rationals.decoded_gap, cubature=cubature.decoded_gap)
_MISTAKES = (at(J=double), at(Sigma=double), at(Sigma=inverse), at(beta=double), shifted(0.1), scaled(1.01))
gap_printed = Claim(
    "kumar_poole.gap.printed",
    "The gap between the expanded objective and (13), as printed in section 7 and in appendix F.",
    _GAP, EQUALS, printed.gap, _GAPS, JACOBIANS,
    latex=r"\frac\beta2\left[\operatorname{tr}\left(I + \frac1\beta J^\top J\Sigma\right) - \log\left|\left(I +"
    r" \frac1\beta J^\top J\Sigma\right) - d\right|\right]",
    expected=REFUTED, pinned="kumar_poole.gap.printed.pin", corrected="kumar_poole.gap.corrected",
    note="Parentheses close in the wrong places: Sigma multiplies all of I + J'J/beta, and d stands outside of the"
    " determinant. For J = beta = 1 and Sigma = 1/2, where (11) holds, it gives (3/2 + log 2)/2.",
)  # fmt: skip
gap_printed_pin = Claim(
    "kumar_poole.gap.printed.pin",
    "The printed gap has d, tr(I - Sigma) and a quotient of determinants too much: (beta/2) times what is there.",
    _GAP, EQUALS, printed.gap, dict(rationals=rationals.printed_gap, matrices=matrices.printed_gap), JACOBIANS,
    _MISTAKES, printed=False, accuracy=1e-9,
)  # fmt: skip
gap_bars = Claim(
    "kumar_poole.gap.bars",
    "The printed gap with d outside of the determinant.",
    KUMAR_POOLE.at("appendix F: gap"), EQUALS, printed.gap_bars, _GAPS, JACOBIANS,
    expected=REFUTED, pinned="kumar_poole.gap.bars.pin", corrected="kumar_poole.gap.corrected", printed=False,
    note="One misplaced parenthesis mended; for J = beta = 1 and Sigma = 1/2 it gives (1/2 - log(3/2))/2.",
)  # fmt: skip
gap_bars_pin = Claim(
    "kumar_poole.gap.bars.pin",
    "With d outside of the determinant, it has tr(I - Sigma) and a quotient of determinants too much.",
    KUMAR_POOLE.at("appendix F: gap"), EQUALS, printed.gap_bars,
    dict(rationals=rationals.printed_gap_bars, matrices=matrices.printed_gap_bars), JACOBIANS, _MISTAKES,
    printed=False, accuracy=1e-9,
)  # fmt: skip
gap_printed_zero = Claim(
    "kumar_poole.gap.printed.vanishes",
    "The printed gap vanishes where (11) holds exactly.",
    _GAP, EQUALS, printed.gap_at_best, dict(rationals=rationals.nothing, cubature=cubature.nothing), JACOBIANS,
    expected=REFUTED, pinned="kumar_poole.gap.printed.vanishes.pin", corrected="kumar_poole.gap.vanishes",
)  # fmt: skip
gap_printed_at_best = Claim(
    "kumar_poole.gap.printed.vanishes.pin",
    "Where (11) holds exactly the printed gap is a sum over d directions: m - log |m - d|, m = 1 + x/(1 + x), x the"
    " squared singular values of J over beta, times beta/2.",
    _GAP, EQUALS, printed.gap_at_best,
    dict(matrices=matrices.printed_gap_at_best, spectra=spectra.printed_gap_at_best), JACOBIANS,
    (at(J=double), at(J=half), at(beta=double), shifted(0.1), scaled(1.01)), printed=False, accuracy=1e-9,
)  # fmt: skip
gap_corrected = Claim(
    "kumar_poole.gap.corrected",
    "The gap is beta times the divergence from N(h, Sigma) to N(h, Sigma*).",
    _GAP, EQUALS, printed.gap_corrected, _GAPS, JACOBIANS, _MISTAKES,
    latex=r"\frac\beta2\left[\operatorname{tr}\left(\left(I + \frac1\beta J^\top J\right)\Sigma\right) -"
    r" \log\left|\left(I + \frac1\beta J^\top J\right)\Sigma\right| - d\right]", printed=False,
)  # fmt: skip
gap_zero = Claim(
    "kumar_poole.gap.vanishes",
    "The corrected gap vanishes where (11) holds exactly.",
    _GAP, EQUALS, printed.gap_corrected_at_best, dict(rationals=rationals.nothing, cubature=cubature.nothing),
    JACOBIANS, (shifted(0.1), shifted(-0.1), shifted(1), shifted(0.01)),
)  # fmt: skip
gap_full = Claim(
    "kumar_poole.gap.hessian",
    "The gap for any Hessian below beta I.",
    _GAP, EQUALS, printed.gap_full, dict(rationals=rationals.gap, cubature=cubature.gap), BEST,
    (at(H=half), at(Sigma=double), at(Sigma=inverse), at(beta=double), shifted(0.1), scaled(1.01)), printed=False,
)  # fmt: skip
gap_diagonal = Claim(
    "kumar_poole.gap.mean_field",
    "The gap to the best diagonal covariance, which is (10)'s mean-field form less (8); negative for some full ones.",
    _GAP, EQUALS, printed.gap_diagonal,
    dict(rationals=rationals.gap_diagonal, cubature=cubature.gap_diagonal), COUPLED,
    (at(H=half), at(Sigma=double), at(Sigma=inverse), at(beta=double), shifted(0.1), scaled(1.01)), printed=False,
)  # fmt: skip
gap_order = Claim(
    "kumar_poole.gap.order",
    "A small error E of the best covariance costs (beta/4) tr(AEAE), A = I - H/beta, but for terms of third order.",
    _GAP, Order("E", 3), deterministic.gap_curvature,
    dict(matrices=matrices.gap_near_best, cubature=cubature.gap_near_best), NEAR_BEST,
    (scaled(2), scaled(1 / 2), scaled(1.01), at(E=double), at(beta=double)), printed=False,
)  # fmt: skip
_VAES = dict(rationals=rationals.reconstruction_less_divergence, cubature=cubature.reconstruction_less_divergence)
_IN_VAE = (at(W=double), at(x=zero), at(h=double), at(Sigma=double), scaled(1 / 2), scaled(1.01))
decoder_printed = Claim(
    "kumar_poole.decoder_covariance.printed",
    "A weight beta of the divergence amounts to a decoder covariance of I/beta.",
    _DECODER, EQUALS, printed.section_7_covariance, _VAES, LINEAR, expected=REFUTED,
    pinned="kumar_poole.decoder_covariance.pin", corrected="kumar_poole.decoder_covariance.corrected",
    note="I/beta is its precision. With I/beta in the decoder and the same weight of the divergence, errors of"
    " reconstruction weigh beta^2 as much.",
)  # fmt: skip
decoder_pin = Claim(
    "kumar_poole.decoder_covariance.pin",
    "With a decoder covariance of I/beta, errors of reconstruction weigh beta^2 as much against beta divergences.",
    _DECODER, EQUALS, printed.section_7_covariance_less_excess, _VAES, LINEAR, _IN_VAE, printed=False,
)  # fmt: skip
decoder_corrected = Claim(
    "kumar_poole.decoder_covariance.corrected",
    "A weight beta of the divergence amounts to a decoder covariance of beta I: the objectives are proportional, but"
    " for a constant.",
    _DECODER, EQUALS, printed.section_7_covariance_corrected, _VAES, LINEAR, _IN_VAE, printed=False,
)  # fmt: skip

"""Equations (13) and (14): the Gaussian regularised autoencoder, its bound by columns, and estimates of that bound."""

from theory import grae
from theory.printed import kumar_poole_objectives as printed
from verification.claim import KUMAR_POOLE, REFUTED, Claim
from verification.domains.jacobians import (
    COLUMNS,
    INSIDE_RADIUS,
    JACOBIANS,
    LOTTERY,
    NO_SLOPE,
    ON_RADIUS,
    ORTHOGONAL,
    ORTHOGONAL_BLOCKS,
    PARTIAL_LOTTERY,
    RANK_ONE,
    SQUARE,
)
from verification.mutants import at, double, half, scaled, shifted, transposed, zero
from verification.oracles import cubature, lotteries, matrices, rationals, spectra
from verification.relations.at_most import AT_LEAST, AT_MOST
from verification.relations.bias import BIASED_HIGH
from verification.relations.equals import EQUALS
from verification.relations.limit import Limit
from verification.relations.order import Order

_SAMPLING = KUMAR_POOLE.at("section 5.3: column sampling")
_TAYLOR = KUMAR_POOLE.at("section 5.3: Taylor of log(1+x)")
_OF_J = (at(J=double), at(J=half), at(beta=double), scaled(1.01))
_LOSS = (*_OF_J, at(h=double), at(x=zero), scaled(-1))
_LEFT = r"\log\left|I + \frac1\beta J^\top J\right|"
_RIGHT = r"\sum_i\log\left(1 + \frac1\beta\|J_{:i}\|^2\right)"

eq13 = Claim(
    "kumar_poole.eq13",
    "The loss is minus the best expanded objective over all covariances, less (D/2) log 2 pi.",
    KUMAR_POOLE.at("(13)"), EQUALS, printed.eq_13, dict(rationals=rationals.loss, spectra=spectra.loss), JACOBIANS,
    _LOSS, latex=r"\frac12\|x - g(h)\|^2 + \frac\beta2\|h\|^2 + \frac\beta2" + _LEFT,
)  # fmt: skip
eq13_diagonal = Claim(
    "kumar_poole.eq13.mean_field",
    "Over diagonal covariances the best is the same with (14)'s right side: for mean-field posteriors (14) is no bound"
    " but the objective itself.",
    KUMAR_POOLE.at("(13)"), EQUALS, printed.eq_13_diagonal,
    dict(rationals=rationals.loss_diagonal, spectra=spectra.loss_diagonal), COLUMNS, _LOSS, printed=False,
    note="A mean-field beta-VAE is to be compared with this one; (13) belongs to full covariances.",
)  # fmt: skip
eq13_block = Claim(
    "kumar_poole.eq13.block",
    "Over block-diagonal covariances the best is the same with the log-determinants of the blocks, added up.",
    KUMAR_POOLE.at("(13)"), EQUALS, printed.eq_13_block,
    dict(rationals=rationals.loss_block, spectra=spectra.loss_block), COLUMNS, _LOSS, printed=False,
)  # fmt: skip
eq14 = Claim(
    "kumar_poole.eq14",
    "Hadamard: the log-determinant is at most the sum over columns.",
    KUMAR_POOLE.at("(14)"), AT_LEAST, printed.eq_14_right,
    dict(rationals=rationals.regularizer, spectra=spectra.regularizer), JACOBIANS,
    (at(J=half), at(beta=double), scaled(-1), scaled(1 / 2), shifted(-1)),
    latex=_LEFT + r" \leq " + _RIGHT, tight="kumar_poole.eq14.equality",
)  # fmt: skip
eq14_equality = Claim(
    "kumar_poole.eq14.equality",
    "Where the columns are orthogonal the two sides are equal.",
    KUMAR_POOLE.at("(14)"), EQUALS, printed.eq_14_right,
    dict(rationals=rationals.regularizer, spectra=spectra.regularizer), ORTHOGONAL, _OF_J,
    latex=_LEFT + " = " + _RIGHT,
)  # fmt: skip
eq14_strict = Claim(
    "kumar_poole.eq14.strict",
    "Where they are not, the sum over columns is larger.",
    KUMAR_POOLE.at("(14)"), BIASED_HIGH, printed.eq_14_left,
    dict(rationals=rationals.hadamard, spectra=spectra.hadamard), COLUMNS,
    (at(J=double), scaled(2), shifted(3), at(beta=half)), printed=False,
)  # fmt: skip
eq14_deficit = Claim(
    "kumar_poole.eq14.deficit",
    "The two sides differ by what the best diagonal covariance costs, in units of beta/2.",
    KUMAR_POOLE.at("(14)"), EQUALS, printed.eq_14_right_less_deficit,
    dict(rationals=rationals.regularizer, spectra=spectra.regularizer), COLUMNS, _OF_J, printed=False,
)  # fmt: skip
eq14_fischer = Claim(
    "kumar_poole.eq14.block",
    "Fischer: the log-determinant is at most the sum over blocks.",
    KUMAR_POOLE.at("(14)"), AT_LEAST, printed.eq_14_block,
    dict(rationals=rationals.regularizer, spectra=spectra.regularizer), COLUMNS,
    (at(J=half), at(beta=double), scaled(-1), scaled(1 / 2), shifted(-1)),
    tight="kumar_poole.eq14.block.equality", printed=False,
)  # fmt: skip
eq14_fischer_equality = Claim(
    "kumar_poole.eq14.block.equality",
    "Where columns of different blocks are orthogonal, whatever those of one block are, the two are equal.",
    KUMAR_POOLE.at("(14)"), EQUALS, printed.eq_14_block,
    dict(rationals=rationals.regularizer, spectra=spectra.regularizer), ORTHOGONAL_BLOCKS, _OF_J, printed=False,
)  # fmt: skip
mean_field = Claim(
    "kumar_poole.eq14.tight_for_mean_field",
    "For mean-field posteriors (14) holds with equality.",
    KUMAR_POOLE.at("(14)"), EQUALS, printed.eq_14_right,
    dict(rationals=rationals.regularizer, spectra=spectra.regularizer), COLUMNS,
    latex=_LEFT + " = " + _RIGHT, expected=REFUTED, printed=False,
    pinned="kumar_poole.eq14.deficit", corrected="kumar_poole.eq13.mean_field",
    note="Said to be so by virtue of (11), which is the best of all covariances: a diagonal one at its best leaves the"
    " columns as they are, log 4 against log 3 for J = (1, 1). Equality is of orthogonal columns, whatever the"
    " posterior.",
)  # fmt: skip
estimate = Claim(
    "kumar_poole.sampling.estimate",
    "What three sampled columns say of (14)'s right side.",
    _SAMPLING, EQUALS, printed.three_columns,
    dict(lotteries=lotteries.three_columns, spectra=spectra.three_columns), LOTTERY, (*_OF_J, scaled(1 / 3)),
    latex=r"\frac1k\sum_{i=1}^k\frac{1}{p_c(c_i)}\log\left(1 + \frac1\beta\|J_{:c_i}\|^2\right)",
)  # fmt: skip
unbiased = Claim(
    "kumar_poole.sampling.mean",
    "Its mean is (14)'s right side, where every column has some chance.",
    _SAMPLING, EQUALS, printed.eq_14_right,
    dict(lotteries=lotteries.estimate_mean, spectra=spectra.estimate_mean), LOTTERY, _OF_J, printed=False,
)  # fmt: skip
bias = Claim(
    "kumar_poole.sampling.bias",
    "Its mean less the log-determinant of (13): Hadamard's deficit, for any number of columns.",
    _SAMPLING, EQUALS, grae.column_estimate_bias,
    dict(lotteries=lotteries.estimate_bias, spectra=spectra.estimate_bias), LOTTERY, (*_OF_J, shifted(0.1)),
    printed=False,
)  # fmt: skip
partial_bias = Claim(
    "kumar_poole.sampling.bias.partial",
    "Where some columns are never drawn their terms are missing from the mean.",
    _SAMPLING, EQUALS, grae.column_estimate_bias,
    dict(lotteries=lotteries.estimate_bias, spectra=spectra.estimate_bias), PARTIAL_LOTTERY, (*_OF_J, shifted(0.1)),
    printed=False,
)  # fmt: skip
variance = Claim(
    "kumar_poole.sampling.variance",
    "Its variance with n columns drawn independently, however often one of them is drawn.",
    _SAMPLING, EQUALS, grae.column_estimate_variance,
    dict(lotteries=lotteries.estimate_variance, spectra=spectra.estimate_variance), LOTTERY,
    (*_OF_J, at(n=double), shifted(0.1)), printed=False,
)  # fmt: skip
partial_variance = Claim(
    "kumar_poole.sampling.variance.partial",
    "The same where some columns are never drawn.",
    _SAMPLING, EQUALS, grae.column_estimate_variance,
    dict(lotteries=lotteries.estimate_variance, spectra=spectra.estimate_variance), PARTIAL_LOTTERY,
    (*_OF_J, at(n=double), shifted(0.1)), printed=False,
)  # fmt: skip
converges = Claim(
    "kumar_poole.taylor.radius",
    "The Taylor series of log(1 + x), summed over squared singular values over beta, converges where all singular"
    " values are below the root of beta.",
    _TAYLOR, Limit("order", (1, 4, 40), 0.02), printed.eq_14_left,
    dict(rationals=rationals.partial_sum, spectra=spectra.partial_sum), INSIDE_RADIUS,
    (at(J=double), at(beta=double), scaled(1.5), shifted(0.1)),
    latex=r"\sigma_i(J) < \sqrt\beta",
)  # fmt: skip
boundary = Claim(
    "kumar_poole.taylor.radius.boundary",
    "It converges at the root of beta too, as 1 - 1/2 + 1/3 - ... does to log 2.",
    _TAYLOR, Limit("order", (1, 8, 128), 0.02), printed.eq_14_left,
    dict(rationals=rationals.partial_sum, spectra=spectra.partial_sum), ON_RADIUS,
    (at(J=double), at(beta=double), scaled(1.5), shifted(0.1)), printed=False,
)  # fmt: skip
first = Claim(
    "kumar_poole.taylor.first_order",
    "Its first term, times beta/2, is half the squared Frobenius norm of J: beta cancels.",
    _TAYLOR, EQUALS, grae.first_order, dict(rationals=rationals.first_order, spectra=spectra.first_order), JACOBIANS,
    (at(J=double), at(J=half), scaled(2), scaled(1.01)), latex=r"\frac12\|J\|_F^2",
)  # fmt: skip
above = Claim(
    "kumar_poole.taylor.error.above",
    "What the first term has too much is at most |J'J|^2/(4 beta).",
    _TAYLOR, AT_LEAST, grae.first_order_error,
    dict(rationals=rationals.first_order_excess, spectra=spectra.first_order_excess), JACOBIANS,
    (scaled(1 / 4), scaled(-1), shifted(-1), shifted(-0.1)), tight="kumar_poole.taylor.error.above.tight",
    latex=r"\frac12\|J\|_F^2 - \frac\beta2" + _LEFT + r" \leq \frac{1}{4\beta}\|J^\top J\|_F^2", printed=False,
)  # fmt: skip
above_tight = Claim(
    "kumar_poole.taylor.error.above.tight", "Where the decoder is flat nothing is lost, nor allowed for.",
    _TAYLOR, EQUALS, grae.first_order_error,
    dict(rationals=rationals.first_order_excess, spectra=spectra.first_order_excess), NO_SLOPE,
    (shifted(0.1), shifted(-0.1), shifted(1), shifted(0.01)), printed=False,
)  # fmt: skip
below = Claim(
    "kumar_poole.taylor.error.below",
    "What the first term has too much is at least 3 |J'J|^2/(12 beta + 8 |J|^2).",
    _TAYLOR, AT_MOST, grae.first_order_error_below,
    dict(rationals=rationals.first_order_excess, spectra=spectra.first_order_excess), JACOBIANS,
    (scaled(4), shifted(1), shifted(0.5), at(J=double)), tight="kumar_poole.taylor.error.below.tight",
    latex=r"\frac12\|J\|_F^2 - \frac\beta2" + _LEFT + r" \geq \frac{3\|J^\top J\|_F^2}{4(3\beta + 2\|J\|_F^2)}",
    printed=False,
)  # fmt: skip
below_tight = Claim(
    "kumar_poole.taylor.error.below.tight", "Where the decoder is flat nothing is lost, nor claimed.",
    _TAYLOR, EQUALS, grae.first_order_error_below,
    dict(rationals=rationals.first_order_excess, spectra=spectra.first_order_excess), NO_SLOPE,
    (shifted(0.1), shifted(-0.1), shifted(1), shifted(0.01)), printed=False,
)  # fmt: skip
below_order = Claim(
    "kumar_poole.taylor.error.below.order",
    "Where all columns are parallel, the lower bound is right but for terms of eighth order in J.",
    _TAYLOR, Order("J", 8), grae.first_order_error_below,
    dict(matrices=matrices.first_order_excess, cubature=cubature.first_order_excess), RANK_ONE,
    (at(J=double), at(beta=double), scaled(2), scaled(1 / 2), scaled(1.01)), printed=False,
)  # fmt: skip
above_order = Claim(
    "kumar_poole.taylor.error.above.order",
    "The upper bound is right but for terms of sixth order in J.",
    _TAYLOR, Order("J", 6), grae.first_order_error,
    dict(matrices=matrices.first_order_excess, cubature=cubature.first_order_excess), RANK_ONE,
    (at(J=double), at(beta=double), scaled(2), scaled(1 / 2), scaled(1.01)), printed=False,
)  # fmt: skip
_ORDERS = dict(rationals=rationals.first_order_observed, cubature=cubature.first_order_observed)
eq12_first = Claim(
    "kumar_poole.taylor.eq12",
    "For (12) the first term is the squared norm of J [-H_p]^(1/2).",
    _TAYLOR, EQUALS, printed.first_order_of_eq_12, _ORDERS, SQUARE, latex=r"\|J_g[-H_p]^{1/2}\|_F^2",
    expected=REFUTED, pinned="kumar_poole.taylor.eq12.pin", corrected="kumar_poole.taylor.eq12.corrected",
    note="J has D rows and H_p too: the product exists for D = k only, its factors are in the wrong order, and a half"
    " is lost.",
)  # fmt: skip
eq12_first_pin = Claim(
    "kumar_poole.taylor.eq12.pin",
    "It is twice the first term, and tr(H_p (JJ' - J'J)) for the wrong order of its factors.",
    _TAYLOR, EQUALS, printed.first_order_of_eq_12_rearranged, _ORDERS, SQUARE,
    (at(square=double), at(square=half), at(H_p=double), at(square=transposed), scaled(2), scaled(1.01)), printed=False,
)  # fmt: skip
eq12_first_corrected = Claim(
    "kumar_poole.taylor.eq12.corrected",
    "For (12) the first term is half the squared norm of [-H_p]^(1/2) J.",
    _TAYLOR, EQUALS, printed.first_order_of_eq_12_corrected, _ORDERS, SQUARE,
    (at(square=double), at(square=half), at(H_p=double), at(square=transposed), scaled(2), scaled(1.01)),
    latex=r"\frac12\|[-H_p]^{1/2}J_g\|_F^2", printed=False,
)  # fmt: skip

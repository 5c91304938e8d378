"""Equations (8) to (12): the expanded objective in the posterior's covariance, its maximum over each family."""

from theory import deterministic
from theory.printed import kumar_poole_objectives as printed
from verification.claim import FLOAT64, KUMAR_POOLE, REFUTED, Claim
from verification.domains.covariances import BEST, COUPLED, CURVED, DIRECTIONS, ENDS, NO_COVARIANCE
from verification.domains.jacobians import OBSERVED
from verification.mutants import at, double, half, inverse, negated, scaled, shifted, zero
from verification.oracles import cubature, minors, rationals, rivals, slopes, spectra, symbolic
from verification.relations.at_most import AT_LEAST
from verification.relations.bias import BIASED_LOW
from verification.relations.equals import EQUALS
from verification.relations.optimal import OPTIMAL

_SMALL = (scaled(-1), scaled(1 / 2), scaled(1.01))
_OF_H = (at(H=half), at(H=double), at(beta=double))
_MATRIX = (*_OF_H, scaled(1 / 2), scaled(-1), scaled(1.01))
_NUMBER = (*_OF_H, at(h=double), at(log_lik=zero), shifted(0.1), scaled(1.01))

eq8 = Claim(
    "kumar_poole.eq8",
    "The objective with the expanded log-likelihood, for a Gaussian posterior, in closed form.",
    KUMAR_POOLE.at("(8)"), EQUALS, deterministic.objective,
    dict(rationals=rationals.objective, cubature=cubature.objective), CURVED,
    (*_NUMBER, at(Sigma=inverse), at(Sigma=double), scaled(-1)),
    latex=r"\log p_\theta(x|h) + \frac12\operatorname{tr}(H\Sigma) - \frac\beta2\left(\|h\|^2 +"
    r" \operatorname{tr}\Sigma - \log|\Sigma| - d\right)",
)  # fmt: skip
eq8_compared = Claim(
    "kumar_poole.eq8.compared",
    "The same by way of the best covariance and the gap.",
    KUMAR_POOLE.at("(8)"), EQUALS, printed.eq_8_compared,
    dict(rationals=rationals.objective, cubature=cubature.objective), BEST,
    (*_NUMBER, at(Sigma=inverse), at(Sigma=double), scaled(-1)), printed=False,
)  # fmt: skip
strictly_concave = Claim(
    "kumar_poole.eq8.concave",
    "The objective is concave in Sigma, strictly: half way between two covariances it exceeds their mean value.",
    KUMAR_POOLE.at("(8)"), BIASED_LOW, printed.eq_8_midpoint,
    dict(rationals=rationals.mean_of_ends, cubature=cubature.mean_of_ends), ENDS,
    (scaled(2), shifted(-1), shifted(-3), at(Sigma=double), at(Sigma2=double)),
)  # fmt: skip
absolute = Claim(
    "kumar_poole.eq8.absolute_determinant",
    "With |Sigma| the absolute value of the determinant, (10) bounds (8) at every symmetric matrix.",
    KUMAR_POOLE.at("(8)"), AT_LEAST, printed.eq_10,
    dict(rationals=rationals.objective_of_any_sign, spectra=spectra.objective_of_any_sign), NO_COVARIANCE,
    latex=r"|\Sigma| = |\det\Sigma|", expected=REFUTED, printed=False,
    pinned="kumar_poole.eq8.absolute_determinant.pin", corrected="kumar_poole.eq9.maximum",
    note="The sentence asks for absolute values, which a covariance does not need; at -4 with H = 0 and beta = 1 the"
    " objective is (5 + log 4)/2, at -t it grows like t/2.",
)  # fmt: skip
absolute_pin = Claim(
    "kumar_poole.eq8.absolute_determinant.pin",
    "With the absolute value of the determinant, (8) has values at symmetric matrices that are no covariances.",
    KUMAR_POOLE.at("(8)"), EQUALS, printed.eq_8_absolute,
    dict(rationals=rationals.objective_of_any_sign, spectra=spectra.objective_of_any_sign), NO_COVARIANCE,
    (shifted(0.1), scaled(-1), scaled(1.01), at(S=double), at(beta=double)), printed=False,
)  # fmt: skip
gradient = Claim(
    "kumar_poole.eq9.gradient",
    "The gradient of the objective in Sigma, entry by entry; off the diagonal two entries move together.",
    KUMAR_POOLE.at("(9)"), EQUALS, deterministic.covariance_gradient,
    dict(slopes=slopes.posterior_gradient, rationals=rationals.gradient, symbolic=symbolic.prove_covariance_gradient),
    CURVED, (*_OF_H, at(Sigma=inverse), *_SMALL),
    latex=r"\frac12 H - \frac\beta2\left(I - \Sigma^{-1}\right)",
)  # fmt: skip
eq9 = Claim(
    "kumar_poole.eq9",
    "Sigma = (I - H/beta)^-1 is where the objective is stationary and largest over all covariances.",
    KUMAR_POOLE.at("(9)"), OPTIMAL, printed.eq_9,
    dict(slopes=slopes.covariance_optimality, rivals=rivals.covariance_optimality), BEST, _MATRIX,
    latex=r"\Sigma = \left(I - \frac1\beta H\right)^{-1}",
)  # fmt: skip
eq9_diagonal = Claim(
    "kumar_poole.eq9.diagonal",
    "The best diagonal covariance inverts the diagonal of I - H/beta.",
    KUMAR_POOLE.at("(9)"), OPTIMAL, printed.eq_9_diagonal,
    dict(slopes=slopes.diagonal_optimality, rivals=rivals.diagonal_optimality), COUPLED, _MATRIX,
    latex=r"\Sigma_{ii} = \frac{1}{1 - H_{ii}/\beta}", printed=False,
    note="Not the diagonal of (9): that one is larger wherever H has entries off its diagonal.",
)  # fmt: skip
eq9_block = Claim(
    "kumar_poole.eq9.block",
    "The best block-diagonal covariance inverts the blocks of I - H/beta.",
    KUMAR_POOLE.at("(9)"), OPTIMAL, printed.eq_9_block,
    dict(slopes=slopes.block_optimality, rivals=rivals.block_optimality), COUPLED, _MATRIX,
    latex=r"\Sigma_{bb} = \left(I - \frac1\beta H_{bb}\right)^{-1}", printed=False,
)  # fmt: skip
maximum = Claim(
    "kumar_poole.eq9.maximum",
    "No covariance has a larger objective than (10).",
    KUMAR_POOLE.at("(9)"), AT_LEAST, printed.eq_10,
    dict(rationals=rationals.objective, cubature=cubature.objective), BEST,
    (shifted(-1), shifted(-0.1), scaled(2), at(beta=double), at(h=double)),
    tight="kumar_poole.eq10", printed=False,
    note="H < beta I is needed, which the source does not say: elsewhere see kumar_poole.eq9.along.",
)  # fmt: skip
along = Claim(
    "kumar_poole.eq9.along",
    "Along v v' the objective gains (v'Hv - beta v'v)/2 + (beta/2) log(1 + v'Sigma^-1 v): without bound for an"
    " eigenvector of H whose eigenvalue reaches beta.",
    KUMAR_POOLE.at("(9)"), EQUALS, printed.eq_8_along,
    dict(rationals=rationals.along, cubature=cubature.along), DIRECTIONS,
    (*_OF_H, at(Sigma=inverse), at(v=double), *_SMALL), printed=False,
)  # fmt: skip
least = Claim(
    "kumar_poole.eq9.smallest_beta",
    "Beyond the largest eigenvalue of H, and beyond 0, every beta has a best covariance.",
    KUMAR_POOLE.at("(9)"), EQUALS, printed.smallest_beta,
    dict(spectra=spectra.smallest_beta, minors=minors.smallest_beta), DIRECTIONS,
    (at(H=negated), at(H=double), shifted(0.1), scaled(1.01)), printed=False, arithmetics=(FLOAT64,),
)  # fmt: skip
least_diagonal = Claim(
    "kumar_poole.eq9.smallest_beta.diagonal",
    "Beyond the largest diagonal entry of H, and beyond 0, every beta has a best diagonal covariance.",
    KUMAR_POOLE.at("(9)"), EQUALS, printed.smallest_beta_diagonal,
    dict(spectra=spectra.smallest_beta_diagonal, minors=minors.smallest_beta_diagonal), DIRECTIONS,
    (at(H=negated), at(H=double), shifted(0.1), scaled(1.01)), printed=False, arithmetics=(FLOAT64,),
)  # fmt: skip
eq10 = Claim(
    "kumar_poole.eq10",
    "The objective at (9).",
    KUMAR_POOLE.at("(10)"), EQUALS, printed.eq_10,
    dict(rationals=rationals.value, cubature=cubature.value), BEST, (*_NUMBER, scaled(-1)),
    latex=r"\log p_\theta(x|h) - \frac\beta2\|h\|^2 - \frac\beta2\log\left|I - \frac1\beta H\right|",
)  # fmt: skip
eq10_diagonal = Claim(
    "kumar_poole.eq10.diagonal",
    "The objective at the best diagonal covariance: the determinant becomes the product of its diagonal.",
    KUMAR_POOLE.at("(10)"), EQUALS, printed.eq_10_diagonal,
    dict(rationals=rationals.value_diagonal, cubature=cubature.value_diagonal), COUPLED, _NUMBER,
    latex=r"\log p_\theta(x|h) - \frac\beta2\|h\|^2 - \frac\beta2\sum_i\log\left(1 - H_{ii}/\beta\right)",
    printed=False,
)  # fmt: skip
eq10_block = Claim(
    "kumar_poole.eq10.block",
    "The objective at the best block-diagonal covariance: the determinant becomes the product of its blocks'.",
    KUMAR_POOLE.at("(10)"), EQUALS, printed.eq_10_block,
    dict(rationals=rationals.value_block, cubature=cubature.value_block), COUPLED, _NUMBER, printed=False,
)  # fmt: skip
_OF_J = (at(J=double), at(J=zero), at(H_p=double), at(beta=double))
eq11 = Claim(
    "kumar_poole.eq11",
    "The best covariance where the Hessian is J'H_p J.",
    KUMAR_POOLE.at("(11)"), EQUALS, printed.eq_11,
    dict(rationals=rationals.covariance_observed, cubature=cubature.covariance_observed), OBSERVED,
    (*_OF_J, scaled(1 / 2), scaled(1.01)),
    latex=r"\Sigma = \left(I - \frac1\beta J_g^\top H_p J_g\right)^{-1}",
)  # fmt: skip
eq12 = Claim(
    "kumar_poole.eq12",
    "The objective at (11).",
    KUMAR_POOLE.at("(12)"), EQUALS, printed.eq_12,
    dict(rationals=rationals.value_observed, cubature=cubature.value_observed), OBSERVED,
    (*_OF_J, at(h=double), at(log_lik=zero), shifted(0.1), scaled(1.01)),
    latex=r"\log p_\theta(x|h) - \frac\beta2\|h\|^2 - \frac\beta2\log\left|I - \frac1\beta J_g^\top H_p J_g\right|",
)  # fmt: skip
eq12_sentence = Claim(
    "kumar_poole.eq12.sentence",
    "The reconstruction term of (12) is p(x|h).",
    KUMAR_POOLE.at("(12)"), EQUALS, printed.eq_12_sentence,
    dict(rationals=rationals.value_observed, cubature=cubature.value_observed), OBSERVED,
    latex=r"p_\theta(x|h) - \frac\beta2\|h\|^2 - \frac\beta2\log\left|I - \frac1\beta J_g^\top H_p J_g\right|",
    expected=REFUTED, printed=False, pinned="kumar_poole.eq12.sentence.pin", corrected="kumar_poole.eq12",
    note="The sentence below (12) leaves out the logarithm that (12) has.",
)  # fmt: skip
eq12_sentence_pin = Claim(
    "kumar_poole.eq12.sentence.pin",
    "With p(x|h) as its reconstruction term, (12) is off by p - log p.",
    KUMAR_POOLE.at("(12)"), EQUALS, printed.eq_12_sentence_less_excess,
    dict(rationals=rationals.value_observed, cubature=cubature.value_observed), OBSERVED,
    (*_OF_J, at(h=double), at(log_lik=zero), shifted(0.1), scaled(1.01)), printed=False,
)  # fmt: skip

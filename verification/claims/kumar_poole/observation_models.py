"""Observation models: log p(x; g), its gradient and its Hessian in g, and what section 5.1 says of them."""

from theory import observation
from theory.printed import kumar_poole_taylor as printed
from verification.claim import KUMAR_POOLE, OWN, REFUTED, Claim
from verification.domains.outputs import BINARY, FITTING, GREY, LOGITS, ONLY_GREY, REALS
from verification.mutants import at, double, half, negated, one_minus, scaled, shifted, zero
from verification.oracles import contours, output_series
from verification.relations.equals import EQUALS
from verification.relations.limit import Limit

_FITTING = (0.1, 0.01, 0.001, 0.0001)
_ALL = (scaled(-1), scaled(1 / 2), shifted(0.1), scaled(1.01))

gaussian = Claim(
    "kumar_poole.gaussian",
    "The log-density of Gaussian observations of one variance.",
    KUMAR_POOLE.at("(7)"),
    EQUALS,
    observation.gaussian,
    dict(contours=contours.gaussian, output_series=output_series.gaussian),
    REALS,
    (at(noise=half), at(x=zero), *_ALL),
    printed=False,
)
gaussian_gradient = Claim(
    "kumar_poole.gaussian.gradient",
    "Its gradient in the means.",
    KUMAR_POOLE.at("(5)"),
    EQUALS,
    observation.gaussian_gradient,
    dict(contours=contours.gaussian_gradient, output_series=output_series.gaussian_gradient),
    REALS,
    (at(noise=half), at(x=zero), *_ALL),
    printed=False,
)
gaussian_curvature = Claim(
    "kumar_poole.gaussian.curvature",
    "Its second derivatives in the means.",
    KUMAR_POOLE.at("(5)"),
    EQUALS,
    observation.gaussian_curvature,
    dict(contours=contours.gaussian_curvature, output_series=output_series.gaussian_curvature),
    REALS,
    (at(noise=half), *_ALL),
    printed=False,
)
standard_gaussian = Claim(
    "kumar_poole.sec5_1.standard_gaussian",
    "For standard Gaussian observations H_p is minus the identity of size D, for all z.",
    KUMAR_POOLE.at("section 5.1"),
    EQUALS,
    printed.standard_gaussian_hessian,
    dict(contours=contours.standard_gaussian_hessian, output_series=output_series.standard_gaussian_hessian),
    REALS,
    _ALL,
    latex=r"H_{p_x}(g(z)) = -I",
)
bernoulli = Claim(
    "kumar_poole.bernoulli",
    "The log-probability of Bernoulli pixels, grey ones weighed.",
    KUMAR_POOLE.at("section 5.1"),
    EQUALS,
    observation.bernoulli,
    dict(contours=contours.bernoulli, output_series=output_series.bernoulli),
    GREY,
    (at(x=one_minus), at(g=half), *_ALL),
    printed=False,
)
bernoulli_gradient = Claim(
    "kumar_poole.bernoulli.gradient",
    "Its gradient in the probabilities.",
    KUMAR_POOLE.at("(5)"),
    EQUALS,
    observation.bernoulli_gradient,
    dict(contours=contours.bernoulli_gradient, output_series=output_series.bernoulli_gradient),
    GREY,
    (at(x=one_minus), at(g=half), *_ALL),
    printed=False,
)
bernoulli_curvature = Claim(
    "kumar_poole.sec5_1.bernoulli.grey.corrected",
    "The i-th diagonal element of H_p is -x_i/g_i^2 - (1 - x_i)/(1 - g_i)^2 for every x_i in [0, 1].",
    KUMAR_POOLE.at("section 5.1"),
    EQUALS,
    observation.bernoulli_curvature,
    dict(contours=contours.bernoulli_curvature, output_series=output_series.bernoulli_curvature),
    GREY,
    (at(x=one_minus), at(g=half), *_ALL),
    latex=r"-\frac{x_i}{g_i^2} - \frac{1-x_i}{(1-g_i)^2}",
    printed=False,
)
independent = Claim(
    "kumar_poole.sec5_1.diagonal",
    "For pixels that are independent given g the matrix H_p is diagonal.",
    KUMAR_POOLE.at("section 5.1"),
    EQUALS,
    printed.bernoulli_hessian,
    dict(contours=contours.bernoulli_hessian, output_series=output_series.bernoulli_hessian),
    GREY,
    (at(x=one_minus), at(g=half), *_ALL),
)
bernoulli_printed = Claim(
    "kumar_poole.sec5_1.bernoulli",
    "For Bernoulli pixels x_i in {0, 1} the i-th diagonal element of H_p is -1/(1 - x_i - g_i)^2.",
    KUMAR_POOLE.at("section 5.1"),
    EQUALS,
    printed.bernoulli_diagonal,
    dict(contours=contours.bernoulli_curvature, output_series=output_series.bernoulli_curvature),
    BINARY,
    (at(x=one_minus), at(g=half), at(g=one_minus), *_ALL),
    latex=r"-\frac{1}{(1 - x_i - [g(h(x))]_i)^2}",
)
bernoulli_grey = Claim(
    "kumar_poole.sec5_1.bernoulli.grey",
    "The same formula for grey pixels, which the reconstruction of images in [0, 1] needs.",
    KUMAR_POOLE.at("section 5.1"),
    EQUALS,
    printed.bernoulli_diagonal,
    dict(contours=contours.bernoulli_curvature, output_series=output_series.bernoulli_curvature),
    ONLY_GREY,
    expected=REFUTED,
    pinned="kumar_poole.sec5_1.bernoulli.grey.pinned",
    corrected="kumar_poole.sec5_1.bernoulli.grey.corrected",
    printed=False,
    note="The source says x in {0, 1}, where it holds. At x = g = 1/2 it is infinite, and the truth -4.",
)
bernoulli_grey_pinned = Claim(
    "kumar_poole.sec5_1.bernoulli.grey.pinned",
    "For grey pixels it is off by x (1 - x) times a closed form.",
    KUMAR_POOLE.at("section 5.1"),
    EQUALS,
    printed.bernoulli_diagonal_completed,
    dict(contours=contours.bernoulli_curvature, output_series=output_series.bernoulli_curvature),
    ONLY_GREY,
    (at(x=one_minus), at(g=half), *_ALL),
    printed=False,
    accuracy=1e-9,
)
fitted = Claim(
    "kumar_poole.sec5_1.fitted",
    "As pixels 0 and 1 are fitted, (1 - x_i - g_i)^2 tends to 1 and H_p to minus the identity, by probabilities.",
    KUMAR_POOLE.at("section 5.1"),
    Limit("miss", _FITTING, 0.01),
    printed.well_fitted,
    dict(contours=contours.fitted_curvature, output_series=output_series.fitted_curvature),
    FITTING,
    (scaled(-1), scaled(1 / 2), shifted(0.1), scaled(2)),
    latex=r"(1 - x_i - [g(h(x))]_i)^2 \to 1",
)
fitted_logits = Claim(
    "kumar_poole.sec5_1.fitted.logits",
    "By logits the curvature tends to zero instead: what is fitted ceases to regularise.",
    OWN,
    Limit("miss", _FITTING, 0.01),
    printed.well_fitted_logits,
    dict(contours=contours.fitted_logit_curvature, output_series=output_series.fitted_logit_curvature),
    FITTING,
    (shifted(-1), shifted(0.1), shifted(0.25), shifted(-0.1)),
    latex=r"-g(1-g) \to 0",
    printed=False,
    note="J by probabilities is g (1 - g) times J by logits and vanishes too: that H_p tends to -I drives no columns"
    " to be orthogonal of which nothing is left.",
)
bernoulli_logit = Claim(
    "kumar_poole.bernoulli.logit",
    "The log-probability of Bernoulli pixels by their logits.",
    KUMAR_POOLE.at("section 5.1"),
    EQUALS,
    observation.bernoulli_logit,
    dict(contours=contours.bernoulli_logit, output_series=output_series.bernoulli_logit),
    LOGITS,
    (at(x=one_minus), at(a=negated), *_ALL),
    printed=False,
)
bernoulli_logit_gradient = Claim(
    "kumar_poole.bernoulli.logit.gradient",
    "Its gradient in the logits.",
    KUMAR_POOLE.at("(5)"),
    EQUALS,
    observation.bernoulli_logit_gradient,
    dict(contours=contours.bernoulli_logit_gradient, output_series=output_series.bernoulli_logit_gradient),
    LOGITS,
    (at(x=one_minus), at(a=negated), *_ALL),
    printed=False,
)
bernoulli_logit_curvature = Claim(
    "kumar_poole.bernoulli.logit.curvature",
    "Its second derivatives in the logits, the same for all pixels.",
    KUMAR_POOLE.at("section 5.1"),
    EQUALS,
    observation.bernoulli_logit_curvature,
    dict(contours=contours.bernoulli_logit_curvature, output_series=output_series.bernoulli_logit_curvature),
    LOGITS,
    (at(a=half), at(a=double), *_ALL),
    printed=False,
)

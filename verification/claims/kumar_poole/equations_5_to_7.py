"""Equations (5) to (7): the Hessian's two terms, what is left of it, and section 5.1 on the observation models."""

from theory import observation, taylor
from theory.printed import kumar_poole_taylor as printed
from verification.claim import KUMAR_POOLE, OWN, REFUTED, Claim
from verification.domains.taylor import (
    BINARY,
    DECODERS,
    FITTING,
    GREY,
    KINKS,
    LOGITS,
    ON_DATUM,
    ONLY_GREY,
    PIECEWISE,
    REALS,
    SIGMOIDS,
    SMOOTH,
)
from verification.mutants import at, double, half, negated, one_minus, scaled, shifted, transposed, zero
from verification.oracles import contours, decoder_integrals, decoder_symbols, half_lines, jets, output_series
from verification.relations.equals import EQUALS
from verification.relations.limit import Limit

_HESSIAN = dict(contours=contours.hessian, jets=jets.hessian)
_PROVED = dict(**_HESSIAN, symbols=decoder_symbols.hessian)
_OBJECTIVE = dict(contours=contours.taylor_objective, jets=jets.taylor_objective)
_FITTING = (0.1, 0.01, 0.001, 0.0001)
_J_H_J = r"J_g(z)^\top H_{p_x}(g(z)) J_g(z)"

# --- (5) --------------------------------------------------------------------------------------------------------------

eq5_gradient = Claim(
    "kumar_poole.eq5.gradient",
    "The gradient of log p(x|z), a row, is that in g times the Jacobian.",
    KUMAR_POOLE.at("(5)"),
    EQUALS,
    taylor.slope,
    dict(contours=contours.slope, jets=jets.slope),
    DECODERS,
    (at(J=transposed), at(gradient=negated), at(gradient=half), scaled(1 / 2), scaled(1.01)),
    latex=r"\nabla_z \log p(x; g(z)) = (\nabla_{g(z)} \log p(x; g(z)))\, J_g(z)",
)
eq5 = Claim(
    "kumar_poole.eq5",
    "The Hessian of log p(x|z) is J'H_p J plus the outputs' second derivatives, weighed by the gradient in g.",
    KUMAR_POOLE.at("(5)"),
    EQUALS,
    printed.eq_5,
    _PROVED,
    DECODERS,
    (
        at(J=transposed), at(H_p=negated), at(bends=zero), at(gradient=negated), at(H_p=half), at(bends=half),
        scaled(1.01),
    ),
    latex=r"H_{f_x}(z) = " + _J_H_J + r" + (\nabla_{g(z)} \log p(x; g(z)))\,\nabla_z^2 g(z)",
    note="The second product is of a row of D with a D x d x d array: a sum over the outputs.",
)  # fmt: skip
eq5_shipped = Claim(
    "kumar_poole.eq5.diagonal",
    "The same by the diagonal of H_p.",
    KUMAR_POOLE.at("(5)"),
    EQUALS,
    taylor.hessian,
    _PROVED,
    DECODERS,
    (
        at(J=transposed), at(curvature=negated), at(bends=zero), at(gradient=negated), at(curvature=half),
        at(bends=half), scaled(1.01),
    ),
    printed=False,
)  # fmt: skip

# --- (6) --------------------------------------------------------------------------------------------------------------

eq6 = Claim(
    "kumar_poole.eq6",
    "Off its kinks a piecewise linear decoder leaves the first term alone, by means and by logits.",
    KUMAR_POOLE.at("(6)"),
    EQUALS,
    printed.eq_6,
    _HESSIAN,
    PIECEWISE,
    (at(J=transposed), at(H_p=negated), at(H_p=half), scaled(1 / 2), scaled(1.01)),
    latex=r"H_{f_x}(z) = " + _J_H_J,
    note="A kink at the mean has no Hessian, and one within the posterior's reach counts all the same:"
    " kumar_poole.eq4.kink.",
)
eq6_sigmoid = Claim(
    "kumar_poole.eq6.sigmoid",
    "The same with g the probabilities of Bernoulli pixels, sigmoids of a piecewise linear network.",
    KUMAR_POOLE.at("(6)"),
    EQUALS,
    printed.eq_6,
    _HESSIAN,
    SIGMOIDS,
    latex=r"H_{f_x}(z) = " + _J_H_J + r", \quad g = \operatorname{sigmoid}(a)",
    expected=REFUTED,
    pinned="kumar_poole.eq6.sigmoid.pinned",
    corrected="kumar_poole.eq6",
    note="A sigmoid bends. For one pixel x = 1 the first term is (1 - g)/g times the Hessian: at a pixel that is"
    " fitted the neglected term is nearly all of it, at one that is missed the first term is far too large. With the"
    " logits for g the statement holds.",
)
eq6_sigmoid_pinned = Claim(
    "kumar_poole.eq6.sigmoid.pinned",
    "With g the probabilities the Hessian is J' diag(-1/(g(1-g))) J whatever x is: the Fisher information is where H_p"
    " is printed.",
    KUMAR_POOLE.at("(6)"),
    EQUALS,
    printed.eq_6_sigmoid,
    _HESSIAN,
    SIGMOIDS,
    (at(J=transposed), at(J=half), at(g=half), scaled(-1), scaled(1 / 2), scaled(1.01)),
    latex=r"H_{f_x}(z) = -J_g^\top \operatorname{diag}\left(\frac{1}{g(1-g)}\right) J_g",
    printed=False,
)
eq6_smooth = Claim(
    "kumar_poole.eq6.smooth",
    "For another nonlinearity, tanh, the second term can be neglected.",
    KUMAR_POOLE.at("(6)"),
    EQUALS,
    printed.eq_6,
    _HESSIAN,
    SMOOTH,
    latex=r"\nabla_z^2 g(z) \approx 0",
    expected=REFUTED,
    pinned="kumar_poole.eq6.smooth.pinned",
    corrected="kumar_poole.eq5",
    note="What is neglected is linear in the residual x - g, of either sign, and can exceed the first term.",
)
eq6_smooth_pinned = Claim(
    "kumar_poole.eq6.smooth.pinned",
    "What is neglected is the sum of the outputs' second derivatives, weighed by the residuals.",
    KUMAR_POOLE.at("(6)"),
    EQUALS,
    taylor.bending,
    dict(contours=contours.bending, jets=jets.bending),
    SMOOTH,
    (at(gradient=negated), at(gradient=half), at(bends=half), scaled(1.01), shifted(0.1)),
    latex=r"H_{f_x} - J_g^\top H_{p_x} J_g = \sum_i \frac{x_i - g_i}{\sigma^2}\,\nabla_z^2 g_i",
    printed=False,
)
eq6_on_datum = Claim(
    "kumar_poole.eq6.on_datum",
    "It may be neglected where the datum is fitted exactly.",
    KUMAR_POOLE.at("(6)"),
    EQUALS,
    taylor.gauss_newton,
    _HESSIAN,
    ON_DATUM,
    (at(J=transposed), at(curvature=negated), at(curvature=half), scaled(1 / 2), scaled(1.01)),
    printed=False,
)

# --- (7) --------------------------------------------------------------------------------------------------------------

eq7 = Claim(
    "kumar_poole.eq7",
    "Off the kinks of a piecewise linear decoder the objective is the Taylor objective.",
    KUMAR_POOLE.at("(7)"),
    EQUALS,
    printed.eq_7,
    _OBJECTIVE,
    PIECEWISE,
    (at(J=half), at(H_p=negated), at(H_p=double), at(beta=half), at(mu=zero), at(Sigma=half), scaled(1.01)),
    latex=r"\log p(x|h(x)) - \beta\,\mathrm{KL}(q(z|x)\,\|\,p(z))"
    r" + \frac{1}{2}\operatorname{tr}(J_g^\top H_{p_x} J_g \Sigma)",
)
eq7_shipped = Claim(
    "kumar_poole.eq7.diagonal",
    "The same by the diagonal of H_p.",
    KUMAR_POOLE.at("(7)"),
    EQUALS,
    printed.eq_7_diagonal,
    _OBJECTIVE,
    PIECEWISE,
    (at(J=half), at(curvature=negated), at(curvature=double), at(beta=half), at(mu=zero), scaled(1.01)),
    printed=False,
)
eq7_completed = Claim(
    "kumar_poole.eq7.completed",
    "With what lies beyond its kink it is the beta-VAE's objective itself, for one relu unit at any scale.",
    OWN,
    EQUALS,
    printed.eq_7_completed,
    dict(integrals=decoder_integrals.expected, half_lines=half_lines.expected),
    KINKS,
    (at(turn=zero), at(bend=zero), at(distance=negated), at(beta=half), at(J=half), scaled(1.01)),
    printed=False,
)

# --- observation models -----------------------------------------------------------------------------------------------

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

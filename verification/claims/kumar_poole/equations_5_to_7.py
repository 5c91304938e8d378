"""Equations (5) to (7): the Hessian's two terms, what is left of it, and the objective with that."""

from theory import taylor
from theory.printed import kumar_poole_taylor as printed
from verification.claim import KUMAR_POOLE, OWN, REFUTED, Claim
from verification.domains.outputs import ALIGNED, TURNED
from verification.domains.taylor import (
    DECODERS,
    FLAT_STEPS,
    KINKS,
    ON_DATUM,
    PIECEWISE,
    RELU_STEPS,
    SIGMOIDS,
    SMOOTH,
    STEEP_STEPS,
)
from verification.mutants import at, double, half, negated, scaled, shifted, transposed, zero
from verification.oracles import contours, decoder_integrals, decoder_symbols, half_lines, jets, rules
from verification.relations.at_most import AT_LEAST
from verification.relations.equals import EQUALS

_HESSIAN = dict(contours=contours.hessian, jets=jets.hessian)
_PROVED = dict(**_HESSIAN, symbols=decoder_symbols.hessian)
_CURVATURE = dict(contours=contours.curvature, jets=jets.curvature)
_OBJECTIVE = dict(contours=contours.taylor_objective, jets=jets.taylor_objective)
_INNER = dict(rules=rules.inner_product, jets=jets.inner_product)
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
fitted_first_term = Claim(
    "kumar_poole.sec5_1.fitted.first_term",
    "By probabilities the first term is that of the logits' Jacobian times the squares of what pixels miss: as they are"
    " fitted it vanishes, and with it what drives columns to be orthogonal, though H_p tends to -I.",
    KUMAR_POOLE.at("section 5.1"),
    EQUALS,
    printed.eq_6,
    dict(contours=contours.fitted_first_term, jets=jets.fitted_first_term),
    SIGMOIDS,
    (at(J=transposed), at(H_p=negated), at(H_p=half), scaled(1 / 2), scaled(1.01)),
    latex=r"J_g^\top H_{p_x} J_g = -J_a^\top \operatorname{diag}\left((x-g)^2\right) J_a",
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

concave = Claim(
    "kumar_poole.eq6.concave",
    "What is left in (6) never curves upwards, as H_p is negative for Gaussian pixels and for logits: -H can be the"
    " precision of a posterior.",
    OWN,
    AT_LEAST,
    printed.no_ascent,
    _CURVATURE,
    RELU_STEPS,
    (shifted(-1.0), shifted(-0.1), shifted(-0.01), shifted(0.1)),
    latex=r"v^\top J_g^\top H_{p_x} J_g\, v \leq 0",
    printed=False,
    tight="kumar_poole.eq6.concave.attained",
)
concave_attained = Claim(
    "kumar_poole.eq6.concave.attained",
    "It is flat along what the decoder does not see.",
    OWN,
    EQUALS,
    printed.no_ascent,
    _CURVATURE,
    FLAT_STEPS,
    (shifted(-1.0), shifted(-0.1), shifted(-0.01), shifted(0.1)),
    printed=False,
)
convex = Claim(
    "kumar_poole.eq5.concave",
    "The same of the whole Hessian, as (9) needs for every beta.",
    OWN,
    AT_LEAST,
    printed.no_ascent,
    _CURVATURE,
    STEEP_STEPS,
    expected=REFUTED,
    pinned="kumar_poole.eq5",
    corrected="kumar_poole.eq6.concave",
    printed=False,
    note="Where the datum is missed, the second term can turn an eigenvalue positive: then no covariance is best for"
    " small beta, while (11) goes on giving one.",
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

alignment = Claim(
    "kumar_poole.eq7.alignment",
    "Of all turns of the covariance's axes those on the Hessian's, largest with largest, maximise the inner product.",
    KUMAR_POOLE.at("(7)"),
    AT_LEAST,
    printed.aligned,
    _INNER,
    TURNED,
    (at(a=negated), at(s=half), scaled(2), shifted(-1)),
    latex=r"\operatorname{tr}(H\Sigma) \leq \sum_i \lambda_i(H)\,\lambda_i(\Sigma)",
    tight="kumar_poole.eq7.alignment.attained",
    note="Of matrices that may shrink, the inner product of a negative semi-definite H is largest at H = 0.",
)
alignment_attained = Claim(
    "kumar_poole.eq7.alignment.attained",
    "There it is the sum of the eigenvalues' products.",
    KUMAR_POOLE.at("(7)"),
    EQUALS,
    printed.aligned,
    _INNER,
    ALIGNED,
    (at(a=negated), at(s=half), scaled(2), shifted(-1), scaled(1.01)),
    printed=False,
)

"""Equations (2) to (4): the beta-VAE's objective, its second-order expansion, and how far that is off."""

from typing import Any

import numpy as np

from theory import taylor
from theory.printed import kumar_poole_taylor as printed
from verification.claim import KUMAR_POOLE, OWN, REFUTED, Claim
from verification.domains.outputs import BLIND, SEEING
from verification.domains.taylor import (
    CURVED,
    ELU_ON_KINK,
    EXACT_AT_ONE,
    FITTED,
    JUMPS,
    KINKS,
    LINEAR,
    LINEAR_AT_ONE,
    LINES,
    ON_KINK,
    ON_KINK_FITTED,
    POINTS,
    SCATTERED,
    STEPS,
)
from verification.mutants import at, double, half, inverse, negated, one_minus, plus, scaled, shifted, zero
from verification.oracles import (
    balls,
    contours,
    decoder_integrals,
    grids,
    half_lines,
    jets,
    matrices,
    output_series,
    rules,
)
from verification.relations.at_most import AT_MOST
from verification.relations.equals import EQUALS
from verification.relations.limit import Limit
from verification.relations.order import Order

_VANISHING = (0.1, 0.01, 0.001, 0.0001)
_BEST = dict(rules=rules.best_covariance, jets=jets.best_covariance)
_E_F = r"\mathbb{E}_q\log p(x|z) - \beta\,\mathrm{KL}(q(z|x)\,\|\,p(z))"
_TAYLOR = r"\log p(x|h) + \frac{1}{2}\operatorname{tr}(H_{f_x}(h)\Sigma) - \beta\,\mathrm{KL}(q(z|x)\,\|\,p(z))"
_EXACT = dict(rules=rules.expected, jets=jets.expected)
_BEYOND = dict(integrals=decoder_integrals.missed, half_lines=half_lines.missed)

eq2 = Claim(
    "kumar_poole.eq2",
    "The objective is the expected log-likelihood less beta times the divergence from the prior, for any beta > 0.",
    KUMAR_POOLE.at("(2)"),
    EQUALS,
    printed.eq_2,
    dict(grids=grids.beta_elbo, rules=rules.linear),
    LINEAR,
    (at(beta=one_minus), at(Sigma=inverse), at(mu=zero), shifted(1.0), scaled(1.01)),
    latex=r"L(q,p) = " + _E_F,
)
eq2_elbo = Claim(
    "kumar_poole.eq2.elbo",
    "At beta = 1 the objective is the ELBO: it bounds log p(x) from below.",
    KUMAR_POOLE.at("(2)"),
    AT_MOST,
    printed.eq_2,
    dict(balls=balls.log_evidence, matrices=matrices.log_evidence),
    LINEAR_AT_ONE,
    (at(beta=negated), at(Sigma=inverse), scaled(-1), shifted(1.0), at(beta=half)),
    latex=r"\beta = 1:\quad L(q,p) \leq \log p(x)",
    tight="kumar_poole.eq2.elbo.attained",
)
eq2_elbo_attained = Claim(
    "kumar_poole.eq2.elbo.attained",
    "It is log p(x) where q is the posterior.",
    KUMAR_POOLE.at("(2)"),
    EQUALS,
    printed.eq_2,
    dict(balls=balls.log_evidence, matrices=matrices.log_evidence),
    EXACT_AT_ONE,
    (at(beta=negated), at(Sigma=inverse), scaled(-1), shifted(1.0), at(beta=half), scaled(1.01)),
    printed=False,
)
eq3 = Claim(
    "kumar_poole.eq3",
    "The expansion of log p(x|z) about the mean is off by the third order in |z - h|.",
    KUMAR_POOLE.at("(3)"),
    Order("step", 3, jets.step_error),
    printed.eq_3,
    dict(jets=jets.stepped, contours=contours.stepped),
    STEPS,
    (at(J=half), at(gradient=negated), at(curvature=half), at(bends=zero), at(step=half), shifted(1e-3)),
    latex=r"f_x(z) = f_x(h) + J_{f_x}(h)(z-h) + \frac{1}{2}(z-h)^\top H_{f_x}(h)(z-h) + O(|z-h|^3)",
)


def _off_origin(slope: Any, points: Any, log_weight: Any) -> Any:
    weight = np.exp(log_weight)
    return (slope * (weight[..., None] * points).sum(-2)).sum(-1)


def _off_first(slope: Any, points: Any, log_weight: Any) -> Any:
    return _off_origin(slope, points, log_weight) - (slope * points[..., 0, :]).sum(-1)


def _off_middle(slope: Any, points: Any, log_weight: Any) -> Any:
    return _off_origin(slope, points, log_weight) - (slope * points.sum(-2)).sum(-1) / points.shape[-2]


eq3_second_term = Claim(
    "kumar_poole.eq3.second_term",
    "The expectation of the second term is zero, as h is the mean.",
    KUMAR_POOLE.at("(3)"),
    EQUALS,
    printed.eq_3_second_term,
    dict(contours=contours.linear_term, output_series=output_series.linear_term),
    POINTS,
    (
        plus("about the origin", _off_origin), plus("about the first point", _off_first),
        plus("about the unweighted mean", _off_middle), shifted(0.1), shifted(1e-6),
    ),
    latex=r"\mathbb{E}_q[J_{f_x}(h)(z-h)] = 0",
)  # fmt: skip
eq4 = Claim(
    "kumar_poole.eq4",
    "For a Gaussian posterior of covariance s^2 S the Taylor objective is off by the fourth order in s, with tanh, elu"
    " and relu off their kinks, under Gaussian and Bernoulli observations.",
    KUMAR_POOLE.at("(4)"),
    Order("Sigma", 2, jets.missing),
    printed.eq_4,
    _EXACT,
    CURVED,
    (at(H=half), at(H=zero), at(H=negated), at(beta=half), at(mu=zero), at(Sigma=half), shifted(1e-3)),
    latex=r"L(p,q) = " + _TAYLOR + r" - \frac{s^4}{8}\sum_{abcd} \partial_{abcd} f_x(h) S_{ab} S_{cd} + O(s^6)",
)
eq4_integrated = Claim(
    "kumar_poole.eq4.one_unit",
    "The same against enclosed integrals.",
    KUMAR_POOLE.at("(4)"),
    Order("Sigma", 2, jets.missing),
    printed.eq_4,
    dict(integrals=decoder_integrals.expected, rules=rules.expected),
    LINES,
    (at(H=half), at(H=zero), at(H=negated), at(beta=half), at(mu=zero), shifted(1e-3)),
    printed=False,
)
eq4_completed = Claim(
    "kumar_poole.eq4.completed",
    "With the next term, an eighth of the fourth derivatives contracted with Sigma twice, it is off by the sixth.",
    OWN,
    Order("Sigma", 3),
    printed.eq_4_completed,
    _EXACT,
    CURVED,
    (at(H=half), at(fourth=zero), at(fourth=negated), at(fourth=double), at(Sigma=half), shifted(1e-3)),
    latex=r"\frac{1}{8}\sum_{abcd} \partial_{abcd} f_x(h)\, \Sigma_{ab} \Sigma_{cd}",
    printed=False,
)
eq4_beta = Claim(
    "kumar_poole.eq4.beta",
    "At its best covariance, which shrinks with beta where f is concave, it is off by the second order in beta.",
    KUMAR_POOLE.at("(4)"),
    Order("beta", 2, jets.missing_at_optimum),
    printed.eq_4_at_optimum,
    dict(rules=rules.at_optimum, jets=jets.at_optimum),
    FITTED,
    (at(H=half), at(H=double), at(mu=zero), at(beta=half), shifted(1e-3)),
    latex=r"\Sigma = \left(I - \frac{1}{\beta}H_{f_x}\right)^{-1}",
    note="The objective itself moves by the first order in beta and beta log beta.",
)
eq4_skewed = Claim(
    "kumar_poole.eq4.skewed",
    "For a skewed posterior the expansion is off by the third order in its scale: its third central moment counts.",
    KUMAR_POOLE.at("(4)"),
    Order("step", 3, jets.scatter_error),
    printed.eq_4_any_posterior,
    dict(jets=jets.scattered, contours=contours.scattered),
    SCATTERED,
    (at(H=half), at(H=zero), at(value=half), at(step=half), shifted(1e-3)),
    latex=r"\mathbb{E}_q f_x = f_x(h) + \frac{1}{2}\operatorname{tr}(H_{f_x}\Sigma)"
    r" + \frac{1}{6}\mathbb{E}_q\left[\partial_{abc}f_x\,u_a u_b u_c\right] + O(s^4)",
)
concentrated = Claim(
    "kumar_poole.eq4.concentrated",
    "For small beta the posterior is concentrated about its mean.",
    KUMAR_POOLE.at("(4)"),
    Limit("beta", _VANISHING, 0.002),
    printed.concentrated,
    _BEST,
    BLIND,
    latex=r"\beta \to 0: \quad \Sigma \to 0",
    expected=REFUTED,
    pinned="kumar_poole.eq4.concentrated.pinned",
    corrected="kumar_poole.eq4.concentrated.corrected",
    note="At its best, (11), it keeps variance 1 along what the decoder does not see, whatever beta is: along every"
    " dimension that collapsed, and wherever there are fewer outputs, or units at work, than latents.",
)
concentrated_pinned = Claim(
    "kumar_poole.eq4.concentrated.pinned",
    "As beta falls its covariance tends to the projection on what the Jacobian does not see.",
    KUMAR_POOLE.at("(4)"),
    Limit("beta", _VANISHING, 0.002),
    printed.unseen,
    _BEST,
    BLIND,
    (scaled(-1), scaled(1 / 2), shifted(0.1), scaled(1.01)),
    printed=False,
)
concentrated_corrected = Claim(
    "kumar_poole.eq4.concentrated.corrected",
    "It is where the Jacobian is of full rank.",
    KUMAR_POOLE.at("(4)"),
    Limit("beta", _VANISHING, 0.002),
    printed.concentrated,
    _BEST,
    SEEING,
    (shifted(0.1), shifted(-0.1), shifted(1.0), shifted(0.01)),
    printed=False,
)
eq4_linear = Claim(
    "kumar_poole.eq4.linear",
    "It is exact where log p(x|z) is quadratic in z: for a linear decoder under Gaussian observations.",
    KUMAR_POOLE.at("(4)"),
    EQUALS,
    printed.eq_4_linear,
    dict(grids=grids.beta_elbo, rules=rules.linear),
    LINEAR,
    (at(beta=half), at(Sigma=inverse), at(mu=zero), shifted(1.0), scaled(1.01)),
    printed=False,
)
flat = Claim(
    "kumar_poole.eq4.flat",
    "Where the derivatives of log p(x|z) at the mean, from the third on, are small, the Taylor objective is accurate.",
    KUMAR_POOLE.at("(4)"),
    EQUALS,
    printed.eq_4,
    dict(integrals=decoder_integrals.expected, half_lines=half_lines.expected),
    KINKS,
    latex=r"\nabla_z^n \log p(x|z)|_{z=h} = 0,\ n \geq 3 \quad\Rightarrow\quad L(p,q) = " + _TAYLOR,
    expected=REFUTED,
    pinned="kumar_poole.eq7.completed",
    corrected="kumar_poole.eq4",
    note="For relu decoders they are all zero, and a kink within reach still costs kumar_poole.eq4.kink: derivatives at"
    " one point say nothing of the reach of the posterior.",
)
kink = Claim(
    "kumar_poole.eq4.kink",
    "A relu unit whose kink is within reach costs the expansion what f gains beyond the kink, in closed form.",
    OWN,
    EQUALS,
    taylor.kink_error,
    _BEYOND,
    KINKS,
    (
        at(turn=zero),
        at(bend=zero),
        at(distance=zero),
        at(distance=negated),
        at(sigma=half),
        scaled(1 / 2),
        scaled(1.01),
    ),
    latex=r"a(\sigma\varphi(\delta/\sigma) - \delta Q) + \frac{b}{2}\left((\delta^2+\sigma^2) Q"
    r" - \delta\sigma\varphi(\delta/\sigma)\right)",
    printed=False,
)
kink_curvature = Claim(
    "kumar_poole.eq6.kink",
    "That a relu's second derivative is almost always zero does not make its mean zero: the expected f bends"
    " across a kink by the turn times the posterior's density there.",
    KUMAR_POOLE.at("(6)"),
    EQUALS,
    taylor.kink_curvature,
    dict(integrals=decoder_integrals.gained_curvature, half_lines=half_lines.gained_curvature),
    JUMPS,
    (at(turn=zero), at(bend=zero), at(distance=zero), at(sigma=half), scaled(-1), scaled(1 / 2), scaled(1.01)),
    latex=r"\frac{a}{\sigma}\,\varphi(\delta/\sigma) + b\, Q",
    printed=False,
)
on_kink = Claim(
    "kumar_poole.eq4.on_kink",
    "With a relu's kink at the mean the Taylor objective is off by the first order in s only.",
    OWN,
    Order("Sigma", 1 / 2, half_lines.turned),
    printed.eq_4,
    dict(integrals=decoder_integrals.expected, half_lines=half_lines.expected),
    ON_KINK,
    (at(mu=double), at(beta=half), at(value=double), at(value=zero), shifted(0.1)),
    printed=False,
    note="Where it is most wanted: gradients at the kink are those of the side below.",
)
on_kink_fitted = Claim(
    "kumar_poole.eq4.on_kink.fitted",
    "With the kink at the mean and the datum fitted there it is off by the second order in s, as its Hessian is that of"
    " one side.",
    OWN,
    Order("Sigma", 1, half_lines.bent),
    printed.eq_4,
    dict(integrals=decoder_integrals.expected, half_lines=half_lines.expected),
    ON_KINK_FITTED,
    (at(mu=double), at(beta=half), at(value=double), at(value=zero), shifted(1e-3)),
    printed=False,
)
on_elu_kink = Claim(
    "kumar_poole.eq4.on_elu_kink",
    "With an elu's kink at the mean it is off by the second order in s: the second derivative jumps.",
    OWN,
    Order("Sigma", 1, half_lines.bent),
    printed.eq_4,
    dict(integrals=decoder_integrals.expected, half_lines=half_lines.expected),
    ELU_ON_KINK,
    (at(mu=double), at(beta=half), at(value=double), at(value=zero), shifted(1e-3)),
    printed=False,
)

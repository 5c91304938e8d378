"""Equations (17) to (23): Div and Aggdiv taken apart, the aggregate's entropy."""

from collections.abc import Callable
from typing import Any

from theory import joint, linear_gaussian
from theory.printed import zheng as printed
from verification.claim import REFUTED, ZHENG, Claim
from verification.domains.joint import (
    GRID,
    INDEPENDENT_GRID,
    INDEPENDENT_LINEAR,
    LINEAR,
    OWN_GRID,
    VAE_WITH_CODES,
)
from verification.mutants import (
    at,
    double,
    half,
    identity_matrix,
    plus,
    replaced,
    scaled,
    shifted,
    square,
    swapped,
    zero,
)
from verification.oracles import linear_models, linear_points, pair_draws, shannon, tables
from verification.relations.at_most import AT_LEAST
from verification.relations.equals import EQUALS

_ANY = (scaled(-1), scaled(1 / 2), shifted(0.7), scaled(1.01))
# --- (17) to (19): Div ------------------------------------------------------------------------------------------------


_DIV = dict(tables=tables.div, shannon=shannon.div)
_LINEAR_DIV = dict(linear_models=linear_models.div, linear_points=linear_points.div)
_DIV_MISTAKES = (replaced("Aggdiv in place of Div", joint.aggdiv), at(log_enc=half), at(log_prior=zero), *_ANY)
_LINEAR_MISTAKES = (at(A=zero), at(Sigma=square), at(Sigma_x=identity_matrix), at(Sigma0=identity_matrix), *_ANY)

eq17 = Claim(
    "zheng.eq17", "Div is the average of log Q(z|x) P_enc(z) / P_0(z) P_enc(z).", ZHENG.at("(17)"), EQUALS,
    printed.eq_17, _DIV, VAE_WITH_CODES, _DIV_MISTAKES,
    latex=r"\mathrm{Div} = \mathbb{E}_x\mathbb{E}_{z \sim Q_\phi(Z|x)}"
    r"\left[\log\frac{Q_\phi(z|x)\,P_{enc}(z)}{P_0(z)\,P_{enc}(z)}\right]",
)  # fmt: skip
eq18 = Claim(
    "zheng.eq18", "Div is the average of log P_enc(x, z) / P_data(x) P_enc(z) plus that of log P_enc(z) / P_0(z).",
    ZHENG.at("(18)"), EQUALS, printed.eq_18, _DIV, VAE_WITH_CODES, _DIV_MISTAKES,
    latex=r"\mathrm{Div} = \mathbb{E}_x\mathbb{E}_z\left[\log\frac{Q_\phi(z|x)\,P_{data}(x)}"
    r"{P_{enc}(z)\,P_{data}(x)}\right] + \mathbb{E}_{z \sim P_{enc}(Z)}\left[\log\frac{P_{enc}(z)}{P_0(z)}\right]",
)  # fmt: skip
eq19 = Claim(
    "zheng.eq19", "Div is I_enc(X; Z) + Aggdiv.", ZHENG.at("(19)"), EQUALS,
    printed.eq_19, _DIV, VAE_WITH_CODES, _DIV_MISTAKES,
    latex=r"\mathrm{Div} = I_{enc}(X;Z) + \mathbb{D}(P_{enc}(Z)\,\|\,P_0(Z))",
)  # fmt: skip
eq19_linear = Claim(
    "zheng.eq19.gaussian", "Div is I_enc(X; Z) + Aggdiv: the linear-Gaussian VAE.", ZHENG.at("(19)"), EQUALS,
    printed.eq_19_linear, _LINEAR_DIV, LINEAR,
    (replaced("Aggdiv in place of Div", linear_gaussian.aggdiv), *_LINEAR_MISTAKES),
    latex=r"\mathrm{Div} = I_{enc}(X;Z) + \mathbb{D}(P_{enc}(Z)\,\|\,P_0(Z))",
)  # fmt: skip
eq19_aggdiv = Claim(
    "zheng.eq19.aggdiv", "Aggdiv is D(P_enc(Z) || P_0(Z)).", ZHENG.at("(19)"), EQUALS,
    joint.aggdiv, dict(tables=tables.aggdiv, shannon=shannon.aggdiv), VAE_WITH_CODES,
    (replaced("Div in place of Aggdiv", joint.div), at(log_enc=half), at(log_prior=zero), *_ANY), printed=False,
)  # fmt: skip
eq19_aggdiv_linear = Claim(
    "zheng.eq19.aggdiv.gaussian", "Aggdiv of the linear-Gaussian VAE is a divergence of two Gaussians.",
    ZHENG.at("(19)"), EQUALS, linear_gaussian.aggdiv,
    dict(linear_models=linear_models.aggdiv, linear_points=linear_points.aggdiv), LINEAR,
    (replaced("Div in place of Aggdiv", linear_gaussian.div), *_LINEAR_MISTAKES), printed=False,
)  # fmt: skip

# --- (20), (21): Aggdiv -----------------------------------------------------------------------------------------------

_AGGDIV = dict(tables=tables.grid_divergence, shannon=shannon.grid_divergence)
_LINEAR_AGGDIV = dict(linear_models=linear_models.divergence, linear_points=linear_points.divergence)
_REVERSED, _REVERSED_LINEAR = swapped("log_aggregate", "log_prior"), swapped("Sigma", "Sigma0")
_GRID_MISTAKES = (_REVERSED, at(log_prior=zero), *_ANY)
_SPREAD_MISTAKES = (_REVERSED_LINEAR, at(Sigma=square), at(Sigma0=square), *_ANY)

_ADDED = plus("prior factorization added, not taken off", lambda **a: 2 * joint.prior_factorization(**a))
_ADDED_LINEAR = plus(
    "prior factorization added, not taken off", lambda **a: 2 * linear_gaussian.prior_factorization(**a)
)
_LOST = plus("prior factorization lost", joint.prior_factorization)
_LOST_LINEAR = plus("prior factorization lost", linear_gaussian.prior_factorization)
_NO_TC = replaced("TC lost", joint.dimension_wise_kl)
_NO_TC_LINEAR = replaced("TC lost", linear_gaussian.dimension_wise_kl)
_PARTS = r"\mathrm{TC} + \sum_j \mathbb{D}(P_{enc}(Z_j)\,\|\,P_0(Z_j))"
_EQ_21 = (
    r"\mathrm{Aggdiv} = " + _PARTS + r" - \mathbb{E}_{z \sim P_{enc}(Z)}"
    r"\left[\log\frac{P_0(z)}{\prod_j P_0(z_j)}\right]"
)  # fmt: skip

eq20 = Claim(
    "zheng.eq20", "Aggdiv is the average of log P_enc(z) / P_0(z), both products of margins above and below.",
    ZHENG.at("(20)"), EQUALS, printed.eq_20, _AGGDIV, GRID, _GRID_MISTAKES,
    latex=r"\mathrm{Aggdiv} = \mathbb{E}_{z \sim P_{enc}(Z)}\left[\log\frac{P_{enc}(z)\prod_j P_{enc}(z_j)"
    r"\prod_j P_0(z_j)}{P_0(z)\prod_j P_{enc}(z_j)\prod_j P_0(z_j)}\right]",
)  # fmt: skip
eq21 = Claim(
    "zheng.eq21", "Aggdiv is TC + dimension-wise KL - prior factorization, whatever the prior: on a grid.",
    ZHENG.at("(21)"), EQUALS, printed.eq_21, _AGGDIV, GRID,
    (_ADDED, _LOST, _NO_TC, *_GRID_MISTAKES),
    latex=_EQ_21,
)  # fmt: skip
eq21_linear = Claim(
    "zheng.eq21.gaussian", "Aggdiv is TC + dimension-wise KL - prior factorization: correlated Gaussians.",
    ZHENG.at("(21)"), EQUALS, printed.eq_21_linear, _LINEAR_AGGDIV, LINEAR,
    (_ADDED_LINEAR, _LOST_LINEAR, _NO_TC_LINEAR, *_SPREAD_MISTAKES),
    latex=_EQ_21,
)  # fmt: skip
eq21_independent = Claim(
    "zheng.eq21.independent", "Under an independent prior Aggdiv is TC + dimension-wise KL: on a grid.",
    ZHENG.at("(21)"), EQUALS, printed.eq_21_independent, _AGGDIV, INDEPENDENT_GRID, (_NO_TC, *_GRID_MISTAKES),
    latex=r"P_0(Z) = \prod_j P_0(Z_j) \;\Rightarrow\; \mathrm{Aggdiv} = " + _PARTS,
)  # fmt: skip
eq21_independent_linear = Claim(
    "zheng.eq21.independent.gaussian", "Under an independent prior Aggdiv is TC + dimension-wise KL: Gaussians.",
    ZHENG.at("(21)"), EQUALS, printed.eq_21_independent_linear, _LINEAR_AGGDIV, INDEPENDENT_LINEAR,
    (_NO_TC_LINEAR, *_SPREAD_MISTAKES),
    latex=r"P_0(Z) = \prod_j P_0(Z_j) \;\Rightarrow\; \mathrm{Aggdiv} = " + _PARTS,
)  # fmt: skip
eq21_disappears = Claim(
    "zheng.eq21.disappears", "The last term of (21) disappears under an independent prior: on a grid.",
    ZHENG.at("(21)"), EQUALS, joint.prior_factorization, dict(tables=tables.nothing, shannon=shannon.nothing),
    INDEPENDENT_GRID, (_REVERSED, at(log_prior=double), shifted(0.7), shifted(-0.7), shifted(0.01)),
    latex=r"P_0(Z) = \prod_j P_0(Z_j) \;\Rightarrow\; \mathbb{E}\left[\log\frac{P_0(z)}{\prod_j P_0(z_j)}\right] = 0",
)  # fmt: skip
eq21_disappears_linear = Claim(
    "zheng.eq21.disappears.gaussian", "The last term of (21) disappears under an independent prior: Gaussians.",
    ZHENG.at("(21)"), EQUALS, linear_gaussian.prior_factorization,
    dict(linear_models=linear_models.nothing, linear_points=linear_points.nothing), INDEPENDENT_LINEAR,
    (_REVERSED_LINEAR, replaced("dimension-wise KL in its place", linear_gaussian.dimension_wise_kl), shifted(0.7),
     shifted(-0.7), shifted(0.01)),
    latex=r"P_0(Z) = \prod_j P_0(Z_j) \;\Rightarrow\; \mathbb{E}\left[\log\frac{P_0(z)}{\prod_j P_0(z_j)}\right] = 0",
)  # fmt: skip
eq21_bound = Claim(
    "zheng.eq21.bound", "TC + dimension-wise KL is at least Aggdiv under any prior.",
    ZHENG.at("below (21)"), AT_LEAST,
    printed.eq_21_independent, _AGGDIV, GRID,
    latex=r"\mathrm{Aggdiv} \leq " + _PARTS, expected=REFUTED, pinned="zheng.eq21", corrected="zheng.eq21",
    printed=False,
    note="A reading of (21), not its text: two of its terms are divergences, the prior factorization is none and has"
    " either sign. It is at least 0 where P_enc(Z) = P_0(Z).",
)  # fmt: skip
eq21_own = Claim(
    "zheng.eq21.own_prior", "Where P_enc(Z) = P_0(Z) the prior factorization is the total correlation of both.",
    ZHENG.at("(21)"), EQUALS, joint.prior_factorization,
    dict(tables=tables.total_correlation, shannon=shannon.total_correlation), OWN_GRID,
    (at(log_prior=double), at(log_aggregate=half), *_ANY), printed=False,
)  # fmt: skip
eq21_tc = Claim(
    "zheng.eq21.total_correlation", "TC is D(P_enc(Z) || prod_j P_enc(Z_j)): on a grid.", ZHENG.at("(21)"), EQUALS,
    joint.total_correlation, dict(tables=tables.total_correlation, shannon=shannon.total_correlation), GRID,
    (at(log_aggregate=double), at(log_aggregate=half), *_ANY), printed=False,
)  # fmt: skip
eq21_tc_linear = Claim(
    "zheng.eq21.total_correlation.gaussian", "TC is D(P_enc(Z) || prod_j P_enc(Z_j)): Gaussians.",
    ZHENG.at("(21)"), EQUALS, linear_gaussian.total_correlation,
    dict(linear_models=linear_models.total_correlation, linear_points=linear_points.total_correlation), LINEAR,
    (at(Sigma=square), at(Sigma=identity_matrix), *_ANY), printed=False,
)  # fmt: skip
eq21_kl = Claim(
    "zheng.eq21.dimension_wise_kl", "Dimension-wise KL adds up the divergences of the margins: on a grid.",
    ZHENG.at("(21)"), EQUALS, joint.dimension_wise_kl,
    dict(tables=tables.dimension_wise_kl, shannon=shannon.dimension_wise_kl), GRID,
    _GRID_MISTAKES, printed=False,
)  # fmt: skip
eq21_kl_linear = Claim(
    "zheng.eq21.dimension_wise_kl.gaussian", "Dimension-wise KL adds up the divergences of the margins: Gaussians.",
    ZHENG.at("(21)"), EQUALS, linear_gaussian.dimension_wise_kl,
    dict(linear_models=linear_models.dimension_wise_kl, linear_points=linear_points.dimension_wise_kl), LINEAR,
    _SPREAD_MISTAKES, printed=False,
)  # fmt: skip
eq21_pf = Claim(
    "zheng.eq21.prior_factorization", "Prior factorization is the aggregate's average of log P_0(z) / prod_j P_0(z_j).",
    ZHENG.at("(21)"), EQUALS, joint.prior_factorization,
    dict(tables=tables.prior_factorization, shannon=shannon.prior_factorization), GRID,
    (at(log_prior=double), *_GRID_MISTAKES), printed=False,
)  # fmt: skip
eq21_pf_linear = Claim(
    "zheng.eq21.prior_factorization.gaussian", "Prior factorization of Gaussians has a closed form.",
    ZHENG.at("(21)"), EQUALS, linear_gaussian.prior_factorization,
    dict(linear_models=linear_models.prior_factorization, linear_points=linear_points.prior_factorization), LINEAR,
    _SPREAD_MISTAKES, printed=False,
)  # fmt: skip

# --- (22), (23): the aggregate's entropy ------------------------------------------------------------------------------

_H: dict[str, Callable[..., Any]] = dict(
    tables=tables.h_aggregate, shannon=shannon.h_aggregate, pair_draws=pair_draws.h_aggregate
)
_H_MISTAKES = (plus("H(Z|X) in place of H(Z)", lambda **a: -joint.i_enc(**a)), at(log_enc=half), *_ANY)

eq22 = Claim(
    "zheng.eq22", "H_agg(Z) is the aggregate's average of -log P_enc(z).", ZHENG.at("(22)"), EQUALS,
    printed.eq_22, _H, VAE_WITH_CODES, _H_MISTAKES,
    latex=r"H_{agg}(Z) = \mathbb{E}_{z \sim P_{enc}(Z)}[-\log P_{enc}(z)]",
)  # fmt: skip
eq22_linear = Claim(
    "zheng.eq22.gaussian", "H_agg(Z) of the linear-Gaussian VAE is a differential entropy.", ZHENG.at("(22)"), EQUALS,
    printed.eq_22_linear, dict(linear_models=linear_models.h_aggregate, linear_points=linear_points.h_aggregate),
    LINEAR, (at(A=zero), at(Sigma=square), at(Sigma_x=identity_matrix), *_ANY),
    latex=r"H_{agg}(Z) = \mathbb{E}_{z \sim P_{enc}(Z)}[-\log P_{enc}(z)]",
)  # fmt: skip
eq23 = Claim(
    "zheng.eq23", "H_agg(Z) is the average over x and Q(.|x) of -log E_x'[Q(z|x')].", ZHENG.at("(23)"), EQUALS,
    printed.eq_23, _H, VAE_WITH_CODES, _H_MISTAKES,
    latex=r"H_{agg}(Z) = \mathbb{E}_x\mathbb{E}_{z \sim Q_\phi(Z|x)}"
    r"[-\log \mathbb{E}_{x' \sim P_{data}(X)} Q_\phi(z|x')]",
)  # fmt: skip

"""Equations (30) to (35): bounds of I_enc, where they are attained, and densities against masses."""

from theory import joint, linear_gaussian
from theory.printed import zheng as printed
from verification.claim import REFUTED, ZHENG, Claim
from verification.domains.joint import (
    DEAF,
    EMPIRICAL,
    EMPIRICAL_BALANCED,
    INVERTED,
    INVERTED_LINEAR,
    LINEAR,
    MATCHED,
    MATCHED_LINEAR,
    VAE,
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
    zero,
)
from verification.oracles import linear_models, linear_points, shannon, tables
from verification.relations.at_most import AT_LEAST, AT_MOST
from verification.relations.equals import EQUALS

_ANY = (scaled(-1), scaled(1 / 2), shifted(0.7), scaled(1.01))

# --- (31) to (34): the lower bound ------------------------------------------------------------------------------------

_I = dict(tables=tables.i_enc, shannon=shannon.i_enc)
_LINEAR_I = dict(linear_models=linear_models.i_enc, linear_points=linear_points.i_enc)
_LOWER = dict(tables=tables.lower_bound, shannon=shannon.lower_bound)
_LINEAR_LOWER = dict(linear_models=linear_models.lower_bound, linear_points=linear_points.lower_bound)
_LOWER_MISTAKES = (
    plus("Nell added, not taken off", lambda **a: 2 * joint.nell(**a)), plus("Nell lost", joint.nell),
    at(log_dec=half), at(log_enc=half), *_ANY,
)  # fmt: skip
_LINEAR_LOWER_MISTAKES = (
    plus("Nell added, not taken off", lambda **a: 2 * linear_gaussian.nell(**a)),
    plus("Nell lost", linear_gaussian.nell), at(W=zero), at(noise=double), at(Sigma=square), *_ANY,
)  # fmt: skip
_GAP = r"\mathbb{E}_{z \sim P_{enc}(Z)}\mathbb{D}(P_{enc}(X|z)\,\|\,P_\theta(X|z))"
_H_LESS_NELL = r"H_{data} - \mathrm{Nell}"
_AT_INVERSE = "where the decoder is the encoder's inverted posterior"

eq31 = Claim(
    "zheng.eq31", "I_enc less the average divergence from P_enc(X|z) to P_theta(X|z) is at most I_enc.",
    ZHENG.at("(31)"), AT_MOST, printed.eq_31, _I, VAE, _LOWER_MISTAKES,
    latex=r"I_{enc}(X;Z) \geq I_{enc}(X;Z) - " + _GAP, tight="zheng.eq31.tight",
)  # fmt: skip
eq31_tight = Claim(
    "zheng.eq31.tight", f"The bound (31) is attained {_AT_INVERSE}.", ZHENG.at("(31)"), EQUALS,
    printed.eq_31, _I, INVERTED, _LOWER_MISTAKES, printed=False,
)  # fmt: skip
eq31_linear = Claim(
    "zheng.eq31.gaussian", "The lower bound (31): the linear-Gaussian VAE.", ZHENG.at("(31)"), AT_MOST,
    printed.eq_31_linear, _LINEAR_I, LINEAR, _LINEAR_LOWER_MISTAKES,
    latex=r"I_{enc}(X;Z) \geq I_{enc}(X;Z) - " + _GAP, tight="zheng.eq31.gaussian.tight",
)  # fmt: skip
eq31_linear_tight = Claim(
    "zheng.eq31.gaussian.tight", f"The bound (31) is attained {_AT_INVERSE}: Gaussians.", ZHENG.at("(31)"), EQUALS,
    printed.eq_31_linear, _LINEAR_I, INVERTED_LINEAR, _LINEAR_LOWER_MISTAKES, printed=False,
)  # fmt: skip
eq31_gap = Claim(
    "zheng.eq31.gap", "The slack of the lower bound of the linear-Gaussian VAE has a closed form.", ZHENG.at("(31)"),
    EQUALS, linear_gaussian.decoder_gap,
    dict(linear_models=linear_models.decoder_gap, linear_points=linear_points.decoder_gap), LINEAR,
    (at(W=zero), at(noise=double), at(A=zero), at(Sigma=square), at(Sigma_x=identity_matrix), *_ANY), printed=False,
)  # fmt: skip
eq31_gain = Claim(
    "zheng.eq31.gain", "The mean of P_enc(x|z) of the linear-Gaussian VAE is linear in z.", ZHENG.at("(31)"), EQUALS,
    linear_gaussian.inverted_gain,
    dict(linear_models=linear_models.inverted_gain, linear_points=linear_points.inverted_gain), LINEAR,
    (at(A=zero), at(Sigma=square), at(Sigma_x=identity_matrix), *_ANY), printed=False,
)  # fmt: skip
eq31_covariance = Claim(
    "zheng.eq31.covariance", "The covariance of P_enc(x|z) of the linear-Gaussian VAE.", ZHENG.at("(31)"), EQUALS,
    linear_gaussian.inverted_covariance,
    dict(linear_models=linear_models.inverted_covariance, linear_points=linear_points.inverted_covariance), LINEAR,
    (at(A=zero), at(Sigma=square), at(Sigma_x=identity_matrix), *_ANY), printed=False,
)  # fmt: skip
eq32 = Claim(
    "zheng.eq32", "The bound (31) is a difference of two averages under P_enc(X, Z).", ZHENG.at("(32)"), EQUALS,
    printed.eq_32, _LOWER, VAE, _LOWER_MISTAKES,
    latex=r"\mathbb{E}\left[\log\frac{P_{enc}(x|z)}{P_{enc}(x)}\right]"
    r" - \mathbb{E}\left[\log\frac{P_{enc}(x|z)}{P_\theta(x|z)}\right]",
)  # fmt: skip
eq33 = Claim(
    "zheng.eq33", "The bound (31) is H[P_data] plus the expected log-likelihood.", ZHENG.at("(33)"), EQUALS,
    printed.eq_33, _LOWER, VAE_WITH_CODES, _LOWER_MISTAKES,
    latex=r"H[P_{data}(X)] + \mathbb{E}_x\mathbb{E}_{z \sim Q_\phi(Z|x)}[\log P_\theta(x|z)]",
)  # fmt: skip
eq34 = Claim(
    "zheng.eq34", "The bound (31) is H_data - Nell.", ZHENG.at("(34)"), EQUALS,
    printed.eq_34, _LOWER, VAE_WITH_CODES, _LOWER_MISTAKES, latex=_H_LESS_NELL,
)  # fmt: skip
eq34_linear = Claim(
    "zheng.eq34.gaussian", "The bound (31) is H_data - Nell, with densities on both sides: the linear-Gaussian VAE.",
    ZHENG.at("(34)"), EQUALS, printed.eq_34_linear, _LINEAR_LOWER, LINEAR, _LINEAR_LOWER_MISTAKES, latex=_H_LESS_NELL,
)  # fmt: skip
eq34_deaf = Claim(
    "zheng.eq34.deaf", "A decoder that ignores z makes the lower bound -D(P_data || u), at most 0 and vacuous.",
    ZHENG.at("(34)"), EQUALS, printed.eq_34, dict(tables=tables.deaf_bound, shannon=shannon.deaf_bound), DEAF,
    _LOWER_MISTAKES, latex=r"P_\theta(X|z) = u(X) \;\Rightarrow\; " + _H_LESS_NELL + r" = -\mathbb{D}(P_{data}\,\|\,u)",
    printed=False,
)  # fmt: skip

# --- (30), (35): both bounds ------------------------------------------------------------------------------------------

_LOWER_BOUND, _UPPER_BOUND = _H_LESS_NELL + r" \leq I_{enc}(X;Z)", r"I_{enc}(X;Z) \leq \mathrm{Div}"
_AT_AGGREGATE = "where the prior is the aggregated posterior"
_UPPER_MISTAKES = (replaced("Aggdiv in place of Div", joint.aggdiv), at(log_enc=half), *_ANY)
_LINEAR_UPPER_MISTAKES = (
    replaced("Aggdiv in place of Div", linear_gaussian.aggdiv),
    at(Sigma=square),
    at(A=zero),
    *_ANY,
)

eq30_lower = Claim(
    "zheng.eq30.lower", "H_data - Nell is at most I_enc: masses on both sides.", ZHENG.at("(30)"), AT_MOST,
    printed.eq_34, _I, VAE, _LOWER_MISTAKES, latex=_LOWER_BOUND, tight="zheng.eq30.lower.tight",
)  # fmt: skip
eq30_lower_tight = Claim(
    "zheng.eq30.lower.tight", f"H_data - Nell is I_enc {_AT_INVERSE}.", ZHENG.at("(30)"), EQUALS,
    printed.eq_34, _I, INVERTED, _LOWER_MISTAKES, printed=False,
)  # fmt: skip
eq30_lower_linear = Claim(
    "zheng.eq30.lower.gaussian", "H_data - Nell is at most I_enc: densities on both sides.", ZHENG.at("(30)"),
    AT_MOST, printed.eq_34_linear, _LINEAR_I, LINEAR, _LINEAR_LOWER_MISTAKES, latex=_LOWER_BOUND,
    tight="zheng.eq30.lower.gaussian.tight",
)  # fmt: skip
eq30_lower_linear_tight = Claim(
    "zheng.eq30.lower.gaussian.tight", f"H_data - Nell is I_enc {_AT_INVERSE}: Gaussians.", ZHENG.at("(30)"), EQUALS,
    printed.eq_34_linear, _LINEAR_I, INVERTED_LINEAR, _LINEAR_LOWER_MISTAKES, printed=False,
)  # fmt: skip
eq30_upper = Claim(
    "zheng.eq30.upper", "Div is at least I_enc.", ZHENG.at("(30)"), AT_LEAST,
    joint.div, _I, VAE_WITH_CODES, _UPPER_MISTAKES, latex=_UPPER_BOUND, tight="zheng.eq30.upper.tight",
)  # fmt: skip
eq30_upper_tight = Claim(
    "zheng.eq30.upper.tight", f"Div is I_enc {_AT_AGGREGATE}.", ZHENG.at("(30)"), EQUALS,
    joint.div, _I, MATCHED, _UPPER_MISTAKES, printed=False,
)  # fmt: skip
eq30_upper_linear = Claim(
    "zheng.eq30.upper.gaussian", "Div is at least I_enc: the linear-Gaussian VAE.", ZHENG.at("(30)"), AT_LEAST,
    linear_gaussian.div, _LINEAR_I, LINEAR, _LINEAR_UPPER_MISTAKES, latex=_UPPER_BOUND,
    tight="zheng.eq30.upper.gaussian.tight",
)  # fmt: skip
eq30_upper_linear_tight = Claim(
    "zheng.eq30.upper.gaussian.tight", f"Div is I_enc {_AT_AGGREGATE}: Gaussians.", ZHENG.at("(30)"), EQUALS,
    linear_gaussian.div, _LINEAR_I, MATCHED_LINEAR, _LINEAR_UPPER_MISTAKES, printed=False,
)  # fmt: skip
eq35 = Claim(
    "zheng.eq35", "I_enc + Aggdiv, which is Div, is at least I_enc.", ZHENG.at("(35)"), AT_LEAST,
    printed.eq_19, _I, VAE_WITH_CODES, _UPPER_MISTAKES,
    latex=r"I_{enc}(X;Z) \leq I_{enc}(X;Z) + \mathrm{Aggdiv} = \mathrm{Div}", tight="zheng.eq35.tight",
)  # fmt: skip
eq35_tight = Claim(
    "zheng.eq35.tight", f"The bound (35) is attained {_AT_AGGREGATE}.", ZHENG.at("(35)"), EQUALS,
    printed.eq_19, _I, MATCHED, _UPPER_MISTAKES, printed=False,
)  # fmt: skip
eq35_linear = Claim(
    "zheng.eq35.gaussian", "I_enc + Aggdiv is at least I_enc: the linear-Gaussian VAE.", ZHENG.at("(35)"), AT_LEAST,
    printed.eq_19_linear, _LINEAR_I, LINEAR, _LINEAR_UPPER_MISTAKES,
    latex=r"I_{enc}(X;Z) \leq I_{enc}(X;Z) + \mathrm{Aggdiv} = \mathrm{Div}", tight="zheng.eq35.gaussian.tight",
)  # fmt: skip
eq35_linear_tight = Claim(
    "zheng.eq35.gaussian.tight", f"The bound (35) is attained {_AT_AGGREGATE}: Gaussians.", ZHENG.at("(35)"), EQUALS,
    printed.eq_19_linear, _LINEAR_I, MATCHED_LINEAR, _LINEAR_UPPER_MISTAKES, printed=False,
)  # fmt: skip

# --- the empirical distribution under the density (2) -----------------------------------------------------------------

# Not (30) itself: what becomes of it when the data are those of (24).
_PLACE = ZHENG.at("(30) with (24)")
_POINTS_I = dict(tables=tables.i_enc_of_points, shannon=shannon.i_enc_of_points)
_POINT_MISTAKES = (at(centres=double), at(data=double), *_ANY)
_NORMALIZED_MISTAKES = (
    replaced("decoder not normalised", printed.eq_34_of_points), at(log_enc=half), shifted(0.7), shifted(-0.7),
    shifted(0.01),
)  # fmt: skip

eq30_empirical = Claim(
    "zheng.eq30.empirical", "H_data - Nell is at most I_enc for N data points, H_data = log N, and the decoder (2).",
    _PLACE, AT_MOST, printed.eq_34_of_points, _POINTS_I, EMPIRICAL,
    latex=r"\log N - \mathrm{Nell} \leq I_{enc}(X;Z)", expected=REFUTED, printed=False,
    pinned="zheng.eq30.empirical.pinned", corrected="zheng.eq30.empirical.normalized",
    note="(30) holds with densities on both sides and with masses on both sides. (24) takes P_data to be empirical, a"
    " distribution of masses, and (2) is a density: with both, its values on N points may add up to more than 1 and"
    " D(P_enc(X|z) || P_theta(X|z)) in (31) is no divergence. With -1/8, 0, 1/8 as data and one code, whose mean is 0,"
    " I_enc = 0 and log N - Nell = log 3 - log(2 pi) / 2 - 1/192 = 0.174.",
)  # fmt: skip
eq30_empirical_pinned = Claim(
    "zheng.eq30.empirical.pinned", "For N data points and the decoder (2), H_data - Nell is I_enc less the divergence"
    " to the decoder normalised over the points, plus the average log of what it sums to there.",
    _PLACE, EQUALS, printed.eq_34_of_points,
    dict(tables=tables.bound_of_points, shannon=shannon.bound_of_points), EMPIRICAL,
    _POINT_MISTAKES,
    latex=r"\log N - \mathrm{Nell} = I_{enc} - \mathbb{E}_z\mathbb{D}(P_{enc}(X|z)\,\|\,\bar P_\theta(X|z))"
    r" + \mathbb{E}_z\log\sum_m P_\theta(x_m|z)", printed=False,
)  # fmt: skip
eq30_normalized = Claim(
    "zheng.eq30.empirical.normalized", "With the decoder normalised over the N data points, H_data - Nell is at most"
    " I_enc.", _PLACE, AT_MOST, printed.eq_34_normalized, _POINTS_I, EMPIRICAL, _NORMALIZED_MISTAKES,
    latex=r"\log N - \mathrm{Nell} - \mathbb{E}_z\log\sum_m P_\theta(x_m|z) \leq I_{enc}(X;Z)",
    tight="zheng.eq30.empirical.normalized.tight", printed=False,
)  # fmt: skip
eq30_normalized_tight = Claim(
    "zheng.eq30.empirical.normalized.tight", "That bound is attained where points and posteriors cannot be told apart.",
    _PLACE, EQUALS, printed.eq_34_normalized, _POINTS_I, EMPIRICAL_BALANCED, _NORMALIZED_MISTAKES,
    printed=False,
)  # fmt: skip

"""The summands of certified information: never above log N, fair in their exponentials, tamer given z alone."""

from theory.printed import summands as parts
from verification.claim import FLOAT64, REFUTED, TORCH, ZHENG, Claim
from verification.domains.brackets import FAR_POINTS, INDEPENDENT_POINTS, PAIRED, POINTS, TILTED_POINTS
from verification.domains.populations import ALIKE, APART, EQUAL_OR_NOWHERE, PARTLY_ZERO, SOME
from verification.mutants import at, double, half, inverse, scaled, shifted, square
from verification.oracles import multisets, overlaps, pair_forms, planes, populations, quadrature
from verification.relations.at_most import AT_LEAST, AT_MOST
from verification.relations.equals import EQUALS

_NEW = ZHENG.at("certified information")
_FLOATS = (FLOAT64,)
_ZEROS = (FLOAT64, TORCH)
_DOWN = (shifted(-0.7), shifted(-1.2), shifted(-2.0), scaled(-1))
_AT_ENDS = (shifted(0.7), shifted(-0.1), shifted(0.1), shifted(0.01))

# --- at a point -------------------------------------------------------------------------------------------------------

ceiling = Claim(
    "certified.T1.ratio",
    "No log-ratio exceeds log N.",
    _NEW,
    AT_LEAST,
    parts.ceiling,
    dict(overlaps=overlaps.largest_log_ratio, pair_forms=pair_forms.largest_log_ratio),
    POINTS,
    _DOWN,
    latex=r"\log\frac{q_n(z)}{q(z)} \leq \log N",
    tight="certified.T1.ratio.tight",
    printed=False,
)
ceiling_tight = Claim(
    "certified.T1.ratio.tight",
    "It is log N at a posterior that is far from the others.",
    _NEW,
    EQUALS,
    parts.ceiling,
    dict(overlaps=overlaps.largest_log_ratio, pair_forms=pair_forms.largest_log_ratio),
    FAR_POINTS,
    (*_AT_ENDS, scaled(1 / 2)),
    printed=False,
)
dependence = Claim(
    "certified.T1.dependence",
    "The log-ratio to independent dimensions is at most (d - 1) log N where posteriors are diagonal.",
    _NEW,
    AT_LEAST,
    parts.dependence_ceiling,
    dict(overlaps=overlaps.log_dependence, pair_forms=pair_forms.log_dependence),
    INDEPENDENT_POINTS,
    (shifted(-0.7), shifted(-1.2), shifted(-2.0), scaled(-1)),
    latex=r"\log\frac{q(z)}{\prod_j q_j(z_j)} \leq (d-1)\log N",
    tight="certified.T1.dependence.tight",
    printed=False,
)
dependence_tight = Claim(
    "certified.T1.dependence.tight",
    "It is just that at a posterior that is far from the others in every dimension.",
    _NEW,
    EQUALS,
    parts.dependence_ceiling,
    dict(overlaps=overlaps.log_dependence, pair_forms=pair_forms.log_dependence),
    FAR_POINTS,
    (*_AT_ENDS, scaled(1 / 2)),
    printed=False,
)
dependence_tilted = Claim(
    "certified.T1.dependence.tilted",
    "The log-ratio to independent dimensions is at most (d - 1) log N, whatever the posteriors.",
    _NEW,
    AT_LEAST,
    parts.dependence_ceiling,
    dict(overlaps=overlaps.log_dependence, pair_forms=pair_forms.log_dependence),
    TILTED_POINTS,
    latex=r"\log\frac{q(z)}{\prod_j q_j(z_j)} \leq (d-1)\log N",
    expected=REFUTED,
    pinned="certified.T1.dependence.tilted.pinned",
    corrected="certified.T1.dependence",
    printed=False,
    note="The proof takes q_n for the product of its own dimensions, which only a diagonal posterior is.",
)
dependence_tilted_pinned = Claim(
    "certified.T1.dependence.tilted.pinned",
    "At the common mean of equal posteriors the log-ratio is their total correlation, whatever N.",
    _NEW,
    EQUALS,
    parts.dependence_of_equals,
    dict(overlaps=overlaps.log_dependence, pair_forms=pair_forms.log_dependence),
    TILTED_POINTS,
    (at(Sigma=inverse), at(Sigma=square), scaled(-1), scaled(1 / 2), scaled(1.01), shifted(0.1)),
    latex=r"\frac{1}{N}\sum_n \mathrm{TC}(q_n)",
    printed=False,
)

# --- moments ----------------------------------------------------------------------------------------------------------

_MASS = dict(populations=populations.support_mass, multisets=multisets.support_mass)
moment = Claim(
    "certified.T2.moment",
    "Under each posterior the mean of q/q_n is what q puts where the posterior is not 0.",
    _NEW,
    EQUALS,
    parts.exponential_moment,
    _MASS,
    PARTLY_ZERO,
    (scaled(-1), scaled(1 / 2), shifted(0.7), scaled(1.01)),
    latex=r"\mathbb{E}\left[e^{-L}\,|\,n\right] = q(q_n > 0)",
    unit="probability",
    arithmetics=_ZEROS,
    printed=False,
)
moment_bounded = Claim(
    "certified.T2.bounded",
    "That mean is at most one.",
    _NEW,
    AT_MOST,
    parts.exponential_moment,
    dict(populations=populations.one, multisets=multisets.one),
    PARTLY_ZERO,
    (shifted(0.7), scaled(2), shifted(1.2), shifted(0.4)),
    latex=r"\mathbb{E}\left[e^{-L}\,|\,n\right] \leq 1",
    tight="certified.T2.one",
    unit="probability",
    arithmetics=_ZEROS,
    printed=False,
)
moment_one = Claim(
    "certified.T2.one",
    "It is one where no posterior is 0.",
    _NEW,
    EQUALS,
    parts.exponential_moment,
    dict(populations=populations.one, multisets=multisets.one),
    SOME,
    (scaled(-1), scaled(1 / 2), shifted(0.7), scaled(1.01)),
    unit="probability",
    printed=False,
)
_SECOND = dict(populations=populations.gain_second_moment, multisets=multisets.gain_second_moment)
gain_second = Claim(
    "certified.T3.gain",
    "The mean square of G is at most log N times the information.",
    _NEW,
    AT_LEAST,
    parts.gain_second_moment_ceiling,
    _SECOND,
    SOME,
    (scaled(-1), shifted(-0.7), shifted(-1.2), at(log_q=half)),
    latex=r"\mathbb{E} G^2 \leq I \log N",
    tight="certified.T3.gain.tight",
    printed=False,
)
gain_second_tight = Claim(
    "certified.T3.gain.tight",
    "Where posteriors are apart, it is just that.",
    _NEW,
    EQUALS,
    parts.gain_second_moment_ceiling,
    _SECOND,
    APART,
    (*_AT_ENDS, scaled(1 / 2)),
    arithmetics=_ZEROS,
    printed=False,
)
_RATIO = dict(populations=populations.ratio_second_moment, multisets=multisets.ratio_second_moment)
ratio_second = Claim(
    "certified.T3.ratio",
    "The mean square of L is at most B^2/(B - 1 + e^-B) times the information, B = log N.",
    _NEW,
    AT_LEAST,
    parts.second_moment_ceiling,
    _RATIO,
    SOME,
    (scaled(-1), shifted(-1.2), shifted(-2.0), scaled(1 / 4)),
    latex=r"\mathbb{E} L^2 \leq \frac{B^2}{B - 1 + e^{-B}}\,I",
    tight="certified.T3.ratio.tight",
    printed=False,
)
ratio_second_tight = Claim(
    "certified.T3.ratio.tight",
    "Where posteriors are equal, both are 0.",
    _NEW,
    EQUALS,
    parts.second_moment_ceiling,
    _RATIO,
    ALIKE,
    _AT_ENDS,
    printed=False,
)
gain = Claim(
    "certified.T4.gain",
    "The mean log-ratio at a point is G.",
    _NEW,
    EQUALS,
    parts.gain,
    dict(populations=populations.gain, multisets=multisets.gain),
    SOME,
    (at(log_q=double), scaled(-1), shifted(0.7), scaled(1 / 2), scaled(1.01)),
    latex=r"\mathbb{E}[L\,|\,z] = \log N - H(\phi(\cdot|z))",
    printed=False,
)
gain_mean = Claim(
    "certified.T4.mean",
    "Its mean is the information.",
    _NEW,
    EQUALS,
    parts.mean_gain,
    dict(populations=populations.index_information, multisets=multisets.index_information),
    SOME,
    (at(log_q=half), scaled(-1), shifted(0.7), scaled(1 / 2), scaled(1.01)),
    latex=r"\mathbb{E} G = I",
    printed=False,
)
gain_variance_value = Claim(
    "certified.T4.variance.value",
    "The variance of G.",
    _NEW,
    EQUALS,
    parts.gain_variance,
    dict(populations=populations.gain_variance, multisets=multisets.gain_variance),
    SOME,
    (at(log_q=half), scaled(-1), shifted(0.7), scaled(1 / 2), scaled(1.01)),
    printed=False,
)
_VARIANCE = dict(populations=populations.ratio_variance, multisets=multisets.ratio_variance)
gain_variance = Claim(
    "certified.T4.variance",
    "G varies no more than L.",
    _NEW,
    AT_MOST,
    parts.gain_variance,
    _VARIANCE,
    SOME,
    (shifted(2.0), shifted(0.7), shifted(1.2), shifted(0.6)),
    latex=r"\mathrm{Var}\,G \leq \mathrm{Var}\,L",
    tight="certified.T4.variance.tight",
    printed=False,
)
gain_variance_tight = Claim(
    "certified.T4.variance.tight",
    "They vary equally where posteriors are equal wherever they are not 0.",
    _NEW,
    EQUALS,
    parts.gain_variance,
    _VARIANCE,
    EQUAL_OR_NOWHERE,
    (shifted(0.7), scaled(2), scaled(1 / 2), scaled(1.01)),
    arithmetics=_ZEROS,
    printed=False,
)

_GAIN_VARIANCE = dict(populations=populations.gain_variance, multisets=multisets.gain_variance)
gain_variance_ceiling = Claim(
    "certified.T4.variance.ceiling",
    "The variance of G is at most the information times what it lacks of log N.",
    _NEW,
    AT_LEAST,
    parts.gain_variance_ceiling,
    _GAIN_VARIANCE,
    SOME,
    (scaled(-1), shifted(-0.7), shifted(-1.2), shifted(-0.4)),
    latex=r"\mathrm{Var}\,G \leq I(\log N - I)",
    tight="certified.T4.variance.ceiling.tight",
    printed=False,
)
gain_variance_ceiling_tight = Claim(
    "certified.T4.variance.ceiling.tight",
    "It is just that where posteriors are equal wherever they are not 0: G is 0 or log N.",
    _NEW,
    EQUALS,
    parts.gain_variance_ceiling,
    _GAIN_VARIANCE,
    EQUAL_OR_NOWHERE,
    (shifted(0.7), scaled(2), scaled(1 / 2), scaled(1.01)),
    arithmetics=_ZEROS,
    printed=False,
)

# --- what follows of the aggregate ------------------------------------------------------------------------------------

_GIVEN = dict(information=planes.index_information)
entropy = Claim(
    "certified.entropy",
    "The entropy of the aggregate is the information and the mean entropy of a posterior.",
    _NEW,
    EQUALS,
    parts.entropy_from_information,
    dict(planes=planes.aggregate_entropy, quadrature=quadrature.aggregate_entropy),
    PAIRED,
    (at(information=half), at(Sigma=double), scaled(-1), shifted(0.7), scaled(1.01)),
    latex=r"h(q) = I + \frac1N\sum_n h(q_n)",
    accuracy=1e-7,
    given=_GIVEN,
    printed=False,
)
total_correlation = Claim(
    "certified.total_correlation",
    "The aggregate's total correlation is the axes' informations less the whole one, and the posteriors' mean own.",
    _NEW,
    EQUALS,
    parts.total_correlation_from_information,
    dict(planes=planes.total_correlation, quadrature=quadrature.total_correlation),
    PAIRED,
    (at(information=half), at(Sigma=half), at(mu=double), shifted(0.7), scaled(-1), shifted(0.01)),
    latex=r"\mathrm{TC}(q) = \sum_j I_j - I + \frac1N\sum_n\mathrm{TC}(q_n)",
    accuracy=1e-7,
    arithmetics=_FLOATS,
    given=_GIVEN,
    printed=False,
)

"""Above the information of an aggregate by Gaussians in its place: one of equal moments, or a few refitted."""

from theory import brackets
from theory.printed import brackets as parts
from verification.claim import ZHENG, Claim
from verification.domains.brackets import (
    APPROXIMATED,
    EQUAL,
    ITSELF,
    MATCHED,
    PAIRED,
)
from verification.mutants import at, double, first_only, half, negated, plus_log_N, scaled, shifted, zero
from verification.oracles import overlaps, pair_forms, planes, quadrature
from verification.relations.at_most import AT_LEAST, AT_MOST
from verification.relations.equals import EQUALS

_NEW = ZHENG.at("certified information")
_TRUTH = dict(planes=planes.index_information, quadrature=quadrature.index_information)
_SLIPS = (at(mu=first_only), at(Sigma=double), at(mu=double), plus_log_N, scaled(-1), scaled(1.01))
_ABOVE = (at(mu=first_only), at(mu=half), shifted(-0.7), shifted(-1.2), scaled(-1))
_AT_ENDS = (plus_log_N, shifted(0.7), shifted(-0.1), shifted(0.01))

gaussian = Claim(
    "certified.brackets.gaussian.value",
    "The bound by one Gaussian of equal moments is its entropy less the mean entropy.",
    _NEW,
    EQUALS,
    brackets.gaussian_upper,
    dict(overlaps=overlaps.gaussian, pair_forms=pair_forms.gaussian),
    PAIRED,
    _SLIPS,
    latex=r"\frac12\log|\bar\Sigma| - \frac1N\sum_n\frac12\log|\Sigma_n|",
    printed=False,
)
gaussian_upper = Claim(
    "certified.brackets.gaussian",
    "The information is at most that of one Gaussian of equal moments.",
    _NEW,
    AT_LEAST,
    brackets.gaussian_upper,
    _TRUTH,
    PAIRED,
    _ABOVE,
    latex=r"I \leq \frac12\log|\bar\Sigma| - \frac1N\sum_n\frac12\log|\Sigma_n|",
    tight="certified.brackets.gaussian.tight",
    accuracy=1e-9,
    printed=False,
)
gaussian_tight = Claim(
    "certified.brackets.gaussian.tight",
    "Where posteriors are equal, both are 0.",
    _NEW,
    EQUALS,
    brackets.gaussian_upper,
    _TRUTH,
    EQUAL,
    _AT_ENDS,
    accuracy=1e-9,
    printed=False,
)
_FITTED = (at(centre=zero), at(spread=double), at(mu=negated), at(Sigma=double), scaled(-1), scaled(1.01))
mixture = Claim(
    "certified.brackets.mixture.value",
    "The bound by weighted Gaussians is a mean of logarithms of discounted weights.",
    _NEW,
    EQUALS,
    brackets.mixture_upper,
    dict(overlaps=overlaps.mixture_upper, pair_forms=pair_forms.mixture_upper),
    APPROXIMATED,
    (*_FITTED, at(log_weights=half)),
    latex=r"-\frac1N\sum_n\log\sum_k w_k e^{-\mathrm{KL}(q_n\|s_k)}",
    printed=False,
)
mixture_upper = Claim(
    "certified.brackets.mixture",
    "The information is at most what any weighted Gaussians leave in place of the aggregate.",
    _NEW,
    AT_LEAST,
    brackets.mixture_upper,
    _TRUTH,
    APPROXIMATED,
    (shifted(-2.0), shifted(-1.2), shifted(-0.7), scaled(-1)),
    latex=r"I \leq -\frac1N\sum_n\log\sum_k w_k e^{-\mathrm{KL}(q_n\|s_k)}",
    tight="certified.brackets.mixture.tight",
    accuracy=1e-9,
    printed=False,
)
mixture_tight = Claim(
    "certified.brackets.mixture.tight",
    "Where posteriors are equal and stand for themselves, both are 0.",
    _NEW,
    EQUALS,
    brackets.mixture_upper,
    _TRUTH,
    ITSELF,
    (shifted(-0.7), at(centre=double), at(spread=double), shifted(0.01)),
    accuracy=1e-9,
    printed=False,
)
refitted_log_weights = Claim(
    "certified.brackets.refitted.weights",
    "Weights become the mean responsibilities.",
    _NEW,
    EQUALS,
    parts.refitted_log_weights,
    dict(overlaps=overlaps.refitted_log_weights, pair_forms=pair_forms.refitted_log_weights),
    APPROXIMATED,
    (*_FITTED, at(log_weights=half)),
    latex=r"w_k' = \frac1N\sum_n r_{nk}",
    printed=False,
)
refitted_centre = Claim(
    "certified.brackets.refitted.centre",
    "Means become those under the responsibilities.",
    _NEW,
    EQUALS,
    parts.refitted_centre,
    dict(overlaps=overlaps.refitted_centre, pair_forms=pair_forms.refitted_centre),
    APPROXIMATED,
    _FITTED,
    latex=r"\mu_k' = \frac{\sum_n r_{nk}\mu_n}{\sum_n r_{nk}}",
    unit="of z",
    printed=False,
)
refitted_spread = Claim(
    "certified.brackets.refitted.spread",
    "Covariances become those under the responsibilities.",
    _NEW,
    EQUALS,
    parts.refitted_spread,
    dict(overlaps=overlaps.refitted_spread, pair_forms=pair_forms.refitted_spread),
    APPROXIMATED,
    (at(centre=zero), at(spread=double), at(mu=double), at(Sigma=double), scaled(-1), scaled(1.01)),
    unit="of z",
    printed=False,
)
refitted_upper = Claim(
    "certified.brackets.refitted",
    "A step of expectation and maximisation never raises the bound.",
    _NEW,
    AT_MOST,
    parts.refitted_upper,
    dict(overlaps=overlaps.mixture_upper, pair_forms=pair_forms.mixture_upper),
    APPROXIMATED,
    (plus_log_N, shifted(2.0), shifted(0.7), shifted(1.2)),
    tight="certified.brackets.refitted.tight",
    printed=False,
)
refitted_tight = Claim(
    "certified.brackets.refitted.tight",
    "One Gaussian of the right moments stays what it is.",
    _NEW,
    EQUALS,
    parts.refitted_upper,
    dict(overlaps=overlaps.mixture_upper, pair_forms=pair_forms.mixture_upper),
    MATCHED,
    (plus_log_N, shifted(0.7), scaled(1 / 2), scaled(1.01)),
    printed=False,
)

"""Bounds that close where an aggregate tells nearly nothing, or nearly everything, of the posterior of a draw."""

from theory import extremes
from theory.printed import extremes as parts
from verification.claim import ZHENG, Claim
from verification.domains.brackets import EQUAL
from verification.domains.extremes import (
    GROUPS,
    NEAR_ONE,
    NEAR_ONE_INDEPENDENT,
    ONE_INDEPENDENT,
    SETTLED_GROUPS,
)
from verification.mutants import at, double, first_only, half, plus_log_N, scaled, shifted
from verification.oracles import overlaps, pair_forms, planes, quadrature
from verification.relations.at_most import AT_LEAST, AT_MOST
from verification.relations.equals import EQUALS

_NEW = ZHENG.at("certified information")
_TRUTH = dict(planes=planes.index_information, quadrature=quadrature.index_information)
_OPEN = dict(planes=planes.group_entropy, quadrature=quadrature.group_entropy)
_SLIPS = (at(mu=half), at(mu=double), plus_log_N, scaled(-1), scaled(1.01))
_BELOW = (plus_log_N, shifted(0.7), shifted(0.4), scaled(2))
_AT_ENDS = (plus_log_N, shifted(0.7), shifted(-0.1), shifted(0.01))

gaussian = Claim(
    "certified.extremes.gaussian.value",
    "The mean divergence from the Gaussian of equal moments less log of the mass of the square over it.",
    _NEW,
    EQUALS,
    extremes.gaussian_lower,
    dict(overlaps=overlaps.gaussian_lower, pair_forms=pair_forms.gaussian_lower),
    NEAR_ONE,
    _SLIPS,
    latex=r"\frac1N\sum_n\mathrm{KL}(q_n\|r) - \log\frac1{N^2}\sum_{n,m}\int\frac{q_nq_m}{r}",
    printed=False,
)
gaussian_diagonal = Claim(
    "certified.extremes.gaussian.diagonal.value",
    "The same by the Gaussian of independent dimensions, of posteriors of independent dimensions.",
    _NEW,
    EQUALS,
    parts.gaussian_lower_diagonal,
    dict(overlaps=overlaps.gaussian_lower_diagonal, pair_forms=pair_forms.gaussian_lower_diagonal),
    NEAR_ONE_INDEPENDENT,
    _SLIPS,
    printed=False,
)
gaussian_lower = Claim(
    "certified.extremes.gaussian",
    "The information is at least the mean divergence from the Gaussian of equal moments less log of the mass of the "
    "square of the aggregate over it.",
    _NEW,
    AT_MOST,
    extremes.gaussian_lower,
    _TRUTH,
    NEAR_ONE,
    _BELOW,
    latex=r"I \geq \frac1N\sum_n\mathrm{KL}(q_n\|r) - \log\int\frac{q^2}{r}",
    tight="certified.extremes.gaussian.tight",
    accuracy=1e-9,
    printed=False,
)
gaussian_tight = Claim(
    "certified.extremes.gaussian.tight",
    "Where posteriors are equal, both are 0.",
    _NEW,
    EQUALS,
    extremes.gaussian_lower,
    _TRUTH,
    EQUAL,
    _AT_ENDS,
    accuracy=1e-9,
    printed=False,
)
gaussian_diagonal_lower = Claim(
    "certified.extremes.gaussian.diagonal",
    "The information is at least what the Gaussian of independent dimensions leaves, of such posteriors.",
    _NEW,
    AT_MOST,
    parts.gaussian_lower_diagonal,
    _TRUTH,
    NEAR_ONE_INDEPENDENT,
    _BELOW,
    tight="certified.extremes.gaussian.diagonal.tight",
    accuracy=1e-9,
    printed=False,
)
gaussian_diagonal_tight = Claim(
    "certified.extremes.gaussian.diagonal.tight",
    "Where posteriors of independent dimensions are equal, both are 0.",
    _NEW,
    EQUALS,
    parts.gaussian_lower_diagonal,
    _TRUTH,
    ONE_INDEPENDENT,
    _AT_ENDS,
    accuracy=1e-9,
    printed=False,
)
groups = Claim(
    "certified.extremes.groups.value",
    "The bound of what a draw leaves open of its group is a sum over pairs in different groups.",
    _NEW,
    EQUALS,
    extremes.group_entropy_upper,
    dict(overlaps=overlaps.group_entropy_upper, pair_forms=pair_forms.group_entropy_upper),
    GROUPS,
    (at(mu=double), at(Sigma=half), at(member=first_only), scaled(1.01), scaled(0.5), scaled(-1)),
    latex=r"\frac{2\log 2}{N}\sum_{n<m,\,c_n\neq c_m}\int\sqrt{q_nq_m}",
    printed=False,
)
groups_upper = Claim(
    "certified.extremes.groups",
    "What a draw leaves open of its group is at most 2 log 2 / N times the overlaps of pairs in different groups.",
    _NEW,
    AT_LEAST,
    extremes.group_entropy_upper,
    _OPEN,
    GROUPS,
    (scaled(0.25), shifted(-0.7), scaled(-1), at(mu=double)),
    latex=r"H(c\|z) \leq \frac{2\log 2}{N}\sum_{n<m,\,c_n\neq c_m}\int\sqrt{q_nq_m}",
    tight="certified.extremes.groups.tight",
    accuracy=1e-9,
    printed=False,
)
groups_tight = Claim(
    "certified.extremes.groups.tight",
    "Where two groups are one and the same posterior, and where groups do not overlap, it is all that is open.",
    _NEW,
    EQUALS,
    extremes.group_entropy_upper,
    _OPEN,
    SETTLED_GROUPS,
    (scaled(0.5), scaled(2), shifted(0.1), shifted(-0.01)),
    accuracy=1e-9,
    printed=False,
)

"""Between what the information of an aggregate lies: each axis alone, all axes, and all bounds together."""

from theory.printed import brackets as parts
from verification.claim import FLOAT64, ZHENG, Claim
from verification.domains.brackets import (
    BRACKETED,
    EQUAL_OR_APART,
    INDEPENDENT,
    ONE_AXIS,
    PAIRED,
)
from verification.mutants import at, double, half, plus_log_N, scaled, shifted
from verification.oracles import planes, quadrature
from verification.relations.at_most import AT_LEAST, AT_MOST
from verification.relations.equals import EQUALS

_NEW = ZHENG.at("certified information")
_TRUTH = dict(planes=planes.index_information, quadrature=quadrature.index_information)
_FLOATS = (FLOAT64,)
_BELOW = (at(mu=double), plus_log_N, shifted(0.7), shifted(0.4), at(Sigma=half))
_AT_ENDS = (plus_log_N, shifted(0.7), shifted(-0.1), shifted(0.01))

largest_axis = Claim(
    "certified.brackets.largest_axis",
    "The information is at least that of any one axis.",
    _NEW,
    AT_MOST,
    parts.largest_axis,
    _TRUTH,
    PAIRED,
    (*_BELOW[1:4], scaled(2)),
    latex=r"\max_j I_j \leq I",
    tight="certified.brackets.largest_axis.tight",
    accuracy=1e-7,
    arithmetics=_FLOATS,
    printed=False,
)
largest_axis_tight = Claim(
    "certified.brackets.largest_axis.tight",
    "Where posteriors differ along one axis only, that axis tells all.",
    _NEW,
    EQUALS,
    parts.largest_axis,
    _TRUTH,
    ONE_AXIS,
    (plus_log_N, shifted(0.7), scaled(1 / 2), scaled(1.01)),
    accuracy=1e-7,
    arithmetics=_FLOATS,
    printed=False,
)
sum_of_axes = Claim(
    "certified.brackets.sum_of_axes",
    "Of independent dimensions the information is at most the sum over axes.",
    _NEW,
    AT_LEAST,
    parts.sum_of_axes,
    _TRUTH,
    INDEPENDENT,
    (shifted(-0.7), scaled(-1), scaled(1 / 2), shifted(-1.2)),
    latex=r"I \leq \sum_j I_j",
    tight="certified.brackets.sum_of_axes.tight",
    accuracy=1e-7,
    arithmetics=_FLOATS,
    printed=False,
)
sum_of_axes_tight = Claim(
    "certified.brackets.sum_of_axes.tight",
    "Where posteriors differ along one axis only, the others add nothing.",
    _NEW,
    EQUALS,
    parts.sum_of_axes,
    _TRUTH,
    ONE_AXIS,
    (plus_log_N, shifted(0.7), scaled(1 / 2), scaled(1.01)),
    accuracy=1e-7,
    arithmetics=_FLOATS,
    printed=False,
)
sum_of_axes_corrected = Claim(
    "certified.brackets.sum_of_axes.corrected",
    "Of any posteriors it is at most that sum and the mean total correlation of a posterior.",
    _NEW,
    AT_LEAST,
    parts.sum_of_axes_corrected,
    _TRUTH,
    PAIRED,
    (shifted(-0.7), scaled(-1), shifted(-2.0), shifted(-1.2)),
    latex=r"I \leq \sum_j I_j + \frac1N\sum_n\mathrm{TC}(q_n)",
    tight="certified.brackets.sum_of_axes.corrected.tight",
    accuracy=1e-7,
    arithmetics=_FLOATS,
    printed=False,
)
sum_of_axes_corrected_tight = Claim(
    "certified.brackets.sum_of_axes.corrected.tight",
    "Where dimensions are independent and one axis alone tells, it is that sum.",
    _NEW,
    EQUALS,
    parts.sum_of_axes_corrected,
    _TRUTH,
    ONE_AXIS,
    (plus_log_N, shifted(0.7), scaled(1 / 2), scaled(1.01)),
    accuracy=1e-7,
    arithmetics=_FLOATS,
    printed=False,
)

# --- together ---------------------------------------------------------------------------------------------------------

lower = Claim(
    "certified.brackets.lower",
    "The lower end of the bracket holds.",
    _NEW,
    AT_MOST,
    parts.bracket_lower,
    _TRUTH,
    BRACKETED,
    (*_BELOW[1:4], shifted(2.0)),
    tight="certified.brackets.lower.tight",
    accuracy=1e-9,
    arithmetics=_FLOATS,
    printed=False,
)
lower_tight = Claim(
    "certified.brackets.lower.tight",
    "Where posteriors are equal or apart, the lower end is attained.",
    _NEW,
    EQUALS,
    parts.bracket_lower,
    _TRUTH,
    EQUAL_OR_APART,
    _AT_ENDS,
    accuracy=1e-9,
    arithmetics=_FLOATS,
    printed=False,
)
upper = Claim(
    "certified.brackets.upper",
    "The upper end of the bracket holds.",
    _NEW,
    AT_LEAST,
    parts.bracket_upper,
    _TRUTH,
    BRACKETED,
    (shifted(-0.7), shifted(-2.0), shifted(-1.2), scaled(-1)),
    tight="certified.brackets.upper.tight",
    accuracy=1e-9,
    arithmetics=_FLOATS,
    printed=False,
)
upper_tight = Claim(
    "certified.brackets.upper.tight",
    "Where posteriors are equal or apart, the upper end is attained.",
    _NEW,
    EQUALS,
    parts.bracket_upper,
    _TRUTH,
    EQUAL_OR_APART,
    _AT_ENDS,
    accuracy=1e-9,
    arithmetics=_FLOATS,
    printed=False,
)

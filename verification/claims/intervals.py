"""Intervals that hold at every sample size: stakes under stratification, and limits."""

from theory import strata
from theory.printed import certificates as parts
from theory.printed.parts import nominal
from verification.claim import FLOAT64, REFUTED, ZHENG, Claim
from verification.domains.strata import (
    ALLOTTED,
    EQUAL_STRATA,
    EQUALLY_ALLOTTED,
    LOG_RATIOS,
    MANY_DRAWS,
    PAIRED_DRAWS,
    PLANNED_DRAWS,
    STRATA,
    STRATIFIED_FLIPS,
)
from verification.mutants import at, double, half, negated, scaled, shifted
from verification.oracles import outcomes, subsets
from verification.relations.at_most import AT_LEAST, AT_MOST
from verification.relations.equals import EQUALS

_NEW = ZHENG.at("certified information")
_FLOATS = (FLOAT64,)

# --- stakes -----------------------------------------------------------------------------------------------------------

_WORTH = (at(stake=half), at(mean_of=half), scaled(1.01), shifted(0.1), scaled(-1))
passes = Claim(
    "certified.T5.pass",
    "A fixed stake on one draw from every stratum is worth the product of the strata's factors.",
    _NEW,
    EQUALS,
    strata.pass_wealth,
    dict(outcomes=outcomes.pass_wealth, subsets=subsets.pass_wealth),
    STRATA,
    _WORTH,
    latex=r"\mathbb{E}\prod_n\left(1+\lambda(X_n-m)\right) = \prod_n a_n",
    unit="wealth",
    printed=False,
)
_ABOVE_ONE = (scaled(0.9), shifted(-0.05), scaled(0.5), scaled(-1))
passes_fair = Claim(
    "certified.T5.pass.fair",
    "A fixed stake on one draw from every stratum is worth at most one at the true mean.",
    _NEW,
    AT_LEAST,
    parts.fair,
    dict(outcomes=outcomes.pass_wealth, subsets=subsets.pass_wealth),
    STRATA,
    _ABOVE_ONE,
    latex=r"\prod_n a_n \leq 1",
    tight="certified.T5.pass.fair.tight",
    unit="wealth",
    printed=False,
)
passes_fair_tight = Claim(
    "certified.T5.pass.fair.tight",
    "Where all strata have one mean, it is worth one.",
    _NEW,
    EQUALS,
    parts.fair,
    dict(outcomes=outcomes.pass_wealth, subsets=subsets.pass_wealth),
    EQUAL_STRATA,
    (*_ABOVE_ONE, scaled(1.01)),
    unit="wealth",
    printed=False,
)
remainders = Claim(
    "certified.T5.remainder",
    "On a draw from each of r distinct strata chosen at random it is worth e_r(a) over the number of choices.",
    _NEW,
    EQUALS,
    strata.remainder_wealth,
    dict(outcomes=outcomes.remainder_wealth, subsets=subsets.remainder_wealth),
    STRATA,
    _WORTH,
    latex=r"e_r(a)\,\frac{r!\,(N-r)!}{N!}",
    unit="wealth",
    printed=False,
)
remainders_fair = Claim(
    "certified.T5.remainder.fair",
    "On a draw from each of r distinct strata chosen at random it is worth at most one.",
    _NEW,
    AT_LEAST,
    parts.fair_remainders,
    dict(outcomes=outcomes.remainder_wealth, subsets=subsets.remainder_wealth),
    STRATA,
    _ABOVE_ONE,
    tight="certified.T5.remainder.fair.tight",
    unit="wealth",
    printed=False,
)
remainders_fair_tight = Claim(
    "certified.T5.remainder.fair.tight",
    "Where all strata have one mean, it is worth one.",
    _NEW,
    EQUALS,
    parts.fair_remainders,
    dict(outcomes=outcomes.remainder_wealth, subsets=subsets.remainder_wealth),
    EQUAL_STRATA,
    (*_ABOVE_ONE, scaled(1.01)),
    unit="wealth",
    printed=False,
)
_ALLOTTED = dict(outcomes=outcomes.allotted_wealth, subsets=subsets.allotted_wealth)
allotted = Claim(
    "certified.T5.allotted",
    "A fixed stake on S_n draws of stratum n is worth the product of the strata's factors, each as often as drawn.",
    _NEW,
    EQUALS,
    strata.allotted_wealth,
    _ALLOTTED,
    ALLOTTED,
    (*_WORTH, at(draws=double)),
    latex=r"\prod_n a_n^{S_n}, \quad a_n = 1 + \lambda\left(m_n - \frac1S\sum_m S_m m_m\right)",
    unit="wealth",
    printed=False,
)
allotted_fair = Claim(
    "certified.T5.allotted.fair",
    "However draws are allotted to strata, a fixed stake is worth at most one at the mean over all draws.",
    _NEW,
    AT_LEAST,
    parts.fair_allotment,
    _ALLOTTED,
    ALLOTTED,
    _ABOVE_ONE,
    latex=r"\prod_n a_n^{S_n} \leq 1",
    tight="certified.T5.allotted.fair.tight",
    unit="wealth",
    printed=False,
)
allotted_fair_tight = Claim(
    "certified.T5.allotted.fair.tight",
    "Where all strata have one mean, it is worth one, however draws are allotted.",
    _NEW,
    EQUALS,
    parts.fair_allotment,
    _ALLOTTED,
    EQUALLY_ALLOTTED,
    (*_ABOVE_ONE, scaled(1.01)),
    unit="wealth",
    printed=False,
)
repeated = Claim(
    "certified.T5.repeated",
    "A remainder may draw twice from one stratum chosen at random: a fixed stake is worth at most one.",
    _NEW,
    AT_LEAST,
    parts.fair,
    dict(outcomes=outcomes.pair_wealth, subsets=subsets.pair_wealth),
    STRATA,
    latex=r"\frac{1}{N}\sum_n a_n^2 \leq 1",
    expected=REFUTED,
    pinned="certified.T5.repeated.pinned",
    corrected="certified.T5.remainder.fair",
    unit="wealth",
    printed=False,
    note="So draws of a remainder must come from distinct strata.",
)
repeated_pinned = Claim(
    "certified.T5.repeated.pinned",
    "Two draws from one stratum chosen at random are worth the mean square of the factors, above one.",
    _NEW,
    EQUALS,
    strata.pair_wealth,
    dict(outcomes=outcomes.pair_wealth, subsets=subsets.pair_wealth),
    STRATA,
    _WORTH,
    latex=r"\frac{1}{N}\sum_n a_n^2",
    unit="wealth",
    printed=False,
)
adaptive = Claim(
    "certified.T5.adaptive",
    "Under stratification a stake may answer to what came before: it is worth at most one.",
    _NEW,
    AT_LEAST,
    parts.fair,
    dict(outcomes=outcomes.adaptive_wealth, subsets=subsets.adaptive_wealth),
    STRATA,
    expected=REFUTED,
    pinned="certified.T5.adaptive.pinned",
    corrected="certified.T5.pass.fair",
    unit="wealth",
    printed=False,
    note="Which stratum comes next is known, so a stake can take its side.",
)
adaptive_pinned = Claim(
    "certified.T5.adaptive.pinned",
    "A stake that takes each stratum's side is worth more than one.",
    _NEW,
    EQUALS,
    strata.adaptive_wealth,
    dict(outcomes=outcomes.adaptive_wealth, subsets=subsets.adaptive_wealth),
    STRATA,
    _WORTH,
    latex=r"\prod_n\left(1+|a_n-1|\right)",
    unit="wealth",
    printed=False,
)

# --- limits -----------------------------------------------------------------------------------------------------------

_LIMIT = (at(alpha=half), at(x=half), shifted(0.05), scaled(0.5), scaled(1.01))

planned_lower = Claim(
    "certified.T5.planned.lower",
    "The lower limit of five bets planned from a variance is where their wealth reaches 2 / alpha.",
    _NEW,
    EQUALS,
    parts.planned_lower,
    dict(outcomes=outcomes.planned_lower, subsets=subsets.planned_lower),
    PLANNED_DRAWS,
    _LIMIT,
    unit="of the range",
    arithmetics=_FLOATS,
    printed=False,
)

planned_upper = Claim(
    "certified.T5.planned.upper",
    "The upper limit of five bets planned from a variance is where their wealth reaches 2 / alpha.",
    _NEW,
    EQUALS,
    parts.planned_upper,
    dict(outcomes=outcomes.planned_upper, subsets=subsets.planned_upper),
    PLANNED_DRAWS,
    _LIMIT,
    unit="of the range",
    arithmetics=_FLOATS,
    printed=False,
)

paired_lower = Claim(
    "certified.T5b.paired.lower",
    "The lower limit by the spread within pairs is Bennett's at the largest variance that the pairs leave possible.",
    _NEW,
    EQUALS,
    parts.paired_lower,
    dict(outcomes=outcomes.paired_lower, subsets=subsets.paired_lower),
    PAIRED_DRAWS,
    _LIMIT,
    unit="of the range",
    arithmetics=_FLOATS,
    printed=False,
)

paired_upper = Claim(
    "certified.T5b.paired.upper",
    "The upper limit by the spread within pairs is Bennett's at the largest variance that the pairs leave possible.",
    _NEW,
    EQUALS,
    parts.paired_upper,
    dict(outcomes=outcomes.paired_upper, subsets=subsets.paired_upper),
    PAIRED_DRAWS,
    _LIMIT,
    unit="of the range",
    arithmetics=_FLOATS,
    printed=False,
)

bernstein_lower = Claim(
    "certified.bernstein.lower",
    "The lower limit by the variance of the draws is the mean and Maurer and Pontil's reach.",
    _NEW,
    EQUALS,
    parts.bernstein_lower,
    dict(outcomes=outcomes.bernstein_lower, subsets=subsets.bernstein_lower),
    MANY_DRAWS,
    _LIMIT,
    unit="of the range",
    arithmetics=_FLOATS,
    printed=False,
)

bernstein_upper = Claim(
    "certified.bernstein.upper",
    "The upper limit by the variance of the draws is the mean and Maurer and Pontil's reach.",
    _NEW,
    EQUALS,
    parts.bernstein_upper,
    dict(outcomes=outcomes.bernstein_upper, subsets=subsets.bernstein_upper),
    MANY_DRAWS,
    _LIMIT,
    unit="of the range",
    arithmetics=_FLOATS,
    printed=False,
)

_CUT = (at(alpha=half), at(log_ratio=half), shifted(0.05), scaled(0.5), scaled(1.01))

truncated_lower = Claim(
    "certified.T3.truncated.lower",
    "The lower limit for I from log-ratios cut at -T allows for what the cut adds.",
    _NEW,
    EQUALS,
    parts.truncated_lower,
    dict(outcomes=outcomes.truncated_lower, subsets=subsets.truncated_lower),
    LOG_RATIOS,
    _CUT,
    unit="nats",
    arithmetics=_FLOATS,
    printed=False,
)

truncated_upper = Claim(
    "certified.T3.truncated.upper",
    "The upper limit for I from log-ratios cut at -T allows for what the cut adds.",
    _NEW,
    EQUALS,
    parts.truncated_upper,
    dict(outcomes=outcomes.truncated_upper, subsets=subsets.truncated_upper),
    LOG_RATIOS,
    _CUT,
    unit="nats",
    arithmetics=_FLOATS,
    printed=False,
)

stratified_coverage = Claim(
    "certified.T5.coverage",
    "Planned bets hold the mean of stratified coin flips, two passes and one flip more, as often as said.",
    _NEW,
    AT_MOST,
    nominal,
    dict(outcomes=outcomes.stratified_coverage, subsets=subsets.stratified_coverage),
    STRATIFIED_FLIPS,
    (at(alpha=negated), scaled(2), shifted(0.7), shifted(0.5)),
    unit="probability",
    printed=False,
)

paired_coverage = Claim(
    "certified.T5b.coverage",
    "The limits by the spread within pairs hold the mean of stratified coin flips as often as they say.",
    _NEW,
    AT_MOST,
    nominal,
    dict(outcomes=outcomes.paired_coverage, subsets=subsets.paired_coverage),
    STRATIFIED_FLIPS,
    (at(alpha=negated), scaled(2), shifted(0.7), shifted(0.5)),
    unit="probability",
    printed=False,
)

"""Entropy, information and divergence of each dimension with a proved error, and controls with means known exactly."""

from theory import controls
from theory.printed import certified as printed
from verification.claim import FLOAT64, ZHENG, Claim
from verification.domains.certified import CONTROLS, DISTANCES, INTERPOLATED, MARGINALS, REACHED, VALUES
from verification.mutants import Mutant, at, double, first_only, half, negated, replaced, scaled, shifted, zero
from verification.oracles import axes, integrals, multiprecision
from verification.relations.at_most import AT_LEAST, AT_MOST
from verification.relations.equals import EQUALS

_NEW = ZHENG.at("certified information")
_FLOATS = (FLOAT64,)


def _squared(**args):  # type: ignore[no-untyped-def]
    return {**args, "sigma": args["sigma"] * args["sigma"]}


_VARIANCES = Mutant("sigma read as variance", lambda f: lambda **args: f(**_squared(**args)))
_SLIPS = (_VARIANCES, at(mu=first_only), at(sigma=first_only), scaled(-1), scaled(1 / 2), scaled(1.01))
_ENTROPY = dict(integrals=integrals.entropy, axes=axes.entropy)

# --- marginals --------------------------------------------------------------------------------------------------------

entropy = Claim(
    "certified.T6.entropy",
    "The entropy of each dimension of the aggregate posterior.",
    _NEW,
    EQUALS,
    printed.entropy,
    _ENTROPY,
    MARGINALS,
    (*_SLIPS, replaced("information in place of entropy", printed.information)),
    latex=r"h(q_j) = -\int q_j\log q_j",
    accuracy=1e-10,
    arithmetics=_FLOATS,
    printed=False,
)
information = Claim(
    "certified.T6.information",
    "The information in each dimension is its entropy less the mean entropy of its posteriors.",
    _NEW,
    EQUALS,
    printed.information,
    dict(integrals=integrals.information, axes=axes.information),
    MARGINALS,
    (*_SLIPS, replaced("divergence in place of information", printed.divergence)),
    latex=r"I_j = h(q_j) - \frac1N\sum_n h(q_{nj})",
    accuracy=1e-10,
    arithmetics=_FLOATS,
    printed=False,
)
divergence = Claim(
    "certified.T6.divergence",
    "The divergence of each dimension from the prior is the mean divergence of its posteriors less the information.",
    _NEW,
    EQUALS,
    printed.divergence,
    dict(integrals=integrals.divergence, axes=axes.divergence),
    MARGINALS,
    (*_SLIPS, at(mu=zero), replaced("information in place of divergence", printed.information)),
    latex=r"\mathrm{KL}(q_j\|p_j) = \frac1N\sum_n\mathrm{KL}(q_{nj}\|p_j) - I_j",
    accuracy=1e-10,
    arithmetics=_FLOATS,
    printed=False,
)
lower = Claim(
    "certified.T6.lower",
    "The entropy of each dimension less its error is at most the truth.",
    _NEW,
    AT_MOST,
    printed.entropy_lower,
    _ENTROPY,
    MARGINALS,
    (shifted(0.7), shifted(0.1), shifted(0.01), shifted(1e-6)),
    tight="certified.T6.lower.tight",
    accuracy=1e-12,
    arithmetics=_FLOATS,
    printed=False,
)
upper = Claim(
    "certified.T6.upper",
    "The entropy of each dimension plus its error is at least the truth.",
    _NEW,
    AT_LEAST,
    printed.entropy_upper,
    _ENTROPY,
    MARGINALS,
    (shifted(-0.7), shifted(-0.1), shifted(-0.01), shifted(-1e-6)),
    tight="certified.T6.upper.tight",
    accuracy=1e-12,
    arithmetics=_FLOATS,
    printed=False,
)
lower_tight = Claim(
    "certified.T6.lower.tight",
    "The lower end is the truth but for its error, below 1e-7.",
    _NEW,
    EQUALS,
    printed.entropy_lower,
    _ENTROPY,
    MARGINALS,
    _SLIPS,
    accuracy=1e-7,
    arithmetics=_FLOATS,
    printed=False,
)
upper_tight = Claim(
    "certified.T6.upper.tight",
    "The upper end is the truth but for its error, below 1e-7.",
    _NEW,
    EQUALS,
    printed.entropy_upper,
    _ENTROPY,
    MARGINALS,
    _SLIPS,
    accuracy=1e-7,
    arithmetics=_FLOATS,
    printed=False,
)
error = Claim(
    "certified.T6.error",
    "The proved error: what the rule misses on its panels, what lies behind them, and rounding; its logarithm.",
    _NEW,
    EQUALS,
    printed.log_error,
    dict(integrals=integrals.log_error, axes=axes.log_error),
    MARGINALS,
    (_VARIANCES, at(sigma=double), scaled(-1), shifted(0.7), shifted(-0.7), scaled(1.01), shifted(1e-7)),
    latex=r"K\left(\frac c2\right)^{r}\left[B + \sqrt{r!}\left(\Lambda + \frac{\sqrt3}{2}\right)\right]",
    accuracy=5e-12,
    arithmetics=_FLOATS,
    printed=False,
)
knots = Claim(
    "certified.T6.knots",
    "The gain is given at quantiles of posteriors that are spread evenly over four sigmas on both sides.",
    _NEW,
    EQUALS,
    printed.knots,
    dict(integrals=integrals.knots, axes=axes.knots),
    MARGINALS,
    _SLIPS,
    unit="of z",
    accuracy=1e-10,
    arithmetics=_FLOATS,
    printed=False,
)
gain = Claim(
    "certified.T6.gain",
    "The gain at a point is the divergence of the responsibilities there from equal ones.",
    _NEW,
    EQUALS,
    printed.gain,
    dict(integrals=integrals.gain, axes=axes.gain),
    MARGINALS,
    _SLIPS,
    latex=r"G_j(z) = \sum_n \phi_{nj}(z)\log N\phi_{nj}(z)",
    accuracy=1e-10,
    arithmetics=_FLOATS,
    printed=False,
)

# --- controls ---------------------------------------------------------------------------------------------------------

_UNDER_POSTERIORS = (_VARIANCES, at(mu=first_only), at(mu=negated), at(knots=half), scaled(1 / 2), scaled(1.01))

weights = Claim(
    "certified.T7.weights",
    "The value at a knot counts in the mean of a piecewise-linear function as the mean of its hat function.",
    _NEW,
    EQUALS,
    controls.knot_weights,
    dict(integrals=integrals.knot_weights, axes=axes.knot_weights),
    CONTROLS,
    _UNDER_POSTERIORS,
    latex=r"w_k = g_{k-1} - g_k, \quad g_k = \frac{H(t_k) - H(t_{k+1})}{t_{k+1}-t_k}",
    unit="probability",
    printed=False,
)
mean = Claim(
    "certified.T7.mean",
    "The mean of a piecewise-linear function under the aggregate posterior is a weighted sum of its values at knots.",
    _NEW,
    EQUALS,
    controls.interpolant_mean,
    dict(integrals=integrals.interpolant_mean, axes=axes.interpolant_mean),
    CONTROLS,
    (*_UNDER_POSTERIORS, at(values=negated)),
    latex=r"\mathbb{E}F_j = \sum_k w_k F_j(t_k)",
    printed=False,
)
clipped = Claim(
    "certified.T7.clipped",
    "Values at knots, kept within two spreads of the mean.",
    _NEW,
    EQUALS,
    controls.clipped_values,
    dict(integrals=integrals.clipped_values, axes=axes.clipped_values),
    REACHED,
    (*_UNDER_POSTERIORS, replaced("values not clipped", lambda values, **_: values)),
    latex=r"\min(\max(F_j(t_k),\ \mathbb{E}F_j - 2 s_j),\ \mathbb{E}F_j + 2 s_j)",
    printed=False,
    accuracy=1e-11,
    note="Knots that no posterior reaches are left out: the spread there, a root of next to nothing, is mere rounding.",
)
interpolated = Claim(
    "certified.T7.interpolant",
    "A control is linear between its knots and constant outside them.",
    _NEW,
    EQUALS,
    controls.interpolant,
    dict(integrals=integrals.interpolant, axes=axes.interpolant),
    INTERPOLATED,
    (at(z=half), at(z=negated), at(knots=half), at(values=negated), scaled(1 / 2), scaled(1.01)),
    printed=False,
)
_ENDS = (at(values=negated), at(values=half), scaled(1.01), shifted(0.7))
least = Claim(
    "certified.T7.least",
    "The least value of a piecewise-linear function is one at a knot.",
    _NEW,
    EQUALS,
    printed.least,
    dict(integrals=integrals.least, axes=axes.least),
    VALUES,
    (*_ENDS, replaced("largest", printed.largest)),
    latex=r"\min_k F_j(t_k)",
    printed=False,
)
largest = Claim(
    "certified.T7.largest",
    "The largest value of a piecewise-linear function is one at a knot.",
    _NEW,
    EQUALS,
    printed.largest,
    dict(integrals=integrals.largest, axes=axes.largest),
    VALUES,
    (*_ENDS, replaced("least", printed.least)),
    latex=r"\max_k F_j(t_k)",
    printed=False,
)
distance = Claim(
    "certified.distance",
    "The squared distance of a draw from its own posterior's mean, in its own units and cut, has one mean for all.",
    _NEW,
    EQUALS,
    controls.distance_mean,
    dict(integrals=integrals.distance_mean, multiprecision=multiprecision.distance_mean),
    DISTANCES,
    (at(d=double), at(d=half), at(cap=double), scaled(1.01), replaced("not cut", lambda d, cap: d)),
    latex=r"\mathbb{E}\min(|L_n^{-1}(z-\mu_n)|^2, c) = d\,F_{d+2}(c) + c\,(1 - F_d(c))",
    accuracy=1e-12,
    printed=False,
)

"""Moments of the aggregate, where r exists, envelopes to propose from, and intervals that hold at every sample size."""

from theory import envelope, existence
from theory.printed import hoffman as printed
from theory.printed import parts
from verification.claim import FLOAT64, HOFFMAN, Claim
from verification.domains.decoders import LINEAR_DECODER
from verification.domains.gaussians import AGGREGATE, SAMPLED_AGGREGATE
from verification.domains.proposals import (
    BOUNDED_DRAWS,
    CLUSTERED,
    COIN_FLIPS,
    COVARIANCES,
    DIRECTIONS,
    MOMENTS,
    PROPOSED_AT_POINT,
    PROPOSED_EXACTLY,
    UNDER_PRIOR,
)
from verification.mutants import (
    at,
    double,
    first_only,
    half,
    inverse,
    negated,
    one_minus,
    plus_log_N,
    scaled,
    shifted,
    square,
    zero,
)
from verification.oracles import balls, coverage, matrices, multiprecision, polynomials, quadrature
from verification.relations.at_most import AT_LEAST, AT_MOST
from verification.relations.equals import EQUALS

_NEW = HOFFMAN.at("log C, sharper")
_LOG_C = dict(balls=balls.log_normalizer, quadrature=quadrature.log_normalizer)
_FLOATS = (FLOAT64,)

centre = Claim(
    "sharper.moments.mean",
    "The mean of the aggregate posterior is the mean of the means.",
    _NEW,
    EQUALS,
    parts.centre,
    dict(coverage=coverage.aggregate_mean, polynomials=polynomials.aggregate_mean),
    MOMENTS,
    (at(mu=half), at(mu=first_only), scaled(-1), scaled(1.01)),
    latex=r"\bar\mu = \frac{1}{N}\sum_n \mu_n",
    printed=False,
)
spread = Claim(
    "sharper.moments.covariance",
    "The covariance of the aggregate posterior is the mean covariance plus the covariance of the means.",
    _NEW,
    EQUALS,
    parts.spread,
    dict(coverage=coverage.aggregate_covariance, polynomials=polynomials.aggregate_covariance),
    MOMENTS,
    (at(mu=half), at(mu=first_only), at(Sigma=inverse), scaled(1 / 2), scaled(1.01)),
    latex=r"\bar\Sigma = \frac{1}{N}\sum_n \left(\Sigma_n + (\mu_n-\bar\mu)(\mu_n-\bar\mu)^\top\right)",
    printed=False,
)
_SLOPE_MISTAKES = (at(beta=one_minus), at(Sigma=inverse), at(Sigma=square), scaled(-1), scaled(1 / 2), scaled(1.01))
traced = Claim(
    "hoffman.eq13.traced",
    "Sigma_n times (13), traced, is (beta k / 2) w_n: how (12) moves with the logarithm of Sigma_n's size.",
    HOFFMAN.at("(13)"),
    EQUALS,
    printed.eq_13_scaled,
    dict(coverage=coverage.volume_gradient, polynomials=polynomials.volume_gradient),
    AGGREGATE,
    _SLOPE_MISTAKES,
    printed=False,
)
traced_completed = Claim(
    "hoffman.eq13.traced.corrected",
    "The same for (12) with its lost factors.",
    HOFFMAN.at("(13)"),
    EQUALS,
    printed.eq_13_scaled_completed,
    dict(coverage=coverage.weighted_volume_gradient, polynomials=polynomials.weighted_volume_gradient),
    AGGREGATE,
    (*_SLOPE_MISTAKES, at(mu=zero)),
    printed=False,
)
joint = Claim(
    "hoffman.sec41.joint",
    "E_q[log p(x, z)] for a linear-Gaussian decoder, at any q.",
    HOFFMAN.at("section 4.1"),
    EQUALS,
    printed.sec_41_joint,
    dict(coverage=coverage.expected_log_joint, polynomials=polynomials.expected_log_joint),
    LINEAR_DECODER,
    (at(Sigma=double), at(noise=double), at(W=zero), at(x=zero), at(mu=zero), scaled(1.01)),
    printed=False,
)

# --- existence --------------------------------------------------------------------------------------------------------

tail_curvature = Claim(
    "sharper.tail_curvature",
    "Along a ray t u, log q^(1-beta) p^beta falls like -c t^2 / 2, c = beta u'u + (1 - beta) min_n u'Sigma_n^-1 u.",
    _NEW,
    EQUALS,
    existence.tail_curvature,
    dict(coverage=coverage.tail_curvature, polynomials=polynomials.tail_curvature),
    DIRECTIONS,
    (at(beta=one_minus), at(Sigma=inverse), at(u=half), scaled(-1), scaled(1.01)),
    latex=r"c(u) = \beta\,u^\top u + (1-\beta)\min_n u^\top\Sigma_n^{-1}u",
    printed=False,
)
exists = Claim(
    "sharper.exists",
    "r exists whatever the means where every direction bends down; found by posteriors, their mean and their axes.",
    _NEW,
    EQUALS,
    existence.exists,
    dict(coverage=coverage.exists, polynomials=polynomials.exists),
    COVARIANCES,
    (at(beta=one_minus), at(beta=negated), at(Sigma=inverse), at(beta=half)),
    latex=r"\int q^{1-\beta}p^\beta < \infty \text{ exactly where } c(u) > 0 \text{ for all } u \neq 0",
    arithmetics=_FLOATS,
    unit="yes or no",
    printed=False,
)

# --- envelopes --------------------------------------------------------------------------------------------------------

_ABOVE = (at(mu=first_only), at(Sigma=square), scaled(2), plus_log_N, shifted(-0.7), shifted(-0.01))
clustered = Claim(
    "sharper.envelope.clusters",
    "The envelope's mass equals C for clusters of equal posteriors apart, where the plain estimate does not.",
    _NEW,
    EQUALS,
    envelope.log_mass,
    dict(coverage=coverage.clustered_log_normalizer, polynomials=polynomials.clustered_log_normalizer),
    CLUSTERED,
    _ABOVE,
    printed=False,
)
closed = Claim(
    "sharper.envelope.below",
    "The envelope's mass is never above min(1, N^(beta-1) sum D_n).",
    _NEW,
    AT_MOST,
    envelope.log_mass,
    dict(coverage=coverage.closed_upper, polynomials=polynomials.closed_upper),
    UNDER_PRIOR,
    (plus_log_N, shifted(2.0), shifted(0.7), shifted(0.01)),
    latex=r"E \leq \min\left(1,\ N^{\beta-1}\sum_n D_n\right)",
    tight="sharper.envelope.clusters",
    printed=False,
)
proposal = Claim(
    "sharper.proposal.mass",
    "The mixture that draws are proposed from has the envelope's mass.",
    _NEW,
    EQUALS,
    parts.proposal_log_mass,
    dict(coverage=coverage.clustered_log_normalizer, polynomials=polynomials.clustered_log_normalizer),
    CLUSTERED,
    _ABOVE,
    arithmetics=_FLOATS,
    printed=False,
)
above = Claim(
    "sharper.proposal",
    "The mixture that draws are proposed from lies above q^(1-beta) p^beta at every z.",
    _NEW,
    AT_LEAST,
    parts.proposal_log_density,
    dict(matrices=matrices.log_tilt, multiprecision=multiprecision.log_tilt),
    PROPOSED_AT_POINT,
    (at(z=double), shifted(-2.0), shifted(-0.7), shifted(-0.01)),
    latex=r"q(z)^{1-\beta} p(z)^\beta \leq e(z)",
    tight="sharper.proposal.tight",
    arithmetics=_FLOATS,
    printed=False,
)
above_tight = Claim(
    "sharper.proposal.tight",
    "For equal posteriors the mixture is q^(1-beta) p^beta itself.",
    _NEW,
    EQUALS,
    parts.proposal_log_density,
    dict(coverage=coverage.log_tilt, polynomials=polynomials.log_tilt),
    PROPOSED_EXACTLY,
    (at(z=double), at(beta=one_minus), at(Sigma=inverse), shifted(-0.7), shifted(-0.01)),
    arithmetics=_FLOATS,
    printed=False,
)
accepted_lower = Claim(
    "sharper.sampler.accepted.lower",
    "The share of proposals accepted, less Hoeffding's radius, times the envelope's mass is at most C.",
    _NEW,
    AT_MOST,
    parts.accepted_lower,
    _LOG_C,
    SAMPLED_AGGREGATE,
    (plus_log_N, shifted(2.0), shifted(0.7), shifted(0.4)),
    arithmetics=_FLOATS,
    printed=False,
)
accepted_upper = Claim(
    "sharper.sampler.accepted.upper",
    "The share of proposals accepted, plus Hoeffding's radius, times the envelope's mass is at least C.",
    _NEW,
    AT_LEAST,
    parts.accepted_upper,
    _LOG_C,
    SAMPLED_AGGREGATE,
    (at(Sigma=square), shifted(-2.0), shifted(-0.7), shifted(-0.4)),
    arithmetics=_FLOATS,
    printed=False,
)

# --- intervals --------------------------------------------------------------------------------------------------------

_LIMIT_MISTAKES = (at(alpha=half), at(x=one_minus), shifted(0.05), scaled(1.01))
betting_lower = Claim(
    "sharper.betting.lower",
    "The lower limit of the betting interval is where the mean wealth of bets on a larger mean reaches 2 / alpha.",
    _NEW,
    EQUALS,
    parts.betting_lower,
    dict(coverage=coverage.betting_lower, polynomials=polynomials.betting_lower),
    BOUNDED_DRAWS,
    _LIMIT_MISTAKES,
    latex=r"\frac{1}{J}\sum_{j<J}\prod_{s=1}^n\left(1 + 2^{-j}(x_s-m)\right) = \frac{2}{\alpha}",
    unit="of the range",
    arithmetics=_FLOATS,
    printed=False,
)
betting_upper = Claim(
    "sharper.betting.upper",
    "The upper limit is where the mean wealth of bets on a smaller mean reaches 2 / alpha.",
    _NEW,
    EQUALS,
    parts.betting_upper,
    dict(coverage=coverage.betting_upper, polynomials=polynomials.betting_upper),
    BOUNDED_DRAWS,
    _LIMIT_MISTAKES,
    latex=r"\frac{1}{J}\sum_{j<J}\prod_{s=1}^n\left(1 - 2^{-j}(x_s-m)\right) = \frac{2}{\alpha}",
    unit="of the range",
    arithmetics=_FLOATS,
    printed=False,
)
betting_coverage = Claim(
    "sharper.betting.coverage",
    "The betting interval holds the mean of coin flips at least as often as it says, counted over all outcomes.",
    _NEW,
    AT_MOST,
    parts.nominal,
    dict(coverage=coverage.betting_coverage, polynomials=polynomials.betting_coverage),
    COIN_FLIPS,
    (at(alpha=negated), scaled(2), shifted(0.7), shifted(0.5)),
    unit="probability",
    printed=False,
)
interval_lower = Claim(
    "sharper.interval.lower",
    "The lower limit for log C from weighted draws of two envelopes holds.",
    _NEW,
    AT_MOST,
    parts.interval_lower,
    _LOG_C,
    SAMPLED_AGGREGATE,
    (plus_log_N, shifted(2.0), shifted(0.7), shifted(0.4)),
    arithmetics=_FLOATS,
    printed=False,
)
interval_upper = Claim(
    "sharper.interval.upper",
    "The upper limit for log C from weighted draws of two envelopes holds.",
    _NEW,
    AT_LEAST,
    parts.interval_upper,
    _LOG_C,
    SAMPLED_AGGREGATE,
    (at(Sigma=square), shifted(-2.0), shifted(-0.7), shifted(-0.4)),
    arithmetics=_FLOATS,
    printed=False,
)
ratio_lower = Claim(
    "sharper.interval.acceptance.lower",
    "The acceptance these draws foresee, times the envelope's mass, is above C by the interval's width at most.",
    _NEW,
    AT_MOST,
    parts.mean_ratio_lower,
    _LOG_C,
    SAMPLED_AGGREGATE,
    (plus_log_N, shifted(2.0), shifted(0.7), shifted(0.4)),
    arithmetics=_FLOATS,
    printed=False,
)
ratio_upper = Claim(
    "sharper.interval.acceptance.upper",
    "The acceptance these draws foresee, times the envelope's mass, is below C by the interval's width at most.",
    _NEW,
    AT_LEAST,
    parts.mean_ratio_upper,
    _LOG_C,
    SAMPLED_AGGREGATE,
    (at(Sigma=square), shifted(-2.0), shifted(-0.7), shifted(-0.4)),
    arithmetics=_FLOATS,
    printed=False,
)

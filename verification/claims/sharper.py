"""What the literature does not ship: log C as a Renyi divergence, closed-form brackets, envelopes, an exact sampler."""

from theory import envelope, gaussian, implicit_prior
from theory.printed import sharper
from verification.claim import FLOAT64, HOFFMAN, Claim
from verification.domains.finite import IMPORTANCE
from verification.domains.gaussians import (
    AGGREGATE,
    ENVELOPED,
    EQUAL_POSTERIORS,
    EQUAL_TO_PRIOR,
    ONE_GAUSSIAN,
    SAMPLED_AGGREGATE,
    SEPARATED,
    TWO_GAUSSIANS,
)
from verification.mutants import (
    at,
    double,
    first_only,
    half,
    inverse,
    one_minus,
    plus_log_N,
    scaled,
    shifted,
    square,
    swapped,
    zero,
)
from verification.oracles import balls, enumeration, matrices, multiprecision, probes, quadrature, simulation
from verification.relations.at_most import AT_LEAST, AT_MOST
from verification.relations.bias import BIASED_LOW
from verification.relations.distribution import Distribution
from verification.relations.equals import EQUALS

_NEW = HOFFMAN.at("log C, sharper")
_LOG_C = dict(balls=balls.log_normalizer, quadrature=quadrature.log_normalizer)

renyi = Claim(
    "sharper.renyi.gaussian",
    "The Renyi divergence of order alpha between two Gaussians has a closed form.",
    _NEW,
    EQUALS,
    gaussian.renyi,
    dict(balls=balls.renyi, quadrature=quadrature.renyi),
    TWO_GAUSSIANS,
    (at(alpha=one_minus), swapped("Sigma0", "Sigma1"), at(mu0=zero), at(Sigma1=inverse), scaled(1 / 2), scaled(1.01)),
    latex=r"D_\alpha(p\,\|\,q) = \frac{1}{\alpha-1}\log\int p^\alpha q^{1-\alpha}",
    printed=False,
)
renyi_component = Claim(
    "sharper.renyi",
    "log D is -(1 - beta) times the Renyi divergence of order beta from p to q.",
    _NEW,
    EQUALS,
    sharper.renyi_component,
    dict(balls=balls.log_component_integral, quadrature=quadrature.log_component_integral),
    ONE_GAUSSIAN,
    (at(beta=one_minus), at(Sigma=inverse), at(mu=zero), scaled(-1), scaled(1 / 2), scaled(1.01)),
    latex=r"\log C = -(1-\beta)\,D_\beta(p\,\|\,q)",
    printed=False,
)
estimate = Claim(
    "sharper.estimate",
    "The estimate N^(beta-1) sum D_n is an upper bound of C for 0 <= beta <= 1.",
    _NEW,
    AT_LEAST,
    implicit_prior.log_normalizer_estimate,
    _LOG_C,
    AGGREGATE,
    (at(beta=one_minus), at(Sigma=inverse), at(mu=first_only), plus_log_N, shifted(-0.7), shifted(-0.01)),
    latex=r"C \leq N^{\beta-1}\sum_n D(\mu_n, \Sigma_n)",
    tight="sharper.estimate.tight",
    printed=False,
    note="Display (10) ends in 'C >= ... = ... <= estimate' and leaves the direction open; it is always above.",
)
estimate_tight = Claim(
    "sharper.estimate.tight",
    "The estimate equals C where the posteriors do not overlap.",
    _NEW,
    EQUALS,
    implicit_prior.log_normalizer_estimate,
    _LOG_C,
    SEPARATED,
    (at(beta=one_minus), at(Sigma=inverse), at(mu=first_only), plus_log_N, shifted(-0.7), shifted(-0.01)),
    printed=False,
)
_BELOW = (at(beta=one_minus), at(Sigma=inverse), at(mu=zero), plus_log_N, shifted(0.7), shifted(0.01))
power_mean = Claim(
    "sharper.power_mean",
    "The power mean of the D_n of order 1/(1 - beta) is a lower bound of C.",
    _NEW,
    AT_MOST,
    implicit_prior.lower_bound_power_mean,
    _LOG_C,
    AGGREGATE,
    _BELOW,
    latex=r"C \geq \left(\frac{1}{N}\sum_n D_n^{1/(1-\beta)}\right)^{1-\beta}",
    tight="sharper.power_mean.tight",
    printed=False,
)
power_mean_tight = Claim(
    "sharper.power_mean.tight",
    "The power-mean bound equals C for equal posteriors.",
    _NEW,
    EQUALS,
    implicit_prior.lower_bound_power_mean,
    _LOG_C,
    EQUAL_POSTERIORS,
    (at(beta=one_minus), at(Sigma=inverse), plus_log_N, shifted(0.7), shifted(0.01), at(mu=zero)),
    printed=False,
)
jensen = Claim(
    "sharper.mean",
    "The mean of the D_n is a lower bound of C.",
    _NEW,
    AT_MOST,
    implicit_prior.lower_bound_jensen,
    _LOG_C,
    AGGREGATE,
    _BELOW,
    latex=r"C \geq \frac{1}{N}\sum_n D_n",
    tight="sharper.mean.tight",
    printed=False,
)
jensen_tight = Claim(
    "sharper.mean.tight",
    "The mean bound equals C for equal posteriors.",
    _NEW,
    EQUALS,
    implicit_prior.lower_bound_jensen,
    _LOG_C,
    EQUAL_POSTERIORS,
    (at(beta=one_minus), at(Sigma=inverse), plus_log_N, shifted(0.7), shifted(0.01), at(mu=zero)),
    printed=False,
)
kl = Claim(
    "sharper.kl",
    "log C is at least -beta times the average KL.",
    _NEW,
    AT_MOST,
    implicit_prior.lower_bound_kl,
    _LOG_C,
    AGGREGATE,
    (at(Sigma=double), at(Sigma=half), plus_log_N, shifted(0.7), shifted(-0.7), shifted(0.01)),
    latex=r"\log C \geq -\frac{\beta}{N}\sum_n \mathrm{KL}(q_n\,\|\,p)",
    tight="sharper.kl.tight",
    printed=False,
)
kl_tight = Claim(
    "sharper.kl.tight",
    "The KL bound is attained where every posterior is the prior.",
    _NEW,
    EQUALS,
    implicit_prior.lower_bound_kl,
    _LOG_C,
    EQUAL_TO_PRIOR,
    (at(Sigma=half), plus_log_N, shifted(0.7), shifted(-0.7), shifted(0.01)),
    printed=False,
)
lower = Claim(
    "sharper.lower",
    "The lower end of the closed-form bracket holds.",
    _NEW,
    AT_MOST,
    sharper.lower,
    _LOG_C,
    AGGREGATE,
    (at(beta=one_minus), at(Sigma=inverse), at(mu=zero), plus_log_N, shifted(0.7), shifted(0.01)),
    tight="sharper.lower.tight",
    printed=False,
)
lower_tight = Claim(
    "sharper.lower.tight",
    "The lower end is attained for equal posteriors.",
    _NEW,
    EQUALS,
    sharper.lower,
    _LOG_C,
    EQUAL_POSTERIORS,
    (at(beta=one_minus), at(Sigma=inverse), plus_log_N, shifted(0.7), shifted(0.01), at(mu=zero)),
    printed=False,
)
upper = Claim(
    "sharper.upper",
    "The upper end of the closed-form bracket holds: min(0, log of the estimate).",
    _NEW,
    AT_LEAST,
    sharper.upper,
    _LOG_C,
    AGGREGATE,
    (at(mu=first_only), at(Sigma=square), scaled(2), shifted(-0.7), shifted(-0.01)),
    tight="sharper.upper.tight",
    printed=False,
)
upper_tight = Claim(
    "sharper.upper.tight",
    "The upper end is attained where the posteriors do not overlap.",
    _NEW,
    EQUALS,
    sharper.upper,
    _LOG_C,
    SEPARATED,
    (at(mu=first_only), at(Sigma=square), scaled(2), shifted(-0.7), shifted(-0.01)),
    printed=False,
)
bracket = Claim(
    "sharper.bracket",
    "The sum bound exceeds the power-mean bound by exactly a difference of norms of the D_n.",
    _NEW,
    EQUALS,
    sharper.bracket_width,
    dict(matrices=matrices.bracket_width, multiprecision=multiprecision.bracket_width),
    AGGREGATE,
    (at(beta=one_minus), at(Sigma=inverse), at(mu=first_only), scaled(1 / 2), scaled(1.01)),
    latex=r"\log \sum_n D_n - (1-\beta)\log\sum_n D_n^{1/(1-\beta)} \leq \beta\log N",
    printed=False,
)
envelope_mass = Claim(
    "sharper.envelope",
    "The mass of the cluster envelope is an upper bound of C, never above min(1, N^(beta-1) sum D_n).",
    _NEW,
    AT_LEAST,
    envelope.log_mass,
    _LOG_C,
    ENVELOPED,
    (at(mu=first_only), at(Sigma=square), scaled(2), plus_log_N, shifted(-0.7), shifted(-0.01)),
    latex=r"C \leq E = N^{\beta-1}\sum_K A_K^{1-\beta} F_K^\beta",
    tight="sharper.envelope.tight",
    printed=False,
)
envelope_tight = Claim(
    "sharper.envelope.tight",
    "The envelope's mass equals C where the posteriors do not overlap.",
    _NEW,
    EQUALS,
    envelope.log_mass,
    _LOG_C,
    SEPARATED,
    (at(mu=first_only), at(Sigma=square), scaled(2), plus_log_N, shifted(-0.7), shifted(-0.01)),
    printed=False,
)
sampler = Claim(
    "sharper.sampler",
    "The rejection sampler draws exactly from r.",
    _NEW,
    Distribution(draws=40_000),
    sharper.draws,
    dict(probes=probes.implicit_prior, simulation=simulation.implicit_prior_probes),
    SAMPLED_AGGREGATE,
    (at(beta=zero), at(beta=one_minus), at(mu=half), at(Sigma=double), at(mu=first_only)),
    arithmetics=(FLOAT64,),
    printed=False,
)
log_mean_weight = Claim(
    "sharper.importance",
    "The log of the mean of n importance weights underestimates log C on average.",
    _NEW,
    BIASED_LOW,
    sharper.log_mean_weight,
    dict(enumeration=enumeration.importance_mean_log, multiprecision=multiprecision.importance_mean_log),
    IMPORTANCE,
    (at(log_weight=double), at(log_proposal=double), shifted(-0.7), shifted(-2.0)),
    latex=r"\mathbb{E}\log\frac{1}{n}\sum_i w(z_i) < \log \mathbb{E}\, w(z) = \log C",
    printed=False,
)

"""Equations (6) to (10): log C, Jensen's bound on it, the optimal weights, the indicator and the estimator."""

from theory import implicit_prior
from theory.printed import hoffman as printed
from verification.claim import HOFFMAN, REFUTED, Claim
from verification.domains.finite import AT_ONE, ONE_RESPONSIBLE, RESPONSIBILITIES_AND_BETA
from verification.domains.gaussians import (
    AGGREGATE_LINE,
    AGGREGATE_WITH_WEIGHTS,
    EQUAL_POSTERIORS,
    EQUAL_WEIGHTS,
    SEPARATED_LINE,
    SHRINKING,
)
from verification.domains.points import (
    AGGREGATE_AT_POINT,
    DENSITIES,
    MINUS_ONE,
    MIXTURE_TERMS,
    MIXTURE_TERMS_BELOW_ZERO,
    ONE_DENSITY,
    OPTIMAL_WEIGHTS,
    OPTIMAL_WEIGHTS_BELOW_ZERO,
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
    zero,
)
from verification.oracles import (
    balls,
    matrices,
    multiprecision,
    quadrature,
    slopes,
    tensors,
)
from verification.relations.at_most import AT_LEAST, AT_MOST
from verification.relations.equals import EQUALS
from verification.relations.limit import Limit
from verification.relations.optimal import OPTIMAL

tilt = Claim(
    "hoffman.eq7.integrand",
    "The integrand of C at a point: q(z)^(1-beta) p(z)^beta of a mixture of N Gaussians.",
    HOFFMAN.at("(6)"),
    EQUALS,
    implicit_prior.log_tilt,
    dict(multiprecision=multiprecision.log_tilt, matrices=matrices.log_tilt),
    AGGREGATE_AT_POINT,
    (at(beta=one_minus), at(Sigma=inverse), at(mu=first_only), shifted(0.7), scaled(1.01)),
    latex=r"\mathcal{N}(z; 0, I)^\beta \left(\frac{1}{N}\sum_n \mathcal{N}(z; \mu_n, \Sigma_n)\right)^{1-\beta}",
)
_POWER = dict(balls=balls.power_of_mean, multiprecision=multiprecision.power_of_mean)
_JENSEN_MISTAKES = (at(beta=one_minus), at(log_phi=zero), at(log_q=half), shifted(0.7), shifted(-0.7), shifted(0.01))

jensen = Claim(
    "hoffman.eq7",
    "Jensen's inequality: any weights phi(n; z) bound the integrand of C from below.",
    HOFFMAN.at("(7)"),
    AT_MOST,
    implicit_prior.log_jensen_integrand,
    _POWER,
    MIXTURE_TERMS,
    _JENSEN_MISTAKES,
    latex=r"C \geq N^{\beta-1}\int_z \mathcal{N}(z;0,I)^\beta \sum_n \phi(n;z)^\beta"
    r" \mathcal{N}(z;\mu_n,\Sigma_n)^{1-\beta}\,dz",
    tight="hoffman.eq7.tight",
)
jensen_tight = Claim(
    "hoffman.eq7.tight",
    "Jensen's bound is attained at the optimal weights.",
    HOFFMAN.at("(7)"),
    EQUALS,
    implicit_prior.log_jensen_integrand,
    _POWER,
    OPTIMAL_WEIGHTS,
    (at(beta=one_minus), at(log_q=half), shifted(0.7), shifted(-0.7), shifted(0.01)),
    printed=False,
)
jensen_constant = Claim(
    "hoffman.eq7.constant",
    "With weights that do not depend on z the last line of (7) is N^(beta-1) sum phi_n^beta D_n.",
    HOFFMAN.at("(7)"),
    EQUALS,
    printed.eq_7_constant_weights,
    dict(balls=balls.jensen_bound, quadrature=quadrature.jensen_bound),
    AGGREGATE_WITH_WEIGHTS,
    (at(beta=one_minus), at(phi=half), at(Sigma=inverse), plus_log_N, shifted(0.01)),
    printed=False,
)
jensen_integrated = Claim(
    "hoffman.eq7.C",
    "C is at least N^(beta-1) sum phi_n^beta D_n for every constant phi.",
    HOFFMAN.at("(7)"),
    AT_MOST,
    printed.eq_7_constant_weights,
    dict(balls=balls.log_normalizer, quadrature=quadrature.log_normalizer),
    AGGREGATE_WITH_WEIGHTS,
    (at(beta=one_minus), at(Sigma=inverse), plus_log_N, shifted(2.0), shifted(0.01)),
    tight="hoffman.eq7.C.tight",
)
jensen_integrated_tight = Claim(
    "hoffman.eq7.C.tight",
    "For equal posteriors and equal weights the bound equals C.",
    HOFFMAN.at("(7)"),
    EQUALS,
    printed.eq_7_constant_weights,
    dict(balls=balls.log_normalizer, quadrature=quadrature.log_normalizer),
    EQUAL_WEIGHTS,
    (at(beta=one_minus), at(Sigma=inverse), plus_log_N, shifted(2.0), shifted(0.01)),
    printed=False,
)
concavity = Claim(
    "hoffman.eq7.concavity",
    "x^(1-beta) is concave for every beta < 1, so (7) holds for negative beta too.",
    HOFFMAN.at("(7)"),
    AT_MOST,
    implicit_prior.log_jensen_integrand,
    _POWER,
    MIXTURE_TERMS_BELOW_ZERO,
    expected=REFUTED,
    latex=r"x^{1-\beta} \text{ concave for } \beta < 1",
    pinned="hoffman.eq7.concavity.pinned",
    corrected="hoffman.eq7.reversed",
    note="Concave for 0 <= beta <= 1 only; for beta < 0 it is convex.",
)
concavity_pinned = Claim(
    "hoffman.eq7.concavity.pinned",
    "At beta = -1 with equal weights the right side of (7) exceeds the left by the variance of the q_n(z).",
    HOFFMAN.at("(7)"),
    EQUALS,
    printed.eq_7_less_variance,
    _POWER,
    MINUS_ONE,
    (at(log_q=half), at(log_q=negated), shifted(0.7), scaled(1 / 2), shifted(0.01)),
    latex=r"N^{-2}\sum_n N q_n^2 = q^2 + \mathrm{Var}(q_n)",
    printed=False,
)
reversed_jensen = Claim(
    "hoffman.eq7.reversed",
    "For beta < 0 the inequality (7) holds the other way round.",
    HOFFMAN.at("(7)"),
    AT_LEAST,
    implicit_prior.log_jensen_integrand,
    _POWER,
    MIXTURE_TERMS_BELOW_ZERO,
    (at(log_phi=zero), at(log_q=half), shifted(0.7), shifted(-0.7), shifted(0.01)),
    tight="hoffman.eq7.reversed.tight",
    printed=False,
)
reversed_jensen_tight = Claim(
    "hoffman.eq7.reversed.tight",
    "The reversed inequality is attained at the optimal weights.",
    HOFFMAN.at("(7)"),
    EQUALS,
    implicit_prior.log_jensen_integrand,
    _POWER,
    OPTIMAL_WEIGHTS_BELOW_ZERO,
    (at(log_phi=half), at(log_q=half), shifted(0.7), shifted(-0.7), shifted(0.01)),
    printed=False,
)
eq8 = Claim(
    "hoffman.eq8",
    "At phi*(n; z) proportional to N(z; mu_n, Sigma_n), (7) is an equality.",
    HOFFMAN.at("(8)"),
    EQUALS,
    printed.eq_8,
    dict(multiprecision=multiprecision.log_tilt, matrices=matrices.log_tilt),
    AGGREGATE_AT_POINT,
    (at(beta=one_minus), at(Sigma=inverse), at(mu=first_only), shifted(0.7), scaled(1.01)),
    latex=r"C = N^{\beta-1}\int_z \mathcal{N}(z;0,I)^\beta \sum_n \phi^*(n;z)^\beta"
    r" \mathcal{N}(z;\mu_n,\Sigma_n)^{1-\beta}\,dz",
)
optimal_weights = Claim(
    "hoffman.eq8.optimal",
    "phi* is where the bound is stationary on the simplex, and no other weights do better.",
    HOFFMAN.at("(8)"),
    OPTIMAL,
    printed.optimal_weights,
    dict(slopes=slopes.jensen_optimality, tensors=tensors.jensen_optimality),
    DENSITIES,
    (at(log_q=half), at(log_q=double), at(log_q=zero), at(log_q=negated), scaled(1.01)),
    latex=r"\phi^*(n; z) \propto \mathcal{N}(z; \mu_n, \Sigma_n)",
)
indicator = Claim(
    "hoffman.eq9",
    "Keeping only the most likely component n(z) bounds the integrand of C from below.",
    HOFFMAN.at("(9)"),
    AT_MOST,
    printed.eq_9,
    _POWER,
    DENSITIES,
    (at(beta=one_minus), at(log_q=half), shifted(0.7), shifted(-0.7), shifted(0.01)),
    latex=r"C \geq N^{\beta-1}\int_z \mathcal{N}(z;0,I)^\beta \mathcal{N}(z;\mu_{n(z)},\Sigma_{n(z)})^{1-\beta}\,dz",
    tight="hoffman.eq9.tight",
)
indicator_tight = Claim(
    "hoffman.eq9.tight",
    "The indicator bound is attained where one component has all the density.",
    HOFFMAN.at("(9)"),
    EQUALS,
    printed.eq_9,
    _POWER,
    ONE_DENSITY,
    (at(beta=one_minus), at(log_q=half), shifted(0.7), shifted(-0.7), shifted(0.01)),
    printed=False,
)
indicator_saturated = Claim(
    "hoffman.eq9.saturated",
    "With I(z; n) saturated (posteriors shrinking to distinct means) the integrated bound (9) is nearly tight.",
    HOFFMAN.at("(9)"),
    Limit("Sigma", (1.0, 0.1, 0.01, 0.001), shrinks=1e-2),
    printed.nothing_left,
    dict(balls=balls.indicator_gap, quadrature=quadrature.indicator_gap),
    SHRINKING,
    (shifted(0.5), shifted(-0.5), shifted(0.1), shifted(-0.1), shifted(0.01)),
)
cells = Claim(
    "hoffman.eq10.cells",
    "Letting each cell's integral run over all z can only raise the indicator bound.",
    HOFFMAN.at("(10)"),
    AT_LEAST,
    printed.eq_10,
    dict(balls=balls.indicator_bound, quadrature=quadrature.indicator_bound),
    AGGREGATE_LINE,
    (at(beta=one_minus), at(Sigma=inverse), at(mu=first_only), shifted(-0.7), shifted(-0.01)),
    latex=r"N^{\beta-1}\sum_n \int_{z|n(z)=n} \mathcal{N}(z;0,I)^\beta \mathcal{N}(z;\mu_n,\Sigma_n)^{1-\beta}\,dz"
    r" \leq N^{\beta-1}\sum_n \int_z \mathcal{N}(z;0,I)^\beta \mathcal{N}(z;\mu_n,\Sigma_n)^{1-\beta}\,dz",
    tight="hoffman.eq10.cells.tight",
)
cells_tight = Claim(
    "hoffman.eq10.cells.tight",
    "Where the posteriors do not overlap the estimate equals the indicator bound.",
    HOFFMAN.at("(10)"),
    EQUALS,
    printed.eq_10,
    dict(balls=balls.indicator_bound, quadrature=quadrature.indicator_bound),
    SEPARATED_LINE,
    (at(beta=one_minus), at(Sigma=inverse), at(mu=first_only), shifted(-0.7), shifted(-0.01)),
    printed=False,
)
finite_jensen = Claim(
    "hoffman.eq10.overlap",
    "The estimate exceeds log C by at most beta log N.",
    HOFFMAN.at("(10)"),
    AT_MOST,
    printed.eq_10_less_overlap,
    dict(balls=balls.log_normalizer, quadrature=quadrature.log_normalizer),
    AGGREGATE_LINE,
    (at(beta=one_minus), at(Sigma=inverse), at(mu=zero), shifted(2.0), shifted(0.01)),
    latex=r"\log \left(N^{\beta-1}\sum_n D_n\right) - \beta\log N \leq \log C",
    tight="hoffman.eq10.overlap.tight",
    printed=False,
)
finite_jensen_tight = Claim(
    "hoffman.eq10.overlap.tight",
    "For equal posteriors the estimate exceeds log C by exactly beta log N.",
    HOFFMAN.at("(10)"),
    EQUALS,
    printed.eq_10_less_overlap,
    dict(balls=balls.log_normalizer, quadrature=quadrature.log_normalizer),
    EQUAL_POSTERIORS,
    (at(beta=one_minus), at(Sigma=inverse), at(mu=zero), shifted(2.0), shifted(0.01)),
    printed=False,
)
smaller_beta = Claim(
    "hoffman.eq10.smaller_beta",
    "A smaller beta makes the estimate tighter: its excess over C falls with beta at every z.",
    HOFFMAN.at("(10)"),
    AT_MOST,
    printed.eq_10_overlap,
    dict(matrices=matrices.overlap_at_larger_beta, multiprecision=multiprecision.overlap_at_larger_beta),
    RESPONSIBILITIES_AND_BETA,
    (at(beta=one_minus), at(log_phi=zero), scaled(2), shifted(0.7), shifted(0.01)),
    latex=r"\log\sum_n \phi^*(n;z)^{1-\beta} \text{ increases in } \beta",
    tight="hoffman.eq10.smaller_beta.tight",
    note="At fixed phi*(n; z); the text's second way, narrower posteriors, is a statement about training.",
)
smaller_beta_tight = Claim(
    "hoffman.eq10.smaller_beta.tight",
    "With one component there is no excess at any beta.",
    HOFFMAN.at("(10)"),
    EQUALS,
    printed.eq_10_overlap,
    dict(matrices=matrices.overlap_at_larger_beta, multiprecision=multiprecision.overlap_at_larger_beta),
    ONE_RESPONSIBLE,
    (shifted(0.7), shifted(-0.7), shifted(-0.01), shifted(0.01)),
    printed=False,
)
beta_one = Claim(
    "hoffman.eq10.beta_one",
    "At beta = 1, where C = 1, the estimate is N.",
    HOFFMAN.at("(10)"),
    EQUALS,
    printed.eq_10_less_log_N,
    dict(balls=balls.log_normalizer, quadrature=quadrature.log_normalizer),
    AT_ONE,
    (plus_log_N, shifted(0.7), shifted(-0.7), at(beta=half), shifted(0.01)),
    latex=r"\beta = 1: \quad N^{\beta-1}\sum_n D_n = N\,C",
    printed=False,
    note="With this estimate for log C the ELBO under r at beta = 1 is off by log N.",
)

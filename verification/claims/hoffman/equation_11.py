"""Equation (11): the mass of one tilted component, its mean and covariance, its gradients."""

from theory import implicit_prior
from theory.printed import hoffman as printed
from verification.claim import HOFFMAN, Claim
from verification.domains.gaussians import AGGREGATE, ANY_BETA, ONE_GAUSSIAN
from verification.mutants import at, first_only, half, inverse, negated, one_minus, scaled, shifted, square, zero
from verification.oracles import (
    autodiff,
    balls,
    differentiation,
    enclosures,
    matrices,
    monte_carlo,
    quadrature,
    symbolic,
)
from verification.relations.equals import EQUALS

_MISTAKES = (
    at(beta=one_minus), at(Sigma=inverse), at(Sigma=square), at(mu=zero), scaled(1 / 2), scaled(-1), scaled(1.01),
)  # fmt: skip
_D = r"D(\mu,\Sigma) = \int_z \mathcal{N}(z;0,I)^\beta\,\mathcal{N}(z;\mu,\Sigma)^{1-\beta}\,dz"

eq11 = Claim(
    "hoffman.eq11",
    "D(mu, Sigma), the mass of N(0, I)^beta N(mu, Sigma)^(1-beta), has the printed closed form.",
    HOFFMAN.at("(11)"),
    EQUALS,
    printed.eq_11,
    dict(
        balls=balls.log_component_integral,
        quadrature=quadrature.log_component_integral,
        monte_carlo=monte_carlo.log_component_integral,
        symbolic=symbolic.prove_log_component_integral,
    ),
    ONE_GAUSSIAN,
    _MISTAKES,
    latex=_D + r" = \frac{|\Sigma'|^{1/2}}{|\Sigma|^{(1-\beta)/2}}"
    r" \exp\left\{-\frac{1-\beta}{2}\mu^\top\Sigma^{-1}\mu + \frac{1}{2}\mu'^\top\Sigma'^{-1}\mu'\right\}",
    accuracy=1e-9,
    note="Right, but it cancels: for Sigma = 1e-8 I and |mu| = 1e3 it is off by 4e-3 in float64. The shipped"
    " form is hoffman.eq11.stable.",
)
stable = Claim(
    "hoffman.eq11.stable",
    "log D = (beta/2) log|Sigma| - (1/2) log|M| - (beta(1-beta)/2) mu'M^-1 mu with M = (1-beta) I + beta Sigma.",
    HOFFMAN.at("(11)"),
    EQUALS,
    implicit_prior.log_component_integral,
    dict(
        balls=balls.log_component_integral,
        quadrature=quadrature.log_component_integral,
        monte_carlo=monte_carlo.log_component_integral,
        symbolic=symbolic.prove_log_component_integral,
    ),
    ONE_GAUSSIAN,
    _MISTAKES,
    latex=r"\log D = \frac{\beta}{2}\log|\Sigma| - \frac{1}{2}\log|M| - \frac{\beta(1-\beta)}{2}\mu^\top M^{-1}\mu,"
    r" \quad M = (1-\beta) I + \beta\Sigma",
    printed=False,
)
any_beta = Claim(
    "hoffman.eq11.any_beta",
    "The closed form holds for every real beta with beta I + (1 - beta) Sigma^-1 positive definite;"
    " beyond, D is infinite.",
    HOFFMAN.at("(11)"),
    EQUALS,
    implicit_prior.log_component_integral,
    dict(balls=balls.log_component_integral, quadrature=quadrature.log_component_integral),
    ANY_BETA,
    (at(beta=one_minus), at(mu=zero), at(mu=half), scaled(1 / 2), scaled(-1), scaled(1.01)),
    printed=False,
)
tilted_covariance = Claim(
    "hoffman.eq11.covariance",
    "Sigma' = (beta I + (1 - beta) Sigma^-1)^-1 is the covariance of the normalised integrand of D.",
    HOFFMAN.at("(11)"),
    EQUALS,
    implicit_prior.tilted_covariance,
    dict(matrices=matrices.tilted_covariance, enclosures=enclosures.tilted_covariance),
    ONE_GAUSSIAN,
    (at(beta=one_minus), at(Sigma=inverse), at(Sigma=square), scaled(1 / 2), scaled(1.01)),
    latex=r"\Sigma' = (\beta I + (1-\beta)\Sigma^{-1})^{-1}",
)
printed_covariance = Claim(
    "hoffman.eq11.covariance.printed",
    "The printed expression of Sigma', with its two inverses.",
    HOFFMAN.at("(11)"),
    EQUALS,
    printed.eq_11_covariance,
    dict(matrices=matrices.tilted_covariance, enclosures=enclosures.tilted_covariance),
    ONE_GAUSSIAN,
    (at(beta=one_minus), at(Sigma=inverse), at(Sigma=square), scaled(1 / 2), scaled(1.01)),
    accuracy=1e-9,
)
tilted_mean = Claim(
    "hoffman.eq11.mean",
    "mu' = (1 - beta) Sigma' Sigma^-1 mu is the mean of the normalised integrand of D.",
    HOFFMAN.at("(11)"),
    EQUALS,
    implicit_prior.tilted_mean,
    dict(matrices=matrices.tilted_mean, enclosures=enclosures.tilted_mean),
    ONE_GAUSSIAN,
    (at(beta=one_minus), at(Sigma=inverse), at(mu=negated), scaled(1 / 2), scaled(1.01)),
    latex=r"\mu' = (1-\beta)\Sigma'\Sigma^{-1}\mu",
)
printed_mean = Claim(
    "hoffman.eq11.mean.second",
    "The two printed forms of mu' are the same vector for beta < 1.",
    HOFFMAN.at("(11)"),
    EQUALS,
    printed.eq_11_mean,
    dict(matrices=matrices.tilted_mean, enclosures=enclosures.tilted_mean),
    ONE_GAUSSIAN,
    (at(beta=one_minus), at(Sigma=inverse), at(mu=negated), scaled(1 / 2), scaled(1.01)),
    latex=r"(1-\beta)\Sigma'\Sigma^{-1}\mu = \left(\frac{\beta}{1-\beta}\Sigma + I\right)^{-1}\mu",
    note="The second form does not exist at beta = 1, where the first gives 0.",
)
_SLOPES = "hoffman.eq11.gradient"
gradient_mu = Claim(
    _SLOPES + ".mu",
    "The gradient of log D with respect to mu.",
    HOFFMAN.at("(11)"),
    EQUALS,
    implicit_prior.component_gradient_mu,
    dict(differentiation=differentiation.component_gradient_mu, autodiff=autodiff.component_gradient_mu),
    ONE_GAUSSIAN,
    (at(beta=one_minus), at(Sigma=inverse), scaled(-1), scaled(1 / 2), scaled(1.01)),
    latex=r"\nabla_\mu \log D = -\beta(1-\beta) M^{-1}\mu",
    printed=False,
)
gradient_Sigma = Claim(
    _SLOPES + ".Sigma",
    "The gradient of log D with respect to Sigma.",
    HOFFMAN.at("(11)"),
    EQUALS,
    implicit_prior.component_gradient_Sigma,
    dict(differentiation=differentiation.component_gradient_Sigma, autodiff=autodiff.component_gradient_Sigma),
    ONE_GAUSSIAN,
    (at(beta=one_minus), at(Sigma=inverse), at(mu=zero), scaled(1 / 2), scaled(1.01)),
    latex=r"\nabla_\Sigma \log D = \frac{\beta}{2}\left(\Sigma^{-1} - M^{-1} + \beta(1-\beta) M^{-1}\mu\mu^\top"
    r" M^{-1}\right)",
    printed=False,
)
gradient_beta = Claim(
    _SLOPES + ".beta",
    "The derivative of log D with respect to beta.",
    HOFFMAN.at("(11)"),
    EQUALS,
    implicit_prior.component_gradient_beta,
    dict(differentiation=differentiation.component_gradient_beta, autodiff=autodiff.component_gradient_beta),
    ONE_GAUSSIAN,
    (at(beta=one_minus), at(Sigma=inverse), at(mu=zero), scaled(1 / 2), scaled(1.01)),
    printed=False,
)
estimate_gradient_mu = Claim(
    "hoffman.eq10.gradient.mu",
    "The gradient of the estimate of log C with respect to every mu_n.",
    HOFFMAN.at("(10)"),
    EQUALS,
    implicit_prior.estimate_gradient_mu,
    dict(differentiation=differentiation.estimate_gradient_mu, autodiff=autodiff.estimate_gradient_mu),
    AGGREGATE,
    (at(beta=one_minus), at(Sigma=inverse), at(mu=first_only), scaled(1 / 2), scaled(1.01)),
    printed=False,
)
estimate_gradient_Sigma = Claim(
    "hoffman.eq10.gradient.Sigma",
    "The gradient of the estimate of log C with respect to every Sigma_n.",
    HOFFMAN.at("(10)"),
    EQUALS,
    implicit_prior.estimate_gradient_Sigma,
    dict(differentiation=differentiation.estimate_gradient_Sigma, autodiff=autodiff.estimate_gradient_Sigma),
    AGGREGATE,
    (at(beta=one_minus), at(Sigma=inverse), at(mu=zero), scaled(1 / 2), scaled(1.01)),
    printed=False,
)
estimate_gradient_beta = Claim(
    "hoffman.eq10.gradient.beta",
    "The derivative of the estimate of log C with respect to beta.",
    HOFFMAN.at("(10)"),
    EQUALS,
    implicit_prior.estimate_gradient_beta,
    dict(differentiation=differentiation.estimate_gradient_beta, autodiff=autodiff.estimate_gradient_beta),
    AGGREGATE,
    (at(beta=one_minus), at(Sigma=inverse), at(mu=zero), shifted(-0.7), scaled(1.01)),
    printed=False,
)

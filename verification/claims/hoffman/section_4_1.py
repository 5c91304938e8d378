"""Section 4.1: what ignoring log C does, and where the implicit ELBO goes as the variances shrink."""

from theory import implicit_prior
from theory.printed import hoffman as printed
from verification.claim import HOFFMAN, REFUTED, Claim
from verification.domains.decoders import EXACT_POSTERIOR, LINEAR_DECODER
from verification.domains.gaussians import (
    AGGREGATE,
    DEGENERATE,
    EQUAL_DETERMINANTS,
    FLAT_DECODER,
    SHRINKING_EQUALLY,
    SHRINKING_EQUALLY_CLOSE,
)
from verification.mutants import (
    at,
    double,
    inverse,
    one_minus,
    plus_log_N,
    plus_log_N_of_Sigma,
    scaled,
    shifted,
    square,
    zero,
)
from verification.oracles import balls, coefficients, enclosures, matrices, multiprecision, quadrature, slopes, tensors
from verification.relations.at_most import AT_LEAST, AT_MOST
from verification.relations.equals import EQUALS
from verification.relations.limit import Limit
from verification.relations.order import Order

_CANCELLATION = dict(slopes=slopes.cancellation, tensors=tensors.cancellation)

cancellation = Claim(
    "hoffman.sec41.gradients",
    "The gradient of beta times the mean entropy less that of log C by (12).",
    HOFFMAN.at("section 4.1"),
    EQUALS,
    printed.sec_41_cancellation,
    _CANCELLATION,
    AGGREGATE,
    (at(beta=one_minus), at(Sigma=inverse), at(Sigma=square), scaled(-1), scaled(1 / 2), scaled(1.01)),
    printed=False,
)
cancels = Claim(
    "hoffman.sec41.cancels",
    "If all determinants are equal, the gradient of -log C exactly cancels that of the entropy term in L_beta.",
    HOFFMAN.at("section 4.1"),
    EQUALS,
    printed.sec_41_zero,
    _CANCELLATION,
    EQUAL_DETERMINANTS,
    (shifted(0.5), shifted(-0.5), shifted(0.1), shifted(0.01)),
    latex=r"\nabla_{\Sigma_n}\left(-\log C\right) + \nabla_{\Sigma_n} \frac{\beta}{N}\sum_m H(q_m) = 0",
    note="With log C by (12), as the paper has it.",
)
_VOLUME = dict(matrices=matrices.log_mean_volume, multiprecision=multiprecision.log_mean_volume)
_VOLUME_MISTAKES = (
    at(beta=one_minus),
    at(Sigma=inverse),
    at(Sigma=square),
    plus_log_N_of_Sigma,
    scaled(1 / 2),
    scaled(1.01),
)

equality = Claim(
    "hoffman.sec41.equality",
    "beta times the mean entropy less log C by (12) is largest at equal determinants: its gradient"
    " pushes towards them.",
    HOFFMAN.at("section 4.1"),
    AT_MOST,
    printed.sec_41_mean_log,
    _VOLUME,
    AGGREGATE,
    _VOLUME_MISTAKES,
    latex=r"\frac{1}{N}\sum_n \log|\Sigma_n|^{\beta/2} \leq \log \frac{1}{N}\sum_n |\Sigma_n|^{\beta/2}",
    tight="hoffman.sec41.equality.tight",
)
equality_tight = Claim(
    "hoffman.sec41.equality.tight",
    "The largest value is attained at equal determinants.",
    HOFFMAN.at("section 4.1"),
    EQUALS,
    printed.sec_41_mean_log,
    _VOLUME,
    EQUAL_DETERMINANTS,
    _VOLUME_MISTAKES,
    printed=False,
)
delta = Claim(
    "hoffman.sec41.delta",
    "No q has a larger E_q[log p(x, z)] than the point mass at its mode.",
    HOFFMAN.at("section 4.1"),
    AT_MOST,
    printed.sec_41_joint,
    dict(matrices=matrices.log_joint_at_mode, enclosures=enclosures.log_joint_at_mode),
    LINEAR_DECODER,
    (shifted(2.0), at(noise=double), at(W=zero), at(x=zero), scaled(0.99)),
    latex=r"\mathbb{E}_q[\log p(x, z)] \leq \max_z \log p(x, z)",
    tight="hoffman.sec41.delta.tight",
)
delta_tight = Claim(
    "hoffman.sec41.delta.tight",
    "E_q[log p(x, z)] tends to its largest value as q shrinks to the mode.",
    HOFFMAN.at("section 4.1"),
    Limit("Sigma", (1.0, 0.1, 0.01, 0.0001), shrinks=1e-3),
    printed.sec_41_joint,
    dict(matrices=matrices.log_joint_at_mode, enclosures=enclosures.log_joint_at_mode),
    EXACT_POSTERIOR,
    (shifted(2.0), at(noise=double), at(W=zero), at(x=zero), scaled(1.01)),
    printed=False,
)
_IMPLICIT = dict(balls=balls.expected_implicit_prior, quadrature=quadrature.expected_implicit_prior)
degenerate = Claim(
    "hoffman.sec41.limit",
    "As equal variances shrink, E_q[log r / q] stays finite: the implicit ELBO has a finite limit where"
    " the usual one falls to minus infinity.",
    HOFFMAN.at("section 4.1"),
    Limit("Sigma", (1.0, 0.1, 0.01, 0.001), shrinks=0.02),
    printed.sec_41_degenerate,
    _IMPLICIT,
    SHRINKING_EQUALLY,
    (at(beta=one_minus), plus_log_N, at(mu=zero), shifted(0.5), shifted(0.05)),
    latex=r"\frac{1}{N}\sum_n \mathbb{E}_q\left[\log\frac{r(z)}{q(z|x_n)}\right] \to \frac{k}{2}(\beta + \log(1-\beta))"
    r" - \frac{\beta}{2N}\sum_n \mu_n^\top\mu_n - \log\sum_n e^{-\beta\mu_n^\top\mu_n/2}",
    note="For equal |mu_n| this is -log N - (k/2)(-beta - log(1-beta)).",
)
degenerate_value = Claim(
    "hoffman.sec41.limit.value",
    "The limit of the implicit ELBO, from the likelihoods at the means.",
    HOFFMAN.at("section 4.1"),
    EQUALS,
    implicit_prior.degenerate_elbo,
    dict(multiprecision=multiprecision.degenerate_elbo, matrices=matrices.degenerate_elbo),
    DEGENERATE,
    (at(beta=one_minus), at(mu=zero), at(log_lik_at_means=zero), plus_log_N, shifted(0.5), scaled(1.01)),
    printed=False,
)
stable = Claim(
    "hoffman.sec41.stable",
    "The zero-variance limit is a maximum of the implicit ELBO: no small variance does better.",
    HOFFMAN.at("section 4.1"),
    AT_LEAST,
    printed.sec_41_degenerate,
    _IMPLICIT,
    FLAT_DECODER,
    expected=REFUTED,
    pinned="hoffman.sec41.stable.pinned",
    corrected="hoffman.sec41.stable.slope",
    note="True only where the decoder's curvature outweighs a gain of first order in the variances; a flat"
    " decoder is the counterexample.",
)
stable_pinned = Claim(
    "hoffman.sec41.stable.pinned",
    "Where the posteriors do not overlap, E_q[log r / q] is -beta mean KL_n - (1-beta) log N - log N^(beta-1) sum D_n.",
    HOFFMAN.at("section 4.1"),
    EQUALS,
    printed.sec_41_separated,
    _IMPLICIT,
    FLAT_DECODER,
    (at(beta=one_minus), at(mu=zero), plus_log_N, shifted(0.5), scaled(1.01)),
    printed=False,
)
stable_slope = Claim(
    "hoffman.sec41.stable.slope",
    "Near zero variance the implicit ELBO gains beta^2/(2(1-beta)) sum_n w_n (tr Sigma_n - mu_n'Sigma_n"
    " mu_n) over its limit, decoder aside.",
    HOFFMAN.at("section 4.1"),
    Order("Sigma", 1, coefficients.degenerate_slope),
    printed.sec_41_degenerate,
    dict(matrices=matrices.separated_implicit, multiprecision=multiprecision.separated_implicit),
    SHRINKING_EQUALLY_CLOSE,
    (at(beta=one_minus), at(mu=zero), plus_log_N, shifted(0.5), scaled(1.01)),
    latex=r"\frac{\beta^2}{2(1-\beta)}\sum_n w_n\left(\mathrm{tr}\,\Sigma_n - \mu_n^\top\Sigma_n\mu_n\right),"
    r" \quad w_n \propto e^{-\beta\mu_n^\top\mu_n/2}",
    printed=False,
)

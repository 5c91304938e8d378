"""Equations (12) and (13): the small-variance form of log C and its gradient."""

from theory import implicit_prior
from theory.printed import hoffman as printed
from verification.claim import HOFFMAN, REFUTED, Claim
from verification.domains.gaussians import AGGREGATE, EQUAL_DETERMINANTS, ONE_GAUSSIAN_LINE, ORDER_GAUSSIAN, SHRINKING
from verification.mutants import at, half, inverse, one_minus, plus_log_N, scaled, shifted, square, zero
from verification.oracles import balls, coefficients, enclosures, matrices, multiprecision, quadrature, slopes, tensors
from verification.relations.equals import EQUALS
from verification.relations.limit import Limit
from verification.relations.order import Order

_LOG_D = dict(balls=balls.log_component_integral, matrices=matrices.log_component_integral)
_LOG_C = dict(balls=balls.log_normalizer, quadrature=quadrature.log_normalizer)
_VANISHING = (1.0, 0.1, 0.01, 0.001)

covariance = Claim(
    "hoffman.eq12.covariance",
    "Sigma' is Sigma / (1 - beta) up to a relative error of first order in Sigma.",
    HOFFMAN.at("(12)"),
    Order("Sigma", 2, coefficients.small_variance_covariance),
    printed.eq_12_covariance,
    dict(matrices=matrices.tilted_covariance, enclosures=enclosures.tilted_covariance),
    ONE_GAUSSIAN_LINE,
    (at(beta=one_minus), at(Sigma=half), scaled(-1), scaled(1 / 2), scaled(1.01)),
    latex=r"\Sigma' \approx \frac{1}{1-\beta}\Sigma",
)
mean = Claim(
    "hoffman.eq12.mean",
    "mu' is mu up to an error of first order in Sigma.",
    HOFFMAN.at("(12)"),
    Order("Sigma", 1, coefficients.small_variance_mean),
    printed.eq_12_mean,
    dict(matrices=matrices.tilted_mean, enclosures=enclosures.tilted_mean),
    ONE_GAUSSIAN_LINE,
    (at(mu=half), scaled(-1), scaled(1 / 2), shifted(0.5), scaled(1.01)),
    latex=r"\mu' \approx \mu",
)
D = Claim(
    "hoffman.eq12.D",
    "D is |Sigma|^(beta/2) when Sigma is small.",
    HOFFMAN.at("(12)"),
    Order("Sigma", 1),
    printed.eq_12_D,
    _LOG_D,
    ORDER_GAUSSIAN,
    latex=r"D(\mu, \Sigma) \approx |\Sigma|^{\beta/2}",
    expected=REFUTED,
    pinned="hoffman.eq12.D.corrected",
    corrected="hoffman.eq12.D.corrected",
    note="Shrinking Sigma does not close the gap: the factors (1-beta)^(-k/2) exp(-beta|mu|^2/2) are lost. "
    "Only beta -> 0 closes it (hoffman.eq12.D.beta), and then 'D = 1' is as good an approximation.",
)
D_corrected = Claim(
    "hoffman.eq12.D.corrected",
    "The printed D times (1-beta)^(-k/2) exp(-beta|mu|^2/2) is D up to a relative error of first order in Sigma.",
    HOFFMAN.at("(12)"),
    Order("Sigma", 1, coefficients.small_variance_log_D),
    printed.eq_12_D_completed,
    _LOG_D,
    ORDER_GAUSSIAN,
    (at(beta=one_minus), at(mu=zero), shifted(0.5), scaled(1 / 2), scaled(1.01)),
    latex=r"D(\mu, \Sigma) \approx (1-\beta)^{-k/2}\, |\Sigma|^{\beta/2}\, e^{-\beta \mu^\top\mu/2}",
    printed=False,
)
D_limit = Claim(
    "hoffman.eq12.D.shipped",
    "The shipped small-variance form of log D has an error of first order in Sigma.",
    HOFFMAN.at("(12)"),
    Order("Sigma", 1, coefficients.small_variance_log_D),
    implicit_prior.small_variance_limit,
    _LOG_D,
    ORDER_GAUSSIAN,
    (at(beta=one_minus), at(mu=zero), shifted(0.5), scaled(1 / 2), scaled(1.01)),
    printed=False,
)
D_beta = Claim(
    "hoffman.eq12.D.beta",
    "As beta -> 0, log D differs from the printed (beta/2) log|Sigma| by first order in beta, at every Sigma.",
    HOFFMAN.at("(12)"),
    Order("beta", 1, coefficients.small_beta_log_D),
    printed.eq_12_D,
    _LOG_D,
    ORDER_GAUSSIAN,
    (at(Sigma=inverse), at(Sigma=square), shifted(0.5), scaled(1 / 2), scaled(1.01)),
    latex=r"\log D - \frac{\beta}{2}\log|\Sigma| = \frac{\beta}{2}(k - \mathrm{tr}\,\Sigma - \mu^\top\mu) + O(\beta^2)",
)
C = Claim(
    "hoffman.eq12.C",
    "C is N^(beta-1) sum_n |Sigma_n|^(beta/2) when the Sigma_n are small.",
    HOFFMAN.at("(12)"),
    Limit("Sigma", _VANISHING, shrinks=0.02),
    printed.eq_12_C,
    _LOG_C,
    SHRINKING,
    latex=r"C \approx N^{\beta-1}\sum_n |\Sigma_n|^{\beta/2}",
    expected=REFUTED,
    pinned="hoffman.eq12.C.corrected",
    corrected="hoffman.eq12.C.corrected",
    note="Section 4.1 says that this becomes exact as all variances go to zero; it does not.",
)
C_corrected = Claim(
    "hoffman.eq12.C.corrected",
    "With the lost factors, weighted by determinant, the small-variance form tends to C.",
    HOFFMAN.at("(12)"),
    Limit("Sigma", _VANISHING, shrinks=0.02),
    printed.eq_12_C_completed,
    _LOG_C,
    SHRINKING,
    (at(beta=one_minus), at(mu=zero), plus_log_N, shifted(0.5), shifted(0.05)),
    latex=r"C \approx N^{\beta-1} (1-\beta)^{-k/2} \sum_n |\Sigma_n|^{\beta/2} e^{-\beta\mu_n^\top\mu_n/2}",
    printed=False,
)

# --- (13) -----------------------------------------------------------------------------------------------------------

_SMALL_GRADIENT = dict(slopes=slopes.small_variance_gradient, tensors=tensors.small_variance_gradient)
_GRADIENT_MISTAKES = (at(beta=one_minus), at(Sigma=inverse), at(Sigma=square), scaled(-1), scaled(1 / 2), scaled(1.01))

left = Claim(
    "hoffman.eq13",
    "The gradient of the small-variance form (12) with respect to Sigma_n is the printed one.",
    HOFFMAN.at("(13)"),
    EQUALS,
    printed.eq_13_left,
    _SMALL_GRADIENT,
    AGGREGATE,
    _GRADIENT_MISTAKES,
    latex=r"\nabla_{\Sigma_n}\log C \approx \frac{\beta}{2} \frac{|\Sigma_n|^{\beta/2}}{\sum_m"
    r" |\Sigma_m|^{\beta/2}} \Sigma_n^{-1}",
)
middle = Claim(
    "hoffman.eq13.middle",
    "That gradient is w_n (1/N) (beta/2) Sigma_n^-1 with w_n = |Sigma_n|^(beta/2) / sum_m |Sigma_m|^(beta/2).",
    HOFFMAN.at("(13)"),
    EQUALS,
    printed.eq_13_middle,
    _SMALL_GRADIENT,
    AGGREGATE,
    latex=r"w_n \frac{1}{N} \frac{\beta}{2} \Sigma_n^{-1}, \quad w_n = \frac{|\Sigma_n|^{\beta/2}}{\sum_m"
    r" |\Sigma_m|^{\beta/2}}",
    expected=REFUTED,
    pinned="hoffman.eq13.middle.pinned",
    corrected="hoffman.eq13.right",
    note="The factor 1/N is taken twice: w_n must be normalised by the mean over m, not by the sum.",
)
middle_pinned = Claim(
    "hoffman.eq13.middle.pinned",
    "The printed middle of (13) is the gradient divided by N.",
    HOFFMAN.at("(13)"),
    EQUALS,
    printed.eq_13_middle_times_N,
    _SMALL_GRADIENT,
    AGGREGATE,
    _GRADIENT_MISTAKES,
    printed=False,
)
weights_one = Claim(
    "hoffman.eq13.w",
    "If all determinants are equal then w_n = 1 for all n.",
    HOFFMAN.at("section 4.1"),
    EQUALS,
    printed.eq_13_w,
    dict(matrices=matrices.unit_weights, multiprecision=multiprecision.mean_one_weights),
    EQUAL_DETERMINANTS,
    latex=r"|\Sigma_1| = \dots = |\Sigma_N| \;\Rightarrow\; w_n = 1",
    expected=REFUTED,
    pinned="hoffman.eq13.w.pinned",
    corrected="hoffman.eq13.w.corrected",
    note="As defined below (13) the weights sum to one, so they are 1/N there.",
)
weights_pinned = Claim(
    "hoffman.eq13.w.pinned",
    "The printed w_n times N have mean one.",
    HOFFMAN.at("section 4.1"),
    EQUALS,
    printed.eq_13_w_times_N,
    dict(matrices=matrices.mean_one_weights, multiprecision=multiprecision.mean_one_weights),
    AGGREGATE,
    (at(beta=one_minus), at(Sigma=inverse), at(Sigma=square), scaled(1 / 2), scaled(1.01)),
    printed=False,
)
weights_corrected = Claim(
    "hoffman.eq13.w.corrected",
    "w_n = |Sigma_n|^(beta/2) over its mean; it is one for all n if all determinants are equal.",
    HOFFMAN.at("section 4.1"),
    EQUALS,
    implicit_prior.determinant_weights,
    dict(matrices=matrices.mean_one_weights, multiprecision=multiprecision.mean_one_weights),
    AGGREGATE,
    (at(beta=one_minus), at(Sigma=inverse), at(Sigma=square), scaled(1 / 2), scaled(1.01)),
    latex=r"w_n = \frac{|\Sigma_n|^{\beta/2}}{\frac{1}{N}\sum_m |\Sigma_m|^{\beta/2}}",
    printed=False,
)
right = Claim(
    "hoffman.eq13.right",
    "The gradient is that of beta times a weighted average of the entropies, weights of mean one held fixed.",
    HOFFMAN.at("(13)"),
    EQUALS,
    printed.eq_13_right,
    dict(slopes=slopes.entropy_gradient, tensors=tensors.entropy_gradient),
    AGGREGATE,
    _GRADIENT_MISTAKES,
    latex=r"\nabla_{\Sigma_n}\, \beta \frac{1}{N}\sum_m -w_m \mathbb{E}_q[\log q(z|x_m)]",
)
moving = Claim(
    "hoffman.eq13.moving",
    "The gradient is that of beta times a weighted average of the entropies, the weights differentiated too.",
    HOFFMAN.at("(13)"),
    EQUALS,
    printed.eq_13_right,
    dict(slopes=slopes.entropy_gradient_moving_weights, tensors=tensors.entropy_gradient_moving_weights),
    AGGREGATE,
    expected=REFUTED,
    pinned="hoffman.eq13.moving.pinned",
    corrected="hoffman.eq13.right",
    note="Read literally the gradient acts on w_m too; (13) holds only with the weights held fixed.",
)
moving_pinned = Claim(
    "hoffman.eq13.moving.pinned",
    "With moving weights the gradient gains (beta^2 / 2N) w_n (H_n - weighted mean of H) Sigma_n^-1.",
    HOFFMAN.at("(13)"),
    EQUALS,
    printed.eq_13_right_moving,
    dict(slopes=slopes.entropy_gradient_moving_weights, tensors=tensors.entropy_gradient_moving_weights),
    AGGREGATE,
    _GRADIENT_MISTAKES,
    printed=False,
)
true_gradient = Claim(
    "hoffman.eq13.true",
    "(13) is the gradient of the true log C as the Sigma_n become small.",
    HOFFMAN.at("(13)"),
    Limit("Sigma", (1.0, 1e-2, 1e-4, 1e-6), shrinks=0.02),
    printed.eq_13_scaled,
    dict(slopes=slopes.scaled_gradient, tensors=tensors.scaled_gradient),
    SHRINKING,
    latex=r"\mathrm{tr}(\Sigma_n \nabla_{\Sigma_n} \log C) \approx \frac{\beta k}{2} w_n",
    expected=REFUTED,
    pinned="hoffman.eq13.true.corrected",
    corrected="hoffman.eq13.true.corrected",
    note="The weights lack exp(-beta|mu_n|^2/2), which no shrinking of Sigma removes; right where all |mu_n|"
    " are equal.",
)
true_gradient_corrected = Claim(
    "hoffman.eq13.true.corrected",
    "With weights proportional to |Sigma_n|^(beta/2) exp(-beta|mu_n|^2/2), (13) tends to the gradient of log C.",
    HOFFMAN.at("(13)"),
    Limit("Sigma", (1.0, 1e-2, 1e-4, 1e-6), shrinks=0.02),
    printed.eq_13_scaled_completed,
    dict(slopes=slopes.scaled_gradient, tensors=tensors.scaled_gradient),
    SHRINKING,
    (at(beta=one_minus), at(mu=zero), scaled(-1), scaled(1 / 2), scaled(1.1)),
    printed=False,
)
component_weights = Claim(
    "hoffman.eq13.component_weights",
    "The exact weights of the estimate's gradient are D_n / sum_m D_m.",
    HOFFMAN.at("(13)"),
    EQUALS,
    implicit_prior.component_weights,
    dict(matrices=matrices.component_weights, tensors=tensors.component_weights),
    AGGREGATE,
    (at(beta=one_minus), at(Sigma=inverse), at(mu=zero), scaled(1 / 2), scaled(1.01)),
    printed=False,
)

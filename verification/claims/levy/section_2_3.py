"""Section 2.3: the reparametrisation, of the distribution and of the gradient, beside the score-function gradient."""

from theory import reparametrisation
from theory.printed import levy_encoder as printed
from verification.claim import LEVY, REFUTED, Claim
from verification.domains.reparametrised import (
    COSINES,
    DIAGONAL,
    EXPONENTIALS,
    FAST_COSINES,
    FULL,
    POINTS,
    QUADRATICS,
    SLOW_COSINES,
)
from verification.mutants import at, double, half, negated, reversed_effect, scaled, shifted, square, zero
from verification.oracles import (
    exponential_moments,
    ledgers,
    linear_models,
    linear_points,
    listings,
    matrices,
    multiprecision,
    product_rules,
)
from verification.relations.bias import BIASED_HIGH
from verification.relations.equals import EQUALS

_TRICK, _REARRANGED = LEVY.at("section 2.3: reparametrisation"), LEVY.at("section 2.3: rearranged")
_GRADIENT = LEVY.at("section 2.3: gradient")
_ANY = (scaled(1 / 2), scaled(2), shifted(0.7), scaled(1.01))
_UNDONE = dict(ledgers=ledgers.undone, listings=listings.undone)

inverse = Claim(
    "levy.reparametrisation.inverse", "The standard normal variable behind z.", _TRICK, EQUALS, printed.inverse,
    _UNDONE, POINTS, latex=r"\vec{\epsilon} = (\vec{z} - \vec{\mu}) \odot \frac{1}{\vec{\sigma}} + \vec{\mu}",
    expected=REFUTED, pinned="levy.reparametrisation.inverse.pinned",
    corrected="levy.reparametrisation.inverse.corrected", unit="noise",
    note="The next display, z = epsilon * sigma + mu, is right and does not follow: it belongs to the line without mu"
    " added. The sentence before takes an isotropic Gaussian to the normal distribution; it is the standard one.",
)  # fmt: skip
inverse_pinned = Claim(
    "levy.reparametrisation.inverse.pinned", "It is that variable and mu.", _TRICK, EQUALS, printed.inverse_less_mean,
    _UNDONE, POINTS, (at(mu=half), at(mu=negated), at(sigma=half), *_ANY), unit="noise", printed=False,
)  # fmt: skip
inverse_corrected = Claim(
    "levy.reparametrisation.inverse.corrected", "(z - mu)/sigma is the variable behind z.", _TRICK, EQUALS,
    printed.inverse_corrected, _UNDONE, POINTS, (at(mu=zero), at(mu=half), at(mu=negated), at(sigma=half), *_ANY),
    latex=r"\vec{\epsilon} = (\vec{z} - \vec{\mu}) \odot \frac{1}{\vec{\sigma}}", unit="noise", printed=False,
)  # fmt: skip
law = Claim(
    "levy.reparametrisation.law", "Of z ~ N(mu, Sigma) the printed epsilon is N(mu, I), away from a standard normal by"
    " |mu|^2/2.", _TRICK, EQUALS, printed.inverse_divergence,
    dict(product_rules=product_rules.standard_divergence, exponential_moments=exponential_moments.standard_divergence),
    POINTS, (at(mu=half), at(mu=double), *_ANY), latex=r"D_{KL}(N(\mu, I) || N(0, I)) = \frac{1}{2}|\mu|^2",
    printed=False,
)  # fmt: skip
rearranged = Claim(
    "levy.reparametrisation.rearranged", "epsilon * sigma + mu.", _REARRANGED, EQUALS, printed.rearranged,
    dict(ledgers=ledgers.rearranged, listings=listings.rearranged), POINTS,
    (at(mu=zero), at(mu=negated), at(sigma=half), at(u=negated), *_ANY), unit="latents",
    latex=r"\vec{z} = (\vec{\epsilon} \odot \vec{\sigma}) + \vec{\mu}",
)  # fmt: skip

# --- the distribution -------------------------------------------------------------------------------------------------

_DENSITY = dict(matrices=matrices.gaussian_log_density, multiprecision=multiprecision.gaussian_log_density)

sampled = Claim(
    "levy.reparametrisation.distribution", "epsilon * sigma + mu of a standard normal epsilon is N(mu, Sigma), for"
    " diagonal Sigma.", _REARRANGED, EQUALS, printed.sampled_density, _DENSITY, DIAGONAL,
    (at(mu=zero), at(Sigma=square), at(Sigma=double), at(z=negated), *_ANY),
    latex=r"\vec{z} \sim N(\vec{\mu}, \Sigma), \quad \vec{\sigma} = \sqrt{\operatorname{diag}(\Sigma)}",
)  # fmt: skip
sampled_full = Claim(
    "levy.reparametrisation.full", "The same for any covariance.", _REARRANGED, EQUALS, printed.sampled_density,
    _DENSITY, FULL, latex=r"\vec{\sigma} = \sqrt{\operatorname{diag}(\Sigma)}", expected=REFUTED,
    pinned="levy.reparametrisation.full.pinned", corrected="levy.reparametrisation.distribution", printed=False,
    note="A covariance that is not diagonal needs a factor L with L L' = Sigma in the place of sigma.",
)  # fmt: skip
sampled_full_pinned = Claim(
    "levy.reparametrisation.full.pinned", "Roots of the diagonal lose what the latents tell of each other.",
    _REARRANGED, EQUALS, printed.lost_dependence,
    dict(linear_points=linear_points.total_correlation, linear_models=linear_models.total_correlation,
         product_rules=product_rules.lost_dependence, exponential_moments=exponential_moments.lost_dependence), FULL,
    (reversed_effect, *_ANY), latex=r"D_{KL}(N(\mu, \Sigma) || N(\mu, \operatorname{diag}\Sigma))", printed=False,
)  # fmt: skip

# --- the gradient -----------------------------------------------------------------------------------------------------

_QUADRATIC = (at(H=half), at(v=zero), at(mu=zero), *_ANY)
_SCALES = (at(H=half), at(sigma=half), at(sigma=double), *_ANY)

pathwise = Claim(
    "levy.gradient.pathwise", "The slope of f at mu + sigma epsilon has the gradient as its mean.", _GRADIENT, EQUALS,
    reparametrisation.quadratic_gradient,
    dict(product_rules=product_rules.quadratic_pathwise, exponential_moments=exponential_moments.quadratic_pathwise),
    QUADRATICS, _QUADRATIC, unit="nats a unit",
    latex=r"\nabla_\mu \mathbb{E} f(z) = \mathbb{E}_\epsilon \nabla f(\mu + \sigma\epsilon)",
)  # fmt: skip
score = Claim(
    "levy.gradient.score", "So has f times the score: sampling without the trick is no bar to a gradient.", _GRADIENT,
    EQUALS, reparametrisation.quadratic_gradient,
    dict(product_rules=product_rules.quadratic_score, exponential_moments=exponential_moments.quadratic_score),
    QUADRATICS, _QUADRATIC, unit="nats a unit", printed=False,
    latex=r"\nabla_\mu \mathbb{E} f(z) = \mathbb{E} f(z) \frac{z - \mu}{\sigma^2}",
)  # fmt: skip
pathwise_scale = Claim(
    "levy.gradient.pathwise.scale", "The same in sigma: the slope times epsilon.", _GRADIENT, EQUALS,
    reparametrisation.quadratic_scale_gradient,
    dict(product_rules=product_rules.quadratic_pathwise_scale,
         exponential_moments=exponential_moments.quadratic_pathwise_scale), QUADRATICS, _SCALES, unit="nats a unit",
    latex=r"\nabla_\sigma \mathbb{E} f(z) = \mathbb{E}\,\epsilon \nabla f(\mu + \sigma\epsilon)",
)  # fmt: skip
score_scale = Claim(
    "levy.gradient.score.scale", "The same in sigma: f times (epsilon^2 - 1)/sigma.", _GRADIENT, EQUALS,
    reparametrisation.quadratic_scale_gradient,
    dict(product_rules=product_rules.quadratic_score_scale,
         exponential_moments=exponential_moments.quadratic_score_scale), QUADRATICS, _SCALES, unit="nats a unit",
    latex=r"\nabla_\sigma \mathbb{E} f(z) = \mathbb{E} f(z) \frac{\epsilon^2 - 1}{\sigma}", printed=False,
)  # fmt: skip
cosine = Claim(
    "levy.gradient.cosine", "The gradient of E cos(u'z + phase): by the one estimator and by the other.", _GRADIENT,
    EQUALS, reparametrisation.cosine_gradient,
    dict(product_rules=product_rules.cosine_pathwise, exponential_moments=exponential_moments.cosine_score), COSINES,
    (at(u=half), at(phase=zero), at(sigma=half), at(mu=zero), *_ANY), unit="nats a unit", printed=False,
    latex=r"-u\operatorname{sin}(u^\top\mu + \varphi)\,e^{-v/2}, \quad v = \sum_j u_j^2\sigma_j^2",
)  # fmt: skip
exponential = Claim(
    "levy.gradient.exponential", "The gradient of E exp(u'z): by the one estimator and by the other.", _GRADIENT,
    EQUALS, reparametrisation.exponential_gradient,
    dict(product_rules=product_rules.exponential_pathwise, exponential_moments=exponential_moments.exponential_score),
    EXPONENTIALS, (at(u=half), at(sigma=half), at(mu=zero), *_ANY), unit="nats a unit", printed=False,
    latex=r"u\,e^{u^\top\mu + v/2}, \quad v = \sum_j u_j^2\sigma_j^2",
)  # fmt: skip

# --- variances --------------------------------------------------------------------------------------------------------

_OF_QUADRATIC = dict(product_rules=product_rules.quadratic_score_variance,
                     exponential_moments=exponential_moments.quadratic_score_variance)  # fmt: skip
_OF_COSINE = dict(product_rules=product_rules.cosine_score_variance,
                  exponential_moments=exponential_moments.cosine_score_variance)  # fmt: skip
_OF_EXPONENTIAL = dict(product_rules=product_rules.exponential_score_variance,
                       exponential_moments=exponential_moments.exponential_score_variance)  # fmt: skip
_SQUARES = "squared nats a unit"
_WAVES = (at(u=half), at(phase=zero), at(sigma=half), at(mu=zero), *_ANY)
_GROWTH = (at(u=half), at(sigma=half), at(mu=zero), *_ANY)

quadratic_pathwise = Claim(
    "levy.variance.quadratic.pathwise", "The variance of the pathwise gradient of a quadratic.", _GRADIENT, EQUALS,
    reparametrisation.quadratic_pathwise_variance,
    dict(product_rules=product_rules.quadratic_pathwise_variance,
         exponential_moments=exponential_moments.quadratic_pathwise_variance), QUADRATICS, _SCALES,
    latex=r"\sum_j H_{ij}^2\sigma_j^2", unit=_SQUARES, printed=False,
)  # fmt: skip
quadratic_score = Claim(
    "levy.variance.quadratic.score", "The variance of the score-function gradient of a quadratic.", _GRADIENT, EQUALS,
    reparametrisation.quadratic_score_variance, _OF_QUADRATIC, QUADRATICS,
    (at(H=half), at(v=zero), at(c=zero), at(mu=zero), at(sigma=half), *_ANY),
    latex=r"\frac{m^2 + 2mB_{ii} + |a|^2 + a_i^2 + \frac{1}{2}|B|^2 + 2(B^2)_{ii}}{\sigma_i^2}", unit=_SQUARES,
    printed=False,
)  # fmt: skip
quadratic_order = Claim(
    "levy.variance.quadratic.order", "Of a quadratic the pathwise gradient has the lower variance, always.", _GRADIENT,
    BIASED_HIGH, reparametrisation.quadratic_pathwise_variance, _OF_QUADRATIC, QUADRATICS,
    (scaled(60), scaled(200), shifted(50.0), shifted(90.0)), unit=_SQUARES,
    latex=r"\sum_j H_{ij}^2\sigma_j^2 < \operatorname{Var} f(z)\frac{z_i - \mu_i}{\sigma_i^2}", printed=False,
    note="By at least ((m + B_ii)^2 + |a|^2 + a_i^2 + |B|^2/2) / sigma_i^2, which is 0 for f = 0 alone.",
)  # fmt: skip
cosine_pathwise = Claim(
    "levy.variance.cosine.pathwise", "The variance of the pathwise gradient of a cosine.", _GRADIENT, EQUALS,
    reparametrisation.cosine_pathwise_variance,
    dict(product_rules=product_rules.cosine_pathwise_variance,
         exponential_moments=exponential_moments.cosine_pathwise_variance), COSINES, _WAVES, unit=_SQUARES,
    latex=r"\frac{u_i^2}{2}(1 - C) - g_i^2, \quad C = \operatorname{cos}(2u^\top\mu + 2\varphi)\,e^{-2v}",
    printed=False,
)  # fmt: skip
cosine_score = Claim(
    "levy.variance.cosine.score", "The variance of the score-function gradient of a cosine.", _GRADIENT, EQUALS,
    reparametrisation.cosine_score_variance, _OF_COSINE, COSINES, _WAVES, unit=_SQUARES, printed=False,
    latex=r"\frac{1 + (1 - 4t_i)C}{2\sigma_i^2} - g_i^2, \quad t_i = u_i^2\sigma_i^2",
)  # fmt: skip
lower = Claim(
    "levy.variance.cosine.lower", "The reparametrised gradient has the lower variance.", _GRADIENT, BIASED_HIGH,
    reparametrisation.cosine_pathwise_variance, _OF_COSINE, FAST_COSINES, expected=REFUTED, unit=_SQUARES,
    printed=False, pinned="levy.variance.cosine.lower.pinned", corrected="levy.variance.cosine.lower.slow",
    note="The reason commonly given for the trick, not the text's. Of an integrand that turns fast in one sigma it is"
    " the score-function gradient that has the lower variance: the pathwise one grows with u^2, the other does not.",
)  # fmt: skip
lower_pinned = Claim(
    "levy.variance.cosine.lower.pinned", "By how much it is the lower, of any cosine: less than nothing for a fast"
    " one.", _GRADIENT, EQUALS, printed.cosine_pathwise_less_advantage, _OF_COSINE, FAST_COSINES,
    (at(u=half), at(sigma=half), *_ANY), latex=r"\frac{1 + C - t_i(1 + 3C)}{2\sigma_i^2}", unit=_SQUARES,
    printed=False,
)  # fmt: skip
lower_slow = Claim(
    "levy.variance.cosine.lower.slow", "It is the lower where t (1 + 3C) < 1 + C, as for cosines that turn slowly.",
    _GRADIENT, BIASED_HIGH, reparametrisation.cosine_pathwise_variance, _OF_COSINE, SLOW_COSINES,
    (scaled(60), scaled(200), shifted(5.0), shifted(9.0)), unit=_SQUARES, printed=False,
)  # fmt: skip
exponential_pathwise = Claim(
    "levy.variance.exponential.pathwise", "The variance of the pathwise gradient of an exponential.", _GRADIENT,
    EQUALS, reparametrisation.exponential_pathwise_variance,
    dict(product_rules=product_rules.exponential_pathwise_variance,
         exponential_moments=exponential_moments.exponential_pathwise_variance), EXPONENTIALS, _GROWTH, unit=_SQUARES,
    latex=r"u_i^2 E^2 (e^v - 1)", printed=False,
)  # fmt: skip
exponential_score = Claim(
    "levy.variance.exponential.score", "The variance of the score-function gradient of an exponential.", _GRADIENT,
    EQUALS, reparametrisation.exponential_score_variance, _OF_EXPONENTIAL, EXPONENTIALS, _GROWTH, unit=_SQUARES,
    latex=r"E^2\left(e^v\frac{1 + 4t_i}{\sigma_i^2} - u_i^2\right)", printed=False,
)  # fmt: skip
exponential_order = Claim(
    "levy.variance.exponential.order", "Of an exponential the pathwise gradient has the lower variance, always.",
    _GRADIENT, BIASED_HIGH, reparametrisation.exponential_pathwise_variance, _OF_EXPONENTIAL, EXPONENTIALS,
    (scaled(60), scaled(200), shifted(50.0), shifted(90.0)), unit=_SQUARES, printed=False,
    note="By E^2 e^v (1/sigma_i^2 + 3 u_i^2).",
)  # fmt: skip

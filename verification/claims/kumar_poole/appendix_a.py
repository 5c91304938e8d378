"""Appendix A: maps that mix the latents and keep the prior, their volumes, and what they leave of p(x)."""

from theory import mixing
from theory.printed import kumar_poole_uniqueness as printed
from verification.claim import KUMAR_POOLE, REFUTED, Claim
from verification.domains.mixing import ANY_ROTATION, CORRELATED, DEPENDENT, KINKED, POINTS, POWERS, RANKS, TURNED
from verification.mutants import (
    at,
    double,
    half,
    identity_matrix,
    inverse,
    negated,
    one_minus,
    scaled,
    shifted,
    transposed,
    zero,
)
from verification.oracles import duals, polar, prior_draws, score_grids, transports
from verification.relations.equals import EQUALS

_FACTORISED = KUMAR_POOLE.at("appendix A: factorised priors")
_CORRELATED = KUMAR_POOLE.at("appendix A: correlated priors")
_R = r"r = F^{-1} \circ \Psi \circ U \circ \Psi^{-1} \circ F"
_DET = r"|\det J_r(z)|"
_RATIO = _DET + r" = \frac{p(z)}{p(r(z))}"

# --- the scores -------------------------------------------------------------------------------------------------------

_SCORES = (at(t=negated), at(t=half), scaled(1 / 2), shifted(0.2), scaled(1.01))

scores = Claim(
    "kumar_poole.appendix_a.scores",
    "n_i = Psi^-1(z_i) is standard normal.",
    _FACTORISED,
    EQUALS,
    printed.share_of_scores,
    dict(transports=transports.scores_of_latents, prior_draws=prior_draws.scores_of_latents),
    POWERS,
    latex=r"n_i = \psi^{-1}(z_i)",
    expected=REFUTED,
    pinned="kumar_poole.appendix_a.scores.pinned",
    corrected="kumar_poole.appendix_a.scores.corrected",
    note="A misprint for Psi^-1(u_i): of F(z) = z^2 a quarter of the scores is below 0; latents outside (0, 1) have "
    "none.",
    unit="probability",
)
scores_pinned = Claim(
    "kumar_poole.appendix_a.scores.pinned",
    "P(Psi^-1(z_i) <= t) = F_i(Psi(t)).",
    _FACTORISED,
    EQUALS,
    printed.share_of_scores_of_latents,
    dict(transports=transports.scores_of_latents, prior_draws=prior_draws.scores_of_latents),
    POWERS,
    (at(t=negated), at(a=half), scaled(1 / 2), shifted(0.2), scaled(1.01)),
    printed=False,
    unit="probability",
)
scores_corrected = Claim(
    "kumar_poole.appendix_a.scores.corrected",
    "n_i = Psi^-1(u_i) with u_i = F_i(z_i) is standard normal.",
    _FACTORISED,
    EQUALS,
    printed.share_of_scores,
    dict(transports=transports.scores_of_ranks, prior_draws=prior_draws.scores_of_ranks),
    POWERS,
    (at(t=negated), at(t=double), scaled(1 / 2), shifted(0.2), scaled(1.01)),
    latex=r"n_i = \Psi^{-1}(u_i), \quad u_i = F_i(z_i)",
    printed=False,
    unit="probability",
)

# --- factorised priors ------------------------------------------------------------------------------------------------

_MAPS = (at(U=transposed), at(z=half), at(z=negated), scaled(1 / 2), shifted(0.7), scaled(1.01))

logistic_map = Claim(
    "kumar_poole.appendix_a.map",
    "The map of logistic latents.",
    _FACTORISED,
    EQUALS,
    printed.logistic_map,
    dict(transports=transports.mix_logistic, duals=duals.mix_logistic),
    POINTS,
    _MAPS,
    latex=_R,
    unit="latents",
)
laplace_map = Claim(
    "kumar_poole.appendix_a.map.laplace",
    "The map of Laplace latents.",
    _FACTORISED,
    EQUALS,
    printed.laplace_map,
    dict(transports=transports.mix_laplace, duals=duals.mix_laplace),
    POINTS,
    _MAPS,
    latex=_R,
    unit="latents",
)
uniform_map = Claim(
    "kumar_poole.appendix_a.map.uniform",
    "The map of uniform latents.",
    _FACTORISED,
    EQUALS,
    printed.uniform_map,
    dict(transports=transports.mix_uniform, duals=duals.mix_uniform),
    RANKS,
    (at(U=transposed), at(ranks=half), at(ranks=one_minus), scaled(1 / 2), shifted(0.2), scaled(1.01)),
    latex=_R,
    printed=False,
    unit="latents",
)
preserved = Claim(
    "kumar_poole.appendix_a.prior",
    "r(z) has the density of the prior: p(r^-1(z)) |det J_(r^-1)(z)| = p(z).",
    _FACTORISED,
    EQUALS,
    printed.logistic_prior,
    dict(transports=transports.pushed_logistic, duals=duals.pushed_logistic),
    POINTS,
    (at(z=half), at(z=zero), scaled(1 / 2), shifted(0.7), scaled(1.01)),
    latex=r"r \# p = p",
)
preserved_laplace = Claim(
    "kumar_poole.appendix_a.prior.laplace",
    "The same of Laplace latents.",
    _FACTORISED,
    EQUALS,
    printed.laplace_prior,
    dict(transports=transports.pushed_laplace, duals=duals.pushed_laplace),
    KINKED,
    (at(z=half), at(z=zero), scaled(1 / 2), shifted(0.7), scaled(1.01)),
    latex=r"r \# p = p",
    printed=False,
)
jacobian = Claim(
    "kumar_poole.appendix_a.jacobian",
    "J_r(z) of logistic latents has U's zeros, everywhere: it mixes all latents exactly if no entry of U is 0.",
    _FACTORISED,
    EQUALS,
    printed.logistic_jacobian,
    dict(transports=transports.jacobian_logistic, duals=duals.jacobian_logistic),
    ANY_ROTATION,
    (at(U=transposed), at(z=half), scaled(1 / 2), scaled(-1), scaled(1.01)),
    latex=r"\frac{\partial r_i}{\partial z_j} = U_{ij} \frac{f(z_j)\,\varphi(n'_i)}{f(r_i)\,\varphi(n_j)}",
    printed=False,
    unit="latents",
)
mixes = Claim(
    "kumar_poole.appendix_a.mixes",
    "For any orthogonal U the map mixes the latents completely: no off-diagonal entry of J_r(z) is 0.",
    _FACTORISED,
    EQUALS,
    printed.nothing_kept,
    dict(transports=transports.zero_slopes, duals=duals.zero_slopes),
    ANY_ROTATION,
    latex=r"\frac{\partial r_i}{\partial z_j} \neq 0 \text{ for } i \neq j",
    expected=REFUTED,
    pinned="kumar_poole.appendix_a.mixes.pinned",
    corrected="kumar_poole.appendix_a.jacobian",
    note="U = I and every rotation of some of the latents leave others as they are.",
    unit="entries",
)
mixes_pinned = Claim(
    "kumar_poole.appendix_a.mixes.pinned",
    "As many off-diagonal entries of J_r(z) are 0 as of U: none where U has none.",
    _FACTORISED,
    EQUALS,
    printed.kept_apart,
    dict(transports=transports.zero_slopes, duals=duals.zero_slopes),
    ANY_ROTATION,
    (scaled(2), scaled(1 / 2), shifted(1.0), shifted(-1.0)),
    printed=False,
    unit="entries",
)
volume = Claim(
    "kumar_poole.appendix_a.determinant",
    "|det J_r(z)| = 1.",
    _FACTORISED,
    EQUALS,
    printed.no_volume,
    dict(transports=transports.log_volume_logistic, duals=duals.log_volume_logistic),
    POINTS,
    latex=_DET + " = 1",
    expected=REFUTED,
    pinned="kumar_poole.appendix_a.determinant.pinned",
    corrected="kumar_poole.appendix_a.determinant.average",
    note="It is p(z) / p(r(z)): two logistic latents of log(15) each, turned by 45 degrees, shrink to 0.93 of their "
    "volume. 1 everywhere for the Gaussian and the uniform prior.",
)
volume_pinned = Claim(
    "kumar_poole.appendix_a.determinant.pinned",
    "|det J_r(z)| = p(z) / p(r(z)).",
    _FACTORISED,
    EQUALS,
    printed.logistic_volume,
    dict(transports=transports.log_volume_logistic, duals=duals.log_volume_logistic),
    POINTS,
    (at(U=transposed), at(z=half), scaled(-1), scaled(1 / 2), scaled(1.01)),
    latex=_RATIO,
    printed=False,
)
volume_laplace = Claim(
    "kumar_poole.appendix_a.determinant.laplace",
    "|det J_r(z)| = p(z) / p(r(z)) of Laplace latents.",
    _FACTORISED,
    EQUALS,
    printed.laplace_volume,
    dict(transports=transports.log_volume_laplace, duals=duals.log_volume_laplace),
    KINKED,
    (at(U=transposed), at(z=half), scaled(-1), scaled(1 / 2), scaled(1.01)),
    latex=_RATIO,
    printed=False,
)
volume_uniform = Claim(
    "kumar_poole.appendix_a.determinant.uniform",
    "|det J_r(u)| = 1 of uniform latents: the printed determinant is right where the prior is flat.",
    _FACTORISED,
    EQUALS,
    printed.no_volume_of_ranks,
    dict(transports=transports.log_volume_uniform, duals=duals.log_volume_uniform),
    RANKS,
    (shifted(0.5), shifted(-0.5), shifted(0.1), shifted(0.01)),
    latex=_DET + " = 1",
    printed=False,
)
volume_average = Claim(
    "kumar_poole.appendix_a.determinant.average",
    "log |det J_r(z)| is 0 on average over the prior.",
    _FACTORISED,
    EQUALS,
    printed.no_volume_on_average,
    dict(score_grids=score_grids.mean_log_volume, polar=polar.mean_log_volume),
    TURNED,
    (shifted(0.5), shifted(-0.5), shifted(0.1), shifted(0.01)),
    latex=r"\mathbb{E}_p\log" + _DET + " = 0",
    printed=False,
)

# --- p(x) -------------------------------------------------------------------------------------------------------------

marginal = Claim(
    "kumar_poole.appendix_a.marginal",
    "p'(x) = p(x).",
    _FACTORISED,
    EQUALS,
    printed.marginal_of_ranks,
    dict(score_grids=score_grids.marginal, prior_draws=prior_draws.marginal),
    TURNED,
    (at(a=half), at(a=double), scaled(2), shifted(0.1), scaled(1.1)),
    latex=r"p'(x) = \int p(z)\,p(x|r(z))\,dz = p(x)",
    unit="probability",
)
unwarped = Claim(
    "kumar_poole.appendix_a.marginal.substituted",
    "p'(x) is the integral of p(r^-1(z)) p(x|z) dz.",
    _FACTORISED,
    EQUALS,
    printed.marginal_of_ranks,
    dict(score_grids=score_grids.marginal_without_volume, polar=polar.marginal_without_volume),
    TURNED,
    latex=r"p'(x) = \int p(r^{-1}(z'))\,p(x|z')\,dz'",
    expected=REFUTED,
    pinned="kumar_poole.appendix_a.determinant.pinned",
    corrected="kumar_poole.appendix_a.marginal",
    note="The substitution loses |det J_(r^-1)(z')|, which the next step needs: both slips cancel, and p'(x) = p(x) "
    "holds.",
    unit="probability",
)

# --- correlated priors ------------------------------------------------------------------------------------------------

gaussian_map = Claim(
    "kumar_poole.appendix_a.correlated.gaussian",
    "The map of a correlated Gaussian prior, by conditional distribution functions, is L U L^-1 with Sigma = L L'.",
    _CORRELATED,
    EQUALS,
    mixing.mix_gaussian,
    dict(transports=transports.mix_gaussian, duals=duals.mix_gaussian),
    CORRELATED,
    (at(U=transposed), at(z=half), at(Sigma=inverse), at(Sigma=identity_matrix), scaled(1 / 2), scaled(1.01)),
    latex=r"u_i = F_{i|1 \ldots (i-1)}(z_i, z_1, \ldots, z_{i-1})",
    unit="latents",
)
gaussian_prior = Claim(
    "kumar_poole.appendix_a.correlated.gaussian.prior",
    "It keeps N(0, Sigma) pointwise: p(r(z)) = p(z).",
    _CORRELATED,
    EQUALS,
    printed.correlated_prior,
    dict(transports=transports.gaussian_log_density, duals=duals.gaussian_log_density),
    CORRELATED,
    (at(z=half), at(z=zero), at(Sigma=inverse), scaled(1 / 2), shifted(0.7), scaled(1.01)),
    latex=r"p(r(z)) = p(z)",
    printed=False,
)
dependent_density = Claim(
    "kumar_poole.appendix_a.correlated.dependent.density",
    "The log-density of two dependent latents of uniform margins, after Farlie, Gumbel and Morgenstern.",
    _CORRELATED,
    EQUALS,
    mixing.log_dependent,
    dict(transports=transports.log_dependent, duals=duals.log_dependent),
    DEPENDENT,
    (at(ranks=half), at(dependence=negated), scaled(1 / 2), shifted(0.7), scaled(1.01)),
    printed=False,
)
dependent_map = Claim(
    "kumar_poole.appendix_a.correlated.dependent",
    "The map of dependent latents that are not Gaussian.",
    _CORRELATED,
    EQUALS,
    mixing.mix_dependent,
    dict(transports=transports.mix_dependent, duals=duals.mix_dependent),
    DEPENDENT,
    (at(U=transposed), at(ranks=half), at(dependence=negated), scaled(1 / 2), shifted(0.2), scaled(1.01)),
    printed=False,
    unit="latents",
)
dependent_prior = Claim(
    "kumar_poole.appendix_a.correlated.prior",
    "The construction extends to correlated priors: r(z) has the density of the prior.",
    _CORRELATED,
    EQUALS,
    mixing.log_dependent,
    dict(transports=transports.pushed_dependent, duals=duals.pushed_dependent),
    DEPENDENT,
    (at(ranks=half), at(dependence=negated), scaled(1 / 2), shifted(0.7), scaled(1.01)),
    latex=r"r \# p = p",
)
dependent_volume = Claim(
    "kumar_poole.appendix_a.correlated.determinant",
    "|det J_r(u)| = p(u) / p(r(u)) of dependent latents.",
    _CORRELATED,
    EQUALS,
    mixing.log_volume_dependent,
    dict(transports=transports.log_volume_dependent, duals=duals.log_volume_dependent),
    DEPENDENT,
    (at(U=transposed), at(ranks=half), scaled(-1), scaled(1 / 2), scaled(1.01)),
    latex=_RATIO,
    printed=False,
)

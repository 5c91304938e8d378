"""Equations (1) to (16): the two joints, their informations, the ELBO and its two terms."""

from collections.abc import Callable
from typing import Any

from theory import joint, linear_gaussian
from theory.printed import zheng as printed
from verification.claim import ZHENG, Claim
from verification.domains.joint import (
    CORRELATED,
    DIAGONAL,
    LINEAR,
    VAE,
    VAE_WITH_CODES,
)
from verification.mutants import (
    at,
    double,
    first_only,
    half,
    identity_matrix,
    inverse,
    negated,
    replaced,
    scaled,
    shifted,
    square,
    swapped,
    zero,
)
from verification.oracles import linear_models, linear_points, pair_draws, shannon, tables
from verification.relations.equals import EQUALS

# --- (1) to (6): the decoder ----------------------------------------------------------------------------------------

prior = Claim(
    "zheng.eq1",
    "The prior's log-density is that of N(0, I).",
    ZHENG.at("(1)"),
    EQUALS,
    printed.eq_1,
    dict(models=linear_models.prior_log_density, points=linear_points.prior_log_density),
    LINEAR,
    (at(z=double), at(z=zero), scaled(-1), shifted(0.7), scaled(1.01)),
    latex=r"\log P_0(z) = \log N(z; 0, I)",
)
decoder = Claim(
    "zheng.eq2",
    "The decoder's log-density is that of N(mu(z), I), for a linear mu.",
    ZHENG.at("(2)"),
    EQUALS,
    printed.eq_2,
    dict(models=linear_models.decoder_log_density, points=linear_points.decoder_log_density),
    LINEAR,
    (at(W=zero), at(W=negated), at(x=zero), at(z=double), shifted(0.7), scaled(1.01)),
    latex=r"\log P_\theta(x|z) = \log N(x; \mu_\theta(z), I)",
)
generative_information = Claim(
    "zheng.eq3",
    "The generative mutual information is the divergence of the decoder's joint from the product of its marginals.",
    ZHENG.at("(3)"),
    EQUALS,
    joint.i_dec,
    dict(tables=tables.i_dec, shannon=shannon.i_dec),
    VAE,
    (at(log_prior=zero), at(log_dec=double), at(log_dec=half), scaled(1 / 2), shifted(0.7), scaled(1.01)),
    latex=r"I_{dec}(X;Z) = D(P_{dec}(X,Z)\,\|\,P_{dec}(X)P_{dec}(Z))",
)
generative_information_linear = Claim(
    "zheng.eq3.linear",
    "The generative mutual information of a linear-Gaussian decoder has a closed form.",
    ZHENG.at("(3)"),
    EQUALS,
    linear_gaussian.i_dec,
    dict(models=linear_models.i_dec, points=linear_points.i_dec),
    LINEAR,
    (at(Sigma0=inverse), at(W=double), at(noise=double), scaled(2), shifted(0.7), scaled(1.01)),
    latex=r"I_{dec} = \tfrac12\left(\log|W\Sigma_0W^\top + \sigma^2I| - D\log\sigma^2\right)",
    printed=False,
)
decoder_joint = Claim(
    "zheng.eq4",
    "The decoder's joint is the decoder times the prior.",
    ZHENG.at("(4)"),
    EQUALS,
    joint.decoder_joint,
    dict(tables=tables.decoder_joint, shannon=shannon.decoder_joint),
    VAE,
    (at(log_prior=zero), at(log_dec=zero), at(log_prior=double), shifted(0.7), scaled(1.01)),
    latex=r"P_{dec}(X,Z) = P_\theta(X|Z)\,P_0(Z)",
)
marginal_likelihood = Claim(
    "zheng.eq5",
    "The marginal likelihood is the joint summed over z, the prior's average of P(x|z).",
    ZHENG.at("(5)"),
    EQUALS,
    printed.eq_5,
    dict(tables=tables.marginal_likelihood, shannon=shannon.marginal_likelihood),
    VAE,
    (at(log_prior=zero), at(log_dec=double), at(log_prior=half), shifted(0.7), scaled(1.01)),
    latex=r"P_{dec}(x) = \int P_{dec}(x,z)\,dz = \mathbb{E}_{z\sim P_0}[P_\theta(x|z)]",
)
marginal_likelihood_linear = Claim(
    "zheng.eq5.linear",
    "The marginal likelihood for the densities (1) and (2) and a linear mu.",
    ZHENG.at("(5)"),
    EQUALS,
    printed.eq_5_linear,
    dict(
        models=linear_models.marginal_likelihood,
        points=linear_points.marginal_likelihood,
        draws=pair_draws.marginal_likelihood,
    ),
    LINEAR,
    (at(W=zero), at(W=double), at(x=zero), shifted(0.7), scaled(1.01)),
    latex=r"\log P_{dec}(x) = \log \mathbb{E}_{z\sim P_0}[P_\theta(x|z)]",
)
marginal_covariance = Claim(
    "zheng.eq5.covariance",
    "The covariance of the decoder's marginal over x.",
    ZHENG.at("(5)"),
    EQUALS,
    linear_gaussian.marginal_covariance,
    dict(models=linear_models.marginal_covariance, points=linear_points.marginal_covariance),
    LINEAR,
    (at(Sigma0=inverse), at(W=double), at(Sigma0=square), shifted(0.7), scaled(1.01)),
    latex=r"P_{dec}(x) = N(x; 0, W\Sigma_0W^\top + \sigma^2I)",
    printed=False,
)
prior_again = Claim(
    "zheng.eq6",
    "The decoder's joint summed over x is the prior.",
    ZHENG.at("(6)"),
    EQUALS,
    printed.eq_6,
    dict(tables=tables.prior, shannon=shannon.prior),
    VAE,
    (at(log_prior=zero), at(log_dec=half), at(log_prior=double), at(log_dec=double), shifted(0.7), scaled(1.01)),
    latex=r"P_{dec}(Z) = \int P_{dec}(x,Z)\,dx = P_0(Z)",
)

# --- (7) to (11): the encoder ---------------------------------------------------------------------------------------

encoder = Claim(
    "zheng.eq7",
    "The encoder's log-density is that of N(mu, diag(sigma^2)), each coordinate on its own.",
    ZHENG.at("(7)"),
    EQUALS,
    printed.eq_7,
    dict(models=linear_models.posterior_log_densities, points=linear_points.posterior_log_densities),
    DIAGONAL,
    (at(Sigma=square), at(Sigma=inverse), at(mu=zero), at(mu=first_only), at(z=zero), shifted(0.7), scaled(1.01)),
    latex=r"\log Q_\phi(z|x) = \log N(z; \mu_\phi(x), \mathrm{diag}(\sigma_\phi^2(x)))",
)
representative_information = Claim(
    "zheng.eq8",
    "The representative mutual information is the divergence of the encoder's joint from the product of its marginals.",
    ZHENG.at("(8)"),
    EQUALS,
    joint.i_enc,
    dict(tables=tables.i_enc, shannon=shannon.i_enc, draws=pair_draws.i_enc),
    VAE_WITH_CODES,
    (at(log_data=zero), at(log_data=double), scaled(1 / 2), scaled(-1), shifted(0.7), scaled(1.01)),
    latex=r"I_{enc}(X;Z) = D(P_{enc}(X,Z)\,\|\,P_{enc}(X)P_{enc}(Z))",
)
representative_information_linear = Claim(
    "zheng.eq8.linear",
    "The representative mutual information of a linear-Gaussian encoder has a closed form.",
    ZHENG.at("(8)"),
    EQUALS,
    linear_gaussian.i_enc,
    dict(models=linear_models.i_enc, points=linear_points.i_enc),
    LINEAR,
    (at(Sigma=inverse), at(A=double), at(Sigma_x=inverse), scaled(2), shifted(0.7), scaled(1.01)),
    latex=r"I_{enc} = \tfrac12\log\frac{|A\Sigma_xA^\top + \Sigma|}{|\Sigma|}",
    printed=False,
)
encoder_joint = Claim(
    "zheng.eq9",
    "The encoder's joint is the encoder times the data.",
    ZHENG.at("(9)"),
    EQUALS,
    joint.encoder_joint,
    dict(tables=tables.encoder_joint, shannon=shannon.encoder_joint),
    VAE,
    (at(log_data=zero), at(log_enc=zero), at(log_data=double), shifted(0.7), scaled(1.01)),
    latex=r"P_{enc}(X,Z) = Q_\phi(Z|X)\,P_{data}(X)",
)
data_again = Claim(
    "zheng.eq10",
    "The encoder's joint summed over z is the data's distribution.",
    ZHENG.at("(10)"),
    EQUALS,
    printed.eq_10,
    dict(tables=tables.data, shannon=shannon.data),
    VAE_WITH_CODES,
    (at(log_data=zero), at(log_enc=half), at(log_data=double), shifted(0.7), scaled(1.01)),
    latex=r"P_{enc}(X) = \int P_{enc}(X,z)\,dz = P_{data}(X)",
)
aggregate = Claim(
    "zheng.eq11",
    "The aggregated posterior is the joint summed over x, the data's average of Q(z|x).",
    ZHENG.at("(11)"),
    EQUALS,
    printed.eq_11,
    dict(tables=tables.aggregate, shannon=shannon.aggregate),
    VAE_WITH_CODES,
    (at(log_data=zero), at(log_enc=half), at(log_data=double), shifted(0.7), scaled(1.01)),
    latex=r"P_{enc}(Z) = \int P_{enc}(x,Z)\,dx = \mathbb{E}_{x\sim P_{data}}[Q_\phi(Z|x)]",
)
aggregate_linear = Claim(
    "zheng.eq11.linear",
    "The aggregated posterior of a linear-Gaussian encoder is Gaussian.",
    ZHENG.at("(11)"),
    EQUALS,
    printed.eq_11_linear,
    dict(
        models=linear_models.aggregate_log_density,
        points=linear_points.aggregate_log_density,
        draws=pair_draws.aggregate_log_density,
    ),
    LINEAR,
    (at(A=zero), at(A=double), at(Sigma=square), at(z=zero), shifted(0.7), scaled(1.01)),
    latex=r"\log P_{enc}(z) = \log\mathbb{E}_{x\sim P_{data}}[Q_\phi(z|x)]",
)
aggregate_covariance = Claim(
    "zheng.eq11.covariance",
    "The covariance of the aggregated posterior of a linear-Gaussian encoder.",
    ZHENG.at("(11)"),
    EQUALS,
    linear_gaussian.aggregate_covariance,
    dict(models=linear_models.aggregate_covariance, points=linear_points.aggregate_covariance),
    LINEAR,
    (at(A=zero), at(A=double), at(Sigma=inverse), at(Sigma_x=identity_matrix), shifted(0.7), scaled(1.01)),
    latex=r"P_{enc}(z) = N(z; 0, A\Sigma_xA^\top + \Sigma)",
    printed=False,
)

# --- (12) and (13): the ELBO of one datum ---------------------------------------------------------------------------

_ELBO: dict[str, Callable[..., Any]] = dict(tables=tables.elbo, shannon=shannon.elbo, draws=pair_draws.elbo)
_ELBO_LINEAR: dict[str, Callable[..., Any]] = dict(models=linear_models.elbo, points=linear_points.elbo)
_ELBO_MISTAKES = (
    at(log_prior=zero), at(log_dec=zero), at(log_prior=double), scaled(-1), shifted(0.7), scaled(1.01),
)  # fmt: skip
_ELBO_LINEAR_MISTAKES = (
    at(A=zero), at(Sigma=inverse), at(W=zero), at(noise=double), at(x=zero), scaled(-1), shifted(0.7), scaled(1.01),
)  # fmt: skip
elbo_by_gap = Claim(
    "zheng.eq12", "The ELBO is log P(x) less the divergence of the encoder from the true posterior.",
    ZHENG.at("(12)"), EQUALS, printed.eq_12, _ELBO, VAE_WITH_CODES, _ELBO_MISTAKES,
    latex=r"\mathrm{ELBO}(x) = \log P_{dec}(x) - D(Q_\phi(Z|x)\,\|\,P_{dec}(Z|x))",
)  # fmt: skip
elbo_by_gap_linear = Claim(
    "zheng.eq12.linear", "(12) for a linear-Gaussian encoder and decoder under the prior (1).",
    ZHENG.at("(12)"), EQUALS, printed.eq_12_linear, _ELBO_LINEAR, LINEAR, _ELBO_LINEAR_MISTAKES,
    latex=r"\mathrm{ELBO}(x) = \log P_{dec}(x) - D(Q_\phi(Z|x)\,\|\,P_{dec}(Z|x))",
)  # fmt: skip
elbo_by_ratio = Claim(
    "zheng.eq13", "The ELBO is the encoder's expectation of log P_dec(x, z) / Q(z|x).",
    ZHENG.at("(13)"), EQUALS, joint.elbo, _ELBO, VAE_WITH_CODES, _ELBO_MISTAKES,
    latex=r"\mathrm{ELBO}(x) = \mathbb{E}_{z\sim Q_\phi(Z|x)}\left[\log\frac{P_{dec}(x,z)}{Q_\phi(z|x)}\right]",
)  # fmt: skip
elbo_by_ratio_linear = Claim(
    "zheng.eq13.linear", "(13) for a linear-Gaussian encoder and decoder under the prior (1).",
    ZHENG.at("(13)"), EQUALS, printed.eq_13_linear, _ELBO_LINEAR, LINEAR, _ELBO_LINEAR_MISTAKES,
    latex=r"\mathrm{ELBO}(x) = \mathbb{E}_{z\sim Q_\phi(Z|x)}\left[\log\frac{P_{dec}(x,z)}{Q_\phi(z|x)}\right]",
)  # fmt: skip

# --- (14) to (16): the objective ------------------------------------------------------------------------------------

_OBJECTIVE: dict[str, Callable[..., Any]] = dict(
    tables=tables.objective, shannon=shannon.objective, draws=pair_draws.objective
)
_OBJECTIVE_MISTAKES = (
    at(log_data=zero), at(log_prior=zero), at(log_dec=half), scaled(-1), shifted(0.7), scaled(1.01),
)  # fmt: skip
objective = Claim(
    "zheng.eq14", "The objective is the data's average of the negative ELBO.",
    ZHENG.at("(14)"), EQUALS, printed.eq_14, _OBJECTIVE, VAE_WITH_CODES, _OBJECTIVE_MISTAKES,
    latex=r"L(\theta,\phi) = \mathbb{E}_{x\sim P_{data}}[-\mathrm{ELBO}(x)]",
)  # fmt: skip
objective_split = Claim(
    "zheng.eq15", "The objective is Nell + Div.",
    ZHENG.at("(15)"), EQUALS, printed.eq_15, _OBJECTIVE, VAE_WITH_CODES, _OBJECTIVE_MISTAKES,
    latex=r"L(\theta,\phi) = \mathrm{Nell} + \mathrm{Div}",
)  # fmt: skip
objective_linear = Claim(
    "zheng.eq15.linear",
    "The objective of a linear-Gaussian VAE is Nell + Div.",
    ZHENG.at("(15)"),
    EQUALS,
    printed.eq_15_linear,
    dict(models=linear_models.objective, points=linear_points.objective),
    LINEAR,
    (at(A=zero), at(Sigma0=inverse), at(W=zero), at(noise=double), scaled(-1), shifted(0.7), scaled(1.01)),
    latex=r"L(\theta,\phi) = \mathrm{Nell} + \mathrm{Div}",
)
nell = Claim(
    "zheng.eq15.nell",
    "Nell is the negative expected log-likelihood.",
    ZHENG.at("(15)"),
    EQUALS,
    joint.nell,
    dict(tables=tables.nell, shannon=shannon.nell, draws=pair_draws.nell),
    VAE_WITH_CODES,
    (at(log_data=zero), at(log_dec=half), scaled(-1), shifted(0.7), scaled(1.01)),
    latex=r"\mathrm{Nell} = \mathbb{E}_{x\sim P_{data}}\mathbb{E}_{z\sim Q_\phi(Z|x)}[-\log P_\theta(x|z)]",
)
nell_linear = Claim(
    "zheng.eq15.nell.linear",
    "Nell of a linear-Gaussian VAE has a closed form.",
    ZHENG.at("(15)"),
    EQUALS,
    linear_gaussian.nell,
    dict(models=linear_models.nell, points=linear_points.nell),
    LINEAR,
    (at(A=zero), at(A=negated), at(W=zero), at(Sigma=inverse), at(noise=double), shifted(0.7), scaled(1.01)),
    latex=r"\mathrm{Nell} = \tfrac12\left(D\log2\pi\sigma^2 + \frac{\operatorname{tr}(I-WA)\Sigma_x(I-WA)^\top"
    r" + \operatorname{tr}W\Sigma W^\top}{\sigma^2}\right)",
    printed=False,
)
div = Claim(
    "zheng.eq15.div",
    "Div is the data's average of the divergence of the encoder from the prior.",
    ZHENG.at("(15)"),
    EQUALS,
    joint.div,
    dict(tables=tables.div, shannon=shannon.div, draws=pair_draws.div),
    VAE_WITH_CODES,
    (at(log_data=zero), at(log_prior=zero), at(log_prior=double), scaled(-1), shifted(0.7), scaled(1.01)),
    latex=r"\mathrm{Div} = \mathbb{E}_{x\sim P_{data}}D(Q_\phi(Z|x)\,\|\,P_0(Z))",
)
div_linear = Claim(
    "zheng.eq15.div.linear",
    "Div of a linear-Gaussian VAE has a closed form.",
    ZHENG.at("(15)"),
    EQUALS,
    linear_gaussian.div,
    dict(models=linear_models.div, points=linear_points.div),
    LINEAR,
    (at(A=zero), swapped("Sigma", "Sigma0"), at(Sigma0=inverse), at(Sigma_x=double), shifted(0.7), scaled(1.01)),
    latex=r"\mathrm{Div} = \tfrac12\left(\operatorname{tr}\Sigma_0^{-1}(A\Sigma_xA^\top+\Sigma) - k"
    r" + \log|\Sigma_0| - \log|\Sigma|\right)",
    printed=False,
)
_CLOSED_MISTAKES = (
    at(mu=zero), at(mu=first_only), at(Sigma=square), at(Sigma=inverse), scaled(2), shifted(0.7), scaled(1.01),
)  # fmt: skip
closed_div = Claim(
    "zheng.eq16",
    "Div in closed form for the diagonal posteriors of (7).",
    ZHENG.at("(16)"),
    EQUALS,
    printed.eq_16,
    dict(models=linear_models.average_kl, points=linear_points.average_kl),
    DIAGONAL,
    _CLOSED_MISTAKES,
    latex=r"\mathrm{Div} = \mathbb{E}_{x\sim P_{data}}\left[\tfrac12\,1^\top(\sigma_\phi^2(x) + \mu_\phi^2(x) - 1"
    r" - \log\sigma_\phi^2(x))\right]",
)
closed_div_of_margins = Claim(
    "zheng.eq16.margins",
    "At the diagonal of a full covariance (16) is the Div of the posteriors' independent margins.",
    ZHENG.at("(16)"),
    EQUALS,
    printed.eq_16,
    dict(models=linear_models.average_kl_of_diagonals, points=linear_points.average_kl_of_diagonals),
    CORRELATED,
    (at(mu=zero), at(mu=first_only), at(Sigma=square), scaled(2), shifted(0.7), scaled(1.01)),
    printed=False,
    note="It is too small as a Div of the posteriors themselves.",
)
closed_div_full = Claim(
    "zheng.eq16.full",
    "For full covariances Div is (16) at their diagonals plus the average total correlation of the posteriors.",
    ZHENG.at("(16)"),
    EQUALS,
    printed.eq_16_full,
    dict(models=linear_models.average_kl, points=linear_points.average_kl),
    CORRELATED,
    (*_CLOSED_MISTAKES, replaced("(16) at the diagonal", printed.eq_16)),
    latex=r"\mathrm{Div} = \mathbb{E}_{x\sim P_{data}}\left[\tfrac12\,1^\top(\sigma_\phi^2(x) + \mu_\phi^2(x) - 1"
    r" - \log\sigma_\phi^2(x)) + \mathrm{TC}(Q_\phi(Z|x))\right]",
    printed=False,
)

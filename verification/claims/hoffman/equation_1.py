"""Equation (1), its gap, and section 1."""

from theory import elbo, gaussian
from theory.printed import hoffman as printed
from verification.claim import HOFFMAN, REFUTED, Claim
from verification.domains.decoders import (
    EXACT_POSTERIOR,
    LINEAR_DECODER,
)
from verification.domains.gaussians import (
    ONE_GAUSSIAN,
    POINT_GAUSSIAN,
    TWO_GAUSSIANS,
)
from verification.mutants import (
    at,
    double,
    half,
    identity_matrix,
    inverse,
    negated,
    scaled,
    shifted,
    square,
    swapped,
    zero,
)
from verification.oracles import (
    balls,
    grids,
    matrices,
    multiprecision,
    quadrature,
    simulation,
)
from verification.relations.at_most import AT_MOST
from verification.relations.equals import EQUALS

# --- section 1 ------------------------------------------------------------------------------------------------------

penalty = Claim(
    "hoffman.sec1.penalty",
    "The KL-divergence penalty is E_q[log p(z) / q(z|x)].",
    HOFFMAN.at("section 1"),
    EQUALS,
    printed.kl_penalty,
    dict(balls=balls.kl_to_prior, quadrature=quadrature.kl_to_prior, matrices=matrices.kl_to_prior),
    ONE_GAUSSIAN,
    latex=r"\mathrm{KL}(q(z|x)\,\|\,p(z)) = \mathbb{E}_q\left[\log \frac{p(z)}{q(z|x)}\right]",
    expected=REFUTED,
    pinned="hoffman.sec1.penalty.pinned",
    corrected="hoffman.sec1.kl",
    note="The sign is lost: the expectation is minus the divergence. In (1) and (2) the penalty enters rightly.",
)
penalty_pinned = Claim(
    "hoffman.sec1.penalty.pinned",
    "E_q[log p(z) / q(z|x)] is minus the KL divergence.",
    HOFFMAN.at("section 1"),
    EQUALS,
    printed.kl_penalty,
    dict(grids=grids.minus_kl_to_prior, matrices=matrices.minus_kl_to_prior),
    ONE_GAUSSIAN,
    (at(mu=zero), at(Sigma=inverse), at(Sigma=square), scaled(-1), scaled(1.01)),
    latex=r"\mathbb{E}_q\left[\log \frac{p(z)}{q(z|x)}\right] = -\mathrm{KL}(q(z|x)\,\|\,p(z))",
    printed=False,
)
kl_to_prior = Claim(
    "hoffman.sec1.kl",
    "KL(N(mu, Sigma) || N(0, I)) has a closed form.",
    HOFFMAN.at("section 1"),
    EQUALS,
    gaussian.kl_to_prior,
    dict(balls=balls.kl_to_prior, quadrature=quadrature.kl_to_prior, matrices=matrices.kl_to_prior),
    ONE_GAUSSIAN,
    (at(mu=zero), at(Sigma=inverse), at(Sigma=square), scaled(1 / 2), scaled(1.01)),
    latex=r"\mathrm{KL} = \frac{1}{2}\left(\mathrm{tr}\,\Sigma + \mu^\top\mu - k - \log|\Sigma|\right)",
    printed=False,
)
kl = Claim(
    "hoffman.sec1.kl.two",
    "KL between two Gaussians has a closed form.",
    HOFFMAN.at("section 1"),
    EQUALS,
    gaussian.kl,
    dict(balls=balls.kl_between, quadrature=quadrature.kl_between),
    TWO_GAUSSIANS,
    (swapped("Sigma0", "Sigma1"), at(mu0=zero), at(Sigma1=inverse), scaled(1 / 2), scaled(1.01)),
    latex=r"\mathrm{KL}(N_0\,\|\,N_1)",
    printed=False,
)
entropy = Claim(
    "hoffman.sec1.entropy",
    "The entropy of a Gaussian has a closed form.",
    HOFFMAN.at("section 4.1"),
    EQUALS,
    gaussian.entropy,
    dict(balls=balls.normal_entropy, quadrature=quadrature.normal_entropy),
    ONE_GAUSSIAN,
    (at(Sigma=inverse), at(Sigma=square), scaled(1 / 2), scaled(1.01)),
    latex=r"H = \frac{k}{2}\log(2\pi e) + \frac{1}{2}\log|\Sigma|",
    printed=False,
)
density = Claim(
    "hoffman.sec2.density",
    "The density of a Gaussian.",
    HOFFMAN.at("(6)"),
    EQUALS,
    gaussian.log_density,
    dict(multiprecision=multiprecision.gaussian_log_density, matrices=matrices.gaussian_log_density),
    POINT_GAUSSIAN,
    (at(mu=zero), at(Sigma=inverse), at(z=negated), scaled(1 / 2), scaled(1.01)),
    latex=r"\log \mathcal{N}(z; \mu, \Sigma)",
    printed=False,
)

# --- (1) ------------------------------------------------------------------------------------------------------------

reconstruction = Claim(
    "hoffman.eq1.reconstruction",
    "E_q[log p(x|z)] of a linear-Gaussian decoder has a closed form.",
    HOFFMAN.at("(1)"),
    EQUALS,
    elbo.gaussian_reconstruction,
    dict(balls=balls.gaussian_reconstruction, simulation=simulation.reconstruction, matrices=matrices.reconstruction),
    LINEAR_DECODER,
    (at(Sigma=double), at(mu=zero), at(noise=half), at(x=negated), scaled(1.01)),
    printed=False,
)
evidence = Claim(
    "hoffman.eq1.evidence",
    "log p(x) of a linear-Gaussian decoder is the integral of p(x, z) over z.",
    HOFFMAN.at("(1)"),
    EQUALS,
    elbo.log_evidence,
    dict(balls=balls.log_evidence, matrices=matrices.log_evidence),
    LINEAR_DECODER,
    (at(W=zero), at(noise=double), at(x=zero), scaled(1 / 2), scaled(1.01)),
    latex=r"\log p(x) = \log \int_z p(x, z)\,dz",
)
posterior_mean = Claim(
    "hoffman.eq1.posterior_mean",
    "The posterior of a linear-Gaussian decoder has the mean (W'W + noise I)^-1 W'x.",
    HOFFMAN.at("(1)"),
    EQUALS,
    elbo.posterior_mean,
    dict(grids=grids.posterior_mean, matrices=matrices.posterior_mean),
    LINEAR_DECODER,
    (at(W=double), at(noise=double), at(x=negated), scaled(1 / 2), scaled(1.01)),
    printed=False,
)
posterior_covariance = Claim(
    "hoffman.eq1.posterior_covariance",
    "The posterior of a linear-Gaussian decoder has the covariance (I + W'W / noise)^-1.",
    HOFFMAN.at("(1)"),
    EQUALS,
    elbo.posterior_covariance,
    dict(grids=grids.posterior_covariance, matrices=matrices.posterior_covariance),
    LINEAR_DECODER,
    (at(W=double), at(noise=double), scaled(1 / 2), at(W=zero), scaled(1.01)),
    printed=False,
)
eq1 = Claim(
    "hoffman.eq1",
    "The ELBO is a lower bound of log p(x).",
    HOFFMAN.at("(1)"),
    AT_MOST,
    printed.eq_1,
    dict(balls=balls.log_evidence, matrices=matrices.log_evidence),
    LINEAR_DECODER,
    (at(Sigma=identity_matrix), at(mu=zero), at(noise=double), shifted(0.5), scaled(0.99)),
    latex=r"\log p(x) = \log \int_z p(x, z)\,dz \geq \mathbb{E}_q[\log p(x|z)] - \mathrm{KL}(q(z|x)\,\|\,p(z))",
    tight="hoffman.eq1.tight",
)
eq1_tight = Claim(
    "hoffman.eq1.tight",
    "The ELBO equals log p(x) at the exact posterior.",
    HOFFMAN.at("(1)"),
    EQUALS,
    printed.eq_1,
    dict(balls=balls.log_evidence, matrices=matrices.log_evidence),
    EXACT_POSTERIOR,
    (at(Sigma=identity_matrix), at(mu=zero), at(noise=double), shifted(0.5), scaled(1.01)),
    printed=False,
)
eq1_gap = Claim(
    "hoffman.eq1.gap",
    "The gap of the ELBO is KL(q(z|x) || p(z|x)).",
    HOFFMAN.at("(1)"),
    EQUALS,
    printed.eq_1_gap,
    dict(balls=balls.log_evidence, matrices=matrices.log_evidence),
    LINEAR_DECODER,
    (at(noise=double), at(W=zero), at(x=half), shifted(0.5), scaled(1.01)),
    latex=r"\log p(x) = \mathcal{L} + \mathrm{KL}(q(z|x)\,\|\,p(z|x))",
    printed=False,
)

"""The closing diagram's limits in k and in m where encoder and decoder are Gaussian."""

from theory import importance
from verification.claim import ZHENG, Claim
from verification.domains.importance import WIDE_ENCODER
from verification.mutants import at, double, half, negated, scaled, zero
from verification.oracles import laplace, lattices
from verification.relations.equals import EQUALS

_WIDE_MISTAKES = (at(Sigma=double), at(mu=zero), at(x=negated), at(noise=half), scaled(2), scaled(1.01))
gaussian_rate = Claim(
    "zheng.diagram.rate.gaussian",
    "The rate at which IW_m-ELBO(x) tends to log P_dec(x), everything Gaussian, from the divergence of order 2.",
    ZHENG.at("diagram"),
    EQUALS,
    importance.gaussian_gap_rate,
    dict(lattices=lattices.gap_rate, laplace=laplace.gap_rate),
    WIDE_ENCODER,
    _WIDE_MISTAKES,
    latex=r"\frac{1}{2}\operatorname{Var}_Q \frac{w(z)}{P_{dec}(x)}"
    r" = \frac{1}{2}\left(e^{D_2(P(z|x)\,\|\,Q)} - 1\right)",
    printed=False,
)
gaussian_variance = Claim(
    "zheng.diagram.k.gaussian",
    "Var log w, the mean square error of MC_1-ELBO(x), has a closed form where everything is Gaussian.",
    ZHENG.at("diagram"),
    EQUALS,
    importance.log_weight_variance,
    dict(lattices=lattices.log_weight_variance, laplace=laplace.log_weight_variance),
    WIDE_ENCODER,
    _WIDE_MISTAKES,
    latex=r"\operatorname{Var}_Q \log w = \frac{1}{2}\mathrm{tr}\,(I - \Lambda\Sigma)^2"
    r" + (m-\mu)^\top\Lambda\Sigma\Lambda(m-\mu)",
    unit="nats squared",
    printed=False,
)

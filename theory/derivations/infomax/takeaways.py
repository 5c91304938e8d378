"""The InfoMax post, takeaways: the two joint laws of latents and data, and how the objectives move them."""

from __future__ import annotations

import sympy as sp

from theory.derivations.derivation import Derivation, Step
from theory.derivations.infomax.notation import evidence, minus_elbo, true_posterior
from theory.derivations.infomax.symbols import (
    aggregate,
    away,
    entropy,
    inverted,
    log,
    over_data,
    over_joint,
    p,
    p_D,
    p_theta,
    q_zx,
    x,
    z,
)
from theory.derivations.vocabulary import KL, Law, Mean, PositiveNamed, Sum, Total, plus

p_x = Law("p", x)
q_joint = PositiveNamed(r"q_{\psi}(z \mid x) p_{\mathcal{D}}(x)", q_zx * p_D(x))
p_joint = PositiveNamed(r"p(z) p_{\theta}(x \mid z)", p(z) * p_theta(x, given=z))
between = KL(q_joint, p_joint, (x, z))

marginal = Derivation(
    "infomax.marginal",
    "The marginal of x under q(z|x) p_D(x) is the data's law.",
    source="InfoMax, takeaways",
    steps=(
        Step(Total(q_joint, z), "start", printed=False),
        Step(p_D(x) * Total(q_zx, z), "linearity", printed=False),
        Step(p_D(x), "normalisation"),
    ),
    claims=("infomax.marginal",),
)

likelihood = Derivation(
    "infomax.likelihood",
    "No model p(z) p(x|z) has a larger expected log-likelihood than the data's law.",
    source="InfoMax, takeaways",
    steps=(
        Step(over_data(log(evidence)), "start", printed=False),
        Step(plus(over_data(log(evidence)), KL(p_D(x), evidence, x)), "Gibbs", "<=", printed=False),
        Step(over_data(log(p_D(x))), "log of a product", printed=False),
    ),
    claims=("infomax.likelihood",),
)

second_joint = Derivation(
    "infomax.second_joint",
    "The second joint law as printed, p(x) p(x|z).",
    source="InfoMax, takeaways",
    steps=(
        Step(Sum(p_x(x) * p_theta(x, given=z), (x, z)), "start", note="p(x) stands for p(z)"),
        Step(Sum(Mean(p_x(x), x, p_theta(x, given=z)), z), "definition", printed=False),
        Step(sp.Integer(1), "normalisation", printed=False),
    ),
    breaks=(2,),
    instead="infomax.second_joint.corrected",
    claims=("infomax.second_joint", "infomax.second_joint.pinned"),
)

second_joint_corrected = Derivation(
    "infomax.second_joint.corrected",
    "The second joint law, p(z) p(x|z).",
    source="InfoMax, takeaways",
    steps=(
        Step(Sum(p(z) * p_theta(x, given=z), (x, z)), "start"),
        Step(Sum(p(z), z), "normalisation", printed=False, note="the marginal of the latents is p(z)"),
        Step(sp.Integer(1), "normalisation", printed=False),
    ),
    claims=("infomax.second_joint.corrected", "infomax.latents"),
)

vae = Derivation(
    "infomax.vae",
    "The divergence between the two joint laws is the negative evidence lower bound less the data's entropy.",
    source="InfoMax, takeaways",
    steps=(
        Step(between, "start", printed=False),
        Step(over_joint(log(q_zx / true_posterior) + log(p_D(x) / evidence)), "chain rule", printed=False),
        Step(plus(minus_elbo, -entropy), "linearity", printed=False),
    ),
    claims=("infomax.vae",),
)

from_the_prior = Derivation(
    "infomax.vae.prior",
    "From the perspective of q(z|x) p_D(x) the aggregate is to reproduce the prior, and the inverted posterior the"
    " decoder.",
    source="InfoMax, takeaways",
    steps=(
        Step(between, "start", printed=False),
        Step(over_joint(log(aggregate / p(z)) + log(inverted / p_theta(x, given=z))), "chain rule", printed=False),
        Step(plus(KL(aggregate, p(z), z), away), "linearity", printed=False),
    ),
    claims=("infomax.vae.prior",),
)

from_the_data = Derivation(
    "infomax.vae.data",
    "From the perspective of p(z) p(x|z) the data likelihood is to be large, and the true posterior to be met.",
    source="InfoMax, takeaways",
    steps=(
        Step(between, "start", printed=False),
        Step(over_joint(log(p_D(x) / evidence) + log(q_zx / true_posterior)), "chain rule", printed=False),
        Step(plus(KL(p_D(x), evidence, x), over_data(KL(q_zx, true_posterior, z))), "linearity", printed=False),
    ),
    claims=("infomax.vae.data",),
)

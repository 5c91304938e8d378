"""The InfoMax post: the beta-VAE objective as printed, and independence of latents with the data seen and unseen."""

from __future__ import annotations

import sympy as sp

from theory.derivations.derivation import Derivation, Step
from theory.derivations.infomax.symbols import (
    beta,
    inverted,
    log,
    over_data,
    over_joint,
    p,
    p_D,
    p_theta,
    q_zx,
    to_prior,
    x,
    z,
)
from theory.derivations.vocabulary import KL, Law, Mean, PositiveNamed, PositiveTable, Sum, Total, keep, letter, plus

objective = plus(-over_joint(log(p_theta(x, given=z))), beta * to_prior)
printed_weights = PositiveNamed(r"q_{\phi}(x \mid z) p_{\mathcal{D}}(x)", inverted * p_D(x))
evidence = PositiveNamed(r"p_{\theta}(x)", Mean(p_theta(x, given=z), z, p(z)))
true_posterior = PositiveNamed(r"p_{\theta}(z \mid x)", p_theta(x, given=z) * p(z) / evidence)
minus_elbo = over_data(plus(-log(evidence), KL(q_zx, true_posterior, z)))

weights = Derivation(
    "infomax.beta_vae.weights",
    "The weights of the beta-VAE objective as printed, q(x|z) p_D(x), taken for a law of (x, z).",
    source="InfoMax, beta-VAE objective",
    steps=(
        Step(Sum(inverted * p_D(x), (x, z)), "start", printed=False),
        Step(Sum(Mean(p_D(x), x, inverted), z), "definition", printed=False),
        Step(sp.Integer(1), "normalisation", printed=False),
    ),
    breaks=(2,),
    instead="infomax.marginal.mass",
    claims=("infomax.beta_vae.weights", "infomax.beta_vae.weights.pinned"),
)

mass = Derivation(
    "infomax.marginal.mass",
    "The weights q(z|x) p_D(x) are a law of (x, z).",
    source="InfoMax, beta-VAE objective",
    steps=(
        Step(Sum(q_zx * p_D(x), (x, z)), "start", printed=False),
        Step(Sum(p_D(x), x), "normalisation", printed=False),
        Step(sp.Integer(1), "normalisation", printed=False),
    ),
    claims=("infomax.marginal.mass",),
)

beta_vae = Derivation(
    "infomax.beta_vae",
    "The objective with its expectation as printed, under q(x|z) p_D(x).",
    source="InfoMax, beta-VAE objective",
    steps=(
        Step(objective, "start", printed=False),
        Step(
            plus(-Mean(log(p_theta(x, given=z)), (x, z), printed_weights), beta * to_prior), "assertion",
            note="q(x|z) stands for q(z|x)",
        ),
    ),
    breaks=(1,),
    instead="infomax.beta_vae.corrected",
    claims=("infomax.beta_vae",),
)  # fmt: skip

beta_vae_corrected = Derivation(
    "infomax.beta_vae.corrected",
    "At beta = 1 the objective under q(z|x) p_D(x) is the negative evidence lower bound.",
    source="InfoMax, beta-VAE objective",
    steps=(
        Step(minus_elbo, "start", printed=False),
        Step(over_joint(-log(evidence) + log(q_zx / true_posterior)), "definition", printed=False),
        Step(over_joint(-log(p_theta(x, given=z)) + log(q_zx / p(z))), "Bayes", printed=False),
        Step(plus(-over_joint(log(p_theta(x, given=z))), to_prior), "linearity", printed=False),
    ),
    claims=("infomax.beta_vae.corrected",),
)

tilted = p(z) * p_theta(x, given=z) ** (1 / beta)
Z_x = PositiveNamed(r"Z_{\beta}(x)", Total(tilted, z))
best = PositiveNamed(r"q_{\beta}(z \mid x)", tilted / Z_x)

optimum = Derivation(
    "infomax.beta_vae.optimum",
    "For a given decoder the objective is least at q(z|x) proportional to p(z) p(x|z)^(1/beta).",
    source="InfoMax, beta-VAE objective",
    steps=(
        Step(objective, "start", printed=False),
        Step(beta * over_joint(log(q_zx / tilted)), "log of a product", printed=False),
        Step(
            plus(beta * over_data(KL(q_zx, best, z)), keep(-1, beta, over_data(log(Z_x)))), "multiply and divide",
            printed=False,
        ),
        Step(keep(-1, beta, over_data(log(Z_x))), "Gibbs", ">=", printed=False),
    ),
    claims=("infomax.beta_vae.optimum", "infomax.beta.same_encoder"),
)  # fmt: skip

# ---- independence given the data -------------------------------------------------------------------------------------

v1, v2, z1, z2 = letter("v_1"), letter("v_2"), letter("z_1"), letter("z_2")
first, second = Law("p", v1, given=x), Law("{p}", v2, given=x)
g1, g2, mixing = Law("g_1", z1, given=v1), Law("g_2", z2, given=v2), Law("f", z1, z2, given=(v1, v2))
few = {v1: (2,), v2: (2,), z1: (2,), z2: (2,), x: (2,)}
factors = first(v1, given=x) * second(v2, given=x)

separate = Derivation(
    "infomax.separate",
    "If z_1 depends on v_1 only and z_2 on v_2 only, they are independent given x where v_1 and v_2 are.",
    source="InfoMax, conditional independence",
    sizes=few,
    steps=(
        Step(
            log(Total(g1(z1, given=v1) * g2(z2, given=v2) * factors, (v1, v2))), "start", printed=False,
            note="log p(z|x), where log p(v|x) is the sum of log p(v_k|x)",
        ),
        Step(
            log(
                Total(g1(z1, given=v1) * first(v1, given=x), v1) * Total(g2(z2, given=v2) * second(v2, given=x), v2)
            ),
            "Fubini",
            printed=False,
        ),
        Step(
            plus(
                log(Mean(g1(z1, given=v1), v1, first(v1, given=x))),
                log(Mean(g2(z2, given=v2), v2, second(v2, given=x))),
            ),
            "log of a product",
            note="log p(z_1|x) + log p(z_2|x)",
        ),
    ),
    claims=("infomax.separate",),
)  # fmt: skip

entangled = Derivation(
    "infomax.entangled",
    "If each coordinate of z depends on both of v, their independence given x does not carry over.",
    source="InfoMax, conditional independence",
    sizes=few,
    steps=(
        Step(log(Total(mixing(z1, z2, given=(v1, v2)) * factors, (v1, v2))), "start", printed=False, note="log p(z|x)"),
        Step(
            plus(
                log(Total(mixing(z1, given=(v1, v2)) * factors, (v1, v2))),
                log(Total(mixing(z2, given=(v1, v2)) * factors, (v1, v2))),
            ),
            "assertion",
            note="log p(z_1|x) + log p(z_2|x); the post says that this need not hold",
        ),
    ),
    breaks=(1,),
    instead="infomax.separate",
    claims=("infomax.entangled", "infomax.conditional_independence"),
)

# ---- explaining away -------------------------------------------------------------------------------------------------

a, b, c = letter("a"), letter("b"), letter("c")
A, B, C = Law("P", a), Law("{P}", b), Law("P", c, given=(a, b))
a1, b1 = letter("a'"), letter("b'")


def together(i: object, j: object) -> PositiveNamed:
    """P(a, b, c) of two causes that are independent with c unseen."""
    return PositiveNamed(f"P({i}, {j}, c)", C(c, given=(i, j)) * A(i) * B(j))


def given_effect(i: object, j: object) -> PositiveNamed:
    """P(a, b | c)."""
    return PositiveNamed(rf"P({i}, {j} \mid c)", together(i, j) / Total(together(a, b), (a, b)))


unseen = Derivation(
    "infomax.collider.unseen",
    "With the effect unseen the causes are independent.",
    source="InfoMax, explaining away",
    steps=(
        Step(Total(together(a, b), c), "start", printed=False),
        Step(A(a) * B(b) * Total(C(c, given=(a, b)), c), "linearity", printed=False),
        Step(A(a) * B(b), "normalisation"),
    ),
    claims=("infomax.collider.unseen",),
)

seen = Derivation(
    "infomax.collider.dependent",
    "With the effect seen the causes' independence is lost, in general.",
    source="InfoMax, explaining away",
    steps=(
        Step(given_effect(a, b), "start", printed=False),
        Step(
            Total(given_effect(a, b1), b1) * Total(given_effect(a1, b), a1), "assertion", printed=False,
            note="P(a|c) P(b|c); the post says that this no longer holds",
        ),
    ),
    breaks=(1,),
    instead="infomax.collider.uncoupled",
    claims=("infomax.collider.no_longer", "infomax.collider.cannot_hold"),
)  # fmt: skip

f, g = PositiveTable("f", a), PositiveTable("g", b)
uncoupled_joint = f * g * A(a) * B(b)
uncoupled = Derivation(
    "infomax.collider.uncoupled",
    "It is not lost where P(c|a,b) = f(a) g(b) for the c that is seen.",
    source="InfoMax, explaining away",
    steps=(
        Step(uncoupled_joint / Total(uncoupled_joint, (a, b)), "start", printed=False, note="P(a, b|c)"),
        Step(
            Total(uncoupled_joint, b) / Total(uncoupled_joint, (a, b))
            * Total(uncoupled_joint, a) / Total(uncoupled_joint, (a, b)),
            "Fubini", printed=False, note="P(a|c) P(b|c)",
        ),
    ),
    claims=("infomax.collider.no_longer.pinned", "infomax.collider.uncoupled"),
)  # fmt: skip

interaction = Derivation(
    "infomax.collider.interaction",
    "How the causes hang together once the effect is seen does not depend on how frequent they are.",
    source="InfoMax, explaining away",
    steps=(
        Step(
            log(given_effect(a, b) * given_effect(a1, b1) / (given_effect(a, b1) * given_effect(a1, b))),
            "start", printed=False,
        ),
        Step(
            log(C(c, given=(a, b)) * C(c, given=(a1, b1)) / (C(c, given=(a, b1)) * C(c, given=(a1, b)))),
            "Bayes", printed=False,
        ),
    ),
    claims=("infomax.collider.interaction",),
)  # fmt: skip

p_a, p_b, s_a, s_b = sp.symbols("p_a p_b s_a s_b", positive=True)
either = s_a + s_b - s_a * s_b
with_cause = PositiveNamed("P(C, A)/P(A)", p_b * either + (1 - p_b) * s_a)
effect = PositiveNamed("P(C)", p_b * (p_a * either + (1 - p_a) * s_b) + (1 - p_b) * p_a * s_a)

less_likely = Derivation(
    "infomax.collider.less_likely",
    "Of a noisy or: knowing that he grades makes a good mood less likely, P(B|A, C) <= P(B|C), where p_a and p_b are"
    " how frequent the causes are and s_a and s_b how often each sets the effect off.",
    source="InfoMax, explaining away",
    domain=dict.fromkeys((p_a, p_b, s_a, s_b), (0, 1)),
    steps=(
        Step(
            plus(p_b * either / with_cause, -p_b * (p_a * either + (1 - p_a) * s_b) / effect), "start", printed=False,
            note="P(B|A, C) - P(B|C)",
        ),
        Step(-p_b * (1 - p_b) * (1 - p_a) * s_a * s_b / (with_cause * effect), "algebra", printed=False),
        Step(sp.Integer(0), "dropping", "<="),
    ),
    claims=("infomax.collider.less_likely",),
)  # fmt: skip

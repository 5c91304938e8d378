"""Levy, section 2.4: the constrained problem, its Lagrangian, where it is stationary, and beta as a slope."""

from __future__ import annotations

import sympy as sp

from theory.derivations.derivation import Derivation, Step
from theory.derivations.vocabulary import (
    KL,
    Entry,
    Form,
    Gradient,
    Law,
    Mean,
    Named,
    Normal,
    PositiveNamed,
    PositiveTable,
    Sum,
    Total,
    Tr,
    dimension,
    keep,
    letter,
    matrix,
    plus,
    vector,
)

log = sp.log
half = sp.Rational(1, 2)
z, x = letter("z"), letter("x")
beta, delta = sp.Symbol("beta", positive=True), sp.Symbol("delta", positive=True)
p, q, p_theta = Law("p", z), Law("q_phi", z, given=x), Law("p_theta", x, given=z)
q_z = q(z, given=x)
reconstruction, divergence = Mean(log(p_theta(x, given=z)), z, q_z), KL(q_z, p(z), z)


def lines(weight: sp.Symbol) -> tuple[Step, ...]:
    """The Lagrangian's three lines as printed."""
    return (
        Step(plus(reconstruction, keep(-1, weight, plus(divergence, -delta))), "start"),
        Step(plus(reconstruction, keep(-1, weight, divergence), weight * delta), "algebra"),
        Step(plus(reconstruction, keep(-1, weight, divergence)), "dropping", ">="),
    )


lagrangian = Derivation(
    "levy.lagrangian",
    "The Lagrangian is at least its third line, for multipliers that are not negative.",
    source="Levy, section 2.4: Lagrangian, lines 1-3",
    steps=lines(beta),
    claims=("levy.lagrangian.line1", "levy.lagrangian.line2", "levy.lagrangian.line3"),
)

real = sp.Symbol("beta", real=True)
lagrangian_real = Derivation(
    "levy.lagrangian.line3.real",
    "The same for any real beta, as the introduction has it.",
    source="Levy, section 2.4: Lagrangian, line 3",
    domain={real: (-2, 0)},
    steps=lines(real),
    breaks=(2,),
    instead="levy.lagrangian",
    claims=("levy.lagrangian.line3.real",),
)

evidence = Mean(p_theta(x, given=z), z, p(z))
beta_one = Derivation(
    "levy.beta_one",
    "At beta = 1 the third line is the evidence lower bound of the vanilla VAE.",
    source="Levy, section 2.4: beta = 1",
    steps=(
        Step(plus(reconstruction, -divergence), "start"),
        Step(Mean(log(p_theta(x, given=z) * p(z) / q_z), z, q_z), "log of a product", printed=False),
        Step(
            plus(log(evidence), -KL(q_z, PositiveNamed(r"p_{\theta}(z \mid x)", p_theta(x, given=z) * p(z) / evidence),
                                    z)),
            "Bayes", printed=False,
        ),
    ),
    claims=("levy.beta_one",),
)  # fmt: skip

# ---- where it is stationary ------------------------------------------------------------------------------------------

cell = PositiveTable("q", z)
w = letter("z'")
every = PositiveTable("q", w)
fit = PositiveTable("p_theta", w)
nu = sp.Symbol("nu", real=True)
of_cells = (
    Total(every * log(fit), w) - beta * (Total(every * log(every / p(w)), w) - delta) + nu * (1 - Total(every, w))
)
slope = plus(log(PositiveTable("p_theta", z)), -beta * plus(log(cell / p(z)), 1), -nu)
mass, l, q_one = sp.symbols("p l q", positive=True)

kkt = Derivation(
    "levy.kkt",
    "The slope of the Lagrangian in one value q(z), with nu for the constraint that they add up to one.",
    source="Levy, section 2.4: KKT",
    steps=(Step(Gradient(of_cells, cell), "start", printed=False), Step(slope, "differentiation", printed=False)),
    claims=("levy.multiplier.stationary",),
)

stationary = Derivation(
    "levy.kkt.solved",
    "Where that slope is zero: q = p l^(1/beta) up to a factor, l = p(x|z).",
    source="Levy, section 2.4: KKT",
    steps=(
        Step(sp.Eq(log(l) - beta * (log(q_one / mass) + 1) - nu, 0), "start", printed=False),
        Step(sp.Eq(q_one, mass * l ** (1 / beta) * sp.exp(-1 - nu / beta)), "solving", "=>", printed=False),
    ),
    claims=("levy.multiplier.posterior",),
)

f = PositiveTable("p_theta", z)
Z = PositiveNamed(r"Z_{\beta}", Total(p(z) * f ** (1 / beta), z))
best = PositiveNamed(r"q_{\beta}(z)", p(z) * f ** (1 / beta) / Z)
any_q = Law("q", z)(z)
F = Named(r"\mathcal{F}", Mean(log(f), z, any_q) - beta * (KL(any_q, p(z), z) - delta))

dual = Derivation(
    "levy.dual",
    "Whatever the multiplier, the Lagrangian is at most beta log Z + beta delta, at q_beta = p l^(1/beta) / Z.",
    source="Levy, section 2.4: Lagrangian, line 1",
    steps=(
        Step(F, "start"),
        Step(
            plus(keep(-1, beta, Mean(log(any_q / (p(z) * f ** (1 / beta))), z, any_q)), beta * delta),
            "log of a product",
            printed=False,
        ),
        Step(
            plus(beta * log(Z), keep(-1, beta, KL(any_q, best, z)), beta * delta), "multiply and divide", printed=False
        ),
        Step(plus(beta * log(Z), beta * delta), "Gibbs", "<=", printed=False),
    ),
    claims=("levy.dual", "levy.dual.tight", "levy.multiplier.one.pinned"),
)

spent = KL(best, p(z), z)
gained = Mean(log(f), z, best)

spent_derivation = Derivation(
    "levy.spent",
    "The budget that belongs to beta.",
    source="Levy, section 2.4: Lagrangian, line 1",
    steps=(
        Step(spent, "start", printed=False),
        Step(Mean(log(f ** (1 / beta) / Z), z, best), "definition", printed=False),
        Step(plus(gained / beta, -log(Z)), "linearity", printed=False),
    ),
    claims=("levy.spent",),
)

tight = Derivation(
    "levy.dual.tight",
    "At the multiplier of its own budget the largest Lagrangian is the reconstruction that the budget buys.",
    source="Levy, section 2.4: Lagrangian, line 1",
    steps=(
        Step(plus(beta * log(Z), beta * spent), "start", printed=False),
        Step(plus(beta * log(Z), beta * plus(gained / beta, -log(Z))), "substitution", printed=False),
        Step(gained, "algebra", printed=False),
    ),
    claims=("levy.dual.tight",),
)

other = sp.Symbol("beta'", positive=True)
Z_other = PositiveNamed(r"Z_{\beta'}", Total(p(z) * f ** (1 / other), z))

one_beta = Derivation(
    "levy.multiplier.one",
    "One multiplier for every datum: at another datum's beta' the largest Lagrangian taken for what the budget buys.",
    source="Levy, section 2.4: Lagrangian, line 1",
    steps=(
        Step(plus(other * log(Z_other), other * spent), "start", printed=False),
        Step(gained, "assertion", note="beta carries no index of the datum"),
    ),
    breaks=(1,),
    instead="levy.dual.tight",
    claims=("levy.multiplier.one",),
)

slope_of_value = Derivation(
    "levy.multiplier.slope",
    "beta is the slope of the optimal value: what one more nat of budget buys.",
    source="Levy, section 2.4: Lagrangian, line 1",
    sizes={z: (2, 3)},
    steps=(
        Step(Gradient(gained, beta), "start", printed=False, note="d value / d beta"),
        Step(-Mean((log(f) - gained) ** 2, z, best) / beta**2, "differentiation", printed=False),
        Step(beta * Gradient(spent, beta), "differentiation", printed=False, note="beta times d delta / d beta"),
    ),
)

narrower = Derivation(
    "levy.beta.narrower",
    "As beta increases each posterior spends less.",
    source="Levy, section 2.4: beta increases",
    steps=(
        Step(Gradient(spent, beta), "start"),
        Step(-Mean((log(f) - gained) ** 2, z, best) / beta**3, "differentiation", printed=False),
        Step(sp.Integer(0), "dropping", "<=", printed=False),
    ),
    claims=("levy.beta.narrower",),
)

left = letter("w")
of_best, of_others = PositiveTable("p", z), PositiveTable("p", left)
mass_of_best = PositiveNamed("P", Total(of_best, z) / plus(Total(of_best, z), Total(of_others, left)))
prior_mass = of_best / plus(Total(of_best, z), Total(of_others, left))

slack = Derivation(
    "levy.slack",
    "What it takes to use the best codes alone: the prior on them (z) and not on the others (w), of mass P.",
    source="Levy, section 2.4: KKT",
    sizes={z: (1, 2), left: (2, 2)},
    steps=(
        Step(Total(prior_mass / mass_of_best * log(prior_mass / (mass_of_best * prior_mass)), z), "start",
             printed=False, note="the divergence of the prior on the best codes from the prior"),
        Step(-log(mass_of_best), "normalisation", printed=False, note="a budget beyond this is not used up: beta = 0"),
    ),
    claims=("levy.slack",),
)  # fmt: skip

# ---- the linear-Gaussian model ---------------------------------------------------------------------------------------

j, noise, rest = (sp.Symbol(name, positive=True) for name in ("j", "sigma", "r"))
total = sp.Symbol("Lambda", real=True)
level = PositiveNamed("w", sp.exp((total - 2 * delta) / j))
multiplier = Derivation(
    "levy.multiplier",
    "beta of the linear-Gaussian model: j active eigenvalues, whose logarithms add up to Lambda, are lowered to a level"
    " w by a budget delta; r is the error of the others, and sigma stands for sigma^2.",
    source="Levy, section 2.4: Lagrangian, line 1",
    domain={j: (1, 5)},
    steps=(
        Step(Gradient(-(j * level + rest) / (2 * noise), delta), "start", printed=False),
        Step(level / noise, "differentiation", printed=False),
    ),
    claims=("levy.multiplier",),
)

falls = Derivation(
    "levy.multiplier.falls",
    "The larger the budget the smaller beta.",
    source="Levy, section 2.4: Lagrangian, line 1",
    domain={j: (1, 5)},
    steps=(
        Step(Gradient(level / noise, delta), "start", printed=False),
        Step(-2 * level / (j * noise), "differentiation", printed=False),
        Step(sp.Integer(0), "dropping", "<=", printed=False),
    ),
    claims=("levy.multiplier.falls",),
)


def value(budget: sp.Expr) -> sp.Expr:
    """The best reconstruction of the linear-Gaussian model for a budget, but for a constant."""
    return -(j * sp.exp((total - 2 * budget) / j) + rest) / (2 * noise)


strict = Derivation(
    "levy.constraint.strict",
    "The constraint with < as printed: of what spends half the budget, said to be able to be the best.",
    source="Levy, section 2.4: constraint",
    domain={j: (1, 5)},
    steps=(
        Step(value(delta), "start", note="the supremum under KL < delta"),
        Step(value(delta / 2), "assertion", printed=False, note="the best that a KL of delta/2 allows"),
    ),
    breaks=(1,),
    instead="levy.multiplier",
    claims=("levy.constraint.strict", "levy.constraint.strict.pinned"),
)

s = sp.Symbol("t", positive=True)
nearly = p(z) * f**s / Total(p(z) * f**s, z)

to_the_prior = Derivation(
    "levy.beta.prior",
    "As beta = 1/t goes to infinity each posterior goes to the prior.",
    source="Levy, section 2.4: beta increases",
    steps=(Step(nearly, "start", printed=False), Step(p(z), "limit", "~", small=s, printed=False)),
    claims=("levy.beta.prior",),
)

little = Derivation(
    "levy.beta.spent",
    "For a large beta = 1/t each posterior spends half the prior's variance of the log-likelihood over beta^2.",
    source="Levy, section 2.4: beta increases",
    steps=(
        Step(KL(nearly, p(z), z), "start", printed=False),
        Step(
            s**2 / 2 * Mean((log(f) - Mean(log(f), z, p(z))) ** 2, z, p(z)), "second-order Taylor", "~", printed=False,
            small=s, order=3,
        ),
    ),
)  # fmt: skip

D, k = dimension("D"), dimension("k")
code, mu, datum = vector("z", k), vector("mu", k), vector("x", D)
Sigma, W = matrix("Sigma", k), matrix("W", D, k)
t, variance = sp.Symbol("t", positive=True), sp.Symbol("sigma", positive=True)
error = Form(sp.Identity(D), datum - W * mu)
normaliser = D * log(2 * sp.pi * variance)
narrow = -half * (normaliser + error / variance)

reconstruction_gaussian = Derivation(
    "levy.beta_zero",
    "What is left at beta = 0 for a linear decoder of noise sigma (which stands for sigma^2).",
    source="Levy, section 2.4: beta = 0",
    domain={Sigma: "covariance"},
    dimensions={k: (1, 2), D: (2, 2)},
    steps=(
        Step(
            Mean(-half * (normaliser + Form(sp.Identity(D), datum - W * code) / variance), code,
                 Normal(code, mu, Sigma)),
            "start",
            printed=False,
        ),
        Step(-half * (normaliser + (error + Tr(W * Sigma * W.T)) / variance), "Gaussian moments", printed=False),
    ),
    shipped="elbo.gaussian_reconstruction",
    arguments={"x": datum, "W": W, "noise": variance, "mu": mu, "Sigma": Sigma},
)  # fmt: skip

autoencoder = Derivation(
    "levy.beta_zero.autoencoder",
    "As the posterior narrows to its mean, what is left at beta = 0 is an auto-encoder's error.",
    source="Levy, section 2.4: beta = 0",
    domain={Sigma: "covariance"},
    dimensions={k: (1, 2), D: (2, 2)},
    steps=(
        Step(-half * (normaliser + (error + Tr(W * (t * Sigma) * W.T)) / variance), "start", printed=False),
        Step(narrow, "limit", "~", small=t),
    ),
    claims=("levy.beta_zero.autoencoder",),
)

L, row, column = matrix("L", k), letter("i"), letter("l")

no_best = Derivation(
    "levy.beta_zero.no_best",
    "At beta = 0 half of a covariance L L' is always better: no covariance is best.",
    source="Levy, section 2.4: beta = 0",
    dimensions={k: (1, 2), D: (2, 2)},
    sizes={row: (2, 2), column: (1, 2)},
    steps=(
        Step(
            -half * (normaliser + (error + Tr(W * (half * L * L.T) * W.T)) / variance)
            + half * (normaliser + (error + Tr(W * L * L.T * W.T)) / variance),
            "start",
            printed=False,
        ),
        Step(Tr(W * L * L.T * W.T) / (4 * variance), "trace", printed=False),
        Step(Sum(Sum(Entry(W * L, row, column) ** 2, column), row) / (4 * variance), "trace", printed=False),
        Step(sp.Integer(0), "dropping", ">=", printed=False),
    ),
    claims=("levy.beta_zero.no_best",),
)  # fmt: skip

"""The two desiderata, the InfoMax objective, the chain for its KL term, and the objective rewritten."""

from theory.printed import infomax as printed
from verification.claim import INFOMAX, Claim
from verification.domains.infomax import CODES, PERMUTATIONS, SILENT_CODE, WORLDS
from verification.domains.joint import LINEAR
from verification.mutants import at, double, half, negated, scaled, shifted, zero
from verification.oracles import entropies, linear_models, linear_points, worlds
from verification.relations.at_most import AT_MOST
from verification.relations.equals import EQUALS

_KL = dict(worlds=worlds.aggregate_kl, entropies=entropies.aggregate_kl)
_CHAIN = (at(log_data=half), at(log_enc=half), at(log_prior=zero), shifted(0.7), scaled(1.01))

useless = Claim(
    "infomax.desiderata.maximum",
    "A deterministic code tells at most H[X].",
    INFOMAX.at("desiderata"),
    AT_MOST,
    printed.coded_information,
    dict(worlds=worlds.coded_entropy, entropies=entropies.coded_entropy),
    CODES,
    (at(log_data=half), scaled(2), shifted(0.7), shifted(-0.7), shifted(0.01)),
    latex=r"I(X;Z) \leq H[X]",
    tight="infomax.desiderata.invertible",
    note="Of a continuous x a deterministic code tells infinitely much, and the InfoMax objective is minus infinity.",
)
useless_tight = Claim(
    "infomax.desiderata.invertible",
    "Without (1), (2) is insufficient: every deterministic and invertible function of X has the maximum information.",
    INFOMAX.at("desiderata"),
    EQUALS,
    printed.coded_information,
    dict(worlds=worlds.coded_entropy, entropies=entropies.coded_entropy),
    PERMUTATIONS,
    (at(log_data=half), at(code=zero), shifted(0.7), shifted(-0.7), shifted(0.01)),
    latex=r"I(X;f(X)) = H[X]",
)
ignorant = Claim(
    "infomax.desiderata.ignorant",
    "Without (2), (1) is insufficient: q(z|x) = p(z) reproduces the prior and tells nothing, so that L(psi) = 0.",
    INFOMAX.at("desiderata"),
    EQUALS,
    printed.no_objective,
    dict(worlds=worlds.objective, entropies=entropies.objective),
    SILENT_CODE,
    (shifted(0.7), shifted(-0.7), shifted(0.1), shifted(0.01)),
    latex=r"q(z|x) = p(z) \Rightarrow \mathrm{KL}(q(z)\,\|\,p(z)) = I(X;Z) = 0",
)
objective = Claim(
    "infomax.objective",
    "The InfoMax objective is KL(q(z) || p(z)) less lambda I(X; Z).",
    INFOMAX.at("InfoMax objective"),
    EQUALS,
    printed.infomax_objective,
    dict(worlds=worlds.objective, entropies=entropies.objective),
    WORLDS,
    (at(lam=half), at(log_data=half), at(log_prior=zero), shifted(0.7), scaled(1.01)),
    latex=r"\mathcal{L}(\psi) = \mathrm{KL}[q_\psi(z)\,\|\,p(z)] - \lambda\,\mathbb{I}[X, Z]",
)
chain_1 = Claim(
    "infomax.chain.1",
    "KL(q(z) || p(z)) is the mean of log q(z)/p(z) under q(z).",
    INFOMAX.at("KL chain, line 1"),
    EQUALS,
    printed.kl_chain_line_1,
    _KL,
    WORLDS,
    _CHAIN,
    latex=r"\mathrm{KL}[q_\psi(z)\,\|\,p(z)] = \mathbb{E}_{q_\psi(z)} \log \frac{q_\psi(z)}{p(z)}",
    note="Finite where p(z) > 0 wherever q(z) > 0; otherwise both sides are infinite.",
)
chain_2 = Claim(
    "infomax.chain.2",
    "The same under q(z|x) p_D(x).",
    INFOMAX.at("KL chain, line 2"),
    EQUALS,
    printed.kl_chain_line_2,
    _KL,
    WORLDS,
    _CHAIN,
    latex=r"= \mathbb{E}_{q_\psi(z|x)\,p_D(x)} \log \frac{q_\psi(z)}{p(z)}",
)
chain_3 = Claim(
    "infomax.chain.3",
    "Split at q(z|x).",
    INFOMAX.at("KL chain, line 3"),
    EQUALS,
    printed.kl_chain_line_3,
    _KL,
    WORLDS,
    _CHAIN,
    latex=r"= \mathbb{E}_{q_\psi(z|x)\,p_D(x)} \log \frac{q_\psi(z)}{q_\psi(z|x)}"
    r" + \mathbb{E}_{q_\psi(z|x)\,p_D(x)} \log \frac{q_\psi(z|x)}{p(z)}",
    note="From here on I(X; Z) must be finite: for a deterministic code of a continuous x the terms are minus and plus "
    "infinity, and their sum says nothing although the left side may be finite.",
)
chain_4 = Claim(
    "infomax.chain.4",
    "Expanded by p_D(x).",
    INFOMAX.at("KL chain, line 4"),
    EQUALS,
    printed.kl_chain_line_4,
    _KL,
    WORLDS,
    _CHAIN,
    latex=r"= \mathbb{E}_{q_\psi(z|x)\,p_D(x)} \log \frac{q_\psi(z)\,p_D(x)}{q_\psi(z|x)\,p_D(x)}"
    r" + \mathbb{E}_{q_\psi(z|x)\,p_D(x)} \log \frac{q_\psi(z|x)}{p(z)}",
)
chain_5 = Claim(
    "infomax.chain.5",
    "KL(q(z) || p(z)) = -I(X; Z) + E KL(q(z|x) || p(z)).",
    INFOMAX.at("KL chain, line 5"),
    EQUALS,
    printed.kl_chain_line_5,
    _KL,
    WORLDS,
    _CHAIN,
    latex=r"= -\mathbb{I}[X,Z] + \mathbb{E}_{p_D}\mathrm{KL}[q_\psi(z|x)\,\|\,p(z)]",
)
chain_coded = Claim(
    "infomax.chain.coded",
    "The last line for deterministic codes of finitely many x, whose q(z|x) is 0 or 1.",
    INFOMAX.at("KL chain, line 5"),
    EQUALS,
    printed.coded_chain,
    dict(worlds=worlds.coded_kl, entropies=entropies.coded_kl),
    CODES,
    (at(log_data=half), at(log_prior=zero), at(log_prior=half), shifted(0.7), scaled(1.01)),
    printed=False,
)
chain_linear = Claim(
    "infomax.chain.linear",
    "The last line for x ~ N(0, Sigma_x), z|x ~ N(A x, Sigma) and a Gaussian prior.",
    INFOMAX.at("KL chain, line 5"),
    EQUALS,
    printed.linear_chain,
    dict(linear_models=linear_models.aggdiv, linear_points=linear_points.aggdiv),
    LINEAR,
    (at(A=half), at(Sigma=double), at(Sigma0=double), shifted(0.7), scaled(1.01)),
    printed=False,
)
rewritten_1 = Claim(
    "infomax.rewritten.1",
    "The objective, put down again.",
    INFOMAX.at("InfoMax rewritten, line 1"),
    EQUALS,
    printed.infomax_objective,
    dict(worlds=worlds.objective, entropies=entropies.objective),
    WORLDS,
    (at(lam=negated), at(log_enc=half), at(log_prior=zero), shifted(0.7), scaled(1.01)),
    latex=r"\mathcal{L}(\psi) = \mathrm{KL}[q_\psi(z)\,\|\,p(z)] - \lambda\,\mathbb{I}[X, Z]",
)
rewritten_2 = Claim(
    "infomax.rewritten.2",
    "The InfoMax objective is E KL(q(z|x) || p(z)) less (lambda + 1) I(X; Z).",
    INFOMAX.at("InfoMax rewritten, line 2"),
    EQUALS,
    printed.rewritten_line_2,
    dict(worlds=worlds.objective, entropies=entropies.objective),
    WORLDS,
    (at(lam=half), at(log_enc=half), at(log_prior=zero), shifted(0.7), scaled(1.01)),
    latex=r"= \mathbb{E}_{p_D}\mathrm{KL}[q_\psi(z|x)\,\|\,p(z)] - (\lambda + 1)\,\mathbb{I}[X, Z]",
)

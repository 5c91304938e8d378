"""Equation (1): the posterior of a model whose decoder is fed r(z)."""

from theory.printed import kumar_poole_uniqueness as printed
from verification.claim import KUMAR_POOLE, REFUTED, Claim
from verification.domains.mixing import DECODED, LINEAR
from verification.domains.uniqueness import EXACT, OPEN
from verification.mutants import at, double, half, negated, scaled, shifted, transposed, zero
from verification.oracles import duals, gibbs, orbits, projections, transports, turns
from verification.relations.bias import BIASED_LOW
from verification.relations.equals import EQUALS
from verification.relations.limit import Limit

_EQ1 = KUMAR_POOLE.at("(1)")
_LAST = r"p'(z|x) = \frac{p(x|r(z))\,p(z)}{p(x)} = p(r(z)|x)"
_MISTAKES = (at(U=transposed), at(W=half), at(noise=double), at(z=zero), scaled(1 / 2), shifted(0.7), scaled(1.01))
_LOGISTIC = dict(transports=transports.new_posterior, duals=duals.new_posterior)

eq1 = Claim(
    "kumar_poole.eq1",
    "p'(z|x) = p(r(z)|x) for a rotation of N(0, I), which keeps volume and the prior's density.",
    _EQ1,
    EQUALS,
    printed.eq_1_last,
    dict(turns=turns.new_posterior, projections=projections.new_posterior),
    LINEAR,
    _MISTAKES,
    latex=_LAST,
)
eq1_back = Claim(
    "kumar_poole.eq1.back",
    "p(z|x) = p'(r^-1(z)|x): the new posterior is the old one moved by r^-1.",
    _EQ1,
    EQUALS,
    printed.eq_1_back,
    dict(turns=turns.old_posterior, projections=projections.old_posterior),
    LINEAR,
    (at(z=half), at(W=half), at(noise=double), at(z=zero), scaled(1 / 2), shifted(0.7), scaled(1.01)),
    latex=r"p(z|x) = p'(r^{-1}(z)|x), \quad p'_{z|x} = r^{-1} \# p_{z|x}",
)
eq1_any = Claim(
    "kumar_poole.eq1.any_prior",
    "p'(z|x) = p(r(z)|x) for the maps of appendix A: logistic latents.",
    _EQ1,
    EQUALS,
    printed.eq_1_last_logistic,
    _LOGISTIC,
    DECODED,
    latex=_LAST,
    expected=REFUTED,
    pinned="kumar_poole.eq1.any_prior.pinned",
    corrected="kumar_poole.eq1.any_prior.pinned",
    printed=False,
    note="(1) supposes p(r(z)) = p(z) and |det J_r| = 1, of which appendix A's maps have neither beyond the Gaussian "
    "and the uniform prior. What follows from r#p = p alone is p'_(z|x) = r^-1 # p_(z|x).",
)
eq1_any_pinned = Claim(
    "kumar_poole.eq1.any_prior.pinned",
    "p'(z|x) = p(r(z)|x) |det J_r(z)|.",
    _EQ1,
    EQUALS,
    printed.eq_1_corrected,
    _LOGISTIC,
    DECODED,
    (at(U=transposed), at(latents=half), at(latents=negated), at(a=half), scaled(1 / 2), shifted(0.7), scaled(1.01)),
    latex=r"p'(z|x) = p(r(z)|x)\,|\det J_r(z)|",
    printed=False,
)
strictly_less = Claim(
    "kumar_poole.eq1.best_elbo",
    "If the posterior is in Q but the new one is not, the best ELBO of the new model is strictly less: of a closed Q.",
    _EQ1,
    BIASED_LOW,
    printed.log_evidence,
    dict(orbits=orbits.best_moved, gibbs=gibbs.best_moved),
    EXACT,
    (shifted(-2.0), shifted(-1.5), shifted(-1.0), scaled(2)),
    latex=r"p_{z|x} \in \mathcal{Q},\ p'_{z|x} \notin \mathcal{Q} \Rightarrow"
    r" \max_{q \in \mathcal{Q}} L(q, p') < L(p_{z|x}, p)",
    note="Of a family that is not closed the least upper bound may be the same, see `kumar_poole.eq1.best_elbo.open`.",
)
not_closed = Claim(
    "kumar_poole.eq1.best_elbo.open",
    "A family that is not closed comes as near to log p(x) under the new model as under the old.",
    _EQ1,
    Limit("t", path=(1.0, 0.1, 0.01, 0.001), shrinks=1e-4),
    printed.log_evidence,
    dict(orbits=orbits.approaching, gibbs=gibbs.approaching),
    OPEN,
    (shifted(0.5), shifted(-0.5), shifted(0.1), scaled(2)),
    latex=r"\sup_{q \in \mathcal{Q}} L(q, p') = \log p(x)",
    printed=False,
)

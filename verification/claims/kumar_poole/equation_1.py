"""Equation (1): the posterior of a model whose decoder is fed r(z)."""

from theory.printed import kumar_poole_uniqueness as printed
from verification.claim import KUMAR_POOLE, REFUTED, Claim
from verification.domains.mixing import DECODED, LINEAR
from verification.mutants import at, double, half, negated, scaled, shifted, transposed, zero
from verification.oracles import duals, projections, transports, turns
from verification.relations.equals import EQUALS

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

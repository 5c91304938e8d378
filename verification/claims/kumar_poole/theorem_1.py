"""Theorem 1, its corollary and (15): what maps of the latents do to the objective, and when they lower the optimum."""

from theory.printed import kumar_poole_uniqueness as printed
from verification.claim import KUMAR_POOLE, REFUTED, Claim
from verification.domains.mixing import TURNED
from verification.domains.rotations import LINEAR_POSTERIOR
from verification.domains.uniqueness import ANY_FAMILY, BROKEN, COMPLETED, GROUPS, KEPT, MIXED, MOVED, SAME, SIGNED
from verification.mutants import at, double, first_only, half, identity_matrix, scaled, shifted, transposed, zero
from verification.oracles import gibbs, orbits, polar, projections, score_grids, turns
from verification.relations.at_most import AT_MOST
from verification.relations.bias import BIASED_HIGH, BIASED_LOW
from verification.relations.equals import EQUALS

_EQ15, _THEOREM = KUMAR_POOLE.at("(15)"), KUMAR_POOLE.at("theorem 1")
_COROLLARY, _SECTION = KUMAR_POOLE.at("corollary 1"), KUMAR_POOLE.at("section 3.2")
_MOVED = dict(orbits=orbits.moved_objective, gibbs=gibbs.moved_objective)
_MISTAKES = (at(P=identity_matrix), at(beta=half), at(log_dec=half), scaled(1 / 2), shifted(0.7), scaled(1.01))
_L = r"L(q, p_r) = L(r \# q, p)"
_STRICT = r"\max_{q \in \mathcal{Q}} L(q, p_r^*) < L(q^*, p^*)"

# --- (15) -------------------------------------------------------------------------------------------------------------

eq15 = Claim(
    "kumar_poole.eq15",
    "L(q, p_r) = L(r#q, p): the first and the last line.",
    _EQ15, EQUALS, printed.eq_15_line_1, _MOVED, MOVED, _MISTAKES, latex=_L,
    note="Of codes and of densities alike r#p = p is enough, whatever |det J_r|: KL(q || p) does not change under r.",
)  # fmt: skip
eq15_line_2 = Claim(
    "kumar_poole.eq15.line_2", "The second line.", _EQ15, EQUALS, printed.eq_15_line_2, _MOVED, MOVED, _MISTAKES,
    latex=r"\int q \log\left(p(x|r(z))\left(\frac{p}{q}\right)^\beta\right)dz",
)  # fmt: skip
eq15_line_3 = Claim(
    "kumar_poole.eq15.line_3", "The third line, of codes.", _EQ15, EQUALS, printed.eq_15_line_3, _MOVED, MOVED,
    _MISTAKES, latex=r"\int q(r^{-1}(z')) \log\left(p(x|z')\left(\frac{p(r^{-1}(z'))}{q(r^{-1}(z'))}\right)^\beta"
    r"\right)dz'",
)  # fmt: skip
eq15_line_4 = Claim(
    "kumar_poole.eq15.line_4", "The fourth line, of codes.", _EQ15, EQUALS, printed.eq_15_line_4, _MOVED, MOVED,
    _MISTAKES, latex=r"\int q(r^{-1}(z)) \log\left(p(x|z)\left(\frac{p(z)}{q(r^{-1}(z))}\right)^\beta\right)dz",
)  # fmt: skip
eq15_inverse = Claim(
    "kumar_poole.eq15.inverse",
    "This also implies that L(q, p) = L(q_(r^-1), p_r).",
    _EQ15, EQUALS, printed.eq_15_inverse, dict(orbits=orbits.objective, gibbs=gibbs.objective), MOVED,
    (at(beta=half), at(log_dec=half), at(log_enc=half), scaled(1 / 2), shifted(0.7), scaled(1.01)),
    latex=r"L(q, p) = L(q_{r^{-1}}, p_r)",
)  # fmt: skip
eq15_gaussian = Claim(
    "kumar_poole.eq15.gaussian",
    "L(q, p_r) = L(r#q, p) of Gaussian posteriors, linear decoders and rotations.",
    _EQ15, EQUALS, printed.eq_15_gaussian,
    dict(turns=turns.moved_objective, projections=projections.moved_objective), LINEAR_POSTERIOR,
    (at(U=transposed), at(W=half), at(beta=half), at(mu=zero), scaled(1 / 2), shifted(0.7), scaled(1.01)), latex=_L,
    printed=False,
)  # fmt: skip
eq15_volume = Claim(
    "kumar_poole.eq15.volume",
    "The third line, of densities: at q = p of logistic latents it is the first.",
    _EQ15, EQUALS, printed.eq_15_logistic,
    dict(score_grids=score_grids.told_without_volume, polar=polar.told_without_volume), TURNED,
    latex=r"\int q(r^{-1}(z')|x) \ldots dz'", expected=REFUTED, pinned="kumar_poole.appendix_a.determinant.pinned",
    corrected="kumar_poole.eq15.density", note="As in appendix A the substitution loses |det J_(r^-1)(z')|; q_r is "
    "q(r^-1(z)) |det J_(r^-1)(z)|, and the first line equals the last.",
)  # fmt: skip
eq15_density = Claim(
    "kumar_poole.eq15.density",
    "At q = p of logistic latents L(q, p_r) = L(p, p): r#p = p.",
    _EQ15, EQUALS, printed.eq_15_logistic, dict(score_grids=score_grids.told, polar=polar.told), TURNED,
    (at(a=half), at(a=double), scaled(-1), shifted(0.7), scaled(1.01)), printed=False,
)  # fmt: skip

# --- the theorem ------------------------------------------------------------------------------------------------------

_COUNTS = (scaled(2), scaled(1 / 2), shifted(1.0), shifted(-1.0), at(order=half))
_NONE = (shifted(1.0), shifted(-1.0), shifted(2.0), shifted(0.01))
_WITH_PRIOR = dict(orbits=orbits.families_with_prior, gibbs=gibbs.families_with_prior)
_CONVEX = dict(orbits=orbits.convex_families, gibbs=gibbs.convex_families)
_BEST = dict(orbits=orbits.best_moved, gibbs=gibbs.best_moved)
_WIDER = (shifted(-2.0), shifted(-1.5), shifted(-1.0), shifted(-3.0))

completion = Claim(
    "kumar_poole.theorem_1.completion",
    "Optimising over the completion of Q does not change the optimal value over q and p.",
    _THEOREM, EQUALS, printed.best_over_decoders,
    dict(orbits=orbits.best_of_completion, gibbs=gibbs.best_of_completion), COMPLETED,
    (at(maps=first_only), at(beta=half), at(log_lik=half), scaled(1 / 2), shifted(0.7), scaled(1.01)),
    latex=r"\max_{q \in \mathcal{Q}, p} L(q, p) = \max_{q \in \tilde{\mathcal{Q}}, p} L(q, p)",
    note="For the decoders together, not for one alone: it needs p_r among them.",
)  # fmt: skip
hypothesis = Claim(
    "kumar_poole.theorem_1.hypothesis.families",
    "How many families meet q in Q => r#q not in Q for all r in R: of each free orbit one posterior at most, of others "
    "none.",
    _THEOREM, EQUALS, printed.families, dict(orbits=orbits.families, gibbs=gibbs.families), GROUPS, _COUNTS,
    latex=r"q \in \mathcal{Q} \Rightarrow r \# q \notin \mathcal{Q} \quad \forall r \in R", printed=False,
    unit="families", note="With the identity in R, none. Gaussians of "
    "variances that all differ meet it if R holds no signed permutations.",
)  # fmt: skip
with_prior = Claim(
    "kumar_poole.theorem_1.hypothesis",
    "The theorem's hypothesis can be met by a family that holds the prior, as mean-field Gaussians do.",
    _THEOREM, BIASED_HIGH, printed.no_family, _WITH_PRIOR, GROUPS,
    latex=r"q \in \mathcal{Q} \Rightarrow r \# q \notin \mathcal{Q} \quad \forall r \in R", expected=REFUTED,
    pinned="kumar_poole.theorem_1.hypothesis.pinned", corrected="kumar_poole.theorem_1.corrected", unit="families",
    note="Never: r#p = p. Nor by any mean-field family if R holds all orthogonal maps, for signed permutations keep "
    "it, nor by any family at all if R holds the identity.",
)  # fmt: skip
with_prior_pinned = Claim(
    "kumar_poole.theorem_1.hypothesis.pinned",
    "No family that holds the prior meets the hypothesis.",
    _THEOREM, EQUALS, printed.no_family, _WITH_PRIOR, GROUPS, _NONE, printed=False, unit="families",
)  # fmt: skip
corrected = Claim(
    "kumar_poole.theorem_1.corrected",
    "If q* is the only maximiser over Q and r#Q and r^-1 # q* is not in Q, r lowers the optimum.",
    _THEOREM, BIASED_LOW, printed.best_of_family, _BEST, BROKEN, _WIDER, latex=_STRICT, printed=False,
    note="A condition on q* and on this r alone, which a family that holds the prior can meet. Q must be closed for "
    "the maximum to be attained.",
)  # fmt: skip
loss = Claim(
    "kumar_poole.theorem_1.loss",
    "What a family loses under p_r to the best of all posteriors is beta min KL(q || r^-1 # q*).",
    _THEOREM, EQUALS, printed.loss_of_family, dict(orbits=orbits.loss_of_family, gibbs=gibbs.loss_of_family),
    ANY_FAMILY,
    (at(P=identity_matrix), at(beta=half), at(log_lik=half), scaled(1 / 2), shifted(0.7), scaled(1.01)),
    latex=r"\max_q L(q, p) - \max_{q \in \mathcal{Q}} L(q, p_r) = \beta \min_{q \in \mathcal{Q}}"
    r" \mathrm{KL}(q \,\|\, r^{-1} \# q^*)",
    printed=False,
)  # fmt: skip
_STAY = dict(orbits=orbits.kept_members, gibbs=gibbs.kept_members)

all_orthogonal = Claim(
    "kumar_poole.section_3_2.non_gaussian",
    "With factorised non-Gaussian posteriors and R the class of orthogonal transformations no r#q is in Q.",
    _SECTION, EQUALS, printed.none_kept, _STAY, SIGNED, expected=REFUTED,
    latex=r"q \in \mathcal{Q} \Rightarrow r \# q \notin \mathcal{Q} \quad \forall r \in R",
    pinned="kumar_poole.section_3_2.non_gaussian.pinned", corrected="kumar_poole.theorem_1.corrected", unit="pairs",
    note="Signed permutations are orthogonal and keep every mean-field family: unique at most but for them. Latents of "
    "which two are Gaussian, of equal variances, may be rotated besides: no more than one may be Gaussian.",
)  # fmt: skip
all_orthogonal_pinned = Claim(
    "kumar_poole.section_3_2.non_gaussian.pinned",
    "Each of the 8 signed permutations of the plane takes each mean-field posterior to one.",
    _SECTION, EQUALS, printed.all_kept, _STAY, SIGNED, (scaled(1 / 2), scaled(2), shifted(1.0), shifted(-1.0)),
    printed=False, unit="pairs",
)  # fmt: skip
tie = Claim(
    "kumar_poole.section_3_2.tie",
    "Under signed permutations the optimum over independent latents stays what it is.",
    _SECTION, EQUALS, printed.best_of_family, _BEST, KEPT,
    (at(log_lik=half), at(beta=double), scaled(1 / 2), shifted(0.7), scaled(1.01)),
    latex=r"\max_{q \in \mathcal{Q}} L(q, p_r^*) = L(q^*, p^*)", printed=False,
)  # fmt: skip

# --- the corollary ----------------------------------------------------------------------------------------------------

vacuous = Claim(
    "kumar_poole.corollary_1",
    "Some family meets the hypothesis and has a convex completion.",
    _COROLLARY, BIASED_HIGH, printed.no_family, _CONVEX, GROUPS, latex=r"\tilde{\mathcal{Q}} \text{ convex}",
    expected=REFUTED, pinned="kumar_poole.corollary_1.pinned", corrected="kumar_poole.corollary_1.concave",
    unit="families", note="A convex completion holds the mean of q over a finite group of maps, say turns by 72 "
    "degrees; that mean is r#q' of a q' in Q, and a conjugate turn, which mixes too, keeps q'. So for rotations the "
    "corollary speaks of no family at all.",
)  # fmt: skip
vacuous_pinned = Claim(
    "kumar_poole.corollary_1.pinned",
    "No family that meets the hypothesis has a convex completion.",
    _COROLLARY, EQUALS, printed.no_family, _CONVEX, GROUPS, _NONE, printed=False, unit="families",
)  # fmt: skip
_SLACK = (shifted(0.5), shifted(1.0), scaled(2), scaled(8), scaled(1.01))

concave = Claim(
    "kumar_poole.corollary_1.concave",
    "L is concave in q by beta times a Jensen-Shannon divergence: over a convex set it has one maximiser at most.",
    _COROLLARY, EQUALS, printed.concavity, dict(orbits=orbits.concavity, gibbs=gibbs.concavity), MIXED,
    (at(weight=half), at(beta=half), at(first=half), scaled(-1), scaled(1 / 2), shifted(0.7), scaled(1.01)),
    latex=r"L(\bar q) - w L(q_1) - (1-w) L(q_2) = \beta\left(w\,\mathrm{KL}(q_1 \| \bar q)"
    r" + (1-w)\,\mathrm{KL}(q_2 \| \bar q)\right)",
    printed=False,
)  # fmt: skip
strong = Claim(
    "kumar_poole.corollary_1.strong",
    "The objective is strongly concave in q: in total variation, by Pinsker's inequality.",
    _COROLLARY, AT_MOST, printed.strong_concavity, dict(orbits=orbits.concavity, gibbs=gibbs.concavity), MIXED, _SLACK,
    latex=r"L(\bar q) - w L(q_1) - (1-w) L(q_2) \geq \frac{\beta}{2} w(1-w) \|q_1 - q_2\|_1^2",
    tight="kumar_poole.corollary_1.strong.tight",
    note="So a maximiser over a convex set is unique. That there is one needs the set closed as well.",
)  # fmt: skip
strong_tight = Claim(
    "kumar_poole.corollary_1.strong.tight",
    "Both are 0 for equal posteriors.",
    _COROLLARY, EQUALS, printed.strong_concavity, dict(orbits=orbits.concavity, gibbs=gibbs.concavity), SAME,
    (shifted(0.5), shifted(-0.5), shifted(0.1), shifted(0.01)), printed=False,
)  # fmt: skip

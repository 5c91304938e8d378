"""Equations (36) to (40), the closing diagram and the remark below it."""

from collections.abc import Callable
from typing import Any

from theory import importance
from theory.printed import zheng_importance as printed
from verification.claim import REFUTED, ZHENG, Claim
from verification.domains.importance import DRAWN_WEIGHTS, EXACT, MANY_DRAWS, UNCOVERED, WEIGHTED
from verification.mutants import at, double, half, negated, scaled, shifted, swapped, zero
from verification.oracles import laplace, tuples
from verification.relations.at_most import AT_MOST
from verification.relations.equals import EQUALS
from verification.relations.limit import Limit

_MISTAKES = (at(log_lik=half), at(log_prior=zero), swapped("log_prior", "log_encoder"), shifted(0.7), shifted(0.01))
_BOUND_MISTAKES = (at(log_lik=zero), at(log_prior=zero), shifted(2.0), shifted(0.7), shifted(0.01))
_ANY_ENCODER = (at(log_lik=half), at(log_prior=zero), at(log_lik=double), shifted(0.7), shifted(0.01))

Oracles = dict[str, Callable[..., Any]]
_EVIDENCE: Oracles = dict(tuples=tuples.evidence, laplace=laplace.evidence)
_EVIDENCE_EACH: Oracles = dict(tuples=tuples.evidence_each, laplace=laplace.evidence_each)
_COVERED: Oracles = dict(tuples=tuples.covered, laplace=laplace.covered)
_SEVERAL: Oracles = dict(tuples=tuples.iw_several, laplace=laplace.iw_several)
_NEXT: Oracles = dict(tuples=tuples.iw_next, laplace=laplace.iw_next)

_36, _37, _38, _39, _40 = map(ZHENG.at, ("(36)", "(37)", "(38)", "(39)", "(40)"))
_DIAGRAM, _REMARK = ZHENG.at("diagram"), ZHENG.at("closing remark")

# --- (36) to (38) -----------------------------------------------------------------------------------------------------

eq36 = Claim(
    "zheng.eq36",
    "P_dec(x) is the likelihood averaged over the prior.",
    _36,
    EQUALS,
    printed.eq_36,
    _EVIDENCE,
    WEIGHTED,
    (at(log_lik=half), at(log_prior=zero), at(log_lik=zero), shifted(0.7), shifted(0.01)),
    latex=r"P_{dec}(x) = \mathbb{E}_{z\sim P_0}[P(x|z)]",
)
_EQ_37 = r"P_{dec}(x) = \mathbb{E}_{z\sim Q}[P(x|z)\,R(x, z)], \quad R(x, z) = \frac{P_0(z)}{Q(z|x)}"
eq37 = Claim(
    "zheng.eq37",
    "The prior can be substituted by any encoder.",
    _37,
    EQUALS,
    printed.eq_37,
    _EVIDENCE,
    UNCOVERED,
    latex=_EQ_37,
    expected=REFUTED,
    pinned="zheng.eq37.pinned",
    corrected="zheng.eq37.corrected",
    note="P = P_0 = (1/2, 1/2) and Q = (1, 0) give 1/4 where P_dec(x) is 1/2: what Q never draws is lost.",
)
eq37_pinned = Claim(
    "zheng.eq37.pinned",
    "An encoder that leaves out states counts only those that it draws.",
    _37,
    EQUALS,
    printed.eq_37,
    _COVERED,
    UNCOVERED,
    (at(log_lik=half), at(log_lik=zero), at(log_prior=half), shifted(0.7), shifted(0.01)),
    latex=r"\mathbb{E}_{z\sim Q}[P(x|z)\,R(x, z)] = \sum_{z:\,Q(z|x) > 0} P_0(z)\,P(x|z)",
    printed=False,
)
eq37_corrected = Claim(
    "zheng.eq37.corrected",
    "The prior can be substituted by an encoder that draws every z that the prior and the likelihood allow.",
    _37,
    EQUALS,
    printed.eq_37,
    _EVIDENCE,
    WEIGHTED,
    _ANY_ENCODER,
    latex=_EQ_37 + r", \quad Q(z|x) > 0 \text{ where } P_0(z)\,P(x|z) > 0",
    printed=False,
)
eq37_weights = Claim(
    "zheng.eq37.weights",
    "log P_dec(x) from log-weights, without leaving logarithms.",
    _37,
    EQUALS,
    printed.log_evidence,
    _EVIDENCE,
    WEIGHTED,
    _ANY_ENCODER,
    printed=False,
)
eq38 = Claim(
    "zheng.eq38",
    "The mean of m independent weights is P_dec(x) in expectation, where the encoder leaves out nothing.",
    _38,
    EQUALS,
    printed.eq_38,
    _EVIDENCE_EACH,
    WEIGHTED,
    _ANY_ENCODER,
    latex=r"P_{dec}(x) = \mathbb{E}_{z^{(1)},\ldots,z^{(m)}\sim Q}"
    r"\left[\frac{1}{m}\sum_{i=1}^m P(x|z^{(i)})\,R(x, z^{(i)})\right]",
    note="m = 1, 2, 3. With an encoder that leaves out states it is off as zheng.eq37.pinned says.",
)

# --- (39) and (40) ----------------------------------------------------------------------------------------------------

eq39 = Claim(
    "zheng.eq39",
    "ELBO(x) is a lower bound of log P_dec(x).",
    _39,
    AT_MOST,
    printed.eq_39_elbo,
    _EVIDENCE,
    WEIGHTED,
    _BOUND_MISTAKES,
    latex=r"\log P_{dec}(x) \geq \mathbb{E}_{z\sim Q}[\log(P(x|z)\,R(x, z))]",
    tight="zheng.eq39.tight",
)
eq39_tight = Claim(
    "zheng.eq39.tight",
    "ELBO(x) equals log P_dec(x) where the encoder is the exact posterior.",
    _39,
    EQUALS,
    printed.eq_39_elbo,
    _EVIDENCE,
    EXACT,
    _BOUND_MISTAKES,
    printed=False,
)
eq40 = Claim(
    "zheng.eq40",
    "IW_m-ELBO(x) is a lower bound of log P_dec(x).",
    _40,
    AT_MOST,
    printed.eq_40_iw,
    _EVIDENCE_EACH,
    WEIGHTED,
    _BOUND_MISTAKES,
    latex=r"\log P_{dec}(x) \geq \mathbb{E}_{z^{(1)},\ldots,z^{(m)}\sim Q}"
    r"\left[\log\left(\frac{1}{m}\sum_{i=1}^m P(x|z^{(i)})\,R(x, z^{(i)})\right)\right]",
    tight="zheng.eq40.tight",
    note="m = 1, 2, 3.",
)
eq40_tight = Claim(
    "zheng.eq40.tight",
    "IW_m-ELBO(x) equals log P_dec(x) where the encoder is the exact posterior.",
    _40,
    EQUALS,
    printed.eq_40_iw,
    _EVIDENCE_EACH,
    EXACT,
    _BOUND_MISTAKES,
    printed=False,
)
iw = Claim(
    "zheng.eq40.iw",
    "IW_m-ELBO(x), summed over all draws.",
    _40,
    EQUALS,
    printed.eq_40_iw,
    dict(tuples=tuples.iw, laplace=laplace.iw),
    WEIGHTED,
    _MISTAKES,
    printed=False,
)
mc = Claim(
    "zheng.eq40.mc",
    "MC_k-ELBO(x) is ELBO(x) in expectation, whatever k is.",
    _40,
    EQUALS,
    printed.eq_40_mc_expected,
    dict(tuples=tuples.elbo_each, laplace=laplace.elbo_each),
    WEIGHTED,
    _MISTAKES,
    latex=r"\mathbb{E}\left[\frac{1}{k}\sum_{j=1}^k \log(P(x|z^{(j)})\,R(x, z^{(j)}))\right]"
    r" = \mathbb{E}_{z\sim Q}[\log(P(x|z)\,R(x, z))]",
)
mc_iw = Claim(
    "zheng.eq40.mc_iw",
    "MC_k-IW_m-ELBO(x) is IW_m-ELBO(x) in expectation.",
    _40,
    EQUALS,
    printed.eq_40_mc_iw_expected,
    dict(tuples=tuples.iw_short, laplace=laplace.iw_short),
    WEIGHTED,
    _MISTAKES,
    note="k = 2 and m = 1, 2, over all draws of k m states.",
)

# --- the closing diagram ----------------------------------------------------------------------------------------------

more_draws = Claim(
    "zheng.diagram.k",
    "MC_k-ELBO(x) tends to ELBO(x): its mean square error is Var log w / k.",
    _DIAGRAM,
    EQUALS,
    printed.mc_mean_square_error,
    dict(tuples=tuples.mean_square_error, laplace=laplace.mean_square_error),
    WEIGHTED,
    (at(log_lik=half), at(log_prior=zero), swapped("log_prior", "log_encoder"), scaled(2), scaled(1.01)),
    latex=r"\mathbb{E}\left(\frac{1}{k}\sum_{j=1}^k \log w(z^{(j)}) - \mathrm{ELBO}(x)\right)^2"
    r" = \frac{1}{k}\operatorname{Var}_Q \log w(z)",
    unit="nats squared",
)
same = Claim(
    "zheng.diagram.mc",
    "MC_k-ELBO(x) and MC_k-IW_1-ELBO(x) are one number, draw by draw.",
    _DIAGRAM,
    EQUALS,
    printed.mc_k_iw_1,
    dict(tuples=tuples.drawn_elbo, laplace=laplace.drawn_elbo),
    DRAWN_WEIGHTS,
    (at(log_w=half), at(log_w=negated), shifted(0.7), shifted(0.01)),
)
one_draw = Claim(
    "zheng.diagram.iw_1",
    "ELBO(x) is IW_1-ELBO(x).",
    _DIAGRAM,
    EQUALS,
    printed.eq_39_elbo,
    dict(tuples=tuples.iw_1, laplace=laplace.elbo),
    WEIGHTED,
    _MISTAKES,
)
ordered = Claim(
    "zheng.diagram.order",
    "ELBO(x) is at most IW_m-ELBO(x).",
    _DIAGRAM,
    AT_MOST,
    printed.confused_one_value,
    _SEVERAL,
    WEIGHTED,
    _BOUND_MISTAKES,
    latex=r"\mathrm{ELBO}(x) \leq \mathrm{IW}_m\text{-}\mathrm{ELBO}(x)",
    tight="zheng.diagram.order.tight",
    note="m = 2, 3.",
)
ordered_tight = Claim(
    "zheng.diagram.order.tight",
    "ELBO(x) equals IW_m-ELBO(x) where the encoder is the exact posterior.",
    _DIAGRAM,
    EQUALS,
    printed.confused_one_value,
    _SEVERAL,
    EXACT,
    _BOUND_MISTAKES,
    printed=False,
)
monotone = Claim(
    "zheng.diagram.monotone",
    "IW_m-ELBO(x) never falls as m grows.",
    _DIAGRAM,
    AT_MOST,
    printed.eq_40_iw,
    _NEXT,
    WEIGHTED,
    _BOUND_MISTAKES,
    latex=r"\mathrm{IW}_m\text{-}\mathrm{ELBO}(x) \leq \mathrm{IW}_{m+1}\text{-}\mathrm{ELBO}(x)",
    tight="zheng.diagram.monotone.tight",
    printed=False,
    note="m = 1, 2, 3.",
)
monotone_tight = Claim(
    "zheng.diagram.monotone.tight",
    "IW_m-ELBO(x) does not depend on m where the encoder is the exact posterior.",
    _DIAGRAM,
    EQUALS,
    printed.eq_40_iw,
    _NEXT,
    EXACT,
    _BOUND_MISTAKES,
    printed=False,
)
limit = Claim(
    "zheng.diagram.m",
    "IW_m-ELBO(x) tends to log P_dec(x) as m grows.",
    _DIAGRAM,
    Limit("m", (1.0, 8.0, 48.0), shrinks=0.03),
    importance.log_evidence,
    dict(tuples=tuples.iw_of_weights, laplace=laplace.iw_of_weights),
    MANY_DRAWS,
    (at(log_w=half), at(log_encoder=half), shifted(0.7), shifted(-0.7), shifted(0.01)),
    latex=r"\mathrm{IW}_m\text{-}\mathrm{ELBO}(x) \to \log P_{dec}(x) \quad (m \to \infty)",
)
rate = Claim(
    "zheng.diagram.rate",
    "What separates IW_m-ELBO(x) from log P_dec(x) falls like Var w / (2 m P_dec(x)^2).",
    _DIAGRAM,
    Limit("m", (1.0, 8.0, 48.0), shrinks=0.1),
    importance.gap_rate,
    dict(tuples=tuples.gap_times_m, laplace=laplace.gap_times_m),
    MANY_DRAWS,
    (at(log_w=half), at(log_encoder=half), scaled(2), scaled(1 / 2), shifted(0.01)),
    latex=r"m\left(\log P_{dec}(x) - \mathrm{IW}_m\text{-}\mathrm{ELBO}(x)\right) \to"
    r" \frac{1}{2}\operatorname{Var}_Q \frac{w(z)}{P_{dec}(x)}",
    printed=False,
)
column = Claim(
    "zheng.diagram.column",
    "MC_1-IW_m-ELBO(x) approximates what MC_k-IW_1-ELBO(x), below it, does.",
    _DIAGRAM,
    EQUALS,
    printed.confused_one_value,
    _SEVERAL,
    WEIGHTED,
    latex=r"\mathbb{E}\,\mathrm{MC}_1\text{-}\mathrm{IW}_m\text{-}\mathrm{ELBO}(x)"
    r" = \mathbb{E}\,\mathrm{MC}_k\text{-}\mathrm{IW}_1\text{-}\mathrm{ELBO}(x)",
    expected=REFUTED,
    pinned="zheng.diagram.column.repaired",
    corrected="zheng.diagram.column.repaired",
    note="As set, the arrow leads to the wrong column: MC_1-IW_m-ELBO(x) approximates IW_m-ELBO(x). The words"
    " beside it, that this pair is often confused with MC_k-ELBO(x) for k = m, are right.",
)
column_repaired = Claim(
    "zheng.diagram.column.repaired",
    "MC_1-IW_m-ELBO(x) exceeds MC_m-ELBO(x) on average by how far the mean weight exceeds the geometric mean weight.",
    _DIAGRAM,
    EQUALS,
    printed.column_repaired,
    _SEVERAL,
    WEIGHTED,
    _MISTAKES,
    latex=r"\mathrm{IW}_m\text{-}\mathrm{ELBO}(x) = \mathrm{ELBO}(x) + \mathbb{E}\left[\log"
    r"\frac{\frac{1}{m}\sum_i w(z^{(i)})}{\prod_i w(z^{(i)})^{1/m}}\right]",
    printed=False,
)

# --- the closing remark -----------------------------------------------------------------------------------------------

with_div = Claim(
    "zheng.remark.div",
    "With the closed form of Div, and m likelihoods averaged inside the logarithm, one still has IW_m-ELBO(x).",
    _REMARK,
    EQUALS,
    printed.remark_with_div,
    _SEVERAL,
    WEIGHTED,
    latex=r"\mathrm{IW}_m\text{-}\mathrm{ELBO}(x) = \mathbb{E}\left[\log\frac{1}{m}\sum_i P(x|z^{(i)})\right]"
    r" - \mathrm{Div}(x)",
    expected=REFUTED,
    pinned="zheng.remark.repaired",
    corrected="zheng.remark.repaired",
    printed=False,
    note="The remark warns of this, and rightly.",
)
with_div_bound = Claim(
    "zheng.remark.bound",
    "With the closed form of Div, and m likelihoods averaged inside the logarithm, one still has a lower bound.",
    _REMARK,
    AT_MOST,
    printed.remark_with_div,
    dict(tuples=tuples.evidence_twice, laplace=laplace.evidence_twice),
    EXACT,
    latex=r"\log P_{dec}(x) \geq \mathbb{E}\left[\log\frac{1}{m}\sum_i P(x|z^{(i)})\right] - \mathrm{Div}(x)",
    expected=REFUTED,
    pinned="zheng.remark.repaired",
    corrected="zheng.remark.repaired",
    printed=False,
    note="At the exact posterior it exceeds log P_dec(x) for every m > 1, unless the likelihood ignores z.",
)
once = Claim(
    "zheng.remark.once",
    "At m = 1 the closed form of Div gives ELBO(x).",
    _REMARK,
    EQUALS,
    printed.remark_with_div_once,
    dict(tuples=tuples.elbo, laplace=laplace.elbo),
    WEIGHTED,
    _MISTAKES,
    latex=r"\mathrm{ELBO}(x) = \mathbb{E}_{z\sim Q}[\log P(x|z)] - \mathrm{Div}(x)",
    printed=False,
)
repaired = Claim(
    "zheng.remark.repaired",
    "In IW_m-ELBO(x) the place of Div is taken by minus the logarithm of R averaged with the likelihoods as weights.",
    _REMARK,
    EQUALS,
    printed.remark_repaired,
    _SEVERAL,
    WEIGHTED,
    _MISTAKES,
    latex=r"\mathrm{IW}_m\text{-}\mathrm{ELBO}(x) = \mathbb{E}\left[\log\frac{1}{m}\sum_i P(x|z^{(i)})\right]"
    r" - \mathbb{E}\left[-\log\frac{\sum_i P(x|z^{(i)})\,R(x, z^{(i)})}{\sum_i P(x|z^{(i)})}\right]",
)

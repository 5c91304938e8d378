"""Marginal and conditional independence: entangled codes, explaining away, and the sentence below the chain."""

from theory import explaining_away, joint
from theory.printed import infomax as printed
from verification.claim import INFOMAX, REFUTED, Claim
from verification.domains.causes import (
    ANY_COLLIDER,
    CERTAIN,
    COLLIDERS,
    EFFECTS,
    MEMES,
    MIXED,
    PAIRS,
    PARTS,
    SEEN_APART,
    SEPARATE_CODES,
    STRENGTHS,
    SURE,
    TOGETHER,
    UNCOUPLED,
    UNIFORM,
)
from verification.domains.infomax import OWN, WORLDS
from verification.mutants import absent, at, half, one_minus, reversed_effect, scaled, shifted, swapped, zero
from verification.oracles import colliders, entropies, minors, worlds
from verification.relations.at_most import AT_MOST
from verification.relations.bias import BIASED_HIGH, BIASED_LOW
from verification.relations.equals import EQUALS

# --- coordinates ------------------------------------------------------------------------------------------------------

pair = Claim(
    "infomax.conditional_independence",
    "How far log p(v|x) is from the sum over k of log p(v_k|x), on average: 0 exactly where the coordinates are "
    "independent.",
    INFOMAX.at("conditional independence"),
    EQUALS,
    joint.total_correlation,
    dict(colliders=colliders.pair_dependence, entropies=entropies.pair_dependence),
    PAIRS,
    (at(log_aggregate=half), scaled(-1), scaled(1 / 2), shifted(0.7), scaled(1.01)),
    latex=r"\log p(v|x) = \sum_k \log p(v_k|x)",
)
entangled = Claim(
    "infomax.entangled",
    "A code that entangles independent coordinates, z1 = v1 + v2 and z2 = v1 + 2 v2 modulo K, does not keep them "
    "independent.",
    INFOMAX.at("conditional independence"),
    BIASED_LOW,
    printed.mixed_dependence,
    dict(colliders=colliders.unmixed_dependence, entropies=entropies.unmixed_dependence),
    MIXED,
    (absent, reversed_effect, shifted(-2.0), scaled(-2)),
    latex=r"z_1 = f_1(v_1, v_2),\ z_2 = f_2(v_1, v_2)",
)
entangled_value = Claim(
    "infomax.entangled.value",
    "What the two entangled coordinates tell of each other.",
    INFOMAX.at("conditional independence"),
    EQUALS,
    printed.mixed_dependence,
    dict(colliders=colliders.mixed_dependence, entropies=entropies.mixed_dependence),
    MIXED,
    (at(log_v1=half), swapped("log_v1", "log_v2"), scaled(1 / 2), shifted(0.7), scaled(1.01)),
    printed=False,
)
entangled_yet = Claim(
    "infomax.entangled.not_necessarily",
    "'Not necessarily': uniform coordinates stay independent although both coordinates of z depend on both of v.",
    INFOMAX.at("conditional independence"),
    EQUALS,
    printed.mixed_dependence,
    dict(colliders=colliders.unmixed_dependence, entropies=entropies.unmixed_dependence),
    UNIFORM,
    (at(log_v1=half), at(log_v2=half), shifted(0.7), shifted(-0.7), shifted(0.01)),
    printed=False,
    note="So independence of the coordinates does not tell an entangled code from a disentangled one.",
)
separate = Claim(
    "infomax.separate",
    "If z1 depends only on v1 and z2 only on v2, the coordinates of z are independent where those of v are.",
    INFOMAX.at("conditional independence"),
    EQUALS,
    printed.separate_dependence,
    dict(colliders=colliders.separate_dependence, entropies=entropies.separate_dependence),
    SEPARATE_CODES,
    (at(log_v1=half), at(log_g2=half), shifted(0.7), shifted(-0.7), shifted(0.01)),
    latex=r"z_1 = g_1(v_1),\ z_2 = g_2(v_2) \Rightarrow \log p(z|x) = \sum_k \log p(z_k|x)",
)

# --- explaining away --------------------------------------------------------------------------------------------------

_PRIORS = (at(p_a=one_minus), at(p_b=half), scaled(1 / 2), shifted(0.7), scaled(1.01))

unseen = Claim(
    "infomax.collider.unseen",
    "In A -> C <- B the causes are independent as long as C is not seen.",
    INFOMAX.at("explaining away"),
    EQUALS,
    printed.causes,
    dict(colliders=colliders.unconditional, entropies=entropies.unconditional),
    EFFECTS,
    (at(p_a=one_minus), at(p_effects=half), scaled(1 / 2), shifted(0.7), scaled(1.01)),
    latex=r"A \perp B",
    unit="probability",
)
posterior = Claim(
    "infomax.collider.posterior",
    "P(a, b | c) of two independent causes.",
    INFOMAX.at("explaining away"),
    EQUALS,
    explaining_away.posterior,
    dict(colliders=colliders.posterior, entropies=entropies.posterior),
    CERTAIN,
    (at(p_a=one_minus), at(p_effect=one_minus), scaled(1 / 2), shifted(0.7), scaled(1.01)),
    latex=r"P(a,b|c) \propto P(a)\,P(b)\,P(c|a,b)",
    printed=False,
    unit="probability",
)
belief = Claim(
    "infomax.collider.belief",
    "P(b | c).",
    INFOMAX.at("explaining away"),
    EQUALS,
    explaining_away.belief,
    dict(colliders=colliders.belief, entropies=entropies.belief),
    CERTAIN,
    (at(p_a=one_minus), at(p_effect=one_minus), scaled(1 / 2), shifted(0.7), scaled(1.01)),
    printed=False,
    unit="probability",
)
belief_given_cause = Claim(
    "infomax.collider.belief_given_cause",
    "P(b | a, c).",
    INFOMAX.at("explaining away"),
    EQUALS,
    explaining_away.belief_given_cause,
    dict(colliders=colliders.belief_given_cause, entropies=entropies.belief_given_cause),
    CERTAIN,
    (at(p_b=one_minus), at(p_effect=one_minus), scaled(1 / 2), shifted(0.7), scaled(1.01)),
    printed=False,
    unit="probability",
)
noisy_or = Claim(
    "infomax.collider.noisy_or",
    "P(C = 1 | a, b) where each cause, and a leak, may set the effect off on its own.",
    INFOMAX.at("explaining away"),
    EQUALS,
    explaining_away.noisy_or,
    dict(colliders=colliders.noisy_or, entropies=entropies.noisy_or),
    SURE,
    (swapped("s_a", "s_b"), at(leak=one_minus), at(s_a=zero), shifted(0.7), scaled(1.01)),
    printed=False,
    unit="probability",
)
dependent = Claim(
    "infomax.collider.dependent",
    "Once the meme is seen, grading and good mood are dependent: both together are rarer than if they were not.",
    INFOMAX.at("explaining away"),
    BIASED_LOW,
    printed.as_if_independent,
    dict(colliders=colliders.both, entropies=entropies.both),
    MEMES,
    (absent, reversed_effect, scaled(1 / 2), shifted(-0.5)),
    latex=r"P(A,B|C) < P(A|C)\,P(B|C)",
    unit="probability",
)
uncoupled = Claim(
    "infomax.collider.uncoupled",
    "Where P(c|a,b) = f(a) g(b), both together are as frequent as independence has it.",
    INFOMAX.at("explaining away"),
    EQUALS,
    printed.as_if_independent,
    dict(colliders=colliders.both, entropies=entropies.both),
    UNCOUPLED,
    (at(p_a=one_minus), at(p_effect=one_minus), scaled(1 / 2), shifted(0.7), scaled(1.01)),
    printed=False,
    unit="probability",
)
less_likely = Claim(
    "infomax.collider.less_likely",
    "Knowing that he is grading makes it less likely that he is in a good mood: P(B | A, C) < P(B | C).",
    INFOMAX.at("explaining away"),
    BIASED_HIGH,
    printed.belief_with_other_cause,
    dict(colliders=colliders.second_belief, entropies=entropies.second_belief),
    MEMES,
    (scaled(2), scaled(1.5), shifted(0.5), shifted(0.25)),
    latex=r"P(B|A,C) < P(B|C)",
    note="A deterministic or of fair causes: 1/2 after 2/3.",
    unit="probability",
)
more_likely = Claim(
    "infomax.collider.more_likely",
    "It need not: where the effect asks for both causes or for none, one cause makes the other more likely.",
    INFOMAX.at("explaining away"),
    BIASED_LOW,
    printed.belief_with_other_cause,
    dict(colliders=colliders.second_belief, entropies=entropies.second_belief),
    TOGETHER,
    (at(p_effect=one_minus), absent, reversed_effect, scaled(1 / 2), shifted(-0.5)),
    latex=r"P(B|A,C) > P(B|C)",
    printed=False,
    unit="probability",
)

_APART = dict(colliders=colliders.apart, minors=minors.apart)
_ZERO = (shifted(0.5), shifted(-0.5), shifted(0.1), shifted(0.01))

no_longer = Claim(
    "infomax.collider.no_longer",
    "In A -> C <- B, in evidence of C, independence between A and B no longer holds.",
    INFOMAX.at("explaining away"),
    BIASED_HIGH,
    printed.independent,
    _APART,
    ANY_COLLIDER,
    latex=r"\max_{a,b}|P(a,b|c) - P(a|c)\,P(b|c)| > 0",
    expected=REFUTED,
    pinned="infomax.collider.no_longer.pinned",
    corrected="infomax.collider.interaction",
    note="It can hold: for an effect that ignores its causes, and for a noisy or of which no effect is seen (no leak, "
    "both strengths 1/2, fair causes: P(a,b|C = 0) = (2/3, 1/3) x (2/3, 1/3)).",
    unit="probability",
)
no_longer_pinned = Claim(
    "infomax.collider.no_longer.pinned",
    "Where P(c|a,b) = f(a) g(b) the causes are as independent given c as before.",
    INFOMAX.at("explaining away"),
    EQUALS,
    printed.independent,
    _APART,
    UNCOUPLED,
    _ZERO,
    printed=False,
    unit="probability",
)
silent = Claim(
    "infomax.collider.silent",
    "No meme seen from a noisy or: P(a, b | C = 0) = P(a | C = 0) P(b | C = 0).",
    INFOMAX.at("explaining away"),
    EQUALS,
    printed.silent,
    dict(colliders=colliders.silent_product, entropies=entropies.silent_product),
    STRENGTHS,
    (at(p_a=one_minus), at(s_a=one_minus), scaled(1 / 2), shifted(0.7), scaled(1.01)),
    latex=r"A \perp B \mid C = 0",
    printed=False,
    unit="probability",
)
interaction = Claim(
    "infomax.collider.interaction",
    "The causes' log odds ratios given c are those of P(c|a,b): the priors drop out, and independence holds exactly "
    "where P(c|a,b) = f(a) g(b).",
    INFOMAX.at("explaining away"),
    EQUALS,
    explaining_away.interaction,
    dict(colliders=colliders.log_odds_ratio, entropies=entropies.log_odds_ratio),
    COLLIDERS,
    (at(p_effect=one_minus), scaled(-1), scaled(1 / 2), shifted(0.7), scaled(1.01)),
    latex=r"\log\frac{P(a,b|c)\,P(0,0|c)}{P(a,0|c)\,P(0,b|c)} = \log\frac{P(c|a,b)\,P(c|0,0)}{P(c|a,0)\,P(c|0,b)}",
    printed=False,
)
cannot_hold = Claim(
    "infomax.collider.cannot_hold",
    "In V1 -> X <- V2 the conditional independence of V1 and V2 given x cannot hold.",
    INFOMAX.at("explaining away"),
    BIASED_HIGH,
    printed.independent,
    _APART,
    ANY_COLLIDER,
    latex=r"V_1 \rightarrow X \leftarrow V_2 \Rightarrow p(v_1, v_2|x) \neq p(v_1|x)\,p(v_2|x)",
    expected=REFUTED,
    pinned="infomax.collider.cannot_hold.pinned",
    corrected="infomax.collider.interaction",
    note="It holds for every x where x = (x1, x2) and each x_j tells of v_j only, for one where x = (v1, v2).",
    unit="probability",
)
cannot_hold_pinned = Claim(
    "infomax.collider.cannot_hold.pinned",
    "Where x = (x1, x2), each x_j the effect of v_j only, p(v1, v2 | x) = p(v1 | x1) p(v2 | x2).",
    INFOMAX.at("explaining away"),
    EQUALS,
    printed.seen_apart,
    dict(colliders=colliders.product_of_beliefs, entropies=entropies.product_of_beliefs),
    SEEN_APART,
    (at(p_a=one_minus), at(p_one=one_minus), scaled(1 / 2), shifted(0.7), scaled(1.01)),
    printed=False,
    unit="probability",
)

# --- below the chain --------------------------------------------------------------------------------------------------

_PARTS = dict(colliders=colliders.two_codes_information, entropies=entropies.two_codes_information)

not_both = Claim(
    "infomax.not_both",
    "If I(X; Z) is not zero the latent factors cannot be both marginally and conditionally independent: literally, "
    "coordinates of z that are both allow no information.",
    INFOMAX.at("below the KL chain"),
    EQUALS,
    printed.no_information,
    _PARTS,
    PARTS,
    expected=REFUTED,
    pinned="infomax.not_both.pinned",
    corrected="infomax.not_both.corrected",
    latex=r"q(z) = \prod_k q(z_k),\ q(z|x) = \prod_k q(z_k|x) \Rightarrow I(X;Z) = 0",
    note="Two fair bits, each sent through a channel of its own, are both and tell something. The chain relates q(z) "
    "and q(z|x) to p(z), not to the products of their own margins.",
)
not_both_pinned = Claim(
    "infomax.not_both.pinned",
    "For x = (x1, x2) coded one by one the information is the sum of the parts'.",
    INFOMAX.at("below the KL chain"),
    EQUALS,
    printed.information_of_parts,
    _PARTS,
    PARTS,
    (at(log_data1=half), at(log_enc2=half), scaled(1 / 2), shifted(0.7), scaled(1.01)),
    latex=r"I(X;Z) = I(X_1;Z_1) + I(X_2;Z_2)",
    printed=False,
)
not_both_premise = Claim(
    "infomax.not_both.premise",
    "There the coordinates of z are independent both with x unseen and with x seen.",
    INFOMAX.at("below the KL chain"),
    EQUALS,
    printed.dependence_of_parts,
    dict(colliders=colliders.two_codes_dependence, entropies=entropies.two_codes_dependence),
    PARTS,
    (at(log_data1=half), at(log_enc2=half), shifted(0.7), shifted(-0.7), shifted(0.01)),
    printed=False,
)
not_both_corrected = Claim(
    "infomax.not_both.corrected",
    "I(X; Z) is at most E KL(q(z|x) || p(z)): q(z|x) = p(z) for every x allows no information.",
    INFOMAX.at("below the KL chain"),
    AT_MOST,
    joint.i_enc,
    dict(worlds=worlds.average_kl, entropies=entropies.average_kl),
    WORLDS,
    (at(log_data=half), at(log_enc=half), shifted(0.7), shifted(-0.7), shifted(0.01)),
    latex=r"I(X;Z) \leq \mathbb{E}_{p_D}\mathrm{KL}(q(z|x)\,\|\,p(z))",
    tight="infomax.not_both.corrected.tight",
    printed=False,
)
not_both_corrected_tight = Claim(
    "infomax.not_both.corrected.tight",
    "Where q(z) = p(z), I(X; Z) is E KL(q(z|x) || p(z)): with both it vanishes exactly if q(z|x) = p(z) for every x.",
    INFOMAX.at("below the KL chain"),
    EQUALS,
    joint.i_enc,
    dict(worlds=worlds.average_kl, entropies=entropies.average_kl),
    OWN,
    (at(log_data=half), at(log_enc=half), shifted(0.7), shifted(-0.7), shifted(0.01)),
    printed=False,
)

"""The decomposition of the ELBO, the bounds (30) and the mini-batch estimates, on VAEs trained on real digits."""

from verification.claim import FLOAT64, ZHENG, Claim
from verification.domains.finite import TRAINED
from verification.mutants import absent, reversed_effect
from verification.relations.empirical import EMPIRICAL
from verification.vae import decomposed as measured

_MODELS = ("vae.sweep",)
_MISTAKES = (reversed_effect, absent)

adds_up = Claim(
    "zheng.digits.adds_up", "On digits, at every beta, I_enc, TC and the dimension-wise KL, each found on its own, add"
    " up to Div within half a nat.", ZHENG.at("(21)"), EMPIRICAL, lambda: None, dict(sweep=measured.parts_add_up),
    TRAINED, _MISTAKES, printed=False, arithmetics=(FLOAT64,), needs=_MODELS,
)  # fmt: skip
total_correlation = Claim(
    "zheng.digits.total_correlation", "On digits, at every beta up to 1, more than four fifths of Aggdiv is total"
    " correlation, not dimension-wise KL.", ZHENG.at("(21)"), EMPIRICAL, lambda: None,
    dict(sweep=measured.total_correlation_leads), TRAINED, _MISTAKES, printed=False, arithmetics=(FLOAT64,),
    needs=_MODELS,
)  # fmt: skip
information = Claim(
    "zheng.digits.information", "On digits I_enc falls from each beta to the next, until it is below 0.1 nats.",
    ZHENG.at("(19)"), EMPIRICAL, lambda: None, dict(sweep=measured.information_falls), TRAINED, _MISTAKES,
    printed=False, arithmetics=(FLOAT64,), needs=_MODELS,
)  # fmt: skip
dimensions = Claim(
    "zheng.digits.dimensions", "On digits, ranked by what they tell of the image, every dimension tells less at the"
    " largest beta than at the smallest.", ZHENG.at("(20)"), EMPIRICAL, lambda: None,
    dict(sweep=measured.dimensions_fall), TRAINED, _MISTAKES, printed=False, arithmetics=(FLOAT64,), needs=_MODELS,
    note="So at the largest beta no more dimensions are active, at whatever level one calls a dimension active.",
)  # fmt: skip
upper = Claim(
    "zheng.digits.upper", "On digits I_enc is at most Div at every beta, to within 0.02 nats.", ZHENG.at("(30)"),
    EMPIRICAL, lambda: None, dict(sweep=measured.below_div), TRAINED, _MISTAKES, printed=False,
    arithmetics=(FLOAT64,), needs=_MODELS,
    note="Where posteriors have collapsed onto the prior both are nearly 0, and no sample tells which is more.",
)  # fmt: skip
lower = Claim(
    "zheng.digits.lower", "On digits I_enc is at least H_data - Nell at every beta.", ZHENG.at("(30)"), EMPIRICAL,
    lambda: None, dict(sweep=measured.above_lower_bound), TRAINED, _MISTAKES, printed=False, arithmetics=(FLOAT64,),
    needs=_MODELS,
    note="Binary images and a Bernoulli decoder: masses on both sides. H_data is the entropy of the training images as"
    " a distribution; binarising made two of the 1,297 equal, so it is log N - 2 log 2 / N.",
)  # fmt: skip
vacuous = Claim(
    "zheng.digits.lower.vacuous", "On digits H_data - Nell is negative at every beta: the lower bound says less than"
    " I_enc >= 0.", ZHENG.at("(30)"), EMPIRICAL, lambda: None, dict(sweep=measured.lower_bound_is_vacuous), TRAINED,
    _MISTAKES, printed=False, arithmetics=(FLOAT64,), needs=_MODELS,
)  # fmt: skip
normalized = Claim(
    "zheng.digits.lower.normalized", "On digits I_enc is at least log N - Nell with the decoder normalised over the N"
    " images, at every beta.", ZHENG.at("(30)"), EMPIRICAL, lambda: None, dict(sweep=measured.above_normalized_bound),
    TRAINED, _MISTAKES, printed=False, arithmetics=(FLOAT64,), needs=_MODELS,
)  # fmt: skip
batch = Claim(
    "zheng.digits.batch", "On digits a mini-batch of 64 alone understates I_enc at every beta up to 1.",
    ZHENG.at("(24)"), EMPIRICAL, lambda: None, dict(sweep=measured.batch_alone_understates), TRAINED, _MISTAKES,
    printed=False, arithmetics=(FLOAT64,), needs=_MODELS,
)  # fmt: skip
stratified = Claim(
    "zheng.digits.stratified", "On digits, at beta = 1, partial stratification of mini-batches of 64 overstates I_enc.",
    ZHENG.at("(29)"), EMPIRICAL, lambda: None, dict(sweep=measured.stratified_overstates), TRAINED, _MISTAKES,
    printed=False, arithmetics=(FLOAT64,), needs=_MODELS,
)  # fmt: skip
negative = Claim(
    "zheng.digits.stratified.negative", "On digits, at beta = 1, more than a quarter of mini-batches of 64, partially"
    " stratified, put TC below 0, and more than a quarter Aggdiv; both are positive.", ZHENG.at("(29)"), EMPIRICAL,
    lambda: None, dict(sweep=measured.stratified_turns_negative), TRAINED, _MISTAKES, printed=False,
    arithmetics=(FLOAT64,), needs=_MODELS,
)  # fmt: skip
weighted = Claim(
    "zheng.digits.weighted", "On digits mini-batch weighted sampling of 64 overstates I_enc by more than 4 nats at"
    " every beta.", ZHENG.at("beside (29)"), EMPIRICAL, lambda: None, dict(sweep=measured.weighted_overstates),
    TRAINED, _MISTAKES, printed=False, arithmetics=(FLOAT64,), needs=_MODELS,
    note="In expectation it overstates I_enc by log 64 = 4.16 nats at least.",
)  # fmt: skip
weighted_kl = Claim(
    "zheng.digits.weighted.kl", "On digits, at beta = 1, mini-batch weighted sampling of 64 puts Aggdiv below 0.",
    ZHENG.at("beside (29)"), EMPIRICAL, lambda: None, dict(sweep=measured.weighted_kl_is_negative), TRAINED,
    _MISTAKES, printed=False, arithmetics=(FLOAT64,), needs=_MODELS,
)  # fmt: skip

"""Estimates in use beside (29): mini-batch weighted and stratified sampling, and the latter with weights by column."""

from theory.printed import zheng_estimators as printed
from verification.claim import REFUTED, ZHENG, Claim
from verification.claims.zheng.estimators_24_to_29 import BATCH, MODEL, TARGET_ABOVE, both
from verification.domains.estimators import DISJOINT, EACH_DIMENSION, EQUAL, MATRICES, POSTERIORS, WITH_PRIOR
from verification.mutants import at, double, first_only, half, negated, replaced, scaled, shifted, transposed, zero
from verification.relations.at_most import AT_LEAST, AT_MOST
from verification.relations.bias import BIASED_HIGH
from verification.relations.equals import EQUALS

weighted = Claim(
    "zheng.eq29.weighted",
    "The entropy by mini-batch weighted sampling, given its draws.",
    ZHENG.at("beside (29)"),
    EQUALS,
    printed.entropy_weighted,
    both("weighted"),
    MATRICES,
    (*BATCH, replaced("partially stratified", printed.eq_29)),
    latex=r"\frac{1}{B}\sum_b -\log\left(\frac{1}{NB}\sum_{b'} Q_\phi(z^{(b)}|x^{(b')})\right)",
    printed=False,
)
weighted_expected = Claim(
    "zheng.eq29.weighted.expected",
    "Mini-batch weighted sampling in expectation over its draws and mini-batches.",
    ZHENG.at("beside (29)"),
    EQUALS,
    printed.weighted_expected,
    both("weighted_expected"),
    POSTERIORS,
    MODEL,
    printed=False,
)
weighted_batch_information = Claim(
    "zheng.eq29.weighted.batch",
    "Mini-batch weighted sampling expects log N more than the mini-batch version of (24), which is itself too low.",
    ZHENG.at("beside (29)"),
    EQUALS,
    printed.weighted_batch_information,
    both("weighted_expected"),
    POSTERIORS,
    (*MODEL, replaced("log N lost", printed.batch_information)),
    latex=r"\frac{1}{N}\sum_n H[Q_\phi(Z|x^{(n)})] + \mathbb{E}_B\,I_B(z;b) + \log N",
    printed=False,
)
weighted_floor = Claim(
    "zheng.eq29.weighted.floor",
    "By mini-batch weighted sampling the entropy is too high by log B at least.",
    ZHENG.at("beside (29)"),
    AT_MOST,
    printed.weighted_floor,
    both("weighted_expected"),
    POSTERIORS,
    (scaled(2), shifted(2.0), shifted(0.7), shifted(0.5)),
    latex=r"H_{agg} + \log B \leq \mathbb{E}\,\hat H_B",
    tight="zheng.eq29.weighted.floor.tight",
    printed=False,
)
weighted_floor_tight = Claim(
    "zheng.eq29.weighted.floor.tight",
    "Where posteriors share no z it is too high by log B.",
    ZHENG.at("beside (29)"),
    EQUALS,
    printed.weighted_floor,
    both("weighted_expected"),
    DISJOINT,
    (scaled(2), shifted(2.0), shifted(0.7), shifted(0.5), shifted(0.01)),
    printed=False,
)
weighted_ceiling = Claim(
    "zheng.eq29.weighted.ceiling",
    "By mini-batch weighted sampling the entropy is too high by log N at most.",
    ZHENG.at("beside (29)"),
    AT_LEAST,
    printed.weighted_ceiling,
    both("weighted_expected"),
    POSTERIORS,
    (at(log_posteriors=zero), scaled(1 / 2), shifted(-2.0), shifted(-0.7)),
    latex=r"\mathbb{E}\,\hat H_B \leq H_{agg} + \log N",
    tight="zheng.eq29.weighted.ceiling.tight",
    printed=False,
)
weighted_ceiling_tight = Claim(
    "zheng.eq29.weighted.ceiling.tight",
    "Where posteriors are equal it is too high by log N.",
    ZHENG.at("beside (29)"),
    EQUALS,
    printed.weighted_ceiling,
    both("weighted_expected"),
    EQUAL,
    (scaled(2), scaled(1 / 2), shifted(-2.0), shifted(-0.7), shifted(0.01)),
    printed=False,
)
weighted_information = Claim(
    "zheng.eq29.weighted.information",
    "I(z; n) by mini-batch weighted sampling, given its draws.",
    ZHENG.at("(18)"),
    EQUALS,
    printed.information_weighted,
    both("information_weighted"),
    MATRICES,
    BATCH,
    latex=r"\frac{1}{B}\sum_b \log\frac{NB\,Q_\phi(z^{(b)}|x^{(b)})}{\sum_{b'} Q_\phi(z^{(b)}|x^{(b')})}",
    printed=False,
)
weighted_total_correlation = Claim(
    "zheng.eq29.weighted.total_correlation",
    "The total correlation by mini-batch weighted sampling, given its draws.",
    ZHENG.at("(21)"),
    EQUALS,
    printed.total_correlation_weighted,
    both("total_correlation_weighted"),
    EACH_DIMENSION,
    (at(log_cross_each=transposed), at(log_cross_each=first_only), at(log_cross_each=half), at(N=double), scaled(1.01)),
    printed=False,
)
weighted_kl = Claim(
    "zheng.eq29.weighted.kl",
    "KL(q || p) by mini-batch weighted sampling, given its draws.",
    ZHENG.at("(19)"),
    EQUALS,
    printed.kl_weighted,
    both("kl_weighted"),
    WITH_PRIOR,
    (*BATCH, at(log_prior=zero), at(log_prior=negated)),
    printed=False,
)
stratified = Claim(
    "zheng.eq29.stratified",
    "The entropy by mini-batch stratified sampling, given its draws.",
    ZHENG.at("beside (29)"),
    EQUALS,
    printed.entropy_stratified,
    both("stratified"),
    MATRICES,
    (*BATCH, replaced("weights by column", printed.entropy_stratified_by_column)),
    printed=False,
)
stratified_expected = Claim(
    "zheng.eq29.stratified.expected",
    "Mini-batch stratified sampling in expectation over its draws and mini-batches.",
    ZHENG.at("beside (29)"),
    EQUALS,
    printed.stratified_expected,
    both("stratified_expected"),
    POSTERIORS,
    (*MODEL, replaced("partially stratified", printed.eq_29_expected)),
    printed=False,
)
stratified_bias = Claim(
    "zheng.eq29.stratified.bias",
    "By mini-batch stratified sampling the entropy is too high at every B, that of the whole data set too.",
    ZHENG.at("beside (29)"),
    BIASED_HIGH,
    printed.entropy_each_and_whole,
    both("stratified_expected"),
    POSTERIORS,
    TARGET_ABOVE,
    printed=False,
)
by_column = Claim(
    "zheng.eq29.stratified.by_column",
    "The entropy by mini-batch stratified sampling with its weights by column, given its draws.",
    ZHENG.at("beside (29)"),
    EQUALS,
    printed.entropy_stratified_by_column,
    both("stratified_by_column"),
    MATRICES,
    (*BATCH, replaced("weights in their places", printed.entropy_stratified)),
    printed=False,
)
by_column_expected = Claim(
    "zheng.eq29.stratified.by_column.expected",
    "Weights by column in expectation over draws and mini-batches.",
    ZHENG.at("beside (29)"),
    EQUALS,
    printed.stratified_by_column_expected,
    both("stratified_by_column_expected"),
    POSTERIORS,
    (*MODEL, replaced("weights in their places", printed.stratified_expected)),
    printed=False,
)
by_column_bias = Claim(
    "zheng.eq29.stratified.by_column.bias",
    "With its weights by column mini-batch stratified sampling is too high as well.",
    ZHENG.at("beside (29)"),
    BIASED_HIGH,
    printed.entropy_each_and_whole,
    both("stratified_by_column_expected"),
    POSTERIORS,
    expected=REFUTED,
    pinned="zheng.eq29.stratified.by_column.expected",
    corrected="zheng.eq29.stratified.bias",
    note="Its sign changes with B: of N = 3, 0.8550 nats at B = 2 and 1.1668 at B = 3, for 1.0934.",
    printed=False,
)

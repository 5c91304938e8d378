"""Equations (24) to (29): estimates of the aggregate's entropy from the data set and from mini-batches of it."""

from collections.abc import Callable
from typing import Any

from theory.printed import zheng_estimators as printed
from verification.claim import REFUTED, ZHENG, Claim
from verification.domains.estimators import (
    ALL_MEMBERS,
    DISJOINT,
    DRAWS,
    MATRICES,
    POSTERIORS,
    REPLACED,
    WHOLE,
)
from verification.mutants import (
    at,
    double,
    first_only,
    half,
    negated,
    replaced,
    scaled,
    shifted,
    transposed,
    zero,
)
from verification.oracles import draws, generating
from verification.relations.at_most import AT_MOST
from verification.relations.bias import BIASED_HIGH, BIASED_LOW
from verification.relations.equals import EQUALS
from verification.relations.order import Order


def both(name: str) -> dict[str, Callable[..., Any]]:
    return dict(draws=getattr(draws, name), generating=getattr(generating, name))


CROSS = (at(log_cross=transposed), at(log_cross=first_only), at(log_cross=half), scaled(1.01))
BATCH = (*CROSS, at(N=double))
MODEL = (at(log_posteriors=first_only), at(log_posteriors=half), scaled(-1), shifted(0.7), scaled(1.01))
TARGET_BELOW = (at(log_posteriors=zero), at(log_posteriors=first_only), scaled(1 / 2), scaled(-1), shifted(-0.2))
TARGET_ABOVE = (scaled(2), shifted(2.0), shifted(0.7), shifted(0.2))

# --- (24) and (25): the whole data set, and mini-batches --------------------------------------------------------------

eq24 = Claim(
    "zheng.eq24",
    "The estimate from the full data set, given its draws.",
    ZHENG.at("(24)"),
    EQUALS,
    printed.eq_24,
    both("eq_24"),
    MATRICES,
    (*CROSS, replaced("own posterior left out", lambda log_cross: -printed.eq_28_left(log_cross).mean(-1))),
    latex=r"\frac{1}{N}\sum_n -\log\left(\frac{1}{N}\sum_{n'} Q_\phi(z^{(n)}|x^{(n')})\right)",
)
eq24_unbiased = Claim(
    "zheng.eq24.unbiased",
    "One draw from each of N posteriors, evaluated under all N, makes (24) an unbiased estimate of the entropy.",
    ZHENG.at("(24)"),
    EQUALS,
    printed.aggregate_entropy,
    both("full_data_expected"),
    POSTERIORS,
    MODEL,
    latex=r"H_{agg} = \mathbb{E}\,\frac{1}{N}\sum_n -\log\left(\frac{1}{N}\sum_{n'} Q_\phi(z^{(n)}|x^{(n')})\right)",
)
eq24_expected = Claim(
    "zheng.eq24.expected",
    "(24) in expectation over its draws.",
    ZHENG.at("(24)"),
    EQUALS,
    printed.eq_24_expected,
    both("full_data_expected"),
    POSTERIORS,
    MODEL,
    printed=False,
)
batch = Claim(
    "zheng.eq24.batch",
    "The mini-batch version of (24) is unbiased.",
    ZHENG.at("(24)"),
    EQUALS,
    printed.entropy_each,
    both("batch_expected_short"),
    POSTERIORS,
    expected=REFUTED,
    latex=r"H_{agg} = \mathbb{E}\,\frac{1}{B}\sum_b -\log\left(\frac{1}{B}\sum_{b'} Q_\phi(z^{(b)}|x^{(b')})\right)",
    pinned="zheng.eq24.batch.information",
    corrected="zheng.eq24.batch.bias",
    note="With B = 2 of N = 3 it expects 1.0369 nats where the entropy is 1.0934.",
    printed=False,
)
batch_information = Claim(
    "zheng.eq24.batch.information",
    "From mini-batches (24) expects the posteriors' mean entropy plus the batch's own I(z; b), averaged over batches.",
    ZHENG.at("(24)"),
    EQUALS,
    printed.batch_information,
    both("batch_expected"),
    POSTERIORS,
    MODEL,
    latex=r"\frac{1}{N}\sum_n H[Q_\phi(Z|x^{(n)})] + \mathbb{E}_B\,I_B(z;b)",
    printed=False,
)
batch_expected = Claim(
    "zheng.eq24.batch.expected",
    "The mini-batch version of (24) in expectation over its draws and mini-batches.",
    ZHENG.at("(24)"),
    EQUALS,
    printed.eq_24_batch_expected,
    both("batch_expected"),
    POSTERIORS,
    MODEL,
    printed=False,
)
batch_bias = Claim(
    "zheng.eq24.batch.bias",
    "From a mini-batch of B < N, (24) is too low.",
    ZHENG.at("(24)"),
    BIASED_LOW,
    printed.entropy_each,
    both("batch_expected_short"),
    POSTERIORS,
    TARGET_BELOW,
    latex=r"\mathbb{E}\,\hat H_B < H_{agg}",
    printed=False,
)
batch_floor = Claim(
    "zheng.eq24.batch.floor",
    "From a mini-batch (24) is too low by log(N / B) at most.",
    ZHENG.at("(24)"),
    AT_MOST,
    printed.batch_floor,
    both("batch_expected"),
    POSTERIORS,
    (scaled(2), shifted(2.0), shifted(0.7), shifted(0.5)),
    latex=r"H_{agg} - \log\frac{N}{B} \leq \mathbb{E}\,\hat H_B",
    tight="zheng.eq24.batch.floor.tight",
    printed=False,
)
batch_floor_tight = Claim(
    "zheng.eq24.batch.floor.tight",
    "Where posteriors share no z, (24) from a mini-batch is too low by log(N / B).",
    ZHENG.at("(24)"),
    EQUALS,
    printed.batch_floor,
    both("batch_expected"),
    DISJOINT,
    (scaled(2), shifted(2.0), shifted(0.7), shifted(0.5), shifted(0.01)),
    printed=False,
)
population_information = Claim(
    "zheng.eq24.population.information",
    "From B data drawn independently (24) expects the mean entropy plus the data's own I(z; b), averaged.",
    ZHENG.at("(24)"),
    EQUALS,
    printed.population_information,
    both("population_expected"),
    REPLACED,
    MODEL,
    printed=False,
)
population_expected = Claim(
    "zheng.eq24.population.expected",
    "(24) in expectation over its draws and over data sets of B data drawn independently.",
    ZHENG.at("(24)"),
    EQUALS,
    printed.eq_24_population_expected,
    both("population_expected"),
    REPLACED,
    MODEL,
    printed=False,
)
population_bias = Claim(
    "zheng.eq24.population.bias",
    "As an estimate for the distribution that data are drawn from, (24) is too low at every B.",
    ZHENG.at("(24)"),
    BIASED_LOW,
    printed.entropy_each_and_whole,
    both("population_expected"),
    REPLACED,
    TARGET_BELOW,
    latex=r"\mathbb{E}_{x^{(1)}, \ldots, x^{(B)}}\,\hat H_B < H_{agg}",
    printed=False,
)
eq25 = Claim(
    "zheng.eq25",
    "With P_enc itself the mean over a mini-batch's draws is unbiased at every B.",
    ZHENG.at("(25)"),
    EQUALS,
    printed.entropy_each_and_whole,
    both("exact_density_expected"),
    POSTERIORS,
    MODEL,
    latex=r"H_{agg} = \mathbb{E}\,\frac{1}{B}\sum_b -\log P_{enc}(z^{(b)})",
)

# --- (26) to (29): partial stratification -----------------------------------------------------------------------------

eq26 = Claim(
    "zheng.eq26",
    "log P_enc at a draw is the log of the mean of its densities under all posteriors.",
    ZHENG.at("(26)"),
    EQUALS,
    printed.eq_26,
    both("log_full"),
    DRAWS,
    (at(log_cross=first_only), at(log_cross=half), scaled(-1), shifted(0.7), scaled(1.01)),
    latex=r"P_{enc}(z^{(b)}) = \frac{1}{N}\sum_{n'} Q_\phi(z^{(b)}|x^{(n')})",
)
eq27 = Claim(
    "zheng.eq27",
    "That mean splits into the draw's own posterior and the others.",
    ZHENG.at("(27)"),
    EQUALS,
    printed.eq_27,
    both("row_mean"),
    WHOLE,
    (*CROSS, replaced("own posterior left out", printed.eq_28_left)),
    latex=r"\frac{1}{N} Q_\phi(z^{(b)}|x^{(b)}) + \frac{1}{N}\sum_{n' \neq b} Q_\phi(z^{(b)}|x^{(n')})",
    unit="density",
)
eq28 = Claim(
    "zheng.eq28",
    "The mean over the others in the data set is what the mean over the others in a mini-batch expects, at every B.",
    ZHENG.at("(28)"),
    EQUALS,
    printed.eq_28_left,
    both("eq_28_right"),
    WHOLE,
    (*CROSS, replaced("own posterior counted", printed.eq_27)),
    latex=r"\frac{1}{N-1}\sum_{n' \neq b} Q_\phi(z^{(b)}|x^{(n')})"
    r" = \mathbb{E}\,\frac{1}{B-1}\sum_{b' \neq b} Q_\phi(z^{(b)}|x^{(b')})",
    unit="density",
    note="Mini-batches drawn without replacement.",
)
eq28_replaced = Claim(
    "zheng.eq28.replaced",
    "The same for mini-batches drawn with replacement.",
    ZHENG.at("(28)"),
    EQUALS,
    printed.eq_28_left,
    both("eq_28_right_replaced"),
    WHOLE,
    expected=REFUTED,
    latex=r"\frac{1}{N-1}\sum_{n' \neq b} Q_\phi(z^{(b)}|x^{(n')})"
    r" = \mathbb{E}\,\frac{1}{B-1}\sum_{b' \neq b} Q_\phi(z^{(b)}|x^{(b')})",
    pinned="zheng.eq28.replaced.pinned",
    corrected="zheng.eq28",
    unit="density",
    note="A datum drawn twice is among its own others: (28) does not say that batches are drawn without replacement.",
)
eq28_pinned = Claim(
    "zheng.eq28.replaced.pinned",
    "With replacement the right side of (28) expects the mean over all N, the draw's own posterior included.",
    ZHENG.at("(28)"),
    EQUALS,
    printed.eq_27,
    both("eq_28_right_replaced"),
    WHOLE,
    (*CROSS, replaced("own posterior left out", printed.eq_28_left)),
    latex=r"\frac{1}{N}\sum_{n'} Q_\phi(z^{(b)}|x^{(n')})",
    unit="density",
    printed=False,
)
eq29 = Claim(
    "zheng.eq29",
    "The partially stratified estimate, given its draws.",
    ZHENG.at("(29)"),
    EQUALS,
    printed.eq_29,
    both("eq_29"),
    MATRICES,
    BATCH,
    latex=r"\frac{1}{B}\sum_b -\log\left(\frac{1}{N} Q_\phi(z^{(b)}|x^{(b)})"
    r" + \frac{N-1}{N}\frac{1}{B-1}\sum_{b' \neq b} Q_\phi(z^{(b)}|x^{(b')})\right)",
)
eq29_whole = Claim(
    "zheng.eq29.whole",
    "With the whole data set as its mini-batch, (29) is (24).",
    ZHENG.at("(29)"),
    EQUALS,
    printed.eq_29,
    both("eq_24"),
    WHOLE,
    BATCH,
    printed=False,
)
eq29_unbiased = Claim(
    "zheng.eq29.unbiased",
    "(29) is unbiased for mini-batches of B < N.",
    ZHENG.at("(29)"),
    EQUALS,
    printed.entropy_each,
    both("eq_29_expected_short"),
    POSTERIORS,
    expected=REFUTED,
    pinned="zheng.eq29.expected",
    corrected="zheng.eq29.bias",
    note="(28) is unbiased, its logarithm is not: with B = 2 of N = 3, 1.1436 nats for 1.0934.",
    printed=False,
)
eq29_expected = Claim(
    "zheng.eq29.expected",
    "(29) in expectation over its draws and over mini-batches without replacement.",
    ZHENG.at("(29)"),
    EQUALS,
    printed.eq_29_expected,
    both("eq_29_expected"),
    POSTERIORS,
    MODEL,
    printed=False,
)
eq29_bias = Claim(
    "zheng.eq29.bias",
    "From a mini-batch of B < N without replacement, (29) is too high.",
    ZHENG.at("(29)"),
    BIASED_HIGH,
    printed.entropy_each,
    both("eq_29_expected_short"),
    POSTERIORS,
    TARGET_ABOVE,
    latex=r"\mathbb{E}\,\hat H_B > H_{agg}",
    printed=False,
)
eq29_replaced = Claim(
    "zheng.eq29.replaced",
    "(29) is too high for mini-batches drawn with replacement too.",
    ZHENG.at("(29)"),
    BIASED_HIGH,
    printed.entropy_each_and_whole,
    both("eq_29_replaced_expected"),
    REPLACED,
    expected=REFUTED,
    pinned="zheng.eq29.replaced.expected",
    corrected="zheng.eq29.bias",
    note="With B = 2 of N = 3, 1.0597 nats for 1.0934: a datum drawn twice is among its own others.",
    printed=False,
)
eq29_replaced_expected = Claim(
    "zheng.eq29.replaced.expected",
    "(29) in expectation over its draws and over mini-batches with replacement.",
    ZHENG.at("(29)"),
    EQUALS,
    printed.eq_29_replaced_expected,
    both("eq_29_replaced_expected"),
    REPLACED,
    MODEL,
    printed=False,
)
eq29_second_order = Claim(
    "zheng.eq29.bias.second_order",
    "Averaged over mini-batches, (29) exceeds (24) by half the variance of the others' mean, relative to q^2.",
    ZHENG.at("(29)"),
    Order("log_cross", 3),
    printed.predicted_bias,
    both("eq_29_bias_given_draws"),
    ALL_MEMBERS,
    (at(log_cross=transposed), at(log_cross=half), scaled(-1), scaled(2), scaled(1.01)),
    latex=r"\frac{(N-1)^2}{2N^2}\left(\frac{1}{B-1} - \frac{1}{N-1}\right)\frac{1}{N}\sum_n \frac{s_n^2}{q(z^{(n)})^2}",
    printed=False,
)
eq29_variance = Claim(
    "zheng.eq29.bias.variance",
    "That is half the relative variance, over mini-batches, of what stands under (29)'s logarithm.",
    ZHENG.at("(29)"),
    EQUALS,
    printed.predicted_bias,
    both("eq_29_relative_variance"),
    ALL_MEMBERS,
    (at(log_cross=transposed), at(log_cross=negated), at(log_cross=half), scaled(2), scaled(1.01)),
    printed=False,
)

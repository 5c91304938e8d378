"""What N held-out inputs tell of the information between inputs and codes: a lower limit, and none from above."""

from theory import finite, joint, population
from theory.printed import population as parts
from theory.printed.parts import nominal
from verification.claim import FLOAT64, TORCH, ZHENG, Claim
from verification.domains.populations import (
    ALPHABETS,
    DEAF_POPULATIONS,
    FIRST_APART,
    FIRST_IS_MEAN,
    INFORMATIONS,
    POPULATIONS,
    REPLACED,
    REPLACED_BY_FAR,
    SEEN,
    SHOWN,
    SHOWN_TWICE,
    SIZES,
    SOME,
    SQUARED,
)
from verification.mutants import at, double, half, negated, scaled, shifted
from verification.oracles import multisets, populations
from verification.relations.at_most import AT_LEAST, AT_MOST
from verification.relations.bias import BIASED_LOW
from verification.relations.equals import EQUALS

_NEW = ZHENG.at("certified information")
_UP = (shifted(0.7), shifted(1.2), scaled(2), shifted(0.4))
_DOWN = (shifted(-0.7), shifted(-1.2), scaled(1 / 2), scaled(-1))
_AT_ENDS = (shifted(0.7), shifted(-0.1), shifted(0.1), shifted(0.01))
_INFORMATION = dict(populations=populations.index_information, multisets=multisets.index_information)

information = Claim(
    "certified.population.information",
    "I(z; n) of the inputs that are seen.",
    _NEW,
    EQUALS,
    finite.index_information,
    _INFORMATION,
    SOME,
    (at(log_q=half), scaled(-1), shifted(0.7), scaled(1 / 2), scaled(1.01)),
    printed=False,
)
left_out = Claim(
    "certified.population.left_out",
    "The information of N inputs is at least 1 - 1/N of that of the others, one left out.",
    _NEW,
    AT_MOST,
    parts.left_out,
    _INFORMATION,
    SOME,
    _UP,
    latex=r"\left(1-\frac1N\right) I_{-i} \leq I_N",
    tight="certified.population.left_out.tight",
    printed=False,
)
left_out_tight = Claim(
    "certified.population.left_out.tight",
    "It is just that where the one left out is the mean of the others.",
    _NEW,
    EQUALS,
    parts.left_out,
    _INFORMATION,
    FIRST_IS_MEAN,
    (*_AT_ENDS, scaled(1 / 2)),
    printed=False,
)
whether = Claim(
    "certified.population.whether",
    "The information of N inputs is at most that and what tells whether it was the one.",
    _NEW,
    AT_LEAST,
    parts.left_out_and_whether,
    _INFORMATION,
    SOME,
    _DOWN,
    latex=r"I_N \leq \left(1-\frac1N\right) I_{-i} + H_b\left(\frac1N\right)",
    tight="certified.population.whether.tight",
    printed=False,
)
whether_tight = Claim(
    "certified.population.whether.tight",
    "It is just that where the one left out is apart from the others.",
    _NEW,
    EQUALS,
    parts.left_out_and_whether,
    _INFORMATION,
    FIRST_APART,
    (*_AT_ENDS, scaled(1 / 2)),
    arithmetics=(FLOAT64, TORCH),
    printed=False,
)
replacement = Claim(
    "certified.population.replacement",
    "What tells whether it was one of N inputs is the entropy of a coin.",
    _NEW,
    EQUALS,
    population.replacement,
    dict(populations=populations.replacement, multisets=multisets.replacement),
    SIZES,
    (at(N=double), scaled(-1), scaled(1 / 2), scaled(1.01)),
    latex=r"H_b\left(\frac1N\right) = \log N - \left(1-\frac1N\right)\log(N-1)",
    printed=False,
)
replacement_ceiling = Claim(
    "certified.population.replacement.ceiling",
    "That entropy is at most (1 + log N)/N.",
    _NEW,
    AT_LEAST,
    parts.reach_ceiling,
    dict(populations=populations.replacement, multisets=multisets.replacement),
    SIZES,
    (scaled(-1), scaled(1 / 2), shifted(-0.7), shifted(-0.2)),
    latex=r"H_b\left(\frac1N\right) \leq \frac{1 + \log N}{N}",
    arithmetics=(FLOAT64,),
    printed=False,
    note="Attained only as N grows.",
)
change = Claim(
    "certified.population.change",
    "As one of N inputs is replaced, the information changes by that entropy at most.",
    _NEW,
    AT_LEAST,
    parts.reach,
    dict(populations=populations.change, multisets=multisets.change),
    REPLACED,
    _DOWN[:2] + _DOWN[3:] + (scaled(1 / 4),),
    latex=r"|I_N' - I_N| \leq H_b\left(\frac1N\right)",
    tight="certified.population.change.tight",
    printed=False,
)
change_tight = Claim(
    "certified.population.change.tight",
    "It changes by just that where the mean of the others is replaced by one apart from them.",
    _NEW,
    EQUALS,
    parts.reach,
    dict(populations=populations.change, multisets=multisets.change),
    REPLACED_BY_FAR,
    (*_AT_ENDS, scaled(1 / 2)),
    arithmetics=(FLOAT64, TORCH),
    printed=False,
)
_EXPECTED = (at(log_enc=half), shifted(0.7), scaled(1 / 2), scaled(-1), scaled(1.01))
expected_of_two = Claim(
    "certified.population.two",
    "The mean information of two inputs, over all pairs.",
    _NEW,
    EQUALS,
    parts.expected_of_two,
    dict(populations=populations.expected_of_two, multisets=multisets.expected_of_two),
    POPULATIONS,
    _EXPECTED,
    printed=False,
)
expected_of_three = Claim(
    "certified.population.three",
    "The mean information of three inputs, over all triples.",
    _NEW,
    EQUALS,
    parts.expected_of_three,
    dict(populations=populations.expected_of_three, multisets=multisets.expected_of_three),
    POPULATIONS,
    _EXPECTED,
    printed=False,
)
_WHOLE = dict(populations=populations.information, multisets=multisets.information)
mean_below = Claim(
    "certified.population.mean",
    "The mean information of three inputs is at most that of the population.",
    _NEW,
    AT_MOST,
    parts.expected_of_three,
    _WHOLE,
    POPULATIONS,
    _UP,
    latex=r"\mathbb{E} I_N \leq I(x;z)",
    tight="certified.population.mean.tight",
    printed=False,
)
mean_below_tight = Claim(
    "certified.population.mean.tight",
    "Where all posteriors are equal, both are 0.",
    _NEW,
    EQUALS,
    parts.expected_of_three,
    _WHOLE,
    DEAF_POPULATIONS,
    _AT_ENDS,
    printed=False,
)
biased = Claim(
    "certified.population.biased",
    "As an estimate of the population's information that of three inputs is too low.",
    _NEW,
    BIASED_LOW,
    joint.i_enc,
    dict(populations=populations.expected_of_three, multisets=multisets.expected_of_three),
    POPULATIONS,
    (scaled(1 / 2), scaled(-1), shifted(-0.7), shifted(-0.4)),
    printed=False,
)
growing = Claim(
    "certified.population.growing",
    "The mean information of two inputs is at most that of three.",
    _NEW,
    AT_MOST,
    parts.expected_of_two,
    dict(populations=populations.expected_of_three, multisets=multisets.expected_of_three),
    POPULATIONS,
    _UP,
    latex=r"\mathbb{E} I_N \leq \mathbb{E} I_{N+1}",
    tight="certified.population.growing.tight",
    printed=False,
)
growing_tight = Claim(
    "certified.population.growing.tight",
    "Where all posteriors are equal, both are 0.",
    _NEW,
    EQUALS,
    parts.expected_of_two,
    dict(populations=populations.expected_of_three, multisets=multisets.expected_of_three),
    DEAF_POPULATIONS,
    _AT_ENDS,
    printed=False,
)
lower = Claim(
    "certified.population.lower",
    "The lower limit from N inputs is their information less the reach of N replacements.",
    _NEW,
    EQUALS,
    population.information_lower,
    dict(populations=populations.information_lower, multisets=multisets.information_lower),
    INFORMATIONS,
    (at(information=half), at(N=double), at(alpha=half), scaled(-1), shifted(0.7), scaled(1.01)),
    latex=r"I_N - H_b\left(\frac1N\right)\sqrt{\frac N2\log\frac1\alpha}",
    printed=False,
)
at_least = Claim(
    "certified.population.at_least",
    "What is told of a population is that limit, or 0.",
    _NEW,
    EQUALS,
    parts.at_least,
    dict(populations=populations.at_least, multisets=multisets.at_least),
    INFORMATIONS,
    (at(information=double), at(alpha=half), scaled(-1), shifted(0.7), scaled(1.01)),
    arithmetics=(FLOAT64,),
    printed=False,
)
coverage = Claim(
    "certified.population.coverage",
    "The lower limit from two or three inputs holds as often as it says, over all samples.",
    _NEW,
    AT_MOST,
    nominal,
    dict(populations=populations.coverage, multisets=multisets.coverage),
    SEEN,
    (at(alpha=negated), scaled(2), shifted(0.7), shifted(0.5)),
    latex=r"1 - \alpha \leq P\left(I_N - H_b\left(\frac1N\right)\sqrt{\frac N2\log\frac1\alpha} \leq I(x;z)\right)",
    unit="probability",
    printed=False,
)

# --- none from above --------------------------------------------------------------------------------------------------

_CHANCE = (at(K=double), at(K=half), scaled(1 / 2), scaled(-1), scaled(1.01))
all_different = Claim(
    "certified.population.all_different",
    "How likely four inputs out of K equally likely codes show four.",
    _NEW,
    EQUALS,
    parts.all_different,
    dict(populations=populations.all_different, multisets=multisets.all_different),
    ALPHABETS,
    _CHANCE,
    latex=r"\prod_{i<N}\left(1-\frac iK\right)",
    unit="probability",
    printed=False,
    note="Then what is seen has one law for every K, while the information is log K: no upper limit can hold for all.",
)
_DIFFERENT = dict(populations=populations.different, multisets=multisets.different)
collision = Claim(
    "certified.population.collision",
    "N inputs show N codes but for at most one chance in K for each pair.",
    _NEW,
    AT_MOST,
    parts.few_collisions,
    _DIFFERENT,
    SHOWN,
    (at(N=half), shifted(3.0), shifted(0.7), shifted(1.2)),
    latex=r"1 - \frac{N(N-1)}{2K} \leq \prod_{i<N}\left(1-\frac iK\right)",
    tight="certified.population.collision.tight",
    unit="probability",
    printed=False,
)
collision_tight = Claim(
    "certified.population.collision.tight",
    "For two inputs it is just that.",
    _NEW,
    EQUALS,
    parts.few_collisions,
    _DIFFERENT,
    SHOWN_TWICE,
    _CHANCE,
    unit="probability",
    printed=False,
)
square = Claim(
    "certified.population.square",
    "N inputs of N^2 codes show N of them at least half the time.",
    _NEW,
    AT_MOST,
    parts.half,
    dict(populations=populations.different_of_square, multisets=multisets.different_of_square),
    SQUARED,
    (scaled(2), shifted(0.5), scaled(1.7), shifted(0.3)),
    latex=r"\frac12 \leq \prod_{i<N}\left(1-\frac{i}{N^2}\right)",
    unit="probability",
    printed=False,
    note="Given that, a lower limit that holds for every K is above 2 log N with a probability of at most 2 alpha.",
)

"""Scores of disentanglement: Levy's section 2.4.1 as printed, the originals, and what each says of codes that are
known."""

from theory import disentanglement as score
from theory.printed import disentanglement as printed
from verification.claim import LEVY, OWN, REFUTED, Claim
from verification.domains.disentanglement import (
    ALIKE,
    BATCHES,
    DRAWN,
    FACTORS,
    FACTORS_AND_NOISE,
    HEEDLESS,
    IMPORTANCES,
    NO_GAP,
    ONE_CODE_EACH,
    ONE_FACTOR_EACH,
    ONE_FACTOR_VOTED,
    ONE_TABLE,
    PAIRS,
    PERFECT,
    PERMUTED,
    RESCALED,
    SAMPLES,
    SCORES,
    TABLES,
    TURNS,
    TWO_FACTORS,
    UNCORRELATED,
    UNEQUAL,
    VOTES,
    WITH_ZEROS,
    WITHOUT_LINE,
)
from verification.mutants import (
    all_first,
    at,
    columns_reversed,
    double,
    half,
    identity_matrix,
    scaled,
    shifted,
    swapped,
    transposed,
    zero,
)
from verification.oracles import code_entropies, code_tables, folded, layers, pair_spectra, pair_worlds
from verification.relations.equals import EQUALS

_METRIC = LEVY.at("section 2.4.1: disentanglement metric")
_HIGGINS, _MIG = OWN.at("Higgins et al. 2017"), OWN.at("MIG, Chen et al. 2018")
_SAP, _DCI = OWN.at("SAP, Kumar et al. 2018"), OWN.at("DCI, Eastwood & Williams 2018")
_VOTES = OWN.at("FactorVAE score, Kim & Mnih 2018")
_CONSTANT = (shifted(0.25), shifted(-0.25), scaled(1 / 2), scaled(2), scaled(1.01))
_CORRECTED = "levy.metric.ground_truth.corrected"
_MISTAKES = (at(laws=columns_reversed), at(laws=half), scaled(1 / 2), shifted(0.25), scaled(1.01))
_GUESSED = (scaled(1 / 2), scaled(2), shifted(0.25), shifted(-0.25), scaled(1.01))

# --- as Levy prints it ------------------------------------------------------------------------------------------------

scalar = Claim(
    "levy.metric.ground_truth",
    "By the metric as printed, whose z_diff is the norm |z_1 - z_2|_1, the ground truth scores 100 %.",
    _METRIC, EQUALS, printed.section_2_4_1_ground_truth,
    dict(worlds=pair_worlds.by_norm, spectra=pair_spectra.by_norm), FACTORS, latex=r"z_{\text{diff}}^l = |z_{1,l} - "
    r"z_{2,l}|_1", expected=REFUTED, pinned="levy.metric.ground_truth.pinned", corrected=_CORRECTED, unit="accuracy",
    note="A norm is one number, the step calls it a vector. Of codes that are the factors the best of all classifiers "
    "reaches one in K on it if the factors have one law: two bits, L = 3, 1/2. Higgins et al. take |.| by component.",
)  # fmt: skip
scalar_pinned = Claim(
    "levy.metric.ground_truth.pinned",
    "What the best of all classifiers reaches on the mean of L norms.",
    _METRIC, EQUALS, printed.section_2_4_1_norm, dict(worlds=pair_worlds.by_norm, spectra=pair_spectra.by_norm),
    FACTORS, (at(laws=half), scaled(1 / 2), shifted(0.25), scaled(1.01), shifted(-0.1)), printed=False,
    latex=r"\frac{1}{K} \sum_t \max_y P\left(\sum_{l \leq L} \sum_{j \neq y} |v_{1,l,j} - v_{2,l,j}| = t\right)",
    unit="accuracy",
)  # fmt: skip
scalar_chance = Claim(
    "levy.metric.ground_truth.chance",
    "Of factors of one law the norm tells nothing: one in K.",
    _METRIC, EQUALS, printed.section_2_4_1_chance, dict(worlds=pair_worlds.by_norm, spectra=pair_spectra.by_norm),
    ALIKE, _GUESSED, printed=False, unit="accuracy",
)  # fmt: skip
by_component = Claim(
    "levy.metric.ground_truth.corrected",
    "With |z_1 - z_2| by component the ground truth scores 100 % but for ties: pairs that agree in a factor by chance.",
    _METRIC, EQUALS, printed.by_component, dict(worlds=pair_worlds.by_component, spectra=pair_spectra.by_component),
    FACTORS, _MISTAKES[1:], printed=False, unit="accuracy",
    latex=r"\frac{1}{K} \sum_{i=1}^K \prod_{j<i} (1 - t_j), \quad t_1 \leq \ldots \leq t_K",
    note="t_j, the chance that L independent pairs agree in factor j, falls as m^-L for m equal chances.",
)  # fmt: skip
repeated = Claim(
    "levy.metric.repeat",
    "Both codes are computed from v_{1,l} (\"Repeat for v_{1,l}\"), and the ground truth still tells the factor.",
    _METRIC, EQUALS, printed.by_component, dict(worlds=pair_worlds.repeated, spectra=pair_spectra.repeated), FACTORS,
    latex=r"z_{1,l} \sim q(z|x_{1,l})", expected=REFUTED, pinned="levy.metric.repeat.pinned", corrected=_CORRECTED,
    unit="accuracy", note="The second code must be that of v_{2,l}: of one input twice every distance is 0.",
)  # fmt: skip
repeated_pinned = Claim(
    "levy.metric.repeat.pinned",
    "Codes of one input twice tell nothing: one in K.",
    _METRIC, EQUALS, printed.section_2_4_1_chance, dict(worlds=pair_worlds.repeated, spectra=pair_spectra.repeated),
    FACTORS, _GUESSED, printed=False, unit="accuracy",
)  # fmt: skip
average = Claim(
    "levy.metric.average",
    "The mean of L distances, component by component, is what the classifier is shown.",
    _METRIC, EQUALS, score.difference,
    dict(tables=code_tables.difference, entropies=code_entropies.difference), PAIRS,
    (at(first=zero), at(second=half), at(first=columns_reversed), scaled(1 / 2), scaled(-1), scaled(1.01)),
    latex=r"\bar{z}_{\text{diff}} = \frac{1}{L} \sum_{l=1}^L z_{\text{diff}}^l", unit="code",
)  # fmt: skip
drawn = Claim(
    "levy.metric.drawn",
    "The mean distance of codes that are drawn, z ~ q(z|x), as printed; the original takes their means.",
    _METRIC, EQUALS, score.expected_difference,
    dict(folded=folded.expected_difference, layers=layers.expected_difference), DRAWN,
    (at(sigma1=half), at(mu1=zero), at(sigma2=double), scaled(1 / 2), scaled(-1), scaled(1.01)),
    latex=r"s\sqrt{\frac{2}{\pi}} e^{-m^2/2s^2} + m\left(1 - 2\Phi\left(-\frac{m}{s}\right)\right)",
    printed=False, unit="code", note="Never 0, not of the factor that is shared either: a code at the prior shows "
    "2 / sqrt(pi) for every factor.",
)  # fmt: skip

# --- Higgins' score of known codes ------------------------------------------------------------------------------------

steps = Claim(
    "own.disentanglement.higgins.steps",
    "The law of the distance between two draws of a factor.",
    _HIGGINS, EQUALS, score.steps, dict(worlds=pair_worlds.steps, spectra=pair_spectra.steps), FACTORS,
    (at(laws=half), at(laws=all_first), scaled(1 / 2), shifted(0.25), scaled(1.01)), unit="chance",
)  # fmt: skip
linear = Claim(
    "own.disentanglement.higgins.linear",
    "A linear rule reaches what the best of all classifiers does where the codes are the factors.",
    _HIGGINS, EQUALS, printed.by_component, dict(worlds=pair_worlds.by_line, spectra=pair_spectra.by_line), FACTORS,
    _MISTAKES[1:], unit="accuracy",
)  # fmt: skip
permuted = Claim(
    "own.disentanglement.higgins.signs",
    "Codes permuted and with signs reversed show the same distances, permuted.",
    _HIGGINS, EQUALS, printed.sign_permuted,
    dict(tables=code_tables.difference_permuted, entropies=code_entropies.difference_permuted), PERMUTED,
    (at(U=transposed), at(U=identity_matrix), at(first=zero), scaled(1 / 2), scaled(1.01)), unit="code",
)  # fmt: skip
turned = Claim(
    "own.disentanglement.higgins.turned",
    "Two factors behind a rotation of 53 degrees score what the factors themselves score: the classifier undoes it.",
    _HIGGINS, EQUALS, printed.by_component, dict(worlds=pair_worlds.turned, spectra=pair_spectra.turned), TWO_FACTORS,
    _MISTAKES[1:], unit="accuracy",
    note="A failure of the score: so at every angle but odd multiples of 45 degrees, since |cos| of one mean distance "
    "beside |sin| of it tells the factor.",
)  # fmt: skip
half_turned = Claim(
    "own.disentanglement.higgins.half_turned",
    "At 45 degrees both codes show one number, and the score is that of the norm.",
    _HIGGINS, EQUALS, printed.section_2_4_1_norm,
    dict(worlds=pair_worlds.half_turned, spectra=pair_spectra.half_turned), TWO_FACTORS,
    (at(laws=half), scaled(1 / 2), shifted(0.25), scaled(1.01), shifted(-0.1)), unit="accuracy",
)  # fmt: skip
doubled = Claim(
    "own.disentanglement.higgins.doubled",
    "Each factor in two codes scores what each in one does.",
    _HIGGINS, EQUALS, printed.by_component, dict(worlds=pair_worlds.doubled, spectra=pair_spectra.doubled),
    TWO_FACTORS, _MISTAKES[1:], unit="accuracy", note="A failure of the score, if completeness is asked.",
)  # fmt: skip
lacking = Claim(
    "own.disentanglement.higgins.lacking",
    "Codes that lack the factor of the most ties score what codes of all factors score.",
    _HIGGINS, EQUALS, printed.by_component, dict(worlds=pair_worlds.lacking, spectra=pair_spectra.lacking), FACTORS,
    _MISTAKES[1:], unit="accuracy",
    note="A failure of the score, known from Kim & Mnih: where none of K - 1 factors is shared, the last one is.",
)  # fmt: skip
mixed = Claim(
    "own.disentanglement.higgins.mixed",
    "Of two factors the codes (v_1 + v_2, v_2) score what the factors score.",
    _HIGGINS, EQUALS, printed.by_component, dict(worlds=pair_worlds.mixed, spectra=pair_spectra.mixed), TWO_FACTORS,
    _MISTAKES[1:], unit="accuracy", note="A failure of the score: the first code is of both factors.",
)  # fmt: skip
bent = Claim(
    "own.disentanglement.higgins.bent",
    "Codes that are increasing functions of one factor each score what the factors score.",
    _HIGGINS, EQUALS, printed.by_component, dict(worlds=pair_worlds.bent, spectra=pair_spectra.bent), FACTORS,
    _MISTAKES[1:], unit="accuracy",
)  # fmt: skip
silent = Claim(
    "own.disentanglement.higgins.silent",
    "Codes that do not move score one in K.",
    _HIGGINS, EQUALS, printed.section_2_4_1_chance,
    dict(worlds=pair_worlds.shown_nothing, spectra=pair_spectra.shown_nothing), UNEQUAL, _GUESSED, unit="accuracy",
)  # fmt: skip

noise = Claim(
    "own.disentanglement.higgins.noise",
    "A code that is drawn without regard to the factors scores one in K.",
    _HIGGINS, EQUALS, printed.chance_without_last, dict(worlds=pair_worlds.noise, spectra=pair_spectra.noise),
    FACTORS_AND_NOISE, _GUESSED, unit="accuracy",
)  # fmt: skip

# --- MIG --------------------------------------------------------------------------------------------------------------

_INFORMATION = dict(tables=code_tables.information, entropies=code_entropies.information)
_GAPS = dict(tables=code_tables.mig, entropies=code_entropies.mig)
_WRONG = (scaled(-1), scaled(1 / 2), shifted(0.25), scaled(1.01))

information = Claim(
    "own.disentanglement.mig.information",
    "I(z; v) of a code and a factor of finite law.",
    _MIG, EQUALS, score.information, _INFORMATION, ONE_TABLE, (at(table=half), *_WRONG),
    latex=r"I(z;v) = \sum_{z,v} P(z,v) \log\frac{P(z,v)}{P(z)P(v)}",
)  # fmt: skip
gap = Claim(
    "own.disentanglement.gap",
    "A factor's best code less its second best.",
    _MIG, EQUALS, score.gap, dict(tables=code_tables.gap, entropies=code_entropies.gap), SCORES,
    (at(scores=columns_reversed), at(scores=half), scaled(-1), shifted(0.25), scaled(1.01)),
    latex=r"S_{(1)j} - S_{(2)j}", unit="score",
)  # fmt: skip
mig = Claim(
    "own.disentanglement.mig",
    "The mutual information gap.",
    _MIG, EQUALS, score.mig, _GAPS, TABLES, (at(tables=half), *_WRONG),
    latex=r"\frac{1}{K} \sum_{j=1}^K \frac{1}{H(v_j)} \left(I(z_{(1)};v_j) - I(z_{(2)};v_j)\right)", unit="score",
)  # fmt: skip
mig_with_zeros = Claim(
    "own.disentanglement.mig.functions",
    "The mutual information gap of codes that are functions of the factors.",
    _MIG, EQUALS, score.mig, _GAPS, WITH_ZEROS, (at(tables=half), *_WRONG), unit="score",
)  # fmt: skip
mig_perfect = Claim(
    "own.disentanglement.mig.perfect",
    "MIG is 1 where each factor stands in a code of its own, however it is spelled.",
    _MIG, EQUALS, printed.bits_told, _GAPS, PERFECT, _CONSTANT, unit="score",
)  # fmt: skip
mig_nothing = Claim(
    "own.disentanglement.mig.nothing",
    "MIG is 0 where each factor stands in two codes, where a rotation gives both alike, and where no code knows one.",
    _MIG, EQUALS, printed.no_gap, _GAPS, NO_GAP, (shifted(0.25), shifted(-0.25), shifted(1.0), shifted(0.01)),
    unit="score", note="Two bits behind a rotation are all in each of both codes: MIG cannot tell that from two codes "
    "that know nothing.",
)  # fmt: skip

# --- SAP --------------------------------------------------------------------------------------------------------------

_SAMPLE_MISTAKES = (at(codes=columns_reversed), at(factors=columns_reversed), scaled(-1), scaled(1 / 2), scaled(1.01))

squared_correlation = Claim(
    "own.disentanglement.sap.scores",
    "R^2 of the line that predicts a factor from one code.",
    _SAP, EQUALS, score.squared_correlation,
    dict(tables=code_tables.squared_correlation, entropies=code_entropies.squared_correlation), SAMPLES,
    _SAMPLE_MISTAKES, latex=r"S_{ij} = \frac{\mathrm{Cov}(z_i,v_j)^2}{\mathrm{Var}(z_i)\,\mathrm{Var}(v_j)}",
    unit="score", accuracy=1e-9,
)  # fmt: skip
sap = Claim(
    "own.disentanglement.sap",
    "The separated attribute predictability of continuous factors.",
    _SAP, EQUALS, score.sap, dict(tables=code_tables.sap, entropies=code_entropies.sap), SAMPLES,
    (swapped("codes", "factors"), scaled(-1), scaled(1 / 2), shifted(0.25), scaled(1.01)),
    latex=r"\frac{1}{K} \sum_{j=1}^K S_{(1)j} - S_{(2)j}", unit="score", accuracy=1e-9,
)  # fmt: skip
sap_turned = Claim(
    "own.disentanglement.sap.turned",
    "SAP of two factors of one variance behind a rotation is |cos 2 theta|: it sees every angle.",
    _SAP, EQUALS, printed.sap_of_turned, dict(tables=code_tables.sap_turned, entropies=code_entropies.sap_turned),
    TURNS, (at(U=identity_matrix), at(U=half), scaled(-1), shifted(0.25), scaled(1.01)), unit="score",
    latex=r"|\operatorname{cos} 2\theta|",
)  # fmt: skip
sap_rescaled = Claim(
    "own.disentanglement.sap.units",
    "SAP does not depend on the codes' units nor on their signs.",
    _SAP, EQUALS, printed.sap_rescaled, dict(tables=code_tables.sap, entropies=code_entropies.sap), RESCALED,
    (scaled(-1), scaled(1 / 2), scaled(2), shifted(0.25), scaled(1.01)),
    unit="score", accuracy=1e-9,
)  # fmt: skip

sap_perfect = Claim(
    "own.disentanglement.sap.perfect",
    "SAP is 1 where uncorrelated factors are the codes, whatever their units and order.",
    _SAP, EQUALS, printed.sap_one, dict(tables=code_tables.sap, entropies=code_entropies.sap), UNCORRELATED, _CONSTANT,
    unit="score",
)  # fmt: skip
sap_nothing = Claim(
    "own.disentanglement.sap.nothing",
    "SAP is 0 where each factor stands in two codes, and where the codes are even functions of symmetric factors.",
    _SAP, EQUALS, printed.sap_none, dict(tables=code_tables.sap, entropies=code_entropies.sap), WITHOUT_LINE,
    (shifted(0.25), shifted(-0.25), shifted(1.0), shifted(0.01)), unit="score",
    note="Of the latter MIG is not 0: v_j^2 tells all of |v_j|.",
)  # fmt: skip

# --- DCI and FactorVAE's score ----------------------------------------------------------------------------------------

disentanglement = Claim(
    "own.disentanglement.dci.disentanglement",
    "DCI's disentanglement from importances.",
    _DCI, EQUALS, score.disentanglement,
    dict(tables=code_tables.disentanglement, entropies=code_entropies.disentanglement), IMPORTANCES,
    (at(importance=transposed), scaled(-1), scaled(1 / 2), shifted(0.25), scaled(1.01)),
    latex=r"D = \sum_i \rho_i \left(1 - H_K(P_i)\right)", unit="score",
)  # fmt: skip
completeness = Claim(
    "own.disentanglement.dci.completeness",
    "DCI's completeness from importances.",
    _DCI, EQUALS, score.completeness,
    dict(tables=code_tables.completeness, entropies=code_entropies.completeness), IMPORTANCES,
    (at(importance=transposed), scaled(-1), scaled(1 / 2), shifted(0.25), scaled(1.01)),
    latex=r"C = \frac{1}{K} \sum_j \left(1 - H_k(\tilde P_j)\right)", unit="score",
)  # fmt: skip
votes = Claim(
    "own.disentanglement.votes",
    "The majority's accuracy is that of the best map from codes to factors.",
    _VOTES, EQUALS, score.vote_accuracy,
    dict(tables=code_tables.vote_accuracy, entropies=code_entropies.vote_accuracy), VOTES,
    (at(votes=transposed), scaled(-1), scaled(1 / 2), shifted(0.25), scaled(1.01)),
    latex=r"\frac{\sum_i \max_j V_{ij}}{\sum_{ij} V_{ij}}", unit="accuracy",
)  # fmt: skip
own_factor = Claim(
    "own.disentanglement.dci.disentanglement.perfect",
    "DCI's disentanglement is 1 where each code serves one factor, in however many codes a factor stands.",
    _DCI, EQUALS, printed.importance_one,
    dict(tables=code_tables.disentanglement, entropies=code_entropies.disentanglement), ONE_FACTOR_EACH, _CONSTANT,
    unit="score",
)  # fmt: skip
own_code = Claim(
    "own.disentanglement.dci.completeness.perfect",
    "DCI's completeness is 1 where each factor is served by one code, however many factors a code serves.",
    _DCI, EQUALS, printed.importance_one,
    dict(tables=code_tables.completeness, entropies=code_entropies.completeness), ONE_CODE_EACH, _CONSTANT,
    unit="score",
)  # fmt: skip
variance = Claim(
    "own.disentanglement.votes.variance",
    "What a code varies while a factor is shared, beside what it varies at all.",
    _VOTES, EQUALS, score.normalised_variance,
    dict(tables=code_tables.normalised_variance, entropies=code_entropies.normalised_variance), BATCHES,
    (at(scale=double), at(codes=columns_reversed), at(codes=half), scaled(1 / 2), scaled(-1), scaled(1.01)),
    latex=r"\frac{1}{s_i^2} \frac{1}{L-1} \sum_{l=1}^L (z_{l,i} - \bar{z}_i)^2", unit="share", accuracy=1e-9,
)  # fmt: skip
variance_turned = Claim(
    "own.disentanglement.votes.turned",
    "Two factors behind a rotation leave each code sin^2 of its variance or cos^2: at all angles but 45 degrees the "
    "steadier one is the vote.",
    _VOTES, EQUALS, printed.variance_left,
    dict(tables=code_tables.variance_left, entropies=code_entropies.variance_left), TURNS,
    (at(U=identity_matrix), at(U=half), scaled(1 / 2), shifted(0.25), scaled(1.01)), unit="share",
    note="A failure of the score, as of Higgins': of many inputs a batch it is 1 at every such angle.",
)  # fmt: skip
votes_perfect = Claim(
    "own.disentanglement.votes.perfect",
    "The vote's accuracy is 1 where each code is the steadiest for one factor only.",
    _VOTES, EQUALS, printed.votes_one, dict(tables=code_tables.vote_accuracy, entropies=code_entropies.vote_accuracy),
    ONE_FACTOR_VOTED, _CONSTANT, unit="accuracy",
)  # fmt: skip
votes_noise = Claim(
    "own.disentanglement.votes.noise",
    "Votes that do not heed the factor are right as often as the commonest one comes: one in K where all come alike.",
    _VOTES, EQUALS, printed.commonest,
    dict(tables=code_tables.vote_accuracy, entropies=code_entropies.vote_accuracy), HEEDLESS,
    (at(votes=transposed), scaled(1 / 2), scaled(2), shifted(0.25), scaled(1.01)), unit="accuracy",
)  # fmt: skip

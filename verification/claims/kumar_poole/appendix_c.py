"""Section 3.2 and appendix C: whether mean-field posteriors make latents unique, measured on stacks of trained VAEs."""

from verification.claim import FLOAT64, KUMAR_POOLE, REFUTED, Claim
from verification.domain import Domain
from verification.mutants import absent, reversed_effect
from verification.relations.empirical import EMPIRICAL
from verification.vae import unique_evidence as measured
from verification.vae import unique_search as search

_SECTION, _APPENDIX = KUMAR_POOLE.at("section 3.2"), KUMAR_POOLE.at("appendix C")
_RUNS = Domain("VAEs trained on x = nu(W z) + noise in the plane", ())
_MISTAKES = (reversed_effect, absent)

at_the_truth = Claim(
    "kumar_poole.unique.truth", "With W as printed and pPCA, the best mean-field latents are the true ones but for"
    " permutation and reflection: half of all settled runs are within 5 degrees of them.", _SECTION, EMPIRICAL,
    lambda: None, dict(runs=measured.at_the_true_latents, search=search.least_loss), _RUNS,
    expected=REFUTED, corrected="kumar_poole.unique.axes", pinned="kumar_poole.unique.law", arithmetics=(FLOAT64,),
    note="Norms of 2 and 1 do not make columns orthogonal; the printed W has columns at any angle. Its latents come to"
    " lie where W R(theta) has orthogonal columns, a different angle for each W.",
)  # fmt: skip
farther = Claim(
    "kumar_poole.unique.farther", "With W as printed and pPCA, the higher the ELBO of a settled mean-field run, the"
    " farther are its latents from the true ones.", _APPENDIX, EMPIRICAL, lambda: None,
    dict(runs=measured.higher_is_farther), _RUNS, _MISTAKES, printed=False, arithmetics=(FLOAT64,), unit="tau",
    note="Over runs whose W differ, the ELBO grows as the columns of W near one line, and the angle does as well.",
)  # fmt: skip
law = Claim(
    "kumar_poole.unique.law", "With W as printed and pPCA, the size of the angle of settled mean-field runs follows"
    " the law 2/pi arcsin(3/4 tan 2t), which ends at 26.6 degrees.", _APPENDIX, EMPIRICAL, lambda: None,
    dict(runs=measured.law_of_angles), _RUNS, _MISTAKES, printed=False, arithmetics=(FLOAT64,), unit="distance",
    latex=r"P(|\theta| \le t) = \frac{2}{\pi} \operatorname{arcsin}(\frac{3}{4} \operatorname{tan} 2t)",
)  # fmt: skip
axes = Claim(
    "kumar_poole.unique.axes", "Settled mean-field latents of pPCA lie at the eigenvectors of the posterior covariance:"
    " four fifths of the runs within 3 degrees of where W's columns become orthogonal, and of the eigenvectors that a"
    " full-covariance run of the same data found.", _SECTION, EMPIRICAL, lambda: None,
    dict(columns=measured.at_the_axes_of_w, eigenvectors=measured.at_the_axes_of_sigma), _RUNS, _MISTAKES,
    printed=False, arithmetics=(FLOAT64,), unit="share",
)  # fmt: skip
orthogonal = Claim(
    "kumar_poole.unique.orthogonal", "Where W's columns are orthogonal too, settled mean-field latents of pPCA are the"
    " true ones: four fifths of the runs within 3 degrees.", _SECTION, EMPIRICAL, lambda: None,
    dict(runs=measured.orthogonal_columns), _RUNS, _MISTAKES, printed=False, arithmetics=(FLOAT64,), unit="share",
)  # fmt: skip
nears = Claim(
    "kumar_poole.unique.nears", "With orthogonal columns, pPCA and a diagonal covariance latents near the axes as the"
    " ELBO nears its best: of the printed runs four fifths are no farther than their nats allow, and one degree.",
    _APPENDIX, EMPIRICAL, lambda: None, dict(runs=measured.nears_the_axes), _RUNS, _MISTAKES, printed=False,
    arithmetics=(FLOAT64,), unit="share",
    note="Allowed is what the least ELBO gap over all decoders with latents at an angle says, 0.118 nats at 45 degrees;"
    " the Hadamard gap of the best decoder turned as it is, 0.223 nats, promises too much.",
)  # fmt: skip
uniform = Claim(
    "kumar_poole.unique.full", "With full covariances every angle is as likely as any other, however long one trains:"
    " the law of the angles is within three tenths of the uniform one.", _APPENDIX, EMPIRICAL, lambda: None,
    dict(runs=measured.full_is_uniform), _RUNS, _MISTAKES, arithmetics=(FLOAT64,), unit="distance",
    note="The figures show it; that gradient descent turns along with its start proves it for starts of a law that no"
    " rotation changes.",
)  # fmt: skip
turns = Claim(
    "kumar_poole.unique.turns", "With full covariances gradient descent from a turned start is the same path turned.",
    _APPENDIX, EMPIRICAL, lambda: None, dict(paths=measured.turning_the_start), _RUNS, _MISTAKES, printed=False,
    arithmetics=(FLOAT64,), needs=("torch",), unit="share",
)  # fmt: skip
parameters = Claim(
    "kumar_poole.unique.parameters", "C = O1 C' and Sigma = O2 D' D'^T O2^T change the start of gradient descent and"
    " nothing else: the path is that of C and D without rotations.", _APPENDIX, EMPIRICAL, lambda: None,
    dict(paths=measured.turning_the_parameters), _RUNS, _MISTAKES, printed=False, arithmetics=(FLOAT64,),
    needs=("torch",), unit="entries",
    note="The rotations are there so that the implicit bias of gradient descent is the same in all directions. Steps"
    " in C' and in C are one step; what is gained is a start that no rotation changes.",
)  # fmt: skip
bent = Claim(
    "kumar_poole.unique.bent", "For tanh not even orthogonal columns of W make the true latents the best mean-field"
    " ones: more than a tenth of settled amortised runs are over 5 degrees from them.", _SECTION, EMPIRICAL,
    lambda: None, dict(runs=measured.bent), _RUNS, _MISTAKES, printed=False, arithmetics=(FLOAT64,), unit="share",
    note="What counts is the latents' precision averaged over the data, whose eigenvectors the slope of nu turns.",
)  # fmt: skip
unfinished = Claim(
    "kumar_poole.unique.unfinished", "Descending sigma^2 times the ELBO at the printed rates, n = 20,000 leaves more"
    " than two fifths of the mean-field runs of pPCA over 3 degrees from where they are bound, orthogonal columns.",
    _APPENDIX, EMPIRICAL, lambda: None, dict(runs=measured.unfinished), _RUNS, _MISTAKES, printed=False,
    arithmetics=(FLOAT64,), unit="share",
    note="Of the ELBO itself the printed rate 0.1 diverges; sigma^2 times that rate is the descent judged here.",
)  # fmt: skip
path = Claim(
    "kumar_poole.unique.path", "How far the printed schedule brings the angles of mean-field pPCA is known without a"
    " fitted number: A C = I at once, then the flow of the rest on A.", _APPENDIX, EMPIRICAL, lambda: None,
    dict(runs=measured.predicted_path), _RUNS, _MISTAKES, printed=False, arithmetics=(FLOAT64,), unit="distance",
)  # fmt: skip

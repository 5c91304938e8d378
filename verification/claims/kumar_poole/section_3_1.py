"""Section 3.1 and appendix C: rotations of mean-field posteriors, probabilistic PCA, and angles between latents."""

from theory import rotations
from theory.printed import kumar_poole_uniqueness as printed
from verification.claim import FLOAT64, KUMAR_POOLE, REFUTED, Claim
from verification.domains.mixing import POINTS
from verification.domains.rotations import (
    CLOUDS,
    COLUMNS,
    DIFFERENT_NORMS,
    EQUAL_NORMS,
    EQUAL_VARIANCES,
    LINEAR_POSTERIOR,
    PLANAR,
    PLANAR_DATA,
    PLANAR_MAPS,
    ROTATED,
    THREE_POINTS,
    UNEQUAL,
)
from verification.mutants import (
    at,
    columns_reversed,
    double,
    first_only,
    half,
    inverse,
    negated,
    scaled,
    shifted,
    square,
    swapped,
    transposed,
    zero,
)
from verification.oracles import projections, turns
from verification.relations.bias import BIASED_HIGH
from verification.relations.equals import EQUALS

_SECTION, _PCA = KUMAR_POOLE.at("section 3.1"), KUMAR_POOLE.at("section 3.1: pPCA")
_APPENDIX = KUMAR_POOLE.at("appendix C")
_ZERO = (shifted(0.5), shifted(-0.5), shifted(0.1), shifted(0.01))
_FLOATS = (FLOAT64,)

prior = Claim(
    "kumar_poole.section_3_1.prior",
    "N(0, I) is invariant under orthogonal maps.",
    _SECTION,
    EQUALS,
    printed.prior_turned,
    dict(turns=turns.prior_density, projections=projections.prior_density),
    POINTS,
    (at(z=half), at(U=half), scaled(1 / 2), shifted(0.7), scaled(1.01)),
    latex=r"p(Uz) = p(z)",
)
coupling = Claim(
    "kumar_poole.section_3_1.coupling",
    "A rotated Gaussian posterior is mean-field exactly where U'Sigma U is diagonal: its covariances.",
    _SECTION,
    EQUALS,
    rotations.coupling,
    dict(turns=turns.coupling, projections=projections.coupling),
    ROTATED,
    (at(U=transposed), at(Sigma=inverse), at(Sigma=square), scaled(1 / 2), scaled(-1), scaled(1.01)),
    latex=r"r^{-1} \# \mathcal{N}(m, \Sigma) = \mathcal{N}(U^\top m, U^\top\Sigma U)",
)
sufficient = Claim(
    "kumar_poole.section_3_1.sufficient",
    "A mean-field Gaussian posterior stays mean-field under every orthogonal map of latents of equal variances.",
    _SECTION,
    EQUALS,
    printed.no_coupling,
    dict(turns=turns.coupling, projections=projections.coupling),
    EQUAL_VARIANCES,
    _ZERO,
    latex=r"\Sigma = sI \Rightarrow U^\top\Sigma U = sI",
    note="For all maps together the variances must all be equal; one map asks it of the latents that it mixes only.",
)
necessary = Claim(
    "kumar_poole.section_3_1.non_gaussian",
    "Rotated independent latents that are not Gaussian are dependent, of equal variances too: fourth cross-cumulants.",
    _SECTION,
    EQUALS,
    printed.three_point_coupling,
    dict(turns=turns.fourth_coupling, projections=projections.fourth_coupling),
    THREE_POINTS,
    (at(U=transposed), at(size=half), at(weight=half), scaled(1 / 2), scaled(-1), scaled(1.01)),
    latex=r"\sum_m U_{mi}^2 U_{mj}^2 \kappa_m",
    printed=False,
    unit="latents^4",
    note="From two latents on: on the line every posterior is mean-field.",
)
permuted = Claim(
    "kumar_poole.section_3_1.permutations",
    "When all latent variances are unequal, the only orthogonal maps allowed are the permutations.",
    _SECTION,
    EQUALS,
    printed.permutations,
    dict(turns=turns.allowed, projections=projections.allowed),
    UNEQUAL,
    latex=r"k!",
    expected=REFUTED,
    pinned="kumar_poole.section_3_1.permutations.pinned",
    corrected="kumar_poole.section_3_1.permutations.pinned",
    note="The axes may be reflected as well: diag(1, -1) keeps every diagonal covariance.",
    unit="maps",
)
permuted_pinned = Claim(
    "kumar_poole.section_3_1.permutations.pinned",
    "The only ones are the 2^k k! signed permutations.",
    _SECTION,
    EQUALS,
    printed.signed_permutations,
    dict(turns=turns.allowed, projections=projections.allowed),
    UNEQUAL,
    (scaled(1 / 2), scaled(2), shifted(1.0), shifted(-1.0)),
    latex=r"2^k k!",
    printed=False,
    unit="maps",
)
gap = Claim(
    "kumar_poole.section_3_1.gap",
    "What the objective loses to independent latents in a rotated model: the rotated precisions count.",
    _SECTION,
    EQUALS,
    rotations.mean_field_gap,
    dict(turns=turns.mean_field_gap, projections=projections.mean_field_gap),
    ROTATED,
    (at(U=transposed), at(Sigma=inverse), at(Sigma=square), at(beta=half), scaled(-1), shifted(0.7), scaled(1.01)),
    latex=r"\frac{\beta}{2}\left(\sum_i\log(U^\top\Sigma^{-1}U)_{ii} + \log|\Sigma|\right)",
    printed=False,
)
planar = Claim(
    "kumar_poole.section_3_1.gap.planar",
    "In the plane the loss is 0 exactly for equal variances or multiples of 90 degrees.",
    _SECTION,
    EQUALS,
    rotations.planar_gap,
    dict(turns=turns.planar_gap, projections=projections.planar_gap),
    PLANAR,
    (at(angle=half), at(angle=double), at(variances=first_only), at(beta=half), shifted(0.7), scaled(1.01)),
    latex=r"\frac{\beta}{2}\log\left(1 + \frac{(s_1-s_2)^2}{4 s_1 s_2}\operatorname{sin}^2 2\theta\right)",
    printed=False,
)
planar_data = Claim(
    "kumar_poole.section_3_2.every_datum",
    "Over several data the loss of a rotation is the mean: none only where each datum's two variances are equal.",
    KUMAR_POOLE.at("section 3.2"),
    EQUALS,
    printed.planar_gap_of_data,
    dict(turns=turns.mean_planar_gap, projections=projections.mean_planar_gap),
    PLANAR_DATA,
    (at(angle=half), at(spreads=first_only), at(beta=half), shifted(0.7), scaled(1.01)),
    printed=False,
    note="So equal variances of one datum, or equal covariances of two data, leave no rotation that is free.",
)
pca_precision = Claim(
    "kumar_poole.section_3_1.pca",
    "The posterior of probabilistic PCA is factored where, and only where, A has orthogonal columns.",
    _PCA,
    EQUALS,
    printed.pca_precision_coupling,
    dict(turns=turns.precision_coupling, projections=projections.precision_coupling),
    LINEAR_POSTERIOR,
    (at(noise=half), at(W=half), scaled(1 / 2), scaled(-1), scaled(1.01)),
    latex=r"(\mathrm{Cov}[z|x]^{-1})_{ij} = \frac{a_i^\top a_j}{\sigma^2}, \quad i \neq j",
)
pca_evidence = Claim(
    "kumar_poole.section_3_1.pca.evidence",
    "The decoders A V z, V orthogonal, give the same p(x) = N(0, A A' + sigma^2 I).",
    _PCA,
    EQUALS,
    printed.pca_evidence,
    dict(turns=turns.log_evidence, projections=projections.log_evidence),
    LINEAR_POSTERIOR,
    (at(W=half), at(x=zero), at(noise=half), at(U=half), shifted(0.7), scaled(1.01)),
    latex=r"p(x) = \mathcal{N}(0, AA^\top + \sigma^2 I)",
)
pca_gap = Claim(
    "kumar_poole.section_3_1.pca.gap",
    "What mean-field posteriors lose under the decoder A V z.",
    _PCA,
    EQUALS,
    printed.pca_gap,
    dict(turns=turns.decoder_gap, projections=projections.decoder_gap),
    LINEAR_POSTERIOR,
    (at(U=transposed), at(W=half), at(noise=half), at(beta=half), scaled(-1), shifted(0.7), scaled(1.01)),
    printed=False,
)
pca_equal = Claim(
    "kumar_poole.section_3_1.pca.equal_norms",
    "If orthogonal columns of A have equal norms, the posterior stays factored when their latents are rotated.",
    _PCA,
    EQUALS,
    printed.pca_no_gap,
    dict(turns=turns.decoder_gap, projections=projections.decoder_gap),
    EQUAL_NORMS,
    _ZERO,
    latex=r"A^\top A = cI",
    note="For beta other than 1 as well.",
)
pca_different = Claim(
    "kumar_poole.section_3_1.pca.different_norms",
    "The symmetry vanishes when all columns of A have different norms: a rotation that mixes all latents costs.",
    _PCA,
    BIASED_HIGH,
    printed.pca_no_gap,
    dict(turns=turns.decoder_gap, projections=projections.decoder_gap),
    DIFFERENT_NORMS,
    (shifted(2.0), shifted(1.0), shifted(3.0), shifted(4.0)),
    note="But for signed permutations, which stay. Only then: two equal norms leave the rotations of their plane.",
)

# --- appendix C -------------------------------------------------------------------------------------------------------

aligned = Claim(
    "kumar_poole.appendix_c.procrustes",
    "O = U V' of the singular vectors of Z M' makes |Z - O M|_F least.",
    _APPENDIX,
    EQUALS,
    rotations.procrustes,
    dict(turns=turns.procrustes, projections=projections.procrustes),
    CLOUDS,
    (swapped("Z", "M"), at(M=negated), scaled(1 / 2), shifted(0.2), scaled(1.01)),
    latex=r"O = UV^\top, \quad ZM^\top = U\,\mathrm{diag}(s)\,V^\top",
    unit="entries",
    arithmetics=_FLOATS,
)
angle = Claim(
    "kumar_poole.appendix_c.angle",
    "The rotation that is left of O but for a signed permutation, in (-45, 45] degrees.",
    _APPENDIX,
    EQUALS,
    rotations.rotation_angle,
    dict(turns=turns.rotation_angle, projections=projections.rotation_angle),
    PLANAR_MAPS,
    (at(U=transposed), scaled(-1), scaled(1 / 2), shifted(0.7), shifted(90.0), scaled(1.01)),
    unit="degrees",
    accuracy=1e-10,
    note="Its sign hangs on whether O = R(theta) P or P R(theta): a reflection on the other side turns it.",
)
off_the_axes = Claim(
    "kumar_poole.appendix_c.mean_field_angle",
    "Where the columns of W are not orthogonal, mean-field latents end up at an angle to the true ones.",
    _APPENDIX,
    EQUALS,
    rotations.mean_field_angle,
    dict(turns=turns.mean_field_angle, projections=projections.mean_field_angle),
    COLUMNS,
    (at(columns=columns_reversed), scaled(-1), scaled(1 / 2), shifted(0.7), shifted(90.0), scaled(1.01)),
    latex=r"\theta = \frac{1}{2}\,\mathrm{atan2}(2 w_1 \cdot w_2, |w_1|^2 - |w_2|^2)",
    printed=False,
    unit="degrees",
    accuracy=1e-10,
    note="Columns of norms 2 and 1 at an angle of their own, as the experiment draws them, put it anywhere up to "
    "26.6 degrees from 0, a different angle in each run.",
)

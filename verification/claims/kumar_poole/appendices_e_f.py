"""Section 7 and appendices E and F, where they speak of trained models: measured on real handwritten digits."""

from verification.claim import FLOAT64, KUMAR_POOLE, REFUTED, Claim
from verification.domains.finite import TRAINED
from verification.mutants import absent, reversed_effect
from verification.relations.empirical import EMPIRICAL
from verification.vae import plain_draws
from verification.vae import structured_evidence as measured

_MODELS = ("vae.structured",)
_MISTAKES = (reversed_effect, absent)
_E, _F = KUMAR_POOLE.at("appendix E"), KUMAR_POOLE.at("appendix F: gap")
_SEVEN = KUMAR_POOLE.at("section 7: gap")

blocks = Claim(
    "kumar_poole.appendix_e.blocks", "Where Sigma has blocks, J^T J shows them: on digits, at beta = 1, columns of J"
    " are less orthogonal within a block than across blocks.", _E, EMPIRICAL, lambda: None,
    dict(models=measured.blocks_are_seen), TRAINED, _MISTAKES, arithmetics=(FLOAT64,), needs=_MODELS, unit="",
    note="Cosines between columns of J, root mean square over pairs of active dimensions. At the smallest beta the"
    " models of 12 dimensions show no such difference.",
)  # fmt: skip
far = Claim(
    "kumar_poole.appendix_e.far", "On digits, at the smallest beta, the learned Sigma is more than two fifths away from"
    " (11), relative to it.", _E, EMPIRICAL, lambda: None, dict(models=measured.covariance_is_far), TRAINED, _MISTAKES,
    printed=False, arithmetics=(FLOAT64,), needs=_MODELS, unit="",
    note="In Frobenius' norm, on active dimensions. It is the family that is far: its own best covariance is nearer.",
)  # fmt: skip
own = Claim(
    "kumar_poole.appendix_e.own", "On digits every learned Sigma is nearer to the best covariance of its own family"
    " than to (11).", _E, EMPIRICAL, lambda: None, dict(models=measured.own_family_is_nearer), TRAINED, _MISTAKES,
    printed=False, arithmetics=(FLOAT64,), needs=_MODELS, unit="",
)  # fmt: skip
exists = Claim(
    "kumar_poole.appendix_e.exists", "On digits, at the smallest beta, there are held-out images at which no covariance"
    " is best under (8) with the whole Hessian (5).", _E, EMPIRICAL, lambda: None,
    dict(models=measured.best_covariance_may_not_exist), TRAINED, _MISTAKES, printed=False, arithmetics=(FLOAT64,),
    needs=_MODELS, unit="",
    note="An eigenvalue of the Hessian exceeds beta there, and (8) has no upper bound over full covariances.",
)  # fmt: skip
taylor = Claim(
    "kumar_poole.appendix_f.taylor", "As beta increases, the gap between (2) and its Taylor form (7) increases: on"
    " digits, from the smallest beta to the largest.", _F, EMPIRICAL, lambda: None,
    dict(models=measured.taylor_gap_rises), TRAINED, _MISTAKES, arithmetics=(FLOAT64,), needs=_MODELS,
    note="Not without end either: where all dimensions have collapsed both are one constant decoder's.",
)  # fmt: skip
grae = Claim(
    "kumar_poole.appendix_f.grae", "The gap between the Taylor form (7) and GRAE (13) increases with beta: on digits,"
    " from the smallest beta to 1.", _F, EMPIRICAL, lambda: None, dict(models=measured.grae_gap_rises), TRAINED,
    _MISTAKES, arithmetics=(FLOAT64,), needs=_MODELS,
    note="Not without end: where dimensions collapse the gap falls again, and it is 0 where all have collapsed.",
)  # fmt: skip
formula = Claim(
    "kumar_poole.appendix_f.formula", "On digits the gap between (7) and (13) is the corrected formula, on every"
    " held-out image.", _F, EMPIRICAL, lambda: None, dict(models=measured.gap_has_the_formula), TRAINED, _MISTAKES,
    printed=False, arithmetics=(FLOAT64,), needs=_MODELS,
)  # fmt: skip
close = Claim(
    "kumar_poole.section_7.close", "The objectives (2), (7) and (13) remain close: on digits (2) and (13) differ by"
    " less than a tenth of (2), at every beta and block size.", _SEVEN, EMPIRICAL, lambda: None,
    dict(models=measured.objectives_are_close), TRAINED, _MISTAKES, arithmetics=(FLOAT64,), needs=_MODELS,
)  # fmt: skip
faster = Claim(
    "kumar_poole.section_7.faster", "The gap between (7) and (13) increases more rapidly with beta than the gap between"
    " (2) and (7): on digits, from the smallest beta to the largest.", _SEVEN, EMPIRICAL, lambda: None,
    dict(pairs=measured.grae_gap_is_faster, plain=plain_draws.grae_gap_is_faster), TRAINED, expected=REFUTED,
    pinned="kumar_poole.section_7.faster.later", corrected="kumar_poole.section_7.faster.first",
    arithmetics=(FLOAT64,), needs=_MODELS,
)  # fmt: skip
faster_first = Claim(
    "kumar_poole.section_7.faster.first", "The gap between (7) and (13) increases more than the gap between (2) and (7)"
    " from the smallest beta to 1, on digits.", _SEVEN, EMPIRICAL, lambda: None,
    dict(models=measured.grae_gap_is_faster_at_first), TRAINED, _MISTAKES, printed=False, arithmetics=(FLOAT64,),
    needs=_MODELS,
)  # fmt: skip
faster_later = Claim(
    "kumar_poole.section_7.faster.later", "From beta = 1 to the largest the gap between (2) and (7) increases more than"
    " the gap between (7) and (13), on digits.", _SEVEN, EMPIRICAL, lambda: None,
    dict(models=measured.taylor_gap_is_faster_later), TRAINED, _MISTAKES, printed=False, arithmetics=(FLOAT64,),
    needs=_MODELS,
)  # fmt: skip
family = Claim(
    "kumar_poole.section_7.family", "With diagonal posteriors and beta <= 1, more than half of the gap between (7) and"
    " (13) is what the family costs, not the encoder's covariance within it, on digits.", _SEVEN, EMPIRICAL,
    lambda: None, dict(models=measured.family_is_most_of_the_gap), TRAINED, _MISTAKES, printed=False,
    arithmetics=(FLOAT64,), needs=_MODELS,
)  # fmt: skip
mean = Claim(
    "kumar_poole.section_7.mean", "On digits the encoder's mean costs more nats than its covariance does within its"
    " family, in every model.", _SEVEN, EMPIRICAL, lambda: None, dict(models=measured.mean_costs_most), TRAINED,
    _MISTAKES, printed=False, arithmetics=(FLOAT64,), needs=_MODELS,
)  # fmt: skip

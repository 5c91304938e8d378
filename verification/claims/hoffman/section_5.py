"""Section 5 and the sentences about training: measured on beta-VAEs trained on real handwritten digits."""

from verification.claim import FLOAT64, HOFFMAN, Claim
from verification.domains.finite import TRAINED
from verification.mutants import absent, reversed_effect
from verification.relations.empirical import Empirical
from verification.vae import evidence as measured

_MODELS = ("vae.ensemble",)
_MISTAKES = (reversed_effect, absent)

saturated = Claim(
    "hoffman.sec2.saturated",
    "In practice I(z; n) tends to saturate: on digits, at beta = 1/2, more than four fifths of log N.",
    HOFFMAN.at("section 2"),
    Empirical(0.0),
    lambda: None,
    dict(responsibilities=measured.saturation_margin),
    TRAINED,
    _MISTAKES,
    arithmetics=(FLOAT64,),
    needs=_MODELS,
)
r_models_better = Claim(
    "hoffman.fig1.r_better",
    "At beta = 0.75 r is the better prior for generation: held-out images are likelier under r than under p.",
    HOFFMAN.at("Figure 1"),
    Empirical(0.0),
    lambda: None,
    dict(likelihood=measured.likelihood_rises),
    TRAINED,
    _MISTAKES,
    arithmetics=(FLOAT64,),
    needs=_MODELS,
    note="'The samples look much better' is judged by the log score, a proper rule; the kernel discrepancy of"
    " the samples "
    "themselves does not decide at this size.",
)
small_beta_best = Claim(
    "hoffman.fig2.training",
    "The training ELBO under r is best for small beta.",
    HOFFMAN.at("Figure 2"),
    Empirical(0.0),
    lambda: None,
    dict(models=measured.training_elbo_falls),
    TRAINED,
    _MISTAKES,
    arithmetics=(FLOAT64,),
    needs=_MODELS,
)
gap_narrows = Claim(
    "hoffman.fig2.gap",
    "The generalisation gap under r narrows as beta grows.",
    HOFFMAN.at("Figure 2"),
    Empirical(0.0),
    lambda: None,
    dict(models=measured.gap_narrows),
    TRAINED,
    _MISTAKES,
    arithmetics=(FLOAT64,),
    needs=_MODELS,
)
estimator = Claim(
    "hoffman.fig2.estimator",
    "On trained posteriors the printed estimator overstates log C at every beta below 1.",
    HOFFMAN.at("Figure 2"),
    Empirical(0.0),
    lambda: None,
    dict(interval=measured.estimator_excess),
    TRAINED,
    _MISTAKES,
    arithmetics=(FLOAT64,),
    needs=_MODELS,
    printed=False,
    note="Section 5 names equation (9); what can be computed, and is meant, is the sum of the D_n below it.",
)

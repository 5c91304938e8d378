"""Appendix G, Table 1 and Figure 4: samples of GRAE~ beside those of beta-VAEs, on digits in CelebA's stead."""

from verification.claim import FLOAT64, KUMAR_POOLE, Claim
from verification.domains.finite import TRAINED
from verification.mutants import absent, reversed_effect
from verification.relations.empirical import EMPIRICAL
from verification.vae import grae_evidence as measured

_G = KUMAR_POOLE.at("appendix G")
_MISTAKES = (reversed_effect, absent)

close = Claim(
    "kumar_poole.appendix_g.samples", "On digits samples of GRAE~ are like those of the beta-VAE: at every beta, in the"
    " mean over seeds, they are nearer to them, in energy distance, than those are to held-out images.", _G,
    EMPIRICAL, lambda: None, dict(models=measured.samples_are_close), TRAINED, _MISTAKES, arithmetics=(FLOAT64,),
    needs=("vae.grae",), unit="energy distance",
)  # fmt: skip
scores = Claim(
    "kumar_poole.appendix_g.scores", "On digits the distances of both kinds of samples to held-out images differ by"
    " less than a quarter at every beta, in the mean over seeds.", _G, EMPIRICAL, lambda: None,
    dict(models=measured.scores_are_close), TRAINED, _MISTAKES, printed=False, arithmetics=(FLOAT64,),
    needs=("vae.grae",), unit="energy distance",
    note="Figure 4 has FID for CelebA; the energy distance has no bias and needs no network.",
)  # fmt: skip

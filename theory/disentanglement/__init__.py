"""Scores of how well codes fall apart into known factors: what each says of a law that is known, in closed form.

Higgins et al. compare codes of inputs that share a factor; MIG (Chen et al.) and SAP (Kumar et al.) take the gap
between a factor's best code and its second best; FactorVAE's score (Kim & Mnih) lets the steadiest code vote; DCI
(Eastwood & Williams) asks how importances spread. Scores of a sample, which fit classifiers, are
`verification.vae.disentangled.scores`.
"""

from theory.disentanglement.dci import completeness, disentanglement
from theory.disentanglement.gaps import gap, information, mig, sap, squared_correlation
from theory.disentanglement.higgins import accuracy, difference, expected_difference, norm_accuracy, steps
from theory.disentanglement.votes import normalised_variance, vote_accuracy

__all__ = [
    "accuracy",
    "completeness",
    "difference",
    "disentanglement",
    "expected_difference",
    "gap",
    "information",
    "mig",
    "norm_accuracy",
    "normalised_variance",
    "sap",
    "squared_correlation",
    "steps",
    "vote_accuracy",
]

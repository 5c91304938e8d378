"""Hoffman, Riquelme and Johnson, The beta-VAE's Implicit Prior: its derivations, in the order of its equations."""

from theory.derivations.hoffman.eq_1 import bound_above_one as bound_above_one
from theory.derivations.hoffman.eq_1 import delta as delta
from theory.derivations.hoffman.eq_1 import eq1 as eq1
from theory.derivations.hoffman.eq_1 import eq1_gap as eq1_gap
from theory.derivations.hoffman.eq_1 import no_bound as no_bound
from theory.derivations.hoffman.eq_1 import penalty as penalty
from theory.derivations.hoffman.eq_1 import penalty_corrected as penalty_corrected
from theory.derivations.hoffman.eq_2_3 import eq3 as eq3
from theory.derivations.hoffman.eq_2_3 import own_prior as own_prior
from theory.derivations.hoffman.eq_2_3 import saturation as saturation
from theory.derivations.hoffman.eq_5 import eq5 as eq5
from theory.derivations.hoffman.eq_5 import eq5_corrected as eq5_corrected
from theory.derivations.hoffman.eq_5 import one_difference as one_difference
from theory.derivations.hoffman.eq_5 import sentence as sentence
from theory.derivations.hoffman.eq_5 import sentence_corrected as sentence_corrected
from theory.derivations.hoffman.eq_7_to_10 import eq7 as eq7
from theory.derivations.hoffman.eq_7_to_10 import eq7_any_beta as eq7_any_beta
from theory.derivations.hoffman.eq_7_to_10 import eq7_reversed as eq7_reversed
from theory.derivations.hoffman.eq_7_to_10 import eq8 as eq8
from theory.derivations.hoffman.eq_7_to_10 import eq9 as eq9
from theory.derivations.hoffman.eq_7_to_10 import eq10 as eq10
from theory.derivations.hoffman.eq_7_to_10 import eq10_estimate as eq10_estimate
from theory.derivations.hoffman.eq_7_to_10 import eq10_overlap as eq10_overlap
from theory.derivations.hoffman.eq_7_to_10 import normalised as normalised
from theory.derivations.hoffman.eq_7_to_10 import optimal as optimal
from theory.derivations.hoffman.eq_7_to_10 import posterior as posterior
from theory.derivations.hoffman.eq_11 import eq11 as eq11
from theory.derivations.hoffman.eq_11 import eq11_covariance as eq11_covariance
from theory.derivations.hoffman.eq_11 import eq11_gradient_beta as eq11_gradient_beta
from theory.derivations.hoffman.eq_11 import eq11_gradient_mu as eq11_gradient_mu
from theory.derivations.hoffman.eq_11 import eq11_gradient_Sigma as eq11_gradient_Sigma
from theory.derivations.hoffman.eq_11 import eq11_mean as eq11_mean
from theory.derivations.hoffman.eq_12 import eq12_C as eq12_C
from theory.derivations.hoffman.eq_12 import eq12_C_corrected as eq12_C_corrected
from theory.derivations.hoffman.eq_12 import eq12_covariance as eq12_covariance
from theory.derivations.hoffman.eq_12 import eq12_D as eq12_D
from theory.derivations.hoffman.eq_12 import eq12_D_corrected as eq12_D_corrected
from theory.derivations.hoffman.eq_12 import eq12_mean as eq12_mean
from theory.derivations.hoffman.eq_12 import small_beta as small_beta
from theory.derivations.hoffman.eq_13 import eq13 as eq13
from theory.derivations.hoffman.eq_13 import eq13_corrected as eq13_corrected
from theory.derivations.hoffman.eq_13 import eq13_right as eq13_right
from theory.derivations.hoffman.eq_13 import equal_determinants as equal_determinants
from theory.derivations.hoffman.eq_13 import equal_weights as equal_weights
from theory.derivations.hoffman.eq_13 import equal_weights_corrected as equal_weights_corrected
from theory.derivations.hoffman.eq_13 import gradients as gradients
from theory.derivations.hoffman.eq_13 import pushed as pushed
from theory.derivations.hoffman.eq_13 import true_gradient as true_gradient
from theory.derivations.hoffman.eq_13 import true_gradient_corrected as true_gradient_corrected
from theory.derivations.hoffman.gaussians import entropy as entropy
from theory.derivations.hoffman.gaussians import kl as kl
from theory.derivations.hoffman.gaussians import kl_two as kl_two

# Numbered equations that say what a symbol stands for, and have no derivation.
DEFINITIONS = (
    ("(2)", "defines the objective L_beta"),
    ("(4)", "defines the implicit prior r(z) and its log-normalizer C"),
    ("(6)", "says that posteriors are Gaussian, with mu_n and Sigma_n"),
)

"""Kumar and Poole, On Implicit Regularization in beta-VAEs: its derivations, in the order of the paper."""

# isort: skip_file
from theory.derivations.kumar_poole.eq_1 import eq1 as eq1
from theory.derivations.kumar_poole.eq_1 import eq1_rotation as eq1_rotation
from theory.derivations.kumar_poole.eq_1 import eq1_any_prior as eq1_any_prior
from theory.derivations.kumar_poole.eq_1 import eq1_any_prior_corrected as eq1_any_prior_corrected
from theory.derivations.kumar_poole.section_3_1 import prior as prior
from theory.derivations.kumar_poole.section_3_1 import pca as pca
from theory.derivations.kumar_poole.section_3_1 import posterior as posterior
from theory.derivations.kumar_poole.section_3_1 import evidence as evidence
from theory.derivations.kumar_poole.section_3_1 import equal_norms as equal_norms
from theory.derivations.kumar_poole.section_3_1 import coupling as coupling
from theory.derivations.kumar_poole.section_3_1 import planar as planar
from theory.derivations.kumar_poole.eq_2 import elbo as elbo
from theory.derivations.kumar_poole.eq_2 import loss as loss
from theory.derivations.kumar_poole.eq_2 import concave as concave
from theory.derivations.kumar_poole.eq_3_4 import eq3 as eq3
from theory.derivations.kumar_poole.eq_3_4 import second_term as second_term
from theory.derivations.kumar_poole.eq_3_4 import eq4 as eq4
from theory.derivations.kumar_poole.eq_5_to_7 import eq5 as eq5
from theory.derivations.kumar_poole.eq_5_to_7 import eq6 as eq6
from theory.derivations.kumar_poole.eq_5_to_7 import eq6_smooth as eq6_smooth
from theory.derivations.kumar_poole.eq_5_to_7 import eq6_neglected as eq6_neglected
from theory.derivations.kumar_poole.eq_5_to_7 import eq7 as eq7
from theory.derivations.kumar_poole.eq_8_to_10 import eq8 as eq8
from theory.derivations.kumar_poole.eq_8_to_10 import absolute as absolute
from theory.derivations.kumar_poole.eq_8_to_10 import eq8_concave as eq8_concave
from theory.derivations.kumar_poole.eq_8_to_10 import eq9_gradient as eq9_gradient
from theory.derivations.kumar_poole.eq_8_to_10 import eq9 as eq9
from theory.derivations.kumar_poole.eq_8_to_10 import eq9_diagonal_gradient as eq9_diagonal_gradient
from theory.derivations.kumar_poole.eq_8_to_10 import eq9_diagonal as eq9_diagonal
from theory.derivations.kumar_poole.eq_8_to_10 import maximum as maximum
from theory.derivations.kumar_poole.eq_8_to_10 import eq10 as eq10
from theory.derivations.kumar_poole.eq_11_12 import eq11_gradient as eq11_gradient
from theory.derivations.kumar_poole.eq_11_12 import eq11 as eq11
from theory.derivations.kumar_poole.eq_11_12 import eq12 as eq12
from theory.derivations.kumar_poole.eq_11_12 import sentence as sentence
from theory.derivations.kumar_poole.eq_11_12 import eq5_2 as eq5_2
from theory.derivations.kumar_poole.eq_13_14 import eq13 as eq13
from theory.derivations.kumar_poole.eq_13_14 import eq13_mean_field as eq13_mean_field
from theory.derivations.kumar_poole.eq_13_14 import eq14 as eq14
from theory.derivations.kumar_poole.eq_13_14 import eq14_weighed as eq14_weighed
from theory.derivations.kumar_poole.eq_13_14 import eq14_equality as eq14_equality
from theory.derivations.kumar_poole.eq_13_14 import tight as tight
from theory.derivations.kumar_poole.eq_13_14 import sampling as sampling
from theory.derivations.kumar_poole.eq_13_14 import variance as variance
from theory.derivations.kumar_poole.section_5_1 import independent as independent
from theory.derivations.kumar_poole.section_5_1 import standard_gaussian as standard_gaussian
from theory.derivations.kumar_poole.section_5_1 import bernoulli_0 as bernoulli_0
from theory.derivations.kumar_poole.section_5_1 import bernoulli_1 as bernoulli_1
from theory.derivations.kumar_poole.section_5_1 import grey as grey
from theory.derivations.kumar_poole.section_5_1 import grey_corrected as grey_corrected
from theory.derivations.kumar_poole.section_5_1 import logit as logit
from theory.derivations.kumar_poole.section_5_1 import sigmoid_printed as sigmoid_printed
from theory.derivations.kumar_poole.section_5_1 import sigmoid_corrected as sigmoid_corrected
from theory.derivations.kumar_poole.section_5_1 import fitted as fitted
from theory.derivations.kumar_poole.section_5_1 import columns as columns
from theory.derivations.kumar_poole.section_5_1 import any_sign as any_sign
from theory.derivations.kumar_poole.section_5_3 import first_order as first_order
from theory.derivations.kumar_poole.section_5_3 import eq12_small as eq12_small
from theory.derivations.kumar_poole.section_5_3 import eq12_small_corrected as eq12_small_corrected
from theory.derivations.kumar_poole.section_5_3 import error as error
from theory.derivations.kumar_poole.section_5_3 import concentrated as concentrated
from theory.derivations.kumar_poole.section_5_3 import concentrated_corrected as concentrated_corrected
from theory.derivations.kumar_poole.section_7 import gap_printed as gap_printed
from theory.derivations.kumar_poole.section_7 import gap_bars as gap_bars
from theory.derivations.kumar_poole.section_7 import gap_corrected as gap_corrected
from theory.derivations.kumar_poole.section_7 import vanishes_printed as vanishes_printed
from theory.derivations.kumar_poole.section_7 import vanishes as vanishes
from theory.derivations.kumar_poole.section_7 import gap_hessian as gap_hessian
from theory.derivations.kumar_poole.section_7 import gap_order as gap_order
from theory.derivations.kumar_poole.section_7 import family_cost as family_cost
from theory.derivations.kumar_poole.section_7 import decoder_printed as decoder_printed
from theory.derivations.kumar_poole.section_7 import decoder_corrected as decoder_corrected
from theory.derivations.kumar_poole.appendices_a_c import determinant as determinant
from theory.derivations.kumar_poole.appendices_a_c import determinant_corrected as determinant_corrected
from theory.derivations.kumar_poole.appendices_a_c import marginal as marginal
from theory.derivations.kumar_poole.appendices_a_c import marginal_gaussian as marginal_gaussian
from theory.derivations.kumar_poole.appendices_a_c import substituted as substituted
from theory.derivations.kumar_poole.appendices_a_c import marginal_corrected as marginal_corrected
from theory.derivations.kumar_poole.appendices_a_c import correlated as correlated
from theory.derivations.kumar_poole.appendices_a_c import correlated_volume as correlated_volume
from theory.derivations.kumar_poole.appendices_a_c import procrustes as procrustes
from theory.derivations.kumar_poole.eq_15 import eq15 as eq15
from theory.derivations.kumar_poole.eq_15 import eq15_gaussian as eq15_gaussian
from theory.derivations.kumar_poole.eq_15 import theorem as theorem
from theory.derivations.kumar_poole.eq_15 import volume as volume
from theory.derivations.kumar_poole.eq_15 import density as density

# What has no derivation: definitions, and what is no chain of formulas.
DEFINITIONS = (
    ("(2)", "defines the objective L(q, p)"),
    (
        "theorem 1",
        "is about sets of posteriors: what its proof leans on is derived, the claims count the sets",
    ),
    ("corollary 1", "is about convex sets: that the objective is concave in q is derived"),
    ("appendix A: scores", "n_i = Psi^-1(F_i(z_i)) defines a map by distribution functions"),
    ("appendix D", "lists layers"),
    ("appendix E", "shows matrices of trained models, by (11)"),
    ("appendix G", "shows samples"),
)

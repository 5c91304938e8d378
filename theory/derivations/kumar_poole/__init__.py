"""Kumar and Poole, On Implicit Regularization in beta-VAEs: its derivations, in the order of the paper."""

# isort: skip_file
from theory.derivations.kumar_poole.eq_1 import eq1 as eq1
from theory.derivations.kumar_poole.eq_1 import eq1_rotation as eq1_rotation
from theory.derivations.kumar_poole.eq_1 import eq1_any_prior as eq1_any_prior
from theory.derivations.kumar_poole.eq_1 import eq1_any_prior_corrected as eq1_any_prior_corrected
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
from theory.derivations.kumar_poole.eq_15 import eq15 as eq15
from theory.derivations.kumar_poole.eq_15 import volume as volume
from theory.derivations.kumar_poole.eq_15 import density as density

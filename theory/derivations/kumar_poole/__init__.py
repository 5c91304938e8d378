"""Kumar and Poole, On Implicit Regularization in beta-VAEs: its derivations, in the order of the paper."""

# isort: skip_file
from theory.derivations.kumar_poole.eq_1 import eq1 as eq1
from theory.derivations.kumar_poole.eq_1 import eq1_rotation as eq1_rotation
from theory.derivations.kumar_poole.eq_1 import eq1_any_prior as eq1_any_prior
from theory.derivations.kumar_poole.eq_1 import eq1_any_prior_corrected as eq1_any_prior_corrected
from theory.derivations.kumar_poole.eq_2 import elbo as elbo
from theory.derivations.kumar_poole.eq_2 import loss as loss
from theory.derivations.kumar_poole.eq_2 import concave as concave
from theory.derivations.kumar_poole.eq_15 import eq15 as eq15
from theory.derivations.kumar_poole.eq_15 import volume as volume
from theory.derivations.kumar_poole.eq_15 import density as density

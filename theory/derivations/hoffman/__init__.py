"""Hoffman, Riquelme and Johnson, The beta-VAE's Implicit Prior: its derivations, in the order of its equations."""

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
from theory.derivations.hoffman.eq_7_to_10 import optimal as optimal
from theory.derivations.hoffman.eq_11 import eq11 as eq11

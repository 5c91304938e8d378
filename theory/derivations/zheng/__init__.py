"""Zheng, Variational autoencoder and friends: its derivations, one module a run of equations."""

from __future__ import annotations

from theory.derivations.zheng.eq_05_to_11 import eq5 as eq5
from theory.derivations.zheng.eq_05_to_11 import eq6 as eq6
from theory.derivations.zheng.eq_05_to_11 import eq10 as eq10
from theory.derivations.zheng.eq_05_to_11 import eq11 as eq11
from theory.derivations.zheng.eq_12_to_15 import eq13 as eq13
from theory.derivations.zheng.eq_12_to_15 import eq15 as eq15
from theory.derivations.zheng.eq_16 import eq16 as eq16
from theory.derivations.zheng.eq_17_to_19 import eq19 as eq19
from theory.derivations.zheng.eq_20_to_21 import eq21 as eq21
from theory.derivations.zheng.eq_20_to_21 import eq21_bound as eq21_bound
from theory.derivations.zheng.eq_20_to_21 import eq21_disappears as eq21_disappears
from theory.derivations.zheng.eq_22_to_23 import eq23 as eq23
from theory.derivations.zheng.eq_24_to_29 import eq24 as eq24
from theory.derivations.zheng.eq_24_to_29 import eq24_batch as eq24_batch
from theory.derivations.zheng.eq_24_to_29 import eq24_bias as eq24_bias
from theory.derivations.zheng.eq_24_to_29 import eq25 as eq25
from theory.derivations.zheng.eq_24_to_29 import eq27 as eq27
from theory.derivations.zheng.eq_24_to_29 import eq28 as eq28
from theory.derivations.zheng.eq_24_to_29 import eq28_replaced as eq28_replaced
from theory.derivations.zheng.eq_24_to_29 import eq29 as eq29
from theory.derivations.zheng.eq_24_to_29 import eq29_replaced as eq29_replaced
from theory.derivations.zheng.eq_24_to_29 import eq29_unbiased as eq29_unbiased
from theory.derivations.zheng.eq_30_to_35 import empirical as empirical
from theory.derivations.zheng.eq_30_to_35 import empirical_normalized as empirical_normalized
from theory.derivations.zheng.eq_30_to_35 import eq34 as eq34
from theory.derivations.zheng.eq_30_to_35 import eq35 as eq35
from theory.derivations.zheng.eq_36_to_38 import eq37_left_out as eq37_left_out
from theory.derivations.zheng.eq_36_to_38 import eq38 as eq38
from theory.derivations.zheng.eq_39_to_40 import diagram_column as diagram_column
from theory.derivations.zheng.eq_39_to_40 import diagram_k as diagram_k
from theory.derivations.zheng.eq_39_to_40 import diagram_monotone as diagram_monotone
from theory.derivations.zheng.eq_39_to_40 import diagram_order as diagram_order
from theory.derivations.zheng.eq_39_to_40 import diagram_rate as diagram_rate
from theory.derivations.zheng.eq_39_to_40 import eq39 as eq39
from theory.derivations.zheng.eq_39_to_40 import eq40 as eq40
from theory.derivations.zheng.eq_39_to_40 import eq40_mc as eq40_mc
from theory.derivations.zheng.eq_39_to_40 import eq40_mc_iw as eq40_mc_iw
from theory.derivations.zheng.eq_39_to_40 import remark_div as remark_div
from theory.derivations.zheng.eq_39_to_40 import remark_once as remark_once
from theory.derivations.zheng.eq_39_to_40 import remark_repaired as remark_repaired
from theory.derivations.zheng.symbols import DEFINITIONS as DEFINITIONS

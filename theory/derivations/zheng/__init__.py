"""Zheng, Variational autoencoder and friends: its derivations, one module a run of equations."""

from __future__ import annotations

from theory.derivations.zheng.eq_05_to_11 import eq5 as eq5
from theory.derivations.zheng.eq_05_to_11 import eq6 as eq6
from theory.derivations.zheng.eq_05_to_11 import eq10 as eq10
from theory.derivations.zheng.eq_05_to_11 import eq11 as eq11
from theory.derivations.zheng.eq_12_to_15 import eq13 as eq13
from theory.derivations.zheng.eq_12_to_15 import eq15 as eq15
from theory.derivations.zheng.eq_17_to_19 import eq19 as eq19
from theory.derivations.zheng.symbols import DEFINITIONS as DEFINITIONS

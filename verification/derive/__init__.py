"""Replaying derivations: which steps follow, by what method that was seen, and where one does not, a counterexample."""

from __future__ import annotations

from verification.derive.replay import Checked as Checked
from verification.derive.replay import Counterexample as Counterexample
from verification.derive.replay import as_declared as as_declared
from verification.derive.replay import replay as replay
from verification.derive.text import as_dict as as_dict
from verification.derive.text import replayed as replayed

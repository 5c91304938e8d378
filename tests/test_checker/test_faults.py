"""The tests of the judge are tested: each planted fault turns its meta-test red."""

from __future__ import annotations

import pytest

from .faults import FAULTS
from .planting import Fault, planted


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.sentence)
def test_a_planted_fault_turns_its_meta_test_red(fault: Fault) -> None:
    with planted(fault), pytest.raises(AssertionError):
        fault.caught_by()
    fault.caught_by()


def test_no_fault_is_planted_twice() -> None:
    assert len({fault.sentence for fault in FAULTS}) == len({fault.edits for fault in FAULTS}) == len(FAULTS) >= 80

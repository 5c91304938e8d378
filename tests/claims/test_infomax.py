"""The InfoMax post numbers nothing: its displays have names, and each is claimed as printed."""

import pytest

from verification.coverage import NAMED
from verification.run import registry

CLAIMS = [claim for claim in registry().values() if claim.source.document == "infomax"]


@pytest.mark.parametrize("place", NAMED["infomax"])
def test_every_place_of_the_post_has_a_printed_claim(place):
    assert any(claim.printed for claim in CLAIMS if claim.source.equation == place)


def test_every_claim_stands_at_a_place_of_the_post():
    assert {claim.source.equation for claim in CLAIMS} == set(NAMED["infomax"])

"""The command printed beside a counterexample shows the counterexample."""

from __future__ import annotations

import shlex

import pytest

from verification import check, cli
from verification.run import registry

# what is measured on trained models is no case that a command could repeat
REFUTED = [c for c in registry().values() if c.expected == "refuted" and c.relation.name != "empirical"]


@pytest.mark.parametrize("claim", REFUTED, ids=lambda claim: claim.id)
def test_the_printed_command_reproduces_it(claim, capsys):
    example = check(claim)["counterexample"]
    assert example is not None
    program, *arguments = shlex.split(example["command"])
    code, said = cli.main(arguments), capsys.readouterr()
    assert (program, code, said.err) == ("betavae", 0, "")
    assert "is outside" in said.out

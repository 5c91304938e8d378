"""Functions written from final expressions agree with balls, and what is not the expression does not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from theory.derivations import all_derivations
from verification.derive.code import checked_source, compare, final
from verification.derive.lettered import source, written
from verification.run import BadInput

DERIVATIONS = all_derivations()


@pytest.mark.parametrize("library", ["numpy", "torch"])
@pytest.mark.parametrize(
    "name",
    ["hoffman.eq11", "hoffman.eq11.mean", "hoffman.eq11.gradient.Sigma", "levy.kl", "hoffman.eq3", "hoffman.eq7"],
)
def test_code_agrees_with_balls(name: str, library: str) -> None:
    text, good = written(DERIVATIONS[name], library)
    assert good, text


def test_a_shipped_function_that_is_not_the_expression_is_told() -> None:
    eq11 = DERIVATIONS["hoffman.eq11"]
    wrong = replace(eq11, result=final(eq11) * 2)
    assert not any(one.good for one in compare(wrong, "numpy"))
    assert "NOT within round-off" in checked_source(wrong, "numpy")[0]


def test_laws_are_arrays_with_an_axis_a_letter() -> None:
    scope: dict[str, object] = {}
    exec(source(DERIVATIONS["levy.kl"], "numpy"), scope)
    p, q = np.array([[0.1, 0.3], [0.2, 0.4]]), np.array([0.25, 0.75])
    posterior = p / p.sum(1, keepdims=True)
    found = scope["levy_kl"](p, q)  # type: ignore[operator]
    assert found == pytest.approx((q * np.log(q / posterior)).sum(1))


def test_what_cannot_be_written_gets_a_sentence() -> None:
    with pytest.raises(BadInput, match="no code is written"):
        written(DERIVATIONS["kumar_poole.decoder_covariance.corrected"], "numpy")

"""Words that bring their own rule: slips in each rule are seen; what is run for floats on balls is what ships."""

from __future__ import annotations

import inspect
import textwrap
from typing import Any

import numpy as np
import pytest
from flint import arb, arb_series

from theory.derivations import indexed as rules
from theory.derivations import parts, spectral
from verification.derive import by_index
from verification.derive.enclosed import Enclosed
from verification.derive.formulas import FOR_FLOATS, formula
from verification.derive.gradients import derive
from verification.derive.index_values import Values
from verification.derive.indexed import enclosed, sizes_of
from verification.derive.moving import Moving

SLIPS: list[tuple[Any, str, str, str, str, str, int]] = [
    (parts.Part, "slope", "= _derivative(", "= 2 * _derivative(", "brackets.refitted", "log_weights", 1),
    (parts.Part, "slope", "(*own, *at)", "(*own, *reversed(at))", "brackets.refitted", "centre", 1),
    (parts.Part, "slope", "= _derivative(", "= 2 * _derivative(", "envelope.log_mass", "beta", 1),
    (parts.CholeskyEntry, "slope", "Delta(p, j) / 2", "Delta(p, j)", "mixing.mix_gaussian", "Sigma", 1),
    (parts.CholeskyEntry, "slope", "Below(p, j)", "Below(j, p)", "mixing.mix_gaussian", "Sigma", 1),
    (parts.CholeskyEntry, "slope", "Delta(p, j) / 2", "Delta(p, j) / 3", "mixing.mix_gaussian", "Sigma", 2),
    (parts.Floor, "slope", "sp.Integer(0)", "sp.Integer(1)", "rotations.rotation_angle", "U", 1),
    (parts.GammaMoment, "slope", "- sp.polygamma", "+ sp.polygamma", "controls.distance_mean", "d", 1),
    (parts.GammaMoment, "slope", "m + 1", "m", "controls.distance_mean", "d", 2),
    (parts.GammaMoment, "slope", "(a - 1) *", "a *", "controls.distance_mean", "cap", 2),
    (spectral.TopEigenvalue, "slope", "b, a) *", "b, a) * 2 *", "deterministic.smallest_beta", "H", 1),
    (spectral.Projector, "slope", ") + Resolvent", ") - Resolvent", "deterministic.smallest_beta", "H", 2),
    (spectral.Polar, "slope", "q, d) - Polar", "q, d) + Polar", "rotations.procrustes", "M", 1),
    (spectral.Sylvester, "slope", "return -_each", "return _each", "rotations.procrustes", "Z", 2),
    (spectral.Sylvester, "slope", "(left + right)", "(2 * left)", "rotations.procrustes", "Z", 2),
    (spectral.Sylvester, "_stretched", "square(h, g)", "square(g, h)", "rotations.procrustes", "Z", 2),
]  # fmt: skip


@pytest.mark.parametrize(("word", "method", "right", "wrong", "name", "argument", "order"), SLIPS)
def test_slips_in_the_rule_of_a_word_are_seen(
    monkeypatch: pytest.MonkeyPatch,
    word: Any,
    method: str,
    right: str,
    wrong: str,
    name: str,
    argument: str,
    order: int,
) -> None:
    f = formula(name)

    def seen() -> bool | None:
        p = by_index.pattern(f, argument, order)
        return enclosed(f, p.forms, p.patterns, p.at, argument, sizes_of(f, 2, 3))

    assert seen()
    source = textwrap.dedent(inspect.getsource(getattr(word, method)))
    assert source.count(right) == 1
    own: dict[str, Any] = dict(vars(inspect.getmodule(word)))
    exec(source.replace(right, wrong), own)
    monkeypatch.setattr(word, method, own[method])
    rules._derivative.cache_clear()
    try:
        assert seen() is False
    finally:
        rules._derivative.cache_clear()


GIVEN: dict[str, dict[str, Any]] = {
    "certificate.information_from_log_ratios": {"log_ratio": [0.5, -9.0, 0.25], "alpha": 0.05},
    "confidence.paired_interval": {"x": [[0.5, 0.25]] * 40, "alpha": 0.05},
    "deterministic.smallest_beta": {"H": [[1.0, 2.0], [2.0, 1.0]]},
    "marginals.error_bound": {"mu": [[0.5], [-2.0]], "sigma": [[1.0], [0.25]]},
    "rotations.procrustes": {"Z": [[1.0, 2.0, 0.5], [0.0, 1.0, -1.0]], "M": [[0.5, 1.0, 0.0], [1.0, -1.0, 2.0]]},
}


@pytest.mark.parametrize("name", FOR_FLOATS)
def test_what_is_made_for_floats_runs_on_balls_as_it_ships(name: str) -> None:
    f = formula(name)
    still = np.frompyfunc(lambda x: Moving(arb_series([x], prec=1)), 1, 1)
    settings = {"N": 3} if "log_ratio" in GIVEN[name] else f.settings
    shipped = f.function(**GIVEN[name], **settings)
    found = f.raw(**{key: np.asarray(still(np.array(x)), object)[None] for key, x in GIVEN[name].items()})
    for theirs, ours in zip(np.ravel(found), np.ravel(shipped), strict=True):
        assert float(getattr(theirs, "series", [theirs])[0].mid()) == pytest.approx(ours, rel=1e-12)


@pytest.mark.parametrize("order", [1, 2])
def test_the_cholesky_factors_pattern_is_proved_entry_by_entry(order: int) -> None:
    found = derive("mixing.mix_gaussian", "Sigma", order)
    assert found.holds and "k = 1" in found.proved and "k = 4" in found.enclosed


@pytest.mark.parametrize("argument", ["log_w", "log_encoder"])
@pytest.mark.parametrize("order", [1, 2])
def test_the_pattern_over_all_draws_holds_for_any_number_of_values(argument: str, order: int) -> None:
    found = derive("importance.expected_iw_elbo", argument, order)
    assert found.holds and "m = 3, K = 2" in found.proved and found.enclosed == ("m = 3, K = 4",)


@pytest.mark.sweep
@pytest.mark.parametrize("argument", ["centre", "spread"])
def test_hessians_that_are_too_long_to_write_out_are_confirmed_in_parts(argument: str) -> None:
    found = derive("brackets.refitted", argument, 2)
    assert found.holds and "K = 2, N = 4, k = 4" in found.enclosed


def test_the_slope_of_a_capped_distance_in_its_cap_is_the_chance_to_be_beyond() -> None:
    """1 - F_d(c): at d = 2 it is exp(-c / 2)."""
    f = formula("controls.distance_mean")
    p = by_index.pattern(f, "cap", 1)
    told = " ".join(by_index.told(p))
    assert "P_0" in told and "Γ" in told
    here = {"d": arb(2), "cap": arb(3)}
    value = Values(Enclosed(1, 0, {}), {}, lambda name, _: here[name]).of(p.patterns[0], {})
    assert (value - (arb(-3) / 2).exp()).contains(0) and value.is_finite()

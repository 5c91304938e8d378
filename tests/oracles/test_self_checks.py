"""Every trap is shown and guarded; a guard that breaks is reported by name."""

import pytest

from verification.oracles import self_checks


def test_every_guard_holds_here():
    checks = self_checks.run()
    assert [check.sentence for check in checks if not check.ok] == []
    assert len(checks) >= 11
    assert len({check.name for check in checks}) == len(checks)


@pytest.mark.parametrize("trap", ["scipy: quad", "scipy: cubature", "mpmath: quad"])
def test_general_integrators_are_shown_to_miss_a_spike(trap):
    (check,) = [check for check in self_checks.run() if check.name.startswith(trap)]
    assert "misses the mass and says 0" in check.sentence


def test_sympys_matrix_derivative_is_shown_to_be_zero():
    check = self_checks.matrix_derivatives()
    assert check.guards == "symbolic"
    assert "to 0; entry by entry it is right" in check.sentence


@pytest.mark.parametrize(
    ("part", "broken", "guards"),
    [("_split_mass", lambda: 0.0, "quadrature"), ("_ball_spike", lambda: self_checks.arb(0), "balls")],
)
def test_a_broken_guard_fails_its_check(monkeypatch, part, broken, guards):
    monkeypatch.setattr(self_checks, part, broken)
    failed = {check.guards for check in self_checks.run.__wrapped__(symbols=False, tensors=False) if not check.ok}
    assert failed == {guards}


def test_a_check_that_raises_has_failed(monkeypatch):
    def scipy_spike():
        raise ImportError("scipy is broken")

    monkeypatch.setattr(self_checks, "LIGHT", (scipy_spike,))
    (check,) = self_checks.run.__wrapped__(symbols=False, tensors=False)
    assert not check.ok
    assert check.guards == "quadrature"
    assert "scipy is broken" in check.sentence

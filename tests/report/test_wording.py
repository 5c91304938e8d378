"""The sentences say what the results say, with the words that the verdicts have."""

from __future__ import annotations

from types import ModuleType

import pytest

from verification.report import schema, view, wording


def test_the_title_is_the_finding_with_numbers(sample: ModuleType) -> None:
    some = schema.of(sample.only("hoffman.eq1", "hoffman.eq2", "hoffman.eq12.D", "hoffman.eq12.D.corrected"))
    assert wording.finding(some) == "3 of 4 claims hold. Equation (12) is refuted as printed; its correction holds."


def test_a_finding_without_refutation_is_short(sample: ModuleType) -> None:
    assert wording.finding(schema.of(sample.only("hoffman.eq1", "hoffman.eq2"))) == "All 2 claims hold."
    assert wording.finding(schema.of(sample.only("hoffman.eq1"))) == "The claim holds."
    assert wording.finding(schema.of(sample.only())) == "No claim was judged."


def test_an_unexpected_verdict_comes_first(sample: ModuleType) -> None:
    found = wording.finding(schema.of(sample.only("hoffman.eq1", "kumar_poole.eq7")))
    assert found.startswith("1 verdict is not the expected one: kumar_poole.eq7.")


def test_an_inconclusive_claim_is_counted_for_nothing(sample: ModuleType) -> None:
    found = schema.of(sample.only("hoffman.eq1", "zheng.eq9"))
    assert wording.finding(found) == "1 of 2 claims holds. 1 claim is inconclusive."
    assert "Every other verdict is the expected one." in wording.summary(found)


def test_a_correction_that_does_not_hold_is_not_praised(sample: ModuleType) -> None:
    raw = sample.only("hoffman.eq12.D", "hoffman.eq12.D.corrected")
    raw["claims"][1]["verdict"] = "inconclusive"
    assert "correction" not in wording.finding(schema.of(raw))


def test_forbidden_words_are_nowhere(sample: ModuleType) -> None:
    told = wording.finding(schema.of(sample.results())) + wording.summary(schema.of(sample.results()))
    assert not {"passed", "failed", "true", "wrong"} & set(told.lower().replace(".", "").split())


@pytest.mark.parametrize(
    ("value", "radius", "told"),
    [
        (1.41421356237, 7e-10, "1.4142135624 ± 7×10⁻¹⁰"),
        (1.4142, 0.019, "1.414 ± 0.019"),
        (0.1, 0.08, "0.02 … 0.18"),
        (float("nan"), None, "NaN"),
        ("inf", 0.1, "infinite"),
        (None, None, "–"),
        ([0.5, 1.0], None, "[0.5, 1]"),
        (3.0, 0.0, "3"),
        (2e-9, 1e-12, "2.000×10⁻⁹ ± 10⁻¹²"),
    ],
)
def test_digits_stop_at_the_radius(value: object, radius: float | None, told: str) -> None:
    assert wording.interval(value, radius) == told


def test_groups_hold_every_claim_once(sample: ModuleType) -> None:
    found = schema.of(sample.results())
    seen = [c.id for source in view.of(found).sources for group in source.groups for c in group.claims]
    assert sorted(seen) == sorted(claim.id for claim in found.claims)
    placed = [c.id for source in view.of(found).sources for equation in source.equations for c in equation.own]
    assert sorted(placed) == sorted(seen)


def test_every_equation_is_shown_even_if_none_covers_it(sample: ModuleType) -> None:
    source = view.of(schema.of(sample.only("hoffman.eq1"))).sources[0]
    assert [e.label for e in source.equations] == [f"({n})" for n in range(1, 14)]
    assert [e.state for e in source.equations] == ["supported"] + ["none"] * 12


def test_a_dropped_oracle_is_no_evidence(sample: ModuleType) -> None:
    claim = schema.of(sample.only("zheng.eq4")).claims[0]
    states = {cell.grade: cell.state for cell in view.cells(claim) if cell is not None}
    assert states == {"bounded": "supported", "sampled": "dropped"}


def test_what_is_supported_against_expectation_is_not_folded(sample: ModuleType) -> None:
    raw = sample.only("hoffman.eq1")
    raw["claims"][0]["expected"] = "refuted"
    group = view.of(schema.of(raw)).sources[0].groups[0]
    assert len(group.open) == 1 and not group.supported

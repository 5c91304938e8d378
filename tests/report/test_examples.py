"""Counterexamples are told in few digits, with as many as tell formula and truth apart."""

from __future__ import annotations

import re
from types import ModuleType
from typing import Any

import pytest

from verification.report import examples, html, markdown, schema, view, wording
from verification.report.schema import Claim, Counterexample, Resolution

FACTS: dict[str, Any] = {"id": "a", "document": "d", "statement": "", "expected": "refuted", "verdict": "refuted"}


@pytest.mark.parametrize(
    ("thing", "told"),
    [
        (0.12345678901234567, "0.123457"),
        (-3.0, "-3"),
        (123456789.0, "1.23457e+8"),
        ([[0.1, 0.2], [1 / 3, 1.0]], "[[0.1, 0.2], [0.333333, 1]]"),
        (list(range(15)), "[0, 1, 2, …, 12 more]"),
        ([[1.0] * 5] * 5, "[[1, 1, 1, …, 2 more], [1, 1, 1, …, 2 more], [1, 1, 1, …, 2 more], …, 2 more]"),
        ("nan", "nan"),
    ],
)
def test_few_digits_and_the_head_of_long_lists(thing: object, told: str) -> None:
    assert examples.brief(thing) == told


@pytest.mark.parametrize(
    ("shipped", "truth", "radius", "told"),
    [
        (0.1, 0.14141428570714284, 1e-16, "the formula gives 0.1, the truth is 0.141414"),
        (1.00000001, 1.0, 1e-16, "the formula gives 1.00000001, the truth is 1"),
        (1.0, 1.4142, 0.019, "the formula gives 1, the truth is 1.414 ± 0.019"),
        ("nan", 0.5, 0.0, "the formula gives NaN, the truth is 0.5"),
        ([0.0] * 9, [1.0] * 9, [0.0] * 9, "the formula gives [0, 0, 0, …, 6 more], the truth is [1, 1, 1, …, 6 more]"),
    ],
)
def test_formula_and_truth_are_told_apart(shipped: object, truth: object, radius: object, told: str) -> None:
    example = Counterexample(shipped=shipped, truth=truth, radius=radius)
    assert examples.apart(Claim(**FACTS, relation="equals", counterexample=example)) == told


def test_a_reason_begins_as_a_sentence_unless_with_a_name() -> None:
    said = [Claim(**FACTS, relation="equals", reason=text) for text in ("off by at least 1", "vae.sweep is absent")]
    assert [examples.why(claim) for claim in said] == ["Off by at least 1", "vae.sweep is absent"]


def test_of_an_order_it_is_said_what_is_off() -> None:
    claim = Claim(**FACTS, relation="order", reason="off by at least 1 beyond the radius (k = 1; balls)")
    assert examples.why(claim) == "Order or coefficient off by at least 1 beyond the radius (k = 1; balls)"


def test_where_everything_is_caught_no_zero_is_named() -> None:
    exact = Resolution(best=0.0, median=1e-38, unit="nats")
    assert wording.sharpness(Claim(**FACTS, relation="equals", resolution=exact)) == "anything at all"
    assert wording.resolution_sentence(exact) == (
        "Any difference at all would have been caught in the best case, one of 10⁻³⁸ nats in the median case."
    )
    assert wording.resolution_sentence(Resolution(best=0.0, median=0.0, unit="nats")) == (
        "Any difference at all would have been caught."
    )


def test_a_correction_that_is_the_pin_is_told_once(sample: ModuleType) -> None:
    raw = sample.only("hoffman.eq12.D", "hoffman.eq12.D.corrected")
    raw["claims"][0] |= {"pinned": "hoffman.eq12.D.corrected"}
    found = schema.of(raw)
    old, new = found.claims
    seen = view.of(found)
    assert [words for words, _ in seen.linked(old)] == ["Corrected, and how it is wrong"]
    assert [words for words, _ in seen.corrects(new)] == ["Corrects"]
    refuted = html.render(raw).split('<section class="finding"')[1].split("</section>")[0]
    assert refuted.count(new.statement) == 1 and "which says exactly how it is wrong" in refuted
    assert "How it is wrong" not in markdown.render(found).split("## Inconclusive")[0].split("## Coverage")[0]


def test_marks_are_announced_only_where_there_are_some(sample: ModuleType) -> None:
    raw = sample.only("hoffman.eq12.D", "hoffman.eq12.D.corrected")
    told = "what the print lacks is marked"
    assert told in html.render(raw)
    # What is left of the print lacks nothing that the print has.
    raw["claims"][0]["latex"], raw["claims"][1]["latex"] = "a + b", "a"
    page = html.render(raw)
    assert told not in page and not re.search(r'<mrow class="added"|<ins>', page)


def test_the_ladder_of_an_order_is_the_one_that_is_climbed() -> None:
    from verification.relations.order import LADDER

    assert wording.listed(map(wording.power, LADDER)) == html.LADDER

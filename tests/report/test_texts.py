"""Markdown, JUnit and the terminal say what the page says, and take nothing in a claim for their own marks."""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ET
from types import ModuleType

import pytest
from rich.console import Console, RenderableType

from verification.report import junit, markdown, schema, terminal, wording


def printed(thing: RenderableType, width: int = 200, colour: bool = False) -> str:
    out = io.StringIO()
    Console(file=out, width=width, force_terminal=colour, color_system="truecolor" if colour else None).print(thing)
    return out.getvalue()


def test_junit_has_a_case_a_claim(sample: ModuleType) -> None:
    root = ET.fromstring(junit.render(sample.results()).encode())
    cases = {case.get("name"): case for case in root.iter("testcase")}
    assert len(cases) == len(sample.claims()) == int(root.get("tests", ""))
    assert [name for name, case in cases.items() if case.find("failure") is not None] == ["kumar_poole.eq7"]
    skipped = [name for name, case in cases.items() if case.find("skipped") is not None]
    assert skipped == ["hoffman.sec5.gap", "zheng.eq4", "zheng.eq9"]
    assert (root.get("failures"), root.get("skipped")) == ("1", "3")
    assert cases["hoffman.eq12.D"].find("failure") is None, "refuted, as expected"


def test_junit_fails_what_is_supported_against_expectation(sample: ModuleType) -> None:
    raw = sample.only("hoffman.eq1")
    raw["claims"][0]["expected"] = "refuted"
    failure = ET.fromstring(junit.render(raw).encode()).find(".//failure")
    assert failure is not None and "refuted was expected" in str(failure.get("message"))


def test_markdown_names_every_claim_and_the_finding(sample: ModuleType) -> None:
    text = markdown.render(sample.results())
    assert text.startswith("# 1 verdict is not the expected one")
    for record in sample.claims():
        assert record["id"] in text.replace("\\", "")


def test_markdown_tables_are_square(sample: ModuleType) -> None:
    for table in re.findall(r"(?:^\|.*\n)+", markdown.render(sample.results()), re.MULTILINE):
        widths = {len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()}
        assert len(widths) == 1, table


def test_markdown_takes_no_markup_from_a_claim(sample: ModuleType) -> None:
    text = markdown.render(sample.results())
    outside = re.sub(r"(`+)[^`].*?\1", "", text, flags=re.DOTALL)
    assert "<script" not in outside and "[31m" not in outside.replace("\\[31m", "") and "\x1b" not in text


def test_the_terminal_keeps_to_eighty_columns(sample: ModuleType) -> None:
    found = schema.of(sample.results())
    for width in (80, 200):
        for thing in (terminal.table(found), *map(terminal.claim_panel, found.claims)):
            assert max(map(len, printed(thing, width).splitlines())) <= 80


@pytest.mark.parametrize("width", [40, 48, 56, 60, 72, 79])
def test_a_narrow_terminal_keeps_every_sign_and_every_grade_whole(sample: ModuleType, width: int) -> None:
    lines = printed(terminal.table(schema.of(sample.results())), width).splitlines()
    assert max(map(len, lines)) <= width
    rows = [line for line in lines if re.match(r"\[[+x?!]\] (?!\S*:)", line)]
    assert len(rows) >= len(sample.claims())
    for grade in {record["grade"] for record in sample.claims() if record["grade"]}:
        assert any(re.search(rf"\b{grade}\b", line) for line in rows)


def test_a_narrow_terminal_is_not_overrun(sample: ModuleType) -> None:
    text = printed(terminal.table(sample.results()), 60)
    assert max(map(len, text.splitlines())) <= 60


def test_the_terminal_shows_every_claim_with_its_sign(sample: ModuleType) -> None:
    text = printed(terminal.table(sample.results()))
    for record in sample.claims():
        name = record["id"][:24]
        sign = "[x]" if record["verdict"] == "refuted" and record["expected"] == "refuted" else "["
        assert re.search(rf"^{re.escape(sign)}.*{re.escape(name)}", text, re.MULTILINE), name
    assert "[!] kumar_poole.eq7" in text and "REFUTED" in text


def test_nothing_in_a_claim_steers_the_terminal(sample: ModuleType) -> None:
    found = schema.of(sample.results())
    text = printed(terminal.table(found)) + "".join(printed(terminal.claim_panel(claim)) for claim in found.claims)
    assert "\x1b" not in text and "\x07" not in text
    panel = " ".join(printed(terminal.claim_panel(found.claim(sample.HOSTILE_ID) or found.claims[0])).split())
    assert "[red]rich[/red]" in panel, "markup is shown, not obeyed"


def test_numbers_and_booleans_are_not_painted(sample: ModuleType) -> None:
    raw = sample.only("hoffman.eq1")
    raw["claims"][0]["reason"] = "False at 3.14 'quoted'"
    text = printed(terminal.claim_panel(raw["claims"][0]), colour=True)
    assert "False at 3.14 'quoted'" in text


def test_a_panel_takes_a_record_or_a_claim(sample: ModuleType) -> None:
    record = sample.only("hoffman.eq12.D")["claims"][0]
    claim = schema.of(sample.only("hoffman.eq12.D")).claims[0]
    assert printed(terminal.claim_panel(record)) == printed(terminal.claim_panel(claim))
    assert "D ≈ |Σ|^(β/2)" in re.sub(r"D\(μ, Σ\)", "D", printed(terminal.claim_panel(claim)))


@pytest.mark.parametrize("verdict", ["supported", "refuted", "inconclusive"])
def test_all_outputs_share_the_finding(sample: ModuleType, verdict: str) -> None:
    raw = sample.only("hoffman.eq1")
    raw["claims"][0]["verdict"] = verdict
    finding = wording.finding(schema.of(raw))
    assert finding in " ".join(printed(terminal.table(raw)).split())
    assert finding in re.sub(r"\\(.)", r"\1", markdown.render(raw))

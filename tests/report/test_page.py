"""The page as text: whole, escaped, linked, quick. How it looks and behaves is the browser's test."""

from __future__ import annotations

import re
import time
from collections import Counter
from html.parser import HTMLParser
from itertools import pairwise
from types import ModuleType

import pytest

from verification.report import html, write_all

VOID = {"meta", "link", "br", "img", "hr", "input"}


class Page(HTMLParser):
    """Tags, ids, links, headings and text; every tag must close."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: Counter[str] = Counter()
        self.headings: list[int] = []
        self.words: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        assert not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = dict(attrs)
        self.tags[tag] += 1
        if tag not in VOID:
            self._open.append(tag)
        if facts.get("id"):
            self.ids.append(str(facts["id"]))
        if tag == "a" and facts.get("href"):
            self.links.append(str(facts["href"]))
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        assert not any(name.startswith("on") for name in facts)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not self._open or self._open[-1] not in ("style",):
            self.words.append(data)


@pytest.fixture(scope="module")
def text(sample: ModuleType) -> str:
    return html.render(sample.results())


def test_no_script_and_no_address_outside(text: str) -> None:
    page = Page(text)
    assert not page.tags.keys() & {"script", "iframe", "object", "embed", "form", "img"}
    outside = set(re.findall(r"""(?:href|src|action)\s*=\s*["']?([^"'\s>]+)""", text))
    assert all(address.startswith(("#", "data:")) for address in outside if "&" not in address)
    assert not re.search(r"@import|url\((?!#|\"data:)", text)


def test_every_id_is_one_and_every_link_arrives(text: str) -> None:
    page = Page(text)
    assert [name for name, times in Counter(page.ids).items() if times > 1] == []
    assert {link for link in page.links if not link.startswith("#") or link[1:] not in page.ids} == set()


def test_headings_go_down_one_level_at_a_time(text: str) -> None:
    levels = Page(text).headings
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_every_claim_has_its_section_by_a_stable_id(text: str, sample: ModuleType) -> None:
    page = Page(text)
    for record in sample.hostile(), *sample.claims():
        assert f"claim-{html.figures.anchor(record['id'])}" in page.ids
    assert 'id="claim-hoffman.eq12.D"' in text


def test_hostile_words_stay_words(text: str, sample: ModuleType) -> None:
    words = "".join(Page(text).words)
    assert "<script>alert('x')</script>" in words and "<b>not bold</b>" in words
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e]", text)


def test_findings_come_before_definitions(text: str) -> None:
    order = [text.index(f'id="{name}"') for name in ("refuted", "coverage", "overview", "experiments", "reading")]
    assert order == sorted(order)


def test_what_is_refuted_or_open_is_not_folded(text: str) -> None:
    folded = re.sub(r"<details class=\"folded\">.*?</details>", "", text, flags=re.DOTALL)
    for name in ("hoffman.eq12.D", "zheng.eq9", "kumar_poole.eq7"):
        assert re.search(rf'<th scope="row"[^>]*><a href="#claim-{re.escape(name)}"', folded)
    assert text.count('<details class="folded">') == 1


def test_a_grade_that_is_absent_is_said(sample: ModuleType) -> None:
    raw = sample.only("hoffman.eq1")
    raw["claims"][0] |= {"grade": "", "evidence": {}, "mutants": {}, "verdict": "inconclusive", "subdomains": {}}
    assert "no grade" in html.render(raw)


def test_a_derivation_stands_once_in_full_and_is_linked_where_else_it_leads(text: str) -> None:
    assert text.count('id="derivation-hoffman.eq1"') == 1
    assert text.count('href="#derivation-hoffman.eq1"') >= 3, "from the list, from a claim, from what it mends"


def test_the_line_at_which_a_chain_breaks_is_marked_with_its_numbers(text: str) -> None:
    assert "as printed it breaks at line (1)" in text
    broken = re.search(r'<li class="broken">.*?</li>', text, re.DOTALL)
    assert broken is not None
    assert "does not follow" in broken[0] and "beta = 1/2" in broken[0] and "[0.5 +/- 1e-9]" in broken[0]


def test_what_is_left_out_is_told_with_its_reason(text: str) -> None:
    from verification.coverage import places
    from verification.left_out import LEFT_OUT

    for document, things in LEFT_OUT.items():
        assert things and all(one.what and one.why for one in things)
        assert not {one.place for one in things} & set(places(document)) - {"Figure 1", "takeaways"}
    words = "".join(Page(text).words)
    assert LEFT_OUT["hoffman"][0].why in words


def test_the_overview_counts_every_claim_once(text: str, sample: ModuleType) -> None:
    table = re.search(r'<table class="counts">.*?</table>', text, re.DOTALL)
    assert table is not None
    rows = [re.findall(r"<td>(\d+|–)</td>", row) for row in re.findall(r"<tr><th scope=\"row\">.*?</tr>", table[0])]
    numbers = [[0 if entry == "–" else int(entry) for entry in row] for row in rows]
    assert sum(row[0] for row in numbers) == len(sample.claims())
    assert all(row[0] == sum(row[1:9]) for row in numbers)


def test_a_strict_inequality_met_by_equality_is_said_so(sample: ModuleType) -> None:
    raw = sample.only("hoffman.eq12.D")
    equal = {"args": {"x": [1.0]}, "shipped": [0.0], "truth": [0.0], "radius": [0.0], "by": "b", "command": "c"}
    raw["claims"][0] |= {"reason": "off by at least 2.23e-308 beyond the radius (k = 1)", "counterexample": equal}
    page = html.render(raw)
    assert "2.23e-308" not in page and "Not strictly apart: both are equal" in page
    assert "the formula is not strictly apart from the truth: both are [0]" in page


def test_an_empty_run_is_a_page(sample: ModuleType) -> None:
    raw = sample.only()
    assert "No claim was judged." in html.render(raw)
    assert "No claim was judged." in html.fragment(raw)


def test_a_hundred_claims_and_ten_figures_take_less_than_two_seconds(sample: ModuleType) -> None:
    raw = sample.many(100, 10)
    start = time.process_time()
    html.render(raw)
    assert time.process_time() - start < 2


def test_the_same_results_give_the_same_page(sample: ModuleType) -> None:
    assert html.render(sample.results()) == html.render(sample.results())


def test_the_fragment_keeps_to_itself(sample: ModuleType) -> None:
    page = html.fragment(sample.results())
    parsed = Page(page)
    assert parsed.ids == [] and parsed.links == [] and not parsed.tags["script"]
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)
    assert style is not None
    selectors = [part.strip() for rule in re.findall(r"([^{}]+)\{", style[1]) for part in rule.split(",")]
    assert all(selector.startswith(".betavae-report") for selector in selectors)


def test_all_files_are_written(tmp_path_factory: pytest.TempPathFactory, sample: ModuleType) -> None:
    folder = tmp_path_factory.mktemp("with space") / "deep" / "report"
    written = write_all(sample.results(), folder)
    assert {path.name for path in written} == {path.name for path in folder.iterdir()}
    assert {path.name for path in written} == {"results.json", "index.html", "report.md", "junit.xml"}


def test_places_are_counted_as_the_command_counts_them(sample: ModuleType) -> None:
    from verification.coverage import places
    from verification.report import schema, view

    raw = sample.only("hoffman.eq1", "hoffman.eq2", "hoffman.eq12.D.corrected")
    raw["coverage"] = {"hoffman": {"(1)": ["hoffman.eq1"], "section 6": []}}
    (source,) = [one for one in view.of(schema.of(raw)).sources if one.document == "hoffman"]
    assert (source.covered, source.places) == (2, len(places("hoffman")))
    told = html.render(raw)
    assert "<td>2 of 13</td>" in told and "2 of 13 places covered by claims as printed; in all 3 supported." in told

"""A drawing on the page runs nothing, fetches nothing, and keeps to itself."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from types import ModuleType

import pytest

from verification.report import figures
from verification.report.schema import Figure, ResultsError


def drawn(svg: str, name: str = "f") -> str:
    return str(figures.inline(Figure(id=name, title="A title", alt="Its numbers", svg=svg)))


def test_nothing_active_and_nothing_fetched(sample: ModuleType) -> None:
    page = drawn(sample.HOSTILE_SVG)
    for word in ("script", "onload", "onclick", "foreignobject", "iframe", "http", "javascript", "@import", "animate"):
        assert word not in page.lower().replace("http://www.w3.org/2000/svg", ""), word


def test_a_style_sheet_speaks_to_its_own_drawing_only(sample: ModuleType) -> None:
    style = re.search(r"<style>(.*?)</style>", drawn(sample.HOSTILE_SVG))
    assert style is not None
    selectors = re.findall(r"([^{}]+)\{", style[1])
    assert selectors and all(selector.startswith('svg[aria-labelledby="svg-f-title"] ') for selector in selectors)


def test_ids_of_two_drawings_differ_and_links_follow(sample: ModuleType) -> None:
    one, two = drawn(sample.chart("a"), "one"), drawn(sample.chart("a"), "two")
    ids = [re.findall(r' id="([^"]+)"', page) for page in (one, two)]
    assert not set(ids[0]) & set(ids[1])
    assert "url(#svg-one-clip)" in one and "svg-one-clip" in ids[0]


def test_colours_follow_the_page(sample: ModuleType) -> None:
    page = drawn(sample.chart("a"))
    assert "fill:var(--ground)" in page and "stroke:var(--ink)" in page and 'fill="var(--refuted)"' in page


def test_title_and_numbers_are_spoken(sample: ModuleType) -> None:
    root = ET.fromstring(drawn(sample.chart("a")))
    assert root.get("role") == "img"
    assert [(child.tag, child.text) for child in list(root)[:2]] == [("title", "A title"), ("desc", "Its numbers")]
    assert root.get("width") is None and root.get("viewBox")


def test_matplotlib_drawings_are_taken() -> None:
    from io import StringIO

    from matplotlib.figure import Figure as Canvas

    canvas = Canvas(figsize=(4, 3))
    axes = canvas.subplots()
    axes.plot([1, 2], [3, 4], color=figures.PALETTE["lower"], label="β")
    axes.imshow([[0, 1], [1, 0]])
    out = StringIO()
    canvas.savefig(out, format="svg")
    page = drawn(out.getvalue())
    assert "var(--supported)" in page and "data:image/png" in page and "http://purl" not in page
    targets = {ref[1:] for ref in re.findall(r'href="(#[^"]+)"', page)}
    assert targets <= set(re.findall(r' id="([^"]+)"', page))


@pytest.mark.parametrize("svg", ["<svg", "<html/>", "text", '<!DOCTYPE svg [<!ENTITY x "y">]><svg>&x;</svg>'])
def test_what_is_no_drawing_is_told(svg: str) -> None:
    with pytest.raises(ResultsError, match="The figure f "):
        drawn(svg)


def test_a_figure_may_be_a_table_only() -> None:
    assert drawn("") == ""


def test_different_names_never_share_an_anchor() -> None:
    names = ["a b", "a_b", "a_20_b", "a%20b", "A b", "a.b", "a-b", "é", "_", ""]
    assert len({figures.anchor(name) for name in names}) == len(names)

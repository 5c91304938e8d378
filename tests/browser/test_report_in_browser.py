"""The report in a real browser: nothing wider than a phone, readable in the dark, whole on paper, all by keyboard."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

pytestmark = pytest.mark.browser

PHONE, DESK = 390, 1200

WIDER = """[...document.body.querySelectorAll('*')].filter(e => {
  const box = e.getBoundingClientRect();
  if (!box.width || e.closest('svg svg, .vh, .skip, thead') || e.tagName === 'BR') return false;
  for (let p = e.parentElement; p; p = p.parentElement)
    if (['auto', 'scroll', 'hidden'].includes(getComputedStyle(p).overflowX)) return false;
  return box.right > innerWidth + 1;
}).map(e => `${e.tagName}.${e.getAttribute('class')} ${e.textContent.slice(0, 40)}`)"""

CUT = """[...document.querySelectorAll('.formula')].filter(e => e.scrollWidth > e.clientWidth + 1)
  .map(e => e.parentElement.querySelector('.tex').textContent)"""

CONTRAST = """(() => {
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const rgb = colour => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data]; };
  const light = c => { const [r, g, b] = c.map(v => (v /= 255) <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
    return .2126 * r + .7152 * g + .0722 * b; };
  const ground = e => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor);
    if (c[3]) return c; } return rgb(getComputedStyle(document.body).backgroundColor); };
  const low = new Set();
  for (const e of document.querySelectorAll('main *, header *, footer *')) {
    if (e.closest('svg') || ![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())) continue;
    const [a, b] = [light(rgb(getComputedStyle(e).color)), light(ground(e))].sort((x, y) => y - x);
    const ratio = (a + .05) / (b + .05);
    if (ratio < 4.5) low.add(`${e.tagName}.${e.getAttribute('class')}: ${ratio.toFixed(2)}`);
  }
  return [...low];
})()"""

SHAPES = """(() => {
  const style = getComputedStyle(document.documentElement);
  return Object.fromEntries(['ground', 'panel', 'okay', 'alarm', 'added', 'good', 'ink', 'muted', 'supported',
    'refuted', 'upper'].map(name => [name, style.getPropertyValue('--' + name).trim()]));
})()"""

HEADINGS = "[...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map(e => +e.tagName[1])"

Opened = Callable[..., Any]


def luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    digits = digits if len(digits) == 6 else "".join(2 * digit for digit in digits)
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("width", [320, PHONE, 700, 800, 961, DESK])
def test_nothing_is_wider_than_the_screen(opened: Opened, width: int) -> None:
    browser = opened(width)
    browser.run("document.querySelectorAll('details').forEach(e => e.open = true)")
    assert browser.run("document.documentElement.scrollWidth") <= width
    assert browser.run(WIDER) == []


def test_no_formula_is_cut_on_a_phone(opened: Opened) -> None:
    browser = opened(PHONE)
    browser.run("document.querySelectorAll('details').forEach(e => e.open = true)")
    assert browser.run(CUT) == []


def test_nothing_is_logged_and_nothing_fetched(opened: Opened, page: Path) -> None:
    for width, dark in ((DESK, False), (PHONE, True)):
        browser = opened(width, dark)
        assert browser.logged() == []
        asked = [address for address in browser.requested() if not address.startswith("data:")]
        assert asked == [page.as_uri()]


def test_the_page_lives_without_script(opened: Opened) -> None:
    browser = opened()
    assert browser.run("document.scripts.length") == 0
    allowed = browser.run("document.querySelector('meta[http-equiv]').content")
    assert "default-src 'none'" in allowed and "script" not in allowed


def test_headings_are_in_order_and_ids_are_unique(opened: Opened) -> None:
    browser = opened()
    levels = browser.run(HEADINGS)
    assert levels[0] == 1 and levels.count(1) == 1
    assert [pair for pair in pairwise(levels) if pair[1] - pair[0] > 1] == []
    ids = browser.run("[...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids))


def test_links_and_labels_arrive(opened: Opened) -> None:
    browser = opened()
    lost = browser.run(
        "[...document.querySelectorAll('a[href]')].map(a => a.getAttribute('href'))"
        ".filter(h => !h.startsWith('#') || !document.getElementById(h.slice(1)))"
    )
    assert lost == []
    names = "[...document.querySelectorAll('[aria-labelledby],[aria-describedby]')].flatMap(e => "
    names += "[e.getAttribute('aria-labelledby'), e.getAttribute('aria-describedby')]).filter(Boolean)"
    assert browser.run(names + ".filter(id => !document.getElementById(id))") == []
    assert (
        browser.run("[...document.querySelectorAll('svg[role=img]')].filter(e => !e.querySelector('title')).length")
        == 0
    )


@pytest.mark.parametrize(("media", "width"), [("", DESK), ("print", 700)])
def test_cells_of_the_matrix_show_what_was_seen(opened: Opened, media: str, width: int) -> None:
    browser = opened(width)
    browser.call("Emulation.setEmulatedMedia", media=media or "screen", features=[])
    shown = "[...document.querySelectorAll('.matrix td.ok, .matrix td.no')]"
    shown += ".map(e => getComputedStyle(e, '::before').backgroundImage.slice(0, 24))"
    found = browser.run(shown)
    browser.call("Emulation.setEmulatedMedia", media="", features=[])
    assert found and set(found) == {'url("data:image/svg+xml,'}


def test_a_link_opens_the_fold_around_a_derivation(opened: Opened) -> None:
    browser = opened(fragment="#derivation-hoffman.eq1")
    assert browser.run("document.querySelector(':target').closest('details').open") is True
    assert browser.run("document.querySelector(':target').getBoundingClientRect().height") > 50


def test_lines_of_a_derivation_are_numbered_and_a_broken_one_stands_out(opened: Opened) -> None:
    browser = opened()
    browser.run("document.querySelectorAll('details').forEach(e => e.open = true)")
    grounds = (
        "[...document.querySelectorAll('.steps > li')].map(e => [e.className, getComputedStyle(e).backgroundColor])"
    )
    found = dict(browser.run(grounds))
    assert found["broken"] != found["follows"]
    assert "counter(line)" in browser.run("getComputedStyle(document.querySelector('.steps > li'), '::before').content")


@pytest.mark.parametrize("dark", [False, True])
def test_all_text_is_readable_on_its_ground(opened: Opened, dark: bool) -> None:
    browser = opened(DESK, dark)
    browser.run("document.querySelectorAll('details').forEach(e => e.open = true)")
    assert browser.run(CONTRAST) == []


@pytest.mark.parametrize("dark", [False, True])
def test_colours_of_figures_and_marks_are_readable(opened: Opened, dark: bool) -> None:
    colours = opened(DESK, dark).run(SHAPES)
    for ground in ("ground", "panel", "okay", "alarm"):
        for ink in ("ink", "muted", "supported", "refuted", "upper"):
            assert contrast(colours[ground], colours[ink]) >= 4.5, (ground, ink)
    for ground in ("added", "good"):
        assert contrast(colours[ground], colours["ink"]) >= 4.5
    assert luminance(colours["ground"]) < 0.05 if dark else luminance(colours["ground"]) > 0.9


def test_verdicts_are_told_apart_without_colour(opened: Opened) -> None:
    browser = opened()
    # Their shapes, with the colours taken out.
    marks = browser.run(
        "[...new Set([...document.querySelectorAll('.verdict .mark')]"
        ".map(e => getComputedStyle(e).backgroundImage.replace(/%23[0-9a-f]+/g, '')))].length"
    )
    kinds = browser.run(
        "[...new Set([...document.querySelectorAll('.verdict')].map(e => e.className.split(' ')[1]))].length"
    )
    assert marks == kinds >= 4
    assert browser.run("[...document.querySelectorAll('.verdict')].filter(e => !e.textContent.trim()).length") == 0


def test_tables_keep_their_meaning_as_cards(opened: Opened) -> None:
    browser = opened(PHONE)
    tables = browser.run("[...document.querySelectorAll('table')].filter(e => !e.caption || !e.tHead).length")
    assert tables == 0
    tree = browser.call("Accessibility.getFullAXTree")["nodes"]
    roles = {node["role"]["value"] for node in tree if "role" in node}
    assert {"table", "row", "rowheader", "cell", "heading", "navigation", "main", "img", "math"} <= {
        {"MathMLMath": "math", "image": "img"}.get(role, role) for role in roles
    }


def test_the_keyboard_goes_first_to_the_finding(opened: Opened) -> None:
    browser = opened()
    browser.press("Tab", 9)
    assert browser.run("document.activeElement.className") == "skip"
    assert browser.run("document.activeElement.getBoundingClientRect().left") >= 0, "it shows itself"
    browser.press("Enter", 13)
    assert browser.run("document.activeElement.id") == "main"


def test_folds_open_by_keyboard_and_show_their_focus(opened: Opened) -> None:
    browser = opened()
    browser.run("document.querySelector('.claim-box details:not([open]) > summary').focus({focusVisible: true})")
    width = browser.run("parseFloat(getComputedStyle(document.activeElement).outlineWidth)")
    assert width >= 2
    browser.press("Enter", 13)
    assert browser.run("document.activeElement.parentElement.open") is True


def test_scroll_regions_have_a_name_and_a_tab_stop(opened: Opened) -> None:
    browser = opened(PHONE)
    found = browser.run(
        "[...document.querySelectorAll('.scroll')]"
        ".map(e => [e.getAttribute('role'), e.tabIndex, !!e.getAttribute('aria-label')])"
    )
    assert found and all(facts == ["region", 0, True] for facts in found)


def test_a_link_to_a_claim_goes_there(opened: Opened) -> None:
    browser = opened(fragment="#claim-hoffman.eq12.D")
    top = browser.run("document.querySelector(':target').getBoundingClientRect().top")
    assert 0 <= top < 100


def test_targets_of_the_coverage_strip_are_large_enough(opened: Opened) -> None:
    small = opened(PHONE).run(
        "[...document.querySelectorAll('.coverage a')].map(e => e.getBoundingClientRect())"
        ".filter(b => b.width < 40 || b.height < 40).length"
    )
    assert small == 0


def test_on_paper_folds_are_open_and_tints_kept(opened: Opened) -> None:
    browser = opened()
    browser.call("Emulation.setEmulatedMedia", media="print", features=[])
    browser.size(700, 1000)
    folded = browser.run(
        "[...document.querySelectorAll('details:not([open]):not(.evidence)')].flatMap(e => [...e.children].slice(1))"
        ".filter(e => !e.checkVisibility({contentVisibilityAuto: true}) || !e.getBoundingClientRect().height).length"
    )
    assert folded == 0
    left_out = "[...document.querySelectorAll('.evidence')].filter(e => e.getBoundingClientRect().height).length"
    assert browser.run(left_out) == 0, "what supports each of a thousand claims would take hundreds of pages"
    assert browser.run("document.querySelector('.paper').getBoundingClientRect().height") > 0, "and that is said"
    assert browser.run("getComputedStyle(document.querySelector('.okay, .sets')).printColorAdjust") == "exact"
    assert browser.run("document.documentElement.scrollWidth") <= 700
    browser.call("Emulation.setEmulatedMedia", media="", features=[])


def test_it_prints(opened: Opened) -> None:
    data = opened().pdf()
    assert data.startswith(b"%PDF")
    pages = len(re.findall(rb"/Type\s*/Page\b", data))
    assert 10 <= pages <= 70


def test_a_large_report_opens(browser: Any, sample: ModuleType, tmp_path: Path) -> None:
    from verification.report import html

    (tmp_path / "many.html").write_text(html.render(sample.many(100, 10)), encoding="utf-8")
    browser.open(tmp_path / "many.html", PHONE)
    assert browser.run("document.documentElement.scrollWidth") <= PHONE
    assert browser.run("document.querySelectorAll('.claim-box').length") == 100


def test_formulas_stand_without_an_installed_math_font(opened: Opened) -> None:
    browser = opened()
    # With every other family out of reach, only the font that the page carries is left.
    browser.run(
        "document.head.append(Object.assign("
        "document.createElement('style'), {textContent: 'math{font-family:report-math}'}))"
    )
    assert browser.run("document.fonts.load('16px report-math').then(fonts => fonts.length)") == 1
    stretched = browser.run(
        "[...document.querySelectorAll('math mo')].map(e => e.getBoundingClientRect().height).filter(h => h > 0)"
    )
    assert stretched and max(stretched) > 30

"""Everything that a report consists of, as files: tables that a spreadsheet reads, drawings that stand alone."""

from __future__ import annotations

import csv
import io
import re
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from types import ModuleType

import pytest

from verification.report import figures, files, pdf, schema


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, sample: ModuleType) -> Path:
    place = tmp_path_factory.mktemp("whole") / "report"
    files.write(sample.results(), place)
    return place


def read(path: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"))))


def test_every_table_and_every_figure_has_its_file(folder: Path, sample: ModuleType) -> None:
    tables = {path.stem for path in (folder / "tables").iterdir()}
    assert {"claims", "evidence", "mistakes", "counterexamples", "coverage"} <= tables
    drawn = {path.name for path in (folder / "figures").iterdir()}
    for figure in sample.figures():
        name = figures.anchor(figure["id"])
        assert {f"{name}.svg", f"{name}.csv", f"{name}.pdf"} <= drawn


def test_the_table_of_claims_has_a_row_a_claim(folder: Path, sample: ModuleType) -> None:
    head, *rows = read(folder / "tables" / "claims.csv")
    assert [row[0] for row in rows] == [figures.wording.clean(record["id"]) for record in sample.claims()]
    assert {len(row) for row in rows} == {len(head)}


def test_every_row_of_every_table_is_as_long_as_its_head(folder: Path) -> None:
    for path in (folder / "tables").iterdir():
        assert len({len(row) for row in read(path)}) == 1, path.name


def test_a_spreadsheet_takes_no_text_for_a_formula() -> None:
    assert files.sheet([["=1+1", "@x", "-0.5", -0.5]]) == "'=1+1,'@x,-0.5,-0.5\n"


def test_a_drawing_alone_is_well_formed_has_its_own_colours_and_asks_for_nothing(folder: Path) -> None:
    for path in (folder / "figures").glob("*.svg"):
        text = path.read_text(encoding="utf-8")
        root = ET.fromstring(text)
        assert root.find("{http://www.w3.org/2000/svg}title") is not None
        assert float(root.get("width", 0)) > 0
        assert "var(" not in text and "<script" not in text and not re.search(r"(?<!xmlns=\")https?:", text)


def test_a_drawing_becomes_a_page_of_its_own_size_with_its_words(folder: Path) -> None:
    data = (folder / "figures" / "fig1.pdf").read_bytes()
    assert data.startswith(b"%PDF") and b"/MediaBox [ 0 0 247.5 135 ]" in data


def test_paths_arrive_where_the_drawing_puts_them() -> None:
    corners, codes = pdf._outline("M1 2l3 4 5 6H0V0C1 1 2 2 3 3q1 1 2 2zm1 1", (10.0, 20.0))
    assert corners[:5] == [(11, 22), (14, 26), (19, 32), (10, 32), (10, 20)]
    assert codes == [1, 2, 2, 2, 2, 4, 4, 4, 3, 3, 79, 1]
    assert corners[-1] == (12, 23), "a move after a close starts where the outline began"


def test_without_matplotlib_all_but_the_pdfs_is_written(
    tmp_path: Path, sample: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "possible", lambda: False)
    written = files.write(sample.results(), tmp_path)
    assert {path.suffix for path in written} == {".json", ".html", ".md", ".xml", ".csv", ".svg"}


def test_the_page_needs_no_matplotlib(sample: ModuleType) -> None:
    import subprocess

    code = "import sys, verification.report.files; print('matplotlib' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "False", done.stderr


def test_neighbours_of_one_style_share_a_group() -> None:
    dots = "".join(f'<circle cx="{i}" cy="1" r="1" style="fill:#0b5394"/>' for i in range(9))
    faint = '<circle cx="1" cy="1" r="1" style="fill:#0b5394;opacity:.5"/>' * 2
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">{dots}{faint}</svg>'
    drawn = str(figures.inline(schema.Figure(id="f", title="t", svg=svg)))
    assert drawn.count("fill:var(--supported)") == 3, "one group of nine, and two whose opacity is their own"
    assert drawn.count("<circle") == 11

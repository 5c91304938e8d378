"""Each experiment gives figures that stand alone: a finding, a drawing, its numbers, and a command."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from verification import experiments
from verification.estimate import Estimate, Grade
from verification.experiments import figure_1, figure_2, svg
from verification.run import registry

KEYS = {"id", "title", "caption", "alt", "svg", "columns", "rows", "command", "claims", "section"}


@pytest.fixture(scope="module")
def figures():
    return experiments.all_figures("fast", 0, "cpu")


def test_every_figure_has_exactly_the_agreed_keys_and_is_plain_json(figures):
    for figure in figures:
        assert set(figure.as_dict()) == KEYS
        json.dumps(figure.as_dict(), allow_nan=False)


def test_every_table_is_rectangular_and_every_title_holds_a_number(figures):
    for figure in figures:
        assert figure.rows and all(len(row) == len(figure.columns) for row in figure.rows), figure.id
        assert re.search(r"\d", figure.title), figure.id
        assert figure.command.startswith(("betavae verify", "betavae figure")) and figure.section in (
            "experiments",
            "atlas",
        )


def test_drawings_are_well_formed_responsive_and_described(figures):
    for figure in figures:
        root = ET.fromstring(figure.svg)
        assert root.get("viewBox") and "width:100%" in root.get("style", "")
        tags = [child.tag.rpartition("}")[2] for child in root]
        assert tags[:2] == ["title", "desc"]


def test_ids_are_unique_over_all_figures(figures):
    ids = [name for figure in figures for name in re.findall(r'\bid="([^"]+)"', figure.svg)]
    assert len(ids) == len(set(ids))
    assert len({figure.id for figure in figures}) == len(figures)


def test_every_figure_names_claims_that_exist(figures):
    known = set(registry())
    assert all(set(figure.claims) <= known for figure in figures)


def test_no_colour_is_fixed_and_nothing_is_fetched(figures):
    for figure in figures:
        bare = re.sub(r"var\([^;\"]*\)", "", re.sub(r"base64,[^\"]*", "", figure.svg))
        assert not re.search(r"#[0-9a-fA-F]{3,6}\b", bare), figure.id
        assert "http" not in bare.replace("http://www.w3.org", "")


def test_the_same_seed_draws_the_same_figure():
    first, again = (figure_2.run("fast", 0, "cpu") for _ in range(2))
    assert [f.as_dict() for f in first] == [f.as_dict() for f in again]


@pytest.mark.parametrize(
    ("value", "error", "said"),
    [(0.2, 0.1, "drawn from r than from p"), (-0.2, 0.1, "from p than from r"), (0.1, 0.2, "no diff")],
)
def test_the_title_of_figure_1_follows_the_numbers(value, error, said):
    assert said in figure_1._title(Estimate(np.array([value]), np.array([error]), Grade.TRAINED))


def test_pictures_are_png_files_of_the_right_size():
    import base64
    import io

    from PIL import Image

    uri = svg.png(np.array([[0.0, 0.5, 1.0]]))
    image = Image.open(io.BytesIO(base64.b64decode(uri.partition(",")[2])))
    assert image.size == (3, 1) and list(image.tobytes()) == [255, 127, 0]


def test_labels_at_the_ends_do_not_overlap():
    chart = svg.Chart("t", (0, 1), (0, 1), "x", "y")
    for i in range(6):
        chart.line([0, 1], [0, 0.5], label=f"curve {i}")
    heights = sorted(float(y) for y in re.findall(r'y="([\d.]+)"[^>]*>curve', chart.svg("t", "d")))
    assert len(heights) == 6 and min(np.diff(heights)) >= svg.LINE - 0.11

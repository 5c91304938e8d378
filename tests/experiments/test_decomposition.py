"""The stack, the estimates beside it and the information plane: what is drawn is what was found."""

from __future__ import annotations

import dataclasses
import re
from fnmatch import fnmatchcase

import numpy as np
import pytest

from theory.certificate import Interval
from verification import experiments
from verification.experiments import decomposition as drawn
from verification.experiments import information_plane
from verification.run import draw_figures, registry
from verification.vae.decomposition import decomposition, swept


@pytest.fixture(scope="module")
def parts():
    return decomposition("fast", 0, "cpu", "digits")


@pytest.fixture(scope="module")
def figures():
    made = [*drawn.run("fast", 0, "cpu"), *information_plane.run("fast", 0, "cpu")]
    return {figure.id: figure for figure in made}


def test_bars_are_as_high_as_the_parts(parts):
    chart = drawn._bars(parts)
    sides = " ".join(f'{side}="([\\d.]+)"' for side in ("x", "y", "width", "height"))
    boxes = [tuple(map(float, box)) for box in re.findall(f"<rect {sides}", "".join(chart.over))]
    unit = chart.y(0) - chart.y(1)
    columns = sorted({x for x, *_ in boxes if x < chart.x.stop})
    assert len(columns) == len(parts)
    for x, p in zip(columns, parts, strict=True):
        height = sum(h for left, _, _, h in boxes if left == x)
        assert height / unit == pytest.approx(p.negative_elbo.estimate, abs=0.4 / unit + 0.01)


def test_the_stack_starts_at_zero_and_says_all_parts_in_words(figures, parts):
    assert drawn._bars(parts).y.low == 0
    for p in parts:
        for value in (p.distortion, p.information, p.total_correlation):
            assert drawn.nats(value.estimate) in figures["decomposition.stack"].alt


def test_tables_give_interval_and_miss(figures, parts):
    for quantity in ("I", "TC", "KL"):
        figure = figures[f"decomposition.{quantity}"]
        for row in figure.rows:
            interval = drawn.certified(next(p for p in parts if p.beta == row[0]), quantity)
            assert row[2:4] == [round(interval.lower, 4), round(interval.upper, 4)]
        whole = [row for row in figure.rows if row[1] == 1297]
        assert len(whole) == len(parts) and all(row[4] is row[6] is None and abs(row[8]) < 0.2 for row in whole)


def test_titles_carry_the_signs_of_the_misses(figures):
    assert re.search(r"missed by \+\d.* partially stratified and −", figures["decomposition.I"].title)
    assert "missed by −" in figures["decomposition.KL"].title


def test_what_lies_outside_the_panel_is_said_where_it_left(figures):
    assert re.search(r"\d+ to \d+ ↑", figures["decomposition.TC"].svg)


def test_the_plane_says_which_bound_fails(figures, parts):
    assert "Both bounds of (30) hold" in figures["information_plane"].title
    wrong = dataclasses.replace(parts[0], rate=1.0)
    figure = information_plane._plane((wrong, *parts[1:]), swept("fast", 0, "cpu", "digits"), "betavae verify")
    assert "(30) fails at 1 β" in figure.title


def test_betas_that_lie_on_one_another_share_a_name(parts):
    twin = dataclasses.replace(parts[-1], beta=8.0, distortion=Interval(*[parts[-1].distortion.estimate] * 3))
    svg = information_plane._plane((*parts, twin), swept("fast", 0, "cpu", "digits"), "betavae verify").svg
    assert ">1, 8</text>" in svg


def asked_for(monkeypatch, claims):
    asked = []
    monkeypatch.setattr(experiments, "all_figures", lambda *args, names: asked.append(names[0]) or [])
    draw_figures(claims, "default", 0, "cpu", "digits")
    return asked


def test_of_a_claim_alone_only_what_bears_on_it_is_drawn(monkeypatch):
    claims = registry()
    assert asked_for(monkeypatch, [claims["zheng.eq21"], claims["hoffman.eq11"]]) == []
    assert asked_for(monkeypatch, [claims["zheng.digits.upper"]]) == ["decomposition", "information_plane"]


def test_of_a_whole_document_every_experiment_is_drawn_and_no_other(monkeypatch):
    whole = [claim for claim in registry().values() if claim.source.document == "zheng"]
    own = {name for name, home in experiments.EXPERIMENTS.items() if home == "zheng"}
    assert set(asked_for(monkeypatch, whole)) == own | {"approximations"}


def test_what_experiments_bear_on_are_claims():
    ids = registry()
    assert set(experiments.BEARING) <= set(experiments.EXPERIMENTS)
    for name, patterns in experiments.BEARING.items():
        for pattern in patterns:
            assert any(fnmatchcase(claim, pattern) for claim in ids), (name, pattern)


def test_intervals_and_spans_read_well():
    assert drawn._span(np.array([0.004, 1.0])) == "0.00 to +1.00"
    assert "4.9×10⁻¹⁰" in drawn.promise()

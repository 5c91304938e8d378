"""Precision, objectives and nats: what is drawn is what was measured, and the words follow the numbers."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest

pytest.importorskip("torch", reason="needs the extra `train`")

from verification.experiments import nats, objectives, precision
from verification.vae import intensities, structured, structured_fixtures
from verification.vae.structured import Grid
from verification.vae.structured_evidence import over_seeds

GRID = Grid(betas=(0.2, 1.0, 4.0), blocks=(1, 3), replicates=2, latent=4, hidden=6, steps=30, batch=32)


@pytest.fixture(scope="module")
def fit():
    images = intensities.load("digits").first(200, 12)
    sizes, params = structured_fixtures.Sizes(12, 4, 2), structured.train(GRID, images, 0)
    return structured_fixtures._fit(
        GRID, images, sizes, params, structured_fixtures._measured(GRID, images, sizes, params, 0)
    )


@pytest.fixture(scope="module")
def figures(fit):
    again = "betavae verify"
    made = [precision._maps((fit,), again), precision._distance((fit,), again), precision._exists((fit,), again)]
    made += [objectives._losses(fit, again), objectives._gaps(fit, again), nats._figure(fit, again)]
    return {figure.id: figure for figure in made}


def test_figures_are_plain_json_with_square_tables(figures):
    for figure in figures.values():
        json.dumps(figure.as_dict(), allow_nan=False)
        assert all(len(row) == len(figure.columns) for row in figure.rows), figure.id


def test_every_table_names_the_active_dimensions(figures):
    assert all("active dimensions" in figure.columns for figure in figures.values())


def test_tables_hold_means_and_intervals_over_seeds(fit, figures):
    for row in figures["objectives.gaps"].rows:
        mean, radius = over_seeds(fit, fit.local["gap"], row[2], row[1])
        assert row[8] == pytest.approx(mean, abs=1e-4) and row[9] == pytest.approx(radius, abs=1e-4)
        assert row[6] == pytest.approx(row[8], abs=2e-4)


def test_the_objectives_stand_in_their_order(figures):
    for row in figures["objectives.losses"].rows:
        taylor, own, grae = row[6], row[8], row[10]
        assert taylor >= own >= grae


def test_the_parts_add_up_to_the_whole(fit, figures):
    for row in figures["nats"].rows:
        assert row[4] + row[6] + row[8] == pytest.approx(row[10], abs=3e-4)
        assert min(row[4], row[6], row[8]) >= 0


def test_shares_lie_between_nought_and_one(fit, figures):
    for row in figures["precision.exists"].rows:
        assert 0 <= row[4] <= 1 and (row[4] == 1) == (row[6] < row[2])


def test_a_cell_is_drawn_for_every_entry_that_is_seen():
    A = np.array([[1.0, -0.5], [0.0, 0.25]])
    drawn = precision._matrix(A, 0, 0, 20.0, 2)
    assert len(re.findall(r"h10\.00v10\.00", drawn)) == 3
    assert drawn.count(precision.OK) == 2 and drawn.count(precision.NO) == 1


def test_blocks_that_do_not_divide_are_outlined_as_they_are():
    outline = precision._matrix(np.eye(8), 0, 0, 80.0, 3).rpartition('d="')[2]
    assert re.findall(r"h([\d.]+)v", outline) == ["30.0", "30.0", "20.0"]


def test_a_fall_after_the_peak_is_said_and_nothing_where_there_is_none(fit):
    values = np.repeat([[0.0], [2.0], [1.0]], 4, axis=0) + np.zeros((1, 12))
    assert "falls by 1.00 ± 0.00" in objectives._fall(fit, values, 1, 2)
    assert objectives._fall(fit, values, 2, 2) == ""


def test_numbers_read_well():
    words = [precision._percent(np.array(shares)) for shares in ([0.5, 0.5], [0.99996, 1])]
    assert words == ["50.00 %", "99.99 to 100 %"]
    assert precision.rounded(float("nan")) is None and precision.interval(0.0, 0.25, 1) == "0.0 ± 0.2"

"""The uniqueness figures: what titles and tables say is what the runs came to."""

from __future__ import annotations

import numpy as np
import pytest

from verification.experiments import uniqueness, uniqueness_laws
from verification.vae.unique import Panel
from verification.vae.unique_predicted import FARTHEST
from verification.vae.unique_results import panels, results


@pytest.fixture(scope="module")
def found():
    return results("fast")


@pytest.fixture(scope="module")
def figures():
    return {figure.id: figure for figure in uniqueness.run("fast", 0, "cpu")}


def test_there_is_a_panel_for_each_activation_and_family(figures):
    for which in ("amortised", "unamortised"):
        rows = figures[f"uniqueness.{which}"].rows
        assert len({(row[0], row[1]) for row in rows}) == len(rows) == 8
        assert figures[f"uniqueness.{which}"].svg.count("<g transform") == 8


def test_no_elbo_is_above_the_best(found):
    for panel in panels("default"):
        for gap in uniqueness.gaps(found, panel):
            assert not (gap[np.isfinite(gap)] < 0).any()


def test_mean_field_latents_of_ppca_lie_at_the_eigenvectors(found):
    off, (asked, seen) = uniqueness_laws.misses(found, Panel("identity"))
    assert np.quantile(np.abs(off), 0.9) < 0.1
    assert np.median(np.abs(seen)) > 15 and np.abs(seen).max() < FARTHEST + 3
    assert np.corrcoef(asked, seen)[0, 1] > 0.999


def test_the_table_of_iterations_meets_its_prediction(figures):
    rows = {row[0]: row for row in figures["uniqueness.iterations"].rows}
    assert abs(rows[20_000][2] - rows[20_000][4]) < 4
    assert rows[100_000][5] > rows[20_000][5]


def test_every_figure_says_which_command_draws_it_again(figures):
    assert all(f.command == "betavae figure uniqueness --size default --seed 0" for f in figures.values())
    assert list(figures) == [
        f"uniqueness.{n}" for n in ("amortised", "unamortised", "axes", "law", "cost", "iterations")
    ]


def test_no_state_is_farther_from_the_axes_than_its_nats_allow(figures):
    assert all(row[5] <= row[6] + 1.5 for row in figures["uniqueness.cost"].rows)

"""Figure 6 again: what the title and the table say is what was measured, of every way to code that runs here."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from verification.experiments import disentanglement
from verification.vae import disentangled_results
from verification.vae.disentangled import NAMES
from verification.vae.disentangled_results import ANGLES, ROWS, results


@pytest.fixture(scope="module")
def found():
    return results("fast")


@pytest.fixture(scope="module")
def figures():
    return {figure.id: figure for figure in disentanglement.run("fast", 0, "cpu")}


def test_every_way_has_a_row_with_every_score_and_its_interval(figures):
    table = figures["disentanglement.table"]
    assert [row[0] for row in table.rows] == list(ROWS)
    assert table.columns == ["codes", *(f"{n}{e}" for n in NAMES for e in ("", " ±")), "printed, Figure 6"]


def test_the_ground_truth_scores_one_but_by_the_printed_norm(found):
    truth = dict(zip(NAMES, found.scores[0].mean(0), strict=True))
    assert all(value > 0.999 for name, value in truth.items() if name != "norm")
    assert truth["norm"] < disentanglement.best_by_norm() + 0.03 < 0.75


def test_the_title_follows_the_numbers(found):
    swapped = replace(found, scores=found.scores[[0, 1, 6, 3, 4, 5, 2]])
    first, again = (disentanglement._table(r, "default", "betavae figure").title for r in (found, swapped))
    assert first != again
    mean, _ = disentanglement.of(found, "PCA", "higgins")
    assert f"PCA reaches {mean:.2f}" in first


def test_the_scores_of_turned_factors_are_those_of_the_closed_forms(found):
    sap = found.turned[:, :, NAMES.index("sap")].mean(1)
    assert np.allclose(sap, np.abs(np.cos(2 * np.radians(ANGLES))), atol=1e-6)
    higgins = found.turned[:, :, NAMES.index("higgins")].mean(1)
    assert (higgins[:-1] > 0.99).all() and abs(higgins[-1] - 0.5) < 0.06


def test_both_figures_say_what_draws_them_again(figures):
    assert list(figures) == ["disentanglement.table", "disentanglement.turned"]
    assert all(f.command == "betavae figure disentanglement --size default --seed 0" for f in figures.values())
    assert all("not a number" not in f.title for f in figures.values())


def test_every_dot_of_the_table_lies_in_its_panel(figures):
    svg = figures["disentanglement.table"].svg
    width = float(re.search(r'viewBox="0 0 (\d+)', svg).group(1))
    places = [float(x) for x in re.findall(r'<circle cx="([\d.]+)"', svg)]
    assert len(places) == len(ROWS) * (len(NAMES) + 1)
    assert min(places) > disentanglement.LEFT and max(places) < width


def test_codes_that_are_drawn_are_scored_beside(found, figures):
    assert found.drawn.shape == (2, found.replicates)
    assert f"is {found.drawn[0].mean():.2f} ±" in figures["disentanglement.table"].caption


def test_what_is_left_out_is_said(figures):
    assert "DC-IGN and InfoGAN are left out" in figures["disentanglement.table"].caption


def test_committed_scores_that_are_missing_are_told_in_one_sentence(monkeypatch, tmp_path):
    monkeypatch.setattr(disentangled_results, "COMMITTED", tmp_path / "none.npz")
    with pytest.raises(ValueError, match=r"is? ?.*missing or broken; install the package again\.$"):
        results("fast")

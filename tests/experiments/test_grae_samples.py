"""Samples side by side and their distances, from the committed decoders."""

from __future__ import annotations

import numpy as np
import pytest

from verification.experiments import grae_samples
from verification.vae import grae


@pytest.fixture(scope="module")
def figures():
    return grae_samples.run("fast", 0, "cpu")


def test_every_objective_and_beta_has_a_panel_and_a_row(figures):
    images, distances = figures
    panels = len(grae.OBJECTIVES) * len(grae.SMALL.betas)
    assert images.svg.count("<image") == panels == len(images.rows)
    assert [row[0] for row in distances.rows] == list(grae.SMALL.betas)


def test_the_table_holds_means_over_seeds_with_their_radius(figures):
    made = grae.distances(grae.committed(), 0)
    row = dict(zip(figures[1].columns, figures[1].rows[1], strict=True))
    assert row["GRAE to images"] == pytest.approx(made["grae"][1].mean(), abs=1e-4)
    assert row["GRAE to images ±"] > 0
    assert row["GRAE~ to β-VAE"] == pytest.approx(made["surrogate to vae"][1].mean(), abs=1e-4)


def test_the_title_is_about_the_largest_difference(figures):
    made = grae.distances(grae.committed(), 0)
    largest = max(np.abs((made[o] - made["vae"]).mean(1)).max() for o in ("grae", "surrogate"))
    assert f"{largest:.3f}" in figures[1].title

"""What claims of structured VAEs measure, against the same numbers found another way, on the committed grid."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("torch", reason="needs the extra `train`")

from verification.vae import plain_draws, structured_evidence
from verification.vae.structured_fixtures import committed, fits


@pytest.fixture(scope="module")
def fit():
    return fits("fast", 0, "cpu", "digits")[0]


def test_gaps_found_twice_agree(fit):
    """By explicit products, opposite pairs and determinants, and by differences, plain draws and eigenvalues."""
    for model in (0, 17):
        sampled, whole = plain_draws.gaps(fit, model, 64, 0)
        assert np.allclose(whole, fit.local["gap"][model], atol=1e-8)
        apart = sampled - fit.local["remainder"][model]
        assert abs(apart.mean()) < 6 * apart.std() / len(apart) ** 0.5


def test_the_rise_is_taken_between_models_that_differ_by_beta_alone(fit):
    grid, values = fit.grid, np.arange(fit.grid.models, dtype=float)[:, None] * np.ones((1, 3))
    step = grid.settings // len(grid.betas) * grid.replicates
    assert (structured_evidence._rise(fit, values, grid.betas[0], grid.betas[1]) == step).all()
    assert structured_evidence.betas(fit) == (0.1, 1.0, 4.0)


def test_intervals_over_seeds_are_students(fit):
    mean, radius = structured_evidence.over_seeds(fit, fit.local["gap"], 1.0, 2)
    each = fit.local["gap"][fit.grid.of(1.0, 2)].mean(1)
    assert mean == pytest.approx(each.mean())
    assert radius == pytest.approx(12.7062047362 * each.std(ddof=1) / 2**0.5)


def test_the_committed_grid_is_alive_and_measured_the_same_each_time(fit):
    again = committed()
    assert np.array_equal(again.vae, fit.vae) and (fit.active >= 3).all()

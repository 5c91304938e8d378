"""The plane of two latents: moments, classifiers and intervals as defined, and words that follow the numbers."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest

pytest.importorskip("torch", reason="needs the extra `train`")

from verification.experiments import latent_plane
from verification.vae import plane, plane_evidence, plane_views
from verification.vae.data import DataError
from verification.vae.fixtures import FixtureError
from verification.vae.plane import Choice


@pytest.fixture(scope="module")
def figures():
    return {figure.id: figure for figure in latent_plane.run("fast", 0, "cpu")}


def test_four_classes_are_chosen_and_numbered_from_nought():
    data = plane.subset("digits")
    assert set(data.train_y) == set(data.test_y) == {0, 1, 2, 3}
    assert len(data.train_x) == len(data.train_y) == 532 and len(data.test_x) == 188


def test_moments_of_the_aggregate_are_those_of_draws():
    rng = np.random.default_rng(0)
    mu, logvar = rng.standard_normal((40, 2)) * [2.0, 0.5] + [1.0, -1.0], rng.normal(-1, 0.5, (40, 2))
    mean, whole, means = plane.moments(mu, logvar)
    z = np.repeat(mu, 20_000, 0) + np.exp(np.repeat(logvar, 20_000, 0) / 2) * rng.standard_normal((800_000, 2))
    assert np.allclose(mean, z.mean(0), atol=0.01)
    assert np.allclose(whole, np.linalg.eigvalsh(np.cov(z.T))[::-1], rtol=0.01)
    assert (means < whole).all()


def test_both_ways_to_find_the_narrowest_direction_agree():
    ensemble = plane.trained("fast", 0, "cpu")
    for m in range(ensemble.config.models):
        seen = plane_views.narrowest(ensemble.mu[m].astype(float))
        assert seen == pytest.approx(1 - plane.along(ensemble, m), abs=1e-4)


def test_neighbours_and_fishers_line_tell_what_is_apart_and_not_what_is_not():
    rng = np.random.default_rng(1)
    y = np.repeat([0, 3], 300)[rng.permutation(600)]
    noise = rng.standard_normal((600, 2))
    for z, low, high in ((noise + 6 * (y == 3)[:, None], 0.99, 1.0), (noise, 0.4, 0.6)):
        given, judged = (z[:200], y[:200]), (z[200:], y[200:])
        choice = plane.neighbours(given, judged)
        assert choice.of == 400 and low <= choice.share <= high
        assert low <= plane_views.fisher(given, judged).mean() <= high


def test_the_interval_of_an_accuracy_is_clopper_and_pearsons():
    from scipy.stats import binomtest

    for right, of in ((0, 7), (3, 7), (7, 7), (93, 120)):
        known = binomtest(right, of).proportion_ci(0.95)
        assert Choice(right, of, 0.5).interval(0.05) == pytest.approx((known.low, known.high), abs=1e-9)


def test_two_classes_are_the_first_and_the_last_and_a_third_of_them_is_given():
    ensemble = plane.trained("fast", 0, "cpu")
    (z, y), (asked, truth) = plane.codes(ensemble, 0, drawn=False, two=True)
    assert set(y) == set(truth) == {0, 3}
    assert 2 * len(z) == pytest.approx(len(asked), abs=2)


def test_the_grid_decodes_the_second_latent_upwards():
    ensemble = plane.trained("fast", 0, "cpu")
    whole, h = plane.grid(ensemble, 1, 3), ensemble.data.shape[0] + 2
    weights = {name: array[1:2].copy() for name, array in ensemble.params.items()}
    weights["decoder.hidden.weight"][:, 0] = 0  # the first latent says nothing: rows alone differ
    flat = plane.grid(dataclasses.replace(ensemble, params=weights), 0, 3)
    assert whole.shape == (3 * h, 3 * h)
    assert np.allclose(flat[:, :h], flat[:, h : 2 * h]) and not np.allclose(flat[:h], flat[h : 2 * h])


def test_figures_are_plain_json_with_square_tables(figures):
    assert list(figures) == ["latent_plane", "latent_plane.classes"]
    for figure in figures.values():
        json.dumps(figure.as_dict(), allow_nan=False)
        assert all(len(row) == len(figure.columns) for row in figure.rows), figure.id


def test_certified_ends_enclose_what_is_told(figures):
    for row in figures["latent_plane"].rows:
        assert row[1] <= row[2] <= row[3] + 1e-4 and 0 <= row[4] <= row[5]
    lows = [row[4] for row in figures["latent_plane"].rows]
    assert lows == sorted(lows, reverse=True)


def test_the_title_follows_the_numbers(monkeypatch, figures):
    told = figures["latent_plane"].title
    assert "a place of its own" in told and "rather than along a line" in told and "falls from" in told
    monkeypatch.setattr(plane, "along", lambda ensemble, model: 0.97)
    ensemble, found = plane.trained("fast", 0, "cpu"), plane.certificates("fast", 0, "cpu")
    told = latent_plane._plane(ensemble, found[::-1], "digits", "").title
    assert "images share their places" in told and "spread along a line: 0.97" in told and "KL(q‖p) is 0.0" in told


def test_the_caption_names_the_sources_two_choices_of_letters(figures):
    assert all("A to D" in f.caption and "A or Z" in f.caption for f in figures.values())


def test_both_methods_say_the_same():
    for measure in ("spread_out", "classes_kept"):
        for module in (plane_evidence, plane_views):
            estimate = getattr(module, measure)(0, "cpu", tier="fast")
            assert (estimate.value - estimate.error > 0).all(), (module, measure)


def test_models_that_are_not_there_are_refused_in_a_sentence(monkeypatch):
    monkeypatch.delenv("BETAVAE_DATA", raising=False)
    with pytest.raises(FixtureError, match="choose default or deep"):
        plane.trained("fast", 0, "cpu", "emnist")
    with pytest.raises(DataError, match="EMNIST letters are not downloaded"):
        plane.trained("default", 0, "cpu", "emnist")

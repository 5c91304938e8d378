"""Gaussian blobs: rendered by their formula, measured as defined, and drawn as measured."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest

pytest.importorskip("torch", reason="needs the extra `train`")

from verification.experiments import blobs as drawn
from verification.vae import blob_evidence, blob_peaks, blobs, networks


@pytest.fixture(scope="module")
def found():
    return blobs.found("fast", 0, "cpu")


@pytest.fixture(scope="module")
def figures():
    return {figure.id: figure for figure in drawn.run("fast", 0, "cpu")}


def test_blobs_are_one_image_a_place_and_none_is_in_both_parts():
    data = blobs.data()
    assert data.train_x.shape == (576, 256) and data.test_x.shape == (529, 256)
    assert len(np.unique(np.concatenate([data.train_x, data.test_x]), axis=0)) == 576 + 529


def test_the_centre_of_mass_of_a_blob_is_its_place():
    at = np.array([[7.25, 8.5], [6.0, 7.75]])
    image = blobs.render(*at.T).reshape(2, blobs.SIDE, blobs.SIDE).astype(float)
    line = np.arange(blobs.SIDE)
    whole = image.sum((1, 2))
    assert np.allclose((image.sum(1) @ line) / whole, at[:, 0], atol=5e-3)
    assert np.allclose((image.sum(2) @ line) / whole, at[:, 1], atol=5e-3)


def test_latents_stand_in_the_order_of_their_kl(found):
    assert (np.diff(found.each, axis=1) <= 0).all()
    assert (np.sort(found.order, axis=1) == np.arange(6)).all()


def test_a_code_that_is_a_coordinate_explains_it_and_a_turned_pair_does_so_together():
    at = blobs.places()
    turned = at @ (np.array([[1.0, 1.0], [-1.0, 1.0]]) / 2**0.5)
    assert blobs.explained(at[:, 0] ** 3, at[:, 0]) > 0.98
    assert blobs.explained(at[:, 0], at[:, 1]) < 1e-9
    assert blobs.explained(turned[:, 0], at[:, 0]) < 0.6
    assert blobs.explained(turned, at[:, 0]) > 1 - 1e-9


def test_the_cost_of_a_reconstruction_is_the_divergence_of_its_pixels():
    x, m = np.array([[0.25, 0.5]]), np.array([[0.5, 0.5]])
    expected = 0.25 * np.log(0.25 / 0.5) + 0.75 * np.log(0.75 / 0.5)
    assert np.allclose(blobs.cross_entropy(x, m) - blobs.cross_entropy(x, x), expected)


def test_brightness_by_a_decoder_written_again_is_that_of_the_networks():
    ensemble = blobs.trained("fast", 0, "cpu")
    beta = max(blobs.LARGE)
    models = ensemble.where(beta)
    logits = networks.decode(ensemble.params, ensemble.test_mu)[models]
    seen = (1 / (1 + np.exp(-logits.astype(float)))).max(2)
    assert np.allclose(blob_peaks.brightest(ensemble, beta), seen, atol=1e-4)


def test_a_traversal_moves_one_latent_alone():
    ensemble = blobs.trained("fast", 0, "cpu")
    still = blobs.traversal(ensemble, 0, 3, np.zeros(2))
    assert np.array_equal(still[0], still[1])
    found, ends = blobs.found("fast", 0, "cpu"), np.array([-2.0, 2.0])
    model = int(found.at(max(blobs.LARGE))[0])
    moves = [np.ptp(blobs.traversal(ensemble, model, int(j), ends), axis=0).sum() for j in found.order[model]]
    assert min(moves[:2]) > 20 * max(moves[2:])


def test_figures_are_plain_json_with_square_tables(figures):
    assert list(figures) == ["blobs.traversals", "blobs.latents", "blobs.reconstructions"]
    for figure in figures.values():
        json.dumps(figure.as_dict(), allow_nan=False)
        assert all(len(row) == len(figure.columns) for row in figure.rows), figure.id


def test_titles_count_the_latents_of_the_table(figures, found):
    counts = found.active[found.at(blobs.VANILLA)]
    assert figures["blobs.latents"].title.endswith(f"at β = 1 it is {drawn.span(counts)}")
    assert figures["blobs.traversals"].title.startswith("At β = 8, 2 of 6 latents differ")


def test_titles_follow_the_numbers(found):
    ensemble = blobs.trained("fast", 0, "cpu")
    none = dataclasses.replace(found, each=0 * found.each)
    assert drawn._latents(ensemble, none, "").title.startswith("At no β exactly two")
    same = dataclasses.replace(found, excess=found.excess[[0, 1, 1, 0, 0, 1]])
    assert "cannot always be told" in drawn._price(ensemble, same, "").title


def test_what_is_refuted_is_told_by_both_methods():
    for measure in (blob_evidence.not_told_apart, blob_peaks.brighter):
        estimate = measure(0, "cpu", tier="fast")
        assert (estimate.value + estimate.error < 0).all()

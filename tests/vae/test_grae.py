"""GRAE and GRAE~ stacked beside beta-VAEs: minibatches shared, objectives apart, distances without bias."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from theory import gram
from verification.vae import grae, intensities, structured

GRID = structured.Grid((0.2, 1.0), (1,), 2, latent=3, hidden=6, steps=30, batch=32)


@pytest.fixture(scope="module")
def images():
    return intensities.load("digits").first(200, 100)


def _loss(params, images, m, beta):
    """(13) on the training images."""
    one = {name: array[m : m + 1].astype(float) for name, array in params.items()}
    x = images.train[None].astype(float)
    h, _ = structured.encode(one, x)
    misfit = ((x - structured.decode(one, h, images.peak)) ** 2).sum(-1)
    layers = [(W[0], b[0], name) for W, b, name in grae._layers(one)]
    penalty = gram.gram_log_determinant(layers, h[0], beta / images.peak**2)
    return float(0.5 * (misfit[0] + beta * ((h[0] ** 2).sum(-1) + penalty)).mean())


def test_training_lowers_the_objective_of_every_model(images):
    start = structured.initial(GRID, images, 5)
    start = {name: np.tile(a, (GRID.settings, 1, 1)) for name, a in start.items()}
    for surrogate in (False, True):
        params = grae.train(replace(GRID, steps=150), images, 5, surrogate)
        for m in range(GRID.models):
            assert _loss(params, images, m, GRID.beta[m]) < _loss(start, images, m, GRID.beta[m])


def test_the_same_seed_trains_the_same_models_and_the_factor_stays(images):
    first, again = (grae.train(GRID, images, 5, True) for _ in range(2))
    assert all((first[name] == again[name]).all() for name in first)
    start = structured.initial(GRID, images, 5)["encoder.factor.weight"]
    assert (first["encoder.factor.weight"] == np.tile(start, (GRID.settings, 1, 1))).all()


def test_committed_decoders_draw_images():
    found = grae.committed()
    z = grae.prior_draws(found, 7, 0)
    for objective in grae.OBJECTIVES:
        drawn = grae.samples(found, objective, z)
        assert drawn.shape == (found.grid.models, 7, 64)
        assert 0 <= drawn.min() < drawn.max() <= found.images.peak


def test_energy_distance_has_no_bias_and_sees_a_shift():
    rng = np.random.default_rng(0)
    same = [grae.energy_distance(*rng.normal(size=(2, 20, 3))) for _ in range(400)]
    assert abs(np.mean(same)) < 4 * np.std(same) / 20
    x, y = rng.normal(size=(2, 300, 3))
    assert grae.energy_distance(x, y + 1) > 10 * abs(grae.energy_distance(x, y))


def test_float32_log_determinants_are_right_to_1e_6():
    narrow = _random_layers()
    z = np.random.default_rng(1).normal(size=(100, 8)).astype(np.float32)
    wide = [(W.astype(float), b.astype(float), name) for W, b, name in narrow]
    single, double = gram.gram_log_determinant(narrow, z, 0.1), gram.gram_log_determinant(wide, z.astype(float), 0.1)
    assert single.dtype == np.float32
    assert np.abs(single / double - 1).max() < 1e-6


def _random_layers():
    rng = np.random.default_rng(0)
    shapes = (((64, 8), "elu"), ((64, 64), "elu"), ((784, 64), "identity"))
    drawn = ((rng.normal(size=shape) / shape[1] ** 0.5, rng.normal(size=shape[0]), name) for shape, name in shapes)
    return [(W.astype(np.float32), b.astype(np.float32), name) for W, b, name in drawn]

"""Structured beta-VAEs: the stack, the decoder's derivatives, and the optima, each against something independent."""

from __future__ import annotations

import dataclasses
from itertools import pairwise

import numpy as np
import pytest

pytest.importorskip("torch", reason="needs the extra `train`")

from verification.vae import amortisation, curvature, intensities, local, structured
from verification.vae import structured_fixtures as fixtures
from verification.vae.data import DataError
from verification.vae.store import FixtureError
from verification.vae.structured import Grid

TINY = Grid(betas=(0.2, 1.0), blocks=(1, 2, 3), replicates=2, latent=5, hidden=7, steps=40, batch=32)


@pytest.fixture(scope="module")
def images() -> intensities.Images:
    return intensities.load("digits")


@pytest.fixture(scope="module")
def params(images):
    return structured.train(TINY, images, 3)


@pytest.fixture(scope="module")
def point(params, images):
    weights, x = structured.one(params, 4), images.test[:6].astype(float)
    mu, C = structured.posterior(params, TINY, 4, x)
    return weights, x, mu, C


def test_models_are_ordered_by_beta_block_and_replicate():
    assert [int(b) for b in TINY.block] == 2 * [1, 1, 2, 2, 3, 3] and list(TINY.beta[:6]) == 6 * [0.2]
    assert TINY.of(1.0, 2) == [8, 9] and TINY.models == 12


def test_the_same_seed_trains_the_same_weights_and_the_settings_of_a_replicate_start_alike(images, params):
    again = structured.train(TINY, images, 3)
    assert all(np.array_equal(params[name], again[name]) for name in structured.LAYERS)
    start = structured.train(dataclasses.replace(TINY, steps=0), images, 3)["decoder.hidden.weight"]
    assert np.array_equal(start[0], start[2]) and not np.array_equal(start[0], start[1])


def test_models_of_a_batch_do_not_touch_each_other(images, params):
    alone = structured.train(dataclasses.replace(TINY, betas=(1.0,)), images, 3)
    for name in structured.LAYERS:
        assert np.allclose(params[name][6:], alone[name], atol=2e-4), name


@pytest.mark.parametrize(("model", "block"), [(0, 1), (2, 2), (4, 3)])
def test_covariances_hold_their_blocks_and_nothing_else(params, images, model, block):
    _, C = structured.posterior(params, TINY, model, images.test[:3])
    Sigma = C @ C.mT
    same = structured.same_block(5, block)
    assert np.array_equal(C, np.tril(C)) and not Sigma[:, ~same].any() and (Sigma[:, same] != 0).all()


def test_the_trained_objective_is_the_beta_vae_with_that_covariance(images):
    """One step of the trainer equals one step along autograd's gradient of the loss with C as a matrix."""
    import torch

    from verification.vae.training import derived_seed

    grid = Grid(betas=(0.7,), blocks=(3,), replicates=1, latent=5, hidden=6, steps=1, batch=1297, rate=1e-3)
    start, moved = structured.initial(grid, images, 9), structured.train(grid, images, 9)
    tensors = {name: torch.from_numpy(array.copy()).requires_grad_() for name, array in start.items()}
    draw = torch.Generator().manual_seed(derived_seed("structured", 9))
    x = torch.from_numpy(images.train)[torch.rand(1, 1297, generator=draw).argsort(1)]
    noise = torch.randn(1, 1297, 5, generator=draw)
    mu, raw = structured.encode(tensors, x)
    places = [(i, i - j) for j in (1, 2) for i in range(5)]
    C = torch.diag_embed(raw[..., :5].exp())
    for place, (i, l) in enumerate(places):
        if l >= 0 and i // 3 == l // 3:
            unit = torch.zeros(5, 5)
            unit[i, l] = 1
            C = C + raw[..., 5 + place, None, None] * unit
    g = structured.decode(tensors, mu + (C @ noise[..., None])[..., 0], images.peak)
    Sigma = C @ C.mT
    trace = Sigma.diagonal(0, -2, -1).sum(-1)
    kl = 0.5 * ((mu * mu).sum(-1) + trace - torch.logdet(Sigma) - 5)
    ((0.5 * ((x - g) ** 2).sum() + 0.7 * kl.sum()) / 1297).backward()
    for name, tensor in tensors.items():
        large = tensor.grad.abs().numpy() > 1e-4
        step = moved[name] - start[name]
        assert np.allclose(step[large], -1e-3 * np.sign(tensor.grad.numpy()[large]), atol=2e-5), name


def test_jacobian_and_hessian_are_those_of_differences(point):
    weights, x, mu, _ = point
    k, e = mu.shape[1], 1e-4

    def f(z):
        return -curvature.squared_error(weights, z, x, 4.0)

    def g(z):
        return 4.0 * structured.sigmoid(structured.decode_raw(weights, z))

    unit = e * np.eye(k)
    J = np.stack([(g(mu + u) - g(mu - u)) / (2 * e) for u in unit], -1)
    assert np.allclose(curvature.metric(weights, mu, 4.0), J.mT @ J, rtol=1e-6, atol=1e-8)
    H = np.array([[f(mu + u + v) - f(mu + u - v) - f(mu - u + v) + f(mu - u - v) for u in unit] for v in unit])
    assert np.allclose(curvature.hessian(weights, mu, x, 4.0), H.transpose(2, 0, 1) / (4 * e * e), atol=2e-5)


def test_the_remainder_is_what_plain_draws_give(point):
    weights, x, mu, C = point
    G = curvature.metric(weights, mu, 4.0)
    mean, variance = curvature.remainder(weights, mu, C, G, x, 4.0, 3000, np.random.default_rng(0))
    rng = np.random.default_rng(1)
    plain = np.zeros((4000, len(mu)))
    for row in plain:
        z = mu + (C @ rng.standard_normal(mu.shape)[..., None])[..., 0]
        row[:] = curvature.squared_error(weights, z, x, 4.0)
    taylor = curvature.squared_error(weights, mu, x, 4.0) + 0.5 * (G * (C @ C.mT)).sum((-2, -1))
    spread = np.sqrt(plain.var(0) / len(plain) + variance)
    assert (abs(plain.mean(0) - taylor - mean) < 6 * spread).all()
    assert (variance < plain.var(0) / len(plain)).all()


def test_newton_ends_where_scipy_finds_nothing_lower(params, images):
    """The loss with its own log-determinant, written out for diagonal and for block posteriors."""
    from scipy.optimize import minimize

    x = images.test[:2].astype(float)
    wide = {name: array.astype(float) for name, array in params.items()}
    mu = np.array([structured.posterior(params, TINY, m, x)[0] for m in range(TINY.models)])
    same = np.array([structured.same_block(5, b) for b in TINY.block], float)
    mean, first, last, left = amortisation.descend(wide, TINY, x, images.peak, mu, same)
    assert (left < 1e-6).all() and (last < first).all()
    for model in (6, 10):
        weights, beta = structured.one(params, model), float(TINY.beta[model])

        def loss(h, n, weights=weights, beta=beta, same=same[model]):
            P = (np.eye(5) + curvature.metric(weights, h[None], images.peak)[0] / beta) * same
            error = curvature.squared_error(weights, h[None], x[n : n + 1], images.peak)[0]
            return error + 0.5 * beta * (h @ h + np.linalg.slogdet(P)[1])

        for n in range(2):
            assert first[model, n] == pytest.approx(loss(mu[model, n], n))
            assert last[model, n] == pytest.approx(loss(mean[model, n], n))
            assert minimize(loss, mean[model, n], (n,)).fun > last[model, n] - 1e-5


def test_each_step_towards_the_optimum_wins(params, images):
    parts = amortisation.split(params, TINY, images.test[:4].astype(float), images.peak, 4, 0)
    order = [parts[name] for name in ("encoder", "covariance", "mean", "family")]
    assert all((a >= b - 1e-9).all() for a, b in pairwise(order))


def test_following_the_sampled_objective_lowers_it_and_keeps_the_blocks(params, images, monkeypatch):
    x = images.test[:4].astype(float)
    wide = {name: array.astype(float) for name, array in params.items()}
    mu, C = (np.array(p) for p in zip(*(structured.posterior(params, TINY, m, x) for m in range(12)), strict=True))
    same = np.array([structured.same_block(5, b) for b in TINY.block], float)
    monkeypatch.setattr(amortisation, "RATE", 0.05)
    mean, factor = amortisation.follow(wide, TINY, x, images.peak, mu, C, same, 0)
    losses = []
    for h, L in ((mu, C), (mean, factor)):
        G = curvature.metric(wide, h, images.peak)
        more, _ = curvature.remainder(wide, h, L, G, x, images.peak, 100, np.random.default_rng(0))
        losses.append((amortisation.taylor(wide, TINY, x, images.peak, h, L, G) + more).mean(1))
    assert (losses[1] < losses[0]).all()
    assert not (factor * (1 - same[:, None])).any() and np.array_equal(factor, np.tril(factor))


def test_measures_agree_with_one_another(params, images):
    found = local.measure(params, TINY, images.test[:20], images.peak, 4, 0)
    parts = amortisation.split(params, TINY, images.test[:20].astype(float), images.peak, 4, 0)
    assert np.allclose(found["taylor"], parts["encoder"]) and np.allclose(found["own"], parts["covariance"])
    assert np.allclose(found["taylor"] - found["grae"], found["gap"])
    assert np.allclose(found["taylor"] - found["own"], found["gap_own"])
    assert (found["gap_own"] <= found["gap"] + 1e-12).all()
    diagonal = TINY.block == 1
    assert np.isnan(found["inside"][diagonal]).all() and np.isfinite(found["inside"][~diagonal]).all()


def test_a_dimension_at_the_prior_is_left_out_of_the_active_distance():
    X, best = np.diag([1.0, 0.5])[None], np.diag([1.0, 0.25])[None]
    whole, active = (local._relative(local._part(X, a), local._part(best, a)) for a in (np.arange(2), np.array([1])))
    assert active[0] == 1.0 and whole[0] < 0.25
    assert np.isnan(local._relative(local._part(X, np.array([], int)), local._part(best, np.array([], int))))


def test_a_grid_is_trained_and_measured_once(images, tmp_path, monkeypatch):
    grid, sizes = dataclasses.replace(TINY, steps=2), fixtures.Sizes(6, 3, 2)
    first = fixtures.get(grid, images, sizes, 0, "cpu", tmp_path)
    monkeypatch.setattr(structured, "train", lambda *_: pytest.fail("trained again"))
    monkeypatch.setattr(local, "measure", lambda *_: pytest.fail("measured again"))
    again = fixtures.get(grid, images, sizes, 0, "cpu", tmp_path)
    assert np.array_equal(first.vae, again.vae) and first.active.shape == (grid.models,)
    assert fixtures.key(grid, images, 0, "cpu") != fixtures.key(grid, images, 1, "cpu")


def test_what_there_is_not_is_told_in_a_sentence():
    with pytest.raises(FixtureError, match="choose default or deep"):
        fixtures.fits("fast", 0, "cpu", "mnist")
    with pytest.raises(DataError, match="choose 'digits', 'mnist' or 'emnist'"):
        intensities.load("letters")


def test_intensities_keep_the_split_of_the_binary_images(images):
    from verification.vae import data

    binary = data.digits("threshold")
    assert np.array_equal(images.train >= images.peak / 2, binary.train_x.astype(bool))
    assert images.test.max() == images.peak and images.first(5, 3).train.shape == (5, 64)

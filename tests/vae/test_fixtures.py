"""Trained ensembles are built once, kept without pickles, and keyed by all they depend on."""

from __future__ import annotations

import dataclasses
import threading

import numpy as np
import pytest

from verification.vae import data, evaluation, fixtures, networks
from verification.vae.fixtures import Fixture, FixtureError
from verification.vae.training import TrainConfig

CONFIG = TrainConfig(betas=(0.5, 1.0), replicates=2, latent=2, hidden=4, steps=1)


class Counted:
    calls = 0


def make(config, images, seed, device):
    Counted.calls += 1
    return networks.initial(config.models, images.train_x.shape[1], config.hidden, config.latent, seed % 2**32)


@pytest.fixture
def digits():
    Counted.calls = 0
    return data.digits()


def test_a_fixture_is_made_once_and_read_ever_after(digits, tmp_path):
    fixture = Fixture("t", CONFIG, make)
    first, again = (fixture.get(digits, 0, "cpu", tmp_path) for _ in range(2))
    assert Counted.calls == 1
    assert np.array_equal(first.mu, again.mu) and first.mu.shape == (4, 1297, 2) and first.test_mu.shape == (4, 500, 2)


def test_many_at_once_train_once(digits, tmp_path):
    fixture = Fixture("t", CONFIG, make)
    threads = [threading.Thread(target=fixture.get, args=(digits, 0, "cpu", tmp_path)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counted.calls == 1
    assert [path.suffix for path in tmp_path.glob("*.npz")] == [".npz"] and not list(tmp_path.glob("*.part"))


def test_a_broken_file_is_trained_again(digits, tmp_path):
    fixture = Fixture("t", CONFIG, make)
    fixture.get(digits, 0, "cpu", tmp_path)
    (path,) = tmp_path.glob("*.npz")
    path.write_bytes(path.read_bytes()[:500])
    fixture.get(digits, 0, "cpu", tmp_path)
    assert Counted.calls == 2


def test_pickled_arrays_are_never_loaded(digits, tmp_path):
    fixture = Fixture("t", CONFIG, make)
    path = tmp_path / f"t-{fixture.key(digits, 0, 'cpu')[:32]}.npz"
    np.savez(path, **{name: np.array([{}], dtype=object) for name in networks.LAYERS})
    fixture.get(digits, 0, "cpu", tmp_path)
    assert Counted.calls == 1


def test_the_key_follows_config_data_seed_device_and_source(digits):
    fixture = Fixture("t", CONFIG, make)
    keys = {
        fixture.key(digits, 0, "cpu"),
        fixture.key(digits, 1, "cpu"),
        fixture.key(digits, 0, "cuda"),
        fixture.key(data.digits("threshold"), 0, "cpu"),
        Fixture("t", dataclasses.replace(CONFIG, steps=2), make).key(digits, 0, "cpu"),
        Fixture("t", CONFIG).key(digits, 0, "cpu"),
    }
    assert len(keys) == 6


def test_a_cache_folder_that_cannot_be_used_is_told(digits, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(FixtureError, match="set BETAVAE_CACHE to another"):
        Fixture("t", CONFIG, make).get(digits, 0, "cpu", tmp_path / "file" / "cache")


def test_the_committed_weights_load_and_their_posteriors_are_alive():
    ensemble = fixtures.trained("fast")
    assert list(ensemble.betas) == [0.5, 0.75, 1.0] and ensemble.mu.shape == (3, 1297, 6)
    assert (ensemble.mu.var(1).mean(1) > 0.3).all()
    assert (fixtures.WEIGHTS / "vae.digits.small.npz").stat().st_size < 40_000


def test_evaluations_are_kept_on_disk_and_come_back_the_same(digits, tmp_path, monkeypatch):
    ensemble = Fixture("t", CONFIG, make).get(digits, 0, "cpu", tmp_path)
    monkeypatch.setenv("BETAVAE_CACHE", str(tmp_path))
    monkeypatch.setattr(evaluation, "trained", lambda *_: ensemble)
    made = [evaluation.evaluations.__wrapped__("default", 0, "cpu", "digits") for _ in range(2)]
    assert list(tmp_path.glob("t.evaluation-*.npz"))
    for first, again in zip(*made, strict=True):
        assert first.beta == again.beta and first.log_c == again.log_c
        assert np.array_equal(first.test.elbo_r(first.beta, 0.0), again.test.elbo_r(again.beta, 0.0))
        assert np.array_equal(first.responsibility_entropy, again.responsibility_entropy)


def test_missing_weights_and_unknown_tiers_are_told(monkeypatch, tmp_path):
    with pytest.raises(FixtureError, match="choose fast, default or deep"):
        fixtures.trained("slow")
    monkeypatch.setattr(fixtures, "WEIGHTS", tmp_path)
    with pytest.raises(FixtureError, match="missing or broken"):
        fixtures.committed()


def test_other_images_have_models_under_their_own_name():
    letters = fixtures.MNIST.of("emnist")
    assert letters.name == "vae.emnist" and letters.config == fixtures.MNIST.config
    assert fixtures.MNIST.of("mnist") == fixtures.MNIST


def test_every_committed_ensemble_is_found_and_has_the_shape_it_is_said_to_have():
    from verification.vae import blobs, plane

    for fixture, images in ((blobs.BLOBS_SMALL, blobs.data()), (plane.SMALL, plane.subset("digits"))):
        found = fixtures.committed_of(fixture, images)
        assert found.mu.shape == (fixture.config.models, len(images.train_x), fixture.config.latent)
        assert found.key == "" and np.isfinite(found.mu).all()

"""The terms of the objective, against densities written out and against torch's autograd."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from verification.vae import networks, objectives

RNG = np.random.default_rng(5)
MU, LOGVAR = RNG.standard_normal((7, 3)), RNG.normal(-1.0, 1.0, (7, 3))
Z = RNG.standard_normal((40, 3))


def test_the_likelihood_of_pixels_is_the_bernoulli_one():
    x, a = RNG.integers(0, 2, (5, 9)), RNG.normal(0, 4, (5, 9))
    p = 1 / (1 + np.exp(-a))
    assert np.allclose(objectives.log_bernoulli(x, a), np.log(np.where(x, p, 1 - p)).sum(1))


def test_the_likelihood_survives_enormous_logits():
    assert objectives.log_bernoulli(np.array([1.0, 0.0]), np.array([1e4, 1e4])) == -1e4


def test_the_aggregate_density_is_the_mean_of_its_parts():
    every = np.array([norm.pdf(Z, m, np.exp(v / 2)).prod(1) for m, v in zip(MU, LOGVAR, strict=True)])
    assert np.allclose(objectives.aggregate_terms(Z, MU, LOGVAR, block=16)[0], np.log(every.mean(0)), atol=1e-12)


def test_the_responsibilities_entropy_is_that_of_the_posterior_over_n():
    every = np.array([norm.pdf(Z, m, np.exp(v / 2)).prod(1) for m, v in zip(MU, LOGVAR, strict=True)])
    phi = every / every.sum(0)
    _, entropy, largest = objectives.aggregate_terms(Z, MU, LOGVAR, block=16)
    assert np.allclose(entropy, -(phi * np.log(phi)).sum(0), atol=1e-12)
    assert np.allclose(largest, np.log(phi.max(0)), atol=1e-12)


def test_the_kl_is_the_expected_log_ratio():
    z = MU[0] + np.exp(LOGVAR[0] / 2) * RNG.standard_normal((200_000, 3))
    ratio = objectives.log_normal(z, MU[0], LOGVAR[0]) - objectives.log_normal(z, np.zeros(3), np.zeros(3))
    assert abs(ratio.mean() - objectives.kl_to_standard_normal(MU[0], LOGVAR[0])) < 6 * ratio.std() / 200_000**0.5


def test_networks_give_the_same_in_numpy_and_in_torch():
    torch = pytest.importorskip("torch", reason="needs the extra `train`")
    params = networks.initial(3, 6, 5, 2, seed=0)
    x = RNG.integers(0, 2, (3, 4, 6)).astype(np.float32)
    tensors = {name: torch.from_numpy(array) for name, array in params.items()}
    for here, there in zip(networks.encode(params, x), networks.encode(tensors, torch.from_numpy(x)), strict=True):
        assert np.allclose(here, there.numpy(), atol=1e-5)

"""Training: all models as one batch, the same for a seed, and each as if it were alone."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

pytest.importorskip("torch", reason="needs the extra `train`")

from verification.vae import data, networks, objectives, training
from verification.vae.training import DeviceError, TrainConfig, choose_device, train

SMALL = TrainConfig(betas=(0.5, 1.0), replicates=2, latent=3, hidden=12, steps=60, batch=32)


@pytest.fixture(scope="module")
def images() -> np.ndarray:
    return data.digits().train_x


def elbo(params: networks.Params, model: int, x: np.ndarray) -> float:
    mu, logvar = (a[model] for a in training.posteriors(params, x))
    logits = networks.decode(networks.one(params, model), mu[None])[0]
    return float((objectives.log_bernoulli(x, logits) - objectives.kl_to_standard_normal(mu, logvar)).mean())


def test_the_same_seed_gives_the_same_weights_and_another_seed_others(images):
    first, again, other = train(SMALL, images, 3), train(SMALL, images, 3), train(SMALL, images, 4)
    assert all(np.array_equal(first[name], again[name]) for name in first)
    assert not np.array_equal(first["decoder.logits.weight"], other["decoder.logits.weight"])


def test_training_raises_the_elbo_of_every_model(images):
    longer = dataclasses.replace(SMALL, steps=300)
    before = networks.initial(2, 64, 12, 3, 3, images.mean(0))
    after = train(longer, images, 3)
    for model in range(longer.models):
        assert elbo(after, model, images) > elbo(before, model % 2, images) + 2


def test_models_of_a_batch_do_not_touch_each_other(images):
    together = train(SMALL, images, 3)
    alone = train(dataclasses.replace(SMALL, betas=(1.0,)), images, 3)
    for name in alone:
        assert np.allclose(together[name][2:], alone[name], atol=2e-4)


def test_a_larger_beta_leaves_less_kl(images):
    params = train(dataclasses.replace(SMALL, steps=300), images, 0)
    kl = objectives.kl_to_standard_normal(*training.posteriors(params, images)).mean(1)
    assert kl[:2].min() > kl[2:].max()


def test_the_objective_that_is_followed_has_the_gradient_of_the_beta_elbo(images):
    """One plain step of the trainer equals one step along autograd's gradient of the loss written out."""
    import torch

    config = TrainConfig(betas=(0.7,), replicates=1, latent=2, hidden=5, steps=1, batch=1297, rate=1e-3)
    start = networks.initial(1, 64, 5, 2, 9, images.mean(0))
    moved = train(config, images, 9)
    tensors = {name: torch.from_numpy(array.copy()).requires_grad_() for name, array in start.items()}
    draw = torch.Generator().manual_seed(training.derived_seed("training", 9))
    order = torch.rand(1, 1297, generator=draw).argsort(1)
    x = torch.from_numpy(images).float()[order]
    noise = torch.randn(1, 1297, 2, generator=draw)
    mu, logvar = networks.encode(tensors, x)
    logits = networks.decode(tensors, mu + (logvar / 2).exp() * noise)
    loss = torch.nn.functional.binary_cross_entropy_with_logits(logits, x, reduction="sum")
    ((loss + 0.7 * objectives.kl_to_standard_normal(mu, logvar).sum()) / 1297).backward()
    for name, tensor in tensors.items():
        # Adam's first step has the length of the rate, along the sign of the gradient
        large = tensor.grad.abs().numpy() > 1e-4
        step = moved[name] - start[name]
        assert np.allclose(step[large], -1e-3 * np.sign(tensor.grad.numpy()[large]), atol=2e-5)


def test_cuda_is_refused_in_a_sentence_where_there_is_none():
    import torch

    if torch.cuda.is_available():
        assert choose_device("auto") == choose_device("cuda") == "cuda"
        return
    assert choose_device("auto") == "cpu"
    with pytest.raises(DeviceError, match="No CUDA device is visible"):
        choose_device("cuda")
    with pytest.raises(ValueError, match="choose auto, cpu or cuda"):
        choose_device("tpu")

"""Appendix D's networks: what their printed sizes come to, and that they train."""

from __future__ import annotations

from itertools import product

import pytest
import torch

from theory import gram
from verification.vae import convolutional as cnn


@pytest.fixture(autouse=True)
def one_thread():
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    yield
    torch.set_num_threads(threads)


def test_mnist_codes_and_images_have_the_printed_sizes():
    x, latent = torch.rand(2, 1, 28, 28), 8
    encode, decode = cnn.encoder(cnn.MNIST, latent), cnn.decoder(cnn.MNIST, latent)
    assert encode(x).shape == (2, latent)
    assert decode(torch.randn(2, latent)).shape == x.shape


def test_the_encoder_of_a_vae_has_twice_as_many_outputs():
    assert cnn.encoder(cnn.MNIST, 8, 1 / 32, variances=True)(torch.rand(2, 1, 28, 28)).shape == (2, 16)


def test_layers_have_the_sizes_that_the_tables_come_to():
    for table in (cnn.MNIST, cnn.CELEBA, cnn.CELEBA_64):
        x, z = torch.rand(2, table.channels, table.pixels, table.pixels), torch.randn(2, 4)
        found: dict[str, list[int]] = {"encoder": [], "decoder": []}
        for name, network, given in (
            ("encoder", cnn.encoder(table, 4, 1 / 64), x),
            ("decoder", cnn.decoder(table, 4, 1 / 64), z),
        ):
            for module in network:
                given = module(given)
                if isinstance(module, cnn.Conv | cnn.ConvT):
                    found[name].append(given.shape[-1])
        assert found == {"encoder": cnn.encoder_sizes(table), "decoder": cnn.decoder_sizes(table)}


def test_celeba_as_printed_returns_images_twice_as_large_as_it_is_given():
    assert cnn.CELEBA.pixels == 64
    assert cnn.decoder_sizes(cnn.CELEBA)[-1] == 128
    assert cnn.decoder_sizes(cnn.CELEBA_64)[-1] == 64


def test_no_padding_that_is_the_same_in_all_layers_returns_64_pixels():
    def returned(table, padding, extra):
        n = table.start[0]
        for _, kernel, stride in table.transposed:
            n = (n - 1) * stride + kernel - 2 * padding + (extra if stride > 1 else 0)
        return n + 2 * padding - table.last[1] + 1

    for table in (cnn.MNIST, cnn.CELEBA):
        assert table.pixels not in {returned(table, p, extra) for p, extra in product(range(5), (0, 1))}


def test_without_padding_the_encoders_run_out_of_pixels():
    assert min(cnn.encoder_sizes(cnn.MNIST, padded=False)) < 1
    assert min(cnn.encoder_sizes(cnn.CELEBA, padded=False)) < 1


def test_padding_is_undone_on_the_way_back():
    down, up = cnn.Conv(1, 1, 4, 2, bias=False), cnn.ConvT(1, 1, 4, 2, bias=False)
    with torch.no_grad():
        up.weight.copy_(down.weight)
    x, y = torch.randn(1, 1, 14, 14), torch.randn(1, 1, 7, 7)
    assert torch.allclose((down(x) * y).sum(), (x * up(y)).sum(), atol=1e-5)


def test_a_short_run_lowers_the_loss():
    encode, decode = cnn.encoder(cnn.MNIST, 4, 1 / 32), cnn.decoder(cnn.MNIST, 4, 1 / 32)
    losses = cnn.train(encode, decode, torch.rand(8, 1, 28, 28), 0.1, 6)
    assert losses[-1] < losses[0]


def test_log_determinants_of_a_convolutional_decoder_are_those_of_its_jacobian():
    decode, z = cnn.decoder(cnn.MNIST, 3, 1 / 64).double().eval(), torch.randn(2, 3, dtype=torch.float64)
    J = torch.stack([torch.autograd.functional.jacobian(lambda v: decode(v[None]).flatten(), row) for row in z])
    expected = torch.logdet(torch.eye(3) + J.mT @ J / 0.1)
    assert torch.allclose(gram.gram_log_determinant(decode, z, 0.1), expected, rtol=1e-12)

"""The convolutional encoders and decoders of Kumar and Poole's appendix D, for MNIST and CelebA.

The tables name filters, kernel and stride and no padding. Padding that keeps n / stride pixels, rounded up, and n times
stride on the way back, is the one rule under which MNIST's sizes work out: 28, 14, 7, 4, 4 and 7, 7, 7, 14, 28, 28.
Without padding the encoder runs out of pixels before its last layer. Under that rule CelebA's decoder, which begins
with 16 x 16 and doubles three times, returns 128 x 128 where its images have 64 x 64; begun with 8 x 8 it returns them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import nn
from torch.nn import functional as F

from theory import gram

Layer = tuple[int, int, int]  # filters, kernel, stride


@dataclass(frozen=True)
class Table:
    """One column of appendix D: images, then the layers of both ways, and the pixels and filters that a decoder begins
    with."""

    channels: int
    pixels: int
    encoder: tuple[Layer, ...]
    start: tuple[int, int]
    transposed: tuple[Layer, ...]
    last: Layer


MNIST = Table(
    1, 28, ((64, 4, 1), (128, 4, 2), (256, 4, 2), (512, 4, 2), (512, 4, 1)), (7, 256),
    ((512, 4, 1), (256, 4, 1), (128, 4, 2), (64, 4, 2)), (1, 4, 1),
)  # fmt: skip
CELEBA = Table(
    3, 64, ((128, 5, 1), (256, 5, 2), (512, 5, 2), (1024, 5, 2), (1024, 5, 2)), (16, 512),
    ((1024, 5, 1), (512, 5, 2), (256, 5, 2), (128, 5, 2)), (3, 5, 1),
)  # fmt: skip
# What a decoder of CelebA's images begins with if it is to return them.
CELEBA_64 = Table(3, 64, CELEBA.encoder, (8, 512), CELEBA.transposed, CELEBA.last)


def encoder_sizes(table: Table, padded: bool = True) -> list[int]:
    """Pixels along one side after every layer of the encoder; 0 or less where a kernel no longer fits.

    >>> encoder_sizes(MNIST), encoder_sizes(MNIST, padded=False)
    ([28, 14, 7, 4, 4], [25, 11, 4, 1, -2])
    """
    n, found = table.pixels, []
    for _, kernel, stride in table.encoder:
        n = -(-n // stride) if padded else (n - kernel) // stride + 1
        found.append(n)
    return found


def decoder_sizes(table: Table, padded: bool = True) -> list[int]:
    """Pixels along one side after every layer of the decoder, the last one a plain convolution.

    >>> decoder_sizes(MNIST), decoder_sizes(CELEBA), decoder_sizes(CELEBA_64)[-1]
    ([7, 7, 14, 28, 28], [16, 32, 64, 128, 128], 64)
    """
    n, found = table.start[0], []
    for _, kernel, stride in table.transposed:
        n = n * stride if padded else (n - 1) * stride + kernel
        found.append(n)
    return [*found, n if padded else n - table.last[1] + 1]


class Conv(nn.Conv2d):
    """Convolution to n / stride pixels, rounded up; an odd pixel of padding goes behind."""

    def forward(self, x: Any) -> Any:
        pads = []
        for n, kernel, stride in zip(x.shape[:-3:-1], self.kernel_size, self.stride, strict=True):
            missing = max((-(-n // stride) - 1) * stride + kernel - n, 0)
            pads += [missing // 2, missing - missing // 2]
        return super().forward(F.pad(x, pads))


class ConvT(nn.ConvTranspose2d):
    """Transposed convolution to n times stride pixels, cropped as `Conv` pads."""

    def forward(self, x: Any) -> Any:  # type: ignore[override]
        crop = self.kernel_size[0] - self.stride[0]
        height, width = (n * self.stride[0] for n in x.shape[-2:])
        before = crop // 2
        return super().forward(x)[..., before : before + height, before : before + width]


def encoder(table: Table, latent: int, width: float = 1.0, variances: bool = False) -> nn.Sequential:
    """Images (B, channels, n, n) -> codes (B, latent), and as many log-variances behind them where asked for.

    ``width`` scales the number of filters.
    """
    layers: list[nn.Module] = []
    channels = table.channels
    for filters, kernel, stride in table.encoder:
        out = _scaled(filters, width)
        layers += [Conv(channels, out, kernel, stride), nn.BatchNorm2d(out), nn.ELU()]
        channels = out
    flat = channels * encoder_sizes(table)[-1] ** 2
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(flat, latent * (1 + variances)))


def decoder(table: Table, latent: int, width: float = 1.0) -> nn.Sequential:
    """Codes (B, latent) -> images (B, channels, n, n) in (0, 1)."""
    n, channels = table.start[0], _scaled(table.start[1], width)
    layers: list[nn.Module] = [nn.Linear(latent, n * n * channels), nn.Unflatten(1, (channels, n, n))]
    layers += [nn.BatchNorm2d(channels), nn.ELU()]
    for place, (filters, kernel, stride) in enumerate(table.transposed, 1):
        out = _scaled(filters, width)
        normed = [nn.BatchNorm2d(out)] if place < len(table.transposed) else []
        layers += [ConvT(channels, out, kernel, stride), *normed, nn.ELU()]
        channels = out
    filters, kernel, stride = table.last
    return nn.Sequential(*layers, Conv(channels, filters, kernel, stride), nn.Sigmoid())


def _scaled(filters: int, width: float) -> int:
    return max(round(filters * width), 1)


def train(encode: nn.Sequential, decode: nn.Sequential, x: Any, beta: float, steps: int, seed: int = 0) -> list[float]:
    """GRAE~ on one batch of images for some steps: the losses, one column of the Jacobian an image and step.

    Jacobians are those of the decoder with its running statistics, because batch normalisation couples images where
    it uses those of the batch.
    """
    draw = torch.Generator().manual_seed(seed)
    optimiser = torch.optim.Adam([*encode.parameters(), *decode.parameters()], lr=1e-3)
    losses = []
    for _ in range(steps):
        encode.train()
        decode.train()
        h = encode(x)
        column = torch.randint(h.shape[-1], (len(h), 1), generator=draw)
        misfit = (x - decode(h)).square().flatten(1).sum(1)
        decode.eval()
        penalty = gram.sampled_column_bound(decode, h, beta, column)
        loss = 0.5 * (misfit + beta * (h.square().sum(-1) + penalty)).mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    return losses

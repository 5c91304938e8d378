"""Derivatives of any torch decoder along given directions: forward mode, some points at a time."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.autograd import forward_ad

from theory.validation import at

Tensor = Any

with warnings.catch_warnings(), forward_ad.dual_level():  # torch scripts its rules at the first dual, and warns of it
    warnings.simplefilter("ignore", DeprecationWarning)
    forward_ad.make_dual(torch.zeros(()), torch.zeros(()))

POINTS = 64
KINKED = (nn.ReLU, nn.LeakyReLU, nn.PReLU, nn.ReLU6, nn.Hardtanh)
COUPLING = (nn.modules.batchnorm._BatchNorm, nn.modules.dropout._DropoutNd)


def gram(decoder: Any, z: Tensor, Lambda: Tensor | None) -> Tensor:
    """J' diag(Lambda) J at points z (..., k), of a decoder (B, k) -> (B, ...): its Jacobian is held at 64 points."""
    k = z.shape[-1]
    points = z.reshape(-1, k)
    weights = torch.ones(1).expand(len(points), 1) if Lambda is None else torch.as_tensor(Lambda).flatten(0, -2)
    made = []
    for some, weight in zip(points.split(POINTS), weights.split(POINTS), strict=True):
        V = columns(decoder, some, torch.eye(k).to(z).expand(len(some), k, k))
        made.append((V * weight.to(V)[:, None]) @ V.mT)
    return torch.cat(made).reshape(*z.shape, k)


def columns(decoder: Any, z: Tensor, chosen: Tensor) -> Tensor:
    """J e for z (B, k) and directions e (B, m, k): (B, m, D). Raises ValueError where points are mixed or at a kink."""
    _check(decoder, z)

    m = chosen.shape[-2]
    with forward_ad.dual_level():
        there = forward_ad.make_dual(z.repeat_interleave(m, 0), chosen.flatten(0, 1))
        pushed = forward_ad.unpack_dual(decoder(there)).tangent
    return pushed.flatten(1).unflatten(0, (len(z), m))


def _check(decoder: Any, z: Tensor) -> None:
    modules = dict(decoder.named_modules()) if isinstance(decoder, nn.Module) else {}
    for name, module in modules.items():
        if module.training and isinstance(module, COUPLING):
            raise ValueError(f"layer {name} ({type(module).__name__}) mixes points in training mode; call .eval().")
        for which, parameter in module.named_parameters(recurse=False):
            if not parameter.detach().sum().isfinite() and not parameter.isfinite().all():
                raise ValueError(f"{which} of layer {name} is not finite; train or load the decoder again.")
    with _listening(modules), torch.no_grad():
        decoder(z)


@contextmanager
def _listening(modules: dict[str, Any]) -> Iterator[None]:
    def heard(name: str) -> Any:
        def look(module: Any, given: tuple[Tensor, ...]) -> None:
            kinks = given[0].detach() == 0
            if kinks.any():
                point = int(np.argwhere(kinks.cpu().numpy())[0][0])
                raise ValueError(
                    f"the decoder has no derivative at {at('z', (point,))}: layer {name} is exactly at the kink of "
                    f"{type(module).__name__}; move the point, or use a smooth activation."
                )

        return look

    hooks = [m.register_forward_pre_hook(heard(name)) for name, m in modules.items() if isinstance(m, KINKED)]
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()

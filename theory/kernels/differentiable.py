"""The sums as torch functions: what is kept for the way back is log q, and responsibilities are made again."""

from __future__ import annotations

from typing import Any

import torch
from torch.autograd.function import once_differentiable

from theory.kernels import ways

Tensor = Any


class Joint(torch.autograd.Function):
    """log q (S,) with its gradient in z, mu and sigma; G has none."""

    @staticmethod
    def forward(ctx: Any, z: Tensor, mu: Tensor, sigma: Tensor, informed: bool) -> tuple[Tensor, Tensor]:
        log_q, G = ways.joint(z.detach(), mu.detach(), sigma.detach(), informed)
        ctx.save_for_backward(z, mu, sigma, log_q)
        ctx.mark_non_differentiable(G)
        return log_q, G

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, weight: Tensor, *_: Tensor) -> tuple[Tensor | None, ...]:
        z, mu, sigma, log_q = ctx.saved_tensors
        of_z, of_mu, of_sigma, _ = ctx.needs_input_grad
        return *ways.gradient(z, mu, sigma, log_q, weight.contiguous(), of_z, of_mu or of_sigma), None


def joint(z: Tensor, mu: Tensor, sigma: Tensor, informed: bool = True) -> tuple[Tensor, Tensor]:
    """log q and G, each (S,)."""
    log_q, G = Joint.apply(z, mu, sigma, informed)
    return log_q, G


def each(z: Tensor, mu: Tensor, sigma: Tensor, informed: bool = True) -> tuple[Tensor, ...]:
    """log q_j and G_j, each (S, k), and log q (S,)."""
    columns = [joint(z[:, j : j + 1], mu[:, j : j + 1], sigma[:, j : j + 1], informed) for j in range(mu.shape[1])]
    return *(torch.stack(parts, -1) for parts in zip(*columns, strict=True)), joint(z, mu, sigma, informed)[0]

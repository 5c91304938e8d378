"""The mean log-determinant of a decoder's Gram matrices as one torch function, its gradient made on the way forward.

What is differentiated is a mean, so the weight of each point is known at once: some points at a time go there and back
while their tangents are in the cache, and nothing of them is kept.
"""

from __future__ import annotations

from typing import Any

import torch
from torch.autograd.function import once_differentiable

Tensor = Any

NUMBERS = 2**18  # of one tangent tensor: 1 MiB of float32


class MeanLogDeterminant(torch.autograd.Function):
    """The mean over points of log |I + J'J / beta|, (...,), from slopes (..., B, h) and weights (..., out, in)."""

    @staticmethod
    def forward(ctx: Any, beta: Tensor, *given: Tensor) -> Tensor:
        n = len(given) // 2
        slopes, weights = given[:n], given[n:]
        made = there_and_back(beta, [d.detach() for d in slopes], [W.detach() for W in weights])
        ctx.save_for_backward(*made[1])
        return made[0]

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, weight: Tensor) -> tuple[Tensor | None, ...]:
        return None, *(g * weight[..., None, None] for g in ctx.saved_tensors)


def there_and_back(beta: Tensor, slopes: list[Tensor], weights: list[Tensor]) -> tuple[Tensor, list[Tensor]]:
    """The mean (...,) over points, and its gradient in every slope and every weight, the last of a linear output."""
    *stack, B, _ = slopes[0].shape
    k, last, depth = weights[0].shape[-1], weights[-1], len(slopes)
    M, first = last.mT @ last, weights[0].mT.contiguous()[..., None, :, :]
    in_slopes = [torch.empty_like(d) for d in slopes]
    in_weights = [torch.zeros_like(W) for W in weights[:-1]]
    S, mean = torch.zeros_like(M), M.new_zeros(stack)
    step = min(max(NUMBERS // (k * max(d[..., 0, :].numel() for d in slopes)), 1), B)
    room = [M.new_empty(*stack, step, k, d.shape[-1]) for d in (*slopes, *slopes[-1:] * 3)]
    for start in range(0, B, step):
        here = slice(start, start + step)
        d = [slope[..., here, None, :] for slope in slopes]
        T = [r[..., : d[0].shape[-3], :, :] for r in room]
        U, R, Q = T[depth:]
        torch.mul(first, d[0], out=T[0])
        X = [first]
        for i in range(1, depth):
            X.append(_times(T[i - 1], weights[i].mT))
            torch.mul(X[i], d[i], out=T[i])
        _into(U, T[depth - 1], M)
        G = (T[depth - 1] @ U.mT).div_(beta[..., here, None, None])
        G.diagonal(0, -2, -1).add_(1)
        L = torch.linalg.cholesky_ex(G)[0]
        mean += L.diagonal(0, -2, -1).log().sum((-2, -1))
        A = torch.linalg.solve_triangular(L, torch.eye(k).to(L).expand_as(L), upper=False)
        P = (A.mT @ A).mul_(2 / (B * beta[..., here, None, None]))
        torch.matmul(P, T[depth - 1], out=R)
        S += _flat(R).mT @ _flat(T[depth - 1])
        torch.matmul(P, U, out=Q)
        for i in range(depth - 1, 0, -1):
            in_slopes[i][..., here, :] = X[i].mul_(Q).sum(-2)
            Q *= d[i]
            in_weights[i] += _flat(Q).mT @ _flat(T[i - 1])
            Q = _times(Q, weights[i])
        in_slopes[0][..., here, :] = (Q * first).sum(-2)
        in_weights[0] += Q.mul_(d[0]).sum(-3).mT
    return mean * (2 / B), [*in_slopes, *in_weights, last @ S]


def _flat(T: Tensor) -> Tensor:
    return T.flatten(-3, -2)


def _times(T: Tensor, W: Tensor) -> Tensor:
    return (_flat(T) @ W).unflatten(-2, T.shape[-3:-1])


def _into(out: Tensor, T: Tensor, W: Tensor) -> None:
    torch.matmul(_flat(T), W, out=_flat(out))

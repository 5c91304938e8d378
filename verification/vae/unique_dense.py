"""Gradient descent of stacked two-dimensional VAEs in torch, by automatic differentiation, literally parametrised.

What is trained are A, b, C', d and D', with C = O1 C' and Sigma = O2 D' D'^T O2^T; the compiled loops go down C and
L = O2 D' instead, which is the same path. Runs where numba is absent, and on a GPU.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from verification.vae.training import _torch

Array = np.ndarray[Any, Any]


def activation(name: str, u: Any) -> Any:
    """nu(u) of a tensor."""
    torch = _torch()
    return {"identity": lambda v: v, "tanh": torch.tanh, "elu": torch.nn.functional.elu, "sigmoid": torch.sigmoid}[
        name
    ](u)


def loss(name: str, x: Any, A: Any, b: Any, mu: Any, Sigma: Any, beta: float, mean_field: bool, rule: Any) -> Any:
    """E |x - nu(A z) - b|^2 / 2 + beta KL of each datum: x, mu (R, 2, N), Sigma (R, n, 2, 2) with n = 1 or N ->
    (R, N)."""
    torch = _torch()
    nodes, weights = rule
    if mean_field:
        Sigma = Sigma * torch.eye(2, dtype=x.dtype, device=x.device)
    m = A @ mu
    s = torch.einsum("rjk,rnkl,rjl->rjn", A, Sigma, A).clamp_min(1e-30).sqrt()
    u = m[..., None] + s[..., None] * nodes
    miss = activation(name, u) - (x - b[:, :, None])[..., None]
    kl = 0.5 * ((mu**2).sum(1) + Sigma.diagonal(0, -2, -1).sum(-1) - torch.linalg.slogdet(Sigma)[1] - 2)
    return 0.5 * (miss**2 @ weights).sum(1) + beta * kl


class Dense:
    """Stacked runs on a device: the same calls as of the compiled loops, one optimiser step for all at once."""

    def __init__(
        self, name: str, amortised: bool, mean_field: bool, beta: float, rule: tuple[Array, Array], device: str,
        kind: str = "float32",
    ) -> None:  # fmt: skip
        torch = _torch()
        self.name, self.amortised, self.mean_field, self.beta = name, amortised, mean_field, beta
        self.options = {"device": torch.device(device), "dtype": getattr(torch, kind)}
        self.rule = tuple(torch.as_tensor(part, **self.options) for part in rule)

    def tensors(self, arrays: dict[str, Array]) -> dict[str, Any]:
        """Arrays on the device."""
        torch = _torch()
        return {name: torch.as_tensor(np.ascontiguousarray(a), **self.options) for name, a in arrays.items()}

    def posterior(self, p: dict[str, Any], x: Any, turns: dict[str, Any]) -> tuple[Any, Any]:
        """mu (R, 2, N) and Sigma (R, 1 or N, 2, 2) of parameters as they are trained."""
        if self.amortised:
            L = (turns["O2"] @ p["D"])[:, None]
            return turns["O1"] @ p["C"] @ x + p["d"][:, :, None], L @ L.mT
        L = turns["O2"][:, None] @ p["D"]
        return p["mu"], L @ L.mT

    def descend(
        self, x: Array, start: dict[str, Array], turns: dict[str, Array], schedule: list[tuple[int, float, float]],
        report: Any = None,
    ) -> dict[str, Array]:  # fmt: skip
        """The trained parameters after (steps, rate, momentum) one after another; the velocity starts anew in each.

        Decoder and shared parameters go down the mean over the data, mu_i and D_i down their own datum's term.
        """
        torch = _torch()
        data = self.tensors({"x": x})["x"]
        O = self.tensors(turns)
        p = self.tensors(start)
        own = () if self.amortised else ("mu", "D")
        N = x.shape[2]
        for steps, rate, momentum in schedule:
            velocity = {name: torch.zeros_like(t) for name, t in p.items()}
            for step in range(steps):
                leaves = {name: t.detach().requires_grad_() for name, t in p.items()}
                mu, Sigma = self.posterior(leaves, data, O)
                each = loss(self.name, data, leaves["A"], leaves["b"], mu, Sigma, self.beta, self.mean_field, self.rule)
                slopes = torch.autograd.grad(each.mean(1).sum(), list(leaves.values()))
                for (name, t), slope in zip(p.items(), slopes, strict=True):
                    velocity[name] = momentum * velocity[name] - rate * (N * slope if name in own else slope)
                    p[name] = t + velocity[name]
                if report is not None and (step + 1) % 100 == 0:
                    report(100 * len(x))
        return {name: t.detach().cpu().numpy() for name, t in p.items()}
